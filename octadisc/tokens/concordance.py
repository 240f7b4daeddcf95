"""Concordance: every occurrence of a query with the text to its left and right."""

from __future__ import annotations

import pandas as pd

from octadisc.errors import InputError, expect
from octadisc.tokens.query import Query
from octadisc.tokens.reissues import Reissues, weigh_reissues
from octadisc.tokens.tokens import Tokens

__all__ = ["concordance"]


def concordance(
    tokens: Tokens, query: Query, *, width: int = 60, reissues: Reissues = "keep"
) -> pd.DataFrame:
    """Give each occurrence of a query in its line of text.

    Parameters
    ----------
    tokens : Tokens
    query : str, list of str or mapping from language to those
        See `octadisc.tokens.query.find`.
    width : int
        Characters of context on either side.
    reissues : "keep" or "first"
        Whether the lines of every release are listed, or of those that repeat each other
        (duplicate_cluster) only the one that the others repeat: the same releases that
        ``od.track_terms(…, reissues="first")`` counts.

    Returns
    -------
    DataFrame
        release, date, issuer, source, start, end (offsets in text), left, match, right.

    Raises
    ------
    InputError
        If `reissues` is not one of these, or duplicates were not looked for. ``"share"`` is for counts: a
        line is listed or it is not.

    Examples
    --------
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame([{"text": "Ministers praised mutual trust between services."}])
    >>> od.concordance(od.tokenize(corpus), "mutual trust", width=8)[
    ...     ["left", "match", "right"]
    ... ].values.tolist()
    [['praised ', 'mutual trust', ' between']]

    The same statement, issued by two offices, is listed once:

    >>> rows = [{"release": one, "text": "They spoke of trust.", "duplicate_cluster": 0} for one in "ab"]
    >>> tokens = od.tokenize(od.Corpus.from_frame(rows))
    >>> od.concordance(tokens, "trust", reissues="first")["release"].tolist()
    ['a']
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    if reissues == "share":
        raise InputError(
            'reissues="share": a concordance lists occurrences, and of an occurrence no half or third can be '
            'listed. Expected "first" (each story once) or "keep" (every copy). What copies weigh stands '
            'beside the sentences of od.track_terms(tokens, query, reissues="share").evidence(query).'
        )
    hits = tokens.find(query)
    listed = weigh_reissues(tokens.corpus.frame, reissues)[hits.rows] > 0
    rows, starts, ends = (one[listed] for one in (hits.rows, hits.starts, hits.ends))
    texts = tokens.corpus.texts
    lines = [
        (
            _line(texts[row][max(0, start - width) : start]),
            _line(texts[row][start:end]),
            _line(texts[row][end : end + width]),
        )
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
    ]
    table = tokens.corpus.frame[["release", "date", "issuer", "source"]].iloc[rows].reset_index(drop=True)
    context = pd.DataFrame(lines, columns=["left", "match", "right"], dtype="str")
    return pd.concat([table.assign(start=starts, end=ends), context], axis=1)


def _line(text: str) -> str:
    """Put a stretch of text on one line without changing its length."""
    return text.translate({10: " ", 13: " ", 9: " "})
