"""Before and after an event: two lines within issuers, other dates tried, and what may be claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.arguments import check_level, check_trend
from octadisc.terms.changes.change_cases import Measure, check_measure
from octadisc.terms.events.events import Event, events_near, read_event
from octadisc.terms.events.interrupted_cases import Parts, cases_of, cut_periods
from octadisc.terms.events.interrupted_fits import fit_case, points_of, rows_of, try_dates
from octadisc.terms.events.interrupted_words import describe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.trends import Trend

__all__ = ["Interrupted", "interrupted"]

_COLUMNS = (
    "query group term estimate std_error df low high p_value n_issuers n_periods note "
    "inference placebo_p_value n_placebo"
).split()
_PLACEBO = "query group period start term estimate std_error statistic is_event".split()
_POINTS = "query group period start end time size value low high fitted counterfactual compared".split()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Interrupted:
    """Levels and slopes of a trend before and after an event; made by `od.interrupted`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    placebo : DataFrame
        The same estimates at every other date: query, group, period, start (the date), term, estimate,
        std_error, statistic, is_event.
    points : DataFrame
        What is drawn: query, group, period, start, end, time (years from the event), size, value (as if
        issuers had published in the same proportions throughout), low, high, fitted, counterfactual (where
        the first line leads), compared (whether it is of those compared with).
    claims : DataFrame
        query, group, claim: what may be said, and what not, in words made from the numbers.
    event : Event
        name, day.
    spec : Spec
    trend : Trend
        What was looked at; :meth:`evidence` asks it.
    parts : Parts
        The periods, cut at the event.
    """

    frame: pd.DataFrame
    placebo: pd.DataFrame
    points: pd.DataFrame
    claims: pd.DataFrame
    event: Event
    spec: Spec
    trend: Trend
    parts: Parts

    def to_frame(self) -> pd.DataFrame:
        """Give one row per query, group and term.

        Columns: query, group, term ("level_before": where the first line stands at the event, "slope_before":
        its rise in a year, "level_change", "slope_change"; with a comparison also "comparison_level_change",
        "comparison_slope_change", and "level_difference" and "slope_difference", by which the exposed changed
        more than those compared with), estimate (share of releases, or occurrences per million tokens),
        std_error, df, low, high, p_value, n_issuers (with releases on both sides), n_periods, note, inference
        ("issuers" or "periods": which of the two makes the wider interval), placebo_p_value, n_placebo (dates
        tried, the event's among them).
        """
        return self.frame.copy()

    def evidence(
        self, query: Any = None, side: str | None = None, group: str | None = None, *, start: Any = None
    ) -> pd.DataFrame:
        """Give the sentences that the lines rest on: all of them, or those "before" or "after" the event.

        With `start` those of one period alone: the day on which it begins, as in `points`. Columns are those
        of `Trend.evidence`, and a last one, side.

        Raises
        ------
        UnknownNameError
            If there is no such query, group or side.
        """
        if side not in (None, "before", "after"):
            raise UnknownNameError(f"side={side!r}: expected 'before', 'after' or None for both.")
        names = list(self.trend.basis.hits)
        if query is None and len(names) > 1:
            raise InputError(f"There are {len(names)} queries. Choose one: evidence({names[0]!r}).")
        found = self.trend.evidence(names[0] if query is None else query, group=group)
        days = found["date"].to_numpy("datetime64[D]")
        inside = (days >= self.parts.starts[0]) & (days < self.parts.ends[-1])
        sides = pd.Series(np.where(days < self.event.day, "before", "after"), index=found.index, dtype="str")
        if start is not None:
            starts = self.parts.starts.astype("datetime64[D]")
            at = np.flatnonzero(starts == np.datetime64(pd.Timestamp(start), "D"))
            if not at.size:
                raise UnknownNameError(f"start={start!r}: no period begins on this day.")
            inside &= (days >= starts[at[0]]) & (days < self.parts.ends[at[0]])
        found = found.assign(side=sides)[inside]
        return (found if side is None else found[found["side"] == side]).reset_index(drop=True)

    def claim(self, query: str | None = None, group: str | None = None) -> str:
        """Give what may be claimed of one query in one group, and what not; of the first by default."""
        rows = self.claims
        for name, wanted in (("query", query), ("group", group)):
            if wanted is not None:
                if wanted not in set(rows[name]):
                    raise UnknownNameError(
                        f"There is no {name} {wanted!r}.{did_you_mean(wanted, rows[name])}"
                    )
                rows = rows[rows[name] == wanted]
        return str(rows["claim"].iloc[0])

    def plot(self, ax: Axes | None = None, *, query: str | None = None, group: str | None = None) -> Axes:
        """Draw periods with their intervals, both lines, and where the first one leads after the event.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        query, group : str, optional
            Which one; the first by default.
        """
        from octadisc.terms.events.interrupted_plots import plot_interrupted

        return plot_interrupted(self, ax, query=query, group=group)

    def plot_placebo(
        self,
        ax: Axes | None = None,
        *,
        query: str | None = None,
        group: str | None = None,
        term: str = "level_change",
    ) -> Axes:
        """Draw what the same estimate is at every other date, in standard errors."""
        from octadisc.terms.events.interrupted_plots import plot_placebo

        return plot_placebo(self, ax, query=query, group=group, term=term)

    def __repr__(self) -> str:
        n = self.frame[["query", "group"]].drop_duplicates().shape[0]
        return (
            f"Interrupted({n} course{'s' * (n != 1)}, {self.event.words}, {len(self.parts.labels)} periods)"
        )

    def _repr_html_(self) -> str:
        number = "{:.1%}" if self.spec.parameters["measure"] == "share" else "{:,.1f}"
        formats = dict.fromkeys(("estimate", "std_error", "low", "high"), number) | {"df": "{:.1f}"}
        formats |= dict.fromkeys(("p_value", "placebo_p_value"), "{:.3f}")
        claims = self.claims["claim"].head(4)
        return show(self, self.frame.head(16), len(self.frame), formats, notes=claims)


def interrupted(
    trend: Trend,
    event: Any,
    *,
    measure: Measure = "share",
    since: Any = None,
    until: Any = None,
    comparison: str | Sequence[str] | None = None,
    placebo: bool = True,
    nearby: Any = None,
    level: float = 0.95,
    seed: int = 0,
) -> Interrupted:
    """Compare a trend's level and slope before and after an event, within issuers.

    Parameters
    ----------
    trend : Trend
        From `od.track_terms`.
    event : str, date or (str, date)
        A date; the name of an event in octadisc's list (facts/events.csv); or a name and a date.
    measure : "share" or "rate"
        Releases that mention a query, or its occurrences per million tokens.
    since, until : date or event, optional
        Leaves out what is before or from then on, such as the time after a second event.
    comparison : str or sequence of str, optional
        Issuers that the event did not concern; of a trend with groups, groups. The differences are those
        between the others and these, what both share in a period taken out.
    placebo : bool
        Whether to make the same estimate at every other date between periods.
    nearby : list, bool or None
        Other events, of which the claim names those within a year: a list of names, dates or (name, date);
        True: octadisc's own list; False: none; None: octadisc's list where at least one in twenty releases
        is in a language of its region, other than English.
    level : float
        Coverage of the intervals.
    seed : int
        Kept in the recipe; nothing is drawn.

    Returns
    -------
    Interrupted

    Raises
    ------
    InputError, UnknownNameError
        If the event is none or not within the trend, an issuer or group does not exist or has no releases
        there, or the trend is standardised.

    Notes
    -----
    Segmented regression: issuers × periods, weighted by releases (or words), a constant for each issuer, a
    line before and a line after. The period in which the event falls is cut at that day. An issuer with
    releases on one side only does not tell of the change, but of its side's slope.

    *Intervals.* Least squares' errors are told in two ways, and the wider interval is given. By issuers, with
    at least eight on both sides: cluster-robust (CR2), with Satterthwaite's degrees of freedom. That takes
    issuers for independent, and what a period does to all of them alike for part of the change. By periods:
    from how far periods scatter around the lines, with a correlation of .3 between successive ones (from 24
    periods on what residuals show, if that is more). With fewer than eight issuers there is only the latter,
    and it speaks of these issuers. A wild cluster bootstrap does not mend this: it too takes issuers for
    independent, and finds too much where periods are not.

    *Placebo dates.* The statistic (estimate by its standard error by periods) at each date between periods
    that has four periods with releases on either side. The p-value is the part of these dates, the event's
    own among them, at which it is at least as far from zero: that of a date drawn at random. With nine dates
    it is at least 1/9. A true change makes the dates near it look changed too, so it errs to the safe side.

    *Lines* are straight in shares or rates. They may lead below 0 or above 1 far from the data; the claim
    says where they do.

    "Not enough data": fewer than 4 periods with releases on either side, fewer than 10 releases that match or
    do not, or no issuer on both sides. benchmarks/interrupted.py says what is found, and what falsely.

    References
    ----------
    Wagner, Soumerai, Zhang and Ross-Degnan (2002), Journal of Clinical Pharmacy and Therapeutics 27;
    Pustejovsky and Tipton (2018), Journal of Business and Economic Statistics 36; Donald and Lang (2007),
    Review of Economics and Statistics 89; Abadie, Diamond and Hainmueller (2010), Journal of the American
    Statistical Association 105, for placebo dates.

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [
    ...     {
    ...         "date": f"{year}-{month:02d}-05",
    ...         "issuer": "AB"[month % 2],
    ...         "text": "trust" if month < (9 if year >= 2008 else 3) else "police",
    ...     }
    ...     for year in range(2002, 2014)
    ...     for month in range(1, 11)
    ... ]
    >>> trend = od.track_terms(od.tokenize(od.Corpus.from_frame(rows)), "trust")
    >>> found = od.interrupted(trend, ("a summit", "2008-01-01"))
    >>> found.to_frame()[["term", "estimate", "n_issuers", "n_periods"]].round(3).values.tolist()[2]
    ['level_change', 0.6, 2, 12]
    """
    check_trend(
        trend,
        mixed="while od.interrupted looks at its releases and gives each issuer a constant of its own, "
        "whatever the mix",
    )
    check_measure(measure)
    check_level(level)
    happened = read_event(event)
    parts = cut_periods(trend, happened, since, until)
    if not isinstance(comparison, str | Sequence | None):
        raise InputError(f"comparison={comparison!r}: expected an issuer or group, or a list of them.")
    names = [comparison] if isinstance(comparison, str) else [str(one) for one in comparison or ()]
    others = events_near(nearby, trend.basis.tokens.corpus.frame["language"])
    rows: list[dict[str, Any]] = []
    placebos, points, claims = [], [], []
    for case in cases_of(trend, parts, measure, names):
        about = {"query": case.query, "group": case.group}
        fits = fit_case(case) if not case.reason else None
        reason = case.reason or (
            "" if fits else "Not enough data: the lines cannot be told from the issuers."
        )
        tried = try_dates(case, parts, fits) if fits and placebo else []
        mine = [{**about, **one} for one in rows_of(case, fits, reason, tried, level)]
        rows += mine
        placebos += [{**about, **one} for one in tried]
        points += [{**about, **one} for one in points_of(case, parts, fits, level)]
        words = describe(case, happened, mine, fits, measure, level, others)
        claims.append({**about, "claim": words})
    parameters = {
        "event": happened.words,
        "measure": measure,
        "since": None if since is None else str(since),
        "until": None if until is None else str(until),
        "comparison": names,
        "placebo": placebo,
        "nearby": nearby if nearby is None or isinstance(nearby, bool) else [one.words for one in others],
        "level": level,
    }
    return Interrupted(
        _table(rows, _COLUMNS, ("query", "group", "term", "note", "inference")),
        _table(placebos, _PLACEBO, ("query", "group", "period", "term")),
        _table(points, _POINTS, ("query", "group", "period")),
        _table(claims, ["query", "group", "claim"], ("query", "group", "claim")),
        happened,
        Spec("interrupted", parameters, seed, (trend.spec,)),
        trend,
        parts,
    )


def _table(rows: list[dict[str, Any]], columns: list[str], words: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(words, "str"))
