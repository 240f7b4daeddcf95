"""Whether a topic's movement survives the mix of issuers: as published, in a fixed mix, within issuers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle
from octadisc.drawing.labels import add_legend
from octadisc.drawing.panels import new_panels
from octadisc.drawing.style import COLOURS, GREY, Cue, new_figure
from octadisc.errors import NotEnoughDataError
from octadisc.figures.curves import PLAIN, draw_curve, points_of, put_points, say_weak, solid_of
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.moved import Moves, order_of, points
from octadisc.figures.panels import top_of
from octadisc.figures.words import counted, listed, quoted

if TYPE_CHECKING:
    from octadisc.figures.fitted import Fitted
    from octadisc.topics.effects.predictions import Curve
    from octadisc.topics.over_time import TopicTrend
    from octadisc.topics.over_time.split import TopicSplit

__all__ = ["describe_mix", "describe_split", "draw_mix_courses", "draw_split", "mixed_of", "split_spans"]

_MOST_SPLIT, _MOST_COURSES = 20, 4
_WORTH = 0.01  # of the mean share: less is not worth a word
_NOT_SPLIT = Missing("Changes were not split.")
_STANDARD = Cue(COLOURS[1], "dashed", "")
_LOOKS = {
    "as published": Cue(GREY, "solid", "o"),
    "within issuers, with 95% band": PLAIN[None],
    "in a fixed mix of issuers": _STANDARD,
}


def split_spans(trend: TopicTrend, fitted: Fitted, by: str = "issuer") -> TopicSplit:
    """Split the change of each topic from the first span to the last into what issuers say and who publishes.

    Raises
    ------
    NotEnoughDataError
        If there is one issuer only, or no two spans.
    """
    spans = fitted.spans
    if not fitted.issuers or len(spans) < 2:
        raise NotEnoughDataError(
            "There is one issuer only, or none is named: who publishes cannot make a difference, and "
            "is not told "
            "from what is said."
            if len(spans) > 1
            else "There are no two stretches of time with enough releases to compare."
        )
    frame = fitted.corpus.frame
    place = trend.grid.periods.locate(frame["date"])
    sides: list[list[str]] = []
    for one in (spans[0], spans[-1]):
        here = np.unique(place[(frame["span"] == one).to_numpy(bool) & (place >= 0)])
        sides.append([trend.grid.periods.labels[i] for i in here])
    both = set(sides[0]) & set(sides[1])
    return trend.split([x for x in sides[0] if x not in both], [x for x in sides[1] if x not in both], by=by)


def draw_split(split: TopicSplit, moves: Moves | Missing | None, fitted: Fitted) -> Drawing:
    """Draw what the change of each topic is made of, those that changed most on top."""
    moves = moves or Missing("Which topics moved is not known.")
    from dataclasses import replace

    order = order_of(moves, fitted.model.n_topics, _MOST_SPLIT)
    frame = split.frame.set_index("topic", drop=False).loc[order].reset_index(drop=True)
    shown = replace(
        split, frame=frame.assign(name=[f"{k} · {x}" for k, x in zip(order, frame["name"], strict=True)])
    )
    fig, (ax,) = new_figure(width="double", height=26 + 5.4 * len(frame))
    shown.plot(ax)
    first, last = fitted.spans[0], fitted.spans[-1]
    entitle(ax, f"Change of the mean share, {first} against {last}")
    return Drawing(
        fig,
        f"A row a topic: bars of the change within issuers and by who publishes, in percentage points. "
        f"{describe_mix(moves, split)}",
        f"The change of each topic's mean share from {first} to {last} (point) is the sum of what "
        f"changed within "
        "issuers and of what changed because others publish, or publish more; 95% intervals.",
        [split],
        fitted.ask(),
    )


def draw_mix_courses(
    trend: TopicTrend,
    fixed: TopicTrend | Missing | None,
    curve: Curve,
    moves: Moves | Missing | None,
    mixed: list[int],
) -> Drawing:
    """Draw the topics that moved or seemed to: as published, in a fixed mix, and within issuers.

    `mixed` are topics whose change is one of who publishes, the largest first; see `mixed_of`.
    """
    moves = moves or Missing("Which topics moved is not known.")
    fixed = fixed or Missing("There is no fixed mix.")
    chosen = _chosen(moves, len(curve.effect.model.topics), mixed)
    frame = curve.to_frame()
    frame[["share", "low", "high"]] *= 100
    frame = frame[frame["topic"].isin(chosen)]
    raw = {k: points_of(trend, k) for k in chosen}
    names = curve.effect.model.topics["name"]
    firm = solid_of(curve, frame)
    top = top_of(pd.concat([firm["share"], *(one["share"] for one in raw.values())]), firm["high"])
    weak = False
    fig, axes = new_panels([f"{k} · {names[k]}" for k in chosen], height=46, label="mean share, per cent")
    for ax, k in zip(axes, chosen, strict=True):
        line = _line_of(trend, k)
        ax.plot(line["middle"].to_numpy(), line["share"].to_numpy(float), color=GREY, lw=0.8, zorder=1.6)
        put_points(ax, raw[k], top)
        weak |= draw_curve(ax, curve, frame[frame["topic"] == k], top)
        if not isinstance(fixed, Missing):
            line = _line_of(fixed, k)
            look = {"color": _STANDARD.colour, "ls": _STANDARD.dash, "lw": 1.1, "zorder": 2.5}
            ax.plot(line["middle"].to_numpy(), line["share"].to_numpy(float), label="_fixed", **look)
    ways = "grey: as published; blue: within issuers, by the model's formula, with its 95% band"
    ways += f" ({say_weak(curve)})" if weak else ""
    if not isinstance(fixed, Missing):
        ways += "; dashed: in a fixed mix of issuers"
    add_legend(axes[0], list(_LOOKS)[: 2 if isinstance(fixed, Missing) else 3], _LOOKS, of_all=True)
    data: list[Any] = [curve, trend] + ([] if isinstance(fixed, Missing) else [fixed])
    return Drawing(
        fig,
        f"{counted(len(chosen), 'panel')}, one a topic, of its mean share over time: {ways}. "
        f"{describe_mix(moves)}",
        f"Mean share over time of topics that moved, or seem to as published; {ways}. Where grey "
        f"leaves the other "
        "two, who publishes has made a difference.",
        data,
    )


def _line_of(trend: TopicTrend, topic: int) -> pd.DataFrame:
    """Give a topic's shares in all periods, in per cent; NaN, and so a gap, where there is none."""
    frame = trend.frame[trend.frame["topic"] == topic]
    middle = frame["start"] + (frame["end"] - frame["start"]) / 2
    return pd.DataFrame({"middle": middle, "share": 100 * frame["share"]})


