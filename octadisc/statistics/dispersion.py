"""How much more counts scatter than those of independent words, estimated over all periods of a term.

Two things make them scatter: a word comes in bursts within a release, and an issuer's releases of one
period resemble each other. The first multiplies the variance whatever the size of a period; the second
grows with the number of releases an issuer has in it (Kish's design effect).
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.statistics.issuer_periods import Clusters, add

__all__ = ["Cells", "Dispersion", "Entries", "Kind", "to_dispersion"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Kind = Literal["rate", "share"]

_FEWEST_DF = 3.0  # a single burst would otherwise make Student's quantile 12.7 and more
_CHUNK = 400_000  # numbers of an array that terms are worked through in, so that it stays near the processor


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


class Entries(NamedTuple):
    """What terms count in releases, without the zeros.

    Attributes
    ----------
    rows : array of int
        The release of each entry.
    totals : array of float
        Occurrences; or 0 and 1; or fractions; times the release's weight.
    terms : array of int
        The term of each entry, in ascending order.
    n_terms : int
    """

    rows: Any
    totals: Any
    terms: Any
    n_terms: int

    @classmethod
    def of_one(cls, rows: Any, totals: Any) -> Entries:
        """Make entries of a single term."""
        rows = np.asarray(rows, np.int64)
        return cls(rows, np.asarray(totals, float), np.zeros(rows.size, np.int64), 1)

    def part(self, begin: int, end: int) -> Entries:
        """Give the entries of the terms from `begin` to before `end`."""
        low, high = np.searchsorted(self.terms, [begin, end])
        mine = slice(int(low), int(high))
        return Entries(self.rows[mine], self.totals[mine], self.terms[mine] - begin, end - begin)


def to_dispersion(sums: Floats, minimum: float = 1.0) -> Dispersion:
    """Turn the five sums of `Cells.sums`, added up over the cells to be pooled, into a dispersion."""
    value, df = _to_dispersions(np.asarray(sums, float)[:, None], minimum)
    return Dispersion(float(value[0]), float(df[0]))


def _to_dispersions(sums: Floats, minimum: float) -> tuple[Floats, Floats]:
    """Do so for many terms; sums of shape (5, …)."""
    squares, expected, fourth, mixed, expected_squares = sums
    known = expected > 0
    value = np.divide(squares, expected, out=np.ones(squares.shape), where=known)
    wide = known & (value > minimum * (1 + 1e-9))  # not by rounding alone
    doubt = fourth - 2 * value * mixed + value**2 * expected_squares
    clear = wide & (doubt > 1e-12 * squares**2)
    df = np.divide(2 * squares**2, doubt, out=np.full(value.shape, np.inf), where=clear)
    value = np.where(wide, value, np.where(known, max(minimum, 0.0), 1.0))
    return value, np.where(clear, np.maximum(df, _FEWEST_DF), np.inf)


class Cells:
    """Releases in cells (periods × groups), ready for many terms.

    What depends on sizes alone is summed up once; a term then costs as much as the releases it is in.

    Parameters
    ----------
    sizes, cells, clusters
        As in `octadisc.statistics.intervals.pooled_dispersion`.
    n_cells : int
        Number of cells.
    scale : array of float, shape (releases,), optional
        What each release weighs, where releases are weighted: it is in `sizes` and totals already, and tells
        that a release which weighs ten is one release and not ten.
    """

    def __init__(self, sizes: Any, cells: Any, n_cells: int, clusters: Any = None, scale: Any = None) -> None:
        cells = np.asarray(cells, np.int64)
        self.n_cells = n_cells
        self.inside = cells >= 0
        self.cell = np.where(self.inside, cells, 0)
        self.size = np.where(self.inside, np.asarray(sizes, float), 0.0)
        self.scale = np.ones(cells.size) if scale is None else np.asarray(scale, float)
        self.powers = [add(self.cell, self.size**power, n_cells) for power in (1, 2, 3, 4)]
        self.scaled = [add(self.cell, self.scale * self.size**power, n_cells) for power in (1, 2, 3, 4)]
        twice = self.scale**2
        self.scaled_twice = [add(self.cell, twice * self.size**power, n_cells) for power in (2, 3, 4)]
        self.unevenness = np.divide(
            self.scaled[0], self.powers[0], out=np.ones(n_cells), where=self.powers[0] > 0
        )
        self.clusters = None if clusters is None else Clusters(self, np.asarray(clusters, np.int64))

    def dispersions(
        self, rows: Any, totals: Any, kind: Kind, *, groups: Any = None, own: Any = None, minimum: float = 1.0
    ) -> tuple[Floats, Floats]:
        """Give each cell's dispersion and its degrees of freedom, pooled over the cells of a group.

        A cell's dispersion is that of releases times 1 + correlation * (m - 1), where m is the mean number
        of releases of the issuers in the cell, weighted by size. What is pooled is the dispersion of
        releases and the correlation of an issuer's releases of one period, not their product. Where releases
        are weighted, it is also times what uneven weights cost (Kish).

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
        own = None if own is None else np.asarray(own, bool)[None]
        entries = Entries.of_one(rows, totals)
        value, df = self.dispersions_of(entries, kind, groups=groups, own=own, minimum=minimum)
        return value[0], df[0]

    def dispersions_of(
        self, entries: Entries, kind: Kind, *, groups: Any = None, own: Any = None, minimum: float = 1.0
    ) -> tuple[Floats, Floats]:
        """Do so for many terms at once; `own` has shape (terms, groups), the results (terms, cells)."""
        n = entries.n_terms
        widest = max(self.n_cells, 0 if self.clusters is None else self.clusters.size.size, 1)
        step = max(1, _CHUNK // widest)
        made = []
        for begin in range(0, n, step):
            end = min(begin + step, n)
            mine = None if own is None else np.asarray(own, bool)[begin:end]
            made.append(self._dispersions(entries.part(begin, end), kind, groups, mine, minimum))
        if len(made) == 1:
            return made[0]
        nothing = np.zeros((0, self.n_cells))
        return (
            np.concatenate([nothing, *(one for one, _ in made)]),
            np.concatenate([nothing, *(one for _, one in made)]),
        )

    def components(self, entries: Entries, kind: Kind, minimum: float = 1.0) -> tuple[Floats, Floats]:
        """Give the dispersion of releases, and what the releases of an issuer in a cell add to it.

        Pooled over all cells, one value a term: the dispersion of n releases of one issuer is the first plus
        (n - 1) times the second.
        """
        pooled = self.sums_of(entries, kind).sum(axis=2), self.cluster_sums_of(entries, kind).sum(axis=2)
        settled = _settle(*pooled, minimum)
        return settled.base, settled.common

    def _dispersions(
        self, entries: Entries, kind: Kind, groups: Any, own: Any, minimum: float
    ) -> tuple[Floats, Floats]:
        releases, issuers = self.sums_of(entries, kind), self.cluster_sums_of(entries, kind)
        further = np.zeros(self.n_cells) if self.clusters is None else self.clusters.mean_number - 1
        whole = _settle(releases.sum(axis=2), issuers.sum(axis=2), minimum)
        value, df = _spread_out(_Settled(*(one[:, None] for one in whole)), further)
        if own is not None and own.any():
            of = np.asarray(groups, np.int64)
            pools = np.zeros((self.n_cells, own.shape[1]))
            pools[np.arange(self.n_cells), of] = 1.0
            theirs = _settle(releases @ pools, issuers @ pools, minimum)
            own_value, own_df = _spread_out(_Settled(*(one[:, of] for one in theirs)), further)
            value, df = np.where(own[:, of], own_value, value), np.where(own[:, of], own_df, df)
        return value * self.unevenness, df

    def sums(self, rows: Any, totals: Any, kind: Kind) -> Floats:
        """Give per cell the five sums that the dispersion of releases is made of, shape (5, cells).

        With residual r and d, the square that independent words would give it: Σr², Σd, Σr⁴, Σr²d, Σd².
        `rows` are the releases whose total is not zero (others may be among them), `totals` theirs.
        """
        return self.sums_of(Entries.of_one(rows, totals), kind)[:, 0]

    def sums_of(self, entries: Entries, kind: Kind) -> Floats:
        """Give the same for many terms, shape (5, terms, cells)."""
        rows, total, code, shape = self._placed(entries)
        cell, size = self.cell[rows], self.size[rows]
        one, two, _, four = self.powers
        per_size = np.divide(1.0, one, out=np.zeros(self.n_cells), where=one > 0)
        mean = add(code, total, shape[0] * shape[1]).reshape(shape) * per_size
        variance = self.variance(mean, kind)
        mean_here, variance_here = mean.ravel()[code], variance.ravel()[code]
        # First as if all totals were zero, from the sums of sizes; then what those that are not add to that.
        empty = (mean_here * size) ** 2
        square = (total - mean_here * size) ** 2
        expected = variance_here * self.scale[rows] * size * (1 - size * per_size[cell])
        first, second, third, fourth = self.scaled
        twice, thrice, four_times = self.scaled_twice

        def added(values: Floats) -> Floats:
            return add(code, values, shape[0] * shape[1]).reshape(shape)

        return np.stack(
            [
                mean**2 * two + added(square - empty),
                variance * (first - second * per_size),
                mean**4 * four + added(square**2 - empty**2),
                mean**2 * variance * (third - fourth * per_size) + added((square - empty) * expected),
                variance**2 * (twice - 2 * thrice * per_size + four_times * per_size**2),
            ]
        )

    def cluster_sums(self, rows: Any, totals: Any, kind: Kind) -> Floats:
        """Give the same for issuers' periods instead of releases, and four sums more, shape (9, cells).

        With x = d (releases - 1), what releases that are all alike would add: Σx, Σr²x, Σdx, Σx². Zeros where
        no issuers are known.
        """
        return self.cluster_sums_of(Entries.of_one(rows, totals), kind)[:, 0]

    def cluster_sums_of(self, entries: Entries, kind: Kind) -> Floats:
        """Give the same for many terms, shape (9, terms, cells)."""
        rows, total, code, shape = self._placed(entries)
        if self.clusters is None:
            return np.zeros((9, *shape))
        one = self.powers[0]
        whole = add(code, total, shape[0] * shape[1]).reshape(shape)
        mean = np.divide(whole, one, out=np.zeros(shape), where=np.broadcast_to(one > 0, shape))
        terms = code // self.n_cells
        return self.clusters.sums(rows, total, terms, self.variance(mean, kind))

    def _placed(self, entries: Entries) -> tuple[Integers, Floats, Integers, tuple[int, int]]:
        """Give the entries that are in a cell, and their place among terms × cells."""
        rows, total = np.asarray(entries.rows, np.int64), np.asarray(entries.totals, float)
        terms = np.asarray(entries.terms, np.int64)
        inside = self.inside[rows]
        if not inside.all():
            rows, total, terms = rows[inside], total[inside], terms[inside]
        return rows, total, terms * self.n_cells + self.cell[rows], (entries.n_terms, self.n_cells)

    def variance(self, mean: Floats, kind: Kind) -> Floats:
        """Give the variance per size of independent words (releases), unbiased for an estimated mean."""
        if kind == "rate":
            return mean
        one, two = self.powers[:2]
        unseen = 1 - np.divide(two, one**2, out=np.ones(self.n_cells), where=one > 0)
        plain = np.maximum(mean * (1 - mean), 0.0)
        there = np.broadcast_to(unseen > 1e-12, plain.shape)
        unbiased: Floats = np.divide(plain, unseen, out=np.zeros(plain.shape), where=there)
        return unbiased


class _Settled(NamedTuple):
    """What is pooled over cells, shape (terms, pools)."""

    base: Floats  # dispersion of releases
    common: Floats  # base * correlation of an issuer's releases of one period
    per_common: Floats  # how much `common` grows with the issuers' squares
    base_share: Floats  # how much of those squares is releases' own
    base_variance: Floats
    squares_variance: Floats


def _settle(releases: Floats, issuers: Floats, minimum: float) -> _Settled:
    """Settle the dispersion of releases, and what the releases of an issuer in a period have in common."""
    base, _ = _to_dispersions(releases, minimum)
    _, expected, fourth, mixed, expected_squares = releases
    doubt = np.maximum(fourth - 2 * base * mixed + base**2 * expected_squares, 0.0)
    base_variance = np.divide(
        doubt, expected**2, out=np.zeros(base.shape), where=(expected > 0) & (base > minimum)
    )
    square, plain, square_2, square_plain, plain_2, own, square_own, plain_own, own_2 = issuers
    per = np.divide(1.0, own, out=np.zeros(base.shape), where=own > 0)
    common = np.clip((square - base * plain) * per, 0.0, base)
    doubt = (
        square_2
        - 2 * (base * square_plain + common * square_own)
        + base**2 * plain_2
        + 2 * base * common * plain_own
        + common**2 * own_2
    )
    return _Settled(base, common, per, plain * per, base_variance, np.maximum(doubt, 0.0))


def _spread_out(settled: _Settled, further: Floats) -> tuple[Floats, Floats]:
    """Give the dispersion and its degrees of freedom where issuers have 1 + `further` releases each."""
    base, common, per, share, base_variance, squares_variance = settled
    value = base + common * further
    there = common > 0
    variance = np.where(
        there,
        (per * further) ** 2 * squares_variance + (1 - share * further) ** 2 * base_variance,
        base_variance,
    )
    df = np.divide(
        2 * value**2, variance, out=np.full(value.shape, np.inf), where=variance > 1e-12 * value**2
    )
    return value, np.maximum(df, _FEWEST_DF)
