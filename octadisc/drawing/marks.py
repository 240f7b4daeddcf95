"""Marks: lines with bands and gaps, bars with intervals, strips.

Each draws a tidy table on one Axes and gives the Axes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.drawing.axes import date_axis, inches_of, name_axis, thin, to_days
from octadisc.drawing.clipping import show_whole
from octadisc.drawing.elements import keys_of, note_elements, say_number
from octadisc.drawing.labels import Placing, label_lines
from octadisc.drawing.numbers import number_ticks, write_at_ends
from octadisc.drawing.style import INK, Cue, cues_for
from octadisc.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MARKED", "draw_bars", "draw_lines", "draw_strip", "period_axis"]

_THICKEST = 0.4  # inches a bar may take; few bars on a high panel leave room below
MARKED = 24  # points of a line from which on only every so many bears its marker


def draw_lines(
    ax: Axes,
    frame: pd.DataFrame,
    x: str = "start",
    y: str = "rate",
    low: str | None = "low",
    high: str | None = "high",
    group: str | None = "query",
    *,
    cues: Mapping[Any, Cue] | None = None,
    labels: Placing = "auto",
    ceiling: float | None = None,
    noted: bool = True,
    marked: bool | None = None,
) -> Axes:
    """Draw lines with their intervals; what is not known is a gap, never a line across it.

    Parameters
    ----------
    ax : Axes
    frame : DataFrame
        One row per group and place, with the columns named by the next five arguments.
    x : str
        Column of dates, numbers, or names of periods in their order.
    y, low, high : str
        Columns of the value and its interval; `low` and `high` may be ``None``.
    group : str, optional
        Column that tells the lines apart; ``None`` draws one line.
    cues : mapping of group to Cue, optional
        So that a group looks the same in every figure of a study.
    labels : {"auto", "ends", "legend", "none"}
        Names at the ends of the lines where they fit, or in a legend. One line has no label in "auto".
    ceiling : float, optional
        Top of the y axis. By default high enough for every value, and for the intervals up to 1.6 times
        the greatest value: a wide interval is cut at the frame rather than flatten the lines.
    noted : bool
        Whether points are noted as elements, each with what it stands for; not those of fitted curves.
    marked : bool, optional
        Whether every point bears its marker. By default those of short lines do, and some of long ones; set
        it where lines of several panels should look alike. Points that stand alone always do.

    Raises
    ------
    InputError
        If a column is not there.
    """
    _need(frame, [one for one in (x, y, low, high, group) if one is not None])
    groups = (
        [(None, frame)]
        if group is None
        else list(frame.groupby(group, sort=False, observed=True, dropna=False))
    )
    chosen: dict[Any, Cue] = {**cues_for([name for name, _ in groups]), **(cues or {})}
    places, names = _places(frame[x])
    ends = []
    for name, part in groups:
        across, values = _places_of(part[x], names), part[y].to_numpy(float)
        bottom = part[low].to_numpy(float) if low else None
        above = part[high].to_numpy(float) if high else None
        shade = 0.16 if len(groups) < 5 else 0.09
        _draw_line(ax, across, values, bottom, above, chosen[name], name, shade, marked)
        known = np.flatnonzero(np.isfinite(values))
        if known.size:
            ends.append((name, float(across[known[-1]]), float(values[known[-1]])))
        if noted:
            _note_line(ax, part, name, x, across, (values, bottom, above))
    _limit(ax, frame[y].to_numpy(float), frame[high].to_numpy(float) if high else None, ceiling)
    number_ticks(ax.yaxis, frame[y].to_numpy(float))
    if names is not None:
        period_axis(ax, names)
    elif pd.api.types.is_datetime64_any_dtype(frame[x]):
        date_axis(ax, frame[x])
    elif places.size:
        ax.set_xlim(places.min() - 0.5, places.max() + 0.5)
    show_whole(ax, ax.lines)
    if labels != "auto" or len(groups) > 1:
        label_lines(ax, ends, chosen, labels)
    return ax


def _note_line(
    ax: Axes, part: pd.DataFrame, name: Any, x: str, across: npt.NDArray[np.float64], drawn: tuple[Any, ...]
) -> None:
    """Note the points of a line, each with its group, its place and its value."""
    values, low, high = (np.full(len(part), np.nan) if one is None else one for one in drawn)
    if "period" in part:
        where = part["period"].astype("str").tolist()
    elif pd.api.types.is_datetime64_any_dtype(part[x]):
        where = part[x].dt.strftime("%Y-%m-%d").tolist()
    else:
        where = [str(one) for one in part[x]]
    before = [] if name is None or (not isinstance(name, str) and pd.isna(name)) else [name]
    says = [
        say_number([*before, one], *numbers)
        for one, *numbers in zip(where, values.tolist(), low.tolist(), high.tolist(), strict=True)
    ]
    note_elements(ax, keys_of(part), says, across, values, unit="y")


def _need(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    for column in columns:
        if column not in frame:
            raise InputError(
                f"The table to draw has no column {column!r}.{did_you_mean(column, map(str, frame))}"
            )


def _places(values: pd.Series) -> tuple[npt.NDArray[np.float64], list[str] | None]:
    """Give positions on the axis, and the names along it if it is one of names."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return to_days(values), None
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(float), None
    names = [str(one) for one in pd.unique(values)]
    return np.arange(len(names), dtype=float), names


