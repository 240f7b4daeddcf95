"""What `od.track_terms` gives: rates and shares per period and group, with intervals and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from octadisc.errors import UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.basis import Basis
from octadisc.terms.queries import name_of
from octadisc.terms.reissues import have_parts
from octadisc.tokens import Query

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from octadisc.terms.changes.change_cases import Measure
    from octadisc.terms.composition.composition_check import CompositionCheck
    from octadisc.terms.differences.differences import GroupDifferences
    from octadisc.terms.smoothing import Smooth

__all__ = ["Trend"]


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
        tokens and releases are sums of parts, with ``weights`` sums of weights.
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
            ``reissues="share"`` or weights also weight, which adds up to `count`.

        Raises
        ------
        UnknownNameError
            If the trend has no such query, period or group.
        """
        name, grid = name_of(query), self.basis.grid
        if name not in self.basis.hits:
            raise UnknownNameError(f"The trend has no query {name!r}.{did_you_mean(name, self.basis.hits)}")
        hits = self.basis.hits[name]
        keep = (self.basis.weights > 0) & grid.mark(period, group)
        mine = keep[hits.rows]
        rows = hits.rows[mine]
        found = self.basis.tokens.evidence(rows, hits.starts[mine], hits.ends[mine])
        parts = self.basis.reissues == "share" or have_parts(self.basis.weights)
        return found.assign(weight=self.basis.weights[rows]) if parts else found

    def standardise(self, by: str = "issuer", weights: Any = "pooled", *, least: float = 0.1) -> Trend:
        """Give the trend of a fixed mix of issuers: as if each had published its part throughout.

        Rates, shares and their intervals are those of the mix; count, tokens, releases and evidence stay what
        was published. `od.find_changes` needs no such trend: it compares each issuer with itself anyway.

        Parameters
        ----------
        by : str
            The column that says who publishes.
        weights : "pooled", "equal" or mapping
            Each one's part in the mix: its part of all releases in all periods (for rates, of all words);
            the same for each; or a number for each (who is not named is left out).
        least : float
            The part of the weights whose holders publish in a period, below which the period has no value.

        Returns
        -------
        Trend
            With one more column, weight_present: the part of the weights whose holders publish in the period.

        Raises
        ------
        InputError, UnknownNameError, NotEnoughDataError
            If there is no such column or name, weights are negative, the groups are those of `by` already, or
            fewer than two are known.

        Notes
        -----
        Direct standardisation. Who has no releases in a period counts there with a level of its own, moved as
        the others' moved: logit share = level of the issuer + level of the period, fitted to all periods (log
        rate for rates). Left out, or replaced by the others, a talkative newcomer would make a rise. Where
        many are silent the value rests on that model: see weight_present. Issuers with few releases are
        taken for typical ones. Releases without a value in `by` are not in the mix.

        The variance of the mix (of releases' scatter, issuers' campaigns and fitted levels) gives the number
        of independent releases that would tell as much, and that a score interval.
        benchmarks/interval_coverage.py says what is covered.

        References
        ----------
        Keiding and Clayton (2014), Statistical Science 29, on direct standardisation; Breslow and Clayton
        (1993), Journal of the American Statistical Association 88, for the levels.

        Examples
        --------
        From 2008 on, the one that always speaks of it writes three releases of four, not one:

        >>> import octadisc as od
        >>> rows = [(year, who) for year in (2006, 2007, 2008, 2009) for who in ("ABBB", "AAAB")[year > 2007]]
        >>> corpus = od.Corpus.from_frame(
        ...     [
        ...         {"date": f"{y}-05-01", "issuer": who, "text": "Trust." if who == "A" else "Police."}
        ...         for y, who in rows * 5
        ...     ]
        ... )
        >>> import warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     trend = od.track_terms(od.tokenize(corpus), "trust")
        >>> trend.to_frame()["share"].tolist(), trend.standardise().to_frame()["share"].tolist()
        ([0.25, 0.25, 0.75, 0.75], [0.5, 0.5, 0.5, 0.5])
        """
        from octadisc.terms.composition.standardise import standardise

        return standardise(self, by, weights, least)

    def balance(self, by: str = "issuer", *, present: float = 0.9) -> Trend:
        """Give the trend of those who publish in (nearly) all periods; all others are left out.

        Parameters
        ----------
        by : str
            The column that says who publishes.
        present : float
            The part of the periods with releases in which one must have some.

        Returns
        -------
        Trend
            Its last note says who is in the panel, and what part of the releases they have.

        Raises
        ------
        InputError, UnknownNameError, NotEnoughDataError
            If there is no such column, `present` is no part, or nobody publishes in so many periods.
        """
        from octadisc.terms.composition.balance import balance

        return balance(self, by, present)

    def check_composition(self, *, measure: Measure = "share", level: float = 0.95) -> CompositionCheck:
        """Say for each query whether issuers bear out the direction that all releases together show.

        Parameters
        ----------
        measure : "share" or "rate"
        level : float
            Coverage of the intervals; one minus it is where a direction counts as clear.

        Returns
        -------
        CompositionCheck
            With a verdict for each query and group: "borne out"; "weaker" (less than half of it within
            issuers); "not borne out" (clear over all releases, not within issuers, and less than half of it);
            "reversed"; "hidden" (clear only within issuers); "no direction"; "not enough data".

        Notes
        -----
        Two slopes in time, of logits of shares (logarithms of rates): one of all releases, one with a
        constant for each issuer. Their noise is what periods scatter around them.
        """
        from octadisc.terms.composition.composition_check import check_composition

        return check_composition(self, measure=measure, level=level)

    def smooth(
        self,
        value: Literal["rate", "share"] | None = None,
        *,
        longest_gap: int = 1,
        level: float | None = None,
    ) -> Smooth:
        """Smooth rates or shares, with the interval of the curve.

        Parameters
        ----------
        value : "rate" or "share", optional
            By default rates, and shares where the groups are languages.
        longest_gap : int
            How many periods without releases in a row the curve may pass over; it ends before a longer gap
            and begins anew behind it.
        level : float, optional
            Coverage of the intervals; the trend's own by default.

        Returns
        -------
        Smooth

        Raises
        ------
        InputError, UnknownNameError
            If an argument is not what it should be.

        Notes
        -----
        A penalised cubic spline through the middles of the periods, in logits of shares (logarithms of
        rates). Each period counts as many independent releases (words) as its score interval tells, so that
        bursts and campaigns are in it. How smooth it is, is chosen by restricted likelihood. The interval is
        pointwise and Bayesian: it has what smoothing takes off in it, on the average of the curve; and it
        is nowhere wider than the period's own. By simulation (benchmarks/smooth_coverage.py), 95% cover 90
        to 96% on lines, waves and peaks with 30 releases a period, 85 to 90% on waves and peaks with 10, and
        74 to 82% on a step, which a curve rounds off. Fewer than five periods in a stretch are not smoothed.

        References
        ----------
        Eilers and Marx (1996), Statistical Science 11; Wood (2011), Journal of the Royal Statistical Society
        B 73; Marra and Wood (2012), Scandinavian Journal of Statistics 39.
        """
        from octadisc.terms.smoothing import smooth

        return smooth(self, value, longest_gap, level)

    def compare_groups(
        self,
        group: str | None = None,
        reference: str | None = None,
        *,
        n_permutations: int = 999,
        seed: int = 0,
        level: float | None = None,
    ) -> GroupDifferences:
        """Give differences and ratios between two groups, per period and over all, with intervals.

        Parameters
        ----------
        group, reference : str, optional
            Names of groups; may be left out where there are two.
        n_permutations : int
            For the p-values; with 999 the smallest is .001.
        seed : int
        level : float, optional
            Coverage of the intervals; the trend's own by default.

        Returns
        -------
        GroupDifferences

        Raises
        ------
        InputError, UnknownNameError
            If the trend has no groups, or none of that name.

        Notes
        -----
        Intervals of differences are made of the two groups' score intervals (Newcombe's method 10, with the
        trend's dispersion), those of ratios likewise (the method of variance estimates recovery on the
        logarithm). The row "all" compares the groups at one calendar: each period in which both have
        releases counts for both what it has of the two groups' releases (for rates, words).

        What may be permuted depends on who publishes in the groups. If issuers publish in both, releases
        change groups within an issuer and a period. If each issuer is in one group only, the question is one
        about issuers: whole issuers change groups, and with fewer than eight there is no p-value, but words.
        If the groups are issuers, releases change between the two within periods: that says whether these
        two differ, and nothing of issuers like them.

        References
        ----------
        Newcombe (1998), Statistics in Medicine 17, 873; Zou and Donner (2008), Statistics in Medicine 27.
        """
        from octadisc.terms.differences.differences import compare_groups

        return compare_groups(self, group, reference, n_permutations, seed, level)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        value: str | None = None,
        query: str | None = None,
        events: Any = None,
    ) -> Axes:
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
        events : True or list, optional
            Vertical lines with names. True: all that octadisc knows (its facts/events.csv). Else names of
            those, dates, or pairs (name, date). A name that would cover another is left out.

        Notes
        -----
        A point from fewer than five releases is hollow and its interval (which the frame has) is not
        drawn; a period without releases is a gap.
        """
        from octadisc.terms.plots import plot_trend

        return plot_trend(self, ax, value=value, query=query, events=events)

    def plot_panels(
        self, *, value: str | None = None, query: str | None = None, events: Any = None
    ) -> Figure:
        """Draw small multiples on one scale: a panel a group of one query, or a panel a query.

        Parameters
        ----------
        value, query, events
            As in :meth:`plot`. Without groups all queries have panels.

        Returns
        -------
        Figure
            At most 16 panels, of the largest groups or of the queries found most. It is not pyplot's; a
            notebook shows it.
        """
        from octadisc.terms.plots import plot_panels

        return plot_panels(self, value=value, query=query, events=events)

    def __repr__(self) -> str:
        grid = self.basis.grid
        parts = [(len(self.basis.hits), "quer", "y", "ies"), (len(grid.periods), "period", "", "s")]
        if len(grid.groups) > 1:
            parts.append((len(grid.groups), "group", "", "s"))
        return f"Trend({', '.join(f'{n:,} {stem}{one if n == 1 else more}' for n, stem, one, more in parts)})"

    def _repr_html_(self) -> str:
        days = dict.fromkeys(("start", "end"), "{:%Y-%m-%d}")
        formats = days | dict.fromkeys(("rate", "low", "high"), "{:,.1f}")
        formats |= dict.fromkeys(("share", "share_low", "share_high"), "{:.1%}")
        return show(self, self.frame.head(8), len(self.frame), formats, notes=self.notes)
