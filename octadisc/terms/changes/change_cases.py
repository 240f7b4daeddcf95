"""What changes are looked for in: the releases of each query and group, and whether they are enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.errors import UnknownNameError, did_you_mean
from octadisc.statistics.dispersion import Cells, to_dispersion
from octadisc.statistics.trends import Strata
from octadisc.terms.groups import MISSING, code_groups
from octadisc.terms.reissues import Reissues, first_of_stories, number_stories, weigh_reissues
from octadisc.tokens.units.unit_columns import code_releases

if TYPE_CHECKING:
    from octadisc.terms.trends import Trend

__all__ = [
    "FEWEST_MATCHING",
    "FEWEST_PERIODS",
    "Case",
    "Measure",
    "cases_of",
    "check_measure",
    "some",
    "strata_of",
]

Measure = Literal["share", "rate"]
FEWEST_PERIODS = 6  # with releases; below, a course has no shape
FEWEST_MATCHING = 10  # releases that match, and releases that do not


def check_measure(measure: Any) -> None:
    """Refuse what is no measure.

    Examples
    --------
    >>> check_measure("shares")
    Traceback (most recent call last):
    octadisc.errors.UnknownNameError: measure='shares' is not known. Did you mean 'share'?
    """
    if measure not in ("share", "rate"):
        raise UnknownNameError(
            f"measure={measure!r} is not known.{did_you_mean(str(measure), ('share', 'rate'))}"
        )


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


def cases_of(trend: Trend, measure: Measure, queries: Iterable[str] | None = None) -> Iterator[Case]:
    """Give the queries (all, or those named) and groups of a trend, one after the other."""
    grid, tokens = trend.basis.grid, trend.basis.tokens
    codes, names = code_groups(tokens.corpus.frame, "issuer")
    issuers = np.array([name != MISSING for name in names], bool)
    whole: Reissues = "keep" if trend.basis.reissues == "keep" else "first"  # parts have no dates to change
    counted = (weigh_reissues(tokens.corpus.frame, whole) > 0) & (trend.basis.weights > 0)
    stories: npt.NDArray[np.int64] | None = None
    if code_releases(tokens.corpus.frame) is not None:
        stories = number_stories(tokens.corpus.frame, grid.cell, copies=False)
    known: dict[tuple[int, bytes], _Places] = {}
    for query in trend.basis.hits if queries is None else queries:
        counts, defined = trend.basis.counts_of(query), trend.basis.defined(query)
        for number, group in enumerate(grid.groups):
            key = number, defined.tobytes()
            if key not in known:
                mine = np.flatnonzero((grid.period >= 0) & (grid.group == number) & defined & counted)
                story = None if stories is None else np.unique(stories[mine], return_inverse=True)[1]
                known[key] = _places(trend, mine, codes[mine], issuers, story)
            yield _case(trend, measure, query, group, counts, known[key])


class _Places(NamedTuple):
    """What the queries that are defined for the same releases share."""

    rows: npt.NDArray[np.int64]
    story: npt.NDArray[np.int64] | None  # number of each row's release, where rows are units
    labels: list[str]
    time: npt.NDArray[np.float64]
    issuer: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    n_issuers: int
    compares: bool  # whether some issuer has releases in two periods


def _places(
    trend: Trend,
    rows: npt.NDArray[np.int64],
    codes: npt.NDArray[np.int64],
    known: npt.NDArray[np.bool_],
    story: npt.NDArray[np.int64] | None,
) -> _Places:
    grid = trend.basis.grid
    period = grid.period[rows]
    if story is not None:
        n = int(story.max(initial=-1)) + 1
        codes, period = first_of_stories(story, codes, n), first_of_stories(story, period, n)
    filled, place = np.unique(period, return_inverse=True)
    present, issuer = np.unique(codes, return_inverse=True)
    starts = grid.periods.starts[filled].astype("datetime64[D]").astype(float)
    time = (starts - starts[0]) / max(np.ptp(starts), 1.0) if filled.size else starts
    labels = [grid.periods.labels[one] for one in filled.tolist()]
    compares = np.unique(issuer * filled.size + place).size > present.size
    return _Places(rows, story, labels, time, issuer, place, int(known[present].sum()), compares)


def _case(
    trend: Trend, measure: Measure, query: str, group: str, counts: npt.NDArray[np.int64], places: _Places
) -> Case:
    """Make a case; the units of a release move as one."""
    _, story, labels, time, issuer, place, n_issuers, _ = places
    counts = counts[places.rows]
    value = (counts > 0).astype(float) if measure == "share" else counts.astype(float)
    size = np.ones(counts.size)
    if measure == "rate":
        size = trend.basis.tokens.lengths[places.rows].astype(float)
    if trend.basis.scale is not None:
        scale = trend.basis.scale[places.rows]
        value, size = value * scale, size * scale
    if story is not None:
        value, size = (np.bincount(story, one, issuer.size).astype(float) for one in (value, size))
    matching, others = int((value > 0).sum()), int((value < size).sum())
    if story is not None and measure == "share":
        per = _as_many_as_independent(value, size, issuer * len(labels) + place)
        value, size = value / per, size / per
    reason = ""
    if len(labels) < FEWEST_PERIODS:
        found = some(len(labels), "period")
        reason = f"Not enough data: {found} with releases, at least {FEWEST_PERIODS} needed."
    elif matching < FEWEST_MATCHING:
        found = some(matching, "release matches", "releases match")
        reason = f"Not enough data: {found}, at least {FEWEST_MATCHING} needed."
    elif measure == "share" and others < FEWEST_MATCHING:
        reason = (
            f"Not enough data: {some(others, 'release does', 'releases do')} not match, "
            f"at least {FEWEST_MATCHING} needed."
        )
    elif not places.compares:
        reason = (
            "Not enough data: no issuer has releases in two periods, so none can be compared with itself."
        )
    return Case(group, query, measure, labels, time, value, size, issuer, place, n_issuers, reason)


def _as_many_as_independent(
    value: npt.NDArray[np.float64], size: npt.NDArray[np.float64], cell: npt.NDArray[np.int64]
) -> float:
    """Give how many units of a release say as much as one that is independent (a design effect).

    References
    ----------
    Rao and Scott (1992), Biometrics 48: numbers divided by it may be taken for independent ones.
    """
    _, cell = np.unique(cell, return_inverse=True)
    cells = Cells(size, cell, int(cell.max(initial=-1)) + 1)
    return to_dispersion(cells.sums(np.arange(value.size), value, "share").sum(axis=1)).value


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
