"""Scanning: the texts of a corpus cut into words, numbers and sentences."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from octadisc.corpus import Corpus
from octadisc.errors import expect
from octadisc.spec import Spec
from octadisc.tokens import kernels
from octadisc.tokens.characters import character_table, to_codes
from octadisc.tokens.forms import habits_of, type_flags
from octadisc.tokens.patterns import Scanned, run_length, scan_by_expression
from octadisc.tokens.threads import in_threads
from octadisc.tokens.tokens import Shard, Tokens

__all__ = ["scan_shard", "tokenize"]

_SHARD = 8_000_000  # characters; large enough to amortise a vocabulary, small enough to share out
_ROOM = 17  # binary logarithm of the types that a shard is first given room for


def tokenize(corpus: Corpus, pattern: str | None = None, *, n_threads: int | None = None) -> Tokens:
    r"""Cut the releases into words, numbers and sentences, keeping the place of each.

    A word is a run of letters, combining marks and digits in any script. A hyphen separates words,
    so that ``terrorism`` is found in ``counter-terrorism`` and ``EU`` in ``EU-wide``; a phrase matches
    with a blank or a hyphen between its words. An apostrophe between letters belongs to the word
    (``don't``); in English the possessive is a token of its own (``Europol`` + ``'s``), and in French
    and Italian an elided word is too (``l'`` + ``accord``). Full stops join single letters (``U.S``)
    and, like commas, colons and slashes, digits (``1,000``, ``28.03.2008``). Soft hyphens are passed
    over. Types are in lower case. Nothing else is left out: stop words and trimming are choices of
    `od.count_terms`.

    Parameters
    ----------
    corpus : Corpus
    pattern : str, optional
        A regular expression for tokens instead, as in scikit-learn: applied to the text in lower
        case. Runs of word characters such as ``(?u)\b\w\w+\b`` are compiled; others take longer.
    n_threads : int, optional
        Threads; the result is the same for any number. All cores by default.

    Returns
    -------
    Tokens

    Raises
    ------
    InputError
        If the pattern is no regular expression.

    Examples
    --------
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame([{"text": "Europol's law-enforcement partners met.", "language": "en"}])
    >>> od.tokenize(corpus).vocabulary
    ["'s", 'enforcement', 'europol', 'law', 'met', 'partners']
    >>> od.tokenize(corpus, r"(?u)\b\w\w+\b").vocabulary
    ['enforcement', 'europol', 'law', 'met', 'partners']
    """
    expect(corpus, Corpus, "corpus", "what od.load_corpus(path) gives")
    runs = run_length(pattern)
    cuts = _cut_into_shards(corpus.texts)
    languages = corpus.frame["language"].fillna("").tolist()
    habits = habits_of(languages)
    if runs is None:
        assert pattern is not None
        parts = [scan_by_expression(corpus.texts[low:high], pattern) for low, high in cuts]
    else:
        table = character_table(pattern is not None)

        def scan(cut: tuple[int, int]) -> Scanned:
            low, high = cut
            texts = corpus.texts[low:high]
            bounds = np.zeros(high - low + 1, np.int64)
            np.cumsum([len(one) for one in texts], out=bounds[1:])
            codes = to_codes("".join(texts))
            return scan_shard(codes, bounds, habits[low:high], table, pattern is None, runs)

        parts = in_threads(scan, cuts, n_threads)
    vocabulary, numbers = _merge([part[5] for part in parts], compose=pattern is None)
    names = sorted(set(languages))
    codes_of = {name: code for code, name in enumerate(names)}
    language = np.array([codes_of[one] for one in languages], np.int32)
    flags = type_flags(vocabulary, names)

    def finish(given: tuple[tuple[int, int], Scanned, npt.NDArray[np.int32]]) -> Shard:
        (low, high), (local, starts, ends, gaps, rows, _), mine = given
        ids = local
        if ids.size:
            np.take(mine, local, out=ids, mode="clip")
        sentences = kernels.bound_sentences(ids, gaps, rows, habits[low:high], language[low:high], flags)
        return Shard(low, ids, starts, ends, gaps, rows, sentences)

    shards = in_threads(finish, list(zip(cuts, parts, numbers, strict=True)), n_threads)
    return Tokens(
        corpus, tuple(shards), vocabulary, Spec("tokenize", {"pattern": pattern}, inputs=(corpus.spec,))
    )


def scan_shard(
    codes: npt.NDArray[Any],
    bounds: npt.NDArray[np.int64],
    habits: npt.NDArray[np.uint8],
    table: npt.NDArray[np.int32],
    joining: bool,
    min_length: int,
) -> Scanned:
    """Run the scanner over one shard; its arrays are shrunk in place, not copied."""
    arrays = tuple(np.empty(codes.size + 1, kind) for kind in (np.int32, np.int32, np.int32, np.uint8))
    for size in range(_ROOM, 32, 2):
        rows, letters, edges = kernels.scan(codes, bounds, habits, table, joining, min_length, size, *arrays)
        if rows[-1] >= 0:
            break
    for one in arrays:
        one.resize(int(rows[-1]), refcheck=False)
    return (*arrays, rows, _spell_out(letters, edges))


def _spell_out(spelling: npt.NDArray[np.int32], bounds: npt.NDArray[np.int64]) -> list[str]:
    """Give the types that a kernel spelled, as strings."""
    letters = spelling.tobytes().decode("utf-32-le", "surrogatepass")
    edges = bounds.tolist()
    return [letters[low:high] for low, high in pairwise(edges)]


def _cut_into_shards(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Cut the rows into stretches of about `_SHARD` characters."""
    cuts, low, size = [], 0, 0
    for row, text in enumerate(texts):
        size += len(text)
        if size >= _SHARD:
            cuts.append((low, row + 1))
            low, size = row + 1, 0
    if low < len(texts) or not cuts:
        cuts.append((low, len(texts)))
    return cuts


def _merge(parts: Iterable[list[str]], *, compose: bool) -> tuple[list[str], list[npt.NDArray[np.int32]]]:
    """Make one sorted vocabulary of the shards' own; give it and each shard's numbers in it."""
    if compose:  # c + caron and č are one type
        parts = [
            [one if one.isascii() else unicodedata.normalize("NFC", one) for one in part] for part in parts
        ]
    parts = list(parts)
    vocabulary = sorted(set().union(*parts))
    number = {one: i for i, one in enumerate(vocabulary)}
    return vocabulary, [np.array([number[one] for one in part], np.int32) for part in parts]
