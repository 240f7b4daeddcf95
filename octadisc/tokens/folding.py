"""Folded forms and lemmas: what a type is counted as, decided once per language and type."""

from __future__ import annotations

import csv
import re
import unicodedata
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, OctadiscWarning, did_you_mean
from octadisc.spec import Spec
from octadisc.tokens.patterns import as_expression, types_matching

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Shard, Tokens

__all__ = ["SAME_LANGUAGE", "Folding", "lemma_coverage", "with_forms"]

# Varieties of one macro-language, as researchers may name them.
SAME_LANGUAGE = dict.fromkeys(("bs", "hr", "sr", "sh", "cnr", "me"), "hbs")

_FORMS = ("folded", "lemma")
_THIN = 0.8  # below this share of known words, lemmas are an announcement rather than a fact
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


@dataclass(frozen=True, slots=True)
class Folding:
    """What types are counted as; `Tokens.with_forms` says what for.

    Parameters
    ----------
    forms : "folded" or "lemma"
    diacritics : bool
        Whether letters lose their diacritics too.

    Examples
    --------
    >>> folding = Folding()
    >>> [folding.form(one, "hbs") for one in ("безбедности", "bezbjednosti", "sigurnosti")]
    ['sigurnosti', 'sigurnosti', 'sigurnosti']
    >>> Folding("lemma").form("полицијом", "hbs"), Folding("lemma").form("meetings", "en")
    ('policija', 'meeting')
    >>> Folding(diacritics=True).form("është", "sq"), folding.form("është", "sq")
    ('eshte', 'është')
    """

    forms: str = "folded"
    diacritics: bool = False

    def __post_init__(self) -> None:
        if self.forms not in _FORMS:
            raise InputError(
                f"forms={self.forms!r}: expected 'folded' or 'lemma'.{did_you_mean(str(self.forms), _FORMS)}"
            )

    def spell(self, word: str, language: str) -> str:
        """Give a word in the letters of its forms: one script, one code point for one letter.

        Wildcards in it stay.
        """
        letters = _letters(word, language)
        return _bare(letters) if self.diacritics else letters

    def form(self, word: str, language: str) -> str:
        """Give what a type (in lower case) is counted as in a language."""
        if self.forms == "folded":
            return self._variants(language).join(self.spell(word, language))
        lemma = _lemma(_variants(language, False).join(_letters(word, language)), language)
        return _bare(lemma) if self.diacritics else lemma

    def answers(self, word: str, language: str) -> set[str]:
        """Give the forms that a word of a query stands for.

        Some lemmas are forms of another word too (found, of founded, is a form of find): a query for
        one then stands for both.
        """
        return {self.form(word, language), self._variants(language).join(self.spell(word, language))}

    def alike(self, pattern: str, vocabulary: Sequence[str], language: str) -> set[int]:
        """Give the ids of the types that a word with wildcards stands for in a sorted vocabulary.

        These are the types that match it, and those to which a spelling that matches it was joined.
        """
        pattern = self.spell(pattern, language)
        found = set(types_matching(vocabulary, pattern))
        fixed = re.split(r"[*?]", pattern, maxsplit=1)[0]
        expression = as_expression(pattern)
        variants = self._variants(language)
        for variant, form in variants.whole.items():
            if expression.fullmatch(variant):
                found.update(types_matching(vocabulary, form))
        for variant, form in variants.stems.items():
            if variant.startswith(fixed) or fixed.startswith(variant):
                for number in types_matching(vocabulary, f"{form}*"):
                    spelling = variant + vocabulary[number][len(form) :]
                    if expression.fullmatch(spelling) and variants.join(spelling) == vocabulary[number]:
                        found.add(number)
        return found

    def _variants(self, language: str) -> _Variants:
        return _variants(language, self.diacritics)


