"""Counts, rates and shares of queries in the cells of a grid, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.statistics.dispersion import Cells, Entries, Kind
from octadisc.statistics.intervals import rate_interval, share_interval
from octadisc.terms.groups import MISSING, Grid, code_groups
from octadisc.terms.reissues import (
    Reissues,
    add_up,
    first_of_stories,
    number_stories,
    part_among_units,
    weigh_reissues,
)
from octadisc.tokens import Hits
from octadisc.tokens.units.unit_columns import code_releases

__all__ = ["FEWEST_RELEASES", "Measures", "columns_of"]

FEWEST_RELEASES = 5  # of a period, below which its point is drawn hollow
_FEWEST_IN_POOL = 10  # releases more than cells, below which there is no interval
_OWN_POOL = 20  # matching releases from which on a group has a dispersion of its own
_PER = 1e6

Floats = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]


class _Ground:
    """What all queries that are defined for the same releases share."""

    def __init__(self, measures: Measures, defined: npt.NDArray[np.bool_]) -> None:
        weights: npt.NDArray[Any] = measures.weights
        self.cell = np.where(defined & (weights > 0), measures.grid.cell, -1)
        kept = self.cell >= 0
        n = measures.grid.n_cells
        lengths: npt.NDArray[Any] = measures.lengths * weights
        self.tokens = measures.summed(self.cell[kept], lengths[kept])
        self.releases = measures.summed(self.cell[kept], weights[kept])
        cell, clusters, scale = self.cell, measures.clusters, measures.scale
        parts: npt.NDArray[Any] = measures.parts
        if measures.story is not None:  # what stands together in a cell is one story, and adds up to it
            story = measures.story[kept]
            n_stories = int(measures.story.max(initial=-1)) + 1
            cell = first_of_stories(story, self.cell[kept], n_stories)
            lengths = np.bincount(story, weights=lengths[kept], minlength=n_stories)
            weights = np.bincount(story, weights=weights[kept], minlength=n_stories)
            parts = np.bincount(story, weights=parts[kept], minlength=n_stories)
            if clusters is not None:
                clusters = first_of_stories(story, clusters[kept], n_stories)
            if scale is not None:
                number = np.bincount(story, minlength=n_stories)
                scale = np.bincount(story, weights=scale[kept], minlength=n_stories) / np.maximum(number, 1)
        self.by_kind: dict[Kind, Cells] = {
            "rate": Cells(lengths, cell, n, clusters, scale),
            "share": Cells(weights, cell, n, clusters, scale),
        }
        self.parts, self.story_cell = parts, cell
        shape = (len(measures.grid.groups), len(measures.grid.periods))
        self.n_releases = np.bincount(cell[cell >= 0], weights=parts[cell >= 0], minlength=n).round(6)
        self.spare = np.maximum(self.n_releases - 1, 0).reshape(shape).sum(axis=1)

    @property
    def is_enough(self) -> bool:
        """Whether there are releases enough to tell how much a query scatters."""
        return int(self.spare.sum()) >= _FEWEST_IN_POOL


class Measures:
    """Measures queries in one corpus and grid.

    Parameters
    ----------
    frame : DataFrame
        The corpus's; its column issuer tells which releases may depend on each other, its column unit_of
        which rows are units (sentences, say) of one release, and so do.
    lengths : array of int64, shape (rows,)
        Running tokens.
    grid : Grid
    by : str, optional
        The column that made the groups; if it is the issuer, no two issuers share a cell.
    level : float
    reissues : "keep", "first" or "share"
        See `octadisc.terms.reissues.weigh_reissues`.
    scale : array of float, shape (rows,), optional
        What each row weighs besides.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        lengths: Any,
        grid: Grid,
        by: str | None,
        level: float,
        reissues: Reissues = "keep",
        scale: Floats | None = None,
    ) -> None:
        self.lengths = np.asarray(lengths, np.int64)
        counted = weigh_reissues(frame, reissues)
        self.scale = scale
        if scale is not None:
            counted = np.where(scale > 0, counted, 0.0)
        self.weights: Floats = counted if scale is None else counted * scale
        self.have_parts = reissues == "share" or bool((self.weights % 1 != 0).any())
        self.parts = part_among_units(frame, grid.cell, counted)
        self.story: npt.NDArray[np.int64] | None = None
        if reissues == "share" or code_releases(frame) is not None:
            self.story = number_stories(frame, grid.cell, copies=reissues == "share")
        self.grid = grid
        self.level = level
        self.clusters: npt.NDArray[np.int64] | None = None
        if by != "issuer" and "issuer" in frame:
            issuers, names = code_groups(frame, "issuer")
            known = np.array([name != MISSING for name in names], bool)[issuers]
            if known.any():
                self.clusters = np.where(known, issuers * len(grid.groups) + grid.group, -1)
        self._grounds: dict[bytes, _Ground] = {}

    def ground(self, defined: npt.NDArray[np.bool_]) -> _Ground:
        """Give what queries share that are defined for these releases."""
        key = defined.tobytes()
        if key not in self._grounds:
            self._grounds[key] = _Ground(self, defined)
        return self._grounds[key]

    def is_enough(self, defined: npt.NDArray[np.bool_]) -> bool:
        """Say whether there are releases enough to tell how much a query scatters."""
        return self.ground(defined).is_enough

    def summed(self, cells: Any, values: Any) -> npt.NDArray[Any]:
        """Add up in each cell: whole numbers, unless releases have parts of one."""
        return add_up(cells, values, self.grid.n_cells, parts=self.have_parts)

    def of(self, hits: Hits) -> Columns:
        """Give the columns of one query, one value a cell."""
        counts = sparse.csr_matrix(hits.counts[None])
        return {name: values[0] for name, values in self.of_many(counts, [hits.defined]).items()}

    def of_many(self, counts: sparse.csr_matrix, defined: Sequence[npt.NDArray[np.bool_]]) -> Columns:
        """Give the columns of many queries, shape (queries, cells).

        Parameters
        ----------
        counts : csr_matrix, shape (queries, releases)
        defined : sequence of array of bool, shape (releases,)
            Where each query is defined.
        """
        together: dict[int, list[int]] = {}
        for i, one in enumerate(defined):
            together.setdefault(id(self.ground(one)), []).append(i)
        parts = [
            (numbers, self._of_ground(defined[numbers[0]], sparse.csr_matrix(counts[numbers])))
            for numbers in together.values()
        ]
        if len(parts) == 1:
            return parts[0][1]
        order = np.argsort(np.concatenate([numbers for numbers, _ in parts]))
        return {name: np.concatenate([columns[name] for _, columns in parts])[order] for name in parts[0][1]}

    def entries(
        self, defined: npt.NDArray[np.bool_], counts: sparse.csr_matrix
    ) -> tuple[Entries, dict[Kind, Entries]]:
        """Give what queries count row by row, and what they count release by release for each kind."""
        ground = self.ground(defined)
        terms = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        rows = counts.indices.astype(np.int64)
        kept = (ground.cell[rows] >= 0) & (counts.data > 0)
        terms, rows = terms[kept], rows[kept]
        weights: npt.NDArray[Any] = self.weights[rows]
        totals = counts.data[kept] * weights
        plain = Entries(rows, totals, terms, counts.shape[0])
        if self.story is not None:
            n_stories = ground.story_cell.size
            code, places = np.unique(terms * n_stories + self.story[rows], return_inverse=True)
            totals, weights = (np.bincount(places, weights=one) for one in (totals, weights))
            terms, rows = np.divmod(code, n_stories)
        return plain, {"rate": plain._replace(rows=rows, totals=totals, terms=terms),
                       "share": plain._replace(rows=rows, totals=weights, terms=terms)}  # fmt: skip

    def _of_ground(self, defined: npt.NDArray[np.bool_], counts: sparse.csr_matrix) -> Columns:
        ground = self.ground(defined)
        n, n_cells = counts.shape[0], self.grid.n_cells
        plain, by_kind = self.entries(defined, counts)
        code = plain.terms * n_cells + ground.cell[plain.rows]
        count, matching = (
            add_up(code, values, n * n_cells, parts=self.have_parts).reshape(n, n_cells)
            for values in (plain.totals, self.weights[plain.rows])
        )
        value, df = self._dispersions(ground, by_kind["rate"], "rate")
        low, high = rate_interval(count, ground.tokens / _PER, value, self.level, df=df)
        value, df = self._dispersions(ground, by_kind["share"], "share")
        share_low, share_high = share_interval(matching, ground.releases, value, self.level, df=df)
        shape = count.shape
        return {
            "count": count,
            "tokens": np.broadcast_to(ground.tokens, shape),
            "releases": np.broadcast_to(ground.releases, shape),
            "matching_releases": matching,
            "rate": _ratio(count * _PER, ground.tokens),
            "low": low,
            "high": high,
            "share": _ratio(matching, ground.releases),
            "share_low": share_low,
            "share_high": share_high,
        }

    def _dispersions(self, ground: _Ground, entries: Entries, kind: Kind) -> tuple[Floats, Floats]:
        """Give dispersion and degrees of freedom for each query and cell: its group's, or of all groups."""
        n, n_groups, n_periods = entries.n_terms, len(self.grid.groups), len(self.grid.periods)
        if not ground.is_enough:
            unknown = np.full((n, self.grid.n_cells), np.nan)
            return unknown, unknown
        own = None
        if n_groups > 1:
            code = entries.terms * n_groups + ground.story_cell[entries.rows] // n_periods
            in_group = np.bincount(code, weights=ground.parts[entries.rows], minlength=n * n_groups)
            enough = in_group.reshape(n, n_groups).round(6) >= _OWN_POOL
            own = enough & (ground.spare >= _FEWEST_IN_POOL)
        groups = np.repeat(np.arange(n_groups), n_periods)
        return ground.by_kind[kind].dispersions_of(entries, kind, groups=groups, own=own)


def columns_of(grid: Grid, names: Sequence[str], columns: Mapping[str, npt.NDArray[Any]]) -> pd.DataFrame:
    """Put columns of shape (queries, cells) in a table: one row per query, group and period."""
    one = grid.to_frame()
    frame = one.iloc[np.tile(np.arange(len(one)), len(names))].reset_index(drop=True)
    frame["query"] = pd.Series(np.repeat(np.array(list(names), object), len(one)), dtype="str")
    for name, values in columns.items():
        frame[name] = values.ravel()
    return frame


def _ratio(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> Floats:
    whole = np.broadcast_to(whole, part.shape)
    ratio: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return ratio
