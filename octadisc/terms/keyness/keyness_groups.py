"""What is compared with what: groups of releases by a column, by time, or against an outside list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.periods import make_periods
from octadisc.terms.counts import TermCounts
from octadisc.terms.groups import ALL, code_groups

__all__ = ["REST", "Contrast", "Sides", "part_sides", "table_of", "years_of"]

REST = "the rest"
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Contrast(NamedTuple):
    """Two sides: the releases of a group, and those that it is compared with."""

    group: str
    reference: str
    target: Mask
    other: Mask


class Sides(NamedTuple):
    """The groups of a comparison.

    Attributes
    ----------
    codes : array of int, shape (releases,)
        Number of each release's group; -1 for none.
    names : list of str
    in_time : bool
        Whether groups are periods.
    target, reference : str or None
        The one group that is looked at; the one that others are compared with.
    """

    codes: Integers
    names: list[str]
    in_time: bool
    target: str | None
    reference: str | None

    def contrasts(self) -> Iterator[Contrast]:
        """Give the comparisons, one after the other."""
        inside = self.codes >= 0
        for number, name in enumerate(self.names):
            if self.target not in (None, name) or name == self.reference:
                continue
            target, against = self.codes == number, self.reference or REST
            other = inside & ~target
            if self.reference is not None:
                other = self.codes == self.names.index(self.reference)
            elif len(self.names) == 2:
                against = self.names[1 - number]
            yield Contrast(name, against, target, other)


def table_of(counts: TermCounts) -> pd.DataFrame:
    """Give the releases with all columns that the corpus has."""
    if counts.tokens is None:
        return counts.releases
    frame: pd.DataFrame = counts.tokens.corpus.frame
    return frame


def part_sides(table: pd.DataFrame, by: Any, every: Any, at: Any, target: Any, reference: Any) -> Sides:
    """Part releases into the groups that are asked for.

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If more than one way to part is given, a name is not among the groups, or there is one group only.
    """
    given = [one for one, value in (("by", by), ("every", every), ("at", at)) if value is not None]
    if len(given) > 1:
        raise InputError(
            f"{given[0]} and {given[1]} both say what the groups are. Expected one of them; to compare a "
            "column's groups in one period, take corpus.between(start, end) first."
        )
    if by == "language":
        raise InputError(
            "by='language': words of different languages do not compare. Compare another column's groups; "
            'each language is then looked at by itself. For concepts, od.track_terms(…, by="language") gives '
            "shares of releases."
        )
    if not given:
        codes, names, in_time = np.zeros(len(table), np.int64), [ALL], False
    elif by is not None:
        codes, names = code_groups(table, by)
        in_time = False
    else:
        codes, names = _periods(table, every, at)
        in_time = True
    target, reference = (None if one is None else str(one) for one in (target, reference))
    for argument, value in (("target", target), ("reference", reference)):
        if value is not None and value not in names:
            raise UnknownNameError(f"{argument}={value!r} is no group.{did_you_mean(value, names)}")
    if target is not None and target == reference:
        raise InputError(f"target and reference are both {target!r}. Expected two groups.")
    if at is not None and target is None and reference is None:
        target = names[1]
    return Sides(codes, names, in_time, target, reference)


def _periods(table: pd.DataFrame, every: Any, at: Any) -> tuple[Integers, list[str]]:
    if at is None:
        periods = make_periods(table["date"], every)
        return periods.locate(table["date"]), list(periods.labels)
    try:
        day = pd.Timestamp(at)
    except (ValueError, TypeError):
        day = pd.NaT
    if pd.isna(day):
        raise InputError(f'at={at!r} is no date. Expected one such as at="2008-03-28".')
    dates = table["date"]
    known = dates.notna().to_numpy(bool)
    later = (dates >= day).to_numpy(bool)
    codes = np.where(known, later.astype(np.int64), -1)
    if not (codes == 0).any() or not (codes == 1).any():
        side = "before" if not (codes == 0).any() else "from"
        raise NotEnoughDataError(
            f"at={day.date()}: no release is dated {side} that day. Look at corpus.dates for their range."
        )
    return codes, [f"before {day.date()}", f"from {day.date()}"]


def years_of(table: pd.DataFrame, sides: Sides) -> Integers:
    """Number the stretches of time whose own deviations count: years, parted where groups are periods."""
    dates = table["date"].to_numpy("datetime64[D]")
    known = ~np.isnat(dates)
    years = np.where(known, dates.astype("datetime64[Y]").astype(np.int64), 0)
    keys = years * (len(sides.names) + 1) + (sides.codes + 1 if sides.in_time else 0)
    places = np.full(len(table), -1, np.int64)
    if known.any():
        names, numbers = np.unique(keys[known], return_inverse=True)
        first = np.full(names.size, np.iinfo(np.int64).max)
        np.minimum.at(first, numbers, dates[known].astype(np.int64))
        rank = np.empty(names.size, np.int64)
        rank[np.argsort(first, kind="stable")] = np.arange(names.size)
        places[known] = rank[numbers]
    return places
