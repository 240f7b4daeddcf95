import numpy as np
import pytest
import statsmodels.api as sm

from octadisc.statistics.trends import Noise, Scores, Strata, fit_strata, shapes_of

N = np.array([[5, 8, 0, 6, 7, 9, 4, 5], [0, 0, 12, 10, 11, 9, 14, 10]], float)


def counts(rng):
    return rng.binomial(N.astype(int), 0.35).astype(float)


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_fits_are_those_of_a_general_linear_model_with_a_constant_an_issuer(kind):
    rng = np.random.default_rng(1)
    y, shapes = counts(rng), shapes_of(np.linspace(0, 1, 8))
    fits = fit_strata(y[None], N, shapes, kind)
    cells = N.ravel() > 0
    issuers = np.repeat(np.eye(2), 8, axis=0)[cells]
    n, seen = N.ravel()[cells], y.ravel()[cells]
    for i, shape in enumerate(shapes):
        design = np.column_stack([issuers, np.tile(shape, 2)[cells]])
        if kind == "share":
            model = sm.GLM(np.column_stack([seen, n - seen]), design, sm.families.Binomial())
        else:
            model = sm.GLM(seen, design, sm.families.Poisson(), exposure=n)
        fit = model.fit()
        assert fits.sizes[0, i] == pytest.approx(fit.params[-1], abs=2e-3)
        assert fits.constants[0, i] == pytest.approx(fit.params[:-1], abs=2e-3)


def test_the_score_of_one_issuer_is_cochrans_and_armitages():
    # Armitage (1955): U = sum of t (y - n p), variance p (1 - p) (sum n t² - (sum n t)² / N)
    y, n, t = np.array([2.0, 5, 9, 8]), np.array([20.0, 20, 20, 12]), np.array([0, 1 / 3, 2 / 3, 1])
    p, total = y.sum() / n.sum(), n.sum()
    score = (t * (y - n * p)).sum()
    variance = p * (1 - p) * ((n * t**2).sum() - (n * t).sum() ** 2 / total) * total / (total - 1)
    spread = np.array([p * (1 - p) * total / (total - 1)])
    scores = Scores(Strata(y[None], n[None], spread, t, "share"), t[None])
    square, dispersion = scores.statistics(scores.residuals[None])
    assert square[0, 0] * max(dispersion[0, 0], 1) == pytest.approx(score**2 / variance)


def test_an_issuer_that_joins_adds_nothing_to_the_scores():
    rng = np.random.default_rng(2)
    n = np.array([[10.0] * 6, [0, 0, 0, 20, 20, 20]])
    y = np.vstack([rng.binomial(10, 0.2, 6), [0, 0, 0, 20, 20, 20]]).astype(float)
    both = Strata(y, n, np.array([0.16, 0.0]), np.linspace(0, 1, 6), "share")
    one = Strata(y[:1], n[:1], np.array([0.16]), np.linspace(0, 1, 6), "share")
    shapes = shapes_of(one.time)
    given = [Scores(strata, shapes) for strata in (both, one)]
    a, b = (scores.statistics(scores.residuals[None])[0] for scores in given)
    assert a == pytest.approx(b)


def test_deviations_have_the_size_and_the_correlation_they_are_drawn_with():
    series = Noise(0.5, 0.3).draw(np.random.default_rng(0), 20_000, 5)
    assert series.std(axis=0) == pytest.approx(np.full(5, 0.5), abs=0.01)
    assert np.corrcoef(series[:, 1], series[:, 2])[0, 1] == pytest.approx(0.3, abs=0.02)
    assert np.corrcoef(series[:, 0], series[:, 2])[0, 1] == pytest.approx(0.09, abs=0.02)


def test_a_step_from_nothing_is_fitted_too():
    # 0 of 50, then 40 of 50: the log likelihood is 40 log .8 + 10 log .2.
    y = np.array([[[0.0] * 5 + [8.0] * 5]])
    n, shapes = np.full((1, 10), 10.0), shapes_of(np.linspace(0, 1, 10))
    best = fit_strata(y, n, shapes, "share").likelihoods[0].max()
    assert best == pytest.approx(40 * np.log(0.8) + 10 * np.log(0.2), abs=0.1)
