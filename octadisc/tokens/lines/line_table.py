"""Lines as a table in a notebook: aligned on the match, readable by ear, and without colours of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import pandas as pd

__all__ = ["MOST_LINES", "language_tags", "to_table", "write_many"]

MOST_LINES = 50
_LONG = 90  # characters of context from which on a line may be broken
_NARROW = {"issuer": "14em", "source": "14em"}  # names that would else be broken at each blank
_SIDES = {"left": "text-align:right", "match": "text-align:center", "right": "text-align:left"}


def write_many(n: int, what: str) -> str:
    """Write a number of things.

    Examples
    --------
    >>> write_many(1, "line"), write_many(1200, "line")
    ('1 line', '1,200 lines')
    """
    return f"{n:,} {what}{'s' * (n != 1)}"


def language_tags(releases: pd.DataFrame) -> list[str]:
    """Give the tag by which a browser knows how to read each text out; nothing where the language is unknown.

    Examples
    --------
    >>> language_tags(
    ...     pd.DataFrame(
    ...         {
    ...             "language": ["hbs", "hbs", "sl", None],
    ...             "script": "Cyrl",
    ...             "variety": [None, "hr", None, None],
    ...         }
    ...     )
    ... )
    ['sr-Cyrl', 'hr', 'sl', '']
    """
    varieties = releases["variety"] if "variety" in releases else [None] * len(releases)
    return [_tag(*one) for one in zip(releases["language"], releases["script"], varieties, strict=True)]


def _tag(language: Any, script: Any, variety: Any) -> str:
    if not isinstance(language, str):
        return ""
    if language == "hbs":  # which no browser or voice knows
        return variety if variety in ("bs", "hr") else "sr-Cyrl" if script == "Cyrl" else "sr-Latn"
    return language


def to_table(
    frame: pd.DataFrame,
    columns: Sequence[str],
    caption: str,
    *,
    languages: Iterable[str],
    links: Iterable[Any] | None = None,
) -> str:
    """Give a table of lines with its caption; of columns left, match and right each is aligned to the match.

    Parameters
    ----------
    frame : DataFrame
        What is shown, with left, match and right.
    columns : sequence of str
    caption : str
    languages : iterable of str
        Tag of each line's language.
    links : iterable, optional
        Address of each line's source; others than those of the web are not linked.
    """
    longest = max((len(one) for side in ("left", "right") for one in frame[side]), default=0)
    break_lines = "" if longest > _LONG else ";white-space:nowrap"
    styles = {
        side: f' style="{style}{break_lines if side != "match" else ""}"' for side, style in _SIDES.items()
    }
    plain = ' style="text-align:left"'
    head = "".join(f'<th scope="col"{styles.get(one, plain)}>{escape(one)}</th>' for one in columns)
    rows = []
    links = [None] * len(frame) if links is None else links
    for values, language, link in zip(
        frame[list(columns)].itertuples(index=False), languages, links, strict=True
    ):
        cells = [
            _cell(name, value, styles.get(name), language, link)
            for name, value in zip(columns, values, strict=True)
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div style="overflow-x:auto"><table border="0"><caption style="text-align:left">'
        f"{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(name: str, value: Any, style: str | None, language: str, link: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return f'<td style="white-space:nowrap">{value:%Y-%m-%d}</td>'
    text = "–" if pd.isna(value) else escape(str(value))
    if style is not None:
        inner = f"<b>{text}</b>" if name == "match" else text
        return f'<td{style} lang="{escape(language)}" dir="auto">{inner}</td>'
    if name == "source" and isinstance(link, str) and link.lower().startswith(("https://", "http://")):
        text = f'<a href="{escape(link)}" rel="noopener noreferrer">{text}</a>'
    return f'<td style="text-align:left;min-width:{_NARROW.get(name, "4em")}" dir="auto">{text}</td>'
