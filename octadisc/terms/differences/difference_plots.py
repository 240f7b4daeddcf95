"""Pictures of differences between groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from octadisc.drawing.axes import date_axis, entitle, inches_of, to_days, wrapped
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import GREY, INK, new_axes
from octadisc.errors import InputError, UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.differences.differences import GroupDifferences

__all__ = ["plot_differences"]

_BLUE = "#0072B2"
_UNITS = {"share": ("percentage points", 100.0), "rate": ("per million tokens", 1.0)}


def plot_differences(
    differences: GroupDifferences, ax: Axes | None, *, measure: str, query: str | None
) -> Axes:
    """Draw differences per period as points with their intervals, and the one over all as a band."""
    if measure not in _UNITS:
        raise UnknownNameError(f"measure={measure!r} cannot be drawn.{did_you_mean(str(measure), _UNITS)}")
    frame = differences.frame[differences.frame["measure"] == measure]
    names = list(frame["query"].unique())
    if query is None and len(names) > 1:
        raise InputError(f"There are {len(names)} queries. Choose one: plot(query={names[0]!r}).")
    query = names[0] if query is None else query
    if query not in names:
        raise UnknownNameError(f"There is no query {query!r}.{did_you_mean(query, names)}")
    unit, factor = _UNITS[measure]
    frame = frame[frame["query"] == query]
    whole, periods = frame[frame["period"] == "all"].iloc[0], frame[frame["period"] != "all"]
    ax = new_axes(ax)
    x = to_days(periods["start"])
    middle, low, high = (periods[one].to_numpy(float) * factor for one in ("difference", "low", "high"))
    if np.isfinite(whole["difference"]):
        ax.axhspan(whole["low"] * factor, whole["high"] * factor, color=_BLUE, alpha=0.14, lw=0, zorder=1)
        ax.axhline(
            whole["difference"] * factor, color=_BLUE, lw=0.9, ls=(0, (5, 1.6)), label="over all", zorder=2
        )
    ax.axhline(0, color=INK, lw=0.6, label="_zero")
    ax.vlines(x, low, high, color=GREY, lw=0.9, zorder=2)
    ax.plot(
        x,
        middle,
        ls="none",
        marker="o",
        ms=3.2,
        color=_BLUE,
        mec="white",
        mew=0.4,
        label="_periods",
        zorder=3,
    )
    numbers = zip(periods["period"], middle.tolist(), low.tolist(), high.tolist(), strict=True)
    says = [say_number([str(query), one], *bounds) + f" {unit}" for one, *bounds in numbers]
    note_elements(ax, periods[["query", "period"]].to_dict("records"), says, x, middle)
    number_ticks(ax.yaxis, middle)
    date_axis(ax, periods["start"])
    group, reference = (str(differences.spec.parameters[one]) for one in ("group", "reference"))
    ax.set_ylabel(unit)
    letters = max(30, int(inches_of(ax)[0] * 72 / (7.5 * 0.56)))
    ax.set_xlabel(wrapped(f"{group} less {reference}; band: over all periods", letters, 3))
    entitle(ax, str(query))
    return ax
