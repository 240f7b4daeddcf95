"""Small multiples: one panel a name, all on the same scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from octadisc.drawing.axes import entitle
from octadisc.drawing.style import new_figure, to_inches
from octadisc.drawing.styles import chosen_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["new_panels"]

_LEAST_PANEL = 44.0  # millimetres across, for a title of 24 letters
_PAGE = 232.0  # millimetres of the finished figure's height: with its caption it fills a page
_LEAST_ROW = 24.0


def new_panels(names: Sequence[Any], *, height: float = 34.0, label: str = "") -> tuple[Figure, list[Axes]]:
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
    for ax, name in zip(axes, names, strict=False):
        entitle(ax, str(name), letters=letters)
    for ax in axes[n:]:
        ax.set_visible(False)
    for ax in axes[
        max(0, n - columns) : n
    ]:  # the lowest panel of each column, also where the last row is short
        ax.tick_params(axis="x", labelbottom=True)
    if label:
        fig.supylabel(label, fontsize=7.5)
    return fig, axes[:n]


def _across(n: int, most: int) -> int:
    """Choose how many panels stand side by side: as many as fit, or one less where fewer places stay empty.

    >>> [_across(n, 4) for n in (1, 4, 5, 7, 9, 12, 14)]
    [1, 4, 3, 4, 3, 4, 3]
    """
    if n <= most:
        return max(1, n)
    fewer = (most - 1,) if most > 3 or n == 4 else ()
    return int(min((most, *fewer), key=lambda one: -n % one))
