"""The sentences a topic rests on, ranked by what they contribute."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.topics import kernels

if TYPE_CHECKING:
    from octadisc.terms.groups import Grid
    from octadisc.tokens import Tokens
    from octadisc.topics.model import TopicModel

__all__ = [
    "Sentences",
    "check_tokens",
    "rank_sentences",
    "rows_of",
    "score_sentences",
    "tabulate_sentences",
]


def rank_sentences(
    model: TopicModel, topic: int, wanted: npt.NDArray[np.bool_], n: int, *, term: str | None = None
) -> pd.DataFrame:
    """Give the wanted releases' sentences that contribute most to a topic; see `TopicModel.evidence`.

    With `term`, by what occurrences of this one contribute.
    """
    found = score_sentences(model, topic, wanted, term=term)
    best = slice(0, max(0, n))
    return tabulate_sentences(model, Sentences(found.row[best], found.number[best], found.contribution[best]))


class Sentences(NamedTuple):
    """Sentences of a model's tokens.

    Attributes
    ----------
    row, number : array of int
        Release, and which of its sentences.
    contribution : array of float
        How many of its words are expected to be the topic's.
    """

    row: npt.NDArray[np.int64]
    number: npt.NDArray[np.int64]
    contribution: npt.NDArray[np.float64]


def score_sentences(
    model: TopicModel, topic: int, wanted: npt.NDArray[np.bool_], *, term: str | None = None
) -> Sentences:
    """Give the wanted releases' sentences that contribute to a topic, those that do most first.

    What a merged topic has is what its parts have together.
    """
    from octadisc.topics.relations.merging import parts_of

    tokens = model.tokens
    if tokens is None:
        raise InputError(
            "The model has no tokens, so it cannot lead back to sentences: it was read from a file, or its "
            'counts were made elsewhere. Give them with od.load_model("model.zip", tokens=tokens).'
        )
    place = {term: i for i, term in enumerate(model.terms)}
    term_of = np.array([place.get(one, -1) for one in tokens.vocabulary] or [-1], np.int64)
    if term is not None:
        term_of = np.where(term_of == place[term], term_of, -1)
    wanted = wanted & ~np.isnan(model.shares[:, 0])
    base, topics = parts_of(model, topic)
    words = np.ascontiguousarray(base.words.T)
    rows, numbers, made = [], [], []
    for shard in tokens.shards:
        stretch = slice(shard.first, shard.first + shard.n_releases)
        if not wanted[stretch].any():
            continue
        shares = np.nan_to_num(base.shares[stretch])
        given = (shard.ids, shard.rows, shard.sentences, term_of, wanted[stretch], shares, words)
        found = sum(kernels.attribute_sentences(one, *given) for one in topics)
        local = np.searchsorted(shard.rows, shard.sentences, side="right") - 1
        found = found * model.release_weights[stretch][local]
        first = np.searchsorted(shard.sentences, shard.rows[local], side="left")
        some = np.flatnonzero(found > 0)
        rows.append(local[some] + shard.first)
        numbers.append(some - first[some])  # which of its release's sentences
        made.append(found[some])
    row, number, contribution = (np.concatenate(one) if one else np.zeros(0) for one in (rows, numbers, made))
    best = np.lexsort((number, row, -contribution))
    return Sentences(row[best].astype(np.int64), number[best].astype(np.int64), contribution[best])


def tabulate_sentences(model: TopicModel, found: Sentences) -> pd.DataFrame:
    """Give a row a sentence: release, date, issuer, source, start, end, sentence, contribution."""
    tokens = model.tokens
    assert tokens is not None  # it has scored sentences
    bounds = [tokens.sentences_of(int(row))[int(i)] for row, i in zip(found.row, found.number, strict=True)]
    edges = np.array(bounds, np.int64).reshape(-1, 2)
    texts = tokens.corpus.texts
    sentences = [
        " ".join(texts[row][low:high].split())
        for row, (low, high) in zip(found.row, edges.tolist(), strict=True)
    ]
    table = tokens.corpus.frame.iloc[found.row][["release", "date", "issuer", "source"]]
    return table.reset_index(drop=True).assign(
        start=edges[:, 0],
        end=edges[:, 1],
        sentence=pd.Series(sentences, dtype="str"),
        contribution=found.contribution,
    )


def check_tokens(model: TopicModel, tokens: Tokens) -> None:
    """Refuse tokens that are not of the releases a model was fitted to."""
    mine, given = model.releases["release"].tolist(), tokens.corpus.frame["release"].tolist()
    if mine == given and model.spec.fingerprint in ("", tokens.corpus.fingerprint):
        return
    found = "other texts" if mine == given else "other releases or another order"
    if len(mine) != len(given):
        found = f"{len(given):,} releases, the model {len(mine):,}"
    raise InputError(
        f"These tokens have {found}. Expected the tokens of the same corpus, in the same order; the model's "
        f"has the fingerprint {model.spec.fingerprint!r}, this one {tokens.corpus.fingerprint!r}."
    )


def rows_of(grid: Grid, period: str | None, group: str | None) -> npt.NDArray[np.bool_]:
    """Mark the releases of a period and a group; all of them where these are None."""
    wanted = np.ones(grid.period.size, bool)
    for given, known, codes, what in (
        (period, grid.periods.labels, grid.period, "period"),
        (group, tuple(grid.groups), grid.group, "group"),
    ):
        if given is not None:
            if str(given) not in known:
                raise UnknownNameError(f"There is no {what} {given!r}.{did_you_mean(str(given), known)}")
            wanted &= codes == known.index(str(given))
    return wanted
