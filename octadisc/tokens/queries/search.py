"""Search: automata run over all shards, from the places of their rarest word where that is quicker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from octadisc.tokens.queries import search_kernels as kernels
from octadisc.tokens.queries.automata import Automaton
from octadisc.tokens.threads import in_threads

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Tokens

__all__ = ["Index", "search"]

_WITHIN = {"s": kernels.SENTENCE, "p": kernels.PARAGRAPH, "release": kernels.RELEASE}
_LARGEST = 100_000_000  # tokens; with more, four bytes for each are better left free
_WORTH = 8  # looking up places costs about as much as passing over so many tokens

Positions = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]


class Index:
    """Where each type stands, shard by shard; made at the first search."""

    def __init__(self, tokens: Tokens) -> None:
        n_types = len(tokens.vocabulary)
        self.shards: list[Any] = in_threads(
            lambda shard: kernels.place_types(shard.ids, n_types), tokens.shards
        )

    @staticmethod
    def worth(tokens: Tokens) -> bool:
        """Say whether the tokens are few enough to have an index in memory."""
        return tokens.n_tokens <= _LARGEST

    def places(self, number: int, types: npt.NDArray[np.intp], most: int) -> npt.NDArray[np.int32] | None:
        """Give where any of the types stands in a shard, in order; None if in more than `most` places."""
        pointers, places = self.shards[number]
        begins, ends = pointers[types], pointers[types + 1]
        total = int((ends - begins).sum())
        if total > most:
            return None
        if types.size == 1:
            found: npt.NDArray[np.int32] = places[begins[0] : ends[0]]
            return found
        full = ends > begins
        parts = [places[low:high] for low, high in zip(begins[full], ends[full], strict=True)]
        return np.sort(np.concatenate(parts)) if parts else places[:0]

    def count(self, number: int, types: npt.NDArray[np.intp]) -> int:
        """Give how often any of the types stands in a shard."""
        pointers = self.shards[number][0]
        return int((pointers[types + 1] - pointers[types]).sum())


def search(
    tokens: Tokens, automaton: Automaton, within: str, allowed: npt.NDArray[np.bool_], *, apart: bool
) -> list[Positions]:
    """Run an automaton over the allowed releases; give shard by shard rows, first and last positions.

    Of several hits that begin with the same token the longest is given; with `apart`, none that
    begins inside another.
    """
    masks = automaton.masks()
    first, last = np.uint64(automaton.first), np.uint64(automaton.last)
    index = tokens.index if Index.worth(tokens) else None
    by_tokens = any(one.condition for one in automaton.places)
    anchors = _anchors(automaton)

    def run(number: int) -> Positions:
        shard = tokens.shards[number]
        mine = allowed[shard.first : shard.first + shard.n_releases]
        codes, table = shard.ids, masks
        if by_tokens:
            codes = np.arange(shard.ids.size, dtype=np.int32)
            table = _masks_of_tokens(automaton, masks, number)
        text = kernels.Text(codes, shard.gaps, shard.rows, shard.sentences, mine)
        machine = kernels.Machine(table, automaton.follow, automaton.loose, first, last)
        places, shift = None, 0
        if index is not None:
            counts = [index.count(number, types) for _, types in anchors]
            shift, types = anchors[int(np.argmin(counts))]
            places = index.places(number, types, shard.ids.size // _WORTH)
        if places is None:
            rows, begins, ends = kernels.match_all(text, machine, _WITHIN[within], apart)
        else:
            rows, begins, ends = kernels.match_at(
                places[places >= shift], shift, text, machine, _WITHIN[within], apart
            )
        return rows, begins, ends

    return in_threads(run, range(len(tokens.shards)))


def _anchors(automaton: Automaton) -> list[tuple[int, npt.NDArray[np.intp]]]:
    """Give what to look hits up by: a place's distance from the first, and its types."""
    if automaton.is_line:
        return [(i, np.flatnonzero(one.types)) for i, one in enumerate(automaton.places)]
    begins = [one.types for i, one in enumerate(automaton.places) if automaton.first >> i & 1]
    return [(0, np.flatnonzero(np.logical_or.reduce(begins)))]


def _masks_of_tokens(
    automaton: Automaton, masks: npt.NDArray[np.uint64], number: int
) -> npt.NDArray[np.uint64]:
    """Give for each token of a shard the places where it can stand, as bits."""
    made: npt.NDArray[np.uint64] = masks[automaton.reading.tokens.shards[number].ids]
    for i, place in enumerate(automaton.places):
        if place.condition is not None:
            made[~automaton.reading.over_tokens(place.condition, number)] &= ~np.uint64(1 << i)
    return made
