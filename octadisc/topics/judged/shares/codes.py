"""Reading what people said of releases: which are meant, what of each, and how they were drawn."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, WrongKindError, did_you_mean
from octadisc.tokens.lines.code_reader import read_codes
from octadisc.tokens.lines.codes import Codes
from octadisc.tokens.lines.line_table import write_many
from octadisc.tokens.lines.schemes import tidy_label
from octadisc.topics.judged.intrusion.releases import read_labels, usable_rows
from octadisc.topics.judged.shares.sample import NONE, ShareSample
from octadisc.topics.model import TopicModel

__all__ = ["Said", "read_said"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
_YES, _NO = ("yes", "true", "1", "y", "present"), ("no", "false", "0", "n", "absent")
_PLACES = ("line", "coder", "release", "start", "end", "file", "row", "variable")


class Said(NamedTuple):
    """What people said.

    Attributes
    ----------
    rows : array of int, shape (judged,)
        Row of each release among the model's.
    truth : array of float, shape (judged, topics asked about)
        Part of its coders who said that it is about the topic.
    words : list of str
        What they said, in their words.
    topics : list of int
        Topics asked about; -1 for none of these.
    chance : array of float, shape (judged,)
        With which each was to be judged.
    notes : tuple of str
    """

    rows: Integers
    truth: Floats
    words: list[str]
    topics: list[int]
    chance: Floats
    notes: tuple[str, ...]


def read_said(
    model: TopicModel,
    codes: Any,
    sample: ShareSample | None,
    topic: int | str | None,
    labels: Any,
    variable: str | None,
) -> Said:
    """Join what was said to the model's releases.

    Raises
    ------
    InputError, UnknownNameError, WrongKindError
        If a label, a release or a line is unknown, or it cannot be told what was asked.
    """
    if isinstance(codes, str | os.PathLike):
        codes = read_codes(codes, None if sample is None else sample.sheet)
    table = _of_codes(codes, variable) if isinstance(codes, Codes) else _of_frame(codes, variable)
    rows, notes = _find_rows(model, table, sample)
    table, rows = table[rows >= 0], rows[rows >= 0]
    asked = _asked(model, sample, topic)
    names = (
        {asked: ""}
        if asked is not None
        else sample.labels
        if sample is not None
        else read_labels(model, labels)
    )
    topics = [asked] if asked is not None else [*names, -1]
    place = _yes_or_no(table) if asked is not None else _main_topics(table, names)
    units, unit = np.unique(rows, return_inverse=True)
    counts = np.zeros((units.size, len(topics)))
    known = place >= 0
    np.add.at(counts, (unit[known], place[known]), 1.0)
    n = np.bincount(unit, minlength=units.size)
    words = pd.Series(table["code"].to_numpy(object)).groupby(unit).agg(lambda given: " | ".join(given))
    chance, more = _chances(model, units, sample)
    odd = int(((counts > 0) & (counts < n[:, None])).any(axis=1).sum())
    if odd:
        more = (
            *more,
            f"Coders differ on {write_many(odd, 'release')} of {units.size:,}: each is about a topic to the "
            "part of its coders who say so.",
        )
    return Said(units, counts / n[:, None], words.tolist(), topics, chance, (*notes, *more))


def _asked(model: TopicModel, sample: ShareSample | None, topic: int | str | None) -> int | None:
    number = None if topic is None else model.number_of(topic)
    if sample is None:
        return number
    if number is not None and sample.topic != number:
        what = "all topics" if sample.topic is None else f"topic {sample.topic}"
        raise InputError(
            f"topic={topic!r}: the sample asks about {what}. Leave topic= out, or give no sample=."
        )
    return sample.topic


def _of_codes(codes: Codes, variable: str | None) -> pd.DataFrame:
    name = variable or next(iter(codes.scheme))
    if name not in codes.scheme:
        raise UnknownNameError(f"No variable is called {name!r}.{did_you_mean(name, codes.scheme)}")
    frame = codes.frame[(codes.frame["variable"] == name) & codes.frame["code"].notna()]
    return frame[["line", "release", "code"]].reset_index(drop=True)


def _of_frame(codes: Any, variable: str | None) -> pd.DataFrame:
    if not isinstance(codes, pd.DataFrame):
        raise WrongKindError(
            f"codes is a {type(codes).__name__}. Expected what od.read_codes gives, a folder of filled-in "
            "sheets, or a table with release (or line) and what was said."
        )
    found = ", ".join(map(str, codes.columns)) or "none"
    if not {"line", "release"} & set(codes):
        raise InputError(f"codes have neither a column line nor release. Found: {found}.")
    others = [str(one) for one in codes if one not in _PLACES]
    name = variable or next((one for one in ("topic", "about", "code") if one in others), None)
    if name is None and len(others) == 1:
        name = others[0]
    if name is None or name not in codes:
        raise InputError(f"Which column says what releases are about? Expected variable= one of: {found}.")
    made = codes[codes[name].notna()].reset_index(drop=True)
    given = {one: made[one].astype("str") for one in ("line", "release") if one in made}
    return pd.DataFrame({**given, "code": made[name].map(tidy_label).astype("str")})


def _find_rows(
    model: TopicModel, table: pd.DataFrame, sample: ShareSample | None
) -> tuple[Integers, tuple[str, ...]]:
    """Give the row of each judgement among the model's releases; -1 of what is not to be counted."""
    if not len(table):
        raise InputError("There is no judgement in the codes. Expected sheets that have been filled in.")
    if sample is not None:
        name, known = (
            ("line", sample.frame["line"]) if "line" in table else ("release", sample.frame["release"])
        )
        place = pd.Series(sample.rows, index=known.to_numpy(object))
        rows = place.reindex(table[name]).fillna(-1).to_numpy(np.int64)
        strange = sorted(set(table.loc[rows < 0, name]))
        if not (rows >= 0).any():
            raise InputError(
                f"None of the {name}s judged is in the sample (the first: {table[name].iloc[0]!r}). Expected "
                "the codes of this sample's sheet."
            )
        return rows, (
            f"Not in the sample, and not counted: {write_many(len(strange), name)}.",
        ) if strange else ()
    if "release" not in table or table["release"].isna().any():
        raise InputError(
            "Of some lines it is not known which release they are. Expected sample=, or the key."
        )
    place = pd.Series(np.arange(len(model.releases)), index=model.releases["release"].to_numpy(object))
    rows = place.reindex(table["release"]).fillna(-1).to_numpy(np.int64)
    if (rows < 0).any():
        name = str(table.loc[rows < 0, "release"].iloc[0])
        raise UnknownNameError(f"codes: the model has no release {name!r}.{did_you_mean(name, place.index)}")
    usable = np.isin(rows, usable_rows(model))
    left = int((~usable).sum())
    notes = (f"Without shares, and not counted: {write_many(left, 'judgement')}.",) if left else ()
    return np.where(usable, rows, -1), notes


