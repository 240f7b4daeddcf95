"""What a structural topic model is besides shares and words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.statistics.formulas import Design, make_design
from octadisc.topics.structural.content import Deviations
from octadisc.topics.structural.keyword_table import Keywords

__all__ = ["Content", "Structure"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Content:
    """Words that depend on who says them.

    Attributes
    ----------
    column : str
        Of the releases.
    levels : list of str
        Its values, sorted.
    words : array, shape (levels, topics, terms)
        Rows sum to 1.
    deviations : Deviations
        What topics, levels and both add to the logarithm of a term's frequency; most of it 0.
    """

    column: str
    levels: list[str]
    words: Floats
    deviations: Deviations

    def reorder(self, order: npt.NDArray[np.int64]) -> Content:
        """Give the same with topics in another order."""
        kept = self.deviations
        moved = kept._replace(topic=kept.topic[order], both=kept.both[:, order])
        return replace(self, words=np.ascontiguousarray(self.words[:, order]), deviations=moved)


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Structure:
    """What the shares of a structural topic model come from; `TopicModel.structure`.

    Shares are the softmax of (eta, 0); before its words are seen, eta of a release is normal with the mean
    design × coefficients and one covariance for all.

    Attributes
    ----------
    eta : array, shape (releases, topics − 1)
        NaN where a release has no shares. The last topic is the one the others are compared with.
    coefficients : array, shape (columns, topics − 1)
    covariance : array, shape (topics − 1, topics − 1)
    spread : array, shape (topics − 1, topics − 1)
        What is not known of a release's eta once its words are seen: the mean covariance of the posteriors.
    columns : list of str
        Of the design; "Intercept" alone without `prevalence`.
    prevalence : str or None
        The formula's right side.
    fitted : array of bool, shape (releases,)
        Which releases the model was learnt from; those that lack a covariate were not.
    content : Content or None
    starts : DataFrame
        One row a start: start, seed, iterations, settled, bound, behind (the best), cosine (mean over topics
        of their words' with those of the best, matched one to one).
    keywords : Keywords or None
        How topics that were given keywords use them.
    """

    eta: Floats
    coefficients: Floats
    covariance: Floats
    spread: Floats
    columns: list[str]
    prevalence: str | None
    fitted: npt.NDArray[np.bool_]
    content: Content | None
    starts: pd.DataFrame
    keywords: Keywords | None = None

    @property
    def n_topics(self) -> int:
        """Number of topics."""
        return len(self.covariance) + 1

    def to_frame(self) -> pd.DataFrame:
        """Give the coefficients, one row a topic but the last and column: topic, term, coefficient.

        They are on the scale of log(share / share of the last topic), hard to read by themselves;
        `od.estimate_effect` says what covariates do to shares.
        """
        n_columns, free = self.coefficients.shape
        return pd.DataFrame(
            {
                "topic": np.repeat(np.arange(free), n_columns),
                "term": pd.Series(self.columns * free, dtype="str"),
                "coefficient": self.coefficients.T.ravel(),
            }
        )

    def design(self, releases: pd.DataFrame) -> Design | None:
        """Give the design of the prevalence formula, made from the releases the model was fitted to."""
        if self.prevalence is None:
            return None
        return make_design(self.prevalence, releases.iloc[np.flatnonzero(self.fitted)], argument="prevalence")

    def reorder(self, order: npt.NDArray[np.int64]) -> Structure:
        """Give the same model with its topics in another order, and so another last one to compare with."""
        n = self.n_topics
        moving = np.eye(n)[order][:, : n - 1]  # eta with its 0 → eta in the new order
        moving = moving[:-1] - moving[-1]
        return replace(
            self,
            eta=self.eta @ moving.T,
            coefficients=self.coefficients @ moving.T,
            covariance=moving @ self.covariance @ moving.T,
            spread=moving @ self.spread @ moving.T,
            content=None if self.content is None else self.content.reorder(order),
            keywords=None if self.keywords is None else self.keywords.reorder(order),
        )

    def _repr_html_(self) -> str:
        said = f"~ {self.prevalence}" if self.prevalence else "no covariates"
        if self.keywords is not None:
            said += f", keywords of {len(self.keywords.names)} topics"
        table: Any = self.starts.to_html(index=False, border=0)
        return f"<p><b>Structure({escape(said)}, {self.n_topics} topics)</b></p>{table}"
