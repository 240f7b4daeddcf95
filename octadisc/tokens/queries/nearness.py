"""Why a query finds nothing, and what is near."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from octadisc.tokens.forms.folding import Folding
from octadisc.tokens.queries.automata import build_automata
from octadisc.tokens.queries.query import Query, readings_of
from octadisc.tokens.queries.readings import Reading
from octadisc.tokens.queries.search import search
from octadisc.tokens.queries.tree import Node, Repeat, Sequence, Token, Words
from octadisc.tokens.scan.patterns import as_expression

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Tokens

__all__ = ["nearest_types", "why_nothing"]

_GAP = 10  # words that may stand between those of a phrase for it to be near


def why_nothing(tokens: Tokens, query: Query) -> str:
    """Say why a query finds nothing, and what is near; the rest of a sentence.

    Examples
    --------
    >>> import octadisc as od
    >>> text = "Trafficking in drugs and in human beings. Mutual and lasting trust."
    >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": "en"}]))
    >>> why_nothing(tokens, "trafficing")
    'near in spelling: trafficking.'
    >>> why_nothing(tokens, "mutual trust")
    'its words occur, but not one after the other. Up to 10 words apart: 1; write mutual []{0,10} trust.'
    """
    tokens = tokens.words or tokens  # where phrases were joined, queries go by the words
    missing: dict[str, Reading] = {}
    apart, wider = 0, ""
    stands: dict[str, bool] = {}
    nowhere, single = True, False
    for allowed, reading, parsed in readings_of(tokens, query):
        nowhere &= not allowed.any()
        for automaton in build_automata(parsed.tree, reading):
            absent = [one.written for one in automaton.places if not one.types.any()]
            missing |= {word: reading for one in absent for word in one.split(" | ")}
            here = _types_of(tokens, allowed)
            single |= len(automaton.places) == 1
            for one in automaton.places:
                if one.types.any():
                    stands[one.written] = stands.get(one.written, False) or bool((one.types & here).any())
            if automaton.is_possible and automaton.is_line and len(automaton.places) > 1:
                wider = f" []{{0,{_GAP}}} ".join(one.written for one in automaton.places)
                for widened in build_automata(_with_gaps(parsed.tree, reading), reading):
                    found = search(tokens, widened, "s", allowed, apart=True)
                    apart += sum(rows.size for rows, _, _ in found)
    if nowhere:
        known = ", ".join(sorted({one for one in tokens.languages if one})) or "none that is known"
        return f"its languages are not those of the corpus ({known}). Add a wording for one of these."
    elsewhere = [word for word, is_here in stands.items() if not is_here]
    if elsewhere and not missing:
        return f"{' and '.join(elsewhere)}: in releases of other languages only."
    if not missing and single:
        return "its words occur, but no token meets all that is asked of one."
    if not missing:
        said = "its words occur, but not one after the other."
        if not apart:
            return f"{said} Try them singly, or with * for endings."
        write = f"; write {wider}" if " | " not in wider else ""
        return f"{said} Up to {_GAP} words apart: {apart:,}{write}."
    for word, reading in missing.items():
        if said := _written_otherwise(reading, word):
            return said
    words = list(missing)[:3]
    near = [other for word in words for other in nearest_types(tokens, word)]
    if near:
        return f"near in spelling: {', '.join(dict.fromkeys(near))}."
    stem = next(iter(re.findall(r"\w+", words[0].partition("=")[2] or words[0])), "")[:5]
    said = f"not in the corpus: {', '.join(words)}."
    if not stem or re.search(r"[*?=]", words[0]):
        return said
    return f"{said} Try a shorter stem with *, such as {stem}*."


def nearest_types(tokens: Tokens, word: str, n: int = 3) -> list[str]:
    """Give the types of the corpus that are spelled most like a word.

    Examples
    --------
    >>> import octadisc as od
    >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": "trafficking in human beings"}]))
    >>> nearest_types(tokens, "trafficing")
    ['trafficking']
    """
    bare = "".join(re.findall(r"\w+", word.partition("=")[2] or word)).lower()
    vocabulary = (tokens.surface or tokens).vocabulary
    pool = [one for one in vocabulary if one[:1] == bare[:1] and abs(len(one) - len(bare)) < 4]
    return get_close_matches(bare, pool, n=n, cutoff=0.7)


def _types_of(tokens: Tokens, allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Say which types occur in some releases."""
    found = np.zeros(len(tokens.vocabulary), bool)
    for shard in tokens.shards:
        here = allowed[shard.first : shard.first + shard.n_releases]
        found[shard.ids[np.repeat(here, np.diff(shard.rows))]] = True
    return found


def _with_gaps(node: Node, reading: Reading) -> Node:
    """Let up to ten words stand between the words of a phrase."""
    words: list[Node] = []
    if isinstance(node, Words):
        words = [Words(one) for one in reading.cut(node.text)[0]]
    elif isinstance(node, Sequence):
        words = [_with_gaps(one, reading) for one in node.parts]
    if len(words) < 2:
        return node
    gap = Repeat(Token(None), 0, _GAP)
    return Sequence(tuple(part for one in words for part in (gap, one))[1:])


def _written_otherwise(reading: Reading, word: str) -> str:
    """Say that a word occurs in another script, spelling or without its diacritics."""
    if reading.tokens.folding is not None or not re.fullmatch(r"[\w*?]+", word):
        return ""
    for how, folding in (("", Folding()), (", diacritics=True", Folding(diacritics=True))):
        for language in sorted({str(one) for one in reading.tokens.languages}):
            expression = as_expression(folding.spell(word, language))
            found = [
                one
                for one in reading.tokens.vocabulary
                if expression.fullmatch(folding.spell(one, language)) or folding.form(one, language) == word
            ]
            if found:
                known = ", ".join(found[:3])
                return f"the corpus writes {known}; tokens.with_forms('folded'{how}) joins the two."
    return ""
