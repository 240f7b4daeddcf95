"""Contexts: where the text around a hit begins and ends, and the order that its words give the lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, UnknownNameError, WrongKindError, did_you_mean
from octadisc.tokens.units.unit_bounds import cut_shard

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Shard, Tokens

__all__ = [
    "MOST_CHARACTERS",
    "Context",
    "Places",
    "bound_contexts",
    "collation_key",
    "cut_contexts",
    "order_lines",
    "read_context",
]

Ints = npt.NDArray[np.int64]

_WIDTH = 60
_UNITS = ("sentence", "paragraph")
_ORDERS = ("text", "left", "right", "match", "date", "issuer")
_MOST = 2**31 - 1  # characters or words; no text has more
_DEPTH = 10  # words that decide the order; lines alike in so many are copies
_POSITION = re.compile(r"([1-9][0-9]?)([LR])", re.I)

# Letters that do not come apart in Unicode: those of Latin beside the letter that they are made from, those
# of Cyrillic alphabets as letters of their own behind the one that they follow there.
_BESIDE = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe"})
_BEHIND = str.maketrans(
    {letter: f"{before}\uffff" for letter, before in zip("ђјљњћџѕ", "дилнтчз", strict=True)}
)
MOST_CHARACTERS = 2_000  # of a sentence or paragraph on either side; some texts have no full stop
_NO_LETTER = re.compile(r"[^\w\uffff]+|_+")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the lines of a concordance are, an entry a line; see `octadisc.tokens.queries.query.Hits`."""

    rows: Ints
    first: Ints
    last: Ints
    starts: Ints
    ends: Ints

    def take(self, which: npt.NDArray[Any]) -> Places:
        """Give some of the places, by number or by mask."""
        return Places(*(getattr(self, one)[which] for one in ("rows", "first", "last", "starts", "ends")))

    def __len__(self) -> int:
        return self.rows.size


@dataclass(frozen=True, slots=True)
class Context:
    """How much is shown on either side: characters, tokens, or the rest of a unit."""

    unit: str
    n: int = 0

    def to_parameters(self) -> dict[str, Any]:
        """Give what a recipe says of it."""
        if self.unit == "character":
            return {"width": self.n}
        return {"window": self.n if self.unit == "token" else self.unit}


def read_context(width: int | None, window: int | str | None) -> Context:
    """Give the context that two arguments ask for, of which at most one may be given."""
    if width is not None and window is not None:
        raise InputError(
            f"width={width!r} and window={window!r} both say how much to show. Expected one of them: "
            'characters (width=60), tokens (window=8), or window="sentence".'
        )
    for name, value, unit in (("width", width, "character"), ("window", window, "token")):
        if value is None or isinstance(value, str):
            continue
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise WrongKindError(
                f"{name} is a {type(value).__name__}. Expected a number of {unit}s, such as 8."
            )
        if value < 0:
            raise InputError(f"{name}={value!r} is below zero. Expected a number of {unit}s on either side.")
        if value > _MOST:
            raise InputError(
                f"{name}={value!r} is more than any text has. Expected a number of {unit}s on either side; "
                'for as much as belongs together, window="paragraph".'
            )
        return Context(unit, int(value))
    if isinstance(width, str):
        raise WrongKindError(f"width is a str. Expected a number of characters, such as {_WIDTH}.")
    if isinstance(window, str):
        if window not in _UNITS:
            raise UnknownNameError(
                f"window={window!r} is no unit. Expected a number of tokens or a unit."
                f"{did_you_mean(window, _UNITS)}"
            )
        return Context(window)
    return Context("character", _WIDTH)


