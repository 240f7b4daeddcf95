"""Reading codes: filled-in sheets joined by line and coder, with what could not be taken as it stands."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, OctadiscWarning, did_you_mean, expect
from octadisc.spec import Spec
from octadisc.tokens.lines.coded_files import KNOWN, Issue, Page, read_pages
from octadisc.tokens.lines.codes import Codes
from octadisc.tokens.lines.coding import CodingSheet
from octadisc.tokens.lines.line_table import write_many
from octadisc.tokens.lines.schemes import FREE, PLACE, Scheme, read_scheme, tidy_label

__all__ = ["read_codes"]

_ISSUES = ["file", "row", "line", "coder", "what", "found", "done"]
_LEFT_OUT = "not counted"


def read_codes(sheets: Any, sheet: CodingSheet | None = None, *, codes: Any = None) -> Codes:
    """Read coding sheets that have been filled in, and join them by line and coder.

    Parameters
    ----------
    sheets : path, DataFrame, or list of these
        Workbooks (.xlsx) and CSV files as spreadsheets save them, folders of such, or frames. Columns may
        have been moved or added, rows sorted or deleted; case and blanks of labels do not matter. A file
        ``key.csv`` from `CodingSheet.to_folder` tells where the lines are.
    sheet : CodingSheet, optional
        The sheet that was given out, made again from the same concordance: it tells where the lines are,
        which labels there are, and which lines are missing.
    codes : list or mapping, optional
        The labels, as for `od.coding_sheet`, if neither `sheet` nor the workbooks have them. Without any,
        every column that is not one of ours is a variable, and any label counts; numbers too are labels
        then, unless ``{"name": "number"}`` says that they are numbers.

    Returns
    -------
    Codes

    Warns
    -----
    OctadiscWarning
        If there are issues: unknown labels, lines coded twice, lines and coders that are in no sheet, numbers
        read as labels. All of it is in `Codes.issues`, with file and row, and with what was done.

    Raises
    ------
    InputError, MissingFileError, UnreadableError
        If a sheet has no column "line", there is no coded row, or a file cannot be read.

    Examples
    --------
    >>> import octadisc as od
    >>> frame = pd.DataFrame(
    ...     {"line": ["a", "a", "b", "b"], "coder": ["A", "B"] * 2, "code": ["yes", " Yes", "no", "yes"]}
    ... )
    >>> made = read_codes(frame, codes=["yes", "no"])
    >>> made
    Codes(2 lines, 2 coders, 1 variable)
    >>> made.agreement()[["percent_agreement", "alpha"]].values.tolist()
    [[0.5, 0.0]]
    >>> made.consensus()[["line", "code", "status"]].fillna("").values.tolist()
    [['a', 'yes', 'all'], ['b', '', 'tie']]
    """
    if sheet is not None:
        expect(sheet, CodingSheet, "sheet", "what od.coding_sheet(concordance, codes) gives")
    pages, issues = read_pages(sheets)
    keys, pages = [one for one in pages if one.is_key], [one for one in pages if not one.is_key]
    scheme, is_open = _find_scheme(pages, sheet, codes)
    reader = _Reader(scheme, issues, is_open=is_open)
    for page in pages:
        reader.read(page)
    if not reader.rows:
        raise InputError(
            "There is no coded row in what was given. Expected sheets of od.coding_sheet with the columns "
            f"line and coder, and one for each variable ({', '.join(scheme) or 'none found'})."
        )
    frame = reader.join()
    lines = _describe_lines(frame, reader.rows, keys, sheet)
    if sheet is not None:
        issues += _compare(frame, sheet)
    elif keys:
        issues += _strange_lines(
            frame, {cells.get("line", "").lower() for one in keys for _, cells in one.rows}
        )
    if is_open:
        issues += reader.numbers_as_labels()
    frame = frame.merge(lines[["line", *PLACE[:3]]], on="line", how="left")
    rank = dict(zip(lines["line"], range(len(lines)), strict=True))
    order = np.lexsort(
        [
            frame["coder"].rank(method="dense"),
            frame["line"].map(rank),
            frame["variable"].map(list(scheme).index),
        ]
    )
    frame = frame.iloc[order].reset_index(drop=True)
    table = pd.DataFrame(issues, columns=_ISSUES).astype({"row": "Int64"})
    parameters = {"codes": scheme, "coders": sorted(frame["coder"].unique()), "rows": len(reader.rows)}
    content = frame[["line", "coder", "variable", "code"]].to_csv(index=False).encode()
    inputs = (sheet.spec,) if sheet is not None else ()
    spec = Spec("read_codes", parameters, None, inputs, hashlib.sha256(content).hexdigest()[:16])
    rows = pd.DataFrame(reader.rows)
    if len(table):
        warnings.warn(_say_issues(table), OctadiscWarning, stacklevel=2)
    return Codes(frame, lines, rows, table, scheme, spec)


def _say_issues(issues: pd.DataFrame) -> str:
    first = issues.iloc[0]
    place = f"{first['file']}, row {first['row']}" if pd.notna(first["row"]) else str(first["file"])
    counts = ", ".join(f"{n:,} × {what}" for what, n in issues["what"].value_counts().items())
    return (
        f"The codes have {write_many(len(issues), 'issue')}: {counts}. The first: {place}: {first['what']}: "
        f"{first['found']!r}, {first['done']}. All of them are in codes.issues."
    )


def _find_scheme(pages: list[Page], sheet: CodingSheet | None, codes: Any) -> tuple[Scheme, bool]:
    """Give the variables and their labels, and whether any label counts."""
    if codes is not None:
        return read_scheme(codes), False
    if sheet is not None:
        return dict(sheet.codes), False
    schemes = [page.scheme for page in pages if page.scheme]
    if schemes:
        if any(one != schemes[0] for one in schemes[1:]):
            raise InputError(
                "The workbooks list different labels. Read them one by one, or give the labels: codes={…}."
            )
        return schemes[0], False
    names = dict.fromkeys(name for page in pages for name in page.columns if name not in KNOWN)
    if not names:
        raise InputError(
            "No column of the sheets holds codes. Expected one for each variable, beside line and coder."
        )
    return dict.fromkeys(names, ()), True


class _Reader:
    """Rows of sheets, turned into codes one by one."""

    def __init__(self, scheme: Scheme, issues: list[Issue], *, is_open: bool) -> None:
        self.scheme, self.issues, self.is_open = scheme, issues, is_open
        self.rows: list[dict[str, Any]] = []
        self.known = {
            name: {one.casefold(): one for one in labels}
            for name, labels in scheme.items()
            if labels not in FREE
        }
        self.coders: dict[str, str] = {}
        self.given: dict[tuple[str, str], list[tuple[str, int, dict[str, str]]]] = {}

    def read(self, page: Page) -> None:
        """Take up one sheet."""
        folded = {name.casefold(): name for name in page.columns}
        places = {name: folded.get(name.casefold()) for name in self.scheme}
        missing = [name for name, place in places.items() if place is None]
        if missing and page.rows:
            self._add(page, None, {}, "no column", ", ".join(missing), "its lines are open there")
        if "coder" not in page.columns:
            if not page.coder:
                raise InputError(f"{page.file}: has no column 'coder'. Add one that says who coded.")
            self._add(page, None, {}, "no column", "coder", f"taken to be {page.coder!r}, by its name")
        for number, cells in page.rows:
            coder = tidy_label(cells.get("coder") or page.coder)
            coder = self.coders.setdefault(coder.casefold(), coder)
            line = tidy_label(cells.get("line", "")).lower()
            cells = {**cells, "line": line, "coder": coder}
            filled = [name for name, place in places.items() if place and place in cells]
            if not line or not coder:
                if filled:
                    what = "no line" if not line else "no coder"
                    self._add(page, number, cells, what, ", ".join(filled), _LEFT_OUT)
                continue
            self.rows.append({"file": page.file, "row": number, **cells})
            made = {}
            for name in filled:
                code = self._code(page, number, cells, name, cells[str(places[name])])
                if code is not None:
                    made[name] = code
            self.given.setdefault((line, coder), []).append((page.file, number, made))

    def _code(self, page: Page, number: int, cells: dict[str, Any], name: str, written: str) -> str | None:
        """Give the code that a cell stands for; None, and an issue, if there is none."""
        kind, label = self.scheme[name], tidy_label(written)
        if kind == "text":
            return written.strip()
        if kind == "number":
            value = _as_number(label)
            if np.isfinite(value):
                return tidy_label(value)
            self._add(page, number, cells, f"no number in {name}", label, _LEFT_OUT)
            return None
        known = self.known[name]
        if self.is_open:
            return known.setdefault(label.casefold(), label)
        if label.casefold() in known:
            return known[label.casefold()]
        hint = did_you_mean(label, known.values()).strip()
        self._add(page, number, cells, f"unknown label in {name}", label, f"{_LEFT_OUT}. {hint}")
        return None

    def _add(
        self, page: Page, row: int | None, cells: dict[str, Any], what: str, found: str, done: str
    ) -> None:
        self.issues.append(
            (page.file, row, cells.get("line") or None, cells.get("coder") or None, what, found, done)
        )

    def numbers_as_labels(self) -> list[Issue]:
        """Say which columns have numbers alone, which are labels as long as no one says what they are.

        Of two numbers alpha is the same whether their distance counts or not.
        """
        issues: list[Issue] = []
        for name, labels in self.known.items():
            if len(labels) > 2 and all(np.isfinite(_as_number(one)) for one in labels):
                some = ", ".join([*labels][:3]) + (", …" if len(labels) > 3 else "")
                done = f"taken as labels; if they are numbers, read them with codes={{{name!r}: 'number'}}"
                issues.append(
                    ("(all sheets)", None, None, None, f"nothing but numbers in {name}", some, done)
                )
        return issues

    def join(self) -> pd.DataFrame:
        """Give one row a line, coder and variable; what a coder coded twice and differently is left open."""
        records = []
        for (line, coder), given in self.given.items():
            for name in self.scheme:
                codes = [(made[name], file, row) for file, row, made in given if name in made]
                different = list(dict.fromkeys(code for code, _, _ in codes))
                records.append((line, coder, name, different[0] if len(different) == 1 else None))
                if len(codes) > 1:
                    places = "; ".join(f"{code!r} in {file}, row {row}" for code, file, row in codes)
                    done = "counted once" if len(different) == 1 else _LEFT_OUT
                    what = f"coded twice{'' if len(different) == 1 else ' and differently'}: {name}"
                    self.issues.append((codes[-1][1], codes[-1][2], line, coder, what, places, done))
        frame = pd.DataFrame(records, columns=["line", "coder", "variable", "code"])
        return frame.astype("str")


def _as_number(label: str) -> float:
    """Give the number that a label is, with a comma or a point for decimals; NaN if it is none."""
    try:
        return float(label.replace(" ", "").replace("\N{MINUS SIGN}", "-").replace(",", "."))
    except ValueError:
        return float("nan")


def _describe_lines(
    frame: pd.DataFrame, rows: list[dict[str, Any]], keys: Iterable[Page], sheet: CodingSheet | None
) -> pd.DataFrame:
    """Give what is known of each line, from the sheet that was given out, a key, or the sheets themselves."""
    columns = ["line", *PLACE[:3], "left", "match", "right"]
    tables = [] if sheet is None else [sheet.lines[columns]]
    tables += [pd.DataFrame([cells for _, cells in one.rows]).reindex(columns=columns) for one in keys]
    tables.append(pd.DataFrame(rows).reindex(columns=columns))
    together = pd.concat([one.astype(object) for one in tables], ignore_index=True)
    together["line"] = together["line"].str.lower()
    known = together.groupby("line", sort=False).first()  # of each column the first that is there
    lines = known.loc[known.index.isin(frame["line"])].reset_index()
    for name in columns:
        if name in ("start", "end"):
            lines[name] = pd.to_numeric(lines[name], errors="coerce").round().astype("Int64")
        else:
            lines[name] = lines[name].astype("str")
    return lines[columns]


def _compare(frame: pd.DataFrame, sheet: CodingSheet) -> list[Issue]:
    """Say which lines did not come back, and which lines and coders were never given out."""
    issues: list[Issue] = []
    back = {(line, coder.casefold()) for line, coder in zip(frame["line"], frame["coder"], strict=True)}
    for coder in sheet.coders:
        out = sheet.frame.loc[sheet.frame["coder"] == coder, "line"]
        missing = [line for line in out if (line, coder.casefold()) not in back]
        if missing:
            some = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
            found = f"{len(missing):,} of {write_many(len(out), 'line')}: {some}"
            issues.append(("(none)", None, None, coder, "in no file", found, "as if not coded"))
    known = {one.casefold() for one in sheet.coders}
    for coder in dict.fromkeys(frame["coder"]):
        if coder.casefold() not in known:
            n = frame.loc[frame["coder"] == coder, "line"].nunique()
            found = f"{coder}: {write_many(n, 'line')}"
            done = f"kept as a coder of its own.{did_you_mean(coder, sheet.coders)}"
            issues.append(("(the sheet)", None, None, coder, "a coder that was not given out", found, done))
    return issues + _strange_lines(frame, set(sheet.lines["line"]))


def _strange_lines(frame: pd.DataFrame, known: set[str]) -> list[Issue]:
    strange = [one for one in dict.fromkeys(frame["line"]) if one not in known]
    return [("(the sheet)", None, one, None, "a line that was not given out", one, "kept") for one in strange]
