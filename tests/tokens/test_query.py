import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError
from octadisc.tokens import nearest_types


def matches(texts, query, languages=None):
    corpus = od.Corpus.from_frame({"text": texts, "language": languages or [None] * len(texts)})
    hits = od.tokenize(corpus).find(query)
    return [(row, texts[row][a:b]) for row, a, b in zip(hits.rows, hits.starts, hits.ends, strict=True)]


TEXT = "Mutual trust grows. Trust, mutual or not; anti-trafficking and trafficked victims of “mutual” trust."


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("trust", ["trust", "Trust", "trust"]),
        ("TRUST", ["trust", "Trust", "trust"]),
        ("mutual trust", ["Mutual trust", "mutual” trust"]),
        ("traffick*", ["trafficking", "trafficked"]),
        ("traffick* | anti-traffick*", ["anti-trafficking", "trafficked"]),
        ("tru?t", ["trust", "Trust", "trust"]),
        ("mutual | mutual trust", ["Mutual trust", "mutual", "mutual” trust"]),
        (["grows", "not"], ["grows", "not"]),
        ("grows trust", []),  # not across the end of a sentence
        ("trust mutual", []),  # nor across a comma
        ("nothing such", []),
        ("mutual *", ["Mutual trust", "mutual or", "mutual” trust"]),
    ],
)
def test_what_a_query_finds(query, found):
    assert [text for _, text in matches([TEXT], query)] == found


def test_a_query_is_cut_as_the_text_was():
    texts = ["Europol's role", "L'accord de Sofia", "Europol's role"]
    languages = ["en", "fr", "de"]
    assert matches(texts, "Europol's", languages) == [(0, "Europol's"), (2, "Europol's")]
    assert matches(texts, "l’accord", languages) == [(1, "L'accord")]
    assert matches(texts, "accord", languages) == [(1, "accord")]


def test_a_concept_is_defined_for_its_languages_only():
    corpus = od.Corpus.from_frame(
        {"text": ["trust", "zaupanje trust", "poverenje", "x"], "language": ["en", "sl", "hbs", None]}
    )
    hits = od.tokenize(corpus).find({"en": "trust", "sl": ["zaupanje", "zaupanja"], "sr": "poverenj*"})
    assert hits.counts.tolist() == [1, 1, 1, 0]
    assert hits.defined.tolist() == [True, True, True, False]
    assert od.tokenize(corpus).find("trust").defined.all()


def test_hits_know_their_tokens():
    corpus = od.Corpus.from_frame({"text": ["a b", "", "c mutual trust d mutual trust"]})
    hits = od.tokenize(corpus).find("mutual trust")
    assert hits.rows.tolist() == [2, 2]
    assert hits.first.tolist() == [1, 4]
    assert hits.last.tolist() == [2, 5]
    assert hits.counts.tolist() == [0, 0, 2]


@given(
    st.lists(st.lists(st.sampled_from("abcd"), max_size=12).map(" ".join), min_size=1, max_size=4),
    st.lists(st.sampled_from(["a", "b", "a b", "a a", "c d a", "d"]), min_size=1, max_size=3, unique=True),
)
def test_alternatives_are_leftmost_longest_without_overlap(texts, wordings):
    longest_first = sorted(wordings, key=lambda one: -len(one))
    plain = re.compile("|".join(rf"\b{one}\b" for one in longest_first))
    expected = [(row, m.group()) for row, text in enumerate(texts) for m in plain.finditer(text)]
    assert matches(texts, wordings) == expected


@pytest.mark.parametrize("query", ["", "  ", "...", [], {}, ["trust", ""], {"en": ""}])
def test_an_empty_query_is_refused(query):
    with pytest.raises(InputError):
        matches(["x"], query)


def test_what_is_near_when_nothing_matches():
    tokens = od.tokenize(od.Corpus.from_frame([{"text": "trafficking in human beings"}]))
    assert nearest_types(tokens, "trafficing") == ["trafficking"]


def test_a_query_on_tokens_of_a_pattern():
    corpus = od.Corpus.from_frame([{"text": "cross-border a crime"}])
    runs = od.tokenize(corpus, r"(?u)\b\w\w+\b")
    assert len(runs.find("cross-border crime")) == len(runs.find("border crime")) == 1
    assert len(od.tokenize(corpus, r"[a-z-]+").find("cross-border a crime")) == 1


def test_a_concordance_line_is_the_text():
    text = "Before the\nborder, mutual trust grew slowly."
    tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "release": "a", "issuer": "X"}]))
    lines = od.concordance(tokens, "mutual trust", width=12)
    assert list(lines.to_frame().columns) == [
        *["release", "date", "issuer", "source", "start", "end", "left", "match", "right"]
    ]
    assert lines[["left", "match", "right"]].values.tolist() == [
        ["the border, ", "mutual trust", " grew slowly"]
    ]
    assert np.all(lines["issuer"] == "X")
