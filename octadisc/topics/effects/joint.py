"""Whole terms of a formula tested: all levels of a factor, all columns of a spline, together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from octadisc.statistics.tests import adjust_p_values
from octadisc.topics.effects.inference import infer_jointly

if TYPE_CHECKING:
    from octadisc.topics.effects.effects import Effect

__all__ = ["examine_terms"]

_COLUMNS = [
    "topic",
    "name",
    "term",
    "statistic",
    "df_numerator",
    "df_denominator",
    "p_value",
    "q_value",
    "note",
]


def examine_terms(effect: Effect) -> pd.DataFrame:
    """Test for each topic and term whether all of its coefficients are 0; see `Effect.test_terms`."""
    design, clusters = effect.case.design, effect.case.clusters
    names = effect.model.topics["name"].tolist()
    every = np.eye(len(design.columns))
    parts = []
    for number, (term, columns) in enumerate(design.terms.items()):
        if term == "Intercept":
            continue
        varies = all(clusters.varies_within(one) for one in design.matrix[:, columns].T)
        own = clusters.column in design.variables_in(term)
        found = infer_jointly(effect.pooled, clusters, every[columns], varies_within=varies, own=own)
        made = pd.DataFrame(found._asdict())
        made["q_value"] = adjust_p_values(made["p_value"])
        parts.append(
            made.assign(topic=effect.topics, name=[names[k] for k in effect.topics], term=term, number=number)
        )
    if not parts:
        return pd.DataFrame({name: [] for name in _COLUMNS})
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.sort_values(["topic", "number"], kind="stable", ignore_index=True)
    return frame.astype({"name": "str", "term": "str", "note": "str"})[_COLUMNS]
