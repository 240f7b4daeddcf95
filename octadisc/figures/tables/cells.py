"""How numbers are written for readers: with their intervals, and no more digits than they bear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

__all__ = ["Column", "choose_columns", "write_column", "write_number", "write_p"]

_SHARES = (
    "share", "before", "after", "change", "within", "between", "precision", "recall", "specificity",
    "prevalence", "coverage", "found",
)  # fmt: skip
_CHANCES = ("p_value", "q_value")
_ERRORS = ("std_error", "statistic", "df", *_CHANCES)  # numbers about a number, which have no interval
_TIMES = ("start", "end")
_HEADS = {
    "p_value": "p", "q_value": "q", "log_ratio": "log ratio", "g2": "G²", "n_releases": "releases",
    "matching_releases": "releases with it", "std_error": "standard error",
}  # fmt: skip
_MINUS = "\N{MINUS SIGN}"


class Column(NamedTuple):
    """A column of the written table.

    Attributes
    ----------
    head : str
    name : str
        Of the value in the result's frame.
    low, high : str or None
        The columns of its interval, written beside it.
    """

    head: str
    name: str
    low: str | None = None
    high: str | None = None


def choose_columns(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> list[Column]:
    """Choose what is written: a value with its interval in one column, and nothing that says nothing.

    Parameters
    ----------
    frame : DataFrame
    columns : sequence of str, optional
        Values in their order; by default all but bounds, the days of named periods, and columns of names
        that are "all" throughout.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"period": ["2008"], "group": ["all"], "rate": [1.0], "low": [0.5], "high": [2.0]}
    ... )
    >>> [(one.head, one.low) for one in choose_columns(frame)]
    [('period', None), ('rate', 'low')]
    """
    bounds = _bounds_of(frame)
    inside = {side for pair in bounds.values() for side in pair}
    chosen = list(columns) if columns is not None else [name for name in frame if _tells(frame, name, inside)]
    return [Column(_head(name), name, *bounds.get(name, (None, None))) for name in chosen]


def _tells(frame: pd.DataFrame, name: str, inside: set[str]) -> bool:
    if name in inside or (name in _TIMES and "period" in frame):
        return False
    return not (name == "group" and set(frame[name].astype("str")) <= {"all"})


def _bounds_of(frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Find the columns of intervals: x_low and x_high of x; low and high of the number that stands before."""
    names = list(map(str, frame.columns))
    found = {
        name: (f"{name}_low", f"{name}_high")
        for name in names
        if {f"{name}_low", f"{name}_high"} <= set(names)
    }
    if {"low", "high"} <= set(names):
        before = names[: names.index("low")]
        numbers = [one for one in before if pd.api.types.is_float_dtype(frame[one]) and one not in found]
        owner = next((one for one in reversed(numbers) if one not in _ERRORS), None)
        if not pd.api.types.is_numeric_dtype(frame["low"]):  # of a place in time
            owner = before[-1] if before else None
        if owner is not None:
            found[owner] = ("low", "high")
    return found


def _head(name: str) -> str:
    return _HEADS.get(name, name.replace("p_value", "p").replace("_", " "))


def write_column(frame: pd.DataFrame, column: Column, digits: int = 3) -> list[str]:
    """Write the cells of a column.

    Examples
    --------
    >>> frame = pd.DataFrame({"share": [0.1234, None], "share_low": [0.08, None], "share_high": [0.18, None]})
    >>> write_column(frame, Column("share", "share", "share_low", "share_high"))
    ['12.3% (8.0 to 18.0)', '–']
    >>> write_column(pd.DataFrame({"p_value": [0.0004, 0.0321]}), Column("p", "p_value"))
    ['< .001', '.032']
    """
    values = frame[column.name]
    if column.name.endswith(_CHANCES):
        return [write_p(one) for one in values]
    if pd.api.types.is_datetime64_any_dtype(values):
        return ["–" if pd.isna(one) else f"{one:%Y-%m-%d}" for one in values]
    if pd.api.types.is_bool_dtype(values):
        return ["yes" if one else "no" for one in values]
    if not pd.api.types.is_numeric_dtype(values):
        return [_write_words(row) for row in frame[_columns_of(column)].itertuples(index=False, name=None)]
    parts = (column.name, column.low, column.high)
    numbers = [frame[one].to_numpy(float) if one is not None else None for one in parts]
    share = _is_share(frame, column)
    whole = pd.api.types.is_integer_dtype(values) or _all_whole(numbers[0])
    return [
        _write_cell([None if one is None else float(one[i]) for one in numbers], share, whole, digits)
        for i in range(len(frame))
    ]


