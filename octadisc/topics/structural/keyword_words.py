"""Words of topics that have keywords: how often the keywords alone are spoken of, and how often all terms.

A word of a keyword topic is one of its keywords with probability `rate`, and any term otherwise. Which of the
two a keyword in a text is cannot be seen: the likelihood knows their sum alone, and priors decide about the
parts. Both parts are therefore found at once from how often each term is expected of the topic, and nothing
of them has to be carried from one pass to the next.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

__all__ = ["Seeds", "Spoken", "learn_words", "split_counts"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Seeds = tuple[Ints, ...]  # columns of each keyword topic's terms; keyword topics are the first

_KEYWORD_PRIOR = 0.1  # Dirichlet's parameters: of keywords among a topic's keywords,
_TERM_PRIOR = 0.01  # of terms among all terms,
_NOTHING = 1e-9  # a number of words below which none is expected
_RATE_PRIOR = 1.0  # and Beta's of how often a word is one of the keywords


class Spoken(NamedTuple):
    """How keywords are used.

    Attributes
    ----------
    rates : array, shape (keyword topics,)
        How often a word of the topic is one of its keywords, and spoken as such.
    parts : array, shape (keyword topics,)
        What part of the topic's words they would be if they were not held.
    terms : array of int
        All keywords' terms, sorted.
    expected : array, shape (these terms, topics)
        How often each is expected of each topic.
    """

    rates: Floats
    parts: Floats
    terms: Ints
    expected: Floats


def learn_words(expected: Floats, seeds: Seeds, least: float = 0.0) -> tuple[Floats, Spoken]:
    """Give the most probable words of topics, shape (terms, topics), and how their keywords are used.

    Parameters
    ----------
    expected : array, shape (terms, topics)
    seeds : tuple of arrays of int
        Each keyword topic's terms.
    least : float
        What part of a topic's words its keywords are at the least. Where they would be less, they and all
        other terms are brought there in proportion, which is the most probable under that bound.

    Notes
    -----
    Priors are those of the keyword assisted topic model: Beta(1, 1), Dirichlet(.1) over a topic's keywords,
    Dirichlet(.01) over all terms. The most probable values are those of the logits (MacKay 1998), that is,
    counts with the priors' parameters added: in the probabilities themselves a Dirichlet with parameters
    below 1 has no highest point.

    References
    ----------
    Eshima, Imai and Sasaki (2024), American Journal of Political Science 68; MacKay (1998), Machine Learning
    33, on the choice of basis.
    """
    n_terms = len(expected)
    totals = expected.sum(axis=0)
    words = (expected + _TERM_PRIOR) / (totals + _TERM_PRIOR * n_terms)
    rates, parts = np.empty(len(seeds)), np.empty(len(seeds))
    for k, terms in enumerate(seeds):
        counted, total = expected[terms, k], float(totals[k])
        keywords = split_counts(counted, total, n_terms)
        rest = total - float(keywords.sum())
        rates[k] = (keywords.sum() + _RATE_PRIOR) / (total + 2 * _RATE_PRIOR)
        left = expected[:, k].copy()
        left[terms] -= keywords
        made = (1 - rates[k]) * (left + _TERM_PRIOR) / (rest + _TERM_PRIOR * n_terms)
        own = (keywords + _KEYWORD_PRIOR) / (keywords.sum() + _KEYWORD_PRIOR * len(terms))
        made[terms] += rates[k] * own
        parts[k] = part = float(made[terms].sum())
        if part < least:
            rest_of = np.setdiff1d(np.arange(n_terms), terms)
            made[terms] *= least / part
            made[rest_of] *= (1 - least) / (1 - part)
        words[:, k] = made
    terms = np.unique(np.concatenate(seeds))
    return words, Spoken(rates, parts, terms, expected[terms].copy())


def split_counts(counted: Floats, total: float, n_terms: int) -> Floats:
    """Give how many of a topic's keywords are spoken as keywords, and not as any term may be.

    Parameters
    ----------
    counted : array, shape (keywords,)
        How often each is expected of the topic.
    total : float
        How often all terms are.
    n_terms : int

    Notes
    -----
    The part p of a keyword's count n solves p / (1 − p) = r (n p + .1) / (n (1 − p) + .01), where r is how
    often keywords are spoken per keyword counted, relative to all terms; r in turn depends on the sum over
    keywords. EM would come there too, but in thousands of steps.

    Examples
    --------
    >>> split_counts(np.array([50.0, 0.0]), 1000.0, 200).round(2).tolist()
    [49.48, 0.0]
    """
    most = float(counted.sum())
    if not most > _NOTHING:
        return np.zeros_like(counted)

    def split(whole: float) -> Floats:
        spoken = (whole + _RATE_PRIOR) / (whole + _KEYWORD_PRIOR * counted.size)
        rest = total - whole
        ratio = spoken * (rest + _TERM_PRIOR * n_terms) / (rest + _RATE_PRIOR)
        a = counted * (1 - ratio)
        b = a + _TERM_PRIOR + _KEYWORD_PRIOR * ratio
        c = _KEYWORD_PRIOR * ratio
        root = np.sqrt(np.maximum(b * b - 4 * a * c, 0.0))
        flat = np.abs(a) < 1e-12
        stable = 2 * c / np.where(b + root > 0, b + root, 1.0)
        other = (b - root) / np.where(flat, 1.0, 2 * a)
        part = np.where((b >= 0) | flat, stable, other)
        return np.asarray(counted * np.clip(part, 0.0, 1.0))

    whole = brentq(lambda one: float(split(one).sum()) - one, 0.0, most, xtol=1e-9 * most, rtol=1e-12)
    return split(float(whole))