def bound_contexts(tokens: Tokens, places: Places, context: Context) -> tuple[Ints, Ints]:
    """Give the character offsets at which each line begins and ends."""
    texts = tokens.corpus.texts
    sizes = np.array([len(texts[row]) for row in places.rows.tolist()], np.int64)
    if context.unit == "character":
        return np.maximum(places.starts - context.n, 0), np.minimum(places.ends + context.n, sizes)
    if context.unit == "token":
        return _bound_by_tokens(tokens, places, context.n, sizes)
    lows, highs = places.starts.copy(), places.ends.copy()
    for mine, edges in _edges_of(tokens, places.rows, context.unit):
        if not len(edges):
            continue
        begin = np.searchsorted(edges[:, 0], places.starts[mine], side="right") - 1
        until = np.searchsorted(edges[:, 0], places.ends[mine], side="left") - 1
        lows[mine] = np.minimum(edges[np.maximum(begin, 0), 0], places.starts[mine])
        highs[mine] = np.maximum(edges[np.maximum(until, 0), 1], places.ends[mine])
    return lows, highs


def cut_contexts(places: Places, lows: Ints, highs: Ints, context: Context) -> tuple[Ints, Ints, int]:
    """Cut what is left of a sentence or paragraph to `MOST_CHARACTERS`; say too of how many lines."""
    if context.unit not in _UNITS:
        return lows, highs, 0
    low, high = places.starts - MOST_CHARACTERS, places.ends + MOST_CHARACTERS
    n_cut = int(((lows < low) | (highs > high)).sum())
    return np.maximum(lows, low), np.minimum(highs, high), n_cut


def _bound_by_tokens(tokens: Tokens, places: Places, n: int, sizes: Ints) -> tuple[Ints, Ints]:
    lows, highs = places.starts.copy(), places.ends.copy()
    if n == 0:
        return lows, highs
    for shard, mine in _by_shard(tokens, places.rows):
        local = places.rows[mine] - shard.first
        base, count = shard.rows[local], shard.rows[local + 1] - shard.rows[local]
        left, right = places.first[mine] - n, places.last[mine] + n
        lows[mine] = np.where(left > 0, shard.starts[base + np.maximum(left, 0)], 0)
        inside = right < count - 1  # beyond the last word what stands behind it belongs to the line
        highs[mine] = np.where(inside, shard.ends[base + np.minimum(right, count - 1)], sizes[mine])
    return lows, highs


def _by_release(rows: Ints) -> Iterator[tuple[int, Ints]]:
    order = np.argsort(rows, kind="stable")
    found, begins = np.unique(rows[order], return_index=True)
    yield from zip(found.tolist(), np.split(order, begins[1:]), strict=True) if found.size else ()


def _by_shard(tokens: Tokens, rows: Ints) -> Iterator[tuple[Shard, Ints]]:
    numbers = np.searchsorted([one.first for one in tokens.shards], rows, side="right") - 1
    for number in np.unique(numbers).tolist():
        yield tokens.shards[number], np.flatnonzero(numbers == number)


def _edges_of(tokens: Tokens, rows: Ints, unit: str) -> Iterator[tuple[Ints, Ints]]:
    """Give which lines are in a release, and the bounds [n, 2] of its units, release by release."""
    if unit == "sentence":
        for row, mine in _by_release(rows):
            yield mine, tokens.sentences_of(row)
        return
    for shard, inside in _by_shard(tokens, rows):
        texts = tokens.corpus.texts[shard.first : shard.first + shard.n_releases]
        cut = cut_shard(shard, texts, True)
        for row, mine in _by_release(rows[inside]):
            here = slice(*np.searchsorted(cut.rows, (row - shard.first, row - shard.first + 1)))
            yield inside[mine], np.stack([cut.starts[here], cut.ends[here]], axis=1)


@lru_cache(maxsize=1 << 16)
def collation_key(text: str) -> tuple[str, str]:
    """Give what a word or name is sorted by: its letters without case, marks and punctuation, then with them.

    Examples
    --------
    >>> sorted(["Zagreb", "člen", "čuvar", "cena", "Ćuprija", "cviet"], key=collation_key)
    ['cena', 'člen', 'Ćuprija', 'čuvar', 'cviet', 'Zagreb']
    >>> sorted(["елка", "еж", "ђак", "дан", "дуд", "јун", "ива"], key=collation_key)
    ['дан', 'дуд', 'ђак', 'еж', 'елка', 'ива', 'јун']
    """
    folded = text.casefold()
    if folded.isascii():
        return _NO_LETTER.sub(" ", folded).strip(), folded
    apart = unicodedata.normalize("NFD", folded)
    letters = "".join(one for one in apart if not unicodedata.combining(one))
    return _NO_LETTER.sub(" ", letters.translate(_BESIDE).translate(_BEHIND)).strip(), apart


