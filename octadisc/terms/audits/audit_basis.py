"""What an audit rests on, and its rates in all units, in periods and in groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from octadisc.periods import make_periods
from octadisc.statistics.misclassification import Accuracy
from octadisc.terms.audits.audit_codes import Coded
from octadisc.terms.audits.audit_rates import Estimated, Part, estimate, part_of
from octadisc.terms.groups import code_groups
from octadisc.tokens import Hits, Tokens
from octadisc.tokens.units.unit_columns import code_releases

__all__ = ["Basis", "estimate_inside", "groups_of"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Basis:
    """What an audit rests on.

    Attributes
    ----------
    tokens : Tokens
        Whose rows are what was judged.
    hits : Hits
    coded : Coded
    draws : dict
        Of each row of the audit (over, group), draws of its rates, where there are any.
    """

    tokens: Tokens
    hits: Hits
    coded: Coded
    draws: dict[tuple[str, str], Accuracy]


def groups_of(tokens: Tokens, every: Any, by: str | None) -> list[tuple[str, str, npt.NDArray[np.bool_]]]:
    """Give what rates are asked for: all, each period, each group; and which rows are of it."""
    frame = tokens.corpus.frame
    made = [("all", "all", np.ones(len(frame), bool))]
    if every is not None:
        periods = make_periods(frame["date"], every)
        place = periods.locate(frame["date"])
        made += [("period", label, place == number) for number, label in enumerate(periods.labels)]
    if by is not None:
        codes, names = code_groups(frame, by)
        made += [(by, name, codes == number) for number, name in enumerate(names)]
    return made


def estimate_inside(
    tokens: Tokens,
    hits: Hits,
    coded: Coded,
    inside: npt.NDArray[np.bool_],
    level: float,
    n_draws: int,
    rng: np.random.Generator,
) -> Estimated:
    """Estimate one row from the coded units that are inside."""
    releases = code_releases(tokens.corpus.frame)
    cluster = coded.rows if releases is None else releases[coded.rows]
    parts: list[Part] = []
    for side in (True, False):
        mine = (coded.hit == side) & inside[coded.rows]
        parts.append(part_of(coded.truth[mine], coded.weights[mine], coded.strata[mine], cluster[mine]))
    share = np.nan
    if coded.unit != "occurrence":
        there = inside & hits.defined & (tokens.lengths > 0)
        if coded.probabilities is not None:
            there &= coded.probabilities > 0
        share = float((hits.counts[there] > 0).mean()) if there.any() else np.nan
    return estimate(share, parts[0], parts[1], level, n_draws, rng)
