"""How alike the topics of two models are: by their words, and by the releases that have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from octadisc.topics.model import TopicModel

__all__ = ["FOUND", "Common", "Likeness", "find_common", "measure_likeness"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FOUND = 0.7  # cosine of words and correlation of shares from which on a topic is the same
_FEWEST_RELEASES = 20  # in both models, for correlations of shares
_FEWEST_TERMS = 10  # in both models, unless they are all that one of them has


class Common(NamedTuple):
    """What two models have in common.

    Attributes
    ----------
    terms, other_terms : array of int
        Places of the same terms in both.
    releases, other_releases : array of int
        Places of the same releases, where both models have shares.
    """

    terms: Ints
    other_terms: Ints
    releases: Ints
    other_releases: Ints


class Likeness(NamedTuple):
    """How alike topics are, each of one model with each of another.

    Attributes
    ----------
    cosine : array, shape (topics, other topics)
        Of their words, over the terms in common; NaN if these are too few.
    correlation : array, shape (topics, other topics)
        Of their shares, over the releases in common; NaN if these are too few.
    """

    cosine: Floats
    correlation: Floats

    @property
    def mean(self) -> Floats:
        """Mean of both, or what there is."""
        parts = [np.nan_to_num(one) for one in self if not np.isnan(one).all()]
        return np.asarray(np.mean(parts, axis=0)) if parts else np.zeros(self.cosine.shape)

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """Whether they are the same topic: both are .7 or more, or the one that is known."""
        known = [one for one in self if not np.isnan(one).all()]
        return (
            np.logical_and.reduce([np.nan_to_num(one) >= FOUND for one in known]) if known else self.mean > 1
        )


def find_common(
    model: TopicModel,
    other: TopicModel,
    *,
    links: Iterable[tuple[str, str]] | None = None,
    terms: Mapping[str, str] | None = None,
) -> Common:
    """Find the terms and releases that two models have in common.

    Parameters
    ----------
    model, other : TopicModel
    links : iterable of (str, str), optional
        Releases of the one and of the other that are the same, such as translations; by default those of
        the same id.
    terms : mapping from str to str, optional
        What terms of the first are called in the other, such as {"police": "policija"}, besides terms
        that both have.
    """
    known = {term: i for i, term in enumerate(other.terms)}
    given = dict(terms or {})
    pairs = [
        (i, known[name]) for i, term in enumerate(model.terms) if (name := given.get(term, term)) in known
    ]
    places = np.array(pairs, np.int64).reshape(-1, 2)
    mine = {str(one): i for i, one in enumerate(model.releases["release"])}
    theirs = {str(one): i for i, one in enumerate(other.releases["release"])}
    same = ((one, one) for one in mine if one in theirs) if links is None else links
    rows = np.array([(mine[a], theirs[b]) for a, b in same if a in mine and b in theirs], np.int64)
    rows = rows.reshape(-1, 2)
    known_shares = ~(np.isnan(model.shares[rows[:, 0], 0]) | np.isnan(other.shares[rows[:, 1], 0]))
    rows = rows[known_shares]
    return Common(places[:, 0], places[:, 1], rows[:, 0], rows[:, 1])


def measure_likeness(model: TopicModel, other: TopicModel, common: Common | None = None) -> Likeness:
    """Measure how alike each topic of one model is to each of another.

    Parameters
    ----------
    model, other : TopicModel
    common : Common, optional
        By default the same terms and the same releases.

    Examples
    --------
    >>> import octadisc as od
    >>> counts = od.TermCounts.from_matrix(np.eye(4) * 9 + 1, ["a", "b", "c", "d"], [{}] * 4)
    >>> model = od.fit_topics(counts, 2, "nmf")
    >>> measure_likeness(model, model).cosine.round(2).diagonal().tolist()
    [1.0, 1.0]
    """
    common = common or find_common(model, other)
    shape = (model.n_topics, other.n_topics)
    least = min(_FEWEST_TERMS, len(model.terms), len(other.terms))
    cosine = (
        unit_rows(model.words[:, common.terms]) @ unit_rows(other.words[:, common.other_terms]).T
        if common.terms.size >= least
        else np.full(shape, np.nan)
    )
    correlation = (
        correlate_columns(model.shares[common.releases], other.shares[common.other_releases])
        if common.releases.size >= _FEWEST_RELEASES
        else np.full(shape, np.nan)
    )
    return Likeness(np.asarray(cosine), correlation)


def unit_rows(rows: Floats) -> Floats:
    """Give rows of length 1; rows of zeros stay."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1.0))


def correlate_columns(a: Floats, b: Floats) -> Floats:
    """Correlate each column of one array with each of another; 0 where a column does not vary."""
    return np.asarray(unit_rows((a - a.mean(axis=0)).T) @ unit_rows((b - b.mean(axis=0)).T).T)
