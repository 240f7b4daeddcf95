"""The cells in which diversity is measured, and what is measured in each."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.statistics.diversity import Pieces, rarefy, ratio_of_windows, windows_of
from octadisc.terms.groups import MISSING, Grid, code_groups
from octadisc.tokens import Tokens
from octadisc.tokens.units.unit_columns import code_releases

__all__ = ["FEWEST_RELEASES", "Cell", "cells_of", "measure_cell", "pieces_of"]

FEWEST_RELEASES = 10
_PART = 0.4  # of the smallest cell's tokens: there are two samples then that share no release

Integers = npt.NDArray[np.int64]


class Cell(NamedTuple):
    """A period of a group in one language: its rows, its size, and why it cannot be measured, if so."""

    period: int
    group: str
    language: str
    rows: Integers
    tokens: int
    releases: int
    sample: int
    reason: str


def cells_of(
    tokens: Tokens, grid: Grid, counted: npt.NDArray[np.bool_], *, min_tokens: int, sample: int | None
) -> list[Cell]:
    """Give the cells of a grid, each language apart; the first period of the first group first."""
    frame = tokens.corpus.frame
    language, names = (
        code_groups(frame, "language") if "language" in frame else (np.zeros(len(frame)), [MISSING])
    )
    releases = code_releases(frame)
    owner = np.arange(len(frame)) if releases is None else releases
    lengths = np.concatenate([np.diff(shard.rows) for shard in tokens.shards] or [np.zeros(0, np.int64)])
    there = counted & (grid.period >= 0) & (lengths > 0)
    cells = []
    for g, group in enumerate(grid.groups):
        for one, name in enumerate(names):
            mine = there & (grid.group == g) & (language == one)
            for period in range(len(grid.periods) if mine.any() else 0):
                rows = np.flatnonzero(mine & (grid.period == period))
                n = int(np.unique(owner[rows]).size)
                cells.append(Cell(period, group, name, rows, int(lengths[rows].sum()), n, 0, ""))
    sizes: dict[str, int] = {}
    for name in names:
        enough = [one.tokens for one in cells if one.language == name and not _too_few(one, min_tokens)]
        sizes[name] = sample or int(_PART * min(enough, default=0))
    return [_judged(one, sizes[one.language], min_tokens, given=sample is not None) for one in cells]


def _too_few(cell: Cell, min_tokens: int) -> bool:
    return cell.tokens < min_tokens or cell.releases < FEWEST_RELEASES


def _judged(cell: Cell, sample: int, min_tokens: int, *, given: bool) -> Cell:
    reason = ""
    if not cell.releases:
        reason = "No releases."
    elif cell.releases < FEWEST_RELEASES:
        some = f"{cell.releases} release{'s' * (cell.releases != 1)}"
        reason = f"Not enough data: {some}, at least {FEWEST_RELEASES} needed."
    elif cell.tokens < min_tokens:
        reason = f"Not enough data: {cell.tokens:,} tokens, at least {min_tokens:,} needed."
    elif given and cell.tokens < 2 * sample:
        reason = f"Not enough data: {cell.tokens:,} tokens, at least twice the sample of {sample:,} needed."
    return cell._replace(sample=sample, reason=reason)


def pieces_of(tokens: Tokens, rows: Integers) -> Pieces:
    """Give the tokens of some rows, with types numbered anew from 0."""
    frame = tokens.corpus.frame
    releases = code_releases(frame)
    parts = []
    for shard in tokens.shards:
        local = rows[(rows >= shard.first) & (rows < shard.first + shard.n_releases)] - shard.first
        parts += [shard.ids[shard.rows[row] : shard.rows[row + 1]] for row in local.tolist()]
    edges = np.cumsum([0, *[part.size for part in parts]]).astype(np.int64)
    ids = np.concatenate(parts) if parts else np.zeros(0, np.int32)
    there = np.zeros(len(tokens.vocabulary), bool)
    there[ids] = True
    number = np.cumsum(there, dtype=np.int32) - 1
    return Pieces(number[ids].astype(np.int32), edges, rows if releases is None else releases[rows])


def measure_cell(
    tokens: Tokens, cell: Cell, window: int, n_draws: int, rng: np.random.Generator, level: float
) -> dict[str, Any]:
    """Give the columns of a cell, from tokens to note."""
    names = ("mattr", "types", "hapaxes", "yule_k")
    made: dict[str, Any] = {f"{name}{side}": np.nan for name in names for side in ("", "_low", "_high")}
    made |= {"tokens": cell.tokens, "releases": cell.releases, "sample": cell.sample, "note": cell.reason}
    if cell.reason:
        return made
    pieces = pieces_of(tokens, cell.rows)
    n_types = int(pieces.ids.max(initial=-1)) + 1
    found = rarefy(pieces, cell.sample, n_types, n_draws, rng, level)
    for i, name in enumerate(names[1:]):
        for side, values in (("", found.value), ("_low", found.low), ("_high", found.high)):
            made[f"{name}{side}"] = float(values[i])
    types, windows = windows_of(pieces.ids, pieces.edges, window, n_types)
    long, *interval = ratio_of_windows(types / window, windows, pieces.owner, level)
    if long < FEWEST_RELEASES:
        made["note"] = (
            f"Not enough data for MATTR: {long} release{'s' * (long != 1)} of at least {window} tokens, "
            f"{FEWEST_RELEASES} needed."
        )
        return made
    return made | dict(zip(("mattr", "mattr_low", "mattr_high"), interval, strict=True))
