"""Paragraphs: a text page cut into lines, and labels of lines turned into spans of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from octadisc.reading.layout import Line

__all__ = ["to_lines", "to_spans", "without_spans"]


def to_lines(text: str) -> list[Line]:
    r"""Cut a text page into lines; those of a paragraph that was wrapped at a width are one.

    Examples
    --------
    >>> [line.text for line in to_lines("Home\nPrint\n\nPolice met.")]
    ['Home', 'Print', 'Police met.']
    """
    raw = [
        Line(match.start(), match.end(), match[0].strip())
        for match in re.finditer(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+", text)
    ]
    raw = [line for line in raw if line.text]
    for line in raw:
        lead = len(text[line.start : line.end]) - len(text[line.start : line.end].lstrip())
        line.start += lead
        line.end = line.start + len(line.text)
    gaps = [_is_close(text[one.end : two.start]) for one, two in pairwise(raw)]
    sizes = sorted(len(line.text) for line, close in zip(raw, [*gaps, False], strict=False) if close)
    width = sizes[int(len(sizes) * 0.9)] if len(sizes) >= 3 else 0
    if not 40 <= width <= 140:
        return raw
    made: list[Line] = []
    previous = 0
    for n, line in enumerate(raw):
        if (
            n
            and gaps[n - 1]
            and previous >= 0.7 * width
            and not (previous < 0.85 * width and _starts_anew(line.text))
        ):
            made[-1] = Line(made[-1].start, line.end, f"{made[-1].text} {line.text}")
        else:
            made.append(line)
        previous = len(line.text)
    return made


def _is_close(gap: str) -> bool:
    return gap.count("\n") + gap.count("\r") - gap.count("\r\n") == 1


def _starts_anew(text: str) -> bool:
    return text[:1] in "-•*–»" or bool(re.match(r"\(?\d{1,2}[.)]\s", text))


def to_spans(lines: Sequence[Line], labels: Sequence[str], size: int) -> list[tuple[int, int, str]]:
    """Give the removed parts of a page, from the beginning of a removed line to that of the next.

    Examples
    --------
    >>> lines = [Line(0, 4, "Home"), Line(6, 9, "Met"), Line(10, 15, "Print")]
    >>> to_spans(lines, ["furniture", "body", "furniture"], 16)
    [(0, 6, 'furniture'), (9, 16, 'furniture')]
    """
    spans: list[tuple[int, int, str]] = []
    kept_before = False
    last = max((i for i, label in enumerate(labels) if label == "body"), default=-1)
    for i, (line, label) in enumerate(zip(lines, labels, strict=True)):
        if label == "body":
            kept_before = True
            continue
        later = i < last
        start = line.start
        if not spans and not kept_before:
            start = 0
        elif spans and spans[-1][1] >= line.start:
            start = spans[-1][1]
        elif not later:
            start = lines[i - 1].end
        stop = lines[i + 1].start if i + 1 < len(lines) else size
        if not later and i + 1 == len(lines):
            stop = size
        if spans and spans[-1][2] == label and spans[-1][1] >= start:
            spans[-1] = (spans[-1][0], stop, label)
        else:
            spans.append((start, stop, label))
    return spans


def without_spans(page: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """Give a page without its removed parts.

    Examples
    --------
    >>> without_spans("Home. Police met.", [(0, 6, "furniture")])
    'Police met.'
    """
    if not spans:
        return page
    pieces, position = [], 0
    for start, end, _ in spans:
        pieces.append(page[position:start])
        position = end
    return "".join([*pieces, page[position:]])
