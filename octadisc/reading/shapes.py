"""Shapes: what a line is by its own words and signs, whatever stands around it."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from octadisc.reading.words import fold, page_words, squeeze

__all__ = [
    "COUNTER",
    "END_MARK",
    "furniture_label",
    "has_contact",
    "is_attachment",
    "is_furniture",
    "is_row",
    "label_of",
    "same_title",
]

_PARTS = re.compile(r"\s*[|·•»«›‹/>\u25ba\u2022\u00bb]\s*|\s+[.–—-]\s+|\s{2,}|\t")
_PATH = re.compile(r"^\S[^.!?]{0,160}(?:\s[>»›→/\\]\s|\s::\s)[^.!?]{0,160}$")
_KEPT = 120  # characters of a line up to which it is kept whether it is furniture
_ROW = re.compile(r"\s*[|·•»«›‹►∙]\s*|\t+|\s{3,}|\s[-–/*]\s|\]\s*\[")
_LINK_NUMBER = re.compile(r"\[\d{1,3}\]\s?")  # as text browsers number links
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()]{0,400}\)")
_BLANKS = re.compile(r"[\s|·•/.,\[\]()]+")
_PHOTO = re.compile(
    r"(?:^|[\s(/.])(?:photos?|foto|fotos|fotografija|fotografije|fotografia|slika|bild|bildquelle|picture|image|"
    r"снимка|снимки|фото|фотографија|слика|φωτο|φωτογραφία|fotó|kép)\s?(?::|©|\(c\))[^)]{0,60}\)?\W*$",
    re.I,
)
_FILE = re.compile(
    r"(?:\b|[_.(\[])(?:pdf|docx?|xlsx?|pptx?|rtf|odt|zip|jpe?g|png|mp3|mp4|word|excel)\b[^.!?]{0,25}?"
    r"\d(?:[\d.,\s]{0,7})(?:[kmg]i?b|кб|мб|[kм][bб]|bytes?|ko|mo)\b"
    r"|\d(?:[\d.,\s]{0,7})(?:[kmg]i?b|кб|мб|ko|mo)\b[^.!?]{0,12}?\b(?:pdf|docx?|xlsx?|rtf|zip|jpe?g)\b"
    r"|^\S[^.!?]{0,120}\.(?:pdf|docx?|xlsx?|pptx?|rtf|odt|zip)\W{0,3}$|\((?:pdf|docx?|xlsx?)\)\W{0,3}$",
    re.I,
)
COUNTER = re.compile(r"^[^\W\d][\w .()/-]{1,40}:\s*[\d.,\s]{1,12}$")
_CONTACT = re.compile(
    r"[\w.+-]{1,60}@[\w-]{1,60}\.|\(at\)|\+\d{2}[\d\s()/-]{5}|"
    r"(?:\b(?:tel|telefon|telefono|téléphone|telephone|phone|fax|tél|тел|телефон)\b|τηλ(?:έφωνο|εφωνο)?\b)"
    r"(?:\.|\s?:|[^\d\n.!?]{0,14}[+(]?\d)",
    re.I,
)
_CONTACT_LETTERS = ("@", "(at)", "tel", "tél", "phone", "fax", "τηλ", "тел", "+")  # each of them has one
END_MARK = re.compile(
    r"^\W{0,4}(?:#\s?#\s?#|\*\s?\*\s?\*(?:\s?\*)*|-\s?30\s?-|[-–—]{1,3}\s?ends?\s?[-–—]{1,3})\W{0,4}$", re.I
)


def has_contact(text: str) -> bool:
    """Tell whether a line holds an address for mail or the number of a telephone.

    Examples
    --------
    >>> has_contact("Press Office, tel. +43 1 0000"), has_contact("press@police.example")
    (True, True)
    >>> has_contact("Police met in Vienna.")
    False
    """
    low = text.lower()
    return any(one in low for one in _CONTACT_LETTERS) and _CONTACT.search(text) is not None


def same_title(one: str, two: str) -> bool:
    """Tell whether two strings are one headline but for case, signs and white space."""
    return _letters(one) == _letters(two) != ""


@lru_cache(maxsize=20_000)
def _letters(text: str) -> str:
    return re.sub(r"\W+", "", fold(text[:1000]))


def is_furniture(text: str) -> bool:
    """Tell whether a line consists of nothing but words of menus, sharing and printing.

    Examples
    --------
    >>> is_furniture("Accessibility     . Print     ."), is_furniture("Home | News | Contact")
    (True, True)
    >>> is_furniture("Police met in Vienna.")
    False
    """
    if len(text) < _KEPT:
        return _is_furniture(text)
    return len(text) <= 300 and _is_furniture.__wrapped__(text)


def is_attachment(text: str) -> bool:
    """Tell whether a line names a file that hangs on the page, by its type and size.

    Examples
    --------
    >>> is_attachment("Programme of the session (pdf, 84 kB)"), is_attachment("They handed over a PDF.")
    (True, False)
    """
    return len(text) < 200 and _FILE.search(text) is not None


def is_caption(text: str) -> bool:
    """Tell whether a line is the caption of a picture, by who took it.

    Examples
    --------
    >>> is_caption("The new patrol boat. Photo: Border Police"), is_caption("They showed a photo.")
    (True, False)
    """
    return len(text) < 220 and (":" in text or "©" in text or "(" in text) and _PHOTO.search(text) is not None


@lru_cache(maxsize=20_000)
def furniture_label(text: str) -> str:
    """Give what a line of furniture is: share, attachment, or furniture.

    Examples
    --------
    >>> furniture_label("Print . Share on Facebook"), furniture_label("Home | News")
    ('share', 'furniture')
    """
    if is_attachment(text):
        return "attachment"
    if len(text) > 120:
        return "furniture"
    words = _BLANKS.split(squeeze(text))
    stems = _stems("share stem")
    return "share" if any(word.startswith(stems) for word in words) and len(words) <= 12 else "furniture"


@cache
def _stems(kind: str) -> tuple[str, ...]:
    return tuple(sorted(page_words(kind)))


def is_row(text: str) -> bool:
    """Tell whether a line has the shape of a row of a menu or of a path, whatever its words are.

    Many short parts between strong signs, hardly a number; in the middle of a text it may as well be a row of
    a table or of names.

    Examples
    --------
    >>> is_row("About us | Leadership | Press | Contacts"), is_row("Police met in Vienna.")
    (True, False)
    """
    return len(text) <= 300 and (_is_row(text) if len(text) < _KEPT else _is_row.__wrapped__(text))


@lru_cache(maxsize=20_000)
def _is_row(text: str) -> bool:
    if "[" in text and len(_LINK_NUMBER.findall(text)) > 1 and text.rstrip()[-1:] not in ".?!":
        return True
    if len(text) < 160 and _PATH.match(text):
        return True
    parts = [one for one in _ROW.split(text.strip()) if one.strip("[]() ")]
    if len(parts) < 4 or max(map(len, parts)) > 45 or sum(map(len, parts)) > 30 * len(parts):
        return False
    numbers = sum(any(map(str.isdigit, one)) for one in parts)
    return 3 * numbers < len(parts) and not any(one.rstrip().endswith((".", "!", "?", ";")) for one in parts)


@lru_cache(maxsize=20_000)
def _is_furniture(text: str) -> bool:
    words = page_words("furniture")
    if "[" in text:
        text = _LINK_NUMBER.sub("", _MARKDOWN_LINK.sub(r"\1", text))
    whole = squeeze(text)
    if not any(map(str.isalnum, text)):
        return True
    if len(text) < 70 and whole.count(" ") < 7 and whole.startswith(_stems("furniture stem")):
        return True
    if not whole or whole in words or whole in page_words("release"):
        return True
    if any(whole.startswith(one) for one in page_words("reserved")) or text.lstrip().startswith(
        ("©", "(c) ", "(C) ")
    ):
        return True
    parts = [squeeze(one) for one in _PARTS.split(text)]
    parts = [one for one in parts if one]
    return (
        bool(parts)
        and sum(one in words for one in parts) >= max(1, 0.6 * len(parts))
        and max(map(len, parts)) < 50
    )


def label_of(text: str) -> tuple[str, str]:
    """Split ``Label: rest``; give the squeezed label and the rest, or two empty strings."""
    head, colon, rest = text[:70].partition(":")
    if not colon:
        return "", ""
    return squeeze(head), (rest + text[70:]).strip()
