"""Why a figure came out otherwise: each reason is named, several at once are, and so is the lack of one."""

import copy
import json

import pandas as pd
import pytest

import octadisc as od
from octadisc.figures.check import compare_figures, tell_verdicts
from octadisc.figures.clauses import Clause, save_claim
from octadisc.figures.gallery import build_report
from octadisc.figures.remade.reasons import find_reasons
from octadisc.figures.remade.record import all_records, read_record, record_run, write_record
from octadisc.figures.remade.releases import digest_releases, name_changes, recall, remember
from octadisc.figures.save import skip_figure
from octadisc.figures.summary import save_summary
from octadisc.spec import Spec

ROOT = {"function": "load_corpus", "parameters": {"path": "a.csv"}, "fingerprint": "ab12"}
RECIPE = {
    "name": "a-1",
    "fingerprint": "ef56",
    "cell": {"id": "c2", "number": 4},
    "results": [
        {
            "function": "track_terms",
            "parameters": {"every": "year", "queries": {"trust": "trust"}},
            "seed": 0,
            "fingerprint": "ef56",
            "inputs": [{"function": "Corpus.between", "fingerprint": "ef56", "inputs": [ROOT]}],
        }
    ],
    "versions": {"python": "3.11.7", "numpy": "2.4.6"},
}
MADE = {
    "corpus": "ab12",
    "corpus_file": "0011",
    "notebook": "02_terms",
    "cells": [["p", "00"], ["c1", "11"], ["c2", "22"], ["c3", "33"]],
    "parameters": {"EVERY": "year"},
    "octadisc": "aaaa",
    "libraries": {"numpy": "2.4.6", "pandas": "3.1.1"},
    "machine": "Linux x86_64",
    "files": {"data/staff.csv": "88", "a.csv": "88"},
}


def reasons(change_recipe=lambda one: None, change_made=lambda one: None, before=MADE, **more):
    recipe, made = copy.deepcopy(RECIPE), copy.deepcopy(MADE)
    change_recipe(recipe)
    change_made(made)
    return [str(one) for one in find_reasons(RECIPE, recipe, before, made, **more)]


CASES = {
    "corpus: ab12 → cd34": (
        lambda r: r["results"][0]["inputs"][0]["inputs"][0].update(fingerprint="cd34"),
        lambda m: m.update(corpus="cd34"),
    ),
    "file: data/staff.csv changed": (
        lambda r: None,
        lambda m: m.update(files={"data/staff.csv": "99", "a.csv": "88", "later.csv": "77"}),
    ),
    "corpus: the same texts; their sources, issues or copies are others": (
        None,
        lambda m: m.update(corpus_file="0022"),
    ),
    'parameters: EVERY "year" → "month"': (
        lambda r: r["results"][0]["parameters"].update(every="month"),
        lambda m: m["parameters"].update(EVERY="month"),
    ),
    'parameters: QUESTION not set → "trust"': (None, lambda m: m["parameters"].update(QUESTION="trust")),
    "parameters: seed of track_terms 0 → 1": (lambda r: r["results"][0].update(seed=1), None),
    "parameters: WHO not set → bodies.csv (0123abcd)": (
        None,
        lambda m: m["parameters"].update(WHO={"file": "bodies.csv", "sha256": "0123abcdef"}),
    ),
    "code: octadisc's own": (None, lambda m: m.update(octadisc="bbbb")),
    "code: cell c1 of notebook 02_terms": (None, lambda m: m["cells"].__setitem__(1, ["c1", "99"])),
    "code: cells new and c2 of notebook 02_terms": (
        None,
        lambda m: m.update(cells=[["p", "00"], ["c1", "11"], ["new", "1"], ["c2", "2"]]),
    ),
    "code: the order of the cells of notebook 02_terms": (
        None,
        lambda m: m.update(cells=[["c1", "11"], ["p", "00"], ["c2", "22"]]),
    ),
    "library: pandas 3.1.1 → 3.2": (None, lambda m: m["libraries"].update(pandas="3.2")),
    "library: python 3.11.7 → 3.12.1": (lambda r: r["versions"].update(python="3.12.1"), None),
    "machine: Linux x86_64 → Darwin arm64": (None, lambda m: m.update(machine="Darwin arm64")),
    "unexplained: the recipe is the same: report this": (None, None),
}


