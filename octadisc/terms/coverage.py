"""Coverage: who published how much when, and where there are gaps. The first thing to look at."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.corpus import Corpus
from octadisc.spec import Spec
from octadisc.terms.groups import Grid, lay_grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Coverage", "coverage"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Coverage:
    """How many releases each group has in each period; made by `od.coverage`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    groups : DataFrame
        See :meth:`summary`.
    spec : Spec
    n_undated : int
        Releases without a date, which are in no period.
    """

    frame: pd.DataFrame
    groups: pd.DataFrame
    spec: Spec
    n_undated: int

    def to_frame(self) -> pd.DataFrame:
        """Give one row per group and period: group, period, start, end (exclusive), releases, characters."""
        return self.frame.copy()

    def summary(self) -> pd.DataFrame:
        """Give one row a group: what it has, and which periods are missing between its first and its last.

        Columns: group, first, last (dates of releases), releases, periods_with_releases, gaps (the
        missing periods, in words; empty if there are none), undated (releases without a date).
        """
        return self.groups.copy()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw a heat map, groups down and periods across.

        A period without releases between a group's first and last is hatched: either nothing was
        published or it was not collected. Of more than 40 groups the largest 39 are shown, and the
        others together.
        """
        from octadisc.terms.plots import plot_coverage

        return plot_coverage(self, ax)

    def __repr__(self) -> str:
        n, periods = len(self.groups), self.frame["period"].nunique()
        gaps = int((self.groups["gaps"] != "").sum())
        undated = f", {self.n_undated:,} undated releases" if self.n_undated else ""
        return (
            f"Coverage({n:,} group{'s' * (n != 1)}, {periods:,} period{'s' * (periods != 1)}, "
            f"{gaps:,} with gaps{undated})"
        )

    def _repr_html_(self) -> str:
        head = self.groups.head(12)
        head = head.assign(**{one: head[one].dt.strftime("%Y-%m-%d") for one in ("first", "last")})
        table = head.to_html(index=False, na_rep="–", border=0)
        rest = len(self.groups) - len(head)
        more = f"<p>… and {rest:,} groups more: <code>summary()</code>.</p>" if rest else ""
        return f"<p><b>Coverage</b>: {escape(repr(self)[9:-1])}</p>{table}{more}"


def coverage(corpus: Corpus, every: Any = "year", by: str | None = "issuer") -> Coverage:
    """Count releases per group and period, gaps included.

    Parameters
    ----------
    corpus : Corpus
    every : str or intervals
        As in `od.track_terms`.
    by : str, optional
        A column of the corpus, the issuer by default; releases without a value are "(missing)".

    Returns
    -------
    Coverage

    Raises
    ------
    UnknownNameError, NotEnoughDataError
        If there is no such column or kind of period, or no release has a date.

    Examples
    --------
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame(
    ...     [
    ...         {"date": "2005-02-01", "issuer": "SECI", "text": "Officers met."},
    ...         {"date": "2008-05-01", "issuer": "SECI", "text": "They met again."},
    ...         {"date": "2006-03-01", "issuer": "Europol", "text": "A report."},
    ...     ]
    ... )
    >>> covered = od.coverage(corpus)
    >>> covered
    Coverage(2 groups, 4 periods, 1 with gaps)
    >>> covered.summary()[["group", "releases", "gaps"]].values.tolist()
    [['Europol', 1, ''], ['SECI', 2, '2006 to 2007']]
    """
    grid = lay_grid(corpus, every, by)
    cell, shape = grid.cell, (len(grid.groups), len(grid.periods))
    dated = cell >= 0
    sizes = np.array([len(text) for text in corpus.texts], np.int64)
    releases = np.bincount(cell[dated], minlength=grid.n_cells).astype(np.int64)
    characters = np.bincount(cell[dated], weights=sizes[dated], minlength=grid.n_cells).astype(np.int64)
    frame = grid.to_frame()[["group", "period", "start", "end"]].assign(
        releases=releases, characters=characters
    )
    parameters = {"every": every if isinstance(every, str) else grid.periods.to_frame(), "by": by}
    spec = Spec("coverage", parameters, inputs=(corpus.spec,))
    return Coverage(frame, _summarise(corpus, grid, releases.reshape(shape)), spec, grid.n_undated)


def _summarise(corpus: Corpus, grid: Grid, releases: npt.NDArray[np.int64]) -> pd.DataFrame:
    dates = corpus.frame["date"]
    undated = dates.isna().to_numpy(bool)
    inside = pd.Series(np.where(grid.period >= 0, dates, np.datetime64("NaT")), dtype="datetime64[s]")
    spans = inside.groupby(grid.group).agg(["min", "max"]).reindex(range(len(grid.groups)))
    return pd.DataFrame(
        {
            "group": pd.Series(grid.groups, dtype="str"),
            "first": spans["min"].to_numpy("datetime64[s]"),
            "last": spans["max"].to_numpy("datetime64[s]"),
            "releases": releases.sum(axis=1),
            "periods_with_releases": (releases > 0).sum(axis=1),
            "gaps": pd.Series([_gaps(row, grid.periods.labels) for row in releases], dtype="str"),
            "undated": np.bincount(grid.group[undated], minlength=len(grid.groups)).astype(np.int64),
        }
    )


def _gaps(releases: npt.NDArray[np.int64], labels: tuple[str, ...]) -> str:
    """Name the runs of empty periods between the first and the last with releases."""
    there = np.flatnonzero(releases)
    runs = [(low + 1, high - 1) for low, high in pairwise(there.tolist()) if high > low + 1]
    return ", ".join(labels[a] if a == b else f"{labels[a]} to {labels[b]}" for a, b in runs)
