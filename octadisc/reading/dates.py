"""Dates: every place that speaks of one, how it reads, and which is the day of the release.

Own patterns come first, because those of the known libraries miss most of our languages and prefer the day on
which a page was changed. All patterns look at a few characters before and after a year, so that neither a
long line nor a hostile one can make them slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from octadisc.reading.words import fold, month_numbers

__all__ = [
    "Candidate",
    "Reading",
    "choose",
    "find_dates",
    "make_day",
    "rank",
    "read_partial",
    "read_value",
    "resolve_order",
]

_WORD = r"((?:[^\W\d_]|[\u0300-\u036f]){2,14})"
_YEAR = re.compile(r"(?<!\d)(?:19[3-9]\d|20\d\d)(?!\d)")
_BEFORE_WORDS = re.compile(
    r"(?<![\d])(\d{1,2})(?:[\s-]?(?:st|nd|rd|th|er|ᵉʳ|ος|η|ης|та|ти|ви|ри|ми|ма|a)\b|[ºª°]|ᵉʳ|\.)?[\s\-./,]{0,3}"
    r"(?:(?:day\s)?of\s|de\s|e\s|të\s|te\s)?"
    + _WORD + r"\.?,?[\s\-./]{0,3}(?:de\s|of\s|të\s(?:vitit\s)?|te\s(?:vitit\s)?)?$",
    re.I,
)  # fmt: skip
_BEFORE_MONTH_FIRST = re.compile(_WORD + r"\.?[\s\-]{1,3}(\d{1,2})(?:st|nd|rd|th)?\s?[,.\-]?\s{0,3}$", re.I)
_BEFORE_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})\s?([./\-–])\s?(\d{1,2})\s?\2\s?$")
_ROMAN_SIGNS = r"([IVXΙΧІХ]{1,4})"  # Latin, and the Greek and Cyrillic letters that look the same
_BEFORE_ROMAN = re.compile(r"(?<!\d)(\d{1,2})[.\-/\s]{1,2}" + _ROMAN_SIGNS + r"[.\-/\s]{1,2}$", re.I)
_AFTER_ROMAN = re.compile(r"[.\-/\s]{1,2}" + _ROMAN_SIGNS + r"[.\-/\s]{1,2}(\d{1,2})(?!\d)", re.I)
_LATIN_SIGNS = str.maketrans("ΙΧІХιχіх", "IXIXIXIX")
_AFTER_NUMBERS = re.compile(r"\s?([-/.])\s?(\d{1,2})\s?\1\s?(\d{1,2})(?!\d)")
_AFTER_WORDS = re.compile(r"\.?,?\s{0,2}" + _WORD + r"\.?\s{1,2}(?:hó\s)?(\d{1,2})(?!\d)\.?", re.I)
_SHORT = re.compile(r"(?<![\d./-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?'?(\d\d)(?![\d/-])")
_PARTIAL = re.compile(
    r"(?<![\d.])(\d{1,2})(?:st|nd|rd|th|\.)?\s{1,2}" + _WORD + r"|" + _WORD + r"\s(\d{1,2})(?!\d)", re.I
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_FOLDERS = re.compile(r"(?<!\d)((?:19|20)\d\d)/(\d\d)/?(\d\d)(?!\d)")
_RANGE = re.compile(
    r"(?<!\d)\d{1,2}\.?\s?(?:[^\W\d_]{3,12}\s)?"
    r"(?:[-–—/]|\b(?:and|und|in|i|и|si|și|şi|dhe|et|e|και|és|to|do|bis|до|à|al)\b)\s?$",
    re.I,
)
_NUMBERED = re.compile(
    r"(?:^|[\s(])(?:art|article|čl|člen|član|чл|член|члан|neni|άρθρο|nr|no|n|št|br|бр|№|αρ|πρωτ|proc|dosar|dosarul|"
    r"ref|reg|рег|version|verzija|verzió|fassung|različica|address)\.?:?\s?$",
    re.I,
)  # numbers of articles, files and versions that look like days
_NUMBER_AND_DAY = re.compile(
    r"(?:nr|no|n°|br|бр|št|№|αρ|sz)[.\s]{0,2}\d{1,6}\s?/\s?$", re.I
)  # "Nr. 7/15 iunie 1999"
_ROMAN = {name: n for n, name in enumerate("I II III IV V VI VII VIII IX X XI XII".split(), 1)}

KINDS = (
    "correction", "column", "front matter", "dateline", "labelled", "json-ld", "metadata", "mail header",
    "page", "time", "file name", "url", "htmldate", "text", "document", "modified", "capture",
)  # fmt: skip
_WRITTEN_BY_SYSTEMS = frozenset(("json-ld", "metadata", "time"))
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Reading:
    """A date in a text: its day, its place, and the day it would be with day and month exchanged."""

    day: date
    start: int
    end: int
    other: date | None = None
    dotted: bool = False
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A date that speaks for a release: where it was found, what stood there, and how it reads.

    `place` names the field or property, or is empty; `start` and `end` are offsets in the page, or -1.
    """

    kind: str
    day: date
    found: str
    ambiguous: bool = False
    other: date | None = None
    weight: int = 0  # among equals the smaller comes first: distance from the headline
    place: str = ""
    start: int = -1
    end: int = -1


