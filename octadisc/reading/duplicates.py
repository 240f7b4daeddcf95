"""Duplicates: releases that are the same text, nearly the same, or stand inside one another.

Exact: equal once white space is collapsed (two empty texts are equal too). Near: at least .8 of the runs of
five words of both texts together are shared, or .65 if most of it is shared in long passages. Partial: .7 of
the runs of the shorter text stand in the longer, in long passages, as a joint statement does that each
office publishes with an introduction of its own.

One text made out for several places or months is no copy: where two headlines are alike but for words that
only their own texts have ("New services launched in Queensland", "… in Tasmania"), each is a release of its
own, and two that one office published under different headlines need .85 in long passages.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from octadisc.reading.shingles import candidates, count_shared, shingle
from octadisc.reading.words import fold

__all__ = ["find_duplicates"]

_WORDS = re.compile(r"\w+")
_NEAR, _NEAR_IN_PASSAGES, _INSIDE = 0.8, 0.65, 0.7  # of all shingles; of all; of those of the shorter text
_PASSAGE = 25  # words that make a passage
_IN_PASSAGES = 0.6  # share of the shorter text that must stand in shared passages
_OF_ONE_OFFICE = 0.85  # the same, if one office published both under different headlines
_LEAST = 30  # words of a text that can stand inside another
_NO_DOUBT = 0.97  # of all shingles, from which on headlines do not matter


def find_duplicates(
    texts: Sequence[str],
    order: Sequence[int] | None = None,
    titles: Sequence[str | None] | None = None,
    issuers: Sequence[str | None] | None = None,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[str | None]]:
    """Find exact, near and partial copies.

    Parameters
    ----------
    texts : sequence of str
        The releases' texts.
    order : sequence of int, optional
        Rank of each release in time; the first of a cluster is the one that the others repeat, among those
        at least half as long as its longest.
    titles : sequence of str, optional
        The headlines; they tell versions for several places from copies.
    issuers : sequence of str, optional
        Who published each; a joint statement has several, a series of versions one.

    Returns
    -------
    cluster : array of int
        Number of the cluster of each release, -1 for those without a copy.
    original : array of int
        Row of the release that this one repeats, -1 for none.
    kind : list
        "exact", "near", "partial" or None.

    References
    ----------
    Broder (1997), On the resemblance and containment of documents.

    Examples
    --------
    >>> cluster, original, kind = find_duplicates(["Police  met.", "Another text.", "Police met."])
    >>> cluster.tolist(), original.tolist(), kind
    ([0, -1, 0], [-1, -1, 0], [None, None, 'exact'])
    """
    n = len(texts)
    rank = list(order) if order is not None else list(range(n))
    groups: dict[bytes, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        whole = " ".join(text.split()).encode("utf-8", "replace")
        groups[hashlib.blake2b(whole, digest_size=16).digest()].append(row)
    first = np.empty(n, np.int64)  # the first of those that are exactly this text
    for rows in groups.values():
        first[rows] = min(rows, key=lambda row: (rank[row], row))
    single = np.unique(first).tolist()
    near, partial, apart = _compare(single, texts, titles or [None] * n, issuers or [None] * n)
    unit = _joined(single, near, apart)
    group = _grouped(unit, partial)
    members: dict[int, list[int]] = defaultdict(list)
    for row in range(n):
        members[group[unit[first[row]]]].append(row)
    cluster, original = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    kind: list[str | None] = [None] * n
    for number, rows in enumerate(sorted((rows for rows in members.values() if len(rows) > 1), key=min)):
        most = max(len(texts[row]) for row in rows)
        head = min((row for row in rows if 2 * len(texts[row]) >= most), key=lambda row: (rank[row], row))
        for row in rows:
            cluster[row] = number
            if row == head:
                continue
            exact = row != first[row]
            original[row] = first[row] if exact else head
            kind[row] = "exact" if exact else "near" if unit[row] == unit[first[head]] else "partial"
    return cluster, original, kind


Pair = tuple[float, int, int]  # how much they share, and the rows


def _compare(
    single: Sequence[int],
    texts: Sequence[str],
    titles: Sequence[str | None],
    issuers: Sequence[str | None],
) -> tuple[list[Pair], list[Pair], list[tuple[int, int]]]:
    """Compare candidates in full; give near copies, partial ones, and versions that must stay apart."""

    @lru_cache(maxsize=2000)
    def hashes(row: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        found = shingle(texts[row])
        return found, np.unique(found)

    near: list[Pair] = []
    partial: list[Pair] = []
    apart: list[tuple[int, int]] = []
    for i, j in candidates((texts[row] for row in single), len(single)):
        one, two = sorted((single[i], single[j]), key=lambda row: (hashes(row)[1].size, row))
        a, b = hashes(one)[1], hashes(two)[1]
        both = np.intersect1d(a, b, assume_unique=True).size
        alike, inside = both / max(1, a.size + b.size - both), both / max(1, a.size)
        if max(alike / _NEAR_IN_PASSAGES, inside / _INSIDE) < 1:
            continue
        own = _own_words(titles[one], titles[two])
        if alike < _NO_DOUBT and own and _tell_apart(own, texts[one], texts[two]):
            apart.append((one, two))
            continue
        if alike < _NEAR:
            words, of = count_shared(hashes(one)[0], b, _PASSAGE)
            strict = own and issuers[one] == issuers[two]
            if of < _LEAST or words < (_OF_ONE_OFFICE if strict else _IN_PASSAGES) * of:
                continue
        if alike >= _NEAR_IN_PASSAGES:
            near.append((alike, one, two))
        else:
            partial.append((inside, one, two))
    return near, partial, apart


def _own_words(one: str | None, two: str | None) -> tuple[set[str], set[str], bool] | None:
    """Give the words that only one of two headlines has, if both have some; and whether they are alike."""
    heads = [set(_WORDS.findall(fold(title or ""))) for title in (one, two)]
    shared = heads[0] & heads[1]
    if shared in heads:
        return None
    return heads[0] - shared, heads[1] - shared, 2 * len(shared) >= min(map(len, heads))


def _tell_apart(own: tuple[set[str], set[str], bool], one: str, two: str) -> bool:
    """Whether the headlines are alike but for words that only the release's own text has."""
    first, second, alike = own
    if not alike:
        return False
    bodies = [set(_WORDS.findall(fold(text))) for text in (one, two)]
    return bool(first & (bodies[0] - bodies[1])) and bool(second & (bodies[1] - bodies[0]))


