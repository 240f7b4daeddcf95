"""Axes of time and of names: ticks where the dates are, as many as fit, none over another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "date_axis",
    "entitle",
    "inches_of",
    "log_axis",
    "name_axis",
    "name_columns",
    "thin",
    "to_days",
    "wrapped",
]

_MONTH_STEPS = (1, 3, 6)
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100)
_BEYOND_LATIN, _LATIN = "\u0250", 0.56  # the first letter after Latin ones; of type's size, their breadth
_LETTER = 0.6 / 72  # inches of width, of a letter of one point; DejaVu Sans is a wide face


def inches_of(ax: Axes) -> tuple[float, float]:
    """Give about how wide and high the panel is, in inches, before the layout is made."""
    figure = ax.get_figure(root=True)
    if figure is None:
        return 3.0, 2.0
    width, height = figure.get_size_inches()
    place = ax.get_position()
    return float(width) * float(place.width), float(height) * float(place.height)


def to_days(dates: Any) -> npt.NDArray[np.float64]:
    """Turn dates into matplotlib's days since 1970; NaN where there is none."""
    days = np.asarray(dates, dtype="datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(float))


def date_axis(ax: Axes, starts: Any, *, size: float | None = None) -> None:
    """Put ticks at true dates on the x axis: months, or years one, two, five, ten apart.

    Parameters
    ----------
    ax : Axes
    starts : array of dates
        What is drawn; the axis runs from the first to the last with a little room on both sides.
    size : float, optional
        Of the type, in points; that of the axis by default.
    """
    size = float(ax.xaxis.get_major_ticks(1)[0].label1.get_fontsize()) if size is None else size
    days = np.asarray(starts, dtype="datetime64[D]")
    days = np.unique(days[~np.isnat(days)])
    if not days.size:
        return
    positions = to_days(days)
    step = float(np.diff(positions).min()) if days.size > 1 else 365.0
    room = max(0.03 * float(positions[-1] - positions[0]), 0.6 * step if days.size < 4 else 0.0)
    width, _ = inches_of(ax)
    by_month = step < 300 if days.size > 1 else not str(days[0]).endswith("-01-01")
    per_day = width / max(float(positions[-1] - positions[0]) + 2 * room, 1.0)
    ticks, labels = _date_ticks(days[0], days[-1], width, per_day, size, by_month=by_month)
    ax.set_xticks(to_days(ticks), labels)
    ax.set_xlim(float(positions[0]) - room, float(positions[-1]) + room)


def _date_ticks(
    first: Any, last: Any, width: float, per_day: float, size: float, *, by_month: bool
) -> tuple[npt.NDArray[Any], list[str]]:
    """Choose the closest ticks whose labels fit into a width of inches, and between each other.

    Where there are few dates, the room beside them takes much of the width: a day has `per_day` inches.
    """
    months = int((last.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(int)) + 1
    candidates = [(step, "M") for step in _MONTH_STEPS if by_month and months <= 30] + [
        (step, "Y") for step in _YEAR_STEPS
    ]
    for step, unit in candidates:
        begin = int(first.astype(f"datetime64[{unit}]").astype(int))
        end = int(last.astype(f"datetime64[{unit}]").astype(int))
        offset = 1970 if unit == "Y" else 0  # years on multiples of their step: 2000, 2005, …
        values = np.array(
            [one for one in range(begin, end + 1) if (one + offset) % step == 0], dtype=np.int64
        )
        ticks = values.astype(f"datetime64[{unit}]")
        if unit == "Y" and ticks.size and ticks[0].astype("datetime64[D]") < first and ticks.size > 2:
            ticks = ticks[1:]  # a first year of which hardly anything is drawn
        letters = 7 if unit == "M" else 4
        apart = float(np.diff(to_days(ticks)).min(initial=np.inf)) * per_day
        fit = ticks.size * (letters + 1.6) * size * _LETTER <= max(width, 0.4)
        if ticks.size and fit and apart >= (letters + 1) * size * _LETTER:
            return ticks.astype("datetime64[D]"), [str(one) for one in ticks]
    return np.array([first]), [str(first.astype("datetime64[Y]"))]


def thin(labels: Sequence[str], width: float, *, size: float = 7.0) -> list[int]:
    """Choose which of evenly spaced labels to show so that none touches the next.

    Examples
    --------
    >>> labels = [str(year) for year in range(1996, 2011)]
    >>> [labels[i] for i in thin(labels, 1.2)]
    ['2000', '2005', '2010']
    >>> thin(["before", "after"], 3.0)
    [0, 1]
    """
    n = len(labels)
    if not n:
        return []
    longest = max(len(label) for label in labels)
    fit = max(1, int(max(width, 0.1) / ((longest + 1.4) * size * _LETTER)))
    if n <= fit:
        return list(range(n))
    years = [int(label[:4]) if label[:4].isdigit() else None for label in labels]
    for step in _YEAR_STEPS:
        firsts = [
            i
            for i, year in enumerate(years)
            if year is not None and year % step == 0 and (i == 0 or years[i - 1] != year)
        ]
        if firsts and len(firsts) <= fit and (len(firsts) > 1 or step > 1):
            return firsts
    return list(range(0, n, -(-n // fit)))


def log_axis(ax: Axes, *, size: float = 7.0) -> None:
    """Make the x axis logarithmic, with plain numbers at 1, 2 and 5 times the powers of ten."""
    ax.set_xscale("log")
    low, high = ax.get_xlim()
    width, _ = inches_of(ax)
    for bases in ((1, 2, 5), (1, 3), (1,)):
        ticks = [base * 10.0**power for power in range(-6, 10) for base in bases]
        ticks = [one for one in ticks if low <= one <= high]
        labels = [f"{one:,.10g}" for one in ticks]
        if sum(len(one) + 1.6 for one in labels) * size * _LETTER <= width:
            break
    ax.set_xticks(ticks, labels)
    ax.xaxis.minorticks_off()
    ax.set_xlim(low, high)


def name_axis(ax: Axes, names: Sequence[Any], *, letters: int = 28, size: float = 7.0) -> None:
    """Write names down the y axis, the first on top, long ones on two lines."""
    texts = [wrapped(str(name), letters) for name in names]
    ax.set_yticks(np.arange(len(texts)), texts, parse_math=False, fontsize=size, linespacing=0.95)
    ax.set_ylim(len(texts) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)


def name_columns(ax: Axes, names: Sequence[Any], *, letters: int = 40, size: float = 7.0) -> None:
    """Write names along the x axis, slanted so that all of them fit, long ones cut."""
    texts = [wrapped(str(name), letters, 1) for name in names]
    ax.set_xticks(np.arange(len(texts)), texts, parse_math=False, fontsize=size)
    ax.tick_params(axis="x", length=0, pad=2)
    for label in ax.get_xticklabels():
        label.set(rotation=40, ha="right", rotation_mode="anchor")


def entitle(ax: Axes, text: str, *, letters: int = 60, bold: bool = True) -> None:
    """Write a panel's title at its left, whatever the settings are at the time; none leaves the figure."""
    weight = "bold" if bold else "normal"
    figure = ax.get_figure(root=True)
    if figure is not None:
        room = float(figure.get_figwidth()) * (1 - float(ax.get_position().x0))
        letters = min(letters, max(12, int(room / (8 * (0.66 if bold else 0.6) / 72))))
    ax.set_title(wrapped(text, letters), loc="left", fontsize=8, fontweight=weight, pad=4, parse_math=False)


def wrapped(text: str, letters: int, lines: int = 2) -> str:
    """Break a text into lines, at spaces and after slashes; what does not fit ends in an ellipsis.

    Examples
    --------
    >>> wrapped("Ministry of the Interior of Montenegro", 20).splitlines()
    ['Ministry of the', 'Interior of…']
    """
    made = [""]
    for piece in re.findall(r" ?[^ /]+/?| ?/", " ".join(text.split())):
        if _length(made[-1] + piece) <= letters:
            made[-1] += piece
            continue
        word = piece.strip()
        step = max(1, int(letters * len(word) / max(_length(word), 1.0)))
        made += [word[i : i + step] for i in range(0, len(word), step)]
    made = [line for line in made if line]
    if len(made) > lines:
        last = made[lines - 1]
        while _length(last) > letters - 1 and " " in last:
            last = last.rsplit(" ", 1)[0]
        while _length(last) > letters - 1 and len(last) > 1:
            last = last[:-1]
        made = [*made[: lines - 1], f"{last}…"]
    return "\n".join(made)


def _length(text: str) -> float:
    """Give how long a text is, in letters of the Latin alphabet: those of others are wider."""
    return sum(1.0 if char < _BEYOND_LATIN else _breadth(char) for char in text)


@cache
def _breadth(char: str) -> float:
    """Give how wide a letter is, one of the Latin alphabet being 1, by the face in which figures are set."""
    from matplotlib.font_manager import findfont
    from matplotlib.ft2font import FT2Font

    font = FT2Font(findfont("DejaVu Sans"))
    font.set_size(100, 72)
    if not font.get_char_index(ord(char)):
        return 2.0  # the face lacks it, as it does Chinese; what is drawn in its place is about so wide
    advance = font.load_char(ord(char)).linearHoriAdvance / 65536 / 100
    return max(1.0, advance / _LATIN)
