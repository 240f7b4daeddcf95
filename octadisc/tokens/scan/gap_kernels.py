"""Compiled: what stands between words, for the bounds of sentences; see `sentence_kernels` beside it.

Most gaps between words are blanks, and nothing can end there: the scanner has seen that. Of the others
the characters are read again, and what was seen is kept as bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.compiled import compiled
from octadisc.tokens.scan.kernels import (
    APOSTROPHE,
    CLASS,
    DIGIT,
    GAP_PARAGRAPH,
    GAP_PERIOD,
    GAP_PUNCTUATION,
    GAP_STRONG,
    GREEK,
    HYPHEN,
    IGNORED,
    LAST_OF_WORD,
    LOWER,
    NEWLINE,
    QUOTE,
    SEMICOLON,
    SPACE,
    UPPER,
)
from octadisc.tokens.scan.kernels import PERIOD as DOT
from octadisc.tokens.scan.kernels import STRONG as MARK

__all__ = ["find_stops", "place_sentences"]

# A habit (bit) of releases of unknown language: a Greek word's semicolon asks there too.
MIXED = 32

# What was seen where a sentence may end (bits): the stop itself, or a blank line …
PERIOD, STRONG, ELLIPSIS, PARAGRAPH = 1, 2, 4, 8
STOP = PERIOD | STRONG | ELLIPSIS
# … what follows: closing quotation mark or bracket, comma or the like, dash, opening mark, end of line …
CLOSED, CONTINUES, DASH, OPENED, LINE = 16, 32, 64, 128, 256
# … the next word: in lower case, a single letter with a full stop …
LOWER_FOLLOWS, INITIAL_FOLLOWS = 512, 1024
# … the word before: with a capital, in capitals, in an address, right behind a full stop …
CAPITAL, CAPITALS, ADDRESS, JOINED = 2048, 4096, 8192, 16384
# … and whether a blank stands before the stop, and whether it is inside brackets.
SPACED, INSIDE = 32768, 65536

_ASTERISK, _COMMA, _COLON, _SEMICOLON = 42, 44, 58, 59
_ROUND, _SQUARE, _ROUND_END, _SQUARE_END = 40, 91, 41, 93
_LOW_QUOTE, _LOW_SINGLE, _RIGHT, _CURLY, _SINGLE = 0x201E, 0x201A, 0xBB, 0x201D, 0x203A
_EN_DASH, _BAR = 0x2013, 0x2015
_A, _Z, _AT, _W, _FULL_STOP, _ELLIPSIS = 65, 90, 64, 119, 46, 0x2026
_SIX, _SEVEN, _LAST_BYTE = np.uint64(6), np.uint64(7), np.uint64(56)
_NOTHING, _EACH = np.uint64(0), np.uint64(0x0101010101010101)
_ROUNDS, _SQUARES, _HIGH_BITS = (np.uint64(one * 0x0101010101010101) for one in (40, 91, 128))
_BLANK, _LINE_FEED = 32, 10
_ADDRESS = 60  # bytes of an address that are looked at
_AHEAD = 24  # characters of the next word that are looked at
_BRACKETED = 400  # bytes that are looked through for the end of a bracket


@compiled
def find_stops(
    text: Any,
    eights: Any,
    bounds: Any,
    habits: Any,
    table: Any,
    starts: Any,
    ends: Any,
    gaps: Any,
    rows: Any,
) -> Any:
    """Find the tokens of a shard before which a sentence may begin, with what was seen there.

    The first five are what `octadisc.tokens.scanner.scan` was given, the others what it wrote.

    Returns
    -------
    places : array of int32, shape (stops,)
        Positions of the tokens that follow a stop or a blank line.
    seen : array of uint32, shape (stops,)
        What stands there, as bits.
    """
    places = np.empty(gaps.size, np.int32)  # memory that is never touched is never taken
    marks = np.empty(gaps.size, np.uint32)
    codes = np.empty(256, np.int32)
    n = 0
    for release in range(rows.size - 1):
        base, stop, habit = bounds[release], bounds[release + 1], habits[release]
        byte, place, bracket = base, 0, 0
        wanted = GAP_PERIOD | GAP_STRONG | GAP_PARAGRAPH | (GAP_PUNCTUATION if habit & MIXED else 0)
        for i in range(rows[release] + 1, rows[release + 1]):
            if not gaps[i - 1] & wanted:
                continue
            size = starts[i] - ends[i - 1]
            low, opened = _advance(text, eights, byte, ends[i - 1] - place, stop)
            if opened:
                bracket = max(bracket, _find_bracket(text, byte, low, stop))
            if _is_plain(text, low, size, stop):
                byte, seen = low + 2, PERIOD
            else:
                byte, _ = _advance(text, eights, low, size, stop)
                if size + _AHEAD > codes.size:
                    codes = np.empty(2 * (size + _AHEAD), np.int32)
                known = _read_ahead(text, low, stop, size, codes[: size + _AHEAD], table)
                greek = habit & GREEK != 0 or (habit & MIXED != 0 and _is_greek(text, low))
                seen, _, following = _read_gap(codes, 0, size, False, greek, table)
                if not seen & (STOP | PARAGRAPH):
                    place = starts[i]
                    continue
                seen |= _see_following(codes, following, known, table)
            place = starts[i]
            if low < bracket:
                seen |= INSIDE
            if seen & PERIOD:
                seen |= _see_before(text, low, ends[i - 1] - starts[i - 1], base, table)
            places[n], marks[n] = i, seen
            n += 1
    return places[:n].copy(), marks[:n].copy()


@compiled
def _skip_run(codes: Any, at: int, high: int, table: Any) -> int:
    """Give where a run of stops such as ... or ?! ends."""
    while at < high and (table[codes[at]] >> CLASS) in (DOT, MARK, IGNORED):
        at += 1
    return at


@compiled
def _name_stop(codes: Any, at: int, after: int, closer: bool, table: Any) -> int:
    """Say what a run of stops is; a full stop behind a closing mark is no abbreviation's."""
    dots, others = 0, False
    for i in range(at, after):
        kind = table[codes[i]] >> CLASS
        dots += 2 if codes[i] == _ELLIPSIS else kind == DOT
        others |= kind not in (DOT, IGNORED) and codes[i] != _ELLIPSIS
    if others or (dots == 1 and closer):
        return STRONG
    return PERIOD if dots == 1 else ELLIPSIS


