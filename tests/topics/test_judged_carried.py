"""What people judged, carried into the model that was judged and into its figures."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta, binom

import octadisc as od
from octadisc.errors import InputError, WrongKindError
from octadisc.topics.judged.intrusion.draw import draw_intrusion
from octadisc.topics.judged.intrusion.scores import score_intrusion
from octadisc.topics.relations.merging import merge_topics

from .judged_cases import fit

mpl.use("Agg")

JUDGED = ["judged", "precision", "precision_low", "precision_high", "n_judged"]


@pytest.fixture(scope="module")
def model():
    return fit()


@pytest.fixture(scope="module")
def scores(model):
    """One coder, four items of each of five topics; all right but of topic 1, of which one is, and topic 2.

    Of topic 2 the coder can never tell, so that nobody judged it.
    """
    sheet = draw_intrusion(model, n=20, coders=["Ana"], seed=3)
    rows, wrong = [], 0
    for one in sheet.key.itertuples():
        said = one.target
        if one.topic == 1 and wrong < 3:
            said = next(word for word in one.choices.split(" | ") if word != one.target)
            wrong += 1
        rows.append((one.line, "Ana", "can't tell" if one.topic == 2 else said))
    return score_intrusion(sheet, pd.DataFrame(rows, columns=["line", "coder", "answer"]))


@pytest.fixture(scope="module")
def judged(model, scores):
    return scores.carry_to(model)


def test_precision_its_interval_and_the_number_of_judgements_stand_in_topics(judged):
    """By chance one word in six is right: 4 of 4 has p = 6**-4, 1 of 4 has 1 - (5/6)**4, about a half."""
    topics = judged.topics.set_index("topic")
    assert topics["precision"].tolist()[:2] == [1.0, 0.25]
    assert topics["n_judged"].tolist() == [4, 4, 0, 4, 4]
    # of one coder all answers are independent: Clopper and Pearson's interval of 4 of 4 and 1 of 4
    assert topics.loc[0, "precision_low"] == pytest.approx(beta.ppf(0.025, 4, 1))
    assert topics.loc[1, "precision_high"] == pytest.approx(beta.ppf(0.975, 2, 3))
    assert binom.sf(0, 4, 1 / 6) > 0.5
    assert topics["judged"].fillna("–").tolist() == [
        "4 of 4",
        "1 of 4: not beyond chance",
        "–",
        "4 of 4",
        "4 of 4",
    ]
    assert np.isnan(topics.loc[2, "precision"])


def test_nothing_else_of_the_model_changes_but_its_recipe_and_notes(model, scores, judged):
    assert judged.shares is model.shares
    pd.testing.assert_frame_equal(judged.topics.drop(columns=JUDGED), model.topics)
    assert judged.spec.inputs == (*model.spec.inputs, scores.spec)
    assert judged.spec.parameters == model.spec.parameters
    assert judged.notes[-1].startswith("Judged by people: word intrusion by Ana, 16 answers; by chance")
    assert "judged" not in model.topics


def test_scores_carried_again_take_the_place_of_those_before(judged, scores):
    again = scores.carry_to(judged)
    assert again.spec.to_dict() == judged.spec.to_dict()
    assert again.notes == judged.notes
    pd.testing.assert_frame_equal(again.topics, judged.topics)


def test_a_sheet_drawn_from_a_judged_model_is_that_model_s(model, judged):
    sheet = draw_intrusion(judged, n=5, coders=["Ana"], seed=4)
    said = sheet.key[["line", "target"]].rename(columns={"target": "answer"}).assign(coder="Ana")
    assert score_intrusion(sheet, said).carry_to(model).topics["n_judged"].tolist() == [1] * 5


def test_another_model_is_refused(model, scores):
    with pytest.raises(InputError, match=r"drawn from another, of 5 topics .*this one has 4"):
        scores.carry_to(od.fit_topics(od.count_terms(model.tokens), 4, "nmf"))
    with pytest.raises(InputError, match="drawn from another"):
        scores.carry_to(fit(90))
    # one recipe, another result: such as a fit that began elsewhere
    turned = replace(model, topics=model.topics.assign(share=model.topics["share"].to_numpy()[::-1]))
    with pytest.raises(InputError, match="topics' shares are others"):
        scores.carry_to(turned)
    with pytest.raises(InputError, match="drawn from another"):
        scores.carry_to(model.transform(od.count_terms(model.tokens)))
    with pytest.raises(WrongKindError, match="model is a str"):
        scores.carry_to("model.zip")


def test_without_answers_there_is_nothing_to_carry(model, scores):
    said = pd.DataFrame({"line": [scores.sheet.items[0].line], "coder": ["Ana"], "answer": ["can't tell"]})
    with pytest.raises(InputError, match="No topic was judged"):
        score_intrusion(scores.sheet, said).carry_to(model)


def test_what_was_judged_stays_with_names_files_and_new_releases(judged, model, tmp_path):
    named = judged.rename({0: "first"})
    assert named.topics[JUDGED].equals(judged.topics[JUDGED])
    again = od.load_model(named.save(tmp_path / "judged.zip"))
    pd.testing.assert_frame_equal(again.topics, named.topics)
    assert again.notes == named.notes
    assert again.spec.to_dict() == named.spec.to_dict()
    new = judged.transform(od.count_terms(model.tokens))
    assert new.topics[JUDGED].equals(judged.topics[JUDGED])


def test_what_was_judged_of_parts_is_not_of_their_sum(judged, tmp_path):
    merged = merge_topics(judged, {"both": [0, 1]})
    table = merged.topics.set_index("name")
    assert np.isnan(table.loc["both", "precision"])
    assert table.loc["both", "n_judged"] == 0
    kept = judged.topics["name"][3]
    assert table.loc[kept, "judged"] == "4 of 4"
    pd.testing.assert_frame_equal(od.load_model(merged.save(tmp_path / "m.zip")).topics, merged.topics)


def test_merged_topics_can_be_judged_too(model, tmp_path):
    merged = merge_topics(model, {"both": [0, 1]})
    sheet = draw_intrusion(merged, n=4, coders=["Ana"])
    said = sheet.key[["line", "target"]].rename(columns={"target": "answer"}).assign(coder="Ana")
    carried = score_intrusion(sheet, said).carry_to(merged)
    again = od.load_model(carried.save(tmp_path / "m.zip"))
    pd.testing.assert_frame_equal(again.topics, carried.topics)
    assert again.notes == carried.notes


def written(ax):
    return [one.get_text().replace("\n", " ") for one in ax.texts]


def test_figures_say_it_beside_each_topic(judged, model):
    said = ["judged 4 of 4", "judged 1 of 4: not beyond chance", "judged 4 of 4", "judged 4 of 4"]
    assert written(judged.plot()) == said
    assert written(model.plot()) == []
    counts = od.count_terms(model.tokens)
    quality = judged.quality(counts)
    assert quality.to_frame()["judged"].equals(judged.topics["judged"])
    ax = quality.plot()
    shown = " ".join([*written(ax), ax.get_xlabel()])
    assert shown.count("(4 of 4)") == 3
    assert shown.count("(1 of 4: not beyond chance)") == 1
    assert "judged" not in model.quality(counts).to_frame()


def test_stability_says_it_too(judged, model):
    found = od.check_stability(judged, od.count_terms(model.tokens), n_starts=1, n_resamples=1, n_topics=())
    assert found.to_frame()["judged"].equals(judged.topics["judged"])
    assert sorted(one for one in written(found.plot()) if one.startswith("judged")) == [
        "judged 1 of 4: not beyond chance", "judged 4 of 4", "judged 4 of 4", "judged 4 of 4",
    ]  # fmt: skip
