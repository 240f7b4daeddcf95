"""ModelComparison: scores of models with other numbers of topics, by other methods, from other starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from octadisc.faces import show
from octadisc.spec import Spec

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from octadisc.topics.model import TopicModel

__all__ = ["ModelComparison"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class ModelComparison:
    """Scores of topic models side by side; made by `od.compare_models`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    topic_frame : DataFrame
        See :meth:`topics`.
    split_frame : DataFrame
        See :meth:`splits`.
    models : mapping
        The models by method, number of topics and start: ``comparison.models["structural", 20, 0]``.
    spec : Spec
    notes : tuple of str
        How the numbers were made, and what a reader of them should know.
    """

    frame: pd.DataFrame
    topic_frame: pd.DataFrame
    split_frame: pd.DataFrame
    models: Mapping[tuple[str, int, int], TopicModel]
    spec: Spec
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a model.

        Columns:

        - method, n_topics, start;
        - held_out: log-likelihood of a word kept back, mean over releases and splits; held_out_error: its
          standard error over splits (over releases if there is one split);
        - behind: how far that is below the best model; behind_error: the standard error of this difference,
          the larger of those over splits and over releases, both of differences on the same words;
          near_best: whether it is at most one standard error behind, missing (pd.NA) where that error is not
          known, as with words kept back of a single release;
        - dispersion of residuals: 1 where the model is right, more where words vary more than it says;
        - exclusivity and, for each measure, coherence_…: means over topics; coherence_…_spread: their
          standard deviation over topics;
        - stability: mean cosine of topics' words with those in other fits, see `notes`;
        - bound, which does not compare across methods; seconds that the fit took.
        """
        return self.frame.copy()

    def topics(self) -> pd.DataFrame:
        """Give one row a topic of each model.

        Columns: method, n_topics, start, topic, name, share, coherence_… for each measure, exclusivity,
        stability, terms (those looked at).
        """
        return self.topic_frame.copy()

    def splits(self) -> pd.DataFrame:
        """Give one row a model and split: method, n_topics, start, split, held_out, releases."""
        return self.split_frame.copy()

    def describe(self) -> str:
        """Say in a paragraph what the comparison comes to, and what it does not say."""
        from octadisc.topics.selection.describing import describe

        return describe(self)

    def plot(self, ax: Axes | None = None, *, measure: str = "held_out") -> Axes:
        """Draw one column of the frame over the number of topics, a line a method.

        Held-out likelihood has its standard error; filled points are within one standard error of the best.

        Raises
        ------
        UnknownNameError
            If the frame has no such column of numbers.
        """
        from octadisc.topics.selection.plots import plot_measure

        return plot_measure(self, ax, measure)

    def plot_panels(self) -> Figure:
        """Draw held-out likelihood, coherence, exclusivity, stability and dispersion side by side."""
        from octadisc.topics.selection.plots import plot_panels

        return plot_panels(self)

    def __repr__(self) -> str:
        methods = ", ".join(self.frame["method"].unique())
        numbers = ", ".join(str(one) for one in sorted(self.frame["n_topics"].unique()))
        n = len(self.frame)
        return f"ModelComparison({n} {'model' if n == 1 else 'models'}: {methods}; {numbers} topics)"

    def _repr_html_(self) -> str:
        left_out = ["behind_error", *(one for one in self.frame if one.endswith("_spread"))]
        formats = dict.fromkeys(self.frame.select_dtypes("float"), "{:.3f}")
        formats |= {"bound": "{:,.0f}", "seconds": "{:.1f}"}
        head = self.frame.drop(columns=left_out)
        return show(self, head, len(head), formats, notes=(self.describe(), *self.notes))
