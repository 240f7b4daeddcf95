"""Layout: lines and boxes of a page, and what weighs in a box."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from octadisc.reading.metadata import Metadata

__all__ = ["HEADINGS", "Box", "Line", "Page", "weigh"]

_SENTENCE_END = re.compile(r"[.!?:;…]\s?[»«”“\"'’)\]]{0,3}\s?\d{0,2}$|[.!?…][^\w\s]{0,3}\s?\(?\d{0,2}\)?$")
_STOP = re.compile(r"[.!?;:…](?:\W|$)")  # a row of menu items has none
_DIGIT = re.compile(r"\d")
HEADINGS = {f"h{n}": n for n in range(1, 7)}


@dataclass(slots=True)
class Line:
    """A line of a page: its offsets, the element it stood in, and how much of it was linked."""

    start: int
    end: int
    text: str
    tag: str = "p"
    linked: int = 0
    furniture: bool = False
    box: int = 0
    when: str = ""  # machine-readable date of a <time> or property in this line
    mark: str = ""  # itemprop or property: headline, articleBody, …
    bold: bool = False  # all of it in bold or larger letters
    heading: int = 0  # the level of a heading, 0 for none
    label: str = ""  # what the line before says of the day in this one
    prose: bool | None = field(default=None, repr=False, compare=False)  # once it was asked for
    digits: bool | None = field(default=None, repr=False, compare=False)  # the same

    @property
    def link_share(self) -> float:
        """The share of the characters that are in links."""
        return self.linked / max(1, self.end - self.start)

    @property
    def has_digits(self) -> bool:
        """Whether there is a digit where a line's day would stand."""
        if self.digits is None:
            self.digits = _DIGIT.search(self.text, 0, 140) is not None
        return self.digits

    @property
    def is_prose(self) -> bool:
        """Whether it reads like running text and not like a heading, a menu or a label."""
        if self.prose is None:
            size = self.end - self.start
            self.prose = (
                size >= 60
                and 2 * self.linked < size
                and not self.heading
                and (_ends(self.text, size) or (size >= 250 and _STOP.search(self.text) is not None))
            )
        return self.prose


def _ends(text: str, size: int) -> bool:
    tail = text[-6:]
    return bool(_SENTENCE_END.search(tail)) or (size >= 160 and ". " in text)


@dataclass(slots=True)
class Box:
    """A box of the page: its parent, its lines from first to last (exclusive), its prose."""

    parent: int
    tag: str
    first: int
    last: int = 0
    semantic: bool = False
    furniture: bool = False  # by its element or role
    body: bool = False  # itemprop="articleBody"
    hint: bool = False
    prose: int = 0
    depth: int = 0


@dataclass(slots=True)
class Page:
    """A flattened page: its text, lines, boxes and what its metadata say."""

    text: str = ""
    lines: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    metadata: Metadata = field(default_factory=Metadata)
    pictures: list[str] = field(
        default_factory=list
    )  # alternative texts: a banner may be the only letterhead


def weigh(page: Page) -> None:
    """Mark the lines of teasers, lists of links and boxes with a telling name; sum the prose of each box."""
    lines, boxes = page.lines, page.boxes
    if not boxes:
        return
    _mark_teasers(page)
    for line in lines:
        if not line.furniture and line.is_prose:
            boxes[line.box].prose += line.end - line.start - line.linked
    for box in reversed(boxes):
        if box.parent >= 0:
            boxes[box.parent].prose += box.prose
    sizes, linked = [0], [0]  # running sums, so that nesting costs nothing
    for line in lines:
        sizes.append(sizes[-1] + line.end - line.start)
        linked.append(linked[-1] + line.linked)
    named = _named(page)
    begin = end = 0  # the lines last marked, so that nesting costs nothing here either
    for index, box in enumerate(boxes):
        if begin <= box.first and box.last <= end:
            continue
        listed = not box.prose and box.last - box.first >= 3 and box.tag != "tr"
        if listed and index not in named:
            listed = linked[box.last] - linked[box.first] > 0.7 * max(1, sizes[box.last] - sizes[box.first])
        if listed or index in named:
            begin, end = box.first, box.last
            for line in lines[begin:end]:
                line.furniture = True


def _named(page: Page) -> set[int]:
    """Give the boxes that their names call furniture; none, if that were most of the page's prose."""
    boxes = page.boxes
    whole = boxes[0].prose
    found = {index for index, box in enumerate(boxes) if box.hint and box.prose <= 0.3 * whole}
    outer: list[Box] = []
    for index in sorted(found):
        box = boxes[index]
        if not (outer and box.first >= outer[-1].first and box.last <= outer[-1].last):
            outer.append(box)
    return found if sum(box.prose for box in outer) <= 0.5 * whole else set()


def _mark_teasers(page: Page) -> None:
    """Mark boxes side by side that each begin with a linked headline: news other than this one."""
    lines, boxes = page.lines, page.boxes
    teasers: dict[int, list[Box]] = {}
    found: set[int] = set()
    for index, box in enumerate(boxes):
        if box.parent in found:
            found.add(index)
        elif (
            1 < box.last - box.first <= 5
            and lines[box.first].link_share > 0.8
            and lines[box.first].end - lines[box.first].start > 7
        ):
            found.add(index)
            teasers.setdefault(box.parent, []).append(box)
    prose = sum(line.end - line.start for line in lines if line.is_prose)
    rows = [box for some in teasers.values() if len(some) > 1 for box in some]
    inside = [line for box in rows for line in lines[box.first : box.last]]
    if sum(line.end - line.start for line in inside if line.is_prose) <= 0.7 * prose:
        for line in inside:
            line.furniture = True
