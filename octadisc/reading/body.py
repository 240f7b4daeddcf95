"""Body: which box of an HTML page holds the release, and what its headline is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from octadisc.reading.issuers import names_institution
from octadisc.reading.layout import Box, Line, Page
from octadisc.reading.lines import Decision, decide
from octadisc.reading.metadata import split_title
from octadisc.reading.shapes import furniture_label, same_title
from octadisc.reading.words import page_words, squeeze

_TOLD = 20  # titles that a page tells, and parts of its title bar, that are looked at
_LONG = 1000  # characters of a title
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")

__all__ = ["find_box", "find_headline", "read_page"]


def read_page(page: Page) -> Decision:
    """Decide the lines of a flattened HTML page."""
    box = find_box(page)
    title = find_headline(page, box)
    outside = _outside(page, box, title)
    lines = page.lines
    places = _places(lines)
    decision = decide(
        [lines[i] for i in places], title=title, outside=[outside[i] for i in places], numbers=places
    )
    labels = [""] * len(lines)
    for i, label in zip(places, decision.labels, strict=True):
        labels[i] = label
    decision.labels = [label or furniture_label(lines[i].text) for i, label in enumerate(labels)]
    return decision


def _places(lines: Sequence[Line]) -> list[int]:
    """Give the lines that must be decided: of a menu the first, and those with days or headings."""
    kept: list[int] = []
    before = False
    for i, line in enumerate(lines):
        if not (before and line.furniture) or line.heading:
            kept.append(i)
        elif line.has_digits:
            if kept[-1] != i - 1:
                kept.append(i - 1)  # may be its label
            kept.append(i)
        before = line.furniture
    return kept


def find_box(page: Page) -> int:
    """Give the index of the innermost box that holds most of the running prose.

    From the outermost box inward, as long as one box inside holds more than seven tenths of the prose; an
    article or a main element needs half as much, for the name was given by whoever made the page.
    """
    boxes = page.boxes
    inside: dict[int, list[int]] = {}
    for index, box in enumerate(boxes):
        if box.prose:
            inside.setdefault(box.parent, []).append(index)
    current = 0
    while inside.get(current):
        best = max(
            inside[current], key=lambda one: (boxes[one].prose * (2 if _is_marked(boxes[one]) else 1), -one)
        )
        share = boxes[best].prose / max(1, boxes[current].prose)
        if share < (0.4 if boxes[best].body else 0.5 if boxes[best].semantic else 0.7):
            break
        if boxes[best].tag == "li" or (boxes[best].tag == "blockquote" and share < 0.9):
            break
        current = best
    return current


def _is_marked(box: Box) -> bool:
    return box.semantic or box.body


def _ancestors(boxes: Sequence[Box], index: int) -> list[int]:
    found = [index]
    while boxes[index].parent >= 0:
        index = boxes[index].parent
        found.append(index)
    return found


def find_headline(page: Page, box: int) -> str:
    """Find the headline: a heading that the metadata confirm, else the likeliest heading, else theirs."""
    titles = sorted(page.metadata.titles, key=lambda one: one[0])[:_TOLD]
    told = [_UNSEEN.sub("", value[:_LONG]) for _, value in titles]
    whole = page.metadata.page_title
    parts = split_title(whole)[:_TOLD]
    first = page.boxes[box].first if page.boxes else 0
    begin = next(
        (i for i in range(first, len(page.lines)) if page.lines[i].is_prose and not page.lines[i].furniture),
        first,
    )
    names = _site_names(page, first)
    headings = [
        (i, line) for i, line in enumerate(page.lines)
        if 4 <= len(line.text) <= 400 and (line.heading or line.mark in ("headline", "name"))
        and squeeze(line.text) not in names
    ]  # fmt: skip
    best, title = 0.0, ""
    for i, line in headings:
        score = _score_heading(i, line, told, parts, whole, begin)
        if score > best:
            best, title = score, line.text
    if best >= 3:
        return _tidy(title)
    for candidate in [*told, *parts]:  # no heading: a bold line that metadata name
        for line in page.lines[: begin + 1] if squeeze(candidate) not in names else ():
            if (
                len(candidate) > 12
                and not line.furniture
                and line.link_share < 0.8
                and same_title(line.text, candidate)
            ):
                return _tidy(line.text)
    if best >= 2:
        return _tidy(title)
    told = [one for one in told if squeeze(one) not in names]
    return _tidy(_without_site(told[0], parts)) if told else ""


def _tidy(title: str) -> str:
    """Set white space to single blanks, and leave out signs that no reader sees."""
    return " ".join(_UNSEEN.sub("", title).split())


def _site_names(page: Page, first: int) -> frozenset[str]:
    """Give the squeezed names of the site: its own word for itself, its logo's, what its title bar adds.

    The whole title bar is such a name if a line says the same that stands before the release's box, and
    either the logo says it too or it is that of an office and lines of the box may be a headline.
    """
    metadata = page.metadata
    names = {squeeze(one) for _, one in metadata.issuers}
    parts = split_title(metadata.page_title)
    names.update(squeeze(one) for one in parts[1:] if len(one.split()) <= 6)
    if parts and all(_is_section(one) for one in parts[1:]) and names_institution(parts[0]):
        above = [i for i, line in enumerate(page.lines[:first]) if squeeze(line.text) == squeeze(parts[0])]
        if above and _has_headline(page.lines, above[-1] + 1):
            names.add(squeeze(parts[0]))
    logos = {squeeze(one) for one in page.pictures[:2]}
    whole = squeeze(metadata.page_title)
    lines = page.lines
    places = [i for i, line in enumerate(lines[:first]) if squeeze(line.text) == whole]
    office = places and names_institution(metadata.page_title)
    if (office or (whole in logos and (places or len(parts) == 1))) and _has_headline(lines, first):
        names.add(whole)
    for line in lines[:first]:
        if (squeeze(line.text) in logos and names_institution(line.text)) or (
            len(line.text.split()) <= 8 and names_institution(line.text) and _is_called(line.text, page)
        ):
            names.add(squeeze(line.text))
    return frozenset(names)


def _is_section(name: str) -> bool:
    return squeeze(name) in page_words("release") or squeeze(name) in page_words("furniture")


def _has_headline(lines: Sequence[Line], first: int) -> bool:
    """Whether a line of the box before its prose may be a headline."""
    for line in lines[first:]:
        if line.is_prose:
            return False
        if len(line.text.split()) > 2 and line.link_share < 0.8 and not line.furniture:
            return True
    return False


def _is_called(text: str, page: Page) -> bool:
    """Whether the page's end calls by this name whoever holds the rights."""
    return any(text in line.text for line in page.lines[-12:] if line.text[:60].count("©"))


