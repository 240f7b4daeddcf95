"""Folded forms, lemmas and stems: what a type is counted as, decided once per language and type."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, did_you_mean
from octadisc.spec import Spec
from octadisc.tokens.forms.annotation import Layer, supplied_lemmas
from octadisc.tokens.forms.lemmas import is_known, lemma_of, to_coverage, warn_where_thin
from octadisc.tokens.forms.stems import stem_of, warn_where_no_stems
from octadisc.tokens.forms.variants import (
    SAME_LANGUAGE,
    Row,
    Variants,
    bare,
    letters_of,
    make_variants,
    read_variants,
)
from octadisc.tokens.scan.patterns import as_expression, types_matching
from octadisc.tokens.threads import in_threads

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Tokens

__all__ = [
    "SAME_LANGUAGE",
    "Folding",
    "count_types",
    "language_codes",
    "languages_of_tokens",
    "lemma_coverage",
    "with_forms",
]

Integers = npt.NDArray[np.int64]

_FORMS = ("folded", "lemma", "stem")
_LIBRARIES = {"lemma": "simplemma", "stem": "nltk"}  # whose version decides the forms


@dataclass(frozen=True, slots=True)
class Folding:
    """What types are counted as; `Tokens.with_forms` says what for.

    Parameters
    ----------
    forms : "folded", "lemma" or "stem"
    diacritics : bool
        Whether letters lose their diacritics too.
    variants : tuple of (language, form, variant)
        Rows of one's own; see `octadisc.tokens.forms.variants.read_variants`.
    supplied : mapping of (language, type) to lemmas
        Lemmas that the corpus supplies for words, beside those of simplemma: queries answer to both.

    Examples
    --------
    >>> folding = Folding()
    >>> [folding.form(one, "hbs") for one in ("безбедности", "bezbjednosti", "sigurnosti")]
    ['sigurnosti', 'sigurnosti', 'sigurnosti']
    >>> Folding("lemma").form("полицијом", "hbs"), Folding("stem").form("meetings", "en")
    ('policija', 'meet')
    >>> Folding(diacritics=True).form("është", "sq"), folding.form("është", "sq")
    ('eshte', 'është')
    """

    forms: str = "folded"
    diacritics: bool = False
    variants: tuple[Row, ...] = ()
    supplied: Mapping[tuple[str, str], frozenset[str]] = field(
        default_factory=dict, compare=False, repr=False
    )
    _tables: dict[tuple[str, bool], Variants] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        if self.forms not in _FORMS:
            raise InputError(
                f"forms={self.forms!r}: expected 'folded', 'lemma' or 'stem'."
                f"{did_you_mean(str(self.forms), _FORMS)}"
            )

    def spell(self, word: str, language: str) -> str:
        """Give a word in the letters of its forms: one script, one code point for one letter.

        Wildcards in it stay.
        """
        letters = letters_of(word, language)
        return bare(letters) if self.diacritics else letters

    def form(self, word: str, language: str) -> str:
        """Give what a type (in lower case) is counted as in a language."""
        if self.forms == "folded":
            return self.table(language).join(self.spell(word, language))
        written = self.table(language, spelled=True)  # dictionaries and stemmers want diacritics
        joined = written.join(letters_of(word, language))
        made = stem_of(joined, language) if self.forms == "stem" else lemma_of(joined, language, written)
        return bare(made) if self.diacritics else made

    def take_lemma(self, lemma: str, language: str) -> str:
        """Give what a lemma that the corpus supplies is counted as: folded, but not looked up again."""
        return self.table(language).join(self.spell(lemma, language))

    def answers(self, word: str, language: str) -> set[str]:
        """Give the forms that a word of a query stands for.

        Some lemmas and stems are forms of another word too (found, of founded, is a form of find): a
        query for one then stands for both.
        """
        found = {self.form(word, language), self.table(language).join(self.spell(word, language))}
        return found | self.supplied.get((language, word), frozenset())

    def alike(self, pattern: str, vocabulary: Sequence[str], language: str) -> set[int]:
        """Give the ids of the types that a word with wildcards stands for in a sorted vocabulary.

        These are the types that match it, and those to which a spelling that matches it was joined.
        """
        pattern = self.spell(pattern, language)
        found = set(types_matching(vocabulary, pattern))
        fixed = re.split(r"[*?]", pattern, maxsplit=1)[0]
        expression = as_expression(pattern)
        variants = self.table(language)
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

    def table(self, language: str, *, spelled: bool = False) -> Variants:
        """Give a language's variants; with `spelled` in their diacritics, whatever the forms lose."""
        key = (language, self.diacritics and not spelled)
        if key not in self._tables:
            self._tables[key] = make_variants(*key, self.variants)
        return self._tables[key]