def order_lines(tokens: Tokens, places: Places, sort: str | Sequence[str]) -> Ints:
    """Give the numbers of the lines in the order asked for; what is alike stays in the order of the text."""
    names = _read_orders(sort)
    wanted = [one for name in names for one in _words_for(places, name)]
    ranks = iter(_rank_words(tokens, places.rows, wanted))
    keys: list[Ints] = []
    for name in names:
        if name in ("date", "issuer"):
            keys.append(_ranks_of(tokens, name)[places.rows])
        elif name == "text":
            keys.append(np.arange(len(places)))
        else:
            keys += [next(ranks) for _ in _words_for(places, name)]
    if not len(places):
        return np.zeros(0, np.int64)
    order: Ints = np.lexsort([np.arange(len(places)), *reversed(keys)]).astype(np.int64)
    return order


def _read_orders(sort: Any) -> list[str]:
    given = [sort] if isinstance(sort, str) else sort
    if not isinstance(given, Sequence) or not given or not all(isinstance(one, str) for one in given):
        raise InputError(
            f'sort={sort!r}: expected "text", "left", "right", "match", "date", "issuer", a place such as '
            '"1L" or "2R", or several of them: ("right", "left").'
        )
    names = []
    for one in given:
        folded = one.strip().casefold()
        place = _POSITION.fullmatch(folded)
        if not place and folded not in _ORDERS:
            raise UnknownNameError(
                f'sort={one!r} is no order of lines; words are counted from the match as "1L" and "1R".'
                f"{did_you_mean(one, _ORDERS)}"
            )
        names.append(place.group().upper() if place else folded)
    return names


def _words_for(places: Places, name: str) -> list[Ints]:
    """Give the tokens, by their number in the release, that decide an order; the nearest first."""
    if name == "left":
        return [places.first - n for n in range(1, _DEPTH + 1)]
    if name == "right":
        return [places.last + n for n in range(1, _DEPTH + 1)]
    if name == "match":
        inside = [places.first + n for n in range(_DEPTH)]
        return [np.where(one <= places.last, one, -1) for one in inside]
    if name in _ORDERS:
        return []
    n = int(name[:-1])
    return [places.first - n if name[-1] == "L" else places.last + n]


def _rank_words(tokens: Tokens, rows: Ints, wanted: list[Ints]) -> Ints:
    """Give the rank of each wanted token in alphabetical order, shape of `wanted`; -1 where there is none."""
    ids = np.full((len(wanted), rows.size), -1, np.int64)
    if not ids.size:
        return ids
    written = tokens.surface or tokens
    table = np.stack(wanted)
    for shard, mine in _by_shard(written, rows):
        local = rows[mine] - shard.first
        base, count = shard.rows[local], shard.rows[local + 1] - shard.rows[local]
        place = table[:, mine]
        inside = (place >= 0) & (place < count)
        ids[:, mine] = np.where(inside, shard.ids[np.where(inside, base + place, base)], -1)
    types, codes = np.unique(ids, return_inverse=True)
    keys = {one: collation_key(written.vocabulary[one]) for one in types.tolist() if one >= 0}
    rank = {key: n for n, key in enumerate(sorted(set(keys.values())))}
    ranks = np.array([rank[keys[one]] if one >= 0 else -1 for one in types.tolist()], np.int64)
    return np.asarray(ranks[codes.reshape(ids.shape)], np.int64)


def _ranks_of(tokens: Tokens, column: str) -> Ints:
    """Give each release's rank by date or issuer; those without one last."""
    values = tokens.corpus.frame[column]
    if column != "date":
        values = values.map(collation_key, na_action="ignore").astype(object)
    rank = {one: n for n, one in enumerate(sorted(values.dropna().unique()))}
    ranks: Ints = values.map(rank).fillna(len(rank)).to_numpy(np.int64)
    return ranks
