"""Held-out likelihood: half the words of some releases are kept back, and how likely a model makes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError, NotEnoughDataError, expect
from octadisc.spec import Spec
from octadisc.terms.counts import TermCounts
from octadisc.topics.checks import whole
from octadisc.topics.model import TopicModel
from octadisc.topics.relations.merging import unmerge

__all__ = ["HeldOut", "fraction", "hold_out", "words_by_level"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HeldOut:
    """Words kept back from a fit; made by `hold_out`.

    Attributes
    ----------
    counts : TermCounts
        What is left to fit a model to.
    kept_back : csr_matrix of int, shape (releases, terms)
    """

    counts: TermCounts
    kept_back: sparse.csr_matrix

    def score(self, model: TopicModel, smoothing: float = 0.0) -> Floats:
        """Give the mean log-likelihood of the words kept back, of each release that has any.

        Their mean is what R's `eval.heldout` calls expected.heldout. The shares are those that the model read
        from the words left.

        Parameters
        ----------
        model : TopicModel
            Fitted to `counts`.
        smoothing : float
            From 0 to below 1: what part of each probability is that of the term among all words left,
            whatever the topics. Some is needed where a model gives a word of a release no probability at all,
            as NMF does; and the same for all models that are compared.

        Returns
        -------
        array of float, shape (releases with words kept back,)
            NaN where the model has no shares of the release.

        Raises
        ------
        InputError
            If the model was fitted to other counts.

        Notes
        -----
        Of a model whose topics were merged the topics before merging are taken: merging changes what topics
        are called, and not how likely words are.
        """
        expect(model, TopicModel, "model", "what od.fit_topics(held.counts, …) gives")
        model, _ = unmerge(model)
        if model.terms != self.counts.terms or len(model.releases) != len(self.counts.releases):
            raise InputError("The model is not one of these counts. Fit it to held.counts.")
        smoothing = fraction("smoothing", smoothing, zero=True)
        words, level = words_by_level(model)
        usual = np.asarray(self.counts.matrix.sum(axis=0), np.float64).ravel()
        usual /= usual.sum()
        made = []
        for row in np.flatnonzero(np.diff(self.kept_back.indptr)):
            mine = slice(self.kept_back.indptr[row], self.kept_back.indptr[row + 1])
            terms, counted = self.kept_back.indices[mine], self.kept_back.data[mine]
            probable = (1 - smoothing) * (model.shares[row] @ words[level[row]][:, terms])
            probable += smoothing * usual[terms]
            made.append(float(counted @ np.log(np.maximum(probable, 1e-300)) / counted.sum()))
        return np.array(made)

    def __repr__(self) -> str:
        n = int((np.diff(self.kept_back.indptr) > 0).sum())
        return f"HeldOut({int(self.kept_back.sum()):,} words of {n:,} releases)"


def hold_out(counts: TermCounts, *, part: float = 0.1, share: float = 0.5, seed: int = 0) -> HeldOut:
    """Keep back a share of the tokens of a part of the releases, drawn at random.

    Parameters
    ----------
    counts : TermCounts
        Where every release counts in full.
    part : float
        Of the releases that count; copies that are left out do not.
    share : float
        Of each one's tokens.
    seed : int

    Raises
    ------
    InputError, NotEnoughDataError
        If a part is not between 0 and 1, copies count as parts of one, or there is nothing to keep back.

    Notes
    -----
    As in R, words that are kept back and stand nowhere in what is left are passed over: no model could know
    them. R takes a tenth of all releases and passes over those of a single token, here a tenth is drawn from
    those that have words enough.

    References
    ----------
    The protocol of R's stm (`make.heldout`), after document completion in Wallach et al. (2009), ICML.

    Examples
    --------
    >>> import octadisc as od
    >>> counts = od.TermCounts.from_matrix([[4, 4], [6, 2]], ["crime", "trust"], [{}, {}])
    >>> held = hold_out(counts, part=0.5)
    >>> held, int(held.counts.matrix.sum())
    (HeldOut(4 words of 1 releases), 12)
    """
    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    part, share = fraction("part", part), fraction("share", share)
    if not np.isin(counts.release_weights, (0.0, 1.0)).all():
        raise InputError('Copies count as parts of one here. Count with reissues="first" or "keep".')
    matrix = sparse.csr_matrix(counts.matrix)
    lengths = np.asarray(matrix.sum(axis=1)).ravel()
    counted = np.asarray(counts.release_weights) > 0
    able = np.flatnonzero((lengths * share >= 1) & counted)
    rng = np.random.default_rng(whole("seed", seed, 0))
    chosen = np.sort(rng.permutation(able)[: max(1, round(part * counted.sum()))])
    if not chosen.size:
        raise NotEnoughDataError("No release has words enough to keep some back.")
    back = matrix.copy()
    back.data[:] = 0
    for row in chosen:
        mine = slice(matrix.indptr[row], matrix.indptr[row + 1])
        tokens = np.repeat(np.arange(mine.start, mine.stop), matrix.data[mine].astype(np.int64))
        drawn = rng.choice(tokens, int(lengths[row] * share), replace=False)
        np.add.at(back.data, drawn, 1)
    return _part(counts, back, Spec("hold_out", {"part": part, "share": share}, seed, (counts.spec,)))


def fraction(name: str, value: Any, *, zero: bool = False) -> float:
    """Give a number between 0 and 1, or from 0 on, or refuse what is none."""
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not number or not (value >= 0 if zero else value > 0) or not value < 1:
        least = "from 0 to below 1" if zero else "between 0 and 1"
        raise InputError(f"{name}={value!r}: expected a number {least}.")
    return float(value)


def words_by_level(model: TopicModel) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Give the words of topics at each level of the content covariate, and the level of each release.

    Returns
    -------
    words : array, shape (levels, topics, terms)
        One level where words depend on nothing.
    level : array of int, shape (releases,)
        The first where a release has no value, or one that the model does not know.
    """
    content = None if model.structure is None else model.structure.content
    if content is None:
        return model.words[None], np.zeros(len(model.releases), np.int64)
    place = {one: i for i, one in enumerate(content.levels)}
    level = [place.get(str(one), 0) for one in model.releases[content.column]]
    return content.words, np.array(level, np.int64)


def _part(counts: TermCounts, back: sparse.csr_matrix, spec: Spec) -> HeldOut:
    left = sparse.csr_matrix(counts.matrix - back)
    left.eliminate_zeros()
    known = np.asarray(left.sum(axis=0)).ravel() > 0
    back.data[~known[back.indices]] = 0
    back.eliminate_zeros()
    if not back.nnz:
        raise NotEnoughDataError(
            "All words that were kept back stand nowhere else. Count with min_documents=2 or more, or keep "
            "back words of more releases."
        )
    return HeldOut(replace(counts, matrix=left, spec=spec), back)
