"""Shards from disk: held to their bounds when first used, because kernels take them at their word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

import numpy as np
import numpy.typing as npt

from octadisc.errors import UnreadableError
from octadisc.tokens.arrays import Shard

if TYPE_CHECKING:
    from octadisc.corpus import Corpus

__all__ = ["StoredShards"]


class StoredShards(tuple[Shard, ...]):
    """Shards whose arrays lie on disk; each is looked through once, before it is given out.

    Parameters
    ----------
    shards : iterable of Shard
    corpus : Corpus
        Whose texts the offsets are of.
    n_types : int
    paths : mapping from the name of an array to its file
        For the message.

    Raises
    ------
    UnreadableError
        When a shard is asked for that points out of the vocabulary, a text or itself.
    """

    _corpus: Corpus
    _n_types: int
    _paths: dict[str, Path]
    _sound: set[int]

    @classmethod
    def of(
        cls, shards: tuple[Shard, ...], corpus: Corpus, n_types: int, paths: dict[str, Path]
    ) -> StoredShards:
        """Make them."""
        made = cls(shards)
        made._corpus, made._n_types, made._paths, made._sound = corpus, n_types, paths, set()
        return made

    def __iter__(self) -> Iterator[Shard]:
        return (self[number] for number in range(len(self)))

    @overload
    def __getitem__(self, number: SupportsIndex) -> Shard: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Shard, ...]: ...
    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return tuple(self[one] for one in range(*number.indices(len(self))))
        shard = super().__getitem__(number)
        if shard.first not in self._sound:
            self._check(shard)
            if shard.n_releases:  # one without releases has the same first row as the next
                self._sound.add(shard.first)
        return shard

    def __reduce__(self) -> Any:
        return tuple, (tuple(self),)  # a copy is in memory, and was looked through on the way

    def _check(self, shard: Shard) -> None:
        """Refuse numbers that would lead a kernel out of its arrays."""
        n, rows, sentences = shard.ids.size, shard.rows, shard.sentences
        if rows[0] != 0 or rows[-1] != n or (rows[1:] < rows[:-1]).any():
            self._refuse("rows", "releases do not follow one another")
        if sentences.size and (
            sentences[0] < 0 or sentences[-1] >= n or (sentences[1:] <= sentences[:-1]).any()
        ):
            self._refuse("sentences", "sentences do not follow one another")
        if not n:
            return
        if shard.ids.view(np.uint32).max() >= self._n_types:  # one below zero is beyond them too
            self._refuse("ids", f"a number is not one of the {self._n_types:,} types")
        if shard.starts.min() < 0:
            self._refuse("starts", "a token begins before its text")
        if (shard.ends < shard.starts).any():
            self._refuse("starts", "a token ends before it begins", "ends")
        filled = np.flatnonzero(rows[1:] > rows[:-1])
        sizes = _characters(self._corpus, shard.first, shard.n_releases)
        if (np.maximum.reduceat(shard.ends, rows[filled]) > sizes[filled]).any():
            self._refuse("ends", "a token ends behind its text")

    def _refuse(self, kind: str, found: str, other: str | None = None) -> None:
        beside = f" or {self._paths[other].name}" if other else ""
        raise UnreadableError(
            f"{self._paths[kind]}{beside}: is damaged ({found}). "
            "Copy the folder again, or save the tokens again."
        )


def _characters(corpus: Corpus, first: int, n: int) -> npt.NDArray[np.int64]:
    """Give how many characters each of some texts has, without making strings of them."""
    import pyarrow as pa
    import pyarrow.compute

    texts = pa.array(corpus.frame["text"]).slice(first, n)  # of the whole column, which is not copied
    return np.asarray(pa.compute.utf8_length(texts).fill_null(0), np.int64)
