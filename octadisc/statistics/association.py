"""Association: how much more often two things stand together than each of them alone would let expect.

All take the same four numbers: how often both stand together, how often the one and the other stand at
all, and how many places there are. Arrays are taken element by element.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import rel_entr

__all__ = [
    "delta_p",
    "expected_count",
    "log_dice",
    "log_likelihood",
    "log_odds",
    "mutual_information",
    "npmi",
    "t_score",
    "to_table",
]

Floats = npt.NDArray[np.float64]


def to_table(both: Any, one: Any, other: Any, total: Any) -> Floats:
    """Give the four cells: both, only the one, only the other, neither; shape (…, 4).

    Examples
    --------
    >>> to_table(20, 42, 20, 100).tolist()
    [20.0, 22.0, 0.0, 58.0]
    """
    both, one, other, total = np.broadcast_arrays(*(np.asarray(n, float) for n in (both, one, other, total)))
    return np.stack([both, one - both, other - both, total - one - other + both], axis=-1)


def expected_count(one: Any, other: Any, total: Any) -> Floats:
    """Give how often both would stand together if they were independent."""
    return np.asarray(np.asarray(one, float) * np.asarray(other, float) / np.asarray(total, float))


def log_likelihood(both: Any, one: Any, other: Any, total: Any) -> Floats:
    """Give Dunning's G² over all four cells.

    References
    ----------
    Dunning (1993), Computational Linguistics 19(1).

    Examples
    --------
    The numbers of NLTK's own documentation:

    >>> round(float(log_likelihood(110, 2552, 221, 31777)), 2)
    270.72
    """
    observed = to_table(both, one, other, total)
    rows = np.stack([observed[..., 0] + observed[..., 1], observed[..., 2] + observed[..., 3]], axis=-1)
    columns = np.stack([observed[..., 0] + observed[..., 2], observed[..., 1] + observed[..., 3]], axis=-1)
    product = rows[..., [0, 0, 1, 1]] * columns[..., [0, 1, 0, 1]]
    expected = product / observed.sum(axis=-1, keepdims=True)
    return np.asarray(2 * rel_entr(observed, expected).sum(axis=-1))


def npmi(both: Any, one: Any, other: Any, total: Any) -> Floats:
    """Give normalised pointwise mutual information: 1 if neither stands without the other, 0 by chance.

    NaN where they never stand together.

    References
    ----------
    Bouma (2009), Proceedings of GSCL.

    Examples
    --------
    >>> npmi([5, 10], [5, 100], [5, 100], [1000, 1000]).round(6).tolist()
    [1.0, 0.0]
    """
    both, total = np.asarray(both, float), np.asarray(total, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.log(both / expected_count(one, other, total))
        return np.asarray(np.where(both > 0, information / -np.log(both / total), np.nan))


def log_dice(both: Any, one: Any, other: Any) -> Floats:
    """Give logDice: at most 14, one more is twice as often, and the size of the corpus does not matter.

    References
    ----------
    Rychlý (2008), Proceedings of Recent Advances in Slavonic Natural Language Processing.

    Examples
    --------
    >>> log_dice([5, 5], [5, 10], [5, 10]).tolist()
    [14.0, 13.0]
    """
    dice = 2 * np.asarray(both, float) / (np.asarray(one, float) + np.asarray(other, float))
    with np.errstate(divide="ignore"):
        return np.asarray(14 + np.log2(dice))


def t_score(both: Any, one: Any, other: Any, total: Any) -> Floats:
    """Give the t score: observed minus expected, by the square root of the observed.

    References
    ----------
    Church, Gale, Hanks and Hindle (1991), Lexical Acquisition.

    Examples
    --------
    >>> round(float(t_score(20, 42, 20, 14307668)), 7)
    4.4721228
    """
    both = np.asarray(both, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((both - expected_count(one, other, total)) / np.sqrt(both))


def log_odds(both: Any, one: Any, other: Any, total: Any) -> tuple[Floats, Floats]:
    """Give the log odds ratio with ½ added to each cell, and its variance if places were independent.

    This is the λ of Blaheta and Johnson for two words, with the smoothing that is usual for it.

    References
    ----------
    Blaheta and Johnson (2001), Proceedings of the ACL Workshop on Collocations.

    Examples
    --------
    >>> [round(float(one), 4) for one in log_odds(20, 42, 20, 100)]
    [4.6691, 2.1103]
    """
    cells = to_table(both, one, other, total) + 0.5
    value = np.log(cells) @ np.array([1.0, -1.0, -1.0, 1.0])
    return np.asarray(value), np.asarray((1 / cells).sum(axis=-1))


def mutual_information(both: Any, one: Any, other: Any, total: Any, *, power: int = 1) -> Floats:
    """Give pointwise mutual information in bits, log2 of observed by expected; NaN where they never meet.

    With `power`, that power of the observed count: MI3 weakens the pull of what is rare.

    References
    ----------
    Church and Hanks (1990), Computational Linguistics 16(1); Daille (1994), thesis, Université Paris 7.

    Examples
    --------
    Four times as often as by chance is two bits:

    >>> float(mutual_information(8, 20, 10, 100)), float(mutual_information(8, 20, 10, 100, power=3))
    (2.0, 8.0)
    """
    both = np.asarray(both, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            np.log2(np.where(both > 0, both, np.nan) ** power / expected_count(one, other, total))
        )


def delta_p(both: Any, one: Any, other: Any, total: Any) -> Floats:
    """Give ΔP: how much more probable the other is where the one is than where it is not.

    References
    ----------
    Gries (2013), International Journal of Corpus Linguistics 18(1).

    Examples
    --------
    >>> round(float(delta_p(20, 42, 20, 100)), 6), round(float(delta_p(20, 20, 42, 100)), 6)
    (0.47619, 0.725)
    """
    cells = to_table(both, one, other, total)
    with np.errstate(divide="ignore", invalid="ignore"):
        with_it = cells[..., 0] / (cells[..., 0] + cells[..., 1])
        without = cells[..., 2] / (cells[..., 2] + cells[..., 3])
    return np.asarray(with_it - without)
