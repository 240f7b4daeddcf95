"""Effects beside those of R's stm: on a model of ours for its data, and on its own stored fit."""

import json
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import octadisc as od
from octadisc.topics.structural.comparison import match_topics

from .effect_cases import make_uncertain

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def stm(shared):
    return shared / "reference" / "stm"


@pytest.fixture(scope="module")
def blogs(stm):
    """Give the counts, our model, which of R's topics each of ours is, and R's effects."""
    triplets = pd.read_csv(stm / "poliblog5k_counts.csv.gz")
    terms = (stm / "poliblog5k_vocabulary.txt").read_text(encoding="utf-8").split()
    matrix = sparse.csr_matrix((triplets["c"], (triplets["d"], triplets["w"])), (5000, len(terms)))
    counts = od.TermCounts.from_matrix(matrix, terms, pd.read_csv(stm / "poliblog5k_meta.csv"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = od.fit_topics(counts, 20, prevalence="~ rating + s(day)", max_iterations=20)
    words = np.exp(pd.read_csv(stm / "poliblog5k_k20_logbeta.csv.gz", header=None).to_numpy(float))
    place = {term: i for i, term in enumerate(terms)}
    match, cosine = match_topics(model.words, words[:, [place[one] for one in model.terms]])
    assert cosine.mean() > 0.98
    found = json.loads((stm / "poliblog5k_k20.json").read_text(encoding="utf-8"))
    return counts, model, match, found["effect_of_liberal"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("recipe", "formula", "uncertainty"),
    [
        ("rating + s(day), global", "~ rating + s(day)", "global"),
        ("rating alone, global", "~ rating", "global"),
        ("rating + s(day), local", "~ rating + s(day)", "local"),
        ("rating + s(day), none", "~ rating + s(day)", "none"),
    ],
)
def test_every_topics_effect_of_liberal(blogs, recipe, formula, uncertainty):
    counts, model, match, known = blogs
    effect = od.estimate_effect(model, formula, 500, uncertainty=uncertainty, clusters=None, counts=counts)
    found = effect.frame[effect.frame["term"] == "rating[T.Liberal]"]
    estimate, error = (np.array(known[recipe][one])[match] for one in ("estimate", "std_error"))
    assert (np.abs(found["estimate"] - estimate) < 0.3 * error).all()
    np.testing.assert_allclose(found["std_error"], error, rtol=0.1)


def test_the_effect_of_treatment_on_the_stored_fit(stm):
    stored = json.loads((stm / "gadarian_k3.json").read_text(encoding="utf-8"))
    table = pd.read_csv(stm / "gadarian.csv")[["treatment", "pid_rep"]]
    shares = pd.read_csv(stm / "gadarian_k3_theta.csv").to_numpy(float)
    eta = np.log(shares[:, :2] / shares[:, 2:])
    x = np.c_[np.ones(341), table["treatment"], table["pid_rep"], table["treatment"] * table["pid_rep"]]
    away = eta - x @ np.array(stored["gamma"])
    spread = np.array(stored["sigma"]) - away.T @ away / len(away)  # R's global covariance
    model = make_uncertain(eta, spread, table)
    known = stored["effect_of_treatment_global"]
    effect = od.estimate_effect(model, "~ treatment", 500)
    for term, name in (("Intercept", "intercept"), ("treatment", "treatment")):
        found = effect.frame[effect.frame["term"] == term]
        assert np.abs(found["estimate"] - known[name]).max() < 0.01
        np.testing.assert_allclose(found["std_error"], known[f"{name}_se"], rtol=0.1)
