"""What is typed on the command line: read before anything is loaded, and answered where it is wrong."""

import pytest

from octadisc.errors import InputError, MissingFileError, OctadiscError, UnknownNameError
from octadisc.figures.notebooks import NOTEBOOKS, parameters_of
from octadisc.figures.settings import Settings


def test_without_options_all_notebooks_run_and_nothing_is_set():
    made = Settings.of()
    assert made.notebooks == NOTEBOOKS
    assert made.parameters == {}


def test_options_become_the_settings_of_the_notebook(tmp_path, monkeypatch):
    (tmp_path / "bodies.csv").write_text("issuer,who\n*,All\n")
    (tmp_path / "codes.csv").write_text("release,judgement\na,yes\n")
    monkeypatch.chdir(tmp_path)
    made = Settings.of(
        notebooks=["02_terms"],
        question="people smuggl*",
        events=["Tampa=2001-08-26", "2013-09-18", "Eurojust set up"],
        around=3,
        every="half",
        between=("1977", "2017-06"),
        who="bodies.csv",
        audit="codes.csv",
    )
    assert made.notebooks == ("02_terms",)
    assert made.parameters == {
        "QUESTION": "people smuggl*",
        "EVENT": [("Tampa", "2001-08-26"), "2013-09-18", "Eurojust set up"],
        "AROUND": 3,
        "EVERY": "half",
        "BETWEEN": ("1977-01-01", "2017-07-01"),
        "WHO": str(tmp_path / "bodies.csv"),
        "AUDIT": str(tmp_path / "codes.csv"),
    }
    assert Settings.of(who="body").parameters == {"WHO": "body"}


def test_a_setting_goes_to_all_notebooks_that_have_it():
    assert Settings.of(notebooks=["04_effects"], who="body", every="year").parameters["WHO"] == "body"
    assert [name for name in NOTEBOOKS if "EVERY" in parameters_of(name)] == list(NOTEBOOKS)


@pytest.mark.parametrize(
    ("given", "kind", "match"),
    [
        ({"notebooks": ["02_term"]}, InputError, "--notebooks 02_term.*'02_terms'"),
        ({"question": " "}, InputError, "--question is empty"),
        ({"question": "(trust"}, OctadiscError, "trust"),
        ({"events": ["Tampa=August 2001"]}, InputError, "expected NAME=DATE"),
        ({"events": ["Tampa=2001-08-36"]}, InputError, "is no date"),
        ({"events": ["Tampa"]}, UnknownNameError, "no event that octadisc knows"),
        ({"around": 0}, InputError, "--around 0"),
        ({"every": "yer"}, InputError, "--every yer.*'year'"),
        ({"between": ("2017", "1977")}, InputError, "the last comes before the first"),
        ({"between": ("1977", "17")}, InputError, "--between 17: expected a year"),
        ({"between": ("1977", "2017-13")}, InputError, "--between 2017-13"),
        ({"who": "nowhere.csv"}, MissingFileError, "nowhere.csv"),
        ({"audit": "nowhere"}, MissingFileError, "--audit nowhere"),
        (
            {"notebooks": ["01_corpus", "04_effects"], "question": "trust"},
            InputError,
            "--question is a setting of 02_terms, not among --notebooks",
        ),
        (
            {"notebooks": ["01_corpus"], "who": "body"},
            InputError,
            "--who is a setting of 02_terms, 03_topics",
        ),
    ],
)
def test_a_mistake_is_answered(given, kind, match):
    with pytest.raises(kind, match=match):
        Settings.of(**given)
