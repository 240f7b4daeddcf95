"""Picture of drift: the words that came to the company of a query, and those that went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from octadisc.drawing.axes import entitle, name_axis, wrapped
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import COLOURS, INK, new_axes
from octadisc.errors import InputError
from octadisc.terms.collocations.collocation_plots import write_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.drift.drift import Drift

__all__ = ["plot_drift"]

_LETTERS = 26
_PER = 1000


def plot_drift(drift: Drift, ax: Axes | None, row: dict[str, Any], *, n: int) -> Axes:
    """Draw the words that moved most, those that came to the right, those that went to the left."""
    if n < 1:
        raise InputError(f"n={n}: expected at least one word to draw.")
    ax = new_axes(ax, height=34 + 4.2 * 2 * n)
    mine = drift.words
    for column in ("query", "before", "after"):
        mine = mine[mine[column] == row[column]]
    mine = mine[mine["language"].fillna("") == (row["language"] if isinstance(row["language"], str) else "")]
    if mine.empty:
        ax.text(0.5, 0.5, f"not enough data:\n{wrapped(row['note'], 40, 3)}", ha="center", va="center",
                transform=ax.transAxes, fontsize=7)  # fmt: skip
        ax.set_axis_off()
        return ax
    change = (mine["share_after"] - mine["share_before"]) * _PER
    shown = mine.assign(change=change)
    beyond = shown["part"] > shown["by_chance"]
    shown = shown[beyond] if beyond.any() else shown
    parts = [shown[shown["direction"] == one].head(n) for one in ("came", "went")]
    came, went = (one.sort_values("change", ascending=False, kind="stable") for one in parts)
    names: list[str] = []
    places: list[Any] = []
    for part, colour, marker in ((came, COLOURS[0], ">"), (went, COLOURS[1], "<")):
        at = len(names) + np.arange(len(part))
        ax.hlines(at, 0, part["change"], color=colour, lw=0.9, alpha=0.55)
        side = "after" if marker == ">" else "before"
        keys = [{"word": one, "query": row["query"], "side": side} for one in part["word"]]
        says = [
            say_number([one], change) + f" per {_PER:,} words of its company; the {n:,.10g} {side}"
            for one, change, n in zip(part["word"], part["change"], part[f"count_{side}"], strict=True)
        ]
        note_elements(ax, keys, says, part["change"], at)
        ax.plot(
            part["change"], at, ls="none", marker=marker, ms=4, color=colour, mec="white", mew=0.4, zorder=3
        )
        names += part["word"].tolist()
        places += part.index.tolist()
    listed = shown.loc[places]
    name_axis(ax, [wrapped(one, _LETTERS, 1) for one in names], letters=_LETTERS)
    ax.axvline(0, color=INK, lw=0.6)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    reach = float(listed["change"].abs().max()) * 1.08
    ax.set_xlim(-reach, reach)
    number_ticks(ax.xaxis, listed["change"].to_numpy(float))
    ax.set_xlabel(_explain(row))
    write_columns(ax, {one: [f"{k:,.10g}" for k in listed[f"count_{one}"]] for one in ("before", "after")})
    entitle(ax, f"company of “{row['query']}”, {row['before']} to {row['after']}", letters=44)
    return ax


def _explain(row: dict[str, Any]) -> str:
    """Say what the axis is, and how sure it is that anything moved."""
    verdict = {
        "moved": "moved",
        "moved with the language": "moved, as other words did",
        "none": "no more than chance",
    }[row["kind"]]
    numbers = f"drift {row['drift']:.3f} bits ({row['low']:.3f} to {row['high']:.3f})".replace(
        "-", "\N{MINUS SIGN}"
    )
    return f"more or fewer per {_PER:,} words of its company\n{numbers}: {verdict}"
