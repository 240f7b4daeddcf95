"""Compiled loops over phrases: which words stand side by side how often, and where given ones stand."""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.compiled import compiled
from octadisc.tokens.scan.kernels import GAP_PUNCTUATION, GAP_STRONG

__all__ = ["count_apart", "mark_joined", "match_longest", "number_pairs", "sum_columns", "sum_influences"]


@compiled
def mark_joined(gaps: Any, rows: Any, sentences: Any) -> Any:
    """Mark the tokens that stand in one sentence with the next, and without punctuation between."""
    joined = np.empty(gaps.size, np.bool_)
    for i in range(gaps.size):
        joined[i] = not gaps[i] & (GAP_PUNCTUATION | GAP_STRONG)
    for bounds in (rows, sentences):
        for i in range(bounds.size):
            if bounds[i] > 0:
                joined[bounds[i] - 1] = False
    return joined


@compiled
def number_pairs(codes: Any, joined: Any, length: int, n_codes: int, numbers: Any) -> Any:
    """Number the pairs of codes side by side, in order of first appearance, and count them.

    Parameters
    ----------
    codes : array of int32, shape (tokens,)
        What begins at each token: a word, or a sequence of `length` - 1 words; -1 for what is rare.
    joined : array of bool, shape (tokens,)
        See `mark_joined`.
    length : int
        Words of a pair, both codes together; those that overlap are counted once.
    n_codes : int
        A pair's key is its left code times this, and its right code.
    numbers : array of int32, shape (tokens,), to be written
        The number of the pair that begins at each token; -1 if none does.

    Returns
    -------
    keys : array of int64, shape (pairs,)
    counts : array of int64, shape (pairs,)
    """
    size = 1024
    while size < 2 * codes.size:
        size *= 2
    mask = np.uint64(size - 1)
    slots = np.full(size, -1, np.int32)
    keys = np.empty(codes.size, np.int64)  # memory that is never touched is never taken
    counts = np.empty(codes.size, np.int64)
    free = np.empty(codes.size, np.int64)  # where the last one counted of a pair has ended
    n = 0
    for i in range(codes.size):
        numbers[i] = -1
        if not joined[i] or codes[i] < 0 or codes[i + 1] < 0:
            continue
        key = np.int64(codes[i]) * n_codes + codes[i + 1]
        value = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
        slot = (value ^ (value >> np.uint64(32))) & mask
        while slots[slot] >= 0 and keys[slots[slot]] != key:
            slot = (slot + np.uint64(1)) & mask
        number = slots[slot]
        if number < 0:
            slots[slot] = number = n
            keys[n], counts[n], free[n] = key, 0, 0
            n += 1
        numbers[i] = number
        if i >= free[number]:
            counts[number] += 1
            free[number] = i + length
    return keys[:n].copy(), counts[:n].copy()


@compiled
def count_apart(codes: Any, rows: Any, length: int, n_codes: int) -> Any:
    """Sparse rows of counts of codes (-1 is none): row pointers, codes, counts; overlaps count once."""
    last = np.full(n_codes, -1, np.int64)  # where this code's count of the current row stands
    free = np.zeros(n_codes, np.int64)
    room = 0
    for i in range(codes.size):
        room += codes[i] >= 0
    indices = np.empty(room, np.int32)
    counts = np.empty(room, np.int32)
    pointers = np.zeros(rows.size, np.int64)
    n = 0
    for row in range(rows.size - 1):
        begin = n
        for i in range(rows[row], rows[row + 1]):
            code = codes[i]
            if code < 0 or i < free[code]:
                continue
            free[code] = i + length
            if last[code] >= begin:
                counts[last[code]] += 1
            else:
                last[code], indices[n], counts[n] = n, code, 1
                n += 1
        pointers[row + 1] = n
    return pointers, indices[:n].copy(), counts[:n].copy()


@compiled
def sum_columns(pointers: Any, rows: Any, counts: Any, lengths: Any) -> Any:
    """Give of each sparse column Σ count², Σ count × length and Σ length², shape (columns, 3)."""
    made = np.zeros((pointers.size - 1, 3))
    for column in range(pointers.size - 1):
        for i in range(pointers[column], pointers[column + 1]):
            count, length = np.float64(counts[i]), lengths[rows[i]]
            made[column, 0] += count * count
            made[column, 1] += count * length
            made[column, 2] += length * length
    return made


