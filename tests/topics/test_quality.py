"""How coherent topics are, and how exclusive their terms."""

import matplotlib as mpl
import numpy as np
import pytest
from scipy import sparse

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.topics.quality.coherence import coherence_of, leading_terms
from octadisc.topics.quality.exclusivity import sum_exclusivity

mpl.use("Agg")

# Releases with a: 4, with b: 3, with c: 2; a and b: 2, a and c: 1, b and c: 2.
MATRIX = sparse.csr_matrix([[3, 1, 0], [1, 2, 1], [1, 0, 0], [2, 0, 0], [0, 1, 9]])


def test_coherence_as_published():
    # each term is taken with every more probable one, which is what it is divided by
    made = coherence_of([[0, 1, 2], [2, 1, 0]], MATRIX)
    np.testing.assert_allclose(
        made,
        [
            np.log(3 / 4) + np.log(2 / 4) + np.log(3 / 3),
            np.log(3 / 2) + np.log(2 / 2) + np.log(3 / 3),
        ],
    )


def test_coherence_in_the_order_of_stm():
    # the second topic's c and b come after a and b in the list of the first, so b divides, not c
    made = coherence_of([[0, 1], [2, 1]], MATRIX, order="stm")
    np.testing.assert_allclose(made, [np.log(2.01 / 4.01), np.log(2.01 / 3.01)])
    np.testing.assert_allclose(coherence_of([[2, 1]], MATRIX, order="stm"), [np.log(2.01 / 2.01)])


def test_copies_weigh_in_coherence_what_they_weigh_in_the_counts():
    # the first release twice, each half of one
    twice = sparse.csr_matrix(MATRIX.toarray()[[0, 0, 1, 2, 3, 4]])
    weights = np.array([0.5, 0.5, 1, 1, 1, 1])
    np.testing.assert_allclose(
        coherence_of([[0, 1, 2]], twice, release_weights=weights), coherence_of([[0, 1, 2]], MATRIX)
    )


def test_terms_that_never_meet_are_finite():
    apart = sparse.csr_matrix([[1, 0], [0, 1]])
    np.testing.assert_allclose(coherence_of([[0, 1]], apart), [0.0])  # log((0 + 1) / 1)
    np.testing.assert_allclose(coherence_of([[0, 1]], apart, order="stm"), [np.log(0.01 / 1.01)])


def test_only_terms_that_the_topic_has_and_that_are_found():
    words = np.array([[0.5, 0.3, 0.2, 0.0], [0.0, 0.0, 0.0, 1.0]])
    found = np.array([True, False, True, True])
    assert leading_terms(words, found, 3) == [[0, 2], [3]]
    np.testing.assert_array_equal(np.isnan(coherence_of([[0, 1], [2], []], MATRIX)), [False, True, True])


def test_exclusivity_by_hand():
    words = np.array([[0.5, 0.3, 0.2], [0.1, 0.3, 0.6]])
    # of the first topic both ranks are 3, 2 and 1 of 3; the second has them the other way round
    np.testing.assert_allclose(sum_exclusivity(words, [[0, 1], [2]]), [1 + 2 / 3, 1])
    assert np.isnan(sum_exclusivity(words, [[], [0]])[0])


def test_quality_of_every_method(fitted, planted):
    made = fitted.quality(planted.counts, 8)
    table = made.to_frame()
    first = ["topic", "name", "share", "coherence", "exclusivity", "n_terms", "terms"]
    assert list(table.columns) == first
    assert table["name"].tolist() == fitted.topics["name"].tolist()
    assert (table["n_terms"] == 8).all()
    assert np.isfinite(table[["coherence", "exclusivity"]].to_numpy()).all()
    assert (table["exclusivity"] <= 8).all()
    assert len(made.notes) == 1  # terms that were planted and never drawn
    never = (planted.counts.matrix.sum(axis=0) == 0).sum()
    assert f": {never} of 400" in made.notes[0]
    for topic in range(6):
        wanted = fitted.terms_of(topic, 8, by="probability")["term"].tolist()
        assert table["terms"][topic].split(", ") == wanted
    assert made.spec.inputs == (fitted.spec, planted.counts.spec)


def test_terms_of_one_theme_are_more_coherent_than_a_mixture(planted, fitted):
    """Mixing the words of all topics makes terms that stand together less."""
    own = fitted.quality(planted.counts, 10).to_frame()["coherence"].mean()
    rng = np.random.default_rng(0)
    leading = [rng.choice(len(fitted.terms), 10, replace=False).tolist() for _ in range(20)]
    counts = np.asarray((planted.counts.matrix > 0).sum(axis=0)).ravel()
    leading = [sorted((i for i in one if counts[i]), key=lambda i: -counts[i]) for one in leading]
    assert own > coherence_of(leading, planted.counts.matrix).mean() + 10


def test_counts_of_other_releases(fitted, planted):
    part = planted.counts.matrix[:40]
    kept = np.flatnonzero(np.arange(part.shape[1]) % 2)
    other = od.TermCounts.from_matrix(
        part[:, kept], [planted.counts.terms[i] for i in kept], planted.counts.releases[:40]
    )
    made = fitted.quality(other, 6)
    assert "stand in no release of the counts" in made.notes[0]
    assert not set(", ".join(made.frame["terms"]).split(", ")) & set(planted.counts.terms[::2])


def test_few_terms_are_said(small, tokens):
    counts = od.count_terms(tokens, stop_words="auto")
    made = small.quality(counts, 500)
    assert any("fewer than 500 terms" in one for one in made.notes)
    assert np.isfinite(made.frame["coherence"]).all()


def test_the_picture_names_each_topic_by_name_or_number(fitted, planted):
    made = fitted.quality(planted.counts)
    ax = made.plot()
    (points,) = ax.lines
    np.testing.assert_array_equal(points.get_xdata(), made.frame["coherence"])
    np.testing.assert_array_equal(points.get_ydata(), made.frame["exclusivity"])
    said = [one.get_text() for one in ax.texts]
    assert len(said) == 6
    for text in said:
        number = text.isdigit() and int(text) < 6
        assert number or any(one.startswith(text.rstrip("…")) for one in made.frame["name"])
    mpl.pyplot.close(ax.figure)


def test_names_are_escaped(fitted, planted):
    page = fitted.rename({0: "<b>"}).quality(planted.counts)._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>," not in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n_terms": 1}, "n_terms=1"),
        ({"n_terms": 2.5}, "n_terms=2.5"),
        ({"weight": 2}, "weight=2"),
        ({"order": "mimo"}, "Did you mean 'mimno'"),
    ],
)
def test_arguments_that_are_none(small, tokens, wrong, said):
    counts = od.count_terms(tokens, stop_words="auto")
    with pytest.raises((InputError, UnknownNameError), match=said):
        small.quality(counts, **wrong)
