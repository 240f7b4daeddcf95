"""The parts of the structural topic model against plain twins: E-step, prevalence, words, starts."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import approx_fprime, minimize
from sklearn.linear_model import MultiTaskLasso

from octadisc.errors import NotEnoughDataError
from octadisc.topics.structural import kernels
from octadisc.topics.structural.fitting import (
    Settings,
    State,
    first_state,
    fit,
    infer,
    make_data,
    shares_of,
)
from octadisc.topics.structural.prevalence import find_axes, fit_coefficients, sparse_path
from octadisc.topics.structural.spectral import find_anchors, spectral_words
from octadisc.topics.structural.starts import begin, sample_topics


def draw(n_releases=60, n_terms=40, n_topics=4, seed=0, length=30):
    """Draw counts, topics, and one covariate besides the constant."""
    rng = np.random.default_rng(seed)
    words = rng.dirichlet(np.full(n_terms, 0.2), n_topics)
    shares = rng.dirichlet(np.full(n_topics, 0.4), n_releases)
    matrix = np.stack([rng.multinomial(length, one @ words) for one in shares]).astype(float)
    design = np.column_stack([np.ones(n_releases), rng.normal(size=n_releases)])
    return sparse.csr_matrix(matrix), words, design


def plain_value(eta, counts, words, mu, precision):
    """Give f as it is written in the kernel's docstring."""
    share = shares_of(eta[None])[0]
    left = eta - mu
    return 0.5 * left @ precision @ left - counts @ np.log(share @ words)


def one_release(seed, n_topics, n_terms, tight):
    rng = np.random.default_rng(seed)
    words = rng.dirichlet(np.full(n_terms, 0.3), n_topics) + 1e-6
    words /= words.sum(axis=1, keepdims=True)
    counts = rng.poisson(3, n_terms).astype(float)
    counts[0] += 1
    root = rng.normal(size=(n_topics - 1, n_topics - 1))
    precision = tight * (root @ root.T / n_topics + 0.2 * np.eye(n_topics - 1))
    return counts, words, rng.normal(size=n_topics - 1), precision


def infer_one(counts, words, mu, precision, begin_at):
    matrix = sparse.csr_matrix(counts[None])
    data = make_data(matrix, np.ones((1, 1)))
    covariance = np.linalg.inv(precision)
    state = State(words.T[None].copy(), begin_at[None].copy(), mu[None], covariance)
    return infer(data, state, each=True, tolerance=1e-14)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n_topics=st.integers(2, 6),
    n_terms=st.integers(2, 12),
    tight=st.sampled_from([1.0, 0.1, 0.01]),
)
def test_a_release_is_inferred_as_by_a_general_optimiser(seed, n_topics, n_terms, tight):
    """With little prior the problem has several optima; from one place both go down to the same or lower."""
    counts, words, mu, precision = one_release(seed, n_topics, n_terms, tight)
    begin_at = np.zeros(n_topics - 1)
    found = infer_one(counts, words, mu, precision, begin_at)
    eta = found.eta[0]
    slope = approx_fprime(eta, plain_value, 1e-6, counts, words, mu, precision)
    assert np.abs(slope).max() < 1e-3 * max(1.0, counts.sum() / 10)
    asked = counts, words, mu, precision
    value = plain_value(eta, *asked)
    other = minimize(plain_value, begin_at, asked, method="BFGS", options={"gtol": 1e-9})
    near = minimize(plain_value, eta, asked, method="BFGS", options={"gtol": 1e-9})
    assert value <= near.fun + 1e-6
    if np.abs(other.x - eta).max() < 0.5:  # the same hollow
        assert value == pytest.approx(other.fun, abs=1e-5)


def test_a_problem_that_is_not_convex_ends_in_an_optimum():
    """Two topics with all but the same words: f curves down at the start, where plain Newton goes uphill."""
    words = np.array([[0.98, 0.01, 0.01], [0.01, 0.98, 0.01], [0.01, 0.01, 0.98]])
    counts, mu = np.array([40.0, 40.0, 0.0]), np.array([-4.0, -4.0])
    precision = 0.05 * np.eye(2)

    def curvature(eta):
        step = 1e-3
        grid = np.eye(2) * step
        value = [
            [
                plain_value(eta + a + b, counts, words, mu, precision)
                - plain_value(eta + a - b, counts, words, mu, precision)
                - plain_value(eta - a + b, counts, words, mu, precision)
                + plain_value(eta - a - b, counts, words, mu, precision)
                for a in grid
            ]
            for b in grid
        ]
        return np.array(value) / (4 * step**2)

    assert np.linalg.eigvalsh(curvature(mu)).min() < 0
    eta = infer_one(counts, words, mu, precision, mu).eta[0]
    assert np.linalg.eigvalsh(curvature(eta)).min() > 0
    best = minimize(plain_value, [2.0, 2.0], (counts, words, mu, precision), options={"gtol": 1e-10})
    np.testing.assert_allclose(eta, best.x, atol=1e-4)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), n_topics=st.integers(2, 5))
