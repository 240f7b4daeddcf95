"""Rising terms: what issuers came to say more often, or less often, over the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.periods import Periods, make_periods
from octadisc.spec import Spec
from octadisc.statistics.tests import adjust_p_values
from octadisc.terms.arguments import check_level, check_permutations, check_whole
from octadisc.terms.counts import TermCounts
from octadisc.terms.groups import code_groups
from octadisc.terms.keyness.keyness_groups import Contrast, table_of
from octadisc.terms.keyness.keyness_rows import rows_of
from octadisc.terms.rising.rising_scores import Plan, rise
from octadisc.terms.scores.score_deviations import check_correlation
from octadisc.terms.scores.term_evidence import evidence_of_term
from octadisc.tokens.lines.samples import read_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RisingTerms", "rising_terms"]

Integers = npt.NDArray[np.int64]

_COLUMNS = (
    "term group direction first last ratio low high p_value q_value releases issuers note periods count "
    "language"
).split()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class RisingTerms:
    """Which terms rose or fell within issuers; made by `od.rising_terms`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know: over what time ratios are, how many terms were tested.
    counts : TermCounts
    periods : Periods
    places : array of int, shape (releases,)
        Number of each release's period; -1 where it was not counted.
    groups : dict from str to array of bool
        The releases of each group.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    counts: TermCounts
    periods: Periods
    places: Integers
    groups: dict[str, npt.NDArray[np.bool_]]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a group and term: first those that rose, then those that fell, the surest first.

        Columns: term, group, direction ("up", "down"), first, last (fitted rates per million words at the
        beginning and the end of the time that the notes name), ratio (last to first), low, high, p_value,
        q_value (Benjamini and Hochberg, over all terms tested, not only those given), releases, issuers (that
        have the term), note, periods (that have it), count, language.
        """
        return self.frame.copy()

    def evidence(self, term: str, period: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences that a term's rates rest on, one row an occurrence; see `Keyness.evidence`.

        Parameters
        ----------
        term : str
        period, group : str, optional
            All of them if left out.

        Raises
        ------
        UnknownNameError, InputError
            If there is no such term, period or group, or the counts have no tokens.
        """
        rows = self.places >= 0
        if group is not None:
            if group not in self.groups:
                near = did_you_mean(str(group), self.groups)
                raise UnknownNameError(f"group={group!r} is not there.{near}")
            rows = rows & self.groups[group]
        if period is not None:
            if str(period) not in self.periods.labels:
                near = did_you_mean(str(period), self.periods.labels)
                raise UnknownNameError(f"period={period!r} is not there.{near}")
            rows = rows & (self.places == self.periods.labels.index(str(period)))
        return evidence_of_term(self.counts, term, rows)

    def plot(self, ax: Axes | None = None, *, group: str | None = None, n: int = 12) -> Axes:
        """Draw the surest terms that rose and that fell: a row each, with its rate in each period.

        Parameters
        ----------
        ax : Axes, optional
        group : str, optional
            Need not be given where there is one.
        n : int
            How many terms of either direction.
        """
        from octadisc.terms.rising.rising_plots import plot_rising

        return plot_rising(self, ax, group=group, n=n)

    def __repr__(self) -> str:
        found = self.frame[self.frame["q_value"] <= 0.05]["direction"].value_counts()
        up, down = int(found.get("up", 0)), int(found.get("down", 0))
        return f"RisingTerms({len(self.frame):,} rows; beyond chance {up:,} up, {down:,} down)"

    def _repr_html_(self) -> str:
        formats = dict.fromkeys(("first", "last"), "{:,.1f}")
        formats |= dict.fromkeys(("ratio", "low", "high"), "{:,.2f}")
        formats |= dict.fromkeys(("p_value", "q_value"), "{:.2g}")
        head = self.frame.groupby(["group", "direction"], sort=False).head(10)[_COLUMNS[:13]]
        return show(self, head, len(self.frame), formats, notes=self.notes)


