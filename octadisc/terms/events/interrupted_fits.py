"""The lines before and after an event, by periods and by issuers, and the same at other dates."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from octadisc.statistics.interruption import TERMS, Equations, Lines, Panel, fit_lines, segments, set_up
from octadisc.statistics.robust import FEWEST_CLUSTERS, ClusteredFit, Contrast, fit_clustered
from octadisc.terms.changes.change_cases import some
from octadisc.terms.events.interrupted_cases import FEWEST_BESIDE, Case, Parts

__all__ = ["Fits", "fit_case", "points_of", "rows_of", "try_dates"]


class Fits(NamedTuple):
    """The lines of the exposed, of those compared with, and of the difference; by periods and by issuers."""

    equations: Equations  # of the difference, or of the exposed alone
    own: Lines
    own_issuers: ClusteredFit | None
    other: Lines | None
    other_issuers: ClusteredFit | None
    difference: Lines | None
    difference_issuers: ClusteredFit | None


def fit_case(case: Case) -> Fits | None:
    """Fit the lines; None where they cannot be told from the issuers' constants."""
    equations = set_up(case.panel)
    own = fit_lines(equations, segments(case.panel.time))
    if own is None:
        return None
    enough = case.n_known >= FEWEST_CLUSTERS
    issuers = _by_issuers(case.panel) if enough else None
    if case.comparison is None:
        return Fits(equations, own, issuers, None, None, None, None)
    other = fit_lines(set_up(case.comparison), segments(case.panel.time))
    equations = set_up(case.panel, case.comparison)
    difference = fit_lines(equations, segments(case.panel.time))
    if other is None or difference is None:
        return None
    n_other = _on_both_sides(case.comparison)
    others = _by_issuers(case.comparison) if n_other >= FEWEST_CLUSTERS else None
    together = case.n_known + n_other >= FEWEST_CLUSTERS
    both = _by_issuers(case.panel, case.comparison) if together else None
    return Fits(equations, own, issuers, other, others, difference, both)


def _on_both_sides(panel: Panel) -> int:
    before = panel.time < 0
    return int(((panel.n[:, before] > 0).any(axis=1) & (panel.n[:, ~before] > 0).any(axis=1)).sum())


def _by_issuers(panel: Panel, comparison: Panel | None = None) -> ClusteredFit:
    """Fit the same lines with a column for each issuer; the last three columns are slope, level and slope."""
    n = panel.n if comparison is None else np.vstack([panel.n, comparison.n])
    y = panel.y if comparison is None else np.vstack([panel.y, comparison.y])
    issuer, period = np.nonzero(n > 0)
    columns = segments(panel.time)[period]
    design = [np.eye(len(n))[issuer]]
    if comparison is not None:
        columns = columns * (issuer < len(panel.n))[:, None]
        there = np.flatnonzero(n.sum(axis=0) > 0)
        design.append((period[:, None] == there[1:]).astype(float))
    whole = np.hstack([*design, columns])
    return fit_clustered(y[issuer, period], whole, issuer, weights=n[issuer, period])


def rows_of(
    case: Case, fits: Fits | None, reason: str, tried: list[dict[str, Any]], level: float
) -> list[dict[str, Any]]:
    """Give a row for each term."""
    n_periods = int((case.panel.n.sum(axis=0) > 0).sum())
    n_other = _on_both_sides(case.comparison) if case.comparison is not None else 0
    nothing = Contrast(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, reason)
    wanted: list[tuple[str, Lines | None, ClusteredFit | None, int, int]] = [
        (name, fits and fits.own, fits and fits.own_issuers, number, case.n_known)
        for number, name in enumerate(TERMS)
    ]
    if case.comparison is not None:
        for name, lines, issuers, n in (
            ("comparison_{}_change", fits and fits.other, fits and fits.other_issuers, n_other),
            (
                "{}_difference",
                fits and fits.difference,
                fits and fits.difference_issuers,
                n_other + case.n_known,
            ),
        ):
            wanted += [
                (name.format(what), lines, issuers, 2 + at, n) for at, what in enumerate(("level", "slope"))
            ]
    share = case.panel.n.sum(axis=1) / max(float(case.panel.n.sum()), 1e-300)
    rows = []
    for name, lines, issuers, number, n_issuers in wanted:
        made, inference = nothing, ""
        if lines is not None:
            made, inference = _wider(lines, issuers, number, share, level, n_issuers)
        found = [one for one in tried if one["term"] == name]
        values = np.array([abs(one["statistic"]) for one in found])
        event = [abs(one["statistic"]) for one in found if one["is_event"]]
        p_placebo = float((values >= event[0] * (1 - 1e-9)).mean()) if event else np.nan
        row = {"term": name, **made._asdict(), "n_issuers": n_issuers, "n_periods": n_periods}
        row |= {"inference": inference, "placebo_p_value": p_placebo, "n_placebo": len(found)}
        rows.append(row)
    return rows


