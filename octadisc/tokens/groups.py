"""Which group a release belongs to, as a number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from octadisc.errors import InputError, UnknownNameError, did_you_mean

__all__ = ["ALL", "MISSING", "code_groups"]

ALL = "all"
MISSING = "(missing)"


def code_groups(frame: pd.DataFrame, by: str | None) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Give the number of each release's group, and the groups' names in order; those without a value last.

    An empty text is no value either.

    Raises
    ------
    UnknownNameError
        If there is no such column.

    Examples
    --------
    >>> frame = pd.DataFrame({"issuer": ["SELEC", None, "Europol", "SELEC"]})
    >>> codes, names = code_groups(frame, "issuer")
    >>> codes.tolist(), names
    ([1, 2, 0, 1], ['Europol', 'SELEC', '(missing)'])
    """
    if by is None:
        return np.zeros(len(frame), np.int64), [ALL]
    if not isinstance(by, str):
        raise InputError(
            f"by={by!r} is not the name of a column. Periods are chosen with every=, groups with by=: "
            'expected for example every="year", by="issuer".'
        )
    if by not in frame:
        raise UnknownNameError(f"by={by!r}: the corpus has no such column.{did_you_mean(by, frame.columns)}")
    values = frame[by]
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")  # a missing number turned whole numbers into 2008.0
    codes, found = pd.factorize(values.astype("str"))
    words = [str(one).strip() for one in found]
    names = sorted(set(words) - {""})
    place = {name: number for number, name in enumerate([*names, ""])}
    numbers = np.array(
        [*(place[one] for one in words), len(names)], np.int64
    )  # the last for code -1: missing
    groups: npt.NDArray[np.int64] = numbers[codes]
    return groups, names if (groups < len(names)).all() else [*names, MISSING]
