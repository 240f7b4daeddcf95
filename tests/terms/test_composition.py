import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError
from octadisc.statistics.dispersion import Dispersion
from octadisc.terms.composition.split_noise import spread_of_periods


def track(rows):
    """Rows of (year, issuer, matching, not matching)."""
    releases = [
        {"date": f"{year}-05-05", "issuer": issuer, "text": text}
        for year, issuer, yes, no in rows
        for text in ["trust"] * yes + ["police"] * no
    ]
    return od.track_terms(od.tokenize(od.Corpus.from_frame(releases)), "trust")


def split(rows, *args, **options):
    return od.split_change(track(rows), *args, **options).to_frame().iloc[0]


def test_kitagawas_split_by_hand():
    # A: 2 of 10, then 6 of 20. B: 5 of 10, then 2 of 5. Parts: A .5, .8; B .5, .2.
    # within = .65 (.1) + .35 (-.1) = .03; between = .25 (.3) + .45 (-.3) = -.06; change = 8/25 - 7/20.
    row = split([(2007, "A", 2, 8), (2007, "B", 5, 5), (2008, "A", 6, 14), (2008, "B", 2, 3)])
    assert row["within"] == pytest.approx(0.03)
    assert row["between"] == pytest.approx(-0.06)
    assert row["change"] == pytest.approx(8 / 25 - 7 / 20)


def test_who_is_there_on_one_side_only_is_between():
    row = split([(2007, "A", 1, 9), (2008, "A", 1, 9), (2008, "New", 10, 0)])
    assert row["within"] == pytest.approx(0, abs=1e-12)
    assert row["between"] == pytest.approx(11 / 20 - 1 / 10)
    assert row["n_both"] == 1
    assert row["note"].endswith("the rise comes from who publishes (New joined).")


counts = st.integers(0, 6)
rows = st.lists(st.tuples(st.sampled_from([2007, 2008]), st.sampled_from("ABC"), counts, counts), max_size=8)


@given(rows)
def test_within_and_between_add_up_and_lie_in_their_intervals(drawn):
    row = split([(2007, "A", 1, 1), (2008, "B", 1, 1), *drawn])
    assert row["within"] + row["between"] == row["change"] or row["within"] + row["between"] == pytest.approx(
        row["change"], abs=1e-15
    )
    for name in ("change", "within", "between"):
        assert row[f"{name}_low"] <= row[name] + 1e-12
        assert row[name] <= row[f"{name}_high"] + 1e-12


def test_one_issuer_is_all_within_with_newcombes_interval():
    # Newcombe (1998), Statistics in Medicine 17, 873, method 10, first example: 56/70 and 48/80.
    row = split([(2007, "A", 48, 32), (2008, "A", 56, 14)])
    assert row["within"] == pytest.approx(row["change"])
    assert row["between"] == pytest.approx(0, abs=1e-12)
    assert (row["change_low"], row["change_high"]) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_sides_can_be_named_or_halved():
    rows = [(2005, "A", 1, 1), (2006, "A", 1, 1), (2007, "A", 3, 1), (2008, "A", 3, 1)]
    assert split(rows)["before_periods"] == "2005 to 2006"
    named = split(rows, "2005", ["2007", "2008"])
    assert (named["before_releases"], named["after_releases"]) == (2, 8)
    with pytest.raises(UnknownNameError, match="no period '208'"):
        split(rows, "2005", "208")
    with pytest.raises(InputError, match="Only one of"):
        split(rows, "2005")
    with pytest.raises(InputError, match="both in before= and in after="):
        split(rows, "2005", ["2005", "2006"])
    with pytest.raises(NotEnoughDataError, match="of 1 period"):
        split(rows[:1])


def test_a_side_without_releases_is_said():
    row = split([(2005, "A", 1, 1), (2007, "A", 3, 1)], "2006", "2007")
    assert row["note"] == "Not enough data: no releases before the change."
    assert pd.isna(row["within"])


def test_a_reissue_weighs_what_it_weighs_in_the_trend():
    frame = pd.DataFrame({"date": ["2007-01-01", "2008-01-01", "2008-02-01", "2008-03-01"], "issuer": "A"})
    frame["text"] = ["police", "trust", "trust", "police"]
    frame = frame.assign(duplicate_cluster=[None, 0, 0, None], duplicate_of=None)
    tokens = od.tokenize(od.Corpus.from_frame(frame))
    for reissues, after in (("keep", 2 / 3), ("first", 1 / 2), ("share", 1 / 2)):
        trend = od.track_terms(tokens, "trust", reissues=reissues)
        assert od.split_change(trend, "2007", "2008").to_frame()["after"].iloc[0] == pytest.approx(after)


def test_the_evidence_adds_up():
    trend = track([(2007, "A", 2, 1), (2008, "B", 3, 1)])
    assert len(od.split_change(trend).evidence("trust", "2008")) == 3


def test_campaigns_of_few_issuers_do_not_pass_for_a_change():
    """Two issuers speak of it in some years and not in others; halves differ, but not by more."""
    years = {2001: 0, 2002: 12, 2003: 1, 2004: 11, 2005: 14, 2006: 2, 2007: 15, 2008: 13}
    rows = [(year, issuer, yes, 20 - yes) for year, yes in years.items() for issuer in "AB"]
    row = split(rows)
    assert row["within"] == pytest.approx(44 / 80 - 24 / 80)
    assert row["within_low"] < 0 < row["within_high"]
    assert row["note"].endswith("no more than chance may do.")
    steady = [
        (year, issuer, 6 if year < 2005 else 11, 14 if year < 2005 else 9)
        for year in years
        for issuer in "AB"
    ]
    row = split(steady)
    assert row["within"] == pytest.approx(44 / 80 - 24 / 80)  # the same change
    assert row["within_low"] > 0
    assert row["note"].endswith("what issuers say has changed.")


def test_one_period_a_side_cannot_tell_a_change_from_a_campaign():
    row = split([(2007, "A", 5, 45), (2007, "B", 5, 45), (2008, "A", 25, 25), (2008, "B", 25, 25)])
    assert row["within_low"] > 0
    assert row["note"].endswith("a change cannot be told from a campaign.")


def test_the_spread_of_periods_by_hand():
    """One issuer, 10 of 40 in four periods of ten a side: 5, 0, 5, 0 and 5, 5, 0, 0.

    Residuals of ±2.5 a period: 8 · 6.25 = 50. By chance 10 · (1 - 1/4) · .25 · .75 · 40/39 = 1.4423 each:
    11.54. Serial correlation of .3 over four periods: the mean scatters 1 + 2 (.75 · .3 + .5 · .09 + .25 ·
    .027) = 1.5535 times as much, the periods around it 1 - .5535 / 3 = .8155 times: 1.905.
    """
    y, n = np.array([[5.0, 0, 5, 0, 5, 5, 0, 0]]), np.full((1, 8), 10.0)
    found = spread_of_periods(np.array([[-1.0], [1.0]]), y, n, ([0, 1, 2, 3], [4, 5, 6, 7]), Dispersion())
    assert found.value == pytest.approx(1 + (50 / 11.5385 - 1) * 1.905, abs=0.01)
