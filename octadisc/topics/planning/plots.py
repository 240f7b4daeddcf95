"""Pictures of simulated releases, and of power."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from octadisc.drawing.axes import entitle
from octadisc.drawing.marks import draw_lines
from octadisc.drawing.style import INK, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.topics.planning.power import Power
    from octadisc.topics.planning.simulated import SimulatedReleases

__all__ = ["plot_power", "plot_simulated"]

_MOST = 7


def plot_simulated(made: SimulatedReleases, ax: Axes | None) -> Axes:
    """Draw mean shares by year; the topics that vary most if they are many."""
    frame = made.to_frame()
    year = frame["date"].dt.year
    means = frame.groupby([year, frame["topic"]])["share"].mean()
    first, last = int(year.min()), int(year.max())
    spread = means.groupby(level=1).std().sort_values(ascending=False, kind="stable")
    rows = [
        {"year": str(one), "topic": f"topic {k}", "share": 100 * means.get((one, k), float("nan"))}
        for k in sorted(spread.index[:_MOST])
        for one in range(first, last + 1)
    ]
    ax = new_axes(ax, width="double", height=70.0)
    draw_lines(ax, pd.DataFrame(rows), x="year", y="share", low=None, high=None, group="topic")
    ax.set_ylabel("mean share as drawn, per cent")
    return ax


def plot_power(power: Power, ax: Axes | None) -> Axes:
    """Draw a line a number of issuers, with intervals, and the line of 80 per cent."""
    frame = power.frame.assign(
        group=[f"{n} issuers" for n in power.frame["n_issuers"]],
        **{name: 100 * power.frame[name] for name in ("power", "low", "high")},
    )
    ax = new_axes(ax, width="single", height=62.0)
    ax.axhline(80, color=INK, lw=0.6, ls=(0, (4, 2)))
    frame["n_releases"] = [f"{n:,}" for n in frame["n_releases"]]
    draw_lines(ax, frame, x="n_releases", y="power", group="group", labels="legend", ceiling=105)
    ax.set_ylabel("seen, per cent of studies")
    ax.set_xlabel("releases")
    entitle(ax, f"A share of {power.share:.0%} × {power.factor:g}")
    return ax
