"""Fitting a model again in other ways: from other starts, to other releases, with other numbers of topics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError, OctadiscError, UnknownNameError, did_you_mean, expect
from octadisc.spec import Spec
from octadisc.terms.reissues import number_stories
from octadisc.topics.alignment.alignment import align_topics
from octadisc.topics.alignment.stability import TopicStability
from octadisc.topics.checks import several, whole
from octadisc.topics.fit import Method, fit_topics
from octadisc.topics.model import TopicModel
from octadisc.topics.structural.covariates import covariate_table

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = ["check_stability", "fit_again", "parameters_of", "refuse_others", "take_releases"]

_METHODS = get_args(Method)
_NOT_FITTED = ("merge_topics", "transform")
_FITTED_WITH = {  # parameters of a model's recipe that are handed on when it is fitted again
    "prevalence", "content", "keywords", "keyword_share", "weights", "max_iterations", "tolerance",
    "convergence", "prevalence_prior", "sigma_prior", "pooled",
}  # fmt: skip


class _Way(NamedTuple):
    """One way to fit again."""

    kind: str
    n_topics: int
    method: Any
    start: Any
    seed: int
    rows: npt.NDArray[np.int64] | None = None


def check_stability(
    model: TopicModel,
    counts: TermCounts,
    *,
    n_starts: int = 4,
    n_resamples: int = 10,
    n_topics: int | Sequence[int] | None = None,
    methods: Method | Sequence[Method] = (),
    part: float = 0.5,
    tolerance: float | None = None,
    seed: int = 0,
    progress: bool = False,
    n_threads: int | None = None,
) -> TopicStability:
    """Fit a model again in many ways, and say for each of its topics how often it comes back.

    Parameters
    ----------
    model : TopicModel
        Whose topics are in question.
    counts : TermCounts
        What it was fitted to.
    n_starts : int
        Fits to all releases from other starts, by Gibbs sampling or at random.
    n_resamples : int
        Fits to releases drawn at random, without replacement.
    n_topics : int or sequence of int, optional
        Fits with so many topics; a quarter fewer and a third more if left out.
    methods : {"structural", "nmf", "lda"}, or several
        Fits by other methods.
    part : float
        Of the releases, in a resample. Units of one release (paragraphs, say) stay together.
    tolerance : float, optional
        Where the fits have settled; that of the model if left out.
    seed : int
    progress : bool
        Show a bar.
    n_threads : int, optional

    Returns
    -------
    TopicStability

    Raises
    ------
    InputError, UnknownNameError
        If an argument is not what it should be, or the counts are not the model's.
    OctadiscError
        If none of the fits can be made.

    Notes
    -----
    See `od.align_topics` for when a topic is found again. Resamples are half of the stories each, drawn
    independently (as in stability selection); copies and units of one stay together. The model itself has
    seen each of them, so that even a topic of nothing comes back now and then.

    References
    ----------
    Meinshausen and Bühlmann (2010), Journal of the Royal Statistical Society B 72; Greene, O'Callaghan and
    Cunningham (2014), ECML, for topics.

    Examples
    --------
    >>> import numpy as np
    >>> import octadisc as od
    >>> matrix = np.repeat(np.eye(3) * 9 + 1, 30, axis=0)
    >>> counts = od.TermCounts.from_matrix(matrix, ["a", "b", "c"], [{}] * 90)
    >>> model = od.fit_topics(counts, 3, "nmf")
    >>> found = check_stability(model, counts, n_topics=[], n_resamples=3, n_starts=2)
    >>> found.to_frame()["found"].tolist()
    [1.0, 1.0, 1.0]
    """
    refuse_others(model, counts)
    seed = whole("seed", seed, 0, most=2**31 - 1)
    n_starts = whole("n_starts", n_starts, 0)
    n_resamples = whole("n_resamples", n_resamples, 0)
    if isinstance(part, (bool, str)) or not 0 < part < 1:
        raise InputError(f"part={part!r}: expected a part of the releases, between 0 and 1.")
    methods = several(methods)
    for one in methods:
        if one not in _METHODS:
            raise UnknownNameError(f"methods: there is no {one!r}.{did_you_mean(str(one), _METHODS)}")
    k = model.n_topics
    sizes = [max(2, round(0.75 * k)), round(4 / 3 * k)] if n_topics is None else several(n_topics)
    sizes = [whole("n_topics", one, 2) for one in dict.fromkeys(sizes) if one != k]
    ways = list(_ways(model, counts, n_starts, n_resamples, sizes, methods, part, seed))
    if not ways:
        raise InputError("There is no other way to fit: give n_starts, n_resamples, n_topics or methods.")
    made, kept, notes = [], [], []
    for way in _watch(ways, progress):
        try:
            made.append(
                fit_again(
                    model,
                    counts if way.rows is None else take_releases(counts, way.rows),
                    n_topics=way.n_topics,
                    method=way.method,
                    start=way.start,
                    seed=way.seed,
                    tolerance=tolerance,
                    n_threads=n_threads,
                )
            )
            kept.append(way)
        except OctadiscError as error:
            notes.append(f"Not fitted ({way.kind}, {way.n_topics} topics, {way.method}): {error}")
    if not made:
        raise InputError(f"None of the fits could be made. {notes[0]}")
    alignment = align_topics([model, *made])
    table = pd.DataFrame(
        {
            "model": np.arange(1, len(made) + 1),
            "kind": pd.Series([way.kind for way in kept], dtype="str"),
            "n_topics": [way.n_topics for way in kept],
            "method": pd.Series([way.method for way in kept], dtype="str"),
            "start": pd.Series([way.start for way in kept], dtype="str"),
            "seed": [way.seed for way in kept],
            "releases": [len(one.releases) for one in made],
            "bound": [float(one.bound[-1]) for one in made],
        }
    )
    parameters = {
        "n_starts": n_starts, "n_resamples": n_resamples, "n_topics": sizes, "methods": list(methods),
        "part": part, "tolerance": tolerance,
    }  # fmt: skip
    spec = Spec("check_stability", parameters, seed=seed, inputs=(model.spec, counts.spec))
    return TopicStability(alignment, table, spec, (*notes, *alignment.notes))


def _ways(
    model: TopicModel,
    counts: TermCounts,
    n_starts: int,
    n_resamples: int,
    sizes: list[int],
    methods: Sequence[str],
    part: float,
    seed: int,
) -> Iterator[_Way]:
    """Give all ways to fit again, each with a seed of its own."""
    method, k = str(model.spec.parameters.get("method", "structural")), model.n_topics
    usual = "spectral" if model.spec.parameters.get("content") is None else "gibbs"
    other = "gibbs" if method == "structural" else "random"
    n = n_starts + n_resamples + len(sizes) + len(methods)
    seeds = iter(np.random.SeedSequence(seed).generate_state(n).tolist())
    for number in range(n_starts):
        spectral = number == 0 and other == "gibbs" and model.spec.parameters.get("start") != usual
        yield _Way("start", k, method, usual if spectral else other, next(seeds))
    for _ in range(n_resamples):
        own = next(seeds)
        yield _Way("resample", k, method, usual, own, draw_part(counts, part, own))
    for size in sizes:
        yield _Way("number of topics", size, method, usual, next(seeds))
    for one in methods:
        yield _Way("method", k, one, "spectral", next(seeds))


def draw_part(counts: TermCounts, part: float, seed: int) -> npt.NDArray[np.int64]:
    """Draw a part of the stories that count, and give the rows of their copies and units, in order."""
    table = covariate_table(counts)
    copies = "duplicate_cluster" in table
    story = number_stories(table, np.zeros(len(table), np.int64), copies=copies)
    able = np.unique(story[counts.release_weights > 0])
    chosen = np.random.default_rng(seed).permutation(able)[: max(1, round(part * able.size))]
    return np.flatnonzero(np.isin(story, chosen))


def take_releases(counts: TermCounts, rows: npt.NDArray[np.int64]) -> TermCounts:
    """Give the counts of some releases, with all that is known of them but their texts."""
    spec = Spec("take_releases", {"releases": len(rows)}, inputs=(counts.spec,))
    return replace(
        counts,
        matrix=sparse.csr_matrix(counts.matrix[rows]),
        releases=covariate_table(counts).iloc[rows].reset_index(drop=True),
        release_weights=counts.release_weights[rows],
        tokens=None,
        spec=spec,
    )


def parameters_of(model: TopicModel, method: str | None = None) -> dict[str, Any]:
    """Give what a model was fitted with, for fitting it again; of another method what that can use."""
    parameters = {name: value for name, value in model.spec.parameters.items() if name in _FITTED_WITH}
    own = str(model.spec.parameters.get("method", "structural"))
    if method is not None and method != own:
        parameters = {name: parameters[name] for name in ("weights", "pooled") if name in parameters}
    return parameters


def refuse_others(model: TopicModel, counts: TermCounts) -> None:
    """Refuse what is no model or no counts, and counts that the model was not fitted to."""
    from octadisc.terms.counts import TermCounts

    expect(model, TopicModel, "model", "what od.fit_topics(counts, …) gives")
    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    if model.spec.function in _NOT_FITTED:
        raise InputError(
            f"The model was made by {model.spec.function}, and cannot be fitted again as it is. Give the "
            "model that od.fit_topics made (of merged topics: model.unmerged)."
        )
    same = list(counts.releases["release"]) == list(model.releases["release"])
    if list(counts.terms) != list(model.terms) or not same:
        raise InputError("counts are not those that the model was fitted to: their terms or releases differ.")


def fit_again(
    model: TopicModel,
    counts: TermCounts,
    *,
    n_topics: int | None = None,
    method: Any = None,
    start: Any = None,
    seed: int | None = None,
    tolerance: float | None = None,
    n_threads: int | None = None,
) -> TopicModel:
    """Fit as a model was fitted, but for what is said; without the warnings, which were given once."""
    import warnings

    usual = model.spec.parameters
    method = method or usual.get("method", "structural")
    options = parameters_of(model, method)
    if tolerance is not None and method == "structural":
        options["tolerance"] = tolerance
    start = start or usual.get("start")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fit_topics(
            counts,
            n_topics or model.n_topics,
            method,
            start="spectral" if start == "model" else start,
            seed=int((model.spec.seed or 0) if seed is None else seed),
            n_threads=n_threads,
            **options,
        )


def _watch(ways: list[_Way], progress: bool) -> Any:
    if not progress:
        return ways
    from tqdm.auto import tqdm

    return tqdm(ways, desc="Fitting again", unit="fit")