def with_forms(
    tokens: Tokens,
    forms: str,
    *,
    diacritics: bool = False,
    variants: Any = None,
    n_threads: int | None = None,
) -> Tokens:
    """Do what `Tokens.with_forms` says."""
    from octadisc.tokens.tokens import Tokens

    if tokens.words is not None:
        raise InputError(
            "The tokens have phrases joined, which other forms would take apart. Choose the forms first: "
            "tokens.with_forms(…).with_phrases(…)."
        )
    surface = tokens.surface or tokens
    folding = Folding(forms, bool(diacritics), read_variants(variants))
    languages, codes = language_codes(surface)
    layer = supplied_lemmas(surface) if forms == "lemma" else None
    counts = count_types(surface, codes, len(languages), n_threads)
    decided = (
        counts if layer is None else count_types(surface, codes, len(languages), n_threads, without=layer)
    )
    if forms == "lemma":
        warn_where_thin(_coverage(surface, folding, languages, counts, decided), stacklevel=3)
    elif forms == "stem":
        warn_where_no_stems(surface.vocabulary, languages, counts, stacklevel=3)
    made = np.full(counts.shape, "", object)
    for row, number in np.argwhere(decided).tolist():
        made[row, number] = folding.form(surface.vocabulary[number], languages[row])
    if layer is not None:
        taken = _supplied(surface, layer, codes, len(languages))
        folding = _with_supplied(folding, surface, layer, languages, taken)
        lemmas = np.full((len(languages), len(layer.values)), "", object)
        for row, value in np.unique(taken[:, [0, 2]], axis=0).tolist():
            lemmas[row, value] = folding.take_lemma(layer.values[value], languages[row])
        made = np.concatenate([made, lemmas], axis=1)
    known = made != ""
    vocabulary = sorted(set(made[known].tolist()))
    place = {one: i for i, one in enumerate(vocabulary)}
    numbers = np.zeros(made.shape, np.int32)
    numbers[known] = [place[one] for one in made[known].tolist()]

    def renumber(number: int) -> Any:
        shard, ids = surface.shards[number], surface.shards[number].ids
        if layer is not None:
            given = layer.shards[number]
            ids = np.where(given < 0, ids, given + len(surface.vocabulary))
        return replace(shard, ids=numbers[languages_of_tokens(surface, number, codes), ids])

    shards = in_threads(renumber, range(len(surface.shards)), n_threads)
    spec = Spec("Tokens.with_forms", _parameters(folding), inputs=(surface.spec,))
    return Tokens(surface.corpus, tuple(shards), vocabulary, spec, folding, surface)


def _parameters(folding: Folding) -> dict[str, Any]:
    parameters: dict[str, Any] = {"forms": folding.forms, "diacritics": folding.diacritics}
    if folding.variants:
        parameters["variants"] = [list(row) for row in folding.variants]
    if folding.forms in _LIBRARIES:
        name = _LIBRARIES[folding.forms]
        parameters[name] = metadata.version(name)
    return parameters


