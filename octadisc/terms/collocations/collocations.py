"""Collocates: words that stand in the company of a query, how closely, and how that changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from octadisc.errors import (
    InputError,
    NotEnoughDataError,
    UnknownNameError,
    WrongKindError,
    did_you_mean,
    expect,
)
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.arguments import check_level, check_whole, read_stop_words
from octadisc.terms.collocations.collocate_measures import count_cells
from octadisc.terms.collocations.collocate_table import MEASURES, keep_best, to_table
from octadisc.terms.collocations.company import Company, count_company, lay_cells, list_types, nearby
from octadisc.terms.collocations.windows import Window, Windows, Within, read_window
from octadisc.terms.groups import say_left_out
from octadisc.terms.queries import check_query, name_of
from octadisc.terms.reissues import Reissues, as_parameter, have_parts, weigh_reissues
from octadisc.tokens import Query, Tokens, why_nothing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.collocations.collocate_changes import CollocateChanges

__all__ = ["Collocates", "find_collocates"]

Measure = Literal["g2", "log_ratio", "log_dice", "mi", "mi3", "t", "delta_p"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Collocates:
    """Words near a query, and how closely they keep to it; made by `od.find_collocates`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know.
    company : Company
        What :meth:`evidence` and :meth:`compare` look up.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    company: Company

    def to_frame(self) -> pd.DataFrame:
        """Give one row per collocate, group and period, the best collocates first.

        Columns: node, period, start, end (exclusive), group, collocate, language (missing where it is
        unknown), count (in windows), releases (that have it in one), frequency (anywhere but in the
        nodes), window_tokens, tokens (without the nodes), expected (count if windows were like the rest),
        log_ratio (to base 2, with ½ added to each count) with its interval low and high, mi and mi3 (bits),
        t, log_dice, g2, delta_p_from_node (how much more probable the collocate is near the node than
        elsewhere), delta_p_to_node (how much more probable a node is near the collocate), note. A collocate
        has a row in each period and group, also with a count of 0.
        """
        return self.frame.copy()

    def evidence(
        self,
        collocate: str,
        period: str | None = None,
        group: str | None = None,
        *,
        language: str | None = None,
    ) -> pd.DataFrame:
        """Give the sentences in which a collocate stands near the node; they add up to `count`.

        Parameters
        ----------
        collocate : str
            As it stands in the frame.
        period, group : str, optional
            All of them if left out.
        language : str, optional
            Where it was found in several.

        Returns
        -------
        DataFrame
            release, date, issuer, source, start, end (of the collocate in the text), sentence, node_start,
            node_end (of the nearest node that has it in its window); with ``reissues="share"`` also weight.

        Raises
        ------
        UnknownNameError
            If there is no such collocate, period or group.
        """
        grid, company = self.company.grid, self.company
        words = company.words
        mine = [i for i, one in enumerate(words) if one == collocate]
        if not mine:
            raise UnknownNameError(f"There is no collocate {collocate!r}.{did_you_mean(collocate, words)}")
        if language is not None:
            named = [company.languages[one] for one in company.types[mine, 0].tolist()]
            mine = [i for i, one in zip(mine, named, strict=True) if one == language]
            if not mine:
                raise UnknownNameError(
                    f"{collocate!r} is no collocate in {language!r}.{did_you_mean(language, named)}"
                )
        kept = np.ones(company.weights.size, bool)
        for wanted, known, codes, what in (
            (period, grid.periods.labels, grid.period, "period"),
            (group, tuple(grid.groups), grid.group, "group"),
        ):
            if wanted is not None:
                if str(wanted) not in known:
                    raise UnknownNameError(
                        f"There is no {what} {wanted!r}.{did_you_mean(str(wanted), known)}"
                    )
                kept &= codes == known.index(str(wanted))
        weighed = self.spec.parameters.get("reissues") == "share"
        found = [company.evidence(one, kept, weighed=weighed) for one in mine]
        return pd.concat(found, ignore_index=True) if len(found) > 1 else found[0]

    def compare(
        self,
        before: str | Sequence[str],
        after: str | Sequence[str],
        *,
        min_count: int = 10,
        level: float = 0.95,
        n_permutations: int = 9999,
        seed: int = 0,
    ) -> CollocateChanges:
        """Say which collocates came closer to the node from some periods to others, or between groups.

        Parameters
        ----------
        before, after : str or list of str
            Labels of periods, or names of groups; those of a list count together.
        min_count : int
            Least number of occurrences near the node on both sides together.
        level : float
            Coverage of the intervals.
        n_permutations : int
            Most permutations of a collocate; those that are no more than chance need fewer.
        seed : int

        Returns
        -------
        CollocateChanges

        Raises
        ------
        UnknownNameError, InputError, NotEnoughDataError
            If there is no such period or group, one is on both sides, or a side has fewer than 10 nodes.
        """
        from octadisc.terms.collocations.collocate_changes import compare_collocates

        return compare_collocates(
            self, before, after, min_count=min_count, level=level, n_permutations=n_permutations, seed=seed
        )

    def plot(
        self, ax: Axes | None = None, *, n: int = 20, group: str | None = None, value: str | None = None
    ) -> Axes:
        """Draw the best collocates: over several periods as a table of dots, else with their intervals.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        n : int
            How many collocates.
        group : str, optional
            Which group, where there are several.
        value : str, optional
            A column of the frame; by default the log ratio.
        """
        from octadisc.terms.collocations.collocation_plots import plot_collocates

        return plot_collocates(self, ax, n=n, group=group, value=value)

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        grid = self.company.grid
        parts = [
            f"{len(self.company.types):,} collocate{'s' * (len(self.company.types) != 1)} of {self.node!r}"
        ]
        if len(grid.periods) > 1:
            parts.append(f"{len(grid.periods):,} periods")
        if len(grid.groups) > 1:
            parts.append(f"{len(grid.groups):,} groups")
        return f"Collocates({', '.join(parts)})"

    @property
    def node(self) -> str:
        """The query, as it is named in the frame."""
        return str(self.spec.parameters["node"])

    def _repr_html_(self) -> str:
        columns = (
            "period group collocate language count releases expected log_ratio low high g2 log_dice note"
        )
        formats = dict.fromkeys(("log_ratio", "low", "high", "log_dice"), "{:.1f}")
        formats |= dict.fromkeys(("expected", "g2"), "{:,.1f}")
        return show(self, self.frame[columns.split()].head(10), len(self), formats, notes=self.notes)


