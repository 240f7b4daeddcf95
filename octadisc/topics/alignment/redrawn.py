"""Redrawn: the course of one topic in every fit that has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from octadisc.faces import show
from octadisc.spec import Spec

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.alignment.stability import TopicStability

__all__ = ["Redrawn", "redraw"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Redrawn:
    """A topic's mean share over time, in the model and in all fits that have it.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
    name : str
        Of the topic.
    stability : TopicStability
    topic : int
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    name: str
    stability: TopicStability
    topic: int

    def to_frame(self) -> pd.DataFrame:
        """Give one row a fit and period.

        Columns: model (0 is the model itself), kind, period, start, end, share, low, high, releases.
        """
        return self.frame.copy()

    def summary(self) -> pd.DataFrame:
        """Give one row a period: the model's share with its interval, and what other fits make of it.

        Columns: period, start, end, share, low, high, least, most (of all fits to all releases; resamples
        scatter more, since they have fewer).
        """
        own = self.frame[self.frame["model"] == 0].reset_index(drop=True)
        whole = self.frame[self.frame["kind"] != "resample"]
        ends = whole.groupby("period", sort=False)["share"].agg(["min", "max"])
        own["least"], own["most"] = own["period"].map(ends["min"]), own["period"].map(ends["max"])
        return own[["period", "start", "end", "share", "low", "high", "least", "most"]]

    def evidence(self, period: str | None = None, n: int = 20) -> pd.DataFrame:
        """Give the sentences of the model's topic."""
        every = self.spec.parameters["every"]
        return self.stability.model.evidence(self.topic, period, n=n, every=every)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the model's course with its interval, and those of the other fits thin behind it."""
        from octadisc.topics.alignment.plots import plot_redrawn

        return plot_redrawn(self, ax)

    def __repr__(self) -> str:
        n = self.frame["model"].nunique() - 1
        return f"Redrawn({self.name!r}, in {n} of {len(self.stability.fits)} fits)"

    def _repr_html_(self) -> str:
        table = self.summary()
        formats = dict.fromkeys(("share", "low", "high", "least", "most"), "{:.1%}")
        formats |= dict.fromkeys(("start", "end"), "{:%Y-%m-%d}")
        return show(self, table.head(12), len(table), formats, notes=self.notes)


def redraw(stability: TopicStability, topic: int | str, every: Any) -> Redrawn:
    """Track a topic in every fit that has it; see `TopicStability.over_time`."""
    number = stability.model.number_of(topic)
    matched = stability.alignment.frame
    matched = matched[(matched["topic"] == number) & matched["found"]].set_index("model")["matched"]
    kinds = stability.fits.set_index("model")["kind"]
    parts = []
    for place, model in enumerate(stability.models):
        if place and place not in matched.index:
            continue
        own = number if not place else int(matched[place])
        trend = model.over_time(every).to_frame()
        part = trend[trend["topic"] == own].reset_index(drop=True)
        kind = "model" if not place else kinds[place]
        parts.append(part.assign(model=place, kind=pd.Series([kind] * len(part), dtype="str")))
    frame = pd.concat(parts, ignore_index=True)
    columns = ["model", "kind", "period", "start", "end", "share", "low", "high", "releases"]
    lost = len(stability.fits) - len(matched)
    notes = (f"Not found in {lost} of {len(stability.fits)} fits.",) if lost else ()
    spec = Spec("redraw", {"topic": number, "every": every}, inputs=(stability.spec,))
    name = str(stability.model.topics["name"][number])
    return Redrawn(frame[columns], spec, notes, name, stability, number)
