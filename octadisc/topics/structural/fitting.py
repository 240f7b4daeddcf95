"""Fitting: what releases' topics are, given words; then words, prevalence and covariance, given these.

The variational method of R's stm (Laplace approximation in the E-step), with Newton's steps. Releases are
taken in pieces of a fixed size, whose sums are added up in order; so the result does not depend on the number
of threads, to the bit.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.tokens.threads import in_threads, one_blas_thread
from octadisc.topics.structural import kernels
from octadisc.topics.structural.content import Deviations, fit_deviations
from octadisc.topics.structural.keyword_words import Seeds, Spoken, learn_words
from octadisc.topics.structural.prevalence import Axes, PrevalencePrior, find_axes, fit_coefficients

__all__ = [
    "RULES",
    "Data",
    "Rule",
    "Settings",
    "State",
    "first_state",
    "fit",
    "infer",
    "make_data",
    "shares_of",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rule = Literal["bound", "strict"]
RULES = get_args(Rule)

_PIECE = 128  # releases that one call of the kernel takes
_TERMS = 512  # terms likewise
_NEWTON = 1e-6  # gain of f below which a release has settled
_MOST_NEWTON = 100
_FIRST_VARIANCE = 20.0  # of the prior in the first pass, as in R's stm
_STRICT_BOUND = 1e-7  # relative gain of the bound, and
_STRICT_SHARES = 1e-4  # mean change of a share, below which the strict rule stops


class Data(NamedTuple):
    """Counts as rows and as columns, and what is known of the releases.

    Attributes
    ----------
    indptr, indices, counts
        Rows of the counts, as of releases that count in full.
    starts, places, rows
        Their columns: where each term's entries begin, which entries they are, and whose.
    design : array, shape (releases, columns)
        Its first column constant.
    level : array of int, shape (releases,)
        Of the content covariate; all 0 without one.
    weights : array, shape (releases,)
        What each release counts.
    axes : Axes
        Of the design, for the regressions.
    seeds : tuple of arrays of int
        The terms of each topic that has keywords; these topics are the first.
    least_keywords : float
        What part of such a topic's words its keywords are at the least.
    """

    indptr: Ints
    indices: Ints
    counts: Floats
    starts: Ints
    places: Ints
    rows: Ints
    n_terms: int
    design: Floats
    level: Ints
    n_levels: int
    weights: Floats
    axes: Axes
    seeds: Seeds = ()
    least_keywords: float = 0.0

    @property
    def n_releases(self) -> int:
        """Number of releases."""
        return len(self.indptr) - 1


class State(NamedTuple):
    """All that a pass starts from.

    Attributes
    ----------
    words : array, shape (levels, terms, topics)
    eta : array, shape (releases, topics − 1)
    coefficients : array, shape (columns, topics − 1), or None before the first pass
    covariance : array, shape (topics − 1, topics − 1)
    bound : tuple of float
        After each pass.
    deviations : Deviations or None
        What the words are made of, where they depend on a content covariate.
    spread : array, shape (topics − 1, topics − 1), or None before the first pass
        Mean of the covariances of the releases' posteriors in the last pass.
    spoken : Spoken or None
        How keywords were used in the last pass, where topics have any.
    """

    words: Floats
    eta: Floats
    coefficients: Floats | None
    covariance: Floats
    bound: tuple[float, ...] = ()
    deviations: Deviations | None = None
    spread: Floats | None = None
    spoken: Spoken | None = None

    @property
    def n_topics(self) -> int:
        """Number of topics."""
        return int(self.words.shape[2])


class Settings(NamedTuple):
    """How it is fitted; see `octadisc.topics.fit.fit_topics`."""

    max_iterations: int = 500
    tolerance: float = 1e-5
    rule: Rule = "bound"
    covariance_prior: float = 0.0
    prevalence_prior: PrevalencePrior = "pooled"
    n_threads: int | None = None
    report: Callable[[State, bool], None] | None = None  # told of each pass, and whether it was the last


class Inferred(NamedTuple):
    """What a pass over the releases finds.

    Attributes
    ----------
    eta : array, shape (releases, topics − 1)
    bound : array, shape (releases,)
    spread : array, shape (topics − 1, topics − 1)
        Sum of the posteriors' covariances.
    ratio : array, shape (entries,)
    each : array, shape (releases or 0, topics − 1, topics − 1)
        The covariances, if asked for.
    """

    eta: Floats
    bound: Floats
    spread: Floats
    ratio: Floats
    each: Floats


class Learnt(NamedTuple):
    """Words, and what they are made of where they depend on a covariate or topics have keywords."""

    words: Floats
    deviations: Deviations | None = None
    spoken: Spoken | None = None


def make_data(
    matrix: sparse.csr_matrix,
    design: Floats,
    *,
    level: Ints | None = None,
    n_levels: int = 1,
    weights: Floats | None = None,
    seeds: Seeds = (),
    least_keywords: float = 0.0,
) -> Data:
    """Lay out counts for fitting; `matrix` is of releases that count in full, without empty rows."""
    n_releases, n_terms = matrix.shape
    entries = sparse.csr_matrix((np.arange(1, matrix.nnz + 1), matrix.indices, matrix.indptr), matrix.shape)
    columns = entries.tocsc()
    design = np.ascontiguousarray(design, np.float64)
    weights = np.ones(n_releases) if weights is None else weights
    return Data(
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int64),
        matrix.data.astype(np.float64),
        columns.indptr.astype(np.int64),
        columns.data.astype(np.int64) - 1,
        columns.indices.astype(np.int64),
        n_terms,
        design,
        np.zeros(n_releases, np.int64) if level is None else level,
        n_levels,
        weights,
        find_axes(design, weights),
        seeds,
        least_keywords,
    )


def first_state(data: Data, topics: Floats, eta: Floats | None = None) -> State:
    """Begin at given topics, shape (topics, terms), with a wide prior."""
    free = len(topics) - 1
    words = np.repeat(np.ascontiguousarray(topics.T)[None], data.n_levels, axis=0)
    eta = np.zeros((data.n_releases, free)) if eta is None else eta
    return State(words, eta, None, np.eye(free) * _FIRST_VARIANCE)


def fit(data: Data, state: State, settings: Settings) -> tuple[State, bool]:
    """Pass over the releases until little changes any more; say whether it did.

    The rule "bound" is R's: the bound grows by less than `tolerance` of itself, or falls. "strict" goes on
    until it grows by less than 1e-7 and no topic's share changes by more than 1e-4 in the mean.

    With keywords a fall by more than `tolerance` is no end: the bound falls where a topic comes to be held at
    the least share of its keywords, and where a fit turns from words found without keywords to theirs,
    however much is left to learn. It goes on until the bound changes by less. Only what was seen in the last
    pass decides, so that a fit goes on from a file as it would have without.
    """
    before = None if settings.rule == "bound" else shares_of(state.eta)
    for _ in range(settings.max_iterations):
        state = pass_over(data, state, settings)
        settled = False
        if len(state.bound) > 1:
            gain = (state.bound[-1] - state.bound[-2]) / abs(state.bound[-2])
            settled = gain < settings.tolerance and not (data.seeds and gain < -settings.tolerance)
        if before is not None:
            shares = shares_of(state.eta)
            moved = float(np.abs(shares - before).mean(axis=0).max())
            settled = (
                settled and abs(gain) < min(settings.tolerance, _STRICT_BOUND) and moved < _STRICT_SHARES
            )
            before = shares
        if settings.report is not None:
            settings.report(state, settled)
        if settled:
            return state, True
    return state, False


def pass_over(data: Data, state: State, settings: Settings) -> State:
    """Do one pass: infer each release's topics, then learn from them all."""
    found = infer(data, state, n_threads=settings.n_threads)
    learnt = _learn_words(data, state, found, settings.n_threads)
    coefficients = fit_coefficients(
        found.eta, data.design, data.weights, data.axes, settings.prevalence_prior
    )
    left = found.eta - data.design @ coefficients
    spread = found.spread / data.weights.sum()
    covariance = left.T @ (data.weights[:, None] * left) / data.weights.sum() + spread
    if settings.covariance_prior:
        diagonal = np.diag(np.diag(covariance))
        covariance = settings.covariance_prior * diagonal + (1 - settings.covariance_prior) * covariance
    total = float(data.weights @ found.bound)
    return State(
        learnt.words,
        found.eta,
        coefficients,
        covariance,
        (*state.bound, total),
        learnt.deviations,
        spread,
        learnt.spoken,
    )


