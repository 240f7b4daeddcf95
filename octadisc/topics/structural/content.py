"""Content: words of a topic that depend on who says it, as sparse deviations from how frequent words are.

The logarithm of a word's probability is its logarithm in the whole corpus, plus what the topic adds, what the
level of the covariate adds, and what both together add; most of these are exactly zero (SAGE). They are found
term by term, as Poisson regressions with a lasso (distributed multinomial regression).
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from octadisc.tokens.threads import in_threads
from octadisc.topics.structural import content_kernels as kernels

__all__ = ["Deviations", "find_switched", "fit_deviations"]

Floats = npt.NDArray[np.float64]

_CLEARLY = 0.2  # cosine
_BLOCK = 64  # terms that one call of the kernel takes


class Deviations(NamedTuple):
    """What is added to the logarithm of a word's frequency.

    Attributes
    ----------
    baseline : array, shape (terms,)
        Logarithm of each term's part of all tokens; −inf where it does not occur.
    topic : array, shape (topics, terms)
    level : array, shape (levels, terms)
    both : array, shape (levels, topics, terms)
    """

    baseline: Floats
    topic: Floats
    level: Floats
    both: Floats

    def words(self) -> Floats:
        """Give probabilities of words, shape (levels, terms, topics)."""
        logs = self.baseline + self.topic[None] + self.level[:, None] + self.both
        logs -= logs.max(axis=2, keepdims=True)
        made = np.exp(logs)
        made /= made.sum(axis=2, keepdims=True)
        return np.ascontiguousarray(made.transpose(0, 2, 1))


def fit_deviations(expected: Floats, n_threads: int | None = None) -> Deviations:
    """Find the deviations of topics, levels and both from expected counts, shape (levels, terms, topics).

    For each term the path of 100 penalties from that which leaves nothing in down to a thousandth of it is
    followed, and the one of the best AIC is taken.

    References
    ----------
    Eisenstein, Ahmed and Xing (2011), ICML, on SAGE; Taddy (2015), Annals of Applied Statistics 9, on
    distributed multinomial regression; Roberts, Stewart and Airoldi (2016), Journal of the American
    Statistical Association 111.
    """
    n_levels, n_terms, n_topics = expected.shape
    per_term = expected.sum(axis=(0, 2))
    with np.errstate(divide="ignore"):
        baseline = np.log(per_term / per_term.sum())
    totals = np.ascontiguousarray(expected.sum(axis=1))
    topic, level = np.zeros((n_terms, n_topics)), np.zeros((n_terms, n_levels))
    both = np.zeros((n_terms, n_levels, n_topics))
    by_term = np.ascontiguousarray(expected.transpose(1, 0, 2))
    cuts = list(pairwise([*range(0, n_terms, _BLOCK), n_terms]))
    in_threads(
        lambda cut: kernels.fit_deviations(*cut, by_term, totals, baseline, topic, level, both),
        cuts,
        n_threads,
    )
    return Deviations(
        baseline,
        np.ascontiguousarray(topic.T),
        np.ascontiguousarray(level.T),
        np.ascontiguousarray(both.transpose(1, 2, 0)),
    )


def find_switched(words: Floats) -> list[tuple[int, int, int]]:
    """Give level, topic and other topic where a topic at a level is what another is at the first level.

    Nothing in the likelihood ties a topic's words at one level to those at another, only that deviations are
    sparse; so a fit can settle where two topics have changed places at a level.

    Parameters
    ----------
    words : array, shape (levels, topics, terms)

    Examples
    --------
    >>> import numpy as np
    >>> first = np.array([[0.9, 0.1, 0.0], [0.0, 0.1, 0.9]])
    >>> find_switched(np.stack([first, first])), find_switched(np.stack([first, first[::-1]]))
    ([], [(1, 0, 1), (1, 1, 0)])
    """
    from scipy.optimize import linear_sum_assignment

    scaled = words / np.linalg.norm(words, axis=2, keepdims=True)
    found = []
    for level in range(1, len(words)):
        cosine = scaled[level] @ scaled[0].T
        for topic, other in zip(*linear_sum_assignment(-cosine), strict=True):
            if cosine[topic, other] > cosine[topic, topic] + _CLEARLY:
                found.append((level, int(topic), int(other)))
    return found
