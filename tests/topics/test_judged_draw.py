"""Items by which people judge topics: what is drawn, and what it is drawn from."""

from collections import Counter

import numpy as np
import pytest

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, WrongKindError
from octadisc.topics.judged.intrusion.draw import draw_intrusion

from .judged_cases import THEMES, fit

KINDS = ("word", "topic", "word_set", "label", "best_label")


@pytest.fixture(scope="module")
def model():
    return fit()


def rank(model, topic, term):
    """How many terms are more probable in the topic."""
    return int((model.words[topic] > model.words[topic, model.terms.index(term)]).sum())


def test_word_items_are_the_five_first_words_and_one_that_is_improbable_here_and_probable_elsewhere(model):
    sheet = draw_intrusion(model, "word", n=15)
    assert Counter(item.topic for item in sheet.items) == dict.fromkeys(range(5), 3)
    for item in sheet.items:
        assert len(item.choices) == 6
        intruder = item.choices[item.target]
        others = set(item.choices) - {intruder}
        assert others == set(model.terms_of(item.topic, 5, by="probability")["term"])
        assert rank(model, item.topic, intruder) >= len(model.terms) / 2
        other = item.topics[item.target]
        assert other != item.topic
        assert rank(model, other, intruder) < 20
        assert all(one == item.topic for at, one in enumerate(item.topics) if at != item.target)
    for topic in range(5):
        mine = [one.choices[one.target] for one in sheet.items if one.topic == topic]
        assert len(set(mine)) == 3  # the same question is not asked twice


def test_word_sets_are_twelve_words_of_a_topic_and_four_of_another(model):
    for item in draw_intrusion(model, "word_set", n=20).items:
        sets = [set(one.split(", ")) for one in item.choices]
        assert [len(one) for one in sets] == [4] * 4
        assert len(set.union(*sets)) == 16  # no word stands twice
        for at, words in enumerate(sets):
            topic = item.topics[at]
            assert (topic != item.topic) == (at == item.target)
            assert words <= set(model.terms_of(topic, 20, by="probability")["term"])


def test_words_of_a_set_are_drawn_as_often_as_they_are_probable():
    """A word with most of a topic's probability is in nearly every item; a rare one of the 20 in few."""
    model = fit()
    words = model.words.copy()
    first = int(words[0].argmax())
    words[0] = 0.05 / (words.shape[1] - 1)
    words[0, first] = 0.95
    from dataclasses import replace

    items = draw_intrusion(replace(model, words=words), "word_set", n=200).items
    mine = [" ".join(item.choices) for item in items if item.topic == 0]
    assert np.mean([model.terms[first] in one.replace(",", "").split() for one in mine]) > 0.95


def test_topic_items_show_a_releases_three_largest_topics_and_one_of_the_smallest(model):
    sheet = draw_intrusion(model, "topic", n=20)
    rows = {name: row for row, name in enumerate(model.releases["release"])}
    for item in sheet.items:
        share = model.shares[rows[item.shown.release]]
        order = np.argsort(-share)
        assert set(item.topics) - {item.topics[item.target]} == set(order[:3])
        assert item.topics[item.target] == order[4]  # of two others the lower half is the last
        assert item.topic == order[0]
        np.testing.assert_allclose(item.shown.shares, share[list(item.topics)])
        for at, words in enumerate(item.choices):
            assert words.split(", ") == model.terms_of(item.topics[at], 8, by="probability")["term"].tolist()


def test_what_is_shown_of_a_release_is_its_beginning_in_whole_sentences(model):
    texts = dict(zip(model.releases["release"], model.tokens.corpus.texts, strict=True))
    for item in draw_intrusion(model, "topic", n=10, letters=150).items:
        text, shown = texts[item.shown.release], item.shown
        assert text.startswith(shown.excerpt.removesuffix(" …"))
        assert shown.excerpt.endswith(". …")
        assert len(shown.excerpt) <= 152
        assert text[shown.start : shown.end] == shown.excerpt.removesuffix(" …")
        assert shown.title.startswith("Title")
        assert shown.language == "en"


def test_a_first_sentence_that_is_too_long_is_cut_at_a_blank():
    corpus = od.Corpus.from_frame([{"text": " ".join(f"word{i}" for i in range(200))}] * 4)
    from octadisc.topics.judged.intrusion.releases import write_excerpt

    excerpt, _, _ = write_excerpt(od.tokenize(corpus), 0, 60)
    words = excerpt.removesuffix(" …").split()
    assert len(excerpt) <= 62
    assert words == [f"word{i}" for i in range(len(words))]


