"""Matching topics one to one, and finding those that another model divides or puts together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.topics.alignment.likeness import FOUND, Common, Likeness, correlate_columns, unit_rows
from octadisc.topics.model import TopicModel

__all__ = ["Union", "find_unions", "match_pairs"]

Floats = npt.NDArray[np.float64]

_MOST_PARTS = 4
_WORTH = 0.05  # of the mean likeness, which each further part must add
_PART = 0.1  # of the union's share, below which a topic is no part of it


class Union(NamedTuple):
    """Several topics of one model that are together one of another.

    Attributes
    ----------
    topic : int
        The one.
    parts : tuple of int
        The several.
    cosine, correlation : float
        Of the one with all parts together: words weighed by shares, and shares added up.
    """

    topic: int
    parts: tuple[int, ...]
    cosine: float
    correlation: float


def match_pairs(likeness: Likeness) -> npt.NDArray[np.int64]:
    """Match topics one to one so that their mean likeness is as large as can be; −1 for those left over."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(-likeness.mean)
    match = np.full(likeness.cosine.shape[0], -1, np.int64)
    match[rows] = columns
    return match


def find_unions(one: TopicModel, several: TopicModel, likeness: Likeness, common: Common) -> list[Union]:
    """Find topics of one model that another has in several parts.

    Parts are added as long as each makes the union more like the topic, by .05 of the mean of cosine and
    correlation; each has a tenth of the union's share or more. The union counts where it is as like the topic
    as one and the same topic must be.

    Parameters
    ----------
    one, several : TopicModel
    likeness : Likeness
        Of the topics of `one` (rows) with those of `several`.
    common : Common
        Of `one` and `several`.
    """
    made = []
    shares = several.shares[common.other_releases]
    weight = several.topics["share"].to_numpy(float)
    words = unit_rows(one.words[:, common.terms])
    others = several.words[:, common.other_terms] * weight[:, None]
    for topic in range(one.n_topics):
        mine = one.shares[common.releases][:, [topic]]

        def how_like(
            parts: list[int], row: Floats = words[topic], share: Floats = mine
        ) -> tuple[float, float]:
            cosine, correlation = np.nan, np.nan
            if not np.isnan(likeness.cosine).all():
                cosine = float(unit_rows(others[parts].sum(axis=0)[None])[0] @ row)
            if not np.isnan(likeness.correlation).all():
                correlation = float(correlate_columns(share, shares[:, parts].sum(axis=1)[:, None])[0, 0])
            return cosine, correlation

        parts = [int(likeness.mean[topic].argmax())]
        best = how_like(parts)
        while len(parts) < min(_MOST_PARTS, several.n_topics):
            rest = [k for k in range(several.n_topics) if k not in parts]
            tried = {k: how_like([*parts, k]) for k in rest}
            k = max(rest, key=lambda k: (np.nanmean(tried[k]), -k))
            small = weight[[*parts, k]].min() < _PART * weight[[*parts, k]].sum()
            if small or np.nanmean(tried[k]) < np.nanmean(best) + _WORTH:
                break
            parts, best = [*parts, k], tried[k]
        if len(parts) > 1 and np.nanmin(best) >= FOUND:
            made.append(Union(topic, tuple(sorted(parts)), *best))
    return made
