"""Units: what they are by hand, that nothing is lost or counted twice, and the way back to the release."""

from contextlib import nullcontext
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, UnknownNameError
from octadisc.tokens.units.units import to_releases

TEXT = (
    "“Trust matters,” she said. Mr. Novak agreed: “It does.”\n\n— They met\n\nin Vienna. (Nobody objected.)\n"
    "* * *\n\n« Fin. » Done\n\n–\n[Contact] "
)
SENTENCES = [
    "“Trust matters,” she said.",
    "Mr. Novak agreed: “It does.”",
    "— They met\n\nin Vienna.",
    "(Nobody objected.)",
    "« Fin. »",
    "Done",
    "[Contact]",
]
PARAGRAPHS = [
    "“Trust matters,” she said. Mr. Novak agreed: “It does.”",
    "— They met\n\nin Vienna. (Nobody objected.)\n* * *",
    "« Fin. » Done",
    "–\n[Contact]",
]


def tokens_of(*texts, **columns):
    rows = {"release": [f"r{i}" for i in range(len(texts))], "text": list(texts)}
    rows["language"] = ["en"] * len(texts)
    return od.tokenize(od.Corpus.from_frame(pd.DataFrame({**rows, **columns})))


def lists_of(tokens):
    """Give the types of each row, and their places."""
    made = []
    for shard in tokens.shards:
        for low, high in zip(shard.rows[:-1].tolist(), shard.rows[1:].tolist(), strict=True):
            types = [tokens.vocabulary[one] for one in shard.ids[low:high].tolist()]
            made.append(
                list(zip(types, shard.starts[low:high].tolist(), shard.ends[low:high].tolist(), strict=True))
            )
    return made


@pytest.mark.parametrize(("unit", "expected"), [("sentence", SENTENCES), ("paragraph", PARAGRAPHS)])
def test_units_by_hand(unit, expected):
    units = tokens_of(TEXT).units(unit)
    assert units.corpus.texts == expected
    assert units.corpus.frame["unit_number"].tolist() == list(range(1, len(expected) + 1))
    assert units.corpus.frame["unit_of"].unique().tolist() == ["r0"]


def test_ids_and_columns_of_the_release():
    corpus = od.Corpus.from_frame(
        [
            {
                "release": "a",
                "date": "2008-03-28",
                "issuer": "Europol",
                "url": "https://example.org/a",
                "title": "On trust",
                "page": "Home\nPolice met. They left.",
                "spans": [(0, 5, "furniture")],
                "text": "Police met. They left.",
                "language": "en",
                "minister": "Novak",
            }
        ]
    )
    tokens = od.tokenize(corpus)
    for unit, ids in (
        ("sentence", ["a#s1", "a#s2"]),
        ("paragraph", ["a#p1"]),
        ("title", ["a#title"]),
        ("release", ["a"]),
    ):
        frame = tokens.units(unit).corpus.frame
        assert frame["release"].tolist() == ids
        assert frame["unit"].unique().tolist() == [unit]
        for column in ("date", "issuer", "url", "title", "language", "source", "minister"):
            assert (frame[column] == corpus.frame[column].iloc[0]).all(), column
        assert od.Corpus.from_frame(frame).frame.equals(frame)  # as tidy as a table that was checked
    assert "page" not in tokens.units("sentence").corpus.frame
    assert "page" in tokens.units("release").corpus.frame


def test_what_has_no_unit_is_named():
    tokens = tokens_of("One. Two.", "", "– – –", title=["A title", None, "  "])
    with pytest.warns(OctadiscWarning, match="2 of 3 releases have no word in the text and so no sentence"):
        units = tokens.units("sentence")
    assert units.corpus.frame["unit_of"].tolist() == ["r0", "r0"]
    issues = units.corpus.issues
    assert issues[["release", "what"]].values.tolist() == [["r1", "no sentence"], ["r2", "no sentence"]]
    with pytest.warns(OctadiscWarning, match=r"2 of 3 releases have no title.*\(r1, r2\)"):
        titles = tokens.units("title")
    assert titles.corpus.texts == ["A title"]
    assert tokens.units("release").corpus.texts == tokens.corpus.texts  # all of them


