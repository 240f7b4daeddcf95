"""Parsing: any HTML brought into the form in which a browser has it, where every start tag has its end.

Resiliparse parses as HTML 5 says, in the time that it takes to read the page. What would make such a parser
slow or large (letters set bold a thousand times and never closed, as the rules repeat these in every
paragraph) is taken off before.
"""

from __future__ import annotations

import re

__all__ = ["split_tags"]

_FORMATTING = re.compile(
    r"<(/?)(?=[bcefinstuBCEFINSTU])(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s>/])[^<>]*>?",
    re.I,
)
_OPEN = 20  # formatting elements never closed; a parser repeats these in each paragraph that follows
_MANY = 5000
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

    source = _made_harmless(source.replace("\x00", " "))
    try:
        parsed = HTMLTree.parse(source)
    except UnicodeEncodeError:  # a lone surrogate
        parsed = HTMLTree.parse(source.encode("utf-8", "replace").decode())
    document = parsed.document
    data: list[str] = []

    def keep_data(match: re.Match[str]) -> str:
        if match[1] != "script" or "ld+json" not in match[2]:
            return ""
        data.append(match[3] or "")
        return "<script></script>"

    markup = _RAW.sub(keep_data, document.html if document else "")
    if document and markup.count("</script") > len(data):  # a script that writes another, and hides itself
        for script in document.get_elements_by_tag_name("script"):
            if "</script" in script.text:
                script.decompose()
        data.clear()
        markup = _RAW.sub(keep_data, document.html)
    return _TAG.split(markup), data


def _made_harmless(source: str) -> str:
    """Take off what makes a parser slow."""
    if source.find("<noscript") >= 0 or source.find("<NOSCRIPT") >= 0:
        last = max((match.end() for match in _NOSCRIPT_END.finditer(source)), default=0)
        source = _NOSCRIPT.sub(" ", source[:last]) + source[last:]
    if "laintext" in source or "LAINTEXT" in source:
        source = _PLAIN.sub("<pre", source)
    if source.lstrip()[:5] == "<?xml":
        source = _CLOSED.sub(r"<\1\2></\1>", source)
    slashes = _FORMATTING.findall(source)
    if len(slashes) > _MANY or abs(len(slashes) - 2 * slashes.count("/")) > _OPEN:
        source = _FORMATTING.sub("", source)
    if len(source) > 50_000:
        source = _LONG_TAG.sub(" ", source)
    return source
