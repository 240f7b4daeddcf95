"""What a type is in a language: stop word, abbreviation, month. Decided once per language and type."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError
from octadisc.tokens import kernels

__all__ = ["habits_of", "languages_with_stop_words", "stop_words", "type_flags"]

# Languages that write ordinals with a full stop ("28. marca"); others end a sentence there.
_ORDINALS = {"bg", "cs", "da", "de", "et", "fi", "hbs", "hu", "lv", "mk", "no", "pl", "sk", "sl", "sq", "tr"}
_ELISION = {"fr", "it", "ca"}


def habits_of(languages: Iterable[str]) -> npt.NDArray[np.uint8]:
    """Give the habits of each release's language, as bits for the kernels."""
    known = {"": kernels.POSSESSIVE, "en": kernels.POSSESSIVE, "el": kernels.GREEK}
    known |= dict.fromkeys(_ELISION, kernels.ELISION) | dict.fromkeys(_ORDINALS, kernels.ORDINALS)
    return np.array([known.get(one, 0) for one in languages], np.uint8)


def _fact(name: str) -> str:
    return resources.files("octadisc").joinpath("facts", name).read_text(encoding="utf-8")


def languages_with_stop_words() -> list[str]:
    """Give the languages that octadisc has a list of stop words for."""
    folder = resources.files("octadisc").joinpath("facts", "stop_words")
    return sorted(one.name.removesuffix(".txt") for one in folder.iterdir() if one.name.endswith(".txt"))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Give octadisc's list of function words for a language.

    Raises
    ------
    InputError
        If there is no list for the language.

    Examples
    --------
    >>> "the" in stop_words("en"), "trust" in stop_words("en")
    (True, False)
    """
    if language not in languages_with_stop_words():
        raise InputError(
            f"There are no stop words for language {language!r}; there are for "
            f"{', '.join(languages_with_stop_words())}. Give a list of your own: stop_words=[…]."
        )
    lines = _fact(f"stop_words/{language}.txt").splitlines()
    return frozenset(one.strip() for one in lines if one.strip() and not one.startswith("#"))


@cache
def _abbreviations() -> dict[str, dict[str, int]]:
    """Give for each language its abbreviations and what they are; "" holds those of all."""
    kinds = {"title": kernels.TITLE, "numbered": kernels.NUMBERED, "other": kernels.ABBREVIATION}
    lines = [one for one in _fact("abbreviations.csv").splitlines() if not one.startswith("#")]
    table: dict[str, dict[str, int]] = {}
    for row in csv.DictReader(lines):
        mine = table.setdefault(row["language"], {})
        for word in row["abbreviations"].split():
            mine[word] = mine.get(word, 0) | kinds[row["kind"]]
    return table


@cache
def _months() -> dict[str, set[str]]:
    table: dict[str, set[str]] = {}
    for row in csv.DictReader(one for one in _fact("months.csv").splitlines() if not one.startswith("#")):
        table.setdefault(row["language"], set()).add(row["form"].casefold().rstrip("."))
    return table


def type_flags(vocabulary: Sequence[str], languages: Sequence[str]) -> npt.NDArray[np.uint16]:
    """Say what each type may be in each language (bits), shape (languages, types)."""
    flags = np.zeros((max(1, len(languages)), max(1, len(vocabulary))), np.uint16)
    place = {one: i for i, one in enumerate(vocabulary)}
    for i, one in enumerate(vocabulary):
        if len(one) == 1 and one.isalpha():
            flags[:, i] |= kernels.INITIAL
        elif one[0].isdigit():
            flags[:, i] |= kernels.NUMBER | (
                kernels.DAY if one.isdecimal() and 1 <= int(one[:3]) <= 31 else 0
            )
        elif "." in one and re.fullmatch(r"(?:\w\.)+\w", one):
            flags[:, i] |= kernels.ACRONYM
    for row, language in enumerate(languages):
        abbreviations = _abbreviations().get("", {}) | _abbreviations().get(language, {})
        for word, kind in abbreviations.items():
            if word in place:
                flags[row, place[word]] |= np.uint16(kind)
        for word in _months().get(language, ()):
            if word in place:
                flags[row, place[word]] |= np.uint16(kernels.MONTH)
        known = language if language in languages_with_stop_words() else "en"
        for word in stop_words(known):
            if word in place:
                flags[row, place[word]] |= np.uint16(kernels.STARTER)
    return flags
