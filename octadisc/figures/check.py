"""Make every figure again and say which came out the same."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from math import isnan
from pathlib import Path
from typing import Any

from octadisc.figures.gallery import KINDS, read_manifest, read_recipes
from octadisc.figures.make import Say, prepare_figures
from octadisc.figures.settings import Settings

__all__ = ["Verdict", "check_figures", "compare_figures", "compare_tables"]

_TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a figure.

    "same bytes", "same numbers", "different", "missing", "new", or "not checked": one's own, which the
    notebooks do not make.
    """

    name: str
    outcome: str
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure's numbers came out the same."""
        return self.outcome in ("same bytes", "same numbers", "not checked")

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome}" + (f" ({self.detail})" if self.detail else "")


def check_figures(
    folder: Path,
    corpus: Path | None = None,
    *,
    topics: int | None = None,
    say: Say = print,
    settings: Settings | None = None,
) -> list[Verdict]:
    """Make the figures again, elsewhere, and compare each with the one in a folder.

    Raises
    ------
    MissingFileError
        If there is no such folder.
    """
    read_recipes(folder)  # says so at once if there is nothing to compare with
    with prepare_figures(corpus, folder.resolve(), topics=topics, say=say, settings=settings) as made:
        return compare_figures(folder, made)


def compare_figures(old: Path, new: Path) -> list[Verdict]:
    """Compare two folders of figures, figure by figure."""
    before = {one["name"]: one for one in read_recipes(old)}
    after = {one["name"]: one for one in read_recipes(new)}
    made = read_manifest(old)
    verdicts = []
    for name in [*after, *(name for name in before if name not in after)]:
        if name not in before:
            verdicts.append(Verdict(name, "new", f"not in {old}"))
        elif name not in after and made and f"{name}.json" not in made:
            verdicts.append(Verdict(name, "not checked", "the notebooks do not make it"))
        elif name not in after:
            verdicts.append(Verdict(name, "missing", "not made this time"))
        else:
            verdicts.append(_compare(name, old, new, before[name], after[name]))
    return verdicts


def _compare(name: str, old: Path, new: Path, before: dict[str, Any], after: dict[str, Any]) -> Verdict:
    if "paragraphs" in before or "paragraphs" in after:
        same = before.get("paragraphs") == after.get("paragraphs")
        return Verdict(
            name, "same bytes" if same else "different", "" if same else "the claim reads otherwise"
        )
    if "skipped" in before or "skipped" in after:
        same = before.get("skipped") == after.get("skipped")
        return Verdict(
            name, "same bytes" if same else "different", "" if same else "drawn one time and not the other"
        )
    absent = [kind for kind in KINDS if not (old / f"{name}.{kind}").exists()]
    if absent:
        return Verdict(name, "missing", f"no {listed_kinds(absent)} in {old}")
    unlike = [kind for kind in KINDS if _bytes(old, name, kind) != _bytes(new, name, kind)]
    if not unlike:
        return Verdict(name, "same bytes")
    found = compare_tables(_bytes(old, name, "csv").decode(), _bytes(new, name, "csv").decode())
    why = "; ".join(filter(None, [found, *_reasons(before, after)]))
    if found:
        return Verdict(name, "different", why)
    return Verdict(
        name, "same numbers", "; ".join([f"other bytes in {listed_kinds(unlike)}", *_reasons(before, after)])
    )


def listed_kinds(kinds: list[str]) -> str:
    """Write kinds of files as a list.

    Examples
    --------
    >>> listed_kinds(["pdf", "csv"])
    'PDF, CSV'
    """
    return ", ".join(kind.upper() for kind in kinds)


def _bytes(folder: Path, name: str, kind: str) -> bytes:
    return (folder / f"{name}.{kind}").read_bytes()


def _reasons(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Say what differs between two recipes: the corpus, the parameters, the words, the libraries."""
    reasons = []
    if before.get("fingerprint") != after.get("fingerprint"):
        reasons.append("another corpus")
    elif before.get("results") != after.get("results"):
        reasons.append("other parameters")
    if before.get("evidence") != after.get("evidence"):
        reasons.append("other evidence")
    if any(before.get(key) != after.get(key) for key in ("alt", "caption", "title")):
        reasons.append("other words")
    old, new = before.get("versions", {}), after.get("versions", {})
    moved = [f"{name} {old.get(name)} → {new[name]}" for name in new if old.get(name) != new[name]]
    return [*reasons, *moved]


def compare_tables(old: str, new: str) -> str:
    r"""Say where two CSVs differ by more than 1e-8; nothing if they do not.

    Examples
    --------
    >>> compare_tables("period,rate\n2008,1.5\n", "period,rate\n2008,1.500000000001\n")
    ''
    >>> compare_tables("period,rate\n2008,1.5\n", "period,rate\n2008,1.6\n")
    'rate in row 1 was 1.5 and is 1.6'
    """
    before, after = list(csv.reader(StringIO(old))), list(csv.reader(StringIO(new)))
    if before[:1] != after[:1]:
        return "other columns"
    if len(before) != len(after):
        return f"{len(before) - 1:,} rows before, {len(after) - 1:,} now"
    unlike = [
        (row, column)
        for row, (one, other) in enumerate(zip(before, after, strict=True))
        for column in range(max(len(one), len(other)))
        if not _same("".join(one[column : column + 1]), "".join(other[column : column + 1]))
    ]
    if not unlike:
        return ""
    row, column = unlike[0]
    more = f", and {len(unlike) - 1:,} more cells" if len(unlike) > 1 else ""
    return f"{before[0][column]} in row {row} was {before[row][column]} and is {after[row][column]}{more}"


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        a, b = float(one), float(other)
    except ValueError:
        return False
    return (isnan(a) and isnan(b)) or abs(a - b) <= _TOLERANCE * max(1.0, abs(a), abs(b))
