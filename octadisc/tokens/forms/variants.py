"""Spellings of one word: the letters of a language's forms, and tables of variants."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from octadisc.errors import InputError, MissingFileError, WrongKindError, did_you_mean

__all__ = ["SAME_LANGUAGE", "Row", "Variants", "bare", "letters_of", "make_variants", "read_variants"]

Row = tuple[str, str, str]  # language, form, variant

# Varieties of one macro-language, as researchers may name them.
SAME_LANGUAGE = dict.fromkeys(("bs", "hr", "sr", "sh", "cnr", "me"), "hbs")

_COLUMNS = ("language", "form", "variant")
_CYRILLIC = dict(
    zip("абвгдђежзијклмнопрстћуфхцчшљњџ", [*"abvgdđežzijklmnoprstćufhcčš", "lj", "nj", "dž"], strict=True)
)
# One letter for two; and the Montenegrin letters, for which its standard of 2009 also allows sj and zj.
_DIGRAPHS = {"ǆ": "dž", "ǉ": "lj", "ǌ": "nj"}
_MONTENEGRIN = str.maketrans({"ś": "sj", "ź": "zj"})
_LETTERS = {
    "hbs": str.maketrans(_CYRILLIC | _DIGRAPHS),
    "ro": str.maketrans("şţ", "șț"),  # the cedilla that keyboards and code pages had for the comma
}
_BARE = str.maketrans({"đ": "dj", "ł": "l", "ø": "o", "ı": "i"})  # these do not come apart in Unicode
_MARK = re.compile("[\u0300-\u036f]")
_STEPS = 8  # rows that may lead from one to the next before they are taken for a circle


def letters_of(word: str, language: str) -> str:
    """Give a word in the letters of its language's forms: one script, one code point for one letter."""
    if word.isascii():
        return word
    word = unicodedata.normalize("NFC", word)
    language = SAME_LANGUAGE.get(language, language)
    if language not in _LETTERS:
        return word
    word = unicodedata.normalize("NFC", word.translate(_LETTERS[language]))  # с + acute is ś by now
    return word.translate(_MONTENEGRIN) if language == "hbs" else word


def bare(word: str) -> str:
    """Give a word without its diacritics."""
    if word.isascii():
        return word
    letters = _MARK.sub("", unicodedata.normalize("NFD", word)).translate(_BARE)
    return unicodedata.normalize("NFC", letters) or word


@dataclass(frozen=True, slots=True, eq=False)
class Variants:
    """The variants of one language: full forms and stems, each with what it is joined to."""

    whole: dict[str, str]
    stems: dict[str, str]
    spelled: dict[str, list[str]]  # the table read backwards; stems end in *
    longest: int

    def join(self, word: str) -> str:
        """Give what a word is joined to, by as many rows as lead to it; itself if none does."""
        for _ in range(_STEPS):
            joined = self._step(word)
            if joined == word:
                break
            word = joined
        return word

    def _step(self, word: str) -> str:
        found = self.whole.get(word)
        if found is not None:
            return found
        for size in range(min(len(word), self.longest), 0, -1):
            stem = self.stems.get(word[:size])
            if stem is not None:
                return stem + word[size:]
        return word

    def spellings(self, form: str) -> list[str]:
        """Give the spellings that are joined to a form, itself left out."""
        made = list(self.spelled.get(form, ()))
        for size in range(min(len(form), self.longest), 0, -1):
            made += [one[:-1] + form[size:] for one in self.spelled.get(f"{form[:size]}*", ())]
        return [one for one in made if self.join(one) == form]

    def settles(self, form: str) -> bool:
        """Say whether rows lead from a form to an end, not in a circle."""
        end = self.join(form)
        return self._step(end) == end


