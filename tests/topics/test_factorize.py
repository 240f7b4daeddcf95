"""Planted topics are found again, and nothing that ought not to matter does."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.special import xlogy
from threadpoolctl import threadpool_limits

import octadisc as od
from octadisc.topics import factorize, kernels


def test_planted_topics_are_found(planted, fitted):
    cosine, columns = planted.match(fitted)
    assert cosine.min() > 0.95
    assert np.abs(fitted.shares[:, columns] - planted.shares).mean() < 0.03


def test_planted_topics_are_found_from_a_random_start(planted):
    for method in ("nmf", "lda"):
        model = od.fit_topics(planted.counts, 6, method, start="random", seed=1)
        assert planted.match(model)[0].min() > 0.95


def test_rows_are_distributions(fitted):
    np.testing.assert_allclose(fitted.shares.sum(axis=1), 1)
    np.testing.assert_allclose(fitted.words.sum(axis=1), 1)
    assert fitted.shares.min() >= 0
    assert fitted.words.min() >= 0


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_the_order_of_releases_permutes_shares_and_nothing_else(planted, method):
    counts = planted.counts
    order = np.random.default_rng(3).permutation(len(counts.releases))
    other = od.TermCounts.from_matrix(counts.matrix[order], counts.terms, counts.releases.iloc[order])
    model, again = (od.fit_topics(one, 6, method) for one in (counts, other))
    np.testing.assert_allclose(again.words, model.words, atol=1e-6)
    np.testing.assert_allclose(again.shares, model.shares[order], atol=1e-4)


@pytest.mark.parametrize("start", ["spectral", "random"])
@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_one_thread_or_two_give_the_same_bits(planted, method, start, monkeypatch):
    monkeypatch.setattr(factorize, "_PIECE", 2_000)  # several pieces even here
    made = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads):
            made.append(od.fit_topics(planted.counts, 6, method, start=start, seed=5, n_threads=n_threads))
    assert (made[0].words == made[1].words).all()
    assert (made[0].shares == made[1].shares).all()
    assert (made[0].bound == made[1].bound).all()


def test_a_spectral_start_does_not_depend_on_the_seed_and_a_random_one_does(planted):
    spectral = [od.fit_topics(planted.counts, 12, "nmf", seed=seed).words for seed in (0, 1)]
    np.testing.assert_allclose(*spectral, atol=1e-6)
    one, two = (od.fit_topics(planted.counts, 12, "nmf", seed=seed, start="random").words for seed in (0, 1))
    assert np.abs(one - two).max() > 1e-4


def test_the_likelihood_of_nmf_never_falls_and_is_what_it_says(planted):
    model = od.fit_topics(planted.counts, 6, "nmf")
    assert (np.diff(model.bound) > -1e-9 * np.abs(model.bound[1:])).all()
    # The last value is that of the shares and words that the last iteration began with: one short of now.
    likelihood = xlogy(planted.counts.matrix.toarray(), model.shares @ model.words).sum()
    assert model.bound[-1] <= likelihood < model.bound[-1] + 1e-4 * abs(likelihood)


def test_shares_of_nmf_are_shares_of_words(planted):
    """Σ over a release's words of p(topic | word) is its share, times its length, where NMF has settled."""
    model = od.fit_topics(planted.counts, 6, "nmf")
    matrix = planted.counts.matrix.toarray()
    ratio = matrix / (model.shares @ model.words + 1e-300)
    share = model.shares * (ratio @ model.words.T) / matrix.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(share, model.shares, atol=0.01)


def test_the_kernel_does_what_three_lines_of_numpy_do():
    rng = np.random.default_rng(0)
    dense = rng.poisson(0.7, (9, 12))
    dense[4] = 0
    counts = sparse.csr_matrix(dense)
    shares, words = rng.dirichlet(np.ones(3), 9), rng.dirichlet(np.ones(12), 3)
    new_shares, new_words = np.empty_like(shares), np.zeros((12, 3))
    found = kernels.attribute_words(
        0,
        9,
        counts.indptr.astype(np.int64),
        counts.indices.astype(np.int64),
        counts.data.astype(float),
        shares,
        np.ascontiguousarray(words.T),
        new_shares,
        new_words,
    )
    responsibility = shares[:, :, None] * words / (shares @ words)[:, None, :]
    parts = dense[:, None, :] * responsibility
    np.testing.assert_allclose(new_words, parts.sum(axis=0).T)
    filled = np.arange(9) != 4
    np.testing.assert_allclose(
        new_shares[filled], (parts.sum(axis=2) / dense.sum(axis=1)[:, None].clip(1))[filled]
    )
    assert (new_shares[4] == shares[4]).all()
    assert found == pytest.approx((dense * np.log(shares @ words)).sum())


