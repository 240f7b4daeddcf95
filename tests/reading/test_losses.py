"""What looks like furniture, a menu or a day of issue, but is the release's own: it must stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from octadisc.corpus import Corpus

Load = Callable[..., Corpus]
ONE = "The ministers of eight states met in the town on the river and agreed on joint teams for the border."
TWO = (
    "The teams will begin their work in the autumn, said the chairman of the meeting after the last session."
)


def text_of(load: Load, *paragraphs: str, name: str = "a.txt") -> str:
    head = "Ministers agree on joint teams\n\nVienna, 28 March 2008\n\n"
    return load({name: head + "\n\n".join(paragraphs)}).texts[0]


@pytest.mark.parametrize(
    "line",
    [
        "Istanbul – Sofia – Niš – Belgrade – Vienna",
        "Bosnia | Croatia | Serbia | Slovenia",
        "Ivan Novak • Petar Babić • Ana Kos • John Smith",
        "Country\tHeroin\tCocaine\tCannabis",
        "Bosnia\tnone\tsome\tmuch",
        "[1] See the Brdo declaration [2] of 2010, on joint teams",
        "The two men (photo: left) are wanted",
        "Kosovo → Serbia → Hungary",
        "Print shops searched in three towns",
        "All rights of victims must be respected.",
        "– We trust each other, said the chairman.",
        "- Services",
    ],
)
def test_between_paragraphs(load: Load, line: str) -> None:
    assert line in text_of(load, ONE, line, TWO)


@pytest.mark.parametrize(
    "lines",
    [
        ["The following was seized:", "Rifles: 12", "Pistols: 30", "Arrested: 7"],
        ["Zur Lage in Bosnien", TWO],
        ["About the operation", TWO],
        ["O Balkanu in trgovini z ljudmi", TWO],
        ["--", f"The process began in 2010. {TWO}"],
        ["Comments", TWO, ONE],
    ],
)
def test_at_the_end(load: Load, lines: list[str]) -> None:
    text = text_of(load, ONE, *lines)
    for line in lines:
        assert line in text or line in ("--", "Comments")


def test_a_list_of_towns_is_no_header(load: Load) -> None:
    """A header ends at the first label that is not known and has a sentence behind it."""
    corpus = load(
        {"a.txt": f"Title: Police met\nDate: 2008-03-28\nSarajevo: {ONE}\nBelgrade: {TWO}\n\nThey left."}
    )
    assert ONE in corpus.texts[0]
    assert TWO in corpus.texts[0]
    assert corpus.frame.loc[0, "title"] == "Police met"


def test_a_bullet_is_no_headline(load: Load) -> None:
    lines = [
        "Police met in Vienna",
        "They agreed on three things",
        "- a register of stolen vehicles",
        "- patrols",
        ONE,
    ]
    corpus = load({"a.txt": "\n\n".join(lines)}, dates={"a.txt": "2008-03-28"})
    assert corpus.frame.loc[0, "title"] == "They agreed on three things"
    assert "- a register of stolen vehicles" in corpus.texts[0]


def test_terms_before_the_prose_stay(load: Load) -> None:
    rows = "<dl><dt>Who</dt><dd>The ministers of eight states</dd><dt>What</dt><dd>Joint teams</dd></dl>"
    corpus = load(
        {"a.html": f"<h1>Agreed</h1><p>Vienna, 28 March 2008</p>{rows}<p>{ONE}</p><label>{TWO}</label>"}
    )
    assert "The ministers of eight states" in corpus.texts[0]
    assert TWO in corpus.texts[0]


def test_a_release_captured_on_its_day_keeps_it(load: Load) -> None:
    wombat = '<script>__wm.wombat("http://mi.example/a.htm","20080328120000","","web","","")</script>'
    page = f"<h1>Ministers agree</h1><p>Vienna, 28 March 2008</p><p>{ONE}</p><p>{TWO}</p>"
    side = "<div class=sidebar><p>Published: 20 March 2008</p></div>"
    corpus = load({"a.html": f"<html><head>{wombat}</head><body>{page}{side}</body></html>"})
    assert str(corpus.frame.loc[0, "date"].date()) == "2008-03-28"


def test_a_day_that_the_text_speaks_of_is_not_its_own(load: Load) -> None:
    page = f"<h1>Ministers agree</h1><p>{ONE}</p><p>The conference of 15 May 1999 was the first. {TWO}</p>"
    corpus = load({"a.html": page, "b.txt": f"Title\n\nVienna, 28 March 2008\n\n{ONE}"})
    assert corpus.frame.set_index("release")["date"].isna()["a.html"]


def test_a_dateline_with_a_place_goes_before_a_remembered_day(load: Load) -> None:
    lines = [
        "The day that changed us",
        f"11 September 2001 – That day changed us. {ONE}",
        TWO,
        "Vienna, 11 September 2008",
    ]
    corpus = load({"a.txt": "\n\n".join(lines)})
    assert str(corpus.frame.loc[0, "date"].date()) == "2008-09-11"


def test_a_strange_number_in_a_column_of_days_is_an_issue(load: Load) -> None:
    corpus = load({"a.csv": "text,date\nabc def,1²34567890\nghi jkl,2008-03-28\n"})
    assert corpus.frame["date"].isna().tolist() == [True, False]
