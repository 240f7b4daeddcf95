"""The windows that make a group's words more or less varied than they would be without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.statistics.diversity import windows_of
from octadisc.terms.spread.diversity_cells import pieces_of
from octadisc.tokens import Tokens

__all__ = ["rank_windows"]


def rank_windows(tokens: Tokens, cells: Sequence[npt.NDArray[np.int64]], window: int, n: int) -> pd.DataFrame:
    """Give the releases that move their cell's MATTR most; see `Diversity.evidence`."""
    rows, values, moved = [np.zeros(0, np.int64)], [np.zeros(0)], [np.zeros(0)]
    for cell in cells:
        pieces = pieces_of(tokens, cell)
        n_types = int(pieces.ids.max(initial=-1)) + 1
        types, windows = windows_of(pieces.ids, pieces.edges, window, n_types)
        there = windows > 0
        if there.any():
            mean = types.sum() / window / windows.sum()
            own = types[there] / window / windows[there]
            rows.append(cell[there])
            values.append(own)
            moved.append((own - mean) * windows[there] / windows.sum())
    row, value, contribution = (np.concatenate(one) for one in (rows, values, moved))
    best = np.lexsort((row, -np.abs(contribution)))[: max(0, n)]
    starts, ends = [], []
    for one in best.tolist():
        shard, local = tokens.locate(int(row[one]))
        begin, end = int(shard.rows[local]), int(shard.rows[local + 1])
        place = begin + _extreme(shard.ids[begin:end].tolist(), window, most=bool(contribution[one] > 0))
        starts.append(int(shard.starts[place]))
        ends.append(int(shard.ends[place + window - 1]))
    found = tokens.evidence(row[best], np.array(starts, np.int64), np.array(ends, np.int64))
    return found.assign(mattr=value[best], contribution=contribution[best])


def _extreme(ids: list[int], window: int, *, most: bool) -> int:
    """Give where the window with most (or fewest) types begins; the first of several."""
    inside = Counter(ids[:window])
    best, place = len(inside), 0
    for i in range(window, len(ids)):
        inside[ids[i]] += 1
        inside[ids[i - window]] -= 1
        if not inside[ids[i - window]]:
            del inside[ids[i - window]]
        if (len(inside) > best) if most else (len(inside) < best):
            best, place = len(inside), i - window + 1
    return place
