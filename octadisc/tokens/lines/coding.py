"""Coding sheets: lines of a concordance shared out among coders, with the codes that they choose from."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, WrongKindError, expect
from octadisc.spec import Spec
from octadisc.tokens.files.paths import as_path
from octadisc.tokens.lines.concordance import Concordance, wording_of
from octadisc.tokens.lines.line_table import MOST_LINES, language_tags, to_table, write_many
from octadisc.tokens.lines.samples import read_seed
from octadisc.tokens.lines.schemes import LABELS, PLACE, RESERVED, Scheme, read_scheme, tidy_label
from octadisc.tokens.lines.sheets import Sheet, about_page, write_csv
from octadisc.tokens.lines.workbooks import write_workbook

__all__ = ["CodingSheet", "coding_sheet", "line_ids"]

_LETTERS = "bcdfghjklmnpqrstvwxz"  # no vowels, so no words; no digits, which a spreadsheet would reckon with
_N_LETTERS = 12


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class CodingSheet:
    """Lines to be coded by hand, a row a line and coder; made by `od.coding_sheet`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    lines : DataFrame
        The key, to be kept from coders who shall not know who said it and when: line, release, start, end,
        date, issuer, source, left, match, right; in the order of the concordance.
    codes : dict
        Each variable's labels, or "number" or "text".
    spec : Spec
    notes : tuple of str
        How the lines were shared out.
    languages : tuple of str
        Tag of each line's language.
    """

    frame: pd.DataFrame
    lines: pd.DataFrame
    codes: Scheme
    spec: Spec
    notes: tuple[str, ...]
    languages: tuple[str, ...]

    @property
    def coders(self) -> tuple[str, ...]:
        """Names of the coders."""
        return tuple(self.frame["coder"].unique())

    def to_frame(self) -> pd.DataFrame:
        """Give one row a line and coder: line, coder, what the coder sees of it, and the empty columns.

        `line` is made from release, start and end, and so is the same in every sheet with this line. Of a
        sheet that is not blind the frame also has release, date, issuer, source, start and end.
        """
        return self.frame.copy()

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write all coders' rows to one CSV that Excel reads; formulas are defused."""
        return write_csv(path, self.frame)

    def to_xlsx(self, path: str | os.PathLike[str]) -> Path:
        """Write a workbook with a page of instructions and a sheet for each coder, labels to choose from."""
        return self._write(path, self.coders)

    def to_folder(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write a workbook for each coder, and the key that stays with the researcher.

        Returns
        -------
        list of Path
            ``coder A.xlsx``, …, and ``key.csv``, which `od.read_codes` finds there.

        Raises
        ------
        InputError
            If a workbook is there that differs: codes may be in it.
        """
        place = as_path(folder, "folder", "results/sheets")
        names = {one: re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", one) for one in self.coders}
        if len({one.casefold() for one in names.values()}) < len(names):
            raise InputError(
                f"Two coders' files would have one name: {', '.join(names.values())}. Rename a coder."
            )
        made = [self._write_new(place / f"coder {name}.xlsx", coder) for coder, name in names.items()]
        return [*made, write_csv(place / "key.csv", self.lines[["line", *PLACE]])]

    def _write_new(self, path: Path, coder: str) -> Path:
        """Write a coder's workbook where there is none that differs: it may have been filled in."""
        if path.exists():
            with TemporaryDirectory() as folder:
                made = self._write(Path(folder) / path.name, [coder]).read_bytes()
            if path.read_bytes() != made:
                raise InputError(
                    f"{path}: is there already and is not what would be written: codes may be in it. Choose "
                    "another folder, or move it away."
                )
        return self._write(path, [coder])

    def _write(self, path: str | os.PathLike[str], coders: Sequence[str]) -> Path:
        choices, labels = {}, {}
        for number, (name, allowed) in enumerate(self.codes.items()):
            if isinstance(allowed, str):
                choices[name] = allowed
                labels[name] = [f"({allowed})"]
            else:
                letter = _column_letter(number + 1)
                choices[name] = f"'{LABELS}'!${letter}$2:${letter}${len(allowed) + 1}"
                labels[name] = list(allowed)
        table = pd.DataFrame({name: pd.Series(given, dtype="str") for name, given in labels.items()})
        sheets = [Sheet(coder, self.frame[self.frame["coder"] == coder], choices) for coder in coders]
        about = about_page(self._summary(), self.notes, self.spec, more=self._instructions())
        about = Sheet("instructions", about.frame, is_table=False)
        return write_workbook(path, [*sheets, Sheet(LABELS, table, is_hidden=True)], about, first=True)

    def _instructions(self) -> list[tuple[str, str]]:
        """Say what a coder does, one row after the other."""
        made_by = self.spec.inputs[0]
        if made_by.function == "audit_sample":
            what = _whole_units(str(made_by.parameters["unit"]))
        else:
            what = [
                "Each row is one place where the words in the column match occur, with the text around it.",
                "Read the row and fill in the last columns; a cell with a list offers what may stand in it.",
            ]
        what += [
            "Leave a cell empty if you have not decided. Do not change the columns line and coder.",
            "Rows may be sorted, and columns added for remarks. Code alone, and compare afterwards.",
        ]
        rows = [("how", one) for one in what]
        rows.append(("query", wording_of(made_by.parameters["query"])))
        for name, allowed in self.codes.items():
            said = {"number": "any number", "text": "free text"}
            rows.append(
                ("codes", f"{name}: {said[allowed] if isinstance(allowed, str) else ' | '.join(allowed)}")
            )
        return rows

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        return f"CodingSheet({self._summary()})"

    def _summary(self) -> str:
        coders = ", ".join(self.coders)
        return f"{write_many(len(self.lines), 'line')} for {coders}: {', '.join(self.codes)}"

    def _repr_html_(self) -> str:
        head = self.frame.head(min(10, MOST_LINES))
        tag = dict(zip(self.lines["line"], self.languages, strict=True))
        table = to_table(
            head.fillna(""), list(self.frame), repr(self), languages=[tag[one] for one in head["line"]]
        )
        rest = len(self) - len(head)
        more = (
            f"<p>… and {write_many(rest, 'row')} more: <code>to_folder(path)</code> writes them.</p>"
            if rest
            else ""
        )
        return table + more + "".join(f"<p>{escape(note)}</p>" for note in self.notes)


def _whole_units(unit: str) -> list[str]:
    """Say what a coder does with whole units, only some of which a query hits."""
    beside = "its title in the column left"
    if unit != "release":
        beside = "what stands before and after it in the columns left and right, for the sake of its sense"
    return [
        f"Each row is one {unit}. All of it stands in the column match; {beside}.",
        f"Read the whole {unit} and say in the last columns whether it speaks of what the query below is "
        "for, in whatever words; a cell with a list offers what may stand in it.",
        f"The query hits some of the {unit}s and not others; which is not said. Do not look for its words: "
        f"a {unit} may speak of the matter without them, and have them without speaking of it.",
    ]


def _column_letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def coding_sheet(
    concordance: Concordance,
    codes: Any,
    *,
    coders: int | Sequence[str] = ("A", "B"),
    path: str | os.PathLike[str] | None = None,
    overlap: float = 1.0,
    blind: bool = True,
    seed: int = 0,
) -> CodingSheet:
    """Share the lines of a concordance out among coders, with empty columns for their codes.

    Parameters
    ----------
    concordance : Concordance
        What `od.concordance` lists, all of it or a sample.
    codes : list, or mapping
        The labels of one variable, called "code"; or each variable's name with its labels, or with
        ``"number"`` or ``"text"`` for what is written in freely.
    coders : int or sequence of str
        How many, or their names.
    path : path, optional
        Where to write them at once: a name that ends in .xlsx or .csv is one file, any other a folder with
        a workbook for each coder (`CodingSheet.to_folder`).
    overlap : float
        Share of the lines that every coder gets, drawn at random; the others go to one coder each, in
        equal parts. Agreement is measured on the lines that several have coded.
    blind : bool
        Whether coders are kept from knowing who said it and when: without release, date, issuer and source,
        and each coder's lines in an order of chance. What the text itself gives away remains.
    seed : int
        Decides which lines are shared, and their order.

    Returns
    -------
    CodingSheet

    Raises
    ------
    InputError, WrongKindError, NotEnoughDataError
        If codes or coders are none, a name is taken, `overlap` is no share, or there is no line.

    Examples
    --------
    >>> import octadisc as od
    >>> text = "They praised trust. Trust was missing. Nobody trusts a rumour."
    >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": text}]))
    >>> lines = od.concordance(tokens, "trust*", window="sentence")
    >>> sheet = od.coding_sheet(lines, ["present", "absent", "unclear"])
    >>> sheet
    CodingSheet(3 lines for A, B: code)
    >>> list(sheet.to_frame().columns)
    ['line', 'coder', 'left', 'match', 'right', 'code']
    """
    expect(concordance, Concordance, "concordance", "what od.concordance(tokens, query) gives")
    scheme = read_scheme(codes)
    names = _read_coders(coders)
    share, seed = _read_share(overlap), read_seed(seed)
    if path is not None:
        path = as_path(path, "path", "results/sheet.xlsx")
    if not len(concordance):
        raise NotEnoughDataError(f"There is no line to code. {' '.join(concordance.notes)}".strip())
    lines = concordance.frame.copy()
    lines.insert(0, "line", line_ids(lines))
    shown = ["left", "match", "right"] if blind else [*PLACE, "left", "match", "right"]
    parts, n_shared = _share_out(len(lines), len(names), share, blind=blind, seed=seed)
    rows = []
    for coder, part in zip(names, parts, strict=True):
        mine = lines.iloc[part][["line", *shown]].copy()
        mine.insert(1, "coder", pd.Series(coder, index=mine.index, dtype="str"))
        rows.append(mine)
    frame = pd.concat(rows, ignore_index=True)
    for name in scheme:
        frame[name] = pd.Series(pd.NA, index=frame.index, dtype="str")
    parameters = {"codes": scheme, "coders": names, "overlap": overlap, "blind": blind}
    spec = Spec("coding_sheet", parameters, seed, inputs=(concordance.spec,))
    about = concordance.basis.tokens.corpus.frame.iloc[concordance.basis.rows]
    tags = tuple(language_tags(about))
    notes = (*concordance.notes, _say_shares(len(lines), n_shared, names))
    columns = ["line", *PLACE, "left", "match", "right"]
    sheet = CodingSheet(frame, lines[columns], scheme, spec, notes, tags)
    if path is not None:
        kinds = {".xlsx": sheet.to_xlsx, ".csv": sheet.to_csv}
        kinds.get(path.suffix.lower(), sheet.to_folder)(path)
    return sheet


def line_ids(frame: pd.DataFrame) -> pd.Series:
    """Give each line its id, made from release, start and end: twelve letters that no spreadsheet changes."""
    made = []
    for release, start, end in zip(frame["release"], frame["start"], frame["end"], strict=True):
        given = hashlib.sha256(f"{release}\x1f{start}\x1f{end}".encode()).digest()
        number = int.from_bytes(given[:8], "big")
        letters = []
        for _ in range(_N_LETTERS):
            number, place = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[place])
        made.append("".join(letters))
    return pd.Series(made, index=frame.index, dtype="str")