def _without_site(title: str, parts: Sequence[str]) -> str:
    """Take a site's name off the end of a headline, where the title bar shows it is one."""
    pieces = split_title(title)
    if (
        len(pieces) > 1
        and len(pieces[0]) >= len(pieces[-1])
        and len(pieces[-1].split()) <= 6
        and pieces[-1] in parts[1:]
    ):
        return title[: title.rfind(pieces[-1])].rstrip(" |»«:·•–—-/<>")
    return title


def _score_heading(
    i: int, line: Line, told: Sequence[str], parts: Sequence[str], whole: str, begin: int
) -> float:
    text = line.text
    if squeeze(text) in page_words("furniture") or squeeze(text) in page_words("release"):
        return 0
    score = 0.0
    words = len(text.split())
    if any(same_title(text, one) for one in told):
        score += 5
    elif any(_begins(one, text) for one in told):
        score += 4
    if parts and same_title(text, parts[0]):
        score += 4 if words > 2 else 2
    elif len(text) > 12 and _begins(whole, text):
        score += 4
    elif any(same_title(text, one) for one in parts[1:]):
        score += 3 if words > 4 else -2
    score += {1: 2.0, 2: 1.4, 3: 1.0, 4: 0.6, 5: 0.4, 6: 0.2}.get(line.heading, 2.0)
    score += min(words, 8) / 8
    score -= 3 * line.furniture + 5 * (line.link_share > 0.8) + 2 * (i > begin)
    return score + 2 / (1 + abs(begin - i))


def _begins(whole: str, text: str) -> bool:
    one, two = squeeze(whole), squeeze(text)
    return len(two) > 12 and (
        one.startswith(two)
        or (one.endswith(("...", "…")) and two.startswith(one.rstrip(".… ")))
        or one.endswith(two)
    )


def _around(boxes: Sequence[Box], family: Sequence[int]) -> Box:
    """Give the outermost box that holds hardly more prose than the innermost of a family."""
    around = boxes[family[0]]
    for index in family[1:]:
        if boxes[index].prose > 1.2 * boxes[family[0]].prose:
            break
        around = boxes[index]
    return around


def _reach_up(lines: Sequence[Line], least: int, first: int, most: int = 8) -> int:
    """Give the line above a box from which on a headline may stand; no menu lies between."""
    place, linked = first, 0
    while place > least and most:
        line = lines[place - 1]
        linked = linked + 1 if line.furniture or line.link_share > 0.8 else 0
        if linked >= 3:
            break
        place -= 1
        most -= not line.furniture
        first = first if linked else place
    return first


def _outside(page: Page, box: int, title: str) -> list[bool]:
    """Mark the lines that are neither in the box, nor between headline and box, nor its continuation."""
    lines, boxes = page.lines, page.boxes
    if not boxes:
        return [False] * len(lines)
    chosen = boxes[box]
    family = _ancestors(boxes, box)
    article = next((boxes[one] for one in family if boxes[one].tag == "article"), None)
    outer = article or _around(boxes, family)
    after = article or boxes[family[min(1, len(family) - 1)]]
    longest = 2 * len(title) + 20
    same = [
        i for i, line in enumerate(lines[: chosen.last])
        if title and len(line.text) < longest and same_title(line.text, title)
    ]  # fmt: skip
    top = same[-1] if same else -1
    first = top + 1 if same else _reach_up(lines, outer.first, chosen.first)
    marks = []
    for i, line in enumerate(lines):
        inside = chosen.first <= i < chosen.last
        if first <= i < chosen.first:
            inside = not line.furniture
        elif chosen.last <= i < after.last:
            inside = not line.furniture and line.link_share < 0.3
        marks.append(not inside and i != top)
    return marks
