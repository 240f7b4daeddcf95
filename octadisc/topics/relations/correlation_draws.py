"""Correlations of parts of a whole, how chance moves them, and what the sum alone makes in simple cases."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

__all__ = ["Pairs", "built_in_of_ratios", "built_in_of_shares", "correlate", "draw_pairs", "moments"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_CHUNK = 4_000_000  # numbers in memory at once
_EDGE = 1 - 1e-12


class Pairs(NamedTuple):
    """Correlations of all pairs (i < j), in the order of `np.triu_indices`.

    Attributes
    ----------
    value : array
    low, high : array
        NaN where there are too few units.
    built_in : array
        What the sum alone would make of them in a simple case, see `built_in_of_shares`.
    """

    value: Floats
    low: Floats
    high: Floats
    built_in: Floats


def built_in_of_shares(mean: Floats) -> Floats:
    """Give the correlation that the sum of 1 makes of shares of topics that have nothing in common.

    Parts of a sum of independent gamma variables of one scale correlate by −√(aᵢaⱼ / ((1 − aᵢ)(1 − aⱼ))),
    with a for their means, however much they vary. It is so of the Dirichlet distribution; of shares that
    vary in another way, such as logistic normal ones, it may be off by .1 and more.

    References
    ----------
    Mosimann (1962), Biometrika 49, on the Dirichlet distribution.

    Examples
    --------
    >>> built_in_of_shares(np.array([0.5, 0.25, 0.25])).round(3).tolist()[0]
    [1.0, -0.577, -0.577]
    """
    odds = mean / np.maximum(1 - mean, 1e-300)
    made = -np.sqrt(np.maximum(odds[..., :, None] * odds[..., None, :], 0.0))
    made[..., range(mean.shape[-1]), range(mean.shape[-1])] = 1.0
    return np.asarray(np.maximum(made, -1.0))


def built_in_of_ratios(covariance: Floats) -> Floats:
    """Give the correlation of centred log ratios of independent topics with the variances that these have.

    The variance of a centred log ratio of K topics is v(1 − 2/K) + V/K², with v the topic's own and V the
    sum of all; so v can be told, and with it the covariance −(vᵢ + vⱼ)/K + V/K².

    Examples
    --------
    Three topics of equal variance correlate by −½, whatever they say.

    >>> covariance = np.array([[2.0, -1.5, -0.5], [-1.5, 2.0, -0.5], [-0.5, -0.5, 2.0]])
    >>> built_in_of_ratios(covariance).round(3).tolist()[0]
    [1.0, -0.5, -0.5]
    """
    n = covariance.shape[-1]
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    total = variance.sum(axis=-1, keepdims=True) / (1 - 1 / n)
    own = np.maximum((variance - total / n**2) / (1 - 2 / n), 0.0)
    made = -(own[..., :, None] + own[..., None, :]) / n + total[..., None] / n**2
    made = made / np.sqrt(np.maximum(variance[..., :, None] * variance[..., None, :], 1e-300))
    made[..., range(n), range(n)] = 1.0
    return np.asarray(np.clip(made, -1.0, 1.0))


def moments(values: Floats, weights: Floats, codes: Integers) -> Floats:
    """Add up each cluster's weights, weighed values and their products: 1 + K + K(K + 1)/2 columns."""
    upper = np.triu_indices(values.shape[1])
    n = int(codes.max()) + 1
    made = np.zeros((n, 1 + values.shape[1] + upper[0].size))
    step = max(1, _CHUNK // made.shape[1])
    for begin in range(0, len(values), step):
        part = slice(begin, begin + step)
        mine = values[part]
        rows = np.hstack([np.ones((len(mine), 1)), mine, mine[:, upper[0]] * mine[:, upper[1]]])
        np.add.at(made, codes[part], rows * weights[part, None])
    return made


def _covariances(sums: Floats, n_topics: int, added: Floats | None) -> Floats:
    """Give covariances from sums of moments, shape (draws, topics, topics)."""
    total = np.maximum(sums[:, :1], 1e-300)
    mean = sums[:, 1 : 1 + n_topics] / total
    square = np.empty((len(sums), n_topics, n_topics))
    upper = np.triu_indices(n_topics)
    square[:, upper[0], upper[1]] = sums[:, 1 + n_topics :] / total
    square[:, upper[1], upper[0]] = square[:, upper[0], upper[1]]
    covariance = square - mean[:, :, None] * mean[:, None, :]
    return covariance if added is None else covariance + added


def correlate(covariance: Floats) -> Floats:
    """Give correlations of covariances; NaN for what does not vary."""
    variance = np.diagonal(covariance, axis1=-2, axis2=-1)
    deviation = np.sqrt(np.where(variance > 1e-15, variance, np.nan))
    return np.asarray(np.clip(covariance / (deviation[..., :, None] * deviation[..., None, :]), -1, 1))


def draw_pairs(
    values: Floats,
    weights: Floats,
    codes: Integers,
    *,
    share: Floats | None,
    added: Floats | None,
    level: float,
    n_draws: int,
    seed: int,
    fewest: int,
    df: float,
) -> Pairs:
    """Correlate columns, with intervals from drawing clusters again and again.

    Parameters
    ----------
    values : array, shape (releases, topics)
    weights, codes : array, shape (releases,)
        What each counts, and which cluster it is in.
    share : array, shape (releases, topics), or None
        Shares whose means say what is built in; None for log ratios.
    added : array, shape (topics, topics), or None
        Covariance that is not in the values.
    level : float
    n_draws, seed : int
    fewest : int
        Clusters below which there are no intervals.
    df : float
        Degrees of freedom of the intervals.
    """
    n_topics = values.shape[1]
    given = values - np.average(values, axis=0, weights=weights)  # so that no digits are lost
    sums = moments(given, weights, codes)
    n = len(sums)
    rows, columns = np.triu_indices(n_topics, 1)
    covariance = _covariances(sums.sum(axis=0, keepdims=True), n_topics, added)
    made = (
        built_in_of_ratios(covariance)[0]
        if share is None
        else built_in_of_shares(np.average(share, axis=0, weights=weights))
    )
    value, built_in = correlate(covariance)[0, rows, columns], made[rows, columns]
    if n < fewest:
        nothing = np.full(value.size, np.nan)
        return Pairs(value, nothing, nothing, built_in)
    rng = np.random.default_rng(seed)
    step = max(1, _CHUNK // max(n, n_topics**2))
    spread = _Spread(value.size)
    for begin in range(0, n_draws, step):
        drawn = rng.multinomial(n, np.full(n, 1 / n), min(step, n_draws - begin)).astype(float)
        found = correlate(_covariances(drawn @ sums, n_topics, added))
        spread.add(_stretch(found[:, rows, columns]))
    quantile = float(student.ppf((1 + level) / 2, df))
    middle = _stretch(value)
    low, high = np.tanh(middle - quantile * spread.error), np.tanh(middle + quantile * spread.error)
    return Pairs(value, low, high, built_in)


def _stretch(values: Floats) -> Floats:
    return np.asarray(np.arctanh(np.clip(values, -_EDGE, _EDGE)))


class _Spread:
    """Standard deviation over draws that come in stretches; what is NaN in a draw is left out."""

    def __init__(self, n: int) -> None:
        self.n, self.first, self.second = np.zeros(n), np.zeros(n), np.zeros(n)
        self.centre: Floats | None = None

    def add(self, values: Floats) -> None:
        if self.centre is None:
            self.centre = np.nan_to_num(values[0])
        known = np.isfinite(values)
        away = np.where(known, values - self.centre, 0.0)
        self.n += known.sum(axis=0)
        self.first += away.sum(axis=0)
        self.second += (away**2).sum(axis=0)

    @property
    def error(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = (self.second - self.first**2 / self.n) / (self.n - 1)
        return np.asarray(np.sqrt(np.where(self.n > 10, np.maximum(variance, 0.0), np.nan)))
