"""Topics over time: mean shares per period and group, with intervals and evidence."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import OctadiscWarning
from octadisc.periods import make_periods
from octadisc.spec import Spec
from octadisc.statistics.intervals import Dispersion, pooled_dispersion, share_interval
from octadisc.terms.groups import Grid, code_groups
from octadisc.terms.queries import some_releases
from octadisc.terms.reissues import add_up, first_of_stories, have_parts, number_stories
from octadisc.tokens.units.unit_columns import code_releases
from octadisc.topics.model import TopicModel
from octadisc.topics.weights import Weights, weight_releases

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["TopicTrend", "lay_grid_over", "track_topics"]

Floats = npt.NDArray[np.float64]

_FEWEST_IN_POOL = 10  # releases more than cells, below which nothing can be said about how shares scatter
_OWN_POOL = 20  # releases from which on a group has a dispersion of its own


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicTrend:
    """Mean shares of topics per period and group, with intervals; made by `TopicModel.over_time`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know: releases left out, intervals that could not be given.
    model : TopicModel
    grid : Grid
        Period and group of each release.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    model: TopicModel
    grid: Grid

    def to_frame(self) -> pd.DataFrame:
        """Give one row per topic, group and period.

        Columns: period, start, end (exclusive), group, topic, name, share, low, high, releases (those with
        shares). A period without releases stays, with 0 releases and a share of NaN. Releases are sums of
        parts where copies count as parts of one.
        """
        return self.frame.copy()

    def evidence(
        self, topic: int | str, period: str | None = None, group: str | None = None, n: int = 20
    ) -> pd.DataFrame:
        """Give the sentences that a point rests on, ranked as in `TopicModel.evidence`."""
        from octadisc.topics.evidence import rank_sentences, rows_of

        wanted = rows_of(self.grid, period, group) & (self.grid.period >= 0)
        return rank_sentences(self.model, self.model.number_of(topic), wanted, n)

    def plot(
        self,
        ax: Axes | None = None,
        topics: int | str | Iterable[int | str] | None = None,
        *,
        group: str | None = None,
    ) -> Axes:
        """Draw mean shares with their intervals: a line a topic, or a line a group for one topic.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        topics : int, str or list of them, optional
            By default the five largest, or where there are groups the largest.
        group : str, optional
            Only this one.
        """
        from octadisc.topics.plots import plot_trend

        return plot_trend(self, ax, topics, group)

    def __repr__(self) -> str:
        n_groups = len(self.grid.groups)
        groups = f", {n_groups:,} groups" if n_groups > 1 else ""
        return f"TopicTrend({self.model.n_topics} topics, {len(self.grid.periods):,} periods{groups})"

    def _repr_html_(self) -> str:
        head = self.frame.head(8)
        head = head.assign(
            start=head["start"].dt.strftime("%Y-%m-%d"), end=head["end"].dt.strftime("%Y-%m-%d")
        )
        formats = dict.fromkeys(("share", "low", "high"), "{:.1%}".format)
        table = head.to_html(index=False, na_rep="–", border=0, formatters=formats)
        rest = (
            f"<p>… and {len(self.frame) - len(head):,} rows more.</p>" if len(self.frame) > len(head) else ""
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<p><b>{escape(repr(self))}</b></p>{table}{rest}{notes}"


def track_topics(
    model: TopicModel, every: Any, by: str | None, weights: Weights, *, level: float = 0.95
) -> TopicTrend:
    """Average a model's shares per period and group; see `TopicModel.over_time`.

    Intervals are score intervals of a mean of fractions. How much shares scatter (relative to all-or-nothing
    ones, and from issuer to issuer within a period where that is more) is pooled over the periods of a
    group, or over all groups where fewer than 20 of its releases have shares. With token weights a period
    counts as (Σw)² / Σw² releases. The shares are taken as known: what the fit leaves open is not in the
    interval.

    Copies weigh what they weigh in the counts. Where these are parts of one, those of one period and group
    are taken together as one release, which they are as far as chance goes. So are the units of a release
    (sentences, say), which weigh as units in the mean.
    """
    weight = weight_releases(model.releases, model.release_weights, weights)
    grid = lay_grid_over(model.releases, every, by)
    known = ~np.isnan(model.shares[:, 0])
    cell = np.where(known, grid.cell, -1)
    inside = cell >= 0
    units = _units(model, weight, cell, _clusters(model.releases, grid, by))
    notes = _left_out(grid, known, model.release_weights)
    parts = have_parts(model.release_weights)
    n_releases = add_up(cell[inside], model.release_weights[inside], grid.n_cells, parts=parts)
    n_units = np.bincount(units.cell[units.cell >= 0], minlength=grid.n_cells)
    spare = np.maximum(n_units - 1, 0).reshape(len(grid.groups), -1).sum(axis=1)
    if spare.sum() < _FEWEST_IN_POOL:
        notes.append("Not enough data for intervals: too few releases to tell how much shares scatter.")
    frame, one = [], grid.to_frame()
    for topic, name in enumerate(model.topics["name"]):
        share = np.ascontiguousarray(units.shares[:, topic])
        mean, n = _means(share, units.weight, units.cell, grid.n_cells)
        value, df = _dispersions(share, units.cell, units.clusters, grid, spare)
        low, high = share_interval(mean * n, n, value, level, df=df)
        columns = {
            "topic": topic,
            "name": name,
            "share": mean,
            "low": low,
            "high": high,
            "releases": n_releases,
        }
        frame.append(one.assign(**columns))
    parameters = {
        "every": every if isinstance(every, str) else grid.periods.to_frame(),
        "by": by,
        "weights": weights,
        "level": level,
        "names": model.topics["name"].tolist(),
    }
    spec = Spec("TopicModel.over_time", parameters, inputs=(model.spec,))
    return TopicTrend(pd.concat(frame, ignore_index=True), spec, tuple(notes), model, grid)


def lay_grid_over(releases: pd.DataFrame, every: Any, by: str | None) -> Grid:
    """Lay periods and groups over a table of releases."""
    group, groups = code_groups(releases, by)
    periods = make_periods(releases["date"], every)
    return Grid(periods, groups, periods.locate(releases["date"]), group, int(releases["date"].isna().sum()))


class _Units(NamedTuple):
    """What chance deals with one by one: releases, or stories with their copies in a cell."""

    shares: Floats  # [units × topics]
    weight: Floats
    cell: npt.NDArray[np.int64]
    clusters: npt.NDArray[np.int64] | None


def _units(
    model: TopicModel, weight: Floats, cell: npt.NDArray[np.int64], clusters: npt.NDArray[np.int64] | None
) -> _Units:
    shares: Floats = np.nan_to_num(model.shares)
    copies, releases = have_parts(model.release_weights), model.releases
    if not copies and code_releases(releases) is None:
        return _Units(shares, weight, cell, clusters)
    story = number_stories(releases, cell, copies=copies)
    n = int(story.max()) + 1
    total = np.bincount(story, weight, n).astype(np.float64)
    sums = np.stack([np.bincount(story, weight * share, n) for share in shares.T], axis=1)
    mean = np.divide(sums, total[:, None], out=np.zeros_like(sums), where=total[:, None] > 0)
    if clusters is not None:
        clusters = first_of_stories(story, clusters, n)
    return _Units(mean, total, first_of_stories(story, cell, n), clusters)


def _means(share: Floats, weight: Floats, cell: npt.NDArray[np.int64], n_cells: int) -> tuple[Floats, Floats]:
    """Give each cell's weighted mean, and how many releases of equal weight it is worth."""
    inside = cell >= 0
    code, w = cell[inside], weight[inside]
    total = np.bincount(code, weights=w, minlength=n_cells)
    squares = np.bincount(code, weights=w**2, minlength=n_cells)
    sums = np.bincount(code, weights=w * share[inside], minlength=n_cells)
    mean = np.divide(sums, total, out=np.full(n_cells, np.nan), where=total > 0)
    return mean, np.divide(total**2, squares, out=np.zeros(n_cells), where=squares > 0)


def _dispersions(
    share: Floats,
    cell: npt.NDArray[np.int64],
    clusters: npt.NDArray[np.int64] | None,
    grid: Grid,
    spare: npt.NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """Give dispersion and degrees of freedom for each cell: its group's, or that of all groups.

    How shares scatter is a matter of releases, whatever they weigh in a mean.
    """

    def pool(cells: npt.NDArray[np.int64]) -> Dispersion:
        return pooled_dispersion(
            share, np.ones(share.size), cells, kind="share", clusters=clusters, minimum=0.0
        )

    together = pool(cell) if spare.sum() >= _FEWEST_IN_POOL else Dispersion(np.nan, np.nan)
    chosen = []
    for group in range(len(grid.groups)):
        mine = np.where(cell // len(grid.periods) == group, cell, -1)
        own = (mine >= 0).sum() >= _OWN_POOL and spare[group] >= _FEWEST_IN_POOL and len(grid.groups) > 1
        chosen.append(pool(mine) if own else together)
    value, df = np.array(chosen, float).T
    n_periods = len(grid.periods)
    return np.repeat(value, n_periods), np.repeat(df, n_periods)


def _clusters(releases: pd.DataFrame, grid: Grid, by: str | None) -> npt.NDArray[np.int64] | None:
    """Number the issuers within each group: their releases of one period may depend on each other."""
    if by == "issuer" or "issuer" not in releases or not releases["issuer"].notna().any():
        return None
    issuers, _ = code_groups(releases, "issuer")
    known = releases["issuer"].notna().to_numpy(bool)
    return np.where(known, issuers * len(grid.groups) + grid.group, -1)


def _left_out(grid: Grid, known: npt.NDArray[np.bool_], release_weights: Floats) -> list[str]:
    """Say which releases are in no mean; warn of those that have no date."""
    notes = []
    if grid.n_undated:
        some = f"{grid.n_undated:,} release{'s have' if grid.n_undated > 1 else ' has'}"
        notes.append(f"{some} no date and {'are' if grid.n_undated > 1 else 'is'} in no period.")
        warnings.warn(
            f"{notes[-1]} Look at corpus.dates and corpus.issues, and supply dates with "
            'od.load_corpus(…, dates="corrections.csv").',
            OctadiscWarning,
            stacklevel=4,
        )
    if grid.n_outside:
        notes.append(f"Dated outside the periods, and not counted: {some_releases(grid.n_outside)}.")
    for reason, left_out in (
        ("Without a term of the model", ~known & (release_weights > 0)),
        ("Repeating another release", release_weights == 0),
    ):
        if left_out.any():
            notes.append(f"{reason}, and not counted: {some_releases(int(left_out.sum()))}.")
    return notes
