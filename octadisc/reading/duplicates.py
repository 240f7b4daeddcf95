"""Duplicates: releases that are the same text, and those that are nearly so.

Exact: equal once white space is collapsed (two empty texts are equal too). Near: found by MinHash of word
five-grams (Broder 1997) with the hashes of the smallest few per document as keys, and confirmed by their real
overlap.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from octadisc.reading.words import fold

__all__ = ["find_duplicates"]

_WORDS = re.compile(r"\w+")
_PRIME = np.uint64(0x9E3779B97F4A7C15)


def find_duplicates(
    texts: Sequence[str], order: Sequence[int] | None = None, *, threshold: float = 0.8, size: int = 5
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[str | None]]:
    """Find exact and near copies.

    Parameters
    ----------
    texts : sequence of str
        The releases' texts.
    order : sequence of int, optional
        Rank of each release in time; the first of a cluster is the one that the others repeat.
    threshold : float
        Jaccard similarity of word n-grams from which two texts are near copies.
    size : int
        Words in an n-gram.

    Returns
    -------
    cluster : array of int
        Number of the cluster of each release, -1 for those without a copy.
    original : array of int
        Row of the release that this one repeats, -1 for none.
    kind : list
        "exact", "near" or None.

    Examples
    --------
    >>> cluster, original, kind = find_duplicates(["Police  met.", "Another text.", "Police met."])
    >>> cluster.tolist(), original.tolist(), kind
    ([0, -1, 0], [-1, -1, 0], [None, None, 'exact'])
    """
    n = len(texts)
    rank = list(order) if order is not None else list(range(n))
    keys = [
        hashlib.blake2b(" ".join(text.split()).encode("utf-8", "replace"), digest_size=16).digest()
        for text in texts
    ]
    groups: dict[bytes, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        groups[key].append(row)
    first = {key: min(rows, key=lambda row: (rank[row], row)) for key, rows in groups.items()}
    single = sorted(first.values())
    parent = {row: row for row in single}
    for one, two in _near_pairs([texts[row] for row in single], threshold, size):
        _join(parent, single[one], single[two], rank)
    cluster = np.full(n, -1, np.int64)
    original = np.full(n, -1, np.int64)
    kind: list[str | None] = [None] * n
    members: dict[int, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        members[_root(parent, first[key])].append(row)
    for number, rows in enumerate(sorted((rows for rows in members.values() if len(rows) > 1), key=min)):
        head = min(rows, key=lambda row: (rank[row], row))
        for row in rows:
            cluster[row] = number
            if row != head:
                exact = row != first[keys[row]] or keys[row] == keys[head]
                original[row] = first[keys[row]] if row != first[keys[row]] else head
                kind[row] = "exact" if exact else "near"
    return cluster, original, kind


def _root(parent: dict[int, int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def _join(parent: dict[int, int], one: int, two: int, rank: Sequence[int]) -> None:
    one, two = _root(parent, one), _root(parent, two)
    if one != two:
        low, high = sorted((one, two), key=lambda row: (rank[row], row))
        parent[high] = low


def _shingles(text: str, size: int, known: dict[str, int]) -> npt.NDArray[np.uint64]:
    """Hash each run of words to 64 bits; the same text gives the same hashes in every run."""
    words = _WORDS.findall(fold(text[:100_000]))
    if not words:
        return np.empty(0, np.uint64)
    ids = np.fromiter((known.setdefault(word, len(known) + 1) for word in words), np.uint64, len(words))
    if len(ids) < size:
        ids = np.concatenate([ids, np.zeros(size - len(ids), np.uint64)])
    value = np.zeros(len(ids) - size + 1, np.uint64)
    for k in range(size):
        value = (value ^ ids[k : len(ids) - size + 1 + k]) * _PRIME
        value ^= value >> np.uint64(29)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    return np.unique(value ^ (value >> np.uint64(32)))


def _near_pairs(texts: Sequence[str], threshold: float, size: int, keys: int = 16) -> list[tuple[int, int]]:
    """Give pairs of texts whose shingles overlap by the threshold or more.

    The smallest hashes of a text are a random sample of its shingles: near copies share most of them. Pairs
    that share two of the smallest sixteen are compared in full.
    """
    known: dict[str, int] = {}
    sets = [_shingles(text, size, known) for text in texts]
    buckets: dict[int, list[int]] = defaultdict(list)
    for row, hashes in enumerate(sets):
        for value in hashes[:keys].tolist():
            buckets[value].append(row)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for rows in buckets.values():
        if 1 < len(rows) <= 60:  # more is a formula, not a copy
            for i, one in enumerate(rows):
                for two in rows[i + 1 :]:
                    shared[one, two] += 1
    pairs = []
    for (one, two), count in shared.items():
        a, b = sets[one], sets[two]
        if count < min(2, len(a), len(b)) or min(len(a), len(b)) < threshold * max(len(a), len(b)):
            continue
        both = np.intersect1d(a, b, assume_unique=True).size
        if both >= threshold * (len(a) + len(b) - both):
            pairs.append((one, two))
    return pairs
