"""How much the parts of a split scatter: periods have ups and downs of their own, and issuers campaigns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from octadisc.statistics.dispersion import Cells, Dispersion, to_dispersion
from octadisc.statistics.trends import LEAST_CORRELATION
from octadisc.terms.reissues import first_of_stories

__all__ = ["Sides", "spread_of_periods", "spread_of_units"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Sides = tuple[list[int], list[int]]


def spread_of_units(
    releases: Integers,
    period: Integers,
    codes: Integers,
    matches: Floats,
    weights: Floats,
    sides: Sides,
    scale: Floats,
    minimum: float = 1.0,
) -> Dispersion:
    """Give how much more the units of a release scatter than independent ones, within issuers and sides.

    Means of fractions scatter less, and have a `minimum` of 0.
    """
    side = np.where(np.isin(period, sides[0]), 0, np.where(np.isin(period, sides[1]), 1, -1))
    width = int(codes.max(initial=0)) + 1
    cell = np.where((side >= 0) & (weights > 0), side * width + codes, -1)
    _, story = np.unique(np.stack([releases, cell]), axis=1, return_inverse=True)
    story = story.ravel()
    n = int(story.max(initial=-1)) + 1
    totals, sizes = np.bincount(story, matches, n), np.bincount(story, weights, n)
    scales = np.bincount(story, scale, n) / np.maximum(np.bincount(story, minlength=n), 1)
    cells = Cells(sizes, first_of_stories(story, cell, n), 2 * width, scale=scales)
    return to_dispersion(cells.sums(np.arange(n), totals, "share").sum(axis=1), minimum)


def spread_of_periods(
    weights: Floats, y: Floats, n: Floats, sides: Sides, units: Dispersion, uneven: Floats | None = None
) -> Dispersion:
    """Give how much more a weighted sum of issuers' shares scatters than one of independent releases.

    What the periods of a side add to the sum, beyond what each issuer's share on that side lets expect,
    is squared and set against what chance does to releases. Campaigns of single issuers are in it, and
    ups and downs that all have in common. Successive periods are taken to be correlated, by .3.

    Parameters
    ----------
    weights : array of float, shape (2, issuers)
        What each issuer's share before and after counts in the sum.
    y, n : array of float, shape (issuers, periods)
        Matching releases and releases.
    sides : tuple of two lists of int
        The periods before and after.
    units : Dispersion
        Of units of releases, see `spread_of_units`.
    uneven : array of float, shape (2, issuers), optional
        What uneven weights of releases cost, Σw² / Σw; it is not in what is given.

    Returns
    -------
    Dispersion
        As that of units where either side has a single period: then nothing can be told.

    Examples
    --------
    One issuer, 20 releases a period; in the second case all that match are of one period on each side.

    >>> n = np.full((1, 6), 20.0)
    >>> both = np.array([[-1.0], [1.0]]), n, ([0, 1, 2], [3, 4, 5]), Dispersion()
    >>> spread_of_periods(both[0], np.array([[5.0, 5, 5, 10, 10, 10]]), *both[1:]).value
    1.0
    >>> round(spread_of_periods(both[0], np.array([[15.0, 0, 0, 20, 10, 0]]), *both[1:]).value)
    36

    By hand: squares (150 + 200) / (7.63 + 10.17) expected, 19.7 times as much; serial correlation over three
    periods makes 1 + 18.7 · 1.9 of it.
    """
    parts = []
    inflation = []
    cost = np.ones((2, len(n))) if uneven is None else uneven
    for weight, periods, costly in zip(weights, sides, cost, strict=True):
        size = n[:, periods]
        total = size.sum(axis=1)
        per = np.divide(weight, total, out=np.zeros(total.size), where=total > 0)
        share = np.divide(y[:, periods].sum(axis=1), total, out=np.zeros(total.size), where=total > 0)
        chance = np.divide(share * (1 - share) * total, total - 1, out=np.zeros(total.size), where=total > 1)
        moved = per @ (y[:, periods] - share[:, None] * size)
        part = np.divide(size, total[:, None], out=np.zeros(size.shape), where=total[:, None] > 0)
        expected = units.value * ((per**2 * chance * costly) @ (size * (1 - part)))
        kept = expected > 1e-15
        parts.append(np.stack([moved[kept], expected[kept]]))
        inflation.append(_inflation(int(kept.sum())) if kept.sum() > 1 else 1.0)
    moved, expected = np.concatenate(parts, axis=1)
    square = moved**2
    sums = np.stack([square, expected, square**2, square * expected, expected**2]).sum(axis=1)
    found = to_dispersion(sums)
    value = 1 + (found.value - 1) * max(inflation)
    return Dispersion(units.value * value, min(found.df, units.df))


def _inflation(n: int) -> float:
    """Give what serial correlation does to a mean of n periods, set against what it does to their scatter."""
    steps = np.arange(1, n)
    more = 1 + 2 * float(((1 - steps / n) * LEAST_CORRELATION**steps).sum())
    return more / (1 - (more - 1) / (n - 1))
