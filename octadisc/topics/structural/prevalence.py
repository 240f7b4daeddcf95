"""Prevalence: how a release's covariates move its topics, learnt from these topics in each pass."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from octadisc.errors import NotEnoughDataError

__all__ = [
    "PREVALENCE_PRIORS",
    "Axes",
    "PrevalencePrior",
    "find_axes",
    "fit_coefficients",
    "ridge",
    "sparse_path",
]

Floats = npt.NDArray[np.float64]
PrevalencePrior = Literal["pooled", "l1"]
PREVALENCE_PRIORS = get_args(PrevalencePrior)

_TOLERANCE = 1e-4  # of the sum of changes of coefficients
_MOST_STEPS = 1000
_PENALTIES = 100  # on the path of lassos
_SHORTEST = 1e-4  # the last of them, of the one that leaves no covariate in


class Axes(NamedTuple):
    """The principal axes of a design without its mean, along which a ridge regression falls apart.

    Attributes
    ----------
    mean : array, shape (columns − 1,)
        Of the columns but the intercept.
    values : array, shape (columns − 1,)
        Sums of squares along the axes.
    vectors : array, shape (columns − 1, columns − 1)
    """

    mean: Floats
    values: Floats
    vectors: Floats


def find_axes(design: Floats, weights: Floats) -> Axes:
    """Find the principal axes of a design whose first column is the intercept."""
    mean = weights @ design[:, 1:] / weights.sum()
    centred = design[:, 1:] - mean
    values, vectors = np.linalg.eigh(centred.T @ (weights[:, None] * centred))
    return Axes(mean, np.maximum(values, 0.0), vectors)


def fit_coefficients(
    eta: Floats, design: Floats, weights: Floats, axes: Axes, prior: PrevalencePrior = "pooled"
) -> Floats:
    """Give coefficients of the covariates, shape (columns, topics − 1), the first column the intercept.

    Parameters
    ----------
    eta : array of float, shape (releases, topics − 1)
    design : array of float, shape (releases, columns)
        Its first column is constant; with no other, coefficients are means.
    weights : array of float, shape (releases,)
        How many releases each counts for.
    axes : Axes
        Of the design.
    prior : "pooled" or "l1"
        Ridge with a half-Cauchy prior for each topic; or a path of lassos over all topics, of which the one
        with the best AIC is taken, so that covariates that tell little get none.
    """
    if design.shape[1] == 1:
        return np.asarray(weights @ eta / weights.sum())[None, :]
    if prior == "l1":
        return sparse_path(eta, design, weights)
    return ridge(eta, design, weights, axes)


def ridge(eta: Floats, design: Floats, weights: Floats, axes: Axes) -> Floats:
    """Fit a variational Bayesian ridge regression to each topic, the intercept left free.

    The coefficients of a topic have a common precision, which has a half-Cauchy prior, and so has the
    precision of errors. Along the principal axes of the design each iteration is a few sums, for all topics
    at once; a topic keeps the coefficients at which it has settled.

    References
    ----------
    Drugowitsch (2013), arXiv 1310.5438; Roberts, Stewart and Tingley (2019), Journal of Statistical Software
    91(2), whose iterations and start these are.
    """
    n, n_columns = float(weights.sum()), design.shape[1]
    middle = weights @ eta / n
    left = eta - middle
    squares = weights @ left**2
    cross = axes.vectors.T @ ((design[:, 1:] - axes.mean).T @ (weights[:, None] * left))
    values = axes.values[:, None]
    shape = (1 + n) / 2
    noise, shrinkage = np.ones(len(middle)), np.full(len(middle), float(n_columns))
    rate = np.ones(len(middle))
    found = np.zeros((n_columns, len(middle)))
    going = np.ones(len(middle), bool)
    for _ in range(_MOST_STEPS):
        variance = 1.0 / (noise * values + shrinkage)
        along = noise * variance * cross
        rest = squares - 2 * (along * cross).sum(axis=0) + (values * along**2).sum(axis=0)
        spread = (n_columns - shrinkage * variance.sum(axis=0)) / noise  # trace of x'x and the covariance
        noise = shape / (0.5 * (np.maximum(rest, 0.0) + spread) + rate)
        rate = 1.0 / (noise + 1.0)
        size = (along**2).sum(axis=0) + variance.sum(axis=0)
        shrinkage = n_columns / (4.0 / (shrinkage + 1.0) + size)
        slopes = axes.vectors @ along
        made = np.vstack([middle - axes.mean @ slopes, slopes])
        settled = np.abs(made - found).sum(axis=0) <= _TOLERANCE
        found = np.where(going, made, found)
        going &= ~settled
        if not going.any():
            return found
    raise NotEnoughDataError(
        "Coefficients of the prevalence covariates do not settle: the columns of the formula are too much "
        'alike, or on very different scales. Leave some out, or take prevalence_prior="l1".'
    )


def sparse_path(eta: Floats, design: Floats, weights: Floats) -> Floats:
    """Give the lasso of all topics together with the best AIC along its path.

    A covariate has a coefficient in all topics or in none (the multi-task lasso, glmnet's "mgaussian").

    References
    ----------
    Friedman, Hastie and Tibshirani (2010), Journal of Statistical Software 33; Roberts, Stewart and Tingley
    (2019), on the choice by AIC: deviance + 2 × coefficients that are not zero.
    """
    from sklearn.linear_model import enet_path

    root = np.sqrt(weights / weights.mean())[:, None]
    centre = weights @ design[:, 1:] / weights.sum()
    middle = weights @ eta / weights.sum()
    x = design[:, 1:] - centre
    scale = np.sqrt(weights @ x**2 / weights.sum())
    scale[scale == 0] = 1.0
    x = np.asfortranarray(root * x / scale)
    y = np.asfortranarray(root * (eta - middle))
    most = float(np.linalg.norm(x.T @ y, axis=1).max()) / len(x)
    if not most > 0:
        return np.vstack([middle, np.zeros((x.shape[1], y.shape[1]))])
    penalties = np.geomspace(most, most * _SHORTEST, _PENALTIES)
    _, path, _ = enet_path(x, y, l1_ratio=1.0, alphas=penalties, max_iter=5_000, tol=1e-6)
    residual = y[:, :, None] - np.einsum("nd,kda->nka", x, path)
    criterion = (residual**2).sum(axis=(0, 1)) + 2 * (path != 0).sum(axis=(0, 1))
    best = path[:, :, int(criterion.argmin())].T / scale[:, None]
    return np.vstack([middle - centre @ best, best])
