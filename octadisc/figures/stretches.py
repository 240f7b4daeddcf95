"""A course told in stretches: from trough to trough, and who speaks in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle
from octadisc.drawing.marks import draw_bars
from octadisc.drawing.style import new_figure
from octadisc.errors import NotEnoughDataError
from octadisc.figures.choices import publishers
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.evidence import Evidence, behind
from octadisc.figures.question import FEW
from octadisc.figures.words import counted, listed, per_cent
from octadisc.statistics.intervals import share_interval

if TYPE_CHECKING:
    from octadisc.corpus import Corpus
    from octadisc.terms.trends import Trend
    from octadisc.terms.turning_points import Turns

__all__ = [
    "Stretch",
    "behind_stretches",
    "describe_speakers",
    "draw_speakers",
    "find_stretches",
    "finer_periods",
    "speakers_of",
]

_FINER = {"year": "half", "half": "quarter", "quarter": "month"}
_MOST_BODIES = 12
_NAMED = 3  # bodies that a sentence names


class Stretch(NamedTuple):
    """Part of a course: its name, its first day, and the day after its last."""

    name: str
    start: str
    end: str


def finer_periods(corpus: Corpus, every: Any) -> Any:
    """Choose periods for a curve, which puts them together itself: half as long, if they bear five releases.

    Examples
    --------
    >>> from octadisc.corpus import Corpus
    >>> rows = [{"text": "a", "date": f"{2001 + i // 12}-{1 + i % 12:02}-05"} for i in range(48)]
    >>> finer_periods(Corpus.from_frame(rows), "year"), finer_periods(Corpus.from_frame(rows), "half")
    ('half', 'half')
    """
    from octadisc.periods import make_periods

    finer = _FINER.get(every) if isinstance(every, str) else None
    dates = corpus.frame["date"].dropna()
    if finer is None or not len(dates):
        return every
    periods = make_periods(dates, finer)
    filled = np.bincount(periods.locate(dates), minlength=len(periods))
    return finer if np.median(filled[filled > 0]) >= FEW else every


def find_stretches(turns: Turns) -> list[Stretch]:
    """Cut a course after each trough, or after its peaks if it has none; what was before it moved is apart.

    Parameters
    ----------
    turns : Turns
        Of one query, without groups.

    Raises
    ------
    NotEnoughDataError
        If the course has no turn that is more than chance.
    """
    frame, course = turns.frame, turns.smooth.frame
    at = frame[frame["turn"] == "trough"]
    at = at if len(at) else frame[frame["turn"] == "peak"]
    if at.empty:
        raise NotEnoughDataError(
            "The course has no peak or trough beyond chance, so it is not told in stretches: see before and "
            "after."
        )
    known = course[course["releases"] > 0]
    cuts = list(at["period"])
    begun = frame.loc[frame["turn"] == "start", "period"]
    cuts = [*(one for one in begun if one != known["period"].iloc[0]), *cuts]
    labels = known["period"].tolist()
    ends = [labels.index(one) for one in cuts]
    bounds = [-1, *(one for one in ends if one < len(labels) - 1), len(labels) - 1]
    made = []
    for one, other in pairwise(bounds):
        first, last = known.iloc[one + 1], known.iloc[other]
        name = (
            first["period"] if first["period"] == last["period"] else f"{first['period']} to {last['period']}"
        )
        made.append(Stretch(name, f"{first['start']:%Y-%m-%d}", f"{last['end']:%Y-%m-%d}"))
    return made


def speakers_of(trend: Trend) -> pd.DataFrame:
    """Give a row a stretch and body: its part of the releases that mention it, with an interval.

    Parameters
    ----------
    trend : Trend
        Of the question, the stretches its periods, the bodies its groups.

    Returns
    -------
    DataFrame
        stretch, body, mentions, releases (of the body), share (of these), all (mentions in the stretch),
        part, low, high (Wilson's interval: it takes the releases for independent).
    """
    frame = trend.frame.rename(
        columns={"period": "stretch", "group": "body", "matching_releases": "mentions"}
    )
    frame = frame[["stretch", "body", "mentions", "releases", "share"]].copy()
    frame["all"] = frame.groupby("stretch", sort=False)["mentions"].transform("sum")
    frame["part"] = frame["mentions"] / frame["all"].where(frame["all"] > 0)
    low, high = share_interval(frame["mentions"].to_numpy(float), frame["all"].to_numpy(float))
    return frame.assign(low=low, high=high).reset_index(drop=True)


def draw_speakers(trend: Trend) -> Drawing:
    """Draw, a panel a stretch, whose the releases are that mention it.

    Raises
    ------
    NotEnoughDataError
        If there is one body only, or fewer than five releases mention it in each stretch.
    """
    table = speakers_of(trend)
    order = [one for one in publishers(trend.basis.tokens.corpus) if one in set(table["body"])]
    if len(order) < 2:
        raise NotEnoughDataError(
            f"There is nobody to compare: all releases are of {listed(order) or 'nobody'}."
        )
    shown = [name for name, part in table.groupby("stretch", sort=False) if part["mentions"].sum() >= FEW]
    if not shown:
        raise NotEnoughDataError(f"In no stretch {FEW} releases mention it.")
    said = table.groupby("body")["mentions"].sum()
    order = [one for one in order if said[one] > 0][:_MOST_BODIES]
    fig, axes = new_figure(1, len(shown), width="double", height=24 + 5.2 * len(order), shared=False)
    reach = 100 * float(np.nanmax(table.loc[table["stretch"].isin(shown), "high"]))
    for ax, name in zip(axes, shown, strict=True):
        part = table[table["stretch"] == name].set_index("body").reindex(order).fillna(0.0)
        query = str(trend.frame["query"].iloc[0])
        keys = [{"query": query, "group": one, "period": name} for one in order]
        draw_bars(ax, order, *(100 * part[one] for one in ("part", "low", "high")), letters=24, keys=keys)
        for place, one in enumerate(part.itertuples()):
            ax.annotate(
                f"{one.mentions:,.0f}", (100 * max(one.high, one.part), place), (3, 0),
                textcoords="offset points", va="center", ha="left", fontsize=6.5,
            )  # fmt: skip
        ax.set_xlim(0, reach * 1.22)
        if ax is not axes[0]:
            ax.set_yticklabels([])
        entitle(ax, f"{name} ({int(part['mentions'].sum()):,} releases)", letters=18)
    fig.supxlabel("per cent of the releases that mention it", fontsize=7.5)
    query = str(trend.frame["query"].iloc[0])
    return Drawing(
        fig,
        f"Bars, a panel a stretch of time: whose the releases are that mention {query}. "
        f"{' '.join(describe_speakers(trend))}",
        f"Whose the releases are that mention {query}, in the stretches between the course's troughs: per "
        "cent of them, with 95% intervals, and their number. A stretch in which fewer than five mention it "
        "is left out. Who publishes more has more of them: this is what was heard, not who spoke of it most "
        "often.",
        [trend],
    )


def describe_speakers(trend: Trend | Missing) -> list[str]:
    """Say for each stretch how many releases mention it, and whose most of them are."""
    if isinstance(trend, Missing):
        return [trend.reason]
    single = set(trend.basis.tokens.corpus.frame["issuer"].dropna())
    said = []
    for name, part in speakers_of(trend).groupby("stretch", sort=False):
        total, releases = int(part["mentions"].sum()), int(part["releases"].sum())
        whole = f"{counted(releases, 'release')} ({_per_cent_of(total, releases)})"
        text = f"{name}: {total:,} of {whole} mention it"
        top = part[part["body"].isin(single) & (part["mentions"] > 0)]
        top = top.sort_values("mentions", ascending=False, kind="stable").head(_NAMED)
        if total >= FEW and len(top) and len(set(part["body"])) > 1:
            of = [
                f"{one.body} with {per_cent(one.part)} of them ({per_cent(one.low)} to {per_cent(one.high)}; "
                f"{one.mentions:,.0f} of its {one.releases:,.0f})"
                for one in top.itertuples()
            ]
            text += f", most often {listed(of)}"
        said.append(f"{text}.")
    return said


def _per_cent_of(part: int, whole: int) -> str:
    return per_cent(part / whole) if whole else "none"


def behind_stretches(trend: Trend | Missing, stretches: Sequence[Stretch] | Missing) -> list[Evidence]:
    """Give the sentences of each stretch, as many as are counted."""
    if isinstance(trend, Missing) or isinstance(stretches, Missing):
        return []
    name = str(trend.frame["query"].iloc[0])
    counts = trend.frame.groupby("period", sort=False)["count"].sum()
    return [
        behind(f"{name}, {one.name}", counts[one.name], trend.evidence, name, one.name)
        for one in stretches
        if one.name in counts.index
    ]
