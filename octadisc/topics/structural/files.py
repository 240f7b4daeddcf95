"""A structure as plain values and arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.topics.structural.content import Deviations
from octadisc.topics.structural.keyword_table import Keywords
from octadisc.topics.structural.structure import Content, Structure

__all__ = ["put_together", "take_apart"]

_ARRAYS = ("eta", "coefficients", "covariance", "spread", "fitted")
_OF_KEYWORDS = ("seed", "count", "used", "elsewhere", "other", "other_used", "probability")


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
        "keywords": None if structure.keywords is None else _take_keywords(structure.keywords, arrays),
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
    keywords = described.get("keywords")  # files of older versions have none
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
        None if keywords is None else _put_keywords(keywords, arrays),
    )


def _take_keywords(keywords: Keywords, arrays: dict[str, npt.NDArray[Any]]) -> dict[str, Any]:
    """Describe keywords, and add their numbers to the arrays."""
    rows = keywords.rows
    arrays |= {"keyword_topics": keywords.topics, "keyword_rates": keywords.rates}
    arrays |= {f"keyword_{name}": rows[name].to_numpy() for name in _OF_KEYWORDS}
    return {
        "names": keywords.names,
        "keywords": rows["keyword"].tolist(),
        "terms": [list(one) for one in rows["terms"]],
    }


def _put_keywords(described: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Keywords:
    table = {name: arrays[f"keyword_{name}"] for name in _OF_KEYWORDS}
    rows = pd.DataFrame(
        {
            "seed": table.pop("seed"),
            "keyword": pd.Series(described["keywords"], dtype="str"),
            "terms": pd.Series(described["terms"], dtype=object),
            **table,
        }
    )
    return Keywords(described["names"], arrays["keyword_topics"], arrays["keyword_rates"], rows)
