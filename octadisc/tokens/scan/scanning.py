"""Scanning: the texts of a corpus cut into words, numbers and sentences."""

from __future__ import annotations

from itertools import pairwise
from os import PathLike
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from octadisc.corpus import Corpus
from octadisc.errors import expect
from octadisc.spec import Spec
from octadisc.tokens.arrays import Later
from octadisc.tokens.files.array_files import whole_folder
from octadisc.tokens.files.corpus_files import import_corpus, read_corpus, write_corpus
from octadisc.tokens.files.paths import as_path
from octadisc.tokens.files.storage import Written, is_tokens_folder, load_tokens, save_layers, spool
from octadisc.tokens.scan import scanner
from octadisc.tokens.scan.characters import character_table
from octadisc.tokens.scan.encoded import EncodedTexts, eights_of
from octadisc.tokens.scan.gap_kernels import find_stops
from octadisc.tokens.scan.habits import habits_of, type_flags
from octadisc.tokens.scan.patterns import Scanned, run_length, scan_by_expression
from octadisc.tokens.scan.sentence_kernels import bound_sentences
from octadisc.tokens.scan.types import Numbers, Types, merge_types
from octadisc.tokens.threads import check_threads, in_threads
from octadisc.tokens.tokens import Shard, Tokens

__all__ = ["scan_shard", "tokenize"]

_SHARD = 8_000_000  # bytes; large enough to pay for a call, small enough to share out
_MOST = 64  # shards; of each, an index of all types is kept


def tokenize(
    corpus: Corpus | str | PathLike[str],
    pattern: str | None = None,
    *,
    folder: str | PathLike[str] | None = None,
    n_threads: int | None = None,
) -> Tokens:
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
    corpus : Corpus, or path of a file that `Corpus.save` wrote
    pattern : str, optional
        A regular expression for tokens instead, as in scikit-learn: applied to the text in lower
        case. Runs of word characters such as ``(?u)\b\w\w+\b`` are compiled; others take longer.
    folder : path, optional
        Where to keep the tokens and the corpus on disk: for texts that would not fit into memory. They
        are written part by part, and opened from there as `od.load_tokens` does. With a path as `corpus`
        the texts are never in memory together either.
    n_threads : int, optional
        Threads; the result is the same for any number. All cores by default.

    Returns
    -------
    Tokens

    Raises
    ------
    InputError
        If the pattern is no regular expression, the file is no corpus, or something else stands where the
        folder is to be.
    WrongKindError
        If an argument is of another kind.
    MissingFileError, UnreadableError
        If there is no such file, or the folder cannot be written.

    Examples
    --------
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame([{"text": "Europol's law-enforcement partners met.", "language": "en"}])
    >>> od.tokenize(corpus).vocabulary
    ["'s", 'enforcement', 'europol', 'law', 'met', 'partners']
    >>> od.tokenize(corpus, r"(?u)\b\w\w+\b").vocabulary
    ['enforcement', 'europol', 'law', 'met', 'partners']
    """
    if pattern is not None:
        expect(pattern, str, "pattern", r"a regular expression such as r'\b\w\w+\b'")
    check_threads(n_threads)
    run_length(pattern)  # a mistake in it is told before any work
    is_path = isinstance(corpus, (str, PathLike))
    if folder is None:
        given = Corpus.open(corpus) if isinstance(corpus, (str, PathLike)) else corpus
        expect(given, Corpus, "corpus", "what od.load_corpus(path) gives")
        return _tokenize(given, pattern, n_threads)
    as_path(folder, "folder", "results/tokens")
    if not is_path:
        expect(corpus, Corpus, "corpus", "what od.load_corpus(path) gives, or the file that it was saved to")
    with whole_folder(folder, is_tokens_folder) as place:
        if isinstance(corpus, Corpus):
            write_corpus(corpus, place)
        else:
            import_corpus(corpus, place)
        _tokenize(read_corpus(place), pattern, n_threads, place)
    return load_tokens(folder)


def _tokenize(
    corpus: Corpus, pattern: str | None, n_threads: int | None, place: Path | None = None
) -> Tokens:
    """Cut the releases, in memory or with all that is made in a folder."""
    texts = EncodedTexts(corpus.frame["text"])
    languages = corpus.frame["language"].fillna("").tolist()
    habits = habits_of(languages)
    scanning = _Scanning(texts, habits, pattern)
    cuts = texts.cut(_SHARD, _MOST)
    scanners = n_threads if scanning.compiled else 1
    written: Written = {}
    if place is None:
        found = in_threads(scanning.scan, cuts, scanners)
    else:
        found, written = spool(place, scanning.scan, cuts, scanners)
    vocabulary, numbers = scanning.merge()
    names = sorted(set(languages))
    codes_of = {name: code for code, name in enumerate(names)}
    language = np.array([codes_of[one] for one in languages], np.int32)
    flags = Later(lambda: type_flags(vocabulary, names))

    def finish(given: tuple[tuple[int, int], tuple[int, Scanned]]) -> Shard:
        (low, high), (part, (ids, starts, ends, gaps, rows)) = given
        if ids.size:
            np.take(numbers[part], ids, out=ids, mode="clip")

        def bound() -> npt.NDArray[np.int64]:
            text, bounds = texts.piece(low, high)
            how = (text, eights_of(text), bounds, habits[low:high], scanning.table)
            places, marks = find_stops(*how, starts, ends, gaps, rows)
            known = (habits[low:high], language[low:high], flags.get())
            begins: npt.NDArray[np.int64] = bound_sentences(ids, gaps, rows, places, marks, *known)
            return begins

        return Shard(low, ids, starts, ends, gaps, rows, bound() if place is not None else Later(bound))

    shards = in_threads(finish, list(zip(cuts, found, strict=True)), n_threads)
    spec = Spec("tokenize", {"pattern": pattern}, inputs=(corpus.spec,))
    tokens = Tokens(corpus, tuple(shards), vocabulary, spec)
    if place is not None:
        save_layers(tokens, place, written)
    return tokens


class _Scanning:
    """The first pass over the texts: each shard's tokens, and all types in order of appearance."""

    def __init__(self, texts: EncodedTexts, habits: npt.NDArray[np.uint8], pattern: str | None) -> None:
        self.texts, self.habits, self.pattern = texts, habits, pattern
        self.runs = run_length(pattern)
        self.table = character_table(pattern is not None)
        self.lock = Lock()
        self.types: list[Types] = []  # of each thread
        self.idle: SimpleQueue[int] = SimpleQueue()  # those of which no thread makes use
        self.words: dict[str, int] = {}  # of a pattern that is not compiled

    @property
    def compiled(self) -> bool:
        """Whether the kernels know what a token is; what Python's `re` must find, one thread finds best."""
        return self.runs is not None

    def scan(self, cut: tuple[int, int]) -> tuple[int, Scanned]:
        """Give the number of the types that a shard's ids are of, and the shard's arrays."""
        low, high = cut
        if self.runs is None:
            assert self.pattern is not None
            return 0, scan_by_expression(self.texts.strings(low, high), self.pattern, self.words)
        try:
            mine = self.idle.get_nowait()
        except Empty:
            with self.lock:  # or two threads would count the same number of them
                mine = len(self.types)
                self.types.append(Types())
        text, bounds = self.texts.piece(low, high)
        how = (self.habits[low:high], self.table, self.pattern is None, self.runs)
        made = _scan(self.types[mine], text, bounds, *how)
        self.idle.put(mine)
        return mine, made

    def merge(self) -> tuple[list[str], list[Numbers]]:
        """Give the sorted vocabulary, and for each of the types that ids are of its number in that."""
        if self.compiled:
            return merge_types(self.types, compose=self.pattern is None)
        vocabulary = sorted(self.words)
        place = {one: i for i, one in enumerate(vocabulary)}
        return vocabulary, [np.array([place[one] for one in self.words], np.int32)]


