"""The compiled scanner: UTF-8 in, integers out. Each call takes the texts of one shard.

Characters fall into classes (see `octadisc.tokens.scan.characters`); everything a kernel knows of
Unicode is in one table, the class and the lower case of each code point. English is mostly ASCII
letters, and other languages have digits, blanks and Latin names: letters are taken eight at a time.

A type is kept as blocks of eight bytes of UTF-8, the last filled up with zeros. Most types are one
block, which is also their key; of longer ones the key is a hash, and the blocks are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba.extending import register_jitable

from octadisc.compiled import compiled
from octadisc.tokens.scan.kernels import (
    APOSTROPHE,
    CLASS,
    DIGIT,
    ELISION,
    GAP_NEWLINE,
    GAP_PARAGRAPH,
    GAP_PERIOD,
    GAP_PUNCTUATION,
    GAP_QUOTE,
    GAP_SPACE,
    GAP_STRONG,
    GREEK,
    HYPHEN,
    IGNORED,
    LAST_OF_WORD,
    LETTER,
    LOWER,
    NEWLINE,
    NEXT_LOWER,
    OTHER,
    PERIOD,
    POSSESSIVE,
    QUOTE,
    SEMICOLON,
    SPACE,
    STRONG,
)

__all__ = ["absorb", "fill", "scan", "spell"]

_BIG_SIGMA = 0x3A3
_NOTHING, _ONE = np.uint64(0), np.uint64(1)
_HALF, _SPREAD = np.uint64(32), np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ by the golden ratio

# The same byte eight times over, for eight letters at a time.
_ONES = 0x0101010101010101
_EACH, _CASE, _SEVEN_BITS, _HIGH_BIT = (np.uint64(one * _ONES) for one in (1, 0x20, 0x7F, 0x80))
_FROM_A, _PAST_Z = (np.uint64((0x80 - ord(one)) * _ONES) for one in ("a", "{"))
_SEVEN, _LAST_BYTE = np.uint64(7), np.uint64(56)

Function = TypeVar("Function", bound=Callable[..., Any])


def _inlined(function: Function) -> Function:
    """Put a function's lines where it is called; passing arrays on costs more than what is done here."""
    made: Function = register_jitable(inline="always")(function)
    return made


@_inlined
def _decode(text: Any, at: int) -> Any:
    """Give the code point that begins at a byte, and how many bytes it takes."""
    lead = np.int64(text[at])
    if lead < 0x80:
        return lead, 1
    if lead < 0xE0:
        return (lead & 31) << 6 | text[at + 1] & 63, 2
    if lead < 0xF0:
        return (lead & 15) << 12 | (text[at + 1] & 63) << 6 | text[at + 2] & 63, 3
    return (lead & 7) << 18 | (text[at + 1] & 63) << 12 | (text[at + 2] & 63) << 6 | text[at + 3] & 63, 4


@_inlined
def _encode(code: Any) -> Any:
    """Give the bytes of a code point in one number, the last lowest, and how many they are."""
    if code < 0x80:
        return code, 1
    if code < 0x800:
        return (0xC0 | code >> 6) << 8 | 0x80 | code & 63, 2
    if code < 0x10000:
        return (0xE0 | code >> 12) << 16 | (0x80 | code >> 6 & 63) << 8 | 0x80 | code & 63, 3
    high = (0xF0 | code >> 18) << 24 | (0x80 | code >> 12 & 63) << 16
    return high | (0x80 | code >> 6 & 63) << 8 | 0x80 | code & 63, 4


@_inlined
def _find_type(slots: Any, keys: Any, blocks: Any, edges: Any, n_types: int, begin: int, tail: int) -> Any:
    """Give the number of the type in ``blocks[begin:tail]``; it is `n_types`, and kept, if it is new.

    A slot holds the type's number plus one and, in the lowest bit, whether it has several blocks.
    """
    key = blocks[begin]
    several = np.int64(tail - begin > 1)
    if several:
        for i in range(begin + 1, tail):
            key = key * _SPREAD ^ blocks[i]
            key ^= key >> _HALF
    mask = np.uint64(slots.size - 1)
    slot = ((key ^ key >> _HALF) * _SPREAD >> _HALF) & mask
    while True:
        entry = np.int64(slots[slot])
        if entry == 0:
            slots[slot] = (n_types + 1) << 1 | several
            keys[n_types] = key
            edges[n_types + 1] = tail
            return n_types
        number = (entry >> 1) - 1
        if keys[number] == key and entry & 1 == several:
            if not several:
                return number
            at = edges[number]
            if edges[number + 1] - at == tail - begin:
                same = True
                for i in range(tail - begin):
                    if blocks[at + i] != blocks[begin + i]:
                        same = False
                        break
                if same:
                    return number
        slot = (slot + _ONE) & mask


