"""What is asked of `fit_topics` is checked, and what it left out is said."""

import warnings

import numpy as np
import pytest

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, UnknownNameError


@pytest.fixture
def counts():
    return od.TermCounts.from_matrix(
        [[3, 0, 1], [0, 2, 1], [1, 1, 0], [0, 0, 0]],
        ["crime", "trust", "police"],
        [{"release": name} for name in "abcd"],
    )


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n_topics": 1}, InputError, "at least 2"),
        ({"n_topics": 2.5}, InputError, "no whole number"),
        ({"n_topics": True}, InputError, "no whole number"),
        ({"n_topics": "3"}, InputError, "n_topics='3'"),
        ({"n_topics": 4}, NotEnoughDataError, "3 releases that have terms"),
        ({"seed": 0.5}, InputError, "seed=0.5"),
        ({"seed": 2**32}, InputError, "at most 4294967295"),
        ({"seed": None}, InputError, "seed=None"),
        ({"max_iterations": 0}, InputError, "at least 1"),
        ({"method": "nfm"}, UnknownNameError, "Did you mean 'nmf'"),
        ({"method": None}, UnknownNameError, "There is: lda, nmf, structural"),
        ({"start": "spectrum"}, UnknownNameError, "Did you mean 'spectral'"),
        ({"weights": "tokens"}, UnknownNameError, "Did you mean 'token'"),
        ({"method": "nmf", "prevalence": "~ issuer"}, InputError, "takes no covariates"),
        ({"method": "lda", "n_starts": 3}, InputError, "n_starts is an option of the structural"),
        ({"method": "nmf", "start": "gibbs"}, UnknownNameError, "no way to begin nmf"),
        ({"prevalence": "~ isuer"}, UnknownNameError, "Did you mean 'issuer'"),
        ({"tolerance": 2}, InputError, "from 0 to 0.1"),
        ({"sigma_prior": "1"}, InputError, "from 0 to 1"),
        ({"convergence": "bounds"}, UnknownNameError, "Did you mean 'bound'"),
    ],
)
def test_a_mistake_is_answered(counts, options, error, message):
    with pytest.raises(error, match=message):
        od.fit_topics(counts, **{"n_topics": 2, **options})


def test_fewer_terms_than_topics(counts):
    few = od.TermCounts.from_matrix(counts.matrix[:3, :2], counts.terms[:2], counts.releases[:3])
    with pytest.raises(NotEnoughDataError, match="2 terms counted"):
        od.fit_topics(few, 3)


@pytest.mark.parametrize("n_releases", [0, 3])
def test_no_terms_at_all(n_releases):
    nothing = od.TermCounts.from_matrix(np.zeros((n_releases, 2)), ["crime", "trust"], [{}] * n_releases)
    with pytest.raises(NotEnoughDataError, match="has a term to model"):
        od.fit_topics(nothing, 2)


def test_a_release_without_terms_is_named_and_stays(counts):
    with pytest.warns(OctadiscWarning, match=r"1 of 4 \(d\)"):
        model = od.fit_topics(counts, 2)
    assert np.isnan(model.shares[3]).all()
    np.testing.assert_allclose(model.shares[:3].sum(axis=1), 1)
    np.testing.assert_allclose(model.topics["share"], model.shares[:3].mean(axis=0))
    assert "1 of 4 (d)" in model.notes[0]
    assert "d" not in model.top_releases(0)["release"].tolist()


def test_token_weights_need_tokens(counts):
    missing = od.TermCounts.from_matrix(
        counts.matrix[:3], counts.terms, [{"tokens": 5}, {"tokens": None}, {"tokens": 3}]
    )
    with pytest.raises(InputError, match="running tokens"):
        od.fit_topics(missing, 2, weights="token")


def test_too_few_iterations_are_said(planted):
    for method in ("nmf", "lda"):
        with pytest.warns(OctadiscWarning, match="max_iterations=4"):
            model = od.fit_topics(planted.counts, 6, method, max_iterations=2)
        assert "had not settled after 2 iterations" in model.notes[-1]


def test_several_languages_are_said(counts):
    mixed = od.TermCounts.from_matrix(
        counts.matrix[:3], counts.terms, counts.releases[:3].assign(language=["en", "sl", "en"])
    )
    for method in ("structural", "nmf"):
        with pytest.raises(InputError, match=r"several languages \(en 67%, sl 33%\).*say why: pooled="):
            od.fit_topics(mixed, 2, method)
    with pytest.warns(OctadiscWarning, match="for this reason: names are alike"):
        model = od.fit_topics(mixed, 2, pooled="names are alike")
    assert model.spec.parameters["pooled"] == "names are alike"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        od.fit_topics(od.TermCounts.from_matrix(counts.matrix[:3], counts.terms, [{"language": "en"}] * 3), 2)


def test_the_recipe_says_what_was_asked(planted, fitted):
    made = fitted.spec.to_dict()
    assert made["function"] == "fit_topics"
    assert made["seed"] == 0
    assert made["parameters"]["n_topics"] == 6
    assert made["parameters"]["method"] in {"structural", "nmf", "lda"}
    assert made["inputs"] == [planted.counts.spec.to_dict()]
    assert "n_threads" not in made["parameters"]  # it changes nothing
