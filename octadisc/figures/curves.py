"""Curves over dates, and the shares by period behind them: firm where there are releases, weak elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.drawing.axes import to_days
from octadisc.drawing.clipping import show_whole
from octadisc.drawing.elements import keys_of, note_elements, say_number
from octadisc.drawing.marks import draw_lines
from octadisc.drawing.style import COLOURS, GREY, Cue
from octadisc.figures.question import FEW

if TYPE_CHECKING:
    from octadisc.topics.effects.predictions import Curve
    from octadisc.topics.over_time import TopicTrend

__all__ = ["PLAIN", "draw_curve", "is_thin", "points_of", "put_points", "say_weak", "solid_of"]

PLAIN = {None: Cue(COLOURS[0], "solid", "")}
_PART, _PART_OF_GROUP = 0.1, 0.25  # of all the time: about what a curve of ten columns bends in, and a cubic
_YEAR, _MONTH = 365.25, 30.44  # days
_SHORTEST = 3  # places of a curve: less of it, between thin parts, is thin too
_DOTS: Any = (0, (1.0, 1.4))


def is_thin(places: Any, dates: Any, window: float) -> npt.NDArray[np.bool_]:
    """Say at which dates a curve rests on little: fewer than five releases just before, or just after.

    Parameters
    ----------
    places : array of dates
        Where the curve is known, in their order.
    dates : array of dates
        Of the releases that it was estimated from, in any order.
    window : float
        Days before and after that count.

    Examples
    --------
    >>> dates = pd.date_range("2001-01-15", "2004-12-15", periods=48)
    >>> places = pd.date_range("2001-01-15", "2004-12-15", periods=6)
    >>> is_thin(places, dates, 365).tolist()
    [True, False, False, False, False, True]
    """
    days = np.sort(to_days(dates))
    days = days[np.isfinite(days)]
    at = to_days(places)
    to_left, to_right = np.searchsorted(days, at, "left"), np.searchsorted(days, at, "right")
    before = to_right - np.searchsorted(days, at - window, "left")
    after = np.searchsorted(days, at + window, "right") - to_left
    thin: npt.NDArray[np.bool_] = np.minimum(before, after) < FEW
    edges = np.flatnonzero(np.diff(np.r_[True, thin, True].astype(int)))
    for first, end in edges.reshape(-1, 2):
        if end - first < _SHORTEST:
            thin[first:end] = True
    return thin


def _window_of(curve: Curve) -> float:
    """Give the days around a date whose releases a curve rests on: whole years, or months of short times."""
    dates = _dates_of(curve, None)
    part = _PART if curve.by is None else _PART_OF_GROUP
    days = part * float((dates.max() - dates.min()) / pd.Timedelta(days=1))
    unit = _YEAR if days >= 0.75 * _YEAR else _MONTH
    return max(round(days / unit), 1) * unit


def say_weak(curve: Curve) -> str:
    """Say where a curve is dotted."""
    window = _window_of(curve)
    unit, size = ("year", _YEAR) if window >= _YEAR else ("month", _MONTH)
    n = round(window / size)
    time = f"a {unit}" if n == 1 else f"{n} {unit}s"
    said = f"dotted where fewer than five releases lie within {time} before, or within {time} after"
    below = (curve.frame["share"] < -1e-7).any()
    return said + ", left out where a linear fit gives less than 0" * bool(below)


def _dates_of(curve: Curve, group: str | None) -> pd.Series:
    """Give the dates of the releases behind a curve, each release once, of one group if it is by groups."""
    frame = curve.effect.model.releases
    if group is not None and curve.by is not None:
        frame = frame[frame[curve.by] == group]
    frame = frame.drop_duplicates("unit_of") if "unit_of" in frame else frame
    return frame["date"].dropna()


def solid_of(curve: Curve, frame: pd.DataFrame, group: str | None = None) -> pd.DataFrame:
    """Give the rows of a curve's table, in per cent, with what is thin or no share at all as missing."""
    thin = is_thin(frame["date"], _dates_of(curve, group), _window_of(curve))
    return _inside(frame, ~thin)


def _inside(frame: pd.DataFrame, kept: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Keep some places of a curve, and of these what can be a share: a linear regression knows no limits."""
    kept = kept & frame["share"].between(0, 100).to_numpy(bool)
    bounds = frame[["low", "high"]].clip(0, 100)
    return frame.assign(
        share=frame["share"].where(kept), low=bounds["low"].where(kept), high=bounds["high"].where(kept)
    )


def draw_curve(ax: Any, curve: Curve, frame: pd.DataFrame, top: float, *, group: str | None = None) -> bool:
    """Draw one topic's curve, in per cent, with its band: dotted and pale where it rests on little.

    Returns
    -------
    bool
        Whether any of it is dotted.
    """
    thin = is_thin(frame["date"], _dates_of(curve, group), _window_of(curve))
    # one place on either side of what is thin, so that both parts meet
    weak = thin | np.r_[thin[1:], False] | np.r_[False, thin[:-1]]
    pale = _inside(frame, weak)
    days, colour = to_days(frame["date"]), COLOURS[0]
    draw_lines(
        ax, _inside(frame, ~thin), x="date", y="share", group=None, ceiling=top, cues=PLAIN, noted=False
    )
    if thin.any():
        known = list(pale["share"].notna())
        ax.fill_between(days, pale["low"], pale["high"], where=known, color=colour, alpha=0.07, lw=0)
        ax.plot(days, pale["share"], color=colour, ls=_DOTS, lw=0.9, zorder=2.8, label="_weak")
    return bool(thin.any())


def points_of(trend: TopicTrend, topic: int, group: str | None = None) -> pd.DataFrame:
    """Give a topic's shares by period, in per cent, at the middle of each period."""
    frame = trend.frame[trend.frame["topic"] == topic]
    frame = frame[frame["group"] == group] if group is not None else frame
    frame = frame[frame["releases"] > 0]
    middle = frame["start"] + (frame["end"] - frame["start"]) / 2
    shown = frame[["topic", "group", "period", "releases"]]
    return shown.assign(middle=middle, share=100 * frame["share"])


def put_points(ax: Any, points: pd.DataFrame, top: float | None = None) -> None:
    """Draw shares by period behind a curve, hollow where they rest on fewer than five releases.

    Those above `top` stand at the panel's upper edge, as triangles: they rest on few.
    """
    few = (points["releases"] < FEW).to_numpy(bool)
    share = points["share"].to_numpy(float)
    above = share > (np.inf if top is None else top)
    height = np.where(above, np.inf if top is None else top, share)
    days = to_days(points["middle"])
    made = []
    for chosen, face, marker in (
        (few & ~above, "white", "o"),
        (~few & ~above, GREY, "o"),
        (few & above, "white", "^"),
        (~few & above, GREY, "^"),
    ):
        if chosen.any():
            made += ax.plot(
                days[chosen], height[chosen], ls="none", marker=marker, ms=2.4 if marker == "o" else 3.4,
                mfc=face, mec=GREY, mew=0.5, zorder=2.9, label="_points",
            )  # fmt: skip
    show_whole(ax, made)
    says = [say_number([one.period], one.share) + " per cent" for one in points.itertuples()]
    note_elements(ax, keys_of(points), says, days, height)
