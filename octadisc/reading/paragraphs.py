"""Paragraphs: a text page cut into lines, and labels of lines turned into spans of the page."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from octadisc.reading.datelines import read_date_line
from octadisc.reading.layout import Line
from octadisc.reading.onelines import cut_page
from octadisc.reading.shapes import is_furniture, is_row
from octadisc.reading.words import fold, page_words

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_INNER = ",.;:)”»"  # signs with which no line begins
_MARKDOWN = re.compile(r"!?\[[^\[\]]{0,200}\]\([^()\s]{0,400}(?:\s[^()]{0,100})?\)")
_ONE_LINE = 800  # characters of a line from which on it may be a whole page
_FAR = 12  # characters of white space over which a sentence may go on
_SLACK = 1  # columns by which writers and programs count a width differently
_LOOSE = 7  # the same, where the line ends in the middle of a sentence

__all__ = ["to_lines", "to_spans", "without_spans"]


def to_lines(text: str) -> list[Line]:
    r"""Cut a text page into lines; those of a paragraph that was wrapped at a width are one.

    A line was wrapped if the word that follows would not have fitted behind it.

    Examples
    --------
    >>> [line.text for line in to_lines("Home\nPrint\n\nPolice met.")]
    ['Home', 'Print', 'Police met.']
    """
    raw: list[Line] = []
    lengths: list[int] = []  # with the indentation, by which a width is measured
    for begin, end in _stretches(text):
        whole = text[begin:end].rstrip()
        bare = whole.lstrip()
        if bare:
            start = begin + len(whole) - len(bare)
            linked = sum(len(link[0]) for link in _MARKDOWN.finditer(bare)) if "](" in bare else 0
            raw.append(Line(start, start + len(bare), bare, linked=linked))
            lengths.append(len(whole))
    close = [_is_close(text[one.end : two.start]) for one, two in pairwise(raw)]
    width = _width_of(raw, lengths, close)
    cut = 10 * sum(line.text[0].islower() or line.text[0] in _INNER for line in raw[1:]) > len(raw)
    made: list[Line] = []
    pieces: list[list[str]] = []  # of the paragraphs made
    for n, line in enumerate(raw):
        wrapped = n and width and close[n - 1] and _is_wrapped(raw[n - 1], lengths[n - 1], line, width)
        if n and (wrapped or _goes_on(made[-1], raw[n - 1], line, cut and not width)):
            pieces[-1].append(line.text)
            made[-1] = Line(made[-1].start, line.end, "")
        else:
            made.append(line)
            pieces.append([line.text])
    for line, texts in zip(made, pieces, strict=True):
        line.text = " ".join(texts)
    return made


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Give the bounds of lines; a page in one line is cut at its day, its rights and its end."""
    for match in _LINE.finditer(text):
        begin, end = match.span()
        if end - begin < _ONE_LINE or end - begin < 0.4 * len(text):
            yield begin, end
        else:
            for at in cut_page(text[begin:end]):
                yield begin, match.start() + at
                begin = match.start() + at
            yield begin, end


def _width_of(lines: Sequence[Line], lengths: Sequence[int], close: Sequence[bool]) -> int:
    """Give the width at which a text was wrapped, 0 if it was not."""
    wrapped = sorted(
        length for line, length, joined in zip(lines, lengths, close, strict=False)
        if joined and " " in line.text and "://" not in line.text and not _is_apart(line.text)
    )  # fmt: skip
    long = [length for line, length in zip(lines, lengths, strict=True) if " " in line.text and length > 140]
    if len(long) > 0.1 * len(lines):
        return 0
    enough = max(2, min(3, len(wrapped) // 3))
    for n in range(len(wrapped) - 1, -1, -1):
        width = wrapped[n]
        near = n + 1 - bisect_left(wrapped, width - 7)
        if 40 <= width <= 140 and near >= enough:
            return width if n + 1 - bisect_left(wrapped, 0.8 * width) >= 0.25 * len(wrapped) else 0
    return 0


def _is_wrapped(one: Line, length: int, two: Line, width: int) -> bool:
    """Whether a line goes on in the next."""
    if length > width or _is_apart(one.text) or _is_apart(two.text):
        return False
    if _starts_anew(two.text) and (one.text[-1] in ".:;!?" or _starts_anew(one.text)):
        return False
    slack = _SLACK if one.text[-1] in ".:;!?" or length < 0.75 * width else _LOOSE
    if length + 1 + len(two.text.split(None, 1)[0]) <= width - slack:
        return False
    return not (read_date_line(one) or read_date_line(two)) or two.text[:1].islower()


def _goes_on(paragraph: Line, one: Line, two: Line, cut: bool) -> bool:
    """Whether a sentence that a link or bold words cut into lines goes on in the next.

    `cut` says that many lines of the page begin in the middle of a sentence.
    """
    if (
        two.start - one.end > _FAR
        or one.text[-1] in ".:;!?"
        or is_furniture(one.text)
        or is_furniture(two.text)
    ):
        return False
    if read_date_line(two) or read_date_line(one):
        return False
    if two.text[0] in _INNER and not two.text.startswith("..."):
        return True
    if _starts_anew(one.text):
        return False
    if two.text[0].islower():
        return paragraph.end - paragraph.start >= (12 if cut else 40) or len(two.text) >= 60
    joined = paragraph.start < one.start
    return cut and (joined or fold(one.text.rsplit(None, 1)[-1]) in page_words("particle"))


def _is_apart(text: str) -> bool:
    return is_furniture(text) or is_row(text)


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