def test_label_items_show_labels_of_the_three_largest_topics_and_another(model):
    labels = ["drugs", "trust", "cars", "banks", "fires"]
    rows = {name: row for row, name in enumerate(model.releases["release"])}
    for item in draw_intrusion(model, "label", n=20, labels=labels).items:
        order = np.argsort(-model.shares[rows[item.shown.release]])
        assert [labels[one] for one in item.topics] == list(item.choices)
        assert item.topics[item.target] in order[3:]
        assert set(item.topics) - {item.topics[item.target]} == set(order[:3])


@pytest.mark.parametrize("kind", [list, lambda labels: dict(enumerate(labels))])
def test_labels_that_are_changed_afterwards_do_not_change_the_recipe(model, kind):
    labels = ["drugs", "trust", "cars", "banks", "fires"]
    given = kind(labels)
    sheet = draw_intrusion(model, "label", n=4, labels=given)
    given[0] = "something else"
    assert sheet.spec.parameters["labels"] == kind(labels)


def test_the_best_label_is_that_of_the_largest_topic_among_three_others(model):
    rows = {name: row for row, name in enumerate(model.releases["release"])}
    for item in draw_intrusion(model, "best_label", n=20).items:
        assert item.topics[item.target] == model.shares[rows[item.shown.release]].argmax() == item.topic
        assert len(set(item.topics)) == 4


def test_releases_with_a_topic_without_a_label_are_not_drawn(model):
    sheet = draw_intrusion(model, "best_label", n=20, labels={0: "a", 1: "b", 2: "c", 3: "d"})
    assert {item.topic for item in sheet.items} <= {0, 1, 2, 3}
    assert any("without a label" in note for note in sheet.notes)


def test_releases_are_drawn_evenly_over_their_largest_topics_or_all_alike(model):
    main = model.shares.argmax(axis=1)
    rows = np.flatnonzero((main != 0) | (np.cumsum(main == 0) <= 4))  # a topic that few releases have
    few = model.releases["release"].iloc[rows]
    corpus = model.tokens.corpus
    part = od.Corpus.from_frame(corpus.frame[corpus.frame["release"].isin(few)].reset_index(drop=True))
    small = od.fit_topics(od.count_terms(od.tokenize(part)), 5, "lda", seed=1)
    largest = np.bincount(small.shares.argmax(axis=1), minlength=5)
    assert largest.min() < 8
    even = Counter(item.topic for item in draw_intrusion(small, "topic", n=20).items)
    assert min(even.values()) == 4 == max(even.values())
    everything = draw_intrusion(small, "topic", n=len(part.frame), evenly=False).items
    assert np.bincount([item.topic for item in everything], minlength=5).tolist() == largest.tolist()


def test_equal_seeds_draw_equal_items_and_others_other_ones(model):
    for kind in KINDS:
        one, same, other = (draw_intrusion(model, kind, seed=seed) for seed in (3, 3, 4))
        assert one.items == same.items
        assert one.orders == same.orders
        assert one.items != other.items


def test_coders_get_all_items_in_orders_and_with_places_of_their_own(model):
    sheet = draw_intrusion(model, "word", coders=["Ana", "Boris"], n=15)
    ana, boris = sheet.orders["Ana"], sheet.orders["Boris"]
    assert {number for number, _ in ana} == {number for number, _ in boris} == set(range(15))
    assert [number for number, _ in ana] != [number for number, _ in boris]
    assert dict(ana) != dict(boris)
    frame = sheet.to_frame()
    for coder, given in sheet.orders.items():
        mine = frame[frame["coder"] == coder].reset_index(drop=True)
        for row, (number, order) in enumerate(given):
            shown = mine.loc[row, [f"choice {at}" for at in range(1, 7)]].tolist()
            assert shown == [sheet.items[number].choices[at] for at in order]
    assert frame["answer"].isna().all()


def test_the_intruder_is_at_each_place_about_as_often(model):
    places = Counter()
    for seed in range(40):
        sheet = draw_intrusion(model, "word", n=15, seed=seed)
        for given in sheet.orders.values():
            places.update(order.index(sheet.items[number].target) for number, order in given)
    n = sum(places.values())  # 1,200; 200 at each of six places, with a standard error of 13
    assert all(abs(places[at] - n / 6) < 4 * 13 for at in range(6))