@pytest.mark.parametrize("said", CASES)
def test_each_reason_is_named(said):
    recipe, made = (one or (lambda _: None) for one in CASES[said])
    assert reasons(recipe, made) == [said]


def test_a_cell_after_the_one_that_made_the_figure_is_no_reason():
    assert reasons(change_made=lambda m: m["cells"].__setitem__(3, ["c3", "99"])) == [
        "unexplained: the recipe is the same: report this"
    ]


def test_several_reasons_are_all_named():
    def change(made):
        made.update(corpus="cd34", octadisc="bbbb")
        made["libraries"].update(numpy="2.5")

    assert reasons(change_made=change) == [
        "corpus: ab12 → cd34",
        "code: octadisc's own",
        "library: numpy 2.4.6 → 2.5",
    ]


def test_a_part_of_the_corpus_is_not_another_corpus():
    """Another stretch of time gives another fingerprint of what was counted, of the same releases."""

    def narrow(recipe):
        recipe["results"][0]["inputs"][0].update(fingerprint="9999", parameters={"start": "2005"})
        recipe["fingerprint"] = recipe["results"][0]["fingerprint"] = "9999"

    assert reasons(narrow) == ['parameters: start of Corpus.between not set → "2005"']
    assert reasons(narrow, before=None) == ['parameters: start of Corpus.between not set → "2005"']


def test_without_a_record_it_is_said_that_the_reason_is_not_known():
    (said,) = reasons(before=None)
    assert said.startswith("unknown: how it was made is not written down")
    assert reasons(edited=["a-1.csv"]) == ["file: a-1.csv is not what was saved: it was changed by hand"]


def corpus_of(*texts):
    rows = [{"release": f"r{i}", "text": text} for i, text in enumerate(texts)]
    return od.Corpus.from_frame(rows, spec=Spec("load_corpus", {"path": "a.csv"}))


def make(folder, values=(1.0, 2.0), corpus=None, octadisc="aaaa"):
    """Make a folder of figures, as a run would."""
    from octadisc.drawing.marks import draw_bars
    from octadisc.drawing.style import new_figure
    from octadisc.figures.save import Table, save_figure

    corpus = corpus or corpus_of("Trust.")
    fig, (ax,) = new_figure(width="single", height=30)
    draw_bars(ax, ["A", "B"], list(values))
    table = Table.of(pd.DataFrame({"issuer": ["A", "B"], "share": values}), "shares", corpus.spec)
    save_figure(fig, "a-1", alt="Bars.", data=table, folder=folder)
    skip_figure("a-3", title="A", reason="too few", folder=folder)
    save_claim("a-4", [[Clause(f"Trust rose to {values[1]}.")]], title="Claim", folder=folder)
    save_summary(corpus, folder)
    build_report(folder)
    record = {**MADE, "corpus": corpus.fingerprint, "octadisc": octadisc}
    write_record(folder, {f"a-{i}": record for i in (1, 3, 4)})
    return folder


def test_check_names_what_several_figures_share_once(tmp_path, monkeypatch):
    monkeypatch.setenv("OCTADISC_CACHE", str(tmp_path / "cache"))
    old = make(tmp_path / "old")
    assert [str(one) for one in compare_figures(old, make(tmp_path / "same"))] == [
        f"a-{i}: same bytes" for i in (1, 3, 4)
    ]
    grown = corpus_of("Trust!", "More.")
    new = make(tmp_path / "new", (1.0, 3.0), grown, "bbbb")
    lines = tell_verdicts(compare_figures(old, new))
    assert lines[0] == "a-1: different (share in row 2 was 2.0 and is 3.0); corpus; code"
    assert lines[1] == "a-3: same bytes"
    assert lines[2] == "a-4: different (the claim reads otherwise); corpus; code"
    assert lines[3:5] == ["Why:", "  code: octadisc's own"]
    assert lines[5].startswith("  corpus: 1 release before, 2 now (")
    assert lines[6:] == ["1 of 3 figures hold."]
    for one in (corpus_of("Trust."), grown):
        remember(one, tmp_path / "cache" / "corpora")
    (said,) = [one for one in tell_verdicts(compare_figures(old, new)) if one.startswith("  corpus")]
    assert said.startswith("  corpus: 1 release came (r1), 1 changed (r0) (")
    assert len(compare_figures(old, new, only=["a-1"])) == 1


