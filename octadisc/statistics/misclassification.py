"""Shares that were counted by a classifier that errs, and what they are when its errors are reckoned with.

A query is a classifier: it hits what it should (sensitivity, also recall), passes over what it should
(specificity), and of what it hits a part is right (precision). How often it errs is known from a sample that
was read by people, and so is itself uncertain.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from octadisc.errors import InputError, NotEnoughDataError

__all__ = [
    "Accuracy",
    "accuracy_of",
    "draw_shares",
    "effective_size",
    "lang_reiczigel_interval",
    "rogan_gladen",
]

Floats = npt.NDArray[np.float64]


class Accuracy(NamedTuple):
    """How well a classifier does; numbers, or draws of them.

    Attributes
    ----------
    precision, recall, specificity : float or array of float
        Of what it hits, the part that is right; of what is there, the part that it hits; of what is not
        there, the part that it passes over.
    prevalence : float or array of float
        What is there, as a part of all.
    """

    precision: Any
    recall: Any
    specificity: Any
    prevalence: Any


def accuracy_of(hit_share: Any, right: Any, missed: Any) -> Accuracy:
    """Give a classifier's accuracy from what is right among its hits and what is there among the rest.

    Parameters
    ----------
    hit_share : float or array
        Hits as a part of all: counted, not estimated.
    right : float or array
        Of the hits, the part that is right (the precision).
    missed : float or array
        Of the others, the part that should have been hit.

    Returns
    -------
    Accuracy
        NaN where there is nothing that it could hit, or pass over.

    Examples -------- Of 100 releases 20 are hit, of which 15 are right; of the other 80, 5 should have been:
    15 of 20 are found, and of the 80 that are not there 75 are passed over.

    >>> made = accuracy_of(0.2, 15 / 20, 5 / 80)
    >>> [round(float(one), 4) for one in made]
    [0.75, 0.75, 0.9375, 0.2]
    """
    hit, right, missed = (np.asarray(one, float) for one in (hit_share, right, missed))
    there_hit, there_not = hit * right, (1 - hit) * missed
    there = there_hit + there_not
    with np.errstate(divide="ignore", invalid="ignore"):
        recall = np.where(there > 0, there_hit / there, np.nan)
        absent = 1 - there
        specificity = np.where(absent > 0, (1 - hit) * (1 - missed) / absent, np.nan)
    return Accuracy(right, recall, specificity, there)


def rogan_gladen(share: Any, sensitivity: Any, specificity: Any) -> Floats:
    """Give the share that is there, from the share that was hit; not held within 0 and 1.

    Parameters
    ----------
    share, sensitivity, specificity : float or array

    Raises
    ------
    InputError
        If sensitivity + specificity is not above 1: such a classifier says nothing about what is there.

    References
    ----------
    Rogan and Gladen (1978), American Journal of Epidemiology 107.

    Examples
    --------
    A tenth is hit, by a classifier that finds nine in ten and is wrong about one in twenty of the others:

    >>> round(float(rogan_gladen(0.1, 0.9, 0.95)), 6)
    0.058824
    """
    found, passed = np.asarray(sensitivity, float), np.asarray(specificity, float)
    gain = found + passed - 1
    if not (gain > 0).all():
        raise InputError(
            f"sensitivity + specificity is {float(np.min(found + passed)):.3g}. Expected more than 1: a "
            "classifier that hits what is not there as readily as what is there says nothing about it."
        )
    return np.asarray((np.asarray(share, float) + passed - 1) / gain)


def lang_reiczigel_interval(
    share: float,
    n: float,
    sensitivity: float,
    n_sensitivity: float,
    specificity: float,
    n_specificity: float,
    level: float = 0.95,
) -> tuple[float, float]:
    """Give the interval of a corrected share, where samples of their own tell sensitivity and specificity.

    Parameters
    ----------
    share, n : float
        What was hit, and of how many.
    sensitivity, n_sensitivity, specificity, n_specificity : float
        As estimated from so many that are there, and so many that are not.
    level : float

    Returns
    -------
    low, high : float
        Within 0 and 1.

    References
    ----------
    Lang and Reiczigel (2014), Preventive Veterinary Medicine 113.

    Examples
    --------
    Half of 100 hit, by a classifier right in 90 of 100 either way: more uncertain than the share itself.

    >>> low, high = lang_reiczigel_interval(0.5, 100, 0.9, 100, 0.9, 100)
    >>> round(low, 3), round(high, 3)
    (0.366, 0.634)
    """
    z = float(ndtri((1 + level) / 2))
    size, n_found, n_passed = n + z**2, n_sensitivity + 2, n_specificity + 2
    hit = (n * share + z**2 / 2) / size
    found = (n_sensitivity * sensitivity + 1) / n_found
    passed = (n_specificity * specificity + 1) / n_passed
    middle = float(rogan_gladen(hit, found, passed))
    doubt_found, doubt_passed = found * (1 - found) / n_found, passed * (1 - passed) / n_passed
    variance = hit * (1 - hit) / size + middle**2 * doubt_found + (1 - middle) ** 2 * doubt_passed
    error = np.sqrt(variance) / (found + passed - 1)
    shift = 2 * z**2 * (middle * doubt_found - (1 - middle) * doubt_passed)
    return float(max(middle + shift - z * error, 0.0)), float(min(middle + shift + z * error, 1.0))


def effective_size(share: Any, low: Any, high: Any, level: float = 0.95) -> Floats:
    """Give the number of independent releases whose Wilson interval has this width.

    Parameters
    ----------
    share, low, high : array of float
        With an interval that knows of dependence, such as a trend's.
    level : float
        Its coverage.

    Returns
    -------
    array of float
        NaN where the interval is.

    Examples
    --------
    Newcombe's example of 81 in 263, whose interval is .2553 to .3662:

    >>> round(float(effective_size(81 / 263, 0.25528, 0.36621)))
    263
    """
    p, width = np.asarray(share, float), np.asarray(high, float) - np.asarray(low, float)
    z = float(ndtri((1 + level) / 2))
    # width² (1 + s)² = 4 s (p (1 - p) + s / 4), of which s = z² / n is the positive root
    a, b, c = width**2 - 1, 2 * width**2 - 4 * p * (1 - p), width**2
    with np.errstate(divide="ignore", invalid="ignore"):
        s = (-b - np.sqrt(np.maximum(b**2 - 4 * a * c, 0.0))) / (2 * a)
        return np.asarray(np.where(s > 0, z**2 / s, np.nan))


def draw_shares(
    share: Any, n: Any, right: Accuracy, n_draws: int, rng: np.random.Generator
) -> tuple[Floats, float]:
    """Draw what shares are when corrected, from what is believed of them and of the classifier.

    Parameters
    ----------
    share : array of float, shape (periods,)
        What was hit.
    n : array of float, shape (periods,)
        Of how many (independent ones).
    right : Accuracy
        Draws of recall and specificity, shape (draws,): the same for all periods.
    n_draws : int
    rng : numpy.random.Generator

    Returns
    -------
    draws : array of float, shape (draws, periods)
        Held within 0 and 1.
    useless : float
        Part of the draws in which the classifier says nothing (recall + specificity not above 1); they are
        left out of the rows above as NaN.

    Raises
    ------
    NotEnoughDataError
        If more than one draw in forty is such: the interval would have no end.
    """
    found, passed = np.asarray(right.recall, float), np.asarray(right.specificity, float)
    gain = found + passed - 1
    useless = float((~(gain > 0)).mean())
    if useless > 1 / 40:
        raise NotEnoughDataError(
            f"Recall + specificity may well be no more than 1 (in {useless:.0%} of draws): what was coded "
            "cannot tell whether the query says anything about what is there. Code more releases that it "
            "does not hit, or write a query that finds more of them."
        )
    p, size = np.asarray(share, float), np.asarray(n, float)
    known = np.isfinite(p) & np.isfinite(size)
    a = np.where(known, p * size, 0.0) + 0.5
    b = np.where(known, (1 - p) * size, 0.0) + 0.5
    hit = rng.beta(a, b, size=(n_draws, p.size))
    with np.errstate(divide="ignore", invalid="ignore"):
        made = (hit + passed[:, None] - 1) / np.where(gain > 0, gain, np.nan)[:, None]
    return np.asarray(np.where(known, np.clip(made, 0.0, 1.0), np.nan)), useless
