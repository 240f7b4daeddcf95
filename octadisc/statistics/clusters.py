"""What cluster-robust covariances and degrees of freedom are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError

__all__ = ["Basis", "Working", "make_basis"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Working = Literal["inverse", "equal"]

_ZERO = 1e-11  # of an eigenvalue that is 0 but for rounding: a direction that a cluster's constant takes up
_CHUNK = 2000  # clusters whose products are in memory at once


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Basis:
    """What covariance, degrees of freedom and bootstrap are made of."""

    x: Floats
    w: Floats
    codes: Integers
    n_clusters: int
    inverse: Floats  # of x' w x
    variance: Floats  # of each row, under the working model
    adjusted: Floats  # rows of w x, multiplied by their cluster's adjustment

    def add_up(self, rows: Floats) -> Floats:
        """Add rows up by cluster."""
        at = sparse.csr_matrix((np.ones(self.codes.size), (self.codes, np.arange(self.codes.size))))
        return np.asarray(at @ rows, np.float64)

    def scores(self, residuals: Floats) -> Floats:
        """Give x' w e of each cluster, shape (clusters, columns)."""
        return self.add_up(self.x * (self.w * residuals)[:, None])

    def grams(self) -> Floats:
        """Give x' w x of each cluster, shape (clusters, columns, columns)."""
        k = self.x.shape[1]
        total = np.zeros((self.n_clusters, k, k))
        for one in range(self.n_clusters):
            mine = self.x[self.codes == one]
            total[one] = (mine * self.w[self.codes == one][:, None]).T @ mine
        return total

    def degrees_of_freedom(self, chosen: Floats) -> tuple[float, float]:
        """Give a contrast's degrees of freedom, and which part of its variance the clusters let one see.

        (Σ λ)² / Σ λ² of the quadratic form that the variance is, without its eigenvalues. The part is Σ λ by
        what it is under the working model: 1, unless residuals of some cluster are zero by construction.
        """
        g = self.adjusted @ (self.inverse @ chosen)
        a = self.add_up(self.x * g[:, None])
        b = self.add_up(self.x * (self.w * self.variance * g)[:, None])
        own = np.bincount(self.codes, g**2 * self.variance, self.n_clusters)
        wide = self.x * (self.w * np.sqrt(self.variance))[:, None]
        middle = self.inverse @ (wide.T @ wide) @ self.inverse
        trace, squares = 0.0, 0.0
        for begin in range(0, self.n_clusters, _CHUNK):
            rows = slice(begin, begin + _CHUNK)
            block = a[rows] @ middle @ a.T - a[rows] @ self.inverse @ b.T - b[rows] @ self.inverse @ a.T
            at = np.arange(block.shape[0])
            block[at, begin + at] += own[rows]
            trace += float(block[at, begin + at].sum())
            squares += float((block**2).sum())
        whole = float(chosen @ middle @ chosen)
        return (trace**2 / squares if squares > 0 else np.nan), (trace / whole if whole > 0 else np.nan)


def make_basis(x: Floats, w: Floats, codes: Integers, working: Working) -> Basis:
    """Give what a covariance is made of, CR2's adjustment of each cluster included."""
    scaled = x * np.sqrt(w)[:, None]
    sizes = np.linalg.norm(scaled, axis=0)
    upper = np.linalg.qr(scaled / np.where(sizes > 0, sizes, 1.0), mode="r")
    singular = np.linalg.svd(upper, compute_uv=False)
    if scaled.shape[0] < x.shape[1] or not sizes.all() or singular[-1] < 1e-10 * singular[0]:
        raise InputError(
            "The design has a column that is made up of the others (or only of zeros), so that its "
            "coefficient cannot be told. Leave it out, or leave out the constant of one group."
        )
    inverse: Floats = np.asarray(np.linalg.inv(scaled.T @ scaled), np.float64)
    codes = np.unique(codes, return_inverse=True)[1].ravel()
    variance = 1 / w if working == "inverse" else np.ones(w.size)
    middle = inverse @ ((x * (w**2 * variance)[:, None]).T @ x) @ inverse
    adjusted = _adjust_alone(x, w, variance, inverse, middle)
    order = np.argsort(codes, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        if rows.size > 1:  # of a thousand constants a cluster has one: the other columns are left out
            there = np.flatnonzero(x[rows].any(axis=0))
            block = np.ix_(there, there)
            adjusted[np.ix_(rows, there)] = _adjust(
                x[np.ix_(rows, there)], w[rows], variance[rows], inverse[block], middle[block]
            )
    return Basis(x, w, codes, int(codes.max()) + 1, inverse, variance, adjusted)


def _adjust_alone(x: Floats, w: Floats, variance: Floats, inverse: Floats, middle: Floats) -> Floats:
    """Do what `_adjust` does for rows that are clusters of their own, all at once."""
    spread = ((x @ middle) * x).sum(axis=1) - 2 * variance * w * ((x @ inverse) * x).sum(axis=1)
    return np.asarray(x * (w * _root(1 + spread / variance, 1.0))[:, None])


def _adjust(x: Floats, w: Floats, variance: Floats, inverse: Floats, middle: Floats) -> Floats:
    """Multiply w x of a cluster by D (D (I - H) Φ (I - H)' D)^(-1/2) D, where D D = Φ.

    (I - H) Φ (I - H)' of the cluster is Φ - x M b' - b M x' + x K x', with b = Φ w x. Where its part beside
    the constant diagonal has few dimensions, only these are looked at: an issuer may have thousands of
    releases.
    """
    root = np.sqrt(variance)[:, None]
    b = x * (variance * w)[:, None]
    right = root * x * w[:, None]
    k = x.shape[1]
    if np.ptp(w) > 0 and np.ptp(variance) > 0:
        whole = np.diag(variance) - x @ inverse @ b.T - b @ inverse @ x.T + x @ middle @ x.T
        values, vectors = np.linalg.eigh(root * whole * root.T)
        scale = float(variance.max()) ** 2
        return np.asarray(root * (vectors @ (_root(values, scale)[:, None] * (vectors.T @ right))))
    sides, centre = np.hstack([x, b]), np.block([[middle, -inverse], [-inverse, np.zeros((k, k))]])
    if np.ptp(w) == 0:  # b is a multiple of x
        share = float(variance[0] * w[0])
        sides, centre = x, middle - 2 * share * inverse
    basis, upper = np.linalg.qr(root * sides)
    scale = float(variance[0]) ** 2
    values, vectors = np.linalg.eigh(scale * np.eye(basis.shape[1]) + upper @ centre @ upper.T)
    inside = basis.T @ right
    turned = vectors @ (_root(values, scale)[:, None] * (vectors.T @ inside))
    return np.asarray(root * ((right - basis @ inside) / np.sqrt(scale) + basis @ turned))


def _root(values: Floats, scale: float) -> Floats:
    """Give 1 / sqrt of eigenvalues, and 0 of those that are 0 but for rounding."""
    safe = np.where(values > _ZERO * scale, values, np.inf)
    return np.asarray(1 / np.sqrt(safe))
