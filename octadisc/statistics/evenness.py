"""Evenness: how evenly a term is spread over the parts of a corpus, for many terms at once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import gammaln

from octadisc.compiled import compiled
from octadisc.errors import InputError

__all__ = ["Evenness", "expected_dp", "measure_evenness"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Evenness(NamedTuple):
    """Measures of one or many terms, each an array of shape (terms,); see `measure_evenness`."""

    total: Floats
    parts: npt.NDArray[np.int64]
    dp: Floats
    dp_norm: Floats
    kld: Floats
    kld_norm: Floats
    juilland: Floats
    variation: Floats


def measure_evenness(counts: Any, sizes: Any) -> Evenness:
    """Measure how evenly terms are spread over parts.

    Parameters
    ----------
    counts : array or sparse matrix, shape (parts,) or (parts, terms)
        How often each term stands in each part.
    sizes : array of float, shape (parts,)
        Running words of each part; parts of size 0 do not count.

    Returns
    -------
    Evenness
        With f a term's count, v the shares of f in the parts, s the parts' shares of all words, n their
        number; NaN for a term that does not occur:

        - parts: in how many the term stands (range)
        - dp: Σ abs(v - s) / 2, from 0 (exactly as the sizes) to nearly 1 (all in the smallest part)
        - dp_norm: dp / (1 - min s), which reaches 1
        - kld: Σ v log2(v / s), in bits, and kld_norm: 1 - 2 ** -kld
        - juilland: 1 - V / sqrt(n - 1), where V is the variation coefficient of the parts' rates: 1 is even,
          0 is all in one of parts of equal size
        - variation: that of the raw counts (population standard deviation by mean)

    Raises
    ------
    InputError
        If there is not a size for each part, or a term stands in a part of size 0.

    References
    ----------
    Gries (2008), International Journal of Corpus Linguistics 13, and Lijffijt and Gries (2012), there 17, for
    DP; Gries (2024), Frequency, Dispersion, Association, and Keyness, chapter 3, for KLD; Juilland,
    Brodin and Davidovitch (1970), Frequency Dictionary of French Words.

    Examples
    --------
    Gries's toy corpus:

    >>> found = measure_evenness([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
    >>> [round(float(one[0]), 7) for one in (found.dp, found.dp_norm, found.juilland, found.variation)]
    [0.18, 0.2195122, 0.7851505, 0.4714045]
    """
    matrix = sparse.csc_matrix(np.asarray(counts)[:, None] if np.ndim(counts) == 1 else counts, dtype=float)
    matrix.sum_duplicates()
    size = np.asarray(sizes, float)
    if size.shape != (matrix.shape[0],):
        raise InputError(f"There are {size.size:,} sizes for {matrix.shape[0]:,} parts. Expected one each.")
    keep = matrix.data != 0
    part, value = matrix.indices[keep], matrix.data[keep]
    term = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))[keep]
    if (size[part] <= 0).any() or (size < 0).any():
        raise InputError("A term stands in a part of size 0. Expected the running words of each part.")

    def add(values: Floats) -> Floats:
        return np.bincount(term, values, matrix.shape[1]).astype(float)

    n = int((size > 0).sum())
    whole = float(size.sum())
    s = size / whole if whole > 0 else size
    count = add(value)
    with np.errstate(divide="ignore", invalid="ignore"):
        v = value / count[term]
        dp = (add(np.abs(v - s[part])) + 1 - add(s[part])) / 2  # where it does not stand, abs(v - s) is s
        dp = np.where(count > 0, np.maximum(dp, 0.0), np.nan)
        least = float(s[s > 0].min()) if n else np.nan
        kld = np.where(count > 0, np.maximum(add(v * np.log2(v / s[part])), 0.0), np.nan)
        juilland = 1 - _variation(value / size[part], term, count.size, n) / np.sqrt(n - 1)
        return Evenness(
            count,
            np.bincount(term, minlength=count.size),
            dp,
            dp / (1 - least) if n > 1 else np.full(dp.size, np.nan),
            kld,
            1 - 2.0**-kld,
            juilland if n > 1 else np.full(dp.size, np.nan),
            _variation(value, term, count.size, n),
        )


def _variation(value: Floats, term: Any, n_terms: int, n: int) -> Floats:
    """Give the population's standard deviation by the mean, over all parts, also those without the term."""
    mean = np.bincount(term, value, n_terms) / n
    absent = n - np.bincount(term, minlength=n_terms)
    squares = np.bincount(term, (value - mean[term]) ** 2, n_terms) + absent * mean**2
    ratio: Floats = np.sqrt(squares / n) / mean
    return ratio


def expected_dp(counts: Any, sizes: Any) -> Floats:
    """Give the DP to be expected of terms whose occurrences fall on the words of all parts at random.

    A rare term cannot be everywhere: even if it is spread by chance alone its DP is high.

    Parameters
    ----------
    counts : array of float
        How often each term occurs; rounded to whole numbers.
    sizes : array of float, shape (parts,)
        Running words of each part.

    Returns
    -------
    array of float
        Exact for draws with replacement: half the sum of the parts' mean absolute deviations, each that of
        a binomial variable. NaN for a count of 0.

    References
    ----------
    De Moivre's formula for the mean absolute deviation: Diaconis and Zabell (1991), Statistical Science 6.

    Examples
    --------
    Two parts of equal size and two occurrences: by chance half of the time both in one (DP .5), else 0.

    >>> expected_dp([2], [100, 100]).tolist()
    [0.25]
    """
    whole = np.rint(np.asarray(counts, float)).astype(np.int64)
    size = np.asarray(sizes, float)
    share, times = np.unique(size[size > 0] / size.sum(), return_counts=True)
    distinct, place = np.unique(whole, return_inverse=True)
    factorials = gammaln(np.arange(float(distinct.max(initial=0)) + 2) + 1)
    made = _expect(distinct, share, times.astype(float), factorials)
    return made[place.ravel()]


@compiled
def _expect(counts: Integers, shares: Floats, times: Floats, factorials: Floats) -> Floats:
    """Add up E abs(X - np) of binomial X, by 2 (m + 1) C(n, m + 1) p**(m + 1) q**(n - m), m = floor(np)."""
    made = np.full(counts.size, np.nan)
    log_p, log_q = np.log(shares), np.log1p(-shares)
    for i in range(counts.size):
        n = counts[i]
        if n <= 0:
            continue
        total = 0.0
        for j in range(shares.size):
            m = int(n * shares[j] + 1e-9)
            if m < n:
                log = factorials[n] - factorials[m] - factorials[n - m - 1]
                total += times[j] * 2 * np.exp(log + (m + 1) * log_p[j] + (n - m) * log_q[j])
        made[i] = total / (2 * n)
    return made
