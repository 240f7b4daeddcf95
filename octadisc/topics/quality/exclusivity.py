"""Exclusivity: whether a topic's most probable terms are its own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from octadisc.topics.labels.measures import frex_of

__all__ = ["sum_exclusivity"]

Floats = npt.NDArray[np.float64]


def sum_exclusivity(words: Floats, leading: list[list[int]], *, weight: float = 0.7) -> Floats:
    """Give the exclusivity of topics: FREX summed over their most probable terms.

    Parameters
    ----------
    words : array, shape (topics, terms)
    leading : list of lists of int
        Of each topic, the places of its most probable terms.
    weight : float
        What exclusivity weighs in FREX; frequency weighs the rest.

    Returns
    -------
    array of float, shape (topics,)
        At most the number of terms looked at; NaN where a topic has none.

    References
    ----------
    Roberts and others (2014), American Journal of Political Science 58; as ``exclusivity`` of R's stm, which
    does without shrinkage.

    Examples
    --------
    Of three terms the first is the topic's most frequent and most exclusive; all ranks are 3 of 3.

    >>> import numpy as np
    >>> sum_exclusivity(np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]]), [[0], [2]]).round(4).tolist()
    [1.0, 1.0]
    """
    frex = frex_of(words, weight)
    return np.array([frex[topic, one].sum() if one else np.nan for topic, one in enumerate(leading)])
