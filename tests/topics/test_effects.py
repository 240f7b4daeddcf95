"""Effects: regressions of shares, pooled over draws, with what is not known of issuers."""

import warnings
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.stats import t as student

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, UnknownNameError, WrongKindError
from octadisc.statistics.formulas import make_design
from octadisc.statistics.robust import fit_clustered
from octadisc.topics.effects.draws import draw_shares, posterior_roots
from octadisc.topics.effects.regressions import regress_shares

from .effect_cases import SPREAD, draw_eta, draw_table, make, make_uncertain, of, softmax

mpl.use("Agg")

TABLE = draw_table()
ETA = draw_eta(TABLE)


@pytest.fixture(scope="module")
def sure():
    return make(softmax(ETA), TABLE)


@pytest.fixture(scope="module")
def unsure():
    return make_uncertain(ETA, SPREAD, TABLE)


# What is estimated, and how surely


def test_without_uncertainty_and_clusters_it_is_least_squares(sure):
    effect = od.estimate_effect(sure, "~ kind * number", uncertainty="none", clusters=None, level=0.9)
    x = make_design("~ kind * number", TABLE)
    assert effect.frame["term"].tolist() == x.columns * 4
    for topic, part in effect.frame.groupby("topic"):
        known = sm.OLS(sure.shares[:, topic], x.matrix).fit()
        np.testing.assert_allclose(part["estimate"], known.params, rtol=1e-9)
        np.testing.assert_allclose(part["std_error"], known.bse, rtol=1e-9)
        np.testing.assert_allclose(part["statistic"], known.tvalues, rtol=1e-9)
        np.testing.assert_allclose(part["p_value"], known.pvalues, rtol=1e-7)
        np.testing.assert_allclose(part[["low", "high"]], known.conf_int(0.1), rtol=1e-9)
        assert (part["df"] == known.df_resid).all()


def test_issuers_are_clusters(sure):
    effect = od.estimate_effect(sure, "~ region + number", uncertainty="none")
    design = make_design("~ region + number", TABLE).matrix
    for topic in range(4):
        known = fit_clustered(sure.shares[:, topic], design, TABLE["issuer"])
        for number, row in enumerate(effect.frame[effect.frame["topic"] == topic].itertuples()):
            found = known.contrast(number, noun="issuer")
            assert (row.estimate, row.std_error) == pytest.approx((found.estimate, found.std_error))
            if row.term == "region[T.west]":  # one of issuers: see the next test
                assert row.df < found.df
                assert row.p_value > found.p_value
            else:
                assert (row.df, row.p_value) == pytest.approx((found.df, found.p_value))
                assert (row.low, row.high) == pytest.approx((found.low, found.high))
            assert row.note == found.note


def test_what_is_constant_within_issuers_has_fewer_degrees_of_freedom(sure):
    """As many as the variance has where releases of an issuer are alike as much as the residuals are.

    Here two residuals of an issuer, multiplied, are in the mean what they have in common.
    """
    effect = od.estimate_effect(sure, "~ region", uncertainty="none")
    x = make_design("~ region", TABLE).matrix
    same = (TABLE["issuer"].to_numpy()[:, None] == TABLE["issuer"].to_numpy()).astype(float)
    pairs = same - np.eye(240)
    for topic in range(4):
        left = np.asarray(sm.OLS(sure.shares[:, topic], x).fit().resid)
        common = max(0.0, (pairs * np.outer(left, left)).sum() / pairs.sum())
        alike = common / ((left**2).mean() - common)
        assert effect.pooled.alike[topic] == pytest.approx(alike, abs=1e-12)
        df = effect.pooled.basis.degrees_of_freedom(np.array([0.0, 1.0]), alike)[0]
        row = of(effect, "region[T.west]", topic)
        assert row["df"] == pytest.approx(
            min(df, effect.pooled.basis.degrees_of_freedom(np.array([0.0, 1.0]))[0])
        )
        half = student.ppf(0.975, row["df"]) * row["std_error"]
        assert (row["low"], row["high"]) == pytest.approx((row["estimate"] - half, row["estimate"] + half))
    assert (effect.pooled.alike > 0).any()


