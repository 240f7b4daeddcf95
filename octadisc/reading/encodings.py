"""Encodings: bytes to text, by byte order mark, UTF-8, what is declared, and the letters of our languages."""

from __future__ import annotations

import re
from functools import cache

__all__ = ["decode"]

_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{3,24})", re.I)
_SINGLE_BYTE = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "iso8859_2",
    "iso8859_5",
    "iso8859_7",
    "iso8859_16",
    "cp852",
    "cp855",
)
_BROWSER = {"iso8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
_ALPHABETS = (
    "äöüß", "čšž", "čćšžđ", "ăâîşţ", "ăâîșț", "ëç", "àâçéèêëîïôùûœ", "àèéìòù", "áéíóöőúüű",
    "абвгдђежзијклљмнњопрстћуфхцчџш", "абвгдѓежзѕијклљмнњопрстќуфхцчџш", "абвгдежзийклмнопрстуфхцчшщъьюя",
    "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",
)  # fmt: skip
_COMMON = frozenset("аеионтсрвклдмпуј" + "αοιετσνηυρπκμλςά")
_SIGNS = frozenset("“”„‘’‚»«›‹–—…•·§°©®™€£¥²³½¼ ­№´¨±×\u200b")


def decode(data: bytes) -> tuple[str, str, str]:
    """Decode a file.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    tuple of str
        The text, without change of newlines; the encoding; what was mended or is doubtful ("" if nothing).

    Raises
    ------
    UnicodeError
        If these are not the bytes of a text.

    Examples
    --------
    >>> decode("Čurin je dejal, da se življenje šele začenja.".encode("cp1250"))[:2]
    ('Čurin je dejal, da se življenje šele začenja.', 'windows-1250')
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            text = data.decode(name, "replace")
            return text, name.removesuffix("-sig"), _replaced(text)
    if (wide := _wide(data)) is not None:
        text = data.decode(wide, "replace")
        return text, wide, _replaced(text)
    if _is_binary(data):
        raise UnicodeError("the bytes are not those of a text")
    try:
        return data.decode("utf-8"), "utf-8", ""
    except UnicodeDecodeError:
        pass
    broken = data.decode("utf-8", "replace")
    bad = broken.count("\ufffd")
    if bad <= 0.1 * sum(1 for one in broken[:200_000] if one > "\x7f"):
        return broken, "utf-8", f"{bad} bytes that are not UTF-8 stand as U+FFFD"
    return _decode_single_byte(data)


def _decode_single_byte(data: bytes) -> tuple[str, str, str]:
    sample = _sample(data)
    scores = {name: _score(sample.decode(name, "replace")) for name in _SINGLE_BYTE}
    best = max(_SINGLE_BYTE, key=lambda name: scores[name])
    declared = _declared(data)
    doubt = ""
    if declared and declared not in ("utf-8", "utf_8"):
        try:
            score = _score(sample.decode(declared, "replace"))
            if score >= scores[best] - 0.15:
                best, scores[declared] = declared, score
            else:
                doubt = f"declared as {declared}, but its letters are those of {best}"
        except LookupError:
            pass
    if scores[best] < 0.3:
        doubt = f"no encoding gives letters of our languages; read as {best}"
    text = data.decode(best, "replace")
    name = {
        "cp1250": "windows-1250",
        "cp1251": "windows-1251",
        "cp1252": "windows-1252",
        "cp1253": "windows-1253",
    }
    return text, name.get(best, best.replace("_", "-")), doubt or _replaced(text)


def _declared(data: bytes) -> str:
    head = data[:3000]
    if b"<" not in head[:400]:
        return ""
    if match := _DECLARED.search(head):
        import codecs

        try:
            name = codecs.lookup(match[1].decode("ascii")).name
        except LookupError:
            return ""
        return _BROWSER.get(name, name)
    return ""


def _replaced(text: str) -> str:
    bad = text.count("\ufffd")
    return f"{bad} broken characters stand as U+FFFD" if bad else ""


def _wide(data: bytes) -> str | None:
    """Recognise UTF-16 without a mark by its zeros."""
    head = data[:2000]
    if len(head) < 8 or b"\x00" not in head:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else None


def _is_binary(data: bytes) -> bool:
    head = data[:4000]
    control = sum(head.count(bytes([one])) for one in range(32) if one not in (9, 10, 12, 13, 27))
    return control > 0.02 * len(head) + 1


def _sample(data: bytes, size: int = 6000) -> bytes:
    """Take the surroundings of the first bytes above 127, where the choice is made."""
    found: list[bytes] = []
    for match in re.finditer(rb"[A-Za-z]{0,12}[\x80-\xff][A-Za-z\x80-\xff]{0,24}", data[:2_000_000]):
        found.append(match[0])
        if len(found) > size // 10:
            break
    return b" ".join(found)


@cache
def _alphabet_sets() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(one + one.upper()) | _SIGNS for one in _ALPHABETS)


def _score(text: str) -> float:
    """How well the letters fit one of our languages: between -2 and 1.5."""
    other = [one for one in text if one > "\x7f"]
    if not other:
        return 0.0
    fit = max(sum(one in alphabet for one in other) for alphabet in _alphabet_sets()) / len(other)
    wrong = sum("\x80" <= one < "\xa0" or one == "\ufffd" for one in other) / len(other)
    foreign = [one for one in other if one.isalpha() and one > "\u036f"]
    mixed = len(re.findall(r"[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z]", text)) / len(other)
    shouting = len(
        re.findall(r"[a-zà-ÿ\u03ac-\u03ce\u0430-\u045f][A-ZÀ-ß\u0391-\u03a9\u0400-\u042f]", text)
    ) / len(other)
    stuck = len(re.findall(r"[©®¾¹¼½²³±°×][a-z]", text)) / len(
        other
    )  # a letter of another encoding, not a sign
    common = sum(one.lower() in _COMMON for one in foreign) / len(foreign) if foreign else 0.6
    return fit - 2 * wrong - mixed - shouting - stuck + 0.5 * common
