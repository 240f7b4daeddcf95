"""Bursts: stretches of time in which something is talked of much more than usual, by Kleinberg's automaton.

`Automaton` finds the cheapest course of states through all periods, exactly; `remaining_dispersion` and
`Shaker` serve the null distribution of what it finds.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.compiled import compiled
from octadisc.statistics.trends import Strata

__all__ = [
    "Automaton",
    "Burst",
    "Shaker",
    "count_levels",
    "kleinberg_chances",
    "remaining_dispersion",
    "standardised_chances",
    "usual_talk",
]

Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.int8]

_LEAST = 1e-12  # a chance of 0 has no logarithm; where it is 0 nothing is relevant either
_CHUNK = 2_000_000  # numbers that one batch of draws may hold


class Burst(NamedTuple):
    """A stretch of periods, from `first` to `last`, whose state is at least `level`."""

    first: int
    last: int
    level: int
    weight: float


def count_levels(base: float, scaling: float, most: int) -> int:
    """Give how many of Kleinberg's levels there can be, up to `most`: base * scaling**level stays below 1.

    Examples
    --------
    >>> count_levels(0.3, 2.0, 3), count_levels(0.6, 2.0, 3)
    (1, 0)
    """
    return sum(base * scaling**level < 1 for level in range(1, most + 1))


def kleinberg_chances(base: float, scaling: float, n_levels: int, n_periods: int) -> Floats:
    """Give the probability of a relevant release in each period and state: base * scaling**state.

    Examples
    --------
    >>> kleinberg_chances(0.25, 2.0, 1, 3).tolist()
    [[0.25, 0.5], [0.25, 0.5], [0.25, 0.5]]
    """
    return np.tile(base * scaling ** np.arange(n_levels + 1.0), (n_periods, 1))


def standardised_chances(strata: Strata, scaling: float, n_levels: int) -> Floats:
    """Give the same where what is usual is each issuer's own, weighted by its releases of the period.

    An issuer's share p is p * scaling**state in a burst, but at most 1 - (1 - p) / scaling**(2 * state), so
    that it stays below 1 for issuers that often speak of it: with a scaling of 2 a share of .2 is .4, one of
    .6 is .9.

    Examples
    --------
    Two issuers, who speak of it in 1 and 6 of 10 releases, and publish in turn:

    >>> y, n = np.array([[1.0, 0.0], [0.0, 6.0]]), np.array([[10.0, 0.0], [0.0, 10.0]])
    >>> strata = Strata(y, n, np.ones(2), np.array([0.0, 1.0]), "share")
    >>> standardised_chances(strata, 2.0, 1).round(3).tolist()
    [[0.1, 0.2], [0.6, 0.9]]
    """
    mean = usual_talk(strata)[:, None]
    factor = scaling ** np.arange(n_levels + 1.0)
    own = np.minimum(mean * factor, 1 - (1 - mean) / factor**2)
    total = strata.n.sum(axis=0)[:, None]
    chances: Floats = np.divide(
        strata.n.T @ own, total, out=np.zeros((len(total), own.shape[1])), where=total > 0
    )
    return chances


def usual_talk(strata: Strata) -> Floats:
    """Give each issuer's share (or rate) of all periods together."""
    total = strata.n.sum(axis=1)
    mean: Floats = np.divide(strata.y.sum(axis=1), total, out=np.zeros(total.size), where=total > 0)
    return mean


