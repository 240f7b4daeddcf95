"""Correlations of topics: the plain figures, what is built in, honest intervals, and the network."""

import networkx
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.topics.relations.correlation_draws import (
    built_in_of_ratios,
    built_in_of_shares,
    draw_pairs,
)
from octadisc.topics.relations.correlation_plots import lay_out
from octadisc.topics.relations.correlations import correlate_topics
from octadisc.topics.relations.merging import merge_topics
from octadisc.topics.relations.name_places import push_apart
from octadisc.topics.structural.comparison import match_topics


@pytest.fixture(scope="module")
def found(fitted):
    return correlate_topics(fitted)


def test_correlations_are_those_of_shares(fitted, found):
    np.testing.assert_allclose(found.matrix.to_numpy(), np.corrcoef(fitted.shares.T), atol=1e-12)
    assert found.matrix.columns.tolist() == fitted.topics["name"].tolist()
    assert len(found.frame) == 15
    frame = found.to_frame()
    assert ((frame["low"] <= frame["correlation"]) & (frame["correlation"] <= frame["high"])).all()


def test_what_is_built_in_is_what_independent_topics_have():
    rng = np.random.default_rng(0)
    alpha = np.array([0.8, 0.3, 0.1, 0.1])
    shares = rng.dirichlet(alpha, 200_000)
    np.testing.assert_allclose(built_in_of_shares(alpha / alpha.sum()), np.corrcoef(shares.T), atol=0.01)
    # log ratios of independent topics of unequal variance
    logs = rng.standard_normal((200_000, 5)) * [0.5, 1, 1, 2, 3]
    logs -= logs.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(built_in_of_ratios(np.cov(logs.T)), np.corrcoef(logs.T), atol=0.01)


def test_correlations_do_not_depend_on_the_order_of_releases_and_weights_count(rng_shares):
    shares = rng_shares
    options = {"added": None, "level": 0.95, "n_draws": 100, "seed": 0, "fewest": 30, "df": np.inf}
    plain = draw_pairs(shares, np.ones(80), np.arange(80), share=shares, **options)
    twice = np.vstack([shares, shares[:10]])
    heavy = np.where(np.arange(80) < 10, 2.0, 1.0)
    weighed = draw_pairs(shares, heavy, np.arange(80), share=shares, **options)
    expected = np.corrcoef(twice.T)[np.triu_indices(4, 1)]
    np.testing.assert_allclose(weighed.value, expected, atol=1e-12)
    backwards = draw_pairs(shares[::-1], np.ones(80), np.arange(80), share=shares[::-1], **options)
    np.testing.assert_allclose(backwards.value, plain.value, atol=1e-12)


@pytest.fixture(scope="module")
def rng_shares():
    return np.random.default_rng(5).dirichlet(np.full(4, 0.4), 80)


def _coverage(n_releases, n_issuers, n_runs):
    """Give coverage of the intervals, of topics that are independent."""
    truth = np.full(6, -1 / 3)  # of four topics of one mean, by Mosimann
    hits = []
    for run in range(n_runs):
        rng = np.random.default_rng(run)
        if n_issuers:
            # each issuer has a mean of its own; the whole is symmetric, so −1/3 stays true
            means = rng.dirichlet(np.full(4, 1.0), n_issuers)
            codes = np.arange(n_releases) % n_issuers
            shares = np.array([rng.dirichlet(6 * means[one] + 1e-3) for one in codes])
        else:
            codes, shares = np.arange(n_releases), rng.dirichlet(np.full(4, 0.3), n_releases)
        df = n_issuers - 1 if n_issuers else np.inf
        made = draw_pairs(
            shares,
            np.ones(n_releases),
            codes,
            share=shares,
            added=None,
            level=0.95,
            n_draws=200,
            seed=run,
            fewest=8,
            df=df,
        )
        hits.append((made.low <= truth) & (truth <= made.high))
    return np.mean(hits)


@pytest.mark.parametrize(("n_releases", "n_issuers"), [(150, 0), (300, 20)])
def test_intervals_cover(n_releases, n_issuers):
    assert 0.91 < _coverage(n_releases, n_issuers, 150) < 0.99