def infer(
    data: Data, state: State, *, each: bool = False, n_threads: int | None = None, tolerance: float = _NEWTON
) -> Inferred:
    """Find each release's topics, given words, prevalence and covariance."""
    free = state.n_topics - 1
    eta = state.eta.copy()
    if state.coefficients is None:
        mean = np.zeros_like(eta)
    else:
        mean = np.ascontiguousarray(data.design @ state.coefficients)
    inverse = np.linalg.inv(state.covariance)
    precision = ((inverse + inverse.T) / 2).astype(np.float64)
    log_root = float(np.log(np.diag(np.linalg.cholesky(state.covariance))).sum())
    ratio, bound = np.empty(data.counts.size), np.empty(data.n_releases)
    room = np.empty((data.n_releases if each else 0, free, free))

    def go(cut: tuple[int, int]) -> Floats:
        spread = np.zeros((free, free))
        kernels.infer_releases(
            *cut,
            data.indptr,
            data.indices,
            data.counts,
            state.words,
            data.level,
            eta,
            mean,
            precision,
            log_root,
            tolerance,
            _MOST_NEWTON,
            data.weights,
            ratio,
            bound,
            spread,
            room,
        )
        return spread

    spread = np.zeros((free, free))
    with one_blas_thread():
        for part in in_threads(go, _cut(data.n_releases, _PIECE), n_threads):
            spread += part
    return Inferred(eta, bound, spread, ratio, room)


