"""Coverage: a table redone by hand, gaps named, and what the picture shows."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import NotEnoughDataError, UnknownNameError

mpl.use("Agg")

RELEASES = [
    {"date": "2004-05-01", "issuer": "SECI", "text": "abc"},
    {"date": "2004-06-01", "issuer": "SECI", "text": "abcde"},
    {"date": "2008-01-01", "issuer": "SECI", "text": "a"},
    {"date": "2010-12-31", "issuer": "SECI", "text": "ab"},
    {"date": "2005-01-01", "issuer": "Europol", "text": "abcd"},
    {"date": "2006-01-01", "issuer": "Europol", "text": "abcd"},
    {"date": "2007-01-01", "issuer": None, "text": "xyz"},
    {"date": None, "issuer": "Europol", "text": "undated"},
]


@pytest.fixture
def covered():
    yield od.coverage(od.Corpus.from_frame(RELEASES))
    plt.close("all")


def test_every_group_has_every_period(covered):
    frame = covered.to_frame()
    assert list(frame.columns) == ["group", "period", "start", "end", "releases", "characters"]
    assert len(frame) == 3 * 7
    table = frame.pivot_table(index="group", columns="period", values="releases", aggfunc="sum", sort=False)
    assert table.loc["SECI"].tolist() == [2, 0, 0, 0, 1, 0, 1]
    assert table.loc["Europol"].tolist() == [0, 1, 1, 0, 0, 0, 0]
    assert table.loc["(missing)"].tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert frame["releases"].sum() == 7
    assert frame[(frame["group"] == "SECI") & (frame["period"] == "2004")]["characters"].tolist() == [8]


def test_summary_names_the_gaps(covered):
    summary = covered.summary().set_index("group")
    assert summary.loc["SECI", "gaps"] == "2005 to 2007, 2009"
    assert summary.loc["Europol", "gaps"] == ""
    assert summary.loc["SECI", "first"] == pd.Timestamp("2004-05-01")
    assert summary.loc["SECI", "last"] == pd.Timestamp("2010-12-31")
    assert summary["releases"].to_dict() == {"Europol": 2, "SECI": 4, "(missing)": 1}
    assert summary["periods_with_releases"].to_dict() == {"Europol": 2, "SECI": 3, "(missing)": 1}
    assert summary["undated"].to_dict() == {"Europol": 1, "SECI": 0, "(missing)": 0}
    assert repr(covered) == "Coverage(3 groups, 7 periods, 1 with gaps, 1 undated releases)"


def test_a_group_without_a_dated_release_stays_in_the_table():
    covered = od.coverage(od.Corpus.from_frame([*RELEASES, {"issuer": "SELEC", "text": "No date."}]))
    row = covered.summary().set_index("group").loc["SELEC"]
    assert (row["releases"], row["undated"], row["gaps"]) == (0, 1, "")
    assert pd.isna(row["first"])


def test_an_empty_name_is_no_name():
    rows = [{"date": "2001-01-01", "issuer": one, "text": "a"} for one in ("", "  ", None, "SELEC")]
    covered = od.coverage(od.Corpus.from_frame(rows))
    assert covered.to_frame()[["group", "releases"]].to_numpy().tolist() == [["SELEC", 1], ["(missing)", 3]]


def test_numbers_can_be_groups():
    rows = [{"date": "2001-01-01", "term": one, "text": "a"} for one in (2004, None, 2009)]
    covered = od.coverage(od.Corpus.from_frame(rows), by="term")
    assert covered.to_frame()["group"].tolist() == ["2004", "2009", "(missing)"]


def test_named_intervals_and_other_columns():
    corpus = od.Corpus.from_frame([{**one, "language": "en"} for one in RELEASES])
    covered = od.coverage(
        corpus, [("old", "2000-01-01", "2007-01-01"), ("new", "2007-01-01", "2010-01-01")], "language"
    )
    assert covered.to_frame()["releases"].tolist() == [4, 2]
    assert od.coverage(corpus, by=None).to_frame()["group"].unique().tolist() == ["all"]


def test_plot_shows_gaps_apart_from_what_was_before_and_after(covered):
    ax = covered.plot()
    assert [one.get_text() for one in ax.get_yticklabels()] == ["SECI", "Europol", "(missing)"]
    filled = ax.collections[0].get_array()
    assert np.ma.filled(filled, 0).reshape(3, 7)[0].tolist() == [2, 0, 0, 0, 1, 0, 1]
    (dots,) = [line for line in ax.lines if line.get_label() == "_empty"]
    assert len(dots.get_xdata()) == 5 + 6  # of Europol and (missing); SECI's four gaps are hatched
    assert len([one for one in ax.collections if one.get_hatch()]) == 4
    assert "hatched" in ax.get_xlabel()
    assert "without 1 undated" in ax.get_xlabel()


def test_plot_of_many_groups_puts_the_small_ones_together():
    rows = [
        {"date": f"{2000 + year}-01-01", "issuer": f"issuer {i:02}", "text": "a"}
        for i in range(50)
        for year in range(2)
        for _ in range(50 - i)
    ]
    ax = od.coverage(od.Corpus.from_frame(rows)).plot()
    names = [one.get_text() for one in ax.get_yticklabels()]
    assert len(names) == 40
    assert names[0] == "issuer 00"
    assert names[-1] == "other (11)"
    assert "the 39 largest of 50" in ax.get_xlabel()
    values = np.ma.filled(ax.collections[0].get_array(), 0).reshape(40, 2)
    assert values[-1].tolist() == [sum(range(1, 12))] * 2
    plt.close("all")


def test_html_is_escaped():
    shown = od.coverage(
        od.Corpus.from_frame([{"date": "2001-01-01", "issuer": "<b>", "text": "a"}])
    )._repr_html_()
    assert "<b></td>" not in shown
    assert "&lt;b&gt;" in shown


def test_mistakes_are_answered():
    corpus = od.Corpus.from_frame(RELEASES)
    with pytest.raises(UnknownNameError, match=r"'issuers'.*'issuer'"):
        od.coverage(corpus, by="issuers")
    with pytest.raises(NotEnoughDataError, match="No release has a date"):
        od.coverage(od.Corpus.from_frame([{"text": "a"}]))


def test_recipe(covered):
    assert covered.spec.to_dict()["parameters"] == {"every": "year", "by": "issuer"}
