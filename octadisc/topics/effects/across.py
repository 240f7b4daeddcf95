"""Effects across models: whether a finding depends on where a fit began, or on the number of topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.topics.alignment.likeness import FOUND, measure_likeness
from octadisc.topics.alignment.matching import match_pairs
from octadisc.topics.checks import several
from octadisc.topics.effects.effects import estimate_effect
from octadisc.topics.model import TopicModel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["EffectsAcross", "compare_effects"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class EffectsAcross:
    """One term's effect on the topics of several models; made by `od.compare_effects`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    models : tuple of TopicModel
        The first is the one whose topics the others' are matched with.
    term : str
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    models: tuple[TopicModel, ...]
    term: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic of the first model and model.

        Columns: topic, name, model (0 is the first), n_topics, start, seed, bound, matched (the other model's
        topic), cosine (of the words), correlation (of the shares), found (the cosine is .7 or
        more), estimate, std_error, p_value, low, high.
        """
        return self.frame.copy()

    def summary(self) -> pd.DataFrame:
        """Give one row a topic: how often it is found again, and what its effect is there.

        Columns: topic, name, estimate, low, high (of the first model), found (share of the other models),
        same_sign (share of the models it is found in), least, most (of its estimates there), verdict.
        """
        rows = []
        for topic, part in self.frame.groupby("topic", sort=True):
            first, others = part.iloc[0], part.iloc[1:]
            there = part[part["found"]]
            same = float((np.sign(there["estimate"]) == np.sign(first["estimate"])).mean())
            rows.append(
                {
                    "topic": topic,
                    "name": first["name"],
                    "estimate": first["estimate"],
                    "low": first["low"],
                    "high": first["high"],
                    "found": float(others["found"].mean()) if len(others) else np.nan,
                    "same_sign": same,
                    "least": float(there["estimate"].min()),
                    "most": float(there["estimate"].max()),
                    "verdict": _verdict(first, others, there, same),
                }
            )
        return pd.DataFrame(rows).astype({"name": "str", "verdict": "str"})

    def evidence(self, topic: int | str, n: int = 20) -> pd.DataFrame:
        """Give the sentences that contribute most to a topic of the first model."""
        return self.models[0].evidence(topic, n=n)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each topic's effect in all models: a row a topic, the first model's on top and filled."""
        from octadisc.topics.effects.plots import plot_across

        return plot_across(self, ax)

    def __repr__(self) -> str:
        return f"EffectsAcross({self.term!r}, {self.models[0].n_topics} topics, {len(self.models)} models)"

    def _repr_html_(self) -> str:
        table = self.summary()
        return show(self, table, len(table), "{:.3f}", notes=self.notes)


def _verdict(first: Any, others: pd.DataFrame, there: pd.DataFrame, same: float) -> str:
    sure = bool(first["low"] > 0 or first["high"] < 0)
    if not len(others):
        return "one model only"
    if np.isnan(first["low"]):
        return "not enough data"
    if others["found"].mean() < 0.5:
        return "the topic itself depends on the fit"
    if not sure:
        return "no effect beyond chance in the first model"
    agree = ((there["low"] > 0) | (there["high"] < 0)) & (
        np.sign(there["estimate"]) == np.sign(first["estimate"])
    )
    if same < 1:
        return "its sign depends on the fit"
    if agree.all():
        return "holds in all"
    return f"same sign in all, beyond chance in {int(agree.sum())} of {len(there)}"


