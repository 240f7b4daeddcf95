"""Events: what happened, and when; those that octadisc knows, and any other by its date."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from importlib import resources
from io import StringIO
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean

__all__ = ["Event", "events_near", "read_event", "read_events"]

# of the region that the events are of; releases in English alone may be of anywhere
_REGION = ("bg", "de", "el", "fr", "hbs", "hr", "hu", "it", "mk", "ro", "sl", "sq")
_PART = 0.05  # of the releases, that are in one of these languages


class Event(NamedTuple):
    """What happened, and when."""

    name: str  # empty where only a date was given
    day: np.datetime64

    @property
    def words(self) -> str:
        """The event's name and day."""
        return f"{self.name} ({self.day})" if self.name else str(self.day)


def read_events() -> pd.DataFrame:
    """Give the events that octadisc knows: those of police and judicial cooperation in Europe.

    Their names can stand wherever an event is asked for, in study.toml as ``"known"``.

    Returns
    -------
    DataFrame
        date, name, source: where the date is from; in order of time.

    Examples
    --------
    >>> read_events().query("name.str.contains('Eurojust set up')")["date"].tolist()
    ['2002-02-28']
    """
    return _read_events().copy()


@cache
def _read_events() -> pd.DataFrame:
    text = resources.files("octadisc").joinpath("facts/events.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), comment="#", dtype="str")


def events_near(nearby: Any, languages: pd.Series) -> list[Event]:
    """Give the events that may explain what is seen at another.

    Parameters
    ----------
    nearby : list, bool or None
        Events by name, date or (name, date); True: all that octadisc knows, which are those of police and
        judicial cooperation in Europe; False: none; None: all that octadisc knows if at least one in twenty
        releases is in a language of the region (English is none), else none.
    languages : Series
        Of the releases.

    Examples
    --------
    >>> events_near([("a summit", "2008-03-28")], pd.Series(["en"]))[0].words
    'a summit (2008-03-28)'
    >>> len(events_near(None, pd.Series(["en"]))), len(events_near(None, pd.Series(["en", "sl"]))) > 40
    (0, True)
    """
    if nearby is None:
        nearby = bool(languages.isin(_REGION).mean() >= _PART) if len(languages) else False
    if isinstance(nearby, bool):
        known = read_events()
        rows = zip(known["name"], known["date"], strict=True)
        return [Event(str(name), np.datetime64(day)) for name, day in rows] if nearby else []
    if isinstance(nearby, str | tuple):
        nearby = [nearby]
    if not isinstance(nearby, list):
        raise InputError(f"nearby={nearby!r}: expected a list of events, True, False or None.")
    return [read_event(one, "nearby") for one in nearby]


def read_event(event: Any, argument: str = "event") -> Event:
    """Give an event by its name in facts/events.csv, by its date, or as (name, date).

    Examples
    --------
    >>> read_event("eurojust set up").words
    'Eurojust set up (2002-02-28)'
    >>> read_event("2008-03-28").words, read_event(("a summit", "2008-03-28")).words
    ('2008-03-28', 'a summit (2008-03-28)')
    """
    if isinstance(event, tuple) and len(event) == 2:
        return Event(str(event[0]), read_event(event[1], argument).day)
    if isinstance(event, (datetime, date, np.datetime64)) and not pd.isna(event):
        return Event("", np.datetime64(pd.Timestamp(event).date()))
    if not isinstance(event, str):
        raise InputError(
            f"{argument}={event!r} is no event. Expected a date such as '2008-03-28', the name of an event "
            "that octadisc knows, or (name, date)."
        )
    known = read_events()
    same = known[known["name"].str.casefold() == event.strip().casefold()]
    if len(same):
        return Event(str(same["name"].iloc[0]), np.datetime64(same["date"].iloc[0]))
    if event.strip()[:4].isdigit():
        try:
            return Event("", np.datetime64(datetime.strptime(event.strip(), "%Y-%m-%d").date()))
        except ValueError:
            pass
        raise InputError(
            f"{argument}={event!r} is no date. Expected year, month and day, such as 2008-03-28."
        )
    raise UnknownNameError(
        f"{argument}={event!r} is no event that octadisc knows.{did_you_mean(event, known['name'])} "
        "Others are given by their date, or as (name, date)."
    )
