"""Compiled loop of the content model: Poisson regressions with a lasso, term by term."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from octadisc.compiled import compiled

__all__ = ["fit_deviations"]

Floats = npt.NDArray[np.float64]

_PENALTIES = 100
_SHORTEST = 1e-3  # the last penalty, of the one that leaves nothing in
_MOST_SWEEPS = 200
_TOLERANCE = 1e-5


@compiled
def _move(old: float, count: float, mean: float, penalty: float) -> float:
    """Give the best coefficient of a group of cells, of which `mean` are expected with the old one.

    With all others fixed, −count × b + mean × exp(b − old) + penalty × |b| is least at a logarithm, or 0.
    """
    without = mean * math.exp(-old)
    if without <= 0.0:
        return 0.0
    if count - penalty > without:
        return math.log((count - penalty) / without)
    if count + penalty < without:
        return math.log((count + penalty) / without)
    return 0.0


@compiled
def fit_deviations(
    first: int,
    last: int,
    counts: Floats,
    totals: Floats,
    baseline: Floats,
    topic: Floats,
    level: Floats,
    both: Floats,
) -> None:
    """Fill the deviations of the terms from `first` to `last` (exclusive).

    `counts` and `both` are [terms × levels × topics], `totals` [levels × topics], `topic` [terms × topics],
    `level` [terms × levels].
    """
    n_levels, n_topics = totals.shape
    mean = np.empty((n_levels, n_topics))
    a, b, c = np.zeros(n_topics), np.zeros(n_levels), np.zeros((n_levels, n_topics))
    for term in range(first, last):
        if not baseline[term] > -math.inf:
            continue
        y = counts[term]
        a[:] = 0.0
        b[:] = 0.0
        c[:] = 0.0
        most = 0.0
        for g in range(n_levels):
            gap = 0.0
            for k in range(n_topics):
                mean[g, k] = totals[g, k] * math.exp(baseline[term])
                gap += y[g, k] - mean[g, k]
                most = max(most, abs(y[g, k] - mean[g, k]))
            most = max(most, abs(gap))
        for k in range(n_topics):
            gap = 0.0
            for g in range(n_levels):
                gap += y[g, k] - mean[g, k]
            most = max(most, abs(gap))
        if most <= 0.0:
            continue
        best = math.inf
        for step in range(_PENALTIES):
            penalty = most * _SHORTEST ** (step / (_PENALTIES - 1))
            for _ in range(_MOST_SWEEPS):
                change = 0.0
                for k in range(n_topics):
                    count, expected = 0.0, 0.0
                    for g in range(n_levels):
                        count += y[g, k]
                        expected += mean[g, k]
                    new = _move(a[k], count, expected, penalty)
                    if new != a[k]:
                        factor = math.exp(new - a[k])
                        for g in range(n_levels):
                            mean[g, k] *= factor
                        change = max(change, expected * (new - a[k]) ** 2)
                        a[k] = new
                for g in range(n_levels):
                    count, expected = 0.0, 0.0
                    for k in range(n_topics):
                        count += y[g, k]
                        expected += mean[g, k]
                    new = _move(b[g], count, expected, penalty)
                    if new != b[g]:
                        factor = math.exp(new - b[g])
                        for k in range(n_topics):
                            mean[g, k] *= factor
                        change = max(change, expected * (new - b[g]) ** 2)
                        b[g] = new
                for g in range(n_levels):
                    for k in range(n_topics):
                        new = _move(c[g, k], y[g, k], mean[g, k], penalty)
                        if new != c[g, k]:
                            change = max(change, mean[g, k] * (new - c[g, k]) ** 2)
                            mean[g, k] *= math.exp(new - c[g, k])
                            c[g, k] = new
                if change < _TOLERANCE:
                    break
            criterion = 0.0
            for g in range(n_levels):
                criterion += 2.0 * (b[g] != 0.0)
                for k in range(n_topics):
                    criterion += 2.0 * (c[g, k] != 0.0) + 2.0 * (mean[g, k] - y[g, k])
                    if y[g, k] > 0.0:
                        criterion += 2.0 * y[g, k] * math.log(y[g, k] / mean[g, k])
            for k in range(n_topics):
                criterion += 2.0 * (a[k] != 0.0)
            if criterion < best:
                best = criterion
                topic[term] = a
                level[term] = b
                both[term] = c
