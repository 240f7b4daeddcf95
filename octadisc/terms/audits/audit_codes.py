"""Reading what was coded for an audit: which units, what was said of them, and what they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean
from octadisc.terms.audits.audit_sample import AuditSample
from octadisc.tokens import Hits, Tokens
from octadisc.tokens.lines.codes import Codes
from octadisc.tokens.lines.coding import line_ids
from octadisc.tokens.lines.concordance import Concordance
from octadisc.tokens.lines.line_table import write_many

__all__ = ["Coded", "read_judgements"]

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_YES, _NO = ("yes", "true", "1", "present", "y"), ("no", "false", "0", "absent", "n")


class Coded(NamedTuple):
    """Units that were coded.

    Attributes
    ----------
    unit : str
        "release", "sentence", … or "occurrence".
    rows : array of int64, shape (coded,)
        Row of each among the tokens' releases or units; of an occurrence the row that it stands in.
    truth, hit : array of bool, shape (coded,)
        Whether it is about what the query is for; whether the query hits it.
    weights : array of float, shape (coded,)
        How many units it stands for.
    strata : array of int64, shape (coded,)
    probabilities : array of float, shape (rows of the tokens,), or None
        With which each unit was drawn; 0 where it could not be. None of occurrences.
    notes : tuple of str
    """

    unit: str
    rows: Integers
    truth: npt.NDArray[np.bool_]
    hit: npt.NDArray[np.bool_]
    weights: Floats
    strata: Integers
    probabilities: Floats | None
    notes: tuple[str, ...]


def read_judgements(
    tokens: Tokens,
    hits: Hits,
    codes: Any,
    sample: AuditSample | Concordance | None,
    variable: str | None,
    positive: Any,
) -> Coded:
    """Join what was coded to the units, with how many units each stands for.

    Raises
    ------
    InputError, UnknownNameError
        If a variable, label, release or line does not exist, or nothing can be joined.
    """
    table, notes = _judged(codes, variable, positive)
    if isinstance(sample, Concordance):
        return _of_occurrences(tokens, table, sample, notes)
    if isinstance(sample, AuditSample):
        return _of_sample(tokens, hits, table, sample, notes)
    unit = _unit_of(tokens)
    rows, is_whole = _find_rows(tokens, table)
    if not is_whole:
        places = table.groupby(["release", "start", "end"], sort=False).ngroup().to_numpy(np.int64)
        kept, truth, more = _one_each(places, table["truth"].to_numpy(bool), "line")
        first = np.unique(places, return_index=True)[1]
        return _occurrences(rows[first[kept]], truth, (*notes, *more))
    rows, truth, more = _one_each(rows, table["truth"].to_numpy(bool), unit)
    hit = hits.counts[rows] > 0
    open_rows = hits.defined & (tokens.lengths > 0)
    everywhere = open_rows & (hits.counts > 0), open_rows & (hits.counts == 0)
    probabilities = np.zeros(open_rows.size)
    for mine, side in zip(everywhere, (True, False), strict=True):
        n = int((hit == side).sum())
        probabilities[mine] = n / max(int(mine.sum()), 1)
    notes += (
        *more,
        "How the coded ones were drawn is not known (sample=): they are taken for random ones, of those that "
        "the query hits and of the others.",
    )
    with np.errstate(divide="ignore"):
        weights = 1 / probabilities[rows]
    return Coded(unit, rows, truth, hit, weights, hit.astype(np.int64), probabilities, notes)


def _judged(codes: Any, variable: str | None, positive: Any) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Give line, release, start, end (as far as they are known) and truth, of what was decided."""
    if isinstance(codes, Codes):
        return _of_codes(codes, variable, positive)
    if not isinstance(codes, pd.DataFrame):
        raise InputError(
            f"codes is a {type(codes).__name__}. Expected what od.read_codes gives, or a table with the "
            "columns release (or line) and a judgement, yes or no."
        )
    if not {"release", "line"} & set(codes):
        raise InputError(
            f"codes have neither a column release nor line. Found: {', '.join(map(str, codes.columns))}."
        )
    name = variable or _judgement_of(codes)
    if name not in codes:
        raise UnknownNameError(f"codes have no column {name!r}.{did_you_mean(name, map(str, codes.columns))}")
    known = codes[codes[name].notna()]
    left = len(codes) - len(known)
    notes = (f"Left open, and not counted: {write_many(left, 'row')}.",) if left else ()
    places = [one for one in ("line", "release", "start", "end") if one in codes]
    truth, more = _truth(known[name], positive, list(dict.fromkeys(map(str, known[name]))))
    return known[places].assign(truth=truth).reset_index(drop=True), (*notes, *more)


def _judgement_of(codes: pd.DataFrame) -> str:
    others = [str(one) for one in codes if one not in ("line", "release", "start", "end", "coder")]
    for name in ("judgement", "truth", "code"):
        if name in others:
            return name
    if len(others) == 1:
        return others[0]
    found = ", ".join(others) or "none"
    raise InputError(f"Which column is the judgement? Expected variable= one of these: {found}.")


def _of_codes(codes: Codes, variable: str | None, positive: Any) -> tuple[pd.DataFrame, tuple[str, ...]]:
    name = variable or next(iter(codes.scheme))
    made = codes.consensus(name)
    decided = made[made["code"].notna()]
    notes = []
    for status, what in (("tie", "coders disagree, and not counted"), ("not coded", "not coded")):
        n = int((made["status"] == status).sum())
        if n:
            notes.append(f"On {write_many(n, 'line')} {what}." if status == "tie" else f"{n:,} {what}.")
    labels = codes.scheme[name]
    truth, more = _truth(decided["code"], positive, list(labels) if isinstance(labels, tuple) else [])
    table = decided[["line", "release", "start", "end"]].assign(truth=truth).reset_index(drop=True)
    return table, (*notes, *more)


def _truth(values: pd.Series, positive: Any, labels: Sequence[str]) -> tuple[Any, tuple[str, ...]]:
    """Say which codes mean yes."""
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
        if not values.astype(float).isin((0.0, 1.0)).all():
            raise InputError("Judgements are numbers other than 0 and 1. Expected yes or no.")
        return values.to_numpy(float) == 1, ()
    words = values.astype("str").str.strip().str.casefold()
    if positive is not None:
        given = [positive] if isinstance(positive, str) else list(positive)
        wanted = {str(one).strip().casefold() for one in given}
        unknown = wanted - set(words) - {one.casefold() for one in labels}
        if unknown:
            raise UnknownNameError(f"positive: no code is {sorted(unknown)[0]!r}.{did_you_mean('', labels)}")
        return words.isin(wanted).to_numpy(bool), ()
    if words.isin((*_YES, *_NO)).all():
        return words.isin(_YES).to_numpy(bool), ()
    if not labels:
        raise InputError(
            "Which codes mean that it is about it? Expected positive=, such as positive='trust'."
        )
    chosen = next((one for one in labels if one.casefold() in _YES), labels[0])
    others = ", ".join(one for one in labels if one != chosen)
    return (words == chosen.casefold()).to_numpy(bool), (
        f"{chosen!r} means that it is about what the query is for; not so {others}. Choose with positive=.",
    )


def _unit_of(tokens: Tokens) -> str:
    frame = tokens.corpus.frame
    return str(frame["unit"].iloc[0]) if "unit_of" in frame else "release"


def _find_rows(tokens: Tokens, table: pd.DataFrame) -> tuple[Integers, bool]:
    """Give each line's row, and whether the lines are whole units rather than occurrences in them."""
    frame = tokens.corpus.frame
    if "release" not in table or table["release"].isna().any():
        raise InputError(
            "Of some lines it is not known in which release they are. Expected a column release, the sheets' "
            "key, or sample= what od.audit_sample gave."
        )
    has_places = {"start", "end"} <= set(table) and table["start"].notna().all()
    if has_places and "unit_of" in frame:
        key = {
            (str(a), int(b), int(c)): row
            for row, (a, b, c) in enumerate(
                zip(frame["unit_of"], frame["unit_start"], frame["unit_end"], strict=True)
            )
        }
        places = [
            key.get((str(a), int(b), int(c)), -1)
            for a, b, c in zip(table["release"], table["start"], table["end"], strict=True)
        ]
        if min(places, default=0) >= 0:
            return np.array(places, np.int64), True
    rows = np.array([tokens.corpus.row_of(str(one)) for one in table["release"]], np.int64)
    if not has_places:
        return rows, True
    ends = np.array([len(tokens.corpus.texts[row]) for row in rows.tolist()])
    whole = (table["start"].to_numpy(float) == 0) & (table["end"].to_numpy(float) == ends)
    return rows, bool(whole.all())


def _one_each(
    rows: Integers, truth: npt.NDArray[np.bool_], unit: str
) -> tuple[Integers, npt.NDArray[np.bool_], tuple[str, ...]]:
    """Give each unit once; one that was judged twice in two ways not at all."""
    found, places = np.unique(rows, return_inverse=True)
    yes = np.bincount(places, truth, found.size)
    n = np.bincount(places, minlength=found.size)
    clear = (yes == 0) | (yes == n)
    odd = int((~clear).sum())
    notes = (f"Judged in two ways, and not counted: {write_many(odd, unit)}.",) if odd else ()
    return found[clear], (yes > 0)[clear], notes


