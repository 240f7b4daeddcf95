"""Scores of intrusion, by hand: precision, log odds, exact tests, intervals, agreement."""

from itertools import product
from math import comb, log

import matplotlib

matplotlib.use("Agg")

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binomtest

from octadisc.errors import UnknownNameError
from octadisc.statistics.agreement import krippendorff_alpha
from octadisc.topics.judged.intrusion.estimates import (
    chance_p_value,
    clopper_pearson,
    estimate_likeness,
    log_odds,
    shared_size,
)
from octadisc.topics.judged.intrusion.scores import score_intrusion

from .judged_cases import answer, make_items, make_sheet


def row(scores, over, name=None):
    frame = scores.to_frame()
    frame = frame[frame["over"] == over]
    return (frame if name is None else frame[frame["name"] == name]).iloc[0]


@pytest.fixture
def scored():
    """Two coders, four items, the intruder always choice 1; topic 0 has the first two items.

    A: right, right, right, wrong (2); B: right, wrong (2), can't tell, open.
    """
    sheet = make_sheet("word", make_items([0, 0, 0, 0], [0, 0, 1, 1]))
    return score_intrusion(sheet, answer(sheet, {"A": [1, 1, 1, 2], "B": [1, 2, "can't tell", None]}))


def test_model_precision_is_the_share_of_answers_that_name_the_intruder(scored):
    """Six answers name a choice, four the intruder: of topic 0 three in four, of topic 1 one in two."""
    assert row(scored, "all")[["n_items", "n_answers", "n_right"]].tolist() == [4, 6, 4]
    assert row(scored, "all")["precision"] == pytest.approx(4 / 6)
    assert row(scored, "topic", "nought")["precision"] == 3 / 4
    assert row(scored, "topic", "one")["precision"] == 1 / 2
    assert row(scored, "coder", "A")["precision"] == 3 / 4
    assert row(scored, "coder", "B")["precision"] == 1 / 2
    assert row(scored, "all")["chance"] == 1 / 6


def test_who_cannot_tell_and_who_left_it_open_is_counted_apart(scored):
    assert row(scored, "all")[["n_unsure", "n_open"]].tolist() == [1, 1]
    assert row(scored, "topic", "one")[["n_answers", "n_unsure", "n_open"]].tolist() == [2, 1, 1]
    assert any("is no answer: not in precision" in note for note in scored.notes)


def test_who_cannot_tell_may_count_as_wrong():
    sheet = make_sheet("word", make_items([0, 0], [0, 0]))
    given = answer(sheet, {"A": [1, "?"], "B": [1, 1]})
    made = row(score_intrusion(sheet, given, unsure="wrong"), "all")
    assert made[["n_answers", "n_right", "precision"]].tolist() == [4, 3, 3 / 4]


def test_of_one_coder_the_test_is_the_binomial_one():
    sheet = make_sheet("word", make_items([0] * 5, [0] * 5), coders=["A"])
    scores = score_intrusion(sheet, answer(sheet, {"A": [1, 1, 1, 2, 3]}))
    by_hand = sum(comb(5, k) * (1 / 6) ** k * (5 / 6) ** (5 - k) for k in (3, 4, 5))
    assert row(scores, "all")["p_value"] == pytest.approx(by_hand)
    assert by_hand == pytest.approx(binomtest(3, 5, 1 / 6, alternative="greater").pvalue)


def test_coders_who_agree_are_no_more_than_one_by_chance():
    """Three items of six choices, both coders right in all: (1/6)³, and not (1/6)⁶."""
    sheet = make_sheet("word", make_items([0] * 3, [0] * 3))
    scores = score_intrusion(sheet, answer(sheet, {"A": [1, 1, 1], "B": [1, 1, 1]}))
    assert row(scores, "all")["p_value"] == pytest.approx(6.0**-3)


def test_coders_who_differ_make_one_right_answer_more_likely_by_chance():
    """One item of four choices, the coders name two different ones: by chance one is right in 2 of 4."""
    assert chance_p_value(np.array([[1, 1, 0, 0]]), np.array([0])) == 0.5
    assert chance_p_value(np.array([[1, 1, 0, 0]]), np.array([3])) == 1.0
    assert np.isnan(chance_p_value(np.zeros((2, 4), int), np.array([0, 0])))