@compiled
def _is_bullet(code: int) -> bool:
    return code in (_ASTERISK, 0xB7, 0xF0B7) or _EN_DASH <= code <= 0x2043 or 0x25A0 <= code <= 0x25FF


@compiled
def _read_gap(codes: Any, low: int, high: int, final: bool, greek: bool, table: Any) -> Any:
    """Read what stands between two tokens (code points `low` to `high`), or behind the last one.

    Returns
    -------
    seen : int
        Bits of the last stop and what follows it; without a stop PARAGRAPH at most.
    end : int
        Where the left sentence ends, if one does.
    following : int
        Where the next word begins: patterns leave out words.
    """
    seen, end, following = 0, low, high
    blank = closer = newline = False  # since the stop; before it; only blanks since the last end of a line
    at = low
    while at < high:
        code = codes[at]
        kind = table[code] >> CLASS
        if kind == NEWLINE:
            seen |= PARAGRAPH | LINE if newline else LINE
            newline = blank = True
        elif kind == SPACE:
            blank = True
        elif kind != IGNORED:
            newline = False
            if kind in (DOT, MARK) or (kind == SEMICOLON and greek):
                after = max(at + 1, _skip_run(codes, at, high, table))
                opened = at > low and codes[at - 1] in (_ROUND, _SQUARE)
                if opened and after < high and codes[after] in (_ROUND_END, _SQUARE_END):
                    closer, at = True, after + 1  # [...] and (?) stop nothing
                    continue
                parted = after < high or final  # not the full stop of .NET
                if parted and not seen & PARAGRAPH:
                    bits = _name_stop(codes, at, after, closer, table)
                    bits |= SPACED if blank and not seen & STOP else 0
                    seen = bits
                    end, blank = after, False
                at = after
                continue
            if LOWER <= kind <= LAST_OF_WORD and ((end > low and blank) or seen & PARAGRAPH):
                following = at
                break
            opener = code in (_ROUND, _SQUARE, _LOW_QUOTE, _LOW_SINGLE)
            if kind in (QUOTE, APOSTROPHE) or opener or code in (_ROUND_END, _SQUARE_END):
                attached = not final  # to the next word
                if at + 1 < high:
                    attached = LOWER <= table[codes[at + 1]] >> CLASS <= LAST_OF_WORD
                parted = code in (_RIGHT, _CURLY, _SINGLE) and not attached  # French: ! »
                if end == low:
                    closer |= not opener and (not blank or parted)
                elif not (opener or seen & (OPENED | PARAGRAPH)) and (not blank or parted):
                    seen |= CLOSED
                    end = at + 1
                else:
                    seen |= OPENED
            elif end > low:
                if code in (_COMMA, _COLON, _SEMICOLON) and not seen & LINE:
                    seen |= CONTINUES
                elif kind == HYPHEN or _EN_DASH <= code <= _BAR:
                    seen |= 0 if seen & LINE else DASH
                elif not blank and not seen & OPENED:
                    end = at + 1  # a note's asterisk and the like
            elif seen & PARAGRAPH:
                seen |= DASH if kind == HYPHEN or _is_bullet(code) else 0
            else:
                closer = True  # 5 %
                seen |= CONTINUES if code in (_COLON, _SEMICOLON) else 0
        at += 1
    if end > low and not (blank or final or seen & CLOSED):
        seen, end = 0, low
    return seen, end, following


