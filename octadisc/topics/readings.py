"""What a topic model says of time, and of new releases: methods of `TopicModel`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from octadisc.errors import UnknownNameError, did_you_mean
from octadisc.topics.weights import Weights

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel
    from octadisc.topics.over_time.period_terms import TermRanking, TopicTerms
    from octadisc.topics.over_time.trend import TopicTrend

__all__ = ["Readings"]


def _model(readings: Readings) -> TopicModel:
    return cast("TopicModel", readings)  # nothing else is made of it


class Readings:
    """Periods, evidence and new releases, for `TopicModel`."""

    __slots__ = ()

    def over_time(
        self,
        every: Any = "year",
        by: str | None = None,
        weights: Weights | None = None,
        *,
        level: float = 0.95,
    ) -> TopicTrend:
        """Give the mean share of each topic per period and group; see `octadisc.topics.over_time`.

        Parameters
        ----------
        every : str or intervals
            "year", "half", "quarter", "month", "week", "presidency", or rows of (name, start, end).
        by : str, optional
            A column of the releases, such as "issuer"; releases without a value are the group "(missing)".
        weights : {"release", "token"}, optional
            What the mean weighs alike; the model's own by default.
        level : float
            Coverage of the intervals.

        Returns
        -------
        TopicTrend
        """
        from octadisc.topics.over_time.tracking import track_topics

        return track_topics(_model(self), every, by, weights or _model(self).weights, level=level)

    def terms_over_time(
        self,
        topic: int | str,
        every: Any = "year",
        n: int = 10,
        *,
        by: TermRanking = "keyness",
        counts: TermCounts | None = None,
    ) -> TopicTerms:
        """Give a topic's terms by period, each from that period's releases only.

        Parameters
        ----------
        topic : int or str
            Number or name.
        every : str or intervals
            As in :meth:`over_time`.
        n : int
            How many terms of each period.
        by : {"keyness", "probability"}
            Those that mark the period out: p log(p / q), where p is the term's probability in the topic in
            this period and q that in all other periods, each with one more word spread as the topic's usually
            are. Or the most probable ones, which hardly change.
        counts : TermCounts, optional
            What the model was fitted to. The model's tokens are counted again if left out.

        Returns
        -------
        TopicTerms
            With `to_frame`, `evidence(period)` and `plot`. "not enough data" where fewer than 100 words, or
            than 5 releases with a word or more, are expected to be the topic's.

        Raises
        ------
        InputError
            If there are neither counts nor tokens, or they are of other releases.
        UnknownNameError
            If there is no such topic, kind of period or measure.

        Notes
        -----
        A term counts as often as it is expected to come from the topic: its count in a release times
        p(topic | term, release), which is share × word probability relative to that of all topics. Words that
        fewer than three releases of a period have are left out. The topic itself is one and the same in
        all periods; what changes is which of its words are used.
        """
        from octadisc.topics.over_time.period_terms import track_terms_of

        return track_terms_of(_model(self), topic, every, n, by=by, counts=counts)

    def transform(self, counts: TermCounts, *, n_threads: int | None = None) -> TopicModel:
        """Read the shares of new releases from their words; topics stay as they are.

        Parameters
        ----------
        counts : TermCounts
            Of the new releases, counted as those the model was fitted to. Terms that it does not know are
            passed over, and counted in `notes`.
        n_threads : int, optional
            Threads; the result is the same for any number. All cores by default.

        Returns
        -------
        TopicModel
            Of the new releases, with the same topics, words and names, so that `over_time`, `evidence` and
            `top_releases` are theirs. A release without a known term has a row of NaN. It has no
            `structure`; `bound` is one number, of the new releases.

        Raises
        ------
        InputError
            If no term is known, or the model was made by `transform` itself.

        Notes
        -----
        Structural models: what a release says is weighed against what its covariates let expect, as in the
        fit. A release that lacks a covariate, or has a value that the model has not seen (another issuer),
        is taken for an average one; dates and numbers beyond those seen count as the nearest seen. NMF:
        the shares that make the words most likely, which is Kullback–Leibler divergence with words fixed.
        LDA: variational inference with words fixed at their means.
        """
        from octadisc.topics.transforming import transform

        return transform(_model(self), counts, n_threads)

    def evidence(
        self,
        topic: int | str,
        period: str | None = None,
        group: str | None = None,
        n: int = 20,
        *,
        every: Any = "year",
        by: str = "issuer",
    ) -> pd.DataFrame:
        """Give the sentences a topic rests on, those that contribute most first.

        A sentence's contribution is the number of its words that are expected to come from the topic: the
        sum, over its tokens that are terms of the model, of p(topic | word, release), which is share × word
        probability relative to that of all topics. Summed over the sentences of a release it is close to
        the topic's share of the release's modelled words (equal to it where NMF has settled). Where copies
        count as parts of one, so do their sentences.

        Parameters
        ----------
        topic : int or str
            Number or name.
        period : str, optional
            Label of a period, such as "2008"; of the kind that `every` says.
        group : str, optional
            An issuer, or another value of the column that `by` names.
        n : int
            How many sentences.

        Returns
        -------
        DataFrame
            release, date, issuer, source, start, end (of the sentence in the text), sentence, contribution.

        Raises
        ------
        InputError
            If the model has no tokens.
        UnknownNameError
            If there is no such topic, period or group.
        """
        from octadisc.topics.evidence import rank_sentences, rows_of
        from octadisc.topics.over_time.units import lay_grid_over

        model = _model(self)
        wanted = np.ones(len(model.releases), bool)
        if period is not None:
            wanted &= rows_of(lay_grid_over(model.releases, every, None), period, None)
        if group is not None:
            from octadisc.terms.groups import code_groups

            codes, names = code_groups(model.releases, by)
            if group not in names:
                raise UnknownNameError(f"by={by!r} has no {group!r}.{did_you_mean(str(group), names)}")
            wanted &= codes == names.index(group)
        return rank_sentences(model, model.number_of(topic), wanted, n)
