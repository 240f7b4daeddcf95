"""Corpora drawn from known topics."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment

import octadisc as od


@dataclass
class Planted:
    """Counts, and the topics they were drawn from."""

    counts: od.TermCounts
    shares: np.ndarray
    words: np.ndarray

    def match(self, model):
        """Give the cosine of each planted topic with the found one matched to it, and that matching."""
        size = np.outer(np.linalg.norm(self.words, axis=1), np.linalg.norm(model.words, axis=1))
        cosine = self.words @ model.words.T / size
        rows, columns = linear_sum_assignment(-cosine)
        return cosine[rows, columns], columns


def plant(n_releases=300, n_terms=400, n_topics=6, length=120, seed=0):
    """Draw topics (Dirichlet .05), shares (Dirichlet .2) and from these the words of releases."""
    rng = np.random.default_rng(seed)
    words = rng.dirichlet(np.full(n_terms, 0.05), n_topics)
    shares = rng.dirichlet(np.full(n_topics, 0.2), n_releases)
    lengths = rng.poisson(length, n_releases) + 20
    matrix = np.stack([rng.multinomial(lengths[i], shares[i] @ words) for i in range(n_releases)])
    releases = pd.DataFrame(
        {
            "release": [f"r{i:04d}" for i in range(n_releases)],
            "date": pd.date_range("2001-01-15", periods=n_releases, freq="11D"),
            "issuer": np.array(["Europol", "SELEC", "Presidency"])[rng.integers(0, 3, n_releases)],
            "title": [f"Release {i}" for i in range(n_releases)],
        }
    )
    counts = od.TermCounts.from_matrix(matrix, [f"t{i:04d}" for i in range(n_terms)], releases)
    return Planted(counts, shares, words)


@pytest.fixture(scope="session")
def planting():
    """Give `plant`, for corpora of another kind."""
    return plant


@pytest.fixture(scope="session")
def planted():
    return plant()


@pytest.fixture(scope="session", params=["structural", "nmf", "lda"])
def fitted(request, planted):
    return od.fit_topics(planted.counts, 6, request.param)


# Two themes that share the word "police", one sentence of the other theme in the last release.
TEXTS = [
    ("2007-03-01", "Europol", "Drugs were seized. Police seized drugs and cocaine at the border."),
    ("2007-06-01", "Europol", "Cocaine and drugs were seized by police. The drugs came by sea."),
    ("2007-09-01", "SELEC", "Ministers build mutual trust. Police trust needs training and mutual respect."),
    ("2009-02-01", "SELEC", "Training builds trust. Mutual respect and trust of police grow with training."),
    ("2009-05-01", None, "Ministers speak of mutual trust and training. Cocaine and drugs were seized."),
]


@pytest.fixture(scope="session")
def tokens():
    return od.tokenize(
        od.Corpus.from_frame(
            pd.DataFrame(TEXTS, columns=["date", "issuer", "text"]).assign(
                release=list("abcde"), language="en"
            )
        )
    )


@pytest.fixture(scope="session")
def small(tokens):
    return od.fit_topics(od.count_terms(tokens, stop_words="auto"), 2)
