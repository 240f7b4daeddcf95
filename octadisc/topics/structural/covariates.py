"""Covariates: what is known of the releases, as the model takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.statistics.formulas import make_design

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = ["Covariates", "covariate_table", "read_covariates"]

Floats = npt.NDArray[np.float64]

_FEWEST_OF_LEVEL = 5  # releases, on average, for words to depend on a value
_NAMED = 5  # releases that a note names


class Covariates(NamedTuple):
    """What is known of the releases.

    Attributes
    ----------
    design : array, shape (releases, columns)
        0 where a value is missing.
    columns : list of str
    prevalence : str or None
    level : array of int, shape (releases,)
        Of the content covariate, −1 where missing; all 0 without one.
    levels : list of str
    content : str or None
    known : array of bool, shape (releases,)
    variables : list of str
        Columns that are used.
    notes : list of str
    """

    design: Floats
    columns: list[str]
    prevalence: str | None
    level: npt.NDArray[np.int64]
    levels: list[str]
    content: str | None
    known: npt.NDArray[np.bool_]
    variables: list[str]
    notes: list[str]


def covariate_table(counts: TermCounts) -> pd.DataFrame:
    """Give all that is known of the releases: their columns in the counts, and others of the corpus."""
    table = counts.releases.reset_index(drop=True)
    if counts.tokens is None:
        return table
    frame = counts.tokens.corpus.frame
    more = [one for one in frame.columns if one not in table and one not in ("text", "page")]
    if len(frame) != len(table) or not more:
        return table
    return pd.concat([table, frame[more].reset_index(drop=True)], axis=1)


def read_covariates(
    table: pd.DataFrame, prevalence: str | None, content: str | None, counted: npt.NDArray[np.bool_]
) -> Covariates:
    """Read the covariates of a model from those releases of a table that are counted.

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If a formula or column cannot be used.
    """
    n = len(table)
    known = counted.copy()
    rows = np.flatnonzero(counted)
    notes: list[str] = []
    variables: list[str] = []
    matrix, columns, right = np.ones((n, 1)), ["Intercept"], None
    if prevalence is not None:
        made = make_design(prevalence, table.iloc[rows].reset_index(drop=True), argument="prevalence")
        if made.columns[:1] != ["Intercept"]:
            raise InputError(
                f"prevalence={prevalence!r} leaves out the intercept, which the model needs. Take out "
                "0 or -1."
            )
        matrix = np.zeros((n, len(made.columns)))
        matrix[rows[made.rows]] = made.matrix
        columns, right = made.columns, made.formula
        known[:] = False
        known[rows[made.rows]] = True
        variables += made.variables
        notes += _note_missing(table, known | ~counted, made.variables)
    level, levels = np.zeros(n, np.int64), [""]
    if content is not None:
        content = _read_column(content, table)
        level, levels = _read_levels(table, content, counted)
        variables.append(content)
        notes += _note_missing(table, (level >= 0) | ~counted, [content])
        known &= level >= 0
    return Covariates(matrix, columns, right, level, levels, content, known, variables, notes)


def _read_column(given: object, table: pd.DataFrame) -> str:
    """Give the column that words depend on, named as "issuer" or "~ issuer"; refuse any other form."""
    forms = 'expected one column of the releases, as "issuer" or "~ issuer"'
    if not isinstance(given, str):
        raise InputError(
            f"content={given!r}: {forms}. To have words depend on several, put them into one column first."
        )
    column = given.strip().removeprefix("~").strip()
    if column in table:
        return column
    if given.strip() in table:
        return given.strip()
    signs = [one for one in ("~", "+", "*", ":", "(", "=", "<", ">") if one in column]
    if signs:
        raise InputError(
            f"content={given!r}: {forms}; it has no formulas ({signs[0]!r}), unlike prevalence. Write what "
            "words depend on into one column of few values, and name that."
        )
    raise UnknownNameError(f"content={given!r}: {forms}.{did_you_mean(column, map(str, table.columns))}")


def _read_levels(
    table: pd.DataFrame, content: str, counted: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], list[str]]:
    values = table[content]
    levels = sorted({str(one) for one in values[counted].dropna()})
    if len(levels) < 2:
        raise NotEnoughDataError(
            f"content={content!r}: the column has {len(levels)} value{'s' * (len(levels) != 1)}. Words can "
            "depend on it only where there are two or more."
        )
    if len(levels) * _FEWEST_OF_LEVEL > counted.sum():
        raise NotEnoughDataError(
            f"content={content!r}: the column has {len(levels):,} values in {int(counted.sum()):,} "
            f"releases. Words can depend on one of few values, with {_FEWEST_OF_LEVEL} releases each or more "
            "on average; put values together, or use it as prevalence."
        )
    place = {one: i for i, one in enumerate(levels)}
    code = np.array(
        [-1 if gone else place[str(one)] for one, gone in zip(values, values.isna(), strict=True)]
    )
    return code.astype(np.int64), levels


def _note_missing(table: pd.DataFrame, known: npt.NDArray[np.bool_], variables: list[str]) -> list[str]:
    if known.all():
        return []
    names = table["release"].to_numpy(object)[~known] if "release" in table else np.flatnonzero(~known)
    more = f" and {names.size - _NAMED:,} more" if names.size > _NAMED else ""
    said = ", ".join(str(one) for one in names[:_NAMED])
    return [
        f"Without a value of {' or '.join(variables)}, and not learnt from: {names.size:,} of {len(known):,} "
        f"releases ({said}{more}). Their shares are read from their words, as of releases of no kind."
    ]