@cache
def _facts() -> list[Row]:
    text = resources.files("octadisc").joinpath("facts/variants.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(one for one in text.splitlines() if not one.startswith("#"))
    return [(row["language"], row["form"], row["variant"]) for row in rows]


@lru_cache(maxsize=1024)
def make_variants(language: str, without_diacritics: bool, own: tuple[Row, ...] = ()) -> Variants:
    """Make a language's table of octadisc's rows and one's own, which count where both have a variant."""
    joined = _joined(SAME_LANGUAGE.get(language, language), without_diacritics, own)
    if own:  # octadisc's rows never lead to one another
        whole, stems = _table(joined), _table({one: form for one, form in joined.items() if one[-1] == "*"})
        for variant, form in joined.items():
            joined[variant] = f"{stems.join(form[:-1])}*" if form[-1] == "*" else whole.join(form)
    return _table(joined)


def _joined(language: str, without_diacritics: bool, own: tuple[Row, ...]) -> dict[str, str]:
    """Give what each variant is joined to. A row of one's own that joins a word to itself keeps it."""
    joined: dict[str, str] = {}
    for rows, mine in ((_facts(), False), (own, True)):
        for of, form, variant in rows:
            if of == language:
                kept = mine and form == variant
                if without_diacritics:
                    form, variant = bare(form), bare(variant)
                if kept or form != variant:  # they may differ in diacritics only
                    joined[variant] = form
    return joined


def _table(joined: dict[str, str]) -> Variants:
    spelled: dict[str, list[str]] = {}
    for variant, form in joined.items():
        if form != variant:
            spelled.setdefault(form, []).append(variant)
    whole = {variant: form for variant, form in joined.items() if not variant.endswith("*")}
    stems = {variant[:-1]: form[:-1] for variant, form in joined.items() if variant.endswith("*")}
    longest = max((len(one) for one in (*stems, *stems.values())), default=0)
    return Variants(whole, stems, spelled, longest)


def read_variants(given: Any) -> tuple[Row, ...]:
    """Read a user's table: a mapping, a frame, or the path of a CSV file.

    Parameters
    ----------
    given : None, mapping, DataFrame, path, or rows of (language, form, variant)
        A mapping goes from languages to mappings from a form to its variant or list of variants.

    Raises
    ------
    InputError, MissingFileError, WrongKindError
        If it is none of these, there is no such file, or a row is not language, form and variant; the
        message names the row.

    Examples
    --------
    >>> read_variants({"en": {"organiz*": "organis*", "adviser": ["advisor"]}})
    (('en', 'organiz*', 'organis*'), ('en', 'adviser', 'advisor'))
    """
    if given is None:
        return ()
    name = "variants"
    if isinstance(given, (str, os.PathLike)):
        name, given = Path(given).name, _read_file(Path(given))
    if isinstance(given, pd.DataFrame):
        missing = [one for one in _COLUMNS if one not in given]
        if missing:
            near = did_you_mean(missing[0], map(str, given.columns))
            raise InputError(
                f"{name}: there is no column {missing[0]!r}; expected {', '.join(_COLUMNS)}.{near}"
            )
        given = given[list(_COLUMNS)].itertuples(index=False, name=None)
    elif isinstance(given, Mapping):
        given = _rows_of_mapping(given)
    elif not isinstance(given, Iterable):
        raise WrongKindError(
            f"variants is a {type(given).__name__}. Expected a mapping {{'en': {{'organis*': 'organiz*'}}}}, "
            "a DataFrame or the path of a CSV file."
        )
    rows = [_read_row(name, number, row) for number, row in enumerate(given, 1)]
    _check(name, rows)
    return tuple(rows)


def _read_file(path: Path) -> pd.DataFrame:
    if not path.exists():
        raise MissingFileError(f"{path}: there is no such file. variants= takes the path of a CSV file.")
    try:
        return pd.read_csv(path, dtype="str", comment="#", keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:  # pandas' own errors are ValueErrors
        raise InputError(
            f"{path}: cannot be read as a CSV file in UTF-8 ({str(error).strip().splitlines()[-1]}). "
            f"Expected the columns {', '.join(_COLUMNS)}."
        ) from None


def _rows_of_mapping(given: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    for language, forms in given.items():
        if not isinstance(forms, Mapping):
            raise InputError(
                f"variants[{language!r}] is a {type(forms).__name__}. Expected a mapping from forms to "
                "variants: {'en': {'organiz*': 'organis*'}}."
            )
        for form, variants in forms.items():
            if not isinstance(variants, Iterable):
                raise InputError(
                    f"variants[{language!r}][{form!r}] is a {type(variants).__name__}. Expected a "
                    "variant, or a list of them."
                )
            for variant in [variants] if isinstance(variants, str) else variants:
                yield language, form, variant


def _read_row(name: str, number: int, row: Any) -> Row:
    """Read one row, in the letters of its language's forms."""
    if (
        not isinstance(row, (tuple, list))
        or len(row) != 3
        or not all(isinstance(one, str) and one.strip() for one in row)
    ):
        raise InputError(f"{name}, row {number}: {row!r}. Expected a language, a form and a variant.")
    language, form, variant = (unicodedata.normalize("NFC", one.strip().lower()) for one in row)
    for one in (form, variant):
        if re.search(r"\s|\*.|^\*", one):
            raise InputError(
                f"{name}, row {number}: {one!r}. Expected one word, with * at its end or nowhere; "
                "phrases are for tokens.with_phrases."
            )
    if form.endswith("*") != variant.endswith("*"):
        raise InputError(
            f"{name}, row {number}: {form!r} and {variant!r}. Expected * at the end of both or of neither: "
            "it stands for the ending that is kept."
        )
    language = SAME_LANGUAGE.get(language, language)
    return language, letters_of(form, language), letters_of(variant, language)


def _check(name: str, rows: list[Row]) -> None:
    """Refuse a variant of two forms, and rows that lead in a circle."""
    seen: dict[tuple[str, str], tuple[int, str]] = {}
    for number, (language, form, variant) in enumerate(rows, 1):
        before, other = seen.setdefault((language, variant), (number, form))
        if other != form:
            raise InputError(
                f"{name}, rows {before} and {number}: {variant!r} is joined to {other!r} and to {form!r}. "
                "Expected one form for a variant."
            )
    tables = {one: _table(_joined(one, False, tuple(rows))) for one in {row[0] for row in rows}}
    for number, (language, form, variant) in enumerate(rows, 1):
        stem = variant.removesuffix("*")
        grows = stem != variant and form != variant and form.startswith(stem)  # it would be joined again
        if grows or not tables[language].settles(form.removesuffix("*")):
            raise InputError(
                f"{name}, row {number}: from {form!r} the rows lead in a circle. Expected that each word "
                "ends up at one form; if octadisc's own table has it the other way round, choose its form."
            )
