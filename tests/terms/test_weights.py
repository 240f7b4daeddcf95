"""Releases that weigh more than others, resampled intervals, and many queries at once."""

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, OctadiscWarning, UnknownNameError
from octadisc.terms.found import find_all

FRAME = pd.DataFrame(
    {
        "date": ["2001-01-01", "2001-02-01", "2002-01-01", "2002-02-01"],
        "text": ["trust trust police", "police", "trust", "police police"],
        "reach": [3, 1, 1, 3],
    }
)


def tokens_of(frame):
    return od.tokenize(od.Corpus.from_frame(frame))


def test_weighted_counts_by_hand():
    """Weights 3, 1, 1, 3 have the mean 2: 1.5, .5, .5, 1.5."""
    trend = od.track_terms(tokens_of(FRAME), "trust", weights="reach")
    frame = trend.to_frame()
    assert frame["count"].tolist() == [3.0, 0.5]
    assert frame["tokens"].tolist() == [5.0, 3.5]
    assert frame["releases"].tolist() == [2.0, 2.0]
    assert frame["share"].tolist() == [0.75, 0.25]
    assert frame["rate"].tolist() == pytest.approx([3e6 / 5, 0.5e6 / 3.5])
    found = trend.evidence("trust")
    assert found["weight"].tolist() == [1.5, 1.5, 0.5]
    assert any("4 in the periods tell as much as 3 of equal weight" in note for note in trend.notes)  # 64/20
    assert trend.spec.to_dict()["parameters"]["weights"] == "reach"
    same = od.track_terms(tokens_of(FRAME), "trust", weights=[30, 10, 10, 30])
    pd.testing.assert_frame_equal(frame, same.to_frame())
    assert same.spec.to_dict()["parameters"]["weights"].startswith("4 numbers, sha256 ")


def many(seed=0, n=60, years=6):
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n * years):
        words = rng.choice(["trust", "police", "crime"], 30, p=[0.03, 0.5, 0.47])
        rows.append({"date": f"{2001 + i % years}-05-01", "issuer": "AB"[i % 2], "text": " ".join(words)})
    return pd.DataFrame(rows)


def test_equal_weights_change_nothing():
    tokens = tokens_of(many())
    plain = od.track_terms(tokens, ["trust", "crime"]).to_frame()
    weighed = od.track_terms(tokens, ["trust", "crime"], weights=np.full(360, 7.0)).to_frame()
    pd.testing.assert_frame_equal(plain, weighed, check_dtype=False)


def test_a_weight_of_nothing_leaves_out():
    frame = many()
    keep = np.arange(len(frame)) % 5 > 0
    some = od.track_terms(tokens_of(frame[keep]), "trust").to_frame()
    weighed = od.track_terms(tokens_of(frame), "trust", weights=keep.astype(float)).to_frame()
    np.testing.assert_allclose(weighed["share"], some["share"])
    np.testing.assert_allclose(weighed["share_low"], some["share_low"])
    np.testing.assert_allclose(weighed["high"], some["high"])


