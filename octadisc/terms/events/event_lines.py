"""Events as lines across a picture of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from octadisc.drawing.axes import inches_of, to_days, wrapped
from octadisc.drawing.style import GREY, INK
from octadisc.terms.events.events import read_event, read_events

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_events"]

_SIZE = 6.0  # points, of the names
_LETTERS = 30


def draw_events(ax: Axes, events: Any, *, names: bool = True) -> list[str]:
    """Draw a line at each event inside the axis, with its name where that covers no other.

    Parameters
    ----------
    ax : Axes
        With an x axis of dates.
    events : True or list
        True: all that octadisc knows. Else names of those, dates, or (name, date).
    names : bool
        Whether to write the names.

    Returns
    -------
    list of str
        The events drawn, by name and date.
    """
    from matplotlib.patheffects import Normal, Stroke

    if events is None or events is False:
        return []
    if events is True:
        known = read_events()
        events = list(zip(known["name"], known["date"], strict=True))
    elif isinstance(events, str | tuple):
        events = [events]
    read = sorted((read_event(one, "events") for one in events), key=lambda one: one.day)
    low, high = ax.get_xlim()
    inside = [one for one in read if low <= float(to_days([one.day])[0]) <= high]
    width, height = inches_of(ax)
    letters = max(8, min(_LETTERS, int(height * 72 / (_SIZE * 0.62))))
    step = 1.25 * _SIZE / 72 / max(width, 0.1) * (high - low)
    free = -np.inf
    for one in inside:
        x = float(to_days([one.day])[0])
        ax.axvline(x, color=GREY, lw=0.6, ls=(0, (3, 2)), zorder=1, label="_event")
        if names and x >= free:
            free = x + step
            text = wrapped(one.name or str(one.day), letters, 1)
            ax.text(
                x,
                0.985,
                f" {text}",
                rotation=90,
                ha="right",
                va="top",
                fontsize=_SIZE,
                color=INK,
                transform=ax.get_xaxis_transform(),
                parse_math=False,
                path_effects=[Stroke(linewidth=1.6, foreground="white", alpha=0.8), Normal()],
                zorder=5,
            )
    return [one.words for one in inside]