class Automaton:
    """Kleinberg's automaton for arrivals in batches: relevant ones of all in each period.

    A course of states costs the negative logarithm of the probability of what was seen (without the binomial
    coefficient, which is the same in all states), and gamma * ln(periods) for each state that it climbs; it
    begins in state 0, and falling costs nothing.

    Parameters
    ----------
    totals : array of float, shape (periods,)
        Releases of each period, all above 0: leave periods without any out.
    chances : array of float, shape (periods, states)
        Probability that a release is relevant in each state; see `kleinberg_chances`.
    gamma : float

    References
    ----------
    Kleinberg (2002), Bursty and hierarchical structure in streams, Proceedings of KDD, section 4.

    Examples
    --------
    >>> totals = np.array([9, 11, 12, 10, 10, 8, 12, 10, 13, 11.0])
    >>> relevant = np.array([0, 2, 1, 6, 7, 2, 8, 7, 2, 1.0])
    >>> chances = kleinberg_chances(relevant.sum() / totals.sum(), 2.0, 1, 10)
    >>> chances[0].round(4).tolist()
    [0.3396, 0.6792]
    >>> automaton = Automaton(totals, chances, 1.0)
    >>> automaton.paths(relevant[None])[0].tolist()
    [0, 0, 0, 1, 1, 0, 1, 1, 0, 0]
    >>> [(one.first, one.last, round(one.weight, 3)) for one in automaton.bursts(relevant)]
    [(3, 4, 3.956), (6, 7, 5.342)]
    """

    def __init__(self, totals: Any, chances: Floats, gamma: float) -> None:
        self.totals = np.asarray(totals, float)
        self.climb = gamma * float(np.log(max(self.totals.size, 1)))
        chance = np.clip(chances, _LEAST, 1 - _LEAST)
        self.yes, self.no = -np.log(chance), -np.log1p(-chance)  # costs of a relevant release and of another

    def paths(self, relevant: Floats) -> States:
        """Give the cheapest course of each draw, shape (draws, periods); of equal ones the lower."""
        return _cheapest(np.ascontiguousarray(relevant), self.totals, self.yes, self.no, self.climb)

    def cost(self, relevant: Floats, states: Any) -> float:
        """Give what a course of states costs."""
        course, places = np.asarray(states, np.int64), np.arange(self.totals.size)
        seen = relevant * self.yes[places, course] + (self.totals - relevant) * self.no[places, course]
        return float(seen.sum() + self.climb * np.maximum(np.diff(course, prepend=0), 0).sum())

    def bursts(self, relevant: Floats) -> list[Burst]:
        """Give the bursts of one series, those within another one after it."""
        states = self.paths(relevant[None])[0]
        found = []
        for level in range(1, int(states.max(initial=0)) + 1):
            gain = self._gain(relevant, level)
            edges = np.diff(np.r_[0, states >= level, 0].astype(np.int8))
            for first, after in zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True):
                found.append(Burst(int(first), int(after) - 1, level, float(gain[first:after].sum())))
        return sorted(found)

    def heaviest(self, relevant: Floats) -> Floats:
        """Give each draw's greatest weight of a burst at each level, shape (draws, levels); 0 without any."""
        states = self.paths(relevant)
        best = np.zeros((len(states), self.yes.shape[1] - 1))
        for level in range(1, best.shape[1] + 1):
            gain, running = self._gain(relevant, level), np.zeros(len(states))
            for t in range(states.shape[1]):
                running = np.where(states[:, t] >= level, running + gain[:, t], 0.0)
                np.maximum(best[:, level - 1], running, out=best[:, level - 1])
        return best

    def _gain(self, relevant: Floats, level: int) -> Floats:
        """Give what each period costs less in a level than in the one below."""
        gain: Floats = relevant * (self.yes[:, level - 1] - self.yes[:, level]) + (self.totals - relevant) * (
            self.no[:, level - 1] - self.no[:, level]
        )
        return gain


