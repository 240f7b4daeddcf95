"""Repeats: what stands at the edges of many pages of one site is furniture, which no single page can show.

A line that begins or ends the text of half of a site's different pages, and is no sentence, is part of the
site. Sentences and lines in the middle of a text are never touched. An office's name that is the headline of
half of the pages is the site's: then the page is decided once more without it, unless text would be lost.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from octadisc.reading.files import Issues
from octadisc.reading.formats import Draft
from octadisc.reading.issuers import names_institution
from octadisc.reading.languages import Told
from octadisc.reading.layout import Line
from octadisc.reading.lines import decide
from octadisc.reading.metadata import Metadata
from octadisc.reading.paragraphs import to_lines, to_spans, without_spans
from octadisc.reading.words import squeeze

__all__ = ["set_aside_repeats"]

_FEWEST = 3  # different pages of a site from which on anything can repeat
_LINES, _TITLES = 0.5, 0.5  # shares of the pages
_EDGE = 6  # lines of a text that are looked at on either side
_ALL = 0.98  # of a text that must be left where a page is decided once more
_STOPS = tuple('.!?…,;:»”"')  # with which sentences and forms of address end
_LONG = 400  # characters of a line that may repeat
_ROW = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")


Row = tuple[int, int, str]


@dataclass(slots=True)
class _Edges:
    """The first and the last lines of a draft's text: their bounds in its page, and their words."""

    draft: Draft
    mark: int  # what copies have in common
    size: int
    first: list[Row]
    last: list[Row]  # the last one first


def set_aside_repeats(drafts: Sequence[Draft], languages: Sequence[Told], issues: Issues) -> int:
    """Take repeated lines off the texts of pages; give how many drafts were changed.

    Parameters
    ----------
    drafts : sequence of Draft
        All that were read; those whose text a table or header told are left alone.
    languages : sequence of Told
        The language of each: a site speaks to readers of one language in the same words.
    issues : Issues
        Told what was taken off, one row a site.
    """
    sites: dict[tuple[str, str, str], list[Draft]] = {}
    for draft, (language, *_) in zip(drafts, languages, strict=True):
        if not draft.told:
            key = (
                os.path.dirname(draft.source),
                Metadata(url=draft.url or "").host,
                f"{language} {draft.issuer}",
            )
            sites.setdefault(key, []).append(draft)
    changed = 0
    for site in sites.values():
        if len(site) >= _FEWEST:
            taken, n = _clean(site)
            changed += n
            if taken:
                lines = "; ".join(f"{words} ({times})" for words, times in taken.most_common(4))
                folder = os.path.dirname(site[0].source) or site[0].source
                issues.add(folder, "lines that repeat on a site's pages", lines, "taken off as furniture")
    return changed


def _clean(site: Sequence[Draft]) -> tuple[Counter[str], int]:
    """Clean the pages of one site; give the lines taken off and the number of pages changed."""
    taken: Counter[str] = Counter()
    changed = _settle_titles(site)
    edges = [_edges(draft) for draft in site]
    n = len({one.mark for one in edges})
    if n < _FEWEST:
        return taken, changed
    firsts, lasts = _count(edges, "first"), _count(edges, "last")
    for one in edges:
        head, tail = _trim(one.first, firsts, n), _trim(one.last, lasts, n)
        if head == len(one.first) or tail == len(one.last):
            continue  # nothing would be left: a site of one text
        spans = list(one.draft.spans)
        if head:
            spans += _within(one, 0, one.first[head][0], "furniture")
        if tail:
            spans += _within(one, one.last[tail][1], one.size, "furniture")
        if head or tail:
            one.draft.spans = sorted(spans)
            taken.update(words for _, _, words in [*one.first[:head], *one.last[:tail]])
            changed += 1
    return taken, changed


def _identity(page: str) -> int:
    """Tell pages apart that are no copies of each other: by their middle."""
    middle = len(page) // 2
    return hash(page[max(0, middle - 200) : middle + 200])


