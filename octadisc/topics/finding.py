"""Which topics use given words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean, expect
from octadisc.tokens.scan.patterns import as_expression
from octadisc.topics.checks import several, whole

if TYPE_CHECKING:
    from octadisc.topics.model import TopicModel

__all__ = ["find_topics"]


def find_topics(model: TopicModel, words: str | Iterable[str], n: int | None = None) -> pd.DataFrame:
    """Find the topics that use given words, those that make up most of their uses first.

    Parameters
    ----------
    model : TopicModel
    words : str or iterable of str
        Terms of the model, with ``*`` for any letters and ``?`` for one; taken together.
    n : int, optional
        How many topics; all if left out.

    Returns
    -------
    DataFrame
        topic, name, probability (of the words in the topic), part (of all that is expected to be said with
        these words), rank (of the best of them among the topic's most probable terms, 1 for the first), terms
        (those of the words that are most probable there).

    Raises
    ------
    InputError, UnknownNameError
        If there is no word, or the model knows none of them.

    Examples
    --------
    >>> import octadisc as od
    >>> counts = od.TermCounts.from_matrix(
    ...     [[6, 3, 0, 1], [0, 1, 6, 3]], ["drugs", "border", "trust", "talk"], [{}] * 2
    ... )
    >>> model = od.fit_topics(counts, 2, "nmf")
    >>> od.find_topics(model, "tr*")[["name", "rank"]].values.tolist()[0]
    ['trust, talk', 1]
    """
    from octadisc.topics.model import TopicModel

    expect(model, TopicModel, "model", "what od.fit_topics(counts, …) gives")
    if n is not None:
        n = whole("n", n, 1)
    asked = [str(one) for one in several(words)]
    asked = [one.strip() for one in asked if one.strip()]
    if not asked:
        raise InputError('words is empty. Expected terms, such as "traffick*".')
    patterns = [as_expression(one.lower()) for one in asked]
    found = [i for i, term in enumerate(model.terms) if any(one.fullmatch(term.lower()) for one in patterns)]
    if not found:
        raise UnknownNameError(f"The model has no term {asked[0]!r}.{did_you_mean(asked[0], model.terms)}")
    mine = model.words[:, found]
    probability = mine.sum(axis=1)
    share = model.topics["share"].to_numpy(float)
    said = probability * share
    rank = 1 + (model.words[:, :, None] > mine.max(axis=1)[:, None, None]).sum(axis=1)[:, 0]
    order = np.argsort(-said, kind="stable")[:n]
    best = [
        ", ".join(model.terms[found[i]] for i in np.argsort(-row, kind="stable")[:5] if row[i] > 0)
        for row in mine
    ]
    return pd.DataFrame(
        {
            "topic": order,
            "name": model.topics["name"].to_numpy(object)[order],
            "probability": probability[order],
            "part": (said / max(float(said.sum()), 1e-300))[order],
            "rank": rank[order],
            "terms": [best[k] for k in order],
        }
    ).astype({"name": "str", "terms": "str"})
