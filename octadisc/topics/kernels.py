"""Compiled inner loops of the topics room; each takes a stretch of releases and gives sums that add up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from octadisc.compiled import compiled

__all__ = ["attribute_sentences", "attribute_words"]

Floats = npt.NDArray[np.float64]


@compiled
def attribute_words(
    first: int,
    last: int,
    indptr: npt.NDArray[np.int64],
    indices: npt.NDArray[np.int64],
    counts: Floats,
    shares: Floats,
    words: Floats,
    new_shares: Floats,
    new_words: Floats,
) -> float:
    """Share out the words of the releases from `first` to `last` (exclusive) among the topics.

    `words` is [terms × topics]. Fills `new_shares` of these releases, adds to `new_words` (of this
    stretch alone), and gives the log-likelihood under the old shares and words.
    """
    n_topics = shares.shape[1]
    likelihood = 0.0
    for row in range(first, last):
        for k in range(n_topics):
            new_shares[row, k] = 0.0
        total = 0.0
        for j in range(indptr[row], indptr[row + 1]):
            term = indices[j]
            probability = 0.0
            for k in range(n_topics):
                probability += shares[row, k] * words[term, k]
            if probability <= 0.0:  # underflow: the word is as good as impossible, and tells nothing
                continue
            total += counts[j]
            likelihood += counts[j] * np.log(probability)
            ratio = counts[j] / probability
            for k in range(n_topics):
                part = ratio * shares[row, k] * words[term, k]
                new_shares[row, k] += part
                new_words[term, k] += part
        for k in range(n_topics):
            new_shares[row, k] = new_shares[row, k] / total if total > 0.0 else shares[row, k]
    return likelihood


@compiled
def attribute_sentences(
    topic: int,
    ids: npt.NDArray[np.int32],
    rows: npt.NDArray[np.int64],
    sentences: npt.NDArray[np.int64],
    term_of: npt.NDArray[np.int64],
    wanted: npt.NDArray[np.bool_],
    shares: Floats,
    words: Floats,
) -> Floats:
    """Expected tokens of a topic in each sentence of a shard: Σ of p(topic | word, release) over its tokens.

    `term_of` leads from types to terms (-1: no term); `wanted` and `shares` are of the shard's releases,
    `words` is [terms × topics]. Sentences of other releases get 0.
    """
    made = np.zeros(sentences.size)
    at = -1
    for row in range(rows.size - 1):
        for i in range(rows[row], rows[row + 1]):
            while at + 1 < sentences.size and sentences[at + 1] <= i:
                at += 1
            term = term_of[ids[i]]
            if not wanted[row] or term < 0 or at < 0:
                continue
            probability = 0.0
            for k in range(words.shape[1]):
                probability += shares[row, k] * words[term, k]
            if probability > 0.0:
                made[at] += shares[row, topic] * words[term, topic] / probability
    return made
