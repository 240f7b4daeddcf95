"""What a query's words and conditions stand for in the vocabulary, and in annotated tokens."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError
from octadisc.tokens import kernels
from octadisc.tokens.characters import character_table, to_codes
from octadisc.tokens.folding import Folding
from octadisc.tokens.grammar import Both, Condition, Either, Match, Not
from octadisc.tokens.patterns import run_length, types_matching

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Tokens

__all__ = ["Reading", "is_of_types"]

Mask = npt.NDArray[np.bool_]

_CUT_OFF = re.compile(r"(\w+)['\u2019\u02bc]|['\u2019\u02bc]s", re.IGNORECASE)  # an article, a possessive

_lemmas: WeakKeyDictionary[Any, dict[str, list[str]]] = WeakKeyDictionary()


def is_of_types(tokens: Tokens, condition: Condition | None) -> bool:
    """Say whether a condition is decided by a token's type and language alone."""
    if condition is None:
        return True
    if isinstance(condition, Match):
        if condition.attribute == "lemma":
            return _annotation(tokens, "lemma") is None
        return condition.attribute == "word"
    if isinstance(condition, Not):
        return is_of_types(tokens, condition.part)
    return all(is_of_types(tokens, one) for one in condition.parts)


class Reading:
    """How queries are read in one language.

    Parameters
    ----------
    tokens : Tokens
    language : str
    habit : int
        The language's, for cutting words; see `octadisc.tokens.habits.habits_of`.
    """

    def __init__(self, tokens: Tokens, language: str, habit: int) -> None:
        self.tokens = tokens
        self.language = language
        self.habit = habit

    def cut(self, text: str) -> tuple[str, ...]:
        """Cut words of a query as the text was cut; wildcards stay in them."""
        pattern = (self.tokens.surface or self.tokens).spec.parameters.get("pattern")
        runs = run_length(pattern)
        if runs is None:
            return tuple(text.lower().split())
        return _cut(text, self.habit, pattern is not None)

    def word(self, word: str) -> tuple[int, ...]:
        """Give the ids of the types that a word with or without wildcards stands for."""
        tokens = self.tokens
        if tokens.folding is None:
            return tuple(types_matching(tokens.vocabulary, word))
        if re.search(r"[*?]", word):
            return tuple(sorted(tokens.folding.alike(word, tokens.vocabulary, self.language)))
        forms = tokens.folding.answers(word, self.language)
        return tuple(sorted(number for one in forms for number in types_matching(tokens.vocabulary, one)))

    def over_types(self, condition: Condition | None) -> Mask:
        """Say which types meet a condition; of conditions on tokens, which types can."""
        n = len(self.tokens.vocabulary)
        if condition is None:
            return np.ones(n, bool)
        if isinstance(condition, Match):
            open_ended = condition.attribute != "form" or condition.differs
            if not is_of_types(self.tokens, condition) and open_ended:
                return np.ones(n, bool)
            found = self._test(_loosely(condition) if condition.attribute == "form" else condition)
            return ~found if condition.differs else found
        if isinstance(condition, Not):
            exact = is_of_types(self.tokens, condition.part)
            return ~self.over_types(condition.part) if exact else np.ones(n, bool)
        return _joined(condition, [self.over_types(one) for one in condition.parts])

    def over_tokens(self, condition: Condition, number: int) -> Mask:
        """Say which tokens of a shard meet a condition."""
        shard = self.tokens.shards[number]
        if is_of_types(self.tokens, condition):
            return self.over_types(condition)[shard.ids]
        if isinstance(condition, Not):
            return ~self.over_tokens(condition.part, number)
        if isinstance(condition, Both | Either):
            return _joined(condition, [self.over_tokens(one, number) for one in condition.parts])
        found = (
            self._form(condition, number) if condition.attribute == "form" else self._layer(condition, number)
        )
        return ~found if condition.differs else found

    def _test(self, test: Match) -> Mask:
        """Say which types' word or lemma matches, whatever the test's sign."""
        tokens, matches = self.tokens, _matcher(test)
        if test.attribute == "lemma":
            matches = _matcher(replace(test, pattern=self._as_lemma(test.pattern)))
            return np.array([matches(one) for one in _lemmas_of(tokens, self.language)], bool)
        found = np.array([matches(one) for one in tokens.vocabulary], bool)
        if tokens.folding is not None and tokens.surface is not None:  # any spelling that was joined will do
            place = {one: i for i, one in enumerate(tokens.vocabulary)}
            folding, language = tokens.folding, self.language
            spelled = _matcher(replace(test, pattern=folding.spell(test.pattern, language)))
            forms = {
                folding.form(one, language)
                for one in tokens.surface.vocabulary
                if matches(one) or spelled(folding.spell(one, language))
            }
            found[[place[one] for one in forms if one in place]] = True
        return found

    def _as_lemma(self, pattern: str) -> str:
        """Put a pattern in the letters of lemmas; a plain word in its joined spelling."""
        folding = Folding()
        if re.search(r"(?<!\\)[.^$*+?{}\[\]|()]", pattern):
            return folding.spell(pattern, self.language)
        return re.escape(folding.form(re.sub(r"\\(.)", r"\1", pattern).lower(), self.language))

    def _form(self, test: Match, number: int) -> Mask:
        """Say which tokens of a shard match as they are written in the text."""
        shard, texts = self.tokens.shards[number], self.tokens.corpus.texts
        surface = self.tokens.surface or self.tokens
        loosely = _matcher(_loosely(test))
        types = np.array([loosely(one) for one in surface.vocabulary], bool)
        found: Mask = types[surface.shards[number].ids]
        places = np.flatnonzero(found)
        rows = np.searchsorted(shard.rows, places, side="right") - 1 + shard.first
        exactly = _matcher(test)
        for place, row in zip(places.tolist(), rows.tolist(), strict=True):
            found[place] = exactly(texts[row][shard.starts[place] : shard.ends[place]])
        return found

    def _layer(self, test: Match, number: int) -> Mask:
        """Say which tokens of a shard have an annotation that matches."""
        matches = _matcher(test)
        layer = _annotation(self.tokens, test.attribute)
        if layer is None:
            raise InputError(
                f"[{test.written}]: the words of this corpus have no tags. They come with annotated files "
                "(TEI, CoNLL-U, .vert); [word=…], [form=…] and [lemma=…] work without."
            )
        known = np.array([matches(one) for one in layer.values] + [False], bool)
        found: Mask = known[layer.shards[number]]
        if test.attribute == "lemma":  # where none was supplied, the dictionary's
            absent = layer.shards[number] < 0
            found |= absent & self._test(test)[self.tokens.shards[number].ids]
        return found