def _places_of(values: pd.Series, names: list[str] | None) -> npt.NDArray[np.float64]:
    if names is None:
        return _places(values)[0]
    order = {name: float(i) for i, name in enumerate(names)}
    return np.array([order[str(one)] for one in values])


def _draw_line(
    ax: Axes,
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    low: npt.NDArray[np.float64] | None,
    high: npt.NDArray[np.float64] | None,
    cue: Cue,
    name: Any,
    shade: float,
    marked: bool | None,
) -> None:
    known = np.isfinite(y)
    marks = _marked(known, _alone(known), only=name is None, marked=marked)
    if low is not None and high is not None:
        between = known & np.isfinite(low) & np.isfinite(high)
        alone = _alone(between)  # a band needs two points side by side
        ax.fill_between(x, low, high, where=list(between), color=cue.colour, alpha=shade, lw=0)
        ax.vlines(x[alone], low[alone], high[alone], color=cue.colour, alpha=0.55, lw=1.1)
    ax.plot(
        x,
        y,
        color=cue.colour,
        ls=cue.dash,
        marker=cue.marker,
        markevery=marks,
        ms=3.0,
        mew=0.4,
        mec="white",
        lw=1.1,
        label="_line" if name is None else str(name),
        clip_on=True,
        zorder=3,
    )


