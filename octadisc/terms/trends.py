"""Trends: how often words, phrases and concepts occur per period and group, with intervals and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from octadisc.errors import UnknownNameError, did_you_mean, expect
from octadisc.spec import Spec
from octadisc.terms.arguments import check_level
from octadisc.terms.basis import Basis
from octadisc.terms.composition.composition_check import what_composition_says
from octadisc.terms.found import find_all
from octadisc.terms.groups import lay_grid, say_left_out
from octadisc.terms.measures import columns_of
from octadisc.terms.queries import check_query, name_queries
from octadisc.terms.reissues import Reissues, as_parameter
from octadisc.terms.resampling import resample, warn_of_few
from octadisc.terms.tracked import Trend
from octadisc.terms.weights import as_weights_parameter, describe_weights, scale_weights
from octadisc.tokens import Query, Tokens
from octadisc.tokens.lines.samples import read_seed

__all__ = ["Trend", "track_terms"]

Interval = Literal["score", "bootstrap"]
_INTERVALS = ("score", "bootstrap")


def track_terms(
    tokens: Tokens,
    queries: Query | Sequence[Query] | Mapping[str, Query],
    every: Any = "year",
    by: str | None = None,
    seed: int = 0,
    *,
    level: float = 0.95,
    reissues: Reissues = "keep",
    weights: str | Sequence[float] | npt.NDArray[Any] | None = None,
    interval: Interval = "score",
) -> Trend:
    """Count queries per period and group, as rates of all running words and as shares of releases.

    Parameters
    ----------
    tokens : Tokens
    queries : str, list, or mapping
        A word, a phrase or a wildcard (``"traffick*"``); a list of them, each a trend of its own; or a
        mapping from names to queries. A query may itself be a list of alternatives, counted together,
        or a concept: a mapping from languages to wordings. A mapping whose keys are all language codes
        is one concept. See `octadisc.tokens.queries.query.find`.
    every : str or intervals
        "year", "half", "quarter", "month", "week", "presidency", or rows of (name, start, end).
    by : str, optional
        A column of the corpus whose values are the groups, such as "issuer" or "language". Releases
        without a value are the group "(missing)"; without `by` there is one group, "all".
    seed : int
        Of the bootstrap; score intervals need no random numbers.
    level : float
        Coverage of the intervals.
    reissues : "keep", "first" or "share"
        Whether releases that repeat another (duplicate_cluster) count in full; only the first of them; or
        each of n as 1/n of a release, of its words and of its occurrences.
    weights : str or array, optional
        What each release weighs, such as a survey's weights or its reach: a column of the corpus, or a number
        for each row. A weight of 0 leaves a release out; the others are divided by their mean, so that
        together they weigh as many as they are. Counts, tokens and releases are then sums of weights.
    interval : "score" or "bootstrap"
        The default has a formula and holds what it promises (see Notes). The bootstrap draws the releases of
        each period again and again and gives percentiles; with few releases it is too narrow.

    Returns
    -------
    Trend

    Warns
    -----
    OctadiscWarning
        If releases have no date (they are left out), a query matches nothing, the share of a query moves one
        way over all releases and the other way within issuers, or the bootstrap has few releases to draw
        from.

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If a query is empty, a column or a kind of period does not exist, no release has a date, or weights
        are missing or negative.

    Notes
    -----
    The denominator of a rate is all running words of the releases in languages for which the query is
    defined. Intervals are quasi-Poisson and quasi-binomial score intervals. How much a query scatters
    from release to release, and how alike the releases of an issuer are in a period, is pooled over the
    periods of a group; over all groups where fewer than 20 of its releases match. What an issuer does in
    all periods alike is composition, not noise, and is not in the interval. Where there are fewer than 10
    releases more than there are periods with releases, bursts cannot be told from chance and the interval
    is NaN. See `octadisc.statistics.dispersion`; benchmarks/interval_coverage.py says what is covered.

    Releases that weigh more than others make the interval wider: a period counts as (Σw)² / Σw² releases
    (Kish's effective size; Σ over its releases, and for rates over their words).

    Of up to 24 lines that are not already issuers', it is looked whether issuers bear out what all releases
    together show (see `Trend.check_composition`); where they do not, it stands in the notes.

    Examples
    --------
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame(
    ...     [
    ...         {"date": "2007-01-09", "text": "Trust, but verify."},
    ...         {"date": "2009-06-30", "text": "The ministers spoke of trust and of trafficking."},
    ...     ]
    ... )
    >>> trend = od.track_terms(od.tokenize(corpus), ["trust", "traffick*"])
    >>> trend
    Trend(2 queries, 3 periods)
    >>> trend.to_frame()[["period", "query", "count", "tokens", "share"]].head(3)
      period  query  count  tokens  share
    0   2007  trust      1       3    1.0
    1   2008  trust      0       0    NaN
    2   2009  trust      1       8    1.0
    >>> trend.evidence("trust", "2009")["sentence"].tolist()
    ['The ministers spoke of trust and of trafficking.']
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    if interval not in _INTERVALS:
        hint = did_you_mean(str(interval), _INTERVALS)
        raise UnknownNameError(f"interval={interval!r} is not known.{hint}")
    named = name_queries(queries, {str(one) for one in tokens.languages})
    check_level(level)
    seed = read_seed(seed)
    grid = lay_grid(tokens.corpus, every, by)
    scale = None if weights is None else scale_weights(weights, tokens.corpus.frame, grid)
    found = find_all(tokens, named)
    basis = Basis(tokens, found, grid, np.zeros(0), reissues, by, level, scale, interval)
    measures = basis.measures()
    basis = replace(basis, weights=measures.weights)
    notes = say_left_out(grid)
    totals = np.asarray(found.counts.sum(axis=1)).ravel()
    for (name, query), total in zip(named.items(), totals, strict=True):
        if not total or not found.defined[name].all() or isinstance(query, Mapping):
            notes += check_query(tokens, name, query, found[name])
        if not measures.is_enough(found.defined[name]):
            notes.append(
                f"Not enough data for intervals of {name!r}: too few releases to tell bursts from chance."
            )
    columns = measures.of_many(found.counts, [found.defined[name] for name in named])
    if scale is not None:
        notes.append(describe_weights(measures, weights))
    if interval == "bootstrap":
        columns |= resample(measures, found, seed)
        notes += warn_of_few(measures)
    parameters = {
        "queries": named,
        "every": every if isinstance(every, str) else grid.periods.to_frame(),
        "by": by,
        "level": level,
        **as_parameter(reissues),
        **as_weights_parameter(weights),
        **({} if interval == "score" else {"interval": interval}),
    }
    spec = Spec("track_terms", parameters, seed=seed, inputs=(tokens.spec,))
    trend = Trend(columns_of(grid, list(named), columns), spec, tuple(notes), basis)
    more = what_composition_says(trend)
    return replace(trend, notes=(*trend.notes, *more)) if more else trend
