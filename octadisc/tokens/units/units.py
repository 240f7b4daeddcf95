"""Units: the paragraphs, sentences and titles of releases as rows of their own, each knowing its release."""

from __future__ import annotations

import hashlib
import warnings
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.corpus import Corpus
from octadisc.errors import (
    InputError,
    NotEnoughDataError,
    OctadiscWarning,
    UnknownNameError,
    did_you_mean,
)
from octadisc.spec import Spec
from octadisc.table import name_rows
from octadisc.tokens.threads import in_threads
from octadisc.tokens.units.unit_bounds import Cut, cut_shard
from octadisc.tokens.units.unit_columns import UNIT_COLUMNS, to_releases

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Shard, Tokens

__all__ = ["Unit", "cut_into_units", "pattern_of", "to_releases"]

Integers = npt.NDArray[np.int64]
Unit = Literal["release", "title", "paragraph", "sentence"]
_UNITS = get_args(Unit)
_OF_RELEASES = ("page", "spans", "annotation")  # they hold for the text of the release, not for a part of it
_MARKS = {"title": "title", "paragraph": "p", "sentence": "s"}


def cut_into_units(tokens: Tokens, unit: Unit, *, n_threads: int | None = None) -> Tokens:
    """Do what `Tokens.units` says."""
    _check(tokens, unit)
    if unit == "release":
        return _as_releases(tokens)
    return _titles(tokens, n_threads) if unit == "title" else _stretches(tokens, unit, n_threads)


def _check(tokens: Tokens, unit: Unit) -> None:
    if unit not in _UNITS:
        raise UnknownNameError(f"There is no unit {unit!r}.{did_you_mean(str(unit), _UNITS)}")
    frame = tokens.corpus.frame
    known = [one for one in UNIT_COLUMNS if one in frame]
    if len(known) == len(UNIT_COLUMNS):
        if (frame["unit"] != "release").any():
            raise InputError(
                f"These tokens are of {name_rows(frame)} already, which are not cut again. Cut the tokens of "
                f"the releases: tokens.units({unit!r})."
            )
    elif known:
        raise InputError(
            f"The corpus has a column {known[0]!r} of its own, where units say what they are and of which "
            "release. Rename it before od.Corpus.from_frame(frame), then cut into units."
        )


def _as_releases(tokens: Tokens) -> Tokens:
    corpus = tokens.corpus
    frame = corpus.frame.drop(columns=list(UNIT_COLUMNS), errors="ignore").assign(
        unit=pd.Series(["release"] * len(corpus), dtype="str"),
        unit_of=corpus.frame["release"],
        unit_number=np.ones(len(corpus), np.int64),
        unit_start=np.zeros(len(corpus), np.int64),
        unit_end=np.array([len(one) for one in corpus.texts], np.int64),
    )
    made = Corpus(frame, corpus.issues, corpus.dates, _spec(tokens, "release", np.zeros(0), np.zeros(0)))
    return _with_corpus(tokens, made, lambda _, shard: shard)


def _titles(tokens: Tokens, n_threads: int | None) -> Tokens:
    """Cut the titles into words as the texts were, and give them the same forms."""
    from octadisc.tokens.scan.scanning import tokenize

    if tokens.words is not None:
        raise InputError(
            "The tokens have phrases joined, which titles would have to be searched for anew. Cut the titles "
            'before you join: tokens.units("title").with_phrases(…), with the tokens as they were.'
        )
    titles = tokens.corpus.frame["title"]
    rows = np.flatnonzero((titles.notna() & (titles.str.strip() != "")).to_numpy(bool))
    texts = titles.iloc[rows].tolist()
    starts, ends = np.zeros(rows.size, np.int64), np.array([len(one) for one in texts], np.int64)
    corpus = _as_corpus(tokens, "title", rows, np.ones(rows.size, np.int64), starts, ends, texts)
    made_anew = tokenize(corpus, pattern_of(tokens.spec), n_threads=n_threads)
    if tokens.folding is None:
        return made_anew
    folding = tokens.folding
    return made_anew.with_forms(
        folding.forms,  # type: ignore[arg-type]  # one of those that there are
        diacritics=folding.diacritics,
        variants=folding.variants or None,
        n_threads=n_threads,
    )


