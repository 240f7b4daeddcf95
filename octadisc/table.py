"""The table under a corpus: columns, types, spans and fingerprint, checked once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from operator import index
from typing import Any, overload

import numpy as np
import pandas as pd

from octadisc.errors import InputError
from octadisc.writing import encodable

__all__ = [
    "Texts",
    "as_dates",
    "as_evidence",
    "fingerprint",
    "from_records",
    "name_rows",
    "pack_lists",
    "read_day",
    "tidy",
    "to_page",
    "to_records",
    "unpack_lists",
    "with_columns",
]

_COLUMNS = ["release", "date", "issuer", "title", "text", "language", "script", "url", "source"]
_WORDS = ("release", "issuer", "title", "language", "script", "url", "source")
_NOT_CONTENT = frozenset(
    "release source script page spans duplicate_cluster duplicate_of duplicate_kind translation_of".split()
)
_LISTS = ("spans", "annotation")  # columns whose cells are lists, which a file holds as JSON
_AT_ONCE = 256  # texts that are read together
_DAY = re.compile(r"\d{4}-\d\d-\d\d[T ]")


def tidy(given: Any) -> pd.DataFrame:
    """Give the table its standard columns, types and order, and check what can be checked."""
    # as objects: a lone surrogate cannot become a pandas string before it is mended
    frame = given if isinstance(given, pd.DataFrame) else pd.DataFrame(given, dtype=object)
    if "text" not in frame and "page" not in frame:
        raise InputError(
            f"The table has no column 'text'; it has {', '.join(map(str, frame.columns)) or 'none'}. "
            "Rename the column that holds the releases' text to 'text'."
        )
    table = frame.reset_index(drop=True).rename(columns=str)
    n = len(table)
    for column in _WORDS:
        if column in table and table[column].dtype == "str":
            continue
        values = table[column] if column in table else [None] * n
        words = [None if pd.isna(one) else encodable(str(one)) for one in values]
        table[column] = pd.Series(words, dtype="str")
    table["text"] = _as_text(table["text"] if "text" in table else table["page"])
    table["release"] = table["release"].where(
        table["release"].notna(), pd.Series(range(1, n + 1)).astype("str")
    )
    table["source"] = table["source"].where(table["source"].notna(), table["release"])
    table["date"] = as_dates(table)
    twice = table["release"][table["release"].duplicated()]
    if len(twice):
        raise InputError(
            f"{len(twice)} releases have an id that another has too (first: {twice.iloc[0]!r}). "
            "Ids must differ; leave the column 'release' out to have them numbered."
        )
    if "page" in table:
        table["page"] = _as_text(table["page"])
        table["spans"] = _checked_spans(table)
    rest = [column for column in table.columns if column not in _COLUMNS]
    for column in rest:
        if table[column].dtype == object and column not in _LISTS:  # mixed kinds cannot be saved
            table[column] = pd.Series([_as_word(one) for one in table[column]], dtype="str")
    return table[[*_COLUMNS, *rest]]


def _as_text(values: pd.Series) -> pd.Series:
    """Turn a column into strings; a missing text is an empty one, a lone surrogate U+FFFD."""
    if values.dtype == "str":  # of Arrow, which holds no lone surrogates
        return values.fillna("")
    texts = [one if isinstance(one, str) else "" if pd.isna(one) else str(one) for one in values]
    return pd.Series([encodable(one) for one in texts], dtype="str", index=values.index)


def _as_word(value: Any) -> str | None:
    """Turn a value of a column of mixed kinds into text; a missing one stays missing."""
    if value is None or (isinstance(value, float) and value != value) or value is pd.NaT or value is pd.NA:
        return None
    return encodable(str(value))


def as_dates(table: pd.DataFrame) -> pd.Series:
    """Give the column date as days; NaT where there is none.

    Raises
    ------
    InputError
        If something in it is no ISO date.
    """
    if "date" not in table:
        return pd.Series(np.full(len(table), np.datetime64("NaT", "s")))
    given = table["date"]
    if not pd.api.types.is_datetime64_any_dtype(given):
        words = given.map(lambda one: None if one is None or one != one or one == "" else str(one))
        days = words.map(lambda one: one[:10] if isinstance(one, str) and _DAY.match(one) else one)
        parsed = pd.to_datetime(days, format="ISO8601", errors="coerce")  # the day where it was written
        wrong = words.notna() & parsed.isna()
        if wrong.any():
            rows = ", ".join(f"{i + 1}: {words.iloc[i]!r}" for i in np.flatnonzero(wrong)[:3])
            raise InputError(
                f"{int(wrong.sum())} dates cannot be read (row {rows}). Expected ISO dates "
                "such as 2008-03-28; od.load_corpus reads other habits."
            )
        given = parsed
    if getattr(given.dt, "tz", None) is not None:
        given = given.dt.tz_localize(None)
    return given.astype("datetime64[s]").dt.normalize()


def name_rows(frame: pd.DataFrame, n: int = 2) -> str:
    """Give the word for `n` of a table's rows: releases, sentences, …; units where there are several kinds.

    Examples
    --------
    >>> frame = pd.DataFrame({"unit": ["sentence", "sentence"], "unit_of": ["a", "b"]})
    >>> name_rows(frame), name_rows(frame, 1), name_rows(frame[["unit"]])
    ('sentences', 'sentence', 'releases')
    """
    kinds = frame["unit"].dropna().unique() if {"unit", "unit_of"} <= set(frame) else []
    one = "release" if not len(kinds) else str(kinds[0]) if len(kinds) == 1 else "unit"
    return one if n == 1 else f"{one}s"


def _checked_spans(table: pd.DataFrame) -> list[list[tuple[int, int, str]]]:
    given: Sequence[Any] = table["spans"] if "spans" in table else [[]] * len(table)
    spans = []
    for release, page, text, removed in zip(
        table["release"], table["page"], table["text"], given, strict=True
    ):
        removed = [] if removed is None or isinstance(removed, float) else removed
        mine = sorted((int(start), int(end), str(label)) for start, end, label in removed)
        if _without(page, mine) != text:
            raise InputError(
                f"{release}: text is not page without its spans; spans are (start, end, label) in page."
            )
        spans.append(mine)
    return spans


def _without(page: str, spans: Iterable[tuple[int, int, str]]) -> str:
    kept, at = [], 0
    for start, end, _ in spans:
        if start < at or end > len(page):
            return "\0"  # overlapping or outside: equal to no text
        kept.append(page[at:start])
        at = end
    return "".join([*kept, page[at:]])


def to_page(offset: int, spans: Iterable[tuple[int, int, str]], *, after: bool) -> int:
    """Move an offset past the spans before it; at a span's edge, behind it only if `after`."""
    for start, end, _ in spans:
        if start < offset or (after and start == offset):
            offset += end - start
        else:
            break
    return offset


