"""The sentences behind the numbers of a figure: shown beneath it, and all of them in a table beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError
from octadisc.figures.words import counted

__all__ = ["EVIDENCE", "Evidence", "behind", "check_evidence", "collect", "to_recipe", "whole_table"]

EVIDENCE = "evidence.csv"  # what the file of all sentences ends with, after the figure's name
MOST_SHOWN = 8  # sentences of one number on the page; all are in the table
_LONGEST = 600  # characters of a sentence on the page
_COLUMNS = ("release", "date", "issuer", "source", "start", "end", "sentence")


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The sentences that one number rests on.

    Attributes
    ----------
    what : str
        Which number, in words.
    frame : DataFrame
        A row an occurrence: release, date, issuer, source, start, end, sentence, as `.evidence` of results
        gives it.
    count : float, optional
        The number of occurrences that the figure counts; by default that of the rows.

    Examples
    --------
    >>> rows = pd.DataFrame({"release": ["a", "a"], "date": "2008-03-28", "sentence": ["Trust.", "Trust!"]})
    >>> Evidence("trust in 2008", rows, 2).says
    '2 occurrences in 1 release, as many as counted'
    >>> Evidence("trust in 2008", rows, 3).says
    '2 occurrences in 1 release; counted are 3'
    """

    what: str
    frame: pd.DataFrame
    count: float | None = None

    @property
    def says(self) -> str:
        """How many occurrences there are, in how many releases, and whether they add up to the count."""
        text = f"{counted(len(self.frame), 'occurrence')} in "
        text += counted(int(self.frame["release"].nunique()), "release")
        if self.count is None:
            return text
        total = float(self.frame["weight"].sum()) if "weight" in self.frame else len(self.frame)
        same = abs(total - self.count) < 1e-6 * max(1.0, self.count)
        return text + (", as many as counted" if same else f"; counted are {self.count:,.6g}")


def collect(*found: Any) -> list[Evidence]:
    """Put evidence together, leaving out what is missing and what has no sentence.

    Parameters
    ----------
    *found : Evidence, Missing, None, or lists of these

    Examples
    --------
    >>> collect(None, [None])
    []
    """
    made: list[Evidence] = []
    for one in found:
        if isinstance(one, Evidence):
            made += [one] if len(one.frame) else []
        elif isinstance(one, list | tuple):
            made += collect(*one)
    return made


def check_evidence(name: str, evidence: Any) -> list[Evidence]:
    """Give a figure's evidence, or say what is wrong with it."""
    given: Iterable[Any] = [evidence] if isinstance(evidence, Evidence) else evidence
    made = list(given)
    for one in made:
        if not isinstance(one, Evidence):
            raise InputError(
                f"The figure {name} has evidence of type {type(one).__name__}. Expected "
                'octadisc.figures.evidence.Evidence("which number", result.evidence(…)).'
            )
        lacking = [column for column in ("release", "sentence") if column not in one.frame]
        if lacking:
            raise InputError(
                f"The figure {name}: the evidence for {one.what!r} has no column {' and no '.join(lacking)}. "
                "Expected what .evidence(…) of a result gives."
            )
    return made


def to_recipe(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Give what a page shows of each: the count and some sentences, evenly drawn in the order of time."""
    return [
        {"what": one.what, "says": one.says, "n": len(one.frame), "shown": _shown(one.frame)}
        for one in evidence
    ]


def _shown(frame: pd.DataFrame) -> list[dict[str, str]]:
    table = frame.sort_values("date", kind="stable") if "date" in frame else frame
    if len(table) > MOST_SHOWN:
        table = table.iloc[np.linspace(0, len(table) - 1, MOST_SHOWN).round().astype(int)]
    rows = []
    for one in table.to_dict("records"):
        day = one.get("date")
        made = {"date": f"{pd.Timestamp(day):%Y-%m-%d}" if not _none(day) else ""}
        made |= {key: "" if _none(one.get(key)) else str(one[key]) for key in ("issuer", "source")}
        sentence = " ".join(str(one["sentence"]).split())
        made["sentence"] = sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST].rstrip()} …"
        rows.append(made)
    return rows


def _none(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def whole_table(evidence: Sequence[Evidence]) -> pd.DataFrame:
    """Give all sentences, with the number that they are behind in the first column."""
    parts = [
        one.frame.reindex(columns=[*_COLUMNS, *(c for c in ("weight",) if c in one.frame)]).assign(
            number=one.what
        )
        for one in evidence
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[["number", *(column for column in table.columns if column != "number")]]


def behind(what: str, count: Any, ask: Callable[..., pd.DataFrame], *given: Any, **named: Any) -> Evidence:
    """Ask a result for its evidence, and put it beside the number that it is behind."""
    return Evidence(what, ask(*given, **named), None if count is None else float(count))
