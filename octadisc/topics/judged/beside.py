"""What people judged of topics, written beside them in figures of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from octadisc.drawing.style import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["JUDGED", "say_judged", "write_beside"]

# columns of a model's topics once scores were carried into it
JUDGED = ("judged", "precision", "precision_low", "precision_high", "n_judged")


def say_judged(topics: pd.DataFrame) -> list[str]:
    """Give what stands beside each topic: "judged 7 of 8", or nothing of one that nobody judged.

    Examples
    --------
    >>> import pandas as pd
    >>> say_judged(pd.DataFrame({"judged": ["7 of 8", None, "1 of 8: not beyond chance"]}))
    ['judged 7 of 8', '', 'judged 1 of 8: not beyond chance']
    >>> say_judged(pd.DataFrame({"name": ["trust"]}))
    ['']
    """
    if "judged" not in topics:
        return [""] * len(topics)
    return [f"judged {one}" if isinstance(one, str) and one else "" for one in topics["judged"]]


def write_beside(ax: Axes, said: Sequence[str]) -> None:
    """Write a text at the right of each row, on two lines where it says more than a number."""
    for row, text in enumerate(said):
        if text:
            ax.annotate(
                text.replace(": ", ":\n"),
                (1.02, row),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=6.5,
                linespacing=1.15,
                color=INK,
                annotation_clip=False,
            )
