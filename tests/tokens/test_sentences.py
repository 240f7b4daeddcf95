import pytest

import octadisc as od


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


def test_a_blank_line_ends_a_sentence_and_a_line_break_does_not():
    assert sentences("Headline without a stop\n\nThe police\nof two states met") == [
        "Headline without a stop",
        "The police\nof two states met",
    ]


def test_a_blank_line_in_the_middle_of_a_sentence_does_not_end_it():
    assert sentences("They spoke of people\n\nsmuggling. It ended.") == [
        "They spoke of people\n\nsmuggling.",
        "It ended.",
    ]


def test_evidence_is_the_sentence_of_each_hit():
    texts = ["First one. Trust is here. Last.", "No hit.", "“Trust and trust.” End."]
    tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "release": ["a", "b", "c"]}))
    hits = tokens.find("trust")
    found = tokens.evidence(hits.rows[::-1], hits.starts[::-1], hits.ends[::-1])
    assert list(found.columns) == ["release", "date", "issuer", "source", "start", "end", "sentence"]
    assert found["release"].tolist() == ["c", "c", "a"]
    assert found["sentence"].tolist() == ["“Trust and trust.”", "“Trust and trust.”", "Trust is here."]
    assert found["start"].tolist() == [11, 1, 11]