@compiled
def _see_following(codes: Any, at: int, stop: int, table: Any) -> int:
    """Describe the word that begins at a place, as bits; the code points are known up to `stop`."""
    kind = table[codes[at]] >> CLASS
    if not LOWER <= kind < DIGIT:
        return 0
    seen = 0
    if at + 1 < stop and table[codes[at + 1]] >> CLASS == DOT:
        seen |= INITIAL_FOLLOWS
    if kind != LOWER:
        return seen
    while at + 1 < stop:  # names such as eu-LISA and iPhone begin sentences
        at += 1
        kind = table[codes[at]] >> CLASS
        if kind == UPPER:
            return seen
        if not (LOWER <= kind <= LAST_OF_WORD or kind == HYPHEN):
            break
    return seen | LOWER_FOLLOWS


@compiled
def _see_before(text: Any, at: int, size: int, base: int, table: Any) -> int:
    """Describe the word that ends before a byte and has `size` characters, as bits."""
    while size > 0:
        at -= 1
        size -= text[at] & 0xC0 != 0x80
    seen = 0
    code, width = _decode(text, at)
    if table[code] >> CLASS == UPPER:
        seen = CAPITAL
        if table[_decode(text, at + width)[0]] >> CLASS == UPPER:
            seen |= CAPITALS
    if at > base and text[at - 1] == _FULL_STOP:
        seen |= JOINED
    for i in range(at - 1, max(base, at - _ADDRESS) - 1, -1):
        if text[i] <= _BLANK:
            break
        if text[i] == _AT or (text[i] == _W and i >= base + 2 and text[i - 2] == _W):
            return seen | ADDRESS
    return seen


@compiled
def _find_bracket(text: Any, low: int, high: int, stop: int) -> int:
    """Give how far the brackets reach that open in a stretch without a stop; those on a new line do not."""
    reach, newline = 0, False
    for at in range(low, high):
        if text[at] == _LINE_FEED:
            newline = True
        elif text[at] in (_ROUND, _SQUARE) and not newline:
            reach = max(reach, _close_bracket(text, at, stop))
        elif text[at] > _BLANK:
            newline = False
    return reach


@compiled
def _close_bracket(text: Any, at: int, stop: int) -> int:
    """Give where a bracket is closed; 0 if it is not before long or before a blank line."""
    newline = False
    for i in range(at + 1, min(stop, at + _BRACKETED)):
        if text[i] in (_ROUND_END, _SQUARE_END):
            return i
        if text[i] == _LINE_FEED:
            if newline:
                return 0
            newline = True
        elif text[i] > _BLANK:
            newline = False
    return 0


@compiled
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


