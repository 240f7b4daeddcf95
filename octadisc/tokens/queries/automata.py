"""Automata: a query's tree as places in a row, each a set of types, and what may follow what.

Glushkov's construction (1961): each word of the query is one place; a run of the automaton is a set of
places, one bit each, so that a step is a few operations on whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError
from octadisc.tokens.queries.readings import Mask, Reading, is_of_types
from octadisc.tokens.queries.tree import Choice, Condition, Node, Repeat, Sequence, Token, Words

__all__ = ["Automaton", "Place", "build_automata", "count_places"]

MOST_PLACES = 64


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One token of a query.

    Attributes
    ----------
    types : array of bool, shape (types,)
        Which types can stand here.
    condition : Condition or None
        What tokens must meet besides, where their types do not decide.
    any : bool
        Whether it stands for any word, so that punctuation may stand beside it.
    written : str
        How the query puts it.
    """

    types: Mask
    condition: Condition | None
    any: bool
    written: str


@dataclass(frozen=True, slots=True, eq=False)
class Automaton:
    """Places and what may follow what.

    Attributes
    ----------
    places : tuple of Place
    first, last : int
        The places that a hit can begin and end with, as bits.
    follow, loose : array of uint64, shape (places,)
        The places that may follow each; and those of them that may with punctuation between.
    reading : Reading
    """

    places: tuple[Place, ...]
    first: int
    last: int
    follow: npt.NDArray[np.uint64]
    loose: npt.NDArray[np.uint64]
    reading: Reading

    @property
    def is_line(self) -> bool:
        """Whether its places stand in one row, each once, as the words of a phrase do."""
        n = len(self.places)
        straight = all(int(self.follow[i]) == 1 << (i + 1) for i in range(n - 1))
        return straight and self.first == 1 and self.last == 1 << (n - 1) and not self.follow[n - 1]

    @property
    def is_possible(self) -> bool:
        """Whether it can hit anything: some way through it has a type at each place."""
        alive = sum(1 << i for i, one in enumerate(self.places) if one.types.any())
        state, seen = self.first & alive, 0
        while state & ~seen:
            seen |= state
            for i in range(len(self.places)):
                if state >> i & 1:
                    state |= int(self.follow[i]) & alive
        return seen & self.last != 0

    def masks(self) -> npt.NDArray[np.uint64]:
        """Give for each type the places where it can stand, as bits, shape (types,)."""
        masks = np.zeros(max(1, len(self.reading.tokens.vocabulary)), np.uint64)
        for i, place in enumerate(self.places):
            masks[: place.types.size][place.types] |= np.uint64(1 << i)
        return masks

    def key(self) -> bytes:
        """Give what tells automata of different languages apart that do the same."""
        parts = [self.follow.tobytes(), self.loose.tobytes(), f"{self.first},{self.last}".encode()]
        parts += [np.packbits(one.types).tobytes() for one in self.places]
        language = self.reading.language
        asked = [(i, one.condition) for i, one in enumerate(self.places) if one.condition]
        parts += [f"{i}/{condition}/{language}".encode() for i, condition in asked]
        return b"|".join(parts)


def build_automata(tree: Node, reading: Reading) -> Iterator[Automaton]:
    """Give the automata for a tree in a language; alternatives share one as far as there is room.

    Raises
    ------
    InputError
        If a wording can match without a word, or has too many places.
    """
    batch: list[Node] = []
    room = MOST_PLACES
    for part in _merged(_alternatives(tree), reading):
        need = count_places(part, reading)
        if need > MOST_PLACES:
            raise InputError(
                f"The query has {need} places for words one after the other; at most {MOST_PLACES} can be "
                "looked for. Write {n,} for a gap of any length inside the sentence, or two queries."
            )
        if need > room:
            yield _Builder(reading).build(batch)
            batch, room = [], MOST_PLACES
        batch.append(part)
        room -= need
    yield _Builder(reading).build(batch)


