"""Metadata: what a page's head, properties and JSON-LD say of its title, day, issuer and language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

_CAPTURE = re.compile(r"/web/(\d{14})(?:[a-z]{2}_)?/(https?:/{1,2}[^\s\"'<>\\]{4,300})")
_WOMBAT = re.compile(r"__wm\.wombat\(\"(https?://[^\"]{4,300})\",\"(\d{14})\"")

__all__ = ["Metadata", "read_capture", "read_property", "read_tag", "split_title"]

_PUBLISHED = frozenset(
    "article:published_time article:published og:article:published_time og:published_time og:pubdate "
    "datepublished date.published dc.date dc:date dc.date.issued dc.date.created dc.created dc.issued "
    "dc:created dc:issued dcterms.date dcterms.issued dcterms.created dcterms.available dcterms:issued "
    "dcterms:created dcterms:date date pubdate pubyear publishdate publish-date publish_date "
    "publication_date publicationdate published published_date date_published parsely-pub-date "
    "sailthru.date citation_publication_date citation_date article.published article_date_original "
    "originalpublicationdate release_date releasedate displaydate ptime "
    "dc.date.available dc.date.published created datecreated schema:datepublished schema:datecreated".split()
)
_MODIFIED = frozenset(
    "article:modified_time article:modified og:updated_time og:modified_time dc.date.modified dc.modified "
    "dc:modified dcterms.modified dcterms:modified datemodified date.modified last-modified lastmod "
    "last_modified lastmodified "
    "modified revised updated updated_time schema:datemodified date-revision".split()
)
_TITLES = {
    "og:title": 0, "headline": 0, "dc.title": 1, "dc:title": 1, "dcterms.title": 1, "dcterms:title": 1,
    "twitter:title": 2, "parsely-title": 1, "citation_title": 1, "title": 3, "name": 9,
}  # fmt: skip
_ISSUERS = {
    "og:site_name": 0, "dc.publisher": 1, "dcterms.publisher": 1, "dc:publisher": 1, "publisher": 1,
    "article:publisher": 9,
    "dc.creator": 3, "dcterms.creator": 3, "author": 4, "application-name": 5, "copyright": 6, "owner": 3,
    "creator": 3, "organization": 3, "dc.source": 6, "apple-mobile-web-app-title": 7,
}  # fmt: skip
_ARTICLES = (
    "article",
    "pressrelease",
    "report",
    "blogposting",
    "newsarticle",
    "statement",
    "specialannouncement",
)


_LONG = 1000  # characters of what a title bar shows


@dataclass(slots=True)
class Metadata:
    """What the page says of itself; candidates in the order in which they are to be trusted."""

    titles: list[tuple[int, str]] = field(default_factory=list)
    page_title: str = ""
    issuers: list[tuple[int, str]] = field(default_factory=list)
    dates: list[tuple[str, str, str]] = field(default_factory=list)  # (kind, value, property)
    language: str = ""
    url: str = ""

    @property
    def host(self) -> str:
        """The host of the page's address."""
        try:
            return (urlsplit(self.url).hostname or "").removeprefix("www.")
        except ValueError:
            return ""


def read_capture(metadata: Metadata, source: str) -> None:
    """Read what a web archive wrote into a page: the address it stood at, and the day it was captured.

    Examples
    --------
    >>> metadata = Metadata(url="https://archive.example/web/20031204120000/http://police.example/a.htm")
    >>> read_capture(metadata, "")
    >>> metadata.url, metadata.dates
    ('http://police.example/a.htm', [('capture', '2003-12-04', 'web archive')])
    """
    when = ""
    if match := _CAPTURE.search(metadata.url):
        when, metadata.url = match[1], match[2]
    elif "/web/" in source[:20_000] and (match := _WOMBAT.search(source, 0, 20_000)):
        metadata.url, when = match[1], match[2]
    if when:
        metadata.dates.append(("capture", f"{when[:4]}-{when[4:6]}-{when[6:8]}", "web archive"))


def read_tag(metadata: Metadata, tag: str, attributes: Mapping[str, str], text: str = "") -> None:
    """Read a meta, link, title or html element, or a script of JSON-LD."""
    get = attributes.get
    if tag == "meta":
        name = (get("property") or get("name") or get("itemprop") or get("http-equiv") or "").strip().lower()
        _read_pair(metadata, name, (get("content") or "").strip())
    elif tag == "title":
        if not metadata.page_title:
            metadata.page_title = " ".join(unescape(text).split())[:_LONG]
    elif tag == "link":
        if get("rel", "").lower() == "canonical" and get("href"):
            metadata.url = attributes["href"].strip()
    elif tag == "html":
        metadata.language = (get("lang") or get("xml:lang") or metadata.language).lower()
    elif tag == "script":
        _read_json(metadata, text)


