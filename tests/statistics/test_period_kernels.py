"""Kernels of issuers and periods against plain twins that go through every cell."""

import numpy as np
import pytest
from scipy.special import expit

from octadisc.statistics.deviations import SIZES, Deviations
from octadisc.statistics.dispersion import Cells, Entries
from octadisc.statistics.trends import (
    Noise,
    Strata,
    burst_of,
    draw_counts,
    fit_strata,
    gain_of_steps,
    shapes_of,
)


def some_strata(rng, kind):
    """Twelve issuers, most of which publish in a few periods only, and one that publishes never."""
    n = rng.integers(1, 40, (12, 9)) * (rng.random((12, 9)) < 0.4) * 1.0
    n[0], n[1], n[2, 3] = 20, 0, 7
    if kind == "rate":
        n *= 50.0
    y = rng.binomial(n.astype(int), 0.3 if kind == "share" else 0.02, (4, *n.shape)).astype(float)
    y[:, 4] = 0  # one that never says it
    return n, y


def fit_plainly(y, n, shapes, share, ridge=1e-4):
    """Maximise the likelihood with its prior by Newton's method with all second derivatives."""
    start = (y.sum(axis=1) + 0.25) / (n.sum(axis=1) + 0.5)
    start = np.log(start / (1 - start)) if share else np.log(start)
    found = []
    for shape in shapes:
        at = np.append(start, 0.0)
        design = np.zeros((*n.shape, at.size))
        design[np.arange(len(n)), :, np.arange(len(n))] = 1.0
        design[:, :, -1] = shape
        rows, counts, sizes = design.reshape(-1, at.size), y.ravel(), n.ravel()
        for _ in range(60):
            eta = rows @ at
            mean = sizes * (expit(eta) if share else np.exp(eta))
            weight = mean * expit(-eta) if share else mean
            gradient = rows.T @ (counts - mean) - ridge * (at - np.append(start, 0.0))
            at = at + np.linalg.solve((rows.T * weight) @ rows + ridge * np.eye(at.size), gradient)
        eta = rows @ at
        lost = np.logaddexp(0, eta) if share else np.exp(eta)
        found.append((at[-1], (counts * eta - sizes * lost).sum()))
    return np.array(found).T


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_courses_are_fitted_as_by_a_plain_newton_method(kind):
    n, y = some_strata(np.random.default_rng(1), kind)
    shapes = shapes_of(np.linspace(0, 1, n.shape[1]))
    fits = fit_strata(y, n, shapes, kind)
    for draw, counts in enumerate(y):
        sizes, likelihoods = fit_plainly(counts, n, shapes, kind == "share")
        np.testing.assert_allclose(fits.sizes[draw], sizes, atol=1e-5)
        np.testing.assert_allclose(fits.likelihoods[draw], likelihoods, atol=1e-4)


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_gain_of_steps_goes_by_what_remains_in_each_period(kind):
    n, y = some_strata(np.random.default_rng(2), kind)
    strata = Strata(y[0], n, np.full(len(n), 0.2), np.linspace(0, 1, n.shape[1]), kind)
    shapes = shapes_of(strata.time)
    fits = fit_strata(y, n, shapes, kind)
    for draw, gain in enumerate(gain_of_steps(strata, y, shapes, fits)):
        likelihoods = fits.likelihoods[draw]
        step = 1 + int(likelihoods[1:].argmax())
        better = step if likelihoods[step] > likelihoods[0] else 0
        pearson = 0.0
        for period in range(n.shape[1]):
            left = variance = 0.0
            for issuer in range(len(n)):
                eta = fits.constants[draw, better, issuer]
                eta += fits.sizes[draw, better] * shapes[better, period]
                mean = n[issuer, period] * (expit(eta) if kind == "share" else np.exp(eta))
                left += y[draw, issuer, period] - mean
                variance += mean * expit(-eta) if kind == "share" else mean * burst_of(strata)[issuer]
            pearson += left**2 / variance if variance > 1e-9 else 0.0
        expected = (likelihoods[step] - likelihoods[0]) / max(pearson / (n.shape[1] - 2), 1.0)
        assert gain == pytest.approx(expected, abs=1e-9)


def test_nothing_is_drawn_where_nothing_was_published():
    n, y = some_strata(np.random.default_rng(3), "share")
    strata = Strata(y[0], n, np.full(len(n), 0.2), np.linspace(0, 1, n.shape[1]), "share")
    given = np.zeros(len(n)), np.zeros(n.shape[1]), Noise(0.0, 0.3), 400
    drawn = draw_counts(strata, *given, np.random.default_rng(0))
    assert (drawn[:, n == 0] == 0).all()
    assert (drawn <= n).all()
    there = n > 0
    # half of them, give or take five standard errors
    assert (np.abs(drawn.mean(axis=0) - n / 2)[there] < 5 * np.sqrt(n[there] / 4 / 400)).all()


def test_deviations_have_as_many_draws_of_each_size_as_their_chances_say():
    chances = np.zeros((3, SIZES.size))
    chances[0, 0] = 1.0
    chances[1, [2, 5]] = 0.25, 0.75
    chances[2, -1] = 1.0
    drawn = Deviations(chances, 0.3).draw(400, np.random.default_rng(0))
    order = np.random.default_rng(0)
    ranks = order.permutation(400)
    plain = order.standard_normal((3, 400), np.float32)
    np.testing.assert_allclose(drawn[0], 0.0)
    np.testing.assert_allclose(drawn[2], plain[2] * SIZES[-1], rtol=1e-6)
    np.testing.assert_allclose(drawn[1], plain[1] * np.where(ranks < 100, SIZES[2], SIZES[5]), rtol=1e-6)


def test_issuers_periods_scatter_as_a_plain_fit_says():
    rng = np.random.default_rng(4)
    n, n_cells, n_issuers = 90, 6, 5
    cell, issuer = rng.integers(0, n_cells, n), rng.integers(0, n_issuers, n)
    size, count = rng.integers(50, 400, n).astype(float), rng.poisson(3, n) * (issuer < 4) * 1.0
    cells = Cells(size, cell, n_cells, issuer)
    rows = np.flatnonzero(count)
    entries = Entries.of_one(rows, count[rows])
    found = cells.cluster_sums_of(entries, "rate")[:, 0]
    shape = (n_cells, n_issuers)
    total, whole, number = (np.zeros(shape) for _ in range(3))
    np.add.at(total, (cell, issuer), count)
    np.add.at(whole, (cell, issuer), size)
    np.add.at(number, (cell, issuer), 1)
    fitted = whole.copy()
    for _ in range(6):  # each period's, then each issuer's total as observed
        for axis in (1, 0):
            have = fitted.sum(axis=axis, keepdims=True)
            want = total.sum(axis=axis, keepdims=True)
            fitted *= np.divide(want, have, out=np.zeros(have.shape), where=have > 0)
    rate = (total.sum(axis=1) / whole.sum(axis=1))[:, None]
    left, own = np.ones(shape), np.ones(shape)
    for axis in (1, 0):
        part = whole / whole.sum(axis=axis, keepdims=True)
        others = (part**2).sum(axis=axis, keepdims=True) - part**2
        left *= 1 - part
        own *= (1 - part) ** 2 + others
    there = whole > 0
    square = (total - fitted) ** 2 * there
    expected, further = rate * whole * left * there, rate * whole * own * (number - 1) * there
    plain = [square, expected, square**2, square * expected, expected**2]
    plain += [further, square * further, expected * further, further**2]
    np.testing.assert_allclose(found, [one.sum(axis=1) for one in plain], rtol=1e-9, atol=1e-9)
