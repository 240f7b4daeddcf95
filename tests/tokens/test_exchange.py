"""Words for NLTK's tools, and tokens of words that were cut elsewhere."""

import nltk
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder
from nltk.corpus.reader import PlaintextCorpusReader, TaggedCorpusReader
from nltk.tokenize import LineTokenizer, WhitespaceTokenizer

import octadisc as od
from octadisc.errors import InputError, UnknownNameError, WrongKindError
from octadisc.tokens import Tokens

TEXTS = [
    "Police trust Europol. Trust is mutual.\n\nNo one doubts it.",
    "Πόλη και αστυνομία; Ναι.",
    "",
    "Полиција и царина. Сарадња расте.",
]
LANGUAGES = ["en", "el", "en", "hbs"]
RELEASES = list("abcd")

words = st.text(min_size=1, max_size=6)
without_blanks = words.filter(lambda one: not any(map(str.isspace, one)) and "İ" not in one)

IGNORED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def as_type(word):
    return word.lower().translate(IGNORED) or word.lower()


def tokens():
    table = {"release": RELEASES, "text": TEXTS, "language": LANGUAGES, "issuer": list("XYXY")}
    return od.tokenize(od.Corpus.from_frame(table))


# To NLTK


def test_words_are_as_written_and_in_lower_case_on_request():
    assert tokens().to_nltk().words("a") == "Police trust Europol Trust is mutual No one doubts it".split()
    assert tokens().to_nltk(lower=True).words("a")[:4] == ["police", "trust", "europol", "trust"]
    assert tokens().with_forms("folded").to_nltk(lower=True).words("d")[0] == "policija"
    assert tokens().with_forms("folded").to_nltk().words("d")[0] == "Полиција"


def test_one_release_several_or_all():
    reader = tokens().to_nltk()
    assert reader.fileids() == RELEASES
    assert reader.words() == [word for one in RELEASES for word in reader.words(one)]
    assert reader.words(["d", "a"]) == reader.words("d") + reader.words("a")
    assert reader.words("c") == reader.sents("c") == reader.paras("c") == []
    assert reader.raw() == "".join(TEXTS)
    assert (len(reader), repr(reader)) == (4, "WordReader(19 words, 4 releases)")
    with pytest.raises(UnknownNameError, match="No release has the id 'aa'"):
        reader.words("aa")


def test_sentences_and_paragraphs():
    reader = tokens().to_nltk()
    assert reader.sents("a") == [
        ["Police", "trust", "Europol"],
        ["Trust", "is", "mutual"],
        ["No", "one", "doubts", "it"],
    ]
    assert [len(one) for one in reader.paras("a")] == [2, 1]
    assert [one for paragraph in reader.paras() for one in paragraph] == reader.sents()
    assert [word for sentence in reader.sents() for word in sentence] == reader.words()
    assert [len(one) for one in reader.sents("b")] == [3, 1]  # a Greek question mark


def test_a_shard_is_as_good_as_another(monkeypatch):
    whole = tokens().to_nltk()
    monkeypatch.setattr("octadisc.tokens.scan.scanning._SHARD", 10)
    parts = tokens()
    assert len(parts.shards) > 2
    assert parts.to_nltk().paras() == whole.paras()


def test_tools_of_nltk_take_it():
    reader = tokens().to_nltk(lower=True)
    assert nltk.FreqDist(reader.words())["trust"] == 2
    text = nltk.Text(reader.words())
    assert [line.offset for line in text.concordance_list("trust")] == [1, 3]
    collection = nltk.TextCollection(reader)  # of four texts, one of which has the word: ln 4
    assert collection.idf("europol") == pytest.approx(np.log(4))
    finder = BigramCollocationFinder.from_documents(reader.sents())
    assert ("europol", "trust") not in finder.ngram_fd  # a sentence ends between them
    assert finder.nbest(BigramAssocMeasures.raw_freq, 100)
    table = nltk.ConditionalFreqDist((one, word) for one in reader.fileids() for word in reader.words(one))
    assert table["a"]["trust"] == 2


# From words


