"""The sentences a topic rests on, ranked by what they contribute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.topics import kernels

if TYPE_CHECKING:
    from octadisc.terms.groups import Grid
    from octadisc.tokens import Tokens
    from octadisc.topics.model import TopicModel

__all__ = ["check_tokens", "rank_sentences", "rows_of"]


def rank_sentences(
    model: TopicModel, topic: int, wanted: npt.NDArray[np.bool_], n: int, *, term: str | None = None
) -> pd.DataFrame:
    """Give the wanted releases' sentences that contribute most to a topic; see `TopicModel.evidence`.

    With `term`, by what occurrences of this one contribute.
    """
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
    words = np.ascontiguousarray(model.words.T)
    rows, numbers, made = [], [], []
    for shard in tokens.shards:
        stretch = slice(shard.first, shard.first + shard.n_releases)
        if not wanted[stretch].any():
            continue
        shares = np.nan_to_num(model.shares[stretch])
        given = (shard.ids, shard.rows, shard.sentences, term_of, wanted[stretch], shares, words)
        found = kernels.attribute_sentences(topic, *given)
        local = np.searchsorted(shard.rows, shard.sentences, side="right") - 1
        found *= model.release_weights[stretch][local]
        first = np.searchsorted(shard.sentences, shard.rows[local], side="left")
        some = np.flatnonzero(found > 0)
        rows.append(local[some] + shard.first)
        numbers.append(some - first[some])  # which of its release's sentences
        made.append(found[some])
    row, number, contribution = (np.concatenate(one) if one else np.zeros(0) for one in (rows, numbers, made))
    best = np.lexsort((number, row, -contribution))[: max(0, n)]
    return _to_frame(tokens, row[best].astype(np.int64), number[best].astype(np.int64), contribution[best])


def _to_frame(tokens: Tokens, rows: Any, numbers: Any, contribution: Any) -> pd.DataFrame:
    bounds = [tokens.sentences_of(int(row))[int(i)] for row, i in zip(rows, numbers, strict=True)]
    edges = np.array(bounds, np.int64).reshape(-1, 2)
    texts = tokens.corpus.texts
    sentences = [
        " ".join(texts[row][low:high].split()) for row, (low, high) in zip(rows, edges.tolist(), strict=True)
    ]
    table = tokens.corpus.frame.iloc[rows][["release", "date", "issuer", "source"]].reset_index(drop=True)
    return table.assign(
        start=edges[:, 0],
        end=edges[:, 1],
        sentence=pd.Series(sentences, dtype="str"),
        contribution=contribution,
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