def make_day(year: int, month: int, day: int) -> date | None:
    """Give a day, None if there is none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_dates(text: str, *, compact: bool = False, short: bool = False) -> list[Reading]:
    """Give all full dates in a text, in their order.

    Parameters
    ----------
    text : str
        Any text; long ones cost little, as only the surroundings of years are looked at.
    compact : bool
        Also read ``20080328``, as in addresses and file names.
    short : bool
        Also read ``28.03.08``, where the place says that it must be a date.

    Examples
    --------
    >>> [str(one.day) for one in find_dates("Vienna, 28 March 2008 – and 28. marca 2008, 28.03.2008.")]
    ['2008-03-28', '2008-03-28', '2008-03-28']
    >>> [str(one.day) for one in find_dates("28-III-2008; 2008. március 28.; 28. марта 2008. године")]
    ['2008-03-28', '2008-03-28', '2008-03-28']
    >>> reading = find_dates("04/05/2008")[0]
    >>> str(reading.day), str(reading.other)
    ('2008-05-04', '2008-04-05')
    """
    found: list[Reading] = []
    for year in _YEAR.finditer(text):
        reading = _read_around(text, year.start(), year.end())
        if reading is not None and not (found and reading.start < found[-1].end):
            found.append(reading)
    if compact:
        found += list(_compact_dates(text))
        found = found or list(_folder_dates(text))
    if short and not found:
        found += list(_short_dates(text))
    return sorted(found, key=lambda one: one.start)


def _read_around(text: str, start: int, end: int) -> Reading | None:
    """Read the date whose year stands from start to end."""
    year = int(text[start:end])
    offset = max(0, start - 40)
    before, after = text[offset:start], text[end : end + 30]
    months = month_numbers()
    if match := _BEFORE_NUMBERS.search(before):
        first, second = int(match[1]), int(match[3])
        day, other = make_day(year, second, first), make_day(year, first, second)
        dotted = match[2] == "."
        if day is None or (other is not None and first == second):
            day, other = day or other, None
        if _NUMBERED.search(before[: match.start()]):
            return None
        if day is not None:
            return _reading(text, day, offset + match.start(), end, None if dotted else other, dotted)
    if (match := _BEFORE_WORDS.search(before)) and (month := months.get(fold(match[2]))):
        day = make_day(year, month, int(match[1]))
        if day is not None:
            return _reading(text, day, offset + match.start(), end)
    if (match := _BEFORE_MONTH_FIRST.search(before)) and (month := months.get(fold(match[1]))):
        day = make_day(year, month, int(match[2]))
        if day is not None:
            return _reading(text, day, offset + match.start(), end)
    if match := _AFTER_NUMBERS.match(after):
        day = make_day(year, int(match[2]), int(match[3]))
        if day is not None:
            return _reading(text, day, start, end + match.end())
    if (match := _AFTER_WORDS.match(after)) and (month := months.get(fold(match[1]))):
        day = make_day(year, month, int(match[2]))
        if day is not None:
            return _reading(text, day, start, end + match.end())
    if (match := _BEFORE_ROMAN.search(before)) and (month := _roman(match[2])):
        day = make_day(year, month, int(match[1]))
        if day is not None:
            return _reading(text, day, offset + match.start(), end)
    if (match := _AFTER_ROMAN.match(after)) and (month := _roman(match[1])):
        day = make_day(year, month, int(match[2]))
        if day is not None:
            return _reading(text, day, start, end + match.end())
    return None


def _roman(signs: str) -> int | None:
    return _ROMAN.get(signs.upper().translate(_LATIN_SIGNS))


def _reading(
    text: str, day: date, start: int, end: int, other: date | None = None, dotted: bool = False
) -> Reading:
    before = text[max(0, start - 26) : start]
    ranged = bool(_RANGE.search(before)) and not _NUMBER_AND_DAY.search(before)
    return Reading(day, start, end, other, dotted, ranged)


def _compact_dates(text: str) -> Iterator[Reading]:
    for match in _COMPACT.finditer(text):
        day = make_day(int(match[1]), int(match[2]), int(match[3]))
        if day is not None and 1950 <= day.year <= 2100:
            yield Reading(day, match.start(), match.end())


def _folder_dates(text: str) -> Iterator[Reading]:
    """Read addresses such as /2002/0315.htm."""
    for match in _FOLDERS.finditer(text):
        day = make_day(int(match[1]), int(match[2]), int(match[3]))
        if day is not None:
            yield Reading(day, match.start(), match.end())


def _short_dates(text: str) -> Iterator[Reading]:
    for match in _SHORT.finditer(text):
        year = int(match[4]) + (1900 if int(match[4]) >= 70 else 2000)
        first, second = int(match[1]), int(match[3])
        day, other = make_day(year, second, first), make_day(year, first, second)
        if day is not None or other is not None:
            both = day is not None and other is not None and day != other and match[2] != "."
            best = day or other
            assert best is not None
            yield Reading(best, match.start(), match.end(), other if both else None, match[2] == ".")


def read_partial(text: str) -> tuple[int, int] | None:
    """Give (month, day) of a dateline without a year, such as ``Vienna, 28 March –``."""
    for match in _PARTIAL.finditer(text):
        month = month_numbers().get(fold(match[2] or match[3]))
        day = int(match[1] or match[4])
        if month and make_day(2000, month, day):
            return month, day
    return None


_OUTVOTES = 10  # a column has one order if so many values show it for each that shows the other


def resolve_order(values: Sequence[str]) -> str:
    """Tell whether numbers like 03/04/2008 in a column are day first, month first, mixed or unknown.

    Examples
    --------
    >>> resolve_order(["03/04/2008", "25/04/2008"]), resolve_order(["03/04/2008", "04/25/2008"])
    ('day first', 'month first')
    >>> resolve_order(["25/04/2008", "04/25/2008"]), resolve_order(["03/04/2008", "13/13/2010"])
    ('mixed', 'unknown')
    """
    day_first = month_first = 0
    for value in values:
        if match := re.match(r"\s*(\d{1,2})\s?[./\-]\s?(\d{1,2})\s?[./\-]\s?\d{2,4}", value):
            one, other = int(match[1]), int(match[2])
            day_first += one > 12 >= other  # 13/13/2010 is no evidence for anything
            month_first += other > 12 >= one
    fewer, more = sorted((day_first, month_first))
    if fewer and more < _OUTVOTES * fewer:
        return "mixed"
    if not more:
        return "unknown"
    return "day first" if day_first == more else "month first"


def read_value(value: object, order: str = "unknown") -> tuple[date | None, bool]:
    """Read a cell of a date column; also say whether the reading is ambiguous.

    Examples
    --------
    >>> read_value("2008-03-28T10:00:00+01:00")
    (datetime.date(2008, 3, 28), False)
    >>> read_value("03/04/2008", "month first"), read_value("03/04/2008")
    ((datetime.date(2008, 3, 4), False), (datetime.date(2008, 4, 3), True))
    """
    if isinstance(value, datetime):
        return (None if value != value else value.date()), False
    if isinstance(value, date):
        return value, False
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    try:
        return date.fromisoformat(text[:10]), False
    except ValueError:
        pass
    if (
        text.isascii() and text.isdigit() and len(text) in (10, 13) and text[0] == "1"
    ):  # seconds or milliseconds since 1970
        return datetime.fromtimestamp(int(text[:10]), tz=UTC).date(), False
    found = find_dates(text, compact=True, short=True)
    if not found or found[0].ranged:
        return None, False
    reading = found[0]
    swapped = reading.other
    if reading.dotted and order == "month first" and reading.day.day <= 12:
        swapped = make_day(reading.day.year, reading.day.day, reading.day.month)
    if swapped is None:
        return reading.day, False
    if order == "month first":
        return swapped, False
    return reading.day, order != "day first" and not reading.dotted


def rank(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Give candidates in the order in which they are to be trusted.

    The kind decides, then the distance from the headline; but a day in the page's address goes before that of
    its metadata if it is earlier by more than a day: pages are moved, and their addresses stay.
    """
    ranked = sorted(candidates, key=lambda one: (_RANK[one.kind], one.weight))
    if ranked and ranked[0].kind in _WRITTEN_BY_SYSTEMS:
        for place, one in enumerate(ranked):
            if one.kind == "url" and (ranked[0].day - one.day).days > 1:
                return [one, *ranked[:place], *ranked[place + 1 :]]
    return ranked


def choose(candidates: Iterable[Candidate]) -> Candidate | None:
    """Choose the day of the release: the best kind first, then the nearest to the headline.

    A day on which a page was changed comes last, and is taken only where there is nothing else. A candidate
    with two readings is settled if another candidate has one of them.

    Examples
    --------
    >>> changed = Candidate("modified", date(2014, 9, 15), "Updated September 15, 2014")
    >>> line = Candidate("dateline", date(2008, 3, 28), "Vienna, 28 March 2008")
    >>> choose([changed, line]).kind
    'dateline'
    """
    ranked = rank(candidates)
    if not ranked:
        return None
    best = ranked[0]
    if best.ambiguous and best.other is not None:
        others = {
            one.day for one in ranked[1:] if not one.ambiguous and one.kind not in ("modified", "capture")
        }
        if best.other in others and best.day not in others:
            return replace(best, day=best.other, other=best.day, ambiguous=False)
        if best.day in others:
            return replace(best, ambiguous=False)
    return best
