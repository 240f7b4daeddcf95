"""The two sides of a change: which periods they are, and what is within and between issuers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.statistics.dispersion import Dispersion
from octadisc.statistics.intervals import share_interval
from octadisc.terms.composition.split_noise import Sides, spread_of_periods
from octadisc.terms.composition.split_notes import describe_split
from octadisc.terms.groups import MISSING

__all__ = ["SPLIT_COLUMNS", "halve", "number_periods", "split_sides"]

Floats = npt.NDArray[np.float64]

_SUMS = (
    "before after change change_low change_high within within_low within_high "
    "between between_low between_high"
).split()
SPLIT_COLUMNS = [
    *"before_periods after_periods before_releases after_releases".split(),
    *_SUMS,
    *"n_both note".split(),
]


def number_periods(wanted: Any, labels: tuple[str, ...]) -> list[int]:
    """Give the numbers of the periods of a side.

    Raises
    ------
    InputError, UnknownNameError
        If there is none, or no such period.
    """
    given = [str(one) for one in ([wanted] if isinstance(wanted, str | int) else wanted)]
    for one in given:
        if one not in labels:
            raise UnknownNameError(f"The trend has no period {one!r}.{did_you_mean(one, labels)}")
    if not given:
        raise InputError("A side without any period. Expected labels of the trend, such as '2008'.")
    return sorted({labels.index(one) for one in given})


def halve(
    period: npt.NDArray[np.int64], weights: Floats, labels: tuple[str, ...], place: str | None
) -> Sides:
    """Cut at a place, or so that either side has as near to half of the releases as can be."""
    if place is not None:
        cut = labels.index(place)
    else:
        releases = np.bincount(period, weights, len(labels)).round(9)  # parts of one add up to one
        filled = np.flatnonzero(releases)
        if filled.size < 2:
            raise NotEnoughDataError(
                f"The releases are of {filled.size} period{'s' * (filled.size != 1)}: there is no change to "
                "split. Take shorter periods with every=, or releases of a longer time."
            )
        below = releases.cumsum()[filled[1:] - 1]
        cut = int(filled[1:][np.abs(below - releases.sum() / 2).argmin()])
    return list(range(cut)), list(range(cut, len(labels)))


class _Sum(NamedTuple):
    value: float
    low: float
    high: float


def split_sides(
    period: npt.NDArray[np.int64],
    codes: npt.NDArray[np.int64],
    matches: Floats,
    weights: Floats,
    scale: Floats,
    sides: Sides,
    labels: tuple[str, ...],
    names: list[str],
    level: float,
    kind: str | None,
    spread: Dispersion,
) -> dict[str, Any]:
    """Split the change of one share, and give `SPLIT_COLUMNS`.

    Parameters
    ----------
    period, codes : array of int, shape (releases,)
        When, and by whom.
    matches, weights : array of float, shape (releases,)
        What each release adds to the share's numerator and denominator.
    scale : array of float, shape (releases,)
        What of its weight is not its number of releases; see `octadisc.statistics.dispersion.Cells`.
    sides : tuple of two lists of int
        Periods before and after.
    labels, names
        Of periods, and of issuers.
    level : float
    kind : str, optional
        What `od.find_changes` says of it.
    spread : Dispersion
        Of what stands for one release, within issuers and sides.
    """
    shape = (len(names), len(labels))
    y_of_period, n_of_period, scaled = (
        np.bincount(codes * shape[1] + period, values, shape[0] * shape[1]).reshape(shape).astype(float)
        for values in (matches, weights, weights * scale)
    )
    y, n, uneven = (
        np.stack([one[:, periods].sum(axis=1) for periods in sides])
        for one in (y_of_period, n_of_period, scaled)
    )
    uneven = np.divide(uneven, n, out=np.ones(n.shape), where=n > 0)  # what weights cost (Kish)
    total = n.sum(axis=1)
    made: dict[str, Any] = {
        "before_periods": _span(sides[0], labels),
        "after_periods": _span(sides[1], labels),
        "before_releases": _whole(total[0]),
        "after_releases": _whole(total[1]),
        "n_both": int((n > 0).all(axis=0).sum()),
    }
    if not total.all():
        empty = "before" if not total[0] else "after"
        nothing = dict.fromkeys(_SUMS, np.nan)
        return {**made, **nothing, "note": f"Not enough data: no releases {empty} the change."}
    part = n / total[:, None]
    both = (n > 0).all(axis=0)
    mean, moved = part.mean(axis=0), part[1] - part[0]
    within = np.where(both, np.stack([-mean, mean]), 0.0)
    between = np.where(both, moved / 2, np.stack([-part[0], part[1]]))
    whole = np.stack([-part[0], part[1]])
    sums = {}
    for name, weight in (("change", whole), ("within", within), ("between", between)):
        wider = spread_of_periods(weight, y_of_period, n_of_period, sides, spread, uneven)
        sums[name] = _sum(weight, y, n, level, wider.value * uneven, wider.df)
    made |= {"before": float(y[0].sum() / total[0]), "after": float(y[1].sum() / total[1])}
    for name, one in sums.items():
        made |= {name: one.value, f"{name}_low": one.low, f"{name}_high": one.high}
    made["change"] = made["after"] - made["before"]
    made["between"] = made["change"] - made["within"]  # exact, whatever the rounding
    known = np.array([name != MISSING for name in names], bool)
    issuers = [names[i] for i in np.flatnonzero(known & (n.sum(axis=0) > 0))]
    filled = [int((n_of_period[:, periods].sum(axis=0) > 0).sum()) for periods in sides]
    made["note"] = describe_split(made, issuers, part, names, kind, replicated=max(filled) > 1)
    return made


def _sum(weights: Floats, y: Floats, n: Floats, level: float, spread: Floats, df: float) -> _Sum:
    """Give a weighted sum of shares with its interval (Zou and Donner)."""
    share = np.divide(y, n, out=np.zeros(n.shape), where=n > 0)
    low, high = share_interval(y, n, spread, level, df=df)
    low, high = np.where(n > 0, low, 0.0), np.where(n > 0, high, 0.0)
    value = float((weights * share).sum())
    down = weights * (share - np.where(weights > 0, low, high))
    up = weights * (share - np.where(weights > 0, high, low))
    return _Sum(value, value - float(np.sqrt((down**2).sum())), value + float(np.sqrt((up**2).sum())))


def _span(periods: list[int], labels: tuple[str, ...]) -> str:
    if len(periods) == 1:
        return labels[periods[0]]
    if periods and periods[-1] - periods[0] == len(periods) - 1:
        return f"{labels[periods[0]]} to {labels[periods[-1]]}"
    return ", ".join(labels[one] for one in periods)


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else float(value)
