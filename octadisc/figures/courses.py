"""A question's course in several ways on one scale, and told by its turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle, wrapped
from octadisc.drawing.marks import draw_lines
from octadisc.drawing.style import GREY, Cue, new_figure, text_colour
from octadisc.errors import NotEnoughDataError
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.panels import top_of
from octadisc.figures.question import FEW
from octadisc.figures.words import listed, per_cent
from octadisc.terms.events.event_lines import draw_events

if TYPE_CHECKING:
    from octadisc.terms.smoothing import Smooth

__all__ = ["describe_courses", "describe_turns", "draw_courses", "turns_of"]

_GREY = Cue(GREY, "solid", "")


def draw_courses(ways: Mapping[str, Any], events: Any = None) -> Drawing:
    """Draw the same question in several ways, a panel a way, all on one scale, with the first in grey behind.

    Parameters
    ----------
    ways : mapping from titles to Trend, Smooth or Missing
        The first a trend of one query, as published.
    events : list, optional
        Of dates or (name, date), drawn as lines.

    Raises
    ------
    NotEnoughDataError
        If the first is missing, or has one period only.
    """
    raw = next(iter(ways.values()))
    if isinstance(raw, Missing):
        raise NotEnoughDataError(raw.reason)
    if raw.frame["share"].isna().all():
        raise NotEnoughDataError("No release is in a language for which the question has a wording.")
    if raw.frame["period"].nunique() < 2:
        raise NotEnoughDataError("There is one period only, so there is no course to follow.")
    fig, axes = new_figure(2, 2, width="double", height=104)
    drawn = {title: _course_of(one) for title, one in ways.items() if not isinstance(one, Missing)}
    whole = pd.concat(list(drawn.values()))
    top = min(top_of(whole["y"], whole["high"]), 103.0)
    behind = drawn[next(iter(ways))]
    for ax, (title, one) in zip(axes, ways.items(), strict=False):
        entitle(ax, title, letters=44)
        later = ax is not axes[0]
        if later:
            draw_lines(ax, behind, y="y", low=None, high=None, group=None, cues={None: _GREY}, ceiling=top)
            for line in ax.lines:
                line.set(color="#b5b5b5", marker="", zorder=1.5)
        if isinstance(one, Missing):
            text = "not enough data:\n" + wrapped(f"{one.reason.split('. ')[0]}.", 46, 4)
            ax.text(
                0.03, 0.95, text, transform=ax.transAxes, ha="left", va="top", fontsize=6.5,
                color=text_colour(GREY), parse_math=False, bbox={"fc": "white", "ec": "none", "pad": 1.5},
            )  # fmt: skip
        else:
            draw_lines(ax, drawn[title], y="y", group=None, ceiling=top)
        draw_events(ax, events, names=not later)
    fig.supylabel("per cent of releases", fontsize=7.5)
    name = str(raw.frame["query"].iloc[0])
    told = [title for title in ways if title in drawn]
    return Drawing(
        fig,
        f"Four panels of the share of releases that mention {name}: {listed(told)}. {describe_courses(ways)}",
        f"Share of releases that mention {name}, in four ways, with 95% intervals (in the last panel that of "
        "the curve). Grey: as published. Where the panels differ, who publishes has made a difference.",
        [one for one in ways.values() if not isinstance(one, Missing)],
    )


def _course_of(one: Any) -> pd.DataFrame:
    """Give start, y, low and high, in per cent, of a trend or of a curve."""
    columns = ("smooth", "low", "high") if "smooth" in one.frame else ("share", "share_low", "share_high")
    frame = one.frame[["start", "releases", *columns]].copy()
    frame.columns = pd.Index(["start", "releases", "y", "low", "high"])
    frame[["y", "low", "high"]] *= 100
    few = frame["releases"] < FEW  # an interval that would tower over the rest
    return frame.assign(low=frame["low"].mask(few), high=frame["high"].mask(few))


def describe_courses(ways: Mapping[str, Any]) -> str:
    """Say for each way where the share begins and where it ends, over a fifth of the periods each."""
    said = []
    for title, one in ways.items():
        if isinstance(one, Missing) or "smooth" in one.frame:
            continue
        known = one.frame[one.frame["share"].notna()]
        if known.empty:
            continue
        fifth = max(1, len(known) // 5)
        ends = [known.iloc[:fifth], known.iloc[-fifth:]]
        shares = [np.average(part["share"], weights=np.maximum(part["releases"], 1e-9)) for part in ends]
        said.append(f"{title} from {per_cent(shares[0])} to {per_cent(shares[1])}")
    if not said:
        return "There is no course to describe."
    return f"From the first fifth of the periods to the last the share goes: {'; '.join(said)}."


def describe_turns(smooth: Smooth | Missing) -> str:
    """Tell a smoothed course by its turns: where it starts, its heights and depths, and where it ends.

    A turn counts if the intervals of its two ends are apart.
    """
    if isinstance(smooth, Missing):
        return smooth.reason
    known = smooth.frame[smooth.frame["smooth"].notna()].reset_index(drop=True)
    if len(known) < 2:
        return "There is not enough data for a smooth course."
    said = [_at(known, one) for one in turns_of(known)]
    if len(said) == 1:
        return f"The smoothed share does not move beyond its interval: {said[0]}."
    return f"Smoothed, the share goes from {', to '.join(said)}."


def turns_of(course: pd.DataFrame) -> list[int]:
    """Give the rows at which a course (smooth, low, high) begins to move, turns and ends to move.

    One row, of the highest, if it never moves: no two of its intervals are apart.

    Examples
    --------
    >>> course = pd.DataFrame({"smooth": [1, 1, 5, 9, 8, 5, 1, 2.0]})
    >>> turns_of(course.assign(low=course["smooth"] - 1, high=course["smooth"] + 1))
    [0, 3, 6]
    """
    y, low, high = (course[one].to_numpy(float) for one in ("smooth", "low", "high"))
    turns: list[int] = []
    lowest = highest = at = way = 0
    for i in range(1, y.size):
        if way == 0:
            if low[i] > high[lowest]:
                turns, way, at = [lowest], 1, i
            elif high[i] < low[highest]:
                turns, way, at = [highest], -1, i
            lowest = i if high[i] < high[lowest] else lowest  # the surest depth and height so far
            highest = i if low[i] > low[highest] else highest
        elif (y[i] - y[at]) * way > 0:
            at = i
        elif (high[i] < low[at]) if way > 0 else (low[i] > high[at]):
            turns.append(at)
            way, at = -way, i
    return [*turns, at] if way else [int(y.argmax())]


def _at(course: pd.DataFrame, row: int) -> str:
    one = course.iloc[row]
    return f"{per_cent(one['smooth'])} in {one['period']} ({per_cent(one['low'])} to {per_cent(one['high'])})"
