"""Pictures of how topics come back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle, name_axis, name_columns
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.heat import draw_heat
from octadisc.drawing.labels import add_legend
from octadisc.drawing.marks import draw_lines
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import COLOURS, GREY, INK, MARKERS, Cue, new_axes
from octadisc.topics.judged.beside import say_judged, write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.alignment.alignment import Alignment
    from octadisc.topics.alignment.permuted import CovariatePermutation
    from octadisc.topics.alignment.redrawn import Redrawn
    from octadisc.topics.alignment.stability import TopicStability
    from octadisc.topics.model import TopicModel

__all__ = ["describe_models", "plot_alignment", "plot_permutation", "plot_redrawn", "plot_stability"]

_MOST_MODELS = 24
_SURE = 0.05
_BAR = "#d5e6f2"
_KINDS = {
    "starts": "other starts",
    "resamples": "other releases",
    "sizes": "other numbers of topics",
    "methods": "other methods",
}


def plot_alignment(alignment: Alignment, ax: Axes | None, names: Sequence[str] | None = None) -> Axes:
    """Draw the mean of cosine and correlation of each topic and its match; a dot where it is not found."""
    frame = alignment.frame[alignment.frame["model"] <= _MOST_MODELS]
    mean = frame[["cosine", "correlation"]].mean(axis=1).where(frame["found"], 0.0)
    table = frame.assign(likeness=mean.clip(lower=0)).pivot_table("likeness", "topic", "model")
    first = alignment.models[0]
    table.index = pd.Index([first.topics["name"][k] for k in table.index], name="topic")
    ax = new_axes(ax, width="double", height=34.0 + 5.4 * len(table))
    draw_heat(ax, table.round(2), unit="likeness")
    names = names or describe_models([alignment.models[k] for k in table.columns], first)
    name_columns(ax, names[: table.shape[1]])
    return ax


def describe_models(models: Sequence[TopicModel], first: TopicModel) -> list[str]:
    """Say in a few words what sets each model apart from the first one; those alike are numbered."""
    made = []
    usual = first.spec.parameters
    for model in models:
        mine = model.spec.parameters
        said = [f"{model.n_topics} topics"] if model.n_topics != first.n_topics else []
        if mine.get("method") != usual.get("method"):
            said.append(str(mine.get("method")))
        elif len(model.releases) != len(first.releases):
            said.append("other releases")
        elif mine.get("start") != usual.get("start") or not said:
            said.append(f"other start ({mine.get('start')})")
        made.append(", ".join(said))
    many = {one for one in made if made.count(one) > 1}
    return [f"{one} {made[: i + 1].count(one)}" if one in many else one for i, one in enumerate(made)]


def plot_stability(stability: TopicStability, ax: Axes | None) -> Axes:
    """Draw a row a topic: the share of the fits of each kind in which it is found, all kinds as a bar."""
    table = stability.to_frame().sort_values("found", ascending=False, kind="stable")
    kinds = [one for one in _KINDS if table[one].notna().any()]
    said = say_judged(stability.model.topics.iloc[table["topic"].to_numpy(np.int64)])
    row = 6.2 if any(said) else 5.2
    ax = new_axes(ax, width="double", height=min(230.0, 26.0 + row * len(table)))
    places = np.arange(len(table))
    ax.barh(places, 100 * table["found"], height=0.62, color=_BAR, label="_all", zorder=1)
    found = 100 * table["found"].to_numpy(float)
    says = [
        say_number([name, "found again"], value) + " per cent"
        for name, value in zip(table["name"], found.tolist(), strict=True)
    ]
    keys = table[["topic"]].to_dict("records")
    note_elements(ax, keys, says, found / 2, places, width=found, height=0.8)
    cues = {_KINDS[one]: Cue(COLOURS[i], "none", MARKERS[i]) for i, one in enumerate(kinds)}
    offsets = np.linspace(-0.2, 0.2, len(kinds)) if len(kinds) > 1 else [0.0]
    for one, offset in zip(kinds, offsets, strict=True):
        cue = cues[_KINDS[one]]
        ax.plot(
            100 * table[one].to_numpy(float), places + offset, ls="none", marker=cue.marker, ms=3.6,
            color=cue.colour, zorder=3, clip_on=False,
        )  # fmt: skip
    ax.axvline(80, color=INK, lw=0.6, ls=(0, (4, 2)), zorder=2)
    ax.annotate("stable", (80, 1.0), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=7)
    name_axis(ax, table["name"].tolist(), letters=38)
    write_beside(ax, said)
    ax.set_xlim(0, 100)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", pad=6)  # points at 0 stand half before the axis
    ax.set_xlabel("found again, per cent of the fits (bar: all)")
    add_legend(ax, list(cues), cues)
    return ax


def plot_redrawn(redrawn: Redrawn, ax: Axes | None) -> Axes:
    """Draw the model's course with its interval, others thin: by kind of fit."""
    frame = redrawn.frame.assign(middle=lambda one: one["start"] + (one["end"] - one["start"]) / 2)
    frame[["share", "low", "high"]] *= 100
    ax = new_axes(ax, width="double", height=70.0)
    kinds = [one for one in dict.fromkeys(frame["kind"]) if one != "model"]
    cues = {f"by {one}": Cue(COLOURS[i + 1], "solid", "") for i, one in enumerate(kinds)}
    for place, part in frame[frame["model"] > 0].groupby("model"):
        cue = cues[f"by {part['kind'].iloc[0]}"]
        ax.plot(part["middle"].to_numpy(), part["share"].to_numpy(float), color=cue.colour, lw=0.6, alpha=0.6,
                ls="solid", zorder=1.5, label=f"_{place}")  # fmt: skip
    own = frame[frame["model"] == 0]
    draw_lines(ax, own, x="middle", y="share", group=None)
    ax.set_ylabel("mean share, per cent")
    looks = {"the model, with 95% interval": Cue(COLOURS[0], "solid", "o")}
    looks |= cues
    add_legend(ax, list(looks), looks)
    entitle(ax, redrawn.name)
    return ax


def plot_permutation(permuted: CovariatePermutation, ax: Axes | None) -> Axes:
    """Draw a row a topic: its effect in standard errors, and likewise by permutation, as strokes."""
    table = permuted.to_frame().sort_values("ratio", ascending=False, kind="stable")
    frame = permuted.frame
    ax = new_axes(ax, width="double", height=min(230.0, 24.0 + 5.0 * len(table)))
    for row, one in enumerate(table.itertuples()):
        drawn = frame[(frame["topic"] == one.topic) & (frame["permutation"] > 0)]
        places = np.full(len(drawn), row)
        ax.plot(drawn["ratio"], places, ls="none", marker="|", ms=6, color=GREY, mew=0.7, label="_")
        sure = one.p_family <= _SURE
        ax.plot(one.ratio, row, ls="none", marker="o", ms=5, mec=COLOURS[0], zorder=3,
                mfc=COLOURS[0] if sure else "white")  # fmt: skip
        says = say_number([str(one.name), "effect in standard errors"], one.ratio)
        note_elements(ax, [{"topic": one.topic}], [says], one.ratio, row)
    ax.axvline(0, color=INK, lw=0.6)
    name_axis(ax, table["name"].tolist(), letters=38)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    number_ticks(ax.xaxis, frame["ratio"].to_numpy(float))
    ax.set_xlabel("effect on the mean share, in standard errors; strokes: with the covariate dealt out anew")
    entitle(ax, f"{permuted.term}; filled: beyond what any topic shows by chance (p ≤ .05)", letters=90)
    return ax