def language_codes(tokens: Tokens) -> tuple[list[str], Integers]:
    """Give the languages of the corpus, sorted, and the number of each release's."""
    languages, codes = np.unique(tokens.languages.astype(str), return_inverse=True)
    return languages.tolist(), codes.astype(np.int64)


def languages_of_tokens(tokens: Tokens, number: int, codes: Integers) -> Integers:
    """Give the number of the language of each token of a shard."""
    shard = tokens.shards[number]
    return np.repeat(codes[shard.first : shard.first + shard.n_releases], np.diff(shard.rows))


def count_types(
    tokens: Tokens,
    codes: Integers,
    n_languages: int,
    n_threads: int | None = None,
    *,
    without: Layer | None = None,
) -> Integers:
    """Count each type in each language, shape (languages, types); if asked, without annotated tokens."""
    n_types = len(tokens.vocabulary)

    def count(number: int) -> Integers:
        places = languages_of_tokens(tokens, number, codes) * n_types + tokens.shards[number].ids
        if without is not None:
            places = places[without.shards[number] < 0]
        return np.bincount(places, minlength=n_languages * n_types).astype(np.int64)

    parts = in_threads(count, range(len(tokens.shards)), n_threads)
    total = sum(parts, np.zeros(n_languages * n_types, np.int64))
    return total.reshape(n_languages, n_types)


def _supplied(tokens: Tokens, layer: Layer, codes: Integers, n_languages: int) -> Integers:
    """Give which languages, types and supplied lemmas stand together, shape (triples, 3)."""
    shape = (n_languages, len(tokens.vocabulary), max(1, len(layer.values)))
    found = [np.zeros(0, np.int64)]
    for number, (shard, given) in enumerate(zip(tokens.shards, layer.shards, strict=True)):
        some = given >= 0
        rows = languages_of_tokens(tokens, number, codes)[some]
        found.append(np.unique((rows * shape[1] + shard.ids[some]) * shape[2] + given[some]))
    triples = np.unique(np.concatenate(found))
    return np.stack(np.unravel_index(triples, shape), axis=1).astype(np.int64)


def _with_supplied(
    folding: Folding, tokens: Tokens, layer: Layer, languages: list[str], taken: Integers
) -> Folding:
    """Let queries for a word find the lemmas that the corpus supplies for it."""
    supplied: dict[tuple[str, str], set[str]] = {}
    for row, number, value in taken.tolist():
        lemma = folding.take_lemma(layer.values[value], languages[row])
        supplied.setdefault((languages[row], tokens.vocabulary[number]), set()).add(lemma)
    return replace(folding, supplied={key: frozenset(one) for key, one in supplied.items()})


def lemma_coverage(tokens: Tokens) -> pd.DataFrame:
    """Do what `Tokens.lemma_coverage` says."""
    surface = tokens.surface or tokens
    languages, codes = language_codes(surface)
    counts = decided = count_types(surface, codes, len(languages))
    layer = supplied_lemmas(surface)
    if layer is not None:
        decided = count_types(surface, codes, len(languages), without=layer)
    folding = Folding("lemma", variants=tokens.folding.variants if tokens.folding else ())
    return _coverage(surface, folding, languages, counts, decided)


def _coverage(
    surface: Tokens, folding: Folding, languages: list[str], counts: Integers, decided: Integers
) -> pd.DataFrame:
    """Count the words of letters alone, and those that are supplied or in simplemma's dictionary."""
    words = np.array([one.isalpha() for one in surface.vocabulary], bool)
    known = (counts - decided)[:, words].sum(axis=1)
    for row, language in enumerate(languages):
        table = folding.table(language, spelled=True)
        for number in np.flatnonzero(words & (decided[row] > 0)).tolist():
            form = table.join(letters_of(surface.vocabulary[number], language))
            known[row] += int(decided[row, number]) * is_known(form, language, table)
    return to_coverage(languages, counts[:, words].sum(axis=1), known)