def _edges(draft: Draft) -> _Edges:
    page = draft.whole
    kept = list(_kept(draft, len(page)))
    first: list[Row] = []
    for start, end in kept:
        for match in _ROW.finditer(page, start, end):
            if words := match[0].strip():
                first.append((*match.span(), words if len(words) <= _LONG else ""))
            if len(first) > _EDGE:
                break
        if len(first) > _EDGE:
            break
    last: list[Row] = []
    for start, end in reversed(kept):
        near = max(start, end - 4000)
        rows = [(*one.span(), one[0].strip()) for one in _ROW.finditer(page, near, end) if one[0].strip()]
        if rows and rows[0][0] == near > start:
            rows = rows[1:]  # may begin in the middle of a line
        last += [(a, b, words if len(words) <= _LONG else "") for a, b, words in rows[::-1]]
        if len(last) > _EDGE:
            break
    return _Edges(draft, _identity(page), len(page), first[: _EDGE + 1], last[: _EDGE + 1])


def _kept(draft: Draft, size: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of the page that are text."""
    position = 0
    for start, end, _ in draft.spans:
        if start > position:
            yield position, start
        position = max(position, end)
    if position < size:
        yield position, size


def _count(edges: Sequence[_Edges], side: str) -> Counter[str]:
    """Count on how many different pages each line stands at an edge."""
    seen: dict[str, set[int]] = {}
    for one in edges:
        for _, _, words in getattr(one, side)[:_EDGE]:
            if words:
                seen.setdefault(words, set()).add(one.mark)
    return Counter({words: len(marks) for words, marks in seen.items()})


def _trim(rows: Sequence[Row], counts: Counter[str], n: int) -> int:
    """Give how many lines from an edge inward repeat, and are no sentences."""
    size = 0
    for _, _, words in rows[:_EDGE]:
        spoken = Line(0, len(words), words).is_prose or words[-1:] in _STOPS
        if spoken or counts[words] < max(_FEWEST, _LINES * n):
            break
        size += 1
    return size


def _within(one: _Edges, start: int, end: int, label: str) -> Iterator[tuple[int, int, str]]:
    """Give spans over the text between two places, beside those that are there."""
    for a, b in _kept(one.draft, one.size):
        if max(a, start) < min(b, end):
            yield max(a, start), min(b, end), label


def _settle_titles(site: Sequence[Draft]) -> int:
    """Decide pages once more whose headline is that of half of the site's pages."""
    titles: dict[str, set[int]] = {}
    for draft in site:
        titles.setdefault(squeeze(draft.title or ""), set()).add(_identity(draft.whole))
    n = len({mark for marks in titles.values() for mark in marks})
    shared = {
        title for title, marks in titles.items()
        if title and len(marks) >= max(_FEWEST, _TITLES * n) and names_institution(title.title())
    }  # fmt: skip
    changed = 0
    for draft in site if shared else ():
        if squeeze(draft.title or "") in shared:
            changed += _decide_again(draft, shared)
    return changed


def _decide_again(draft: Draft, names: set[str]) -> bool:
    """Decide a page as a text, without what was furniture and without names of the site."""
    page = draft.whole
    lines = to_lines(page)
    waste = [(start, end) for start, end, label in draft.spans if label in ("furniture", "share")]
    outside = [
        squeeze(line.text) in names or any(start <= line.start < end for start, end in waste)
        for line in lines
    ]
    decision = decide(lines, outside=outside)
    spans = to_spans(lines, decision.labels, len(page))
    before, after = without_spans(page, draft.spans), without_spans(page, spans)
    if not decision.title or len(after) + len(decision.title) < _ALL * len(before):
        return False
    draft.title, draft.spans = decision.title, spans
    known = {(one.kind, one.found) for one in draft.candidates}
    draft.candidates += [one for one in decision.candidates if (one.kind, one.found) not in known]
    return True