@compiled
def _advance(text: Any, eights: Any, at: int, size: int, stop: int) -> Any:
    """Give the byte that is `size` characters further on, and whether a bracket may open on the way."""
    opened = _NOTHING
    while size >= 8 and at + 8 <= stop:
        eight = eights[np.uint64(at)]
        behind = (eight >> _SEVEN) & ~(eight >> _SIX) & _EACH  # bytes that begin no character
        round_, square = eight ^ _ROUNDS, eight ^ _SQUARES
        opened |= ((round_ - _EACH) & ~round_) | ((square - _EACH) & ~square)
        size -= 8 - int((behind * _EACH) >> _LAST_BYTE)
        at += 8
    opened &= _HIGH_BITS
    while at < stop:
        byte = text[np.uint64(at)]
        if byte & 0xC0 != 0x80:
            if size == 0:
                break
            size -= 1
            if byte in (_ROUND, _SQUARE):
                opened |= _EACH
        at += 1
    return at, opened != _NOTHING


@compiled
def _is_plain(text: Any, low: int, size: int, stop: int) -> bool:
    """Say whether there is but a full stop and a blank, and a capital that is no initial: most are that."""
    return bool(
        size == 2
        and text[low] == _FULL_STOP
        and text[low + 1] == _BLANK
        and _A <= text[low + 2] <= _Z
        and low + 3 < stop
        and text[low + 3] != _FULL_STOP
    )


@compiled
def _read_ahead(text: Any, at: int, stop: int, size: int, codes: Any, table: Any) -> int:
    """Write the code points of a gap of `size` characters and of the word behind it; give their number."""
    n = 0
    while at < stop and n < codes.size:
        code, width = _decode(text, at)
        codes[n] = code
        n += 1
        at += width
        if n > size + 1:
            kind = table[code] >> CLASS
            if not (LOWER <= kind <= LAST_OF_WORD or kind == HYPHEN):
                break
    return n


@compiled
def _is_greek(text: Any, at: int) -> bool:
    """Say whether the letter before a byte is Greek: its semicolon then asks, in any release."""
    while text[at - 1] & 0xC0 == 0x80:
        at -= 1
    code = _decode(text, at - 1)[0]
    return bool(0x370 <= code < 0x400 or 0x1F00 <= code < 0x2000)


@compiled
def place_sentences(
    codes: Any, bounds: Any, table: Any, starts: Any, ends: Any, rows: Any, sentences: Any
) -> Any:
    """Give row, start and end (in `codes`) of each sentence, from the tokens that begin them.

    Every character but blanks is in a sentence, save those on lines without a word between two.
    """
    row_of = np.empty(sentences.size, np.int64)
    edges = np.empty((2, sentences.size), np.int64)
    k = 0
    for row in range(rows.size - 1):
        base, stop = bounds[row], bounds[row + 1]
        while k < sentences.size and sentences[k] < rows[row + 1]:
            row_of[k], begin = row, sentences[k]
            if begin == rows[row]:
                edges[0, k] = _skip_lines(codes, base, base + starts[begin], table)
            beyond = rows[row + 1]
            if k + 1 < sentences.size:
                beyond = min(beyond, sentences[k + 1])
            low = base + ends[beyond - 1]
            high = base + starts[beyond] if beyond < rows[row + 1] else stop
            _, end, _ = _read_gap(codes, low, high, high == stop, True, table)
            line = _find_line(codes, end, high, table)
            if line < high or high == stop:  # what else is on the line
                end = _trim(codes, end, line, table)
            edges[1, k] = end
            k += 1
            if beyond < rows[row + 1]:
                edges[0, k] = _skip_lines(codes, end, high, table)
    return row_of, edges[0], edges[1]


@compiled
def _find_line(codes: Any, low: int, high: int, table: Any) -> int:
    """Give where the line ends."""
    while low < high and table[codes[low]] >> CLASS != NEWLINE:
        low += 1
    return low


@compiled
def _trim(codes: Any, low: int, high: int, table: Any) -> int:
    """Give where what stands before `high` ends without the blanks at its end."""
    while high > low and table[codes[high - 1]] >> CLASS in (SPACE, NEWLINE):
        high -= 1
    return high


@compiled
def _skip_lines(codes: Any, low: int, high: int, table: Any) -> int:
    """Give where what stands before `high` begins on its line, without the blanks."""
    for at in range(high - 1, low - 1, -1):
        if table[codes[at]] >> CLASS == NEWLINE:
            low = at
            break
    while low < high and table[codes[low]] >> CLASS in (SPACE, NEWLINE):
        low += 1
    return low
