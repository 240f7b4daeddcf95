"""A study of one's own: its folder is made whole or not at all, and study.toml is read with care."""

import json
import os
import re
import shutil
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from octadisc import cli
from octadisc.drawing.styles import chosen_style, fix_colours, fixed_names, use_style
from octadisc.errors import InputError, MissingFileError, OctadiscError
from octadisc.figures.notebooks import NOTEBOOKS, parameters_of
from octadisc.figures.study.commands import in_study, say_study
from octadisc.figures.study.new import make_study
from octadisc.figures.study.study import check_releases, find_study, open_study, read_study


@pytest.fixture
def study(tmp_path):
    return make_study(tmp_path / "Vertrauen am Čas")


def write(folder: Path, text: str) -> Path:
    (folder / "study.toml").write_text(text, "utf-8")
    return folder


# --- a new one


def test_a_new_study_has_what_a_study_needs(study):
    files = {one.relative_to(study).as_posix() for one in study.rglob("*") if one.is_file()}
    assert files == {
        ".gitignore",
        "README.md",
        "data/README.md",
        "environment.yml",
        "methods.md",
        "requirements.txt",
        "study.toml",
        *(f"notebooks/{name}.ipynb" for name in NOTEBOOKS),
    }
    assert (study / "figures").is_dir()
    assert not re.search(
        "@[A-Z]+@", "".join(one.read_text("utf-8") for one in study.rglob("*.*") if one.is_file())
    )
    assert read_study(study).name == "Vertrauen am Čas"


def test_its_name_may_hold_quotation_marks_and_backslashes(tmp_path):
    name = 'Say "trust"' if os.name == "nt" else 'Say "trust" \\ [x] = 1'
    assert read_study(make_study(tmp_path / name, author="Ana “A” \\ B")).name == name


def test_nothing_is_overwritten(study, tmp_path):
    before = {one: one.read_bytes() for one in study.rglob("*") if one.is_file()}
    with pytest.raises(InputError, match="is a study already"):
        make_study(study)
    assert before == {one: one.read_bytes() for one in study.rglob("*") if one.is_file()}
    other = tmp_path / "pages"
    other.mkdir()
    (other / "a.html").write_text("x")
    with pytest.raises(InputError, match=r"is not empty: there is a\.html"):
        make_study(other)
    with pytest.raises(InputError, match="is a file"):
        make_study(other / "a.html")
    assert [one.name for one in other.iterdir()] == ["a.html"]


def test_an_empty_folder_may_become_a_study(tmp_path):
    (tmp_path / "here").mkdir()
    assert (make_study(tmp_path / "here") / "study.toml").exists()


def test_releases_are_noted_or_copied(tmp_path):
    pages = tmp_path / "pages"
    (pages / "office").mkdir(parents=True)
    (pages / "office" / "a.html").write_text("<p>Trust.</p>")
    noted = read_study(make_study(tmp_path / "noted", pages))
    assert noted.releases == str(pages)
    assert tomllib.loads((noted.folder / "study.toml").read_text("utf-8"))["corpus"]["path"] == "../pages"
    copied = read_study(make_study(tmp_path / "copied", pages, copy=True))
    assert copied.releases == str(tmp_path / "copied" / "data" / "releases")
    assert (tmp_path / "copied/data/releases/office/a.html").read_text() == "<p>Trust.</p>"
    far = read_study(make_study(tmp_path / "deep" / "er", pages))
    assert far.releases == str(pages)


def test_a_study_beside_its_releases_may_be_moved_with_them(tmp_path):
    (tmp_path / "one" / "pages").mkdir(parents=True)
    make_study(tmp_path / "one" / "study", tmp_path / "one" / "pages")
    shutil.move(tmp_path / "one", tmp_path / "two")
    assert read_study(tmp_path / "two" / "study").releases == str(tmp_path / "two" / "pages")


