"""The lists of function words: their form, and that they hold no subject of ours."""

import unicodedata
from importlib import resources

import pytest

import octadisc as od

LANGUAGES = "en de fr it sl hbs ro sq mk bg el hu".split()


def read(language):
    text = (
        resources.files("octadisc").joinpath(f"facts/stop_words/{language}.txt").read_text(encoding="utf-8")
    )
    return text.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_form(language):
    lines = read(language)
    words = [line for line in lines if not line.startswith("#")]
    assert lines[0].startswith("# Function words.")
    assert words == sorted(set(words))
    assert all(word == word.lower() == word.strip() != "" for word in words)
    assert all(word == unicodedata.normalize("NFC", word) and " " not in word for word in words)
    assert 200 <= len(words) <= 900


@pytest.mark.parametrize(
    ("language", "inside", "outside"),
    [
        ("en", "the of 's don't would", "us police trust year said"),
        ("de", "der und für zum nicht", "polizei staat europa"),
        ("fr", "le l' qu' dans être", "police état pays"),
        ("it", "il dell' della che", "stato stati polizia"),
        ("sl", "in je ki za pri", "policija zaupanje leto"),
        ("hbs", "i je sa prije pre који што није", "sad policija полиција saradnja"),
        ("ro", "și şi de la pentru", "stat poliție românia"),
        ("sq", "dhe të në për", "policia shqipëri"),
        ("mk", "и на со ѝ", "полиција македонија"),
        ("bg", "и на със се", "полиция българия"),
        ("el", "και κι της από απο", "αστυνομία ελλάδα"),
        ("hu", "a az és hogy nem", "rendőrség magyar"),
    ],
)
def test_contents(language, inside, outside):
    words = set(read(language))
    assert set(inside.split()) <= words
    assert not set(outside.split()) & words


def test_bosnian_croatian_serbian_is_the_same_in_both_scripts():
    words = [one for one in read("hbs") if not one.startswith("#")]
    cyrillic = [one for one in words if "CYRILLIC" in unicodedata.name(one[0])]
    assert len(cyrillic) * 2 == len(words)
    assert "sad" not in words


def test_stop_words_are_those_of_folded_tokens():
    corpus = od.Corpus.from_frame([{"text": "Полиција и царина могу да сарађују.", "language": "hbs"}])
    tokens = od.tokenize(corpus).with_forms("folded")
    assert "i" not in od.count_terms(tokens, stop_words="auto").terms
    assert "carina" not in od.count_terms(tokens, stop_words=["царина"]).terms
    assert "carina" in od.count_terms(tokens).terms
