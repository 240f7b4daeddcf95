"""Pictures of audits: rates by period and group, trends as hit and as corrected, coefficients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle, name_axis
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.marks import draw_lines
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import INK, Cue, new_axes
from octadisc.errors import NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.table import name_rows
from octadisc.terms.measures import FEWEST_RELEASES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.audits.audit import Audit
    from octadisc.terms.audits.audit_regression import AuditedRegression
    from octadisc.terms.audits.audit_trend import CorrectedTrend

__all__ = ["plot_audit", "plot_corrected", "plot_regression"]

_MARKS = (("precision", "#0072B2", "o", -0.17), ("recall", "#D55E00", "s", 0.17))
_HIT, _CORRECTED = Cue("#8c8c8c", (0, (4, 2)), "s"), Cue("#0072B2", "solid", "o")


def plot_audit(audit: Audit, ax: Axes | None) -> Axes:
    """Draw precision and recall, a row a period or group, each a point with its interval."""
    frame = audit.frame
    ax = new_axes(ax, width="double", height=24 + 7.0 * len(frame))
    for name, colour, marker, shift in _MARKS:
        value, low, high = (frame[f"{name}{side}"].to_numpy(float) * 100 for side in ("", "_low", "_high"))
        places = np.arange(len(frame)) + shift
        ax.hlines(places, low, high, color=colour, lw=1.3, alpha=0.55)
        style: dict[str, Any] = {"marker": marker, "ms": 4.2, "color": colour, "mec": "white", "mew": 0.5}
        ax.plot(value, places, ls="none", clip_on=False, zorder=3, label=name, **style)
        numbers = zip(frame["group"], value.tolist(), low.tolist(), high.tolist(), strict=True)
        says = [say_number([name, str(one)], *bounds) + " per cent" for one, *bounds in numbers]
        keys = [{"kind": "right" if name == "precision" else "missed"}] * len(frame)
        note_elements(ax, keys, says, value, places)
    for y, row in enumerate(frame.itertuples()):
        if not np.isfinite(row.precision) and not np.isfinite(row.recall):
            ax.text(
                50,
                y,
                f"not enough data: {row.n} coded",
                ha="center",
                va="center",
                fontsize=6.5,
                color="#767676",
            )
        elif not np.isfinite(row.recall):
            ax.text(1, y + 0.17, "recall not known", ha="left", va="center", fontsize=6.5, color="#767676")
    name_axis(ax, [f"{row.group} (n = {row.n:,})" for row in frame.itertuples()])
    ax.set_xlim(0, 100)
    ax.set_xlabel("per cent")
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    if len(frame) > 1:
        ax.axhline(0.5, color=INK, lw=0.5)
    entitle(ax, str(frame["query"].iloc[0]))
    _explain(ax)
    return ax


def plot_corrected(corrected: CorrectedTrend, ax: Axes | None, *, group: str | None) -> Axes:
    """Draw shares as hit and as corrected, each with its band."""
    known = list(corrected.frame["group"].unique())
    chosen = known[0] if group is None else group
    if chosen not in known:
        raise UnknownNameError(f"The trend has no group {chosen!r}.{did_you_mean(str(chosen), known)}")
    frame = corrected.frame[corrected.frame["group"] == chosen]
    parts = []
    for name, columns in (
        ("as hit", ("share", "share_low", "share_high")),
        ("corrected", ("corrected", "corrected_low", "corrected_high")),
    ):
        values = {new: frame[old] * 100 for new, old in zip(("height", "low", "high"), columns, strict=True)}
        parts.append(frame[["start", "period", "group"]].assign(**values, line=name))
    ax = new_axes(ax)
    drawn = pd.concat(parts, ignore_index=True)
    few = np.tile((frame["releases"] < FEWEST_RELEASES).to_numpy(bool), 2)
    drawn.loc[few, ["low", "high"]] = np.nan
    if (few & drawn["height"].notna()).any():
        ax.set_xlabel(f"intervals of fewer than {FEWEST_RELEASES} releases are not drawn")
    draw_lines(
        ax,
        drawn,
        y="height",
        group="line",
        cues={"as hit": _HIT, "corrected": _CORRECTED},
    )
    ax.set_ylim(0, min(ax.get_ylim()[1], 103))
    ax.set_ylabel(f"per cent of {name_rows(corrected.trend.basis.tokens.corpus.frame)}")
    title = str(frame["query"].iloc[0])
    entitle(ax, title if chosen == "all" else f"{title} / {chosen}")
    return ax


def plot_regression(made: AuditedRegression, ax: Axes | None) -> Axes:
    """Draw coefficients as points with intervals, corrected and naive side by side."""
    frame = made.frame[made.frame["term"] != "Intercept"]
    if frame.empty:
        raise NotEnoughDataError("There is no coefficient but the constant, and so nothing to draw.")
    ax = new_axes(ax, width="double", height=22 + 7.0 * len(frame))
    rows = np.arange(len(frame))
    for label, columns, colour, marker, shift in (
        ("corrected", ("estimate", "low", "high"), _CORRECTED.colour, "o", -0.17),
        ("as hit", ("naive_estimate", "naive_low", "naive_high"), _HIT.colour, "s", 0.17),
    ):
        value, low, high = (frame[one].to_numpy(float) * 100 for one in columns)
        ax.hlines(rows + shift, low, high, color=colour, lw=1.3, alpha=0.6)
        ax.plot(
            value,
            rows + shift,
            ls="none",
            marker=marker,
            ms=4.2,
            color=colour,
            mec="white",
            mew=0.5,
            label=label,
        )
        numbers = zip(frame["term"], value.tolist(), low.tolist(), high.tolist(), strict=True)
        says = [say_number([str(one), label], *bounds) + " points" for one, *bounds in numbers]
        note_elements(ax, frame[["term"]].to_dict("records"), says, value, rows + shift)
    name_axis(ax, list(frame["term"]))
    ax.axvline(0, color=INK, lw=0.6)
    number_ticks(ax.xaxis, frame["estimate"].to_numpy(float) * 100)
    ax.set_xlabel("percentage points")
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    entitle(ax, str(frame["query"].iloc[0]))
    _explain(ax)
    return ax


def _explain(ax: Axes) -> None:
    """Say above the panel, at its right, what the points are."""
    ax.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.01), ncols=2, frameon=False, fontsize=7, borderaxespad=0.0
    )
