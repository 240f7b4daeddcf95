"""Words of keyword topics: what the M-step of the keyword assisted model gives, by other ways to it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import logsumexp

from octadisc.topics.structural.keyword_starts import join_topics, vote
from octadisc.topics.structural.keyword_words import learn_words, split_counts


def draw(seed, n_terms=60, size=25.0):
    return np.random.default_rng(seed).gamma(0.3, size, n_terms)


def split_by_steps(counts, terms, n_steps=60_000):
    """EM as it is in textbooks: tokens of keywords divided by what both parts make of them, then counted."""
    total, n_terms, n_keywords = counts.sum(), len(counts), len(terms)
    rate, own = 0.5, np.full(n_keywords, 1 / n_keywords)
    any_term = (counts + 0.01) / (total + 0.01 * n_terms)
    for _ in range(n_steps):
        spoken = rate * own
        keywords = counts[terms] * spoken / (spoken + (1 - rate) * any_term[terms])
        left = counts.copy()
        left[terms] -= keywords
        rate = (keywords.sum() + 1) / (total + 2)
        own = (keywords + 0.1) / (keywords.sum() + 0.1 * n_keywords)
        any_term = (left + 0.01) / (left.sum() + 0.01 * n_terms)
    return keywords


@pytest.mark.parametrize("seed", [0, 1])
def test_it_comes_where_many_steps_of_em_come(seed):
    counts, terms = draw(seed), np.array([3, 7, 21])
    found = split_counts(counts[terms], counts.sum(), len(counts))
    np.testing.assert_allclose(found, split_by_steps(counts, terms), rtol=1e-4, atol=1e-6)


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=30), st.floats(0, 1e5), st.integers(31, 30_000))
@settings(deadline=None)
def test_a_part_of_each_count_solves_the_equation(counted, others, n_terms):
    """Of both parts' odds, written as in the derivation: spoken as keyword over spoken as any term."""
    counted = np.array(counted)
    total = counted.sum() + others
    found = split_counts(counted, total, n_terms)
    assert (found >= 0).all()
    assert (found <= counted).all()
    n, m = found.sum(), counted.size
    keyword = (n + 1) / (n + 0.1 * m) * (found + 0.1)
    term = (total - n + 1) / (total - n + 0.01 * n_terms) * (counted - found + 0.01)
    np.testing.assert_allclose(found * term, (counted - found) * keyword, rtol=1e-4, atol=1e-4)


def test_words_are_the_most_probable_ones():
    """Against a general optimiser of likelihood and priors, over the logits."""
    counts, terms = draw(2, 12), np.array([1, 4])

    def loss(logits):
        rate = 1 / (1 + np.exp(-logits[0]))
        own = np.exp(logits[1:3] - logsumexp(logits[1:3]))
        any_term = np.exp(logits[3:] - logsumexp(logits[3:]))
        words = (1 - rate) * any_term
        words[terms] += rate * own
        prior = np.log(rate) + np.log(1 - rate) + 0.1 * np.log(own).sum() + 0.01 * np.log(any_term).sum()
        return -(counts @ np.log(words) + prior)

    words, spoken = learn_words(counts[:, None], (terms,))
    keywords = split_counts(counts[terms], counts.sum(), 12)
    left = counts.copy()
    left[terms] -= keywords
    rate = spoken.rates[0]
    found = np.concatenate([[np.log(rate / (1 - rate))], np.log(keywords + 0.1), np.log(left + 0.01)])
    best = min(
        minimize(loss, found + np.random.default_rng(i).normal(0, 0.3, 15), options={"maxiter": 5_000}).fun
        for i in range(5)
    )
    assert loss(found) == pytest.approx(best, abs=1e-4)
    assert loss(found) <= best + 1e-6
    own, any_term = (keywords + 0.1) / (keywords + 0.1).sum(), (left + 0.01) / (left + 0.01).sum()
    expected = (1 - rate) * any_term
    expected[terms] += rate * own
    np.testing.assert_allclose(words[:, 0], expected)


def test_free_topics_have_counts_with_a_hundredth_added():
    expected = np.array([[3.0, 5.0], [1.0, 0.0], [0.0, 5.0]])
    words, spoken = learn_words(expected, (np.array([0]),))
    np.testing.assert_allclose(words[:, 1], np.array([5.01, 0.01, 5.01]) / 10.03)
    np.testing.assert_allclose(words.sum(axis=0), 1)
    assert spoken.terms.tolist() == [0]
    assert spoken.expected.tolist() == [[3.0, 5.0]]


def test_keywords_that_nobody_says_have_no_rate():
    words, spoken = learn_words(np.array([[0.0], [50.0], [50.0]]), (np.array([0]),))
    assert spoken.rates[0] == pytest.approx(1 / 102)  # (0 + 1) / (100 + 2)
    assert words[0, 0] == pytest.approx(1 / 102 + 101 / 102 * 0.01 / 100.03)


def test_one_wrong_keyword_is_outvoted():
    """Keywords 0, 1 and 2 are the first topic's, 5 is the second's, which is ten times as large."""
    words = np.array([[0.2, 0.2, 0.2, 0.2, 0.1, 0.1], [0.02, 0.02, 0.02, 0.04, 0.3, 0.6]])
    keywords = [[np.array([i]) for i in (0, 1, 2, 5)]]
    assert vote(words, np.array([0.09, 0.91]), keywords).tolist() == [0]


def test_a_keyword_of_many_terms_has_one_vote():
    """Five terms of one keyword, the second topic's, against two keywords of the first's."""
    words = np.zeros((2, 7))
    words[1, :5], words[0, 5:] = 0.2, 0.5
    assert vote(words, np.full(2, 0.5), [[np.arange(5), np.array([5]), np.array([6])]]).tolist() == [0]
    assert vote(words, np.full(2, 0.5), [[np.array([i]) for i in range(7)]]).tolist() == [1]


def test_joined_topics_keep_the_sum():
    rng = np.random.default_rng(0)
    words, sizes = rng.dirichlet(np.full(30, 0.3), 8), rng.dirichlet(np.ones(8))
    one = join_topics(words, sizes, 1)
    np.testing.assert_allclose(one[0], sizes @ words)
    twice = np.concatenate([words[:3], words[:3] + 1e-9])
    found = join_topics(twice, np.full(6, 1 / 6), 3)
    np.testing.assert_allclose(found, words[:3], atol=1e-8)
    assert join_topics(words, sizes, 0).shape == (0, 30)


def test_keywords_are_held_at_a_part_of_the_words():
    expected = np.array([[1.0, 30.0], [2.0, 0.0], [500.0, 40.0], [497.0, 30.0]])
    seeds = (np.array([0, 1]),)
    free, spoken = learn_words(expected, seeds)
    held, same = learn_words(expected, seeds, 0.05)
    assert free[[0, 1], 0].sum() < 0.05
    assert held[[0, 1], 0].sum() == pytest.approx(0.05)
    np.testing.assert_allclose(held.sum(axis=0), 1)
    for some in ([0, 1], [2, 3]):  # in proportion
        np.testing.assert_allclose(held[some, 0] / held[some, 0].sum(), free[some, 0] / free[some, 0].sum())
    np.testing.assert_array_equal(held[:, 1], free[:, 1])  # of no keyword topic
    np.testing.assert_array_equal(spoken.rates, same.rates)
    assert spoken.parts[0] == same.parts[0] == pytest.approx(free[[0, 1], 0].sum())
    more = learn_words(expected * [[50], [50], [1], [1]], seeds, 0.05)[0]
    np.testing.assert_array_equal(more, learn_words(expected * [[50], [50], [1], [1]], seeds)[0])
