"""Drafts: from the text of a file or the record of a table to a release with its parts and evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from octadisc.reading.body import read_page
from octadisc.reading.columns import is_modified, plain_value, recognise
from octadisc.reading.dates import Candidate, find_dates, read_value, resolve_order
from octadisc.reading.days import days_of_metadata, days_of_name, settle_days
from octadisc.reading.files import Found, Issues
from octadisc.reading.formats import Draft
from octadisc.reading.frontmatter import is_mail, read_front_matter
from octadisc.reading.issuers import find_issuer
from octadisc.reading.layout import Page
from octadisc.reading.lines import Decision, decide
from octadisc.reading.metadata import read_capture
from octadisc.reading.opinions import ask_for_day, ask_for_text, is_sure
from octadisc.reading.pages import flatten
from octadisc.reading.paragraphs import to_lines, to_spans, without_spans
from octadisc.reading.pieces import Piece
from octadisc.reading.sections import find_sections
from octadisc.reading.tables import Table

__all__ = ["draft_piece", "draft_table", "draft_text"]

_LOGO = 6  # lines of a page in which a link may be the office's name
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_TAGS = re.compile(r"</(?:p|div|span|strong|b|em|i|a|li|ul|h[1-6]|td|table)>|<(?:br|p)\s*/?>", re.I)
_RESERVED = frozenset(
    "release date issuer title text language script url source page spans duplicate_cluster duplicate_of "
    "duplicate_kind translation_of issuer_as_written variety other_language".split()
)


def draft_text(found: Found, text: str, issues: Issues, given: Mapping[str, str | None]) -> Draft:
    """Make a release of a text or HTML file."""
    if found.kind == "html" or _HTML.match(text[:2000].removeprefix("\ufeff")):
        draft = _draft_html(found.source, text, issues)
    else:
        fields, start = read_front_matter(text)
        draft = (
            _draft_fields(found.source, text, fields, start, given)
            if fields
            else _draft_lines(found.source, text)
        )
    draft.folder = _folder(found.source)
    draft.candidates.extend(days_of_name(found.source, draft.url))
    settle_days(draft)
    if (
        found.kind == "html"
        and (day := ask_for_day(text, without_spans(draft.page, draft.spans), draft.candidates)) is not None
    ):
        draft.candidates.append(day)
    return draft


def draft_piece(found: Found, piece: Piece, issues: Issues) -> Draft:
    """Make a release of a piece: a page or text whose format says something of it."""
    source = f"{found.source}#{piece.number}" if piece.number else found.source
    if piece.told:
        spans = piece.spans if piece.spans or "annotation" in piece.columns else _sections(piece.text)
        draft = Draft(source, piece.text, list(spans), told=True)
    elif piece.html:
        draft = _draft_html(source, piece.text, issues)
    else:
        draft = _draft_lines(source, piece.text, "" if piece.weak else piece.title or "")
    for name in ("title", "issuer", "language", "url", "release"):
        told = getattr(piece, name)
        if told and not (piece.weak and getattr(draft, name)):
            setattr(draft, name, told)
    for kind, value, weight in piece.dates:
        bare = value.partition(": ")[2] or value
        day, ambiguous = read_value(bare)
        if day is not None and 1950 <= day.year <= 2100:
            other = next((one.other for one in find_dates(bare)[:1]), None)
            draft.candidates.append(Candidate(kind, day, value, ambiguous, other, weight))
        elif kind in ("column", "mail header"):
            draft.columns["_unread"] = value
    draft.columns.update(
        (f"{name}_given" if name in _RESERVED else name, value) for name, value in piece.columns.items()
    )
    draft.folder = _folder(found.source)
    name = "" if piece.number else found.source  # a file of many is named after their export, not their days
    draft.candidates.extend(days_of_name(name, draft.url))
    if piece.told and not draft.candidates:
        decision = decide(to_lines(piece.text[:20_000]), title=draft.title or "")
        draft.candidates = [one for one in decision.candidates if one.kind in ("dateline", "labelled")]
    settle_days(draft)
    return draft


def _folder(source: str) -> str:
    """Give the topmost folder, if its name may be an issuer's."""
    parts = source.split("/")[:-1]
    top = parts[0] if parts else ""
    if (
        len(top) < 3
        or re.search(r"\.zip$|^\d+$", top, re.I)
        or top.lower() in ("html", "texts", "text", "pages", "data", "releases")
    ):
        return ""
    return top


