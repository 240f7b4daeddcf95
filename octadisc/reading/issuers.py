"""Issuers: who published a release, by what the page says of itself; one body of several names becomes one.

`facts/issuers.csv` says which names are one body (canonical, name, start, end, source), and so may a table of
the researcher's. A name that neither has stays; as written it is always in the column issuer_as_written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache

from octadisc.reading.metadata import Metadata, split_title
from octadisc.reading.words import fold, page_rows, page_words, squeeze

__all__ = [
    "IssuerTable",
    "canonical_issuer",
    "find_issuer",
    "known_issuer",
    "make_table",
    "names_institution",
]

_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright|&copy;)+[\s:]*(?:©|\(c\))?\s*(?:\d{4}(?:\s?[-–]\s?\d{4})?)?[\s,.:–-]*(?:by\s)?",
    re.I,
)
_TAIL = re.compile(
    r"\s*(?:[|·•].*|\slogo$|"
    r"\s[-–—|]\s(?:official|offizielle|službena|службена|uradna|официал|zvanična|званична|home|web).*|"
    r"[.,]\s*(?:disclaimer|sitemap|best viewed|powered by|design).*)$",
    re.I,
)
_YEAR = re.compile(r"[,.]?\s*\b(?:19|20)\d\d(?:\s?[-–]\s?\d{4})?(?:\W*|\.\s.*)$")
_MARKS = re.compile(
    r"\[\d{1,3}\]\s?|\s*[<\[][^<>\[\]]*@[^<>\[\]]*[>\]]"
)  # numbers of links, addresses of mails
_LANGUAGES = re.compile(r"(?:\s[A-Z]{2}){2,}$|\|")  # a switch of languages beside the name
_ADDRESS = re.compile(
    r"\s*(?:[,;|·•]\s*(?=[^,;]{0,40}\d)|[,;|]\s*(?:tel|fax|e-?mail|http|www)|\s[-–—]\s(?=\S+$)).*$", re.I
)  # a street with its number, a telephone


IssuerTable = dict[str, list[tuple[str, str, str]]]  # squeezed name: (canonical, start, end) of each row


@cache
def _table() -> IssuerTable:
    return make_table(page_rows("issuers.csv"))


def make_table(rows: Iterable[Mapping[str, str]]) -> IssuerTable:
    """Make a table of rows with canonical and name, and start and end where a name had its time."""
    table: IssuerTable = {}
    for row in rows:
        name, canonical = row["name"], row["canonical"]
        table.setdefault(squeeze(name), []).append((canonical, row.get("start", ""), row.get("end", "")))
        table.setdefault(squeeze(canonical), []).append((canonical, "", ""))
    return table


def canonical_issuer(name: str, day: date | None = None, own: IssuerTable | None = None) -> str:
    """Give the one name of a body that has had several; a name that is not in a table stays.

    Parameters
    ----------
    name : str
        As written.
    day : date, optional
        Of the release, as one name may have been that of different bodies.
    own : IssuerTable, optional
        The researcher's rows, which go before octadisc's.

    Examples
    --------
    >>> canonical_issuer("SECI Center")
    'Southeast European Law Enforcement Center'
    >>> own = make_table([{"canonical": "Ministry of Silence", "name": "MoS"}])
    >>> canonical_issuer("MoS", own=own), canonical_issuer("Ministry of Noise", own=own)
    ('Ministry of Silence', 'Ministry of Noise')
    """
    key = squeeze(name)
    when = str(day) if day else ""
    for table in (own or {}, _table()):
        rows = table.get(key)
        for canonical, start, end in rows or ():
            if not when or ((not start or start <= when) and (not end or when < end)):
                return canonical
        if rows:
            return rows[0][0]
    return name


def known_issuer(text: str) -> str | None:
    """Give the name as it stands in a short line, if the table has it."""
    name = " ".join(text.split()).strip(" .,:;|-–—")
    return name if squeeze(name) in _table() else None


def find_issuer(metadata: Metadata | None, head: Sequence[str], foot: Sequence[str]) -> str | None:
    """Find who published a page.

    Parameters
    ----------
    metadata : Metadata, optional
        What an HTML page says of itself.
    head, foot : sequence of str
        Lines above the headline and below the text.

    Returns
    -------
    str or None
        The name as written, None if nothing tells.

    Examples
    --------
    >>> find_issuer(None, ["Home", "Ministry of Silence"], ["© Ministry of Silence 2008"])
    'Ministry of Silence'
    """
    told = [name for _, name in sorted(metadata.issuers, key=lambda one: one[0])] if metadata else []
    rights = [name for name in map(_rights_holder, [*foot, *head]) if name]
    parts = split_title(metadata.page_title)[1:][::-1] if metadata and metadata.page_title else []
    first = split_title(metadata.page_title)[:1] if metadata and metadata.page_title and parts else []
    lines = [line for line in head if 3 < len(line) < 120]
    if known := _from_table(rights, lines, told, parts, first, foot):
        return known
    names = [name for name in told if _is_name(name)]
    letters = [_bare(name) for name in [*rights, *lines]]
    letters = [name for name in letters if names_institution(name) and 2 <= len(name.split()) <= 12]
    titles = [name for name in [*parts, *first] if names_institution(name)]
    foot_names = [_bare(line) for line in foot if not _RIGHTS.search(line[:60])]
    foot_names = [name for name in foot_names if names_institution(name) and 2 <= len(name.split()) <= 12]
    written = sorted([*letters, *titles, *foot_names], key=_how_unlike_an_office)
    if best := next(iter([*names, *written]), None):
        return _fullest(best, written)
    if rights and len(rights[0].split()) <= 10 and len(rights[0]) > 2:
        return rights[0]
    for name in parts:
        if squeeze(name) not in page_words("furniture") and squeeze(name) not in page_words("release"):
            return name
    return None


def _from_table(
    rights: Sequence[str],
    lines: Sequence[str],
    told: Sequence[str],
    parts: Sequence[str],
    first: Sequence[str],
    foot: Sequence[str],
) -> str | None:
    """Give a name that the table has, as the letterhead writes it if that names the same body."""
    above = [line for i, line in enumerate(lines) if i < 3 or len(line) > 12]  # a short name may be a menu's
    for name in [*rights, *above, *told, *parts, *first, *foot]:
        if (
            len(name) < 150
            and known_issuer(name)
            and (len(squeeze(name)) > 6 or name in told or name in parts)
        ):
            body = canonical_issuer(name)
            return next(
                (
                    one
                    for one in map(known_issuer, lines)
                    if one and len(one) > 12 and canonical_issuer(one) == body
                ),
                known_issuer(name),
            )
    return next(filter(None, map(_embedded, [*lines, *foot])), None)


def _how_unlike_an_office(name: str) -> int:
    """Rank a line that holds a word for an office: 0 if it begins with it, 2 if it is one of a menu's."""
    words = name.split()
    first = squeeze(words[0])
    if ":" in name or first in page_words("about") or first in page_words("particle"):
        return 2
    return 0 if names_institution(" ".join(words[:2])) else 1


