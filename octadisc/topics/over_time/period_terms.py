"""A topic's terms by period, each from that period's releases only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.arguments import check_whole
from octadisc.terms.groups import Grid
from octadisc.tokens.threads import in_threads
from octadisc.tokens.units.unit_columns import code_releases
from octadisc.topics.counted import counts_of_model, find_levels, level_words
from octadisc.topics.over_time import kernels
from octadisc.topics.over_time.units import lay_grid_over

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel

__all__ = ["FEWEST_RELEASES", "FEWEST_WORDS", "TermRanking", "TopicTerms", "track_terms_of"]

Floats = npt.NDArray[np.float64]
TermRanking = Literal["keyness", "probability"]
_RANKINGS = get_args(TermRanking)

FEWEST_WORDS = 100  # expected of the topic in a period, and
FEWEST_RELEASES = 5  # with a word of it or more, below which its terms there are not given
_FEWEST_OF_TERM = 3  # releases that have a term: what one or two say is no period's
_PIECE = 1_000  # releases that one call of the kernel takes
_PLAIN = 1.0  # words with the topic's usual probabilities, added to either side of a comparison


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicTerms:
    """What a topic's words are in each period; made by `TopicModel.terms_over_time`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    model : TopicModel
    topic : int
    grid : Grid
        Period of each release.
    expected : csr_matrix of float, shape (periods, terms)
        How many of a term's occurrences in a period are expected to be the topic's.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    model: TopicModel
    topic: int
    grid: Grid
    expected: sparse.csr_matrix

    def to_frame(self) -> pd.DataFrame:
        """Give one row per period and term, the most telling first.

        Columns: period, start, end (exclusive), term, count (occurrences expected to be the topic's),
        probability (of the term in the topic in this period), keyness, term_releases (that have the term),
        words (of the period that are expected to be the topic's), releases (with one of them or more), note.
        A period in which there is too little of the topic has one row, without a term, and says so in note.
        """
        return self.frame.copy()

    def evidence(self, period: str | None = None, term: str | None = None, n: int = 20) -> pd.DataFrame:
        """Give the sentences that a period's terms rest on, those that contribute most first.

        Parameters
        ----------
        period : str, optional
            As labelled in the frame; all of them if left out.
        term : str, optional
            Only what this term contributes.
        n : int
            How many sentences.

        Returns
        -------
        DataFrame
            As of `TopicModel.evidence`. With `term`, contributions of all sentences add up to its `count`,
            but where words depend on a content covariate, of which evidence takes no account.

        Raises
        ------
        UnknownNameError
            If there is no such period or term.
        InputError
            If the model has no tokens.
        """
        from octadisc.topics.evidence import rank_sentences, rows_of

        if term is not None and term not in self.model.terms:
            raise UnknownNameError(f"The model has no term {term!r}.{did_you_mean(term, self.model.terms)}")
        wanted = rows_of(self.grid, period, None) & (self.grid.period >= 0)
        return rank_sentences(self.model, self.topic, wanted, n, term=term)

    def plot(self, ax: Axes | None = None, terms: list[str] | None = None) -> Axes:
        """Draw the probability of terms in the topic, a line each; periods with too little are gaps.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        terms : list of str, optional
            By default the five with the most keyness in some period.
        """
        from octadisc.topics.plots import plot_topic_terms

        return plot_topic_terms(self, ax, terms)

    def __repr__(self) -> str:
        name = str(self.model.topics["name"][self.topic])
        return f"TopicTerms({name!r}, {len(self.grid.periods):,} periods)"

    def _repr_html_(self) -> str:
        columns = "period term count probability keyness term_releases note".split()
        formats = {"count": "{:.1f}", "probability": "{:.2%}", "keyness": "{:.4f}"}
        return show(self, self.frame[columns].head(20), len(self.frame), formats, notes=self.notes)


def track_terms_of(
    model: TopicModel,
    topic: int | str,
    every: Any,
    n: int,
    *,
    by: TermRanking,
    counts: TermCounts | None,
) -> TopicTerms:
    """Give a topic's terms by period; see `TopicModel.terms_over_time`."""
    number = model.number_of(topic)
    check_whole("n", n, 1)
    if by not in _RANKINGS:
        raise UnknownNameError(f"by={by!r} is no measure of terms.{did_you_mean(str(by), _RANKINGS)}")
    matrix = counts_of_model(model, counts)
    grid = lay_grid_over(model.releases, every, None)
    made = _attribute(model, matrix, number)
    counted = np.flatnonzero((grid.period >= 0) & (model.release_weights > 0))
    shape = (len(grid.periods), len(model.releases))
    places = grid.period[counted], counted
    together = sparse.csr_matrix((np.ones(counted.size), places), shape)
    expected = sparse.csr_matrix(together @ made)
    of_release = np.asarray(made.sum(axis=1)).ravel() / np.where(
        model.release_weights > 0, model.release_weights, 1.0
    )
    whole = code_releases(model.releases)
    whole = np.arange(len(model.releases)) if whole is None else whole
    spread = _count(together, made, whole)
    releases = np.array(
        [
            np.unique(whole[counted[(places[0] == t) & (of_release[counted] >= 1)]]).size
            for t in range(shape[0])
        ]
    )
    frame, few = _rank(expected, spread, releases, grid, model.terms, n, by)
    notes = []
    if few:
        notes.append(
            f"Not enough data in {few:,} of {shape[0]:,} periods: fewer than {FEWEST_WORDS} words, or than "
            f"{FEWEST_RELEASES} releases, of the topic."
        )
    if grid.n_undated:
        notes.append(f"{grid.n_undated:,} releases have no date and are in no period.")
    parameters = {
        "topic": number,
        "name": str(model.topics["name"][number]),
        "every": every if isinstance(every, str) else grid.periods.to_frame(),
        "n": n,
        "by": by,
    }
    spec = Spec("TopicModel.terms_over_time", parameters, inputs=(model.spec,))
    return TopicTerms(frame, spec, tuple(notes), model, number, grid, expected)


