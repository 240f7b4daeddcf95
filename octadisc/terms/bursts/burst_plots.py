"""Pictures of bursts: when something was talked of much more than usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from octadisc.drawing.axes import date_axis, name_axis, to_days
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.style import GREY, INK, new_axes, text_colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.bursts.bursts import Bursts

__all__ = ["plot_bursts"]

_COLOUR = "#0072B2"
_THICK, _THICKER = 0.34, 0.2  # of a row, for the first level and for each further one
_MOST_LEVELS = 3  # that are drawn thicker than the one below
_WORDS = {
    "none": "no burst",
    "too frequent": "too frequent for a burst",
    "not enough data": "not enough data",
}


def plot_bursts(bursts: Bursts, ax: Axes | None) -> Axes:
    """Draw a row a query: a bar from the first to the last period of a burst, its ratio above it."""
    frame, periods = bursts.frame, bursts.trend.basis.grid.periods
    pairs = list(dict.fromkeys(zip(frame["group"], frame["query"], strict=True)))
    row_of = [pairs.index((one.group, one.query)) for one in frame.itertuples()]
    names = _names(pairs)
    ax = new_axes(ax, width="double", height=22 + 7.0 * len(names))
    starts, ends = to_days(periods.starts), to_days(periods.ends)
    first, last = float(starts[0]), float(ends[-1])
    place = {label: i for i, label in enumerate(periods.labels)}
    for row, known in enumerate(_published(bursts, pairs)):
        spans = [(starts[i], ends[i] - starts[i]) for i in np.flatnonzero(known)]
        ax.broken_barh(spans, (row - 0.02, 0.04), facecolors="#c8c8c8", zorder=1)
    taken: list[tuple[int, float]] = []  # where ratios stand: none over another
    for one, row in zip(frame.itertuples(), row_of, strict=True):
        if not one.level:
            ax.text(
                (first + last) / 2,
                row,
                _WORDS[one.kind],
                ha="center",
                va="center",
                fontsize=6.5,
                color=text_colour(GREY),
                bbox={"fc": "white", "ec": "none", "pad": 1.0},
            )
            continue
        low, high = starts[place[one.start]], ends[place[one.end]]
        tall = _THICK + _THICKER * (min(one.level, _MOST_LEVELS) - 1)
        sure = one.kind == "burst"
        ax.barh(
            row,
            high - low,
            left=low,
            height=tall,
            color=_COLOUR if sure else "white",
            ec=_COLOUR,
            lw=0.7,
            ls="solid" if sure else (0, (2, 1.2)),
            zorder=2 + one.level,
        )
        when = one.start if one.start == one.end else f"{one.start} to {one.end}"
        says = say_number([one.query, when, "times the usual"], one.ratio)
        key = {"query": one.query, "start": one.start, "group": one.group}
        note_elements(ax, [key], [says], (low + high) / 2, row, width=high - low, height=tall)
        if one.level == 1 and _is_free(taken, row, (low + high) / 2, 0.045 * (last - first)):
            ax.annotate(
                f"×{one.ratio:.1f}",
                ((low + high) / 2, row - tall / 2),
                xytext=(0, 1.5),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=6,
                color=INK,
            )
    name_axis(ax, names)
    ax.set_ylim(len(names) - 0.5, -0.75)
    date_axis(ax, np.r_[periods.starts, periods.ends[-1:]])
    ax.set_xlim(first - 0.02 * (last - first), last + 0.02 * (last - first))
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    notes = ["grey: periods with releases", "×: times the usual"]
    if (frame["kind"] == "not beyond chance").any():
        notes.insert(0, "hollow: not beyond chance")
    if (frame["level"] > 1).any():
        notes.insert(0, "thicker: a burst within a burst")
    ax.set_xlabel("; ".join(notes))
    return ax


def _names(pairs: list[tuple[str, str]]) -> list[str]:
    """Name each row by its query, its group, or both, as far as they differ."""
    if len({group for group, _ in pairs}) < 2:
        return [query for _, query in pairs]
    if len({query for _, query in pairs}) < 2:
        return [group for group, _ in pairs]
    return [f"{query} / {group}" for group, query in pairs]


def _published(bursts: Bursts, pairs: list[tuple[str, str]]) -> list[npt.NDArray[np.bool_]]:
    """Say for each row in which periods its group published anything."""
    grid = bursts.trend.basis.grid
    cells = grid.cell[grid.cell >= 0]
    there = np.bincount(cells, minlength=grid.n_cells).reshape(len(grid.groups), len(grid.periods)) > 0
    return [there[grid.groups.index(group)] for group, _ in pairs]


def _is_free(taken: list[tuple[int, float]], row: int, place: float, room: float) -> bool:
    """Say whether a label fits there, and if so take the place."""
    free = all(other != row or abs(place - one) >= room for other, one in taken)
    if free:
        taken.append((row, place))
    return free
