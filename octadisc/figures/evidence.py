"""The sentences behind the numbers of a figure: shown beneath it, and all of them in a table beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from octadisc.errors import InputError
from octadisc.figures.words import counted

__all__ = [
    "ELEMENTS",
    "EVIDENCE",
    "Evidence",
    "behind",
    "check_evidence",
    "collect",
    "to_recipe",
    "whole_table",
]

EVIDENCE = "evidence.csv"  # what the file of all sentences ends with, after the figure's name
ELEMENTS = "elements.csv"  # and the file that says what lies where on the figure
_UNIT = re.compile(r"(.+)#(title|p|s)\d*\Z", re.DOTALL)  # how `Tokens.units` calls parts of a release
_UNITS = {"title": "title", "p": "paragraph", "s": "sentence"}
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
    unit : str
        What a row is: an occurrence, a release, a case.
    rule : str
        Where the number is no count: by which rule the sentences were chosen.
    releases : float, optional
        The number of releases with an occurrence that the figure counts.

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
    unit: str = "occurrence"
    rule: str = ""
    releases: float | None = None

    @property
    def says(self) -> str:
        """How many rows there are, and whether they add up to the count or by which rule they were chosen."""
        where, n = self._where(), len(self.frame)
        if self.unit == "release":
            text = where if self.frame["release"].is_unique else counted(n, "release")
        elif self.rule:
            text = f"{counted(n, 'sentence')} of {where}"
        else:
            text = f"{counted(n, self.unit)} in {where}"
        if self.rule:
            return f"{text}, {self.rule}"
        if self.count is None and self.releases is None:
            return text
        many = "as many as counted" if self.count is not None else "as many releases as counted"
        return text + (f", {many}" if self.adds_up else f"; counted are {self._counted()}")

    def _where(self) -> str:
        """Say how many releases there are; where these were cut into units, how many of these of how many."""
        names = [str(one) for one in self.frame["release"].unique()]
        parts = [_UNIT.match(one) for one in names]
        units = {one[2] for one in parts if one}
        if len(units) != 1 or None in parts:
            return counted(len(names), "release")
        whole = len({one[1] for one in parts if one})
        return f"{counted(len(names), _UNITS[units.pop()])} of {counted(whole, 'release')}"

    @property
    def adds_up(self) -> bool:
        """Whether the rows, or their weights, make the count, and their releases the number of releases."""
        weights = self.frame["weight"] if "weight" in self.frame else pd.Series(1.0, self.frame.index)
        releases = float(weights[~self.frame["release"].duplicated()].sum())
        pairs = [(self.count, float(weights.sum())), (self.releases, releases)]
        known = [(wanted, found) for wanted, found in pairs if wanted is not None]
        return bool(known) and all(
            abs(found - wanted) < 1e-6 * max(1.0, abs(wanted)) for wanted, found in known
        )

    def _counted(self) -> str:
        released = "" if self.releases is None else f"{self.releases:,.6g} releases"
        return " in ".join(filter(None, ["" if self.count is None else f"{self.count:,.6g}", released]))

    def named(self, what: str) -> Evidence:
        """Give the same evidence under another name."""
        return replace(self, what=what)


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
    """Give what the recipe says of each: which number, how many sentences, and whether they add up to it."""
    return [{"what": one.what, "says": one.says, "n": len(one.frame)} for one in evidence]


def whole_table(evidence: Sequence[Evidence]) -> pd.DataFrame:
    """Give all sentences; the first two columns say which number they are behind."""
    extra = [
        name for name in ("match", "weight", "contribution") if any(name in one.frame for one in evidence)
    ]
    parts = [
        one.frame.reindex(columns=[*_COLUMNS, *extra]).assign(number=i, what=one.what)
        for i, one in enumerate(evidence)
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[["number", "what", *_COLUMNS, *extra]]


def behind(what: str, count: Any, ask: Callable[..., pd.DataFrame], *given: Any, **named: Any) -> Evidence:
    """Ask a result for its evidence, and put it beside the number that it is behind."""
    return Evidence(what, ask(*given, **named), None if count is None else float(count))
