"""Compiled loop: how much of each count is a topic's."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from octadisc.compiled import compiled

__all__ = ["attribute_counts"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@compiled
def attribute_counts(
    first: int,
    last: int,
    topic: int,
    indptr: Ints,
    indices: Ints,
    counts: Floats,
    shares: Floats,
    words: Floats,
    level: Ints,
    expected: Floats,
) -> None:
    """Fill count × p(topic | term, release) of each entry of the releases from `first` to `last` (exclusive).

    `words` is [levels × terms × topics]; releases whose shares are NaN have 0.
    """
    n_topics = shares.shape[1]
    for row in range(first, last):
        g = level[row]
        unknown = np.isnan(shares[row, 0])
        for j in range(indptr[row], indptr[row + 1]):
            expected[j] = 0.0
            if unknown:
                continue
            term = indices[j]
            probability = 0.0
            for k in range(n_topics):
                probability += shares[row, k] * words[g, term, k]
            if probability > 0.0:
                expected[j] = counts[j] * shares[row, topic] * words[g, term, topic] / probability
