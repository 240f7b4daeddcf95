"""How much more often terms stand on one side than on the other, with intervals that respect releases."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.special import stdtr

from octadisc.statistics.association import log_likelihood
from octadisc.statistics.evenness import measure_evenness
from octadisc.statistics.intervals import rate_interval, share_interval
from octadisc.statistics.keyness import log_ratio, percent_difference
from octadisc.terms.keyness.keyness_kernels import sum_powers
from octadisc.tokens.threads import in_threads

__all__ = ["FEWEST_ISSUERS", "Side", "compare_sides", "compare_with_list"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

FEWEST_ISSUERS = 8  # fewer say nothing about how issuers differ
_FEWEST_DF = 3.0  # as of the dispersions of trends
_HALF = 0.5  # an occurrence that is taken where there is none
_STEP = 2_000  # terms at a time
_PER = 1e6


class Side(NamedTuple):
    """What the releases of one side have of each term.

    Attributes
    ----------
    counts, releases, issuers : array, shape (terms,)
        Occurrences; releases and known issuers that have it.
    tokens : float
    variance, fourth : array of float, shape (terms,)
        Sum over releases of the squares (fourth powers) of residuals from the side's rate.
    expected : float
        That sum of squares for independent words, for each occurrence.
    evenness : array of float, shape (terms,)
        DPnorm over releases.
    by_issuer : sparse matrix, shape (issuers, terms)
    issuer_tokens : array of float, shape (issuers,)
    """

    counts: Floats
    releases: Integers
    issuers: Integers
    tokens: float
    variance: Floats
    fourth: Floats
    expected: float
    evenness: Floats
    by_issuer: sparse.csr_matrix
    issuer_tokens: Floats

    @classmethod
    def of(cls, matrix: sparse.csr_matrix, sizes: Floats, issuer: Integers, n_issuers: int) -> Side:
        """Sum up the rows of one side; an unknown issuer is -1."""
        mine = matrix.astype(np.float64)
        tokens = float(sizes.sum())
        count = np.asarray(mine.sum(axis=0), float).ravel()
        n_terms, n = count.size, sizes.size
        rows = np.repeat(np.arange(n), np.diff(mine.indptr))
        terms, values, length = mine.indices, mine.data, sizes[rows]
        rate = count / tokens if tokens > 0 else count * 0.0
        expected = rate[terms] * length
        # first as if all counts were zero, then what those that are not add to that
        two, four = (sizes**2).sum(), (sizes**4).sum()
        squares, empty = (values - expected) ** 2, expected**2
        square = rate**2 * two + np.bincount(terms, squares - empty, n_terms)
        fourth = rate**4 * four + np.bincount(terms, squares**2 - empty**2, n_terms)
        more = n / max(n - 1, 1)
        known = np.flatnonzero(issuer >= 0)
        join = sparse.csr_matrix((np.ones(known.size), (issuer[known], known)), shape=(n_issuers, n))
        by_issuer = (join @ mine).tocsr()
        return cls(
            count,
            np.bincount(terms[values > 0], minlength=n_terms),
            np.bincount(by_issuer.indices[by_issuer.data > 0], minlength=n_terms),
            tokens,
            np.maximum(square, 0.0) * more,
            np.maximum(fourth, 0.0),
            1 - two / tokens**2 if tokens > 0 else 1.0,
            measure_evenness(mine, sizes).dp_norm,
            by_issuer,
            np.bincount(issuer[known], sizes[known], n_issuers).astype(float),
        )

    @property
    def n_issuers(self) -> int:
        """Known issuers with words on this side."""
        return int((self.issuer_tokens > 0).sum())


def compare_sides(target: Side, other: Side, level: float, added: Floats, *, issuers: bool) -> pd.DataFrame:
    """Give the columns of a comparison of two sides, from count to issuers.

    Parameters
    ----------
    target, other : Side
    level : float
        Coverage of the intervals.
    added : array of float, shape (terms,)
        Variance of the logarithm of the ratio by periods' own deviations.
    issuers : bool
        Whether issuers, too, count as what differs by chance.

    Notes
    -----
    The interval: given how often a term stands in all, its part on the target's side has a Wilson interval
    with so many occurrences as are worth independent ones, by the linearised variance between releases or (if
    larger) issuers, and Student's quantile. It needs no correction where a count is zero.
    """
    count, reference = target.counts, other.counts
    a, b = np.maximum(count, _HALF), np.maximum(reference, _HALF)
    # a side without the term shows no variance; it gets that of the other side's bursts
    pooled = (target.variance + other.variance) / np.maximum(
        count * target.expected + reference * other.expected, 1e-12
    )
    parts = [
        np.where(n > 0, side.variance / one**2, pooled / _HALF)
        for n, one, side in ((count, a, target), (reference, b, other))
    ]
    variance = parts[0] + parts[1]
    doubt = target.fourth / a**4 + other.fourth / b**4
    df = np.maximum(
        np.divide(2 * variance**2, doubt, out=np.full(a.size, np.inf), where=doubt > 0), _FEWEST_DF
    )
    if issuers:
        between, freedom = _between_issuers(target, other, a, b)
        wider = between > variance
        variance, df = np.where(wider, between, variance), np.where(wider, freedom, df)
    worth = np.maximum((variance + added) / (1 / a + 1 / b), 1.0)
    low, high = share_interval(count, count + reference, worth, level, df=df)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (np.log2(p / (1 - p) * (other.tokens / target.tokens)) for p in (low, high))
    return pd.DataFrame(
        {
            "count": count,
            "reference_count": reference,
            "rate": count / target.tokens * _PER,
            "reference_rate": reference / other.tokens * _PER,
            "log_ratio": log_ratio(count, reference, target.tokens, other.tokens),
            "low": low,
            "high": high,
            "g2": log_likelihood(count, target.tokens, count + reference, target.tokens + other.tokens),
            "dispersion": target.evenness,
            "percent_diff": percent_difference(count, reference, target.tokens, other.tokens),
            "releases": target.releases,
            "reference_releases": other.releases,
            "issuers": target.issuers,
        }
    )


def _between_issuers(target: Side, other: Side, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Give the variance between issuers (CR2) and its degrees of freedom (from the fourth powers)."""
    made = np.zeros((2, a.size))
    n = int(((target.issuer_tokens > 0) | (other.issuer_tokens > 0)).sum())
    parts = np.stack([side.issuer_tokens / side.issuer_tokens.sum() for side in (target, other)])
    least = np.sqrt(np.maximum(1 - parts, 0.05))
    one, two = target.by_issuer.tocsc(), other.by_issuer.tocsc()
    most = np.stack([a, b])

    def add(begin: int) -> None:
        sum_powers(
            one.indptr, one.indices, one.data, two.indptr, two.indices, two.data,
            parts, least, most, begin, min(begin + _STEP, a.size), made,
        )  # fmt: skip

    in_threads(add, range(0, a.size, _STEP))
    df = np.divide(2 * made[0] ** 2, made[1], out=np.full(a.size, np.inf), where=made[1] > 0)
    return made[0], np.clip(df, _FEWEST_DF, max(n - 1, _FEWEST_DF))


