"""What an interrupted trend is fitted to: the event, and each query's issuers × periods around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.statistics.interruption import Panel
from octadisc.terms.changes.change_cases import FEWEST_MATCHING, Measure, some
from octadisc.terms.events.events import Event, read_event
from octadisc.terms.groups import MISSING, code_groups

if TYPE_CHECKING:
    from octadisc.terms.trends import Trend

__all__ = ["FEWEST_BESIDE", "Case", "Parts", "cases_of", "cut_periods"]

FEWEST_BESIDE = 4  # periods with releases on either side: a line takes up two of them
_YEAR = 365.25
_PER = 1e6


class Parts(NamedTuple):
    """The trend's periods, the one in which the event falls cut in two at that day.

    Attributes
    ----------
    labels : list of str
    starts, ends : array of datetime64[D]
    time : array of float
        Middle of each, in years from the event.
    of : array of int, shape (releases,)
        Each release's part, -1 outside.
    """

    labels: list[str]
    starts: npt.NDArray[np.datetime64]
    ends: npt.NDArray[np.datetime64]
    time: npt.NDArray[np.float64]
    of: npt.NDArray[np.int64]


def cut_periods(trend: Trend, event: Event, since: Any, until: Any) -> Parts:
    """Cut the trend's periods at the event, and leave out what is before `since` or after `until`."""
    periods = trend.basis.grid.periods
    starts, ends = periods.starts.astype("datetime64[D]"), periods.ends.astype("datetime64[D]")
    labels = list(periods.labels)
    first, last = _bound(since, starts[0], "since"), _bound(until, ends[-1], "until")
    if not max(starts[0], first) < event.day < min(ends[-1], last):
        raise InputError(
            f"The event, {event.words}, is not within the periods looked at, {max(starts[0], first)} to "
            f"{min(ends[-1], last)}. Expected releases on both sides of it."
        )
    inside = np.flatnonzero((starts < event.day) & (ends > event.day))
    if inside.size:
        at = int(inside[0])
        starts = np.insert(starts, at + 1, event.day)
        ends = np.insert(ends, at, event.day)
        labels[at : at + 1] = [f"{labels[at]} before", f"{labels[at]} after"]
    kept = (starts < last) & (ends > first)
    labels = [one for one, there in zip(labels, kept, strict=True) if there]
    starts, ends = np.maximum(starts[kept], first), np.minimum(ends[kept], last)
    days = trend.basis.tokens.corpus.frame["date"].to_numpy("datetime64[D]")
    place = np.searchsorted(starts, days, side="right") - 1
    known = ~np.isnat(days) & (place >= 0) & (trend.basis.grid.period >= 0)
    known[known] = days[known] < ends[place[known]]
    middle = (starts.astype(np.int64) + ends.astype(np.int64)) / 2
    time = (middle - event.day.astype(np.int64)) / _YEAR
    return Parts(labels, starts, ends, time, np.where(known, place, -1).astype(np.int64))


def _bound(given: Any, otherwise: np.datetime64, argument: str) -> np.datetime64:
    return otherwise if given is None else read_event(given, argument).day


class Case(NamedTuple):
    """One query in one group: its panel, that of those compared with, and why there is none."""

    group: str
    query: str
    panel: Panel
    comparison: Panel | None
    issuers: list[str]  # with releases on both sides
    n_known: int  # of these, issuers that have a name
    joined: float  # share of the releases after the event that are of issuers without any before
    reason: str = ""


def cases_of(trend: Trend, parts: Parts, measure: Measure, comparison: Sequence[str]) -> list[Case]:
    """Give the queries and groups of a trend, those that are compared with apart."""
    grid, frame = trend.basis.grid, trend.basis.tokens.corpus.frame
    codes, names = (
        code_groups(frame, "issuer") if "issuer" in frame else (np.zeros(len(frame), int), [MISSING])
    )
    by_group = len(grid.groups) > 1
    if by_group:
        compared = _compared(trend, parts, comparison, grid.group, grid.groups)
    else:
        compared = _compared(trend, parts, comparison, codes, names)
    made = []
    for query, hits in trend.basis.hits.items():
        for number, group in enumerate(grid.groups):
            if by_group and group in comparison:
                continue
            counted = (parts.of >= 0) & hits.defined & (trend.basis.weights > 0)
            own = counted & (grid.group == number) & ~compared
            made.append(
                _case(trend, parts, measure, query, group, codes, names, own, counted & compared, hits.counts)
            )
    return made


