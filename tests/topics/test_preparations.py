"""Whether topics depend on how words were counted."""

import matplotlib as mpl
import numpy as np
import pytest
from scipy import sparse

import octadisc as od
from octadisc.errors import InputError
from octadisc.topics.alignment.changed_pairs import rank_distances, score_preparations
from octadisc.topics.alignment.preparations import choose_preparations

mpl.use("Agg")

SUBJECTS = [
    "customs officers seized cigarettes and drugs at the border crossing",
    "prosecutors and judges agreed on mutual trust in the network",
    "the academy trained experts in forensic analysis of documents",
]


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(0)
    rows = []
    for i in range(90):
        words = SUBJECTS[i % 3].split()
        text = " ".join(rng.choice(words, 30)) + " of the and in"
        rows.append({"text": text, "language": "en", "issuer": "AB"[i % 2], "date": f"{2001 + i % 5}-05-01"})
    return od.count_terms(od.tokenize(od.Corpus.from_frame(rows)), 2, "auto", min_length=3)


@pytest.fixture(scope="module")
def compared(counts):
    return od.compare_preparations(od.fit_topics(counts, 3, "nmf"), counts)


def test_each_choice_is_changed_by_itself(counts):
    ways = choose_preparations(counts)
    assert ways["with stop words"] == {"stop_words": None}
    assert ways["terms in 4 releases"] == {"min_documents": 4}
    assert ways["lemmas"] == {"forms": "lemma"}
    assert "frequent terms too" not in ways  # they are counted already
    assert all(len(one) == 1 for one in ways.values())


def test_plain_topics_stay(compared):
    table = compared.to_frame()
    assert table["preparation"][0] == "as it is"
    assert (table["found"] == 1).all()
    assert (compared.summary()["found"] == 1).all()
    assert table.loc[table["preparation"] == "with stop words", "terms"].iloc[0] > table["terms"][0]


def test_topics_that_rest_on_left_out_words_are_lost(counts):
    model = od.fit_topics(counts, 3, "nmf")
    words = set(SUBJECTS[0].split())
    gone = od.compare_preparations(
        model, counts, {"no customs": {"stop_words": [*words, "of", "the", "and", "in"]}}
    )
    row = gone.to_frame().iloc[1]
    assert row["found"] == pytest.approx(2 / 3)
    assert row["terms"] < len(counts.terms)


def test_effects_are_estimated_in_each(counts):
    ways = {"rarer": {"min_documents": 1}, "with stop words": {"stop_words": None}}
    made = od.compare_preparations(od.fit_topics(counts, 3, "nmf"), counts, ways)
    effects = made.compare_effects("~ issuer", clusters=None)
    assert set(effects.frame["model"]) == {0, 1, 2}
    assert effects.frame["found"].all()


def test_ways_that_cannot_be_counted_are_named(counts):
    model = od.fit_topics(counts, 3, "nmf")
    made = od.compare_preparations(
        model, counts, {"none": {"min_documents": 1000}, "stems": {"forms": "stem"}}
    )
    assert made.to_frame()["preparation"].tolist() == ["as it is", "stems"]
    assert made.notes[0].startswith("none: ")
    with pytest.raises(InputError, match=r"No other way could be counted and fitted\. none: "):
        od.compare_preparations(model, counts, {"none": {"min_documents": 1000}})
    with pytest.raises(InputError, match=r"preparations\['x'\]: there is no choice 'stopwords'"):
        od.compare_preparations(model, counts, {"x": {"stopwords": None}})
    bare = od.TermCounts.from_matrix(np.eye(3) * 5, ["a", "b", "c"], [{}] * 3)
    with pytest.raises(InputError, match="The counts have no tokens"):
        od.compare_preparations(od.fit_topics(bare, 2, "nmf"), bare)


def test_distances_are_ranked_with_ties():
    # cosines: (0, 1) 1; (0, 2) 0; (0, 3) .7071; (1, 2) 0; (1, 3) .7071; (2, 3) .7071
    matrix = sparse.csr_matrix([[1, 0], [3, 0], [0, 1], [1, 1]])
    assert rank_distances(matrix).tolist() == [1, 5.5, 3, 5.5, 3, 3]


def test_the_score_is_the_place_of_its_pairs_in_the_order_of_others():
    def counted(matrix):
        return od.TermCounts.from_matrix(np.array(matrix), ["a", "b", "c"], [{} for _ in matrix])

    base = counted([[9, 0, 1], [9, 1, 0], [0, 9, 1], [1, 9, 0]])
    one = counted([[9, 0, 1], [0, 9, 1], [9, 1, 0], [1, 9, 0]])  # the second and third change places
    two = counted([[9, 0, 2], [9, 2, 0], [0, 9, 2], [2, 9, 0]])  # no rank changes
    ranks = [rank_distances(sparse.csr_matrix(x.matrix)) for x in (base, one, two)]
    moved = [np.abs(x - ranks[0]) for x in ranks[1:]]
    assert moved[1].tolist() == [0] * 6
    scores = score_preparations([base, one, two], 2, 0)
    assert np.isnan(scores[0])
    assert scores[1] == pytest.approx(3.5 / 6)  # of six pairs that do not change at all, all are at place 3.5
    top = np.argsort(-moved[0], kind="stable")
    place = {
        int(pair): sum(moved[0] > moved[0][pair]) + (sum(moved[0] == moved[0][pair]) + 1) / 2 for pair in top
    }
    assert scores[2] == pytest.approx((place[0] + place[1]) / 2 / 6)
    assert np.isnan(score_preparations([base, one], 2, 0)).all()


def test_faces(compared):
    assert repr(compared) == "PreparationComparison(3 topics, counted in 6 other ways)"
    assert "<table" in compared._repr_html_()
    ax = compared.plot()
    assert [one.get_text() for one in ax.get_xticklabels()] == compared.to_frame()["preparation"].tolist()[1:]
