"""Tokens as NLTK's tools want them, and tokens made of words that were cut elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.corpus import Corpus
from octadisc.errors import InputError, WrongKindError, expect
from octadisc.spec import Spec
from octadisc.tokens.scan import kernels
from octadisc.tokens.scan.characters import classes_of
from octadisc.tokens.tokens import Shard, Tokens

__all__ = ["WordReader", "from_words"]

_SHARD = 2_000_000  # tokens
_OF_TEXT = ("text", "page", "spans", "annotation")  # columns that hold for another text than ours
# Words that end a sentence, and those that may stand between one's end and the next's beginning.
_ENDS = frozenset(". ! ? … ... ?! !? !! !!! ?? ??? ....".split())
_CLOSES = frozenset("'' ” » ’ ) ] }".split())


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class WordReader:
    """The words of a corpus with the methods of NLTK's corpus readers; made by `Tokens.to_nltk`.

    Attributes
    ----------
    tokens : Tokens
    lower : bool
        Whether words are the types (lower case; forms, where the tokens have them), or as written.
    """

    tokens: Tokens
    lower: bool = False

    def fileids(self) -> list[str]:
        """Give the ids of the releases, which stand here for NLTK's names of files."""
        return list(self.tokens.corpus.frame["release"])

    def words(self, fileids: str | Iterable[str] | None = None) -> list[str]:
        """Give the words of one release, of several, or of all, one after the other.

        Parameters
        ----------
        fileids : str or iterable of str, optional
            Ids of releases.

        Raises
        ------
        UnknownNameError, WrongKindError
            If there is no such release, or this is no id.
        """
        return [word for row in self._rows(fileids) for word in self._words(row)]

    def sents(self, fileids: str | Iterable[str] | None = None) -> list[list[str]]:
        """Give the sentences, each as a list of words; see :meth:`words`."""
        return [sentence for row in self._rows(fileids) for sentence, _ in self._sentences(row)]

    def paras(self, fileids: str | Iterable[str] | None = None) -> list[list[list[str]]]:
        """Give the paragraphs, each as a list of sentences; see :meth:`words`.

        A paragraph ends where a sentence does, and an empty line follows.
        """
        paragraphs: list[list[list[str]]] = []
        for row in self._rows(fileids):
            for sentence, is_first in self._sentences(row):
                if is_first:
                    paragraphs.append([])
                paragraphs[-1].append(sentence)
        return paragraphs

    def raw(self, fileids: str | Iterable[str] | None = None) -> str:
        """Give the text of one release, or of several one after the other; see :meth:`words`."""
        return "".join(self.tokens.corpus.texts[row] for row in self._rows(fileids))

    def _rows(self, releases: str | Iterable[str] | None) -> Iterable[int]:
        if releases is None:
            return range(len(self.tokens))
        if not isinstance(releases, Iterable):
            raise WrongKindError(
                f"fileids is a {type(releases).__name__}. Expected the id of a release, or several; "
                "fileids() lists them."
            )
        one_by_one = [releases] if isinstance(releases, str) else list(releases)
        for one in one_by_one:
            expect(one, str, "A release's id", "one of fileids()")
        return [self.tokens.corpus.row_of(one) for one in one_by_one]

    def _words(self, row: int) -> list[str]:
        shard, local = self.tokens.locate(row)
        stretch = slice(shard.rows[local], shard.rows[local + 1])
        if self.lower:
            vocabulary = self.tokens.vocabulary
            return [vocabulary[one] for one in shard.ids[stretch].tolist()]
        text = self.tokens.corpus.texts[row]
        starts, ends = shard.starts[stretch].tolist(), shard.ends[stretch].tolist()
        return [text[start:end] for start, end in zip(starts, ends, strict=True)]

    def _sentences(self, row: int) -> Iterator[tuple[list[str], bool]]:
        """Give a release's sentences, and of each whether a paragraph begins with it."""
        shard, local = self.tokens.locate(row)
        low, high = int(shard.rows[local]), int(shard.rows[local + 1])
        begins = shard.sentences[slice(*np.searchsorted(shard.sentences, (low, high)))].tolist()
        words = self._words(row)
        for begin, end in pairwise([*begins, high]):
            is_first = begin == low or bool(shard.gaps[begin - 1] & kernels.GAP_PARAGRAPH)
            yield words[begin - low : end - low], is_first

    def __iter__(self) -> Any:
        raise WrongKindError(
            "A WordReader is not a list of words. Expected reader.words() where words are wanted, as in "
            "nltk.Text(reader.words()), or reader.sents()."
        )

    def __getitem__(self, _: Any) -> Any:
        return iter(self)  # which says what to do

    def __len__(self) -> int:
        return len(self.tokens)

    def __repr__(self) -> str:
        return f"WordReader({self.tokens.n_tokens:,} words, {len(self):,} releases)"


