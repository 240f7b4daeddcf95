"""What sets words apart in a content model: the terms that deviate most, by topic, level and both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.topics.labels.measures import best_of
from octadisc.topics.labels.voices import content_of

if TYPE_CHECKING:
    from octadisc.topics.model import TopicModel
    from octadisc.topics.structural.structure import Content

__all__ = ["rank_deviations"]

Floats = npt.NDArray[np.float64]

_LEAST = 1e-3  # below which a deviation is no label, as in R's stm


def rank_deviations(model: TopicModel, n: int) -> pd.DataFrame:
    """Give the terms with the largest deviations; see `TopicModel.content_terms`."""
    rows = [
        (kind, topic, level, model.terms[i], values[i])
        for kind, topic, level, values in _parts(content_of(model))
        for i in best_of(values, n)
        if values[i] > _LEAST
    ]
    columns: dict[str, Any] = dict(
        zip(
            ("kind", "topic", "level", "term", "deviation"),
            zip(*rows, strict=True) if rows else [()] * 5,
            strict=True,
        )
    )
    kinds = {"kind": "str", "topic": "Int64", "level": "str", "term": "str", "deviation": "float64"}
    return pd.DataFrame({name: pd.Series(list(columns[name]), dtype=kinds[name]) for name in kinds})


def _parts(content: Content) -> Iterator[tuple[str, int | None, str | None, Floats]]:
    found = content.deviations
    for topic, values in enumerate(found.topic):
        yield "topic", topic, None, values
    for level, values in zip(content.levels, found.level, strict=True):
        yield "level", None, level, values
    for level, each in zip(content.levels, found.both, strict=True):
        for topic, values in enumerate(each):
            yield "both", topic, level, values
