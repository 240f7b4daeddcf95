"""Some figures of many: which notebooks run for them, and how far."""

import json
from pathlib import Path

import nbformat
import pytest

from octadisc.errors import InputError, MissingFileError, UnknownNameError
from octadisc.figures.gallery import build_report
from octadisc.figures.remade.only import check_same_corpus, choose_names, name_parameters, plan
from octadisc.figures.remade.places import Places
from octadisc.figures.remade.record import record_run, write_record
from octadisc.figures.save import skip_figure

SOURCES = {"p": "CORPUS = 'x'", "c1": "one()", "c2": "two()", "c3": "three()"}


def write_notebook(path, sources=SOURCES):
    cells = [nbformat.v4.new_markdown_cell("# Title", id="title")]
    cells += [
        nbformat.v4.new_code_cell(source, id=name, metadata={"tags": ["parameters"]} if name == "p" else {})
        for name, source in sources.items()
    ]
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=cells)), "utf-8")
    return path


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Give the folder of a run of two notebooks, whose cells c1 and c2 made figures, and the notebooks."""
    figures, notebooks = tmp_path / "figures", {}
    made = {}
    for stem in ("02_terms", "05_mine"):
        notebooks[stem] = write_notebook(tmp_path / f"{stem}.ipynb")
        monkeypatch.setenv("OCTADISC_NOTEBOOK", stem)
        for number, cell in ((3, "c1"), (4, "c2")):
            name = f"{stem[3:]}-{number}"
            skip_figure(name, title=name, reason="few", folder=figures)
            places = Places(figures, ["title", *SOURCES])
            places.made = {name: number}
            places.write()
            assert json.loads((figures / f"{name}.json").read_text())["cell"] == {
                "id": cell,
                "number": number,
            }
            made[name] = record_run(notebooks[stem], {"EVERY": "year"}, "ab12")
    build_report(figures)
    write_record(figures, made)
    return figures, notebooks


def test_only_the_notebook_that_makes_a_figure_runs_and_only_as_far_as_needed(run):
    figures, notebooks = run
    made = plan(figures, ["terms-3"], notebooks)
    assert {name: (set(one.names), one.until) for name, one in made.items()} == {
        "02_terms": ({"terms-3"}, "c1")
    }
    made = plan(figures, ["*-3", "mine-4"], notebooks)
    assert made["05_mine"].until == "c2"
    assert made["05_mine"].names == {"mine-3", "mine-4"}
    assert made["02_terms"].until == "c1"


def test_the_figures_own_cell_may_have_changed_and_a_later_one_may_not(run):
    figures, notebooks = run
    path = notebooks["02_terms"]
    write_notebook(path, {**SOURCES, "c1": "one('anew')"})
    assert plan(figures, ["terms-3"], notebooks)["02_terms"].until == "c1"
    write_notebook(path, {**SOURCES, "c3": "one_more()"})  # it may make the figure too
    assert plan(figures, ["terms-3"], notebooks)["02_terms"].until is None
    write_notebook(path, {name: one for name, one in SOURCES.items() if name != "c1"})
    assert plan(figures, ["terms-3"], notebooks)["02_terms"].until is None


def test_without_a_record_the_whole_notebook_runs(run):
    figures, notebooks = run
    (figures / "index.json").unlink()
    build_report(figures)
    assert plan(figures, ["terms-3"], notebooks)["02_terms"].until is None


def test_a_figure_saved_in_jupyterlab_is_made_by_the_notebook_that_made_it_before(run, monkeypatch):
    figures, notebooks = run
    monkeypatch.delenv("OCTADISC_NOTEBOOK")
    skip_figure("terms-3", title="t", reason="few", folder=figures)
    made = plan(figures, ["terms-3"], notebooks)
    assert made["02_terms"].until is None
    skip_figure("own", title="t", reason="few", folder=figures)
    with pytest.raises(InputError, match="own: this figure is made by no notebook"):
        plan(figures, ["own"], notebooks)


def test_mistakes_are_answered(run, tmp_path):
    figures, notebooks = run
    with pytest.raises(
        UnknownNameError, match=r"--only term-3: no figure is called so. Did you mean 'terms-3'"
    ):
        plan(figures, ["term-3"], notebooks)
    with pytest.raises(UnknownNameError, match=r"--only topics-\*: no figure fits"):
        plan(figures, ["terms-3", "topics-*"], notebooks)
    with pytest.raises(InputError, match="by notebook 05_mine, which is not among those that run"):
        plan(figures, ["mine-3"], {"02_terms": notebooks["02_terms"]})
    with pytest.raises(MissingFileError, match="no figures of an earlier run"):
        plan(tmp_path / "none", ["terms-3"], notebooks)


def test_one_page_holds_figures_of_one_corpus(run):
    figures, _ = run
    check_same_corpus(figures, "ab12")
    with pytest.raises(InputError, match="of another corpus"):
        check_same_corpus(figures, "cd34")


def test_other_settings_are_named(run):
    figures, notebooks = run
    same = record_run(notebooks["02_terms"], {"EVERY": "year"}, "ab12")
    assert name_parameters(figures, {"terms-3": same}) == ""
    other = record_run(notebooks["02_terms"], {"EVERY": "month", "SEED": 1}, "ab12")
    assert "another EVERY, SEED" in name_parameters(figures, {"terms-3": other})


def test_names_keep_their_order_and_come_once():
    assert choose_names(["b*", "a", "b-1"], ["a", "b-1", "b-2"]) == ["a", "b-1", "b-2"]


def test_a_cell_is_noted_for_what_it_wrote_and_nothing_else(tmp_path):
    skip_figure("old", title="t", reason="few", folder=tmp_path)
    places = Places(tmp_path, ["a", "b", ""])
    places.note(None, 1)
    skip_figure("new", title="t", reason="few", folder=tmp_path)
    (tmp_path / "table.json").write_text("[1]")
    places.note(None, 2)
    skip_figure("new", title="t", reason="none", folder=tmp_path)  # written again: the last counts
    skip_figure("more", title="t", reason="few", folder=tmp_path)
    places.note(None, cell_index=3, execute_reply={})
    places.write()
    cells = {one.stem: json.loads(one.read_text()) for one in Path(tmp_path).glob("*.json")}
    assert "cell" not in cells["old"]
    assert cells["table"] == [1]
    assert cells["new"]["cell"] == {"id": "", "number": 3}  # a notebook without ids still has numbers
    assert cells["more"]["cell"] == {"id": "", "number": 3}
