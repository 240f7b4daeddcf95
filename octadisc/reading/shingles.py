"""Shingles: runs of five words as 64-bit numbers, and which texts share so many that they must be compared.

Words are hashed where they stand, in one pass over the characters: with powers of an odd number, which has an
inverse modulo 2**64, the sums up to the word's two ends give its hash. The same text has the same shingles on
every machine. A fixed quarter of all possible shingles is the sample by which texts meet (Broder 1997): of a
passage that two texts share, both have the same quarter, however much else stands around it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["candidates", "count_shared", "shingle", "shingles"]

Hashes = npt.NDArray[np.uint64]

WORDS = 5
_LONGEST = 100_000  # characters of a text that are looked at
_SHORT = 64  # shingles up to which a text is its own sample
_MANY = 20  # texts with one shingle from which it is a formula: neighbours alone are paired
_LEAST = 0.35  # share of the smaller sample that must be shared; overlaps sought are .6 and more
_PRIME = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def _mixed(values: Hashes) -> Hashes:
    values = (values ^ (values >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return values ^ (values >> np.uint64(32))


@cache
def _tables() -> tuple[npt.NDArray[np.bool_], Hashes]:
    """Say of each character whether it is part of words, and give it a number."""
    letters = np.array([chr(one).isalnum() for one in range(0x10000)])
    return letters, _mixed(np.arange(1, 0x10001, dtype=np.uint64) * np.uint64(_PRIME))


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """Give the powers of a number and those of its inverse modulo 2**64."""
    inverse = pow(_PRIME, -1, 1 << 64)
    both = []
    for base in (_PRIME, inverse):
        made = np.full(size, base & _MASK, np.uint64)
        made[0] = 1
        both.append(np.multiply.accumulate(made))
    return both[0], both[1]


def _word_hashes(text: str) -> Hashes:
    """Hash each word, without regard to case and diacritics."""
    low = text[:_LONGEST].lower()
    if not low.isascii():
        low = unicodedata.normalize("NFD", low)
    codes = np.frombuffer(low.encode("utf-32-le", "replace"), np.uint32)
    letters, numbers = _tables()
    if not low.isascii():
        codes = codes[(codes < 0x300) | (codes > 0x36F)]
        codes = np.where(codes < 0x10000, codes, 0x20)
    inside = np.zeros(codes.size + 2, bool)
    inside[1:-1] = letters[codes]
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[::2], edges[1::2]
    size = 1 << max(10, int(codes.size).bit_length())
    powers, inverses = _powers(size)
    sums = np.zeros(codes.size + 1, np.uint64)
    np.cumsum(numbers[codes] * powers[: codes.size], out=sums[1:])
    return _mixed((sums[ends] - sums[starts]) * inverses[starts])


def shingle(text: str) -> Hashes:
    """Hash the runs of five words of a text, in their order; a text of fewer words is one run.

    Examples
    --------
    >>> one, two = shingle("The ministers met in Vienna today"), shingle("the MINISTERS met – in Vienna.")
    >>> one.size, two.size, bool(one[0] == two[0])
    (2, 1, True)
    """
    words = _word_hashes(text)
    if not words.size:
        return words
    if words.size < WORDS:
        words = np.concatenate([words, np.zeros(WORDS - words.size, np.uint64)])
    n = words.size - WORDS + 1
    value = np.zeros(n, np.uint64)
    for k in range(WORDS):
        value = _mixed(value * np.uint64(_PRIME) + words[k : n + k])
    return value


def shingles(text: str) -> Hashes:
    """Give the different shingles of a text, sorted."""
    return np.unique(shingle(text))


def candidates(texts: Iterable[str], n: int) -> Iterator[tuple[int, int]]:
    """Give the pairs of n texts, by their places, that share enough of a sample to be compared in full.

    Time and memory grow with the length of all texts: a shingle that stands in many texts pairs each with the
    next and the first alone, so that a formula costs nothing and a long row of copies still holds together.
    """
    samples, sizes = [], np.zeros(n, np.int64)
    for row, text in enumerate(texts):
        found = shingles(text)
        quarter = (found & np.uint64(3)) == 0
        sizes[row] = np.count_nonzero(quarter)
        samples.append(found if found.size <= _SHORT else found[quarter])
    if not samples:
        return
    hashes = np.concatenate(samples)
    rows = np.repeat(np.arange(len(samples)), [one.size for one in samples])
    order = np.argsort(hashes, kind="stable")
    hashes, rows = hashes[order], rows[order]
    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))[: hashes.size]
    pairs = _pairs(rows, starts, np.diff(np.concatenate([starts, [hashes.size]])))
    codes, shared = np.unique(pairs[0] * n + pairs[1], return_counts=True)
    one, two = codes // n, codes % n
    enough = shared >= _LEAST * np.maximum(1, np.minimum(sizes[one], sizes[two]))
    yield from zip(one[enough].tolist(), two[enough].tolist(), strict=True)


def _pairs(rows: Any, starts: Any, counts: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pair the texts that share a shingle, a smaller place with a larger one."""
    ones, twos = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for size in np.unique(counts[counts > 1]).tolist():
        group = rows[starts[counts == size][:, None] + np.arange(size)]
        if size <= _MANY:
            i, j = np.triu_indices(size, 1)
        else:
            later = np.arange(1, size)
            i, j = np.concatenate([later - 1, 0 * later[1:]]), np.concatenate([later, later[1:]])
        ones.append(group[:, i].ravel())
        twos.append(group[:, j].ravel())
    return np.concatenate(ones), np.concatenate(twos)


def count_shared(one: Hashes, two: Hashes, run: int) -> tuple[int, int]:
    """Count the words of a text that stand in runs shared with another.

    Parameters
    ----------
    one : array
        The text's shingles in their order.
    two : array
        The other's, sorted.
    run : int
        Words that a run must have to count.

    Returns
    -------
    tuple of int
        Words in such runs; and words of the text.
    """
    place = np.minimum(np.searchsorted(two, one), max(0, two.size - 1))
    same = np.zeros(one.size + 2, bool)
    same[1:-1] = two[place] == one if two.size else False
    edges = np.flatnonzero(same[1:] != same[:-1])
    lengths = edges[1::2] - edges[::2] + WORDS - 1
    return int(lengths[lengths >= run].sum()), one.size + WORDS - 1