def _learn_words(data: Data, state: State, found: Inferred, n_threads: int | None) -> Learnt:
    shares = shares_of(found.eta)
    expected = np.empty_like(state.words)

    def go(cut: tuple[int, int]) -> None:
        kernels.add_words(
            *cut,
            data.starts,
            data.places,
            data.rows,
            found.ratio,
            shares,
            data.level,
            data.weights,
            state.words,
            expected,
        )

    in_threads(go, _cut(data.n_terms, _TERMS), n_threads)
    if data.n_levels > 1:
        deviations = fit_deviations(expected, n_threads)
        return Learnt(deviations.words(), deviations)
    if data.seeds:
        words, spoken = learn_words(expected[0], data.seeds, data.least_keywords)
        return Learnt(words[None], spoken=spoken)
    totals = expected.sum(axis=1, keepdims=True)
    return Learnt(np.where(totals > 0, expected / np.where(totals > 0, totals, 1.0), state.words))


def shares_of(eta: Floats) -> Floats:
    """Give the shares that `eta` stands for, shape (…, topics).

    Examples
    --------
    >>> shares_of(np.array([[0.0, 0.0]])).round(3).tolist()
    [[0.333, 0.333, 0.333]]
    """
    whole = np.concatenate([eta, np.zeros((*eta.shape[:-1], 1))], axis=-1)
    whole = np.exp(whole - whole.max(axis=-1, keepdims=True))
    return np.asarray(whole / whole.sum(axis=-1, keepdims=True))


def _cut(n: int, piece: int) -> list[tuple[int, int]]:
    return list(pairwise([*range(0, n, piece), n]))
