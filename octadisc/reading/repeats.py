"""Repeats: what stands at the edges of many pages of one site is furniture, which no single page can show.

A line that begins or ends the text of three in ten different pages of a site, and is no sentence, is part of
the site; so is a sentence that ends eight in ten. Lines in the middle of a text are never touched, and a
headline that half of the pages share is the site's name: then the page is decided once more without it.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from octadisc.reading.formats import Draft
from octadisc.reading.languages import Told
from octadisc.reading.layout import Line
from octadisc.reading.lines import decide
from octadisc.reading.metadata import Metadata
from octadisc.reading.paragraphs import to_lines, to_spans
from octadisc.reading.words import page_words, squeeze

__all__ = ["set_aside_repeats"]

_FEWEST = 3  # different pages of a site from which on anything can repeat
_ENOUGH = 6  # the same, for sentences
_LINES, _SENTENCES, _TITLES = 0.3, 0.8, 0.5  # shares of the pages
_EDGE = 6  # lines of a text that are looked at on either side
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


def set_aside_repeats(drafts: Sequence[Draft], languages: Sequence[Told]) -> int:
    """Take repeated lines off the texts of pages; give how many drafts were changed.

    Parameters
    ----------
    drafts : sequence of Draft
        All that were read; those whose text a table or header told are left alone.
    languages : sequence of Told
        The language of each: a site speaks to readers of one language in the same words.
    """
    sites: dict[tuple[str, str, str], list[Draft]] = {}
    for draft, (language, *_) in zip(drafts, languages, strict=True):
        if not draft.told:
            key = os.path.dirname(draft.source), Metadata(url=draft.url or "").host, language or ""
            sites.setdefault(key, []).append(draft)
    return sum(_clean(site) for site in sites.values() if len(site) >= _FEWEST)


def _clean(site: Sequence[Draft]) -> int:
    """Clean the pages of one site."""
    changed = _settle_titles(site)
    edges = [_edges(draft) for draft in site]
    n = len({one.mark for one in edges})
    if n < _FEWEST:
        return changed
    firsts, lasts = _count(edges, "first"), _count(edges, "last")
    for one in edges:
        head, _ = _trim(one.first, firsts, n)
        tail, label = _trim(one.last, lasts, n)
        if head == len(one.first) or tail == len(one.last):
            continue  # nothing would be left: a site of one text
        spans = list(one.draft.spans)
        if head:
            spans += _within(one, 0, one.first[head][0], "furniture")
        if tail:
            spans += _within(one, one.last[tail][1], one.size, label)
        if head or tail:
            one.draft.spans = sorted(spans)
            changed += 1
    return changed


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


def _trim(rows: Sequence[Row], counts: Counter[str], n: int) -> tuple[int, str]:
    """Give how many lines from an edge inward repeat, and the label of what they are."""
    size, label = 0, "furniture"
    for _, _, words in rows[:_EDGE]:
        line = Line(0, len(words), words)
        few, least = (_ENOUGH, _SENTENCES) if line.is_prose else (_FEWEST, _LINES)
        if counts[words] < few or counts[words] / n < least:
            break
        size += 1
        label = "boilerplate" if line.is_prose else label
    return size, label


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
        if title and len(marks) >= max(_FEWEST, _TITLES * n) and title not in page_words("release")
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
    if not decision.title:
        return False
    draft.title = decision.title
    draft.spans = to_spans(lines, decision.labels, len(page))
    known = {(one.kind, one.found) for one in draft.candidates}
    draft.candidates += [one for one in decision.candidates if (one.kind, one.found) not in known]
    return True
