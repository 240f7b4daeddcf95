"""The shared corpora, where they lie beside the repository; nothing of them is in the project."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from octadisc.reading.load import load_corpus

from .conftest import word_f1

pytestmark = pytest.mark.reference


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("name", "least"), [("doj_balkan", 0.99), ("doj_sample600", 0.99)])
def test_every_release_title_and_date_and_the_body(shared: Path, name: str, least: float) -> None:
    place = shared / "corpora" / name
    frame = load_corpus(place / "html").frame.set_index("release")
    key = json.loads((place / "ground_truth.json").read_text(encoding="utf-8"))
    key = {Path(one["file"]).name: one for one in key}
    assert set(frame.index) == set(key)
    assert {name: row["title"] for name, row in frame.iterrows()} == {
        name: plain(one["title"]) for name, one in key.items()
    }
    assert frame["date"].dt.strftime("%Y-%m-%d").to_dict() == {name: one["date"] for name, one in key.items()}
    scores = [word_f1(row["text"], key[name]["body"]) for name, row in frame.iterrows()]
    assert sum(scores) / len(scores) > least


def test_the_seed(shared: Path) -> None:
    row = load_corpus(shared / "corpora" / "seed").frame.iloc[0]
    assert row["title"].startswith('"Security in the Western Balkans affects')
    assert str(row["date"].date()) == "2008-03-28"
    assert row["text"].startswith("The Slovenian Presidency of the EU Council, in cooperation")
    assert row["text"].rstrip().endswith("September 2009.")
    assert not any(
        word in row["text"] for word in ("Skip to content", "Print", "Accessibility", "28.03.2008")
    )


def test_front_matter_of_thousands(shared: Path) -> None:
    place = shared / "corpora" / "au_parl/texts"
    start = time.perf_counter()
    corpus = load_corpus(place)
    assert time.perf_counter() - start < 60
    assert len(corpus) == 8754
    kinds = corpus.frame["duplicate_kind"].value_counts()
    assert kinds["exact"] == 462
    assert 200 < kinds["near"] < 300  # of 30 drawn by lot, all were one release
    for row in corpus.frame.itertuples():
        header = (place / row.release).read_text(encoding="utf-8").split("\n---\n")[0].splitlines()
        fields = dict(line.split(": ", 1) for line in header if ": " in line and not line.startswith(" "))
        assert str(row.date.date()) == fields["date"].strip('"')
        assert row.title == plain(fields["title"][1:-1].replace("\\n", " "))
        source = plain(fields.get("source", "").strip('"'))
        assert (row.issuer_as_written if isinstance(row.issuer_as_written, str) else "") == source


def test_tables_of_two_ministries(shared: Path) -> None:
    english = load_corpus(shared / "corpora" / "eeas/eeas_until_2017.csv")
    assert len(english) == 267
    assert english.frame["date"].notna().all()
    issues = {"date missing": 13, "no text": 4, "two languages": 7}  # speeches of which each half is in one
    assert english.issues["what"].value_counts().to_dict() == issues
    french = load_corpus(shared / "corpora" / "eeas/french_press_releases.csv")
    assert len(french) == 941
    assert french.frame["date"].notna().all()
    assert not french.dates["ambiguous"].any()
    assert french.issues["what"].value_counts().to_dict() == {"no text": 33}
