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
from octadisc.terms.groups import Grid, lay_grid, list_releases
from octadisc.terms.reissues import Reissues, add_up, as_parameter, have_parts, weigh_reissues

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
        Releases that count but have no date, and so are in no period.
    basis : (Corpus, Grid, array of float)
        What :meth:`evidence` is looked up in: the releases, where each belongs, and what it counts.
    """

    frame: pd.DataFrame
    groups: pd.DataFrame
    spec: Spec
    n_undated: int
    basis: tuple[Corpus, Grid, npt.NDArray[np.float64]]

    def to_frame(self) -> pd.DataFrame:
        """Give one row per group and period: group, period, start, end (exclusive), releases, characters.

        With ``reissues="share"`` releases and characters are sums of parts.
        """
        return self.frame.copy()

    def summary(self) -> pd.DataFrame:
        """Give one row a group: what it has, and which periods are missing between its first and its last.

        Columns: group, first, last (dates of releases), releases, periods_with_releases, gaps (the
        missing periods, in words; empty if there are none), undated (releases without a date). Releases
        that do not count with `reissues` are in none of these; with ``"share"`` releases and undated are
        sums of parts.
        """
        return self.groups.copy()

    def evidence(self, period: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the releases that a number counts, one row each, by their titles.

        Parameters
        ----------
        period, group : str, optional
            As in the frame; all of them if left out.

        Returns
        -------
        DataFrame
            release, date, issuer, source, start, end, sentence: the title, or how the text begins; with
            ``reissues="share"`` also weight, which adds up to `releases`.

        Raises
        ------
        UnknownNameError
            If there is no such period or group.
        """
        corpus, grid, weights = self.basis
        keep = (weights > 0) & grid.mark(period, group)
        rows = np.flatnonzero(keep)
        found = list_releases(corpus.frame, rows)
        return found.assign(weight=weights[rows]) if have_parts(weights) else found

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw a heat map, groups down and periods across.

        A period without releases between a group's first and last is hatched: either nothing was
        published (nothing new, with ``reissues="first"``) or it was not collected. Of more than 40 groups
        the largest 39 are shown, and the others together.
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


def coverage(
    corpus: Corpus, every: Any = "year", by: str | None = "issuer", *, reissues: Reissues = "keep"
) -> Coverage:
    """Count releases per group and period, gaps included.

    Parameters
    ----------
    corpus : Corpus
    every : str or intervals
        As in `od.track_terms`.
    by : str, optional
        A column of the corpus, the issuer by default; releases without a value are "(missing)".
    reissues : "keep", "first" or "share"
        What releases that repeat another (duplicate_cluster) count, as in `od.track_terms`: the table then
        has the releases that such a trend rests on.

    Returns
    -------
    Coverage

    Raises
    ------
    UnknownNameError, NotEnoughDataError
        If there is no such column or kind of period, or no release has a date.
    InputError
        If there is no such way with reissues, or duplicates were not looked for.

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

    Had Europol's report been one of SECI's, issued again, there would be two releases and not three:

    >>> again = corpus.frame.assign(duplicate_cluster=[0, None, 0], duplicate_of=[None, None, "1"])
    >>> for reissues in ("first", "share"):
    ...     covered = od.coverage(od.Corpus.from_frame(again), reissues=reissues)
    ...     print(covered.summary()[["group", "releases"]].values.tolist())
    [['Europol', 0], ['SECI', 2]]
    [['Europol', 0.5], ['SECI', 1.5]]
    """
    weights = weigh_reissues(corpus.frame, reissues)
    grid = lay_grid(corpus, every, by)
    cell, shape = grid.cell, (len(grid.groups), len(grid.periods))
    dated = cell >= 0
    sizes = np.array([len(text) for text in corpus.texts], np.int64) * weights
    releases, characters = (
        add_up(cell[dated], values[dated], grid.n_cells, parts=reissues == "share")
        for values in (weights, sizes)
    )
    frame = grid.to_frame()[["group", "period", "start", "end"]].assign(
        releases=releases, characters=characters
    )
    parameters = {
        "every": every if isinstance(every, str) else grid.periods.to_frame(),
        "by": by,
        **as_parameter(reissues),
    }
    undated = corpus.frame["date"].isna().to_numpy(bool) & (weights > 0)
    summary = _summarise(corpus.frame["date"], grid, releases.reshape(shape), weights)
    summary["undated"] = add_up(
        grid.group[undated], weights[undated], len(grid.groups), parts=reissues == "share"
    )
    spec = Spec("coverage", parameters, inputs=(corpus.spec,))
    return Coverage(frame, summary, spec, int(undated.sum()), (corpus, grid, weights))


def _summarise(
    dates: pd.Series, grid: Grid, releases: npt.NDArray[Any], weights: npt.NDArray[np.float64]
) -> pd.DataFrame:
    counted = (grid.period >= 0) & (weights > 0)
    inside = pd.Series(np.where(counted, dates, np.datetime64("NaT")), dtype="datetime64[s]")
    spans = inside.groupby(grid.group).agg(["min", "max"]).reindex(range(len(grid.groups)))
    return pd.DataFrame(
        {
            "group": pd.Series(grid.groups, dtype="str"),
            "first": spans["min"].to_numpy("datetime64[s]"),
            "last": spans["max"].to_numpy("datetime64[s]"),
            "releases": releases.sum(axis=1),
            "periods_with_releases": (releases > 0).sum(axis=1),
            "gaps": pd.Series([_gaps(row, grid.periods.labels) for row in releases], dtype="str"),
        }
    )


def _gaps(releases: npt.NDArray[Any], labels: tuple[str, ...]) -> str:
    """Name the runs of empty periods between the first and the last with releases."""
    there = np.flatnonzero(releases)
    runs = [(low + 1, high - 1) for low, high in pairwise(there.tolist()) if high > low + 1]
    return ", ".join(labels[a] if a == b else f"{labels[a]} to {labels[b]}" for a, b in runs)
