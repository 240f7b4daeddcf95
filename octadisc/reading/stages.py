"""Stages: many files read side by side, with the same result whatever the number of processes.

The files are cut into chunks. Workers take those of texts and pages from the front; this process reads what
holds archives, tables and other formats, each archive opened once, and then takes from the end, so that
nothing waits for a worker to start. Workers are joblib's, which need no guard in the researcher's script on
any system; where they cannot be started or die, this process reads what they left.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from octadisc.errors import OctadiscError, UnreadableError
from octadisc.reading.archives import closing_archives
from octadisc.reading.drafts import draft_piece, draft_table, draft_text
from octadisc.reading.files import Found, Issues, open_file, open_stream
from octadisc.reading.formats import read_file
from octadisc.reading.languages import tell_language
from octadisc.reading.pieces import Piece
from octadisc.reading.shelf import Shelf
from octadisc.reading.stage import Stage
from octadisc.reading.tables import Table

__all__ = ["read_files"]

_CHUNK = 40  # files
_MANY = 500  # files from which on workers are worth their start, of which each takes about a second


def read_files(
    files: Sequence[Found],
    given: Mapping[str, str | None],
    *,
    workers: int | None = None,
    shown: Callable[[int], object] = lambda n: None,
    shelf: Shelf | None = None,
) -> Stage:
    """Read files in their order.

    Parameters
    ----------
    files : sequence of Found
    given : mapping
        Field to the column that the caller named.
    workers : int, optional
        Processes, this one among them; by default one for small corpora, else one a processor.
    shown : callable
        Told after each chunk how many files it had.
    shelf : Shelf, optional
        Where chunks of texts and pages are put aside once read, and taken from if they are there.
    """
    size = _CHUNK if workers or len(files) >= _MANY else max(1, len(files) // 100)
    chunks = [files[start : start + size] for start in range(0, len(files), size)]
    shared = [n for n, chunk in enumerate(chunks) if all(map(_is_light, chunk))]
    stages: list[Stage | None] = [None] * len(chunks)
    names = {n: shelf.name(chunks[n], given) for n in shared} if shelf is not None else {}
    for n, name in names.items():
        if shelf is not None and (kept := shelf.take(name)) is not None:
            stages[n] = kept
            shown(len(chunks[n]))
    shared = [n for n in shared if stages[n] is None]
    executor = _start(workers, sum(len(chunks[n]) for n in shared), len(shared))

    def read(n: int, keep_open: Callable[[Found], object] = lambda found: None) -> Stage:
        return _read_chunk(chunks[n], given, keep_open, shelf, names.get(n, ""))

    finished = False
    try:
        futures = {} if executor is None else _submit(executor, chunks, shared, given, shelf, names)
        with closing_archives() as keep_open:
            for n, chunk in enumerate(chunks):
                if n not in futures and stages[n] is None:
                    stages[n] = read(n, keep_open)
                    shown(len(chunk))
        for n in reversed(futures):
            if futures[n].cancel():
                stages[n] = read(n)
                shown(len(chunks[n]))
        for n, future in futures.items():
            if stages[n] is None:
                stages[n] = _taken(future, partial(read, n))
                shown(len(chunks[n]))
        finished = True
    finally:
        if executor is not None:
            _end(executor, finished)
    whole = Stage(names=list(names.values()))
    for stage in stages:
        if stage is not None:
            whole.add(stage)
    return whole


def _is_light(found: Found) -> bool:
    """Tell whether a worker may read it: what is in an archive needs the archive opened once, by one."""
    return found.kind in ("html", "text") and found.archive is None


def _start(workers: int | None, n_files: int, n_chunks: int) -> Any:
    """Make ready all workers but this process; None where there is no need or no way."""
    if not n_chunks or (workers is None and n_files < _MANY):
        return None
    from joblib.externals import loky  # type: ignore[import-untyped]

    n = min((workers or loky.cpu_count()) - 1, n_chunks)
    if n < 1:
        return None
    try:
        return loky.ProcessPoolExecutor(max_workers=n, context=loky.backend.get_context("loky"))
    except (OSError, ImportError, NotImplementedError):  # no semaphores, no processes: a locked-down machine
        return None


def _end(executor: Any, finished: bool) -> None:
    """End the workers; after an interruption one may wait forever to hand on what nobody takes any more."""
    processes = list((executor._processes or {}).values())  # loky has no other way to name them
    executor.shutdown(wait=False, kill_workers=True)
    for process in () if finished else processes:
        process.terminate()


def _submit(
    executor: Any,
    chunks: Sequence[Sequence[Found]],
    shared: Sequence[int],
    given: Mapping[str, str | None],
    shelf: Shelf | None,
    names: Mapping[int, str],
) -> dict[int, Any]:
    """Hand chunks to workers, which start with the first; those that cannot be handed on are left out."""
    futures: dict[int, Any] = {}
    try:
        for n in shared:
            futures[n] = executor.submit(_read_chunk, chunks[n], given, shelf=shelf, name=names.get(n, ""))
    except (OSError, RuntimeError):  # no process can be started, or those that were have died
        pass
    return futures


def _taken(future: Any, read: Callable[[], Stage]) -> Stage:
    """Give what a worker read, or read it here if the worker died."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        stage: Stage = future.result()
        return stage
    except BrokenProcessPool:
        return read()


