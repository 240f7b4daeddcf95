"""NMF and LDA: two ways to split counts into shares of topics and words of topics.

Both start from scikit-learn's NMF, by least squares, of the square roots of each release's word shares
(rows of unit length, so that long releases and frequent words do not rule), which itself starts from
singular vectors. On corpora of press releases that start gave the most coherent and most distinct topics,
without any weights for rare words. It may miss a topic that few releases have: so there is a second one,
the singular vectors of the counts, and the more likely end is taken. What follows works on the counts
themselves:

- NMF goes on by minimising the Kullback–Leibler divergence. With that loss NMF is the mixture of words
  called PLSA, so shares are the share of a release's words that come from a topic: nothing is rescaled.
- LDA is scikit-learn's batch variational inference.

Where copies of a release count as parts of one, the counts are those parts. A likelihood then weighs copies
as it should by itself; the start, which looks at shares of words, has to be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import psi

from octadisc.terms.reissues import per_entry
from octadisc.tokens.threads import in_threads, one_blas_thread
from octadisc.topics import kernels

__all__ = ["Fitted", "Start", "fit_lda", "fit_nmf"]

Floats = npt.NDArray[np.float64]
Start = Literal["spectral", "random"]
_Entries = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]  # row pointers, columns, counts

_PIECE = 250_000  # entries of the matrix that one call of the kernel takes; fixed, so that sums are too
_MOST_PIECES = 16  # each has its own sums of words
_NMF_TOLERANCE = 2e-5  # relative gain of log-likelihood in an iteration
_APART = 1e-4  # of the log-likelihood: less is no reason to prefer the second start
_FINER = 0.25  # of the tolerance: the second start is further off, and climbs more slowly
_LDA_TOLERANCE = 1e-3  # gain of perplexity in five iterations, relative to that of one topic
_START_ITERATIONS = 100


class Fitted(NamedTuple):
    """What a method found.

    Attributes
    ----------
    shares : array, shape (releases, topics)
    words : array, shape (topics, terms)
    bound : array of float
        Log-likelihood (NMF: one value an iteration; LDA: its lower bound, one value).
    n_iterations : int
    settled : bool
        Whether it stopped because little changed any more.
    """

    shares: Floats
    words: Floats
    bound: Floats
    n_iterations: int
    settled: bool


def fit_nmf(
    matrix: sparse.csr_matrix,
    n_topics: int,
    *,
    seed: int,
    start: Start = "spectral",
    max_iterations: int = 500,
    n_threads: int | None = None,
    release_weights: Floats | None = None,
) -> Fitted:
    """Factorise counts [releases × terms] by Kullback–Leibler divergence.

    Each iteration shares out every word of every release among the topics in proportion to share × word
    probability, and takes new shares and words from that; the likelihood never falls. The result does
    not depend on `n_threads`, and with a spectral start not on the seed. Each release's counts have been
    multiplied by its weight already (all 1 by default); shares do not depend on that.

    References
    ----------
    Lee and Seung (2001), NIPS 13; Gaussier and Goutte (2005), SIGIR, on NMF and PLSA being one;
    Boutsidis and Gallopoulos (2008), Pattern Recognition 41, on the start.
    """
    begun = _start(matrix, n_topics, seed, start, release_weights)
    made = _climb(matrix, *begun, max_iterations, _NMF_TOLERANCE, n_threads)
    if start != "spectral":
        return made
    other = _climb(
        matrix, *_start_from_counts(matrix, n_topics, seed), max_iterations, _NMF_TOLERANCE, n_threads
    )
    ahead = (other.bound[-1] - made.bound[-1]) / abs(made.bound[-1])
    if ahead <= _APART:
        return made
    left = max_iterations - other.n_iterations
    if not other.settled or not left:
        return other
    finer = _climb(matrix, other.shares, other.words, left, _FINER * _NMF_TOLERANCE, n_threads)
    bound = np.concatenate([other.bound, finer.bound])
    return finer._replace(bound=bound, n_iterations=bound.size)


def _climb(
    matrix: sparse.csr_matrix,
    shares: Floats,
    words: Floats,
    most: int,
    tolerance: float,
    n_threads: int | None,
) -> Fitted:
    """Iterate until the log-likelihood gains less than the tolerance."""
    entries = (
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int64),
        matrix.data.astype(np.float64),
    )
    cuts = _cut(matrix.indptr)
    transposed = np.ascontiguousarray(words.T)
    bound: list[float] = []
    settled = False
    for _ in range(most):
        shares, transposed, likelihood = _attribute(entries, shares, transposed, cuts, n_threads)
        bound.append(likelihood)
        if len(bound) > 1 and bound[-1] - bound[-2] <= tolerance * abs(bound[-2]):
            settled = True
            break
    return Fitted(shares, np.ascontiguousarray(transposed.T), np.array(bound), len(bound), settled)


def fit_lda(
    matrix: sparse.csr_matrix,
    n_topics: int,
    *,
    seed: int,
    start: Start = "spectral",
    max_iterations: int = 500,
    n_threads: int | None = None,
    release_weights: Floats | None = None,
) -> Fitted:
    """Fit latent Dirichlet allocation by batch variational Bayes, both priors 1 / topics.

    A random start often leaves two topics in one and one in two; the spectral one begins at the words
    that `fit_nmf` finds. `n_threads` speeds up that part.

    Words of topics are learnt from the counts, which have been multiplied by each release's weight (all 1
    by default); shares are those of the release in full, or the prior would make those of a part more even.

    References
    ----------
    Blei, Ng and Jordan (2003), Journal of Machine Learning Research 3;
    Hoffman, Blei and Bach (2010), NIPS 23.
    """
    total = float(matrix.sum())
    frequency = np.asarray(matrix.sum(axis=0), float).ravel()
    frequency = frequency[frequency > 0]
    plain = float(np.exp(-(frequency / total) @ np.log(frequency / total)))  # perplexity of a single topic
    options: dict[str, Any] = {
        "n_components": n_topics,
        "learning_method": "batch",
        "max_iter": max_iterations,
        "max_doc_update_iter": 50,
        "evaluate_every": min(5, max_iterations),
        "perp_tol": _LDA_TOLERANCE * plain,
        "random_state": seed,
    }
    if start == "spectral":
        begin = fit_nmf(matrix, n_topics, seed=seed, n_threads=n_threads, release_weights=release_weights)
        model = _started(options, begin.words * (total / n_topics))
    else:
        from sklearn.decomposition import LatentDirichletAllocation

        model = LatentDirichletAllocation(**options)
    counts = matrix.astype(np.float64)
    whole = counts.copy()
    whole.data /= per_entry(matrix, release_weights)
    with one_blas_thread():
        shares = model.fit(counts).transform(whole)
    bound = np.array([-np.log(model.bound_) * total])
    return Fitted(
        _normalised(shares),
        _normalised(model.components_),
        bound,
        int(model.n_iter_),
        bool(model.n_iter_ < max_iterations),
    )


def _started(options: dict[str, Any], words: Floats) -> Any:
    """Make an LDA that begins at given words (pseudo-counts) and leaves nothing to chance.

    scikit-learn has no argument for that, so this steps in where it makes its random start;
    ``tests/topics/test_factorize.py`` sees to it that a new version still asks here.
    """
    from sklearn.decomposition import LatentDirichletAllocation

    class Started(LatentDirichletAllocation):  # type: ignore[misc]  # scikit-learn has no annotations
        def _init_latent_vars(self, n_features: int, dtype: Any = np.float64) -> None:
            super()._init_latent_vars(n_features, dtype=dtype)
            self.components_ = (words + self.topic_word_prior_).astype(dtype)
            expected = psi(self.components_) - psi(self.components_.sum(axis=1, keepdims=True))
            self.exp_dirichlet_component_ = np.exp(expected)

        def _e_step(self, matrix: Any, cal_sstats: bool, random_init: bool, parallel: Any = None) -> Any:
            return super()._e_step(matrix, cal_sstats, False, parallel)

    return Started(**options)


def _attribute(
    entries: _Entries,
    shares: Floats,
    words: Floats,
    cuts: Sequence[tuple[int, int]],
    n_threads: int | None,
) -> tuple[Floats, Floats, float]:
    """Do one iteration: give new shares, new words [terms × topics], and the old ones' log-likelihood."""
    indptr, indices, counts = entries
    new_shares = np.empty_like(shares)

    def attribute(cut: tuple[int, int]) -> tuple[float, Floats]:
        part = np.zeros_like(words)
        first, last = cut
        found = kernels.attribute_words(first, last, indptr, indices, counts, shares, words, new_shares, part)
        return found, part

    parts = in_threads(attribute, cuts, n_threads)
    new_words = np.zeros_like(words)
    for _, part in parts:
        new_words += part
    totals = new_words.sum(axis=0)
    new_words = np.where(totals > 0, new_words / np.where(totals > 0, totals, 1.0), words)
    return new_shares, new_words, float(sum(found for found, _ in parts))


