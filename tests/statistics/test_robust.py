import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from octadisc.errors import InputError
from octadisc.statistics.robust import fit_clustered, why_too_few
from octadisc.statistics.wild import WEBB, wild_cluster_bootstrap

# The data of a test of the R package dfadjust (github.com/kolesarm), whose values are Stata's.
Y = np.r_[np.cos(np.arange(10)), np.tan(np.arange(1, 11))]
X = np.c_[np.ones(20), np.r_[np.sin(np.arange(1, 11)), np.sin(np.arange(2, 12))]]
OF = [2, 1, 3, 2, 2, 3, 3, 1, 1, 2] * 2


def errors(fit):
    return np.sqrt(np.diag(fit.covariance))


def test_clustered_errors_are_statas():
    fit = fit_clustered(Y, X, OF, kind="CR1")
    assert fit.coefficients == pytest.approx([-0.4456202905, 0.3241183110], abs=1e-9)
    assert errors(fit) == pytest.approx([0.4827602183, 0.1814501834], abs=1e-9)


def test_with_rows_as_clusters_cr2_is_statas_hc2():
    assert errors(fit_clustered(Y, X, range(20))) == pytest.approx([0.4227339762, 0.4421048122], abs=1e-9)
    robust = errors(fit_clustered(Y, X, range(20), kind="CR1"))
    assert robust == pytest.approx([0.4278077455, 0.4392155956], abs=1e-9)


def dense(y, x, w, clusters, working, chosen):
    """CR2 and its degrees of freedom by Pustejovsky and Tipton's formulas, rows × rows throughout."""
    weight = np.diag(w)
    variance = np.diag(1 / w) if working == "inverse" else np.eye(len(w))
    inverse = np.linalg.inv(x.T @ weight @ x)
    left = np.eye(len(w)) - x @ inverse @ x.T @ weight
    meat, columns = np.zeros_like(inverse), []
    for one in np.unique(clusters):
        i = np.flatnonzero(clusters == one)
        d = np.linalg.cholesky(variance[np.ix_(i, i)]).T
        values, vectors = np.linalg.eigh(d @ left[i] @ variance @ left[i].T @ d.T)
        root = np.array([0.0 if v < 1e-10 else v**-0.5 for v in values])
        adjust = d.T @ (vectors * root) @ vectors.T @ d
        side = x[i].T @ weight[np.ix_(i, i)] @ adjust
        meat += np.outer(side @ left[i] @ y, side @ left[i] @ y)
        columns.append(left[i].T @ side.T @ inverse @ chosen)
    p = np.array(columns).T
    q = p.T @ variance @ p
    return inverse @ meat @ inverse, np.trace(q) ** 2 / (q**2).sum()


@pytest.mark.parametrize("working", ["inverse", "equal"])
@pytest.mark.parametrize("weights", ["none", "varying", "by cluster"])
@pytest.mark.parametrize("constants", [False, True])
def test_cr2_is_what_the_formula_says(working, weights, constants):
    rng = np.random.default_rng(3)
    clusters = rng.integers(0, 9, 70)
    clusters[clusters == 8] = 100 + np.arange((clusters == 8).sum())  # some are alone
    x = np.c_[np.ones(70), rng.normal(size=(70, 2))]
    if constants:  # a constant for each cluster of several: the residuals' variance is then singular
        x = np.c_[(clusters[:, None] == np.arange(8)).astype(float), x[:, 1:]]
    w = {"none": np.ones(70), "varying": rng.uniform(0.2, 40, 70), "by cluster": 1.0 + clusters}[weights]
    y, chosen = rng.normal(size=70), np.zeros(x.shape[1])
    chosen[-2:] = 1, -2
    fit = fit_clustered(y, x, clusters, weights=w, working=working)
    covariance, df = dense(y, x, w, clusters, working, chosen)
    assert fit.covariance == pytest.approx(covariance, rel=1e-7, abs=1e-12)
    assert fit.degrees_of_freedom(chosen) == pytest.approx(df, rel=1e-7)


def test_cr0_and_cr1_are_those_of_statsmodels():
    rng = np.random.default_rng(4)
    clusters, w = rng.integers(0, 12, 200), rng.uniform(1, 9, 200)
    x, y = np.c_[np.ones(200), rng.normal(size=(200, 3))], rng.normal(size=200)
    for kind, corrected in (("CR0", False), ("CR1", True)):
        known = sm.WLS(y, x, weights=w).fit(
            cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": corrected}
        )
        fit = fit_clustered(y, x, clusters, weights=w, kind=kind)
        assert fit.coefficients == pytest.approx(known.params)
        assert fit.covariance == pytest.approx(known.cov_params())


