from itertools import permutations

import numpy as np
import pytest
from scipy import sparse

from octadisc.terms.keyness.issuer_labels import permute_issuers


def test_few_issuers_give_all_ways_to_choose():
    counts = sparse.csr_matrix(np.array([[9], [1], [2], [3], [4]]))
    target = np.array([True, False, False, False, False])
    observed, permuted = permute_issuers(counts, np.full(5, 100.0), target, 999, np.random.default_rng(0))
    # 19 in five issuers, 3.8 each; alone in 100 words, the others in 400: e / 100 + e / 400
    assert observed == pytest.approx([(9 - 3.8) * (1 / 100 + 1 / 400)])
    assert sorted(permuted[0]) == pytest.approx([(n - 3.8) * (1 / 100 + 1 / 400) for n in (1, 2, 3, 4)])


def test_the_statistic_is_the_difference_by_its_standard_error():
    rng = np.random.default_rng(1)
    counts, tokens = rng.poisson(5, (8, 3)), rng.integers(100, 900, 8).astype(float)
    target = np.arange(8) < 4
    observed, permuted = permute_issuers(sparse.csr_matrix(counts), tokens, target, 999, rng)

    def plain(chosen):
        residual = counts - tokens[:, None] * counts.sum(axis=0) / tokens.sum()
        mine, other = tokens[chosen].sum(), tokens[~chosen].sum()
        difference = residual[chosen].sum(axis=0) / mine - residual[~chosen].sum(axis=0) / other
        spread = (residual[chosen] ** 2).sum(axis=0) / mine**2 + (residual[~chosen] ** 2).sum(
            axis=0
        ) / other**2
        return difference / np.sqrt(spread)

    assert observed == pytest.approx(plain(target))
    ways = {tuple(one) for one in permutations(target.tolist())}
    assert len(ways) == 70  # four of eight
    wanted = np.sort([plain(np.array(one))[0] for one in ways if one != tuple(target.tolist())])
    assert np.sort(permuted[0]) == pytest.approx(wanted)
