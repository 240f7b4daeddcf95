"""The columns by which units know their releases, and what is read off them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.corpus import Corpus
from octadisc.errors import InputError, expect

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Tokens

__all__ = ["UNIT_COLUMNS", "code_releases", "to_releases"]

UNIT_COLUMNS = ("unit", "unit_of", "unit_number", "unit_start", "unit_end")


def to_releases(found: Any, units: Tokens | Corpus) -> pd.DataFrame:
    """Map places in units to the releases that the units were cut from.

    Parameters
    ----------
    found : Concordance or DataFrame
        With the columns release, start and end, as the evidence of a trend or a topic has them.
    units : Tokens or Corpus
        What was looked through.

    Returns
    -------
    DataFrame
        The same, with release, start and end of the release's text, and a last column `unit`, the id of
        the unit. Places in a title stay places in the title.

    Raises
    ------
    InputError, UnknownNameError
        If a column is missing, or a release is not among the units.

    Examples
    --------
    >>> import octadisc as od
    >>> text = "Police met. They spoke of trust."
    >>> corpus = od.Corpus.from_frame([{"release": "a", "text": text, "language": "en"}])
    >>> sentences = od.tokenize(corpus).units("sentence")
    >>> lines = od.concordance(sentences, "trust")
    >>> lines[["release", "start", "end"]].values.tolist()
    [['a#s2', 14, 19]]
    >>> lines = to_releases(lines, sentences)
    >>> lines[["release", "start", "end", "unit"]].values.tolist()
    [['a', 26, 31, 'a#s2']]
    >>> text[26:31]
    'trust'
    """
    found = found.to_frame() if hasattr(found, "to_frame") else found
    expect(found, pd.DataFrame, "found", "a table with release, start and end, such as trend.evidence gives")
    corpus = units if isinstance(units, Corpus) else units.corpus
    missing = [one for one in ("release", "start", "end") if one not in found]
    if missing:
        raise InputError(
            f"found has no column {missing[0]!r}. Expected a table with release, start and end, such as "
            "od.concordance(tokens, query) or trend.evidence(query) gives."
        )
    rows = [corpus.row_of(one) for one in found["release"]]
    if not set(UNIT_COLUMNS) <= set(corpus.frame):
        return found.assign(unit=found["release"])
    places = corpus.frame.iloc[rows]
    shift = places["unit_start"].to_numpy(np.int64)
    return found.assign(
        release=places["unit_of"].array,
        start=found["start"].to_numpy(np.int64) + shift,
        end=found["end"].to_numpy(np.int64) + shift,
        unit=found["release"],
    )


def code_releases(frame: pd.DataFrame) -> npt.NDArray[np.int64] | None:
    """Give the number of each unit's release; None where each row is a release of its own.

    Examples
    --------
    >>> code_releases(pd.DataFrame({"unit_of": ["b", "b", "a", None]})).tolist()
    [0, 0, 1, 2]
    >>> code_releases(pd.DataFrame({"release": ["a", "b"]}))
    """
    if "unit_of" not in frame:
        return None
    codes, names = pd.factorize(frame["unit_of"])
    alone = codes < 0
    codes[alone] = len(names) + np.arange(int(alone.sum()))
    return codes.astype(np.int64) if np.unique(codes).size < len(codes) else None
