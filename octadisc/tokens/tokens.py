"""Tokens: a corpus as arrays of integers that know their place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, WrongKindError
from octadisc.tokens.arrays import Arrays, Shard

if TYPE_CHECKING:
    from octadisc.tokens.files.exchange import WordReader
    from octadisc.tokens.queries.query import Hits, Query
    from octadisc.tokens.queries.search import Index

__all__ = ["Shard", "Tokens"]


@dataclass(frozen=True, eq=False, repr=False)
class Tokens(Arrays):
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
    words : Tokens or None
        The tokens word by word, where phrases are joined: what queries, sentences and lengths go by.
    """

    @cached_property
    def index(self) -> Index:
        """Where each type stands; made at the first search, four bytes a token."""
        from octadisc.tokens.queries.search import Index

        return Index(self)

    def find(self, query: Query) -> Hits:
        """Find a query; see `octadisc.tokens.queries.query.find` for how queries are written.

        Examples
        --------
        >>> import octadisc as od
        >>> text = "Trust is earned. Mutual trust takes years, and trafficking networks do not wait."
        >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": text}]))
        >>> hits = tokens.find(["mutual trust", "traffick*"])
        >>> [text[start:end] for start, end in zip(hits.starts, hits.ends)]
        ['Mutual trust', 'trafficking']
        """
        from octadisc.tokens.queries.query import find

        return find(self.words or self, query)

    def with_forms(
        self,
        forms: Literal["folded", "lemma", "stem"] = "folded",
        *,
        diacritics: bool = False,
        variants: Any = None,
        n_threads: int | None = None,
    ) -> Tokens:
        """Give the same tokens with other types: spellings joined, lemmas or stems. Places stay as they are.

        ``"folded"`` joins what is spelled in two ways in one language, and is itself when repeated.
        In Bosnian, Croatian, Montenegrin and Serbian (``hbs``) Cyrillic is transliterated, and known
        variants (organizovani and organizirani, bezbednost and sigurnost) become one form, by
        ``facts/variants.csv``; in Romanian ş and ţ get their comma, and î is â where it now is;
        letters are composed (NFC) everywhere. ``"lemma"`` gives the dictionary form of the folded
        word: the one that the corpus supplies (column ``annotation``) where a token is an annotated
        word, elsewhere simplemma's, without regard to what stands around it; words that simplemma does
        not know stay as they are (see :meth:`lemma_coverage`). ``"stem"`` cuts the endings off the folded
        word by nltk's Snowball stemmers, where there is one for the language: coarser than lemmas, and
        without gaps. Use queries with ``*`` on folded forms: they are matched with lemmas or stems here,
        which may be spelled otherwise (``traffick*`` misses the lemma traffic).

        Parameters
        ----------
        forms : "folded", "lemma" or "stem"
        diacritics : bool
            Whether letters lose their diacritics too, in all languages: for texts that were typed
            without them (``eshte`` for ``është``).
        variants : mapping, DataFrame or path of a CSV file, optional
            Spellings of your own to be joined, before lemmas or stems are taken: columns language, form
            and variant, or ``{"en": {"organiz*": "organis*", "adviser": ["advisor"]}}``, from forms to
            variants. ``*`` stands for any ending, which is kept; of several stems the longest counts, and
            a full form before any stem. They come on top of octadisc's own and count before them; a row
            that joins a word to itself keeps it as it is.
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
            Where less than 80 % of the words of a language have a lemma, or a language has no stemmer.

        Raises
        ------
        InputError, MissingFileError
            If there are no such forms, the table of variants cannot be read, or phrases are joined already.

        Examples
        --------
        >>> import octadisc as od
        >>> texts = ["Безбедност и сарадња", "Sigurnost i suradnja"]
        >>> tokens = od.tokenize(od.Corpus.from_frame({"text": texts, "language": ["hbs", "hbs"]}))
        >>> tokens.with_forms("folded").vocabulary
        ['i', 'sigurnost', 'suradnja']
        >>> tokens.with_forms("folded").find("bezbednost").counts.tolist()
        [1, 1]
        >>> tokens.with_forms(variants={"hbs": {"kooperacija": ["suradnja"]}}).vocabulary
        ['i', 'kooperacija', 'sigurnost']
        """
        from octadisc.tokens.forms.folding import with_forms

        return with_forms(self, forms, diacritics=diacritics, variants=variants, n_threads=n_threads)

    def with_phrases(self, phrases: Any, *, joiner: str = "_", n_threads: int | None = None) -> Tokens:
        """Join each occurrence of a phrase to one token, for counting and for topic models.

        Phrases are found as :meth:`find` finds them: within a sentence, leftmost and longest first, none
        over another. The joined token stands where its words stand, and its type is these words with
        `joiner` between. Queries, concordances, sentences and lengths (the denominators of rates) go on
        by words: a query for ``crime`` still finds ``organised crime``.

        Parameters
        ----------
        phrases : list of str, mapping from language to those, or Phrases
            What to join, also with wildcards; of `od.find_phrases`, exactly the words that it found.
        joiner : str
            What stands between the words in the type's name.
        n_threads : int, optional
            Threads; the result is the same for any number. All cores by default.

        Returns
        -------
        Tokens
            Made from the words, even if other phrases are joined already.

        Warns
        -----
        OctadiscWarning
            If none of the phrases occurs.

        Raises
        ------
        InputError
            If there is no phrase, one of a single word, or one with a comma or the like in it.

        Examples
        --------
        >>> import octadisc as od
        >>> text = "Organised crime and trafficking in human beings are one crime."
        >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": text, "language": "en"}]))
        >>> joined = tokens.with_phrases(["organised crime", "trafficking in human beings"])
        >>> od.count_terms(joined, stop_words="auto").terms
        ['crime', 'organised_crime', 'trafficking_in_human_beings']
        >>> joined.n_tokens, joined.find("crime").counts.tolist()
        (10, [2])
        """
        from octadisc.tokens.phrases.phrases import with_phrases

        return with_phrases(self, phrases, joiner=joiner, n_threads=n_threads)

    def lemma_coverage(self) -> pd.DataFrame:
        """Say for how many of the running words there is a lemma, language by language.

        Returns
        -------
        DataFrame
            language (missing where it is unknown), tokens (running tokens of letters alone), known (of these,
            those whose lemma the corpus supplies, and those in simplemma's dictionary, after folding),
            coverage (their share), note. Names are
            seldom in a dictionary, so that 0.95 is much.

        Examples
        --------
        >>> import octadisc as od
        >>> corpus = od.Corpus.from_frame([{"text": "Ministers of Zagoria met in 2008", "language": "en"}])
        >>> od.tokenize(corpus).lemma_coverage()[["language", "tokens", "known", "coverage"]].values.tolist()
        [['en', 5, 4, 0.8]]
        """
        from octadisc.tokens.forms.folding import lemma_coverage

        return lemma_coverage(self)

    def units(
        self,
        unit: Literal["release", "title", "paragraph", "sentence"],
        *,
        n_threads: int | None = None,
    ) -> Tokens:
        r"""Cut the releases into titles, paragraphs or sentences, as rows that are counted on their own.

        Whatever takes tokens takes these: a share is then one of sentences, a topic model one of
        paragraphs. Their corpus has all columns of the releases (without page and spans), and besides

        - release: an id of the unit's own, such as ``a#s12``, ``a#p3`` or ``a#title``;
        - text: that stretch of the release's text (or its title) as it stands;
        - unit, unit_of (the release's id), unit_number (from 1), unit_start, unit_end (character offsets
          in the release's text; of titles in the title). `octadisc.tokens.units.units.to_releases` maps
          occurrences back.

        Parameters
        ----------
        unit : "release", "title", "paragraph" or "sentence"
        n_threads : int, optional
            Threads; the result is the same for any number. All cores by default.

        Returns
        -------
        Tokens
            With the same forms. The tokens of all sentences, or of all paragraphs, are those of the
            releases; titles are cut into words as the texts were.

        Warns
        -----
        OctadiscWarning
            If releases have no title, or no word in their text: they have no units, and are named in the
            `issues` of the units' corpus.

        Raises
        ------
        UnknownNameError, InputError, NotEnoughDataError
            If there is no such unit, the rows are units already, a column of the corpus has a unit's
            name, or there would be no units at all.

        Notes
        -----
        A sentence is what :meth:`sentences_of` gives, with its quotation marks. A paragraph ends at a blank
        line that ends a sentence too: one in the middle of a sentence (pages turned to text have them)
        parts nothing, so that no sentence is in two paragraphs. Lines without a word, such as a row of
        asterisks, belong to the paragraph before them (at the beginning, to the first); between sentences
        they belong to none.

        Units of one release are not independent. Intervals take them together as one observation, copies
        of a release (duplicate_cluster) weigh what it weighs, and permutations move whole releases.

        Examples
        --------
        >>> import octadisc as od
        >>> text = "Police of two states met. They spoke of trust.\n\nArrests followed."
        >>> corpus = od.Corpus.from_frame([{"release": "a", "text": text, "language": "en"}])
        >>> sentences = od.tokenize(corpus).units("sentence")
        >>> sentences.corpus.frame[["release", "unit_of", "unit_start", "unit_end"]].values.tolist()
        [['a#s1', 'a', 0, 25], ['a#s2', 'a', 26, 46], ['a#s3', 'a', 48, 65]]
        >>> [len(sentences.find(word)) for word in ("trust", "met of", "arrests")]
        [1, 0, 1]
        """
        from octadisc.tokens.units.units import cut_into_units

        return cut_into_units(self, unit, n_threads=n_threads)

    def to_releases(self, found: Any) -> pd.DataFrame:
        """Map places in units to their releases; see `octadisc.tokens.units.unit_columns.to_releases`."""
        from octadisc.tokens.units.unit_columns import to_releases

        return to_releases(found, self)

    def sentences_of(self, row: int) -> npt.NDArray[np.int64]:
        """Give the character offsets [n, 2] of the sentences in the text of one release."""
        from octadisc.tokens.scan.sentences import sentences_of

        if isinstance(row, bool) or not isinstance(row, (int, np.integer)):
            raise WrongKindError(f"row is a {type(row).__name__}. Expected int: the row of a release.")
        if not 0 <= row < len(self):
            raise InputError(
                f"row={row}: expected 0 to {len(self) - 1:,}, the rows of the corpus. A release's row is "
                "corpus.row_of(release)."
            )
        return sentences_of(self.words or self, int(row))

    def evidence(self, rows: Any, starts: Any, ends: Any) -> pd.DataFrame:
        """Give the sentence around each hit: release, date, issuer, source, start, end, sentence, match."""
        from octadisc.tokens.scan.sentences import evidence

        return evidence(self.words or self, rows, starts, ends)

    @classmethod
    def from_words(cls, words: Any, releases: Any = None, *, sentences: bool = False) -> Tokens:
        """Take words that were cut elsewhere, as they are: hyphens, punctuation and capitals too.

        The text of a release is its words with blanks between them, and each word is a token.
        Queries are cut at blanks here, so that ``law-enforcement`` finds that word; words with blanks
        in them are found by none.

        Parameters
        ----------
        words : mapping from str to list of str, list of lists of str, or NLTK corpus reader
            The words of each release (of a reader: of each file), or its sentences as lists of words.
        releases : DataFrame, optional
            Further columns of the releases, such as date, issuer and language. Rows are found by
            the column release if `words` has ids, else they are in the same order. Columns that hold for
            another text (text, page, spans, annotation) are left out.
        sentences : bool
            Whether to take the sentences of an NLTK corpus reader rather than its words.

        Returns
        -------
        Tokens
            Types are in lower case, without soft hyphens and other characters that are not seen.
            Sentences are those given; without any, one ends after a word that is a full stop or the like.

        Raises
        ------
        InputError, WrongKindError
            If these are no words, or `releases` does not fit them.

        Examples
        --------
        >>> words = {"a": [["Police", "trust", "Europol", "."], ["It", "is", "mutual", "."]], "b": ["Trust"]}
        >>> tokens = Tokens.from_words(words, [{"release": "b", "issuer": "SELEC"}, {"release": "a"}])
        >>> tokens.corpus.texts, tokens.find("trust").counts.tolist()
        (['Police trust Europol . It is mutual .', 'Trust'], [1, 1])
        >>> tokens.to_nltk().sents("a")[1], tokens.corpus.frame["issuer"].tolist()
        (['It', 'is', 'mutual', '.'], [nan, 'SELEC'])
        """
        from octadisc.tokens.files.exchange import from_words

        return from_words(words, releases, sentences=sentences)

    def to_nltk(self, *, lower: bool = False) -> WordReader:
        """Give the words with the methods of NLTK's corpus readers, for NLTK's own tools.

        NLTK's tools take words, or a corpus reader; they have no table of releases. So this is a reader whose
        files are the releases: ``nltk.Text(reader.words())``, ``nltk.TextCollection(reader)``,
        ``nltk.FreqDist(reader.words("a"))``,
        ``BigramCollocationFinder.from_documents(reader.sents())``. NLTK's downloads are not
        needed.

        Parameters
        ----------
        lower : bool
            Whether to give the types (lower case; forms, where the tokens have them) rather than
            the words letter by letter as written.

        Returns
        -------
        WordReader
            With fileids(), words(), sents(), paras() and raw(), each for one release, several or all.

        Examples
        --------
        >>> import octadisc as od
        >>> from nltk import ConditionalFreqDist
        >>> table = {"issuer": ["Europol", "SELEC"], "text": ["Trust grows.", "Trust, trust!"]}
        >>> corpus = od.Corpus.from_frame(table)
        >>> reader = od.tokenize(corpus).to_nltk(lower=True)
        >>> reader.fileids(), reader.sents("2")
        (['1', '2'], [['trust', 'trust']])
        >>> who = corpus.frame.set_index("release")["issuer"]
        >>> ConditionalFreqDist((who[one], word) for one in who.index for word in reader.words(one))["SELEC"]
        FreqDist({'trust': 2})
        """
        from octadisc.tokens.files.exchange import WordReader

        return WordReader(self, lower)

    def save(self, folder: str | PathLike[str]) -> Path:
        """Write the tokens, with the corpus, to a folder that `od.load_tokens` opens in milliseconds.

        The folder appears whole or not at all. A folder of tokens that stands in its place is replaced.

        Parameters
        ----------
        folder : path

        Returns
        -------
        Path
            The folder: an .npy file for each kind of array, the types as JSON, the corpus as Arrow files,
            and tokens.json, the recipe.

        Raises
        ------
        InputError
            If something else stands in that place.
        UnreadableError
            If it cannot be written, or the disk is full.
        """
        from octadisc.tokens.files.storage import save_tokens

        return save_tokens(self, folder)

    @staticmethod
    def open(folder: str | PathLike[str]) -> Tokens:
        """Open tokens that :meth:`save` wrote; the same as `od.load_tokens`."""
        from octadisc.tokens.files.storage import load_tokens

        return load_tokens(folder)
