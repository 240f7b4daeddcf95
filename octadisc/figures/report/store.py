"""The sentences that a page holds: each once, and no more than a page that is mailed can bear."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from octadisc.figures.evidence import ELEMENTS, EVIDENCE

__all__ = ["LONGEST", "Shown", "Store", "read_cells", "read_store"]

_BUDGET = 7_000_000  # bytes of sentences on a page; what is more stays in the files beside it
_CAPS = (None, 400, 200, 100, 50, 25, 12, 6, 3)  # sentences of one number, the first that keeps the budget
LONGEST = 500  # characters of a sentence, or of a table's cell, on the page


class Shown(NamedTuple):
    """What a page knows of a figure.

    Attributes
    ----------
    elements : list of [x, y, width, height, says, numbers]
        What lies where, in parts of the figure, and which of the evidence is behind it.
    evidence : list of [what, says, n, sentences, matches, contributions]
        `n` sentences there are; those on the page by their numbers in the store, with the numbers of the
        words matched in each; contributions where they are ranked by these. Empty lists at the end are
        left out.
    """

    elements: list[list[Any]]
    evidence: list[list[Any]]


class _Table:
    """Things, each once, and their numbers."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def number(self, one: Any) -> int:
        return self._numbers.setdefault(one, len(self._numbers))

    def to_list(self) -> list[Any]:
        return list(self._numbers)


@dataclass(slots=True)
class Store:
    """Releases, sentences and words matched, each once, and what each figure shows of them.

    Attributes
    ----------
    releases : list of (release, date, issuer, source)
    sentences : list of (number of the release, sentence)
    words : list of str
    figures : dict of Shown
    cap : int or None
        How many sentences of a number are on the page at most.
    """

    releases: list[Any]
    sentences: list[Any]
    words: list[str]
    figures: dict[str, Shown]
    cap: int | None

    def to_json(self) -> str:
        """Give all as JSON that can stand in a page's script element."""
        made = {
            "releases": self.releases,
            "sentences": self.sentences,
            "words": self.words,
            "figures": {name: one._asdict() for name, one in self.figures.items()},
        }
        text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
        return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


class _Row(NamedTuple):
    release: tuple[str, str, str, str]
    sentence: str
    match: str
    contribution: float | None


def read_store(folder: Path, recipes: Iterable[dict[str, Any]]) -> Store:
    """Read what lies beside the figures of a folder: where their elements are, and the sentences behind them.

    Of a number with more sentences than fit on the page, those shown are evenly drawn in the order of time,
    or the first where they are ranked.
    """
    said = {str(one["name"]): one.get("evidence") or [] for one in recipes}
    rows = {
        name: _read_evidence(folder / f"{name}.{EVIDENCE}", [str(one["what"]) for one in about])
        for name, about in said.items()
    }
    chosen, cap = _fit(rows)
    releases, sentences, words = _Table(), _Table(), _Table()
    figures = {}
    for name, about in said.items():
        evidence = []
        for one, part in zip(about, chosen[name], strict=True):
            made: list[Any] = [one["what"], one["says"], one["n"]]
            made.append([sentences.number((releases.number(row.release), row.sentence)) for row in part])
            made.append([words.number(row.match) for row in part] if any(row.match for row in part) else [])
            made.append([row.contribution for row in part if row.contribution is not None])
            while made[-1] == []:
                made.pop()
            evidence.append(made)
        figures[name] = Shown(_read_elements(folder / f"{name}.{ELEMENTS}"), evidence)
    return Store(releases.to_list(), sentences.to_list(), words.to_list(), figures, cap)


def _fit(rows: dict[str, list[list[_Row]]]) -> tuple[dict[str, list[list[_Row]]], int | None]:
    """Choose so many sentences of each number that all of them fit."""
    for cap in _CAPS:
        chosen = {name: [_some(part, cap) for part in parts] for name, parts in rows.items()}
        unique = {(row.release, row.sentence) for parts in chosen.values() for part in parts for row in part}
        if sum(len(sentence.encode()) + 20 for _, sentence in unique) <= _BUDGET:
            break
    return chosen, cap


def _read_evidence(path: Path, whats: Sequence[str]) -> list[list[_Row]]:
    """Read the sentences behind each number; older versions had a number's words in the column `number`."""
    parts: list[list[_Row]] = [[] for _ in whats]
    if not path.exists():
        return parts
    numbers = {what: i for i, what in enumerate(whats)} | {str(i): i for i in range(len(whats))}
    for one in _read(path):
        number = numbers.get(one["number"])
        if number is not None:
            release = (one["release"], one["date"], one["issuer"], one["source"])
            match, contribution = one.get("match", ""), one.get("contribution", "")
            ranked = round(float(contribution), 1) if contribution else None
            parts[number].append(_Row(release, _short(one["sentence"], match), match, ranked))
    for part in parts:
        if not any(row.contribution for row in part):
            part.sort(key=lambda row: row.release[1] or "~")
    return parts


def _short(sentence: str, match: str) -> str:
    """Cut a very long sentence to what stands around the words matched."""
    if len(sentence) <= LONGEST:
        return sentence
    middle = max(0, sentence.find(match)) + len(match) // 2
    start = min(max(0, middle - LONGEST // 2), len(sentence) - LONGEST)
    text = sentence[start : start + LONGEST].strip()
    return ("… " if start else "") + text + (" …" if start + LONGEST < len(sentence) else "")


def read_cells(text: str) -> list[list[str]]:
    r"""Read a CSV as texts, its head first; unlike Python's own reader it bears long cells.

    Examples
    --------
    >>> read_cells("period,rate\n2008,\n"), read_cells("")
    ([['period', 'rate'], ['2008', '']], [])
    """
    if not text.strip():
        return []
    table = pd.read_csv(
        StringIO(text), header=None, dtype="str", keep_default_na=False, skip_blank_lines=False
    )
    cells: list[list[str]] = table.to_numpy(object).tolist()
    return cells


def _read(path: Path) -> list[dict[str, str]]:
    table: list[dict[str, str]] = pd.read_csv(path, dtype="str", keep_default_na=False).to_dict("records")
    return table


def _some(part: Sequence[_Row], cap: int | None) -> list[_Row]:
    """Give so many rows: the first if they are ranked, else evenly drawn."""
    if cap is None or len(part) <= cap:
        return list(part)
    if part[0].contribution:
        return list(part[:cap])
    step = (len(part) - 1) / max(1, cap - 1)
    return [part[round(i * step)] for i in range(cap)]


def _read_elements(path: Path) -> list[list[Any]]:
    if not path.exists():
        return []
    return [
        [
            *(float(one[side]) for side in ("x", "y", "width", "height")),
            one["says"],
            [int(number) for number in one["evidence"].split()],
        ]
        for one in _read(path)
    ]
