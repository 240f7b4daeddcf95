"""Semantic coherence: whether a topic's most probable terms stand in the same releases."""

from __future__ import annotations

from itertools import combinations
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.topics.labels.measures import best_of

__all__ = ["ORDERS", "Order", "coherence_of", "leading_terms"]

Floats = npt.NDArray[np.float64]
Order = Literal["mimno", "stm"]
ORDERS = get_args(Order)

_SMOOTHING: dict[str, tuple[float, float]] = {"mimno": (1.0, 0.0), "stm": (0.01, 0.01)}


def leading_terms(words: Floats, found: npt.NDArray[np.bool_], n_terms: int) -> list[list[int]]:
    """Give the places of each topic's most probable terms, of those it has and that are found in releases."""
    return [
        [i for i in best_of(np.where(found, row, 0.0), n_terms) if row[i] > 0 and found[i]] for row in words
    ]


def coherence_of(
    leading: list[list[int]],
    matrix: sparse.csr_matrix,
    *,
    order: Order = "mimno",
    release_weights: Floats | None = None,
) -> Floats:
    """Give the semantic coherence of topics: over pairs of their terms, how often one goes with the other.

    Parameters
    ----------
    leading : list of lists of int
        Of each topic, the columns of its most probable terms, the most probable first. Each stands in some
        release; see :func:`leading_terms`.
    matrix : csr_matrix, shape (releases, terms)
        Counts; whether a term stands in a release is all that matters.
    order : {"mimno", "stm"}
        With D the number of releases that have a term, or two, "mimno" is Σ log((D(m, l) + 1) / D(l)), l
        being the more probable term of each pair, as published. "stm" is what R's stm computes:
        Σ log((D(m, l) + .01) / (D(l) + .01)), l being the term that comes first in the list of all topics'
        terms, one topic after the other, which may be the less probable one; so it depends on the order of
        the topics.
    release_weights : array, shape (releases,), optional
        What each release counts in D.

    Returns
    -------
    array of float, shape (topics,)
        At most slightly above 0; nearer to 0 is more coherent. NaN where a topic has fewer than two terms.

    References
    ----------
    Mimno, Wallach, Talley, Leenders and McCallum (2011), EMNLP.

    Examples
    --------
    The first term stands in three releases, the second in two, both together in one: log((1 + 1) / 3).

    >>> import numpy as np
    >>> matrix = sparse.csr_matrix([[1, 1], [2, 0], [1, 0], [0, 5]])
    >>> coherence_of([[0, 1]], matrix).round(4).tolist()
    [-0.4055]
    """
    listed = list(dict.fromkeys(i for one in leading for i in one))
    place = {i: number for number, i in enumerate(listed)}
    there = sparse.csr_matrix(matrix[:, listed] > 0, dtype=np.float64)
    weights = np.ones(matrix.shape[0]) if release_weights is None else release_weights
    together = np.asarray((there.T @ sparse.diags(weights) @ there).todense())
    above, below = _SMOOTHING[order]
    made = np.full(len(leading), np.nan)
    for topic, one in enumerate(leading):
        places = [place[i] for i in one]
        if order == "stm":
            places.sort()
        if len(places) > 1:
            pairs = np.array(list(combinations(places, 2)))  # the one to divide by comes first
            first, second = pairs.T
            made[topic] = np.log((together[second, first] + above) / (together[first, first] + below)).sum()
    return made
