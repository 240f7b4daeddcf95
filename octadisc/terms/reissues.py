"""What does not count on its own: releases that repeat another, and units of one release."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.tokens.reissues import Reissues, weigh_reissues
from octadisc.tokens.units.unit_columns import code_releases

__all__ = [
    "Reissues",
    "add_up",
    "as_parameter",
    "first_of_stories",
    "have_parts",
    "number_stories",
    "part_among_units",
    "per_entry",
    "weigh",
    "weigh_reissues",
    "write_sum",
]


def as_parameter(reissues: Reissues) -> dict[str, str]:
    """Give what a recipe says of reissues: nothing where each counts in full.

    Examples
    --------
    >>> as_parameter("keep"), as_parameter("share")
    ({}, {'reissues': 'share'})
    """
    return {} if reissues == "keep" else {"reissues": reissues}


def have_parts(weights: npt.NDArray[np.float64]) -> bool:
    """Say whether a release counts as a part of one.

    Examples
    --------
    >>> have_parts(np.array([1.0, 0.0])), have_parts(np.array([1.0, 0.5]))
    (False, True)
    """
    return bool((weights % 1 != 0).any())


def weigh(values: npt.NDArray[Any], weights: npt.NDArray[np.float64], *, parts: bool) -> npt.NDArray[Any]:
    """Multiply values by weights: whole numbers stay whole, unless copies count as parts of one.

    Examples
    --------
    >>> weigh(np.array([3, 4]), np.array([1.0, 0.0]), parts=False).tolist()
    [3, 0]
    >>> weigh(np.array([3, 4]), np.array([1.0, 0.5]), parts=True).tolist()
    [3.0, 2.0]
    """
    made = values * weights
    return made if parts else made.astype(values.dtype)


def per_entry(matrix: sparse.csr_matrix, weights: npt.NDArray[np.float64] | None) -> npt.NDArray[np.float64]:
    """Give each entry of a matrix of releases × terms what its release weighs; None: all of them 1.

    Examples
    --------
    >>> matrix = sparse.csr_matrix([[3, 0, 4], [0, 5, 0]])
    >>> per_entry(matrix, np.array([0.5, 1.0])).tolist()
    [0.5, 0.5, 1.0]
    """
    return np.repeat(np.ones(matrix.shape[0]) if weights is None else weights, np.diff(matrix.indptr))


def add_up(codes: Any, values: Any, n: int, *, parts: bool) -> npt.NDArray[Any]:
    """Add values up by code: whole numbers, unless copies count as parts of one.

    Examples
    --------
    >>> add_up([0, 2, 2], [1.0, 1.0, 1.0], 3, parts=False).tolist()
    [1, 0, 2]
    >>> add_up([0, 2, 2], [1.0, 0.5, 0.25], 3, parts=True).tolist()
    [1.0, 0.0, 0.75]
    """
    total = np.bincount(codes, weights=values, minlength=n)
    return total.astype(np.float64 if parts else np.int64)


def write_sum(total: float) -> str:
    """Write a number of releases or words that may be a sum of parts.

    Examples
    --------
    >>> write_sum(1200), write_sum(7 / 3)
    ('1,200', '2.3')
    """
    return f"{round(float(total), 1):,}".removesuffix(".0")


def number_stories(
    frame: pd.DataFrame, cell: npt.NDArray[np.int64], *, copies: bool = True
) -> npt.NDArray[np.int64]:
    """Number what stands once in a cell, so that what depends on each other does not pass for independent.

    These are the units of a release (sentences, say), and with `copies` the releases of a
    duplicate_cluster.

    Examples
    --------
    >>> frame = pd.DataFrame({"duplicate_cluster": [0, None, 0, 0]})
    >>> number_stories(frame, np.array([0, 0, 0, 1])).tolist()
    [0, 2, 0, 1]
    >>> frame["unit_of"] = ["a", "b", "b", "c"]
    >>> number_stories(frame, np.array([0, 0, 0, 1]), copies=False).tolist()
    [0, 1, 1, 2]
    """
    releases = code_releases(frame)
    alone = np.arange(len(frame)) if releases is None else releases
    if copies:
        cluster = frame["duplicate_cluster"].astype("Int64").to_numpy(np.int64, na_value=-1)
        alone = np.where(cluster < 0, cluster.max(initial=-1) + 1 + alone, cluster)
    places = cell - cell.min(initial=0)
    _, numbers = np.unique(alone * (places.max(initial=0) + 1) + places, return_inverse=True)
    return np.asarray(numbers, np.int64).ravel()


def part_among_units(
    frame: pd.DataFrame, cell: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Give each row its part of a release, so that the units of one in a cell add up to what it weighs.

    Examples
    --------
    >>> frame = pd.DataFrame({"unit_of": ["a", "a", "b"]})
    >>> part_among_units(frame, np.zeros(3, np.int64), np.ones(3)).tolist()
    [0.5, 0.5, 1.0]
    """
    if code_releases(frame) is None:
        return weights
    numbers = number_stories(frame, cell, copies=False)
    parts: npt.NDArray[np.float64] = weights / np.bincount(numbers)[numbers]
    return parts


def first_of_stories(
    story: npt.NDArray[np.int64], values: npt.NDArray[np.int64], n: int
) -> npt.NDArray[np.int64]:
    """Give each story the value of its first release; -1 to those without any.

    Examples
    --------
    >>> first_of_stories(np.array([0, 2, 0]), np.array([5, 6, 7]), 3).tolist()
    [5, -1, 6]
    """
    made = np.full(n, -1)
    made[story[::-1]] = values[::-1]
    return made
