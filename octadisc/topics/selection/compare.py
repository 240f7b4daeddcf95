"""The front door of model selection: fit models, keep words back, and put their scores side by side."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from octadisc.errors import OctadiscWarning
from octadisc.spec import Spec
from octadisc.topics.checks import note_copies
from octadisc.topics.fit import Method, fit_topics
from octadisc.topics.held_out import HeldOut, hold_out
from octadisc.topics.quality.coherence import Order
from octadisc.topics.selection.asked import Asked
from octadisc.topics.selection.comparison import ModelComparison
from octadisc.topics.selection.keeping import Keeper
from octadisc.topics.selection.scoring import Fits, Key, score_models

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel

__all__ = ["compare_models"]

_SHARE = 0.5  # of the words of a release that are kept back
_UNSETTLED = "had not settled"  # in what `fit_topics` notes


def compare_models(
    counts: TermCounts,
    n_topics: int | Sequence[int] = (5, 10, 20),
    methods: Method | Sequence[Method] = ("structural",),
    *,
    prevalence: str | None = None,
    content: str | None = None,
    keywords: Mapping[str, str | Sequence[str]] | None = None,
    pooled: str | None = None,
    n_starts: int = 1,
    n_splits: int = 3,
    part: float = 0.1,
    smoothing: float = 0.001,
    measures: Order | Sequence[Order] | None = None,
    n_terms: int = 10,
    exact: bool = False,
    weight: float = 0.7,
    max_iterations: int = 500,
    seed: int = 0,
    folder: str | os.PathLike[str] | None = None,
    progress: bool = False,
    n_threads: int | None = None,
) -> ModelComparison:
    """Compare numbers of topics, and methods: what they foretell, and how topics are.

    Parameters
    ----------
    counts : TermCounts
    n_topics : int or list of int
    methods : {"structural", "nmf", "lda"}, or several
    prevalence, content, keywords : optional
        Of the structural model, see `fit_topics`; the other methods take none of them.
    pooled : str, optional
        Why releases of several languages are modelled together.
    n_starts : int
        How many starts of each: the first as `fit_topics` begins by default, the others by Gibbs sampling
        (structural) or at random (NMF, LDA), with other seeds. Each is a model of its own here.
    n_splits : int
        How often words are kept back. Every model is fitted once to all words, and once to each split.
    part : float
        Of the releases, how many have half their words kept back.
    smoothing : float
        What part of each probability, of all models alike, is the term's among all words, whatever the
        topics. NMF gives some words of a release no probability at all, and one such word would decide
        everything. With 0 the held-out likelihood is R's.
    measures : str or list of {"mimno", "stm", "u_mass", "npmi", "uci", "c_v"}, optional
        Of coherence; see `od.measure_coherence`. Mimno's, npmi and c_v by default; without tokens Mimno's,
        and npmi by whole releases.
    n_terms : int
        How many of a topic's most probable terms coherence and exclusivity look at.
    exact : bool
        See `od.measure_coherence`.
    weight : float
        What exclusivity weighs in FREX.
    max_iterations : int
        Of each fit.
    seed : int
        Of starts and splits. All models are compared on the same splits.
    folder : path, optional
        Where every model is kept as soon as it is fitted; the same call goes on from there after an
        interruption. With other counts, parameters or versions of octadisc models are fitted anew, beside
        those that are there.
    progress : bool
        Show a bar.
    n_threads : int, optional
        Threads within each fit; the result is the same for any number. All cores by default.

    Returns
    -------
    ModelComparison
        `describe` says what it comes to, `plot_panels` shows it; the models are in `models`.

    Raises
    ------
    InputError, UnknownNameError
        If an argument is not what it should be, or copies count as parts of one release.
    NotEnoughDataError
        If there are fewer releases or terms than topics.

    Notes
    -----
    Words kept back are half those of a tenth of the releases, drawn at random; the model reads a release's
    shares from the other half. `held_out` is the mean over these releases of the log-likelihood per word, and
    over splits. It rewards what foretells words; people do not always find the topics of such models the most
    meaningful (Chang and others 2009), which is why coherence and exclusivity stand beside it. NMF takes the
    shares that fit the words it reads best, without any prior, and so foretells those of short releases badly
    even where its topics are good. Fits run one after another, each in threads, with BLAS kept to one.

    References
    ----------
    Wallach, Murray, Salakhutdinov and Mimno (2009), ICML, and R's stm (``searchK``, ``make.heldout``), on
    words kept back; Taddy (2012), AISTATS, on dispersion; Roberts and others (2014), American Journal of
    Political Science 58, on exclusivity; Chang, Gerrish, Wang, Boyd-Graber and Blei (2009), NIPS 22.

    Examples
    --------
    >>> import octadisc as od
    >>> texts = ["drugs cocaine seized drugs", "cocaine drugs seized port", "trust mutual respect trust"] * 4
    >>> counts = od.count_terms(od.tokenize(od.Corpus.from_frame({"text": texts})))
    >>> found = compare_models(counts, (2, 3), "nmf", n_splits=2)
    >>> found.to_frame()[["method", "n_topics", "start"]].values.tolist()
    [['nmf', 2, 0], ['nmf', 3, 0]]
    >>> found.models["nmf", 2, 0]
    TopicModel(nmf, 2 topics, 12 releases, 7 terms)
    """
    given = dict(locals())
    asked = Asked.read(counts, given)
    held = [
        hold_out(counts, part=asked.part, share=_SHARE, seed=asked.seed + i) for i in range(asked.n_splits)
    ]
    keeper = Keeper(folder, counts)
    fits: dict[Key, Fits] = {}
    with ExitStack() as stack:
        bar = _bar(stack, asked.n_fits) if progress else None
        for number in asked.n_topics:
            for method in asked.methods:
                for start in range(asked.n_starts):
                    key = (method, number, start)
                    fits[key] = _fit(key, counts, held, asked, keeper, bar)
    frame, topics, splits = score_models(fits, counts, asked)
    said = _of_models(fits)
    for note in said:
        warnings.warn(note, OctadiscWarning, stacklevel=2)
    notes = [*_protocol(counts, held, asked), *said, *note_copies(counts), *keeper.note_others()]
    return ModelComparison(
        frame,
        topics,
        splits,
        MappingProxyType({key: one.model for key, one in fits.items()}),
        Spec("compare_models", asked.parameters(), asked.seed, (counts.spec,)),
        tuple(notes),
    )


def _fit(key: Key, counts: TermCounts, held: list[HeldOut], asked: Asked, keeper: Keeper, bar: Any) -> Fits:
    """Fit a model to all words, and to each split."""
    method, number, start = key
    options = asked.options(method, start)
    name = f"{method}-{number}-start{start}"

    def fit(some: TermCounts, split: int | None) -> tuple[TopicModel, float]:
        if bar is not None:
            bar.set_postfix_str(
                f"{method}, {number} topics" + ("" if split is None else f", split {split + 1}")
            )
        recipe = {"method": method, "n_topics": number, **options}
        if split is not None:
            recipe |= {"split": {"part": asked.part, "share": _SHARE, "seed": asked.seed + split}}
        kept = keeper.fit(
            name if split is None else f"{name}-split{split}",
            recipe,
            lambda: _quietly(some, number, method, options, asked.n_threads),
        )
        if bar is not None:
            bar.update()
        return replace(kept.model, tokens=some.tokens), kept.seconds

    model, seconds = fit(counts, None)
    scores, words, unsettled = [], [], 0
    for split, one in enumerate(held):
        made, _ = fit(one.counts, split)
        scores.append(one.score(made, asked.smoothing))
        words.append(made.words)
        unsettled += any(_UNSETTLED in note for note in made.notes)
    return Fits(model, seconds, scores, words, unsettled)


def _quietly(
    counts: TermCounts, n_topics: int, method: Any, options: dict[str, Any], n_threads: int | None
) -> TopicModel:
    """Fit without warnings: what they say is in the model's notes, and is said once for all models."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OctadiscWarning)
        return fit_topics(counts, n_topics, method, n_threads=n_threads, **options)


