"""What may be inferred of weighted sums of coefficients, one or several together, and about whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import fdtrc, stdtr, stdtrit

from octadisc.statistics.robust import why_too_few
from octadisc.topics.effects.cases import Clusters
from octadisc.topics.effects.regressions import Pooled

__all__ = ["Inference", "JointTest", "infer_contrast", "infer_jointly", "stack_inferences"]

Floats = npt.NDArray[np.float64]

_SEEN = 0.95  # of a contrast's variance, below which it rests on what some cluster alone does
_FEW_DF = 4.0  # of Satterthwaite's, below which t is no good approximation (Tipton 2015)
_FEWEST_DF = 1.0  # of the denominator of F, below which nothing is said


class Inference(NamedTuple):
    """A weighted sum of coefficients for each topic.

    Attributes
    ----------
    estimate, std_error, p_value, low, high, df : arrays, shape (topics,)
    note : array of str, shape (topics,)
        Why there is no inference, of whom it speaks, or why it is rough.
    """

    estimate: Floats
    std_error: Floats
    p_value: Floats
    low: Floats
    high: Floats
    df: Floats
    note: npt.NDArray[np.str_]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a topic: estimate, std_error, statistic, p_value, low, high, df, note."""
        return stack_inferences([self])


def stack_inferences(found: Sequence[Inference]) -> pd.DataFrame:
    """Give the rows of several inferences, one after the other; see `Inference.to_frame`."""
    parts = {
        name: np.concatenate([getattr(one, name) for one in found])
        for name in ("estimate", "std_error", "p_value", "low", "high", "df", "note")
    }
    frame = pd.DataFrame({**parts, "statistic": parts["estimate"] / parts["std_error"]})
    return frame[["estimate", "std_error", "statistic", "p_value", "low", "high", "df", "note"]]


class JointTest(NamedTuple):
    """Whether several weighted sums of coefficients are all 0, for each topic.

    Attributes
    ----------
    statistic, p_value : arrays, shape (topics,)
        Of F.
    df_numerator : float
    df_denominator : array, shape (topics,)
    note : array of str, shape (topics,)
    """

    statistic: Floats
    p_value: Floats
    df_numerator: float
    df_denominator: Floats
    note: npt.NDArray[np.str_]


