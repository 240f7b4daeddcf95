"""Compiled loops over the company of a query: windows, counts a release, and how these scatter.

Nothing here calls a kernel of another file: numba's cache would not see it change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.compiled import compiled

__all__ = ["NEAR", "NODE", "count_company", "list_windows", "mark_windows", "merge_entries", "sum_influences"]

# What a token is to a query: neither, in its company, or part of it.
NEAR, NODE = 1, 2


@compiled
def mark_windows(first: Any, last: Any, bounds: Any, n_tokens: int, left: int, right: int) -> Any:
    """Mark the tokens of hits, and those that stand in the window of at least one.

    Parameters
    ----------
    first, last : array of int64, shape (hits,)
        Tokens of each hit in the shard, in the order of the text, none over another.
    bounds : array of int64
        Where what no window leaves begins (sentences, say), in order.
    n_tokens : int
    left, right : int
        Tokens of a window on either side.

    Returns
    -------
    array of uint8, shape (tokens,)
        NODE, NEAR or 0.

    Notes
    -----
    What a window holds beyond the next hit is nearer to that one, so that each gap between hits is gone
    through once.
    """
    marks = np.zeros(n_tokens, np.uint8)
    place = free = 0
    for i in range(first.size):
        while place + 1 < bounds.size and bounds[place + 1] <= first[i]:
            place += 1
        for at in range(max(bounds[place], first[i] - left, free), first[i]):
            marks[at] = NEAR
        for at in range(first[i], last[i] + 1):
            marks[at] = NODE
        beyond = place
        while beyond + 1 < bounds.size and bounds[beyond + 1] <= last[i]:
            beyond += 1
        stop = bounds[beyond + 1] if beyond + 1 < bounds.size else n_tokens
        stop = min(stop, last[i] + right + 1)
        if i + 1 < first.size:
            stop = min(stop, first[i + 1])
        for at in range(last[i] + 1, stop):
            marks[at] = NEAR
        free = max(last[i] + 1, stop)
    return marks


@compiled
def list_windows(first: Any, last: Any, bounds: Any, n_tokens: int, left: int, right: int) -> Any:
    """Give the tokens (int64) that `mark_windows` marks as NEAR, in order."""
    places = np.empty(min(n_tokens, first.size * (left + right)), np.int64)
    place = free = n = 0
    for i in range(first.size):
        while place + 1 < bounds.size and bounds[place + 1] <= first[i]:
            place += 1
        for at in range(max(bounds[place], first[i] - left, free), first[i]):
            places[n] = at
            n += 1
        beyond = place
        while beyond + 1 < bounds.size and bounds[beyond + 1] <= last[i]:
            beyond += 1
        stop = bounds[beyond + 1] if beyond + 1 < bounds.size else n_tokens
        stop = min(stop, last[i] + right + 1)
        if i + 1 < first.size:
            stop = min(stop, first[i + 1])
        for at in range(last[i] + 1, stop):
            places[n] = at
            n += 1
        free = max(last[i] + 1, stop)
    return places[:n].copy()


@compiled
def count_company(ids: Any, rows: Any, marks: Any, number_of: Any, language: Any, n_numbers: int) -> Any:
    """Count listed types in each release: in windows, and anywhere but in the nodes.

    Parameters
    ----------
    ids, rows : arrays of a shard
    marks : array of uint8, shape (tokens,)
        See `mark_windows`.
    number_of : array of int32, shape (languages, types)
        The number of each type in each language; -1 if it is not listed.
    language : array of int64, shape (releases,)
        Row of `number_of`; -1 for a release that is not counted.
    n_numbers : int

    Returns
    -------
    pointers : array of int64, shape (releases + 1,)
    numbers : array of int32
    near, all : array of int32
        Sparse rows of counts, in order of first appearance.
    sizes : array of int64, shape (releases, 2)
        Tokens in windows, and all tokens but the nodes'.
    """
    n_rows = rows.size - 1
    pointers = np.zeros(n_rows + 1, np.int64)
    last = np.full(n_numbers, -1, np.int64)
    sizes = np.zeros((n_rows, 2), np.int64)
    for row in range(n_rows):
        n = 0
        if language[row] >= 0:
            mine = number_of[language[row]]
            for i in range(rows[row], rows[row + 1]):
                number = mine[ids[i]]
                if number >= 0 and marks[i] != NODE and last[number] != row:
                    last[number] = row
                    n += 1
        pointers[row + 1] = pointers[row] + n
    numbers = np.empty(pointers[n_rows], np.int32)
    near = np.zeros(pointers[n_rows], np.int32)
    every = np.zeros(pointers[n_rows], np.int32)
    last[:] = -1  # from here on, where a type's entry of the current release stands
    free = 0
    for row in range(n_rows):
        if language[row] < 0:
            continue
        mine, begin = number_of[language[row]], free
        for i in range(rows[row], rows[row + 1]):
            if marks[i] == NODE:
                continue
            sizes[row, 1] += 1
            sizes[row, 0] += marks[i] == NEAR
            number = mine[ids[i]]
            if number < 0:
                continue
            if last[number] < begin:
                last[number] = free
                numbers[free] = number
                free += 1
            every[last[number]] += 1
            near[last[number]] += marks[i] == NEAR
    return pointers, numbers, near, every, sizes


@compiled
def merge_entries(
    codes: Any, clusters: Any, numbers: Any, near: Any, far: Any, n_codes: int, n_numbers: int
) -> Any:
    """Add entries up whose clusters have the same code, type by type; a negative code leaves one out.

    Parameters
    ----------
    codes : array of int64, shape (clusters,)
    clusters, numbers, near, far : arrays, shape (entries,)
        See `sum_influences`.
    n_codes, n_numbers : int

    Returns
    -------
    clusters, numbers, near, far : arrays
        The same, with codes for clusters, in the order of the types.
    """
    begins = np.zeros(n_numbers + 1, np.int64)
    for i in range(numbers.size):
        if codes[clusters[i]] >= 0:
            begins[numbers[i] + 1] += 1
    for j in range(n_numbers):
        begins[j + 1] += begins[j]
    free = begins[:-1].copy()
    order = np.empty(begins[n_numbers], np.int64)
    for i in range(numbers.size):
        if codes[clusters[i]] >= 0:
            order[free[numbers[i]]] = i
            free[numbers[i]] += 1
    place = np.full(n_codes, -1, np.int64)  # where a cluster's entry of the current type stands
    made, of = np.empty(order.size, np.int64), np.empty(order.size, np.int64)
    near_sums, far_sums = np.zeros(order.size), np.zeros(order.size)
    n = 0
    for j in range(n_numbers):
        begin = n
        for at in range(begins[j], begins[j + 1]):
            i = order[at]
            code = codes[clusters[i]]
            if place[code] < begin:
                place[code] = n
                made[n], of[n] = code, j
                n += 1
            near_sums[place[code]] += near[i]
            far_sums[place[code]] += far[i]
    return made[:n].copy(), of[:n].copy(), near_sums[:n].copy(), far_sums[:n].copy()


@compiled
def sum_influences(
    clusters: Any, numbers: Any, near: Any, far: Any, cell_of: Any, sizes: Any, totals: Any, cell_sizes: Any
) -> Any:
    """Give the sum of squared influences of clusters on each log ratio, and of the clusters that count.

    Parameters
    ----------
    clusters, numbers : array of int64, shape (entries,)
        A cluster and a type.
    near, far : array of float, shape (entries,)
        Occurrences in windows and elsewhere.
    cell_of : array of int64, shape (clusters,)
        Each cluster's cell, such as a period; -1: left out.
    sizes : array of float, shape (clusters, 2)
        Tokens in windows and elsewhere.
    totals : array of float, shape (types, cells, 2)
        Sums of near and far.
    cell_sizes : array of float, shape (cells, 2)
        Sums of sizes.

    Returns
    -------
    squares : array of float, shape (types, cells)
    holders : array of int64, shape (types, cells)
        Clusters that have the type in a window.
    """
    n_types, n_cells = totals.shape[0], totals.shape[1]
    products = np.zeros((n_cells, 3))
    for k in range(cell_of.size):
        if cell_of[k] >= 0:
            products[cell_of[k], 0] += sizes[k, 0] * sizes[k, 0]
            products[cell_of[k], 1] += sizes[k, 0] * sizes[k, 1]
            products[cell_of[k], 2] += sizes[k, 1] * sizes[k, 1]
    squares = np.zeros((n_types, n_cells))
    holders = np.zeros((n_types, n_cells), np.int64)
    slopes = np.zeros((n_types, n_cells, 2))
    for j in range(n_types):
        for cell in range(n_cells):
            for side in range(2):
                size = cell_sizes[cell, side]
                if size > 0:
                    slopes[j, cell, side] = totals[j, cell, side] / size / (totals[j, cell, side] + 0.5)
            u, v = slopes[j, cell, 0], slopes[j, cell, 1]
            squares[j, cell] = (
                u * u * products[cell, 0] - 2 * u * v * products[cell, 1] + v * v * products[cell, 2]
            )
    for i in range(clusters.size):
        k, j = clusters[i], numbers[i]
        cell = cell_of[k]
        if cell < 0:
            continue
        value = near[i] / (totals[j, cell, 0] + 0.5) - far[i] / (totals[j, cell, 1] + 0.5)
        base = slopes[j, cell, 1] * sizes[k, 1] - slopes[j, cell, 0] * sizes[k, 0]
        squares[j, cell] += value * (value + 2 * base)
        holders[j, cell] += near[i] > 0
    return squares, holders
