"""How right a query is, as far as people have judged it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.drawing.axes import entitle
from octadisc.drawing.style import new_figure
from octadisc.figures.drawings import Drawing, Missing
from octadisc.figures.words import counted, listed, per_cent
from octadisc.terms.audits.audit import audit
from octadisc.tokens import read_codes

if TYPE_CHECKING:
    from octadisc.terms.audits.audit import Audit
    from octadisc.terms.audits.audit_sample import AuditSample
    from octadisc.terms.audits.audit_trend import CorrectedTrend
    from octadisc.terms.trends import Trend

__all__ = ["audit_question", "describe_audit", "describe_sample", "draw_audit", "rates_of"]


def describe_sample(sample: AuditSample | Missing) -> str:
    """Say what was drawn to be judged, from how many."""
    if isinstance(sample, Missing):
        return f"No sample can be drawn: {sample.reason}"
    hit = sample.frame["hit"].to_numpy(bool)
    found = sample.strata.groupby("hit")["found"].sum()
    return (
        f"Drawn to be judged: {counted(int(hit.sum()), 'release')} of the {int(found[True]):,} that the "
        f"query hits, and {int((~hit).sum()):,} of the {int(found[False]):,} that it does not."
    )


def audit_question(trend: Trend, sample: AuditSample, path: Any) -> Audit:
    """Audit a query with what people judged: sheets of the sample, or a table of releases.

    Parameters
    ----------
    trend : Trend
        Of the question alone.
    sample : AuditSample
        What the sheets were made of.
    path : path
        Coded sheets (with a column line; a workbook, a CSV file or a folder), or a CSV file with a column
        release and one of judgements, yes or no, of releases that were drawn at random.

    Raises
    ------
    MissingFileError, InputError
        If there is no such file, or it cannot be joined to the releases.
    """
    place, name = Path(path), next(iter(trend.basis.hits))
    if place.suffix.casefold() == ".csv" and place.is_file():
        table = pd.read_csv(place, dtype="str")
        if "line" not in table:
            known = table["release"].isin(
                set(trend.basis.tokens.corpus.frame["release"])
            )  # re-issues are left out
            return audit(trend, name, table[known] if known.any() else table)
    return audit(trend, name, read_codes(place, sample.sheet), sample=sample)


def draw_audit(judged: Audit, corrected: CorrectedTrend | None = None) -> Drawing:
    """Draw precision and recall, and the course as hit and as corrected."""
    fig, (left, right) = new_figure(1, 2, width="double", height=62, shared=False, width_ratios=[1, 1.4])
    judged.plot(left)
    entitle(left, "")  # the legend stands there
    data: list[Any] = [judged]
    if corrected is not None:
        corrected.plot(right)
        entitle(right, "As hit, and corrected", letters=30)
        data.append(corrected)
    return Drawing(
        fig,
        describe_audit(judged),
        "Left: precision and recall of the query among releases that people judged, with 95% intervals. "
        "Right: the share of releases that it hits, and that share corrected for what it hits wrongly and "
        "misses.",
        data,
    )


def describe_audit(judged: Audit | Missing) -> str:
    """Give precision and recall with their intervals."""
    if isinstance(judged, Missing):
        return judged.reason
    row = judged.frame.iloc[0]
    rates = rates_of(row)
    n = counted(int(row["n"]), "release")
    return f"Of {n} judged: {listed(rates)}." if rates else f"Of {n} judged: {row['note']}"


def rates_of(row: Any) -> list[str]:
    """Give the precision and recall of an audit's row in words, each with its interval, as far as known."""
    return [
        f"{name} {per_cent(row[name])} ({per_cent(row[f'{name}_low'])} to {per_cent(row[f'{name}_high'])})"
        for name in ("precision", "recall")
        if np.isfinite(row[name])
    ]
