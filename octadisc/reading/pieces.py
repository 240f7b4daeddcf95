"""Pieces: what a reader of a format hands on, a text or page with what the format says of it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

from octadisc.errors import UnreadableError

__all__ = ["Piece", "check_package", "first_line"]

_LIMIT = 1_000_000_000  # bytes that the parts of an office document may unpack to, together
_RATIO = 1000


@dataclass(slots=True)
class Piece:
    """A text on its way to a draft, with the fields that its format has for it.

    Attributes
    ----------
    text : str
        The text, or the HTML of a page.
    number : str
        Its number in the file; empty if the file is one release.
    html : bool
        Whether the text is HTML, to be read as a page.
    told : bool
        Whether the format says what the text is: then no line of it is judged.
    weak : bool
        Whether title and issuer count only where the text itself has none.
    dates : list of (kind, value, weight)
        Evidence for the date; of one kind, the smaller weight comes first.
    spans : list of (start, end, label)
        Parts of the text that are fields of the format and no words of the release.
    """

    text: str
    number: str = ""
    html: bool = False
    told: bool = False
    weak: bool = False
    title: str | None = None
    issuer: str | None = None
    language: str | None = None
    url: str | None = None
    release: str | None = None
    dates: list[tuple[str, str, int]] = field(default_factory=list)
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)


def first_line(error: BaseException) -> str:
    """Give the first line of what another library says, or the name of its error."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


def check_package(source: str, data: bytes) -> None:
    """Refuse an office document, which is a zip archive, that unpacks to too much.

    Raises
    ------
    UnreadableError
        If it does, or is no such archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            size = sum(one.file_size for one in package.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError(f"{source}: is no office document ({first_line(error)})") from None
    if size > min(_LIMIT, max(50_000_000, _RATIO * len(data))):
        raise UnreadableError(f"{source}: unpacks to {size:,} bytes from {len(data):,}")