def test_nothing_is_said_of_pairs_that_the_sum_draws_below_0(found):
    """Independent topics: a test against what is built in would find most of them apart, see the notes."""
    drawn = od.simulate_releases(
        300, 6, n_terms=300, length=120, shares=[0.4, 0.25, 0.15, 0.1, 0.06, 0.04], issuer_spread=0.0, seed=1
    )
    made = correlate_topics(od.fit_topics(drawn.counts, 6), clusters=None)
    columns = "topic name other other_name correlation low high built_in relation"
    assert made.frame.columns.tolist() == columns.split()
    assert (made.frame["high"] < 0).sum() > 5
    above = made.frame["low"] > 0
    assert (made.frame["relation"] == np.where(above, "together", "")).all()
    assert made.to_graph().number_of_edges() == above.sum()
    said = " ".join(made.notes)
    assert "One below 0 means little by itself" in said
    assert "includes what the sum makes and what fitting makes" in said
    for one in (found, made):
        label = " ".join(one.plot(Figure(figsize=(7, 5)).subplots()).get_xlabel().split())
        assert "not say that topics avoid each other" in label
    mean = np.average(made.model.shares, axis=0)
    expected = built_in_of_shares(mean)[np.triu_indices(6, 1)]
    np.testing.assert_allclose(made.frame["built_in"], expected)


def test_pairs_that_go_together_are_found_and_others_are_not(planting):
    rng = np.random.default_rng(2)
    eta = rng.standard_normal((400, 5)) * 1.5
    eta[:, 1] = 0.9 * eta[:, 0] + 0.45 * eta[:, 1]
    shares = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    words = rng.dirichlet(np.full(300, 0.03), 5)
    matrix = np.stack([rng.multinomial(150, one @ words) for one in shares])
    terms = [f"t{i:03d}" for i in range(300)]
    counts = od.TermCounts.from_matrix(matrix, terms, [{"issuer": f"i{i % 10}"} for i in range(400)])
    model = od.fit_topics(counts, 5)
    match, cosine = match_topics(words, model.words)
    place = match.tolist()
    assert cosine.min() > 0.8
    for of in ("share", "ratio"):
        made = correlate_topics(model, of=of).frame
        together = made[made["relation"] == "together"]
        pairs = {frozenset(one) for one in together[["topic", "other"]].values.tolist()}
        assert pairs == {frozenset(place[:2])}
        pair = made[
            [frozenset(one) == frozenset(place[:2]) for one in made[["topic", "other"]].values.tolist()]
        ]
        assert float(pair["correlation"].iloc[0]) > 0.3


def test_ratios_are_those_of_the_structural_model(planted):
    table = planted.counts.releases.assign(x=np.arange(300) % 7)
    counts = od.TermCounts.from_matrix(planted.counts.matrix, planted.counts.terms, table)
    model = od.fit_topics(counts, 6, prevalence="~ x", tolerance=1e-8)
    made = correlate_topics(model, of="ratio", given="~ x").matrix.to_numpy()
    centre = (np.eye(6) - 1 / 6)[:, :5]
    covariance = centre @ model.structure.covariance @ centre.T
    deviation = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(made, covariance / np.outer(deviation, deviation), atol=0.02)


def test_what_covariates_explain_is_taken_out():
    # two kinds of releases, each with two topics of its own that within the kind exclude each other
    rng = np.random.default_rng(0)
    kind = np.arange(200) % 2
    shares = np.array([rng.dirichlet([2, 2, 0.1, 0.1] if one else [0.1, 0.1, 2, 2]) for one in kind])
    words = np.eye(4).repeat(3, axis=1) / 3
    matrix = np.stack([rng.multinomial(400, one @ words) for one in shares])
    terms = [f"t{i:02d}" for i in range(12)]
    counts = od.TermCounts.from_matrix(matrix, terms, [{"kind": f"k{i}"} for i in kind])
    model = od.fit_topics(counts, 4, "nmf")
    match, cosine = match_topics(words, model.words)
    assert cosine.min() > 0.95
    plain = correlate_topics(model, clusters=None).matrix.to_numpy()[match[0], match[1]]
    within = correlate_topics(model, clusters=None, given="~ kind").matrix.to_numpy()[match[0], match[1]]
    assert plain > 0.1
    assert within < -0.5


def test_notes_say_what_is_built_in_and_of_whom_intervals_speak(found):
    said = " ".join(found.notes)
    assert "−0.20 on average for 6 topics" in said
    assert "3 issuers, at least 8 needed" in said
    assert "drawing 300 releases" in said


