"""Queries: words, phrases, wildcards and concepts, compiled against the vocabulary once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, expect
from octadisc.tokens import kernels
from octadisc.tokens.characters import character_table, to_codes
from octadisc.tokens.folding import SAME_LANGUAGE
from octadisc.tokens.patterns import run_length, types_matching

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Shard, Tokens

__all__ = ["Hits", "Query", "find", "nearest_types", "words_without_match"]

Query = str | Sequence[str] | Mapping[str, "str | Sequence[str]"]


@dataclass(frozen=True, eq=False, repr=False)
class Hits:
    """Where a query occurs, in the order of the releases and of the text.

    Attributes
    ----------
    rows : array of int64, shape (hits,)
        Row of the release in the corpus.
    first, last : array of int64, shape (hits,)
        First and last token inside the release.
    starts, ends : array of int64, shape (hits,)
        Character offsets in the release's text.
    defined : array of bool, shape (releases,)
        Whether the query is defined for the release's language.
    """

    rows: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    defined: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return self.rows.size

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """Hits in each release, shape (releases,)."""
        return np.bincount(self.rows, minlength=self.defined.size).astype(np.int64)

    def __repr__(self) -> str:
        return f"Hits({len(self):,} in {np.count_nonzero(self.counts):,} releases)"


def find(tokens: Tokens, query: Query) -> Hits:
    """Find a query in the tokens.

    A query is words as they would stand in the text; case does not matter. Several words are a
    phrase: they follow each other within a sentence, with a blank or a hyphen between, no comma or
    bracket. ``*`` stands
    for any letters, ``?`` for one. Alternatives are a list, or separated by ``|``; where two overlap,
    the one that begins first counts, and of those the longest. A concept is a mapping from languages
    to such queries: it is defined, and counted, for releases in these languages only.

    In tokens with other forms (`Tokens.with_forms`) a query is folded as the text was, language by
    language: one spelling finds all that were joined. A word with wildcards finds the forms that it
    matches, or that another spelling of which it matches.

    Raises
    ------
    InputError
        If the query is empty or has no word in it.
    """
    frame_languages = tokens.languages
    defined = np.zeros(len(tokens), bool)
    found: list[tuple[npt.NDArray[np.int64], ...]] = []
    habits = tokens.habits
    ways = habits if tokens.folding is None else frame_languages  # what decides how a wording is read
    wanted: dict[tuple[tuple[int, ...], ...], npt.NDArray[np.bool_]] = {}
    for languages, alternatives in _alternatives(query):
        mine = np.ones(len(tokens), bool) if languages is None else np.isin(frame_languages, list(languages))
        defined |= mine
        for way in np.unique(ways[mine]).tolist():
            allowed = mine & (ways == way)
            habit = int(habits[allowed.argmax()])
            sequences = {one for text in alternatives for one in _words(tokens, text, habit)}
            if () in sequences:
                raise InputError(f"The query {query!r} has a wording without a word. Expected words.")
            for words in sorted(sequences):
                types = tuple(_types(tokens, word, str(way)) for word in words)
                if all(types):
                    wanted[types] = allowed | wanted.get(types, False)
    for types, allowed in wanted.items():
        found.extend(_find_sequence(tokens, types, allowed))
    if not found:
        nothing = np.zeros(0, np.int64)
        return Hits(nothing, nothing, nothing, nothing, nothing, defined)
    rows, first, last, starts, ends = (np.concatenate(one) for one in zip(*found, strict=True))
    if len(wanted) > 1 or max(map(len, wanted)) > 1:  # alternatives, or a phrase with itself, may overlap
        order = np.lexsort((-last, first, rows))
        order = order[kernels.keep_apart(rows[order], first[order], last[order])]
        rows, first, last, starts, ends = (one[order] for one in (rows, first, last, starts, ends))
    return Hits(rows, first, last, starts, ends, defined)


def _alternatives(query: Query) -> Iterator[tuple[set[str] | None, list[str]]]:
    """Take a query apart: languages (None: all) and the wordings for them."""
    if isinstance(query, Mapping):
        if not query:
            raise InputError(
                "The concept is empty. Expected languages and their wordings: {'en': 'mutual trust'}."
            )
        for language, part in query.items():
            for _, wordings in _alternatives(part):
                yield {SAME_LANGUAGE.get(str(language), str(language))}, wordings
        return
    expect(query, Sequence, "the query", "words, a list of alternatives, or a mapping from languages to them")
    given = [query] if isinstance(query, str) else list(query)
    wordings = [part.strip() for one in given for part in str(one).split("|")]
    if not wordings or not all(re.search(r"[\w*?]", one) for one in wordings):
        raise InputError(
            f"The query {query!r} has an empty wording. Expected words, for example 'mutual trust'."
        )
    yield None, wordings


def _words(tokens: Tokens, wording: str, habit: int) -> Iterator[tuple[str, ...]]:
    """Cut a wording as the text was cut."""
    from octadisc.tokens.scanning import scan_shard

    pattern = (tokens.surface or tokens).spec.parameters.get("pattern")
    runs = run_length(pattern)
    if runs is None:
        yield tuple(wording.lower().split())
        return
    table = _table_with_wildcards(pattern is not None)
    codes = to_codes(unicodedata.normalize("NFC", wording) if pattern is None else wording)
    bounds, habits = np.array([0, codes.size]), np.array([habit], np.uint8)
    ids, *_, types = scan_shard(codes, bounds, habits, table, pattern is None, 1)
    yield tuple(types[one] for one in ids.tolist())


@cache
def _table_with_wildcards(pattern: bool) -> npt.NDArray[np.int32]:
    table = character_table(pattern).copy()
    for wildcard in "*?":
        table[ord(wildcard)] = kernels.UNCASED << kernels.CLASS | ord(wildcard)
    return table


def _types(tokens: Tokens, word: str, language: str) -> tuple[int, ...]:
    """Give the ids of the types that a word with or without wildcards stands for in a language."""
    if tokens.folding is None:
        return tuple(types_matching(tokens.vocabulary, word))
    if re.search(r"[*?]", word):
        return tuple(sorted(tokens.folding.alike(word, tokens.vocabulary, language)))
    forms = tokens.folding.answers(word, language)
    return tuple(sorted(number for one in forms for number in types_matching(tokens.vocabulary, one)))


def _find_sequence(
    tokens: Tokens, words: tuple[tuple[int, ...], ...], allowed: npt.NDArray[np.bool_]
) -> list[tuple[npt.NDArray[np.int64], ...]]:
    from octadisc.tokens.threads import in_threads

    masks = np.zeros((len(words), max(1, len(tokens.vocabulary))), np.bool_)
    for position, types in enumerate(words):
        masks[position, list(types)] = True

    def search(shard: Shard) -> tuple[npt.NDArray[np.int64], ...]:
        is_begin = np.zeros(shard.ids.size if len(words) > 1 else 0, np.bool_)
        if len(words) > 1:
            is_begin[shard.sentences] = True
        mine = allowed[shard.first : shard.first + shard.n_releases]
        rows, first = kernels.find_sequences(shard.ids, shard.gaps, shard.rows, mine, masks, is_begin)
        last = first + len(words) - 1
        begin = shard.rows[rows]
        starts, ends = shard.starts[first].astype(np.int64), shard.ends[last].astype(np.int64)
        return rows + shard.first, first - begin, last - begin, starts, ends

    return in_threads(search, tokens.shards)


def words_without_match(tokens: Tokens, query: Query) -> list[str]:
    """Give the words of a query that no type of the corpus matches."""
    languages = {""} if tokens.folding is None else set(tokens.languages)
    missing = []
    for _, wordings in _alternatives(query):
        for wording in wordings:
            for words in _words(tokens, wording, 0):
                missing += [one for one in words if not any(_types(tokens, one, each) for each in languages)]
    return sorted(set(missing))


def nearest_types(tokens: Tokens, word: str, n: int = 3) -> list[str]:
    """Give the types of the corpus that are spelled most like a word."""
    from difflib import get_close_matches

    bare = word.strip("*?")
    vocabulary = (tokens.surface or tokens).vocabulary
    pool = [one for one in vocabulary if one[:1] == bare[:1] and abs(len(one) - len(bare)) < 4]
    return get_close_matches(bare, pool, n=n, cutoff=0.7)
