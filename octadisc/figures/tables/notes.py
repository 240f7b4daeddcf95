"""What stands below a table: n, intervals, tests, what the result says of itself, and its recipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from octadisc.figures.tables.cells import Column
from octadisc.figures.words import counted
from octadisc.spec import Spec

__all__ = ["write_notes"]

_INTERVALS = {
    "track_terms": "score intervals that allow for bursts within issuers",
    "TopicModel.over_time": "score intervals that allow for issuers' bursts",
    "estimate_effect": "from draws of the model's shares, errors by cluster",
    "compare": "of log ratios stratified by issuer",
    "find_collocates": "by the jackknife over releases",
}
_TESTS = {
    "find_changes": "score tests within issuers by {n} permutations of dates",
    "compare": "whole releases permuted within issuers, {n} times",
    "rising_terms": "score tests within issuers by {n} permutations",
    "estimate_effect": "t-tests with errors by cluster (Satterthwaite; Imbens and Kolesár)",
}


def write_notes(
    result: Any, frame: pd.DataFrame, columns: Sequence[Column], said: Sequence[str]
) -> list[str]:
    """Write the notes of a table.

    Parameters
    ----------
    result : result
    frame : DataFrame
        Its rows that are shown.
    columns : sequence of Column
    said : sequence of str
        What the user adds; comes first.
    """
    spec: Spec = result.spec
    steps = list(_walk(spec))
    names = [one.name for one in columns]
    notes = list(said)
    if "releases" in names and frame["releases"].notna().any():
        whole = frame.drop_duplicates([one for one in ("period", "group") if one in frame] or None)
        total = float(whole["releases"].sum())
        notes.append(f"n: {counted(int(total), 'release')} in the rows shown.")
    level = next((one.parameters["level"] for one in steps if "level" in one.parameters), 0.95)
    if any(one.low for one in columns):
        how = next((_INTERVALS[one.function] for one in steps if one.function in _INTERVALS), "")
        per_cent = 100 * (level if level > 0.5 else 1 - level)
        notes.append(f"In brackets {per_cent:g}% intervals" + (f", {how}." if how else "."))
    if any(name in ("p_value", "q_value") for name in names):
        notes.append(_tests(steps, names))
    notes += [str(one) for one in getattr(result, "notes", ()) or ()]
    version = Spec.versions()["octadisc"]
    mark = f"; corpus {spec.fingerprint}" if spec.fingerprint else ""
    seed = next((one.seed for one in steps if one.seed is not None), None)
    begun = "" if seed is None else f"; seed {seed}"
    return [*notes, f"{spec.function}, octadisc {version}{mark}{begun}."]


def _walk(spec: Spec) -> Iterator[Spec]:
    yield spec
    for one in spec.inputs:
        yield from _walk(one)


def _tests(steps: Sequence[Spec], names: Sequence[str]) -> str:
    step = next((one for one in steps if one.function in _TESTS), None)
    parts = []
    if step is not None:
        n = int(step.parameters.get("n_permutations") or 999)
        parts.append(f"p: {_TESTS[step.function].format(n=f'{n:,}')}")
    if "q_value" in names:
        parts.append("q: false discovery rate (Benjamini and Hochberg)")
    return "; ".join(parts) + "." if parts else "p-values as in the function's documentation."
