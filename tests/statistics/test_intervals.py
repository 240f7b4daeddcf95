"""Intervals: published values, arithmetic by hand, and what must hold for any numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from octadisc.errors import InputError
from octadisc.statistics.dispersion import Cells, Entries, to_dispersion
from octadisc.statistics.intervals import (
    pooled_dispersion,
    rate_interval,
    rate_size,
    share_interval,
    share_size,
)

# Newcombe (1998), Statistics in Medicine 17, table I, method 3: Wilson without continuity correction
SHARES = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("total", "n", "low", "high"), SHARES)
def test_share_interval_is_wilsons(total, n, low, high):
    found = share_interval(total, n)
    assert np.round(found, 4).tolist() == [low, high]


def test_rate_bounds_are_where_the_score_test_turns():
    low, high = rate_interval(12, 3.0, 2.5)
    z = norm.ppf(0.975)
    for rate in (low, high):
        assert (12 - 3 * rate) ** 2 / (2.5 * 3 * rate) == pytest.approx(z**2)


def test_rate_interval_is_near_the_exact_one_where_that_is_known():
    """For 100 occurrences the exact Poisson (Garwood) interval is 81.4 to 121.6."""
    low, high = rate_interval(100, 1)
    assert chi2.ppf(0.025, 200) / 2 == pytest.approx(low, rel=0.02)
    assert chi2.ppf(0.975, 202) / 2 == pytest.approx(high, rel=0.02)


def test_no_exposure_has_no_interval():
    assert np.isnan(rate_interval([0, 0], [0, 0])).all()
    assert np.isnan(share_interval([0], [0])).all()


def test_an_unknown_dispersion_has_no_interval():
    for interval in (rate_interval, share_interval):
        assert np.isnan(interval([0, 3, 9], [9, 9, 9], np.nan)).all()


def test_none_and_all_are_not_never_and_always():
    low, high = share_interval([0, 10], [10, 10])
    assert low.tolist()[0] == 0
    assert high.tolist()[1] == 1
    assert 0.2 < high[0] < 0.35
    assert 0.65 < low[1] < 0.8
    assert rate_interval(0, 1)[1] == pytest.approx(norm.ppf(0.975) ** 2)


def test_a_share_with_dispersion_is_wilsons_with_fewer_releases():
    np.testing.assert_allclose(share_interval(20, 80, 4.0), share_interval(5, 20))


def test_student_is_wider_than_the_normal_and_tends_to_it():
    widths = [np.subtract(*rate_interval(10, 1, 2.0, df=df)[::-1]) for df in (4, 30, 1e7, np.inf)]
    assert widths[0] > widths[1] > widths[3]
    assert widths[2] == pytest.approx(widths[3], rel=1e-5)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_a_level_is_between_nought_and_one(level):
    with pytest.raises(InputError, match="level"):
        rate_interval(1, 1, level=level)


@given(
    st.integers(0, 500),
    st.integers(1, 500),
    st.floats(0.01, 50),
    st.floats(0.5, 0.99),
)
def test_intervals_hold_their_estimate_and_stay_in_bounds(total, n, dispersion, level):
    total = min(total, n)
    low, high = share_interval(total, n, dispersion, level)
    assert 0 <= low <= total / n <= high <= 1
    low, high = rate_interval(total, n, dispersion, level)
    assert 0 <= low <= total / n <= high
    wider = rate_interval(total, n, dispersion * 2, level)
    assert wider[0] <= low
    assert wider[1] > high


@given(st.integers(1, 60), st.floats(1, 20))
def test_bounds_rise_with_the_count(n, dispersion):
    counts = np.arange(n + 1)
    for low, high in (share_interval(counts, n, dispersion), rate_interval(counts, n, dispersion)):
        assert (np.diff(low) >= 0).all()
        assert (np.diff(high) >= 0).all()


def test_dispersion_by_hand():
    """Two releases of 10 words with 0 and 4 hits: rate .2, residuals -2 and 2: 8 over 2 * 2 (1 - 1/2)."""
    found = pooled_dispersion([0, 4], [10, 10], [0, 0], kind="rate")
    assert found.value == pytest.approx(4.0)


def test_longer_releases_weigh_more():
    """Rate 6/30 = .2; residuals 6 - 4 = 2 in 20 words and -2 in 10: 8 over 4 (1 - 2/3) + 2 (1 - 1/3)."""
    assert pooled_dispersion([6, 0], [20, 10], [0, 0], kind="rate").value == pytest.approx(
        8 / (4 / 3 + 4 / 3)
    )


def test_differences_between_periods_are_no_dispersion():
    """Every release of a period is alike; only the periods differ."""
    found = pooled_dispersion([1, 1, 1, 9, 9, 9], [10] * 6, [0, 0, 0, 1, 1, 1], kind="rate")
    assert found == (1.0, np.inf)


def test_independent_releases_have_dispersion_one():
    rng = np.random.default_rng(3)
    cells = np.repeat(np.arange(20), 30)
    assert pooled_dispersion(rng.random(600) < 0.3, np.ones(600), cells, kind="share").value == pytest.approx(
        1
    )
    sizes = rng.integers(100, 1000, 600)
    assert pooled_dispersion(rng.poisson(sizes / 100), sizes, cells, kind="rate").value < 1.15


def test_campaigns_of_issuers_disperse_and_lasting_differences_do_not():
    """Four issuers with 5 releases in each of 10 periods."""
    issuer = np.tile(np.repeat(np.arange(4), 5), 10)
    period = np.repeat(np.arange(10), 20)
    ones = np.ones(200)
    rng = np.random.default_rng(5)
    speaks = rng.random((10, 4)) < 0.5
    campaign = pooled_dispersion(speaks[period, issuer], ones, period, kind="share", clusters=issuer)
    assert 4 < campaign.value < 7  # whole blocks of five: 1 + (5 - 1) * 1
    lasting = pooled_dispersion(issuer < 2, ones, period, kind="share", clusters=issuer)
    assert lasting.value == pytest.approx(1)


def test_campaigns_weigh_more_where_an_issuer_has_more_releases():
    """Issuers are all or nothing in a period, 2 releases each in half of the periods and 10 in the others.

    Fully alike, releases count as one an issuer: the dispersion is their number.
    """
    rng = np.random.default_rng(2)
    number = np.repeat(np.tile([2, 10], 30), 6)  # of each of 6 issuers in each of 60 periods
    period, issuer = (
        np.repeat(one, number) for one in (np.repeat(np.arange(60), 6), np.tile(np.arange(6), 60))
    )
    speaks = rng.random((60, 6)) < 0.4
    made = Cells(np.ones(period.size), period, 60, issuer)
    value, df = made.dispersions(np.arange(period.size), speaks[period, issuer], "share")
    np.testing.assert_allclose(value[::2], 2, rtol=0.05)
    np.testing.assert_allclose(value[1::2], 10, rtol=0.1)
    assert np.isfinite(df).all()


def test_a_group_may_have_a_dispersion_of_its_own():
    """In the first of two groups words come in fives, in the second one by one."""
    totals = np.array([5, 0, 0, 0, 0] * 8 + [1, 1, 1, 1, 1] * 8)
    cells = np.repeat([0, 1], 40)
    made, rows = Cells(np.ones(80), cells, 2), np.arange(80)
    both, _ = made.dispersions(rows, totals, "rate")
    apart, _ = made.dispersions(rows, totals, "rate", groups=[0, 1], own=[True, True])
    assert apart[0] == pytest.approx(160 / 39)  # 8 * 4² + 32 * 1² over 40 * (1 - 1/40)
    assert apart[1] == 1
    np.testing.assert_allclose(both, 80 / 39)
    first, _ = made.dispersions(rows, totals, "rate", groups=[0, 1], own=[True, False])
    assert first.tolist() == pytest.approx([apart[0], both[1]])


def test_releases_without_an_issuer_depend_on_no_other():
    totals, cells = [1, 0, 1, 0, 0, 1], [0, 0, 0, 1, 1, 1]
    none = pooled_dispersion(totals, np.ones(6), cells, kind="share", clusters=np.full(6, -1))
    assert none == pooled_dispersion(totals, np.ones(6), cells, kind="share")


def test_fractions_may_scatter_less_than_yes_and_no():
    """Shares of .4 and .6, half each: variance .01 against .25 for yes and no."""
    found = pooled_dispersion([0.4, 0.6] * 50, np.ones(100), np.zeros(100, int), kind="share", minimum=0.0)
    assert found.value == pytest.approx(0.04)
    assert pooled_dispersion([0.4, 0.6] * 50, np.ones(100), np.zeros(100, int), kind="share").value == 1


@pytest.mark.parametrize("kind", ["rate", "share"])
@pytest.mark.parametrize("totals", [[0, 0, 0], [1, 1, 1]])
def test_where_nothing_can_be_told_there_is_no_dispersion(kind, totals):
    assert pooled_dispersion(totals, [1, 1, 1], [0, 1, -1], kind=kind) == (1.0, np.inf)
    assert pooled_dispersion([], [], [], kind=kind) == (1.0, np.inf)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["rate", "share"]))
def test_sums_from_the_releases_with_hits_equal_those_from_all(seed, kind):
    """`Cells` never looks at releases without the term; the plain sums do."""
    rng = np.random.default_rng(seed)
    n, n_cells = int(rng.integers(1, 40)), int(rng.integers(1, 5))
    cells = rng.integers(-1, n_cells, n)
    sizes = rng.integers(0, 50, n).astype(float) if kind == "rate" else np.ones(n)
    totals = rng.poisson(0.5, n) if kind == "rate" else rng.integers(0, 2, n)
    totals = np.where(sizes > 0, totals, 0)
    rows = np.flatnonzero(totals)
    found = Cells(sizes, cells, n_cells).sums(rows, totals[rows], kind)
    for cell in range(n_cells):
        mine = cells == cell
        size, total = sizes[mine], totals[mine]
        if not size.sum():
            assert (found[:, cell] == 0).all()
            continue
        mean = total.sum() / size.sum()
        variance = mean
        if kind == "share":
            variance = mean * (1 - mean) * size.size / (size.size - 1) if size.size > 1 else 0.0
        square = (total - mean * size) ** 2
        expected = variance * size * (1 - size / size.sum())
        plain = [one.sum() for one in (square, expected, square**2, square * expected, expected**2)]
        np.testing.assert_allclose(found[:, cell], plain, rtol=1e-7, atol=1e-7)


def test_one_burst_is_a_dispersion_that_is_hardly_known():
    """Ten hits in one of a hundred releases: large, with the fewest degrees of freedom."""
    found = pooled_dispersion([10] + [0] * 99, [100] * 100, np.repeat(np.arange(10), 10), kind="rate")
    assert found.value > 9
    assert found.df == 3


def test_order_of_releases_does_not_matter():
    rng = np.random.default_rng(11)
    totals, sizes, cells = rng.poisson(1, 90), rng.integers(50, 500, 90), rng.integers(0, 6, 90)
    issuers = rng.integers(-1, 4, 90)
    turned = rng.permutation(90)
    first = pooled_dispersion(totals, sizes, cells, kind="rate", clusters=issuers)
    again = pooled_dispersion(
        totals[turned], sizes[turned], cells[turned], kind="rate", clusters=issuers[turned]
    )
    assert first == pytest.approx(again)


@pytest.mark.parametrize("present", [0.1, 0.3, 0.5])
def test_intervals_cover(present):
    """A short form of benchmarks/interval_coverage.py: 300 runs of 12 periods with 30 bursty releases."""
    rng = np.random.default_rng(8)
    cells, shape = np.repeat(np.arange(12), 30), 0.5
    mean = shape * ((1 - present) ** (-1 / shape) - 1)  # of the negative binomial with that share of zeros
    inside = []
    for _ in range(300):
        counts = rng.poisson(mean * rng.gamma(shape, 1 / shape, cells.size))
        value, df = pooled_dispersion(counts, np.ones(360), cells, kind="rate")
        low, high = rate_interval(np.bincount(cells, counts), 30, value, df=df)
        inside.append(np.mean((low <= mean) & (mean <= high)))
    assert 0.935 < np.mean(inside) < 0.975


def test_to_dispersion_of_nothing():
    assert to_dispersion(np.zeros(5)) == (1.0, np.inf)


@given(st.integers(1, 400), st.floats(0, 1), st.floats(1, 8), st.floats(0.5, 0.999))
def test_sizes_undo_intervals(n, part, spread, level):
    total = round(part * n)
    low, high = share_interval(total, n, spread, level)
    if high - low < 0.98:
        assert share_size(total / n, low, high, level) == pytest.approx(n / spread, rel=1e-5)
    low, high = rate_interval(total, n, spread, level)
    assert rate_size(total / n, low, high, level) == pytest.approx(n / spread, rel=1e-6)


@pytest.mark.parametrize("kind", ["rate", "share"])
def test_many_terms_at_once_are_what_each_is_alone(kind):
    rng = np.random.default_rng(3)
    n, n_cells, n_terms = 400, 12, 30
    cells, issuers = rng.integers(-1, n_cells, n), rng.integers(-1, 7, n)
    sizes = rng.integers(50, 900, n) if kind == "rate" else np.ones(n)
    counts = rng.poisson(0.3, (n_terms, n)) if kind == "rate" else rng.random((n_terms, n)) < 0.2
    counts[4] = 0
    terms, rows = np.nonzero(counts)
    made = Cells(sizes, cells, n_cells, issuers)
    groups = np.repeat(np.arange(3), 4)
    own = rng.random((n_terms, 3)) < 0.5
    entries = Entries(rows, counts[terms, rows].astype(float), terms, n_terms)
    values, df = made.dispersions_of(entries, kind, groups=groups, own=own)
    for term in range(n_terms):
        here = np.flatnonzero(counts[term])
        alone = made.dispersions(here, counts[term][here], kind, groups=groups, own=own[term])
        np.testing.assert_allclose(values[term], alone[0])
        np.testing.assert_allclose(df[term], alone[1])


def test_what_issuers_add_is_estimated_without_bias_where_periods_differ_in_size():
    """Six periods of 10 to 320 releases; an issuer's share in a period varies, with a variance of .02.

    Within an issuer and a period releases are alike by .02 / (.3 · .7): a period with an issuer's n releases
    scatters 1 + (n - 1) times that.
    """
    rng = np.random.default_rng(0)
    sizes = (10, 20, 40, 80, 160, 320)
    cells = np.repeat(np.arange(6), sizes)
    issuers = np.arange(cells.size) % 5
    a = 0.3 * (0.21 / 0.02 - 1)
    b = 0.7 * (0.21 / 0.02 - 1)
    made = Cells(np.ones(cells.size), cells, 6, issuers)
    found = []
    for _ in range(400):
        share = rng.beta(a, b, (6, 5))[cells, issuers]
        matches = rng.random(cells.size) < share
        rows = np.flatnonzero(matches)
        found.append(made.dispersions(rows, np.ones(rows.size), "share")[0][-1])
    assert np.mean(found) == pytest.approx(1 + 63 * 0.02 / 0.21, rel=0.1)


def test_weights_scatter_as_they_should():
    """Independent matches with weights 1 and 9: the sum has the variance Σw² p (1 - p), 8.2 a unit."""
    rng = np.random.default_rng(1)
    weights = np.tile([1.0, 9.0], 300)
    made = Cells(weights, np.repeat([0, 1, 2], 200), 3, scale=weights)
    found = []
    for _ in range(200):
        rows = np.flatnonzero(rng.random(600) < 0.3)
        found.append(made.dispersions(rows, weights[rows], "share", minimum=0.0)[0][0])
    assert np.mean(found) == pytest.approx((1 + 81) / 10, rel=0.02)
