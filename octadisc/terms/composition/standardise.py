"""Trends as if the same issuers had published in the same proportions throughout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean
from octadisc.spec import Spec
from octadisc.statistics.dispersion import Cells, Kind
from octadisc.statistics.intervals import rate_interval, share_interval
from octadisc.statistics.levels import fit_levels
from octadisc.terms.groups import MISSING, code_groups
from octadisc.terms.measures import Measures
from octadisc.terms.queries import some_releases
from octadisc.terms.reissues import first_of_stories

if TYPE_CHECKING:
    from octadisc.terms.tracked import Trend

__all__ = ["standardise"]

Floats = npt.NDArray[np.float64]

_PER = 1e6
_FEWEST = 2  # issuers that are known
_WAYS = ("pooled", "equal")


def standardise(trend: Trend, by: str, weights: Any, least: float) -> Trend:
    """Give the trend of a fixed mix of issuers; see `Trend.standardise`."""
    basis = trend.basis
    if trend.spec.function == "standardise":
        raise InputError("The trend is standardised already. Standardise the trend that it was made from.")
    if not 0 <= least <= 1:
        raise InputError(f"least={least!r}: expected a part of the weights between 0 and 1, such as 0.1.")
    if basis.by == by:
        raise InputError(
            f"The trend has a group for each {by}, whose mix is fixed. Track the terms without by={by!r}, "
            "and standardise that."
        )
    codes, names = code_groups(basis.tokens.corpus.frame, by)
    known = np.array([name != MISSING for name in names], bool)
    if known.sum() < _FEWEST:
        raise NotEnoughDataError(
            f"There are {int(known.sum())} known values of {by!r}. Standardising takes at least {_FEWEST}."
        )
    given = _given(weights, names, by)
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
    notes = _notes(trend, frame, by, weights, known[codes], names, least)
    parameters = {"by": by, "weights": weights, "least": least}
    spec = Spec("standardise", parameters, trend.spec.seed, (trend.spec,))
    return replace(trend, frame=frame, spec=spec, notes=(*trend.notes, *notes))


def _given(weights: Any, names: list[str], by: str) -> Floats | str:
    """Give the weight of each issuer, or how it is to be found."""
    if isinstance(weights, str):
        if weights not in _WAYS:
            raise UnknownNameError(f"weights={weights!r} is not known.{did_you_mean(weights, _WAYS)}")
        return weights
    if not isinstance(weights, Mapping | pd.Series):
        raise InputError(
            f'weights={weights!r}: expected "pooled", "equal", or a mapping from each {by} to its weight.'
        )
    pairs = {str(name): float(one) for name, one in weights.items()}
    for name, one in pairs.items():
        if name not in names:
            raise UnknownNameError(f"weights: there is no {by} {name!r}.{did_you_mean(name, names)}")
        if not (np.isfinite(one) and one >= 0):
            raise InputError(f"weights: {name!r} has {one}. Expected numbers of at least 0.")
    if not sum(pairs.values()) > 0:
        raise InputError("weights: all of them are 0. Expected some to be more.")
    return np.array([pairs.get(name, 0.0) for name in names])


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
        own = float(cells.components(entries, kind)[0][0])
        common = float(whole.components(entries, kind)[1][0])
        further = np.zeros(cells.n_cells) if cells.clusters is None else cells.clusters.mean_number - 1
        spread = ((own + common * further) * cells.unevenness).reshape(shape)
        if not self.ground.is_enough:
            spread[:] = np.nan
        df = whole.dispersions_of(entries, kind)[1].reshape(shape[1:])
        parts = []
        for group in range(shape[1]):
            weight = _weights_of(given, known, n[:, group])
            kept = weight > 0
            mine = y[kept, group], n[kept, group], spread[kept, group]
            parts.append(_mix(mine, weight[kept], df[group], kind, least, level))
        value, low, high, present = (np.concatenate(one) for one in zip(*parts, strict=True))
        return _Found(value, low, high, present)


def _weights_of(given: Floats | str, known: npt.NDArray[np.bool_], n: Floats) -> Floats:
    """Give the weights of the issuers that publish in a group at all; they add up to 1."""
    there = known & (n.sum(axis=1) > 0)
    if isinstance(given, str):
        weight = n.sum(axis=1) if given == "pooled" else np.ones(len(n))
    else:
        weight = given
    weight = np.where(there, weight, 0.0)
    return weight / weight.sum() if weight.sum() > 0 else weight


def _mix(
    data: tuple[Floats, Floats, Floats],
    weight: Floats,
    df: Floats,
    kind: Kind,
    least: float,
    level: float,
) -> _Found:
    """Mix issuers by their weights: what they say where they publish, their level where they do not."""
    y, n, spread = data
    n_periods = n.shape[1]
    there = n > 0
    present = weight @ there
    if not weight.size or not there.any():
        nothing = np.full(n_periods, np.nan)
        return _Found(nothing, nothing, nothing, np.zeros(n_periods))
    levels = fit_levels(y, n, kind)
    seen = np.divide(y, n, out=np.zeros(n.shape), where=there)
    value = (weight[:, None] * np.where(there, seen, levels.mean)).sum(axis=0)
    middle = (weight[:, None] * levels.mean).sum(axis=0)
    silent = np.where(there, 0.0, weight[:, None] * levels.slope)
    issuers, periods = levels.influence(silent.T, np.diag(silent.sum(axis=0)))
    noise = np.where(there, spread, 0.0) * n * levels.slope
    # how each residual moves each period's sum: by the levels fitted to it, and where it stands itself
    own = np.divide(weight[:, None], n, out=np.zeros(n.shape), where=there)
    fitted = np.einsum("ti,is->tis", issuers, np.ones(n.shape)) + periods[:, None, :]
    fitted[np.arange(n_periods), :, np.arange(n_periods)] += own.T
    variance = np.einsum("tis,is->t", fitted**2, noise) + (issuers**2).sum(axis=1) / levels.variance
    bad = (present < least) | (present == 0)
    variance = np.where(bad, np.nan, variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "share":
            size = middle * (1 - middle) / variance
            low, high = share_interval(value * size, size, 1.0, level, df=df)
        else:
            size = middle / variance
            low, high = rate_interval(value * size, size / _PER, 1.0, level, df=df)
            value = value * _PER
    value, low, high = (np.where(bad, np.nan, one) for one in (value, low, high))
    return _Found(value, low, high, present)


def _notes(
    trend: Trend,
    frame: pd.DataFrame,
    by: str,
    weights: Any,
    known: npt.NDArray[np.bool_],
    names: list[str],
    least: float,
) -> list[str]:
    """Say what the mix is, and where it rests on issuers that were silent."""
    n = len([one for one in names if one != MISSING])
    mix = {
        "pooled": "each one's part of all releases (for rates, of all words)",
        "equal": "each the same",
    }.get(weights if isinstance(weights, str) else "", "as given")
    notes = [f"Standardised to a fixed mix of {n:,} values of {by!r}: {mix}."]
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
    missing = int((~known & (trend.basis.grid.period >= 0) & (trend.basis.weights > 0)).sum())
    if missing:
        notes.append(f"Without {by!r}, and so not in the mix: {some_releases(missing)}.")
    return notes
