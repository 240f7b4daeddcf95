"""Releases drawn from a known model: to see what an analysis makes of what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.corpus import Corpus
from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.counts import TermCounts
from octadisc.topics.checks import several, whole
from octadisc.topics.planning.process import (
    Process,
    draw_dates,
    draw_shares,
    draw_tokens,
    draw_words,
    name_terms,
    read_changes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SimulatedReleases", "draw_releases", "make_process", "read_years", "simulate_releases"]

Floats = npt.NDArray[np.float64]

_MOST_TERMS = 60_000
_SENTENCE = 18  # words


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class SimulatedReleases:
    """Releases, and what they were drawn from; made by `od.simulate_releases`.

    Attributes
    ----------
    corpus : Corpus
        Texts of words that mean nothing, with dates and issuers.
    counts : TermCounts
        The same words, counted.
    shares : array, shape (releases, topics)
        Of each release, as drawn.
    words : array, shape (topics, terms)
        Of the topics, in the order of ``counts.terms``.
    spec : Spec
    """

    corpus: Corpus
    counts: TermCounts
    shares: Floats
    words: Floats
    spec: Spec

    def to_frame(self) -> pd.DataFrame:
        """Give one row a release and topic: release, date, issuer, topic, share (as drawn)."""
        n, k = self.shares.shape
        table = self.corpus.frame[["release", "date", "issuer"]]
        table = table.iloc[np.repeat(np.arange(n), k)].reset_index(drop=True)
        return table.assign(topic=np.tile(np.arange(k), n), share=self.shares.ravel())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the topics' mean shares by year, as drawn."""
        from octadisc.topics.planning.plots import plot_simulated

        return plot_simulated(self, ax)

    def __repr__(self) -> str:
        n, k = self.shares.shape
        issuers = self.corpus.frame["issuer"].nunique()
        return f"SimulatedReleases({n:,} releases of {issuers:,} issuers, {k} topics)"

    def _repr_html_(self) -> str:
        table = self.to_frame()
        return show(self, table.head(8), len(table), {"share": "{:.1%}", "date": "{:%Y-%m-%d}"})


def simulate_releases(
    n_releases: int = 500,
    n_topics: int = 8,
    *,
    n_issuers: int = 8,
    years: tuple[int, int] = (2001, 2015),
    n_terms: int = 1_000,
    length: float = 150.0,
    shares: Sequence[float] | None = None,
    scale: float = 2.0,
    issuer_spread: float = 0.5,
    unevenness: float = 1.0,
    changes: Mapping[int, Sequence[Any]] | None = None,
    bursts: Mapping[int, Sequence[Any]] | None = None,
    missing: Sequence[int] | Mapping[str, Sequence[int]] = (),
    seed: int = 0,
) -> SimulatedReleases:
    """Draw releases from a known model of topics, dates and issuers.

    Parameters
    ----------
    n_releases, n_topics : int
    n_issuers : int
        They are called Issuer 1 and so on.
    years : (int, int)
        The first and the last, both within.
    n_terms : int
    length : float
        Mean number of words; lengths are negative binomial with a dispersion of 3, and at least 10.
    shares : sequence of float, optional
        Mean share of each topic; the same for all if left out.
    scale : float
        Standard deviation of the logarithms of the odds of topics within issuers and periods: the larger, the
        more a release is about one topic.
    issuer_spread : float
        Likewise between issuers: how different their habits are.
    unevenness : float
        How unevenly issuers publish: 0 for all alike; numbers of releases are as exp(unevenness × a standard
        normal number).
    changes : mapping, optional
        ``{topic: (day, factor)}``: from that day on the topic's mean share is so many times what it was.
    bursts : mapping, optional
        ``{topic: (first day, day after the last, factor)}``: only between these days.
    missing : sequence of int, or mapping
        Years in which nobody publishes; or of each issuer, such as ``{"Issuer 2": [2004, 2005]}``.
    seed : int

    Returns
    -------
    SimulatedReleases

    Raises
    ------
    InputError
        If an argument is not what it should be, or a factor is too large.

    Notes
    -----
    Shares are logistic-normal; words of topics are Dirichlet draws about Zipf's law; words are drawn one by
    one from the mixture of the topics. Texts are these words in sentences of 18.

    Examples
    --------
    >>> import octadisc as od
    >>> made = od.simulate_releases(200, 4, changes={0: ("2008-01-01", 2)}, seed=1)
    >>> made
    SimulatedReleases(200 releases of 8 issuers, 4 topics)
    >>> later = (made.corpus.frame["date"] >= "2008-01-01").to_numpy()
    >>> bool(made.shares[later, 0].mean() > 1.3 * made.shares[~later, 0].mean())
    True
    """
    process = make_process(
        n_releases, n_topics, n_issuers=n_issuers, years=years, n_terms=n_terms, length=length, shares=shares,
        scale=scale, issuer_spread=issuer_spread, unevenness=unevenness, changes=changes, bursts=bursts,
        missing=missing,
    )  # fmt: skip
    rng = np.random.default_rng(whole("seed", seed, 0))
    counts, drawn, words, tokens = draw_releases(process, rng)
    terms = np.array(counts.terms, object)
    ends = np.cumsum(tokens[0])
    texts = [_write(terms[part]) for part in np.split(tokens[1], ends[:-1])]
    table = counts.releases[["release", "date", "issuer"]].assign(text=texts)
    parameters = {
        name: value
        for name, value in process._asdict().items()
        if name not in ("changes", "shares", "missing")
    }
    parameters |= {
        "shares": process.shares.round(6).tolist(),
        "changes": [[one.topic, str(one.start), str(one.end), one.factor] for one in process.changes],
        "missing": process.missing,
    }
    spec = Spec("simulate_releases", parameters, seed=seed)
    return SimulatedReleases(Corpus.from_frame(table), counts, drawn, words, spec)


