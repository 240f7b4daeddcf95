"""Scores of many terms at once: how a term goes with a quality of releases, each issuer by itself.

The quality is a number a release: 1 for the target and 0 for the reference, or its place in time. A term's
score is the sum of the quality over its residuals, that is its occurrences less those that its issuer's
own rate would give the release. What an issuer says in all its releases alike is therefore not in it, nor
who publishes how much. If the quality had nothing to do with what is said, it could as well be shuffled
among an issuer's releases; that gives the null distribution.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.terms.scores.score_kernels import add_scores, shuffle_within
from octadisc.tokens.threads import in_threads

__all__ = ["TermScores"]

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_BATCH = 128  # permutations at a time: the shuffled qualities of some thousand releases stay in the cache
_STEP = 500  # terms that one thread takes at a time
# effects that are tried, in natural logarithms per unit of quality
_SIZES = np.concatenate([np.arange(-40, -8, 0.5), np.arange(-8, 8, 0.05), np.arange(8, 40.1, 0.5)])


class TermScores:
    """Scores, their variances and their null distribution, stratified by issuer.

    Parameters
    ----------
    matrix : sparse matrix, shape (releases, terms)
        Occurrences.
    sizes : array of float, shape (releases,)
        Running words of each release.
    strata : array of int, shape (releases,)
        Number of each release's issuer.
    quality : array of float, shape (releases,)

    Attributes
    ----------
    score : array of float, shape (terms,)
        Σ quality × residual.
    variance : array of float, shape (terms,)
        Of the score under permutation, exactly.
    information : array of float, shape (terms,)
        How fast the score grows with the logarithm of the effect; score / information is its first
        approximation.
    spread : array of float, shape (terms,)
        About how many releases the null distribution rests on; few make it lumpy.
    informative : array of bool, shape (releases,)
        Releases of issuers whose quality differs among their releases; no others tell anything.
    rates : sparse matrix, shape (strata, terms)
        Occurrences per word of each issuer, in its informative releases.

    spreads : sparse matrix, shape (strata, terms)
        Variance of occurrences per word, as it is from release to release of an issuer.

    Notes
    -----
    With the labels of two groups as quality, this is the score (Mantel-Haenszel) test of a common rate ratio
    in strata, and with time that of a log-linear slope, with a variance that respects releases.

    References
    ----------
    Mantel (1963), Journal of the American Statistical Association 58.
    """

    def __init__(self, matrix: sparse.csr_matrix, sizes: Floats, strata: Integers, quality: Floats) -> None:
        n = int(strata.max(initial=-1)) + 1
        number = np.bincount(strata, minlength=n)
        mean = np.bincount(strata, quality, n) / np.maximum(number, 1)
        squares = np.bincount(strata, (quality - mean[strata]) ** 2, n)
        usable = (squares > 1e-12) & (np.bincount(strata, sizes, n) > 0)
        self.informative = usable[strata]
        rows = np.flatnonzero(self.informative)
        rows = rows[np.argsort(strata[rows], kind="stable")]
        self.rows = rows
        kept, self.stratum = np.unique(strata[rows], return_inverse=True)
        self.sizes, self.quality = sizes[rows], quality[rows]
        self.n_strata = kept.size
        self.bounds = np.searchsorted(self.stratum, np.arange(kept.size + 1)).astype(np.int64)
        mine = matrix[rows].astype(np.float64)
        self.total = np.bincount(self.stratum, self.sizes, kept.size).astype(float)
        joined = (np.ones(rows.size), (self.stratum, np.arange(rows.size)))
        self._join = sparse.csr_matrix(joined, shape=(kept.size, rows.size))
        self.counts = (self._join @ mine).tocsr()
        self.rates = sparse.diags_array(1 / self.total) @ self.counts if kept.size else self.counts
        self._sum_up(mine, squares[kept] / np.maximum(number[kept] - 1, 1))

    def _sum_up(self, mine: sparse.csr_matrix, variance: Floats) -> None:
        """Give scores and their moments from sums over each stratum."""
        weighed = sparse.diags_array(self.sizes) @ mine
        score_of = np.bincount(self.stratum, self.quality * self.sizes, self.n_strata)
        self.score = mine.T @ self.quality - self.rates.T @ score_of
        shared = self.rates.multiply(self._join @ weighed)
        square = self.rates.multiply(self.rates)
        of_sizes = np.bincount(self.stratum, self.sizes**2, self.n_strata).astype(float)
        squared = mine.multiply(mine).tocsr()
        residual = self._join @ squared - 2 * shared + sparse.diags_array(of_sizes) @ square
        self.variance = np.maximum(residual.T @ variance, 0.0)
        number = np.diff(self.bounds)
        per = number / np.maximum(number - 1, 1) / self.total
        self.spreads = (sparse.diags_array(per) @ residual).tocsr()
        middle = score_of / self.total
        moved = self.sizes * (self.quality - middle[self.stratum]) ** 2
        moved = np.bincount(self.stratum, moved, self.n_strata)
        self.information = np.asarray(self.rates.T @ moved).ravel()
        fourth = squared.multiply(squared).tocsr().T @ (variance[self.stratum] ** 2)
        plain = squared.T @ variance[self.stratum]
        self.spread = np.divide(plain**2, fourth, out=np.zeros(plain.size), where=fourth > 0)
        joined = sparse.vstack([mine, -self.rates]).tocsc().astype(np.float32)
        joined.sort_indices()
        self._columns = (joined.indptr.astype(np.int64), joined.indices.astype(np.int32), joined.data)

    def residual_sums(self, places: Integers, n_places: int) -> Floats:
        """Add the residuals up by place (of all releases; negative: left out); shape (terms, places)."""
        mine = places[self.rows]
        given = np.zeros((mine.size, n_places), np.float32)
        inside = np.flatnonzero(mine >= 0)
        given[inside, mine[inside]] = 1.0
        return self._times(given).astype(np.float64)

    def permuted(self, n_permutations: int, rng: np.random.Generator) -> Floats32:
        """Give the scores with the quality shuffled within strata, shape (terms, permutations)."""
        made = np.empty((self.score.size, n_permutations), np.float32)
        for begin in range(0, n_permutations, _BATCH):
            n = min(_BATCH, n_permutations - begin)
            shuffled = np.empty((self.rows.size, n), np.float32)
            chance = rng.random((n, self.rows.size))
            shuffle_within(self.quality.astype(np.float32), self.bounds, chance, shuffled)
            made[:, begin : begin + n] = self._times(shuffled)
        return made

    def _times(self, given: Floats32) -> Floats32:
        """Multiply residuals (terms × releases) with numbers (releases × columns)."""
        by_stratum = np.empty((self.n_strata, given.shape[1]), np.float32)
        if self.n_strata:
            by_stratum = (self._join @ (given * self.sizes[:, None])).astype(np.float32)
        whole = np.concatenate([given, by_stratum])
        indptr, rows, values = self._columns
        made = np.empty((self.score.size, given.shape[1]), np.float32)

        def add(some: slice) -> None:
            add_scores(indptr[some.start : some.stop + 1], rows, values, whole, made[some])

        ends = range(0, made.shape[0], _STEP)
        in_threads(add, [slice(one, min(one + _STEP, made.shape[0])) for one in ends])
        return made

    def effects(self) -> tuple[Floats, Floats]:
        """Give each term's effect (natural logarithm of the ratio per unit of quality) and its information.

        The conditional likelihood given each issuer's total, with half an occurrence more at either end so
        that it is finite. Its score falls with the effect; where it is zero is read off a grid.
        """
        grid = _SIZES
        centre, moved = np.zeros((2, self.n_strata, grid.size))
        for k, size in enumerate(grid):
            weight = self.sizes * np.exp(size * self.quality)
            total = np.bincount(self.stratum, weight, self.n_strata)
            centre[:, k] = np.bincount(self.stratum, weight * self.quality, self.n_strata) / total
            square = np.bincount(self.stratum, weight * self.quality**2, self.n_strata) / total
            moved[:, k] = square - centre[:, k] ** 2
        low, high = self.quality.min(initial=0.0), self.quality.max(initial=1.0)
        prior = low + (high - low) / (1 + np.exp(-grid * (high - low)))
        observed = self.score + (self.counts.T @ (self._mean_quality()))
        wanted = (observed + (low + high) / 2)[:, None]
        score = wanted - (self.counts.T @ centre + prior)
        place = np.clip((score > 0).sum(axis=1), 1, grid.size - 1)
        rows = np.arange(place.size)
        before, after = score[rows, place - 1], score[rows, place]
        step = np.clip(before / np.where(before > after, before - after, 1.0), 0.0, 1.0)
        effect = grid[place - 1] + step * (grid[place] - grid[place - 1])
        information = self.counts.T @ moved
        at = information[rows, place - 1] * (1 - step) + information[rows, place] * step
        return effect, at

    def _mean_quality(self) -> Floats:
        weighed = np.bincount(self.stratum, self.quality * self.sizes, self.n_strata)
        mean: Floats = np.divide(weighed, self.total, out=np.zeros(self.n_strata), where=self.total > 0)
        return mean