def _draft_html(source: str, text: str, issues: Issues) -> Draft:
    page = flatten(text)
    if not page.lines and (bare := re.sub(r"<[^<>]{0,5000}>", " ", text)).strip():
        issues.add(
            source,
            "page broken beyond reading",
            f"{len(text):,} characters",
            "its tags were taken off",
            source,
        )
        return _draft_lines(source, bare)
    read_capture(page.metadata, text)
    decision = read_page(page)
    if not is_sure(page, decision.labels):
        decision.labels = ask_for_text(text, page, decision.labels)
    spans = to_spans(page.lines, decision.labels, len(page.text))
    metadata = page.metadata
    head, foot = _letterhead(page, decision)
    draft = Draft(source, page.text, spans, decision.title or None)
    draft.issuer = find_issuer(metadata, head, foot)
    draft.url = metadata.url or None
    draft.declared = metadata.language or None
    draft.candidates = [*decision.candidates, *days_of_metadata(metadata)]
    draft.partial = decision.partial
    return draft


def _letterhead(page: Page, decision: Decision) -> tuple[list[str], list[str]]:
    """Give the lines above the headline and below the text that may name an office, and no menus."""
    lines, labels = page.lines, decision.labels
    top = labels.index("title") if "title" in labels else min(10, len(lines))
    last = max((i for i, label in enumerate(labels) if label == "body"), default=0)
    head = [
        line.text for i, line in enumerate(lines[:top])
        if len(line.text) < 160 and (line.link_share < 0.5 or i < _LOGO)
    ]  # fmt: skip
    foot = [line.text for line in lines[last + 1 :] if len(line.text) < 300 and line.link_share < 0.5]
    return [*(one for one in page.pictures if len(one) < 160), *head], foot


def _draft_lines(source: str, text: str, title: str = "") -> Draft:
    lines = to_lines(text)
    decision = decide(lines, title=title)
    spans = to_spans(lines, decision.labels, len(text))
    texts = [line.text for line in lines]
    last = max((i for i, label in enumerate(decision.labels) if label == "body"), default=len(lines))
    foot = [line for line in texts[last + 1 :] if len(line) < 300]
    draft = Draft(source, text, spans, decision.title or None)
    draft.issuer = find_issuer(None, decision.letterhead, foot)
    draft.candidates, draft.partial = decision.candidates, decision.partial
    return draft


def _draft_fields(
    source: str, text: str, fields: Mapping[str, Any], start: int, given: Mapping[str, str | None]
) -> Draft:
    """Make a release of a file whose header tells what it is; of its text little is judged."""
    present = {field: name for field, name in given.items() if name in fields}
    roles = recognise(fields, {**present, "text": None}, source)
    roles.pop("text", None)
    draft = Draft(source, text, told=True)
    mail, fenced = is_mail(fields), text.lstrip("\ufeff")[:3] in ("---", "+++")
    _fill(draft, fields, roles, {}, "mail header" if mail else "front matter")
    spans: list[tuple[int, int, str]] = [(0, start, "header")]
    if (
        not fenced
        or draft.title is None
        or not draft.candidates
        or re.match(r"\s*#\s", text[start : start + 100])
    ):
        lines = to_lines(text[start:])
        decision = decide(lines, title=draft.title or "")
        draft.title = draft.title or decision.title or None
        draft.candidates.extend(
            replace(one, start=one.start + start, end=one.end + start) if one.start >= 0 else one
            for one in decision.candidates
        )
        labels = [
            "body" if fenced and label == "furniture" and line.text.strip("-* ") else label
            for line, label in zip(lines, decision.labels, strict=True)
        ]
        spans.extend(
            (a + start, b + start, label) for a, b, label in to_spans(lines, labels, len(text) - start)
        )
    else:
        spans.extend(_sections(text, start))
    draft.spans = _tidy_spans(spans, text)
    return draft


