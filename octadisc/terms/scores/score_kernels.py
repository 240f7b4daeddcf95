"""Compiled loops of scores by term: shuffle within strata, and add up what each term's releases get."""

from __future__ import annotations

from typing import Any

from octadisc.compiled import compiled

__all__ = ["add_scores", "shuffle_within"]


@compiled
def shuffle_within(values: Any, bounds: Any, chance: Any, made: Any) -> None:
    """Shuffle values within strata, once per column (Fisher and Yates).

    Parameters
    ----------
    values : array of float32, shape (releases,)
        Sorted by stratum.
    bounds : array of int64, shape (strata + 1,)
        Where each stratum begins.
    chance : array of float64, shape (permutations, releases)
        Uniform numbers from 0 to 1.
    made : array of float32, shape (releases, permutations), to be written
    """
    for column in range(made.shape[1]):
        for i in range(values.size):
            made[i, column] = values[i]
        for stratum in range(bounds.size - 1):
            first = bounds[stratum]
            for last in range(bounds[stratum + 1] - 1, first, -1):
                other = first + int(chance[column, last] * (last - first + 1))
                kept = made[last, column]
                made[last, column] = made[other, column]
                made[other, column] = kept


@compiled
def add_scores(indptr: Any, rows: Any, values: Any, given: Any, made: Any) -> None:
    """Multiply a transposed sparse matrix (by column: indptr, rows, values) with a dense one.

    Parameters
    ----------
    indptr : array of int64, shape (terms + 1,)
    rows : array of int32, shape (entries,)
    values : array of float32, shape (entries,)
    given : array of float32, shape (rows, permutations)
    made : array of float32, shape (terms, permutations), to be written
    """
    for term in range(indptr.size - 1):
        for column in range(given.shape[1]):
            made[term, column] = 0.0
        for i in range(indptr[term], indptr[term + 1]):
            row, value = rows[i], values[i]
            for column in range(given.shape[1]):
                made[term, column] += value * given[row, column]
