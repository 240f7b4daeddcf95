"""Samples of lines that are even over periods and groups, and what is needed to weigh them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, WrongKindError
from octadisc.periods import make_periods
from octadisc.tokens.groups import ALL, code_groups

__all__ = ["Cells", "draw_sample", "fill_evenly", "lay_cells", "read_seed"]

Ints = npt.NDArray[np.int64]

UNDATED, OUTSIDE = "(no date)", "(outside)"
_OWN = ("period", "found", "listed", "weight")


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Periods × groups as far as a query has hits there.

    Attributes
    ----------
    frame : DataFrame
        period and a column named like the groups', a row a cell.
    codes : array of int, shape (hits,)
        Which cell each hit is in.
    """

    frame: pd.DataFrame
    codes: Ints

    @property
    def found(self) -> Ints:
        """Hits in each cell."""
        return np.bincount(self.codes, minlength=len(self.frame)).astype(np.int64)

    def to_frame(self, listed: npt.NDArray[Any]) -> pd.DataFrame:
        """Give one row a cell: period, group, found, listed, weight (found for each listed)."""
        found = self.found
        shown = np.bincount(self.codes[listed], minlength=len(self.frame)).astype(np.int64)
        weight = np.divide(found, shown, out=np.full(len(found), np.nan), where=shown > 0)
        return self.frame.assign(found=found, listed=shown, weight=weight)


def lay_cells(frame: pd.DataFrame, rows: Ints, every: Any, by: str | None) -> Cells:
    """Put hits into cells: their release's period, and its issuer or another column.

    Releases without a date are in a period of their own, as are those outside of named intervals; releases
    without an issuer are a group of their own.
    """
    group, names = code_groups(frame, by)
    group = group[rows]
    if by in _OWN:
        raise InputError(f"by={by!r} is a column of the table of cells already. Rename that of the corpus.")
    period, labels = _periods(frame["date"].iloc[rows], frame["date"], every)
    cells, codes = np.unique(period * len(names) + group, return_inverse=True)
    table = pd.DataFrame({"period": pd.Series([labels[one // len(names)] for one in cells], dtype="str")})
    table["group" if by is None else by] = pd.Series([names[one % len(names)] for one in cells], dtype="str")
    return Cells(table, codes.astype(np.int64))


def _periods(dates: pd.Series, all_dates: pd.Series, every: Any) -> tuple[Ints, list[str]]:
    if every is None:
        return np.zeros(len(dates), np.int64), [ALL]
    known = dates.notna().to_numpy(bool)
    if isinstance(every, str) and not all_dates.notna().any():
        make_periods(["2000-01-01"], every)  # only to refuse a word that names no period
        return np.zeros(len(dates), np.int64), [UNDATED]
    periods = make_periods(all_dates, every)
    place = periods.locate(dates)
    n = len(periods)
    place = np.where(place >= 0, place, np.where(known, n, n + 1))
    return place.astype(np.int64), [*periods.labels, OUTSIDE, UNDATED]


def fill_evenly(sizes: Any, n: int, rng: np.random.Generator) -> Ints:
    """Share `n` out over cells so that each gets the same number, as far as it has so many.

    What does not go up evenly is given, one each, to cells drawn among those that have more.

    Examples
    --------
    >>> fill_evenly([100, 2, 50], 12, np.random.default_rng(0)).tolist()
    [5, 2, 5]
    """
    sizes = np.asarray(sizes, np.int64)
    n = min(n, int(sizes.sum()))
    low, high = 0, int(sizes.max(initial=0))  # the highest level at which there is enough for all
    while low < high:
        middle = (low + high + 1) // 2
        if np.minimum(sizes, middle).sum() <= n:
            low = middle
        else:
            high = middle - 1
    quotas: Ints = np.minimum(sizes, low)
    open_cells = np.flatnonzero(sizes > low)
    rest = n - int(quotas.sum())
    quotas[rng.permutation(open_cells)[:rest]] += 1
    return quotas


def read_seed(seed: Any) -> int:
    """Give a seed as a number, or refuse what is none: a result must be the same when it is made again.

    Examples
    --------
    >>> read_seed(None)
    Traceback (most recent call last):
    octadisc.errors.WrongKindError: seed is a NoneType. Expected int: a whole number from 0, such as 0.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise WrongKindError(
            f"seed is a {type(seed).__name__}. Expected int: a whole number from 0, such as 0."
        )
    if seed < 0:
        raise InputError(f"seed={seed}: expected a whole number from 0, such as 0.")
    return int(seed)


def draw_sample(cells: Cells, sample: Any, seed: int) -> npt.NDArray[np.bool_]:
    """Choose hits, evenly over the cells; say for each whether it is chosen."""
    if isinstance(sample, bool) or not isinstance(sample, (int, np.integer)):
        raise WrongKindError(f"sample is a {type(sample).__name__}. Expected int: how many lines to list.")
    if sample < 1:
        raise InputError(f"sample={sample!r}: expected at least one line.")
    rng = np.random.default_rng(read_seed(seed))
    quotas = fill_evenly(cells.found, int(sample), rng)
    order = rng.permutation(cells.codes.size)
    order = order[np.argsort(cells.codes[order], kind="stable")]
    begins = np.cumsum(cells.found) - cells.found
    rank = np.arange(order.size) - np.repeat(begins, cells.found)
    chosen = np.zeros(order.size, bool)
    chosen[order[rank < np.repeat(quotas, cells.found)]] = True
    return chosen
