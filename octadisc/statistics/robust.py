"""Regression whose errors may depend on each other within clusters, such as the releases of one issuer.

Least squares, plain or weighted; covariances by bias-reduced linearisation (CR2), with Satterthwaite's
degrees of freedom for each contrast; and the wild cluster bootstrap. With a dozen unequal issuers the usual
cluster-robust intervals (CR1) are too narrow; these are not, and below eight clusters nothing is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from octadisc.errors import InputError
from octadisc.statistics.clusters import Basis, Working, make_basis
from octadisc.statistics.wild import wild_cluster_bootstrap

__all__ = ["FEWEST_CLUSTERS", "ClusteredFit", "Contrast", "fit_clustered", "why_too_few"]

Floats = npt.NDArray[np.float64]
Kind = Literal["CR0", "CR1", "CR2"]

FEWEST_CLUSTERS = 8  # below, no method tells clusters' chance from what is the case
_SEEN = 0.95  # of a contrast's variance, below which it rests on what some cluster alone does
_FEW_DF = 4.0  # of Satterthwaite's, below which t is no good approximation (Tipton 2015)


class Contrast(NamedTuple):
    """A weighted sum of coefficients, with what may be said of it.

    Attributes
    ----------
    estimate, std_error : float
    df : float
        Degrees of freedom of Student's t; NaN where a bootstrap took its place.
    p_value : float
        Two-sided.
    low, high : float
    note : str
        Why there is no inference, where there is none (std_error to high are NaN then), or why it is rough.
    """

    estimate: float
    std_error: float
    df: float
    p_value: float
    low: float
    high: float
    note: str = ""


def why_too_few(n_clusters: int, noun: str = "cluster", fewest: int = FEWEST_CLUSTERS) -> str:
    """Say why nothing can be inferred about clusters in general; nothing where it can.

    Examples
    --------
    >>> why_too_few(5, "issuer")
    'Not enough data: 5 issuers, at least 8 needed to tell what issuers in general do.'
    >>> why_too_few(12)
    ''
    """
    if n_clusters >= fewest:
        return ""
    some = f"{n_clusters:,} {noun}{'s' * (n_clusters != 1)}"
    return f"Not enough data: {some}, at least {fewest} needed to tell what {noun}s in general do."


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class ClusteredFit:
    """A linear regression with a covariance that allows for clusters; made by `fit_clustered`.

    Attributes
    ----------
    coefficients : array of float, shape (columns,)
    covariance : array of float, shape (columns, columns)
    residuals : array of float, shape (rows,)
    n_clusters : int
    kind : "CR0", "CR1" or "CR2"
    """

    coefficients: Floats
    covariance: Floats
    residuals: Floats
    n_clusters: int
    kind: Kind
    basis: Basis

    def contrast(
        self,
        weights: Any,
        *,
        value: float = 0.0,
        level: float = 0.95,
        fewest: int = FEWEST_CLUSTERS,
        noun: str = "cluster",
    ) -> Contrast:
        """Give a weighted sum of the coefficients with its interval and test.

        Parameters
        ----------
        weights : array of float, shape (columns,), or int
            Of each coefficient; or the number of one.
        value : float
            What it is tested against.
        level : float
            Coverage of the interval.
        fewest : int
            Below so many clusters there is no inference, but a note.
        noun : str
            What the clusters are called in it.
        """
        chosen = self._weights(weights)
        estimate = float(chosen @ self.coefficients)
        note = why_too_few(self.n_clusters, noun, fewest) or self._why_unseen(chosen, noun)
        if note:
            return Contrast(estimate, np.nan, np.nan, np.nan, np.nan, np.nan, note)
        std_error = float(np.sqrt(max(float(chosen @ self.covariance @ chosen), 0.0)))
        df = self.degrees_of_freedom(chosen)
        size = float(np.abs(self.basis.x @ self.coefficients + self.residuals).max(initial=0.0))
        if not std_error > 1e-12 * size:
            note = "No interval: nothing is left unexplained within the clusters."
            return Contrast(estimate, np.nan, df, np.nan, np.nan, np.nan, note)
        if df < _FEW_DF:
            note = f"The interval is a rough one: {noun}s tell little of this ({df:.1f} degrees of freedom)."
        p_value = 2 * float(stdtr(df, -abs(estimate - value) / std_error))
        half = float(stdtrit(df, (1 + level) / 2)) * std_error
        return Contrast(estimate, std_error, df, p_value, estimate - half, estimate + half, note)

    def degrees_of_freedom(self, weights: Any) -> float:
        """Give Satterthwaite's degrees of freedom of a contrast's variance; clusters less one without CR2."""
        if self.kind != "CR2":
            return float(self.n_clusters - 1)
        return self.basis.degrees_of_freedom(self._weights(weights))[0]

    def bootstrap(
        self,
        weights: Any,
        *,
        value: float = 0.0,
        level: float = 0.95,
        n_draws: int = 1999,
        seed: int = 0,
        fewest: int = FEWEST_CLUSTERS,
        noun: str = "cluster",
    ) -> Contrast:
        """Give the same as :meth:`contrast` by the wild cluster bootstrap, the hypothesis imposed.

        The interval holds every value that the bootstrap would not reject. See
        `octadisc.statistics.wild.wild_cluster_bootstrap`.
        """
        chosen = self._weights(weights)
        estimate = float(chosen @ self.coefficients)
        note = why_too_few(self.n_clusters, noun, fewest) or self._why_unseen(chosen, noun)
        if note:
            return Contrast(estimate, np.nan, np.nan, np.nan, np.nan, np.nan, note)
        made = wild_cluster_bootstrap(
            self.basis.scores(self.residuals),
            self.basis.grams(),
            self.basis.inverse,
            chosen,
            estimate,
            value=value,
            level=level,
            n_draws=n_draws,
            seed=seed,
        )
        return Contrast(estimate, made.std_error, np.nan, made.p_value, made.low, made.high)

    def _why_unseen(self, chosen: Floats, noun: str) -> str:
        """Say where a cluster is alone with a column, so that its residuals are zero whatever it does."""
        if self.kind != "CR2" or not self.basis.degrees_of_freedom(chosen)[1] < _SEEN:
            return ""
        return f"Not enough data: one {noun} makes up so much of this that its chance cannot be told from it."

    def _weights(self, weights: Any) -> Floats:
        k = self.coefficients.size
        if isinstance(weights, (int, np.integer)) and -k <= weights < k:
            return np.asarray(np.eye(k)[weights])
        chosen = np.asarray(weights, float)
        if chosen.shape != (k,):
            raise InputError(f"A contrast of shape {chosen.shape}: expected {k} weights, one a coefficient.")
        return chosen


def fit_clustered(
    y: Any,
    design: Any,
    clusters: Any,
    *,
    weights: Any = None,
    kind: Kind = "CR2",
    working: Working = "inverse",
) -> ClusteredFit:
    """Fit a linear regression by (weighted) least squares, with a covariance that allows for clusters.

    Parameters
    ----------
    y : array of float, shape (rows,)
    design : array of float, shape (rows, columns)
        With its constant, and a column for each cluster's own constant if these are wanted. No column may
        be made up of the others.
    clusters : array, shape (rows,)
        Which rows may depend on each other: anything that has equal values.
    weights : array of float, shape (rows,), optional
        Such as the releases that a row's share is of. Rows of weight 0 take no part.
    kind : "CR2", "CR1" or "CR0"
        Bias-reduced; the usual one of Stata and statsmodels; without any correction.
    working : "inverse" or "equal"
        What CR2 is exact for: errors with variances inverse to the weights, or all the same. Without weights
        they are one.

    Returns
    -------
    ClusteredFit

    Raises
    ------
    InputError
        If shapes do not fit, a value is missing, a weight is negative, or a column is made up of the others.

    Notes
    -----
    The residuals of each cluster are multiplied by the symmetric root of the (generalised) inverse of what
    least squares has left of their variance, under the working model; so also with a constant for each
    cluster. Degrees of freedom are those that the first two moments of the variance have there. Where a
    cluster is alone with a column (one issuer against all others), its residuals are zero whatever it does,
    CR2 sees nothing of it, and there is a note instead of an interval.

    References
    ----------
    Bell and McCaffrey (2002), Survey Methodology 28; Pustejovsky and Tipton (2018), Journal of Business and
    Economic Statistics 36; Tipton (2015), Psychological Methods 20, for 4 degrees of freedom as the least.

    Examples
    --------
    The mean of four clusters of one row each: CR2 is then the variance of a mean, with 3 degrees of freedom.

    >>> fit = fit_clustered([1.0, 2.0, 3.0, 6.0], np.ones((4, 1)), [0, 1, 2, 3])
    >>> mean = fit.contrast(0, fewest=2)
    >>> mean.estimate, round(mean.std_error**2, 6), round(mean.df, 6)
    (3.0, 1.166667, 3.0)
    """
    x, target = np.asarray(design, float), np.asarray(y, float)
    if x.ndim != 2 or target.shape != x.shape[:1] or len(clusters) != target.size:
        raise InputError(
            f"design is of shape {x.shape}, y of {target.shape}, clusters of length {len(clusters)}. "
            "Expected a value for each row of the design."
        )
    w = np.ones(target.size) if weights is None else np.asarray(weights, float)
    if not (np.isfinite(x).all() and np.isfinite(target[w > 0]).all() and (w >= 0).all()):
        raise InputError(
            "y, design or weights have missing values or negative weights. Leave those rows out."
        )
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1].ravel()
    kept = np.flatnonzero(w > 0)
    basis = make_basis(x[kept], w[kept], codes[kept], working)
    coefficients = basis.inverse @ (basis.x.T @ (basis.w * target[kept]))
    residuals = np.full(target.size, np.nan)
    residuals[kept] = target[kept] - basis.x @ coefficients
    m = basis.n_clusters
    if kind == "CR2":
        scores = basis.add_up(basis.adjusted * residuals[kept][:, None])
        factor = 1.0
    else:
        scores = basis.scores(residuals[kept])
        n, k = basis.x.shape
        factor = m / max(m - 1, 1) * (n - 1) / max(n - k, 1) if kind == "CR1" else 1.0
    covariance = factor * basis.inverse @ (scores.T @ scores) @ basis.inverse
    return ClusteredFit(coefficients, covariance, residuals[kept], m, kind, basis)
