"""How the bursts of one query are found, tested and described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.statistics.bursts import (
    Automaton,
    Burst,
    Shaker,
    count_levels,
    kleinberg_chances,
    remaining_dispersion,
    standardised_chances,
    usual_talk,
)
from octadisc.statistics.tests import permutation_p_value, permute_within
from octadisc.statistics.trends import LEAST_CORRELATION, Noise, Strata
from octadisc.terms.changes.change_cases import Case, strata_of

__all__ = ["Way", "rows_of_case"]

Floats = npt.NDArray[np.float64]

_N_CALIBRATE = 299  # permutations that the size of periods' own deviations is read off
_SAFE = 0.12  # of these, so many leave less than is observed: a size at the upper end of the likely
_LEAST_SD = 0.2  # in logits; a dozen periods cannot show that there is none
_SIZES = np.r_[0.0, np.geomspace(0.1, 2.5, 11)]  # that are tried
_FEWEST_FOR_CORRELATION = 24  # periods; with fewer it is assumed
_MOST_CORRELATION = 0.9


class Way(NamedTuple):
    """How bursts are looked for; see `od.find_bursts`."""

    scaling: float
    gamma: float
    n_levels: int
    n_permutations: int
    level: float


class _Found(NamedTuple):
    """What the automaton finds in a case, and the p-value of each burst."""

    bursts: list[Burst]
    p_values: list[float]
    ratios: list[float]
    n_levels: int
    base: float  # the share of all releases
    together: bool  # whether all releases are as if of one issuer


def rows_of_case(case: Case, together: Case, way: Way, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Give the rows of a query and group; q-values and kinds of bursts are yet to come."""
    row = {"group": case.group, "query": case.query, "start": None, "end": None, "level": 0, "weight": 0.0}
    row |= {"releases": case.value.size, "matching": int((case.value > 0).sum()), "ratio": np.nan}
    row |= {"p_value": np.nan, "kind": "none"}
    if case.reason:
        yield {**row, "kind": "not enough data", "weight": np.nan, "note": case.reason}
        return
    found = _look(case, way, rng)
    if not found.n_levels:
        note = (
            f"The usual {case.measure} is {found.base:.0%}, so it cannot be {way.scaling:g} times as "
            f"much. Choose a scaling below {1 / found.base:.2f}."
        )
        yield {**row, "kind": "too frequent", "weight": np.nan, "note": note}
        return
    if not found.bursts:
        seeming = "" if found.together else _apparent(together, way, rng)
        yield {**row, "p_value": 1.0, "note": f"No burst.{seeming}"}
    for burst, p_value, ratio in zip(found.bursts, found.p_values, found.ratios, strict=True):
        inside = (case.place >= burst.first) & (case.place <= burst.last)
        first, last = case.labels[burst.first], case.labels[burst.last]
        yield {
            **row,
            "start": first,
            "end": last,
            "level": burst.level,
            "weight": burst.weight,
            "releases": int(inside.sum()),
            "matching": int((case.value[inside] > 0).sum()),
            "ratio": ratio,
            "p_value": p_value,
            "note": _note(case, burst, ratio, p_value, found, way),
        }


def _look(case: Case, way: Way, rng: np.random.Generator, *, test: bool = True) -> _Found:
    strata, residual = strata_of(case)
    if case.measure == "rate":  # so many occurrences say as much as one that is independent
        per = max(float(strata.spread @ strata.n.sum(axis=1)) / max(float(strata.y.sum()), 1e-12), 1.0)
        case = case._replace(value=case.value / per, size=case.size / per)
        strata, residual = strata_of(case)
    totals, relevant = strata.n.sum(axis=0), strata.y.sum(axis=0)
    expected = usual_talk(strata) @ strata.n
    together, base = len(strata.n) == 1, float(relevant.sum() / totals.sum())
    n_levels = count_levels(base, way.scaling, way.n_levels) if together else way.n_levels
    if together:
        chances = kleinberg_chances(base, way.scaling, n_levels, totals.size)
    else:
        chances = standardised_chances(strata, way.scaling, n_levels)
    automaton = Automaton(totals, chances, way.gamma)
    bursts = automaton.bursts(relevant) if n_levels else []
    if not bursts or not test:
        return _Found(bursts, [], [], n_levels, base, together)
    null = permute_within(residual, case.issuer, case.place, totals.size, way.n_permutations, rng)
    shaker = Shaker(strata)
    noise = _noise(strata, shaker, automaton, expected, relevant, null[:_N_CALIBRATE], rng)
    null += expected + shaker.add(noise.draw(rng, len(null), totals.size))
    heaviest = automaton.heaviest(np.clip(null, 0, totals))
    p_values = [permutation_p_value(one.weight, heaviest[:, one.level - 1]) for one in bursts]
    ratios = []
    for one in bursts:
        inside = slice(one.first, one.last + 1)
        ratios.append(float(relevant[inside].sum() / expected[inside].sum()))
    return _Found(bursts, p_values, ratios, n_levels, base, together)


