"""Levels of issuers and of periods: what an issuer would have said in a period in which it was silent."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit

__all__ = ["Levels", "fit_levels"]

Floats = npt.NDArray[np.float64]
Kind = Literal["rate", "share"]

_STEPS = 40
_HALF = 0.5
_NEAR = 1e-5  # logits; nearer makes no difference to an interval
_LEAST, _MOST = 0.05, 9.0  # variance of issuers' own levels, in logits (logarithms)


class Levels(NamedTuple):
    """Fitted shares (rates) of issuers × periods, and what an error in the data does to them.

    Attributes
    ----------
    mean : array of float, shape (issuers, periods)
        Also where an issuer has no releases.
    slope : array of float, shape (issuers, periods)
        Change of the mean per logit (logarithm).
    of_issuers, cross, of_periods : array of float
        The blocks of the inverse information: (issuers,), (issuers, periods), (periods, periods); those of
        issuers without their correlation, which is in the others.
    variance : float
        Of the issuers' own levels.
    """

    mean: Floats
    slope: Floats
    of_issuers: Floats
    cross: Floats
    of_periods: Floats
    variance: float

    def influence(self, gradient_issuers: Floats, gradient_periods: Floats) -> tuple[Floats, Floats]:
        """Give how a sum that grows so with the levels moves with each issuer's and period's residual.

        Parameters
        ----------
        gradient_issuers : array, shape (sums, issuers)
        gradient_periods : array, shape (sums, periods)

        Returns
        -------
        arrays of shape (sums, issuers) and (sums, periods)
            A residual of issuer i in period t moves the sum by the i-th plus the t-th.
        """
        scaled = gradient_issuers * self.of_issuers
        periods = (gradient_periods - scaled @ self.cross) @ self.of_periods
        return scaled - (periods @ self.cross.T) * self.of_issuers, periods


def fit_levels(y: Floats, n: Floats, kind: Kind) -> Levels:
    """Fit logit share (or log rate) = level of the issuer + level of the period.

    Issuers' levels scatter around a common one, as much as the data bear out (a random intercept, by
    penalised quasi-likelihood): an issuer with few releases is taken for a typical one. Each period has half
    a match more, in as many releases as that takes on average, so that one without any has a level.

    Parameters
    ----------
    y, n : array of float, shape (issuers, periods)
        Matching releases and releases; or occurrences and tokens (in any unit).
    kind : "share" or "rate"

    References
    ----------
    Breslow and Clayton (1993), Journal of the American Statistical Association 88.

    Examples
    --------
    Of two issuers the second falls silent; it is taken to go on as the first does:

    >>> y, n = np.array([[200.0, 400.0], [600.0, 0.0]]), np.array([[1000.0, 1000.0], [1000.0, 0.0]])
    >>> fit_levels(y, n, "share").mean.round(2).tolist()
    [[0.2, 0.4], [0.6, 0.8]]
    """
    overall = float(y.sum() / max(n.sum(), 1e-300))
    if kind == "share":
        overall = float(np.clip(overall, 1e-6, 1 - 1e-6))
    total = n.sum(axis=0)
    further = _HALF / max(min(overall, 1 - overall) if kind == "share" else overall, 1e-300)
    part = np.divide(n, total, out=np.zeros(n.shape), where=total > 0) * further
    y, n = y + part * overall, n + part
    total = n.sum(axis=0)
    start = np.divide(y.sum(axis=0), total, out=np.full(total.size, overall), where=total > 0)
    start = np.maximum(start, 1e-300)  # where nothing occurs at all
    periods = np.log(start / (1 - start)) if kind == "share" else np.log(start)
    issuers = np.zeros(len(y))
    variance = 1.0
    there = total > 0
    for _ in range(_STEPS):
        mean, slope = _curve(issuers[:, None] + periods, kind)
        weight, left = n * slope, y - n * mean
        of_issuers = 1 / (weight.sum(axis=1) + 1 / variance)
        score = left.sum(axis=1) - issuers / variance
        inner = _inner(weight, of_issuers, there)
        move = np.linalg.solve(inner, left.sum(axis=0) - weight.T @ (of_issuers * score))
        move = np.where(there, np.clip(move, -2, 2), 0.0)
        own = np.clip(of_issuers * (score - weight @ move), -2, 2)
        issuers, periods = issuers + own, np.clip(periods + move, -30, 30)
        known = weight.sum(axis=1) > 0
        spread = (issuers[known] ** 2 + of_issuers[known]).mean() if known.any() else 1.0
        variance = float(np.clip(spread, _LEAST, _MOST))
        if max(np.abs(move).max(initial=0), np.abs(own).max(initial=0)) < _NEAR:
            break
    mean, slope = _curve(issuers[:, None] + periods, kind)
    of_periods = np.asarray(np.linalg.inv(_inner(weight, of_issuers, there)), float)
    return Levels(mean, slope, of_issuers, weight, of_periods, variance)


def _inner(weight: Floats, of_issuers: Floats, there: npt.NDArray[np.bool_]) -> Floats:
    """Give the information on periods, issuers eliminated; 1 for periods without releases."""
    inner: Floats = np.diag(np.where(there, weight.sum(axis=0), 1.0) + 1e-9 * weight.sum())
    inner -= np.einsum("it,is->ts", weight, of_issuers[:, None] * weight)  # without threads
    return inner


def _curve(eta: Floats, kind: Kind) -> tuple[Floats, Floats]:
    if kind == "rate":
        mean = np.exp(np.clip(eta, -60, 60))
        return mean, mean
    mean = expit(eta)
    return mean, mean * (1 - mean)