def _sections(text: str, start: int = 0, size: int = 2500) -> list[tuple[int, int, str]]:
    """Find notes, boilerplate and contacts at the end of a text whose lines are not judged otherwise."""
    begin = start
    if len(text) - start > size:
        begin = text.find("\n", len(text) - size) + 1
        if not begin:
            return []
    lines = to_lines(text[begin:])
    labels = find_sections(lines, whole=begin == start)
    if "body" in labels and len(set(labels)) > 1:
        return [(a + begin, b + begin, label) for a, b, label in to_spans(lines, labels, len(text) - begin)]
    return []


def _tidy_spans(spans: Sequence[tuple[int, int, str]], text: str) -> list[tuple[int, int, str]]:
    """Let the header's span run to the first line of the text."""
    made = list(spans)
    start, end, label = made[0]
    blank = re.compile(r"\s*").match(text, end)
    if blank is not None and (len(made) == 1 or made[1][0] >= blank.end()):
        made[0] = (start, blank.end(), label)
    return made


def _fill(
    draft: Draft,
    values: Mapping[str, Any],
    roles: Mapping[str, Sequence[str]],
    orders: Mapping[str, str],
    kind: str,
) -> None:
    """Take the fields of a record."""
    used: set[str] = set()
    for field in ("title", "issuer", "language", "url", "release"):
        for name in roles.get(field, ()):
            value = plain_value(values.get(name))
            used.add(name)
            if value is not None:
                setattr(
                    draft, field, " ".join(str(value).split()) if field in ("title", "issuer") else str(value)
                )
    for rank, name in enumerate(roles.get("date", ())):
        raw = values.get(name)
        if rank == 0:
            used.add(name)
        if plain_value(raw) is None:
            continue
        day, ambiguous = read_value(raw, orders.get(name, "unknown"))
        if day is not None and 1900 <= day.year <= 2100:
            other = next((one.other for one in find_dates(str(raw))[:1]), None)
            draft.candidates.append(Candidate(kind, day, f"{name}: {raw}", ambiguous, other, rank, name))
        elif rank == 0:
            draft.columns["_unread"] = str(raw)
    for name, value in values.items():
        if name in used or name in roles.get("text", ()):
            continue
        if is_modified(name):
            day, ambiguous = read_value(value)
            if day is not None:
                draft.candidates.append(Candidate("modified", day, f"{name}: {value}", ambiguous, place=name))
        draft.columns[f"{name}_given" if name in _RESERVED else name] = plain_value(value)


def draft_table(table: Table, issues: Issues, given: Mapping[str, str | None]) -> Iterator[Draft]:
    """Make releases of the records of a table.

    Raises
    ------
    UnknownNameError
        If a column that the caller named is not there.
    """
    roles = recognise(table.columns, given, table.source)
    if "text" not in roles:
        return
    position = {name: n for n, name in reversed(list(enumerate(table.columns)))}
    orders = {
        name: resolve_order([str(row[position[name]] or "") for _, row in table.rows])
        for name in roles.get("date", ())
    }
    for name, order in orders.items():
        if order == "mixed":
            issues.add(
                table.source,
                "mixed dates",
                f"column {name} has day first and month first",
                "each row read by itself",
            )
    if "date" not in roles:
        issues.add(
            table.source,
            "no date column",
            ", ".join(table.columns),
            "dates looked for in the texts; name it with date=…",
        )
    main = roles["text"][0]
    for number, row in table.rows:
        source = f"{table.source}#{number}" if number else table.source
        values = {name: row[n] for name, n in position.items()}
        text = values.get(main)
        plain = plain_value(text)
        text = "" if plain is None else str(text) if isinstance(text, str) else str(plain)
        draft = Draft(source, text, told=True)
        if len(_TAGS.findall(text[:5000])) >= 2:
            draft.page = flatten(text).text
        draft.spans = _sections(draft.page)
        _fill(draft, values, roles, orders, "column")
        if not draft.candidates and text:
            decision = decide(to_lines(text[:20_000]), title=draft.title or "")
            draft.candidates.extend(
                one for one in decision.candidates if one.kind in ("dateline", "labelled")
            )
            draft.candidates.extend(days_of_name("", draft.url))
        yield draft
