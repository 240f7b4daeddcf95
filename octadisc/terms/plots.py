"""Pictures of trends and coverage, each on one Axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle, inches_of, to_days
from octadisc.drawing.clipping import show_whole
from octadisc.drawing.elements import keys_of, note_elements, say_number
from octadisc.drawing.heat import draw_heat
from octadisc.drawing.labels import width_for
from octadisc.drawing.marks import MARKED, draw_lines
from octadisc.drawing.panels import new_panels
from octadisc.drawing.style import INK, new_axes
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.table import name_rows
from octadisc.terms.events.event_lines import draw_events
from octadisc.terms.groups import MISSING
from octadisc.terms.measures import FEWEST_RELEASES
from octadisc.terms.reissues import part_among_units, weigh_reissues
from octadisc.tokens.units.unit_columns import code_releases

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from octadisc.terms.coverage import Coverage
    from octadisc.terms.smoothing import Smooth
    from octadisc.terms.trends import Trend
    from octadisc.terms.turning_points import Turns

__all__ = ["mark_turns", "plot_coverage", "plot_panels", "plot_smooth", "plot_trend", "plot_turns"]

_MOST_LINES = 7  # more groups than this cannot be told apart on one Axes
_MOST_PANELS = 16
_MOST_ROWS = 40
_VALUES = {
    "rate": ("per million tokens", ("rate", "low", "high"), 1.0),
    "share": ("per cent of {rows}", ("share", "share_low", "share_high"), 100.0),
}


def plot_trend(
    trend: Trend, ax: Axes | None, *, value: str | None, query: str | None, events: Any = None
) -> Axes:
    """Draw a trend: a line a query, or a line a group for one query."""
    frame, title, (label, columns, factor) = _lines_of(trend, value, query)
    group = "query" if trend.basis.by is None else "group"
    y, low, high = columns
    frame = _placed(frame.assign(**{column: frame[column] * factor for column in columns}), trend)
    few = _releases_below(trend, frame) < FEWEST_RELEASES
    drawn = frame.assign(**{one: frame[one].mask(few) for one in (low, high)})
    ax = new_axes(ax, width="double" if events is True else width_for(frame[group].unique()))
    draw_lines(ax, drawn, x="at", y=y, low=low, high=high, group=group)
    _hollow(ax, frame[few & frame[y].notna()], y, group)
    ax.set_ylabel(label)
    if title:
        entitle(ax, title)
    if y == "share":
        ax.set_ylim(0, min(ax.get_ylim()[1], 103))
    draw_events(ax, events)
    return ax


def _lines_of(
    trend: Trend, value: str | None, query: str | None
) -> tuple[pd.DataFrame, str, tuple[str, tuple[str, str, str], float]]:
    """Choose what is drawn: rows, title, and the label, columns and factor of the value."""
    by = trend.basis.by
    value = value or ("share" if by == "language" else "rate")
    if value not in _VALUES:
        raise UnknownNameError(f"value={value!r} cannot be drawn.{did_you_mean(value, _VALUES)}")
    frame, title = _one_query(trend.frame, query, grouped=by is not None)
    if by is not None:
        frame, more = _largest_groups(frame)
        title += more
    label, columns, factor = _VALUES[value]
    return frame, title, (label.format(rows=name_rows(trend.basis.tokens.corpus.frame)), columns, factor)


def plot_panels(
    trend: Trend,
    *,
    value: str | None,
    query: str | None,
    events: Any = None,
    order: Sequence[str] | None = None,
) -> Figure:
    """Draw small multiples: a panel a group of one query, or a panel a query; in an order if given."""
    by = trend.basis.by
    frame, title = trend.frame, ""
    if by is not None or query is not None:
        frame, title = _one_query(frame, query, grouped=by is not None)
    column = "query" if by is None else "group"
    sizes = frame.groupby(column, sort=False)["matching_releases" if by is None else "releases"].sum()
    kept = sizes[sizes > 0].nlargest(_MOST_PANELS, keep="first").index
    names = [str(one) for one in (sizes.index if by is None else kept) if one in set(kept)]
    if order is not None:
        names.sort(key=lambda one: order.index(one) if one in order else len(order))
    if not names:
        raise NotEnoughDataError("There is nothing to draw: no release has a date.")
    value = value or ("share" if by == "language" else "rate")
    if value not in _VALUES:
        raise UnknownNameError(f"value={value!r} cannot be drawn.{did_you_mean(value, _VALUES)}")
    label, (y, low, high), factor = _VALUES[value]
    label = label.format(rows=name_rows(trend.basis.tokens.corpus.frame))
    frame = _placed(frame.assign(**{one: frame[one] * factor for one in (y, low, high)}), trend)
    few = _releases_below(trend, frame) < FEWEST_RELEASES
    drawn = frame.assign(**{one: frame[one].mask(few) for one in (low, high)})
    figure, axes = new_panels(names, label=label)
    shown = frame[column].isin(names)
    top = _ceiling(frame.loc[shown, y], drawn.loc[shown, high], few[shown])
    short = frame["period"].nunique() <= MARKED
    for ax, name in zip(axes, names, strict=True):
        mine = frame[column] == name
        draw_lines(ax, drawn[mine], x="at", y=y, low=low, high=high, group=None, ceiling=top, marked=short)
        _hollow(ax, frame[mine & few & frame[y].notna()], y, column, explain=False)
        draw_events(ax, events, names=False)
    notes = [title] if title else []
    if len(names) < (sizes > 0).sum():
        notes.append(f"the {len(names)} {'found most' if by is None else 'largest'} of {(sizes > 0).sum()}")
    if (shown & few & frame[y].notna()).any():
        notes.append(f"hollow: fewer than {FEWEST_RELEASES} releases")
    if notes:
        figure.supxlabel("; ".join(notes), fontsize=7)
    return figure


def _ceiling(values: pd.Series, high: pd.Series, few: pd.Series) -> float | None:
    """Give a top for all panels: every value, and bands up to 1.6 times the greatest that many bear out."""
    solid = values[~few]
    greatest = float((solid if solid.notna().any() else values).max())
    if not greatest > 0:
        return None
    reach = max(float(high.max()) if high.notna().any() else greatest, greatest)
    return max(min(reach, 1.6 * greatest), float(values.max())) * 1.05


def plot_smooth(smooth: Smooth, ax: Axes | None, *, query: str | None, events: Any = None) -> Axes:
    """Draw curves with their bands, and the periods' own values as points."""
    value = smooth.spec.parameters["value"]
    trend = smooth.trend
    frame, title, (label, _, factor) = _lines_of(replace(trend, frame=smooth.frame), value, query)
    columns = ["value", "smooth", "low", "high"]
    frame = frame.assign(**{one: frame[one] * factor for one in columns})
    group = "query" if trend.basis.by is None else "group"
    ax = new_axes(ax, width="double" if events is True else width_for(frame[group].unique()))
    top = float(np.nanmax([frame["value"].max(), frame["smooth"].max(), 1e-9])) * 1.08
    draw_lines(
        ax, frame, x="start", y="smooth", low="low", high="high", group=group, ceiling=top, noted=False
    )
    colours = {line.get_label(): line.get_color() for line in ax.lines}
    for line in ax.lines:
        line.set_marker("")
    plain = ax.lines[0].get_color() if ax.lines else INK
    for name, part in frame.groupby(group, sort=False):
        ax.plot(
            to_days(part["start"]),
            part["value"],
            ls="none",
            marker="o",
            ms=2.2,
            mew=0,
            alpha=0.55,
            color=colours.get(str(name), plain),
            label="_points",
            zorder=2,
        )
    says = [say_number([one.query, one.period], one.value) for one in frame.itertuples()]
    note_elements(ax, keys_of(frame.drop(columns="value")), says, to_days(frame["start"]), frame["value"])
    ax.set_ylabel(label)
    if title:
        entitle(ax, title)
    draw_events(ax, events)
    return ax