def _attribute(model: TopicModel, matrix: sparse.csr_matrix, topic: int) -> sparse.csr_matrix:
    """Give what of each count is expected to be the topic's, without the zeros."""
    if matrix.shape != (len(model.releases), len(model.terms)):
        raise InputError("The counts do not fit the model. Give those it was fitted to.")
    indptr, indices = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
    level, words, expected = find_levels(model, model.releases), level_words(model), np.empty(matrix.nnz)
    asked: Any = indptr, indices, matrix.data.astype(float), model.shares, words, level, expected
    cuts = list(pairwise([*range(0, matrix.shape[0], _PIECE), matrix.shape[0]]))
    in_threads(lambda cut: kernels.attribute_counts(*cut, topic, *asked), cuts)
    made = sparse.csr_matrix((expected, matrix.indices, matrix.indptr), matrix.shape)
    made.eliminate_zeros()
    return made


def _count(
    together: sparse.csr_matrix, made: sparse.csr_matrix, whole: npt.NDArray[np.int64]
) -> sparse.csr_matrix:
    """Give how many releases of a period have each term, its units taken together."""
    there = sparse.csr_matrix((np.ones(made.nnz), made.indices, made.indptr), made.shape)
    if np.unique(whole).size == whole.size:
        return sparse.csr_matrix(together @ there)
    n, rows = int(whole.max()) + 1, []
    for period in range(together.shape[0]):
        mine = together.indices[together.indptr[period] : together.indptr[period + 1]]
        added = sparse.csr_matrix((np.ones(mine.size), (whole[mine], mine)), (n, len(whole))) @ there
        rows.append(np.bincount(added.indices, minlength=made.shape[1]))
    return sparse.csr_matrix(np.stack(rows), dtype=float)


def _rank(
    expected: sparse.csr_matrix,
    spread: sparse.csr_matrix,
    releases: npt.NDArray[np.int64],
    grid: Grid,
    terms: list[str],
    n: int,
    by: TermRanking,
) -> tuple[pd.DataFrame, int]:
    total = np.asarray(expected.sum(axis=0)).ravel()
    size = float(total.sum())
    words = np.asarray(expected.sum(axis=1)).ravel()
    usual = total / size if size > 0 else total
    names, times = np.array(terms, object), grid.periods.to_frame()
    enough = (words >= FEWEST_WORDS) & (releases >= FEWEST_RELEASES)
    parts = []
    for period in range(len(words)):
        one: dict[str, Any] = {"words": words[period], "releases": releases[period]}
        for column in ("period", "start", "end"):
            one[column] = times[column].iloc[period]
        if not enough[period]:
            parts.append(pd.DataFrame([{**one, "note": "not enough data"}]))
            continue
        here = slice(expected.indptr[period], expected.indptr[period + 1])
        columns, count = expected.indices[here], expected.data[here]
        in_releases = spread[period].toarray().ravel()[columns]
        probability = count / words[period]
        mine = (count + _PLAIN * usual[columns]) / (words[period] + _PLAIN)
        others = (total[columns] - count + _PLAIN * usual[columns]) / (size - words[period] + _PLAIN)
        keyness = probability * np.log(np.maximum(mine, 1e-300) / np.maximum(others, 1e-300))
        able = np.flatnonzero(in_releases >= _FEWEST_OF_TERM)
        order = np.lexsort((columns[able], -(keyness if by == "keyness" else probability)[able].round(12)))
        best = able[order[:n]]
        parts.append(
            pd.DataFrame(
                {
                    **one,
                    "term": names[columns[best]],
                    "count": count[best],
                    "probability": probability[best],
                    "keyness": keyness[best],
                    "term_releases": in_releases[best],
                    "note": "",
                }
            )
        )
    columns_of = "period start end term count probability keyness term_releases words releases note".split()
    frame = pd.concat([one.reindex(columns=columns_of).astype({"term": "str"}) for one in parts])
    kinds: dict[str, Any] = dict.fromkeys(("period", "term", "note"), "str")
    kinds |= dict.fromkeys(("count", "probability", "keyness", "term_releases"), float)
    return frame.reset_index(drop=True).astype(kinds), int((~enough).sum())