def _of_sample(
    tokens: Tokens, hits: Hits, table: pd.DataFrame, sample: AuditSample, notes: tuple[str, ...]
) -> Coded:
    unit = str(sample.spec.parameters["unit"])
    if "line" not in table:
        if not {"release", "start", "end"} <= set(table):
            raise InputError("codes have no column line, and no release, start and end to find it by.")
        table = table.assign(line=line_ids(table.astype({"start": int, "end": int})))
    place = pd.Series(np.arange(len(sample.frame)), index=sample.frame["line"])
    known = table["line"].isin(place.index)
    if not known.any():
        raise InputError("None of the lines coded is in the sample. Expected codes of sample.sheet.")
    if not known.all():
        notes += (f"Not in the sample, and not counted: {write_many(int((~known).sum()), 'line')}.",)
    at = place[table.loc[known, "line"]].to_numpy(np.int64)
    at, truth, more = _one_each(at, table.loc[known, "truth"].to_numpy(bool), unit)
    rows = sample.rows[at]
    drawn = sample.frame
    strata_of = pd.factorize(pd.MultiIndex.from_frame(drawn[["hit", "period", "group"]]))[0]
    strata = strata_of[at].astype(np.int64)
    found = drawn["found"].to_numpy(float)[at]
    coded = np.bincount(strata, minlength=strata_of.max() + 1)
    weights = found / coded[strata]
    probabilities = _probabilities(sample, coded, strata_of, hits)
    missing = len(drawn) - at.size
    if missing:
        notes += (f"Drawn but not coded: {missing:,} of {write_many(len(drawn), unit)}; taken for random.",)
    return Coded(unit, rows, truth, hits.counts[rows] > 0, weights, strata, probabilities, (*notes, *more))


def _probabilities(sample: AuditSample, coded: Integers, strata_of: Integers, hits: Hits) -> Floats | None:
    """Give each unit's probability of being coded: that of its stratum."""
    from octadisc.tokens.lines.samples import lay_cells
    from octadisc.tokens.reissues import weigh_reissues

    given, frame = sample.spec.parameters, sample.units.corpus.frame
    old = sample.units.find(sample.query)
    open_rows = np.flatnonzero(
        old.defined & (weigh_reissues(frame, given["reissues"]) > 0) & (sample.units.lengths > 0)
    )
    made = np.zeros(len(frame))
    drawn = sample.frame
    rate: dict[tuple[bool, str, str], float] = {}
    for number, (hit, period, group, found) in zip(
        strata_of, drawn[["hit", "period", "group", "found"]].itertuples(index=False), strict=True
    ):
        rate[(bool(hit), str(period), str(group))] = coded[number] / found
    for side in (False, True):
        rows = open_rows[(old.counts[open_rows] > 0) == side]
        cells = lay_cells(frame, rows, given["every"], given["by"])
        names = cells.frame.iloc[:, :2].to_numpy(object)
        per_cell = np.array([rate.get((side, str(a), str(b)), 0.0) for a, b in names])
        made[rows] = per_cell[cells.codes]
    return made


def _of_occurrences(
    tokens: Tokens, table: pd.DataFrame, sample: Concordance, notes: tuple[str, ...]
) -> Coded:
    lines = line_ids(sample.frame)
    if "line" not in table:
        table = table.assign(line=line_ids(table.astype({"start": int, "end": int})))
    place = pd.Series(np.arange(len(lines)), index=lines)
    known = table["line"].isin(place.index)
    if not known.any():
        raise InputError("None of the lines coded is in the concordance given as sample=.")
    at = place[table.loc[known, "line"]].to_numpy(np.int64)
    at, truth, more = _one_each(at, table.loc[known, "truth"].to_numpy(bool), "line")
    notes += more
    strata = sample.basis.cells[at]
    coded = np.bincount(strata, minlength=len(sample.cells))
    weights = sample.cells["found"].to_numpy(float)[strata] / coded[strata]
    rows = sample.basis.rows[at]
    hit = np.ones(rows.size, bool)
    return Coded("occurrence", rows, truth, hit, weights, strata.astype(np.int64), None, notes)


def _occurrences(rows: Integers, truth: npt.NDArray[np.bool_], notes: tuple[str, ...]) -> Coded:
    n = rows.size
    notes += (
        "Lines are taken for a random sample of the occurrences; a sample that is not is told by sample=.",
    )
    return Coded("occurrence", rows, truth, np.ones(n, bool), np.ones(n), np.zeros(n, np.int64), None, notes)
