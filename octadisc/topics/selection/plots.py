"""Pictures of a comparison of models: a measure over the number of topics, alone or side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.drawing.axes import entitle, inches_of
from octadisc.drawing.labels import label_lines
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import GREY, INK, Cue, cues_for, new_axes, new_figure
from octadisc.errors import UnknownNameError, did_you_mean
from octadisc.topics.selection.describing import leading_starts, main_measures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from octadisc.topics.selection.comparison import ModelComparison

__all__ = ["plot_measure", "plot_panels"]

_LABELS = {
    "held_out": "log-likelihood per word kept back",
    "behind": "log-likelihood per word behind the best",
    "dispersion": "dispersion of residuals",
    "exclusivity": "exclusivity",
    "stability": "stability (cosine)",
    "bound": "bound of the fit",
    "seconds": "seconds of the fit",
}
_TITLES = {
    "held_out": "Held-out words",
    "exclusivity": "Exclusivity",
    "stability": "Stability",
    "dispersion": "Residual dispersion",
}
_NAMES = {"structural": "structural", "nmf": "NMF", "lda": "LDA"}
_ERRORS = {"held_out": "held_out_error", "behind": "behind_error"}
_ACROSS = 3  # panels
_KEY = (
    "Points: means, of held-out words the log-likelihood a word. Bars: one standard error (held-out words); "
    "middle half of the topics (coherence, "
    "exclusivity, stability).\nOpen points: more than one standard error behind the best, or not known."
)


def plot_measure(comparison: ModelComparison, ax: Axes | None, measure: str) -> Axes:
    """Draw a measure over the number of topics, a line a method."""
    known = [one for one in comparison.frame.select_dtypes("float") if one not in _ERRORS.values()]
    if measure not in known:
        raise UnknownNameError(f"measure={measure!r} is not compared.{did_you_mean(str(measure), known)}")
    ax = new_axes(ax)
    _draw(ax, comparison, measure, named=True)
    ax.set_ylabel(_label(measure))
    return ax


def plot_panels(comparison: ModelComparison) -> Figure:
    """Draw the measures to decide by, each on a panel, over the same numbers of topics."""
    measures = ["held_out", *main_measures(comparison)[:2], "exclusivity", "stability", "dispersion"]
    measures = [one for one in measures if comparison.frame[one].notna().any()]
    rows = -(-len(measures) // _ACROSS)
    fig, axes = new_figure(rows, _ACROSS, width="double", height=14 + 46 * rows, shared=False)
    for number, (ax, measure) in enumerate(zip(axes, measures, strict=False)):
        _draw(
            ax, comparison, measure, named=number % _ACROSS == _ACROSS - 1
        )  # once a row, where there is room
        entitle(ax, _title(measure), letters=34)
        if number + _ACROSS < len(measures):
            ax.set_xlabel("")
    for ax in axes[len(measures) :]:
        ax.set_visible(False)
    fig.supxlabel(_KEY, x=0.01, ha="left", fontsize=6.5, color=INK)
    return fig


def _draw(ax: Axes, comparison: ModelComparison, measure: str, *, named: bool) -> None:
    """Draw a line a method through the start with the best bound, and the other starts as small points."""
    frame, topics = comparison.frame, comparison.topic_frame
    leading = leading_starts(frame)
    methods = list(dict.fromkeys(frame["method"]))
    cues = cues_for(methods)
    numbers = np.sort(frame["n_topics"].unique()).astype(float)
    room = 0.06 * float(np.ptp(numbers)) or 1.0
    step = 0.012 * float(np.ptp(numbers)) * (len(methods) > 1)  # bars of methods stand side by side
    ends = []
    for number, method in enumerate(methods):
        shift = step * (number - (len(methods) - 1) / 2)
        mine = leading[(leading["method"] == method) & leading[measure].notna()]
        others = frame[(frame["method"] == method) & ~frame.index.isin(mine.index)]
        cue, others = cues[method], others.dropna(subset=[measure])
        ax.plot(
            others["n_topics"] + shift,
            others[measure],
            ls="none",
            marker=cue.marker,
            ms=2.0,
            color=cue.colour,
            alpha=0.5,
            label="_others",
        )
        if not len(mine):
            continue
        x, y = mine["n_topics"].to_numpy(float) + shift, mine[measure].to_numpy(float)
        ax.plot(x, y, color=cue.colour, ls=cue.dash, lw=1.1, label=f"_{method}", zorder=2)
        if measure in topics:
            of = topics.merge(mine[["method", "n_topics", "start"]]).groupby("n_topics")[measure]
            low, high = of.quantile(0.25).to_numpy(float), of.quantile(0.75).to_numpy(float)
            ax.vlines(x, low, high, color=cue.colour, lw=3.0, alpha=0.25)
        _draw_points(ax, mine, measure, shift, cue)
        ends.append((method, float(x[-1]), float(y[-1])))
    ax.set_xlim(float(numbers[0]) - room, float(numbers[-1]) + room)
    ax.margins(y=0.1)
    ax.autoscale_view(scalex=False)
    if measure == "dispersion":
        ax.axhline(1.0, color=GREY, lw=0.8, ls=(0, (1.2, 1.2)), label="_one", zorder=1)
    if measure == "stability":
        ax.set_ylim(top=1.015, bottom=min(ax.get_ylim()[0], 0.8))
    _write_ticks(ax, numbers, frame[measure].to_numpy(float))
    ax.set_xlabel("topics")
    if named and len(methods) > 1:
        named_ends = [(_NAMES[method], x, y) for method, x, y in ends]
        label_lines(ax, named_ends, {_NAMES[one]: cues[one] for one in methods}, "ends")


def _draw_points(ax: Axes, frame: pd.DataFrame, measure: str, shift: float, cue: Cue) -> None:
    """Draw a point a model, filled where it is known to be within a standard error of the best."""
    places, values = frame["n_topics"].to_numpy(float) + shift, frame[measure].to_numpy(float)
    near = np.ones(len(frame), bool)
    if measure in _ERRORS:
        near = frame["near_best"].astype("boolean").fillna(False).to_numpy(bool)
        error = frame[_ERRORS[measure]].to_numpy(float)
        ax.vlines(places, values - error, values + error, color=cue.colour, lw=1.0, alpha=0.8)
    for filled in (True, False):
        mine = near == filled
        if mine.any():
            ax.plot(
                places[mine],
                values[mine],
                ls="none",
                marker=cue.marker,
                ms=4.2,
                mfc=cue.colour if filled else "white",
                mec=cue.colour,
                mew=0.8,
                label="_near" if filled else "_behind",
                zorder=3,
            )


def _write_ticks(ax: Axes, numbers: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> None:
    """Put a tick at each number of topics tried, where there is room, and write values alike."""
    from matplotlib.ticker import ScalarFormatter

    (low, high), (width, _) = ax.get_xlim(), inches_of(ax)
    kept: list[float] = []
    for one in numbers.tolist():
        apart = (one - kept[-1]) / (high - low) * width if kept else np.inf
        if apart > 0.075 * (len(f"{one:.0f}") + 1):
            kept.append(one)
    ax.set_xticks(kept, [f"{one:.0f}" for one in kept])
    if np.nanmax(np.abs(values), initial=0.0) < 1000:
        ax.yaxis.set_major_formatter(ScalarFormatter(useOffset=False))
    else:
        number_ticks(ax.yaxis, values)


def _label(measure: str) -> str:
    if measure.startswith("coherence_"):
        spread = " (spread over topics)" if measure.endswith("_spread") else ""
        return f"coherence {measure.removeprefix('coherence_').removesuffix('_spread')}{spread}"
    return _LABELS.get(measure, measure)


def _title(measure: str) -> str:
    if measure.startswith("coherence_"):
        return f"Coherence ({measure.removeprefix('coherence_')})"
    return _TITLES[measure]
