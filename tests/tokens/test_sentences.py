"""Sentences: each rule by a case of its own, their offsets, and the evidence made of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import octadisc as od
from octadisc.tokens.scan.habits import type_flags
from octadisc.tokens.scan.sentence_kernels import ABBREVIATION, DAY, NUMBER, STARTER, TITLE


def sentences(text, language="en"):
    tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": language}]))
    return [text[start:end] for start, end in tokens.sentences_of(0)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Mr. Novak met Dr. J. Smith of Acme Inc. in Vienna.", "They agreed."]),
        ("en", ["The U.S. Attorney spoke.", "He left the U.S.", "The case is open."]),
        ("en", ["“We trust each other,” she said.", "“Do we?”", "Yes!", "It works."]),
        ("en", ["It seized 1.5 tonnes.", "In 2008, arrests rose by 3.4 per cent.", "No. 5 was closed."]),
        ("en", ["It was signed in 2008.", "Ten states joined."]),
        ("sl", ["Minister je 28. marca 2008 govoril v Ljubljani.", "Sestanek je uspel."]),
        ("de", ["Am 28. März 2008 trafen sich die Minister.", "Es ging um Vertrauen."]),
        ("hbs", ["Састанак је одржан 28. марта 2008. године у Београду.", "Полиција је задовољна."]),
        ("el", ["Τι θα γίνει;", "Η αστυνομία συνεργάζεται."]),
        ("fr", ["M. Dupont a parlé.", "« La confiance est là. »", "Il est parti."]),
        ("mk", ["Г. Петров рече „Успеавме.“", "Потоа замина."]),
    ],
)
def test_bounds(language, expected):
    assert sentences(" ".join(expected), language) == expected


CASES = {
    "a list that is rounded off ends a sentence, whatever follows": [
        ("en", ["They seized guns, drugs, etc.", "Vienna was told."]),
        ("de", ["Gefunden wurden Waffen, Geld usw.", "Wien wurde informiert."]),
        ("sl", ["Zasegli so orožje, denar ipd.", "Policisti so molčali."]),
        ("hbs", ["Oduzeto je oružje, novac itd.", "Istraga traje."]),
        ("hbs", ["Došli su ministar, direktor i dr.", "Na kraju su otišli."]),
        ("bg", ["Има оръжие, пари и т. н.", "Разследването тече."]),
        ("sq", ["U gjetën armë, para etj.", "Hetimi vazhdon."]),
        ("el", ["Βρέθηκαν όπλα, χρήματα κ.ά.", "Ακολούθησε έρευνα."]),
    ],
    "an abbreviation inside a sentence does not": [
        ("hbs", ["Sastao se sa dr. Petrom Ilićem.", "Pričali su."]),
        ("hbs", ["Firma „Gora“ d. o. o. Sarajevo je zatvorena."]),
        ("bg", ["В гр. Бор, на ул. „Роза“ № 5, живее г-н Р. Т. Илиев."]),
        ("ro", ["Pe str. Crinului nr. 5 a fost găsit dl. C. A. Pop."]),
        ("it", ["L'on. G. De Luca e la sig.ra Bo parlano di S. Vito."]),
        ("de", ["Er wohnt in der Gartenstr. 5, d. h. am Rand.", "Hr. Dr. h. c. Huber kam."]),
    ],
    "initials of two letters, and words without vowels": [
        ("hbs", ["Uhapšen je M. Lj. Petrović.", "Lj. Marković je na slobodi."]),
        ("sq", ["Folën Sh. Gjoni dhe z. Agim Xh. Leka.", "Ata ikën."]),
    ],
    "a year, and what ends it": [
        ("bg", ["Това стана през 2006 г.", "Полицията мълчи."]),
        ("bg", ["На 5 май 2008 г. Полицията задържа двама."]),
        ("hbs", ["Rođen je 1971.", "Policija ga traži."]),
        ("mk", ["Проектот трае до 2010 г.", "Проектот чини 2 мил. евра."]),
    ],
    "ordinals, and the numbers of articles": [
        ("de", ["Im 2. Halbjahr war der 64. Kongress.", "Es kamen viele."]),
        ("hbs", ["Prema članu 246. Krivičnog zakona i čl. 3. Zakona o miru, to je kažnjivo."]),
        ("sl", ["To določa 2. odst. 12. čl. Zakona o miru.", "Velja od 1. julija."]),
        ("en", ["It is in Article 12.", "Ministers agreed."]),
        ("de", ["Es war Karl VI. von Habsburg.", "Er starb."]),
    ],
    "numbers of a list": [
        ("en", ["The plan is this:\n1. The border is closed.", "2. Officers are trained."]),
        ("hbs", ["1. Jačati granicu.", "2. Obučiti kadar."]),
    ],
    "quotations": [
        ("en", ["“Not me!” Inspector Dalton laughed.", "“Who?”", "Nobody knew."]),
        ("hbs", ["»Tko plaća?« upitala je.", "»Mi.", "Uvijek mi.«", "Otišla je."]),
        ("de", ["„Es reicht!“, rief er.", "„Gut.“", "Dann ging er."]),
        ("fr", ["« Jamais ! » M. Dupont a crié.", "Qui paie ?", "« Nous ! »", "Bien."]),
        ("ro", ["„Gata!”, a strigat el.", "„Da.”", "A plecat."]),
    ],
    "brackets": [
        ("en", ["The group (who leads it?) Novak found is broken.", "(It is old.)", "It fell."]),
        ("en", ["In 2005 (!) Novak left, see [...] Annex B.", "It ended (in 2008).", "Good."]),
    ],
    "ellipses": [
        ("en", ["He waited ... and waited.", "So?"]),
        ("de", ["Er kam bis Graz … Wien wartete.", "Er kam nie...", "Wien blieb."]),
        ("fr", ["Il attend...", "Il part."]),
    ],
    "addresses and files": [
        ("sq", ["Shkruani në info@example.al.", "Fotot janë në www.example.al.", "Janë falas."]),
        ("bg", ["Вижте doklad.pdf.", "Там е всичко."]),
    ],
    "what a sentence may begin with": [
        ("en", ["It ended.", "eu-LISA helped.", "iPhones were sold.", "12 people left.", "€5 is lost."]),
        ("fr", ["C'est 5 %.", "Il part."]),
    ],
    "datelines": [
        ("hbs", ["NIŠ, 21. oktobar 2009. – Ministri su razgovarali."]),
        ("en", ["BUDVA, Oct. 5. – Police acted.", "They left."]),
    ],
}


@pytest.mark.parametrize(
    ("language", "expected"),
    [case for cases in CASES.values() for case in cases],
    ids=lambda one: str(one)[:40],
)
def test_rules(language, expected):
    assert sentences(" ".join(expected), language) == expected


def test_a_blank_line_ends_a_sentence_and_a_line_break_does_not():
    assert sentences("Headline without a stop\n\nThe police\nof two states met") == [
        "Headline without a stop",
        "The police\nof two states met",
    ]


def test_a_blank_line_in_the_middle_of_a_sentence_does_not_end_it():
    assert sentences("They spoke of people\n\nsmuggling\n\n, and left. It ended.") == [
        "They spoke of people\n\nsmuggling\n\n, and left.",
        "It ended.",
    ]


def test_a_blank_line_before_an_item_in_lower_case_ends_a_sentence():
    assert sentences("The plan covers:\n\nborder checks;\n\n– training\n\n• drones\n\neu-LISA helps") == [
        "The plan covers:",
        "border checks;",
        "– training",
        "• drones",
        "eu-LISA helps",
    ]


def test_of_an_unknown_language_the_rules_of_all_hold():
    assert sentences("Dr. Novak, npr., kam am 5. März. Είναι εδώ; Ναι, κ.λπ. Τέλος; no", "") == [
        "Dr. Novak, npr., kam am 5. März.",
        "Είναι εδώ;",
        "Ναι, κ.λπ.",
        "Τέλος; no",
    ]
    assert sentences("He said no. The art of me. Sofia won.", "xx") == [
        "He said no.",
        "The art of me.",
        "Sofia won.",
    ]


def test_what_a_type_may_be_is_decided_by_language_and_letters():
    types = ["mr", "mag", "12", "64", "the", "km"]
    english, german = type_flags(types, ["en", "de"]).astype(int)
    assert [one & TITLE > 0 for one in english] == [True, False, False, False, False, False]
    assert [one & TITLE > 0 for one in german] == [True, True, False, False, False, False]
    assert [one & DAY > 0 for one in english] == [False, False, True, False, False, False]
    assert [one & DAY > 0 for one in german] == [False, False, True, True, False, False]
    assert [one & STARTER > 0 for one in english] == [False, False, False, False, True, False]
    assert english[2] & NUMBER
    assert not english[5] & ABBREVIATION


SCRAPS = st.sampled_from(
    [
        *"abcABCдДΑα.!?;…,:–-«»„“”\"'()[]*•15%€",
        " ",
        "\u00a0",
        "\n",
        "\n\n",
        "\U0001f694",
        "etc",
        "Mr",
        "28",
        "\u00ad",
    ]
)
TEXTS = st.lists(SCRAPS, max_size=40).map("".join)
LANGUAGES = st.sampled_from(["en", "de", "el", "fr", "hbs", ""])


@settings(max_examples=300, deadline=None)
@given(TEXTS, LANGUAGES)
def test_sentences_hold_all_but_blanks_and_lines_without_words(text, language):
    tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": language}]))
    text, shard, at = tokens.corpus.texts[0], tokens.shards[0], 0
    edges = tokens.sentences_of(0).tolist()
    words = set()
    for start, end in zip(shard.starts.tolist(), shard.ends.tolist(), strict=True):
        words |= set(range(start, end))
    for start, end in [*edges, [len(text), len(text)]]:
        lost = [i for i in range(at, start) if not text[i].isspace()]
        for i in lost:  # their whole line has no word
            low = text.rfind("\n", 0, i) + 1
            high = text.find("\n", i) if "\n" in text[i:] else len(text)
            assert not words & set(range(low, high)), (text, edges)
        assert text[start:end] == text[start:end].strip()
        assert start < end or start == len(text)
        at = end
    firsts = shard.starts[shard.sentences].tolist()
    assert all(low <= first < high for first, (low, high) in zip(firsts, edges, strict=True))


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5), LANGUAGES)
def test_a_release_has_the_same_sentences_in_any_company(texts, language):
    together = od.tokenize(od.Corpus.from_frame({"text": texts, "language": [language] * len(texts)}))
    for row, text in enumerate(texts):
        alone = od.tokenize(od.Corpus.from_frame([{"text": text, "language": language}]))
        np.testing.assert_array_equal(together.sentences_of(row), alone.sentences_of(0))


def test_patterns_that_leave_out_words_leave_sentences_as_they_are():
    text = "It ended. A man left. Mr. B. Novak stayed. Police came."
    tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": "en"}]), r"(?u)\b\w\w+\b")
    found = [text[start:end] for start, end in tokens.sentences_of(0)]
    assert found == sentences(text) == ["It ended.", "A man left.", "Mr. B. Novak stayed.", "Police came."]


def test_evidence_is_the_sentence_of_each_hit():
    texts = ["First one. Trust is here. Last.", "No hit.", "“Trust and trust.” End."]
    tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "release": ["a", "b", "c"]}))
    hits = tokens.find("trust")
    found = tokens.evidence(hits.rows[::-1], hits.starts[::-1], hits.ends[::-1])
    assert list(found.columns) == ["release", "date", "issuer", "source", "start", "end", "sentence", "match"]
    assert found["release"].tolist() == ["c", "c", "a"]
    assert found["sentence"].tolist() == ["“Trust and trust.”", "“Trust and trust.”", "Trust is here."]
    assert found["start"].tolist() == [11, 1, 11]