def test_what_cannot_be_made_leaves_nothing_behind(tmp_path, monkeypatch):
    with pytest.raises(MissingFileError, match="--from"):
        make_study(tmp_path / "a", tmp_path / "nowhere")
    with pytest.raises(InputError, match="inside the releases"):
        make_study(tmp_path / "b", tmp_path)
    with pytest.raises(InputError, match="--copy"):
        make_study(tmp_path / "c", copy=True)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("octadisc.figures.study.new.write_whole", full)
    with pytest.raises(OctadiscError, match="No space left"):
        make_study(tmp_path / "d")
    assert list(tmp_path.iterdir()) == []


# --- its notebooks


def parameters_cell(path: Path) -> str:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    (cell,) = [one for one in cells if "parameters" in one["metadata"].get("tags", ())]
    return "".join(cell["source"])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_take_their_settings_from_study_toml(name, study, monkeypatch):
    ours = study / "notebooks" / f"{name}.ipynb"
    assert parameters_of(ours) == parameters_of(name)
    monkeypatch.chdir(study / "notebooks")
    defaults, packaged = {}, {}
    exec(parameters_cell(ours), defaults)
    exec(parameters_cell(Path(__file__).parents[2] / "octadisc" / "notebooks" / f"{name}.ipynb"), packaged)
    for one in parameters_of(name):
        assert defaults[one] == (str(study / "data" / "releases") if one == "CORPUS" else packaged[one])
    write(study, '[periods]\nevery = "month"\n')
    exec(parameters_cell(ours), defaults)
    assert defaults["EVERY"] == "month"
    source = "".join("".join(one["source"]) for one in json.loads(ours.read_text("utf-8"))["cells"])
    assert source.count("od.load_corpus(CORPUS, **study.load_options)") == source.count("load_corpus(") == 1


def test_every_parameter_of_a_notebook_that_is_a_question_of_the_study_can_be_set(study):
    write(
        study,
        '[periods]\nevery = "year"\nbetween = [1999, 2017]\n'
        '[question]\nask = "trust*"\naround = 3\naudit = "data"\n'
        '[concepts]\ntrust = "trust"\n[events]\nSummit = 2008-03-28\n[topics]\nnumber = 7\nseed = 4\n'
        '[issuers]\nwho = "office"\n',
    )
    settable = set(read_study(study).parameters) | {"CORPUS"}
    left = {one for name in NOTEBOOKS for one in parameters_of(name)} - settable
    assert left == {"LANGUAGE", "UNIT", "PREVALENCE"}  # how a model is made: set in the notebook itself


# --- study.toml


def test_each_default_in_the_template_is_written_as_it_is_read(study):
    (study / "corrections.csv").write_text("release,date\n")
    (study / "issuers.csv").write_text("canonical,name\n")
    (study / "bodies.csv").write_text("issuer,who\n*police*,Police\n")
    (study / "concepts.yaml").write_text("trust: [trust]\n")
    (study / "judgements").mkdir()
    lines = (study / "study.toml").read_text("utf-8").splitlines()
    table, tried = "", 0
    for line in lines:
        if header := re.match(r"(# )?(\[.+\])", line):
            table = header[2]
        elif key := re.match(r"# (\S+|\"[^\"]+\") = ", line):
            write(study, f"{table}\n{line[2:]}\n")
            read_study(study)
            tried += 1
            assert key[1] not in ("path",)
    assert tried > 25


