"""Events as lines across a picture of time."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from octadisc.drawing.axes import inches_of, to_days
from octadisc.drawing.style import GREY, INK
from octadisc.terms.events.events import read_event, read_events

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_events", "say_events"]

_SIZE = 6.0  # points, of the names
_LETTERS = 34
_MOST_NAMES = 6


def draw_events(ax: Axes, events: Any, *, names: bool = True) -> list[str]:
    """Draw a line at each event inside the axis, with its name, or a number and the names below the panel.

    Parameters
    ----------
    ax : Axes
        With an x axis of dates.
    events : True or list
        True: all that octadisc knows. Else names of those, dates, or (name, date).
    names : bool
        Whether to write the names: at the lines where they are few, short and apart; else as a key.

    Returns
    -------
    list of str
        The events drawn, by name and date.
    """
    if events is None or events is False:
        return []
    if events is True:
        known = read_events()
        events = list(zip(known["name"], known["date"], strict=True))
    elif isinstance(events, str | tuple):
        events = [events]
    read = sorted((read_event(one, "events") for one in events), key=lambda one: one.day)
    low, high = ax.get_xlim()
    days = [float(to_days([one.day])[0]) for one in read]
    inside = [(one, x) for one, x in zip(read, days, strict=True) if low <= x <= high]
    for _, x in inside:
        ax.axvline(x, color=GREY, lw=0.6, ls=(0, (3, 2)), zorder=1, label="_event")
    if names and inside:
        called = [one.name or str(one.day) for one, _ in inside]
        places = [x for _, x in inside]
        width, height = inches_of(ax)
        letters = max(8, min(_LETTERS, int(height * 72 / (_SIZE * 0.62))))
        step = 1.25 * _SIZE / 72 / max(width, 0.1) * (high - low)
        apart = all(b - a >= step for a, b in pairwise(places))
        if apart and len(inside) <= _MOST_NAMES and max(map(len, called)) <= letters:
            for x, name in zip(places, called, strict=True):
                _write(ax, x, f" {name}", rotation=90, ha="right")
        else:
            _number(ax, places, called, step)
    return [one.words for one, _ in inside]


def say_events(events: Any) -> str:
    """Say in a caption which events the lines across its panels are; nothing where there are none.

    Examples
    --------
    >>> say_events([("a summit", "2009-05-01"), "2010-01-01"])
    ' Dashed upright lines: a summit (2009-05-01); 2010-01-01.'
    >>> say_events(None)
    ''
    """
    if not events or events is True:
        return ""
    given = [events] if isinstance(events, str | tuple) else events
    return f" Dashed upright lines: {'; '.join(read_event(one, 'events').words for one in given)}."


def _write(ax: Axes, x: float, text: str, **options: Any) -> None:
    """Write a name or number at the upper end of a line."""
    from matplotlib.patheffects import Normal, Stroke

    ax.text(
        x,
        0.985,
        text,
        va="top",
        fontsize=_SIZE,
        color=INK,
        transform=ax.get_xaxis_transform(),
        parse_math=False,
        path_effects=[Stroke(linewidth=1.6, foreground="white", alpha=0.8), Normal()],
        zorder=5,
        **options,
    )


def _number(ax: Axes, places: list[float], names: list[str], step: float) -> None:
    """Number the lines, those side by side together, and write below the panel which is which."""
    together: list[list[int]] = []
    for i, x in enumerate(places):
        wide = 1.3 * step * (1 if i < 9 else 1.6)
        if together and x - places[together[-1][0]] < wide:
            together[-1].append(i)
        else:
            together.append([i])
    for one in together:
        first, last = one[0] + 1, one[-1] + 1
        text = f"{first}" if first == last else f"{first}\n\N{EN DASH}{last}"
        _write(ax, float(np.mean([places[i] for i in one])), text, ha="center", linespacing=0.9)
    figure = ax.get_figure(root=True)
    width = inches_of(ax)[0]
    key = "; ".join(f"{i}\N{NO-BREAK SPACE}{name}" for i, name in enumerate(names, 1))
    lines = textwrap.wrap(key, max(40, int(width * 72 / (_SIZE * 0.56))), break_long_words=False)
    before = ax.get_xlabel()
    ax.set_xlabel("\n".join([*([before] if before else []), *lines]), fontsize=_SIZE + 0.5)
    if figure is not None and len(figure.axes) == 1:  # room for the key, and the panel as high as it was
        figure.set_figheight(figure.get_figheight() + len(lines) * (_SIZE + 0.5) * 1.25 / 72)
