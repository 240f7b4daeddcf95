"""Where a fit begins that has keywords: at topics found without them, each given to whose keywords it has.

Keywords are few and some are wrong; a topic begun at its keywords alone goes where the wrong one leads. So
more topics than are wanted are looked for first, without keywords, and fitted roughly. Each keyword topic is
given the one in which its keywords are spoken, one keyword one vote. What is left over is joined, the most
alike first, until there are as many topics as are wanted. With topics to spare, a topic that would otherwise
be part of a larger one can be found by its keywords.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import NotEnoughDataError
from octadisc.topics.structural.fitting import Data, Settings, State, first_state, fit, shares_of
from octadisc.topics.structural.starts import StructuralStart, begin

__all__ = ["begin_at_keywords", "join_topics", "vote"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_MORE = 10  # topics that are looked for beside those wanted, or as many as have keywords
_PASSES = 10  # before keywords vote


def begin_at_keywords(
    data: Data,
    matrix: sparse.csr_matrix,
    columns: Sequence[Sequence[Ints]],
    n_topics: int,
    start: StructuralStart,
    seed: int,
    settings: Settings,
    *,
    fewest_releases: int = 0,
) -> State:
    """Give the state from which a fit with keywords begins; the keyword topics are the first.

    Parameters
    ----------
    data : Data
    matrix : csr_matrix
        The same counts.
    columns : sequence of sequences of arrays of int
        The terms of each keyword of each keyword topic.
    n_topics : int
    start : "spectral", "random" or "gibbs"
        How topics without keywords are begun.
    seed : int
    settings : Settings
    fewest_releases : int
        For anchors of a spectral start.

    Raises
    ------
    NotEnoughDataError
        If a spectral start finds too few anchor words.
    """
    plain = data._replace(seeds=())
    more = min(n_topics + max(_MORE, len(columns)), data.n_releases, data.n_terms)
    try:
        first = begin(plain, matrix, more, start, seed, fewest_releases=fewest_releases)
    except NotEnoughDataError:
        first = begin(plain, matrix, n_topics, start, seed, fewest_releases=fewest_releases)
    rough, _ = fit(plain, first, settings._replace(max_iterations=_PASSES, rule="bound", report=None))
    words = np.ascontiguousarray(rough.words[0].T)
    sizes = data.weights @ shares_of(rough.eta) / data.weights.sum()
    chosen = vote(words, sizes, columns)
    rest = np.setdiff1d(np.arange(len(words)), chosen)
    joined = join_topics(words[rest], sizes[rest], n_topics - len(columns))
    return first_state(data, np.concatenate([words[chosen], joined]))


def vote(words: Floats, sizes: Floats, columns: Sequence[Sequence[Ints]]) -> Ints:
    """Give for each keyword topic the one of some topics that its keywords choose, one to one.

    Each keyword has one vote, which it divides among the topics as its uses are; topics count by the root of
    their size, since else large ones get the votes of words that all use.

    Parameters
    ----------
    words : array, shape (topics, terms)
    sizes : array, shape (topics,)
    columns : sequence of sequences of arrays of int

    Examples
    --------
    >>> words = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]])
    >>> vote(words, np.array([0.5, 0.5]), [[np.array([2])], [np.array([0]), np.array([1])]]).tolist()
    [1, 0]
    """
    from scipy.optimize import linear_sum_assignment

    weighed = words * np.sqrt(sizes)[:, None]
    votes = np.zeros((len(columns), len(words)))
    for k, keywords in enumerate(columns):
        for one in keywords:
            used = weighed[:, one].sum(axis=1)
            votes[k] += used / max(float(used.sum()), 1e-300)
    _, chosen = linear_sum_assignment(-votes)
    return np.asarray(chosen, np.int64)


def join_topics(words: Floats, sizes: Floats, n_topics: int) -> Floats:
    """Join topics, always the two by whose union least is lost, until there are `n_topics`.

    What is lost is the mutual information of topics and words: by joining two, the sum of their sizes times
    the Jensen–Shannon divergence of their words (Slonim and Tishby 1999).

    Examples
    --------
    >>> words = np.array([[0.9, 0.1], [0.1, 0.9], [0.8, 0.2]])
    >>> join_topics(words, np.array([0.2, 0.6, 0.2]), 2).round(2).tolist()
    [[0.85, 0.15], [0.1, 0.9]]
    """
    if n_topics == 0:
        return words[:0]
    groups, weights = list(words), sizes.tolist()

    def lose(i: int, j: int) -> float:
        total = weights[i] + weights[j]
        both = (weights[i] * groups[i] + weights[j] * groups[j]) / total
        parts = weights[i] * _entropy(groups[i]) + weights[j] * _entropy(groups[j])
        return float(total * _entropy(both) - parts)

    lost = {(i, j): lose(i, j) for j in range(len(groups)) for i in range(j)}
    left = list(range(len(groups)))
    while len(left) > n_topics:
        i, j = min(lost, key=lambda pair: (lost[pair], pair))
        total = weights[i] + weights[j]
        groups[i] = (weights[i] * groups[i] + weights[j] * groups[j]) / total
        weights[i] = total
        left.remove(j)
        lost = {pair: value for pair, value in lost.items() if j not in pair}
        lost |= {(min(i, k), max(i, k)): lose(min(i, k), max(i, k)) for k in left if k != i}
    return np.array([groups[k] for k in left])


def _entropy(row: Floats) -> float:
    some = row[row > 0]
    return -float(some @ np.log(some))
