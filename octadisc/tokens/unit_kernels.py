"""Compiled: the bounds of sentences and paragraphs in the joined texts of a shard."""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.compiled import compiled

# What the bounds depend on, of each code point (bits).
WHITE, NEWLINE, BLANK, OPENING, CLOSING = 1, 2, 4, 8, 16


@compiled
def bound_sentences(
    codes: Any, base: Any, kinds: Any, token_starts: Any, token_ends: Any, rows: Any, sentences: Any
) -> Any:
    """Give row, start and end of each sentence, by the rule of `octadisc.tokens.sentences.sentences_of`.

    To the sentence on the left belongs what follows its last word without a blank (and then a blank with
    » or ”), to the one on the right opening marks right before its first word, or parted from it by a blank.

    `base` [releases + 1] says where each text begins in `codes`, `kinds` what each code point is.
    """
    row_of = np.empty(sentences.size, np.int64)
    starts = np.empty(sentences.size, np.int64)
    ends = np.empty(sentences.size, np.int64)
    k = 0
    for row in range(rows.size - 1):
        left, stop = base[row], rows[row + 1]
        while k < sentences.size and sentences[k] < stop:
            beyond = stop
            if k + 1 < sentences.size and sentences[k + 1] < stop:
                beyond = sentences[k + 1]
            start = base[row] + token_starts[sentences[k]]
            if start - left >= 2 and kinds[codes[start - 1]] & BLANK and kinds[codes[start - 2]] & OPENING:
                start -= 1
            while start > left and kinds[codes[start - 1]] & OPENING:
                start -= 1
            end = base[row] + token_ends[beyond - 1]
            follows = base[row + 1] if beyond == stop else base[row] + token_starts[beyond]
            while end < follows and not kinds[codes[end]] & WHITE:
                end += 1
            if end + 1 < follows and kinds[codes[end]] & BLANK and kinds[codes[end + 1]] & CLOSING:
                end += 2
            row_of[k], starts[k], ends[k] = row, start, end
            left = end
            k += 1
    return row_of, starts, ends


@compiled
def widen_paragraphs(codes: Any, base: Any, kinds: Any, row_of: Any, starts: Any, ends: Any) -> None:
    """Widen paragraphs, given as their sentences reach, to the blank lines around them; in place.

    What stands between two belongs to the first up to the last blank line, and beyond that to the second.
    Where there is no blank line (patterns that leave out words see some where there are none), all of it
    belongs to the first.
    """
    for i in range(row_of.size):
        row = row_of[i]
        if i == 0 or row_of[i - 1] != row:
            at = base[row]
            while at < starts[i] and kinds[codes[at]] & WHITE:
                at += 1
            starts[i] = at
        if i + 1 == row_of.size or row_of[i + 1] != row:
            at = base[row + 1]
            while at > ends[i] and kinds[codes[at - 1]] & WHITE:
                at -= 1
            ends[i] = at
            continue
        line, newline = starts[i + 1], False
        for at in range(ends[i], starts[i + 1]):
            if kinds[codes[at]] & NEWLINE:
                if newline:
                    line = at
                newline = True
            elif not kinds[codes[at]] & WHITE:
                newline = False
        at = line
        while at < starts[i + 1] and kinds[codes[at]] & WHITE:
            at += 1
        starts[i + 1] = at
        while line > ends[i] and kinds[codes[line - 1]] & WHITE:
            line -= 1
        ends[i] = line
