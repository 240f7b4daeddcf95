"""Examples of topics: the best first, issuers in turn, no text twice."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, UnknownNameError, WrongKindError
from octadisc.topics.relations.examples import find_examples, take_turns


def test_releases_by_share(fitted):
    found = find_examples(fitted, 2, 7).to_frame()
    best = np.argsort(-fitted.shares[:, 2], kind="stable")[:7]
    assert found["release"].tolist() == fitted.releases["release"].iloc[best].tolist()
    np.testing.assert_array_equal(found["share"], fitted.shares[best, 2])
    assert found["rank"].tolist() == list(range(1, 8))
    assert found["sentence"].isna().all()  # counts made elsewhere lead to none


def test_issuers_take_turns(fitted):
    found = find_examples(fitted, 0, 9, spread="issuer").to_frame()
    issuers = found["issuer"].tolist()
    for turn in range(3):
        assert len(set(issuers[3 * turn : 3 * turn + 3])) == 3
    # within an issuer, and among the firsts, the larger share comes first
    for _, part in found.groupby("issuer"):
        assert part["share"].is_monotonic_decreasing
    assert found["share"].iloc[:3].is_monotonic_decreasing
    assert (found["share"] >= fitted.topics["share"][0]).all()


@given(st.lists(st.integers(0, 4), max_size=40))
def test_nobody_comes_again_before_all_have_come(values):
    codes = np.array(values, np.int64)
    order = take_turns(codes)
    assert sorted(order.tolist()) == list(range(codes.size))
    turns = []
    seen: dict[int, int] = {}
    for i in order:
        seen[codes[i]] = seen.get(codes[i], 0) + 1
        turns.append(seen[codes[i]])
    assert turns == sorted(turns)


def test_each_release_brings_its_best_sentence(small):
    topic = int(np.argmax([small.terms_of(k, 1, by="probability")["term"][0] == "drugs" for k in (0, 1)]))
    found = find_examples(small, topic, 3).to_frame()
    every = small.evidence(topic, n=1000)
    for row in found.itertuples():
        best = every[every["release"] == row.release].iloc[0]
        assert (row.sentence, row.start, row.contribution) == (best.sentence, best.start, best.contribution)


def test_sentences_are_those_of_the_evidence(small):
    found = find_examples(small, 1, 4, of="sentence").to_frame()
    every = small.evidence(1, n=4)
    assert found["sentence"].tolist() == every["sentence"].tolist()
    assert found["contribution"].tolist() == every["contribution"].tolist()
    place = [small.releases["release"].tolist().index(one) for one in found["release"]]
    np.testing.assert_array_equal(found["share"], small.shares[place, 1])


@pytest.fixture(scope="module")
def repeating():
    texts = ["Drugs were seized. Police worked hard on trust.", "Drugs were seized! Trust is good.", "Trust."]
    rows = pd.DataFrame({"text": [*texts, texts[0]], "issuer": list("ABCD"), "release": list("abcd")})
    corpus = od.Corpus.from_frame(rows.assign(language="en"))
    return od.fit_topics(od.count_terms(od.tokenize(corpus), stop_words="auto"), 2, "nmf")


def test_a_sentence_is_shown_once(repeating):
    for topic in (0, 1):
        said = find_examples(repeating, topic, 50, of="sentence").to_frame()["sentence"]
        assert said.is_unique
    every = repeating.evidence(0, n=50)["sentence"]
    assert not every.is_unique  # what was passed over


def test_a_story_is_shown_once(planted):
    counts = od.TermCounts.from_matrix(
        planted.counts.matrix, planted.counts.terms, planted.counts.releases.assign(duplicate_cluster=None)
    )
    model = od.fit_topics(counts, 6, "nmf")
    best = np.argsort(-model.shares[:, 0], kind="stable")[:3]
    cluster = pd.Series([None] * 300, dtype="Int64")
    cluster.iloc[best[:2]] = 0
    again = od.TermCounts.from_matrix(
        counts.matrix, counts.terms, planted.counts.releases.assign(duplicate_cluster=cluster)
    )
    found = find_examples(od.fit_topics(again, 6, "nmf"), 0, 2).to_frame()
    assert found["release"].tolist() == counts.releases["release"].iloc[best[[0, 2]]].tolist()


def test_only_some_releases(fitted):
    europol = (fitted.releases["issuer"] == "Europol").to_numpy()
    found = find_examples(fitted, [0, 1], 5, where=europol).to_frame()
    assert set(found["issuer"]) == {"Europol"}
    assert found["topic"].tolist() == [0] * 5 + [1] * 5
    assert len(find_examples(fitted, None, 2).frame) == 12
    assert find_examples(fitted, 0, 300, least=0.5).frame["share"].min() >= 0.5
    tokens = fitted.releases["tokens"].median()
    long = find_examples(fitted, 0, 300, min_tokens=int(tokens)).frame["release"]
    assert fitted.releases.set_index("release").loc[long, "tokens"].min() >= tokens


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"of": "book"}, UnknownNameError, "nothing to show"),
        ({"spread": "isuer"}, UnknownNameError, "Did you mean 'issuer'"),
        ({"n": 0}, InputError, "at least 1"),
        ({"least": 2}, InputError, "is no share"),
        ({"where": [True]}, InputError, "where is of kind"),
        ({"topics": []}, InputError, "topics is empty"),
        ({"of": "sentence"}, InputError, "no tokens"),
    ],
)
def test_what_cannot_be_shown(fitted, options, error, says):
    with pytest.raises(error, match=says):
        find_examples(fitted, **{"topics": 0, **options})


def test_the_face_is_escaped():
    corpus = od.Corpus.from_frame([{"text": "<b>drugs</b>", "issuer": "<i>"}, {"text": "trust trust"}])
    model = od.fit_topics(od.count_terms(od.tokenize(corpus)), 2, "nmf")
    page = find_examples(model)._repr_html_()
    assert "<i>" not in page
    assert "&lt;b&gt;drugs" in page


@pytest.mark.parametrize("nothing", [None, "model"])
@pytest.mark.parametrize(
    "call",
    [
        lambda model, counts: find_examples(model),
        lambda model, counts: od.compare_topics(model, 0, 1),
        lambda model, counts: od.correlate_topics(model),
        lambda model, counts: od.measure_coherence(model, counts, "mimno"),
        lambda model, counts: od.merge_topics(model, {"a": [0, 1]}),
        lambda model, counts: od.compare_tags(model, "issuer"),
    ],
)
def test_what_is_no_model_is_refused_in_words(planted, nothing, call):
    with pytest.raises((InputError, WrongKindError), match=r"(model|topics) is"):
        call(nothing, planted.counts)
