"""The structural topic model over counts: covariates read, starts made, the best of them kept."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import NotEnoughDataError
from octadisc.terms.reissues import per_entry
from octadisc.topics.structural.comparison import Fit, compare_starts, note_starts
from octadisc.topics.structural.content import find_switched
from octadisc.topics.structural.covariates import Covariates
from octadisc.topics.structural.fitting import Data, Settings, State, fit, infer, make_data, shares_of
from octadisc.topics.structural.keyword_starts import begin_at_keywords
from octadisc.topics.structural.keyword_table import measure_keywords, note_held
from octadisc.topics.structural.keywords import Asked
from octadisc.topics.structural.starts import StructuralStart, begin
from octadisc.topics.structural.structure import Content, Structure

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = ["StructuralFit", "fit_structural", "infer_shares"]

Floats = npt.NDArray[np.float64]

# parts of the releases in which anchors stand, start by start; the first is one per cent, less what holding
# out half the words of a tenth of the releases takes from a term at the most, and rounded up
_ANCHORS = (0.0095, 0.025, 0.05, 0.1, 0.0)


class StructuralFit(NamedTuple):
    """What `fit_structural` found; `shares` is NaN for releases without terms.

    Attributes
    ----------
    shares : array, shape (releases, topics)
    words : array, shape (topics, terms)
    bound : array of float
        After each pass.
    settled : bool
    structure : Structure
    notes : list of str
    """

    shares: Floats
    words: Floats
    bound: Floats
    settled: bool
    structure: Structure
    notes: list[str]


def fit_structural(
    counts: TermCounts,
    n_topics: int,
    *,
    covariates: Covariates,
    keywords: Asked | None = None,
    keyword_share: float = 0.0,
    start: StructuralStart | State = "spectral",
    n_starts: int = 1,
    seed: int = 0,
    settings: Settings | None = None,
) -> StructuralFit:
    """Fit the structural topic model to counts; see `octadisc.topics.fit.fit_topics`.

    Parameters
    ----------
    counts : TermCounts
    n_topics : int
    covariates : Covariates
        Of its releases.
    keywords : Asked, optional
        Of the first topics.
    keyword_share : float
        What part of such a topic's words its keywords are at the least.
    start : "spectral", "random", "gibbs" or State
    n_starts : int
        A spectral start looks for anchors among terms in .95 per cent of the releases; the next four in more
        of them, and in any; the others are by Gibbs sampling.
    seed : int
    settings : Settings, optional
    """
    settings = settings or Settings()
    whole = _whole_counts(counts)
    filled = np.asarray(whole.sum(axis=1)).ravel() > 0
    used = filled & covariates.known & (counts.release_weights > 0)
    rows = np.flatnonzero(used)
    if rows.size < n_topics:
        raise NotEnoughDataError(
            f"n_topics={n_topics} is more than the {rows.size:,} releases that have terms and a value of "
            "every covariate. Ask for fewer topics, or fewer covariates."
        )
    notes = [*covariates.notes, *(keywords.notes if keywords else ())]
    part = sparse.csr_matrix(whole[rows])
    data = make_data(
        part,
        covariates.design[rows],
        level=covariates.level[rows],
        n_levels=len(covariates.levels),
        weights=np.ascontiguousarray(counts.release_weights[rows], np.float64),
        seeds=keywords.seeds if keywords else (),
        least_keywords=keyword_share,
    )

    def begin_at(kind: StructuralStart, seed: int, fewest: int) -> State:
        if keywords is None:
            return begin(data, part, n_topics, kind, seed, fewest_releases=fewest)
        return begin_at_keywords(
            data, part, keywords.columns, n_topics, kind, seed, settings, fewest_releases=fewest
        )

    found = _fit_all(data, begin_at, start, n_starts, seed, settings)
    best = max(range(len(found)), key=lambda i: found[i].state.bound[-1])
    state, settled = found[best].state, found[best].settled
    notes += note_held(keywords, state, keyword_share)
    starts = compare_starts(found, best)
    notes += note_starts(starts)
    notes += _note_switched(state, covariates)
    eta = np.full((len(filled), n_topics - 1), np.nan)
    eta[rows] = state.eta
    others = np.flatnonzero(filled & ~used)
    if others.size:
        eta[others] = infer_shares(
            sparse.csr_matrix(whole[others]), state, data.design.mean(axis=0), settings.n_threads
        )
    coefficients, spread = state.coefficients, state.spread
    assert coefficients is not None  # there has been a pass
    assert spread is not None
    structure = Structure(
        eta,
        coefficients,
        state.covariance,
        spread,
        covariates.columns,
        covariates.prevalence,
        used,
        _content(state, covariates),
        starts,
        measure_keywords(keywords, state) if keywords else None,
    )
    words = _common_words(data, state)
    return StructuralFit(shares_of(eta), words, np.array(state.bound), settled, structure, notes)


def _whole_counts(counts: TermCounts) -> sparse.csr_matrix:
    """Give the counts as of releases that count in full, whatever part of one they are."""
    matrix = sparse.csr_matrix(counts.matrix, dtype=np.float64, copy=True)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    weights = np.where(counts.release_weights > 0, counts.release_weights, 1.0)
    matrix.data = matrix.data / per_entry(matrix, weights)
    return matrix


def _fit_all(
    data: Data,
    begin_at: Callable[[StructuralStart, int, int], State],
    start: StructuralStart | State,
    n_starts: int,
    seed: int,
    settings: Settings,
) -> list[Fit]:
    if isinstance(start, State):
        state, settled = fit(data, start, settings)
        return [Fit(state, settled, "model", seed)]
    seeds = [seed, *np.random.SeedSequence(seed).generate_state(max(n_starts - 1, 0)).tolist()]
    made = []
    for number, one in enumerate(seeds):
        kind, fewest, said = start, 0, str(start)
        if start == "spectral" and number < len(_ANCHORS):
            wanted = _ANCHORS[number] * data.n_releases
            fewest = int(wanted) if number else ceil(wanted)
            said += f", anchors in {fewest:,} releases" if number else ""
        elif start == "spectral":
            kind = said = "gibbs"
        try:
            first = begin_at(kind, int(one), fewest)
        except NotEnoughDataError:
            if not number:
                raise
            said = "gibbs"
            first = begin_at("gibbs", int(one), 0)
        state, settled = fit(data, first, settings)
        made.append(Fit(state, settled, said, int(one)))
    return made


def infer_shares(matrix: sparse.csr_matrix, state: State, design: Floats, n_threads: int | None) -> Floats:
    """Give eta of other releases from their words, under the prior of one row of the design, or of each."""
    rows = np.broadcast_to(design, (matrix.shape[0], design.shape[-1]))
    mean = state._replace(
        words=state.words.mean(axis=0, keepdims=True), eta=np.zeros((matrix.shape[0], state.n_topics - 1))
    )
    data = make_data(matrix, rows)
    return infer(data, mean, n_threads=n_threads).eta


def _note_switched(state: State, covariates: Covariates) -> list[str]:
    """Name the levels at which a topic's words are more like another topic's elsewhere."""
    if covariates.content is None:
        return []
    switched = find_switched(np.ascontiguousarray(state.words.transpose(0, 2, 1)))
    levels = sorted({covariates.levels[level] for level, _, _ in switched})
    if not levels:
        return []
    return [
        f"Topics have been swapped at a level of {covariates.content} ({', '.join(levels)}): what a topic "
        "says there is another topic elsewhere. Fit again with another seed, or start."
    ]


def _content(state: State, covariates: Covariates) -> Content | None:
    if covariates.content is None or state.deviations is None:
        return None
    words = np.ascontiguousarray(state.words.transpose(0, 2, 1))
    return Content(str(covariates.content), covariates.levels, words, state.deviations)


def _common_words(data: Data, state: State) -> Floats:
    """Give words [topics × terms] over all levels, as often as each level speaks of the topic."""
    if state.words.shape[0] == 1:
        return np.ascontiguousarray(state.words[0].T)
    lengths = np.add.reduceat(data.counts, data.indptr[:-1]) * data.weights
    spoken = np.zeros((data.n_levels, state.n_topics))
    np.add.at(spoken, data.level, shares_of(state.eta) * lengths[:, None])
    part = spoken / spoken.sum(axis=0)
    return np.ascontiguousarray(np.einsum("gk,gvk->kv", part, state.words))
