"""The compiled scanner: code points in, integers out. Each kernel takes one shard.

Characters fall into classes (see `octadisc.tokens.characters`); everything a kernel knows of
Unicode is in two tables, the class and the lower case of each code point.
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

# Habits of a release's language (bits).
ELISION, POSSESSIVE, GREEK, ORDINALS = 1, 2, 4, 8

# What a type may be in a language (bits), for the bounds of sentences.
TITLE, NUMBERED, ABBREVIATION, INITIAL, ACRONYM, NUMBER, DAY, MONTH, STARTER = (
    1,
    2,
    4,
    8,
    16,
    32,
    64,
    128,
    256,
)

_BIG_SIGMA, _FINAL_SIGMA = 0x3A3, 0x3C2


@compiled
def _joins(codes: Any, at: int, stop: int, run: int, habits: int, table: Any) -> int:
    """Say what a character inside a token does.

    0 ends it, 1 joins, 2 is passed over, 3 elides, 4 begins a possessive. `run` is the number
    of letters since the token's start or its last joiner.
    """
    kind = table[codes[at]] >> CLASS
    if kind == IGNORED:
        return 2
    if at + 1 >= stop:
        return 0
    previous, following = table[codes[at - 1]] >> CLASS, table[codes[at + 1]] >> CLASS
    if not LOWER <= following <= LAST_OF_WORD:
        return 0
    beyond = table[codes[at + 2]] >> CLASS if at + 2 < stop else OTHER
    alone = not LOWER <= beyond <= LAST_OF_WORD  # the next letter stands alone
    numbers = previous == DIGIT and following == DIGIT
    if kind == APOSTROPHE:
        if previous == DIGIT or following == DIGIT:
            return 0
        if habits & ELISION:
            return 3
        return 4 if habits & POSSESSIVE and alone and table[codes[at + 1]] & LETTER == 115 else 1
    if numbers:
        return 1
    return 1 if kind == PERIOD and run == 1 and previous != DIGIT and following != DIGIT and alone else 0


@compiled
def scan(
    codes: Any,
    bounds: Any,
    habits: Any,
    table: Any,
    joining: bool,
    min_length: int,
    size: int,
    ids: Any,
    starts: Any,
    ends: Any,
    gaps: Any,
) -> Any:
    """Cut one shard into tokens and number its types in order of first appearance.

    Parameters
    ----------
    codes : array of uint8, uint16 or uint32
        Code points of the shard's texts, one after the other.
    bounds : array of int64, shape (releases + 1,)
        Where each text begins.
    habits : array of uint8, shape (releases,)
        Habits of each release's language.
    table : array of int32
        Class (upper bits) and lower case (lower bits) of each code point.
    joining : bool
        Whether apostrophes, hyphens and the like join letters to words.
    min_length : int
        Shorter tokens are left out (only patterns ask for that).
    size : int
        Binary logarithm of the room for types.
    ids, starts, ends, gaps : arrays to be written, as long as `codes`
        Each token's type, its place in its release's text, and what follows it.

    Returns
    -------
    rows : array of int64, shape (releases + 1,)
        Where each release's tokens begin; the last is their number, or -1 if the room was too small.
    letters : array of int32
        The types one after the other.
    edges : array of int64, shape (types + 1,)
        Where each type begins in `letters`.
    """
    rows = np.zeros(bounds.size, np.int64)
    letters = np.empty(codes.size + 1, np.int32)  # memory that is never touched is never taken
    edges = np.empty(codes.size + 2, np.int64)
    edges[0] = 0
    slots = np.full(1 << size, -1, np.int32)  # growing it in here would cost half the speed
    keys = np.empty(slots.size, np.uint64)
    mask, most = np.uint64(slots.size - 1), slots.size // 4 * 3
    n = n_types = begin = 0
    for release in range(bounds.size - 1):
        base, stop, habit = bounds[release], bounds[release + 1], habits[release]
        first, i, gap = n, base, 0
        newline = False  # only blanks since the last end of a line
        possessive = False
        while i < stop:
            entry = table[codes[i]]
            kind = np.int64(entry >> CLASS)
            if not (LOWER <= kind <= LAST_OF_WORD or possessive):
                if kind == SPACE:
                    gap |= GAP_SPACE
                elif kind == NEWLINE:
                    gap |= GAP_PARAGRAPH | GAP_NEWLINE | GAP_SPACE if newline else GAP_NEWLINE | GAP_SPACE
                    newline = True
                else:
                    newline = False
                    if kind == PERIOD:
                        gap |= GAP_PERIOD
                    elif kind == STRONG or (kind == SEMICOLON and habit & GREEK):
                        gap |= GAP_STRONG
                    elif kind in (QUOTE, APOSTROPHE):
                        gap |= GAP_QUOTE
                    elif kind == HYPHEN:  # a dash if a blank stands before it
                        gap |= GAP_PUNCTUATION if gap & GAP_SPACE else 0
                    elif kind != IGNORED:
                        gap |= GAP_PUNCTUATION
                i += 1
                continue
            tail, start, end = begin, i, i
            value = np.uint64(14695981039346656037)
            if n > first:
                gaps[n - 1] = gap | NEXT_LOWER if kind == LOWER else gap
            if possessive:  # 's, as a token of its own
                letters[tail], letters[tail + 1] = 39, 115
                value = np.uint64(115)
                tail, end, i, possessive = tail + 2, i + 2, stop, False
            run = i
            while i < stop:
                entry = table[codes[i]]
                kind = np.int64(entry >> CLASS)
                if LOWER <= kind <= DIGIT:
                    letter = np.int64(entry & LETTER)
                    end = i + 1
                elif kind == LAST_OF_WORD:
                    letter = np.int64(entry & LETTER)
                    end, stop = i + 1, i + 1
                else:
                    if not joining or not APOSTROPHE <= kind <= IGNORED:
                        break
                    role = _joins(codes, i, stop, i - run, habit, table)
                    if role == 2:
                        i += 1
                        continue
                    if role in (0, 4):
                        possessive = role == 4
                        break
                    letter = np.int64(39 if kind == APOSTROPHE else codes[i])
                    run = i + 1
                    if role == 3:
                        end, stop = i + 1, i + 1
                letters[tail] = letter
                value = (value ^ np.uint64(letter)) * np.uint64(1099511628211)
                tail += 1
                i += 1
            i, stop = end, bounds[release + 1]
            length = tail - begin
            if length < min_length:
                continue
            if length > 1 and codes[end - 1] == _BIG_SIGMA:
                letters[tail - 1] = _FINAL_SIGMA
            value ^= value >> np.uint64(29)
            slot = value & mask
            while True:
                number = slots[slot]
                if number < 0:
                    slots[slot], keys[slot] = n_types, value
                    number = n_types
                    n_types += 1
                    edges[n_types] = begin = tail
                    break
                at = edges[number]
                if keys[slot] == value and edges[number + 1] - at == length:
                    same = 0
                    while same < length and letters[at + same] == letters[begin + same]:
                        same += 1
                    if same == length:
                        break
                slot = (slot + np.uint64(1)) & mask
            ids[n], starts[n], ends[n] = number, start - base, end - base
            n += 1
            gap, newline = 0, False
            if n_types > most:
                rows[-1] = -1
                return rows, letters[:0], edges[:0]
        if n > first:
            gaps[n - 1] = gap
        rows[release + 1] = n
    return rows, letters[:begin].copy(), edges[: n_types + 1].copy()


@compiled
def bound_sentences(ids: Any, gaps: Any, rows: Any, habits: Any, languages: Any, flags: Any) -> Any:
    """Give the positions of the tokens that begin a sentence (int64), release by release.

    `flags` [languages × types] says what a type may be; `languages` [releases] its row.
    """
    begins = np.empty(ids.size, np.int64)
    n = 0
    for release in range(rows.size - 1):
        mine = flags[languages[release]]
        for i in range(rows[release], rows[release + 1]):
            if i == rows[release] or _ends_sentence(
                gaps[i - 1], mine[ids[i - 1]], mine[ids[i]], habits[release]
            ):
                begins[n] = i
                n += 1
    return begins[:n].copy()


@compiled
def _ends_sentence(gap: int, before: int, after: int, habits: int) -> bool:
    """Decide whether a sentence ends between two tokens."""
    if gap & GAP_PARAGRAPH:  # pages turned to text have blank lines in the middle of sentences
        return not gap & NEXT_LOWER or gap & (GAP_PERIOD | GAP_STRONG) != 0
    if not gap & (GAP_PERIOD | GAP_STRONG) or not gap & (GAP_SPACE | GAP_QUOTE) or gap & NEXT_LOWER:
        return False
    if gap & GAP_STRONG or (gap & GAP_QUOTE and not before & (TITLE | INITIAL)):
        return True
    if before & TITLE:
        return False
    if before & NUMBERED and after & NUMBER:
        return False
    if before & (INITIAL | ACRONYM | ABBREVIATION):
        return after & STARTER != 0
    if before & DAY and habits & ORDINALS:
        return after & MONTH == 0 and after & STARTER != 0
    return not (before & DAY and after & MONTH)


@compiled
def count_in_releases(ids: Any, rows: Any, n_types: int) -> Any:
    """Sparse rows of counts, in one pass and without sorting: row pointers, types, counts."""
    last = np.full(n_types, -1, np.int64)  # where this type's count of the current row stands
    indices = np.empty(ids.size, np.int32)
    counts = np.empty(ids.size, np.int32)
    pointers = np.zeros(rows.size, np.int64)
    n = 0
    for row in range(rows.size - 1):
        begin = n
        for i in range(rows[row], rows[row + 1]):
            term = ids[i]
            if last[term] >= begin:
                counts[last[term]] += 1
            else:
                last[term], indices[n], counts[n] = n, term, 1
                n += 1
        pointers[row + 1] = n
    return pointers, indices[:n].copy(), counts[:n].copy()
