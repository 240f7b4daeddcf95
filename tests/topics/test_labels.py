"""By which terms topics are known: measures by hand, and of fitted models."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.topics.labels.measures import (
    best_of,
    exclusivity_of,
    frex_of,
    keyness_of,
    lift_of,
    score_of,
    shrink,
)

WORDS = np.array([[0.5, 0.3, 0.2, 0.0], [0.1, 0.3, 0.2, 0.4]])


def test_exclusivity_is_a_part_of_each_term():
    parts = exclusivity_of(np.array([[0.5, 0.5, 0.0], [0.3, 0.5, 0.0]]))
    np.testing.assert_allclose(parts, [[0.625, 0.5, 0.5], [0.375, 0.5, 0.5]])


def test_frex_by_hand():
    # Exclusivity of the first topic is 5/6, 1/2, 1/2, 0: ranks 4, 2.5, 2.5, 1. Frequency: ranks 4, 3, 2, 1.
    exclusive, frequent = np.array([4, 2.5, 2.5, 1]) / 4, np.array([4, 3, 2, 1]) / 4
    np.testing.assert_allclose(frex_of(WORDS)[0], 2 / (1 / exclusive + 1 / frequent))
    np.testing.assert_allclose(frex_of(WORDS, 0.7)[0], 1 / (0.7 / exclusive + 0.3 / frequent))


@pytest.mark.parametrize(("weight", "ranks"), [(1.0, [4, 2.5, 2.5, 1]), (0.0, [4, 3, 2, 1])])
def test_the_weight_of_frex_is_that_of_exclusivity(weight, ranks):
    np.testing.assert_allclose(frex_of(WORDS, weight)[0], np.array(ranks) / 4)


def test_shrinkage_by_hand():
    parts = np.array([[0.8, 0.8, 0.8, 0.5], [0.2, 0.2, 0.2, 0.5]])
    # p(1 − p) adds up to .32, the distance from equal parts is 2 × .09 = .18. Of 17 occurrences: .32 / 16 /
    # .18 = 1/9 of the way back, .8 − .3 / 9. Of two: .32 / .18 is more than all of it. Of one: all.
    made = shrink(parts, np.array([17.0, 2.0, 1.0, 9.0]))
    np.testing.assert_allclose(made[0], [0.8 - 0.3 / 9, 0.5, 0.5, 0.5])
    np.testing.assert_allclose(made.sum(axis=0), 1)


def test_a_term_that_occurs_once_is_exclusive_to_nothing():
    words = np.array([[0.9, 0.099, 0.001], [0.9, 0.1, 0.0]])
    # by parts alone the third term is the most exclusive, and so is it by rank
    assert frex_of(words, 1.0)[0].argmax() == 2
    assert frex_of(words, 1.0, np.array([900.0, 99.0, 1.0]))[0, 2] < 1


def test_lift_by_hand():
    np.testing.assert_allclose(
        lift_of(WORDS, np.array([3.0, 3.0, 2.0, 2.0])),
        [[0.5 / 0.3, 1.0, 1.0, 0.0], [0.1 / 0.3, 1.0, 1.0, 2.0]],
    )


def test_a_term_without_counts_has_no_lift_and_comes_last():
    values = lift_of(WORDS, np.array([0.0, 5.0, 3.0, 2.0]))
    assert np.isnan(values[:, 0]).all()
    assert best_of(values[0], 4) == [2, 1, 3, 0]


def test_score_by_hand():
    made = score_of(WORDS)
    half = np.log(5) / 2  # of log .5 − log .1
    np.testing.assert_allclose(made[:, 0], [0.5 * half, -0.1 * half])
    np.testing.assert_allclose(made[:, 1:3], 0, atol=1e-15)
    # a probability of 0 counts as one of e^−1000, and nothing becomes infinite
    np.testing.assert_allclose(made[:, 3], [0, 0.4 * (np.log(0.4) + 1000) / 2])


def test_equal_values_stand_in_the_order_of_terms():
    assert best_of(np.array([1.0, 3.0, 3.0, 2.0]), 3) == [1, 2, 3]
    assert best_of(np.array([1.0, 3.0]), 0) == best_of(np.array([1.0, 3.0]), -1) == []


@pytest.mark.parametrize("by", ["frex", "lift", "score"])
def test_measures_of_a_model(fitted, planted, by):
    table = fitted.terms_of(2, 15, by=by, counts=planted.counts)
    assert list(table.columns) == ["term", "probability", by]
    assert len(table) == 15
    assert table[by].is_monotonic_decreasing
    place = [fitted.terms.index(term) for term in table["term"]]
    np.testing.assert_array_equal(table["probability"], fitted.words[2, place])
    counts = np.asarray(planted.counts.matrix.sum(axis=0)).ravel()
    values = {
        "frex": lambda: frex_of(fitted.words, 0.5, counts),
        "lift": lambda: lift_of(fitted.words, counts),
        "score": lambda: score_of(fitted.words),
    }[by]()
    np.testing.assert_allclose(table[by], values[2, place])
    assert table[by][0] == np.nanmax(values[2])


def test_without_counts_lift_is_over_what_the_model_expects(small):
    table = small.terms_of(0, 100, by="lift")
    tokens = small.releases["tokens"].to_numpy(float)
    expected = tokens @ small.shares @ small.words
    place = [small.terms.index(term) for term in table["term"]]
    part = (expected / expected.sum())[place]
    known = part > 0
    np.testing.assert_allclose(table["lift"][known], (small.words[0, place] / part)[known])


def test_counts_of_other_terms_are_refused(small):
    other = od.TermCounts.from_matrix([[1, 2]], ["weather", "wind"], [{}])
    with pytest.raises(InputError, match="None of the model's"):
        small.terms_of(0, by="lift", counts=other)
    with pytest.raises(od.errors.WrongKindError, match="counts"):
        small.terms_of(0, by="lift", counts=np.ones((2, 2)))


def test_counts_in_another_order_of_terms_are_the_same(small, tokens):
    counts = od.count_terms(tokens, stop_words="auto")
    turned = od.TermCounts(
        sparse.csr_matrix(counts.matrix[:, ::-1]),
        counts.terms[::-1],
        counts.releases,
        counts.release_weights,
        None,
        counts.spec,
    )
    pd.testing.assert_frame_equal(
        small.terms_of(1, by="lift", counts=counts), small.terms_of(1, by="lift", counts=turned)
    )


@pytest.mark.parametrize("weight", [-0.1, 1.1, "much", np.nan, None])
def test_weights_that_are_none(small, weight):
    with pytest.raises(InputError, match="weight="):
        small.terms_of(0, by="frex", weight=weight)


def test_a_misspelt_measure(small):
    with pytest.raises(UnknownNameError, match="Did you mean 'frex'"):
        small.terms_of(0, by="frx")


def test_levels_where_words_depend_on_none(small):
    with pytest.raises(InputError, match="do not depend on a covariate"):
        small.terms_of(0, level="Europol")
    with pytest.raises(InputError, match="do not depend on a covariate"):
        small.content_terms()


def test_keyness_adds_up_to_a_divergence():
    mean = np.array([0.3, 0.7])
    common = mean @ WORDS
    first = sum(p * np.log(p / q) for p, q in zip(WORDS[0], common, strict=True) if p)
    assert keyness_of(WORDS, mean)[0].sum() == pytest.approx(first)
