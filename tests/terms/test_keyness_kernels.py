"""The influence of issuers on a comparison, against a plain twin."""

import numpy as np
from scipy import sparse

from octadisc.terms.keyness.keyness_kernels import sum_powers


def test_influences_of_issuers_are_those_of_dense_tables():
    rng = np.random.default_rng(0)
    n_issuers, n_terms = 7, 30
    tables = [rng.poisson(0.7, (n_issuers, n_terms)).astype(float) for _ in range(2)]
    tokens = rng.integers(100, 900, (2, n_issuers)).astype(float)
    tables[1][:, 3] = 0  # a term that one side does not have
    tokens[1, 2], tables[1][2] = 0, 0  # and an issuer that one side does not have
    most = np.maximum([one.sum(axis=0) for one in tables], 0.5)
    parts = tokens / tokens.sum(axis=1, keepdims=True)
    least = np.sqrt(np.maximum(1 - parts, 0.05))
    columns = [sparse.csc_matrix(one) for one in tables]
    given = [part for one in columns for part in (one.indptr, one.indices, one.data)]
    made = np.zeros((2, n_terms))
    for begin, end in ((0, 12), (12, 30)):
        sum_powers(*given, parts, least, most, begin, end, made)
    influence = np.zeros((n_issuers, n_terms))
    for side, sign in ((0, 1.0), (1, -1.0)):
        residual = tables[side] - parts[side][:, None] * tables[side].sum(axis=0)
        influence += sign * residual / most[side] / least[side][:, None]
    np.testing.assert_allclose(made, [(influence**2).sum(axis=0), (influence**4).sum(axis=0)], rtol=1e-9)
