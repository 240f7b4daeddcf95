"""Turns of a course: the peaks and troughs of a smoothed trend that are more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.turning import Turn, differing, draw_curves, find_turning
from octadisc.terms.arguments import check_level, check_whole
from octadisc.terms.smoothing import FEWEST_PERIODS, Line, lines_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.smoothing import Smooth

__all__ = ["Turns", "find_turns"]

_COLUMNS = "query group turn period place_low place_high start end value low high".split()
_WORDS = ("query", "group", "turn", "period", "place_low", "place_high")


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Turns:
    """Where smoothed courses turn; made by `Smooth.turns`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    smooth : Smooth
        What turns; :meth:`evidence` asks its trend.
    """

    frame: pd.DataFrame
    spec: Spec
    smooth: Smooth

    def to_frame(self) -> pd.DataFrame:
        """Give one row a turn, in the order of time.

        Columns: query, group, turn ("start": until then the course has not moved; "peak", "trough"; "end":
        from then on it moves no further), period, place_low and place_high (the periods between which the
        turn lies), start and end (exclusive) of the period, value (of the curve: share of releases or rate
        per million) with its pointwise interval low and high. A course that never moves beyond chance has one
        row, "level", of its highest point; one that is too short, none.
        """
        return self.frame.copy()

    def evidence(self, query: Any, period: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences that a turn rests on; see `Trend.evidence`."""
        return self.smooth.evidence(query, period, group)

    def plot(self, ax: Axes | None = None, *, query: str | None = None, events: Any = None) -> Axes:
        """Draw the smoothed course, and each peak and trough as a mark with the interval of its place.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        query, events : optional
            As in `Smooth.plot`.
        """
        from octadisc.terms.plots import plot_turns

        return plot_turns(self, ax, query=query, events=events)

    def __repr__(self) -> str:
        n = int(self.frame["turn"].isin(["peak", "trough"]).sum())
        return f"Turns({n} turn{'s' * (n != 1)})"

    def _repr_html_(self) -> str:
        number = "{:.1%}" if self.smooth.spec.parameters["value"] == "share" else "{:,.1f}"
        columns = ["query", "group", "turn", "period", "place_low", "place_high", "value", "low", "high"]
        formats = dict.fromkeys(("value", "low", "high"), number)
        return show(self, self.frame[columns].head(20), len(self.frame), formats)


def find_turns(smooth: Smooth, level: float, n_draws: int, seed: int) -> Turns:
    """Find turns; see `Smooth.turns`."""
    check_level(level)
    check_whole("n_draws", n_draws, 99)
    check_whole("seed", seed, 0)
    given = smooth.spec.parameters
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines_of(smooth.trend, given["value"], given["longest_gap"])):
        if line.known.size < FEWEST_PERIODS:
            continue
        rng = np.random.default_rng([seed, number])
        turns = _turns_of(line, level, given["level"], n_draws, rng)
        part = smooth.frame.iloc[line.rows].reset_index(drop=True)
        rows += [_row(part, one, place, len(turns)) for place, one in enumerate(turns)]
    frame = pd.DataFrame(rows, columns=_COLUMNS).astype(dict.fromkeys(_WORDS, "str"))
    spec = Spec("turns", {"level": level, "n_draws": n_draws}, seed, (smooth.spec,))
    return Turns(frame, spec, smooth)


def _turns_of(line: Line, level: float, band: float, n_draws: int, rng: np.random.Generator) -> list[Turn]:
    """Find the turns of one course; that of its highest point, with way 0, if it does not move."""
    fitted = line.fit()
    draws = draw_curves(fitted.middle, fitted.covariance, n_draws, rng)
    moves = differing(fitted.middle, fitted.covariance, draws, level)
    bounds = line.with_band(band, fitted)
    _, low, high, _ = bounds
    own = (low == line.low) & (high == line.high)  # where the curve's error knows nothing
    apart = (low[None, :] > high[:, None]).astype(np.int8) - (high[None, :] < low[:, None])
    tested = np.where(own[:, None] | own[None, :], apart, moves).astype(np.int8)
    turns = find_turning(fitted.middle, tested, apart, draws, level)
    top = int(fitted.middle.argmax())
    return turns or [Turn(top, 0, top, top)]


def _row(part: pd.DataFrame, turn: Turn, place: int, of: int) -> dict[str, Any]:
    kind = {1: "peak", -1: "trough"}.get(turn.way, "start")
    if of == 1:
        kind = "level"
    elif place == of - 1:
        kind = "end"
    one = part.iloc[turn.at]
    return {
        **one[["query", "group", "period", "start", "end", "low", "high"]].to_dict(),
        "turn": kind,
        "place_low": part["period"].iloc[turn.low],
        "place_high": part["period"].iloc[turn.high],
        "value": one["smooth"],
    }
