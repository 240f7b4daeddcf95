"""Sentences: their bounds in the text, and the sentence around a hit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Tokens

__all__ = ["evidence", "sentences_of"]

# Of what stands between two sentences, the first belongs to the left one, the second to the right one.
_CLOSING = re.compile("\\S*(?:[ \u00a0\u202f][»”])?")
_OPENING = re.compile("(?:[\"'“„«»‘‚(\\[]+[ \u00a0\u202f]?)?\\Z")


def sentences_of(tokens: Tokens, row: int) -> npt.NDArray[np.int64]:
    """Give the character offsets [n, 2] of the sentences in the text of one release.

    Examples
    --------
    >>> import octadisc as od
    >>> text = "Mr. Novak met Europol. “Trust matters.” They agreed on 28 March 2008."
    >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": "en"}]))
    >>> [text[start:end] for start, end in sentences_of(tokens, 0)]
    ['Mr. Novak met Europol.', '“Trust matters.”', 'They agreed on 28 March 2008.']
    """
    shard, local = tokens.locate(row)
    low, high = shard.rows[local], shard.rows[local + 1]
    begins = shard.sentences[slice(*np.searchsorted(shard.sentences, (low, high)))]
    if not begins.size:
        return np.zeros((0, 2), np.int64)
    text = tokens.corpus.texts[row]
    edges = np.empty((begins.size, 2), np.int64)
    left = 0  # where what stands before the sentence begins
    for i, begin in enumerate(begins.tolist()):
        start = int(shard.starts[begin])
        opening = _OPENING.search(text[left:start])
        edges[i, 0] = left + opening.start() if opening else start
        last = (int(begins[i + 1]) if i + 1 < begins.size else int(high)) - 1
        end = int(shard.ends[last])
        follows = int(shard.starts[last + 1]) if i + 1 < begins.size else len(text)
        closing = _CLOSING.match(text[end:follows])
        left = end + closing.end() if closing else end
        edges[i, 1] = left
    return edges


def evidence(tokens: Tokens, rows: Any, starts: Any, ends: Any) -> pd.DataFrame:
    """Give the sentence around each place in the texts, one row a place.

    Parameters
    ----------
    tokens : Tokens
    rows, starts, ends : array of int, shape (hits,)
        Row of the release, and character offsets in its text.

    Returns
    -------
    DataFrame
        release, date, issuer, source, start, end (of the hit), sentence.
    """
    rows, starts, ends = (np.asarray(one, np.int64) for one in (rows, starts, ends))
    sentences = np.empty(rows.size, object)
    order = np.argsort(rows, kind="stable")
    at = -1
    for i in order.tolist():
        if rows[i] != at:
            at = int(rows[i])
            edges, text = sentences_of(tokens, at), tokens.corpus.texts[at]
        place = max(0, int(np.searchsorted(edges[:, 0], starts[i], side="right")) - 1)
        until = max(place, int(np.searchsorted(edges[:, 0], ends[i], side="left")) - 1)
        low, high = (edges[place, 0], edges[until, 1]) if edges.size else (starts[i], ends[i])
        sentences[i] = " ".join(text[low:high].split())
    table = tokens.corpus.frame[["release", "date", "issuer", "source"]].iloc[rows].reset_index(drop=True)
    return table.assign(start=starts, end=ends, sentence=pd.Series(sentences, dtype="str"))
