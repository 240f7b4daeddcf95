from math import log2, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from octadisc.errors import InputError
from octadisc.statistics.evenness import expected_dp, measure_evenness


def test_the_toy_corpus_of_gries():
    found = measure_evenness([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
    assert found.total[0] == 15
    assert found.parts[0] == 5
    assert found.dp[0] == pytest.approx(0.18)
    assert found.dp_norm[0] == pytest.approx(0.2195122, abs=1e-7)
    assert found.juilland[0] == pytest.approx(0.7851505, abs=1e-7)
    assert found.variation[0] == pytest.approx(0.4714045, abs=1e-7)
    v, s = np.array([1, 2, 3, 4, 5]) / 15, np.array([9, 10, 10, 10, 11]) / 50
    kld = sum(a * log2(a / b) for a, b in zip(v, s, strict=True))
    assert found.kld[0] == pytest.approx(kld)
    assert found.kld_norm[0] == pytest.approx(1 - 2**-kld)


def test_parts_without_the_term_count():
    assert measure_evenness([2, 1, 0], [7, 7, 7]).dp_norm[0] == pytest.approx(0.5)
    # Mean 2, standard deviation sqrt(2): 1 - sqrt(2) / 2 / sqrt(4)
    assert measure_evenness([0, 4, 3, 2, 1], [9] * 5).juilland[0] == pytest.approx(1 - sqrt(2) / 4)
    assert 1 - sqrt(2) / 4 == pytest.approx(0.6464, abs=5e-5)
    alone = measure_evenness([6, 0, 0, 0], [5, 5, 5, 5])
    assert alone.dp_norm[0] == pytest.approx(1)
    assert alone.juilland[0] == pytest.approx(0)
    assert alone.kld[0] == pytest.approx(2)  # all in a quarter: log2(4) bits


def test_parts_without_words_do_not_count():
    with_, without = measure_evenness([2, 0, 1], [5, 0, 6]), measure_evenness([2, 1], [5, 6])
    for one, other in zip(with_, without, strict=True):
        np.testing.assert_allclose(one, other)
    with pytest.raises(InputError, match="part of size 0"):
        measure_evenness([2, 1], [5, 0])
    with pytest.raises(InputError, match="one each"):
        measure_evenness([2, 1], [5])


def test_what_cannot_be_measured_is_nan():
    found = measure_evenness(np.array([[3, 0], [1, 0]]), [4, 4])
    assert np.isnan([found.dp[1], found.kld[1], found.juilland[1], found.variation[1]]).all()
    single = measure_evenness([3], [4])
    assert single.dp[0] == 0
    assert np.isnan([single.dp_norm[0], single.juilland[0]]).all()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(10, 40)), min_size=2, max_size=12))
def test_many_terms_at_once_are_as_one_and_as_written_out(parts):
    counts, sizes = (np.array(one, float) for one in zip(*parts, strict=True))
    if not counts.any():
        return
    table = sparse.csr_matrix(np.stack([counts, counts[::-1], np.arange(counts.size) + 1], axis=1))
    found = measure_evenness(table, sizes)
    v, s, x = counts / counts.sum(), sizes / sizes.sum(), counts / sizes
    assert found.dp[0] == pytest.approx(np.abs(v - s).sum() / 2, abs=1e-12)
    assert found.juilland[0] == pytest.approx(1 - x.std() / x.mean() / sqrt(counts.size - 1))
    assert found.variation[0] == pytest.approx(counts.std() / counts.mean())
    assert -1e-12 <= found.dp_norm[0] <= 1 + 1e-12
    alone = measure_evenness(counts, sizes)
    for one, other in zip(found, alone, strict=True):
        assert one[0] == pytest.approx(other[0], nan_ok=True)


def test_chance_alone_makes_rare_terms_uneven():
    sizes = np.array([5, 40, 100, 7, 60, 88])
    rng = np.random.default_rng(0)
    for count in (1, 3, 20, 300):
        drawn = rng.multinomial(count, sizes / sizes.sum(), 20_000)
        dp = np.abs(drawn / count - sizes / sizes.sum()).sum(axis=1) / 2
        expected = expected_dp([count], sizes)[0]
        assert expected == pytest.approx(dp.mean(), abs=4 * dp.std() / sqrt(20_000))
    found = expected_dp([300, 0, 3], sizes)
    assert found[0] < found[2]
    assert np.isnan(found[1])
    # One occurrence is in one part: DP 1 - s with probability s.
    s = sizes / sizes.sum()
    assert expected_dp([1], sizes)[0] == pytest.approx((s * (1 - s)).sum())
    assert expected_dp([4], [9])[0] == 0