def rising_terms(
    counts: TermCounts,
    every: Any = "year",
    by: str | None = None,
    *,
    n: int | None = None,
    within: str | None = "issuer",
    min_releases: int = 10,
    min_issuers: int = 2,
    min_periods: int = 3,
    correlation: float | None = None,
    level: float = 0.95,
    n_permutations: int = 999,
    seed: int = 0,
) -> RisingTerms:
    """Find the terms that issuers came to use more, or less, over time.

    Parameters
    ----------
    counts : TermCounts
    every : str or intervals
        Periods, as in `od.track_terms`.
    by : str, optional
        A column whose values are groups, each looked at by itself.
    n : int, optional
        How many terms of each direction are given, for each group; all by default.
    within : str, optional
        Column whose values are compared with themselves; None: all releases with all.
    min_releases, min_issuers, min_periods : int
        The least that a term must be in; rarer ones are left out. Where fewer issuers are known, those are
        enough.
    correlation : float, optional
        Of successive periods' own deviations. Estimated from all terms together if there are 24 periods and
        50 terms, and at least .3; else .3.
    level : float
        Coverage of the intervals.
    n_permutations : int
        Of dates.
    seed : int

    Returns
    -------
    RisingTerms

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If an argument is not what it should be, or there are fewer than six periods.

    Notes
    -----
    The statistic is the score of a log-linear slope, stratified by issuer: an issuer is compared with itself,
    so that a talkative one who joins or leaves makes no term rise. A step in the middle counts as well;
    `od.find_changes` tells the one from the other for chosen queries.

    Its null distribution: releases change their dates within issuers, and each period has a deviation of its
    own, correlated with that of the period before: where talk of a matter lasts for years and then goes away,
    a slope is no more than chance has to offer. How large
    these deviations are is learnt from all terms of about the same frequency (empirical Bayes). p-values
    below a hundredth pool how far scores reach over 300 terms with null distributions of like shape (see
    `od.compare`).

    *first*, *last* and *ratio* are fitted by conditional likelihood within issuers, over the time that
    issuers have releases on average (weighted by words): the notes say how long that is. Where ministers
    come and go, nobody has been observed over all the time, and a slope drawn on would claim too much.

    References
    ----------
    Mantel (1963), Journal of the American Statistical Association 58; Smyth (2004), Statistical Applications
    in Genetics and Molecular Biology 3(1).

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [
    ...     {
    ...         "date": f"{2000 + year}-05-01",
    ...         "issuer": "AB"[i % 2],
    ...         "text": "police met" + " border" * (i < year + 2) + " trust" * (i % 3 > 0),
    ...     }
    ...     for year in range(10)
    ...     for i in range(12)
    ... ]
    >>> counts = od.count_terms(od.tokenize(od.Corpus.from_frame(rows)))
    >>> found = od.rising_terms(counts, n=1)
    >>> found.to_frame()[["term", "direction", "releases"]].values.tolist()[0]
    ['border', 'up', 65]
    """
    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    plan = Plan(within, min_releases, min_issuers, min_periods, correlation, level, n_permutations, seed)
    _check(plan, n)
    table = table_of(counts)
    periods = make_periods(table["date"], every)
    place = periods.locate(table["date"])
    codes, names = code_groups(table, by)
    notes: list[str] = []
    if (place < 0).any():
        notes.append(f"In no period, and not counted: {int((place < 0).sum()):,} releases.")
    frames, groups = [], {}
    for number, name in enumerate(names):
        inside = (codes == number) & (place >= 0)
        contrast = Contrast(name, "", inside, np.zeros(inside.size, bool))
        for language, rows in rows_of(counts, table, contrast, within, place, True, notes):
            made = rise(counts, rows, periods, plan, number, name, notes)
            if made is not None:
                frames.append(made.assign(group=name, language=language))
                groups[name] = inside
    if not frames:
        raise NotEnoughDataError(f"No term can be looked at. {' '.join(notes)}")
    frame = pd.concat(frames, ignore_index=True)
    frame["q_value"] = adjust_p_values(frame["p_value"])
    notes.append(f"q-values are over {int(frame['p_value'].notna().sum()):,} terms tested.")
    frame = _surest_first(frame, n)
    words = dict.fromkeys(("term", "group", "direction", "note", "language"), "str")
    parameters = {
        "every": every if isinstance(every, str) else periods.to_frame(),
        "by": by,
        "n": n,
        **{one: value for one, value in plan._asdict().items() if one != "seed"},
    }
    notes = list(dict.fromkeys(notes))
    spec = Spec("rising_terms", parameters, seed, (counts.spec,))
    counted = np.where(counts.release_weights > 0, place, -1)
    return RisingTerms(frame[_COLUMNS].astype(words), spec, tuple(notes), counts, periods, counted, groups)


def _surest_first(frame: pd.DataFrame, n: int | None) -> pd.DataFrame:
    """Sort by direction and by the end of the interval that is nearer to no change; keep n of each."""
    low, high = np.log(frame["low"].to_numpy()), np.log(frame["high"].to_numpy())
    sure = np.where(low > 0, low, np.where(high < 0, -high, 0.0))
    down = (frame["direction"] == "down").to_numpy(bool)
    _, group = np.unique(frame["group"].to_numpy(object), return_inverse=True)
    order = np.lexsort((frame["p_value"].to_numpy(float), -np.nan_to_num(sure), down, group))
    ordered = frame.iloc[order].reset_index(drop=True)
    if n is None:
        return ordered
    return ordered.groupby(["group", "direction"], sort=False).head(n).reset_index(drop=True)


def _check(plan: Plan, n: Any) -> None:
    for name in ("min_releases", "min_issuers", "min_periods"):
        check_whole(name, getattr(plan, name), 1)
    if n is not None and (not isinstance(n, (int, np.integer)) or n < 1):
        raise InputError(f"n={n!r}: expected how many terms of each direction, or None for all.")
    check_correlation(plan.correlation)
    check_permutations(plan.n_permutations, 99)
    check_level(plan.level)
    read_seed(plan.seed)
