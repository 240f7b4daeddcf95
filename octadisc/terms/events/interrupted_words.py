"""What may be claimed of a trend before and after an event, and what not: words made from the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from octadisc.terms.changes.change_cases import Measure, some
from octadisc.terms.events.events import Event
from octadisc.terms.events.interrupted_cases import Case

if TYPE_CHECKING:
    from octadisc.terms.events.interrupted_fits import Fits

__all__ = ["describe"]

_NEAR = 1.0  # years within which another event cannot be told from this one
_MANY_PERIODS = 24  # from which on a bend can be told from a break
_LARGE_PART = 0.1  # of the releases after the event


def describe(
    case: Case,
    event: Event,
    rows: list[dict[str, Any]],
    fits: Fits | None,
    measure: Measure,
    level: float,
    nearby: Sequence[Event] = (),
) -> str:
    """Say what may be claimed, and what may not."""
    about = f"{case.query!r}" + (f" ({case.group})" if case.group != "all" else "")
    of = {one["term"]: one for one in rows}
    if fits is None:
        return f"{about}: {of['level_change']['note']} Nothing may be claimed."
    compared = "level_difference" in of
    chosen = of["level_difference" if compared else "level_change"]
    slope = of["slope_difference" if compared else "slope_change"]
    said = [
        f"{about} at {event.words}: {_say_level(chosen, of, measure, level, compared=compared)}",
        _say_slope(slope, measure, level),
        _may(chosen, slope, level),
        _may_not(case, nearby, event, chosen, fits, compared=compared),
    ]
    doubts = [*_outside(fits, case, measure), *_anticipated(fits, case)]
    return " ".join([*said, *doubts])


def _say_level(
    row: dict[str, Any], of: dict[str, dict[str, Any]], measure: Measure, level: float, *, compared: bool
) -> str:
    before = of["level_before"]["estimate"]
    start = "" if compared else f"from {_value(before, measure)} the level "
    what = "more than those compared with, the level " if compared else ""
    way = "rises" if row["estimate"] >= 0 else "falls"
    more = f"{start}{what}{way} by {_amount(abs(row['estimate']), measure)}"
    return f"{more} ({_interval(row, measure, level)})."


def _say_slope(row: dict[str, Any], measure: Measure, level: float) -> str:
    way = "more" if row["estimate"] >= 0 else "less"
    return (
        f"From then on it rises by {_amount(abs(row['estimate']), measure)} a year {way} than before "
        f"({_interval(row, measure, level)})."
    )


def _may(row: dict[str, Any], slope: dict[str, Any], level: float) -> str:
    beyond = [
        (name, one)
        for name, one in (("level", row), ("slope", slope))
        if np.isfinite(one["p_value"]) and one["p_value"] <= 1 - level
    ]
    found = [name for name, one in beyond if _stands_out(one, level)]
    if found:
        within = "among issuers in general" if row["inference"] == "issuers" else "within these issuers"
        return f"May be claimed: a change of {' and '.join(found)} at that time, {within}, beyond chance."
    if beyond:
        names = " and ".join(name for name, _ in beyond)
        return (
            f"May be claimed: nothing of that time. Its change of {names} is more than scatter, but so is "
            f"that at other dates ({'; '.join(f'{name}: {_placebo(one)}' for name, one in beyond)})."
        )
    return "May be claimed: no change at that time that can be told from chance; nor that there is none."


def _stands_out(row: dict[str, Any], level: float) -> bool:
    """Say whether no more than a few of the other dates show a break as clear; true where none was tried."""
    if not row["n_placebo"]:
        return True
    return bool(row["placebo_p_value"] <= 1 - level or round(row["placebo_p_value"] * row["n_placebo"]) <= 1)


def _placebo(row: dict[str, Any]) -> str:
    n_like = round(row["placebo_p_value"] * row["n_placebo"]) - 1
    return f"as clear at {n_like} of {row['n_placebo'] - 1}, p = {row['placebo_p_value']:.2g}"


def _may_not(
    case: Case, nearby: Sequence[Event], event: Event, row: dict[str, Any], fits: Fits, *, compared: bool
) -> str:
    reasons = []
    if row["n_placebo"]:
        n_like = round(row["placebo_p_value"] * row["n_placebo"]) - 1
        where = "none of them" if n_like == 0 else f"{n_like} of them"
        reasons.append(
            f"of {some(row['n_placebo'] - 1, 'other date')} tried, a break at {where} is as clear "
            f"(p = {row['placebo_p_value']:.2g}"
            + (", and with so many dates it cannot be less)" if n_like == 0 else ")")
        )
    near = _near(event, nearby)
    if near:
        reasons.append(f"within a year of it there was also {near}")
    if not compared:
        reasons.append("there is no comparison with issuers that it did not concern")
    if case.joined > _LARGE_PART:
        reasons.append(
            f"{case.joined:.0%} of the releases after it are of issuers without any before, whose change is "
            "not known"
        )
    n = row["n_periods"]
    if n < _MANY_PERIODS:
        reasons.append(f"in {n} periods a course that bends looks like one that breaks")
    return f"May not be claimed: that the event was the cause; {'; '.join(reasons)}." if reasons else ""


def _near(event: Event, nearby: Sequence[Event]) -> str:
    """Give the events within a year of one, the nearest first."""
    apart = {one: abs(int((one.day - event.day).astype(int))) / 365.25 for one in nearby}
    others = [one for one in nearby if one.name != event.name and 0 < apart[one] <= _NEAR]
    others = sorted(dict.fromkeys(others), key=lambda one: apart[one])
    names = [one.name or str(one.day) for one in others[:2]]
    if len(others) > 2:
        return f"{', '.join(names)} and {some(len(others) - 2, 'other')}"
    return " and ".join(names)


def _outside(fits: Fits, case: Case, measure: Measure) -> list[str]:
    """Say where the first line leads to what cannot be."""
    if measure != "share":
        return []
    last = float(case.panel.time[-1])
    end = float(fits.own.estimates[0] + fits.own.estimates[1] * last)
    if 0 <= end <= 1:
        return []
    where = "below 0" if end < 0 else "above 100%"
    return [
        f"The line before, carried on to the end, would lead {where}: what would have been without the event "
        "cannot be read off it that far."
    ]


def _anticipated(fits: Fits, case: Case) -> list[str]:
    """Say whether the last period before the event is off the line already."""
    filled = np.flatnonzero((fits.equations.sizes > 0) & (case.panel.time < 0))
    if not filled.size:
        return []
    at = int(filled[-1])
    noise = fits.own.noise
    error = np.sqrt(noise.cell / case.panel.n[:, at].sum() + noise.period)
    off = float(fits.own.residuals[at])
    if not error > 0 or abs(off) < 2 * error:
        return []
    side = "above" if off > 0 else "below"
    return [f"The last period before the event lies {side} the line already, as if it had been anticipated."]


def _interval(row: dict[str, Any], measure: Measure, level: float) -> str:
    if not np.isfinite(row["std_error"]):
        return row["note"].rstrip(".") or "no interval"
    low, high = (_signed(row[side], measure) for side in ("low", "high"))
    return f"{level:.0%} interval {low} to {high}, {_p(row['p_value'])}"


def _p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.0005 else "p < 0.001"


def _amount(value: float, measure: Measure) -> str:
    if measure == "rate":
        return f"{value:,.0f} per million"
    points = 100 * value
    return f"{points:.0f} percentage points" if points >= 10 else f"{points:.1f} percentage points"


def _signed(value: float, measure: Measure) -> str:
    return f"{value:+,.0f}" if measure == "rate" else f"{100 * value:+.1f}"


def _value(value: float, measure: Measure) -> str:
    return f"{max(value, 0.0):,.0f} per million" if measure == "rate" else f"{max(value, 0.0):.0%}"
