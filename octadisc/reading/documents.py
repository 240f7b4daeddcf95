"""Documents: the text of PDF, DOCX and RTF files, with what they say of themselves as weak evidence."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from octadisc.errors import UnreadableError
from octadisc.reading.files import Found, Issues
from octadisc.reading.pieces import Piece, check_package, first_line

__all__ = ["read_docx", "read_pdf", "read_rtf"]

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WIDE = 63  # columns that a table of Word may have
_FILE_TITLE = re.compile(
    r"^(?:microsoft word\s*-|untitled|document\d*$|slide ?1$|powerpoint)"
    r"|\.(?:docx?|rtf|pdf|odt|indd|qxd|p65)$",
    re.I,
)
_PDF_DAY = re.compile(r"^(?:D:)?(\d{4})(\d\d)(\d\d)")
_RTF_DAY = re.compile(r"\{\\creatim\s?\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_RTF_TITLE = re.compile(r"\{\\title ([^{}\\]{4,300})\}")
_RTF_PAGE = re.compile(r"\\ansicpg(\d{3,5})")


def _title(given: Any) -> str | None:
    """Give a title from a document's properties, unless it is the name of a file or a program."""
    title = " ".join(str(given or "").split())
    return None if len(title) < 4 or _FILE_TITLE.search(title) else title


class _Listener(logging.Handler):
    """Hears what a library mends while it reads, for an issue row instead of the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        if record.levelno >= logging.WARNING and len(self.heard) < 1000:
            self.heard.append(record.getMessage())


@contextmanager
def _listening(name: str) -> Iterator[list[str]]:
    logger, listener = logging.getLogger(name), _Listener()
    passed_on = logger.propagate
    logger.addHandler(listener)
    logger.propagate = False
    try:
        yield listener.heard
    finally:
        logger.removeHandler(listener)
        logger.propagate = passed_on


def read_pdf(found: Found, data: bytes, issues: Issues) -> list[Piece]:
    """Read the text of a PDF, page after page; words broken at the ends of lines stay as they stand."""
    import pypdf

    try:
        with _listening("pypdf") as heard:
            reader = pypdf.PdfReader(io.BytesIO(data))
            if reader.is_encrypted:
                _unlock(reader, found, issues)
            pages = [page.extract_text() for page in reader.pages]
            properties = dict(reader.metadata or {})
    except UnreadableError:
        raise
    except Exception as error:  # pypdf raises its own errors and whatever a broken file makes of its code
        raise UnreadableError(f"{found.source}: is no readable PDF ({first_line(error)})") from None
    empty = [str(n) for n, page in enumerate(pages, 1) if not page.strip()]
    if len(empty) == len(pages):
        issues.add(found.source, "scanned pages without text", f"{len(pages)} pages", "left out")
        return []
    if empty:
        issues.add(found.source, "pages without text", ", ".join(empty), "the others were read", found.source)
    if heard:
        issues.add(
            found.source, "PDF mended while reading", f"{len(heard)}: {heard[0]}", "read", found.source
        )
    piece = Piece("\n".join(page.replace("\x00", "").strip("\r\n") for page in pages), weak=True)
    piece.title = _title(properties.get("/Title"))
    for name, kind in (("/CreationDate", "document"), ("/ModDate", "modified")):
        if match := _PDF_DAY.match(str(properties.get(name, ""))):
            piece.dates.append((kind, "-".join(match.groups()), 0))
    return [piece]


def _unlock(reader: Any, found: Found, issues: Issues) -> None:
    """Open a PDF that is encrypted but needs no password, as every viewer does."""
    from pypdf.errors import PyPdfError

    try:
        opened = bool(reader.decrypt(""))
    except (PyPdfError, NotImplementedError, ValueError):  # PyPdfError: also a cipher that is not installed
        opened = False
    if not opened:
        raise UnreadableError(f"{found.source}: is encrypted; save it without a password to have it read")
    issues.add(found.source, "encrypted", "opens without a password", "read", found.source)


def read_docx(found: Found, data: bytes, issues: Issues) -> list[Piece]:
    """Read paragraphs and tables of a Word document in their order, a row's cells joined by tabs."""
    import docx
    from docx.table import Table

    check_package(found.source, data)
    try:
        document = docx.Document(io.BytesIO(data))
        for span in document.element.iter(f"{_WORD}gridSpan"):
            if int(span.get(f"{_WORD}val", "1")) > _WIDE:  # it would be made as many cells
                span.set(f"{_WORD}val", "1")
        lines: list[str] = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                lines.extend(_rows(block))
            else:
                lines.append(block.text)
        properties = document.core_properties
        title, made, changed = properties.title, properties.created, properties.modified
    except Exception as error:  # python-docx raises what lxml, zipfile and its own lookups raise
        raise UnreadableError(f"{found.source}: is no readable Word document ({first_line(error)})") from None
    text = "\n\n".join(line.strip("\r\n") for line in lines if line.strip())
    if not text:
        issues.add(found.source, "document without text", f"{len(lines)} paragraphs", "left out")
        return []
    piece = Piece(text, weak=True, title=_title(title))
    for kind, day in (("document", made), ("modified", changed)):
        if day is not None:
            piece.dates.append((kind, str(day.date()), 0))
    return [piece]


def _rows(table: Any) -> Iterator[str]:
    for row in table.rows:
        cells: list[Any] = []
        for cell in row.cells:  # a merged cell comes once for each column that it spans
            if not cells or cell._tc is not cells[-1]._tc:
                cells.append(cell)
        yield "\t".join(" ".join(cell.text.split()) for cell in cells)


def read_rtf(found: Found, data: bytes, issues: Issues) -> list[Piece]:
    """Read the text of an RTF file."""
    from striprtf.striprtf import rtf_to_text

    to_text: Callable[..., str] = rtf_to_text  # it has no annotations
    if not data.lstrip()[:5] == b"{\\rtf":
        raise UnreadableError(f"{found.source}: is no RTF, which begins with {{\\rtf")
    page = _RTF_PAGE.search(source := data.decode("latin-1"))
    encoding = f"cp{page[1]}" if page else "cp1252"
    try:
        source = data.decode(encoding, "replace") if not data.isascii() else source
        # the instructions of a field are no text; as a bookmark they are left out without a costly pattern
        text = str(to_text(source.replace("\\fldinst", "\\bkmkstart"), encoding=encoding, errors="replace"))
    except Exception as error:  # striprtf lets out what odd fonts, code pages and numbers make of its code
        raise UnreadableError(f"{found.source}: is no readable RTF ({first_line(error)})") from None
    if not text.strip():
        issues.add(found.source, "document without text", f"{len(data):,} bytes", "left out")
        return []
    piece = Piece(text, weak=True)
    if match := _RTF_TITLE.search(source):
        piece.title = _title(match[1])
    if match := _RTF_DAY.search(source):
        piece.dates.append(("document", f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}", 0))
    return [piece]
