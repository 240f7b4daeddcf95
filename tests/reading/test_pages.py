from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octadisc.reading.body import read_page
from octadisc.reading.lines import decide
from octadisc.reading.load import load_corpus
from octadisc.reading.pages import flatten
from octadisc.reading.paragraphs import to_lines, to_spans
from octadisc.reading.shapes import is_furniture

from .conftest import word_f1

PAGES = Path(__file__).parent / "pages"
KEY = json.loads((PAGES / "key.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("key", KEY, ids=[key["file"] for key in KEY])
def test_pages_of_many_templates(key: dict[str, str]) -> None:
    release = load_corpus(PAGES / key["file"], duplicates=False).frame.iloc[0]
    assert release["title"] == key["title"]
    assert str(release["date"].date()) == key["date"]
    assert word_f1(release["text"], key["body"]) == 1.0
    assert release["language"] == key["language"]
    if key["issuer"]:
        assert release["issuer"] == key["issuer"]


def test_text_is_the_page_without_its_spans() -> None:
    for key in KEY:
        corpus = load_corpus(PAGES / key["file"], duplicates=False)
        release = corpus.frame.iloc[0]
        kept, position = "", 0
        for start, end, _ in release["spans"]:
            assert position <= start < end
            kept, position = kept + release["page"][position:start], end
        assert kept + release["page"][position:] == release["text"]
        if key["file"].endswith(".txt"):
            assert release["page"].encode() == (PAGES / key["file"]).read_bytes()


def test_a_modification_date_in_the_metadata_does_not_win() -> None:
    corpus = load_corpus(PAGES / "wordpress.html", duplicates=False)
    evidence = corpus.dates.set_index("kind")
    assert str(evidence.loc["modified", "date"].date()) == "2019-02-11"
    assert not evidence.loc["modified", "chosen"]
    assert corpus.dates["chosen"].sum() == 1


def test_a_dateline_beats_the_day_a_page_was_moved() -> None:
    """lead_and_body.html has <meta name=date> 2018-01-01, and says Vienna, 11 February 2015."""
    corpus = load_corpus(PAGES / "lead_and_body.html", duplicates=False)
    assert corpus.dates.loc[corpus.dates["chosen"], "kind"].tolist() == ["dateline"]


def test_boilerplate_notes_and_contacts_have_their_labels() -> None:
    release = load_corpus(PAGES / "letterhead.txt", duplicates=False).frame.iloc[0]
    parts = {label: release["page"][start:end].strip() for start, end, label in release["spans"]}
    assert parts["dateline"] == "Vienna, 11 February 2015"
    assert parts["title"] == "Five countries dismantle cigarette network"
    assert parts["notes"] == "Notes to editors\nThe operation was called Heron."
    assert parts["contact"] == "Contact: Press Office, tel. +43 1 0000"


def test_entities_scripts_and_hidden_parts() -> None:
    page = flatten(
        "<script>x</script><p hidden>no</p><p style='display: none'>no</p><p>a &amp; b&#8217;s</p>"
    )
    assert page.text == "a & b’s"


def test_preformatted_text_keeps_its_lines() -> None:
    assert flatten("<pre>one\n  two</pre>").text == "one\ntwo"


@pytest.mark.parametrize(
    "text",
    [
        "Accessibility     . Print     .",
        "Home | News | Contact",
        "Natisni",
        "© 2016 Ministry",
        "На врх",
        "PRESS RELEASE",
    ],
)
def test_furniture(text: str) -> None:
    assert is_furniture(text)


@pytest.mark.parametrize(
    "text", ["Police met in Vienna.", "Print shops searched in three towns", "Minister visits academy"]
)
def test_no_furniture(text: str) -> None:
    assert not is_furniture(text)


def test_a_wrapped_paragraph_is_one_line_and_a_menu_is_not() -> None:
    prose = [
        "The police services of five countries have dismantled a",
        "network that was active for years and had many helpers",
        "in the ports of the region, as was said today in a note",
        "by the ministry for the press and its readers.",
    ]
    text = "\n".join(["Home", "News", "", *prose, ""])
    lines = to_lines(text)
    assert [line.text.split()[0] for line in lines] == ["Home", "News", "The"]
    assert text[lines[2].start : lines[2].end].endswith("readers.")


def test_a_text_of_prose_alone_stays_whole() -> None:
    first = "The ministers met in Vienna on Friday and agreed on a plan."
    text = f"{first}\n\nThey will meet again in the autumn of this year."
    lines = to_lines(text)
    assert decide(lines).labels == ["body", "body"]
    assert to_spans(lines, ["body", "body"], len(text)) == []


@given(
    st.lists(
        st.sampled_from(
            [
                "Home",
                "Print",
                "Police met in Vienna and agreed on a plan that covers the whole border.",
                "28.03.2008",
                "Contact: Press Office",
                "A headline of some words",
                "",
                "ENDS",
            ]
        ),
        max_size=12,
    )
)
def test_spans_are_in_order_and_inside(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    cut = to_lines(text)
    position = 0
    for start, end, _ in to_spans(cut, decide(cut).labels, len(text)):
        assert position <= start < end <= len(text)
        position = end


@given(st.text(alphabet="<>/abp \n=\"'!-&;div", max_size=300))
def test_no_html_breaks_the_reader(source: str) -> None:
    page = flatten(source)
    decision = read_page(page)
    assert len(decision.labels) == len(page.lines)
    assert all(page.text[line.start : line.end] == line.text for line in page.lines)
