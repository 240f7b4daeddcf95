"""Supplied annotation: the lemmas and tags that came with the texts, token by token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from octadisc.corpus import Corpus
    from octadisc.tokens.tokens import Shard, Tokens

__all__ = ["Layer", "annotation_layer", "supplied_lemmas"]

_KINDS = ("lemma", "tag")
_NOTHING = ("", "_")  # how formats write that a word has no lemma or tag


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Layer:
    """What is supplied for each token.

    Attributes
    ----------
    values : list of str
        The lemmas or tags, sorted by code point.
    shards : tuple of array of int32, each of shape (tokens of the shard,)
        Each token's place in `values`; -1 where nothing is supplied.
    """

    values: list[str]
    shards: tuple[npt.NDArray[np.int32], ...]

    def __repr__(self) -> str:
        known = sum(int((one >= 0).sum()) for one in self.shards)
        return f"Layer({len(self.values):,} values of {known:,} tokens)"


_kept: WeakKeyDictionary[Tokens, dict[tuple[str, bool], Layer | None]] = WeakKeyDictionary()


def annotation_layer(tokens: Tokens, kind: str) -> Layer | None:
    """Give the lemma or the tag that the corpus supplies for each token.

    A token takes the annotation of the word in which it begins: both tokens of ``Europol's`` have that
    of the one word. Of several entries for one word (Spanish ``del``, of ``de`` and ``el``), the first
    that says something holds.

    Parameters
    ----------
    tokens : Tokens
    kind : "lemma" or "tag"
        Lemmas are in lower case, tags as they were written.

    Returns
    -------
    Layer or None
        None if the corpus has no column ``annotation``. Made once for the same tokens, whatever their forms.

    Raises
    ------
    InputError
        If there is no such kind, or the column is not what `Corpus.from_frame` says it is.

    Examples
    --------
    >>> import octadisc as od
    >>> words = [(0, 9, "Europol", "PROPN"), (10, 13, "meet", "VERB")]
    >>> corpus = od.Corpus.from_frame([{"text": "Europol's met", "language": "en", "annotation": words}])
    >>> layer = annotation_layer(od.tokenize(corpus), "lemma")
    >>> [layer.values[one] for one in layer.shards[0]]
    ['europol', 'europol', 'meet']
    """
    return _layer(tokens, kind, exact=False)


def supplied_lemmas(tokens: Tokens) -> Layer | None:
    """Give the lemmas of those tokens that are annotated words from their first character to the last."""
    return _layer(tokens, "lemma", exact=True)


def _layer(tokens: Tokens, kind: str, *, exact: bool) -> Layer | None:
    if kind not in _KINDS:
        raise InputError(f"kind={kind!r}: expected 'lemma' or 'tag'.{did_you_mean(str(kind), _KINDS)}")
    if "annotation" not in tokens.corpus.frame:
        return None
    # other forms stand at the same places; joined phrases do not
    places = tokens if tokens.surface is None or tokens.words is not None else tokens.surface
    kept = _kept.setdefault(places, {})
    if (kind, exact) not in kept:
        kept[kind, exact] = _read_layer(places, kind, exact)
    return kept[kind, exact]


def _read_layer(tokens: Tokens, kind: str, exact: bool) -> Layer:
    number: dict[str, int] = {}
    column = 2 + _KINDS.index(kind)
    change: Callable[[str], str] = str.lower if kind == "lemma" else str
    parts = [_read_shard(tokens.corpus, one, number, column, change, exact) for one in tokens.shards]
    values = sorted(number)
    places = {one: i for i, one in enumerate(values)}
    order = np.array([places[one] for one in number] + [-1], np.int32)  # the last is what -1 stands for
    return Layer(values, tuple(order[one] for one in parts))


def _read_shard(
    corpus: Corpus,
    shard: Shard,
    number: dict[str, int],
    column: int,
    change: Callable[[str], str],
    exact: bool,
) -> npt.NDArray[np.int32]:
    """Give each token the number of its value, in order of first appearance."""
    made = np.full(shard.ids.size, -1, np.int32)
    annotation = corpus.frame["annotation"].iloc[shard.first : shard.first + shard.n_releases]
    for local, entries in enumerate(annotation):
        low, high = int(shard.rows[local]), int(shard.rows[local + 1])
        if low == high or not isinstance(entries, (list, tuple, np.ndarray)) or not len(entries):
            continue
        known = list(_entries(corpus, shard.first + local, entries, column))
        if not known:
            continue
        values = [number.setdefault(change(value), len(number)) for _, _, value in known]
        begins, stops = (np.array(one, np.int64) for one in list(zip(*known, strict=True))[:2])
        first = np.flatnonzero(np.r_[True, np.diff(begins) > 0])  # of several entries for a word
        place = np.searchsorted(begins[first], shard.starts[low:high], side="right") - 1
        word = first[np.maximum(place, 0)]
        if exact:
            inside = (shard.starts[low:high] == begins[word]) & (shard.ends[low:high] == stops[word])
        else:
            inside = (place >= 0) & (shard.starts[low:high] < stops[word])
        made[low:high] = np.where(inside, np.array(values, np.int32)[word], -1)
    return made


def _entries(corpus: Corpus, row: int, entries: Any, column: int) -> Iterator[tuple[int, int, str]]:
    """Give start, end and value of the words of a release that have a value, in the order of the text."""
    size = len(corpus.texts[row])
    read = []
    for i, entry in enumerate(entries):
        try:
            start, end, value = int(entry[0]), int(entry[1]), entry[column]
            fits = len(entry) == 4 and 0 <= start <= end <= size
        except (TypeError, ValueError, IndexError, KeyError):
            fits = False
        if not fits:
            raise InputError(
                f"{corpus.frame['release'].iloc[row]}: entry {i + 1} of the column annotation is {entry!r}. "
                f"Expected (start, end, lemma, tag), with offsets in its text of {size:,} characters."
            )
        word = value.strip() if isinstance(value, str) else ""
        if word not in _NOTHING:
            read.append((start, end, word))
    yield from sorted(read, key=lambda one: one[0])
