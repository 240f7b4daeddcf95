"""Annotated texts: CoNLL-U and vertical format; running text is rebuilt, lemmas and tags are kept beside it.

The column `annotation` holds a list of (start, end, lemma, tag) a release, with character offsets in `text`;
`tokens` can take lemmas from there instead of guessing them. A word that stands for several (Spanish del, of
de and el) has several entries at the same offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from octadisc.errors import UnreadableError
from octadisc.reading.columns import recognise
from octadisc.reading.encodings import decode
from octadisc.reading.files import Found, Issues
from octadisc.reading.pieces import Piece

__all__ = ["Builder", "read_conllu", "read_vertical"]

_COMMENT = re.compile(r"#\s*([\w.:-]+(?:\s+id)?)\s*(?:=\s*(.*))?$")
_STRUCTURE = re.compile(r"<(/?)([A-Za-z][\w.-]*)((?:\s+[\w.:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>\s*$")
_ATTRIBUTE = re.compile(r"([\w.:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_NUMBER = re.compile(r"\d{1,9}(?:[-.]\d{1,9})?$")
_MANY = 1000  # fields of one document
_DOCUMENTS = ("doc", "text", "document", "article", "release")


class Builder:
    """Running text in the making, with the annotation of its words.

    Examples
    --------
    >>> made = Builder()
    >>> made.token("Police", "police", "NOUN")
    >>> made.token("met", "meet", "VERB", after=False)
    >>> made.token(".", ".", "PUNCT")
    >>> made.text, made.annotation[1]
    ('Police met.', (7, 10, 'meet', 'VERB'))
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0
        self._gap = ""
        self.annotation: list[tuple[int, int, str, str]] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    def _add(self, text: str) -> int:
        """Add text after the gap that is due; give the offset where it begins."""
        if self._pieces and self._gap:
            self._pieces.append(self._gap)
            self._size += len(self._gap)
        self._gap = ""
        start = self._size
        self._pieces.append(text)
        self._size += len(text)
        return start

    def paragraph(self) -> None:
        """Let what follows stand in a paragraph of its own."""
        self._gap = "\n\n"

    def running(self, text: str) -> int:
        """Add text that is not cut into words; give the offset where it begins."""
        start = self._add(text) if text else self._size
        self._gap = " " if text else self._gap
        return start

    def token(self, form: str, lemma: str, tag: str, *, before: bool = True, after: bool = True) -> None:
        """Add a word; say whether a blank may stand before and after it."""
        if not before and self._gap == " ":
            self._gap = ""
        start = self._add(form)
        self.annotation.append((start, start + len(form), lemma, tag))
        self._gap = " " if after else ""

    def columns(self) -> dict[str, Any]:
        """Give the column of the annotation, if there is any."""
        return {"annotation": self.annotation} if self.annotation else {}


def _lines(found: Found, data: bytes, issues: Issues) -> list[str]:
    text, encoding, doubt = decode(data)
    if doubt:
        issues.add(found.source, "encoding", doubt, f"read as {encoding}")
    return re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))


def _take_fields(piece: Piece, fields: dict[str, str], source: str) -> None:
    """Take what a document's comments or attributes say: title, date and the like; the rest are columns."""
    roles = recognise([name for name in fields if name != "text"], {}, source)
    roles.pop("text", None)
    used = set()
    for role, names in roles.items():
        for weight, name in enumerate(names):
            used.add(name)
            value = fields[name].strip()
            if role == "date":
                piece.dates.append(("column", value, weight))
            elif value:
                setattr(piece, role, value)
    piece.columns.update(
        {name: value for name, value in fields.items() if name not in used and name not in ("id", "text")}
    )
    if name := fields.get("id", "").strip():
        piece.release = name


def read_conllu(found: Found, data: bytes, issues: Issues) -> Iterator[Piece]:
    """Read CoNLL-U: a document from `# newdoc` to the next; comments before its sentences are its fields."""
    made, fields, number = Builder(), dict[str, str](), 0
    sentence: list[list[str]] = []
    text, broken = "", 0
    documents: list[tuple[Builder, dict[str, str]]] = [(made, fields)]
    for line in [*_lines(found, data, issues), ""]:
        if sentence and (line.startswith("#") or not line.strip()):
            _add_sentence(made, sentence, text)
            sentence, text = [], ""
        if line.startswith("#"):
            match = _COMMENT.match(line)
            name, value = (match[1], match[2] or "") if match else ("", "")
            if name.split()[:1] == ["newdoc"]:
                if made.text or fields:
                    made, fields = Builder(), {}
                    documents.append((made, fields))
                fields["id"] = value
            elif name.split()[:1] == ["newpar"]:
                made.paragraph()
            elif name == "text":
                text = value.strip()
            elif not made.text and match and match[2] and name not in ("sent_id", "global.columns"):
                if len(fields) < _MANY:
                    fields.setdefault(name.removeprefix("newdoc_").removeprefix("doc_"), value)
                else:
                    broken += 1
        elif line.strip():
            cells = line.split("\t")
            if len(cells) >= 4 and _NUMBER.match(cells[0]):
                sentence.append(cells)
            else:
                broken += 1
    if broken:
        issues.add(
            found.source, "broken line", f"{broken} lines that are no tokens, or fields too many", "left out"
        )
    filled = [(one, its) for one, its in documents if one.text.strip()]
    if not filled:
        raise UnreadableError(f"{found.source}: no line is a token in CoNLL-U (ten columns, tabs between)")
    for number, (one, its) in enumerate(filled, 1):
        piece = Piece(one.text, str(number) if len(filled) > 1 else "", told=True, columns=one.columns())
        _take_fields(piece, its, found.source)
        yield piece


