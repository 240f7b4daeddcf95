import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import brentq

from octadisc.terms.scores.score_deviations import shake
from octadisc.terms.scores.term_scores import TermScores


def some_releases(seed, n=60, n_terms=7, n_issuers=4):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(0.5, 2.0, (n, n_terms)))
    return counts, rng.integers(20, 400, n).astype(float), rng.integers(0, n_issuers, n), rng.random(n)


def make(counts, sizes, strata, quality):
    return TermScores(sparse.csr_matrix(counts), sizes, strata, quality)


def plain_residuals(counts, sizes, strata):
    residuals = counts.astype(float)
    for one in np.unique(strata):
        mine = strata == one
        residuals[mine] -= sizes[mine, None] * counts[mine].sum(axis=0) / sizes[mine].sum()
    return residuals


@given(st.integers(0, 10_000))
def test_scores_are_sums_of_residuals_times_quality(seed):
    counts, sizes, strata, quality = some_releases(seed)
    residuals = plain_residuals(counts, sizes, strata)
    scores = make(counts, sizes, strata, quality)
    assert scores.score == pytest.approx(residuals.T @ quality, abs=1e-9)
    places = np.arange(60) % 5
    expected = np.stack([residuals[places == one].sum(axis=0) for one in range(5)], axis=1)
    assert scores.residual_sums(places, 5) == pytest.approx(expected, abs=1e-3)


def test_the_variance_is_that_of_permutations():
    counts, sizes, strata, quality = some_releases(1)
    scores = make(counts, sizes, strata, quality)
    permuted = scores.permuted(20_000, np.random.default_rng(0)).astype(float)
    assert permuted.mean(axis=1) == pytest.approx(
        np.zeros(7), abs=4 * np.sqrt(scores.variance / 20_000).max()
    )
    assert permuted.var(axis=1) == pytest.approx(scores.variance, rel=0.06)


def test_two_releases_of_an_issuer_by_hand():
    # 3 in 100 words of the target, 1 in 100 of the reference: 2 expected in each, so the residual is 1.
    scores = make([[3], [1]], np.array([100.0, 100.0]), np.array([0, 0]), np.array([1.0, 0.0]))
    assert scores.score.tolist() == [1.0]
    assert scores.variance.tolist() == [1.0]  # it is 1 or -1, the labels being exchanged
    assert set(scores.permuted(50, np.random.default_rng(0)).ravel().tolist()) == {-1.0, 1.0}


def test_an_issuer_whose_quality_never_changes_says_nothing():
    counts, sizes, strata, quality = some_releases(2)
    whole = make(counts, sizes, strata, quality)
    more = np.vstack([counts, np.full((5, 7), 50)])
    other = make(
        more, np.r_[sizes, np.full(5, 90.0)], np.r_[strata, np.full(5, 9)], np.r_[quality, np.ones(5)]
    )
    assert other.score == pytest.approx(whole.score)
    assert other.informative.sum() == 60
    assert other.effects()[0] == pytest.approx(whole.effects()[0])


def test_effects_are_the_conditional_estimates_of_each_term_alone():
    counts, sizes, strata, quality = some_releases(3)
    label = (quality > 0.4).astype(float)
    effect, _ = make(counts, sizes, strata, label).effects()
    for term in range(7):

        def slope(size, term=term):
            # given an issuer's total, its part on the target's side is binomial; and half an occurrence each
            total = 0.5 - 1 / (1 + np.exp(-size))
            for one in np.unique(strata):
                mine = strata == one
                weight = sizes[mine] * np.exp(size * label[mine])
                part = (weight * label[mine]).sum() / weight.sum()
                total += counts[mine & (label == 1), term].sum() - counts[mine, term].sum() * part
            return total

        assert effect[term] == pytest.approx(brentq(slope, -8, 8), abs=2e-3)


def test_years_of_their_own_widen_scores_that_go_with_time_and_no_others():
    rng = np.random.default_rng(4)
    n_years, each = 12, 40
    years = np.repeat(np.arange(n_years), each)
    deviation = rng.normal(0, 0.6, (n_years, 80))
    sizes = np.full(years.size, 300.0)
    counts = rng.poisson(300 * 0.01 * np.exp(deviation[years]))
    strata = np.arange(years.size) % 2
    by_time = make(counts, sizes, strata, (years >= 6).astype(float))
    across = make(counts, sizes, strata, (np.arange(years.size) // 2 % 2).astype(float))
    assert np.median(shake(by_time, years).variance / by_time.variance) > 5
    assert np.median(shake(across, years).variance / across.variance) < 0.02
    size = np.sqrt(shake(by_time, years).deviations.mean_square.mean())
    assert size == pytest.approx(0.6, rel=0.2)
    assert shake(by_time, np.minimum(years, 4)) is None  # five years say nothing
