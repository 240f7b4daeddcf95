"""Tables for spreadsheets: CSV and workbooks in which nothing runs and nothing is lost."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from octadisc.errors import InputError
from octadisc.spec import Spec
from octadisc.tokens.files.paths import as_path
from octadisc.writing import encodable, write_whole

__all__ = ["Sheet", "about_page", "defused", "looks_like_formula", "to_csv", "undefused", "write_csv"]

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_FUSED = re.compile(r"'+[=+\-@\t\r\n]")


def looks_like_formula(text: str) -> bool:
    """Say whether a spreadsheet would run a text as a formula, apostrophes before it left aside.

    Examples
    --------
    >>> looks_like_formula("-1"), looks_like_formula("trust"), looks_like_formula("'=1+1")
    (True, False, True)
    """
    return _FORMULA.match(text) is not None


def defused(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run as a formula; `undefused` takes it off.

    What is no text stays as it is.

    Examples
    --------
    >>> defused("=1+1"), defused("'=1+1"), defused("trust"), defused(-1.5), undefused(defused("'- a dash"))
    ("'=1+1", "''=1+1", 'trust', -1.5, "'- a dash")
    """
    return f"'{value}" if isinstance(value, str) and looks_like_formula(value) else value


def undefused(text: str) -> str:
    """Take off the apostrophe that `defused` put before a text."""
    return text[1:] if _FUSED.match(text) else text


def to_csv(frame: pd.DataFrame) -> bytes:
    """Give a table as CSV: UTF-8 with a mark, CRLF, days without hours, formulas defused."""
    made = {}
    for name in frame.columns:
        values = frame[name]
        if pd.api.types.is_datetime64_any_dtype(values):
            values = values.dt.strftime("%Y-%m-%d")
        elif not pd.api.types.is_numeric_dtype(values):
            values = values.map(lambda one: defused(encodable(str(one))), na_action="ignore")
        made[defused(str(name))] = values
    buffer = io.StringIO()
    pd.DataFrame(made).to_csv(buffer, index=False, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    return buffer.getvalue().encode("utf-8-sig")


def write_csv(path: str | os.PathLike[str], frame: pd.DataFrame) -> Path:
    """Write a table as CSV; the file appears whole or not at all."""
    if as_path(path, "path", "results/lines.csv").suffix.lower() in (".xlsx", ".xls", ".ods"):
        raise InputError(
            f"{path}: is the name of a workbook. Expected one that ends in .csv, or to_xlsx(path)."
        )
    return write_whole(path, to_csv(frame))


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One sheet of a workbook.

    Attributes
    ----------
    title : str
        Made fit to be a title: at most 31 letters, and none that a title may not have.
    frame : DataFrame
    choices : mapping of column to str
        Columns to be filled in, each with the cells that list what may stand there, such as
        ``"'labels'!$A$2:$A$4"``; or ``"number"`` or ``"text"``.
    is_hidden : bool
    is_table : bool
        Whether it has a header that stays in view, and a filter.
    """

    title: str
    frame: pd.DataFrame
    choices: Mapping[str, str] = field(default_factory=dict)
    is_hidden: bool = False
    is_table: bool = True


def about_page(
    title: str, notes: Iterable[str], spec: Spec, *, more: Sequence[tuple[str, str]] = ()
) -> Sheet:
    """Give the sheet that says what a workbook holds and how it was made, to be read and not filled in."""
    rows = [("what", title), *more, *(("note", one) for one in notes)]
    rows.append(("corpus", spec.fingerprint))
    rows += [("recipe", line) for line in spec.to_json().splitlines()]
    rows += [("made with", f"{name} {version}") for name, version in spec.versions().items()]
    table = pd.DataFrame(rows, columns=["about", ""])
    table["about"] = table["about"].where(table["about"] != table["about"].shift(), "")
    return Sheet("about", table, is_table=False)
