"""Files: what a path, folder, glob or list stands for, archives opened, in the order of their names."""

from __future__ import annotations

import fnmatch
import io
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from octadisc.errors import InputError, MissingFileError, UnreadableError, did_you_mean
from octadisc.reading.archives import (
    BROKEN,
    DEEP,
    LIMIT,
    MANY,
    RATIO,
    Archive,
    Member,
    archive_kind,
    plain_name,
    unpack,
)
from octadisc.writing import encodable

__all__ = ["IGNORE", "KINDS", "Found", "Issues", "find_files", "open_file", "open_stream"]

KINDS = {
    ".txt": "text", ".text": "text", ".md": "text", ".markdown": "text", ".html": "html", ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html", ".csv": "table", ".tsv": "table", ".tab": "table", ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "json", ".parquet": "parquet", ".pq": "parquet", ".xlsx": "sheet", ".xlsm": "sheet",
    ".pdf": "pdf", ".docx": "docx", ".docm": "docx", ".rtf": "rtf", ".eml": "mail", ".mbox": "mailbox",
    ".mbx": "mailbox",
    ".warc": "warc", ".rss": "xml", ".atom": "xml", ".xml": "xml", ".tei": "xml",
    ".conllu": "conllu", ".conll": "conllu", ".vert": "vertical", ".vrt": "vertical",
}  # fmt: skip
IGNORE = ".octadiscignore"  # one pattern a line: files of this folder that are no releases
_MANY = 20  # files of one unknown type from which they are one issue


