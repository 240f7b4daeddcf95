"""Count again, from a package's tables, what its figures count."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

from octadisc.figures.bodies import match_bodies, read_bodies
from octadisc.figures.choices import NOT_KNOWN, largest
from octadisc.figures.save import BY_HAND
from octadisc.figures.sharing.tables import MATRIX, QUERIES, RELEASES, TERMS

__all__ = ["Recount", "recount"]

_ASIDE = ("tokenize", "load_corpus", "Corpus.from_frame")  # steps that leave the releases as they are
_NUMBERS = ("count", "tokens", "releases", "matching_releases", "characters")


@dataclass(slots=True)
class Recount:
    """What came out when the figures' numbers were counted again.

    Attributes
    ----------
    same : dict of int
        By figure: how many numbers came out the same.
    different : list of str
        Each number that did not, in words.
    not_counted : dict of str
        By figure: why its numbers cannot be counted again.
    matrix : str
        What became of the matrix of counts.
    """

    same: dict[str, int] = field(default_factory=dict)
    different: list[str] = field(default_factory=list)
    not_counted: dict[str, str] = field(default_factory=dict)
    matrix: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing came out otherwise."""
        return not self.different


def recount(files: Mapping[str, bytes], who: str | None, withheld: int) -> Recount:
    """Count releases, words and occurrences per period and group again, where the tables suffice.

    Parameters
    ----------
    files : mapping of bytes
    who : str, optional
        The table of names that puts issuers together, if it lies in the package: its path on this machine.
    withheld : int
        Terms that are not in the matrix.
    """
    made = Recount()
    releases = read_table(files[RELEASES])
    queries = read_table(files[QUERIES]) if QUERIES in files else pd.DataFrame()
    made.matrix = _check_matrix(files, releases, withheld, made)
    for name in sorted(files):
        if not (name.startswith("figures/") and name.endswith(".json")):
            continue
        recipe = json.loads(files[name])
        table = name.removesuffix(".json") + ".csv"
        if not isinstance(recipe, dict) or "results" not in recipe or table not in files:
            continue
        figure = str(recipe["name"])
        n, why = _recount_figure(figure, recipe, files[table], releases, queries, who, made)
        if n:
            made.same[figure] = n
        elif why:
            made.not_counted[figure] = why
    return made


def read_table(content: bytes) -> pd.DataFrame:
    """Read a table of a package as text."""
    return pd.read_csv(BytesIO(content), dtype="str", keep_default_na=False)


def _check_matrix(files: Mapping[str, bytes], releases: pd.DataFrame, withheld: int, made: Recount) -> str:
    """Hold the matrix's rows against the words of each release."""
    if MATRIX not in files:
        return "There is no matrix of counts."
    lines = [one for one in files[MATRIX].decode().splitlines() if not one.startswith("%")]
    n_rows, n_columns, n_entries = (int(one) for one in lines[0].split())
    entries = np.loadtxt(lines[1:], dtype=np.int64, ndmin=2) if len(lines) > 1 else np.zeros((0, 3), np.int64)
    n_terms = len(files[TERMS].decode().splitlines()) if TERMS in files else -1
    if (n_rows, n_columns, n_entries) != (len(releases), n_terms, len(entries)):
        made.different.append(f"{MATRIX}: its size is not that of releases.csv and terms.txt")
        return "The matrix of counts does not fit the releases and terms."
    sums = np.bincount(entries[:, 0] - 1, weights=entries[:, 2], minlength=n_rows)
    words = releases["words"].astype(int).to_numpy()
    wrong = np.flatnonzero(sums > words if withheld else sums != words)
    if len(wrong):
        row = int(wrong[0])
        made.different.append(
            f"{MATRIX}: the counts of {releases['release'].iloc[row]} add up to {int(sums[row]):,}, and it "
            f"has {int(words[row]):,} words" + (f"; so in {len(wrong) - 1:,} more" if len(wrong) > 1 else "")
        )
        return "The matrix of counts does not add up to the releases' words."
    part = "at most " if withheld else ""
    return f"The counts of {n_terms:,} terms add up to {part}the words of each of {n_rows:,} releases."


