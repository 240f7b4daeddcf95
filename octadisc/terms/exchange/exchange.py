"""Counts for gensim and back; and counts made of what another program counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError, WrongKindError
from octadisc.spec import Spec
from octadisc.terms.counts import TermCounts
from octadisc.terms.reissues import have_parts, per_entry

__all__ = ["TermsById", "from_gensim", "make_counts", "to_gensim"]

Floats = npt.NDArray[np.float64]


class TermsById(dict[int, str]):
    """A mapping from ids to terms which gensim takes for a dictionary of its own.

    Models want a mapping from ids; measures of coherence also ask for `token2id` and `id2token`.
    """

    @cached_property
    def token2id(self) -> dict[str, int]:
        """Id of each term."""
        return {term: number for number, term in self.items()}

    @property
    def id2token(self) -> TermsById:
        """The mapping itself."""
        return self


def to_gensim(counts: TermCounts) -> tuple[list[list[tuple[int, Any]]], TermsById]:
    """Do what `TermCounts.to_gensim` says."""
    matrix = counts.matrix.copy()
    matrix.sort_indices()
    ids, values = matrix.indices.tolist(), matrix.data.tolist()
    corpus = [
        list(zip(ids[low:high], values[low:high], strict=True))
        for low, high in pairwise(matrix.indptr.tolist())
    ]
    return corpus, TermsById(enumerate(counts.terms))


def from_gensim(corpus: Any, id2word: Any, releases: Any = None) -> TermCounts:
    """Do what `TermCounts.from_gensim` says."""
    names = _names(id2word)
    order = np.array(sorted(names), np.int64)
    sizes: list[int] = []
    ids, values = [], []
    for document in _documents(corpus):
        try:
            pairs = np.array([(one, value) for one, value in document], np.float64).reshape(-1, 2)
        except (TypeError, ValueError):
            raise InputError(
                f"Document {len(sizes) + 1} of the corpus is {document!r:.60}. Expected pairs of an id and a "
                "count, as dictionary.doc2bow(words) gives."
            ) from None
        sizes.append(len(pairs))
        ids.append(pairs[:, 0])
        values.append(pairs[:, 1])
    found = np.concatenate([*ids, np.zeros(0)])
    places = np.searchsorted(order, found)
    known = places < order.size
    known[known] = order[places[known]] == found[known]
    if not known.all():
        first = int(np.flatnonzero(~known)[0])
        document = int(np.searchsorted(np.cumsum(sizes), first, side="right"))
        raise InputError(
            f"Document {document + 1} of the corpus has the id {found[first]:g}, which id2word lacks. "
            "Expected the id2word that the corpus was made with."
        )
    indptr = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    matrix = sparse.csr_matrix(
        (np.concatenate([*values, np.zeros(0)]), places, indptr), shape=(len(sizes), order.size)
    )
    matrix.sum_duplicates()
    table, weights = _releases(releases, len(sizes))
    terms = [names[one] for one in order.tolist()]
    spec = Spec("TermCounts.from_gensim", {"releases": len(sizes), "terms": len(terms)})
    return make_counts(matrix, terms, table, weights, spec, "The corpus")


def _names(id2word: Any) -> dict[int, str]:
    """Give the terms by id, of a mapping or of what has gensim's token2id."""
    if hasattr(id2word, "token2id"):
        return {int(number): str(term) for term, number in id2word.token2id.items()}
    if not isinstance(id2word, Mapping):
        raise WrongKindError(
            f"id2word is a {type(id2word).__name__}. Expected a mapping from ids to terms, or a "
            "gensim.corpora.Dictionary."
        )
    try:
        return {int(number): str(term) for number, term in id2word.items()}
    except ValueError:
        raise InputError(
            "id2word has keys that are no whole numbers. Expected ids: {0: 'crime', …}."
        ) from None


def _documents(corpus: Any) -> Iterable[Any]:
    if sparse.issparse(corpus):
        raise WrongKindError(
            "The corpus is a sparse matrix. Use TermCounts.from_matrix(matrix, terms, releases), with a row "
            "a release: gensim's matrices have a column a document, so give matrix.T."
        )
    if isinstance(corpus, (str, Mapping)) or not hasattr(corpus, "__iter__"):
        raise WrongKindError(
            f"The corpus is a {type(corpus).__name__}. Expected documents, each a list of pairs of "
            "id and count."
        )
    documents: Iterable[Any] = corpus
    return documents


def _releases(given: Any, n: int) -> tuple[Any, Floats]:
    """Give the table of releases and what each counts."""
    if isinstance(given, TermCounts):
        return given.releases, given.release_weights
    return (pd.DataFrame(index=range(n)) if given is None else given), np.ones(n)


def make_counts(
    matrix: sparse.csr_matrix, terms: list[str], releases: Any, weights: Floats, spec: Spec, source: str
) -> TermCounts:
    """Make counts of what was read; parts of one are taken where releases count as parts of one."""
    table = pd.DataFrame(releases).reset_index(drop=True)
    if matrix.shape[0] == len(table) == weights.size:
        per = per_entry(matrix, weights)
        whole = np.divide(matrix.data, per, out=np.full(per.size, 0.5), where=per > 0)
        if not (np.isfinite(whole).all() and (whole >= 0).all() and np.allclose(whole, np.round(whole))):
            raise InputError(
                f"{source} has values that are negative or not whole. Expected how often each "
                "term occurs, no weights such as tf-idf; where copies count as parts of one, give "
                "releases= the counts that they come from."
            )
        if "tokens" not in table:
            table["tokens"] = np.asarray(matrix.sum(axis=1)).ravel()
            if not have_parts(weights):
                table["tokens"] = table["tokens"].astype(np.int64)
    made = TermCounts.from_matrix(matrix.sign(), terms, table)  # its checks are for whole counts
    kind = np.float64 if have_parts(weights) else np.int32
    order = sorted(range(len(terms)), key=lambda i: terms[i])
    matrix = sparse.csr_matrix(matrix[:, order])
    matrix.data = matrix.data.astype(kind) if kind is np.float64 else np.round(matrix.data).astype(kind)
    matrix.eliminate_zeros()
    return replace(made, matrix=matrix, release_weights=weights, spec=spec)
