"""Drift: whether the company that a word keeps has changed, and which words came and went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.arguments import read_stop_words
from octadisc.terms.collocations.company import Company
from octadisc.terms.collocations.sides import sides_of_rows
from octadisc.terms.collocations.windows import Window, Within, read_window
from octadisc.terms.drift.drift_search import Way
from octadisc.terms.drift.drift_table import NAMES, check_way, drift_of_query, judge, lay_periods
from octadisc.terms.groups import say_left_out
from octadisc.terms.queries import check_query, name_queries
from octadisc.terms.reissues import Reissues, as_parameter, weigh_reissues
from octadisc.tokens import Query, Tokens
from octadisc.tokens.lines.samples import read_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Drift", "measure_drift"]

_KINDS = ("moved", "moved with the language", "none", "not enough data")


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Drift:
    """How far the company of queries moved between periods; made by `od.measure_drift`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    words : DataFrame
        The words of the company, those that moved most first: query, language, before, after, word,
        count_before, count_after, share_before, share_after (of the words compared), part (of the distance,
        in bits), by_chance (of that), direction ("came" or "went").
    spec : Spec
    notes : tuple of str
    company : dict of str to Company
        What stands near each query; :meth:`evidence` looks it up.
    """

    frame: pd.DataFrame
    words: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    company: dict[str, Company]

    def to_frame(self) -> pd.DataFrame:
        """Give one row per query, language and pair of periods.

        Columns: query, language, before, after; hits and releases (with some) of both sides; words
        (compared), distance (Jensen-Shannon divergence in bits: 0 to 1), by_chance (its mean when releases
        are dealt anew within issuers), drift (the difference of these two) with its interval low and high,
        p_value and q_value (over the rows with enough data), comparison (median drift of words as frequent
        as the query), as_much (share of these that drifted as much), n_comparisons, kind ("moved", "moved
        with the language", "none" or "not enough data"), note.
        """
        return self.frame.copy()

    def evidence(
        self, word: str, query: str | None = None, *, before: str | None = None, side: str | None = None
    ) -> pd.DataFrame:
        """Give the sentences in which a word stands near a query; they add up to its counts.

        Parameters
        ----------
        word : str
            As it stands in `words`.
        query : str, optional
            Where there are several.
        before : str, optional
            The earlier period of a pair, where there are several.
        side : "before" or "after", optional
            Both if left out.

        Returns
        -------
        DataFrame
            As of `Collocates.evidence`.

        Raises
        ------
        UnknownNameError, InputError
            If there is no such word, query, period or side, or several pairs of periods to choose from.
        """
        pair = self._one_pair(query, before)
        if side not in (None, "before", "after"):
            raise UnknownNameError(f"side={side!r}: expected 'before' or 'after'.")
        company = self.company[pair["query"]]
        language = pair["language"] if isinstance(pair["language"], str) else ""
        mine = company.types[:, 0] == company.languages.index(language)
        known = [one if here else None for one, here in zip(company.words, mine, strict=True)]
        if word not in known:
            names = [one for one in known if one]
            raise UnknownNameError(f"{word!r} is not in the company of {pair['query']!r}."
                                   f"{did_you_mean(word, names)}")  # fmt: skip
        sides, _ = sides_of_rows(company.grid, pair["before"], pair["after"])
        kept = sides >= 0 if side is None else sides == NAMES.index(side)
        weighed = self.spec.parameters.get("reissues") == "share"
        return company.evidence(known.index(word), kept, weighed=weighed)

    def _one_pair(self, query: str | None, before: str | None) -> dict[str, Any]:
        """Give the row that is meant: with words, if there is a choice of languages."""
        frame = self.frame
        for column, wanted in (("query", query), ("before", before)):
            if wanted is not None:
                known = frame[column]
                frame = frame[known == str(wanted)]
                if frame.empty:
                    raise UnknownNameError(
                        f"There is no {column} {wanted!r}.{did_you_mean(str(wanted), known)}"
                    )
        told = frame[frame["kind"] != "not enough data"]
        frame = frame if told.empty else told
        if len(frame) > 1:
            names = [f"query={one.query!r}, before={one.before!r}" for one in frame.itertuples()]
            raise InputError(
                f"There are {len(frame)} comparisons. Choose one: {'; '.join(dict.fromkeys(names[:6]))}."
            )
        return {str(name): value for name, value in frame.iloc[0].items()}

    def plot(
        self, ax: Axes | None = None, *, query: str | None = None, before: str | None = None, n: int = 12
    ) -> Axes:
        """Draw the words that came to the company of a query, and those that went.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        query, before : str, optional
            Which comparison, where there are several.
        n : int
            How many words on each side.
        """
        from octadisc.terms.drift.drift_plots import plot_drift

        return plot_drift(self, ax, self._one_pair(query, before), n=n)

    def __repr__(self) -> str:
        kinds = self.frame["kind"].value_counts()
        found = [f"{kinds[one]:,} {one}" for one in _KINDS if one in kinds]
        return f"Drift({len(self.frame):,} comparison{'s' * (len(self.frame) != 1)}: {', '.join(found)})"

    def _repr_html_(self) -> str:
        columns = "query language before after hits_before hits_after drift low high p_value q_value".split()
        head = self.frame[[*columns, "comparison", "as_much", "kind", "note"]].head(20)
        formats = dict.fromkeys("drift low high p_value q_value comparison".split(), "{:.3f}")
        return show(self, head, len(self.frame), {**formats, "as_much": "{:.0%}"}, notes=self.notes)


def measure_drift(
    tokens: Tokens,
    queries: Query | Sequence[Query] | Mapping[str, Query],
    every: Any = None,
    *,
    before: Any = None,
    after: Any = None,
    against: Literal["previous", "first"] = "previous",
    window: Window = 5,
    within: Within | None = "sentence",
    min_count: int = 10,
    stop_words: Literal["auto"] | Iterable[str] | None = "auto",
    min_length: int = 2,
    numbers: bool = False,
    n_comparisons: int = 30,
    n_permutations: int = 999,
    n_resamples: int = 200,
    level: float = 0.95,
    reissues: Reissues = "keep",
    seed: int = 0,
    n_threads: int | None = None,
) -> Drift:
    """Measure how far the company of a query moved from one period to another, beyond chance.

    Parameters
    ----------
    tokens : Tokens
    queries : str, list, or mapping
        As of `od.track_terms`.
    every : str or intervals, optional
        Periods, as of `od.track_terms`; each is compared with the previous one.
    before, after : (start, end), optional
        Two periods instead, each from a day to another (exclusive).
    against : "previous" or "first"
        What each period is compared with.
    window, within, stop_words, min_length, numbers
        The company, as of `od.find_collocates`; stop words have no part in it.
    min_count : int
        Least number of times that a word stands near the query, on both sides together.
    n_comparisons : int
        Words of the query's own frequency to compare a drift with, at most; 0 for none.
    n_permutations, n_resamples : int
        For the test, and for the interval.
    level : float
        Coverage of the intervals; a drift is one if its q-value is at most 1 less this.
    reissues : "keep", "first" or "share"
    seed : int
    n_threads : int, optional
        Threads; the result is the same for any number. All cores by default.

    Returns
    -------
    Drift

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If an argument is not what it should be, or there are not two periods.

    Notes
    -----
    The distance is the Jensen-Shannon divergence between the two distributions of content words in the
    query's windows. From few words any two samples are apart: releases are dealt anew to the two sides,
    whole ones and within issuers, and the mean distance then is taken off. The test is one-sided, by the
    same permutations; that words are chosen by their number on both sides together lets them stay the same.
    The interval is the normal one; its variance is that of resampling the releases of each side, less the
    variance by chance, which resampling adds, and at least this.

    A company may move because everything did. Where there is a drift, the same is done for words as
    frequent as the query on both sides (at most three times or a third as frequent, the nearest first): the
    drift is the query's own ("moved") if at most a tenth of them drifted as much. Of fewer than 10 such words
    nothing is said of the language, which the note tells. Nothing is said ("not enough
    data") of fewer than 50 occurrences on a side, which takes about a million words for many a term; fewer
    than 20 releases of issuers that are on both sides; or fewer than 5 words.

    By simulation (benchmarks/collocations.py), this divergence finds as many drifts as Hellinger's distance
    and the chi-squared distance, and more than the cosines of shares and of positive mutual information, if
    words stand there at least ten times; with rarer words among them it finds fewer.

    References
    ----------
    Lin (1991), IEEE Transactions on Information Theory 37(1).

    Examples
    --------
    >>> import octadisc as od
    >>> company = {
    ...     "2001": "Police trust sworn friends in {} town.",
    ...     "2002": "Banks hold trust funds in {} city.",
    ... }
    >>> rows = [
    ...     {
    ...         "date": f"{year}-05-01",
    ...         "issuer": "ABC"[i % 3],
    ...         "text": company[year].format("a"),
    ...         "language": "en",
    ...     }
    ...     for year in company
    ...     for i in range(60)
    ... ]
    >>> tokens = od.tokenize(od.Corpus.from_frame(rows))
    >>> drift = od.measure_drift(tokens, "trust", every="year", n_comparisons=0)
    >>> drift.to_frame()[["before", "after", "hits_before", "words", "distance", "p_value"]].values.tolist()
    [['2001', '2002', 60, 8, 1.0, 0.001]]
    >>> drift.words[["word", "direction"]].head(2).values.tolist()
    [['banks', 'came'], ['city', 'came']]
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    way = Way(
        read_window(window, within), within, min_count, read_stop_words(stop_words), min_length, numbers,
        n_comparisons, n_permutations, n_resamples, level, seed,
    )  # fmt: skip
    check_way(way, against)
    seed = read_seed(seed)
    if not len(tokens):
        raise NotEnoughDataError("The corpus has no releases, so nothing in it can have moved.")
    grid = lay_periods(tokens, every, before, after)
    weights = weigh_reissues(tokens.corpus.frame, reissues)
    named = name_queries(queries, {str(one) for one in tokens.languages})
    notes = say_left_out(grid) if every is not None else []
    rows: list[dict[str, Any]] = []
    words, company = [], {}
    labels = grid.periods.labels
    pairs = [(labels[i - 1 if against == "previous" else 0], labels[i]) for i in range(1, len(labels))]
    for place, (name, query) in enumerate(named.items()):
        hits = tokens.find(query)
        notes += check_query(tokens, name, query, hits)
        made, mine, company[name] = drift_of_query(
            tokens, name, hits, grid, weights, pairs, way, place, n_threads
        )
        rows += made
        words += mine
    frame = judge(pd.DataFrame(rows), 1 - level)
    parameters = {
        "queries": named,
        "every": every if every is None or isinstance(every, str) else grid.periods.to_frame(),
        "before": before,
        "after": after,
        "against": against,
        "window": window,
        **{one: value for one, value in way._asdict().items() if one not in ("window", "seed")},
        **as_parameter(reissues),
    }
    spec = Spec("measure_drift", parameters, seed, (tokens.spec,))
    return Drift(frame, pd.concat(words, ignore_index=True), spec, tuple(notes), company)