def test_draws_are_pooled():
    """Three draws by hand: the mean of their coefficients; within and between, divided by two."""
    rng = np.random.default_rng(3)
    x = np.c_[np.ones(30), rng.normal(size=30)]
    draws = [rng.dirichlet([1, 2, 3], 30) for _ in range(3)]
    clusters = np.repeat(np.arange(10), 3)
    pooled = regress_shares(draws, x, np.ones(30), clusters)
    for topic in range(3):
        plain = [sm.OLS(one[:, topic], x).fit() for one in draws]
        between = np.cov(np.array([one.params for one in plain]).T, ddof=1)
        np.testing.assert_allclose(pooled.coefficients[topic], np.mean([one.params for one in plain], axis=0))
        within = np.mean([one.cov_params() for one in plain], axis=0)
        np.testing.assert_allclose(pooled.plain[topic], within + between, rtol=1e-8)
        robust = np.mean([fit_clustered(one[:, topic], x, clusters).covariance for one in draws], axis=0)
        np.testing.assert_allclose(pooled.clustered[topic], robust + between, rtol=1e-8)


@pytest.mark.parametrize("n_clusters", [5, 60])
def test_many_small_clusters_add_up_as_few_large_ones_do(n_clusters):
    rng = np.random.default_rng(4)
    x, shares = np.c_[np.ones(200), rng.normal(size=200)], rng.dirichlet([1, 1], 200)
    clusters = np.arange(200) % n_clusters
    found = regress_shares([shares], x, np.ones(200), clusters).clustered[0]
    np.testing.assert_allclose(found, fit_clustered(shares[:, 0], x, clusters).covariance, rtol=1e-9)


def check_moments(drawn, mean, covariance):
    """Compare draws, shape (draws, dimensions), with the normal distribution they should be of.

    A mean of n draws strays by sd / sqrt(n), a covariance by at most sqrt(2 / n) of its variances.
    """
    n, scale = len(drawn), np.sqrt(np.diag(covariance))
    assert (np.abs(drawn.mean(axis=0) - mean) < 5 * scale / np.sqrt(n)).all()
    assert (np.abs(np.cov(drawn.T) - covariance) < 5 * np.sqrt(2 / n) * np.outer(scale, scale)).all()


def test_global_draws_have_the_spread_of_all(unsure):
    rows = np.array([3, 17])
    roots = posterior_roots(unsure, rows, "global", None)
    made = np.array(list(draw_shares(unsure, rows, 4000, 0, roots)))
    eta = np.log(made[:, :, :3] / made[:, :, 3:])
    for place, row in enumerate(rows):
        check_moments(eta[:, place], ETA[row], SPREAD)