def _compared(trend: Trend, parts: Parts, comparison: Sequence[str], codes: Any, known: list[str]) -> Any:
    """Say which releases are of those compared with; refuse names that nothing is known of."""
    what = "group" if len(trend.basis.grid.groups) > 1 else "issuer"
    there = (parts.of >= 0) & (trend.basis.weights > 0)
    for one in comparison:
        if one not in known:
            raise UnknownNameError(f"comparison: there is no {what} {one!r}.{did_you_mean(one, known)}")
        if not (there & (codes == known.index(one))).any():
            raise InputError(
                f"comparison: {one!r} has no releases that count in these periods (a balanced panel, "
                f"weights of 0, since= and until= leave some out). Expected {what}s with releases before and "
                "after the event."
            )
    return np.isin(codes, [known.index(one) for one in comparison])


def _case(
    trend: Trend,
    parts: Parts,
    measure: Measure,
    query: str,
    group: str,
    codes: Any,
    names: list[str],
    own: npt.NDArray[np.bool_],
    other: npt.NDArray[np.bool_],
    counts: Any,
) -> Case:
    panel = _panel(trend, parts, measure, codes, own, counts)
    comparison = _panel(trend, parts, measure, codes, other, counts) if other.any() else None
    before = parts.time < 0
    there = np.stack([panel.n[:, before].sum(axis=1) > 0, panel.n[:, ~before].sum(axis=1) > 0])
    present = np.unique(codes[own])
    both = [names[one] for one in present[there.all(axis=0)]]
    later = panel.n[:, ~before].sum(axis=1)
    joined = float(later[~there[0]].sum() / later.sum()) if later.sum() > 0 else np.nan
    hit = (counts > 0) & own
    n_known = sum(one != MISSING for one in both)
    matching, others = (trend.basis.n_releases(rows) for rows in (hit, own & ~hit))
    reason = _why_not(panel, before, matching, others, measure, len(both))
    if not reason and comparison is not None:
        reason = _why_not_compared(comparison, before)
    return Case(group, query, panel, comparison, both, n_known, joined, reason)


def _panel(trend: Trend, parts: Parts, measure: Measure, codes: Any, rows: Any, counts: Any) -> Panel:
    mine = np.flatnonzero(rows)
    issuers, issuer = np.unique(codes[mine], return_inverse=True)
    shape = (issuers.size, len(parts.labels))
    cell = issuer.ravel() * shape[1] + parts.of[mine]
    weights = trend.basis.weights[mine]
    size = weights if measure == "share" else weights * trend.basis.tokens.lengths[mine] / _PER
    value = weights * ((counts[mine] > 0) if measure == "share" else counts[mine])
    n = np.bincount(cell, size, shape[0] * shape[1]).reshape(shape)
    total = np.bincount(cell, value, shape[0] * shape[1]).reshape(shape)
    y = np.divide(total, n, out=np.zeros(shape), where=n > 0)
    return Panel(y, n.astype(float), parts.time, np.arange(shape[1]))


def _why_not(panel: Panel, before: Any, matching: float, others: float, measure: Measure, n_both: int) -> str:
    filled = panel.n.sum(axis=0) > 0
    sides = [int(filled[before].sum()), int(filled[~before].sum())]
    if min(sides) < FEWEST_BESIDE:
        return (
            f"Not enough data: {some(sides[0], 'period')} with releases before the event and {sides[1]} "
            f"after, at least {FEWEST_BESIDE} needed on either side."
        )
    if matching < FEWEST_MATCHING:
        found = some(round(matching), "release matches", "releases match")
        return f"Not enough data: {found}, at least {FEWEST_MATCHING} needed."
    if measure == "share" and others < FEWEST_MATCHING:
        found = some(round(others), "release does", "releases do")
        return f"Not enough data: {found} not match, at least {FEWEST_MATCHING} needed."
    if not n_both:
        return "Not enough data: no issuer has releases on both sides of the event."
    return ""


def _why_not_compared(comparison: Panel, before: Any) -> str:
    filled = comparison.n.sum(axis=0) > 0
    sides = [int(filled[before].sum()), int(filled[~before].sum())]
    if min(sides) >= FEWEST_BESIDE:
        return ""
    return (
        f"Not enough data: those compared with have {some(sides[0], 'period')} with releases before the "
        f"event and {sides[1]} after, at least {FEWEST_BESIDE} needed on either side."
    )
