"""Weights of releases: read, brought to a mean of one, and what they cost."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.terms.groups import Grid

if TYPE_CHECKING:
    from octadisc.terms.measures import Measures

__all__ = ["as_weights_parameter", "describe_weights", "scale_weights"]

Floats = npt.NDArray[np.float64]


def scale_weights(weights: Any, frame: pd.DataFrame, grid: Grid) -> Floats:
    """Give each release its weight, divided by the mean of those in a period that weigh anything.

    Raises
    ------
    UnknownNameError, InputError
        If there is no such column, or weights are missing, negative, or all zero.

    Examples
    --------
    >>> from octadisc.periods import make_periods
    >>> frame = pd.DataFrame({"reach": [100, 300], "date": ["2007-01-01", "2008-01-01"]})
    >>> one = Grid(make_periods(frame["date"]), ["all"], np.array([0, 1]), np.array([0, 0]), 0)
    >>> scale_weights("reach", frame, one).tolist()
    [0.5, 1.5]
    """
    name = f"weights={weights!r}" if isinstance(weights, str) else "weights"
    if isinstance(weights, str):
        if weights not in frame:
            raise UnknownNameError(
                f"{name}: the corpus has no such column.{did_you_mean(weights, map(str, frame.columns))}"
            )
        given = frame[weights]
    else:
        given = pd.Series(np.asarray(weights).ravel())
    if len(given) != len(frame):
        raise InputError(
            f"{name}: {len(given):,} numbers for {len(frame):,} rows of the corpus. Expected one each."
        )
    values = pd.to_numeric(given, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    bad = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if bad.size:
        rows = f"row{'s' * (bad.size > 1)} " + ", ".join(str(one + 1) for one in bad[:3])
        rows += ", …" if bad.size > 3 else ""
        raise InputError(
            f"{name}: {bad.size:,} of {len(frame):,} rows have no weight of at least 0 "
            f"({rows}; the first has {given.tolist()[bad[0]]!r}). Fill them in, give 0 to leave a row out, "
            "or take a part of the corpus with corpus.where(…)."
        )
    counted = values[(grid.period >= 0) & (values > 0)]
    if not counted.size:
        raise InputError(f"{name}: all releases in the periods weigh 0. Expected some to weigh more.")
    scaled: Floats = values / counted.mean()
    return scaled


def as_weights_parameter(weights: Any) -> dict[str, Any]:
    """Give what a recipe says of weights: the column, or the fingerprint of the numbers.

    Examples
    --------
    >>> as_weights_parameter(None), as_weights_parameter("reach")
    ({}, {'weights': 'reach'})
    """
    if weights is None:
        return {}
    if isinstance(weights, str):
        return {"weights": weights}
    values = np.ascontiguousarray(np.asarray(weights, np.float64))
    return {"weights": f"{values.size} numbers, sha256 {sha256(values.tobytes()).hexdigest()[:16]}"}


def describe_weights(measures: Measures, weights: Any) -> str:
    """Say how many releases of equal weight the weighted ones are worth."""
    inside = (measures.grid.period >= 0) & (measures.weights > 0)
    worth = _worth(measures.weights[inside])
    name = f" by {weights!r}" if isinstance(weights, str) else ""
    n = int(inside.sum())
    return (
        f"Releases are weighted{name}: {n:,} in the periods tell as much as {worth:,.0f} of equal weight, "
        "and intervals are as wide as those of so many."
    )


def _worth(weights: Floats) -> float:
    return float(weights.sum() ** 2 / max(float((weights**2).sum()), 1e-300))
