"""Datelines: lines that hold the day of a release, and paragraphs that begin with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from octadisc.reading.dates import Candidate, find_dates, read_partial
from octadisc.reading.layout import Line
from octadisc.reading.words import fold, page_words, squeeze

__all__ = ["collect_dates", "read_date_line", "read_inline_dateline"]

_INLINE_DATELINE = re.compile(r"^\W{0,3}[^.!?]{0,60}$")
_AFTER_DATELINE = re.compile(
    r"^\s?(?:г\.|година|године|godine|године\.|godina|year)?[.,]?\s?\)?\s?(?:[-–—:(|/]|\.\s|\([A-Z])"
)
_PREPOSITIONS = frozenset(
    "den der am vom dne dana dana od u na v il le la del della di mit mbi me on the of at from in dn day "
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag "
    "samstag sonntag ponedeljek torek sreda cetrtek petek sobota nedelja ponedjeljak ponedeljak utorak "
    "srijeda cetvrtak subota nedjelja luni marti miercuri joi vineri sambata duminica lundi mardi mercredi "
    "jeudi vendredi samedi dimanche e hene e marte e merkure e enjte e premte "
    "lunedi martedi mercoledi giovedi venerdi sabato domenica в на од дана у στις την το".split()
)

_ENOUGH = 200  # days in lines of one page; more is a calendar


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
    text = line.text
    return _read_date_line(text) if len(text) <= 140 and line.has_digits else None


@lru_cache(maxsize=20_000)
def _read_date_line(text: str) -> Candidate | None:
    found = find_dates(text, short=True)
    if not found:
        return None
    reading = found[0]
    before = squeeze(text[: reading.start])
    after = squeeze(text[found[-1].end :])
    words = before.split()
    for kind, slack in (("modified", 3), ("date", 1)):
        for start in range(min(slack, len(words))):
            for size in range(min(7, len(words) - start), 0, -1):
                if len(words) - start - size <= 4 and " ".join(words[start : start + size]) in page_words(
                    kind
                ):
                    name = "modified" if kind == "modified" else "labelled"
                    return Candidate(name, reading.day, text[:120], reading.other is not None, reading.other)
    if reading.ranged or len(found) > 2 or len(words) > 7 or len(after.split()) > 6:
        return None
    named = _is_place(text[: reading.start]) and text.rstrip()[-1:] not in "?!"
    if (
        named
        and len(words) + len(after.split()) <= 7
        and not (words and text[: reading.start].rstrip()[-1:] in ".;")
    ):
        return Candidate("dateline", reading.day, text[:120], reading.other is not None, reading.other)
    return None


def _is_place(words: str) -> bool:
    """Say whether words before a day can be a place, an office or a day of the week."""
    return all(word[0].isupper() or fold(word) in _PREPOSITIONS for word in re.findall(r"[^\W\d_]+", words))


def read_inline_dateline(line: Line) -> Candidate | tuple[int, int] | None:
    """Read "Vienna, 28 March 2008 – The ministers …" in a paragraph; (month, day) if it has no year."""
    head = line.text[:110]
    for reading in find_dates(head)[:1]:
        before, after = head[: reading.start], head[reading.end :]
        if (
            not reading.ranged
            and _INLINE_DATELINE.match(before)
            and len(before.split()) <= 7
            and _is_place(before)
            and (_AFTER_DATELINE.match(after) or ("(" in before and after.startswith(")")))
        ):
            return Candidate(
                "dateline", reading.day, head[: reading.end], reading.other is not None, reading.other
            )
    if match := re.match(r"^[^\W\d_][^.!?:–—]{1,50}?,\s[^.!?:–—,]{4,22}?\s?[–—-]\s", head):
        return read_partial(match[0])
    return None


def collect_dates(
    lines: Sequence[Line], labels: Sequence[str], away: Sequence[bool], top: int, begin: int, end: int
) -> tuple[list[Candidate], list[tuple[int, int, str]]]:
    """Collect the candidates for the date that stand in lines.

    Parameters
    ----------
    lines, labels : sequence
        The lines and what they are.
    away : sequence of bool
        Lines outside of the release.
    top, begin, end : int
        The lines of the headline (-1 for none), and of the first and last prose.

    Returns
    -------
    tuple
        The candidates; and (month, day, text) of datelines without a year.
    """
    candidates: list[Candidate] = []
    partial: list[tuple[int, int, str]] = []
    for i, line in enumerate(lines):
        if not line.has_digits or len(candidates) >= _ENOUGH:
            continue
        found = read_date_line(line)
        if found is not None:
            kind = _kind_by_place(found.kind, i, line, labels[i], away[i], (top, begin, end))
            distance = abs(i - top) if top >= 0 else i
            candidates.append(replace(found, kind=kind, weight=distance))
        elif begin <= i <= begin + 1 or (labels[i] == "body" and i == top + 1):
            inline = read_inline_dateline(line)
            if isinstance(inline, Candidate):
                candidates.append(inline)
            elif inline is not None:
                partial.append((*inline, line.text[:60]))
    return candidates, partial


def _kind_by_place(
    kind: str, i: int, line: Line, label: str, away: bool, places: tuple[int, int, int]
) -> str:
    """Tell a dateline from a day that stands somewhere on the page."""
    top, begin, end = places
    if kind == "labelled" and away:
        return "page"
    if kind != "dateline" or (top >= 0 and 0 < top - i <= 6 and not line.furniture):
        return kind  # a day above the headline stands beside the box of the text
    if away:
        return "text"
    bare = i > end and line.text.lstrip()[:1].isdigit()  # below the text a day without a place may be any day
    return "page" if begin < i < end or label == "title" or i > end + 6 or bare else kind
