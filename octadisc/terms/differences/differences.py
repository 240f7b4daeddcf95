"""Differences and ratios between two groups, per period and over all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.intervals import rate_interval, rate_size, share_interval, share_size
from octadisc.statistics.tests import permutation_p_value
from octadisc.terms.arguments import check_permutations, refuse_resampled
from octadisc.terms.differences.group_permutation import Permuted, ask, permute_groups
from octadisc.tokens.lines.samples import read_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.tracked import Trend

__all__ = ["GroupDifferences", "compare_groups"]

Floats = npt.NDArray[np.float64]

ALL = "all"
_PER = 1e6
_PRIOR = 2.0  # releases of the mean share that each period has more, for its variance only
_MEASURES = {
    "rate": ("rate", "low", "high", "tokens"),
    "share": ("share", "share_low", "share_high", "releases"),
}
_COLUMNS = (
    "period start end query measure group_value reference_value difference low high ratio ratio_low "
    "ratio_high p_value note"
).split()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class GroupDifferences:
    """Rates and shares of one group against another; made by `Trend.compare_groups`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    trend : Trend
        What was compared; :meth:`evidence` asks it.
    notes : tuple of str
        What was permuted, and what follows from it.
    """

    frame: pd.DataFrame
    spec: Spec
    trend: Trend
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give one row per query, measure and period, and one for all periods.

        Columns: period ("all" for all of them, at one calendar), start, end (exclusive), query, measure
        ("rate" or "share"), group_value, reference_value, difference (group less reference), low, high,
        ratio, ratio_low, ratio_high, p_value, note. NaN where one of them has no releases.
        """
        return self.frame.copy()

    def evidence(self, query: Any, period: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences that a row rests on; see `Trend.evidence`. The period "all" is all of them."""
        return self.trend.evidence(query, None if period == ALL else period, group)

    def plot(self, ax: Axes | None = None, *, measure: str = "share", query: str | None = None) -> Axes:
        """Draw the differences of one measure per period with their intervals, and the one over all.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        measure : "share" or "rate"
        query : str, optional
            Which query, where there are several.
        """
        from octadisc.terms.differences.difference_plots import plot_differences

        return plot_differences(self, ax, measure=measure, query=query)

    def __repr__(self) -> str:
        group, reference = (self.spec.parameters[one] for one in ("group", "reference"))
        return f"GroupDifferences({group} against {reference}, {self.frame['query'].nunique()} queries)"

    def _repr_html_(self) -> str:
        whole = self.frame[self.frame["period"] == ALL].drop(columns=["start", "end"])
        formats = dict.fromkeys(whole.select_dtypes("float").columns, "{:,.3g}")
        return show(self, whole.head(20), len(whole), formats, notes=self.notes)


def compare_groups(
    trend: Trend,
    group: str | None,
    reference: str | None,
    n_permutations: int,
    seed: int,
    level: float | None,
) -> GroupDifferences:
    """Compare two groups of a trend; see `Trend.compare_groups`."""
    refuse_resampled(trend, "a comparison of groups")
    group, reference = _two_of(trend, group, reference)
    check_permutations(n_permutations)
    seed = read_seed(seed)
    if level is not None and level != trend.basis.level:
        raise InputError(
            f"level={level}: the trend has intervals of {trend.basis.level}, and differences are made of "
            f"them. Track the terms with level={level}."
        )
    question = ask(trend, group, reference)
    periods = trend.basis.grid.periods
    rows: list[dict[str, Any]] = []
    for number, query in enumerate(trend.basis.hits):
        mine = trend.frame[trend.frame["query"] == query].set_index("group")
        for measure in _MEASURES:
            one, other = (mine.loc[[name]].reset_index() for name in (group, reference))
            table = _compare(one, other, measure, trend.basis.level)
            rng = np.random.default_rng([seed, number])
            permuted = None
            if trend.spec.function != "standardise":
                permuted = permute_groups(trend, question, query, measure, n_permutations, rng)
            made = table.assign(query=query, measure=measure, **_p_values(table, permuted, measure))
            made["period"] = [*periods.labels, ALL]
            made["start"] = [*periods.starts.astype("datetime64[s]"), periods.starts[0]]
            made["end"] = [*periods.ends.astype("datetime64[s]"), periods.ends[-1]]
            rows.append(made)
    frame = pd.concat(rows, ignore_index=True)[_COLUMNS]
    frame = frame.astype(dict.fromkeys(("period", "query", "measure", "note"), "str"))
    notes = (question.note,)
    if trend.spec.function == "standardise":
        notes = ("The trend is standardised: intervals, but no p-values by permutation.",)
    parameters = {"group": group, "reference": reference, "n_permutations": n_permutations}
    return GroupDifferences(frame, Spec("compare_groups", parameters, seed, (trend.spec,)), trend, notes)


def _two_of(trend: Trend, group: str | None, reference: str | None) -> tuple[str, str]:
    """Give the names of the two groups, or say what is missing."""
    groups = trend.basis.grid.groups
    if len(groups) < 2:
        raise InputError(
            "The trend has one group, so there is nothing to compare. Track the terms with by=, such as "
            'by="issuer".'
        )
    if group is None and reference is None and len(groups) == 2:
        return groups[0], groups[1]
    if group is None or reference is None:
        raise InputError(
            f"The trend has {len(groups)} groups: name two of them. Expected "
            f"trend.compare_groups({groups[0]!r}, {groups[1]!r})."
        )
    for one in (group, reference):
        if one not in groups:
            raise UnknownNameError(f"The trend has no group {one!r}.{did_you_mean(str(one), groups)}")
    if group == reference:
        raise InputError(f"group and reference are both {group!r}. Expected two groups.")
    return group, reference


class _Side(NamedTuple):
    value: Floats
    low: Floats
    high: Floats


def _compare(one: pd.DataFrame, other: pd.DataFrame, measure: str, level: float) -> pd.DataFrame:
    """Give differences and ratios per period, and last over all."""
    columns = _MEASURES[measure]
    sides = [_Side(*(part[name].to_numpy(float) for name in columns[:3])) for part in (one, other)]
    sizes = [part[columns[3]].to_numpy(float) for part in (one, other)]
    both = np.isfinite(sides[0].value) & np.isfinite(sides[1].value)
    weight = np.where(both, sizes[0] + sizes[1], 0.0)
    weight = weight / weight.sum() if weight.sum() > 0 else weight
    sides = [_with_whole(side, weight, both, measure, level) for side in sides]
    first, second = sides
    difference, ratio = first.value - second.value, _divide(first.value, second.value)
    down = np.hypot(first.value - first.low, second.high - second.value)
    up = np.hypot(first.high - first.value, second.value - second.low)
    ratio_low, ratio_high = _ratio_interval(first, second)
    return pd.DataFrame(
        {
            "group_value": first.value,
            "reference_value": second.value,
            "difference": difference,
            "low": difference - down,
            "high": difference + up,
            "ratio": ratio,
            "ratio_low": ratio_low,
            "ratio_high": ratio_high,
        }
    )


def _with_whole(
    side: _Side, weight: Floats, both: npt.NDArray[np.bool_], measure: str, level: float
) -> _Side:
    """Put the mean over all periods in which both have releases behind the periods' own values.

    Its variance is that of the periods' independent releases (words), as many as their intervals tell; a
    period of a few releases, all with or all without a match, counts as one with the mean share.
    """
    per = 1.0 if measure == "share" else _PER
    find_size = share_size if measure == "share" else rate_size
    size = find_size(side.value / per, side.low / per, side.high / per, level)
    known = both & np.isfinite(size)
    if not both.any():
        return _Side(*(np.append(one, np.nan) for one in side))
    value = float(weight[both] @ side.value[both]) / per
    bounds = np.array([np.nan, np.nan])
    if known.sum() == both.sum():
        own = side.value[known] / per * size[known]
        mean = own.sum() / size[known].sum()
        level_of = (
            (own + _PRIOR * mean) / (size[known] + _PRIOR) if measure == "share" else np.full(own.size, mean)
        )
        chance = level_of * (1 - level_of) if measure == "share" else level_of
        variance = float((weight[known] ** 2 * chance / size[known]).sum())
        spread = mean * (1 - mean) if measure == "share" else mean
        worth = spread / variance if variance > 0 else float(size[known].sum())
        if measure == "share":
            bounds = np.array(share_interval(value * worth, worth, 1.0, level))
        else:
            bounds = np.array(rate_interval(value * worth, worth, 1.0, level))
    whole = np.array([value, *bounds]) * per
    return _Side(*(np.append(one, last) for one, last in zip(side, whole, strict=True)))


def _ratio_interval(first: _Side, second: _Side) -> tuple[Floats, Floats]:
    """Give the interval of the ratio, from those of the logarithms; infinite where the divisor may be 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = ([np.log(each) for each in side] for side in (first, second))
        middle = one[0] - other[0]
        low = middle - np.hypot(one[0] - one[1], other[2] - other[0])
        high = middle + np.hypot(one[2] - one[0], other[0] - other[1])
    unknown = ~(np.isfinite(first.value) & np.isfinite(second.value))
    none = (first.value == 0) & (second.value == 0)
    low = np.where(first.low <= 0, 0.0, np.exp(low))
    high = np.where(second.low <= 0, np.inf, np.exp(high))
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where((second.value == 0) & (first.low > 0), first.low / second.high, low)
        high = np.where((first.value == 0) & (second.low > 0), first.high / second.low, high)
    return np.where(unknown | none, np.nan, low), np.where(unknown | none, np.nan, high)


def _divide(one: Floats, other: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        made: Floats = np.where((one == 0) & (other == 0), np.nan, one / other)
    return made


def _p_values(table: pd.DataFrame, permuted: Permuted | None, measure: str) -> dict[str, Any]:
    """Give p-values for the periods and over all, and what stands in their place."""
    n = len(table)
    if permuted is None:
        return {"p_value": np.full(n, np.nan), "note": [""] * n}
    p_values = np.full(n, np.nan)
    notes = [permuted.reason] * n
    if not permuted.reason:
        for i in range(n):
            if not permuted.informative[i]:
                notes[i] = "Nothing that could change groups."
                continue
            p_values[i] = permutation_p_value(abs(permuted.observed[i]), np.abs(permuted.drawn[:, i]))
    without = table["difference"].isna().to_numpy(bool)
    p_values[without] = np.nan
    for i in np.flatnonzero(without).tolist():
        notes[i] = "Not enough data: one of the groups has no releases."
    return {"p_value": p_values, "note": notes}
