"""Phrases joined to tokens: where given sequences of words stand, and the tokens with these as one."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, OctadiscWarning, WrongKindError, expect
from octadisc.spec import Spec
from octadisc.tokens.forms.variants import SAME_LANGUAGE
from octadisc.tokens.phrases import phrase_kernels
from octadisc.tokens.scan.patterns import run_length
from octadisc.tokens.threads import in_threads

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Shard, Tokens

__all__ = ["Places", "Sequences", "find_sequences", "join_places", "with_phrases"]

Integers = npt.NDArray[np.int64]
Places = list[tuple[Integers, Integers]]  # a shard: first token and number of tokens of each phrase
Sequences = dict[str, set[tuple[int, ...]]]  # language: sequences of types

_MOST_SEQUENCES = 5000  # of one phrase with wildcards, before it is left to the search engine
_OF_QUERIES = frozenset('|()[]{}"/')  # what has these is left to the query language
_PLAIN = re.compile(r"[\w\s'’.*?-]+")
_SIGN = re.compile(r"(?<!\d)[,;:!]|[,;:!](?!\d)")  # between digits it is part of the number
_OPERATORS = re.compile(r"(?<!\w)[*?]+(?!\w)|\bwithin\b")


def with_phrases(tokens: Tokens, phrases: Any, *, joiner: str = "_", n_threads: int | None = None) -> Tokens:
    """Do what `Tokens.with_phrases` says."""
    from octadisc.tokens.phrases.found_phrases import Phrases

    words = tokens.words or tokens
    expect(joiner, str, "joiner", "what stands between words, such as '_'")
    if not joiner:
        raise InputError("joiner is empty: expected a character that stands between words, such as '_'.")
    if isinstance(phrases, Phrases):
        given: Any = phrases.frame["phrase"].tolist()
        inputs: tuple[Spec, ...] = (words.spec, phrases.spec)
        places = find_sequences(words, phrases.sequences_in(words), n_threads)
    else:
        given, inputs = _read_phrases(phrases), (words.spec,)
        _refuse_signs(words, given)
        places = _find(words, given, n_threads)
    if not any(first.size for first, _ in places):
        warnings.warn(
            "None of the phrases occurs, so that no words are joined. tokens.find(phrase) says where a "
            "phrase stands; it is matched inside a sentence, with no punctuation between its words.",
            OctadiscWarning,
            stacklevel=3,
        )
    spec = Spec("Tokens.with_phrases", {"phrases": given, "joiner": joiner}, inputs=inputs)
    return join_places(words, places, joiner, spec, n_threads)


def _read_phrases(given: Any) -> Any:
    """Give a list of phrases, or lists by language."""
    if isinstance(given, Mapping):
        if not given:
            raise InputError("phrases is an empty mapping. Expected languages and lists of phrases.")
        return {SAME_LANGUAGE.get(str(one), str(one)): _read_phrases(part) for one, part in given.items()}
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, Iterable):
        raise WrongKindError(
            f"phrases is a {type(given).__name__}. Expected a list of phrases, a mapping from languages to "
            "lists, or what od.find_phrases gives."
        )
    phrases = list(dict.fromkeys(str(one).strip() for one in given))
    wrong = [one for one in phrases if _PLAIN.fullmatch(one) and len(re.findall(r"[\w*?]+", one)) < 2]
    if wrong or not phrases:
        found = f"{wrong[0]!r} is one word" if wrong else "there is none"
        raise InputError(
            f"phrases: {found}. Expected phrases of two words or more, such as 'organised crime'."
        )
    return phrases


def _refuse_signs(words: Tokens, given: Any) -> None:
    """Refuse punctuation in a phrase, where the tokens have none: it would be passed over unsaid."""
    from octadisc.tokens.units.units import pattern_of

    if run_length(pattern_of(words.spec)) is None:  # of a pattern of one's own it may be part of tokens
        return
    everything = [one for part in given.values() for one in part] if isinstance(given, Mapping) else given
    for one in everything:
        sign = _SIGN.search(one) if not set(one) & _OF_QUERIES else None
        if sign:
            raise InputError(
                f"phrases: {one!r} has {sign.group()!r} in it, and a phrase never reaches over punctuation. "
                "Expected words alone; of a list of phrases, each as a string of its own."
            )


def _find(words: Tokens, given: Any, n_threads: int | None) -> Places:
    """Find phrases as `Tokens.find` does: plain ones all at once, by a tree of their words."""
    everything = [one for part in given.values() for one in part] if isinstance(given, Mapping) else given
    sequences: Sequences | None = None
    if all(_PLAIN.fullmatch(one) and not _OPERATORS.search(one) for one in everything):
        sequences = _to_sequences(words, given)
    if sequences is not None:
        return find_sequences(words, sequences, n_threads)
    hits = words.find(given)
    several = hits.last > hits.first
    rows, first = hits.rows[several], hits.first[several]
    length = hits.last[several] - first + 1
    places = []
    for shard in words.shards:
        mine = slice(*np.searchsorted(rows, (shard.first, shard.first + shard.n_releases)))
        places.append((shard.rows[rows[mine] - shard.first] + first[mine], length[mine]))
    return places


def _to_sequences(words: Tokens, given: Any) -> Sequences | None:
    """Give the sequences of types that phrases stand for in each language; None if they are too many."""
    from octadisc.tokens.queries.readings import Reading

    sequences: Sequences = {}
    languages, first = np.unique(words.languages.astype(str), return_index=True)
    for language, row in zip(languages.tolist(), first.tolist(), strict=True):
        reading = Reading(words, language, int(words.habits[row]))
        mine = sequences.setdefault(language, set())
        for phrase in given.get(language, ()) if isinstance(given, Mapping) else given:
            cut = reading.cut(phrase)[0]
            types = [reading.word(one) for one in cut] if len(cut) > 1 else [()]
            if math.prod(map(len, types)) > _MOST_SEQUENCES:
                return None
            mine.update(product(*types))
    return sequences


def find_sequences(words: Tokens, sequences: Sequences, n_threads: int | None = None) -> Places:
    """Find sequences of types in their language, leftmost and longest first, none over another."""
    languages = list(sequences)
    keys, children, ends = _grow(sequences, max(1, len(words.vocabulary)))
    number = {language: root for root, language in enumerate(languages) if sequences[language]}
    roots = np.array([number.get(one, -1) for one in words.languages.tolist()], np.int64)
    begins = np.zeros(max(1, len(words.vocabulary)), np.bool_)
    begins[[one[0] for some in sequences.values() for one in some]] = True

    def match(shard: Shard) -> tuple[Integers, Integers]:
        joined = phrase_kernels.mark_joined(shard.gaps, shard.rows, shard.sentences)
        mine = roots[shard.first : shard.first + shard.n_releases]
        first, length = phrase_kernels.match_longest(
            shard.ids, joined, shard.rows, mine, begins, keys, children, ends, begins.size
        )
        return first, length

    return in_threads(match, words.shards, n_threads)


def _grow(sequences: Sequences, n_types: int) -> tuple[Integers, Integers, npt.NDArray[np.bool_]]:
    """Grow a tree with a root for each language: sorted keys (node and type), what they lead to, and ends."""
    edges: dict[int, int] = {}
    n_nodes = len(sequences)
    ends: set[int] = set()
    for root, mine in enumerate(sequences.values()):
        for sequence in sorted(mine):
            node = root
            for one in sequence:
                key = node * n_types + one
                if key not in edges:
                    edges[key] = n_nodes
                    n_nodes += 1
                node = edges[key]
            ends.add(node)
    keys = np.array(sorted(edges), np.int64)
    children = np.array([edges[one] for one in keys.tolist()], np.int64)
    is_end = np.zeros(max(1, n_nodes), np.bool_)
    is_end[sorted(ends)] = True
    return keys, children, is_end


def join_places(
    words: Tokens, places: Places, joiner: str, spec: Spec, n_threads: int | None = None
) -> Tokens:
    """Give tokens in which each of the places is one, and which keep the words."""
    from octadisc.tokens.tokens import Tokens

    n_types = len(words.vocabulary)
    names: dict[str, int] = {}
    numbers = []
    for shard, (first, length) in zip(words.shards, places, strict=True):
        codes, spelled = _name(shard, first, length, words.vocabulary, joiner)
        own = [names.setdefault(one, n_types + len(names)) for one in spelled]
        numbers.append(np.array(own, np.int64)[codes] if first.size else np.zeros(0, np.int64))

    def join(given: tuple[Shard, tuple[Integers, Integers], Integers]) -> Shard:
        return _join_shard(*given)

    shards = in_threads(join, list(zip(words.shards, places, numbers, strict=True)), n_threads)
    types = [*words.vocabulary, *names]
    used = np.zeros(len(types), np.int64)
    for shard in shards:
        used += np.bincount(shard.ids, minlength=used.size)
    vocabulary = sorted({types[one] for one in np.flatnonzero(used).tolist()})
    place = {one: i for i, one in enumerate(vocabulary)}
    order = np.array([place.get(one, 0) for one in types] or [0], np.int32)
    shards = [replace(shard, ids=order[shard.ids]) for shard in shards]
    surface = words.surface or words
    return Tokens(words.corpus, tuple(shards), vocabulary, spec, words.folding, surface, words)


def _name(
    shard: Shard, first: Integers, length: Integers, vocabulary: list[str], joiner: str
) -> tuple[Integers, Iterator[str]]:
    """Number the different sequences of words at some places; give each place's number, and their names."""
    codes = length.copy()  # phrases of different lengths are different
    for step in range(int(length.max(initial=0))):
        inside = step < length
        following = np.where(inside, shard.ids[np.where(inside, first + step, 0)].astype(np.int64) + 1, 0)
        _, codes = np.unique(codes * (len(vocabulary) + 1) + following, return_inverse=True)
        codes = codes.reshape(-1).astype(np.int64)
    _, sample = np.unique(codes, return_index=True)
    spelled = (
        joiner.join(vocabulary[one] for one in shard.ids[first[i] : first[i] + length[i]].tolist())
        for i in sample.tolist()
    )
    return codes, spelled


def _join_shard(shard: Shard, places: tuple[Integers, Integers], numbers: Integers) -> Shard:
    first, length = places
    last = first + length - 1
    keep = np.ones(shard.ids.size, np.bool_)
    for step in range(1, int(length.max(initial=1))):
        keep[first[length > step] + step] = False
    before = np.zeros(shard.ids.size + 1, np.int64)  # kept tokens before each token
    np.cumsum(keep, out=before[1:])
    ids, ends, gaps = shard.ids.copy(), shard.ends.copy(), shard.gaps.copy()
    ids[first], ends[first], gaps[first] = numbers, shard.ends[last], shard.gaps[last]
    return replace(
        shard,
        ids=ids[keep],
        starts=shard.starts[keep],
        ends=ends[keep],
        gaps=gaps[keep],
        rows=before[shard.rows],
        bounds=before[shard.sentences[keep[shard.sentences]]],
    )
