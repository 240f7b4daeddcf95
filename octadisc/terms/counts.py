"""TermCounts: how often each term stands in each release, as a sparse matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError
from octadisc.spec import Spec
from octadisc.table import as_dates
from octadisc.terms.reissues import per_entry, write_sum
from octadisc.tokens import Tokens

if TYPE_CHECKING:
    from octadisc.terms.exchange.exchange import TermsById

__all__ = ["DIGITS", "RELEASE_COLUMNS", "TermCounts", "count_releases"]

Floats = npt.NDArray[np.float64]

_AT_ONCE = 4_000_000  # entries
DIGITS = 9  # of a number of releases, so that ten parts of 1/10 are one
RELEASE_COLUMNS = ["release", "date", "issuer", "language", "source", "title", "url"]


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False, repr=False)
class TermCounts:
    """Counts of terms by release; made by `od.count_terms` or :meth:`from_matrix`.

    Attributes
    ----------
    matrix : csr_matrix of int32, shape (releases, terms)
        Of float where copies count as parts of one (``reissues="share"``).
    terms : list of str
        Sorted by code point.
    releases : DataFrame
        release, date, issuer, language, source, title, url, and `tokens`: running tokens before stop
        words and trimming, the denominator of rates; weighed as the counts are. With
        ``reissues="share"`` also duplicate_cluster, which says what the parts are parts of.
    release_weights : array of float, shape (releases,)
        What each release counts: 1, or with `reissues` 0 where it repeats another, or its part of 1.
    tokens : Tokens or None
        What was counted, for evidence; None if the matrix was made elsewhere.
    spec : Spec
    """

    matrix: sparse.csr_matrix
    terms: list[str]
    releases: pd.DataFrame
    release_weights: Floats
    tokens: Tokens | None
    spec: Spec

    @classmethod
    def from_matrix(cls, matrix: Any, terms: Sequence[str], releases: Any) -> TermCounts:
        """Take counts that were made elsewhere.

        Parameters
        ----------
        matrix : array or sparse matrix of counts, shape (releases, terms)
        terms : sequence of str
        releases : DataFrame
            One row a release; missing columns are made, `tokens` from the counts.

        Raises
        ------
        InputError
            If the shapes do not fit, a count is negative or not whole, a term stands twice, or a date is no
            ISO date.

        Examples
        --------
        >>> counts = TermCounts.from_matrix(
        ...     [[2, 0], [1, 3]], ["trust", "crime"], [{"issuer": "A"}, {"issuer": "B"}]
        ... )
        >>> counts.terms, counts.matrix.toarray().tolist(), counts.releases["tokens"].tolist()
        (['crime', 'trust'], [[0, 2], [3, 1]], [2, 4])

        What scikit-learn's CountVectorizer counted:

        >>> from sklearn.feature_extraction.text import CountVectorizer
        >>> releases = pd.DataFrame({"issuer": ["A", "B"], "text": ["mutual trust", "trust, trust"]})
        >>> vectorizer = CountVectorizer()
        >>> matrix = vectorizer.fit_transform(releases["text"])
        >>> TermCounts.from_matrix(matrix, vectorizer.get_feature_names_out(), releases)
        TermCounts(2 releases × 2 terms, 4 counted)
        """
        given = sparse.csr_matrix(matrix)
        table = pd.DataFrame(releases).reset_index(drop=True)
        if given.shape != (len(table), len(terms)):
            raise InputError(
                f"The matrix is {given.shape[0]:,} × {given.shape[1]:,}, but there are "
                f"{len(table):,} releases, {len(terms):,} terms. Expected a row a release, a column a term."
            )
        if (given.data < 0).any() or (given.data != np.floor(given.data)).any():
            raise InputError(
                "The matrix has counts that are negative or not whole. Expected how often each term occurs."
            )
        if len(set(terms)) < len(terms):
            raise InputError("A term stands twice. Add the columns of equal terms up first.")
        order = np.argsort(np.array(terms, object), kind="stable")
        counts = sparse.csr_matrix(given[:, order], dtype=np.int32)
        counts.eliminate_zeros()
        counts.sort_indices()
        for column in RELEASE_COLUMNS:
            if column not in table:
                table[column] = pd.NaT if column == "date" else np.nan
        if table["release"].isna().all():
            table["release"] = [str(i + 1) for i in range(len(table))]
        table["date"] = as_dates(table)
        if "tokens" not in table:
            table["tokens"] = np.asarray(counts.sum(axis=1), np.int64).ravel()
        spec = Spec("TermCounts.from_matrix", {"releases": len(table), "terms": len(terms)})
        return cls(counts, [terms[i] for i in order.tolist()], table, np.ones(len(table)), None, spec)

    def to_gensim(self) -> tuple[list[list[tuple[int, Any]]], TermsById]:
        """Give the counts as gensim's models take them; gensim itself is not needed.

        Returns
        -------
        corpus : list of lists of (int, int)
            Of each release, in the order of `releases`, the ids of its terms and how often each occurs;
            float where copies count as parts of one.
        id2word : dict from int to str
            The term of each id, its column in `matrix`. For ``LdaModel(corpus, id2word=id2word)``
            and ``CoherenceModel(…, dictionary=id2word)``; it has `token2id` too.

        Notes
        -----
        A ``gensim.corpora.Dictionary``, with its frequencies, is ``Dictionary.from_corpus(corpus,
        id2word)``. The texts that measures of coherence such as c_v want are
        ``[reader.words(one) for one in reader.fileids()]`` with
        ``reader = counts.tokens.to_nltk(lower=True)``.

        Examples
        --------
        >>> counts = TermCounts.from_matrix([[2, 0], [1, 3]], ["crime", "trust"], [{}, {}])
        >>> counts.to_gensim()
        ([[(0, 2)], [(0, 1), (1, 3)]], {0: 'crime', 1: 'trust'})
        """
        from octadisc.terms.exchange.exchange import to_gensim

        return to_gensim(self)

    @classmethod
    def from_gensim(cls, corpus: Any, id2word: Any, releases: Any = None) -> TermCounts:
        """Take a bag-of-words corpus of gensim's.

        Parameters
        ----------
        corpus : iterable of iterables of (int, int)
            Ids and counts of each document; read once, so that it may be streamed from a file.
        id2word : mapping from int to str, or gensim.corpora.Dictionary
        releases : DataFrame or TermCounts, optional
            Date, issuer and so on of each document, in this order; of counts, their releases, and what
            each of them counts.

        Raises
        ------
        InputError, WrongKindError
            If an id has no term, a count is negative or not whole (tf-idf, say), or the shapes do not fit.

        Examples
        --------
        >>> counts = TermCounts.from_gensim([[(0, 2)], [(1, 3), (0, 1)]], {0: "trust", 1: "crime"})
        >>> counts.terms, counts.matrix.toarray().tolist()
        (['crime', 'trust'], [[0, 2], [3, 1]])
        """
        from octadisc.terms.exchange.exchange import from_gensim

        return from_gensim(corpus, id2word, releases)

    def to_quanteda(self, folder: str | PathLike[str]) -> Path:
        """Write the counts and the document variables to a folder that R makes a quanteda dfm of.

        Parameters
        ----------
        folder : path
            Made if it is not there; files of these names in it are replaced.

        Returns
        -------
        Path
            The folder: counts.mtx (Matrix Market, a row a release), features.csv (the terms), docvars.csv
            (the releases; docname is the id, dates are ISO dates), read.R (the lines of R, and how to go
            on to stm and back), and recipe.json (how the counts were made).

        Raises
        ------
        InputError
            If a column of the releases has one of the names that quanteda keeps to itself.
        UnreadableError
            If the folder cannot be written to.

        Notes
        -----
        The tables are data for programs: a cell that begins with ``=`` is written as it is. Do not open
        them in a spreadsheet if you do not trust their source.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> counts = TermCounts.from_matrix([[2, 0], [1, 3]], ["crime", "trust"], [{}, {}])
        >>> with TemporaryDirectory() as folder:
        ...     sorted(one.name for one in counts.to_quanteda(folder).iterdir())
        ['counts.mtx', 'docvars.csv', 'features.csv', 'read.R', 'recipe.json']
        """
        from octadisc.terms.exchange.quanteda import to_quanteda

        return to_quanteda(self, folder)

    @classmethod
    def from_quanteda(cls, folder: str | PathLike[str]) -> TermCounts:
        """Read the folder that :meth:`to_quanteda` writes, or one like it that R wrote.

        Parameters
        ----------
        folder : path
            With counts.mtx (``Matrix::writeMM``), features.csv and docvars.csv (``write.csv``, with R's names
            of rows or without). Releases' ids are the column docname, or else the names of rows.

        Returns
        -------
        TermCounts
            Where recipe.json belongs to these very files, columns have the kinds they had, and
            `spec` leads back to what was counted. Else kinds are told from what stands in them.

        Raises
        ------
        MissingFileError, InputError
            If a file is missing, cannot be read, or does not fit the others; the message names it.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> counts = TermCounts.from_matrix([[2, 0], [1, 3]], ["crime", "trust"], [{}, {}])
        >>> with TemporaryDirectory() as folder:
        ...     TermCounts.from_quanteda(counts.to_quanteda(folder))
        TermCounts(2 releases × 2 terms, 6 counted)
        """
        from octadisc.terms.exchange.quanteda import from_quanteda

        return from_quanteda(folder)

    def to_frame(self) -> pd.DataFrame:
        """Give one row a release and term that occurs in it: release, term, count."""
        entries = self.matrix.tocoo()
        return pd.DataFrame(
            {
                "release": self.releases["release"].to_numpy()[entries.row],
                "term": np.array(self.terms, object)[entries.col],
                "count": entries.data,
            }
        )

    def __repr__(self) -> str:
        n_releases, n_terms = self.matrix.shape
        total = write_sum(self.matrix.sum())
        return f"TermCounts({n_releases:,} releases × {n_terms:,} terms, {total} counted)"

    def _repr_html_(self) -> str:
        totals = np.asarray(self.matrix.sum(axis=0)).ravel()
        spread = count_releases(self.matrix, self.release_weights).astype(self.matrix.dtype)
        top = np.argsort(-totals, kind="stable")[:10]
        rows = pd.DataFrame(
            {"term": [self.terms[i] for i in top], "count": totals[top], "releases": spread[top]}
        )
        return f"<p><b>{escape(repr(self))}</b></p>{rows.to_html(index=False, border=0)}"


def count_releases(matrix: sparse.csr_matrix, weights: Floats) -> Floats:
    """Give the number of releases that each term stands in, copies as what they weigh."""
    if (weights == 1).all():
        counted = np.zeros(matrix.shape[1])
        for low in range(0, matrix.nnz, _AT_ONCE):  # numpy makes them twice as wide to count them
            counted += np.bincount(matrix.indices[low : low + _AT_ONCE], minlength=matrix.shape[1])
        return counted
    total = np.bincount(matrix.indices, per_entry(matrix, weights), matrix.shape[1])
    return np.round(total, DIGITS)
