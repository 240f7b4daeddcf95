"""Two sides, before and after: the releases on them, and how these are dealt anew within issuers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.terms.collocations import side_kernels as kernels
from octadisc.terms.collocations.collocate_measures import issuers_of
from octadisc.terms.collocations.company import Company
from octadisc.terms.groups import Grid
from octadisc.terms.reissues import have_parts

__all__ = ["Sides", "deal", "sides_of_rows", "to_sides"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def sides_of_rows(grid: Grid, before: Any, after: Any) -> tuple[Integers, tuple[list[str], list[str]]]:
    """Give for each release 0 (before), 1 (after) or -1, and the labels of both sides.

    Raises
    ------
    UnknownNameError, InputError
        If there is no such period or group, or one is on both sides.
    """
    wanted = tuple(
        [str(one)] if isinstance(one, str) or not isinstance(one, Sequence) else [str(name) for name in one]
        for one in (before, after)
    )
    named = [*wanted[0], *wanted[1]]
    known, codes = list(grid.periods.labels), grid.period
    if not set(named) <= set(known) and set(named) <= set(grid.groups):
        known, codes = grid.groups, np.where(grid.period >= 0, grid.group, -1)
    for one in named:
        if one not in known:
            everything = [*grid.periods.labels, *grid.groups]
            raise UnknownNameError(f"There is no period or group {one!r}.{did_you_mean(one, everything)}")
    if not wanted[0] or not wanted[1] or set(wanted[0]) & set(wanted[1]):
        raise InputError(
            f"before={before!r}, after={after!r}: expected periods (or groups) on each side, none on both."
        )
    made = np.full(codes.size, -1, np.int64)
    for side, names in enumerate(wanted):
        made[np.isin(codes, [known.index(one) for one in names])] = side
    return made, (wanted[0], wanted[1])


class Sides(NamedTuple):
    """The releases of one language on two sides, those that are exchanged with each other side by side.

    Attributes
    ----------
    number : array of int64, shape (rows,)
        The place of each row's release here; -1 for those on no side.
    side : array of int64, shape (releases,)
    issuer : array of int64, shape (releases,)
        -1 where it is not known.
    sizes : array of float, shape (releases, 2)
        Tokens in windows and elsewhere.
    bounds : array of int64, shape (strata + 1,)
        Where the releases of each issuer begin; those without an issuer are one stratum.
    """

    number: Integers
    side: Integers
    issuer: Integers
    sizes: Floats
    bounds: Integers

    @property
    def n_mixed(self) -> int:
        """Releases of issuers that are on both sides; only these can change sides."""
        n = np.diff(self.bounds)
        after = np.add.reduceat(self.side, self.bounds[:-1]) if self.side.size else np.zeros(0, np.int64)
        return int(n[(after > 0) & (after < n)].sum())


def to_sides(company: Company, side: Integers, language: int) -> Sides:
    """Gather the releases of a language; units and copies of one that count together are one."""
    story = company.stories(copies=have_parts(company.weights))
    kept = np.flatnonzero((side >= 0) & (story >= 0) & (company.language == language))
    _, first, code = np.unique(story[kept], return_index=True, return_inverse=True)
    code = code.reshape(-1)
    issuer = issuers_of(company.windows.tokens.corpus.frame)[kept[first]]
    order = np.argsort(issuer, kind="stable")
    place = np.argsort(order)
    number = np.full(side.size, -1, np.int64)
    number[kept] = place[code]
    sums = [np.bincount(number[kept], one[kept], first.size) for one in company.sizes.T]
    sizes: Floats = np.stack(sums, axis=-1).astype(float)
    issuer = issuer[order]
    begins = np.flatnonzero(np.diff(issuer, prepend=-2) != 0)
    return Sides(number, side[kept[first]][order], issuer, sizes, np.append(begins, first.size))


def deal(
    sides: Sides, n_ways: int, seed: Sequence[int], batch: int = 500
) -> Iterator[npt.NDArray[np.float32]]:
    """Deal the releases anew to the sides, within issuers: whole releases, as many to each side as there are.

    Gives arrays of shape (ways, releases), 1 for the second side.
    """
    rng = np.random.default_rng(seed)
    given = sides.side.astype(np.float32)
    while n_ways > 0:
        n = min(batch, n_ways)
        made: npt.NDArray[np.float32] = kernels.deal_sides(given, sides.bounds, n, int(rng.integers(2**62)))
        yield made
        n_ways -= n
