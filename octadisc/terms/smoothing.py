"""Trends smoothed, with the interval that smoothing leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, ndtri

from octadisc.errors import UnknownNameError, did_you_mean
from octadisc.spec import Spec
from octadisc.statistics.intervals import rate_size, share_size
from octadisc.statistics.splines import Kind, fit_spline
from octadisc.terms.arguments import check_level, check_whole, refuse_resampled
from octadisc.terms.faces import show

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.tracked import Trend

__all__ = ["Smooth", "curve_with_band", "smooth"]

Floats = npt.NDArray[np.float64]

FEWEST_PERIODS = 5  # with releases, in a stretch without a longer gap
_PER = 1e6
_COLUMNS = {"rate": ("rate", "low", "high"), "share": ("share", "share_low", "share_high")}


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Smooth:
    """Smoothed rates or shares with pointwise intervals; made by `Trend.smooth`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    trend : Trend
        What was smoothed; :meth:`evidence` asks it.
    notes : tuple of str
    """

    frame: pd.DataFrame
    spec: Spec
    trend: Trend
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give one row per query, group and period.

        Columns: period, start, end (exclusive), group, query, releases, value (the trend's own rate per
        million or share), smooth, low, high (the curve in the middle of the period, and its pointwise
        interval; NaN in gaps), freedom (effective degrees of freedom of the curve's stretch; 2 is a line).
        """
        return self.frame.copy()

    def evidence(self, query: Any, period: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences that a point rests on; see `Trend.evidence`."""
        return self.trend.evidence(query, period, group)

    def plot(self, ax: Axes | None = None, *, query: str | None = None, events: Any = None) -> Axes:
        """Draw the curves with their bands, and the periods' own values as points.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        query : str, optional
            Which query, where there are groups and several queries.
        events : optional
            As in `Trend.plot`.
        """
        from octadisc.terms.plots import plot_smooth

        return plot_smooth(self, ax, query=query, events=events)

    def __repr__(self) -> str:
        lines = self.frame[["query", "group"]].drop_duplicates()
        value = self.spec.parameters["value"]
        return f"Smooth({len(lines)} line{'s' * (len(lines) != 1)} of {value}s)"

    def _repr_html_(self) -> str:
        number = "{:.1%}" if self.spec.parameters["value"] == "share" else "{:,.1f}"
        head = self.frame.head(8)[["period", "group", "query", "value", "smooth", "low", "high"]]
        formats = dict.fromkeys(("value", "smooth", "low", "high"), number)
        return show(self, head, len(self.frame), formats, notes=self.notes)


def smooth(trend: Trend, value: Any, longest_gap: int, level: float | None) -> Smooth:
    """Smooth a trend; see `Trend.smooth`."""
    refuse_resampled(trend, "smoothing")
    value = value or ("share" if trend.basis.by == "language" else "rate")
    if value not in _COLUMNS:
        raise UnknownNameError(f"value={value!r} cannot be smoothed.{did_you_mean(str(value), _COLUMNS)}")
    check_whole("longest_gap", longest_gap, 0)
    level = trend.basis.level if level is None else level
    check_level(level)
    middle, low, high = _COLUMNS[value]
    frame = trend.frame[["period", "start", "end", "group", "query", "releases", middle]].rename(
        columns={middle: "value"}
    )
    made = np.full((4, len(frame)), np.nan)
    short = 0
    for rows in trend.frame.groupby(["query", "group"], sort=False).indices.values():
        part = trend.frame.iloc[np.sort(rows)]
        own = part[middle].to_numpy(float)
        bounds = part[low].to_numpy(float), part[high].to_numpy(float)
        size = (
            share_size(own, *bounds, trend.basis.level)
            if value == "share"
            else rate_size(own / _PER, bounds[0] / _PER, bounds[1] / _PER, trend.basis.level)
        )
        own = own if value == "share" else own / _PER
        days = _middles(part)
        for stretch in _stretches(np.isfinite(own) & np.isfinite(size), longest_gap):
            known = stretch[np.isfinite(own[stretch]) & np.isfinite(size[stretch])]
            if known.size < FEWEST_PERIODS:
                short += 1
                continue
            made[:, np.sort(rows)[stretch]] = curve_with_band(
                days, own, bounds, size, stretch, known, value, level
            )
    frame[["smooth", "low", "high", "freedom"]] = made.T
    notes = [
        "The band is pointwise: each of its points holds the true value so often, the curve as a whole less. "
        "A curve rounds off a step; od.find_changes tells one from a slope."
    ]
    if short:
        notes.append(
            f"Not enough data to smooth {short:,} stretch{'es' * (short != 1)} with fewer than "
            f"{FEWEST_PERIODS} periods."
        )
    parameters = {"value": value, "longest_gap": longest_gap, "level": level}
    return Smooth(frame, Spec("smooth", parameters, inputs=(trend.spec,)), trend, tuple(notes))


def _middles(part: pd.DataFrame) -> Floats:
    """Give the middle of each period, in days."""
    days = [part[one].to_numpy("datetime64[D]").astype(np.int64) for one in ("start", "end")]
    middles: Floats = (days[0] + days[1]) / 2.0
    return middles


def _stretches(known: npt.NDArray[np.bool_], longest_gap: int) -> Iterator[npt.NDArray[np.intp]]:
    """Give the periods of each stretch, from a known one to a known one, without a longer gap inside."""
    there = np.flatnonzero(known)
    if not there.size:
        return
    for part in np.split(there, np.flatnonzero(np.diff(there) > longest_gap + 1) + 1):
        yield np.arange(part[0], part[-1] + 1)


def _within(curve: Floats, low: Floats, high: Floats) -> Floats:
    """Give the period's own interval where the band is wider than that.

    Where a query hardly occurs, the curve's error, which is one of logarithms, knows nothing.
    """
    middle, bottom, top, freedom = curve
    wider = (top - bottom > high - low) & (low <= middle) & (middle <= high)
    return np.stack([middle, np.where(wider, low, bottom), np.where(wider, high, top), freedom])


def curve_with_band(
    days: Floats,
    own: Floats,
    bounds: tuple[Floats, Floats],
    size: Floats,
    stretch: npt.NDArray[np.intp],
    known: npt.NDArray[np.intp],
    kind: Kind,
    level: float,
) -> Floats:
    """Give the curve, its bounds and its degrees of freedom over a stretch, shape (4, periods).

    Parameters
    ----------
    days, own, size : array of float, shape (periods,)
        Middle of each period, its share (rate), and the independent releases (exposure) that it is worth.
    bounds : two arrays
        The periods' own intervals, of rates per million.
    stretch, known : array of int
        The periods to be given, and those of them with a value.
    kind : "share" or "rate"
    level : float
    """
    fitted = fit_spline(days[known], own[known] * size[known], size[known], days[stretch], kind)
    reach = ndtri((1 + level) / 2) * fitted.error
    lines = np.stack([fitted.middle, fitted.middle - reach, fitted.middle + reach])
    lines = expit(lines) if kind == "share" else np.exp(lines) * _PER
    curve = np.vstack([lines, np.full(stretch.size, fitted.freedom)])
    return _within(curve, *(one[stretch] for one in bounds))
