"""The sentences that a term's count rests on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.terms.counts import TermCounts
from octadisc.terms.reissues import have_parts

__all__ = ["evidence_of_term"]


def evidence_of_term(counts: TermCounts, term: str, rows: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Give the sentence around each counted occurrence of a term in some releases.

    Parameters
    ----------
    counts : TermCounts
    term : str
        One of its terms.
    rows : array of bool, shape (releases,)

    Returns
    -------
    DataFrame
        release, date, issuer, source, start, end, sentence; and weight where copies count as parts of one.

    Raises
    ------
    InputError, UnknownNameError
        If the counts have no tokens, or no such term.
    """
    tokens = counts.tokens
    if tokens is None:
        raise InputError(
            "These counts were made elsewhere, so that they cannot lead back to sentences. Count with "
            "od.count_terms(od.tokenize(corpus)) to have them."
        )
    if term not in set(counts.terms):
        raise UnknownNameError(f"There is no term {term!r}.{did_you_mean(str(term), counts.terms)}")
    column = counts.matrix[:, [counts.terms.index(term)]]
    counted = rows & (np.asarray(column.sum(axis=1)).ravel() > 0)
    number = tokens.vocabulary.index(term)
    found: list[npt.NDArray[np.int64]] = []
    for shard in tokens.shards:
        at = np.flatnonzero(shard.ids == number)
        row = np.searchsorted(shard.rows, at, side="right") - 1 + shard.first
        mine = counted[row]
        found.append(np.stack([row[mine], shard.starts[at[mine]], shard.ends[at[mine]]]))
    places = np.concatenate(found, axis=1)
    made = tokens.evidence(places[0], places[1], places[2])
    if have_parts(counts.release_weights):
        return made.assign(weight=counts.release_weights[places[0]])
    return made
