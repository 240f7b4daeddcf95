"""The sentences that a page holds: each once, and no more than a page that is mailed can bear."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from octadisc.figures.evidence import ELEMENTS, EVIDENCE

__all__ = ["Shown", "Store", "read_store"]

_BUDGET = 9_000_000  # characters of sentences on a page; what is more stays in the files beside it
_CAPS = (None, 400, 200, 100, 50, 25, 12, 6, 3)  # sentences of one number, the first that keeps the budget
_LONGEST = 700  # characters of a sentence on the page


class Shown(NamedTuple):
    """What a page knows of a figure.

    Attributes
    ----------
    elements : list of [x, y, width, height, says, numbers]
        What lies where, in parts of the figure, and which of the evidence is behind it.
    evidence : list of [what, says, n, sentences]
        `n` sentences there are; those on the page by their numbers in the store.
    """

    elements: list[list[Any]]
    evidence: list[list[Any]]


@dataclass(slots=True)
class Store:
    """Releases and sentences, each once, and what each figure shows of them.

    Attributes
    ----------
    releases : list of [release, date, issuer, source]
    sentences : list of [release, sentence, match, contribution]
        By the release's number; match and contribution may be empty.
    figures : dict of Shown
    cap : int or None
        How many sentences of a number are on the page at most.
    """

    releases: list[list[str]] = field(default_factory=list)
    sentences: list[list[Any]] = field(default_factory=list)
    figures: dict[str, Shown] = field(default_factory=dict)
    cap: int | None = None

    def to_json(self) -> str:
        """Give all as JSON that can stand in a page's script element."""
        made = {
            "releases": self.releases,
            "sentences": self.sentences,
            "figures": {name: one._asdict() for name, one in self.figures.items()},
        }
        text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
        return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


class _Row(NamedTuple):
    release: tuple[str, str, str, str]
    sentence: str
    match: str
    contribution: str


def read_store(folder: Path, recipes: Iterable[dict[str, Any]]) -> Store:
    """Read what lies beside the figures of a folder: where their elements are, and the sentences behind them.

    Of a number with more sentences than fit on the page, those shown are evenly drawn in the order of time,
    or the first where they are ranked.
    """
    names = [str(one["name"]) for one in recipes]
    said = {str(one["name"]): one.get("evidence") or [] for one in recipes}
    rows = {name: _read_evidence(folder / f"{name}.{EVIDENCE}", len(said[name])) for name in names}
    chosen: dict[str, list[list[_Row]]] = {}
    for cap in _CAPS:
        chosen = {name: [_some(part, cap) for part in parts] for name, parts in rows.items()}
        unique = {row for parts in chosen.values() for part in parts for row in part}
        if sum(len(row.sentence) + 40 for row in unique) <= _BUDGET:
            break
    store = Store(cap=cap)
    releases: dict[tuple[str, ...], int] = {}
    sentences: dict[_Row, int] = {}
    for name in names:
        evidence = []
        for about, part in zip(said[name], chosen[name], strict=True):
            numbers = [_number(row, store, releases, sentences) for row in part]
            evidence.append([about["what"], about["says"], about["n"], numbers])
        store.figures[name] = Shown(_read_elements(folder / f"{name}.{ELEMENTS}"), evidence)
    return store


def _read_evidence(path: Path, n: int) -> list[list[_Row]]:
    parts: list[list[_Row]] = [[] for _ in range(n)]
    if not path.exists():
        return parts
    for one in _read(path):
        number = int(one["number"])
        if number < n:
            release = (one["release"], one["date"], one["issuer"], one["source"])
            text = one["sentence"]
            text = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …"
            parts[number].append(
                _Row(release, text, one.get("match") or "", _round(one.get("contribution") or ""))
            )
    for part in parts:
        if not any(row.contribution for row in part):
            part.sort(key=lambda row: row.release[1] or "~")
    return parts


def _read(path: Path) -> list[dict[str, str]]:
    table: list[dict[str, str]] = pd.read_csv(path, dtype="str", keep_default_na=False).to_dict("records")
    return table


def _round(text: str) -> str:
    return f"{float(text):.1f}" if text else ""


def _some(part: Sequence[_Row], cap: int | None) -> list[_Row]:
    """Give so many rows: the first if they are ranked, else evenly drawn."""
    if cap is None or len(part) <= cap:
        return list(part)
    if part[0].contribution:
        return list(part[:cap])
    step = (len(part) - 1) / max(1, cap - 1)
    return [part[round(i * step)] for i in range(cap)]


def _number(row: _Row, store: Store, releases: dict[tuple[str, ...], int], sentences: dict[_Row, int]) -> int:
    if row not in sentences:
        if row.release not in releases:
            releases[row.release] = len(store.releases)
            store.releases.append(list(row.release))
        sentences[row] = len(store.sentences)
        made: list[Any] = [releases[row.release], row.sentence, row.match, row.contribution]
        while made[-1] == "":
            made.pop()
        store.sentences.append(made)
    return sentences[row]


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
