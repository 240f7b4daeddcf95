"""All concepts at a glance, and one question followed in several ways and by issuer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.elements import keys_of
from octadisc.drawing.marks import MARKED, draw_bars, draw_lines
from octadisc.drawing.panels import new_panels
from octadisc.drawing.style import new_figure
from octadisc.errors import NotEnoughDataError
from octadisc.figures.choices import publishers
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.evidence import Evidence
from octadisc.figures.question import FEW
from octadisc.figures.save import Table
from octadisc.figures.words import counted, listed, per_cent
from octadisc.periods import make_periods
from octadisc.terms.events.event_lines import say_events
from octadisc.terms.plots import plot_panels

if TYPE_CHECKING:
    from octadisc.corpus import Corpus
    from octadisc.terms.trends import Trend
    from octadisc.tokens import Query, Tokens

__all__ = ["describe_issuers", "draw_concepts", "draw_issuers", "draw_totals", "longer_periods", "top_of"]

_VALUES = {
    "share": (("share", "share_low", "share_high"), 100.0, "per cent of releases"),
    "rate": (("rate", "low", "high"), 1.0, "per million words"),
}
_OVER = 1.4  # how far above the highest value bands are drawn, in times of it
_SHORT = ("month", "quarter", "half", "year", "week")
_YEARS = (1, 2, 3, 4, 5, 10)


def draw_concepts(trend: Trend, value: str) -> Drawing:
    """Draw a panel a concept, all on one scale; bars where there is one period only."""
    columns, factor, label = _VALUES[value]
    y, low, high = columns
    frame = trend.to_frame()
    frame[list(columns)] *= factor
    names = list(dict.fromkeys(frame["query"]))
    what = (
        "Share of releases that mention a concept"
        if value == "share"
        else "Occurrences per million running words of the releases in languages for which it is defined"
    )
    if len(set(frame["period"])) == 1:
        ordered = frame.sort_values(y, ascending=False, kind="stable")
        fig, (ax,) = new_figure(width="double", height=20 + 6 * len(ordered))
        draw_bars(ax, list(ordered["query"]), ordered[y], ordered[low], ordered[high], keys=keys_of(ordered))
        ax.set_xlabel(label)
        values = [f"{one.query} {getattr(one, y):,.0f}" for one in ordered.itertuples()]
        alt = f"Bars, {label}: {listed(values, 12)}."
        return Drawing(fig, alt, f"{what}, with 95% score intervals. There is one period only.", [trend])
    frame[[low, high]] = frame[[low, high]].mask(frame["releases"] < FEW)
    top = top_of(frame[y], frame[high])
    short = frame["period"].nunique() <= MARKED
    fig, axes = new_panels(names, label=label)
    for ax, one in zip(axes, names, strict=True):
        mine = frame[frame["query"] == one]
        draw_lines(ax, mine, y=y, low=low, high=high, group=None, ceiling=top, marked=short)
    known = frame[frame[y].notna()]
    peaks = known.loc[known.groupby("query", sort=False)[y].idxmax()]
    alt = (
        f"{counted(len(names), 'panel')} of lines with intervals, one a concept. Highest: "
        f"{listed([f'{p.query} in {p.period}' for p in peaks.itertuples()], 12)}."
    )
    caption = (
        f"{what}, with 95% score intervals that allow for bursts within issuers. All panels share one scale; "
        "a gap is a period without releases; no band: fewer than five; bands that leave the frame are cut."
    )
    return Drawing(fig, alt, caption, [trend])


def draw_totals(tokens: Tokens, queries: Mapping[str, Query]) -> Drawing:
    """Draw how often each concept occurs in all releases, where there is no time to follow it over.

    Raises
    ------
    NotEnoughDataError
        If there is no query.
    """
    if not queries:
        raise NotEnoughDataError("There is no query to look for.")
    counts = {name: int(tokens.find(query).counts.sum()) for name, query in queries.items()}
    table = pd.DataFrame({"query": list(counts), "count": list(counts.values())})
    table = table.sort_values("count", ascending=False, kind="stable")
    fig, (ax,) = new_figure(width="single", height=20 + 6 * len(table))
    draw_bars(ax, list(table["query"]), table["count"], keys=keys_of(table), numbers=True)
    ax.set_xlabel(f"occurrences in {counted(tokens.n_tokens, 'word')}")
    alt = f"Bars of occurrences: {listed([f'{a} {b:,}' for a, b in table.itertuples(index=False)], 12)}."
    data = Table.of(table, "occurrences of concepts", tokens.spec, queries=dict(queries))
    caption = "Occurrences of each concept in all releases; no release has a date."

    def ask(key: Any) -> Evidence | None:
        if key.get("query") not in queries:
            return None
        hits = tokens.find(queries[key["query"]])
        found = tokens.evidence(hits.rows, hits.starts, hits.ends)
        return Evidence(str(key["query"]), found, float(counts[key["query"]]))

    return Drawing(fig, alt, caption, [data], ask)


def top_of(values: pd.Series, high: pd.Series) -> float:
    """Give a top for all panels: every value, and bands as far as they do not flatten the lines."""
    most = float(np.nanmax(values.to_numpy(float), initial=0.0))
    reach = float(np.nanmax(high.to_numpy(float), initial=most))
    return max(min(reach, _OVER * most), most) * 1.05 or 1.0


def longer_periods(corpus: Corpus, every: Any) -> Any:
    """Choose periods long enough for single issuers: the typical one has five releases in each.

    Years are put together where single years are too short for that; periods that were given stay.

    Examples
    --------
    >>> from octadisc.corpus import Corpus
    >>> rows = [{"text": "a", "issuer": "AB"[i % 2], "date": f"{2001 + i // 4}-05-01"} for i in range(24)]
    >>> longer_periods(Corpus.from_frame(rows), "year")
    [('2001 to 2003', '2001-01-01', '2004-01-01'), ('2004 to 2006', '2004-01-01', '2007-01-01')]
    """
    if not isinstance(every, str) or every not in _SHORT:
        return every
    frame = corpus.frame[corpus.frame["date"].notna()]
    who = frame["publisher" if "publisher" in frame else "issuer"].fillna("")
    if frame.empty:
        return every
    year = frame["date"].dt.year
    if every != "year" and _typical(who, make_periods(frame["date"], every).locate(frame["date"])) >= FEW:
        return every
    first, last = int(year.min()), int(year.max())
    n_years = next((n for n in _YEARS if _typical(who, (year - first) // n) >= FEW), _YEARS[-1])
    if n_years == 1:
        return "year"
    starts = range(first, last + 1, n_years)
    return [
        (f"{one} to {min(one + n_years - 1, last)}", f"{one}-01-01", f"{min(one + n_years, last + 1)}-01-01")
        for one in starts
    ]


def _typical(who: pd.Series, period: Any) -> float:
    """Give the median number of releases that an issuer has in a period with any."""
    return float(
        pd.Series(1, index=pd.MultiIndex.from_arrays([who, period])).groupby(level=[0, 1]).sum().median()
    )


def draw_issuers(trend: Trend, events: Any = None) -> Drawing:
    """Draw who speaks of it when: a panel an issuer, all on one scale, the largest first, the others last.

    Raises
    ------
    NotEnoughDataError
        If there is one issuer only.
    """
    frame = trend.to_frame()
    sizes = frame.groupby("group", sort=False)["releases"].sum()
    if len(sizes) < 2:
        only = sizes.index[0] if len(sizes) else "nobody"
        raise NotEnoughDataError(f"There is nobody to compare: all releases are of {only!r}.")
    name = str(frame["query"].iloc[0])
    whole = frame.groupby("group", sort=False)[["matching_releases", "releases"]].sum()
    shares = (whole["matching_releases"] / whole["releases"])[whole["releases"] > 0]
    shares = shares.sort_values(ascending=False, kind="stable")
    said = listed([f"{one} {per_cent(share)}" for one, share in shares.items()], 12)
    return Drawing(
        plot_panels(
            trend, value="share", query=None, events=events, order=publishers(trend.basis.tokens.corpus)
        ),
        f"Panels by issuer of the share of releases that mention {name}. Over the whole time: {said}.",
        f"Share of an issuer's releases that mention {name}, with 95% score intervals; all panels share one "
        "scale. Hollow: fewer than five releases, the interval not drawn; a gap: no releases."
        + say_events(events),
        [trend],
    )


def describe_issuers(trend: Trend | Missing) -> str:
    """Say who speaks of it most, and who hardly ever, over the whole time."""
    if isinstance(trend, Missing):
        return trend.reason
    whole = trend.frame.groupby("group", sort=False)[["matching_releases", "releases"]].sum()
    mentions = max(whole["matching_releases"].sum(), 1)
    single = trend.basis.tokens.corpus.frame["issuer"].dropna().unique()
    whole = whole[(whole["releases"] > 0) & whole.index.isin(single)]
    share = (whole["matching_releases"] / whole["releases"]).sort_values(ascending=False, kind="stable")
    if len(share) < 2:
        return "There are no two issuers to compare."
    said = [
        f"{one.Index} ({one.matching_releases:,.0f} of {one.releases:,.0f}, {per_cent(share[one.Index])})"
        for one in whole.loc[share.index].itertuples()
    ]
    top = whole["matching_releases"].idxmax()
    part = whole.loc[top, "matching_releases"] / mentions
    return (
        f"Of the largest issuers {listed(said[:2])} mention it most often, {said[-1]} least often. "
        "Of all the releases that mention it, "
        f"{per_cent(float(part))} are of {top}."
    )
