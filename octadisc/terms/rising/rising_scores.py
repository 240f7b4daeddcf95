"""The scores of slopes: how much each term rose or fell within issuers, and whether by chance."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.periods import Periods
from octadisc.statistics.tests import pooled_p_values
from octadisc.terms.counts import TermCounts
from octadisc.terms.keyness.keyness_rows import Rows
from octadisc.terms.scores.score_deviations import FEWEST_PERIODS, shake
from octadisc.terms.scores.term_scores import TermScores

__all__ = ["Plan", "rise"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_PER = 1e6


class Plan(NamedTuple):
    """How rising terms are looked for; see `od.rising_terms`."""

    within: str | None
    min_releases: int
    min_issuers: int
    min_periods: int
    correlation: float | None
    level: float
    n_permutations: int
    seed: int


def rise(
    counts: TermCounts, rows: Rows, periods: Periods, plan: Plan, number: int, name: str, notes: list[str]
) -> pd.DataFrame | None:
    """Give the rows of one group in one language; None, and a note, where there are not enough data."""
    filled = np.unique(rows.years)
    if filled.size < FEWEST_PERIODS:
        found = f"{filled.size} periods with releases, at least {FEWEST_PERIODS} needed"
        notes.append(f"{name}: not enough data, {found}.")
        return None
    matrix, kept = rows.of_terms(plan.min_releases, plan.min_issuers)
    seen = _count_pairs(matrix, rows.years, len(periods))
    often = seen >= plan.min_periods
    matrix, kept, seen = matrix[:, np.flatnonzero(often)], kept[often], seen[often]
    if not kept.size:
        notes.append(f"{name}: no term is in enough releases, issuers and periods.")
        return None
    middle = (periods.starts.astype("datetime64[D]").astype(float) + periods.ends.astype(float)) / 2
    time = (middle - middle[filled[0]]) / (middle[filled[-1]] - middle[filled[0]])
    scores = TermScores(matrix, rows.sizes, rows.strata, time[rows.years])
    shaken = shake(scores, rows.years, plan.correlation)
    if shaken is None:
        notes.append(f"{name}: not enough data, too few issuers have releases in several periods.")
        return None
    rng = np.random.default_rng([plan.seed, number])
    null = scores.permuted(plan.n_permutations, rng)
    null += shaken.draw(plan.n_permutations, rng)
    p_value = pooled_p_values(scores.score, null, scores.spread)
    enough = scores.variance > 1e-12
    effect, information = scores.effects()
    span = _mean_span(scores)
    years = span * float(middle[filled[-1]] - middle[filled[0]]) / 365.25
    notes.append(f"{name}: ratios are over {years:.1f} years, as long as issuers have releases on average.")
    correlation = shaken.deviations.correlation
    notes.append(f"{name}: successive periods' own deviations are correlated by {correlation:.2f}.")
    half = _half_width(null, scores, shaken.variance, information, plan.level)
    count = np.asarray(matrix.sum(axis=0)).ravel()
    rate = count / rows.sizes.sum() * _PER
    size = effect * span
    begin = np.divide(size, np.expm1(size), out=np.ones(size.size), where=np.abs(size) > 1e-9)
    issuers = _count_pairs(matrix, rows.issuer, rows.n_issuers)
    releases = np.bincount(matrix.indices[matrix.data > 0], minlength=count.size)
    columns = {
        "term": np.array(counts.terms, object)[kept],
        "direction": np.where(effect > 0, "up", "down"),
        "first": rate * begin,
        "last": rate * begin * np.exp(size),
        "ratio": np.exp(size),
        "low": np.exp((effect - half) * span),
        "high": np.exp((effect + half) * span),
        "p_value": np.where(enough, p_value, np.nan),
        "releases": releases,
        "issuers": issuers,
        "note": np.where(enough, "", "Not enough data: only of issuers with releases in one period."),
        "periods": seen,
        "count": count,
    }
    made = pd.DataFrame(columns)
    made.loc[~enough, ["first", "last", "ratio", "low", "high"]] = np.nan
    return made


def _half_width(null: Any, scores: TermScores, added: Floats, information: Floats, level: float) -> Floats:
    """Give half the interval of effects: the null's quantile, for the information that the effect leaves."""
    plain = np.maximum(scores.information, 1e-300)
    quantile = np.quantile(np.abs(null), level, axis=1) / np.sqrt(np.maximum(scores.variance + added, 1e-300))
    chance = scores.variance / plain / np.maximum(information, 1e-300)  # dispersion by information
    return np.asarray(quantile * np.sqrt(chance + added / plain**2))


def _mean_span(scores: TermScores) -> float:
    """Give the part of all time that issuers have releases in, on average of words."""
    first, last = np.full(scores.n_strata, np.inf), np.full(scores.n_strata, -np.inf)
    np.minimum.at(first, scores.stratum, scores.quality)
    np.maximum.at(last, scores.stratum, scores.quality)
    return float(((last - first) * scores.total).sum() / scores.total.sum())


def _count_pairs(matrix: Any, codes: Integers, n_codes: int) -> Integers:
    """Give in how many of the codes (periods, issuers; -1 is none) each term stands."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    mine = (matrix.data > 0) & (codes[row] >= 0)
    pairs = np.unique(matrix.indices[mine].astype(np.int64) * n_codes + codes[row[mine]])
    return np.bincount(pairs // n_codes, minlength=matrix.shape[1])