@given(st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=1, max_size=4), st.data())
@settings(max_examples=60, deadline=None)
def test_the_test_equals_counting_all_places_the_intruders_could_be_at(counts, data):
    counts = np.array(counts)
    targets = np.array([data.draw(st.integers(0, 2)) for _ in counts])
    observed = counts[np.arange(len(counts)), targets].sum()
    places = product(range(3), repeat=len(counts))
    sums = [sum(one[at] for one, at in zip(counts, mine, strict=True)) for mine in places]
    if counts.sum():
        assert chance_p_value(counts, targets) == pytest.approx(np.mean(np.array(sums) >= observed))


def test_the_exact_interval_is_clopper_and_pearsons():
    for right, n in ((0, 7), (3, 7), (7, 7), (40, 100)):
        theirs = binomtest(right, n).proportion_ci(0.9, "exact")
        assert clopper_pearson(right, n, 0.9) == pytest.approx((theirs.low, theirs.high))
    sheet = make_sheet("word", make_items([0] * 5, [0] * 5))
    given = answer(sheet, {"A": [1, 1, 1, 2, 3], "B": [1, 2, 2, 2, 3]})
    made = row(score_intrusion(sheet, given, interval="answers"), "all")
    theirs = binomtest(4, 10).proportion_ci(0.95, "exact")
    assert made[["low", "high"]].tolist() == pytest.approx([theirs.low, theirs.high])


def test_answers_to_shared_items_count_for_as_many_as_they_are_alike():
    """Twelve items of one topic, two coders who are right and wrong in the same ones: 12, not 24 answers."""
    sheet = make_sheet("word", make_items([0] * 12, [0] * 12), names=["nought"])
    same = [1] * 6 + [2] * 6
    made = row(score_intrusion(sheet, answer(sheet, {"A": same, "B": same})), "all")
    theirs = binomtest(6, 12).proportion_ci(0.95, "exact")
    assert made["n_answers"] == 24
    assert made[["low", "high"]].tolist() == pytest.approx([theirs.low, theirs.high])


def test_likeness_is_that_of_analysis_of_variance_by_hand():
    """Twelve items of two answers: five both right, five both wrong, two with one right. Mean 1/2.

    Between: 10 items with 2 * (1/2)² = 1/2 each, 5 / 11 in all. Within: 2 items with 1/2 each, 1 / 12 in all.
    """
    right = np.array([2] * 5 + [0] * 5 + [1] * 2)
    made = estimate_likeness(right, np.full(12, 2), np.zeros(12, int))
    between, within = 5 / 11, 1 / 12
    assert made.likeness == pytest.approx((between - within) / (between + within))
    assert shared_size(np.full(12, 2), made.likeness) == pytest.approx(24 / (1 + made.likeness))


def test_likeness_leaves_differences_between_topics_aside():
    """Within each topic coders are independent: in one mostly right, in the other mostly wrong."""
    rng = np.random.default_rng(0)
    topics = np.repeat([0, 1], 500)
    right = rng.binomial(2, np.where(topics == 0, 0.9, 0.1))
    assert estimate_likeness(right, np.full(1000, 2), topics).likeness < 0.1
    assert estimate_likeness(right, np.full(1000, 2), np.zeros(1000, int)).likeness > 0.5


def test_where_likeness_cannot_be_estimated_items_count():
    n, none = np.full(6, 2), np.zeros(6, int)
    assert estimate_likeness(n, n, none).likeness == 1.0  # all right
    assert estimate_likeness(none, n, none).likeness == 1.0
    assert estimate_likeness(np.array([1, 0, 1]), np.ones(3, int), none[:3]).likeness == 0.0  # one coder
    assert estimate_likeness(np.array([1]), np.array([2]), none[:1]).likeness == 1.0


