"""A question's course in several ways on one scale, and told by its turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle, wrapped
from octadisc.drawing.elements import title_of
from octadisc.drawing.marks import MARKED, draw_lines
from octadisc.drawing.style import GREY, Cue, new_figure, text_colour
from octadisc.errors import NotEnoughDataError
from octadisc.figures.asking import Ask, ask_results
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.evidence import Evidence, behind
from octadisc.figures.panels import top_of
from octadisc.figures.question import FEW
from octadisc.figures.words import counted, listed, per_cent
from octadisc.terms.events.event_lines import draw_events, say_events
from octadisc.terms.plots import mark_turns

if TYPE_CHECKING:
    from octadisc.terms.turning_points import Turns

__all__ = ["behind_turns", "describe_courses", "describe_turns", "draw_courses"]

_GREY = Cue(GREY, "solid", "")


def draw_courses(ways: Mapping[str, Any], events: Any = None, turns: Turns | None = None) -> Drawing:
    """Draw the same question in several ways, a panel a way, all on one scale, with the first in grey behind.

    Parameters
    ----------
    ways : mapping from titles to Trend, Smooth or Missing
        The first a trend of one query, as published.
    events : list, optional
        Of dates or (name, date), drawn as lines.
    turns : Turns, optional
        Of the curve among the ways, marked on it.

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
    short = behind["period"].nunique() <= MARKED
    for ax, (title, one) in zip(axes, ways.items(), strict=False):
        entitle(ax, title, letters=44)
        later = ax is not axes[0]
        if later:
            draw_lines(
                ax,
                behind,
                y="y",
                low=None,
                high=None,
                group=None,
                cues={None: _GREY},
                ceiling=top,
                noted=False,
            )
            for line in ax.lines:
                line.set(color="#b5b5b5", marker="", zorder=1.5)
        if isinstance(one, Missing):
            text = "not enough data:\n" + wrapped(f"{one.reason.split('. ')[0]}.", 46, 4)
            ax.text(
                0.03, 0.95, text, transform=ax.transAxes, ha="left", va="top", fontsize=6.5,
                color=text_colour(GREY), parse_math=False, bbox={"fc": "white", "ec": "none", "pad": 1.5},
            )  # fmt: skip
        else:
            own = "smooth" not in one.frame
            mine = drawn[title]
            draw_lines(ax, mine, y="y", group=None, ceiling=top, noted=own, marked=own and short)
            if "smooth" in one.frame and turns:
                mark_turns(ax, turns, 100.0)
        draw_events(ax, events, names=not later)
    fig.supylabel("per cent of releases", fontsize=7.5)
    name = str(raw.frame["query"].iloc[0])
    told = [title for title in ways if title in drawn]
    return Drawing(
        fig,
        f"Four panels of the share of releases that mention {name}: {listed(told)}. {describe_courses(ways)}",
        f"Share of releases that mention {name}, in four ways, with 95% intervals (in the last panel that of "
        "the curve; ▲ ▼ peaks and troughs that are more than chance, with the interval for their "
        "place). Grey: as published. Where the panels differ, who publishes has made a difference."
        + say_events(events),
        [one for one in ways.values() if not isinstance(one, Missing)],
        _ask_panels({title_of(ax): one for ax, one in zip(axes, ways.values(), strict=False)}),
    )


def _ask_panels(ways: Mapping[str, Any]) -> Ask:
    """Make what asks for each point the way that its panel draws."""
    asks = {title: ask_results([one]) for title, one in ways.items() if not isinstance(one, Missing)}

    def ask(key: Mapping[str, Any]) -> Evidence | None:
        return asks[key["panel"]](key) if key.get("panel") in asks else None

    return ask


def _course_of(one: Any) -> pd.DataFrame:
    """Give start, y, low and high, in per cent, of a trend or of a curve."""
    columns = ("smooth", "low", "high") if "smooth" in one.frame else ("share", "share_low", "share_high")
    kept = ["query", "period", "group", "start", "releases"]
    frame = one.frame[[*kept, *columns]].copy()
    frame.columns = pd.Index([*kept, "y", "low", "high"])
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


