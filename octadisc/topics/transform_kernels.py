"""Compiled loops: shares of releases, with words of topics fixed."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from octadisc.compiled import compiled

__all__ = ["infer_dirichlet", "infer_mixture"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_MOST_STEPS = 1_000
_TOLERANCE = 1e-6  # of the largest change of a share
_FAR = 6.0  # from which on the digamma function's series holds


@compiled
def _longest(first: int, last: int, indptr: Ints) -> int:
    longest = 0
    for row in range(first, last):
        longest = max(longest, indptr[row + 1] - indptr[row])
    return longest


@compiled
def _gather(begin: int, end: int, indices: Ints, words: Floats, own: Floats) -> None:
    """Bring the words of a release's terms together, where the processor finds them sooner."""
    for j in range(begin, end):
        for k in range(words.shape[1]):
            own[j - begin, k] = words[indices[j], k]


@compiled
def infer_mixture(
    first: int, last: int, indptr: Ints, indices: Ints, counts: Floats, words: Floats, shares: Floats
) -> None:
    """Fill the shares that make a release's words most likely, for those from `first` to `last` (exclusive).

    `words` is [terms × topics]. The likelihood has one hill, which each step climbs: words are shared out
    among the topics in proportion to share × word probability.
    """
    n_topics = words.shape[1]
    new = np.empty(n_topics)
    own = np.empty((_longest(first, last, indptr), n_topics))
    for row in range(first, last):
        begin = indptr[row]
        _gather(begin, indptr[row + 1], indices, words, own)
        shares[row] = 1.0 / n_topics
        for _ in range(_MOST_STEPS):
            new[:] = 0.0
            total = 0.0
            for j in range(indptr[row], indptr[row + 1]):
                probability = 0.0
                for k in range(n_topics):
                    probability += shares[row, k] * own[j - begin, k]
                if probability <= 0.0:
                    continue
                total += counts[j]
                for k in range(n_topics):
                    new[k] += counts[j] * shares[row, k] * own[j - begin, k] / probability
            if total <= 0.0:
                break
            change = 0.0
            for k in range(n_topics):
                change = max(change, abs(new[k] / total - shares[row, k]))
                shares[row, k] = new[k] / total
            if change < _TOLERANCE:
                break


@compiled
def _digamma(x: float) -> float:
    """Give the digamma function, by recurrence and its asymptotic series; right to 1e-9."""
    value = 0.0
    while x < _FAR:
        value -= 1.0 / x
        x += 1.0
    square = 1.0 / (x * x)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square / 132))))
    return value + math.log(x) - 0.5 / x - series


@compiled
def infer_dirichlet(
    first: int,
    last: int,
    indptr: Ints,
    indices: Ints,
    counts: Floats,
    words: Floats,
    prior: float,
    shares: Floats,
) -> None:
    """Fill mean shares under a Dirichlet prior, by variational inference, for the same releases."""
    n_topics = words.shape[1]
    gamma, weight, new = np.empty(n_topics), np.empty(n_topics), np.empty(n_topics)
    own = np.empty((_longest(first, last, indptr), n_topics))
    for row in range(first, last):
        begin = indptr[row]
        _gather(begin, indptr[row + 1], indices, words, own)
        length = 0.0
        for j in range(indptr[row], indptr[row + 1]):
            length += counts[j]
        whole = length + n_topics * prior
        gamma[:] = whole / n_topics
        for _ in range(_MOST_STEPS):
            for k in range(n_topics):
                weight[k] = math.exp(_digamma(gamma[k]))
                new[k] = prior
            for j in range(indptr[row], indptr[row + 1]):
                probability = 0.0
                for k in range(n_topics):
                    probability += weight[k] * own[j - begin, k]
                if probability <= 0.0:
                    continue
                for k in range(n_topics):
                    new[k] += counts[j] * weight[k] * own[j - begin, k] / probability
            change = 0.0
            for k in range(n_topics):
                change = max(change, abs(new[k] - gamma[k]) / whole)
                gamma[k] = new[k]
            if change < _TOLERANCE:
                break
        total = 0.0
        for k in range(n_topics):
            total += gamma[k]
        for k in range(n_topics):
            shares[row, k] = gamma[k] / total