def _bar(stack: ExitStack, n_fits: int) -> Any:
    from tqdm.auto import tqdm

    return stack.enter_context(tqdm(total=n_fits, unit="fit", leave=True))


def _protocol(counts: TermCounts, held: list[HeldOut], asked: Asked) -> list[str]:
    """Say how the numbers were made."""
    releases = np.mean([int((np.diff(one.kept_back.indptr) > 0).sum()) for one in held])
    words = np.mean([int(one.kept_back.sum()) for one in held])
    plural = f"{asked.n_splits} times," if asked.n_splits > 1 else "once,"
    made = [
        f"Held out: {plural} half the words of {100 * asked.part:.3g} per cent of the releases, drawn at "
        f"random ({words:,.0f} words of {releases:,.0f} releases), the same for all models; means of "
        "log-likelihood per word over releases, and over splits."
    ]
    if asked.smoothing:
        made.append(
            f"Of every probability of a word kept back, {asked.smoothing:g} is that of the word among all "
            "words left, in all models alike: NMF may give a word no probability at all."
        )
    by = (
        f"the other {'start' if asked.n_starts == 2 else 'starts'} of the same number of topics"
        if asked.n_starts > 1
        else "the fits to the splits, which share nearly all their words: it says little of other corpora"
    )
    made.append(f"Stability: mean cosine of a topic's words with those of its match in {by}.")
    if asked.by_release:
        made.append(
            "The counts have no tokens: npmi and uci look at whole releases, not at windows of words."
        )
    return made + _note_repeated(counts)


def _note_repeated(counts: TermCounts) -> list[str]:
    """Warn of words kept back of one release that stand in another, which repeats it."""
    frame = None if counts.tokens is None else counts.tokens.corpus.frame
    if frame is None or "duplicate_cluster" not in frame or len(frame) != len(counts.release_weights):
        return []
    clusters = frame["duplicate_cluster"][counts.release_weights > 0].dropna()
    n = int(clusters.duplicated().sum())
    if not n:
        return []
    return [
        f"Releases that repeat another: {n:,} of {len(frame):,}. Words kept back of one may stand in the "
        'other, so more topics look better than they are. Count with reissues="first".'
    ]


def _of_models(fits: dict[Key, Fits]) -> list[str]:
    """Give what the models' notes say, once each, and of which models where not of all."""
    of: dict[str, list[Key]] = {}
    for key, one in fits.items():
        for note in one.model.notes:
            of.setdefault(note, []).append(key)
    made = []
    for note, keys in of.items():
        if note.startswith("Left out of the counts"):  # asked for; see `note_copies`
            continue
        if len(keys) == len(fits):
            made.append(note)
            continue
        which = "; ".join(f"{method}, {number} topics, start {start}" for method, number, start in keys[:3])
        more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
        made.append(f"{which}{more}: {note}")
    n = sum(one.n_unsettled for one in fits.values())
    if n:
        total = sum(len(one.held_out) for one in fits.values())
        made.append(f"Of {total:,} fits to splits {n:,} had not settled, which is to their disadvantage.")
    return made
