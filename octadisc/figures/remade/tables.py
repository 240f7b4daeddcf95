"""Whether two tables hold the same numbers."""

from __future__ import annotations

from math import isnan

from octadisc.figures.report.store import read_cells

__all__ = ["compare_tables"]

_TOLERANCE = 1e-8


def compare_tables(old: str, new: str) -> str:
    r"""Say where two CSVs differ by more than 1e-8; nothing if they do not.

    Examples
    --------
    >>> compare_tables("period,rate\n2008,1.5\n", "period,rate\n2008,1.500000000001\n")
    ''
    >>> compare_tables("period,rate\n2008,1.5\n", "period,rate\n2008,1.6\n")
    'rate in row 1 was 1.5 and is 1.6'
    """
    before, after = read_cells(old), read_cells(new)
    if before[:1] != after[:1]:
        return "other columns"
    if len(before) != len(after):
        return f"{len(before) - 1:,} rows before, {len(after) - 1:,} now"
    unlike = [
        (row, column)
        for row, (one, other) in enumerate(zip(before, after, strict=True))
        for column in range(max(len(one), len(other)))
        if not _same("".join(one[column : column + 1]), "".join(other[column : column + 1]))
    ]
    if not unlike:
        return ""
    row, column = unlike[0]
    more = f", and {len(unlike) - 1:,} more cells" if len(unlike) > 1 else ""
    return f"{before[0][column]} in row {row} was {before[row][column]} and is {after[row][column]}{more}"


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        a, b = float(one), float(other)
    except ValueError:
        return False
    return (isnan(a) and isnan(b)) or abs(a - b) <= _TOLERANCE * max(1.0, abs(a), abs(b))
