"""The picture of shares as a model has them and as people do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from octadisc.drawing.axes import entitle
from octadisc.drawing.marks import draw_lines
from octadisc.drawing.style import Cue, new_axes
from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.table import name_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.judged.shares.corrected import CorrectedShares

__all__ = ["plot_corrected_shares"]

_CUES = {"as modelled": Cue("#8c8c8c", (0, (4, 2)), "s"), "corrected": Cue("#0072B2", "solid", "o")}


def plot_corrected_shares(
    made: CorrectedShares, ax: Axes | None, topic: int | str | None, group: str | None
) -> Axes:
    """Draw one topic in one group: dashed as modelled, solid as corrected, each with its band."""
    model = made.trend.model
    asked = [one for one in made.said.topics if one >= 0]
    if topic is None:
        number = max(asked, key=lambda one: float(model.topics["share"].iloc[one]))
    else:
        number = model.number_of(topic)
        if number not in asked:
            raise InputError(f"topic={topic!r}: it was not asked about. Asked about: {asked}.")
    groups = list(made.frame["group"].unique())
    chosen = groups[0] if group is None else group
    if chosen not in groups:
        raise UnknownNameError(f"There is no group {chosen!r}.{did_you_mean(str(chosen), groups)}")
    frame = made.frame[(made.frame["topic"] == number).fillna(False) & (made.frame["group"] == chosen)]
    parts = []
    for line, prefix in (("as modelled", "share"), ("corrected", "corrected")):
        names = {"height": prefix, "low": f"{prefix}_low", "high": f"{prefix}_high"}
        values = {new: 100 * frame[old].to_numpy(float) for new, old in names.items()}
        parts.append(frame[["start", "period", "topic", "group"]].assign(**values, line=line))
    ax = new_axes(ax)
    draw_lines(ax, pd.concat(parts, ignore_index=True), y="height", group="line", cues=_CUES)
    ax.set_ylim(0, min(ax.get_ylim()[1], 103))
    ax.set_ylabel(f"per cent of {name_rows(model.releases)}")
    gone = frame["note"].str.startswith("Not enough")
    if gone.any():
        ax.set_xlabel(f"{int(gone.sum())} of {len(frame)} periods: too few judged to correct")
    name = str(model.topics["name"].iloc[number])
    entitle(ax, name if chosen == "all" else f"{name} / {chosen}")
    return ax
