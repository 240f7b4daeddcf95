"""Coded files: the rows of coding sheets as they come back from spreadsheets."""

from __future__ import annotations

import csv
import io
import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from octadisc.errors import InputError, MissingFileError, UnreadableError, WrongKindError, did_you_mean
from octadisc.reading.encodings import decode
from octadisc.tokens.lines.schemes import LABELS, PLACE, RESERVED, Scheme, tidy_label
from octadisc.tokens.lines.sheets import undefused

__all__ = ["Issue", "Page", "read_pages"]

_SUFFIXES = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt")
_CSV_LIMIT = 2**31 - 1
KNOWN = ("line", "coder", *PLACE, "left", "match", "right")

Issue = tuple[
    str, int | None, str | None, str | None, str, str, str
]  # file, row, line, coder, what, found, done


@dataclass(slots=True)
class Page:
    """One sheet of a file: its rows by column, texts without blanks at their ends, empty ones missing.

    Attributes
    ----------
    file : str
        Name of the file, and of the sheet if the file has several.
    coder : str
        What its coder is called, where no column says so.
    rows : list of (row's number in the file, mapping from column to text)
    columns : list of str
    scheme : dict
        The labels that the file itself lists.
    """

    file: str
    coder: str
    rows: list[tuple[int, dict[str, str]]]
    columns: list[str]
    scheme: Scheme = field(default_factory=dict)

    @property
    def is_key(self) -> bool:
        """Whether it says where lines are, and nothing about codes."""
        return "release" in self.columns and set(self.columns) <= set(KNOWN) - {"coder"}


def read_pages(sheets: Any) -> tuple[list[Page], list[Issue]]:
    """Read one or several files, folders or frames; give their sheets with lines, and what was mended."""
    several = isinstance(sheets, Sequence) and not isinstance(sheets, (str, bytes))
    given = list(sheets) if several else [sheets]
    if not given:
        raise InputError("There is no sheet to read. Expected paths of coding sheets, or frames.")
    pages: list[Page] = []
    issues: list[Issue] = []
    for number, one in enumerate(given, 1):
        if hasattr(one, "to_frame") and not isinstance(one, pd.DataFrame):
            one = one.to_frame()
        if isinstance(one, pd.DataFrame):
            name = f"frame {number}"
            rows = [list(one.columns), *one.itertuples(index=False, name=None)]
            pages.append(_to_page(name, "", rows, {}))
        elif isinstance(one, (str, os.PathLike)):
            for path in _files(Path(one)):
                pages += _read_file(path, issues)
        else:
            raise WrongKindError(
                f"sheets[{number - 1}] is a {type(one).__name__}. Expected a path or a DataFrame."
            )
    return pages, issues


def _files(path: Path) -> list[Path]:
    if not path.exists():
        near = (
            did_you_mean(path.name, [one.name for one in path.parent.iterdir()])
            if path.parent.is_dir()
            else ""
        )
        raise MissingFileError(f"{path}: there is no such file.{near}")
    if path.is_dir():
        found = sorted(
            one
            for one in path.iterdir()
            if one.suffix.lower() in _SUFFIXES and not one.name.startswith((".", "~$"))
        )
        if not found:
            raise MissingFileError(
                f"{path}: holds no coding sheet. Expected files that end in .xlsx or .csv."
            )
        return found
    if path.suffix.lower() not in _SUFFIXES:
        raise InputError(
            f"{path.name}: is no kind of file that is read. Save it as .xlsx or .csv, and read that."
        )
    return [path]


def _read_file(path: Path, issues: list[Issue]) -> list[Page]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}).") from None
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return _read_workbook(path, data)
    text, encoding, doubt = decode(data)
    if doubt:
        issues.append((path.name, None, None, None, "encoding", doubt, f"read as {encoding}"))
    rows = _read_delimited(text.removeprefix("\ufeff"))
    return [_to_page(path.name, path.stem, [[undefused(cell) for cell in row] for row in rows], {})]


