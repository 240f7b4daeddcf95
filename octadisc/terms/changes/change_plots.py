"""Pictures of changes: when they came, and how much of each is who publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import date_axis, name_axis, to_days
from octadisc.drawing.elements import keys_of, note_elements, say_number
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import INK, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.changes.changes import Changes
    from octadisc.terms.composition.composition import Split

__all__ = ["plot_changes", "plot_split"]

_UP, _DOWN, _BETWEEN = "#0072B2", "#D55E00", "#56B4E9"
_NONE = {"none": "no change found", "not enough data": "not enough data"}


def plot_changes(changes: Changes, ax: Axes | None) -> Axes:
    """Draw a row a query: a step as an arrow at its place, a slope as a wedge, else words."""
    frame, periods = changes.frame, changes.trend.basis.grid.periods
    ax = new_axes(ax, width="double", height=18 + 6.0 * len(frame))
    starts, ends = to_days(periods.starts), to_days(periods.ends)
    of = dict(zip(periods.labels, starts, strict=True))
    first, last = float(starts[0]), float(ends[-1])
    for y, (row, seeming) in enumerate(zip(frame.itertuples(), changes.apparent, strict=True)):
        colour = _UP if row.after > row.before else _DOWN
        if row.kind == "step":
            ax.hlines(y, first, last, color="#dddddd", lw=0.8, zorder=1)
            ax.hlines(y, of[row.low], ends[periods.labels.index(row.high)], color=colour, lw=2.4, alpha=0.45)
            marker = "^" if row.after > row.before else "v"
            ax.plot(of[row.change], y, marker=marker, ms=6.5, color=colour, mec="white", mew=0.5, ls="none")
        elif row.kind == "slope":
            tall, flat = np.array([y - 0.3, y + 0.3]), np.array([y - 0.03, y + 0.03])
            left, right = (flat, tall) if row.after > row.before else (tall, flat)
            ax.fill_between(
                [first, last], [left[0], right[0]], [left[1], right[1]], color=colour, alpha=0.75, lw=0
            )
        else:
            words = _NONE[row.kind] if seeming is None else "in all together, not within issuers"
            ink = "#767676" if seeming is None else INK
            ax.text((first + last) / 2, y, words, ha="center", va="center", fontsize=6.5, color=ink)
    at = [(of[one] if isinstance(one, str) else (first + last) / 2) for one in frame["change"]]
    keys = [{"query": one.query, "group": one.group} for one in frame.itertuples()]
    says = [f"{name}: {kind}" for name, kind in zip(_names(frame), frame["kind"], strict=True)]
    note_elements(ax, keys, says, at, np.arange(len(frame)))
    name_axis(ax, _names(frame))
    date_axis(ax, np.r_[periods.starts, periods.ends[-1:]])
    ax.set_xlim(first - 0.02 * (last - first), last + 0.02 * (last - first))
    _rows(ax)
    return ax


def plot_split(split: Split, ax: Axes | None) -> Axes:
    """Draw a row a query: within dark, between light, the whole change a point with its interval."""
    frame = split.frame
    ax = new_axes(ax, width="double", height=18 + 6.0 * len(frame))
    rows = np.arange(len(frame))
    of = {one: frame[one].to_numpy(float) * 100 for one in ("change", "within", "between")}
    ax.barh(rows - 0.19, of["within"], height=0.3, color=_UP, label="within issuers")
    ax.barh(
        rows + 0.19,
        of["between"],
        height=0.3,
        color=_BETWEEN,
        ec=_UP,
        lw=0.5,
        hatch="/////",
        label="who publishes",
    )
    for name, shift in (("within", -0.19), ("between", 0.19)):
        low, high = (frame[f"{name}_{side}"].to_numpy(float) * 100 for side in ("low", "high"))
        ax.hlines(rows + shift, low, high, color=INK, lw=0.7)
    ax.plot(
        of["change"],
        rows,
        ls="none",
        marker="D",
        ms=3.4,
        color="white",
        mec=INK,
        mew=0.8,
        label="whole change",
        zorder=4,
    )
    for name, shift in (("within", -0.19), ("between", 0.19), ("change", 0.0)):
        what = {"within": "within issuers", "between": "who publishes", "change": "whole change"}[name]
        bounds = frame.reindex(columns=[f"{name}_low", f"{name}_high"]).to_numpy(float) * 100
        said = zip(_names(frame), of[name].tolist(), bounds.tolist(), strict=True)
        says = [say_number([one, what], value, *bound) + " points" for one, value, bound in said]
        bars = (
            {"x": of[name], "width": 0.0}
            if name == "change"
            else {"x": of[name] / 2, "width": np.abs(of[name])}
        )
        note_elements(ax, keys_of(frame), says, y=rows + shift, height=0.3, **bars)
    name_axis(ax, _names(frame))
    ax.axvline(0, color=INK, lw=0.6)
    number_ticks(ax.xaxis, of["change"])
    ax.set_xlabel("percentage points")
    _rows(ax)
    _explain(ax)
    return ax


def _explain(ax: Axes) -> None:
    """Say below the panel what bars and points are."""
    handles, labels = ax.get_legend_handles_labels()
    figure = ax.get_figure(root=True)
    options: dict[str, Any] = {"ncols": 3, "fontsize": 7, "frameon": False, "columnspacing": 1.2}
    if figure is not None and type(figure.get_layout_engine()).__name__.startswith("Con"):
        figure.legend(handles, labels, loc="outside lower right", **options)
    else:
        ax.legend(handles, labels, **options)


def _names(frame: pd.DataFrame) -> list[Any]:
    if frame["group"].nunique() < 2:
        return list(frame["query"])
    if frame["query"].nunique() < 2:
        return list(frame["group"])
    return [f"{one.query} / {one.group}" for one in frame.itertuples()]


def _rows(ax: Axes) -> None:
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
