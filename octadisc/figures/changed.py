"""What changed, in a figure, a table and words: steps, slopes, and changes of who publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from octadisc.drawing.axes import entitle
from octadisc.drawing.style import new_figure
from octadisc.errors import NotEnoughDataError
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.words import Rows, listed, per_cent
from octadisc.terms.changes.change_plots import plot_changes, plot_split

if TYPE_CHECKING:
    from octadisc.terms.bursts.bursts import Bursts
    from octadisc.terms.changes.changes import Changes
    from octadisc.terms.composition.composition import Split

__all__ = ["describe_bursts", "describe_changes", "draw_changes", "tabulate_changes"]

_FOUND = ("step", "slope")


def draw_changes(changes: Changes, split: Split) -> Drawing:
    """Draw when each concept changed within issuers, and beside it what the change is made of.

    Raises
    ------
    NotEnoughDataError
        If there is not enough of any concept.
    """
    told = changes.frame
    if (told["kind"] == "not enough data").all():
        raise NotEnoughDataError(str(told["note"].iloc[0]))
    fig, (left, right) = new_figure(
        1, 2, width="double", height=26 + 5.4 * len(told), shared=False, width_ratios=[1.15, 1]
    )
    plot_changes(changes, left)
    plot_split(split, right)
    right.set_yticklabels([])
    entitle(left, "When it changed within issuers")
    entitle(right, "What the change is made of")
    found = [
        f"{one.query}: {one.kind}" + (f" at {one.change}" if one.kind == "step" else "")
        for one in told.itertuples()
        if one.kind in _FOUND
    ]
    alt = f"Found: {listed(found, 12)}" if found else "No change within issuers was found"
    return Drawing(
        fig,
        f"A row a concept. {alt}. Beside it bars of the change within issuers and by who publishes, in "
        "percentage points.",
        "Left: a step at its place, with the interval for it; a slope as a wedge that opens upward or closes "
        "downward. Score tests within issuers, 999 permutations of dates with serial correlation of periods "
        "allowed for, false discovery rate .05. Right: the change of the share of releases (point) is the "
        "sum of both bars; 95% intervals for each, for the mix of issuers as it was. Where there is no "
        "step, the two halves of the releases are compared.",
        [changes, split],
    )


def tabulate_changes(changes: Changes, split: Split) -> Rows:
    """Give a row a concept: kind, place, levels, p and q, and the parts of the change."""
    told, parts = changes.frame, split.frame
    both = told.assign(within=parts["within"], between=parts["between"])
    for one in ("before", "after"):
        both[one] = [per_cent(x) if np.isfinite(x) else "" for x in both[one]]
    both["place"] = [
        f"{a} to {b}" if isinstance(a, str) and a != b else ""
        for a, b in zip(both["low"], both["high"], strict=True)
    ]
    for one in ("within", "between"):
        both[one] = [f"{x * 100:+.0f} points" if np.isfinite(x) else "" for x in both[one]]
    for one in ("p_value", "q_value"):
        both[one] = [f"{x:.3f}" if np.isfinite(x) else "" for x in both[one]]
    both["change"] = [one if isinstance(one, str) else "" for one in both["change"]]
    columns = "query kind change place before after p_value q_value within between".split()
    return Rows(both[columns].rename(columns={"place": "interval for the place"}))


def describe_changes(changes: Changes, split: Split) -> list[str]:
    """Say of each concept what was found; those without a change, or with too little, together."""
    told = changes.frame
    up = told["after"] > told["before"]
    lines = [f"{one.query}: {_small(one.note)}" for one in told[told["kind"] == "step"].itertuples()]
    for word, chosen in (("rises little by little", up), ("fades little by little", ~up)):
        lines += [
            f"{one.query} {word}: {_small(one.note)}"
            for one in told[(told["kind"] == "slope") & chosen].itertuples()
        ]
    for one, seeming, part in zip(told.itertuples(), changes.apparent, split.frame.itertuples(), strict=True):
        if seeming:
            lines.append(f"{one.query} only seems to change. {one.note} {part.note}")
    quiet = [
        one.query
        for one, seeming in zip(told.itertuples(), changes.apparent, strict=True)
        if one.kind == "none" and not seeming
    ]
    if quiet:
        lines.append(f"No change that is more than chance: {listed(quiet, 16)}.")
    little = list(told.loc[told["kind"] == "not enough data", "query"])
    if little:
        lines.append(f"Not enough data for {listed(little, 16)}.")
    return lines


def _small(note: str) -> str:
    return f"{note[:1].lower()}{note[1:]}"


def describe_bursts(bursts: Bursts | Missing) -> str:
    """Say which concepts had bursts, and when."""
    if isinstance(bursts, Missing):
        return bursts.reason
    found = bursts.frame[(bursts.frame["kind"] == "burst") & (bursts.frame["level"] == 1)]
    if found.empty:
        return "No concept has a burst beyond chance: a time that stands out from its issuers' usual talk."
    said = [
        f"{one.query} {_span(one.start, one.end)} ({one.ratio:.1f} times the usual, q = {one.q_value:.3f})"
        for one in found.itertuples()
    ]
    return f"Bursts, stretches with much more of it than its issuers usually say: {listed(said, 8)}."


def _span(start: str, end: str) -> str:
    return start if start == end else f"{start} to {end}"
