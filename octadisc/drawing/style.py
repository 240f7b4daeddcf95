"""How figures look: type, colours, line styles and widths, as plain dictionaries used in a context.

Nothing here changes matplotlib's global settings: :func:`style_context` puts them back, and a figure
made by :func:`new_figure` carries its style with it, so it can be drawn and saved anywhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from octadisc.drawing.styles import chosen_style, fixed_names
from octadisc.errors import InputError, UnknownNameError, did_you_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "GREY",
    "INK",
    "OUTPUT",
    "STYLE",
    "WIDTHS",
    "Cue",
    "cues_for",
    "new_axes",
    "new_figure",
    "note_scale",
    "scale_of",
    "style_context",
    "text_colour",
    "to_inches",
]

WIDTHS = ("single", "double")  # one and two columns of a journal
INK = "#1a1a1a"
GREY = "#8c8c8c"
RULE = "#e3e3e3"

# Okabe and Ito's colours, which differ for every kind of colour vision, in the order in which they read
# best on white paper; their yellow is left out, it does not.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#4D4D4D")
DASHES: tuple[Any, ...] = ("solid", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

# What matters when a figure is written: text stays text in PDF (TrueType, subset) and in SVG, where
# `save_figure` embeds the letters used; numbers of equal files are equal (no random ids).
OUTPUT: dict[str, Any] = {
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.image_inline": True,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib; has Latin with all diacritics, Cyrillic, Greek
    "text.usetex": False,
    "mathtext.fontset": "dejavusans",
    "axes.unicode_minus": True,
    "path.simplify": True,
}

STYLE: dict[str, Any] = {
    **OUTPUT,
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 4,
    "axes.labelsize": 7.5,
    "axes.labelpad": 3,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "legend.columnspacing": 1.2,
    "legend.borderaxespad": 0.0,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.2,
    "patch.linewidth": 0.5,
    "text.color": INK,
    "figure.dpi": 150,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.constrained_layout.h_pad": 0.03,
    "figure.constrained_layout.w_pad": 0.03,
}


@dataclass(frozen=True, slots=True)
class Cue:
    """What tells one line, bar or point from the others: a colour, a dash and a marker."""

    colour: str
    dash: Any
    marker: str


def cues_for(names: Iterable[Any]) -> dict[Any, Cue]:
    """Give each name its cue; no two of the first 28 are alike, and colour is never all that differs.

    Names whose colours were fixed (`od.fix_colours`) have theirs, the others what these leave.

    Examples
    --------
    >>> cues = cues_for(["SELEC", "Europol"])
    >>> cues["Europol"].colour, cues["Europol"].marker
    ('#D55E00', 's')
    """
    fixed = {name: place for place, name in enumerate(fixed_names())}
    asked = list(dict.fromkeys(names))
    taken = {fixed[str(name)] for name in asked if str(name) in fixed}
    free = (place for place in itertools.count() if place not in taken)
    return {name: _cue(fixed[str(name)] if str(name) in fixed else next(free)) for name in asked}


def _cue(place: int) -> Cue:
    turn, colour = divmod(place, len(COLOURS))
    return Cue(COLOURS[colour], DASHES[(colour + turn) % len(DASHES)], MARKERS[colour])


def text_colour(colour: str) -> str:
    """Darken a colour until text in it reads well on white (contrast of at least 4.5).

    Examples
    --------
    >>> text_colour("#0072B2"), text_colour("#56B4E9") != "#56B4E9"
    ('#0072b2', True)
    """
    from matplotlib.colors import to_hex, to_rgb

    red, green, blue = to_rgb(colour)
    while _contrast(red, green, blue) < 4.5:
        red, green, blue = red * 0.95, green * 0.95, blue * 0.95
    return str(to_hex((red, green, blue)))


def _contrast(*channels: float) -> float:
    """Contrast with white, by the formula of WCAG 2."""
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def to_inches(millimetres: float | str) -> float:
    """Turn millimetres, or the name of a width in the style that is used, into inches of the sheet.

    Examples
    --------
    >>> to_inches(25.4), round(to_inches("single"), 2)
    (1.0, 3.5)
    """
    if isinstance(millimetres, str):
        if millimetres not in WIDTHS:
            raise UnknownNameError(f"No width is called {millimetres!r}.{did_you_mean(millimetres, WIDTHS)}")
        millimetres = chosen_style().sheet(millimetres)
    if not 10 <= millimetres <= 1000:
        raise InputError(f"A figure of {millimetres} mm cannot be printed. Expected 10 to 1000 millimetres.")
    return millimetres / 25.4


@contextmanager
def style_context(**changes: Any) -> Iterator[None]:
    """Draw in octadisc's style inside a ``with`` block; afterwards the settings are what they were.

    It starts from matplotlib's own defaults, not from the reader's settings, so that a figure comes out
    the same everywhere. Keywords change single settings, with ``_`` for the point (``font_size=9``).

    Examples
    --------
    >>> import matplotlib
    >>> before = matplotlib.rcParams["font.size"]
    >>> with style_context(font_size=9):
    ...     matplotlib.rcParams["font.size"]
    9.0
    >>> matplotlib.rcParams["font.size"] == before
    True
    """
    import matplotlib.style

    known: dict[str, str] = {str(name).replace(".", "_"): str(name) for name in matplotlib.rcParams}
    unknown = [name for name in changes if name not in known]
    if unknown:
        raise UnknownNameError(f"Matplotlib has no setting {unknown[0]!r}.{did_you_mean(unknown[0], known)}")
    settings: dict[Any, Any] = {**STYLE, **{known[name]: value for name, value in changes.items()}}
    with matplotlib.style.context(["default", settings]):
        yield


def new_figure(
    rows: int = 1,
    columns: int = 1,
    *,
    width: float | str = "double",
    height: float = 60.0,
    shared: bool = True,
    **options: Any,
) -> tuple[Figure, list[Axes]]:
    """Make a figure of one or more panels in octadisc's style.

    Parameters
    ----------
    rows, columns : int
        Panels down and across.
    width : float or {"single", "double"}
        In millimetres, or the name of a journal's width.
    height : float
        In millimetres, of the whole figure.
    shared : bool
        Whether panels share both axes (small multiples); ``False`` leaves each its own.
    **options
        Passed to `Figure.subplots`, for example ``width_ratios``.

    Returns
    -------
    Figure, list of Axes
        The panels in reading order. The figure is not pyplot's: it is gone when nobody holds it.
    """
    from matplotlib.figure import Figure

    with style_context():
        figure = Figure(figsize=(to_inches(width), to_inches(height)), layout="constrained")
        note_scale(figure)
        grid = figure.subplots(
            rows, columns, squeeze=False, **{"sharex": shared, "sharey": shared, **options}
        )
        axes = [ax for row in grid for ax in row]
        for ax in axes:
            _settle(ax)
    return figure, axes


def new_axes(ax: Axes | None = None, *, width: float | str = "single", height: float = 60.0) -> Axes:
    """Give back the Axes, or make one in octadisc's style that a notebook shows, if there is none.

    For the ``plot(ax=None)`` of results.
    """
    if ax is not None:
        return ax
    from matplotlib import pyplot

    with style_context():
        figure = pyplot.figure(figsize=(to_inches(width), to_inches(height)), layout="constrained")
        note_scale(figure)
        made = figure.subplots()
        _settle(made)
    return made


def note_scale(figure: Figure) -> None:
    """Note on a figure how much larger it is written than it is laid out; screens show it so, too."""
    scale = chosen_style().scale
    vars(figure)["_octadisc_scale"] = scale
    if scale != 1:
        figure.set_dpi(round(figure.dpi * scale))


def scale_of(figure: Figure) -> float:
    """Give how much larger a figure is written than it is laid out; 1 for one that is not ours."""
    return float(vars(figure).get("_octadisc_scale", 1.0))


def _settle(ax: Axes) -> None:
    """Fix on the Axes what matplotlib would otherwise look up when it makes ticks, after the context."""
    for text in (ax.xaxis.label, ax.yaxis.label):
        text.set_parse_math(False)  # a dollar sign in a release is a dollar sign
    names: tuple[Literal["x"], Literal["y"]] = ("x", "y")
    for name in names:
        ax.tick_params(
            axis=name,
            labelsize=STYLE[f"{name}tick.labelsize"],
            width=STYLE[f"{name}tick.major.width"],
            length=STYLE[f"{name}tick.major.size"],
            color=INK,
            labelcolor=INK,
            labelfontfamily="DejaVu Sans",
            grid_color=RULE,
            grid_linewidth=STYLE["grid.linewidth"],
        )
