"""How much more counts scatter than those of independent words, estimated over all periods of a term.

Two things make them scatter: a word comes in bursts within a release, and an issuer's releases of one
period resemble each other. The first multiplies the variance whatever the size of a period; the second
grows with the number of releases an issuer has in it (Kish's design effect).
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Cells", "Dispersion", "Kind", "to_dispersion"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Kind = Literal["rate", "share"]

_FEWEST_DF = 3.0  # a single burst would otherwise make Student's quantile 12.7 and more


class Dispersion(NamedTuple):
    """How many times the variance is that of independent words (or releases), and how well that is known.

    Attributes
    ----------
    value : float
        1 for independent words or releases.
    df : float
        Degrees of freedom of the estimate; infinite where nothing was estimated.
    """

    value: float = 1.0
    df: float = np.inf


def to_dispersion(sums: Floats, minimum: float = 1.0) -> Dispersion:
    """Turn the five sums of `Cells.sums`, added up over the cells to be pooled, into a dispersion."""
    squares, expected, fourth, mixed, expected_squares = sums.tolist()
    if not expected > 0:
        return Dispersion()
    value = squares / expected
    if value <= minimum:
        return Dispersion(minimum) if minimum > 0 else Dispersion(0.0)
    doubt = fourth - 2 * value * mixed + value**2 * expected_squares
    df = 2 * squares**2 / doubt if doubt > 1e-12 * squares**2 else np.inf
    return Dispersion(value, max(df, _FEWEST_DF))


class Cells:
    """Releases in cells (periods × groups), ready for many terms.

    What depends on sizes alone is summed up once; a term then costs as much as the releases it is in.

    Parameters
    ----------
    sizes, cells, clusters
        As in `octadisc.statistics.intervals.pooled_dispersion`.
    n_cells : int
        Number of cells.
    """

    def __init__(self, sizes: Any, cells: Any, n_cells: int, clusters: Any = None) -> None:
        cells = np.asarray(cells, np.int64)
        self.n_cells = n_cells
        self.inside = cells >= 0
        self.cell = np.where(self.inside, cells, 0)
        self.size = np.where(self.inside, np.asarray(sizes, float), 0.0)
        self.powers = [_add(self.cell, self.size**power, n_cells) for power in (1, 2, 3, 4)]
        self.clusters = None if clusters is None else _Clusters(self, np.asarray(clusters, np.int64))

    def dispersions(
        self, rows: Any, totals: Any, kind: Kind, *, groups: Any = None, own: Any = None, minimum: float = 1.0
    ) -> tuple[Floats, Floats]:
        """Give each cell's dispersion and its degrees of freedom, pooled over the cells of a group.

        A cell's dispersion is that of releases times 1 + correlation * (m - 1), where m is the mean number
        of releases of the issuers in the cell, weighted by size. What is pooled is the dispersion of
        releases and the correlation of an issuer's releases of one period, not their product.

        Parameters
        ----------
        rows, totals, kind
            As in :meth:`sums`.
        groups : array of int, shape (cells,), optional
            Each cell's group; one for all by default.
        own : array of bool, shape (groups,), optional
            Which groups have a dispersion of their own; the others get that of all cells together.
        minimum : float
            As in `octadisc.statistics.intervals.pooled_dispersion`.

        Returns
        -------
        values, df : array of float, shape (cells,)
        """
        releases, issuers = self.sums(rows, totals, kind), self.cluster_sums(rows, totals, kind)
        mean_number = np.ones(self.n_cells) if self.clusters is None else self.clusters.mean_number
        value, df = np.empty(self.n_cells), np.empty(self.n_cells)

        def settle(cells: Any, pool: Any) -> None:
            base = to_dispersion(releases[:, pool].sum(axis=1), minimum)
            squares, expected, *_, extra = issuers[:, pool].sum(axis=1).tolist()
            correlation = 0.0
            if base.value * extra > 0:
                correlation = min(max((squares - base.value * expected) / (base.value * extra), 0.0), 1.0)
            value[cells] = base.value * (1 + correlation * (mean_number[cells] - 1))
            known = to_dispersion(issuers[:5, pool].sum(axis=1), 0.0) if correlation > 0 else base
            df[cells] = min(known.df, base.df)

        settle(slice(None), slice(None))
        for group in np.flatnonzero(own if own is not None else []):
            mine = np.flatnonzero(np.asarray(groups) == group)
            settle(mine, mine)
        return value, df

    def sums(self, rows: Any, totals: Any, kind: Kind) -> Floats:
        """Give per cell the five sums that the dispersion of releases is made of, shape (5, cells).

        With residual r and d, the square that independent words would give it: Σr², Σd, Σr⁴, Σr²d, Σd².
        `rows` are the releases whose total is not zero (others may be among them), `totals` theirs.
        """
        rows, total = np.asarray(rows, np.int64), np.asarray(totals, float)
        rows, total = rows[self.inside[rows]], total[self.inside[rows]]
        cell, size = self.cell[rows], self.size[rows]
        one, two, three, four = self.powers
        per_size = np.divide(1.0, one, out=np.zeros(self.n_cells), where=one > 0)
        mean = _add(cell, total, self.n_cells) * per_size
        variance = self.variance(mean, kind)
        # First as if all totals were zero, from the sums of sizes; then what those that are not add to that.
        empty = (mean[cell] * size) ** 2
        square = (total - mean[cell] * size) ** 2
        expected = variance[cell] * size * (1 - size * per_size[cell])
        return np.stack(
            [
                mean**2 * two + _add(cell, square - empty, self.n_cells),
                variance * (one - two * per_size),
                mean**4 * four + _add(cell, square**2 - empty**2, self.n_cells),
                mean**2 * variance * (three - four * per_size)
                + _add(cell, (square - empty) * expected, self.n_cells),
                variance**2 * (two - 2 * three * per_size + four * per_size**2),
            ]
        )

    def cluster_sums(self, rows: Any, totals: Any, kind: Kind) -> Floats:
        """Give the same for issuers' periods instead of releases, and as a sixth sum Σd (releases - 1).

        Zeros where no issuers are known.
        """
        if self.clusters is None:
            return np.zeros((6, self.n_cells))
        rows, total = np.asarray(rows, np.int64), np.asarray(totals, float)
        rows, total = rows[self.inside[rows]], total[self.inside[rows]]
        one = self.powers[0]
        mean = np.divide(
            _add(self.cell[rows], total, self.n_cells), one, out=np.zeros(self.n_cells), where=one > 0
        )
        return self.clusters.sums(rows, total, self.variance(mean, kind))

    def variance(self, mean: Floats, kind: Kind) -> Floats:
        """Give the variance per size of independent words (releases), unbiased for an estimated mean."""
        if kind == "rate":
            return mean
        one, two = self.powers[:2]
        unseen = 1 - np.divide(two, one**2, out=np.ones(self.n_cells), where=one > 0)
        plain = np.maximum(mean * (1 - mean), 0.0)
        unbiased: Floats = np.divide(plain, unseen, out=np.zeros(self.n_cells), where=unseen > 1e-12)
        return unbiased


class _Clusters:
    """Issuers' periods: the releases of one issuer in one cell, taken together."""

    def __init__(self, releases: Cells, issuers: Integers) -> None:
        kept = releases.inside & (issuers >= 0)
        width = int(issuers.max(initial=-1)) + 1
        keys, numbers = np.unique(releases.cell[kept] * max(width, 1) + issuers[kept], return_inverse=True)
        self.codes = np.full(issuers.size, -1, np.int64)
        self.codes[kept] = numbers
        self.cell, issuer = np.divmod(keys, max(width, 1))
        _, self.issuer = np.unique(issuer, return_inverse=True)
        self.size = _add(numbers, releases.size[kept], keys.size)
        self.number = np.bincount(numbers, minlength=keys.size).astype(float)
        more = _add(self.cell, self.size * (self.number - 1), releases.n_cells)
        self.mean_number = 1 + np.divide(
            more, releases.powers[0], out=np.zeros(releases.n_cells), where=releases.powers[0] > 0
        )
        of_cell = _add(self.cell, self.size, releases.n_cells)[self.cell]
        of_issuer = _add(self.issuer, self.size, keys.size)[self.issuer]
        with np.errstate(divide="ignore", invalid="ignore"):
            left = (1 - self.size / of_cell) * (1 - self.size / of_issuer)
        self.left = np.where(self.size > 0, left, 0.0)  # what a fitted period and issuer leave of a residual

    def sums(self, rows: Integers, totals: Floats, variance: Floats) -> Floats:
        codes = self.codes[rows]
        total = _add(codes[codes >= 0], totals[codes >= 0], self.size.size)
        fitted = self._fit(total, variance.size)
        square = (total - fitted) ** 2 * (self.left > 0)
        expected = variance[self.cell] * self.size * self.left
        further = expected * (self.number - 1)
        parts = (square, expected, square**2, square * expected, expected**2, further)
        return np.stack([_add(self.cell, one, variance.size) for one in parts])

    def _fit(self, total: Floats, n_cells: int, steps: int = 6) -> Floats:
        """Fit period × issuer: each period's and each issuer's total as observed (iterative proportions)."""
        fitted = self.size.copy()
        for _ in range(steps):
            for margin, n in ((self.cell, n_cells), (self.issuer, self.size.size)):
                want, have = _add(margin, total, n), _add(margin, fitted, n)
                fitted *= np.divide(want, have, out=np.zeros(n), where=have > 0)[margin]
        return fitted


def _add(codes: Integers, values: Floats, n: int) -> Floats:
    return np.bincount(codes, weights=values, minlength=n).astype(float)  # of nothing it gives integers
