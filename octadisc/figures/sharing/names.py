"""Names of private persons in all their forms: replaced where that can be done, looked for everywhere."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from octadisc.errors import InputError, MissingFileError, UnreadableError
from octadisc.tokens.lines.sheets import defused

__all__ = ["Names", "read_names"]

_COLUMNS = ("name", "replacement")
_BETWEEN = r"(?:[\s_+.\-\u00a0]|%20)+"  # also in addresses and names of files: ana-horvat, ana_horvat
_LETTER = r"[^\W_]"
_SHORTEST = 2  # letters


@dataclass(frozen=True, slots=True)
class Names:
    """Names with what stands in their place, and how often each was replaced where.

    Attributes
    ----------
    patterns : tuple of (written, pattern, replacement)
    replaced : Counter
        By file and name.
    """

    patterns: tuple[tuple[str, re.Pattern[str], str], ...] = ()
    replaced: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __bool__(self) -> bool:
        return bool(self.patterns)

    def replace(self, text: str, file: str) -> str:
        """Give a text without the names, and note where they were.

        Examples
        --------
        >>> names = Names.of([("Horvat*", "N. N."), ("Ana Kovač*", "A.")])
        >>> names.replace("HORVATOVA und Ana Kovačeva; ana-kovac", "a.csv")
        'N. N. und A.; ana-kovac'
        >>> sorted(names.replaced.items())
        [(('a.csv', 'Ana Kovač*'), 1), (('a.csv', 'Horvat*'), 1)]
        """
        made = unicodedata.normalize("NFC", text)
        n_all = 0
        for written, pattern, replacement in self.patterns:
            made, n = pattern.subn(lambda _, one=replacement: one, made)  # type: ignore[misc]
            if n:
                self.replaced[file, written] += n
            n_all += n
        return made if n_all else text

    def find(self, pieces: Iterable[str]) -> list[str]:
        """Give the names, as they were written, that stand in any of the pieces."""
        left = list(self.patterns)
        found = []
        for piece in pieces if left else ():
            text = unicodedata.normalize("NFC", piece)
            for one in [one for one in left if one[1].search(text)]:
                found.append(one[0])
                left.remove(one)
        return found

    def is_word_of_any(self, term: str) -> bool:
        """Say whether a term is a word of one of the names: Ana, of Ana Horvat."""
        return any(
            re.fullmatch(_as_pattern(word), term, re.IGNORECASE) is not None
            for written, _, _ in self.patterns
            for word in written.split()
            if len(re.findall(_LETTER, word)) >= _SHORTEST  # neither an initial nor a * alone
        )

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Names:
        """Make patterns of names as they are written: * stands for any letters, ? for one."""
        made = []
        for written, replacement in pairs:
            text = unicodedata.normalize("NFC", " ".join(written.split()))
            inner = _BETWEEN.join(_as_pattern(word) for word in text.split(" "))
            pattern = re.compile(f"(?<!{_LETTER}){inner}(?!{_LETTER})", re.IGNORECASE)
            made.append((text, pattern, replacement))
        made.sort(key=lambda one: (-len(one[0].split(" ")), -len(one[0]), one[0]))  # the longest first
        return cls(tuple(made))


def _as_pattern(word: str) -> str:
    return "".join(
        f"{_LETTER}*" if sign == "*" else _LETTER if sign == "?" else re.escape(sign) for sign in word
    )


def read_names(path: Path) -> Names:
    """Read names to replace: a CSV with the columns name and replacement.

    Raises
    ------
    MissingFileError, UnreadableError, InputError
        If there is no such file, it is no such table, a name is too short to be one, or what stands in a
        name's place is itself among the names.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise MissingFileError(
            f"--names {path}: there is no such file. Expected a CSV with the columns name and replacement."
        ) from None
    except OSError as error:
        raise UnreadableError(f"--names {path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise InputError(f"--names {path}: byte {error.start} is no UTF-8. Save the file as UTF-8.") from None
    first = text.partition("\n")[0]
    rows = list(csv.reader(StringIO(text), delimiter=";" if ";" in first and "," not in first else ","))
    head = [one.strip().casefold() for one in rows[0]] if rows else []
    for one in _COLUMNS:
        if one not in head:
            raise InputError(
                f"--names {path}: expected the columns name and replacement, found "
                f"{', '.join(head) or 'none'}. "
                'A line such as "Ana Horvat*,a police officer" replaces all forms of a name.'
            )
    pairs = [
        _read_row(path, number, row, head)
        for number, row in enumerate(rows[1:], 2)
        if any(map(str.strip, row))
    ]
    if not pairs:
        raise InputError(f"--names {path}: there is no name below the first line.")
    names = Names.of(pairs)
    for name, replacement in pairs:
        if hit := names.find([replacement]):
            raise InputError(
                f"--names {path}: {replacement!r}, which is to stand for {name!r}, holds the name {hit[0]!r} "
                "itself. Choose other words."
            )
    return names


def _read_row(path: Path, number: int, row: list[str], head: list[str]) -> tuple[str, str]:
    cells = {one: (row[i].strip() if i < len(row) else "") for i, one in enumerate(head)}
    name, replacement = cells["name"], cells["replacement"]
    if len(re.findall(_LETTER, name)) < _SHORTEST:
        raise InputError(
            f"--names {path}, line {number}: name is {name!r}. Expected a name of at least two letters; "
            "* stands for any ending."
        )
    if not replacement:
        raise InputError(
            f"--names {path}, line {number}: there is nothing to stand in place of {name!r}. Expected words "
            'such as "a police officer" or "N. N.".'
        )
    if defused(replacement) != replacement:
        raise InputError(
            f"--names {path}, line {number}: {replacement!r} would be taken for a formula in a spreadsheet. "
            "Choose words."
        )
    return name, replacement