@given(st.lists(st.lists(words, max_size=8), min_size=1, max_size=5))
def test_words_survive_the_way_there_and_back(releases):
    made = Tokens.from_words(releases)
    reader = made.to_nltk()
    assert [reader.words(one) for one in reader.fileids()] == releases
    lower = made.to_nltk(lower=True)
    assert lower.words() == [as_type(word) for release in releases for word in release]
    assert made.vocabulary == sorted({as_type(word) for release in releases for word in release})
    assert made.lengths.tolist() == [len(one) for one in releases]
    assert made.corpus.texts == [" ".join(one) for one in releases]


@given(st.lists(st.lists(st.lists(words, max_size=4), max_size=4), min_size=1, max_size=4))
def test_sentences_survive_too(releases):
    reader = Tokens.from_words(releases).to_nltk()
    found = [reader.sents(one) for one in reader.fileids()]
    assert found == [[sentence for sentence in release if sentence] for release in releases]


@given(
    st.lists(
        st.lists(without_blanks.filter(lambda one: one.lower() == as_type(one)), max_size=8),
        min_size=1,
        max_size=4,
    )
)
def test_arrays_are_those_of_a_scan_for_what_stands_between_blanks(releases):
    made = Tokens.from_words(releases)
    scanned = od.tokenize(od.Corpus.from_frame({"text": [" ".join(one) for one in releases]}), r"\S+")
    assert made.vocabulary == scanned.vocabulary
    for name in ("ids", "starts", "ends", "gaps", "rows"):
        mine, theirs = (getattr(one.shards[0], name) for one in (made, scanned))
        assert mine.dtype == theirs.dtype
        np.testing.assert_array_equal(mine, theirs, name)


def test_shards_add_up(monkeypatch):
    releases = [["Trust", "grows", "."], [], ["Police", "meet", ".", "Trust", "helps"], ["trust"], []]
    whole = Tokens.from_words(releases)
    monkeypatch.setattr("octadisc.tokens.files.exchange._SHARD", 3)
    parts = Tokens.from_words(releases)
    assert [(one.first, one.n_releases) for one in parts.shards] == [(0, 1), (1, 2), (3, 2)]
    assert parts.to_nltk().sents() == whole.to_nltk().sents()
    assert parts.find("trust").counts.tolist() == whole.find("trust").counts.tolist() == [1, 0, 1, 1, 0]
    assert od.count_terms(parts).matrix.toarray().tolist() == od.count_terms(whole).matrix.toarray().tolist()


def test_hyphens_and_capitals_are_kept_and_found():
    made = Tokens.from_words([["EU-wide", "law-enforcement", "co-operation", ",", "SELEC", "said"]])
    assert made.vocabulary == [",", "co-operation", "eu-wide", "law-enforcement", "said", "selec"]
    for query in ("law-enforcement", "LAW-enforcement co-operation", "law-*", "selec"):
        hits = made.find(query)
        assert hits.counts.tolist() == [1], query
    assert made.find("co-operation selec").counts.tolist() == [0]  # the comma is a word between them


