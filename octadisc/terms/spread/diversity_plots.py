"""Pictures of diversity: lines with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle, name_axis, to_days
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.labels import label_lines
from octadisc.drawing.marks import draw_lines
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import cues_for, new_axes
from octadisc.errors import NotEnoughDataError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.spread.diversity import Diversity

__all__ = ["plot_diversity"]

_COLOUR = "#0072B2"
_MOST_LINES, _MOST_ROWS = 7, 30
_NAMES = {
    "mattr": "type-token ratio, windows of {window} tokens",
    "types": "types in {sample} tokens",
    "hapaxes": "words that stand once in {sample} tokens",
    "yule_k": "Yule’s K in {sample} tokens",
}


def plot_diversity(diversity: Diversity, ax: Axes | None, value: str) -> Axes:
    """Draw a line a group and language, on a scale that need not begin at 0."""
    frame = diversity.frame.copy()
    several = len(frame["language"].unique()) > 1
    grouped = len(frame["group"].unique()) > 1
    if several and grouped:
        frame["line"] = frame["group"] + " (" + frame["language"] + ")"
    else:
        frame["line"] = frame["language"] if several else frame["group"]
    known = frame.dropna(subset=[value])
    if known.empty:
        raise NotEnoughDataError(
            f"There is no {value} in any period: {frame['note'].iloc[0]} Nothing can be drawn."
        )
    sizes = known.groupby("line", sort=False)["tokens"].sum()
    n_known, n_lines = len(sizes), frame["line"].nunique()
    single = len(frame["period"].unique()) == 1
    kept = sizes.nlargest(_MOST_ROWS if single else _MOST_LINES)
    frame = frame[frame["line"].isin(kept.index)]
    label = _label(diversity, frame, value)
    title = str(kept.index[0]) if len(kept) == 1 and n_lines > 1 else ""
    if n_known > len(kept):
        title = f"the {len(kept)} largest of {n_known} groups"
    if n_lines > n_known:
        few = f"{n_lines - n_known} more with not enough data"
        title = f"{title}; {few}" if title else few
    if single:
        ax = _draw_points(ax, frame, value)
        ax.set_xlabel(label)
    else:
        ax = _draw_lines(ax, frame, value)
        ax.set_ylabel(label)
    if title:
        entitle(ax, title, letters=46 if len(kept) < 4 and not single else 90)
    return ax


def _label(diversity: Diversity, frame: pd.DataFrame, value: str) -> str:
    samples = np.unique(frame["sample"])
    sample = f"{samples[0]:,}" if samples.size == 1 else "equally many"
    return _NAMES[value].format(window=diversity.spec.parameters["window"], sample=sample)


def _draw_points(ax: Axes | None, frame: pd.DataFrame, value: str) -> Axes:
    """Draw a point with its interval for each group of a single period, the most varied on top."""
    frame = frame.sort_values(value, ascending=value == "yule_k", kind="stable")
    ax = new_axes(ax, width="double", height=20 + 5.5 * len(frame))
    rows = np.arange(len(frame))
    ax.hlines(rows, frame[f"{value}_low"], frame[f"{value}_high"], color=_COLOUR, lw=1.6, alpha=0.6)
    ax.plot(frame[value], rows, ls="none", marker="o", ms=4, color=_COLOUR, mec="white", mew=0.5)
    columns = [value, f"{value}_low", f"{value}_high"]
    numbers = zip(frame["line"], *(frame[one].tolist() for one in columns), strict=True)
    says = [say_number([one], *bounds) for one, *bounds in numbers]
    note_elements(ax, frame[["period", "group", "language"]].to_dict("records"), says, frame[value], rows)
    name_axis(ax, list(frame["line"]))
    number_ticks(ax.xaxis, np.array([0.5]))
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    return ax


def _draw_lines(ax: Axes | None, frame: pd.DataFrame, value: str) -> Axes:
    low, high = f"{value}_low", f"{value}_high"
    names = list(frame["line"].unique())
    ax = new_axes(ax, width="single" if len(names) < 4 else "double")
    cues = cues_for(names)
    draw_lines(ax, frame, x="start", y=value, low=low, high=high, group="line", cues=cues, labels="none")
    bottom, top = float(frame[low].min()), float(frame[high].max())
    room = 0.06 * (top - bottom) or 0.05 * top or 1.0
    ax.set_ylim(max(bottom - room, 0.0), top + room)
    number_ticks(ax.yaxis, frame[value].to_numpy(float))
    ends = []
    for name, part in frame.groupby("line", sort=False):
        last = part.dropna(subset=[value]).iloc[-1]
        ends.append((name, float(to_days([last["start"]])[0]), float(last[value])))
    if len(ends) > 1:
        label_lines(ax, ends, cues, "auto")
    return ax
