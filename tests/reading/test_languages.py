from __future__ import annotations

import pytest

from octadisc.reading.languages import language_of, read_language, script_of

TEXTS = {
    "en": "The ministers agreed that the services would exchange data on stolen vehicles every week.",
    "de": "Die Minister einigten sich darauf, dass die Behörden jede Woche Daten über Fahrzeuge austauschen.",
    "sl": "Ministri so se dogovorili, da bodo službe vsak teden izmenjavale podatke o ukradenih vozilih.",
    "ro": "Miniștrii au convenit ca serviciile să facă schimb de date despre vehicule în fiecare săptămână.",
    "sq": "Ministrat ranë dakord që shërbimet të shkëmbejnë çdo javë të dhëna për automjetet e vjedhura.",
    "mk": "Министрите се договорија службите секоја недела да разменуваат податоци за украдени возила.",
    "bg": "Министрите се споразумяха службите всяка седмица да обменят данни за откраднати коли.",
    "el": "Οι υπουργοί συμφώνησαν οι υπηρεσίες να ανταλλάσσουν κάθε εβδομάδα στοιχεία για κλεμμένα οχήματα.",
}
HBS = [
    "Ministri su se dogovorili da službe svake sedmice razmjenjuju podatke o ukradenim vozilima.",
    "Ministri su se dogovorili da službe svakog tjedna razmjenjuju podatke o ukradenim vozilima.",
    "Министри су се договорили да службе сваке недеље размењују податке о украденим возилима.",
    "Ministri su se dogovorili da službe svake nedelje razmenjuju podatke o ukradenim vozilima.",
]


@pytest.mark.parametrize("code", TEXTS)
def test_languages(code: str) -> None:
    assert language_of(TEXTS[code]) == code


@pytest.mark.parametrize("text", HBS)
def test_bosnian_croatian_montenegrin_serbian_are_one(text: str) -> None:
    assert language_of(text) == "hbs"


def test_scripts() -> None:
    assert [script_of(text) for text in (HBS[0], HBS[2], TEXTS["el"], "2008")] == [
        "Latn",
        "Cyrl",
        "Grek",
        None,
    ]


def test_a_text_too_short_to_tell_is_what_it_declares() -> None:
    assert language_of("Europol", "sl") == "sl"
    assert language_of("", None) is None


def test_declared_languages_and_varieties() -> None:
    assert [read_language(one) for one in ("hr", "sr-Cyrl", "Slovenščina", "en-GB")] == [
        ("hbs", "hr"),
        ("hbs", "sr"),
        ("sl", None),
        ("en", None),
    ]
