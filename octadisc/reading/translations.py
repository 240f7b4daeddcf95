"""Translations: releases of one issuer and few days that name the same numbers and names in two languages.

They are candidates, for a reader to settle: nothing is joined and nothing weighs less for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["find_translations"]

_NUMBER = re.compile(r"\d[\d.,\u00a0 ]*\d|\d\d")
_NAME = re.compile(r"(?<![.!?:«„“\"»]\s)(?<=\s)[^\W\d_a-zà-ÿа-яα-ω][^\W\d_]{3,}")
_DAYS = 3  # days that a translation may come later
_LEAST = 0.42  # share of numbers and names that two releases must have in common, numbers counting double
_COMMON = 0.5  # share of an issuer's releases from which on a name says nothing
_FEW = 3  # numbers and names in common, below which there is no evidence
_NEAREST = 150  # releases before one that are looked at, however many a day has
_STEM = 4  # letters of a name that all its cases have
_FROM = "абвгдђежзијклљмнњопрстћуфхцчџшѓѕќйщъьюяыαβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ"
_TO = (
    "a b v g d dj e z z i j k l lj m n nj o p r s t c u f h c c dz s g dz k j s a  u a i "
    "a v g d e z i t i k l m n x o p r s t y f h ps o s a e i i o y o i y i y"
).split(" ")
_LETTERS = {ord(one): other for one, other in zip(_FROM, _TO, strict=True)}


@dataclass(slots=True)
class _Marks:
    """What a translation keeps: numbers, and the beginnings of names in Latin letters."""

    numbers: frozenset[str]
    names: frozenset[str]


def find_translations(
    texts: Sequence[str],
    languages: Sequence[str | None],
    issuers: Sequence[str | None],
    days: Sequence[date | None],
) -> list[int]:
    """Give for each release the row of the one that it may translate, -1 for none.

    Parameters
    ----------
    texts, languages, issuers, days : sequence
        One value a release.

    Returns
    -------
    list of int
        Rows. Of two the earlier is the original, the first on one day; of several candidates the one with
        most in common.

    Examples
    --------
    >>> english = "Police in Kladovo and Bor seized 412 weapons. Minister Petrovic thanked 37 officers."
    >>> serbian = "Полиција је у Кладову и Бору запленила 412 комада. Министар Петровић захвалио је 37 људи."
    >>> find_translations([english, serbian], ["en", "hbs"], ["Police"] * 2, [date(2008, 3, 28)] * 2)
    [-1, 0]
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for row, (language, issuer, day) in enumerate(zip(languages, issuers, days, strict=True)):
        if isinstance(language, str) and isinstance(issuer, str) and day is not None:
            groups[issuer].append(row)
    found = [-1] * len(texts)
    for rows in groups.values():
        if len({languages[row] for row in rows}) > 1:
            _pair(rows, texts, languages, days, found)
    return found


def _pair(
    rows: list[int],
    texts: Sequence[str],
    languages: Sequence[str | None],
    days: Sequence[date | None],
    found: list[int],
) -> None:
    """Pair the releases of one issuer."""
    rows.sort(key=lambda row: (days[row], row))
    marks = {row: _marks(texts[row]) for row in rows}
    known = Counter(name for one in marks.values() for name in one.names)
    common = {name for name, n in known.items() if len(rows) >= 10 and n > _COMMON * len(rows)}
    for place, row in enumerate(rows):
        best = 0.0
        for other in _before(rows, place, days):
            if languages[other] == languages[row] or found[other] >= 0:
                continue
            score = _score(marks[other], marks[row], common)
            if score > best:
                best, found[row] = score, other


def _before(rows: Sequence[int], place: int, days: Sequence[date | None]) -> Iterable[int]:
    """Give the releases of the days before, the nearest first."""
    day = days[rows[place]]
    for other in rows[max(0, place - _NEAREST) : place][::-1]:
        earlier = days[other]
        if day is None or earlier is None or day - earlier > timedelta(days=_DAYS):
            return
        yield other


def _marks(text: str) -> _Marks:
    numbers = frozenset(re.sub(r"\D", "", one) for one in _NUMBER.findall(text))
    names = frozenset(_plain(one)[:_STEM] for one in _NAME.findall(text))
    return _Marks(numbers, frozenset(one for one in names if len(one) == _STEM))


def _plain(name: str) -> str:
    low = name.casefold().translate(_LETTERS)
    return "".join(one for one in unicodedata.normalize("NFD", low) if one.isalpha() and one.isascii())


def _score(one: _Marks, two: _Marks, common: set[str]) -> float:
    """How much of their numbers and names two releases share; 0 where that is no evidence."""
    numbers = one.numbers & two.numbers
    first, second = one.names - common, two.names - common
    shared = len(numbers) * 2 + len(first & second)
    of = min(len(one.numbers), len(two.numbers)) * 2 + min(len(first), len(second))
    if len(numbers) + len(first & second) < _FEW or not of:
        return 0.0
    score = shared / of
    return score if score >= _LEAST else 0.0
