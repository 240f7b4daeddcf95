"""Which period and which group a release belongs to, as numbers."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.corpus import Corpus
from octadisc.errors import OctadiscWarning
from octadisc.periods import Periods, make_periods
from octadisc.terms.queries import some_releases
from octadisc.tokens.groups import ALL, MISSING, code_groups

__all__ = ["ALL", "MISSING", "Grid", "code_groups", "lay_grid", "say_left_out"]


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


def say_left_out(grid: Grid) -> list[str]:
    """Say which releases are in no period; warn of those that have no date."""
    notes = []
    if grid.n_undated:
        notes.append(f"Without a date, and so in no period: {some_releases(grid.n_undated)}.")
        warnings.warn(
            f"{notes[-1]} Look at corpus.dates and corpus.issues, and supply dates with "
            'od.load_corpus(…, dates="corrections.csv").',
            OctadiscWarning,
            stacklevel=3,
        )
    if grid.n_outside:
        notes.append(f"Dated outside the periods, and not counted: {some_releases(grid.n_outside)}.")
        warnings.warn(notes[-1], OctadiscWarning, stacklevel=3)
    return notes
