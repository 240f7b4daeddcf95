"""Compiled loops that fit courses to counts of issuers and periods.

Nothing here calls a kernel of another file: numba's cache would not see it change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.compiled import compiled

__all__ = ["fit_draws", "group_cells"]


@compiled
def group_cells(pointers: Any, periods: Any, shapes: Any) -> Any:
    """Take the cells of an issuer together that follow each other with the same value of a course.

    Parameters
    ----------
    pointers : array of int64, shape (issuers + 1,)
        Where each issuer's cells begin.
    periods : array of int64, shape (cells,)
        In order, for each issuer.
    shapes : array of float, shape (courses, periods)

    Returns
    -------
    groups : array of int32, shape (courses, cells)
        Each cell's group: of a step, an issuer has two at most.
    begins : array of int64, shape (courses, issuers + 1)
        Where each issuer's groups begin.
    """
    n_courses, n_issuers = shapes.shape[0], pointers.size - 1
    groups = np.empty((n_courses, periods.size), np.int32)
    begins = np.zeros((n_courses, n_issuers + 1), np.int64)
    for course in range(n_courses):
        free = 0
        for i in range(n_issuers):
            for at in range(pointers[i], pointers[i + 1]):
                if at == pointers[i] or shapes[course, periods[at]] != shapes[course, periods[at - 1]]:
                    free += 1
                groups[course, at] = free - 1
            begins[course, i + 1] = free
    return groups, begins


@compiled
def fit_draws(
    y: Any,
    n: Any,
    periods: Any,
    shapes: Any,
    groups: Any,
    begins: Any,
    start: Any,
    share: bool,
    steps: int,
    ridge: float,
    most: float,
) -> Any:
    """Fit constants of issuers and the size of each course to each draw, by Newton's method.

    Parameters
    ----------
    y : array of float, shape (draws, cells)
    n : array of float, shape (cells,)
        Of the cells that are not empty.
    periods, shapes, groups, begins
        See `group_cells`.
    start : array of float, shape (draws, issuers)
        Constants to begin with, to which a slight prior (`ridge`) ties them.
    share : bool
        Logits of shares; else logarithms of rates.
    steps : int
    ridge, most : float
        Weight of the prior, and the largest size.

    Returns
    -------
    constants : array of float, shape (draws, courses, issuers)
    sizes, likelihoods : array of float, shape (draws, courses)
    """
    n_draws, n_courses, n_issuers = y.shape[0], shapes.shape[0], start.shape[1]
    widest = 0
    for course in range(n_courses):
        widest = max(widest, begins[course, n_issuers])
    many, value = np.zeros((n_courses, widest)), np.zeros((n_courses, widest))
    for course in range(n_courses):
        for at in range(n.size):
            many[course, groups[course, at]] += n[at]
            value[course, groups[course, at]] = shapes[course, periods[at]]
    constants = np.empty((n_draws, n_courses, n_issuers))
    sizes = np.zeros((n_draws, n_courses))
    likelihoods = np.zeros((n_draws, n_courses))
    matching = np.zeros((n_draws, n_courses, widest))
    for draw in range(n_draws):
        for course in range(n_courses):
            constants[draw, course] = start[draw]
            for at in range(n.size):
                matching[draw, course, groups[course, at]] += y[draw, at]
    w0, w1, s0 = np.empty(n_issuers), np.empty(n_issuers), np.empty(n_issuers)
    for _ in range(steps):
        furthest = 0.0
        for fit in range(n_draws * n_courses):
            draw, course = fit // n_courses, fit % n_courses
            size, mine, seen = sizes[draw, course], constants[draw, course], matching[draw, course]
            curvature, gradient = ridge, -ridge * size
            for i in range(n_issuers):
                a, b, c = ridge, 0.0, -ridge * (mine[i] - start[draw, i])
                for k in range(begins[course, i], begins[course, i + 1]):
                    x = value[course, k]
                    eta = mine[i] + size * x
                    if share:
                        part = 1.0 / (1.0 + np.exp(-eta))
                        mean = many[course, k] * part
                        weight = mean * (1.0 - part)
                    else:
                        mean = many[course, k] * np.exp(min(eta, 30.0))
                        weight = mean
                    left = seen[k] - mean
                    a += weight
                    b += weight * x
                    c += left
                    curvature += weight * x * x
                    gradient += left * x
                w0[i], w1[i], s0[i] = a, b, c
                curvature -= b * b / a
                gradient -= b * c / a
            move = min(max(gradient / max(curvature, ridge), -1.5), 1.5)
            move = min(max(size + move, -most), most) - size
            sizes[draw, course] = size + move
            for i in range(n_issuers):
                mine[i] += min(max((s0[i] - w1[i] * move) / w0[i], -2.0), 2.0)
            furthest = max(furthest, abs(move))
        if furthest < 1e-6:
            break
    for draw in range(n_draws):
        for course in range(n_courses):
            total = 0.0
            for i in range(n_issuers):
                for k in range(begins[course, i], begins[course, i + 1]):
                    eta = constants[draw, course, i] + sizes[draw, course] * value[course, k]
                    if share:
                        lost = max(eta, 0.0) + np.log1p(np.exp(-abs(eta)))
                    else:
                        lost = np.exp(min(eta, 30.0))
                    total += matching[draw, course, k] * eta - many[course, k] * lost
            likelihoods[draw, course] = total
    return constants, sizes, likelihoods