def _noise(
    strata: Strata,
    shaker: Shaker,
    automaton: Automaton,
    expected: Floats,
    relevant: Floats,
    permuted: Floats,
    rng: np.random.Generator,
) -> Noise:
    """Estimate the periods' own deviations from what remains around the bursts.

    Bursts that were found take some of the deviations with them. Their size is therefore read off permuted
    releases with deviations of known size, each with its own bursts: it is that at which as much remains as
    is observed.
    """
    variance = strata.spread @ strata.n
    states = automaton.paths(relevant[None])
    observed, left = remaining_dispersion(relevant[None], expected, states, variance)
    correlation = _correlation(left[0][variance > 0], float(observed[0]))
    unit = Noise(1.0, correlation).draw(rng, len(permuted), permuted.shape[1])
    known = []
    for size in _SIZES:
        drawn = np.clip(permuted + expected + shaker.add(size * unit), 0, automaton.totals)
        remains = remaining_dispersion(drawn, expected, automaton.paths(drawn), variance)[0]
        known.append(np.quantile(remains, _SAFE))
    size = float(np.interp(observed[0], np.maximum.accumulate(known), _SIZES))
    return Noise(max(size, _LEAST_SD), correlation)


def _correlation(left: Floats, dispersion: float) -> float:
    """Estimate the correlation of successive deviations; assume it where there are few periods."""
    if left.size < _FEWEST_FOR_CORRELATION or dispersion <= 1:
        return LEAST_CORRELATION
    seen = float(left[1:] @ left[:-1]) / max(float(left @ left), 1e-12)
    seen = (seen + 1 / left.size) * dispersion / (dispersion - 1)  # undone: bias, and dilution by chance
    return float(np.clip(seen, LEAST_CORRELATION, _MOST_CORRELATION))


def _note(case: Case, burst: Burst, ratio: float, p_value: float, found: _Found, way: Way) -> str:
    first, last = case.labels[burst.first], case.labels[burst.last]
    when = _when(first, last)
    usual = "the usual" if found.together else "these issuers' usual talk"
    above = "" if burst.level == 1 else f", and above the level below for {burst.level} levels"
    parts = [f"{when}: {ratio:.1f} times {usual}{above} (p = {p_value:.3f})."]
    if burst.last == len(case.labels) - 1:
        parts.append("It lasts to the end of the time: it may be a rise that stays.")
    elif burst.first == 0:
        parts.append("It begins with the time: it may be the end of a fall.")
    if found.n_levels < way.n_levels:
        parts.append(
            f"Only {found.n_levels} of {way.n_levels} levels: the usual is {found.base:.0%}, and more "
            "would be above 100%."
        )
    if found.together:
        why = "Not standardised" if case.n_issuers else "Issuers are not known"
        parts.append(f"{why}: a change of who publishes would look the same.")
    return " ".join(parts)


def _apparent(together: Case, way: Way, rng: np.random.Generator) -> str:
    """Say where all releases taken together burst though no issuers' own talk does."""
    bursts = [] if together.reason else _look(together, way, rng, test=False).bursts
    if not bursts:
        return ""
    best = max(bursts, key=lambda one: one.weight)
    when = _when(together.labels[best.first], together.labels[best.last])
    return (
        f" All releases taken together seem to burst in {when}, but issuers compared with themselves do not: "
        "it is who publishes, or that they published only then."
    )


def _when(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"