def from_words(words: Any, releases: Any = None, *, sentences: bool = False) -> Tokens:
    """Do what `Tokens.from_words` says."""
    names, listed = _take_apart(words, sentences)
    numbers: dict[str, int] = {}  # of words as written
    called = names or [str(i + 1) for i in range(len(listed))]
    cut = [_number(one, numbers, name) for name, one in zip(called, listed, strict=True)]
    written = list(numbers)
    texts = [" ".join([written[i] for i in ids.tolist()]) for ids, _ in cut]
    corpus = Corpus.from_frame(_table(texts, names, releases))

    types = [_as_type(one) for one in written]
    vocabulary = sorted(set(types))
    place = {one: i for i, one in enumerate(vocabulary)}
    number = np.array([place[one] for one in types], np.int32)
    sizes = np.array([len(one) for one in written], np.int64)
    kinds = _kinds(written)
    shards = [_shard(first, part, number, sizes, kinds) for first, part in _stretches(cut)]
    # queries are cut at blanks, as the words are
    parameters = {"pattern": r"\S+", "sentences": any(begins is not None for _, begins in cut)}
    spec = Spec("Tokens.from_words", parameters, inputs=(corpus.spec,))
    return Tokens(corpus, tuple(shards), vocabulary, spec)


def _as_type(word: str) -> str:
    """Give a word in lower case, without what the scanner passes over, unless nothing else is in it."""
    word = word.lower()
    if word.isascii():
        return word
    ignored = classes_of()
    return "".join(one for one in word if ignored[ord(one)] != kernels.IGNORED) or word


# The words of a release as numbers, and where its sentences begin, if that was given.
_Cut = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64] | None]


def _take_apart(given: Any, sentences: bool) -> tuple[list[str] | None, list[Any]]:
    """Give the ids of the releases, if they have any, and what stands for each of them."""
    if hasattr(given, "fileids") and hasattr(given, "words"):
        names = [str(one) for one in given.fileids()]
        read = given.sents if sentences else given.words
        return names, [read(one) for one in given.fileids()]
    if isinstance(given, Mapping):
        return [str(one) for one in given], list(given.values())
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise WrongKindError(
            f"words is a {type(given).__name__}. Expected a mapping from releases to lists of words, a list "
            "of such lists, or an NLTK corpus reader. To cut texts into words, use od.tokenize(corpus)."
        )
    return None, list(given)


