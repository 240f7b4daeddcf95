"""The spectral start: topics from anchor words, one good start and the same every time.

Each term's row of co-occurrences is a mixture of the rows of anchor words, which only one topic has. Anchors
are the corners that these rows span; what each row is a mixture of says how likely each topic is, given the
term; and turned round, how likely each term is in a topic.

All co-occurrences, terms × terms, would fill the memory from some twenty thousand terms on. Anchors are
therefore looked for among the most frequent terms, and rows hold co-occurrences with these; the rows of the
others are made, mixed and let go, some at a time.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import NotEnoughDataError
from octadisc.tokens.threads import in_threads
from octadisc.topics.structural.spectral_kernels import Company, add_company, mix_rows

__all__ = ["find_anchors", "spectral_words"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_MOST_FREQUENT = 8_000  # terms among which anchors are looked for: half a gigabyte
_BLOCK = 128  # rows that are made, or mixed, at a time
_RATE = (
    50.0  # Arora et al.'s step; in small corpora, of long rows, it swings to and fro and has to be shorter
)
_REMAINDER = 1e-3  # part of a topic that is spread over all its terms, where some stand beside no other


def spectral_words(
    matrix: sparse.csr_matrix,
    n_topics: int,
    *,
    n_threads: int | None = None,
    most_frequent: int = _MOST_FREQUENT,
    fewest_releases: int = 0,
) -> Floats:
    """Give first topics, shape (topics, terms), by the method of anchor words.

    Parameters
    ----------
    matrix : csr_matrix of float, shape (releases, terms)
        Counts.
    n_topics : int
    n_threads : int, optional
    most_frequent : int
        Terms among which anchors are looked for.
    fewest_releases : int
        In how many releases an anchor has to stand; rows of rare terms lie far out by chance.

    Raises
    ------
    NotEnoughDataError
        If fewer terms than topics stand beside others in a release.

    References
    ----------
    Arora et al. (2013), ICML, "A practical algorithm for topic modeling with provable guarantees";
    Roberts, Stewart and Tingley (2019), Journal of Statistical Software 91(2), on its use here.
    """
    frequency = np.asarray(matrix.sum(axis=0), float).ravel()
    order = np.argsort(-frequency, kind="stable")
    frequent = np.sort(order[:most_frequent])
    company = _lay_company(matrix, frequent)
    rows = _rows_of(company, frequent, frequent.size, n_threads)
    alive = rows.any(axis=1)
    if alive.sum() < n_topics:
        raise NotEnoughDataError(
            f"Only {alive.sum():,} terms stand beside another in a release, fewer than n_topics={n_topics}. "
            'Ask for fewer topics, or begin at random: start="random".'
        )
    spread = np.bincount(matrix.indices[matrix.data > 0], minlength=frequency.size)[frequent]
    anchors = find_anchors(rows, n_topics, spread >= fewest_releases)
    corners = np.ascontiguousarray(rows[anchors])
    weights = np.zeros((frequency.size, n_topics))
    weights[frequent[alive]] = _mix(rows[alive], corners, n_threads)
    weights[frequent[anchors]] = np.eye(n_topics)
    del rows
    others = np.sort(order[most_frequent:])
    others = others[frequency[others] > 0]
    for first in range(0, others.size, 16 * _BLOCK):
        some = others[first : first + 16 * _BLOCK]
        rows = _rows_of(company, some, frequent.size, n_threads)
        here = rows.any(axis=1)
        weights[some[here]] = _mix(rows[here], corners, n_threads)
    made = np.ascontiguousarray((weights * frequency[:, None]).T)
    made /= made.sum(axis=1, keepdims=True)
    if not weights.any(axis=1).all():
        made += _REMAINDER / frequency.size
        made /= made.sum(axis=1, keepdims=True)
    return made


def _lay_company(matrix: sparse.csr_matrix, frequent: Ints) -> Company:
    lengths = np.asarray(matrix.sum(axis=1), float).ravel()
    used = np.flatnonzero(lengths >= 2)  # a release of one token has no pairs
    counts = sparse.csr_matrix(matrix[used], dtype=np.float64)
    pairs = lengths[used] * (lengths[used] - 1)
    per_entry = np.repeat(pairs, np.diff(counts.indptr))
    own = np.bincount(counts.indices, counts.data / per_entry, matrix.shape[1]).astype(np.float64)
    counts.data = counts.data / np.sqrt(per_entry)
    columns = counts.tocsc()
    place = np.full(matrix.shape[1], -1, np.int64)
    place[frequent] = np.arange(frequent.size)
    return Company(
        columns.indptr.astype(np.int64),
        columns.indices.astype(np.int64),
        columns.data,
        counts.indptr.astype(np.int64),
        counts.indices.astype(np.int64),
        counts.data,
        place,
        own,
    )


def _rows_of(company: Company, terms: Ints, n_columns: int, n_threads: int | None) -> Floats:
    """Give the terms' rows of co-occurrences with the most frequent, of sum 1, or 0 where there are none."""
    rows = np.zeros((terms.size, n_columns))
    in_threads(lambda cut: add_company(*cut, terms, company, rows), _cut(terms.size), n_threads)
    totals = rows.sum(axis=1)
    alone = totals <= 1e-12 * max(float(totals.max(initial=0.0)), 1e-300)
    rows[alone] = 0.0
    rows /= np.where(alone, 1.0, totals)[:, None]
    return rows


def find_anchors(rows: Floats, n_anchors: int, may: npt.NDArray[np.bool_] | None = None) -> Ints:
    """Give the rows that are farthest out: the longest, then always the farthest from the span of the last.

    `may` says which may be chosen; all by default.

    Raises
    ------
    NotEnoughDataError
        If the rows span fewer directions.
    """
    left = np.einsum("ij,ij->i", rows, rows)
    if may is not None:
        left[~may] = -np.inf
    longest = max(float(left.max(initial=0.0)), 0.0)
    basis: list[Floats] = []
    chosen: list[int] = []
    for _ in range(n_anchors):
        at = int(left.argmax())
        direction = rows[at].copy()
        for _twice in range(2):  # once more takes away what rounding has left
            for one in basis:
                direction -= (direction @ one) * one
        size = float(np.linalg.norm(direction))
        if not size > 1e-10 * np.sqrt(longest):
            raise NotEnoughDataError(
                f"The terms' company tells only {len(chosen)} topics apart, not {n_anchors}. Ask for fewer "
                'topics, or begin at random: start="random".'
            )
        direction /= size
        basis.append(direction)
        chosen.append(at)
        left -= (rows @ direction) ** 2
        left[chosen] = -np.inf
    return np.array(chosen, np.int64)


def _mix(rows: Floats, corners: Floats, n_threads: int | None) -> Floats:
    """Give what mixture of the corners each row is; shape (rows, topics), all positive and of sum 1."""
    gram = corners @ corners.T
    towards = rows @ corners.T
    weights = np.full((len(rows), len(corners)), 1.0 / len(corners))
    rate = min(_RATE, 1.0 / float(gram.max()))
    in_threads(lambda cut: mix_rows(*cut, gram, towards, rate, weights), _cut(len(rows)), n_threads)
    return np.asarray(np.maximum(weights, np.finfo(float).eps))


def _cut(n: int) -> list[tuple[int, int]]:
    return list(pairwise([*range(0, n, _BLOCK), n]))
