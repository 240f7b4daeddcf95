"""What releases weigh in mean shares: alike or by their words, and copies as the counts say."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean

__all__ = ["Weights", "check_weights", "mean_shares", "weight_releases"]

Floats = npt.NDArray[np.float64]
Weights = Literal["release", "token"]
_WEIGHTS = get_args(Weights)


def check_weights(weights: Any) -> None:
    """Refuse weights that are neither "release" nor "token"."""
    if weights not in _WEIGHTS:
        raise UnknownNameError(
            f"weights={weights!r} cannot weigh shares.{did_you_mean(str(weights), _WEIGHTS)}"
        )


def weight_releases(releases: pd.DataFrame, release_weights: Floats, weights: Weights) -> Floats:
    """Give what each release weighs in a mean: what it counts, or its running tokens.

    `release_weights` are those of the counts; the column tokens has been multiplied by them already.

    Examples
    --------
    Of two copies each is half a release, and has half of their 60 words:

    >>> releases, halves = pd.DataFrame({"tokens": [30.0, 30.0, 40.0]}), np.array([0.5, 0.5, 1.0])
    >>> weight_releases(releases, halves, "release").tolist()
    [0.5, 0.5, 1.0]
    >>> weight_releases(releases, halves, "token").tolist()
    [30.0, 30.0, 40.0]
    """
    check_weights(weights)
    if weights == "release":
        return release_weights
    tokens: Floats = releases["tokens"].to_numpy(float)
    if not (tokens >= 0).all() or not tokens.any():
        raise InputError(
            'weights="token" needs the running tokens of each release, but the column tokens has missing or '
            'negative values, or only zeros. Mend it, or use weights="release".'
        )
    return tokens


def mean_shares(shares: Floats, releases: pd.DataFrame, release_weights: Floats, weights: Weights) -> Floats:
    """Give the mean share of each topic over releases, or over running tokens; releases of NaN left out."""
    known = ~np.isnan(shares[:, 0])
    weight = weight_releases(releases, release_weights, weights)
    mean: Floats = np.average(shares[known], axis=0, weights=weight[known])
    return mean
