"""The rows of a comparison: one group after the other, each language by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from octadisc.terms.counts import TermCounts
from octadisc.terms.keyness.keyness_chance import judge_sides, leave_untested
from octadisc.terms.keyness.keyness_groups import Contrast, Sides, table_of, years_of
from octadisc.terms.keyness.keyness_measures import FEWEST_ISSUERS, Side, compare_sides, compare_with_list
from octadisc.terms.keyness.keyness_rows import Rows, rows_of
from octadisc.terms.keyness.outside_lists import FrequencyList

__all__ = ["Plan", "compare_group"]


class Plan(NamedTuple):
    """How a comparison is made; see `od.compare`."""

    within: str | None
    min_releases: int
    min_issuers: int
    correlation: float | None
    level: float
    n_permutations: int
    seed: int


def compare_group(
    counts: TermCounts,
    sides: Sides,
    contrast: Contrast,
    outside: FrequencyList | None,
    plan: Plan,
    number: int,
    notes: list[str],
) -> Iterator[pd.DataFrame]:
    """Give the rows of a group, language by language."""
    table = table_of(counts)
    years = years_of(table, sides)
    for language, rows in rows_of(counts, table, contrast, plan.within, years, outside is not None, notes):
        matrix, kept = rows.of_terms(plan.min_releases, plan.min_issuers)
        if not kept.size:
            notes.append(f"{contrast.group}: no term is in {plan.min_releases} releases of a side.")
            continue
        n_issuers = rows.n_issuers
        target = Side.of(matrix[rows.target], rows.sizes[rows.target], rows.issuer[rows.target], n_issuers)
        if outside is not None:
            issuers = target.n_issuers >= FEWEST_ISSUERS
            terms = [counts.terms[i] for i in kept.tolist()]
            given = (outside.counts(terms), outside.total, plan.level)
            made = compare_with_list(target, *given, issuers=issuers)
            made["within"], made["note"], against = np.nan, "", outside.name
        else:
            against = contrast.reference
            made = _compare_rows(rows, matrix, target, plan, number, sides.in_time, contrast.group, notes)
        made["term"] = np.array(counts.terms, object)[kept]
        made["group"], made["reference"], made["language"] = contrast.group, against, language
        yield _whole(made, counts.matrix.dtype)


def _compare_rows(
    rows: Rows,
    matrix: Any,
    target: Side,
    plan: Plan,
    number: int,
    in_time: bool,
    group: str,
    notes: list[str],
) -> pd.DataFrame:
    rest = ~rows.target
    other = Side.of(matrix[rest], rows.sizes[rest], rows.issuer[rest], rows.n_issuers)
    rng = np.random.default_rng([plan.seed, number])
    given = (matrix, rows.sizes, rows.target, rows.strata, rows.years, plan.n_permutations, rng)
    if plan.n_permutations:
        tested = judge_sides(*given, in_time=in_time, correlation=plan.correlation)
    else:
        tested = leave_untested(matrix.shape[1])
    few = min(target.n_issuers, other.n_issuers) < 2
    enough = int(((target.issuer_tokens > 0) | (other.issuer_tokens > 0)).sum()) >= FEWEST_ISSUERS
    made = compare_sides(target, other, plan.level, tested.added, issuers=enough and not few)
    made["p_value"], made["within"] = tested.p_value, tested.within
    if tested.note:
        notes.append(f"{group}: {tested.note[0].lower()}{tested.note[1:]}")
    if few and tested.way != "releases":
        notes.append(f"{group}: intervals are about releases of these issuers, not about others like them.")
    missing = tested.note if tested.way == "none" else "Not enough data: in too few releases for a test."
    note = np.where(np.isnan(tested.p_value), missing, "")
    turned = (tested.within * made["log_ratio"].to_numpy() < 0) & (tested.p_value <= 0.05)
    made["note"] = np.where(turned, "Within issuers it is the other way round.", note)
    return made


def _whole(frame: pd.DataFrame, dtype: Any) -> pd.DataFrame:
    if np.issubdtype(dtype, np.integer):
        for column in ("count", "reference_count"):
            if (frame[column] % 1 == 0).all():
                frame[column] = frame[column].astype(np.int64)
    return frame