def test_a_sentence_ends_after_a_full_stop_and_what_closes_with_it():
    made = Tokens.from_words(
        [["``", "Trust", ".", "''", "He", "left", ".", "Who", "?", "No", "1", ".", "of", "2"]]
    )
    assert [" ".join(one) for one in made.to_nltk().sents()] == [
        "`` Trust . ''",
        "He left .",
        "Who ?",
        "No 1 . of 2",
    ]
    evidence = made.evidence([0], [20], [24])
    assert evidence["sentence"].tolist() == ["He left ."]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give a folder that NLTK reads from."""
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    return tmp_path


def test_a_reader_of_nltk_is_taken(folder):
    (folder / "b.txt").write_text("Joint teams met .\nThey agreed .\n", encoding="utf-8")
    (folder / "a.txt").write_text("Царина и полиција\n", encoding="utf-8")
    reader = PlaintextCorpusReader(
        str(folder),
        r".*\.txt",
        word_tokenizer=WhitespaceTokenizer(),
        sent_tokenizer=LineTokenizer(),
        para_block_reader=nltk.corpus.reader.read_blankline_block,
    )
    assert reader.fileids() == ["a.txt", "b.txt"]
    issuers = pd.DataFrame(
        {"release": ["b.txt", "a.txt"], "issuer": ["Europol", "MUP"], "language": ["en", "hbs"]}
    )
    made = Tokens.from_words(reader, issuers, sentences=True)
    assert made.corpus.frame["release"].tolist() == ["a.txt", "b.txt"]
    assert made.corpus.frame["issuer"].tolist() == ["MUP", "Europol"]
    assert made.languages.tolist() == ["hbs", "en"]
    assert made.to_nltk().sents("b.txt") == list(reader.sents("b.txt"))
    assert Tokens.from_words(reader).to_nltk().words() == list(reader.words())


def test_our_own_reader_is_taken():
    original = tokens()
    for sentences in (False, True):
        again = Tokens.from_words(original.to_nltk(), original.corpus.to_frame(), sentences=sentences)
        assert again.to_nltk().words() == original.to_nltk().words()
        assert again.corpus.frame["issuer"].tolist() == list("XYXY")
    assert again.to_nltk().sents() == original.to_nltk().sents()


def test_a_mapping_names_its_releases():
    made = Tokens.from_words({"x": ["one"], 7: ["two", "two"]}, [{"issuer": "A"}, {"issuer": "B"}])
    assert made.corpus.frame[["release", "issuer"]].values.tolist() == [["x", "A"], ["7", "B"]]
    assert len(Tokens.from_words({})) == len(Tokens.from_words([])) == 0
    assert Tokens.from_words(iter([["a"]])).vocabulary == ["a"]


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ("the police", WrongKindError, "words is a str. .* od.tokenize"),
        (7, WrongKindError, "words is a int"),
        (["the police"], WrongKindError, "Release '1' is a str"),
        ({"a": 7}, WrongKindError, "Release 'a' is a int"),
        ([["the"], ["a", ""]], InputError, "Release '2' has the word ''"),
        ([["the", None]], InputError, "Release '1' has the word None"),
        ([[("the", "DT")]], InputError, r"has \('the', 'DT'\) where a sentence .* of tagged words"),
        ([["the", ["police"]]], InputError, r"has the word \['police'\]"),
        ([[["the"], "police"]], InputError, "has 'police' where a sentence"),
        ([[["the", 7]]], InputError, "has the word 7"),
    ],
)
def test_what_is_no_words_is_refused_in_words(given, error, said):
    with pytest.raises(error, match=said):
        Tokens.from_words(given)


def test_tagged_words_of_a_reader_are_taken_without_tags(folder):
    (folder / "a.pos").write_text("police/NN met/VB\n", encoding="utf-8")
    reader = TaggedCorpusReader(str(folder), r".*\.pos", para_block_reader=nltk.corpus.reader.read_line_block)
    assert Tokens.from_words(reader).to_nltk().words() == ["police", "met"]


def test_a_table_that_does_not_fit_is_refused():
    with pytest.raises(InputError, match=r"no row for 1 of 2 releases \(first: 'b'\)"):
        Tokens.from_words({"a": ["x"], "b": ["y"]}, [{"release": "a"}])
    with pytest.raises(InputError, match="releases has 1 rows, words 2 releases"):
        Tokens.from_words([["x"], ["y"]], [{"issuer": "A"}])
    with pytest.raises(InputError, match="have an id that another has"):
        Tokens.from_words([["x"], ["y"]], [{"release": "a"}, {"release": "a"}])


def test_types_have_no_soft_hyphens_as_the_scanner_s_have_none():
    words = [["Mu\u00adtual", "trust\u200b", "\u00ad"]]
    made = Tokens.from_words(words)
    assert made.vocabulary == ["mutual", "trust", "\u00ad"]  # one that is nothing else stays what it is
    assert made.find("mutual trust").counts.tolist() == [1]
    assert made.to_nltk().words() == words[0]
    scanned = od.tokenize(od.Corpus.from_frame({"text": ["Mu\u00adtual trust\u200b"]}))
    again = Tokens.from_words(scanned.to_nltk())
    assert again.vocabulary == scanned.vocabulary == ["mutual", "trust"]


def test_a_reader_where_words_are_wanted_says_how_to_get_them():
    reader = tokens().to_nltk()
    for use in (iter, list, nltk.Text, nltk.FreqDist, lambda one: one[0]):
        with pytest.raises(WrongKindError, match=r"Expected reader\.words\(\) where words are wanted"):
            use(reader)


def test_an_id_that_is_none_is_refused():
    reader = tokens().to_nltk()
    for read in (reader.words, reader.sents, reader.paras, reader.raw):
        with pytest.raises(WrongKindError, match=r"fileids is a int. Expected the id of a release"):
            read(5)
        with pytest.raises(WrongKindError, match="A release's id is a int"):
            read([5])