def _chosen(moves: Moves | Missing, n_topics: int, mixed: list[int]) -> list[int]:
    """Choose the topics to follow: the two that moved most surely, and two that only seem to."""
    order = order_of(moves, n_topics, n_topics)
    if isinstance(moves, Missing):
        return order[:_MOST_COURSES]
    verdict = moves.telling().set_index("topic")["verdict"]
    moved = [k for k in order if verdict[k] == "moved"]
    seeming = [k for k in mixed if verdict[k] != "moved"]
    seeming += [k for k in order if verdict[k] == "who publishes"]
    picked = [*moved[: max(2, _MOST_COURSES - len(seeming))], *seeming]
    return list(dict.fromkeys([*picked, *order]))[:_MOST_COURSES]


def mixed_of(split: TopicSplit | Missing) -> pd.DataFrame:
    """Give the rows of the topics whose change comes from who publishes, and not from what issuers say.

    What who publishes changed is beyond its interval and at least a point, and what changed within issuers,
    each counted singly, is less than a third of it or goes the other way.
    """
    if isinstance(split, Missing):
        return pd.DataFrame({"topic": [], "name": []})
    frame = split.frame
    sure = (frame["between_low"] > 0) | (frame["between_high"] < 0)
    little = frame["within"] * np.sign(frame["between"]) < frame["between"].abs() / 3
    mixed = frame[sure & little & (frame["between"].abs() >= _WORTH)]
    return mixed.loc[mixed["between"].abs().sort_values(ascending=False, kind="stable").index]


def describe_split(split: TopicSplit | Missing) -> str:
    """Name the topics whose change comes from who publishes, with both parts of the change."""
    mixed = mixed_of(split)
    if mixed.empty:
        return ""
    said = [
        f"“{one.name}” ({points(one.between, one.between_low, one.between_high)} by who publishes, "
        f"{points(one.within, one.within_low, one.within_high)} within issuers)"
        for one in mixed.itertuples()
    ]
    return f" A change that is one of who publishes, from the first span to the last: {listed(said, 6)}."


def describe_mix(moves: Moves | Missing, split: TopicSplit | Missing = _NOT_SPLIT) -> str:
    """Name the topics whose movement is gone when each issuer is compared with itself, and the others."""
    if isinstance(moves, Missing):
        return moves.reason
    if not moves.within:
        return (
            "There is one issuer only, or none is named: who publishes and what is said cannot be told apart."
        )
    table = moves.telling()
    gone = table[table["verdict"] == "who publishes"]
    said = [
        f"“{one.name}”, from {one.reference} to {one.value} {points(one.raw, one.raw_low, one.raw_high)} "
        f"as published, "
        f"{points(one.change, one.low, one.high)} within issuers"
        for one in gone.itertuples()
    ]
    text = (
        f"Movement that is gone when each issuer is compared with itself: {'; '.join(said[:6])}."
        if said
        else "No topic's movement disappears when each issuer is compared with itself."
    )
    held = table[table["verdict"] == "moved"]
    both = held["topic"].isin(mixed_of(split)["topic"])
    text += describe_split(split)
    text += f" Movement stays in {listed(quoted(held.loc[~both, 'name']), 8)}." if (~both).any() else ""
    if both.any():
        text += (
            f" Undecided are {listed(quoted(held.loc[both, 'name']), 8)}: the largest issuers moved, or "
            "those with few releases, who were taken as one, changed hands."
        )
    return text
