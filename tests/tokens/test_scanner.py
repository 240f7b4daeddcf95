"""What is a token, where it stands, and that no number of threads or shards changes it."""

import re
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

import octadisc as od
from octadisc.errors import InputError
from octadisc.tokens.scan import scanning as module
from octadisc.tokens.scan import types

DEFAULT = r"(?u)\b\w\w+\b"
LETTERS = st.characters(codec="utf-8", categories=["L", "M", "N", "P", "Z", "S", "Cc", "Cf"])
MIXED = st.text(
    st.one_of(
        st.sampled_from(" .,'’-–\n\t“„»«:/&İΣσςßčĆžЉђѓąșțßǅ0189_\u00ad\u0301\U0001f694\U00010400"), LETTERS
    ),
    max_size=60,
)


def cut(text, language=None, pattern=None):
    """The types of a text in order, and each token as it stands there."""
    corpus = od.Corpus.from_frame([{"text": text, "language": language}])
    tokens = od.tokenize(corpus, pattern)
    shard = tokens.shards[0]
    types = [tokens.vocabulary[i] for i in shard.ids.tolist()]
    return types, [corpus.texts[0][a:b] for a, b in zip(shard.starts, shard.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "language", "types"),
    [
        ("Don’t cross the cross-border line", "en", ["don't", "cross", "the", "cross", "border", "line"]),
        ("Europol's and Croatia’s police", "en", ["europol", "'s", "and", "croatia", "'s", "police"]),
        ("Europol's", "de", ["europol's"]),
        ("the officers' union", "en", ["the", "officers", "union"]),
        ("L’accord d'Ohrid", "fr", ["l'", "accord", "d'", "ohrid"]),
        ("1,000 euros, 3.5 % on 28.03.2008.", "en", ["1,000", "euros", "3.5", "on", "28.03.2008"]),
        ("U.S. Attorney, e.g. J. Smith d.o.o.", "en", ["u.s", "attorney", "e.g", "j", "smith", "d.o.o"]),
        ("2007-2013 and EU-27", "en", ["2007", "2013", "and", "eu", "27"]),
        ("полиција СЕЛЕК", "mk", ["полиција", "селек"]),
        ("ΟΔΟΣ οδός Αθήνας", "el", ["οδος", "οδός", "αθήνας"]),
        ("orga\u00adnised", "en", ["organised"]),
        ("c\u030ceška češka", "sl", ["češka", "češka"]),
        ("snake_case", "en", ["snake", "case"]),
        ("", "en", []),
        ("– … ! 🚔", "en", []),
    ],
)
def test_tokens_by_the_stated_rules(text, language, types):
    assert cut(text, language)[0] == types


def test_tokens_stand_where_they_say():
    assert cut("Ministers’ “trust” – Slovenia’s", "en")[1] == ["Ministers", "trust", "Slovenia", "’s"]


@given(MIXED)
def test_every_token_sliced_from_the_text_is_its_type(text):
    types, slices = cut(text)
    for one, found in zip(types, slices, strict=True):
        bare = re.sub("[\u00ad\u200b\u200c\u200d\u2060\ufeff]", "", found)
        bare = re.sub("['\u2019\u02bc\u02b9]", "'", bare).replace("İ", "i")
        assert unicodedata.normalize("NFC", bare.lower()).replace("ς", "σ") == one.replace("ς", "σ")


@given(st.lists(MIXED, min_size=1, max_size=6))
def test_the_compiled_pattern_is_countvectorizer(texts):
    theirs = CountVectorizer()
    try:
        matrix = theirs.fit_transform(texts)
    except ValueError:  # "empty vocabulary"
        assert od.tokenize(od.Corpus.from_frame({"text": texts}), DEFAULT).n_tokens == 0
        return
    counts = od.count_terms(od.tokenize(od.Corpus.from_frame({"text": texts}), DEFAULT))
    assert counts.terms == list(theirs.get_feature_names_out())
    assert (counts.matrix != matrix).nnz == 0


@pytest.mark.parametrize("pattern", [r"\b\w+\b", r"(?u)\b\w{3,}\b", r"\b\w\w\w+\b"])
@given(text=MIXED)
def test_compiled_runs_equal_the_regular_expression(pattern, text):
    if "Σ" in text:
        text = text.replace("Σ", "s")  # whether it is final depends on what follows, also in the next word
    assert cut(text, pattern=pattern)[0] == re.findall(pattern, text.lower())


def test_any_other_pattern_works_too():
    types, slices = cut("SELEC-27 and İzmir", pattern=r"[a-zi̇]+-?\d*")
    assert types[:2] == ["selec-27", "and"]
    assert slices[:2] == ["SELEC-27", "and"]
    with pytest.raises(InputError, match="no regular expression"):
        od.tokenize(od.Corpus.from_frame([{"text": "x"}]), "(")


