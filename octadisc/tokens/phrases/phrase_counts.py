"""Frequent sequences of words, level by level, and how often they stand in each release.

A sequence of n words is frequent only if both of its parts of n - 1 words are, so that each level counts
pairs of what the level before has kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.tokens.forms.folding import count_types, language_codes, languages_of_tokens
from octadisc.tokens.phrases import phrase_kernels
from octadisc.tokens.threads import in_threads

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Tokens

__all__ = ["SequenceCounts", "count_sequences"]

Integers = npt.NDArray[np.int64]
Codes = list[npt.NDArray[np.int32]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SequenceCounts:
    """Frequent sequences of all lengths in one numbering; the same words in two languages are two.

    Attributes
    ----------
    languages : list of str
    sizes : array of int64, shape (languages,)
        Running words.
    types, language, length, counts : array of int64, shape (sequences,)
        The type (of single words; -1 of longer ones), place in `languages`, number of words, occurrences
        (those that overlap with themselves count once).
    prefix, suffix : array of int64, shape (sequences,)
        The sequence without its last word, and without its first; -1 of single words.
    matrix : csc_matrix of int32, shape (releases, sequences)
    """

    languages: list[str]
    sizes: Integers
    types: Integers
    language: Integers
    length: Integers
    counts: Integers
    prefix: Integers
    suffix: Integers
    matrix: sparse.csc_matrix

    def left(self, sequences: Integers, n_words: int) -> Integers:
        """Give the first words of sequences of one length."""
        for _ in range(int(self.length[sequences[0]]) - n_words if sequences.size else 0):
            sequences = self.prefix[sequences]
        return sequences

    def right(self, sequences: Integers, n_words: int) -> Integers:
        """Give the last words of sequences of one length."""
        for _ in range(int(self.length[sequences[0]]) - n_words if sequences.size else 0):
            sequences = self.suffix[sequences]
        return sequences

    def words(self, sequence: int) -> tuple[int, ...]:
        """Give the types of a sequence."""
        found = []
        while self.length[sequence] > 1:
            last = sequence
            while self.length[last] > 1:
                last = int(self.suffix[last])
            found.append(int(self.types[last]))
            sequence = int(self.prefix[sequence])
        return (int(self.types[sequence]), *reversed(found))


def count_sequences(
    tokens: Tokens,
    min_count: int,
    max_length: int,
    wanted: npt.NDArray[np.bool_],
    n_threads: int | None = None,
) -> SequenceCounts:
    """Count what stands at least `min_count` times in the wanted releases of a language.

    Sequences lie inside a sentence, and without punctuation between their words.
    """
    languages, of_release = language_codes(tokens)
    nowhere = len(languages)
    of_release = np.where(wanted, of_release, nowhere)
    totals = count_types(tokens, of_release, nowhere + 1, n_threads)[:nowhere]
    language, types = np.nonzero(totals >= min_count)
    numbers = np.full((nowhere + 1, totals.shape[1]), -1, np.int32)
    numbers[language, types] = np.arange(types.size)
    shards = tokens.shards
    codes: Codes = in_threads(
        lambda one: numbers[languages_of_tokens(tokens, one, of_release), shards[one].ids],
        range(len(shards)),
        n_threads,
    )
    joined = [phrase_kernels.mark_joined(one.gaps, one.rows, one.sentences) for one in shards]
    counts = [totals[language, types]]
    prefixes, suffixes = [np.full(types.size, -1)], [np.full(types.size, -1)]
    matrices = [_to_columns(tokens, codes, 1, types.size, n_threads)]
    before = 0  # sequences of fewer words than the last level's
    for length in range(2, max_length + 1):
        n = counts[-1].size
        codes, keys, found = _next_level(codes, joined, length, n, min_count, n_threads)
        if not keys.size:
            break
        prefixes.append(keys // n + before)
        suffixes.append(keys % n + before)
        counts.append(found)
        matrices.append(_to_columns(tokens, codes, length, keys.size, n_threads))
        before += n
    lengths = np.repeat(np.arange(1, len(counts) + 1), [one.size for one in counts])
    prefix = np.concatenate(prefixes)
    known = np.concatenate([language, np.zeros(lengths.size - language.size, np.int64)])
    for length in range(2, len(counts) + 1):
        mine = lengths == length
        known[mine] = known[prefix[mine]]
    return SequenceCounts(
        languages,
        totals.sum(axis=1),
        np.concatenate([types, np.full(lengths.size - types.size, -1)]),
        known,
        lengths,
        np.concatenate(counts),
        prefix,
        np.concatenate(suffixes),
        sparse.hstack(matrices, format="csc"),
    )


def _next_level(
    codes: Codes,
    joined: list[npt.NDArray[np.bool_]],
    length: int,
    n_codes: int,
    min_count: int,
    n_threads: int | None,
) -> tuple[Codes, Integers, Integers]:
    """Give the codes, keys and counts of the frequent pairs of codes side by side."""

    def number(one: int) -> tuple[npt.NDArray[np.int32], Integers, Integers]:
        numbers = np.empty(codes[one].size, np.int32)
        keys, counts = phrase_kernels.number_pairs(codes[one], joined[one], length, n_codes, numbers)
        return numbers, keys, counts

    parts = in_threads(number, range(len(codes)), n_threads)
    all_keys = np.concatenate([part[1] for part in parts] or [np.zeros(0, np.int64)])
    keys, place = np.unique(all_keys, return_inverse=True)
    place = place.reshape(-1)
    counted = np.concatenate([part[2] for part in parts] or [np.zeros(0, np.int64)])
    counts = np.bincount(place, counted, keys.size).astype(np.int64)
    kept = counts >= min_count
    final = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    made, at = [], 0
    for numbers, mine, _ in parts:
        final_of = np.append(
            final[place[at : at + mine.size]], np.int32(-1)
        )  # the last is what -1 stands for
        made.append(final_of[numbers])
        at += mine.size
    return made, keys[kept], counts[kept]


def _to_columns(
    tokens: Tokens, codes: Codes, length: int, n_codes: int, n_threads: int | None
) -> sparse.csc_matrix:
    """Count codes in each release, as sparse columns."""

    def count(one: int) -> sparse.csr_matrix:
        shard = tokens.shards[one]
        pointers, indices, counts = phrase_kernels.count_apart(codes[one], shard.rows, length, n_codes)
        return sparse.csr_matrix((counts, indices, pointers), shape=(shard.n_releases, n_codes))

    parts = in_threads(count, range(len(codes)), n_threads)
    if not parts:
        return sparse.csc_matrix((len(tokens), n_codes), dtype=np.int32)
    columns = sparse.vstack(parts, format="csr").tocsc()
    columns.sort_indices()
    return columns
