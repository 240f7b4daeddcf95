"""Tokens: a corpus as arrays of integers that know their place in the text."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.corpus import Corpus
from octadisc.errors import expect
from octadisc.spec import Spec
from octadisc.tokens import kernels
from octadisc.tokens.characters import character_table, to_codes
from octadisc.tokens.forms import habits_of, type_flags
from octadisc.tokens.patterns import Scanned, run_length, scan_by_expression

if TYPE_CHECKING:
    from octadisc.tokens.folding import Folding
    from octadisc.tokens.query import Hits, Query

__all__ = ["Shard", "Tokens", "in_threads", "scan_shard", "tokenize"]

_SHARD = 8_000_000  # characters; large enough to amortise a vocabulary, small enough to share out
_ROOM = 17  # binary logarithm of the types that a shard is first given room for
Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class Shard:
    """A stretch of releases as arrays; what is counted in shards adds up.

    Attributes
    ----------
    first : int
        Row of the shard's first release in the corpus.
    ids : array of int32, shape (tokens,)
        Numbers of types in the vocabulary.
    starts, ends : array of int32, shape (tokens,)
        Character offsets in the release's text.
    gaps : array of uint8, shape (tokens,)
        What stands between a token and the next; see `octadisc.tokens.kernels`.
    rows : array of int64, shape (releases + 1,)
        Where each release's tokens begin.
    sentences : array of int64, shape (sentences,)
        Where each sentence's tokens begin.
    """

    first: int
    ids: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]
    gaps: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.int64]
    sentences: npt.NDArray[np.int64]

    @property
    def n_releases(self) -> int:
        """Number of releases in the shard."""
        return self.rows.size - 1


@dataclass(frozen=True, eq=False, repr=False)
class Tokens:
    """The running words of a corpus; made by `od.tokenize`.

    Attributes
    ----------
    corpus : Corpus
    shards : tuple of Shard
    vocabulary : list of str
        The types, in lower case and sorted by code point; an id is a place in this list.
    spec : Spec
    folding : Folding or None
        How the types were made from those in the text; None where they are as written.
    surface : Tokens or None
        The tokens as written, where the types are others.
    """

    corpus: Corpus
    shards: tuple[Shard, ...]
    vocabulary: list[str]
    spec: Spec
    folding: Folding | None = None
    surface: Tokens | None = None

    @cached_property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Running tokens of each release, shape (releases,)."""
        return np.concatenate([np.diff(one.rows) for one in self.shards] or [np.zeros(0, np.int64)])

    @property
    def n_tokens(self) -> int:
        """Running tokens of the whole corpus."""
        return int(self.lengths.sum())

    @cached_property
    def languages(self) -> npt.NDArray[np.object_]:
        """Language code of each release; an empty string where it is unknown."""
        languages: npt.NDArray[np.object_] = self.corpus.frame["language"].fillna("").to_numpy(object)
        return languages

    @cached_property
    def habits(self) -> npt.NDArray[np.uint8]:
        """Habits of each release's language; see `octadisc.tokens.forms.habits_of`."""
        return habits_of(self.languages)

    def find(self, query: Query) -> Hits:
        """Find a query; see `octadisc.tokens.query.find` for how queries are written.

        Examples
        --------
        >>> import octadisc as od
        >>> text = "Trust is earned. Mutual trust takes years, and trafficking networks do not wait."
        >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": text}]))
        >>> hits = tokens.find(["mutual trust", "traffick*"])
        >>> [text[start:end] for start, end in zip(hits.starts, hits.ends)]
        ['Mutual trust', 'trafficking']
        """
        from octadisc.tokens.query import find

        return find(self, query)

    def with_forms(
        self,
        forms: Literal["folded", "lemma"] = "folded",
        *,
        diacritics: bool = False,
        n_threads: int | None = None,
    ) -> Tokens:
        """Give the same tokens with other types: spellings joined, or lemmas. Places stay as they are.

        ``"folded"`` joins what is spelled in two ways in one language, and is itself when repeated.
        In Bosnian, Croatian, Montenegrin and Serbian (``hbs``) Cyrillic is transliterated, and known
        variants (organizovani and organizirani, bezbednost and sigurnost) become one form, by
        ``facts/variants.csv``; in Romanian ş and ţ get their comma, and î is â where it now is;
        letters are composed (NFC) everywhere. ``"lemma"`` gives the dictionary form of the folded
        word by simplemma, without regard to what stands around it; words that simplemma does not
        know stay as they are (see :meth:`lemma_coverage`). Use queries with ``*`` on folded forms: they
        are matched with lemmas here, which may be spelled otherwise (``traffick*`` misses traffic).

        Parameters
        ----------
        forms : "folded" or "lemma"
        diacritics : bool
            Whether letters lose their diacritics too, in all languages: for texts that were typed
            without them (``eshte`` for ``është``).
        n_threads : int, optional
            Threads; the result is the same for any number. All cores by default.

        Returns
        -------
        Tokens
            Made from the tokens as written, even if these have other forms already. Queries on them
            are folded in the same way.

        Warns
        -----
        OctadiscWarning
            Where simplemma knows less than 80 % of the words of a language.

        Raises
        ------
        InputError
            If there are no such forms.

        Examples
        --------
        >>> import octadisc as od
        >>> texts = ["Безбедност и сарадња", "Sigurnost i suradnja"]
        >>> tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "language": ["hbs", "hbs"]}))
        >>> tokens.with_forms("folded").vocabulary
        ['i', 'sigurnost', 'suradnja']
        >>> tokens.with_forms("folded").find("bezbednost").counts.tolist()
        [1, 1]
        """
        from octadisc.tokens.folding import with_forms

        return with_forms(self, forms, diacritics=diacritics, n_threads=n_threads)

    def lemma_coverage(self) -> pd.DataFrame:
        """Say for how many of the running words simplemma has a lemma, language by language.

        Returns
        -------
        DataFrame
            language (missing where it is unknown), tokens (running tokens of letters alone), known (of these,
            those in simplemma's dictionary, after folding), coverage (their share), note. Names are
            seldom in a dictionary, so that 0.95 is much.

        Examples
        --------
        >>> import octadisc as od
        >>> corpus = od.Corpus.from_frame([{"text": "Ministers of Zagoria met in 2008", "language": "en"}])
        >>> od.tokenize(corpus).lemma_coverage()[["language", "tokens", "known", "coverage"]].values.tolist()
        [['en', 5, 4, 0.8]]
        """
        from octadisc.tokens.folding import lemma_coverage

        return lemma_coverage(self)

    def locate(self, row: int) -> tuple[Shard, int]:
        """Give the shard that holds a release, and the release's row inside it."""
        first = [one.first for one in self.shards]
        shard = self.shards[int(np.searchsorted(first, row, side="right")) - 1]
        return shard, row - shard.first

    def sentences_of(self, row: int) -> npt.NDArray[np.int64]:
        """Give the character offsets [n, 2] of the sentences in the text of one release."""
        from octadisc.tokens.sentences import sentences_of

        return sentences_of(self, row)

    def evidence(self, rows: Any, starts: Any, ends: Any) -> pd.DataFrame:
        """Give the sentence around each hit: release, date, issuer, source, start, end, sentence."""
        from octadisc.tokens.sentences import evidence

        return evidence(self, rows, starts, ends)

    def __len__(self) -> int:
        return len(self.corpus)

    def __repr__(self) -> str:
        return f"Tokens({self.n_tokens:,} tokens, {len(self.vocabulary):,} types, {len(self):,} releases)"


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


def in_threads(
    function: Callable[[Given], Made], given: Sequence[Given], n_threads: int | None = None
) -> list[Made]:
    """Apply a function that releases the interpreter's lock to each of the given, in order."""
    n_threads = min(n_threads or os.cpu_count() or 1, len(given))
    if n_threads <= 1:
        return [function(one) for one in given]
    with ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(function, given))


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
