"""Measures by which terms mark topics out, each an array of topics × terms like the words themselves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy
from scipy.stats import rankdata

__all__ = ["best_of", "exclusivity_of", "frex_of", "keyness_of", "lift_of", "score_of", "shrink"]

Floats = npt.NDArray[np.float64]

_LEAST_LOGARITHM = -1000.0  # of a probability of 0, as in R's stm


def best_of(values: Floats, n: int) -> list[int]:
    """Give the places of the n largest values, the first of equal ones first; NaN comes last."""
    return [int(i) for i in np.argsort(-values, kind="stable")[: max(0, n)]]


def keyness_of(words: Floats, mean: Floats) -> Floats:
    """Give p log(p / q) for each topic and term, q being the words of all topics, weighed by their shares.

    A row adds up to the Kullback–Leibler divergence of the topic from the corpus as modelled.

    Examples
    --------
    >>> import numpy as np
    >>> keyness_of(np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]), np.array([0.5, 0.5])).round(4).tolist()
    [[0.0, 0.3466, 0.0], [0.0, 0.0, 0.3466]]
    """
    common = mean @ words
    return np.asarray(xlogy(words, words) - xlogy(words, np.where(common > 0, common, 1.0)))


def exclusivity_of(words: Floats) -> Floats:
    """Give each topic's part of a term: its probability in the topic, divided by the sum over topics.

    A term that no topic has belongs to all alike.

    Examples
    --------
    >>> import numpy as np
    >>> exclusivity_of(np.array([[0.75, 0.25, 0.0], [0.25, 0.75, 0.0]])).tolist()
    [[0.75, 0.25, 0.5], [0.25, 0.75, 0.5]]
    """
    total = words.sum(axis=0)
    return np.asarray(np.where(total > 0, words / np.where(total > 0, total, 1.0), 1 / len(words)))


def shrink(exclusivity: Floats, counts: Floats) -> Floats:
    """Draw the exclusivity of rare terms towards equal parts (James–Stein).

    A term that occurs once is in one topic alone by necessity. Of n occurrences the parts p of K topics
    scatter by Σ p(1 − p) / (n − 1), which is some part of their distance from equal ones, Σ (p − 1/K)². By
    that part they are moved back.

    Parameters
    ----------
    exclusivity : array, shape (topics, terms)
        Columns sum to 1.
    counts : array, shape (terms,)
        How often each term occurs.

    References
    ----------
    Hausser and Strimmer (2009), Journal of Machine Learning Research 10; used so in R's stm.

    Examples
    --------
    Of five occurrences parts of .9 and .1 scatter by .18 / 4 = .045, and are .32 from equal ones; .045 / .32
    = .140625 of the way back they are at .84375 and .15625.

    >>> import numpy as np
    >>> shrink(np.array([[0.9, 0.9], [0.1, 0.1]]), np.array([5.0, 1.0])).tolist()
    [[0.84375, 0.5], [0.15625, 0.5]]
    """
    even = 1 / len(exclusivity)
    scatter = (exclusivity * (1 - exclusivity)).sum(axis=0) / np.where(counts > 1, counts - 1, 1.0)
    distance = ((exclusivity - even) ** 2).sum(axis=0)
    back = np.where(distance > 0, scatter / np.where(distance > 0, distance, 1.0), 0.0)
    back = np.where(counts > 1, back.clip(0, 1), 1.0)
    return np.asarray(back * even + (1 - back) * exclusivity)


def frex_of(words: Floats, weight: float = 0.5, counts: Floats | None = None) -> Floats:
    """Give FREX: the weighed harmonic mean of how exclusive and how frequent a term is, as ranks.

    Both are ranks among the terms of the topic, divided by their number (the empirical distribution function;
    equal values have the mean of their ranks): 1 is the most exclusive, or the most frequent.

    Parameters
    ----------
    words : array, shape (topics, terms)
    weight : float
        What exclusivity weighs, from 0 to 1; frequency weighs the rest.
    counts : array, shape (terms,), optional
        How often each term occurs, for :func:`shrink`.

    References
    ----------
    Bischof and Airoldi (2012), ICML; Roberts, Stewart and Tingley (2019), Journal of Statistical Software
    91(2).

    Examples
    --------
    The second term ranks second of three in frequency, and first in exclusivity: 1 / (.5 / (2/3) + .5 / 1).

    >>> import numpy as np
    >>> frex_of(np.array([[0.6, 0.3, 0.1], [0.6, 0.1, 0.3]])).round(4).tolist()
    [[0.8, 0.8, 0.3333], [0.8, 0.3333, 0.8]]
    """
    exclusivity = exclusivity_of(words)
    if counts is not None:
        exclusivity = shrink(exclusivity, counts)
    n = words.shape[1]
    exclusive, frequent = rankdata(exclusivity, axis=1) / n, rankdata(words, axis=1) / n
    return np.asarray(1 / (weight / exclusive + (1 - weight) / frequent))


def lift_of(words: Floats, counts: Floats) -> Floats:
    """Give lift: a term's probability in the topic, divided by its part of all counts; NaN where it has none.

    References
    ----------
    Taddy (2012), AISTATS, on topics of high lift; as in R's stm.

    Examples
    --------
    >>> import numpy as np
    >>> lift_of(np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]), np.array([1.0, 3.0, 0.0])).round(3).tolist()
    [[2.0, 0.667, nan], [0.0, 0.667, nan]]
    """
    part = np.where(counts > 0, counts, np.nan) / counts.sum()
    return np.asarray(words / part)


def score_of(words: Floats) -> Floats:
    """Give score: p × (log p − its mean over the topics), with −1000 for the logarithm of 0.

    References
    ----------
    Chang (2015), the R package lda; as in R's stm.

    Examples
    --------
    log .5 − (log .5 + log .125) / 2 is log 2, and that of the other topic −log 2.

    >>> import numpy as np
    >>> score_of(np.array([[0.5, 0.5], [0.125, 0.875]])).round(4)[:, 0].tolist()
    [0.3466, -0.0866]
    """
    with np.errstate(divide="ignore"):
        logarithm = np.maximum(np.log(words), _LEAST_LOGARITHM)
    return np.asarray(words * (logarithm - logarithm.mean(axis=0)))
