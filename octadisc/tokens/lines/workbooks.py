"""Workbooks: sheets written as XLSX, in which nothing is a formula and nothing is lost unsaid.

openpyxl makes everything but the rows: styles, widths, lists to choose from. Rows are written here, because a
concordance may have a hundred thousand of them, for which openpyxl takes half a minute.
"""

from __future__ import annotations

import io
import math
import os
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from octadisc.errors import InputError, OctadiscWarning
from octadisc.tokens.files.paths import as_path
from octadisc.tokens.lines.sheets import Sheet, looks_like_formula
from octadisc.writing import encodable, write_whole

__all__ = ["write_workbook"]

_MOST_ROWS = 1_048_575  # beside the header
_MOST_LETTERS = 32_767  # of a cell, in UTF-16
_LONG = 90  # letters from which on a context is wrapped
_WIDTHS = {
    "line": 15,
    "date": 11,
    "issuer": 28,
    "source": 30,
    "release": 30,
    "match": 18,
    "start": 8,
    "end": 8,
}
_WIDTHS |= {"left": 60, "right": 60}
_SIDES = {"left": "right", "match": "center"}
_WRAPPED = ("issuer", "source", "release")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_IN_XML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_SAMPLES = re.compile(rb'<row r="2".*?<row r="3".*?</row>', re.DOTALL)
_CELL = re.compile(rb"<c ([^>]*)>")
_DATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # of all files inside a workbook, so that equal ones have equal bytes
_DAY_ZERO = pd.Timestamp("1899-12-30")  # from which spreadsheets count days, right from March 1900 on
_FIRST_DAY = pd.Timestamp("1900-03-01")


def write_workbook(
    path: str | os.PathLike[str], sheets: Sequence[Sheet], about: Sheet, *, first: bool = False
) -> Path:
    """Write sheets and a page about them as XLSX; the file appears whole or not at all.

    Parameters
    ----------
    path : path
        That ends in ``.xlsx``.
    sheets : sequence of Sheet
    about : Sheet
    first : bool
        Whether the page about them is the first, rather than the last.

    Raises
    ------
    InputError
        If the name does not end so, or a sheet has more than 1,048,575 rows.

    Warns
    -----
    OctadiscWarning
        If letters were replaced or cells cut; the page says so too.
    """
    if as_path(path, "path", "results/lines.xlsx").suffix.lower() != ".xlsx":
        raise InputError(
            f"{path}: expected a name that ends in .xlsx, by which a spreadsheet knows a workbook."
        )
    for sheet in sheets:
        if len(sheet.frame) > _MOST_ROWS:
            raise InputError(
                f"{path}: {len(sheet.frame):,} lines do not fit on a sheet, which holds {_MOST_ROWS:,}. "
                "Use to_csv(path), or list fewer with sample=."
            )
    mended = _Mended()
    rows = {id(sheet): list(_rows(sheet, mended)) for sheet in sheets}
    notes = mended.notes()
    page = about.frame if not notes else pd.concat([about.frame, _as_rows(notes, about.frame)])
    about = Sheet(about.title, page.reset_index(drop=True), is_table=False)
    rows[id(about)] = list(_rows(about, mended))
    pages = [about, *sheets] if first else [*sheets, about]
    made = write_whole(path, _put_together(pages, [rows[id(one)] for one in pages]))
    if notes:
        warnings.warn(
            f"{Path(path).name}: {' '.join(notes)} to_csv(path) keeps them.", OctadiscWarning, stacklevel=3
        )
    return made


