"""What a release weighs that repeats another: as much as any, nothing, or its part of one."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, did_you_mean
from octadisc.tokens.units.unit_columns import code_releases

__all__ = ["Reissues", "weigh_reissues"]

Reissues = Literal["keep", "first", "share"]
_WAYS = ("keep", "first", "share")


def weigh_reissues(frame: pd.DataFrame, reissues: Reissues) -> npt.NDArray[np.float64]:
    """Give each release its weight in counts: 1, 0 or 1/n. A unit of a release weighs what its release does.

    Parameters
    ----------
    frame : DataFrame
        Releases, with the columns duplicate_cluster, duplicate_of and date if duplicates were looked for.
    reissues : "keep", "first" or "share"
        Whether each counts in full; only the one that the others repeat, or the earliest that is left if
        that one was filtered out; or each of the n that are left of a cluster as 1/n.

    Raises
    ------
    InputError
        If there is no such way, or duplicates were not looked for.

    Examples
    --------
    >>> frame = pd.DataFrame({"duplicate_cluster": [0, None, 0], "duplicate_of": ["c", None, None]})
    >>> weigh_reissues(frame, "first").tolist(), weigh_reissues(frame, "share").tolist()
    ([0.0, 1.0, 1.0], [0.5, 1.0, 0.5])

    Two sentences of a release and one of its copy, which was cut short:

    >>> frame = pd.DataFrame({"duplicate_cluster": [0, 0, 0], "unit_of": ["a", "a", "b"]})
    >>> weigh_reissues(frame, "first").tolist(), weigh_reissues(frame, "share").tolist()
    ([1.0, 1.0, 0.0], [0.5, 0.5, 0.5])
    """
    if reissues not in _WAYS:
        raise InputError(
            f"reissues={reissues!r}: expected 'keep', 'first' or 'share'.{did_you_mean(str(reissues), _WAYS)}"
        )
    weights = np.ones(len(frame))
    if reissues == "keep":
        return weights
    if "duplicate_cluster" not in frame:
        raise InputError(
            f"reissues={reissues!r}: the corpus has no column duplicate_cluster, which says what repeats "
            'what. Load it with duplicates=True, or leave reissues at "keep".'
        )
    releases = code_releases(frame)
    if releases is not None:
        first = np.unique(releases, return_index=True)[1]
        return weigh_reissues(frame.iloc[first].drop(columns="unit_of"), reissues)[releases]
    known = np.flatnonzero(frame["duplicate_cluster"].notna().to_numpy(bool))
    clusters = frame["duplicate_cluster"].iloc[known].to_numpy()
    _, codes, sizes = np.unique(clusters.astype(np.int64), return_inverse=True, return_counts=True)
    if reissues == "share":
        weights[known] = 1 / sizes[codes]
        return weights
    part = frame.iloc[known]
    repeats = part["duplicate_of"].notna() if "duplicate_of" in part else np.zeros(len(part), bool)
    dates = part.get("date", pd.NaT)
    order = pd.DataFrame({"cluster": codes, "repeats": repeats, "date": dates, "row": known})
    order = order.sort_values(["cluster", "repeats", "date", "row"])
    weights[order.loc[order["cluster"].duplicated(), "row"].to_numpy()] = 0
    return weights
