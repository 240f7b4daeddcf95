"""The releases of a comparison in one language, as they go into measures and tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.terms.changes.change_cases import some
from octadisc.terms.counts import TermCounts
from octadisc.terms.groups import MISSING, code_groups
from octadisc.terms.keyness.keyness_groups import Contrast
from octadisc.tokens.units.unit_columns import code_releases

__all__ = ["FEWEST_RELEASES", "Rows", "rows_of"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

FEWEST_RELEASES = 5  # of each side, in a language


class Rows(NamedTuple):
    """Releases of both sides; units of a release on one side are taken together.

    Attributes
    ----------
    matrix : sparse matrix, shape (releases, terms)
    sizes : array of float, shape (releases,)
    target : array of bool, shape (releases,)
    strata, issuer, years : array of int, shape (releases,)
        What is compared with itself; the issuer (-1 unknown); the year (-1 none).
    n_issuers : int
    """

    matrix: sparse.csr_matrix
    sizes: Floats
    target: Mask
    strata: Integers
    issuer: Integers
    years: Integers
    n_issuers: int

    def of_terms(self, min_releases: int, min_issuers: int) -> tuple[sparse.csr_matrix, Integers]:
        """Give the columns of terms that are in enough releases and issuers of a side, and their numbers."""
        matrix, n_terms = self.matrix, self.matrix.shape[1]
        row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        keep = np.zeros(n_terms, bool)
        for side in (True, False):
            mine = (self.target[row] == side) & (matrix.data > 0)
            enough = np.bincount(matrix.indices[mine], minlength=n_terms) >= min_releases
            least = min(min_issuers, int(np.unique(self.issuer[self.issuer >= 0]).size))
            if least > 1:
                known = mine & (self.issuer[row] >= 0)
                keys = matrix.indices[known].astype(np.int64) * self.n_issuers
                pairs = np.unique(keys + self.issuer[row[known]])
                enough &= np.bincount(pairs // self.n_issuers, minlength=n_terms) >= least
            keep |= enough
        kept = np.flatnonzero(keep)
        return matrix[:, kept], kept


def rows_of(
    counts: TermCounts,
    table: pd.DataFrame,
    contrast: Contrast,
    within: str | None,
    years: Integers,
    listed: bool,
    notes: list[str],
) -> Iterator[tuple[str, Rows]]:
    """Give the releases of a comparison, a language at a time; say which languages are left out.

    Parameters
    ----------
    listed : bool
        Whether the reference is a list, so that only the target needs releases.
    notes : list of str
        What is to be said is added to it.
    """
    languages, names = code_groups(table, "language")
    counted = (contrast.target | contrast.other) & (counts.release_weights > 0)
    left_out, taken = [], []
    for number, name in enumerate(names):
        mine = np.flatnonzero(counted & (languages == number))
        target = int(contrast.target[mine].sum())
        other = FEWEST_RELEASES if listed else mine.size - target
        if min(target, other) < FEWEST_RELEASES:
            if mine.size:
                left_out.append(f"{name} ({some(mine.size, 'release')})")
            continue
        taken.append(name)
        rows = _rows(counts, table, contrast, within, years, mine)
        if within == "issuer" and not (rows.issuer >= 0).any():
            notes.append("Issuers are not known: a change of who publishes would look the same.")
        yield ("" if name == MISSING else name), rows
    if left_out:
        notes.append(
            f"{contrast.group}: left out, with fewer than {FEWEST_RELEASES} releases on a side: "
            f"{', '.join(left_out)}."
            if names != [MISSING]
            else f"{contrast.group}: left out, with fewer than {FEWEST_RELEASES} releases on a side."
        )
    if len(taken) > 1:
        notes.append(f"Languages are compared each by itself: {', '.join(taken)}.")


def _rows(
    counts: TermCounts,
    table: pd.DataFrame,
    contrast: Contrast,
    within: str | None,
    years: Integers,
    mine: Integers,
) -> Rows:
    strata, _ = code_groups(table, within)
    codes, names = code_groups(table, "issuer")
    known = np.array([name != MISSING for name in names], bool)
    issuer = np.where(known[codes], codes, -1)
    target, matrix = contrast.target[mine], counts.matrix[mine]
    sizes = counts.releases["tokens"].to_numpy(float)[mine]
    parts = [target, strata[mine], issuer[mine], years[mine]]
    units = code_releases(table)
    if units is not None:
        _, first, code = np.unique(units[mine] * 2 + target, return_index=True, return_inverse=True)
        join = sparse.csr_matrix((np.ones(code.size), (code, np.arange(code.size))))
        matrix, sizes = (join @ matrix).tocsr(), np.bincount(code, sizes)
        parts = [one[first] for one in parts]
    return Rows(matrix, sizes, parts[0], parts[1], parts[2], parts[3], len(names))