def _columns_of(column: Column) -> list[str]:
    return [one for one in (column.name, column.low, column.high) if one is not None]


def _write_words(row: Sequence[Any]) -> str:
    """Write a text, with the interval of a place in time beside it."""
    value, *bounds = ("–" if _missing(one) else " ".join(str(one).split()) for one in row)
    return value if value == "–" or "–" in bounds or not bounds else f"{value} ({' to '.join(bounds)})"


def _is_share(frame: pd.DataFrame, column: Column) -> bool:
    """Say whether a column holds parts of a whole: by its name, and numbers between -1 and 1."""
    named = any(column.name == one or column.name.startswith(f"{one}_") for one in _SHARES)
    values = frame[column.name].to_numpy(float)
    return named and bool(np.nanmax(np.abs(values), initial=0.0) <= 1.0)


def _all_whole(values: Any) -> bool:
    known = values[np.isfinite(values)]
    return bool(known.size) and bool((known == np.round(known)).all())


def _write_cell(numbers: Sequence[float | None], share: bool, whole: bool, digits: int) -> str:
    value, low, high = numbers
    assert value is not None  # a column has a value
    if not np.isfinite(value):
        return "–" if np.isnan(value) else ("∞" if value > 0 else f"{_MINUS}∞")
    if share:
        text = f"{100 * value:.1f}%"
        bounds = [f"{100 * one:.1f}" for one in (low, high) if one is not None and np.isfinite(one)]
    elif low is None:
        text, bounds = f"{value:,.0f}" if whole else write_number(value, digits), []
    else:
        finest = min(
            (
                abs(one - value)
                for one in (low, high)
                if one is not None and np.isfinite(one) and one != value
            ),
            default=abs(value),
        )
        decimals = max(0, min(6, 1 - int(np.floor(np.log10(finest))))) if finest > 0 else 2
        text = f"{value:,.{decimals}f}"
        bounds = [f"{one:,.{decimals}f}" for one in (low, high) if one is not None and np.isfinite(one)]
    if len(bounds) == 2:
        text += f" ({bounds[0]} to {bounds[1]})"
    return re.sub(r"(?<![\w.])-(?=[\d.])", _MINUS, text)


def write_number(value: float, digits: int = 3) -> str:
    """Write a number with so many digits that count, thousands apart.

    Examples
    --------
    >>> write_number(0.012345), write_number(1234.5), write_number(12.0), write_number(3e-10)
    ('0.0123', '1,234', '12.0', '< 0.00001')
    """
    if value == 0:
        return "0"
    if abs(value) < 1e-5:
        return "< 0.00001" if value > 0 else "> -0.00001"
    decimals = max(0, digits - 1 - int(np.floor(np.log10(abs(value)))))
    return f"{value:,.{min(decimals, 10)}f}"


def write_p(value: float) -> str:
    """Write a p-value or q-value as journals do.

    Examples
    --------
    >>> write_p(0.0004), write_p(0.0321), write_p(1.0), write_p(float("nan"))
    ('< .001', '.032', '1.000', '–')
    """
    if pd.isna(value):
        return "–"
    if value < 0.001:
        return "< .001"
    text = f"{value:.3f}"
    return text if text.startswith("1") else text[1:]


def _missing(value: Any) -> bool:
    return value is None or (not isinstance(value, str) and bool(pd.isna(value))) or value == ""
