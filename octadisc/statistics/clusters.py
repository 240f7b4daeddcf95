"""What cluster-robust covariances and degrees of freedom are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError

__all__ = ["Basis", "Working", "make_basis", "split_rows"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Working = Literal["inverse", "equal"]

_ZERO = 1e-11  # of an eigenvalue that is 0 but for rounding: a direction that a cluster's constant takes up
_MOST_KEPT = 8_000_000  # numbers of clusters' moments that are kept; of more clusters, rows are added up anew


class Moments(NamedTuple):
    """Sums over each cluster's rows, shape (clusters, columns, columns) each.

    Attributes
    ----------
    level : array
        x' a, where a are the adjusted rows.
    spread : array
        x' w Φ a, where Φ is the variance under the working model.
    own : array
        a' Φ a.
    """

    level: Floats
    spread: Floats
    own: Floats


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
    middle: Floats  # covariance of the coefficients, under the working model
    _kept: list[Moments] = field(default_factory=list)
    _sums: list[tuple[Floats, Floats]] = field(default_factory=list)

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
        for one, rows in enumerate(split_rows(self.codes)):
            total[one] = (self.x[rows] * self.w[rows, None]).T @ self.x[rows]
        return total

    def degrees_of_freedom(self, chosen: Floats, alike: float = 0.0) -> tuple[float, float]:
        """Give degrees of freedom of one or several contrasts' covariance, and what the clusters let one see.

        Parameters
        ----------
        chosen : array of float, shape (columns,) or (contrasts, columns)
        alike : float
            What rows of a cluster have in common, as a variance beside that of a row of weight 1. Under the
            working model they have nothing; the more they have, the more the largest clusters alone make the
            covariance, and the fewer the degrees of freedom (Imbens and Kolesár 2016).

        Returns
        -------
        df : float
            Satterthwaite's of the variance of one contrast; of several, those of the Wishart distribution
            that is as variable in all as their covariance is (Hotelling's T² with z in Pustejovsky and
            Tipton 2018; the same for one). NaN if it is singular.
        seen : float
            Which part of its variance under the working model the covariance has in the mean: 1, unless
            residuals of some cluster are zero by construction. Of several, of the sum of theirs that has the
            smallest part.

        Notes
        -----
        With u the clusters' parts of the contrasts, which the covariance is the sum of squares of, and B
        their own covariance, all that is needed are sums over pairs of clusters of squares of B; since B is
        of few dimensions beside its diagonal, they are found in time linear in the clusters.
        """
        several = self._scale(chosen)
        own, sides, centre = self._blocks_along(several)
        beside = sides @ centre @ sides.transpose(0, 2, 1)
        mean = (own + beside).sum(axis=0)
        seen = float(self._parts(mean, several)[0])
        if np.isnan(seen):
            return np.nan, seen
        if alike > 0:
            own, sides, centre = self._blocks_along(several, alike)
            beside = sides @ centre @ sides.transpose(0, 2, 1)
            mean = (own + beside).sum(axis=0)
        values, vectors = np.linalg.eigh(mean)
        if not values[0] > _ZERO * max(values[-1], 1.0):
            return np.nan, seen
        root = (vectors / np.sqrt(values)) @ vectors.T  # makes the mean of the covariance 1
        beside, own, sides = root @ beside @ root, root @ own @ root, root @ sides
        squares = _sum_squares(own + beside) - _sum_squares(beside) + _sum_between(sides, centre)
        n = len(values)
        return (n * (n + 1) / squares if squares > 0 else np.nan), seen

    def parts_seen(self, chosen: Floats) -> Floats:
        """Give which parts of contrasts' covariance the clusters let one see, the least first.

        One for each of as many independent sums of the contrasts; see `degrees_of_freedom`.
        """
        several = self._scale(chosen)
        own, sides, centre = self._blocks_along(several)
        return self._parts((own + sides @ centre @ sides.transpose(0, 2, 1)).sum(axis=0), several)

    def _scale(self, chosen: Floats) -> Floats:
        """Give contrasts, shape (contrasts, columns), each with variance 1 under the working model."""
        several = np.atleast_2d(chosen)
        variance = np.einsum("sk,kl,sl->s", several, self.middle, several)
        return np.asarray(several / np.sqrt(np.where(variance > 0, variance, np.nan))[:, None])

    def _parts(self, mean: Floats, several: Floats) -> Floats:
        """Give the eigenvalues of the mean of contrasts' covariance beside what the working model has."""
        if np.isnan(mean).any():
            return np.full(len(mean), np.nan)
        values, vectors = np.linalg.eigh(several @ self.middle @ several.T)
        if not values[0] > 0:
            return np.full(len(values), np.nan)
        root = vectors / np.sqrt(values)
        return np.asarray(np.linalg.eigvalsh(root.T @ mean @ root))

    def _blocks_along(self, several: Floats, alike: float = 0.0) -> tuple[Floats, Floats, Floats]:
        """Give what the covariance of the clusters' parts is made of: own (on the diagonal) + s c s'.

        Own has shape (clusters, contrasts, contrasts), s (clusters, contrasts, 2 columns).
        """
        along = self.inverse @ several.T
        level, spread, own = self._sum_along(along)
        middle = self.middle
        if alike > 0:  # Φ has a constant more within each cluster
            if not self._sums:
                self._sums.append((self.add_up(self.adjusted), self.add_up(self.x * self.w[:, None])))
            adjusted, weighted = self._sums[0]
            sums = adjusted @ along
            own = own + alike * sums[:, :, None] * sums[:, None, :]
            spread = spread + alike * sums[:, :, None] * weighted[:, None, :]
            middle = middle + alike * self.inverse @ (weighted.T @ weighted) @ self.inverse
        centre = np.block([[middle, -self.inverse], [-self.inverse, np.zeros_like(self.inverse)]])
        return own, np.concatenate([level, spread], axis=2), centre

    def _sum_along(self, along: Floats) -> tuple[Floats, Floats, Floats]:
        """Give the moments of each cluster along some directions, shape (columns, directions).

        Level and spread have shape (clusters, directions, columns), own (clusters, directions, directions).
        """
        k, n = along.shape
        if self.n_clusters * k * k * 3 <= _MOST_KEPT:
            if not self._kept:
                self._kept.append(self._moments())
            level, spread, own = self._kept[0]
            return (
                (level @ along).transpose(0, 2, 1),
                (spread @ along).transpose(0, 2, 1),
                along.T @ own @ along,
            )
        rows = self.adjusted @ along
        sides = [
            np.stack([self.add_up(self.x * (by * one)[:, None]) for one in rows.T], axis=1)
            for by in (np.ones_like(self.w), self.w * self.variance)
        ]
        products = (rows * self.variance[:, None])[:, :, None] * rows[:, None, :]
        return sides[0], sides[1], self.add_up(products.reshape(-1, n * n)).reshape(-1, n, n)

    def _moments(self) -> Moments:
        level, spread, own = np.zeros((3, self.n_clusters, *self.inverse.shape))
        for one, rows in enumerate(split_rows(self.codes)):
            x, adjusted, variance = self.x[rows], self.adjusted[rows], self.variance[rows, None]
            level[one] = x.T @ adjusted
            spread[one] = (x * self.w[rows, None] * variance).T @ adjusted
            own[one] = (adjusted * variance).T @ adjusted
        return Moments(level, spread, own)


