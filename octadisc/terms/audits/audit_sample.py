"""Samples for an audit: units that a query hits and that it does not, to be read and coded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, NotEnoughDataError, expect
from octadisc.faces import show
from octadisc.spec import Spec
from octadisc.terms.arguments import check_part
from octadisc.tokens import Query, Tokens
from octadisc.tokens.lines.coding import CodingSheet, coding_sheet, line_ids
from octadisc.tokens.lines.concordance import Basis, Concordance, wording_of
from octadisc.tokens.lines.samples import draw_sample, lay_cells, read_seed
from octadisc.tokens.reissues import Reissues, weigh_reissues

__all__ = ["AuditSample", "Unit", "audit_sample", "units_of"]

Unit = Literal["release", "paragraph", "sentence"]
_CONTEXT = 200  # characters of the release on either side of a sentence
_COLUMNS = "line release start end period group hit found listed probability".split()


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class AuditSample:
    """Units to be coded, each with the probability that it was drawn; made by `od.audit_sample`.

    Attributes
    ----------
    frame : DataFrame
        See :meth:`to_frame`.
    sheet : CodingSheet
        What coders fill in: the text of each unit, in an order of chance, without whether the query hits it.
    strata : DataFrame
        period, group, hit, found, listed: what was drawn from.
    rows : array of int64, shape (units,)
        Row of each among the units.
    units : Tokens
    query : Query
    spec : Spec
    """

    frame: pd.DataFrame
    sheet: CodingSheet
    strata: pd.DataFrame
    rows: npt.NDArray[np.int64]
    units: Tokens
    query: Query
    spec: Spec

    def to_frame(self) -> pd.DataFrame:
        """Give one row a unit drawn.

        Columns: line, release, start, end (of the unit in the release), period, group, hit (whether the query
        hits it), found, listed (units there are in its stratum, and that were drawn), probability.
        """
        return self.frame.copy()

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        return f"AuditSample({self._summary()})"

    def _summary(self) -> str:
        unit, n_hit = str(self.spec.parameters["unit"]), int(self.frame["hit"].sum())
        n = len(self.frame)
        return (
            f"{wording_of(self.query)!r}: {n:,} {unit}s, {n_hit:,} that it hits and {n - n_hit:,} that it "
            "does not"
        )

    def _repr_html_(self) -> str:
        return show(self, self.strata.head(20), len(self.strata), rows="strata", notes=self.sheet.notes)


def audit_sample(
    tokens: Tokens,
    query: Query,
    n: int,
    *,
    unit: Unit = "release",
    codes: Any = ("yes", "no"),
    hits: float = 0.5,
    every: Any = None,
    by: str | None = None,
    coders: int | Sequence[str] = ("A", "B"),
    overlap: float = 1.0,
    path: str | os.PathLike[str] | None = None,
    reissues: Reissues = "keep",
    seed: int = 0,
) -> AuditSample:
    """Draw releases or sentences that a query hits, and others, with known probabilities, to be coded.

    Parameters
    ----------
    tokens : Tokens
    query : str, list of str or mapping from language to those
    n : int
        How many units.
    unit : "release", "paragraph" or "sentence"
        What is judged. Of tokens that are units already, these.
    codes, coders, overlap, path
        As in `od.coding_sheet`. The first label says that the unit is about what the query is for.
    hits : float
        Part of the sample that the query hits. Misses are rare among what it does not hit, so that recall
        wants many of these.
    every, by
        Strata: the sample is even over periods, and over the values of a column, as in `od.concordance`.
    reissues : "keep" or "first"
        Whether every release can be drawn, or of those that repeat each other only the first.
    seed : int

    Returns
    -------
    AuditSample

    Raises
    ------
    InputError, UnknownNameError, NotEnoughDataError
        If `n` or `hits` is not what it should be, or the query hits all units or none.

    Examples
    --------
    >>> import octadisc as od
    >>> rows = [{"text": f"They spoke of {'trust' if i % 4 else 'borders'}."} for i in range(40)]
    >>> tokens = od.tokenize(od.Corpus.from_frame(rows))
    >>> sample = audit_sample(tokens, "trust", 12)
    >>> sample
    AuditSample('trust': 12 releases, 6 that it hits and 6 that it does not)
    >>> sample.to_frame()[["hit", "found", "listed", "probability"]].drop_duplicates().values.tolist()
    [[True, 30, 6, 0.2], [False, 10, 6, 0.6]]
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 2:  # type: ignore[redundant-expr]
        raise InputError(f"n={n!r}: expected how many units to draw, at least 2.")
    check_part("hits", hits, "such as 0.5: recall needs both")
    seed = read_seed(seed)
    units = units_of(tokens, unit)
    found = units.find(query)
    frame = units.corpus.frame
    open_rows = np.flatnonzero(found.defined & (weigh_reissues(frame, reissues) > 0) & (units.lengths > 0))
    is_hit = found.counts[open_rows] > 0
    if is_hit.all() or not is_hit.any():
        what = "all" if is_hit.all() else "none"
        raise NotEnoughDataError(
            f"{wording_of(query)!r} hits {what} of the {open_rows.size:,} {unit}s. There is nothing to "
            "compare."
        )
    n_hits = min(max(round(n * hits), 1), n - 1, int(is_hit.sum()))
    parts, strata = [], []
    for side, wanted in ((False, int(n) - n_hits), (True, n_hits)):
        rows = open_rows[is_hit == side]
        cells = lay_cells(frame, rows, every, by)
        chosen = draw_sample(cells, wanted, seed + side)
        table = cells.to_frame(chosen).rename(columns={by or "group": "group"}).drop(columns="weight")
        strata.append(table.assign(hit=side))
        parts.append(
            pd.DataFrame({"row": rows[chosen], "hit": side}).join(
                table.iloc[cells.codes[chosen]].reset_index(drop=True)
            )
        )
    drawn = pd.concat(parts, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
    rows = drawn["row"].to_numpy(np.int64)
    shown = _texts(tokens, units, rows)
    parameters = {
        "query": query,
        "n": int(n),
        "unit": unit,
        "hits": hits,
        "every": every,
        "by": by,
        "reissues": reissues,
    }
    spec = Spec("audit_sample", parameters, seed, inputs=(units.spec,))
    lines = _as_lines(units, query, shown, rows, pd.concat(strata, ignore_index=True), spec)
    sheet = coding_sheet(lines, codes, coders=coders, overlap=overlap, path=path, seed=seed)
    drawn = drawn.assign(
        line=line_ids(shown).to_numpy(),
        release=shown["release"].to_numpy(),
        start=shown["start"].to_numpy(),
        end=shown["end"].to_numpy(),
        probability=(drawn["listed"] / drawn["found"]).to_numpy(),
    )
    made = drawn[_COLUMNS].astype({"line": "str", "release": "str"})
    return AuditSample(made, sheet, lines.cells, rows, units, query, spec)


def units_of(tokens: Tokens, unit: Unit) -> Tokens:
    """Give the tokens of the units, which they may be already."""
    frame = tokens.corpus.frame
    if "unit_of" in frame and (frame["unit"] == unit).all():
        return tokens
    return tokens if unit == "release" and "unit_of" not in frame else tokens.units(unit)


def _texts(tokens: Tokens, units: Tokens, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Give release, start, end, left, match and right of units: the unit, and what stands beside it."""
    frame = units.corpus.frame.iloc[rows]
    about = frame[["release", "date", "issuer", "source"]].reset_index(drop=True)
    texts = [str(one) for one in frame["text"]]
    titles = frame["title"].fillna("").astype("str").to_list()
    starts = np.zeros(rows.size, np.int64)
    left, right = list(titles), [""] * rows.size
    if "unit_of" in frame and units is not tokens:
        about["release"] = frame["unit_of"].to_numpy()
        starts = frame["unit_start"].to_numpy(np.int64)
        for at, (release, start) in enumerate(zip(frame["unit_of"], starts.tolist(), strict=True)):
            whole = tokens.corpus.texts[tokens.corpus.row_of(release)]
            end = start + len(texts[at])
            left[at] = whole[max(start - _CONTEXT, 0) : start]
            right[at] = whole[end : end + _CONTEXT]
    ends = starts + np.array([len(one) for one in texts], np.int64)
    shown = {"left": left, "match": texts, "right": right}
    words = {
        name: pd.Series([" ".join(one.split()) for one in given], dtype="str")
        for name, given in shown.items()
    }
    return about.assign(start=starts, end=ends, **words)


def _as_lines(
    units: Tokens,
    query: Query,
    shown: pd.DataFrame,
    rows: npt.NDArray[np.int64],
    strata: pd.DataFrame,
    spec: Spec,
) -> Concordance:
    """Give units as lines, so that they are shared out among coders as a concordance's are."""
    notes = (
        f"Each row is a {spec.parameters['unit']} as a whole, in the column match; the query hits some of "
        "them and not others. Say of each whether it is about what the query is for.",
    )
    basis = Basis(units, query, rows, rows, np.zeros(rows.size, np.int64))
    return Concordance(shown, spec, notes, len(shown), strata, basis)
