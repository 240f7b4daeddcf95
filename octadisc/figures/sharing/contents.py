"""What can be read in a file of a package, whatever its format: every piece of text that is in it."""

from __future__ import annotations

import csv
import json
import re
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape
from io import BytesIO, StringIO
from typing import Any

from octadisc.figures.files import to_json

__all__ = ["READABLE", "TEXTS", "change_csv", "change_json", "pieces_of", "read_rows", "whole_of"]

IDENTIFIERS = ("release", "source", "url", "reissue_of")  # addresses and file names: no running text
TEXTS = (".md", ".txt", ".toml", ".yaml", ".yml", ".py", ".tsv", ".jsonl")
READABLE = (".json", ".ipynb", ".csv", ".svg", ".html", ".pdf", ".png", ".mtx", *TEXTS)


def pieces_of(name: str, content: bytes) -> Iterator[str]:
    r"""Give every piece of text in a file: cells, strings, texts between marks, metadata.

    Parameters
    ----------
    name : str
        Its ending says what it is.
    content : bytes

    Examples
    --------
    >>> list(pieces_of("a.json", b'{"title": "Trust", "n": [1, "two"]}'))
    ['title', 'Trust', 'n', 'two']
    >>> list(pieces_of("a.csv", b"source,sentence\nx.html,Trust is a habit.\n"))
    ['source', 'sentence', 'Trust is a habit.']
    """
    kind = "." + name.rsplit(".", 1)[-1].lower()
    if kind in (".json", ".ipynb"):
        yield from _strings(json.loads(content))
    elif kind == ".csv":
        yield from _cells(content)
    elif kind in (".svg", ".html"):
        yield from _marked(content.decode())
    elif kind == ".pdf":
        yield from _pdf(content)
    elif kind == ".png":
        yield from _png(content)
    elif kind in TEXTS:
        yield content.decode("utf-8-sig")


def whole_of(name: str, content: bytes) -> Iterator[str]:
    """Give every piece of text in a file; of tables and the like also the whole, with addresses."""
    yield from pieces_of(name, content)
    if name.lower().endswith((".csv", ".json", *TEXTS)):
        yield content.decode("utf-8-sig")


def _strings(made: Any) -> Iterator[str]:
    if isinstance(made, str):
        yield made
    elif isinstance(made, dict):
        for key, value in made.items():
            yield str(key)
            yield from _strings(value)
    elif isinstance(made, list):
        if made and all(isinstance(one, str) for one in made):
            yield from ["".join(made)] if any(one.endswith("\n") for one in made) else made
        else:
            for one in made:
                yield from _strings(one)


def read_rows(content: bytes) -> list[list[str]]:
    """Read the rows of a table, however long a cell is."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        return list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    finally:
        csv.field_size_limit(before)


def _cells(content: bytes) -> Iterator[str]:
    rows = iter(read_rows(content))
    head = next(rows, [])
    yield from head
    wanted = [i for i, name in enumerate(head) if name not in IDENTIFIERS]
    for row in rows:
        for i in wanted:
            if i < len(row) and row[i]:
                yield row[i]


def _marked(text: str) -> Iterator[str]:
    """Read between the marks, what scripts hold as well, and what attributes say; not fonts and styles."""
    text = re.sub(r"<style\b.*?</style>", " ", text, flags=re.DOTALL)
    scripts = r"<script\b[^>]*application/json[^>]*>(.*?)</script>"
    for script in re.findall(scripts, text, flags=re.DOTALL):
        yield from _strings(json.loads(script))
    text = re.sub(scripts, " ", text, flags=re.DOTALL)
    text = re.sub(r"\bdata:[\w/+;-]+,[A-Za-z0-9+/=]+", " ", text)
    for value in re.findall(
        r"""\b(?:alt|title|content|label|aria-[a-z]+|data-[a-z-]+)=["]([^"]*)["]""", text
    ):
        yield unescape(value)
    yield unescape(re.sub(r"<[^>]+>", " ", text))


@lru_cache(maxsize=256)
def _pdf(content: bytes) -> tuple[str, ...]:
    from pypdf import PdfReader

    made = PdfReader(BytesIO(content))
    said = [str(value) for value in (made.metadata or {}).values()]
    return (*said, *(page.extract_text() for page in made.pages))


def _png(content: bytes) -> Iterator[str]:
    """Read the text chunks of a PNG (tEXt, zTXt, iTXt)."""
    place = 8
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kind, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        place += 12 + length
        if kind == b"tEXt":
            yield data.partition(b"\0")[2].decode("latin-1")
        elif kind == b"zTXt":
            yield zlib.decompress(data.partition(b"\0")[2][1:]).decode("latin-1")
        elif kind == b"iTXt":
            _, _, rest = data.partition(b"\0")
            packed, rest = rest[:1] == b"\1", rest[2:]
            text = rest.split(b"\0", 2)[2]
            yield (zlib.decompress(text) if packed else text).decode()


def change_json(content: bytes, change: Callable[[str], str], *, notebook: bool = False) -> bytes:
    """Give JSON in which every string was changed; the same bytes if none was."""
    before = json.loads(content)
    after = _changed(before, change)
    if after == before:
        return content
    if notebook:
        return (json.dumps(after, ensure_ascii=False, indent=1) + "\n").encode()
    return to_json(after)


def _changed(made: Any, change: Callable[[str], str]) -> Any:
    if isinstance(made, str):
        return change(made)
    if isinstance(made, dict):
        return {change(str(key)): _changed(value, change) for key, value in made.items()}
    if isinstance(made, list):
        if len(made) > 1 and all(isinstance(one, str) for one in made) and made[0].endswith("\n"):
            return change("".join(made)).splitlines(keepends=True)  # a cell: what is sought may span lines
        return [_changed(one, change) for one in made]
    return made


def change_csv(content: bytes, change: Callable[[str, str], str]) -> bytes:
    """Give a table in which every cell was changed; the same bytes if none was.

    Parameters
    ----------
    content : bytes
    change : callable
        Is given a column's name and a cell; heads are changed as cells of no column.
    """
    rows = read_rows(content)
    if not rows:
        return content
    head = rows[0]
    made = [[change("", one) for one in head]]
    for row in rows[1:]:
        made.append(
            [change(head[i] if i < len(head) else "", one) if one else one for i, one in enumerate(row)]
        )
    if made == rows:
        return content
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(made)
    return buffer.getvalue().encode()