@compiled
def _cheapest(
    relevant: Floats, totals: Floats, yes: Floats, no: Floats, climb: float
) -> npt.NDArray[np.int8]:
    """Viterbi's algorithm for each draw (float64 [draws, periods]), the lower state winning a tie."""
    n_draws, n_periods = relevant.shape
    n_states = yes.shape[1]
    states = np.zeros((n_draws, n_periods), np.int8)
    came = np.zeros((n_periods, n_states), np.int8)
    cost, before = np.empty(n_states), np.empty(n_states)
    for draw in range(n_draws):
        for state in range(n_states):
            before[state] = state * climb  # it stands in state 0 when it begins
        for t in range(n_periods):
            for state in range(n_states):
                if t == 0:
                    least = before[state]
                else:
                    least = np.inf
                    for old in range(n_states):
                        way = before[old] + max(state - old, 0) * climb
                        if way < least - 1e-12:
                            least, came[t, state] = way, old
                seen = relevant[draw, t] * yes[t, state] + (totals[t] - relevant[draw, t]) * no[t, state]
                cost[state] = least + seen
            before[:] = cost
        state = 0
        for one in range(1, n_states):
            if before[one] < before[state] - 1e-12:
                state = one
        for t in range(n_periods - 1, -1, -1):
            states[draw, t] = state
            state = came[t, state]
    return states


def remaining_dispersion(
    relevant: Floats, expected: Floats, states: States, variance: Floats
) -> tuple[Floats, Floats]:
    """Give how much more the periods scatter around their bursts than releases do by chance.

    Parameters
    ----------
    relevant : array, shape (draws, periods)
    expected, variance : array, shape (periods,)
        What issuers' usual talk would give, and its variance if releases were independent.
    states : array of int, shape (draws, periods)

    Returns
    -------
    dispersion : array of float, shape (draws,)
    residuals : array of float, shape (draws, periods)
        Around the mean of each state, relative to their standard deviation.
    """
    fitted = np.zeros(relevant.shape)
    for state in range(int(states.max(initial=0)) + 1):
        mine = states == state
        usual = (mine * expected).sum(axis=1)
        times = np.divide((mine * relevant).sum(axis=1), usual, out=np.zeros(len(mine)), where=usual > 0)
        fitted += mine * expected * times[:, None]
    there = variance > 0
    residuals = (relevant - fitted) * np.where(there, 1 / np.sqrt(np.where(there, variance, 1.0)), 0.0)
    levels = 1 + states.max(axis=1).astype(float)
    dispersion: Floats = (residuals**2).sum(axis=1) / np.maximum(there.sum() - levels, 1.0)
    return dispersion, residuals


class Shaker:
    """Adds periods' own deviations to what is relevant; see :meth:`add`.

    Parameters
    ----------
    strata : Strata
    """

    def __init__(self, strata: Strata) -> None:
        mean = usual_talk(strata)
        moving = (mean > 0) & ((mean < 1) | (strata.kind == "rate"))  # the others have no room
        issuer, self.period = np.nonzero((strata.n > 0) & moving[:, None])
        self.n, self.mean = strata.n[issuer, self.period], mean[issuer]
        self.share = strata.kind == "share"
        n_issuers, n_periods = strata.n.shape
        one, cells = np.ones(issuer.size), np.arange(issuer.size)
        self.by_issuer = sparse.csr_matrix((one, (cells, issuer)), shape=(issuer.size, n_issuers))
        self.by_period = sparse.csr_matrix((one, (cells, self.period)), shape=(issuer.size, n_periods))
        total = strata.n.sum(axis=1)
        self.part = self.n / np.where(total > 0, total, 1.0)[issuer]

    def add(self, deviations: Floats) -> Floats:
        """Give what deviations (draws × periods, in logits or logarithms) add to each period.

        Each issuer's total stays what it is, so that its usual talk is the same in all draws.
        """
        batch = max(1, _CHUNK // max(self.n.size, 1))
        if len(deviations) > batch:
            return np.concatenate(
                [self.add(deviations[i : i + batch]) for i in range(0, len(deviations), batch)]
            )
        factor = np.exp(deviations)[:, self.period]
        tilted = self.mean * factor
        if self.share:
            tilted = tilted / (1 + self.mean * (factor - 1))
        expected = self.n * tilted
        own = (expected @ self.by_issuer) @ self.by_issuer.T
        moved: Floats = (expected - own * self.part) @ self.by_period
        return moved