def test_what_study_toml_says_is_what_the_notebooks_are_given(study):
    (study / "bodies.csv").write_text("issuer,who\n*police*,Police\n")
    write(
        study,
        """
name = "Trust"
[corpus]
text = "body"
[periods]
between = ["1999", "2003-05"]
[periods.named]
early = [1999, 2001]
late = ["2002", "2003-05-31"]
[question]
ask = "Mutual Trust"
[concepts]
cybercrime = "cybercrim*"
[concepts."mutual trust"]
en = ["mutual trust"]
sl = "medsebojn* zaupanj*"
[concepts.operations.raids]
en = "raid*"
[events]
"Summit at the lake" = 2002-03-28
"Eurojust set up" = "known"
[issuers]
who = "bodies.csv"
[figures]
style = "slides"
width = 140
order = ["Europol", "SELEC"]
""",
    )
    made = read_study(study)
    assert made.load_options == {"text": "body"}
    assert made.parameters == {
        "BETWEEN": ("1999-01-01", "2003-06-01"),
        "EVERY": [("early", "1999-01-01", "2002-01-01"), ("late", "2002-01-01", "2003-06-01")],
        "QUESTION": "mutual trust",
        "QUERIES": {
            "cybercrime": ["cybercrim*"],
            "mutual trust": {"en": ["mutual trust"], "sl": ["medsebojn* zaupanj*"]},
            "operations / raids": {"en": ["raid*"]},
        },
        "EVENT": [("Summit at the lake", "2002-03-28"), "Eurojust set up"],
        "WHO": str(study / "bodies.csv"),
    }
    assert made.style == {"style": "slides", "width": 140, "order": ["Europol", "SELEC"]}
    with made.running(), use_style(), fix_colours([]):  # what is in use before is so again afterwards
        assert os.environ["OCTADISC_STYLE"] == "slides"
        assert json.loads(os.environ["OCTADISC_ORDER"]) == ["Europol", "SELEC"]
        assert open_study("/").name == "Trust"  # the one that runs, wherever its notebooks do
        assert chosen_style().double == 140
        assert fixed_names() == ("Europol", "SELEC")
    assert "OCTADISC_STYLE" not in os.environ
    assert chosen_style().name == "article"


