"""Tables: delimited text, JSON, Parquet and workbooks, to records under common columns."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from octadisc.errors import UnreadableError
from octadisc.reading.columns import role_of
from octadisc.reading.encodings import decode
from octadisc.reading.files import Found, Issues
from octadisc.reading.pieces import check_package
from octadisc.writing import encodable

__all__ = ["Table", "decoded", "read_json", "read_lines", "read_parquet", "read_sheet", "read_table"]

_WIDE, _NARROW = 2000, 100  # columns of a table that are read; of one of very many rows as many as
_CELLS = 4_000_000  # give so many cells
_TALL = 1_048_576  # rows of a sheet
_LISTS = (
    "releases",
    "items",
    "articles",
    "documents",
    "data",
    "results",
    "records",
    "entries",
    "posts",
    "rows",
    "news",
)


@dataclass(slots=True)
class Table:
    """Records of one file under common columns: (number, values) each."""

    source: str
    columns: list[str]
    rows: Sequence[tuple[str, Sequence[Any]]]


def decoded(found: Found, data: bytes, issues: Issues) -> str:
    """Decode a file, and note what is doubtful."""
    text, encoding, doubt = decode(data)
    if doubt:
        issues.add(found.source, "encoding", doubt, f"read as {encoding}")
    return text


def read_table(found: Found, data: bytes, issues: Issues) -> list[Table]:
    """Read delimited text; the delimiter is the one that gives most rows the same number of cells."""
    text = decoded(found, data, issues).removeprefix("\ufeff")
    delimiter = "\t" if found.suffix in (".tsv", ".tab") and "\t" in text[:100_000] else _delimiter(text)
    limit = csv.field_size_limit(2**31 - 1)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableError(f"{found.source}: is no readable table ({error})") from None
    finally:
        csv.field_size_limit(limit)
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise UnreadableError(f"{found.source}: has {'a header, but no rows' if rows else 'no rows'}")
    if text.count('"') % 2 and _is_open(text, delimiter):
        issues.add(
            found.source,
            "quotation mark never closed",
            f"in the last of {len(rows) - 1} rows",
            "its text may hold rows",
        )
    header = _unique(rows[0])
    made: list[tuple[str, Sequence[Any]]] = []
    for number, row in enumerate(rows[1:], 1):
        if len(row) != len(header):
            row = _mend_row(found, row, header, delimiter, number, issues)
        made.append((str(number), row))
    places = _narrow(found.source, header, len(made), issues)
    if len(places) < len(header):
        made = [(number, [row[n] for n in places]) for number, row in made]
        header = [header[n] for n in places]
    return [Table(found.source, header, made)]


def _unique(cells: Sequence[Any]) -> list[str]:
    """Name the columns so that no two have one name and each has one."""
    names: dict[str, None] = {}
    for n, cell in enumerate(cells, 1):
        name = (str(cell).strip() if cell is not None else "") or f"column_{n}"
        name = name if name not in names else f"{name}_{n}"
        while name in names:
            name += "_"
        names[name] = None
    return list(names)


def _narrow(source: str, columns: Sequence[str], n_rows: int, issues: Issues) -> list[int]:
    """Give the places of the columns to be read: all, or of very many those that are known and the first."""
    places = range(len(columns))
    width = max(_NARROW, min(_WIDE, _CELLS // max(1, n_rows)))
    if len(columns) <= width:
        return list(places)
    issues.add(source, "too many columns", f"{len(columns):,}", f"{width:,} of them were read")
    known = [n for n in places if role_of(columns[n])]
    return sorted(list(dict.fromkeys([*known, *places]))[:width])


def _is_open(text: str, delimiter: str) -> bool:
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _delimiter(text: str) -> str:
    best, sign = (0.0, 0), ","
    sample = text[:200_000]
    for candidate in ",;\t|":
        try:
            rows = [
                row
                for row, _ in zip(
                    csv.reader(io.StringIO(sample, newline=""), delimiter=candidate), range(30), strict=False
                )
            ]
        except csv.Error:
            continue
        sizes = [len(row) for row in rows if row]
        if not sizes or sizes[0] < 2:
            continue
        score = (sum(size == sizes[0] for size in sizes) / len(sizes), sizes[0])
        if score > best:
            best, sign = score, candidate
    return sign


def _mend_row(
    found: Found, row: list[str], header: list[str], delimiter: str, number: int, issues: Issues
) -> list[str]:
    n = len(header)
    if len(row) > n and not any(cell.strip() for cell in row[n:]):
        return row[:n]
    done = "the last cells were joined" if len(row) > n else "the missing cells are empty"
    source = f"{found.source}#{number}"
    issues.add(source, "ragged row", f"{len(row)} cells where the header has {n}", done, source)
    return [*row[: n - 1], delimiter.join(row[n - 1 :])] if len(row) > n else row + [""] * (n - len(row))


def _records(source: str, records: Sequence[tuple[str, Mapping[str, Any]]], issues: Issues) -> list[Table]:
    columns = list(dict.fromkeys(str(name) for _, record in records for name in record))
    columns = [columns[n] for n in _narrow(source, columns, len(records), issues)]
    rows = [(number, [record.get(name) for name in columns]) for number, record in records]
    return [Table(source, _unique([encodable(name) for name in columns]), rows)]


def read_lines(found: Found, data: bytes, issues: Issues) -> list[Table]:
    """Read a file of JSON objects, one a line."""
    records: list[tuple[str, Mapping[str, Any]]] = []
    number = 0  # of lines that hold something
    for line in re.split(r"\r\n|\n|\r", decoded(found, data, issues).removeprefix("\ufeff")):
        if not line.strip():
            continue
        number += 1
        try:
            value = json.loads(line)
        except ValueError as error:
            issues.add(f"{found.source}#{number}", "broken line", f"{error}: {line[:80]}", "left out")
            continue
        if isinstance(value, dict):
            records.append((str(number), value))
        else:
            issues.add(f"{found.source}#{number}", "no record", line[:80], "left out")
    if not records:
        raise UnreadableError(f"{found.source}: no line is a JSON object")
    return _records(found.source, records, issues)


def read_json(found: Found, data: bytes, issues: Issues) -> list[Table]:
    """Read the list of objects that a JSON file holds."""
    text = decoded(found, data, issues).removeprefix("\ufeff")
    try:
        value = json.loads(text)
    except ValueError as error:
        if text.lstrip().startswith("{") and "\n{" in text.strip():
            return read_lines(found, data, issues)
        raise UnreadableError(f"{found.source}: is no valid JSON ({error})") from None
    records = _find_records(value)
    if not records:
        raise UnreadableError(f"{found.source}: holds no list of objects")
    return _records(found.source, records, issues)


def _find_records(value: Any) -> list[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, list):
        return [(str(n), _flat(one)) for n, one in enumerate(value, 1) if isinstance(one, dict)]
    if not isinstance(value, dict):
        return []
    for name in _LISTS:
        if isinstance(value.get(name), list) and (found := _find_records(value[name])):
            return found
    inner = [_find_records(one) for one in value.values() if isinstance(one, (list, dict))]
    lists = [found for found in inner if len(found) > 1]
    if lists and not any(isinstance(one, str) and len(one) > 400 for one in value.values()):
        return max(lists, key=len)
    if len(value) > 1 and all(isinstance(one, dict) for one in value.values()):
        return list(value.items())
    return [("", value)]


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the fields of objects inside a record up to it, where they do not hide one of its own."""
    flat = dict(record)
    for name, value in record.items():
        if isinstance(value, dict) and len(value) > 1 and "rendered" not in value and "name" not in value:
            flat.pop(name)
            flat |= {inner: one for inner, one in _flat(value).items() if inner not in record}
    return flat


