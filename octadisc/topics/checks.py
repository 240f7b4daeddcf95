"""What `od.fit_topics` refuses, and what it says of the counts it was given."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from octadisc.errors import InputError, NotEnoughDataError
from octadisc.terms.reissues import write_sum

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts

__all__ = [
    "note_copies",
    "note_empty",
    "note_languages",
    "note_unsettled",
    "refuse_too_little",
    "several",
    "whole",
]

_MIXED = 0.1  # share of releases in other languages from which on these get topics of their own


def whole(name: str, value: Any, least: int, most: int = 2**63 - 1) -> int:
    """Give a whole number, or refuse what is none."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise InputError(f"{name}={value!r} is no whole number. Expected one of at least {least}.") from None
    if number < least:
        hint = " One topic tells no releases apart." if name == "n_topics" else ""
        raise InputError(f"{name}={number}: expected at least {least}.{hint}")
    if number > most:
        raise InputError(f"{name}={number}: expected at most {most}.")
    return number


def several(given: Any) -> list[Any]:
    """Give one or several things as a list."""
    return list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]


def refuse_too_little(
    matrix: sparse.csr_matrix, release_weights: npt.NDArray[np.float64], n_topics: int
) -> None:
    """Refuse fewer releases or terms than topics."""
    n_filled = round(float(release_weights.sum()), 6)  # n copies of one are one
    n_terms = np.unique(matrix.indices[matrix.data > 0]).size
    if not n_filled:
        raise NotEnoughDataError(
            f"None of the {matrix.shape[0]:,} releases has a term to model. Look at corpus.texts, or count "
            "again with fewer stop words and a lower min_documents."
        )
    if n_topics > n_filled:
        raise NotEnoughDataError(
            f"n_topics={n_topics} is more than the {write_sum(n_filled)} releases that have terms. Ask for "
            "fewer topics (ten releases a topic are few), or load more releases."
        )
    if n_topics > n_terms:
        raise NotEnoughDataError(
            f"n_topics={n_topics} is more than the {n_terms:,} terms counted. Ask for fewer topics, or count "
            "again with fewer stop words and a lower min_documents."
        )


def note_empty(counts: TermCounts, filled: npt.NDArray[np.bool_]) -> list[str]:
    """Name the releases without a term."""
    counted = counts.release_weights > 0
    empty = counts.releases["release"].to_numpy()[~filled & counted]
    if not empty.size:
        return []
    return [
        f"Releases without a term to model: {empty.size:,} of {counted.sum():,} ({_name(empty)}). Their "
        "shares are NaN and left out of means. They are empty, or all their words are stop words or too rare."
    ]


def note_copies(counts: TermCounts) -> list[str]:
    """Name the copies that the counts leave out."""
    copies = counts.releases["release"].to_numpy()[counts.release_weights == 0]
    if not copies.size:
        return []
    return [
        f"Left out of the counts, since they repeat another release: {copies.size:,} of "
        f"{len(counts.releases):,} ({_name(copies)}). Their shares are NaN and left out of means."
    ]


def _name(releases: npt.NDArray[Any]) -> str:
    more = f" and {releases.size - 5:,} more" if releases.size > 5 else ""
    return ", ".join(str(one) for one in releases[:5]) + more


def note_languages(counts: TermCounts, filled: npt.NDArray[np.bool_], pooled: str | None = None) -> list[str]:
    """Refuse releases of several languages, of which topics would be made; say so where a reason is given.

    Raises
    ------
    InputError
        If a tenth of the releases or more are not in the largest language, and no reason is given.
    """
    if "language" not in counts.releases:
        return []
    weights = pd.Series(counts.release_weights[filled])
    total = weights.groupby(counts.releases["language"].to_numpy()[filled], sort=False).sum()
    parts = (total / total.sum()).sort_values(ascending=False, kind="stable")
    many = parts.head(6)
    if len(parts) < 2 or 1 - parts.iloc[0] < _MIXED:
        return []
    said = ", ".join(f"{name} {share:.0%}" for name, share in many.items())
    text = f"The releases are in several languages ({said}), so topics will mostly be languages."
    if pooled is None or not str(pooled).strip():
        raise InputError(
            f'{text} Fit each on its own, such as corpus.where(language="{many.index[0]}"), and put them '
            "side by side with od.align_languages; or model translations (od.use_translation). To fit them "
            'together all the same, say why: pooled="…".'
        )
    return [f"{text} They were fitted together, for this reason: {str(pooled).strip()}"]


def note_unsettled(method: str, n_iterations: int) -> str:
    """Say that a fit had not settled."""
    return (
        f"{method} had not settled after {n_iterations} iterations, so shares and words may still "
        f"move. Fit again with max_iterations={2 * n_iterations}."
    )
