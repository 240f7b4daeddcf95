"""Days: what a name, an address and metadata say of a release's day, and what the places together settle."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from octadisc.reading.dates import Candidate, find_dates, make_day, read_value
from octadisc.reading.formats import Draft
from octadisc.reading.metadata import Metadata
from octadisc.reading.words import page_words, squeeze, weekday_numbers

__all__ = ["days_of_metadata", "days_of_name", "settle_days"]

_AS_GOOD = frozenset(("dateline", "labelled", "json-ld", "metadata", "url"))
_YEARS = re.compile(r"(?<!\d)(?:19[89]\d|20\d\d)(?!\d)")


def settle_days(draft: Draft) -> None:
    """Settle days by what else the page and its place say."""
    _demote_visits(draft)
    _add_years(draft)


def _demote_visits(draft: Draft) -> None:
    """Take a day without a place, on which the page was captured too, for that of the visit.

    Only where another day speaks for the release as well as it: many a page is captured on its day of issue.
    """
    visits = {one.day for one in draft.candidates if one.kind == "capture"}
    others = [one for one in draft.candidates if one.day not in visits and one.kind in _AS_GOOD]
    if visits and others:
        draft.candidates = [
            replace(one, kind="capture") if one.kind in ("dateline", "page") and one.day in visits
            and not _has_place(one.found) else one
            for one in draft.candidates
        ]  # fmt: skip


def _has_place(found: str) -> bool:
    """Whether a place stands before the day of a line, and not only a day of the week."""
    before = found[: find_dates(found, short=True)[0].start] if find_dates(found, short=True) else ""
    known = page_words("particle") | page_words("today") | frozenset(weekday_numbers())
    return any(squeeze(word) not in known for word in re.findall(r"[^\W\d_]+", before))


def _add_years(draft: Draft) -> None:
    """Give a dateline without a year that of the nearest other day, or that in which its weekday fits."""
    sure = [one.day for one in draft.candidates if one.kind != "text"]
    for month, day, text in draft.partial:
        words = [one for one in map(squeeze, text.split()) if one in weekday_numbers()]
        weekdays = weekday_numbers()[max(words, key=len)] if words else frozenset[int]()  # CET is no day
        if weekdays:
            fitting = _fitting_years(draft, month, day, weekdays)
            if len(fitting) == 1:
                draft.candidates.append(Candidate("dateline", date(fitting.pop(), month, day), text))
            continue
        days = [one for year in {one.year for one in sure} if (one := make_day(year, month, day))]
        near = [(abs((one - other).days), one) for one in days for other in sure]
        if near and min(near)[0] <= 60:
            draft.candidates.append(Candidate("dateline", min(near)[1], text))


def _fitting_years(draft: Draft, month: int, day: int, weekdays: frozenset[int]) -> set[int]:
    """Give the years that the page names, else those beside them, in which a day has its weekday."""
    named = {one.day.year for one in draft.candidates} | {int(one) for one in _YEARS.findall(draft.page)}
    for years in (named, {year + step for year in named for step in (-1, 1)}):
        found = {
            year for year in years
            if (one := make_day(year, month, day)) is not None and one.isoweekday() in weekdays
        }  # fmt: skip
        if found:
            return found
    return set()


def days_of_name(source: str, url: str | None) -> Iterator[Candidate]:
    """Read dates out of the file's name and the page's address."""
    name = os.path.basename(source).replace("_", "-")
    for reading in find_dates(name, compact=True)[:1]:
        yield Candidate(
            "file name", reading.day, os.path.basename(source), reading.other is not None, reading.other
        )
    folder = os.path.dirname(source)
    for reading in find_dates(folder, compact=True)[:1]:
        yield Candidate("file name", reading.day, folder, reading.other is not None, reading.other, 1)
    if url:
        for reading in find_dates(url, compact=True)[:1]:
            yield Candidate("url", reading.day, url, reading.other is not None, reading.other)


def days_of_metadata(metadata: Metadata) -> Iterator[Candidate]:
    """Read the dates that a page's metadata name."""
    for kind, value, place in metadata.dates:
        day, ambiguous = read_value(value)
        if day is not None and 1950 <= day.year <= 2100:
            other = next((one.other for one in find_dates(value)[:1]), None)
            yield Candidate(kind, day, value, ambiguous, other, place=place)
