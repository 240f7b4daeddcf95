"""What a trend rests on: tokens, where queries occur, and how releases are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from octadisc.terms.found import Found
from octadisc.terms.groups import Grid
from octadisc.terms.measures import Measures
from octadisc.terms.reissues import Reissues
from octadisc.tokens import Hits, Tokens
from octadisc.tokens.units.unit_columns import code_releases

__all__ = ["Basis"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Basis:
    """What the evidence of a trend is looked up in."""

    tokens: Tokens
    hits: Mapping[str, Hits]
    grid: Grid
    weights: npt.NDArray[np.float64]
    reissues: Reissues = "keep"
    by: str | None = None
    level: float = 0.95
    scale: npt.NDArray[np.float64] | None = None  # what releases weigh, where they were given weights
    interval: Literal["score", "bootstrap"] = "score"

    def counts_of(self, query: str) -> npt.NDArray[np.int64]:
        """Give how often a query occurs in each release."""
        return self.hits.counts_of(query) if isinstance(self.hits, Found) else self.hits[query].counts

    def defined(self, query: str) -> npt.NDArray[np.bool_]:
        """Say for which releases a query is defined."""
        return self.hits.defined[query] if isinstance(self.hits, Found) else self.hits[query].defined

    def n_releases(self, rows: npt.NDArray[np.bool_]) -> float:
        """Give how many releases there are among some rows, whatever they weigh.

        The units of a release are one; what counts as a part of a release is that part.
        """
        mine = np.flatnonzero(rows & (self.weights > 0))
        releases = code_releases(self.tokens.corpus.frame)
        if releases is not None:
            mine = mine[np.unique(releases[mine], return_index=True)[1]]
        parts = self.weights[mine] if self.scale is None else self.weights[mine] / self.scale[mine]
        return float(parts.sum())

    def measures(self, scale: npt.NDArray[np.float64] | None = None) -> Measures:
        """Give what measures queries here, with other weights if `scale` is given."""
        corpus, scale = self.tokens.corpus.frame, self.scale if scale is None else scale
        return Measures(corpus, self.tokens.lengths, self.grid, self.by, self.level, self.reissues, scale)
