"""Krippendorff's alpha against published values, hand arithmetic, and a plain reckoning over all pairs."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from octadisc.errors import InputError
from octadisc.statistics.agreement import (
    FEWEST_UNITS,
    agreement_interval,
    count_coincidences,
    krippendorff_alpha,
    percent_agreement,
)

NO = float("nan")
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A to D.
BINARY = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
NOMINAL = [list("aabbdcccedda"), list("babbbcccedd") + ["d"]]
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NO, NO, NO],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NO, 3],
    [NO, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NO],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NO],
]


@pytest.mark.parametrize(
    ("values", "metric", "published"),
    [
        (BINARY, "nominal", 0.095),
        (NOMINAL, "nominal", 0.692),
        (FOUR, "nominal", 0.743),
        (FOUR, "ordinal", 0.815),
        (FOUR, "interval", 0.849),
        (FOUR, "ratio", 0.797),
    ],
)
def test_alpha_is_the_published_one(values, metric, published):
    assert krippendorff_alpha(values, metric) == pytest.approx(published, abs=0.0005)


def test_alpha_by_hand():
    # Two coders, three units: 1 1, 1 2, 2 2. Of six values three are 1 and three 2, so that 3 · 3 · 2 = 18 of
    # the 6 · 5 = 30 ordered pairs differ; observed are 2 of 6. alpha = 1 - (2 / 6) / (18 / 30) = 4 / 9.
    assert krippendorff_alpha([[1, 1, 2], [1, 2, 2]]) == pytest.approx(4 / 9)
    # With 1, 1 | 1, 3 | 3, 3 on a scale the differences of 2 count 4 both above and below: the same.
    assert krippendorff_alpha([[1, 1, 3], [1, 3, 3]], "interval") == pytest.approx(4 / 9)


def plain_alpha(values, metric):
    """Alpha as its definition reads, over all pairs."""
    table = np.array(values, float)
    units = [column[~np.isnan(column)] for column in table.T]
    units = [unit for unit in units if unit.size > 1]
    pooled = np.concatenate(units)
    n = pooled.size
    known, counts = np.unique(pooled, return_counts=True)

    def apart(c, k):
        if metric == "nominal":
            return float(c != k)
        if metric == "interval":
            return (c - k) ** 2
        if metric == "ratio":
            return 0.0 if c == k else ((c - k) / (c + k)) ** 2
        low, high = min(c, k), max(c, k)
        between = counts[(known >= low) & (known <= high)].sum()
        return 0.0 if c == k else float(between - (counts[known == c] + counts[known == k]).sum() / 2) ** 2

    observed = sum(sum(apart(c, k) for c, k in permutations(unit, 2)) / (unit.size - 1) for unit in units) / n
    expected = sum(apart(c, k) for c, k in permutations(pooled, 2)) / (n * (n - 1))
    return 1 - observed / expected


@given(
    st.integers(2, 4).flatmap(
        lambda coders: st.lists(
            st.lists(st.sampled_from([1, 2, 3, 5, 8, NO]), min_size=7, max_size=7),
            min_size=coders,
            max_size=coders,
        )
    ),
    st.sampled_from(["nominal", "ordinal", "interval", "ratio"]),
)
def test_alpha_is_what_its_definition_gives(values, metric):
    made = count_coincidences(values, metric)
    alpha = krippendorff_alpha(values, metric)
    if made.why_undefined():
        assert np.isnan(alpha)
        return
    assert alpha == pytest.approx(plain_alpha(values, metric))
    # neither who coded nor the order of the units matters
    assert krippendorff_alpha([row[::-1] for row in values[::-1]], metric) == pytest.approx(alpha)


def test_order_is_all_that_ordinal_data_have():
    stretched = np.array(FOUR) ** 3
    assert krippendorff_alpha(stretched, "ordinal") == pytest.approx(krippendorff_alpha(FOUR, "ordinal"))
    moved = np.array(FOUR) * 10 + 7
    assert krippendorff_alpha(moved, "interval") == pytest.approx(krippendorff_alpha(FOUR, "interval"))
    scaled = np.array(FOUR) * 3
    assert krippendorff_alpha(scaled, "ratio") == pytest.approx(krippendorff_alpha(FOUR, "ratio"))


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
def test_where_nothing_varies_or_nothing_is_paired_there_is_no_alpha(metric):
    assert np.isnan(krippendorff_alpha([[0.1] * 5] * 3, metric))
    assert "nothing varies" in count_coincidences([[0.1] * 5] * 3, metric).why_undefined()
    assert np.isnan(krippendorff_alpha([[1, NO], [NO, 2]], metric))
    assert "two coders" in count_coincidences([[1, NO], [NO, 2]], metric).why_undefined()
    assert krippendorff_alpha([[1, 2], [1, 2]], metric) == 1
    assert krippendorff_alpha([[0, 0, 4], [0, 0, 4]], metric) == pytest.approx(1)


def test_percent_agreement_counts_pairs_and_averages_units():
    # unit 1: three coders, one pair of three agrees; unit 2: two coders agree; unit 3: one coder
    values = [["a", "b", "c"], ["a", "b", None], ["x", None, None]]
    assert percent_agreement(values) == pytest.approx((1 / 3 + 1) / 2)
    assert np.isnan(percent_agreement([["a", None], [None, "a"]]))


def test_the_interval_comes_again_with_its_seed_and_holds_alpha():
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, 120)
    values = [np.where(rng.random(120) < 0.2, 1 - truth, truth) for _ in range(2)]
    made = count_coincidences(values)
    low, high, reason = agreement_interval(made, seed=1)
    assert reason == ""
    assert low < made.alpha()[0] < high
    assert agreement_interval(made, seed=1)[:2] == (low, high)
    assert agreement_interval(made, seed=2)[:2] != (low, high)
    narrow = agreement_interval(made, level=0.5, seed=1)
    assert low < narrow[0] < narrow[1] < high


def test_lines_of_one_release_are_drawn_together():
    # in every release all lines are alike, so that there are 20 cases and not 200
    rng = np.random.default_rng(2)
    release = np.repeat(np.arange(20), 10)
    one, two = rng.integers(0, 2, 20)[release], rng.integers(0, 2, 20)[release]
    made = count_coincidences([one, two])
    alone = agreement_interval(made)
    together = agreement_interval(made, clusters=release)
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])


def test_where_there_is_too_little_for_an_interval_it_is_said():
    few = count_coincidences([[0, 1] * 3, [1, 1] * 3])
    assert len(few.counts) < FEWEST_UNITS
    assert agreement_interval(few)[2].startswith("not enough data for an interval: 6 units")
    many = count_coincidences([[0, 1] * 30, [1, 1] * 30])
    assert "2 releases" in agreement_interval(many, clusters=[0, 1] * 30)[2]
    alike = count_coincidences([[0, 1] * 30, [0, 1] * 30])
    assert "up to 5.0% of all" in agreement_interval(alike)[2]  # three in sixty
    rare = count_coincidences([[1] + [0] * 59, [0] * 60])  # (59 / 60)^60 = 36 % of the draws miss the 1
    assert "so rare" in agreement_interval(rare)[2]
    for made in (few, alike, rare):
        assert np.isnan(agreement_interval(made)[:2]).all()


def test_what_is_no_data_is_refused():
    with pytest.raises(InputError, match="Did you mean 'ordinal'"):
        krippendorff_alpha(FOUR, "ordinl")
    with pytest.raises(InputError, match="two: a row a coder"):
        krippendorff_alpha([1, 2, 3])
    with pytest.raises(InputError, match="'b' is no number"):
        krippendorff_alpha([["b", 1], ["b", 1]], "interval")
    with pytest.raises(InputError, match="below zero"):
        krippendorff_alpha([[-1, 2], [1, 2]], "ratio")
    with pytest.raises(InputError, match="between 0 and 1"):
        agreement_interval(count_coincidences(FOUR), level=95)
    with pytest.raises(InputError, match="at least 100"):
        agreement_interval(count_coincidences(FOUR), n_draws=10)
