"""Reading answers: filled-in sheets and exports of the page, checked against what was given out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, did_you_mean
from octadisc.tokens.lines.coded_files import Page, read_pages
from octadisc.tokens.lines.line_table import write_many
from octadisc.tokens.lines.schemes import tidy_label
from octadisc.topics.judged.intrusion.items import number_lines
from octadisc.topics.judged.intrusion.tasks import CANNOT_TELL

if TYPE_CHECKING:
    from octadisc.topics.judged.intrusion.sheet import IntrusionSheet

__all__ = ["OPEN", "UNSURE", "Answers", "read_answers"]

Integers = npt.NDArray[np.int64]
UNSURE, OPEN, NOT_GIVEN = -1, -2, -3
_UNSURE = (CANNOT_TELL, "cannot tell", "cant tell", "?")


class Answers(NamedTuple):
    """What coders answered.

    Attributes
    ----------
    coders : tuple of str
    chosen : array of int, shape (items, coders)
        Place of the choice among `Item.choices`; -1 can't tell, -2 left open, -3 the coder had not this item.
    notes : tuple of str
    """

    coders: tuple[str, ...]
    chosen: Integers
    notes: tuple[str, ...]


def read_answers(sheet: IntrusionSheet, answers: Any) -> Answers:
    """Read answers from files, folders or frames.

    Raises
    ------
    InputError, MissingFileError, UnreadableError
        If a file cannot be read or has no column line, coder or answer; if an item or a coder is unknown, an
        answer is none of the choices, or one coder gave an item two answers. All with file and row.
    """
    pages, issues = read_pages(answers)
    reader = _Reader(sheet)
    for page in pages:
        reader.read(page)
    if reader.faults:
        n = len(reader.faults)
        more = f" And {write_many(n - 3, 'row')} more." if n > 3 else ""
        raise InputError(" ".join(reader.faults[:3]) + more)
    if not (reader.chosen > OPEN).any():
        raise InputError(
            f"There is no answer in what was given ({write_many(len(pages), 'sheet')}). Expected the column "
            "answer filled in, in sheets or exports of the page."
        )
    notes = [f"{file}: {found}, {done}." for file, _, _, _, _, found, done in issues]
    return Answers(sheet.coders, reader.chosen, (*notes, *reader.say()))


class _Reader:
    """Rows of sheets, turned into answers one by one."""

    def __init__(self, sheet: IntrusionSheet) -> None:
        self.sheet = sheet
        self.number = number_lines(sheet.items)
        self.coder = {one.casefold(): place for place, one in enumerate(sheet.coders)}
        self.chosen = np.full((len(sheet.items), len(sheet.coders)), NOT_GIVEN, np.int64)
        self.orders: list[dict[int, tuple[int, ...]]] = [dict(given) for given in sheet.orders.values()]
        for place, given in enumerate(self.orders):
            self.chosen[list(given), place] = OPEN
        self.where: dict[tuple[int, int], tuple[str, str]] = {}
        self.faults: list[str] = []
        self.n_twice = 0

    def read(self, page: Page) -> None:
        """Take up one sheet."""
        names = {one.casefold(): one for one in page.columns}
        if "answer" not in names:
            raise InputError(
                f"{page.file}: has no column 'answer'. Its columns: {', '.join(page.columns)}. Expected a "
                "sheet that sheet.save(folder) wrote, or what its page gives."
            )
        for number, cells in page.rows:
            written = cells.get(names["answer"], "")
            if written:
                self._take(page, f"{page.file}, row {number}", cells, tidy_label(written))

    def _take(self, page: Page, where: str, cells: dict[str, str], written: str) -> None:
        line, coder = tidy_label(cells.get("line", "")).lower(), tidy_label(cells.get("coder", ""))
        item = self.number.get(line)
        if item is None:
            self.faults.append(
                f"{where}: the item {line or '(none)'!r} is not one of the {len(self.number):,} of this "
                "sheet. Expected answers to the sheet that was given out, with its column line unchanged."
            )
            return
        who = self.coder.get(coder.casefold())
        if who is None:
            found_one = f"no coder is called {coder!r}" if coder else "no coder is named"
            hint = did_you_mean(coder, self.sheet.coders) if coder else ""
            expected = f"Expected one of {', '.join(self.sheet.coders)} in the column coder.{hint}"
            self.faults.append(f"{where}: {found_one}. {expected}")
            return
        order = self.orders[who].get(item)
        if order is None:
            self.faults.append(
                f"{where}: the item {line!r} was not given to {self.sheet.coders[who]}. Expected the answers "
                "of one who got it."
            )
            return
        found = self._choice(item, order, written)
        if found is None:
            self.faults.append(
                f"{where}: the answer {written!r} is none of the choices. Expected a number from 1 to "
                f"{len(order)}, one of the choices in its words, or {CANNOT_TELL!r}."
            )
            return
        before = self.where.get((item, who))
        if before is not None and self.chosen[item, who] != found:
            self.faults.append(
                f"{where}: {self.sheet.coders[who]} answers {written!r} to the item {line!r}, and "
                f"{before[1]!r} in {before[0]}. Expected one answer of a coder to an item: delete the other."
            )
            return
        self.n_twice += before is not None
        self.where[item, who] = (where, written)
        self.chosen[item, who] = found

    def _choice(self, item: int, order: tuple[int, ...], written: str) -> int | None:
        """Give the choice that is meant; None if there is none, or two are called so."""
        folded = written.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        if folded in _UNSURE:
            return UNSURE
        if written.isdecimal() and 1 <= int(written) <= len(order):
            return order[int(written) - 1]
        words = [tidy_label(one).casefold() for one in self.sheet.items[item].choices]
        return words.index(written.casefold()) if words.count(written.casefold()) == 1 else None

    def say(self) -> list[str]:
        """Say what was left open, is not sure, and stood twice."""
        notes = []
        for place, coder in enumerate(self.sheet.coders):
            mine = self.chosen[:, place]
            given = int((mine > NOT_GIVEN).sum())
            left, unsure = int((mine == OPEN).sum()), int((mine == UNSURE).sum())
            if left:
                notes.append(f"{coder} left {left:,} of {write_many(given, 'item')} open: not counted.")
            if unsure:
                notes.append(f"{coder} could not tell in {unsure:,} of {write_many(given, 'item')}.")
        if self.n_twice:
            notes.append(f"The same answer stood in two places, and counts once: {self.n_twice:,} times.")
        return notes
