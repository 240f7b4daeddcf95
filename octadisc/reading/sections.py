"""Sections: notes to editors, boilerplate and contacts, which stand after the story."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from octadisc.reading.issuers import known_issuer
from octadisc.reading.layout import Line
from octadisc.reading.shapes import END_MARK, has_contact, is_attachment, is_furniture, label_of
from octadisc.reading.words import fold, page_words, squeeze

_HEADS = (
    "zentrum",
    "amt",
    "behorde",
    "ministerium",
    "direktion",
    "polizei",
    "agentur",
    "stelle",
)  # of compounds
_RULE = re.compile(r"^(?:--|[_=*-]{8,})\s*$")
_SIGNED = 13  # lines at the end of a mail, the dashes among them, that may be its signature

__all__ = ["find_sections", "label_sections"]


def find_sections(lines: Sequence[Line], whole: bool = True) -> list[str]:
    """Label only the notes, boilerplate and contacts at the end of a text that is a release's own.

    Parameters
    ----------
    lines : sequence of Line
        The lines of the text, or of its end.
    whole : bool
        Whether these are all of its lines.
    """
    labels = ["body"] * len(lines)
    prose = [i for i, line in enumerate(lines) if line.is_prose]
    if prose:
        waste = [False] * len(lines)
        label_sections(lines, labels, waste, prose, prose[0] if whole else 0, prose[-1])
    return labels


def label_sections(
    lines: Sequence[Line], labels: list[str], waste: Sequence[bool], prose: list[int], begin: int, end: int
) -> None:
    """Label notes to editors, boilerplate and contacts, which stand after the story."""
    half = begin + (end - begin) * 0.4
    _label_signature(lines, labels, half)
    state, left, ended = "", 0, False
    for i in range(begin, len(lines)):
        line = lines[i]
        if END_MARK.match(line.text) or (len(line.text) < 60 and squeeze(line.text) in page_words("end")):
            if i > half:
                labels[i] = "furniture"
                if not set(line.text) <= set("* "):  # three stars may be no more than a pause
                    ended, state, left = True, "notes", 99
            continue
        beside = waste[i] and i > end and not line.furniture and line.link_share < 0.5
        if beside and state and not line.is_prose and not has_contact(line.text):
            state = ""
        if (
            (waste[i] and not beside)
            or labels[i] != "body"
            or (i < half and i != end and len(prose) > 2)
            or i == begin
        ):
            state = "" if waste[i] and state == "contact" else state
            continue
        starts, left_now = _section_of(line, ended)
        if starts:
            state, left = starts, left_now
            labels[i] = starts
        elif state and (is_attachment(line.text) or is_furniture(line.text)):
            state = ""
        elif state and left > 0:
            if state == "contact" and line.is_prose and not has_contact(line.text):
                state = ""
                continue
            labels[i] = state
            left -= 1


def _label_signature(lines: Sequence[Line], labels: list[str], half: float) -> None:
    """Label what stands below the dashes of a mail, or below a rule with how to leave the list."""
    for i in range(max(0, len(lines) - _SIGNED), len(lines)):
        line = lines[i]
        if i <= half or not _RULE.match(line.text):
            continue
        rest = lines[i + 1 :]
        told = [one for one in rest if "@" in one.text or "://" in one.text]
        if (told or line.text.strip() == "--") and all(one in told for one in rest if one.is_prose):
            for place in range(i, len(lines)):
                labels[place] = "furniture"
            return


def _section_of(line: Line, ended: bool) -> tuple[str, int]:
    """Tell which section a line begins, and how many lines may belong to it."""
    text = line.text.lstrip("# ")  # a heading of Markdown
    name, rest = label_of(text)
    whole = squeeze(text) if len(text) < 90 else ""
    for kind, size in (("contact", 8), ("notes", 99)):
        words = page_words(kind)
        if whole in words and whole:
            return kind, size
        if name and (name in words or name.startswith(_long(kind, 7))):
            return kind, size if not rest or kind == "notes" else 8
    if len(text) < 200 and has_contact(text) and not line.is_prose and not _is_sentence(text):
        return "contact", 8
    if line.is_prose and has_contact(text) and fold(text).startswith(_long("contact", 9)):
        return "contact", 8
    head = fold(text[:80])
    for one in page_words("about") if head.startswith(_openings()) else ():
        if head.startswith(one + " ") and len(text) > len(one) + 1:
            rest = re.split(r"[:.–—]\s", text[len(one) + 1 :].strip(), maxsplit=1)[0]
            if len(rest.split()) > 9 or not _names_body(rest):
                continue
            colon = ":" in text[:80] and len(text[:80].partition(":")[0].split()) <= 9
            start = re.split(r"[.–—]\s", text[:80])[0].split()
            colon |= (
                line.is_prose and len(one) > 3 and len(start) <= 6 and not re.search(r"\d|,", " ".join(start))
            )
            short = len(text) < 80 and not text.rstrip().endswith((".", "?", "!", ";"))
            if colon or short:
                return "boilerplate", 0 if colon and len(text) > 100 else 3
    return "", 0


def _names_body(words: str) -> bool:
    """Whether words name an office: by a word for one in any case, a name that the table has, or capitals."""
    parts = re.findall(r"\w+", words)
    capitals = any(len(one) > 2 and one.isupper() for one in parts)
    office = any(fold(one).startswith(_offices()) or fold(one).endswith(_HEADS) for one in parts)
    return capitals or office or known_issuer(words) is not None


@cache
def _offices() -> tuple[str, ...]:
    """Give the words for offices without the endings that they have in other cases."""
    forms = page_words("institution")
    return tuple(one[:-2] if len(one) > 7 else one[:-1] if len(one) > 5 else one for one in forms)


def _is_sentence(text: str) -> bool:
    """Whether a line that holds a telephone number is a sentence that asks readers to call."""
    words = text.split()
    return (
        text.rstrip()[-1:] in ".!"
        and len(words) >= 5
        and 2 * sum(one[:1].islower() for one in words) > len(words)
    )


@cache
def _long(kind: str, size: int) -> tuple[str, ...]:
    """Give the words of a kind that are long enough to be known by how a line begins."""
    return tuple(one for one in page_words(kind) if len(one) > size)


@cache
def _openings() -> tuple[str, ...]:
    return tuple(f"{one} " for one in page_words("about"))
