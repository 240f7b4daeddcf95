"""Windows: which tokens stand in the company of a query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, did_you_mean
from octadisc.terms.collocations import collocation_kernels as kernels
from octadisc.tokens.scan.kernels import GAP_PARAGRAPH
from octadisc.tokens.threads import in_threads

if TYPE_CHECKING:
    from octadisc.tokens import Hits, Shard, Tokens

__all__ = ["Window", "Windows", "Within", "read_window"]

Within = Literal["sentence", "paragraph"]
Window = int | tuple[int, int] | None
Integers = npt.NDArray[np.int64]

_WITHIN = ("sentence", "paragraph", None)
_ALL = 2**31  # tokens: more than any release has


def read_window(window: Any, within: Any) -> tuple[int, int]:
    """Give the tokens of a window to the left and to the right; refuse what is no window.

    Examples
    --------
    >>> read_window(5, "sentence"), read_window((0, 3), None), read_window(None, "sentence")[0] > 10**9
    ((5, 5), (0, 3), True)
    """
    if within not in _WITHIN:
        raise InputError(
            f"within={within!r}: expected 'sentence', 'paragraph' or None."
            f"{did_you_mean(str(within), ('sentence', 'paragraph'))}"
        )
    if window is None:
        return _ALL, _ALL
    sides = [window, window] if isinstance(window, int | np.integer) else window
    if (
        isinstance(window, bool | str)
        or not isinstance(sides, Sequence)
        or len(sides) != 2
        or not all(isinstance(one, int | np.integer) and one >= 0 for one in sides)
        or not any(sides)
    ):
        raise InputError(
            f"window={window!r}: expected a number of tokens on either side, such as 5; two numbers, left "
            "and right, such as (0, 3); or None for the whole sentence, paragraph or release (see within)."
        )
    return int(sides[0]), int(sides[1])


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """The windows around the hits of a query.

    Attributes
    ----------
    tokens : Tokens
        What stands in the windows; where phrases are joined, each of them is one token.
    hits : Hits
    left, right : int
        Tokens on either side.
    within : "sentence", "paragraph" or None
        What no window leaves; None: the release.
    bounds : list of array of int64
        For each shard, the tokens that begin what no window leaves.
    """

    tokens: Tokens
    hits: Hits
    left: int
    right: int
    within: Within | None
    bounds: list[Integers]

    @classmethod
    def make(cls, tokens: Tokens, hits: Hits, left: int, right: int, within: Within | None) -> Windows:
        """Make windows, and find what bounds them."""
        return cls(tokens, hits, left, right, within, [_bound(one, within) for one in tokens.shards])

    def mark(self, n_threads: int | None = None) -> list[npt.NDArray[np.uint8]]:
        """Give for each shard which tokens stand in a window or belong to a hit."""

        def mark(number: int) -> npt.NDArray[np.uint8]:
            shard = self.tokens.shards[number]
            first, last = self.nodes(shard)
            marks: npt.NDArray[np.uint8] = kernels.mark_windows(
                first, last, self.bounds[number], shard.ids.size, self.left, self.right
            )
            return marks

        return in_threads(mark, range(len(self.tokens.shards)), n_threads)

    def places(self, number: int) -> Integers:
        """Give the tokens of a shard that stand in a window."""
        first, last = self.nodes(self.tokens.shards[number])
        size = self.tokens.shards[number].ids.size
        places: Integers = kernels.list_windows(first, last, self.bounds[number], size, self.left, self.right)
        return places

    def nodes(self, shard: Shard) -> tuple[Integers, Integers]:
        """Give the first and last token in the shard of each hit there."""
        hits = self.hits
        mine = slice(*np.searchsorted(hits.rows, (shard.first, shard.first + shard.n_releases)))
        rows = hits.rows[mine] - shard.first
        begin = shard.rows[rows]
        if self.tokens.words is None:
            return begin + hits.first[mine], begin + hits.last[mine]
        # hits go by words: look for the tokens, of which some are joined, by where they stand in the text
        row_of = np.repeat(np.arange(shard.n_releases, dtype=np.int64), np.diff(shard.rows))
        keys = (row_of << 32) + shard.starts
        first = np.searchsorted(keys, (rows << 32) + hits.starts[mine], side="right") - 1
        last = np.searchsorted(keys, (rows << 32) + hits.ends[mine] - 1, side="right") - 1
        return first.astype(np.int64), last.astype(np.int64)

    def nearest(self, number: int, places: Integers) -> Integers:
        """Give for tokens in windows the number of the hit (in `nodes`) that is nearest and has them."""
        first, last = self.nodes(self.tokens.shards[number])
        bounds = self.bounds[number]
        stretch = np.searchsorted(bounds, places, side="right")
        before = np.searchsorted(first, places) - 1
        behind = np.minimum(before + 1, first.size - 1)
        before = np.maximum(before, 0)
        to_left, to_right = places - last[before], first[behind] - places
        far = np.int64(2 * _ALL)
        same = np.searchsorted(bounds, last[before], side="right") == stretch
        to_left = np.where(same & (to_left > 0) & (to_left <= self.right), to_left, far)
        same = np.searchsorted(bounds, first[behind], side="right") == stretch
        to_right = np.where(same & (to_right > 0) & (to_right <= self.left), to_right, far)
        return np.where(to_left <= to_right, before, behind)


def _bound(shard: Shard, within: Within | None) -> Integers:
    """Give the tokens of a shard that begin what no window leaves, in order."""
    if within is None:
        bounds = shard.rows[:-1]
    elif within == "paragraph":
        gaps = shard.gaps[np.maximum(shard.sentences - 1, 0)]
        bounds = np.concatenate([shard.sentences[gaps & GAP_PARAGRAPH > 0], shard.rows[:-1]])
    else:
        bounds = np.concatenate([shard.sentences, shard.rows[:-1]])
    return np.unique(bounds)