def _read_share(overlap: Any) -> float:
    if isinstance(overlap, bool) or not isinstance(overlap, (int, float, np.number)) or not 0 <= overlap <= 1:
        raise InputError(
            f"overlap={overlap!r} is no share. Expected 0 to 1: the part of the lines that all coders get."
        )
    return float(overlap)


def _read_coders(coders: Any) -> list[str]:
    if isinstance(coders, (int, np.integer)) and not isinstance(coders, bool):
        if not 1 <= coders <= 26:
            raise InputError(f"coders={coders!r}: expected 1 to 26, or their names.")
        return [chr(ord("A") + n) for n in range(int(coders))]
    if isinstance(coders, (str, bool)) or not isinstance(coders, Sequence):
        raise WrongKindError(
            f"coders is a {type(coders).__name__}. Expected how many, or a list of their names."
        )
    names = [tidy_label(one) for one in coders]
    folded = [one.casefold() for one in names]
    if not names or not all(names) or len(set(folded)) < len(names) or set(folded) & {*RESERVED, LABELS}:
        raise InputError(
            f"coders={list(coders)!r}: expected names that differ, none of them that of a column."
        )
    return names


def _share_out(
    n: int, n_coders: int, overlap: float, *, blind: bool, seed: int
) -> tuple[list[npt.NDArray[np.int64]], int]:
    """Give the numbers of each coder's lines, and how many lines all of them have."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(n)
    n_shared = n if n_coders == 1 else min(n, int(np.ceil(overlap * n - 1e-9)))
    parts = [
        np.concatenate([order[:n_shared], order[n_shared:][coder::n_coders]]) for coder in range(n_coders)
    ]
    return [rng.permutation(part) if blind else np.sort(part) for part in parts], n_shared


def _say_shares(n: int, n_shared: int, names: list[str]) -> str:
    if len(names) == 1:
        return f"All lines go to {names[0]}; agreement needs a second coder."
    if n_shared == n:
        return f"Every line goes to each of {', '.join(names)}."
    if not n_shared:
        return f"Each line goes to one of {', '.join(names)}: their agreement cannot be measured."
    shared = f"{write_many(n_shared, 'line')} of {n:,} to each of {', '.join(names)}"
    return f"{shared}; each of the others to one of them."
