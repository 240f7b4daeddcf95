"""What chance deals with one by one when topics are followed over time, and how much it scatters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.periods import make_periods
from octadisc.statistics.dispersion import Cells, Entries
from octadisc.statistics.intervals import share_interval
from octadisc.terms.groups import Grid, code_groups
from octadisc.terms.reissues import (
    add_up,
    first_of_stories,
    have_parts,
    number_stories,
    part_among_units,
)
from octadisc.tokens.units.unit_columns import code_releases
from octadisc.topics.weights import Weights, weight_releases

if TYPE_CHECKING:
    from octadisc.topics.model import TopicModel

__all__ = ["Units", "lay_grid_over", "lay_units", "mean_columns"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_FEWEST_IN_POOL = 10  # releases more than cells, below which nothing can be said about how shares scatter
_OWN_POOL = 20  # releases from which on a group has a dispersion of its own


@dataclass(frozen=True, eq=False)
class Units:
    """Releases, or stories with their copies in a cell, or the units of one release in a cell.

    Attributes
    ----------
    grid : Grid
    shares : array, shape (units, topics)
    size : array of float, shape (units,)
        What each weighs.
    scale : array of float, shape (units,)
        Of that, what is not its number of releases: the mean of a few heavy ones is more uncertain.
    parts : array of float, shape (units,)
        How many releases each counts for.
    cell : array of int, shape (units,)
        Negative: not counted.
    clusters : array of int or None
        Issuers, whose releases of one period may depend on each other.
    unit : array of int, shape (releases,)
        Where each release is.
    """

    grid: Grid
    shares: Floats
    size: Floats
    scale: Floats
    parts: Floats
    cell: Integers
    clusters: Integers | None
    unit: Integers

    @cached_property
    def cells(self) -> Cells:
        """Groups × periods."""
        return Cells(self.size, self.cell, self.grid.n_cells, self.clusters, self.scale)

    @cached_property
    def plain(self) -> Cells:
        """The same as if releases weighed alike: how shares scatter is a matter of releases."""
        return Cells(self.parts, self.cell, self.grid.n_cells, self.clusters)

    @cached_property
    def entries(self) -> Entries:
        """Number of releases × share of each topic (topics are the terms) in each unit."""
        n, n_topics = self.shares.shape
        rows = np.tile(np.arange(n), n_topics)
        totals = (self.parts[:, None] * self.shares).T.ravel()
        return Entries(rows, totals, np.repeat(np.arange(n_topics), n), n_topics)

    @cached_property
    def spare(self) -> Integers:
        """How many more units than one each group's periods have, which tell how much shares scatter."""
        number = np.bincount(self.cell[self.cell >= 0], minlength=self.grid.n_cells)
        return np.asarray(np.maximum(number - 1, 0).reshape(len(self.grid.groups), -1).sum(axis=1))

    @property
    def is_enough(self) -> bool:
        """Whether there are enough to tell how much shares scatter."""
        return int(self.spare.sum()) >= _FEWEST_IN_POOL

    def dispersions(self) -> tuple[Floats, Floats]:
        """Give dispersion and degrees of freedom, shape (topics, cells): of a cell's group, or of all.

        What is pooled is how much releases scatter and how alike an issuer's are in one period; so large
        periods, in which issuers have many releases, get more.
        """
        n_topics, n_groups = self.shares.shape[1], len(self.grid.groups)
        if not self.is_enough:
            unknown = np.full((n_topics, self.grid.n_cells), np.nan)
            return unknown, unknown
        own = None
        if n_groups > 1:
            inside = self.cell[self.cell >= 0] // len(self.grid.periods)
            enough = np.bincount(inside, minlength=n_groups) >= _OWN_POOL
            own = np.broadcast_to(enough & (self.spare >= _FEWEST_IN_POOL), (n_topics, n_groups))
        groups = np.repeat(np.arange(n_groups), len(self.grid.periods))
        pools: dict[str, Any] = {"groups": groups, "own": own, "minimum": 0.0}
        value, df = self.plain.dispersions_of(self.entries, "share", **pools)
        of_plain, of_cells = self.plain.clusters, self.cells.clusters
        if of_plain is None or of_cells is None:
            return value * self.cells.unevenness, df
        alone = Cells(self.parts, self.cell, self.grid.n_cells)
        base, _ = alone.dispersions_of(self.entries, "share", **pools)
        further, heavy = of_plain.mean_number - 1, of_cells.mean_number - 1
        ratio = np.divide(heavy, further, out=np.zeros(heavy.size), where=further > 0)
        return (base + (value - base) * ratio) * self.cells.unevenness, df

    def sums(self) -> Floats:
        """Give weight × share, added up, shape (topics, cells)."""
        inside = self.cell >= 0
        totals = self.size[:, None] * self.shares
        return np.stack(
            [np.bincount(self.cell[inside], one[inside], self.grid.n_cells) for one in totals.T]
        ).astype(float)

    def code(self, codes: Integers) -> Integers:
        """Give each unit the code of its first release."""
        return first_of_stories(self.unit, codes, len(self.size))


