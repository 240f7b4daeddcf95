"""Counting: how often each type stands in each release."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from octadisc.errors import InputError, NotEnoughDataError, WrongKindError, expect
from octadisc.spec import Spec
from octadisc.terms.arguments import check_part, check_whole
from octadisc.terms.counts import DIGITS, RELEASE_COLUMNS, TermCounts, count_releases
from octadisc.terms.reissues import Reissues, as_parameter, per_entry, weigh, weigh_reissues
from octadisc.tokens import Shard, Tokens
from octadisc.tokens.forms.stop_words import languages_with_stop_words
from octadisc.tokens.forms.stop_words import stop_words as words_of
from octadisc.tokens.scan import kernels
from octadisc.tokens.threads import in_threads

__all__ = ["count_terms"]


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
    _refuse_part(min_documents, len(tokens))
    expect(min_documents, int, "min_documents", "a number of releases")
    check_whole("min_documents", min_documents, 1)
    check_whole("min_length", min_length, 1)
    check_part("max_share", max_share, "of the releases, or 1 for all", one=True)
    frame, n_types = tokens.corpus.frame, len(tokens.vocabulary)
    weights = weigh_reissues(frame, reissues)

    _refuse_names(stop_words)
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
    documents = count_releases(matrix, weights)
    most = max_share * max(1.0, round(float(weights.sum()), DIGITS))
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
    columns = RELEASE_COLUMNS + ["duplicate_cluster"] * (reissues == "share")
    columns += [one for one in ("unit", "unit_of") if one in frame]
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


def _refuse_part(min_documents: Any, n_releases: int) -> None:
    """Refuse a part of the releases, such as scikit-learn's min_df takes, and say what number it is."""
    if isinstance(min_documents, float | np.floating) and 0 < min_documents < 1:
        number = max(1, int(np.ceil(min_documents * n_releases)))
        raise InputError(
            f"min_documents={min_documents!r} is a part. Expected a number of releases: of these "
            f"{n_releases:,}, {min_documents:.2g} are {number:,}, so min_documents={number}. "
            "(max_share= takes a part.)"
        )


def _refuse_names(stop_words: Any) -> None:
    """Refuse the name of a language, or yes and no, for stop words."""
    if isinstance(stop_words, bool) or (isinstance(stop_words, str) and stop_words != "auto"):
        kind = WrongKindError if isinstance(stop_words, bool) else InputError
        raise kind(
            f"stop_words={stop_words!r} says not which. Expected 'auto', a list of words, or None. 'auto' "
            "takes the stop words of each release's own language, English or another."
        )


def _counted(tokens: Tokens) -> sparse.csr_matrix:
    """Count every type in every release: shards side by side, each into its own rows."""
    n_types = len(tokens.vocabulary)
    parts = in_threads(lambda shard: kernels.count_types_in(shard.ids, shard.rows, n_types), tokens.shards)
    pointers = np.cumsum(np.concatenate([np.zeros(1, np.int64), *parts]))
    indices, counts = np.empty(pointers[-1], np.int32), np.empty(pointers[-1], np.int32)

    def count(shard: Shard) -> None:
        mine = pointers[shard.first : shard.first + shard.n_releases + 1]
        kernels.count_in_releases(shard.ids, shard.rows, n_types, mine, indices, counts)

    in_threads(count, tokens.shards)
    matrix = sparse.csr_matrix((counts, indices, pointers), shape=(len(tokens), n_types))
    matrix.has_sorted_indices = True
    return matrix


def _without_stop_words(
    matrix: sparse.csr_matrix, tokens: Tokens, given: str | Iterable[str]
) -> sparse.csr_matrix:
    """Set the counts of stop words to nothing, language by language."""
    place = {one: i for i, one in enumerate(tokens.vocabulary)}
    drop = np.zeros(matrix.nnz, bool)
    if isinstance(given, str):  # "auto"
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