def test_too_few_releases(planted):
    counts = od.TermCounts.from_matrix(planted.counts.matrix[:20], planted.counts.terms, [{}] * 20)
    made = correlate_topics(od.fit_topics(counts, 3, "nmf"), clusters=None)
    assert made.frame["low"].isna().all()
    assert made.frame["correlation"].notna().all()
    assert (made.frame["relation"] == "").all()
    assert any("Not enough data" in one for one in made.notes)
    ax = made.plot(Figure().subplots())
    assert len(ax.lines) == 0
    assert ax.get_xlabel().startswith("No lines")


def test_evidence_adds_up_to_the_covariance(fitted, found):
    table = found.evidence(0, 1, n=1000)
    assert len(table) == 300
    assert table["contribution"].mean() == pytest.approx(np.cov(fitted.shares[:, :2].T, bias=True)[0, 1])
    negative = found.matrix.iloc[0, 1] < 0
    assert table["contribution"].is_monotonic_increasing == negative


def test_evidence_has_sentences(tokens):
    model = od.fit_topics(od.count_terms(tokens, stop_words="auto"), 3, "nmf")
    table = correlate_topics(model).evidence(0, 1, n=2)
    own = model.evidence(0, n=100)
    for row in table.itertuples():
        mine = own[own["release"] == row.release]["sentence"].tolist()
        assert (row.sentence == mine[0]) if mine else pd.isna(row.sentence)


def test_the_graph_can_be_written_and_read(found, tmp_path):
    graph = found.to_graph()
    networkx.write_graphml(graph, tmp_path / "topics.graphml")
    again = networkx.read_graphml(tmp_path / "topics.graphml")
    assert again.number_of_nodes() == 6
    assert {again.nodes[k]["name"] for k in again.nodes} == set(found.model.topics["name"])
    frame = found.frame.set_index(["topic", "other"])
    for one, other, edge in graph.edges(data=True):
        row = frame.loc[(min(one, other), max(one, other))]
        assert row["low"] > 0
        assert edge["weight"] == row["correlation"]
    assert all(abs(edge["weight"]) >= 0.25 for *_, edge in found.to_graph(0.25).edges(data=True))


def test_the_same_graph_has_the_same_places(found):
    graph = found.to_graph()
    again = networkx.Graph()
    again.add_nodes_from(reversed(list(graph.nodes(data=True))))
    again.add_edges_from(reversed(list(graph.edges(data=True))))
    np.testing.assert_array_equal(lay_out(graph), lay_out(again))


def test_boxes_are_pushed_apart():
    rng = np.random.default_rng(0)
    centres, halves = rng.random((15, 2)) * [7, 4], np.full((15, 2), [0.5, 0.25])
    made = push_apart(centres, halves, (7.0, 4.0))
    for i in range(15):
        for j in range(i):
            assert (np.abs(made[i] - made[j]) >= 2 * halves[0] - 1e-5).any()
    assert (made >= halves - 1e-9).all()
    assert (made <= np.array([7.0, 4.0]) - halves + 1e-9).all()


def test_the_picture_has_all_topics_and_lines_of_the_sure_ones(found):
    ax = found.plot(Figure(figsize=(7, 5)).subplots())
    assert len(ax.texts) == 6
    assert len(ax.lines) == (found.frame["relation"] != "").sum()
    assert sum(len(one.get_offsets()) for one in ax.collections) == 6


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"of": "words"}, UnknownNameError, "cannot be correlated"),
        ({"level": 1.0}, InputError, "no coverage"),
        ({"given": "~ nothing"}, (InputError, UnknownNameError), "nothing"),
        ({"clusters": "isuer"}, UnknownNameError, "Did you mean 'issuer'"),
        ({"n_draws": 3}, InputError, "at least 100"),
    ],
)
def test_what_cannot_be_correlated(fitted, options, error, says):
    with pytest.raises(error, match=says):
        correlate_topics(fitted, **options)


def test_ratios_of_a_model_that_has_none(fitted, small):
    merged = merge_topics(fitted, {"a": [0, 1]})
    with pytest.raises(InputError, match='Use of="share"'):
        correlate_topics(merged, of="ratio")
    with pytest.raises(InputError, match="correlate by −1"):
        correlate_topics(small)
    correlate_topics(merged)


def test_the_face_and_the_recipe(fitted, found):
    page = correlate_topics(fitted.rename({0: "<b>"}))._repr_html_()
    assert "<b>" not in page.replace("<p><b>TopicCorrelations</b>", "")
    assert correlate_topics(fitted).frame.equals(found.frame)  # the same seed, the same numbers
    assert found.spec.to_dict()["parameters"]["of"] == "share"
