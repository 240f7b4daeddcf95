"""What many tests share: one set of shuffled dates, and null distributions of their like."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from octadisc.statistics.tests import permute_within
from octadisc.terms.changes.change_cases import Case

__all__ = ["SharedShuffles"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_BATCH = 2_000_000  # numbers sorted at a time
_MOST = 60_000_000  # places of releases that are kept


class SharedShuffles:
    """Dates of releases shuffled within issuers, the same for all queries that count the same releases.

    A query then costs as much as the releases it is in.

    Parameters
    ----------
    n_permutations : int
    seed : int
    """

    def __init__(self, n_permutations: int, seed: int) -> None:
        self.n, self.seed = n_permutations, seed
        self._known: dict[bytes, npt.NDArray[np.int32]] = {}

    def sums(self, case: Case, residual: Floats, rng: np.random.Generator) -> Floats:
        """Give the sums of residuals by period, shape (permutations, periods)."""
        n_periods, n = len(case.labels), case.value.size
        if np.ptp(case.size) > 0 or n * self.n > _MOST:
            return permute_within(residual, case.issuer, case.place, n_periods, self.n, rng)
        places = self._places(case)
        rows = np.flatnonzero(case.value)
        code = places[:, rows] + n_periods * np.arange(self.n, dtype=np.int64)[:, None]
        weights = np.broadcast_to(case.value[rows], code.shape).ravel()
        sums = np.bincount(code.ravel(), weights, self.n * n_periods).reshape(self.n, n_periods)
        # what the issuers' means take off is the same however dates fall: each keeps its releases per period
        taken: Floats = np.bincount(case.place, case.value - residual, n_periods).astype(float)
        return sums - taken

    def _places(self, case: Case) -> npt.NDArray[np.int32]:
        key = case.issuer.tobytes() + b"|" + case.place.tobytes()
        if key in self._known:
            return self._known[key]
        rng = np.random.default_rng([self.seed, len(self._known)])
        n = case.issuer.size
        base = np.argsort(case.issuer, kind="stable")
        made = np.empty((self.n, n), np.int32)
        batch = max(1, _BATCH // max(n, 1))
        for begin in range(0, self.n, batch):
            rows = min(batch, self.n - begin)
            order = np.argsort(case.issuer + rng.random((rows, n)), axis=1)
            made[begin : begin + rows, base] = case.place[order]
        self._known = {key: made}  # the next query has most likely the same releases
        return made