def test_an_overlap_shares_some_items_and_deals_out_the_others(model):
    sheet = draw_intrusion(model, "word", n=15, overlap=0.4)
    a, b = ({number for number, _ in sheet.orders[coder]} for coder in "AB")
    assert len(a & b) == 6
    assert a | b == set(range(15))
    assert abs(len(a) - len(b)) <= 1
    assert any("6 items of 15 to each" in note for note in sheet.notes)


def test_coders_are_not_shown_which_choice_is_right(model):
    for kind in KINDS:
        sheet = draw_intrusion(model, kind)
        assert not {"topic", "target", "release", "issuer", "date"} & set(sheet.to_frame())
        assert set(sheet.key) >= {"line", "topic", "target", "release", "issuer", "date"}


def test_sheets_say_what_they_are(model):
    sheet = draw_intrusion(model, "word", n=10)
    assert repr(sheet) == "IntrusionSheet(word: 10 items on 5 topics, 6 choices each, for A, B)"
    assert sheet.spec.function == "draw_intrusion"
    assert sheet.spec.seed == 0
    assert sheet.spec.inputs == (model.spec,)
    page = sheet._repr_html_()
    assert "Which word does not belong" in page
    assert "… and 14 rows more" in page


def test_a_third_topic_that_is_hardly_there_is_said():
    themes = [" ".join(one) for one in THEMES]
    corpus = od.Corpus.from_frame([{"text": f"{themes[i % 5]} {themes[i % 5]}"} for i in range(60)])
    model = od.fit_topics(od.count_terms(od.tokenize(corpus)), 5, "lda")
    notes = draw_intrusion(model, "topic", n=10).notes
    assert any(note.startswith("In 10 of 10 items the third topic has less than 5%") for note in notes)


def test_without_a_text_only_words_can_be_judged(planted):
    model = od.fit_topics(planted.counts, 6, "nmf")
    assert len(draw_intrusion(model, "word")) == 18
    for kind in ("topic", "label", "best_label"):
        with pytest.raises(InputError, match="has no tokens, so there is no text to show for"):
            draw_intrusion(model, kind)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"kind": "words"}, UnknownNameError, "Did you mean 'word'"),
        ({"n": 0}, InputError, "n=0: expected a whole number"),
        ({"n": 2.5}, InputError, "n=2.5"),
        ({"coders": []}, InputError, "expected names that differ"),
        ({"coders": ["A", "a"]}, InputError, "expected names that differ"),
        ({"coders": "A"}, WrongKindError, "coders is a str"),
        ({"coders": 0}, InputError, "1 to 26"),
        ({"overlap": 1.5}, InputError, "overlap=1.5"),
        ({"n_terms": 1}, InputError, "n_terms=1"),
        ({"kind": "label", "n_terms": 5}, InputError, "labels are shown, and no words"),
        ({"labels": ["a"]}, InputError, "words are shown"),
        ({"kind": "label", "labels": ["a", "b"]}, InputError, "labels are 2, the topics 5"),
        ({"kind": "label", "labels": {9: "a"}}, UnknownNameError, "no topic 9"),
        ({"kind": "label", "labels": ["a", "A ", "b", "c", "d"]}, InputError, "two topics are called"),
        ({"kind": "label", "labels": ["a", "  ", "b", "c", "d"]}, InputError, "that of topic 1 is empty"),
        ({"kind": "label", "labels": "trust"}, WrongKindError, "labels is a str"),
        ({"kind": "label", "labels": {0: "a", 1: "b", 2: "c"}}, NotEnoughDataError, "3 topics can be shown"),
        ({"kind": "word_set", "n_terms": 40}, NotEnoughDataError, "do not give four sets"),
        ({"letters": 5}, InputError, "letters=5"),
        ({"seed": None}, WrongKindError, "seed is a NoneType"),
    ],
)
def test_mistakes_are_answered(model, arguments, error, said):
    with pytest.raises(error, match=said):
        draw_intrusion(model, **arguments)


def test_what_is_no_model_is_refused():
    with pytest.raises(WrongKindError, match="model is a list"):
        draw_intrusion([])


def test_a_model_of_few_topics_cannot_show_four(small):
    with pytest.raises(NotEnoughDataError, match="has 2 topics, and an item needs 4"):
        draw_intrusion(small, "topic")