def plot_turns(turns: Turns, ax: Axes | None, *, query: str | None, events: Any = None) -> Axes:
    """Draw a smoothed course with its turns marked, and the interval of each turn's place."""
    smooth = turns.smooth
    ax = plot_smooth(smooth, ax, query=query, events=events)
    factor = 100.0 if smooth.spec.parameters["value"] == "share" else 1.0
    mark_turns(ax, turns, factor, query=query)
    return ax


def mark_turns(ax: Axes, turns: Turns, factor: float, *, query: str | None = None) -> None:
    """Mark peaks and troughs on a curve, values times `factor`, and the interval of each one's place."""
    marked = turns.frame[turns.frame["turn"].isin(["peak", "trough"])]
    if query is not None:
        marked = marked[marked["query"] == query]
    starts = turns.smooth.frame.drop_duplicates("period").set_index("period")["start"]
    for one in marked.itertuples():
        place, *reach = to_days([one.start, starts[one.place_low], starts[one.place_high]])
        height = one.value * factor
        ax.hlines(height, *reach, color=INK, lw=1.2, zorder=4, label="_place")
        says = say_number([one.query, one.period, one.turn], height)
        note_elements(ax, [{"query": one.query, "period": one.period}], [says], place, height, unit="y")
        ax.plot(
            place,
            height,
            marker="^" if one.turn == "peak" else "v",
            ms=5.0,
            color=INK,
            mec="white",
            mew=0.5,
            ls="none",
            zorder=5,
            label="_turn",
        )


