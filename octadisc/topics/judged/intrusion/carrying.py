"""Carrying scores into the model that was judged, so that its figures show them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, expect
from octadisc.spec import Spec
from octadisc.tokens.lines.line_table import write_many
from octadisc.topics.judged.beside import JUDGED
from octadisc.topics.judged.intrusion.tasks import write_chance
from octadisc.topics.model import TopicModel

if TYPE_CHECKING:
    from octadisc.topics.judged.intrusion.scores import IntrusionScores

__all__ = ["carry_scores", "shares_of_topics"]

_SAID = "Judged by people: "
_SURE = 0.05
_ALIKE = 1e-4  # of mean shares: the same fit on another machine is nearer, another fit is not


def shares_of_topics(model: TopicModel) -> list[float]:
    """Give the topics' mean shares, by which a sheet knows its model again."""
    return [round(float(one), 6) for one in model.topics["share"]]


def carry_scores(scores: IntrusionScores, model: TopicModel) -> TopicModel:
    """Give the model with what people judged; see `IntrusionScores.carry_to`."""
    expect(model, TopicModel, "model", "the one that the sheet was drawn from")
    _refuse_another(scores, model)
    task, n_choices = scores.sheet.task, scores.sheet.n_choices
    frame = scores.frame[(scores.frame["over"] == "topic") & (scores.frame["n_answers"] > 0)]
    if not len(frame):
        raise InputError("No topic was judged: no answer names a choice. Expected scores with answers.")
    rows = frame.set_index(frame["topic"].astype("int64")).reindex(model.topics["topic"])
    said = [
        None if np.isnan(one.precision) else _say(int(one.n_right), int(one.n_answers), one.q_value)
        for one in rows.itertuples()
    ]
    columns: dict[str, Any] = {
        "judged": pd.Series(said, dtype="str"),
        "precision": rows["precision"].to_numpy(float),
        "precision_low": rows["low"].to_numpy(float),
        "precision_high": rows["high"].to_numpy(float),
        "n_judged": rows["n_answers"].fillna(0).to_numpy(np.int64),
    }
    who = ", ".join(scores.answers.coders)
    note = (
        f"{_SAID}{task.title.lower()} by {who}, {write_many(int(frame['n_answers'].sum()), 'answer')}; by "
        f"chance {write_chance(n_choices)} is right. Not beyond chance: q of {_SURE:g} or more, over topics."
    )
    return replace(
        model,
        topics=model.topics.assign(**{one: columns[one] for one in JUDGED}),
        spec=replace(model.spec, inputs=(*_plain(model.spec).inputs, scores.spec)),
        notes=(*(one for one in model.notes if not one.startswith(_SAID)), note),
    )


def _say(n_right: int, n_answers: int, q_value: float) -> str:
    """Say how many answers were right, and in words where that may be chance."""
    return f"{n_right:,} of {n_answers:,}" + ("" if q_value < _SURE else ": not beyond chance")


def _plain(spec: Spec) -> Spec:
    """Give the recipe of a model without scores that were carried into it."""
    return replace(spec, inputs=tuple(one for one in spec.inputs if one.function != "score_intrusion"))


def _refuse_another(scores: IntrusionScores, model: TopicModel) -> None:
    """Refuse a model that the sheet was not drawn from, by recipe and by the topics' shares."""
    drawn = scores.sheet.spec
    given = [_plain(one).to_json() for one in drawn.inputs]
    shares = drawn.parameters.get("shares")
    same = _plain(model.spec).to_json() in given
    if same and shares is not None:
        same = len(shares) == model.n_topics and bool(
            np.allclose(shares, shares_of_topics(model), rtol=0, atol=_ALIKE)
        )
    if not same:
        names = ", ".join(f"“{one}”" for one in scores.sheet.names[:3])
        raise InputError(
            f"model: the sheet was drawn from another, of {len(scores.sheet.names)} topics ({names}, …); "
            f"this one has {model.n_topics}, and its recipe or its topics' shares are others. What people "
            "said of one fit does not hold for another: give the model that was judged, or draw a new sheet."
        )
