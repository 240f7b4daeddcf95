"""Assembling: from drafts to the table of releases and that of the evidence for their dates."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from octadisc.reading.dates import Candidate, choose, rank
from octadisc.reading.duplicates import find_duplicates
from octadisc.reading.files import Issues
from octadisc.reading.formats import Draft
from octadisc.reading.issuers import IssuerTable, canonical_issuer
from octadisc.reading.languages import Told
from octadisc.reading.metadata import Metadata
from octadisc.reading.paragraphs import without_spans
from octadisc.reading.stage import Stage
from octadisc.reading.translations import find_translations
from octadisc.writing import encodable

__all__ = ["assemble", "mark_duplicates", "name_issuers", "name_releases"]

_PLAIN = (
    "release", "date", "issuer", "title", "language", "script", "url", "source", "issuer_as_written",
    "variety", "other_language",
)  # fmt: skip
_EVIDENCE = (
    "release", "date", "kind", "found", "place", "start", "end", "rank", "chosen", "ambiguous", "other",
)  # fmt: skip
_PIECE = 1000  # texts that are made part of a column at a time
_LINES = ("dateline", "labelled", "page", "modified")


def name_releases(drafts: Sequence[Draft], issues: Issues) -> None:
    """Give each release its id: the user's where all have one and no two the same, else the source."""
    own = [draft.release for draft in drafts if draft.release]
    twice = {name for name, count in Counter(own).items() if count > 1}
    for draft in drafts:
        if draft.release in twice:
            issues.add(
                draft.source, "id given twice", str(draft.release), f"called {draft.source}", draft.source
            )
            draft.release = None
        draft.release = draft.release or draft.source


def name_issuers(drafts: Sequence[Draft]) -> None:
    """Where a page does not tell: the topmost folder, if there are several, else the host."""
    folders = {draft.folder for draft in drafts if draft.folder}
    for draft in drafts:
        if draft.issuer is None and len(folders) > 1 and draft.folder:
            draft.issuer = draft.folder
        if draft.issuer is None and draft.url and not draft.told:
            draft.issuer = Metadata(url=draft.url).host or None


