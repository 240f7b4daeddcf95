"""Names that researchers gave to topics, carried over to a model fitted anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from octadisc.topics.alignment.likeness import measure_likeness
from octadisc.topics.alignment.matching import match_pairs
from octadisc.topics.labels.names import name_topics, telling_terms

if TYPE_CHECKING:
    from octadisc.topics.model import TopicModel

__all__ = ["keep_names"]


def keep_names(model: TopicModel, again: TopicModel) -> TopicModel:
    """Give a model, fitted anew, the names that topics of the earlier one were given by hand.

    Names that octadisc made of a topic's words are not carried over: the words may have changed. Nor is one
    whose topic is not found again.
    """
    usual = name_topics(telling_terms(model.words, model.topics["share"].to_numpy(float), model.terms))
    given = {k: name for k, name in enumerate(model.topics["name"]) if name not in usual}
    if not given:
        return again
    likeness = measure_likeness(model, again)
    match = match_pairs(likeness)
    names: dict[int | str, str] = {
        int(match[k]): name for k, name in given.items() if match[k] >= 0 and likeness.found[k, match[k]]
    }
    taken = set(names.values())
    for k, own in enumerate(again.topics["name"]):
        if k not in names and own in taken:
            names[k] = f"{own} ({k})"
    return again.rename(names)
