"""Words that pages are made of: month names, labels of dates, menus, headings of notes and contacts.

They stand in `facts/months.csv` and `facts/page_words.csv`, each with its language and source; a researcher
who meets a site with other words adds a row there, and no code changes.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources

__all__ = ["fold", "month_numbers", "page_rows", "page_words", "squeeze", "weekday_numbers"]

_MARKS = re.compile("[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")  # combining
_KEPT = 80  # characters of a line that may stand on other pages of a site, so that it is worth keeping
_SIGNS = " \t.:;,|*·•–—-_#>»«/()[]\u200b\ufeff"


def fold(word: str) -> str:
    """Give a word in lower case without diacritics, so that MÄRZ, März and Marz are one.

    Examples
    --------
    >>> fold("Μαρτίου"), fold("ΜΑΡΤΙΟΥ"), fold("Avgust")
    ('μαρτιου', 'μαρτιου', 'avgust')
    """
    if word.isascii():
        return word.lower()
    return _MARKS.sub("", unicodedata.normalize("NFD", word.casefold()))


def squeeze(line: str) -> str:
    """Fold a line, set its white space to single blanks and take signs off its ends.

    Examples
    --------
    >>> squeeze(" Notes  to Editors: ")
    'notes to editors'
    """
    return _squeezed(line) if len(line) < _KEPT else _squeezed.__wrapped__(line)


@lru_cache(maxsize=20_000)  # the menus of a site stand on each of its pages
def _squeezed(line: str) -> str:
    return " ".join(fold(line).replace("(s)", "s").split()).strip(_SIGNS)


def page_rows(name: str) -> list[dict[str, str]]:
    """Read a table of facts/."""
    text = resources.files("octadisc").joinpath("facts", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def month_numbers() -> dict[str, int]:
    """Give the number of the month for each folded form of its name, in all languages.

    Examples
    --------
    >>> [month_numbers()[fold(name)] for name in ("March", "marca", "ožujka", "марта", "Μαρτίου")]
    [3, 3, 3, 3, 3]
    """
    return {fold(row["form"]): int(row["month"]) for row in page_rows("months.csv")}


@cache
def weekday_numbers() -> dict[str, frozenset[int]]:
    """Give the days of the week that each folded form may stand for, Monday being 1.

    Examples
    --------
    >>> sorted(weekday_numbers()["petek"]), sorted(weekday_numbers()["пет"])
    ([5], [5])
    """
    found: dict[str, set[int]] = {}
    for row in page_rows("weekdays.csv"):
        found.setdefault(squeeze(row["form"]), set()).add(int(row["weekday"]))
    return {form: frozenset(numbers) for form, numbers in found.items()}


@cache
def page_words(kind: str) -> frozenset[str]:
    """Give the squeezed forms of one kind: date, modified, furniture, release, notes, contact or another."""
    return _kinds()[kind]


@cache
def _kinds() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in page_rows("page_words.csv"):
        found.setdefault(row["kind"], set()).add(squeeze(row["form"]))
    return {kind: frozenset(forms - {""}) for kind, forms in found.items()}
