"""Keyness: which terms stand more often in some releases than in others, with intervals and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import NotEnoughDataError, UnknownNameError, did_you_mean, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.tests import adjust_p_values
from octadisc.terms.arguments import check_level, check_permutations, check_whole
from octadisc.terms.counts import TermCounts
from octadisc.terms.keyness.keyness_groups import part_sides, table_of
from octadisc.terms.keyness.keyness_parts import Plan, compare_group
from octadisc.terms.keyness.outside_lists import read_list
from octadisc.terms.scores.score_deviations import check_correlation
from octadisc.terms.scores.term_evidence import evidence_of_term
from octadisc.tokens.lines.samples import read_seed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Keyness", "compare"]

Floats = npt.NDArray[np.float64]
Sort = Literal["log_ratio", "g2"]

_SORTS = ("log_ratio", "g2")
_COLUMNS = (
    "term group count reference_count rate reference_rate log_ratio low high g2 p_value q_value dispersion "
    "percent_diff within releases reference_releases issuers reference language note"
).split()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Keyness:
    """Which terms stand more often on one side than on the other; made by `od.compare`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    notes : tuple of str
        What a reader of the numbers should know: groups left out, what p-values rest on.
    counts : TermCounts
        What was compared.
    sides : dict from str to (array of bool, array of bool)
        For each group the releases of the target and of the reference.
    """

    frame: pd.DataFrame
    spec: Spec
    notes: tuple[str, ...]
    counts: TermCounts
    sides: dict[str, tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a group and term, the surest first within each group.

        Columns: term, group, count, reference_count, rate, reference_rate (per million running words),
        log_ratio (base 2), low, high, g2 (four cells), p_value, q_value (Benjamini and Hochberg, over all
        rows), dispersion (DPnorm over the target's releases: 0 even, 1 all in one), percent_diff, within (log
        ratio within issuers; NaN where none was estimated), releases, reference_releases (that have the term;
        -1 for a list), issuers (of the target's), reference, language, note.
        """
        return self.frame.copy()

    def evidence(
        self, term: str, group: str | None = None, side: Literal["target", "reference"] = "target"
    ) -> pd.DataFrame:
        """Give the sentences that a number rests on, one row an occurrence; they add up to the count.

        Parameters
        ----------
        term : str
        group : str, optional
            Need not be given where there is one.
        side : "target" or "reference"

        Returns
        -------
        DataFrame
            release, date, issuer, source, start, end, sentence; with ``reissues="share"`` also weight, which
            adds up to the count.

        Raises
        ------
        UnknownNameError, InputError
            If there is no such term, group or side, or the counts have no tokens.
        """
        if group is None and len(self.sides) == 1:
            group = next(iter(self.sides))
        if group not in self.sides:
            raise UnknownNameError(f"group={group!r} was not compared.{did_you_mean(str(group), self.sides)}")
        if side not in ("target", "reference"):
            raise UnknownNameError(f"side={side!r}: expected 'target' or 'reference'.")
        rows = self.sides[group][0 if side == "target" else 1]
        return evidence_of_term(self.counts, term, rows)

    def plot(self, ax: Axes | None = None, *, group: str | None = None, n: int = 15) -> Axes:
        """Draw the surest terms of a group: the target's to the right, the reference's to the left.

        Parameters
        ----------
        ax : Axes, optional
        group : str, optional
            Need not be given where there is one.
        n : int
            How many terms of each side.

        Notes
        -----
        Terms beyond chance (q at most .05) come first and are filled; hollow ones are not beyond chance, or
        were not tested. In each case the surest are those whose interval is farthest from zero.
        """
        from octadisc.terms.keyness.keyness_plots import plot_keyness

        return plot_keyness(self, ax, group=group, n=n)

    def __repr__(self) -> str:
        n = len(self.sides)
        found = int((self.frame["q_value"] <= 0.05).sum())
        return f"Keyness({len(self.frame):,} rows, {n:,} group{'s' * (n != 1)}, {found:,} beyond chance)"

    def _repr_html_(self) -> str:
        formats = dict.fromkeys(("rate", "reference_rate"), "{:,.1f}")
        formats |= dict.fromkeys(("log_ratio", "low", "high", "dispersion"), "{:.2f}")
        formats |= {"g2": "{:,.1f}", "p_value": "{:.2g}", "q_value": "{:.2g}"}
        head = self.frame.groupby("group", sort=False).head(10).head(30)[_COLUMNS[:13]]
        return show(self, head, len(self.frame), formats, notes=self.notes)


