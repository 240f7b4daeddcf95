"""Shelf: what was read of a large corpus, put aside until all of it is, so that loading can be resumed.

Each chunk of files is one file in the user's cache folder, named by what it depends on: the files' names,
sizes and times, what the caller named, and octadisc's own code and facts. Once the corpus is made, they go.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from octadisc.errors import UnreadableError
from octadisc.reading.dates import Candidate
from octadisc.reading.files import Found, Issues
from octadisc.reading.formats import Draft
from octadisc.reading.stage import Stage
from octadisc.writing import write_whole

__all__ = ["Shelf"]

_OLD = 14 * 24 * 3600  # seconds after which what an interruption left is taken for given up
_LIBRARIES = ("resiliparse", "py3langid", "trafilatura", "htmldate")
_NOT_KEPT = ("page", "store", "place", "candidates")


class Shelf:
    """Places for chunks of files; one without a folder holds nothing.

    Parameters
    ----------
    folder : path, optional
        Where chunks are kept; by default a folder of the user's cache.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     shelf = Shelf(folder)
    ...     stage = Stage([Draft("a.txt", "Police met.", title="Police")], [("en", None, "Latn", None)])
    ...     stage.put_away()
    ...     shelf.put("first", stage)
    ...     again = shelf.take("first")
    >>> again.drafts[0].title, again.drafts[0].whole, again.languages
    ('Police', 'Police met.', [('en', None, 'Latn', None)])
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.folder = Path(folder) if folder is not None else _usual_folder()

    def forget_old(self) -> None:
        """Let go of what an interruption left long ago."""
        try:
            for one in self.folder.iterdir() if self.folder is not None else ():
                if one.suffix == ".arrow" and time.time() - one.stat().st_mtime > _OLD:
                    one.unlink(missing_ok=True)
        except OSError:
            return

    def name(self, chunk: Sequence[Found], given: Mapping[str, str | None]) -> str:
        """Give the name under which a chunk is kept; empty if its files cannot be looked at."""
        try:
            seen = [(one.source, one.kind, *_state(one.path)) for one in chunk]
        except OSError:
            return ""
        told = json.dumps([_code(), sorted(given.items()), seen], ensure_ascii=False, default=str)
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def _place(self, name: str) -> Path | None:
        return self.folder / f"{name}.arrow" if self.folder is not None and name else None

    def put(self, name: str, stage: Stage) -> None:
        """Keep what was read; where it cannot be kept, loading goes on without."""
        import pyarrow as pa

        place = self._place(name)
        if place is None:
            return
        try:
            records = [json.dumps(_written(draft), ensure_ascii=False) for draft in stage.drafts]
            rest = json.dumps([stage.languages, stage.issues.rows, stage.without_text], ensure_ascii=False)
            pages = pa.chunked_array(stage.pages, pa.large_string()).combine_chunks()
            table = pa.table({"page": pages, "draft": pa.array(records, pa.large_string())})
            table = table.replace_schema_metadata({"rest": rest})
            sink = pa.BufferOutputStream()
            with pa.ipc.new_file(
                sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")
            ) as out:
                out.write_table(table)
            write_whole(place, sink.getvalue().to_pybytes())
        except (TypeError, ValueError, UnreadableError, pa.ArrowException):
            return

    def take(self, name: str) -> Stage | None:
        """Give what was kept under a name, if it is there and whole."""
        import pyarrow as pa

        place = self._place(name)
        if place is None or not place.exists():
            return None
        try:
            table = pa.ipc.open_file(pa.py_buffer(place.read_bytes())).read_all()
            languages, rows, without_text = json.loads(table.schema.metadata[b"rest"])
            stage = Stage([_read(json.loads(one)) for one in table.column("draft").to_pylist()])
            stage.languages = [tuple(one) for one in languages]
            stage.issues = Issues(rows)
            stage.without_text = [(source, columns) for source, columns in without_text]
            stage.keep(table.column("page").combine_chunks())
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
            return None
        return stage

    def clear(self, names: Iterable[str]) -> None:
        """Let go of what was kept under some names: the corpus is made."""
        try:
            for name in names:
                if (place := self._place(name)) is not None:
                    place.unlink(missing_ok=True)
        except OSError:
            return


def _written(draft: Draft) -> dict[str, Any]:
    """Give a draft as JSON can hold it."""
    made = {one.name: getattr(draft, one.name) for one in fields(Draft) if one.name not in _NOT_KEPT}
    made["candidates"] = [
        {**{one.name: getattr(candidate, one.name) for one in fields(Candidate)}, "day": str(candidate.day),
         "other": str(candidate.other) if candidate.other else None}
        for candidate in draft.candidates
    ]  # fmt: skip
    return made


def _read(made: dict[str, Any]) -> Draft:
    candidates = made.pop("candidates")
    for name in ("spans", "partial"):
        made[name] = [tuple(one) for one in made[name]]
    draft = Draft(page="", **made)
    draft.candidates = [
        Candidate(**{
            **one, "day": date.fromisoformat(one["day"]),
            "other": date.fromisoformat(one["other"]) if one["other"] else None,
        })
        for one in candidates
    ]  # fmt: skip
    return draft


def _state(path: Path) -> tuple[int, int]:
    seen = path.stat()
    return seen.st_size, seen.st_mtime_ns


@cache
def _code() -> str:
    """Hash the code and facts that decide what is read, and the versions of the libraries that help."""
    made = hashlib.sha256(" ".join(f"{one} {metadata.version(one)}" for one in _LIBRARIES).encode())
    root = resources.files("octadisc")
    for folder in (root.joinpath("reading"), root.joinpath("facts")):
        for one in sorted(_files(folder), key=lambda one: one.name):
            made.update(one.name.encode() + one.read_bytes())
    return made.hexdigest()


def _files(folder: Any) -> Iterable[Any]:
    return (one for one in folder.iterdir() if one.name.endswith((".py", ".csv", ".txt")))


def _usual_folder() -> Path | None:
    """Give a folder in the user's cache, None where there is none."""
    import platformdirs

    try:
        return Path(platformdirs.user_cache_dir("octadisc", appauthor=False)) / "loading"
    except (OSError, RuntimeError):
        return None
