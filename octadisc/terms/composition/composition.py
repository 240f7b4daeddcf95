"""Composition: how much of a change is in what issuers say, and how much in who publishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.dispersion import Dispersion
from octadisc.terms.arguments import check_level, check_trend
from octadisc.terms.composition.sides import SPLIT_COLUMNS, halve, number_periods, split_sides
from octadisc.terms.composition.split_noise import spread_of_units
from octadisc.terms.groups import code_groups
from octadisc.tokens.units.unit_columns import code_releases

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.changes.changes import Changes
    from octadisc.terms.trends import Trend

__all__ = ["Split", "split_change"]

Floats = npt.NDArray[np.float64]
_COLUMNS = ["group", "query", *SPLIT_COLUMNS]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Split:
    """Changes of shares split into within and between issuers; made by `od.split_change`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    trend : Trend
        What was split; :meth:`evidence` asks it.
    """

    frame: pd.DataFrame
    spec: Spec
    trend: Trend

    def to_frame(self) -> pd.DataFrame:
        """Give one row per query and group.

        Columns: group, query, before_periods, after_periods (what was compared, in words),
        before_releases, after_releases, before, after (shares of releases), change, within, between, each
        of the three with _low and _high, n_both (issuers that published on both sides), note.
        within + between = change. Releases are sums of parts if those of the trend are.
        """
        return self.frame.copy()

    def evidence(self, query: Any, period: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences that a row rests on; see `Trend.evidence`."""
        return self.trend.evidence(query, period, group)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw within and between as bars, in percentage points, and the whole change as a point."""
        from octadisc.terms.changes.change_plots import plot_split

        return plot_split(self, ax)

    def __repr__(self) -> str:
        n = len(self.frame)
        return f"Split({n} row{'s' * (n != 1)}, by {self.spec.parameters['by']})"

    def _repr_html_(self) -> str:
        numbers = "before after change within within_low within_high between".split()
        head = self.frame.head(20)[["query", *numbers, "note"]]
        return show(self, head, len(self.frame), dict.fromkeys(numbers, "{:.1%}"))


def split_change(
    trend: Trend,
    before: str | Sequence[str] | None = None,
    after: str | Sequence[str] | None = None,
    by: str = "issuer",
    *,
    changes: Changes | None = None,
    level: float = 0.95,
) -> Split:
    """Split the change of a share of releases into what issuers say and who publishes.

    Parameters
    ----------
    trend : Trend
        From `od.track_terms`. Releases count here as they do there: what repeats another is kept, left out
        or shared as its `reissues` says.
    before, after : str or sequence of str, optional
        Periods to compare, as labelled in the trend. If both are left out: the periods before and from the
        place named by `changes`, else the two halves of the releases.
    by : str
        The column that says who publishes.
    changes : Changes, optional
        Made from the same trend by `od.find_changes`: each query is split at its step, or at the place where
        it only seems to change.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Split

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If a period does not exist or is on both sides, only one side is given, `changes` belongs to another
        trend, all releases are of one period, or the trend is standardised.

    Notes
    -----
    The symmetric split of Kitagawa: within is each issuer's change weighted by the mean of its parts of the
    releases before and after; between is each issuer's change of part weighted by the mean of its shares.
    An issuer that publishes on one side only cannot have changed: all it adds or takes away is between.
    within + between = change, exactly.

    All three are weighted sums of the issuers' shares. Their intervals put the sums' parts together from
    Wilson's interval of each share (the "method of variance estimates recovery"). They hold for the mix of
    issuers as it was. Campaigns of single issuers, and ups and downs that all have in common, make a side
    scatter from period to period; the intervals are as much wider as the periods of the two sides scatter
    more than independent releases would, successive ones being taken to be correlated by .3. With one period
    on either side nothing of this can be told: releases count as independent then, and the note says so.
    Units of one release (sentences, say) count as fewer, by the design effect of an issuer's releases of one
    side, all issuers and both sides together. Releases that weigh more and less count as fewer, too:
    (Σw)² / Σw² of an issuer's on one side (Kish).

    By simulation (benchmarks/split_alarms.py) "what issuers say has changed" is said falsely in 2 to 5% of
    runs at level .95, with campaigns of every strength and serial correlation.

    References
    ----------
    Kitagawa (1955), Journal of the American Statistical Association 50; Zou and Donner (2008), Statistics in
    Medicine 27.

    Examples
    --------
    Neither issuer changes, but the one that always speaks of it publishes more:

    >>> import octadisc as od
    >>> rows = [
    ...     ("2007", "A", "trust"),
    ...     ("2007", "B", "police"),
    ...     ("2007", "B", "police"),
    ...     ("2007", "B", "police"),
    ... ]
    >>> rows += [
    ...     ("2008", "A", "trust"),
    ...     ("2008", "A", "trust"),
    ...     ("2008", "A", "trust"),
    ...     ("2008", "B", "police"),
    ... ]
    >>> corpus = od.Corpus.from_frame(
    ...     [{"date": f"{year}-05-01", "issuer": issuer, "text": text} for year, issuer, text in rows]
    ... )
    >>> split = od.split_change(od.track_terms(od.tokenize(corpus), "trust"))
    >>> split.to_frame()[["before", "after", "change", "within", "between"]].values.tolist()
    [[0.25, 0.75, 0.5, 0.0, 0.5]]
    """
    check_trend(trend, mixed="so who publishes makes no change in it")
    if (before is None) != (after is None):
        raise InputError("Only one of before= and after= is given. Expected both, or neither.")
    if changes is not None and (before is not None or changes.trend is not trend):
        raise InputError(
            "changes= is for the trend that they were found in, and without before= and after=. "
            "Make them with od.find_changes(trend)."
        )
    check_level(level)
    grid, frame = trend.basis.grid, trend.basis.tokens.corpus.frame
    labels = grid.periods.labels
    codes, names = code_groups(frame, by)
    weights, releases = trend.basis.weights, code_releases(frame)
    scale = np.ones(len(frame)) if trend.basis.scale is None else trend.basis.scale
    places = _places(changes)
    given = None if before is None else (number_periods(before, labels), number_periods(after, labels))
    if given and set(given[0]) & set(given[1]):
        raise InputError("A period stands both in before= and in after=. Expected each on one side only.")
    rows = []
    for query in trend.basis.hits:
        counts, defined = trend.basis.counts_of(query), trend.basis.defined(query)
        for number, group in enumerate(grid.groups):
            mine = np.flatnonzero((grid.period >= 0) & (grid.group == number) & defined)
            place, kind = places.get((group, query), (None, None))
            sides = given or halve(grid.period[mine], weights[mine], labels, place)
            period, issuer, weight = grid.period[mine], codes[mine], weights[mine]
            matches = (counts[mine] > 0) * weight
            spread, scaled = Dispersion(), scale[mine]
            if releases is not None:
                spread = spread_of_units(releases[mine], period, issuer, matches, weight, sides, scaled)
            made = split_sides(
                period, issuer, matches, weight, scaled, sides, labels, names, level, kind, spread
            )
            rows.append({"group": group, "query": query, **made})
    words = ("group", "query", "before_periods", "after_periods", "note")
    table = pd.DataFrame(rows)[_COLUMNS].astype(dict.fromkeys(words, "str"))
    parameters = {"before": before, "after": after, "by": by, "level": level}
    inputs = (trend.spec,) if changes is None else (trend.spec, changes.spec)
    return Split(table, Spec("split_change", parameters, inputs=inputs), trend)


def _places(changes: Changes | None) -> dict[tuple[str, str], tuple[str | None, str]]:
    """Give for each row of `changes` where it is to be cut (None: in the middle), and its kind."""
    if changes is None:
        return {}
    found = {}
    for row, seeming in zip(changes.frame.itertuples(), changes.apparent, strict=True):
        place = str(row.change) if row.kind == "step" else seeming
        found[(str(row.group), str(row.query))] = (place, str(row.kind))
    return found
