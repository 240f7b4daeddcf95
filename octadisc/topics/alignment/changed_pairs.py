"""Which pairs of releases a way of counting brings together or apart, and whether others do too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.stats import rankdata

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = ["rank_distances", "score_preparations"]

Floats = npt.NDArray[np.float64]

_MOST_RELEASES = 500


def score_preparations(counted: Sequence[TermCounts], n_pairs: int, seed: int) -> list[float]:
    """Score ways of counting by how unusual it is what they do to distances between releases.

    Parameters
    ----------
    counted : sequence of TermCounts
        Of the same releases; the first is what the others are compared with.
    n_pairs : int
        Pairs whose distance changes most in rank that are looked at.
    seed : int
        Of the releases that are drawn where there are more than 500.

    Returns
    -------
    list of float
        NaN for the first, and for all where there are fewer than two others: then of each the mean place of
        its pairs in the order of changes of the others, over the number of pairs.

    References
    ----------
    Denny and Spirling (2018), Political Analysis 26, 168.
    """
    n = len(counted[0].releases)
    rows = np.arange(n)
    if n > _MOST_RELEASES:
        rows = np.sort(np.random.default_rng(seed).permutation(n)[:_MOST_RELEASES])
    ranks = [rank_distances(sparse.csr_matrix(one.matrix[rows])) for one in counted]
    moved = [np.abs(one - ranks[0]) for one in ranks[1:]]
    if len(moved) < 2 or not moved[0].size:
        return [np.nan] * len(counted)
    order = [rankdata(-one, method="average") for one in moved]  # 1: changes most
    made = [np.nan]
    for i, mine in enumerate(order):
        top = np.argsort(mine, kind="stable")[: max(1, n_pairs)]
        others = [one[top].mean() for j, one in enumerate(order) if j != i]
        made.append(float(np.mean(others)) / mine.size)
    return made


def rank_distances(matrix: sparse.csr_matrix) -> Floats:
    """Rank all pairs of rows by their cosine distance, shape (pairs,); empty rows are as far as can be.

    Examples
    --------
    >>> rank_distances(sparse.csr_matrix([[1, 0], [2, 0], [0, 3]])).tolist()
    [1.0, 2.5, 2.5]
    """
    matrix = sparse.csr_matrix(matrix, dtype=np.float64)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    unit = sparse.diags(1 / np.where(length > 0, length, 1.0)) @ matrix
    likeness = np.asarray((unit @ unit.T).todense())
    return np.asarray(rankdata(-likeness[np.triu_indices(len(length), 1)].round(12), method="average"))
