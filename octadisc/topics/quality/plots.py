"""Pictures of how coherent and exclusive topics are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.drawing.axes import inches_of, name_axis, wrapped
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import COLOURS, INK, new_axes
from octadisc.errors import UnknownNameError, did_you_mean
from octadisc.topics.judged.beside import say_judged
from octadisc.topics.labels.names import write_key
from octadisc.topics.quality.coherence import WINDOWS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.quality.measuring import TopicCoherence
    from octadisc.topics.quality.quality import TopicQuality

__all__ = ["plot_coherence", "plot_quality"]

Floats = npt.NDArray[np.float64]

_SIZE = 6.5  # points of type
_LETTER = 0.58 * _SIZE / 72  # inches of width
_LINE = 1.25 * _SIZE / 72
_GAP = 0.06  # inches between a point and its name
_LONGEST, _BROKEN = 40, 22
_ROOM = 0.12  # of the range, beside the outermost points


class _Box(NamedTuple):
    left: float
    low: float
    right: float
    high: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.low < other.high
            and other.low < self.high
        )


def plot_quality(quality: TopicQuality, ax: Axes | None) -> Axes:
    """Draw a point a topic with its name, or its number where there is no room for the name."""
    frame = quality.frame
    known = frame[["coherence", "exclusivity"]].notna().all(axis=1)
    frame = frame[known].reset_index(drop=True)
    ax = new_axes(ax, width="double", height=110.0)
    numbered: list[int] = []
    said = [one.removeprefix("judged ") for one in say_judged(frame)]
    x, y = frame["coherence"].to_numpy(float), frame["exclusivity"].to_numpy(float)
    ax.plot(x, y, ls="none", marker="o", ms=4, mfc=COLOURS[0], mec="white", mew=0.5, zorder=3)
    numbers = zip(frame["name"], x.tolist(), y.tolist(), strict=True)
    says = [say_number([one, "coherence"], a) + say_number([", exclusivity"], b) for one, a, b in numbers]
    note_elements(ax, frame[["topic"]].to_dict("records"), says, x, y)
    if len(frame):
        ax.set_xlim(*_around(x))
        ax.set_ylim(*_around(y))
        numbered = _name_points(ax, x, y, frame["name"].tolist(), frame["topic"].tolist(), said)
    ax.grid(True, axis="both")
    number_ticks(ax.xaxis, x)
    number_ticks(ax.yaxis, y)
    order = quality.spec.parameters["order"]
    together = order not in WINDOWS or quality.spec.parameters.get("window") == "release"
    where = "stand in the same releases" if together else "stand near each other"
    what = "semantic coherence" if order in ("mimno", "stm") else f"coherence {order}"
    told = [f"{what} (to the right: its terms {where})"]
    if "judged" in frame:
        told.append("In brackets: how often people found the intruder.")
    key = [
        (int(frame["topic"][i]), frame["name"][i] + (f" ({said[i]})" if said[i] else "")) for i in numbered
    ]
    ax.set_xlabel("\n".join([*told, *write_key(key).splitlines()]))
    ax.set_ylabel("exclusivity (upwards: its terms are its own)")
    return ax


def plot_coherence(found: TopicCoherence, ax: Axes | None, measure: str | None) -> Axes:
    """Draw a point a topic by one measure, the most coherent on top; topics without a value are left out."""
    measures = found.spec.parameters["measures"]
    chosen = measures[0] if measure is None else measure
    if chosen not in measures:
        raise UnknownNameError(f"{chosen!r} was not measured.{did_you_mean(str(chosen), measures)}")
    frame = found.frame.dropna(subset=[chosen]).sort_values(chosen, ascending=False, kind="stable")
    ax = new_axes(ax, height=min(220.0, 18.0 + 4.5 * len(frame)))
    values = frame[chosen].to_numpy(float)
    ax.plot(values, np.arange(len(values)), ls="none", marker="o", ms=4, mfc=COLOURS[0], mec="white", mew=0.5)
    says = [say_number([one], value) for one, value in zip(frame["name"], values.tolist(), strict=True)]
    note_elements(ax, frame[["topic"]].to_dict("records"), says, values, np.arange(len(values)))
    name_axis(ax, frame["name"].tolist(), letters=34)
    ax.grid(True, axis="both")
    number_ticks(ax.xaxis, values)
    ax.set_xlabel(f"coherence {chosen}")
    return ax


def _around(values: Floats) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = _ROOM * (high - low) or 0.5
    return low - room, high + room


def _name_points(
    ax: Axes, x: Floats, y: Floats, names: list[str], topics: list[int], said: list[str]
) -> list[int]:
    """Put names, and what was judged, beside their points, the highest first; give which have numbers."""
    width, height = inches_of(ax)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    across, up = (x - left) / (right - left) * width, (y - low) / (high - low) * height
    taken = [_Box(a - 0.04, b - 0.04, a + 0.04, b + 0.04) for a, b in zip(across, up, strict=True)]
    frame = _Box(0.0, 0.0, width, height)
    numbered: list[int] = []
    for i in np.argsort(-up, kind="stable").tolist():
        name, broken = wrapped(names[i], _LONGEST, 1), wrapped(names[i], _BROKEN)
        number, judged = str(topics[i]), f" ({said[i]})" if said[i] else ""
        tried = (name + judged, *(f"{one}\n{judged.strip()}".strip() for one in (name, broken)), number)
        for text in dict.fromkeys(tried):
            free = [one for one in _places(across[i], up[i], text) if _fits(one[0], taken, frame, i)]
            if free:
                break
        box, ha, va, dx, dy = free[0] if free else _places(across[i], up[i], text)[0]
        if text == number:
            numbered.append(i)
        taken.append(box)
        ax.annotate(
            text,
            (x[i], y[i]),
            xytext=(72 * dx, 72 * dy),
            textcoords="offset points",
            ha=ha,
            va=va,
            fontsize=_SIZE,
            color=INK,
            parse_math=False,
            annotation_clip=False,
        )
    return sorted(numbered)


def _places(a: float, b: float, text: str) -> list[tuple[_Box, str, str, float, float]]:
    lines = text.split("\n")
    wide, high = _LETTER * max(map(len, lines)), _LINE * len(lines)
    return [
        (_Box(a + _GAP, b - high / 2, a + _GAP + wide, b + high / 2), "left", "center", _GAP, 0.0),
        (_Box(a - _GAP - wide, b - high / 2, a - _GAP, b + high / 2), "right", "center", -_GAP, 0.0),
        (_Box(a - wide / 2, b + _GAP, a + wide / 2, b + _GAP + high), "center", "bottom", 0.0, _GAP),
        (_Box(a - wide / 2, b - _GAP - high, a + wide / 2, b - _GAP), "center", "top", 0.0, -_GAP),
    ]


def _fits(box: _Box, taken: list[_Box], frame: _Box, own: int) -> bool:
    inside = frame.left <= box.left and box.right <= frame.right and frame.low <= box.low
    return (
        inside
        and box.high <= frame.high
        and not any(box.meets(other) for number, other in enumerate(taken) if number != own)
    )
