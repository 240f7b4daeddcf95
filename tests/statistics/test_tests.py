import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from octadisc.statistics.tests import adjust_p_values, permutation_p_value, permute_within


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_values_are_those_of_scipy(p_values):
    assert adjust_p_values(p_values) == pytest.approx(false_discovery_control(p_values), abs=1e-12)


def test_what_was_not_tested_does_not_count():
    assert adjust_p_values([0.02, np.nan, np.nan])[0] == pytest.approx(0.02)


def test_a_permutation_never_gives_zero():
    assert permutation_p_value(10.0, np.zeros(999)) == pytest.approx(0.001)


@pytest.mark.parametrize("values", [[1, 0, 0, 1, 0, 1], [3, 1, 4, 1, 5, 9]])
def test_shuffling_within_issuers_gives_each_place_its_expected_sum(values):
    # Places 0 and 1 hold two of the first issuer's four releases each; place 1 also both of the second's.
    sums = permute_within(values, [0, 0, 0, 0, 1, 1], [0, 1, 0, 1, 1, 1], 2, 20_000, np.random.default_rng(0))
    first, second = sum(values[:4]) / 2, sum(values[4:])
    assert sums.mean(axis=0) == pytest.approx([first, first + second], abs=0.05)
    assert (sums.sum(axis=1) == sum(values)).all()
