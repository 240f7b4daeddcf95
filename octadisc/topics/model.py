"""TopicModel: what a fitted topic model says, whatever the method."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.topics.labels.deviations import rank_deviations
from octadisc.topics.labels.rankings import Ranking, rank_terms
from octadisc.topics.quality.coherence import Order
from octadisc.topics.quality.quality import TopicQuality, assess_topics
from octadisc.topics.readings import Readings
from octadisc.topics.weights import Weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.counts import TermCounts
    from octadisc.tokens import Tokens
    from octadisc.topics.structural.structure import Structure

__all__ = ["TopicModel"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TopicModel(Readings):
    """Topics as words and releases as shares of topics; made by `od.fit_topics`, read by `od.load_model`.

    Attributes
    ----------
    shares : array of float, shape (releases, topics)
        Rows sum to 1; a release without any term of the model, or left out of the counts as a copy, is a
        row of NaN.
    words : array of float, shape (topics, terms)
        Probability of each term in each topic; rows sum to 1.
    terms : list of str
    topics : DataFrame
        topic (number), name, share (mean over releases, see `weights` and `release_weights`), terms (the
        ten that mark it out); and what people judged, once `IntrusionScores.carry_to` has put it there.
    bound : array of float
        What the fit made as large as it could: log-likelihood or its lower bound, one value an iteration
        or one in all. Values of different methods do not compare.
    releases : DataFrame
        One row a release, as in the counts.
    release_weights : array of float, shape (releases,)
        What each release counts in the counts, in means, and in :meth:`evidence`; see `reissues` of
        `od.count_terms`.
    spec : Spec
    weights : {"release", "token"}
        What mean shares weigh alike, unless said otherwise.
    notes : tuple of str
        What a reader of the numbers should know.
    tokens : Tokens or None
        For :meth:`evidence`.
    structure : Structure or None
        Of a structural topic model: coefficients, covariance, content, starts and keywords.
    """

    shares: Floats
    words: Floats
    terms: list[str]
    topics: pd.DataFrame
    bound: Floats
    releases: pd.DataFrame
    release_weights: Floats
    spec: Spec
    weights: Weights = "release"
    notes: tuple[str, ...] = ()
    tokens: Tokens | None = None
    structure: Structure | None = None

    @property
    def n_topics(self) -> int:
        """Number of topics."""
        return len(self.words)

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic: topic, name, share, terms, and what people judged if scores were carried."""
        return self.topics.copy()

    def to_shares(self) -> pd.DataFrame:
        """Give one row a release and topic: release, date, issuer, topic, name, share."""
        n_releases, n_topics = self.shares.shape
        table = self.releases[["release", "date", "issuer"]]
        table = table.iloc[np.repeat(np.arange(n_releases), n_topics)].reset_index(drop=True)
        names = np.tile(self.topics["name"].to_numpy(object), n_releases)
        return table.assign(
            topic=np.tile(np.arange(n_topics), n_releases),
            name=pd.Series(names, dtype="str"),
            share=self.shares.ravel(),
        )

    def number_of(self, topic: int | str) -> int:
        """Give the number of a topic that is called by number or name.

        Raises
        ------
        UnknownNameError
            If there is no such topic.
        """
        names = self.topics["name"].tolist()
        if isinstance(topic, str):
            if topic not in names:
                like = [f"“{one}”" for one in names if topic.casefold() in one.casefold()][:3]
                hint = f" Did you mean {' or '.join(like)}?" if like else did_you_mean(topic, names)
                raise UnknownNameError(f"No topic is called {topic!r}.{hint}")
            return int(names.index(topic))
        if not _is_whole(topic) or not 0 <= topic < self.n_topics:
            raise UnknownNameError(
                f"There is no topic {topic!r}. Expected a number from 0 to {self.n_topics - 1}, or one of "
                'the names in model.topics["name"].'
            )
        return int(topic)

    def numbers_of(self, topics: int | str | Iterable[int | str] | None = None) -> list[int]:
        """Give the numbers of several topics, each once; of all if left out.

        Raises
        ------
        InputError, UnknownNameError
            If there are none, or one does not exist.
        """
        if topics is None:
            return list(range(self.n_topics))
        several = [topics] if isinstance(topics, str) or not isinstance(topics, Iterable) else topics
        chosen = list(dict.fromkeys(self.number_of(one) for one in several))
        if not chosen:
            raise InputError("topics is empty. Expected numbers or names of topics, or leave it out for all.")
        return chosen

    def terms_of(
        self,
        topic: int | str,
        n: int = 10,
        *,
        by: Ranking = "keyness",
        weight: float = 0.5,
        level: str | None = None,
        counts: TermCounts | None = None,
    ) -> pd.DataFrame:
        """Give a topic's terms, the most telling first.

        Parameters
        ----------
        topic : int or str
            Number or name.
        n : int
            How many.
        by : {"keyness", "probability", "frex", "lift", "score"}
            Keyness is the term's part in how the topic differs from all topics together, weighed by their
            shares: p log(p / q), where p is its probability in the topic and q in all. Frequent words
            that every topic has come first by probability, and last by keyness. FREX is high for terms that
            are frequent in the topic and exclusive to it; lift, p divided by the term's part of all counts,
            brings rare terms up; score is p times how far log p is above its mean over the topics.
        weight : float
            For FREX, what exclusivity weighs, from 0 to 1; frequency weighs the rest. (R's ``labelTopics``
            counts from the other end: its ``frexweight`` is 1 − `weight`.)
        level : str, optional
            A value of the content covariate, such as "Europol": words as the releases of this level use
            them, compared with what these say of other topics.
        counts : TermCounts, optional
            What the model was fitted to. FREX and lift then know how often each term occurs, and are those
            of R's stm; without it they take what the model expects, which is about the same.

        Returns
        -------
        DataFrame
            term, probability, and the measure (keyness for "probability").

        Raises
        ------
        UnknownNameError
            If there is no such topic, measure or level.
        InputError
            If a level is asked for and words depend on none, or the counts are of other terms.

        References
        ----------
        Bischof and Airoldi (2012), ICML, on FREX; Roberts, Stewart and Tingley (2019), Journal of Statistical
        Software 91(2), for FREX, lift and score as they are here.
        """
        k = self.number_of(topic)
        return rank_terms(self, k, n, by, weight=weight, level=level, counts=counts)

    def content_terms(self, n: int = 10) -> pd.DataFrame:
        """Give the terms that deviate most from how frequent they are, where words depend on a covariate.

        Parameters
        ----------
        n : int
            How many of each topic, level, and both together at most; only those that deviate upwards, by
            more than .001.

        Returns
        -------
        DataFrame
            kind ("topic", "level" or "both"), topic (missing for a level), level (missing for a topic), term,
            deviation: what is added to the logarithm of the term's frequency.

        Raises
        ------
        InputError
            If the model was fitted without `content`.

        References
        ----------
        Eisenstein, Ahmed and Xing (2011), ICML, on sparse additive models of text.
        """
        return rank_deviations(self, n)

    def quality(
        self,
        counts: TermCounts,
        n_terms: int = 10,
        *,
        order: Order = "mimno",
        weight: float = 0.7,
        window: int | Literal["release"] | None = None,
        exact: bool = False,
    ) -> TopicQuality:
        """Say how coherent each topic is, and how exclusive its terms.

        Parameters
        ----------
        counts : TermCounts
            What the model was fitted to, or other releases in which its terms occur.
        n_terms : int
            How many of each topic's most probable terms are looked at.
        order : {"mimno", "stm", "u_mass", "npmi", "uci", "c_v"}
            Which coherence: as Mimno and others published it, as R's stm computes it, or one of gensim's.
        weight : float
            What exclusivity weighs in FREX, of which a topic's exclusivity is the sum over its terms.
        window, exact
            Of "npmi", "uci" and "c_v"; see `od.measure_coherence`.

        Returns
        -------
        TopicQuality
            With `to_frame` and `plot` (coherence against exclusivity). Good topics have much of both, and
            both say little across models of different numbers of topics.

        Raises
        ------
        InputError, UnknownNameError
            If an argument is not what it should be, or none of the terms occur in the counts.
        """
        return assess_topics(self, counts, n_terms, order=order, weight=weight, window=window, exact=exact)

    def top_releases(self, topic: int | str, n: int = 10) -> pd.DataFrame:
        """Give the releases in which a topic has its largest shares.

        Returns
        -------
        DataFrame
            release, date, issuer, title, source, share.
        """
        share = self.shares[:, self.number_of(topic)]
        best = np.argsort(np.where(np.isnan(share), np.inf, -share), kind="stable")
        best = best[: min(max(0, n), int((~np.isnan(share)).sum()))]
        columns = ["release", "date", "issuer", "title", "source"]
        table = self.releases.reindex(columns=columns).iloc[best].reset_index(drop=True)
        return table.assign(share=share[best])

    def rename(self, names: Mapping[int | str, str]) -> TopicModel:
        """Give a model in which topics have other names, such as ``{0: "mutual trust"}``.

        Raises
        ------
        InputError
            If a name is empty or two topics would have the same.
        UnknownNameError
            If there is no such topic.
        """
        made = self.topics["name"].tolist()
        if not isinstance(names, Mapping):
            raise InputError(f'names={names!r}: expected a mapping, such as {{0: "mutual trust"}}.')
        for topic, name in names.items():
            if not str(name).strip():
                raise InputError(f"{name!r} is no name for topic {topic!r}. Expected words.")
            made[self.number_of(topic)] = str(name).strip()
        twice = sorted({one for one in made if made.count(one) > 1})
        if twice:
            raise InputError(f"Two topics would be called {twice[0]!r}. Give each a name of its own.")
        return replace(self, topics=self.topics.assign(name=pd.Series(made, dtype="str")))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the model to one zip file of arrays and JSON; `od.load_model` reads it.

        The file appears whole or not at all; folders on the way to it are made. Tokens are not in it.

        Raises
        ------
        UnreadableError
            If the path is a folder, or cannot be written to.
        """
        from octadisc.topics.files import save_model

        return save_model(self, path)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the topics' mean shares as bars, the largest on top, with names and terms."""
        from octadisc.topics.plots import plot_model

        return plot_model(self, ax)

    def __repr__(self) -> str:
        method = self.spec.parameters.get("method", "?")
        n_releases, n_terms = len(self.releases), len(self.terms)
        return f"TopicModel({method}, {self.n_topics} topics, {n_releases:,} releases, {n_terms:,} terms)"

    def _repr_html_(self) -> str:
        shown = self.topics.drop(columns=["precision_low", "precision_high"], errors="ignore")
        formats = {"share": "{:.1%}", "precision": "{:.0%}"}
        return show(self, shown, self.n_topics, formats, notes=self.notes)


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
