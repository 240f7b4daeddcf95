"""Stage: what was read of some files, on its way to a corpus."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from octadisc.reading.files import Issues
from octadisc.reading.formats import Draft
from octadisc.reading.languages import Told

__all__ = ["Stage"]


@dataclass(slots=True)
class Stage:
    """Drafts of releases and their languages, what went wrong, tables without texts."""

    drafts: list[Draft] = field(default_factory=list)
    languages: list[Told] = field(default_factory=list)
    issues: Issues = field(default_factory=Issues)
    pages: list[Any] = field(default_factory=list)  # Arrow arrays of the drafts' pages, in their order
    without_text: list[tuple[str, list[str]]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # of its chunks on the shelf

    def add(self, other: Stage) -> None:
        """Take in what was read of the files that follow."""
        self.drafts += other.drafts
        self.languages += other.languages
        self.issues.rows += other.issues.rows
        self.pages += other.pages
        self.without_text += other.without_text

    def put_away(self) -> None:
        """Put the drafts' pages into one array: it becomes a piece of the corpus's column as it stands."""
        import pyarrow as pa

        self.keep(pa.array([draft.page for draft in self.drafts], pa.large_string()))

    def keep(self, pages: Any) -> None:
        """Take an array that holds the drafts' pages, in their order."""
        for place, draft in enumerate(self.drafts):
            draft.store, draft.place, draft.page = pages, place, ""
        self.pages.append(pages)