def describe_turns(turns: Turns | Missing, fixed: Turns | Missing | None = None) -> str:
    """Tell a course by its turns: until when it hardly moves, its heights and depths, and where it ends.

    Parameters
    ----------
    turns : Turns or Missing
        Of the question, as published.
    fixed : Turns or Missing, optional
        The same in a fixed mix of issuers: which turns stand there too is said.
    """
    if isinstance(turns, Missing):
        return turns.reason
    frame, trend = turns.frame, turns.smooth.trend
    if frame.empty:
        return "There is not enough data for a smooth course."
    if frame["turn"].iloc[0] == "level":
        return f"The smoothed share does not move beyond its interval: {_at(frame.iloc[0])}."
    first = frame.iloc[0]
    before = trend.frame[trend.frame["start"] <= first["start"]]
    n, of = int(before["matching_releases"].sum()), int(before["releases"].sum())
    text = f"Smoothed, the share is {_at(first)}, with 95% intervals"
    if len(before) > 1:
        text += f"; until then {n:,} of {counted(of, 'release')} mention it"
    for previous, one in zip(frame["value"].iloc[:-1], frame.iloc[1:].itertuples(), strict=True):
        way = "rises" if one.value > previous else "falls"
        where = [_place(one), _highest(trend.frame, one) if one.turn == "peak" else ""]
        more = "; ".join(part for part in where if part)
        text += f"; it {way} to {_at(one)}" + (f" ({more})" if more else "")
    return f"{text}. {_standing(frame, fixed)}".strip()


def _at(one: Any) -> str:
    return f"{per_cent(one.value)} ({per_cent(one.low)} to {per_cent(one.high)}) in {one.period}"


def _place(one: Any) -> str:
    """Give the interval for the place of a turn."""
    if one.place_low == one.place_high or one.turn not in ("peak", "trough"):
        return ""
    return f"the {one.turn} lies between {one.place_low} and {one.place_high}"


def _highest(frame: pd.DataFrame, one: Any) -> str:
    """Name the period with the highest share as published, within the interval for a peak's place."""
    periods = frame["period"].tolist()
    near = frame.iloc[periods.index(one.place_low) : periods.index(one.place_high) + 1]
    near = near[near["releases"] >= FEW]
    if near.empty:
        return ""
    top = near.loc[near["share"].idxmax()]
    n, of = int(top["matching_releases"]), int(top["releases"])
    return f"as published most in {top['period']}, {n:,} of {of:,}, {per_cent(top['share'])}"


def _standing(frame: pd.DataFrame, fixed: Any) -> str:
    """Say which of the turns are found in a fixed mix of issuers too."""
    mine = frame[frame["turn"].isin(["peak", "trough"])]
    if mine.empty or fixed is None or isinstance(fixed, Missing):
        return ""
    order = {label: i for i, label in enumerate(fixed.smooth.frame["period"])}
    stands = [
        f"the {one.turn} of {one.period}"
        for one in mine.itertuples()
        if any(
            other.turn == one.turn
            and order[other.place_low] <= order.get(one.place_high, -1)
            and order[other.place_high] >= order.get(one.place_low, len(order))
            for other in fixed.frame.itertuples()
        )
    ]
    what = f"only {listed(stands, 8)}" if stands else "none of these turns"
    if len(stands) == len(mine):
        return "In a fixed mix of issuers the same turns stand beyond chance."
    verb = "stands" if len(stands) < 2 else "stand"
    return (
        f"In a fixed mix of issuers {what} {verb} beyond chance: the others may be due to who publishes, or "
        "the mix leaves too little to tell."
    )


def behind_turns(turns: Turns | Missing) -> list[Evidence]:
    """Give the sentences of the periods in which a course turns, as many as are counted."""
    if isinstance(turns, Missing):
        return []
    counts = turns.smooth.trend.frame.set_index("period")
    return [
        behind(
            f"{one.query}, {one.turn}, {one.period}: {counts.loc[one.period, 'matching_releases']:,.0f} of "
            f"{counts.loc[one.period, 'releases']:,.0f} releases",
            counts.loc[one.period, "count"],
            turns.evidence,
            one.query,
            one.period,
        )
        for one in turns.frame.itertuples()
    ]
