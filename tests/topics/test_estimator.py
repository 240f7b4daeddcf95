"""StructuralTopicModel as scikit-learn's tools use it."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError

ONE_TOPIC = "it asks for one topic, which tells no releases apart and is refused"
EXPECTED = dict.fromkeys(
    (
        "check_dont_overwrite_parameters",
        "check_methods_sample_order_invariance",
        "check_methods_subset_invariance",
        "check_fit2d_predict1d",
    ),
    ONE_TOPIC,
)


@parametrize_with_checks(
    [od.StructuralTopicModel(n_components=2, max_iter=20, n_threads=1)],
    expected_failed_checks=lambda _: EXPECTED,
)
@pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def planted(planting):
    return planting(n_releases=120, n_terms=80, n_topics=3, length=60)


@pytest.fixture(scope="module")
def fitted(planted):
    return od.StructuralTopicModel(3).fit(planted.counts.matrix)


def test_the_order_and_number_of_releases_do_not_matter(planted, fitted):
    """What the checks with one topic look at, with three."""
    matrix = planted.counts.matrix
    shares = fitted.transform(matrix)
    order = np.random.default_rng(0).permutation(120)
    np.testing.assert_array_equal(fitted.transform(matrix[order]), shares[order])
    np.testing.assert_array_equal(fitted.transform(matrix[:7]), shares[:7])
    np.testing.assert_array_equal(fitted.transform(matrix.toarray()), shares)
    with pytest.raises(ValueError, match="Reshape your data"):
        fitted.transform(matrix[0].toarray().ravel())


def test_it_is_fit_topics(planted, fitted):
    model = od.fit_topics(planted.counts, 3)
    np.testing.assert_array_equal(fitted.components_, model.words)
    np.testing.assert_array_equal(fitted.bound_, model.bound)
    assert fitted.n_iter_ == len(model.bound)
    np.testing.assert_allclose(
        fitted.transform(planted.counts.matrix), model.transform(planted.counts).shares, atol=1e-12
    )
    assert fitted.get_feature_names_out().tolist() == [f"structuraltopicmodel{k}" for k in range(3)]
    assert fitted.n_features_in_ == 80


def test_to_model_gives_names_and_dates(planted, fitted):
    terms = planted.counts.terms
    model = fitted.to_model(terms, planted.counts.releases)
    direct = od.fit_topics(planted.counts, 3)
    assert model.topics["name"].tolist() == direct.topics["name"].tolist()
    assert model.over_time().frame["share"].tolist() == direct.over_time().frame["share"].tolist()
    shuffled = np.random.default_rng(0).permutation(80)
    other = od.StructuralTopicModel(3).fit(planted.counts.matrix[:, shuffled])
    again = other.to_model([terms[i] for i in shuffled], planted.counts.releases)
    assert again.terms == terms
    np.testing.assert_array_equal(again.words[:, shuffled], other.components_)
    with pytest.raises(InputError, match="Expected the 80 terms"):
        fitted.to_model(terms[:5])
    with pytest.raises(InputError, match="Expected 120"):
        fitted.to_model(terms, planted.counts.releases[:5])


def test_covariates_by_frame_array_and_formula(planted):
    matrix, issuer = planted.counts.matrix, planted.counts.releases[["issuer"]]
    direct = od.fit_topics(planted.counts, 3, prevalence="~ issuer")
    for given, formula in ((issuer, None), (issuer, "~ issuer")):
        model = od.StructuralTopicModel(3, prevalence=formula).fit(matrix, prevalence=given)
        np.testing.assert_array_equal(model.bound_, direct.bound)
    numbers = np.random.default_rng(0).normal(size=(120, 2))
    with_array = od.StructuralTopicModel(3).fit(matrix, prevalence=numbers)
    assert with_array.model_.structure.columns == ["Intercept", "x0", "x1"]
    own = with_array.transform(matrix, prevalence=numbers)
    assert np.abs(own - with_array.transform(matrix)).max() > 1e-6  # average ones without them
    np.testing.assert_array_equal(own, with_array.fit_transform(matrix, prevalence=numbers))
    with pytest.raises(UnknownNameError, match="needs columns"):
        od.StructuralTopicModel(3, prevalence="~ issuer").fit(matrix)
    with pytest.raises(InputError, match="5 rows, and there are 120"):
        od.StructuralTopicModel(3).fit(matrix, prevalence=numbers[:5])


def test_words_that_depend_on_a_column(planted):
    issuer = planted.counts.releases[["issuer"]]
    model = od.StructuralTopicModel(2, content="issuer", start="gibbs", max_iter=5)
    with pytest.warns(UserWarning, match="had not settled"):
        model.fit(planted.counts.matrix, prevalence=issuer)
    assert model.to_model(planted.counts.terms).structure.content.levels == ["Europol", "Presidency", "SELEC"]
    assert model.transform(planted.counts.matrix[:4], prevalence=issuer[:4]).shape == (4, 2)


@pytest.mark.parametrize("vectorizer", [od.TermVectorizer(), CountVectorizer()])
def test_in_a_pipeline(vectorizer):
    texts = ["police seized drugs and cocaine", "drugs came by sea", "customs found cocaine and drugs"]
    texts += ["ministers spoke of mutual trust", "training builds trust", "mutual trust and training"]
    steps = make_pipeline(clone(vectorizer), od.StructuralTopicModel(2))
    frame = pd.DataFrame({"kind": list("aaabbb") * 6})
    shares = steps.fit_transform(texts * 6, structuraltopicmodel__prevalence=frame)
    assert shares.shape == (36, 2)
    assert len(set(shares[:3].argmax(axis=1))) == len(set(shares[3:6].argmax(axis=1))) == 1
    empty = steps.transform(["nothing known here"])
    np.testing.assert_allclose(empty.sum(), 1)  # what is expected of an average release


def test_the_score_prefers_the_planted_number(planted):
    search = GridSearchCV(od.StructuralTopicModel(start="random"), {"n_components": [2, 3]}, cv=3)
    search.fit(planted.counts.matrix)
    assert search.best_params_ == {"n_components": 3}


def test_seeds_and_mistakes(planted):
    matrix = planted.counts.matrix
    one, two, other = (
        od.StructuralTopicModel(3, start="random", random_state=seed).fit(matrix) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.components_, two.components_)
    assert np.abs(one.bound_[0] - other.bound_[0]) > 0
    state = od.StructuralTopicModel(3, start="random", random_state=np.random.RandomState(0)).fit(matrix)
    assert np.isfinite(state.bound_[-1])
    with pytest.raises(UnknownNameError, match="Did you mean 'gibbs'"):
        od.StructuralTopicModel(3, start="gibs").fit(matrix)
    with pytest.raises(InputError, match="takes whole counts"):
        od.StructuralTopicModel(3, start="gibbs").fit(sparse.csr_matrix(matrix * 0.3))
    with pytest.raises(NotEnoughDataError, match="n_topics=200"):
        od.StructuralTopicModel(200).fit(matrix)
    with pytest.raises(ValueError, match="Negative"):
        od.StructuralTopicModel(3).fit(-matrix)