def test_shards_and_threads_change_nothing(monkeypatch):
    rng = np.random.default_rng(5)
    words = ["police", "полиција", "trust", "Trust", "č", "28.", "\n\n", "Mr.", "ΟΔΟΣ"]
    texts = [" ".join(rng.choice(words, rng.integers(0, 30))) for _ in range(40)]
    corpus = od.Corpus.from_frame({"text": texts})
    whole = od.tokenize(corpus, n_threads=1)
    monkeypatch.setattr(module, "_SHARD", 100)
    parts = od.tokenize(corpus, n_threads=4)
    assert len(parts.shards) > 5
    assert parts.vocabulary == whole.vocabulary
    for name in ("ids", "starts", "ends", "gaps"):
        together = np.concatenate([getattr(one, name) for one in parts.shards])
        np.testing.assert_array_equal(together, getattr(whole.shards[0], name))
    np.testing.assert_array_equal(parts.lengths, whole.lengths)
    a, b = od.count_terms(whole), od.count_terms(parts)
    assert (a.matrix != b.matrix).nnz == 0
    assert [len(parts.sentences_of(i)) for i in range(40)] == [len(whole.sentences_of(i)) for i in range(40)]


# one, two, three and four bytes in UTF-8, letters and others; words around the eight bytes of a block
BLOCKS = st.text("abcxyzAZ09_@[`{é\u0416\u0924\U00010400 .\u2019\U0001f694", max_size=45)


@given(st.lists(BLOCKS, min_size=1, max_size=5))
def test_words_of_any_length_and_width_are_those_of_the_regular_expression(texts):
    tokens = od.tokenize(od.Corpus.from_frame({"text": texts}), r"\b\w+\b")
    shard = tokens.shards[0]
    for row, text in enumerate(texts):
        mine = slice(*shard.rows[row : row + 2])
        words = re.findall(r"\b\w+\b", text.lower())
        assert [tokens.vocabulary[i] for i in shard.ids[mine].tolist()] == words
        assert [m.span() for m in re.finditer(r"\b\w+\b", text)] == list(
            zip(shard.starts[mine].tolist(), shard.ends[mine].tolist(), strict=True)
        )
    assert tokens.vocabulary == sorted(
        {one for text in texts for one in re.findall(r"\b\w+\b", text.lower())}
    )


def test_types_that_differ_behind_their_first_letters_are_told_apart_and_sorted():
    stem = "internationally"
    words = [stem[:n] for n in range(1, 16)] + [stem + end for end in ("a", "b", "ab", "á", "\U00010428")]
    words += [stem * 40, stem * 40 + "a", "z" * 8, "z" * 16, "z" * 15 + "й"]
    rng = np.random.default_rng(1)
    shuffled = [words[i] for i in rng.permutation(np.repeat(np.arange(len(words)), 3))]
    tokens = od.tokenize(od.Corpus.from_frame([{"text": " ".join(shuffled)}]))
    assert tokens.vocabulary == sorted(words)
    assert [tokens.vocabulary[i] for i in tokens.shards[0].ids] == shuffled


def test_no_thread_takes_the_types_of_another(monkeypatch):
    monkeypatch.setattr(module, "_SHARD", 200)
    monkeypatch.setattr(types, "_ROOM", 3)
    texts = [" ".join(f"w{i * j % 97}" for j in range(30)) for i in range(60)]
    corpus = od.Corpus.from_frame({"text": texts})
    alone = od.tokenize(corpus, n_threads=1)
    for _ in range(20):
        together = od.tokenize(corpus, n_threads=8)
        assert together.vocabulary == alone.vocabulary
        for one, two in zip(alone.shards, together.shards, strict=True):
            np.testing.assert_array_equal(one.ids, two.ids)


@pytest.mark.parametrize("kept", ["in pieces", "as Python's strings", "as objects", "sliced"])
def test_texts_are_read_however_pandas_keeps_them(monkeypatch, kept):
    monkeypatch.setattr(module, "_SHARD", 40)
    texts = ["police trust", "", "Полиција č", "a 🚔 b", "the end of it", "x"]
    column = pd.Series(texts, dtype="str")
    if kept == "in pieces":
        column = pd.concat([column[:1], column[1:4], column[4:]], ignore_index=True)
    elif kept == "as Python's strings":
        column = column.astype(pd.StringDtype("python", na_value=np.nan))
    elif kept == "as objects":
        column = column.astype(object)
    else:
        column = pd.concat([column, column])[6:].reset_index(drop=True)
    tokens = od.tokenize(od.Corpus.from_frame({"text": column}))
    words = [tokens.vocabulary[i] for shard in tokens.shards for i in shard.ids]
    assert words == [one for text in texts for one in text.lower().split() if one != "🚔"]


def test_room_for_types_grows(monkeypatch):
    monkeypatch.setattr(types, "_ROOM", 3)
    words = [f"w{i}" for i in range(500)]
    tokens = od.tokenize(od.Corpus.from_frame([{"text": " ".join(words)}]))
    assert tokens.vocabulary == sorted(words)


def test_a_corpus_without_words_or_releases():
    assert od.tokenize(od.Corpus.from_frame([{"text": ""}])).n_tokens == 0
    empty = od.Corpus.from_frame([{"text": "a", "date": "2008-01-01"}]).between(1990, 1991)
    assert od.tokenize(empty).n_tokens == 0
