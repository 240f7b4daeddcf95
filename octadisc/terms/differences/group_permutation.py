"""What may change groups, and what comes of it when it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.terms.groups import MISSING, code_groups
from octadisc.tokens.units.unit_columns import code_releases

if TYPE_CHECKING:
    from octadisc.terms.tracked import Trend

__all__ = ["Permuted", "Question", "ask", "permute_groups"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

FEWEST_ISSUERS = 8  # for a question about issuers


class Question(NamedTuple):
    """What is asked when two groups are compared.

    Attributes
    ----------
    kind : "releases", "issuers" or "two issuers"
        What may change groups.
    note : str
    reason : str
        Why there can be no p-value, if there can be none.
    group, reference : int
        Numbers of the groups.
    """

    kind: str
    note: str
    reason: str
    group: int
    reference: int


class Permuted(NamedTuple):
    """Differences as observed, and of groups drawn at random.

    Attributes
    ----------
    observed : array of float, shape (periods + 1,)
        The last over all periods.
    drawn : array of float, shape (permutations, periods + 1)
    informative : array of bool, shape (periods + 1,)
        Whether anything can change groups.
    reason : str
    """

    observed: Floats
    drawn: Floats
    informative: npt.NDArray[np.bool_]
    reason: str = ""


def ask(trend: Trend, group: str, reference: str) -> Question:
    """Say what may change groups: releases within issuers, whole issuers, or the releases of two issuers."""
    basis = trend.basis
    numbers = basis.grid.groups.index(group), basis.grid.groups.index(reference)
    if basis.by == "issuer":
        note = (
            f"Releases of {group} and {reference} changed places within periods: a small p-value says that "
            "these two differ, and nothing of issuers like them. For that, group issuers by a column of your "
            "own."
        )
        return Question("two issuers", note, "", *numbers)
    codes, names = code_groups(basis.tokens.corpus.frame, "issuer")
    known = np.array([name != MISSING for name in names], bool)[codes]
    mine = (basis.grid.period >= 0) & (basis.weights > 0) & known
    there = np.zeros((2, len(names)), bool)
    for side, number in enumerate(numbers):
        there[side, codes[mine & (basis.grid.group == number)]] = True
    n = int(there.any(axis=0).sum())
    if n < 2 or there.all(axis=0).any():
        both = int(there.all(axis=0).sum())
        note = (
            f"Releases changed groups within issuers and periods; {both:,} of {n:,} issuers publish in both."
            if n > 1
            else "Releases changed groups within periods; there are no two issuers to be told apart."
        )
        return Question("releases", note, "", *numbers)
    note = (
        f"Each of {n:,} issuers is in one group only, so whole issuers changed groups: the question is one "
        "about issuers, not about releases."
    )
    reason = ""
    if n < FEWEST_ISSUERS:
        reason = (
            f"Not enough data: {n} issuers, each in one group; at least {FEWEST_ISSUERS} are needed for a "
            "p-value."
        )
    return Question("issuers", note, reason, *numbers)


def permute_groups(
    trend: Trend, question: Question, query: str, measure: str, n: int, rng: np.random.Generator
) -> Permuted:
    """Draw groups at random, as often as asked, and give the differences of one query."""
    n_periods = len(trend.basis.grid.periods)
    if question.reason:
        nothing = np.full((1, n_periods + 1), np.nan)
        return Permuted(nothing[0], nothing, np.zeros(n_periods + 1, bool), question.reason)
    value, size, side, period, issuer = _units(trend, question, query, measure)
    if question.kind == "issuers":
        return _permute_issuers(value, size, side, period, issuer, n_periods, n, rng)
    strata = period if question.kind == "two issuers" else issuer * n_periods + period
    order = np.argsort(strata, kind="stable")
    value, size = value[order], size[order]
    side, period = side[order], period[order]
    strata = np.unique(strata[order], return_inverse=True)[1].astype(np.int64)
    informative = _mixed(side, strata, period, n_periods)
    observed = _differences(value, size, side[None].astype(float), period, n_periods)[0]
    drawn = []
    batch = max(1, 2_000_000 // max(value.size, 1))
    for begin in range(0, n, batch):
        rows = min(batch, n - begin)
        # sorting random numbers within strata shuffles the sides there, and nowhere else
        keys = np.argsort(strata + rng.random((rows, strata.size)), axis=1)
        drawn.append(_differences(value, size, side[keys].astype(float), period, n_periods))
    return Permuted(observed, np.concatenate(drawn), informative)


def _units(
    trend: Trend, question: Question, query: str, measure: str
) -> tuple[Floats, Floats, Integers, Integers, Integers]:
    """Give releases of the two groups: value, size, side (1: the group), period, issuer."""
    basis = trend.basis
    grid = basis.grid
    mine = np.flatnonzero(
        (grid.period >= 0)
        & (basis.weights > 0)
        & basis.defined(query)
        & np.isin(grid.group, [question.group, question.reference])
    )
    weights = basis.weights[mine]
    counts = basis.counts_of(query)[mine]
    value = (counts > 0) * weights if measure == "share" else counts * weights
    size = weights if measure == "share" else basis.tokens.lengths[mine] * weights
    issuer = code_groups(basis.tokens.corpus.frame, "issuer")[0][mine]
    side = (grid.group[mine] == question.group).astype(np.int64)
    period = grid.period[mine]
    releases = code_releases(basis.tokens.corpus.frame)
    if releases is None:
        return value, size, side, period, issuer
    _, first, story = np.unique(
        np.stack([releases[mine], side]), axis=1, return_index=True, return_inverse=True
    )
    story = story.ravel()
    values, sizes = (np.bincount(story, one).astype(float) for one in (value, size))
    return values, sizes, side[first], period[first], issuer[first]


def _differences(value: Floats, size: Floats, side: Floats, period: Integers, n_periods: int) -> Floats:
    """Give differences per period and over all, shape (draws, periods + 1)."""
    from scipy.sparse import csr_matrix

    membership = csr_matrix(
        (np.ones(period.size), (period, np.arange(period.size))), shape=(n_periods, period.size)
    )
    whole = [membership @ one for one in (value, size)]
    inside = [np.asarray((membership @ (side * one).T).T) for one in (value, size)]
    with np.errstate(divide="ignore", invalid="ignore"):
        made = inside[0] / inside[1] - (whole[0] - inside[0]) / (whole[1] - inside[1])
    known = np.isfinite(made)
    made = np.where(known, made, 0.0)
    weight = np.where(known, whole[1], 0.0)
    total = weight.sum(axis=1, keepdims=True)
    over_all = np.divide(
        (made * weight).sum(axis=1, keepdims=True), total, out=np.zeros(total.shape), where=total > 0
    )
    return np.hstack([made, over_all])


def _mixed(side: Integers, strata: Integers, period: Integers, n_periods: int) -> npt.NDArray[np.bool_]:
    """Say in which periods some stratum has releases of both groups."""
    n = int(strata.max(initial=-1)) + 1
    number, of_group = np.bincount(strata, minlength=n), np.bincount(strata, side, n)
    mixed = (of_group > 0) & (of_group < number)
    found = np.zeros(n_periods + 1, bool)
    found[period[mixed[strata]]] = True
    found[-1] = found[:-1].any()
    return found


def _permute_issuers(
    value: Floats,
    size: Floats,
    side: Integers,
    period: Integers,
    issuer: Integers,
    n_periods: int,
    n: int,
    rng: np.random.Generator,
) -> Permuted:
    _, issuer = np.unique(issuer, return_inverse=True)
    n_issuers = int(issuer.max()) + 1
    cell = issuer * n_periods + period
    y, sizes = (np.bincount(cell, one, n_issuers * n_periods).astype(float) for one in (value, size))
    of_issuer = np.zeros(n_issuers)
    of_issuer[issuer] = side
    places = np.tile(np.arange(n_periods), n_issuers)
    drawn = rng.permuted(np.tile(of_issuer, (n, 1)), axis=1)

    def differences(sides: Any) -> Floats:
        return _differences(y, sizes, np.repeat(sides, n_periods, axis=1), places, n_periods)

    found = np.ones(n_periods + 1, bool)
    return Permuted(differences(of_issuer[None])[0], differences(drawn), found)
