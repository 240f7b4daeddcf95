"""What is drawn, piece by piece: each point, bar or cell with what it stands for and where it lies.

Marks note what they draw on the Axes. A figure that is saved can then say what lies where, so that a page
leads from a point to the sentences behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Element", "Place", "keys_of", "note_elements", "places_of", "say_number", "title_of"]

_ATTRIBUTE = "_octadisc_elements"
_KEYS = (
    "query", "term", "word", "collocate", "phrase", "topic", "name", "period", "group", "side", "issuer",
    "publisher", "language", "tag", "kind", "model", "value",
)  # fmt: skip
_REACH = 7.0  # points around the middle of a small mark that belong to it
_LEAST = 3.0
_LONGEST_UNIT = 60  # letters; a longer label explains more than a unit


class Element(NamedTuple):
    """A point, bar or cell on an Axes.

    Attributes
    ----------
    key : mapping of str to value
        What it stands for, by the names of columns: ``{"query": "mutual trust", "period": "2008"}``.
    says : str
        The same and its number, in words.
    left, right, bottom, top : float
        Its box in data coordinates; a point has no width or height.
    unit : str
        "x" or "y" if the number is read off that axis, whose label then says its unit; else empty.
    """

    key: Mapping[str, Any]
    says: str
    left: float
    right: float
    bottom: float
    top: float
    unit: str = ""


class Place(NamedTuple):
    """Where an element lies on its figure, in parts of the figure's width and height, from the top left."""

    key: Mapping[str, Any]
    says: str
    x: float
    y: float
    width: float
    height: float


def note_elements(
    ax: Axes,
    keys: Sequence[Mapping[str, Any]],
    says: Sequence[str],
    x: Any,
    y: Any,
    *,
    width: Any = 0.0,
    height: Any = 0.0,
    unit: str = "",
) -> None:
    """Note what was drawn on an Axes; what has no place (NaN) is left out.

    Parameters
    ----------
    ax : Axes
    keys, says : sequence
        What each element stands for, and the same with its number in words.
    x, y : array of float
        Middles, in data coordinates.
    width, height : float or array of float
        Of boxes, in data coordinates; 0 for points.
    unit : "x", "y" or ""
        The axis off which the numbers are read: its label is added when the figure is saved.

    Examples
    --------
    >>> from octadisc.drawing.style import new_figure
    >>> fig, (ax,) = new_figure(width="single", height=40)
    >>> note_elements(ax, [{"period": "2008"}], ["2008: 3"], [0.5], [0.5])
    >>> [(one.key["period"], one.says) for one in places_of(fig)]
    [('2008', '2008: 3')]
    """
    shape = (len(keys),)
    across, up, wide, high = (np.broadcast_to(np.asarray(one, float), shape) for one in (x, y, width, height))
    noted: list[Element] = vars(ax).setdefault(_ATTRIBUTE, [])
    for i in np.flatnonzero(np.isfinite(across) & np.isfinite(up)).tolist():
        a, b, w, h = (float(one[i]) for one in (across, up, wide, high))
        noted.append(Element(keys[i], says[i], a - w / 2, a + w / 2, b - h / 2, b + h / 2, unit))


