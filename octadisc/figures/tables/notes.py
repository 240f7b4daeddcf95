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
    "standardise": "score intervals of the mix, for as many releases as tell as much",
    "TopicModel.over_time": "score intervals that allow for issuers' bursts",
    "estimate_effect": "from draws of the model's shares{clusters}",
    "compare": "of log ratios, for as many occurrences as tell as much as independent ones",
    "compare_groups": "put together from those of both groups (Newcombe's method 10)",
    "find_collocates": "by the jackknife over releases",
    "find_phrases": "by the jackknife over releases",
    "interrupted": "the wider of two, with errors by issuers (CR2) or by periods",
    "smooth": "pointwise, of the smoothed curve",
}
_TESTS = {
    "find_changes": "score tests within issuers by {n} permutations of dates",
    "find_bursts": "a burst's weight against the heaviest in each of {n} permutations within issuers",
    "compare": "{n} permutations of whole releases{within}, or of issuers where these are on one side only",
    "compare_groups": "{n} permutations of releases, or of issuers where each is in one group only",
    "rising_terms": "score tests within issuers by {n} permutations",
    "measure_drift": "whole releases dealt anew within issuers, {n} times; one-sided",
    "estimate_effect": "t-tests{clusters}{how}",
    "interrupted": "t-tests with the errors that make the wider interval",
}
_CHANCES = ("p_value", "q_value")
_NAMED = ("term", "collocate", "phrase")  # whose releases are those that have them, and overlap


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
    if "releases" in names and "period" in frame and not set(_NAMED) & set(frame):
        whole = frame.drop_duplicates([one for one in ("period", "group") if one in frame])
        total = float(whole["releases"].sum())
        notes.append(f"n: {counted(round(total), 'release')} in the rows shown.")
    step = _step_of(steps)
    level = next((one.parameters["level"] for one in steps if "level" in one.parameters), 0.95)
    if any(one.low and frame[[one.low, one.high]].notna().all(axis=1).any() for one in columns):
        how = _fill(_INTERVALS.get(step.function, ""), step)
        if step.parameters.get("interval") == "bootstrap":
            how = "from resampled releases (bootstrap)"
        per_cent = 100 * (level if level > 0.5 else 1 - level)
        notes.append(f"In brackets {per_cent:g}% intervals" + (f", {how}." if how else "."))
    chances = [one for one in _CHANCES if one in names and frame[one].notna().any()]
    if chances:
        notes.append(_tests(step, chances))
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


def _step_of(steps: Sequence[Spec]) -> Spec:
    """Give the step whose intervals and tests these are: the result's own, or the effect it was read off."""
    own = steps[0]
    if own.function.startswith("Effect."):
        return next((one for one in steps if one.function == "estimate_effect"), own)
    return own


def _fill(text: str, step: Spec) -> str:
    """Put into words on a method what was chosen."""
    clusters = step.parameters.get("clusters")
    by_cluster = clusters is not None
    return text.format(
        n=f"{int(step.parameters.get('n_permutations') or 999):,}",
        within=f" within each {within}" if (within := step.parameters.get("within")) else "",
        clusters=f", errors by {clusters}" if by_cluster else "",
        how=" (Satterthwaite; Imbens and Kolesár)" if by_cluster else "",
    )


def _tests(step: Spec, names: Sequence[str]) -> str:
    parts = []
    if step.function in _TESTS:
        parts.append(f"p: {_fill(_TESTS[step.function], step)}")
    if "q_value" in names:
        parts.append("q: false discovery rate (Benjamini and Hochberg)")
    return "; ".join(parts) + "." if parts else "p-values as in the function's documentation."