def _read_chunk(
    files: Sequence[Found],
    given: Mapping[str, str | None],
    keep_open: Callable[[Found], object] = lambda found: None,
    shelf: Shelf | None = None,
    name: str = "",
) -> Stage:
    """Read some files, and put what was read on the shelf."""
    stage = Stage()
    with _without_collection():
        for found in files:
            keep_open(found)
            _read_one(found, given, stage)
        stage.languages = [tell_language(draft) for draft in stage.drafts]
    stage.put_away()
    if shelf is not None:
        shelf.put(name, stage)
    return stage


@contextmanager
def _without_collection() -> Iterator[None]:
    """Stop looking for cycles while a chunk is read: a page is thousands of objects, none in a cycle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read_one(found: Found, given: Mapping[str, str | None], stage: Stage) -> None:
    """Read one file into drafts; what cannot be read is an issue."""
    before = len(stage.drafts)
    try:
        if found.kind == "warc":  # may be larger than memory
            with open_stream(found) as stream:
                _take(found, read_file(found, stream, stage.issues), given, stage)
        else:
            data = open_file(found)
            if not data.strip():
                stage.issues.add(found.source, "empty file", f"{len(data)} bytes", "left out")
                return
            _take(found, read_file(found, data, stage.issues), given, stage)
    except OctadiscError as error:
        if not isinstance(error, UnreadableError):
            raise  # a column that the caller named is missing: no file's fault
        _leave_out(found, stage, before, str(error))
    except Exception as error:  # one file must not take the corpus with it; the row says what to report
        _leave_out(found, stage, before, f"octadisc failed on it, which is a defect: {error!r}")


def _leave_out(found: Found, stage: Stage, before: int, reason: str) -> None:
    """Note a file that could not be read, or not to its end; what was read of it stays."""
    read = len(stage.drafts) - before
    done = f"left out after {read} releases" if read else "left out"
    stage.issues.add(found.source, "unreadable file", reason, done)


def _take(
    found: Found, content: str | Iterable[Table | Piece], given: Mapping[str, str | None], stage: Stage
) -> None:
    """Make drafts of what a file holds."""
    drafts, issues = stage.drafts, stage.issues
    if isinstance(content, str):
        content = _without_surrogates(content, found.source, issues)
        drafts.append(draft_text(found, content, issues, given))
        return
    for part in content:
        before = len(drafts)
        if isinstance(part, Piece):
            drafts.append(draft_piece(found, part, issues))
        else:
            drafts.extend(draft_table(part, issues, given))
            if len(drafts) == before:
                stage.without_text.append((part.source, part.columns))
        for draft in drafts[before:]:
            draft.page = _without_surrogates(draft.page, draft.source, issues)


def _without_surrogates(text: str, source: str, issues: Issues) -> str:
    try:
        text.encode("utf-8")
        return text
    except UnicodeEncodeError:
        mended = "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in text)
        issues.add(
            source, "lone surrogates", f"{mended.count(chr(0xFFFD))} characters", "replaced by U+FFFD", source
        )
        return mended
