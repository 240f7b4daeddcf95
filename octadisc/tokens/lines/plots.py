"""Pictures of concordances and codes, each on one Axes."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import date_axis, entitle, to_days, wrapped
from octadisc.drawing.heat import draw_heat
from octadisc.drawing.marks import draw_bars, draw_strip
from octadisc.drawing.style import GREY, new_axes, text_colour
from octadisc.errors import NotEnoughDataError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.tokens.lines.codes import Codes
    from octadisc.tokens.lines.concordance import Concordance

__all__ = ["plot_agreement", "plot_concordance", "plot_confusion"]

_MOST_ROWS = 20
_MISSING = "(missing)"
_CUSTOMARY = (
    (0.667, "tentative"),
    (0.8, "reliable"),
)  # Krippendorff's lower bounds, by his own word customary


def plot_concordance(concordance: Concordance, ax: Axes | None) -> Axes:
    """Draw where the occurrences lie over time, a row an issuer, those with most on top."""
    from octadisc.tokens.lines.concordance import wording_of

    corpus = concordance.basis.tokens.corpus.frame[["date", "issuer"]]
    hits = corpus.iloc[concordance.basis.found]
    undated = int(hits["date"].isna().sum())
    hits = hits.dropna(subset=["date"])
    if hits.empty:
        raise NotEnoughDataError(
            f"{concordance!r}: no occurrence is in a release with a date. Nothing can be drawn over time."
        )
    names = hits["issuer"].fillna(_MISSING)
    sizes = names.value_counts()
    order = sorted(sizes.index, key=lambda one: (one == _MISSING, -sizes[one], one))
    kept = order if len(order) <= _MOST_ROWS else order[: _MOST_ROWS - 1]
    other = f"other ({len(order) - len(kept):,})"
    labels = names.where(names.isin(kept), other)
    rows = kept if len(kept) == len(order) else [*kept, other]
    ax = new_axes(ax, width="double", height=min(150.0, 24.0 + 5.5 * len(rows)))
    dated = corpus.dropna(subset=["date"])
    issuers = dated["issuer"].fillna(_MISSING)
    shown = issuers.where(issuers.isin(kept), other if other in rows else issuers)
    for row, name in enumerate(rows):
        mine = to_days(dated["date"][shown == name])
        ax.hlines(row, mine.min(), mine.max(), color=GREY, lw=0.6, alpha=0.7, zorder=1)
    draw_strip(
        ax,
        {name: to_days(hits["date"][labels == name]) for name in rows},
        says=lambda day: str(np.datetime64(round(day), "D")),
    )
    date_axis(ax, dated["date"])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    notes = "tick: an occurrence; bar: the middle half; point: the median; grey: from first to last release"
    if undated:
        notes += f"; without {undated:,} undated"
    ax.set_xlabel(notes)
    n = concordance.n_found
    entitle(
        ax,
        f"{wrapped(wording_of(concordance.basis.query), 60, 1)}: {n:,} occurrence{'s' * (n != 1)}",
        letters=90,
    )
    return ax


def plot_agreement(codes: Codes, ax: Axes | None) -> Axes:
    """Draw alpha and its interval, a bar a variable."""
    frame = codes.agreement()
    ax = new_axes(ax, height=min(120.0, 26.0 + 7.0 * len(frame)))
    low, high = (frame[one].to_numpy(float) for one in ("low", "high"))
    draw_bars(ax, list(frame["variable"]), frame["alpha"].to_numpy(float), low, high)
    values = np.concatenate([frame["alpha"].to_numpy(float), low])
    least = float(np.nanmin(np.append(values, 0.0)))
    ax.set_xlim(least - 0.05 * (least < 0), 1.02)
    for bound, word in _CUSTOMARY:
        ax.axvline(bound, color=GREY, lw=0.7, ls=(0, (4, 2)), zorder=0)
        ax.annotate(
            word,
            (bound, 1.0),
            xycoords=("data", "axes fraction"),
            ha="center",
            va="bottom",
            fontsize=6,
            color=text_colour(GREY),
        )
    for row in np.flatnonzero(frame["alpha"].isna()):
        ax.text(0.01, float(row), "no alpha", va="center", fontsize=6.5, color=text_colour(GREY))
    ax.set_xlabel("Krippendorff’s alpha; line: 95% interval")
    return ax


def plot_confusion(table: pd.DataFrame, labels: Any, variable: str, ax: Axes | None) -> Axes:
    """Draw how many pairs of codes are which, as a heat map that reads the same from both sides.

    Parameters
    ----------
    table : DataFrame
        Lines × coders.
    labels : sequence of str
        In their order; without, in that of the alphabet.
    variable : str
    ax : Axes, optional
    """
    found = pd.unique(table.to_numpy(object).ravel())
    known = [str(one) for one in found if not pd.isna(one)]
    listed = [] if isinstance(labels, str) else list(labels)
    order = listed + sorted(one for one in known if one not in listed)
    counts = pd.DataFrame(0.0, index=order, columns=order)
    two_coders = len(table.columns) == 2  # who is who can be told, so that each line counts once
    pairs = [tuple(table.columns)] if two_coders else list(permutations(table.columns, 2))
    for one, two in pairs:
        both = table[[one, two]].dropna()
        counts = counts.add(pd.crosstab(both[one], both[two]), fill_value=0)
    counts = counts.reindex(index=order, columns=order).fillna(0)
    if not counts.to_numpy().sum():
        raise NotEnoughDataError(
            f"{variable!r}: no line was coded by two coders, so there is nothing to compare."
        )
    ax = new_axes(ax, width="single", height=min(120.0, 34.0 + 7.0 * len(order)))
    counts.index.name = counts.columns.name = None
    draw_heat(ax, counts, unit="lines" if two_coders else "pairs of codes")
    entitle(ax, variable)
    if two_coders:
        ax.set_ylabel(f"coder {table.columns[0]}")
        ax.set_xlabel(f"coder {table.columns[1]}")
    else:
        ax.set_xlabel("all pairs of coders, each counted from both sides")
    return ax
