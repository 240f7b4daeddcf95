"""Shards: stretches of releases as arrays; and what tokens consist of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from octadisc.corpus import Corpus
from octadisc.spec import Spec
from octadisc.table import name_rows
from octadisc.tokens.scan.habits import habits_of

if TYPE_CHECKING:
    from octadisc.tokens.forms.folding import Folding
    from octadisc.tokens.tokens import Tokens

__all__ = ["Arrays", "Later", "Shard"]


Made = TypeVar("Made")


class Later(Generic[Made]):
    """What is made when it is first asked for, and then kept; also by several threads at once.

    Examples
    --------
    >>> later = Later(lambda: [1, 2])
    >>> later.get() is later.get()
    True
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make: Callable[[], Made] | None = make
        self._lock = Lock()
        self._made: list[Made] = []

    def get(self) -> Made:
        """Give it."""
        with self._lock:
            if self._make is not None:
                self._made.append(self._make())
                self._make = None  # and with it all that it was made from
        return self._made[0]

    def __reduce__(self) -> Any:
        """Pickle what it gives: functions cannot be."""
        return _given, (self.get(),)


def _given(made: Made) -> Later[Made]:
    return Later(lambda: made)


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Shard:
    """A stretch of releases as arrays; what is counted in shards adds up.

    Attributes
    ----------
    first : int
        Row of the shard's first release in the corpus.
    ids : array of int32, shape (tokens,)
        Numbers of types in the vocabulary.
    starts, ends : array of int32, shape (tokens,)
        Character offsets in the release's text.
    gaps : array of uint8, shape (tokens,)
        What stands between a token and the next; see `octadisc.tokens.scan.kernels`.
    rows : array of int64, shape (releases + 1,)
        Where each release's tokens begin.
    bounds : array of int64, shape (sentences,), or Later
        Where each sentence's tokens begin, or how that is found out; see :attr:`sentences`.
    """

    first: int
    ids: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]
    gaps: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.int64]
    bounds: npt.NDArray[np.int64] | Later[npt.NDArray[np.int64]]

    @property
    def sentences(self) -> npt.NDArray[np.int64]:
        """Where each sentence's tokens begin, shape (sentences,); found when first asked for."""
        return self.bounds.get() if isinstance(self.bounds, Later) else self.bounds

    @property
    def n_releases(self) -> int:
        """Number of releases in the shard."""
        return self.rows.size - 1


@dataclass(frozen=True, eq=False, repr=False)
class Arrays:
    """The parts of `octadisc.tokens.tokens.Tokens`, where they are described."""

    corpus: Corpus
    shards: tuple[Shard, ...]
    vocabulary: list[str]
    spec: Spec
    folding: Folding | None = None
    surface: Tokens | None = None
    words: Tokens | None = None

    @cached_property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Running words of each release, shape (releases,); of a joined phrase each word counts."""
        if self.words is not None:
            return self.words.lengths
        return np.concatenate([np.diff(one.rows) for one in self.shards] or [np.zeros(0, np.int64)])

    @property
    def n_tokens(self) -> int:
        """Running tokens of the whole corpus."""
        return int(self.lengths.sum())

    @cached_property
    def languages(self) -> npt.NDArray[np.object_]:
        """Language code of each release; an empty string where it is unknown."""
        languages: npt.NDArray[np.object_] = self.corpus.frame["language"].fillna("").to_numpy(object)
        return languages

    @cached_property
    def habits(self) -> npt.NDArray[np.uint8]:
        """Habits of each release's language; see `octadisc.tokens.scan.habits.habits_of`."""
        return habits_of(self.languages)

    def locate(self, row: int) -> tuple[Shard, int]:
        """Give the shard that holds a release, and the release's row inside it."""
        first = [one.first for one in self.shards]
        shard = self.shards[int(np.searchsorted(first, row, side="right")) - 1]
        return shard, row - shard.first

    def __len__(self) -> int:
        return len(self.corpus)

    def __repr__(self) -> str:
        rows = name_rows(self.corpus.frame, len(self))
        return f"Tokens({self.n_tokens:,} tokens, {len(self.vocabulary):,} types, {len(self):,} {rows})"
