"""Trends: how often words, phrases and concepts occur per period and group, with intervals and evidence."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import OctadiscWarning, UnknownNameError, did_you_mean, expect
from octadisc.spec import Spec
from octadisc.terms.groups import Grid, lay_grid
from octadisc.terms.measures import Measures
from octadisc.terms.queries import check_query, name_of, name_queries, some_releases
from octadisc.terms.reissues import Reissues, as_parameter
from octadisc.tokens import Hits, Query, Tokens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Trend", "track_terms"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Basis:
    """What the evidence of a trend is looked up in."""

    tokens: Tokens
    hits: dict[str, Hits]
    grid: Grid
    weights: npt.NDArray[np.float64]
    reissues: Reissues = "keep"


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Trend:
    """How often queries occur per period and group, with intervals; made by `od.track_terms`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know: releases left out, intervals that could not be given.
    basis : Basis
        What :meth:`evidence` is looked up in.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    basis: Basis

    def to_frame(self) -> pd.DataFrame:
        """Give one row per query, group and period.

        Columns: period, start, end (exclusive), group, query, count, tokens, releases,
        matching_releases, rate (per million tokens), low, high, share (of releases), share_low,
        share_high. A period without releases stays, with zeros and NaN. With ``reissues="share"`` counts,
        tokens and releases are sums of parts.
        """
        return self.frame.copy()

    def evidence(self, query: Query, period: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences that a number rests on, one row an occurrence; they add up to `count`.

        Parameters
        ----------
        query : str
            As it stands in the frame's column `query`.
        period, group : str, optional
            All of them if left out.

        Returns
        -------
        DataFrame
            release, date, issuer, source, start, end (of the occurrence in the text), sentence; with
            ``reissues="share"`` also weight, which adds up to `count`.

        Raises
        ------
        UnknownNameError
            If the trend has no such query, period or group.
        """
        name, grid = name_of(query), self.basis.grid
        if name not in self.basis.hits:
            raise UnknownNameError(f"The trend has no query {name!r}.{did_you_mean(name, self.basis.hits)}")
        hits = self.basis.hits[name]
        keep = (grid.period >= 0) & (self.basis.weights > 0)
        for wanted, known, codes, what in (
            (period, grid.periods.labels, grid.period, "period"),
            (group, tuple(grid.groups), grid.group, "group"),
        ):
            if wanted is not None:
                if str(wanted) not in known:
                    raise UnknownNameError(
                        f"The trend has no {what} {wanted!r}.{did_you_mean(str(wanted), known)}"
                    )
                keep &= codes == known.index(str(wanted))
        mine = keep[hits.rows]
        rows = hits.rows[mine]
        found = self.basis.tokens.evidence(rows, hits.starts[mine], hits.ends[mine])
        return found.assign(weight=self.basis.weights[rows]) if self.basis.reissues == "share" else found

    def plot(self, ax: Axes | None = None, *, value: str | None = None, query: str | None = None) -> Axes:
        """Draw lines with their intervals on one Axes: a line a query, or a line a group for one query.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        value : "rate" or "share", optional
            Occurrences per million tokens, or per cent of releases. By default rates, and shares where
            the groups are languages: words of different languages do not compare.
        query : str, optional
            Which query, where there are groups and several queries.

        Notes
        -----
        A point from fewer than five releases is hollow and its interval (which the frame has) is not
        drawn; a period without releases is a gap.
        """
        from octadisc.terms.plots import plot_trend

        return plot_trend(self, ax, value=value, query=query)

    def __repr__(self) -> str:
        grid = self.basis.grid
        parts = [(len(self.basis.hits), "quer", "y", "ies"), (len(grid.periods), "period", "", "s")]
        if len(grid.groups) > 1:
            parts.append((len(grid.groups), "group", "", "s"))
        return f"Trend({', '.join(f'{n:,} {stem}{one if n == 1 else more}' for n, stem, one, more in parts)})"

    def _repr_html_(self) -> str:
        head = self.frame.head(8)
        head = head.assign(
            start=head["start"].dt.strftime("%Y-%m-%d"), end=head["end"].dt.strftime("%Y-%m-%d")
        )
        formats = dict.fromkeys(("rate", "low", "high"), "{:,.1f}".format)
        formats |= dict.fromkeys(("share", "share_low", "share_high"), "{:.1%}".format)
        table = head.to_html(index=False, na_rep="–", border=0, formatters=formats)
        rest = (
            f"<p>… and {len(self.frame) - len(head):,} rows more.</p>" if len(self.frame) > len(head) else ""
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<p><b>Trend</b>: {escape(repr(self)[6:-1])}</p>{table}{rest}{notes}"


def track_terms(
    tokens: Tokens,
    queries: Query | Sequence[Query] | Mapping[str, Query],
    every: Any = "year",
    by: str | None = None,
    seed: int = 0,
    *,
    level: float = 0.95,
    reissues: Reissues = "keep",
) -> Trend:
    """Count queries per period and group, as rates of all running words and as shares of releases.

    Parameters
    ----------
    tokens : Tokens
    queries : str, list, or mapping
        A word, a phrase or a wildcard (``"traffick*"``); a list of them, each a trend of its own; or a
        mapping from names to queries. A query may itself be a list of alternatives, counted together,
        or a concept: a mapping from languages to wordings. A mapping whose keys are all language codes
        is one concept. See `octadisc.tokens.query.find`.
    every : str or intervals
        "year", "half", "quarter", "month", "week", "presidency", or rows of (name, start, end).
    by : str, optional
        A column of the corpus whose values are the groups, such as "issuer" or "language". Releases
        without a value are the group "(missing)"; without `by` there is one group, "all".
    seed : int
        Kept in the recipe; score intervals need no random numbers.
    level : float
        Coverage of the intervals.
    reissues : "keep", "first" or "share"
        Whether releases that repeat another (duplicate_cluster) count in full; only the first of them; or
        each of n as 1/n of a release, of its words and of its occurrences.

    Returns
    -------
    Trend

    Warns
    -----
    OctadiscWarning
        If releases have no date (they are left out), or a query matches nothing.

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If a query is empty, a column or a kind of period does not exist, or no release has a date.

    Notes
    -----
    The denominator of a rate is all running words of the releases in languages for which the query is
    defined. Intervals are quasi-Poisson and quasi-binomial score intervals. How much a query scatters
    from release to release, and how alike the releases of an issuer are in a period, is pooled over the
    periods of a group; over all groups where fewer than 20 of its releases match. What an issuer does in
    all periods alike is composition, not noise, and is not in the interval. Where there are fewer than 10
    releases more than there are periods with releases, bursts cannot be told from chance and the interval
    is NaN. See `octadisc.statistics.dispersion`; benchmarks/interval_coverage.py says what is covered.

    Examples
    --------
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame(
    ...     [
    ...         {"date": "2007-01-09", "text": "Trust, but verify."},
    ...         {"date": "2009-06-30", "text": "The ministers spoke of trust and of trafficking."},
    ...     ]
    ... )
    >>> trend = od.track_terms(od.tokenize(corpus), ["trust", "traffick*"])
    >>> trend
    Trend(2 queries, 3 periods)
    >>> trend.to_frame()[["period", "query", "count", "tokens", "share"]].head(3)
      period  query  count  tokens  share
    0   2007  trust      1       3    1.0
    1   2008  trust      0       0    NaN
    2   2009  trust      1       8    1.0
    >>> trend.evidence("trust", "2009")["sentence"].tolist()
    ['The ministers spoke of trust and of trafficking.']
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    named = name_queries(queries, {str(one) for one in tokens.languages})
    grid = lay_grid(tokens.corpus, every, by)
    measures = Measures(tokens.corpus.frame, tokens.lengths, grid, by, level, reissues)
    notes = _left_out(grid)
    hits, columns = {}, []
    for name, query in named.items():
        hits[name] = tokens.find(query)
        columns.append(measures.of(hits[name]))
        notes += check_query(tokens, name, query, hits[name])
        if not measures.is_enough(hits[name]):
            notes.append(
                f"Not enough data for intervals of {name!r}: too few releases to tell bursts from chance."
            )
    n, one = len(named), grid.to_frame()
    frame = one.iloc[np.tile(np.arange(len(one)), n)].reset_index(drop=True)
    frame["query"] = pd.Series(np.repeat(np.array(list(named), object), len(one)), dtype="str")
    for column in columns[0]:
        frame[column] = np.concatenate([given[column] for given in columns])
    parameters = {
        "queries": named,
        "every": every if isinstance(every, str) else grid.periods.to_frame(),
        "by": by,
        "level": level,
        **as_parameter(reissues),
    }
    spec = Spec("track_terms", parameters, seed=seed, inputs=(tokens.spec,))
    return Trend(frame, spec, tuple(notes), Basis(tokens, hits, grid, measures.weights, reissues))


def _left_out(grid: Grid) -> list[str]:
    """Say which releases are in no period; warn of those that have no date."""
    notes = []
    if grid.n_undated:
        notes.append(f"Without a date, and so in no period: {some_releases(grid.n_undated)}.")
        warnings.warn(
            f"{notes[-1]} Look at corpus.dates and corpus.issues, and supply dates with "
            'od.load_corpus(…, dates="corrections.csv").',
            OctadiscWarning,
            stacklevel=3,
        )
    if grid.n_outside:
        notes.append(f"Dated outside the periods, and not counted: {some_releases(grid.n_outside)}.")
        warnings.warn(notes[-1], OctadiscWarning, stacklevel=3)
    return notes
