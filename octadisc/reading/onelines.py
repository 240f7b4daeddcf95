"""One line: pages that some programs flatten to a single line, cut where lines must have been."""

from __future__ import annotations

import re

from octadisc.reading.datelines import ends_dateline, read_date_line
from octadisc.reading.dates import find_dates
from octadisc.reading.layout import Line

__all__ = ["cut_page"]

_CAPITAL_PLACE = re.compile(r"^[^\W\d_a-zà-ÿ][^\W\d_]+(?:[ -][^\W\d_]+){0,3}\s?[,(]")
_RIGHTS_SIGN = re.compile(r"©|\bcopyright\b", re.I)
_FRONT = 20_000  # characters of a page in one line that are looked at
_ENOUGH = 200  # days that are looked at


def cut_page(text: str) -> list[int]:
    """Give the places at which a page that stands in one line is cut: around its days, before its rights.

    Examples
    --------
    >>> page = "Home News Police met Published: 28 March 2008 They agreed. © 2008 Ministry"
    >>> [page[a:b] for a, b in zip([0, *cut_page(page)], [*cut_page(page), None])]
    ['Home News Police met ', 'Published: 28 March 2008', ' They agreed. ', '© 2008 Ministry']
    """
    cuts: set[int] = set()
    for reading in find_dates(text[:_FRONT])[:_ENOUGH]:
        offset = max(0, reading.start - 60)
        before, after = text[offset : reading.start], text[reading.end : reading.end + 40]
        words = before.split()
        for size in range(1, min(6, len(words)) + 1):
            start = reading.start - (len(before) - _start_of_last(before, size))
            piece = text[start : reading.end]
            found = read_date_line(Line(0, len(piece.strip()), piece.strip()))
            if found is None or (found.kind == "dateline" and not _CAPITAL_PLACE.match(piece)):
                continue
            sentence = start > 1 and text[:start].rstrip()[-1:] in '.!?»”"'
            if found.kind == "dateline" and not (sentence or ends_dateline(after) or start < len(text) // 2):
                continue
            inline = found.kind == "dateline" and ends_dateline(after)
            cuts.update((start,) if inline else (start, reading.end))
            break
    for match in _RIGHTS_SIGN.finditer(text, len(text) // 3):
        cuts.add(match.start())
    bar = re.split(r"\s[|»·–—-]\s", text[:300])[0].strip()
    if 12 < len(bar) < 200 and (place := text.rfind(bar, len(bar), max(len(bar), len(text) * 2 // 3))) > 0:
        cuts.update((place, place + len(bar)))  # the headline, as the title bar had it
    return sorted(cuts - {0, len(text)})


def _start_of_last(text: str, size: int) -> int:
    """Give where the last so many words of a text begin."""
    place = len(text.rstrip())
    for _ in range(size):
        place = text.rfind(" ", 0, place)
        if place < 0:
            return 0
        end = place
        place = len(text[:place].rstrip())
    return end + 1
