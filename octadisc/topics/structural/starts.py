"""Where a fit begins: at anchor words, at random words, or at what Gibbs sampling finds in a short run."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.compiled import compiled
from octadisc.topics.structural.fitting import Data, State, first_state
from octadisc.topics.structural.spectral import spectral_words

__all__ = ["STARTS", "StructuralStart", "begin", "sample_topics"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
StructuralStart = Literal["spectral", "random", "gibbs"]
STARTS = get_args(StructuralStart)

_GAMMA = 0.1  # shape of random topics: few words make up most of each
_SWEEPS = 50  # of the sampler, of which the second half counts
_SHARES_PRIOR = 50.0  # over the number of topics
_WORDS_PRIOR = 0.01


def begin(
    data: Data,
    matrix: sparse.csr_matrix,
    n_topics: int,
    start: StructuralStart,
    seed: int,
    *,
    fewest_releases: int = 0,
) -> State:
    """Give the state from which a fit begins; `fewest_releases` is for anchors of a spectral start.

    Raises
    ------
    NotEnoughDataError
        If a spectral start finds too few anchor words.
    """
    if start == "spectral":
        return first_state(data, spectral_words(matrix, n_topics, fewest_releases=fewest_releases))
    rng = np.random.default_rng(seed)
    if start == "random":
        topics = rng.gamma(_GAMMA, size=(n_topics, data.n_terms)) + 1e-12
        return first_state(data, topics / topics.sum(axis=1, keepdims=True))
    counts = np.round(data.counts).astype(np.int64)
    terms = np.repeat(data.indices, counts)
    releases = np.repeat(np.repeat(np.arange(data.n_releases), np.diff(data.indptr)), counts)
    shares, topics = sample_topics(terms, releases, data.n_releases, data.n_terms, n_topics, rng)
    return _sampled(data, shares, topics)


@compiled
def sample_topics(
    terms: Ints, releases: Ints, n_releases: int, n_terms: int, n_topics: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Run collapsed Gibbs sampling of latent Dirichlet allocation for 50 sweeps over the tokens.

    Returns
    -------
    shares : array, shape (releases, topics)
    words : array, shape (topics, terms)
        Means over the second half of the sweeps; rows sum to 1.

    References
    ----------
    Griffiths and Steyvers (2004), Proceedings of the National Academy of Sciences 101.
    """
    alpha = _SHARES_PRIOR / n_topics
    topic = np.empty(terms.size, np.int64)
    in_release = np.zeros((n_releases, n_topics))
    in_topic = np.zeros((n_terms, n_topics))
    total = np.zeros(n_topics)
    for i in range(terms.size):
        k = int(rng.random() * n_topics)
        topic[i] = k
        in_release[releases[i], k] += 1
        in_topic[terms[i], k] += 1
        total[k] += 1
    shares, words = np.zeros((n_releases, n_topics)), np.zeros((n_topics, n_terms))
    weight = np.empty(n_topics)
    for sweep in range(_SWEEPS):
        for i in range(terms.size):
            d, v, k = releases[i], terms[i], topic[i]
            in_release[d, k] -= 1
            in_topic[v, k] -= 1
            total[k] -= 1
            whole = 0.0
            for k in range(n_topics):
                whole += (
                    (in_release[d, k] + alpha)
                    * (in_topic[v, k] + _WORDS_PRIOR)
                    / (total[k] + n_terms * _WORDS_PRIOR)
                )
                weight[k] = whole
            drawn = rng.random() * whole
            k = 0
            while k < n_topics - 1 and weight[k] < drawn:
                k += 1
            topic[i] = k
            in_release[d, k] += 1
            in_topic[v, k] += 1
            total[k] += 1
        if sweep >= _SWEEPS // 2:
            shares += in_release
            words += in_topic.T
    half = _SWEEPS - _SWEEPS // 2
    shares = shares / half + alpha
    words = words / half + _WORDS_PRIOR
    for d in range(n_releases):
        shares[d] /= shares[d].sum()
    for k in range(n_topics):
        words[k] /= words[k].sum()
    return shares, words


def _sampled(data: Data, shares: Floats, topics: Floats) -> State:
    eta = np.log(shares[:, :-1]) - np.log(shares[:, -1:])
    state = first_state(data, topics, eta)
    coefficients = np.zeros((data.design.shape[1], eta.shape[1]))
    coefficients[0] = eta.mean(axis=0)
    left = eta - coefficients[0]
    covariance = left.T @ left / max(len(eta) - 1, 1) + 1e-3 * np.eye(eta.shape[1])
    return state._replace(coefficients=coefficients, covariance=covariance)
