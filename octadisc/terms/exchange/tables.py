"""Tables in CSV that R reads too: strings in quotation marks, nothing where a value is missing."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError

__all__ = ["as_kinds", "guess_kinds", "kinds_of", "read_table", "write_table"]

_WORDS = ("docname", "issuer", "language", "source", "title", "url")  # never numbers, whatever stands there
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_FLOAT = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|-?[iI]nf|NaN")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TRUTH = {"TRUE": True, "FALSE": False, "true": True, "false": False}
_LARGEST = 2**31 - 1  # bytes that are read at once


def write_table(frame: pd.DataFrame) -> bytes:
    r"""Write a table as CSV in UTF-8.

    Strings stand in quotation marks, missing ones do not, so that nothing, ``""`` and ``"NA"`` remain
    three things; days are ISO days. Nothing is defused: the table is data, not a spreadsheet.

    Examples
    --------
    >>> table = pd.DataFrame({"title": ["=1+1", None, ""], "date": pd.to_datetime(["2008-03-28"] * 3)})
    >>> write_table(table).decode().splitlines()
    ['"title","date"', '"=1+1",2008-03-28', ',2008-03-28', '"",2008-03-28']
    """
    import pyarrow as pa
    import pyarrow.csv

    columns = {str(name): _column(str(name), values) for name, values in frame.items()}
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(pa.table(columns), sink)
    return bytes(sink.getvalue().to_pybytes())


def _column(name: str, values: pd.Series) -> Any:
    import pyarrow as pa

    kind = _kind(values)
    if kind == "str":
        words = [None if pd.isna(one) else str(one) for one in values.astype(object)]
        try:
            return pa.array(words, pa.string())
        except UnicodeEncodeError:
            wrong = next(one for one in words if one is not None and re.search("[\ud800-\udfff]", one))
            raise InputError(f"{name} has {wrong!r}, half a letter that no file can hold.") from None
    made = pa.Array.from_pandas(values)
    if kind.startswith("datetime64"):
        known = values.dropna()
        if values.dt.tz is None and (known == known.dt.normalize()).all():
            return made.cast(pa.timestamp("s")).cast(pa.date32())
    return made


def _kind(values: pd.Series) -> str:
    """Name the kind of a column, as pandas does; all that is no number, truth or day is written as text."""
    types = pd.api.types
    plain = types.is_bool_dtype(values) or types.is_numeric_dtype(values)
    if isinstance(values.dtype, pd.CategoricalDtype) or types.is_complex_dtype(values):
        return "str"
    return str(values.dtype) if plain or types.is_datetime64_any_dtype(values) else "str"


def kinds_of(frame: pd.DataFrame) -> dict[str, str]:
    """Name the kinds of a table's columns.

    Examples
    --------
    >>> kinds_of(pd.DataFrame({"tokens": [1, 2], "issuer": ["A", None]}))
    {'tokens': 'int64', 'issuer': 'str'}
    """
    return {str(name): _kind(values) for name, values in frame.items()}


def read_table(path: Path) -> pd.DataFrame:
    """Read a table of CSV with all its values as text; what is missing (nothing, or R's NA) is missing.

    Raises
    ------
    InputError
        If it is no CSV, or not in UTF-8.
    """
    import pyarrow as pa
    import pyarrow.csv

    expected = "Expected CSV in UTF-8 with a line of names, as write.csv(table, file) writes in R."
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file), [])
        if len(set(names)) < len(names):
            raise InputError(f"{path}: two columns have one name. Rename one of them.")
        table = pyarrow.csv.read_csv(
            path,
            read_options=pa.csv.ReadOptions(block_size=min(path.stat().st_size + 1, _LARGEST)),
            # of one column, a line of nothing is a missing value
            parse_options=pa.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=len(names) > 1),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=["", "NA"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except (UnicodeDecodeError, csv.Error, pa.ArrowInvalid) as error:
        raise InputError(f"{path}: cannot be read ({str(error).splitlines()[0]}). {expected}") from None
    columns = {name: pd.Series(table.column(i).to_pylist(), dtype="str") for i, name in enumerate(names)}
    return pd.DataFrame(columns)


def guess_kinds(frame: pd.DataFrame) -> dict[str, str]:
    """Tell the kinds of a table's columns from the text in them, as R does; ids and names stay text.

    Examples
    --------
    >>> guess_kinds(pd.DataFrame({"docname": ["1", "2"], "size": ["3", None], "code": ["007", "1"]}))
    {'docname': 'str', 'size': 'float64', 'code': 'str'}
    """
    return {str(name): "str" if name in _WORDS else _guess(values) for name, values in frame.items()}


def _guess(values: pd.Series) -> str:
    known = values.dropna().tolist()
    whole = len(known) == len(values)
    if not known:
        return "float64"
    if all(map(_INTEGER.fullmatch, known)):
        return "int64" if whole else "float64"
    if all(one in _TRUTH for one in known):
        return "bool" if whole else "boolean"
    if any(re.match("0[0-9]", one) for one in known):  # a code, not a number
        return "str"
    if all(map(_FLOAT.fullmatch, known)):
        return "float64"
    return "datetime64[s]" if all(map(_DAY.fullmatch, known)) else "str"


def as_kinds(frame: pd.DataFrame, kinds: Mapping[str, str], path: Path) -> pd.DataFrame:
    """Give columns of text their kinds; the column date is one of days in any case.

    Raises
    ------
    InputError
        If a value is not of its column's kind; it names the file and the row.
    """
    table = frame.copy()
    for name, values in frame.items():
        kind = str(kinds.get(str(name), "str"))
        if name == "date" and not kind.startswith("datetime64"):
            kind = "datetime64[s]"
        if kind == "str":
            continue
        try:
            table[name] = _converted(values, kind)
        except (ValueError, KeyError, TypeError, OverflowError):
            row = next(i for i in range(len(values)) if not _fits(values.iloc[i : i + 1], kind))
            wanted = "an ISO date such as 2008-03-28" if kind.startswith("datetime64") else f"{kind}"
            raise InputError(
                f"{path}: row {row + 1:,} has {values.iloc[row]!r} in the column {name}. Expected {wanted}."
            ) from None
    return table


def _fits(values: pd.Series, kind: str) -> bool:
    try:
        _converted(values, kind)
    except (ValueError, KeyError, TypeError, OverflowError):
        return False
    return True


def _converted(values: pd.Series, kind: str) -> pd.Series:
    dtype = pd.api.types.pandas_dtype(kind)
    if kind.startswith("datetime64"):
        zone = getattr(dtype, "tz", None)
        days = pd.to_datetime(values, format="ISO8601", utc=zone is not None)
        return (days.dt.tz_convert(zone) if zone is not None else days.dt.tz_localize(None)).astype(dtype)
    read: Callable[[str], Any] = float
    if pd.api.types.is_bool_dtype(dtype):
        read = _TRUTH.__getitem__
    elif pd.api.types.is_integer_dtype(dtype):
        read = int
    missing = np.nan if isinstance(dtype, np.dtype) else pd.NA
    return pd.Series([missing if pd.isna(one) else read(one) for one in values], dtype=dtype)
