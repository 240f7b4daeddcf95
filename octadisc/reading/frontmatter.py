"""Front matter: the header of a Markdown file, read even where it is not valid YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from octadisc.reading.columns import role_of
from octadisc.reading.words import fold, page_words, squeeze

__all__ = ["is_mail", "read_front_matter"]

_FENCE = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n")
_SENDERS = frozenset("from von od nga от од απο da felado expediteur posiljatelj".split())  # labels of mails
_SUBJECTS = frozenset(
    "subject betreff objet oggetto predmet zadeva subiect subjekti θεμα targy тема предмет".split()
)
_LIST_TAG = re.compile(r"^(?:\[[\w .-]{2,30}\]\s*)+")  # that a mailing list puts before a subject
_SHORT = 80  # characters of a value whose label is not known; more is a sentence
_LINE = re.compile(r"[^\n]*\n|[^\n]+$")
_LABEL = re.compile(r"[ \t]{0,4}([^\W\d][^\W_]*(?:[ ./-][^\W_]+){0,3}\.?)[ \t]*(?::|\t)[ \t]*(.*)$")
_FIELD = re.compile(r"^([^\W\d][\w .-]{0,60}?)[ \t]*(:|=)(?:[ \t]+(.*)|[ \t]*)$")


def read_front_matter(text: str) -> tuple[dict[str, Any], int]:
    r"""Read the fields between the first two lines of ``---``.

    Values are kept as they stand, as strings or lists of strings: a date stays what was written. Quotation
    marks inside a quoted title, which make a header invalid YAML, do no harm.

    Parameters
    ----------
    text : str
        The whole file.

    Returns
    -------
    tuple
        The fields, and the offset at which the text begins (0 if there is no header).

    Examples
    --------
    >>> fields, start = read_front_matter('---\ntitle: "Not "one" word"\ntags:\n  - a\n  - b\n---\nText')
    >>> fields, start
    ({'title': 'Not "one" word', 'tags': ['a', 'b']}, 50)
    """
    opening = _FENCE.match(text)
    if opening is None:
        return _read_labels(text)
    fence = re.compile(rf"^{re.escape(opening[1])}[ \t]*\r?$|^\.\.\.[ \t]*\r?$", re.M)
    closing = fence.search(text, opening.end(), opening.end() + 50_000)
    if closing is None:
        return {}, 0
    header = text[opening.end() : closing.start()]
    fields = _fields(header)
    if not fields:
        return {}, 0
    end = closing.end()
    end += text[end : end + 1] == "\n"
    return fields, end


def _read_labels(text: str) -> tuple[dict[str, Any], int]:
    """Read lines of label and value at the beginning of an export or a mail, where one is the headline's.

    Lines with labels that say nothing to us are part of it only if a known one follows, at the latest that of
    the text.
    """
    fields: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    known: set[str] = set()
    start = 0
    for match in _LINE.finditer(text, 0, 6000):
        line = match[0].strip("\ufeff\r\n")
        if not line.strip():
            if known >= {"title"} and len(known) > 1:
                break
            continue
        label = _LABEL.match(line)
        if label is None:
            break
        name, value = label[1].strip(), label[2].strip()
        role = _role(name)
        if role is None:
            if len(value) > _SHORT:
                break
            unknown[name] = value or None
            continue
        fields |= unknown
        unknown = {}
        known.add(role)
        if role == "text":
            start = match.start() + match[0].find(value) if value else match.end()
            break
        name = role if role not in fields and not _is_mail(name) else name
        fields[name] = _LIST_TAG.sub("", value) if role == "title" else value or None
        start = match.end()
    return (fields, start) if "title" in known and len(known) > 1 else ({}, 0)


def _role(name: str) -> str | None:
    squeezed = squeeze(name)
    if fold(name) in _SENDERS:
        return "issuer"
    return role_of(name) or ("date" if squeezed in page_words("date") else None)


def _is_mail(name: str) -> bool:
    return fold(name) in _SUBJECTS


def is_mail(fields: Mapping[str, Any]) -> bool:
    """Tell whether fields are the header of a mail, whose day is that of its sending."""
    return any(_is_mail(name) for name in fields)


def _fields(header: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    name, block = "", ""
    for line in header.splitlines():
        bare = line.strip()
        if not bare or (bare.startswith("#") and not line[:1].isspace()):
            continue
        indented = line[:1] in " \t"
        if (
            name
            and (bare.startswith("- ") or bare == "-")
            and (not fields[name] or isinstance(fields[name], list))
        ):
            if not isinstance(fields[name], list):
                fields[name] = []
            fields[name].append(_value(bare[1:].strip()))
            continue
        match = None if indented else _FIELD.match(line.rstrip())
        if match:
            name, raw = match[1].strip(), (match[3] or "").strip()
            block = raw if raw in ("|", ">", "|-", ">-", "|+", ">+") else ""
            fields[name] = None if block or not raw else _list_or_value(raw)
        elif name and (indented or block):
            before = fields[name]
            if isinstance(before, list):
                before[-1:] = [f"{before[-1]} {bare}" if before else bare]
            else:
                joint = "\n" if block.startswith("|") else " "
                fields[name] = _value(bare) if before is None else f"{before}{joint}{bare}"
    return fields


def _list_or_value(raw: str) -> Any:
    if raw.startswith("[") and raw.endswith("]"):
        items = re.findall(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\']|\'\')*)\'|([^,\[\]]+)', raw[1:-1])
        return [one for one in ((a or b or c).strip() for a, b, c in items) if one]
    return _value(raw)


def _value(raw: str) -> str:
    """Take off the outer quotation marks and undo what was escaped inside."""
    if len(raw) >= 2 and raw[0] == raw[-1] == '"':
        inner = raw[1:-1]
        return re.sub(r'\\(["\\/])', r"\1", inner).replace("\\n", "\n").replace("\\t", "\t")
    if len(raw) >= 2 and raw[0] == raw[-1] == "'":
        return raw[1:-1].replace("''", "'")
    return re.sub(r"\s+#\s.*$", "", raw)
