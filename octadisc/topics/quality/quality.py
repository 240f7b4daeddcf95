"""TopicQuality: coherence and exclusivity of each topic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.topics.checks import whole
from octadisc.topics.labels.rankings import check_weight
from octadisc.topics.labels.voices import count_model_terms
from octadisc.topics.quality.coherence import Order, leading_terms
from octadisc.topics.quality.exclusivity import sum_exclusivity
from octadisc.topics.quality.measuring import Window, check_measures, score_lists
from octadisc.topics.structural.content import find_switched

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel

__all__ = ["TopicQuality", "assess_topics"]

_NAMED = 5  # topics or terms that a note names


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicQuality:
    """How coherent topics are, and how exclusive their terms; made by `TopicModel.quality`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic.

        Columns: topic, name, share, coherence (more is more coherent), exclusivity (at most n_terms),
        n_terms (how many terms were looked at), terms (these, the most probable first); judged, where
        `IntrusionScores.carry_to` has put it into the model.
        """
        return self.frame.copy()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each topic as a point, coherence to the right and exclusivity upwards, with its name."""
        from octadisc.topics.quality.plots import plot_quality

        return plot_quality(self, ax)

    def __repr__(self) -> str:
        order = self.spec.parameters["order"]
        n_terms = self.spec.parameters["n_terms"]
        return f"TopicQuality({len(self.frame)} topics, {n_terms} terms of each, order={order!r})"

    def _repr_html_(self) -> str:
        formats = {"share": "{:.1%}", "coherence": "{:.1f}", "exclusivity": "{:.2f}"}
        return show(self, self.frame, len(self.frame), formats, notes=self.notes)


def assess_topics(
    model: TopicModel,
    counts: TermCounts,
    n_terms: int = 10,
    *,
    order: Order = "mimno",
    weight: float = 0.7,
    window: Window = None,
    exact: bool = False,
) -> TopicQuality:
    """Say how coherent each topic is, and how exclusive its terms; see `TopicModel.quality`.

    `window` and `exact` are for coherence in windows: see `measure_coherence`.
    """
    n_terms = whole("n_terms", n_terms, 2)
    weight = check_weight(weight)
    found = count_model_terms(model, counts) > 0
    check_measures(order, counts, window)
    leading = leading_terms(model.words, found, n_terms)
    place = {one: i for i, one in enumerate(counts.terms)}
    columns = [[place[model.terms[i]] for i in one] for one in leading]
    (coherence,) = score_lists(columns, counts, (order,), window=window, exact=exact).values()
    n = np.array([len(one) for one in leading])
    frame = pd.DataFrame(
        {
            "topic": model.topics["topic"],
            "name": model.topics["name"],
            "share": model.topics["share"],
            "coherence": coherence,
            "exclusivity": sum_exclusivity(model.words, leading, weight=weight),
            "n_terms": n,
            "terms": pd.Series([", ".join(model.terms[i] for i in one) for one in leading], dtype="str"),
        }
    )
    if "judged" in model.topics:
        frame["judged"] = model.topics["judged"]
    parameters: dict[str, Any] = {"n_terms": n_terms, "order": order, "weight": weight}
    parameters |= {} if window is None else {"window": window}
    parameters |= {"exact": True} if exact else {}
    spec = Spec("TopicModel.quality", parameters, inputs=(model.spec, counts.spec))
    return TopicQuality(frame, spec, tuple(_notes(model, found, n, n_terms)))


def _notes(
    model: TopicModel,
    found: npt.NDArray[np.bool_],
    n: npt.NDArray[np.int64],
    n_terms: int,
) -> list[str]:
    notes = []
    if not found.all():
        gone = [model.terms[i] for i in np.flatnonzero(~found)]
        more = f" and {len(gone) - _NAMED:,} more" if len(gone) > _NAMED else ""
        notes.append(
            "Terms of the model that stand in no release of the counts, and were not looked at: "
            f"{len(gone):,} of {len(found):,} ({', '.join(gone[:_NAMED])}{more})."
        )
    few = np.flatnonzero(n < n_terms)
    if few.size:
        said = ", ".join(str(one) for one in few[:_NAMED]) + (" and others" if few.size > _NAMED else "")
        notes.append(
            f"Topics with fewer than {n_terms} terms: {few.size:,} of {len(n):,} ({said}). Their coherence "
            "and exclusivity are sums over fewer terms, and do not compare with those of the others."
        )
    content = None if model.structure is None else model.structure.content
    if content is not None:
        notes.append(f"Words depend on {content.column}; those of its levels are taken together here.")
        switched = find_switched(content.words)
        if switched:
            said = ", ".join(
                f"topic {topic} of {content.levels[level]} is topic {other} of {content.levels[0]}"
                for level, topic, other in switched[:_NAMED]
            )
            notes.append(
                f"By their words topics have changed places between levels: {said}. Fit again from another "
                'start (start="gibbs", or n_starts=5), and compare.'
            )
    return notes