def _alone(known: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Say which known points have no known neighbour."""
    alone: npt.NDArray[np.bool_] = known & ~np.r_[False, known[:-1]] & ~np.r_[known[1:], False]
    return alone


def _marked(
    known: npt.NDArray[np.bool_], alone: npt.NDArray[np.bool_], *, only: bool, marked: bool | None
) -> list[int]:
    """Choose the points with a marker: all of a short line, some of a long one, each that stands alone.

    A long line that is the only one needs none to be told from others.
    """
    points = np.flatnonzero(known)
    step = max(1, -(-points.size // MARKED))
    if marked is None:
        points = points[:0] if only and step > 1 else points
    else:
        points, step = points if marked else points[:0], 1
    return sorted({int(one) for one in points[::step]} | {int(one) for one in np.flatnonzero(alone)})


def _limit(ax: Axes, y: Any, high: Any, ceiling: float | None) -> None:
    values = y[np.isfinite(y)]
    if not values.size:
        ax.set_ylim(0, 1)
        return
    bounds = high[np.isfinite(high)] if high is not None else values
    greatest = float(values.max())
    if values.min() < 0:
        ax.margins(y=0.06)
        return
    if ceiling is None:
        reach = max(float(bounds.max()) if bounds.size else greatest, greatest)
        ceiling = min(reach, 1.6 * greatest) * 1.05 if greatest > 0 else reach
    # with shared axes the highest panel decides
    shared = ax.get_shared_y_axes().get_siblings(ax)
    already = [one.get_ylim()[1] for one in shared if one is not ax and one.lines]
    ax.set_ylim(0, max([ceiling or 1.0, *already]))


def period_axis(ax: Axes, names: Sequence[str], *, margin: float = 0.5) -> None:
    """Write names of evenly spaced periods along the x axis, as many as fit."""
    shown = thin(names, inches_of(ax)[0])
    ax.set_xticks(shown, [names[i] for i in shown], parse_math=False)
    ax.set_xlim(-margin, len(names) - 1 + margin)


def draw_bars(
    ax: Axes,
    labels: Sequence[Any],
    values: Any,
    low: Any = None,
    high: Any = None,
    *,
    cues: Mapping[Any, Cue] | None = None,
    colour: str = "#0072B2",
    letters: int = 28,
    keys: Sequence[Mapping[str, Any]] | None = None,
    numbers: bool = False,
) -> Axes:
    """Draw horizontal bars, the first on top, with their intervals.

    Parameters
    ----------
    ax : Axes
    labels : sequence
        Names, written beside the bars, on two lines if longer than `letters`.
    values, low, high : array of float
        Lengths, and intervals if there are any.
    cues : mapping of label to Cue, optional
        Colours of single bars; the others get `colour`.
    keys : sequence of mapping, optional
        What each bar stands for, by names of columns, such as ``{"topic": 3}``; its label by default.
    numbers : bool
        Whether to write the values beside the bars: for counts, of which the smallest cannot be seen.
    """
    lengths = np.asarray(values, float)
    if len(labels) != lengths.size:
        raise InputError(f"{len(labels)} labels for {lengths.size} bars; expected one each.")
    colours = [(cues or {})[name].colour if name in (cues or {}) else colour for name in labels]
    ax.barh(
        np.arange(lengths.size), lengths, height=0.68, color=colours, alpha=0.85 if low is not None else 1.0
    )
    reach = lengths
    if low is not None and high is not None:
        low, high = np.asarray(low, float), np.asarray(high, float)
        ax.hlines(np.arange(lengths.size), low, high, color=INK, lw=0.9)
        reach = np.fmax(lengths, high)
    bounds = (
        [(None, None)] * lengths.size if low is None or high is None else list(zip(low, high, strict=True))
    )
    note_elements(
        ax,
        keys if keys is not None else [{"label": one} for one in labels],
        [say_number([one], value, *bound) for one, value, bound in zip(labels, lengths, bounds, strict=True)],
        np.nan_to_num(reach) / 2,
        np.arange(lengths.size),
        width=np.abs(np.nan_to_num(reach)),
        height=0.9,
        unit="x",
    )
    name_axis(ax, labels, letters=letters)
    ax.set_ylim(max(lengths.size, int(inches_of(ax)[1] / _THICKEST)) - 0.5, -0.5)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    ax.axvline(0, color=INK, lw=0.6)
    number_ticks(ax.xaxis, lengths)
    finite = reach[np.isfinite(reach)]
    if finite.size and finite.min() >= 0:
        ax.set_xlim(0, float(finite.max()) * 1.05 or 1.0)
    if numbers:
        write_at_ends(ax, lengths, reach)
    return ax


def draw_strip(
    ax: Axes,
    groups: Mapping[Any, Any],
    *,
    colour: str = "#0072B2",
    letters: int = 28,
    says: Callable[[float], str] | None = None,
) -> Axes:
    """Draw how values are spread, a row a group: a tick each, the middle half a bar, the median a point.

    Parameters
    ----------
    ax : Axes
    groups : mapping of name to array of numbers
        With more than 200 values the ticks give way to a line from the 5th to the 95th percentile.
    says : callable, optional
        Says a value in words, where it is no plain number.
    """
    names = list(groups)
    for row, name in enumerate(names):
        values = np.asarray(groups[name], float)
        values = values[np.isfinite(values)]
        if not values.size:
            continue
        if values.size <= 200:
            ax.plot(
                values,
                np.full(values.size, row),
                ls="none",
                marker="|",
                ms=6,
                mew=0.5,
                color=colour,
                alpha=0.45,
            )
        else:
            ax.hlines(row, *np.quantile(values, [0.05, 0.95]), color=colour, lw=0.9, alpha=0.8)
        if values.size >= 4:
            ax.hlines(row, *np.quantile(values, [0.25, 0.75]), color=colour, lw=4.5, alpha=0.45)
        middle = float(np.median(values))
        ax.plot(middle, row, marker="o", ms=3.6, color=INK, mec="white", mew=0.5, ls="none", zorder=4)
        told = say_number([name, "median"], middle) if says is None else f"{name}, median: {says(middle)}"
        note_elements(ax, [{"label": name}], [told], middle, row, unit="x")
    name_axis(ax, names, letters=letters)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", colors=INK)
    return ax
