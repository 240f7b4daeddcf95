"""Where many queries occur: plain words counted in one pass, the places looked up when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.tokens import Hits, Query, Tokens
from octadisc.tokens.queries.query import readings_of

__all__ = ["Found", "find_all"]

_MANY = 50  # plain words from which on one pass over the corpus costs less than a search for each
_PLAIN = re.compile(r"[^\W_]+")


class Found(Mapping[str, Hits]):
    """The hits of each query; those of plain words among many are found again when they are asked for.

    Parameters
    ----------
    tokens : Tokens
    queries : dict of str to query
    hits : dict of str to Hits
        Of the queries that were searched for.
    counts : csr_matrix, shape (queries, releases)
        Occurrences of each query in each release.
    defined : dict of str to array of bool, shape (releases,)
        Whether the query is defined for the release's language.
    """

    def __init__(
        self,
        tokens: Tokens,
        queries: Mapping[str, Query],
        hits: dict[str, Hits],
        counts: sparse.csr_matrix,
        defined: dict[str, npt.NDArray[np.bool_]],
    ) -> None:
        self.tokens = tokens
        self.queries = dict(queries)
        self.counts = counts
        self.defined = defined
        self._hits = hits
        self._numbers = {name: i for i, name in enumerate(self.queries)}

    def __getitem__(self, name: str) -> Hits:
        if name in self._hits:
            return self._hits[name]
        return self.tokens.find(self.queries[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.queries)

    def __len__(self) -> int:
        return len(self.queries)

    def __contains__(self, name: object) -> bool:
        return name in self.queries

    def counts_of(self, name: str) -> npt.NDArray[np.int64]:
        """Give how often a query occurs in each release, shape (releases,)."""
        row = self.counts.getrow(self._numbers[name])
        made = np.zeros(self.counts.shape[1], np.int64)
        made[row.indices] = row.data
        return made


def find_all(tokens: Tokens, queries: Mapping[str, Query]) -> Found:
    """Find all queries.

    Examples
    --------
    >>> import octadisc as od
    >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": "Trust and more trust"}, {"text": "Police"}]))
    >>> found = find_all(tokens, {"trust": "trust", "police": "polic*"})
    >>> found.counts.toarray().tolist(), len(found["trust"])
    ([[2, 0], [0, 1]], 2)
    """
    types = _types_of(tokens, queries)
    counts = _count_types(tokens.words or tokens, types, queries)
    everywhere = np.ones(len(tokens), bool)
    hits, defined, parts = {}, {}, []
    for i, (name, query) in enumerate(queries.items()):
        if name in types:
            defined[name] = everywhere
            continue
        hits[name] = tokens.find(query)
        defined[name] = hits[name].defined
        rows = np.flatnonzero(hits[name].counts)
        parts.append((np.full(rows.size, i), rows, hits[name].counts[rows]))
    if parts:
        number, rows, data = (np.concatenate(one) for one in zip(*parts, strict=True))
        counts = counts + sparse.csr_matrix((data, (number, rows)), shape=counts.shape)
    return Found(tokens, queries, hits, sparse.csr_matrix(counts), defined)


def _types_of(tokens: Tokens, queries: Mapping[str, Query]) -> dict[str, list[int]]:
    """Give the types of those queries that are one plain word, the same in all languages of the corpus.

    Plain is a run of letters and digits that stands in the text as it stands in the query: the text was cut
    there, so a query would be. Of queries for the same type the first is here; the others are searched for.
    """
    words = {name: one for name, one in queries.items() if isinstance(one, str) and _PLAIN.fullmatch(one)}
    if len(words) < _MANY:
        return {}
    plain = tokens.words or tokens
    written = set((plain.surface or plain).vocabulary)
    readings = [reading for _, reading, _ in readings_of(plain, next(iter(words.values())))]
    taken = np.zeros(len(plain.vocabulary), bool)
    found = {}
    for name, word in words.items():
        if word not in written:
            continue
        ways = {reading.word(word) for reading in (readings[:1] if plain.folding is None else readings)}
        types = list(ways.pop())
        if not ways and types and not taken[types].any():
            taken[types] = True
            found[name] = types
    return found


def _count_types(
    tokens: Tokens, types: Mapping[str, list[int]], queries: Mapping[str, Query]
) -> sparse.csr_matrix:
    """Count the types of each query in each release; rows of zeros for queries that are not in `types`."""
    shape = (len(queries), len(tokens))
    if not types:
        return sparse.csr_matrix(shape, dtype=np.int64)
    of_type = np.full(len(tokens.vocabulary), -1, np.int32)
    for i, name in enumerate(queries):
        of_type[types.get(name, [])] = i
    stacked: list[Any] = []
    for shard in tokens.shards:
        number = of_type[shard.ids]
        kept = number >= 0
        behind = np.concatenate([[0], np.cumsum(kept)])[shard.rows]
        made = sparse.csr_matrix(
            (np.ones(int(behind[-1]), np.int64), number[kept], behind), shape=(shard.n_releases, len(queries))
        )
        turned = sparse.csr_matrix(made.T)  # which sorts, so that adding up duplicates is quick
        turned.sum_duplicates()
        stacked.append(turned)
    return sparse.csr_matrix(sparse.hstack(stacked, format="csr"))
