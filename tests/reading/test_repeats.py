"""What repeats at the edges of a site's pages is furniture; what repeats inside a text, or seldom, is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from octadisc.corpus import Corpus

Load = Callable[..., Corpus]
STORIES = [
    f"The police services of the region seized {n} parcels of cigarettes at the crossing of Bor this morning."
    for n in range(12, 24)
]


def pages(n: int, top: str = "", end: str = "", middle: str = "") -> dict[str, str]:
    return {
        f"site/{i}.txt": f"{top}Seizure number {i} at the border crossing\n\nVienna, {i + 1} March 2008\n\n"
        f"{story}{middle} They also found {i + 40} boxes in a lorry from the port, the office said.{end}"
        for i, story in enumerate(STORIES[:n])
    }


def test_a_line_of_the_site_is_taken_off(load: Load) -> None:
    corpus = load(pages(8, end="\n\nVisit our gallery of the month\n\nOrder of the Silver Lime Tree"))
    assert not any("gallery" in text or "Lime Tree" in text for text in corpus.texts)
    label = {label for spans in corpus.frame["spans"] for _, _, label in spans}
    assert "furniture" in label
    for page, spans, text in corpus.frame[["page", "spans", "text"]].itertuples(index=False):
        kept, position = "", 0
        for start, end, _ in spans:
            kept, position = kept + page[position:start], end
        assert kept + page[position:] == text


def test_a_page_alone_shows_no_repeats(load: Load) -> None:
    corpus = load(pages(1, end="\n\nVisit our gallery of the month"))
    assert "gallery" in corpus.texts[0]


def test_a_sentence_that_ends_some_releases_stays(load: Load) -> None:
    """Such as the one that charges are merely allegations: it is the release's own."""
    some, others = (
        pages(12),
        pages(12, end="\n\nAn indictment is merely an allegation, the office recalled on Friday."),
    )
    corpus = load({name: (others if i % 2 else some)[name] for i, name in enumerate(some)})
    assert sum("allegation" in text for text in corpus.texts) == 6


def test_what_repeats_inside_a_text_stays(load: Load) -> None:
    corpus = load(pages(10, middle=" Trust each other, the officers said."))
    assert all("Trust each other" in text for text in corpus.texts)


def test_a_headline_that_all_pages_share_is_the_site(load: Load) -> None:
    corpus = load(pages(8, top="Police Directorate of the River Towns\n\n"))
    assert corpus.frame["title"].tolist() == [f"Seizure number {i} at the border crossing" for i in range(8)]


@pytest.mark.parametrize("n", [3, 12])
def test_copies_of_one_release_are_no_site(load: Load, n: int) -> None:
    story = next(iter(pages(1, end="\n\nVisit our gallery of the month").values()))
    corpus = load({f"site/{i}.txt": story for i in range(n)})
    assert all("gallery" in text for text in corpus.texts)


def test_sentences_and_forms_of_address_stay(load: Load) -> None:
    spoken = {
        name: text.replace("2008\n\n", "2008\n\nLadies and gentlemen,\n\n") + "\n\nNo officers were hurt."
        for name, text in pages(6).items()
    }
    corpus = load(spoken)
    assert all("Ladies and gentlemen," in text and "No officers were hurt." in text for text in corpus.texts)


def test_what_was_taken_off_is_an_issue(load: Load) -> None:
    corpus = load(pages(8, end="\n\nVisit our gallery of the month"))
    row = corpus.issues[corpus.issues["what"] == "lines that repeat on a site's pages"].iloc[0]
    assert row["source"] == "site"
    assert "Visit our gallery of the month (8)" in row["found"]