def _read_pair(metadata: Metadata, name: str, value: str) -> None:
    if not name or not value:
        return
    if name in _PUBLISHED:
        metadata.dates.append(("metadata", value, name))
    elif name in _MODIFIED:
        metadata.dates.append(("modified", value, name))
    elif name in _TITLES and name != "name":
        metadata.titles.append((_TITLES[name], " ".join(value.split())))
    elif name in _ISSUERS and not value.startswith(("http:", "https:", "@")):
        metadata.issuers.append((_ISSUERS[name], " ".join(value.split())))
    elif name == "og:url" and not metadata.url:
        metadata.url = value
    elif (
        name in ("content-language", "dc.language", "dcterms.language", "language", "og:locale")
        and not metadata.language
    ):
        metadata.language = value.lower()


def read_property(
    metadata: Metadata, attributes: Mapping[str, str], text: Callable[[], str], furniture: bool
) -> str:
    """Read RDFa or microdata of an element in the page; give its machine-readable date, if it is one."""
    get = attributes.get
    names = (get("itemprop") or get("property") or "").lower().split()
    value = (get("content") or get("datetime") or "").strip()
    for name in names:
        known = name if name in _PUBLISHED or name in _MODIFIED else name.rsplit(":", 1)[-1]
        if not value and (known in _PUBLISHED or known in _MODIFIED):
            value = text()[:60].strip()
        if known in _PUBLISHED and value:
            if not furniture:
                metadata.dates.append(("metadata", value, name))
            return value
        if known in _MODIFIED and value:
            metadata.dates.append(("modified", value, name))
            return ""
        if name in ("dc:title", "dcterms:title", "headline", "schema:headline") and value and not furniture:
            metadata.titles.append((1, " ".join(value.split())))
    return ""


def _read_json(metadata: Metadata, text: str | None) -> None:
    """Read JSON-LD; where it is broken, as it often is, look for its dates alone."""
    try:
        things = list(_things(json.loads(text or "")))
    except (ValueError, RecursionError):
        for name, value in re.findall(r'"(datePublished|dateModified)"\s*:\s*"([^"]{6,40})"', text or ""):
            metadata.dates.append(("json-ld" if name == "datePublished" else "modified", value, name))
        return
    for thing in things:
        kinds = thing.get("@type") or ""
        kinds = (
            [kinds]
            if isinstance(kinds, str)
            else [str(one) for one in kinds]
            if isinstance(kinds, list)
            else []
        )
        article = any(kind.lower().endswith(_ARTICLES) for kind in kinds)
        if article or "WebPage" in kinds:
            for name, kind in (
                ("datePublished", "json-ld"),
                ("dateCreated", "json-ld"),
                ("dateModified", "modified"),
            ):
                if isinstance(thing.get(name), str):
                    metadata.dates.append(
                        (kind if article or kind == "modified" else "metadata", thing[name], name)
                    )
        if article:
            if isinstance(thing.get("headline"), str):
                metadata.titles.append((0, " ".join(thing["headline"].split())))
            for rank, name in ((0, "publisher"), (2, "sourceOrganization"), (2, "author")):
                for one in thing[name] if isinstance(thing.get(name), list) else [thing.get(name)]:
                    if (
                        isinstance(one, dict)
                        and isinstance(one.get("name"), str)
                        and one.get("@type") != "Person"
                    ):
                        metadata.issuers.append((rank, " ".join(one["name"].split())))
        elif any(kind.endswith("Organization") for kind in kinds) and isinstance(thing.get("name"), str):
            metadata.issuers.append((2, thing["name"]))
        if isinstance(thing.get("inLanguage"), str) and article and not metadata.language:
            metadata.language = thing["inLanguage"].lower()


def _things(loaded: Any) -> Iterator[dict[str, Any]]:
    if isinstance(loaded, list):
        for one in loaded:
            yield from _things(one)
    elif isinstance(loaded, dict):
        yield loaded
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(loaded.get(name), (list, dict)):
                yield from _things(loaded[name])


_SEPARATOR = re.compile(r"\s+(?:\||»|«|::|·|•|–|—|-|/|<|>)\s+")


def split_title(title: str) -> list[str]:
    """Split what a browser's title bar shows into headline and names of the site.

    Examples
    --------
    >>> split_title("Police met | Press | Ministry of the Interior")
    ['Police met', 'Press', 'Ministry of the Interior']
    """
    return [part for part in (one.strip() for one in _SEPARATOR.split(title)) if part]