def count_places(node: Node, reading: Reading) -> int:
    """Give the number of places of a tree."""
    if isinstance(node, Words):
        return len(reading.cut(node.text)[0])
    if isinstance(node, Token | _Types):
        return 1
    if isinstance(node, Repeat):
        return count_places(node.part, reading) * max(1, node.least, node.most or 0)
    parts = _merged(_alternatives(node), reading) if isinstance(node, Choice) else node.parts
    return sum(count_places(one, reading) for one in parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Types:
    """Alternatives of one word each, as one set of types."""

    types: Mask
    written: str


def _alternatives(node: Node) -> Iterator[Node]:
    if isinstance(node, Choice):
        for one in node.parts:
            yield from _alternatives(one)
    else:
        yield node


def _merged(alternatives: Iterable[Node], reading: Reading) -> list[Node]:
    """Put alternatives of one word each into one."""
    types = np.zeros(len(reading.tokens.vocabulary), bool)
    rest, written = [], []
    for one in alternatives:
        words = reading.cut(one.text)[0] if isinstance(one, Words) else ()
        if len(words) == 1 and words[0] != "*":
            types[list(reading.word(words[0]))] = True
            written.append(words[0])
        else:
            rest.append(one)
    if not written:
        return rest
    return [_Types(types, " | ".join(written)), *rest]  # type: ignore[list-item]


class _Piece(NamedTuple):
    """A part of an automaton: whether it can be nothing, and what it begins and ends with.

    With `loose_first` and `loose_last` punctuation may stand before or after, since a gap was left out
    there; `skips` says whether the part is left out by leaving out a gap.
    """

    empty: bool
    first: int
    last: int
    loose_first: int = 0
    loose_last: int = 0
    skips: bool = False


class _Builder:
    """Builds one automaton."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.places: list[Place] = []
        self.follow: list[int] = []
        self.loose: list[int] = []

    def build(self, parts: list[Node]) -> Automaton:
        made = self.choice([self.piece(one) for one in parts])
        if made.empty:
            raise InputError(
                "The query has a wording that can match without a word. Expected at least one word that is "
                "not optional."
            )
        gaps = sum(1 << i for i, one in enumerate(self.places) if one.any)
        loose = [
            follow if place.any else loose | (follow & gaps)
            for place, follow, loose in zip(self.places, self.follow, self.loose, strict=True)
        ]
        follow = np.array(self.follow, np.uint64)
        places = tuple(self.places)
        return Automaton(places, made.first, made.last, follow, np.array(loose, np.uint64), self.reading)

    def piece(self, node: Node | _Types) -> _Piece:
        if isinstance(node, _Types):
            return self.place(Place(node.types, None, False, node.written))
        if isinstance(node, Words):
            return self.words(node.text)
        if isinstance(node, Token):
            return self.token(node.condition)
        if isinstance(node, Choice):
            return self.choice([self.piece(one) for one in _merged(_alternatives(node), self.reading)])
        if isinstance(node, Sequence):
            return self.sequence([self.piece(one) for one in node.parts])
        return self.repeat(node)

    def place(self, place: Place) -> _Piece:
        self.places.append(place)
        self.follow.append(0)
        self.loose.append(0)
        bit = 1 << (len(self.places) - 1)
        return _Piece(False, bit, bit)

    def words(self, text: str) -> _Piece:
        words, marks = self.reading.cut(text)
        if not words:
            raise InputError(f"The query has a wording without a word: {text!r}. Expected words.")
        pieces = []
        for word, mark in zip(words, marks, strict=True):
            piece = self.word(word)  # where the query has a comma, the text may have one
            pieces.append(piece._replace(loose_last=piece.last) if mark else piece)
        return self.sequence(pieces)

    def word(self, word: str) -> _Piece:
        if word == "*":
            return self.token(None)
        types = np.zeros(len(self.reading.tokens.vocabulary), bool)
        types[list(self.reading.word(word))] = True
        return self.place(Place(types, None, False, word))

    def token(self, condition: Condition | None) -> _Piece:
        types = self.reading.over_types(condition)
        of_types = is_of_types(self.reading.tokens, condition)
        written = "[]" if condition is None else f"[{_write(condition)}]"
        return self.place(Place(types, None if of_types else condition, condition is None, written))

    def sequence(self, pieces: list[_Piece]) -> _Piece:
        made = pieces[0]
        for one in pieces[1:]:
            self.join(made, one)
            first, loose_first = made.first, made.loose_first
            if made.empty:
                first |= one.first
                loose_first |= one.first if made.skips else one.loose_first
            last, loose_last = one.last, one.loose_last
            if one.empty:
                last |= made.last
                loose_last |= made.last if one.skips else made.loose_last
            empty = made.empty and one.empty
            made = _Piece(empty, first, last, loose_first, loose_last, empty and (made.skips or one.skips))
        return made

    @staticmethod
    def choice(pieces: list[_Piece]) -> _Piece:
        made = pieces[0]
        for one in pieces[1:]:
            made = _Piece(
                made.empty or one.empty,
                made.first | one.first,
                made.last | one.last,
                made.loose_first | one.loose_first,
                made.loose_last | one.loose_last,
                made.skips or one.skips,
            )
        return made

    def repeat(self, node: Repeat) -> _Piece:
        before = len(self.places)
        copies = [self.piece(node.part) for _ in range(max(1, node.least, node.most or 0))]
        is_gap = all(one.any for one in self.places[before:])
        optional = [
            one if i < node.least else one._replace(empty=True, skips=one.skips or is_gap)
            for i, one in enumerate(copies)
        ]
        if node.most is None:
            self.join(optional[-1], optional[-1])
        return self.sequence(optional)

    def join(self, before: _Piece, after: _Piece) -> None:
        for i in range(len(self.places)):
            if before.last >> i & 1:
                self.follow[i] |= after.first
                self.loose[i] |= after.first if before.loose_last >> i & 1 else after.loose_first


def _write(condition: Condition) -> str:
    from octadisc.tokens.queries.tree import Both, Match, Not

    if isinstance(condition, Match):
        return condition.written
    if isinstance(condition, Not):
        return f"!({_write(condition.part)})"
    return (" & " if isinstance(condition, Both) else " | ").join(map(_write, condition.parts))
