"""Assembling: from drafts to the table of releases and that of the evidence for their dates."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from octadisc.reading.dates import Candidate, choose, rank
from octadisc.reading.duplicates import find_duplicates
from octadisc.reading.files import Issues
from octadisc.reading.formats import Draft
from octadisc.reading.issuers import canonical_issuer
from octadisc.reading.languages import Told
from octadisc.reading.metadata import Metadata
from octadisc.reading.paragraphs import without_spans
from octadisc.table import encodable

__all__ = ["assemble", "mark_duplicates", "name_issuers", "name_releases"]

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
    drafts: Sequence[Draft], languages: Sequence[Told], corrections: dict[str, date], issues: Issues
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the table of releases and that of the evidence for dates."""
    _settle_orders(drafts)
    records: list[dict[str, Any]] = []
    evidence: list[dict[str, Any]] = []
    paged = any(draft.spans for draft in drafts)
    extra = list(
        dict.fromkeys(name for draft in drafts for name in draft.columns if not name.startswith("_"))
    )
    for draft, (language, variety, script) in zip(drafts, languages, strict=True):
        if (correction := corrections.get(str(draft.release))) is not None:
            draft.candidates.append(Candidate("correction", correction, str(correction)))
        best = choose(draft.candidates)
        _note_dates(draft, best, evidence, issues)
        text = without_spans(draft.page, draft.spans)
        if not text.strip():
            issues.add(
                draft.source,
                "no text",
                f"{len(draft.page)} characters on the page",
                "kept, empty",
                str(draft.release),
            )
        written = draft.issuer
        record = {
            "release": draft.release, "date": pd.NaT if best is None else best.day,
            "issuer": canonical_issuer(written, best.day if best else None) if written else None,
            "title": draft.title,
            "text": text, "language": language, "script": script, "url": draft.url, "source": draft.source,
            "issuer_as_written": written, "variety": variety,
        }  # fmt: skip
        if paged:
            record["page"], record["spans"] = draft.page, draft.spans
        record.update((name, draft.columns.get(name)) for name in extra)
        records.append(
            {name: encodable(one) if isinstance(one, str) else one for name, one in record.items()}
        )
    frame = pd.DataFrame(records)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    for name in ("issuer_as_written", "variety", *extra):
        if frame[name].map(lambda one: one is None or isinstance(one, str)).all():
            frame[name] = frame[name].astype("str")
    if frame["variety"].isna().all():
        frame = frame.drop(columns="variety")
    return frame, pd.DataFrame(evidence)


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


def _note_dates(draft: Draft, best: Candidate | None, evidence: list[dict[str, Any]], issues: Issues) -> None:
    """Keep the evidence, and list what is doubtful."""
    release = str(draft.release)
    for n, one in enumerate(rank(draft.candidates), 1):
        shown = best if n == 1 and best is not None else one  # chosen is the first, settled by the others
        evidence.append(
            {
                "release": release,
                "date": pd.Timestamp(shown.day),
                "kind": one.kind,
                "found": one.found,
                "place": one.place or None,
                "start": one.start if one.start >= 0 else None,
                "end": one.end if one.start >= 0 else None,
                "rank": n,
                "chosen": n == 1,
                "ambiguous": shown.ambiguous,
                "other": pd.Timestamp(shown.other) if shown.ambiguous and shown.other else pd.NaT,
            }
        )
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
    if best.kind == "capture":
        issues.add(
            draft.source, "only a day of capture", best.found, f"taken as the date, {best.day}", release
        )


def mark_duplicates(frame: pd.DataFrame) -> None:
    """Add the columns duplicate_cluster, duplicate_of and duplicate_kind."""
    order = frame["date"].fillna(pd.Timestamp("2262-01-01")).rank(method="first").astype(int).tolist()
    titles, issuers = (
        [one if isinstance(one, str) else None for one in frame[name]] for name in ("title", "issuer")
    )
    cluster, original, kind = find_duplicates(frame["text"].tolist(), order, titles, issuers)
    names = frame["release"].tolist()
    frame["duplicate_cluster"] = pd.array([None if one < 0 else int(one) for one in cluster], dtype="Int64")
    frame["duplicate_of"] = pd.Series([None if one < 0 else names[one] for one in original], dtype="str")
    frame["duplicate_kind"] = pd.Series(kind, dtype="str")
