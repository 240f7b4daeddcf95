"""Pages: HTML flattened to lines of text, each with the place in the page that it came from.

Nothing is decided by the names of one site. A page is a tree of boxes (div, td, article, …); a box's weight
is the running prose under it outside links; what is a menu, a footer or a list of other news shows in its
element, its role, the share of its text that is linked, or a general word in its class.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from octadisc.reading.elements import VOID, Element, Elements
from octadisc.reading.layout import HEADINGS, Box, Line, Page, weigh
from octadisc.reading.metadata import Metadata, read_property, read_tag
from octadisc.reading.parsing import split_tags

__all__ = ["flatten"]

_ELEMENTS = Elements()
_SPACES = re.compile(r"[ \t\r\n\f\x00]+")


def flatten(source: str) -> Page:
    r"""Flatten HTML to lines.

    Parameters
    ----------
    source : str
        The page, decoded.

    Returns
    -------
    Page
        `text` is the visible text: white space is set to single blanks as a browser does, elements that stand
        on their own are separated by an empty line, line breaks and list items by a newline.

    Examples
    --------
    >>> page = flatten("<nav><a href='/'>Home</a></nav><h1>Police  met</h1><p>They <b>met</b>.<br>Twice.</p>")
    >>> page.text
    'Home\n\nPolice met\n\nThey met.\nTwice.'
    >>> [(line.tag, line.furniture) for line in page.lines]
    [('nav', True), ('h1', False), ('p', False), ('p', False)]
    """
    pieces, data = split_tags(source)
    walker = _Walker()
    walker.walk(pieces, data)
    page = Page("".join(walker.pieces), walker.lines, walker.boxes, walker.metadata, walker.pictures)
    weigh(page)
    return page


class _Walker:
    """One pass over the tags: collects lines, boxes and metadata."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.size = 0
        self.lines: list[Line] = []
        self.boxes: list[Box] = []
        self.metadata = Metadata()
        self.pictures: list[str] = []
        self.parts: list[str] = []
        self.linked = 0
        self.tag, self.when, self.mark = "body", "", ""
        self.tight, self.breaks = False, 0
        self.open: list[int] = []
        self.shut = 0  # boxes inside furniture, which need no place of their own
        self.furniture = self.links = self.pre = self.content = self.bold = self.bolded = 0

    def walk(self, pieces: Sequence[str], data: Sequence[str]) -> None:
        """Walk along texts and tags in turn, where every start tag has its end."""
        stack: list[Element] = []
        parts, enter, leave, add = self.parts, self._enter, self._leave, self._add
        scripts = iter(data)
        skipping = 0
        for place in range(1, len(pieces), 2):
            tag, text = pieces[place], pieces[place + 1]
            if tag[0] == "/":
                if skipping:
                    skipping -= tag[1:] not in VOID  # these have an end inside a picture
                    if skipping:
                        continue
                elif stack and stack[-1].name == tag[1:]:  # else what a picture hid is no element
                    element = stack.pop()
                    if element.block:
                        leave(element)
                    elif element.link:
                        self.links -= 1
                    elif element.bold:
                        self.bold -= 1
            else:
                element = _ELEMENTS[tag]
                if skipping:
                    skipping += not element.void
                    continue
                if element.telling:
                    told = next(scripts, "") if element.name == "script" else text
                    read_tag(self.metadata, element.name, element.attributes, told)
                if element.hidden or element.skip:
                    if element.hidden:
                        read_property(self.metadata, element.attributes, lambda: "", bool(self.furniture))
                    skipping = not element.void
                    if skipping:
                        continue
                elif element.void:
                    self._meet(element)
                else:
                    stack.append(element)
                    if element.block:
                        enter(element)
                    elif element.link:
                        self.links += 1
                    elif element.bold:
                        self.bold += 1
                    if element.speaking:
                        self._hear(element, pieces, place)
            if text and (parts or not text.isspace()):
                add(text)
        self._flush()
        for index in self.open:
            self.boxes[index].last = len(self.lines)

    def _meet(self, element: Element) -> None:
        """Take in an element that has no end: a line break, a rule, a picture, a property."""
        name = element.name
        if element.block or name == "br":
            self._flush(element.tight)
            self.breaks += name == "br"
        elif name == "img":
            picture = element.attributes.get("alt", "")
            if 3 < len(picture) < 120 and len(self.pictures) < 12:
                self.pictures.append(" ".join(picture.split()))
        if element.speaking:
            read_property(self.metadata, element.attributes, lambda: "", bool(self.furniture))

    def _enter(self, element: Element) -> None:
        """Open an element that stands on its own."""
        if self.parts:
            self._flush()
        self.tight = self.tight and element.tight
        name = self.tag = element.name
        if name == "pre":
            self.pre += 1
        if element.box and self.furniture:
            self.shut += 1
        elif element.box:
            opened, semantic = self.open, element.semantic
            furniture = element.furniture or (name == "header" and not self.content)
            parent = opened[-1] if opened else -1
            opened.append(len(self.boxes))
            first, depth = len(self.lines), len(opened) - 1
            self.boxes.append(
                Box(parent, name, first, 0, semantic, furniture, element.body, element.hint, 0, depth)
            )
            self.furniture += furniture
            self.content += semantic

    def _leave(self, element: Element) -> None:
        """Close an element that stands on its own."""
        if self.parts:
            self._flush()
        self.tight = self.tight and element.tight
        if element.name == "pre":
            self.pre -= 1
        if element.box and self.shut:
            self.shut -= 1
        elif element.box:
            box = self.boxes[self.open.pop()]
            box.last = len(self.lines)
            self.furniture -= box.furniture
            self.content -= element.semantic
        self.tag = self.boxes[self.open[-1]].tag if self.open else "body"

    def _hear(self, element: Element, pieces: Sequence[str], place: int) -> None:
        """Take in an element's property or machine-readable date."""
        attributes = element.attributes
        when = attributes.get("datetime", "") if element.name in ("time", "abbr", "span") else ""
        if "property" in attributes or "itemprop" in attributes:
            inside = read_property(
                self.metadata, attributes, lambda: _text_from(pieces, place), bool(self.furniture)
            )
            when = inside or when
            self.mark = attributes.get("itemprop") or attributes.get("property") or ""
        if when:
            self.when = when

    def _add(self, text: str) -> None:
        if "&" in text:
            text = unescape(text)
        if self.pre:
            for n, piece in enumerate(re.split(r"\r\n|\n|\r", text)):
                if n:
                    self._flush()
                    self.breaks += 1
                if piece:
                    self.parts.append(piece)
            return
        text = _SPACES.sub(" ", text)
        parts = self.parts
        if text[0] == " " and parts and parts[-1][-1] == " ":
            if len(text) == 1:
                return
            text = text[1:]
        parts.append(text)
        if self.links:
            self.linked += len(text.strip())
        if self.bold:
            self.bolded += len(text)

    def _flush(self, tight: bool = True) -> None:
        """End the line, if there is one; `tight` is whether what ends it asks for no empty line."""
        if self.parts:
            text = "".join(self.parts).strip()
            if text:
                self._add_line(text)
            self.parts.clear()
            self.linked = self.bolded = 0
        self.tight = self.tight and tight

    def _add_line(self, text: str) -> None:
        if self.lines:
            gap = "\n" if self.tight and self.breaks < 2 else "\n\n"
            self.pieces.append(gap)
            self.size += len(gap)
        start = self.size
        self.pieces.append(text)
        self.size += len(text)
        linked = min(self.linked, len(text))
        box = self.open[-1] if self.open else 0
        bold = self.bolded >= 0.9 * len(text)
        self.lines.append(
            Line(
                start,
                self.size,
                text,
                self.tag,
                linked,
                bool(self.furniture),
                box,
                self.when,
                self.mark,
                bold,
                HEADINGS.get(self.tag, 0),
            )
        )
        self.tight, self.breaks = True, 0
        self.when = self.mark = ""


def _text_from(pieces: Sequence[str], place: int) -> str:
    """Give the first words inside the element whose start tag stands at a place."""
    found, depth = [pieces[place + 1]], 1
    for next_place in range(place + 2, min(place + 60, len(pieces) - 1), 2):
        tag = pieces[next_place]
        depth += -1 if tag[0] == "/" else not _ELEMENTS[tag].void
        if not depth:
            break
        found.append(pieces[next_place + 1])
    return unescape("".join(found))
