"""Types: the distinct words that scanning meets, and the one sorted vocabulary made of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from octadisc.tokens.scan import scanner

__all__ = ["Types", "merge_types"]

_ROOM = 17  # binary logarithm of the types that there is first room for

Numbers = npt.NDArray[np.int32]


class Types:
    """The types that one thread has met, in order of first appearance; see `octadisc.tokens.scan.scanner`.

    A thread keeps its types from shard to shard: a word is then spelled out once, not in each shard.
    """

    def __init__(self, room: int = 0, n_blocks: int = 0) -> None:
        self.n = 0
        self.slots = np.zeros(1 << (room or _ROOM), np.uint32)
        self.keys = np.empty(self.slots.size, np.uint64)
        self.blocks = np.empty(n_blocks or 2 * self.slots.size, np.uint64)
        self.edges = np.zeros(self.slots.size + 1, np.int64)

    @property
    def arrays(self) -> tuple[Any, Any, Any, Any]:
        """What the kernels read and write."""
        return self.slots, self.keys, self.blocks, self.edges

    def grow(self) -> None:
        """Make four times the room."""
        size = 4 * self.slots.size
        self.slots = np.zeros(size, np.uint32)
        self.keys, self.blocks, self.edges = (
            np.concatenate([one, np.empty(3 * one.size, one.dtype)])
            for one in (self.keys, self.blocks, self.edges)
        )
        scanner.fill(self.slots, self.keys, self.edges, self.n)

    def spell(self, order: npt.NDArray[np.int64]) -> list[str]:
        """Give types as strings."""
        letters = scanner.spell(self.blocks[: self.edges[self.n]], self.edges, order)
        return str(memoryview(letters), "utf-8").split("\n")[:-1]

    def in_order(self) -> npt.NDArray[np.int64]:
        """Give the numbers of the types, sorted as their letters are: by code point.

        UTF-8 sorts as code points do, and its bytes from the first on as a number with the first as its
        highest byte. Only types that begin with the same eight bytes are looked at further.
        """
        begins, sizes = self.edges[: self.n], np.diff(self.edges[: self.n + 1])
        blocks = np.append(self.blocks[: self.edges[self.n]].byteswap(), np.uint64(0))
        keys = blocks[begins]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        tied = np.zeros(self.n + 1, bool)  # with the one before
        tied[1:-1] = keys[1:] == keys[:-1]
        depth = 1
        while tied.any():
            places = np.flatnonzero(tied[:-1] | tied[1:])
            groups = np.cumsum(~tied)[places]
            some = order[places]
            keys = blocks[np.where(sizes[some] > depth, begins[some] + depth, -1)]
            sorting = np.lexsort((keys, groups))
            order[places], keys = some[sorting], keys[sorting]
            tied[places[1:]] = (groups[1:] == groups[:-1]) & (keys[1:] == keys[:-1])
            depth += 1
        return order


def merge_types(parts: Sequence[Types], *, compose: bool) -> tuple[list[str], list[Numbers]]:
    r"""Make one vocabulary, sorted by code point; give it and the number in it of each part's types.

    Parameters
    ----------
    parts : sequence of Types
    compose : bool
        Whether types that are the same in composed letters are one, so that c with a caron and č are.
    """
    if len(parts) == 1:
        whole = parts[0]
        numbers = [np.arange(whole.n, dtype=np.int32)]
    else:
        n_types = sum(one.n for one in parts)
        whole = Types(max(4, (2 * n_types).bit_length()), 1 + sum(int(one.edges[one.n]) for one in parts))
        numbers = []
        for one in parts:
            mine = np.empty(one.n, np.int32)
            whole.n = scanner.absorb(whole.n, *whole.arrays, one.blocks, one.edges, mine)
            numbers.append(mine)
    order = whole.in_order()
    ranks = np.empty(whole.n, np.int32)
    ranks[order] = np.arange(whole.n, dtype=np.int32)
    vocabulary = whole.spell(order)
    if compose:
        composed = [one if one.isascii() else unicodedata.normalize("NFC", one) for one in vocabulary]
        if composed != vocabulary:
            vocabulary = sorted(set(composed))
            place = {one: i for i, one in enumerate(vocabulary)}
            ranks = np.array([place[one] for one in composed], np.int32)[ranks]
    return vocabulary, [ranks[one] for one in numbers]