@dataclass(slots=True)
class Issues:
    """What was mended, missing or left out; becomes corpus.issues."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, source: str, what: str, found: str, done: str, release: str | None = None) -> None:
        """Note one."""
        found = found if len(found) <= 300 else f"{found[:297]}…"
        row = {"release": release, "source": source, "what": what, "found": found, "done": done}
        self.rows.append({name: one and encodable(one) for name, one in row.items()})


@dataclass(slots=True)
class Found:
    """A file to read: its place relative to the loaded root, its kind, and where its bytes are."""

    source: str
    kind: str
    path: Path
    member: str | None = None
    archive: Archive | None = None  # that the member is in

    @property
    def suffix(self) -> str:
        """The suffix without that of its compression."""
        return _suffix(self.source)


def _suffix(name: str) -> str:
    return os.path.splitext(plain_name(name))[1]


def find_files(path: Any, issues: Issues, pattern: str | None = None) -> list[Found]:
    """List the readable files under a path, a glob, or a list of these.

    Raises
    ------
    MissingFileError
        If there is nothing at the path.
    InputError
        If there is a folder but no file in it that can be read.
    """
    if isinstance(path, str) and not path.strip():
        raise InputError("load_corpus was given an empty path. Expected a file, a folder or a glob.")
    if isinstance(path, (str, os.PathLike)):
        places, root = _expand(path)
    elif isinstance(path, Sequence) and path:
        pairs = [_expand(one) for one in path]
        places = [place for found, _ in pairs for place in found]
        root = Path(os.path.commonpath([str(one) for _, one in pairs]))
    else:
        raise InputError(
            f"load_corpus was given {path!r}. Expected a file, a folder, a glob or a list of these."
        )
    found: dict[str, Found] = {}
    strange: dict[str, list[str]] = defaultdict(list)
    for place in places:
        for one in _walk(place, root, issues, strange):
            if (
                pattern is None
                or fnmatch.fnmatch(one.source, pattern)
                or fnmatch.fnmatch(one.path.name, pattern)
            ):
                found.setdefault(one.source, one)
    _report_strange(strange, issues)
    if not found:
        raise InputError(_nothing(path, strange, issues, pattern))
    return [found[name] for name in sorted(found)]


def _expand(path: Any) -> tuple[list[Path], Path]:
    """Give the files and folders a path or glob stands for, and the folder that ids are relative to."""
    given = Path(os.path.expanduser(path)).absolute()
    if os.path.lexists(given):
        return [given], given if given.is_dir() else given.parent
    name = str(given)
    if any(sign in name for sign in "*?["):
        import glob

        fixed = next(n for n, part in enumerate(given.parts) if any(sign in part for sign in "*?["))
        matches = sorted(glob.glob(name, recursive=True))
        if matches:
            return [Path(one) for one in matches], Path(*given.parts[:fixed])
        raise MissingFileError(
            f"{path}: no file matches. Expected a glob such as 'releases/**/*.html'; nothing was loaded."
        )
    parent = given.parent
    names = os.listdir(parent) if parent.is_dir() and os.access(parent, os.R_OK) else []
    near = did_you_mean(given.name, names) if names else ""
    where = (
        f" {parent} exists, but has no {given.name!r}.{near}"
        if parent.is_dir()
        else f" Nor is there a folder {parent}."
    )
    raise MissingFileError(
        f"{path}: there is no such file or folder.{where} Nothing was loaded; mend the path."
    )


def _walk(place: Path, root: Path, issues: Issues, strange: dict[str, list[str]]) -> Iterator[Found]:
    if not place.is_dir():
        yield from _take(place, root, issues, strange)
        return

    def failed(error: OSError) -> None:
        name = _relative(Path(error.filename or place), root)
        issues.add(name, "unreadable folder", error.strerror or str(error), "left out")

    for folder, folders, files in os.walk(place, onerror=failed):
        for name in [one for one in folders if one.startswith((".", "__MACOSX"))]:
            folders.remove(name)
            issues.add(_relative(Path(folder, name), root), "hidden folder", name, "left out")
        folders.sort()
        for name in [one for one in folders if os.path.islink(os.path.join(folder, one))]:
            issues.add(
                _relative(Path(folder, name), root),
                "link to a folder",
                os.readlink(os.path.join(folder, name)),
                "not followed",
            )
        for name in _wanted(Path(folder), sorted(files), root, issues):
            yield from _take(Path(folder, name), root, issues, strange)


def _wanted(folder: Path, names: list[str], root: Path, issues: Issues) -> list[str]:
    """Leave out the files of a folder that its list of files to ignore names, such as a key or notes."""
    if IGNORE not in names:
        return names
    try:
        lines = (folder / IGNORE).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        issues.add(_relative(folder / IGNORE, root), "unreadable file", str(error), "not heeded")
        lines = []
    patterns = [one.strip() for one in lines if one.strip() and not one.startswith("#")]
    ignored = [name for name in names if any(fnmatch.fnmatch(name, one) for one in patterns)]
    for name in ignored:
        issues.add(_relative(folder / name, root), "file to be ignored", f"named in {IGNORE}", "left out")
    return [name for name in names if name not in ignored and name != IGNORE]


def _relative(path: Path, root: Path) -> str:
    name = os.path.relpath(path, root).replace(os.sep, "/")
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _take(path: Path, root: Path, issues: Issues, strange: dict[str, list[str]]) -> Iterator[Found]:
    source = _relative(path, root)
    if path.name.startswith((".", "~$")) or path.name in ("Thumbs.db", "desktop.ini"):
        issues.add(source, "hidden file", path.name, "left out")
    elif not path.exists():
        issues.add(
            source, "broken link", os.readlink(path) if path.is_symlink() else "nothing there", "left out"
        )
    elif not path.is_file():
        issues.add(source, "no regular file", "a device, pipe or socket", "left out")
    elif kind := archive_kind(path.name):
        yield from _members(Archive(source, kind, path), issues, strange, [0])
    elif kind := _kind(source):
        yield Found(source, kind, path)
    else:
        strange[_suffix(source)].append(source)


def _kind(name: str) -> str | None:
    suffix = _suffix(name)
    return KINDS.get(suffix, "text" if not suffix else None)


def _members(
    archive: Archive, issues: Issues, strange: dict[str, list[str]], opened: list[int]
) -> Iterator[Found]:
    """List the files in an archive and in those inside it; count the archives opened on the way."""
    opened[0] += 1
    if archive.depth > DEEP or opened[0] > MANY:
        if opened[0] <= MANY + 1:
            reason = f"{archive.depth} deep" if archive.depth > DEEP else f"more than {MANY:,} archives"
            issues.add(archive.source, "too many archives in archives", reason, "left out")
        return
    try:
        members = archive.members()
    except BROKEN as error:
        archive.close()
        issues.add(archive.source, "unreadable archive", _reason(error), "left out")
        return
    if archive.broken:
        issues.add(archive.source, "archive breaks off", archive.broken, "the files before were listed")
    of_web_archive = 0
    try:
        for member in members:
            name = f"{archive.source}/{_shown(member.name)}"
            kind = archive_kind(member.name)
            if archive.kind == "wacz" and _suffix(member.name) != ".warc":
                of_web_archive += 1
            elif problem := _refusal(member):
                issues.add(name, *problem, "left out")
            elif kind:
                inner = Archive(name, kind, archive.path, member.name, archive, archive.depth + 1)
                yield from _members(inner, issues, strange, opened)
            elif kind := _kind(member.name):
                yield Found(name, kind, archive.path, member.name, archive)
            else:
                strange[_suffix(member.name)].append(name)
    finally:
        archive.close()
    if of_web_archive:
        issues.add(archive.source, "index of a web archive", f"{of_web_archive} files", "left out")


def _refusal(member: Member) -> tuple[str, str] | None:
    """Say why a member of an archive is not read: what it is, and what was found."""
    parts = member.name.replace("\\", "/").split("/")
    if any(part.startswith((".", "__MACOSX")) for part in parts) or member.name.startswith("/"):
        return "hidden file or a place outside", _shown(member.name)
    if member.odd:
        return f"{member.odd} in an archive", _shown(member.name)
    if member.size > LIMIT or (member.size > RATIO * max(1, member.packed) and member.size > 10_000_000):
        return "unpacks to too much", f"{member.size:,} bytes from {member.packed:,}"
    return None


def _shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _reason(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def _report_strange(strange: dict[str, list[str]], issues: Issues) -> None:
    for suffix, names in sorted(strange.items()):
        if len(names) > _MANY:
            issues.add(
                names[0].rpartition("/")[0] or suffix,
                "unexpected file type",
                f"{len(names)} files of type {suffix}",
                "left out",
            )
            continue
        for name in names:
            issues.add(name, "unexpected file type", suffix or "no suffix", "left out")


def _nothing(path: Any, strange: dict[str, list[str]], issues: Issues, pattern: str | None) -> str:
    kinds = ", ".join(sorted(KINDS))
    if strange:
        held = ", ".join(
            f"{len(names)} {suffix or 'without suffix'}" for suffix, names in sorted(strange.items())
        )
    elif issues.rows:
        held = "; ".join(f"{row['source']}: {row['what']} ({row['found']})" for row in issues.rows[:3])
    else:
        held = "nothing"
    matching = f" that matches {pattern!r}" if pattern else ""
    return (
        f"{path}: no file{matching} that can be read as press releases. Expected {kinds}, plain or in .gz, "
        f".zip or .tar; found {held}. Nothing was loaded; give the folder that holds the releases."
    )


def open_file(found: Found) -> bytes:
    """Read the bytes of a file, unpacked.

    Raises
    ------
    UnreadableError
        If they cannot be read, or the archive is broken or unpacks to too much.
    """
    try:
        if found.archive is not None and found.member is not None:
            data = found.archive.read(found.member)
        else:
            data = found.path.read_bytes()
        if plain_name(found.source) == found.source.lower():
            return data
        with unpack(io.BytesIO(data), found.source, len(data))[0] as stream:
            return stream.read()
    except UnreadableError:
        raise
    except BROKEN as error:
        raise UnreadableError(f"{found.source}: {_reason(error)}") from None


def open_stream(found: Found) -> IO[bytes]:
    """Open a file that is read piece by piece, as it is on disk; a member of an archive is read whole.

    Raises
    ------
    UnreadableError
        If it cannot be opened.
    """
    try:
        if found.archive is not None and found.member is not None:
            return io.BytesIO(found.archive.read(found.member))
        return found.path.open("rb")
    except BROKEN as error:
        raise UnreadableError(f"{found.source}: {_reason(error)}") from None
