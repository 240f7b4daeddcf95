"""Issuers' periods: what the releases of one issuer in one period add up to, and how much that scatters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from octadisc.statistics.issuer_period_kernels import add_up_clusters

if TYPE_CHECKING:
    from octadisc.statistics.dispersion import Cells

__all__ = ["Clusters", "add"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_STEPS = 6  # of the fit of periods and issuers


class Clusters:
    """Issuers' periods: the releases of one issuer in one cell, taken together."""

    def __init__(self, releases: Cells, issuers: Integers) -> None:
        self.issuer_of_release = issuers
        kept = releases.inside & (issuers >= 0)
        width = int(issuers.max(initial=-1)) + 1
        keys, numbers = np.unique(releases.cell[kept] * max(width, 1) + issuers[kept], return_inverse=True)
        self.codes = np.full(issuers.size, -1, np.int64)
        self.codes[kept] = numbers
        self.cell, issuer = np.divmod(keys, max(width, 1))
        _, self.issuer = np.unique(issuer, return_inverse=True)
        self.size = add(numbers, releases.size[kept], keys.size)
        scale = releases.scale[kept]
        squares = add(numbers, scale**2, keys.size)
        weight = add(numbers, scale, keys.size)
        self.number = np.divide(weight**2, squares, out=np.ones(keys.size), where=squares > 0)
        heavy = add(numbers, scale * releases.size[kept], keys.size)
        self.scale = np.divide(heavy, self.size, out=np.ones(keys.size), where=self.size > 0)
        n_cells, n_issuers = releases.n_cells, int(self.issuer.max(initial=-1)) + 1
        more = add(self.cell, self.size * (self.number - 1), n_cells)
        self.mean_number = 1 + np.divide(
            more, releases.powers[0], out=np.zeros(n_cells), where=releases.powers[0] > 0
        )
        # What a fitted period and issuer leave of a residual: of chance, and of the cluster's own deviation
        self.left, self.left_of_own = np.ones(keys.size), np.ones(keys.size)
        for margin, n in ((self.cell, n_cells), (self.issuer, n_issuers)):
            whole = add(margin, self.size, n)[margin]
            part = np.divide(self.size, whole, out=np.ones(keys.size), where=whole > 0)
            others = add(margin, part**2, n)[margin] - part**2
            self.left *= 1 - part
            self.left_of_own *= (1 - part) ** 2 + others
        there = (self.size > 0) & (self.left > 1e-12)
        self.left = np.where(there, self.left, 0.0)
        self.left_of_own = np.where(there, self.left_of_own, 0.0)
        self.n_issuers = n_issuers

    def sums(self, rows: Integers, totals: Floats, terms: Integers, variance: Floats) -> Floats:
        """Give the nine sums of `Cells.cluster_sums_of`, shape (9, terms, cells)."""
        codes = self.codes[rows]
        known = codes >= 0
        shape = (variance.shape[0], self.size.size)
        total = add(terms[known] * shape[1] + codes[known], totals[known], shape[0] * shape[1])
        made: Floats = add_up_clusters(
            total.reshape(shape),
            np.ascontiguousarray(variance),
            self.cell,
            self.issuer,
            self.n_issuers,
            self.size,
            self.size * self.scale,
            self.left,
            self.left_of_own * (self.number - 1),
            _STEPS,
        )
        return made


def add(codes: Integers, values: Floats, n: int) -> Floats:
    """Add values up by code."""
    return np.bincount(codes, weights=values, minlength=n).astype(float)  # of nothing it gives integers
