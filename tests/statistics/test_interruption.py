import numpy as np
import pytest
import statsmodels.api as sm

from octadisc.statistics.interruption import Panel, fit_lines, segments, set_up
from octadisc.statistics.robust import fit_clustered


def panel(rng, issuers=5, periods=14, step=0.0, common=0.0, noise=0.1):
    n = rng.integers(0, 9, (issuers, periods)).astype(float)
    time = np.arange(periods) + 0.5 - periods / 2
    own = rng.normal(0, 0.2, issuers)[:, None]
    shared = common * rng.standard_normal(periods)
    y = own + 0.3 + 0.02 * time + step * (time > 0) + shared
    y = y + noise * rng.standard_normal(n.shape) / np.sqrt(np.maximum(n, 1))
    return Panel(y, n, time, np.arange(periods))


def cells(one):
    issuer, period = np.nonzero(one.n > 0)
    return issuer, period, one.y[issuer, period], one.n[issuer, period]


def test_lines_are_those_of_a_weighted_regression_with_a_constant_an_issuer():
    one = panel(np.random.default_rng(0), step=0.4)
    lines = fit_lines(set_up(one), segments(one.time))
    issuer, period, y, n = cells(one)
    design = np.c_[np.eye(5)[issuer], segments(one.time)[period]]
    fit = sm.WLS(y, design, weights=n).fit()
    assert lines.estimates[1:] == pytest.approx(fit.params[-3:])
    share = one.n.sum(axis=1) / one.n.sum()
    assert lines.estimates[0] == pytest.approx(share @ fit.params[:5])


def test_a_comparison_is_a_regression_with_a_constant_a_period_too():
    rng = np.random.default_rng(1)
    one, two = panel(rng, step=0.4, common=0.3), panel(rng, issuers=4)
    lines = fit_lines(set_up(one, two), segments(one.time))
    both = Panel(np.vstack([one.y, two.y]), np.vstack([one.n, two.n]), one.time, one.place)
    issuer, period, y, n = cells(both)
    exposed = (issuer < 5)[:, None]
    design = np.c_[np.eye(9)[issuer], np.eye(14)[period][:, 1:], segments(one.time)[period] * exposed]
    fit = sm.WLS(y, design, weights=n).fit()
    assert lines.estimates[1:] == pytest.approx(fit.params[-3:])
    assert fit_clustered(y, design, issuer, weights=n).coefficients[-2] == pytest.approx(lines.estimates[2])


def test_what_both_share_in_a_period_is_no_difference():
    rng = np.random.default_rng(2)
    one, two = panel(rng), panel(rng, issuers=4)
    shock = rng.standard_normal(14) + 5 * (one.time > 0)
    moved = one._replace(y=one.y + shock), two._replace(y=two.y + shock)
    plain = fit_lines(set_up(one, two), segments(one.time))
    same = fit_lines(set_up(*moved), segments(one.time))
    assert same.estimates[1:] == pytest.approx(plain.estimates[1:])
    assert same.noise == pytest.approx(plain.noise)


def test_of_equal_cells_and_independent_periods_the_interval_is_that_of_the_periods_means():
    # With every issuer equally large in every period, issuers drop out: ordinary least squares over 14 means.
    rng = np.random.default_rng(3)
    one = panel(rng, common=0.2)._replace(n=np.full((5, 14), 6.0))
    lines = fit_lines(set_up(one), segments(one.time), correlation=0.0)
    fit = sm.OLS(one.y.mean(axis=0), np.c_[np.ones(14), segments(one.time)]).fit()
    for number in (1, 2, 3):
        found = lines.contrast(number)
        assert found.estimate == pytest.approx(fit.params[number])
        assert found.std_error == pytest.approx(fit.bse[number])
        assert found.df == pytest.approx(10)
        assert found.p_value == pytest.approx(fit.pvalues[number])


def test_variances_are_those_of_the_estimators_under_the_model():
    # Drawn again and again from the model itself, with known variances: moments of what is estimated.
    rng = np.random.default_rng(4)
    n = np.random.default_rng(5).integers(0, 9, (5, 14)).astype(float)
    time, place = np.arange(14) - 6.5, np.arange(14)
    likeness = 0.3 ** np.abs(place[:, None] - place[None])
    root = np.linalg.cholesky(likeness)
    estimates, cell, period = [], [], []
    for _ in range(1500):
        y = (root @ rng.standard_normal(14)) * 0.2 + 0.5 * rng.standard_normal(n.shape) / np.sqrt(
            np.maximum(n, 1)
        )
        lines = fit_lines(set_up(Panel(y, n, time, place)), segments(time))
        estimates.append(lines.estimates)
        cell.append(lines.noise.cell)
        period.append(lines.noise.period)
    expected = 0.25 * lines.cell_parts + 0.04 * lines.period_parts
    assert np.var(estimates, axis=0) == pytest.approx(expected, rel=0.13)
    assert np.mean(cell) == pytest.approx(0.25, rel=0.03)
    assert np.mean(period) == pytest.approx(0.04, rel=0.08)


def test_periods_that_cannot_be_told_from_issuers_give_no_lines():
    n = np.zeros((2, 8))
    n[0, :4], n[1, 4:] = 5, 5  # nobody is there on both sides
    one = Panel(np.full((2, 8), 0.5), n, np.arange(8) - 3.5, np.arange(8))
    assert fit_lines(set_up(one), segments(one.time)) is None


def test_a_single_issuer_has_an_interval_from_its_periods():
    rng = np.random.default_rng(6)
    y = rng.normal(size=(1, 16))
    one = Panel(y, np.full((1, 16), 10.0), np.arange(16) - 7.5, np.arange(16))
    found = fit_lines(set_up(one), segments(one.time), correlation=0.0).contrast(2)
    fit = sm.OLS(y[0], np.c_[np.ones(16), segments(one.time)]).fit()
    assert found.std_error == pytest.approx(fit.bse[2])


def test_what_scatters_nowhere_has_no_interval():
    time = np.arange(12) - 5.5
    one = Panel(np.tile(0.5 + 0.01 * time, (3, 1)), np.full((3, 12), 4.0), time, np.arange(12))
    lines = fit_lines(set_up(one), segments(time))
    assert lines.estimates == pytest.approx([0.5, 0.01, 0, 0], abs=1e-9)


def test_many_periods_show_a_larger_correlation():
    rng = np.random.default_rng(7)
    time, found = np.arange(200) - 99.5, []
    for _ in range(20):
        shock = np.zeros(200)
        for t in range(1, 200):
            shock[t] = 0.7 * shock[t - 1] + rng.standard_normal()
        y = shock + 0.1 * rng.standard_normal((6, 200))
        lines = fit_lines(set_up(Panel(y, np.full((6, 200), 5.0), time, np.arange(200))), segments(time))
        found.append(lines.noise.correlation)
    assert np.mean(found) == pytest.approx(0.7, abs=0.05)
