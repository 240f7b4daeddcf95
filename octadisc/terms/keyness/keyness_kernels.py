"""Compiled loops over the influence of issuers on a comparison.

Nothing here calls a kernel of another file: numba's cache would not see it change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.compiled import compiled

__all__ = ["sum_powers"]


@compiled
def sum_powers(
    pointers: Any, issuers: Any, counts: Any, pointers_2: Any, issuers_2: Any, counts_2: Any,
    parts: Any, least: Any, most: Any, begin: int, end: int, made: Any,
) -> None:  # fmt: skip
    """Add up the squares and fourth powers of issuers' influences, for the terms from `begin` to `end`.

    Parameters
    ----------
    pointers, issuers, counts : arrays
        The target's occurrences by issuer, a column of a sparse matrix each term; the reference's with _2.
    parts : array of float, shape (2, issuers)
        Part of each side's words.
    least : array of float, shape (2, issuers)
        What residuals are divided by, since an issuer draws the rate towards itself (CR2).
    most : array of float, shape (2, terms)
        Occurrences on each side, at least a half.
    begin, end : int
    made : array of float, shape (2, terms), to be written
    """
    n = parts.shape[1]
    influence = np.empty(n)
    for term in range(begin, end):
        first, last = pointers[term], pointers[term + 1]
        first_2, last_2 = pointers_2[term], pointers_2[term + 1]
        total, total_2 = 0.0, 0.0
        for i in range(first, last):
            total += counts[i]
        for i in range(first_2, last_2):
            total_2 += counts_2[i]
        # what an issuer without the term has, and what occurrences add to that
        here, there = total / most[0, term], total_2 / most[1, term]
        for i in range(n):
            influence[i] = there * parts[1, i] / least[1, i] - here * parts[0, i] / least[0, i]
        for i in range(first, last):
            influence[issuers[i]] += counts[i] / most[0, term] / least[0, issuers[i]]
        for i in range(first_2, last_2):
            influence[issuers_2[i]] -= counts_2[i] / most[1, term] / least[1, issuers_2[i]]
        two, four = 0.0, 0.0
        for i in range(n):
            square = influence[i] * influence[i]
            two += square
            four += square * square
        made[0, term], made[1, term] = two, four
