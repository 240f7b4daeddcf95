"""Exports of press databases: Nexis and Factiva files, a document a release, their fields taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from octadisc.reading.dates import find_dates
from octadisc.reading.pieces import Piece

__all__ = ["read_export"]

_COUNTED = re.compile(r"^[ \t]*(?:Document\s+)?(\d{1,6})\s+of\s+(\d{1,6})(?:\s+DOCUMENTS?)?[ \t]*\r?$", re.M)
_CLASSIC = re.compile(r"^[ \t]*\d{1,6}\s+of\s+\d{1,6}\s+DOCUMENTS?[ \t]*\r?$", re.M)
_END = re.compile(r"^[ \t]*End of Document[ \t]*\r?$", re.M)
_LABEL = re.compile(r"^[ \t]*([A-Z][A-Za-z]+(?:[ -][A-Za-z]+){0,2}):[ \t]*(.*?)[ \t]*$")
_HEAD = frozenset("byline section length dateline highlight headline source".split())
_TAIL = frozenset(
    "load-date language publication-type subject company organization ticker industry person city state "
    "country region geographic graphic document-type journal-code classification notes".split()
)
_RIGHTS = re.compile(r"^\s*(?:copyright\b|©|all rights reserved)", re.I)
_TAGS = (
    "HD CR WC PD ET SN SC ED PG LA CY LP TD ART CO IN NS RE PUB AN IPC IPD CLM TDP RF VOL BY SE CT".split()
)
_TAG = re.compile(rf"^[ \t]*({'|'.join(_TAGS)})(?:[ \t]*\|[ \t]*|[ \t]{{2,}}|\t[ \t]*|[ \t]*\r?$)", re.M)


def read_export(text: str) -> list[Piece]:
    r"""Read the documents of a Nexis or Factiva file; give none if it is neither.

    What stands in such a file and is no document in its form is given as a text to be read like any other.

    Parameters
    ----------
    text : str
        The whole file, as text.

    Examples
    --------
    >>> piece = read_export("HD\nPolice met\nPD\n28 March 2008\nLP\nThey met.\nAN\nDocument A1\n")[0]
    >>> piece.title, piece.dates, piece.text[slice(*piece.spans[0][:2])][:3]
    ('Police met', [('column', 'PD: 28 March 2008', 0)], 'HD\n')
    """
    head = text[:20_000]
    counted = "DOCUMENT" in head and _CLASSIC.search(head)
    if counted or ("End of Document" in text and re.search(r"^[ \t]*Load-Date:", text, re.M)):
        return list(_number(_read_nexis(text)))
    if "HD" not in head or "PD" not in head:
        return []
    tags = {match[1] for match in _TAG.finditer(head)}
    if {"HD", "PD"} <= tags and tags & {"LP", "TD"}:
        return list(_number(_read_factiva(text)))
    return []


def _number(pieces: Iterator[Piece]) -> Iterator[Piece]:
    for n, piece in enumerate(pieces, 1):
        piece.number = str(n)
        yield piece


def _frame(text: str, start: int, end: int, piece: Piece) -> Piece:
    """Mark what stands before and behind the words of a release as fields of the export."""
    body = text[start:end]
    start += len(body) - len(body.lstrip())
    end -= len(body) - len(body.rstrip())
    end = max(start, end)
    piece.spans = [
        span for span in ((0, start, "header"), *piece.spans, (end, len(text), "header")) if span[0] < span[1]
    ]
    return piece


def _one_line(text: str) -> str:
    return " ".join(text.split()).strip(" |")


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"[^\r\n]+", text):
        if match[0].strip():
            yield match.start(), match.end(), match[0]


def _read_nexis(text: str) -> Iterator[Piece]:
    """Cut a Nexis file where a new document is counted, or where one ends."""
    cuts = [match.start() for match in _CLASSIC.finditer(text)]
    cuts = cuts or [match.end() for match in _END.finditer(text)]
    for start, end in pairwise([0, *cuts, len(text)]):
        if text[start:end].strip():
            yield _read_nexis_document(text[start:end]) or Piece(text[start:end])


def _read_nexis_document(text: str) -> Piece | None:
    lines = list(_lines(text))
    labels = [
        (match[1].lower().replace(" ", "-"), match[2]) if (match := _LABEL.match(line)) else ("", "")
        for _, _, line in lines
    ]
    known = [i for i, (name, _) in enumerate(labels) if name in _HEAD]
    marker = next((i for i, (_, _, line) in enumerate(lines) if line.strip() == "Body"), -1)
    length = next((i for i, (name, _) in enumerate(labels) if name == "length"), -1)
    if marker < 0 and length < 0:
        return None
    begin = marker if marker >= 0 else length
    while marker < 0 and begin + 1 in known:
        begin += 1
    tail = next(
        (i for i in range(begin + 1, len(lines)) if _ends_body(lines[i][2], labels[i][0])),
        len(lines),
    )
    while tail - 1 > begin and _RIGHTS.match(lines[tail - 1][2]):
        tail -= 1
    piece = Piece(text, told=True)
    first = min(known, default=begin)
    titled = any(name == "headline" and value for name, value in labels)
    head = [line for _, _, line in lines[: min(first, begin)]]
    if marker < 0:
        _read_nexis_head(head, piece, titled)
    else:
        _read_newer_head(head, piece)
    for name, value in labels:
        if name == "headline" and value:
            piece.title = value
        elif name == "language" and value:
            piece.language = value.partition(";")[0].strip().lower()
        elif name == "load-date" and value:
            piece.dates.append(("capture", f"Load-Date: {value}", 0))
        elif name in ("byline", "section", "length", "publication-type") and value:
            piece.columns.setdefault(name.replace("-", "_"), value)
    stop = lines[tail][0] if tail < len(lines) else len(text)
    return _frame(text, lines[begin][1], stop, piece)


def _ends_body(line: str, label: str) -> bool:
    """Tell whether a line is the first of the fields after the text, and none of a text's own labels."""
    bare = line.strip()
    if bare in ("Classification", "End of Document") or label in ("load-date", "publication-type"):
        return True
    return label in _TAIL and bare.partition(":")[0].isupper()


