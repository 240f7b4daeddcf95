"""Lexical diversity that does not depend on how much there is: at equal windows and equal sample sizes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from octadisc.compiled import compiled

__all__ = ["Pieces", "Rarefied", "moving_ttr", "rarefy", "ratio_of_windows", "windows_of", "yule_k"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

_FEWEST_DRAWS, _ENOUGH_SAMPLES = 20, 3_000  # of a large cell, whose draws have many samples each


def moving_ttr(ids: Any, window: int) -> float:
    """Give the moving-average type-token ratio: the mean over all windows of types / tokens.

    Parameters
    ----------
    ids : array of int
        Numbers of types, in the order of the text.
    window : int
        Tokens.

    Returns
    -------
    float
        NaN where the text is shorter than the window.

    References
    ----------
    Covington and McFall (2010), Journal of Quantitative Linguistics 17.

    Examples
    --------
    One one two one one two one, by two: five of the six windows have two types, one has one, so (5 + .5) / 6.

    >>> moving_ttr([0, 0, 1, 0, 0, 1, 0], 2)
    0.8333333333333334
    """
    numbers = np.asarray(ids, np.int32)
    edges = np.array([0, numbers.size], np.int64)
    types, n = windows_of(numbers, edges, window, int(numbers.max(initial=0)) + 1)
    return float(types[0] / n[0] / window) if n[0] else np.nan


def yule_k(counts: Any) -> float:
    """Give Yule's characteristic K, 10,000 * (Σ f² - N) / N²: the larger, the more is repeated.

    References
    ----------
    Yule (1944), The Statistical Study of Literary Vocabulary.

    Examples
    --------
    Of four words one stands twice: 10,000 * (4 + 1 + 1 - 4) / 16.

    >>> yule_k([2, 1, 1])
    1250.0
    """
    f = np.asarray(counts, float)
    n = f.sum()
    return float(1e4 * ((f**2).sum() - n) / n**2) if n else np.nan


@compiled
def windows_of(ids: Ids, edges: Integers, window: int, n_types: int) -> tuple[Integers, Integers]:
    """Give each text's types summed over its windows, and its number of windows, in one pass.

    Parameters
    ----------
    ids : array of int32
        Of all texts, one after the other.
    edges : array of int64, shape (texts + 1,)
    window, n_types : int
    """
    types, windows = np.zeros(edges.size - 1, np.int64), np.zeros(edges.size - 1, np.int64)
    inside = np.zeros(n_types, np.int32)
    for text in range(edges.size - 1):
        begin, end = edges[text], edges[text + 1]
        if end - begin < window:
            continue
        distinct, total = 0, 0
        for i in range(begin, end):
            if inside[ids[i]] == 0:
                distinct += 1
            inside[ids[i]] += 1
            if i >= begin + window:
                old = ids[i - window]
                inside[old] -= 1
                if inside[old] == 0:
                    distinct -= 1
            if i >= begin + window - 1:
                total += distinct
        for i in range(end - window, end):
            inside[ids[i]] = 0
        types[text], windows[text] = total, end - begin - window + 1
    return types, windows


class Ratio(NamedTuple):
    """A mean type-token ratio with its interval, and how many releases have a window."""

    n: int
    value: float
    low: float
    high: float


def ratio_of_windows(ratios: Floats, windows: Any, owner: Any, level: float) -> Ratio:
    """Give the mean type-token ratio over all windows, with releases as the units of its interval.

    Parameters
    ----------
    ratios : array of float, shape (texts,)
        Type-token ratios, summed over the windows of each text.
    windows : array of int, shape (texts,)
    owner : array of int, shape (texts,)
        The release that each text is of.
    level : float
        Coverage of the interval, by the jackknife for a ratio of sums over releases.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 6; Kish (1965), Survey Sampling, for the effective number.
    """
    _, release = np.unique(owner, return_inverse=True)
    x, w = np.bincount(release, ratios), np.bincount(release, windows).astype(float)
    x, w = x[w > 0], w[w > 0]
    if w.size < 2:
        return Ratio(int(w.size), float(x.sum() / w.sum()) if w.size else np.nan, np.nan, np.nan)
    value = float(x.sum() / w.sum())
    without = np.maximum(w.sum() - w, 1.0)
    variance = (w.size - 1) / w.size * float((((x - value * w) / without) ** 2).sum())
    df = max(float(w.sum() ** 2 / (w**2).sum()) - 1, 1.0)  # few long releases say less than many alike
    reach = float(stdtrit(df, (1 + level) / 2)) * np.sqrt(variance)
    return Ratio(int(w.size), value, max(value - reach, 0.0), min(value + reach, 1.0))


class Pieces(NamedTuple):
    """The texts of a cell: `ids` one after the other, `edges` between them, `owner` (release) of each."""

    ids: Ids
    edges: Integers
    owner: Integers


class Rarefied(NamedTuple):
    """Types, words that stand once and Yule's K, in this order, at equal size and with their intervals."""

    value: Floats
    low: Floats
    high: Floats


