"""Agreement of two ways to sort the same releases: mutual information, and what chance makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import xlogy
from scipy.stats import norm

__all__ = ["agreement_of", "count_pairs", "fit_of_tags", "information_of", "wilson"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def count_pairs(tags: Integers, topics: Integers) -> Floats:
    """Count how often each tag and topic stand together, shape (tags, topics)."""
    made = np.zeros((int(tags.max()) + 1, int(topics.max()) + 1))
    np.add.at(made, (tags, topics), 1)
    return made


def information_of(table: Floats) -> tuple[float, float]:
    """Give mutual information of rows and columns, and the mean of their entropies, in nats.

    Examples
    --------
    >>> information, entropy = information_of(np.diag([2.0, 2.0]))
    >>> round(information, 4), round(entropy, 4)
    (0.6931, 0.6931)
    """
    p = table / table.sum()
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    one, other = -float(xlogy(rows, rows).sum()), -float(xlogy(columns, columns).sum())
    return max(float(xlogy(p, p).sum()) + one + other, 0.0), (one + other) / 2


def agreement_of(tags: Integers, topics: Integers, level: float = 0.95) -> pd.DataFrame:
    """Give how far topics and tags sort releases alike.

    Returns
    -------
    DataFrame
        measure ("nmi": mutual information by the mean of both entropies; "ami": the same, adjusted so that
        chance gives 0; "purity": share of releases that have the commonest tag of their topic), value, low,
        high, by_chance (what chance would give, with as many releases of each tag and topic; missing for
        purity), releases.

    Notes
    -----
    Intervals are the jackknife's, releases left out one by one, with what chance gives held as it is. NMI and
    purity grow with the number of topics and fall with that of releases; they compare only on the same ones.

    References
    ----------
    Vinh, Epps and Bailey (2010), Journal of Machine Learning Research 11; Efron and Tibshirani (1993), An
    Introduction to the Bootstrap, chapter 11.

    Examples
    --------
    >>> found = agreement_of(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    >>> found["value"].tolist()
    [1.0, 1.0, 1.0]
    """
    from sklearn.metrics import adjusted_mutual_info_score

    table = count_pairs(tags, topics)
    information, entropy = information_of(table)
    adjusted = float(adjusted_mutual_info_score(tags, topics))
    rest = 1 - adjusted
    # from AMI = (MI − E) / (mean entropy − E)
    chance = (information - adjusted * entropy) / rest if rest > 1e-12 else np.nan
    n = tags.size
    measures = _measures(table, chance)
    cells = np.argwhere(table > 0)
    without, weights = [], []
    for row, column in cells:
        left = table.copy()
        left[row, column] -= 1
        if left.sum() > 0:
            without.append(_measures(left, chance))
            weights.append(table[row, column])
    each = np.array(without)
    if n > 1 and len(without):
        mean = np.average(each, axis=0, weights=weights)
        error = np.sqrt((n - 1) / n * (np.array(weights)[:, None] * (each - mean) ** 2).sum(axis=0))
    else:
        error = np.full(3, np.nan)
    reach = float(norm.ppf((1 + level) / 2)) * error
    values = np.array(measures)
    values[1] = adjusted
    return pd.DataFrame(
        {
            "measure": pd.Series(["nmi", "ami", "purity"], dtype="str"),
            "value": values,
            "low": np.clip(values - reach, [0, -1, 0], 1),
            "high": np.clip(values + reach, 0, 1),
            "by_chance": [chance / entropy if entropy > 0 else np.nan, 0.0, np.nan],
            "releases": n,
        }
    )


def _measures(table: Floats, chance: float) -> tuple[float, float, float]:
    information, entropy = information_of(table)
    known = entropy > 0
    nmi = information / entropy if known else 1.0
    spread = entropy - chance
    ami = (information - chance) / spread if known and abs(spread) > 1e-12 else 1.0
    return nmi, ami, float(table.max(axis=0).sum() / table.sum())


def wilson(count: Any, n: Any, level: float = 0.95) -> tuple[Floats, Floats]:
    """Give Wilson's interval of a share; NaN of nothing.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22.

    Examples
    --------
    >>> [round(float(one), 3) for one in wilson(8, 10)]
    [0.49, 0.943]
    """
    from octadisc.statistics.intervals import share_interval

    return share_interval(np.asarray(count, float), np.asarray(n, float), 1.0, level)


def fit_of_tags(
    has: npt.NDArray[np.bool_], is_topic: npt.NDArray[np.bool_], level: float
) -> dict[str, Floats]:
    """Give precision, recall and F1 of every tag and topic, with intervals; shape (tags, topics) each.

    F1 is 2 J / (1 + J), where J is the share that releases with both are of those with either; so its
    interval is that of J, a share.

    Parameters
    ----------
    has : array of bool, shape (releases, tags)
    is_topic : array of bool, shape (releases, topics)
    level : float
    """
    both = has.T.astype(float) @ is_topic.astype(float)
    tagged, sorted_so = has.sum(axis=0)[:, None] + 0 * both, is_topic.sum(axis=0)[None] + 0 * both
    either = tagged + sorted_so - both
    made: dict[str, Floats] = {}
    for name, n in (("precision", sorted_so), ("recall", tagged), ("f1", either)):
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(n > 0, both / n, np.nan)
        low, high = wilson(both, n, level)
        if name == "f1":
            value, low, high = (2 * one / (1 + one) for one in (value, low, high))
        made |= {name: value, f"{name}_low": low, f"{name}_high": high}
    return made
