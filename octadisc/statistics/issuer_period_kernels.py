"""Compiled loops over issuers' periods: fit periods and issuers, and add up what scatters around that.

Nothing here calls a kernel of another file: numba's cache would not see it change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.compiled import compiled

__all__ = ["add_up_clusters"]


@compiled
def add_up_clusters(
    total: Any, variance: Any, cell: Any, issuer: Any, n_issuers: int, size: Any, scaled: Any, left: Any,
    own: Any, steps: int,
) -> Any:  # fmt: skip
    """Give the nine sums of `Cells.cluster_sums_of`, shape (9, terms, cells).

    Parameters
    ----------
    total : array of float, shape (terms, clusters)
    variance : array of float, shape (terms, cells)
        Per size, of independent words.
    cell, issuer : array of int64, shape (clusters,)
    n_issuers : int
    size, scaled : array of float, shape (clusters,)
        Of the cluster; times what its releases weigh.
    left, own : array of float, shape (clusters,)
        What a fitted period and issuer leave of chance, and of what the cluster's releases have in common.
    steps : int
        Of the fit by iterative proportions: each period's and each issuer's total as observed.
    """
    n_terms, n, n_cells = total.shape[0], size.size, variance.shape[1]
    made = np.zeros((9, n_terms, n_cells))
    fitted = np.empty(n)
    some = np.empty(n, np.int64)
    codes = (cell, issuer)
    wanted = (np.empty(n_cells), np.empty(n_issuers))
    have = (np.empty(n_cells), np.empty(n_issuers))
    for term in range(n_terms):
        for margin in range(2):
            wanted[margin][:] = 0.0
            for k in range(n):
                wanted[margin][codes[margin][k]] += total[term, k]
        for k in range(n):
            fitted[k], some[k] = size[k], k
        n_some = n
        for step in range(steps):
            for margin in range(2):
                code, of, want = codes[margin], have[margin], wanted[margin]
                of[:] = 0.0
                for j in range(n_some):
                    of[code[some[j]]] += fitted[some[j]]
                for i in range(of.size):
                    of[i] = want[i] / of[i] if of[i] > 0 else 0.0
                for j in range(n_some):
                    fitted[some[j]] *= of[code[some[j]]]
            if step == 0:  # what is zero stays so
                kept = 0
                for j in range(n_some):
                    if fitted[some[j]] != 0:
                        some[kept] = some[j]
                        kept += 1
                n_some = kept
        for k in range(n):
            square = (total[term, k] - fitted[k]) * (total[term, k] - fitted[k]) if left[k] > 0 else 0.0
            here = variance[term, cell[k]] * scaled[k]
            expected, further = here * left[k], here * own[k]
            made[0, term, cell[k]] += square
            made[1, term, cell[k]] += expected
            made[2, term, cell[k]] += square * square
            made[3, term, cell[k]] += square * expected
            made[4, term, cell[k]] += expected * expected
            made[5, term, cell[k]] += further
            made[6, term, cell[k]] += square * further
            made[7, term, cell[k]] += expected * further
            made[8, term, cell[k]] += further * further
    return made