def compare_effects(
    models: Sequence[TopicModel],
    formula: str,
    term: str | None = None,
    n_draws: int = 100,
    seed: int = 0,
    **options: Any,
) -> EffectsAcross:
    """Estimate an effect in several models, and say for each topic of the first what the others make of it.

    One optimum is not the truth: other starts and other numbers of topics find other topics, and with them
    other effects. A finding that is worth reporting is there in most of them.

    Parameters
    ----------
    models : sequence of TopicModel
        Other starts, seeds, numbers of topics, methods, or some of the releases. The others' topics are
        matched one to one with the first's by words and releases, see `od.align_topics`; but whether one is
        found again goes by its words alone, since fits that give it to the same releases agree in effects.
    formula : str
        See `od.estimate_effect`.
    term : str, optional
        Column of the formula; the first but the intercept if left out.
    n_draws, seed
        As in `od.estimate_effect`.
    **options
        Others of its arguments, such as `clusters`.

    Returns
    -------
    EffectsAcross

    Raises
    ------
    InputError, UnknownNameError
        If there are no models, or two have too little in common, or there is no such term.

    Examples
    --------
    >>> import numpy as np
    >>> import octadisc as od
    >>> matrix = np.repeat([[6, 1, 0, 1], [0, 1, 6, 1]], [20, 20], axis=0)
    >>> releases = [{"kind": "ab"[i % 3 == 0]} for i in range(40)]
    >>> counts = od.TermCounts.from_matrix(matrix, ["border", "crime", "trust", "talk"], releases)
    >>> models = [od.fit_topics(counts, k, "nmf") for k in (2, 3)]
    >>> od.compare_effects(models, "~ kind", clusters=None)
    EffectsAcross('kind[T.b]', 2 topics, 2 models)
    """
    models = tuple(several(models))
    if not models:
        raise InputError("models is empty. Expected models that od.fit_topics made, the one to report first.")
    for number, model in enumerate(models):
        expect(model, TopicModel, f"models[{number}]", "what od.fit_topics(counts, …) gives")
    if "topics" in options:
        raise InputError("topics cannot be chosen here: all of each model are needed to match them.")
    first = models[0]
    parts = []
    notes: dict[str, None] = {}
    for number, model in enumerate(models):
        effect = estimate_effect(model, formula, n_draws, seed, **options)
        notes |= dict.fromkeys(effect.notes)
        terms = list(dict.fromkeys(effect.frame["term"]))
        if term is None:
            term = next((one for one in terms if one != "Intercept"), terms[0])
        if term not in terms:
            raise UnknownNameError(f"term={term!r} is not in the formula.{did_you_mean(term, terms)}")
        mine = effect.frame[effect.frame["term"] == term].set_index("topic")
        parts.append(_matched(first, model, number, mine))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.sort_values(["topic", "model"], kind="stable", ignore_index=True)
    parameters = {"formula": formula, "term": term, "n_draws": n_draws, **options}
    spec = Spec("compare_effects", parameters, seed, tuple(one.spec for one in models))
    lost = frame[(frame["model"] > 0) & ~frame["found"]]
    if len(lost):
        others = len(frame) - first.n_topics
        notes[f"Not found again (cosine below {FOUND:g}): {len(lost)} of {others} topics."] = None
    return EffectsAcross(frame, spec, tuple(notes), models, str(term))


def _matched(first: TopicModel, model: TopicModel, number: int, effect: pd.DataFrame) -> pd.DataFrame:
    """Give a row for each topic of the first model that has a partner in this one."""
    likeness = measure_likeness(first, model)
    if np.isnan(likeness.cosine).all():
        raise InputError(
            f"models[{number}] has too few terms in common with models[0] to tell which topics are the same. "
            "Fit them to counts of the same terms."
        )
    match = match_pairs(likeness)
    rows, at, matched = np.arange(first.n_topics), np.maximum(match, 0), match >= 0
    parameters = model.spec.parameters
    values = effect.reindex(match)
    return pd.DataFrame(
        {
            "topic": np.arange(first.n_topics),
            "name": pd.Series(first.topics["name"].tolist(), dtype="str"),
            "model": number,
            "n_topics": model.n_topics,
            "start": str(parameters.get("start", "")),
            "seed": model.spec.seed,
            "bound": float(model.bound[-1]),
            "matched": match,
            "cosine": np.where(matched, likeness.cosine[rows, at], 0.0),
            "correlation": np.where(matched, likeness.correlation[rows, at], 0.0),
            "found": matched & (likeness.cosine[rows, at] >= FOUND),
            **{
                one: values[one].to_numpy(float)
                for one in ("estimate", "std_error", "p_value", "low", "high")
            },
        }
    )
