"""Loading: from a path to a Corpus, with every problem listed and every date's evidence kept."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from octadisc.corpus import Corpus
from octadisc.errors import InputError, OctadiscWarning, UnknownNameError, did_you_mean
from octadisc.reading.assemble import assemble, mark_duplicates, name_issuers, name_releases
from octadisc.reading.dates import read_value
from octadisc.reading.files import Found, Issues, find_files, open_file
from octadisc.reading.formats import Draft, read_file
from octadisc.reading.issuers import IssuerTable, make_table
from octadisc.reading.repeats import set_aside_repeats
from octadisc.reading.shelf import Shelf
from octadisc.reading.stage import Stage
from octadisc.reading.stages import read_files
from octadisc.reading.tables import Table
from octadisc.spec import Spec

__all__ = ["load_corpus"]

_MANY = 2000  # files from which on what is read is put aside


def load_corpus(
    path: Any,
    *,
    text: str | None = None,
    date: str | None = None,
    title: str | None = None,
    issuer: str | None = None,
    language: str | None = None,
    url: str | None = None,
    release: str | None = None,
    pattern: str | None = None,
    dates: Any = None,
    issuers: Any = None,
    duplicates: bool = True,
    progress: bool = False,
    workers: int | None = None,
    resume: bool | str | os.PathLike[str] | None = None,
) -> Corpus:
    r"""Load press releases from a file, a folder, a glob, or a list of these.

    Reads .txt, .html, .md with front matter, .csv, .tsv, .json, .jsonl, .parquet, .xlsx, .pdf, .docx, .rtf,
    .eml, .mbox, .warc, .wacz, feeds (.rss, .atom, .xml), TEI (.xml), exports of Nexis and Factiva (.txt,
    .rtf, .docx, .html), CoNLL-U (.conllu) and vertical format (.vert, .vrt), plain, in .gz, .bz2 and .xz,
    and in .zip and .tar, also inside each other. Nothing is dropped in silence: what was mended, missing or
    left out stands in ``corpus.issues``, the evidence for each date in ``corpus.dates``. What was taken off a
    page (menus, dateline, notes, contacts) stays in the column ``page`` and is marked in ``spans``. Lemmas
    and tags of annotated texts stand in the column ``annotation``, as (start, end, lemma, tag) in ``text``.

    Parameters
    ----------
    path : str, path or list of these
        What to load. A Parquet file that :meth:`Corpus.save` wrote is opened as it was.
    text, date, title, issuer, language, url, release : str, optional
        Columns of tables, or fields of front matter, that hold these; the usual names are known.
    pattern : str, optional
        Load only files whose path or name fits, such as ``"*.html"``.
    dates : path or mapping, optional
        Corrections: a CSV with the columns release and date, or a mapping. They win over all other evidence.
    issuers : path or mapping, optional
        Names of one body: a CSV with the columns canonical and name (and start and end, days between which
        the name was that body's), or a mapping of name to canonical. They go before octadisc's own table; the
        name as it was written stays in issuer_as_written.
    duplicates : bool
        Whether to look for duplicates: columns duplicate_cluster, duplicate_of and duplicate_kind, and in
        translation_of the release that one may translate (a candidate: nothing is joined for it).
    progress : bool
        Show a progress bar.
    workers : int, optional
        Processes that read texts and pages side by side; the result is the same for any number. By default
        one for fewer than 500 of these, else one a processor. Archives and other formats are read by one.
    resume : bool or path, optional
        Whether what is read is put aside on the way, in the user's cache folder or the one named, so that
        loading that was interrupted goes on where it stopped; it is removed once the corpus is made. By
        default so for 2,000 texts and pages or more.

    Returns
    -------
    Corpus
        In the order of the paths. ``release`` and ``source`` are the path relative to the loaded folder, with
        ``#N`` for the N-th record of a table.

    Raises
    ------
    MissingFileError
        If there is nothing at the path.
    InputError
        If nothing there can be read as press releases.
    UnknownNameError
        If a column that was named does not exist.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     head = "Home\nPrint\n\nPolice agree on joint teams\n\nVienna, 28 March 2008\n\n"
    ...     page = head + "The police services agreed today on joint teams for the border."
    ...     _ = pathlib.Path(folder, "a.txt").write_text(page, encoding="utf-8")
    ...     corpus = load_corpus(folder)
    >>> corpus.frame.loc[0, "title"], str(corpus.frame.loc[0, "date"].date())
    ('Police agree on joint teams', '2008-03-28')
    >>> corpus.texts
    ['The police services agreed today on joint teams for the border.']
    """
    given = {
        "text": text, "date": date, "title": title, "issuer": issuer, "language": language, "url": url,
        "release": release,
    }  # fmt: skip
    named = {field: name for field, name in given.items() if name is not None}
    if (saved := _saved(path)) is not None:
        return saved
    issues = Issues()
    files = find_files(path, issues, pattern)
    shelf = _shelf(resume, len(files))
    stage = _read(files, given, progress, workers, shelf)
    issues.rows += stage.issues.rows
    drafts = stage.drafts
    if not drafts:
        raise InputError(_no_releases(path, files, stage.without_text, issues))
    _report_tables(stage.without_text, issues)
    name_releases(drafts, issues)
    set_aside_repeats(drafts, stage.languages, issues)
    name_issuers(drafts)
    corrections = _corrections(dates, drafts)
    frame, evidence = assemble(stage, corrections, issues, _issuers(issuers))
    if duplicates:
        mark_duplicates(frame)
    parameters = {"path": _plain_path(path), **named, "pattern": pattern, "duplicates": duplicates}
    if issuers is not None:
        parameters["issuers"] = {name: rows[0][0] for name, rows in sorted(_issuers(issuers).items())}
    if dates is not None:
        parameters["dates"] = {name: str(day) for name, day in sorted(corrections.items())}
    spec = Spec("load_corpus", {name: value for name, value in parameters.items() if value is not None})
    _warn_of_dates(frame, path)
    corpus = Corpus.from_frame(frame, issues=pd.DataFrame(issues.rows), dates=evidence, spec=spec)
    if shelf is not None:
        shelf.clear(stage.names)
    return corpus


def _plain_path(path: Any) -> Any:
    return (
        os.path.basename(os.path.normpath(path))
        if isinstance(path, (str, os.PathLike))
        else [_plain_path(one) for one in path]
    )


def _saved(path: Any) -> Corpus | None:
    """Open a corpus that was saved; give None for anything else."""
    if (
        not isinstance(path, (str, os.PathLike))
        or not str(path).lower().endswith(".parquet")
        or not Path(path).is_file()
    ):
        return None
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError):
        return None
    return Corpus.open(path) if b"octadisc" in metadata else None


def _shelf(resume: bool | str | os.PathLike[str] | None, n: int) -> Shelf | None:
    if resume is False or (resume is None and n < _MANY):
        return None
    shelf = Shelf(None if resume is None or resume is True else resume)
    shelf.forget_old()
    return shelf


def _read(
    files: Sequence[Found],
    given: Mapping[str, str | None],
    progress: bool,
    workers: int | None,
    shelf: Shelf | None,
) -> Stage:
    if not progress:
        return read_files(files, given, workers=workers, shelf=shelf)
    from tqdm import tqdm

    with tqdm(total=len(files), desc="Reading", unit="file") as bar:
        return read_files(files, given, workers=workers, shelf=shelf, shown=bar.update)


def _no_releases(
    path: Any, files: Sequence[Found], without_text: Sequence[tuple[str, list[str]]], issues: Issues
) -> str:
    if without_text:
        source, columns = without_text[0]
        return (
            f"{source}: no column holds the releases' text. Expected one called text, body, content or "
            f"the like; found {', '.join(columns[:12])}. Nothing was loaded; name the column with "
            "text=…."
        )
    reasons = "; ".join(f"{row['source']}: {row['found']}" for row in issues.rows[:3])
    return (
        f"{path}: none of its {len(files)} files could be read. Expected press releases as text, HTML or "
        f"tables; found {reasons}. Nothing was loaded; look at the first of these files."
    )


def _report_tables(without_text: Sequence[tuple[str, list[str]]], issues: Issues) -> None:
    for source, columns in without_text:
        issues.add(source, "no text column or no rows", ", ".join(columns), "left out")


def _given_rows(given: Any, wanted: Sequence[str], what: str) -> list[dict[str, Any]]:
    """Read the rows of a table that the caller names, which must have some columns."""
    found = find_files(given, Issues())[0]
    content = read_file(found, open_file(found), Issues())
    table = None if isinstance(content, str) else next(iter(content), None)
    columns = table.columns if isinstance(table, Table) else []
    if not isinstance(table, Table) or not set(wanted) <= set(columns):
        held = f"the columns {', '.join(columns)}" if columns else "a text"
        raise InputError(
            f"{given}: expected {what}, a table with the columns {' and '.join(wanted)}, found {held}. "
            "Nothing was loaded."
        )
    return [dict(zip(columns, row, strict=True)) for _, row in table.rows]


def _issuers(given: Any) -> IssuerTable:
    """Read the researcher's table of issuers, a mapping or a CSV with the columns canonical and name."""
    if given is None:
        return {}
    if isinstance(given, (str, os.PathLike)):
        rows = _given_rows(given, ("canonical", "name"), "names of issuers")
    else:
        rows = [{"name": name, "canonical": canonical} for name, canonical in dict(given).items()]
    return make_table({key: str(value or "") for key, value in row.items()} for row in rows)


def _corrections(dates: Any, drafts: Sequence[Draft]) -> dict[str, date]:
    """Read the corrections of dates, a mapping or a CSV with the columns release and date."""
    if dates is None:
        return {}
    if isinstance(dates, (str, os.PathLike)):
        rows = _given_rows(dates, ("release", "date"), "corrections of dates")
        pairs = [(str(row["release"]), row["date"]) for row in rows]
    else:
        pairs = [(str(name), value) for name, value in dict(dates).items()]
    known = {str(draft.release) for draft in drafts}
    read: dict[str, date] = {}
    for name, value in pairs:
        if name not in known:
            raise UnknownNameError(
                f"dates=: no release is called {name!r}.{did_you_mean(name, known)} Nothing was loaded."
            )
        day, _ = read_value(value)
        if day is None:
            raise InputError(
                f"dates=: {value!r} for {name} is no date. Expected one such as 2008-03-28. "
                "Nothing was loaded."
            )
        read[name] = day
    return read


def _warn_of_dates(frame: pd.DataFrame, path: Any) -> None:
    if frame["date"].isna().all():
        warnings.warn(
            f"{path}: none of the {len(frame):,} releases has a readable date, so nothing can be shown "
            "over time. They were loaded without dates. Name the column with date=…, or give the days in a "
            "CSV with dates='corrections.csv' (columns release and date).",
            OctadiscWarning,
            stacklevel=3,
        )
