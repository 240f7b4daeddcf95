"""Pictures of a trend before and after an event: the two lines, and the same break at other dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import date_axis, entitle, inches_of, to_days, wrapped
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.labels import spread
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import GREY, INK, new_axes
from octadisc.errors import NotEnoughDataError, UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.events.interrupted import Interrupted

__all__ = ["plot_interrupted", "plot_placebo"]

_OWN, _OTHER = "#0072B2", "#8c8c8c"
_MANY = 80  # periods, or dates, whose intervals or stems would be one grey


def plot_interrupted(found: Interrupted, ax: Axes | None, *, query: str | None, group: str | None) -> Axes:
    """Draw the periods, both lines, and where the first one leads after the event."""
    points, title = _choose(found, found.points, query, group)
    share = found.spec.parameters["measure"] == "share"
    factor = 100.0 if share else 1.0
    ax = new_axes(ax, width="double", height=70)
    event = float(to_days(found.event.day))
    ends = []
    for compared, part in points.groupby("compared", sort=True):
        colour = _OTHER if compared else _OWN
        middle = event + part["time"].to_numpy(float) * 365.25
        value, low, high = (part[one].to_numpy(float) * factor for one in ("value", "low", "high"))
        many = len(part) > _MANY
        if not many:
            ax.vlines(middle, low, high, color=colour, lw=0.9, alpha=0.45, zorder=2)
        ax.plot(
            middle,
            value,
            ls="none",
            marker="s" if compared else "o",
            ms=1.8 if many else 3.4,
            color=colour,
            mfc="white" if compared else colour,
            mew=0.8,
            alpha=0.5 if many else 1.0,
            zorder=3,
            label="compared with" if compared else "periods",
        )
        keys = [] if compared else part[["query", "group", "start"]].to_dict("records")
        keys = keys or [{} for _ in range(len(part))]  # those compared with are of other issuers
        unit = "per cent" if share else "per million words"
        said = zip(part["start"], value.tolist(), low.tolist(), high.tolist(), strict=True)
        says = [say_number([f"from {day:%Y-%m-%d}"], *numbers) + f" {unit}" for day, *numbers in said]
        note_elements(ax, keys, says, middle, value)
        ends.append((compared, *_draw_lines(ax, part, middle, event, factor, colour)))
    ax.axvline(event, color=INK, lw=0.7, ls=(0, (1.2, 1.2)), zorder=1)
    edges = np.r_[found.parts.starts, found.parts.ends[-1:]]
    date_axis(ax, edges)
    first, last = float(to_days(edges).min()), float(to_days(edges).max())
    ax.set_xlim(first - 0.02 * (last - first), last + 0.02 * (last - first))
    _limit(ax, points, factor, share=share)
    number_ticks(ax.yaxis, points["value"].to_numpy(float) * factor)
    ax.set_ylabel(
        "per cent of releases, issuers' mix held" if share else "per million tokens, issuers' mix held"
    )
    _label_event(ax, found, event)
    _label_ends(ax, ends, last)
    entitle(ax, title)
    return ax


def _draw_lines(
    ax: Axes, part: pd.DataFrame, middle: Any, event: float, factor: float, colour: str
) -> tuple[float, float]:
    """Draw a line on either side and the first carried on; give where both end."""
    before = part["time"].to_numpy(float) < 0
    fitted, carried = (part[one].to_numpy(float) * factor for one in ("fitted", "counterfactual"))
    time = part["time"].to_numpy(float)
    ends = []
    for side, values, dash in (
        (before, fitted, "solid"),
        (~before, fitted, "solid"),
        (~before, carried, (0, (4, 2))),
    ):
        if side.sum() < 2:
            continue
        slope, level = np.polyfit(
            time[side], values[side], 1
        )  # they lie on a line: this finds it at the event
        across = np.r_[middle[side], event]
        order = np.argsort(across)
        height = level + slope * (across - event) / 365.25
        ax.plot(across[order], height[order], color=colour, ls=dash, lw=1.3, zorder=2.5, label="_line")
        ends.append(float(height[order][-1]))
    return ends[1], ends[2]


def _limit(ax: Axes, points: pd.DataFrame, factor: float, *, share: bool) -> None:
    """Leave room for all points and lines, also below 0 where lines lead there, and cut wide intervals."""
    shown = points[["value", "fitted", "counterfactual"]].to_numpy(float) * factor
    most = float(np.nanmax(shown, initial=0.0))
    reach = float(np.nanmax(points["high"].to_numpy(float) * factor, initial=most))
    top = max(min(reach, 1.6 * most), most) * 1.12 or 1.0
    least = float(np.nanmin(shown, initial=0.0))
    ax.set_ylim(1.12 * least - 0.01 * top * (least < 0), min(top, 103.0) if share else top)
    if least < 0:
        ax.axhline(0, color=INK, lw=0.5, zorder=1)


def _label_event(ax: Axes, found: Interrupted, event: float) -> None:
    left, right = ax.get_xlim()
    late = event > left + 0.5 * (right - left)
    from matplotlib.patheffects import Normal, Stroke

    room = (event - left if late else right - event) / (right - left) * inches_of(ax)[0]
    ax.annotate(
        wrapped(found.event.name or str(found.event.day), max(8, int(room * 72 / (6.5 * 0.6)))),
        xy=(event, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-3 if late else 3, -2),
        textcoords="offset points",
        ha="right" if late else "left",
        va="top",
        fontsize=6.5,
        color=INK,
        parse_math=False,
        path_effects=[Stroke(linewidth=1.6, foreground="white", alpha=0.8), Normal()],
        zorder=5,
    )


def _label_ends(ax: Axes, ends: list[tuple[bool, float, float]], last: float) -> None:
    """Name the lines at their right ends, none over another."""
    names = []
    for compared, fitted, carried in ends:
        whose = "compared: " if compared else ""
        names += [
            (f"{whose}fitted", fitted, compared),
            (f"{whose}line before,\ncarried on", carried, compared),
        ]
    low, high = ax.get_ylim()
    wanted = [float(np.clip((one[1] - low) / (high - low), 0.02, 0.98)) for one in names]
    step = 7.0 * 1.2 / 72 / max(inches_of(ax)[1], 0.5)
    heights = [step * (name.count("\n") + 1) for name, _, _ in names]
    for (name, _, compared), place in zip(names, spread(wanted, heights), strict=True):
        ax.annotate(
            name,
            xy=(1.0, float(place)),
            xycoords="axes fraction",
            xytext=(4, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=6.5,
            color="#595959" if compared else _OWN,
            annotation_clip=False,
        )


def plot_placebo(
    found: Interrupted, ax: Axes | None, *, query: str | None, group: str | None, term: str
) -> Axes:
    """Draw each date's estimate in standard errors, the event's filled, and how many are as far from zero."""
    rows, title = _choose(found, found.placebo, query, group)
    names = list(rows["term"].unique())
    if term == "level_change" and term not in names:
        term = names[0]
    if term not in names:
        raise UnknownNameError(f"term={term!r} was not tried at other dates.{did_you_mean(term, names)}")
    rows = rows[rows["term"] == term]
    ax = new_axes(ax)
    days, value = to_days(rows["start"]), rows["statistic"].to_numpy(float)
    event = rows["is_event"].to_numpy(bool)
    many = value.size > _MANY
    if not many:
        ax.vlines(days, 0, value, color=GREY, lw=0.8, zorder=2)
    ax.plot(
        days[~event],
        value[~event],
        ls="solid" if many else "none",
        lw=0.9,
        color=GREY,
        marker="" if many else "o",
        ms=3.4,
        mfc="white",
        mec=GREY,
        mew=0.8,
        label="other dates",
    )
    ax.vlines(days[event], 0, value[event], color=_OWN, lw=1.6, zorder=3)
    ax.plot(days[event], value[event], ls="none", marker="D", ms=5, color=_OWN, zorder=4, label="the event")
    says = [
        say_number([f"{day:%Y-%m-%d}", term.replace("_", " ")], one) + " standard errors"
        for day, one in zip(rows["start"], value.tolist(), strict=True)
    ]
    note_elements(ax, [{}] * len(rows), says, days, value)
    if event.any():
        size = abs(float(value[event][0]))
        ax.axhspan(-size, size, color=_OWN, alpha=0.07, lw=0)
        n_like = int((np.abs(value) >= size * (1 - 1e-9)).sum())
        said = f"{n_like} of {value.size} dates are as far from zero (p = {n_like / value.size:.2g})"
        ax.set_xlabel(wrapped(said, max(20, int(inches_of(ax)[0] * 72 / 4.2))))
    ax.axhline(0, color=INK, lw=0.6)
    edges = np.r_[found.parts.starts, found.parts.ends[-1:]]
    date_axis(ax, edges)
    _label_event(ax, found, float(to_days(found.event.day)))
    ax.margins(y=0.15)
    number_ticks(ax.yaxis, value)
    ax.set_ylabel(f"{term.replace('_', ' ')}, standard errors")
    entitle(ax, title)
    return ax


def _choose(
    found: Interrupted, rows: pd.DataFrame, query: str | None, group: str | None
) -> tuple[pd.DataFrame, str]:
    """Give the rows of one query in one group, the first by default, and what it is called."""
    known = found.claims
    for name, wanted in (("query", query), ("group", group)):
        if wanted is not None:
            if wanted not in set(known[name]):
                raise UnknownNameError(f"There is no {name} {wanted!r}.{did_you_mean(wanted, known[name])}")
            known = known[known[name] == wanted]
    first = known.iloc[0]
    chosen = rows[(rows["query"] == first["query"]) & (rows["group"] == first["group"])]
    if chosen.empty:
        raise NotEnoughDataError(f"There is nothing to draw. {first['claim']}")
    title = str(first["query"]) + ("" if first["group"] == "all" else f" / {first['group']}")
    return chosen, title
