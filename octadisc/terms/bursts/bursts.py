"""Bursts: stretches of time in which issuers talk of something much more than they usually do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.tests import adjust_p_values
from octadisc.terms.arguments import check_part, check_permutations, check_trend
from octadisc.terms.bursts.burst_cases import burst_cases
from octadisc.terms.bursts.burst_search import Way, rows_of_case
from octadisc.terms.changes.change_cases import Measure, check_measure
from octadisc.terms.queries import name_of
from octadisc.tokens.lines.samples import read_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.trends import Trend

__all__ = ["Bursts", "find_bursts"]

_COLUMNS = "group query start end level weight releases matching ratio p_value q_value kind note".split()
_WORDS = ("group", "query", "start", "end", "kind", "note")
_KINDS = ("burst", "not beyond chance", "none", "too frequent", "not enough data")


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Bursts:
    """When queries were talked of much more than usual; made by `od.find_bursts`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    trend : Trend
        What was looked at; :meth:`evidence` asks it.
    """

    frame: pd.DataFrame
    spec: Spec
    trend: Trend

    def to_frame(self) -> pd.DataFrame:
        """Give one row a burst, and one for each query and group without any.

        Columns: group, query, start, end (the first and the last period of the burst, both in it), level
        (of a burst within a burst 2 and more; 0 without any), weight (Kleinberg's: how much less the
        burst costs than the level below), releases, matching (in these periods), ratio (to what the issuers'
        usual talk would give), p_value, q_value (Benjamini and Hochberg, over the rows), kind ("burst", "not
        beyond chance", "none", "too frequent" or "not enough data"), note.
        """
        return self.frame.copy()

    def evidence(self, query: Any, start: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences that the bursts of a query rest on, one row an occurrence.

        Parameters
        ----------
        query : str
            As it stands in the frame's column `query`.
        start : str, optional
            The first period of one burst; of all bursts if left out.
        group : str, optional

        Returns
        -------
        DataFrame
            As of `Trend.evidence`. Its releases are those that are counted as `matching`.

        Raises
        ------
        UnknownNameError
            If there is no burst of that query with such a start.
        """
        name, frame = name_of(query), self.frame[self.frame["level"] > 0]
        frame = frame[(frame["query"] == name)]
        frame = frame if group is None else frame[frame["group"] == str(group)]
        frame = frame if start is None else frame[frame["start"] == str(start)]
        if frame.empty:
            known = self.frame.loc[(self.frame["query"] == name) & (self.frame["level"] > 0), "start"]
            from_ = "" if start is None else f" that starts with {start!r}"
            raise UnknownNameError(f"There is no burst of {name!r}{from_}.{did_you_mean(str(start), known)}")
        labels = self.trend.basis.grid.periods.labels
        wanted: dict[tuple[str, str], None] = {}  # an ordered set: a burst within a burst counts once
        for row in frame.itertuples():
            for label in labels[labels.index(row.start) : labels.index(row.end) + 1]:
                wanted[(str(row.group), label)] = None
        found = [self.trend.evidence(name, period, one) for one, period in wanted]
        return pd.concat(found, ignore_index=True)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw bars over time, a row a query: thicker with each level, hollow if not beyond chance."""
        from octadisc.terms.bursts.burst_plots import plot_bursts

        return plot_bursts(self, ax)

    def __repr__(self) -> str:
        kinds = self.frame["kind"].value_counts()
        found = [f"{kinds[one]} {one}" for one in _KINDS if one in kinds]
        return f"Bursts({len(self.frame)} row{'s' * (len(self.frame) != 1)}: {', '.join(found)})"

    def _repr_html_(self) -> str:
        formats = dict.fromkeys(("p_value", "q_value"), "{:.3f}")
        formats |= dict.fromkeys(("weight", "ratio"), "{:.1f}")
        return show(self, self.frame.head(20), len(self.frame), formats)


def find_bursts(
    trend: Trend,
    *,
    scaling: float = 2.0,
    gamma: float = 1.0,
    n_levels: int = 1,
    measure: Measure = "share",
    standardised: bool = True,
    n_permutations: int = 999,
    seed: int = 0,
    level: float = 0.05,
) -> Bursts:
    """Find for each query the stretches of time in which issuers speak of it much more than usual.

    Parameters
    ----------
    trend : Trend
        From `od.track_terms`.
    scaling : float
        How many times the usual share (or rate) a burst has; of each further level again.
    gamma : float
        What it costs to enter a burst: the higher, the fewer and the longer they are.
    n_levels : int
        1 finds bursts, more also bursts within them.
    measure : "share" or "rate"
        Releases that mention a query, or its occurrences per running word.
    standardised : bool
        Whether what is usual is each issuer's own, so that a talkative issuer that joins for some years makes
        no burst; else one share for all releases, as in Kleinberg's paper.
    n_permutations : int
        With 999 the smallest p-value is .001.
    seed : int
    level : float
        A row is a burst if its q-value is at most this.

    Returns
    -------
    Bursts

    Raises
    ------
    InputError, UnknownNameError, WrongKindError
        If an argument is not what it should be, or the trend is standardised.

    Notes
    -----
    Kleinberg's automaton for arrivals in batches, with its cheapest course of states, which is found exactly.
    In state 0 the share of a period is what its issuers' own means give, each weighted with its releases of
    that period. In state i an issuer's share p is p * scaling**i, and where it often speaks of the matter at
    most 1 - (1 - p) / scaling**(2 i), so that it stays below 1. With ``standardised=False``, or issuers that
    are not known, there is one share for all, exactly as in the paper: levels at which it would be 1 or more
    are left out, and where none is left the kind is "too frequent". Periods without releases cost nothing and
    do not end a burst. Occurrences and words are divided by the dispersion of occurrences, so that a release
    that repeats a word does not count as many.

    *More than chance?* A burst's weight is compared with the heaviest burst of its level in data in which
    there is none: releases change their dates within issuers (with ``standardised=False`` among all), and
    each period gets a deviation of its own, with a size at the upper end of what the periods outside and
    inside the bursts bear out (at least 0.2 in logits) and a correlation between successive periods of .3,
    or with 24 periods and more what they show if that is more. A burst that lasts to the end of the time may
    be a rise: see `od.find_changes`.

    Where rows are units of releases (sentences, say), whole releases change their dates, and units are
    divided by the design effect of releases. Where the trend counts a reissue as its part of one, it is left
    out here.

    "not enough data": fewer than 6 periods with releases, fewer than 10 releases that match or that do not,
    or, if standardised, no issuer with releases in two periods.

    References
    ----------
    Kleinberg (2002), Bursty and hierarchical structure in streams, Proceedings of KDD; the standardisation
    and the null are ours.

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [
    ...     {
    ...         "date": f"{year}-05-01",
    ...         "issuer": "AB"[i % 2],
    ...         "text": "trust" if i < (14 if year in (2007, 2008) else 3) else "police",
    ...     }
    ...     for year in range(2000, 2014)
    ...     for i in range(20)
    ... ]
    >>> trend = od.track_terms(od.tokenize(od.Corpus.from_frame(rows)), "trust")
    >>> bursts = od.find_bursts(trend)
    >>> bursts.to_frame()[["query", "start", "end", "level", "releases", "matching", "kind"]].values.tolist()
    [['trust', '2007', '2008', 1, 40, 28, 'burst']]
    >>> len(bursts.evidence("trust", "2007"))
    28
    """
    check_trend(
        trend,
        mixed="while od.find_bursts looks at its releases; with standardised=True what is usual is each "
        "issuer's own, whatever the mix",
    )
    check_measure(measure)
    _check(scaling, gamma, n_levels)
    check_permutations(n_permutations)
    check_part("level", level, "such as 0.05")
    seed = read_seed(seed)
    way = Way(float(scaling), float(gamma), int(n_levels), n_permutations, level)
    rows: list[dict[str, Any]] = []
    for i, (own, together) in enumerate(burst_cases(trend, measure)):
        case = own if standardised else together
        rows += rows_of_case(case, together, way, np.random.default_rng([seed, i]))
    p_values = np.array([row["p_value"] for row in rows], float)
    for row, q_value in zip(rows, adjust_p_values(p_values).tolist(), strict=True):
        row["q_value"] = q_value
        if row["level"]:
            row["kind"] = "burst" if q_value <= level else "not beyond chance"
    frame = pd.DataFrame(rows)[_COLUMNS].astype(dict.fromkeys(_WORDS, "str"))
    parameters = {
        "scaling": scaling,
        "gamma": gamma,
        "n_levels": n_levels,
        "measure": measure,
        "standardised": standardised,
        "n_permutations": n_permutations,
        "level": level,
    }
    return Bursts(frame, Spec("find_bursts", parameters, seed, (trend.spec,)), trend)


def _check(scaling: Any, gamma: Any, n_levels: Any) -> None:
    numbers = (("scaling", scaling, 1), ("gamma", gamma, 0))
    for name, value, above in numbers:
        if not isinstance(value, (int, float)) or not above < value < np.inf:
            raise InputError(f"{name}={value!r}: expected a number above {above}.")
    if not isinstance(n_levels, int) or not 1 <= n_levels <= 9:
        raise InputError(f"n_levels={n_levels!r}: expected a whole number from 1 to 9.")
