"""Where a value stands in study.toml, and the words for one that is not what it should be."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from octadisc.errors import InputError, MissingFileError, UnreadableError, did_you_mean

__all__ = [
    "STUDY_FILE",
    "Place",
    "Tables",
    "read_choice",
    "read_flag",
    "read_names",
    "read_tables",
    "read_text",
    "read_whole_number",
]

STUDY_FILE = "study.toml"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the file, the table, the key, and what was found there.

    Examples
    --------
    >>> place = Place("study.toml, line 9", "periods", "every", "yaer")
    >>> str(place.wrong("year or month", did_you_mean("yaer", ["year", "month"])))
    "study.toml, line 9: [periods] every = 'yaer'. Expected year or month. Did you mean 'year'?"
    """

    file: str
    table: str
    key: str
    found: Any

    def wrong(self, expected: str, more: str = "") -> InputError:
        """Make the error that says what was expected in place of what was found."""
        shown = repr(self.found)
        shown = shown if len(shown) <= 80 else f"{shown[:77]}…"
        table = f"[{self.table}] " if self.table else ""
        return InputError(f"{self.file}: {table}{self.key} = {shown}. Expected {expected}.{more}")

    def missing(self, what: str, path: Path) -> MissingFileError:
        """Make the error that says that a file is not there."""
        near = did_you_mean(path.name, _names_in(path.parent)) if path.parent.is_dir() else ""
        near = near if "Did you mean" in near else ""
        return MissingFileError(
            f"{self.file}: [{self.table}] {self.key} = {self.found!r}: there is no {what} {path}.{near} "
            f"Paths are relative to the folder of {STUDY_FILE}."
        )


def _names_in(folder: Path) -> list[str]:
    try:
        return [one.name for one in folder.iterdir() if not one.name.startswith(".")]
    except OSError:
        return []


@dataclass(frozen=True, slots=True)
class Tables:
    """What study.toml holds, with the means to say where.

    Attributes
    ----------
    path : Path
    text : str
    content : dict
    """

    path: Path
    text: str
    content: dict[str, Any]

    def place(self, table: str, key: str, found: Any = None) -> Place:
        """Say where a key stands."""
        line = self.line(table, key)
        name = f"{self.path.name}, line {line}" if line else self.path.name
        return Place(name, table, key, found)

    def table(self, name: str, known: Iterable[str] | None) -> dict[str, Any]:
        """Give a table; empty if it is not there. Keys are held against those that are known, if these are.

        Raises
        ------
        InputError
            If it is no table, or has a key that is not known.
        """
        found: Any = self.content
        for part in name.split(".") if name else ():
            found = found.get(part, {})
        if not isinstance(found, dict):
            raise self.place("", name, found).wrong(f"a table: a line [{name}], and its keys below it")
        names = list(known) if known is not None else list(found)
        for key in found:
            if key not in names:
                place = self.place(name, key)
                where = f"[{name}] has no key" if name else "there is no table or key"
                raise InputError(f"{place.file}: {where} {key!r}.{did_you_mean(key, names)}")
        return found

    def line(self, table: str, key: str) -> int | None:
        """Find the line of a key, as nearly as a reader who looks for it would."""
        within = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
                within = re.sub(r"[\"']", "", header[1])
                if within in (f"{table}.{key}", key if not table else None):
                    return number
                continue
            start = re.match(r"\s*(\"[^\"]*\"|'[^']*'|[^=#]+?)\s*=", line)
            if start and within == table and start[1].strip("\"'") == key:
                return number
        return None


def read_tables(path: Path) -> Tables:
    r"""Read study.toml.

    Raises
    ------
    MissingFileError, UnreadableError, InputError
        If it is not there, cannot be read, or is no TOML: in which line and column.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise MissingFileError(
            f"{path}: there is no such file. A study is a folder with {STUDY_FILE}; make one with "
            "octadisc new STUDY."
        ) from None
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}).") from None
    try:
        text = content.decode("utf-8-sig")  # an editor on Windows may have put a mark before it
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{path.name}, line {line}: is no UTF-8 (byte {error.start}). Save the file as UTF-8."
        ) from None
    try:
        return Tables(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(_syntax(path.name, text, str(error))) from None


def _syntax(name: str, text: str, said: str) -> str:
    """Say in which line and column TOML ends to be TOML, show the line, and what it most likely is."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", said)
    lines = text.splitlines()
    number = int(found[1]) if found else max(1, len(lines))
    column = f", column {found[2]}" if found else ""
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    problem = re.sub(r"\s*\(at .*\)$", "", said).rstrip(".")
    if day := re.match(r"[^=#]+=\s*(\d{1,4})([-./])\s?(\d{1,2})(?:\2\s?(\d{1,4}))?\.?\s*(#|$)", line):
        hint = f"Write a date as {_as_date(day)}: year, month and day, without quotation marks."
    elif "\\" in line:
        hint = r"Write paths with / or in single quotation marks: path = 'C:\texts'."
    elif line.count('"') % 2:
        hint = "A quotation mark is missing."
    elif re.match(r"[^\"'=\[]+=\s*[^\W\d]", line) and not re.search(r"=\s*(true|false|inf|nan)\b", line):
        hint = 'Text stands in quotation marks: name = "My study".'
    elif re.search(r"^[^\"'\[#=]*[^\x00-\x7f\s][^=]*=|^[^\"'\[#=]+ [^\"'\[#=]+=", line):
        hint = 'A name with spaces or letters such as š stands in quotation marks: "mutual trust" = "trust*".'
    else:
        hint = 'Expected lines such as key = "text", key = 7 or key = ["one", "two"].'
    return f"{name}, line {number}{column}: {problem}: {line!r}. {hint}"


def _as_date(found: re.Match[str]) -> str:
    """Give a day as TOML has it: as it was meant, where that can be told, else an example."""
    one, middle, other = int(found[1]), int(found[3]), int(found[4] or 0)
    year, month, day = (one, middle, other) if one > 31 else (other, middle, one)
    try:
        return f"{date(year, month, day)}" if year > 31 and found[2] != "/" else "2007-12-21"
    except ValueError:
        return "2007-12-21"


# --- kinds of values: each takes what was found and its place, and gives what is meant by it

Reader = Callable[[Any, Place], Any]


def read_text(value: Any, place: Place) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise place.wrong("a text in quotation marks")
    return value.strip()


def read_flag(value: Any, place: Place) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise place.wrong("true or false, without quotation marks")
    return value


def read_whole_number(least: int, what: str) -> Reader:
    """Make a reader of whole numbers that are not too small."""

    def read(value: Any, place: Place) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise place.wrong(f"{what}: a whole number, at least {least}")
        return value

    return read


def read_choice(*known: str) -> Reader:
    """Make a reader of one of several words."""

    def read(value: Any, place: Place) -> str:
        if value not in known:
            near = did_you_mean(str(value), known)
            listed = ", ".join(f'"{one}"' for one in known)
            raise place.wrong(f"one of {listed}", near if "Did you mean" in near else "")
        return str(value)

    return read


def read_names(value: Any, place: Place) -> list[str]:
    """Read a list of texts, none twice."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise place.wrong('a list of texts, such as ["Europol", "SELEC"]')
    names = [one.strip() for one in value]
    twice = [one for one in names if names.count(one) > 1]
    if twice:
        raise place.wrong(f"each name once; {twice[0]!r} stands twice")
    return names
