"""Terms of a formula tested whole, and what their degrees of freedom are."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import f as fisher

import octadisc as od
from octadisc.statistics.clusters import make_basis
from octadisc.statistics.formulas import make_design
from octadisc.topics.effects.cases import Clusters
from octadisc.topics.effects.inference import infer_contrast, infer_jointly
from octadisc.topics.effects.regressions import regress_shares

from .effect_cases import draw_eta, draw_table, make, softmax

TABLE = draw_table(400)
ETA = draw_eta(TABLE)


@pytest.fixture(scope="module")
def model():
    return make(softmax(ETA), TABLE)


def test_designs_know_the_columns_of_their_terms():
    design = make_design("~ kind * number + s(date, 4)", TABLE)
    assert design.terms == {
        "Intercept": slice(0, 1),
        "kind": slice(1, 3),
        "number": slice(3, 4),
        "s(date, 4)": slice(4, 8),
        "kind:number": slice(8, 10),
    }
    assert [design.columns[i] for i in range(8, 10)] == ["kind[T.b]:number", "kind[T.c]:number"]
    asked = {term: design.variables_in(term) for term in design.terms}
    assert asked["Intercept"] == set()
    assert asked["kind:number"] == {"kind", "number"}
    assert asked["s(date, 4)"] == {"date"}
    assert design.apply(TABLE.head(3)).terms == design.terms


def test_of_independent_releases_it_is_the_usual_f_test(model):
    effect = od.estimate_effect(model, "~ kind + s(date, 4) + number", uncertainty="none", clusters=None)
    frame = effect.test_terms()
    assert list(frame) == [
        "topic", "name", "term", "statistic", "df_numerator", "df_denominator", "p_value", "q_value", "note",
    ]  # fmt: skip
    assert frame["term"].tolist() == ["kind", "s(date, 4)", "number"] * 4
    x = make_design("~ kind + s(date, 4) + number", TABLE)
    for row in frame.itertuples():
        known = sm.OLS(model.shares[:, row.topic], x.matrix).fit().f_test(np.eye(8)[x.terms[row.term]])
        assert (row.df_numerator, row.df_denominator) == (known.df_num, known.df_denom)
        assert row.statistic == pytest.approx(float(known.fvalue))
        assert row.p_value == pytest.approx(float(known.pvalue), rel=1e-6)


def test_of_one_column_it_is_its_own_test(model):
    for clusters in (None, "issuer"):
        effect = od.estimate_effect(model, "~ kind + number", uncertainty="none", clusters=clusters)
        joint = effect.test_terms().query("term == 'number'").reset_index(drop=True)
        alone = effect.frame.query("term == 'number'").reset_index(drop=True)
        np.testing.assert_allclose(joint["statistic"], alone["statistic"] ** 2)
        np.testing.assert_allclose(joint["df_denominator"], alone["df"])
        np.testing.assert_allclose(joint[["p_value", "q_value"]], alone[["p_value", "q_value"]])


def test_equal_clusters_are_hotellings_test():
    """Eleven clusters of one row a column, with the same design: what counts are the clusters' coefficients.

    Their covariance is then Wishart's with 10 degrees of freedom, and T² exact: F(q, 11 - q).
    """
    rng = np.random.default_rng(0)
    block = rng.normal(size=(3, 3))
    x, clusters = np.tile(block, (11, 1)), np.repeat(np.arange(11), 3)
    y = rng.normal(size=33)
    pooled = regress_shares([y[:, None]], x, np.ones(33), clusters)
    own = np.linalg.solve(block, y.reshape(11, 3).T).T  # the coefficients of each cluster
    for n in (1, 2, 3):
        mean, spread = own.mean(axis=0)[:n], np.cov(own.T)[:n, :n].reshape(n, n) / 11
        squared = mean @ np.linalg.solve(spread, mean)
        known = fisher.sf(squared * (11 - n) / (10 * n), n, 11 - n)
        named = Clusters("issuer", clusters, clusters, 11)
        found = infer_jointly(pooled, named, np.eye(3)[:n], varies_within=True, own=False)
        assert found.df_denominator == pytest.approx(11 - n)
        assert found.statistic[0] == pytest.approx(squared * (11 - n) / (10 * n))
        assert found.p_value[0] == pytest.approx(known)


def wishart_df(x, w, clusters, working, chosen, alike=0.0):
    """Pustejovsky and Tipton's degrees of freedom, with everything as rows × rows and written out.

    Rows of a cluster may have more in common than the adjustment takes for granted.
    """
    weight, variance = np.diag(w), np.diag(1 / w) if working == "inverse" else np.eye(len(w))
    inverse = np.linalg.inv(x.T @ weight @ x)
    left = np.eye(len(w)) - x @ inverse @ x.T @ weight
    parts = []  # of each cluster, the vectors whose products with the errors it gives
    for one in np.unique(clusters):
        i = np.flatnonzero(clusters == one)
        d = np.linalg.cholesky(variance[np.ix_(i, i)]).T
        values, vectors = np.linalg.eigh(d @ left[i] @ variance @ left[i].T @ d.T)
        root = np.array([0.0 if v < 1e-10 else v**-0.5 for v in values])
        adjust = d.T @ (vectors * root) @ vectors.T @ d
        parts.append(chosen @ inverse @ x[i].T @ weight[np.ix_(i, i)] @ adjust @ left[i])
    variance = variance + alike * (clusters[:, None] == clusters)
    mean = sum(one @ variance @ one.T for one in parts)
    values, vectors = np.linalg.eigh(mean)
    parts = [(vectors / np.sqrt(values)) @ vectors.T @ one for one in parts]
    q, total = len(chosen), 0.0
    for s in range(q):
        for t in range(q):
            for a in parts:
                for b in parts:
                    total += (a[s] @ variance @ b[s]) * (a[t] @ variance @ b[t])
                    total += (a[s] @ variance @ b[t]) * (a[t] @ variance @ b[s])
    return q * (q + 1) / total


@pytest.mark.parametrize("working", ["inverse", "equal"])
@pytest.mark.parametrize("weights", ["none", "varying"])
@pytest.mark.parametrize("constants", [False, True])
@pytest.mark.parametrize("kept", [True, False])
def test_degrees_of_freedom_are_what_the_formula_says(monkeypatch, working, weights, constants, kept):
    rng = np.random.default_rng(3)
    clusters = rng.integers(0, 9, 70)
    x = np.c_[np.ones(70), rng.normal(size=(70, 3)) * [1, 10, 0.1]]
    if constants:  # one of each cluster: the residuals' variance is then singular
        x = np.c_[(clusters[:, None] == np.arange(9)).astype(float), x[:, 1:]]
    w = np.ones(70) if weights == "none" else rng.uniform(0.2, 40, 70)
    if not kept:
        monkeypatch.setattr("octadisc.statistics.clusters._MOST_KEPT", 0)
    basis = make_basis(x, w, clusters, working)
    every = np.eye(x.shape[1])
    for chosen in (every[-1:], every[-2:], every[-3:], rng.normal(size=(2, 3)) @ every[-3:]):
        df, seen = basis.degrees_of_freedom(chosen)
        assert df == pytest.approx(wishart_df(x, w, clusters, working, chosen), rel=1e-9)
        more, still_seen = basis.degrees_of_freedom(chosen, 0.3)
        assert more == pytest.approx(wishart_df(x, w, clusters, working, chosen, 0.3), rel=1e-9)
        assert still_seen == seen
        if len(chosen) == 1:
            assert basis.degrees_of_freedom(chosen[0]) == pytest.approx((df, seen), rel=1e-10)
        turned = np.array([[2.0, 1], [0, 3]]) @ chosen if len(chosen) == 2 else 5 * chosen
        assert basis.degrees_of_freedom(turned) == pytest.approx((df, seen), rel=1e-7)
        np.testing.assert_allclose(basis.parts_seen(chosen)[0], seen)


def unequal_clusters(rng):
    """Twelve issuers, the largest with a third of 700 releases, each with its own years and mix of kinds."""
    size = 1 / np.arange(1, 13) ** 1.1
    issuer = np.repeat(np.arange(12), np.maximum(8, 700 * size / size.sum()).astype(int))
    kind = np.minimum((rng.random(issuer.size) * 3 * (0.4 + rng.random(12))[issuer]).astype(int), 2)
    begin = rng.uniform(0, 0.5, 12)
    date = begin[issuer] + 0.5 * rng.random(issuer.size)
    table = pd.DataFrame({"kind": np.array(list("abc"))[kind], "date": date})
    table["sort"] = np.array(list("abc"))[rng.permutation(np.arange(12) % 3)[issuer]]  # of issuers
    return issuer, table


@pytest.mark.parametrize(
    ("formula", "term"),
    [
        ("~ sort", "sort"),
        ("~ kind + date", "kind"),
        ("~ kind * date", "kind:date"),
        ("~ s(date, 3)", "s(date, 3)"),
    ],
)
def test_it_holds_its_level_with_twelve_unequal_issuers(formula, term):
    """1,200 regressions of noise in which issuers differ: of tests at 5%, at most 5% but for chance.

    A fifth of the variance is between issuers. The share rejected strays by .0063 from .05. Taking releases
    for independent rejects far more often.
    """
    rng = np.random.default_rng(1)
    found, naive = [], []
    for _ in range(4):
        issuer, table = unequal_clusters(rng)
        design = make_design(formula, table)
        y = rng.normal(size=(issuer.size, 300)) + 0.5 * rng.normal(size=(12, 300))[issuer]
        pooled = regress_shares([y], design.matrix, np.ones(issuer.size), issuer)
        named = Clusters("issuer", issuer, issuer, 12)
        chosen = np.eye(len(design.columns))[design.terms[term]]
        varies = all(named.varies_within(one) for one in (design.matrix @ chosen.T).T)
        test = infer_jointly(pooled, named, chosen, varies_within=varies, own=False)
        told = np.isfinite(test.p_value)
        found.extend(test.p_value[told] < 0.05)
        alone = infer_jointly(pooled, named, chosen, varies_within=True, own=True)
        naive.extend(alone.p_value < 0.05)
    assert len(found) >= 300
    assert np.mean(found) < 0.065
    assert np.mean(naive) > np.mean(found) + 0.05


def test_more_columns_than_issuers_can_tell_are_refused(model):
    effect = od.estimate_effect(model, "~ s(date) + kind", uncertainty="none")
    frame = effect.test_terms()
    curve, kind = (frame[frame["term"] == one] for one in ("s(date)", "kind"))
    assert curve[["statistic", "df_denominator", "p_value", "q_value"]].isna().all(axis=None)
    assert set(curve["note"]) == {
        "Not enough data: 12 issuers tell too little of 10 columns together. Take fewer, such as "
        "s(date, 3) or date for s(date)."
    }
    assert kind["p_value"].notna().all()
    assert (kind["df_denominator"] < 11).all()


def test_few_issuers_and_issuers_themselves():
    table = TABLE.assign(issuer=[f"i{one}" for one in pd.factorize(TABLE["issuer"])[0] % 5])
    table["size"] = np.where(table["issuer"] < "i2", "small", "large")
    model = make(softmax(ETA), table)
    frame = od.estimate_effect(model, "~ size + kind", uncertainty="none").test_terms()
    size, kind = (frame[frame["term"] == one] for one in ("size", "kind"))
    assert size["p_value"].isna().all()
    assert size["note"].str.startswith("Not enough data: 5 issuers, at least 8 needed").all()
    assert kind["p_value"].notna().all()
    assert set(kind["note"]) == {"Of these 5 issuers, their releases taken for independent."}
    part = table.assign(
        kind=table["kind"].where(table["issuer"] != "i4", "d")
    )  # d is constant within issuers
    mixed = od.estimate_effect(make(softmax(ETA), part), "~ kind", uncertainty="none").test_terms()
    assert mixed["p_value"].isna().all()
    for formula in ("~ issuer + kind", "~ C(issuer, contr.treatment('i2')) + kind"):
        frame = od.estimate_effect(model, formula, uncertainty="none").test_terms()
        own = frame[frame["term"].str.contains("issuer")]
        assert set(own["note"]) == {"Of the releases of these issuers, taken for independent."}
        assert (own["df_numerator"] == 4).all()


def test_a_term_that_rests_on_one_issuer_in_part_is_not_tested():
    """Of four kinds one is some of a single issuer's: the others alone would be another question."""
    kind = TABLE["kind"].where((TABLE["issuer"] != "issuer 04") | (TABLE["number"] > 0), "d")
    model = make(softmax(ETA), TABLE.assign(kind=kind))
    frame = od.estimate_effect(model, "~ kind", uncertainty="none").test_terms()
    assert frame["p_value"].isna().all()
    assert frame["note"].str.startswith("Not enough data: one issuer makes up so much").all()


