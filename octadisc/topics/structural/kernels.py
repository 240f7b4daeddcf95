"""Compiled loops of the structural topic model: what a release's topics are, and what follows for words.

For a release with counts c of its terms, `eta` (its last element, always 0, is not stored) is what makes
f = ½ (eta − mu)' S (eta − mu) − Σ c log Σ_k share_k p_k(term) smallest, where S is the inverse covariance and
shares are the softmax of (eta, 0). f need not be convex: where its curvature is not positive, Newton's step
is taken with more of the diagonal added, and a step that does not go downhill is halved.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from octadisc.compiled import compiled_inside, compiled_loose

__all__ = ["add_words", "infer_releases"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Room = tuple[Floats, Floats, Floats, Floats, Floats, Floats, Floats]

_TINY = 1e-300  # of a word that no topic has: its logarithm must be a number
_MOST_HALVINGS = 40


@compiled_inside
def _evaluate(
    eta: Floats, mu: Floats, precision: Floats, words: Floats, counts: Floats, n: float, room: Room
) -> float:
    """Give f, and fill shares, probabilities of the terms, slope and curvature (its lower half).

    `words` is [terms of the release × topics]. With the share of a topic s, the probability of a term p and
    its count c, topics are expected s Σ c word / p times, and the products of p(topic | term) add up to
    s s' Σ c word word' / p².
    """
    share, probable, scaled, expected, product, slope, curve = room
    n_topics = words.shape[1]
    free = n_topics - 1
    most = 0.0
    for k in range(free):
        most = max(most, eta[k])
    total = math.exp(-most)
    share[free] = total
    for k in range(free):
        share[k] = math.exp(eta[k] - most)
        total += share[k]
    for k in range(n_topics):
        share[k] /= total
        expected[k] = 0.0
    np.dot(words, share, probable)
    value = 0.0
    for v in range(words.shape[0]):
        probable[v] = max(probable[v], _TINY)
        value -= counts[v] * math.log(probable[v])
        ratio = counts[v] / probable[v]
        square = ratio / probable[v]
        for k in range(n_topics):
            expected[k] += ratio * words[v, k]
            scaled[v, k] = square * words[v, k]
    np.dot(scaled.T, words, product)
    for i in range(free):
        difference = 0.0
        for j in range(free):
            difference += precision[i, j] * (eta[j] - mu[j])
        value += 0.5 * difference * (eta[i] - mu[i])
        expected[i] *= share[i]
        slope[i] = difference - expected[i] + n * share[i]
        for j in range(i + 1):
            curve[i, j] = precision[i, j] + share[i] * share[j] * (product[i, j] - n)
        curve[i, i] += n * share[i] - expected[i]
    return value


@compiled_inside
def _factor(matrix: Floats, added: float, lower: Floats) -> bool:
    """Fill the Cholesky factor of matrix + added × I; say whether there is one."""
    size = matrix.shape[0]
    for j in range(size):
        diagonal = matrix[j, j] + added
        for k in range(j):
            diagonal -= lower[j, k] * lower[j, k]
        if not diagonal > 1e-12:
            return False
        root = math.sqrt(diagonal)
        lower[j, j] = root
        for i in range(j + 1, size):
            value = matrix[i, j]
            for k in range(j):
                value -= lower[i, k] * lower[j, k]
            lower[i, j] = value / root
    return True


@compiled_inside
def _solve(lower: Floats, right: Floats, solution: Floats) -> None:
    size = lower.shape[0]
    for i in range(size):
        value = right[i]
        for k in range(i):
            value -= lower[i, k] * solution[k]
        solution[i] = value / lower[i, i]
    for i in range(size - 1, -1, -1):
        value = solution[i]
        for k in range(i + 1, size):
            value -= lower[k, i] * solution[k]
        solution[i] = value / lower[i, i]


@compiled_inside
def _invert(lower: Floats, half: Floats, inverse: Floats) -> None:
    """Fill the inverse of L L', of which `lower` is L; `half` is room for the inverse of L."""
    size = lower.shape[0]
    for j in range(size):
        for i in range(size):
            half[i, j] = 0.0
        half[j, j] = 1.0 / lower[j, j]
        for i in range(j + 1, size):
            value = 0.0
            for k in range(j, i):
                value -= lower[i, k] * half[k, j]
            half[i, j] = value / lower[i, i]
    for i in range(size):
        for j in range(i + 1):
            value = 0.0
            for k in range(i, size):
                value += half[k, i] * half[k, j]
            inverse[i, j] = value
            inverse[j, i] = value


@compiled_inside
def _factor_somehow(curve: Floats, lower: Floats) -> bool:
    """Factor the curvature, with more of the diagonal where it is not positive; say if it was."""
    if _factor(curve, 0.0, lower):
        return True
    size = curve.shape[0]
    most = 1e-6
    for i in range(size):
        most = max(most, abs(curve[i, i]))
    added = 1e-3 * most
    while not _factor(curve, added, lower):
        added *= 4.0
    return False


@compiled_inside
def _dominate(curve: Floats) -> None:
    """Make the curvature diagonally dominant, as R's stm does where it is not positive at the optimum."""
    size = curve.shape[0]
    for i in range(size):
        others = 0.0
        for j in range(i):
            others += abs(curve[i, j])
        for j in range(i + 1, size):
            others += abs(curve[j, i])
        curve[i, i] = max(curve[i, i], others)


