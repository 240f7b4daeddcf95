"""The company of a query: how often each type stands in its windows and elsewhere, release by release."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.periods import Periods
from octadisc.terms.collocations import collocation_kernels as kernels
from octadisc.terms.collocations.windows import Windows
from octadisc.terms.groups import Grid, code_groups, lay_grid
from octadisc.terms.reissues import number_stories
from octadisc.tokens import Shard, Tokens
from octadisc.tokens.forms.folding import language_codes
from octadisc.tokens.forms.stop_words import stop_types
from octadisc.tokens.threads import in_threads

__all__ = ["Company", "Entries", "count_company", "lay_cells", "list_types", "nearby"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Entries(NamedTuple):
    """Occurrences of types, a row for each type of each release or other cluster that has it.

    Attributes
    ----------
    clusters, numbers : array of int64, shape (entries,)
        The release, and the place of the type in a list.
    near, far : array of float, shape (entries,)
        In windows, and elsewhere but in the nodes.
    """

    clusters: Integers
    numbers: Integers
    near: Floats
    far: Floats

    def merge(self, codes: Integers, n_numbers: int) -> Entries:
        """Add up clusters that have the same code, type by type; a negative code leaves one out."""
        n_codes = int(codes.max(initial=-1)) + 1
        return Entries(*kernels.merge_entries(codes, *self, n_codes, n_numbers))

    def where(self, kept: npt.NDArray[np.bool_]) -> Entries:
        """Keep some entries."""
        return Entries(self.clusters[kept], self.numbers[kept], self.near[kept], self.far[kept])

    def keep(self, numbers: npt.NDArray[np.bool_]) -> Entries:
        """Keep some types, numbered anew in their order."""
        mine = numbers[self.numbers]
        renumbered = (np.cumsum(numbers) - 1)[self.numbers[mine]]
        return Entries(self.clusters[mine], renumbered, self.near[mine], self.far[mine])


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Company:
    """The types that stand near a query, and where.

    Attributes
    ----------
    windows : Windows
    grid : Grid
    weights : array of float, shape (releases,)
        What each release counts; 0 where the query is not defined, or outside all periods.
    languages : list of str
    language : array of int64, shape (releases,)
        Number of each release's language.
    types : array of int64, shape (types, 2)
        Number of the language and of the type in the vocabulary; a type of two languages is two.
    entries : Entries
        By release; weighed.
    sizes : array of float, shape (releases, 2)
        Tokens in windows and elsewhere, without the nodes; weighed.
    """

    windows: Windows
    grid: Grid
    weights: Floats
    languages: list[str]
    language: Integers
    types: Integers
    entries: Entries
    sizes: Floats

    @property
    def words(self) -> list[str]:
        """The types, letter by letter."""
        vocabulary = self.windows.tokens.vocabulary
        return [vocabulary[one] for one in self.types[:, 1].tolist()]

    def keep(self, mask: npt.NDArray[np.bool_]) -> Company:
        """Keep some of the types."""
        return replace(self, types=self.types[mask], entries=self.entries.keep(mask))

    def arrange(self, order: Integers) -> Company:
        """Give the types in another order."""
        numbers = np.argsort(order)[self.entries.numbers]
        return replace(self, types=self.types[order], entries=self.entries._replace(numbers=numbers))

    def stories(self, *, copies: bool) -> Integers:
        """Number what counts as one release in a cell: the units of one, and with `copies` its copies."""
        frame = self.windows.tokens.corpus.frame
        story = number_stories(frame, self.grid.cell, copies=copies)
        return np.where(self.weights > 0, story, -1)

    def evidence(self, number: int, kept: npt.NDArray[np.bool_], *, weighed: bool) -> pd.DataFrame:
        """Give the sentences where a type stands in a window, one row an occurrence.

        `kept` says which releases count. Where the windows reach beyond a sentence, it is the text from
        the nearest node's sentence to the type's.
        """
        language, type_ = self.types[number].tolist()
        kept = kept & (self.weights > 0) & (self.language == language)
        parts: list[npt.NDArray[np.int64]] = [np.zeros((5, 0), np.int64)]
        tokens = self.windows.tokens
        for place, shard in enumerate(tokens.shards):
            places = self.windows.places(place)
            places = places[shard.ids[places] == type_]
            rows = np.searchsorted(shard.rows, places, side="right") - 1
            mine = kept[rows + shard.first]
            places, rows = places[mine], rows[mine]
            if not places.size:
                continue
            first, last = self.windows.nodes(shard)
            node = self.windows.nearest(place, places)
            spans = (
                shard.starts[places],
                shard.ends[places],
                shard.starts[first[node]],
                shard.ends[last[node]],
            )
            parts.append(np.stack([rows + shard.first, *(one.astype(np.int64) for one in spans)]))
        rows, starts, ends, node_starts, node_ends = np.concatenate(parts, axis=1)
        found = tokens.evidence(rows, np.minimum(starts, node_starts), np.maximum(ends, node_ends))
        found = found.assign(start=starts, end=ends, node_start=node_starts, node_end=node_ends)
        return found.assign(weight=self.weights[rows]) if weighed else found


def lay_cells(tokens: Tokens, every: Any, by: str | None) -> Grid:
    """Lay periods and groups over the releases; without `every`, one period with all of them."""
    if every is not None:
        return lay_grid(tokens.corpus, every, by)
    group, groups = code_groups(tokens.corpus.frame, by)
    dates = tokens.corpus.frame["date"].to_numpy("datetime64[D]")
    known = dates[~np.isnat(dates)]
    edge = (known.min(), known.max() + 1) if known.size else (np.datetime64("NaT", "D"),) * 2
    periods = Periods(("all",), np.array(edge[:1]), np.array(edge[1:]))
    return Grid(periods, groups, np.zeros(dates.size, np.int64), group, 0)


def nearby(windows: Windows, weights: Floats, n_threads: int | None = None) -> Floats:
    """Give how often each type stands in a window in each language, shape (languages, types)."""
    tokens = windows.tokens
    languages, language = language_codes(tokens)
    n_types = len(tokens.vocabulary)
    plain = bool(np.isin(weights, (0, 1)).all())

    def count(number: int) -> tuple[Integers, Floats]:
        shard, places = tokens.shards[number], windows.places(number)
        rows = np.searchsorted(shard.rows, places, side="right") - 1 + shard.first
        kept = weights[rows] > 0
        keys = language[rows[kept]] * n_types + shard.ids[places[kept]]
        found, place = np.unique(keys, return_inverse=True)
        weight = None if plain else weights[rows[kept]]
        return found, np.bincount(place.reshape(-1), weight, found.size).astype(float)

    total = np.zeros(len(languages) * n_types)
    for keys, counts in in_threads(count, range(len(tokens.shards)), n_threads):
        total[keys] += counts
    return total.reshape(len(languages), n_types)


def list_types(
    tokens: Tokens, wanted: npt.NDArray[np.bool_], stop_words: Any, min_length: int, numbers: bool
) -> Integers:
    """Give the types of each language that are wanted and no stop words, shape (types, 2)."""
    languages, _ = language_codes(tokens)
    listed = []
    for code, number in np.argwhere(wanted).tolist():
        word = tokens.vocabulary[number]
        if len(word) >= min_length and (numbers or not word[0].isdigit()):
            listed.append((code, number))
    if stop_words is not None and listed:
        barred = [stop_types(tokens, language, stop_words) for language in languages]
        listed = [one for one in listed if tokens.vocabulary[one[1]] not in barred[one[0]]]
    return np.array(listed, np.int64).reshape(-1, 2)


def count_company(
    windows: Windows,
    grid: Grid,
    weights: Floats,
    types: Integers,
    marks: list[npt.NDArray[np.uint8]],
    n_threads: int | None = None,
) -> Company:
    """Count the types in each release that counts."""
    tokens = windows.tokens
    languages, language = language_codes(tokens)
    number_of = np.full((len(languages), max(1, len(tokens.vocabulary))), -1, np.int32)
    number_of[types[:, 0], types[:, 1]] = np.arange(len(types))
    counted = np.where(weights > 0, language, -1)

    def count(given: tuple[Shard, npt.NDArray[np.uint8]]) -> Any:
        shard, mark = given
        mine = counted[shard.first : shard.first + shard.n_releases]
        pointers, *found = kernels.count_company(shard.ids, shard.rows, mark, number_of, mine, len(types))
        return np.repeat(np.arange(shard.n_releases) + shard.first, np.diff(pointers)), *found

    parts = in_threads(count, list(zip(tokens.shards, marks, strict=True)), n_threads)
    rows, numbers, near, every, sizes = (np.concatenate(one) for one in zip(*parts, strict=True))
    weight = weights[rows]
    entries = Entries(rows, numbers.astype(np.int64), near * weight, (every - near) * weight)
    sizes = sizes.astype(float) * weights[:, None]
    sizes[:, 1] -= sizes[:, 0]
    return Company(windows, grid, weights, languages, language, types, entries, sizes)