def assemble(
    stage: Stage, corrections: dict[str, date], issues: Issues, issuers: IssuerTable | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the table of releases and that of the evidence for dates; uses the stage up.

    Pages are a column of Arrow already, texts become one piece by piece, and each draft is let go once it is
    done, so that nothing is in memory twice.
    """
    drafts = stage.drafts
    _settle_orders(drafts)
    paged = any(draft.spans for draft in drafts)
    extra = list(
        dict.fromkeys(name for draft in drafts for name in draft.columns if not name.startswith("_"))
    )
    columns: dict[str, list[Any]] = {name: [] for name in (*_PLAIN, *(("spans",) if paged else ()), *extra)}
    evidence: dict[str, list[Any]] = {name: [] for name in _EVIDENCE}
    texts = _Texts()
    drafts.reverse()
    for told in stage.languages:
        draft = drafts.pop()
        page = draft.whole
        text = without_spans(page, draft.spans)
        values = _values(draft, told, text, len(page), corrections, evidence, issues, issuers)
        if paged:
            texts.add(text)
            values["spans"] = draft.spans
        values.update((name, draft.columns.get(name)) for name in extra)
        for name, column in columns.items():
            value = values[name]
            column.append(encodable(value) if isinstance(value, str) else value)
    frame = pd.DataFrame(columns)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    pages = pd.Series(pa.chunked_array(stage.pages), dtype="str")
    frame["text"] = texts.column() if paged else pages
    if paged:
        frame["page"] = pages
    for name in ("issuer_as_written", "variety", "other_language", *extra):
        if frame[name].map(lambda one: one is None or isinstance(one, str)).all():
            frame[name] = frame[name].astype("str")
    for name in ("variety", "other_language"):
        if frame[name].isna().all():
            frame = frame.drop(columns=name)
    return frame, pd.DataFrame(evidence)


class _Texts:
    """A column of long texts, made in pieces."""

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.pieces: list[pa.Array] = []

    def add(self, text: str) -> None:
        self.waiting.append(text)
        if len(self.waiting) >= _PIECE:
            self._close()

    def _close(self) -> None:
        self.pieces.append(pa.array(self.waiting, pa.large_string()))
        self.waiting = []

    def column(self) -> pd.Series:
        """Give the column, of pandas' own type for strings."""
        self._close()
        return pd.Series(pa.chunked_array(self.pieces), dtype="str")


def _values(
    draft: Draft,
    told: Told,
    text: str,
    size: int,
    corrections: dict[str, date],
    evidence: dict[str, list[Any]],
    issues: Issues,
    issuers: IssuerTable | None,
) -> dict[str, Any]:
    """Give what the table says of a release, and note the evidence for its day."""
    language, variety, script, other = told
    if (correction := corrections.get(str(draft.release))) is not None:
        draft.candidates.append(Candidate("correction", correction, str(correction)))
    best = choose(draft.candidates)
    _note_dates(draft, best, evidence, issues)
    if not text.strip():
        found = f"{size} characters on the page"
        issues.add(draft.source, "no text", found, "kept, empty", str(draft.release))
    if other is not None:
        issues.add(
            draft.source,
            "two languages",
            f"{language} and {other}",
            f"kept as {language}",
            str(draft.release),
        )
    written = draft.issuer
    return {
        "release": draft.release, "date": pd.NaT if best is None else best.day,
        "issuer": canonical_issuer(written, best.day if best else None, issuers) if written else None,
        "title": draft.title, "language": language, "script": script, "url": draft.url,
        "source": draft.source, "issuer_as_written": written, "variety": variety, "other_language": other,
    }  # fmt: skip


def _settle_orders(drafts: Sequence[Draft]) -> None:
    """Settle dates like 03/04/2008 by the other pages of the same folder that leave no choice."""
    sure: dict[str, set[bool]] = {}
    for draft in drafts:
        for one in draft.candidates:
            if (
                one.kind in ("dateline", "labelled", "page")
                and "/" in one.found
                and not one.ambiguous
                and one.day.day > 12
            ):
                day, month = f"{one.day.day:02d}", f"{one.day.month:02d}"
                first = one.found.replace(" ", "").find(f"{day}/{month}")
                sure.setdefault(os.path.dirname(draft.source), set()).add(first >= 0)
    for draft in drafts:
        known = sure.get(os.path.dirname(draft.source))
        if not known or len(known) != 1:
            continue
        day_first = known == {True}
        draft.candidates = [
            one if not one.ambiguous or one.other is None or one.kind not in _LINES
            else replace(one, day=one.day if day_first else one.other, ambiguous=False, other=None)
            for one in draft.candidates
        ]  # fmt: skip


def _note_dates(draft: Draft, best: Candidate | None, evidence: dict[str, list[Any]], issues: Issues) -> None:
    """Keep the evidence, and list what is doubtful."""
    release = str(draft.release)
    for n, one in enumerate(rank(draft.candidates), 1):
        shown = best if n == 1 and best is not None else one  # chosen is the first, settled by the others
        placed = one.start >= 0
        row = (
            release, pd.Timestamp(shown.day), one.kind, encodable(one.found), encodable(one.place) or None,
            one.start if placed else None, one.end if placed else None, n, n == 1, shown.ambiguous,
            pd.Timestamp(shown.other) if shown.ambiguous and shown.other else pd.NaT,
        )  # fmt: skip
        for name, value in zip(_EVIDENCE, row, strict=True):
            evidence[name].append(value)
    unread = draft.columns.get("_unread")
    if best is None:
        issues.add(draft.source, "no readable date", str(unread or ""), "kept, without a date", release)
        return
    if unread is not None:
        issues.add(
            draft.source, "unreadable date", str(unread), f"taken from {best.kind}: {best.found}", release
        )
    elif best.kind == "column" and best.weight:
        issues.add(draft.source, "date missing", "", f"taken from another column, {best.found}", release)
    if best.ambiguous:
        issues.add(draft.source, "ambiguous date", best.found, f"read day first, {best.day}", release)
    if best.kind == "modified":
        issues.add(
            draft.source, "only a day of change", best.found, f"taken as the date, {best.day}", release
        )
    if best.kind == "htmldate":
        done = f"taken as the date, {best.day}"
        issues.add(draft.source, "only a day that htmldate found", best.found, done, release)
    if best.kind == "capture":
        issues.add(
            draft.source, "only a day of capture", best.found, f"taken as the date, {best.day}", release
        )


def mark_duplicates(frame: pd.DataFrame) -> None:
    """Add the columns duplicate_cluster, duplicate_of, duplicate_kind and translation_of."""
    order = frame["date"].fillna(pd.Timestamp("2262-01-01")).rank(method="first").astype(int).tolist()
    titles, issuers = (
        [one if isinstance(one, str) else None for one in frame[name]] for name in ("title", "issuer")
    )
    cluster, original, kind = find_duplicates(frame["text"].array, order, titles, issuers)
    names = frame["release"].tolist()
    frame["duplicate_cluster"] = pd.array([None if one < 0 else int(one) for one in cluster], dtype="Int64")
    frame["duplicate_of"] = pd.Series([None if one < 0 else names[one] for one in original], dtype="str")
    frame["duplicate_kind"] = pd.Series(kind, dtype="str")
    days = [None if pd.isna(one) else one.date() for one in frame["date"]]
    languages = [one if isinstance(one, str) else None for one in frame["language"]]
    translated = find_translations(frame["text"].array, languages, issuers, days)
    frame["translation_of"] = pd.Series([None if one < 0 else names[one] for one in translated], dtype="str")
