"""What study.toml asks: periods, concepts, events and the rest, as the notebooks' settings take them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any

from octadisc.drawing.styles import STYLES
from octadisc.errors import InputError, OctadiscError
from octadisc.figures.bodies import read_bodies
from octadisc.figures.settings import EVERY, read_between
from octadisc.figures.study.places import (
    Place,
    Tables,
    read_choice,
    read_flag,
    read_names,
    read_text,
    read_whole_number,
)
from octadisc.terms.events.events import read_event, read_events
from octadisc.tokens.queries.concepts import load_concepts
from octadisc.tokens.queries.grammar import parse

__all__ = ["KEYS", "as_path", "find_path", "read_load_options", "read_parameters", "read_style"]

_COLUMNS = ("text", "date", "title", "issuer", "language", "url", "release")
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
_DAY = "a year, a month or a day, such as 1999, 1999-05 or 1999-05-31"

KEYS: dict[str, tuple[str, ...]] = {
    "": (
        "name", "author", "corpus", "periods", "question", "concepts", "events", "topics", "issuers",
        "figures",
    ),
    "corpus": ("path", "pattern", "dates", "issuers", "duplicates", *_COLUMNS),
    "periods": ("every", "between", "named"),
    "question": ("ask", "around", "audit"),
    "topics": ("number", "seed"),
    "issuers": ("who",),
    "figures": ("notebooks", "style", "width", "order"),
}  # fmt: skip


def find_path(value: Any, place: Place, folder: Path, what: str) -> Path:
    r"""Find a file or folder that is named relative to the study.

    Backslashes part folders on every system: a study that was written on Windows is read elsewhere too.
    """
    text = as_path(read_text(value, place), place)
    path = folder / Path(text).expanduser()
    if not path.exists():
        raise place.missing(what, path)
    return path.resolve()


def as_path(text: str, place: Place) -> str:
    r"""Give a path as this system writes it; refuse one in which backslashes have become other signs."""
    if any(ord(sign) < 32 for sign in text):
        raise place.wrong(
            r"a path with / or in single quotation marks, such as 'C:\texts'",
            r" In double quotation marks \t is a tab and \n ends a line.",
        )
    return text if os.name == "nt" else text.replace("\\", "/")


def read_load_options(tables: Tables) -> dict[str, Any]:
    """Read how the releases are loaded: as `od.load_corpus` takes it."""
    given = tables.table("corpus", KEYS["corpus"])
    made: dict[str, Any] = {}
    for key, value in given.items():
        place = tables.place("corpus", key, value)
        if key in ("dates", "issuers"):
            made[key] = str(find_path(value, place, tables.path.parent, "file"))
        elif key == "duplicates":
            made[key] = read_flag(value, place)
        elif key != "path":
            made[key] = read_text(value, place)
    return made


def read_parameters(tables: Tables) -> dict[str, Any]:
    """Read what the notebooks are asked, by the names in their cells tagged ``parameters``."""
    made: dict[str, Any] = {}
    made |= _periods(tables)
    if concepts := _concepts(tables):
        made["QUERIES"] = concepts
    made |= _question(tables, concepts)
    if events := [_event(tables, name, day) for name, day in tables.table("events", None).items()]:
        made["EVENT"] = events
    given = tables.table("topics", KEYS["topics"])
    readers = {
        "number": ("N_TOPICS", read_whole_number(2, "how many topics")),
        "seed": ("SEED", read_whole_number(0, "the seed of all that is drawn by chance")),
    }
    for key, value in given.items():
        name, read = readers[key]
        made[name] = read(value, tables.place("topics", key, value))
    if "who" in (given := tables.table("issuers", KEYS["issuers"])):
        made["WHO"] = _who(given["who"], tables.place("issuers", "who", given["who"]), tables.path.parent)
    return made


def _periods(tables: Tables) -> dict[str, Any]:
    given = tables.table("periods", KEYS["periods"])
    made: dict[str, Any] = {}
    if "every" in given:
        made["EVERY"] = read_choice(*EVERY)(given["every"], tables.place("periods", "every", given["every"]))
    if "between" in given:
        made["BETWEEN"] = _span(given["between"], tables.place("periods", "between", given["between"]))
    named = tables.table("periods.named", None)
    if named and "EVERY" in made:
        place = tables.place("periods", "every", given["every"])
        raise place.wrong("either every or [periods.named], not both")
    spans = [
        (name, *_span(value, tables.place("periods.named", name, value))) for name, value in named.items()
    ]
    for (one, _, end), (other, start, _) in pairwise(spans):
        if start < end:
            place = tables.place("periods.named", other, named[other])
            raise place.wrong(f"periods in order of time; {other!r} begins before {one!r} ends")
    return made | ({"EVERY": spans} if spans else {})


def _span(value: Any, place: Place) -> tuple[str, str]:
    """Read the first and the last year, month or day; give the first day and that after the last."""
    expected = f'the first and the last of it, such as ["1999", "2017"]; each {_DAY}'
    if not isinstance(value, list) or len(value) != 2:
        raise place.wrong(expected)
    try:
        first, last = (str(_as_day(one)) for one in value)
        return read_between(first, last)
    except InputError as error:
        late = "the last comes before the first" in str(error)
        raise place.wrong(expected, " The last comes before the first." if late else "") from None


def _as_day(value: Any) -> Any:
    """Give dates and numbers of TOML as one would type them."""
    return value.date() if isinstance(value, datetime) else value


def _concepts(tables: Tables) -> dict[str, Any]:
    """Read concepts: those of a file, and those that stand in study.toml itself."""
    given = dict(tables.table("concepts", None))
    made: dict[str, Any] = {}
    file = given.get("file")
    if isinstance(file, str) and file.lower().endswith((".yaml", ".yml", ".csv")):
        path = find_path(
            given.pop("file"), tables.place("concepts", "file", file), tables.path.parent, "file"
        )
        made = dict(load_concepts(path))
    for name, query in _flat(given).items():
        place = tables.place("concepts", name.split(" / ")[0], query)
        if name in made:
            raise InputError(f"{place.file}: [concepts] {name!r} stands in {file} as well. Keep one of them.")
        if isinstance(query, Mapping):
            made[name] = {
                _language(code, tables.place(f"concepts.{name}", code, one)): _wordings(
                    one, tables.place(f"concepts.{name}", code, one)
                )
                for code, one in query.items()
            }
        else:
            made[name] = _wordings(query, place)
    return made


def _flat(given: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Join the names of categories and of what is in them by " / "."""
    made: dict[str, Any] = {}
    for name, value in given.items():
        path = f"{above} / {name}" if above else name
        by_language = isinstance(value, Mapping) and any(_LANGUAGE.match(one) for one in value)
        made |= _flat(value, path) if isinstance(value, Mapping) and not by_language else {path: value}
    return made


