"""What an effect is estimated from: rows and design, and what may be said of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.statistics.formulas import Design, make_design
from octadisc.statistics.robust import FEWEST_CLUSTERS, why_too_few
from octadisc.terms.groups import code_groups
from octadisc.terms.queries import some_releases
from octadisc.terms.reissues import have_parts, number_stories, write_sum
from octadisc.tokens.units.unit_columns import code_releases
from octadisc.topics.weights import Weights, weight_releases

if TYPE_CHECKING:
    from octadisc.topics.model import TopicModel

__all__ = ["Case", "Clusters", "lay_case", "table_of"]

Floats = npt.NDArray[np.float64]


class Clusters(NamedTuple):
    """Which releases may depend on each other.

    Attributes
    ----------
    column : str
    codes : array of int, shape (rows,), or None
        None where releases are taken for independent.
    of : array of int, shape (rows,)
        Each release's issuer, say, whether or not there are enough of them.
    n : int
        How many of these there are.
    note : str
    """

    column: str
    codes: npt.NDArray[np.int64] | None
    of: npt.NDArray[np.int64] | None
    n: int
    note: str = ""

    def varies_within(self, column: Floats) -> bool:
        """Say whether a column of the design has several values in one cluster."""
        if self.of is None:
            return True
        low, high = np.full(self.n, np.inf), np.full(self.n, -np.inf)
        np.minimum.at(low, self.of, column)
        np.maximum.at(high, self.of, column)
        return bool((high - low > 1e-9 * max(float(np.abs(column).max()), 1e-300)).any())


class Case(NamedTuple):
    """Rows, design, weights and clusters.

    Attributes
    ----------
    design : Design
    table : DataFrame
        Of the rows.
    rows : array of int
        Which of the model's releases they are.
    weights : array of float, shape (rows,)
        They add up to the number of releases, of which copies may be parts.
    clusters : Clusters
    stories : array of int, shape (rows,), or None
        What each is a copy of, where copies count as parts of one: what is not known of it is the same.
    notes : list of str
    """

    design: Design
    table: pd.DataFrame
    rows: npt.NDArray[np.int64]
    weights: Floats
    clusters: Clusters
    stories: npt.NDArray[np.int64] | None
    notes: list[str]


def table_of(model: TopicModel) -> pd.DataFrame:
    """Give all columns that are known of a model's releases, those of its corpus included."""
    table = model.releases.reset_index(drop=True)
    if model.tokens is None:
        return table
    frame = model.tokens.corpus.frame
    more = [one for one in frame.columns if one not in table and one not in ("text", "page")]
    if len(frame) != len(table) or not more:
        return table
    return pd.concat([table, frame[more].reset_index(drop=True)], axis=1)


def lay_case(model: TopicModel, formula: str, weights: Weights, clusters: str | None) -> Case:
    """Read the formula over the releases that have shares and a value of all its variables.

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
    """
    table = table_of(model)
    heavy = np.nan_to_num(weight_releases(model.releases, model.release_weights, weights))
    usable = np.flatnonzero(~np.isnan(model.shares[:, 0]) & (heavy > 0))
    if not usable.size:
        raise NotEnoughDataError("No release has shares of topics. Look at model.notes.")
    design = make_design(formula, table.iloc[usable].reset_index(drop=True))
    rows = usable[design.rows]
    notes = []
    if rows.size < usable.size:
        without = some_releases(usable.size - rows.size)
        notes.append(f"Without a value of {' or '.join(design.variables)}, and not counted: {without}.")
    counted = model.release_weights[rows]
    if counted.sum() <= len(design.columns) + 1:
        raise NotEnoughDataError(
            f"formula={formula!r} has {len(design.columns)} columns and there are "
            f"{write_sum(float(counted.sum()))} releases. Take fewer covariates, or more releases."
        )
    part = table.iloc[rows].reset_index(drop=True)
    found = _read_clusters(part, clusters)
    if found.note:
        notes.append(found.note)
    if code_releases(part) is not None and found.codes is None:
        notes.append("The units of a release are taken for independent of each other, which they are not.")
    stories = None
    if have_parts(counted) and "duplicate_cluster" in part:
        stories = number_stories(part, np.zeros(len(part), np.int64))
    heavy = heavy[rows] * (counted.sum() / heavy[rows].sum())
    return Case(design, part, rows, heavy, found, stories, notes)


def _read_clusters(table: pd.DataFrame, column: str | None) -> Clusters:
    nothing = Clusters(str(column), None, None, 0)
    if column is None:
        return nothing
    if column not in table:
        near = did_you_mean(column, map(str, table.columns))
        raise UnknownNameError(f"clusters={column!r}: the releases have no such column.{near}")
    if table[column].notna().sum() == 0:
        return nothing
    codes = np.unique(code_groups(table, column)[0], return_inverse=True)[1].ravel().astype(np.int64)
    n = int(codes.max()) + 1
    if n < 2:
        return nothing._replace(note=f"All releases are of one {column}: nothing is said of others.")
    if n < FEWEST_CLUSTERS:
        return Clusters(
            column,
            None,
            codes,
            n,
            f"{why_too_few(n, column)} What is constant within each {column} has no interval; other "
            f"intervals take releases for independent, and speak of these {column}s.",
        )
    return Clusters(column, codes, codes, n)
