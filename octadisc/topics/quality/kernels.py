"""Kernels of the quality room."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from octadisc.compiled import compiled

__all__ = ["count_windows"]

Floats = npt.NDArray[np.float64]


@compiled
def count_windows(
    ids: npt.NDArray[np.int32],
    rows: npt.NDArray[np.int64],
    weights: Floats,
    place: npt.NDArray[np.int32],
    pointers: npt.NDArray[np.int64],
    partners: npt.NDArray[np.int64],
    window: int,
    exact: bool,
) -> tuple[Floats, Floats, float]:
    """Count the windows of running tokens in which listed terms stand, alone and two together.

    An occurrence at p lies in the windows that begin from p − window + 1 to p. So a term stands in a union of
    intervals of beginnings, and two terms together in the intersection of two unions: the work is linear in
    their occurrences, whatever the window's width.

    Parameters
    ----------
    ids : array of int32, shape (tokens,)
        Types of the tokens.
    rows : array, shape (releases + 1,)
        Where each release's tokens begin.
    weights : array, shape (releases,)
        What a window of each release counts.
    place : array of int32, shape (types,)
        Number of a type among the listed terms, or −1.
    pointers, partners : arrays of int
        The pairs to count: of listed term a with ``partners[pointers[a] : pointers[a + 1]]``.
    window : int
        Tokens; a release of fewer, also an empty one, is one window.
    exact : bool
        Count every window that has the term. Otherwise a term counts as gone once the first of its
        occurrences in the window has left it, until it enters again.

    Returns
    -------
    alone : array, shape (listed,)
    both : array, shape (partners,)
    total : float
        Windows in all.
    """
    n_listed = pointers.size - 1
    longest = 0
    for row in range(rows.size - 1):
        longest = max(longest, rows[row + 1] - rows[row])
    alone, both, total = np.zeros(n_listed), np.zeros(partners.size), 0.0
    size, offset = np.zeros(n_listed, np.int64), np.zeros(n_listed, np.int64)
    here = np.empty(n_listed, np.int64)  # the listed terms of this release
    at = np.empty(longest, np.int64)  # where they stand, term by term
    begin, end = np.empty(longest, np.int64), np.empty(longest, np.int64)  # of intervals, both included
    for row in range(rows.size - 1):
        length = rows[row + 1] - rows[row]
        last = max(length - window, 0)
        weight = weights[row]
        total += weight * (last + 1)
        if weight == 0.0:
            continue
        n_here = 0
        for i in range(rows[row], rows[row + 1]):
            term = place[ids[i]]
            if term >= 0:
                if size[term] == 0:
                    here[n_here] = term
                    n_here += 1
                size[term] += 1
        filled = 0
        for k in range(n_here):
            offset[here[k]] = filled
            filled += size[here[k]]
            size[here[k]] = 0
        for i in range(rows[row], rows[row + 1]):
            term = place[ids[i]]
            if term >= 0:
                at[offset[term] + size[term]] = i - rows[row]
                size[term] += 1
        for k in range(n_here):
            term = here[k]
            low, first, n, covered = offset[term], offset[term], 0, 0
            for i in range(low, low + size[term]):
                opens = max(at[i] - window + 1, 0)
                while at[first] < opens:
                    first += 1
                closes = min(at[i] if exact else at[first], last)
                if n and opens <= end[low + n - 1] + 1:
                    covered += max(closes - end[low + n - 1], 0)
                    end[low + n - 1] = max(closes, end[low + n - 1])
                else:
                    begin[low + n], end[low + n] = opens, closes
                    covered += closes - opens + 1
                    n += 1
            size[term] = n
            alone[term] += weight * covered
        for k in range(n_here):
            one = here[k]
            for j in range(pointers[one], pointers[one + 1]):
                other = partners[j]
                if size[other] == 0:
                    continue
                a, b = offset[one], offset[other]
                a_end, b_end = a + size[one], b + size[other]
                shared = 0
                while a < a_end and b < b_end:
                    shared += max(min(end[a], end[b]) - max(begin[a], begin[b]) + 1, 0)
                    if end[a] < end[b]:
                        a += 1
                    else:
                        b += 1
                both[j] += weight * shared
        for k in range(n_here):
            size[here[k]] = 0
    return alone, both, total