def _as_rows(notes: list[str], like: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame([("note", one) for one in notes], columns=like.columns)


class _Mended:
    """What could not be written as it was."""

    def __init__(self) -> None:
        self.replaced = self.cut = 0

    def text(self, name: str, text: str) -> str:
        """Give a text as a workbook can hold it; of the left side of a match its end is kept."""
        text = encodable(text)
        if _NOT_IN_XML.search(text):
            self.replaced += 1
            text = _NOT_IN_XML.sub("\ufffd", text)
        if len(text) > _MOST_LETTERS // 2 and len(text.encode("utf-16-le")) > 2 * _MOST_LETTERS:
            self.cut += 1
            raw, keep = text.encode("utf-16-le"), 2 * (_MOST_LETTERS - 1)
            part = raw[-keep:] if name == "left" else raw[:keep]
            inner = part.decode("utf-16-le", "ignore")
            text = f"…{inner}" if name == "left" else f"{inner}…"
        return text

    def notes(self) -> list[str]:
        """Say how many cells these were."""
        notes = []
        if self.replaced:
            notes.append(
                f"Cells with letters that a workbook cannot hold, replaced by \ufffd: {self.replaced:,}."
            )
        if self.cut:
            notes.append(
                f"Cells cut after {_MOST_LETTERS:,} letters, as a workbook holds no more: {self.cut:,}."
            )
        return notes


def _rows(sheet: Sheet, mended: _Mended) -> Iterator[list[tuple[str, str] | None]]:
    """Give each row's cells as (kind, inner XML): a plain or quoted text, or a number; None where empty."""
    columns = []
    for name in sheet.frame.columns:
        values = sheet.frame[name]
        if pd.api.types.is_datetime64_any_dtype(values):
            columns.append([_day(one) for one in values])
        elif pd.api.types.is_numeric_dtype(values):
            columns.append([_number(one) for one in values.tolist()])
        else:
            columns.append([_text(str(name), one, mended) for one in values.tolist()])
    yield from map(list, zip(*columns, strict=True))


def _number(value: Any) -> tuple[str, str] | None:
    """Give a number as a cell holds it; what is none there (infinite, true or false) as a word."""
    if pd.isna(value):
        return None
    if isinstance(value, bool) or not math.isfinite(value):
        return "plain", f"<is><t>{str(value).casefold()}</t></is>"
    return "number", f"<v>{value}</v>"


def _day(day: Any) -> tuple[str, str] | None:
    if pd.isna(day):
        return None
    if day < _FIRST_DAY:
        return "quoted", f"<is><t>{day:%Y-%m-%d}</t></is>"
    return "number", f"<v>{(day - _DAY_ZERO).days}</v>"


def _text(name: str, value: Any, mended: _Mended) -> tuple[str, str] | None:
    if not isinstance(value, str) or not value:
        return None
    text = mended.text(name, value)
    kind = "quoted" if looks_like_formula(text) else "plain"
    return kind, f'<is><t xml:space="preserve">{text.translate(_IN_XML)}</t></is>'


def _put_together(sheets: Sequence[Sheet], rows: Sequence[list[Any]]) -> bytes:
    """Let openpyxl make the workbook with two rows to show the styles, and put the rows in their place."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, sheet in zip(_titles(sheets), sheets, strict=True):
        _lay_out(book.create_sheet(title), sheet)
    made = io.BytesIO()
    book.save(made)
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(made) as given,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as packed,
    ):
        for name in given.namelist():
            data = given.read(name)
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            if number:
                data = _with_rows(data, rows[int(number[1]) - 1])
            elif name == "docProps/core.xml":
                data = _DATED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", data)
            entry = zipfile.ZipInfo(name, _DAY_ONE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, data, compresslevel=5)
    return buffer.getvalue()


def _titles(sheets: Sequence[Sheet]) -> list[str]:
    """Give titles that a sheet may have, and that differ."""
    titles: list[str] = []
    for sheet in sheets:
        bare = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", encodable(sheet.title)).strip(" '")[:31] or "sheet"
        title, n = bare, 1
        while title.casefold() in [one.casefold() for one in titles]:
            n += 1
            title = f"{bare[: 30 - len(str(n))]} {n}"
        titles.append(title)
    return titles


def _lay_out(place: Any, sheet: Sheet) -> None:
    """Make everything of a sheet but its rows, of which two show how each column's texts look."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    frame = sheet.frame
    place.sheet_state = "hidden" if sheet.is_hidden else "visible"
    for number, column in enumerate(frame.columns, 1):
        name, letter = str(column), get_column_letter(number)
        place.column_dimensions[letter].width = (
            _WIDTHS.get(name, 18) if sheet.is_table else 100 if number > 1 else 14
        )
        head = place.cell(1, number, _NOT_IN_XML.sub("\ufffd", encodable(name)))
        head.data_type, head.font = "s", Font(name="Calibri", size=11, bold=True)
        head.alignment = Alignment(horizontal=_SIDES.get(name))
        head.quotePrefix = looks_like_formula(name)
        wrap = name in _WRAPPED or (name in ("left", "right") and frame[name].str.len().max() > _LONG)
        for row in (2, 3):
            cell = place.cell(row, number, "x")
            cell.alignment = Alignment(
                horizontal=_SIDES.get(name), vertical="top", wrap_text=bool(wrap) or None
            )
            cell.quotePrefix = row == 3
            if pd.api.types.is_datetime64_any_dtype(frame[column]):
                cell.number_format = "yyyy-mm-dd"
    if sheet.is_table:
        place.freeze_panes = "A2"
        place.auto_filter.ref = f"A1:{get_column_letter(max(1, len(frame.columns)))}{len(frame) + 1}"
    for column, allowed in sheet.choices.items():
        letter = get_column_letter(list(frame.columns).index(column) + 1)
        _restrict(place, letter, len(frame), str(column), allowed)


def _restrict(place: Any, letter: str, n: int, name: str, allowed: str) -> None:
    """Let a column's cells be filled in by choice from a list, or with numbers."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if allowed == "text" or not n:
        return
    if allowed == "number":
        rule = DataValidation(type="decimal", operator="between", formula1="-1E+300", formula2="1E+300")
        rule.error = f"{name}: expected a number."
    else:
        rule = DataValidation(type="list", formula1=allowed)
        rule.error = f"{name}: expected one of the labels in the list."
    rule.allow_blank = rule.showErrorMessage = True
    rule.errorTitle = "Not one of the codes"
    rule.add(f"{letter}2:{letter}{n + 1}")
    place.add_data_validation(rule)


def _with_rows(page: bytes, rows: Sequence[Sequence[tuple[str, str] | None]]) -> bytes:
    """Put rows in the place of the two that show the styles."""
    samples = _SAMPLES.search(page)
    if samples is None:  # a table without columns
        return page
    looks = [dict(re.findall(rb'(\w+)="([^"]*)"', one)) for one in _CELL.findall(samples.group())]
    half = len(looks) // 2
    heads = [
        {
            "plain": f'<c s="{plain[b"s"].decode()}" t="inlineStr" r="',
            "quoted": f'<c s="{quoted[b"s"].decode()}" t="inlineStr" r="',
            "number": f'<c s="{plain[b"s"].decode()}" r="',
            "letter": plain[b"r"].decode().rstrip("23"),
        }
        for plain, quoted in zip(looks[:half], looks[half:], strict=True)
    ]
    made = []
    for number, row in enumerate(rows, 2):
        cells = [
            f'{head[cell[0]]}{head["letter"]}{number}">{cell[1]}</c>'
            for head, cell in zip(heads, row, strict=True)
            if cell is not None
        ]
        made.append(f'<row r="{number}">{"".join(cells)}</row>')
    bound = f"{heads[-1]['letter']}{len(rows) + 1}" if heads else "A1"
    page = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="A1:{bound}"'.encode(), page, count=1)
    samples = _SAMPLES.search(page)
    assert samples is not None  # it was there a line ago
    return page[: samples.start()] + "".join(made).encode() + page[samples.end() :]
