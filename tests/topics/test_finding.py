"""Which topics use given words."""

import numpy as np
import pytest

import octadisc as od
from octadisc.errors import InputError, UnknownNameError

COUNTS = od.TermCounts.from_matrix(
    np.repeat([[6, 3, 0, 1, 2], [0, 1, 6, 3, 2]], 10, axis=0),
    ["drugs", "border", "trust", "treaty", "border guards"],
    [{} for _ in range(20)],
)
MODEL = od.fit_topics(COUNTS, 2, "nmf")


def test_topics_are_ranked_by_their_part_of_what_is_said():
    table = od.find_topics(MODEL, "tr*")
    places = [MODEL.terms.index(one) for one in ("treaty", "trust")]
    probability = MODEL.words[:, places].sum(axis=1)
    said = probability * MODEL.topics["share"].to_numpy()
    order = np.argsort(-said)
    assert table["topic"].tolist() == order.tolist()
    np.testing.assert_allclose(table["probability"], probability[order])
    np.testing.assert_allclose(table["part"], (said / said.sum())[order])
    assert table["part"].sum() == pytest.approx(1)
    assert table["rank"][0] == 1
    assert table["terms"][0] == "trust, treaty"


def test_words_are_taken_together_and_rows_can_be_few():
    assert len(od.find_topics(MODEL, ["drugs", "trust"], n=1)) == 1
    both = od.find_topics(MODEL, ["drugs", "border guards"]).set_index("topic")["probability"]
    apart = [
        od.find_topics(MODEL, one).set_index("topic")["probability"] for one in ("drugs", "border guards")
    ]
    np.testing.assert_allclose(both.sort_index(), (apart[0] + apart[1]).sort_index())


def test_mistakes_are_answered():
    with pytest.raises(InputError, match="words is empty"):
        od.find_topics(MODEL, [" "])
    with pytest.raises(UnknownNameError, match="Did you mean 'trust'"):
        od.find_topics(MODEL, "trusst")


def test_letters_are_compared_in_lower_case_and_not_folded():
    counts = od.TermCounts.from_matrix(np.eye(3) * 5, ["straße", "νόμος", "EU"], [{} for _ in range(3)])
    model = od.fit_topics(counts, 2, "nmf")
    for word in ("straße", "Straße", "νόμος", "eu", "EU"):
        assert len(od.find_topics(model, word)) == 2
