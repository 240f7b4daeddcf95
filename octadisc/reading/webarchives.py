"""Web archives: the HTML pages of a WARC file, each with its address and the day of its capture."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr
from typing import IO, Any

from octadisc.errors import UnreadableError
from octadisc.reading.encodings import decode
from octadisc.reading.files import Found, Issues
from octadisc.reading.pieces import Piece, first_line

__all__ = ["read_warc"]

_HTML = ("text/html", "application/xhtml+xml")
_LIMIT = 50_000_000  # bytes of one page


def read_warc(found: Found, data: bytes | IO[bytes], issues: Issues) -> Iterator[Piece]:
    """Read the HTML responses of a WARC file record by record; the rest is counted in one issue row."""
    from warcio.archiveiterator import ArchiveIterator

    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    others: Counter[str] = Counter()
    number = pages = 0
    try:
        records = ArchiveIterator(stream)
        for number, record in enumerate(_quietly(records), 1):
            other = _is_other(record)
            if other:
                others[other] += 1
                continue
            page = _read_record(f"{found.source}#{number}", number, record, issues)
            if page is not None:
                pages += 1
                yield page
        if records.err_count:
            done = "the records after them were read"
            issues.add(found.source, "records of a wrong length", str(records.err_count), done)
    except Exception as error:  # warcio raises its own errors, and those of zlib and of odd headers
        if not pages:
            raise UnreadableError(
                f"{found.source}: is no readable web archive ({first_line(error)})"
            ) from None
        issues.add(
            found.source,
            "web archive breaks off",
            f"after {number} records: {first_line(error)}",
            "the pages before were read",
        )
    if others:
        held = ", ".join(f"{count} {name}" for name, count in sorted(others.items()))
        issues.add(found.source, "records that are no pages", held, "left out")
    if not pages and not number:
        raise UnreadableError(f"{found.source}: holds no records")


def _quietly(records: Any) -> Iterator[Any]:
    """Give the records; what warcio writes to the terminal meanwhile it also counts."""
    while True:
        with redirect_stderr(io.StringIO()):
            record = next(records, None)
        if record is None:
            return
        yield record


def _is_other(record: Any) -> str:
    """Say what a record is, if it is no HTML page that a server gave."""
    if record.rec_type != "response":
        return str(record.rec_type or "without type")[:40]
    if record.http_headers is None:
        return "response without HTTP"
    status = str(record.http_headers.get_statuscode() or "")
    if status and not status.startswith("2"):
        return f"status {status[:3]}"
    kind = (record.http_headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    return "" if kind in _HTML else kind[:60] or "without content type"


def _read_record(source: str, number: int, record: Any, issues: Issues) -> Piece | None:
    stream = record.content_stream()
    chunks, size = [], 0
    while chunk := stream.read(65_536):
        chunks.append(chunk)
        size += len(chunk)
        if size > _LIMIT:
            issues.add(source, "unpacks to too much", f"more than {_LIMIT:,} bytes", "left out")
            return None
    data = b"".join(chunks)
    if not data.strip():
        issues.add(source, "empty page", str(record.rec_headers.get_header("WARC-Target-URI")), "left out")
        return None
    try:
        text, encoding, doubt = decode(data)
    except UnicodeError as error:
        issues.add(source, "unreadable page", str(error), "left out")
        return None
    if doubt:
        issues.add(source, "encoding", doubt, f"read as {encoding}", source)
    piece = Piece(text, str(number), html=True)
    piece.url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ") or None
    if when := record.rec_headers.get_header("WARC-Date"):
        piece.dates.append(("capture", when, 0))
    return piece