def _read_delimited(text: str) -> list[list[str]]:
    """Read delimited text with the delimiter that gives the header a column called line."""
    if text[:4].lower() == "sep=":  # a first line by which Excel is told the delimiter
        text = text.partition("\n")[2]
    header = text.partition("\n")[0]
    delimiter = ","
    for candidate in ",;\t|":
        if "line" in [_plain(cell) for cell in next(csv.reader([header], delimiter=candidate), [])]:
            delimiter = candidate
            break
    limit = csv.field_size_limit(_CSV_LIMIT)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    finally:
        csv.field_size_limit(limit)


def _plain(cell: Any) -> str:
    return tidy_label(cell).strip("\ufeff\"'").casefold()


def _read_workbook(path: Path, data: bytes) -> list[Page]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which hold no code
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        sheets = {
            one.title: [list(row) for row in one.iter_rows(values_only=True)] for one in book.worksheets
        }
    except Exception as error:  # openpyxl raises whatever zipfile, its XML parser or its own reading raise
        raise UnreadableError(
            f"{path.name}: is no readable workbook ({str(error) or type(error).__name__}). "
            "Save it again as .xlsx."
        ) from None
    scheme = _read_labels(sheets.pop(LABELS, []))
    sheets.pop("instructions", None)
    lined = {
        title: rows for title, rows in sheets.items() if rows and "line" in [_plain(one) for one in rows[0]]
    }
    if not lined:
        lined = sheets  # whose columns the error names
    several = len(lined) > 1
    return [
        _to_page(f"{path.name}, sheet {title}" if several else path.name, title, rows, scheme)
        for title, rows in lined.items()
    ]


def _read_labels(rows: list[list[Any]]) -> Scheme:
    """Read the labels from the hidden sheet that `CodingSheet` wrote."""
    if not rows:
        return {}
    scheme: Scheme = {}
    for number, name in enumerate(rows[0]):
        labels = [
            tidy_label(row[number]) for row in rows[1:] if number < len(row) and row[number] is not None
        ]
        if name is not None and labels:
            free = {"(number)": "number", "(text)": "text"}
            scheme[tidy_label(name)] = free.get(labels[0], tuple(labels))
    return scheme


def _to_page(file: str, coder: str, rows: Iterable[Any], scheme: Scheme) -> Page:
    table = iter(rows)
    header = list(next(table, []))
    names = list(_name_columns(header))
    if "line" not in names:
        there = ", ".join(name for name in names if name) or "none"
        raise InputError(
            f"{file}: has no column 'line', by which a row is known. Its columns: {there}. "
            "Expected a sheet that od.coding_sheet wrote, with this column unchanged."
        )
    made: list[tuple[int, dict[str, str]]] = []
    for number, row in enumerate(table, 2):
        cells = {
            name: text for name, cell in zip(names, row, strict=False) if name and (text := _to_text(cell))
        }
        if cells:
            made.append((number, cells))
    return Page(file, coder, made, [name for name in names if name], scheme)


def _name_columns(header: Sequence[Any]) -> Iterator[str]:
    """Name the columns; those of ours by our names, a second of one name by its number."""
    seen = {"file", "row"}  # which stand beside them in `Codes.rows`
    for number, cell in enumerate(header, 1):
        name = "" if _is_missing(cell) else tidy_label(cell).strip("\ufeff")
        if name.casefold() in RESERVED:
            name = name.casefold()
        if name in seen:
            name = f"{name} (column {number})"
        seen.add(name)
        yield name


def _is_missing(cell: Any) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell)


def _to_text(cell: Any) -> str:
    """Give what a cell shows, as text."""
    if _is_missing(cell):
        return ""
    if isinstance(cell, (datetime, date)):
        return str(cell)[:10]
    return str(cell).strip("\ufeff") if isinstance(cell, str) and cell.strip() else tidy_label(cell)