def _stretches(tokens: Tokens, unit: Unit, n_threads: int | None) -> Tokens:
    """Cut the texts: tokens stay as they are, and only their rows and places change."""
    texts = tokens.corpus.texts

    def cut(shard: Shard) -> Cut:
        return cut_shard(shard, texts[shard.first : shard.first + shard.n_releases], unit == "paragraph")

    cuts = in_threads(cut, tokens.shards, n_threads)
    rows = np.concatenate([one.rows + shard.first for one, shard in zip(cuts, tokens.shards, strict=True)])
    starts, ends = (np.concatenate([getattr(one, name) for one in cuts]) for name in ("starts", "ends"))
    begins = np.flatnonzero(np.diff(rows, prepend=-1))  # the first unit of each release
    numbers = np.arange(rows.size) - np.repeat(begins, np.diff(np.append(begins, rows.size))) + 1
    places = zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
    corpus = _as_corpus(
        tokens, unit, rows, numbers, starts, ends, [texts[row][low:high] for row, low, high in places]
    )
    first = np.cumsum([0, *(one.rows.size for one in cuts)])

    def recut(i: int, shard: Shard) -> Shard:
        bounds = np.append(shard.sentences[cuts[i].firsts], shard.ids.size).astype(np.int64)
        shift = np.repeat(cuts[i].starts.astype(np.int32), np.diff(bounds))
        starts, ends = shard.starts - shift, shard.ends - shift
        return replace(shard, first=int(first[i]), rows=bounds, starts=starts, ends=ends)

    if unit == "paragraph" and rows.size > 1 and rows.size == begins.size:
        _say_where_one(tokens)
    return _with_corpus(tokens, corpus, recut)


def _with_corpus(tokens: Tokens, corpus: Corpus, recut: Any) -> Tokens:
    """Put a corpus of units under tokens, and under those they were made of; the recipe is the same steps."""
    from octadisc.tokens.tokens import Tokens

    made: dict[str, Any] = {
        one.name: _with_corpus(getattr(tokens, one.name), corpus, recut)
        for one in fields(tokens)
        if isinstance(getattr(tokens, one.name), Tokens)
    }
    shards = tuple(recut(i, shard) for i, shard in enumerate(tokens.shards))
    spec = _over(tokens.spec, tokens.corpus.spec, corpus.spec)
    return replace(tokens, corpus=corpus, shards=shards, spec=spec, **made)


def _as_corpus(
    tokens: Tokens,
    unit: Unit,
    rows: Integers,
    numbers: Integers,
    starts: Integers,
    ends: Integers,
    texts: Sequence[str],
) -> Corpus:
    """Give a table of units the columns of their releases; it is tidy as it stands."""
    whole, mark = tokens.corpus.frame, _MARKS[unit]
    if not rows.size:
        what = "a title" if unit == "title" else "a word in its text"
        raise NotEnoughDataError(
            f"None of the {len(whole):,} releases has {what}, so there are no {unit}s. Look at "
            f"corpus.to_frame()[[{'title' if unit == 'title' else 'text'!r}]] and corpus.issues."
        )
    left = [one for one in (*_OF_RELEASES, *UNIT_COLUMNS) if one in whole]
    frame = whole.drop(columns=["text", *left]).iloc[rows].reset_index(drop=True)
    of = frame["release"]
    ids = [
        f"{one}#{mark}" if unit == "title" else f"{one}#{mark}{number}"
        for one, number in zip(of.tolist(), numbers.tolist(), strict=True)
    ]
    frame["release"] = pd.Series(ids, dtype="str")
    frame["text"] = pd.Series(texts, dtype="str")
    kept = [one for one in whole if one not in left]
    frame = frame[kept].assign(
        unit=pd.Series([unit] * rows.size, dtype="str"),
        unit_of=of,
        unit_number=numbers,
        unit_start=starts,
        unit_end=ends,
    )
    if "annotation" in whole and unit != "title":
        frame["annotation"] = _annotations(whole["annotation"], rows, starts, ends)
    issues = pd.concat([tokens.corpus.issues, _without_units(whole, rows, unit)], ignore_index=True)
    return Corpus(frame, issues, tokens.corpus.dates, _spec(tokens, unit, starts, ends))


