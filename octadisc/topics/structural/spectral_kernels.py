"""Compiled loops of the spectral start."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.compiled import compiled_loose

__all__ = ["Company", "add_company", "mix_rows"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_MOST_STEPS = 500
_TOLERANCE = 1e-7


class Company(NamedTuple):
    """Counts by column and by row, scaled so that their products are shares of a release's pairs of tokens.

    Attributes
    ----------
    starts, releases, scaled
        Columns: where each term's entries begin, whose they are, and the scaled counts.
    indptr, indices, values
        Rows.
    place : array of int, shape (terms,)
        Of each term among the most frequent, or −1.
    own : array of float, shape (terms,)
        A token is in no company with itself: what has to be taken off a term's company with itself.
    """

    starts: Ints
    releases: Ints
    scaled: Floats
    indptr: Ints
    indices: Ints
    values: Floats
    place: Ints
    own: Floats


@compiled_loose
def mix_rows(first: int, last: int, gram: Floats, towards: Floats, rate: float, weights: Floats) -> None:
    """Find the mixture of corners nearest to each row from `first` to `last`, by exponentiated gradient.

    `gram` is corners · corners', `towards` rows · corners', `rate` the size of a step; `weights` begins even
    and is replaced. As in R's stm it stops when the length of the gradient hardly changes, often before the
    nearest point: going on gives worse topics.
    """
    n = gram.shape[0]
    slope = np.empty(n)
    for row in range(first, last):
        before = math.inf
        for _ in range(_MOST_STEPS):
            size = 0.0
            most = -math.inf
            for k in range(n):
                value = towards[row, k]
                for j in range(n):
                    value -= weights[row, j] * gram[k, j]
                slope[k] = value
                size += value * value
                most = max(most, value)
            total = 0.0
            for k in range(n):
                weights[row, k] *= math.exp(2.0 * rate * (slope[k] - most))
                total += weights[row, k]
            for k in range(n):
                weights[row, k] /= total
            length = math.sqrt(size)
            if abs(before - length) < _TOLERANCE:
                break
            before = length


@compiled_loose
def add_company(first: int, last: int, terms: Ints, company: Company, rows: Floats) -> None:
    """Add up how often each of the terms from `first` to `last` stands beside each frequent one."""
    for i in range(first, last):
        term = terms[i]
        row = rows[i]
        for entry in range(company.starts[term], company.starts[term + 1]):
            release, factor = company.releases[entry], company.scaled[entry]
            for j in range(company.indptr[release], company.indptr[release + 1]):
                column = company.place[company.indices[j]]
                if column >= 0:
                    row[column] += factor * company.values[j]
        if company.place[term] >= 0:
            row[company.place[term]] -= company.own[term]