def test_slope_and_curvature_are_those_of_f(seed, n_topics):
    counts, words, mu, precision = one_release(seed, n_topics, 8, 1.0)
    eta = np.random.default_rng(seed + 1).normal(size=n_topics - 1)
    free = n_topics - 1
    there = counts > 0
    room = (
        np.empty(n_topics),
        np.empty(there.sum()),
        np.empty((there.sum(), n_topics)),
        np.empty(n_topics),
        np.empty((n_topics, n_topics)),
        np.empty(free),
        np.zeros((free, free)),
    )
    own = np.ascontiguousarray(words[:, there].T)

    def slope_at(place):
        kernels._evaluate(place, mu, precision, own, counts[there], counts.sum(), room)
        return room[5].copy()

    value = kernels._evaluate(eta, mu, precision, own, counts[there], counts.sum(), room)
    curve = np.tril(room[6]) + np.tril(room[6], -1).T
    assert value == pytest.approx(plain_value(eta, counts, words, mu, precision), rel=1e-9)
    step = 1e-5
    values = [
        plain_value(eta + e, counts, words, mu, precision)
        - plain_value(eta - e, counts, words, mu, precision)
        for e in step * np.eye(free)
    ]
    np.testing.assert_allclose(slope_at(eta), np.array(values) / (2 * step), rtol=1e-4, atol=1e-4)
    numeric = [(slope_at(eta + e) - slope_at(eta - e)) / (2 * step) for e in step * np.eye(free)]
    np.testing.assert_allclose(curve, numeric, rtol=1e-4, atol=1e-4)


def test_a_posterior_is_as_wide_as_the_inverse_curvature():
    counts, words, mu, precision = one_release(3, 4, 10, 1.0)
    found = infer_one(counts, words, mu, precision, np.zeros(3))
    eta, step = found.eta[0], 1e-3
    unit = step * np.eye(3)
    curve = np.array(
        [
            [
                sum(
                    a * b * plain_value(eta + a * one + b * two, counts, words, mu, precision)
                    for a in (1, -1)
                    for b in (1, -1)
                )
                / (4 * step**2)
                for one in unit
            ]
            for two in unit
        ]
    )
    np.testing.assert_allclose(found.each[0], np.linalg.inv(curve), rtol=1e-4)
    np.testing.assert_allclose(found.spread, found.each[0], rtol=1e-12)
    # the bound of one release: −f − ½ log |curvature| − ½ log |covariance|
    expected = -plain_value(eta, counts, words, mu, precision)
    expected -= 0.5 * np.linalg.slogdet(curve)[1] - 0.5 * np.linalg.slogdet(precision)[1]
    assert found.bound[0] == pytest.approx(expected, rel=1e-6)


def test_the_result_is_the_same_to_the_bit_for_any_number_of_threads():
    matrix, words, design = draw(700, 600, 5)
    data = make_data(matrix, design)
    ends = [
        fit(data, first_state(data, words), Settings(max_iterations=6, n_threads=n))[0] for n in (1, 2, 3)
    ]
    for other in ends[1:]:
        assert other.bound == ends[0].bound
        for name in ("words", "eta", "coefficients", "covariance"):
            np.testing.assert_array_equal(getattr(other, name), getattr(ends[0], name))


def test_words_are_learnt_as_a_plain_sum_says():
    matrix, topics, design = draw(30, 20, 3)
    data = make_data(matrix, design)
    before = first_state(data, topics)
    after, _ = fit(data, before, Settings(max_iterations=1))
    shares, counts = shares_of(after.eta), matrix.toarray()
    expected = np.zeros((3, 20))
    for d in range(30):
        for v in range(20):
            part = shares[d] * topics[:, v]
            expected[:, v] += counts[d, v] * part / part.sum()
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(after.words[0].T, expected, rtol=1e-9, atol=1e-12)


def test_two_halves_of_a_release_are_one():
    matrix, words, design = draw(40, 30, 3)
    whole = make_data(matrix, design)
    twice = make_data(
        sparse.csr_matrix(sparse.vstack([matrix, matrix[:5]])),
        np.vstack([design, design[:5]]),
        weights=np.concatenate([np.full(5, 0.5), np.ones(35), np.full(5, 0.5)]),
    )
    asked = Settings(max_iterations=8)
    one, _ = fit(whole, first_state(whole, words), asked)
    two, _ = fit(twice, first_state(twice, words), asked)
    np.testing.assert_allclose(two.bound, one.bound, rtol=1e-9)
    np.testing.assert_allclose(two.eta[:40], one.eta, atol=1e-6)
    np.testing.assert_allclose(two.coefficients, one.coefficients, atol=1e-6)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_the_covariance_is_drawn_to_its_diagonal(share):
    matrix, words, design = draw()
    data = make_data(matrix, design)
    free, _ = fit(data, first_state(data, words), Settings(max_iterations=1))
    drawn, _ = fit(data, first_state(data, words), Settings(max_iterations=1, covariance_prior=share))
    off = ~np.eye(3, dtype=bool)
    np.testing.assert_allclose(drawn.covariance[off], (1 - share) * free.covariance[off], atol=1e-12)
    np.testing.assert_allclose(np.diag(drawn.covariance), np.diag(free.covariance))


