"""Figures of earlier runs, kept for later ones: a file a notebook, named by all that it depends on."""

from __future__ import annotations

import json
import os
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from octadisc.errors import OctadiscError
from octadisc.figures.files import sha256_of
from octadisc.figures.remade.guard import states_hold
from octadisc.writing import write_whole

__all__ = ["Cache", "Entry", "cache_folder"]

_MOST = 500_000_000  # bytes of all entries; those not used for the longest time go first
_OLD = 60 * 24 * 3600  # seconds without use after which an entry goes
_RECORD = "record.json"
_ENDING = ".figures.zip"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a notebook has made: files by name, and what else they depend on (see `states_hold`)."""

    files: Mapping[str, bytes]
    states: Mapping[str, Any] = field(default_factory=dict)


class Cache:
    """Entries in a folder; one without a folder holds nothing.

    An entry is one file that appears whole or not at all. It counts only if each of its files has the hash
    that was noted, and if what the notebook read beside its corpus is unchanged.

    Parameters
    ----------
    folder : Path, optional
    most : int
        Bytes that all entries may take together.
    old : float
        Seconds after which an entry that nobody used goes.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     cache = Cache(Path(folder))
    ...     cache.put("ab12", Entry({"a.csv": b"1"}))
    ...     cache.take("ab12").files, cache.take("cd34")
    ({'a.csv': b'1'}, None)
    """

    def __init__(self, folder: Path | None, *, most: int = _MOST, old: float = _OLD) -> None:
        self.folder, self.most, self.old = folder, most, old

    def _place(self, key: str) -> Path | None:
        return None if self.folder is None else self.folder / f"{key[:40]}{_ENDING}"

    def take(self, key: str) -> Entry | None:
        """Give what was kept under a key, if it is there, whole, and nothing it depends on has changed."""
        place = self._place(key)
        if place is None or not place.exists():
            return None
        entry = _read(place, key)
        if entry is None or not states_hold(entry.states):
            return None
        with suppress(OSError):
            os.utime(place)  # used now
        return entry

    def put(self, key: str, entry: Entry) -> None:
        """Keep what was made; where it cannot be kept, the next run does without."""
        place = self._place(key)
        if place is None:
            return
        try:
            content = _written(key, entry)
            if len(content) <= self.most:
                write_whole(place, content)
            self.forget()
        except (OSError, OctadiscError, TypeError, ValueError):
            return

    def forget(self) -> None:
        """Let go of entries that nobody used for long, and of the oldest where they are too many."""
        if self.folder is None or not self.folder.is_dir():
            return
        seen = []
        for one in self.folder.glob(f"*{_ENDING}"):
            with suppress(OSError):
                state = one.stat()
                seen.append((state.st_mtime, state.st_size, one))
        kept = 0
        for used, size, one in sorted(seen, key=lambda entry: -entry[0]):
            kept += size
            if kept > self.most or time.time() - used > self.old:
                kept -= size
                with suppress(OSError):
                    one.unlink()


def _written(key: str, entry: Entry) -> bytes:
    record = {
        "key": key,
        "sha256": {name: sha256_of(content) for name, content in entry.files.items()},
        "states": dict(entry.states),
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(_RECORD, json.dumps(record))
        for name, content in entry.files.items():
            archive.writestr(f"files/{name}", content)
    return buffer.getvalue()


def _read(place: Path, key: str) -> Entry | None:
    """Read an entry; None if anything about it is not as it was written."""
    try:
        with zipfile.ZipFile(BytesIO(place.read_bytes())) as archive:
            record = json.loads(archive.read(_RECORD))
            files = {name: archive.read(f"files/{name}") for name in record["sha256"]}
            states = dict(record["states"])
        whole = record["key"] == key and all(
            sha256_of(content) == record["sha256"][name] and Path(name).name == name
            for name, content in files.items()
        )
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        zipfile.BadZipFile,
        NotImplementedError,
    ):
        return None
    except Exception:  # zlib.error and what else a damaged archive may bring; an entry is no reason to stop
        return None
    return Entry(files, states) if whole else None


def cache_folder(kind: str = "figures") -> Path | None:
    """Give where entries are kept: in $OCTADISC_CACHE (nowhere if that is empty), or in the user's cache."""
    named = os.environ.get("OCTADISC_CACHE")
    if named is not None:
        return Path(named) / kind if named.strip() else None
    import platformdirs

    try:
        return Path(platformdirs.user_cache_dir("octadisc", appauthor=False)) / kind
    except (OSError, RuntimeError):
        return None