def _read_nexis_head(lines: list[str], piece: Piece, titled: bool) -> None:
    """Read what stands before the first labelled line: source, day, and the headline if it has no label."""
    lines = [line for line in lines if not _COUNTED.match(line) and not _RIGHTS.match(line)]
    dated = next((i for i, line in enumerate(lines) if len(line.strip()) < 80 and find_dates(line)), -1)
    if dated < 0:
        piece.title = _one_line(lines[0]) if lines else None
        return
    day = _one_line(lines[dated])
    piece.dates.append(("column", day, 0))
    after = lines[dated + 1 :]
    if any(
        not line[:1].isspace() for line in after
    ):  # classic: source and day are centred, headlines are not
        after = [line for line in after if len(line) - len(line.lstrip()) < 8]
    if after or titled:
        piece.issuer = _one_line(lines[0]) if dated > 0 else None
        piece.title = _one_line(" ".join(after)) or None
    elif dated:
        piece.title = _one_line(lines[0])


def _read_newer_head(lines: list[str], piece: Piece) -> None:
    """Read headline, source and day, the last three lines before the labelled ones; a cover may precede."""
    lines = [line for line in lines if not _RIGHTS.match(line)]
    dated = [i for i, line in enumerate(lines) if len(line.strip()) < 80 and find_dates(line)]
    last = dated[-1] if dated else len(lines)
    if dated:
        piece.dates.append(("column", _one_line(lines[last]), 0))
    if last > 1:
        piece.issuer = _one_line(lines[last - 1]) or None
    if last > 0:
        piece.title = _one_line(lines[max(0, last - 2)]) or None


def _read_factiva(text: str) -> Iterator[Piece]:
    """Cut a Factiva file at each first field after an accession number, and read the fields."""
    fields = [(match[1], match.start(), match.end()) for match in _TAG.finditer(text)]
    documents: list[list[tuple[str, int, int]]] = [[]]
    names: set[str] = set()
    for one in fields:
        ended = one[0] in ("SE", "HD", "BY", "CT") and "AN" in names
        if ended or (one[0] == "HD" and "HD" in names and names & {"LP", "TD"}):
            documents.append([])
            names = set()
        documents[-1].append(one)
        names.add(one[0])
    starts = [0, *(its[0][1] for its in documents[1:])]
    for start, end, its in zip(starts, [*starts[1:], len(text)], documents, strict=True):
        moved = [(name, a - start, b - start) for name, a, b in its]
        yield _read_factiva_document(text[start:end], moved) or Piece(text[start:end])


def _read_factiva_document(text: str, fields: list[tuple[str, int, int]]) -> Piece | None:
    ends = [*(start for _, start, _ in fields[1:]), len(text)]
    values: dict[str, str] = {}
    parts: list[tuple[int, int]] = []
    for (name, _, start), end in zip(fields, ends, strict=True):
        values.setdefault(name, _one_line(text[start:end]))
        if name in ("LP", "TD"):
            parts.append((start, end))
    if "HD" not in values or not parts:
        return None
    piece = Piece(text, told=True, title=values["HD"] or None)
    piece.issuer = values.get("SN") or values.get("PUB") or None
    piece.language = values["LA"].lower() if values.get("LA") else None
    if when := values.get("PD"):
        piece.dates.append(("column", f"PD: {when}", 0))
    for tag, name in (("BY", "byline"), ("WC", "length"), ("AN", "accession")):
        if value := values.get(tag):
            piece.columns[name] = value.removeprefix("Document ")
    for (first, before), (after, _) in pairwise(parts):
        # what stands between lead and text: the tag, and fields that strayed there
        kept = first + len(text[first:before].rstrip())
        blank = "\n\n" in text[kept:before] or text[kept:before].count("\n") > 1
        piece.spans.append((min(before, kept + 2 if blank else before), after, "header"))
    return _frame(text, parts[0][0], _without_bar(text, parts[-1][1]), piece)


def _without_bar(text: str, end: int) -> int:
    """Leave out the sign that ends a cell of a table."""
    return len(text[:end].rstrip().rstrip("|"))