def test_mistakes_are_answered():
    tokens = tokens_of("One. Two.")
    with pytest.raises(UnknownNameError, match="Did you mean 'sentence'"):
        tokens.units("sentences")
    with pytest.raises(InputError, match="of sentences already"):
        tokens.units("sentence").units("paragraph")
    with pytest.raises(NotEnoughDataError, match="None of the 1 releases has a title"):
        tokens.units("title")
    with pytest.raises(NotEnoughDataError, match="has a word"):
        tokens_of("…").units("sentence")
    with pytest.raises(InputError, match="column 'unit' of its own"):
        tokens_of("One.", unit=["Border police"]).units("sentence")
    with pytest.raises(InputError, match="'start'"):
        to_releases(pd.DataFrame({"release": ["r0#s1"]}), tokens.units("sentence"))
    with pytest.raises(UnknownNameError):
        to_releases(pd.DataFrame({"release": ["x"], "start": [0], "end": [1]}), tokens.units("sentence"))


def test_lines_without_blank_ones_are_pointed_out():
    with pytest.warns(OctadiscWarning, match="No text has a blank line"):
        units = tokens_of("One.\nTwo.", "Three.").units("paragraph")
    assert units.corpus.texts == ["One.\nTwo.", "Three."]


def test_units_of_releases_can_be_cut():
    tokens = tokens_of("One. Two.")
    twice = tokens.units("release").units("sentence")
    pd.testing.assert_frame_equal(twice.corpus.frame, tokens.units("sentence").corpus.frame)


def test_titles_are_cut_and_folded_as_the_texts_were():
    titles = ["Безбедност и сарадња", "Organised-crime talks"]
    frame = {"text": ["Текст.", "Text."], "language": ["hbs", "en"], "title": titles}
    tokens = od.tokenize(od.Corpus.from_frame(frame))
    assert tokens.units("title").vocabulary == sorted(
        ["безбедност", "и", "сарадња", "organised", "crime", "talks"]
    )
    folded = tokens.with_forms("folded", variants={"en": {"organized": "organised"}}).units("title")
    assert folded.find("sigurnost i suradnja").counts.tolist() == [1, 0]
    assert folded.find("organised").counts.tolist() == [0, 1]
    assert "organized" in folded.vocabulary
    short = od.tokenize(tokens.corpus, r"(?u)\b\w{3,}\b").units("title")
    assert "и" not in short.vocabulary


@pytest.mark.parametrize("unit", ["sentence", "paragraph"])
def test_folded_tokens_keep_their_surface(unit):
    texts = ["Безбедност. Сарадња\n\nПолиције.", "Sigurnost i suradnja."]
    tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "language": ["hbs", "hbs"]}))
    first = tokens.with_forms("folded").units(unit)
    second = tokens.units(unit).with_forms("folded")
    assert lists_of(first) == lists_of(second)
    assert first.vocabulary == second.vocabulary
    assert lists_of(first.surface) == lists_of(tokens.units(unit))
    assert first.spec.to_dict() == second.spec.to_dict()
    assert first.find("bezbednost").counts.sum() == 2


@pytest.mark.parametrize("unit", ["sentence", "paragraph", "title"])
def test_joined_phrases(unit):
    title = ["Organised crime", "Trust"]
    tokens = tokens_of("Organised crime grows. It pays.\n\nOrganised crime. Trust.", "Trust.", title=title)
    joined = tokens.with_phrases(["organised crime"])
    if unit == "title":
        with pytest.raises(InputError, match="phrases joined"):
            joined.units(unit)
        return
    first, second = joined.units(unit), tokens.units(unit).with_phrases(["organised crime"])
    assert lists_of(first) == lists_of(second)
    assert first.lengths.tolist() == second.lengths.tolist() == tokens.units(unit).lengths.tolist()
    assert first.find("crime").counts.tolist() == tokens.units(unit).find("crime").counts.tolist()


