"""Putting a topic model together from what any method found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.spec import Spec
from octadisc.topics.labels.names import name_topics, telling_terms
from octadisc.topics.model import TopicModel
from octadisc.topics.weights import Weights, mean_shares

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.structural.structure import Structure

__all__ = ["make_model"]

Floats = npt.NDArray[np.float64]


def make_model(
    counts: TermCounts,
    shares: Floats,
    words: Floats,
    bound: Floats,
    *,
    spec: Spec,
    weights: Weights,
    notes: tuple[str, ...] = (),
    structure: Structure | None = None,
) -> TopicModel:
    """Put the topics of any method in order (largest mean share first), name them, and make the model."""
    releases = counts.releases.reset_index(drop=True)
    mean = mean_shares(shares, releases, counts.release_weights, weights)
    order = np.lexsort((words.argmax(axis=1), -mean.round(12)))
    shares, words, mean = shares[:, order], words[order], mean[order]
    terms = [str(one) for one in counts.terms]
    best = telling_terms(words, mean, terms)
    structure = None if structure is None else structure.reorder(order)
    names = name_topics(best)
    if structure is not None and structure.keywords is not None:
        names = structure.keywords.give_names(names)
    topics = pd.DataFrame(
        {
            "topic": np.arange(len(mean)),
            "name": pd.Series(names, dtype="str"),
            "share": mean,
            "terms": pd.Series([", ".join(one) for one in best], dtype="str"),
        }
    )
    return TopicModel(
        np.ascontiguousarray(shares),
        np.ascontiguousarray(words),
        terms,
        topics,
        np.atleast_1d(np.asarray(bound, np.float64)),
        releases,
        counts.release_weights,
        spec,
        weights,
        notes,
        counts.tokens,
        structure,
    )
