"""Points on an axis are drawn whole, while lines and bands still end at the frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["show_whole"]

_HALF_MARKER = 2.2  # points


def show_whole(ax: Axes, marks: Iterable[Any]) -> None:
    """Let lines that bear markers, or clouds of points, reach half a marker over the frame.

    A share of 0 lies on the axis: cut at the frame, only half of its point would be seen.

    Parameters
    ----------
    ax : Axes
    marks : iterable of Artist
        Lines without markers stay as they are.
    """
    from matplotlib.transforms import BboxBase

    class Wider(BboxBase):
        """The panel's box and half a marker around it, also when the layout changes."""

        def get_points(self) -> Any:
            figure = ax.get_figure(root=True)
            reach = _HALF_MARKER / 72 * (figure.dpi if figure is not None else 72.0)
            return ax.bbox.get_points() + np.array([[-reach, -reach], [reach, reach]])

    box = Wider()
    box.set_children(ax.bbox)
    for mark in marks:
        bare = hasattr(mark, "get_marker") and str(mark.get_marker()) in ("", "None", " ")
        if not bare:
            mark.set_clip_box(box)
