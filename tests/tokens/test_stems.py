import warnings
from importlib import metadata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.stem.snowball import SnowballStemmer

import octadisc as od
from octadisc.errors import OctadiscWarning
from octadisc.tokens.forms.folding import Folding
from octadisc.tokens.forms.stems import stem_of


def tokens_of(texts, languages):
    return od.tokenize(od.Corpus.from_frame({"text": texts, "language": languages}))


@pytest.mark.parametrize(
    ("words", "language", "stem"),
    [
        ("investigation investigations investigated investigating", "en", "investig"),
        ("polizist polizisten", "de", "polizist"),
        ("полиция полиции полицией", "ru", "полиц"),
        ("policier policiers", "fr", "polici"),
        ("frontera fronteras", "es", "fronter"),
        # the stemmer's own letters have a cedilla; ours come out with a comma, whatever the text has
        ("siguranță siguranţă", "ro", "siguranț"),
    ],
)
def test_forms_of_a_word_have_one_stem(words, language, stem):
    assert {Folding("stem").form(one, language) for one in words.split()} == {stem}


@pytest.mark.parametrize("language", ["sl", "hbs", "sq", "mk", "bg", "el", "", "xx"])
def test_words_stay_where_there_is_no_stemmer(language):
    assert stem_of("investigations", language) == "investigations"


@pytest.mark.parametrize("word", ["2008", "u.s", "28.03.2008", "'s", "don't", "covid19"])
def test_numbers_and_abbreviations_stay(word):
    assert stem_of(word, "en") == word


def test_words_are_folded_before_they_are_stemmed():
    assert Folding("stem").form("sînteți", "ro") == Folding("stem").form("sunteţi", "ro")
    assert Folding("stem", diacritics=True).form("größen", "de") == "gross"
    own = Folding("stem", variants=(("en", "organiz*", "organis*"),))
    assert {own.form(one, "en") for one in ("organised", "organized", "organising")} == {"organ"}


names = {"en": "english", "de": "german", "fr": "french", "it": "italian", "sv": "swedish", "hu": "hungarian"}


@given(st.sampled_from(sorted(names)), st.text("abcdefghilmnoprstuvzéöäü", min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_stems_are_nltk_s_and_never_nothing(language, word):
    assert stem_of(word, language) == (SnowballStemmer(names[language]).stem(word) or word)
    assert stem_of(word, language)


def test_queries_are_stemmed_alike():
    texts = ["They investigated.", "An investigation", "investigators met", "Die Ermittlungen", "the police"]
    stems = tokens_of(texts, ["en", "en", "en", "de", "en"]).with_forms("stem")
    assert stems.find("investigates").counts.tolist() == [1, 1, 1, 0, 0]
    assert stems.find("Ermittlung").counts.tolist() == [0, 0, 0, 1, 0]
    assert stems.find("the policing").counts.tolist() == [0, 0, 0, 0, 1]
    assert stems.find({"de": "investigation"}).counts.tolist() == [0] * 5
    for stem in stems.vocabulary:  # what a table of counts lists can be looked for
        assert len(stems.find(stem)), stem


def test_stop_words_of_stems_are_left_out():
    stems = tokens_of(["They were having investigations because of this"], ["en"]).with_forms("stem")
    assert od.count_terms(stems, stop_words="auto").terms == ["investig"]


def test_where_there_is_no_stemmer_is_said_with_the_share_of_words():
    texts = ["police officers met in 2008", "policija preiskuje", "sastanak", "whoever", "29. 3."]
    tokens = tokens_of(texts, ["en", "sl", "hbs", None, "mk"])
    with pytest.warns(OctadiscWarning) as caught:
        stems = tokens.with_forms("stem")
    message = str(caught[0].message)
    # of 8 words of letters alone, 2 are Slovenian and 1 each in hbs and unknown
    assert "unknown languages (12%), hbs (12%), sl (25%): of 8 words, 4 stay as they are" in message
    for advice in ('with_forms("folded")', "queries with *", 'with_forms("lemma")'):
        assert advice in message
    assert caught[0].filename == __file__
    assert "preiskuje" in stems.vocabulary
    assert "offic" in stems.vocabulary
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tokens_of(["police officers met"], ["en"]).with_forms("stem")


def test_the_recipe_has_nltk_s_version():
    spec = tokens_of(["police"], ["en"]).with_forms("stem").spec
    assert spec.parameters == {"forms": "stem", "diacritics": False, "nltk": metadata.version("nltk")}
