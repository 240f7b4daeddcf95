"""Sentences: their bounds in the text, and the sentence around a hit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.tokens.scan.characters import character_table, to_codes
from octadisc.tokens.scan.gap_kernels import place_sentences

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Tokens

__all__ = ["evidence", "sentences_of"]


def sentences_of(tokens: Tokens, row: int) -> npt.NDArray[np.int64]:
    """Give the character offsets [n, 2] of the sentences in the text of one release.

    A sentence begins with its opening and ends with its closing quotation mark or bracket. Together they
    have all characters but blanks, save those on lines without a word between two.

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
    codes = to_codes(tokens.corpus.texts[row])
    text = (codes, np.array([0, codes.size]), character_table())
    places = (shard.starts[low:high], shard.ends[low:high], np.array([0, high - low]), begins - low)
    _, starts, ends = place_sentences(*text, *places)
    return np.column_stack([starts, ends])


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
        release, date, issuer, source, start, end (of the hit), sentence, match (the words hit).
    """
    rows, starts, ends = (np.asarray(one, np.int64) for one in (rows, starts, ends))
    sentences, matches = np.empty(rows.size, object), np.empty(rows.size, object)
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
        matches[i] = " ".join(text[starts[i] : ends[i]].split())
    table = tokens.corpus.frame[["release", "date", "issuer", "source"]].iloc[rows].reset_index(drop=True)
    return table.assign(
        start=starts,
        end=ends,
        sentence=pd.Series(sentences, dtype="str"),
        match=pd.Series(matches, dtype="str"),
    )