def _fullest(name: str, others: Sequence[str]) -> str:
    """Give the longest of several names that begin with this one, such as the one with the country."""
    start = squeeze(name)
    longer = [one for one in others if squeeze(one).startswith(f"{start} ") and not _LANGUAGES.search(one)]
    return max([name, *longer], key=len).strip(" .,:;|-–—")


@lru_cache(maxsize=20_000)  # a site's letterhead stands on each of its pages
def _bare(line: str) -> str:
    """Take off a line that begins with an office's name what follows it: rights, year, street, telephone.

    Examples
    --------
    >>> _bare("Centre for Border Policing, 3 Railway Square, 2400 Vukovar")
    'Centre for Border Policing'
    >>> _bare("Centre for Border Policing. All rights reserved. Sitemap")
    'Centre for Border Policing'
    """
    line = _MARKS.sub("", line)
    low = "".join(fold(letter)[:1] or letter for letter in line)  # each letter in its place
    words = page_words("reserved") | page_words("rights")
    ends = [place for one in words if (place := low.find(one)) >= 0]
    rest = line[: min(ends, default=len(line))].rstrip(" .,;:–—-")
    while (shorter := _TAIL.sub("", rest)) != rest:
        rest = shorter
    return " ".join(_ADDRESS.sub("", rest).split()).strip(" .,:;|-–—©")


def _rights_holder(line: str) -> str:
    """Give who holds the rights, from "© 2016 Ministry of Silence. All rights reserved."."""
    match = _RIGHTS.search(line[:60])
    if match is None or len(line) > 300:
        return ""
    return _YEAR.sub("", _bare(line[match.end() :]))


@lru_cache(maxsize=20_000)  # a site's letterhead stands on each of its pages
def _embedded(line: str) -> str | None:
    """Give a long name of the table that stands inside a line of a letterhead."""
    if not 10 < len(line) < 160:
        return None
    whole = f" {squeeze(line)} "
    for name in _long_names():
        if f" {name} " in whole:
            words = line.split()
            size = len(name.split())
            for start in range(len(words) - size + 1):
                found = " ".join(words[start : start + size])
                if squeeze(found) == name:
                    return found.strip(" .,:;|-–—©")
    return None


@cache
def _long_names() -> tuple[str, ...]:
    return tuple(sorted((name for name in _table() if len(name) > 14), key=len, reverse=True))


def _is_name(name: str) -> bool:
    return 1 < len(name) < 150 and not re.search(
        r"@|^\d+$|^https?:|^admin|^webmaster|^editor$|^user", name, re.I
    )


@lru_cache(maxsize=20_000)
def names_institution(line: str) -> bool:
    """Tell whether a short line may be the name of an office.

    Examples
    --------
    >>> names_institution("Ministry of Silence"), names_institution("Police met in Vienna?")
    (True, False)
    """
    if not 3 < len(line) < 120 or line.rstrip().endswith((":", "?")):
        return False
    words = {fold(one).strip(".,:;()") for one in line.split()}
    return bool(words & page_words("institution")) and line[:1].isupper()
