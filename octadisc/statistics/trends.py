"""Tell a change from noise in counts of several issuers, and a step from a slope.

Everything here compares an issuer's periods with the same issuer's other periods: who publishes how much, and
who joins or leaves, changes nothing. Score statistics (fast, for permutations) are in `Scores`, full
likelihoods (for step against slope) in `fit_strata`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from octadisc.statistics import trend_kernels as kernels

__all__ = [
    "LEAST_CORRELATION",
    "SIZES",
    "Fits",
    "Noise",
    "Scores",
    "Strata",
    "burst_of",
    "draw_counts",
    "fit_strata",
    "gain_of_steps",
    "shapes_of",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Kind = Literal["rate", "share"]

LEAST_CORRELATION = (
    0.3  # of successive periods' own deviations: a dozen periods cannot tell it, so it is assumed
)
_MOST_CORRELATION = 0.9
_FEWEST_FOR_CORRELATION = 24  # periods from which on the correlation is estimated
_LARGEST = 9.0  # size of a course in logits: from 1 in 100 to 99 in 100
_CHUNK = 2_000_000  # numbers that one batch of fits may hold; it stops when all its fits have settled
_RIDGE = 1e-4  # weight of the prior that keeps sizes finite
SIZES = np.r_[0.0, np.geomspace(0.05, 3.0, 16)]  # of periods' own deviations, that are tried


class Strata(NamedTuple):
    """Counts of one query by issuer and period.

    Attributes
    ----------
    y, n : array of float, shape (issuers, periods)
        Matching releases and releases; or occurrences and exposure.
    spread : array of float, shape (issuers,)
        Variance of `y` per unit of `n`, as it is from release to release.
    time : array of float, shape (periods,)
        Place of each period in time, from 0 to 1.
    kind : "share" or "rate"
    """

    y: Floats
    n: Floats
    spread: Floats
    time: Floats
    kind: Kind


class Noise(NamedTuple):
    """How much periods deviate on their own, beyond what chance does to single releases.

    Attributes
    ----------
    sd : float
        Of a period's own deviation, in logits (of rates: in logarithms).
    correlation : float
        Of successive periods' deviations.
    """

    sd: float
    correlation: float

    def draw(self, rng: np.random.Generator, n_draws: int, n_periods: int) -> Floats:
        """Draw stationary AR(1) series, shape (draws, periods)."""
        fresh = rng.standard_normal((n_draws, n_periods))
        series = np.empty_like(fresh)
        series[:, 0] = fresh[:, 0]
        left = np.sqrt(1 - self.correlation**2)
        for t in range(1, n_periods):
            series[:, t] = self.correlation * series[:, t - 1] + left * fresh[:, t]
        return self.sd * series


def shapes_of(time: Floats, margin: int = 2) -> Floats:
    """Give the courses that are tried: a slope (the first row), then a step at each place.

    A step has at least `margin` periods on either side.

    Examples
    --------
    >>> shapes_of(np.linspace(0, 1, 5)).tolist()
    [[0.0, 0.25, 0.5, 0.75, 1.0], [0.0, 0.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 1.0, 1.0]]
    """
    n = time.size
    steps = [(np.arange(n) >= place).astype(float) for place in range(margin, n - margin + 1)]
    return np.stack([time, *steps])


class Scores:
    """Score statistics of all courses at once, for observed and for permuted releases.

    With r the residuals of an issuer's constant share, summed over issuers by period, the score of a course
    f is U = Σ f r: the stratified (Mantel-Haenszel) form of Cochran's and Armitage's trend test. Its square
    is divided by its variance and by the dispersion that remains around the fitted course, so that periods
    which scatter much must change more.

    Parameters
    ----------
    strata : Strata
    shapes : array of float, shape (courses, periods)

    References
    ----------
    Mantel (1963), Journal of the American Statistical Association 58; McCullagh and Nelder (1989), chapter 4.
    """

    def __init__(self, strata: Strata, shapes: Floats) -> None:
        y, n = strata.y, strata.n
        self.shapes = shapes
        total = n.sum(axis=1)
        mean = np.divide(y.sum(axis=1), total, out=np.zeros(total.size), where=total > 0)
        slope = mean * (1 - mean) if strata.kind == "share" else mean  # d mean / d (logit or logarithm)
        tells = (slope > 0) | (strata.spread > 0)  # an issuer that says it always or never tells nothing
        y, n, total, mean, slope = y[tells], n[tells], total[tells], mean[tells], slope[tells]
        spread = strata.spread[tells]
        self.residuals = (y - mean[:, None] * n).sum(axis=0)
        self.weight = slope[:, None] * n
        self.variance = spread @ n
        inside = shapes @ n.T
        centre = np.divide(inside, total, out=np.zeros(inside.shape), where=total > 0)
        # Σ n (f - c)² over periods, for each issuer, without an array of courses × issuers × periods
        moved = np.maximum((shapes**2) @ n.T - centre * inside, 0.0)
        self.course = shapes * self.weight.sum(axis=0) - centre @ self.weight
        self.information = moved @ slope
        self.score_variance = moved @ spread
        self.informative = self.score_variance > 1e-9 * max(float(self.score_variance.max(initial=0)), 1e-12)
        self.df = max(int((self.variance > 0).sum()) - 2, 1)

    def statistics(self, residuals: Floats) -> tuple[Floats, Floats]:
        """Give squared studentised scores and dispersions, each of shape (draws, courses)."""
        per = np.divide(1.0, self.variance, out=np.zeros(self.variance.size), where=self.variance > 0)
        score = _products(residuals, self.shapes)
        size = np.divide(
            score,
            self.information,
            out=np.zeros(score.shape),
            where=self.informative & (self.information > 0),
        )
        left = (
            (residuals**2 @ per)[:, None]
            - 2 * size * _products(residuals, self.course * per)
            + size**2 * (self.course**2 @ per)
        )
        dispersion = np.maximum(left, 0.0) / self.df
        square = np.divide(
            score**2, self.score_variance, out=np.zeros(score.shape), where=self.informative[None, :]
        )
        return square / np.maximum(dispersion, 1.0), dispersion

    def noise(
        self,
        permuted: Floats,
        rng: np.random.Generator,
        quantiles: Sequence[float],
        sizes: Floats = SIZES,
    ) -> list[Noise]:
        """Estimate the periods' own deviations from what remains around the course that fits best.

        A course that was chosen because it fits takes some of the deviations with it, the more the longer
        they last. The size is therefore read off permuted releases with deviations of known size, each with
        its own best course: it is that at which as much remains as is observed.

        Parameters
        ----------
        permuted : array, shape (draws, periods)
            Residuals of permuted releases.
        quantiles : sequence of float
            One answer for each: .5 takes what remains in the middle of the draws, less gives a larger size,
            which is safer.
        sizes : array of float
            What is tried, from 0 on.
        """
        square, dispersion = self.statistics(self.residuals[None])
        best = int(square[0].argmax())
        observed = float(dispersion[0, best])
        correlation = self._correlation(best, observed)
        unit = self.shaken(Noise(1.0, correlation).draw(rng, len(permuted), permuted.shape[1]))
        left = []
        for sd in sizes:
            squares, dispersions = self.statistics(permuted + sd * unit)
            chosen = np.take_along_axis(dispersions, squares.argmax(axis=1)[:, None], axis=1)
            left.append(np.quantile(chosen, quantiles))
        known = np.maximum.accumulate(np.array(left), axis=0)
        chosen_sizes = [float(np.interp(observed, known[:, i], sizes)) for i in range(len(quantiles))]
        return [Noise(size, correlation) for size in chosen_sizes]

    def _correlation(self, best: int, dispersion: float) -> float:
        """Estimate the correlation of successive deviations; assume it where there are few periods."""
        there = self.variance > 0
        if there.sum() < _FEWEST_FOR_CORRELATION or dispersion <= 1 or not self.information[best] > 0:
            return LEAST_CORRELATION
        size = float(self.residuals @ self.shapes[best]) / self.information[best]
        pearson = (self.residuals - size * self.course[best])[there] / np.sqrt(self.variance[there])
        seen = float(pearson[1:] @ pearson[:-1]) / float(pearson @ pearson)
        seen = (
            (seen + 1 / pearson.size) * dispersion / (dispersion - 1)
        )  # undone: bias, and dilution by chance
        return float(np.clip(seen, LEAST_CORRELATION, _MOST_CORRELATION))

    def shaken(self, deviations: Floats) -> Floats:
        """Give what deviations of periods (draws × periods) add to the residuals."""
        total = self.weight.sum(axis=1, keepdims=True)
        parts = np.divide(self.weight, total, out=np.zeros(self.weight.shape), where=total > 0)
        own = _products(deviations, parts)  # each issuer's mean goes into its constant
        moved: Floats = deviations * self.weight.sum(axis=0) - _products(own, self.weight.T.copy())
        return moved


def _products(a: Floats, b: Floats) -> Floats:
    """Give a @ b.T without the threads of a linear algebra library, which such small sums only wait for."""
    made: Floats = np.einsum("ij,kj->ik", a, b)
    return made


class Fits(NamedTuple):
    """Fitted courses: constants (draws × courses × issuers), sizes and log likelihoods (draws × courses)."""

    constants: Floats
    sizes: Floats
    likelihoods: Floats


def fit_strata(y: Floats, n: Floats, shapes: Floats, kind: Kind, *, steps: int = 14) -> Fits:
    """Fit logit (or log) mean = issuer's constant + size * course, for many draws and courses at once.

    Newton's method; the issuers' constants are eliminated, so that a fit costs as much as there are cells.
    A very slight prior keeps sizes finite where one side has no match at all.

    Parameters
    ----------
    y : array, shape (draws, issuers, periods)
    n : array, shape (issuers, periods)
    shapes : array, shape (courses, periods)
    kind : "share" or "rate"

    Examples
    --------
    One issuer, 2 of 10 before and 6 of 10 after: the size is the log odds ratio, 1.79.

    >>> fit = fit_strata(np.array([[[2.0, 6.0]]]), np.array([[10.0, 10.0]]), np.array([[0.0, 1.0]]), "share")
    >>> round(float(fit.sizes[0, 0]), 2)
    1.79
    """
    batch = max(1, _CHUNK // max(1, len(shapes) * n.size))
    if len(y) > batch:
        parts = [fit_strata(y[i : i + batch], n, shapes, kind, steps=steps) for i in range(0, len(y), batch)]
        return Fits(*(np.concatenate(one) for one in zip(*parts, strict=True)))
    issuers, periods = np.nonzero(n > 0)  # an empty cell says nothing
    pointers = np.searchsorted(issuers, np.arange(len(n) + 1)).astype(np.int64)
    shapes = np.ascontiguousarray(shapes, float)
    groups, begins = kernels.group_cells(pointers, periods, shapes)
    mean = (y.sum(axis=2) + 0.25) / (n.sum(axis=1) + 0.5)
    start = np.log(mean / (1 - mean)) if kind == "share" else np.log(mean)
    there = np.ascontiguousarray(y[:, issuers, periods], float)
    of_cells = there, n[issuers, periods].astype(float), periods, shapes, groups, begins
    return Fits(*kernels.fit_draws(*of_cells, start, kind == "share", steps, _RIDGE, _LARGEST))


def gain_of_steps(strata: Strata, y: Floats, shapes: Floats, fits: Fits) -> Floats:
    """Give how much better than the slope (course 0) the best step fits, relative to what remains.

    Parameters
    ----------
    y : array, shape (draws, issuers, periods)
    fits : Fits
        Of the same draws.

    Returns
    -------
    array of float, shape (draws,)
        Log likelihoods' difference, divided by the dispersion of periods around the better course (at
        least 1).
    """
    step = 1 + fits.likelihoods[:, 1:].argmax(axis=1)
    rows = np.arange(len(y))
    gain = fits.likelihoods[rows, step] - fits.likelihoods[:, 0]
    best = np.where(gain > 0, step, 0)
    periods, issuers = np.nonzero(strata.n.T > 0)  # an empty cell has nothing to leave
    n, observed = strata.n[issuers, periods], y[:, issuers, periods]
    eta = fits.constants[rows, best][:, issuers]
    eta += fits.sizes[rows, best][:, None] * shapes[best][:, periods]
    if strata.kind == "share":
        mean = n * expit(eta)
        weight = mean * expit(-eta)
    else:
        mean = n * np.exp(np.minimum(eta, 30))
        weight = mean * burst_of(strata)[issuers]
    filled = np.unique(periods, return_index=True)[1]
    left = np.add.reduceat(observed - mean, filled, axis=1)
    variance = np.add.reduceat(weight, filled, axis=1)
    pearson = np.divide(left**2, variance, out=np.zeros(left.shape), where=variance > 1e-9).sum(axis=1)
    scaled: Floats = gain / np.maximum(pearson / max(y.shape[2] - 2, 1), 1.0)
    return scaled


def burst_of(strata: Strata) -> Floats:
    """Give the variance of each issuer's occurrences relative to independent words, at least 1."""
    total = strata.n.sum(axis=1)
    rate = np.divide(strata.y.sum(axis=1), total, out=np.zeros(total.size), where=total > 0)
    burst = np.divide(strata.spread, rate, out=np.ones(rate.size), where=rate > 0)
    bounded: Floats = np.maximum(burst, 1.0)
    return bounded


def draw_counts(
    strata: Strata, constants: Floats, course: Floats, noise: Noise, n_draws: int, rng: np.random.Generator
) -> Floats:
    """Draw counts around a fitted course and with deviations; shape (draws, issuers, periods)."""
    deviations = noise.draw(rng, n_draws, course.size)
    issuers, periods = np.nonzero(strata.n > 0)  # nothing is drawn for an empty cell, and takes no time
    eta = constants[issuers] + (course + deviations)[:, periods]
    n = strata.n[issuers, periods]
    made = np.zeros((n_draws, *strata.n.shape))
    if strata.kind == "share":
        made[:, issuers, periods] = rng.binomial(n.astype(np.int64), expit(eta))
    else:
        burst = burst_of(strata)[issuers]
        made[:, issuers, periods] = rng.poisson(n * np.exp(eta) / burst) * burst
    return made