def _language(code: str, place: Place) -> str:
    if not _LANGUAGE.match(code):
        raise InputError(
            f"{place.file}: [{place.table}] {code!r} is no code of a language. Expected en, sl, hbs, …, or "
            "categories that all have names of their own."
        )
    return code


def _wordings(value: Any, place: Place) -> list[str]:
    given = [value] if isinstance(value, str) else value
    fits = isinstance(given, list) and given and all(isinstance(one, str) and one.strip() for one in given)
    if not fits:
        raise place.wrong('a query or a list of queries, such as "mutual trust" or ["trust", "trusting"]')
    for one in given:
        try:
            parse(one)
        except InputError as error:
            raise InputError(f"{place.file}: [{place.table}] {place.key}: {error}") from None
    return [one.strip() for one in given]


def _question(tables: Tables, concepts: Mapping[str, Any]) -> dict[str, Any]:
    given = tables.table("question", KEYS["question"])
    made: dict[str, Any] = {}
    if "ask" in given:
        place = tables.place("question", "ask", given["ask"])
        asked = read_text(given["ask"], place)
        names = list(concepts) or list(load_concepts())
        folded = {one.casefold(): one for one in names}
        if asked.casefold() in folded:
            asked = folded[asked.casefold()]
        else:
            _wordings(asked, place)
        made["QUESTION"] = asked
    if "around" in given:
        read = read_whole_number(1, "how many years before and after an event are looked at")
        made["AROUND"] = read(given["around"], tables.place("question", "around", given["around"]))
    if "audit" in given:
        place = tables.place("question", "audit", given["audit"])
        made["AUDIT"] = str(find_path(given["audit"], place, tables.path.parent, "file or folder"))
    return made


def _event(tables: Tables, name: str, day: Any) -> Any:
    """Read an event: its name and date; or only its name, where octadisc knows the date."""
    place = tables.place("events", name, day)
    expected = 'a date, such as 2008-03-28; or "known", if octadisc knows the date of an event of this name'
    if isinstance(day, str) and day.strip().casefold() == "known":
        try:
            read_event(name, "events")
        except OctadiscError:
            raise place.wrong(expected, _near_events(name)) from None
        return name
    if isinstance(day, datetime):
        day = day.date()
    if isinstance(day, date):
        return name, f"{day:%Y-%m-%d}"
    if not isinstance(day, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day.strip()):
        raise place.wrong(expected)
    try:
        read_event(day.strip(), "events")
    except OctadiscError:
        raise place.wrong(expected) from None
    return name, day.strip()


def _near_events(name: str) -> str:
    """Name the events that may be meant, and say where all stand.

    Examples
    --------
    >>> _near_events("Summit of Zagreb").split("?")[1], "'Zagreb Summit'" in _near_events("Zagreb")
    (' od.read_events() lists all that it knows.', True)
    """
    known = [str(one) for one in read_events()["name"]]
    words = set(re.findall(r"\w{4,}", name.casefold()))
    shared = [one for one in known if words & set(re.findall(r"\w{4,}", one.casefold()))]
    close = get_close_matches(name.casefold(), [one.casefold() for one in known], n=3)
    alike = [one for one in known if one.casefold() in close]
    near = list(dict.fromkeys([*alike, *shared]))[:4]
    meant = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"{meant} od.read_events() lists all that it knows."


def _who(value: Any, place: Place, folder: Path) -> str:
    """Give a column's name as it is, and a table of names with its whole path."""
    who = read_text(value, place)
    if not who.casefold().endswith(".csv"):
        return who
    path = find_path(who, place, folder, "table of names")
    read_bodies(path)
    return str(path)


def read_style(tables: Tables) -> dict[str, Any]:
    """Read how figures look: style, width in millimetres, and the order of issuers' colours."""
    given = tables.table("figures", KEYS["figures"])
    made: dict[str, Any] = {}
    if "style" in given:
        place = tables.place("figures", "style", given["style"])
        made["style"] = read_choice(*STYLES)(given["style"], place)
    if "width" in given:
        width, place = given["width"], tables.place("figures", "width", given["width"])
        number = isinstance(width, int | float) and not isinstance(width, bool)
        if not number or not 40 <= width <= 1000:
            raise place.wrong("the millimetres of a page's figure, a number from 40 to 1000")
        made["width"] = width
    if "order" in given:
        made["order"] = read_names(given["order"], tables.place("figures", "order", given["order"]))
    return made