def test_supplied_annotation_moves_with_its_words():
    text = "Police met. They left."
    words = [(0, 6, "police", "NOUN"), (7, 10, "meet", "VERB"), (10, 11, ".", "PUNCT")]
    words += [(12, 16, "they", "PRON"), (17, 21, "leave", "VERB")]
    corpus = od.Corpus.from_frame(
        [{"text": text, "language": "en", "annotation": words}, {"text": "No.", "annotation": None}]
    )
    frame = od.tokenize(corpus).units("sentence").corpus.frame
    assert frame["annotation"].tolist()[:2] == [
        words[:3],
        [(0, 4, "they", "PRON"), (5, 9, "leave", "VERB")],
    ]
    assert frame["annotation"].iloc[2] is None


# Marks that stand at the edges of sentences, words in three scripts, and characters beyond the first plane.
PIECES = st.sampled_from(
    list("abZ1. !?…\n\"'“”„«»‘‚()[]–*;:,\u00a0\u202f\u200b\u2029") + ["\n\n", "\n \n", "\r\n\r\n"]
    + ["Trust", "Mr.", "28.", "March", "Полиција", "Ελλάδα;", "U.S.", "…»", "” ", " »", "𐐀", "é", "'s"]
)  # fmt: skip
TEXTS = st.lists(st.lists(PIECES, max_size=40).map("".join), min_size=1, max_size=5)
LANGUAGES = st.sampled_from(["en", "fr", "sl", "hbs", "el", None])
PATTERNS = st.sampled_from([None, r"(?u)\b\w\w+\b", r"[^\W\d]+"])


@pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")
@settings(max_examples=200, deadline=None)
@given(TEXTS, LANGUAGES, PATTERNS)
def test_nothing_is_lost(texts, language, pattern):
    corpus = od.Corpus.from_frame({"text": texts, "language": [language] * len(texts)})
    tokens = od.tokenize(corpus, pattern)
    texts = tokens.corpus.texts
    if not tokens.n_tokens:
        return
    whole = lists_of(tokens)
    cut = {unit: tokens.units(unit) for unit in ("sentence", "paragraph")}
    for unit, units in cut.items():
        frame = units.corpus.frame
        of = [tokens.corpus.row_of(one) for one in frame["unit_of"]]
        places = list(zip(of, frame["unit_start"].tolist(), frame["unit_end"].tolist(), strict=True))
        # The text is that stretch of the release's, in order and without overlap.
        assert units.corpus.texts == [texts[row][low:high] for row, low, high in places]
        assert places == sorted(places)
        assert all(a[0] < b[0] or a[2] <= b[1] for a, b in pairwise(places))
        # Every token is in one unit, at its place.
        again = [[] for _ in texts]
        for (row, low, _), found in zip(places, lists_of(units), strict=True):
            assert found
            again[row] += [(one, start + low, end + low) for one, start, end in found]
        assert again == whole
        # Sentences are those of the release.
        bounds = [tokens.sentences_of(row) for row in range(len(texts))]
        mine = [units.sentences_of(i) + low for i, (_, low, _) in enumerate(places)]
        assert np.concatenate(mine).tolist() == np.concatenate(bounds).tolist()
        if unit == "sentence":
            assert [[low, high] for _, low, high in places] == np.concatenate(bounds).tolist()
            continue
        # Nothing but white space is outside a paragraph, and none has white space at its edges.
        for row, text in enumerate(texts):
            inside = [(low, high) for at, low, high in places if at == row]
            kept = "".join(text[low:high] for low, high in inside)
            assert not inside or "".join(kept.split()) == "".join(text.split())
            assert all(text[low:high] == text[low:high].strip() for low, high in inside)


