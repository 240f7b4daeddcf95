"""Rules that several rooms share are the same everywhere."""

import csv
import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, OctadiscWarning
from octadisc.figures import files
from octadisc.terms.events.events import read_event
from octadisc.tokens.lines import sheets
from octadisc.tokens.lines.samples import lay_cells

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "a\r=1+1",
    "'=1+1",
    "''-1",
    "trust",
    "'quoted'",
    "",
]


def test_formulas_are_defused_alike_in_figures_and_in_sheets():
    table = pd.DataFrame({"said": pd.Series(HOSTILE, dtype="str"), "n": -1.5})
    read = [
        [row["said"] for row in csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline=""))]
        for made in (files.to_csv([("a", table)]), sheets.to_csv(table))
    ]
    assert read[0] == [one.replace("\r", "\n") for one in read[1]]  # figures' tables have LF only
    assert [sheets.undefused(one) for one in read[1]] == HOSTILE
    assert not any(one.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for one in read[0])


def test_what_a_sample_calls_groups_a_trend_calls_groups():
    values = pd.Series([2008.0, None, 2009.0, 2008.0] * 3)
    frame = pd.DataFrame({"text": "trust", "date": "2008-05-01", "column": values})
    frame["issuer"] = [" SELEC", "", "Europol", None] * 3
    tokens = od.tokenize(od.Corpus.from_frame(frame))
    rows = np.arange(len(frame))
    for by, names in (
        ("column", ["2008", "2009", "(missing)"]),
        ("issuer", ["Europol", "SELEC", "(missing)"]),
    ):
        assert lay_cells(tokens.corpus.frame, rows, None, by).frame[by].tolist() == names
        assert od.track_terms(tokens, "trust", by=by).frame["group"].tolist() == names


def test_the_undated_are_said_alike():
    texts = ["Trust in the police grows.", "Borders and customs and taxes and nothing else to say here."]
    rows = [{"date": f"20{i:02d}-05-01", "text": text} for i in range(1, 9) for text in texts * 4]
    tokens = od.tokenize(od.Corpus.from_frame([*rows, {"text": texts[0]}]))
    said = "Without a date, and so in no period: 1 release."
    for make in (
        lambda: od.track_terms(tokens, "trust"),
        lambda: od.find_collocates(tokens, "trust", every="year"),
        lambda: od.measure_drift(tokens, "trust", every="year"),
    ):
        with pytest.warns(OctadiscWarning, match=r"in no period: 1 release\. Look at corpus.dates"):
            assert said in make().notes


def test_rows_are_called_what_they_are():
    corpus = od.Corpus.from_frame([{"text": "Police met. They spoke of trust."}, {"text": "Nothing."}])
    tokens = od.tokenize(corpus)
    assert repr(tokens).endswith("2 releases)")
    assert "2 releases" in repr(corpus)
    sentences = tokens.units("sentence")
    assert repr(sentences).endswith("3 sentences)")
    assert "3 sentences" in repr(sentences.corpus)
    assert "<b>Corpus</b>: 3 sentences" in sentences.corpus._repr_html_()
    assert repr(od.tokenize(od.Corpus.from_frame([{"text": "Alone."}]))).endswith("1 release)")


@pytest.mark.parametrize("bad", ["13/2019", "soon", 20.5])
def test_bad_dates_of_counts_are_named_with_their_row(bad):
    releases = [{"date": "2008-03-28"}, {"date": bad}]
    with pytest.raises(InputError, match=rf"1 dates cannot be read \(row 2: '{bad}'\). Expected ISO dates"):
        od.TermCounts.from_matrix([[1], [2]], ["trust"], releases)


def test_good_dates_of_counts_are_days():
    releases = [{"date": "2008-03-28"}, {"date": None}, {"date": pd.Timestamp("2009-01-01")}]
    counts = od.TermCounts.from_matrix([[1], [2], [1]], ["trust"], releases)
    assert counts.releases["date"].astype("str").tolist()[::2] == ["2008-03-28", "2009-01-01"]
    assert counts.releases["date"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize("bad", [pd.NaT, np.datetime64("NaT"), None, 2008])
def test_what_is_no_event_is_refused(bad):
    with pytest.raises(InputError, match=r"is no event\. Expected a date such as"):
        read_event(bad)


@pytest.mark.parametrize("unit", ["release", "sentence"])
def test_coders_of_whole_units_are_told_to_read_them_whole(unit, tmp_path):
    rows = [{"text": f"They met. They spoke of {'trust' if i % 4 else 'borders'}."} for i in range(40)]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    sample = od.audit_sample(tokens, "trust", 12, unit=unit, path=tmp_path / "audit.xlsx")
    page = openpyxl.load_workbook(tmp_path / "audit.xlsx")["instructions"]
    said = " ".join(str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell)
    assert f"Each row is one {unit}. All of it stands in the column match" in said
    assert f"Read the whole {unit} and say in the last columns whether it speaks of" in said
    assert "one place where the words" not in said  # what is said of a concordance's lines
    assert len(sample) == 12


def test_coders_of_lines_are_told_to_read_the_line(tmp_path):
    tokens = od.tokenize(od.Corpus.from_frame([{"text": "They spoke of trust."}]))
    od.coding_sheet(od.concordance(tokens, "trust"), ["yes", "no"], path=tmp_path / "lines.xlsx")
    page = openpyxl.load_workbook(tmp_path / "lines.xlsx")["instructions"]
    said = " ".join(str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell)
    assert "Each row is one place where the words in the column match occur" in said
    assert "whole" not in said


@pytest.mark.parametrize("known", [True, False])
def test_a_line_that_two_have_coded_counts_once(known):
    """Ten lines, of which two coders call eight right: 80% of 10, not of 20. On an eleventh they disagree."""
    rows = [{"release": f"r{i}", "text": f"They met. They spoke of trust in town {i}."} for i in range(11)]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    lines = od.concordance(tokens, "trust")
    judged = lines.to_frame()[["release", "start", "end"]].assign(judgement=[True] * 8 + [False] * 3)
    other = judged.assign(judgement=[True] * 8 + [False] * 2 + [True])
    sample = lines if known else None
    once = od.audit(tokens, "trust", judged.iloc[:10], sample=sample)
    twice = od.audit(tokens, "trust", pd.concat([judged, other]), sample=sample)
    numbers = ["precision", "precision_low", "precision_high"]
    assert once.frame["precision"].tolist() == pytest.approx([0.8])
    np.testing.assert_allclose(twice.frame[numbers], once.frame[numbers])
    assert "Judged in two ways, and not counted: 1 line." in twice.notes


def test_judgements_that_are_lists_are_no_traceback():
    rows = [{"release": f"r{i}", "text": "trust" if i % 2 else "police"} for i in range(6)]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    judged = pd.DataFrame({"release": [f"r{i}" for i in range(6)], "judgement": [["yes"]] * 6})
    assert "'yes'" in " ".join(od.audit(tokens, "trust", judged).notes)
