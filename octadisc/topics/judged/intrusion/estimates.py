"""How often intruders are found: exact tests against chance, and intervals that know of shared items."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

__all__ = [
    "Spread",
    "chance_p_value",
    "clopper_pearson",
    "estimate_likeness",
    "log_odds",
    "shared_size",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
_FEWEST_DF = 10  # items more than topics, below which likeness is told from the topics' own differences
LEAST_SHARE = 1e-6  # what a share of zero is taken for in a logarithm


class Spread(NamedTuple):
    """How alike the answers to one item are.

    Attributes
    ----------
    likeness : float
        Correlation of right and wrong between two coders' answers to one item, 0 to 1.
    reason : str
        Why it is what it is, where it was not estimated.
    """

    likeness: float
    reason: str = ""


def clopper_pearson(right: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Give the exact interval of a share; `n` may be a number of independent answers that is not whole.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26; Korn and Graubard (1998), Survey Methodology 24, for numbers
    that are not whole.

    Examples
    --------
    None of ten: up to 1 - .025 ** (1 / 10).

    >>> low, high = clopper_pearson(0, 10)
    >>> low, round(high, 4), round(1 - 0.025**0.1, 4)
    (0.0, 0.3085, 0.3085)
    """
    if not n > 0:
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    wrong = n - right
    low = 0.0 if right <= 1e-12 else float(betaincinv(right, wrong + 1, tail))
    high = 1.0 if wrong <= 1e-12 else float(betaincinv(right + 1, wrong, 1 - tail))
    return low, high


def chance_p_value(counts: Integers, targets: Integers) -> float:
    """Give the probability of as many right answers by chance, whatever coders have in common.

    Parameters
    ----------
    counts : array of int, shape (items, choices)
        How many coders named each choice.
    targets : array of int, shape (items,)

    Returns
    -------
    float
        NaN without an answer.

    Notes
    -----
    The right choice was drawn, so that by chance each choice is as likely to be it: an item in which all
    three coders name one choice gives three right answers or none. The sum over items has the convolution of
    such distributions, exactly. Of one coder it is the binomial distribution. A binomial test of all answers
    would take coders for independent: if both take the same odd word for the intruder, they are not.

    Examples
    --------
    Two coders, two items, four choices, all right: 1 / 16 if they agree in each, not 1 / 256.

    >>> chance_p_value(np.array([[2, 0, 0, 0], [2, 0, 0, 0]]), np.array([0, 0]))
    0.0625
    """
    if not counts.sum():
        return float("nan")
    observed = int(counts[np.arange(len(counts)), targets].sum())
    whole = np.ones(1)
    for row in counts:
        one = np.bincount(row, minlength=1) / row.size
        whole = np.convolve(whole, one)
    return float(min(whole[observed:].sum(), 1.0))


def estimate_likeness(right: Integers, n: Integers, topics: Integers) -> Spread:
    """Estimate how alike answers to one item are, within topics.

    Parameters
    ----------
    right, n : array of int, shape (items,)
        Right answers, and answers.
    topics : array of int, shape (items,)

    Notes
    -----
    The intraclass correlation of one-way analysis of variance, (B - W) / (B + (m - 1) W), with mean squares
    between items of one topic and within items. With fewer than 10 items more than topics, between all items:
    too large rather than too small, as topics differ. Where all are right or all wrong nothing can be
    estimated, and items count, not answers.

    References
    ----------
    Ridout, Demétrio and Firth (1999), Biometrics 55.
    """
    some = n > 0
    right, n, topics = right[some], n[some], np.unique(topics[some], return_inverse=True)[1]
    df_within = int((n - 1).sum())
    if df_within < 1:
        return Spread(0.0, "one coder")
    total, hits = int(n.sum()), int(right.sum())
    if hits in (0, total):
        return Spread(1.0, "all answers are the same")
    if n.size - np.unique(topics).size < _FEWEST_DF:
        topics = np.zeros(n.size, np.int64)
    df_between = n.size - np.unique(topics).size
    if df_between < 1:
        return Spread(1.0, "one item")
    size = np.bincount(topics, n)
    mean = (np.bincount(topics, right) / np.maximum(size, 1))[topics]
    between = float((n * (right / n - mean) ** 2).sum()) / df_between
    within = float((right * (n - right) / n).sum()) / df_within
    m = float((total - (np.bincount(topics, n**2) / np.maximum(size, 1)).sum()) / df_between)
    bottom = between + (m - 1) * within
    return Spread(float(np.clip((between - within) / bottom, 0.0, 1.0)) if bottom > 0 else 1.0)


def shared_size(n: Integers, likeness: float) -> float:
    """Give how many independent answers are worth as much as these, several to one item.

    Examples
    --------
    >>> shared_size(np.array([2, 2, 2]), 0.0), shared_size(np.array([2, 2, 2]), 1.0)
    (6.0, 3.0)
    """
    total = float(n.sum())
    if not total:
        return 0.0
    return total / (1 + (float((n**2).sum()) / total - 1) * likeness)


def log_odds(shares: Floats, chosen: Integers, targets: Integers) -> Floats:
    """Give each item's topic log odds: log share of the intruder less that of the choice, mean over coders.

    Parameters
    ----------
    shares : array of float, shape (items, choices)
        Of each choice's topic in the release.
    chosen : array of int, shape (items, coders)
        Negative: no choice.
    targets : array of int, shape (items,)

    Returns
    -------
    array of float, shape (items,)
        0 where all found the intruder, the lower the more of the release is the topic that was taken for it;
        NaN without an answer.

    References
    ----------
    Chang, Boyd-Graber, Gerrish, Wang and Blei (2009), Advances in Neural Information Processing Systems 22.

    Examples
    --------
    One coder finds the intruder (share .01), the other takes a topic of .25 for it: log(.04) / 2.

    >>> log_odds(np.array([[0.25, 0.01]]), np.array([[1, 0]]), np.array([1])).round(4).tolist()
    [-1.6094]
    """
    logs = np.log(np.maximum(shares, LEAST_SHARE))
    rows = np.arange(len(logs))[:, None]
    named = chosen >= 0
    gap = np.where(named, logs[rows, targets[:, None]] - logs[rows, np.maximum(chosen, 0)], 0.0)
    n = named.sum(axis=1)
    return np.where(n > 0, gap.sum(axis=1) / np.maximum(n, 1), np.nan)
