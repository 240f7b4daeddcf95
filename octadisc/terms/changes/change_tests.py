"""The test that a query changed at all: its statistic, and what chance does to it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.statistics.tests import permutation_p_value, permute_within, pooled_p_values
from octadisc.statistics.trends import SIZES, Noise, Scores, Strata, shapes_of
from octadisc.terms.changes.change_cases import Case, strata_of
from octadisc.terms.changes.change_pool import SharedShuffles

__all__ = ["MANY", "MARGIN", "N_OF_MANY", "ChangeTest", "Fitting", "p_values_of", "run_test"]

MARGIN = 2  # periods with releases on either side of a step
MANY = 200  # rows from which on they share their shuffled dates, and the tails of their null distributions
N_OF_MANY = 199  # permutations of each of these
_N_CALIBRATE = 299  # permutations that the size of periods' own deviations is read off
_LIKELY, _SAFE = 0.75, 0.12  # how the size of these is read off (see Scores.noise): to tell step from slope,
# which must not be given up for a size that is only possible; and for the test that there is a change at all,
_LEAST_SD = 0.2  # where at least this is assumed, in logits: a dozen periods cannot show that there is none


class Fitting(NamedTuple):
    """What a change is described with."""

    scores: Scores
    strata: Strata
    noise: Noise


class ChangeTest(NamedTuple):
    """The largest score of a query, and what the same is by chance."""

    observed: float  # the largest squared score
    null: npt.NDArray[np.float64]  # the same of each permutation
    matching: float
    informative: bool
    p_value: float
    fitting: Fitting | None  # none where there are so many rows that it is made again for those that change


def run_test(
    case: Case,
    n_permutations: int,
    rng: np.random.Generator,
    *,
    cautious: bool = True,
    shuffles: SharedShuffles | None = None,
) -> ChangeTest:
    """Test one query; with `shuffles` by dates that are shuffled for many queries at once.

    Not `cautious`, periods' own deviations are taken as large as they look, and not as they may be.
    """
    strata, residual = strata_of(case)
    scores = Scores(strata, shapes_of(case.time, MARGIN))
    observed = float(scores.statistics(scores.residuals[None])[0][0].max())
    matching = float(case.value.sum())
    if not scores.informative.any():
        return ChangeTest(observed, np.zeros(0), matching, False, 1.0, None)
    if shuffles is None:
        null = permute_within(residual, case.issuer, case.place, len(case.labels), n_permutations, rng)
        noise, safe = scores.noise(null[:_N_CALIBRATE], rng, (_LIKELY, _SAFE))
    else:
        null = shuffles.sums(case, residual, rng)
        noise, safe = scores.noise(null[:N_OF_MANY], rng, (_LIKELY, _SAFE), SIZES[::3])
    assumed = Noise(max(safe.sd, _LEAST_SD), safe.correlation) if cautious else noise
    null = null + scores.shaken(assumed.draw(rng, len(null), len(case.labels)))
    largest = scores.statistics(null)[0].max(axis=1)
    p_value = permutation_p_value(observed, largest)
    return ChangeTest(observed, largest, matching, True, p_value, Fitting(scores, strata, noise))


def p_values_of(tests: list[ChangeTest | None], *, pooled: bool) -> npt.NDArray[np.float64]:
    """Give the p-values: of each row's own permutations, or far out of those of rows like it too."""
    known = [i for i, one in enumerate(tests) if one is not None and one.informative]
    p_values = np.array([np.nan if one is None else 1.0 for one in tests])
    if pooled and known:
        of = [one for one in tests if one is not None and one.informative]
        observed = np.sqrt([one.observed for one in of])
        null = np.sqrt(np.stack([one.null for one in of]))
        p_values[known] = pooled_p_values(observed, null, np.array([one.matching for one in of]))
        return p_values
    for i in known:
        one = tests[i]
        p_values[i] = np.nan if one is None else permutation_p_value(one.observed, one.null)
    return p_values
