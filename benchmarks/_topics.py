"""Corpora of counts drawn from a known structural topic model, and the reference corpus where it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

import octadisc as od

REFERENCE = Path(__file__).resolve().parents[2] / "shared" / "reference" / "stm"


class Simulated(NamedTuple):
    """Counts and what they were drawn from."""

    counts: od.TermCounts
    words: npt.NDArray[np.float64]  # [topics × terms]
    shares: npt.NDArray[np.float64]  # [releases × topics]


def draw_words(n_topics: int, n_terms: int, rng: np.random.Generator, spread: float = 0.06) -> Any:
    """Give topics' words: Dirichlet draws about Zipf's law, with `spread` × terms for the sum of parameters.

    With .06 the words of two topics have a median cosine of .2, as those of 20 topics of poliblog5k have.
    """
    common = 1 / (np.arange(n_terms) + 10.0)
    return rng.dirichlet(spread * n_terms * common / common.sum(), n_topics) + 1e-12


def simulate(
    n_releases: int,
    *,
    n_topics: int = 10,
    n_terms: int = 1_000,
    length: float = 200.0,
    mean: Any = None,
    scale: float = 2.4,
    releases: pd.DataFrame | None = None,
    seed: int = 0,
    words: Any = None,
) -> Simulated:
    """Draw a corpus: log-ratios of shares are normal about `mean` [releases × topics − 1] with sd `scale`.

    Lengths are negative binomial with the given mean and a dispersion of 3, at least 10. Words are drawn
    token by token from the mixture of the topics.
    """
    rng = np.random.default_rng(seed)
    words = draw_words(n_topics, n_terms, rng) if words is None else words
    centre = (
        np.zeros((n_releases, n_topics - 1))
        if mean is None
        else np.broadcast_to(mean, (n_releases, n_topics - 1))
    )
    eta = np.hstack([centre + scale * rng.standard_normal(centre.shape), np.zeros((n_releases, 1))])
    shares = np.exp(eta - eta.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    lengths = np.maximum(rng.negative_binomial(3, 3 / (3 + length), n_releases), 10)
    topics = np.repeat(np.tile(np.arange(n_topics), n_releases), rng.multinomial(lengths, shares).ravel())
    rows = np.repeat(np.arange(n_releases), lengths)
    terms = np.empty(topics.size, np.int64)
    for k in range(n_topics):
        mine = topics == k
        terms[mine] = np.searchsorted(np.cumsum(words[k]), rng.random(int(mine.sum())) * (1 - 1e-12))
    matrix = sparse.coo_matrix(
        (np.ones(terms.size, np.int32), (rows, terms)), (n_releases, words.shape[1])
    ).tocsr()
    table = pd.DataFrame({"release": [str(i) for i in range(n_releases)]}) if releases is None else releases
    names = [f"t{i:06d}" for i in range(words.shape[1])]
    return Simulated(od.TermCounts.from_matrix(matrix, names, table), words, shares)


def read_reference() -> tuple[od.TermCounts, str] | None:
    """Give the counts of poliblog5k and their formula, or nothing where they are not beside the project."""
    if not REFERENCE.is_dir():
        return None
    entries = pd.read_csv(REFERENCE / "poliblog5k_counts.csv.gz")
    terms = (REFERENCE / "poliblog5k_vocabulary.txt").read_text("utf-8").split()
    releases = pd.read_csv(REFERENCE / "poliblog5k_meta.csv")
    shape = (len(releases), len(terms))
    matrix = sparse.csr_matrix((entries["c"], (entries["d"], entries["w"])), shape)
    releases = releases.assign(issuer=releases["blog"])
    return od.TermCounts.from_matrix(matrix, terms, releases), "~ rating + s(day)"
