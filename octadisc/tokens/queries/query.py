"""Queries: one language for words, phrases, patterns and concepts, compiled against the vocabulary once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, expect
from octadisc.tokens.forms.folding import SAME_LANGUAGE
from octadisc.tokens.queries.automata import Automaton, build_automata
from octadisc.tokens.queries.grammar import has_word, parse
from octadisc.tokens.queries.readings import Reading
from octadisc.tokens.queries.search_kernels import keep_apart
from octadisc.tokens.queries.tree import Choice, Parsed

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Shard, Tokens

__all__ = ["Hits", "Query", "find", "readings_of"]

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
    r"""Find a query in the tokens.

    =============================  =================================================================
    ``trust``, ``Trust``           the word; case does not matter
    ``mutual trust``               a phrase: one word after the other, with a blank, a hyphen,
                                   quotation marks or a full stop between, no comma or bracket
    ``drugs, arms``, ``R&D``       where the query has a punctuation mark, the text may have one
    ``traffick*``, ``m?n``         wildcards: ``*`` any letters, ``?`` one; ``*`` alone any word
    ``crime | criminal*``          alternatives; a list of queries is the same
    ``(joint | common) border``    groups
    ``(joint)? police``            a quantifier behind a group, phrase or bracket: ``? * + {2} {1,3}``
    ``"joint police"? team``       quotation marks hold a phrase together
    ``{crime}``                    all forms of a lemma
    ``/organi[sz]ed/ crime``       a regular expression for a whole word
    ``trust []{0,3} police``       up to three words between, and any punctuation
    ``[word="organi[sz]ed"]``      CQL: the word, by a regular expression
    ``[form="US"]``                the word as it is written: here case matters (but for ``%c``)
    ``[lemma="crime"]``            the lemma: as supplied with the corpus, else by simplemma
    ``[tag="N.*"]``                the tag (or ``pos``), where the corpus has annotated words
    ``[word!="of" & tag="N.*"]``   ``!=``, ``!``, ``&``, ``|`` and parentheses between conditions;
                                   ``%d`` behind a value: without regard to diacritics
    ``… within p``                 inside a paragraph, or a ``release``; without it, a sentence
    =============================  =================================================================

    Of hits that overlap, the one that begins first counts, and of those the longest. A concept is a
    mapping from languages to such queries: it is defined, and counted, for releases in these
    languages only.

    In tokens with other forms (`Tokens.with_forms`) a query is folded as the text was, language by
    language: one spelling finds all that were joined. A word with wildcards, or a regular expression,
    finds the forms that it matches, or that another spelling of which it matches.

    Unlike in the Corpus Workbench case does not matter in ``word`` and ``lemma``, punctuation marks are
    no tokens, and hits stay inside a sentence.

    Raises
    ------
    InputError
        If the query is empty, cannot be read, or asks for what the corpus does not have.
    """
    from octadisc.tokens.queries.search import search

    wanted, defined = _compile(tokens, query)
    parts: list[list[npt.NDArray[np.int64]]] = []
    for automaton, within, allowed in wanted:
        found = search(tokens, automaton, within, allowed, apart=len(wanted) == 1)
        parts += [_hits_of(shard, *one) for shard, one in zip(tokens.shards, found, strict=True)]
    nothing = np.zeros((5, 0), np.int64)
    rows, first, last, starts, ends = (np.concatenate(one) for one in zip(nothing, *parts, strict=True))
    if len(wanted) > 1:
        order = np.lexsort((-last, first, rows))
        order = order[keep_apart(rows[order], first[order], last[order])]
        rows, first, last, starts, ends = (one[order] for one in (rows, first, last, starts, ends))
    return Hits(rows, first, last, starts, ends, defined)


def _hits_of(
    shard: Shard, rows: npt.NDArray[np.int64], first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]
) -> list[npt.NDArray[np.int64]]:
    """Give the columns of `Hits` for the positions of hits in a shard."""
    begin = shard.rows[rows]
    starts, ends = shard.starts[first].astype(np.int64), shard.ends[last].astype(np.int64)
    return [rows + shard.first, first - begin, last - begin, starts, ends]


Wanted = tuple[Automaton, str, npt.NDArray[np.bool_]]


def _compile(tokens: Tokens, query: Query) -> tuple[list[Wanted], npt.NDArray[np.bool_]]:
    """Give the automata of a query, each with its reach and releases; and where the query is defined."""
    defined = np.zeros(len(tokens), bool)
    wanted: dict[bytes, Wanted] = {}
    for mine, reading, parsed in readings_of(tokens, query):
        defined |= mine
        for automaton in build_automata(parsed.tree, reading):
            if automaton.is_possible:
                key = automaton.key() + parsed.within.encode()
                before = wanted[key][2] if key in wanted else np.zeros(len(tokens), bool)
                wanted[key] = (automaton, parsed.within, before | mine)
    return list(wanted.values()), defined


def readings_of(tokens: Tokens, query: Query) -> Iterator[tuple[npt.NDArray[np.bool_], Reading, Parsed]]:
    """Give for each language and reach the releases, how queries are read there, and the query."""
    for languages, wordings in _alternatives(query):
        mine = np.ones(len(tokens), bool) if languages is None else np.isin(tokens.languages, list(languages))
        parsed = [parse(one) for one in wordings]
        by_lemma = any("lemma" in one or "{" in one for one in wordings)
        ways = tokens.habits if tokens.folding is None and not by_lemma else tokens.languages
        for way in np.unique(ways[mine]).tolist():
            allowed = mine & (ways == way)
            habit = int(tokens.habits[allowed.argmax()])
            for within in sorted({one.within for one in parsed}):
                trees = tuple(one.tree for one in parsed if one.within == within)
                tree = trees[0] if len(trees) == 1 else Choice(trees)
                yield allowed, Reading(tokens, str(way), habit), Parsed(tree, within)


def _alternatives(query: Query) -> Iterator[tuple[set[str] | None, list[str]]]:
    """Take a query apart: languages (None: all) and the wordings for them."""
    if isinstance(query, Mapping):
        if not query:
            raise InputError(
                "The concept is empty. Expected languages and their wordings: {'en': 'mutual trust'}."
            )
        for language, part in query.items():
            if isinstance(part, Mapping):
                raise InputError(
                    f"The concept has a mapping for {language!r}. Expected its wordings: "
                    "{'en': 'mutual trust'}."
                )
            for _, wordings in _alternatives(part):
                yield {SAME_LANGUAGE.get(str(language), str(language))}, wordings
        return
    expected = "words, a list of alternatives, or a mapping from languages to them"
    expect(query, Iterable, "the query", expected)
    wordings = [query] if isinstance(query, str) else list(query)
    for one in wordings:
        expect(one, str, "an alternative of the query", "words")
    if not wordings or not all(has_word(one) or "[" in one for one in wordings):
        raise InputError(
            f"The query {query!r} has an empty wording. Expected words, for example 'mutual trust'."
        )
    yield None, wordings
