"""Picture of keyness: what each side has more of, on one Axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle, inches_of, wrapped
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import GREY, INK, new_axes, text_colour
from octadisc.errors import InputError, UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.keyness.keyness import Keyness

__all__ = ["plot_keyness"]

_TARGET, _OTHER = "#0072B2", "#D55E00"
_BEYOND = 0.05
_LETTERS = 26
_SIZE = 7.0


def plot_keyness(keyness: Keyness, ax: Axes | None, *, group: str | None, n: int) -> Axes:
    """Draw the surest terms of either side with their intervals; names stand at the points."""
    if n < 1:
        raise InputError(f"n={n}: expected at least one term of each side to draw.")
    groups = list(keyness.sides)
    if group is None and len(groups) > 1:
        raise InputError(
            f"There are {len(groups)} groups, too much for one picture. Choose one: "
            f"keyness.plot(group={groups[0]!r})."
        )
    group = groups[0] if group is None else group
    if group not in groups:
        raise UnknownNameError(f"group={group!r} was not compared.{did_you_mean(str(group), groups)}")
    mine = keyness.frame[keyness.frame["group"] == group]
    right, left = _surest(mine, 1, n), _surest(mine, -1, n)
    rows = max(len(right), len(left), 1)
    ax = new_axes(ax, width="double", height=22 + 4.4 * rows)
    reach = _reach(pd.concat([right, left]))
    room = _room(ax, reach)
    for part, colour in ((right, _TARGET), (left, _OTHER)):
        _draw_side(ax, part, colour, reach)
    ax.axvline(0, color=INK, lw=0.6)
    ax.set_xlim(-reach - room if len(left) else -0.3, reach + room if len(right) else 0.3)
    ax.set_ylim(rows - 0.5, -0.5)
    ax.set_yticks([])
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    _explain(ax, mine, pd.concat([right, left]), group, reach)
    return ax


def _surest(frame: pd.DataFrame, sign: int, n: int) -> pd.DataFrame:
    """Give the n terms that are surely more frequent on a side: beyond chance first, then by their bound."""
    near = (frame["low"] if sign > 0 else -frame["high"]).to_numpy(float)
    beyond = (frame["q_value"] <= _BEYOND).to_numpy(bool)
    order = np.lexsort((-np.nan_to_num(near, nan=-np.inf, neginf=-99.0), ~beyond))
    order = order[(frame["log_ratio"].to_numpy(float) * sign > 0)[order]]
    chosen = frame.iloc[order[:n]]
    chosen = chosen.assign(sure=chosen["q_value"] <= _BEYOND)
    apart = chosen["low"] > 0 if sign > 0 else chosen["high"] < 0
    return chosen[apart | chosen["sure"]]


def _reach(frame: pd.DataFrame) -> float:
    """Give how far the axis goes: all points, and intervals up to half as far again."""
    points = float(frame["log_ratio"].abs().max()) if len(frame) else 1.0
    ends = frame[["low", "high"]].abs().replace(np.inf, np.nan).to_numpy(float)
    farthest = float(np.nanmax(ends)) if np.isfinite(ends).any() else points
    return min(max(points, farthest), 1.35 * points) or 1.0


def _room(ax: Axes, reach: float) -> float:
    """Give the width that names take on one side, in units of the axis."""
    width = inches_of(ax)[0] / 2
    share = min(_LETTERS * _SIZE * 0.52 / 72 / width, 0.55)
    return reach * share / (1 - share)


def _draw_side(ax: Axes, part: pd.DataFrame, colour: str, reach: float) -> None:
    for y, row in enumerate(part.itertuples()):
        low, high = np.clip([row.low, row.high], -reach, reach)
        ax.hlines(y, low, high, color=colour, lw=1.1, alpha=0.5)
        for end, beyond, marker in ((low, row.low < -reach, "<"), (high, row.high > reach, ">")):
            if beyond:  # it goes on beyond the frame
                ax.plot(end, y, marker=marker, ms=2.6, color=colour, mew=0, ls="none", alpha=0.8, label="_on")
        face = colour if row.sure else "white"
        says = say_number([f"{row.term}, log ratio"], row.log_ratio, row.low, row.high)
        key = {"term": row.term, "group": row.group}
        if not part["count"].iloc[y]:  # the group has none of it: its sentences are those of the other side
            key["side"] = "reference"
        note_elements(ax, [key], [says], row.log_ratio, y)
        ax.plot(row.log_ratio, y, marker="o", ms=3.8, mfc=face, mec=colour, mew=0.8, ls="none", zorder=3)
        right = row.log_ratio > 0
        end = max(high, row.log_ratio) if right else min(low, row.log_ratio)
        ax.annotate(
            wrapped(str(row.term), _LETTERS, 1),
            (end, y),
            (4 if right else -4, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            fontsize=_SIZE,
            color=text_colour(colour) if row.sure else text_colour(GREY),
            parse_math=False,
        )


def _explain(ax: Axes, frame: pd.DataFrame, drawn: pd.DataFrame, group: str, reach: float) -> None:
    number_ticks(ax.xaxis, np.array([0.5]))
    label = "log ratio: 1 is twice, 2 is four times as often"
    if len(drawn) and not drawn["sure"].all():
        label += "; hollow: not beyond chance, or not tested"
    if reach < float(drawn[["low", "high"]].abs().to_numpy(float).max(initial=0.0)):
        label += "; arrowheads: intervals that go on"
    ax.set_xlabel(wrapped(label, lines=4, letters=max(24, int(inches_of(ax)[0] * 72 / (_SIZE * 0.58)))))
    if drawn.empty:
        ax.text(0.5, 0.5, "no term differs", transform=ax.transAxes, ha="center", color=text_colour(GREY))
    reference = str(frame["reference"].iloc[0]) if len(frame) else ""
    letters = max(24, int(inches_of(ax)[0] * 72 / (_SIZE * 0.72)))
    entitle(ax, f"{reference}  ←  more often in  →  {group}", letters=letters)
