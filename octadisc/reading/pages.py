"""Pages: HTML flattened to lines of text, each with the place in the page that it came from.

Nothing is decided by the names of one site. A page is a tree of boxes (div, td, article, …); a box's weight
is the running prose under it outside links; what is a menu, a footer or a list of other news shows in its
element, its role, the share of its text that is linked, or a general word in its class.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lxml import etree

from octadisc.reading.layout import Box, Line, Page, weigh
from octadisc.reading.metadata import Metadata, read_property, read_tag

__all__ = ["flatten"]

_SKIP = frozenset(
    "script style template svg math iframe object applet canvas audio video map select option textarea "
    "button noscript noframes input datalist".split()
)
_BLOCK = frozenset(
    "p div section article main header footer nav aside h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead "
    "tbody tfoot tr td th caption blockquote pre figure figcaption address form fieldset legend center hr "
    "details summary body html "
    "dialog hgroup search dir menu label".split()
)
_BOX = frozenset(
    "div section article main header footer nav aside ul ol dl table tbody tr td th blockquote figure form "
    "fieldset center details body dialog li dd layer ilayer search dir menu".split()
)
_TIGHT = frozenset("li td th tr dt dd option caption br label".split())
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "dialog", "search", "menu"))
_FURNITURE_ROLES = frozenset(
    "navigation contentinfo search complementary dialog alert alertdialog menu menubar toolbar banner".split()
)
_BOLD = frozenset(("b", "strong", "big", "font"))
_PLAIN = frozenset(
    "span em i u small sup sub img abbr cite code q s strike del ins mark kbd samp tt var wbr bdo bdi "
    "acronym col colgroup time o:p".split()
)  # what makes no line, box, link or bold letters
_TELLING = frozenset(("meta", "title", "link", "base", "html"))
_SILENT = frozenset(("title", "head", "html"))
_SPEAKING = frozenset(("property", "itemprop", "datetime"))  # attributes that matter on any element
_BLANK = " \t\r\n\f\x00"
_HINT = re.compile(
    r"(?<![a-z])(?:nav|navs|navi|navbar|navigation|menus?|submenu|breadcrumbs?|crumbs|pathway|sidebar|footer|"
    r"foot|share|sharing|social|addthis|addtoany|related|cookies?|consent|gdpr|comments?|pagination|pager|skip|"
    r"search|toolbar|print|printer|subscribe|newsletter|tags|popup|modal|banner|advert|ads|promo|teasers|carousel|"
    r"slider|masthead|topbar|login|languages?|lang|sitemap|copyright|disclaimer|accessibility|tools?|attachments?|"
    r"headlines|latest|recommended|widget|counter|mehr|siehe|izbornik|meni|podnozje|noga|kolacici|subsol|"
    r"meniu)(?![a-z])",
    re.I,
)
_BODY_HINT = re.compile(
    r"(?<![a-z])(?:body|text|content|article|story|main|entry|post|release)(?![a-z])", re.I
)
_SPACES = re.compile(r"[ \t\r\n\f\x00]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


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
    root, broken = _parse(source)
    walker = _Walker()
    if root is not None:
        walker.walk(root)
    page = Page("".join(walker.pieces), walker.lines, walker.boxes, walker.metadata, walker.pictures, broken)
    weigh(page)
    return page


def _parse(source: str) -> tuple[Any, bool]:
    """Parse a page; give its root and whether the parser gave up on the way, at a depth of 2,048."""
    source = _DECLARATION.sub("", source, count=1)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(source.replace("\x00", " ").encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None, True
    return root, any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)


class _Walker:
    """One pass over the tree: collects lines, boxes and metadata."""

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
        self.furniture = self.links = self.pre = self.content = self.bold = self.bolded = 0

    def walk(self, root: Any) -> None:
        stack: list[tuple[bool, bool, bool, bool] | None] = []
        skipping = 0
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag
            if event == "start":
                if skipping or not isinstance(tag, str):
                    skipping += 1
                    continue
                if tag in _TELLING or (tag == "script" and element.text):
                    read_tag(self.metadata, tag, element)
                if tag in _SKIP:
                    skipping = 1
                    continue
                attributes = dict(element.items())
                if attributes:
                    if tag == "img" and 3 < len(attributes.get("alt", "")) < 120 and len(self.pictures) < 12:
                        self.pictures.append(" ".join(attributes["alt"].split()))
                    if tag not in ("meta", "link") and _is_hidden(attributes):
                        read_property(self.metadata, element, bool(self.furniture))
                        skipping = 1
                        continue
                if tag in _PLAIN and (not attributes or _SPEAKING.isdisjoint(attributes)):
                    stack.append(None)
                else:
                    stack.append(self._enter(element, tag, attributes))
                text = element.text
                if text and tag not in _SILENT:
                    self._add(text)
            else:
                if skipping:
                    skipping -= 1
                    if skipping:
                        continue
                elif (state := stack.pop()) is not None:
                    self._leave(tag, *state)
                text = element.tail
                if text:
                    self._add(text)
        self._flush("body")

    def _enter(self, element: Any, tag: str, attributes: Mapping[str, str]) -> tuple[bool, bool, bool, bool]:
        """Open an element; give whether it made a box, furniture, content and bold letters."""
        box = furniture = content = bold = False
        if tag in _BLOCK:
            self._flush(tag)
            self.tag = tag
        elif tag == "br":
            self._flush("br")
        elif tag == "a":
            self.links += "href" in attributes
        elif tag in _BOLD and _is_bold(tag, attributes):
            bold = True
            self.bold += 1
        if tag == "pre":
            self.pre += 1
        if tag in _BOX:
            box = True
            furniture, content = self._open_box(tag, attributes)
            self.furniture += furniture
            self.content += content
        if attributes:
            when = attributes.get("datetime") if tag in ("time", "abbr", "span") else ""
            if tag not in ("meta", "link") and ("property" in attributes or "itemprop" in attributes):
                when = read_property(self.metadata, element, bool(self.furniture)) or when
                self.mark = attributes.get("itemprop") or attributes.get("property") or ""
            if when:
                self.when = when
        return box, furniture, content, bold

    def _open_box(self, tag: str, attributes: Mapping[str, str]) -> tuple[bool, bool]:
        """Open a box; give whether its element or role is that of furniture, and that of an article."""
        semantic = tag in ("article", "main")
        furniture = tag in _FURNITURE_TAGS
        body = hint = False
        if attributes:
            role = attributes.get("role", "").lower()
            semantic = semantic or role in ("main", "article")
            furniture = furniture or role in _FURNITURE_ROLES
            body = attributes.get("itemprop") == "articleBody" or "content:encoded" in attributes.get(
                "property", ""
            )
            names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
            hint = len(names) > 1 and tag != "body" and _names_furniture(names)
        furniture = (furniture and not semantic) or (tag == "header" and not self.content)
        parent = self.open[-1] if self.open else -1
        self.open.append(len(self.boxes))
        depth = len(self.open) - 1
        self.boxes.append(Box(parent, tag, len(self.lines), 0, semantic, body, hint, 0, depth))
        return furniture, semantic

    def _leave(self, tag: str, box: bool, furniture: bool, content: bool, bold: bool) -> None:
        block = tag in _BLOCK
        if block:
            self._flush(tag)
        elif tag == "a" and self.links:
            self.links -= 1
        elif bold:
            self.bold -= 1
        if tag == "pre":
            self.pre -= 1
        if box:
            self.boxes[self.open.pop()].last = len(self.lines)
            self.furniture -= furniture
            self.content -= content
        if block:
            self.tag = self.boxes[self.open[-1]].tag if self.open else "body"

    def _add(self, text: str) -> None:
        if self.pre:
            for n, piece in enumerate(re.split(r"\r\n|\n|\r", text)):
                if n:
                    self._flush("br")
                self.parts.append(piece)
            return
        if not text.strip(_BLANK):
            if self.parts and not self.parts[-1].endswith(" "):
                self.parts.append(" ")
                if self.bold:
                    self.bolded += 1
            return
        text = _SPACES.sub(" ", text)
        if self.parts and text.startswith(" ") and self.parts[-1].endswith(" "):
            text = text[1:]
        self.parts.append(text)
        if self.links:
            self.linked += len(text.strip())
        if self.bold:
            self.bolded += len(text)

    def _flush(self, tag: str) -> None:
        """End the line, if there is one, where an element of this name begins or ends."""
        if self.parts:
            text = "".join(self.parts).strip()
            if text:
                self._add_line(text)
            self.parts.clear()
            self.linked = self.bolded = 0
        if tag == "br":
            self.breaks += 1
        self.tight = self.tight and tag in _TIGHT

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
            )
        )
        self.tight, self.breaks = True, 0
        self.when = self.mark = ""


@lru_cache(maxsize=20_000)
def _names_furniture(names: str) -> bool:
    """Whether the class and id of an element call it a menu, a footer and the like."""
    return bool(_HINT.search(names[:300])) and not _BODY_HINT.search(names[:300])


def _is_bold(tag: str, attributes: Mapping[str, str]) -> bool:
    return tag != "font" or attributes.get("size", "").strip() in ("4", "5", "6", "7", "+1", "+2", "+3", "+4")


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes:
        return attributes["hidden"] != "until-found"
    style = attributes.get("style")
    return bool(style and _HIDDEN.search(style))