def test_a_file_that_was_changed_by_hand_is_found(tmp_path):
    old, new = make(tmp_path / "old"), make(tmp_path / "new")
    path = old / "a-1.csv"
    path.write_text(path.read_text("utf-8").replace("2.0", "2.5"), "utf-8")
    found = compare_figures(old, new)[0]
    assert found.outcome == "different"
    assert str(found.reasons[0]) == "file: a-1.csv is not what was saved: it was changed by hand"


def test_a_figure_saved_anew_since_has_no_record(tmp_path):
    folder = make(tmp_path / "figures")
    assert read_record(folder, ["a-1", "a-3"])["a-1"]["notebook"] == "02_terms"
    recipe = json.loads((folder / "a-1.json").read_text("utf-8"))
    (folder / "a-1.json").write_text(json.dumps({**recipe, "caption": "Mine"}), "utf-8")
    assert list(read_record(folder, ["a-1", "a-3"])) == ["a-3"]
    assert set(all_records(folder)) == {"a-1", "a-3", "a-4"}
    (folder / "index.json").write_text("[]")
    assert all_records(folder) == {}


def test_figures_of_notebooks_that_did_not_run_are_not_checked(tmp_path):
    old = make(tmp_path / "old")
    new = tmp_path / "new"
    skip_figure("a-3", title="A", reason="too few", folder=new)
    build_report(new)
    found = {one.name: one for one in compare_figures(old, new, ran=["01_corpus"])}
    assert found["a-1"].outcome == "not checked"
    assert found["a-1"].detail == "its notebook was not run"
    assert tell_verdicts(list(found.values())) == [
        "a-3: same bytes",
        "Not checked: a-1 and a-4; its notebook was not run.",
        "1 of 1 figure holds.",
    ]
    assert compare_figures(old, new, ran=[""])[-1].outcome == "missing"


def test_releases_that_came_went_and_changed_are_counted(tmp_path):
    rows = [{"release": f"r{i}", "text": f"Trust {i}.", "date": "2008-01-02"} for i in range(4)]
    before = od.Corpus.from_frame(rows)
    after = od.Corpus.from_frame(
        [*rows[1:3], {**rows[3], "date": "2009-01-02"}, {"release": "x", "text": "y"}]
    )
    remember(before, tmp_path)
    known = recall(before.fingerprint, tmp_path)
    assert known == digest_releases(before)
    assert name_changes(known, digest_releases(after)) == "1 release came (x), 1 went (r0), 1 changed (r3)"
    assert recall("0" * 16, tmp_path) is None
    assert recall("../x", tmp_path) is None
    (tmp_path / f"{before.fingerprint}.json.gz").write_bytes(b"damaged")
    assert recall(before.fingerprint, tmp_path) is None


def test_a_record_holds_files_by_name_and_hash_and_no_path(tmp_path):
    (tmp_path / "bodies.csv").write_text("issuer,who\n")
    notebook = tmp_path / "own.ipynb"
    cell = {"cell_type": "code", "id": "p", "metadata": {}, "source": "X = 1", "outputs": []}
    notebook.write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))
    given = {"WHO": str(tmp_path / "bodies.csv"), "LISTS": [tmp_path / "bodies.csv", ("a", 1)], "CORPUS": "x"}
    made = record_run(notebook, given, "ab12")
    assert str(tmp_path) not in json.dumps(made)
    assert made["parameters"]["WHO"]["file"] == "bodies.csv"
    assert made["parameters"]["LISTS"] == [made["parameters"]["WHO"], ["a", 1]]
    (tmp_path / "bodies.csv").write_text("issuer,who\nA,B\n")
    again = record_run(notebook, given, "ab12")
    (said,) = [str(one) for one in find_reasons({}, {}, made, again) if "WHO" in str(one)]
    assert said.startswith("parameters: LISTS ")
    assert "WHO bodies.csv (" in said