def compare(
    counts: TermCounts,
    by: str | None = None,
    *,
    target: Any = None,
    reference: Any = None,
    every: Any = None,
    at: Any = None,
    within: str | None = "issuer",
    reference_tokens: float | None = None,
    min_releases: int = 5,
    min_issuers: int = 1,
    correlation: float | None = None,
    sort: Sort = "log_ratio",
    level: float = 0.95,
    n_permutations: int = 999,
    seed: int = 0,
) -> Keyness:
    """Compare how often terms stand in groups of releases, in periods, or against an outside list.

    Parameters
    ----------
    counts : TermCounts
    by : str, optional
        A column of the corpus whose values are the groups.
    target : str, optional
        The one group to look at; all of them by default.
    reference : optional
        The group to compare with; by default all others together. Or an outside frequency list: a mapping
        from terms to counts, a DataFrame or a CSV file with the columns term and count.
    every : str or intervals, optional
        Instead of `by`: periods are the groups.
    at : date, optional
        Instead of `by`: what is dated from that day on is compared with what is dated before.
    within : str, optional
        Column whose values are compared with themselves; None: all releases with all.
    reference_tokens : float, optional
        Running words that a list was counted in, where it is not a list of all words; by default its sum.
    min_releases, min_issuers : int
        The least releases and issuers that a term must be in, on one of the two sides; rarer terms are left
        out. Where fewer issuers are known than `min_issuers`, those are enough.
    correlation : float, optional
        Of successive years' own deviations, where groups go with time. Estimated from all terms together if
        there are 24 years and 50 terms, and at least .3; else .3.
    sort : "log_ratio" or "g2"
        How the terms of a group are sorted: by the end of the interval that is nearer to zero (0 if the
        interval spans it), or by G².
    level : float
        Coverage of the intervals.
    n_permutations : int
        Of labels. p-values below a hundredth rest on what terms have in common as well (see Notes). With 0
        there are measures only, no p-values.
    seed : int

    Returns
    -------
    Keyness

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError, MissingFileError
        If an argument is not what it should be, or there is nothing to compare.

    Notes
    -----
    *Rates* are per million running words of the releases of one language; languages are compared each by
    itself. *log_ratio* is Hardie's; where one side has no occurrence, half an occurrence is taken.

    *Intervals* of the log ratio: given how often a term stands in all, its part on the target's side has a
    Wilson interval, for as many occurrences as are worth independent ones by the linearised variance between
    releases; between issuers if that is larger and there are 8 of them. Against a list: the score interval of
    the target's rate; the list counts as known.

    *p-values* come from a permutation. Releases exchange their labels within issuers (`within`), and the
    statistic is the Mantel-Haenszel score: an issuer is compared with itself, and who publishes how much does
    not matter. Where more than half of a side's releases are of issuers that are on that side only, the
    question is one about issuers, and issuers are exchanged; with fewer than 8 there is no p-value. Where
    labels go with time, each year has a deviation of its own, correlated with that of the year before
    (`correlation`); its size is learnt from all terms of about the same frequency
    (empirical Bayes). Periods are compared within issuers only.

    A thousand permutations cannot tell ten thousand terms apart. What they say down to p = .01 is taken as it
    is; beyond, how far scores reach is pooled over 300 terms with null distributions of like shape.

    A p-value is NaN where there are not enough data, and `note` says which. What is held to is measured in
    benchmarks/keyness.py.

    References
    ----------
    Hardie (2014), Log Ratio; Dunning (1993), Computational Linguistics 19(1); Mantel and Haenszel (1959),
    Journal of the National Cancer Institute 22; Gries (2008), International Journal of Corpus Linguistics 13.

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [
    ...     {"issuer": "AB"[i % 2], "kind": kind, "date": f"{2000 + i % 8}-03-01", "text": text}
    ...     for i in range(40)
    ...     for kind, text in (
    ...         ("speech", "mutual trust among police" if i % 3 else "border police met"),
    ...         ("report", "border police made arrests" if i % 5 else "mutual trust"),
    ...     )
    ... ]
    >>> counts = od.count_terms(od.tokenize(od.Corpus.from_frame(rows)))
    >>> found = od.compare(counts, by="kind", target="speech")
    >>> found.to_frame()[["term", "count", "reference_count", "log_ratio"]].round(1).head(3).values.tolist()
    [['arrests', 0, 32, -6.0], ['made', 0, 32, -6.0], ['among', 26, 0, 5.7]]
    >>> len(found.evidence("trust", "speech"))
    26
    """
    expect(counts, TermCounts, "counts", "what od.count_terms(tokens) gives")
    _check(min_releases, min_issuers, sort, level, n_permutations)
    check_correlation(correlation)
    seed = read_seed(seed)
    table = table_of(counts)
    grouped = by is not None or every is not None or at is not None
    outside, reference = read_list(reference, reference_tokens, grouped=grouped)
    sides = part_sides(table, by, every, at, target, reference)
    if outside is None and len(sides.names) < 2:
        raise NotEnoughDataError(
            f"There is one group only ({', '.join(sides.names)}), so there is nothing to compare it with. "
            "Give by, every or at, or an outside list as reference."
        )
    plan = Plan(within, min_releases, min_issuers, correlation, level, n_permutations, seed)
    frames, masks = [], {}
    notes: list[str] = []
    if (sides.codes < 0).any():
        notes.append(f"In no period, and not compared: {int((sides.codes < 0).sum()):,} releases.")
    for number, contrast in enumerate(sides.contrasts()):
        parts = list(compare_group(counts, sides, contrast, outside, plan, number, notes))
        if parts:
            frames.append(_sorted(pd.concat(parts, ignore_index=True), sort))
            counted = counts.release_weights > 0
            masks[contrast.group] = (contrast.target & counted, contrast.other & counted)
    if not frames:
        raise NotEnoughDataError(
            f"Nothing can be compared. {' '.join(notes)} Lower min_releases, or form larger groups."
        )
    frame = pd.concat(frames, ignore_index=True)
    frame["q_value"] = adjust_p_values(frame["p_value"])
    words = dict.fromkeys(("term", "group", "reference", "language", "note"), "str")
    parameters = {
        "by": by,
        "target": target,
        "reference": outside.describe() if outside is not None else reference,
        "every": every if every is None or isinstance(every, str) else list(sides.names),
        "at": None if at is None else str(at),
        "within": within,
        "min_releases": min_releases,
        "min_issuers": min_issuers,
        "correlation": correlation,
        "sort": sort,
        "level": level,
        "n_permutations": n_permutations,
    }
    spec = Spec("compare", parameters, seed, (counts.spec,))
    return Keyness(frame[_COLUMNS].astype(words), spec, tuple(dict.fromkeys(notes)), counts, masks)


def _sorted(frame: pd.DataFrame, sort: Sort) -> pd.DataFrame:
    if sort == "g2":
        order = np.argsort(-frame["g2"].to_numpy(), kind="stable")
    else:
        order = np.lexsort((-frame["g2"].to_numpy(), -_surest(frame)))
    return frame.iloc[order]


def _surest(frame: pd.DataFrame) -> Floats:
    """Give how far from zero the nearer end of each interval is."""
    low, high = frame["low"].to_numpy(), frame["high"].to_numpy()
    return np.asarray(np.where(low > 0, low, np.where(high < 0, -high, 0.0)))


def _check(min_releases: Any, min_issuers: Any, sort: Any, level: Any, n_permutations: Any) -> None:
    check_whole("min_releases", min_releases, 1)
    check_whole("min_issuers", min_issuers, 1)
    if n_permutations is not False and n_permutations != 0:
        check_permutations(n_permutations, 99)
    check_level(level)
    if sort not in _SORTS:
        raise UnknownNameError(f"sort={sort!r} is not known.{did_you_mean(str(sort), _SORTS)}")
