"""What languages do, and what a type may be in one: abbreviation, ordinal, month. For the kernels, as bits.

Each is decided once per language and type.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from octadisc.tokens.forms.stop_words import languages_with_stop_words, stop_words
from octadisc.tokens.scan import kernels
from octadisc.tokens.scan import sentence_kernels as bits
from octadisc.tokens.scan.gap_kernels import MIXED

__all__ = ["habits_of", "type_flags"]

# Languages that write ordinals with a full stop ("28. marca"); in others it ends a sentence.
_ORDINALS = {"cs", "da", "de", "et", "fi", "hbs", "hu", "lv", "no", "pl", "sk", "sl", "tr"}
_ELISION = {"fr", "it", "ca"}
_NOUNS = {"de"}  # languages that write all nouns with capitals

_KINDS = {
    "title": bits.TITLE,
    "inner": bits.TITLE,
    "numbered": bits.NUMBERED,
    "section": bits.NUMBERED | bits.SECTION,
    "article": bits.SECTION,
    "unit": bits.UNIT | bits.ABBREVIATION,
    "measure": bits.MEASURE,
    "last": bits.FINAL,
    "other": bits.ABBREVIATION,
    "starter": bits.STARTER,
}

# What a word without vowels may be is asked no more where it is known.
_GUESSED = np.uint16(bits.SHORT | bits.ABBREVIATION | bits.UNIT)
_KNOWN = bits.TITLE | bits.NUMBERED | bits.ABBREVIATION | bits.FINAL | bits.UNIT | bits.MEASURE

# Words that are part of a name after an initial, though they begin sentences too.
_PARTICLES = "de del della dalla degli der den di da do dos du des la le les lo van von el al zu ter ten"

_VOWELS = "aeiouyáàâäãåăąéèêëěęíìîïóòôöõőøúùûüűůýæœαεηιουωάέήίόύώϊϋΐΰаеиоуъюяыэіїєѐѝ"
_BARE = re.compile(rf"[^\W\d_{_VOWELS}]{{2}}|[^\W\d_{_VOWELS}rрlл]{{3,5}}")
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{1,3}|v)|x{1,3}")
_ACRONYM = re.compile(r"(?:\w\.)+\w")


def habits_of(languages: Iterable[str]) -> npt.NDArray[np.uint8]:
    """Give the habits of each release's language, as bits for the kernels."""
    known: dict[str, int] = {}
    for habit, named in (
        (kernels.POSSESSIVE, {"", "en"}),
        (kernels.GREEK, {"el"}),
        (kernels.ELISION, _ELISION),
        (bits.ORDINALS, _ORDINALS),
        (bits.NOUNS, _NOUNS),
        (MIXED, {""}),
    ):
        known |= {one: known.get(one, 0) | habit for one in named}
    return np.array([known.get(one, 0) for one in languages], np.uint8)


def _rows(name: str) -> Iterator[dict[str, str]]:
    lines = resources.files("octadisc").joinpath("facts", name).read_text(encoding="utf-8").splitlines()
    return iter(csv.DictReader(one for one in lines if not one.startswith("#")))


@cache
def _abbreviations() -> dict[str, dict[str, int]]:
    """Give for each language its abbreviations and what they are; "" holds those of all."""
    table: dict[str, dict[str, int]] = {"": {}}
    for row in _rows("abbreviations.csv"):
        mine = table.setdefault(row["language"], {})
        for word in row["abbreviations"].split():
            mine[word] = mine.get(word, 0) | _KINDS[row["kind"]]
    return table


@cache
def _calendar() -> dict[str, dict[str, int]]:
    """Give for each language the names of months and weekdays; short ones of months want a number."""
    table: dict[str, dict[str, int]] = {}
    for name in ("months.csv", "weekdays.csv"):
        for row in _rows(name):
            table.setdefault(row["language"], {})[row["form"].casefold().rstrip(".")] = bits.CALENDAR
    for names in table.values():
        for one in names:
            if len(one) <= 5 and any(len(full) >= len(one) + 3 and full.startswith(one) for full in names):
                names[one] |= bits.NUMBERED
    return table


@cache
def _words_of(language: str) -> dict[str, int]:
    """Give what the words that octadisc knows of may be in a language.

    Of an unknown language the words are those of all; one that is an abbreviation here and a common
    word there is taken for the word.
    """
    known = languages_with_stop_words()
    languages = [language] if language in known else known
    words: dict[str, int] = {}
    for one in ["", *languages]:
        for table in (_abbreviations(), _calendar()):
            for word, flag in table.get(one, {}).items():
                words[word] = words.get(word, 0) | flag
    for one in languages:
        for word in stop_words(one):
            if language in known:
                words[word] = words.get(word, 0) | bits.STARTER
            elif len(word) > 1:
                words[word] = bits.STARTER
    for row in _rows("speech_verbs.csv"):
        if row["language"] in languages:
            for word in row["verbs"].split():
                words[word] = words.get(word, 0) | bits.SPEECH
    for word in _PARTICLES.split():
        words[word] = words.get(word, 0) | bits.PARTICLE
    return words


def _shape(word: str) -> int:
    """Say what a type may be by its letters alone."""
    if word[0].isdigit():
        return bits.NUMBER | (bits.DAY if len(word) < 3 and word.isdecimal() and 1 <= int(word) <= 31 else 0)
    if len(word) > 5:
        return bits.ACRONYM if word[1] == "." and _ACRONYM.fullmatch(word) else 0
    if len(word) == 1:
        return bits.INITIAL if word.isalpha() else 0
    if word[-1].isdigit():
        return bits.NUMBER
    if word[1] == ".":
        return bits.ACRONYM if _ACRONYM.fullmatch(word) else 0
    if _ROMAN.fullmatch(word):
        return bits.NUMBER | bits.DAY | bits.INITIAL | bits.SHORT
    if _BARE.fullmatch(word):
        return bits.SHORT | bits.ABBREVIATION | bits.UNIT
    return bits.SHORT if len(word) == 2 and word.isalpha() else 0


def type_flags(vocabulary: Sequence[str], languages: Sequence[str]) -> npt.NDArray[np.uint16]:
    """Say what each type may be in each language (bits), shape (languages, types)."""
    place = {one: i for i, one in enumerate(vocabulary)}
    shapes = np.array([_shape(one) for one in vocabulary] or [0], np.uint16)
    flags = np.tile(shapes, (max(1, len(languages)), 1))
    for mine, language in zip(flags, languages, strict=False):
        known = _words_of(language)
        if language in _NOUNS:  # die 64. Sitzung
            mine[[i for i, one in enumerate(vocabulary) if len(one) < 4 and one.isdecimal()]] |= bits.DAY
        for end in [one for one in known if one[0] == "-"]:
            mine[[i for i, one in enumerate(vocabulary) if one.endswith(end[1:])]] |= known[end]
        for word, flag in known.items():
            if word in place:
                i = place[word]
                mine[i] = flag | (mine[i] & ~_GUESSED if flag & _KNOWN else mine[i])
    return flags
