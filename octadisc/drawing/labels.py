"""Names of lines: at their ends where they fit, without overlaps, or else in a legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from octadisc.drawing.axes import inches_of, wrapped
from octadisc.drawing.style import GREY, Cue, text_colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Placing", "add_legend", "label_lines", "spread", "width_for"]

Placing = Literal["auto", "ends", "legend", "none"]
_SIZE = 7.0
_SHARE = 0.38  # of the panel's width that names at the ends may take


def spread(wanted: Any, heights: Any, top: float = 1.0) -> npt.NDArray[np.float64]:
    """Move centres along a line as little as needed for their boxes not to overlap.

    Parameters
    ----------
    wanted, heights : array of float
        Where each box would like its centre, and how high it is.
    top : float
        The boxes stay between 0 and `top` if they fit there.

    Returns
    -------
    array of float
        The centres, in the order given; each cluster of boxes is centred on the mean of its wishes.

    Examples
    --------
    >>> spread([0.5, 0.5, 0.9], [0.1, 0.1, 0.1]).round(2).tolist()
    [0.45, 0.55, 0.9]
    """
    centres, sizes = np.asarray(wanted, float), np.asarray(heights, float)
    order = np.argsort(centres, kind="stable")
    clusters: list[list[Any]] = []  # [start, height, members]
    for i in order:
        clusters.append([_kept(centres[i] - sizes[i] / 2, sizes[i], top), sizes[i], [i]])
        while len(clusters) > 1 and clusters[-2][0] + clusters[-2][1] > clusters[-1][0] + 1e-9:
            members = clusters[-2][2] + clusters.pop()[2]
            height = float(sizes[members].sum())
            below = np.concatenate([[0.0], np.cumsum(sizes[members])[:-1]])
            start = float(np.mean(centres[members] - sizes[members] / 2 - below))
            clusters[-1] = [_kept(start, height, top), height, members]
    placed = np.empty(centres.size)
    for start, _, members in clusters:
        for i in members:
            placed[i] = start + sizes[i] / 2
            start += sizes[i]
    return placed


def _kept(start: float, height: float, top: float) -> float:
    return max(0.0, min(start, top - height))


def label_lines(
    ax: Axes, ends: Sequence[tuple[Any, float, float]], cues: dict[Any, Cue], where: Placing
) -> None:
    """Name lines once their axes have their limits.

    Parameters
    ----------
    ax : Axes
    ends : sequence of (name, x, y)
        The last point of each line, in data coordinates.
    cues : dict
        Name to cue.
    where : {"auto", "ends", "legend", "none"}
        "auto" puts names at the ends if there are at most eight, and they fit.
    """
    if where == "none" or not ends:
        return
    if where == "auto":
        where = "ends" if _fit(ax, [str(name) for name, _, _ in ends]) else "legend"
    if where == "legend":
        add_legend(ax, [name for name, _, _ in ends], cues)
        return
    width, height = inches_of(ax)
    texts = [wrapped(str(name), _letters(width)) for name, _, _ in ends]
    fractions = [_fraction(ax, y) for _, _, y in ends]
    needed = [(text.count("\n") + 1) * _SIZE * 1.12 / 72 / height for text in texts]
    placed = spread(fractions, needed)
    for (name, x, y), text, place, fraction in zip(ends, texts, placed, fractions, strict=True):
        ax.annotate(
            text,
            xy=(x, y),
            xycoords="data",
            xytext=(1.03, place),
            textcoords="axes fraction",
            va="center",
            ha="left",
            fontsize=_SIZE,
            linespacing=0.95,
            color=text_colour(cues[name].colour),
            annotation_clip=False,
            parse_math=False,
            arrowprops={
                "arrowstyle": "-",
                "lw": 0.4,
                "color": GREY,
                "shrinkA": 1,
                "shrinkB": 3,
                "relpos": (0, 0.5),
            }
            if abs(place - fraction) > 0.02 or x < ax.get_xlim()[1] - 0.06 * np.ptp(ax.get_xlim())
            else None,
        )


def _letters(width: float) -> int:
    """How many letters of a name fit beside a panel of so many inches."""
    return max(10, int(_SHARE * width / (_SIZE * 0.56 / 72)))


def _fit(ax: Axes, names: Sequence[str]) -> bool:
    width, height = inches_of(ax)
    texts = [wrapped(name, _letters(width)) for name in names]
    whole = all("…" not in text or "…" in name for text, name in zip(texts, names, strict=True))
    lines = sum(text.count("\n") + 1 for text in texts)
    return len(names) <= 8 and whole and lines * _SIZE * 1.12 / 72 < 0.95 * height


def _fraction(ax: Axes, y: float) -> float:
    """Where a value lies on the panel, from 0 at its foot to 1 at its top."""
    return float(ax.transAxes.inverted().transform(ax.transData.transform((ax.get_xlim()[0], y)))[1])


def width_for(names: Sequence[Any]) -> Literal["single", "double"]:
    """Choose a journal's width for lines of these names: two columns where one has no room for them.

    Examples
    --------
    >>> (
    ...     width_for(["trust", "drugs"]),
    ...     width_for(["Ministry of the Interior", "Council Presidency Press Office"]),
    ... )
    ('single', 'double')
    """
    several = [str(one) for one in names]
    long = max(map(len, several), default=0) > 24
    return "double" if len(several) > 4 or (len(several) > 1 and long) else "single"


def add_legend(ax: Axes, names: Sequence[Any], cues: dict[Any, Cue], *, of_all: bool = False) -> None:
    """Set a legend where it covers nothing: above the panel; below the figure if it is of one, or of all."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=cues[n].colour, ls=cues[n].dash, marker=cues[n].marker, ms=3.2, lw=1.1)
        for n in names
    ]
    figure = ax.get_figure(root=True)
    whole = figure is not None and (of_all or len(figure.axes) == 1)  # then it stands below the figure
    width = figure.get_figwidth() * 0.8 if whole and figure is not None else inches_of(ax)[0]
    most = max(20, int(width * 1.2 * 72 / (0.55 * _SIZE)) - 6)
    texts = [wrapped(str(name), most, 1) for name in names]
    column = (max(map(len, texts)) * 0.55 + 5) * _SIZE / 72
    ncols = max(1, min(len(texts), int(width * 1.2 / column)))
    options: dict[str, Any] = {"ncols": ncols, "fontsize": _SIZE, "frameon": False, "handlelength": 2.4}
    if figure is not None and whole and type(figure.get_layout_engine()).__name__.startswith("Con"):
        legend = figure.legend(handles, texts, loc="outside lower left", **options)
    else:
        legend = ax.legend(
            handles, texts, loc="lower left", bbox_to_anchor=(0.0, 1.02), borderaxespad=0.0, **options
        )
    for text in legend.get_texts():
        text.set_parse_math(False)
