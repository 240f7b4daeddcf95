"""Looking for drift: a query on two sides, and words of its frequency to compare it with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.terms.collocations.company import Company, Entries, list_types, nearby
from octadisc.terms.collocations.sides import Sides, to_sides
from octadisc.terms.collocations.windows import Windows
from octadisc.terms.drift.drift_distance import Distance, measure_distance, resample
from octadisc.terms.groups import Grid
from octadisc.tokens import Hits, Tokens
from octadisc.tokens.forms.folding import language_codes
from octadisc.tokens.queries.search import Index

__all__ = ["FEWEST_HITS", "Way", "compare_with_others", "count_near", "count_types", "look", "reason_against"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

FEWEST_HITS = 50  # on each side
_FEWEST_MIXED = 20  # releases of issuers that are on both sides
_FEWEST_WORDS = 5  # of the company that can be compared
_COMPARED_WITH = 99  # permutations of each word that the query is compared with
_NEAR_ENOUGH = float(np.log(3))  # such a word is at most three times or a third as frequent, on both sides


class Way(NamedTuple):
    """How drift is looked for."""

    window: tuple[int, int]
    within: Any
    min_count: int
    stop_words: Any
    min_length: int
    numbers: bool
    n_comparisons: int
    n_permutations: int
    n_resamples: int
    level: float
    seed: int


def count_near(
    windows: Windows, grid: Grid, weights: Floats, way: Way, n_threads: int | None = None
) -> Company:
    """Count the content words in windows, release by release; and nothing elsewhere."""
    tokens = windows.tokens
    weights = np.where(windows.hits.defined & (grid.cell >= 0), weights, 0.0)
    wanted = nearby(windows, weights, n_threads) >= way.min_count - 1e-9
    types = list_types(tokens, wanted, way.stop_words, way.min_length, way.numbers)
    languages, language = language_codes(tokens)
    n_types = len(tokens.vocabulary)
    number_of = np.full(len(languages) * max(n_types, 1), -1, np.int64)
    number_of[types[:, 0] * n_types + types[:, 1]] = np.arange(len(types))
    parts = []
    for number, shard in enumerate(tokens.shards):
        places = windows.places(number)
        rows = np.searchsorted(shard.rows, places, side="right") - 1 + shard.first
        numbers = number_of[language[rows] * n_types + shard.ids[places]]
        kept = (numbers >= 0) & (weights[rows] > 0)
        parts.append(np.unique(rows[kept] * len(types) + numbers[kept], return_counts=True))
    keys, counts = (np.concatenate(one) for one in zip(*parts, strict=True))
    rows, numbers = keys // max(len(types), 1), keys % max(len(types), 1)
    near = counts * weights[rows]
    entries = Entries(rows, numbers, near, np.zeros(near.size))
    sizes = np.stack([np.bincount(rows, near, len(tokens)), np.zeros(len(tokens))], axis=-1)
    return Company(windows, grid, weights, languages, language, types, entries, sizes)


def count_types(tokens: Tokens, codes: Integers, n_codes: int) -> Integers:
    """Count every type by a code of its release, shape (codes, types); -1: not counted."""
    n_types = len(tokens.vocabulary)
    total = np.zeros(n_codes * n_types, np.int64)
    for shard in tokens.shards:
        mine = codes[shard.first : shard.first + shard.n_releases]
        of_token = np.repeat(mine, np.diff(shard.rows))
        kept = of_token >= 0
        total += np.bincount(of_token[kept] * n_types + shard.ids[kept], minlength=total.size)
    return total.reshape(n_codes, n_types)


class Found(NamedTuple):
    """The company of a query on two sides, in one language."""

    entries: Entries
    sides: Sides
    words: Integers  # the types, as numbers of the company
    hits: Integers  # on each side
    releases: Integers  # that have some


def look(company: Company, side: Integers, language: int, way: Way) -> Found:
    """Gather the words that stand near the query often enough on both sides together."""
    sides = to_sides(company, side, language)
    entries = company.entries.merge(sides.number, len(company.types))
    count = np.bincount(entries.numbers, entries.near, len(company.types))
    kept = (count >= way.min_count - 1e-9) & (company.types[:, 0] == language)
    rows = company.windows.hits.rows
    mine = (company.language[rows] == language) & (company.weights[rows] > 0)
    hits = np.bincount(side[rows[mine]] + 1, minlength=3)[1:]
    there = np.unique(sides.number[rows[mine]])
    releases = np.bincount(sides.side[there[there >= 0]], minlength=2)
    return Found(entries.keep(kept), sides, np.flatnonzero(kept), hits, releases)


def reason_against(found: Found) -> str:
    """Say why the data are not enough; nothing if they are."""
    if found.hits.min() < FEWEST_HITS:
        side = ("before", "after")[int(np.argmin(found.hits))]
        return f"{found.hits.min():,} occurrences {side}, at least {FEWEST_HITS} needed on each side"
    if found.sides.n_mixed < _FEWEST_MIXED:
        n = found.sides.n_mixed
        return f"{n:,} releases of issuers that are on both sides, at least {_FEWEST_MIXED} needed"
    if found.words.size < _FEWEST_WORDS:
        return f"{found.words.size:,} words often enough near it, at least {_FEWEST_WORDS} needed"
    return ""


def measure(found: Found, way: Way, seed: list[int]) -> tuple[Distance, float]:
    """Give the distance, and half the width of its interval."""
    n_words = found.words.size
    distance = measure_distance(found.entries, found.sides, n_words, way.n_permutations, [*seed, 0])
    half = resample(found.entries, found.sides, n_words, distance, way.n_resamples, way.level, [*seed, 1])
    return distance, half


def compare_with_others(
    company: Company,
    side: Integers,
    language: int,
    found: Found,
    frequencies: Integers,
    way: Way,
    seed: list[int],
) -> Floats:
    """Give the drift of words as frequent as the query, on each side, that do not belong to it.

    `frequencies` [sides, types] says how often each type stands on each side.
    """
    tokens = company.windows.tokens
    drifts = []
    for number in _similar(company, language, found, frequencies, way):
        hits = _hits_of_type(
            tokens, number, (company.weights > 0) & (side >= 0), company.language == language
        )
        windows = replace(company.windows, hits=hits)
        other = count_near(windows, company.grid, (company.weights > 0).astype(float), way, 1)
        one = look(other, side, language, way)
        if not reason_against(one):
            distance = measure_distance(
                one.entries, one.sides, one.words.size, _COMPARED_WITH, [*seed, 2, number]
            )
            drifts.append(distance.drift)
        if len(drifts) == way.n_comparisons:
            break
    return np.array(drifts)


def _similar(company: Company, language: int, found: Found, frequencies: Integers, way: Way) -> list[int]:
    """Give the content words that are most nearly as frequent as the query on both sides."""
    tokens = company.windows.tokens
    with np.errstate(divide="ignore"):
        apart = np.abs(np.log(frequencies) - np.log(found.hits)[:, None]).max(axis=0)
    wanted = np.zeros((len(company.languages), len(tokens.vocabulary)), bool)
    wanted[language] = apart < _NEAR_ENOUGH
    for shard in tokens.shards:
        first, last = company.windows.nodes(shard)
        for step in range(int((last - first).max(initial=-1)) + 1):
            wanted[language, shard.ids[np.minimum(first + step, last)]] = False
    numbers = list_types(tokens, wanted, way.stop_words, way.min_length, way.numbers)[:, 1]
    order = np.argsort(apart[numbers], kind="stable")
    return [int(one) for one in numbers[order][: 2 * way.n_comparisons]]


def _hits_of_type(
    tokens: Tokens, number: int, kept: npt.NDArray[np.bool_], defined: npt.NDArray[np.bool_]
) -> Hits:
    """Give the places of one type as hits."""
    parts: list[Integers] = []
    index = tokens.index.shards if Index.worth(tokens) else None
    for i, shard in enumerate(tokens.shards):
        if index is None:
            places = np.flatnonzero(shard.ids == number)
        else:
            pointers, order = index[i]
            places = order[pointers[number] : pointers[number + 1]].astype(np.int64)
        rows = np.searchsorted(shard.rows, places, side="right") - 1
        mine = kept[rows + shard.first]
        places, rows = places[mine], rows[mine]
        inside = places - shard.rows[rows]
        spans = (shard.starts[places].astype(np.int64), shard.ends[places].astype(np.int64))
        parts.append(np.stack([rows + shard.first, inside, inside, *spans]))
    rows, first, last, starts, ends = np.concatenate(parts, axis=1)
    return Hits(rows, first, last, starts, ends, defined)
