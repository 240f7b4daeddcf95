"""Issuers' periods: what the releases of one issuer in one period add up to, and how much that scatters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from octadisc.statistics.dispersion import Cells

__all__ = ["Clusters", "add"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


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
        self.by_cell = _membership(self.cell, n_cells)
        self.by_issuer = _membership(self.issuer, n_issuers)

    def sums(self, rows: Integers, totals: Floats, terms: Integers, variance: Floats) -> Floats:
        """Give the nine sums of `Cells.cluster_sums_of`, shape (9, terms, cells)."""
        codes = self.codes[rows]
        known = codes >= 0
        shape = (variance.shape[0], self.size.size)
        total = add(terms[known] * shape[1] + codes[known], totals[known], shape[0] * shape[1])
        total = total.reshape(shape)
        square = (total - self._fit(total)) ** 2 * (self.left > 0)
        here = variance[:, self.cell] * (self.size * self.scale)
        expected = here * self.left
        further = here * (self.left_of_own * (self.number - 1))
        parts = (
            *(square, expected, square**2, square * expected, expected**2),
            *(further, square * further, expected * further, further**2),
        )
        return np.stack([(self.by_cell @ one.T).T for one in parts])

    def _fit(self, total: Floats, steps: int = 6) -> Floats:
        """Fit period × issuer: each period's and each issuer's total as observed (iterative proportions)."""
        margins = [(one, codes, one @ total.T) for one, codes in self._margins()]
        fitted = np.repeat(self.size[:, None], len(total), axis=1)
        for _ in range(steps):
            for membership, codes, want in margins:
                have = membership @ fitted
                fitted *= np.divide(want, have, out=np.zeros(have.shape), where=have > 0)[codes]
        return fitted.T

    def _margins(self) -> list[tuple[Any, Integers]]:
        return [(self.by_cell, self.cell), (self.by_issuer, self.issuer)]


def _membership(codes: Integers, n: int) -> Any:
    """Give the matrix that adds clusters up by cell (or issuer)."""
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(codes.size), (codes, np.arange(codes.size))), shape=(n, codes.size))


def add(codes: Integers, values: Floats, n: int) -> Floats:
    """Add values up by code."""
    return np.bincount(codes, weights=values, minlength=n).astype(float)  # of nothing it gives integers