def _surface(sentence: list[list[str]]) -> Iterator[tuple[str, bool, list[list[str]]]]:
    """Give the written words: form, whether a blank follows, and the words that it stands for."""
    until = 0
    words: list[list[str]] = []
    for cells in sentence:
        first, _, last = cells[0].partition("-")
        after = "SpaceAfter=No" not in (cells[9] if len(cells) > 9 else "").split("|")
        if last:
            until, words = int(last), []
            yield cells[1], after, words
        elif "." in first:
            continue  # an empty node, which is not written
        elif int(first) <= until:
            words.append(cells)
        else:
            yield cells[1], after, [cells]


def _add_sentence(made: Builder, sentence: list[list[str]], text: str) -> None:
    written = list(_surface(sentence))
    places = _places(text, [form for form, _, _ in written]) if text else None
    if places is None:
        text, places = "", []
        for form, after, _ in written:
            places.append(len(text))
            text += form + " " * after
        text = text[: len(text) - written[-1][1]] if written else ""
    start = made.running(text)
    for (form, _, words), place in zip(written, places, strict=True):
        for cells in words:
            lemma, tag = ("" if one == "_" else one for one in cells[2:4])
            made.annotation.append((start + place, start + place + len(form), lemma, tag))
    if written and not written[-1][1]:
        made._gap = ""  # the next sentence follows without a blank


def _places(text: str, forms: Iterable[str]) -> list[int] | None:
    """Find each form in the text, in order; None if one is not there."""
    places, at = [], 0
    for form in forms:
        place = text.find(form, at)
        if place < 0 or text[at:place].strip():
            return None
        places.append(place)
        at = place + len(form)
    return places


def read_vertical(found: Found, data: bytes, issues: Issues) -> Iterator[Piece]:
    """Read vertical format: a word a line, columns by tabs, <doc …>, <p>, <s> and the glue <g/>.

    The columns after the word are told apart by what they hold: that of the lemmas equals the words most
    often, that of the tags has the fewest different values.
    """
    lines = [line for line in _lines(found, data, issues) if not line.startswith(("<?", "<!"))]
    rows = [line.split("\t") for line in lines if line.strip() and not _STRUCTURE.match(line)]
    if not rows:
        raise UnreadableError(f"{found.source}: no line is a word")
    lemma, tag = _roles(rows[:5000])
    glued = any(line.startswith("<g/>") or line.startswith("<g />") for line in lines)
    documents: list[tuple[Builder, dict[str, str]]] = []
    made = Builder()
    glue = False
    for line in lines:
        structure = _STRUCTURE.match(line)
        if structure is None:
            cells = line.split("\t")
            if not (form := cells[0].strip()):
                continue
            if not documents:
                documents.append((made, {}))
            before = not glue and (glued or form[0] not in ".,;:!?)]}»”…")
            made.token(
                form,
                _cell(cells, lemma),
                _cell(cells, tag),
                before=before,
                after=glued or form[-1] not in "([{«„",
            )
            glue = False
            continue
        closing, name = structure[1], structure[2].lower()
        if name == "g":
            glue = True
        elif name in _DOCUMENTS and not closing:
            made = Builder()
            documents.append(
                (made, {one[1]: one[2] or one[3] or "" for one in _ATTRIBUTE.finditer(structure[3])})
            )
        elif name in ("p", "par", "head", "div") and not closing:
            made.paragraph()
    filled = [(one, fields) for one, fields in documents if one.text.strip()]
    if not filled:
        raise UnreadableError(f"{found.source}: no line is a word")
    for number, (one, fields) in enumerate(filled, 1):
        piece = Piece(one.text, str(number) if len(filled) > 1 else "", told=True)
        piece.columns = one.columns() if lemma or tag else {}
        _take_fields(piece, {name: _unescape(value) for name, value in fields.items()}, found.source)
        yield piece


def _unescape(value: str) -> str:
    from html import unescape

    return unescape(value)


def _cell(cells: list[str], n: int) -> str:
    return cells[n].strip() if n and n < len(cells) else ""


def _roles(rows: list[list[str]]) -> tuple[int, int]:
    """Tell which column holds lemmas and which tags; 0 if none does."""
    width = min(4, max(len(row) for row in rows))
    scores = []
    for n in range(1, width):
        values = [(row[0].casefold(), row[n]) for row in rows if len(row) > n]
        same = sum(
            word == value.casefold().rpartition("-")[0] or word == value.casefold() for word, value in values
        )
        scores.append((same / max(1, len(values)), -n))
    share, place = max(scores, default=(0.0, 0))
    lemma = -place if share > 0.2 else 0
    rest = [n for n in range(1, width) if n != lemma]
    return lemma, min(rest, key=lambda n: len({row[n] for row in rows if len(row) > n}), default=0)
