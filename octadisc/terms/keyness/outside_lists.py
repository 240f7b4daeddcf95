"""Frequency lists from outside: a mapping, a table, or a CSV file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, MissingFileError
from octadisc.terms.exchange.tables import read_table

__all__ = ["FrequencyList", "read_list"]

Floats = npt.NDArray[np.float64]


class FrequencyList(NamedTuple):
    """How often terms stand in a corpus that is not here.

    Attributes
    ----------
    frequencies : dict from str to float
    total : float
        Running words it was counted in.
    name : str
    """

    frequencies: dict[str, float]
    total: float
    name: str

    def counts(self, terms: Sequence[str]) -> Floats:
        """Give the counts of terms, 0 for those that are not listed."""
        return np.array([self.frequencies.get(term, 0.0) for term in terms], float)

    def describe(self) -> dict[str, Any]:
        """Give what a recipe says of it."""
        return {"name": self.name, "terms": len(self.frequencies), "tokens": self.total}


def read_list(
    reference: Any, tokens: float | None, *, grouped: bool
) -> tuple[FrequencyList | None, str | None]:
    """Tell a list from the name of a group, and read it.

    Raises
    ------
    MissingFileError, InputError
        If the file is not there, or these are no terms with counts.

    Examples
    --------
    >>> found, name = read_list({"trust": 3, "police": 7}, 100, grouped=False)
    >>> found.counts(["police", "customs"]).tolist(), found.total, name
    ([7.0, 0.0], 100.0, None)
    >>> read_list("Europol", None, grouped=True)
    (None, 'Europol')
    """
    if isinstance(reference, str) and not (
        reference.lower().endswith((".csv", ".txt", ".tsv")) or not grouped
    ):
        return None, reference
    if reference is None or not isinstance(reference, (str, PathLike, Mapping, pd.DataFrame, pd.Series)):
        return None, None if reference is None else str(reference)
    name = "list"
    if isinstance(reference, (str, PathLike)):
        path = Path(reference)
        if not path.is_file():
            raise MissingFileError(
                f"reference={path.name!r}: there is no such file. Expected a CSV file with the columns term "
                "and count, a mapping from terms to counts, or with by=… the name of a group."
            )
        reference, name = read_table(path), path.name
    if isinstance(reference, pd.DataFrame):
        if not {"term", "count"} <= set(reference):
            found = ", ".join(map(str, reference.columns[:6]))
            raise InputError(f"{name}: expected the columns term and count. Found: {found}.")
        reference = dict(zip(reference["term"], reference["count"], strict=True))
    frequencies = _checked(dict(reference), name)
    total = sum(frequencies.values())
    if tokens is not None and not (np.isfinite(tokens) and tokens >= max(frequencies.values())):
        raise InputError(
            f"reference_tokens={tokens!r}: expected the number of running words, no less than the count of "
            f"the most frequent term ({max(frequencies.values()):,.0f})."
        )
    return FrequencyList(frequencies, float(total if tokens is None else tokens), name), None


def _checked(given: Mapping[Any, Any], name: str) -> dict[str, float]:
    made: dict[str, float] = {}
    for row, (term, count) in enumerate(given.items(), 1):
        try:
            value = float(count)
        except (TypeError, ValueError):
            value = np.nan
        if not np.isfinite(value) or value < 0:
            raise InputError(f"{name}: {term!r} (row {row:,}) has the count {count!r}. Expected 0 or more.")
        made[str(term)] = made.get(str(term), 0.0) + value
    if not sum(made.values()) > 0:
        raise InputError(f"{name}: there are no counts in it. Expected terms and how often each occurs.")
    return made
