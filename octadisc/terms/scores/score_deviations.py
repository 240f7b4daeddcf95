"""What periods' own deviations add to the scores of terms.

Where the quality goes with time (before and after, or time itself), a period's own deviation of one term
looks like an effect. Here each period's residuals around the fitted effect show how large such deviations
are, and the score's variance and null distribution get what they add.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError
from octadisc.statistics.deviations import (
    Deviations,
    Remainders,
    correlate,
    learn_deviations,
    serial_correlation,
)
from octadisc.terms.scores.term_scores import TermScores

__all__ = ["FEWEST_PERIODS", "Shaken", "check_correlation", "shake"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

FEWEST_PERIODS = 6  # with releases; fewer say nothing about how periods differ
_MOST_PERIODS = 60  # more are taken together, a few consecutive ones at a time
_STEP = 400  # terms at a time
_TERMS_FOR_CORRELATION = 400


class Shaken(NamedTuple):
    """What deviations do to scores.

    Attributes
    ----------
    deviations : Deviations
    reach : array of float, shape (terms,)
        Standard deviation of the score per size of the deviations.
    correlations : array of float, shape (periods, periods)
    places : array of int, shape (releases,)
        Number of each release's period, as they were taken together; -1 without any.
    """

    deviations: Deviations
    reach: Floats
    correlations: Floats
    places: Integers

    @property
    def variance(self) -> Floats:
        """What deviations add to the variance of the score, shape (terms,)."""
        return np.asarray(self.deviations.mean_square * self.reach**2)

    def draw(self, n_draws: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
        """Draw what deviations add to scores, shape (terms, draws)."""
        made = self.deviations.draw(n_draws, rng)
        made *= self.reach[:, None].astype(np.float32)
        return made


def check_correlation(given: Any) -> None:
    """Refuse what is no correlation from 0 to below 1.

    Raises
    ------
    InputError
    """
    if given is not None and not (isinstance(given, (int, float)) and 0 <= given < 1):
        raise InputError(f"correlation={given!r}: expected a number from 0 to below 1, such as 0.3, or None.")


def shake(scores: TermScores, periods: Integers, correlation: float | None = None) -> Shaken | None:
    """Estimate periods' own deviations and what they do to scores; None where there are too few periods.

    Parameters
    ----------
    scores : TermScores
    periods : array of int, shape (releases,)
        Number of each release's period, in order of time; negative: none.
    correlation : float, optional
        Of successive periods; estimated, and at least .3, if left out.
    """
    periods = _taken_together(periods, scores)
    mine = periods[scores.rows]
    inside = mine >= 0
    filled = np.unique(mine[inside])
    if filled.size < FEWEST_PERIODS:
        return None
    n, n_periods = scores.n_strata, filled.size
    places = np.where(inside, np.searchsorted(filled, np.maximum(mine, filled[0])), -1)
    cell = scores.stratum[inside] * n_periods + places[inside]
    size = np.bincount(cell, scores.sizes[inside], n * n_periods).reshape(n, n_periods)
    middle = np.bincount(scores.stratum, scores.quality * scores.sizes, n) / scores.total
    moved = (scores.quality - middle[scores.stratum]) * scores.sizes
    course = np.bincount(cell, moved[inside], n * n_periods).reshape(n, n_periods).astype(float)
    kernels = -size[:, :, None] * size[:, None, :] / scores.total[:, None, None]
    kernels[:, np.arange(n_periods), np.arange(n_periods)] += size
    whole = np.full(periods.size, -1, np.int64)
    whole[scores.rows] = places
    parts = _Parts.of(scores, kernels, course, scores.residual_sums(whole, n_periods))
    frequency = np.asarray(scores.counts.sum(axis=0)).ravel()
    if correlation is None:
        correlation = _correlation(parts, frequency)
    correlations = correlate(filled.astype(float), correlation)
    found = _remainders(parts, correlations)
    courses = parts.courses
    deviations = learn_deviations(found, frequency, correlation)
    reach = np.sqrt(np.maximum(np.einsum("jp,pq,jq->j", courses, correlations, courses, optimize=True), 0.0))
    return Shaken(deviations, reach, correlations, whole)


def _taken_together(periods: Integers, scores: TermScores) -> Integers:
    known = np.unique(periods[scores.rows])
    known = known[known >= 0]
    if known.size <= _MOST_PERIODS:
        return periods
    width = -(-int(np.ptp(known) + 1) // _MOST_PERIODS)
    return np.where(periods >= 0, periods // width, -1)


class _Parts(NamedTuple):
    """What residuals by period are made of, ready to be looked at a few terms at a time."""

    rates: sparse.csr_matrix  # terms × strata
    spreads: sparse.csr_matrix
    variance: Floats  # of scores
    kernels: Floats  # strata × (periods × periods)
    courses: Floats  # terms × periods: what the effect, or deviations by way of the score, do to residuals
    spread_courses: Floats  # the covariance of the score and the residuals
    information: Floats
    variances: Floats  # terms × periods, of sampling
    left: Floats  # residuals around the fitted effect

    @classmethod
    def of(cls, scores: TermScores, kernels: Floats, course: Floats, residuals: Floats) -> _Parts:
        diagonal = np.einsum("sii->si", kernels)
        information = np.maximum(scores.information, 1e-300)
        courses = np.asarray(scores.rates.T @ course)
        left = residuals - courses * (scores.score / information)[:, None]
        flat = kernels.reshape(len(kernels), -1)
        spread_courses = np.asarray(scores.spreads.T @ course)
        variances = np.maximum(np.asarray(scores.spreads.T @ diagonal), 0.0)
        rates, spreads = scores.rates.T.tocsr(), scores.spreads.T.tocsr()
        moments = (courses, spread_courses, information, variances, left)
        return cls(rates, spreads, scores.variance, flat, *moments)

    def per(self, some: Any) -> Floats:
        """Give one by the variance of each period, 0 where it has none, shape (terms, periods)."""
        variances = self.variances[some]
        floor = 1e-9 * np.maximum(variances.max(axis=1, keepdims=True), 1e-300)
        per: Floats = np.divide(1.0, variances, out=np.zeros(variances.shape), where=variances > floor)
        return per

    def matrices(self, some: Any) -> tuple[Floats, Floats]:
        """Give the variance that sampling leaves around the fit, and what deviations do to it.

        With r the residuals, U the score and c the courses, what is left is r - c U / information.
        """
        n, information = self.left.shape[1], self.information[some]
        course, spread = self.courses[some] / information[:, None], self.spread_courses[some]
        sampled = np.asarray(self.spreads[some] @ self.kernels).reshape(-1, n, n)
        crossed = course[:, :, None] * spread[:, None, :]
        sampled -= crossed + crossed.transpose(0, 2, 1)
        sampled += self.variance[some][:, None, None] * course[:, :, None] * course[:, None, :]
        reach = np.asarray(self.rates[some] @ self.kernels).reshape(-1, n, n)
        reach -= course[:, :, None] * self.courses[some][:, None, :]
        return sampled, reach


def _correlation(parts: _Parts, frequency: Floats) -> float:
    """Estimate the correlation of successive periods from the terms that tell most, the frequent ones."""
    some = np.argsort(-frequency, kind="stable")[:_TERMS_FOR_CORRELATION]
    scale = np.sqrt(parts.per(some))
    sampled, reach = parts.matrices(some)
    sampled *= scale[:, :, None] * scale[:, None, :]
    reach *= scale[:, :, None]
    return serial_correlation(parts.left[some] * scale, sampled, reach)


def _remainders(parts: _Parts, correlations: Floats) -> Remainders:
    """Give squared remainders and their moments, term by term: traces of products of small matrices."""
    n_terms = parts.left.shape[0]
    moments = np.zeros((6, n_terms))
    for begin in range(0, n_terms, _STEP):
        some = slice(begin, min(begin + _STEP, n_terms))
        weight = parts.per(some)
        sampled, reach = parts.matrices(some)
        shaken = weight[:, :, None] * (reach @ correlations @ reach.transpose(0, 2, 1))
        sampled *= weight[:, :, None]
        moments[0, some] = (parts.left[some] ** 2 * weight).sum(axis=1)
        moments[1, some] = np.einsum("jpp->j", sampled)
        moments[2, some] = _trace(sampled, sampled)
        moments[3, some] = np.einsum("jpp->j", shaken)
        moments[4, some] = _trace(shaken, shaken)
        moments[5, some] = _trace(sampled, shaken)
    return Remainders(*moments)


def _trace(one: Floats, other: Floats) -> Floats:
    """Give the traces of products of matrices, shape (terms,)."""
    return np.asarray((one * other.transpose(0, 2, 1)).sum(axis=(1, 2)))
