"""In how many windows of running tokens, or in how many releases, terms stand alone and two together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError
from octadisc.tokens.threads import in_threads
from octadisc.topics.quality.kernels import count_windows

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = ["Meetings", "meet_in_releases", "meet_in_windows"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Topics = Sequence[Sequence[int]]

_WHOLE = 2**31 - 1  # tokens: every release is one window


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Meetings:
    """How many windows have a term, and how many have two.

    Attributes
    ----------
    listed : array of int, shape (listed,)
        The terms that were counted, by number, in ascending order.
    alone : array of float, shape (listed,)
    pairs : array of int, shape (pairs,)
        Ascending codes of the pairs that were counted: place of the lower number × listed + place of the
        higher.
    both : array of float, shape (pairs,)
    n_windows : float
        In all.
    """

    listed: Ints
    alone: Floats
    pairs: Ints
    both: Floats
    n_windows: float

    def of(self, terms: Sequence[int]) -> tuple[Floats, Floats]:
        """Give the windows of each of a topic's terms, and of each two; of a term with itself, its own."""
        place = np.searchsorted(self.listed, np.asarray(terms, np.int64))
        alone = self.alone[place]
        both = np.diag(alone)
        for i, j in combinations(range(len(place)), 2):
            low, high = sorted((int(place[i]), int(place[j])))
            both[i, j] = both[j, i] = self.both[np.searchsorted(self.pairs, low * self.listed.size + high)]
        return alone, both


def meet_in_windows(topics: Topics, counts: TermCounts, window: int, *, exact: bool) -> Meetings:
    """Count windows that slide, token by token, over all running tokens of each release.

    Parameters
    ----------
    topics : lists of int
        Of each topic, the columns of its terms in the counts. Pairs within a topic are counted.
    counts : TermCounts
        Its tokens are read, in their order, whatever terms were left out of the counts; what a release counts
        there, its windows do here.
    window : int
        Tokens.
    exact : bool
        See `octadisc.topics.quality.kernels.count_windows`.

    Raises
    ------
    InputError
        If the counts have no tokens.
    """
    tokens = counts.tokens
    if tokens is None:
        raise InputError(
            "The counts have no tokens, so there is no running text to slide a window over. Count with "
            'od.count_terms(od.tokenize(corpus)), or take whole releases: measure "npmi" with '
            'window="release".'
        )
    listed, pointers, partners = _pairs(topics)
    number = {term: i for i, term in enumerate(tokens.vocabulary)}
    place = np.full(max(len(number), 1), -1, np.int32)
    for i, column in enumerate(listed.tolist()):
        if counts.terms[column] in number:
            place[number[counts.terms[column]]] = i

    def count(shard: Any) -> tuple[Floats, Floats, float]:
        weights = counts.release_weights[shard.first : shard.first + shard.n_releases]
        given = np.ascontiguousarray(weights, np.float64)
        return count_windows(shard.ids, shard.rows, given, place, pointers, partners, window, exact)

    return _meetings(listed, pointers, partners, in_threads(count, tokens.shards))


def meet_in_releases(
    topics: Topics, matrix: sparse.csr_matrix, release_weights: Floats | None = None
) -> Meetings:
    """Count releases: each is one window."""
    listed, pointers, partners = _pairs(topics)
    part = sparse.csr_matrix(matrix[:, listed])
    part.eliminate_zeros()
    part.sum_duplicates()
    weights = np.ones(part.shape[0]) if release_weights is None else release_weights.astype(np.float64)
    made = count_windows(
        part.indices.astype(np.int32),
        part.indptr.astype(np.int64),
        weights,
        np.arange(max(listed.size, 1), dtype=np.int32),
        pointers,
        partners,
        _WHOLE,
        True,
    )
    return _meetings(listed, pointers, partners, [made])


def _pairs(topics: Topics) -> tuple[Ints, Ints, Ints]:
    """Give the terms of all topics, and of each those that come after it and share a topic with it."""
    listed = np.array(sorted({i for one in topics for i in one}), np.int64)
    codes = [np.zeros(0, np.int64)]
    for one in topics:
        place = np.sort(np.searchsorted(listed, np.array(one, np.int64)))
        lower, higher = np.triu_indices(place.size, 1)
        codes.append(place[lower] * listed.size + place[higher])
    pairs = np.unique(np.concatenate(codes))
    first, second = np.divmod(pairs, max(listed.size, 1))
    pointers = np.searchsorted(first, np.arange(listed.size + 1)).astype(np.int64)
    return listed, pointers, second.astype(np.int64)


def _meetings(
    listed: Ints, pointers: Ints, partners: Ints, parts: Sequence[tuple[Floats, Floats, float]]
) -> Meetings:
    alone, both, total = np.zeros(listed.size), np.zeros(partners.size), 0.0
    for one, two, windows in parts:
        alone += one
        both += two
        total += windows
    first = np.repeat(np.arange(listed.size), np.diff(pointers))
    return Meetings(listed, alone, first * listed.size + partners, both, total)
