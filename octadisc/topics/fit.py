"""The front door of the topics room: check what was asked, fit, and make a model of it."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import (
    InputError,
    NotEnoughDataError,
    OctadiscWarning,
    UnknownNameError,
    did_you_mean,
    expect,
)
from octadisc.spec import Spec
from octadisc.terms.reissues import write_sum
from octadisc.topics.factorize import Fitted, Start, fit_lda, fit_nmf
from octadisc.topics.model import TopicModel, make_model
from octadisc.topics.weights import Weights, check_weights

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = ["Method", "fit_topics"]

Method = Literal["nmf", "lda"]
_METHODS: Mapping[str, Callable[..., Fitted]] = {"nmf": fit_nmf, "lda": fit_lda}
_STARTS = get_args(Start)
_MIXED = 0.1  # share of releases from which on a second language gets topics of its own


def fit_topics(
    counts: TermCounts,
    n_topics: int,
    method: Method = "nmf",
    *,
    prevalence: str | None = None,
    seed: int = 0,
    weights: Weights = "release",
    start: Start = "spectral",
    max_iterations: int = 500,
    n_threads: int | None = None,
) -> TopicModel:
    """Fit a topic model: topics are distributions over words, releases are mixtures of topics.

    Parameters
    ----------
    counts : TermCounts
        From `od.count_terms`. Leave out stop words and rare terms there; topics made of function words
        are the usual price of not doing so. Copies that count less there (`reissues`) do so here, in what
        is fitted and in mean shares.
    n_topics : int
        At least 2, and not more than there are releases. There is no true number: compare a few.
    method : {"nmf", "lda"}
        Non-negative matrix factorisation of the counts by Kullback–Leibler divergence (fast, topics
        distinct), or latent Dirichlet allocation (smoother shares for short releases).
    prevalence : str, optional
        A formula of covariates. Neither method can use one: leave it out.
    seed : int
        Seed of a random start. With a spectral start the result hardly depends on it.
    weights : {"release", "token"}
        Whether a topic's mean share weighs every release alike, or every running token.
    start : {"spectral", "random"}
        Begin at singular vectors (one good start, the same every time) or at random numbers (several
        seeds show how much of a model is the start's doing).
    max_iterations : int
        Most iterations; both methods stop earlier when little changes any more.
    n_threads : int, optional
        Threads; the result is the same for any number. All cores by default.

    Returns
    -------
    TopicModel
        Topics in order of their mean share, the largest first. A release without any of the terms has
        a row of NaN in `shares`; a warning and `notes` name it. So has a copy that the counts leave out,
        which `notes` name apart.

    Raises
    ------
    NotEnoughDataError
        If there are fewer releases with terms (as they count), or fewer terms, than topics.
    InputError, UnknownNameError
        If an argument is not what it should be.

    Examples
    --------
    >>> import octadisc as od
    >>> texts = ["smuggling of drugs", "drugs and smuggling", "mutual trust of police", "police trust"]
    >>> counts = od.count_terms(od.tokenize(od.Corpus.from_frame({"text": texts})), stop_words="auto")
    >>> model = od.fit_topics(counts, 2)
    >>> model.shares.argmax(axis=1).tolist()
    [0, 0, 1, 1]
    >>> model.topics["name"].tolist()
    ['drugs, smuggling', 'police, trust, mutual']
    """
    from octadisc.terms.counts import TermCounts

    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    n_topics = _whole("n_topics", n_topics, 2)
    seed = _whole("seed", seed, 0, most=2**32 - 1)
    max_iterations = _whole("max_iterations", max_iterations, 1)
    fit = _method(method, prevalence)
    if start not in _STARTS:
        raise UnknownNameError(f"start={start!r} is no way to begin.{did_you_mean(str(start), _STARTS)}")
    check_weights(weights)
    matrix = sparse.csr_matrix(counts.matrix)
    filled = np.asarray(matrix.sum(axis=1)).ravel() > 0
    _refuse_too_little(matrix, counts.release_weights[filled], n_topics)
    notes = [*_note_empty(counts, filled), *_note_languages(counts, filled)]
    kept = matrix[np.flatnonzero(filled)]
    kept.sum_duplicates()
    kept.eliminate_zeros()
    options = {"seed": seed, "start": start, "max_iterations": max_iterations, "n_threads": n_threads}
    found = fit(kept, n_topics, release_weights=counts.release_weights[filled], **options)
    if not found.settled:
        notes.append(
            f"{method} had not settled after {found.n_iterations} iterations, so shares and words may still "
            f"move. Fit again with max_iterations={2 * max_iterations}."
        )
    for note in notes:
        warnings.warn(note, OctadiscWarning, stacklevel=2)
    notes += _note_copies(counts)  # no warning: it is what was asked for
    shares = np.full((matrix.shape[0], n_topics), np.nan)
    shares[filled] = found.shares
    parameters = {
        "n_topics": n_topics,
        "method": method,
        "weights": weights,
        "start": start,
        "max_iterations": max_iterations,
    }
    spec = Spec("fit_topics", parameters, seed=seed, inputs=(counts.spec,))
    return make_model(
        counts, shares, found.words, found.bound, spec=spec, weights=weights, notes=tuple(notes)
    )


def _whole(name: str, value: Any, least: int, most: int = 2**63 - 1) -> int:
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise InputError(f"{name}={value!r} is no whole number. Expected one of at least {least}.") from None
    if number < least:
        hint = " One topic tells no releases apart." if name == "n_topics" else ""
        raise InputError(f"{name}={number}: expected at least {least}.{hint}")
    if number > most:
        raise InputError(f"{name}={number}: expected at most {most}.")
    return number


def _method(method: Any, prevalence: Any) -> Callable[..., Fitted]:
    if not isinstance(method, str) or method not in _METHODS:
        raise UnknownNameError(
            f"method={method!r} is no topic model here.{did_you_mean(str(method), _METHODS)}"
        )
    if prevalence is not None:
        raise InputError(
            f"prevalence={prevalence!r}: {method} takes no covariates, so it would be passed over. Leave it "
            'out, and look at model.over_time("year", by="issuer") for how shares differ by date and issuer.'
        )
    return _METHODS[method]


def _refuse_too_little(
    matrix: sparse.csr_matrix, release_weights: npt.NDArray[np.float64], n_topics: int
) -> None:
    n_filled = round(float(release_weights.sum()), 6)  # n copies of one are one
    n_terms = np.unique(matrix.indices[matrix.data > 0]).size
    if not n_filled:
        raise NotEnoughDataError(
            f"None of the {matrix.shape[0]:,} releases has a term to model. Look at corpus.texts, or count "
            "again with fewer stop words and a lower min_documents."
        )
    if n_topics > n_filled:
        raise NotEnoughDataError(
            f"n_topics={n_topics} is more than the {write_sum(n_filled)} releases that have terms. Ask for "
            "fewer topics (ten releases a topic are few), or load more releases."
        )
    if n_topics > n_terms:
        raise NotEnoughDataError(
            f"n_topics={n_topics} is more than the {n_terms:,} terms counted. Ask for fewer topics, or count "
            "again with fewer stop words and a lower min_documents."
        )


def _note_empty(counts: TermCounts, filled: npt.NDArray[np.bool_]) -> list[str]:
    counted = counts.release_weights > 0
    empty = counts.releases["release"].to_numpy()[~filled & counted]
    if not empty.size:
        return []
    return [
        f"Releases without a term to model: {empty.size:,} of {counted.sum():,} ({_name(empty)}). Their "
        "shares are NaN and left out of means. They are empty, or all their words are stop words or too rare."
    ]


def _note_copies(counts: TermCounts) -> list[str]:
    copies = counts.releases["release"].to_numpy()[counts.release_weights == 0]
    if not copies.size:
        return []
    return [
        f"Left out of the counts, since they repeat another release: {copies.size:,} of "
        f"{len(counts.releases):,} ({_name(copies)}). Their shares are NaN and left out of means."
    ]


def _name(releases: npt.NDArray[Any]) -> str:
    more = f" and {releases.size - 5:,} more" if releases.size > 5 else ""
    return ", ".join(str(one) for one in releases[:5]) + more


def _note_languages(counts: TermCounts, filled: npt.NDArray[np.bool_]) -> list[str]:
    if "language" not in counts.releases:
        return []
    weights = pd.Series(counts.release_weights[filled])
    total = weights.groupby(counts.releases["language"].to_numpy()[filled], sort=False).sum()
    parts = (total / total.sum()).sort_values(ascending=False, kind="stable")
    many = parts[parts >= _MIXED]
    if len(many) < 2:
        return []
    said = ", ".join(f"{name} {share:.0%}" for name, share in many.items())
    return [
        f"The releases are in several languages ({said}), so topics will mostly be languages. Fit each on "
        f'its own: corpus.where(language="{many.index[0]}").'
    ]