def with_columns(frame: pd.DataFrame | None, columns: list[str]) -> pd.DataFrame:
    """Give a frame that has these columns first, and is empty if there was none."""
    if frame is None:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
    return frame.reindex(columns=[*columns, *(c for c in frame.columns if c not in columns)]).reset_index(
        drop=True
    )


def as_evidence(dates: pd.DataFrame) -> pd.DataFrame:
    """Give the evidence for dates its types, whatever file it comes from."""
    typed = dates.copy()
    for name in ("date", "other"):
        typed[name] = pd.to_datetime(typed[name], errors="coerce").astype("datetime64[s]")
    for name in ("start", "end", "rank"):
        typed[name] = pd.to_numeric(typed[name]).astype("Int64")
    for name in ("release", "kind", "found", "place"):
        typed[name] = typed[name].astype("str")
    for name in ("chosen", "ambiguous"):
        typed[name] = [one is True or str(one) == "True" for one in typed[name]]
    return typed


def to_records(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Give a frame's columns as lists that JSON can hold."""
    return {
        str(column): [
            None if pd.isna(one) else one if isinstance(one, (bool, str)) else str(one) for one in values
        ]
        for column, values in frame.astype(object).items()
    }


def from_records(columns: dict[str, list[Any]]) -> pd.DataFrame:
    """Give a frame of what :func:`to_records` made: words, and yes or no."""
    words = {name: not any(isinstance(one, bool) for one in column) for name, column in columns.items()}
    return pd.DataFrame(
        {name: pd.Series(one, dtype="str" if words[name] else None) for name, one in columns.items()}
    )


def read_day(given: Any) -> pd.Timestamp:
    """Read a year or a date that a caller gave."""
    try:
        return pd.Timestamp(str(given))
    except ValueError:
        raise InputError(
            f"{given!r} is not a date. Expected a year such as 2008 or a date such as 2008-03-28."
        ) from None


def _one_by_one(values: pd.Series) -> Iterable[Any]:
    """Give values as objects, strings without holding all of them at once."""
    one_by_one: Iterable[Any] = values.array if values.dtype == "str" else values.astype(object)
    return one_by_one


def fingerprint(table: pd.DataFrame) -> str:
    """Hash each release's contents, then the sorted hashes: rows in another order are the same corpus."""
    columns = sorted(column for column in table.columns if column not in _NOT_CONTENT)
    rows = zip(*(_one_by_one(table[column]) for column in columns), strict=True)
    head = "\x1f".join(columns)
    hashes = sorted(
        hashlib.sha256(
            "\x1f".join("" if one != one or one is None else str(one) for one in row).encode()
        ).digest()
        for row in rows
    )
    return hashlib.sha256(head.encode() + b"".join(hashes)).hexdigest()[:16]


def pack_lists(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a table in which lists are JSON, as a file can hold them."""
    return frame.assign(
        **{
            column: pd.Series(
                [
                    json.dumps(one, ensure_ascii=False) if isinstance(one, (list, tuple)) else None
                    for one in frame[column]
                ],
                dtype="str",
                index=frame.index,
            )
            for column in _LISTS
            if column in frame
        }
    )


def unpack_lists(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a table that a file held its lists back."""
    made: dict[str, pd.Series] = {}
    for column in _LISTS:
        if column in frame:
            written = frame[column].astype(object).tolist()
            missing = [not isinstance(one, str) for one in written]
            lists = json.loads(
                f"[{','.join('null' if gone else one for one, gone in zip(written, missing, strict=True))}]"
            )
            cells = [None if one is None else [tuple(entry) for entry in one] for one in lists]
            made[column] = pd.Series(cells, dtype=object, index=frame.index)
    return frame.assign(**made)


class Texts(Sequence[str]):
    """The texts of a table as a list of strings, of which each is made when it is asked for.

    Texts lie in memory, or on disk, as one stretch of bytes; as strings they would be there twice.

    Examples
    --------
    >>> texts = Texts(pd.Series(["Police met.", "", "Trust."], dtype="str"))
    >>> texts[0], texts[-1], texts[1:]
    ('Police met.', 'Trust.', ['', 'Trust.'])
    >>> texts == ["Police met.", "", "Trust."]
    True
    """

    def __init__(self, values: pd.Series) -> None:
        self._values = values.array
        self._last = (-1, "")  # what is read twice is mostly read twice in a row

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, key: int) -> str: ...
    @overload
    def __getitem__(self, key: slice) -> list[str]: ...
    def __getitem__(self, key: int | slice) -> str | list[str]:
        if isinstance(key, slice):
            part: list[str] = self._values[key].to_numpy(object).tolist()
            return part
        row = range(len(self))[index(key)]
        last, text = self._last
        if last != row:
            text = str(self._values[row])
            self._last = (row, text)
        return text

    def __iter__(self) -> Iterator[str]:
        for low in range(0, len(self), _AT_ONCE):
            yield from self[low : low + _AT_ONCE]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as a list has none

    def __repr__(self) -> str:
        return repr(list(self))