def split_rows(codes: Integers) -> list[Integers]:
    """Give the rows of each cluster, where clusters are numbered without gaps."""
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)


def _sum_squares(blocks: Floats) -> float:
    """Add up trace² and the trace of the square of blocks, shape (clusters, contrasts, contrasts)."""
    return float((np.trace(blocks, axis1=1, axis2=2) ** 2).sum() + (blocks**2).sum())


def _sum_between(sides: Floats, centre: Floats) -> float:
    """Do the same for the blocks s c s' of all pairs of clusters."""
    n, k = sides.shape[1:]
    flat = sides.reshape(len(sides), n * k)
    turned = centre @ (flat.T @ flat).reshape(n, k, n * k)
    turned = turned.reshape(n, k, n, k)
    return float(
        (turned * turned.transpose(2, 3, 0, 1)).sum() + (turned * turned.transpose(0, 3, 2, 1)).sum()
    )


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
    adjusted = np.zeros_like(x)
    alone = np.flatnonzero(np.bincount(codes)[codes] == 1)
    adjusted[alone] = _adjust_alone(x[alone], w[alone], variance[alone], inverse, middle)
    for rows in split_rows(codes):
        if rows.size > 1:  # of a thousand constants a cluster has one: the other columns are left out
            there = np.flatnonzero(x[rows].any(axis=0))
            block = np.ix_(there, there)
            adjusted[np.ix_(rows, there)] = _adjust(
                x[np.ix_(rows, there)], w[rows], variance[rows], inverse[block], middle[block]
            )
    return Basis(x, w, codes, int(codes.max()) + 1, inverse, variance, adjusted, middle)


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
