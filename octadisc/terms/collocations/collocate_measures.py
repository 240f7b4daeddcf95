"""Measures of collocates in the cells of a grid, and how much these scatter between releases and issuers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from octadisc.statistics import association
from octadisc.terms.collocations import collocation_kernels as kernels
from octadisc.terms.collocations.company import Company, Entries

__all__ = ["FEWEST_ISSUERS", "Counted", "count_cells", "issuers_of", "measure_table", "with_intervals"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

FEWEST_ISSUERS = 8  # fewer say nothing about how issuers differ
_LN2 = float(np.log(2))


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Sums of types in cells.

    Attributes
    ----------
    near, far : array of float, shape (types, cells)
        Occurrences in windows, and elsewhere.
    near_size, far_size : array of float, shape (types, cells)
        Tokens there, in the type's language.
    holders : array of int64, shape (types, cells)
        Releases that have the type in a window.
    variance : array of float, shape (types, cells)
        Of the log ratio, in natural logarithms.
    """

    near: Floats
    far: Floats
    near_size: Floats
    far_size: Floats
    holders: Integers
    variance: Floats


def issuers_of(frame: pd.DataFrame) -> Integers:
    """Give the number of each release's issuer; -1 where it is not known."""
    return np.asarray(pd.factorize(frame["issuer"])[0], np.int64)


def count_cells(
    company: Company, stories: Integers, cell: Integers, n_cells: int, *, issuers: bool = True
) -> Counted:
    """Add a company's types up by cell, with the variance between releases and issuers.

    Parameters
    ----------
    company : Company
    stories : array of int64, shape (rows,)
        What counts as one release; -1 for what does not count.
    cell : array of int64, shape (rows,)
        Negative: left out.
    n_cells : int
    issuers : bool
        Whether to look at how issuers differ, where they are enough.
    """
    n_types = len(company.types)
    shape = (n_types, n_cells)
    near, far, near_size, far_size, variance = (np.zeros(shape) for _ in range(5))
    holders = np.zeros(shape, np.int64)
    counts = (company.weights > 0) & (cell >= 0)
    issuer = issuers_of(company.windows.tokens.corpus.frame)
    for language in np.unique(company.types[:, 0]).tolist():
        mine = company.types[:, 0] == language
        entries = company.entries if mine.all() else company.entries.keep(mine)
        here = np.where(counts & (company.language == language), cell, -1)
        keys = entries.numbers * n_cells + here[entries.clusters]
        if (here[entries.clusters] < 0).any():
            kept = here[entries.clusters] >= 0
            entries, keys = entries.where(kept), keys[kept]
        size = (int(mine.sum()), n_cells)
        sums = [np.bincount(keys, one, size[0] * n_cells) for one in (entries.near, entries.far)]
        totals: Floats = np.stack([one.reshape(size) for one in sums], axis=-1).astype(float)
        inside = here >= 0
        sums = [np.bincount(here[inside], one[inside], n_cells) for one in company.sizes.T]
        sizes: Floats = np.stack(sums, axis=-1).astype(float)
        alone = np.where(inside, stories, -1)
        squares, held, _ = _spread(company, entries, alone, here, totals, sizes)
        if issuers:
            known = issuer >= 0
            beyond = (issuer.max(initial=-1) + 1) * n_cells
            shared = np.where(inside, np.where(known, issuer * n_cells + here, beyond + stories), -1)
            more, _, named = _spread(company, entries, shared, here, totals, sizes, known)
            squares = np.where(named < FEWEST_ISSUERS, squares, np.maximum(squares, more))
        by_chance = 1 / (totals[..., 0] + 0.5) + 1 / (totals[..., 1] + 0.5)
        near[mine], far[mine] = totals[..., 0], totals[..., 1]
        near_size[mine], far_size[mine] = sizes[:, 0], sizes[:, 1]
        holders[mine] = held
        variance[mine] = np.maximum(by_chance, squares)
    return Counted(near, far, near_size, far_size, holders, variance)


def _spread(
    company: Company,
    entries: Entries,
    codes: Integers,
    cell: Integers,
    totals: Floats,
    sizes: Floats,
    named: npt.NDArray[np.bool_] | None = None,
) -> tuple[Floats, Integers, Integers]:
    """Give the variance between clusters, how many have each type, and how many have windows, by cell."""
    n_cells = sizes.shape[0]
    kept = np.flatnonzero(codes >= 0)
    _, first, code = np.unique(codes[kept], return_index=True, return_inverse=True)
    if first.size == kept.size:  # each cluster is one row of the corpus
        merged, size, names = entries, company.sizes, named
        cell_of = np.where(codes >= 0, cell, -1)
    else:
        code = code.reshape(-1)
        numbered = np.full(codes.size, -1, np.int64)
        numbered[kept] = code
        merged = entries.merge(numbered, totals.shape[0])
        size = np.stack([np.bincount(code, one[kept], first.size) for one in company.sizes.T], axis=-1)
        cell_of = cell[kept[first]]
        names = None if named is None else named[kept[first]]
    squares, holders = kernels.sum_influences(*merged, cell_of, size, totals, sizes)
    several = np.bincount(cell_of[(cell_of >= 0) & (size.sum(axis=1) > 0)], minlength=n_cells)
    squares = np.maximum(squares, 0) * several / np.maximum(several - 1, 1)
    mine = (cell_of >= 0) & (size[:, 0] > 0)
    if names is not None:
        mine &= names
    return squares, holders, np.bincount(cell_of[mine], minlength=n_cells)


def measure_table(counted: Counted) -> dict[str, Floats]:
    """Give the measures of each type in each cell; NaN where there is no window, or no other text."""
    both, one = counted.near, counted.near_size
    other, total = counted.near + counted.far, counted.near_size + counted.far_size
    known = (one > 0) & (counted.far_size > 0)
    there = known & (other > 0)
    one, total = np.where(known, one, 1.0), np.where(known, total, 2.0)
    table = {
        "expected": association.expected_count(one, other, total),
        "mi": association.mutual_information(both, one, other, total),
        "mi3": association.mutual_information(both, one, other, total, power=3),
        "t": association.t_score(both, one, other, total),
        "log_dice": np.where(both > 0, association.log_dice(both, one, other), np.nan),
        "g2": association.log_likelihood(both, one, other, total),
        "delta_p_from_node": association.delta_p(both, one, other, total),
        "delta_p_to_node": association.delta_p(both, other, one, total),
    }
    made = {name: np.where(there, values, np.nan) for name, values in table.items()}
    made["t"] = np.where(both > 0, made["t"], np.nan)
    made["expected"] = np.where(known, table["expected"], np.nan)
    return made


def with_intervals(counted: Counted, level: float) -> tuple[Floats, Floats, Floats]:
    """Give log ratios (to base 2) with their intervals; NaN where fewer than two releases have a type."""
    known = (counted.near_size > 0) & (counted.far_size > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log2((counted.near + 0.5) / counted.near_size) - np.log2(
            (counted.far + 0.5) / counted.far_size
        )
    value = np.where(known & (counted.near + counted.far > 0), ratio, np.nan)
    several = counted.holders > 1
    df = np.where(several, counted.holders - 1, 1)
    half = np.where(several, stdtrit(df, (1 + level) / 2) * np.sqrt(counted.variance) / _LN2, np.nan)
    return value, value - half, value + half
