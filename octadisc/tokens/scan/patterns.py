"""Tokens by a regular expression (runs of word characters for the kernels, else `re`), and wildcards."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError
from octadisc.tokens.scan import kernels

__all__ = ["Scanned", "as_expression", "run_length", "scan_by_expression", "types_matching"]

_RUNS = re.compile(r"(?:\(\?u\))?(\\b)?(?:(?:\\w)*\\w\+|\\w\{(\d+),\})(?(1)\\b)")

# Types, places and gaps of a shard's tokens, and the releases' pointers.
Scanned = tuple[
    npt.NDArray[np.int32],
    npt.NDArray[np.int32],
    npt.NDArray[np.int32],
    npt.NDArray[np.uint8],
    npt.NDArray[np.int64],
]


def run_length(pattern: str | None) -> int | None:
    r"""Give the shortest run that a pattern such as ``\b\w\w+\b`` wants; None if it is another pattern."""
    if pattern is None:
        return 1
    try:
        re.compile(pattern)
    except re.error as error:
        raise InputError(f"pattern={pattern!r} is no regular expression: {error}.") from None
    runs = _RUNS.fullmatch(pattern)
    if runs is None:
        return None
    return int(runs[2]) if runs[2] else pattern.count(r"\w")


def scan_by_expression(texts: Sequence[str], pattern: str, types: dict[str, int]) -> Scanned:
    """Do what `scanner.scan` does for any regular expression, at the speed of `re`; new types are added."""
    expression = re.compile(pattern)
    group = min(expression.groups, 1)
    ids, starts, ends, gaps, rows = [], [], [], [], [0]
    for text in texts:
        lowered = text.lower()
        if len(lowered) != len(text):  # offsets must hold in the text
            lowered = "".join(one if len(one.lower()) != 1 else one.lower() for one in text)
        found = [match.span(group) for match in expression.finditer(lowered)]
        found = [span for span in found if span[0] < span[1]]
        for i, (start, end) in enumerate(found):
            ids.append(types.setdefault(lowered[start:end], len(types)))
            starts.append(start)
            ends.append(end)
            gaps.append(_gap(text, end, found[i + 1][0] if i + 1 < len(found) else len(text)))
        rows.append(len(ids))
    return (
        np.array(ids, np.int32),
        np.array(starts, np.int32),
        np.array(ends, np.int32),
        np.array(gaps, np.uint8),
        np.array(rows, np.int64),
    )


def _gap(text: str, start: int, end: int) -> int:
    """Describe what stands between two tokens, as `scanner.scan` does."""
    between = re.sub(r"(?<!\s)[-\u2010\u2011]", "", text[start:end])  # a hyphen, not a dash
    gap = kernels.GAP_PARAGRAPH if re.search(r"\n\s*\n", between) else 0
    gap |= kernels.GAP_PERIOD if "." in between else 0
    gap |= kernels.GAP_STRONG if re.search("[!?…]", between) else 0
    gap |= kernels.GAP_SPACE if re.search(r"\s", between) else 0
    gap |= kernels.GAP_PUNCTUATION if re.search(r"[^\s.!?…\w'\"“”„«»‘’]", between) else 0
    return gap | (kernels.NEXT_LOWER if text[end : end + 1].islower() else 0)


def as_expression(word: str) -> re.Pattern[str]:
    """Give the regular expression for a word with wildcards: ``*`` any letters, ``?`` one."""
    return re.compile(re.escape(word).replace(r"\*", ".*").replace(r"\?", "."))


def types_matching(vocabulary: Sequence[str], word: str) -> list[int]:
    """Give the ids of the types that a word with or without wildcards stands for.

    Examples
    --------
    >>> types_matching(["police", "trafficked", "trafficking"], "traffick*")
    [1, 2]
    """
    stem = re.split(r"[*?]", word, maxsplit=1)[0]
    low = bisect_left(vocabulary, stem)
    if stem == word:
        return [low] if low < len(vocabulary) and vocabulary[low] == word else []
    high = bisect_right(vocabulary, stem + "\U0010ffff")
    expression = as_expression(word)
    return [i for i in range(low, high) if expression.fullmatch(vocabulary[i])]
