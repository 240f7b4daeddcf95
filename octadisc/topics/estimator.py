"""StructuralTopicModel: the structural topic model as a step of a scikit-learn pipeline."""

from __future__ import annotations

import warnings
from dataclasses import replace
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.base import ClassNamePrefixFeaturesOutMixin as NameMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from octadisc.errors import InputError, NotEnoughDataError, OctadiscWarning
from octadisc.spec import Spec
from octadisc.topics.checks import note_unsettled, whole
from octadisc.topics.estimator_data import (
    covariate_rows,
    name_columns,
    name_model,
    read_prevalence,
    wrap_counts,
)
from octadisc.topics.making import make_model
from octadisc.topics.model import TopicModel
from octadisc.topics.structural.fitting import Rule, Settings, shares_of
from octadisc.topics.structural.keyword_table import note_keywords
from octadisc.topics.structural.keywords import find_keywords, read_keywords
from octadisc.topics.structural.options import StructuralOptions
from octadisc.topics.structural.prevalence import PrevalencePrior
from octadisc.topics.structural.starts import StructuralStart
from octadisc.topics.structural.structural import fit_structural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = ["StructuralTopicModel"]

Floats = npt.NDArray[np.float64]


class StructuralTopicModel(NameMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # it is untyped
    """Find topics in counts of terms, whose shares may depend on covariates; in scikit-learn's manner.

    Does what `od.fit_topics` does, from the counts that `od.TermVectorizer` or scikit-learn's CountVectorizer
    make. `to_model` gives the `TopicModel`, with everything that this can say.

    Parameters
    ----------
    n_components : int
        Topics.
    prevalence : str, optional
        A formula of the columns that `fit` is given as `prevalence`, such as ``"~ issuer + s(date)"``. Left
        out, all of its columns are in it, one by one.
    content : str, optional
        One of these columns, on whose values the words of topics depend.
    keywords : mapping from str to words, optional
        Names of topics and words that mark each out; see `od.fit_topics`. `fit` has to know the terms: by
        the names of the columns of a DataFrame, or from its argument `terms`.
    keyword_share : float
        What part of such a topic's words its keywords are at the least.
    start : {"spectral", "random", "gibbs"}
        Where the fit begins; see `od.fit_topics`. Where a spectral start finds too few terms beside others,
        it begins at random, as it does after the first of several starts where counts are not whole.
    n_starts : int
        How many starts, of which the one with the best bound is kept.
    max_iter : int
        Most iterations.
    tol : float
        Relative gain of the bound below which the fit has settled.
    convergence : {"bound", "strict"}
    prevalence_prior : {"pooled", "l1"}
    sigma_prior : float
        From 0 to 1: how far the topics' covariance is drawn towards its diagonal.
    random_state : int, RandomState or None
        Of a start that is not spectral.
    n_threads : int, optional
        Threads; the result is the same for any number.

    Attributes
    ----------
    components_ : array of float, shape (topics, terms)
        Probability of each term in each topic; rows sum to 1. Topics with the largest mean share come first.
    bound_ : array of float
        After each iteration.
    n_iter_ : int
    n_features_in_ : int

    Notes
    -----
    `score` is the bound of the log-likelihood of other counts, with topics as they are: the higher, the
    better, for counts of one size. With covariates, hand them on: ``pipeline.fit(texts,
    structuraltopicmodel__prevalence=frame)``.

    Examples
    --------
    >>> import octadisc as od
    >>> from sklearn.pipeline import make_pipeline
    >>> texts = ["police seized drugs and cocaine", "drugs came by sea", "customs found cocaine and drugs"]
    >>> texts += ["ministers spoke of mutual trust", "training builds trust", "mutual trust and training"]
    >>> steps = make_pipeline(od.TermVectorizer(stop_words="auto"), od.StructuralTopicModel(2))
    >>> shares = steps.fit_transform(texts * 5)
    >>> shares.shape, (shares[:6].argmax(axis=1) == shares[0].argmax()).tolist()
    ((30, 2), [True, True, True, False, False, False])
    """

    # `fit` and `transform` call their counts X, as scikit-learn's own tools expect.

    def __init__(
        self,
        n_components: int = 10,
        *,
        prevalence: str | None = None,
        content: str | None = None,
        keywords: Mapping[str, str | Sequence[str]] | None = None,
        keyword_share: float = 0.05,
        start: StructuralStart = "spectral",
        n_starts: int = 1,
        max_iter: int = 500,
        tol: float = 1e-5,
        convergence: Rule = "bound",
        prevalence_prior: PrevalencePrior = "pooled",
        sigma_prior: float = 0.0,
        random_state: Any = None,
        n_threads: int | None = None,
    ) -> None:
        self.n_components = n_components
        self.prevalence = prevalence
        self.content = content
        self.keywords = keywords
        self.keyword_share = keyword_share
        self.start = start
        self.n_starts = n_starts
        self.max_iter = max_iter
        self.tol = tol
        self.convergence = convergence
        self.prevalence_prior = prevalence_prior
        self.sigma_prior = sigma_prior
        self.random_state = random_state
        self.n_threads = n_threads

    def fit(
        self, X: Any, y: Any = None, *, prevalence: Any = None, terms: Sequence[str] | None = None
    ) -> StructuralTopicModel:
        """Find topics.

        Parameters
        ----------
        X : array or sparse matrix, shape (releases, terms)
            Counts.
        y : None
            Passed over; pipelines hand it on.
        prevalence : DataFrame or array, shape (releases, columns), optional
            What is known of the releases. The columns of an array are called x0, x1 and so on. Releases that
            lack a value are not learnt from.
        terms : sequence of str, optional
            The terms in the order of the columns, such as ``vectorizer.get_feature_names_out()``.

        Raises
        ------
        InputError, UnknownNameError, NotEnoughDataError
            If an argument is not what it should be, or there are fewer releases or terms than topics.
        """
        self._fit(X, prevalence, terms)
        return self

    def fit_transform(
        self, X: Any, y: Any = None, *, prevalence: Any = None, terms: Sequence[str] | None = None
    ) -> Floats:
        """Find topics and give the shares: ``fit(X).transform(X)``, with the same covariates and terms.

        Returns
        -------
        array of float, shape (releases, topics)
        """
        matrix = self._fit(X, prevalence, terms)
        return self._infer(matrix, prevalence)[0]

    def transform(self, X: Any, *, prevalence: Any = None) -> Floats:
        """Read shares of releases from their counts, with topics as they are.

        Parameters
        ----------
        X : array or sparse matrix, shape (releases, terms)
        prevalence : DataFrame or array, optional
            What is known of these releases; without it they are taken for average ones. A release without a
            term has the shares that are expected of it.

        Returns
        -------
        array of float, shape (releases, topics)
            Rows sum to 1.
        """
        return self._infer(self._read(X, reset=False), prevalence)[0]

    def score(self, X: Any, y: Any = None, *, prevalence: Any = None) -> float:
        """Give the bound of the log-likelihood of counts, with topics as they are."""
        return float(self._infer(self._read(X, reset=False), prevalence)[1].sum())

    def to_model(
        self, terms: Sequence[str] | None = None, releases: pd.DataFrame | None = None
    ) -> TopicModel:
        """Give the TopicModel of the releases that `fit` was given.

        Parameters
        ----------
        terms : sequence of str, optional
            The terms in the order of the columns, such as ``vectorizer.get_feature_names_out()``.
        releases : DataFrame, optional
            One row a release: date, issuer and so on; missing columns are made.

        Raises
        ------
        InputError
            If there are not as many terms or releases as there were, or a term stands twice.
        """
        check_is_fitted(self, "model_")
        return name_model(self.model_, terms, releases)

    def _read(self, X: Any, *, reset: bool) -> sparse.csr_matrix:
        if not reset:
            check_is_fitted(self, "model_")
        least = {"ensure_min_samples": 2, "ensure_min_features": 2} if reset else {}
        X = validate_data(
            self, X, reset=reset, accept_sparse="csr", dtype=np.float64, ensure_non_negative=True, **least
        )
        matrix = sparse.csr_matrix(X, copy=True)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix

    def _fit(self, X: Any, given: Any, called: Sequence[str] | None) -> sparse.csr_matrix:
        matrix = self._read(X, reset=True)
        options = self._options()
        n_topics = whole("n_components", self.n_components, 2)
        table = covariate_rows(given, matrix.shape[0])
        covariates = read_prevalence(table, self.prevalence, self.content, np.diff(matrix.indptr) > 0)
        names = getattr(self, "feature_names_in_", None) if called is None else called
        counts = wrap_counts(matrix, name_columns(matrix.shape[1], names), table)
        if options.keywords is not None and names is None:
            raise InputError(
                "keywords are words, and the columns have no names. Give these to fit: fit(X, "
                "terms=vectorizer.get_feature_names_out()); in a pipeline pipeline.fit(texts, "
                "structuraltopicmodel__terms=terms)."
            )
        settings = Settings(
            whole("max_iter", self.max_iter, 1),
            options.tolerance,
            options.convergence,
            options.sigma_prior,
            options.prevalence_prior,
            self.n_threads,
        )
        asked: dict[str, Any] = {
            "covariates": covariates,
            "keywords": options.keywords and find_keywords(options.keywords, counts, n_topics),
            "keyword_share": options.keyword_share,
            "n_starts": whole("n_starts", self.n_starts, 1),
            "seed": self._seed(),
            "settings": settings,
        }
        start = self.start
        if start == "gibbs" and (matrix.data % 1).any():
            raise InputError(
                'start="gibbs" takes whole counts, and these are not. Use "spectral" or "random".'
            )
        try:
            found = fit_structural(counts, n_topics, start=start, **asked)
        except NotEnoughDataError:
            if start != "spectral" or n_topics > covariates.known.sum():
                raise
            found = fit_structural(counts, n_topics, start="random", **asked)
        parameters = {"method": "structural", "n_topics": n_topics, **options.beside_defaults()}
        model = make_model(
            counts,
            found.shares,
            found.words,
            found.bound,
            spec=Spec("StructuralTopicModel", parameters, seed=asked["seed"], inputs=(counts.spec,)),
            weights="release",
            structure=found.structure,
        )
        notes = [*found.notes, *note_keywords(model)]
        if not found.settled:
            notes.append(note_unsettled("The structural model", len(found.bound)).replace("iterations=", "="))
        for note in notes:
            warnings.warn(note, OctadiscWarning, stacklevel=4)
        self.model_ = replace(model, notes=tuple(notes))
        self.components_ = self.model_.words
        self.bound_ = self.model_.bound
        self.n_iter_ = len(self.bound_)
        self._n_features_out = n_topics
        return matrix

    def _options(self) -> StructuralOptions:
        options = StructuralOptions(
            self.prevalence,
            self.content,
            self.start,
            self.n_starts,
            self.max_iter,
            self.tol,
            self.convergence,
            self.prevalence_prior,
            self.sigma_prior,
            keywords=read_keywords(self.keywords),
            keyword_share=self.keyword_share,
        )
        if not isinstance(self.start, str):
            raise InputError(f"start={self.start!r}: expected the name of a start, such as 'spectral'.")
        options.check()
        return options

    def _seed(self) -> int:
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        if self.random_state is None:
            return 0
        return int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))

    def _infer(self, matrix: sparse.csr_matrix, given: Any) -> tuple[Floats, Floats]:
        """Give shares and bound of each release."""
        from octadisc.topics.counted import find_levels
        from octadisc.topics.priors import average_design, design_of_new
        from octadisc.topics.transforming import infer_structural

        model: TopicModel = self.model_
        structure = model.structure
        assert structure is not None  # fitted above
        table = covariate_rows(given, matrix.shape[0])
        if given is None:
            average = average_design(structure.design(model.releases), len(structure.columns))
            design = np.broadcast_to(average, (matrix.shape[0], average.size))
        else:
            prior = design_of_new(model, table)
            design = prior.design
            for note in prior.notes:
                warnings.warn(note, OctadiscWarning, stacklevel=4)
        eta = np.asarray(design @ structure.coefficients)
        bound = np.zeros(len(eta))
        rows = np.flatnonzero(np.diff(matrix.indptr))
        if rows.size:
            level = find_levels(model, table.iloc[rows])
            part = sparse.csr_matrix(matrix[rows])
            eta[rows], bound[rows] = infer_structural(model, part, design[rows], level, self.n_threads)
        return shares_of(eta), bound

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags
