"""Tables of drift: a row for each pair of periods of a query, and the words that came and went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError
from octadisc.statistics.tests import adjust_p_values
from octadisc.terms.arguments import check_level, check_whole
from octadisc.terms.collocations.company import Company
from octadisc.terms.collocations.sides import sides_of_rows
from octadisc.terms.collocations.windows import Windows
from octadisc.terms.drift.drift_distance import Distance, distance_parts
from octadisc.terms.drift.drift_search import (
    Found,
    Way,
    compare_with_others,
    count_near,
    count_types,
    look,
    measure,
    reason_against,
)
from octadisc.terms.groups import Grid, lay_grid
from octadisc.tokens import Hits, Tokens

__all__ = ["NAMES", "check_way", "drift_of_query", "judge", "lay_periods"]

Floats = npt.NDArray[np.float64]

NAMES = ("before", "after")
_COLUMNS = (
    "query language before after hits_before hits_after releases_before releases_after words distance "
    "by_chance drift low high p_value q_value comparison as_much n_comparisons kind note"
).split()
_BEYOND = 0.1  # of the words it is compared with may have moved as much
_FEWEST_OTHERS = 10  # words that tell whether the language moved


def drift_of_query(
    tokens: Tokens,
    name: str,
    hits: Hits,
    grid: Grid,
    weights: Floats,
    pairs: list[tuple[str, str]],
    way: Way,
    place: int,
    n_threads: int | None,
) -> tuple[list[dict[str, Any]], list[pd.DataFrame], Company]:
    """Give a row and the words of each pair of periods and language, and the company they are from."""
    windows = Windows.make(tokens, hits, *way.window, way.within)
    company = count_near(windows, grid, weights, way, n_threads)
    there = company.language[hits.rows[company.weights[hits.rows] > 0]]
    spoken = np.unique(there).tolist() or np.unique(company.language).tolist()[:1]
    rows, words = [], [_words_of(company, None, None, {})]
    for pair in pairs:
        side, _ = sides_of_rows(grid, *pair)
        for language in spoken:
            found = look(company, side, language, way)
            code = company.languages[language]
            row: dict[str, Any] = {
                "query": name,
                "language": code or None,
                **dict(zip(NAMES, pair, strict=True)),
                **{f"hits_{NAMES[i]}": int(found.hits[i]) for i in (0, 1)},
                **{f"releases_{NAMES[i]}": int(found.releases[i]) for i in (0, 1)},
                "words": found.words.size,
                **dict.fromkeys(
                    "distance by_chance drift low high p_value comparison as_much".split(), np.nan
                ),
                "n_comparisons": 0,
                "note": reason_against(found),
            }
            if not row["note"]:
                seed = [way.seed, place, grid.periods.labels.index(pair[1]), language]
                distance, half = measure(found, way, seed)
                row |= _as_row(distance, half)
                if way.n_comparisons and distance.p_value <= 1 - way.level:
                    row |= _compared(company, side, language, found, distance, way, seed)
                words.append(_words_of(company, found, distance, row))
            rows.append(row)
    return rows, words, company


def _as_row(distance: Distance, half: float) -> dict[str, float]:
    return {
        "distance": distance.value,
        "by_chance": distance.by_chance,
        "drift": distance.drift,
        "low": distance.drift - half,
        "high": distance.drift + half,
        "p_value": distance.p_value,
    }


def _compared(
    company: Company, side: Any, language: int, found: Found, distance: Distance, way: Way, seed: list[int]
) -> dict[str, Any]:
    """Compare a drift with that of words as frequent as the query."""
    kept = (company.weights > 0) & (company.language == language)
    frequencies = count_types(company.windows.tokens, np.where(kept, side, -1), 2)
    others = compare_with_others(company, side, language, found, frequencies, way, seed)
    if others.size < _FEWEST_OTHERS:
        return {
            "n_comparisons": others.size,
            "note": f"fewer than {_FEWEST_OTHERS} words as frequent on both sides to compare it with",
        }
    return {
        "comparison": float(np.median(others)),
        "as_much": float((others >= distance.drift).mean()),
        "n_comparisons": others.size,
    }


def _words_of(
    company: Company, found: Found | None, distance: Distance | None, row: dict[str, Any]
) -> pd.DataFrame:
    """Give the words of one comparison, those that moved most first."""
    names = "query language before after word".split()
    if found is None or distance is None:
        counts = "count_before count_after share_before share_after part by_chance".split()
        empty = pd.DataFrame({one: np.zeros(0) for one in [*names, *counts, "direction"]})
        return empty.astype(dict.fromkeys([*names, "direction"], "str"))
    spelled = company.words
    shares = [one / max(one.sum(), 1) for one in (distance.before, distance.after)]
    table = pd.DataFrame(
        {
            **{one: pd.Series([row[one]] * found.words.size, dtype="str") for one in names[:4]},
            "word": pd.Series([spelled[one] for one in found.words.tolist()], dtype="str"),
            "count_before": distance.before,
            "count_after": distance.after,
            "share_before": shares[0],
            "share_after": shares[1],
            "part": distance_parts(distance.before, distance.after),
            "by_chance": distance.parts_by_chance,
            "direction": pd.Series(
                np.where(shares[1] > shares[0], "came", "went").astype(object), dtype="str"
            ),
        }
    )
    return table.sort_values(["part", "word"], ascending=[False, True], kind="stable")


def check_way(way: Way, against: str) -> None:
    """Refuse arguments that are not what they should be."""
    if against not in ("previous", "first"):
        raise InputError(f"against={against!r}: expected 'previous' or 'first'.")
    least = {
        "min_count": 1, "min_length": 1, "n_comparisons": 0, "n_permutations": 99, "n_resamples": 50,
    }  # fmt: skip
    for name, smallest in least.items():
        check_whole(name, getattr(way, name), smallest)
    check_level(way.level)


def lay_periods(tokens: Tokens, every: Any, before: Any, after: Any) -> Grid:
    """Lay periods by one of the two ways to say them."""
    if (every is None) == (before is None and after is None):
        raise InputError(
            'Say which periods to compare, either with every="year" (or intervals of your own), or with '
            'before=("1995-01-01", "2005-01-01") and after=("2005-01-01", "2015-01-01").'
        )
    if every is None:
        spans = (before, after)
        if not all(isinstance(one, Sequence) and not isinstance(one, str) and len(one) == 2 for one in spans):
            raise InputError(
                f"before={before!r}, after={after!r}: expected two days each, a first one and an end "
                '(exclusive), such as before=("1995-01-01", "2005-01-01").'
            )
        every = [(name, *span) for name, span in zip(NAMES, spans, strict=True)]
    grid = lay_grid(tokens.corpus, every, None)
    if len(grid.periods) < 2:
        raise NotEnoughDataError(
            f"There is one period only, {grid.periods.labels[0]}. Drift is between two: take shorter ones."
        )
    return grid


def judge(frame: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Add q-values and kinds."""
    frame = frame.assign(q_value=adjust_p_values(frame["p_value"]))
    moved = frame["q_value"] <= alpha
    alike = frame["as_much"] > _BEYOND
    kind = np.where(moved, np.where(alike, "moved with the language", "moved"), "none")
    kind = np.where(frame["p_value"].isna(), "not enough data", kind)
    frame["kind"] = pd.Series(kind.astype(object), dtype="str")
    words = ("query", "language", "before", "after", "note")
    return frame[_COLUMNS].astype(dict.fromkeys(words, "str"))
