"""The distance between the company of a query on two sides, and what chance makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import ndtri, xlogy

from octadisc.terms.collocations.company import Entries
from octadisc.terms.collocations.sides import Sides, deal

__all__ = ["Distance", "distance_parts", "jensen_shannon", "measure_distance", "resample"]

Floats = npt.NDArray[np.float64]

_BATCH = 250
_LN2 = float(np.log(2))


def distance_parts(before: Any, after: Any) -> Floats:
    """Give what each word adds to the Jensen-Shannon divergence of two counts, in bits.

    Parameters
    ----------
    before, after : array of float, shape (…, words)

    References
    ----------
    Lin (1991), IEEE Transactions on Information Theory 37(1).

    Examples
    --------
    A word that is only before, one only after, and one on both sides alike:

    >>> distance_parts([1, 0, 1], [0, 1, 1]).tolist()
    [0.25, 0.25, 0.0]
    """
    p, q = (np.asarray(one, float) for one in (before, after))
    p, q = (one / np.maximum(one.sum(axis=-1, keepdims=True), 1e-300) for one in (p, q))
    both = np.where(p + q > 0, (p + q) / 2, 1.0)
    return np.asarray((xlogy(p, p / both) + xlogy(q, q / both)) / (2 * _LN2))


def jensen_shannon(before: Any, after: Any) -> Floats:
    """Give the Jensen-Shannon divergence of two counts in bits: 0 if alike, 1 if they share no word.

    Examples
    --------
    >>> float(jensen_shannon([1, 0, 1], [0, 1, 1])), float(jensen_shannon([3, 1], [6, 2]))
    (0.5, 0.0)
    """
    return np.asarray(distance_parts(before, after).sum(axis=-1))


class Distance(NamedTuple):
    """How far the company is apart, and how far it would be by chance.

    Attributes
    ----------
    before, after : array of float, shape (words,)
        Counts.
    value : float
        The divergence as it is.
    by_chance : float
        Its mean when releases are dealt anew within issuers.
    spread : float
        Its standard deviation then.
    p_value : float
    parts_by_chance : array of float, shape (words,)
        What each word adds by chance.
    """

    before: Floats
    after: Floats
    value: float
    by_chance: float
    spread: float
    p_value: float
    parts_by_chance: Floats

    @property
    def drift(self) -> float:
        """The divergence beyond chance."""
        return self.value - self.by_chance


def _matrix(entries: Entries, n_releases: int, n_words: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((entries.near, (entries.numbers, entries.clusters)), (n_words, n_releases))


def measure_distance(
    entries: Entries, sides: Sides, n_words: int, n_permutations: int, seed: Sequence[int]
) -> Distance:
    """Measure the distance between two sides, and deal their releases anew to see what chance gives."""
    words = _matrix(entries, sides.side.size, n_words)
    after = words @ sides.side.astype(float)
    total = np.asarray(words.sum(axis=1)).ravel()
    value = float(jensen_shannon(total - after, after))
    found, sums = [], np.zeros(n_words)
    for ways in deal(sides, n_permutations, seed, _BATCH):
        dealt = (words @ ways.T.astype(float)).T
        parts = distance_parts(total - dealt, dealt)
        sums += parts.sum(axis=0)
        found.append(parts.sum(axis=1))
    values = np.concatenate(found)
    p_value = float((1 + (values >= value - 1e-12).sum()) / (1 + values.size))
    return Distance(
        total - after, after, value, float(values.mean()), float(values.std()), p_value, sums / values.size
    )


def resample(
    entries: Entries,
    sides: Sides,
    n_words: int,
    distance: Distance,
    n_samples: int,
    level: float,
    seed: Sequence[int],
) -> float:
    """Give half the width of an interval for the drift, from resampling the releases of each side.

    The divergence is about quadratic in the shares, so that what is drawn anew is apart by its own noise and
    by that of the sample, and scatters too much: by up to twice the variance by chance where nothing moved.
    Once that variance is taken off, and at least as much is left. To take it off twice covers 90% only where
    much moved; see benchmarks/collocations.py.
    """
    words = _matrix(entries, sides.side.size, n_words)
    drawn = [jensen_shannon(*(words @ one for one in pair)) for pair in _draw(sides, n_samples, seed)]
    chance = distance.spread**2
    variance = max(float(np.var(drawn, ddof=1)) - chance, chance)
    return float(ndtri((1 + level) / 2) * np.sqrt(variance))


def _draw(sides: Sides, n_samples: int, seed: Sequence[int]) -> Iterator[tuple[Floats, Floats]]:
    """Draw as many releases as there are from each side, with replacement; give how often each."""
    rng = np.random.default_rng(seed)
    mine = [np.flatnonzero(sides.side == one) for one in (0, 1)]
    for _ in range(n_samples):
        pair = []
        for one in mine:
            drawn = one[rng.integers(one.size, size=one.size)]
            pair.append(np.bincount(drawn, minlength=sides.side.size).astype(float))
        yield pair[0], pair[1]