def _loosely(test: Match) -> Match:
    """Give the condition on the type that a condition on the form as written implies."""
    return Match("word", test.pattern, bare=test.bare)


def _joined(condition: Both | Either, parts: list[Mask]) -> Mask:
    joined: Mask = (np.logical_and if isinstance(condition, Both) else np.logical_or).reduce(parts)
    return joined


def _annotation(tokens: Tokens, attribute: str) -> Any:
    if attribute not in ("lemma", "tag") or "annotation" not in tokens.corpus.frame:
        return None
    from octadisc.tokens.annotation import annotation_layer

    return annotation_layer(tokens, attribute)


def _matcher(test: Match) -> Any:
    """Give what says whether a text matches; case counts in forms and tags only."""
    pattern = unicodedata.normalize("NFC", test.pattern)
    flags = 0 if test.attribute in ("form", "tag") else re.IGNORECASE
    if not test.bare:
        return re.compile(pattern, flags).fullmatch
    fold = Folding(diacritics=True)
    expression = re.compile(fold.spell(pattern, ""), flags)
    return lambda one: expression.fullmatch(fold.spell(one, ""))


def _lemmas_of(tokens: Tokens, language: str) -> list[str]:
    """Give the lemma of each type in a language, by simplemma's dictionary; empty if it does not occur."""
    if tokens.folding is not None and tokens.folding.forms == "lemma":
        return tokens.vocabulary
    known = _lemmas.setdefault(tokens, {})
    if language not in known:
        folding = Folding("lemma")
        occurs = np.zeros(len(tokens.vocabulary), bool)
        for shard in tokens.shards:
            here = tokens.languages[shard.first : shard.first + shard.n_releases] == language
            occurs[shard.ids[np.repeat(here, np.diff(shard.rows))]] = True
        known[language] = [
            folding.form(one, language) if here else ""
            for one, here in zip(tokens.vocabulary, occurs.tolist(), strict=True)
        ]
    return known[language]


@lru_cache(maxsize=4096)
def _cut(text: str, habit: int, pattern: bool) -> tuple[str, ...]:
    from octadisc.tokens.scanning import scan_shard

    alone = _CUT_OFF.fullmatch(text)
    if alone and not pattern and habit & (kernels.ELISION if alone[1] else kernels.POSSESSIVE):
        return (f"{alone[1].lower()}'" if alone[1] else "'s",)
    codes = to_codes(text if pattern else unicodedata.normalize("NFC", text))
    bounds, habits = np.array([0, codes.size]), np.array([habit], np.uint8)
    ids, *_, types = scan_shard(codes, bounds, habits, _table_with_wildcards(pattern), not pattern, 1)
    return tuple(types[one] for one in ids.tolist())


@cache
def _table_with_wildcards(pattern: bool) -> npt.NDArray[np.int32]:
    table = character_table(pattern).copy()
    for wildcard in "*?":
        table[ord(wildcard)] = kernels.UNCASED << kernels.CLASS | ord(wildcard)
    return table