def _wider(
    lines: Lines, issuers: ClusteredFit | None, number: int, share: Any, level: float, n_issuers: int
) -> tuple[Contrast, str]:
    """Give the contrast by periods or by issuers, whichever says less."""
    by_periods = lines.contrast(number, level)
    if issuers is None:
        few = (
            f"{some(n_issuers, 'issuer')} on both sides, fewer than {FEWEST_CLUSTERS}: the interval is by "
            "periods alone, and speaks of these issuers, not of issuers in general."
        )
        if not n_issuers:
            few = "Issuers are not known: the interval is by periods alone."
        return by_periods._replace(note=by_periods.note or few), "periods"
    chosen = np.zeros(issuers.coefficients.size)
    if number:
        chosen[number - 4] = 1
    else:
        chosen[: share.size] = share
    by_issuers = issuers.contrast(chosen, level=level, fewest=2, noun="issuer")
    if not np.isfinite(by_issuers.std_error) or (
        by_issuers.high - by_issuers.low < by_periods.high - by_periods.low
    ):
        return by_periods, "periods"
    return by_issuers, "issuers"


def try_dates(case: Case, parts: Parts, fits: Fits | None) -> list[dict[str, Any]]:
    """Make the same estimates at each date between periods, with the noise found around the event's lines."""
    if fits is None:
        return []
    lines = fits.difference or fits.own
    names = ("level_difference", "slope_difference") if fits.difference else ("level_change", "slope_change")
    filled = fits.equations.sizes > 0
    rows = []
    for at in range(1, len(parts.labels)):
        if min(int(filled[:at].sum()), int(filled[at:].sum())) < FEWEST_BESIDE:
            continue
        cut = (parts.starts[at].astype(np.int64) - parts.starts[0].astype(np.int64)) / 365.25
        time = case.panel.time - case.panel.time[0] + _half(parts)
        here = fit_lines(fits.equations, segments(time, cut), noise=lines.noise)
        if here is None:
            continue
        errors = np.sqrt(here.variances(lines.noise))
        for number, name in zip((2, 3), names, strict=True):
            error, estimate = float(errors[number]), float(here.estimates[number])
            rows.append(
                {
                    "period": parts.labels[at],
                    "start": pd.Timestamp(parts.starts[at]),
                    "term": name,
                    "estimate": estimate,
                    "std_error": error,
                    "statistic": estimate / error if error > 0 else np.nan,
                    "is_event": bool(case.panel.time[at] > 0 > case.panel.time[at - 1]),
                }
            )
    return rows


def _half(parts: Parts) -> float:
    """Give half the length of the first period, in years: where its middle lies after its start."""
    return float((parts.ends[0] - parts.starts[0]).astype(np.int64)) / 2 / 365.25


def points_of(case: Case, parts: Parts, fits: Fits | None, level: float) -> list[dict[str, Any]]:
    """Give each period's place beside the lines, for issuers in the proportions of their releases."""
    if fits is None:
        return []
    rows = []
    pairs = [(case.panel, fits.own, False)]
    if case.comparison is not None and fits.other is not None:
        pairs.append((case.comparison, fits.other, True))
    for panel, lines, compared in pairs:
        columns = segments(panel.time)
        first = lines.estimates[0] + columns[:, 0] * lines.estimates[1]
        fitted = lines.estimates[0] + columns @ lines.estimates[1:]
        size = panel.n.sum(axis=0)
        half = ndtri((1 + level) / 2) * np.sqrt(lines.noise.cell / np.maximum(size, 1e-300))
        value = np.where(size > 0, fitted + lines.residuals, np.nan)
        for at, label in enumerate(parts.labels):
            rows.append(
                {
                    "period": label,
                    "start": pd.Timestamp(parts.starts[at]),
                    "end": pd.Timestamp(parts.ends[at]),
                    "time": float(panel.time[at]),
                    "size": float(size[at]),
                    "value": float(value[at]),
                    "low": float(value[at] - half[at]),
                    "high": float(value[at] + half[at]),
                    "fitted": float(fitted[at]),
                    "counterfactual": float(first[at]) if panel.time[at] >= 0 else np.nan,
                    "compared": compared,
                }
            )
    return rows
