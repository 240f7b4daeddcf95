"""Formats: from a file's bytes to texts and tables; what cannot be read is an issue, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from octadisc.errors import UnreadableError
from octadisc.reading.annotated import read_conllu, read_vertical
from octadisc.reading.dates import Candidate
from octadisc.reading.documents import read_docx, read_pdf, read_rtf
from octadisc.reading.exports import read_export
from octadisc.reading.files import Found, Issues
from octadisc.reading.mail import read_mail, read_mailbox
from octadisc.reading.markup import read_xml
from octadisc.reading.pages import flatten
from octadisc.reading.pieces import Piece
from octadisc.reading.tables import (
    Table,
    decoded,
    read_json,
    read_lines,
    read_parquet,
    read_sheet,
    read_table,
)
from octadisc.reading.webarchives import read_warc

__all__ = ["Draft", "read_file"]


@dataclass(slots=True)
class Draft:
    """A release on its way into the corpus."""

    source: str
    page: str
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    title: str | None = None
    issuer: str | None = None
    language: str | None = None
    url: str | None = None
    release: str | None = None
    candidates: list[Candidate] = field(default_factory=list)
    partial: list[tuple[int, int, str]] = field(default_factory=list)  # datelines without a year
    columns: dict[str, Any] = field(default_factory=dict)
    declared: str | None = None  # language as the page has it
    folder: str = ""  # topmost folder, which may be an issuer's
    told: bool = False  # text came from a column: no line of it is judged
    store: Any = field(default=None, repr=False, compare=False)  # an Arrow array that holds the page
    place: int = 0  # in it

    @property
    def whole(self) -> str:
        """The page, put away or not."""
        return self.page if self.store is None else str(self.store[self.place].as_py())


def read_file(found: Found, data: bytes | IO[bytes], issues: Issues) -> str | Iterable[Table | Piece]:
    """Read a file's bytes: a text or page gives its text, a table its records, others their pieces.

    Pieces may be made while they are asked for, so that what a file breaks can be raised then too.

    Raises
    ------
    UnreadableError
        If it cannot be read as what its name says.
    """
    reader: dict[str, Callable[..., Any]] = {
        "table": read_table, "lines": read_lines, "json": read_json, "parquet": read_parquet,
        "sheet": read_sheet, "pdf": read_pdf, "docx": read_docx, "rtf": read_rtf, "mail": read_mail,
        "mailbox": read_mailbox, "warc": read_warc, "xml": read_xml, "conllu": read_conllu,
        "vertical": read_vertical,
    }  # fmt: skip
    try:
        made: str | Iterable[Table | Piece] = reader.get(found.kind, decoded)(found, data, issues)
    except UnreadableError:
        raise
    except UnicodeError as error:
        raise UnreadableError(f"{found.source}: {error}") from None
    except RecursionError:
        raise UnreadableError(f"{found.source}: nested too deeply") from None
    if isinstance(made, str):
        return _exported(found, made) or made
    if found.kind in ("rtf", "docx"):
        made = list(made)
        return [one for piece in made if isinstance(piece, Piece) for one in read_export(piece.text)] or made
    return _watched(found, made)


def _watched(found: Found, made: Iterable[Table | Piece]) -> Iterator[Table | Piece]:
    """Hand on what is made, and turn what breaks on the way into an error of ours."""
    try:
        yield from made
    except UnicodeError as error:
        raise UnreadableError(f"{found.source}: {error}") from None
    except RecursionError:
        raise UnreadableError(f"{found.source}: nested too deeply") from None


def _exported(found: Found, text: str) -> list[Piece]:
    """Read a text or page that is an export of a press database; give nothing for any other."""
    if found.kind == "html":
        if not re.search(r">\s*HD\s*<", text[:200_000]) or not re.search(
            r">\s*(?:LP|TD)\s*<", text[:400_000]
        ):
            return []
        text = flatten(text).text
    return read_export(text)
