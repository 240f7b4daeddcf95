"""Peaks and troughs of a curve that is not surely known: those that its error does not explain."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Turn", "differing", "draw_curves", "find_turning"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Turn(NamedTuple):
    """A turn of a curve: its point, which way the curve went until then (1 up, -1 down), where it may lie."""

    at: int
    way: int
    low: int
    high: int


def draw_curves(middle: Floats, covariance: Floats, n_draws: int, rng: np.random.Generator) -> Floats:
    """Draw curves around one, shape (draws, points)."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    made: Floats = middle + rng.standard_normal((n_draws, middle.size)) @ root.T
    return made


def differing(middle: Floats, covariance: Floats, draws: Floats, level: float) -> npt.NDArray[np.int8]:
    """Say of each two points whether the curve rises (1) or falls (-1) from the first to the second.

    0 where it may do neither. All pairs hold together: the bound is what the largest studentised error of
    all differences stays below in `level` of the draws.

    Examples
    --------
    Two points a standard error of 1.4 apart: a difference of 4 is one, a difference of 1 is not.

    >>> noise = draw_curves(np.zeros(2), np.eye(2), 999, np.random.default_rng(0))
    >>> far, near = np.array([0.0, 4.0]), np.array([0.0, 1.0])
    >>> [int(differing(one, np.eye(2), noise + one, 0.95)[0, 1]) for one in (far, near)]
    [1, 0]
    """
    variance = np.diag(covariance)
    error = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * covariance, 0.0))
    error = np.maximum(error, 1e-6 * float(np.sqrt(variance.max())) + 1e-12)
    off = draws - middle
    largest = np.zeros(len(draws))
    for one in range(middle.size - 1):
        apart = np.abs(off[:, one + 1 :] - off[:, one : one + 1]) / error[one, one + 1 :]
        np.maximum(largest, apart.max(axis=1), out=largest)
    bound = float(np.quantile(largest, level)) * error
    difference = middle[None, :] - middle[:, None]
    return ((difference > bound).astype(np.int8) - (difference < -bound)).astype(np.int8)


def find_turning(
    middle: Floats, moves: npt.NDArray[np.int8], apart: npt.NDArray[np.int8], draws: Floats, level: float
) -> list[Turn]:
    """Find the turns between rises and falls; the first entry is where the curve begins to move.

    Parameters
    ----------
    middle : array of float, shape (points,)
    moves, apart : array, shape (points, points)
        See `differing`; and the same where a reader of the band would see it: the intervals are apart. That
        says from which point on the curve has left its beginning.
    draws : array of float, shape (draws, points)
    level : float
        Of the intervals for the places.

    Returns
    -------
    list of Turn
        Empty if the curve never moves. The last entry is where it ends to move; `low` and `high` of the first
        and last are their points.

    Examples
    --------
    >>> middle = np.array([0.0, 5.0, 9.0, 5.0, 0.0])
    >>> moves = np.sign(middle[None, :] - middle[:, None]).astype(np.int8)
    >>> [(one.at, one.way) for one in find_turning(middle, moves, moves, middle[None], 0.95)]
    [(0, 0), (2, 1), (4, -1)]
    """
    found = _zigzag(middle, moves, apart)
    turns = []
    for number, (point, way) in enumerate(found):
        low = high = point
        if 0 < number < len(found) - 1:
            inside = slice(found[number - 1][0], found[number + 1][0] + 1)
            places = inside.start + (draws[:, inside] * way).argmax(axis=1)
            tail = (1 - level) / 2
            low, high = (int(np.quantile(places, one, method="nearest")) for one in (tail, 1 - tail))
        turns.append(Turn(point, way, min(low, point), max(high, point)))
    return turns


def _zigzag(
    middle: Floats, moves: npt.NDArray[np.int8], apart: npt.NDArray[np.int8]
) -> list[tuple[int, int]]:
    """Give the first point that moves, each turn with the way until then, and the last."""
    turns: list[tuple[int, int]] = []
    way = since = at = 0
    for point in range(1, middle.size):
        if way == 0:
            before = moves[:point, point]
            if before.any():
                way = int(before[before != 0][0])
                turns.append((_foot(moves, apart, point, way), 0))
                since, at = turns[0][0], point
            continue
        if (middle[point] - middle[at]) * way > 0:
            at = point
        if (moves[since:point, point] == -way).any():
            since = at
            turns.append((since, way))
            way, at = -way, point
    return [*turns, (at, way)] if way else []


def _foot(moves: npt.NDArray[np.int8], apart: npt.NDArray[np.int8], point: int, way: int) -> int:
    """Give the last point before a move that is no different from any before it."""
    left = (moves == way) | (apart == way)
    still = [one for one in range(point) if not left[:one, one].any()]
    return still[-1]