WRONG = {
    '[periods]\nevery = "yaer"': ("line 2", "[periods] every = 'yaer'", '"year"', "Did you mean 'year'?"),
    "[period]\n": ("no table or key 'period'", "Did you mean 'periods'?"),
    "[corpus]\npaht = 1": ("line 2", "[corpus] has no key 'paht'", "Did you mean 'path'?"),
    "corpus = 3": ("line 1", "corpus = 3", "a table"),
    '[corpus]\npath = "C:\\texts"': ("[corpus] path", "in single quotation marks", r"\t is a tab"),
    "[corpus]\npath = 7": ("[corpus] path = 7", "a text"),
    '[corpus]\ndates = "korrections.csv"': ("dates", "there is no file", "relative to the folder"),
    '[corpus]\nduplicates = "no"': ("duplicates = 'no'", "true or false"),
    '[periods]\nbetween = ["2017", "1999"]': ("between", "The last comes before the first"),
    '[periods]\nbetween = ["soon", "1999"]': ("between", "a year, a month or a day"),
    '[periods]\nbetween = "1999"': ("between", "the first and the last"),
    '[periods]\nevery = "year"\n[periods.named]\na = ["1999", "2000"]': ("line 2", "not both"),
    '[periods.named]\na = ["1999", "2001"]\nb = ["2000", "2002"]': ("line 3", "'b' begins before 'a' ends"),
    "[topics]\nnumber = 1": ("number = 1", "at least 2"),
    "[topics]\nnumber = true": ("number = True", "a whole number"),
    '[topics]\nseed = "1"': ("seed = '1'", "a whole number"),
    "[question]\naround = 0": ("around = 0", "at least 1"),
    '[question]\nask = "(trust"': ("[question] ask", "line 2"),
    '[question]\naudit = "none"': ("audit", "there is no file or folder"),
    "[events]\nSummit = 2008": ("Summit = 2008", "a date, such as 2008-03-28"),
    '[events]\nSummit = "2008-13-01"': ("Summit = '2008-13-01'", "a date"),
    '[events]\n"Eurojust was set up" = "known"': ("Eurojust was set up", "mean 'Eurojust set up' or "),
    '[events]\n"Enlargement" = "known"': ("'EU enlargement by ten states'", "od.read_events() lists all"),
    '[events]\n"Xyz" = "known"': ("od.read_events() lists all",),
    '[concepts]\ntrust = ["(trust"]': ("line 2", "[concepts] trust"),
    "[concepts]\ntrust = []": ("trust = []", "a query or a list of queries"),
    '[concepts.trust]\nen = "trust"\nEnglish = "x"': (
        "[concepts.trust]",
        "'English' is no code of a language",
    ),
    '[concepts]\nfile = "mine.yaml"': ("[concepts] file = 'mine.yaml'", "there is no file"),
    '[issuers]\nwho = "bodies.csv"': ("who = 'bodies.csv'", "there is no table of names"),
    '[figures]\nstyle = "poster"': ("style = 'poster'", '"article", "report", "slides"'),
    "[figures]\nwidth = 3": ("width = 3", "millimetres"),
    '[figures]\norder = ["A", "A"]': ("'A' stands twice",),
    '[figures]\nnotebooks = ["02_trems"]': ("Did you mean '02_terms'?",),
    "name = 5": ("name = 5", "a text"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_key_or_value_is_named_with_what_was_expected(text, study):
    with pytest.raises(OctadiscError, match=r"^study\.toml") as caught:
        read_study(write(study, text))
    said = str(caught.value)
    for part in WRONG[text]:
        assert part in said


SYNTAX = {
    'name = "a"\n[corpus]\npath = data\n': ("line 3, column 8", "Text stands in quotation marks"),
    'name = "a\n': ("line 1", "A quotation mark is missing"),
    '[corpus]\npath = "C:\\Users"\n': ("line 2", r"path = 'C:\texts'"),
    '[concepts]\nmutual trust = "a"\n': ("line 2", '"mutual trust"'),
    '[concepts]\nčas = "a"\n': ("line 2", "quotation marks"),
    "[corpus\n": ("line 1", "'[corpus'"),
    '[events]\n"Schengen" = 21.12.2007\n': ("line 2", "Write a date as 2007-12-21"),
    "[events]\nSummit = 2008-3-28  # a guess\n": ("line 2", "Write a date as 2008-03-28"),
    "[events]\nSummit = 03/04/2008\n": ("line 2", "Write a date as 2007-12-21"),  # of March or of April?
    'name = "a"\nname = "b"\n': ("line 2", "name"),
}


@pytest.mark.parametrize("text", SYNTAX)
def test_what_is_no_toml_is_shown_with_line_and_column(text, study):
    with pytest.raises(InputError) as caught:
        read_study(write(study, text))
    assert str(caught.value).startswith("study.toml, ")
    for part in SYNTAX[text]:
        assert part in str(caught.value)


def test_other_encodings_are_told_apart(study):
    (study / "study.toml").write_bytes('\ufeffname = "Čas"\n'.encode())
    assert read_study(study).name == "Čas"
    (study / "study.toml").write_bytes('\nname = "Čas"\n'.encode("cp1250"))
    with pytest.raises(InputError, match=r"study\.toml, line 2: is no UTF-8"):
        read_study(study)


def test_paths_of_windows_are_read_everywhere(study):
    (study / "texts" / "old").mkdir(parents=True)
    assert read_study(write(study, "[corpus]\npath = 'texts\\old'\n")).releases == str(
        study / "texts" / "old"
    )


def test_a_study_is_found_from_inside_and_nowhere_else(study, tmp_path):
    for place in (study, study / "notebooks", study / "data", study / "figures", study / "study.toml"):
        assert find_study(place) == study
    assert find_study(tmp_path) is None
    with pytest.raises(MissingFileError, match="octadisc new STUDY"):
        read_study(tmp_path)
    with pytest.raises(MissingFileError, match="is no folder"):
        read_study(tmp_path / "nowhere")


def test_without_releases_it_says_what_to_do(study):
    with pytest.raises(InputError, match=r"no releases yet\. Put files there"):
        check_releases(read_study(study))
    (study / "data" / "releases" / "a.html").write_text("<p>x</p>")
    check_releases(read_study(study))
    (study / "data" / "releases" / "a.html").rename(study / "data" / "a.html")
    with pytest.raises(InputError, match=r"data has a\.html\. If these are the releases, move them"):
        check_releases(read_study(study))
    with pytest.raises(MissingFileError, match="If they were moved"):
        check_releases(read_study(write(study, '[corpus]\npath = "/moved/away"\n')))


def test_another_version_than_the_studys_own_is_said(study):
    assert say_study(read_study(study)).endswith("study.toml says.")
    (study / "requirements.txt").write_text("# pinned\noctadisc==0.0.1\n")
    assert "made for octadisc 0.0.1 (requirements.txt), and this is" in say_study(read_study(study))


# --- the command line


def test_new_says_what_to_do_next(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new", "My study"]) == 0
    said = capsys.readouterr().out
    assert "1. put your releases into" in said
    assert "octadisc figures" in said
    assert cli.main(["figures", "My study"]) == 2
    assert "no releases yet" in capsys.readouterr().err
    assert cli.main(["new", "My study"]) == 2
    assert cli.main(["figures", "nowhere"]) == 2
    monkeypatch.chdir(tmp_path / "My study" / "notebooks")
    assert cli.main(["figures"]) == 2
    assert "no releases yet" in capsys.readouterr().err


def test_what_is_typed_goes_before_what_the_file_says(study):
    write(study, '[periods]\nevery = "year"\n[topics]\nnumber = 5\n[figures]\nnotebooks = ["02_terms"]\n')
    (study / "data" / "releases" / "a.html").write_text("<p>x</p>")
    names = ("notebooks", "question", "around", "every", "between", "who", "audit")
    typed = dict.fromkeys(names) | {"events": None, "every": "month", "question": "trust"}

    class Chosen:
        corpus, topics = None, None

    given = in_study(read_study(study), Chosen(), typed)
    assert given["settings"].parameters == {"EVERY": "month", "N_TOPICS": 5, "QUESTION": "trust"}
    assert given["settings"].notebooks == ("02_terms",)
    assert given["corpus"] == str(study / "data" / "releases")
    Chosen.corpus, Chosen.topics = Path("elsewhere"), 9
    given = in_study(read_study(study), Chosen(), typed | {"notebooks": ["01_corpus", "02_terms"]})
    assert (given["corpus"], given["topics"]) == (Path("elsewhere"), 9)
    assert given["settings"].notebooks == ("01_corpus", "02_terms")


def test_a_studys_notebooks_speak_of_study_toml_where_they_name_a_setting(study):
    packaged = resources.files("octadisc") / "notebooks"
    for name, said, instead in (
        ("02_terms", "set AUDIT", "study.toml, under [question], as audit."),
        ("02_terms", "as `AUDIT`", "study.toml, under `[question]`, as `audit`, and run this again"),
        ("03_topics", "set N_TOPICS", "study.toml, under [topics], as number."),
    ):
        own = (study / "notebooks" / f"{name}.ipynb").read_text("utf-8")
        assert said in (packaged / f"{name}.ipynb").read_text("utf-8")  # else nothing is looked for
        assert said not in own
        assert own.count(instead) == 1


@pytest.fixture
def small(study):
    """Give a study with nine releases in a table, and one notebook that draws one figure."""
    pages = study / "data" / "releases" / "pages.csv"
    pages.write_text("day,body\n" + "".join(f"200{i}-05-01,Trust is a habit.\n" for i in range(9)))
    write(study, '[corpus]\ntext = "body"\ndate = "day"\n[periods]\nevery = "year"\n')
    for path in (study / "notebooks").iterdir():
        path.unlink()
    source = (
        "from octadisc.figures.study.study import open_study\n"
        'study = open_study("..")\nCORPUS = study.releases\nEVERY = study.get("EVERY", None)'
    )
    drawing = (
        "import octadisc as od\ncorpus = od.load_corpus(CORPUS, **study.load_options)\n"
        'trend = od.track_terms(od.tokenize(corpus), "trust", every=EVERY)\n'
        'od.save_figure(trend.plot().figure, "trust", alt="A line.", data=trend)'
    )
    cells = [
        {"cell_type": "code", "id": name, "metadata": {"tags": tags}, "outputs": [], "execution_count": None,
         "source": text}
        for name, tags, text in (("a", ["parameters"], source), ("b", [], drawing))
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (study / "notebooks" / "mine.ipynb").write_text(json.dumps(notebook))
    return study


def test_figures_of_a_study_are_made_by_its_own_notebooks(small, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["figures", str(small)]) == 0
    assert (small / "figures" / "index.html").exists()
    table = (small / "figures" / "trust.csv").read_text()
    assert table.count("\n") == 10  # nine years and the head


@pytest.mark.slow
def test_figures_of_a_study_come_out_the_same(small, capsys, monkeypatch):
    monkeypatch.chdir(small)
    assert cli.main(["figures"]) == 0
    assert cli.main(["check"]) == 0
    assert "trust: same bytes" in capsys.readouterr().out