def lay_units(
    model: TopicModel, grid: Grid, by: str | None, weights: Weights, kept: npt.NDArray[np.bool_] | None = None
) -> Units:
    """Lay a model's releases out as units; `kept` says which of them count, all by default."""
    counted = count_releases(model, kept)
    weight = weight_releases(model.releases, model.release_weights, weights)
    cell = np.where(counted, grid.cell, -1)
    clusters = _clusters(model.releases, grid, by)
    scale, parts = np.ones(weight.size), model.release_weights
    if weights == "token":
        inside = cell >= 0
        mean = float(weight[inside].mean()) if (weight[inside] > 0).any() else 1.0
        weight = weight / mean
        scale = weight / np.where(parts > 0, parts, 1.0)
    shares: Floats = np.nan_to_num(model.shares)
    copies, releases = have_parts(model.release_weights), model.releases
    if not copies and code_releases(releases) is None:
        return Units(grid, shares, weight, scale, parts, cell, clusters, np.arange(len(releases)))
    story = number_stories(releases, cell, copies=copies)
    n = int(story.max()) + 1
    total = np.bincount(story, weight, n).astype(np.float64)
    number = np.maximum(np.bincount(story, minlength=n), 1)
    sums = np.stack([np.bincount(story, weight * share, n) for share in shares.T], axis=1)
    mean_share = np.divide(sums, total[:, None], out=np.zeros_like(sums), where=total[:, None] > 0)
    if clusters is not None:
        clusters = first_of_stories(story, clusters, n)
    scale = np.bincount(story, scale, n) / number
    parts = np.bincount(story, parts, n).astype(np.float64)
    cell = first_of_stories(story, cell, n)
    return Units(grid, mean_share, total, scale, parts, cell, clusters, story)


def count_releases(model: TopicModel, kept: npt.NDArray[np.bool_] | None) -> npt.NDArray[np.bool_]:
    """Say which releases have shares, and are kept."""
    known = ~np.isnan(model.shares[:, 0])
    return known if kept is None else known & kept


def mean_columns(model: TopicModel, units: Units, level: float, kept: npt.NDArray[np.bool_] | None) -> Any:
    """Give share, low, high (each of shape (topics, cells)), releases and, of units, units (cells)."""
    total, n = units.sums(), units.cells.powers[0]
    mean = np.divide(total, n, out=np.full(total.shape, np.nan), where=np.broadcast_to(n > 0, total.shape))
    value, df = units.dispersions()
    low, high = share_interval(total, np.broadcast_to(n, total.shape), value, level, df=df)
    cell = np.where(count_releases(model, kept), units.grid.cell, -1)
    inside = cell >= 0
    number = part_among_units(model.releases, cell, model.release_weights)
    parts = have_parts(model.release_weights)
    columns: dict[str, Any] = {"share": mean, "low": low, "high": high}
    if code_releases(model.releases) is None:
        columns["releases"] = add_up(cell[inside], number[inside], units.grid.n_cells, parts=parts)
        return columns
    releases = add_up(cell[inside], number[inside], units.grid.n_cells, parts=True).round(9)
    columns["releases"] = releases if parts else releases.astype(np.int64)
    rows = model.release_weights[inside]
    columns["units"] = add_up(cell[inside], rows, units.grid.n_cells, parts=parts)
    return columns


def lay_grid_over(releases: pd.DataFrame, every: Any, by: str | None) -> Grid:
    """Lay periods and groups over a table of releases."""
    group, groups = code_groups(releases, by)
    periods = make_periods(releases["date"], every)
    return Grid(periods, groups, periods.locate(releases["date"]), group, int(releases["date"].isna().sum()))


def _clusters(releases: pd.DataFrame, grid: Grid, by: str | None) -> Integers | None:
    """Number the issuers within each group: their releases of one period may depend on each other."""
    if by == "issuer" or "issuer" not in releases or not releases["issuer"].notna().any():
        return None
    issuers, _ = code_groups(releases, "issuer")
    known = releases["issuer"].notna().to_numpy(bool)
    return np.where(known, issuers * len(grid.groups) + grid.group, -1)
