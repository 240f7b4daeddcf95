"""Tests of collocates on two sides: differences of log ratios, their intervals, and releases dealt anew."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from octadisc.terms.collocations import side_kernels as kernels
from octadisc.terms.collocations.collocate_measures import FEWEST_ISSUERS
from octadisc.terms.collocations.company import Entries
from octadisc.terms.collocations.sides import Sides, deal

__all__ = ["compare_types"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_FEWEST_HOLDERS = 3  # releases that have the collocate near the node, on both sides together
_FEWEST_OCCURRENCES = 5  # of the word on either side: with fewer, how near it stood there is not known
_FEWEST_MIXED = 10  # releases of issuers that are on both sides
_SETTLED = 20  # permutations in the smaller tail, from which on a collocate is no more than chance
_BATCHES = (99, 400, 500)
_LN2 = float(np.log(2))


class _Difference(NamedTuple):
    near: Floats  # shape (types, sides)
    far: Floats
    holders: Integers
    sizes: Floats  # shape (sides, 2)
    value: Floats
    error: Floats


def compare_types(
    entries: Entries,
    sides: Sides,
    n_types: int,
    min_count: int,
    level: float,
    n_permutations: int,
    seed: list[int],
) -> pd.DataFrame:
    """Compare the types of one language."""
    edges = np.searchsorted(entries.numbers, np.arange(n_types + 1))
    observed = _measure(entries, sides, edges)
    count = observed.near.sum(axis=1)
    holders = observed.holders.sum(axis=1)
    known = (observed.near + observed.far).min(axis=1) >= _FEWEST_OCCURRENCES - 1e-9
    enough = (count >= min_count - 1e-9) & (holders >= _FEWEST_HOLDERS)
    p_value, within = np.full((2, n_types), np.nan)
    if sides.n_mixed >= _FEWEST_MIXED:
        statistic = observed.value / observed.error
        tested = np.flatnonzero(enough & known)
        p_value[tested], dealt = _permute(entries, sides, edges, statistic, tested, n_permutations, seed)
        within[tested] = observed.value[tested] - dealt
    error = np.sqrt(np.maximum(observed.error**2, _between_issuers(entries, sides, observed)))
    df = np.maximum(holders - 2, 1)
    half = np.where(holders >= _FEWEST_HOLDERS, stdtrit(df, (1 + level) / 2) * error, np.nan)
    size = np.maximum(observed.sizes, 1)
    share = size[:, 0] / size.sum(axis=1)
    ratio = np.log2((observed.near + 0.5) / size[:, 0]) - np.log2((observed.far + 0.5) / size[:, 1])
    table: dict[str, Any] = {}
    for place, name in enumerate(("before", "after")):
        there = observed.near[:, place]
        table[f"count_{name}"] = there.astype(np.int64) if (there % 1 == 0).all() else there
        table[f"expected_{name}"] = share[place] * (observed.near + observed.far)[:, place]
        table[f"log_ratio_{name}"] = ratio[:, place]
    table |= {
        "difference": observed.value / _LN2,
        "low": (observed.value - half) / _LN2,
        "high": (observed.value + half) / _LN2,
        "within": within / _LN2,
        "p_value": p_value,
        "enough": enough,
        "known": known,
        "mixed": sides.n_mixed >= _FEWEST_MIXED,
    }
    return pd.DataFrame(table)


def _measure(entries: Entries, sides: Sides, edges: Integers) -> _Difference:
    """Give counts and the studentised difference as they were observed."""
    n_types = edges.size - 1
    key = entries.numbers * 2 + sides.side[entries.clusters]
    near, far, holders = (
        np.bincount(key, one, 2 * n_types).reshape(n_types, 2).astype(float)
        for one in (entries.near, entries.far, entries.near > 0)
    )
    sizes: Floats = np.stack([np.bincount(sides.side, one, 2) for one in sides.sizes.T], axis=-1).astype(
        float
    )
    way = sides.side.astype(np.float32)[None, :]
    found = [_studentised(entries, sides, edges, one, way) for one in range(n_types)]
    value, error = (np.array([one[i][0] for one in found]) for i in range(2))
    return _Difference(near, far, holders.astype(np.int64), sizes, value, error)


def _squares(sizes: Floats) -> Floats:
    w, v = sizes.T
    return np.stack([w, v, w * w, v * v, w * v], axis=-1)


def _studentised(
    entries: Entries, sides: Sides, edges: Integers, number: int, ways: npt.NDArray[np.float32]
) -> tuple[Floats, Floats]:
    mine = slice(edges[number], edges[number + 1])
    squares = _squares(sides.sizes)
    value, error = kernels.compare_sides(
        entries.clusters[mine],
        entries.near[mine],
        entries.far[mine],
        sides.sizes,
        np.ascontiguousarray(ways.T),
        ways @ squares,
        squares.sum(axis=0),
        len(ways),
    )
    return value, error


def _permute(
    entries: Entries,
    sides: Sides,
    edges: Integers,
    statistic: Floats,
    active: Integers,
    n_permutations: int,
    seed: list[int],
) -> tuple[Floats, Floats]:
    """Give two-sided p-values of the active types and their mean difference when dealt anew.

    Each type gets as many permutations as it needs.
    """
    tested = active
    tails = np.zeros((statistic.size, 2), np.int64)
    done, sums = np.zeros(statistic.size, np.int64), np.zeros(statistic.size)
    squares = _squares(sides.sizes)
    whole = squares.sum(axis=0)
    left, step = n_permutations, 0
    while left > 0 and active.size:
        n = min(_BATCHES[min(step, len(_BATCHES) - 1)], left)
        (ways,) = deal(sides, n, [*seed, step])
        products, columns = ways @ squares, np.ascontiguousarray(ways.T)
        for one in active.tolist():
            mine = slice(edges[one], edges[one + 1])
            value, error = kernels.compare_sides(
                entries.clusters[mine],
                entries.near[mine],
                entries.far[mine],
                sides.sizes,
                columns,
                products,
                whole,
                n,
            )
            sums[one] += value.sum()
            dealt, slack = value / error, 1e-9 * max(abs(statistic[one]), 1.0)
            tails[one] += (dealt >= statistic[one] - slack).sum(), (dealt <= statistic[one] + slack).sum()
        done[active] += n
        active = active[tails[active].min(axis=1) < _SETTLED]
        left, step = left - n, step + 1
    p_values = np.minimum(2 * (1 + tails[tested].min(axis=1)) / (1 + done[tested]), 1.0)
    return p_values, sums[tested] / done[tested]


def _between_issuers(entries: Entries, sides: Sides, observed: _Difference) -> Floats:
    """Give the variance of each difference between issuers; 0 where these are too few."""
    n_types = observed.near.shape[0]
    named = sides.issuer >= 0
    n_issuers = np.unique(sides.issuer[named & (sides.sizes[:, 0] > 0)]).size
    if n_issuers < FEWEST_ISSUERS:
        return np.zeros(n_types)
    code = np.where(named, sides.issuer, sides.issuer.max() + 1 + np.arange(named.size))
    _, code = np.unique(code, return_inverse=True)
    code = code.reshape(-1)
    n = int(code.max()) + 1
    signs = np.where(sides.side == 1, 1.0, -1.0)
    side = sides.side[entries.clusters]
    share = (
        observed.near / np.maximum(observed.sizes[:, 0], 1),
        observed.far / np.maximum(observed.sizes[:, 1], 1),
    )
    weight = share[0] / (observed.near + 0.5), share[1] / (observed.far + 0.5)
    value = entries.near / (observed.near + 0.5)[entries.numbers, side]
    value -= entries.far / (observed.far + 0.5)[entries.numbers, side]
    value *= signs[entries.clusters]
    influence = np.zeros((n, n_types))
    np.add.at(influence, (code[entries.clusters], entries.numbers), value)
    for place in (0, 1):
        mine = sides.side == place
        near, far = (np.bincount(code[mine], one[mine], n) for one in sides.sizes.T)
        sign = 1.0 if place else -1.0
        influence -= sign * np.outer(near, weight[0][:, place])
        influence += sign * np.outer(far, weight[1][:, place])
    return np.asarray((influence**2).sum(axis=0) * n / (n - 1))
