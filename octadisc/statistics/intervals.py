"""Intervals for rates and shares that know that words come in bursts and releases in series.

A word that stands in a release once is likely to stand there again, and an issuer that speaks of a
matter once is likely to come back to it. Counts therefore scatter more than those of independent
words. The intervals here are score intervals widened by a dispersion that is estimated over all
periods of a term: one period alone has too few releases to tell it. What they cover is measured in
``benchmarks/interval_coverage.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from octadisc.errors import InputError
from octadisc.statistics.dispersion import Cells, Dispersion, Kind, to_dispersion

__all__ = [
    "Dispersion",
    "pooled_dispersion",
    "rate_interval",
    "rate_size",
    "share_interval",
    "share_size",
]

Floats = npt.NDArray[np.float64]


def rate_interval(
    count: Any, exposure: Any, dispersion: Any = 1.0, level: float = 0.95, *, df: Any = np.inf
) -> tuple[Floats, Floats]:
    """Give the quasi-Poisson score interval of a rate.

    All rates r with (count - r * exposure)² <= z² * dispersion * r * exposure.

    Parameters
    ----------
    count : array
        Occurrences.
    exposure : array
        Tokens they were found in, in the unit that the rate shall have: tokens / 1e6 for a rate per
        million.
    dispersion : array, default 1
        Variance relative to independent words; see `pooled_dispersion`. NaN if not known: the
        interval then is NaN.
    level : float, default 0.95
        Coverage wanted.
    df : array, default infinite
        Degrees of freedom of the dispersion; z is then the quantile of Student's t.

    Returns
    -------
    low, high : array of float
        NaN where there is no exposure. A count of zero has a `high` above zero.

    Examples
    --------
    Zero in a million words does not mean never: up to z² = 3.84 in a million.

    >>> low, high = rate_interval([0, 10], [1, 1])
    >>> low.round(2).tolist(), high.round(2).tolist()
    ([0.0, 5.43], [3.84, 18.41])
    """
    count, exposure = np.asarray(count, float), np.asarray(exposure, float)
    spread = _spread(dispersion, level, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        exposure = np.where(exposure > 0, exposure, np.nan)
        middle = count + spread / 2
        half = np.sqrt(spread * (count + spread / 4))
        low = np.where(count == 0, 0.0 * spread, np.maximum(middle - half, 0.0)) / exposure
        return low, (middle + half) / exposure


def share_interval(
    total: Any, n: Any, dispersion: Any = 1.0, level: float = 0.95, *, df: Any = np.inf
) -> tuple[Floats, Floats]:
    """Give the quasi-binomial score interval of a share: Wilson's, with n / dispersion releases.

    Parameters
    ----------
    total : array
        Releases with the property; for a mean of fractions (such as a topic's shares) their sum.
    n : array
        Releases.
    dispersion, level, df
        As in `rate_interval`; for fractions the dispersion may be below 1.

    Returns
    -------
    low, high : array of float
        Within 0 and 1; NaN where n is 0.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22; Newcombe (1998), Statistics in
    Medicine 17, method 3, whose first example this is:

    Examples
    --------
    >>> low, high = share_interval(81, 263)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2553, 0.3662)
    """
    total, n = np.asarray(total, float), np.asarray(n, float)
    spread = _spread(dispersion, level, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where(n > 0, n, np.nan)
        share = total / n
        weight = spread / n
        middle = share + weight / 2
        half = np.sqrt(weight * np.maximum(share * (1 - share) + weight / 4, 0.0))
        low = np.where(share <= 0, 0.0 * weight, (middle - half) / (1 + weight))
        high = np.where(share >= 1, 1.0 + 0.0 * weight, (middle + half) / (1 + weight))
    return np.maximum(low, 0.0), np.minimum(high, 1.0)


def rate_size(rate: Any, low: Any, high: Any, level: float = 0.95) -> Floats:
    """Give the exposure in which independent words would have a rate's interval: `rate_interval` undone.

    Examples
    --------
    >>> low, high = rate_interval([0, 10], [1, 4], 2.5)
    >>> rate_size([0, 2.5], low, high).round(9).tolist()
    [0.4, 1.6]
    """
    rate, low, high = (np.asarray(one, float) for one in (rate, low, high))
    square = ndtri((1 + level) / 2) ** 2
    half = (high - low) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        size: Floats = (square * rate + square * np.sqrt(rate**2 + half**2)) / (2 * half**2)
    return np.where(half > 0, size, np.nan)


def share_size(share: Any, low: Any, high: Any, level: float = 0.95) -> Floats:
    """Give the number of independent releases that would have a share's interval: `share_interval` undone.

    Examples
    --------
    >>> low, high = share_interval([0, 10, 81], [30, 40, 263], 2.5)
    >>> share_size([0, 0.25, 81 / 263], low, high).round(9).tolist()
    [12.0, 16.0, 105.2]
    """
    share, low, high = (np.asarray(one, float) for one in (share, low, high))
    square = ndtri((1 + level) / 2) ** 2
    half, chance = (high - low) / 2, share * (1 - share)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b, c = half**2 - 0.25, 2 * half**2 - chance, half**2  # of the quadratic in z² / n
        weight = (-b - np.sqrt(np.maximum(b**2 - 4 * a * c, 0.0))) / (2 * a)
        size: Floats = square / weight
    return np.where((half > 0) & (half < 0.5), size, np.nan)


def _spread(dispersion: Any, level: float, df: Any) -> Floats:
    """Give z² * dispersion, with Student's quantile for z where the dispersion was estimated."""
    if not 0 < level < 1:
        raise InputError(f"level={level!r} is no coverage. Expected a number between 0 and 1, such as 0.95.")
    df = np.asarray(df, float)
    finite = np.isfinite(df)
    quantile = np.where(finite, stdtrit(np.where(finite, df, 1.0), (1 + level) / 2), ndtri((1 + level) / 2))
    return np.asarray(quantile**2 * np.asarray(dispersion, float))


