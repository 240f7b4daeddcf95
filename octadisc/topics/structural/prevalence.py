"""Prevalence: how a release's covariates move its topics, learnt from these topics in each pass."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from octadisc.errors import NotEnoughDataError

__all__ = ["PREVALENCE_PRIORS", "PrevalencePrior", "fit_coefficients", "ridge", "sparse_path"]

Floats = npt.NDArray[np.float64]
PrevalencePrior = Literal["pooled", "l1"]
PREVALENCE_PRIORS = get_args(PrevalencePrior)

_TOLERANCE = 1e-4  # of the sum of changes of coefficients
_MOST_STEPS = 1000
_PENALTIES = 100  # on the path of lassos
_SHORTEST = 1e-4  # the last of them, of the one that leaves no covariate in


def fit_coefficients(
    eta: Floats, design: Floats, weights: Floats, prior: PrevalencePrior = "pooled"
) -> Floats:
    """Give coefficients of the covariates, shape (columns, topics − 1), the first column the intercept.

    Parameters
    ----------
    eta : array of float, shape (releases, topics − 1)
    design : array of float, shape (releases, columns)
        Its first column is constant; with no other, coefficients are means.
    weights : array of float, shape (releases,)
        How many releases each counts for.
    prior : "pooled" or "l1"
        Ridge with a half-Cauchy prior for each topic; or a path of lassos over all topics, of which the one
        with the best AIC is taken, so that covariates that tell little get none.
    """
    if design.shape[1] == 1:
        return np.asarray(weights @ eta / weights.sum())[None, :]
    if prior == "l1":
        return sparse_path(eta, design, weights)
    gram = design.T @ (weights[:, None] * design)
    cross = design.T @ (weights[:, None] * eta)
    squares = np.einsum("ij,i,ij->j", eta, weights, eta)
    return np.stack(
        [
            ridge(gram, one, float(square), float(weights.sum()))
            for one, square in zip(cross.T, squares, strict=True)
        ],
        axis=1,
    )


def ridge(gram: Floats, cross: Floats, square: float, n: float) -> Floats:
    """Fit a variational Bayesian ridge regression, its intercept (the first coefficient) left free.

    Coefficients have a common precision, which has a half-Cauchy prior, and so has the precision of errors.

    Parameters
    ----------
    gram : array, shape (columns, columns)
        x'x.
    cross : array, shape (columns,)
        x'y.
    square : float
        y'y.
    n : float
        Rows.

    References
    ----------
    Drugowitsch (2013), arXiv 1310.5438; Roberts, Stewart and Tingley (2019), Journal of Statistical Software
    91(2), whose iterations and start these are.
    """
    n_columns = gram.shape[0]
    shape = (1 + n) / 2
    coefficients = np.zeros(n_columns)
    noise, shrinkage, rate = 1.0, float(n_columns), 1.0
    for _ in range(_MOST_STEPS):
        penalty = np.full(n_columns, shrinkage)
        penalty[0] = 0.0
        factor = cho_factor(noise * gram + np.diag(penalty), lower=True)
        covariance = cho_solve(factor, np.eye(n_columns))
        found = noise * (covariance @ cross)
        left = max(square - 2 * found @ cross + found @ gram @ found, 0.0)
        noise = shape / (0.5 * (left + np.sum(gram * covariance)) + rate)
        rate = 1.0 / (noise + 1.0)
        spread = 2.0 * (2.0 / (shrinkage + 1.0)) + found[1:] @ found[1:] + np.trace(covariance[1:, 1:])
        shrinkage = n_columns / spread
        change = np.abs(found - coefficients).sum()
        coefficients = found
        if change <= _TOLERANCE:
            return np.asarray(coefficients)
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
