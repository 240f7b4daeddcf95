"""The commonest slips are answered in words, by one of our own errors."""

from pathlib import Path

import matplotlib
import pytest

import octadisc as od
from octadisc.errors import InputError, WrongKindError

matplotlib.use("agg")
CORPUS = od.Corpus.from_frame([{"date": f"20{i:02d}-01-01", "text": "trust and crime"} for i in range(5, 15)])
TOKENS = od.tokenize(CORPUS)
COUNTS = od.count_terms(TOKENS)


@pytest.mark.parametrize(
    "slip",
    [
        lambda: od.track_terms(CORPUS, "trust"),
        lambda: od.concordance(CORPUS, "trust"),
        lambda: od.count_terms(CORPUS),
        lambda: od.fit_topics(TOKENS, 2),
        lambda: od.tokenize(None),
        lambda: od.track_terms(TOKENS, {"a": None}),
        lambda: od.concordance(TOKENS, None),
        lambda: od.count_terms(TOKENS, min_documents="3"),
        lambda: od.count_terms(TOKENS, stop_words=True),
        lambda: od.save_figure(od.track_terms(TOKENS, "trust").plot(), "a", alt="x", data=COUNTS),
    ],
)
def test_a_wrong_kind_is_named_with_what_was_expected(slip):
    with pytest.raises(WrongKindError, match="Expected"):
        slip()


def test_what_would_mislead_is_said():
    with pytest.raises(InputError, match="empty path"):
        od.load_corpus(" ")
    with pytest.raises(InputError, match=r"is a folder.*od.load_corpus"):
        od.tokenize(Path(__file__).parent)
    with pytest.raises(InputError, match="the end comes first"):
        CORPUS.between(2010, 2008)
    with pytest.warns(od.OctadiscWarning, match="outside the periods, and not counted: 9 releases"):
        od.track_terms(TOKENS, "trust", every=[("a", "2008-01-01", "2009-01-01")])
    figure = od.track_terms(TOKENS, "trust").plot().figure
    with pytest.raises(InputError, match="page of figures"):
        od.save_figure(figure, "index", alt="x", data=COUNTS)


@pytest.mark.parametrize("query", ["_", "a | _", "__"])
def test_a_query_without_a_word_is_refused(query):
    with pytest.raises(InputError, match=r"without a word|empty wording"):
        od.track_terms(TOKENS, query)


def test_columns_of_mixed_kinds_and_odd_letters_survive_saving(tmp_path):
    rows = [{"text": "a", "n": 1, "tags": ["x"]}, {"text": "b", "n": "12a", "tags": None, "odd": "\ud800"}]
    corpus = od.Corpus.from_frame(rows)
    assert corpus.frame["n"].tolist() == ["1", "12a"]
    again = od.Corpus.open(corpus.save(tmp_path / "c.parquet"))
    assert again.fingerprint == corpus.fingerprint


def test_a_day_is_the_day_where_it_was_written():
    corpus = od.Corpus.from_frame([{"text": "a", "date": "2008-03-28T00:30:00+02:00"}])
    assert str(corpus.frame["date"].iloc[0])[:10] == "2008-03-28"


def test_a_model_refuses_the_tokens_of_another_corpus(tmp_path):
    model = od.fit_topics(COUNTS, 2)
    path = model.save(tmp_path / "m.zip")
    other = od.Corpus.from_frame([{"date": f"20{i:02d}-01-01", "text": "budget votes"} for i in range(5, 15)])
    with pytest.raises(InputError, match="other texts"):
        od.load_model(path, tokens=od.tokenize(other))
