"""Scores of fitted models: a row a model, a row a topic, a row a split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.tokens.threads import one_blas_thread
from octadisc.topics.labels.voices import count_model_terms
from octadisc.topics.quality.coherence import leading_terms
from octadisc.topics.quality.exclusivity import sum_exclusivity
from octadisc.topics.quality.measuring import score_lists
from octadisc.topics.selection.residuals import check_residuals
from octadisc.topics.structural.comparison import match_topics

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel
    from octadisc.topics.selection.asked import Asked

__all__ = ["Fits", "Key", "measure_stability", "rank_held_out", "score_models"]

Floats = npt.NDArray[np.float64]
Key = tuple[str, int, int]  # method, number of topics, start


class Fits(NamedTuple):
    """A model of all releases, and the same fitted to each split.

    Attributes
    ----------
    model : TopicModel
    seconds : float
        That the model took.
    held_out : list of array
        Of each split, the log-likelihood per word of each release with words kept back.
    words : list of array, shape (topics, terms)
        Of the models fitted to the splits.
    n_unsettled : int
        How many of these had not settled.
    """

    model: TopicModel
    seconds: float
    held_out: list[Floats]
    words: list[Floats]
    n_unsettled: int


def score_models(
    fits: dict[Key, Fits], counts: TermCounts, asked: Asked
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give a row a model, a row a topic, and a row a model and split; see `ModelComparison`."""
    stability = measure_stability(fits)
    leading, coherence = _coherence(fits, counts, asked)
    ranked = rank_held_out({key: one.held_out for key, one in fits.items()})
    models, topics, splits = [], [], []
    for number, (key, one) in enumerate(fits.items()):
        of_model: dict[str, Any] = dict(zip(("method", "n_topics", "start"), key, strict=True))
        columns = {name: values[number] for name, values in coherence.items()}
        exclusivity = sum_exclusivity(one.model.words, leading[number], weight=asked.weight)
        topics.append(
            pd.DataFrame(
                {
                    **of_model,
                    "topic": one.model.topics["topic"],
                    "name": one.model.topics["name"],
                    "share": one.model.topics["share"],
                    **columns,
                    "exclusivity": exclusivity,
                    "stability": stability[key],
                    "terms": pd.Series(
                        [", ".join(one.model.terms[i] for i in terms) for terms in leading[number]],
                        dtype="str",
                    ),
                }
            )
        )
        splits += [
            {**of_model, "split": i, "held_out": _mean(values), "releases": int(np.isfinite(values).sum())}
            for i, values in enumerate(one.held_out)
        ]
        models.append(
            {
                **of_model,
                **ranked[key],
                "dispersion": check_residuals(one.model, counts).dispersion,
                "exclusivity": _mean(exclusivity),
                **{name: _mean(values) for name, values in columns.items()},
                **{f"{name}_spread": _spread(values) for name, values in columns.items()},
                "stability": _mean(stability[key]),
                "bound": float(one.model.bound[-1]),
                "seconds": one.seconds,
            }
        )
    table = _table(models).astype({"near_best": "boolean"})
    return table, pd.concat(topics, ignore_index=True).astype({"method": "str"}), _table(splits)


def _coherence(
    fits: dict[Key, Fits], counts: TermCounts, asked: Asked
) -> tuple[list[list[list[int]]], dict[str, list[Floats]]]:
    """Give each model's leading terms, and the coherence of its topics; windows are counted once for all."""
    leading = []
    for one in fits.values():
        found = count_model_terms(one.model, counts) > 0
        leading.append(leading_terms(one.model.words, found, asked.n_terms))
    edges = np.cumsum([len(one) for one in leading])[:-1]
    made: dict[str, list[Floats]] = {}
    for measure in asked.measures:
        window: Any = "release" if asked.by_release else None
        if measure == "stm":  # depends on which topics stand together
            made[measure] = [score_lists(one, counts, (measure,))[measure] for one in leading]
            continue
        together = [terms for one in leading for terms in one]
        values = score_lists(together, counts, (measure,), window=window, exact=asked.exact)[measure]
        made[measure] = np.split(values, edges)
    return leading, {f"coherence_{name}": values for name, values in made.items()}


def measure_stability(fits: dict[Key, Fits]) -> dict[Key, Floats]:
    """Give of each topic the mean cosine of its words with its match in comparable fits.

    These are those of other starts, or where there is one start, those to the splits.
    """
    made = {}
    for key, one in fits.items():
        others = [fits[other].model.words for other in fits if other[:2] == key[:2] and other != key]
        others = others or one.words
        with one_blas_thread():
            made[key] = np.mean([match_topics(one.model.words, words)[1] for words in others], axis=0)
    return made


def rank_held_out(held_out: dict[Key, list[Floats]]) -> dict[Key, dict[str, Any]]:
    """Give of each model the mean over splits, how far it is behind the best, and standard errors of both.

    A model and the best are compared release by release, since what makes a release hard to foresee is the
    same for both. The error of the difference is the larger of those over splits and over releases: with few
    splits the first may be small by chance. Where one of the two is not known, as with words of a single
    release, neither is the error, nor (`near_best` is missing) whether the model is as good as the best.
    """
    means = {key: np.array([_mean(one) for one in values]) for key, values in held_out.items()}
    best = max(means, key=lambda key: np.nan_to_num(means[key].mean(), nan=-np.inf))
    made = {}
    for key, values in held_out.items():
        pairs = [other - own for own, other in zip(values, held_out[best], strict=True)]
        # of numpy's the larger, which is NaN if one is: Python's max(0.0, nan) is 0.0
        errors = (_error_over_splits(pairs), _error_over_releases(pairs)) if key != best else (0.0,)
        error = float(np.max(errors))
        own_error = _error_over_splits(values) if len(values) > 1 else _error_over_releases(values)
        behind = float(np.mean([_mean(one) for one in pairs]))
        unknown = key != best and np.isnan(behind - error)
        near = pd.NA if unknown else key == best or behind <= error
        made[key] = {
            "held_out": float(means[key].mean()),
            "held_out_error": own_error,
            "behind": behind,
            "behind_error": error,
            "near_best": near,
        }
    return made


def _error_over_splits(values: Sequence[Floats]) -> float:
    if len(values) < 2:
        return 0.0
    return float(np.std([_mean(one) for one in values], ddof=1) / np.sqrt(len(values)))


def _error_over_releases(values: Sequence[Floats]) -> float:
    known = [one[np.isfinite(one)] for one in values]
    variances = [one.var(ddof=1) / one.size for one in known if one.size > 1]
    return float(np.sqrt(sum(variances)) / len(known)) if variances else float("nan")


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _spread(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.std(ddof=1)) if known.size > 1 else float("nan")


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype({"method": "str"})
