"""The picture of which topics stand together: a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from octadisc.drawing.axes import wrapped
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.style import COLOURS, GREY, new_axes
from octadisc.topics.relations.name_places import (
    bare_axes,
    draw_circles,
    name_look,
    panel_size,
    push_apart,
    radii_of,
    text_box,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.relations.correlations import TopicCorrelations

__all__ = ["lay_out", "plot_network"]

Floats = npt.NDArray[np.float64]

_LINE = "#0072B2"
_THICKEST = 4.0  # points, of a correlation of 1
_LETTERS = 18
_LARGEST = 0.16


def plot_network(found: TopicCorrelations, ax: Axes | None, cutoff: float) -> Axes:
    """Draw circles by share, and lines where the interval is above 0; what stands alone stands below."""
    graph = found.to_graph(cutoff)

    topics = found.model.topics
    alone = 24.0 + 24.0 * int(np.ceil(len(topics) / 4))  # without any line there is little to see
    ax = new_axes(ax, width="double", height=125.0 if graph.number_of_edges() else min(alone, 125.0))
    bare_axes(ax)
    width, height = panel_size(ax)
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    radii = radii_of(topics["share"], _LARGEST)
    names = [wrapped(str(one), _LETTERS, 3) for one in topics["name"]]
    places, offsets = _spread_out(lay_out(graph), radii, names, (width, height))
    most = max((edge["weight"] for _, _, edge in graph.edges(data=True)), default=1.0)
    for one, other, edge in graph.edges(data=True):
        ax.plot(
            places[[one, other], 0],
            places[[one, other], 1],
            color=_LINE,
            lw=max(0.4, _THICKEST * edge["weight"] / most),
            alpha=0.5,
            solid_capstyle="butt",
            zorder=1,
        )
        middle = places[[one, other]].mean(axis=0)
        pair = f"{topics['name'][one]} and {topics['name'][other]}, correlation"
        told = say_number([pair], edge["weight"], edge["low"], edge["high"])
        note_elements(ax, [{"topic": one, "other": other}], [told], middle[0], middle[1])
    linked = np.array([graph.degree(k) > 0 for k in range(len(topics))])
    for mine, colour in ((linked, COLOURS[0]), (~linked, GREY)):
        if mine.any():
            draw_circles(ax, places[mine], radii[mine], color=colour, ec="white", lw=0.6, zorder=3)
    shares = zip(topics["name"], 100 * topics["share"].to_numpy(float), strict=True)
    says = [say_number([str(one)], share) + " per cent" for one, share in shares]
    keys = [{"topic": k} for k in range(len(topics))]
    note_elements(ax, keys, says, places[:, 0], places[:, 1], width=2 * radii, height=2 * radii)
    for place, offset, name in zip(places, offsets, names, strict=True):
        ax.annotate(
            name,
            (float(place[0]), float(place[1])),
            xytext=(0.0, -72 * float(offset)),
            textcoords="offset points",
            ha="center",
            va="top",
            **name_look(),
        )
    said = (
        "lines: topics that stand in the same releases (interval of the correlation above 0), the thicker "
        "the more; grey: none.\nNo line does not say that topics avoid each other: shares sum to 1, which "
        "draws all below 0. Circles by mean share"
    )
    if not graph.number_of_edges():
        said = (
            "No lines: no interval of a correlation is above 0. That does not say that topics avoid each "
            "other:\nshares sum to 1, which draws all below 0. Circles by mean share"
        )
    ax.set_xlabel(said, labelpad=6)
    return ax


def _spread_out(
    places: Floats, radii: Floats, names: list[str], size: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Stretch a layout over the panel, and move circles with their names until none is over another.

    Gives places in inches and how far below its circle's middle each name begins.
    """
    boxes = np.array([text_box(name) for name in names])
    halves = np.column_stack([np.maximum(boxes[:, 0] / 2, radii), radii + boxes[:, 1] / 2]) + 0.03
    low, high = places.min(axis=0), places.max(axis=0)
    room = np.array(size) - 2 * halves.max(axis=0)
    shifted = (places - low) / np.where(high > low, high - low, 1.0) * room + halves.max(axis=0)
    shifted = np.where(high > low, shifted, np.array(size) / 2)
    middles = push_apart(shifted, halves, size)
    # a box holds the circle above and the name below
    return middles + np.column_stack([np.zeros(len(radii)), boxes[:, 1] / 2]), radii + 0.02


def lay_out(graph: Any) -> Floats:
    """Give nodes their places: those with lines by their pull, each part by itself, the rest in rows below.

    The same graph has the same places: the search begins at a fixed place, with a fixed seed.
    """
    import networkx

    n = graph.number_of_nodes()
    places = np.zeros((n, 2))
    pull = networkx.Graph()
    pull.add_nodes_from(sorted(graph.nodes))
    for one, other, edge in sorted(graph.edges(data=True), key=lambda each: each[:2]):
        pull.add_edge(one, other, weight=edge["weight"], length=1.0 / (0.25 + edge["weight"]))
    parts = sorted(networkx.connected_components(pull), key=lambda part: (-len(part), min(part)))
    alone = [min(part) for part in parts if len(part) == 1]
    right = 0.0
    lowest = 0.0
    for part in parts:
        if len(part) == 1:
            continue
        made = _place_part(pull.subgraph(sorted(part)))
        nodes = sorted(part)
        size = np.sqrt(len(nodes))
        spots = np.array([made[k] for k in nodes]) * size
        spots[:, 0] += right - spots[:, 0].min()
        spots[:, 1] -= spots[:, 1].mean()
        places[nodes] = spots
        right = float(spots[:, 0].max()) + 1.6
        lowest = min(lowest, float(spots[:, 1].min()))
    width = max(right - 1.6, 1.4 * (np.ceil(np.sqrt(1.5 * len(alone))) - 1), 1.4)
    in_row = max(1, min(len(alone), int(width / 1.4) + 1))
    for i, node in enumerate(alone):
        row, column = divmod(i, in_row)
        step = width / max(in_row - 1, 1)
        places[node] = (column * step, lowest - 1.1 - 0.8 * row)
    return places


def _place_part(part: Any) -> Any:
    """Place a connected part: path lengths first, then the springs loosen what lies close."""
    import networkx

    if part.number_of_nodes() == 2:
        one, other = sorted(part.nodes)
        return {one: np.array([-0.5, 0.0]), other: np.array([0.5, 0.0])}
    nodes = sorted(part.nodes)
    circle = {
        k: np.array([np.cos(2 * np.pi * i / len(nodes)), np.sin(2 * np.pi * i / len(nodes))])
        for i, k in enumerate(nodes)
    }
    begun = networkx.kamada_kawai_layout(part, pos=circle, weight="length")
    n = part.number_of_nodes()
    return networkx.spring_layout(part, pos=begun, weight="weight", k=1.6 / np.sqrt(n), iterations=60, seed=0)