def test_two_groups_of_equal_clusters_are_welchs_test():
    # Clusters of equal size, whole clusters in either group: what counts are their means. CR2's variance is
    # s²/m of either side, with (1/m + 1/k)² / (1/m²/(m-1) + 1/k²/(k-1)) degrees of freedom.
    means = np.array([1.0, 3, 2, 6, 4, 9, 5, 7, 8])
    group = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1.0])
    y = np.repeat(means, 3) + np.tile([-1, 0, 1.0], 9)
    x = np.c_[np.ones(27), np.repeat(group, 3)]
    found = fit_clustered(y, x, np.repeat(np.arange(9), 3)).contrast(1)
    one, two = means[:4], means[4:]
    assert found.std_error**2 == pytest.approx(one.var(ddof=1) / 4 + two.var(ddof=1) / 5)
    df = (1 / 4 + 1 / 5) ** 2 / (1 / 16 / 3 + 1 / 25 / 4)
    assert found.df == pytest.approx(df)
    half = student.ppf(0.975, df) * found.std_error
    assert (found.low, found.high) == pytest.approx((found.estimate - half, found.estimate + half))
    assert found.p_value == pytest.approx(2 * student.sf(abs(found.estimate) / found.std_error, df))


def test_below_eight_clusters_nothing_is_claimed():
    rng = np.random.default_rng(0)
    fit = fit_clustered(rng.normal(size=70), np.ones((70, 1)), np.repeat(np.arange(7), 10))
    for found in (fit.contrast(0, noun="issuer"), fit.bootstrap(0, noun="issuer")):
        assert np.isnan([found.std_error, found.p_value, found.low, found.high]).all()
        assert found.note == why_too_few(7, "issuer")
        assert "7 issuers, at least 8 needed" in found.note


def test_rows_of_weight_zero_take_no_part():
    rng = np.random.default_rng(2)
    y, x, clusters = rng.normal(size=40), np.c_[np.ones(40), rng.normal(size=40)], np.arange(40) % 10
    w = (np.arange(40) < 30).astype(float)
    y[35] = np.nan
    some = fit_clustered(y, x, clusters, weights=w)
    assert some.covariance == pytest.approx(fit_clustered(y[:30], x[:30], clusters[:30]).covariance)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_neither_order_nor_scale_changes_anything(seed, scale):
    rng = np.random.default_rng(seed)
    clusters, w = rng.integers(0, 10, 50), rng.uniform(1, 5, 50)
    x, y = np.c_[np.ones(50), rng.normal(size=50)], rng.normal(size=50)
    one = fit_clustered(y, x, clusters, weights=w).contrast(1, fewest=2)
    order = rng.permutation(50)
    two = fit_clustered(y[order], x[order], clusters[order], weights=scale * w[order]).contrast(1, fewest=2)
    assert one[:6] == pytest.approx(two[:6], rel=1e-6)


def test_what_does_not_fit_is_said():
    x = np.c_[np.ones(10), np.arange(10.0)]
    with pytest.raises(InputError, match="a column that is made up of the others"):
        fit_clustered(np.arange(10.0), np.c_[x, x[:, 1] * 2], np.arange(10))
    with pytest.raises(InputError, match="missing values or negative weights"):
        fit_clustered(np.full(10, np.nan), x, np.arange(10))
    with pytest.raises(InputError, match="Expected a value for each row"):
        fit_clustered(np.arange(9.0), x, np.arange(10))
    with pytest.raises(InputError, match="expected 2 weights"):
        fit_clustered(np.arange(10.0) ** 2, x, np.arange(10)).contrast([1.0])


def refitted(y, x, w, clusters, chosen, draws, value):
    """The bootstrap as it is told: restricted fit, new data, fit again, t statistic with CR1's sum."""
    m = len(np.unique(clusters))
    inverse = np.linalg.inv((x * w[:, None]).T @ x)
    beta = inverse @ x.T @ (w * y)

    def statistic(data, against):
        b = inverse @ x.T @ (w * data)
        e = data - x @ b
        s = np.array([chosen @ inverse @ x[clusters == g].T @ (w * e)[clusters == g] for g in range(m)])
        return (chosen @ b - against) / np.sqrt(m / (m - 1) * (s**2).sum())

    move = inverse @ chosen / (chosen @ inverse @ chosen)
    restricted = beta + move * (value - chosen @ beta)
    e = y - x @ restricted
    observed = abs(statistic(y, value))
    drawn = [abs(statistic(x @ restricted + v[clusters] * e, value)) for v in draws]
    return (1 + sum(one >= observed * (1 - 1e-10) for one in drawn)) / (1 + len(drawn))


