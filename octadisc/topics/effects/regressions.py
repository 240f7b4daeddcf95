"""Regressions of shares, drawn again and again, and what they give together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.statistics.clusters import Basis, make_basis

__all__ = ["Pooled", "regress_shares"]

Floats = npt.NDArray[np.float64]


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
        Rows less columns.
    """

    coefficients: Floats
    plain: Floats
    clustered: Floats | None
    basis: Basis
    spare: float


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
    clusters : array of int, shape (rows,), or None

    References
    ----------
    Treier and Jackman (2008), American Journal of Political Science 52, for the method of composition;
    Roberts, Stewart and Tingley (2019), Journal of Statistical Software 91(2); Pustejovsky and Tipton (2018),
    Journal of Business and Economic Statistics 36, for CR2.
    """
    n_rows, n_columns = design.shape
    even = weights / weights.mean()
    codes = np.arange(n_rows) if clusters is None else clusters
    basis = make_basis(design, even, codes, "inverse")
    solve = basis.inverse @ (design * even[:, None]).T
    spare = float(n_rows - n_columns)
    order = np.argsort(basis.codes, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(basis.codes[order])) + 1)
    sums: list[Floats] = []
    n_draws = 0
    for shares in draws:
        found = solve @ shares
        left = shares - design @ found
        variance = (even[:, None] * left**2).sum(axis=0) / spare
        own = np.ascontiguousarray(found.T)
        made = [own, own[:, :, None] * own[:, None, :], variance[:, None, None] * basis.inverse]
        if clusters is not None:
            scores = np.stack([basis.adjusted[rows].T @ left[rows] for rows in parts])
            middle = np.einsum("gpk,gqk->kpq", scores, scores)
            made.append(basis.inverse @ middle @ basis.inverse)
        sums = [one + other for one, other in zip(sums, made, strict=True)] if sums else made
        n_draws += 1
    mean, products, plain, *clustered = (one / n_draws for one in sums)
    between = np.zeros_like(plain)
    if n_draws > 1:
        between = (products - mean[:, :, None] * mean[:, None, :]) * (n_draws / (n_draws - 1))
    return Pooled(mean, plain + between, clustered[0] + between if clustered else None, basis, spare)
