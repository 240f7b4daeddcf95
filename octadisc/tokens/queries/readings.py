"""What a query's words and conditions stand for in the vocabulary, and in annotated tokens."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError
from octadisc.tokens.forms.folding import Folding
from octadisc.tokens.queries.tree import Both, Condition, Either, Match, Not
from octadisc.tokens.scan import kernels
from octadisc.tokens.scan.characters import character_table, to_codes
from octadisc.tokens.scan.patterns import run_length, types_matching

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Tokens

__all__ = ["Reading", "is_of_types"]

Mask = npt.NDArray[np.bool_]

_CUT_OFF = re.compile(r"(\w+)['\u2019\u02bc]|['\u2019\u02bc]s", re.IGNORECASE)  # an article, a possessive

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u02bc\u02b9", "'"))
_PASSED_OVER = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))

_MOST_KEPT = 256  # expressions for one corpus
_matched: WeakKeyDictionary[Any, dict[tuple[str, bool], Mask]] = WeakKeyDictionary()
_lemmas: WeakKeyDictionary[Any, dict[str, list[str]]] = WeakKeyDictionary()


def is_of_types(tokens: Tokens, condition: Condition | None) -> bool:
    """Say whether a condition is decided by a token's type and language alone."""
    if condition is None:
        return True
    if isinstance(condition, Match):
        if condition.attribute == "lemma":
            return tokens.folding is None and _annotation(tokens, "lemma") is None
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
        The language's, for cutting words; see `octadisc.tokens.scan.habits.habits_of`.
    """

    def __init__(self, tokens: Tokens, language: str, habit: int) -> None:
        self.tokens = tokens
        self.language = language
        self.habit = habit

    def cut(self, text: str) -> tuple[tuple[str, ...], tuple[bool, ...]]:
        """Cut words of a query as the text was cut, wildcards kept; say behind which punctuation stands."""
        pattern = (self.tokens.surface or self.tokens).spec.parameters.get("pattern")
        if run_length(pattern) is not None:
            return _cut(text, self.habit, pattern is not None)
        assert pattern is not None
        expression = re.compile(pattern)
        found = [one[min(expression.groups, 1)] for one in expression.finditer(text.lower())]
        words = tuple(text.lower().split() if not found or re.search(r"[*?]", text) else found)
        return words, (False,) * len(words)

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
            if is_of_types(self.tokens, condition):
                found = self._test(condition)
                return ~found if condition.differs else found
            return np.ones(n, bool) if condition.differs else self._possible(condition)
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
        find = {"form": self._form, "lemma": self._lemma, "tag": self._tag}[condition.attribute]
        found = find(condition, number)
        return ~found if condition.differs else found

    def _test(self, test: Match) -> Mask:
        """Say which types' word or lemma matches, whatever the test's sign."""
        tokens, matches = self.tokens, _matcher(test)
        if test.attribute == "lemma":
            return self._lemmas(test, tokens)
        found = _matching_types(test, tokens).copy()
        if tokens.folding is not None and tokens.surface is not None:  # any spelling that was joined will do
            folding, language = tokens.folding, self.language
            spelled = _matcher(replace(test, pattern=folding.spell(test.pattern, language)))
            words = tokens.surface.vocabulary
            known = [matches(one) or spelled(folding.spell(one, language)) for one in words]
            found |= self._joined_types(np.array([one is not None for one in known], bool))
        return found

    def _possible(self, test: Match) -> Mask:
        """Say which types the tokens that meet a condition can have."""
        tokens = self.tokens
        if test.attribute == "form":
            found = _loosely(test, tokens.surface or tokens)
        elif test.attribute == "lemma" and _annotation(tokens, "lemma") is None:
            found = self._lemmas(test, tokens.surface or tokens)
        else:
            return np.ones(len(tokens.vocabulary), bool)
        return found if tokens.surface is None else self._joined_types(found)

    def _joined_types(self, of_surface: Mask) -> Mask:
        """Say which types some types as written are counted as."""
        tokens = self.tokens
        assert tokens.folding is not None
        assert tokens.surface is not None
        place = {one: i for i, one in enumerate(tokens.vocabulary)}
        words = [tokens.surface.vocabulary[i] for i in np.flatnonzero(of_surface).tolist()]
        forms = {tokens.folding.form(one, self.language) for one in words}
        found = np.zeros(len(tokens.vocabulary), bool)
        found[[place[one] for one in forms if one in place]] = True
        return found

    def _lemmas(self, test: Match, tokens: Tokens) -> Mask:
        """Say which types of tokens as written have a lemma that matches."""
        matches = self._lemma_matcher(test)
        return np.array([matches(one) for one in _lemmas_of(tokens, self.language)], bool)

    def _lemma_matcher(self, test: Match) -> Any:
        """Give what says whether a lemma matches: both in the letters and spellings that are joined."""
        given, language = self.tokens.folding, self.language
        folding = Folding() if given is None else replace(given, forms="folded")
        if re.search(r"(?<!\\)[.^$*+?{}\[\]|()]", test.pattern):
            pattern = folding.spell(test.pattern, language)
        else:
            pattern = re.escape(folding.form(re.sub(r"\\(.)", r"\1", test.pattern).lower(), language))
        matches = _matcher(replace(test, pattern=pattern))
        return lambda one: matches(folding.form(one, language) if one else one)

    def _form(self, test: Match, number: int) -> Mask:
        """Say which tokens of a shard match as they are written in the text."""
        surface = self.tokens.surface or self.tokens
        shard, texts = surface.shards[number], self.tokens.corpus.texts
        found: Mask = _loosely(test, surface)[shard.ids]
        places = np.flatnonzero(found)
        rows = np.searchsorted(shard.rows, places, side="right") - 1 + shard.first
        matches, at, text = _matcher(test), -1, ""
        for place, row in zip(places.tolist(), rows.tolist(), strict=True):
            if row != at:
                at, text = row, texts[row]
            found[place] = matches(_as_written(text[shard.starts[place] : shard.ends[place]])) is not None
        return found

    def _lemma(self, test: Match, number: int) -> Mask:
        """Say which tokens of a shard have a lemma that matches: as supplied, else the dictionary's."""
        surface = self.tokens.surface or self.tokens
        found: Mask = self._lemmas(test, surface)[surface.shards[number].ids]
        layer = _annotation(self.tokens, "lemma")
        if layer is None:
            return found
        matches, numbers = self._lemma_matcher(test), layer.shards[number]
        known = np.array([matches(one.lower()) is not None for one in layer.values] + [False], bool)
        return np.where(numbers < 0, found, known[numbers])

    def _tag(self, test: Match, number: int) -> Mask:
        """Say which tokens of a shard have a tag that matches."""
        matches = _matcher(test)
        layer = _annotation(self.tokens, "tag")
        if layer is None:
            raise InputError(
                f"[{test.written}]: the words of this corpus have no tags. They come with annotated files "
                "(TEI, CoNLL-U, .vert); [word=…], [form=…] and [lemma=…] work without."
            )
        known = np.array([matches(one) is not None for one in layer.values] + [False], bool)
        found: Mask = known[layer.shards[number]]
        return found


