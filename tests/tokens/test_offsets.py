"""Every token and every hit, cut out of the text, is what it says: in every script."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import octadisc as od

BLOCKS = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x345), (0x370, 0x3FF), (0x400, 0x52F), (0x531, 0x58F),
    (0x5D0, 0x5EA), (0x620, 0x669), (0x904, 0x96F), (0xE01, 0xE5B), (0x10A0, 0x10FF), (0x1E00, 0x1FFF),
    (0x2010, 0x206F), (0x3041, 0x30FF), (0x4E00, 0x4EFF), (0xAC00, 0xACFF), (0x1D400, 0x1D4FF),
    (0x1F300, 0x1F5FF),
]  # fmt: skip
CHARACTERS = st.one_of(
    *(st.characters(min_codepoint=low, max_codepoint=high) for low, high in BLOCKS),
    st.sampled_from("aábcčdđ ЋАж ΣσΑ İIıi '’-.,;:!?\n\t\u00ad\u200b\u0301"),
)
TEXTS = st.lists(st.text(CHARACTERS, max_size=60), min_size=1, max_size=4)
LANGUAGES = st.sampled_from(["en", "fr", "el", "hbs", "sl", "tr", ""])


def spelled(text):
    """Lower a stretch of text as types are: passed-over characters out, marks composed."""
    kept = "".join(one for one in text if one not in "\u00ad\u200b\u200c\u200d\u2060\ufeff")
    kept = kept.replace("İ", "i").lower()
    for apostrophe in "’ʼʹ":
        kept = kept.replace(apostrophe, "'")
    return unicodedata.normalize("NFC", kept)


def lowered(text):
    return spelled(text).replace("ς", "σ")  # at a word's end, which a stretch does not always tell


@settings(max_examples=300, deadline=None)
@given(TEXTS, LANGUAGES)
def test_every_token_is_its_stretch_of_text(texts, language):
    tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "language": [language] * len(texts)}))
    texts = tokens.corpus.texts
    for shard in tokens.shards:
        rows = np.repeat(np.arange(shard.n_releases), np.diff(shard.rows)) + shard.first
        for i, row in enumerate(rows.tolist()):
            start, end = int(shard.starts[i]), int(shard.ends[i])
            assert lowered(texts[row][start:end]) == tokens.vocabulary[shard.ids[i]].replace("ς", "σ")
        assert (shard.starts < shard.ends).all()
        within = rows[1:] == rows[:-1]
        assert (shard.starts[1:] >= shard.ends[:-1])[within].all()
    left = "".join(
        text[a:b]
        for row, text in enumerate(texts)
        for a, b in zip([0, *_ends(tokens, row)], [*_starts(tokens, row), len(text)], strict=True)
    )
    assert not any(one.isalnum() for one in left)  # no letter and no digit lies between tokens


def _starts(tokens, row):
    shard, local = tokens.locate(row)
    return shard.starts[shard.rows[local] : shard.rows[local + 1]].tolist()


def _ends(tokens, row):
    shard, local = tokens.locate(row)
    return shard.ends[shard.rows[local] : shard.rows[local + 1]].tolist()


@settings(max_examples=200, deadline=None)
@given(TEXTS, LANGUAGES)
def test_a_query_for_a_type_finds_all_its_tokens_and_no_others(texts, language):
    tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "language": [language] * len(texts)}))
    for number, word in enumerate(tokens.vocabulary):
        hits = tokens.find(word)
        expected = [
            (int(np.searchsorted(shard.rows, i, side="right")) - 1 + shard.first, int(shard.starts[i]))
            for shard in tokens.shards
            for i in np.flatnonzero(shard.ids == number).tolist()
        ]
        assert list(zip(hits.rows.tolist(), hits.starts.tolist(), strict=True)) == expected, word
        for row, start, end in zip(hits.rows, hits.starts, hits.ends, strict=True):
            assert lowered(tokens.corpus.texts[row][start:end]) == word.replace("ς", "σ")


@pytest.mark.parametrize(("language", "word", "n"), [("en", "'s", 2), ("fr", "l'", 1), ("fr", "L’", 1)])
def test_what_was_cut_off_is_found_by_itself(language, word, n):
    text = {"en": "Europol's and SELEC’s", "fr": "L'accord de la Sarre"}[language]
    tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": language}]))
    assert len(tokens.find(word)) == n


LATIN = ["Međusobno poverenje policija raste.", "Ljubljana, Njegoš i Džep: đački žaba šuma ćup čaša!"]
CYRILLIC = ["Међусобно поверење полиција расте.", "Љубљана, Његош и Џеп: ђачки жаба шума ћуп чаша!"]


def test_latin_and_cyrillic_copies_give_equal_tables():
    def made(texts):
        frame = {"text": texts, "language": ["hbs"] * 2, "date": ["2008-01-01", "2009-01-01"]}
        return od.tokenize(od.Corpus.from_frame(frame)).with_forms("folded")

    latin, cyrillic = made(LATIN), made(CYRILLIC)
    counts = [od.count_terms(one) for one in (latin, cyrillic)]
    assert counts[0].terms == counts[1].terms
    assert (counts[0].matrix != counts[1].matrix).nnz == 0
    queries = ["poverenje", "поверење", "polic*", "/шума|žaba/", '[lemma="полиција"]']
    tables = [
        od.track_terms(one, queries).to_frame().drop(columns=["low", "high", "share_low", "share_high"])
        for one in (latin, cyrillic)
    ]
    assert tables[0].equals(tables[1])
    assert tables[0].groupby("query")["count"].sum().to_dict() == {
        "poverenje": 1, "поверење": 1, "polic*": 1, "/шума|žaba/": 2, '[lemma="полиција"]': 1,
    }  # fmt: skip
