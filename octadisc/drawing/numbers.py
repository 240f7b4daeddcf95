"""Numbers on axes, on scales and in cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from octadisc.drawing.axes import inches_of
from octadisc.drawing.style import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

__all__ = ["number_ticks", "settle_scale", "write_at_ends", "write_numbers"]


_SHORT = 3  # letters of a number


def number_ticks(axis: Axis, values: npt.NDArray[np.float64]) -> None:
    """Write an axis's numbers with commas, and only whole ones where all values are whole."""
    from matplotlib.ticker import MaxNLocator

    known = values[np.isfinite(values)]
    if (known == known.round()).all():
        fit: Any = "auto"
        longest = len(f"{np.abs(known).max(initial=0):,.0f}")
        across = axis is axis.axes.xaxis
        if across and longest > _SHORT:  # wider than matplotlib reckons with
            fit = max(2, min(9, int(inches_of(axis.axes)[0] * 72 / ((longest + 2) * 7.0 * 0.6))))
        axis.set_major_locator(MaxNLocator(fit, integer=True, steps=[1, 2, 5, 10], min_n_ticks=2))
    axis.set_major_formatter(lambda value, _: f"{value:,.10g}".replace("-", "\N{MINUS SIGN}"))


def settle_scale(bar: Any, least: float, most: float, unit: str, *, log: bool) -> None:
    """Give a colour bar round numbers, in small type, and the name of its unit."""
    if log:
        steps = [base * 10.0**power for power in range(-6, 9) for base in (1, 2, 5)]
        ticks = [one for one in steps if least <= one <= most]
        ticks = ticks if len(ticks) <= 6 else ticks[::2] if len(ticks) <= 11 else ticks[::3]
    else:
        from matplotlib.ticker import MaxNLocator

        rounds = MaxNLocator(4, integer=most >= 2).tick_values(0, most)
        ticks = [float(one) for one in rounds if 0 <= one <= most]
    bar.set_ticks(ticks, labels=[_number(one) for one in ticks])
    bar.ax.minorticks_off()
    bar.ax.tick_params(labelsize=7, length=2, width=0.5)
    bar.set_label(unit, size=7)
    bar.outline.set_visible(False)


def write_numbers(ax: Axes, values: npt.NDArray[np.float64], norm: Any) -> None:
    """Write the numbers into their cells, in the larger type that fits; in none if it does not fit all."""
    width, height = inches_of(ax)
    rows, columns = values.shape
    texts = [[_number(one) if np.isfinite(one) and one > 0 else "" for one in row] for row in values]
    longest = max((len(one) for row in texts for one in row), default=0)
    room = 0.8 * width / max(columns, 1)
    sizes = [
        size for size in (7.0, 6.0) if longest * size * 0.62 / 72 < room and height / max(rows, 1) > size / 60
    ]
    if not sizes:
        return
    for row, column in np.argwhere(np.isfinite(values) & (values > 0)):
        ink = "white" if float(norm(values[row, column])) > 0.5 else INK
        ax.text(
            column, row, texts[row][column], ha="center", va="center_baseline", fontsize=sizes[0], color=ink
        )


def write_at_ends(ax: Axes, values: npt.NDArray[np.float64], reach: npt.NDArray[np.float64]) -> None:
    """Write numbers beside horizontal bars that end at `reach`, and make room for them."""
    texts = [_number(one) if np.isfinite(one) else "" for one in values]
    for place, (text, end) in enumerate(zip(texts, np.nan_to_num(reach), strict=True)):
        ax.annotate(
            text, (float(end), place), (3, 0), textcoords="offset points", va="center", ha="left",
            fontsize=6.5, color=INK, annotation_clip=False,
        )  # fmt: skip
    width, _ = inches_of(ax)
    part = min(0.3, (max(map(len, texts), default=0) * 6.5 * 0.62 + 5) / 72 / max(width, 0.5))
    low, high = ax.get_xlim()
    ax.set_xlim(low, low + (high - low) / (1 - part))


def _number(value: float) -> str:
    if value >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.3g}"
