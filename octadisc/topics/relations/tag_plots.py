"""The picture of which topic has which tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from octadisc.drawing.axes import name_columns
from octadisc.drawing.heat import draw_heat
from octadisc.drawing.style import new_axes
from octadisc.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.relations.tags import TagComparison

__all__ = ["plot_tags"]

_LEAST = 0.1  # of a tag's releases, which a topic must have to be drawn


def plot_tags(found: TagComparison, ax: Axes | None, n: int) -> Axes:
    """Draw a row a tag, and a column a topic that has a tenth of a tag's releases or more."""
    if n < 1:
        raise InputError(f"n={n}: expected at least one tag to draw.")
    table = found.table().head(n)
    kept = table.loc[:, (table >= _LEAST).any(axis=0)]
    # tags follow each other; each brings the topics that it has most of and that are not there yet
    order: list[str] = []
    for _, row in kept.iterrows():
        order += [name for name in [row.idxmax()] if name not in order]
    order += [name for name in kept.columns if name not in order]
    kept = (100 * kept[order]).rename_axis(index="tag", columns="topic")
    ax = new_axes(ax, width="double", height=min(40.0 + 6.0 * len(kept), 220.0))
    draw_heat(ax, kept.round(0), unit="% of the tag's releases", numbers=True)
    counts = found.frame.set_index("tag")["releases"]
    ax.set_yticklabels([f"{tag} ({counts[tag]:,})" for tag in kept.index])
    name_columns(ax, list(kept.columns), letters=36, size=6.5)
    return ax
