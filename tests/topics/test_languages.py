"""Several languages: models side by side, or one model of translations with evidence in the original."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, WrongKindError

mpl.use("Agg")

ENGLISH = [["drugs", "border", "customs", "seized"], ["trust", "network", "judges", "treaty"]]
SLOVENE = {
    "drugs": "droge", "border": "meja", "customs": "carina", "seized": "zasegli", "trust": "zaupanje",
    "network": "mreza", "judges": "sodniki", "treaty": "pogodba",
}  # fmt: skip


def draw(n=60, seed=0):
    """Draw English releases of two subjects and their Slovene versions, word by word."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        words = [str(one) for one in rng.choice(ENGLISH[i % 2], 24)]
        texts = {"en": words, "sl": [SLOVENE[one] for one in words]}
        for language in ("en", "sl"):
            text = " ".join(f"{' '.join(texts[language][j : j + 6]).capitalize()}." for j in range(0, 24, 6))
            rows.append(
                {
                    "release": f"{language}{i}", "language": language, "text": text,
                    "issuer": "AB"[i % 3 % 2], "date": f"{2001 + i // 20}-05-01",
                    "translation_of": f"en{i}" if language == "sl" else None,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


FRAME = draw()


def fit(language, frame=FRAME):
    corpus = od.Corpus.from_frame(frame[frame["language"] == language])
    return od.fit_topics(od.count_terms(od.tokenize(corpus)), 2, "nmf")


@pytest.fixture(scope="module")
def models():
    return {language: fit(language) for language in ("en", "sl")}


def test_topics_meet_in_translated_releases(models):
    found = od.align_languages(models)
    frame = found.to_frame()
    assert frame["found"].all()
    for row in frame.itertuples():
        mine = models["en"].topics["terms"][row.topic].split(", ")
        theirs = models["sl"].topics["terms"][row.matched].split(", ")
        assert SLOVENE[mine[0]] in theirs
    assert frame["cosine"].isna().all()
    assert found.notes[0].startswith("sl: There are too few terms in common")


def test_topics_meet_in_terms_of_a_list(models):
    apart = {"en": models["en"], "sl": fit("sl", FRAME.assign(translation_of=None))}
    with pytest.raises(InputError, match="0 terms and 0 releases"):
        od.align_languages(apart)
    more = {"sl": SLOVENE}
    by_terms = od.align_languages(apart, terms=more).to_frame()
    assert by_terms["found"].all()
    assert (by_terms["cosine"] > 0.9).all()
    assert by_terms["correlation"].isna().all()


def test_links_may_be_given(models):
    apart = {"en": models["en"], "sl": fit("sl", FRAME.assign(translation_of=None))}
    links = [(f"en{i}", f"sl{i}") for i in range(30)]
    assert od.align_languages(apart, links=links).to_frame()["found"].all()
    some = od.align_languages(apart, links=[*links, ("en0", "sl99"), ("zz", "sl1")])
    (note,) = (one for one in some.notes if one.startswith("Links"))
    assert note.endswith("the models do not have: 2 of 32 ('sl99', 'zz').")
    with pytest.raises(InputError, match=r"each names a release that the models do not have \('sl0', 'en0'"):
        od.align_languages(apart, links=[(b, a) for a, b in links])


def test_courses_are_shares_of_releases_by_language(models):
    found = od.align_languages(models)
    table = found.over_time(0)
    assert set(table["language"]) == {"en", "sl"}
    own = models["en"].over_time("year", weights="release").to_frame().query("topic == 0")
    np.testing.assert_allclose(table.query("language == 'en'")["share"], own["share"])
    ax = found.plot(topic=0)
    assert ax.get_ylabel() == "mean share of releases, per cent"


def test_evidence_is_in_the_language_asked_for(models):
    found = od.align_languages(models)
    here, there = found.evidence(0, n=1)["sentence"][0], found.evidence(0, "sl", n=1)["sentence"][0]
    own = here.rstrip(".").lower().split()
    assert {SLOVENE[one] for one in own} & set(there.rstrip(".").lower().split())
    with pytest.raises(UnknownNameError, match="no model of 'de'"):
        found.evidence(0, "de")


def test_what_cannot_be_aligned_is_said(models):
    with pytest.raises(InputError, match="two or more by language"):
        od.align_languages({"en": models["en"]})
    with pytest.raises(WrongKindError, match=r"models\['sl'\] is a str"):
        od.align_languages({"en": models["en"], "sl": "model"})
    with pytest.raises(UnknownNameError, match="terms has 'en'"):
        od.align_languages(models, terms={"en": {}})


ROWS = pd.DataFrame(
    [
        {"release": "a", "language": "sl", "text": "Prvi stavek. Drugi stavek. Tretji stavek.",
         "english": "First sentence. Second sentence. Third sentence."},
        {"release": "b", "language": "en", "text": "Police met. They spoke.", "english": None},
        {"release": "c", "language": "sl", "text": "Brez prevoda.", "english": " "},
        {"release": "d", "language": "hbs", "text": "Kratko. Dugo i opširno o svemu što je bilo. Kraj.",
         "english": "Short. Long and at length about all that there was, and then the end."},
    ]
)  # fmt: skip


def test_translations_take_the_place_of_texts():
    used = od.use_translation(od.Corpus.from_frame(ROWS), "english")
    assert used.frame["release"].tolist() == ["a", "b", "d"]
    assert set(used.frame["language"]) == {"en"}
    assert used.frame["text"][0] == ROWS["english"][0]
    assert used.frame["original"][1] == used.frame["text"][1]
    assert used.frame["original_language"].tolist() == ["sl", "en", "hbs"]
    lost = used.issues.iloc[-1]
    assert (lost["release"], lost["what"], lost["done"]) == ("c", "no translation", "left out")


def test_evidence_is_found_in_the_original():
    used = od.use_translation(od.Corpus.from_frame(ROWS), "english")
    lines = od.concordance(od.tokenize(used), "second", window="sentence").to_frame()
    found = od.find_originals(lines, used).iloc[0]
    assert (found["original"], found["original_language"], found["exact"]) == ("Drugi stavek.", "sl", True)
    text = ROWS["text"][0]
    assert text[found["original_start"] : found["original_end"]] == "Drugi stavek."


def test_where_sentences_cannot_be_counted_off_the_place_is_meant():
    used = od.use_translation(od.Corpus.from_frame(ROWS), "english")
    lines = od.concordance(od.tokenize(used), "length").to_frame()
    found = od.find_originals(lines, used).iloc[0]
    assert not found["exact"]
    assert "Dugo i opširno" in found["original"]


def test_topics_of_translations_show_their_originals():
    wide = FRAME.query("language == 'sl'").merge(
        FRAME.query("language == 'en'")[["release", "text"]].rename(
            columns={"release": "translation_of", "text": "en"}
        ),
        on="translation_of",
    )
    used = od.use_translation(od.Corpus.from_frame(wide), "en")
    model = od.fit_topics(od.count_terms(od.tokenize(used)), 2, "nmf")
    shown = od.find_originals(model.evidence(0, n=5), used)
    for row in shown.itertuples():
        words = row.sentence.rstrip(".").lower().split()
        assert row.original.rstrip(".").lower().split() == [SLOVENE[one] for one in words]


def test_mistakes_are_answered():
    corpus = od.Corpus.from_frame(ROWS)
    with pytest.raises(UnknownNameError, match="Did you mean 'english'"):
        od.use_translation(corpus, "englis")
    with pytest.raises(NotEnoughDataError, match="No release has a translation"):
        od.use_translation(od.Corpus.from_frame(ROWS.iloc[[2]]), "english")
    with pytest.raises(InputError, match="The corpus has no originals"):
        od.find_originals(pd.DataFrame({"release": ["a"], "start": [0], "end": [1]}), corpus)
    used = od.use_translation(corpus, "english")
    with pytest.raises(InputError, match="no column 'start'"):
        od.find_originals(pd.DataFrame({"release": ["a"]}), used)
