"""Pictures of what people judged, each on one Axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from octadisc.drawing.axes import name_axis
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.style import COLOURS, GREY, INK, new_axes
from octadisc.topics.judged.intrusion.tasks import write_chance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.judged.intrusion.scores import IntrusionScores

__all__ = ["plot_scores"]


def plot_scores(scores: IntrusionScores, ax: Axes | None) -> Axes:
    """Draw precision with its interval, a row a topic, the best on top, all topics together above them."""
    frame = scores.frame[scores.frame["over"] != "coder"]
    topics = frame[frame["over"] == "topic"].sort_values(["precision", "low"], ascending=False, kind="stable")
    frame = frame.iloc[:1] if len(topics) == 0 else frame.loc[[frame.index[0], *topics.index]]
    n = len(frame)
    ax = new_axes(ax, width="double", height=min(230.0, 26.0 + 5.6 * n))
    rows = np.arange(n, dtype=float)
    value, low, high = (100 * frame[name].to_numpy(float) for name in ("precision", "low", "high"))
    chance = 100 / scores.sheet.n_choices
    above = frame["q_value"].fillna(frame["p_value"]).to_numpy(float) < 0.05
    ax.axvline(chance, color=GREY, lw=0.9, ls=(0, (4, 2)), zorder=1)
    ax.hlines(rows, low, high, color=COLOURS[0], lw=1.3, alpha=0.55, zorder=2)
    for mine, fill in ((above, COLOURS[0]), (~above, "white")):
        ax.plot(
            value[mine],
            rows[mine],
            ls="none",
            marker="o",
            ms=4.2,
            mfc=fill,
            mec=COLOURS[0],
            mew=0.9,
            clip_on=False,
            zorder=3,
        )
    numbers = zip(frame["name"], value.tolist(), low.tolist(), high.tolist(), strict=True)
    says = [say_number([str(one)], *bounds) + " per cent" for one, *bounds in numbers]
    keys = [{"topic": int(one)} if pd.notna(one) and one >= 0 else {} for one in frame["topic"]]
    note_elements(ax, keys, says, value, rows)
    name_axis(ax, frame["name"].tolist(), letters=44)
    for y, row in enumerate(frame.itertuples()):
        said = f"{row.n_right:,} of {row.n_answers:,}"
        ax.annotate(
            said,
            (1.02, y),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=6.5,
            color=INK,
            annotation_clip=False,
        )
    if n > 1:
        ax.axhline(0.5, color=INK, lw=0.5)
    ax.annotate(
        f"chance: {write_chance(scores.sheet.n_choices)}",
        (chance, -0.5),
        xytext=(2, 2),
        textcoords="offset points",
        va="bottom",
        ha="left",
        fontsize=6.5,
        color="#5a5a5a",
        annotation_clip=False,
    )
    ax.set_xlim(0, 100)
    ax.set_xlabel(_label(scores))
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    title = scores.sheet.task.title
    ax.set_title(title, loc="left", fontsize=8, fontweight="bold", pad=13)  # above what stands at chance
    return ax


def _label(scores: IntrusionScores) -> str:
    what = "the model's label" if scores.sheet.kind == "best_label" else "the intruder"
    return f"answers that name {what}, per cent (filled: more than chance, q < .05)"
