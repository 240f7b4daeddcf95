"""Shapes: what a line is by its own words and signs, whatever stands around it."""

from __future__ import annotations

import re
from functools import lru_cache

from octadisc.reading.words import fold, page_words, squeeze

__all__ = ["COUNTER", "END_MARK", "has_contact", "is_furniture", "label_of", "same_title"]

_PARTS = re.compile(r"\s*[|·•»«›‹/>\u25ba\u2022\u00bb]\s*|\s+[.–—-]\s+|\s{2,}|\t")
COUNTER = re.compile(r"^[^\W\d][\w .()/-]{1,40}:\s*[\d.,\s]{1,12}$")
_CONTACT = re.compile(
    r"[\w.+-]{1,60}@[\w-]{1,60}\.|\(at\)|\btel(?:efon)?\b|\bphone\b|\bfax\b|τηλ|\bтел|\+\d{2}[\d\s()/-]{5}",
    re.I,
)
_CONTACT_LETTERS = ("@", "(at)", "tel", "phone", "fax", "τηλ", "тел", "+")  # one of these is in each of them
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


@lru_cache(maxsize=50_000)
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
    return len(text) <= 300 and _is_furniture(text)


@lru_cache(maxsize=50_000)
def _is_furniture(text: str) -> bool:
    words = page_words("furniture")
    whole = squeeze(text)
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
