"""Markup: feeds (RSS, Atom) and TEI, told apart by the root of the XML; entities are never expanded."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from typing import Any

from octadisc.errors import UnreadableError
from octadisc.reading.annotated import Builder
from octadisc.reading.encodings import decode
from octadisc.reading.files import Found, Issues
from octadisc.reading.pages import flatten
from octadisc.reading.pieces import Piece, first_line

__all__ = ["read_xml"]

_TEI = "{http://www.tei-c.org/ns/1.0}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_BLOCKS = frozenset("p head seg ab l item cell opener closer salute signed dateline trailer".split())
_SKIP = frozenset(
    "note gap desc vocal kinesic incident fw figDesc bibl teiHeader standOff linkGrp listAnnotation".split()
)


def read_xml(found: Found, data: bytes, issues: Issues) -> list[Piece] | str:
    """Read a feed or a TEI document; XHTML is a page, and any other XML cannot be read."""
    from lxml import etree

    if data.lstrip()[:1] != b"<" and b"<" not in data[:200]:
        raise UnreadableError(f"{found.source}: is no XML")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if _looks_like_feed(data):
            _refuse_entities(found, data)
            return _read_feed(found, data, issues)
        raise UnreadableError(f"{found.source}: is no well-formed XML ({first_line(error)})") from None
    document = root.getroottree().docinfo
    if document.internalDTD is not None and any(True for _ in document.internalDTD.iterentities()):
        raise UnreadableError(f"{found.source}: declares entities, which may unpack without end; refused")
    name = etree.QName(root).localname if isinstance(root.tag, str) else ""
    if name in ("rss", "feed", "RDF"):
        return _read_feed(found, data, issues)
    if name in ("TEI", "TEI.2", "teiCorpus"):
        return list(_read_tei(root, issues, found))
    if name.lower() == "html":
        return decode(data)[0]
    raise UnreadableError(f"{found.source}: is XML of an unknown kind, <{name}>; expected TEI, RSS or Atom")


def _looks_like_feed(data: bytes) -> bool:
    return re.search(rb"<(?:rss|feed|rdf:RDF)\b", data[:2000]) is not None


def _refuse_entities(found: Found, data: bytes) -> None:
    if (
        b"<!ENTITY" in data
        or "<!ENTITY".encode("utf-16-le") in data
        or "<!ENTITY".encode("utf-16-be") in data
    ):
        raise UnreadableError(f"{found.source}: declares entities, which may unpack without end; refused")


def _read_feed(found: Found, data: bytes, issues: Issues) -> list[Piece]:
    """Read the entries of a feed; feedparser is given bytes, never an address."""
    import feedparser

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns that `updated` once stood for `published`
            feed = feedparser.parse(io.BytesIO(data), resolve_relative_uris=False)
            pieces = [
                piece
                for n, entry in enumerate(feed.entries, 1)
                if (piece := _read_entry(entry, n, feed, f"{found.source}#{n}", issues))
            ]
    except Exception as error:  # feedparser lets out what odd markup makes of its code
        raise UnreadableError(f"{found.source}: is no readable feed ({first_line(error)})") from None
    if feed.get("bozo") and not pieces:
        raise UnreadableError(f"{found.source}: is no readable feed ({first_line(feed.bozo_exception)})")
    if not pieces:
        issues.add(found.source, "feed without entries", str(feed.feed.get("title", "")), "left out")
    elif feed.get("bozo"):
        issues.add(
            found.source, "broken feed", first_line(feed.bozo_exception), f"{len(pieces)} entries read"
        )
    return pieces


def _read_entry(entry: Any, n: int, feed: Any, source: str, issues: Issues) -> Piece | None:
    contents = [one.get("value", "") for one in entry.get("content", [])]
    text = max(contents, key=len, default="") or entry.get("summary", "")
    if not text.strip():
        issues.add(source, "entry without text", str(entry.get("title", "")), "left out")
        return None
    if not any(contents):
        issues.add(source, "entry with a summary only", f"{len(text)} characters", "read", source)
    piece = Piece(_plain(text), str(n), told=True)
    piece.title = " ".join(_plain(entry.get("title", "")).split()) or None
    piece.url = entry.get("link") or None
    names = (
        entry.get("publisher"),
        entry.get("source", {}).get("title"),
        feed.feed.get("title"),
        entry.get("author"),
    )
    piece.issuer = next((" ".join(one.split()) for one in names if one and one.strip()), None)
    piece.language = feed.feed.get("language") or None
    if when := entry.get("published"):
        piece.dates.append(("metadata", when, 0))
    if when := entry.get("updated"):  # RSS 1.0 has one date only, which feedparser takes for this
        atom = str(feed.get("version", "")).startswith("atom") or entry.get("published")
        piece.dates.append(("modified" if atom else "metadata", when, 1))
    return piece


def _plain(text: str) -> str:
    return flatten(text).text if re.search(r"<[a-zA-Z/!]|&[a-z#]", text) else text


def _read_tei(root: Any, issues: Issues, found: Found) -> Iterator[Piece]:
    """Read each TEI document: header for title, day and language, the text's blocks as paragraphs."""
    space = _TEI if root.tag.startswith(_TEI) else ""
    if root.tag.endswith("teiCorpus"):
        documents = list(root.iter(f"{space}TEI", f"{space}TEI.2"))
    else:
        documents = [root]
    for n, document in enumerate(documents, 1):
        number = str(n) if len(documents) > 1 else ""
        source = f"{found.source}#{number}" if number else found.source
        body = document.find(f"{space}text/{space}body")
        body = document.find(f"{space}text") if body is None else body
        made = Builder()
        if body is not None:
            _read_blocks(body, space, made)
        if not made.text.strip():
            issues.add(source, "document without text", "no words in <text>", "left out")
            continue
        piece = Piece(made.text, number, told=True)
        piece.columns.update(made.columns())
        _read_header(document, space, piece)
        yield piece
    if not documents:
        raise UnreadableError(f"{found.source}: is a teiCorpus that holds no TEI document itself")


