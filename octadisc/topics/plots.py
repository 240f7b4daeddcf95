"""Pictures of topic models, each on one Axes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle
from octadisc.drawing.labels import width_for
from octadisc.drawing.marks import draw_bars, draw_lines
from octadisc.drawing.style import new_axes
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.topics.judged.beside import say_judged, write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.model import TopicModel
    from octadisc.topics.over_time.period_terms import TopicTerms
    from octadisc.topics.over_time.trend import TopicTrend

__all__ = ["plot_model", "plot_topic_terms", "plot_trend"]

_MOST_LINES = 7  # more cannot be told apart on one Axes
_FIRST = 5  # topics drawn unless others are asked for


def plot_model(model: TopicModel, ax: Axes | None) -> Axes:
    """Draw mean shares as bars, each with its name, and its terms where the name is not made of them."""
    table = model.topics.iloc[_largest(model)]
    labels = []
    for topic, name in zip(table["topic"].tolist(), table["name"], strict=True):
        terms = model.terms_of(topic, 3)["term"].tolist()
        labels.append(name if all(one in name for one in terms) else f"{name}: {', '.join(terms)}")
    width = 120.0 if "judged" in table else "single"
    ax = new_axes(ax, width=width, height=min(220.0, 18.0 + 6.5 * model.n_topics))
    keys = [{"topic": one} for one in table["topic"].tolist()]
    draw_bars(ax, labels, 100 * table["share"].to_numpy(float), letters=34, keys=keys)
    write_beside(ax, say_judged(table))
    ax.set_xlabel("mean share, per cent")
    return ax


def _largest(model: TopicModel) -> list[int]:
    """Give the topics by mean share, the largest first: of new releases not the order of the fit."""
    share = np.nan_to_num(model.topics["share"].to_numpy(float))
    return [int(one) for one in np.argsort(-share.round(12), kind="stable")]


def plot_trend(
    trend: TopicTrend, ax: Axes | None, topics: int | str | Iterable[int | str] | None, group: str | None
) -> Axes:
    """Draw mean shares over time: a line a topic, or a line a group for one topic."""
    frame, more = _of_group(trend, group)
    n_groups = frame["group"].nunique()
    if topics is None:
        chosen = _largest(trend.model)[: 1 if n_groups > 1 else _FIRST]
    else:
        wanted = [topics] if isinstance(topics, str) or not isinstance(topics, Iterable) else list(topics)
        chosen = list(dict.fromkeys(trend.model.number_of(one) for one in wanted))
    if not chosen or (n_groups > 1 and len(chosen) > 1) or len(chosen) > _MOST_LINES:
        raise InputError(
            f"{len(chosen)} topics and {n_groups} groups do not go into one picture. Choose one topic, "
            f"trend.plot(topics=0), or one group and up to {_MOST_LINES} topics, and draw one Axes for each."
        )
    by_topic = n_groups == 1
    frame = frame[frame["topic"].isin(chosen)]
    frame = frame.assign(**{column: 100 * frame[column] for column in ("share", "low", "high")})
    group_by = "name" if by_topic else "group"
    ax = new_axes(ax, width=width_for(frame[group_by].unique()))
    draw_lines(ax, frame, x="start", y="share", group=group_by)
    ax.set_ylabel(_what(trend))
    title = "" if by_topic and len(chosen) > 1 else str(trend.model.topics["name"][chosen[0]])
    title = ", ".join(one for one in (title + more, group or "") if one)
    if title:
        entitle(ax, title)
    return ax


def _of_group(trend: TopicTrend, group: str | None) -> tuple[pd.DataFrame, str]:
    frame = trend.frame
    if group is not None:
        if group not in trend.grid.groups:
            raise UnknownNameError(
                f"The trend has no group {group!r}.{did_you_mean(str(group), trend.grid.groups)}"
            )
        return frame[frame["group"] == group], ""
    sizes = frame[frame["topic"] == 0].groupby("group", sort=False)["releases"].sum()
    if len(sizes) <= _MOST_LINES:
        return frame, ""
    kept = sizes.nlargest(_MOST_LINES).index
    return frame[frame["group"].isin(kept)], f" (the {_MOST_LINES} largest of {len(sizes)} groups)"


def _what(trend: TopicTrend) -> str:
    kind = {"standardise": "standardised ", "balance": ""}.get(trend.spec.function, "")
    return f"{kind}mean share, per cent"


def plot_topic_terms(found: TopicTerms, ax: Axes | None, terms: list[str] | None) -> Axes:
    """Draw probabilities of terms in a topic over time, a line a term."""
    known = {term: i for i, term in enumerate(found.model.terms)}
    if terms is None:
        best = found.frame.dropna(subset=["keyness"]).sort_values("keyness", ascending=False, kind="stable")
        terms = list(dict.fromkeys(best["term"]))[:_FIRST]
        if not terms:
            raise NotEnoughDataError("No period has enough of the topic. Take longer periods with every=.")
    for one in terms:
        if one not in known:
            raise UnknownNameError(f"The model has no term {one!r}.{did_you_mean(str(one), known)}")
    if not 0 < len(terms) <= _MOST_LINES:
        raise InputError(f"{len(terms)} terms do not go into one picture. Expected 1 to {_MOST_LINES}.")
    periods = found.grid.periods
    words = np.asarray(found.expected.sum(axis=1)).ravel()
    few = set(found.frame.loc[found.frame["note"] != "", "period"])
    gone = np.array([one in few for one in periods.labels])
    size = np.where(gone | (words == 0), np.nan, words)
    parts = [
        pd.DataFrame(
            {
                "start": pd.to_datetime(np.asarray(periods.starts)),
                "period": list(periods.labels),
                "probability": 100 * found.expected[:, [known[one]]].toarray().ravel() / size,
                "term": one,
            }
        )
        for one in terms
    ]
    ax = new_axes(ax)
    draw_lines(ax, pd.concat(parts), x="start", y="probability", low=None, high=None, group="term")
    ax.set_ylabel("of the topic's words, per cent")
    entitle(ax, str(found.model.topics["name"][found.topic]))
    return ax
