"""New releases under a fitted model: shares from their words, and from what their covariates let expect."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import psi

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning
from octadisc.topics.structural.covariates import read_covariates
from octadisc.topics.structural.fitting import Settings, fit, make_data, shares_of
from octadisc.topics.structural.front import state_of


def part_of(counts, rows):
    rows = np.asarray(rows)
    releases = counts.releases.iloc[rows].reset_index(drop=True)
    return replace(
        counts, matrix=counts.matrix[rows], releases=releases, release_weights=counts.release_weights[rows]
    )


@pytest.fixture(scope="module")
def strict(planted):
    """A model that has settled in earnest: gone on from its own end a few times."""
    asked = {"prevalence": "~ issuer", "convergence": "strict"}
    model = od.fit_topics(planted.counts, 6, **asked)
    for _ in range(4):
        model = od.fit_topics(planted.counts, 6, start=model, **asked)
    return model


def test_the_same_counts_have_the_same_shares(planted, strict):
    made = strict.transform(planted.counts)
    apart = np.abs(made.shares - strict.shares)
    assert apart.max() < 3e-4  # the fit's own steps stop a little before the optimum
    assert np.quantile(apart, 0.99) < 1e-4
    assert made.terms == strict.terms
    assert made.topics["name"].tolist() == strict.topics["name"].tolist()
    assert made.spec.function == "transform"
    assert made.notes == ()
    assert repr(made) == "TopicModel(structural, 6 topics, 300 releases, 400 terms)"


def test_it_is_one_more_step_of_the_fit(planted):
    """Wherever a fit stopped, the E-step under what it learnt is what transform does."""
    counts = planted.counts
    with pytest.warns(OctadiscWarning, match="had not settled"):
        model = od.fit_topics(counts, 6, prevalence="~ issuer", max_iterations=12)
    covariates = read_covariates(counts.releases, "~ issuer", None, np.ones(300, bool))
    data = make_data(counts.matrix, covariates.design)
    after, _ = fit(data, state_of(model, counts, covariates, 6), Settings(max_iterations=1))
    made = model.transform(counts)
    np.testing.assert_allclose(made.shares, shares_of(after.eta), atol=1e-4)
    assert made.bound[0] == pytest.approx(after.bound[-1], abs=0.1)
    assert made.bound[0] >= after.bound[-1] - 1e-3  # transform begins at two places, and goes on for longer


@pytest.mark.parametrize("method", ["structural", "nmf", "lda"])
def test_releases_never_seen(planted, method):
    seen, new = part_of(planted.counts, range(240)), part_of(planted.counts, range(240, 300))
    model = od.fit_topics(seen, 6, method)
    made = model.transform(new)
    _, match = planted.match(model)
    error = np.abs(made.shares[:, match] - planted.shares[240:]).mean()
    assert error < 1.3 * np.abs(model.shares[:, match] - planted.shares[:240]).mean()
    np.testing.assert_allclose(made.shares.sum(axis=1), 1)
    assert made.releases["release"].tolist() == new.releases["release"].tolist()
    assert made.over_time("year").frame["releases"].sum() == 6 * 60
    assert len(made.top_releases(0, 3)) == 3


def test_shares_of_nmf_are_the_most_likely_ones(planted):
    model = od.fit_topics(planted.counts, 6, "nmf")
    made = model.transform(part_of(planted.counts, [7]))
    counts = planted.counts.matrix[7].toarray().ravel()
    there = counts > 0

    def unlikely(x):
        share = np.exp(x - x.max())
        return -counts[there] @ np.log(share / share.sum() @ model.words[:, there] + 1e-300)

    best = minimize(unlikely, np.zeros(6), method="BFGS")
    assert -made.bound[0] <= best.fun + 1e-3


def test_shares_of_lda_are_those_of_variational_inference(planted):
    """Blei, Ng and Jordan (2003), equations 6 and 7, with the words of the model."""
    model = od.fit_topics(planted.counts, 6, "lda")
    made = model.transform(part_of(planted.counts, [3]))
    counts = planted.counts.matrix[3].toarray().ravel()
    gamma = np.full(6, 1 / 6 + counts.sum() / 6)
    for _ in range(3000):
        part = np.exp(psi(gamma))[:, None] * model.words
        gamma = 1 / 6 + (part / np.maximum(part.sum(axis=0), 1e-300)) @ counts
    np.testing.assert_allclose(made.shares[0], gamma / gamma.sum(), atol=1e-4)


def test_other_terms_are_passed_over_and_counted(planted, strict):
    matrix = np.hstack([planted.counts.matrix[:3, :50].toarray(), np.full((3, 2), 10)])
    counts = od.TermCounts.from_matrix(
        matrix, [*planted.counts.terms[:50], "new", "other"], planted.counts.releases[:3]
    )
    with pytest.warns(OctadiscWarning, match="none of the model's, and passed over: 2"):
        made = strict.transform(counts)
    plain = np.zeros((3, 400), int)
    plain[:, :50] = matrix[:, :50]
    only = od.TermCounts.from_matrix(plain, planted.counts.terms, planted.counts.releases[:3])
    np.testing.assert_allclose(made.shares, strict.transform(only).shares, atol=1e-12)


def test_no_known_term_is_a_row_of_nan(planted, strict):
    matrix = planted.counts.matrix[:3].toarray()
    matrix[1] = 0
    counts = od.TermCounts.from_matrix(matrix, planted.counts.terms, planted.counts.releases[:3])
    with pytest.warns(OctadiscWarning, match="without a term of the model: 1 of 3 \\(r0001\\)"):
        made = strict.transform(counts)
    assert np.isnan(made.shares[1]).all()
    assert not np.isnan(made.shares[[0, 2]]).any()
    assert made.topics["share"].sum() == pytest.approx(1)
    with pytest.raises(NotEnoughDataError, match="None of the new releases"):
        strict.transform(part_of(counts, [1]))
    strange = od.TermCounts.from_matrix([[1]], ["nothing"], [{}])
    with pytest.raises(InputError, match="is one of the model's"):
        strict.transform(strange)
    with pytest.raises(InputError, match="made by transform"):
        made.transform(counts)


def leaning():
    """Two issuers, each with a topic of its own but for one release in ten, and a word of both."""
    rng = np.random.default_rng(5)
    words = np.array([[0.45, 0.45, 0.0, 0.0, 0.1], [0.0, 0.0, 0.45, 0.45, 0.1]])
    rows, releases = [], []
    for i in range(200):
        share = rng.beta(9, 1) if i % 2 else rng.beta(1, 9)
        rows.append(rng.multinomial(40, [share, 1 - share] @ words))
        date = pd.Timestamp("2005-01-01") + pd.Timedelta(days=5 * i)
        releases.append({"issuer": "AB"[i % 2], "date": date})
    return od.TermCounts.from_matrix(rows, list("abcde"), releases)


def test_the_prior_is_that_of_the_covariates():
    counts = leaning()
    model = od.fit_topics(counts, 2, prevalence="~ issuer")
    first = int(model.words[:, 0].argmax())  # B's topic
    dull = np.array([[0, 0, 0, 0, 1]] * 4)  # a word that tells nothing
    releases = [{"issuer": one, "date": "2006-01-01"} for one in ("A", "B", None, "C")]
    new = od.TermCounts.from_matrix(dull, list("abcde"), releases)
    with pytest.warns(OctadiscWarning) as said:
        share = model.transform(new).shares[:, first]
    assert share[0] < 0.3 < 0.7 < share[1]
    assert share[0] < share[2] < share[1]  # no issuer: an average one
    assert share[3] == pytest.approx(share[2], abs=1e-6)  # so is one that was never seen
    text = " ".join(str(one.message) for one in said)
    assert "issuer that the model has not seen: C" in text
    assert "taken for average ones: 2 of 4" in text
    nothing = od.TermCounts.from_matrix(dull, list("abcde"), [{}] * 4)
    with pytest.warns(OctadiscWarning, match="average"):
        plain = model.transform(nothing).shares[:, first]
    np.testing.assert_allclose(plain, share[2], atol=1e-6)


def test_a_curve_does_not_run_away_beyond_its_end():
    counts = leaning()
    model = od.fit_topics(counts, 2, prevalence="~ s(date, 4)")
    dates = [counts.releases["date"].max(), pd.Timestamp("2030-01-01")]
    row = counts.matrix[[0, 0]]
    new = od.TermCounts.from_matrix(row, list("abcde"), [{"date": one} for one in dates])
    with pytest.warns(OctadiscWarning, match="date beyond what the model has seen"):
        made = model.transform(new)
    np.testing.assert_allclose(made.shares[0], made.shares[1], atol=1e-9)


def test_copies_that_count_in_part_have_the_shares_of_whole_ones(planted, strict):
    halves = replace(
        planted.counts,
        matrix=planted.counts.matrix * 0.5,
        release_weights=np.full(300, 0.5),
    )
    np.testing.assert_allclose(
        strict.transform(halves).shares, strict.transform(planted.counts).shares, atol=1e-8
    )


def test_evidence_of_new_releases(small, tokens):
    corpus = od.Corpus.from_frame(
        [{"release": "new", "date": "2010-01-01", "text": "Trust needs training. Drugs were seized."}]
    )
    made = small.transform(od.count_terms(od.tokenize(corpus), stop_words="auto"))
    trust = int(small.words[:, small.terms.index("trust")].argmax())
    assert made.evidence(trust, n=1)["sentence"].tolist() == ["Trust needs training."]


def test_the_number_of_threads_changes_nothing(planted, strict):
    one, two = (strict.transform(planted.counts, n_threads=n).shares for n in (1, 2))
    np.testing.assert_array_equal(one, two)
