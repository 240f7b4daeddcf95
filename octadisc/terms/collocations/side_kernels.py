"""Compiled loops over two sides: how far log ratios differ, and releases dealt anew.

Nothing here calls a kernel of another file: numba's cache would not see it change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.compiled import compiled

__all__ = ["compare_sides", "deal_sides"]


@compiled
def compare_sides(
    stories: Any, near: Any, far: Any, sizes: Any, sides: Any, products: Any, both: Any, n_sides: int
) -> Any:
    """Give the studentised difference between two log ratios, for each way to deal releases to two sides.

    Parameters
    ----------
    stories : array of int64, shape (entries,)
        The releases that have one type.
    near, far : array of float, shape (entries,)
        Occurrences there, in windows and elsewhere.
    sizes : array of float, shape (stories, 2)
    sides : array of float32, shape (stories, ways)
        1 for the second side, 0 for the first.
    products : array of float, shape (ways, 5)
        Of the second side: sums of both sizes, of their squares and of their product.
    both : array of float, shape (5,)
        The same of all releases.
    n_sides : int
        Ways.

    Returns
    -------
    difference, error : array of float, shape (ways,)
        In natural logarithms, with ½ added to each count.
    """
    ahead = np.zeros((9, n_sides))
    total = np.zeros(9)
    terms = np.zeros(9)
    for i in range(stories.size):
        k = stories[i]
        a, c, w, v = near[i], far[i], sizes[k, 0], sizes[k, 1]
        terms[0], terms[1], terms[2], terms[3], terms[4] = a, c, a * a, c * c, a * c
        terms[5], terms[6], terms[7], terms[8] = a * w, a * v, c * w, c * v
        for q in range(9):
            value = terms[q]
            total[q] += value
            if value != 0:
                for b in range(n_sides):
                    ahead[q, b] += value * sides[k, b]
    difference = np.zeros(n_sides)
    error = np.zeros(n_sides)
    for b in range(n_sides):
        variance = 0.0
        for second in range(2):
            s = ahead[:, b] if second else total - ahead[:, b]
            p = products[b] if second else both - products[b]
            near_sum, far_sum = s[0] + 0.5, s[1] + 0.5
            near_size, far_size = max(p[0], 1.0), max(p[1], 1.0)
            value = np.log(near_sum / near_size) - np.log(far_sum / far_size)
            u, v = s[0] / near_size, s[1] / far_size
            # squares of (a - u w) / near_sum - (c - v x) / far_sum, summed over the releases of the side
            one = s[2] - 2 * u * s[5] + u * u * p[2]
            two = s[3] - 2 * v * s[8] + v * v * p[3]
            cross = s[4] - v * s[6] - u * s[7] + u * v * p[4]
            squares = one / near_sum**2 + two / far_sum**2 - 2 * cross / (near_sum * far_sum)
            variance += max(squares, 1 / near_sum + 1 / far_sum)
            difference[b] += value if second else -value
        error[b] = np.sqrt(variance)
    return difference, error


@compiled
def deal_sides(sides: Any, bounds: Any, n_ways: int, seed: int) -> Any:
    """Shuffle within strata again and again.

    Parameters
    ----------
    sides : array of float32, shape (releases,)
        One stratum after the other.
    bounds : array of int64, shape (strata + 1,)
        Where each stratum begins.
    n_ways : int
    seed : int

    Returns
    -------
    array of float32, shape (n_ways, releases)

    References
    ----------
    Steele, Lea and Flood (2014), Proceedings of OOPSLA: the generator, splitmix64.
    """
    made = np.empty((n_ways, sides.size), np.float32)
    state = np.uint64(seed)
    for way in range(n_ways):
        row = made[way]
        row[:] = sides
        for stratum in range(bounds.size - 1):
            begin = bounds[stratum]
            for left in range(bounds[stratum + 1] - begin, 1, -1):
                state += np.uint64(0x9E3779B97F4A7C15)
                z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                z = z ^ (z >> np.uint64(31))
                # the upper 32 bits, as a part of the releases that are left; never as many
                other = begin + np.int64(((z >> np.uint64(32)) * np.uint64(left)) >> np.uint64(32))
                this = begin + left - 1
                row[this], row[other] = row[other], row[this]
    return made
