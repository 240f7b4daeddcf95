"""The spectral start: topics from anchor words, one good start and the same every time.

Each term's row of co-occurrences, Q, is a mixture of the rows of anchor words, which only one topic has.
Anchors are the corners that these rows span; what each row is a mixture of says how likely each topic is,
given the term; and turned round, how likely each term is in a topic.

Q itself, terms × terms, would fill the memory from some ten thousand terms on. Above `_DENSE` terms its rows
are projected at random (Q P, of a few hundred columns; inner products stay what they were but for a few per
cent), so that it takes no more than terms × columns.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import NotEnoughDataError
from octadisc.tokens.threads import in_threads
from octadisc.topics.structural.spectral_kernels import mix_rows

__all__ = ["find_anchors", "spectral_words"]

Floats = npt.NDArray[np.float64]

_DENSE = 6_000  # terms up to which all of Q is kept
_PROJECTED = 1_000  # columns of the projection
_BLOCK = 256  # rows of Q that are made, or mixed, at a time
_RATE = (
    50.0  # Arora et al.'s step; in small corpora, of long rows, it swings to and fro and has to be shorter
)
_REMAINDER = 1e-3  # part of a topic that is spread over all its terms, where some had no row


def spectral_words(
    matrix: sparse.csr_matrix,
    n_topics: int,
    *,
    seed: int = 0,
    n_threads: int | None = None,
    most_dense: int = _DENSE,
) -> Floats:
    """Give first topics, shape (topics, terms), by the method of anchor words.

    Parameters
    ----------
    matrix : csr_matrix of float, shape (releases, terms)
        Counts.
    n_topics : int
    seed : int
        Of the projection, where there are more terms than `most_dense`; without one nothing is drawn.
    n_threads : int, optional
    most_dense : int

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
    rows, kept = _rows_of_company(matrix, seed, most_dense)
    if kept.size < n_topics:
        raise NotEnoughDataError(
            f"Only {kept.size:,} terms stand beside another in a release, fewer than n_topics={n_topics}. "
            'Ask for fewer topics, or begin at random: start="random".'
        )
    anchors = find_anchors(rows, n_topics)
    weights = _mix(rows, anchors, n_threads)
    found = weights * (frequency[kept] / frequency.sum())[:, None]
    made = np.zeros((n_topics, matrix.shape[1]))
    made[:, kept] = (found / found.sum(axis=0)).T
    if kept.size < matrix.shape[1]:
        made += _REMAINDER / matrix.shape[1]
    made /= made.sum(axis=1, keepdims=True)
    return np.asarray(made)


def _rows_of_company(
    matrix: sparse.csr_matrix, seed: int, most_dense: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Give each term's row of co-occurrences, of sum 1, whole or projected; and which terms have one."""
    lengths = np.asarray(matrix.sum(axis=1), float).ravel()
    used = np.flatnonzero(lengths >= 2)  # a release of one token has no pairs
    counts = matrix[used].astype(np.float64)
    pairs = lengths[used] * (lengths[used] - 1)
    scaled = sparse.diags_array(1 / np.sqrt(pairs)) @ counts
    own = np.asarray((sparse.diags_array(1 / pairs) @ counts).sum(axis=0)).ravel()  # a token beside itself
    totals = np.asarray(scaled.T @ (scaled @ np.ones(counts.shape[1]))).ravel() - own
    kept = np.flatnonzero(totals > 1e-12 * max(float(totals.max(initial=0.0)), 1e-300))
    scaled, own, totals = scaled[:, kept], own[kept], totals[kept]
    across = sparse.csr_matrix(scaled.T)
    n_terms = kept.size
    if n_terms <= most_dense:
        rows = np.empty((n_terms, n_terms))
        for begin in range(0, n_terms, _BLOCK):
            end = min(begin + _BLOCK, n_terms)
            rows[begin:end] = (across[begin:end] @ scaled).toarray()
        rows[np.arange(n_terms), np.arange(n_terms)] -= own
    else:
        signs = np.random.default_rng(seed).standard_normal((n_terms, _PROJECTED)) / np.sqrt(_PROJECTED)
        rows = across @ (scaled @ signs) - own[:, None] * signs
    rows /= totals[:, None]
    return np.ascontiguousarray(rows), kept


def find_anchors(rows: Floats, n_anchors: int) -> npt.NDArray[np.int64]:
    """Give the rows that are farthest out: the longest, then always the farthest from the span of the last.

    Raises
    ------
    NotEnoughDataError
        If the rows span fewer directions.
    """
    left = np.einsum("ij,ij->i", rows, rows)
    longest = float(left.max(initial=0.0))
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


def _mix(rows: Floats, anchors: npt.NDArray[np.int64], n_threads: int | None) -> Floats:
    """Give what mixture of the anchors' rows each row is; shape (terms, topics), rows sum to 1."""
    corners = rows[anchors]
    gram = corners @ corners.T
    towards = rows @ corners.T
    weights = np.full((len(rows), anchors.size), 1.0 / anchors.size)
    cuts = list(pairwise([*range(0, len(rows), _BLOCK), len(rows)]))
    rate = min(_RATE, 1.0 / float(gram.max()))
    in_threads(lambda cut: mix_rows(*cut, gram, towards, rate, weights), cuts, n_threads)
    np.maximum(weights, np.finfo(float).eps, out=weights)
    weights[anchors] = np.eye(anchors.size)
    return weights
