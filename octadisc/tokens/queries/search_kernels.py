"""Compiled search: automata run over the integers of one shard, and where each type stands in it.

Nothing here calls a kernel of another file: numba's cache would not see it change.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from octadisc.compiled import compiled
from octadisc.tokens.scan.kernels import GAP_PARAGRAPH, GAP_PUNCTUATION, GAP_STRONG

__all__ = [
    "PARAGRAPH",
    "RELEASE",
    "SENTENCE",
    "Machine",
    "Text",
    "keep_apart",
    "match_all",
    "match_at",
    "place_types",
]

# How far a hit may reach.
SENTENCE, PARAGRAPH, RELEASE = 0, 1, 2


class Text(NamedTuple):
    """What is searched: one shard.

    Attributes
    ----------
    codes : array of int32, shape (tokens,)
        Each token's place in the machine's masks.
    gaps : array, shape (tokens,)
        What stands behind each token.
    rows, sentences : arrays of int
        Where each row begins, with the end of the last one; where each sentence begins.
    allowed : array of bool, shape (rows,)
        Which rows are looked through.
    """

    codes: Any
    gaps: Any
    rows: Any
    sentences: Any
    allowed: Any


class Machine(NamedTuple):
    """What is looked for: an automaton, its places as bits.

    Attributes
    ----------
    masks : array of uint64, shape (types or tokens,)
        What a token can stand for.
    follow, loose : array of uint64, shape (places,)
        What may come after each place; and what even behind punctuation.
    first, last : uint64
        Where it may begin and end.
    """

    masks: Any
    follow: Any
    loose: Any
    first: Any
    last: Any


@compiled
def place_types(ids: Any, n_types: int) -> Any:
    """Sort the positions of a shard's tokens by type: where each type begins, and the positions (int32)."""
    pointers = np.zeros(n_types + 1, np.int64)
    for one in ids:
        pointers[one + 1] += 1
    for i in range(n_types):
        pointers[i + 1] += pointers[i]
    free = pointers[:-1].copy()
    places = np.empty(ids.size, np.int32)
    for i in range(ids.size):
        one = ids[i]
        places[free[one]] = i
        free[one] += 1
    return pointers, places


@compiled
def _reach(i: int, stop: int, text: Text, machine: Machine) -> int:
    """Give the last token of the longest match that begins at a token; -1 if there is none."""
    codes, gaps = text.codes, text.gaps
    masks, follow, loose, first, last = machine
    zero, one = np.uint64(0), np.uint64(1)
    state = masks[codes[i]] & first
    longest = i if state & last else -1
    while i + 1 < stop:
        edges = loose if gaps[i] & (GAP_PUNCTUATION | GAP_STRONG) else follow
        after, place = zero, 0
        while state:
            if state & one:
                after |= edges[place]
            state >>= one
            place += 1
        if not after:
            break
        i += 1
        state = after & masks[codes[i]]
        if not state:
            break
        if state & last:
            longest = i
    return longest


@compiled
def _stop(stop: int, sentences: Any, sentence: int, gaps: Any, within: int) -> Any:
    """Give where a hit must end: before the next sentence (its number is given), paragraph or release."""
    if within == RELEASE:
        return stop
    while sentence < sentences.size and sentences[sentence] < stop:
        if within == SENTENCE or gaps[sentences[sentence] - 1] & GAP_PARAGRAPH:
            return sentences[sentence]
        sentence += 1
    return stop


@compiled
def match_all(text: Text, machine: Machine, within: int, apart: bool) -> Any:
    """Run an automaton from every token of the allowed rows; `apart`: hits do not overlap.

    Returns
    -------
    rows, first, last : arrays of int64, shape (hits,)
        Row in the shard, and the positions of the first and last token.
    """
    codes, gaps, rows, sentences, allowed = text
    masks, first = machine.masks, machine.first
    found = np.empty((3, 256), np.int64)
    n, sentence, stop = 0, 0, 0
    for row in range(rows.size - 1):
        if not allowed[row]:
            continue
        i = rows[row]
        while i < rows[row + 1]:
            if not masks[codes[i]] & first:
                i += 1
                continue
            if i >= stop:  # of the last one's sentence, paragraph or release
                if within != RELEASE:
                    while sentence < sentences.size and sentences[sentence] <= i:
                        sentence += 1
                stop = _stop(rows[row + 1], sentences, sentence, gaps, within)
            reach = _reach(i, stop, text, machine)
            if reach < 0:
                i += 1
                continue
            if n == found.shape[1]:
                wider = np.empty((3, 2 * n), np.int64)
                wider[:, :n] = found
                found = wider
            found[0, n], found[1, n], found[2, n] = row, i, reach
            n += 1
            i = reach + 1 if apart else i + 1
    return found[0, :n].copy(), found[1, :n].copy(), found[2, :n].copy()


@compiled
def match_at(places: Any, shift: int, text: Text, machine: Machine, within: int, apart: bool) -> Any:
    """Run an automaton from the tokens that stand `shift` before the given places (sorted) only."""
    codes, gaps, rows, sentences, allowed = text
    masks, first = machine.masks, machine.first
    found = np.empty((3, places.size), np.int64)
    n, free, row, stop = 0, 0, 0, 0
    for place in places:
        i = place - shift
        if i < free or not masks[codes[i]] & first:
            continue
        if i >= rows[row + 1]:
            row = np.searchsorted(rows, i, "right") - 1
        if not allowed[row]:
            continue
        if i >= stop:
            sentence = 0 if within == RELEASE else np.searchsorted(sentences, i, "right")
            stop = _stop(rows[row + 1], sentences, sentence, gaps, within)
        reach = _reach(i, stop, text, machine)
        if reach >= 0:
            found[0, n], found[1, n], found[2, n] = row, i, reach
            n += 1
            free = reach + 1 if apart else i + 1
    return found[0, :n].copy(), found[1, :n].copy(), found[2, :n].copy()


@compiled
def keep_apart(rows: Any, firsts: Any, lasts: Any) -> Any:
    """Keep of sorted hits those that begin after the last kept one of their row has ended."""
    keep = np.zeros(rows.size, np.bool_)
    row, free = -1, 0
    for i in range(rows.size):
        if rows[i] != row or firsts[i] >= free:
            keep[i] = True
            row, free = rows[i], lasts[i] + 1
    return keep
