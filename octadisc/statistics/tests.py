"""Tests by permutation, and what many tests at once are worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["adjust_p_values", "permutation_p_value", "permute_within", "pooled_p_values"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def permutation_p_value(observed: float, permuted: Any) -> float:
    """Give (1 + permutations as extreme as the observed) / (1 + permutations).

    References
    ----------
    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1).

    Examples
    --------
    >>> permutation_p_value(3.0, [1.0, 2.0, 3.0])
    0.5
    """
    values = np.asarray(permuted, float)
    return float((1 + (values >= observed * (1 - 1e-12)).sum()) / (1 + values.size))


def adjust_p_values(p_values: Any) -> Floats:
    """Give Benjamini and Hochberg's q-values; what is NaN is no test and stays NaN.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57(1).

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, 0.03, float("nan")]).round(4).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    p = np.asarray(p_values, float)
    q = np.full(p.size, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * order.size / np.arange(1, order.size + 1)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def permute_within(
    values: Any, strata: Any, places: Any, n_places: int, n_permutations: int, rng: np.random.Generator
) -> Floats:
    """Add values up by place after shuffling them within strata, again and again.

    Parameters
    ----------
    values : array of float, shape (releases,)
    strata, places : array of int, shape (releases,)
        Issuer and period of each release.
    n_places, n_permutations : int
    rng : numpy.random.Generator

    Returns
    -------
    array of float, shape (permutations, places)

    Examples
    --------
    Each issuer keeps its own sum, whatever the order:

    >>> sums = permute_within([1, 0, 5, 5], [0, 0, 1, 1], [0, 1, 0, 1], 2, 3, np.random.default_rng(0))
    >>> sums.sum(axis=1).tolist(), sorted(set(sums.ravel().tolist()))
    ([11.0, 11.0, 11.0], [5.0, 6.0])
    """
    values, strata = np.asarray(values, float), np.asarray(strata, np.int64)
    places = np.asarray(places, np.int64)
    sums = np.zeros((n_permutations, n_places))
    for one in np.unique(strata):
        mine = np.flatnonzero(strata == one)
        mine = mine[np.argsort(places[mine], kind="stable")]
        slots, first = np.unique(places[mine], return_index=True)
        if np.ptp(values[mine]) == 0:
            sums[:, slots] += values[mine[0]] * np.diff(np.r_[first, mine.size])
            continue
        levels = np.unique(values[mine])
        if (
            levels.size == 2
        ):  # yes or no: how many of them fall into each place is multivariate hypergeometric
            sizes = np.diff(np.r_[first, mine.size])
            high = rng.multivariate_hypergeometric(
                sizes, int((values[mine] == levels[1]).sum()), n_permutations, method="marginals"
            )
            sums[:, slots] += levels[0] * sizes + (levels[1] - levels[0]) * high
            continue
        batch = max(1, 4_000_000 // mine.size)
        for begin in range(0, n_permutations, batch):
            rows = min(batch, n_permutations - begin)
            mixed = rng.permuted(np.tile(values[mine], (rows, 1)), axis=1)
            sums[begin : begin + rows, slots] += np.add.reduceat(mixed, first, axis=1)
    return sums


def pooled_p_values(
    observed: Any, permuted: Any, likeness: Any, *, n_own: int = 10, band: int = 300
) -> Floats:
    """Give p-values of many two-sided tests: of its own permutations, and far out of those of its like.

    Where at least `n_own` of a term's own permutations are as extreme as what is observed, they alone
    decide. Beyond that they cannot tell a thousandth from a millionth. There the n_own-th most extreme one is
    the unit, and how far permutations reach beyond their unit is pooled over the terms that are most alike.

    Parameters
    ----------
    observed : array of float, shape (terms,)
        Statistics centred on zero; NaN is no test.
    permuted : array of float, shape (terms, permutations)
    likeness : array of float, shape (terms,)
        Terms next to each other in this order have null distributions of like shape: for example the
        number of releases that these rest on.
    n_own : int
    band : int
        How many terms are pooled at least.

    Returns
    -------
    array of float, shape (terms,)
        The least possible one is n_own / (1 + permutations) / (1 + n_own * pooled terms).

    References
    ----------
    Besag and Clifford (1991), Biometrika 78, for deciding by a fixed number of exceedances; Knijnenburg et
    al. (2009), Bioinformatics 25, for giving the tail a form; here that of the like terms' tails.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> null = rng.standard_normal((400, 499))
    >>> p = pooled_p_values([0.0, 2.0, 4.5] + [0.0] * 397, null, np.arange(400))
    >>> bool(p[0] == 1), bool(0.03 < p[1] < 0.07), bool(p[2] < 0.0001)
    (True, True, True)
    """
    size = np.abs(np.asarray(observed, float))
    null = np.abs(np.asarray(permuted))
    n_terms, n = null.shape
    n_own = min(n_own, n)
    beyond = (null >= (size * (1 - 1e-6))[:, None]).sum(axis=1)
    p = (1.0 + beyond) / (1.0 + n)
    top = np.sort(np.partition(null, n - n_own, axis=1)[:, n - n_own :], axis=1)
    unit = top[:, :1]
    reach = np.divide(top, unit, out=np.ones(top.shape), where=unit > 0)
    order = np.argsort(likeness, kind="stable")
    for some in np.array_split(order, max(1, n_terms // band)):
        far = some[(beyond[some] < n_own) & (unit[some, 0] > 0)]
        pool = np.sort(reach[some].ravel())
        at = size[far] / unit[far, 0] * (1 - 1e-6)
        further = pool.size - np.searchsorted(pool, at, side="left")
        p[far] = np.minimum(p[far], n_own / (1.0 + n) * (1.0 + further) / (1.0 + pool.size))
    return np.where(np.isfinite(size), p, np.nan)
