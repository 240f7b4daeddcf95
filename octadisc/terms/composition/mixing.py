"""Mixing issuers by fixed weights: what is common to standardised trends of terms and of topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.statistics.dispersion import Cells, Kind
from octadisc.statistics.intervals import rate_interval, share_interval
from octadisc.statistics.levels import fit_levels
from octadisc.terms.groups import MISSING

__all__ = [
    "Mixed",
    "describe_mix",
    "given_weights",
    "interval_of",
    "known_issuers",
    "mix",
    "spread_in_cells",
    "weights_of",
]

Floats = npt.NDArray[np.float64]

_PER = 1e6
_FEWEST = 2  # issuers that are known
_WAYS = ("pooled", "equal")


class Mixed(NamedTuple):
    """Values of a fixed mix, one a period.

    Attributes
    ----------
    value : array of float
        NaN where too little of the mix is there.
    middle : array of float
        The same by the levels of issuers and periods alone.
    variance : array of float
    filled : array of float
        What of the value is the levels of issuers that are silent.
    present : array of float
        Weight of those that are not.
    """

    value: Floats
    middle: Floats
    variance: Floats
    filled: Floats
    present: Floats


def known_issuers(names: list[str], by: str) -> npt.NDArray[np.bool_]:
    """Say which values are known; there have to be two.

    Raises
    ------
    NotEnoughDataError
    """
    known = np.array([name != MISSING for name in names], bool)
    if known.sum() < _FEWEST:
        raise NotEnoughDataError(
            f"There are {int(known.sum())} known values of {by!r}. Standardising takes at least {_FEWEST}."
        )
    return known


def given_weights(weights: Any, names: list[str], by: str) -> Floats | str:
    """Give the weight of each issuer, or how it is to be found."""
    if isinstance(weights, str):
        if weights not in _WAYS:
            raise UnknownNameError(f"weights={weights!r} is not known.{did_you_mean(weights, _WAYS)}")
        return weights
    if not isinstance(weights, Mapping | pd.Series):
        raise InputError(
            f'weights={weights!r}: expected "pooled", "equal", or a mapping from each {by} to its weight.'
        )
    pairs = {str(name): float(one) for name, one in weights.items()}
    for name, one in pairs.items():
        if name not in names:
            raise UnknownNameError(f"weights: there is no {by} {name!r}.{did_you_mean(name, names)}")
        if not (np.isfinite(one) and one >= 0):
            raise InputError(f"weights: {name!r} has {one}. Expected numbers of at least 0.")
    if not sum(pairs.values()) > 0:
        raise InputError("weights: all of them are 0. Expected some to be more.")
    return np.array([pairs.get(name, 0.0) for name in names])


def weights_of(given: Floats | str, known: npt.NDArray[np.bool_], n: Floats) -> Floats:
    """Give the weights of the issuers that publish in a group at all; they add up to 1."""
    there = known & (n.sum(axis=1) > 0)
    if isinstance(given, str):
        weight = n.sum(axis=1) if given == "pooled" else np.ones(len(n))
    else:
        weight = given
    weight = np.where(there, weight, 0.0)
    return weight / weight.sum() if weight.sum() > 0 else weight


def spread_in_cells(cells: Cells, own: Floats, common: Floats) -> Floats:
    """Give the dispersion of each issuer and period, shape (terms, cells).

    Parameters
    ----------
    cells : Cells
        Issuers × groups × periods.
    own, common : array of float, shape (terms,)
        The dispersion of an issuer's releases of one period, and what being alike in one period adds, which
        is told over issuers; see `Cells.components`.
    """
    further = np.zeros(cells.n_cells) if cells.clusters is None else cells.clusters.mean_number - 1
    return np.asarray((own[:, None] + common[:, None] * further) * cells.unevenness)


def mix(data: tuple[Floats, Floats, Floats], weight: Floats, kind: Kind, least: float) -> Mixed:
    """Mix issuers by their weights: what they say where they publish, their level where they do not.

    Parameters
    ----------
    data : tuple of three arrays of float, shape (issuers, periods)
        Matching releases and releases (or occurrences and tokens), and their dispersion.
    weight : array of float, shape (issuers,)
        Of sum 1.
    kind : "rate" or "share"
    least : float
        Weight that has to be there.
    """
    y, n, spread = data
    n_periods = n.shape[1]
    there = n > 0
    present = weight @ there
    if not weight.size or not there.any():
        nothing = np.full(n_periods, np.nan)
        return Mixed(nothing, nothing, nothing, nothing, np.zeros(n_periods))
    levels = fit_levels(y, n, kind)
    seen = np.divide(y, n, out=np.zeros(n.shape), where=there)
    filled = (weight[:, None] * np.where(there, 0.0, levels.mean)).sum(axis=0)
    value = (weight[:, None] * seen).sum(axis=0) + filled
    middle = (weight[:, None] * levels.mean).sum(axis=0)
    silent = np.where(there, 0.0, weight[:, None] * levels.slope)
    issuers, periods = levels.influence(silent.T, np.diag(silent.sum(axis=0)))
    noise = np.where(there, spread, 0.0) * n * levels.slope
    # how each residual moves each period's sum: by the levels fitted to it, and where it stands itself
    own = np.divide(weight[:, None], n, out=np.zeros(n.shape), where=there)
    # (squares are multiplied out: periods × issuers × periods would not fit into memory by weeks)
    moved = 2 * (issuers + np.diagonal(periods)[:, None]) + own.T
    variance = (
        issuers**2 @ noise.sum(axis=1)
        + 2 * ((issuers @ noise) * periods).sum(axis=1)
        + periods**2 @ noise.sum(axis=0)
        + (own.T * moved * noise.T).sum(axis=1)
        + (issuers**2).sum(axis=1) / levels.variance
    )
    bad = (present < least) | (present == 0)
    value, variance = (np.where(bad, np.nan, one) for one in (value, variance))
    return Mixed(value, middle, variance, filled, present)


def interval_of(mixed: Mixed, df: Floats, kind: Kind, level: float) -> tuple[Floats, Floats]:
    """Give the interval of each value; of rates per million."""
    value, middle = mixed.value, mixed.middle
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "share":
            size = middle * (1 - middle) / mixed.variance
            low, high = share_interval(value * size, size, 1.0, level, df=df)
        else:
            size = middle / mixed.variance
            low, high = rate_interval(value * size, size / _PER, 1.0, level, df=df)
    there = ~np.isnan(value)
    return np.where(there, low, np.nan), np.where(there, high, np.nan)


def describe_mix(n: int, by: str, weights: Any, words: str) -> str:
    """Say what the mix is; `words` are what "pooled" weighs by.

    Examples
    --------
    >>> describe_mix(4, "issuer", "equal", "all releases")
    "Standardised to a fixed mix of 4 values of 'issuer': each the same."
    """
    known = {"pooled": f"each one's part of {words}", "equal": "each the same"}
    said = known.get(weights if isinstance(weights, str) else "", "as given")
    return f"Standardised to a fixed mix of {n:,} values of {by!r}: {said}."