@compiled_inside
def _descend(
    eta: Floats,
    mu: Floats,
    precision: Floats,
    words: Floats,
    counts: Floats,
    tolerance: float,
    most_steps: int,
    lower: Floats,
    room: Room,
) -> tuple[float, bool]:
    """Go downhill from eta, which is replaced, by Newton's steps; give f there and whether it has settled.

    What `room` holds afterwards is of the place where it ends.
    """
    slope, curve = room[5], room[6]
    n = counts.sum()
    value = _evaluate(eta, mu, precision, words, counts, n, room)
    step, tried = np.empty(eta.size), np.empty(eta.size)
    for _ in range(most_steps):
        positive = _factor_somehow(curve, lower)
        _solve(lower, slope, step)
        gain = 0.0
        for i in range(eta.size):
            gain += slope[i] * step[i]
        if positive and gain < tolerance:
            return value, True
        length, new = 1.0, math.inf
        for _ in range(_MOST_HALVINGS):
            for i in range(eta.size):
                tried[i] = eta[i] - length * step[i]
            new = _evaluate(tried, mu, precision, words, counts, n, room)
            if new <= value - 1e-4 * length * gain:
                break
            length *= 0.5
        if not new < value:  # nothing more to be gained in the numbers there are
            return _evaluate(eta, mu, precision, words, counts, n, room), True
        value = new
        eta[:] = tried
    return value, False


@compiled_loose
def infer_releases(
    first: int,
    last: int,
    indptr: Ints,
    indices: Ints,
    counts: Floats,
    words: Floats,
    level: Ints,
    eta: Floats,
    mu: Floats,
    precision: Floats,
    log_root: float,
    tolerance: float,
    most_steps: int,
    weights: Floats,
    ratio: Floats,
    bound: Floats,
    spread: Floats,
    each_spread: Floats,
) -> int:
    """Find the topics of the releases from `first` to `last` (exclusive).

    Parameters
    ----------
    indptr, indices, counts
        Rows of counts.
    words : array, shape (levels, terms, topics)
        Probability of each term in each topic, at each level of the content covariate (or one).
    level : array of int, shape (releases,)
        Each release's.
    eta : array, shape (releases, topics − 1)
        Where to begin; replaced by what is found.
    mu : array, shape (releases, topics − 1)
    precision : array, shape (topics − 1, topics − 1)
        Inverse of the covariance; `log_root` is half the logarithm of the covariance's determinant.
    tolerance : float
        Stop where Newton's step would gain less than half of this.
    weights : array, shape (releases,)
        What each counts in `spread`.
    ratio : array, shape (entries,)
        Filled with count / probability of each entry.
    bound : array, shape (releases,)
        Filled with each release's part of the bound.
    spread : array, shape (topics − 1, topics − 1)
        The covariances of the releases' posteriors are added to it.
    each_spread : array, shape (releases or 0, topics − 1, topics − 1)
        Filled with them, if there is room.

    Returns
    -------
    int
        How many did not settle within `most_steps`.
    """
    n_topics = words.shape[2]
    free = n_topics - 1
    longest = 0
    for row in range(first, last):
        longest = max(longest, indptr[row + 1] - indptr[row])
    mine, scaled, probable = np.empty((longest, n_topics)), np.empty((longest, n_topics)), np.empty(longest)
    share, expected, product = np.empty(n_topics), np.empty(n_topics), np.empty((n_topics, n_topics))
    slope, curve, lower = np.empty(free), np.empty((free, free)), np.zeros((free, free))
    inverse, half = np.empty((free, free)), np.empty((free, free))
    unsettled = 0
    for row in range(first, last):
        begin, end = indptr[row], indptr[row + 1]
        size = end - begin
        own, counted = mine[:size], counts[begin:end]
        for v in range(size):
            for k in range(n_topics):
                own[v, k] = words[level[row], indices[begin + v], k]
        room = (share, probable[:size], scaled[:size], expected, product, slope, curve)
        value, settled = _descend(
            eta[row], mu[row], precision, own, counted, tolerance, most_steps, lower, room
        )
        unsettled += not settled
        if not _factor(curve, 0.0, lower):
            _dominate(curve)
            _factor_somehow(curve, lower)
        _invert(lower, half, inverse)
        determinant = 0.0
        for i in range(free):
            determinant += math.log(lower[i, i])
            for j in range(free):
                spread[i, j] += weights[row] * inverse[i, j]
        if each_spread.shape[0] > 0:
            each_spread[row] = inverse
        bound[row] = -value - determinant - log_root
        for v in range(size):
            ratio[begin + v] = counted[v] / probable[v]
    return unsettled


@compiled_loose
def add_words(
    first: int,
    last: int,
    starts: Ints,
    places: Ints,
    rows: Ints,
    ratio: Floats,
    shares: Floats,
    level: Ints,
    weights: Floats,
    words: Floats,
    expected: Floats,
) -> None:
    """Fill how often each term is expected of each topic, for the terms from `first` to `last` (exclusive).

    `starts`, `places` and `rows` are the columns of the counts: where each term's entries begin, which
    entries they are, and whose. `words` and `expected` are [levels × terms × topics].
    """
    n_levels, _, n_topics = words.shape
    for term in range(first, last):
        for g in range(n_levels):
            for k in range(n_topics):
                expected[g, term, k] = 0.0
        for i in range(starts[term], starts[term + 1]):
            row = rows[i]
            factor = weights[row] * ratio[places[i]]
            g = level[row]
            for k in range(n_topics):
                expected[g, term, k] += factor * shares[row, k]
        for g in range(n_levels):
            for k in range(n_topics):
                expected[g, term, k] *= words[g, term, k]
