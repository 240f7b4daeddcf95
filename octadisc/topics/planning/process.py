"""The process that releases are drawn from: issuers, dates, shares of topics, words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError
from octadisc.table import read_day

__all__ = [
    "Change",
    "Process",
    "draw_dates",
    "draw_shares",
    "draw_tokens",
    "draw_words",
    "name_terms",
    "read_changes",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_DRAWS = 20_000  # of shares, by which a factor is turned into a shift
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


class Change(NamedTuple):
    """A topic's mean share is multiplied from one day (inclusive) to another (exclusive)."""

    topic: int
    start: pd.Timestamp | None
    end: pd.Timestamp | None
    factor: float


class Process(NamedTuple):
    """What releases are drawn from; see `octadisc.topics.planning.simulated.simulate_releases`."""

    n_releases: int
    n_issuers: int
    n_topics: int
    n_terms: int
    years: tuple[int, int]
    length: float
    shares: Floats  # mean share of each topic
    scale: float
    issuer_spread: float
    unevenness: float
    changes: tuple[Change, ...]
    missing: Any


def name_terms(n: int) -> list[str]:
    """Make words that mean nothing, sorted.

    Examples
    --------
    >>> name_terms(3)
    ['babab', 'babad', 'babaf']
    """
    made = []
    for i in range(n):
        rest, letters = i, []
        for kind in (_CONSONANTS, _VOWELS, _CONSONANTS, _VOWELS, _CONSONANTS):
            rest, at = divmod(rest, len(kind))
            letters.append(kind[at])
        made.append("".join(reversed(letters)))
    return sorted(made)


def draw_words(n_topics: int, n_terms: int, rng: np.random.Generator) -> Floats:
    """Draw topics' words: Dirichlet draws about Zipf's law, shape (topics, terms).

    Two topics' words have a median cosine of .2, as those of twenty topics of political blogs have.
    """
    common = 1 / (np.arange(n_terms) + 10.0)
    return np.asarray(rng.dirichlet(0.06 * n_terms * common / common.sum(), n_topics) + 1e-12)


def draw_dates(process: Process, issuer: Ints, rng: np.random.Generator) -> npt.NDArray[Any]:
    """Draw a day for each release, in years in which its issuer publishes."""
    first, last = process.years
    years = np.arange(first, last + 1)
    days = np.empty(issuer.size, "datetime64[D]")
    for one in np.unique(issuer):
        gone = process.missing
        if isinstance(gone, Mapping):
            gone = gone.get(f"Issuer {one + 1}", ())
        here = years[~np.isin(years, np.asarray(list(gone), int))]
        if not here.size:
            raise InputError(f"missing leaves Issuer {one + 1} no year of {first} to {last}.")
        mine = np.flatnonzero(issuer == one)
        start = (rng.choice(here, mine.size) - 1970).astype("datetime64[Y]")
        length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(int)
        days[mine] = start.astype("datetime64[D]") + (rng.random(mine.size) * length).astype(int)
    return days


def draw_shares(process: Process, issuer: Ints, days: npt.NDArray[Any], rng: np.random.Generator) -> Floats:
    """Draw each release's shares: logistic-normal about means that issuers and changes move.

    Mean shares without issuers' habits are those asked for, before and after each change: what the logarithms
    of the odds must be for that is found by the same 20,000 draws for all.
    """
    free = process.scale * np.random.default_rng(0).standard_normal((_DRAWS, process.n_topics))
    base = _means(process.shares, free)
    habits = process.issuer_spread * rng.standard_normal((process.n_issuers, process.n_topics))
    eta = base + habits[issuer] + process.scale * rng.standard_normal((issuer.size, process.n_topics))
    for change in process.changes:
        wanted = process.shares.copy()
        wanted[change.topic] *= change.factor
        if wanted[change.topic] >= 0.95:
            raise InputError(
                f"Topic {change.topic} cannot be {change.factor:g} times its mean share of "
                f"{process.shares[change.topic]:.2f}: ask for a smaller factor, or more topics."
            )
        others = np.arange(process.n_topics) != change.topic
        wanted[others] *= (1 - wanted[change.topic]) / wanted[others].sum()
        during = np.ones(days.size, bool)
        if change.start is not None:
            during &= days >= np.datetime64(change.start, "D")
        if change.end is not None:
            during &= days < np.datetime64(change.end, "D")
        eta[during] += _means(wanted, free, base) - base
    return _softmax(eta)


def _means(shares: Floats, free: Floats, start: Floats | None = None) -> Floats:
    """Find the means of logarithms of odds that give these mean shares."""
    eta = np.log(shares) if start is None else start.copy()
    for _ in range(200):
        now = _softmax(eta + free).mean(axis=0)
        step = np.log(shares / now)
        eta = eta + step
        if np.abs(step).max() < 1e-6:
            break
    return np.asarray(eta - eta.mean())


def _softmax(eta: Floats) -> Floats:
    raised = np.exp(eta - eta.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def draw_tokens(shares: Floats, words: Floats, length: float, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw lengths (negative binomial, dispersion 3, at least 10) and the terms of all tokens, in order."""
    lengths = np.maximum(rng.negative_binomial(3, 3 / (3 + length), len(shares)), 10)
    rows = np.repeat(np.arange(len(shares)), lengths)
    bounds = np.cumsum(shares, axis=1)
    topics = (rng.random(rows.size)[:, None] > bounds[rows, :-1]).sum(axis=1)
    terms = np.empty(rows.size, np.int64)
    for k in range(len(words)):
        mine = topics == k
        terms[mine] = np.searchsorted(np.cumsum(words[k]) / words[k].sum(), rng.random(int(mine.sum())))
    return lengths, np.minimum(terms, words.shape[1] - 1)


def read_changes(
    changes: Mapping[int, Sequence[Any]] | None, bursts: Mapping[int, Sequence[Any]] | None, n_topics: int
) -> tuple[Change, ...]:
    """Read {topic: (day, factor)} and {topic: (first day, day after the last, factor)}."""
    made = []
    for name, given, size in (("changes", changes, 2), ("bursts", bursts, 3)):
        if given is not None and not isinstance(given, Mapping):
            raise InputError(f"{name}={given!r}: expected a mapping, such as {{0: ('2008-01-01', 2)}}.")
        for topic, one in (given or {}).items():
            shape = "(day, factor)" if size == 2 else "(first day, day after the last, factor)"
            if isinstance(one, (str, int, float)) or len(one) != size:
                raise InputError(f"{name}[{topic!r}] = {one!r}: expected {shape}.")
            if topic not in range(n_topics):
                raise InputError(f"{name} has topic {topic!r}: expected a number from 0 to {n_topics - 1}.")
            factor = one[-1]
            if isinstance(factor, (bool, str)) or not factor > 0:
                raise InputError(f"{name}[{topic}]: the factor is {factor!r}. Expected a number above 0.")
            end = read_day(one[1]) if size == 3 else None
            made.append(Change(int(topic), read_day(one[0]), end, float(factor)))
    return tuple(made)
