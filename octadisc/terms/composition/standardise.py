"""Trends as if the same issuers had published in the same proportions throughout."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError
from octadisc.spec import Spec
from octadisc.statistics.dispersion import Cells, Kind
from octadisc.terms.arguments import check_part, refuse_resampled
from octadisc.terms.composition.mixing import (
    describe_mix,
    given_weights,
    interval_of,
    known_issuers,
    mix,
    spread_in_cells,
    weights_of,
)
from octadisc.terms.groups import code_groups
from octadisc.terms.measures import Measures
from octadisc.terms.queries import some_releases
from octadisc.terms.reissues import first_of_stories

if TYPE_CHECKING:
    from octadisc.terms.tracked import Trend

__all__ = ["standardise"]

Floats = npt.NDArray[np.float64]

_PER = 1e6


def standardise(trend: Trend, by: str, weights: Any, least: float) -> Trend:
    """Give the trend of a fixed mix of issuers; see `Trend.standardise`."""
    basis = trend.basis
    if trend.spec.function == "standardise":
        raise InputError("The trend is standardised already. Standardise the trend that it was made from.")
    refuse_resampled(trend, "a standardised one")
    check_part("least", least, "of the weights, such as 0.1", zero=True, one=True)
    if basis.by == by:
        raise InputError(
            f"The trend has a group for each {by}, whose mix is fixed. Track the terms without by={by!r}, "
            "and standardise that."
        )
    codes, names = code_groups(basis.tokens.corpus.frame, by)
    known = known_issuers(names, by)
    given = given_weights(weights, names, by)
    measures = basis.measures()
    frame = trend.frame.copy()
    frame["weight_present"] = np.nan
    notes: list[str] = []
    for query in basis.hits:
        table = _Table(measures, basis.defined(query), codes, len(names))
        counts = sparse.csr_matrix(basis.counts_of(query)[None])
        for kind in ("rate", "share"):
            found = table.standardise(counts, kind, given, known, least, basis.level)
            mine = frame["query"] == query
            columns = ("rate", "low", "high") if kind == "rate" else ("share", "share_low", "share_high")
            for column, values in zip(columns, found[:3], strict=True):
                frame.loc[mine, column] = values
            frame.loc[mine, "weight_present"] = found.present
    notes = _notes(trend, frame, by, weights, known, codes, least)
    parameters = {"by": by, "weights": weights, "least": least}
    spec = Spec("standardise", parameters, trend.spec.seed, (trend.spec,))
    return replace(trend, frame=frame, spec=spec, notes=(*trend.notes, *notes))


class _Found(NamedTuple):
    value: Floats
    low: Floats
    high: Floats
    present: Floats


class _Table:
    """Issuers × periods, for the queries that are defined for the same releases."""

    def __init__(
        self, measures: Measures, defined: npt.NDArray[np.bool_], codes: npt.NDArray[np.int64], n: int
    ) -> None:
        self.measures, self.defined, self.n = measures, defined, n
        self.ground = ground = measures.ground(defined)
        if measures.story is not None:
            kept = ground.cell >= 0
            codes = first_of_stories(measures.story[kept], codes[kept], ground.story_cell.size)
        self.cells: dict[Kind, Cells] = {}
        for kind, whole in ground.by_kind.items():
            code = np.where(whole.inside, codes * measures.grid.n_cells + whole.cell, -1)
            clusters = None if whole.clusters is None else whole.clusters.issuer_of_release
            self.cells[kind] = Cells(whole.size, code, n * measures.grid.n_cells, clusters, whole.scale)

    def standardise(
        self,
        counts: sparse.csr_matrix,
        kind: Kind,
        given: Floats | str,
        known: npt.NDArray[np.bool_],
        least: float,
        level: float,
    ) -> _Found:
        """Give the values of one query, one a cell of the grid."""
        whole, cells = self.ground.by_kind[kind], self.cells[kind]
        entries = self.measures.entries(self.defined, counts)[1][kind]
        grid = self.measures.grid
        shape = (self.n, len(grid.groups), len(grid.periods))
        code = cells.cell[entries.rows]
        y = np.bincount(code, entries.totals, cells.n_cells).reshape(shape)
        n = cells.powers[0].reshape(shape)
        own, common = cells.components(entries, kind)[0], whole.components(entries, kind)[1]
        spread = spread_in_cells(cells, own, common)[0].reshape(shape)
        if not self.ground.is_enough:
            spread[:] = np.nan
        df = whole.dispersions_of(entries, kind)[1].reshape(shape[1:])
        parts = []
        for group in range(shape[1]):
            weight = weights_of(given, known, n[:, group])
            kept = weight > 0
            mine = y[kept, group], n[kept, group], spread[kept, group]
            mixed = mix(mine, weight[kept], kind, least)
            low, high = interval_of(mixed, df[group], kind, level)
            value = mixed.value * _PER if kind == "rate" else mixed.value
            parts.append(_Found(value, low, high, mixed.present))
        value, low, high, present = (np.concatenate(one) for one in zip(*parts, strict=True))
        return _Found(value, low, high, present)


def _notes(
    trend: Trend,
    frame: pd.DataFrame,
    by: str,
    weights: Any,
    known: npt.NDArray[np.bool_],
    codes: npt.NDArray[np.int64],
    least: float,
) -> list[str]:
    """Say what the mix is, and where it rests on issuers that were silent."""
    basis = trend.basis
    n = np.unique(codes[known[codes] & (basis.grid.period >= 0) & (basis.weights > 0)]).size
    notes = [describe_mix(n, by, weights, "all releases (for rates, of all words)")]
    first = frame[frame["query"] == frame["query"].iloc[0]]
    filled = first[first["releases"] > 0]
    part = int((filled["weight_present"] < 0.8).sum())
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
    missing = int((~known[codes] & (basis.grid.period >= 0) & (basis.weights > 0)).sum())
    if missing:
        notes.append(f"Without {by!r}, and so not in the mix: {some_releases(missing)}.")
    return notes
