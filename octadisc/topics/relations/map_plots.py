"""The picture of a map of topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.style import COLOURS, GREY, new_axes
from octadisc.topics.labels.names import write_key
from octadisc.topics.relations.name_places import (
    bare_axes,
    boxes_of,
    draw_circles,
    fit_plane,
    name_circles,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.relations.maps import TopicMap

__all__ = ["plot_map"]

_LARGEST = 0.17


def plot_map(found: TopicMap, ax: Axes | None, *, names: bool) -> Axes:
    """Draw circles by share; further models' as rings, each with a line from the topic that it is."""
    frame = found.frame
    first = frame[frame["model"] == 0].reset_index(drop=True)
    ax = new_axes(ax, width="double", height=120.0 + float(np.clip(2 * (len(frame) - 20), 0, 50)))
    bare_axes(ax)
    every = frame[["x", "y"]].to_numpy(float)
    inches = fit_plane(ax, every)
    radii = _LARGEST * np.sqrt(frame["share"].to_numpy(float) / max(float(frame["share"].max()), 1e-12))
    radii = np.maximum(radii, 0.03)
    mine = (frame["model"] == 0).to_numpy(bool)
    draw_circles(ax, every[mine], radii[mine], color=COLOURS[0], alpha=0.55, ec="white", lw=0.6, zorder=3)
    for number in range(1, len(found.models)):
        theirs = (frame["model"] == number).to_numpy(bool)
        colour = COLOURS[number % len(COLOURS)] if number < len(COLOURS) else GREY
        draw_circles(ax, every[theirs], radii[theirs], facecolor="none", ec=colour, lw=0.8, zorder=2)
        part = frame[theirs & frame["matched"].notna().to_numpy(bool) & (frame["cosine"] >= 0.7).to_numpy()]
        for x, y, topic in zip(part["x"], part["y"], part["matched"], strict=True):
            other = first.iloc[int(topic)]
            ax.plot([x, other["x"]], [y, other["y"]], color=colour, lw=0.7, alpha=0.7, zorder=1)
    shares = zip(frame["name"], frame["model"], 100 * frame["share"].to_numpy(float), strict=True)
    says = [
        say_number([str(name), *([f"model {number}"] if number else [])], share) + " per cent"
        for name, number, share in shares
    ]
    note_elements(ax, frame[["topic", "model"]].to_dict("records"), says, every[:, 0], every[:, 1])
    numbered: list[int] = []
    if names:
        numbered = name_circles(
            ax,
            every[mine],
            inches[mine],
            radii[mine],
            first["name"].tolist(),
            first["topic"].tolist(),
            also=boxes_of(inches[~mine], radii[~mine]),
        )
    said = f"near: alike in words (stress {found.stress[0]:.2f}). Circles by mean share"
    said += "; rings: other models, with lines to the topics they are" if len(found.models) > 1 else ""
    told = write_key((int(first["topic"][i]), first["name"][i]) for i in numbered)
    ax.set_xlabel("\n".join([said, *told.splitlines()]), labelpad=6)
    return ax
