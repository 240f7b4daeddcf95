"""Drift: the distance by hand, a planted change found, none where nothing changed or only who publishes."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError
from octadisc.terms.collocations.company import Entries
from octadisc.terms.collocations.sides import Sides
from octadisc.terms.drift.drift_distance import distance_parts, jensen_shannon, measure_distance
from octadisc.tokens import Tokens

mpl.use("Agg")

WORDS = [f"{one}{two}" for one in "abcdefgh" for two in "aeiou"]
EVEN = np.full(len(WORDS), 1 / len(WORDS))
PLAIN = {"stop_words": None, "n_permutations": 199, "n_resamples": 50, "n_comparisons": 0}


def tilted(*favoured, times=6.0):
    """Give shares in which some words are more frequent than others."""
    weights = np.ones(len(WORDS))
    weights[[WORDS.index(one) for one in favoured]] = times
    return weights / weights.sum()


def make(shares, n=100, mix=None, issuers="PQRS", also=(), seed=0):
    """Give releases of two years with two nodes each (and sentences of other words), in company by shares.

    `shares` says for each year the shares, or those of each issuer.
    """
    rng = np.random.default_rng(seed)
    words, dates, who = [], [], []
    for year, mine in shares.items():
        for i in range(n):
            issuer = issuers[i % len(issuers)] if mix is None else str(rng.choice(list(issuers), p=mix[year]))
            p = mine[issuer] if isinstance(mine, dict) else mine
            release = []
            for node in ("trust", "trust", *also):
                near = rng.choice(WORDS, 4, p=p).tolist()
                release.append([*near[:2], node, *near[2:]])
            words.append(release)
            dates.append(f"{year}-05-01")
            who.append(issuer)
    frame = pd.DataFrame({"date": dates, "issuer": who, "language": "en"})
    return Tokens.from_words(words, frame)


def row_of(tokens, query="trust", **options):
    drift = od.measure_drift(tokens, query, "year", **PLAIN | options)
    (row,) = drift.to_frame().itertuples()
    return drift, row


# --- the distance


def test_a_word_that_is_gone_and_one_that_is_new_add_a_quarter_bit_each():
    # p = (1/2, 0, 1/2), q = (0, 1/2, 1/2): 1/2 * 1/2 * log2(2) for each of the first two
    assert distance_parts([2, 0, 2], [0, 5, 5]).tolist() == [0.25, 0.25, 0]
    assert jensen_shannon([2, 0, 2], [0, 5, 5]) == 0.5


counts = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=12)


@given(counts.filter(lambda given: all(sum(one) > 0 for one in zip(*given, strict=True))))
def test_the_distance_equals_scipys_and_has_its_bounds(pairs):
    before, after = (np.array(one, float) for one in zip(*pairs, strict=True))
    value = jensen_shannon(before, after)
    assert value == pytest.approx(jensenshannon(before, after, 2) ** 2, abs=1e-12)
    assert -1e-12 <= value <= 1 + 1e-12
    assert value == pytest.approx(jensen_shannon(7 * after, before))


def test_chance_is_the_mean_over_all_ways_to_deal():
    # two releases of one issuer, a word each: dealt anew they are as far apart as ever
    entries = Entries(np.array([0, 1]), np.array([0, 1]), np.ones(2), np.zeros(2))
    sides = Sides(np.arange(2), np.array([0, 1]), np.zeros(2, int), np.ones((2, 2)), np.array([0, 2]))
    distance = measure_distance(entries, sides, 2, 99, [0])
    assert (distance.value, distance.by_chance, distance.drift, distance.p_value) == (1, 1, 0, 1)


# --- drift


def test_a_drift_is_found_with_the_words_that_made_it():
    drift, row = row_of(make({2001: tilted("aa", "ae"), 2002: tilted("ba", "be")}))
    assert (row.before, row.after, row.kind) == ("2001", "2002", "moved")
    assert (row.hits_before, row.hits_after, row.releases_before, row.releases_after) == (200, 200, 100, 100)
    assert row.low <= row.drift <= row.high
    true = float(jensen_shannon(tilted("aa", "ae"), tilted("ba", "be")))
    assert row.low < true < row.high
    first = drift.words.head(4).set_index("word")["direction"].to_dict()
    assert first == {"aa": "went", "ae": "went", "ba": "came", "be": "came"}
    assert drift.words["part"].sum() == pytest.approx(row.distance)
    assert drift.words["by_chance"].sum() == pytest.approx(row.by_chance)
    assert drift.words[["share_before", "share_after"]].sum().tolist() == pytest.approx([1, 1])
    assert row.words == len(drift.words)


def test_evidence_adds_up_to_the_counts():
    drift, _ = row_of(make({2001: tilted("aa"), 2002: tilted("ba")}))
    for one in drift.words.head(6).itertuples():
        for side in ("before", "after"):
            found = drift.evidence(one.word, side=side)
            assert len(found) == getattr(one, f"count_{side}")
            assert found["sentence"].str.contains(one.word).all()
            assert found["sentence"].str.contains("trust").all()
        assert len(drift.evidence(one.word)) == one.count_before + one.count_after


def test_nothing_is_found_where_nothing_moved():
    found = [row_of(make({2001: EVEN, 2002: EVEN}, seed=seed))[1] for seed in range(40)]
    assert sum(one.kind == "moved" for one in found) <= 6  # 2 are to be expected
    # of 40 words and 800 on each side chance gives about 39 * (2 / 800) / (8 log 2) bits, by the chi-squared
    assert np.mean([one.distance for one in found]) == pytest.approx(
        39 * (2 / 800) / (8 * np.log(2)), rel=0.15
    )
    assert abs(np.mean([one.drift for one in found])) < 0.002


def test_who_publishes_is_no_drift():
    shares = {"P": tilted("aa", "ae", "ai"), "Q": tilted("ba", "be", "bi")}
    mix = {2001: (0.15, 0.85), 2002: (0.85, 0.15)}
    row = row_of(make({2001: shares, 2002: shares}, n=150, mix=mix, issuers="PQ"))[1]
    assert row.distance > 0.06
    assert row.kind == "none"
    assert abs(row.drift) < row.distance / 3


def test_a_drift_that_all_words_share_is_that_of_the_language():
    others = [f"w{one}" for one in "abcdefghijkl"]
    both = make({2001: tilted("aa", "ae"), 2002: tilted("ba", "be")}, also=[*others, *others], seed=1)
    row = row_of(both, n_comparisons=12)[1]
    assert row.n_comparisons == 12
    assert row.as_much > 0.1
    assert row.kind == "moved with the language"


def test_a_drift_that_no_other_word_has_is_the_querys_own():
    rng = np.random.default_rng(3)
    base = make({2001: tilted("aa", "ae"), 2002: tilted("ba", "be")})
    words = [
        [sentence.split() for sentence in text.split("\n")] for text in base.corpus.frame["text"]
    ]  # the two sentences with trust, on a line
    others = [f"w{one}" for one in "abcdefghijkl"]
    for release in words:
        for node in [*others, *others]:
            near = rng.choice(WORDS, 4).tolist()
            release.append([*near[:2], node, *near[2:]])
    frame = base.corpus.frame[["date", "issuer", "language"]]
    row = row_of(Tokens.from_words(words, frame), n_comparisons=12)[1]
    assert row.kind == "moved"
    assert row.n_comparisons == 12
    assert row.as_much == 0
    assert row.comparison < row.drift / 3


def test_too_little_is_said_in_words():
    drift, row = row_of(make({2001: EVEN, 2002: EVEN}, n=24))
    assert row.kind == "not enough data"
    assert "48 occurrences before, at least 50" in row.note
    assert np.isnan(row.drift)
    assert drift.words.empty
    assert "not enough data" in drift.plot().texts[0].get_text()
    mpl.pyplot.close("all")


def test_issuers_that_are_on_one_side_only_tell_nothing():
    shares = dict.fromkeys("PQRS", EVEN)
    mix = {2001: (0.5, 0.5, 0, 0), 2002: (0, 0, 0.5, 0.5)}
    row = row_of(make({2001: shares, 2002: shares}, mix=mix))[1]
    assert row.kind == "not enough data"
    assert "0 releases of issuers that are on both sides" in row.note


def test_every_period_is_compared_with_the_previous_or_the_first():
    tokens = make({2001: EVEN, 2002: EVEN, 2003: tilted("aa")}, n=60)
    for against, pairs in (
        ("previous", [("2001", "2002"), ("2002", "2003")]),
        ("first", [("2001", "2002"), ("2001", "2003")]),
    ):
        frame = od.measure_drift(tokens, "trust", "year", against=against, **PLAIN).to_frame()
        assert list(zip(frame["before"], frame["after"], strict=True)) == pairs
    spans = {"before": ("2001-01-01", "2003-01-01"), "after": ("2003-01-01", "2004-01-01")}
    (row,) = od.measure_drift(tokens, "trust", **spans, **PLAIN).to_frame().itertuples()
    assert (row.before, row.after, row.hits_before, row.hits_after) == ("before", "after", 240, 120)


def test_units_of_a_release_move_together():
    tokens = make({2001: EVEN, 2002: EVEN}, n=60)
    whole = row_of(tokens)[1]
    cut = row_of(tokens.units("sentence"))[1]
    assert (cut.hits_before, cut.releases_before) == (whole.hits_before, whole.releases_before)
    assert cut.distance == pytest.approx(whole.distance)
    assert cut.by_chance == pytest.approx(whole.by_chance)  # dealt as whole releases, with the same seed


def test_the_picture_has_what_came_on_the_right_and_what_went_on_the_left():
    drift, row = row_of(make({2001: tilted("aa", "ae"), 2002: tilted("ba", "be")}))
    ax = drift.plot(n=2)
    drawn = [one.get_xdata() for one in ax.lines if one.get_marker() in "<>"]
    words = drift.words.set_index("word")
    change = 1000 * (words["share_after"] - words["share_before"])
    np.testing.assert_allclose(np.sort(np.concatenate(drawn)), np.sort(change[["aa", "ae", "ba", "be"]]))
    assert sorted(one.get_text() for one in ax.get_yticklabels()) == ["aa", "ae", "ba", "be"]
    assert f"{row.drift:.3f} bits" in ax.get_xlabel()
    mpl.pyplot.close("all")


def test_same_seed_same_drift_for_any_number_of_threads():
    tokens = make({2001: EVEN, 2002: tilted("aa")})
    one, two = (row_of(tokens, seed=4, n_threads=n)[0].to_frame() for n in (1, 3))
    pd.testing.assert_frame_equal(one, two)


def test_faces():
    drift, _ = row_of(make({2001: EVEN, 2002: EVEN}, n=40))
    assert repr(drift) == "Drift(1 comparison: 1 none)"
    assert "<table" in drift._repr_html_()
    assert drift.spec.to_dict()["parameters"]["min_count"] == 10
    assert drift.spec.seed == 0


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({}, InputError, 'every="year"'),
        ({"every": "year", "before": ("2001", "2002")}, InputError, "which periods"),
        ({"before": "2001", "after": "2002"}, InputError, "two days each"),
        ({"before": ("2001-01-01", "2002-01-01")}, InputError, "two days each"),
        ({"every": "year", "against": "last"}, InputError, "'previous' or 'first'"),
        ({"every": "year", "n_permutations": 10}, InputError, "n_permutations=10"),
        ({"every": "year", "min_count": 1.5}, InputError, "min_count=1.5"),
        ({"every": [("all", "2000-01-01", "2010-01-01")]}, NotEnoughDataError, "one period only"),
        ({"every": "yaer"}, UnknownNameError, "Did you mean 'year'"),
    ],
)
def test_mistakes_are_answered(options, error, match):
    tokens = make({2001: EVEN, 2002: EVEN}, n=4)
    with pytest.raises(error, match=match):
        od.measure_drift(tokens, "trust", **options)


def test_a_choice_is_asked_for_where_there_are_several():
    tokens = make({2001: EVEN, 2002: EVEN, 2003: EVEN}, n=40)
    drift = od.measure_drift(tokens, "trust", "year", **PLAIN)
    with pytest.raises(InputError, match="Choose one: query='trust', before='2001'"):
        drift.evidence("aa")
    assert len(drift.evidence("aa", before="2002"))
    with pytest.raises(UnknownNameError, match="no query 'trusty'"):
        drift.plot(query="trusty")
    with pytest.raises(UnknownNameError, match="'zz' is not in the company"):
        drift.evidence("zz", before="2001")
    with pytest.raises(UnknownNameError, match="side='left'"):
        drift.evidence("aa", before="2001", side="left")
