"""Where a course is cut in two, by an event or by what was found, and what stands on either side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle, name_axis
from octadisc.drawing.elements import note_elements, say_number
from octadisc.drawing.numbers import number_ticks
from octadisc.drawing.style import COLOURS, INK, new_figure
from octadisc.errors import InputError, NotEnoughDataError
from octadisc.figures.choices import choose_every
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.question import FEW
from octadisc.figures.words import counted, listed, per_cent
from octadisc.terms.events.events import Event, read_event
from octadisc.terms.groups import MISSING

if TYPE_CHECKING:
    from octadisc.corpus import Corpus
    from octadisc.terms.changes.changes import Changes
    from octadisc.terms.events.interrupted import Interrupted
    from octadisc.terms.trends import Trend

__all__ = [
    "Around",
    "Cut",
    "choose_cut",
    "describe_sides",
    "draw_event",
    "draw_sides",
    "periods_around",
    "read_all_events",
    "read_event",
]

_MOST_ROWS = 16
_NOBODY = f"No issuer has {FEW} releases both before and after, so nobody can be compared with themselves."


@dataclass(frozen=True, slots=True)
class Cut:
    """A day at which releases are parted into earlier and later ones.

    Attributes
    ----------
    day : str
    kind : "event", "step", "apparent" or "halves"
        What the day was taken from: given from outside, or found in the data in one of three ways.
    words : str
        The same in a sentence.
    first, last : str
        Of the releases; `last` is the day after.
    """

    day: str
    kind: str
    words: str
    first: str
    last: str

    @property
    def before(self) -> tuple[str, str]:
        """The days before the cut, the second exclusive."""
        return self.first, self.day

    @property
    def after(self) -> tuple[str, str]:
        """The days from the cut on, the second exclusive."""
        return self.day, self.last

    @property
    def periods(self) -> list[tuple[str, str, str]]:
        """The two as named intervals, as `od.track_terms` takes them."""
        return [("before", *self.before), ("after", *self.after)]


def choose_cut(event: Event | None, changes: Changes, name: str) -> Cut:
    """Cut at the event if there is one; else at the step found; else in the middle of the releases.

    Raises
    ------
    InputError
        If the event is not within the time of the releases.
    NotEnoughDataError
        If there is one period only.
    """
    trend = changes.trend
    dates = trend.basis.tokens.corpus.frame["date"].dropna()
    first, last = f"{dates.min():%Y-%m-%d}", f"{dates.max() + pd.Timedelta(days=1):%Y-%m-%d}"
    if event is not None:
        if not first < str(event.day) < last:
            raise InputError(f"The event, {event.words}, is not within the releases, {first} to {last}.")
        return Cut(str(event.day), "event", f"at the event, {event.words}", first, last)
    rows = changes.frame["query"].tolist()
    row = changes.frame.iloc[rows.index(name)]
    seeming = changes.apparent[rows.index(name)]
    periods = trend.basis.grid.periods
    starts = dict(zip(periods.labels, periods.starts.astype("datetime64[D]").astype(str), strict=True))
    if row["kind"] == "step":
        return Cut(str(starts[row["change"]]), "step", f"at the step found, {row['change']}", first, last)
    if seeming is not None:
        words = f"at {seeming}, from where on all releases together seem to change"
        return Cut(str(starts[seeming]), "apparent", words, first, last)
    one = trend.frame[trend.frame["query"] == name]
    filled = one[one["releases"] > 0]
    if len(filled) < 2:
        raise NotEnoughDataError("There is one period only, so there is no before and after.")
    below = filled["releases"].cumsum().to_numpy(float)[:-1]
    at = filled.iloc[1 + int(np.abs(below - filled["releases"].sum() / 2).argmin())]
    words = f"at the beginning of {at['period']}, in the middle of the releases"
    return Cut(f"{at['start']:%Y-%m-%d}", "halves", words, first, last)


def read_all_events(events: Any) -> list[Event]:
    """Give the events that a notebook is given: none, one, or a list; see `read_event`.

    Examples
    --------
    >>> [one.words for one in read_all_events(["2008-03-28", ("a summit", "2009-05-01")])]
    ['2008-03-28', 'a summit (2009-05-01)']
    >>> read_all_events(None), len(read_all_events(("a summit", "2009-05-01")))
    ([], 1)
    """
    if events is None:
        return []
    given = events if isinstance(events, list) else [events]
    return [read_event(one, "EVENT") for one in given]


class Around(NamedTuple):
    """The time around an event: two days, and the periods that the releases between bear."""

    since: str
    until: str
    every: str


def periods_around(corpus: Corpus, event: Event, years: int) -> Around:
    """Give the days so many years before and after an event, and the periods that the releases between bear.

    Raises
    ------
    NotEnoughDataError
        If there are no releases between.
    """
    day = pd.Timestamp(event.day)
    since, until = (f"{day + pd.DateOffset(years=one):%Y-%m-%d}" for one in (-years, years))
    near = corpus.between(since, until)
    if not len(near):
        raise NotEnoughDataError(f"There are no releases within {years} years of {event.words}.")
    return Around(since, until, choose_every(near))


def draw_event(found: Interrupted) -> Drawing:
    """Draw the two lines, and beside them the same break at every other date."""
    tried = found.placebo[found.placebo["term"] == "level_change"]
    ratios = [1.9, 1] if len(tried) else [1]
    fig, axes = new_figure(1, len(ratios), width="double", height=72, shared=False, width_ratios=ratios)
    found.plot(axes[0])
    if len(tried):
        found.plot_placebo(axes[1])
        entitle(axes[1], "The same at other dates", letters=30)
    return Drawing(
        fig,
        f"Points with intervals by period, a line before and a line after {found.event.words}. "
        f"{found.claim()}",
        "Share of releases, as if issuers had published in the same proportions throughout (a sum that may "
        "fall a little below zero), with 95% intervals; a line fitted before and after, and the first "
        "carried on "
        "(dashed)." + (" Right: the change of level at every date that could be tried, in standard "
        "errors; shaded: no further from zero than the event." if len(tried) else ""),
        [found],
    )  # fmt: skip


def draw_sides(trend: Trend, cut: Cut) -> Drawing:
    """Draw each issuer's share before and after a cut that was found in the data: described, not tested.

    Raises
    ------
    NotEnoughDataError
        If no issuer has five releases on both sides.
    """
    table = _sides_of(trend)
    if table.empty:
        raise NotEnoughDataError(_NOBODY)
    table = table.loc[
        table.index.isin(table[["releases_before", "releases_after"]].min(axis=1).nlargest(_MOST_ROWS).index)
    ]
    fig, (ax,) = new_figure(width="double", height=26 + 6.5 * len(table))
    places = np.arange(len(table))
    for side, shift, filled in (("before", -0.14, False), ("after", 0.14, True)):
        value, low, high = (table[f"{one}_{side}"] * 100 for one in ("share", "low", "high"))
        ax.hlines(places + shift, low, high, color=COLOURS[0], lw=1.1, alpha=0.45)
        query = str(trend.frame["query"].iloc[0])
        keys = [{"query": query, "group": one, "period": side} for one in table.index]
        numbers = zip(table.index, value, low, high, strict=True)
        note_elements(ax, keys, [say_number([one, side], *x) for one, *x in numbers], value, places + shift)
        ax.plot(
            value, places + shift, ls="none", marker="o", ms=4.4, color=COLOURS[0],
            mfc=COLOURS[0] if filled else "white", mew=0.9, label=side, zorder=3, clip_on=False,
        )  # fmt: skip
    name_axis(
        ax,
        [
            f"{one.Index} ({one.releases_before:,.0f}, {one.releases_after:,.0f})"
            for one in table.itertuples()
        ],
        letters=52,
    )
    ends = table[["high_before", "high_after", "share_before", "share_after"]].to_numpy(float) * 100
    ax.set_xlim(0, min(float(np.nanmax(ends)) * 1.06 or 1.0, 101.0))
    number_ticks(ax.xaxis, ends.ravel())
    ax.axvline(0, color=INK, lw=0.6)
    ax.grid(False, axis="y")
    ax.grid(True, axis="x")
    ax.spines["left"].set_visible(False)
    name = str(trend.frame["query"].iloc[0])
    ax.set_xlabel(f"per cent of releases that mention {name}")
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 1.01), ncols=2, frameon=False, fontsize=7)
    return Drawing(
        fig,
        f"A row an issuer: the share of releases that mention {name} before and after {cut.day}. "
        f"{describe_sides(trend, cut)}",
        f"Share of an issuer's releases that mention {name}, before (hollow) and after (full) {cut.day}, "
        "with 95% score intervals; in brackets the number of releases on either side, at least five each. "
        "The day was taken from the same releases: this describes, and tests nothing.",
        [trend],
    )


def _sides_of(trend: Trend) -> pd.DataFrame:
    """Give a row an issuer with five releases on both sides, the largest share after the cut on top."""
    columns = {"share": "share", "share_low": "low", "share_high": "high", "releases": "releases"}
    parts: list[Any] = []
    for side in ("before", "after"):
        mine = trend.frame[trend.frame["period"] == side].set_index("group")[list(columns)]
        parts.append(mine.rename(columns=columns).add_suffix(f"_{side}"))
    table = parts[0].join(parts[1], how="inner")
    enough = (table[["releases_before", "releases_after"]] >= FEW).all(axis=1) & (table.index != MISSING)
    return table[enough].sort_values("share_after", ascending=False, kind="stable")


def describe_sides(trend: Trend | Missing, cut: Cut | Missing) -> str:
    """Say how many issuers speak of it more often after the cut, how many less."""
    for one in (trend, cut):
        if isinstance(one, Missing):
            return one.reason
    table = _sides_of(trend)  # type: ignore[arg-type]
    if table.empty:
        return _NOBODY
    more = table.index[table["share_after"] > table["share_before"]]
    less = table.index[table["share_after"] < table["share_before"]]
    text = (
        f"Of {counted(len(table), 'issuer')} with at least {FEW} releases both before and from {cut.day} on, "  # type: ignore[union-attr]
        f"{len(more)} {'speaks' if len(more) == 1 else 'speak'} of it more often afterwards"
    )
    text += f" and {len(less)} less often" if len(less) else ""
    top = table.iloc[int((table["share_after"] - table["share_before"]).abs().argmax())]
    text += (
        f"; the largest change is that of {top.name}, from {per_cent(top['share_before'])} to "
        f"{per_cent(top['share_after'])}."
    )
    return text + (f" Less often: {listed(less, 4)}." if 0 < len(less) <= 4 else "")
