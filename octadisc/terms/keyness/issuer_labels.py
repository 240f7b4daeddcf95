"""Scores where the groups are of issuers: what is exchanged is issuers, not releases."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["permute_issuers"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_STEP = 2_000  # terms at a time
_FEWEST_A_SIDE = 4  # issuers whose scatter tells something


def permute_issuers(
    counts: sparse.csr_matrix,
    tokens: Floats,
    target: npt.NDArray[np.bool_],
    n_permutations: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Compare issuers' rates, and again with the labels of the sides shuffled among issuers.

    Parameters
    ----------
    counts : sparse matrix, shape (issuers, terms)
    tokens : array of float, shape (issuers,)
    target : array of bool, shape (issuers,)
        Which issuers are on the target's side.
    n_permutations : int
    rng : numpy.random.Generator

    Returns
    -------
    observed : array of float, shape (terms,)
        Difference of rates divided by its standard error, by the residuals from the rate of all; with fewer
        than four issuers on a side, which have no scatter of their own, the difference itself.
    permuted : array of float, shape (terms, permutations)
        All ways to choose the target's issuers but the observed one, where these are no more than
        `n_permutations`.

    References
    ----------
    Chung and Romano (2013), Annals of Statistics 41: a studentised statistic keeps the test right where
    the two sides scatter differently; here because issuers differ in size.
    """
    labels = _label(target, n_permutations, rng)
    sizes = tokens @ labels
    other = tokens.sum() - sizes
    made = np.empty((counts.shape[1], labels.shape[1]))
    columns = counts.tocsc().astype(np.float64)
    few = min(int(target.sum()), int((~target).sum())) < _FEWEST_A_SIDE
    for begin in range(0, counts.shape[1], _STEP):
        some = slice(begin, min(begin + _STEP, counts.shape[1]))
        residual = columns[:, some].toarray()
        residual -= np.outer(tokens / tokens.sum(), residual.sum(axis=0))
        mine = residual.T @ labels
        square = residual**2
        squares = square.T @ labels
        whole = square.sum(axis=0)[:, None]
        # the residuals of all add up to nothing: those of the other side are the negative of these
        spread = squares / sizes**2 + np.maximum(whole - squares, 0.0) / other**2
        difference = mine / sizes + mine / other
        if few:
            made[some] = difference
            continue
        made[some] = np.divide(difference, np.sqrt(spread), out=np.zeros(mine.shape), where=spread > 0)
    return made[:, 0], made[:, 1:]


def _label(target: npt.NDArray[np.bool_], n_permutations: int, rng: np.random.Generator) -> Floats:
    """Give labels of issuers, shape (issuers, 1 + permutations), the observed ones first."""
    n, size = target.size, int(target.sum())
    if comb(n, size) > n_permutations:
        shuffled = rng.permuted(np.tile(target.astype(float), (n_permutations, 1)), axis=1)
        return np.vstack([target, shuffled]).T
    made = np.zeros((comb(n, size), n))
    for row, chosen in enumerate(combinations(range(n), size)):
        made[row, list(chosen)] = 1.0
    observed = (made == target).all(axis=1)
    return np.vstack([made[observed], made[~observed]]).T