def _yes_or_no(table: pd.DataFrame) -> Integers:
    words = table["code"].str.casefold()
    odd = table.loc[~words.isin((*_YES, *_NO)), "code"]
    if len(odd):
        raise InputError(f"codes: {odd.iloc[0]!r} is neither yes nor no, which is asked about one topic.")
    return np.where(words.isin(_YES), 0, -1).astype(np.int64)


def _main_topics(table: pd.DataFrame, labels: dict[int, str]) -> Integers:
    place = {label.casefold(): at for at, label in enumerate(labels.values())}
    place[NONE] = len(labels)
    for at, topic in enumerate(labels):
        place.setdefault(str(topic), at)
    words = table["code"].str.casefold()
    odd = table.loc[~words.isin(place), "code"]
    if len(odd) and words.isin((*_YES, *_NO)).all():
        said = " and ".join(f"{one!r}" for one in table["code"].unique()[:2])
        raise InputError(
            f"codes say {said}, and topic= is missing: about which topic was asked? Expected its number or "
            "name, such as topic=0."
        )
    if len(odd):
        name = str(odd.iloc[0])
        raise UnknownNameError(
            f"codes: no topic is called {name!r}.{did_you_mean(name, [*labels.values(), NONE])}"
        )
    return np.array([place[one] for one in words], np.int64)


def _chances(model: TopicModel, rows: Integers, sample: ShareSample | None) -> tuple[Floats, tuple[str, ...]]:
    """Give the probability with which each was to be judged: judged of all, in its stratum."""
    if sample is None:
        n = usable_rows(model).size
        note = "How the judged ones were drawn is not known (sample=): they are taken for random ones of all."
        return np.full(rows.size, rows.size / n), (note,)
    drawn = sample.frame
    stratum = pd.MultiIndex.from_frame(drawn[["period", "group"]]).factorize()[0]
    place = pd.Series(np.arange(len(drawn)), index=sample.rows)
    at = place[rows].to_numpy(np.int64)
    judged = np.bincount(stratum[at], minlength=int(stratum.max()) + 1)
    chance = judged[stratum[at]] / drawn["found"].to_numpy(float)[at]
    notes = []
    if rows.size < len(drawn):
        notes.append(f"Drawn but not judged: {len(drawn) - rows.size:,} of {len(drawn):,}; taken for random.")
    if not judged.all():
        notes.append(
            f"In {write_many(int((judged == 0).sum()), 'stratum')[:-1]}a none was judged: not counted."
        )
    return chance, tuple(notes)