def test_lda_begins_where_it_is_told(planted):
    """A scikit-learn that made its start elsewhere would pass our words over in silence."""
    words = np.random.default_rng(0).dirichlet(np.full(len(planted.counts.terms), 0.05), 6)
    options = {"n_components": 6, "learning_method": "batch", "max_iter": 1, "random_state": 0}
    model = factorize._started(options, 1000 * words)
    model._init_latent_vars(words.shape[1])
    np.testing.assert_allclose(model.components_, 1000 * words + 1 / 6)
    model.fit(planted.counts.matrix)
    assert model.n_iter_ == 1


@pytest.mark.parametrize("shape", [(2, 2), (3, 40), (40, 3), (5, 5)])
def test_tiny_corpora(shape):
    matrix = np.random.default_rng(1).poisson(1.0, shape)
    matrix[:, 0] += 1
    counts = od.TermCounts.from_matrix(matrix, [f"t{i}" for i in range(shape[1])], [{}] * shape[0])
    for method in ("nmf", "lda"):
        model = od.fit_topics(counts, 2, method)
        np.testing.assert_allclose(model.shares.sum(axis=1), 1)
        np.testing.assert_allclose(model.words.sum(axis=1), 1)


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_a_large_corpus_of_one_sentence(method):
    """Singular values of zero: the start has nothing to go by, and still gives distributions."""
    row = np.arange(150) % 4
    counts = od.TermCounts.from_matrix(np.tile(row, (300, 1)), [f"t{i:03d}" for i in range(150)], [{}] * 300)
    model = od.fit_topics(counts, 5, method)
    np.testing.assert_allclose(model.shares.sum(axis=1), 1)
    np.testing.assert_allclose(model.shares @ model.words, np.tile(row / row.sum(), (300, 1)), atol=1e-3)


def test_more_topics_than_there_is_to_tell_apart():
    counts = od.TermCounts.from_matrix([[2, 1]] * 6, ["crime", "trust"], [{}] * 6)
    model = od.fit_topics(counts, 2, "nmf")
    np.testing.assert_allclose(model.shares @ model.words, np.tile([2 / 3, 1 / 3], (6, 1)), atol=1e-6)
    assert model.topics["name"].is_unique


def draw_uneven(seed, n_releases=700, n_terms=500, n_topics=10):
    """Draw counts of topics that share their frequent words; of the last one no release has much."""
    rng = np.random.default_rng(seed)
    common = 1 / (np.arange(n_terms) + 10.0)
    words = rng.dirichlet(0.06 * n_terms * common / common.sum(), n_topics)
    shares = np.exp(2.4 * rng.standard_normal((n_releases, n_topics)) * (np.arange(n_topics) < n_topics - 1))
    shares /= shares.sum(axis=1, keepdims=True)
    lengths = np.maximum(rng.negative_binomial(3, 3 / 123, n_releases), 10)
    counts = np.stack([rng.multinomial(n, row @ words) for n, row in zip(lengths, shares, strict=True)])
    return sparse.csr_matrix(counts), words


def worst_match(words, found):
    cosine = words @ found.T / np.outer(np.linalg.norm(words, axis=1), np.linalg.norm(found, axis=1))
    rows, columns = linear_sum_assignment(-cosine)
    return cosine[rows, columns].min()


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_nmf_finds_a_topic_that_releases_have_a_little_of(seed):
    """Least squares of square roots alone leave one out: it has a cosine below .7 with any found."""
    matrix, words = draw_uneven(seed)
    assert worst_match(words, factorize.fit_nmf(matrix, 10, seed=0).words) > 0.8


def test_nmf_ends_where_it_is_at_least_as_likely_as_from_either_start(planted):
    for matrix, n_topics in ((draw_uneven(0)[0], 10), (sparse.csr_matrix(planted.counts.matrix), 6)):
        ends = [
            factorize._climb(matrix, *begun, 500, factorize._NMF_TOLERANCE, None).bound[-1]
            for begun in (
                factorize._start(matrix, n_topics, 0, "spectral", None),
                factorize._start_from_counts(matrix, n_topics, 0),
            )
        ]
        made = factorize.fit_nmf(matrix, n_topics, seed=0)
        assert made.bound[-1] >= max(ends) - factorize._APART * abs(max(ends))
        assert (np.diff(made.bound) >= -1e-9 * abs(made.bound[0])).all()
        assert made.n_iterations == len(made.bound)
