"""Names of topics, made of the terms that mark them out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from octadisc.topics.labels.measures import best_of, keyness_of

__all__ = ["name_topics", "telling_terms", "write_key"]

Floats = npt.NDArray[np.float64]


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


def write_key(entries: Iterable[tuple[int, str]], letters: int = 110) -> str:
    """Say which topics the numbers in a figure stand for, in lines that break between topics.

    Examples
    --------
    >>> print(write_key([(3, "trust, police"), (11, "drugs, customs")], letters=24))
    3 is trust, police;
    11 is drugs, customs
    """
    told = [f"{number} is {name}" for number, name in entries]
    lines: list[str] = []
    for place, one in enumerate(told, 1):
        text = one + (";" if place < len(told) else "")
        if lines and len(lines[-1]) + 1 + len(text) <= letters:
            lines[-1] += f" {text}"
        else:
            lines.append(text)
    return "\n".join(lines)
