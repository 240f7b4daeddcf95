"""TermCounts: how often each term stands in each release, as a sparse matrix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError, NotEnoughDataError, expect
from octadisc.spec import Spec
from octadisc.terms.reissues import Reissues, as_parameter, per_entry, weigh, weigh_reissues, write_sum
from octadisc.tokens import Shard, Tokens, kernels
from octadisc.tokens.forms import languages_with_stop_words
from octadisc.tokens.forms import stop_words as words_of
from octadisc.tokens.threads import in_threads

if TYPE_CHECKING:
    from octadisc.terms.exchange import TermsById

__all__ = ["TermCounts", "count_terms"]

Floats = npt.NDArray[np.float64]

_AT_ONCE = 4_000_000  # entries
_DIGITS = 9  # of a number of releases, so that ten parts of 1/10 are one
_RELEASE_COLUMNS = ["release", "date", "issuer", "language", "source", "title", "url"]


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
            If the shapes do not fit, a count is negative or not whole, or a term stands twice.

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
        for column in _RELEASE_COLUMNS:
            if column not in table:
                table[column] = pd.NaT if column == "date" else np.nan
        if table["release"].isna().all():
            table["release"] = [str(i + 1) for i in range(len(table))]
        table["date"] = pd.to_datetime(table["date"]).astype("datetime64[s]")
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
        from octadisc.terms.exchange import to_gensim

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
        from octadisc.terms.exchange import from_gensim

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
        from octadisc.terms.quanteda import to_quanteda

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
        from octadisc.terms.quanteda import from_quanteda

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
        spread = _in_releases(self.matrix, self.release_weights).astype(self.matrix.dtype)
        top = np.argsort(-totals, kind="stable")[:10]
        rows = pd.DataFrame(
            {"term": [self.terms[i] for i in top], "count": totals[top], "releases": spread[top]}
        )
        return f"<p><b>{escape(repr(self))}</b></p>{rows.to_html(index=False, border=0)}"


def count_terms(
    tokens: Tokens,
    min_documents: int = 1,
    stop_words: str | Iterable[str] | None = None,
    *,
    max_share: float = 1.0,
    min_length: int = 1,
    numbers: bool = True,
    reissues: Reissues = "keep",
) -> TermCounts:
    """Count the types of each release; leave out stop words, rare and ubiquitous ones on request.

    Parameters
    ----------
    tokens : Tokens
    min_documents : int
        Keep terms that stand in at least so many releases.
    stop_words : "auto", iterable of str or None
        ``"auto"`` leaves out the function words of each release's own language (octadisc's lists).
    max_share : float
        Keep terms that stand in at most this share of the releases.
    min_length : int
        Keep terms of at least so many characters.
    numbers : bool
        Whether to keep terms that begin with a digit.
    reissues : "keep", "first" or "share"
        Whether releases that repeat another (duplicate_cluster) count in full; only the first of them; or
        each of n as 1/n of a release, of its words and of its occurrences. A row stays a release: those
        that do not count are rows of zeros. `min_documents` and `max_share` weigh releases the same way.

    Returns
    -------
    TermCounts
        ``releases["tokens"]`` counts all running tokens, whatever terms were left out.

    Raises
    ------
    NotEnoughDataError
        If no term is left.
    InputError
        If an argument is not what it should be, or duplicates were not looked for.

    Examples
    --------
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame([{"text": "the police and the customs"}, {"text": "the police"}])
    >>> counts = od.count_terms(od.tokenize(corpus), stop_words=["the", "and"])
    >>> counts.terms, counts.matrix.toarray().tolist(), counts.releases["tokens"].tolist()
    (['customs', 'police'], [[1, 1], [0, 1]], [5, 2])

    A statement that two offices issued, and another one:

    >>> texts = {"text": ["joint police", "joint police", "police"], "duplicate_cluster": [0, 0, None]}
    >>> tokens = od.tokenize(od.Corpus.from_frame(texts))
    >>> for reissues in ("keep", "first", "share"):
    ...     counts = od.count_terms(tokens, reissues=reissues)
    ...     print(counts.matrix.toarray().tolist(), counts.releases["tokens"].tolist())
    [[1, 1], [1, 1], [0, 1]] [2, 2, 1]
    [[1, 1], [0, 0], [0, 1]] [2, 0, 1]
    [[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]] [1.0, 1.0, 1.0]
    """
    expect(tokens, Tokens, "tokens", "what od.tokenize(corpus) gives")
    expect(min_documents, int, "min_documents", "a number of releases")
    if min_documents < 1 or not 0 < max_share <= 1:
        raise InputError(
            f"min_documents={min_documents}, max_share={max_share}: expected at least 1, "
            "and a share above 0 and up to 1."
        )
    frame, n_types = tokens.corpus.frame, len(tokens.vocabulary)
    weights = weigh_reissues(frame, reissues)

    if stop_words is not None and not isinstance(stop_words, str):
        expect(stop_words, Iterable, "stop_words", "a list of words, 'auto' or None")
        stop_words = sorted({str(one) for one in stop_words})  # it may be a generator
    matrix = _counted(tokens)
    if stop_words is not None:
        matrix = _without_stop_words(matrix, tokens, stop_words)
    lengths: npt.NDArray[Any] = tokens.lengths
    if reissues != "keep":
        lengths = weigh(lengths, weights, parts=reissues == "share")
        matrix.data = weigh(matrix.data, per_entry(matrix, weights), parts=reissues == "share")
        matrix.eliminate_zeros()
    documents = _in_releases(matrix, weights)
    most = max_share * max(1.0, round(float(weights.sum()), _DIGITS))
    keep = (documents >= min_documents) & (documents <= most) & (documents > 0)
    if min_length > 1 or not numbers:
        keep &= np.array(
            [len(one) >= min_length and (numbers or not one[0].isdigit()) for one in tokens.vocabulary], bool
        )
    if not keep.any():
        raise NotEnoughDataError(
            f"No term is left of {n_types:,} types in {len(tokens):,} releases with "
            f"min_documents={min_documents}, max_share={max_share}, min_length={min_length} "
            "and these stop words. Lower min_documents, or leave one of them out."
        )
    if not keep.all():
        matrix = matrix[:, np.flatnonzero(keep)]
    columns = _RELEASE_COLUMNS + ["duplicate_cluster"] * (reissues == "share")
    releases = frame[columns].assign(tokens=lengths)
    parameters = {
        "min_documents": min_documents,
        "stop_words": stop_words,
        "max_share": max_share,
        "min_length": min_length,
        "numbers": numbers,
        **as_parameter(reissues),
    }
    terms = [tokens.vocabulary[i] for i in np.flatnonzero(keep).tolist()]
    spec = Spec("count_terms", parameters, inputs=(tokens.spec,))
    return TermCounts(matrix, terms, releases, weights, tokens, spec)


def _counted(tokens: Tokens) -> sparse.csr_matrix:
    """Count every type in every release: shards side by side, each into its own rows."""
    n_types = len(tokens.vocabulary)
    parts = in_threads(
        lambda shard: kernels.count_types_in(shard.ids, shard.rows, n_types), tokens.shards
    )
    pointers = np.cumsum(np.concatenate([np.zeros(1, np.int64), *parts]))
    indices, counts = np.empty(pointers[-1], np.int32), np.empty(pointers[-1], np.int32)

    def count(shard: Shard) -> None:
        mine = pointers[shard.first : shard.first + shard.n_releases + 1]
        kernels.count_in_releases(shard.ids, shard.rows, n_types, mine, indices, counts)

    in_threads(count, tokens.shards)
    matrix = sparse.csr_matrix((counts, indices, pointers), shape=(len(tokens), n_types))
    matrix.has_sorted_indices = True
    return matrix


def _in_releases(matrix: sparse.csr_matrix, weights: Floats) -> Floats:
    """Give the number of releases that each term stands in, copies as what they weigh."""
    if (weights == 1).all():
        counted = np.zeros(matrix.shape[1])
        for low in range(0, matrix.nnz, _AT_ONCE):  # numpy makes them twice as wide to count them
            counted += np.bincount(matrix.indices[low : low + _AT_ONCE], minlength=matrix.shape[1])
        return counted
    total = np.bincount(matrix.indices, per_entry(matrix, weights), matrix.shape[1])
    return np.round(total, _DIGITS)


def _without_stop_words(
    matrix: sparse.csr_matrix, tokens: Tokens, given: str | Iterable[str]
) -> sparse.csr_matrix:
    """Set the counts of stop words to nothing, language by language."""
    place = {one: i for i, one in enumerate(tokens.vocabulary)}
    drop = np.zeros(matrix.nnz, bool)
    if isinstance(given, str):
        if given != "auto":
            raise InputError(f"stop_words={given!r}: expected 'auto', a list of words, or None.")
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        for language in np.unique(tokens.languages).tolist():
            # where the language is unknown, or has no list, the English one does no harm and much good
            listed = words_of(language if language in languages_with_stop_words() else "en")
            words = _as_in(tokens, listed, [language])
            drop |= _marked(words, place)[matrix.indices] & (tokens.languages == language)[rows]
    else:
        words = _as_in(tokens, {str(one).lower() for one in given}, np.unique(tokens.languages).tolist())
        drop = _marked(words, place)[matrix.indices]
    matrix.data[drop] = 0
    matrix.eliminate_zeros()
    return matrix


def _as_in(tokens: Tokens, words: Iterable[str], languages: Iterable[str]) -> set[str]:
    """Give words in the forms that the tokens have, if these were folded or brought to lemmas."""
    if tokens.folding is None:
        return set(words)
    return {tokens.folding.form(word, language) for language in languages for word in words}


def _marked(words: Iterable[str], place: dict[str, int]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(max(1, len(place)), bool)
    mask[[place[one] for one in words if one in place]] = True
    return mask
