"""Dispersion: whether a term is spread over releases, issuers or periods, or stands in few of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.periods import make_periods
from octadisc.spec import Spec
from octadisc.statistics.evenness import expected_dp, measure_evenness
from octadisc.terms.counts import TermCounts
from octadisc.terms.groups import code_groups
from octadisc.terms.queries import some_releases

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Dispersion", "measure_dispersion"]

Integers = npt.NDArray[np.int64]

_MEASURES = "dp dp_norm expected_dp excess_dp kld kld_norm juilland variation".split()
_COLUMNS = ["term", "group", "count", "range", "parts", "range_share", *_MEASURES, "note"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Basis:
    """What the evidence of a dispersion is looked up in: each release's part and group (-1: in none)."""

    counts: TermCounts
    part: Integers
    parts: list[str]
    group: Integers
    groups: list[str]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Dispersion:
    """How evenly terms are spread over the parts of a corpus; made by `od.measure_dispersion`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know: releases left out.
    basis : Basis
        What :meth:`evidence` is looked up in.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    basis: Basis

    def to_frame(self) -> pd.DataFrame:
        """Give one row per group and term that occurs in it, the most frequent first.

        Columns: term, group, count, range (in how many parts it stands), parts (that have any words),
        range_share, dp, dp_norm, expected_dp (of a term as frequent that falls on words at random), excess_dp
        (dp - expected_dp), kld (bits), kld_norm, juilland, variation, note. Measures of terms that occur too
        seldom are missing, and the note says so.
        """
        return self.frame.copy()

    def evidence(self, term: str, part: str | None = None, group: str | None = None) -> pd.DataFrame:
        """Give the sentences in which a term stands, one row an occurrence; they add up to `count`.

        Parameters
        ----------
        term : str
        part, group : str, optional
            A release, issuer or period, and a group; all of them if left out.

        Returns
        -------
        DataFrame
            release, date, issuer, source, start, end, sentence. Where copies count as parts of one, they are
            all listed.

        Raises
        ------
        UnknownNameError
            If there is no such term, part or group.
        InputError
            If the counts were made elsewhere, so that there are no sentences.
        """
        from octadisc.terms.spread.term_places import places_of_type

        basis, tokens = self.basis, self.basis.counts.tokens
        _known(term, basis.counts.terms, "term")
        if tokens is None:
            raise InputError(
                "These counts were made elsewhere, so there are no sentences to go back to. Make them with "
                "od.count_terms(od.tokenize(corpus))."
            )
        keep = (basis.part >= 0) & (basis.group >= 0) & (basis.counts.release_weights > 0)
        for wanted, known, codes, what in (
            (part, basis.parts, basis.part, "part"),
            (group, basis.groups, basis.group, "group"),
        ):
            if wanted is not None:
                keep &= codes == _known(str(wanted), known, what)
        rows, starts, ends = places_of_type(tokens, term)
        mine = keep[rows]
        return tokens.evidence(rows[mine], starts[mine], ends[mine])

    def plot(
        self,
        ax: Axes | None = None,
        *,
        term: str | Sequence[str] | None = None,
        group: str | None = None,
    ) -> Axes:
        """Draw where terms stand over time, a tick a release: a row a term, or an issuer for one term.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        term : str or sequence of str, optional
            The ten most frequent terms by default.
        group : str, optional
            Which group, where there are several; the largest by default.
        """
        from octadisc.terms.spread.dispersion_plots import plot_dispersion

        return plot_dispersion(self, ax, term=term, group=group)

    def __repr__(self) -> str:
        n, parts = self.frame["term"].nunique(), len(self.basis.parts)
        over = self.spec.parameters["over"]
        named = f" ({over})" if isinstance(over, str) else ""
        return f"Dispersion({n:,} term{'s' * (n != 1)} over {parts:,} part{'s' * (parts != 1)}{named})"

    def _repr_html_(self) -> str:
        formats = {**dict.fromkeys(_MEASURES, "{:.3f}"), "range_share": "{:.1%}", "count": "{:,.10g}"}
        return show(self, self.frame.head(12), len(self.frame), formats, notes=self.notes)


def measure_dispersion(
    counts: TermCounts, over: Any = "release", *, by: str | None = "language", min_count: int = 10
) -> Dispersion:
    """Measure how evenly each term is spread over releases, issuers or periods.

    Parameters
    ----------
    counts : TermCounts
        From `od.count_terms`; releases that do not count there do not count here.
    over : str or intervals
        What the parts are: "release", a column such as "issuer", or periods as in `od.track_terms` ("year",
        "half", …, or rows of (name, start, end)).
    by : str, optional
        A column whose values are measured apart. By default each language is: a word of one language is
        not unevenly spread because it is missing in another. None takes all releases together.
    min_count : int
        Terms that occur less often get no measures.

    Returns
    -------
    Dispersion

    Raises
    ------
    InputError, UnknownNameError, WrongKindError, NotEnoughDataError
        If an argument is not what it should be, or there are fewer than two parts with words in all groups.

    Notes
    -----
    Parts without any words do not count. The sizes of parts are all running words, before stop words and
    trimming. The measures are in `octadisc.statistics.evenness`: of dp, kld and the variation coefficient 0
    is even; of Juilland's 1 is.

    All of them depend on how often a term occurs: a term that stands ten times in a thousand releases cannot
    be in all of them, so that its DP is near 1 however it came about. Compare `excess_dp`, not `dp`, between
    terms of different frequency: it is what is left when the DP of a term as frequent, whose
    occurrences fall on the words of the corpus at random, is taken off (exact, by formula). Around 0
    the term is spread as by chance; below 0 it is more even than that.

    With ``reissues="share"`` counts are sums of parts, and are rounded for the expected DP.

    References
    ----------
    Gries (2008), International Journal of Corpus Linguistics 13; Lijffijt and Gries (2012), there 17; Gries
    (2024), Frequency, Dispersion, Association, and Keyness; Juilland, Brodin and Davidovitch (1970),
    Frequency Dictionary of French Words.

    Examples
    --------
    >>> import octadisc as od
    >>> words = [["trust"] * n + ["police"] * (size - n) for n, size in ((1, 9), (2, 10), (3, 10), (9, 11))]
    >>> corpus = od.Corpus.from_frame([{"text": " ".join(one), "language": "en"} for one in words])
    >>> dispersion = od.measure_dispersion(od.count_terms(od.tokenize(corpus)))
    >>> dispersion.to_frame()[["term", "count", "range", "dp", "expected_dp"]].round(3).values.tolist()
    [['police', 25, 4, 0.195, 0.139], ['trust', 15, 4, 0.325, 0.18]]
    >>> len(dispersion.evidence("trust", part="4"))
    9
    """
    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    expect(min_count, int, "min_count", "a number of occurrences")
    if min_count < 1:
        raise InputError(f"min_count={min_count!r}: expected a whole number of at least 1.")
    whole = counts.releases if counts.tokens is None else counts.tokens.corpus.frame
    part, parts, notes = _code_parts(whole, over)
    group, groups = code_groups(whole, by)
    sizes = counts.releases["tokens"].to_numpy(float)
    tables = []
    for number, name in enumerate(groups):
        mine = np.flatnonzero((group == number) & (part >= 0) & (sizes > 0))
        tables.append(_measure(counts, mine, part[mine], sizes[mine], name, min_count))
    frame = pd.concat(tables, ignore_index=True)
    if frame["parts"].max() < 2 or frame.empty:
        raise NotEnoughDataError(
            f"over={over!r}: no group has two parts with words in them, so there is nothing to be "
            "spread over. Choose other parts, or by=None to take all releases together."
        )
    given = over if isinstance(over, str) else make_periods(whole["date"], over).to_frame()
    parameters = {"over": given, "by": by, "min_count": min_count}
    spec = Spec("measure_dispersion", parameters, inputs=(counts.spec,))
    return Dispersion(frame, spec, notes, Basis(counts, part, parts, group, groups))


def _code_parts(frame: pd.DataFrame, over: Any) -> tuple[Integers, list[str], tuple[str, ...]]:
    """Give the number of each release's part (-1: in none), the parts' names, and what was left out."""
    if isinstance(over, str) and over == "release" and "unit_of" in frame:
        over = "unit_of"  # the units of a release are one part
    if isinstance(over, str) and over in frame:
        return *code_groups(frame, over), ()
    try:
        periods = make_periods(frame["date"], over)
    except UnknownNameError:
        known = ("year", "half", "quarter", "month", "week", "presidency", *map(str, frame.columns))
        raise UnknownNameError(
            f"over={over!r} is neither a column nor a kind of period.{did_you_mean(str(over), known)}"
        ) from None
    part = periods.locate(frame["date"])
    left = int((part < 0).sum())
    note = f"Without a date, or dated outside the periods, and not counted: {some_releases(left)}."
    return part, list(periods.labels), (note,) if left else ()


def _measure(
    counts: TermCounts, rows: Integers, part: Integers, sizes: Any, group: str, min_count: int
) -> pd.DataFrame:
    """Measure all terms of a group."""
    _, place = np.unique(part, return_inverse=True)
    n_parts = int(place.max(initial=-1)) + 1
    gather = sparse.csr_matrix(
        (np.ones(rows.size), (place, np.arange(rows.size))), shape=(n_parts, rows.size)
    )
    size = np.bincount(place, sizes, n_parts)
    found = measure_evenness(gather @ counts.matrix[rows], size)
    there = np.flatnonzero(found.total > 0)
    there = there[np.argsort(-found.total[there], kind="stable")]
    total, spread = found.total[there], found.parts[there]
    whole = np.issubdtype(counts.matrix.dtype, np.integer)
    enough = (total.round(6) >= min_count) & (n_parts > 1)
    expected = expected_dp(np.where(enough, total, 0.0), size)
    dp = found.dp[there]
    given = [dp, found.dp_norm[there], expected, dp - expected, found.kld[there], found.kld_norm[there]]
    given += [found.juilland[there], found.variation[there]]
    return pd.DataFrame(
        {
            "term": pd.Series(np.array(counts.terms, object)[there], dtype="str"),
            "group": pd.Series([group] * there.size, dtype="str"),
            "count": total.astype(np.int64) if whole else total,
            "range": spread,
            "parts": n_parts,
            "range_share": spread / max(n_parts, 1),
            **{name: np.where(enough, one, np.nan) for name, one in zip(_MEASURES, given, strict=True)},
            "note": pd.Series(_notes(total, enough, n_parts, min_count), dtype="str"),
        }
    )[_COLUMNS]


def _notes(total: Any, enough: Any, n_parts: int, min_count: int) -> Any:
    notes = np.full(total.size, "", object)
    for value in np.unique(total[~enough]).tolist():
        few = f"{value:,.10g} occurrence{'s' * (value != 1)}, at least {min_count} needed"
        why = few if n_parts > 1 else f"{n_parts} part with words, at least 2 needed"
        notes[~enough & (total == value)] = f"Not enough data: {why}."
    return notes


def _known(name: str, known: Sequence[str], what: str) -> int:
    if name not in known:
        raise UnknownNameError(f"There is no {what} {name!r}.{did_you_mean(name, known)}")
    return list(known).index(name)