class _Ground(NamedTuple):
    """Covariance and degrees of freedom that an inference rests on; no covariance if there is none."""

    covariance: Floats | None
    df: Floats
    note: str


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
        Whether what it is about varies within issuers; if not, it is a question about issuers, and degrees of
        freedom are those for releases that are alike within issuers, as much as the residuals are.
    own : bool
        Whether it compares these very issuers with each other.
    """
    estimate = pooled.coefficients @ weights
    covariance, df, note = _ground(pooled, clusters, weights[None], varies_within=varies_within, own=own)
    if covariance is None:
        gone = np.full(estimate.size, np.nan)
        return Inference(estimate, gone, gone, gone, gone, gone, np.full(estimate.size, note))
    notes = np.full(estimate.size, note, object)
    if covariance is pooled.clustered:
        for topic in np.flatnonzero(df < _FEW_DF):
            few = f"{df[topic]:.1f} degrees of freedom"
            noun = "release" if clusters.column == "unit_of" else clusters.column
            notes[topic] = f"The interval is a rough one: {noun}s tell little of this ({few})."
    variance = np.einsum("p,kpq,q->k", weights, covariance, weights)
    std_error = np.sqrt(np.maximum(variance, 0.0))
    notes[~(std_error > 0)] = "No interval: nothing is left unexplained."
    safe = np.where(std_error > 0, std_error, np.nan)
    p_value = 2 * stdtr(df, -np.abs(estimate / safe))
    half = stdtrit(df, (1 + level) / 2) * safe
    return Inference(estimate, safe, p_value, estimate - half, estimate + half, df, notes.astype(np.str_))


def infer_jointly(
    pooled: Pooled, clusters: Clusters, weights: Floats, *, varies_within: bool, own: bool
) -> JointTest:
    """Test whether several weighted sums of coefficients are all 0 (Wald's test).

    Parameters
    ----------
    pooled, clusters, varies_within, own
        As in `infer_contrast`.
    weights : array of float, shape (sums, columns)

    Notes
    -----
    Where releases are independent F has the degrees of freedom of the residuals. Where issuers are, it is
    Hotelling's T² with degrees of freedom from the variance of the CR2 covariance, by which F is also scaled
    down: for one sum the square of its t.

    References
    ----------
    Tipton and Pustejovsky (2015), Journal of Educational and Behavioral Statistics 40; Pustejovsky and Tipton
    (2018), Journal of Business and Economic Statistics 36, section 3.2.
    """
    n, n_topics = len(weights), len(pooled.coefficients)
    gone = np.full(n_topics, np.nan)
    covariance, df, note = _ground(pooled, clusters, weights, varies_within=varies_within, own=own)
    if covariance is None:
        return JointTest(gone, gone, float(n), gone, np.full(n_topics, note))
    notes = np.full(n_topics, note, object)
    left = df
    if covariance is pooled.clustered:
        left = df - n + 1
        some = f"{n} columns together" if n > 1 else "this"
        for topic in np.flatnonzero(left < _FEW_DF):
            few = f"{left[topic]:.1f} degrees of freedom"
            notes[topic] = f"A weak test: {clusters.column}s tell little of {some} ({few})."
        notes[left < _FEWEST_DF] = (
            f"Not enough data: {clusters.n} {clusters.column}s tell too little of {some}. Take fewer, such "
            "as s(date, 3) or date for s(date)."
        )
        left = np.where(left < _FEWEST_DF, np.nan, left)
    statistic = _wald(pooled.coefficients @ weights.T, weights @ covariance @ weights.T) * left / (n * df)
    return JointTest(statistic, fdtrc(n, left, statistic), float(n), left, notes.astype(np.str_))


def _wald(estimates: Floats, spread: Floats) -> Floats:
    """Give e' V⁻¹ e for each topic; NaN where V says nothing of some sum."""
    found = np.full(len(estimates), np.nan)
    for topic, (one, covariance) in enumerate(zip(estimates, spread, strict=True)):
        scale = np.sqrt(np.diag(covariance))
        if (scale > 0).all():
            likeness = covariance / np.outer(scale, scale)
            if np.linalg.cond(likeness) < 1 / np.finfo(float).eps:
                found[topic] = one / scale @ np.linalg.solve(likeness, one / scale)
    return found


def _ground(
    pooled: Pooled, clusters: Clusters, weights: Floats, *, varies_within: bool, own: bool
) -> _Ground:
    """Say what an inference about some weighted sums rests on, and of whom it speaks."""
    column = clusters.column
    spare = np.full(len(pooled.coefficients), pooled.spare)
    if own:
        return _Ground(pooled.plain, spare, f"Of the releases of these {column}s, taken for independent.")
    if pooled.clustered is not None:
        one, seen = pooled.basis.degrees_of_freedom(weights)
        if seen >= _SEEN:
            df = np.full(spare.size, one)
            if not varies_within:
                each = [pooled.basis.degrees_of_freedom(weights, alike)[0] for alike in pooled.alike]
                df = np.minimum(df, each)
            return _Ground(pooled.clustered, df, "")
        if varies_within and pooled.basis.parts_seen(weights)[-1] < _SEEN:  # all of them, not some
            note = f"Rests on single {column}s: of their releases, taken for independent."
            return _Ground(pooled.plain, spare, note)
        note = f"one {column} makes up so much of this that its chance cannot be told from it."
        return _Ground(None, spare, f"Not enough data: {note}")
    if clusters.of is None:
        return _Ground(pooled.plain, spare, "")
    if not varies_within:
        return _Ground(None, spare, why_too_few(clusters.n, column))
    note = f"Of these {clusters.n} {column}s, their releases taken for independent."
    return _Ground(pooled.plain, spare, note)
