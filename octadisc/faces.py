"""The face that results show in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import pandas as pd

__all__ = ["show"]


def show(
    result: Any,
    head: pd.DataFrame,
    n_rows: int,
    formats: Mapping[str, Any] | str | None = None,
    *,
    rows: str = "rows",
    notes: Iterable[str] = (),
) -> str:
    """Give a result as HTML: what it is, its first rows, how many more there are, and what must be known.

    Parameters
    ----------
    result : object
        Its repr, ``Name(…)``, says what it is.
    head : DataFrame
        The rows and columns to be shown.
    n_rows : int
        How many rows there are.
    formats : str, or mapping from str to str or function, optional
        How numbers are written, such as ``"{:.1%}"``: those of a column, or all fractions.
    rows : str
        What rows are called.
    notes : iterable of str

    Examples
    --------
    >>> class Sums:
    ...     def __repr__(self):
    ...         return "Sums(of <two>)"
    >>> table = pd.DataFrame({"sum": [0.5, 1.0]})
    >>> page = show(Sums(), table.head(1), len(table), {"sum": "{:.0%}"}, notes=["a < b"])
    >>> page.startswith("<p><b>Sums</b>: of &lt;two&gt;</p><table"), "<td>50%</td>" in page
    (True, True)
    >>> page.endswith("</table><p>… and 1 rows more.</p><p>a &lt; b</p>")
    True
    """
    name, _, about = repr(result).removesuffix(")").partition("(")
    if isinstance(formats, str):
        formats = dict.fromkeys(head.select_dtypes("float"), formats)
    shown = {
        column: one.format if isinstance(one, str) else one
        for column, one in (formats or {}).items()
        if column in head
    }
    with pd.option_context("display.max_colwidth", None):
        table = head.to_html(index=False, na_rep="–", border=0, formatters=shown)
    rest = n_rows - len(head)
    more = f"<p>… and {rest:,} {rows} more.</p>" if rest > 0 else ""
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return f"<p><b>{escape(name)}</b>: {escape(about)}</p>{table}{more}{said}"