def pooled_dispersion(
    totals: Any, sizes: Any, cells: Any, *, kind: Kind, clusters: Any = None, minimum: float = 1.0
) -> Dispersion:
    """Estimate how much more a term scatters than independent words would, pooled over its periods.

    The sum of squared residuals around each period's own rate (or share), relative to what independent
    words (or releases) would give. Residuals weigh as much as they do in the period's rate, so long
    releases weigh more than in Pearson's usual sum: with releases of unequal length that one is too
    small, because in long releases a bursty word has more room to burst.

    It is one number for all periods, right for periods of about one size. Where an issuer's releases
    depend on each other and periods differ in size, `Cells.dispersions` gives each period its own.

    Parameters
    ----------
    totals : array, shape (releases,)
        Occurrences in each release; or 0 and 1; or fractions (times their weights).
    sizes : array, shape (releases,)
        Tokens of each release; or ones (or the weights).
    cells : array of int, shape (releases,)
        Number of the period (and group) of each release; negative: left out.
    kind : "rate" or "share"
        Variance of independent words, proportional to the rate r, or of releases, to r (1 - r).
    clusters : array of int, shape (releases,), optional
        Who issued each release; negative: unknown. Releases of one issuer in one period may depend on
        each other (a campaign), and the larger of the dispersions of releases and of issuers' periods
        is given. What an issuer does in all periods alike is not noise but composition, and is taken out.
    minimum : float, default 1
        Counts do not scatter less than independent words; means of fractions may (0).

    Returns
    -------
    Dispersion
        Value and degrees of freedom (Satterthwaite's, from the residuals themselves, so that a
        dispersion that rests on a few bursts counts as little known). 1 where nothing can be told.

    Examples
    --------
    Ten words once each in ten releases of equal length do not scatter; all ten in one release do:

    >>> pooled_dispersion([1] * 10, [100] * 10, [0] * 10, kind="rate")
    Dispersion(value=1.0, df=inf)
    >>> round(pooled_dispersion([10] + [0] * 9, [100] * 10, [0] * 10, kind="rate").value, 6)
    10.0
    """
    totals, sizes, cells = np.asarray(totals, float), np.asarray(sizes, float), np.asarray(cells, np.int64)
    made = Cells(sizes, cells, int(cells.max(initial=-1)) + 1, clusters)
    rows = np.arange(cells.size)
    best = to_dispersion(made.sums(rows, totals, kind).sum(axis=1), minimum)
    if clusters is not None:
        best = max(best, to_dispersion(made.cluster_sums(rows, totals, kind)[:5].sum(axis=1), minimum))
    return best
