"""Calendar periods and named intervals: the only place where dates are put into bins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from io import StringIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.faces import show

__all__ = ["Periods", "make_periods"]

_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_KINDS = (*_MONTHS, "week", "presidency")
_MOST = 20_000  # periods; more is a mistaken date, not a study


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Periods:
    """Periods in order of time, each from its start to its end (exclusive), none overlapping.

    Parameters
    ----------
    labels : tuple of str
    starts, ends : array of datetime64[D], shape (periods,)
    every : str
        ``"year"``, ``"half"``, … or ``"named"``.
    """

    labels: tuple[str, ...]
    starts: npt.NDArray[np.datetime64]
    ends: npt.NDArray[np.datetime64]
    every: str = "named"

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        between = f", {self.labels[0]} to {self.labels[-1]}" if self.labels else ""
        return f"Periods({len(self)} of every {self.every}{between})"

    def _repr_html_(self) -> str:
        return show(self, self.to_frame().head(12), len(self), rows="periods")

    def locate(self, dates: Any) -> npt.NDArray[np.int64]:
        """Give for each date the number of its period; -1 where it has none.

        Examples
        --------
        >>> years = make_periods(["2007-05-01", "2009-01-01"], "year")
        >>> years.locate(["2008-12-31", "2009-01-01", None, "1990-01-01"]).tolist()
        [1, 2, -1, -1]
        """
        days = _days(dates)
        if not len(self):
            return np.full(days.size, -1, np.int64)
        place = np.searchsorted(self.starts, days, side="right").astype(np.int64) - 1
        inside = ~np.isnat(days) & (place >= 0)
        inside[inside] = days[inside] < self.ends[place[inside]]
        return np.where(inside, place, -1)

    def to_frame(self) -> pd.DataFrame:
        """Give the periods as a frame: period, start, end (exclusive)."""
        return pd.DataFrame(
            {
                "period": pd.Series(self.labels, dtype="str"),
                "start": self.starts.astype("datetime64[s]"),
                "end": self.ends.astype("datetime64[s]"),
            }
        )


def make_periods(dates: Any, every: Any = "year") -> Periods:
    """Lay periods over dates, without holes from the first date to the last.

    Parameters
    ----------
    dates : array or series of dates
        Missing dates are passed over.
    every : str or sequence of (name, start, end) or DataFrame
        ``"year"``, ``"half"``, ``"quarter"``, ``"month"``, ``"week"`` (ISO weeks), ``"presidency"``
        (of the Council of the EU), or intervals of one's own; ends are exclusive.

    Returns
    -------
    Periods
        Named intervals are all kept, also those without a date inside.

    Raises
    ------
    UnknownNameError
        If ``every`` is a word that names no period.
    NotEnoughDataError
        If there is no date at all.

    Examples
    --------
    >>> make_periods(["2007-11-05", "2008-04-01"], "quarter").labels
    ('2007-Q4', '2008-Q1', '2008-Q2')
    >>> make_periods(["2008-03-28", "2008-09-01"], "presidency").labels
    ('2008-H1 Slovenia', '2008-H2 France')
    >>> own = [("before", "2000-01-01", "2008-01-01"), ("after", "2008-01-01", "2015-01-01")]
    >>> make_periods(["2008-03-28"], own).labels
    ('before', 'after')
    """
    if not isinstance(every, str):
        return _named(every)
    if every not in _KINDS:
        raise UnknownNameError(f"every={every!r} is no kind of period.{did_you_mean(every, _KINDS)}")
    days = _days(dates)
    days = days[~np.isnat(days)]
    if not days.size:
        raise NotEnoughDataError(
            "No release has a date, so there is nothing to lay periods over. Look at corpus.dates and "
            'corpus.issues, and supply dates with od.load_corpus(…, dates="corrections.csv").'
        )
    first, last = days.min(), days.max()
    if every == "presidency":
        return _presidencies(first, last)
    if every == "week":
        return _weeks(first, last)
    return _calendar(first, last, every)


def _days(dates: Any) -> npt.NDArray[np.datetime64]:
    try:
        given = pd.Series(dates)
        if not pd.api.types.is_datetime64_any_dtype(given):
            given = pd.to_datetime(
                given.map(lambda one: None if pd.isna(one) else str(one)), format="ISO8601"
            )
        return np.asarray(given, dtype="datetime64[D]")
    except (ValueError, TypeError) as error:
        raise InputError(
            f"These are not dates: {error}. Expected a column of dates such as 2008-03-28."
        ) from None


def _calendar(first: np.datetime64, last: np.datetime64, every: str) -> Periods:
    length = _MONTHS[every]
    begin = first.astype("datetime64[M]").astype(int) // length * length
    end = last.astype("datetime64[M]").astype(int) // length * length + length
    months = np.arange(begin, end + 1, length)
    _refuse_too_many(months.size, first, last)
    edges = months.astype("datetime64[M]").astype("datetime64[D]")
    labels = []
    for month in months[:-1]:
        year, part = 1970 + month // 12, month % 12 // length + 1
        labels.append(
            {12: f"{year}", 6: f"{year}-H{part}", 3: f"{year}-Q{part}", 1: f"{year}-{part:02d}"}[length]
        )
    return Periods(tuple(labels), edges[:-1], edges[1:], every)


def _weeks(first: np.datetime64, last: np.datetime64) -> Periods:
    begin = (first.astype(int) + 3) // 7 * 7 - 3  # 1970-01-01 was a Thursday: Mondays are at -3 modulo 7
    edges = np.arange(begin, last.astype(int) + 8, 7).astype("datetime64[D]")
    _refuse_too_many(edges.size, first, last)
    calendar = [pd.Timestamp(one).isocalendar() for one in edges[:-1]]
    return Periods(tuple(f"{one.year}-W{one.week:02d}" for one in calendar), edges[:-1], edges[1:], "week")


def _refuse_too_many(n: int, first: np.datetime64, last: np.datetime64) -> None:
    if n > _MOST:
        raise InputError(
            f"The dates run from {first} to {last}, which makes {n:,} periods. Expected at most {_MOST:,}. "
            "Look for mistaken dates in corpus.dates, or take corpus.between(start, end) first."
        )


def _presidencies(first: np.datetime64, last: np.datetime64) -> Periods:
    known = _named(_read_presidencies(), "presidency")
    if first < known.starts[0] or last >= known.ends[-1]:
        raise InputError(
            f"The dates run from {first} to {last}, the table of presidencies from {known.starts[0]} to "
            f'{known.ends[-1]}. Take corpus.between("{known.starts[0]}", "{known.ends[-1]}") first.'
        )
    low, high = known.locate([first, last])
    cut = slice(int(low), int(high) + 1)
    return Periods(known.labels[cut], known.starts[cut], known.ends[cut], "presidency")


def _read_presidencies() -> pd.DataFrame:
    text = resources.files("octadisc").joinpath("facts/council_presidencies.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), comment="#")[["name", "start", "end"]]


def _named(every: Any, kind: str = "named") -> Periods:
    if isinstance(every, Periods):
        return every
    try:
        rows: Iterable[Any] = every.itertuples(index=False) if isinstance(every, pd.DataFrame) else every
        table = pd.DataFrame([tuple(row)[:3] for row in rows], columns=["name", "start", "end"])
    except (TypeError, ValueError):
        raise InputError(
            f"every={every!r} is neither a word ({', '.join(_KINDS)}) nor intervals. "
            'Expected rows of (name, start, end), for example [("before", "2000-01-01", "2008-01-01")].'
        ) from None
    starts, ends = _days(table["start"]), _days(table["end"])
    if not len(table) or np.isnat(starts).any() or np.isnat(ends).any() or (starts >= ends).any():
        raise InputError(
            "Named intervals need at least one row, each with a name, a start and a later end (exclusive)."
        )
    order = np.argsort(starts, kind="stable")
    starts, ends, names = starts[order], ends[order], [str(table["name"].iloc[i]) for i in order]
    for i in range(1, len(names)):
        if starts[i] < ends[i - 1]:
            raise InputError(
                f"The intervals {names[i - 1]!r} and {names[i]!r} overlap: the first ends "
                f"{ends[i - 1]} (exclusive), the second starts {starts[i]}. "
                "A release belongs to one period only; mend the bounds."
            )
    if len(set(names)) < len(names):
        raise InputError("Two intervals have the same name; give each one of its own.")
    return Periods(tuple(names), starts, ends, kind)