def keys_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give what each row of a table stands for: its columns that name things.

    Examples
    --------
    >>> keys_of(pd.DataFrame({"query": ["trust"], "period": ["2008"], "rate": [3.5]}))
    [{'query': 'trust', 'period': '2008'}]
    """
    columns = [one for one in _KEYS if one in frame]
    if not columns:
        return [{} for _ in range(len(frame))]
    rows = frame[columns].itertuples(index=False, name=None)
    return [
        {name: value for name, value in zip(columns, row, strict=True) if not _missing(value)} for row in rows
    ]


def _missing(value: Any) -> bool:
    return value is None or (not isinstance(value, str) and bool(pd.isna(value)))


def say_number(
    named: Iterable[Any], value: float, low: float | None = None, high: float | None = None
) -> str:
    """Say what something is and how much, with its interval.

    Examples
    --------
    >>> say_number(["trust", "2008"], 12.34, 8, 17.2), say_number(["2008"], 3)
    ('trust, 2008: 12.3 (8 to 17.2)', '2008: 3')
    """
    what = ", ".join(str(one) for one in named)
    interval = ""
    if low is not None and high is not None and np.isfinite(low) and np.isfinite(high):
        interval = f" ({_short(low)} to {_short(high)})"
    return f"{what}: {_short(value)}{interval}" if what else f"{_short(value)}{interval}"


def _short(value: float) -> str:
    if not np.isfinite(value):
        return "not known"
    text = f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:.3g}"
    return text.replace("-", "\N{MINUS SIGN}")


def places_of(figure: Figure) -> list[Place]:
    """Say where all elements of a figure lie; it must have been drawn, so that its layout is settled."""
    made: dict[tuple[Any, ...], Place] = {}
    panels = [ax for ax in figure.axes if ax.get_visible() and vars(ax).get(_ATTRIBUTE)]
    for ax in panels:
        title = title_of(ax)
        step = _step(ax)
        for one in vars(ax)[_ATTRIBUTE]:
            box = _box(ax, one, step)
            if box is None:
                continue
            named = len(panels) > 1 and title and not one.says.startswith(title)
            says = f"{title}, {one.says}" if named else one.says
            says = _singular(" ".join([says, *_unit_of(ax, one.unit)]))
            made.setdefault((says, box), Place({**one.key, "panel": title}, says, *box))
    return list(made.values())


def title_of(ax: Axes) -> str:
    """Give a panel's title on one line; it is the key "panel" of its elements."""
    titles = (" ".join(ax.get_title(loc=one).split()) for one in ("left", "center", "right"))
    return next((one for one in titles if one), "")


def _singular(says: str) -> str:
    """Write one of something in the singular."""
    return re.sub(r"(: 1 (?:release|case|occurrence|line|word|sentence))s$", r"\1", says)


def _unit_of(ax: Axes, axis: str) -> list[str]:
    """Give the label of an axis, or that which all panels share, without what it explains besides."""
    if axis not in ("x", "y"):
        return []
    figure = ax.get_figure(root=True)
    assert figure is not None  # an Axes has one
    shared = figure.get_supxlabel() if axis == "x" else figure.get_supylabel()
    label = (ax.get_xlabel() if axis == "x" else ax.get_ylabel()) or shared
    text = " ".join(label.split("\n\n")[0].split(";")[0].split())
    return [text] if text and len(text) <= _LONGEST_UNIT else []


def _step(ax: Axes) -> float:
    """Give half the way between the points that are closest to each other, across, in pixels."""
    at = np.unique([one.left for one in vars(ax)[_ATTRIBUTE] if one.left == one.right])
    pixels = ax.transData.transform(np.column_stack([at, np.zeros_like(at)]))[:, 0]
    return float(np.diff(np.sort(pixels)).min()) / 2 if at.size > 1 else np.inf


def _box(ax: Axes, one: Element, step: float) -> tuple[float, float, float, float] | None:
    """Give an element's box in parts of the figure, not smaller than can be hit; None outside the panel."""
    figure = ax.get_figure()
    assert figure is not None  # an Axes has one
    low, high = np.sort(
        ax.transData.transform(np.array([[one.left, one.bottom], [one.right, one.top]])), axis=0
    )
    panel = ax.get_window_extent()
    edges = np.array([[panel.x0, panel.y0], [panel.x1, panel.y1]])
    outside = (high < edges[0] - 1).any() or (low > edges[1] + 1).any()
    if outside or not np.isfinite([low, high]).all():
        return None
    unit = figure.dpi / 72
    small = np.array([one.left == one.right, one.bottom == one.top])
    reach = np.array([min(_REACH * unit, max(step, _LEAST * unit / 2)), _REACH * unit])
    low, high = low - small * reach, high + small * reach
    low, high = np.maximum(low, edges[0] - reach), np.minimum(high, edges[1] + reach)
    lack = np.maximum(0.0, _LEAST * unit - (high - low)) / 2
    low, high = low - lack, high + lack
    size = np.array([figure.bbox.width, figure.bbox.height])
    (x, bottom), (right, top) = low / size, high / size
    return tuple(round(float(value), 5) for value in (x, 1 - top, right - x, top - bottom))  # type: ignore[return-value]
