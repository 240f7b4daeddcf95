"""Trends smoothed, with the interval that smoothing leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, ndtri

from octadisc.errors import UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.intervals import rate_size, share_size
from octadisc.statistics.splines import Kind, Spline, fit_spline
from octadisc.terms.arguments import check_level, check_whole, refuse_resampled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.tracked import Trend
    from octadisc.terms.turning_points import Turns

__all__ = ["Line", "Smooth", "lines_of", "smooth"]

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

    def turns(self, *, level: float = 0.95, n_draws: int = 1999, seed: int = 0) -> Turns:
        """Find the peaks and troughs that are more than chance.

        Parameters
        ----------
        level : float
            How often a course without turns is to be found to have none.
        n_draws : int
            Curves drawn for that.
        seed : int

        Returns
        -------
        Turns

        Raises
        ------
        InputError
            If an argument is not what it should be.

        Notes
        -----
        Curves are drawn from the smooth's own covariance. The largest studentised error of all differences
        between two periods is, in `level` of them, below a bound; a rise or fall counts if it exceeds that
        bound, so that over a course as a whole at most 1 - `level` of them would be found falsely if the
        covariance were right. Between a rise that counts and a fall that does, the highest point is a peak.
        Where the smooth's error knows nothing (see `Trend.smooth`), the intervals of both ends must be apart.
        Of simulated courses of 24 periods that only rise or stay, a line, a logistic curve and a step among
        them, with 10, 30 or 100 releases a period, 0 to 1% had a turn. Of courses with two peaks of 45% over
        10%, 11%, 99% and all showed a turn, and none, 62% and all both peaks and the trough between.

        The interval of a place holds the highest (lowest) point between both neighbouring turns in `level`
        of the draws: a flat height has a long one.

        References
        ----------
        Ruppert, Wand and Carroll (2003), Semiparametric Regression, section 6.5: simultaneous bands.
        """
        from octadisc.terms.turning_points import find_turns

        return find_turns(self, level, n_draws, seed)

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
    frame = trend.frame[["period", "start", "end", "group", "query", "releases", _COLUMNS[value][0]]].rename(
        columns={_COLUMNS[value][0]: "value"}
    )
    made = np.full((4, len(frame)), np.nan)
    short = 0
    for line in lines_of(trend, value, longest_gap):
        if line.known.size < FEWEST_PERIODS:
            short += 1
        else:
            made[:, line.rows] = line.with_band(level)
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


class Line(NamedTuple):
    """One query in one group, over a stretch without a longer gap.

    Attributes
    ----------
    rows : array of int
        The periods' rows in the trend's frame.
    known : array of int
        Those of them with a value, counted within the stretch.
    days, own, size, low, high : array of float, shape (periods,)
        Middle of each period, its share (rate), the independent releases (exposure) that it is worth, and
        its own interval (of rates: per million).
    kind : "share" or "rate"
    """

    rows: npt.NDArray[np.intp]
    known: npt.NDArray[np.intp]
    days: Floats
    own: Floats
    size: Floats
    low: Floats
    high: Floats
    kind: Kind

    def fit(self) -> Spline:
        """Fit the curve, in logits (logarithms)."""
        one = self.known
        return fit_spline(
            self.days[one], self.own[one] * self.size[one], self.size[one], self.days, self.kind
        )

    def with_band(self, level: float, fitted: Spline | None = None) -> Floats:
        """Give the curve, its bounds and its degrees of freedom, shape (4, periods)."""
        fitted = fitted or self.fit()
        reach = ndtri((1 + level) / 2) * fitted.error
        lines = np.stack([fitted.middle, fitted.middle - reach, fitted.middle + reach])
        lines = expit(lines) if self.kind == "share" else np.exp(lines) * _PER
        curve = np.vstack([lines, np.full(self.rows.size, fitted.freedom)])
        return _within(curve, self.low, self.high)


def lines_of(trend: Trend, value: Kind, longest_gap: int) -> Iterator[Line]:
    """Give the stretches of each query in each group that may be smoothed."""
    middle, low, high = _COLUMNS[value]
    for found in trend.frame.groupby(["query", "group"], sort=False).indices.values():
        rows = np.sort(found)
        part = trend.frame.iloc[rows]
        own = part[middle].to_numpy(float)
        bounds = part[low].to_numpy(float), part[high].to_numpy(float)
        size = (
            share_size(own, *bounds, trend.basis.level)
            if value == "share"
            else rate_size(own / _PER, bounds[0] / _PER, bounds[1] / _PER, trend.basis.level)
        )
        own = own if value == "share" else own / _PER
        days = _middles(part)
        there = np.isfinite(own) & np.isfinite(size)
        for one in _stretches(there, longest_gap):
            known = np.flatnonzero(there[one])
            cells = (days[one], own[one], size[one], bounds[0][one], bounds[1][one])
            yield Line(rows[one], known, *cells, value)
