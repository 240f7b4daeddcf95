"""From counts and options to a structural topic model: covariates, progress, a file to go on from."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from octadisc.errors import InputError, NotEnoughDataError
from octadisc.spec import Spec
from octadisc.topics.checks import note_unsettled
from octadisc.topics.making import make_model
from octadisc.topics.model import TopicModel
from octadisc.topics.structural.covariates import Covariates, covariate_table, read_covariates
from octadisc.topics.structural.fitting import Settings, State
from octadisc.topics.structural.keyword_table import note_keywords
from octadisc.topics.structural.keywords import Asked, find_keywords
from octadisc.topics.structural.options import StructuralOptions
from octadisc.topics.structural.structural import StructuralFit, fit_structural

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.weights import Weights

__all__ = ["fit_model"]

_EVERY = 30.0  # seconds between two writings of a checkpoint


def fit_model(
    counts: TermCounts,
    n_topics: int,
    options: StructuralOptions,
    spec: Spec,
    weights: Weights,
    notes: list[str],
    n_threads: int | None,
) -> TopicModel:
    """Fit a structural topic model; see `octadisc.topics.fit.fit_topics`."""
    options.check()
    table = covariate_table(counts)
    filled = np.asarray(counts.matrix.sum(axis=1)).ravel() > 0
    counted = filled & (counts.release_weights > 0)
    covariates = read_covariates(table, options.prevalence, options.content, counted)
    keywords = None if options.keywords is None else find_keywords(options.keywords, counts, n_topics)
    named = [one for one in covariates.variables if one not in counts.releases]
    counts = replace(counts, releases=counts.releases.assign(**{one: table[one].to_numpy() for one in named}))

    def model_of(found: StructuralFit, settled: bool) -> TopicModel:
        n = len(found.bound)
        more = [] if settled else [note_unsettled("The structural model", n)]
        model = make_model(
            counts,
            found.shares,
            found.words,
            found.bound,
            spec=spec,
            weights=weights,
            structure=found.structure,
        )
        return replace(model, notes=(*notes, *found.notes, *note_keywords(model), *more))

    start: Any = options.start
    keeper = None
    if options.checkpoint is not None:
        keeper = _Keeper(Path(options.checkpoint), spec)
        kept = keeper.read()
        if kept is not None:
            if kept.structure is not None and bool(kept.structure.starts["settled"].all()):
                return replace(kept, tokens=counts.tokens)
            start = kept
    if isinstance(start, TopicModel):
        start = state_of(start, counts, covariates, n_topics, keywords)
    with ExitStack() as stack:
        reports: list[Callable[[State, bool], None]] = []
        if options.progress:
            reports.append(_bar(stack, options.max_iterations))

        def report(state: State, settled: bool) -> None:
            for one in reports:
                one(state, settled)

        settings = Settings(
            options.max_iterations,
            options.tolerance,
            options.convergence,
            options.sigma_prior,
            options.prevalence_prior,
            n_threads,
            report if reports else None,
        )
        asked: dict[str, Any] = {
            "covariates": covariates,
            "keywords": keywords,
            "keyword_share": options.keyword_share,
            "n_starts": options.n_starts,
            "seed": spec.seed or 0,
            "settings": settings,
        }
        if keeper is not None:
            return keeper.fit(counts, n_topics, start, asked, model_of)
        try:
            found = fit_structural(counts, n_topics, start=start, **asked)
        except NotEnoughDataError:
            if options.start != "spectral" or n_topics > covariates.known.sum():
                raise
            found = fit_structural(counts, n_topics, start="gibbs", **asked)
            found.notes.append(
                "Too few terms stand beside others for a spectral start; this one is by Gibbs sampling."
            )
        return model_of(found, found.settled)


def state_of(
    model: TopicModel,
    counts: TermCounts,
    covariates: Covariates,
    n_topics: int,
    keywords: Asked | None = None,
) -> State:
    """Give the state that a fitted model goes on from; keyword topics are the first in it.

    Raises
    ------
    InputError
        If the model is of another kind, or of other releases, terms, covariates or topics.
    """
    structure = model.structure
    if structure is None:
        raise InputError("start is a model without structure. Expected one that method='structural' made.")
    for same, what in (
        (model.n_topics == n_topics, "number of topics"),
        (model.terms == counts.terms, "terms"),
        (model.releases["release"].tolist() == counts.releases["release"].tolist(), "releases"),
        (structure.columns == covariates.columns, "prevalence formula"),
        ((structure.content.levels if structure.content else [""]) == covariates.levels, "content covariate"),
        (structure.keywords.is_of(keywords) if structure.keywords else keywords is None, "set of keywords"),
    ):
        if not same:
            raise InputError(
                f"start is a model of another {what}. Expected one of the same counts and covariates."
            )
    model_words = model.words
    if structure.keywords is not None:
        order = structure.keywords.in_order(n_topics)
        structure, model_words = structure.reorder(order), model_words[order]
    words = model_words[None] if structure.content is None else structure.content.words
    return State(
        np.ascontiguousarray(words.transpose(0, 2, 1)),
        np.ascontiguousarray(structure.eta[structure.fitted]),
        structure.coefficients,
        structure.covariance,
        tuple(model.bound.tolist()),
    )


def _bar(stack: ExitStack, most: int) -> Callable[[State, bool], None]:
    from tqdm.auto import tqdm

    bar = stack.enter_context(tqdm(total=most, unit="pass", leave=True))

    def report(state: State, settled: bool) -> None:
        gain = ""
        if len(state.bound) > 1:
            gain = f", gain {(state.bound[-1] - state.bound[-2]) / abs(state.bound[-2]):.1e}"
        bar.set_postfix_str(f"bound {state.bound[-1]:,.0f}{gain}{', settled' if settled else ''}")
        bar.update()

    return report


class _Keeper:
    """Keeps a fit in a file while it goes on."""

    def __init__(self, path: Path, spec: Spec) -> None:
        self.path, self.spec = path, spec

    def read(self) -> TopicModel | None:
        """Give the model that is kept, if there is one of the same counts and options."""
        if not self.path.exists():
            return None
        from octadisc.topics.files import load_model

        kept = load_model(self.path)
        if kept.spec.to_dict() != self.spec.to_dict():
            raise InputError(
                f"checkpoint={str(self.path)!r} holds a fit of other counts or options. Name another file, "
                "or remove this one."
            )
        return kept

    def fit(
        self,
        counts: TermCounts,
        n_topics: int,
        start: Any,
        asked: dict[str, Any],
        model_of: Callable[[StructuralFit, bool], TopicModel],
    ) -> TopicModel:
        """Fit pass by pass in stretches, writing what there is after each."""
        settings: Settings = asked["settings"]
        done = len(start.bound) if isinstance(start, State) else 0
        passes = 1
        while True:
            began = time.monotonic()
            left = settings.max_iterations - done
            stretch = settings._replace(max_iterations=min(passes, left))
            found = fit_structural(counts, n_topics, start=start, **{**asked, "settings": stretch})
            done = len(found.bound)
            model = model_of(found, found.settled)
            if found.settled or done >= settings.max_iterations:
                model.save(self.path)
                return model
            model.save(self.path)
            start = state_of(model, counts, asked["covariates"], n_topics, asked["keywords"])
            each = max((time.monotonic() - began) / stretch.max_iterations, 1e-3)
            passes = max(1, int(_EVERY / each))
