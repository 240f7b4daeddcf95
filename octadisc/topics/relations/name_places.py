"""Circles with names beside them, none over another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.drawing.axes import inches_of, wrapped
from octadisc.drawing.style import GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "Box",
    "bare_axes",
    "boxes_of",
    "draw_circles",
    "fit_plane",
    "letter_width",
    "name_circles",
    "name_look",
    "panel_size",
    "push_apart",
    "radii_of",
    "text_box",
]

Floats = npt.NDArray[np.float64]

SIZE = 6.5  # points of type
_LINE = 1.2  # of the type's size
_GAP = 0.04  # inches between a circle and its name
_LONGEST, _NARROW = 22, 15
_FURTHER = (
    0.0,
    0.1,
    0.2,
    0.32,
    0.45,
    0.6,
    0.8,
)  # inches that a name may be moved away, with a line to its circle


class Box(NamedTuple):
    """A rectangle in inches."""

    left: float
    low: float
    right: float
    high: float

    @property
    def middle(self) -> Floats:
        """Where its diagonals meet."""
        return np.array([(self.left + self.right) / 2, (self.low + self.high) / 2])

    def meets(self, other: Box) -> bool:
        """Say whether two rectangles have more than an edge in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.low < other.high
            and other.low < self.high
        )

    def within(self, other: Box) -> bool:
        """Say whether it lies inside another."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.low <= self.low
            and self.high <= other.high
        )


def panel_size(ax: Axes) -> tuple[float, float]:
    """Give about how wide and high a panel without scales is, in inches, before the layout is made."""
    figure = ax.get_figure(root=True)
    if figure is None or len(figure.axes) > 1 or figure.get_layout_engine() is None:
        return inches_of(ax)
    width, height = figure.get_size_inches()
    return 0.97 * float(width), 0.87 * float(height)  # the rest is for what stands below it


def name_look() -> dict[str, Any]:
    """Give what names beside circles look like: small, with a white edge against lines below them."""
    from matplotlib.patheffects import withStroke

    return {
        "fontsize": SIZE,
        "linespacing": 1.0,
        "color": INK,
        "parse_math": False,
        "annotation_clip": False,
        "zorder": 5,
        "path_effects": [withStroke(linewidth=1.6, foreground="white")],
    }


def letter_width(size: float) -> float:
    """Give the width in inches of a letter of so many points; generously, for the face is a wide one."""
    return 0.6 * size / 72


def text_box(text: str) -> tuple[float, float]:
    """Give how wide and high a name is, in inches."""
    lines = text.split("\n")
    return letter_width(SIZE) * max(map(len, lines)), _LINE * SIZE / 72 * len(lines)


def radii_of(shares: Any, largest: float = 0.24) -> Floats:
    """Give the radii in inches of circles whose areas are as the shares."""
    values = np.nan_to_num(np.asarray(shares, float))
    most = float(values.max(initial=0.0)) or 1.0
    return np.asarray(np.maximum(largest * np.sqrt(values / most), 0.03))


def fit_plane(ax: Axes, places: Floats, room: tuple[float, float] = (0.7, 0.3)) -> Floats:
    """Set limits so that one unit is as long across as upwards, with so many inches free at the sides.

    Returns
    -------
    array of float, shape (points, 2)
        The places in inches from the lower left corner, as the panel is before the layout is made.
    """
    size = np.array(panel_size(ax))
    low, high = places.min(axis=0), places.max(axis=0)
    inner = np.maximum(size - 2 * np.array(room), 0.3 * size)
    scale = float(np.max((high - low) / inner)) or 1.0  # units an inch
    middle = (low + high) / 2
    ax.set_xlim(middle[0] - scale * size[0] / 2, middle[0] + scale * size[0] / 2)
    ax.set_ylim(middle[1] - scale * size[1] / 2, middle[1] + scale * size[1] / 2)
    ax.set_aspect("equal", adjustable="box")
    return np.asarray((places - middle) / scale + size / 2)


def bare_axes(ax: Axes) -> None:
    """Take scales and grid away, where only distances mean something."""
    ax.grid(False)
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)


def boxes_of(inches: Floats, radii: Floats) -> list[Box]:
    """Give the squares that circles lie in."""
    return [Box(a - r, b - r, a + r, b + r) for (a, b), r in zip(inches, radii, strict=True)]


def draw_circles(ax: Axes, places: Floats, radii: Floats, **look: Any) -> None:
    """Draw circles with radii in inches."""
    ax.scatter(places[:, 0], places[:, 1], s=(2 * 72 * radii) ** 2, **look)


def name_circles(
    ax: Axes,
    places: Floats,
    inches: Floats,
    radii: Floats,
    names: Sequence[str],
    numbers: Sequence[Any],
    *,
    also: Sequence[Box] = (),
) -> list[int]:
    """Write names beside their circles, the largest first; a number where there is no room for a name.

    Gives which have numbers.

    Parameters
    ----------
    ax : Axes
    places : array, shape (points, 2)
        In the units of the axes.
    inches : array, shape (points, 2)
        The same in inches, as :func:`fit_plane` gives them.
    radii : array of float
        In inches.
    names, numbers : sequence
    also : sequence of Box
        What else names must not cover.
    """

    width, height = panel_size(ax)
    frame = Box(0.0, 0.0, width, height)
    taken = [*boxes_of(inches, radii), *also]
    leaders: list[tuple[Floats, Floats]] = []
    numbered = []
    for i in np.argsort(-radii, kind="stable").tolist():
        others = taken[:i] + taken[i + 1 :]
        given = list(_candidates(str(names[i]), str(numbers[i]), inches[i], float(radii[i])))
        fitting = (
            one
            for one in given
            if one[1].within(frame)
            and not any(map(one[1].meets, others))
            and not any(_crosses(one[1], *line) for line in leaders)
            and not (_is_away(one[1], inches[i], radii[i]) and _any_crossed(one[1], inches[i], others))
        )
        text, box = next(fitting, None) or _least_covered(given, str(numbers[i]), frame, others)
        taken.append(box)
        if text == str(numbers[i]):
            numbered.append(i)
        moved = 72 * (box.middle - inches[i])
        away = _is_away(box, inches[i], radii[i])
        if away:
            leaders.append((box.middle, inches[i]))
        ax.annotate(
            text,
            (places[i, 0], places[i, 1]),
            xytext=(float(moved[0]), float(moved[1])),
            textcoords="offset points",
            ha="center",
            va="center",
            **name_look(),
            arrowprops={"arrowstyle": "-", "lw": 0.4, "color": GREY, "shrinkA": 0, "shrinkB": 0}
            if away
            else None,
        )
    return sorted(numbered)


def _least_covered(
    given: Sequence[tuple[str, Box]], number: str, frame: Box, others: Sequence[Box]
) -> tuple[str, Box]:
    """Give the place of a number that meets fewest others: that is better than none."""
    inside = [one for one in given if one[0] == number and one[1].within(frame)]
    places = inside or [one for one in given if one[0] == number]
    return min(places, key=lambda one: sum(map(one[1].meets, others)))


def _candidates(name: str, number: str, centre: Floats, radius: float) -> Iterator[tuple[str, Box]]:
    """Give a name's places round a circle, the plainest first; then in three lines; those of its number."""
    two = wrapped(name, _LONGEST, 2)
    three = wrapped(name, _NARROW, 3)
    whole = [one for one in (two, three) if not one.endswith("…")] or [two]
    for text in dict.fromkeys((*whole, number)):
        wide, high = text_box(text)
        if text == number and radius > wide / 2:
            yield text, _around(centre, wide, high)
        for further in _FURTHER:
            reach = radius + _GAP + further
            slant = reach * 0.75
            for dx, dy in (
                (reach + wide / 2, 0.0),
                (-reach - wide / 2, 0.0),
                (0.0, reach + high / 2),
                (0.0, -reach - high / 2),
                (slant + wide / 2, slant + high / 2),
                (slant + wide / 2, -slant - high / 2),
                (-slant - wide / 2, slant + high / 2),
                (-slant - wide / 2, -slant - high / 2),
            ):
                yield text, _around(centre + np.array([dx, dy]), wide, high)