def test_uneven_weights_cost_what_kish_says():
    """Half of the releases weigh 1, half 9: (10)² / (2 · 82) = .61 of the number; intervals 1.28 as wide."""
    tokens = tokens_of(many(n=400))
    weights = np.where(np.arange(2400) // 6 % 2, 9.0, 1.0)
    plain = od.track_terms(tokens, "trust").to_frame()
    weighed = od.track_terms(tokens, "trust", weights=weights).to_frame()
    for low, high in (("share_low", "share_high"), ("low", "high")):
        wider = (weighed[high] - weighed[low]) / (plain[high] - plain[low])
        assert wider.mean() == pytest.approx(np.sqrt(2 * 82 / 100), rel=0.06)


def test_weighted_intervals_hold_the_truth():
    rng = np.random.default_rng(2)
    held = []
    for seed in range(60):
        frame = many(seed, n=40)
        weights = rng.gamma(1.0, 1.0, len(frame))
        made = od.track_terms(tokens_of(frame), "trust", weights=weights).to_frame()
        truth = 1 - 0.97**30
        held.append(((made["share_low"] <= truth) & (truth <= made["share_high"])).mean())
    assert 0.92 <= np.mean(held) <= 0.98


def test_bad_weights_are_answered():
    tokens = tokens_of(FRAME)
    with pytest.raises(UnknownNameError, match=r"weights='rach'.*'reach'"):
        od.track_terms(tokens, "trust", weights="rach")
    with pytest.raises(InputError, match="3 numbers for 4 rows"):
        od.track_terms(tokens, "trust", weights=[1, 2, 3])
    with pytest.raises(
        InputError, match=r"1 of 4 rows have no weight of at least 0 \(row 2; the first has -1"
    ):
        od.track_terms(tokens, "trust", weights=[1, -1, 1, 1])
    with pytest.raises(InputError, match=r"rows have no weight.*'much'"):
        od.track_terms(tokens, "trust", weights=[1, "much", 1, 1])
    with pytest.raises(InputError, match="weigh 0"):
        od.track_terms(tokens, "trust", weights=[0, 0, 0, 0])


def test_a_bootstrap_is_about_the_score_interval_where_releases_are_many():
    tokens = tokens_of(many(n=300))
    score = od.track_terms(tokens, ["trust", "crime"]).to_frame()
    drawn = od.track_terms(tokens, ["trust", "crime"], interval="bootstrap", seed=1)
    frame = drawn.to_frame()
    assert drawn.notes == ()
    for low, high in (("share_low", "share_high"), ("low", "high")):
        part = score["query"] == "trust"
        width = ((frame[high] - frame[low]) / (score[high] - score[low]))[part]
        assert width.between(0.75, 1.25).all()
    again = od.track_terms(tokens, ["trust", "crime"], interval="bootstrap", seed=1).to_frame()
    pd.testing.assert_frame_equal(frame, again)
    other = od.track_terms(tokens, ["trust", "crime"], interval="bootstrap", seed=2).to_frame()
    assert (other["low"] != frame["low"]).any()


def test_a_bootstrap_of_few_releases_is_warned_of():
    with pytest.warns(OctadiscWarning, match="2 of 2 periods have fewer than 30 releases"):
        trend = od.track_terms(tokens_of(FRAME), "trust", interval="bootstrap")
    assert "too narrow" in trend.notes[-1]
    assert trend.spec.to_dict()["parameters"]["interval"] == "bootstrap"
    with pytest.raises(UnknownNameError, match=r"interval='boostrap'.*'bootstrap'"):
        od.track_terms(tokens_of(FRAME), "trust", interval="boostrap")


def words_of(language="en", seed=0):
    """Releases of 60 words, so that a list of them is counted in one pass."""
    rng = np.random.default_rng(seed)
    names = [f"{a}{b}" for a in "abcdefghij" for b in "lmnopq"]
    texts = [" ".join(rng.choice(names, 40)).capitalize() + "." for _ in range(80)]
    dates = [f"{2001 + i % 5}-05-01" for i in range(80)]
    frame = pd.DataFrame({"date": dates, "text": texts, "language": language})
    return names, frame


@pytest.mark.parametrize("language", ["en", "hbs"])
@pytest.mark.parametrize("forms", [None, "folded"])
def test_many_words_in_one_pass_are_what_each_finds_alone(language, forms):
    names, frame = words_of(language)
    tokens = tokens_of(frame)
    tokens = tokens if forms is None else tokens.with_forms(forms)
    queries = {one: one for one in names} | {"either": ["al", "bl"], "wild": "a*", "AL": "al"}
    found = find_all(tokens, queries)
    assert len(found._hits) < 10
    for name, query in queries.items():
        alone = tokens.find(query)
        assert found.counts_of(name).tolist() == alone.counts.tolist()
        assert found[name].starts.tolist() == alone.starts.tolist()
    trend = od.track_terms(tokens, queries)
    few = od.track_terms(tokens, {"either": ["al", "bl"], "cm": "cm"}).to_frame()
    mine = trend.frame[trend.frame["query"].isin(["either", "cm"])]
    expected = few.sort_values(["query", "period"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(mine.sort_values(["query", "period"]).reset_index(drop=True), expected)
    assert len(trend.evidence("cm")) == trend.frame.loc[trend.frame["query"] == "cm", "count"].sum()


def test_words_of_several_habits_are_counted_as_they_are_found():
    names, frame = words_of()
    mixed = pd.concat([frame.assign(language=one) for one in ("en", "fr", "el")], ignore_index=True)
    tokens = tokens_of(mixed)
    found = find_all(tokens, {one: one for one in names})
    for name in names[::7]:
        assert found.counts_of(name).tolist() == tokens.find(name).counts.tolist()
