"""What `TopicModel.over_time` gives: mean shares per period and group, with intervals and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.groups import Grid
from octadisc.topics.weights import Weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.model import TopicModel
    from octadisc.topics.over_time.split import TopicSplit

__all__ = ["TopicTrend"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicTrend:
    """Mean shares of topics per period and group, with intervals; made by `TopicModel.over_time`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know: releases left out, intervals that could not be given.
    model : TopicModel
    grid : Grid
        Period and group of each release.
    by : str or None
        The column that makes the groups.
    weights : {"release", "token"}
        What means weigh alike.
    level : float
        Coverage of the intervals.
    kept : array of bool, shape (releases,), or None
        Which releases count, of a balanced panel; all of them if None.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    model: TopicModel
    grid: Grid
    by: str | None = None
    weights: Weights = "release"
    level: float = 0.95
    kept: npt.NDArray[np.bool_] | None = None

    def to_frame(self) -> pd.DataFrame:
        """Give one row per topic, group and period.

        Columns: period, start, end (exclusive), group, topic, name, share, low, high, releases (those with
        shares). A period without releases stays, with 0 releases and a share of NaN. Releases are sums of
        parts where copies count as parts of one. Where rows of the model are units of releases (sentences,
        say), units says how many of these there are; a standardised trend has weight_present, the weight
        of the issuers that have releases in the period.
        """
        return self.frame.copy()

    def standardise(
        self,
        by: str = "issuer",
        weights: Literal["pooled", "equal"] | Mapping[str, float] | pd.Series = "pooled",
        *,
        least: float = 0.1,
    ) -> TopicTrend:
        """Give the shares as they were if the same issuers had published in the same proportions throughout.

        Parameters
        ----------
        by : str
            The column that says who publishes.
        weights : "pooled", "equal", or mapping
            What each weighs: its part of all releases (running tokens, with token weights), the same, or
            numbers of your own.
        least : float
            Periods in which those who publish have less of the weight are not enough data.

        Returns
        -------
        TopicTrend
            With a further column, weight_present. Evidence is that of the periods as they were.

        Raises
        ------
        InputError, UnknownNameError, NotEnoughDataError
            If there is no such column, fewer than two issuers are known, weights are none, or the trend is
            standardised already.

        Notes
        -----
        Where an issuer is silent it counts with its own level, moved as the others moved (a logistic model of
        issuers and periods, issuers' levels drawn towards each other); the topics of what is filled in so add
        up to 1. How uncertain that is, and how few releases an issuer that weighs much may have in a period,
        is in the interval. The mathematics are those of `Trend.standardise`, with means of fractions.

        Examples
        --------
        Two issuers who never change; the one that speaks of drugs publishes more from 2003 on:

        >>> import octadisc as od
        >>> rows = [(f"{2001 + i // 40}-05-01", "AB"[i % 4 < (3 if i < 80 else 1)]) for i in range(160)]
        >>> texts = {"A": "drugs and smuggling", "B": "mutual trust"}
        >>> corpus = od.Corpus.from_frame(
        ...     [{"date": date, "issuer": issuer, "text": texts[issuer]} for date, issuer in rows]
        ... )
        >>> model = od.fit_topics(od.count_terms(od.tokenize(corpus), stop_words=["and"]), 2, "nmf")
        >>> trend = model.over_time()
        >>> drugs = f"topic == {model.shares[0].argmin()}"
        >>> trend.to_frame().query(drugs)["share"].round(2).tolist()
        [0.25, 0.25, 0.75, 0.75]
        >>> trend.standardise().to_frame().query(drugs)["share"].round(2).tolist()
        [0.5, 0.5, 0.5, 0.5]
        """
        from octadisc.topics.over_time.mixes import standardise

        return standardise(self, by, weights, least)

    def balance(self, by: str = "issuer", *, present: float = 0.9) -> TopicTrend:
        """Give the trend of those who publish in (nearly) all periods; all others are left out.

        Parameters
        ----------
        by : str
            The column that says who publishes.
        present : float
            The part of the periods with releases in which one must have some.

        Returns
        -------
        TopicTrend
            Its last note says who is in the panel, and what part of the releases they have.

        Raises
        ------
        InputError, UnknownNameError, NotEnoughDataError
            If there is no such column, `present` is no part, or nobody publishes in so many periods.
        """
        from octadisc.topics.over_time.mixes import balance

        return balance(self, by, present)

    def split(
        self,
        before: str | Sequence[str] | None = None,
        after: str | Sequence[str] | None = None,
        by: str = "issuer",
    ) -> TopicSplit:
        """Split the change of each topic's share into what issuers say and who publishes.

        Parameters
        ----------
        before, after : str or sequence of str, optional
            Periods to compare, as labelled in the trend; the two halves of the releases if left out.
        by : str
            The column that says who publishes.

        Returns
        -------
        TopicSplit
            within + between = change, exactly.

        Raises
        ------
        InputError, UnknownNameError, NotEnoughDataError
            If a period does not exist or is on both sides, only one side is given, all releases are of one
            period, or the trend is standardised.
        """
        from octadisc.topics.over_time.split import split_shares

        return split_shares(self, before, after, by)

    def evidence(
        self, topic: int | str, period: str | None = None, group: str | None = None, n: int = 20
    ) -> pd.DataFrame:
        """Give the sentences that a point rests on, ranked as in `TopicModel.evidence`."""
        from octadisc.topics.evidence import rank_sentences, rows_of

        wanted = rows_of(self.grid, period, group) & (self.grid.period >= 0)
        if self.kept is not None:
            wanted &= self.kept
        return rank_sentences(self.model, self.model.number_of(topic), wanted, n)

    def plot(
        self,
        ax: Axes | None = None,
        topics: int | str | Iterable[int | str] | None = None,
        *,
        group: str | None = None,
    ) -> Axes:
        """Draw mean shares with their intervals: a line a topic, or a line a group for one topic.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        topics : int, str or list of them, optional
            By default the five largest, or where there are groups the largest.
        group : str, optional
            Only this one.
        """
        from octadisc.topics.plots import plot_trend

        return plot_trend(self, ax, topics, group)

    def __repr__(self) -> str:
        n_groups = len(self.grid.groups)
        groups = f", {n_groups:,} groups" if n_groups > 1 else ""
        kind = {"standardise": ", standardised", "balance": ", balanced"}.get(self.spec.function, "")
        return f"TopicTrend({self.model.n_topics} topics, {len(self.grid.periods):,} periods{groups}{kind})"

    def _repr_html_(self) -> str:
        head = self.frame.head(8)
        head = head.assign(
            start=head["start"].dt.strftime("%Y-%m-%d"), end=head["end"].dt.strftime("%Y-%m-%d")
        )
        formats = dict.fromkeys(("share", "low", "high"), "{:.1%}")
        return show(self, head, len(self.frame), formats, notes=self.notes)
