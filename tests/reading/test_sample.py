"""The sample's files, read and compared with its key."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from octadisc.corpus import Corpus
from octadisc.reading.load import load_corpus

from .conftest import ROOT, word_f1

SAMPLE = ROOT / "data" / "sample"
pytestmark = pytest.mark.skipif(not SAMPLE.exists(), reason="the sample is not part of an installed package")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(SAMPLE)


@pytest.fixture(scope="module")
def key() -> list[dict[str, str]]:
    return [
        json.loads(line)
        for line in (ROOT / "data" / "sample" / "key.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def test_every_release_is_there(corpus: Corpus, key: list[dict[str, str]]) -> None:
    assert set(corpus.frame["release"]) == {one["release"] for one in key}


@pytest.mark.parametrize("field", ["title", "issuer", "issuer_as_written", "language", "script"])
def test_every_field(corpus: Corpus, key: list[dict[str, str]], field: str) -> None:
    read = corpus.frame.set_index("release")[field]
    assert {one["release"]: read[one["release"]] for one in key} == {
        one["release"]: one[field] for one in key
    }


def test_every_date_or_its_doubt(corpus: Corpus, key: list[dict[str, str]]) -> None:
    read = corpus.frame.set_index("release")["date"]
    doubtful = set(corpus.dates.loc[corpus.dates["ambiguous"] & corpus.dates["chosen"], "release"])
    for one in key:
        day = read[one["release"]]
        if one["date"]:
            assert str(day.date()) == one["date"]
        else:
            assert pd.isna(day) or one["release"] in doubtful


def test_every_body(corpus: Corpus, key: list[dict[str, str]]) -> None:
    texts = corpus.frame.set_index("release")["text"]
    assert min(word_f1(texts[one["release"]], one["body"]) for one in key) > 0.99


def test_every_duplicate_and_nothing_else(corpus: Corpus, key: list[dict[str, str]]) -> None:
    read = corpus.frame.dropna(subset="duplicate_of").set_index("release")
    assert read["duplicate_of"].to_dict() == {
        one["release"]: one["duplicate_of"] for one in key if one["duplicate_of"]
    }
    copies = [one["release"] for one in key if one["duplicate_kind"] == "near-copy"]
    assert (read.loc[copies, "duplicate_kind"] == "near").all()
    assert set(read["duplicate_kind"]) <= {"near", "partial"}  # none of the planted ones is exact


def test_translations_are_candidates_and_nothing_else_is(corpus: Corpus, key: list[dict[str, str]]) -> None:
    """All but one of the twenty in the key; which of two is the original is a question for their reader."""
    read = corpus.frame.dropna(subset="translation_of").set_index("release")["translation_of"]
    found = {frozenset(pair) for pair in read.items()}
    true = {frozenset((one["release"], one["translation_of"])) for one in key if one["translation_of"]}
    assert found <= true
    assert len(found) >= 0.95 * len(true)
    assert not (set(read.index) & set(corpus.frame.dropna(subset="duplicate_of")["release"]))
