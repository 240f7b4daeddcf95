"""What sets topics apart: measures by hand, evidence, and a picture without overlaps."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from scipy.spatial.distance import jensenshannon

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.topics.relations.comparison import compare_topics, divergence_parts
from octadisc.topics.relations.comparison_plots import pack_words


def test_parts_by_hand():
    # m is (.375, .625): ½ (.5 log₂ 4/3 + .25 log₂ 2/3), ½ (.5 log₂ .8 + .75 log₂ 1.2)
    parts = divergence_parts(np.array([0.5, 0.5]), np.array([0.25, 0.75]))
    first = 0.25 * np.log2(4 / 3) + 0.125 * np.log2(2 / 3)
    second = 0.25 * np.log2(0.8) + 0.375 * np.log2(1.2)
    np.testing.assert_allclose(parts, [first, second], rtol=1e-12)


def test_parts_add_up_to_scipys_divergence(fitted):
    found = compare_topics(fitted, 0, 4, n=None)
    expected = jensenshannon(fitted.words[0], fitted.words[4], base=2) ** 2
    assert found.distance == pytest.approx(expected, rel=1e-9)
    assert found.frame["keyness"].abs().sum() == pytest.approx(expected, rel=1e-9)
    assert found.frame["part"].sum() == pytest.approx(1)
    assert not found.frame["term"].duplicated().any()


def test_the_other_way_round_is_the_mirror(fitted):
    one = compare_topics(fitted, 1, 2, n=None).frame.set_index("term")
    other = compare_topics(fitted, 2, 1, n=None).frame.set_index("term").loc[one.index]
    np.testing.assert_allclose(one["keyness"], -other["keyness"])
    np.testing.assert_allclose(one["log_ratio"], -other["log_ratio"])
    np.testing.assert_array_equal(one["probability"], other["other_probability"])
    assert (one["side"] == other["side"]).all()


def test_each_side_has_its_most_telling_terms_first(fitted):
    frame = compare_topics(fitted, 0, 1, n=5).to_frame()
    names = fitted.topics["name"]
    assert frame["side"].tolist() == [names[0]] * 5 + [names[1]] * 5
    assert frame["part"].iloc[:5].is_monotonic_decreasing
    assert (frame["probability"] > frame["other_probability"]).tolist() == [True] * 5 + [False] * 5


def test_ratios_are_shrunk_towards_all_words(planted, fitted):
    expected = fitted.releases["tokens"].to_numpy(float) @ fitted.shares
    common = fitted.topics["share"].to_numpy() @ fitted.words
    row = compare_topics(fitted, 0, 1, prior=250.0).frame.iloc[0]
    at = fitted.terms.index(row["term"])
    p = [(expected[k] * fitted.words[k, at] + 250 * common[at]) / (expected[k] + 250) for k in (0, 1)]
    assert row["log_ratio"] == pytest.approx(np.log2(p[0] / p[1]))
    plain = compare_topics(fitted, 0, 1, prior=0).frame.iloc[0]
    assert plain["log_ratio"] > row["log_ratio"] > 0


def test_evidence_of_either_side(small):
    found = compare_topics(small, 0, 1)
    for side in (0, 1):
        pd.testing.assert_frame_equal(found.evidence(side, 5), small.evidence(side, n=5))
        pd.testing.assert_frame_equal(
            found.evidence(small.topics["name"][side], 5), small.evidence(side, n=5)
        )
    term = found.frame["term"][0]
    lines = found.evidence(0, term=term)["sentence"]
    assert len(lines)
    assert lines.str.lower().str.contains(term).all()
    with pytest.raises(UnknownNameError, match="no side"):
        found.evidence("drugs!")
    with pytest.raises(UnknownNameError, match="no term"):
        found.evidence(0, term="nothing at all")


@pytest.fixture(scope="module")
def with_levels():
    rng = np.random.default_rng(3)
    rows = []
    for i in range(80):
        issuer = "AB"[i % 2]
        common = ["drugs", "border", "seized"] if i % 4 < 2 else ["trust", "training", "law"]
        own = ["cocaine", "heroin"][i % 2] if i % 4 < 2 else ["mutual", "joint"][i % 2]
        words = list(rng.choice([*common, own, own], 30))
        rows.append({"issuer": issuer, "text": " ".join(words)})
    counts = od.count_terms(od.tokenize(od.Corpus.from_frame(rows)))
    return od.fit_topics(counts, 2, content="issuer", seed=1)


def test_one_topic_at_two_levels(with_levels):
    model = with_levels
    topic = int(np.argmax(model.words[:, model.terms.index("drugs")]))
    found = compare_topics(model, topic, levels=("A", "B"))
    frame = found.frame
    assert frame[frame["side"] == "A"]["term"].iloc[0] == "cocaine"
    assert frame[frame["side"] == "B"]["term"].iloc[0] == "heroin"
    words = model.structure.content.words
    np.testing.assert_array_equal(found.sides[0].words, words[0, topic])
    assert set(found.evidence("B", 50)["issuer"]) == {"B"}
    both = compare_topics(model, 0, 1, level="A")
    np.testing.assert_array_equal(both.sides[1].words, words[0, 1])


@pytest.mark.parametrize(
    ("arguments", "options", "error", "says"),
    [
        ((0,), {}, InputError, "b is left out"),
        ((0, 0), {}, InputError, "Expected two topics"),
        ((0, 1), {"levels": ("A", "B")}, InputError, "Leave b"),
        ((0,), {"levels": ("A", "A")}, InputError, "two different values"),
        ((0,), {"levels": "AB"}, InputError, "two different values"),
        ((0,), {"levels": 5}, InputError, "levels=5"),
        ((0,), {"levels": ("A", "Z")}, UnknownNameError, "no value 'Z'"),
        ((0, 1), {"prior": -1}, InputError, "prior=-1"),
        ((0, "x"), {}, UnknownNameError, "No topic"),
        ((0, 1), {"n": 0}, InputError, "at least 1"),
    ],
)
def test_what_cannot_be_compared(with_levels, arguments, options, error, says):
    with pytest.raises(error, match=says):
        compare_topics(with_levels, *arguments, **options)


def test_levels_of_a_model_without(fitted):
    with pytest.raises(InputError, match="do not depend on a covariate"):
        compare_topics(fitted, 0, levels=("Europol", "SELEC"))


@given(
    st.lists(st.tuples(st.floats(0, 7), st.floats(0.1, 1.5), st.floats(0.08, 0.3)), min_size=1, max_size=30)
)
def test_no_word_is_over_another(words):
    centres, widths, heights = (np.array(one) for one in zip(*words, strict=True))
    y = pack_words(centres, widths, heights, 7.0)
    x = np.clip(centres, widths / 2, 7.0 - widths / 2)
    for i in range(len(x)):
        for j in range(i):
            beside = abs(x[i] - x[j]) < (widths[i] + widths[j]) / 2 - 1e-6
            above = abs(y[i] - y[j]) < (heights[i] + heights[j]) / 2 - 1e-6
            assert not (beside and above)


def test_the_picture(fitted):
    found = compare_topics(fitted, 0, 1, n=8)
    ax = found.plot(Figure(figsize=(7.2, 3.5)).subplots())
    drawn = {text.get_text(): text for text in ax.texts}
    assert set(drawn) == set(found.frame["term"])
    for row in found.frame.itertuples():
        x = drawn[row.term].get_position()[0]
        assert (x > 0) == (row.keyness > 0)
    often = found.frame["probability"] + found.frame["other_probability"]
    sizes = [drawn[one].get_fontsize() for one in found.frame["term"]]
    assert np.argmax(sizes) == np.argmax(often)


def test_what_the_other_hardly_has_stands_at_the_edge_which_says_so(fitted):
    found = compare_topics(fitted, 0, 1, n=8)
    ratio = found.frame["log_ratio"].abs()
    assert (ratio > 6).any()
    ax = found.plot(Figure(figsize=(7.2, 3.5)).subplots())
    ticks = [one.get_text() for one in ax.get_xticklabels()]
    assert ticks == ["64× or more", "16×", "4×", "1×", "4×", "16×", "64× or more"]
    assert max(abs(text.get_position()[0]) for text in ax.texts) <= 1.12 * 6
    near = replace(found, frame=found.frame.assign(log_ratio=found.frame["log_ratio"].clip(-2, 2)))
    ax = near.plot(Figure(figsize=(7.2, 3.5)).subplots())
    assert "more" not in "".join(one.get_text() for one in ax.get_xticklabels())


def test_the_face(fitted):
    found = compare_topics(fitted.rename({0: "<one>"}), 0, 1)
    assert "&lt;one&gt;" in found._repr_html_()
    assert "<one>" not in found._repr_html_()
    assert found.spec.to_dict()["parameters"]["topics"] == [0, 1]
