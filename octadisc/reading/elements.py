"""Elements: what a start tag says of itself, decided once for each different tag.

The pages of a site have most of their tags in common, so each is looked at once and then remembered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

__all__ = ["VOID", "Element", "Elements", "read_element"]

_SKIP = frozenset(
    "script style template svg math iframe object applet canvas audio video map select option textarea "
    "button noscript noframes noembed datalist xmp plaintext title frameset".split()
)
VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track "
    "wbr".split()
)
_BLOCK = frozenset(
    "p div section article main header footer nav aside h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead "
    "tbody tfoot tr td th caption blockquote pre figure figcaption address form fieldset legend center hr "
    "details summary body html dialog hgroup search dir menu label layer ilayer".split()
)
_BOX = frozenset(
    "div section article main header footer nav aside ul ol dl table tbody tr td th blockquote figure form "
    "fieldset center details body dialog li dd layer ilayer search dir menu".split()
)
_TIGHT = frozenset("li td th tr dt dd option caption br label".split())  # no empty line stands before these
_BOLD = frozenset(("b", "strong", "big", "font"))
_LARGE = frozenset(("4", "5", "6", "7", "+1", "+2", "+3", "+4"))  # sizes of a font that headlines had
_PLAIN = frozenset(
    "span em i u small sup sub img abbr cite code q s strike del ins mark kbd samp tt var wbr bdo bdi "
    "acronym col colgroup time o:p input".split()
)  # what makes no line, box, link or bold letters
_TELLING = frozenset(("meta", "title", "link", "html", "script"))
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "dialog", "search", "menu"))
_FURNITURE_ROLES = frozenset(
    "navigation contentinfo search complementary dialog alert alertdialog menu menubar toolbar banner".split()
)
_MENU_HINT = re.compile(
    r"(?<![a-z])(?:nav|navs|navi|navbar|navigation|menus?|submenu|breadcrumbs?|crumbs|pathway|sidebar|footer|"
    r"cookies?|consent|gdpr|pagination|pager|topbar|izbornik|meni|podnozje|kolacici|subsol|meniu)(?![a-z])",
    re.I,
)
_HINT = re.compile(
    r"(?<![a-z])(?:foot|share|sharing|social|addthis|addtoany|related|comments?|skip|"
    r"search|toolbar|print|printer|subscribe|newsletter|tags|popup|modal|banner|advert|ads|promo|teasers|carousel|"
    r"slider|masthead|login|languages?|lang|sitemap|copyright|disclaimer|accessibility|tools?|attachments?|"
    r"headlines|latest|recommended|(?<!-)widget|counter|mehr|siehe|noga)(?![a-z])",
    re.I,
)
_BODY_HINT = re.compile(
    r"(?<![a-z])(?:body|text|content|article|story|main|entry|post|release)(?![a-z])", re.I
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_ATTRIBUTE = re.compile(r'([^\s=]+)(?:="([^"]*)")?')
_LONG = 600  # characters of a tag beyond which it is not kept
_MANY = 20_000  # tags from which on those kept are forgotten


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag: its name, its attributes, and what it means for the text in it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    void: bool = False  # has no end
    skip: bool = False  # its text is not shown
    hidden: bool = False
    telling: bool = False  # of the page's head
    speaking: bool = False  # has a property or a machine-readable date
    plain: bool = False
    block: bool = False
    tight: bool = False
    link: bool = False
    bold: bool = False
    box: bool = False
    semantic: bool = False  # of a box: it is an article or the main part
    furniture: bool = False  # of a box: its element or role is that of menus and footers
    body: bool = False  # of a box: it says that it is the text
    hint: bool = False  # of a box: its class or id calls it a menu, a footer and the like


_SIMPLE_LINK = Element("a", {"href": ""}, link=True)


def read_element(tag: str) -> Element:
    """Read what stands between < and > of a start tag, as a parser wrote it.

    Examples
    --------
    >>> element = read_element('div class="main-menu" style="display:none"')
    >>> element.name, element.box, element.hint, element.hidden
    ('div', True, True, True)
    """
    name, _, rest = tag.partition(" ")
    attributes = {
        match[1]: unescape(match[2]) if match[2] and "&" in match[2] else match[2] or ""
        for match in (_ATTRIBUTE.finditer(rest) if rest else ())
    }
    get = attributes.get
    speaking = any(one in attributes for one in ("property", "itemprop", "datetime"))
    meta = name in ("meta", "link")
    box = name in _BOX
    role = get("role", "").lower()
    semantic = box and (name in ("article", "main") or role in ("main", "article"))
    names = f"{get('class', '')} {get('id', '')}"[:300]
    return Element(
        name,
        attributes,
        void=name in VOID,
        skip=name in _SKIP,
        hidden=not meta and _is_hidden(attributes),
        telling=name in _TELLING,
        speaking=speaking and not meta,
        plain=name in _PLAIN and not speaking,
        block=name in _BLOCK,
        tight=name in _TIGHT,
        link=name == "a" and "href" in attributes,
        bold=name in _BOLD and (name != "font" or get("size", "").strip() in _LARGE),
        box=box,
        semantic=semantic,
        furniture=box and (get("id", "").startswith("wm-") or (not semantic and _is_furniture(name, role))),
        body=box and (get("itemprop") == "articleBody" or "content:encoded" in get("property", "")),
        hint=box and name != "body" and _names_furniture(names),
    )


def _is_furniture(name: str, role: str) -> bool:
    return name in _FURNITURE_TAGS or role in _FURNITURE_ROLES


def _names_furniture(names: str) -> bool:
    """Whether an element's class and id call it a menu, a footer and the like."""
    if len(names) < 2:
        return False
    return bool(_MENU_HINT.search(names) or (_HINT.search(names) and not _BODY_HINT.search(names)))


def _is_hidden(attributes: dict[str, str]) -> bool:
    if "hidden" in attributes:
        return attributes["hidden"] != "until-found"
    style = attributes.get("style")
    return bool(style and _HIDDEN.search(style))


class Elements(dict[str, Element]):
    """Elements by their tags, each read when it is first asked for.

    Examples
    --------
    >>> Elements()["nav"].furniture
    True
    """

    def __missing__(self, tag: str) -> Element:
        if tag[:2] == "a " and "style=" not in tag and "prop" not in tag and "hidden" not in tag:
            return _SIMPLE_LINK if ' href="' in tag else self["a"]  # each has an address of its own
        element = read_element(tag)
        if len(tag) < _LONG:
            if len(self) >= _MANY:
                self.clear()
            self[tag] = element
        return element
