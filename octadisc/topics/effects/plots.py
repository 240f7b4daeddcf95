"""Pictures of effects, each on one Axes: estimates of a term, differences of a pair, curves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle, name_axis
from octadisc.drawing.clipping import show_whole
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.labels import add_legend
from octadisc.drawing.marks import draw_lines
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import COLOURS, GREY, INK, cues_for, new_axes, text_colour
from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.topics.alignment.plots import describe_models

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.effects.across import EffectsAcross
    from octadisc.topics.effects.effects import Effect
    from octadisc.topics.effects.predictions import Contrasts, Curve

__all__ = ["plot_across", "plot_contrasts", "plot_curve", "plot_effect"]

_MOST_LINES = 7
_FIRST = 5
_OUTSIDE = "left out: below 0 or above 100 by the linear fit"


def plot_effect(effect: Effect, ax: Axes | None, term: str | None) -> Axes:
    """Draw the estimates of one term for all topics."""
    terms = list(dict.fromkeys(effect.frame["term"]))
    if term is None:
        term = next((one for one in terms if one != "Intercept"), terms[0])
    if term not in terms:
        raise UnknownNameError(f"term={term!r} is not in the formula.{did_you_mean(term, terms)}")
    title = re.sub(r"\[(?:T\.)?(.+?)\]", r": \1", str(term))  # as formulas write levels of a factor
    return _draw_estimates(ax, effect.frame[effect.frame["term"] == term], title)


def plot_contrasts(contrasts: Contrasts, ax: Axes | None, value: Any, reference: Any) -> Axes:
    """Draw the differences of one pair of values for all topics."""
    frame = contrasts.frame
    pairs = frame[["value", "reference"]].drop_duplicates()
    for name, wanted in (("value", value), ("reference", reference)):
        if wanted is not None:
            pairs = pairs[pairs[name].astype("str") == str(wanted)]
    if len(pairs) != 1:
        some = ", ".join(f"{one.value} against {one.reference}" for one in pairs.head(4).itertuples())
        raise InputError(
            f"{len(pairs)} pairs fit, and one picture takes one. Choose one with value= and reference=: "
            f"{some or '–'}."
        )
    one = pairs.iloc[0]
    part = frame[(frame["value"] == one["value"]) & (frame["reference"] == one["reference"])]
    return _draw_estimates(ax, part, f"{_said(one['value'])} against {_said(one['reference'])}")


def _said(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def _draw_estimates(ax: Axes | None, frame: pd.DataFrame, title: str) -> Axes:
    """Draw points with intervals, the largest on top; hollow where zero cannot be ruled out."""
    frame = frame.sort_values("estimate", ascending=False, kind="stable")
    ax = new_axes(ax, width="double", height=min(200.0, 24.0 + 5.2 * len(frame)))
    places = np.arange(len(frame))
    points, low, high = (100 * frame[name].to_numpy(float) for name in ("estimate", "low", "high"))
    ax.hlines(places, low, high, color=INK, lw=0.9)
    numbers = zip(frame["name"], points.tolist(), low.tolist(), high.tolist(), strict=True)
    says = [say_number([one, title], *bounds) + " points" for one, *bounds in numbers]
    keys = frame[[one for one in ("topic", "value") if one in frame]].to_dict("records")
    note_elements(ax, keys, says, points, places)
    sure = (low > 0) | (high < 0)
    for mask, face in ((sure, COLOURS[0]), (~sure, "white")):
        ax.plot(points[mask], places[mask], ls="none", marker="o", ms=4, mfc=face, mec=COLOURS[0])
    ax.axvline(0, color=INK, lw=0.6)
    name_axis(ax, frame["name"].tolist(), letters=34)
    ax.set_ylim(len(frame) - 0.5, -0.5)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    number_ticks(ax.xaxis, points)
    told = ["difference of the mean share, percentage points"]
    told += ["hollow: zero not ruled out"] if (~sure).any() else []
    told += ["no interval: not enough data"] if np.isnan(low).any() else []
    ax.set_xlabel("; ".join(told))
    entitle(ax, title, letters=90)
    return ax


def plot_curve(curve: Curve, ax: Axes | None, topics: int | str | Iterable[int | str] | None) -> Axes:
    """Draw curves: a line a topic, or a line a group for one topic."""
    frame, model = curve.frame, curve.effect.model
    n_groups = frame["group"].nunique()
    if topics is None:
        known = curve.effect.topics
        share = model.topics["share"].to_numpy(float)
        known = sorted(known, key=lambda one: -share[one])  # of new releases not the order of the fit
        chosen = known[:1] if n_groups > 1 else known[:_FIRST]
    else:
        wanted = [topics] if isinstance(topics, str) or not isinstance(topics, Iterable) else list(topics)
        chosen = list(dict.fromkeys(model.number_of(one) for one in wanted))
    if n_groups > _MOST_LINES and len(chosen) == 1:  # those with most releases
        sizes = curve.effect.case.table[str(curve.by)].astype("str").value_counts()
        frame = frame[frame["group"].isin(sizes.index[:_MOST_LINES])]
        n_groups = _MOST_LINES
    if not chosen or (n_groups > 1 and len(chosen) > 1) or max(len(chosen), n_groups) > _MOST_LINES:
        raise InputError(
            f"{len(chosen)} topics and {n_groups} groups do not go into one picture. Choose one topic, "
            f"curve.plot(topics=0), or up to {_MOST_LINES} topics of a curve without groups."
        )
    by_topic = n_groups == 1
    frame = frame[frame["topic"].isin(chosen)]
    frame = frame.assign(**{name: 100 * frame[name] for name in ("share", "low", "high")})
    lines = len(chosen) if by_topic else n_groups
    factor = not (pd.api.types.is_numeric_dtype(frame[curve.covariate]) or _is_date(frame[curve.covariate]))
    height = 60.0 if lines < 4 else 90.0
    height = max(height, 22.0 + 6.5 * frame[curve.covariate].nunique()) if factor else height
    ax = new_axes(ax, width="single" if lines < 4 else "double", height=min(height, 220.0))
    if factor:
        return _plot_levels(ax, frame, curve.covariate, "name" if by_topic else "group")
    inside = ~_is_outside(frame["share"])
    drawn = frame.assign(low=frame["low"].clip(0, 100), high=frame["high"].clip(0, 100))
    drawn[["share", "low", "high"]] = drawn[["share", "low", "high"]].where(inside)
    draw_lines(ax, drawn, x=curve.covariate, y="share", group="name" if by_topic else "group")
    ax.set_ylabel("mean share, per cent")
    told = [] if _is_date(frame[curve.covariate]) else [curve.covariate]
    told += [] if inside.all() else [_OUTSIDE]
    ax.set_xlabel("\n".join(told))
    if not by_topic or len(chosen) == 1:
        entitle(ax, str(model.topics["name"][chosen[0]]))
    return ax


def _is_outside(share: pd.Series) -> pd.Series:
    """Say which shares, in per cent, are none, whatever was rounded."""
    return (share < -1e-7) | (share > 100 + 1e-7)


def _is_date(column: pd.Series) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(column))


def _plot_levels(ax: Axes, frame: pd.DataFrame, covariate: str, group: str) -> Axes:
    """Draw the mean share at each level of a factor, with its interval: a row a level."""
    levels = list(dict.fromkeys(frame[covariate].astype("str")))
    cues = cues_for(dict.fromkeys(frame[group]))
    offsets = np.linspace(-0.25, 0.25, len(cues)) if len(cues) > 1 else [0.0]
    for (name, cue), offset in zip(cues.items(), offsets, strict=True):
        part = frame[frame[group] == name]
        part = part.assign(share=part["share"].mask(_is_outside(part["share"])))
        rows = np.array([levels.index(str(one)) for one in part[covariate]]) + offset
        low, high = part["low"].clip(0, 100), part["high"].clip(0, 100)
        ax.hlines(rows, low.where(part["share"].notna()), high, color=cue.colour, lw=1.0)
        dots: dict[str, Any] = {"ls": "none", "marker": cue.marker, "color": cue.colour, "ms": 4}
        show_whole(ax, ax.plot(part["share"].to_numpy(float), rows, **dots))
        columns = ["topic", "group"] if group == "group" else ["topic"]
        numbers = zip(part[covariate], part["share"].tolist(), low.tolist(), high.tolist(), strict=True)
        says = [say_number([name, one], *bounds) + " per cent" for one, *bounds in numbers]
        note_elements(ax, part[columns].to_dict("records"), says, part["share"], rows)
    name_axis(ax, levels, letters=34)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.set_xlim(left=0)
    told = f"\n{_OUTSIDE}" if _is_outside(frame["share"]).any() else ""
    ax.set_xlabel(f"mean share, per cent{told}")
    if len(cues) > 1:
        add_legend(ax, list(cues), cues)
    else:
        entitle(ax, str(next(iter(cues))), letters=26)
    return ax


def plot_across(across: EffectsAcross, ax: Axes | None) -> Axes:
    """Draw each topic's effect in all models: a band of points a topic, the first model's on top and large.

    Models in which a topic is not found again have no point; at the right stands in how many others it is.
    """
    frame = across.frame
    order = frame[frame["model"] == 0].sort_values("estimate", ascending=False, kind="stable")["topic"]
    n_models = len(across.models)
    ax = new_axes(ax, width="double", height=min(230.0, 26.0 + (4.0 + 1.3 * n_models) * len(order)))
    looks = _looks_of(across)
    cues = cues_for(dict.fromkeys(looks))
    places = np.linspace(-0.3, 0.3, n_models) if n_models > 1 else np.zeros(1)
    for row, topic in enumerate(order):
        part = frame[(frame["topic"] == topic) & frame["found"]]
        for one in part.itertuples():
            place = row + places[one.model]
            cue = cues[looks[one.model]]
            points = 100 * np.array([one.low, one.estimate, one.high])
            first = one.model == 0
            says = say_number([f"{one.name}, model {one.model + 1}"], points[1], points[0], points[2])
            key = {"topic": topic, "model": one.model}
            note_elements(ax, [key], [f"{says} points"], points[1], place)
            width, strength = (1.4, 1.0) if first else (0.8, 0.7)
            ax.hlines(place, points[0], points[2], color=cue.colour, lw=width, alpha=strength)
            sure = points[0] > 0 or points[2] < 0
            face = cue.colour if sure else "white"
            look: dict[str, Any] = {"ms": 5 if first else 3.2, "mfc": face, "mec": cue.colour}
            ax.plot(points[1], place, ls="none", marker=cue.marker, **look)
        others = n_models - 1
        if others:
            found = int(part["found"].sum()) - 1
            beside: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "va": "center", "fontsize": 7}
            ax.annotate(f"{found} of {others}", (1.01, row), **beside)
        if row:
            ax.axhline(row - 0.5, color=GREY, lw=0.4)
    if n_models > 1:
        told: dict[str, Any] = {"va": "bottom", "fontsize": 7, "color": text_colour(GREY)}
        ax.annotate("found in", (1.01, 1.0), xycoords="axes fraction", **told)
    ax.axvline(0, color=INK, lw=0.6)
    names = across.models[0].topics["name"].tolist()
    name_axis(ax, [f"{k} · {names[k]}" for k in order], letters=34)
    ax.set_ylim(len(order) - 0.5, -0.5)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    number_ticks(ax.xaxis, 100 * frame["estimate"].to_numpy(float))
    ax.set_xlabel("difference of the mean share, percentage points; hollow: zero not ruled out")
    if len(cues) > 1:
        solid = {name: replace(cue, dash="solid") for name, cue in cues.items()}  # as intervals are drawn
        add_legend(ax, list(cues), solid)
    entitle(ax, f"{across.term}, in {n_models} models")
    return ax


def _looks_of(across: EffectsAcross) -> list[str]:
    """Give the name under which each model is drawn: its own, or its number of topics where they are many."""
    models = across.models
    if len(models) > _MOST_LINES:
        return [f"{one.n_topics} topics" for one in models]
    others = describe_models(models[1:], models[0])
    return [f"the first, {models[0].n_topics} topics", *others]
