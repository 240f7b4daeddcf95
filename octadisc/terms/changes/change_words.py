"""What kind of change a query shows, when it came, and what is said of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from octadisc.statistics.tests import permutation_p_value
from octadisc.statistics.trends import Fits, Strata, draw_counts, fit_strata, gain_of_steps
from octadisc.terms.changes.change_cases import Case, Measure, some
from octadisc.terms.changes.change_tests import MARGIN, ChangeTest, Fitting, run_test

__all__ = ["describe_change"]

_N_DRAWS = 199  # of the comparison of step and slope, and of the interval for the place
_PER = 1e6


def describe_change(
    case: Case,
    test: ChangeTest | None,
    q_value: float,
    level: float,
    n_permutations: int,
    seed: int,
    row: int,
    *,
    many: bool,
) -> tuple[dict[str, Any], str | None]:
    """Give a row's columns from `change` to `note`, and where it seems to change though it does not."""
    empty = {"change": None, "low": None, "high": None, "before": np.nan, "after": np.nan}
    if test is None:
        return {**empty, "kind": "not enough data", "note": case.reason}, None
    rng = np.random.default_rng([seed, row, 1])
    if not q_value <= level:
        return _no_change(case, test, empty, level, n_permutations, rng, many=many)
    fitting = test.fitting or run_test(case, n_permutations, rng).fitting
    assert fitting is not None  # what changes is informative
    shapes, strata = fitting.scores.shapes, fitting.strata
    fits = fit_strata(strata.y[None], strata.n, shapes, case.measure)
    step = 1 + int(fits.likelihoods[0, 1:].argmax())
    p_step = _step_against_slope(fitting, fits, shapes, rng)
    chosen = step if p_step <= 0.05 else 0
    before, after = _fitted(strata, fits, chosen)
    ways = _directions(strata, shapes[chosen], after > before)
    moved = f"from {_value(before, case.measure)} to {_value(after, case.measure)}{ways}"
    place = case.labels[step - 1 + MARGIN]
    if chosen:
        low, high = _interval(fitting, fits, shapes, step, rng)
        low_label, high_label = case.labels[low - 1 + MARGIN], case.labels[high - 1 + MARGIN]
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
    test: ChangeTest,
    empty: dict[str, Any],
    level: float,
    n_permutations: int,
    rng: np.random.Generator,
    *,
    many: bool,
) -> tuple[dict[str, Any], str | None]:
    within = " within issuers" if case.n_issuers > 1 else ""
    note = f"No change{within} beyond chance (p = {test.p_value:.3f})."
    if not test.informative:
        note = "No change: each issuer's releases match always or never."
    row = {**empty, "kind": "none", "note": note}
    if case.n_issuers < 2 or many:
        return row, None
    together = case._replace(issuer=np.zeros(case.issuer.size, np.int64))
    naive = run_test(together, n_permutations, rng, cautious=False)  # as one would who looks at the line
    if not naive.p_value <= level or naive.fitting is None:
        return row, None
    scores = naive.fitting.scores
    step = 1 + int(scores.statistics(scores.residuals[None])[0][0, 1:].argmax())
    place = case.labels[step - 1 + MARGIN]
    after = float(scores.residuals @ scores.shapes[step]) > 0
    row["note"] = (
        f"All releases taken together seem to {'rise' if after else 'fall'} from {place} on "
        f"(p = {naive.p_value:.3f}), but within issuers nothing does beyond chance (p = {test.p_value:.3f}): "
        "it cannot be told from a change of who publishes."
    )
    return row, place


def _step_against_slope(fitting: Fitting, fits: Fits, shapes: Any, rng: np.random.Generator) -> float:
    """Give how often the best step through data with the fitted slope does as well against the slope."""
    gain = float(gain_of_steps(fitting.strata, fitting.strata.y[None], shapes, fits)[0])
    if gain <= 0:
        return 1.0
    course = fits.sizes[0, 0] * shapes[0]
    drawn = _draw(fitting.strata, fits.constants[0, 0], course, fitting.noise, _N_DRAWS, rng)
    again = fit_strata(drawn, fitting.strata.n, shapes, fitting.strata.kind)
    return permutation_p_value(gain, gain_of_steps(fitting.strata, drawn, shapes, again))


def _draw(strata: Strata, *given: Any) -> Any:
    """Draw counts, also where units of releases were scaled to fewer that are no whole numbers."""
    whole = np.maximum(np.rint(strata.n), strata.n > 0)
    scale = np.divide(strata.n, whole, out=np.ones(whole.shape), where=whole > 0)
    return draw_counts(strata._replace(n=whole), *given) * scale


def _interval(
    fitting: Fitting, fits: Fits, shapes: Any, step: int, rng: np.random.Generator
) -> tuple[int, int]:
    course = fits.sizes[0, step] * shapes[step]
    drawn = _draw(fitting.strata, fits.constants[0, step], course, fitting.noise, _N_DRAWS, rng)
    again = fit_strata(drawn, fitting.strata.n, shapes, fitting.strata.kind).likelihoods
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
