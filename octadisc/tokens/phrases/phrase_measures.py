"""Measures of sequences of words, and how much these scatter between releases and issuers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.special import stdtr, stdtrit

from octadisc.statistics import association
from octadisc.tokens.forms.folding import language_codes
from octadisc.tokens.phrases import phrase_kernels
from octadisc.tokens.phrases.phrase_counts import SequenceCounts
from octadisc.tokens.threads import in_threads
from octadisc.tokens.tokens import Tokens
from octadisc.tokens.units.unit_columns import code_releases

__all__ = ["Clusters", "measure_sequences"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_FEWEST_ISSUERS = 8  # fewer say nothing about how issuers differ
_STEP = 10_000  # sequences that one thread takes at a time


class Clusters(NamedTuple):
    """What may depend on each other: rows of a release, releases of an issuer; each in one language.

    Attributes
    ----------
    codes : array of int64, shape (rows of the corpus,)
        The cluster of each row.
    lengths : array of float, shape (clusters,)
        Words that count.
    language : array of int64, shape (clusters,)
    named : array of bool, shape (clusters,)
        Whether it is an issuer (a release without one is a cluster of its own), or any release.
    """

    codes: Integers
    lengths: Floats
    language: Integers
    named: npt.NDArray[np.bool_]

    @classmethod
    def make(cls, codes: Integers, named: npt.NDArray[np.bool_], tokens: Tokens, words: Integers) -> Clusters:
        """Tell apart what is in several languages."""
        languages, language = language_codes(tokens)
        keys, first, codes = np.unique(
            codes * len(languages) + language, return_index=True, return_inverse=True
        )
        lengths = np.bincount(codes.reshape(-1), words, keys.size).astype(float)
        return cls(codes.reshape(-1), lengths, language[first], named[first])

    def n_named(self, n_languages: int) -> Integers:
        """Give the number of named clusters with words in each language."""
        some = self.named & (self.lengths > 0)
        return np.bincount(self.language[some], minlength=n_languages).astype(np.int64)


def measure_sequences(
    tokens: Tokens,
    counts: SequenceCounts,
    found: Integers,
    counted: npt.NDArray[np.bool_],
    level: float,
    n_threads: int | None = None,
) -> pd.DataFrame:
    """Give the measures of sequences, for the two parts between which the most is expected by chance."""
    left, right, place, expected = _weakest(counts, found)
    language = counts.language[found]
    both, one, other = (counts.counts[part].astype(float) for part in (found, left, right))
    # a text of one word, said again and again, has fewer places than words
    total = np.maximum(counts.sizes[language], one + other - both)
    value, variance = association.log_odds(both, one, other, total)
    parts, table = (found, left, right), association.to_table(both, one, other, total)
    releases, issuers = _clusters(tokens, counted)
    in_releases, of_releases = _spread(counts, parts, table, releases, n_threads)
    in_issuers, of_issuers = _spread(counts, parts, table, issuers, n_threads)
    few = issuers.n_named(len(counts.languages))[language] < _FEWEST_ISSUERS
    error = np.sqrt(np.maximum(variance, np.maximum(of_releases, np.where(few, 0.0, of_issuers))))
    known = in_releases > 1
    df = np.where(known, in_releases - 1.0, 1.0)
    half = np.where(known, stdtrit(df, (1 + level) / 2) * error, np.nan)
    names = [counts.languages[one] or None for one in language.tolist()]
    return pd.DataFrame(
        {
            "sequence": found,
            "left": place,
            "language": pd.Series(names, dtype="str"),
            "words": counts.length[found],
            "count": counts.counts[found],
            "releases": in_releases,
            "issuers": in_issuers,
            "expected": expected,
            "log_likelihood": association.log_likelihood(both, one, other, total),
            "npmi": association.npmi(both, one, other, total),
            "log_dice": association.log_dice(both, one, other),
            "t": association.t_score(both, one, other, total),
            "log_odds": value,
            "low": value - half,
            "high": value + half,
            "p_value": np.where(known, stdtr(df, -value / error), np.nan),
        }
    )


def _weakest(counts: SequenceCounts, found: Integers) -> tuple[Integers, Integers, Integers, Floats]:
    """Give the two parts of each sequence, the number of words in the first, and what is expected."""
    left, right, place = np.zeros((3, found.size), np.int64)
    expected = np.full(found.size, -1.0)
    for length in range(2, int(counts.length.max(initial=1)) + 1):
        mine = np.flatnonzero(counts.length[found] == length)
        sizes = counts.sizes[counts.language[found[mine]]]
        for cut in range(1, length):
            before, behind = counts.left(found[mine], cut), counts.right(found[mine], length - cut)
            by_chance = association.expected_count(counts.counts[before], counts.counts[behind], sizes)
            worse = by_chance > expected[mine]
            at = mine[worse]
            left[at], right[at], place[at] = before[worse], behind[worse], cut
            expected[at] = by_chance[worse]
    return left, right, place, expected


def _clusters(tokens: Tokens, counted: npt.NDArray[np.bool_]) -> tuple[Clusters, Clusters]:
    """Give the releases and the issuers as clusters."""
    frame = tokens.corpus.frame
    units = code_releases(frame)
    release = np.arange(len(frame)) if units is None else units
    issuer = pd.factorize(frame["issuer"])[0].astype(np.int64)
    known = issuer >= 0
    words = tokens.lengths * counted
    releases = Clusters.make(release, np.ones(len(frame), bool), tokens, words)
    codes = np.where(known, issuer, issuer.max(initial=-1) + 1 + release)
    return releases, Clusters.make(codes, known, tokens, words)


def _spread(
    counts: SequenceCounts,
    parts: tuple[Integers, Integers, Integers],
    table: Floats,
    clusters: Clusters,
    n_threads: int | None,
) -> tuple[Integers, Floats]:
    """Give the number of named clusters that have each sequence, and the variance between clusters."""
    n, rows = clusters.lengths.size, np.arange(clusters.codes.size)
    matrix = counts.matrix
    if n < rows.size or (clusters.codes != rows).any():
        merge = sparse.csr_matrix((np.ones(rows.size, np.int32), (clusters.codes, rows)), (n, rows.size))
        matrix = (merge @ matrix).tocsc()
        matrix.sort_indices()
    columns = (matrix.indptr.astype(np.int64), matrix.indices, matrix.data, clusters.lengths)
    sums = phrase_kernels.sum_columns(*columns)
    n_languages = len(counts.languages)
    squares = np.bincount(clusters.language, clusters.lengths**2, n_languages)[counts.language[parts[0]]]

    def add_up(some: slice) -> Floats:
        pairs, left, right = (one[some] for one in parts)
        return np.asarray(
            phrase_kernels.sum_influences(pairs, left, right, table[some], squares[some], *columns, sums)
        )

    steps = [slice(at, at + _STEP) for at in range(0, parts[0].size, _STEP)]
    total = np.concatenate([np.zeros(0), *in_threads(add_up, steps, n_threads)])
    several = np.bincount(clusters.language[clusters.lengths > 0], minlength=n_languages)
    several = several[counts.language[parts[0]]]
    edges = columns[0]
    if not clusters.named.all():
        edges = np.concatenate([[0], np.cumsum(clusters.named[matrix.indices])])[edges]
    return edges[parts[0] + 1] - edges[parts[0]], total * several / np.maximum(several - 1, 1)
