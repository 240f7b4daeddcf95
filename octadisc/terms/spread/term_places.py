"""Where a type stands in the texts, for terms that are types and no queries."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from octadisc.tokens import Tokens

__all__ = ["places_of_type"]


def places_of_type(tokens: Tokens, term: str) -> tuple[npt.NDArray[np.int64], Any, Any]:
    """Give the rows, starts and ends of a type's occurrences, in the order of the texts.

    Examples
    --------
    >>> import octadisc as od
    >>> tokens = od.tokenize(od.Corpus.from_frame({"text": ["Trust, but verify.", "No trust"]}))
    >>> [one.tolist() for one in places_of_type(tokens, "trust")]
    [[0, 1], [0, 3], [5, 8]]
    """
    vocabulary = np.array(tokens.vocabulary, object)
    number = int(np.searchsorted(vocabulary, term))
    rows, starts, ends = [], [], []
    if number < vocabulary.size and vocabulary[number] == term:
        for shard in tokens.shards:
            found = np.flatnonzero(shard.ids == number)
            rows.append(shard.first + np.searchsorted(shard.rows, found, side="right") - 1)
            starts.append(shard.starts[found])
            ends.append(shard.ends[found])
    empty = np.zeros(0, np.int64)
    return (
        np.concatenate([empty, *rows]).astype(np.int64),
        np.concatenate([empty, *starts]).astype(np.int64),
        np.concatenate([empty, *ends]).astype(np.int64),
    )