@compiled
def _look(text: Any, at: int, table: Any) -> Any:
    """Give the class of the character that begins at a byte, its lower case, and how many bytes it takes."""
    code, width = _decode(text, at)
    return table[code] >> CLASS, table[code] & LETTER, width


@compiled
def _joins(text: Any, at: int, stop: int, run: int, habits: int, table: Any) -> int:
    """Say what a character inside a token does.

    0 ends it, 1 joins, 2 is passed over, 3 elides, 4 begins a possessive. `run` is the number
    of letters since the token's start or its last joiner.
    """
    kind, _, width = _look(text, at, table)
    if kind == IGNORED:
        return 2
    after = at + width
    if after >= stop:
        return 0
    following, letter, width = _look(text, after, table)
    if not LOWER <= following <= LAST_OF_WORD:
        return 0
    beyond = _look(text, after + width, table)[0] if after + width < stop else OTHER
    alone = not LOWER <= beyond <= LAST_OF_WORD  # the next letter stands alone
    before = at - 1
    while text[before] & 0xC0 == 0x80:
        before -= 1
    previous = _look(text, before, table)[0]
    if kind == APOSTROPHE:
        if previous == DIGIT or following == DIGIT:
            return 0
        if habits & ELISION:
            return 3
        return 4 if habits & POSSESSIVE and alone and letter == 115 else 1
    if previous == DIGIT and following == DIGIT:
        return 1
    return 1 if kind == PERIOD and run == 1 and previous != DIGIT and following != DIGIT and alone else 0


