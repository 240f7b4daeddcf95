"""How much periods deviate on their own, learnt from many terms at once.

What is talked about in a year is more alike than chance would make it, and more like the year before. A
difference between periods is to be measured against that. A dozen periods tell little about one term's
deviations, but thousands of terms tell how large they usually are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from octadisc.compiled import compiled
from octadisc.statistics.trends import LEAST_CORRELATION

__all__ = ["SIZES", "Deviations", "Remainders", "correlate", "learn_deviations", "serial_correlation"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SIZES = np.array([0.0, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.3, 1.7, 2.2])
_EXPECTED = (SIZES >= 0.2) & (SIZES <= 0.65)  # what is assumed where there are few terms to learn from
_WORTH = 20.0  # how many terms that assumption weighs as much as
_BAND = 250  # terms of about the same frequency that are learnt from together
_MOST = 0.9
_FEWEST = 24  # periods, and
_FEWEST_TERMS = 50  # terms, from which on the correlation is estimated
_LEAST_BEYOND = 0.02  # of the variance of sampling, that deviations must add


class Remainders(NamedTuple):
    """What is left of terms' residuals by period around the fitted effect, and what to expect of it.

    Attributes
    ----------
    square : array of float, shape (terms,)
        Sum of squares, each period's divided by its weight.
    chance, chance_square : array of float, shape (terms,)
        What sampling contributes to its expectation, and half of that to its variance.
    unit, unit_square, mixed : array of float, shape (terms,)
        The same of deviations of size 1, and of both together.
    """

    square: Floats
    chance: Floats
    chance_square: Floats
    unit: Floats
    unit_square: Floats
    mixed: Floats


class Deviations(NamedTuple):
    """Sizes that each term's deviations may have, with probabilities; SIZES gives the sizes.

    Attributes
    ----------
    chances : array of float, shape (terms, sizes)
    correlation : float
        Of successive periods.
    """

    chances: Floats
    correlation: float

    @property
    def mean_square(self) -> Floats:
        """Mean of the squared size, shape (terms,)."""
        return np.asarray(self.chances @ SIZES**2)

    def draw(self, n_draws: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
        """Draw normal deviations of sizes that have these chances, shape (terms, draws)."""
        order = rng.permutation(n_draws)  # of the draws, from the smallest size to the largest
        levels = (np.arange(n_draws) + 0.5) / n_draws
        made = rng.standard_normal((len(self.chances), n_draws), np.float32)
        scale_rows(made, np.cumsum(self.chances, axis=1), levels, np.argsort(order), SIZES)
        return made


@compiled
def scale_rows(made: Any, known: Any, levels: Any, places: Any, sizes: Any) -> None:
    """Multiply draws by sizes: in each row, as many by each size as its cumulated chances (`known`) say.

    Parameters
    ----------
    made : array of float32, shape (terms, draws), to be changed
    known : array of float, shape (terms, sizes)
    levels : array of float, shape (draws,)
        In ascending order.
    places : array of int64, shape (draws,)
        The draw that each level is for.
    sizes : array of float, shape (sizes,)
    """
    for row in range(made.shape[0]):
        size = 0
        for k in range(levels.size):
            while size < sizes.size - 1 and known[row, size] < levels[k]:
                size += 1
            made[row, places[k]] *= sizes[size]


def correlate(places: Floats, correlation: float) -> Floats:
    """Give the correlation of periods that are so far apart, shape (periods, periods)."""
    return np.asarray(correlation ** np.abs(places[:, None] - places[None, :]))


def serial_correlation(residuals: Floats, sampled: Floats, reach: Floats) -> float:
    """Estimate from many terms how much a period's deviation is like the one before; at least .3.

    Parameters
    ----------
    residuals : array, shape (terms, periods)
        What is left around the fitted effect, in standard deviations.
    sampled : array, shape (terms, periods, periods)
        Its variance if there were no deviations.
    reach : array, shape (terms, periods, periods)
        What it gets of each period's deviation: a fitted effect takes some of it away.

    Notes
    -----
    What products of successive residuals have beyond sampling, relative to what squares have, is compared
    with what each correlation would give.
    """
    n_terms, n = residuals.shape
    if n < _FEWEST or n_terms < _FEWEST_TERMS:
        return LEAST_CORRELATION
    z = np.clip(residuals, -8, 8)
    squares = float((z**2).sum() - np.einsum("jpp->", sampled))
    pairs = float((z[:, 1:] * z[:, :-1]).sum() - np.einsum("jpp->", sampled[:, 1:, :-1]))
    if not squares > _LEAST_BEYOND * z.size:
        return LEAST_CORRELATION
    tried = np.array([LEAST_CORRELATION, 0.4, 0.5, 0.6, 0.7, 0.8, _MOST])
    expected = []
    for one in tried:
        deviations = reach @ correlate(np.arange(n, dtype=float), float(one)) @ reach.transpose(0, 2, 1)
        expected.append(np.einsum("jpp->", deviations[:, 1:, :-1]) / np.einsum("jpp->", deviations))
    return float(np.interp(pairs / squares, np.maximum.accumulate(expected), tried))


def learn_deviations(found: Remainders, frequency: Floats, correlation: float) -> Deviations:
    """Learn how large deviations are: empirical Bayes over the terms of about the same frequency.

    Parameters
    ----------
    found : Remainders
    frequency : array of float, shape (terms,)
        Rare words are about particular things, and come and go more than frequent ones.
    correlation : float

    Notes
    -----
    The remainder of a term is a scaled χ² with the mean and variance that its deviations' size gives it
    (Satterthwaite). How usual each size is, is estimated from all terms by the EM algorithm, as if there were
    20 more whose sizes are from .2 to .65 in logarithms.

    References
    ----------
    Smyth (2004), Statistical Applications in Genetics and Molecular Biology 3(1), for moderating variances;
    Laird (1978), Journal of the American Statistical Association 73, for the mixture.
    """
    squares = SIZES**2
    mean = found.chance[:, None] + found.unit[:, None] * squares
    spread = found.chance_square[:, None] + 2 * found.mixed[:, None] * squares
    spread += found.unit_square[:, None] * squares**2
    shape = np.divide(mean**2, 2 * spread, out=np.ones(mean.shape), where=spread > 0)
    ratio = np.divide(found.square[:, None], mean, out=np.ones(mean.shape), where=mean > 0)
    ratio = np.maximum(ratio, 1e-3)
    log_likelihood = shape * np.log(shape) - gammaln(shape) + (shape - 1) * np.log(ratio) - shape * ratio
    log_likelihood -= np.log(np.maximum(mean, 1e-300))
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    assumed = _EXPECTED / _EXPECTED.sum() * _WORTH
    chances = np.empty(likelihood.shape)
    order = np.argsort(frequency, kind="stable")
    for some in np.array_split(order, max(1, order.size // _BAND)):
        usual = np.full(SIZES.size, 1 / SIZES.size)
        mine = likelihood[some]
        for _ in range(60):
            share = mine * usual
            share /= share.sum(axis=1, keepdims=True)
            usual = (share.sum(axis=0) + assumed) / (len(some) + _WORTH)
        share = mine * usual
        chances[some] = share / share.sum(axis=1, keepdims=True)
    return Deviations(chances, correlation)