def make_process(n_releases: int, n_topics: int, **given: Any) -> Process:
    """Check what releases are to be drawn from; see `simulate_releases`."""
    numbers = {
        "n_releases": whole("n_releases", n_releases, 1),
        "n_topics": whole("n_topics", n_topics, 2),
        "n_issuers": whole("n_issuers", given["n_issuers"], 1),
        "n_terms": whole("n_terms", given["n_terms"], n_topics, most=_MOST_TERMS),
    }
    years = read_years(given["years"])
    for name, least in (("length", 1.0), ("scale", 0.0), ("issuer_spread", 0.0), ("unevenness", 0.0)):
        if isinstance(given[name], (str, bool)) or not given[name] >= least:
            raise InputError(f"{name}={given[name]!r}: expected a number of at least {least:g}.")
    shares = given["shares"]
    try:
        mean = np.full(n_topics, 1 / n_topics) if shares is None else np.array(list(shares), float)
    except (TypeError, ValueError):
        mean = np.zeros(0)
    if mean.shape != (n_topics,) or not (mean > 0).all():
        raise InputError(f"shares={shares!r}: expected {n_topics} numbers above 0, one a topic.")
    changes = read_changes(given["changes"], given["bursts"], n_topics)
    for one in changes:
        if one.start is not None and not years[0] <= one.start.year <= years[1]:
            raise InputError(f"Topic {one.topic} would change on {one.start:%Y-%m-%d}, outside {years}.")
    return Process(
        **numbers,
        years=years,
        length=float(given["length"]),
        shares=mean / mean.sum(),
        scale=float(given["scale"]),
        issuer_spread=float(given["issuer_spread"]),
        unevenness=float(given["unevenness"]),
        changes=changes,
        missing=_read_missing(given["missing"], numbers["n_issuers"]),
    )


def read_years(given: Any) -> tuple[int, int]:
    """Give the first and the last year, or refuse what are none."""
    years = several(given)
    whole_years = all(isinstance(one, (int, np.integer)) and not isinstance(one, bool) for one in years)
    if len(years) != 2 or not whole_years or years[0] > years[1]:
        raise InputError(f"years={given!r}: expected the first and the last, such as (2001, 2015).")
    return int(years[0]), int(years[1])


def _read_missing(given: Any, n_issuers: int) -> Any:
    """Give years in which nobody publishes, or those of each issuer, as lists of their own."""
    if not isinstance(given, Mapping):
        return _years_of(given)
    known = [f"Issuer {i + 1}" for i in range(n_issuers)]
    for name in given:
        if name not in known:
            raise UnknownNameError(f"missing has {name!r}.{did_you_mean(str(name), known)}")
    return {str(name): _years_of(one) for name, one in given.items()}


def _years_of(given: Any) -> list[int]:
    made = several(given)
    if not all(isinstance(one, (int, np.integer)) and not isinstance(one, bool) for one in made):
        raise InputError(f"missing has {given!r}: expected years, such as [2004, 2005].")
    return [int(one) for one in made]


def draw_releases(process: Process, rng: np.random.Generator) -> tuple[TermCounts, Floats, Floats, Any]:
    """Draw counts, shares, words, and (lengths, tokens)."""
    weight = np.exp(process.unevenness * rng.standard_normal(process.n_issuers))
    n, m = process.n_releases, process.n_issuers
    rest = rng.choice(m, max(n - m, 0), p=weight / weight.sum())
    issuer = np.concatenate([np.arange(m), rest])[:n]  # each has one at least
    days = draw_dates(process, issuer, rng)
    order = np.lexsort((issuer, days))
    issuer, days = issuer[order], days[order]
    shares = draw_shares(process, issuer, days, rng)
    words = draw_words(process.n_topics, process.n_terms, rng)
    lengths, tokens = draw_tokens(shares, words, process.length, rng)
    rows = np.repeat(np.arange(n), lengths)
    matrix = sparse.coo_matrix((np.ones(rows.size, np.int32), (rows, tokens)), (n, process.n_terms)).tocsr()
    table = pd.DataFrame(
        {
            "release": [f"release {i + 1}" for i in range(n)],
            "date": days.astype("datetime64[s]"),
            "issuer": [f"Issuer {i + 1}" for i in issuer],
        }
    )
    counts = TermCounts.from_matrix(matrix, name_terms(process.n_terms), table)
    return counts, shares, words, (lengths, tokens)


def _write(words: Any) -> str:
    sentences = (" ".join(words[i : i + _SENTENCE]) for i in range(0, len(words), _SENTENCE))
    return " ".join(f"{one.capitalize()}." for one in sentences)