def _loosely(test: Match, tokens: Tokens) -> Mask:
    """Say which types the tokens that match as written can have: all, if case may decide otherwise."""
    if re.search(r"\[\^|\\[WDSB]|\(\?", test.pattern):
        return np.ones(len(tokens.vocabulary), bool)
    return _matching_types(Match("word", test.pattern, bare=test.bare), tokens)


def _matching_types(test: Match, tokens: Tokens) -> Mask:
    """Say which types match an expression; kept, since queries are asked again."""
    known = _matched.setdefault(tokens, {})
    key = (test.pattern, test.bare)
    if key not in known:
        matches = _matcher(replace(test, attribute="word"))
        low, high = 0, len(tokens.vocabulary)
        if not test.bare and (prefix := _letters_at_first(test.pattern)):
            low = bisect_left(tokens.vocabulary, prefix)
            high = bisect_right(tokens.vocabulary, prefix + "\U0010ffff")
        found = np.zeros(len(tokens.vocabulary), bool)
        found[low:high] = [matches(one) is not None for one in tokens.vocabulary[low:high]]
        if len(known) >= _MOST_KEPT:
            known.pop(next(iter(known)))
        known[key] = found
    return known[key]


def _letters_at_first(pattern: str) -> str:
    """Give the letters that whatever matches an expression must begin with."""
    if "|" in pattern or "(?" in pattern:
        return ""
    begin = re.match(r"[a-zA-Z]*", pattern)
    letters = begin[0] if begin else ""
    return letters[: -1 if pattern[len(letters) : len(letters) + 1] in ("?", "*", "{") else None].lower()


def _as_written(text: str) -> str:
    """Give a stretch of text without what the scanner passes over, letters composed, one apostrophe."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.translate(_PASSED_OVER)).translate(_APOSTROPHES)


def _joined(condition: Both | Either, parts: list[Mask]) -> Mask:
    joined: Mask = (np.logical_and if isinstance(condition, Both) else np.logical_or).reduce(parts)
    return joined


def _annotation(tokens: Tokens, attribute: str) -> Any:
    if attribute not in ("lemma", "tag") or "annotation" not in tokens.corpus.frame:
        return None
    from octadisc.tokens.forms.annotation import annotation_layer

    return annotation_layer(tokens, attribute)


def _matcher(test: Match) -> Any:
    """Give what says whether a text matches; case counts in forms and tags only."""
    pattern = unicodedata.normalize("NFC", test.pattern).translate(_APOSTROPHES)
    cased = test.attribute in ("form", "tag") and not test.caseless
    flags = 0 if cased else re.IGNORECASE
    if not test.bare:
        return re.compile(pattern, flags).fullmatch
    fold = Folding(diacritics=True)
    expression = re.compile(fold.spell(pattern, ""), flags)
    return lambda one: expression.fullmatch(fold.spell(one, ""))


def _lemmas_of(tokens: Tokens, language: str) -> list[str]:
    """Give the lemma of each type as written in a language, by simplemma; empty if it does not occur."""
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
def _cut(text: str, habit: int, pattern: bool) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    from octadisc.tokens.scan.scanning import scan_shard

    alone = _CUT_OFF.fullmatch(text)
    if alone and not pattern and habit & (kernels.ELISION if alone[1] else kernels.POSSESSIVE):
        return (f"{alone[1].lower()}'" if alone[1] else "'s",), (False,)
    codes = to_codes(text if pattern else unicodedata.normalize("NFC", text))
    bounds, habits = np.array([0, codes.size]), np.array([habit], np.uint8)
    scanned = scan_shard(codes, bounds, habits, _table_with_wildcards(pattern), not pattern, 1)
    ids, _, _, gaps, _, types = scanned
    marks = (gaps & (kernels.GAP_PUNCTUATION | kernels.GAP_STRONG)) > 0
    return tuple(types[one] for one in ids.tolist()), tuple(marks.tolist())


@cache
def _table_with_wildcards(pattern: bool) -> npt.NDArray[np.int32]:
    table = character_table(pattern).copy()
    for wildcard in "*?":
        table[ord(wildcard)] = kernels.UNCASED << kernels.CLASS | ord(wildcard)
    return table
