"""The notebooks are the package's own, run on any corpus, and say so where there is not enough."""

import json
import re
import signal
import sys
import threading
import time
import warnings
from html import unescape
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError
from octadisc.figures import make
from octadisc.figures.gallery import build_report, read_recipes
from octadisc.figures.notebooks import (
    NOTEBOOKS,
    NotebookError,
    copy_notebooks,
    read_notebook,
    run_notebook,
    with_parameters,
)

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_studys_notebooks_are_those_of_the_package(name):
    packaged = ROOT / "octadisc" / "notebooks" / f"{name}.ipynb"
    assert (ROOT / "notebooks" / f"{name}.ipynb").read_bytes() == packaged.read_bytes()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_are_valid_and_hold_no_outputs(name, tmp_path):
    copy_notebooks(tmp_path)
    notebook = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    ids = [cell["id"] for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    assert 'CORPUS = "../data/sample"' in tagged[0].source


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_before_and_after_each_figure_stand_words(name):
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    drawn = [i for i, source in enumerate(sources) if "save_figure(" in source or ".save(" in source]
    assert drawn
    for i in drawn:
        assert cells[i - 1]["cell_type"] == "markdown"


SENTENCES = (
    "The police of {n} countries agreed to build mutual trust. ",
    "Officers seized {n} kilograms of drugs at the border and found smugglers. ",
    "The ministers spoke of organised crime, cybercrime and trafficking in human beings. ",
)


def corpus_of(n, *, issuers=("A", "B"), dates=True, language="en", sentences=SENTENCES):
    return od.Corpus.from_frame(
        pd.DataFrame(
            {
                "text": [
                    "".join(one.format(n=i) for one in sentences[i % 2 :]) + f" Word{i % 5} of day {i}."
                    for i in range(n)
                ],
                "date": [f"{2004 + i % 7}-0{i % 9 + 1}-11" if dates else None for i in range(n)],
                "issuer": [issuers[i % len(issuers)] if issuers else None for i in range(n)],
                "language": language,
            }
        )
    )


FRENCH = (
    "Les ministres ont parlé de la confiance mutuelle et de la criminalité organisée. ",
    "La police a saisi des stupéfiants à la frontière, {n} kilos de cocaïne. ",
    "Une enquête commune contre la traite des êtres humains commence. ",
)
CORPORA = {
    "one release": corpus_of(1),
    "one issuer": corpus_of(30, issuers=("A",)),
    "one period": corpus_of(14).between("2004-01-01", "2005-01-01"),
    "no dates": corpus_of(12, dates=False),
    "no issuers": corpus_of(12, issuers=()),
    "many issuers": corpus_of(60, issuers=[f"Ministry {i} of $ome_place" for i in range(30)]),
    "French": corpus_of(30, language="fr", sentences=FRENCH),
    "nothing known": corpus_of(3, issuers=(), dates=False, language=None),
}


def run_cells(name, **parameters):
    """Run a notebook's cells here; give what it said and the names it left."""
    notebook = json.loads((ROOT / "octadisc" / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
    said = []
    names = {"display": lambda one: said.append(one._repr_html_())}
    for cell in with_parameters(notebook, parameters)["cells"]:
        if cell["cell_type"] == "code":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", od.OctadiscWarning)
                exec(compile("".join(cell["source"]), f"{name}:{cell['id']}", "exec"), names)
    return " ".join(said), names


# all four notebooks on all eight corpora take two minutes: half of them wait for `-m slow`
def first(kinds, *chosen):
    """Give the kinds, those that are not chosen behind the marker."""
    return [one if one in chosen else pytest.param(one, marks=pytest.mark.slow) for one in kinds]


@pytest.mark.parametrize("kind", first(CORPORA, "one release", "one period", "nothing known"))
def test_notebooks_run_on_any_corpus(kind, tmp_path, monkeypatch):
    path = CORPORA[kind].save(tmp_path / "corpus.parquet")
    monkeypatch.setenv("OCTADISC_FIGURES", str(tmp_path / "figures"))
    for name in NOTEBOOKS:
        monkeypatch.setenv("OCTADISC_NOTEBOOK", name)
        run_cells(name, CORPUS=str(path))
    recipes = {one["name"]: one for one in read_recipes(tmp_path / "figures")}
    claims = [recipes.pop(name) for name in sorted(recipes) if name.endswith("-claim")]
    assert len(claims) == 2
    assert all(one["text"] for claim in claims for clauses in claim["paragraphs"] for one in clauses)
    assert len(recipes) == 25
    for one in recipes.values():
        assert one.get("skipped") or one["alt"]
        assert "nan" not in one.get("alt", "").split()
    drawn = {name for name, one in recipes.items() if "skipped" not in one}
    unnamed = ("no dates", "nothing known", "no issuers", "one release")
    assert ("corpus-1-coverage" in drawn) == (kind not in unnamed)
    assert ("topics-1-overview" in drawn) == (len(CORPORA[kind]) >= 10)
    assert build_report(tmp_path / "figures").exists()


SETTINGS = {
    "an event": ({"QUESTION": "police", "EVENT": ("a summit", "2007-03-01")}, "terms-6-before-after"),
    "several events": (
        {"QUESTION": "police", "EVENT": [("a summit", "2007-03-01"), "2007-07-01"]},
        "terms-6-before-after-2",
    ),
    "an event elsewhere": ({"QUESTION": "police", "EVENT": "1999-01-01"}, ""),
    "words that do not occur": ({"QUESTION": "xyzzy", "QUERIES": ["kilograms"]}, "terms-1-shares"),
    "a language that is not there": ({"QUESTION": {"policija": {"sl": "policija"}}}, "terms-1-shares"),
    "one body": ({"WHO": "body", "BETWEEN": ("2005-01-01", "2009-01-01"), "EVERY": "half"}, "terms-3-course"),
    "named periods": ({"EVERY": [("old", "2004", "2007"), ("new", "2007", "2011")]}, "terms-4-issuers"),
}


@pytest.mark.parametrize("kind", first(SETTINGS, "words that do not occur"))
def test_the_notebook_on_terms_takes_its_settings(kind, tmp_path, monkeypatch):
    frame = corpus_of(80).frame
    corpus = od.Corpus.from_frame(frame.assign(body=frame["issuer"].map({"A": "Ministry", "B": "Ministry"})))
    path = corpus.save(tmp_path / "corpus.parquet")
    monkeypatch.setenv("OCTADISC_FIGURES", str(tmp_path / "figures"))
    parameters, drawn = SETTINGS[kind]
    said, names = run_cells("02_terms", CORPUS=str(path), **parameters)
    recipes = {one["name"]: one for one in read_recipes(tmp_path / "figures")}
    claim = " ".join(
        one["text"] for clauses in recipes.pop("terms-10-claim")["paragraphs"] for one in clauses
    )
    assert claim in " ".join(unescape(re.sub(r"<[^>]+>", " ", said)).split())
    n_events = len(parameters["EVENT"]) if isinstance(parameters.get("EVENT"), list) else 1
    assert len(recipes) == 10 + n_events
    assert not drawn or "skipped" not in recipes[drawn]
    assert "nan" not in said.split()
    assert "be claimed" in said
    if "EVENT" in parameters:
        inside = kind in ("an event", "several events")
        assert ("skipped" in recipes["terms-6-before-after"]) != inside
        assert ("May be claimed" in said) == inside
    if "QUESTION" in parameters:
        assert names["question"].name in ("police", "xyzzy", "policija")


EFFECTS = [
    "effects-1-courses",
    "effects-2-issuers",
    "effects-3-for-whom",
    "effects-4-mix",
    "effects-5-mix-courses",
    "effects-6-fits",
]


def run_effects(corpus, tmp_path, monkeypatch, **parameters):
    path = corpus.save(tmp_path / "corpus.parquet")
    monkeypatch.setenv("OCTADISC_FIGURES", str(tmp_path / "figures"))
    monkeypatch.setenv("OCTADISC_NOTEBOOK", "04_effects")
    said, names = run_cells("04_effects", CORPUS=str(path), **parameters)
    recipes = {one["name"]: one for one in read_recipes(tmp_path / "figures") if "paragraphs" not in one}
    assert sorted(recipes) == EFFECTS
    assert "nan" not in said.replace("(", " ").split()
    assert "be claimed" in names["said"]
    return names, {name for name, one in recipes.items() if "skipped" not in one}


@pytest.mark.parametrize("kind", first(CORPORA, "no dates"))
def test_the_notebook_on_effects_draws_what_there_is_enough_data_for(kind, tmp_path, monkeypatch):
    names, drawn = run_effects(CORPORA[kind], tmp_path, monkeypatch)
    if kind in ("one release", "nothing known"):
        assert not drawn
        assert "nothing may be claimed" in names["said"]
    if kind in ("no dates", "nothing known"):
        assert "effects-1-courses" not in drawn
    if kind in ("one issuer", "no issuers"):
        assert not {"effects-2-issuers", "effects-3-for-whom", "effects-4-mix"} & drawn
        assert "effects-1-courses" in drawn or kind == "no issuers"  # twelve releases
    if kind == "French":
        assert "effects-2-issuers" in drawn


EFFECTS_SETTINGS = {
    "a formula of one's own": {"PREVALENCE": "~ date"},
    "whole releases, few topics": {"UNIT": "release", "N_TOPICS": 3},
    "half-years": {"EVERY": "half", "SEED": 3},
    "who": {"WHO": "body"},
}


@pytest.mark.parametrize("kind", first(EFFECTS_SETTINGS))
def test_the_notebook_on_effects_takes_its_settings(kind, tmp_path, monkeypatch):
    frame = corpus_of(80, issuers=("A", "B", "C")).frame
    frame = frame.assign(body=frame["issuer"].map({"A": "Ministry", "B": "Ministry", "C": "Office"}))
    corpus = od.Corpus.from_frame(frame)
    names, drawn = run_effects(corpus, tmp_path, monkeypatch, **EFFECTS_SETTINGS[kind])
    assert "effects-1-courses" in drawn
    if kind == "whole releases, few topics":
        assert names["fitted"].model.n_topics == 3
        assert names["fitted"].unit == "release"
    if kind == "a formula of one's own":
        assert names["fitted"].formula == "~ date"
    if kind == "who":
        assert set(names["corpus"].frame["issuer"]) == {"Ministry", "Office"}


def notebook_of(folder, *sources):
    cells = [nbformat.v4.new_code_cell("CORPUS = 'x'", metadata={"tags": ["parameters"]}, id="p")]
    cells += [nbformat.v4.new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
    path = folder / "own.ipynb"
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=cells)), "utf-8")
    return path


def test_a_notebook_runs_in_this_python_with_its_parameters(tmp_path):
    path = notebook_of(tmp_path, "import sys; open('said', 'w').write(f'{CORPUS} {sys.executable}')")
    before = path.read_bytes()
    run_notebook(path, {"CORPUS": "here"}, figures=tmp_path, scratch=tmp_path / "s")
    assert (tmp_path / "said").read_text() == f"here {sys.executable}"
    assert path.read_bytes() == before


def test_a_failing_cell_is_named_with_the_end_of_its_error(tmp_path):
    path = notebook_of(tmp_path, "x = 1", "raise ValueError('no such\\nthing')")
    with pytest.raises(
        NotebookError, match=r"own stopped in its cell 3: ValueError: no such thing Open"
    ) as error:
        run_notebook(path, {}, figures=tmp_path, scratch=tmp_path / "s")
    assert "\n" not in str(error.value)


def test_an_interrupt_ends_the_kernel_at_once(tmp_path):
    path = notebook_of(
        tmp_path, "import os; open('pid', 'w').write(str(os.getpid()))", "import time; time.sleep(60)"
    )

    def when_asleep():
        while not (tmp_path / "pid").exists():
            time.sleep(0.05)
        time.sleep(0.3)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=when_asleep, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_notebook(path, {}, figures=tmp_path, scratch=tmp_path / "s")
    assert time.monotonic() - began < 30


def test_a_run_that_fails_leaves_the_old_figures_as_they_were(tmp_path):
    output = tmp_path / "figures"
    output.mkdir()
    (output / "a.png").write_bytes(b"old")
    path = CORPORA["one release"].save(tmp_path / "corpus.parquet")
    (tmp_path / "notebooks").mkdir()
    own = notebook_of(tmp_path / "notebooks", "1 / 0")
    with pytest.raises(NotebookError, match="ZeroDivisionError"):
        make.make_figures(path, output, say=lambda _: None, notebooks=own.parent)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["corpus.parquet", "figures", "notebooks"]
    assert [one.name for one in output.iterdir()] == ["a.png"]


def test_parameters_that_are_not_there_are_not_given_and_a_cell_without_the_tag_is_run_as_it_is(tmp_path):
    path = notebook_of(tmp_path, "open('said', 'w').write(f'{CORPUS} {\"TOPICS\" in globals()}')")
    run_notebook(path, {"CORPUS": "here", "TOPICS": 3}, figures=tmp_path, scratch=tmp_path / "s")
    assert (tmp_path / "said").read_text() == "here False"
    path.write_text(path.read_text("utf-8").replace('"parameters"', '"mine"'), "utf-8")
    run_notebook(path, {"CORPUS": "here"}, figures=tmp_path, scratch=tmp_path / "s")
    assert (tmp_path / "said").read_text() == "x False"
    with pytest.raises(InputError, match="Give that tag to the cell"):
        with_parameters(read_notebook(path), {"CORPUS": "here"})
    with pytest.raises(InputError, match="do not include TOPICS"):
        with_parameters(read_notebook(notebook_of(tmp_path, "x = 1")), {"TOPICS": 3})
