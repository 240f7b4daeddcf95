"""For whom topics moved: what issuers speak of at the same time, and one topic's course issuer by issuer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import date_axis, name_columns
from octadisc.drawing.heat import draw_heat
from octadisc.drawing.panels import new_panels
from octadisc.drawing.style import new_figure
from octadisc.errors import NotEnoughDataError
from octadisc.figures.choices import publishers
from octadisc.figures.curves import draw_curve, points_of, put_points, say_weak, solid_of
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.moved import BEYOND, Moves, estimate_curve, order_of
from octadisc.figures.panels import longer_periods, top_of
from octadisc.figures.question import FEW
from octadisc.figures.save import Table
from octadisc.figures.words import counted, listed, per_cent
from octadisc.topics.effects.effects import estimate_effect

if TYPE_CHECKING:
    from octadisc.figures.fitted import Fitted
    from octadisc.topics.effects.predictions import Contrasts, Curve
    from octadisc.topics.over_time import TopicTrend

__all__ = ["compare_issuers", "describe_issuers", "draw_courses_by_issuer", "draw_levels", "estimate_levels"]

_FLEXIBLE = "~ publisher * s(date, 3)"  # a cubic for each issuer: few releases each bear no more
_NOBODY = "There is one issuer only, or none is named: nobody can be compared with another."


def estimate_levels(fitted: Fitted, seed: int = 0) -> Table:
    """Give each issuer's mean share of each topic, at the same time.

    By the curves of ``~ publisher + s(date)``, at the middle of the releases' dates, which sets issuers who
    published at different times side by side; plain means where there are no dates.

    Returns
    -------
    Table
        One row a topic and issuer: topic, name, group, share, low, high (NaN for plain means), releases.

    Raises
    ------
    NotEnoughDataError
        If there are no two issuers.
    """
    if not fitted.issuers:
        raise NotEnoughDataError(_NOBODY)
    model, corpus = fitted.model, fitted.corpus
    sizes = corpus.frame["publisher"].value_counts()
    if fitted.formula and "publisher" in fitted.formula and "date" in fitted.formula:
        effect = estimate_effect(model, fitted.formula, seed=seed, clusters=fitted.releases)
        middle = (
            corpus.frame["date"].dropna().sort_values().iloc[int(corpus.frame["date"].notna().sum()) // 2]
        )
        made = effect.curve("date", by="publisher", values=[middle]).to_frame()
        frame, recipe = made[["topic", "name", "group", "share", "low", "high"]], effect.spec
    else:
        means = pd.DataFrame(model.shares).groupby(corpus.frame["publisher"].to_numpy(object)).mean()
        tidy = means.rename_axis("group").reset_index().melt("group", var_name="topic", value_name="share")
        names = tidy["topic"].astype(int).map(model.topics["name"])
        frame, recipe = tidy.assign(name=names, low=np.nan, high=np.nan), model.spec
    frame = frame.assign(releases=frame["group"].map(sizes).astype(int))
    return Table.of(frame, "estimate_levels", recipe)


def compare_issuers(fitted: Fitted, seed: int = 0) -> Contrasts:
    """Compare all pairs of issuers in all topics, at the same time if there are dates.

    Raises
    ------
    NotEnoughDataError
        If there are no two issuers.
    """
    if not fitted.issuers:
        raise NotEnoughDataError(_NOBODY)
    formula = fitted.formula if fitted.formula and "publisher" in fitted.formula else "~ publisher"
    return estimate_effect(fitted.model, formula, seed=seed, clusters=fitted.releases).contrast("publisher")


def draw_levels(levels: Table, fitted: Fitted) -> Drawing:
    """Draw what each issuer speaks of as a heat map: a row an issuer, a column a topic."""
    frame = levels.frame
    table = frame.pivot_table("share", "group", "topic").clip(lower=0) * 100
    order = [one for one in publishers(fitted.corpus) if one in table.index]
    sizes = frame.drop_duplicates("group").set_index("group")["releases"]
    table = table.loc[order]
    names = fitted.model.topics["name"]
    fig, (ax,) = new_figure(width="double", height=44 + 7 * len(table))
    draw_heat(ax, table.round(0), unit="per cent", labels=[f"{one} ({sizes[one]:,})" for one in order])
    name_columns(ax, [f"{k} · {name}" for k, name in enumerate(names)])
    same = "at the same date, by the model's formula" if frame["low"].notna().any() else "over the whole time"
    return Drawing(
        fig,
        f"Heat map of mean topic shares, {counted(len(table), 'row')} of issuers by "
        f"{counted(len(names), 'topic')}. "
        f"{describe_issuers(levels, Missing(''))}",
        f"Mean share of each topic in the {fitted.unit}s of each issuer, per cent, {same} (estimates "
        f"below zero drawn as zero; a dot: less than half of one per cent); in brackets the number of "
        f"{fitted.unit}s.",
        [levels],
        fitted.ask(),
    )  # fmt: skip


def describe_issuers(levels: Table | Missing, compared: Contrasts | Missing) -> str:
    """Say which topics set issuers apart most, and what may be read from that."""
    if isinstance(levels, Missing):
        return levels.reason
    frame = levels.frame
    wide = frame.pivot_table("share", "topic", "group")
    gaps = (wide.max(axis=1) - wide.median(axis=1)).sort_values(ascending=False, kind="stable")
    said = []
    for k in gaps.index[:3]:
        one = frame[(frame["topic"] == k) & (frame["group"] == wide.loc[k].idxmax())].iloc[0]
        between = (
            f", {per_cent(max(one['low'], 0))} to {per_cent(one['high'])}" if np.isfinite(one["low"]) else ""
        )
        usual = per_cent(max(float(wide.loc[k].median()), 0.0))
        said.append(
            f"“{one['name']}” ({one['group']}: {per_cent(one['share'])}{between}; in the middle {usual})"
        )
    text = f"Issuers differ most in {listed(said)}."
    if isinstance(compared, Missing):
        return text
    q = compared.frame["q_value"]
    tested = int(q.notna().sum())
    return (
        f"{text} Of {tested:,} differences between two issuers in a topic {int((q <= BEYOND).sum()):,} "
        f"are beyond "
        "chance. That is said of what these issuers published, taken as one draw of what they might "
        "have: not of "
        "issuers of their kind, of whom one has seen these few, and not why they differ."
    )


def draw_courses_by_issuer(
    fitted: Fitted, moves: Moves | Missing | None, every: Any, seed: int = 0
) -> Drawing:
    """Draw the topic that moved most issuer by issuer: a curve each, and shares by period as points.

    Raises
    ------
    NotEnoughDataError
        If there are no two issuers, or no dates.
    """
    moves = moves or Missing("Which topics moved is not known.")
    if not fitted.issuers:
        raise NotEnoughDataError(_NOBODY)
    model, corpus = fitted.model, fitted.corpus
    topic = order_of(moves, model.n_topics)[0]
    trend = model.over_time(longer_periods(corpus, every), by="publisher")
    order = [one for one in publishers(corpus) if one in set(trend.frame["group"])][:12]
    points = {one: points_of(trend, topic, one) for one in order}
    curve = _curve_by_issuer(fitted, topic, seed)
    frame = pd.DataFrame({"topic": [], "group": [], "share": [], "high": []})
    if curve is not None:
        frame = curve.to_frame()
        frame[["share", "low", "high"]] *= 100
        frame = frame[frame["topic"] == topic]
    solid = pd.concat([one["share"][one["releases"] >= FEW] for one in points.values()])
    known = frame
    if curve is not None:
        firm = pd.concat([solid_of(curve, part, str(one)) for one, part in frame.groupby("group")])
        known = firm if firm["share"].notna().any() else frame  # if nobody has enough, all that is drawn
    top = top_of(pd.concat([known["share"], solid]), known["high"])
    weak = False
    fig, axes = new_panels(order, height=32, label="mean share, per cent")
    for ax, one in zip(axes, order, strict=True):
        put_points(ax, points[one], top)
        mine = frame[frame["group"] == one]
        if len(mine) and curve is not None:
            weak |= draw_curve(ax, curve, mine, top, group=one)
        ax.set_ylim(0, top)
    date_axis(axes[0], _days(trend))
    name = model.topics["name"][topic]
    ends = [f"{one} {_course(points[one])}" for one in order if len(points[one]) > 1]
    formula = ""
    if curve is not None:
        formula = f"; curve: a cubic for each issuer ({_FLEXIBLE}), with its 95% band"
        formula += f", {say_weak(curve)}" if weak else ""
    high = any((one["share"] > top).any() for one in points.values())
    return Drawing(
        fig,
        f"{counted(len(order), 'panel')}, one an issuer: mean share of the topic {name} over time. "
        f"First and last period: {listed(ends, 12)}.",
        f"Mean share of topic {topic}, {name}, which moved most, in what each issuer published: points by "
        f"period, hollow below five releases{', triangles above the frame' * high}{formula}. All panels "
        "share one scale; bands that leave it are cut.",
        [trend] if curve is None else [curve, trend],
        fitted.ask(trend),
    )


def _days(trend: TopicTrend) -> pd.Series:
    """Give the first and last days of the periods with releases."""
    filled = trend.frame[trend.frame["releases"] > 0]
    return pd.concat([filled["start"], filled["end"]])


def _curve_by_issuer(fitted: Fitted, topic: int, seed: int) -> Curve | None:
    """Give a curve for each issuer, if the data bear one."""
    from octadisc.errors import OctadiscError

    try:
        return estimate_curve(fitted, _FLEXIBLE, seed, by="publisher", topics=[topic], n_points=31)
    except OctadiscError:
        return None


def _course(points: pd.DataFrame) -> str:
    first, last = points["share"].iloc[0] / 100, points["share"].iloc[-1] / 100
    return f"{per_cent(first)} to {per_cent(last)}"
