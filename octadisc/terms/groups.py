"""Which period and which group a release belongs to, as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.corpus import Corpus
from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.periods import Periods, make_periods

__all__ = ["ALL", "MISSING", "Grid", "code_groups", "lay_grid"]

ALL = "all"
MISSING = "(missing)"


def code_groups(frame: pd.DataFrame, by: str | None) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Give the number of each release's group, and the groups' names in order; those without a value last.

    An empty text is no value either.

    Raises
    ------
    UnknownNameError
        If there is no such column.

    Examples
    --------
    >>> frame = pd.DataFrame({"issuer": ["SELEC", None, "Europol", "SELEC"]})
    >>> codes, names = code_groups(frame, "issuer")
    >>> codes.tolist(), names
    ([1, 2, 0, 1], ['Europol', 'SELEC', '(missing)'])
    """
    if by is None:
        return np.zeros(len(frame), np.int64), [ALL]
    if not isinstance(by, str):
        raise InputError(f'by={by!r} is not the name of a column. Expected one, for example by="issuer".')
    if by not in frame:
        raise UnknownNameError(f"by={by!r}: the corpus has no such column.{did_you_mean(by, frame.columns)}")
    values = frame[by]
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")  # a missing number turned whole numbers into 2008.0
    words = values.astype("str").str.strip()
    known = (values.notna() & (words != "")).to_numpy(bool)
    names, codes = np.unique(words[known].to_numpy(object), return_inverse=True)
    groups = [str(one) for one in names]
    if known.all():
        return codes.astype(np.int64), groups
    numbers = np.full(len(frame), len(groups), np.int64)
    numbers[known] = codes
    return numbers, [*groups, MISSING]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Periods × groups, and each release's place in it.

    Attributes
    ----------
    periods : Periods
    groups : list of str
    period, group : array of int64, shape (releases,)
        Number of each release's period (-1: no date, or outside all periods) and group.
    n_undated : int
        Releases without a date.
    """

    periods: Periods
    groups: list[str]
    period: npt.NDArray[np.int64]
    group: npt.NDArray[np.int64]
    n_undated: int

    @property
    def n_cells(self) -> int:
        """Number of periods times number of groups."""
        return len(self.periods) * len(self.groups)

    @property
    def cell(self) -> npt.NDArray[np.int64]:
        """Number of each release's cell (all periods of the first group first), -1 outside."""
        return np.where(self.period >= 0, self.group * len(self.periods) + self.period, -1)

    @property
    def n_outside(self) -> int:
        """Releases that have a date, but outside all periods."""
        return int((self.period < 0).sum()) - self.n_undated

    def to_frame(self) -> pd.DataFrame:
        """Give one row a cell: period, start, end, group."""
        times = self.periods.to_frame()
        table = times.iloc[np.tile(np.arange(len(times)), len(self.groups))].reset_index(drop=True)
        return table.assign(
            group=pd.Series(np.repeat(np.array(self.groups, object), len(times)), dtype="str")
        )


def lay_grid(corpus: Corpus, every: object, by: str | None) -> Grid:
    """Lay periods and groups over a corpus."""
    group, groups = code_groups(corpus.frame, by)
    dates = corpus.frame["date"]
    periods = make_periods(dates, every)
    return Grid(periods, groups, periods.locate(dates), group, int(dates.isna().sum()))