def _around(centre: Floats, wide: float, high: float) -> Box:
    a, b = float(centre[0]), float(centre[1])
    return Box(a - wide / 2, b - high / 2, a + wide / 2, b + high / 2)


def _is_away(box: Box, point: Floats, radius: float) -> bool:
    """Say whether a name stands so far from its circle that it needs a line."""
    dx = max(box.left - point[0], 0.0, point[0] - box.right)
    dy = max(box.low - point[1], 0.0, point[1] - box.high)
    return float(np.hypot(dx, dy)) > radius + _GAP + 0.05


def _any_crossed(box: Box, point: Floats, others: Sequence[Box]) -> bool:
    """Say whether the line from a circle to its name would cross another name or circle."""
    return any(_crosses(one, box.middle, point) for one in others if not _holds(one, point))


def _holds(box: Box, point: Floats) -> bool:
    return bool(box.left <= point[0] <= box.right and box.low <= point[1] <= box.high)


def _crosses(box: Box, start: Floats, end: Floats) -> bool:
    """Say whether a line enters a rectangle."""
    steps = np.linspace(0.0, 1.0, 24)[:, None]
    points = start + steps * (end - start)
    inside = (points >= [box.left, box.low]) & (points <= [box.right, box.high])
    return bool(inside.all(axis=1).any())


def push_apart(centres: Floats, halves: Floats, size: tuple[float, float], n_steps: int = 800) -> Floats:
    """Move boxes until none meets another, each pair by the shorter way, and all stay inside the panel.

    Parameters
    ----------
    centres : array, shape (boxes, 2)
    halves : array, shape (boxes, 2)
        Half their widths and heights.
    size : tuple of float
        Width and height of the panel. Where all do not fit some still meet in the end.

    Examples
    --------
    >>> centres, halves = np.array([[1.0, 1.0], [1.2, 1.0]]), np.full((2, 2), 0.3)
    >>> push_apart(centres, halves, (4.0, 2.0)).round(2).tolist()
    [[0.8, 1.0], [1.4, 1.0]]
    """
    made = centres.astype(float)
    low, high = halves, np.maximum(np.array(size) - halves, halves)
    rng = np.random.default_rng(0)
    for turn in range(n_steps):
        met = False
        if turn % 40 == 39:  # boxes block each other: a small push, the same every time, lets them pass
            made += rng.normal(0.0, 0.3, made.shape) * halves.mean(axis=0)
        for i in range(1, len(made)):
            for j in range(i):
                away = made[i] - made[j]
                deep = halves[i] + halves[j] - np.abs(away)
                if (deep <= 1e-6).any():
                    continue
                met = True
                axis = int(deep[1] < deep[0])
                step = 0.5 * (deep[axis] + 1e-7) * (-1.0 if away[axis] < 0 else 1.0)
                made[i, axis] += step
                made[j, axis] -= step
        made = np.clip(made, low, high)
        if not met:
            break
    return made
