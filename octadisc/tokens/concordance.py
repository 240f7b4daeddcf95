"""Concordance: every occurrence of a query with the text to its left and right."""

from __future__ import annotations

import pandas as pd

from octadisc.errors import expect
from octadisc.tokens.query import Query
from octadisc.tokens.tokens import Tokens

__all__ = ["concordance"]


def concordance(tokens: Tokens, query: Query, *, width: int = 60) -> pd.DataFrame:
    """Give each occurrence of a query in its line of text.

    Parameters
    ----------
    tokens : Tokens
    query : str, list of str or mapping from language to those
        See `octadisc.tokens.query.find`.
    width : int
        Characters of context on either side.

    Returns
    -------
    DataFrame
        release, date, issuer, source, start, end (offsets in text), left, match, right.

    Examples
    --------
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame([{"text": "Ministers praised mutual trust between services."}])
    >>> od.concordance(od.tokenize(corpus), "mutual trust", width=8)[
    ...     ["left", "match", "right"]
    ... ].values.tolist()
    [['praised ', 'mutual trust', ' between']]
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    hits = tokens.find(query)
    texts = tokens.corpus.texts
    lines = [
        (
            _line(texts[row][max(0, start - width) : start]),
            _line(texts[row][start:end]),
            _line(texts[row][end : end + width]),
        )
        for row, start, end in zip(hits.rows.tolist(), hits.starts.tolist(), hits.ends.tolist(), strict=True)
    ]
    table = (
        tokens.corpus.frame[["release", "date", "issuer", "source"]].iloc[hits.rows].reset_index(drop=True)
    )
    context = pd.DataFrame(lines, columns=["left", "match", "right"], dtype="str")
    return pd.concat([table.assign(start=hits.starts, end=hits.ends), context], axis=1)


def _line(text: str) -> str:
    """Put a stretch of text on one line without changing its length."""
    return text.translate({10: " ", 13: " ", 9: " "})