def find_collocates(
    tokens: Tokens,
    node: Query,
    window: Window = 5,
    every: Any = None,
    by: str | None = None,
    *,
    within: Within | None = "sentence",
    measure: Measure = "g2",
    min_count: int = 5,
    min_releases: int = 3,
    stop_words: Literal["auto"] | Iterable[str] | None = "auto",
    min_length: int = 2,
    numbers: bool = False,
    top: int | None = 1000,
    level: float = 0.95,
    reissues: Reissues = "keep",
    n_threads: int | None = None,
) -> Collocates:
    """Find the words that stand near a query more often than elsewhere.

    Parameters
    ----------
    tokens : Tokens
        With any forms. Where phrases are joined, a phrase is one token of a window, and may be a collocate.
    node : str, list, or mapping
        A query, as of `od.concordance`.
    window : int, (int, int) or None
        Running tokens on either side, stop words among them: 5, or left and right, such as (0, 3) for what
        follows. None: the whole sentence, paragraph or release, as `within` says.
    every, by : optional
        Periods and groups, as of `od.track_terms`; without them, all releases together.
    within : "sentence", "paragraph" or None
        What no window leaves; None: the release.
    measure : "g2", "log_ratio", "log_dice", "mi", "mi3", "t" or "delta_p"
        What ranks the collocates, over all periods and groups. ``"g2"`` and ``"t"`` put what is frequent
        first, ``"mi"`` what is exclusive, however rare; ``"log_ratio"`` goes by the lower end of its
        interval, so by what is certain of the attraction.
    min_count, min_releases : int
        Least number of occurrences near the node, and of releases that have them, over all periods.
    stop_words : "auto", iterable of str or None
        Words that are not listed; ``"auto"``: octadisc's list for each language.
    min_length : int
        Least number of characters of a collocate.
    numbers : bool
        Whether to list what begins with a digit.
    top : int, optional
        Keep so many, the best; None keeps all.
    level : float
        Coverage of the intervals.
    reissues : "keep", "first" or "share"
        See `od.track_terms`.
    n_threads : int, optional
        Threads; the result is the same for any number. All cores by default.

    Returns
    -------
    Collocates
        Only what stands near the node more often than expected.

    Raises
    ------
    NotEnoughDataError
        If the node does not occur, or nothing stands near it often enough.
    InputError, UnknownNameError
        If an argument is not what it should be.

    Notes
    -----
    A token counts once, however many windows it stands in; tokens that belong to a node count neither in
    windows nor elsewhere. That makes four cells, which add up to all tokens but the nodes': in a window or
    not, the collocate or another word (Evert, 2008). All measures are of these cells; window tokens, not
    nodes, are the first margin, so that logDice stays below 14 for windows of any width. The order of node
    and collocate counts only as far as `window` says: (5, 5) is undirected, (0, 5) and (5, 0) are directed.
    Each language is on its own, as in `od.find_phrases`: words of one language would attract each other.

    Words and releases are not independent, so G² and t rank but do not test. The interval is for the log
    ratio, log2 of the collocate's share of the window tokens by its share of the others, with ½ added to
    both counts. Its variance is the largest of that of independent words, of that between releases and,
    with at least eight issuers in a cell, of that between issuers: sums of squared influences (Efron, 1982).
    Student's quantile has as many degrees of freedom as releases have the collocate near the node, less one.

    References
    ----------
    Evert (2008), Corpora and collocations, in Lüdeling and Kytö, Corpus Linguistics: An International
    Handbook; Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans.

    Examples
    --------
    >>> import octadisc as od
    >>> texts = ["Police build mutual trust.", "Mutual trust takes years.", "Customs also need mutual trust."]
    >>> tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "language": ["en"] * 3}))
    >>> found = od.find_collocates(tokens, "trust", window=2, min_count=2)
    >>> found.to_frame()[["collocate", "count", "window_tokens", "tokens"]].values.tolist()
    [['mutual', 3, 7, 10]]
    >>> found.evidence("mutual")["sentence"].tolist()[0]
    'Police build mutual trust.'
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    if not isinstance(node, str | Sequence | Mapping):
        raise WrongKindError(f"node is a {type(node).__name__}. Expected a query, such as 'mutual trust'.")
    left, right = read_window(window, within)
    listed = read_stop_words(stop_words)
    parameters = {
        "node": name_of(node),
        "query": node,
        "window": window,
        "every": every,
        "by": by,
        "within": within,
        "measure": measure,
        "min_count": min_count,
        "min_releases": min_releases,
        "stop_words": listed,
        "min_length": min_length,
        "numbers": numbers,
        "top": top,
        "level": level,
        **as_parameter(reissues),
    }
    _check(parameters)
    grid = lay_cells(tokens, every, by)
    if every is not None and not isinstance(every, str):
        parameters["every"] = grid.periods.to_frame()
    weights = weigh_reissues(tokens.corpus.frame, reissues)
    windows = Windows.make(tokens, tokens.find(node), left, right, within)
    notes = [] if every is None else say_left_out(grid)
    if not len(windows.hits):
        hint = why_nothing(tokens, node)
        raise NotEnoughDataError(f"The node {name_of(node)!r} matches nothing, so it has no company: {hint}")
    notes += check_query(tokens, name_of(node), node, windows.hits)
    weights = np.where(windows.hits.defined & (grid.cell >= 0), weights, 0.0)
    wanted = nearby(windows, weights, n_threads) >= min_count - 1e-9
    types = list_types(tokens, wanted, listed, min_length, numbers)
    marks = windows.mark(n_threads)
    company = count_company(windows, grid, weights, types, marks, n_threads)
    company = keep_best(company, parameters)
    counted = count_cells(company, company.stories(copies=have_parts(weights)), grid.cell, grid.n_cells)
    frame = to_table(company, counted, parameters)
    spec = Spec("find_collocates", parameters, inputs=(tokens.spec,))
    return Collocates(frame, spec, tuple(notes), company)


def _check(given: dict[str, Any]) -> None:
    """Refuse arguments that are not what they should be."""
    if given["measure"] not in MEASURES:
        raise InputError(
            f"measure={given['measure']!r}: expected one of {', '.join(MEASURES)}."
            f"{did_you_mean(str(given['measure']), MEASURES)}"
        )
    for name in ("min_count", "min_releases", "min_length", "top"):
        if given[name] is not None or name != "top":
            check_whole(name, given[name], 1)
    check_level(given["level"])
