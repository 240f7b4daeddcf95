"""The picture of what sets two topics apart: words between two poles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from octadisc.drawing.axes import inches_of, wrapped
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.style import INK, new_axes, text_colour
from octadisc.topics.relations.name_places import Box, letter_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.relations.comparison import TopicComparison

__all__ = ["pack_words", "plot_comparison"]

Floats = npt.NDArray[np.float64]

_ONE, _OTHER = "#0072B2", "#D55E00"
_SMALLEST, _LARGEST = 6.5, 15.0  # points
_LINE = 1.15
_FURTHEST = 6.0  # of the log ratio: beyond 64 times the other hardly has it, and how hardly is noise


def plot_comparison(found: TopicComparison, ax: Axes | None) -> Axes:
    """Draw words at their log ratios, as large as they are frequent in both together, none over another."""
    frame = found.frame
    ax = new_axes(ax, width="double", height=90.0)
    x = np.nan_to_num(frame["log_ratio"].to_numpy(float)).clip(-_FURTHEST, _FURTHEST)
    often = np.sqrt(frame["probability"].to_numpy(float) + frame["other_probability"].to_numpy(float))
    most = float(often.max(initial=0.0)) or 1.0
    sizes = _SMALLEST + (_LARGEST - _SMALLEST) * often / most
    terms = frame["term"].tolist()
    width, height = inches_of(ax)
    reach = 1.12 * float(np.abs(x).max(initial=1.0))
    heights = _LINE * sizes / 72
    for _ in range(12):  # smaller letters until all words fit
        widths = np.array([letter_width(s) * len(t) for s, t in zip(sizes, terms, strict=True)])
        y = pack_words((x / reach + 1) / 2 * width, widths, heights, width)
        if not y.size or float(np.abs(y).max() + heights.max() / 2) <= height / 2 or sizes.min() < 4.5:
            break
        sizes, heights = 0.92 * sizes, 0.92 * heights
    ax.set_xlim(-reach, reach)
    ax.set_ylim(-height / 2, height / 2)
    ax.axvline(0, color=INK, lw=0.6, zorder=1)
    moved = _inside(x, widths, reach, width)
    for place, up, text, size, side in zip(moved, y, terms, sizes, frame["keyness"] > 0, strict=True):
        ax.text(
            place,
            up,
            text,
            fontsize=float(size),
            ha="center",
            va="center",
            color=text_colour(_ONE if side else _OTHER),
            parse_math=False,
        )
    whose = [0 if one else 1 for one in frame["keyness"] > 0]
    says = [
        say_number([term, "log ratio"], ratio)
        for term, ratio in zip(terms, frame["log_ratio"].tolist(), strict=True)
    ]
    keys = [{"term": term, "side": side} for term, side in zip(terms, whose, strict=True)]
    note_elements(ax, keys, says, moved, y, width=2 * reach * widths / width, height=heights)
    ax.set_yticks([])
    ax.grid(False)
    ax.spines["left"].set_visible(False)
    _times_axis(ax, reach, cut=bool((frame["log_ratio"].abs() > _FURTHEST).any()))
    left, right = (wrapped(one.label, 34, 1) for one in reversed(found.sides))
    ax.set_xlabel(f"← {left}     times as frequent     {right} →")
    return ax


def _times_axis(ax: Axes, reach: float, *, cut: bool) -> None:
    """Write how many times as frequent a place means, to either side; the last "or more" if words are cut."""
    step = next((one for one in (1, 2, 3, 5, 10) if reach / one <= 4), 10)
    most = int(reach // step) * step
    ticks = list(range(-most, most + 1, step))
    labels = [f"{2 ** abs(one):,}\N{MULTIPLICATION SIGN}" for one in ticks]
    if cut:
        labels[0], labels[-1] = (f"{one} or more" for one in (labels[0], labels[-1]))
    ax.set_xticks(ticks, labels)
    ax.set_xlim(-reach, reach)


def _inside(x: Floats, widths: Floats, reach: float, width: float) -> Floats:
    """Give where words stand so that none leaves the panel."""
    half = widths / width * reach
    return np.asarray(np.clip(x, -reach + half, np.maximum(reach - half, -reach + half)))


def pack_words(centres: Floats, widths: Floats, heights: Floats, width: float) -> Floats:
    """Move words up or down, as little as needed for their boxes not to meet, the highest first.

    Parameters
    ----------
    centres, widths, heights : array of float
        Of each word, in inches; those that would leave the panel are moved inside.
    width : float
        Of the panel.

    Returns
    -------
    array of float
        The words' middles, above and below 0.

    Examples
    --------
    >>> pack_words(np.array([1.0, 1.0, 3.0]), np.full(3, 0.5), np.full(3, 0.2), 5.0).round(2).tolist()
    [0.0, 0.2, 0.0]
    """
    y = np.zeros(centres.size)
    taken: list[Box] = []
    for i in np.argsort(-heights, kind="stable").tolist():
        half = widths[i] / 2
        centre = float(np.clip(centres[i], half, max(width - half, half)))
        beside = [one for one in taken if one.left < centre + half and centre - half < one.right]
        edges = [0.0, *(one.high + heights[i] / 2 for one in beside)]
        edges += [one.low - heights[i] / 2 for one in beside]
        for place in sorted(edges, key=lambda one: (abs(one), -one)):
            box = Box(centre - half, place - heights[i] / 2, centre + half, place + heights[i] / 2)
            small = Box(box.left, box.low + 1e-9, box.right, box.high - 1e-9)
            if not any(small.meets(one) for one in beside):
                break
        y[i] = place
        taken.append(box)
    return y