def _number(given: Any, numbers: dict[str, int], release: str) -> _Cut:
    """Number the words of one release, which may be in lists of sentences."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise WrongKindError(
            f"Release {release!r} is a {type(given).__name__}. Expected a list of words, or of sentences "
            "that are lists of words."
        )
    given = list(given)
    begins = None
    if given and not isinstance(given[0], str):
        parts = [_sentence(one, release) for one in given]
        sizes = np.array([len(one) for one in parts], np.int64)
        begins = (np.cumsum(sizes) - sizes)[sizes > 0]
        given = [word for part in parts for word in part]
    wrong = [one for one in given if not isinstance(one, str) or not one]
    if wrong:
        raise InputError(
            f"Release {release!r} has the word {wrong[0]!r}. Expected words that are strings and not empty: "
            "of tagged words, give the words alone."
        )
    ids = np.array([numbers.setdefault(word, len(numbers)) for word in given], np.int64)
    return ids, begins


def _sentence(given: Any, release: str) -> list[Any]:
    if isinstance(given, str) or not isinstance(given, Iterable) or isinstance(given, tuple):
        raise InputError(
            f"Release {release!r} has {given!r:.60} where a sentence should be. Expected all words, or all "
            "lists of words; of tagged words, give the words alone."
        )
    return list(given)


def _table(texts: list[str], names: list[str] | None, releases: Any) -> pd.DataFrame:
    """Give the table of the corpus: what was given of the releases, and their texts."""
    if releases is None:
        return pd.DataFrame(
            {"text": texts} if names is None else {"release": names, "text": texts}, dtype=object
        )
    table = pd.DataFrame(releases).reset_index(drop=True)
    table = table.drop(columns=[one for one in _OF_TEXT if one in table])
    if names is not None and "release" in table:
        rows = {str(one): row for row, one in enumerate(table["release"])}
        missing = [one for one in names if one not in rows]
        if missing:
            raise InputError(
                f"releases has no row for {len(missing):,} of {len(names):,} releases (first: "
                f"{missing[0]!r}). Its column release must have the ids that words has."
            )
        table = table.iloc[[rows[one] for one in names]].reset_index(drop=True)
    elif len(table) != len(texts):
        raise InputError(
            f"releases has {len(table):,} rows, words {len(texts):,} releases. Expected as many."
        )
    elif names is not None:
        table["release"] = names
    return table.assign(text=pd.Series(texts, dtype=object))


_LOWER, _END, _CLOSE = 1, 2, 4


def _kinds(written: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Say what each word is: begins in lower case, ends a sentence, closes a quotation or bracket."""
    return np.array(
        [_LOWER * one[0].islower() | _END * (one in _ENDS) | _CLOSE * (one in _CLOSES) for one in written],
        np.uint8,
    )


def _stretches(cut: list[_Cut]) -> Iterator[tuple[int, list[_Cut]]]:
    """Cut the releases into stretches of about `_SHARD` tokens."""
    first = size = 0
    for row, (ids, _) in enumerate(cut):
        size += ids.size
        if size >= _SHARD:
            yield first, cut[first : row + 1]
            first, size = row + 1, 0
    if first < len(cut) or first == 0:
        yield first, cut[first:]


def _shard(
    first: int,
    cut: list[_Cut],
    number: npt.NDArray[np.int32],
    sizes: npt.NDArray[np.int64],
    kinds: npt.NDArray[np.uint8],
) -> Shard:
    """Make the arrays that the scanner would make of the words with blanks between them."""
    rows = np.concatenate([[0], np.cumsum([ids.size for ids, _ in cut], dtype=np.int64)])
    words = np.concatenate([ids for ids, _ in cut] or [np.zeros(0, np.int64)])
    lengths, kind = sizes[words], kinds[words]
    before = np.concatenate([[0], np.cumsum(lengths + 1)])  # of the stretch; a blank after each word
    starts = before[:-1] - np.repeat(before[rows[:-1]], np.diff(rows))
    gaps = np.zeros(words.size, np.uint8)
    gaps[:-1] = kernels.GAP_SPACE | kernels.NEXT_LOWER * (kind[1:] & _LOWER)
    filled = rows[1:][np.diff(rows) > 0]
    gaps[filled - 1] = 0
    sentences = [
        row + (_begins(kind[row:end]) if begins is None else begins)
        for (_, begins), row, end in zip(cut, rows[:-1].tolist(), rows[1:].tolist(), strict=True)
    ]
    return Shard(
        first,
        number[words] if words.size else np.zeros(0, np.int32),
        starts.astype(np.int32),
        (starts + lengths).astype(np.int32),
        gaps,
        rows.astype(np.int64),
        np.concatenate([*sentences, np.zeros(0, np.int64)]).astype(np.int64),
    )


def _begins(kinds: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Say where sentences begin whose words alone are known: after a full stop and what closes with it."""
    if not kinds.size:
        return np.zeros(0, np.int64)
    begins = [0]
    for i in np.flatnonzero(kinds & _END).tolist():
        following = i + 1
        while following < kinds.size and kinds[following] & (_END | _CLOSE):
            following += 1
        if following < kinds.size and not kinds[following] & _LOWER and following != begins[-1]:
            begins.append(following)
    return np.array(begins, np.int64)
