"""Which period and which group a release belongs to, as numbers."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.corpus import Corpus
from octadisc.errors import OctadiscWarning, UnknownNameError, did_you_mean
from octadisc.periods import Periods, make_periods
from octadisc.terms.queries import some_releases
from octadisc.tokens.groups import ALL, MISSING, code_groups

__all__ = ["ALL", "MISSING", "Grid", "code_groups", "lay_grid", "list_releases", "say_left_out"]

_OPENING = 160  # characters that stand for a release without a title


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

    def mark(self, period: str | None, group: str | None) -> npt.NDArray[np.bool_]:
        """Mark the releases of a period and a group; all that are in a period where these are None.

        Raises
        ------
        UnknownNameError
            If there is no such period or group.
        """
        wanted: npt.NDArray[np.bool_] = self.period >= 0
        for given, known, codes, what in (
            (period, self.periods.labels, self.period, "period"),
            (group, tuple(self.groups), self.group, "group"),
        ):
            if given is not None:
                if str(given) not in known:
                    raise UnknownNameError(f"There is no {what} {given!r}.{did_you_mean(str(given), known)}")
                wanted = wanted & (codes == known.index(str(given)))
        return wanted

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


def list_releases(releases: pd.DataFrame, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    """List releases as evidence: release, date, issuer, source, start, end, sentence.

    What stands for a release is its title, or how its text begins where it has none.

    Examples
    --------
    >>> corpus = Corpus.from_frame([{"release": "a", "title": "A meeting", "text": "They met."}])
    >>> list_releases(corpus.frame, np.array([0]))["sentence"].tolist()
    ['A meeting']
    """
    chosen = releases.iloc[rows]
    begin = chosen["text"].astype("str").str.slice(0, _OPENING).str.split().str.join(" ")
    title = (
        chosen["title"].astype("str") if "title" in chosen else pd.Series(pd.NA, chosen.index, dtype="str")
    )
    known = title.notna() & (title.fillna("").str.strip() != "")
    table = chosen[["release", "date", "issuer", "source"]].reset_index(drop=True)
    sentence = title.where(known, begin).astype("str").reset_index(drop=True)
    ends = chosen["text"].str.len().clip(upper=_OPENING).where(~known, 0).to_numpy(np.int64)
    return table.assign(start=0, end=ends, sentence=sentence)


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
