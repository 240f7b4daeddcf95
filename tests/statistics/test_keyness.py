import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2, chi2_contingency

from octadisc.statistics.association import log_likelihood, mutual_information, t_score
from octadisc.statistics.keyness import (
    chi_squared,
    exact_test,
    log_likelihood_of_two,
    log_ratio,
    log_ratio_bounds,
    percent_difference,
)

tables = st.tuples(st.integers(1, 80), st.integers(1, 80), st.integers(100, 900), st.integers(100, 900))


def four_cells(count, reference, tokens, reference_tokens):
    return log_likelihood(count, tokens, count + reference, tokens + reference_tokens)


def test_log_likelihood_of_two_and_of_four_cells():
    case = (12_000, 10_000, 1_000_000, 1_000_000)
    assert log_likelihood_of_two(*case) == pytest.approx(182.0694517, abs=1e-7)
    assert four_cells(*case) == pytest.approx(184.0916967, abs=1e-7)


def test_seven_of_ten_against_two_of_nine():
    case = (7, 2, 10, 9)
    assert four_cells(*case) == pytest.approx(4.5349393, abs=1e-7)
    assert chi2.sf(four_cells(*case), 1) == pytest.approx(0.033210, abs=1e-6)
    assert chi_squared(*case) == pytest.approx(4.3371605, abs=1e-7)
    assert exact_test(*case) == pytest.approx((0.0697785, 7.1663063), abs=1e-7)


def test_log_ratio_and_its_exact_lower_bound():
    case = (1189, 2157 - 1189, 168_329, 19_720_567 - 168_329)
    assert log_ratio(*case) == pytest.approx(7.1565760, abs=1e-7)
    assert log_ratio_bounds(*case)[0] == pytest.approx(7.0329, abs=5e-5)
    assert log_ratio(1000, 100, 1_000_000, 1_000_000) == pytest.approx(3.3219281, abs=1e-7)


def test_two_words_that_stand_together_twice():
    case = (2, 15_334, 2, 191_998)
    assert log_likelihood(*case) == pytest.approx(10.1098895, abs=1e-7)
    assert t_score(*case) == pytest.approx(1.3012671, abs=1e-6)
    assert mutual_information(*case) * np.log10(2) == pytest.approx(1.0976413, abs=1e-7)


def test_zero_is_taken_as_half_an_occurrence():
    assert log_ratio(0, 8, 100, 100) == pytest.approx(-4)  # a half against eight
    assert log_ratio(8, 0, 100, 400) == pytest.approx(6)  # eight in 100 against a half in 400
    assert np.isnan(log_ratio(0, 0, 100, 100))
    assert percent_difference(3, 0, 100, 100) == np.inf
    low, high = log_ratio_bounds([0, 5], [5, 0], 100, 100)
    assert low[0] == -np.inf
    assert high[1] == np.inf


@given(tables)
def test_chi_squared_is_that_of_scipy(case):
    a, b, size, other = case
    expected = chi2_contingency([[a, b], [size - a, other - b]], correction=False).statistic
    assert chi_squared(*case) == pytest.approx(expected, abs=1e-9)


@given(tables)
def test_exact_bounds_are_those_of_the_binomial_distribution(case):
    a, b, size, other = case
    exact = binomtest(a, a + b).proportion_ci(0.95, "exact")
    wanted = [np.log2(p / (1 - p) * other / size) for p in (exact.low, exact.high)]
    assert list(log_ratio_bounds(*case)) == pytest.approx(wanted, abs=1e-6)


@given(tables)
def test_exchanging_the_sides_turns_the_sign(case):
    a, b, size, other = case
    assert log_ratio(b, a, other, size) == pytest.approx(-log_ratio(a, b, size, other), abs=1e-12)
    assert four_cells(b, a, other, size) == pytest.approx(four_cells(a, b, size, other), abs=1e-9)