def _joined(rows: Iterable[int], pairs: Iterable[Pair], apart: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Join rows that are linked, if through others, but none that must stay apart; the most alike first.

    Gives each row the number of its unit, which is a row of it.
    """
    unit = {row: row for row in rows}
    members = {row: [row] for row in unit}
    enemies: dict[int, set[int]] = defaultdict(set)
    for one, two in apart:
        enemies[one].add(two)
        enemies[two].add(one)
    for _, one, two in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        small, large = sorted((unit[one], unit[two]), key=lambda row: (len(members[row]), row))
        if small == large or any(unit[row] == large for row in enemies[small]):
            continue
        for row in members[small]:
            unit[row] = large
        members[large] += members.pop(small)
        enemies[large] |= enemies.pop(small)
    return unit


def _grouped(unit: dict[int, int], partial: Iterable[Pair]) -> dict[int, int]:
    """Put units into groups each two of which share a text; a digest does not join what it gathers."""
    links = {frozenset((unit[one], unit[two])) for _, one, two in partial}
    group = {one: one for one in sorted(set(unit.values()))}
    members = {one: [one] for one in group}
    for _, one, two in sorted(partial, key=lambda pair: (-pair[0], pair[1:])):
        low, high = sorted((group[unit[one]], group[unit[two]]))
        if low != high and all(frozenset((a, b)) in links for a in members[low] for b in members[high]):
            members[low] += members.pop(high)
            group.update((one, low) for one in members[low])
    return group