@compiled
def scan(
    text: Any,
    eights: Any,
    bounds: Any,
    habits: Any,
    table: Any,
    joining: bool,
    min_length: int,
    release: int,
    n_types: int,
    slots: Any,
    keys: Any,
    blocks: Any,
    edges: Any,
    rows: Any,
    ids: Any,
    starts: Any,
    ends: Any,
    gaps: Any,
) -> Any:
    """Cut one shard into tokens and number its types in order of first appearance.

    Parameters
    ----------
    text : array of uint8
        UTF-8, without fault.
    eights : array of uint64
        The eight bytes from each byte on: a view of `text`, seven shorter.
    bounds : array of int64, shape (releases + 1,)
        Where in `text` each release begins.
    habits : array of uint8, shape (releases,)
        Habits of each release's language.
    table : array of int32
        Class (upper bits) and lower case (lower bits) of each code point.
    joining : bool
        Whether apostrophes, full stops and the like join letters to words.
    min_length : int
        Shorter tokens are left out (only patterns ask for that).
    release, n_types : int
        Where to begin, and the number of types that there are already.
    slots, keys, blocks, edges : arrays of uint32, uint64, uint64, int64
        The types; see `octadisc.tokens.scan.types.Types`.
    rows : array of int64, shape (releases + 1,), to be written
        Where each release's tokens begin.
    ids, starts, ends, gaps : arrays to be written, as long as the shard's text and one more
        Each token's type, its place in its release's text in characters, and what follows it.

    Returns
    -------
    release, n_types : int
        If this release is not the last, the types need more room to go on from there.
    """
    ascii_letters = np.zeros(256, np.uint64)  # letters and digits in lower case; 0 ends a run
    kinds = np.zeros(256, np.uint8)
    for code in range(128):
        kinds[code] = table[code] >> CLASS
        if LOWER <= kinds[code] <= DIGIT:
            ascii_letters[code] = table[code] & LETTER
    most = min(slots.size // 4 * 3, keys.size - 1, edges.size - 2)
    room = blocks.size - 2
    n, begin = rows[release], edges[n_types]
    while release < bounds.size - 1:
        base, last, habit = bounds[release], bounds[release + 1], habits[release]
        first, i, gap, stop = n, base, 0, last
        back = base  # i - back is the place in characters
        newline = False  # only blanks since the last end of a line
        possessive = False
        while i < stop:
            byte, width = text[np.uint64(i)], 1
            if byte < 0x80:
                kind = np.int64(kinds[byte])
            else:
                code, width = _decode(text, i)
                kind = np.int64(table[code] >> CLASS)
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
                i += width
                back += width - 1
                continue
            if n > first:
                gaps[n - 1] = gap | NEXT_LOWER if kind == LOWER else gap
            start = i - back
            tail, block, size = begin, _NOTHING, 0
            sigma = False
            end, end_back = i, back  # behind the last letter, where to go on
            if possessive:  # 's, as a token of its own
                block, size, possessive = np.uint64(115 << 8 | 39), 2, False
                i, back = i + width + 1, back + width - 1
                end, end_back, stop = i, back, i
            run = start
            while i < stop:
                at = i
                while size & 7 == 0 and i + 8 <= text.size:
                    eight = eights[np.uint64(i)]
                    lowered = eight | _CASE
                    plain = lowered & _SEVEN_BITS
                    other = ~((plain + _FROM_A) & ~(plain + _PAST_Z) & ~eight) & _HIGH_BIT
                    mask = ((other & (~other + _ONE)) >> _SEVEN) - _ONE  # of the letters before any other
                    count: Any = np.int64(((mask & _EACH) * _EACH) >> _LAST_BYTE)
                    if i + count > stop:
                        count = stop - i
                        mask = (_ONE << np.uint64(8 * count)) - _ONE
                    block = lowered & mask
                    size += count
                    i += count
                    if count < 8:
                        break
                    blocks[tail] = block
                    tail, block = tail + 1, _NOTHING
                    if tail > room:
                        return release, n_types
                while i < stop:
                    letter = ascii_letters[text[np.uint64(i)]]
                    if letter == _NOTHING:
                        break
                    block |= letter << np.uint64((size & 7) << 3)
                    i += 1
                    size += 1
                    if size & 7 == 0:
                        blocks[tail] = block
                        tail, block = tail + 1, _NOTHING
                        if tail > room:
                            return release, n_types
                if i > at:
                    end, end_back, sigma = i, back, False
                if i >= stop or text[np.uint64(i)] == 32:
                    break
                code, width = _decode(text, i)
                entry = table[code]
                kind = np.int64(entry >> CLASS)
                if LOWER <= kind <= LAST_OF_WORD:
                    packed, left = _encode(np.int64(entry & LETTER))
                    i, back = i + width, back + width - 1
                    end, end_back, sigma = i, back, code == _BIG_SIGMA
                    if kind == LAST_OF_WORD:
                        stop = i
                else:
                    if not joining or not APOSTROPHE <= kind <= IGNORED:
                        break
                    role = _joins(text, i, stop, i - back - run, habit, table)
                    if role in (0, 4):
                        possessive = role == 4
                        break
                    i, back = i + width, back + width - 1
                    if role == 2:
                        continue
                    packed, left = np.int64(39) if kind == APOSTROPHE else code, 1
                    run = i - back
                    if role == 3:
                        end, end_back, stop = i, back, i
                while left > 0:
                    left -= 1
                    block |= np.uint64(packed >> 8 * left & 255) << np.uint64((size & 7) << 3)
                    size += 1
                    if size & 7 == 0:
                        blocks[tail] = block
                        tail, block = tail + 1, _NOTHING
                        if tail > room:
                            return release, n_types
            i, back, stop = end, end_back, last
            if i - back - start < min_length:
                continue
            if size & 7:
                blocks[tail] = block
                tail += 1
            if sigma and size > 2:  # at the end of a word σ is ς, one less in its last byte
                blocks[tail - 1] -= _ONE << np.uint64(((size - 1) & 7) << 3)
            number = _find_type(slots, keys, blocks, edges, n_types, begin, tail)
            if number == n_types:
                n_types += 1
                begin = tail
                if n_types > most:
                    return release, n_types
            ids[n], starts[n], ends[n] = number, start, i - back
            n += 1
            gap, newline = 0, False
        if n > first:
            gaps[n - 1] = gap
        release += 1
        rows[release] = n
    return release, n_types


@compiled
def fill(slots: Any, keys: Any, edges: Any, n_types: int) -> None:
    """Enter types that are there into slots that are empty."""
    mask = np.uint64(slots.size - 1)
    for number in range(n_types):
        key = keys[number]
        slot = ((key ^ key >> _HALF) * _SPREAD >> _HALF) & mask
        while slots[slot]:
            slot = (slot + _ONE) & mask
        slots[slot] = (number + 1) << 1 | np.int64(edges[number + 1] - edges[number] > 1)


@compiled
def absorb(
    n_types: int, slots: Any, keys: Any, blocks: Any, edges: Any, more: Any, more_edges: Any, numbers: Any
) -> int:
    """Take in the types of other texts; write the number of each, and give how many there are now."""
    for i in range(numbers.size):
        begin = tail = edges[n_types]
        for at in range(more_edges[i], more_edges[i + 1]):
            blocks[tail] = more[at]
            tail += 1
        numbers[i] = _find_type(slots, keys, blocks, edges, n_types, begin, tail)
        if numbers[i] == n_types:
            n_types += 1
    return n_types


@compiled
def spell(blocks: Any, edges: Any, order: Any) -> Any:
    """Write types one after the other in the given order, a line end behind each (uint8)."""
    letters = np.empty(blocks.size * 8 + order.size, np.uint8)
    n = 0
    for number in order:
        for at in range(edges[number], edges[number + 1]):
            block = blocks[at]
            while block:
                letters[n] = block & np.uint64(255)
                block >>= np.uint64(8)
                n += 1
        letters[n] = 10
        n += 1
    return letters[:n]
