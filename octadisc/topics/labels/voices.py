"""Whose words: a model's words and how often they occur, over all releases or those of one level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.topics.structural.covariates import covariate_table
from octadisc.topics.weights import mean_shares

if TYPE_CHECKING:
    import pandas as pd

    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel
    from octadisc.topics.structural.structure import Content

__all__ = ["Voice", "content_of", "count_model_terms", "releases_at", "voice_of"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Voice(NamedTuple):
    """What a ranking of terms needs to know.

    Attributes
    ----------
    words : array, shape (topics, terms)
    share : array, shape (topics,)
        Mean share of each topic.
    counts : array, shape (terms,)
        How often each term occurs: as counted, or as the model expects.
    """

    words: Floats
    share: Floats
    counts: Floats


def voice_of(model: TopicModel, level: str | None = None, counts: TermCounts | None = None) -> Voice:
    """Give the words of all releases, or of those at one level of the content covariate.

    Raises
    ------
    InputError
        If the model has no content covariate, or none of its terms are in the counts.
    UnknownNameError
        If there is no such level.
    """
    if level is None:
        words, share, here = model.words, model.topics["share"].to_numpy(float), None
    else:
        content = content_of(model)
        words = content.words[_place_of(content, level)]
        here = _at(model.releases, content.column, level)
        here &= ~np.isnan(model.shares[:, 0])
        share = model.topics["share"].to_numpy(float)
        if model.release_weights[here].sum() > 0:
            mine = model.releases[here]
            share = mean_shares(model.shares[here], mine, model.release_weights[here], model.weights)
    if counts is None:
        return Voice(words, share, _expected(model, words, here))
    rows = None if level is None else _at(covariate_table(counts), content_of(model).column, level)
    return Voice(words, share, count_model_terms(model, counts, rows))


def content_of(model: TopicModel) -> Content:
    """Give the content part of a model, or say that it has none."""
    content = None if model.structure is None else model.structure.content
    if content is None:
        raise InputError(
            "The words of this model do not depend on a covariate. Fit one with "
            'od.fit_topics(counts, n_topics, content="issuer").'
        )
    return content


def releases_at(model: TopicModel, level: str) -> Mask:
    """Mark the releases at one level of the content covariate."""
    content = content_of(model)
    _place_of(content, level)
    return _at(model.releases, content.column, level)


def count_model_terms(model: TopicModel, counts: Any, rows: Mask | None = None) -> Floats:
    """Give how often each term of the model stands in counts, in the order of the model's terms."""
    from octadisc.terms.counts import TermCounts

    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    matrix = counts.matrix if rows is None else counts.matrix[np.flatnonzero(rows)]
    total = dict(zip(counts.terms, np.asarray(matrix.sum(axis=0), float).ravel().tolist(), strict=True))
    if not any(total.get(one, 0) > 0 for one in model.terms):
        raise InputError(
            f"None of the model's {len(model.terms):,} terms occurs in the counts. Give those that the model "
            "was fitted to."
        )
    return np.array([total.get(one, 0.0) for one in model.terms])


def _place_of(content: Content, level: Any) -> int:
    if str(level) not in content.levels:
        raise UnknownNameError(
            f"{content.column} has no value {level!r} in the model.{did_you_mean(str(level), content.levels)}"
        )
    return content.levels.index(str(level))


def _at(table: pd.DataFrame, column: str, level: Any) -> Mask:
    if column not in table:
        raise InputError(f"The counts do not say what the {column} of a release is. Give those of the model.")
    values = table[column]
    here: Mask = np.array([str(one) == str(level) for one in values]) & values.notna().to_numpy(bool)
    return here


def _expected(model: TopicModel, words: Floats, here: Mask | None) -> Floats:
    """Give how often the model expects each term, among the running tokens."""
    known = ~np.isnan(model.shares[:, 0])
    if here is not None and here.any():
        known &= here
    length = model.release_weights
    if "tokens" in model.releases:
        tokens = model.releases["tokens"].to_numpy(float)
        if (tokens[known] >= 0).all() and tokens[known].any():
            length = tokens
    return np.asarray((length[known] @ model.shares[known]) @ words)