def read_parquet(found: Found, data: bytes, issues: Issues) -> list[Table]:
    """Read a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        content = pq.read_metadata(io.BytesIO(data))
        size = sum(content.row_group(n).total_byte_size for n in range(content.num_row_groups))
        if content.num_rows > len(data) or size > max(50_000_000, 1000 * len(data)):
            raise UnreadableError(
                f"{found.source}: unpacks to {content.num_rows:,} rows of {size:,} bytes from {len(data):,}"
            )
        table = pq.read_table(io.BytesIO(data))
        columns = {str(name): table.column(name).to_pylist() for name in table.column_names}
    except UnreadableError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise UnreadableError(
            f"{found.source}: is no readable Parquet file ({str(error).splitlines()[0]})"
        ) from None
    rows = [(str(n), row) for n, row in enumerate(zip(*columns.values(), strict=True), 1)]
    return [Table(found.source, list(columns), rows)]


def read_sheet(found: Found, data: bytes, issues: Issues) -> list[Table]:
    """Read the sheets of a workbook, each a table."""
    import warnings

    import openpyxl

    check_package(found.source, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which hold no text
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = [(sheet.title, list(_sheet_rows(sheet))) for sheet in book.worksheets]
            wide = [title for title, rows in sheets if any(len(row) > _WIDE for row in rows)]
            book.close()
    except Exception as error:  # openpyxl raises whatever zipfile, its XML parser or its own reading raise
        raise UnreadableError(
            f"{found.source}: is no readable workbook ({str(error) or type(error).__name__})"
        ) from None
    for title in wide:
        issues.add(found.source, "too many columns", f"sheet {title}", f"{_WIDE:,} of them were read")
    tables = []
    filled = [(title, rows) for title, rows in sheets if len(rows) > 1]
    for title, rows in filled:
        header = _unique(rows[0])[:_WIDE]
        prefix = f"{title}:" if len(filled) > 1 else ""
        body = [
            (f"{prefix}{n}", [*row, *[None] * (len(header) - len(row))][: len(header)])
            for n, row in enumerate(rows[1:], 1)
        ]
        tables.append(Table(found.source, header, body))
    if not tables:
        raise UnreadableError(f"{found.source}: no sheet has a header and rows")
    return tables


def _sheet_rows(sheet: Any) -> Iterator[list[Any]]:
    sheet.reset_dimensions()  # what a sheet says of its size may be any number
    for row in sheet.iter_rows(max_row=_TALL, values_only=True):
        cells = list(row)
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield cells[: _WIDE + 1]
