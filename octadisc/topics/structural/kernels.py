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

from octadisc.compiled import compiled, compiled_loose

__all__ = ["add_words", "infer_releases"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_TINY = 1e-300  # of a word that no topic has: its logarithm must be a number
_MOST_HALVINGS = 40


@compiled_loose
def _evaluate(
    eta: Floats,
    mu: Floats,
    precision: Floats,
    words: Floats,
    counts: Floats,
    n: float,
    share: Floats,
    part: Floats,
    likely: Floats,
    expected: Floats,
    slope: Floats,
    curve: Floats,
) -> float:
    """Give f, and fill shares, probabilities of terms, expected counts of topics, slope and curvature.

    `words` is [terms of the release × topics]; `part` of the same shape is room for p(topic | term).
    """
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
    value = 0.0
    for v in range(words.shape[0]):
        probability = 0.0
        for k in range(n_topics):
            part[v, k] = share[k] * words[v, k]
            probability += part[v, k]
        probability = max(probability, _TINY)
        likely[v] = probability
        value -= counts[v] * math.log(probability)
        ratio = 1.0 / probability
        for k in range(n_topics):
            part[v, k] *= ratio
            expected[k] += counts[v] * part[v, k]
    for i in range(free):
        difference = 0.0
        for j in range(free):
            difference += precision[i, j] * (eta[j] - mu[j])
        value += 0.5 * difference * (eta[i] - mu[i])
        slope[i] = difference - expected[i] + n * share[i]
        for j in range(free):
            curve[i, j] = precision[i, j] - n * share[i] * share[j]
        curve[i, i] += n * share[i] - expected[i]
    _add_products(part, counts, curve)
    return value


@compiled_loose
def _add_products(part: Floats, counts: Floats, curve: Floats) -> None:
    """Add Σ c part' part, four terms at a time, so that sums are fetched and put back less often."""
    free, n_terms = curve.shape[0], part.shape[0]
    whole = n_terms - n_terms % 4
    for v in range(0, whole, 4):
        for i in range(free):
            a = counts[v] * part[v, i]
            b = counts[v + 1] * part[v + 1, i]
            c = counts[v + 2] * part[v + 2, i]
            d = counts[v + 3] * part[v + 3, i]
            for j in range(free):
                curve[i, j] += a * part[v, j] + b * part[v + 1, j] + c * part[v + 2, j] + d * part[v + 3, j]
    for v in range(whole, n_terms):
        for i in range(free):
            a = counts[v] * part[v, i]
            for j in range(free):
                curve[i, j] += a * part[v, j]


@compiled_loose
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


@compiled_loose
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


@compiled_loose
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


@compiled
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


@compiled
def _dominate(curve: Floats) -> None:
    """Make the curvature diagonally dominant, as R's stm does where it is not positive at the optimum."""
    size = curve.shape[0]
    for i in range(size):
        others = 0.0
        for j in range(size):
            if j != i:
                others += abs(curve[i, j])
        curve[i, i] = max(curve[i, i], others)


@compiled
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
    mine = np.empty((longest, n_topics))
    room = np.empty((longest, n_topics))
    likely = np.empty(longest)
    share, expected = np.empty(n_topics), np.empty(n_topics)
    slope, step, tried = np.empty(free), np.empty(free), np.empty(free)
    curve, lower, inverse = np.empty((free, free)), np.zeros((free, free)), np.empty((free, free))
    half = np.empty((free, free))
    unsettled = 0
    for row in range(first, last):
        begin, end = indptr[row], indptr[row + 1]
        size = end - begin
        own, part, probable, counted = mine[:size], room[:size], likely[:size], counts[begin:end]
        n = 0.0
        for v in range(size):
            n += counted[v]
            for k in range(n_topics):
                own[v, k] = words[level[row], indices[begin + v], k]
        value = _evaluate(
            eta[row], mu[row], precision, own, counted, n, share, part, probable, expected, slope, curve
        )
        settled = False
        for _ in range(most_steps):
            positive = _factor_somehow(curve, lower)
            _solve(lower, slope, step)
            gain = 0.0
            for i in range(free):
                gain += slope[i] * step[i]
            if positive and gain < tolerance:
                settled = True
                break
            length, downhill = 1.0, False
            for _ in range(_MOST_HALVINGS):
                for i in range(free):
                    tried[i] = eta[row, i] - length * step[i]
                new = _evaluate(
                    tried, mu[row], precision, own, counted, n, share, part, probable, expected, slope, curve
                )
                if new <= value - 1e-4 * length * gain:
                    downhill = True
                    break
                length *= 0.5
            if not downhill:  # nothing more to be gained in the numbers there are
                value = _evaluate(
                    eta[row],
                    mu[row],
                    precision,
                    own,
                    counted,
                    n,
                    share,
                    part,
                    probable,
                    expected,
                    slope,
                    curve,
                )
                settled = True
                break
            value = new
            for i in range(free):
                eta[row, i] = tried[i]
        if not settled:
            unsettled += 1
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