def _scan(
    types: Types,
    text: npt.NDArray[np.uint8],
    bounds: npt.NDArray[np.int64],
    habits: npt.NDArray[np.uint8],
    table: npt.NDArray[np.int32],
    joining: bool,
    min_length: int,
) -> Scanned:
    """Run the scanner over one shard; its arrays are shrunk in place, not copied."""
    size = int(bounds[-1] - bounds[0]) + 1  # memory that is never touched is never taken
    arrays: tuple[Any, ...] = tuple(np.empty(size, kind) for kind in (np.int32, np.int32, np.int32, np.uint8))
    rows = np.zeros(bounds.size, np.int64)
    given = (text, eights_of(text), bounds, habits, table, joining, min_length)
    release = 0
    while True:
        release, types.n = scanner.scan(*given, release, types.n, *types.arrays, rows, *arrays)
        if release == habits.size:
            break
        types.grow()
    for one in arrays:
        one.resize(int(rows[-1]), refcheck=False)
    ids, starts, ends, gaps = arrays
    return ids, starts, ends, gaps, rows


def scan_shard(
    codes: npt.NDArray[Any],
    bounds: npt.NDArray[np.int64],
    habits: npt.NDArray[np.uint8],
    table: npt.NDArray[np.int32],
    joining: bool,
    min_length: int,
) -> tuple[Any, ...]:
    """Scan texts that are given as code points; give ids, starts, ends, gaps, rows, and the types."""
    from octadisc.tokens.scan.characters import to_text

    texts = EncodedTexts([to_text(codes[low:high]) for low, high in pairwise(bounds.tolist())])
    types = Types(8)
    made = _scan(types, *texts.piece(0, len(texts)), habits, table, joining, min_length)
    return (*made, types.spell(np.arange(types.n)))