def _name(element: Any, space: str) -> str:
    return element.tag.removeprefix(space) if isinstance(element.tag, str) else ""


def _read_blocks(body: Any, space: str, made: Builder) -> None:
    blocks = [one for one in body.iter() if _name(one, space) in _BLOCKS]
    inside = set(blocks)
    for block in blocks or [body]:
        if any(_name(one, space) in _SKIP or one in inside for one in block.iterancestors()):
            continue  # read with the block around it
        made.paragraph()
        if next(block.iter(f"{space}w", f"{space}pc"), None) is not None:
            _read_words(block, space, made)
        else:
            made.running(" ".join("".join(_strings(block, space)).split()))


def _strings(element: Any, space: str) -> Iterator[str]:
    """Give the text of an element without that of notes and the like."""
    skipped: list[Any] = []
    from lxml import etree

    for event, one in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            if not skipped and _name(one, space) in _SKIP:
                skipped.append(one)
            if not skipped:
                yield " " if _name(one, space) in ("lb", "pb", "cb") else ""
                yield one.text or ""
            continue
        if event == "end" and skipped and skipped[-1] is one:
            skipped.pop()
        if not skipped and one is not element:
            yield " " if _name(one, space) in _BLOCKS else ""
            yield one.tail or ""


def _read_words(block: Any, space: str, made: Builder) -> None:
    """Read words and signs that are elements of their own, joined as their attribute `join` says."""
    for word in block.iter(f"{space}w", f"{space}pc"):
        if any(_name(one, space) in ("w", *_SKIP) for one in word.iterancestors()):
            continue
        form = " ".join("".join(word.itertext()).split())
        get = word.get
        joined = get("join", "")
        tag = get("pos") or (get("ana") or "").rpartition(":")[2] or get("msd") or ""
        if "UPosTag=" in (get("msd") or ""):
            tag = (get("msd") or "").partition("UPosTag=")[2].partition("|")[0]
        made.token(
            form,
            get("lemma", ""),
            tag,
            before=joined not in ("left", "both"),
            after=joined not in ("right", "both"),
        )


def _read_header(document: Any, space: str, piece: Piece) -> None:
    header = document.find(f"{space}teiHeader")
    piece.language = document.get(f"{_XML}lang") or None
    if header is None:
        return

    def first(*paths: str) -> Any:
        """Give the first element at one of these paths."""
        for path in paths:
            steps = "/".join(f"{space}{one}" if one else "" for one in path.split("/"))
            if (one := header.find(f".//{steps}")) is not None:
                yield one

    titles = header.findall(f".//{space}titleStmt/{space}title")
    mains = [one for one in titles if one.get("type") in (None, "main")] or titles
    own = [one for one in mains if one.get(f"{_XML}lang") in (None, piece.language)] or mains
    if own:
        piece.title = " ".join("".join(own[0].itertext()).split()) or None
    for one in first("publicationStmt/publisher", "publicationStmt/authority", "sourceDesc/bibl/publisher"):
        piece.issuer = " ".join("".join(one.itertext()).split()) or None
        if piece.issuer:
            break
    for one in first("sourceDesc/bibl/idno", "publicationStmt/ptr"):
        address = (one.get("target") or "".join(one.itertext())).strip()
        if address.startswith("http"):
            piece.url = address
            break
    for one in first("langUsage/language"):
        piece.language = piece.language or one.get("ident")
    places = (
        "settingDesc/setting/date",
        "sourceDesc/bibl/date",
        "sourceDesc/biblStruct/monogr/imprint/date",
        "publicationStmt/date",
    )
    for weight, path in enumerate(places):
        for one in first(path):
            when = one.get("when") or one.get("from") or "".join(one.itertext()).strip()
            piece.dates.append(("metadata", when, weight))
