"""A structure as plain values and arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.topics.structural.content import Deviations
from octadisc.topics.structural.structure import Content, Structure

__all__ = ["put_together", "take_apart"]

_ARRAYS = ("eta", "coefficients", "covariance", "spread", "fitted")


def take_apart(structure: Structure) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Give what JSON can hold of a structure, and its arrays by name; `starts` is left to the caller."""
    arrays: dict[str, npt.NDArray[Any]] = {name: getattr(structure, name) for name in _ARRAYS}
    content = structure.content
    if content is not None:
        arrays["content_words"] = content.words
        arrays |= {f"deviations_{name}": one for name, one in content.deviations._asdict().items()}
    described = {
        "columns": structure.columns,
        "prevalence": structure.prevalence,
        "content": None if content is None else {"column": content.column, "levels": content.levels},
        "arrays": sorted(arrays),
    }
    return described, arrays


def put_together(
    described: dict[str, Any], arrays: dict[str, npt.NDArray[Any]], starts: pd.DataFrame
) -> Structure:
    """Make a structure of what `take_apart` gave.

    Raises
    ------
    ValueError
        If shapes do not fit.
    """
    eta, coefficients, covariance, spread, fitted = (arrays[name] for name in _ARRAYS)
    free, n_columns = len(covariance), len(described["columns"])
    if (
        eta.shape != (len(fitted), free)
        or coefficients.shape != (n_columns, free)
        or covariance.shape != (free, free)
        or spread.shape != (free, free)
    ):
        raise ValueError(
            f"eta is {eta.shape}, coefficients {coefficients.shape}, covariance {covariance.shape}, for "
            f"{len(fitted)} releases and {n_columns} columns"
        )
    content = None
    if described["content"] is not None:
        parts = {name: arrays[f"deviations_{name}"] for name in Deviations._fields}
        content = Content(
            described["content"]["column"],
            described["content"]["levels"],
            np.asarray(arrays["content_words"]),
            Deviations(**parts),
        )
    return Structure(
        eta,
        coefficients,
        covariance,
        spread,
        described["columns"],
        described["prevalence"],
        fitted,
        content,
        starts,
    )