def test_a_formula_without_terms_has_no_tests(model):
    effect = od.estimate_effect(model, "~ 1", uncertainty="none")
    frame = effect.test_terms()
    assert len(frame) == 0
    assert "p_value" in frame
    known = model.shares.mean(axis=0)
    np.testing.assert_allclose(effect.frame["estimate"], known)


@pytest.mark.parametrize("n_issuers", [12, 40])
def test_a_column_of_issuers_is_rarely_significant_by_chance(n_issuers):
    """Kinds of issuers, the largest of which has over a quarter of the releases: at most 6% of tests at 5%.

    With degrees of freedom as if releases had nothing in common within issuers it is 6.8% and 8.6%.
    """
    rng = np.random.default_rng(2)
    size = 1 / np.arange(1, n_issuers + 1) ** 1.1
    issuer = np.repeat(np.arange(n_issuers), np.maximum(3, 500 * size / size.sum()).astype(int))
    found, before = [], []
    for _ in range(6):
        kind = (rng.permutation(n_issuers) % 2)[issuer].astype(float)
        x = np.c_[np.ones(issuer.size), kind]
        y = rng.normal(size=(issuer.size, 200)) + 0.5 * rng.normal(size=(n_issuers, 200))[issuer]
        pooled = regress_shares([y], x, np.ones(issuer.size), issuer)
        named = Clusters("issuer", issuer, issuer, n_issuers)
        for varies, made in ((False, found), (True, before)):
            test = infer_contrast(pooled, named, np.array([0.0, 1.0]), 0.95, varies_within=varies, own=False)
            made.extend(test.p_value < 0.05)
    assert np.mean(found) <= 0.06
    assert np.mean(found) < np.mean(before)


def test_single_coefficients_hold_their_level_too():
    """The same corpora as above, and a column that varies within issuers."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(6):
        issuer, table = unequal_clusters(rng)
        design = make_design("~ date", table)
        y = rng.normal(size=(issuer.size, 200)) + 0.5 * rng.normal(size=(12, 200))[issuer]
        pooled = regress_shares([y], design.matrix, np.ones(issuer.size), issuer)
        named = Clusters("issuer", issuer, issuer, 12)
        test = infer_contrast(pooled, named, np.array([0.0, 1.0]), 0.95, varies_within=True, own=False)
        found.append((test.p_value < 0.05).mean())
    assert np.mean(found) < 0.065
