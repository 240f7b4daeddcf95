"""Pictures of collocates: over periods, in one period, and from one side to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle, inches_of, name_axis, thin, wrapped
from octadisc.drawing.elements import keys_of, note_elements, say_number
from octadisc.drawing.heat import HEAT
from octadisc.drawing.numbers import number_ticks, settle_scale
from octadisc.drawing.style import COLOURS, GREY, INK, new_axes, text_colour
from octadisc.errors import InputError, UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.collocations.collocate_changes import CollocateChanges
    from octadisc.terms.collocations.collocations import Collocates

__all__ = ["plot_changes", "plot_collocates", "write_columns"]

_LETTERS = 30
_SIZE = 7.0
_NAMES = {
    "log_ratio": "log ratio (one more: twice as frequent near the node as elsewhere)",
    "log_dice": "logDice",
    "g2": "log-likelihood G²",
    "mi": "mutual information (bits)",
    "mi3": "MI³ (bits)",
    "t": "t score",
    "delta_p_from_node": "ΔP from the node",
    "delta_p_to_node": "ΔP to the node",
}
_SHORT = {"log_ratio": "log ratio", "mi": "MI (bits)", "mi3": "MI³ (bits)"}


def plot_collocates(
    collocates: Collocates, ax: Axes | None, *, n: int, group: str | None, value: str | None
) -> Axes:
    """Draw the best collocates: dots over the periods (or groups), or one column of them with intervals."""
    value = value or "log_ratio"
    if value not in _NAMES:
        raise UnknownNameError(f"value={value!r} cannot be drawn.{did_you_mean(value, _NAMES)}")
    if n < 1:
        raise InputError(f"n={n}: expected at least one collocate to draw.")
    frame = collocates.frame
    if group is not None:
        known = frame["group"].unique()
        if group not in known:
            raise UnknownNameError(f"There is no group {group!r}.{did_you_mean(group, known)}")
        frame = frame[frame["group"] == group]
    columns = [one for one in ("period", "group") if len(frame[one].unique()) > 1]
    if len(columns) > 1:
        raise InputError(
            "There are periods and groups, too much for one picture. Choose a group: "
            f"collocates.plot(group={frame['group'].iloc[0]!r}), and draw one Axes for each."
        )
    frame = frame.assign(name=_name(frame))
    frame = frame[frame["name"].isin(frame["name"].unique()[:n])]
    title = f"near “{collocates.node}”" + (f" / {group}" if group is not None else "")
    if columns:
        return _plot_table(frame, ax, columns[0], value, title)
    return _plot_column(frame, ax, value, title)


def _name(frame: pd.DataFrame) -> pd.Series:
    """Name rows by the collocate, with the language where there are several."""
    languages = frame["language"].fillna("")
    if languages.nunique() < 2:
        return frame["collocate"]
    return frame["collocate"] + " (" + languages.where(languages != "", "?") + ")"


def _plot_column(frame: pd.DataFrame, ax: Axes | None, value: str, title: str) -> Axes:
    ax = new_axes(ax, height=26 + 4.2 * len(frame))
    places, values = np.arange(len(frame)), frame[value].to_numpy(float)
    if value == "log_ratio":
        ax.hlines(places, frame["low"], frame["high"], color=COLOURS[0], lw=1.1, alpha=0.55)
        ax.axvline(0, color=INK, lw=0.6)
    bounds = (
        frame[["low", "high"]].to_numpy(float) if value == "log_ratio" else np.full((len(frame), 2), np.nan)
    )
    numbers = zip(frame["name"], values.tolist(), bounds.tolist(), strict=True)
    says = [
        say_number([f"{one}, {_SHORT.get(value, value)}"], number, *bound) for one, number, bound in numbers
    ]
    note_elements(ax, keys_of(frame.drop(columns="name")), says, values, places)
    ax.plot(values, places, ls="none", marker="o", ms=4, color=COLOURS[0], mec="white", mew=0.4, zorder=3)
    name_axis(ax, [wrapped(one, _LETTERS, 1) for one in frame["name"]], letters=_LETTERS)
    _rows(ax)
    ax.set_xlabel(wrapped(_NAMES[value], 44))
    number_ticks(ax.xaxis, values)
    write_columns(ax, {one: [f"{n:,.10g}" for n in frame[one]] for one in ("count", "releases")})
    entitle(ax, title, letters=40)
    return ax


def _plot_table(frame: pd.DataFrame, ax: Axes | None, column: str, value: str, title: str) -> Axes:
    """Draw a dot for each collocate and period: its area the count, its shade the value."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize

    names, labels = list(frame["name"].unique()), list(frame[column].unique())
    ax = new_axes(ax, width="double", height=32 + 4.2 * len(names) + 16 * (column == "group"))
    row = frame["name"].map({one: i for i, one in enumerate(names)}).to_numpy(int)
    place = frame[column].map({one: i for i, one in enumerate(labels)}).to_numpy(int)
    counts, values = frame["count"].to_numpy(float), frame[value].to_numpy(float)
    name_axis(ax, [wrapped(one, _LETTERS, 1) for one in names], letters=_LETTERS)
    if column == "group":  # names: each is needed, and most are long
        texts = [wrapped(str(one), 24) for one in labels]
        options: dict[str, Any] = {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
        ax.set_xticks(range(len(labels)), texts, parse_math=False, linespacing=0.95, **options)
    else:
        shown = thin(labels, inches_of(ax)[0] * 0.8)
        ax.set_xticks(shown, [wrapped(labels[i], 16) for i in shown], parse_math=False)
    ax.set_xlim(-0.6, len(labels) - 0.4)
    _shade_silence(ax, frame, column, labels)
    most, greatest = (
        max(counts.max(initial=0), 1.0),
        np.nanmax(np.where(counts > 0, values, np.nan), initial=0),
    )
    width, height = inches_of(ax)
    largest = 72 * min(height / len(names) * 0.95, width * 0.85 / len(labels) * 1.4, 0.2)
    areas = np.maximum((largest**2) * counts / most, 2.2)
    norm = Normalize(0, greatest or 1.0)
    colours = LinearSegmentedColormap.from_list("octadisc", HEAT)
    there = (counts > 0) & np.isfinite(values)
    said = [
        say_number([one, where], n) + " near it"
        for one, where, n in zip(frame["name"], frame[column], counts.tolist(), strict=True)
    ]
    note_elements(ax, keys_of(frame.drop(columns="name")), said, np.where(there, place, np.nan), row)
    sure = there & (frame["low"].to_numpy(float) > 0)
    for mask, edge in ((sure, None), (there & ~sure, GREY)):
        shades = colours(norm(values[mask].clip(0)))
        ax.scatter(
            place[mask],
            row[mask],
            s=areas[mask],
            facecolors=shades if edge is None else "white",
            edgecolors=shades if edge is None else edge,
            linewidths=0.6,
            zorder=3,
            label="_sure" if edge is None else "_unsure",
        )
    _rows(ax)
    ax.grid(True, axis="y")
    totals = frame.groupby("name", sort=False)["count"].sum()
    write_columns(ax, {"count": [f"{totals[one]:,.10g}" for one in names]})
    ax.set_xlabel(
        f"area: count near the node, at most {most:,.10g}; hollow: interval reaches 0 or is not known"
    )
    entitle(ax, title)
    figure = ax.get_figure()
    if figure is not None and there.any():
        bar = figure.colorbar(ScalarMappable(norm, colours), ax=ax, fraction=0.03, pad=0.09, aspect=18)
        settle_scale(bar, 0.0, float(greatest or 1.0), _SHORT.get(value, _NAMES[value]), log=False)
    return ax


def _shade_silence(ax: Axes, frame: pd.DataFrame, column: str, labels: Sequence[str]) -> None:
    """Hatch the periods without the node: that a collocate is missing there says nothing."""
    near = frame.groupby(column, sort=False)["window_tokens"].max()
    for i, label in enumerate(labels):
        if near[label] == 0:
            ax.axvspan(i - 0.5, i + 0.5, fc="none", ec="#dddddd", hatch="////", lw=0, zorder=0)


def plot_changes(changes: CollocateChanges, ax: Axes | None, *, n: int) -> Axes:
    """Draw an arrow a collocate, from its log ratio before to that after; pale if no more than chance."""
    if n < 1:
        raise InputError(f"n={n}: expected at least one collocate to draw.")
    frame = changes.frame[changes.frame["kind"] != "not enough data"].head(n)
    frame = frame.sort_values("difference", ascending=False, kind="stable")
    ax = new_axes(ax, height=30 + 4.2 * max(len(frame), 3))
    for place, one in enumerate(frame.itertuples()):
        sure = one.kind != "none"
        colour = (COLOURS[0] if one.kind == "closer" else COLOURS[1]) if sure else "#b5b5b5"
        ax.annotate(
            "",
            (one.log_ratio_after, place),
            (one.log_ratio_before, place),
            arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.1, "shrinkA": 0, "shrinkB": 0},
        )
        ax.plot(
            one.log_ratio_before, place, marker="o", ms=3.6, color="white", mec=colour, mew=0.9, ls="none"
        )
        for side in ("before", "after"):
            at = getattr(one, f"log_ratio_{side}")
            says = say_number([f"{one.collocate}, {side}, log ratio"], at)
            note_elements(ax, [{"collocate": one.collocate, "side": side}], [says], at, place)
        ax.plot(one.log_ratio_after, place, marker="o", ms=3.6, color=colour, mec=colour, mew=0.9, ls="none")
    name_axis(ax, [wrapped(one, _LETTERS, 1) for one in _name(frame)], letters=_LETTERS)
    _rows(ax)
    ax.axvline(0, color=INK, lw=0.6)
    ends = frame[["log_ratio_before", "log_ratio_after"]].to_numpy(float)
    number_ticks(ax.xaxis, ends.ravel())
    ax.set_xlabel(wrapped("log ratio: hollow before, full after; grey: no more than chance", 46))
    counts = {one: [f"{n:,.10g}" for n in frame[f"count_{one}"]] for one in ("before", "after")}
    write_columns(ax, counts)
    before, after = (changes.frame[one].iloc[0] for one in ("before", "after"))
    entitle(ax, f"near “{changes.collocates.node}”, {before} to {after}", letters=44)
    return ax


def write_columns(ax: Axes, columns: dict[str, list[str]]) -> None:
    """Write columns of numbers to the right of the panel, with their names on top, below the title."""
    edge = 0.0
    ax.set_ylim(ax.get_ylim()[0], -1.4)
    inks = (INK, GREY)
    for (name, texts), ink in zip(columns.items(), inks, strict=False):
        texts = [name, *texts]
        edge += 6 + max(map(len, texts)) * _SIZE * 0.6  # in points, so that the layout makes room for it
        for place, text in enumerate(texts, -1):
            options: dict[str, Any] = {"color": text_colour(ink), "fontsize": _SIZE, "annotation_clip": False}
            ax.annotate(
                text,
                (1, place),
                (edge, 0),
                xycoords=ax.get_yaxis_transform(),
                textcoords="offset points",
                ha="right",
                va="center",
                **options,
            )


def _rows(ax: Axes) -> None:
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
