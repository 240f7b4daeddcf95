"""Picture of the best phrases, on one Axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from octadisc.drawing.axes import name_axis, wrapped
from octadisc.drawing.elements import keys_of, note_elements, say_number
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import COLOURS, GREY, INK, new_axes, text_colour
from octadisc.errors import InputError
from octadisc.tokens.phrases.found_phrases import MEASURES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.tokens.phrases.found_phrases import Phrases

__all__ = ["plot_phrases"]

_LETTERS = 34
_SIZE = 7.0
_NAMES = {
    "log_odds": "log odds of standing together",
    "log_likelihood": "log-likelihood G²",
    "npmi": "normalised mutual information",
    "log_dice": "logDice",
    "t": "t score",
}


def plot_phrases(phrases: Phrases, ax: Axes | None, *, n: int) -> Axes:
    """Draw the best phrases as points on the measure that ranked them, with counts in the right margin."""
    if n < 1:
        raise InputError(f"n={n}: expected at least one phrase to draw.")
    measure = phrases.spec.parameters["measure"]
    column = measure if measure in phrases.frame else MEASURES[measure]
    frame = phrases.frame.head(n)
    wide = max(map(len, frame["phrase"]), default=0) > 22
    ax = new_axes(ax, width=130.0 if wide else "single", height=24 + 4.2 * len(frame))
    several = len(set(frame["language"].fillna(""))) > 1
    names = [
        f"{phrase} ({language})" if several and isinstance(language, str) else phrase
        for phrase, language in zip(frame["phrase"], frame["language"], strict=True)
    ]
    places, values = np.arange(len(frame)), frame[column].to_numpy(float)
    if measure == "log_odds":
        ax.hlines(places, frame["low"], frame["high"], color=COLOURS[0], lw=1.1, alpha=0.55)
    ax.plot(values, places, ls="none", marker="o", ms=4, color=COLOURS[0], mec="white", mew=0.4, zorder=3)
    numbers = zip(names, values.tolist(), frame["count"], strict=True)
    says = [f"{say_number([one, _NAMES[measure]], value)}; {count:,} times" for one, value, count in numbers]
    note_elements(ax, keys_of(frame[["phrase", "language"]]), says, values, places)
    name_axis(ax, [wrapped(one, _LETTERS, 1) for one in names], letters=_LETTERS)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_NAMES[measure])
    if measure == "log_likelihood":
        ax.set_xlim(left=0)
    number_ticks(ax.xaxis, values)
    _write_counts(ax, frame)
    return ax


def _write_counts(ax: Axes, frame: pd.DataFrame) -> None:
    """Write how often each phrase stands, and in how many releases, to the right of the panel."""
    edge = 0.0
    for column, ink in (("count", INK), ("releases", GREY)):
        texts = [column, *(f"{one:,}" for one in frame[column])]
        edge += 6 + max(map(len, texts)) * _SIZE * 0.6  # in points, so that the layout makes room for it
        for place, text in enumerate(texts, -1):
            ax.annotate(
                text,
                (1, place),
                (edge, 0),
                xycoords=ax.get_yaxis_transform(),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=_SIZE,
                color=text_colour(ink),
                annotation_clip=False,
            )
