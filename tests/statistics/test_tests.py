import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from octadisc.statistics.tests import (
    adjust_p_values,
    permutation_p_value,
    permute_within,
    pooled_p_values,
)


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


def test_pooled_p_values_are_uniform_where_there_is_nothing():
    # Terms whose scores have tails of three kinds: normal, Laplace, and of counts.
    rng = np.random.default_rng(0)
    n, draws = 6_000, 200
    kinds = [rng.standard_normal, rng.laplace, lambda size: rng.poisson(2.0, size) - 2.0]
    parts = [kind(size=(n // 3, draws)) if i else kind((n // 3, draws)) for i, kind in enumerate(kinds[:2])]
    scores = np.concatenate([*parts, kinds[2]((n // 3, draws))])
    p = pooled_p_values(scores[:, 0], scores[:, 1:], np.repeat([0, 1, 2], n // 3), n_own=5)
    for level in (0.05, 0.01, 0.002):
        for third in np.split(p, 3):
            assert (third <= level).mean() <= level + 3.5 * np.sqrt(level / (n // 3))
        assert (p[: n // 3] <= level).mean() >= level / 2


def test_a_p_value_that_permutations_can_tell_is_theirs():
    null = np.random.default_rng(1).standard_normal((50, 999))
    observed = np.full(50, 1.5)
    p = pooled_p_values(observed, null, np.arange(50))
    own = [permutation_p_value(1.5, np.abs(row)) for row in null]
    assert p == pytest.approx(own)


def test_far_out_the_pool_tells_more_than_one_terms_permutations():
    null = np.random.default_rng(2).standard_normal((900, 999))
    p = pooled_p_values(np.full(900, 4.4), null, np.arange(900), band=900)
    assert 1.08e-5 / 2 < np.median(p) < 1.08e-5 * 3  # twice the normal tail beyond 4.4; a little more is safe
    assert np.isnan(pooled_p_values([np.nan], null[:1], [0]))[0]
