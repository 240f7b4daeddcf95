"""Residual dispersion: whether words vary more about a model's expectation than the model says."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.stats import chi2

from octadisc.errors import InputError, expect
from octadisc.terms.counts import TermCounts
from octadisc.terms.reissues import per_entry
from octadisc.tokens.threads import one_blas_thread
from octadisc.topics.held_out import words_by_level
from octadisc.topics.model import TopicModel
from octadisc.topics.relations.merging import unmerge

__all__ = ["Dispersion", "check_residuals"]

_LEAST = 0.01  # expected occurrences from which on a term of a release counts as one observation
_CELLS = 4_000_000  # of releases × terms at once


class Dispersion(NamedTuple):
    """How words vary about what a model expects.

    Attributes
    ----------
    dispersion : float
        1 if the model is right, more if words vary more than it says; NaN without degrees of freedom.
    statistic : float
        Sum of squared residuals, each divided by its variance.
    freedom : float
        Degrees of freedom.
    p_value : float
        Of a dispersion of 1, by the chi-squared distribution; words that come in clusters make it tiny.
    """

    dispersion: float
    statistic: float
    freedom: float
    p_value: float


def check_residuals(model: TopicModel, counts: TermCounts) -> Dispersion:
    """Measure the dispersion of a model's multinomial residuals.

    With m words in a release, x of them a certain term, and q the probability that the model gives the term
    there, the statistic is Σ (x − mq)² / (mq(1 − q)) over all releases and terms. Its degrees of freedom are
    the pairs of release and term with mq > .01, less the terms, less the model's parameters: n(K − 1) shares
    and K(V − 1) words.

    Parameters
    ----------
    model : TopicModel
        Of one whose topics were merged those before merging are taken: merging fits nothing.
    counts : TermCounts
        What it was fitted to.

    Raises
    ------
    InputError
        If the model is of other counts.

    Notes
    -----
    With short releases there are fewer observations than parameters, and no dispersion. With long ones words
    come in clusters, and the dispersion stays above 1 whatever the number of topics.

    References
    ----------
    Taddy (2012), AISTATS; as ``checkResiduals`` of R's stm computes it.

    Examples
    --------
    >>> import octadisc as od
    >>> counts = od.TermCounts.from_matrix([[3, 1], [2, 2]], ["crime", "trust"], [{}, {}])
    >>> found = check_residuals(od.fit_topics(counts, 2, "nmf"), counts)
    >>> found.freedom  # 4 observations, 2 terms, 2 × 1 shares, 2 × 1 words
    -2.0
    """
    expect(model, TopicModel, "model", "what od.fit_topics(counts, …) gives")
    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    model, _ = unmerge(model)
    if model.terms != [str(one) for one in counts.terms] or len(model.releases) != len(counts.releases):
        raise InputError("The model is not one of these counts. Give those that it was fitted to.")
    matrix = sparse.csr_matrix(counts.matrix, dtype=np.float64)
    weights = np.asarray(counts.release_weights, np.float64)
    matrix.data = matrix.data / per_entry(matrix, np.where(weights > 0, weights, 1.0))
    matrix.eliminate_zeros()
    lengths = np.asarray(matrix.sum(axis=1)).ravel()
    used = np.flatnonzero((lengths > 0) & (weights > 0) & ~np.isnan(model.shares[:, 0]))
    n_terms = int(np.unique(matrix[used].indices).size)
    words, level = words_by_level(model)
    statistic = observed = 0.0
    step = max(1, _CELLS // max(len(model.terms), 1))
    with one_blas_thread():
        for one in np.unique(level[used]):
            mine = used[level[used] == one]
            for low in range(0, mine.size, step):
                rows = mine[low : low + step]
                part = np.clip(model.shares[rows] @ words[one], 0.0, 1.0 - 1e-12)
                weight = weights[rows]
                expected = part * lengths[rows, None]
                observed += float(weight @ (expected > _LEAST).sum(axis=1))
                statistic += float(weight @ (expected / (1 - part)).sum(axis=1))
                # terms that occur: (x − mq)² instead of the (mq)² of those that do not
                there = matrix[rows].tocoo()
                x, q, mq = there.data, part[there.row, there.col], expected[there.row, there.col]
                with np.errstate(divide="ignore"):
                    statistic += float(weight[there.row] @ ((x * x - 2 * x * mq) / (mq * (1 - q))))
    n = float(weights[used].sum())
    parameters = n * (model.n_topics - 1) + model.n_topics * (n_terms - 1)
    freedom = observed - n_terms - parameters
    if freedom <= 0 or not np.isfinite(statistic):
        return Dispersion(float("nan"), statistic, freedom, float("nan"))
    return Dispersion(statistic / freedom, statistic, freedom, float(chi2.sf(statistic, freedom)))
