"""A package as a file: a zip whose bytes depend on its contents alone, and one that is read with care."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from octadisc.errors import InputError, MissingFileError, UnreadableError
from octadisc.figures.words import listed

__all__ = ["pack", "unpack"]

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
_LARGEST = 4_000_000_000  # bytes, unpacked


def pack(files: Mapping[str, bytes], top: str) -> bytes:
    """Pack files under one folder: sorted, without times, owners or anything else of the machine.

    Examples
    --------
    >>> pack({"b": b"2", "a": b"1"}, "study") == pack({"a": b"1", "b": b"2"}, "study")
    True
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{top}/{name}", _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name], compresslevel=6)
    return buffer.getvalue()


def unpack(path: Path) -> dict[str, bytes]:
    """Read the files of a package, a zip or the folder that it was unpacked to, by their names in it.

    Raises
    ------
    MissingFileError, UnreadableError, InputError
        If there is nothing, it is no whole zip, or a name in it leads out of it.
    """
    if path.is_dir():
        return _read_folder(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            for one in entries:
                _check_entry(path, one)
            total = sum(one.file_size for one in entries)
            if total > _LARGEST:
                raise InputError(
                    f"{path}: unpacks to {total / 1e9:,.1f} GB, more than any package. Nothing was read."
                )
            found: dict[str, bytes] = {}
            for one in entries:
                if one.filename in found:
                    raise InputError(f"{path}: {one.filename} is in it twice. Get the package again.")
                found[one.filename] = archive.read(one)
    except FileNotFoundError:
        raise MissingFileError(
            f"{path}: there is no such package. Make one with octadisc package STUDY."
        ) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(
            f"{path}: is no whole zip ({str(error).rstrip('.')}). It was cut short or changed on the way; "
            "get it again."
        ) from None
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror or error}).") from None
    return _without_top(path, found)


def _check_entry(path: Path, entry: zipfile.ZipInfo) -> None:
    """Refuse what would be written elsewhere, or is no plain file."""
    name = entry.orig_filename
    parts = re.split(r"[/\\]", name)
    outside = ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or "\0" in name
    if outside or "\\" in name:
        raise InputError(
            f"{path}: the file {name!r} in it leads out of the package. octadisc makes no such packages; "
            "nothing was unpacked. Do not trust where it comes from."
        )
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise InputError(f"{path}: {name!r} in it is a link, not a file. Nothing was unpacked.")


def _without_top(path: Path, found: dict[str, bytes]) -> dict[str, bytes]:
    """Take off the folder that all files lie in."""
    tops = {name.partition("/")[0] for name in found}
    if len(tops) != 1 or not all("/" in name for name in found):
        raise InputError(
            f"{path}: expected one folder with all files in it, found {listed(sorted(tops), 5) or 'nothing'}."
            " It is no package that octadisc made."
        )
    return {name.partition("/")[2]: content for name, content in found.items()}


def _read_folder(path: Path) -> dict[str, bytes]:
    try:
        return {
            one.relative_to(path).as_posix(): one.read_bytes()
            for one in sorted(path.rglob("*"))
            if one.is_file() and not one.is_symlink() and one.name != ".DS_Store"
        }
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}).") from None
