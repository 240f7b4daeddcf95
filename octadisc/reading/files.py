"""Files: what a path, folder, glob or list stands for, archives opened, in the order of their names."""

from __future__ import annotations

import fnmatch
import gzip
import io
import os
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from octadisc.errors import InputError, MissingFileError, UnreadableError, did_you_mean

__all__ = ["IGNORE", "KINDS", "Found", "Issues", "find_files", "open_file"]

KINDS = {
    ".txt": "text", ".text": "text", ".md": "text", ".markdown": "text", ".html": "html", ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html", ".csv": "table", ".tsv": "table", ".tab": "table", ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "json", ".parquet": "parquet", ".pq": "parquet", ".xlsx": "sheet", ".xlsm": "sheet",
}  # fmt: skip
IGNORE = ".octadiscignore"  # one pattern a line: files of this folder that are no releases
_LIMIT = 4 * 1024**3  # bytes that one member of an archive may unpack to
_RATIO = 1000
_MANY = 20  # files of one unknown type from which they are one issue


@dataclass(slots=True)
class Issues:
    """What was mended, missing or left out; becomes corpus.issues."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, source: str, what: str, found: str, done: str, release: str | None = None) -> None:
        """Note one."""
        found = found if len(found) <= 300 else f"{found[:297]}…"
        self.rows.append({"release": release, "source": source, "what": what, "found": found, "done": done})


@dataclass(slots=True)
class Found:
    """A file to read: its place relative to the loaded root, its kind, and where its bytes are."""

    source: str
    kind: str
    path: Path
    member: str | None = None  # of a zip archive

    @property
    def suffix(self) -> str:
        """The suffix without that of its compression."""
        return _suffix(self.source)


def _suffix(name: str) -> str:
    name = name.lower().removesuffix(".gz")
    return os.path.splitext(name)[1]


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
    elif path.suffix.lower() == ".zip":
        yield from _members(path, source, issues, strange)
    elif kind := _kind(source):
        yield Found(source, kind, path)
    else:
        strange[_suffix(source)].append(source)


def _kind(name: str) -> str | None:
    suffix = _suffix(name)
    return KINDS.get(suffix, "text" if not suffix else None)


def _members(path: Path, source: str, issues: Issues, strange: dict[str, list[str]]) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        issues.add(source, "unreadable archive", str(error), "left out")
        return
    for member in sorted(members, key=lambda one: one.filename):
        name = f"{source}/{member.filename}"
        parts = member.filename.replace("\\", "/").split("/")
        if member.is_dir():
            continue
        if any(part.startswith((".", "__MACOSX")) for part in parts) or member.filename.startswith("/"):
            issues.add(name, "hidden file or a place outside", member.filename, "left out")
        elif (
            member.file_size > _LIMIT or member.file_size > _RATIO * max(1, member.compress_size) > 10_000_000
        ):
            issues.add(
                name,
                "unpacks to too much",
                f"{member.file_size:,} bytes from {member.compress_size:,}",
                "left out",
            )
        elif kind := _kind(member.filename):
            yield Found(name, kind, path, member.filename)
        else:
            strange[_suffix(member.filename)].append(name)


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
        f"{path}: no file{matching} that can be read as press releases. Expected {kinds}, plain or in .gz "
        f"or .zip; found {held}. Nothing was loaded; give the folder that holds the releases."
    )


def open_file(found: Found) -> bytes:
    """Read the bytes of a file, unpacked.

    Raises
    ------
    UnreadableError
        If they cannot be read, or the archive is broken or unpacks to too much.
    """
    try:
        if found.member is not None:
            with zipfile.ZipFile(found.path) as archive:
                data = archive.read(found.member)
        else:
            data = found.path.read_bytes()
        return _unzip(data, found.source) if found.source.lower().endswith(".gz") else data
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        if isinstance(error, UnreadableError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"{found.source}: {reason}") from None


def _unzip(data: bytes, source: str) -> bytes:
    limit = min(_LIMIT, max(10_000_000, _RATIO * len(data)))
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        made = stream.read(limit + 1)
    if len(made) > limit:
        raise UnreadableError(f"{source}: unpacks to more than {limit:,} bytes")
    return made
