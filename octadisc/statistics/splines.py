"""Penalised splines for shares and rates, with intervals that know how smooth was chosen to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.interpolate import BSpline
from scipy.special import expit

__all__ = ["Spline", "fit_spline"]

Floats = npt.NDArray[np.float64]
Kind = Literal["rate", "share"]

_MOST_KNOTS = 30
_SMOOTHNESS = np.geomspace(1e-4, 1e7, 45)
_STEPS = 30
_HALF = 0.5


class Spline(NamedTuple):
    """A fitted curve at the points asked for, in logits (logarithms).

    Attributes
    ----------
    middle, error : array of float, shape (points,)
        The curve and its standard error.
    covariance : array of float, shape (points, points)
        Of the curve at two points.
    freedom : float
        Effective degrees of freedom: 2 is a straight line.
    smoothness : float
        The penalty's factor that was chosen.
    """

    middle: Floats
    error: Floats
    covariance: Floats
    freedom: float
    smoothness: float


def fit_spline(x: Floats, y: Floats, n: Floats, points: Floats, kind: Kind) -> Spline:
    """Fit a cubic spline with a penalty on its curvature to counts, by penalised likelihood.

    How smooth it is, is chosen by the restricted likelihood (Laplace's approximation), the scatter of counts
    being known. The standard error is Bayesian: it has what smoothing may have taken off in it, so that
    intervals cover as often as they should over the curve as a whole.

    Parameters
    ----------
    x : array of float, shape (periods,)
    y, n : array of float, shape (periods,)
        Matches and releases, or occurrences and exposure, each divided by their dispersion so that they
        scatter as independent ones do.
    points : array of float
        Where the curve is wanted, inside the range of x.
    kind : "share" or "rate"

    References
    ----------
    Eilers and Marx (1996), Statistical Science 11; Wood (2011), Journal of the Royal Statistical Society B
    73; Marra and Wood (2012), Scandinavian Journal of Statistics 39, for the intervals.

    Examples
    --------
    Points that lie on a line in logits give that line:

    >>> x = np.arange(8.0)
    >>> n = np.full(8, 1000.0)
    >>> made = fit_spline(x, n * expit(-2.2 + 0.5 * x), n, x, "share")
    >>> made.middle.round(1).tolist(), round(made.freedom, 1)
    ([-2.2, -1.7, -1.2, -0.7, -0.2, 0.3, 0.8, 1.3], 2.0)
    """
    basis, penalty = _basis(x, len(np.unique(x)))
    design = basis(x)
    rank = penalty.shape[0] - 2
    mean = float((y.sum() + _HALF) / (n.sum() + 2 * _HALF)) if kind == "share" else (
        float((y.sum() + _HALF) / n.sum()))  # fmt: skip
    start = np.log(mean / (1 - mean)) if kind == "share" else np.log(mean)
    coefficients = np.full(penalty.shape[0], start)  # B-splines add up to 1
    best: tuple[float, Floats, Floats, float] | None = None
    for smoothness in _SMOOTHNESS[::-1]:
        coefficients, information, likelihood = _fit(design, y, n, smoothness * penalty, coefficients, kind)
        wiggle = float(coefficients @ penalty @ coefficients)
        _, determinant = np.linalg.slogdet(information)
        criterion = likelihood - smoothness * wiggle / 2 + rank * np.log(smoothness) / 2 - determinant / 2
        if best is None or criterion > best[0]:
            best = (criterion, coefficients, information, float(smoothness))
    assert best is not None
    _, coefficients, information, smoothness = best
    covariance = np.linalg.inv(information)
    there = basis(points)
    of_points = np.asarray(there @ covariance @ there.T, float)
    error = np.sqrt(np.diag(of_points))
    freedom = float(np.trace(covariance @ (information - smoothness * penalty)))
    return Spline(there @ coefficients, error, of_points, freedom, smoothness)


def _fit(
    design: Floats, y: Floats, n: Floats, penalty: Floats, coefficients: Floats, kind: Kind
) -> tuple[Floats, Floats, float]:
    """Give coefficients, information and log likelihood at one smoothness (Newton's method)."""
    ridge = 1e-8 * np.eye(penalty.shape[0])
    value = -np.inf
    for _ in range(_STEPS):
        eta = np.clip(design @ coefficients, -30, 30)
        mean = n * expit(eta) if kind == "share" else n * np.exp(eta)
        weight = mean * expit(-eta) if kind == "share" else mean
        information = design.T @ (weight[:, None] * design) + penalty + ridge
        move = np.linalg.solve(information, design.T @ (y - mean) - penalty @ coefficients)
        largest = float(np.abs(design @ move).max())
        coefficients = coefficients + move * min(1.0, 3.0 / max(largest, 1e-12))
        if largest < 1e-8:
            break
    eta = np.clip(design @ coefficients, -30, 30)
    lost = n * np.logaddexp(0, eta) if kind == "share" else n * np.exp(eta)
    value = float((y * eta - lost).sum())
    return coefficients, information, value


def _basis(x: Floats, n_points: int) -> tuple[Callable[[Floats], Floats], Floats]:
    """Give the basis as a function of x, and the penalty on second differences of its coefficients."""
    low, high = float(x.min()), float(x.max())
    n_inner = max(1, min(n_points - 1, _MOST_KNOTS))
    step = (high - low) / n_inner if high > low else 1.0
    knots = low + step * np.arange(-3, n_inner + 4)
    size = n_inner + 3
    differences = np.diff(np.eye(size), n=2, axis=0)

    def at(points: Floats) -> Floats:
        inside = np.clip(points, low, high - 1e-9 * step)
        return np.asarray(BSpline.design_matrix(inside, knots, 3).toarray(), float)

    return at, differences.T @ differences
