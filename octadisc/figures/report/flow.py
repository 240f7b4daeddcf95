"""How many releases were found, read and analysed, as a diagram of boxes."""

from __future__ import annotations

from html import escape
from typing import Any

from octadisc.figures.words import counted, language_name, listed

__all__ = ["draw_flow", "flow_of"]


def flow_of(corpus: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """Give the steps from what was found to what is analysed: heading, number, and what was put aside there.

    Parameters
    ----------
    corpus : mapping
        As `octadisc.figures.summary.summarize` gives it.

    Examples
    --------
    >>> summary = {
    ...     "releases": 12,
    ...     "left_out": {"empty file": 1},
    ...     "reissues": 2,
    ...     "undated": 0,
    ...     "without_text": 0,
    ...     "languages": {"en": 12},
    ... }
    >>> for step in flow_of(summary):
    ...     print(step)
    ('Found', '13 files and records', [])
    ('Read', '12 releases', ['1 left out: empty file 1'])
    ('Analysed', '10 releases', ['2 re-issues of another release'])
    """
    n, left_out = int(corpus["releases"]), dict(corpus.get("left_out") or {})
    out = sum(left_out.values())
    reissues, undated = int(corpus["reissues"]), int(corpus["undated"])
    why = (
        [f"{out:,} left out: {listed([f'{what} {many:,}' for what, many in left_out.items()], 6)}"]
        if out
        else []
    )
    steps = [
        ("Found", counted(n + out, "file and record", "files and records"), []),
        ("Read", counted(n, "release"), why),
    ]
    aside = [f"{counted(reissues, 're-issue')} of another release"] if reissues else []
    kept = n - reissues
    steps.append(("Analysed", counted(kept, "release"), aside))
    if undated and undated < kept:
        steps.append(
            (
                "Over time",
                counted(kept - undated, "release"),
                [f"{counted(undated, 'release')} without a date"],
            )
        )
    languages = corpus.get("languages") or {}
    if len(languages) > 1:
        first = min(languages, key=lambda one: (-languages[one], one))  # as `main_language` chooses
        steps.append(
            (
                "Topics and words",
                f"those in {language_name(first)}",
                [f"{counted(len(languages) - 1, 'other language')}, whose words do not compare"],
            )
        )
    return steps


def draw_flow(corpus: dict[str, Any]) -> str:
    """Write the steps as a list, drawn as boxes, with what was put aside between them."""
    parts = []
    for heading, number, aside in flow_of(corpus):
        out = "".join(f'<span class="aside">{escape(one)}</span>' for one in aside)
        parts.append(f'<li>{out}<span class="box"><b>{escape(heading)}</b> {escape(number)}</span></li>')
    return f'<ol class="flow" aria-label="From what was found to what is analysed">{"".join(parts)}</ol>'
