"""Archives: zip and tar files, also inside each other, read as folders; nothing is ever unpacked to a place.

The names of members are only names: ``../`` leads nowhere. What an archive may unpack to is bounded, and so
are the depth and the number of archives in archives.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from octadisc.errors import UnreadableError

__all__ = ["BROKEN", "Archive", "Member", "archive_kind", "closing_archives", "plain_name", "unpack"]

LIMIT = 4 * 1024**3  # bytes that one member of an archive may unpack to
RATIO = 300  # times its packed size that a file may unpack to; texts reach a tenth of that
DEEP = 8  # archives in archives
MANY = 10_000  # archives within one file
BROKEN = (
    OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, RuntimeError,
    NotImplementedError, ValueError, KeyError,
)  # fmt: skip
_PACKED = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_SHORT = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".txz": ".tar.xz"}
_ARCHIVES = {".zip": "zip", ".wacz": "wacz", ".tar": "tar"}


def _long(name: str) -> str:
    stem, suffix = os.path.splitext(name.lower())
    return stem + _SHORT.get(suffix, suffix)


def plain_name(name: str) -> str:
    """Give a name in lower case without the suffixes of its compression.

    Examples
    --------
    >>> plain_name("a.TXT.gz"), plain_name("b.tgz")
    ('a.txt', 'b.tar')
    """
    name = _long(name)
    while (suffix := os.path.splitext(name)[1]) in _PACKED:
        name = name.removesuffix(suffix)
    return name


def archive_kind(name: str) -> str | None:
    """Tell which kind of archive a name stands for: zip, wacz, tar or none."""
    return _ARCHIVES.get(os.path.splitext(plain_name(name))[1])


def unpack(stream: IO[bytes], name: str, size: int) -> tuple[IO[bytes], int]:
    """Undo the compressions that a name tells, into memory or, if large, a temporary file.

    Raises
    ------
    UnreadableError
        If it unpacks to too much.
    """
    short = _long(name)
    while (opener := _PACKED.get(suffix := os.path.splitext(short)[1])) is not None:
        limit = min(LIMIT, max(10_000_000, RATIO * size))
        made = cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=64_000_000))  # noqa: SIM115 - handed on
        size = 0
        try:
            with cast(Any, opener)(stream) as packed:
                while chunk := packed.read(1 << 20):
                    size += len(chunk)
                    if size > limit:
                        raise UnreadableError(f"{name}: unpacks to more than {limit:,} bytes")
                    made.write(chunk)
        except BaseException:
            made.close()
            raise
        finally:
            stream.close()
        made.seek(0)
        stream, short = made, short.removesuffix(suffix)
    return stream, size


@dataclass(slots=True)
class Member:
    """A file in an archive: its name, its size, that of its packed bytes, and what is odd about it."""

    name: str
    size: int
    packed: int
    odd: str = ""


@dataclass(eq=False)
class Archive:
    """An archive, on disk or inside another; opened when something is read from it."""

    source: str
    kind: str
    path: Path
    member: str | None = None
    parent: Archive | None = None
    depth: int = 1
    broken: str = ""  # where a tar file breaks off
    _opened: Any = field(default=None, repr=False)
    _stream: IO[bytes] | None = field(default=None, repr=False)

    def chain(self) -> Iterator[Archive]:
        """Give this archive and those it lies in."""
        one: Archive | None = self
        while one is not None:
            yield one
            one = one.parent

    def _open(self) -> Any:
        if self._opened is None:
            if self.parent is not None and self.member is not None:
                data = self.parent.read(self.member)
                stream, size = cast(IO[bytes], io.BytesIO(data)), len(data)
            else:
                stream, size = self.path.open("rb"), self.path.stat().st_size
            self._stream = stream
            self._stream, _ = unpack(stream, self.source, size)
            try:
                self._opened = (
                    tarfile.open(fileobj=self._stream, mode="r:")  # noqa: SIM115 - closed by close()
                    if self.kind == "tar"
                    else zipfile.ZipFile(self._stream)
                )
            except BaseException:
                self.close()
                raise
        return self._opened

    def members(self) -> list[Member]:
        """List the files in it, sorted by name; of several with one name the last, as unpacking would."""
        opened = self._open()
        made: dict[str, Member] = {}
        if self.kind == "tar":
            for one in self._entries(opened):
                odd = "" if one.isfile() else "link" if one.issym() or one.islnk() else "no regular file"
                if not one.isdir():
                    packed = 0 if one.issparse() else one.size
                    made[one.name] = Member(one.name, one.size, packed, odd)
        else:
            for one in opened.infolist():
                if not one.is_dir():
                    link = one.external_attr >> 16 & 0o170000 == 0o120000
                    made[one.filename] = Member(one.filename, one.file_size, one.compress_size, "link" * link)
        return [one for _, one in sorted(made.items())]

    def _entries(self, opened: Any) -> Iterator[Any]:
        """Give the entries of a tar file up to where it breaks off."""
        n = 0
        try:
            for entry in opened:
                n += 1
                yield entry
        except (tarfile.TarError, OSError, EOFError, ValueError) as error:
            if not n:
                raise
            self.broken = f"after {n} entries: {error}"

    def read(self, name: str) -> bytes:
        """Read a member's bytes."""
        opened = self._open()
        if self.kind != "tar":
            return cast(bytes, opened.read(name))
        stream = opened.extractfile(name)
        return b"" if stream is None else cast(bytes, stream.read())

    def close(self) -> None:
        """Close it; it opens again when needed."""
        for one in (self._opened, self._stream):
            if one is not None:
                one.close()
        self._opened = self._stream = None


@contextmanager
def closing_archives() -> Iterator[Callable[[Any], None]]:
    """Keep the archives of the file being read open, so that each is opened once, and close the others."""
    held: list[Archive] = []

    def keep(found: Any) -> None:
        chain = list(found.archive.chain()) if found.archive is not None else []
        for one in held:
            if one not in chain:
                one.close()
        held[:] = chain

    try:
        yield keep
    finally:
        for one in held:
            one.close()