def test_the_strict_rule_goes_on_for_longer():
    matrix, words, design = draw(200, 60, 4)
    data = make_data(matrix, design)
    usual, _ = fit(data, first_state(data, words), Settings())
    strict, settled = fit(data, first_state(data, words), Settings(rule="strict", max_iterations=2000))
    assert settled
    assert len(strict.bound) > len(usual.bound)
    again, _ = fit(data, strict, Settings(max_iterations=1))
    assert np.abs(shares_of(again.eta) - shares_of(strict.eta)).mean(axis=0).max() < 1e-4
    assert abs(again.bound[-1] - strict.bound[-1]) < 1e-6 * abs(strict.bound[-1])


# --- prevalence


def coefficients(eta, design, weights, prior="pooled"):
    return fit_coefficients(eta, design, weights, find_axes(design, weights), prior)


def test_ridge_is_near_to_least_squares_with_many_releases_and_to_the_mean_with_noise():
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(4000), rng.normal(size=(4000, 3))])
    true = np.array([[0.5, -1.0], [1.0, 0.0], [0.0, 2.0], [-0.5, 0.3]])
    y = x @ true + rng.normal(scale=0.5, size=(4000, 2))
    found = coefficients(y, x, np.ones(4000))
    least = np.linalg.lstsq(x, y, rcond=None)[0]
    np.testing.assert_allclose(found, least, atol=5e-3)
    few = x[:30]
    noise = rng.normal(size=(30, 1))
    shrunk = coefficients(noise, few, np.ones(30))
    plain = np.linalg.lstsq(few, noise, rcond=None)[0]
    assert np.linalg.norm(shrunk[1:]) < np.linalg.norm(plain[1:])


def test_ridge_is_that_of_a_plain_implementation():
    """The same updates of precision of errors (shape (1 + n) / 2), shrinkage and their half-Cauchy rates."""
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(80), rng.normal(size=(80, 4))])
    y = x @ np.array([1.0, 0.5, -0.5, 0.0, 0.2]) + rng.normal(size=80)
    n, p = x.shape
    w, noise, shrink, rate = np.zeros(p), 1.0, float(p), 1.0
    for _ in range(1000):
        penalty = np.diag([0.0] + [shrink] * (p - 1))
        cover = np.linalg.inv(noise * x.T @ x + penalty)
        new = noise * cover @ x.T @ y
        error = ((y - x @ new) ** 2).sum() + np.trace(x.T @ x @ cover)
        noise = ((1 + n) / 2) / (0.5 * error + rate)
        rate = 1 / (noise + 1)
        size = 4 / (shrink + 1) + new[1:] @ new[1:] + np.trace(cover[1:, 1:])
        shrink = p / size
        change = np.abs(new - w).sum()
        w = new
        if change <= 1e-4:
            break
    found = coefficients(y[:, None], x, np.ones(80))[:, 0]
    np.testing.assert_allclose(found, w, atol=1e-8)


def test_weights_of_two_are_two_rows():
    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(50), rng.normal(size=(50, 2))])
    y = rng.normal(size=(50, 3)) + x[:, [1]]
    weights = rng.integers(1, 4, 50)
    rows = np.repeat(np.arange(50), weights)
    for prior in ("pooled", "l1"):
        weighed = coefficients(y, x, weights.astype(float), prior)
        repeated = coefficients(y[rows], x[rows], np.ones(rows.size), prior)
        np.testing.assert_allclose(weighed, repeated, atol=1e-3 if prior == "l1" else 1e-8)


