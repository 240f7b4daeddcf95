"""The terms that mark topics out, and the names made of them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

__all__ = ["Ranking", "best_of", "keyness_of", "name_topics", "telling_terms"]

Floats = npt.NDArray[np.float64]
Ranking = Literal["keyness", "probability"]


def keyness_of(words: Floats, mean: Floats) -> Floats:
    """Give p log(p / q) for each topic and term, q being the words of all topics, weighed by their shares.

    A row adds up to the Kullback–Leibler divergence of the topic from the corpus as modelled.

    Examples
    --------
    >>> import numpy as np
    >>> keyness_of(np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]), np.array([0.5, 0.5])).round(4).tolist()
    [[0.0, 0.3466, 0.0], [0.0, 0.0, 0.3466]]
    """
    common = mean @ words
    return np.asarray(xlogy(words, words) - xlogy(words, np.where(common > 0, common, 1.0)))


def best_of(values: Floats, n: int) -> list[int]:
    """Give the places of the n largest values, the first of equal ones first."""
    return [int(i) for i in np.argsort(-values, kind="stable")[: max(0, n)]]


def telling_terms(words: Floats, mean: Floats, terms: list[str], n: int = 10) -> list[list[str]]:
    """Give each topic's terms of largest keyness; only those it has more often than all topics together."""
    made = []
    for row, probability in zip(keyness_of(words, mean), words, strict=True):
        best = [i for i in best_of(row, n) if row[i] > 1e-9] or best_of(probability, n)
        made.append([terms[i] for i in best])
    return made


def name_topics(best: list[list[str]]) -> list[str]:
    """Name each topic by its first three terms; by more where two topics would have the same name.

    Examples
    --------
    >>> name_topics([["trust", "police"], ["a", "b", "c", "d"], ["a", "b", "c", "e"], ["trust", "police"]])
    ['trust, police', 'a, b, c', 'a, b, c, e', 'trust, police (3)']
    """
    made: list[str] = []
    for k, terms in enumerate(best):
        n = min(3, len(terms))
        while n < len(terms) and ", ".join(terms[:n]) in made:
            n += 1
        name = ", ".join(terms[:n])
        made.append(name if name not in made else f"{name} ({k})")
    return made
