"""Whether issuers bear out what all releases together show: a trend against itself, issuer by issuer."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from octadisc.errors import OctadiscWarning
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.trends import Scores, fit_strata
from octadisc.terms.arguments import check_level, check_trend
from octadisc.terms.changes.change_cases import Case, Measure, cases_of, check_measure, strata_of

if TYPE_CHECKING:
    from octadisc.terms.tracked import Trend

__all__ = ["CompositionCheck", "check_composition", "what_composition_says"]

_MOST_LINES = 24  # looked at unasked
_COLUMNS = (
    "group query change low high within within_low within_high p_value within_p_value verdict note"
).split()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class CompositionCheck:
    """Directions of trends over all releases, and within issuers; made by `Trend.check_composition`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    trend : Trend
    """

    frame: pd.DataFrame
    spec: Spec
    trend: Trend

    def to_frame(self) -> pd.DataFrame:
        """Give one row per query and group.

        Columns: group, query; change, low, high (from the first period to the last, in logits of shares or
        logarithms of rates: the slope over all releases); within, within_low, within_high (the same, each
        issuer compared with itself only); p_value, within_p_value; verdict ("borne out", "weaker",
        "not borne out", "reversed", "hidden", "no direction" or "not enough data"); note.
        """
        return self.frame.copy()

    def evidence(self, query: Any, period: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences that a row rests on; see `Trend.evidence`."""
        return self.trend.evidence(query, period, group)

    def __repr__(self) -> str:
        kinds = self.frame["verdict"].value_counts(sort=False)
        return f"CompositionCheck({', '.join(f'{n} {kind}' for kind, n in kinds.items())})"

    def _repr_html_(self) -> str:
        head = self.frame.head(20)[["group", "query", "change", "within", "verdict", "note"]]
        return show(self, head, len(self.frame), {"change": "{:+.2f}", "within": "{:+.2f}"})


def check_composition(trend: Trend, *, measure: Measure = "share", level: float = 0.95) -> CompositionCheck:
    """Compare slopes over all releases with slopes within issuers; see `Trend.check_composition`."""
    check_trend(trend, mixed="in which nobody joins or leaves, so there is nothing to check")
    check_measure(measure)
    check_level(level)
    rows = [_check(case, level) for case in cases_of(trend, measure)]
    words = ("group", "query", "verdict", "note")
    frame = pd.DataFrame(rows)[_COLUMNS].astype(dict.fromkeys(words, "str"))
    spec = Spec("check_composition", {"measure": measure, "level": level}, inputs=(trend.spec,))
    return CompositionCheck(frame, spec, trend)


def what_composition_says(trend: Trend) -> list[str]:
    """Give notes on the lines of a trend that issuers do not bear out; warn where they move the other way."""
    n = len(trend.basis.grid.groups) * len(trend.basis.hits)
    if n > _MOST_LINES or trend.basis.by == "issuer" or "issuer" not in trend.basis.tokens.corpus.frame:
        return []
    notes = []
    for row in check_composition(trend).frame.itertuples():
        if row.verdict in ("reversed", "not borne out"):
            notes.append(f"{_name(row, len(trend.basis.grid.groups) > 1)}: {row.note}")
        if row.verdict == "reversed":
            warnings.warn(
                f"{notes[-1]} See trend.check_composition() and trend.standardise().",
                OctadiscWarning,
                stacklevel=3,
            )
    return notes


def _name(row: Any, grouped: bool) -> str:
    return f"{row.query!r} in {row.group}" if grouped else repr(row.query)


class _Slope(NamedTuple):
    size: float
    low: float
    high: float
    p_value: float


def _check(case: Case, level: float) -> dict[str, Any]:
    nothing = dict.fromkeys(_COLUMNS[2:10], np.nan)
    made: dict[str, Any] = {"group": case.group, "query": case.query, **nothing}
    if case.reason:
        return {**made, "verdict": "not enough data", "note": case.reason}
    if case.n_issuers < 2:
        who = "only one issuer" if case.n_issuers else "issuers are not known"
        return {**made, "verdict": "not enough data", "note": f"There is nobody to compare: {who}."}
    whole = _slope(case._replace(issuer=np.zeros(case.issuer.size, np.int64)), level)
    within = _slope(case, level)
    made |= dict(zip(("change", "low", "high", "p_value"), whole, strict=True))
    made |= dict(zip(("within", "within_low", "within_high", "within_p_value"), within, strict=True))
    verdict = _verdict(whole, within, 1 - level)
    return {**made, "verdict": verdict, "note": _words(verdict, whole, within, case.measure)}


def _slope(case: Case, level: float) -> _Slope:
    """Fit one slope with a constant for each issuer; its noise is what periods scatter around it."""
    strata, _ = strata_of(case)
    shapes = case.time[None]
    scores = Scores(strata, shapes)
    square, _ = scores.statistics(scores.residuals[None])
    if not scores.informative[0] or not scores.information[0] > 0:
        return _Slope(0.0, np.nan, np.nan, 1.0)
    size = float(fit_strata(strata.y[None], strata.n, shapes, strata.kind).sizes[0, 0])
    statistic = float(np.sqrt(square[0, 0]))
    error = abs(size) / statistic if statistic > 1e-9 else np.inf
    reach = float(stdtrit(scores.df, (1 + level) / 2)) * error
    return _Slope(size, size - reach, size + reach, float(2 * stdtr(scores.df, -statistic)))


def _verdict(whole: _Slope, within: _Slope, alpha: float) -> str:
    clear, own = whole.p_value <= alpha, within.p_value <= alpha
    if clear and own and whole.size * within.size < 0:
        return "reversed"
    if own and not clear:
        return "hidden"
    if not clear:
        return "no direction"
    if own:
        return "borne out" if abs(within.size) >= abs(whole.size) / 2 else "weaker"
    if not within.size / whole.size >= 0.5:
        return "not borne out"
    return "weaker"


def _words(verdict: str, whole: _Slope, within: _Slope, measure: Measure) -> str:
    rises, falls = ("rises", "falls") if whole.size > 0 else ("falls", "rises")
    what = f"the {measure}"
    if verdict == "reversed":
        return f"{what} {rises} over all releases, but {falls} within issuers: who publishes has changed."
    if verdict == "not borne out":
        return (
            f"{what} {rises} over all releases, but not beyond chance within issuers "
            f"(p = {within.p_value:.2f}): it may be who publishes that changed."
        )
    if verdict == "hidden":
        own = "rises" if within.size > 0 else "falls"
        return f"{what} {own} within issuers; a change of who publishes hides it."
    if verdict == "borne out":
        return f"{what} {rises} over all releases and within issuers."
    if verdict == "weaker":
        return f"{what} {rises} over all releases, and less within issuers."
    return f"{what} has no direction beyond chance."
