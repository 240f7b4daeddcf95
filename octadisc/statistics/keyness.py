"""Keyness of a term by the four numbers that everybody uses: its counts in two corpora, and their sizes.

Arrays are taken element by element. None of these knows that words of a release depend on each other; see
`od.compare` for what does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, rel_entr

__all__ = [
    "chi_squared",
    "exact_test",
    "log_likelihood_of_two",
    "log_ratio",
    "log_ratio_bounds",
    "percent_difference",
]

Floats = npt.NDArray[np.float64]

_HALF = 0.5


def log_likelihood_of_two(count: Any, reference: Any, tokens: Any, reference_tokens: Any) -> Floats:
    """Give the log-likelihood of two cells: only where the term stands, not where it does not.

    The four cells (`octadisc.statistics.association.log_likelihood`) are Dunning's G². These two are what
    Rayson's and Garside's calculator gives, and what many tools call log-likelihood.

    References
    ----------
    Rayson and Garside (2000), Proceedings of the Workshop on Comparing Corpora.

    Examples
    --------
    >>> round(float(log_likelihood_of_two(12_000, 10_000, 1_000_000, 1_000_000)), 7)
    182.0694517
    """
    a, b, size, other = (np.asarray(one, float) for one in (count, reference, tokens, reference_tokens))
    rate = (a + b) / (size + other)
    return np.asarray(2 * (rel_entr(a, rate * size) + rel_entr(b, rate * other)))


def log_ratio(count: Any, reference: Any, tokens: Any, reference_tokens: Any) -> Floats:
    """Give Hardie's log ratio: how many times the rate doubles from the reference to the target.

    A count of zero is taken as half an occurrence; where both are zero it is NaN.

    References
    ----------
    Hardie (2014), Log Ratio: an informal introduction (ESRC Centre for Corpus Approaches to Social Science).

    Examples
    --------
    >>> log_ratio([1000, 8, 0], [100, 0, 0], 1_000_000, 1_000_000).round(7).tolist()
    [3.3219281, 4.0, nan]
    """
    a, b = np.asarray(count, float), np.asarray(reference, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(a > 0, a, _HALF) / np.where(b > 0, b, _HALF)
        ratio = ratio * np.asarray(reference_tokens, float) / np.asarray(tokens, float)
        return np.asarray(np.where((a > 0) | (b > 0), np.log2(ratio), np.nan))


def log_ratio_bounds(
    count: Any, reference: Any, tokens: Any, reference_tokens: Any, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Give the exact interval of the log ratio if words were independent (Clopper and Pearson's).

    What Evert calls conservative log ratio is its bound on the side of zero. Words are not independent, so
    that it is too narrow for texts; `od.compare` gives one that respects releases.

    Examples
    --------
    >>> low, high = log_ratio_bounds(1189, 2157 - 1189, 168_329, 19_720_567 - 168_329)
    >>> round(float(low), 4)
    7.0329
    """
    a, b = np.broadcast_arrays(np.asarray(count, float), np.asarray(reference, float))
    beyond = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.asarray(reference_tokens, float) / np.asarray(tokens, float)
        low = np.where(a > 0, betaincinv(np.maximum(a, 1), b + 1, beyond), 0.0)
        high = np.where(b > 0, betaincinv(a + 1, np.maximum(b, 1), 1 - beyond), 1.0)
        return np.log2(low / (1 - low) * odds), np.log2(high / (1 - high) * odds)


def percent_difference(count: Any, reference: Any, tokens: Any, reference_tokens: Any) -> Floats:
    """Give %DIFF: by how many per cent the rate is above that of the reference.

    Infinite where the term is not in the reference.

    References
    ----------
    Gabrielatos and Marchi (2012), Keyness: appropriate metrics and practical issues.

    Examples
    --------
    >>> percent_difference([12, 5], [10, 10], 100, 100).round(6).tolist()
    [20.0, -50.0]
    """
    rate = np.asarray(count, float) / np.asarray(tokens, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        other = np.asarray(reference, float) / np.asarray(reference_tokens, float)
        return np.asarray((rate - other) / other * 100)


def chi_squared(count: Any, reference: Any, tokens: Any, reference_tokens: Any) -> Floats:
    """Give Pearson's χ² of the four cells, without Yates's correction.

    Examples
    --------
    >>> round(float(chi_squared(7, 2, 10, 9)), 7)
    4.3371605
    """
    a, b, size, other = (np.asarray(one, float) for one in (count, reference, tokens, reference_tokens))
    product = (a + b) * (size + other - a - b) * size * other
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((size + other) * (a * (other - b) - b * (size - a)) ** 2 / product)


def exact_test(count: int, reference: int, tokens: int, reference_tokens: int) -> tuple[float, float]:
    """Give Fisher's exact p-value (two-sided), and the odds ratio by conditional maximum likelihood.

    Examples
    --------
    >>> [round(one, 7) for one in exact_test(7, 2, 10, 9)]
    [0.0697785, 7.1663063]
    """
    from scipy.stats import fisher_exact
    from scipy.stats.contingency import odds_ratio

    table = [[int(count), int(reference)], [int(tokens - count), int(reference_tokens - reference)]]
    return float(fisher_exact(table).pvalue), float(odds_ratio(table, kind="conditional").statistic)