def test_topic_log_odds_by_hand():
    """Item 0: shares .5 .3 .15 .05, intruder the last. A finds it (0), B takes the one of .3 for it.

    Item 1: shares .4 .3 .2 .1: A takes .2 for it, B cannot tell.
    """
    shares = [[0.5, 0.3, 0.15, 0.05], [0.4, 0.3, 0.2, 0.1]]
    sheet = make_sheet("topic", make_items([3, 3], [0, 1], 4, shares))
    scores = score_intrusion(sheet, answer(sheet, {"A": [4, 3], "B": [2, "?"]}))
    first, second = (0 + log(0.05 / 0.3)) / 2, log(0.1 / 0.2)
    assert row(scores, "topic", "nought")["log_odds"] == pytest.approx(first)
    assert row(scores, "topic", "one")["log_odds"] == pytest.approx(second)
    assert row(scores, "all")["log_odds"] == pytest.approx((first + second) / 2)
    assert row(scores, "coder", "A")["log_odds"] == pytest.approx(log(0.1 / 0.2) / 2)
    assert row(scores, "coder", "B")["log_odds"] == pytest.approx(log(0.05 / 0.3))
    listed = scores.evidence(0).set_index("coder")["log_odds"]
    assert listed["A"] == 0
    assert listed["B"] == pytest.approx(log(0.05 / 0.3))


@given(st.lists(st.integers(-2, 3), min_size=1, max_size=4), st.integers(0, 2**16))
def test_log_odds_are_at_most_nought_where_the_intruder_is_the_smallest(chosen, seed):
    shares = np.sort(np.random.default_rng(seed).dirichlet(np.full(4, 0.3)))[None, ::-1]
    made = log_odds(shares, np.array([chosen]), np.array([3]))[0]
    named = [one for one in chosen if one >= 0]
    assert np.isnan(made) if not named else made <= 1e-12
    assert not named or (made == 0) == all(shares[0, one] <= max(shares[0, 3], 1e-6) for one in named)


def test_shares_of_nought_do_not_make_log_odds_infinite():
    sheet = make_sheet("topic", make_items([3], [0], 4, [[0.7, 0.2, 0.1, 0.0]]), coders=["A"])
    scores = score_intrusion(sheet, answer(sheet, {"A": [1]}))
    assert row(scores, "all")["log_odds"] == pytest.approx(log(1e-6 / 0.7))
    assert any("are taken for that in log odds" in note for note in scores.notes)


def test_agreement_and_alpha_compare_which_choice_was_named():
    sheet = make_sheet("word", make_items([0] * 10, [0] * 10))
    one, two = [1, 1, 2, 3, 1, 4, 5, 6, 1, 2], [1, 1, 2, 3, 2, 4, 5, 5, "?", None]
    scores = score_intrusion(sheet, answer(sheet, {"A": one, "B": two}))
    assert row(scores, "all")["agreement"] == pytest.approx(6 / 8)  # of eight items that both answered
    assert np.isnan(row(scores, "all")["alpha"])  # fewer than ten
    values = np.array([one, [*two[:8], None, None]], object)
    assert scores.agreement["alpha"].iloc[0] == pytest.approx(krippendorff_alpha(values))
    assert scores.agreement["n_items"].iloc[0] == 8
    assert "of 10 needed" in scores.agreement["note"].iloc[0]


def test_alpha_is_one_where_all_find_all_intruders_and_these_are_at_different_places():
    sheet = make_sheet("word", make_items([0, 1, 2, 3, 4, 5, 0, 1, 2, 3], [0] * 10))
    right = [item.target + 1 for item in sheet.items]
    scores = score_intrusion(sheet, answer(sheet, {"A": right, "B": right}))
    assert row(scores, "all")["alpha"] == 1.0 == row(scores, "all")["agreement"]


def test_q_values_are_benjamini_and_hochbergs_over_topics():
    """Topics with p of 1/6, (1/6)² and 1: times 3 divided by rank 2, 1 and 3."""
    sheet = make_sheet("word", make_items([0] * 4, [0, 1, 1, 2]), coders=["A"])
    frame = score_intrusion(sheet, answer(sheet, {"A": [1, 1, 1, 2]})).to_frame()
    topics = frame[frame["over"] == "topic"]
    assert topics["p_value"].tolist() == pytest.approx([1 / 6, 1 / 36, 1])
    assert topics["q_value"].tolist() == pytest.approx([1 / 4, 1 / 12, 1])
    assert frame.loc[frame["over"] != "topic", "q_value"].isna().all()


def test_a_topic_without_an_answer_says_so():
    sheet = make_sheet("word", make_items([0, 0], [0, 1]), coders=["A"])
    made = row(score_intrusion(sheet, answer(sheet, {"A": [1, "?"]})), "topic", "one")
    assert made["note"] == "No answer names a choice."
    assert made["n_answers"] == 0
    assert made[["precision", "low", "high", "p_value", "q_value"]].isna().all()


