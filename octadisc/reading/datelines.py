"""Datelines: lines that hold the day of a release, and paragraphs that begin with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import pairwise

from octadisc.reading.dates import Candidate, Reading, find_dates, read_partial, read_value
from octadisc.reading.layout import Line
from octadisc.reading.words import fold, page_words, squeeze, weekday_numbers

__all__ = [
    "collect_dates",
    "ends_dateline",
    "join_labels",
    "read_date_line",
    "read_inline_dateline",
    "read_posted",
]

_AFTER_DATELINE = re.compile(
    r"^\s?(?:г|год|god|година|године|godine|godina|year)?[.,]?(?:\s[^\W\d_]{3,10})?\s?\)?"
    r"(?:\s{0,2}(?:[–—:(|/]|-(?![^\W\d_]))|\.\s(?=[^\W\d_])(?P<next>.))"
)
_PLACE_AFTER = re.compile(r"^,\s?[^\W\d_][^.!?,:]{2,30}\s?[-–—:]\s")
_WORDS = re.compile(r"[^\W\d_][^\W\d_'’.]*")
_EMPHASIS = re.compile(r"[*_]")  # signs of Markdown
_CLOCK = re.compile(r"\d[:.]\d\d(?!\d)")
_WEAK = frozenset("datum dana dne vom on la data më дана дата датум date issued".split())
_NO_PLACE = (
    60  # lines that a day at the head of a paragraph counts as farther away than a dateline with a place
)
_BESIDE = 3  # lines under a headline in which a day beside the text speaks for it
_CHRONICLE = 3  # paragraphs that begin with days, from which on none of these is a dateline
_ENOUGH = 200  # days in lines of one page; more is a calendar
_WORDY = 8  # words of a line that may stand before or after its day


def read_date_line(line: Line) -> Candidate | None:
    """Read a line that holds a date and little else.

    Examples
    --------
    >>> text = "Last modified: 12.09.2014."
    >>> read_date_line(Line(0, len(text), text)).kind
    'modified'
    >>> read_date_line(Line(0, 24, "Vienna, 28 March 2008")).kind
    'dateline'
    """
    text = f"{line.label} {line.text}" if line.label else line.text
    return _read_date_line(text) if len(text) <= 160 and line.has_digits else None


def join_labels(lines: Sequence[Line]) -> None:
    """Let lines that hold a day know the line before, where that is no more than a label for a day."""
    for before, line in pairwise(lines):
        if len(line.text) <= 60 and len(before.text) <= 60 and line.has_digits and not before.has_digits:
            label = before.text if before.text.rstrip()[-1:] == ":" else f"{before.text}:"
            if _is_date_label(before.text):
                line.label = label


@lru_cache(maxsize=20_000)
def _is_date_label(text: str) -> bool:
    squeezed = squeeze(text)
    known = squeezed in page_words("date") or squeezed in page_words("modified")
    return known or (len(squeezed) > 8 and f" {squeezed}".startswith(_modified_stems()))


@cache
def _modified_stems() -> tuple[str, ...]:
    return tuple(f" {one}" for one in page_words("modified stem"))


def read_posted(line: Line) -> Candidate | tuple[int, int, str] | None:
    """Read a line that says who posted a page and when, by the clock; (month, day, text) if it has no year.

    Examples
    --------
    >>> text = "Submitted by press on Fri, 13/09/2013 - 16:20"
    >>> str(read_posted(Line(0, len(text), text)).day)
    '2013-09-13'
    >>> text = "Posted by webmaster on Tuesday, March 04 @ 10:12:33 CET (123 reads)"
    >>> read_posted(Line(0, len(text), text))[:2]
    (3, 4)
    """
    text = line.text
    if len(text) >= 120 or len(text.split()) > 16 or text.rstrip()[-1:] in ".?!:" or not line.has_digits:
        return None
    if not (line.when or _CLOCK.search(text)):
        return None
    for reading in find_dates(text):
        return Candidate("page", reading.day, text[:120], reading.other is not None, reading.other)
    days = [one for one in _WORDS.findall(text) if squeeze(one) in weekday_numbers()]
    if days and (found := read_partial(text)) is not None:
        return (*found, text[:120])
    return None


@lru_cache(maxsize=20_000)
def _read_date_line(text: str) -> Candidate | None:
    found = find_dates(text, short=True)
    if not found:
        return None
    if len(found) > 1 and (both := _read_byline(text, found)) is not None:
        return both
    reading = found[0]
    before, after = text[: reading.start], text[found[-1].end :]
    words, rest = squeeze(before).split(), squeeze(after).split()
    kind = _kind_of(words, before, after, rest) if len(words) <= _WORDY and not reading.ranged else None
    if kind is None and (reading.ranged or len(found) > 2 or len(words) + len(rest) > _WORDY):
        return None
    if kind is None and _is_place(before) and _is_time_or_place(after) and text.rstrip()[-1:] not in "?!":
        kind = "dateline"
    if kind is None:
        return None
    return Candidate(kind, reading.day, text[:120], reading.other is not None, reading.other)


def _read_byline(text: str, found: Sequence[Reading]) -> Candidate | None:
    """Read a line of several labelled days, such as "Published 30.01.2012, last modified 31.01.2012"."""
    start, modified = 0, False
    for reading in found:
        before = text[start : reading.start]
        words = squeeze(before).split()
        kind = _kind_of(words[-_WORDY:], before, "", [])
        if kind == "labelled" and not reading.ranged:
            return Candidate(kind, reading.day, text[:120], reading.other is not None, reading.other)
        if start == 0 and kind is None:
            return None
        modified = modified or kind == "modified"
        start = reading.end
    return Candidate("modified", found[0].day, text[:120]) if modified else None


def _kind_of(words: list[str], before: str, after: str, rest: list[str]) -> str | None:
    """Tell by the words before a day whether it is labelled, one of change, or that of a visit."""
    if len(rest) > _WORDY:
        return None
    whole = f" {' '.join(words)} "
    if any(f" {one}" in whole for one in page_words("visit stem")):
        return "capture"
    if any(f" {one}" in whole for one in page_words("modified stem")) or _has_label(words, "modified", 3):
        return "modified"
    bare = [one.strip(".,:;") for one in words]
    while bare and (bare[-1] in weekday_numbers() or bare[-1] in page_words("particle")):
        bare.pop()
    if " ".join(bare) in page_words("today"):
        return "capture"
    late = bool(bare) and bare[-1] in page_words("date") and ":" in before[-14:]
    late = late or any(" ".join(words[-size:]) in page_words("date") for size in range(2, 6))
    label = late or _has_label(words, "date", 1)
    if label and (not _is_weak(bare or words, before) or _is_time_or_place(after)):
        return "labelled"
    for size in range(min(6, len(words)), 0, -1):
        if " ".join(bare[:size]) in page_words("release"):
            filled = all(_is_filler(one) for one in bare[size:]) or _is_place(" ".join(before.split()[size:]))
            return "labelled" if filled and _is_time_or_place(after) else None
    return None


def _has_label(words: Sequence[str], kind: str, slack: int) -> bool:
    """Whether words hold a label of a kind, at most `slack` words from the first and four from the last."""
    labels = page_words(kind)
    return any(
        " ".join(words[start : start + size]) in labels
        for start in range(min(slack, len(words)))
        for size in range(min(7, len(words) - start), 0, -1)
        if len(words) - start - size <= 4
    )


def _is_weak(words: Sequence[str], before: str) -> bool:
    """Whether a label is a word that begins sentences too ("Dana 28. marta …"); a colon makes it one."""
    return all(one in _WEAK or one in page_words("particle") for one in words) and ":" not in before


def _is_filler(word: str) -> bool:
    return (
        any(map(str.isdigit, word))
        or word in weekday_numbers()
        or any(word in page_words(kind) for kind in ("number", "particle", "date"))
    )


def _is_place(words: str) -> bool:
    """Say whether words before a day can be a place, an office or a day of the week."""
    found = _WORDS.findall(words)
    return len(found) <= _WORDY and all(
        word[0].isupper() or fold(word).strip(".'’") in _small_words() for word in found
    )


def _is_time_or_place(words: str) -> bool:
    """Say whether words behind a day can be an hour, the word year, or a place; a sentence is none."""
    found = _WORDS.findall(words)
    if not found or squeeze(words) in page_words("release"):
        return True
    return all(
        fold(word).strip(".'’") in page_words("year word")
        or squeeze(word) in weekday_numbers()
        or (word[0].isupper() and len(found) <= 4 and words.rstrip()[-1:] not in "!?")
        for word in found
    )


@cache
def _small_words() -> frozenset[str]:
    return page_words("particle") | page_words("number") | frozenset(weekday_numbers()) | {"day"}


def read_inline_dateline(line: Line) -> Candidate | tuple[int, int] | None:
    """Read "Vienna, 28 March 2008 – The ministers …" in a paragraph; (month, day) if it has no year."""
    head = _EMPHASIS.sub(" ", line.text[:110])
    for reading in find_dates(head)[:1]:
        before, after = head[: reading.start], head[reading.end :]
        closed = "(" in before and after.startswith(")")
        if (
            not reading.ranged
            and not re.search(r"[.!?]\s", before.replace("гр. ", ""))
            and len(before) <= 63
            and _is_place(before)
            and (ends_dateline(after) or closed or (not before and _PLACE_AFTER.match(after)))
        ):
            return Candidate(
                "dateline", reading.day, line.text[: reading.end], reading.other is not None, reading.other
            )
    if match := re.match(r"^[^\W\d_][^.!?:–—]{1,50}?,\s[^.!?:–—,]{4,22}?\s?[–—-]\s", head):
        return read_partial(match[0])
    return None


def ends_dateline(after: str) -> bool:
    """Say whether what follows a day parts it from the text: a dash, a colon, or the end of a sentence."""
    match = _AFTER_DATELINE.match(after)
    if match is None:
        return False
    between = _WORDS.findall(after[: match.end()].removesuffix(match["next"] or ""))
    known = page_words("year word") | frozenset(weekday_numbers())
    return (match["next"] or "A").isupper() and all(fold(one).strip(".") in known for one in between)


def collect_dates(
    lines: Sequence[Line],
    labels: Sequence[str],
    away: Sequence[bool],
    places: tuple[int, int, int],
    numbers: Sequence[int],
) -> tuple[list[Candidate], list[tuple[int, int, str]]]:
    """Collect the candidates for the date that stand in lines.

    Parameters
    ----------
    lines, labels : sequence
        The lines and what they are.
    away : sequence of bool
        Lines outside of the release.
    places : tuple of int
        The lines of the headline (-1 for none), and of the first and last prose.
    numbers : sequence of int
        The number of each line on the page, of which menus may have been left out.

    Returns
    -------
    tuple
        The candidates; and (month, day, text) of datelines without a year.
    """
    top, begin, end = places
    inlines: set[int] = set()
    candidates: list[Candidate] = []
    partial: list[tuple[int, int, str]] = []
    for i, line in enumerate(lines):
        above = numbers[top] - numbers[i] if top >= 0 else 0
        distance = abs(above) if top >= 0 else numbers[i]
        if line.when and not away[i] and (day := read_value(line.when)[0]) is not None:
            candidates.append(
                Candidate("time", day, line.when, weight=distance, start=line.start, end=line.end)
            )
        if not line.has_digits or len(candidates) >= _ENOUGH:
            continue
        found = read_date_line(line)
        if found is not None:
            below = numbers[i] - numbers[end] if lines else 0
            kind = _kind_by_place(found.kind, line, labels[i], away[i], above, begin < i < end, below)
            candidates.append(replace(found, kind=kind, weight=distance, start=line.start, end=line.end))
            continue
        near = -4 <= above < 4 if top >= 0 else i < begin
        if near and not line.is_prose and (posted := read_posted(line)) is not None:
            if isinstance(posted, Candidate):
                candidates.append(replace(posted, weight=distance, start=line.start, end=line.end))
            else:
                partial.append(posted)
        elif begin <= i <= begin + 1 or (labels[i] == "body" and i == top + 1):
            inline = read_inline_dateline(line)
            if isinstance(inline, Candidate):
                bare = _NO_PLACE if inline.found[:1].isdigit() else 0
                until = line.start + len(inline.found)
                candidates.append(replace(inline, weight=bare, start=line.start, end=until))
                inlines.add(line.start)
            elif inline is not None:
                partial.append((*inline, line.text[:60]))
    if inlines and _is_chronicle(lines, labels):
        candidates = [one for one in candidates if one.start not in inlines]
    return candidates, partial


def _is_chronicle(lines: Sequence[Line], labels: Sequence[str]) -> bool:
    """Whether paragraphs of a text begin with one day after the other."""
    dated = [
        line for line, label in zip(lines, labels, strict=True)
        if label == "body" and line.has_digits and line.text[:1].isdigit() and line.is_prose
        and read_inline_dateline(line)
    ]  # fmt: skip
    return len(dated) >= _CHRONICLE


def _kind_by_place(
    kind: str, line: Line, label: str, away: bool, above: int, inside: bool, below: int
) -> str:
    """Tell a dateline from a day that stands somewhere on the page.

    `above` and `below` are the lines to the headline under it, and from the end of the text above it.
    """
    if kind == "labelled" and away:
        return "page"
    if kind != "dateline" or (0 < above <= 6 and not line.furniture):
        return kind  # a day above the headline stands beside the box of the text
    if away:
        return "page" if -_BESIDE <= above < 0 else "text"
    bare = below > 0 and line.text.lstrip()[:1].isdigit()  # without a place it may be any day
    return "page" if inside or label == "title" or below > 6 or bare else kind