@pytest.mark.parametrize("prevalence", [None, "~ x"])
def test_local_draws_have_each_releases_own_spread(prevalence):
    """Of few words more is unknown: the inverse of the Hessian at the mode, here by differences."""
    rng = np.random.default_rng(5)
    x = np.arange(40) % 2
    words = np.where(np.arange(12) < 6, x[:, None], 1 - x[:, None]) * 1.6 + 0.2
    matrix = rng.poisson(np.where(np.arange(40) < 20, 0.3, 4.0)[:, None] * words)
    matrix[:, 0] += 1
    counts = od.TermCounts.from_matrix(matrix, [f"t{i:02d}" for i in range(12)], pd.DataFrame({"x": x}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = od.fit_topics(counts, 3, prevalence=prevalence, max_iterations=30)
    rows = np.array([1, 31])
    roots = posterior_roots(model, rows, "local", counts)
    precision = np.linalg.inv(model.structure.covariance)
    for place, row in enumerate(rows):
        design = [1.0] if prevalence is None else [1.0, x[row]]
        mean = np.array(design) @ model.structure.coefficients

        def lost(eta, row=row, mean=mean):
            share = softmax(eta[None])[0]
            away = eta - mean
            return away @ precision @ away / 2 - matrix[row] @ np.log(share @ model.words)

        mode, step, hessian = minimize(lost, model.structure.eta[row]).x, 1e-4, np.zeros((2, 2))
        for i in range(2):
            for j in range(2):
                a, b = step * np.eye(2)[i], step * np.eye(2)[j]
                parts = lost(mode + a + b) - lost(mode + a - b) - lost(mode - a + b) + lost(mode - a - b)
                hessian[i, j] = parts / (4 * step**2)
        covariance = roots[place] @ roots[place].T
        np.testing.assert_allclose(covariance, np.linalg.inv(hessian), rtol=0.01, atol=1e-4)
        made = np.array(list(draw_shares(model, rows, 4000, 0, roots)))[:, place]
        check_moments(np.log(made[:, :2] / made[:, 2:]), model.structure.eta[row], covariance)
    assert np.trace(roots[0] @ roots[0].T) > np.trace(roots[1] @ roots[1].T)


def test_local_uncertainty_needs_the_counts_of_the_model(planted):
    with pytest.warns(OctadiscWarning, match="had not settled"):
        model = od.fit_topics(planted.counts, 3, max_iterations=2)
    with pytest.raises(InputError, match="Give the counts that the model was fitted to"):
        od.estimate_effect(model, "~ date", uncertainty="local")
    counts = planted.counts
    terms = [one + "x" for one in counts.terms]
    for other in (
        od.TermCounts.from_matrix(counts.matrix, terms, counts.releases),
        od.TermCounts.from_matrix(counts.matrix[::-1], counts.terms, counts.releases.iloc[::-1]),
    ):
        with pytest.raises(InputError, match="their terms or releases differ"):
            od.estimate_effect(model, "~ date", uncertainty="local", counts=other)
    with pytest.raises(WrongKindError, match=r"counts is a str\. Expected TermCounts"):
        od.estimate_effect(model, "~ date", uncertainty="local", counts="counts")
    assert len(od.estimate_effect(model, "~ date", 3, uncertainty="local", counts=counts).frame) == 6


def test_what_is_not_known_of_shares_widens_intervals(unsure):
    options = {"clusters": None, "n_draws": 200}
    known, drawn = (
        of(od.estimate_effect(unsure, "~ number", uncertainty=one, **options), "number")
        for one in ("none", "global")
    )
    assert (drawn["std_error"].to_numpy() > 1.05 * known["std_error"].to_numpy()).all()


def test_one_seed_gives_the_same_and_another_nearly(unsure):
    one, same, other = (od.estimate_effect(unsure, "~ number", 300, seed=k).frame for k in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert not one.equals(other)
    # the mean of 300 draws strays by a 17th of their deviation, which is less than the standard error
    apart = (one["estimate"] - other["estimate"]).abs() / one["std_error"]
    assert (apart < 5 * np.sqrt(2 / 300)).all()


def test_q_values_are_over_topics(sure):
    effect = od.estimate_effect(sure, "~ kind + number", uncertainty="none")
    p = of(effect, "number")["p_value"].to_numpy()
    order = np.argsort(p)
    by_hand = np.minimum.accumulate((p[order] * 4 / np.arange(1, 5))[::-1])[::-1]
    np.testing.assert_allclose(of(effect, "number")["q_value"].to_numpy()[order], np.minimum(by_hand, 1))


# What is refused


@pytest.mark.parametrize(
    ("formula", "options", "error", "said"),
    [
        ("~ isuer", {}, UnknownNameError, "there is no column 'isuer'. Did you mean 'issuer'"),
        ("~ fixed", {}, InputError, "says nothing"),
        ("~ word", {}, InputError, "'x' in all rows"),
        ("~ number + twice", {}, InputError, "'twice' says nothing that those before it do not"),
        ("~ gone", {}, NotEnoughDataError, "No row has a value"),
        ("~ few + number + kind", {}, NotEnoughDataError, "5 columns and there are 6 releases"),
        ("~ s(", {}, InputError, "cannot be read"),
        ("", {}, InputError, "expected columns"),
        (None, {}, InputError, "expected columns"),
        ("~ number", {"uncertainty": "globl"}, UnknownNameError, "Did you mean 'global'"),
        ("~ number", {"level": 95}, InputError, "level=95 is no coverage"),
        ("~ number", {"level": "95%"}, InputError, "level='95%' is no coverage"),
        ("~ number", {"n_draws": 1}, InputError, "n_draws=1: expected at least 2"),
        ("~ number", {"n_draws": 2.5}, InputError, "n_draws=2.5 is no whole number"),
        ("~ number", {"seed": -1}, InputError, "seed=-1"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said(formula, options, error, said):
    few = pd.Series(np.nan, TABLE.index)
    few[:6] = [1.0, 2, 4, 8, 16, 32]
    table = TABLE.assign(fixed=1.0, word="x", twice=2 * TABLE["number"], gone=np.nan, few=few)
    table.loc[:5, "kind"] = list("abcabc")
    with pytest.raises(error, match=said.replace("(", r"\(")):
        od.estimate_effect(make(softmax(ETA), table), formula, **options)


def test_a_model_is_needed():
    with pytest.raises(WrongKindError, match="model is a str"):
        od.estimate_effect("model", "~ date")


def test_releases_with_shares_are_needed(sure):
    empty = replace(sure, shares=np.full_like(sure.shares, np.nan))
    with pytest.raises(NotEnoughDataError, match="No release has shares of topics"):
        od.estimate_effect(empty, "~ number")


# Faces


def test_faces(unsure):
    effect = od.estimate_effect(unsure, "~ number", 5, seed=3)
    frame = effect.to_frame()
    assert list(frame) == [
        "topic", "name", "term", "estimate", "std_error", "statistic", "p_value", "low", "high",
        "df", "q_value", "note",
    ]  # fmt: skip
    frame["estimate"] = 0.0
    assert (effect.frame["estimate"] != 0).any()
    assert (effect.spec.seed, effect.spec.parameters["formula"]) == (3, "number")
    names = effect.model.topics.assign(name=["<b>&", "x", "y", "z"])
    page = od.estimate_effect(replace(unsure, topics=names), "~ number", 5)._repr_html_()
    assert "&lt;b&gt;&amp;" in page
    assert "<b>&" not in page
    assert 'border="1"' not in page


def test_the_plot_shows_the_estimates_of_a_term(sure):
    effect = od.estimate_effect(sure, "~ kind + number", uncertainty="none")
    ax = effect.plot(term="number")
    drawn = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    np.testing.assert_allclose(np.sort(drawn), np.sort(100 * of(effect, "number")["estimate"]))
    assert effect.plot().get_title(loc="left") or effect.plot().get_title()
    with pytest.raises(UnknownNameError, match="Did you mean 'number'"):
        effect.plot(term="numbr")


def test_evidence_leads_to_sentences(small):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        effect = od.estimate_effect(small, "~ date", 5, clusters=None)
    every = effect.evidence(0)
    assert {"release", "date", "issuer", "source", "start", "end", "sentence"} <= set(every)
    ours = effect.evidence(0, "issuer", "SELEC")
    assert set(ours["release"]) == set(every.loc[every["issuer"] == "SELEC", "release"]) != set()
    dated = effect.evidence(0, "date", "2007-03-01")
    assert set(dated["release"]) <= {"a"}
    assert effect.evidence(0, "date", pd.Timestamp("2007-03-01")).equals(dated)
    with pytest.raises(UnknownNameError, match="Did you mean 'SELEC'"):
        effect.evidence(0, "issuer", "SELECT")
    with pytest.raises(UnknownNameError, match="Did you mean 'issuer'"):
        effect.evidence(0, "isuer", "SELEC")
