"""Tokens: a corpus as arrays of integers that know their place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.corpus import Corpus
from octadisc.spec import Spec
from octadisc.tokens.forms import habits_of

if TYPE_CHECKING:
    from octadisc.tokens.folding import Folding
    from octadisc.tokens.query import Hits, Query

__all__ = ["Shard", "Tokens"]


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