@dataclass(frozen=True, slots=True)
class _Variants:
    """The table of variants for one language: full forms and stems, each with what it is joined to."""

    whole: dict[str, str]
    stems: dict[str, str]
    spelled: dict[str, list[str]]  # the table read backwards; stems end in *
    longest: int

    def join(self, word: str) -> str:
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


@cache
def _variants(language: str, bare: bool) -> _Variants:
    language = SAME_LANGUAGE.get(language, language)
    text = resources.files("octadisc").joinpath("facts/variants.csv").read_text(encoding="utf-8")
    joined: dict[str, str] = {}
    spelled: dict[str, list[str]] = {}
    for row in csv.DictReader(one for one in text.splitlines() if not one.startswith("#")):
        form, variant = (_bare(row[one]) if bare else row[one] for one in ("form", "variant"))
        if row["language"] == language and form != variant:  # they may differ in diacritics only
            joined[variant] = form
            spelled.setdefault(form, []).append(variant)
    whole = {variant: form for variant, form in joined.items() if not variant.endswith("*")}
    stems = {variant[:-1]: form[:-1] for variant, form in joined.items() if variant.endswith("*")}
    longest = max((len(one) for one in (*stems, *stems.values())), default=0)
    return _Variants(whole, stems, spelled, longest)


def _letters(word: str, language: str) -> str:
    if word.isascii():
        return word
    word = unicodedata.normalize("NFC", word)
    language = SAME_LANGUAGE.get(language, language)
    if language not in _LETTERS:
        return word
    word = unicodedata.normalize("NFC", word.translate(_LETTERS[language]))  # с + acute is ś by now
    return word.translate(_MONTENEGRIN) if language == "hbs" else word


def _bare(word: str) -> str:
    if word.isascii():
        return word
    letters = _MARK.sub("", unicodedata.normalize("NFD", word)).translate(_BARE)
    return unicodedata.normalize("NFC", letters) or word


@cache
def _dictionary(language: str) -> str | None:
    """Give simplemma's name for a language; None if it has no dictionary for it."""
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    name = {"no": "nb"}.get(language, SAME_LANGUAGE.get(language, language))
    return name if name in SUPPORTED_LANGUAGES else None


@lru_cache(maxsize=1 << 17)
def _known_spelling(form: str, language: str) -> str | None:
    """Give a form, or the first spelling joined to it, that simplemma has in its dictionary."""
    from simplemma import is_known

    name = _dictionary(language)
    if name is None:
        return None
    spellings = [form, *_variants(language, False).spellings(form)]
    return next((one for one in spellings if is_known(one, name)), None)


def _lemma(form: str, language: str) -> str:
    """Give the lemma of a form whose variants are joined: of one form there is one lemma."""
    from simplemma import lemmatize

    name = _dictionary(language)
    if name is None or not any(map(str.isalpha, form)):
        return form
    lemma = lemmatize(_known_spelling(form, language) or form, name).lower()
    if not lemma or any(map(str.isspace, lemma)):
        return form
    return _variants(language, False).join(_letters(lemma, language))


def with_forms(
    tokens: Tokens, forms: str, *, diacritics: bool = False, n_threads: int | None = None
) -> Tokens:
    """Do what `Tokens.with_forms` says."""
    from octadisc.tokens.threads import in_threads
    from octadisc.tokens.tokens import Tokens

    surface = tokens.surface or tokens
    folding = Folding(forms, bool(diacritics))
    languages, codes = _language_codes(surface)
    counts = _count_types(surface, codes, len(languages), n_threads)
    if forms == "lemma":
        _warn_where_thin(_coverage(surface.vocabulary, languages, counts))
    pairs = np.argwhere(counts).tolist()
    made = [folding.form(surface.vocabulary[number], languages[row]) for row, number in pairs]
    vocabulary = sorted(set(made))
    place = {one: i for i, one in enumerate(vocabulary)}
    numbers = np.zeros(counts.shape, np.int32)
    numbers[counts > 0] = [place[one] for one in made]

    def renumber(shard: Shard) -> Shard:
        return replace(shard, ids=numbers[_rows_of_tokens(shard, codes), shard.ids])

    shards = in_threads(renumber, surface.shards, n_threads)
    parameters: dict[str, Any] = {"forms": forms, "diacritics": folding.diacritics}
    if forms == "lemma":
        parameters["simplemma"] = metadata.version("simplemma")
    spec = Spec("Tokens.with_forms", parameters, inputs=(surface.spec,))
    return Tokens(surface.corpus, tuple(shards), vocabulary, spec, folding, surface)


