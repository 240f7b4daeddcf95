"""Second opinions: other libraries' reading of pages that ours is not sure of.

Ours is not sure if next to nothing came out though the page has prose: then trafilatura is asked which lines
are the text. Where no day was found that speaks for a page, htmldate is
asked; its answer ranks behind every place that we know of, but before days of change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from octadisc.reading.dates import Candidate, find_dates
from octadisc.reading.layout import Line, Page
from octadisc.reading.parsing import made_harmless
from octadisc.reading.words import squeeze

__all__ = ["ask_for_day", "ask_for_text", "is_sure"]

_LEAST = 250  # characters of a text that needs no second opinion
_MORE = 3  # times as much prose elsewhere, outside of menus and the like, calls for one
_LARGE = 2_000_000  # characters of a page that others are not asked to read
_YEAR = re.compile(r"(?:19|20)\d\d")
_WEAK = frozenset(("text", "modified", "capture"))


def is_sure(page: Page, labels: Sequence[str]) -> bool:
    """Tell whether a text came out, or there is none to come."""
    body = [line for line, label in zip(page.lines, labels, strict=True) if label == "body"]
    size = sum(line.end - line.start for line in body)
    prose = sum(
        line.end - line.start - line.linked for line in page.lines if line.is_prose and not line.furniture
    )
    return size >= _LEAST or prose <= _MORE * size


def ask_for_text(source: str, page: Page, labels: Sequence[str]) -> list[str]:
    """Give labels in which the lines that trafilatura takes for the text are body, if it takes more."""
    import trafilatura

    if len(source) > _LARGE:
        return list(labels)
    try:
        found = trafilatura.extract(made_harmless(source), include_comments=False, include_tables=True) or ""
    except Exception:  # it lets out what odd markup makes of its own code and of lxml's
        return list(labels)
    rows = {squeeze(one) for one in found.splitlines()} - {""}
    theirs = [_is_among(line, rows) for line in page.lines]
    size = sum(line.end - line.start for line, mine in zip(page.lines, theirs, strict=True) if mine)
    ours = sum(
        line.end - line.start for line, label in zip(page.lines, labels, strict=True) if label == "body"
    )
    if size <= 1.5 * ours or size < _LEAST // 2:
        return list(labels)
    return [
        "body" if mine and label in ("furniture", "share", "attachment") else label
        for mine, label in zip(theirs, labels, strict=True)
    ]


def _is_among(line: Line, rows: set[str]) -> bool:
    squeezed = squeeze(line.text)
    return squeezed in rows or (len(squeezed) > 40 and any(squeezed in one for one in rows))


def ask_for_day(source: str, text: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """Give the day that htmldate finds on a page, where nothing but weak evidence was found by ours.

    A day that stands in the text itself is none: it may be any that the release speaks of.
    """
    if any(one.kind not in _WEAK for one in candidates) or not _YEAR.search(source) or len(source) > _LARGE:
        return None
    from htmldate import find_date

    try:
        found = find_date(made_harmless(source), original_date=True, extensive_search=True)
    except Exception:  # as above
        return None
    refused = {one.day for one in candidates if one.kind in ("modified", "capture")}
    refused |= {one.day for one in find_dates(text, short=True)}
    if not found or (day := date.fromisoformat(found)) in refused or (day.month, day.day) == (1, 1):
        return None  # the first of January is what a year alone becomes, such as that of the rights
    return Candidate("htmldate", day, found, place="htmldate")