@pytest.mark.filterwarnings("ignore::octadisc.errors.OctadiscWarning")
@settings(max_examples=100, deadline=None)
@given(TEXTS, LANGUAGES)
def test_paragraphs_end_at_blank_lines_that_end_a_sentence(texts, language):
    tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "language": [language] * len(texts)}))
    if not tokens.n_tokens:
        return
    frame = tokens.units("paragraph").corpus.frame
    for release, mine in frame.groupby("unit_of", sort=False):
        row = tokens.corpus.row_of(release)
        text, starts = tokens.corpus.texts[row], set(mine["unit_start"].tolist()[1:])
        sentences = tokens.sentences_of(row)
        parted = set()
        for (_, end), (start, _) in pairwise(sentences.tolist()):
            white, lines = [], []
            for at in range(end, start):  # a plain twin of the scanner's rule
                if not text[at].isspace():
                    white = []
                elif text[at] in "\n\x0b\x0c\x85\u2028\u2029":
                    white.append(at)
                    lines += [at] if len(white) > 1 else []
            if lines:
                rest = text[lines[-1] : start]
                parted.add(lines[-1] + len(rest) - len(rest.lstrip()))
        assert starts == parted


def test_shards_and_threads_make_no_difference(monkeypatch):
    from octadisc.tokens.scan import scanning

    texts = ["One. Two.\n\nThree.", "", "“Four.” Five", "…", "Six.\n\nSeven. Eight."] * 4
    frame = {"text": texts, "language": ["en"] * len(texts), "title": ["T"] * len(texts)}
    corpus = od.Corpus.from_frame(frame)
    whole = od.tokenize(corpus)
    monkeypatch.setattr(scanning, "_SHARD", 20)
    parts = od.tokenize(corpus)
    assert len(parts.shards) > 5 > len(whole.shards)
    for unit in ("sentence", "paragraph", "title", "release"):
        with pytest.warns(OctadiscWarning) if unit in ("sentence", "paragraph") else nullcontext():
            one, other = whole.units(unit, n_threads=1), parts.units(unit, n_threads=2)
        assert lists_of(one) == lists_of(other)
        assert one.corpus.fingerprint == other.corpus.fingerprint
        pd.testing.assert_frame_equal(one.corpus.frame, other.corpus.frame)
        for row in (0, len(other) - 1):
            assert other.locate(row)[0].n_releases > other.locate(row)[1]


def test_recipes_tell_units_apart():
    corpus = od.Corpus.from_frame([{"text": "One. Two.\n\nThree.", "language": "en", "title": "T"}])
    tokens = od.tokenize(corpus)
    made = {unit: tokens.units(unit) for unit in ("release", "title", "paragraph", "sentence")}
    assert len({one.corpus.fingerprint for one in made.values()} | {corpus.fingerprint}) == 5
    chain, spec = [], made["sentence"].spec
    while True:
        chain.append(spec.function)
        if not spec.inputs:
            break
        (spec,) = spec.inputs
    assert chain == ["tokenize", "Tokens.units", "tokenize", "Corpus.from_frame"]
    other = od.Corpus.from_frame([{"text": "One? Two.\n\nThree.", "language": "en", "title": "T"}])
    again = od.tokenize(other).units("sentence")
    assert again.corpus.fingerprint != made["sentence"].corpus.fingerprint


def test_units_can_be_saved(tmp_path):
    units = tokens_of("One. Two.", "Three.").units("sentence")
    opened = od.load_corpus(units.corpus.save(tmp_path / "units.parquet"))
    pd.testing.assert_frame_equal(opened.frame, units.corpus.frame)


def test_occurrences_lead_back_to_the_release():
    texts = ["Trust is here. Mutual trust, too.\n\nNo.", "Of trust."]
    tokens = tokens_of(*texts)
    lines = od.concordance(tokens, "trust")
    for unit in ("sentence", "paragraph", "release"):
        units = tokens.units(unit)
        found = to_releases(od.concordance(units, "trust"), units)
        assert found[["release", "start", "end"]].equals(lines[["release", "start", "end"]])
        assert found["unit"].isin(units.corpus.frame["release"]).all()
    assert to_releases(lines, tokens)["unit"].equals(lines["release"])
    assert tokens.units("sentence").find("here mutual").counts.sum() == 0


def test_titles_of_words_cut_elsewhere_are_cut_at_blanks_as_these_were():
    from octadisc.tokens import Tokens

    words = Tokens.from_words([["Police", "met"]], [{"title": "Law-enforcement meets"}])
    assert words.units("title").vocabulary == ["law-enforcement", "meets"]