def test_the_sparse_path_is_a_lasso_of_all_topics_together():
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(300), rng.normal(size=(300, 6)) * [1, 5, 0.2, 1, 1, 1]])
    true = np.zeros((7, 3))
    true[1], true[2] = [1.0, -1.0, 0.5], [0.1, 0.1, -0.2]
    y = x @ true + rng.normal(size=(300, 3))
    found = sparse_path(y, x, np.ones(300))
    assert (found[1:3] != 0).all()
    scale = x[:, 1:].std(axis=0)
    standard = (x[:, 1:] - x[:, 1:].mean(axis=0)) / scale
    centred = y - y.mean(axis=0)
    beta = found[1:] * scale[:, None]
    # Which penalty was chosen is read off the conditions of the optimum, then sklearn has to agree with it.
    some = int(np.abs(beta).sum(axis=1).argmax())
    pull = standard.T @ (centred - standard @ beta) / 300
    penalty = float(np.linalg.norm(pull[some]))
    other = MultiTaskLasso(alpha=penalty, fit_intercept=False, tol=1e-9, max_iter=50_000).fit(
        standard, centred
    )
    np.testing.assert_allclose(beta, other.coef_.T, atol=1e-3)
    np.testing.assert_allclose(found[0], y.mean(axis=0) - x[:, 1:].mean(axis=0) @ found[1:], atol=1e-9)


# --- starts


def anchored(n_releases=400, n_topics=5, seed=0):
    """Draw a corpus in which the first terms are anchors: each of one topic only, and frequent."""
    rng = np.random.default_rng(seed)
    n_terms = 60
    words = rng.dirichlet(np.full(n_terms, 0.5), n_topics)
    words[:, :n_topics] = np.eye(n_topics) * 0.15
    words /= words.sum(axis=1, keepdims=True)
    shares = rng.dirichlet(np.full(n_topics, 0.2), n_releases)
    matrix = np.stack([rng.multinomial(300, one @ words) for one in shares]).astype(float)
    return sparse.csr_matrix(matrix), words


def test_anchors_are_found():
    matrix, words = anchored()
    scaled = matrix.toarray()
    pairs = 300 * 299
    company = (scaled.T @ scaled - np.diag(scaled.sum(axis=0))) / pairs
    rows = company / company.sum(axis=1, keepdims=True)
    assert sorted(find_anchors(rows, 5).tolist()) == [0, 1, 2, 3, 4]
    found = spectral_words(matrix, 5)
    cosine = found @ words.T / np.outer(np.linalg.norm(found, axis=1), np.linalg.norm(words, axis=1))
    assert (cosine.max(axis=0) > 0.95).all()


def test_terms_beyond_the_most_frequent_come_back():
    matrix, words = anchored()
    all_terms, few = spectral_words(matrix, 5), spectral_words(matrix, 5, most_frequent=25)
    assert few.shape == all_terms.shape
    assert (few.max(axis=0) > 0).all()
    np.testing.assert_allclose(few.sum(axis=1), 1)
    cosine = few @ words.T / np.outer(np.linalg.norm(few, axis=1), np.linalg.norm(words, axis=1))
    assert (cosine.max(axis=0) > 0.85).all()


def test_too_few_terms_in_company_are_refused():
    alone = sparse.csr_matrix(np.eye(6) * 3)
    with pytest.raises(NotEnoughDataError, match="Only 2 terms stand beside another"):
        spectral_words(alone[:, :2], 3)


@pytest.mark.parametrize("start", ["random", "gibbs"])
def test_a_seed_makes_the_same_start_again(start):
    matrix, _, design = draw()
    data = make_data(matrix, design)
    one, two, other = (begin(data, matrix, 4, start, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.words, two.words)
    np.testing.assert_array_equal(one.eta, two.eta)
    assert np.abs(one.words - other.words).max() > 1e-6
    np.testing.assert_allclose(one.words.sum(axis=1), 1)


def test_sampling_finds_topics_that_do_not_overlap():
    """Thirty releases of one half of the terms, thirty of the other."""
    rng = np.random.default_rng(0)
    terms = np.concatenate([rng.integers(0, 10, 900), rng.integers(10, 20, 900)])
    releases = np.repeat(np.arange(60), 30)
    shares, words = sample_topics(terms, releases, 60, 20, 2, np.random.default_rng(1))
    first = words[:, :10].sum(axis=1)
    assert sorted(first.round(1).tolist()) == [0.0, 1.0]
    assert (shares.argmax(axis=1)[:30] == shares.argmax(axis=1)[0]).all()


@pytest.mark.slow
def test_kernels_just_compiled_and_from_the_cache_give_the_same_bits(tmp_path):
    """Figures made in a fresh installation are, to the byte, those made again later."""
    code = (
        "import hashlib, numpy as np\n"
        "from scipy import sparse\n"
        "from octadisc.topics.structural.fitting import first_state, infer, make_data\n"
        "rng = np.random.default_rng(0)\n"
        "matrix = sparse.csr_matrix(rng.poisson(0.4, (200, 120)).astype(float))\n"
        "words = rng.dirichlet(np.full(120, 0.2), 9)\n"
        "data = make_data(matrix, np.ones((200, 1)))\n"
        "found = infer(data, first_state(data, words), n_threads=1)\n"
        "print(hashlib.sha256(found.eta.tobytes() + found.spread.tobytes()).hexdigest())\n"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    made = [
        subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]
    assert made[0].stdout == made[1].stdout != b""
