"""The front door of the topics room: check what was asked, fit, and make a model of it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import OctadiscWarning, UnknownNameError, did_you_mean, expect
from octadisc.spec import Spec
from octadisc.topics.checks import (
    note_copies,
    note_empty,
    note_languages,
    note_unsettled,
    refuse_too_little,
    whole,
)
from octadisc.topics.factorize import Fitted, Start, fit_lda, fit_nmf
from octadisc.topics.making import make_model
from octadisc.topics.model import TopicModel
from octadisc.topics.structural.fitting import Rule
from octadisc.topics.structural.keywords import read_keywords
from octadisc.topics.structural.options import StructuralOptions, refuse_options
from octadisc.topics.structural.prevalence import PrevalencePrior
from octadisc.topics.structural.starts import StructuralStart
from octadisc.topics.weights import Weights, check_weights

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = ["Method", "fit_topics"]

Method = Literal["structural", "nmf", "lda"]
_FACTORISATIONS: Mapping[str, Callable[..., Fitted]] = {"nmf": fit_nmf, "lda": fit_lda}
_METHODS = get_args(Method)
_STARTS = get_args(Start)


def fit_topics(
    counts: TermCounts,
    n_topics: int,
    method: Method = "structural",
    *,
    prevalence: str | None = None,
    content: str | None = None,
    keywords: Mapping[str, str | Sequence[str]] | None = None,
    keyword_share: float = 0.05,
    pooled: str | None = None,
    seed: int = 0,
    weights: Weights = "release",
    start: StructuralStart | TopicModel | None = None,
    n_starts: int = 1,
    max_iterations: int = 500,
    tolerance: float = 1e-5,
    convergence: Rule = "bound",
    prevalence_prior: PrevalencePrior = "pooled",
    sigma_prior: float = 0.0,
    progress: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
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
        All topics, those with keywords and those without. At least 2, and not more than there are releases.
        There is no true number: compare a few.
    method : {"structural", "nmf", "lda"}
        The structural topic model, whose shares may depend on covariates and on each other; without
        covariates it is the correlated topic model. Non-negative matrix factorisation of the counts by
        Kullback–Leibler divergence (fast, topics distinct). Latent Dirichlet allocation (smoother shares for
        short releases).
    prevalence : str, optional
        A formula of covariates on which shares depend, such as ``"~ issuer + s(date)"``; see
        `octadisc.statistics.formulas.make_design`. Releases without a value of one are not learnt from: they
        are named in `notes`, and their shares are read from their words. For the structural model only, as is
        all below but `start` and `max_iterations`.
    content : str, optional
        A column on whose values the words of topics depend, as "issuer" or "~ issuer": few values, with many
        releases each.
    keywords : mapping from str to words, optional
        Names of topics that are looked for, and a few words that mark each out, such as
        ``{"trafficking": ["traffick*", "victims"]}``: terms of the counts, with the wildcards ``*`` and
        ``?``; phrases where the counts have them. Three to five frequent ones do; one may be wrong, as
        what the other words of a topic are is learnt. These topics keep the names; the rest of `n_topics`
        are free. ``model.structure.keywords`` and `notes` say whether the data bear each out.
    keyword_share : float
        What part of such a topic's words its keywords are at the least. Where texts have more to say of
        something else that goes with the keywords, a topic drifts there; this holds it. With 0 nothing is
        held, which is keyATM's model.
    pooled : str, optional
        Why releases of several languages are modelled together, which is refused without a reason where a
        tenth or more are not in the largest one: topics are then mostly languages. Of any method. Rather fit
        each language on its own, and see `od.align_languages`; or model translations, see
        `od.use_translation`.
    seed : int
        Seed of a random start. With a spectral start the result hardly depends on it. Of any method.
    weights : {"release", "token"}
        Whether a topic's mean share weighs every release alike, or every running token. Of any method.
    start : {"spectral", "random", "gibbs"} or TopicModel
        Begin at anchor words or singular vectors (one good start, the same every time); at random numbers
        (several seeds show how much of a model is the start's doing); at what a short run of Gibbs sampling
        finds (structural only); or go on from a structural model of the same counts, whose names topics keep
        that were given by hand. Left out, it is spectral, but Gibbs sampling where words depend on
        `content`: a spectral start then often ends with two topics swapped at one level.
    n_starts : int
        How many starts, of which the one with the best bound is kept; `model.structure.starts` says how far
        apart they end. A spectral start looks for anchor words in at least .95 per cent of the releases; the
        next four in 2.5, 5 and 10 per cent, and in any; the others are by Gibbs sampling.
    max_iterations : int
        Most iterations; all methods stop earlier when little changes any more.
    tolerance : float
        Relative gain of the bound below which the fit has settled.
    convergence : {"bound", "strict"}
        The rule of R's stm, which also stops where the bound falls; or go on until the bound gains less than
        1e-7 of itself and no topic's shares change by more than 1e-4 in the mean (on the way the bound,
        being approximate, may fall a little).
    prevalence_prior : {"pooled", "l1"}
        How coefficients are shrunk: by ridge, or by a lasso that leaves out covariates that tell little.
    sigma_prior : float
        From 0 to 1: how far the topics' covariance is drawn towards its diagonal. Helps where topics are many
        and releases few.
    progress : bool
        Show a bar with the bound.
    checkpoint : path, optional
        A file in which the fit is kept every half minute; when it was interrupted, the same call goes on from
        there. In the end it holds the model. With one start only.
    n_threads : int, optional
        Threads; the result is the same for any number. All cores by default. Of any method.

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

    Notes
    -----
    Keywords say where to look; they do not force: a topic that the corpus hardly has ends as something near
    it, and `notes` say so. More topics than are asked for are begun without keywords and fitted roughly; each
    keyword has a vote on which of them is its topic's; of the others the most alike are joined until there
    are `n_topics`. Then all is fitted with the keywords' model of words, whose priors are those of keyATM.
    `bound` leaves these priors out, so that it can be compared with that of a model without keywords.

    References
    ----------
    Roberts, Stewart and Airoldi (2016), Journal of the American Statistical Association 111; Roberts, Stewart
    and Tingley (2019), Journal of Statistical Software 91(2), whose results the structural model gives.
    Eshima, Imai and Sasaki (2024), American Journal of Political Science 68, whose model of words topics with
    keywords have: a word is one of the topic's keywords with a probability of the topic's own, else any term.

    Examples
    --------
    >>> import octadisc as od
    >>> texts = ["smuggling of drugs", "drugs and smuggling", "mutual trust of police", "police trust"]
    >>> counts = od.count_terms(od.tokenize(od.Corpus.from_frame({"text": texts})), stop_words="auto")
    >>> model = od.fit_topics(counts, 2, "nmf")
    >>> model.shares.argmax(axis=1).tolist()
    [0, 0, 1, 1]
    >>> model.topics["name"].tolist()
    ['drugs, smuggling', 'police, trust, mutual']

    A topic that is looked for keeps its name:

    >>> counts = od.count_terms(od.tokenize(od.Corpus.from_frame({"text": texts * 9})), stop_words="auto")
    >>> model = od.fit_topics(counts, 2, keywords={"contraband": ["smugg*", "drugs"]})
    >>> sorted(model.topics["name"])
    ['contraband', 'police, trust, mutual']
    >>> model.structure.keywords.to_frame()[["keyword", "terms", "used"]].round(1)
      keyword      terms  used
    0  smugg*  smuggling  18.0
    1   drugs      drugs  18.0
    """
    from octadisc.terms.counts import TermCounts

    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    n_topics = whole("n_topics", n_topics, 2)
    seed = whole("seed", seed, 0, most=2**32 - 1)
    max_iterations = whole("max_iterations", max_iterations, 1)
    if method not in _METHODS:
        raise UnknownNameError(
            f"method={method!r} is no topic model here.{did_you_mean(str(method), _METHODS)}"
        )
    check_weights(weights)
    if start is None:
        start = "spectral" if content is None else "gibbs"
    options = StructuralOptions(
        prevalence,
        content,
        start,
        n_starts,
        max_iterations,
        tolerance,
        convergence,
        prevalence_prior,
        sigma_prior,
        progress,
        checkpoint,
        read_keywords(keywords),
        keyword_share,
    )
    matrix = sparse.csr_matrix(counts.matrix)
    filled = np.asarray(matrix.sum(axis=1)).ravel() > 0
    refuse_too_little(matrix, counts.release_weights[filled], n_topics)
    parameters = {
        "n_topics": n_topics,
        "method": method,
        "weights": weights,
        "start": start if isinstance(start, str) else "model",
        "max_iterations": max_iterations,
        **options.beside_defaults(),
    }
    if pooled is not None:
        parameters["pooled"] = str(pooled)
    spec = Spec("fit_topics", parameters, seed=seed, inputs=(counts.spec,))
    notes = [*note_empty(counts, filled), *note_languages(counts, filled, pooled)]
    if method == "structural":
        from octadisc.topics.structural.front import fit_model

        model = fit_model(counts, n_topics, options, spec, weights, notes, n_threads)
        if not isinstance(start, str):
            from octadisc.topics.alignment.naming import keep_names

            model = keep_names(start, model)
    else:
        refuse_options(method, options)
        model = _factorise(counts, filled, n_topics, method, spec, weights, notes, n_threads)
    for note in model.notes:
        warnings.warn(note, OctadiscWarning, stacklevel=2)
    # copies are no surprise: they are what was asked for
    return replace(model, notes=(*model.notes, *note_copies(counts)))


def _factorise(
    counts: TermCounts,
    filled: npt.NDArray[np.bool_],
    n_topics: int,
    method: Method,
    spec: Spec,
    weights: Weights,
    notes: list[str],
    n_threads: int | None,
) -> TopicModel:
    start, max_iterations = spec.parameters["start"], spec.parameters["max_iterations"]
    if start not in _STARTS:
        raise UnknownNameError(
            f"start={start!r} is no way to begin {method}.{did_you_mean(str(start), _STARTS)}"
        )
    kept = sparse.csr_matrix(counts.matrix)[np.flatnonzero(filled)]
    kept.sum_duplicates()
    kept.eliminate_zeros()
    found = _FACTORISATIONS[method](
        kept,
        n_topics,
        release_weights=counts.release_weights[filled],
        seed=spec.seed,
        start=start,
        max_iterations=max_iterations,
        n_threads=n_threads,
    )
    shares = np.full((len(filled), n_topics), np.nan)
    shares[filled] = found.shares
    if not found.settled:
        notes = [*notes, note_unsettled(method, found.n_iterations)]
    return make_model(
        counts, shares, found.words, found.bound, spec=spec, weights=weights, notes=tuple(notes)
    )
