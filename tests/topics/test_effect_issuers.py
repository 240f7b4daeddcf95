"""Effects: who is inferred about, which releases count, and what they weigh."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.statistics.formulas import make_design
from octadisc.statistics.robust import fit_clustered
from octadisc.topics.effects.draws import draw_shares, posterior_roots

from .effect_cases import NUMBERS, SPREAD, draw_eta, draw_table, make, make_uncertain, of, softmax

TABLE = draw_table()
ETA = draw_eta(TABLE)


@pytest.fixture(scope="module")
def sure():
    return make(softmax(ETA), TABLE)


@pytest.fixture(scope="module")
def unsure():
    return make_uncertain(ETA, SPREAD, TABLE)


# Issuers


def few_issuers(n):
    return TABLE.assign(issuer=[f"i{one}" for one in pd.factorize(TABLE["issuer"])[0] % n])


def test_below_eight_issuers_what_is_constant_within_them_has_no_interval():
    table = few_issuers(6).assign(size=lambda t: (t["issuer"] < "i3").astype(float))
    effect = od.estimate_effect(make(softmax(ETA), table), "~ size + number", uncertainty="none")
    constant, within = of(effect, "size"), of(effect, "number")
    assert (
        constant[["std_error", "statistic", "p_value", "low", "high", "df", "q_value"]].isna().all(axis=None)
    )
    assert constant["estimate"].notna().all()
    assert set(constant["note"]) == {
        "Not enough data: 6 issuers, at least 8 needed to tell what issuers in general do."
    }
    assert within[NUMBERS].notna().all(axis=None)
    assert set(within["note"]) == {"Of these 6 issuers, their releases taken for independent."}
    assert any("at least 8 needed" in note for note in effect.notes)
    plain = od.estimate_effect(
        make(softmax(ETA), table), "~ size + number", uncertainty="none", clusters=None
    )
    np.testing.assert_allclose(within["std_error"], of(plain, "number")["std_error"])


def test_eight_issuers_are_enough():
    table = few_issuers(8).assign(size=lambda t: (t["issuer"] < "i4").astype(float))
    effect = od.estimate_effect(make(softmax(ETA), table), "~ size", uncertainty="none")
    found = of(effect, "size")
    assert found[NUMBERS].notna().all(axis=None)
    assert (found["df"] < 7).all()


@pytest.mark.parametrize("n_issuers", [5, 12])
@pytest.mark.parametrize("formula", ["~ issuer + number", '~ C(issuer, contr.treatment("{}")) + number'])
def test_issuers_themselves_are_compared_by_their_releases(n_issuers, formula):
    table = few_issuers(n_issuers)
    effect = od.estimate_effect(make(softmax(ETA), table), formula.format("i1"), uncertainty="none")
    own = effect.frame[effect.frame["term"].str.contains("issuer")]
    assert set(own["note"]) == {"Of the releases of these issuers, taken for independent."}
    assert own["std_error"].notna().all()
    assert "Of the releases" not in " ".join(of(effect, "number")["note"])


def test_a_column_named_after_issuers_is_not_the_issuers():
    """So that a substring does not make an interval of what has none."""
    table = TABLE.assign(issuer_age=TABLE["number"])
    effect = od.estimate_effect(make(softmax(ETA), table), "~ issuer + issuer_age", uncertainty="none")
    known = od.estimate_effect(make(softmax(ETA), table), "~ issuer + number", uncertainty="none")
    age, number = of(effect, "issuer_age"), of(known, "number")
    np.testing.assert_allclose(age[NUMBERS], number[NUMBERS], rtol=1e-6)
    assert set(age["note"]) == set(number["note"])


def test_one_issuer_alone_with_a_column():
    alone = (TABLE["issuer"] == "issuer 03").astype(float)
    model = make(softmax(ETA), TABLE.assign(alone=alone, some=alone * (TABLE["number"] > 0)))
    constant = of(od.estimate_effect(model, "~ alone", uncertainty="none"), "alone")
    assert constant["std_error"].isna().all()
    assert constant["note"].str.startswith("Not enough data: one issuer makes up so much of this").all()
    within = of(od.estimate_effect(model, "~ issuer + some", uncertainty="none"), "some")
    assert within["std_error"].notna().all()
    assert set(within["note"]) == {"Rests on single issuers: of their releases, taken for independent."}


def test_few_degrees_of_freedom_are_said():
    rare = TABLE["issuer"].isin(["issuer 03", "issuer 04"]).astype(float)
    found = of(
        od.estimate_effect(make(softmax(ETA), TABLE.assign(rare=rare)), "~ rare", uncertainty="none"), "rare"
    )
    assert (found["df"] < 4).all()
    assert found["note"].str.startswith("The interval is a rough one: issuers tell little of this").all()


def test_one_issuer_says_nothing_of_others():
    effect = od.estimate_effect(make(softmax(ETA), TABLE.assign(issuer="A")), "~ number", uncertainty="none")
    assert "All releases are of one issuer: nothing is said of others." in effect.notes
    assert of(effect, "number")["std_error"].notna().all()


def test_releases_without_an_issuer_are_one_cluster():
    missing = TABLE["issuer"].where(TABLE["number"] < 0.5)
    named = missing.fillna("someone")
    found, known = (
        od.estimate_effect(make(softmax(ETA), TABLE.assign(issuer=one)), "~ kind", uncertainty="none").frame
        for one in (missing, named)
    )
    np.testing.assert_allclose(found[NUMBERS], known[NUMBERS])


def test_another_column_makes_clusters(sure):
    named = make(softmax(ETA), TABLE.rename(columns={"issuer": "ministry"}))
    one = od.estimate_effect(named, "~ kind", uncertainty="none", clusters="ministry")
    two = od.estimate_effect(sure, "~ kind", uncertainty="none")
    np.testing.assert_allclose(one.frame[NUMBERS], two.frame[NUMBERS])
    with pytest.raises(UnknownNameError, match=r"clusters='isuer': .* Did you mean 'issuer'"):
        od.estimate_effect(sure, "~ kind", clusters="isuer")


# Which releases, and what they weigh


def test_releases_without_a_covariate_are_counted():
    number = TABLE["number"].copy()
    number[:5], number[5], number[6] = np.nan, np.inf, -np.inf
    shares = softmax(ETA)
    shares[10] = np.nan  # without a term, and so without shares
    effect = od.estimate_effect(make(shares, TABLE.assign(number=number)), "~ number", uncertainty="none")
    assert effect.notes[0] == "Without a value of number, and not counted: 7 releases."
    kept = np.r_[7:10, 11:240]
    known = od.estimate_effect(make(shares[kept], TABLE.iloc[kept]), "~ number", uncertainty="none")
    np.testing.assert_allclose(effect.frame[NUMBERS], known.frame[NUMBERS])
    assert repr(effect) == "Effect('number', 4 topics, 232 releases)"


def test_releases_may_weigh_by_their_words():
    tokens = np.random.default_rng(6).integers(50, 900, 240)
    model = make(softmax(ETA), TABLE, tokens=tokens)
    x = make_design("~ kind + number", TABLE).matrix
    clustered = od.estimate_effect(model, "~ kind + number", uncertainty="none", weights="token")
    plain = od.estimate_effect(model, "~ kind + number", uncertainty="none", weights="token", clusters=None)
    for topic in range(4):
        known = sm.WLS(model.shares[:, topic], x, weights=tokens).fit()
        part = plain.frame[plain.frame["topic"] == topic]
        np.testing.assert_allclose(part["estimate"], known.params, rtol=1e-9)
        np.testing.assert_allclose(part["std_error"], known.bse, rtol=1e-9)
        robust = fit_clustered(model.shares[:, topic], x, TABLE["issuer"], weights=tokens)
        part = clustered.frame[clustered.frame["topic"] == topic]
        np.testing.assert_allclose(part["std_error"], np.sqrt(np.diag(robust.covariance)), rtol=1e-7)
    by_model = od.estimate_effect(replace(model, weights="token"), "~ kind + number", uncertainty="none")
    pd.testing.assert_frame_equal(by_model.frame, clustered.frame)
    with pytest.raises(UnknownNameError, match="weights='words' cannot weigh shares"):
        od.estimate_effect(model, "~ kind", weights="words")


@pytest.mark.parametrize("clusters", [None, "issuer"])
@pytest.mark.parametrize("weights", ["release", "token"])
def test_halves_are_as_sure_as_wholes(clusters, weights):
    tokens = np.random.default_rng(7).integers(50, 900, 240)
    stories = TABLE.assign(duplicate_cluster=np.arange(240))
    twice = pd.concat([stories, stories], ignore_index=True)
    options = {"clusters": clusters, "weights": weights, "n_draws": 20}
    whole = make_uncertain(ETA, SPREAD, TABLE, tokens=tokens)
    parts = make_uncertain(
        np.r_[ETA, ETA], SPREAD, twice, tokens=np.r_[tokens, tokens], weights=np.full(480, 0.5)
    )
    first = make_uncertain(
        np.r_[ETA, np.full_like(ETA, np.nan)], SPREAD, twice,
        tokens=np.r_[tokens, tokens], weights=np.repeat([1.0, 0.0], 240),
    )  # fmt: skip
    known, *others = (
        od.estimate_effect(one, "~ kind + number", **options).frame for one in (whole, parts, first)
    )
    for other in others:
        np.testing.assert_allclose(other[NUMBERS], known[NUMBERS], rtol=1e-7)


def test_copies_are_uncertain_together(unsure):
    """Were each half drawn by itself, half of what is unknown of a story would average out."""
    roots = posterior_roots(unsure, np.arange(4), "global", None)
    for shares in draw_shares(unsure, np.array([2, 2, 5]), 3, 0, roots, np.array([0, 0, 1])):
        np.testing.assert_array_equal(shares[0], shares[1])


def test_some_topics(unsure):
    every = od.estimate_effect(unsure, "~ number", 10)
    some = od.estimate_effect(unsure, "~ number", 10, topics=[2, "topic 0", 2])
    assert some.topics == [2, 0]
    for topic in (0, 2):
        known = of(every, "number", topic)[NUMBERS].to_numpy(float)
        np.testing.assert_allclose(of(some, "number", topic)[NUMBERS].to_numpy(float), known)
    assert od.estimate_effect(unsure, "~ number", 10, topics="topic 3").topics == [3]
    with pytest.raises(UnknownNameError, match="No topic is called 'topic 9'"):
        od.estimate_effect(unsure, "~ number", topics=["topic 9"])
    with pytest.raises(InputError, match="topics is empty"):
        od.estimate_effect(unsure, "~ number", topics=[])


def test_other_methods_take_shares_as_they_are(fitted):
    effect = od.estimate_effect(fitted, "~ date", 5, clusters=None)
    said = [note for note in effect.notes if "does not say how uncertain shares are" in note]
    assert len(said) == (fitted.structure is None)
    assert effect.spec.parameters["uncertainty"] == ("global" if fitted.structure else "none")


def test_shares_that_do_not_vary_have_no_interval():
    shares = softmax(ETA) * 0.8
    effect = od.estimate_effect(make(np.c_[shares, np.full(240, 0.2)], TABLE), "~ number", uncertainty="none")
    found = of(effect, "number", 4)
    assert np.isnan([found["std_error"], found["p_value"], found["low"]]).all()
    assert found["note"] == "No interval: nothing is left unexplained."
    assert of(effect, "number", 0)["note"] == ""
