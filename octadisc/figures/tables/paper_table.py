"""Results as tables of a paper: LaTeX, HTML, Word and Excel, with notes on n, intervals and tests."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.figures.tables.cells import choose_columns, write_column
from octadisc.figures.tables.notes import write_notes
from octadisc.figures.tables.writing import write_docx, write_html, write_latex
from octadisc.spec import Spec
from octadisc.tokens.lines.sheets import Sheet
from octadisc.tokens.lines.workbooks import write_workbook
from octadisc.writing import write_whole

__all__ = ["PaperTable", "format_table"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class PaperTable:
    """A result's numbers, written for readers; made by `od.format_table`.

    Attributes
    ----------
    cells : DataFrame
        Texts, as they are shown.
    numbers : DataFrame
        What they were written from.
    numeric : tuple of bool
        Which columns hold numbers, and stand at the right.
    caption : str
    notes : tuple of str
    spec : Spec
        Of the result.
    """

    cells: pd.DataFrame
    numbers: pd.DataFrame
    numeric: tuple[bool, ...]
    caption: str
    notes: tuple[str, ...]
    spec: Spec

    def to_frame(self) -> pd.DataFrame:
        """Give the texts as they are shown, a row a row."""
        return self.cells.copy()

    def to_latex(self, path: str | os.PathLike[str] | None = None, *, label: str = "") -> str:
        """Give the table for LaTeX, and write it to a file if one is named.

        It needs the package booktabs, and longtable from 46 rows on. Cyrillic and Greek need XeLaTeX or
        LuaLaTeX with a font that has them.

        Parameters
        ----------
        path : path, optional
        label : str
            By which the text refers to it, such as "tab:trust".
        """
        text = write_latex(*self._parts(), self.caption, label, self.notes)
        if path is not None:
            write_whole(path, text.encode())
        return text

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """Give the table as HTML whose looks stay when pasted into Word; write it if a file is named."""
        text = write_html(*self._parts(), self.caption, self.notes)
        if path is not None:
            write_whole(path, f'<!DOCTYPE html>\n<meta charset="utf-8">\n{text}'.encode())
        return text

    def to_docx(self, path: str | os.PathLike[str]) -> Path:
        """Write the table as a Word document; the same bytes each time."""
        _check_suffix(path, ".docx")
        return write_whole(path, write_docx(*self._parts(), self.caption, self.notes))

    def to_xlsx(self, path: str | os.PathLike[str]) -> Path:
        """Write the numbers themselves as a workbook, the notes on a sheet of their own; nothing runs."""
        _check_suffix(path, ".xlsx")
        cells, said = _as_cells(self.numbers)
        rows = [
            ("table", self.caption or self.spec.function),
            *(("note", one) for one in (*self.notes, *said)),
        ]
        about = Sheet("notes", pd.DataFrame(rows, columns=["what", "text"]), is_table=False)
        return write_workbook(path, [Sheet("table", cells)], about)

    def _parts(self) -> tuple[list[str], list[list[str]], tuple[bool, ...]]:
        heads = [str(one) for one in self.cells.columns]
        return heads, [list(row) for row in self.cells.itertuples(index=False, name=None)], self.numeric

    def __repr__(self) -> str:
        rows, columns = self.cells.shape
        return f"PaperTable({rows:,} rows, {columns} columns, from {self.spec.function})"

    def _repr_html_(self) -> str:
        return self.to_html()


def format_table(
    result: Any,
    columns: Sequence[str] | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    rows: int | None = None,
    caption: str = "",
    notes: Sequence[str] = (),
    digits: int = 3,
) -> PaperTable:
    """Write a result's numbers as a table of a paper.

    Parameters
    ----------
    result : result
        Anything with ``.to_frame()`` and ``.spec``.
    columns : sequence of str, optional
        Of its frame, in this order; by default all that tell something. A value's interval is beside it.
    labels : mapping of str to str, optional
        Heads of columns, for instance in another language.
    rows : int, optional
        Only the first so many; the notes say so.
    caption : str
    notes : sequence of str
        Come before those on n, intervals and tests.
    digits : int
        That count, of numbers without an interval; with one, two digits of its shorter half are kept.

    Returns
    -------
    PaperTable
        With ``.to_latex()``, ``.to_html()``, ``.to_docx(path)`` and ``.to_xlsx(path)``.

    Raises
    ------
    InputError, UnknownNameError
        If it is no result, or has no such column.

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [{"date": f"{year}-05-01", "text": "Trust."} for year in (2007, 2008) for _ in range(20)]
    >>> trend = od.track_terms(od.tokenize(od.Corpus.from_frame(rows)), "trust")
    >>> table = format_table(trend, ["period", "releases", "share"], labels={"share": "mentions trust"})
    >>> print(table.to_frame().to_string(index=False))
    period releases          mentions trust
      2007       20 100.0% (83.9 to 100.0)
      2008       20 100.0% (83.9 to 100.0)
    >>> table.notes[0]
    'n: 40 releases in the rows shown.'
    """
    if not hasattr(result, "to_frame") or not isinstance(getattr(result, "spec", None), Spec):
        raise InputError(
            f"format_table takes a result, such as that of od.track_terms, not {type(result).__name__}. "
            'A frame of your own: octadisc.figures.save.Table.of(frame, "what it holds", corpus.spec).'
        )
    frame = result.to_frame()
    for name in columns or ():
        if name not in frame:
            raise UnknownNameError(
                f"columns={name!r}: the result has none of this name.{did_you_mean(name, map(str, frame))}"
            )
    if rows is not None and rows < 1:
        raise InputError(f"rows={rows}: expected at least one row.")
    shown = frame if rows is None else frame.head(rows)
    shown = shown.reset_index(drop=True)
    chosen = choose_columns(frame, columns)
    heads = [(labels or {}).get(one.name, one.head) for one in chosen]
    cells = pd.DataFrame(
        {i: pd.Series(write_column(shown, one, digits), dtype="str") for i, one in enumerate(chosen)}
    ).set_axis(heads, axis=1)
    said = list(notes)
    if len(shown) < len(frame):
        said.append(f"The first {len(shown):,} of {len(frame):,} rows.")
    kept = [name for one in chosen for name in (one.name, one.low, one.high) if name is not None]
    numeric = tuple(
        pd.api.types.is_numeric_dtype(shown[one.name]) and not pd.api.types.is_bool_dtype(shown[one.name])
        for one in chosen
    )
    told = write_notes(result, shown, chosen, said)
    return PaperTable(cells, shown[kept].copy(), numeric, caption, tuple(told), result.spec)


def _as_cells(numbers: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Give what a workbook can hold, and what is said of the rest: it knows no infinite number."""
    made, said = {}, []
    for name, values in numbers.items():
        if pd.api.types.is_bool_dtype(values):
            values = values.map({True: "yes", False: "no"})
        elif pd.api.types.is_float_dtype(values) and np.isinf(values.to_numpy(float)).any():
            said.append(f"{name} is empty where it is infinite.")
            values = values.where(~np.isinf(values))
        elif pd.api.types.is_object_dtype(values) or isinstance(values.dtype, pd.CategoricalDtype):
            values = values.astype(object).map(str, na_action="ignore")
        made[name] = values
    return pd.DataFrame(made), said


def _check_suffix(path: str | os.PathLike[str], suffix: str) -> None:
    if Path(path).suffix.lower() != suffix:
        raise InputError(f"{path}: expected a name that ends in {suffix}, by which programs know the file.")
