"""Tables over all code points: the class of a character, and its lower case."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from octadisc.tokens.scan import kernels

__all__ = ["character_table", "classes_of", "lower_case", "to_codes", "to_text"]

_SIZE = sys.maxunicode + 1
_WRITTEN = 0x32400  # no letters beyond the third plane
_CASED = 0x20000  # and no capitals beyond the first
_JOINERS = {
    kernels.APOSTROPHE: "'\u2019\u02bc\u02b9",
    kernels.HYPHEN: "-\u2010\u2011",
    kernels.PERIOD: ".",
    kernels.NUMBER_JOINER: ",:/",
    kernels.IGNORED: "\u00ad\u200b\u200c\u200d\u2060\ufeff",
    kernels.STRONG: "!?\u2026\u203c\u2047\u2048\u2049\u037e\u0589",
    kernels.NEWLINE: "\n\x0b\x0c\x85\u2028\u2029",
    kernels.QUOTE: '"\u201c\u201d\u201e\u201f\u2018\u201a\u201b\u00ab\u00bb\u2039\u203a`\u00b4',
    kernels.SEMICOLON: ";",
}


@cache
def lower_case() -> npt.NDArray[np.uint32]:
    """Give the lower case of each code point; the one that is two (İ) gives its first (i)."""
    cased = "".join(map(chr, range(_CASED)))
    return _mapped(cased.replace("\u03a3", "\u03c3").replace("\u0130", "i").lower())


def _mapped(cased: str) -> npt.NDArray[np.uint32]:
    table = np.arange(_SIZE, dtype=np.uint32)
    table[:_CASED] = np.frombuffer(cased.encode("utf-32-le", "surrogatepass"), np.uint32)
    return table


@cache
def classes_of(pattern: bool = False) -> npt.NDArray[np.uint8]:
    r"""Give the class of each code point; with `pattern`, ``\w`` is what Python's `re` takes for it.

    Otherwise letters, combining marks and digits can stand in a word, the underscore cannot.
    """
    everything = "".join(map(chr, range(_WRITTEN)))
    table = np.zeros(_SIZE, np.uint8)
    for kind, runs in ((kernels.UNCASED, r"\w+"), (kernels.DIGIT, r"\d+"), (kernels.SPACE, r"\s+")):
        for run in re.finditer(runs, everything):
            table[run.start() : run.end()] = kind
    for kind, characters in _JOINERS.items():
        for character in characters:
            if not (pattern and re.match(r"\w", character)):
                table[ord(character)] = kind
    word = table == kernels.UNCASED
    own = np.arange(_SIZE)
    single = "".join(one if len(one.upper()) == 1 else "\0" for one in everything[:_CASED])
    table[word & (_mapped(single.upper()) != own)] = kernels.LOWER
    table[word & (lower_case() != own)] = kernels.UPPER
    if pattern:
        table[0x130] = kernels.LAST_OF_WORD  # its lower case ends in a mark that is no \w
    else:
        table[ord("_")] = kernels.OTHER
        for code in range(0x300, 0x20000):
            if table[code] == kernels.OTHER and unicodedata.category(chr(code))[0] == "M":
                table[code] = kernels.UNCASED
    return table


@cache
def character_table(pattern: bool = False) -> npt.NDArray[np.int32]:
    """Give class and lower case of each code point in one number, as the kernels want it."""
    return classes_of(pattern).astype(np.int32) << kernels.CLASS | lower_case().astype(np.int32)


def to_codes(text: str) -> npt.NDArray[Any]:
    """Give a text's code points in the narrowest type that holds them all."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    narrow = text.encode("utf-16-le", "surrogatepass")
    if len(narrow) == 2 * len(text):
        return np.frombuffer(narrow, np.uint16)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def to_text(codes: npt.NDArray[Any]) -> str:
    """Give the text of code points."""
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
