"""Compiled: which stops end sentences. It is decided on integers alone.

What stands between two words is known as bits (see `octadisc.tokens.scan.gap_kernels`), and so is what the
types around may be in the release's language (see `octadisc.tokens.scan.habits`). No statistics of the corpus
are in it: a release has the same sentences in any company.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.compiled import compiled
from octadisc.tokens.scan.gap_kernels import (
    ADDRESS,
    CAPITAL,
    CAPITALS,
    CLOSED,
    CONTINUES,
    DASH,
    ELLIPSIS,
    INITIAL_FOLLOWS,
    INSIDE,
    JOINED,
    LOWER_FOLLOWS,
    OPENED,
    PARAGRAPH,
    PERIOD,
    SPACED,
    STOP,
    STRONG,
)
from octadisc.tokens.scan.kernels import GAP_NEWLINE, GAP_PARAGRAPH, GAP_PERIOD, GAP_STRONG, POSSESSIVE

__all__ = ["bound_sentences"]

# Habits of a release's language (bits), beside those in `octadisc.tokens.scan.kernels`: ordinals have a full
# stop ("28. marca"), all nouns have capitals.
ORDINALS, NOUNS = 8, 16

# What a type may be in a language (bits).
TITLE, NUMBERED, ABBREVIATION, INITIAL, ACRONYM, NUMBER, DAY, CALENDAR = 1, 2, 4, 8, 16, 32, 64, 128
STARTER, FINAL, UNIT, MEASURE, SHORT, SPEECH, SECTION, PARTICLE = (1 << 8 + i for i in range(8))
_SHORTENED = TITLE | NUMBERED | ABBREVIATION | INITIAL | ACRONYM | FINAL | UNIT

_REPORTED = 6  # words in which the verb of a reporting clause is looked for


@compiled
def bound_sentences(
    ids: Any, gaps: Any, rows: Any, places: Any, marks: Any, habits: Any, languages: Any, flags: Any
) -> Any:
    """Give the positions of the tokens that begin a sentence (int64), release by release.

    `places` and `marks` are what `octadisc.tokens.scan.gap_kernels.find_stops` gives; `flags`
    [languages × types] says what a type may be, `languages` [releases] its row.
    """
    begins = np.empty(rows.size + places.size, np.int64)
    n = k = 0
    for release in range(rows.size - 1):
        high, habit = rows[release + 1], habits[release]
        if rows[release] == high:
            continue
        mine = flags[languages[release]]
        begins[n] = rows[release]
        n += 1
        while k < places.size and places[k] < high:
            i, seen = places[k], marks[k]
            k += 1
            if _is_reported(seen, i, high, ids, gaps, mine):
                continue
            before, after = mine[ids[i - 1]], mine[ids[i]]
            first = begins[n - 1]
            earlier, where = 0, 2
            dated = gaps[i] & GAP_PERIOD != 0 and after & DAY != 0  # a date goes on
            if i - 1 > first:
                earlier, where = mine[ids[i - 2]], 1 if gaps[i - 2] & GAP_NEWLINE else 0
                dated |= gaps[i - 2] & GAP_PERIOD != 0 and earlier & DAY != 0
            counted = seen & PERIOD and not seen & PARAGRAPH and before & (NUMBER | UNIT)
            if counted and _is_bare(mine, ids[first:i]):
                continue
            if _ends_sentence(seen, before, after, earlier, where, dated, habit):
                begins[n] = i
                n += 1
    return begins[:n].copy()


@compiled
def _is_bare(mine: Any, ids: Any) -> bool:
    """Say whether words are only those of a date or the like, which is no sentence: На 5 май 2008 г."""
    begun = False
    for one in ids:
        if not mine[one] & (NUMBER | CALENDAR | UNIT):
            if begun or not mine[one] & STARTER:
                return False
            begun = True
        else:
            begun = False
    return True


@compiled
def _is_reported(seen: int, i: int, high: int, ids: Any, gaps: Any, mine: Any) -> bool:
    """Say whether a clause follows that reports the quotation before: “Not me!” Inspector Dalton laughed."""
    if not seen & CLOSED or not seen & (STRONG | ELLIPSIS) or seen & PARAGRAPH:
        return False
    if mine[ids[i]] & STARTER and not mine[ids[i]] & TITLE:
        return False
    for at in range(i, min(high, i + _REPORTED)):
        one = mine[ids[at]]
        if one & SPEECH:
            return True
        if gaps[at] & (GAP_STRONG | GAP_PARAGRAPH) or (gaps[at] & GAP_PERIOD and not one & (TITLE | INITIAL)):
            return False
    return False


@compiled
def _ends_sentence(
    seen: int, before: int, after: int, earlier: int, where: int, dated: bool, habits: int
) -> bool:
    """Decide whether a sentence ends between two tokens.

    `earlier` is what the token may be that stands two before the place (0 at a sentence's beginning),
    `where` whether the one before it begins a sentence (2) or a line (1), `dated` whether it is part of
    a date in figures.
    """
    starts = after & STARTER != 0
    if seen & PARAGRAPH:  # pages turned to text have blank lines in the middle of sentences
        if not seen & LOWER_FOLLOWS or seen & (STOP | CONTINUES | DASH):
            return True
        return after & INITIAL != 0 and not starts  # b) in a list
    if seen & (LOWER_FOLLOWS | INSIDE | CONTINUES) or (seen & CLOSED and seen & DASH):
        return False
    if seen & STRONG:
        return True
    if seen & ELLIPSIS:
        return not seen & SPACED or seen & (CLOSED | OPENED) != 0 or starts
    if seen & ADDRESS or (
        seen & JOINED and not seen & CAPITAL and not earlier & (_SHORTENED | STARTER | NUMBER)
    ):
        return True  # an address, or the name of a file
    if before & NUMBER and before & INITIAL:  # a Roman number, if it is in capitals
        before &= ~INITIAL if seen & CAPITALS else ~(INITIAL | NUMBER | DAY)
    if before & SHORT and seen & CAPITALS:  # a word without vowels, but an acronym
        before &= ~(SHORT | UNIT | ABBREVIATION)
    if (where and before & (DAY | INITIAL)) or (where == 2 and before & NUMBER):
        return False  # a list's number
    if seen & DASH and before & (NUMBER | _SHORTENED):
        return False  # a dateline
    if before & NUMBER:
        return _ends_after_number(before, after, earlier, dated, habits)
    if before & _SHORTENED:
        return _ends_after_abbreviation(seen, before, after, earlier, habits)
    if before & SHORT and seen & CAPITAL and not seen & CAPITALS and not before & STARTER and where != 2:
        return starts  # Ив. Дамянов
    return True


@compiled
def _ends_after_number(before: int, after: int, earlier: int, dated: bool, habits: int) -> bool:
    """Decide whether the full stop after a number ends a sentence."""
    starts = after & STARTER != 0
    if before & DAY and (after & CALENDAR or (dated and after & NUMBER)):
        return False
    if not habits & ORDINALS:
        return True
    if earlier & SECTION:  # člana 246. Zakona
        return starts
    return not before & DAY or earlier & NUMBERED != 0 or starts


@compiled
def _ends_after_abbreviation(seen: int, before: int, after: int, earlier: int, habits: int) -> bool:
    """Decide whether the full stop of an abbreviation ends a sentence too."""
    starts = after & STARTER != 0
    if before & UNIT and earlier & (NUMBER | UNIT | CALENDAR) and not seen & CAPITAL:
        return starts or not (habits & NOUNS or after & (MEASURE | CALENDAR))
    if before & TITLE:
        return before & FINAL != 0 and starts  # dr. is Dr and et cetera
    if before & NUMBERED:
        if after & NUMBER or (after & INITIAL and not starts):
            return False
        if habits & ORDINALS and earlier & NUMBER and not starts:
            return False  # 12. čl. Zakona
    if before & FINAL and not seen & CAPITAL and (not before & INITIAL or earlier & INITIAL):
        return True
    if seen & CLOSED and not before & (INITIAL | ACRONYM):
        return True
    if before & INITIAL:
        if earlier & NUMBERED and not earlier & (TITLE | INITIAL) and seen & CAPITAL:
            return True  # entrance B
        if seen & INITIAL_FOLLOWS or after & PARTICLE:
            return False
        if habits & POSSESSIVE and before & STARTER and not seen & CAPITAL:
            return True  # the 1950's
    return starts or not before & (INITIAL | ACRONYM | ABBREVIATION)
