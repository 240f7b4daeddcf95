"""Picture of rising and falling terms: a row each, with its course, on one Axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import date_axis, to_days, wrapped
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.style import GREY, new_axes, text_colour
from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.terms.groups import MISSING, code_groups
from octadisc.terms.measures import FEWEST_RELEASES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.rising.rising import RisingTerms

__all__ = ["plot_rising", "write_ratio"]

_UP, _DOWN = "#0072B2", "#D55E00"
_BEYOND = 0.05
_LETTERS = 28
_SIZE = 7.0
_HUGE = 1_000  # a ratio beyond which there was nothing to speak of on one side
_TALL = 0.84  # of a row, that its highest rate takes


def plot_rising(
    rising: RisingTerms, ax: Axes | None, *, group: str | None, n: int, marked: str | None = None
) -> Axes:
    """Draw a row a term: its rate in each period, relative to its highest; the ratio stands at the right.

    A marked term has a row, in bold, whether or not it is among the surest.
    """
    if n < 1:
        raise InputError(f"n={n}: expected at least one term of each direction to draw.")
    groups = list(rising.groups)
    if group is None and len(groups) > 1:
        raise InputError(
            f"There are {len(groups)} groups, too much for one picture. Choose one: "
            f"rising.plot(group={groups[0]!r})."
        )
    group = groups[0] if group is None else group
    if group not in groups:
        raise UnknownNameError(f"group={group!r} is not there.{did_you_mean(str(group), groups)}")
    frame = rising.frame[(rising.frame["group"] == group) & rising.frame["ratio"].notna()]
    chosen = pd.concat([_surest(frame, way, n, marked) for way in ("up", "down")])
    ax = new_axes(ax, width="double", height=20 + 5.6 * max(len(chosen), 1))
    places = np.arange(len(chosen)) + 0.9 * (chosen["direction"] == "down").to_numpy(float)
    rates = _rates(rising, group, chosen)
    starts, ends = to_days(rising.periods.starts), to_days(rising.periods.ends)
    middle = (starts + ends) / 2
    for place, row, rate in zip(places, chosen.itertuples(), rates, strict=True):
        colour = _UP if row.direction == "up" else _DOWN
        height = _draw_course(ax, middle, place, rate, colour, sure=row.q_value <= _BEYOND)
        keys = [{"term": row.term, "period": one, "group": group} for one in rising.periods.labels]
        says = [
            say_number([row.term, one], value * 1e6) + " per million words"
            for one, value in zip(rising.periods.labels, rate, strict=True)
        ]
        note_elements(ax, keys, says, middle, height)
    _settle(ax, chosen, places, (starts, ends), rising)
    for label, term in zip(ax.get_yticklabels(), chosen["term"], strict=True):
        label.set_fontweight("bold" if term == marked else "normal")
    return ax


def _surest(frame: pd.DataFrame, direction: str, n: int, marked: str | None) -> pd.DataFrame:
    """Give the n surest of a direction, and the marked: those beyond chance first, in the frame's order."""
    mine = frame[frame["direction"] == direction]
    order = np.argsort(~(mine["q_value"] <= _BEYOND).to_numpy(bool), kind="stable")
    more = [one for one in order[n:] if mine["term"].iloc[one] == marked]
    return mine.iloc[[*order[:n], *more]]


def _rates(rising: RisingTerms, group: str, chosen: pd.DataFrame) -> Any:
    """Give each term's rate in each period, NaN where fewer than five releases are, which would tower."""
    counts, n = rising.counts, len(rising.periods)
    codes, names = code_groups(counts.releases, "language")
    column = {term: i for i, term in enumerate(counts.terms)}
    inside = (rising.places >= 0) & rising.groups[group]
    made = []
    for row in chosen.itertuples():
        language = names.index(row.language if row.language in names else MISSING)
        mine = np.flatnonzero(inside & (codes == language))
        tokens = np.bincount(rising.places[mine], counts.releases["tokens"].to_numpy(float)[mine], n)
        values = np.asarray(counts.matrix[mine][:, [column[row.term]]].sum(axis=1), float).ravel()
        count = np.bincount(rising.places[mine], values, n)
        number = np.bincount(rising.places[mine], counts.release_weights[mine], n)
        enough = (tokens > 0) & (number >= FEWEST_RELEASES)
        made.append(np.divide(count, tokens, out=np.full(n, np.nan), where=enough))
    return made


def _draw_course(ax: Axes, x: Any, place: float, rate: Any, colour: str, *, sure: bool) -> Any:
    """Draw a term's course over its foot; give the height of each point."""
    foot = place + 0.42
    top = float(np.nanmax(rate, initial=0.0)) or 1.0
    height = foot - rate / top * _TALL
    ax.hlines(foot, x[0], x[-1], color="#dddddd", lw=0.5, zorder=1)
    shade = 0.25 if sure else 0.1
    ax.fill_between(x, foot, height, where=list(np.isfinite(height)), color=colour, alpha=shade, lw=0)
    face = colour if sure else "white"
    ax.plot(x, height, color=colour, lw=0.8, marker="o", ms=1.9, mfc=face, mec=colour, mew=0.5, zorder=3)
    return height


def _settle(
    ax: Axes, chosen: pd.DataFrame, places: Any, bounds: tuple[Any, Any], rising: RisingTerms
) -> None:
    names = [wrapped(str(one), _LETTERS, 1) for one in chosen["term"]]
    ax.set_yticks(places, names, parse_math=False, fontsize=_SIZE)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim((places[-1] if len(places) else 0) + 0.6, -0.75)
    starts, ends = bounds
    date_axis(ax, np.r_[rising.periods.starts, rising.periods.ends[-1:]])
    ax.set_xlim(float(starts[0]), float(ends[-1]))
    for place, row in zip(places, chosen.itertuples(), strict=True):
        sure = row.q_value <= _BEYOND
        ax.annotate(
            write_ratio(row.ratio, row.low, row.high),
            (1, place),
            (5, 0),
            xycoords=ax.get_yaxis_transform(),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=_SIZE,
            color=text_colour((_UP if row.direction == "up" else _DOWN) if sure else GREY),
            annotation_clip=False,
        )
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    hollow = "; hollow and grey: not beyond chance" if not (chosen["q_value"] <= _BEYOND).all() else ""
    ax.set_xlabel(
        f"rate of each period with {FEWEST_RELEASES} releases, relative to the term's highest{hollow}"
    )


def write_ratio(ratio: float, low: float, high: float) -> str:
    """Write how many times more, or with ÷ how many times less; words where a ratio would only be huge.

    Examples
    --------
    >>> write_ratio(3.21, 1.4, 7.0), write_ratio(0.25, 0.1, 0.5)
    ('×3.2  (1.4 to 7)', '÷4  (2 to 10)')
    >>> write_ratio(2e5, 1_500.0, 1e7), write_ratio(1e-5, 0.0, 0.5)
    ('from next to none', 'to next to none')
    """
    if ratio > _HUGE:
        return "from next to none"
    if ratio * _HUGE < 1:
        return "to next to none"
    if ratio >= 1:
        return f"×{_short(ratio)}  ({_short(low)} to {_short(high)})"
    return f"÷{_short(1 / ratio)}  ({_short(1 / high)} to {_short(1 / max(low, 1e-9))})"


def _short(value: float) -> str:
    """Write a ratio with two digits that count."""
    if value >= 100:
        return f"{value:,.0f}" if value < _HUGE else f"{_HUGE:,}+"
    return f"{value:.2g}"
