"""Heat maps: a table as cells, with what is nothing told from what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.drawing.axes import inches_of, name_axis
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.marks import period_axis
from octadisc.drawing.numbers import settle_scale, write_numbers
from octadisc.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["HEAT", "draw_heat"]

HEAT = ("#e3eef8", "#a9cce6", "#5b9fd0", "#1f6cae", "#0b3a6f")  # light to dark: also right in grey


def draw_heat(
    ax: Axes,
    table: pd.DataFrame,
    *,
    unit: str = "releases",
    numbers: bool = True,
    labels: Sequence[str] | None = None,
) -> Axes:
    """Draw a table as a heat map; nothing there (0) is white with a dot, not known (NaN) is hatched.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        A row per name (the first on top), a column per period, numbers of at least 0. Where the
        greatest is more than 20 times the least, the scale is logarithmic.
    unit : str
        What the numbers are, for the scale.
    numbers : bool
        Whether to write numbers into the cells where they fit.
    labels : sequence of str, optional
        What is written beside the rows, if not their names.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, LogNorm, Normalize

    values = table.to_numpy(float)
    if values.size and np.nanmin(values, initial=0) < 0:
        raise InputError("A heat map shows numbers of at least 0; the table has smaller ones.")
    filled = values[np.isfinite(values) & (values > 0)]
    least, most = (float(filled.min()), float(filled.max())) if filled.size else (1.0, 1.0)
    norm = LogNorm(least, most) if most > 20 * least else Normalize(0, most)
    colours = LinearSegmentedColormap.from_list("octadisc", HEAT)
    shown = np.ma.masked_where(~np.isfinite(values) | (values <= 0), values)
    rows, columns = values.shape
    ax.grid(False)
    ax.pcolormesh(
        np.arange(columns + 1) - 0.5,
        np.arange(rows + 1) - 0.5,
        shown,
        cmap=colours,
        norm=norm,
        ec="white",
        lw=0.6,
    )
    empty = np.argwhere(values == 0)
    ax.plot(empty[:, 1], empty[:, 0], ls="none", marker=".", ms=1.6, color="#b5b5b5", mew=0, label="_empty")
    for row, column in np.argwhere(~np.isfinite(values)):
        sides, height = [column - 0.5, column + 0.5], 0.46  # a line of white between one row and the next
        ax.fill_between(sides, row - height, row + height, fc="none", ec="#d9d9d9", hatch="////", lw=0)
    if numbers:
        write_numbers(ax, values, norm)
    _note_cells(ax, table, values, unit)
    name_axis(ax, list(labels or table.index), letters=28 if inches_of(ax)[0] < 4 else 36)
    period_axis(ax, [str(one) for one in table.columns])
    ax.tick_params(axis="x", length=2)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    figure = ax.get_figure()
    written = len(ax.texts) > 0
    if (
        figure is not None and most > least and (rows > 2 or not written)
    ):  # one or two rows of numbers need no scale
        bar = figure.colorbar(ScalarMappable(norm, colours), ax=ax, fraction=0.03, pad=0.015, aspect=18)
        settle_scale(
            bar, least if isinstance(norm, LogNorm) else 0.0, most, unit, log=isinstance(norm, LogNorm)
        )
    return ax


def _note_cells(ax: Axes, table: pd.DataFrame, values: npt.NDArray[np.float64], unit: str) -> None:
    """Note each cell by the names of its row and column, under the names of the table's two axes."""
    row_name, column_name = (
        str(one or default) for one, default in ((table.index.name, "row"), (table.columns.name, "column"))
    )
    for i, row in enumerate(table.index):
        keys = [{row_name: row, column_name: column} for column in table.columns]
        says = [
            f"{say_number([row, column], value)} {unit}"
            for column, value in zip(table.columns, values[i].tolist(), strict=True)
        ]
        note_elements(ax, keys, says, np.arange(len(keys)), i, width=1.0, height=1.0)