def _spec(tokens: Tokens, unit: Unit, starts: Any, ends: Any) -> Spec:
    """Give the recipe; the fingerprint is that of the releases and of all bounds, whatever their order.

    To hash a million sentences with the columns of their releases would take longer than to cut them.
    """
    bounds = np.sort(np.asarray(starts, np.int64) << 32 | np.asarray(ends, np.int64)).astype("<i8")
    contents = f"{tokens.corpus.fingerprint} {unit} ".encode() + bounds.tobytes()
    base = tokens
    while base.surface is not None:
        base = base.surface
    made_of = base.spec if unit in ("paragraph", "sentence") else tokens.corpus.spec
    fingerprint = hashlib.sha256(contents).hexdigest()[:16]
    return Spec("Tokens.units", {"unit": unit}, inputs=(made_of,), fingerprint=fingerprint)


def _over(spec: Spec, old: Spec, new: Spec) -> Spec:
    """Give a recipe with another corpus at its beginning."""
    if spec is old or not spec.inputs or spec.to_dict() == old.to_dict():
        return new
    inputs = tuple(_over(one, old, new) for one in spec.inputs)
    return Spec(spec.function, spec.parameters, spec.seed, inputs)


def pattern_of(spec: Spec) -> str | None:
    """Give the regular expression that tokens were cut by; None where the scanner cut them."""
    while "pattern" not in spec.parameters and spec.inputs:  # of tokenize, or of words cut elsewhere
        spec = spec.inputs[0]
    pattern: str | None = spec.parameters.get("pattern")
    return pattern


def _annotations(given: pd.Series, rows: Integers, starts: Integers, ends: Integers) -> pd.Series:
    """Give each unit the annotation of the words that begin in it."""
    made: list[Any] = []
    at, places = -1, list[int]()
    entries: list[Any] | None = None
    for row, low, high in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True):
        if row != at:
            listed = given.iloc[row]
            at, entries = row, sorted(listed) if isinstance(listed, (list, tuple)) else None
            places = [one[0] for one in entries or ()]
        if entries is None:
            made.append(None)
            continue
        inside = entries[bisect_left(places, low) : bisect_left(places, high)]
        made.append([(one[0] - low, min(one[1], high) - low, *one[2:]) for one in inside])
    return pd.Series(made, dtype=object)


def _without_units(whole: pd.DataFrame, rows: Integers, unit: Unit) -> pd.DataFrame:
    """Name the releases that have no such unit, as issues, and warn of them."""
    there = np.zeros(len(whole), bool)
    there[rows] = True
    without = whole.loc[~there, ["release", "source"]].reset_index(drop=True)
    found = "no title" if unit == "title" else "no word in the text"
    if len(without):
        names = ", ".join(without["release"].head(3)) + (", …" if len(without) > 3 else "")
        some = f"{len(without):,} of {len(whole):,} release{'s' * (len(whole) > 1)}"
        warnings.warn(
            f"{some} {'have' if len(without) > 1 else 'has'} {found} and so no {unit} ({names}): left out of "
            f"the {unit}s, and named in the issues of their corpus.",
            OctadiscWarning,
            stacklevel=6,
        )
    return without.assign(what=f"no {unit}", found=found, done=f"left out of the {unit}s")


def _say_where_one(tokens: Tokens) -> None:
    from octadisc.tokens.scan import kernels

    if any((shard.gaps & kernels.GAP_NEWLINE).any() for shard in tokens.shards):
        warnings.warn(
            "No text has a blank line between sentences, so that each is one paragraph, though there are "
            'line breaks. If each line is a paragraph, double them: text.replace("\\n", "\\n\\n").',
            OctadiscWarning,
            stacklevel=5,
        )
