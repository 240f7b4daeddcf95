"""Balanced panels: only those who publish all the time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError, NotEnoughDataError
from octadisc.spec import Spec
from octadisc.terms.arguments import check_part
from octadisc.terms.found import Found
from octadisc.terms.groups import MISSING, code_groups
from octadisc.terms.measures import columns_of
from octadisc.terms.resampling import resample, warn_of_few

if TYPE_CHECKING:
    from octadisc.terms.tracked import Trend

__all__ = ["balance", "choose_panel"]

_NAMED = 8


def balance(trend: Trend, by: str, present: float) -> Trend:
    """Keep those who publish in nearly all periods; see `Trend.balance`."""
    check_part("present", present, "of the periods, such as 0.9", one=True)
    if trend.spec.function == "standardise":
        raise InputError("Balance first, then standardise: trend.balance().standardise().")
    basis = trend.basis
    grid = basis.grid
    codes, names = code_groups(basis.tokens.corpus.frame, by)
    counted = (grid.period >= 0) & (basis.weights > 0)
    kept, note = choose_panel(
        np.where(counted, grid.period, -1), codes, names, len(grid.periods), by, present
    )
    scale = np.where(kept[codes], 1.0 if basis.scale is None else basis.scale, 0.0)
    measures = basis.measures(scale)
    queries = list(basis.hits)
    counts = sparse.csr_matrix(np.stack([basis.counts_of(one) for one in queries]))
    columns = measures.of_many(counts, [basis.defined(one) for one in queries])
    notes = []
    if basis.interval == "bootstrap" and isinstance(basis.hits, Found):
        columns |= resample(measures, basis.hits, trend.spec.seed or 0)
        notes = warn_of_few(measures)
    basis = replace(basis, weights=measures.weights, scale=scale)
    spec = Spec("balance", {"by": by, "present": present}, trend.spec.seed, (trend.spec,))
    frame = columns_of(grid, queries, columns)
    return replace(trend, frame=frame, spec=spec, notes=(*trend.notes, note, *notes), basis=basis)


def choose_panel(
    period: npt.NDArray[np.int64],
    codes: npt.NDArray[np.int64],
    names: list[str],
    n_periods: int,
    by: str,
    present: float,
) -> tuple[npt.NDArray[np.bool_], str]:
    """Say who publishes in nearly all periods that anyone publishes in, and describe them.

    Parameters
    ----------
    period, codes : array of int, shape (releases,)
        When (negative: not counted) and by whom.
    names : list of str
    n_periods : int
    by : str
    present : float
        The part of the periods in which one has to publish.

    Raises
    ------
    NotEnoughDataError
        If nobody does.
    """
    counted = period >= 0
    there = np.zeros((len(names), n_periods), bool)
    there[codes[counted], period[counted]] = True
    filled = there.any(axis=0)
    part = there[:, filled].mean(axis=1) if filled.any() else np.zeros(len(names))
    known = np.array([name != MISSING for name in names], bool)
    kept = known & (part >= present - 1e-12)
    if not kept.any():
        best = int(np.where(known, part, -1).argmax())
        raise NotEnoughDataError(
            f"No {by} has releases in {present:.0%} of the {int(filled.sum())} periods; {names[best]!r} has "
            f"the most, in {part[best]:.0%}. Take longer periods with every=, a lower present=, or "
            "trend.standardise(), which takes all of them."
        )
    share = float((kept[codes] & counted).sum() / counted.sum())
    panel = sorted((names[i] for i in np.flatnonzero(kept)), key=lambda one: -part[names.index(one)])
    more = f" and {len(panel) - _NAMED} more" if len(panel) > _NAMED else ""
    note = (
        f"A balanced panel of {len(panel):,} of {int(known.sum()):,} values of {by!r}, those with releases "
        f"in at least {present:.0%} of {int(filled.sum())} periods: {', '.join(panel[:_NAMED])}{more}. "
        f"They have {share:.0%} of the releases."
    )
    return kept, note
