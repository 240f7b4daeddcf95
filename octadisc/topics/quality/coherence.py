"""Coherence: whether a topic's most probable terms stand in the same releases, or near each other."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.topics.labels.measures import best_of
from octadisc.topics.quality.windows import Meetings, meet_in_releases

__all__ = [
    "BY_RELEASES",
    "ORDERS",
    "WINDOWS",
    "Order",
    "coherence_from",
    "coherence_of",
    "leading_terms",
]

Floats = npt.NDArray[np.float64]
Order = Literal["mimno", "stm", "u_mass", "npmi", "uci", "c_v"]
ORDERS: tuple[Order, ...] = get_args(Order)
BY_RELEASES: tuple[Order, ...] = ("mimno", "stm", "u_mass")
WINDOWS: Mapping[str, int] = MappingProxyType({"npmi": 10, "uci": 10, "c_v": 110})  # tokens, as in gensim

_SMOOTHING: dict[str, tuple[float, float]] = {"mimno": (1.0, 0.0), "stm": (0.01, 0.01)}
_LEAST = 1e-12  # added to the share of windows that have two terms, as gensim does


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
    """Give the coherence of topics by whole releases: how often pairs of their terms meet.

    Parameters
    ----------
    leading : list of lists of int
        Of each topic, the columns of its most probable terms, the most probable first. Each stands in some
        release; see :func:`leading_terms`.
    matrix : csr_matrix, shape (releases, terms)
        Counts; whether a term stands in a release is all that matters.
    order : {"mimno", "stm", "u_mass", "npmi", "uci", "c_v"}
        See :func:`coherence_from`.
    release_weights : array, shape (releases,), optional
        What each release counts.

    Returns
    -------
    array of float, shape (topics,)
        NaN where a topic has fewer than two terms.

    Examples
    --------
    The first term stands in three releases, the second in two, both together in one: log((1 + 1) / 3).

    >>> import numpy as np
    >>> matrix = sparse.csr_matrix([[1, 1], [2, 0], [1, 0], [0, 5]])
    >>> coherence_of([[0, 1]], matrix).round(4).tolist()
    [-0.4055]
    """
    return coherence_from(leading, meet_in_releases(leading, matrix, release_weights), order)


def coherence_from(leading: list[list[int]], meetings: Meetings, order: Order) -> Floats:
    """Give the coherence of topics from the windows, or releases, in which their terms meet.

    Parameters
    ----------
    leading : list of lists of int
        Of each topic, its most probable terms, the most probable first.
    meetings : Meetings
        Of these terms: of whole releases for "mimno", "stm" and "u_mass"; for the others of windows, of
        10 tokens ("npmi", "uci") or 110 ("c_v") in the literature.
    order : {"mimno", "stm", "u_mass", "npmi", "uci", "c_v"}
        With D the number of releases that have a term, or two, "mimno" is Σ log((D(m, l) + 1) / D(l)), l
        being the more probable term of each pair, as published. "stm" is what R's stm computes:
        Σ log((D(m, l) + .01) / (D(l) + .01)), l being the term that comes first in the list of all topics'
        terms, one topic after the other, which may be the less probable one; so it depends on the order of
        the topics. The others are gensim's. With p the share of windows (releases), and ε = 1e-12:

        - "u_mass": mean of log((p(m, l) + ε) / p(l)), pairs as in "mimno";
        - "uci": mean over pairs of log((p(m, l) + ε) / (p(m) p(l))), at most about 28;
        - "npmi": the same, each divided by −log(p(m, l) + ε): from −1 (never together) to 1 (always);
        - "c_v": each term as the vector of its npmi with all of the topic's terms, itself included; mean
          cosine of these with their sum.

    Returns
    -------
    array of float, shape (topics,)
        More is more coherent. NaN where fewer than two of a topic's terms stand in any window: terms that
        stand in none are left out, where gensim gives infinity or NaN. All else is finite, since ε stands in
        for terms that never meet; npmi is then just above −1.

    Notes
    -----
    As in gensim, npmi is −1 for two terms that stand in every single window, where it is 0 / 0 by its
    formula. Where a topic's vectors add up to nothing, c_v is 0.

    References
    ----------
    Mimno, Wallach, Talley, Leenders and McCallum (2011), EMNLP; Newman, Lau, Grieser and Baldwin (2010),
    NAACL, on "uci"; Bouma (2009), GSCL, on "npmi"; Röder, Both and Hinneburg (2015), WSDM, on "c_v".
    """
    listed = {i: number for number, i in enumerate(dict.fromkeys(i for one in leading for i in one))}
    made = np.full(len(leading), np.nan)
    for topic, one in enumerate(leading):
        terms = sorted(one, key=listed.__getitem__) if order == "stm" else list(one)
        alone, both = meetings.of(terms)
        there = np.flatnonzero(alone > 0)
        if there.size > 1:
            made[topic] = _FORMULAS[order](alone[there], both[np.ix_(there, there)], meetings.n_windows)
    return made


def _sum_of_logs(above: float, below: float, alone: Floats, both: Floats) -> float:
    first, second = np.triu_indices(alone.size, 1)
    return float(np.log((both[second, first] + above) / (alone[first] + below)).sum())


def _mimno(alone: Floats, both: Floats, n: float) -> float:
    return _sum_of_logs(*_SMOOTHING["mimno"], alone, both)


def _stm(alone: Floats, both: Floats, n: float) -> float:
    return _sum_of_logs(*_SMOOTHING["stm"], alone, both)


def _u_mass(alone: Floats, both: Floats, n: float) -> float:
    first, second = np.triu_indices(alone.size, 1)
    return float(np.log((both[second, first] / n + _LEAST) / (alone[first] / n)).mean())


def _log_ratios(alone: Floats, both: Floats, n: float) -> Floats:
    part = alone / n
    return np.asarray(np.log((both / n + _LEAST) / (part[:, None] * part)))


def _normalised(alone: Floats, both: Floats, n: float) -> Floats:
    return _log_ratios(alone, both, n) / -np.log(both / n + _LEAST)


def _uci(alone: Floats, both: Floats, n: float) -> float:
    return float(_log_ratios(alone, both, n)[np.triu_indices(alone.size, 1)].mean())


def _npmi(alone: Floats, both: Floats, n: float) -> float:
    return float(_normalised(alone, both, n)[np.triu_indices(alone.size, 1)].mean())


def _c_v(alone: Floats, both: Floats, n: float) -> float:
    vectors = _normalised(alone, both, n)
    whole = vectors.sum(axis=0)
    length = np.linalg.norm(vectors, axis=1) * np.linalg.norm(whole)
    return float(np.mean(vectors @ whole / np.where(length > 0, length, 1.0)))


_FORMULAS = {"mimno": _mimno, "stm": _stm, "u_mass": _u_mass, "npmi": _npmi, "uci": _uci, "c_v": _c_v}
