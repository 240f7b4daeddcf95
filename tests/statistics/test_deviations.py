import numpy as np
import pytest

from octadisc.statistics.deviations import (
    SIZES,
    Remainders,
    correlate,
    learn_deviations,
    serial_correlation,
)


def remainders(rng, sizes, n_periods=13, chance=1.0):
    """Squares of independent periods: chance's own variance, and deviations of known size."""
    n = sizes.size
    variance = chance + 20 * sizes**2  # so that a deviation of .3 is 1.8 times what chance does
    square = (rng.standard_normal((n, n_periods)) ** 2).sum(axis=1) * variance
    full = np.full(n, float(n_periods))
    return Remainders(square, full * chance, full * chance**2, full * 20, full * 400, full * 20 * chance)


def test_the_usual_size_is_learnt_from_all_terms():
    rng = np.random.default_rng(0)
    found = learn_deviations(remainders(rng, np.full(2_000, 0.5)), np.ones(2_000), 0.3)
    assert np.sqrt(found.mean_square.mean()) == pytest.approx(0.5, rel=0.05)
    assert np.sqrt(found.mean_square).std() < 0.1  # a term alone would give anything from .35 to .7


def test_terms_that_deviate_more_are_told_from_those_that_do_not():
    rng = np.random.default_rng(1)
    sizes = np.where(np.arange(2_000) % 2, 0.2, 1.0)
    found = learn_deviations(remainders(rng, sizes), np.ones(2_000), 0.3)
    assert np.sqrt(found.mean_square[sizes == 1]).mean() == pytest.approx(1.0, rel=0.1)
    assert np.sqrt(found.mean_square[sizes == 0.2]).mean() == pytest.approx(0.2, rel=0.3)


def test_few_terms_without_deviations_are_still_given_some():
    none = remainders(np.random.default_rng(2), np.zeros(3))
    assert (learn_deviations(none, np.ones(3), 0.3).mean_square > 0.1**2).all()


def test_what_is_drawn_has_the_sizes_that_were_learnt():
    chances = np.zeros((2, SIZES.size))
    chances[0, 0] = 1.0
    chances[1, [3, 9]] = 0.5
    found = learn_deviations(remainders(np.random.default_rng(3), np.zeros(2)), np.ones(2), 0.3)
    drawn = found._replace(chances=chances).draw(20_000, np.random.default_rng(4))
    assert (drawn[0] == 0).all()
    assert drawn[1].var() == pytest.approx((SIZES[3] ** 2 + SIZES[9] ** 2) / 2, rel=0.05)


@pytest.mark.parametrize("correlation", [0.3, 0.6, 0.8])
def test_the_correlation_of_periods_is_found_though_a_slope_was_fitted(correlation):
    rng, n = np.random.default_rng(5), 40
    time = np.linspace(-1, 1, n)
    kept = np.eye(n) - 1 / n - np.outer(time, time) / (time @ time)
    root = np.linalg.cholesky(correlate(np.arange(n, dtype=float), correlation))
    noise = rng.standard_normal((400, n)) + 1.5 * rng.standard_normal((400, n)) @ root.T
    sampled = np.broadcast_to(kept, (400, n, n)).copy()
    found = serial_correlation(noise @ kept, sampled, sampled * 1.5)
    assert found == pytest.approx(correlation, abs=0.07)


def test_too_few_periods_tell_no_correlation():
    given = np.zeros((100, 14)), np.zeros((100, 14, 14)), np.zeros((100, 14, 14))
    assert serial_correlation(*given) == 0.3
