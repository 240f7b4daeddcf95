"""Changes: whether talk of something changed within issuers, when, and at once or little by little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.tests import adjust_p_values
from octadisc.terms.arguments import check_part, check_permutations, check_trend
from octadisc.terms.changes.change_cases import Measure, cases_of, check_measure
from octadisc.terms.changes.change_pool import SharedShuffles
from octadisc.terms.changes.change_tests import MANY, N_OF_MANY, ChangeTest, p_values_of, run_test
from octadisc.terms.changes.change_words import describe_change
from octadisc.tokens.lines.samples import read_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.trends import Trend

__all__ = ["Changes", "find_changes"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Changes:
    """Which queries changed within issuers, when and how; made by `od.find_changes`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    trend : Trend
        What was looked at; :meth:`evidence` asks it.
    apparent : tuple of (str or None)
        For each row without a change within issuers, the period at which all releases taken together seem
        to change, if they do: a change of who publishes.
    """

    frame: pd.DataFrame
    spec: Spec
    trend: Trend
    apparent: tuple[str | None, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give one row per query and group.

        Columns: group, query, change (the first period after a step), low, high (interval for that
        period), before, after (share of releases, or rate per million tokens, as fitted for the issuers of
        all periods together: on either side of a step, or at the two ends of a slope), p_value, q_value
        (Benjamini and Hochberg, over the rows), kind ("step", "slope", "none" or "not enough data"), note.
        """
        return self.frame.copy()

    def evidence(self, query: Any, period: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences that a row rests on; see `Trend.evidence`."""
        return self.trend.evidence(query, period, group)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw when each query changed: steps with the interval for their place, slopes as wedges."""
        from octadisc.terms.changes.change_plots import plot_changes

        return plot_changes(self, ax)

    def __repr__(self) -> str:
        kinds = self.frame["kind"].value_counts()
        found = [
            f"{kinds[one]} {one}" for one in ("step", "slope", "none", "not enough data") if one in kinds
        ]
        return f"Changes({len(self.frame)} row{'s' * (len(self.frame) != 1)}: {', '.join(found)})"

    def _repr_html_(self) -> str:
        number = "{:.1%}" if self.spec.parameters["measure"] == "share" else "{:,.1f}"
        formats = dict.fromkeys(("before", "after"), number)
        formats |= dict.fromkeys(("p_value", "q_value"), "{:.3f}")
        return show(self, self.frame.head(20), len(self.frame), formats)


def find_changes(
    trend: Trend,
    *,
    measure: Measure = "share",
    n_permutations: int = 999,
    seed: int = 0,
    level: float = 0.05,
) -> Changes:
    """Find for each query whether it changed within issuers: a step at a time, a slope, or neither.

    Parameters
    ----------
    trend : Trend
        From `od.track_terms`.
    measure : "share" or "rate"
        Releases that mention a query, or its occurrences per running word.
    n_permutations : int
        With 999 the smallest p-value is .001.
    seed : int
    level : float
        A row is a step or a slope if its q-value is at most this.

    Returns
    -------
    Changes

    Raises
    ------
    InputError, UnknownNameError
        If `measure`, `n_permutations` or `level` is not what it should be, or the trend is standardised.

    Notes
    -----
    Each issuer is compared with itself only, so a talkative issuer that joins or leaves makes no change.

    *Is there a change?* The statistic is the largest squared score over one slope (even in logits) and all
    steps with at least two periods on either side, stratified by issuer and divided by the dispersion that
    remains around the course. Its null distribution: releases change their dates within issuers, and each
    period gets a deviation of its own, with a size at the upper end of what the residuals bear out (at least
    0.2 in logits) and a correlation between successive periods of .3, or with 24 periods and more what the
    residuals show if that is more. One change point is looked for;
    where there are several, it is the clearest.

    *Step or slope?* Logistic (log-linear) regressions with a constant for each issuer are fitted to both.
    A step is called one only if it fits better than 95% of the best steps through data drawn from the fitted
    slope, periods' deviations included. What cannot be told apart is called a slope; the note says so.

    *Where?* All places whose likelihood is as near to the best one's as that of the true place in 95% of
    data drawn from the fitted step.

    *Many rows.* From 200 rows on, 199 permutations (or fewer, if so wished) are shared by all, and what is
    further out than a row's own tenth most extreme permutation is read off the tails of the 300 rows that
    have about as many matching releases: 999 permutations and Benjamini and Hochberg's procedure could find
    next to nothing among 10,000. Rows without a change are not told apart from those that change by who
    publishes. See `octadisc.statistics.tests.pooled_p_values`, and benchmarks/change_discovery.py.

    Where the rows are units of releases (sentences, say), whole releases change their dates, and matching
    units and units are divided by the design effect of releases, so that they count as independent ones.
    Where the trend counts a reissue as its part of one, it is left out here.

    "not enough data": fewer than 6 periods with releases, fewer than 10 releases that match or that do not,
    or no issuer with releases in two periods. benchmarks/change_detection.py says what is found and what is
    found falsely.

    References
    ----------
    Mantel (1963), Journal of the American Statistical Association 58, for the score; Worsley (1983),
    Biometrika 70, for the change point by likelihood; Rao and Scott (1992), Biometrics 48, for units; the
    null and the comparison with a slope are ours.

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [
    ...     {
    ...         "date": f"{year}-05-01",
    ...         "issuer": "AB"[i % 2],
    ...         "text": "trust" if year > 2007 and i < 8 else "police",
    ...     }
    ...     for year in range(2003, 2013)
    ...     for i in range(10)
    ... ]
    >>> trend = od.track_terms(od.tokenize(od.Corpus.from_frame(rows)), "trust")
    >>> od.find_changes(trend).to_frame()[["query", "change", "low", "high", "kind"]].values.tolist()
    [['trust', '2008', '2008', '2008', 'step']]
    """
    check_trend(
        trend,
        mixed="while od.find_changes looks at its releases and compares each issuer with itself, whatever "
        "the mix",
    )
    check_measure(measure)
    check_permutations(n_permutations)
    check_part("level", level, "such as 0.05")
    seed = read_seed(seed)
    n_rows = len(trend.basis.hits) * len(trend.basis.grid.groups)
    many = n_rows >= MANY
    shuffles = SharedShuffles(min(n_permutations, N_OF_MANY), seed) if many else None
    tests: list[ChangeTest | None] = []
    for i, case in enumerate(cases_of(trend, measure)):
        rng = np.random.default_rng([seed, i])
        test = None if case.reason else run_test(case, n_permutations, rng, shuffles=shuffles)
        tests.append(test._replace(fitting=None) if many and test is not None else test)
    p_values = p_values_of(tests, pooled=many)
    q_values = adjust_p_values(p_values)
    rows, apparent = [], []
    for i, (case, test) in enumerate(zip(cases_of(trend, measure), tests, strict=True)):
        told = None if test is None else test._replace(p_value=float(p_values[i]))
        row, seeming = describe_change(
            case, told, float(q_values[i]), level, n_permutations, seed, i, many=many
        )
        rows.append({"group": case.group, "query": case.query, **row})
        rows[-1] |= {"p_value": p_values[i], "q_value": q_values[i]}
        apparent.append(seeming)
    frame = pd.DataFrame(rows)[
        "group query change low high before after p_value q_value kind note".split()
    ].astype(dict.fromkeys(("group", "query", "change", "low", "high", "kind", "note"), "str"))
    parameters = {"measure": measure, "n_permutations": n_permutations, "level": level}
    return Changes(frame, Spec("find_changes", parameters, seed, (trend.spec,)), trend, tuple(apparent))
