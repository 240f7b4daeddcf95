"""Items that show words alone: word intrusion and word set intrusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from octadisc.errors import NotEnoughDataError
from octadisc.topics.judged.intrusion.items import Item, make_item

if TYPE_CHECKING:
    from octadisc.topics.labels.rankings import Ranking
    from octadisc.topics.model import TopicModel

__all__ = ["draw_word_items", "draw_word_set_items", "find_intruders", "write_words"]

Integers = npt.NDArray[np.int64]

POOL = 20  # most probable words of a topic from which sets and intruders are drawn (Ying and others, 2022)
_TRIES = 200


def write_words(words: list[str]) -> str:
    """Write words as a choice."""
    return ", ".join(words)


def best_words(model: TopicModel, topic: int, n: int, by: Ranking) -> list[int]:
    """Give the columns of a topic's first words."""
    place = {term: column for column, term in enumerate(model.terms)}
    return [place[term] for term in model.terms_of(topic, n, by=by)["term"]]


def find_intruders(
    model: TopicModel, topic: int, n_terms: int, by: Ranking
) -> tuple[dict[int, list[int]], bool]:
    """Give the words that may intrude into a topic, by the topic that they are probable in.

    Returns
    -------
    dict of topic to list of column
        Among the 20 most probable words of that topic, and in the less probable half of this one's.
    strict : bool
        Whether there are such; else those are given that are least probable here, and not among the first
        words of this topic.
    """
    own = model.words[topic]
    rank = np.empty(own.size, np.int64)
    rank[np.argsort(-own, kind="stable")] = np.arange(own.size)
    first = set(best_words(model, topic, 2 * n_terms, by)) | set(np.flatnonzero(rank < 2 * n_terms).tolist())
    found = [
        (other, column)
        for other in range(model.n_topics)
        if other != topic
        for column in best_words(model, other, POOL, by)
        if column not in first and model.words[other, column] > own[column]
    ]
    rare = [(other, column) for other, column in found if rank[column] >= own.size / 2]
    chosen = rare or sorted(found, key=lambda one: -rank[one[1]])[:POOL]
    pools: dict[int, list[int]] = {}
    for other, column in chosen:
        pools.setdefault(other, []).append(column)
    return pools, bool(rare)


def draw_word_items(
    model: TopicModel, quotas: Integers, n_terms: int, by: Ranking, rng: np.random.Generator
) -> tuple[list[Item], list[str]]:
    """Draw items of a topic's first words and one that is improbable in it and probable in another."""
    items: list[Item] = []
    loose, short = [], []
    for topic, quota in enumerate(quotas.tolist()):
        if not quota:
            continue
        words = best_words(model, topic, n_terms, by)
        pools, strict = find_intruders(model, topic, n_terms, by)
        if not strict:
            loose.append(topic)
        taken: set[int] = set()
        for _ in range(quota):
            open_ones = {other: [one for one in pool if one not in taken] for other, pool in pools.items()}
            others = sorted(other for other, pool in open_ones.items() if pool)
            if not others:
                short.append(topic)
                break
            other = int(rng.choice(others))
            column = int(rng.choice(open_ones[other]))
            taken.add(column)
            choices = [model.terms[one] for one in [*words, column]]
            items.append(make_item("word", topic, choices, [*[topic] * len(words), other], rng))
    notes = []
    if loose:
        notes.append(
            f"No word is improbable in topic {_some(loose)} and probable in another: the intruders are the "
            "least probable ones there are, and harder to tell."
        )
    if short:
        notes.append(f"Fewer items than asked for, since no more words may intrude: topic {_some(short)}.")
    if not items:
        raise NotEnoughDataError(
            f"No word of the {len(model.terms):,} can intrude into any topic: the topics have the same first "
            "words. Fit fewer topics, or count more terms."
        )
    return items, notes


def draw_word_set_items(
    model: TopicModel, quotas: Integers, n_terms: int, by: Ranking, rng: np.random.Generator
) -> tuple[list[Item], list[str]]:
    """Draw items of three sets of a topic's words and one of another's (R4WSI)."""
    pool = max(POOL, 3 * n_terms)
    if len(model.terms) < 4 * n_terms:
        raise NotEnoughDataError(
            f"{len(model.terms):,} terms do not give four sets of {n_terms} words. Count more terms, or take "
            "fewer words: n_terms=2."
        )
    columns = [best_words(model, topic, pool, by) for topic in range(model.n_topics)]
    items: list[Item] = []
    short = []
    seen: set[str] = set()
    for topic, quota in enumerate(quotas.tolist()):
        made = 0
        for _ in range(_TRIES):
            if made == quota:
                break
            item = _draw_sets(model, topic, columns, n_terms, rng)
            if item is not None and item.line not in seen:
                seen.add(item.line)
                items.append(item)
                made += 1
        if made < quota:
            short.append(topic)
    notes = (
        [f"Fewer items than asked for: topic {_some(short)} has too few words of its own."] if short else []
    )
    if not items:
        raise NotEnoughDataError("No topic has words enough of its own for four sets. Count more terms.")
    return items, notes


def _draw_sets(
    model: TopicModel, topic: int, columns: list[list[int]], n_terms: int, rng: np.random.Generator
) -> Item | None:
    own = _sample(model, topic, columns[topic], 3 * n_terms, rng)
    other = int(rng.choice([one for one in range(model.n_topics) if one != topic]))
    strange = [one for one in columns[other] if one not in own]  # a word that stands twice would give it away
    if len(own) < 3 * n_terms or len(strange) < n_terms:
        return None
    sets = [own[place::3] for place in range(3)]
    sets.append(_sample(model, other, strange, n_terms, rng))
    choices = [write_words([model.terms[one] for one in part]) for part in sets]
    return make_item("word_set", topic, choices, [topic] * 3 + [other], rng)


def _sample(model: TopicModel, topic: int, columns: list[int], n: int, rng: np.random.Generator) -> list[int]:
    """Draw words without replacement, each as often as it is probable in the topic."""
    chance = np.maximum(model.words[topic, columns], 1e-12)
    if len(columns) < n:
        return []
    return [int(one) for one in rng.choice(columns, n, replace=False, p=chance / chance.sum())]


def _some(topics: list[int]) -> str:
    return ", ".join(map(str, topics[:6])) + (f" and {len(topics) - 6} more" if len(topics) > 6 else "")