def test_the_bootstrap_without_refitting_is_that_with_refitting():
    rng = np.random.default_rng(8)
    clusters, w = np.repeat(np.arange(9), 6), rng.uniform(1, 4, 54)
    x = np.c_[np.ones(54), rng.normal(size=54), np.repeat(rng.normal(size=9), 6)]
    y = 0.5 * x[:, 2] + rng.normal(size=54) + np.repeat(rng.normal(size=9), 6)
    fit = fit_clustered(y, x, clusters, weights=w)
    draws = np.random.default_rng(5).choice(WEBB, size=(199, 9))
    for value in (0.0, 0.7):
        made = fit.bootstrap(2, value=value, n_draws=199, seed=5)
        chosen = np.array([0, 0, 1.0])
        assert made.p_value == refitted(y, x, w, clusters, chosen, draws, value)
    assert made.low < fit.coefficients[2] < made.high
    for bound, side in ((made.low, -1), (made.high, 1)):  # what the interval leaves out is rejected
        beyond = fit.bootstrap(2, value=bound + side * 1e-3, n_draws=199, seed=5)
        within = fit.bootstrap(2, value=bound - side * 1e-3, n_draws=199, seed=5)
        assert beyond.p_value <= 0.05 < within.p_value


def test_webbs_weights_have_mean_zero_and_variance_one():
    assert sorted(WEBB**2) == pytest.approx([0.5, 0.5, 1, 1, 1.5, 1.5])
    assert WEBB.sum() == pytest.approx(0)


def test_a_bootstrap_of_what_does_not_vary_has_no_interval():
    made = wild_cluster_bootstrap(np.zeros((9, 1)), np.ones((9, 1, 1)), np.ones((1, 1)) / 9, [1.0], 2.0)
    assert np.isnan(made.std_error)
    assert np.isnan(made.p_value)


def test_intervals_of_unequal_clusters_cover():
    # Twelve issuers of 2 to 264 releases, six of them in either group; issuers differ (sd .7 in logits).
    rng = np.random.default_rng(12)
    sizes = np.array([264, 204, 156, 120, 108, 96, 72, 60, 48, 36, 24, 12])
    of = np.repeat(np.arange(12), sizes)
    held = {"CR1": 0, "CR2": 0}
    for _ in range(200):
        group = np.zeros(12)
        group[rng.permutation(12)[:6]] = 1
        share = 1 / (1 + np.exp(1.4 - 0.7 * rng.standard_normal(12)))
        y = (rng.random(of.size) < share[of]).astype(float)
        for kind in held:
            found = fit_clustered(y, np.c_[np.ones(of.size), group[of]], of, kind=kind).contrast(1)
            held[kind] += found.low <= 0 <= found.high
    assert held["CR2"] / 200 > 0.91  # 2.5 standard errors below .95
    assert held["CR1"] < held["CR2"]


def test_one_cluster_against_all_others_tells_nothing():
    # The mean of the one is fitted exactly, whatever it is: CR2 would see the others' variance only.
    rng = np.random.default_rng(6)
    of = np.repeat(np.arange(12), 5)
    fit = fit_clustered(rng.normal(size=60), np.c_[np.ones(60), of == 0].astype(float), of)
    for found in (fit.contrast(1, noun="issuer"), fit.bootstrap(1, noun="issuer")):
        assert np.isnan(found.std_error)
        assert found.note.startswith("Not enough data: one issuer makes up so much of this")
    assert np.isfinite(fit.contrast([1, 1 / 12]).std_error) is np.False_
    assert np.isfinite(fit.contrast(0).std_error)  # of the eleven


def test_a_contrast_that_few_clusters_tell_is_called_rough():
    rng = np.random.default_rng(6)
    of = np.repeat(np.arange(12), 5)
    found = fit_clustered(rng.normal(size=60), np.c_[np.ones(60), of < 2].astype(float), of).contrast(
        1, noun="issuer"
    )
    assert found.df == pytest.approx((1 / 2 + 1 / 10) ** 2 / (1 / 4 + 1 / 100 / 9))  # Welch's
    assert "a rough one: issuers tell little" in found.note
    assert np.isfinite(found.std_error)


def test_what_fits_exactly_has_no_interval():
    of = np.repeat(np.arange(10), 2)
    found = fit_clustered(0.1 + 0.3 * (of % 2), np.c_[np.ones(20), of % 2], of).contrast(1)
    assert found.estimate == pytest.approx(0.3)
    assert np.isnan(found.std_error)
    assert "nothing is left unexplained" in found.note
