"""Whether a term's difference between two sides is more than chance: which labels are exchanged, and how."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.statistics.tests import pooled_p_values
from octadisc.terms.changes.change_cases import some
from octadisc.terms.keyness.issuer_labels import permute_issuers
from octadisc.terms.keyness.keyness_measures import FEWEST_ISSUERS
from octadisc.terms.scores.score_deviations import FEWEST_PERIODS, Shaken, shake
from octadisc.terms.scores.term_scores import TermScores

__all__ = ["Chance", "Way", "judge_sides", "leave_untested"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Way = Literal["releases", "issuers", "none"]

_FEWEST_RELEASES = 10  # on each side, of issuers that are on both
_MOST_OUTSIDE = 0.5  # of a side's releases, of issuers that are on that side only
_MOST_INSIDE = 0.8  # of them, up to which it is said how many p-values rest on
_FEWEST_WITH = 3  # releases with the term, on whose labels a p-value rests


class Chance(NamedTuple):
    """What is said about chance, of two sides.

    Attributes
    ----------
    p_value : array of float, shape (terms,)
        NaN: not enough data.
    within : array of float, shape (terms,)
        Log ratio (base 2) within strata; NaN where there is none.
    added : array of float, shape (terms,)
        What periods' own deviations add to the variance of the (natural) log ratio.
    way : "releases", "issuers" or "none"
        What was exchanged.
    note : str
        About the sides.
    """

    p_value: Floats
    within: Floats
    added: Floats
    way: Way
    note: str


def leave_untested(n_terms: int) -> Chance:
    """Say nothing about chance, where nothing is to be permuted."""
    nothing = np.full(n_terms, np.nan)
    note = "Not tested (n_permutations=0); intervals leave out that years differ anyway."
    return Chance(nothing, nothing, np.zeros(n_terms), "none", note)


def judge_sides(
    matrix: sparse.csr_matrix,
    sizes: Floats,
    target: Mask,
    strata: Integers,
    periods: Integers,
    n_permutations: int,
    rng: np.random.Generator,
    *,
    in_time: bool,
    correlation: float | None,
) -> Chance:
    """Judge for each term whether two sides differ by more than chance.

    Parameters
    ----------
    matrix : sparse matrix, shape (releases, terms)
        The releases of both sides.
    sizes : array of float, shape (releases,)
    target : array of bool, shape (releases,)
    strata : array of int, shape (releases,)
        Issuers.
    periods : array of int, shape (releases,)
        Years, say, in order; -1 without a date.
    n_permutations : int
    rng : numpy.random.Generator
    in_time : bool
        Whether the sides are periods: these are compared within issuers only, and against periods' own
        deviations.
    correlation : float, optional
        Of successive periods; estimated if left out.
    """
    scores = TermScores(matrix, sizes, strata, target.astype(float))
    inside = scores.informative
    parts = [float((inside & side).sum() / max(side.sum(), 1)) for side in (target, ~target)]
    if not in_time and min(parts) < 1 - _MOST_OUTSIDE:
        return _judge_issuers(matrix, sizes, target, strata, n_permutations, rng)
    nothing = np.full(matrix.shape[1], np.nan)
    least = min(int((inside & side).sum()) for side in (target, ~target))
    if least < _FEWEST_RELEASES:
        found = some(least, "release")
        note = f"Not enough data: {found} of issuers on both sides, at least {_FEWEST_RELEASES} needed."
        return Chance(nothing, nothing, np.zeros(nothing.size), "none", note)
    shaken = shake(scores, periods, correlation)
    if in_time and shaken is None:
        note = f"Not enough data: fewer than {FEWEST_PERIODS} years to tell how much years differ anyway."
        return Chance(nothing, nothing, np.zeros(nothing.size), "none", note)
    null = scores.permuted(n_permutations, rng)
    if shaken is not None:
        null += shaken.draw(n_permutations, rng)
    p_value = pooled_p_values(scores.score, null, scores.spread)
    enough = (scores.variance > 1e-12) & (scores.spread >= _FEWEST_WITH)
    effect, _ = scores.effects()
    within = np.where(scores.information > 0, effect / np.log(2), np.nan)
    added = np.zeros(nothing.size) if shaken is None else _added(shaken, sizes, target, scores, periods)
    note = ""
    if min(parts) <= _MOST_INSIDE:
        note = f"p-values rest on {some(int(inside.sum()), 'release')} of issuers on both sides."
    return Chance(np.where(enough, p_value, np.nan), within, added, "releases", note)


def _added(shaken: Shaken, sizes: Floats, target: Mask, scores: TermScores, periods: Integers) -> Floats:
    """Give the variance that deviations add to the ratio of the two sides' rates."""
    places = shaken.places
    n = len(shaken.correlations)
    course = np.zeros(n)
    for side, sign in ((target, 1.0), (~target, -1.0)):
        mine = side & (places >= 0)
        course += sign * np.bincount(places[mine], sizes[mine], n) / max(float(sizes[mine].sum()), 1.0)
    return np.asarray(shaken.deviations.mean_square * float(course @ shaken.correlations @ course))


def _judge_issuers(
    matrix: sparse.csr_matrix,
    sizes: Floats,
    target: Mask,
    strata: Integers,
    n_permutations: int,
    rng: np.random.Generator,
) -> Chance:
    """Exchange issuers: one that is on both sides is taken for one on each."""
    keys, units = np.unique(strata * 2 + target, return_inverse=True)
    issuers, nothing = np.unique(strata).size, np.full(matrix.shape[1], np.nan)
    sides = (keys % 2).astype(bool)
    if issuers < FEWEST_ISSUERS:
        note = (
            f"Not enough data: {some(issuers, 'issuer')}, at least {FEWEST_ISSUERS} needed. Releases of one "
            "issuer are not independent evidence about issuers."
        )
        return Chance(nothing, nothing, np.zeros(nothing.size), "none", note)
    join = sparse.csr_matrix((np.ones(units.size), (units, np.arange(units.size))))
    counts = (join @ matrix).tocsr()
    tokens = np.bincount(units, sizes).astype(float)
    observed, null = permute_issuers(counts, tokens, sides, n_permutations, rng)
    having = np.bincount(counts.indices[counts.data > 0], minlength=nothing.size)
    if null.shape[1] < n_permutations:  # all there are: no term can have less than one by their number
        beyond = (np.abs(null) >= np.abs(observed)[:, None] * (1 - 1e-9)).sum(axis=1)
        p_value = (1 + beyond) / (1 + null.shape[1])
    else:
        p_value = pooled_p_values(observed, null, having)
    note = f"Issuers were exchanged ({int(sides.sum())} against {int((~sides).sum())})"
    if min(sides.sum(), (~sides).sum()) == 1:
        note += f": one against {sides.size - 1} gives no p-value below {1 / sides.size:.2g}"
    enough = having >= _FEWEST_WITH
    return Chance(np.where(enough, p_value, np.nan), nothing, np.zeros(nothing.size), "issuers", note + ".")
