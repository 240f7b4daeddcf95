"""What the covariates of new releases let a structural model expect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError
from octadisc.statistics.formulas import Design

if TYPE_CHECKING:
    from octadisc.topics.model import TopicModel

__all__ = ["Prior", "average_design", "design_of_new"]

Floats = npt.NDArray[np.float64]

_NAMED = 5  # values that a note names


class Prior(NamedTuple):
    """Rows of the design of new releases.

    Attributes
    ----------
    design : array, shape (releases, columns)
    known : array of bool, shape (releases,)
        Where it comes from the release's own covariates; elsewhere it is the mean row.
    notes : list of str
    """

    design: Floats
    known: npt.NDArray[np.bool_]
    notes: list[str]


def average_design(design: Design | None, n_columns: int) -> Floats:
    """Give the mean row of the design of the releases that a model was fitted to."""
    return np.ones(n_columns) if design is None else np.asarray(design.matrix.mean(axis=0))


def design_of_new(model: TopicModel, table: pd.DataFrame) -> Prior:
    """Read the covariates of new releases as the model's formula does.

    Values of a factor that the model has not seen count as missing; numbers and dates beyond those that it
    has seen count as the nearest seen, since curves run away beyond their ends.
    """
    structure = model.structure
    assert structure is not None  # of a structural model
    n = len(table)
    design = structure.design(model.releases)
    average = average_design(design, len(structure.columns))
    rows = np.broadcast_to(average, (n, average.size)).copy()
    if design is None:
        return Prior(rows, np.ones(n, bool), [])
    absent = [one for one in design.variables if one not in table]
    if absent:
        note = f"The new releases have no column {', '.join(absent)}: all are taken for average ones."
        return Prior(rows, np.zeros(n, bool), [note])
    seen = model.releases.iloc[np.flatnonzero(structure.fitted)[design.rows]]
    part, notes = _within(table[design.variables].reset_index(drop=True), seen, design)
    known = np.zeros(n, bool)
    if part.notna().all(axis=1).any():
        try:
            made = design.apply(part)
        except (InputError, UnknownNameError) as error:
            raise InputError(f"The new releases' covariates are of another kind: {error}") from None
        rows[made.rows] = made.matrix
        known[made.rows] = True
    if not known.all():
        notes.append(
            f"Without a value of {' or '.join(design.variables)} that the model knows, and taken for average "
            f"ones: {int((~known).sum()):,} of {n:,} releases."
        )
    return Prior(rows, known, notes)


def _within(table: pd.DataFrame, seen: pd.DataFrame, design: Design) -> tuple[pd.DataFrame, list[str]]:
    """Take unseen values of factors out, and draw numbers to those seen."""
    made, notes = {}, []
    for name in design.variables:
        column, before = table[name], seen[name]
        called = re.search(rf"C\(\s*`?{re.escape(name)}`?\s*[,)]", design.formula) is not None
        dated = pd.api.types.is_datetime64_any_dtype(before)
        number = pd.api.types.is_numeric_dtype(before) and not pd.api.types.is_bool_dtype(before)
        if (dated or number) and not called:
            low, high = before.min(), before.max()
            if dated != pd.api.types.is_datetime64_any_dtype(column) and column.notna().any():
                raise InputError(
                    f"{name} of the new releases is no {'date' if dated else 'number'}, as the model's is."
                )
            beyond = int(((column < low) | (column > high)).sum())
            if beyond:
                notes.append(f"{name} beyond what the model has seen, and taken for the nearest: {beyond:,}.")
            made[name] = column.clip(low, high)
            continue
        known = set(before.dropna())
        new = column.notna() & ~column.isin(known)
        if new.any():
            values = sorted({str(one) for one in column[new]})
            more = f" and {len(values) - _NAMED} more" if len(values) > _NAMED else ""
            notes.append(f"{name} that the model has not seen: {', '.join(values[:_NAMED])}{more}.")
        made[name] = column.astype(object).where(~new, None) if not number else column.where(~new)
    return pd.DataFrame(made), notes