def _language_codes(tokens: Tokens) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Give the languages of the corpus, sorted, and the number of each release's."""
    languages, codes = np.unique(tokens.languages.astype(str), return_inverse=True)
    return languages.tolist(), codes.astype(np.int64)


def _rows_of_tokens(shard: Shard, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.repeat(codes[shard.first : shard.first + shard.n_releases], np.diff(shard.rows))


def _count_types(
    tokens: Tokens, codes: npt.NDArray[np.int64], n_languages: int, n_threads: int | None = None
) -> npt.NDArray[np.int64]:
    """Count each type in each language, shape (languages, types)."""
    from octadisc.tokens.threads import in_threads

    n_types = len(tokens.vocabulary)

    def count(shard: Shard) -> npt.NDArray[np.int64]:
        places = _rows_of_tokens(shard, codes) * n_types + shard.ids
        return np.bincount(places, minlength=n_languages * n_types).astype(np.int64)

    parts = in_threads(count, tokens.shards, n_threads)
    total = sum(parts, np.zeros(n_languages * n_types, np.int64))
    return total.reshape(n_languages, n_types)


def lemma_coverage(tokens: Tokens) -> pd.DataFrame:
    """Do what `Tokens.lemma_coverage` says."""
    surface = tokens.surface or tokens
    languages, codes = _language_codes(surface)
    return _coverage(surface.vocabulary, languages, _count_types(surface, codes, len(languages)))


def _coverage(vocabulary: list[str], languages: list[str], counts: npt.NDArray[np.int64]) -> pd.DataFrame:
    words = np.array([one.isalpha() for one in vocabulary], bool)
    records = []
    for language, mine in zip(languages, counts, strict=True):
        known = n_tokens = 0
        for number in np.flatnonzero(words & (mine > 0)).tolist():
            n_tokens += int(mine[number])
            form = _variants(language, False).join(_letters(vocabulary[number], language))
            known += int(mine[number]) * (_known_spelling(form, language) is not None)
        share = known / n_tokens if n_tokens else np.nan
        records.append((language or None, n_tokens, known, share, _note(language, share)))
    frame = pd.DataFrame(records, columns=["language", "tokens", "known", "coverage", "note"])
    return frame.astype({"language": "str", "tokens": "int64", "known": "int64", "coverage": "float64"})


def _note(language: str, share: float) -> str:
    if not language:
        return "language unknown: words stay as they are"
    if _dictionary(language) is None:
        return "no dictionary: words stay as they are"
    if np.isnan(share):
        return "no words"
    return "" if share >= _THIN else "thin: words that are not known stay as they are"


def _warn_where_thin(coverage: pd.DataFrame) -> None:
    thin = coverage[coverage["coverage"] < _THIN]
    if thin.empty:
        return
    shares = [
        f"{100 * share:.0f}% of {n:,} words in {'unknown languages' if pd.isna(language) else language}"
        for language, n, share in thin[["language", "tokens", "coverage"]].itertuples(index=False)
    ]
    warnings.warn(
        f"simplemma's dictionaries hold only {', '.join(shares)}. The other words stay as they are, and "
        "their inflected forms are counted apart. Rely on folded forms and queries with * there; "
        "tokens.lemma_coverage() gives the table.",
        OctadiscWarning,
        stacklevel=4,
    )
