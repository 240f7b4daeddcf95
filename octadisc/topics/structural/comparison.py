"""Several starts: how far apart they end, and which topic of one is which of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.topics.structural.fitting import State

__all__ = ["Fit", "compare_starts", "match_topics", "note_starts"]

Floats = npt.NDArray[np.float64]


class Fit(NamedTuple):
    """Where one start ended."""

    state: State
    settled: bool
    start: str
    seed: int


def compare_starts(found: Sequence[Fit], best: int) -> pd.DataFrame:
    """Give a row a start, the best first; see `Structure.starts`."""
    top = found[best].state
    rows = []
    for state, settled, kind, seed in found:
        _, cosine = match_topics(state.words.mean(axis=0).T, top.words.mean(axis=0).T)
        rows.append(
            {
                "start": kind,
                "seed": seed,
                "iterations": len(state.bound),
                "settled": settled,
                "bound": state.bound[-1],
                "behind": top.bound[-1] - state.bound[-1],
                "cosine": float(cosine.mean()),
            }
        )
    return pd.DataFrame(rows).astype({"start": "str"}).sort_values("behind", kind="stable", ignore_index=True)


def match_topics(words: Floats, others: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Match topics one to one with those of another model by the cosine of their words.

    Parameters
    ----------
    words, others : array, shape (topics, terms)

    Returns
    -------
    match : array of int, shape (topics,)
        Which of the others each is.
    cosine : array of float, shape (topics,)

    Examples
    --------
    >>> match_topics(np.eye(3), np.eye(3)[[2, 0, 1]])[0].tolist()
    [1, 2, 0]
    """
    from scipy.optimize import linear_sum_assignment

    def unit(rows: Floats) -> Floats:
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))

    likeness = unit(words) @ unit(others).T
    rows, match = linear_sum_assignment(-likeness)
    return match.astype(np.int64), np.asarray(likeness[rows, match])


def note_starts(starts: pd.DataFrame) -> list[str]:
    """Say how far apart several starts ended."""
    if len(starts) < 2:
        return []
    near = int((starts["behind"] < 1e-4 * starts["bound"].abs()).sum())
    least = float(starts["cosine"].min())
    return [
        f"The best of {len(starts)} starts; {near} {'is' if near == 1 else 'are'} within .01% of its bound, "
        f"the last is {float(starts['behind'].max()):,.0f} behind. Their topics' words are alike to a mean "
        f"cosine of {least:.2f} or more."
    ]