def test_evidence_lists_items_and_answers(scored):
    listed = scored.evidence("nought")
    assert listed["line"].tolist() == ["b" * 12] * 2 + ["c" * 12] * 2
    assert listed["coder"].tolist() == ["A", "B"] * 2
    assert listed["answer"].tolist() == ["a0", "a0", "b0", "b1"]
    assert listed["right"].tolist() == [True, True, True, False]
    assert listed["target"].tolist() == ["a0", "a0", "b0", "b0"]
    everything = scored.evidence()
    assert len(everything) == 8
    assert everything["answer"].isna().sum() == 1
    assert everything["right"].sum() == row(scored, "all")["n_right"]
    with pytest.raises(UnknownNameError, match="Did you mean 'nought'"):
        scored.evidence("nougt")
    with pytest.raises(UnknownNameError, match="no topic 7"):
        scored.evidence(7)


def test_the_plot_draws_precision_with_intervals_and_names_chance(scored):
    ax = scored.plot()
    frame = scored.to_frame()
    rows = frame[frame["over"] != "coder"]
    points = {(round(float(x), 6), float(y)) for line in ax.lines[1:3] for x, y in line.get_xydata()}
    best = rows.iloc[1:].sort_values("precision", ascending=False)
    ordered = [rows.iloc[0], *[one for _, one in best.iterrows()]]
    assert points == {(round(100 * one["precision"], 6), float(y)) for y, one in enumerate(ordered)}
    assert ax.lines[0].get_xdata()[0] == pytest.approx(100 / 6)
    assert {"chance: one in six", "4 of 6"} <= {one.get_text() for one in ax.texts}
    spans = ax.collections[0].get_segments()
    for span, one in zip(spans, ordered, strict=True):
        np.testing.assert_allclose(span[:, 0], [100 * one["low"], 100 * one["high"]])
    matplotlib.pyplot.close(ax.figure)


def test_scores_say_what_they_are(scored):
    assert repr(scored) == "IntrusionScores(word: 6 answers on 4 items, precision 67%)"
    assert scored.spec.function == "score_intrusion"
    assert scored.spec.inputs == (scored.sheet.spec,)
    page = scored._repr_html_()
    assert "nought" in page
    assert "By chance one in six" in page
    assert "<script" not in page


def test_intervals_cover_and_the_test_keeps_its_level_whatever_coders_share():
    """Twenty topics of three items, two coders half of whose answers are one and the same.

    Intervals are exact ones and so cover more than they say, but never less. By chance, with coders who
    mostly share a favourite, p is below .05 in at most 5 % of cases (here of 600, standard error .9 %).
    """
    rng = np.random.default_rng(0)
    inside, n = 0, 0
    topics = np.repeat(np.arange(20), 3)
    for _ in range(40):
        true = np.clip(rng.beta(1.2, 0.8, 20), 0.05, 0.98)
        shared = rng.random(60) < true[topics]
        own = rng.random((60, 2)) < true[topics][:, None]
        right = np.where(rng.random((60, 2)) < 0.5**0.5, shared[:, None], own).sum(axis=1)
        likeness = estimate_likeness(right, np.full(60, 2), topics).likeness
        for topic in range(20):
            mine = right[topics == topic]
            size = shared_size(np.full(3, 2), likeness)
            low, high = clopper_pearson(mine.mean() / 2 * size, size)
            inside += low <= true[topic] <= high
            n += 1
    assert inside / n > 0.95
    below = 0
    for _ in range(600):
        counts = np.zeros((6, 6), int)
        for item, favourite in enumerate(rng.integers(0, 6, 6)):
            for _ in range(3):
                counts[item, favourite if rng.random() < 0.8 else rng.integers(0, 6)] += 1
        below += chance_p_value(counts, rng.integers(0, 6, 6)) < 0.05
    assert below / 600 < 0.07


def test_the_level_of_intervals_is_that_asked_for(scored):
    sheet = scored.sheet
    given = answer(sheet, {"A": [1, 1, 1, 2]})
    made = row(score_intrusion(sheet, given, interval="answers", level=0.8), "all")
    assert made["low"] == pytest.approx(beta.ppf(0.1, 3, 2))
    assert made["high"] == pytest.approx(beta.ppf(0.9, 4, 1))
