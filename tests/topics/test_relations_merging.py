"""Merged topics: sums are kept, and all that a model gives is that of the whole."""

import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.topics.relations.merging import merge_topics, parts_of, restore_merged, unmerge


@pytest.fixture(scope="module")
def merged(fitted):
    return merge_topics(fitted, {"one": [0, 3], "two": [1, 5]})


def test_shares_are_sums_and_rows_still_add_up_to_one(fitted, merged):
    assert merged.n_topics == 4
    one, two = (merged.number_of(name) for name in ("one", "two"))
    np.testing.assert_array_equal(merged.shares[:, one], fitted.shares[:, 0] + fitted.shares[:, 3])
    np.testing.assert_array_equal(merged.shares[:, two], fitted.shares[:, 1] + fitted.shares[:, 5])
    np.testing.assert_allclose(merged.shares.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(merged.words.sum(axis=1), 1, rtol=1e-12)


def test_words_are_means_weighed_by_shares(fitted, merged):
    share = fitted.topics["share"].to_numpy()
    expected = (share[0] * fitted.words[0] + share[3] * fitted.words[3]) / (share[0] + share[3])
    np.testing.assert_allclose(merged.words[merged.number_of("one")], expected, rtol=1e-10)
    # what the corpus says as a whole is the same
    np.testing.assert_allclose(
        merged.topics["share"].to_numpy() @ merged.words, share @ fitted.words, rtol=1e-10
    )


def test_topics_stand_in_order_and_others_keep_their_names(fitted, merged):
    assert merged.topics["share"].is_monotonic_decreasing
    assert set(merged.topics["name"]) == {"one", "two", fitted.topics["name"][2], fitted.topics["name"][4]}
    table = merged.merged
    assert sorted(table.loc[table["name"] == "one", "part"]) == [0, 3]
    assert sorted(table["part"]) == list(range(6))
    assert merged.spec.to_dict()["parameters"]["groups"] == {"one": [0, 3], "two": [1, 5]}
    method = fitted.spec.parameters["method"]
    assert repr(merged) == f"TopicModel({method}, 4 topics, 300 releases, 400 terms, merged from 6)"


def test_over_time_is_the_sum_of_the_parts(fitted, merged):
    def series(model, topics):
        frame = model.over_time("year").to_frame()
        return frame[frame["topic"].isin(topics)].groupby("period")["share"].sum()

    np.testing.assert_allclose(series(merged, [merged.number_of("one")]), series(fitted, [0, 3]), rtol=1e-9)


def test_effects_are_sums_of_the_parts_effects(fitted, merged):
    options = {"uncertainty": "none", "clusters": None}
    whole = od.estimate_effect(merged, "~ issuer", **options).to_frame()
    parts = od.estimate_effect(fitted, "~ issuer", **options).to_frame()
    mine = whole[whole["topic"] == merged.number_of("one")].set_index("term")["estimate"]
    theirs = parts[parts["topic"].isin([0, 3])].groupby("term")["estimate"].sum()
    np.testing.assert_allclose(mine, theirs[mine.index], atol=1e-10)


def test_what_was_fitted_is_kept_with_the_matrix_that_adds_up(fitted, merged):
    base, sums = unmerge(merged)
    assert base is fitted
    np.testing.assert_array_equal(base.shares @ sums, merged.shares)
    assert unmerge(fitted) == (fitted, None)
    assert merged.structure is None
    assert parts_of(merged, merged.number_of("two")) == (fitted, [1, 5])
    assert parts_of(fitted, 4) == (fitted, [4])


def test_a_merged_model_can_be_merged_again(fitted, merged):
    again = merge_topics(merged, {"most": ["one", "two"]})
    once = merge_topics(fitted, {"most": [0, 1, 3, 5]})
    assert again.unmerged is fitted
    np.testing.assert_allclose(again.shares, once.shares, rtol=1e-12)
    np.testing.assert_allclose(again.words, once.words, rtol=1e-12)
    assert again.topics["name"].tolist() == once.topics["name"].tolist()


def test_renaming_keeps_what_was_merged(merged):
    renamed = merged.rename({"one": "smuggling"})
    assert renamed.number_of("smuggling") == merged.number_of("one")
    assert renamed.into == merged.into
    assert "smuggling" in set(renamed.merged["name"])


def test_terms_are_those_of_the_merged_words(merged):
    table = merged.terms_of("one", 5, by="probability")
    words = merged.words[merged.number_of("one")]
    assert table["probability"].tolist() == sorted(words, reverse=True)[:5]
    with pytest.raises(InputError, match=r"model\.unmerged\.terms_of"):
        merged.terms_of("one", level="Europol")


def test_new_releases_are_merged_in_the_same_way(fitted, merged, planted):
    new = merged.transform(planted.counts)
    before = fitted.transform(planted.counts)
    np.testing.assert_allclose(
        new.shares[:, new.number_of("one")], before.shares[:, [0, 3]].sum(axis=1), rtol=1e-12
    )
    assert new.topics["name"].tolist() == merged.topics["name"].tolist()
    with pytest.raises(InputError, match="made by transform"):
        new.transform(planted.counts)


def test_evidence_adds_up_what_the_parts_contribute(tokens):
    model = od.fit_topics(od.count_terms(tokens, stop_words="auto"), 3, "nmf")
    merged = merge_topics(model, {"both": [0, 1]})
    key = ["release", "start"]

    def contributions(one, topic):
        return one.evidence(topic, n=1000).set_index(key)["contribution"]

    parts = contributions(model, 0).add(contributions(model, 1), fill_value=0)
    whole = contributions(merged, "both")
    pd.testing.assert_series_equal(whole.sort_index(), parts.sort_index(), rtol=1e-12)
    # and with the other topic's they make up all words of the model
    other = contributions(merged, 1 - merged.number_of("both"))
    assert whole.sum() + other.sum() == pytest.approx(od.count_terms(tokens, stop_words="auto").matrix.sum())


def test_saving_writes_the_fitted_model_and_what_was_merged(fitted, merged, tmp_path):
    import json
    import zipfile

    path = merged.rename({"one": "smuggling"}).save(tmp_path / "merged.zip")
    with zipfile.ZipFile(path) as archive:
        record = json.loads(archive.read("merged.json"))
        version = json.loads(archive.read("model.json"))["version"]
    assert version == 4  # what knows nothing of merging must not read it as if nothing were
    again = restore_merged(fitted, record)
    np.testing.assert_array_equal(again.shares, merged.shares)
    np.testing.assert_array_equal(again.words, merged.words)
    assert "smuggling" in again.topics["name"].tolist()
    assert again.spec.to_dict() == merged.spec.to_dict()
    assert path.read_bytes() == merged.rename({"one": "smuggling"}).save(tmp_path / "b.zip").read_bytes()


def test_loading_gives_the_merged_model(merged, tmp_path):
    again = od.load_model(merged.save(tmp_path / "merged.zip"))
    np.testing.assert_array_equal(again.shares, merged.shares)
    np.testing.assert_array_equal(again.words, merged.words)
    assert repr(again) == repr(merged)
    pd.testing.assert_frame_equal(again.merged, merged.merged)


def test_draws_of_the_parts_are_added_up(planted):
    model = od.fit_topics(planted.counts, 4, prevalence="~ issuer")
    merged = merge_topics(model, {"one": [0, 2]})
    options = {"clusters": None, "n_draws": 30, "seed": 3}
    whole = od.estimate_effect(merged, "~ issuer", **options)
    assert not any("This method does not say" in note for note in whole.notes)
    parts = od.estimate_effect(model, "~ issuer", **options).to_frame()
    table = whole.to_frame()
    mine = table[table["topic"] == merged.number_of("one")].set_index("term")["estimate"]
    theirs = parts[parts["topic"].isin([0, 2])].groupby("term")["estimate"].sum()
    np.testing.assert_allclose(mine, theirs[mine.index], rtol=1e-9)
    plain = od.estimate_effect(merged, "~ issuer", uncertainty="none", **options).to_frame()
    assert (table["std_error"] > plain["std_error"]).all()


def test_a_record_of_other_topics_is_refused(fitted, merged):
    with pytest.raises(ValueError, match=r"merged\.json"):
        restore_merged(fitted, {"into": [0, 1], "names": ["a", "b"], "spec": merged.spec.to_dict()})


@pytest.mark.parametrize(
    ("groups", "error", "says"),
    [
        ({}, InputError, "groups is empty"),
        ({"a": []}, InputError, "at least one topic"),
        ({" ": [0, 1]}, InputError, "a name in words"),
        ({"a": [0, 1], "b": [1, 2]}, InputError, "each topic in one group"),
        ({"a": [0, 1, 2, 3, 4, 5]}, InputError, "at least two"),
        ({"a": [0, 9]}, UnknownNameError, "no topic 9"),
        ({"a": ["nothing"]}, UnknownNameError, "No topic is called"),
        ({"a": 5.5}, InputError, r"groups\['a'\] is 5.5"),
        ({"a": None}, InputError, r"groups\['a'\] is None"),
    ],
)
def test_groups_that_are_none(fitted, groups, error, says):
    with pytest.raises(error, match=says):
        merge_topics(fitted, groups)


def test_a_name_that_another_topic_has(fitted):
    with pytest.raises(InputError, match="Two topics would be called"):
        merge_topics(fitted, {fitted.topics["name"][4]: [0, 1]})
