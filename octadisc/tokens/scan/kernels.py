"""What the kernels share, and those for sentences and counts. Each kernel takes one shard.

Characters fall into classes (see `octadisc.tokens.scan.characters`); everything a kernel knows of
Unicode is in one table, the class and the lower case of each code point.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.compiled import compiled

# Classes of characters. 1 to 5 can stand in a word.
OTHER, LOWER, UPPER, UNCASED, DIGIT, LAST_OF_WORD = 0, 1, 2, 3, 4, 5
APOSTROPHE, PERIOD, NUMBER_JOINER, IGNORED = 6, 7, 8, 9
HYPHEN, STRONG, NEWLINE, SPACE, QUOTE, SEMICOLON = 10, 11, 12, 13, 14, 15

# An entry of the table of characters: its class above, its lower case below.
CLASS, LETTER = 24, 0xFFFFFF

# What stands between a token and the next (one byte a token).
GAP_PERIOD, GAP_STRONG, GAP_PARAGRAPH, GAP_NEWLINE = 1, 2, 4, 8
GAP_SPACE, GAP_PUNCTUATION, NEXT_LOWER, GAP_QUOTE = 16, 32, 64, 128

# Habits of a release's language (bits); those for sentences are in `octadisc.tokens.scan.sentence_kernels`.
ELISION, POSSESSIVE, GREEK = 1, 2, 4

_NOTHING, _ONE, _SIX, _TWELVE = (np.uint64(one) for one in (0, 1, 6, 12))
_LOW_SIX, _HIGH_SIX = np.uint64(63), np.uint64(58)
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)


@compiled
def count_types_in(ids: Any, rows: Any, n_types: int) -> Any:
    """Give how many different types each release has (int64)."""
    last = np.zeros(n_types, np.int32)  # the release, from one, that a type was last seen in
    n_different = np.empty(rows.size - 1, np.int64)
    for row in range(rows.size - 1):
        stamp, n = np.int32(row + 1), 0
        for i in range(rows[row], rows[row + 1]):
            term = np.uint32(ids[i])  # of a number without a sign no one asks whether it counts from the end
            n += last[term] != stamp
            last[term] = stamp
        n_different[row] = n
    return n_different


@compiled
def count_in_releases(ids: Any, rows: Any, n_types: int, pointers: Any, indices: Any, counts: Any) -> None:
    """Write sparse rows of counts from where `pointers` says, their types in order, without sorting.

    The types of a release are marked as bits, and of 64 such words of bits those that are not empty in a
    word above, so that to read them off in order costs little more than the types that are there. Marking
    again what is marked is quicker than asking, which a processor cannot foresee.
    """
    totals = np.zeros(n_types, np.int32)
    marks = np.zeros((n_types >> 6) + 1, np.uint64)
    above = np.zeros((n_types >> 12) + 1, np.uint64)
    place = np.zeros(
        64, np.uint64
    )  # of a bit, by the highest six bits of its product with a de Bruijn number
    for bit in range(64):
        place[(_DE_BRUIJN << np.uint64(bit)) >> _HIGH_SIX] = bit
    for row in range(rows.size - 1):
        for i in range(rows[row], rows[row + 1]):
            term = np.uint64(np.uint32(ids[i]))
            totals[term] += 1
            marks[term >> _SIX] |= _ONE << (term & _LOW_SIX)
            above[term >> _TWELVE] |= _ONE << (term >> _SIX & _LOW_SIX)
        n = np.uint64(pointers[row])
        for i in range(np.uint64(above.size)):
            words = above[i]
            above[i] = _NOTHING
            while words:
                word = i << _SIX | place[((words & (~words + _ONE)) * _DE_BRUIJN) >> _HIGH_SIX]
                words &= words - _ONE
                bits = marks[word]
                marks[word] = _NOTHING
                while bits:
                    term = word << _SIX | place[((bits & (~bits + _ONE)) * _DE_BRUIJN) >> _HIGH_SIX]
                    bits &= bits - _ONE
                    indices[n], counts[n] = term, totals[term]
                    totals[term] = 0
                    n += _ONE
