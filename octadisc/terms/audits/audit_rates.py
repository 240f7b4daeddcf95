"""How well a query does, from coded units: precision, recall, specificity, and what is not known of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.statistics.intervals import share_interval
from octadisc.statistics.misclassification import Accuracy, accuracy_of
from octadisc.terms.changes.change_cases import some

__all__ = ["FEWEST_CODED", "Estimated", "Part", "estimate", "part_of"]

Floats = npt.NDArray[np.float64]
FEWEST_CODED = 10  # units, below which nothing is said of those like them


class Part(NamedTuple):
    """A proportion among coded units, and how many independent ones it is worth.

    Attributes
    ----------
    n : int
        Coded units.
    value : float
    size : float
        Independent units that would tell as much.
    df : float
        Degrees of freedom of its variance; infinite for a simple random sample.
    """

    n: int
    value: float
    size: float
    df: float


class Estimated(NamedTuple):
    """A row of an audit: values with intervals, draws of them, and notes."""

    row: dict[str, Any]
    draws: Accuracy | None


def part_of(truth: Any, weights: Any, strata: Any, releases: Any) -> Part:
    """Give a weighted proportion, its effective size by the design (strata; releases as clusters).

    Examples
    --------
    A simple random sample is worth what it is:

    >>> part_of([1, 1, 1, 0], [5, 5, 5, 5], [0, 0, 0, 0], [0, 1, 2, 3])
    Part(n=4, value=0.75, size=4.0, df=inf)

    Two sentences of each of two releases, alike within these, are worth two:

    >>> part_of([1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 1, 1]).size
    2.0
    """
    y, w = np.asarray(truth, float), np.asarray(weights, float)
    stratum = np.unique(np.asarray(strata), return_inverse=True)[1].ravel()
    cluster = np.unique(np.stack([stratum, np.asarray(releases, np.int64)]), axis=1, return_inverse=True)[
        1
    ].ravel()
    if not y.size:
        return Part(0, np.nan, 0.0, np.inf)
    value = float(w @ y / w.sum())
    n_clusters = int(cluster.max()) + 1
    mass = np.bincount(cluster, w)
    worth = float(mass.sum() ** 2 / (mass**2).sum())  # Kish's, which is all there is to go by at 0 or 1
    is_simple = n_clusters == y.size and np.ptp(w) <= 1e-9 * w.max() and stratum.max() == 0
    if 0 < value < 1 and not is_simple:
        part = np.bincount(cluster, w * (y - value)) / w.sum()
        of = np.zeros(n_clusters, np.int64)
        of[cluster] = stratum
        mean = np.bincount(of, part) / np.bincount(of)
        variance = float(((part - mean[of]) ** 2).sum())
        worth = min(value * (1 - value) / variance, float(y.size)) if variance > 0 else worth
    df = np.inf if is_simple else max(n_clusters - int(stratum.max()) - 1, 1)
    return Part(int(y.size), value, worth, float(df))


def estimate(
    hit_share: float, right: Part, missed: Part, level: float, n_draws: int, rng: np.random.Generator
) -> Estimated:
    """Give precision, recall and specificity with their intervals.

    Parameters
    ----------
    hit_share : float
        Hits as a part of all units; NaN where units are not counted (occurrences).
    right, missed : Part
        Of the coded hits those that are right; of the other coded ones those that should have been hit.
    level : float
    n_draws : int
    rng : numpy.random.Generator
    """
    names = ("recall", "specificity", "prevalence")
    row: dict[str, Any] = {"n": right.n + missed.n, "n_hits": right.n, "n_others": missed.n}
    row |= {f"{name}{side}": np.nan for name in ("precision", *names) for side in ("", "_low", "_high")}
    notes = []
    if right.n < FEWEST_CODED:
        notes.append(f"Not enough data: {some(right.n, 'coded hit')}, at least {FEWEST_CODED} needed.")
    else:
        low, high = share_interval(
            right.value * right.size, right.size, level=level, df=right.df, dispersion=1.0
        )
        row |= {"precision": right.value, "precision_low": float(low), "precision_high": float(high)}
    if not np.isfinite(hit_share):
        notes.append("Recall: occurrences tell nothing of what is missed.")
        return Estimated({**row, "note": " ".join(notes)}, None)
    if missed.n < FEWEST_CODED:
        found = some(missed.n, "coded one", "coded ones")
        notes.append(
            f"Recall: not enough data: {found} that the query does not hit, at least {FEWEST_CODED} needed. "
            "Draw some with od.audit_sample."
        )
    if right.n < FEWEST_CODED or missed.n < FEWEST_CODED:
        return Estimated({**row, "note": " ".join(notes)}, None)
    drawn = accuracy_of(hit_share, _draw(right, n_draws, rng), _draw(missed, n_draws, rng))
    middle = accuracy_of(hit_share, right.value, missed.value)
    tails = [(1 - level) / 2, (1 + level) / 2]
    for name in names:
        low, high = np.quantile(getattr(drawn, name), tails)
        value = float(getattr(middle, name))
        row |= {name: value, f"{name}_low": min(float(low), value), f"{name}_high": max(float(high), value)}
    if missed.value == 0:
        notes.append(
            f"None of {missed.n:,} coded ones that the query does not hit should have been: recall is at "
            f"least {row['recall_low']:.0%}, and no more is known."
        )
    return Estimated({**row, "note": " ".join(notes)}, drawn)


def _draw(part: Part, n_draws: int, rng: np.random.Generator) -> Floats:
    """Draw what a proportion may be (Jeffreys' prior)."""
    return rng.beta(part.value * part.size + 0.5, (1 - part.value) * part.size + 0.5, n_draws)
