"""Compiled loop of the spectral start."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from octadisc.compiled import compiled_loose

__all__ = ["mix_rows"]

Floats = npt.NDArray[np.float64]

_MOST_STEPS = 500
_TOLERANCE = 1e-7


@compiled_loose
def mix_rows(first: int, last: int, gram: Floats, towards: Floats, rate: float, weights: Floats) -> None:
    """Find the mixture of corners nearest to each row from `first` to `last`, by exponentiated gradient.

    `gram` is corners · corners', `towards` rows · corners', `rate` the size of a step; `weights` begins even
    and is replaced. As in R's stm it stops when the length of the gradient hardly changes, often before the
    nearest point: going on gives worse topics.
    """
    n = gram.shape[0]
    slope = np.empty(n)
    for row in range(first, last):
        before = math.inf
        for _ in range(_MOST_STEPS):
            size = 0.0
            most = -math.inf
            for k in range(n):
                value = towards[row, k]
                for j in range(n):
                    value -= weights[row, j] * gram[k, j]
                slope[k] = value
                size += value * value
                most = max(most, value)
            total = 0.0
            for k in range(n):
                weights[row, k] *= math.exp(2.0 * rate * (slope[k] - most))
                total += weights[row, k]
            for k in range(n):
                weights[row, k] /= total
            length = math.sqrt(size)
            if abs(before - length) < _TOLERANCE:
                break
            before = length
