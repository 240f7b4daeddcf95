"""Counts, rates and shares of one query in the cells of a grid, with their intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.statistics.dispersion import Cells, Kind
from octadisc.statistics.intervals import rate_interval, share_interval
from octadisc.terms.groups import MISSING, Grid, code_groups
from octadisc.terms.reissues import (
    Reissues,
    add_up,
    first_of_stories,
    number_stories,
    weigh_reissues,
)
from octadisc.tokens import Hits

__all__ = ["FEWEST_RELEASES", "Measures"]

FEWEST_RELEASES = 5  # of a period, below which its point is drawn hollow
_FEWEST_IN_POOL = 10  # releases more than cells, below which there is no interval
_OWN_POOL = 20  # matching releases from which on a group has a dispersion of its own
_PER = 1e6


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
        cell, clusters = self.cell, measures.clusters
        if measures.story is not None:  # copies in one cell are one story, whose parts add up to it
            story = measures.story[kept]
            n_stories = int(measures.story.max(initial=-1)) + 1
            cell = first_of_stories(story, self.cell[kept], n_stories)
            lengths = np.bincount(story, weights=lengths[kept], minlength=n_stories)
            weights = np.bincount(story, weights=weights[kept], minlength=n_stories)
            if clusters is not None:
                clusters = first_of_stories(story, clusters[kept], n_stories)
        self.by_kind: dict[Kind, Cells] = {
            "rate": Cells(lengths, cell, n, clusters),
            "share": Cells(weights, cell, n, clusters),
        }
        shape = (len(measures.grid.groups), len(measures.grid.periods))
        self.spare = (np.maximum(self.releases - 1, 0)).reshape(shape).sum(axis=1)


class Measures:
    """Measures queries in one corpus and grid.

    Parameters
    ----------
    frame : DataFrame
        The corpus's; its column issuer tells which releases may depend on each other.
    lengths : array of int64, shape (releases,)
        Running tokens.
    grid : Grid
    by : str, optional
        The column that made the groups; if it is the issuer, no two issuers share a cell.
    level : float
    reissues : "keep", "first" or "share"
        See `octadisc.terms.reissues.weigh_reissues`.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        lengths: Any,
        grid: Grid,
        by: str | None,
        level: float,
        reissues: Reissues = "keep",
    ) -> None:
        self.lengths = np.asarray(lengths, np.int64)
        self.weights = weigh_reissues(frame, reissues)
        self.story = number_stories(frame, grid.cell) if reissues == "share" else None
        self.grid = grid
        self.level = level
        self.clusters: npt.NDArray[np.int64] | None = None
        if by != "issuer" and "issuer" in frame:
            issuers, names = code_groups(frame, "issuer")
            known = np.array([name != MISSING for name in names], bool)[issuers]
            if known.any():
                self.clusters = np.where(known, issuers * len(grid.groups) + grid.group, -1)
        self._grounds: dict[bytes, _Ground] = {}

    def _ground(self, hits: Hits) -> _Ground:
        key = hits.defined.tobytes()
        if key not in self._grounds:
            self._grounds[key] = _Ground(self, hits.defined)
        return self._grounds[key]

    def is_enough(self, hits: Hits) -> bool:
        """Say whether there are releases enough to tell how much the query scatters."""
        return int(self._ground(hits).spare.sum()) >= _FEWEST_IN_POOL

    def summed(self, cells: Any, values: Any) -> npt.NDArray[Any]:
        """Add up in each cell: whole numbers, unless copies have parts of one."""
        return add_up(cells, values, self.grid.n_cells, parts=self.story is not None)

    def of(self, hits: Hits) -> dict[str, npt.NDArray[Any]]:
        """Give the columns of a query, one value a cell."""
        ground = self._ground(hits)
        rows = np.unique(hits.rows)
        rows = rows[ground.cell[rows] >= 0]
        weights: npt.NDArray[Any] = self.weights[rows]
        counts = hits.counts[rows] * weights
        count = self.summed(ground.cell[rows], counts)
        matching = self.summed(ground.cell[rows], weights)
        if self.story is not None:
            rows, places = np.unique(self.story[rows], return_inverse=True)
            counts, weights = (np.bincount(places, weights=one) for one in (counts, weights))
        value, df = self._dispersions(ground, rows, counts, matching, "rate")
        low, high = rate_interval(count, ground.tokens / _PER, value, self.level, df=df)
        value, df = self._dispersions(ground, rows, weights, matching, "share")
        share_low, share_high = share_interval(matching, ground.releases, value, self.level, df=df)
        return {
            "count": count,
            "tokens": ground.tokens,
            "releases": ground.releases,
            "matching_releases": matching,
            "rate": _ratio(count * _PER, ground.tokens),
            "low": low,
            "high": high,
            "share": _ratio(matching, ground.releases),
            "share_low": share_low,
            "share_high": share_high,
        }

    def _dispersions(
        self, ground: _Ground, rows: Any, totals: Any, matching: npt.NDArray[Any], kind: Kind
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Give dispersion and degrees of freedom for each cell: its group's, or that of all groups."""
        if ground.spare.sum() < _FEWEST_IN_POOL:
            unknown = np.full(self.grid.n_cells, np.nan)
            return unknown, unknown
        n_groups, n_periods = len(self.grid.groups), len(self.grid.periods)
        in_group = matching.reshape(n_groups, n_periods).sum(axis=1)
        own = (in_group >= _OWN_POOL) & (ground.spare >= _FEWEST_IN_POOL) & (n_groups > 1)
        groups = np.repeat(np.arange(n_groups), n_periods)
        return ground.by_kind[kind].dispersions(rows, totals, kind, groups=groups, own=own)


def _ratio(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    ratio: npt.NDArray[np.float64] = np.divide(part, whole, out=np.full(part.size, np.nan), where=whole > 0)
    return ratio