def _recount_figure(
    figure: str,
    recipe: Mapping[str, Any],
    content: bytes,
    releases: pd.DataFrame,
    queries: pd.DataFrame,
    who: str | None,
    made: Recount,
) -> tuple[int, str]:
    """Count a figure's rows again; give how many numbers came out the same, or why none could be counted."""
    table = read_table(content)
    why, n = "made of the texts themselves, by models, tests and measures of words", 0
    if {one["function"] for one in recipe["results"]} == {BY_HAND}:
        return 0, "put together by hand in a notebook"
    for result in recipe["results"]:
        if result["function"] not in ("track_terms", "coverage"):
            continue
        rows = table[table["result"] == result["function"]] if "result" in table else table
        chosen = _choose_releases(result, releases, who)
        if isinstance(chosen, str):
            why = chosen
            continue
        for row in rows.to_dict("records"):
            for column, now in _count_row(row, result, chosen, queries):
                if row.get(column, "") == "":
                    continue
                if abs(float(row[column]) - now) < 1e-6:
                    n += 1
                else:
                    place = ", ".join(row[one] for one in ("group", "query", "period") if row.get(one))
                    made.different.append(
                        f"{figure}: {column} of {place} is {row[column]}, counted are {now:,}"
                    )
    return n, why


def _choose_releases(
    result: Mapping[str, Any], releases: pd.DataFrame, who: str | None
) -> pd.DataFrame | str:
    """Choose releases as the recipe says; say why that cannot be done."""
    if (
        result.get("parameters", {}).get("weights")
        or result.get("parameters", {}).get("reissues", "keep") != "keep"
    ):
        return "made of weighed releases"
    frame = releases.assign(issuer=releases["issuer"].replace("", None))
    for step in _steps(result):
        name, given = step["function"], step.get("parameters", {})
        if name == "without_reissues":
            frame = frame[frame["reissue_of"] == ""]
        elif name == "Corpus.between":
            start, end = str(given.get("start") or ""), str(given.get("end") or "9999")
            frame = frame[(frame["date"] >= start[:10]) & (frame["date"] < end[:10]) & (frame["date"] != "")]
        elif name == "with_issuers" and who is not None:
            frame = frame.assign(
                issuer=match_bodies(frame["issuer"], read_bodies(who)).fillna(frame["issuer"])
            )
        elif name == "with_largest_issuers":
            frame = frame.assign(publisher=_largest_issuers(frame["issuer"], int(given["most"])))
        elif name == "tokenize" and given.get("pattern") is not None:
            return "made of words that are cut by a pattern of their own"
        elif name not in _ASIDE:
            return f"made of releases that were chosen by a step ({name}) that needs the texts"
    return frame


def _steps(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the steps that made a result's input, the first one first."""
    steps: list[Mapping[str, Any]] = []
    step = result
    while step.get("inputs"):
        step = step["inputs"][0]
        steps.insert(0, step)
    return steps


def _largest_issuers(issuer: pd.Series, most: int) -> pd.Series:
    named = issuer.fillna("").str.strip() != ""
    top, rest = largest(issuer[named], most)
    return issuer.where(issuer.isin(top), rest).where(named, NOT_KNOWN)


def _count_row(
    row: Mapping[str, str], result: Mapping[str, Any], frame: pd.DataFrame, queries: pd.DataFrame
) -> Iterator[tuple[str, float]]:
    """Count what one row of a figure counts."""
    by = result.get("parameters", {}).get("by")
    if not row.get("start") or not row.get("end"):
        return
    mine = (frame["date"] != "") & (frame["date"] >= row["start"][:10]) & (frame["date"] < row["end"][:10])
    if by is not None:
        if by not in frame or row.get("group", "all") not in set(frame[by].dropna()):
            return
        mine &= frame[by] == row["group"]
    chosen = frame[mine]
    if result["function"] == "coverage":
        yield "releases", len(chosen)
        yield "characters", int(chosen["characters"].astype(int).sum())
        return
    if row.get("query") not in queries:
        return
    counts = queries.set_index("release")[row["query"]].reindex(chosen["release"])
    defined = counts.to_numpy(object) != ""
    found = counts[defined].astype(float).to_numpy()
    yield "count", float(found.sum())
    yield "tokens", float(chosen["words"].astype(int).to_numpy()[defined].sum())
    yield "releases", int(defined.sum())
    yield "matching_releases", int((found > 0).sum())
