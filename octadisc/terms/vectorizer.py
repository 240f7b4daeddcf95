"""TermVectorizer: octadisc's tokens and counts as a step of a scikit-learn pipeline."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from octadisc.corpus import Corpus
from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning, WrongKindError, did_you_mean
from octadisc.terms.counting import count_terms
from octadisc.tokens import Tokens, tokenize

__all__ = ["TermVectorizer"]

_TEXTS = "Expected a list or Series of texts, an od.Corpus, or a DataFrame with a column 'text'."


class TermVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    r"""Turn texts into counts of terms, for scikit-learn's pipelines; fast, and at home in our languages.

    Does what `od.tokenize`, `Tokens.with_forms` and `od.count_terms` do with the same arguments, where
    scikit-learn has its CountVectorizer. What `fit` found are the columns; `transform` counts these
    in other texts, in the same way.

    Parameters
    ----------
    pattern : str, optional
        A regular expression for tokens instead of octadisc's scanner; see `od.tokenize`. With
        ``r"(?u)\b\w\w+\b"`` the counts are those of CountVectorizer.
    language : str, optional
        Code of the texts' language, which decides about elisions, possessives, stop words and forms. To give
        each text its own, pass a Corpus, or a DataFrame with columns text and language, and this
        stands for those that have none.
    stop_words : "auto", iterable of str or None
        ``"auto"`` leaves out the function words of each text's own language.
    min_documents : int
        Keep terms that stand in at least so many texts.
    max_share : float
        Keep terms that stand in at most this share of the texts.
    min_length : int
        Keep terms of at least so many characters.
    numbers : bool
        Whether to keep terms that begin with a digit.
    forms : "folded", "lemma", "stem" or None
        What types are counted as; see `Tokens.with_forms`. Where a dictionary of lemmas is thin, `fit`
        warns, and `transform` does not say it again.
    vocabulary : iterable of str or mapping from str to int, optional
        The terms to count, in this order (or with these columns), instead of those found: then `fit`
        learns nothing, and only `pattern`, `language`, `stop_words` and `forms` decide what is counted.
    binary : bool
        Whether to say only if a term occurs (1), not how often.
    n_threads : int, optional
        Threads; the result is the same for any number. All cores by default.

    Attributes
    ----------
    terms_ : array of str, shape (terms,)
        The terms in the order of the columns: by code point, unless `vocabulary` says otherwise.
    vocabulary_ : dict
        Column of each term.

    Notes
    -----
    A fitted vectorizer holds terms, not texts. Reissues are not weighed: to train and test a
    model on different releases, keep copies of one story in one fold
    (``GroupKFold`` with ``groups=corpus.frame["duplicate_cluster"]``, each single release its own group).

    Examples
    --------
    >>> import octadisc as od
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> texts = ["Europol's analysts met", "customs seized drugs", "analysts of Europol", "drugs seized"]
    >>> od.TermVectorizer(stop_words="auto", min_documents=2).fit(texts).get_feature_names_out().tolist()
    ['analysts', 'drugs', 'europol', 'seized']
    >>> steps = make_pipeline(od.TermVectorizer(stop_words="auto"), LogisticRegression())
    >>> steps.fit(texts, ["office", "border", "office", "border"]).predict(["Europol"]).tolist()
    ['office']
    """

    # `fit` and `transform` call their texts X, as scikit-learn's own tools expect.

    def __init__(
        self,
        pattern: str | None = None,
        *,
        language: str | None = None,
        stop_words: str | Iterable[str] | None = None,
        min_documents: int = 1,
        max_share: float = 1.0,
        min_length: int = 1,
        numbers: bool = True,
        forms: str | None = None,
        vocabulary: Iterable[str] | Mapping[str, int] | None = None,
        binary: bool = False,
        n_threads: int | None = None,
    ) -> None:
        self.pattern = pattern
        self.language = language
        self.stop_words = stop_words
        self.min_documents = min_documents
        self.max_share = max_share
        self.min_length = min_length
        self.numbers = numbers
        self.forms = forms
        self.vocabulary = vocabulary
        self.binary = binary
        self.n_threads = n_threads

    def fit(self, X: Any, y: Any = None) -> TermVectorizer:
        """Find the terms to count.

        Parameters
        ----------
        X : iterable of str, Series, Corpus or DataFrame
            The texts; a DataFrame has a column text, and may have language.
        y : None
            Passed over; pipelines hand it on.

        Raises
        ------
        InputError, WrongKindError
            If these are no texts, or an argument is not what it should be.
        NotEnoughDataError
            If no term is left.
        """
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> sparse.csr_matrix:
        """Find the terms and count them: ``fit(X).transform(X)`` in one pass.

        Returns
        -------
        csr_matrix of int32, shape (texts, terms)
        """
        if self.vocabulary is not None:
            self._learn(_checked(self.vocabulary))
            return self.transform(X)
        tokens = self._cut(X)
        if not len(tokens):
            raise NotEnoughDataError(f"There is no text, so that no term can be found. {_TEXTS}")
        counts = count_terms(
            tokens,
            self.min_documents,
            self.stop_words,
            max_share=self.max_share,
            min_length=self.min_length,
            numbers=self.numbers,
        )
        self._learn(counts.terms)
        return self._finish(counts.matrix)

    def transform(self, X: Any) -> sparse.csr_matrix:
        """Count the fitted terms in texts; words that are none of them are passed over.

        Returns
        -------
        csr_matrix of int32, shape (texts, terms)

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`, unless there is a `vocabulary`.
        """
        self._make_ready()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", OctadiscWarning)  # fit has said it of the texts that matter
            tokens = self._cut(X)
        try:
            counts = count_terms(tokens, stop_words=self.stop_words)
        except NotEnoughDataError:  # texts without a word have counts too
            return sparse.csr_matrix((len(tokens), len(self.terms_)), dtype=np.int32)
        columns = np.array([self.vocabulary_.get(one, -1) for one in counts.terms], np.int64)
        return self._finish(_chosen(counts.matrix, columns, len(self.terms_)))

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """Give the terms in the order of the columns, shape (terms,)."""
        self._make_ready()
        return np.array(self.terms_, object)

    def _make_ready(self) -> None:
        if self.vocabulary is not None and not hasattr(self, "terms_"):
            self._learn(_checked(self.vocabulary))
        check_is_fitted(self, "terms_")

    def _learn(self, terms: list[str]) -> None:
        self.terms_ = np.array(terms, object)
        self.vocabulary_ = {one: column for column, one in enumerate(terms)}

    def _finish(self, matrix: sparse.csr_matrix) -> sparse.csr_matrix:
        if self.binary:
            matrix.data[:] = 1
        return matrix

    def _cut(self, texts: Any) -> Tokens:
        corpus = _as_corpus(texts, self.language)
        tokens = tokenize(corpus, self.pattern, n_threads=self.n_threads)
        if self.forms is None:
            return tokens
        return tokens.with_forms(self.forms, n_threads=self.n_threads)  # type: ignore[arg-type]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = self.vocabulary is None
        return tags


def _as_corpus(texts: Any, language: str | None) -> Corpus:
    """Make a corpus of what scikit-learn's tools hand over."""
    if language is not None and not isinstance(language, str):
        raise WrongKindError(
            f"language is a {type(language).__name__}. Expected one code such as 'en'. To give each text "
            "its own, pass an od.Corpus, or a DataFrame with columns 'text' and 'language'."
        )
    if isinstance(texts, Corpus) and language is None:
        return texts
    if isinstance(texts, Corpus):
        texts = texts.frame
    if isinstance(texts, pd.DataFrame):
        if "text" not in texts:
            raise InputError(f"The DataFrame has no column 'text'.{did_you_mean('text', texts.columns)}")
        given = texts["language"].to_numpy(object) if "language" in texts else [None] * len(texts)
        languages = [language if pd.isna(one) else one for one in given]
        texts = texts["text"]
    else:
        texts = _listed(texts)
        languages = [language] * len(texts)
    for place, one in enumerate(texts):
        if not isinstance(one, str):
            raise WrongKindError(
                f"Text {place + 1} of {len(texts):,} is {one!r:.60}, a {type(one).__name__}. Expected "
                "strings: give a missing text as an empty one."
            )
    return Corpus.from_frame(pd.DataFrame({"text": list(texts), "language": languages}, dtype=object))


def _listed(texts: Any) -> list[Any]:
    if isinstance(texts, (str, bytes)):
        raise WrongKindError(f"The texts are one {type(texts).__name__}, not several. {_TEXTS}")
    if isinstance(texts, Mapping) or not isinstance(texts, Iterable):
        raise WrongKindError(f"The texts are a {type(texts).__name__}. {_TEXTS}")
    shape = getattr(texts, "shape", (0,))
    if len(shape) != 1:
        raise WrongKindError(f"The texts are an array of shape {shape}. {_TEXTS} Use X[:, 0] or the like.")
    return list(texts)


def _checked(vocabulary: Any) -> list[str]:
    """Give the terms of a vocabulary in the order of their columns."""
    if isinstance(vocabulary, str) or not isinstance(vocabulary, Iterable):
        raise WrongKindError(f"vocabulary is a {type(vocabulary).__name__}. Expected a list of terms.")
    if isinstance(vocabulary, Mapping):
        if sorted(vocabulary.values()) != list(range(len(vocabulary))):
            raise InputError(
                f"vocabulary: its {len(vocabulary):,} terms do not have the columns 0 to "
                f"{len(vocabulary) - 1:,}, each once."
            )
        terms = sorted(vocabulary, key=lambda term: vocabulary[term])
    else:
        terms = sorted(vocabulary) if isinstance(vocabulary, (set, frozenset)) else list(vocabulary)
    if not terms:
        raise InputError("vocabulary is empty. Expected terms to count; leave it out to count those found.")
    for one in terms:
        if not isinstance(one, str) or one != one.lower():
            raise InputError(
                f"vocabulary has {one!r}, which would never be counted: terms are strings in lower case."
            )
    if len(set(terms)) < len(terms):
        raise InputError("vocabulary has a term twice. Expected each once.")
    return terms


def _chosen(matrix: sparse.csr_matrix, columns: npt.NDArray[np.int64], n_columns: int) -> sparse.csr_matrix:
    """Give each column its new place; those at -1 fall away."""
    places = columns[matrix.indices]
    keep = places >= 0
    before = np.concatenate([[0], np.cumsum(keep)])
    made = sparse.csr_matrix(
        (matrix.data[keep], places[keep].astype(np.int32), before[matrix.indptr].astype(np.int32)),
        shape=(matrix.shape[0], n_columns),
    )
    made.sort_indices()
    return made
