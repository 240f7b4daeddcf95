"""What a topic model says of topics, terms and releases."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, UnknownNameError

mpl.use("Agg")


def test_topics_stand_in_order_of_their_share(fitted):
    topics = fitted.topics
    assert list(topics.columns) == ["topic", "name", "share", "terms"]
    assert topics["share"].is_monotonic_decreasing
    np.testing.assert_allclose(topics["share"], fitted.shares.mean(axis=0))
    assert topics["share"].sum() == pytest.approx(1)
    assert topics["name"].is_unique
    assert topics["name"][0] == ", ".join(topics["terms"][0].split(", ")[:3])


def test_shares_by_tokens_weigh_by_running_tokens(planted):
    model = od.fit_topics(planted.counts, 6, weights="token")
    tokens = planted.counts.releases["tokens"].to_numpy()
    np.testing.assert_allclose(model.topics["share"], tokens @ model.shares / tokens.sum())


def test_terms_by_keyness_and_by_probability(small):
    trust = int(small.words[:, small.terms.index("trust")].argmax())
    table = small.terms_of(trust, 3)
    assert list(table.columns) == ["term", "probability", "keyness"]

    by_probability = small.terms_of(trust, 100, by="probability")
    assert by_probability["probability"].is_monotonic_decreasing
    assert by_probability["probability"].sum() == pytest.approx(1)
    common = small.topics["share"].to_numpy() @ small.words
    place = [small.terms.index(term) for term in table["term"]]
    p = small.words[trust, place]
    np.testing.assert_allclose(table["keyness"], p * np.log(p / common[place]))
    with pytest.raises(UnknownNameError, match="Did you mean 'keyness'"):
        small.terms_of(0, by="keynes")


def test_a_word_that_all_topics_have_is_no_name(small):
    assert "police" not in " ".join(small.topics["name"])


def test_top_releases(planted, fitted):
    table = fitted.top_releases(2, 5)
    assert list(table.columns) == ["release", "date", "issuer", "title", "source", "share"]
    np.testing.assert_allclose(table["share"], np.sort(fitted.shares[:, 2])[::-1][:5])
    assert table["title"][0] == f"Release {fitted.shares[:, 2].argmax()}"
    assert len(fitted.top_releases(2, 10_000)) == len(planted.counts.releases)
    assert len(fitted.top_releases(2, 0)) == 0


def test_to_shares_is_tidy(small):
    table = small.to_shares()
    assert list(table.columns) == ["release", "date", "issuer", "topic", "name", "share"]
    assert len(table) == 10
    assert table.groupby("release")["share"].sum().tolist() == pytest.approx([1] * 5)


def test_rename_leaves_the_model_alone(small):
    before = small.topics["name"].tolist()
    other = small.rename({0: "first", before[1]: "second"})
    assert other.topics["name"].tolist() == ["first", "second"]
    assert small.topics["name"].tolist() == before
    assert other.number_of("second") == 1
    assert other.top_releases("second", 1).equals(small.top_releases(1, 1))


@pytest.mark.parametrize("names", [{0: ""}, {0: "same", 1: "same"}])
def test_rename_refuses_what_could_not_be_told_apart(small, names):
    with pytest.raises(InputError, match=r"no name|Two topics"):
        small.rename(names)


@pytest.mark.parametrize("topic", [2, -1, True, 0.0, None, "drug"])
def test_an_unknown_topic(small, topic):
    with pytest.raises(UnknownNameError, match=r"no topic|No topic"):
        small.top_releases(topic)


def test_faces(small):
    frame = small.to_frame()
    frame.loc[0, "name"] = "changed"
    assert small.topics["name"][0] != "changed"
    page = small.rename({0: "<b>trust</b>"})._repr_html_()
    assert "&lt;b&gt;trust" in page
    assert "<b>trust" not in page
    assert small.topics["terms"][0] in page
    assert repr(small) == f"TopicModel(structural, 2 topics, 5 releases, {len(small.terms)} terms)"


def test_plot_draws_the_shares(small):
    ax = small.rename({0: "first"}).plot()
    assert [bar.get_width() for bar in ax.patches] == pytest.approx((100 * small.topics["share"]).tolist())
    labels = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert labels[0].startswith("first: ")
    assert labels[1] == small.topics["name"][1]
    mpl.pyplot.close("all")


def test_topics_of_new_releases_are_drawn_by_their_shares_there(planted):
    """Of the releases in which the last topic is largest it is the largest, and is drawn first."""
    model = od.fit_topics(planted.counts, 6, "nmf")
    rows = np.flatnonzero(model.shares.argmax(axis=1) == 5)
    counts = planted.counts
    releases = counts.releases.iloc[rows].reset_index(drop=True)
    new = model.transform(od.TermCounts.from_matrix(counts.matrix[rows], counts.terms, releases))
    order = np.argsort(-new.topics["share"].to_numpy())
    assert order[0] == 5
    widths = [bar.get_width() for bar in new.plot().patches]
    assert widths == pytest.approx((100 * new.topics["share"].to_numpy()[order]).tolist())
    named = {one.get_label() for one in new.over_time().plot().lines}
    assert named == set(new.topics["name"].to_numpy()[order[:5]])
    assert new.topics["topic"].tolist() == list(range(6))
    mpl.pyplot.close("all")


def test_evidence_ranks_sentences_by_expected_words(small, tokens):
    trust = int(small.words[:, small.terms.index("trust")].argmax())
    table = small.evidence(trust, n=100)
    expected = ["release", "date", "issuer", "source", "start", "end", "sentence", "contribution"]
    assert list(table.columns) == expected
    assert table["contribution"].is_monotonic_decreasing
    texts = dict(zip(tokens.corpus.frame["release"], tokens.corpus.texts, strict=True))
    for row in table.itertuples():
        assert texts[row.release][row.start : row.end] == row.sentence
    # By hand: each word's p(topic | word, release), summed over the sentence.
    row = table[table["sentence"] == "Training builds trust."].iloc[0]
    share = small.shares[3]
    hand = 0.0
    for word in ("training", "builds", "trust"):
        if word in small.terms:
            p = share * small.words[:, small.terms.index(word)]
            hand += p[trust] / p.sum()
    assert row["contribution"] == pytest.approx(hand)


def test_evidence_of_both_topics_adds_up_to_the_words_of_the_model(small, tokens):
    total = sum(small.evidence(topic, n=1000)["contribution"].sum() for topic in (0, 1))
    counted = od.count_terms(tokens, stop_words="auto").matrix.sum()
    assert total == pytest.approx(counted)


def test_evidence_of_a_mixed_release_is_the_sentence_of_the_topic(small):
    trust = int(small.words[:, small.terms.index("trust")].argmax())
    best = small.evidence(trust, "2009", "(missing)", n=1)["sentence"].tolist()
    assert best == ["Ministers speak of mutual trust and training."]
    other = small.evidence(1 - trust, "2009", "(missing)", n=1)["sentence"].tolist()
    assert other == ["Cocaine and drugs were seized."]
    assert set(small.evidence(trust, "2007-Q3", every="quarter")["release"]) == {"c"}


def test_evidence_says_what_is_missing(small, fitted):
    with pytest.raises(InputError, match=r"has no tokens.*load_model"):
        fitted.evidence(0)
    with pytest.raises(UnknownNameError, match="no period '1999'"):
        small.evidence(0, "1999")
    with pytest.raises(UnknownNameError, match="Did you mean 'Europol'"):
        small.evidence(0, group="Europool")


def test_evidence_across_shards(monkeypatch, tokens, small):
    from octadisc.tokens.scan import scanning as room

    monkeypatch.setattr(room, "_SHARD", 100)
    again = od.tokenize(tokens.corpus)
    assert len(again.shards) > 2
    other = od.fit_topics(od.count_terms(again, stop_words="auto"), 2)
    pd.testing.assert_frame_equal(other.evidence(0, n=50), small.evidence(0, n=50))