def _cut(indptr: Any) -> list[tuple[int, int]]:
    """Cut the releases into stretches of about equally many entries, whatever the number of threads."""
    n_pieces = int(np.clip(indptr[-1] // _PIECE, 1, _MOST_PIECES))
    edges = np.searchsorted(indptr, np.linspace(0, indptr[-1], n_pieces + 1)[1:-1])
    bounds = np.unique([0, *edges.tolist(), len(indptr) - 1]).tolist()
    return list(pairwise(bounds))


def _start(
    matrix: sparse.csr_matrix, n_topics: int, seed: int, start: Start, release_weights: Floats | None
) -> tuple[Floats, Floats]:
    """Give first shares and words, all positive, from least squares on square roots of word shares."""
    import warnings

    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    roots = matrix.astype(np.float64)
    lengths = np.asarray(roots.sum(axis=1)).ravel()
    roots.data = np.sqrt(roots.data / per_entry(roots, lengths) * per_entry(roots, release_weights))
    options: dict[str, Any] = {"n_components": n_topics, "max_iter": _START_ITERATIONS}
    # errstate: an error of zero, which is not needed here, may come out as the root of a negative number
    with one_blas_thread(), warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)  # a start need not have settled
        if start == "spectral":
            left, right = _nonnegative_svd(roots, n_topics, seed)
            model = NMF(init="custom", **options)
            left = model.fit_transform(roots, W=left, H=right)
        else:
            model = NMF(init="random", random_state=seed, **options)
            left = model.fit_transform(roots)
    return _as_shares(left, model.components_)


def _start_from_counts(matrix: sparse.csr_matrix, n_topics: int, seed: int) -> tuple[Floats, Floats]:
    """Give first shares and words, all positive, from singular vectors of the counts as they are."""
    with one_blas_thread():
        return _as_shares(*_nonnegative_svd(matrix.astype(np.float64), n_topics, seed))


def _as_shares(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Make shares and words of two factors, all positive."""
    shares = _normalised(left * right.sum(axis=1))
    words = _normalised(right)
    return _normalised(shares + 1e-3), _normalised(words + 1e-3 / words.shape[1])


def _nonnegative_svd(roots: sparse.csr_matrix, n_topics: int, seed: int) -> tuple[Floats, Floats]:
    """Give the positive parts of the leading singular vectors, zeros filled with the mean (NNDSVDa).

    Written out because scikit-learn's draws random numbers by row, and the order of releases must not matter.
    """
    left, values, right = _leading_singular(roots, n_topics, seed)
    filling = float(roots.mean())
    first, second = np.full((roots.shape[0], n_topics), filling), np.full((n_topics, roots.shape[1]), filling)
    for k in range(values.size):
        parts = []
        for sign in (1.0, -1.0):
            u, v = np.maximum(sign * left[:, k], 0), np.maximum(sign * right[k], 0)
            parts.append((float(np.linalg.norm(u) * np.linalg.norm(v)), u, v))
        size, u, v = max(parts, key=lambda part: part[0])
        if size * values[k] > 1e-10:
            scale = np.sqrt(values[k] * size)
            u, v = scale * u / np.linalg.norm(u), scale * v / np.linalg.norm(v)
            first[:, k], second[k] = np.where(u > 1e-6, u, filling), np.where(v > 1e-6, v, filling)
    return first, second


def _leading_singular(roots: sparse.csr_matrix, n_topics: int, seed: int) -> tuple[Floats, Floats, Floats]:
    smallest = min(roots.shape)
    if smallest <= max(100, 2 * n_topics):
        left, values, right = np.linalg.svd(roots.toarray(), full_matrices=False)
        return left[:, :n_topics], values[:n_topics], right[:n_topics]
    from scipy.sparse.linalg import ArpackNoConvergence, svds

    begin = np.random.default_rng(seed).random(roots.shape[1])
    if roots.shape[0] < roots.shape[1]:
        begin = roots @ begin  # a release's number comes from its words, not from its place
    try:
        left, values, right = svds(roots, k=n_topics, v0=begin, tol=1e-9)
    except ArpackNoConvergence:  # hardly ever; an approximation will do for a start
        from sklearn.utils.extmath import randomized_svd

        left, values, right = randomized_svd(roots, n_topics, random_state=seed)
    order = np.argsort(-values, kind="stable")
    return left[:, order], values[order], right[order]


def _normalised(rows: Any) -> Floats:
    """Divide each row by its sum; a row of zeros becomes even."""
    made = np.asarray(rows, np.float64)
    totals = made.sum(axis=1, keepdims=True)
    return np.where(totals > 0, made / np.where(totals > 0, totals, 1.0), 1.0 / made.shape[1])
