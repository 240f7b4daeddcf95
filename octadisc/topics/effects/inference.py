"""What may be inferred of a weighted sum of coefficients, and about whom."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtr, stdtrit

from octadisc.statistics.robust import why_too_few
from octadisc.topics.effects.cases import Clusters
from octadisc.topics.effects.regressions import Pooled

__all__ = ["Inference", "infer_contrast"]

Floats = npt.NDArray[np.float64]

_SEEN = 0.95  # of a contrast's variance, below which it rests on what some cluster alone does
_FEW_DF = 4.0  # of Satterthwaite's, below which t is no good approximation (Tipton 2015)


class Inference(NamedTuple):
    """A weighted sum of coefficients for each topic.

    Attributes
    ----------
    estimate, std_error, p_value, low, high : arrays, shape (topics,)
    df : float
    note : str
        Why there is no inference, of whom it speaks, or why it is rough.
    """

    estimate: Floats
    std_error: Floats
    p_value: Floats
    low: Floats
    high: Floats
    df: float
    note: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic: estimate, std_error, statistic, p_value, low, high, df, note."""
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = self.estimate / self.std_error
        return pd.DataFrame(
            {
                "estimate": self.estimate,
                "std_error": self.std_error,
                "statistic": statistic,
                "p_value": self.p_value,
                "low": self.low,
                "high": self.high,
                "df": self.df,
                "note": self.note,
            }
        )


def infer_contrast(
    pooled: Pooled,
    clusters: Clusters,
    weights: Floats,
    level: float,
    *,
    varies_within: bool,
    own: bool,
) -> Inference:
    """Infer a weighted sum of coefficients.

    Parameters
    ----------
    pooled : Pooled
    clusters : Clusters
    weights : array of float, shape (columns,)
    level : float
    varies_within : bool
        Whether what it is about varies within issuers; if not, it is a question about issuers.
    own : bool
        Whether it compares these very issuers with each other.
    """
    estimate = pooled.coefficients @ weights
    covariance, df, note = pooled.plain, pooled.spare, ""
    column = clusters.column
    if own:
        note = f"Of the releases of these {column}s, taken for independent."
    elif pooled.clustered is not None:
        cluster_df, seen = pooled.basis.degrees_of_freedom(weights)
        if seen >= _SEEN:
            covariance, df = pooled.clustered, cluster_df
            if df < _FEW_DF:
                few = f"{df:.1f} degrees of freedom"
                note = f"The interval is a rough one: {column}s tell little of this ({few})."
        elif varies_within:
            note = f"Rests on single {column}s: of their releases, taken for independent."
        else:
            return _nothing(
                estimate,
                f"Not enough data: one {column} makes up so much of this that its chance cannot be told "
                "from it.",
            )
    elif clusters.of is not None:
        if not varies_within:
            return _nothing(estimate, why_too_few(clusters.n, column))
        note = f"Of these {clusters.n} {column}s, their releases taken for independent."
    variance = np.einsum("p,kpq,q->k", weights, covariance, weights)
    std_error = np.sqrt(np.maximum(variance, 0.0))
    safe = np.where(std_error > 0, std_error, np.nan)
    p_value = 2 * stdtr(df, -np.abs(estimate / safe))
    half = float(stdtrit(df, (1 + level) / 2)) * safe
    return Inference(estimate, safe, p_value, estimate - half, estimate + half, df, note)


def _nothing(estimate: Floats, note: str) -> Inference:
    gone = np.full(estimate.size, np.nan)
    return Inference(estimate, gone, gone, gone, gone, float("nan"), note)
