"""TopicStability: how often each topic of a model comes back when it is fitted again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.topics.alignment.alignment import Alignment
from octadisc.topics.model import TopicModel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.alignment.redrawn import Redrawn
    from octadisc.topics.effects.across import EffectsAcross

__all__ = ["TopicStability"]

_COLUMNS = {"start": "starts", "resample": "resamples", "number of topics": "sizes", "method": "methods"}
_STABLE, _DOUBTFUL = 0.8, 0.5  # of the fits


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicStability:
    """How often topics come back; made by `od.check_stability`.

    Attributes
    ----------
    alignment : Alignment
        The topics in all the fits.
    fits : DataFrame
        One row a fit: model (its place in `alignment.models`), kind ("start", "resample", "number of topics"
        or "method"), n_topics, method, start, seed, releases, bound.
    spec : Spec
    notes : tuple of str
        Fits that could not be made, and others.
    """

    alignment: Alignment
    fits: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]

    @property
    def model(self) -> TopicModel:
        """The model whose topics are in question."""
        return self.alignment.models[0]

    @property
    def models(self) -> tuple[TopicModel, ...]:
        """The model, and all that were fitted again."""
        return self.alignment.models

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic: how often it comes back, over all and by kind.

        Columns: topic, name, share, found (share of the fits), starts, resamples, sizes, methods (share of
        the fits of each kind; NaN where there are none), split, merged (share of the fits in which it is in
        parts, or part of one), cosine, correlation (medians), verdict: "stable" (found in 8 of 10),
        "split or merged", "doubtful" (found in 5 of 10), "not stable"; judged, where
        `IntrusionScores.carry_to` has put it into the model.
        """
        table = self.alignment.summary()
        frame = self.alignment.frame.merge(self.fits[["model", "kind"]], on="model", how="left")
        for kind, column in _COLUMNS.items():
            part = frame[frame["kind"] == kind].groupby("topic")["found"].mean()
            table[column] = table["topic"].map(part).astype(float)
        table["verdict"] = pd.Series(
            [_verdict(one.found, one.split + one.merged) for one in table.itertuples()], dtype="str"
        )
        order = [
            "topic", "name", "share", "found", "starts", "resamples", "sizes", "methods", "split", "merged",
            "cosine", "correlation", "verdict",
        ]  # fmt: skip
        if "judged" in self.model.topics:
            table["judged"] = self.model.topics["judged"]
        return table[[*order, *table.columns.intersection(["judged"])]]

    def describe(self) -> str:
        """Say in a sentence or two which topics come back, and which do not."""
        table = self.to_frame()
        n = len(self.fits)
        said = []
        for verdict in ("stable", "split or merged", "doubtful", "not stable"):
            names = [f"“{name}”" for name in table.loc[table["verdict"] == verdict, "name"]]
            if names:
                said.append(f"{verdict}: {', '.join(names)}")
        kinds = self.fits["kind"].value_counts(sort=False)
        ways = ", ".join(f"{count} by {kind}" for kind, count in kinds.items())
        return (
            f"Of {self.model.n_topics} topics, fitted again {n} times ({ways}): {'; '.join(said)}. Stable is "
            "what is found again, by words and by releases, in 8 of 10 fits."
            + "".join(f" {note}" for note in dict.fromkeys(self.notes) if note.startswith("Not fitted"))
        )

    def compare_effects(self, formula: str, term: str | None = None, **options: Any) -> EffectsAcross:
        """Estimate an effect in every fit; see `od.compare_effects`.

        Raises
        ------
        InputError
            If a fit cannot estimate it.
        """
        from octadisc.topics.effects.across import compare_effects

        return compare_effects(self.models, formula, term, **options)

    def over_time(self, topic: int | str, every: Any = "year") -> Redrawn:
        """Draw the course of a topic again in every fit in which it is found.

        Parameters
        ----------
        topic : int or str
            Number or name.
        every : str or intervals
            As in `TopicModel.over_time`.

        Returns
        -------
        Redrawn
        """
        from octadisc.topics.alignment.redrawn import redraw

        return redraw(self, topic, every)

    def evidence(self, topic: int | str, n: int = 20) -> pd.DataFrame:
        """Give the sentences that contribute most to a topic."""
        return self.model.evidence(topic, n=n)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw for each topic in how many of the fits it comes back, by kind of fit."""
        from octadisc.topics.alignment.plots import plot_stability

        return plot_stability(self, ax)

    def __repr__(self) -> str:
        stable = int((self.to_frame()["verdict"] == "stable").sum())
        return f"TopicStability({self.model.n_topics} topics, {len(self.fits)} fits, {stable} stable)"

    def _repr_html_(self) -> str:
        table = self.to_frame()
        formats = {**dict.fromkeys(table.columns[3:12], "{:.2f}"), "share": "{:.1%}"}
        return show(self, table, len(table), formats, rows="topics", notes=self.notes)


def _verdict(found: float, parts: float) -> str:
    if found >= _STABLE:
        return "stable"
    if found + parts >= _STABLE:
        return "split or merged"
    return "doubtful" if found >= _DOUBTFUL else "not stable"
