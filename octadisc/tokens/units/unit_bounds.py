"""Where units begin and end: the bounds of all sentences or paragraphs of a shard at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.tokens.scan import kernels
from octadisc.tokens.scan.characters import character_table, classes_of, to_codes
from octadisc.tokens.scan.gap_kernels import place_sentences
from octadisc.tokens.units import unit_kernels

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Shard

__all__ = ["Cut", "cut_shard"]

Integers = npt.NDArray[np.int64]


class Cut(NamedTuple):
    """Units of a shard, one after the other: `octadisc.tokens.units.units` makes rows of them.

    Attributes
    ----------
    rows : array of int64, shape (units,)
        The release of each unit, as its row inside the shard.
    firsts : array of int64, shape (units,)
        Number of its first sentence in the shard.
    starts, ends : array of int64, shape (units,)
        Character offsets in the release's text.
    """

    rows: Integers
    firsts: Integers
    starts: Integers
    ends: Integers


def cut_shard(shard: Shard, texts: Sequence[str], paragraphs: bool) -> Cut:
    """Find the sentences of a shard, or its paragraphs, which end at blank lines that end a sentence."""
    codes = to_codes("".join(texts))
    base = np.cumsum([0, *map(len, texts)])
    places = (shard.starts, shard.ends, shard.rows, shard.sentences)
    rows, starts, ends = place_sentences(codes, base, character_table(), *places)
    firsts = np.arange(rows.size)
    if paragraphs and rows.size:
        gaps = shard.gaps[np.maximum(shard.sentences - 1, 0)]
        parted = (np.diff(rows, prepend=-1) > 0) | (gaps & kernels.GAP_PARAGRAPH > 0)
        firsts = np.flatnonzero(parted)
        lasts = np.append(firsts[1:], rows.size) - 1
        rows, starts, ends = rows[firsts], starts[firsts], ends[lasts]
        unit_kernels.widen_paragraphs(codes, base, _kinds(), rows, starts, ends)
    return Cut(rows, firsts, starts - base[rows], ends - base[rows])


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    classes = classes_of()
    kinds = np.zeros(classes.size, np.uint8)
    kinds[(classes == kernels.SPACE) | (classes == kernels.NEWLINE)] |= unit_kernels.WHITE
    kinds[classes == kernels.NEWLINE] |= unit_kernels.NEWLINE
    return kinds
