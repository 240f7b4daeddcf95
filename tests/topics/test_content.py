"""Words that depend on who says them: the lasso, the fit, and what a model says of it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment, minimize

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError
from octadisc.topics.structural.content import fit_deviations

N_TOPICS = 3
OWN = 12  # terms that a topic has


def draw(different=True, n_releases=300, seed=1):
    """Draw releases of two issuers on three topics.

    Of the first topic one issuer says trust where the other says confidence, a fifth of the topic; whatever
    the topic, SELEC says "centre" for a tenth of its words, and Europol "agency".
    """
    rng = np.random.default_rng(seed)
    terms = [f"t{k}_{i:02d}" for k in range(N_TOPICS) for i in range(OWN)]
    terms += ["agency", "centre", "confidence", "trust"]
    place = {one: i for i, one in enumerate(terms)}
    words = np.zeros((2, N_TOPICS, len(terms)))
    for k in range(N_TOPICS):
        words[:, k, k * OWN : (k + 1) * OWN] = rng.dirichlet(np.full(OWN, 3.0))
    if different:
        words *= 0.9
        words[0, :, place["agency"]] = words[1, :, place["centre"]] = 0.1
    words[:, 0] *= 0.8
    words[0, 0, place["trust"]] = 0.2
    words[1, 0, place["confidence" if different else "trust"]] = 0.2
    issuer = rng.integers(0, 2, n_releases)
    shares = rng.dirichlet(np.full(N_TOPICS, 0.3), n_releases)
    matrix = np.stack([rng.multinomial(90, shares[i] @ words[issuer[i]]) for i in range(n_releases)])
    releases = pd.DataFrame({"issuer": np.array(["Europol", "SELEC"])[issuer]})
    order = np.argsort(terms)
    counts = od.TermCounts.from_matrix(matrix[:, order], sorted(terms), releases)
    return counts, words[:, :, order], shares


@pytest.fixture(scope="module")
def planted():
    return draw()


@pytest.fixture(scope="module")
def model(planted):
    return od.fit_topics(planted[0], N_TOPICS, content="issuer", start="gibbs")


@pytest.fixture(scope="module")
def matching(model, planted):
    """Give the number in the model of each planted topic."""
    _, words, _ = planted
    found = model.structure.content.words.reshape(2, N_TOPICS, -1).mean(axis=0)
    truth = words.mean(axis=0)
    size = np.outer(np.linalg.norm(truth, axis=1), np.linalg.norm(found, axis=1))
    return linear_sum_assignment(-(truth @ found.T) / size)[1]


def expected_counts(seed=0, n_terms=60, n_levels=3, n_topics=4):
    """Draw expected counts [levels × terms × topics] with some deviations of each kind."""
    rng = np.random.default_rng(seed)
    size = (n_levels, n_terms, n_topics)
    logs = np.log(rng.dirichlet(np.full(n_terms, 0.5)) + 1e-9)[None, :, None] + np.zeros(size)
    logs += (rng.random((1, n_terms, n_topics)) < 0.2) * rng.normal(0, 1.5, (1, n_terms, n_topics))
    logs += (rng.random((n_levels, n_terms, 1)) < 0.2) * rng.normal(0, 1.0, (n_levels, n_terms, 1))
    logs += (rng.random(size) < 0.05) * rng.normal(0, 1.5, size)
    words = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    return rng.poisson(words * rng.uniform(500, 5000, (n_levels, 1, n_topics))) * rng.uniform(0.9, 1.1, size)


def groups_of(cells):
    """Add cells [levels × topics] up as coefficients see them: by topic, by level, each alone."""
    return np.concatenate([cells.sum(axis=0), cells.sum(axis=1), cells.ravel()])


def path_of(counts, first):
    """Give the 100 penalties, from the least that leaves nothing in to a thousandth of it."""
    return np.abs(groups_of(counts - first)).max() * 1e-3 ** (np.arange(100) / 99)


def test_each_solution_is_that_of_a_lasso_on_the_path():
    expected = expected_counts()
    found = fit_deviations(expected)
    totals = expected.sum(axis=1)
    np.testing.assert_allclose(np.exp(found.baseline), expected.sum(axis=(0, 2)) / expected.sum())
    checked = 0
    for term in np.flatnonzero(expected.sum(axis=(0, 2))):
        counts, first = expected[:, term], totals * np.exp(found.baseline[term])
        parts = found.topic[:, term], found.level[:, term], found.both[:, :, term]
        mean = first * np.exp(parts[0] + parts[1][:, None] + parts[2])
        coefficients = np.concatenate([parts[0], parts[1], parts[2].ravel()])
        pull = groups_of(counts - mean)  # the slope of the likelihood along each coefficient
        inside = coefficients != 0
        path, near = path_of(counts, first), 0.005 * np.sqrt(counts.sum())  # of the count's own scatter
        if not inside.any():
            assert np.abs(pull).max() <= path[0] + near
            continue
        # one penalty pulls back all that is in, and is more than pulls at anything that is not
        penalty = path[np.abs(path - np.median(np.abs(pull[inside]))).argmin()]
        np.testing.assert_allclose(pull[inside], penalty * np.sign(coefficients[inside]), rtol=0, atol=near)
        assert np.abs(pull[~inside]).max(initial=0) <= penalty + near
        checked += 1
    assert checked > 40


def test_the_penalty_is_that_of_the_best_aic():
    """The path again, each penalty by itself, with a general optimiser over positive and negative parts."""
    expected = expected_counts(seed=3, n_terms=12, n_levels=2, n_topics=2)
    found = fit_deviations(expected)
    totals = expected.sum(axis=1)
    cells = np.arange(4).reshape(2, 2)
    design = np.zeros((4, 8))  # cells × coefficients
    for column, members in enumerate([*cells.T, *cells, *cells.ravel()[:, None]]):
        design[members, column] = 1

    def deviance(y, mean):
        return 2 * (np.where(y > 0, y * np.log(np.where(y > 0, y, 1) / mean), 0) - y + mean).sum()

    for term in np.argsort(-expected.sum(axis=(0, 2)))[:3]:
        y, first = expected[:, term].ravel(), totals.ravel() * np.exp(found.baseline[term])
        best, parts = np.inf, np.zeros(16)
        for penalty in path_of(y.reshape(2, 2), first.reshape(2, 2)):

            def loss(parts, y=y, first=first, penalty=penalty):
                logs = design @ (parts[:8] - parts[8:])
                mean = first * np.exp(logs)
                slope = design.T @ (mean - y)
                value = mean.sum() - y @ logs + penalty * parts.sum()
                return value, np.concatenate([slope, -slope]) + penalty

            made = minimize(loss, parts, jac=True, method="L-BFGS-B", bounds=[(0, 30)] * 16, tol=1e-12)
            parts = made.x
            coefficients = parts[:8] - parts[8:]
            n_inside = (np.abs(coefficients) > 1e-6).sum()
            best = min(best, deviance(y, first * np.exp(design @ coefficients)) + 2 * n_inside)
        ours = np.concatenate([found.topic[:, term], found.level[:, term], found.both[:, :, term].ravel()])
        criterion = deviance(y, first * np.exp(design @ ours)) + 2 * (ours != 0).sum()
        # where several sets of coefficients give one mean, ours may have fewer
        assert criterion <= best + 0.05


def test_levels_of_the_same_words_need_nothing_for_both():
    one = expected_counts(n_levels=1)[0]
    found = fit_deviations(np.stack([one, one, one]))
    assert not found.both.any()
    assert found.topic.any()
    words = found.words()
    np.testing.assert_allclose(words[0], words[1])
    np.testing.assert_allclose(words[0], words[2])


def test_a_term_that_never_occurs_has_no_words():
    expected = expected_counts()
    expected[:, 7] = 0
    words = fit_deviations(expected).words()
    assert (words[:, 7] == 0).all()
    np.testing.assert_allclose(words.sum(axis=1), 1)


def test_the_result_does_not_depend_on_threads():
    expected = expected_counts(n_terms=200)
    for one, other in pairwise([fit_deviations(expected, n) for n in (1, 2)]):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_planted_topics_are_found_at_each_level(model, planted, matching):
    _, truth, shares = planted
    content = model.structure.content
    assert (content.column, content.levels) == ("issuer", ["Europol", "SELEC"])
    np.testing.assert_allclose(content.words.sum(axis=2), 1)
    np.testing.assert_allclose(model.words.sum(axis=1), 1)
    for level in range(2):
        for topic, number in enumerate(matching):
            a, b = truth[level, topic], content.words[level, number]
            assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.98
    assert np.abs(model.shares[:, matching] - shares).mean() < 0.05


def test_terms_at_a_level_are_those_its_issuer_uses(model, matching):
    first = int(matching[0])
    for level, said, unsaid in (("Europol", "trust", "confidence"), ("SELEC", "confidence", "trust")):
        for by in ("keyness", "frex", "score", "lift"):
            table = model.terms_of(first, 10, by=by, level=level)
            assert list(table.columns) == ["term", "probability", by]
            assert said in table["term"].tolist()
            assert unsaid not in table["term"].tolist()
        # a tenth of what an issuer says of everything, and half as much of what it says of this
        by_probability = model.terms_of(first, 50, by="probability", level=level)
        assert by_probability["term"][0] == said
        assert by_probability["probability"].sum() == pytest.approx(1)
        assert by_probability["probability"][0] == pytest.approx(0.2, abs=0.03)


def test_what_an_issuer_says_of_everything_is_no_keyword_at_its_level(model, matching):
    table = model.terms_of(int(matching[0]), 5, level="SELEC")
    assert "centre" not in table["term"].tolist()
    assert "centre" in model.terms_of(int(matching[0]), 5, by="probability", level="SELEC")["term"].tolist()


def test_counts_at_a_level_are_those_of_its_releases(model, planted, matching):
    counts, first = planted[0], int(matching[0])
    table = model.terms_of(first, 50, by="lift", level="SELEC", counts=counts)
    mine = counts.matrix[(counts.releases["issuer"] == "SELEC").to_numpy()]
    total = dict(zip(counts.terms, np.asarray(mine.sum(axis=0)).ravel() / mine.sum(), strict=True))
    known = table["lift"].notna()
    np.testing.assert_allclose(
        table["lift"][known], (table["probability"] / table["term"].map(total))[known], rtol=1e-12
    )


def test_the_terms_that_deviate_most(model, matching):
    table = model.content_terms(3)
    assert list(table.columns) == ["kind", "topic", "level", "term", "deviation"]
    assert (table["deviation"] > 1e-3).all()
    assert table.groupby(["kind", "topic", "level"], dropna=False).size().max() <= 3
    levels = table[table["kind"] == "level"].groupby("level")["term"].agg(list)
    assert levels["Europol"][0] == "agency"
    assert levels["SELEC"][0] == "centre"
    topics = table[table["kind"] == "topic"]
    assert topics["level"].isna().all()
    for topic, number in enumerate(matching):
        found = topics[topics["topic"] == number]["term"].tolist()
        assert all(one.startswith(f"t{topic}_") or one in {"trust", "confidence"} for one in found)
    both = table[(table["kind"] != "topic") & table["term"].isin(["trust", "confidence"])]
    assert set(zip(both["level"], both["term"], strict=True)) == {
        ("Europol", "trust"),
        ("SELEC", "confidence"),
    }


def test_deviations_are_those_of_the_model(model):
    table, content = model.content_terms(5), model.structure.content
    for one in table.itertuples():
        term = model.terms.index(one.term)
        if one.kind == "topic":
            assert one.deviation == content.deviations.topic[one.topic, term]
        elif one.kind == "level":
            assert one.deviation == content.deviations.level[content.levels.index(one.level), term]
        else:
            at = content.levels.index(one.level)
            assert one.deviation == content.deviations.both[at, one.topic, term]


def test_issuers_who_say_the_same_leave_little_for_both():
    counts, _, _ = draw(different=False)
    model = od.fit_topics(counts, N_TOPICS, content="issuer")
    words = model.structure.content.words
    for topic in range(N_TOPICS):
        a, b = words[:, topic]
        assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.99
    table = model.content_terms(5)
    largest = table.groupby("kind")["deviation"].max()
    assert largest.get("both", 0.0) < 0.5 < largest["topic"]


def test_saved_and_read_again(model, tmp_path):
    again = od.load_model(model.save(tmp_path / "topics.zip"))
    one, other = model.structure.content, again.structure.content
    assert (one.column, one.levels) == (other.column, other.levels)
    np.testing.assert_array_equal(one.words, other.words)
    for a, b in zip(one.deviations, other.deviations, strict=True):
        np.testing.assert_array_equal(a, b)
    pd.testing.assert_frame_equal(model.content_terms(), again.content_terms())
    pd.testing.assert_frame_equal(model.terms_of(1, level="SELEC"), again.terms_of(1, level="SELEC"))


@pytest.mark.parametrize("content", [None, "issuer"])
def test_fitting_leaves_the_counts_alone(content):
    # terms not in order, so that the columns of the counts' rows are not either
    counts = od.TermCounts.from_matrix(
        np.random.default_rng(0).poisson(1.0, (40, 6)), list("febcad"), {"issuer": ["A", "B"] * 20}
    )
    before = counts.matrix.toarray()
    od.fit_topics(counts, 2, content=content, tolerance=0.1)
    np.testing.assert_array_equal(counts.matrix.toarray(), before)


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        ("~ issuer + kind", InputError, r"as .issuer. or .~ issuer.; it has no formulas \('\+'\)"),
        ("s(date)", InputError, "it has no formulas"),
        ("kind ~ issuer", InputError, "it has no formulas"),
        (["issuer"], InputError, "depend on several, put them into one column first"),
        ("~ issuers", UnknownNameError, "Did you mean 'issuer'"),
        ("~ number", NotEnoughDataError, "has 40 values in 40 releases. .* put values together"),
    ],
)
def test_of_content_one_column_is_accepted(content, error, said):
    releases = pd.DataFrame({"issuer": ["A", "B"] * 20, "kind": ["a"] * 40, "number": range(40)})
    counts = od.TermCounts.from_matrix(
        np.random.default_rng(0).poisson(1.0, (40, 6)), list("abcdef"), releases
    )
    with pytest.raises(error, match=said):
        od.fit_topics(counts, 2, content=content)
    plain, tilde = (od.fit_topics(counts, 2, content=one, tolerance=0.1) for one in ("issuer", " ~issuer"))
    assert plain.structure.content.column == tilde.structure.content.column == "issuer"


def test_an_unknown_level(model):
    with pytest.raises(UnknownNameError, match="Did you mean 'Europol'"):
        model.terms_of(0, level="Europool")


def test_quality_says_that_words_depend_on_issuers(model, planted):
    notes = model.quality(planted[0], 5).notes
    assert any("Words depend on issuer" in one for one in notes)
    assert not any("changed places" in one for one in notes)


def test_topics_that_have_changed_places_at_a_level_are_named(model, planted):
    content = model.structure.content
    words = content.words.copy()
    words[1] = words[1, [1, 0, 2]]
    structure = replace(model.structure, content=replace(content, words=words))
    (note,) = [
        one for one in replace(model, structure=structure).quality(planted[0]).notes if "places" in one
    ]
    assert "topic 0 of SELEC is topic 1 of Europol, topic 1 of SELEC is topic 0 of Europol." in note
