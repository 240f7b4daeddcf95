"""Rankings: a topic's terms, the most telling first, by a measure of choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.topics.labels.measures import best_of, frex_of, keyness_of, lift_of, score_of
from octadisc.topics.labels.voices import Voice, voice_of

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel

__all__ = ["Ranking", "check_weight", "rank_terms"]

Floats = npt.NDArray[np.float64]
Ranking = Literal["keyness", "probability", "frex", "lift", "score"]
_RANKINGS = get_args(Ranking)


def rank_terms(
    model: TopicModel,
    topic: int,
    n: int,
    by: Ranking,
    *,
    weight: float = 0.5,
    level: str | None = None,
    counts: TermCounts | None = None,
) -> pd.DataFrame:
    """Rank the terms of a topic; see `TopicModel.terms_of`."""
    if by not in _RANKINGS:
        raise UnknownNameError(f"by={by!r} ranks no terms.{did_you_mean(str(by), _RANKINGS)}")
    weight = check_weight(weight)
    voice = voice_of(model, level, counts)
    probability = voice.words[topic]
    measure = "keyness" if by == "probability" else by
    values = _measure(voice, measure, weight)[topic]
    best = best_of(probability if by == "probability" else values, n)
    terms = pd.Series([model.terms[i] for i in best], dtype="str")
    return pd.DataFrame({"term": terms, "probability": probability[best], measure: values[best]})


def check_weight(weight: Any) -> float:
    """Give the weight of exclusivity, or refuse what is none."""
    try:
        number = float(weight)
    except (TypeError, ValueError):
        number = np.nan
    if not 0 <= number <= 1:
        raise InputError(
            f"weight={weight!r}: expected what exclusivity weighs against frequency, from 0 to 1."
        )
    return number


def _measure(voice: Voice, measure: str, weight: float) -> Floats:
    if measure == "frex":
        return frex_of(voice.words, weight, voice.counts)
    if measure == "lift":
        return lift_of(voice.words, voice.counts)
    if measure == "score":
        return score_of(voice.words)
    return keyness_of(voice.words, voice.share)
