"""What changes are looked for in: the releases of each query and group, and whether they are enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.statistics.trends import Strata
from octadisc.terms.groups import MISSING, code_groups
from octadisc.terms.reissues import Reissues, weigh_reissues

if TYPE_CHECKING:
    from octadisc.terms.trends import Trend
    from octadisc.tokens import Hits

__all__ = ["FEWEST_MATCHING", "FEWEST_PERIODS", "Case", "Measure", "cases_of", "some", "strata_of"]

Measure = Literal["share", "rate"]
FEWEST_PERIODS = 6  # with releases; below, a course has no shape
FEWEST_MATCHING = 10  # releases that match, and releases that do not


class Case(NamedTuple):
    """One query in one group: its releases, and why it cannot be looked at, if it cannot."""

    group: str
    query: str
    measure: Measure
    labels: list[str]  # of the periods with releases
    time: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]  # of each release
    size: npt.NDArray[np.float64]
    issuer: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    n_issuers: int  # that are known
    reason: str = ""


def cases_of(trend: Trend, measure: Measure) -> Iterator[Case]:
    """Give the queries and groups of a trend, one after the other."""
    grid, tokens = trend.basis.grid, trend.basis.tokens
    codes, names = code_groups(tokens.corpus.frame, "issuer")
    issuers = np.array([name != MISSING for name in names], bool)
    whole: Reissues = "keep" if trend.basis.reissues == "keep" else "first"  # parts have no dates to change
    counted = weigh_reissues(tokens.corpus.frame, whole) > 0
    for query, hits in trend.basis.hits.items():
        for number, group in enumerate(grid.groups):
            mine = np.flatnonzero((grid.period >= 0) & (grid.group == number) & hits.defined & counted)
            yield _case(trend, measure, query, group, hits, mine, codes[mine], issuers)


def _case(
    trend: Trend,
    measure: Measure,
    query: str,
    group: str,
    hits: Hits,
    mine: npt.NDArray[np.int64],
    codes: npt.NDArray[np.int64],
    known: npt.NDArray[np.bool_],
) -> Case:
    grid = trend.basis.grid
    counts = hits.counts[mine]
    filled, place = np.unique(grid.period[mine], return_inverse=True)
    _, issuer = np.unique(codes, return_inverse=True)
    starts = grid.periods.starts[filled].astype("datetime64[D]").astype(float)
    time = (starts - starts[0]) / max(np.ptp(starts), 1.0) if filled.size else starts
    value = (counts > 0).astype(float) if measure == "share" else counts.astype(float)
    size = np.ones(mine.size) if measure == "share" else trend.basis.tokens.lengths[mine].astype(float)
    labels = [grid.periods.labels[one] for one in filled.tolist()]
    n_issuers = int(known[np.unique(codes)].sum())
    matching = int((counts > 0).sum())
    reason = ""
    if filled.size < FEWEST_PERIODS:
        found = some(filled.size, "period")
        reason = f"Not enough data: {found} with releases, at least {FEWEST_PERIODS} needed."
    elif matching < FEWEST_MATCHING:
        found = some(matching, "release matches", "releases match")
        reason = f"Not enough data: {found}, at least {FEWEST_MATCHING} needed."
    elif measure == "share" and mine.size - matching < FEWEST_MATCHING:
        reason = (
            f"Not enough data: {some(mine.size - matching, 'release does', 'releases do')} not match, "
            f"at least {FEWEST_MATCHING} needed."
        )
    elif np.unique(issuer * filled.size + place).size == np.unique(issuer).size:
        reason = (
            "Not enough data: no issuer has releases in two periods, so none can be compared with itself."
        )
    return Case(group, query, measure, labels, time, value, size, issuer, place, n_issuers, reason)


def some(n: int, noun: str, plural: str | None = None) -> str:
    """Give a number of things in words."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def strata_of(case: Case) -> tuple[Strata, npt.NDArray[np.float64]]:
    """Add releases up by issuer and period; give also each release's residual from its issuer's mean."""
    shape = (int(case.issuer.max()) + 1, len(case.labels))
    cell = case.issuer * shape[1] + case.place
    y = np.bincount(cell, case.value, shape[0] * shape[1]).reshape(shape).astype(float)
    n = np.bincount(cell, case.size, shape[0] * shape[1]).reshape(shape).astype(float)
    total = n.sum(axis=1)
    mean = np.divide(y.sum(axis=1), total, out=np.zeros(shape[0]), where=total > 0)
    residual = case.value - mean[case.issuer] * case.size
    number = np.bincount(case.issuer, minlength=shape[0])
    squares = np.bincount(case.issuer, residual**2, shape[0])
    spread = np.divide(squares, total, out=np.zeros(shape[0]), where=total > 0)
    spread *= np.divide(number, number - 1, out=np.zeros(shape[0]), where=number > 1)
    return Strata(y, n, spread, case.time, case.measure), residual
