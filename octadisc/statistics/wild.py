"""The wild cluster bootstrap: residuals change their sign and size, cluster by cluster."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["WEBB", "Bootstrapped", "wild_cluster_bootstrap"]

Floats = npt.NDArray[np.float64]

# Six values rather than two: with eight clusters two give only 256 data sets, of which half mirror the
# others.
WEBB = np.sqrt(np.array([1.5, 1.0, 0.5, 0.5, 1.0, 1.5])) * np.array([-1, -1, -1, 1, 1, 1])
_STEPS = 40  # of the bisection for a bound


class Bootstrapped(NamedTuple):
    """What a bootstrap says of a contrast.

    Attributes
    ----------
    std_error : float
        The usual one (CR1 without its factor for columns), by which the statistic is divided.
    p_value, low, high : float
    """

    std_error: float
    p_value: float
    low: float
    high: float


def wild_cluster_bootstrap(
    scores: Any,
    grams: Any,
    inverse: Any,
    weights: Any,
    estimate: float,
    *,
    value: float = 0.0,
    level: float = 0.95,
    n_draws: int = 1999,
    seed: int = 0,
) -> Bootstrapped:
    """Test a contrast by the wild cluster bootstrap of its t statistic, the hypothesis imposed.

    Parameters
    ----------
    scores : array of float, shape (clusters, columns)
        x' w e of each cluster, of the residuals without restriction.
    grams : array of float, shape (clusters, columns, columns)
        x' w x of each cluster.
    inverse : array of float, shape (columns, columns)
        Of their sum.
    weights : array of float, shape (columns,)
        Of the contrast.
    estimate : float
        The contrast as estimated.
    value : float
        What it is tested against.
    level : float
        Coverage of the interval, which holds the values that are not rejected.
    n_draws, seed : int

    Returns
    -------
    Bootstrapped

    Notes
    -----
    Residuals of the regression in which the contrast has the value are multiplied, all of a cluster by one of
    Webb's six weights. Everything that is drawn is a sum over clusters, so no regression is fitted again. The
    same draws serve all values that are tried for the interval.

    References ---------- Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90; Webb
    (2023), Canadian Journal of Economics 56; for intervals MacKinnon, Nielsen and Webb (2023), Journal of
    Econometrics 232.
    """
    scores, grams, inverse = (np.asarray(one, float) for one in (scores, grams, inverse))
    chosen = np.asarray(weights, float)
    m = len(scores)
    draws = np.random.default_rng(seed).choice(WEBB, size=(n_draws, m))
    factor = m / (m - 1)
    along = inverse @ chosen
    move = along / float(chosen @ along)  # of the coefficients, for the contrast to be larger by one
    pull = grams @ move  # what a larger value takes from each cluster's residual score
    back = np.einsum("k,gkl->gl", along, grams) @ inverse

    def statistic_variance(parts: Floats) -> Any:
        return factor * (parts**2).sum(axis=-1)

    std_error = float(np.sqrt(statistic_variance(scores @ along)))

    def p_value(tried: float) -> float:
        restricted = scores + pull * (estimate - tried)
        own = restricted @ along
        spread = restricted @ back.T  # [from which cluster, to which]
        parts = draws * own - draws @ spread
        size = np.sqrt(statistic_variance(parts))
        drawn = np.abs(draws @ own)
        observed = abs(estimate - tried) / std_error
        return float((1 + (drawn >= observed * size * (1 - 1e-12)).sum()) / (1 + n_draws))

    if not std_error > 0:
        return Bootstrapped(np.nan, np.nan, np.nan, np.nan)
    bounds = [_bound(p_value, estimate, side * std_error, 1 - level) for side in (-1, 1)]
    return Bootstrapped(std_error, p_value(value), bounds[0], bounds[1])


def _bound(p_value: Any, estimate: float, step: float, level: float) -> float:
    """Find where the p-value sinks below the level; infinite where it does not within a hundred errors."""
    inside, outside = 0.0, 2.0
    while p_value(estimate + outside * step) > level:
        inside, outside = outside, 1.5 * outside
        if outside > 100:
            return float(np.copysign(np.inf, step))
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        if p_value(estimate + middle * step) > level:
            inside = middle
        else:
            outside = middle
        if outside - inside < 1e-6:
            break
    return estimate + inside * step
