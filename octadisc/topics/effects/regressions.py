"""Regressions of shares, drawn again and again, and what they give together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.statistics.clusters import Basis, make_basis, split_rows

__all__ = ["Pooled", "regress_shares"]

Floats = npt.NDArray[np.float64]

_ROUNDING = 1e-12  # of a topic's largest share: residuals that are 0 but for rounding
_SMALL = 5  # rows a cluster, on average, below which clusters are added up all at once


class Pooled(NamedTuple):
    """Coefficients of all topics and what is not known of them.

    Attributes
    ----------
    coefficients : array, shape (topics, columns)
    plain : array, shape (topics, columns, columns)
        Covariance if releases are independent: that of the regressions, in the mean, and between draws.
    clustered : array of the same shape, or None
        If only releases of different clusters are.
    basis : Basis
        For degrees of freedom where releases are in clusters.
    spare : float
        Releases less columns.
    alike : array, shape (topics,)
        What the residuals of a cluster's releases have in common, as a variance beside that of one release's
        own; 0 without clusters.
    """

    coefficients: Floats
    plain: Floats
    clustered: Floats | None
    basis: Basis
    spare: float
    alike: Floats


def regress_shares(
    draws: Iterable[Floats],
    design: Floats,
    weights: Floats,
    clusters: npt.NDArray[np.int64] | None,
) -> Pooled:
    """Regress each draw of shares on the design, and pool the draws (the method of composition).

    The covariance is the mean of the draws' covariances, by least squares and (with clusters) by CR2, plus
    that of the coefficients between draws: what a mixture of normal distributions has.

    Parameters
    ----------
    draws : iterable of arrays of float, shape (rows, topics)
    design : array of float, shape (rows, columns)
    weights : array of float, shape (rows,)
        Which add up to the number of releases that rows count for: of two copies each may be half a one.
    clusters : array of int, shape (rows,), or None

    References
    ----------
    Treier and Jackman (2008), American Journal of Political Science 52, for the method of composition;
    Roberts, Stewart and Tingley (2019), Journal of Statistical Software 91(2); Pustejovsky and Tipton (2018),
    Journal of Business and Economic Statistics 36, for CR2.
    """
    codes = np.arange(len(design)) if clusters is None else clusters
    basis = make_basis(design, weights, codes, "inverse")
    solve = basis.inverse @ (design * weights[:, None]).T
    spare = float(weights.sum()) - design.shape[1]
    parts = split_rows(basis.codes)
    sums: list[Floats] = []
    n_draws, largest = 0, np.zeros(1)
    for shares in draws:
        found = solve @ shares
        left = shares - design @ found
        variance = (weights[:, None] * left**2).sum(axis=0) / spare
        own = np.ascontiguousarray(found.T)
        made = [own, own[:, :, None] * own[:, None, :], variance[:, None, None] * basis.inverse]
        if clusters is not None:
            middle = _add_scores(basis, parts, left)
            made.append(basis.inverse @ middle @ basis.inverse)
            made.append((basis.add_up(left * weights[:, None]) ** 2).sum(axis=0))
        sums = [one + other for one, other in zip(sums, made, strict=True)] if sums else made
        n_draws, largest = n_draws + 1, np.maximum(largest, np.abs(shares).max(axis=0))
    mean, products, plain, *clustered = (one / n_draws for one in sums)
    alike = np.zeros(len(mean))
    if clustered:
        alike = _estimate_alike(clustered.pop(), plain[:, 0, 0] / basis.inverse[0, 0] * spare, basis)
    between = np.zeros_like(plain)
    if n_draws > 1:
        between = (products - mean[:, :, None] * mean[:, None, :]) * (n_draws / (n_draws - 1))
    exact = plain[:, 0, 0] <= (_ROUNDING * largest) ** 2 * basis.inverse[0, 0]  # nothing is left unexplained
    spread = [np.where(exact[:, None, None], 0.0, one + between) for one in (plain, *clustered)]
    return Pooled(mean, spread[0], spread[1] if clustered else None, basis, spare, alike)


def _estimate_alike(between: Floats, squares: Floats, basis: Basis) -> Floats:
    """Say how much residuals have in common within clusters, by the mean product of two of them.

    Given the sums of squares of clusters' residuals added up, and of all residuals.
    """
    total = basis.add_up(basis.w[:, None])[:, 0]
    pairs = float((total**2).sum() - total.sum())
    common = np.maximum(between - squares, 0.0) / pairs if pairs > 0 else np.zeros_like(squares)
    own = squares / total.sum() - common
    return np.where(own > 0, common / np.where(own > 0, own, 1.0), 0.0)


def _add_scores(basis: Basis, parts: list[npt.NDArray[np.int64]], left: Floats) -> Floats:
    """Add up the squares of the clusters' adjusted scores, shape (topics, columns, columns)."""
    if len(left) < _SMALL * len(parts):
        by_topic = [basis.add_up(basis.adjusted * one[:, None]) for one in left.T]
        return np.stack([one.T @ one for one in by_topic])
    scores = np.stack([basis.adjusted[rows].T @ left[rows] for rows in parts], axis=1)
    across = scores.transpose(2, 0, 1)
    return np.asarray(across @ across.transpose(0, 2, 1))
