"""Small multiples: one panel a name, all on the same scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from octadisc.drawing.axes import entitle, wrapped
from octadisc.drawing.style import new_figure, to_inches
from octadisc.drawing.styles import chosen_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["new_panels"]

_LEAST_PANEL = 44.0  # millimetres across, for a title of 24 letters
_PAGE = 232.0  # millimetres of the finished figure's height: with its caption it fills a page
_LEAST_ROW = 24.0
_MOST_ROWS = 6  # rather more panels side by side, though places stay empty, than lower ones
_TITLE, _SMALL = 8.0, 6.5  # points
_CAPITALS = 0.71  # of the letters that a line holds


def new_panels(
    names: Sequence[Any], *, height: float = 34.0, label: str = "", bold: Sequence[bool] | None = None
) -> tuple[Figure, list[Axes]]:
    """Make a figure with a panel for each name, at most four across on an article's page, with shared scales.

    One or two panels make a figure of one column's width, more make one of two columns'.

    Parameters
    ----------
    names : sequence
        Titles of the panels.
    height : float
        Of a row of panels, in millimetres.
    label : str
        Of the y axis, written once.
    bold : sequence of bool, optional
        Whether each title is bold; all are by default.

    Returns
    -------
    Figure, list of Axes
        As many as names, in reading order.

    Examples
    --------
    >>> fig, axes = new_panels(["trust", "drugs", "firearms", "borders", "fraud"])
    >>> len(axes), len(fig.axes)
    (5, 6)
    """
    n = len(names)
    columns = _across(n, max(2, int(to_inches("double") * 25.4 / _LEAST_PANEL)))  # four of an article's page
    rows = max(1, -(-n // columns))
    height = min(height, max(_LEAST_ROW, (_PAGE / chosen_style().scale - 12) / rows))
    width = "double" if n > 2 else "single"
    fig, axes = new_figure(rows, columns, width=width, height=12 + height * rows)
    letters = min(24, int(24 * to_inches(width) * 25.4 / columns / _LEAST_PANEL)) if columns > 1 else 50
    _entitle_all(axes[:n], [str(one) for one in names], letters, bold or [True] * n)
    for ax in axes[n:]:
        ax.set_visible(False)
    for ax in axes[
        max(0, n - columns) : n
    ]:  # the lowest panel of each column, also where the last row is short
        ax.tick_params(axis="x", labelbottom=True)
    if label:
        fig.supylabel(label, fontsize=7.5)
    return fig, axes[:n]


def _entitle_all(axes: Sequence[Axes], names: Sequence[str], letters: int, bold: Sequence[bool]) -> None:
    """Write titles that differ: all in smaller type on three lines where on two one would be cut."""
    capitals = [one.isupper() for one in names]  # they are wide
    widths = [int(_CAPITALS * letters) if one else letters for one in capitals]
    texts = [wrapped(name, width) for name, width in zip(names, widths, strict=True)]
    cut = len(set(texts)) < len(set(names)) or any(
        text.endswith("…") and not name.endswith("…") for text, name in zip(texts, names, strict=True)
    )
    for ax, name, width, heavy in zip(axes, names, widths, bold, strict=True):
        entitle(ax, name, letters=width, bold=heavy)
        if cut:
            text = wrapped(name, int(0.92 * width * _TITLE / _SMALL), 3)
            options: dict[str, Any] = {"fontsize": _SMALL, "fontweight": "bold" if heavy else "normal"}
            ax.set_title(text, loc="left", pad=3, parse_math=False, **options)


def _across(n: int, most: int) -> int:
    """Choose how many panels stand side by side: as many as fit, or one less where fewer places stay empty.

    >>> [_across(n, 4) for n in (1, 4, 5, 7, 9, 12, 14)]
    [1, 4, 3, 4, 3, 4, 3]
    """
    if n <= most:
        return max(1, n)
    high = -(-n // (most - 1)) > _MOST_ROWS
    fewer = (most - 1,) if (most > 3 and not high) or n == 4 else ()
    return int(min((most, *fewer), key=lambda one: -n % one))
