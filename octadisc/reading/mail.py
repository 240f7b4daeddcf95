"""Mail: a message is a release, its subject the headline, its Date and From evidence."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from octadisc.errors import UnreadableError
from octadisc.reading.encodings import decode
from octadisc.reading.files import Found, Issues
from octadisc.reading.pieces import Piece

__all__ = ["read_mail", "read_mailbox"]

_SEPARATOR = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From [^\r\n]{1,500}\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.M)
_HEADER = re.compile(rb"\A\s*[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?[^\r\n]*\r?\n")


_LONG = 10_000  # characters of a header; what is longer takes Python's own parser minutes


class _Bounded(email.policy.Compat32):
    """A policy that keeps the beginning of each header."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Give name and value of a header."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONG]


_POLICY = _Bounded()


def read_mail(found: Found, data: bytes, issues: Issues) -> list[Piece]:
    """Read one message, its plain text rather than its HTML; attachments are listed."""
    if not _HEADER.match(data):
        raise UnreadableError(f"{found.source}: is no message; expected headers such as From: and Subject:")
    piece = _read_message(found.source, data, "", issues)
    return [piece] if piece else []


def read_mailbox(found: Found, data: bytes, issues: Issues) -> Iterator[Piece]:
    """Read the messages of an mbox file."""
    starts = list(_SEPARATOR.finditer(data))
    if not starts or data[: starts[0].start()].strip():
        raise UnreadableError(f"{found.source}: is no mailbox; expected a line that begins with 'From '")
    for n, start in enumerate(starts, 1):
        end = starts[n].start() if n < len(starts) else len(data)
        message = _QUOTED.sub(rb"\1", data[start.end() : end])
        piece = _read_message(f"{found.source}#{n}", message, str(n), issues)
        if piece:
            yield piece


def _read_message(source: str, data: bytes, number: str, issues: Issues) -> Piece | None:
    message = email.message_from_bytes(data, policy=_POLICY)
    plain = html = None
    for part in message.walk():
        if part.is_multipart():
            continue
        kind, name = part.get_content_type(), part.get_filename()
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            size = len(_payload(part))
            issues.add(
                source, "attachment", f"{name or 'no name'}, {kind}, {size:,} bytes", "not read", source
            )
        elif kind == "text/html":
            html = html or _text(part, source, issues)
        else:
            plain = plain or _text(part, source, issues)
    body = plain if plain and plain.strip() else html
    if not body or not body.strip():
        issues.add(source, "message without text", _header(message, "Subject"), "left out")
        return None
    piece = Piece(body, number, html=body is html and body is not plain)
    piece.title = " ".join(_header(message, "Subject").split()) or None
    name, address = parseaddr(_header(message, "From"))
    piece.issuer = " ".join(name.split()) or address.rpartition("@")[2] or None
    if when := _header(message, "Date"):
        piece.dates.append(("mail header", _day(when) or when, 0))
    return piece


def _header(message: Message, name: str) -> str:
    """Decode a header, also one that is broken."""
    from email.header import decode_header

    raw = message.get(name)
    if raw is None:
        return ""
    try:
        parts = decode_header(raw)
        # raw bytes above 127 come as lone surrogates, or as "unknown-8bit"
        return (
            "".join(part if isinstance(part, str) else _decoded(part, charset) for part, charset in parts)
            .encode("utf-8", "surrogateescape")
            .decode("utf-8", "replace")
        )
    except (ValueError, LookupError):
        return str(raw).encode("utf-8", "replace").decode("utf-8")


def _decoded(data: bytes, charset: str | None) -> str:
    try:
        if charset and charset != "unknown-8bit":
            return data.decode(charset)
        return decode(data)[0]
    except (LookupError, ValueError):  # of a name with a null in it
        return data.decode("utf-8", "replace")


def _day(value: str) -> str:
    """Give the day where the message was sent, as ISO has it."""
    try:
        return str(parsedate_to_datetime(value).date())
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message, source: str, issues: Issues) -> str:
    data, charset = _payload(part), part.get_content_charset()
    if charset:
        try:
            return data.decode(charset)
        except (LookupError, ValueError):
            issues.add(
                source, "encoding", f"declared as {charset}, but is not", "read by its letters", source
            )
    return _decoded(data, None)
