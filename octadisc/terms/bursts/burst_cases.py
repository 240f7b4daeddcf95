"""What bursts are looked for in: the releases of each query and group, by issuer and all together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from octadisc.terms.changes.change_cases import FEWEST_MATCHING, FEWEST_PERIODS, Case, Measure, cases_of

if TYPE_CHECKING:
    from octadisc.terms.trends import Trend

__all__ = ["burst_cases"]


def burst_cases(trend: Trend, measure: Measure) -> Iterator[tuple[Case, Case]]:
    """Give each query and group twice: with each issuer compared with itself, and as if of one issuer."""
    for case in cases_of(trend, measure):
        if not case.n_issuers:
            yield case, case
            continue
        together = case._replace(issuer=np.zeros(case.issuer.size, np.int64))
        others = int((case.value < case.size).sum())
        enough = len(case.labels) >= FEWEST_PERIODS and int((case.value > 0).sum()) >= FEWEST_MATCHING
        if enough and (measure == "rate" or others >= FEWEST_MATCHING):
            together = together._replace(reason="")  # that no issuer has two periods does not matter here
        yield case, together
