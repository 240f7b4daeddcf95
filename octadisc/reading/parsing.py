"""Parsing: any HTML brought into the form in which a browser has it, where every start tag has its end.

Resiliparse parses as HTML 5 says, in the time that it takes to read the page. What would make such a parser
slow or large (letters set bold a thousand times and never closed, as the rules repeat these in every
paragraph) is taken off before.
"""

from __future__ import annotations

import re

__all__ = ["made_harmless", "split_tags"]

_FORMATTING = re.compile(
    r"<(/?)(?=[bcefinstuBCEFINSTU])(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s>/])[^<>]*>?",
    re.I,
)
_OPEN = 20  # formatting elements never closed; a parser repeats these in each paragraph that follows
_MANY = 5000
_NESTED = re.compile(r"</?(?=[ortORT])(?:template|optgroup|rb|rp|rt|rtc)(?=[\s>/])[^<>]*>?", re.I)
_DEEP = 1000  # of those in each other: a parser looks through all that are open, or fails at their depth
_LARGE = 50_000  # characters below which none of this takes long
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{50000,}>?")
_NOSCRIPT = re.compile(r"<noscript\b.*?</noscript\s*>", re.I | re.S)
_NOSCRIPT_END = re.compile(r"</noscript\s*>", re.I)
_PLAIN = re.compile(r"<plaintext(?=[\s/>])", re.I)  # after which nothing is a tag, nor written as one
_CLOSED = re.compile(r"<(script|style|iframe|textarea|title)\b([^<>]*)/>", re.I)  # as only XML has them
_RAW = re.compile(
    r"<!--(?:.*?-->|.*)|<(script|style|iframe|noembed|noframes|xmp)\b([^>]*)(?:>(.*?)</\1>|.*)"
    r"|<!DOCTYPE[^>]*>?|<\?[^>]*>?",
    re.S,
)  # what has no end runs to that of the page: looked for again and again it would cost time
_SCRIPT = re.compile(r"<!--(?!-?>)|-->|<(/?)script(?=[\s/>])", re.I)
_TAG = re.compile(r"<([^>]+)>")


def split_tags(source: str) -> tuple[list[str], list[str]]:
    """Parse a page and split it at its tags.

    Parameters
    ----------
    source : str
        The page, decoded.

    Returns
    -------
    pieces : list of str
        Text and what stands between < and > of tags, in turn, beginning and ending with a text. Comments,
        scripts and styles are left out.
    data : list of str
        The JSON-LD scripts, each of which has left a pair of tags where it stood.

    Examples
    --------
    >>> split_tags("<p class=a>Police <b>met<p>Twice")[0][8:-5]
    ['', 'p class="a"', 'Police ', 'b', 'met', '/b', '', '/p', '', 'p', '', 'b', 'Twice', '/b', '', '/p']
    """
    from resiliparse.parse.html import HTMLTree

    source = made_harmless(source.replace("\x00", " "))
    try:
        parsed = HTMLTree.parse(source)
    except UnicodeEncodeError:  # a lone surrogate
        parsed = HTMLTree.parse(source.encode("utf-8", "replace").decode())
    markup, data = _without_raw(parsed.document.html if parsed.document else "")
    return _TAG.split(markup), data


def _without_raw(markup: str) -> tuple[str, list[str]]:
    """Take comments, scripts and styles out of what a parser wrote; give the JSON-LD among them too."""
    kept: list[str] = []
    data: list[str] = []
    at = 0
    while match := _RAW.search(markup, at):
        kept.append(markup[at : match.start()])
        at = match.end()
        if match[1] == "script" and "ld+json" in match[2]:
            data.append(match[3] or "")
            kept.append("<script></script>")
        elif match[1] == "script" and match[3] and "<!--" in match[3]:
            at = _end_of_script(markup, match.start(3))
    kept.append(markup[at:])
    return "".join(kept), data


def _end_of_script(markup: str, start: int) -> int:
    """Give where a script ends; those that it writes, and hides from old browsers, have their own ends."""
    hidden = inner = False
    for match in _SCRIPT.finditer(markup, start):
        if match[0] == "<!--":
            hidden = True
        elif match[0] == "-->":
            hidden = inner = False
        elif not match[1]:
            inner = hidden
        elif inner:
            inner = False
        else:
            return markup.find(">", match.end()) + 1 or len(markup)
    return len(markup)


def made_harmless(source: str) -> str:
    """Take off what makes a parser slow."""
    low = source.lower()
    if "<noscript" in low:
        last = max((match.end() for match in _NOSCRIPT_END.finditer(source)), default=0)
        source = _NOSCRIPT.sub(" ", source[:last]) + source[last:]
    if "plaintext" in low:
        source = _PLAIN.sub("<pre", source)
    if source[:200].lstrip()[:5] == "<?xml":
        source = _CLOSED.sub(r"<\1\2></\1>", source)
    slashes = _FORMATTING.findall(source)
    if len(slashes) > _MANY or abs(len(slashes) - 2 * slashes.count("/")) > _OPEN:
        source = _FORMATTING.sub("", source)
    if len(source) > _LARGE and len(_NESTED.findall(source)) > _DEEP:
        source = _NESTED.sub("", source)
    if len(source) > _LARGE:
        source = _LONG_TAG.sub(" ", source)
    return source
