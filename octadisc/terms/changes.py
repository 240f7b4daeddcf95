"""Changes: whether talk of something changed within issuers, when, and at once or little by little."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.spec import Spec
from octadisc.statistics.tests import adjust_p_values, permutation_p_value, permute_within
from octadisc.statistics.trends import (
    Fits,
    Noise,
    Scores,
    Strata,
    draw_counts,
    fit_strata,
    gain_of_steps,
    shapes_of,
)
from octadisc.terms.change_cases import Case, Measure, cases_of, some, strata_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.trends import Trend

__all__ = ["Changes", "find_changes"]

_MARGIN = 2  # periods with releases on either side of a step
_N_DRAWS = 199  # of the comparison of step and slope, and of the interval for the place
_N_CALIBRATE = 299  # permutations that the size of periods' own deviations is read off
_LIKELY, _SAFE = 0.75, 0.25  # how the size of these is read off (see Scores.noise): to tell step from slope,
# which must not be given up for a size that is only possible; and for the test that there is a change at all,
_LEAST_SD = 0.2  # where at least this is assumed, in logits: a dozen periods cannot show that there is none
_MEASURES = ("share", "rate")
_PER = 1e6


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
        from octadisc.terms.change_plots import plot_changes

        return plot_changes(self, ax)

    def __repr__(self) -> str:
        kinds = self.frame["kind"].value_counts()
        found = [
            f"{kinds[one]} {one}" for one in ("step", "slope", "none", "not enough data") if one in kinds
        ]
        return f"Changes({len(self.frame)} row{'s' * (len(self.frame) != 1)}: {', '.join(found)})"

    def _repr_html_(self) -> str:
        share = self.spec.parameters["measure"] == "share"
        shown = dict.fromkeys(("before", "after"), ("{:.1%}" if share else "{:,.1f}").format)
        shown |= dict.fromkeys(("p_value", "q_value"), "{:.3f}".format)
        table = self.frame.head(20).to_html(index=False, na_rep="–", border=0, formatters=shown)
        rest = len(self.frame) - 20
        more = f"<p>… and {rest:,} rows more.</p>" if rest > 0 else ""
        return f"<p><b>Changes</b>: {escape(repr(self)[8:-1])}</p>{table}{more}"


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
        If `measure`, `n_permutations` or `level` is not what it should be.

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
    if measure not in _MEASURES:
        raise UnknownNameError(f"measure={measure!r} is not known.{did_you_mean(str(measure), _MEASURES)}")
    if n_permutations < 19 or not 0 < level < 1:
        raise InputError(
            f"n_permutations={n_permutations}, level={level}: expected at least 19 permutations (999 are "
            "usual), and a level between 0 and 1, such as 0.05."
        )
    cases = list(cases_of(trend, measure))
    tests = [
        _test(case, n_permutations, np.random.default_rng([seed, i])) if not case.reason else None
        for i, case in enumerate(cases)
    ]
    p_values = np.array([np.nan if one is None else one.p_value for one in tests])
    q_values = adjust_p_values(p_values)
    rows, apparent = [], []
    for i, (case, test) in enumerate(zip(cases, tests, strict=True)):
        row, seeming = _describe(case, test, float(q_values[i]), level, n_permutations, seed, i)
        rows.append({"group": case.group, "query": case.query, **row})
        rows[-1] |= {"p_value": p_values[i], "q_value": q_values[i]}
        apparent.append(seeming)
    frame = pd.DataFrame(rows)[
        "group query change low high before after p_value q_value kind note".split()
    ].astype(dict.fromkeys(("group", "query", "change", "low", "high", "kind", "note"), "str"))
    parameters = {"measure": measure, "n_permutations": n_permutations, "level": level}
    return Changes(frame, Spec("find_changes", parameters, seed, (trend.spec,)), trend, tuple(apparent))


class _Test(NamedTuple):
    scores: Scores
    strata: Strata
    noise: Noise
    best: int
    p_value: float


def _test(case: Case, n_permutations: int, rng: np.random.Generator, *, cautious: bool = True) -> _Test:
    strata, residual = strata_of(case)
    scores = Scores(strata, shapes_of(case.time, _MARGIN))
    observed = scores.statistics(scores.residuals[None])[0][0]
    best = int(observed.argmax())
    if not scores.informative.any():
        return _Test(scores, strata, Noise(0.0, 0.0), best, 1.0)
    null = permute_within(residual, case.issuer, case.place, len(case.labels), n_permutations, rng)
    noise, safe = scores.noise(null[:_N_CALIBRATE], rng, (_LIKELY, _SAFE))
    assumed = Noise(max(safe.sd, _LEAST_SD), safe.correlation) if cautious else noise
    null += scores.shaken(assumed.draw(rng, n_permutations, len(case.labels)))
    p_value = permutation_p_value(float(observed[best]), scores.statistics(null)[0].max(axis=1))
    return _Test(scores, strata, noise, best, p_value)


def _describe(
    case: Case, test: _Test | None, q_value: float, level: float, n_permutations: int, seed: int, row: int
) -> tuple[dict[str, Any], str | None]:
    """Give a row's columns from `change` to `note`, and where it seems to change though it does not."""
    empty = {"change": None, "low": None, "high": None, "before": np.nan, "after": np.nan}
    if test is None:
        return {**empty, "kind": "not enough data", "note": case.reason}, None
    rng = np.random.default_rng([seed, row, 1])
    if not q_value <= level:
        return _no_change(case, test, empty, level, n_permutations, rng)
    shapes = test.scores.shapes
    fits = fit_strata(test.strata.y[None], test.strata.n, shapes, case.measure)
    step = 1 + int(fits.likelihoods[0, 1:].argmax())
    p_step = _step_against_slope(test, fits, shapes, rng)
    chosen = step if p_step <= 0.05 else 0
    before, after = _fitted(test.strata, fits, chosen)
    ways = _directions(test.strata, shapes[chosen], after > before)
    moved = f"from {_value(before, case.measure)} to {_value(after, case.measure)}{ways}"
    place = case.labels[step - 1 + _MARGIN]
    if chosen:
        low, high = _interval(test, fits, shapes, step, rng)
        low_label, high_label = case.labels[low - 1 + _MARGIN], case.labels[high - 1 + _MARGIN]
        within = place if low == high else f"{place} (between {low_label} and {high_label})"
        way = "up" if after > before else "down"
        note = f"A step {way} at {within}, {moved}; a slope fits worse (p = {p_step:.3f})."
        found = {"change": place, "low": low_label, "high": high_label, "kind": "step"}
    else:
        nearer = fits.likelihoods[0, step] > fits.likelihoods[0, 0]
        more = f"; a step at {place} cannot be ruled out" if nearer else ""
        note = f"A slope {'up' if after > before else 'down'}, {moved}{more}."
        found = {"kind": "slope"}
    if not case.n_issuers:
        note += " Issuers are not known: a change of who publishes would look the same."
    return {**empty, **found, "before": before, "after": after, "note": note}, None


