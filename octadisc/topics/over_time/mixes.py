"""Shares of topics of a fixed mix of issuers, and of a balanced panel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError
from octadisc.spec import Spec
from octadisc.statistics.dispersion import Cells
from octadisc.terms.arguments import check_part
from octadisc.terms.composition.balance import choose_panel
from octadisc.terms.composition.mixing import (
    Mixed,
    describe_mix,
    given_weights,
    interval_of,
    known_issuers,
    mix,
    spread_in_cells,
    weights_of,
)
from octadisc.terms.groups import code_groups
from octadisc.terms.queries import some_releases
from octadisc.topics.over_time.units import Units, count_releases, lay_units, mean_columns

if TYPE_CHECKING:
    from octadisc.topics.over_time.trend import TopicTrend

__all__ = ["balance", "refuse_standardised", "standardise"]

Floats = npt.NDArray[np.float64]

_MOSTLY = 0.8  # weight present, below which a period rests much on levels


def refuse_standardised(trend: TopicTrend, doing: str) -> None:
    """Refuse a trend of a fixed mix."""
    if trend.spec.function == "standardise":
        raise InputError(f"The trend is standardised already. {doing} the trend that it was made from.")


def standardise(trend: TopicTrend, by: str, weights: Any, least: float) -> TopicTrend:
    """Give the trend of a fixed mix of issuers; see `TopicTrend.standardise`."""
    refuse_standardised(trend, "Standardise")
    check_part("least", least, "of the weights, such as 0.1", zero=True, one=True)
    if trend.by == by:
        raise InputError(
            f"The trend has a group for each {by}, whose mix is fixed. Leave out by={by!r} in "
            "model.over_time, and standardise that."
        )
    codes, names = code_groups(trend.model.releases, by)
    known = known_issuers(names, by)
    given = given_weights(weights, names, by)
    units = lay_units(trend.model, trend.grid, trend.by, trend.weights, trend.kept)
    columns = _mix_all(units, units.code(codes), known, given, least, trend.level)
    shape = (trend.model.n_topics, trend.grid.n_cells)
    frame = trend.frame.assign(**{name: one.reshape(shape).ravel() for name, one in columns.items()})
    counted = count_releases(trend.model, trend.kept) & (trend.grid.period >= 0)
    counted &= trend.model.release_weights > 0
    words = "all running tokens" if trend.weights == "token" else "all releases"
    notes = [describe_mix(np.unique(codes[counted & known[codes]]).size, by, weights, words)]
    notes += _say_silent(frame[frame["topic"] == 0], least)
    missing = int((counted & ~known[codes]).sum())
    if missing:
        notes.append(f"Without {by!r}, and so not in the mix: {some_releases(missing)}.")
    spec = Spec("standardise", {"by": by, "weights": weights, "least": least}, inputs=(trend.spec,))
    return replace(trend, frame=frame, spec=spec, notes=(*trend.notes, *notes))


def _mix_all(
    units: Units,
    codes: npt.NDArray[np.int64],
    known: npt.NDArray[np.bool_],
    given: Floats | str,
    least: float,
    level: float,
) -> dict[str, Floats]:
    """Give share, low, high and weight_present, each of shape (topics, groups, periods)."""
    grid, n_topics = units.grid, units.shares.shape[1]
    code = np.where(units.cell >= 0, codes * grid.n_cells + units.cell, -1)
    cells = Cells(units.size, code, known.size * grid.n_cells, units.clusters, units.scale)
    shape = (known.size, len(grid.groups), len(grid.periods))
    inside = code >= 0
    y = np.stack(
        [
            np.bincount(code[inside], (units.size * one)[inside], cells.n_cells).reshape(shape)
            for one in units.shares.T
        ]
    )
    n = cells.powers[0].reshape(shape)
    own = Cells(units.parts, code, cells.n_cells).components(units.entries, "share", 0.0)[0]
    common = units.plain.components(units.entries, "share", 0.0)[1]
    spread = spread_in_cells(cells, own, common).reshape(n_topics, *shape)
    if not units.is_enough:
        spread[:] = np.nan
    df = units.dispersions()[1].reshape(n_topics, *shape[1:])
    made = {name: np.full((n_topics, *shape[1:]), np.nan) for name in ("share", "low", "high")}
    made["weight_present"] = np.zeros((n_topics, *shape[1:]))
    for group in range(shape[1]):
        weight = weights_of(given, known, n[:, group])
        kept = weight > 0
        mixed = [
            mix((y[k, kept, group], n[kept, group], spread[k, kept, group]), weight[kept], "share", least)
            for k in range(n_topics)
        ]
        for k, one in enumerate(_add_up(mixed)):
            low, high = interval_of(one, df[k, group], "share", level)
            for name, values in zip(made, (one.value, low, high, one.present), strict=True):
                made[name][k, group] = values
    return made


def _add_up(mixed: list[Mixed]) -> list[Mixed]:
    """Make what is filled in for silent issuers add up to their weight over the topics."""
    filled = np.stack([one.filled for one in mixed])
    total, silent = filled.sum(axis=0), 1 - mixed[0].present
    factor = np.divide(silent, total, out=np.ones(total.size), where=(total > 0) & (silent > 0))
    return [
        one._replace(value=one.value + (factor - 1) * one.filled, filled=factor * one.filled) for one in mixed
    ]


def _say_silent(first: pd.DataFrame, least: float) -> list[str]:
    notes = []
    filled = first[first["releases"] > 0]
    part = int((filled["weight_present"] < _MOSTLY).sum())
    if part:
        notes.append(
            f"In {part:,} of {len(filled):,} periods those with more than a fifth of the weight have no "
            f"releases: there they count with their own level, moved as the others moved (least: "
            f"{filled['weight_present'].min():.0%} of the weight publish)."
        )
    empty = int((filled["weight_present"] < least).sum())
    if empty:
        notes.append(
            f"Not enough data in {empty:,} periods: who publishes there has less than {least:.0%} of the "
            "weight."
        )
    return notes


def balance(trend: TopicTrend, by: str, present: float) -> TopicTrend:
    """Keep those who publish in nearly all periods; see `TopicTrend.balance`."""
    from octadisc.topics.over_time.tracking import frame_of

    check_part("present", present, "of the periods, such as 0.9", one=True)
    if trend.spec.function == "standardise":
        raise InputError("Balance first, then standardise: trend.balance().standardise().")
    model, grid = trend.model, trend.grid
    codes, names = code_groups(model.releases, by)
    counted = count_releases(model, trend.kept) & (model.release_weights > 0) & (grid.period >= 0)
    period = np.where(counted, grid.period, -1)
    panel, note = choose_panel(period, codes, names, len(grid.periods), by, present)
    kept = panel[codes] if trend.kept is None else trend.kept & panel[codes]
    units = lay_units(model, grid, trend.by, trend.weights, kept)
    frame = frame_of(model, grid, mean_columns(model, units, trend.level, kept))
    spec = Spec("balance", {"by": by, "present": present}, inputs=(trend.spec,))
    return replace(trend, frame=frame, spec=spec, notes=(*trend.notes, note), kept=kept)
