"""Shares of new releases, read from their words with topics as they are."""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, expect
from octadisc.spec import Spec
from octadisc.terms.reissues import per_entry
from octadisc.tokens.threads import in_threads
from octadisc.topics import transform_kernels as kernels
from octadisc.topics.checks import note_copies
from octadisc.topics.counted import find_levels, known_terms, level_words
from octadisc.topics.priors import design_of_new
from octadisc.topics.structural.covariates import covariate_table
from octadisc.topics.structural.fitting import State, infer, make_data, shares_of
from octadisc.topics.weights import mean_shares

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel

__all__ = ["infer_structural", "transform"]

Floats = npt.NDArray[np.float64]

_PIECE = 500  # releases that one call of a kernel takes


def transform(model: TopicModel, counts: TermCounts, n_threads: int | None = None) -> TopicModel:
    """Give a model of new releases; see `TopicModel.transform`."""
    from octadisc.terms.counts import TermCounts

    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    if model.spec.function == "transform":
        raise InputError("This model was made by transform. Use the one that was fitted.")
    known = known_terms(model, counts)
    matrix = known.matrix
    weights = np.where(counts.release_weights > 0, counts.release_weights, 1.0)
    matrix.data = matrix.data / per_entry(matrix, weights)
    filled = (np.diff(matrix.indptr) > 0) & (counts.release_weights > 0)
    if not filled.any():
        raise NotEnoughDataError("None of the new releases has a term of the model.")
    notes = _say_terms(known.n_other, known.other)
    table = covariate_table(counts)
    releases = counts.releases.reset_index(drop=True)
    rows = np.flatnonzero(filled)
    part = sparse.csr_matrix(matrix[rows])
    shares = np.full((len(filled), model.n_topics), np.nan)
    if model.structure is not None:
        prior = design_of_new(model, table.iloc[rows].reset_index(drop=True))
        notes += prior.notes
        level = find_levels(model, table.iloc[rows])
        eta, bound = infer_structural(model, part, prior.design, level, n_threads)
        shares[rows] = shares_of(eta)
        named = [one for one in _variables(model) if one in table and one not in releases]
        releases = releases.assign(**{one: table[one].to_numpy() for one in named})
    else:
        shares[rows] = _infer_plain(model, part, n_threads)
        bound = _likelihood(part, shares[rows], model.words)
    empty = counts.releases["release"].to_numpy()[~filled & (counts.release_weights > 0)]
    if empty.size:
        more = f" and {empty.size - 5:,} more" if empty.size > 5 else ""
        notes.append(
            f"Releases without a term of the model: {empty.size:,} of {len(filled):,} "
            f"({', '.join(map(str, empty[:5]))}{more}). Their shares are NaN and left out of means."
        )
    for note in notes:
        warnings.warn(note, OctadiscWarning, stacklevel=3)
    mean = mean_shares(shares, releases, counts.release_weights, model.weights)
    total = float(counts.release_weights[rows] @ bound)
    parameters = {"method": model.spec.parameters.get("method", "?")}
    return replace(
        model,
        shares=shares,
        topics=model.topics.assign(share=mean),
        bound=np.array([total]),
        releases=releases,
        release_weights=counts.release_weights,
        spec=Spec("transform", parameters, inputs=(counts.spec, model.spec)),
        notes=(*notes, *note_copies(counts)),
        tokens=counts.tokens,
        structure=None,
    )


def _variables(model: TopicModel) -> list[str]:
    structure = model.structure
    design = None if structure is None else structure.design(model.releases)
    content = None if structure is None else structure.content
    named = [] if design is None else list(design.variables)
    return named + ([] if content is None else [content.column])


def infer_structural(
    model: TopicModel,
    matrix: sparse.csr_matrix,
    design: Floats,
    level: npt.NDArray[np.int64],
    n_threads: int | None = None,
) -> tuple[Floats, Floats]:
    """Give eta and bound of releases that all have terms, under the prior of their rows of the design.

    The problem may have more than one optimum: it is begun at what the prior expects and in the middle of all
    topics, and the better end is taken.
    """
    structure = model.structure
    assert structure is not None  # of a structural model
    words = level_words(model)
    data = make_data(matrix, design, level=level, n_levels=len(words))
    begun = np.ascontiguousarray(data.design @ structure.coefficients)
    found = []
    for eta in (begun, np.zeros_like(begun)):
        state = State(words, eta, structure.coefficients, structure.covariance)
        found.append(infer(data, state, n_threads=n_threads, tolerance=1e-10))
    better = found[0].bound >= found[1].bound
    return np.where(better[:, None], found[0].eta, found[1].eta), np.maximum(found[0].bound, found[1].bound)


def _infer_plain(model: TopicModel, matrix: sparse.csr_matrix, n_threads: int | None) -> Floats:
    shares = np.empty((matrix.shape[0], model.n_topics))
    rows = (matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), matrix.data.astype(float))
    words = np.ascontiguousarray(model.words.T)
    cuts = list(pairwise([*range(0, matrix.shape[0], _PIECE), matrix.shape[0]]))
    if model.spec.parameters.get("method") == "lda":
        prior = 1.0 / model.n_topics
        in_threads(lambda cut: kernels.infer_dirichlet(*cut, *rows, words, prior, shares), cuts, n_threads)
    else:
        in_threads(lambda cut: kernels.infer_mixture(*cut, *rows, words, shares), cuts, n_threads)
    return shares


def _likelihood(matrix: sparse.csr_matrix, shares: Floats, words: Floats) -> Floats:
    """Give each release's log-likelihood; words that no topic has are passed over."""
    made = np.zeros(matrix.shape[0])
    for row in range(matrix.shape[0]):
        mine = slice(matrix.indptr[row], matrix.indptr[row + 1])
        probable = shares[row] @ words[:, matrix.indices[mine]]
        some = probable > 0
        made[row] = matrix.data[mine][some] @ np.log(probable[some])
    return made


def _say_terms(n_other: int, other: float) -> list[str]:
    if not n_other:
        return []
    return [f"Terms that are none of the model's, and passed over: {n_other:,}, {other:.0%} of all counted."]
