"""Intervals by drawing releases again and again."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import OctadiscWarning
from octadisc.terms.found import Found
from octadisc.terms.measures import Measures

__all__ = ["resample", "warn_of_few"]

_N_DRAWS = 999
_FEW = 30  # releases of a period, below which percentiles are known to be too narrow
_PER = 1e6


def resample(measures: Measures, found: Found, seed: int) -> dict[str, npt.NDArray[np.float64]]:
    """Give the bounds of rates and shares as percentiles over releases drawn with replacement.

    The releases of a period and group are drawn as often as there are (units of one release, and copies that
    share a weight, together). Shape (queries, cells); NaN where there is no release.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    rng = np.random.default_rng(seed)
    names = list(found.queries)
    shape = (len(names), measures.grid.n_cells)
    made = {one: np.full(shape, np.nan) for one in ("low", "high", "share_low", "share_high")}
    matches = found.counts.astype(bool)
    edges = [(1 - measures.level) / 2, (1 + measures.level) / 2]
    together: dict[bytes, list[int]] = {}
    for i, name in enumerate(names):
        together.setdefault(found.defined[name].tobytes(), []).append(i)
    for numbers in together.values():
        defined = found.defined[names[numbers[0]]]
        for cell in range(shape[1]):
            rows = np.flatnonzero((measures.grid.cell == cell) & defined & (measures.weights > 0))
            if not rows.size:
                continue
            story = rows if measures.story is None else measures.story[rows]
            _, story = np.unique(story, return_inverse=True)
            n = int(story.max()) + 1
            drawn = rng.multinomial(n, np.full(n, 1 / n), _N_DRAWS)[:, story] * measures.weights[rows]
            sizes = drawn @ measures.lengths[rows], drawn.sum(axis=1)
            for counts, size, low, high, per in (
                (found.counts, sizes[0], "low", "high", _PER),
                (matches, sizes[1], "share_low", "share_high", 1.0),
            ):
                mine = sparse.csr_matrix(counts[numbers][:, rows])
                with np.errstate(divide="ignore", invalid="ignore"):
                    values = (mine @ drawn.T) * per / size
                if np.isfinite(values).any():
                    bounds = np.nanquantile(values, edges, axis=1)
                    made[low][numbers, cell], made[high][numbers, cell] = bounds[0], bounds[1]
    return made


def warn_of_few(measures: Measures) -> list[str]:
    """Warn of periods whose releases are too few for percentiles to cover what they promise."""
    cell = measures.grid.cell
    kept = (cell >= 0) & (measures.weights > 0)
    number = np.bincount(cell[kept], measures.parts[kept], measures.grid.n_cells).round(6)
    few = int(((number > 0) & (number < _FEW)).sum())
    if not few:
        return []
    note = (
        f"{few:,} of {int((number > 0).sum()):,} periods have fewer than {_FEW} releases: there a "
        "bootstrap's interval is too narrow (with 30 releases, and a term in a tenth of them, 95% cover "
        "about 75%)."
    )
    warnings.warn(f'{note} interval="score" has no such fault.', OctadiscWarning, stacklevel=3)
    return [note]
