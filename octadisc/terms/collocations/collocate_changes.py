"""Collocates that came closer to a query, or went further from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import NotEnoughDataError, UnknownNameError
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.statistics.tests import adjust_p_values
from octadisc.terms.arguments import check_level, check_whole
from octadisc.terms.collocations.collocate_comparison import compare_types
from octadisc.terms.collocations.company import Company
from octadisc.terms.collocations.sides import sides_of_rows, to_sides

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from octadisc.terms.collocations.collocations import Collocates

__all__ = ["CollocateChanges", "compare_collocates"]

Integers = npt.NDArray[np.int64]

_FEWEST_NODES = 10  # on each side
_COLUMNS = (
    "node before after collocate language count_before count_after expected_before expected_after "
    "log_ratio_before log_ratio_after difference low high within p_value q_value kind note"
).split()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class CollocateChanges:
    """How close collocates are to a query on two sides; made by `Collocates.compare`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    spec : Spec
    collocates : Collocates
    sides : (list of str, list of str)
        The periods or groups on each side.
    """

    frame: pd.DataFrame
    spec: Spec
    collocates: Collocates
    sides: tuple[list[str], list[str]]

    def to_frame(self) -> pd.DataFrame:
        """Give one row a collocate, the most certain changes first.

        Columns: node, before, after, collocate, language, count and expected of both sides, log_ratio (to
        base 2) of both sides, difference with its interval low and high, within (what is left of the
        difference within issuers: without what dealing their releases anew gives), p_value, q_value
        (Benjamini and Hochberg, over the collocates with enough data), kind ("closer", "further", "none" or
        "not enough data"), note.
        """
        return self.frame.copy()

    def evidence(self, collocate: str, side: str | None = None) -> pd.DataFrame:
        """Give the sentences in which a collocate stands near the node; they add up to the counts.

        Parameters
        ----------
        collocate : str
        side : "before" or "after", optional
            Both if left out.

        Returns
        -------
        DataFrame
            As of `Collocates.evidence`.

        Raises
        ------
        UnknownNameError
            If there is no such collocate or side.
        """
        if side not in (None, "before", "after"):
            raise UnknownNameError(f"side={side!r}: expected 'before' or 'after'.")
        names = [*(self.sides[0] if side != "after" else []), *(self.sides[1] if side != "before" else [])]
        by_period = set(names) <= set(self.collocates.company.grid.periods.labels)
        found = [
            self.collocates.evidence(collocate, one if by_period else None, None if by_period else one)
            for one in names
        ]
        return pd.concat(found, ignore_index=True)

    def plot(self, ax: Axes | None = None, *, n: int = 20) -> Axes:
        """Draw the collocates that changed most, from their place before to that after.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new one if left out.
        n : int
            How many collocates. Those that changed no more than by chance are pale.
        """
        from octadisc.terms.collocations.collocation_plots import plot_changes

        return plot_changes(self, ax, n=n)

    def __repr__(self) -> str:
        kinds = self.frame["kind"].value_counts()
        found = [
            f"{kinds[one]:,} {one}"
            for one in ("closer", "further", "none", "not enough data")
            if one in kinds
        ]
        return f"CollocateChanges({self.collocates.node!r}: {', '.join(found)})"

    def _repr_html_(self) -> str:
        columns = ["collocate", "count_before", "count_after", "log_ratio_before", "log_ratio_after"]
        shown = [*columns, "difference", "low", "high", "p_value", "q_value", "kind", "note"]
        formats = dict.fromkeys([*columns[3:], "difference", "low", "high"], "{:.1f}")
        formats |= dict.fromkeys(("p_value", "q_value"), "{:.4f}")
        return show(self, self.frame[shown].head(10), len(self.frame), formats)


def compare_collocates(
    collocates: Collocates,
    before: str | Sequence[str],
    after: str | Sequence[str],
    *,
    min_count: int,
    level: float,
    n_permutations: int,
    seed: int,
) -> CollocateChanges:
    """Do what `Collocates.compare` says.

    Notes
    -----
    The difference of two log ratios, with ½ added to each count. Its variance is the larger of that
    between releases and, with at least eight issuers, that between issuers, as in `od.find_collocates`.
    The test deals whole releases anew to the sides, within issuers, and asks how far the studentised
    difference lies in a tail: studentised, so that unequal sizes and scatter of the sides do no harm
    (Janssen, 1997), and not centred on 0, so that a difference that only comes from who publishes is none.
    A collocate came closer if it did so within issuers and over all; where the two disagree, a note says so.
    A collocate is settled once 20 permutations lie in the smaller tail (Besag and Clifford, 1991).

    References
    ----------
    Besag and Clifford (1991), Biometrika 78(2); Janssen (1997), Statistics & Probability Letters 36(1).
    """
    check_level(level)
    check_whole("n_permutations", n_permutations, 99)
    check_whole("min_count", min_count, 1)
    company = collocates.company
    side, labels = sides_of_rows(company.grid, before, after)
    _refuse_few_nodes(company, side, labels, collocates.node)
    tables = []
    for language in np.unique(company.types[:, 0]).tolist():
        mine = np.flatnonzero(company.types[:, 0] == language)
        given = to_sides(company, side, language)
        entries = company.entries.keep(np.isin(np.arange(len(company.types)), mine))
        entries = entries.merge(given.number, mine.size)
        table = compare_types(entries, given, mine.size, min_count, level, n_permutations, [seed, language])
        words = [company.words[one] for one in mine.tolist()]
        table.insert(0, "collocate", pd.Series(words, dtype="str"))
        table.insert(1, "language", pd.Series([company.languages[language] or None] * mine.size, dtype="str"))
        tables.append(table)
    frame = pd.concat(tables, ignore_index=True)
    for place, (column, value) in enumerate(
        (("node", collocates.node), ("before", _join(labels[0])), ("after", _join(labels[1])))
    ):
        frame.insert(place, column, pd.Series([value] * len(frame), dtype="str"))
    frame = _judge(frame, 1 - level)
    parameters = {
        "before": labels[0],
        "after": labels[1],
        "min_count": min_count,
        "level": level,
        "n_permutations": n_permutations,
    }
    spec = Spec("Collocates.compare", parameters, seed, (collocates.spec,))
    return CollocateChanges(frame[_COLUMNS], spec, collocates, labels)


def _join(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{labels[0]} … {labels[-1]}"


def _refuse_few_nodes(
    company: Company, side: Integers, labels: tuple[list[str], list[str]], node: str
) -> None:
    rows = company.windows.hits.rows[company.weights[company.windows.hits.rows] > 0]
    counts = np.bincount(side[rows] + 1, minlength=3)[1:]
    if counts.min() < _FEWEST_NODES:
        few = int(np.argmin(counts))
        raise NotEnoughDataError(
            f"The node {node!r} occurs {counts[few]:,} times in {_join(labels[few])}: not enough to say what "
            f"keeps it company there. At least {_FEWEST_NODES} are needed; take longer periods together."
        )


def _judge(frame: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Add q-values and kinds, and put the most certain first."""
    frame = frame.assign(q_value=adjust_p_values(frame["p_value"]))
    known, change = frame["p_value"].notna(), frame["within"]
    against = change * frame["difference"] < 0
    # near nothing on one side: an attraction there that came out the larger is that of the ½ which is added
    unseen = (frame["count_before"].eq(0) & (change < 0)) | (frame["count_after"].eq(0) & (change > 0))
    sure = (frame["q_value"] <= alpha) & ~against & ~unseen
    kind = np.where(sure, np.where(change > 0, "closer", "further"), "none")
    kind = np.where(known & ~unseen, kind, "not enough data")
    note = np.where(
        frame["known"], "", "hardly occurs on one side at all, so that its attraction there is not known"
    )
    note = np.where(unseen, "never near it on the side where it would be closer", note)
    note = np.where(frame["enough"], note, "too few occurrences, or in fewer than three releases")
    note = np.where(frame["mixed"], note, "too few releases of issuers that are on both sides")
    apart = (frame["low"] > 0) | (frame["high"] < 0)
    chance = known & (frame["p_value"] > alpha) & apart
    note = np.where(chance, "no more than chance within issuers: look at who publishes", note)
    reversed_ = (frame["q_value"] <= alpha) & against
    note = np.where(reversed_, "the other way within issuers: look at who publishes", note)
    frame["kind"] = pd.Series(kind.astype(object), dtype="str")
    frame["note"] = pd.Series(note.astype(object), dtype="str")
    size = -frame["difference"].abs()
    return (
        frame.assign(size=size, unsure=~sure)
        .sort_values(["unsure", "q_value", "p_value", "size"], na_position="last", kind="stable")
        .drop(columns=["size", "unsure"])
        .reset_index(drop=True)
    )