def rarefy(
    pieces: Pieces, size: int, n_types: int, n_draws: int, rng: np.random.Generator, level: float
) -> Rarefied:
    """Give types, words that stand once, and Yule's K in samples of whole releases with `size` tokens.

    Parameters
    ----------
    pieces : Pieces
        With at least twice as many tokens as `size`, or there are no intervals.
    size : int
        Tokens of each sample; the last release of a sample is cut there.
    n_types, n_draws : int
    rng : numpy.random.Generator
    level : float
        Coverage of the intervals.

    Notes
    -----
    In each draw the releases are put in random order and dealt out, so that no two samples share one. The
    value is the mean of all samples (draws end early once there are thousands). Samples of one draw are
    independent, so their variance is that of one sample, and the variance of the mean over all possible
    samples is at most size / tokens of it (Hoeffding's bound for U-statistics, which these nearly reach).
    Drawing releases with replacement, as a bootstrap does, would repeat them: there would be too few types.

    References
    ----------
    Hoeffding (1948), Annals of Mathematical Statistics 19, section 5; Gotelli and Colwell (2001), Ecology
    Letters 4, for counting types at equal size.

    Examples
    --------
    Ten texts of the same seven words:

    >>> ids, edges = np.tile(np.arange(7, dtype=np.int32), 10), np.arange(0, 71, 7)
    >>> found = rarefy(Pieces(ids, edges, np.arange(10)), 10, 7, 20, np.random.default_rng(0), 0.95)
    >>> found.value.round(1).tolist()
    [7.0, 4.0, 600.0]
    """
    _, owner = np.unique(pieces.owner, return_inverse=True)
    n = int(owner.max(initial=-1)) + 1
    order = np.argsort(owner, kind="stable")
    first = np.searchsorted(owner[order], np.arange(n + 1))
    total, n_samples = np.zeros(3), 0
    spread, n_spread = np.zeros(3), 0
    for draw in range(n_draws):
        if draw >= _FEWEST_DRAWS and n_samples >= _ENOUGH_SAMPLES:
            break
        found = _deal(pieces.ids, pieces.edges, order, first, rng.permutation(n), size, n_types)
        total += found.sum(axis=0)
        n_samples += len(found)
        if len(found) > 1:
            spread += found.var(axis=0, ddof=1)
            n_spread += 1
    value = total / n_samples if n_samples else np.full(3, np.nan)
    variance = spread / n_spread if n_spread else np.full(3, np.nan)
    reach = stdtrit(max(n - 1, 1), (1 + level) / 2) * np.sqrt(variance * size / max(pieces.ids.size, 1))
    return Rarefied(value, np.maximum(value - reach, 0.0), value + reach)


@compiled
def _deal(
    ids: Ids, edges: Integers, order: Integers, first: Integers, releases: Integers, size: int, n_types: int
) -> Floats:
    """Measure samples of `size` tokens, each from where the release after the last one's begins."""
    made = np.zeros((ids.size // size, 3))
    counts = np.zeros(n_types, np.int64)
    n, left, types, once, squares = 0, size, 0, 0, 0
    for release in releases:
        for place in range(first[release], first[release + 1]):
            piece = order[place]
            for i in range(edges[piece], min(edges[piece + 1], edges[piece] + left)):
                f = counts[ids[i]]
                if f == 0:
                    types += 1
                    once += 1
                elif f == 1:
                    once -= 1
                squares += 2 * f + 1
                counts[ids[i]] = f + 1
            left -= min(edges[piece + 1] - edges[piece], left)
        if left == 0:
            made[n, 0], made[n, 1] = types, once
            made[n, 2] = 1e4 * (squares - size) / (float(size) * size)
            n, left, types, once, squares = n + 1, size, 0, 0, 0
            counts[:] = 0
    return made[:n]