def _no_change(
    case: Case,
    test: _Test,
    empty: dict[str, Any],
    level: float,
    n_permutations: int,
    rng: np.random.Generator,
) -> tuple[dict[str, Any], str | None]:
    within = " within issuers" if case.n_issuers > 1 else ""
    note = f"No change{within} beyond chance (p = {test.p_value:.3f})."
    if not test.scores.informative.any():
        note = "No change: each issuer's releases match always or never."
    row = {**empty, "kind": "none", "note": note}
    if case.n_issuers < 2:
        return row, None
    together = case._replace(issuer=np.zeros(case.issuer.size, np.int64))
    naive = _test(together, n_permutations, rng, cautious=False)  # as one would who looks at the line
    if not naive.p_value <= level:
        return row, None
    statistics = naive.scores.statistics(naive.scores.residuals[None])[0][0]
    step = 1 + int(statistics[1:].argmax())
    place = case.labels[step - 1 + _MARGIN]
    after = float(naive.scores.residuals @ naive.scores.shapes[step]) > 0
    row["note"] = (
        f"All releases taken together seem to {'rise' if after else 'fall'} from {place} on "
        f"(p = {naive.p_value:.3f}), but no issuer's own do beyond chance (p = {test.p_value:.3f}): "
        "what changed is who publishes."
    )
    return row, place


def _step_against_slope(test: _Test, fits: Fits, shapes: Any, rng: np.random.Generator) -> float:
    """Give how often the best step through data with the fitted slope does as well against the slope."""
    gain = float(gain_of_steps(test.strata, test.strata.y[None], shapes, fits)[0])
    if gain <= 0:
        return 1.0
    course = fits.sizes[0, 0] * shapes[0]
    drawn = _draw(test.strata, fits.constants[0, 0], course, test.noise, _N_DRAWS, rng)
    again = fit_strata(drawn, test.strata.n, shapes, test.strata.kind)
    return permutation_p_value(gain, gain_of_steps(test.strata, drawn, shapes, again))


def _draw(strata: Strata, *given: Any) -> Any:
    """Draw counts, also where units of releases were scaled to fewer that are no whole numbers."""
    whole = np.maximum(np.rint(strata.n), strata.n > 0)
    scale = np.divide(strata.n, whole, out=np.ones(whole.shape), where=whole > 0)
    return draw_counts(strata._replace(n=whole), *given) * scale


def _interval(test: _Test, fits: Fits, shapes: Any, step: int, rng: np.random.Generator) -> tuple[int, int]:
    course = fits.sizes[0, step] * shapes[step]
    drawn = _draw(test.strata, fits.constants[0, step], course, test.noise, _N_DRAWS, rng)
    again = fit_strata(drawn, test.strata.n, shapes, test.strata.kind).likelihoods
    loss = np.quantile(again[:, 1:].max(axis=1) - again[:, step], 0.95)
    observed = fits.likelihoods[0]
    near = np.flatnonzero(observed[1:] >= observed[step] - loss - 1e-9) + 1
    return int(near.min()), int(near.max())


def _fitted(strata: Strata, fits: Fits, chosen: int) -> tuple[float, float]:
    """Give the mean before and after, as if the issuers had published in the same proportions throughout."""
    total = strata.n.sum(axis=1)
    values = []
    for course in (0.0, 1.0):
        eta = fits.constants[0, chosen] + fits.sizes[0, chosen] * course
        mean = 1 / (1 + np.exp(-eta)) if strata.kind == "share" else np.exp(eta) * _PER
        values.append(float(mean @ total / total.sum()))
    return values[0], values[1]


def _directions(strata: Strata, shape: Any, up: bool) -> str:
    """Say how many issuers moved the same way, of those that can be compared."""
    if len(strata.n) < 2:
        return ""
    later = shape >= 0.5
    n = np.stack([strata.n[:, ~later].sum(axis=1), strata.n[:, later].sum(axis=1)])
    y = np.stack([strata.y[:, ~later].sum(axis=1), strata.y[:, later].sum(axis=1)])
    both = (n > 0).all(axis=0)
    gain = y[1, both] / n[1, both] - y[0, both] / n[0, both]
    same = int((gain > 0).sum() if up else (gain < 0).sum())
    return f" (so in {same} of {some(int(both.sum()), 'issuer')} with releases in both halves)"


def _value(value: float, measure: Measure) -> str:
    if measure == "rate":
        return f"{value:,.0f} per million"
    return f"{value:.0%}" if value >= 0.1 else f"{value:.1%}"
