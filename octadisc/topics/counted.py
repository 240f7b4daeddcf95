"""Counts as a model knows them: its terms in its order, whatever else was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError, expect

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel

__all__ = ["Known", "counts_of_model", "find_levels", "known_terms", "level_words"]

Floats = npt.NDArray[np.float64]


class Known(NamedTuple):
    """The model's terms in some counts.

    Attributes
    ----------
    matrix : csr_matrix of float, shape (releases, terms of the model)
    n_other : int
        Terms of the counts that are none of the model's.
    other : float
        Their part of all that is counted.
    """

    matrix: sparse.csr_matrix
    n_other: int
    other: float


def known_terms(model: TopicModel, counts: TermCounts) -> Known:
    """Look the model's terms up in counts.

    Raises
    ------
    InputError
        If none of them is there.
    """
    place = {term: i for i, term in enumerate(model.terms)}
    columns = np.array([place.get(str(one), -1) for one in counts.terms] or [-1], np.int64)
    if not (columns >= 0).any():
        some = ", ".join(model.terms[:3])
        raise InputError(
            f"None of the {len(counts.terms):,} terms counted is one of the model's ({some} and so on). "
            "Count in the same way as what the model was fitted to: the same forms, the same language."
        )
    given = sparse.csr_matrix(counts.matrix, dtype=np.float64, copy=True)
    given.sum_duplicates()
    given.eliminate_zeros()
    kept = columns[given.indices] >= 0
    before = np.concatenate([[0], np.cumsum(kept)])
    shape = (given.shape[0], len(model.terms))
    made = (given.data[kept], columns[given.indices[kept]], before[given.indptr])
    matrix = sparse.csr_matrix(made, shape=shape)
    matrix.sort_indices()
    total = float(given.data.sum())
    other = float(given.data[~kept].sum()) / total if total > 0 else 0.0
    return Known(matrix, int(np.unique(given.indices[~kept]).size), other)


def counts_of_model(model: TopicModel, counts: TermCounts | None) -> sparse.csr_matrix:
    """Give the counts that a model was fitted to: those given, or those of its tokens.

    Raises
    ------
    InputError
        If there are neither, or they are of other releases.
    """
    from octadisc.terms.counting import count_terms
    from octadisc.terms.counts import TermCounts

    if counts is None:
        if model.tokens is None:
            raise InputError(
                "The model has no tokens to count again: it was read from a file, or its counts were made "
                'elsewhere. Give counts=counts, or read it with od.load_model("model.zip", tokens=tokens).'
            )
        made = known_terms(model, count_terms(model.tokens)).matrix
        weights = sparse.diags(model.release_weights)
        return sparse.csr_matrix(weights @ made)
    expect(counts, TermCounts, "counts", "what the model was fitted to")
    if counts.releases["release"].tolist() != model.releases["release"].tolist():
        raise InputError("counts are of other releases, or in another order, than the model's.")
    return known_terms(model, counts).matrix


def level_words(model: TopicModel) -> Floats:
    """Give words, shape (levels + 1, terms, topics): at each level of a content covariate, and of all."""
    content = None if model.structure is None else model.structure.content
    words = model.words[None] if content is None else np.concatenate([content.words, model.words[None]])
    return np.ascontiguousarray(words.transpose(0, 2, 1))


def find_levels(model: TopicModel, releases: object) -> npt.NDArray[np.int64]:
    """Give each release's level in `level_words`: the last one where it is not known."""
    import pandas as pd

    table = pd.DataFrame(releases)
    content = None if model.structure is None else model.structure.content
    if content is None:
        return np.zeros(len(table), np.int64)
    last = len(content.levels)
    if content.column not in table:
        return np.full(len(table), last, np.int64)
    place = {one: i for i, one in enumerate(content.levels)}
    values = table[content.column]
    return np.array(
        [
            last if gone else place.get(str(one), last)
            for one, gone in zip(values, values.isna(), strict=True)
        ],
        np.int64,
    )
