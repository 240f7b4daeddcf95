"""Counts of units: they add up to those of releases, and units of one release do not pass for independent."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.periods import make_periods
from octadisc.terms.changes.change_cases import cases_of
from octadisc.terms.groups import Grid
from octadisc.terms.measures import Measures
from octadisc.terms.reissues import number_stories, part_among_units, weigh_reissues
from octadisc.tokens import Hits
from octadisc.tokens.units.units import to_releases

mpl.use("Agg")

RATES = ["period", "group", "query", "count", "tokens", "rate", "low", "high"]


def corpus_of(seed=0, n=120, **columns):
    """Releases of 1 to 9 sentences over six years, by three issuers; some speak of trust in most of them."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        often = rng.beta(0.3, 1.2)
        said = rng.random(rng.integers(1, 10)) < often
        text = " ".join("They spoke of trust and trust." if one else "Police met in Vienna." for one in said)
        rows.append(
            {
                "release": f"r{i}",
                "date": f"{2003 + i % 6}-05-01",
                "issuer": "ABC"[rng.integers(3)],
                "language": "en",
                "text": text,
            }
        )
    return od.Corpus.from_frame(pd.DataFrame(rows).assign(**columns))


@pytest.mark.parametrize("by", [None, "issuer"])
@pytest.mark.parametrize("reissues", ["keep", "first", "share"])
@pytest.mark.parametrize("unit", ["sentence", "paragraph", "release"])
def test_rates_of_units_are_those_of_releases_intervals_included(unit, reissues, by):
    cluster = pd.Series(np.where(np.arange(120) % 10 < 3, np.arange(120) // 10, -1)).astype("Int64")
    corpus = corpus_of(duplicate_cluster=cluster.mask(cluster < 0))
    tokens = od.tokenize(corpus)
    expected = od.track_terms(tokens, ["trust", "police"], by=by, reissues=reissues)
    made = od.track_terms(tokens.units(unit), ["trust", "police"], by=by, reissues=reissues)
    pd.testing.assert_frame_equal(made.frame[RATES], expected.frame[RATES])
    assert made.notes == expected.notes
    whole = expected.evidence("trust", "2005")
    mine = to_releases(made.evidence("trust", "2005"), tokens.units(unit))
    pd.testing.assert_frame_equal(mine[list(whole)], whole)


def test_shares_of_sentences_by_hand():
    """2007: trust in 2 of 3 + 0 of 1 sentences; 2008: in 1 of 2."""
    texts = ["Trust. Trust and trust. Police.", "Police.", "Trust. Police."]
    frame = pd.DataFrame({"text": texts, "date": ["2007-01-01", "2007-02-01", "2008-01-01"]})
    trend = od.track_terms(od.tokenize(od.Corpus.from_frame(frame)).units("sentence"), "trust")
    columns = ["releases", "matching_releases", "share", "count"]
    assert trend.frame[columns].values.tolist() == [[4, 2, 0.5, 3], [2, 1, 0.5, 1]]
    assert trend.frame[["share_low", "low"]].isna().all().all()  # three releases, whatever their sentences
    assert trend.notes[-1].startswith("Not enough data for intervals")


def test_a_release_of_equal_sentences_is_worth_one():
    """With k equal sentences each, releases say as much as if they had one."""
    frame = corpus_of().to_frame().drop(columns="issuer")
    frame["text"] = np.where(frame["text"].str.contains("trust"), "They spoke of trust.", "Police met.")
    once = od.track_terms(od.tokenize(od.Corpus.from_frame(frame)), "trust").frame
    frame["text"] = [" ".join([text] * 20) for text in frame["text"]]
    units = od.tokenize(od.Corpus.from_frame(frame)).units("sentence")
    made = od.track_terms(units, "trust").frame
    assert (made["releases"] == 20 * once["releases"]).all()
    np.testing.assert_allclose(made["share"], once["share"])
    np.testing.assert_allclose(made["share_low"], once["share_low"], atol=0.02)
    np.testing.assert_allclose(made["share_high"], once["share_high"], atol=0.02)
    alone = od.Corpus.from_frame(units.corpus.frame.drop(columns=["unit", "unit_of"]))
    naive = od.track_terms(od.tokenize(alone), "trust").frame
    width = (made["share_high"] - made["share_low"]) / (naive["share_high"] - naive["share_low"])
    assert (width > 3).all()  # the root of 20 is 4.5


def test_intervals_of_shares_hold_where_matches_cluster_in_releases():
    """30 releases of 20 sentences a period, share .1 to .3, correlation .2 within releases; 200 runs."""
    rng = np.random.default_rng(5)
    n_periods, n_releases, size, correlation = 12, 30, 20, 0.2
    days = pd.Series([f"{2000 + i}-05-01" for i in range(n_periods)]).astype("datetime64[s]")
    release = np.repeat(np.arange(n_periods * n_releases), size)
    period = release // n_releases
    grid = Grid(make_periods(days, "year"), ["all"], period, np.zeros(release.size, np.int64), 0)
    held = {"unit_of": 0.0, "release": 0.0}
    for _ in range(200):
        truth = 0.2 * rng.uniform(0.5, 1.5, n_periods)
        a = np.repeat(truth, n_releases) * (1 / correlation - 1)
        b = np.repeat(1 - truth, n_releases) * (1 / correlation - 1)
        rows = np.flatnonzero(rng.random(release.size) < rng.beta(a, b)[release])
        hits = Hits(rows, rows, rows, rows, rows, np.ones(release.size, bool))
        for column in held:
            frame = pd.DataFrame({column: release.astype(str)})
            found = Measures(frame, np.full(release.size, 20), grid, None, 0.95).of(hits)
            held[column] += np.mean((found["share_low"] <= truth) & (truth <= found["share_high"])) / 200
    assert 0.93 <= held["unit_of"] <= 0.97
    assert held["release"] < 0.7  # what taking sentences for independent would give


def test_copies_weigh_in_units_what_they_weigh_as_releases():
    texts = ["Trust. Police. More.", "Trust. Police.", "Trust."]
    frame = pd.DataFrame({"release": list("abc"), "text": texts, "date": ["2007-01-01"] * 3})
    frame = frame.assign(duplicate_cluster=[0, 0, None], duplicate_of=[None, "a", None])
    units = od.tokenize(od.Corpus.from_frame(frame)).units("sentence")
    assert weigh_reissues(units.corpus.frame, "first").tolist() == [1, 1, 1, 0, 0, 1]
    assert weigh_reissues(units.corpus.frame, "share").tolist() == [0.5, 0.5, 0.5, 0.5, 0.5, 1]
    assert od.concordance(units, "trust", reissues="first")["release"].tolist() == ["a#s1", "c#s1"]
    for reissues, releases, matching in (("keep", 6, 3), ("first", 4, 2), ("share", 3.5, 2)):
        found = od.track_terms(units, "trust", reissues=reissues).frame.iloc[0]
        assert (found["releases"], found["matching_releases"]) == (releases, matching)
        counts = od.count_terms(units, reissues=reissues)
        assert counts.matrix[:, counts.terms.index("trust")].sum() == matching
    cell = np.zeros(6, np.int64)
    assert number_stories(units.corpus.frame, cell, copies=False).tolist() == [0, 0, 0, 1, 1, 2]
    assert len(set(number_stories(units.corpus.frame, cell).tolist())) == 2
    parts = part_among_units(units.corpus.frame, cell, weigh_reissues(units.corpus.frame, "share"))
    np.testing.assert_allclose(parts, [0.5 / 3] * 3 + [0.25] * 2 + [1])


def test_changes_move_whole_releases():
    """With twenty equal sentences each, releases change as if they had one: the design effect is twenty."""
    rng = np.random.default_rng(3)
    rows = [
        {"date": f"{year}-05-01", "issuer": "AB"[i % 2], "language": "en", "match": rng.random() < share}
        for year, share in zip(range(2003, 2013), [0.2] * 5 + [0.5] * 5, strict=True)
        for i in range(20)
    ]
    once = pd.DataFrame(rows).assign(text=["Trust." if one["match"] else "Police." for one in rows])
    many = once.assign(text=[" ".join([one] * 20) for one in once["text"]])
    trends = [
        od.track_terms(od.tokenize(od.Corpus.from_frame(frame)).units("sentence"), "trust")
        for frame in (once, many)
    ]
    one, other = (next(cases_of(trend, "share")) for trend in trends)
    np.testing.assert_allclose(other.value, one.value)
    np.testing.assert_allclose(other.size, np.ones(200))
    expected, found = (od.find_changes(trend).frame.iloc[0] for trend in trends)
    assert (found["kind"], found["change"]) == (expected["kind"], expected["change"]) == ("step", "2008")
    assert found["p_value"] == pytest.approx(expected["p_value"], abs=0.01)
    assert found["before"] == pytest.approx(expected["before"])


def test_a_clear_change_is_found_in_sentences():
    rng = np.random.default_rng(0)
    rows = []
    for year in range(2003, 2013):
        for i in range(20):
            share = rng.beta(1, 3) if year < 2008 else rng.beta(3, 1)
            text = " ".join("Trust." if one else "Police." for one in rng.random(10) < share)
            rows.append({"date": f"{year}-05-01", "issuer": "AB"[i % 2], "text": text, "language": "en"})
    trend = od.track_terms(od.tokenize(od.Corpus.from_frame(rows)).units("sentence"), "trust")
    for measure in ("share", "rate"):
        row = od.find_changes(trend, measure=measure).frame.iloc[0]
        assert (row["kind"], row["change"]) == ("step", "2008")
    row = od.find_changes(trend).frame.iloc[0]
    years = trend.frame.set_index("period")
    early, late = years[:"2007"].sum(numeric_only=True), years["2008":].sum(numeric_only=True)
    assert row["before"] == pytest.approx(early["matching_releases"] / early["releases"], abs=0.02)
    assert row["after"] == pytest.approx(late["matching_releases"] / late["releases"], abs=0.02)


def test_changes_of_units_of_one_sentence_are_those_of_releases():
    rows = [
        {"date": f"{year}-05-01", "issuer": "AB"[i % 2], "text": "trust" if (i + year) % 3 else "police"}
        for year in range(2003, 2013)
        for i in range(10)
    ]
    tokens = od.tokenize(od.Corpus.from_frame(rows))
    expected = od.find_changes(od.track_terms(tokens, "trust")).frame
    found = od.find_changes(od.track_terms(tokens.units("sentence"), "trust")).frame
    pd.testing.assert_frame_equal(found, expected)


def test_splits_widen_by_the_design_effect_of_releases():
    """Between two periods; of more, the scatter shows it also to those who take units for releases."""
    corpus = corpus_of(1, n=600)
    units = od.tokenize(corpus).units("sentence")
    alone = od.Corpus.from_frame(units.corpus.frame.drop(columns=["unit", "unit_of"]))
    sides = "2005", "2006"
    found = od.split_change(od.track_terms(units, "trust"), *sides).frame.iloc[0]
    naive = od.split_change(od.track_terms(od.tokenize(alone), "trust"), *sides).frame.iloc[0]
    for one in ("change", "within", "between"):
        assert found[one] == pytest.approx(naive[one])
    width = (found["change_high"] - found["change_low"]) / (naive["change_high"] - naive["change_low"])
    # Within issuers and halves, by the textbook formula: 1 + (mean size, weighed by size - 1) × correlation.
    frame = units.corpus.frame.assign(
        match=units.find("trust").counts > 0,
        side=units.corpus.frame["date"].dt.year > 2005,
    )
    frame = frame[frame["date"].dt.year.isin([2005, 2006])].copy()
    frame["left"] = frame["match"] - frame.groupby(["issuer", "side"])["match"].transform("mean")
    sums = frame.groupby("unit_of")["left"].sum()
    effect = (sums**2).sum() / (frame["left"] ** 2).sum()
    assert width == pytest.approx(np.sqrt(effect), rel=0.15)
    assert width > 1.2


def test_pictures_say_what_the_shares_are_of_and_hollow_out_few_releases():
    units = od.tokenize(corpus_of(n=28)).units("sentence")  # five releases a year, or four
    trend = od.track_terms(units, "trust")
    ax = trend.plot(value="share")
    assert ax.get_ylabel() == "per cent of sentences"
    few = [one for one in ax.collections if one.get_label() == "_few"]
    assert sum(len(one.get_offsets()) for one in few) == 2  # 28 = 4 × 5 + 2 × 4
    assert (trend.frame["releases"] > 10).all()  # of sentences there are more
    assert (
        "sentences" not in od.track_terms(od.tokenize(corpus_of()), "trust").plot(value="share").get_ylabel()
    )
