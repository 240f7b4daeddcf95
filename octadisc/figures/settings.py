"""What the command line sets of the notebooks, checked before anything is loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from octadisc.errors import InputError, MissingFileError, did_you_mean
from octadisc.figures.bodies import read_bodies
from octadisc.figures.notebooks import NOTEBOOKS, find_notebooks, parameters_of
from octadisc.figures.words import listed
from octadisc.terms.events.events import read_event
from octadisc.tokens.queries.grammar import parse

__all__ = ["Settings", "read_between", "read_named_event", "read_named_question"]

EVERY = ("year", "half", "quarter", "month", "week")
_NAMED = re.compile(r"\s*([\w][\w .,'’-]*?)\s*=\s*(?![\s=\"])(.+)", re.DOTALL)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the notebooks are asked, and which of them run at all.

    Attributes
    ----------
    notebooks : tuple of str
        All by default.
    parameters : dict
        By the names in the notebooks' cells tagged ``parameters``; each takes those that it has.
    folder : Path, optional
        Of a study's own notebooks; by default octadisc's own are run.
    title : str, optional
        Of the page: the study's name.
    """

    notebooks: tuple[str, ...] = NOTEBOOKS
    parameters: Mapping[str, Any] | None = None
    folder: Path | None = None
    title: str | None = None

    @classmethod
    def of(
        cls,
        *,
        notebooks: Sequence[str] | None = None,
        question: str | None = None,
        events: Sequence[str] | None = None,
        around: int | None = None,
        every: str | None = None,
        between: Sequence[str] | None = None,
        who: str | None = None,
        audit: str | None = None,
        folder: Path | None = None,
    ) -> Settings:
        """Read options as they are typed; in a study, those that its own notebooks have.

        Raises
        ------
        InputError, UnknownNameError, MissingFileError
            If one is not what it should be.
        """
        known = _notebooks_in(folder)
        chosen = tuple(notebooks or known)
        for one in chosen:
            if one not in known:
                raise InputError(f"--notebooks {one}: there is none of this name.{did_you_mean(one, known)}")
        made: dict[str, Any] = {}
        if question is not None:
            made["QUESTION"] = read_named_question(question)
        if events:
            made["EVENT"] = [read_named_event(one) for one in events]
        if around is not None:
            if around < 1:
                raise InputError(f"--around {around}: expected a number of years, at least 1.")
            made["AROUND"] = around
        if every is not None:
            if every not in EVERY:
                raise InputError(f"--every {every}: no such period.{did_you_mean(every, EVERY)}")
            made["EVERY"] = every
        if between is not None:
            made["BETWEEN"] = read_between(*between)
        if who is not None:
            made["WHO"] = _read_who(who)
        if audit is not None:
            if not Path(audit).exists():
                raise MissingFileError(f"--audit {audit}: there is no such file or folder of judgements.")
            made["AUDIT"] = str(Path(audit).resolve())
        for one in made:
            takers = [name for name, notebook in known.items() if one in parameters_of(notebook)]
            if not set(takers) & set(chosen):
                option = f"--{one.casefold()}"
                raise InputError(
                    f"{option} is a setting of {listed(takers)}, not among --notebooks."
                    if takers
                    else f"{option}: no notebook in {folder} has {one} in its cell tagged 'parameters'."
                )
        return cls(tuple(one for one in known if one in chosen), made, folder)

    def within(self, folder: Path | None) -> Settings:
        """Give the same settings for a study's own notebooks, of which all run."""
        if folder is None or self.folder is not None:
            return self
        return replace(self, notebooks=tuple(_notebooks_in(folder)), folder=folder)


def _notebooks_in(folder: Path | None) -> dict[str, str | Path]:
    """Give the notebooks that there are, octadisc's own without a folder, by name."""
    if folder is None:
        return {name: name for name in NOTEBOOKS}
    return {path.stem: path for path in find_notebooks(folder)}


def read_named_question(text: str) -> Any:
    """Read a question: words, a concept's name, or name=query.

    Examples
    --------
    >>> read_named_question("people smuggl*")
    'people smuggl*'
    >>> read_named_question("people smuggling=people smuggl*")
    {'people smuggling': 'people smuggl*'}
    >>> read_named_question('[word="smugglers"]')
    '[word="smugglers"]'
    """
    named = _NAMED.fullmatch(text)
    query = named[2].strip() if named else text.strip()
    if not query:
        raise InputError('--question is empty. Expected words, such as "people smuggl*".')
    parse(query)
    return {named[1]: query} if named else query


def read_named_event(text: str) -> str | tuple[str, str]:
    """Read an event: a date, the name of one that octadisc knows, or name=date.

    Examples
    --------
    >>> read_named_event("Tampa=2001-08-26"), read_named_event("2001-08-26")
    (('Tampa', '2001-08-26'), '2001-08-26')
    """
    name, equals, day = text.rpartition("=")
    given = (name.strip(), day.strip()) if equals else text.strip()
    if equals and not (name.strip() and _DAY.fullmatch(day.strip())):
        raise InputError(f'--event {text}: expected NAME=DATE, such as "Tampa=2001-08-26", or a date alone.')
    read_event(given, "--event")
    return given


def read_between(first: str, last: str) -> tuple[str, str]:
    """Read the first and last year, month or day, both within; give the first day and that after the last.

    Examples
    --------
    >>> read_between("1977", "2017"), read_between("1977-05", "1977-05-31")
    (('1977-01-01', '2018-01-01'), ('1977-05-01', '1977-06-01'))
    """
    start, end = _days_of(first)[0], _days_of(last)[1]
    if start >= end:
        raise InputError(f"--between {first} {last}: the last comes before the first.")
    return f"{start:%Y-%m-%d}", f"{end:%Y-%m-%d}"


def _days_of(text: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Give the first day of a year, month or day, and the day after its last."""
    found = _DAY.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        year, month, day = (int(one) if one else None for one in found.groups())
        start = pd.Timestamp(year=year, month=month or 1, day=day or 1)
    except ValueError:
        raise InputError(
            f"--between {text}: expected a year, a month or a day, such as 1977, 1977-05 or 1977-05-31."
        ) from None
    longer = pd.DateOffset(days=1) if day else pd.DateOffset(months=1) if month else pd.DateOffset(years=1)
    return start, start + longer


def _read_who(who: str) -> str:
    """Give a column's name as it is, and a table of names with its whole path."""
    if not who.casefold().endswith(".csv"):
        return who
    read_bodies(who)
    return str(Path(who).resolve())
