"""Compiled: the bounds of paragraphs in the joined texts of a shard."""

from __future__ import annotations

from typing import Any

from octadisc.compiled import compiled

# What the bounds depend on, of each code point (bits).
WHITE, NEWLINE = 1, 2


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