def compare_with_list(
    target: Side, counts: Floats, total: float, level: float, *, issuers: bool
) -> pd.DataFrame:
    """Give the columns of a comparison with a frequency list, whose rates are taken as known."""
    a, b = np.maximum(target.counts, _HALF), np.maximum(counts, _HALF)
    none = target._replace(
        counts=np.full(a.size, 1.0),
        variance=np.zeros(a.size),
        fourth=np.zeros(a.size),
        by_issuer=target.by_issuer * 0.0,
    )
    variance = target.variance / a**2
    doubt = target.fourth / a**4
    df = np.divide(2 * variance**2, doubt, out=np.full(a.size, np.inf), where=doubt > 0)
    df = np.maximum(df, _FEWEST_DF)
    if issuers:
        between, freedom = _between_issuers(target, none, a, np.ones(a.size))
        wider = between > variance
        variance, df = np.where(wider, between, variance), np.where(wider, freedom, df)
    worth = np.maximum(variance * a, 1.0)
    low, high = rate_interval(target.counts, target.tokens, worth, level, df=df)
    reference = b / total
    expected = reference * target.tokens
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = np.log2(low / reference), np.log2(high / reference)
        # the score test that belongs to the interval: does it hold the list's rate?
        p_value = 2 * stdtr(df, -np.abs(target.counts - expected) / np.sqrt(worth * expected))
    return pd.DataFrame(
        {
            "count": target.counts,
            "reference_count": counts,
            "rate": target.counts / target.tokens * _PER,
            "reference_rate": counts / total * _PER,
            "log_ratio": log_ratio(target.counts, counts, target.tokens, total),
            "low": low,
            "high": high,
            "g2": log_likelihood(target.counts, target.tokens, target.counts + counts, target.tokens + total),
            "p_value": np.minimum(p_value, 1.0),
            "dispersion": target.evenness,
            "percent_diff": percent_difference(target.counts, counts, target.tokens, total),
            "releases": target.releases,
            "reference_releases": np.full(a.size, -1),
            "issuers": target.issuers,
        }
    )