def _releases_below(trend: Trend, frame: pd.DataFrame) -> pd.Series:
    """Give the number of releases that each row rests on, also where it counts their sentences."""
    basis = trend.basis
    whole = basis.tokens.corpus.frame
    if code_releases(whole) is None and basis.scale is None:
        return frame["releases"]
    cell = basis.grid.cell
    parts = part_among_units(whole, cell, weigh_reissues(whole, basis.reissues))
    names = pd.MultiIndex.from_frame(basis.grid.to_frame()[["group", "period"]])
    made = pd.Series(np.nan, index=frame.index)
    for query in frame["query"].unique():
        kept = (cell >= 0) & basis.defined(query) & (basis.weights > 0)
        number = pd.Series(np.bincount(cell[kept], parts[kept], basis.grid.n_cells).round(6), index=names)
        mine = frame["query"] == query
        made[mine] = number[pd.MultiIndex.from_frame(frame.loc[mine, ["group", "period"]])].to_numpy()
    return made


def _one_query(frame: pd.DataFrame, query: str | None, *, grouped: bool) -> tuple[pd.DataFrame, str]:
    names = list(frame["query"].unique())
    if query is None:
        if grouped and len(names) > 1:
            raise InputError(
                f"There are groups and {len(names)} queries, too much for one picture. Choose a query: "
                f"trend.plot(query={names[0]!r}), and draw one Axes for each."
            )
        return frame, names[0] if len(names) == 1 else ""
    if query not in names:
        raise UnknownNameError(f"The trend has no query {query!r}.{did_you_mean(query, names)}")
    return frame[frame["query"] == query], query


def _largest_groups(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    sizes = frame.groupby("group", sort=False)["releases"].sum()
    if len(sizes) <= _MOST_LINES:
        return frame, ""
    kept = sizes.nlargest(_MOST_LINES).index
    return frame[frame["group"].isin(kept)], f" (the {_MOST_LINES} largest of {len(sizes)} groups)"


def _placed(frame: pd.DataFrame, trend: Trend) -> pd.DataFrame:
    """Give each row its place in time: a year stands at its name, a span that was named in its middle."""
    if trend.basis.grid.periods.every != "named":
        return frame.assign(at=frame["start"])
    return frame.assign(at=frame["start"] + (frame["end"] - frame["start"]) / 2)


def _hollow(ax: Axes, few: pd.DataFrame, y: str, group: str, *, explain: bool = True) -> None:
    """Mark points that rest on few releases: hollow, and without the interval that would hide the others."""
    if few.empty:
        return
    colours = {line.get_label(): line.get_color() for line in ax.lines}
    plain = ax.lines[0].get_color()
    for name, part in few.groupby(group, sort=False):
        cloud = ax.scatter(
            part["at"],
            part[y],
            s=13,
            facecolors="white",
            edgecolors=colours.get(str(name), plain),
            linewidths=0.8,
            zorder=4,
            label="_few",
        )
        show_whole(ax, [cloud])
    if explain:
        ax.set_xlabel(f"hollow: fewer than {FEWEST_RELEASES} releases, interval not drawn")


def plot_coverage(coverage: Coverage, ax: Axes | None) -> Axes:
    """Draw a coverage table as a heat map, groups down and periods across."""
    table, n_other = _to_table(coverage.frame)
    ax = new_axes(ax, width="double", height=min(160.0, 26.0 + 4.2 * len(table)))
    values = table.to_numpy(float)
    published = values > 0
    inside = (
        np.maximum.accumulate(published, axis=1) & np.maximum.accumulate(published[:, ::-1], axis=1)[:, ::-1]
    )
    shown = table.astype(float).mask(inside & ~published)
    draw_heat(ax, shown, unit="releases")
    if any(len(name) > 28 for name in table.index) and inches_of(ax)[1] / len(table) < 0.25:
        names = [name if len(name) <= 44 else f"{name[:43]}…" for name in table.index]
        ax.set_yticks(range(len(names)), names, fontsize=6, parse_math=False)  # two lines would overlap
    notes = []
    if (inside & ~published).any():
        new = " new" * (coverage.spec.parameters.get("reissues") == "first")
        notes.append(f"hatched: nothing{new} between first and last release")
    if n_other:
        notes.append(f"the {_MOST_ROWS - 1} largest of {n_other + _MOST_ROWS - 1}")
    if coverage.n_undated:
        notes.append(f"without {coverage.n_undated:,} undated")
    if notes:
        ax.set_xlabel("; ".join(notes))
    return ax


def _to_table(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Give groups × periods, largest group first, those without a name and the small ones together last."""
    periods = list(frame["period"].unique())
    table = frame.pivot_table(index="group", columns="period", values="releases", aggfunc="sum", sort=False)[
        periods
    ]
    sizes = table.sum(axis=1)
    order = sorted(table.index, key=lambda name: (name == MISSING, -sizes[name], name))
    table = table.loc[order]
    if len(table) <= _MOST_ROWS:
        return table, 0
    n_other = len(table) - (_MOST_ROWS - 1)
    by_size = sorted(table.index, key=lambda name: (-sizes[name], name))
    kept = [name for name in order if name in set(by_size[: _MOST_ROWS - 1])]
    rest = table.drop(index=kept).sum(axis=0)
    together = pd.concat([table.loc[kept], rest.to_frame(f"other ({n_other:,})").T])
    return together, n_other
