"""Shares as they may be: drawn from what is known of each release once its words are seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError
from octadisc.terms.reissues import per_entry
from octadisc.topics.structural.fitting import State, infer, make_data, shares_of

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel

__all__ = ["UNCERTAINTIES", "Uncertainty", "draw_shares", "posterior_roots"]

Floats = npt.NDArray[np.float64]
Uncertainty = Literal["global", "local", "none"]
UNCERTAINTIES = get_args(Uncertainty)


def draw_shares(
    model: TopicModel,
    rows: npt.NDArray[np.int64],
    n_draws: int,
    seed: int,
    roots: Floats | None,
    stories: npt.NDArray[np.int64] | None = None,
) -> Iterator[Floats]:
    """Give the shares of some releases again and again, shape (rows, topics).

    Parameters
    ----------
    model : TopicModel
    rows : array of int
    n_draws : int
    seed : int
    roots : array or None
        Lower triangular root of the posteriors' covariance: one for all, shape (topics − 1, topics − 1), or
        one for each row; None gives the shares as they were fitted, once.
    stories : array of int, shape (rows,), optional
        Rows of the same number have the same words, and so the same noise.
    """
    if roots is None or model.structure is None:
        yield np.ascontiguousarray(model.shares[rows])
        return
    rng = np.random.default_rng(seed)
    eta = model.structure.eta[rows]
    n = len(eta) if stories is None else int(stories.max()) + 1
    for _ in range(n_draws):
        noise = rng.standard_normal((n, eta.shape[1]))
        if stories is not None:
            noise = noise[stories]
        moved = noise @ roots.T if roots.ndim == 2 else np.einsum("nij,nj->ni", roots, noise)
        yield shares_of(eta + moved)


def posterior_roots(
    model: TopicModel,
    rows: npt.NDArray[np.int64],
    uncertainty: Uncertainty,
    counts: TermCounts | None,
    n_threads: int | None = None,
) -> Floats | None:
    """Give roots of the covariances from which shares are drawn; None for no uncertainty.

    Raises
    ------
    InputError
        If a release's own uncertainty is asked for without the counts, or these are others.
    """
    if uncertainty == "none" or model.structure is None:
        return None
    if uncertainty == "global":
        return np.asarray(np.linalg.cholesky(model.structure.spread))
    if counts is None:
        raise InputError(
            'uncertainty="local" looks at each release\'s words again. Give the counts that the model was '
            "fitted to: counts=counts."
        )
    return np.asarray(np.linalg.cholesky(_own_spreads(model, rows, counts, n_threads)))


def _own_spreads(
    model: TopicModel, rows: npt.NDArray[np.int64], counts: TermCounts, n_threads: int | None
) -> Floats:
    structure: Any = model.structure
    same = list(counts.releases["release"]) == list(model.releases["release"])
    if list(counts.terms) != list(model.terms) or not same:
        raise InputError("counts are not those that the model was fitted to: their terms or releases differ.")
    content = structure.content
    words = model.words[None] if content is None else content.words
    weights = np.where(counts.release_weights > 0, counts.release_weights, 1.0)
    matrix = sparse.csr_matrix(counts.matrix, dtype=np.float64)[rows]
    matrix.data = matrix.data / per_entry(matrix, weights[rows])
    matrix.eliminate_zeros()
    design = structure.design(model.releases)
    mean = np.ones((len(rows), 1)) if design is None else np.zeros((len(rows), len(structure.columns)))
    if design is not None:
        fitted = np.flatnonzero(structure.fitted)[design.rows]
        place = np.full(len(model.releases), -1)
        place[fitted] = np.arange(fitted.size)
        mean[:] = design.matrix.mean(axis=0)
        there = place[rows] >= 0
        mean[there] = design.matrix[place[rows][there]]
    level = np.zeros(len(rows), np.int64)
    if content is not None:
        known = {one: i for i, one in enumerate(content.levels)}
        values = model.releases[content.column].to_numpy(object)[rows]
        level = np.array([known.get(str(one), 0) for one in values], np.int64)
    data = make_data(matrix, mean, level=level, n_levels=len(words))
    state = State(
        np.ascontiguousarray(words.transpose(0, 2, 1)),
        np.ascontiguousarray(structure.eta[rows]),
        structure.coefficients,
        structure.covariance,
    )
    return infer(data, state, each=True, n_threads=n_threads).each