@compiled
def sum_influences(
    pairs: Any, lefts: Any, rights: Any, tables: Any, squares: Any, pointers: Any, rows: Any, counts: Any,
    lengths: Any, sums: Any,
) -> Any:  # fmt: skip
    """Sum up the squares of the influences that clusters (releases, issuers) have on the log odds of pairs.

    A cluster's influence is Σ s n / (N + ½) over the four cells, with n its part of the cell's N and s the
    cell's sign: o × a - l × b - r × c + w × d, with its occurrences of the pair, of the left and of the right
    part, and its words. Only clusters that have the rarer part are gone through; the others have sums.

    Parameters
    ----------
    pairs, lefts, rights : array of int64, shape (pairs,)
        Columns of the pair, of its left and of its right part.
    tables : array of float, shape (pairs, 4)
        Both, left only, right only, neither.
    squares : array of float, shape (pairs,)
        Sum of the squared lengths of all clusters of the pair's language.
    pointers, rows, counts : arrays
        Sparse columns: in which clusters, sorted, each part stands, and how often.
    lengths : array of float, shape (clusters,)
    sums : array of float, shape (columns, 3)
        See `sum_columns`.
    """
    made = np.empty(pairs.size)
    for p in range(pairs.size):
        both, left, right, neither = tables[p] + 0.5
        rare, often = lefts[p], rights[p]
        of_rare, of_often, of_length = 1 / left + 1 / neither, 1 / right + 1 / neither, 1 / neither
        of_both = 1 / both + 1 / left + of_often
        if pointers[rare + 1] - pointers[rare] > pointers[often + 1] - pointers[often]:
            rare, often, of_rare, of_often = often, rare, of_often, of_rare
        total = (
            of_often * of_often * sums[often, 0]
            - 2 * of_often * of_length * sums[often, 1]
            + of_length * of_length * sums[often, 2]
        )
        rest = squares[p] - sums[often, 2]  # of clusters that have neither part
        i, i_end = pointers[pairs[p]], pointers[pairs[p] + 1]
        k, k_end = pointers[often], pointers[often + 1]
        for j in range(pointers[rare], pointers[rare + 1]):
            row, step = rows[j], 1
            while k + step < k_end and rows[k + step] < row:  # leap, then halve
                k += step
                step *= 2
            high = min(k + step, k_end)
            while k < high:
                middle = (k + high) // 2
                if rows[middle] < row:
                    k = middle + 1
                else:
                    high = middle
            influence = lengths[row] * of_length
            if k < k_end and rows[k] == row:
                influence -= counts[k] * of_often
                total -= influence * influence
            else:
                rest -= lengths[row] * lengths[row]
            influence -= counts[j] * of_rare
            if i < i_end and rows[i] == row:
                influence += counts[i] * of_both
                i += 1
            total += influence * influence
        made[p] = max(total + max(rest, 0.0) * of_length * of_length, 0.0)
    return made


@compiled
def match_longest(
    ids: Any,
    joined: Any,
    rows: Any,
    roots: Any,
    begins: Any,
    keys: Any,
    children: Any,
    ends: Any,
    n_types: int,
) -> Any:
    """Find sequences of types, leftmost and longest first, none over another.

    Parameters
    ----------
    ids, joined, rows : arrays
        Of the shard.
    roots : array of int64, shape (releases,)
        Node of the tree from which a release's sequences start; -1 if it has none.
    begins : array of bool, shape (types,)
        Whether any sequence begins with a type.
    keys, children : arrays of int64
        The tree: from a node by a type (node × types + type, sorted) to another node.
    ends : array of bool, shape (nodes,)
        Whether a sequence ends there.
    n_types : int

    Returns
    -------
    first, length : arrays of int64
        Position of the first token, and number of tokens.
    """
    first = np.empty(1024, np.int64)
    length = np.empty(1024, np.int64)
    n = 0
    for row in range(rows.size - 1):
        if roots[row] < 0:
            continue
        i = rows[row]
        while i < rows[row + 1]:
            best = 0
            if begins[ids[i]]:
                node, j = roots[row], i
                while True:
                    key = node * n_types + ids[j]
                    low, high = 0, keys.size
                    while low < high:
                        middle = (low + high) // 2
                        if keys[middle] < key:
                            low = middle + 1
                        else:
                            high = middle
                    if low == keys.size or keys[low] != key:
                        break
                    node = children[low]
                    if ends[node]:
                        best = j - i + 1
                    if not joined[j]:
                        break
                    j += 1
            if best:
                if n == first.size:
                    first = np.append(first, np.empty(n, np.int64))
                    length = np.append(length, np.empty(n, np.int64))
                first[n], length[n] = i, best
                n += 1
                i += best
            else:
                i += 1
    return first[:n].copy(), length[:n].copy()
