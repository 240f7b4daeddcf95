"""Methods in words, written from the recipes of the figures, with citations."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from importlib import resources
from io import StringIO
from typing import Any

from octadisc.figures.report.steps import METHODS, STEPS
from octadisc.figures.words import language_name, listed

__all__ = ["describe_methods", "read_works", "write_methods"]


def describe_methods(recipes: Iterable[Mapping[str, Any]]) -> tuple[dict[str, list[str]], list[str]]:
    """Say what was done, part by part, with numbers in brackets for the works cited.

    Parameters
    ----------
    recipes : iterable of mapping
        Of figures, as their JSON files have them.

    Returns
    -------
    dict of part to sentences, list of str
        The second are the works, in the order of their numbers. A function without a sentence of its own is
        named in the last part.

    Examples
    --------
    >>> counted = {"function": "track_terms", "parameters": {"queries": {"trust": "trust*"}, "every": "year"}}
    >>> parts, works = describe_methods([{"results": [counted]}])
    >>> list(parts), parts["Terms over time"][0][:48]
    (['Terms over time'], '1 query (trust) was counted by year: occurrences')
    >>> works[0][:22]
    'Wilson, E. B. (1927). '
    """
    uses: dict[str, list[dict[str, Any]]] = {}
    for recipe in recipes:
        for spec in recipe.get("results") or ():
            for one in _walk(spec):
                mine = uses.setdefault(str(one["function"]), [])
                parameters = dict(one.get("parameters") or {})
                if parameters not in mine:
                    mine.append(parameters)
    works: list[str] = []
    parts: dict[str, list[str]] = {}
    for function, step in STEPS.items():
        if function not in uses:
            continue
        said = step.say(uses[function])
        cited = [*step.works, *(_works_of(uses[function]) if function == "fit_topics" else ())]
        if said:
            parts.setdefault(step.part, []).append(said.removesuffix(".") + _cite(cited, works) + ".")
    others = [one for one in uses if one not in STEPS and "." not in one and " " not in one]
    if others and parts:
        parts["Further steps"] = [
            f"Recipes also name {listed(sorted(others), 20)}; each figure's recipe has all."
        ]
    return parts, works


def _walk(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give a recipe's steps, what went in first."""
    for one in spec.get("inputs") or ():
        yield from _walk(one)
    yield spec


def _works_of(uses: Iterable[Mapping[str, Any]]) -> list[str]:
    named = [str(one.get("method")) for one in uses] + ["keywords" for one in uses if one.get("keywords")]
    return [work for name in dict.fromkeys(named) for work in METHODS.get(name, ())]


@cache
def read_works() -> dict[str, str]:
    """Give the works that methods cite, by their short names."""
    text = (resources.files("octadisc") / "facts" / "works.csv").read_text("utf-8")
    return {one["work"]: one["citation"] for one in csv.DictReader(StringIO(text))}


def _cite(cited: Iterable[str], works: list[str]) -> str:
    """Give the numbers of works in brackets; works that are cited for the first time are put in the list."""
    known, numbers = read_works(), []
    for work in (known[one] for one in cited):
        if work not in works:
            works.append(work)
        numbers.append(str(works.index(work) + 1))
    return f" [{', '.join(numbers)}]" if numbers else ""


def write_methods(recipes: list[dict[str, Any]], corpus: dict[str, Any] | None) -> str:
    """Write the methods section of a page: what was done, the wordings, the versions, and the works cited."""
    parts, works = describe_methods(recipes)
    if not parts:
        return ""
    paragraphs = "\n".join(
        f"<p><b>{escape(part)}.</b> {escape(' '.join(sentences))}</p>" for part, sentences in parts.items()
    )
    versions: dict[str, str] = next((one["versions"] for one in recipes if one.get("versions")), {})
    made = listed([f"{name} {version}" for name, version in versions.items()], 20)
    seeds = sorted({seed for one in recipes for seed in _seeds(one)})
    numbers = (
        f" Random choices begin from {'seed' if len(seeds) == 1 else 'seeds'} {listed(map(str, seeds))}."
        if seeds
        else ""
    )
    mark = f" The corpus has the fingerprint {corpus['fingerprint']}." if corpus else ""
    items = "".join(f'<li id="work-{i}">{escape(work)}</li>' for i, work in enumerate(works, 1))
    return f"""<section class="methods" id="methods">
<h2>Methods</h2>
<p class="small">Written from the recipes of the figures above, which have every parameter. Shorten it.</p>
{paragraphs}
<p><b>Versions.</b> {escape(f"Computed with {made}.{numbers}{mark}")}</p>
{_wordings(recipes)}
<h3>Works cited</h3>
<ol>{items}</ol>
</section>"""


def _seeds(recipe: Mapping[str, Any]) -> list[int]:
    return [
        int(one["seed"])
        for spec in recipe.get("results") or ()
        for one in _walk(spec)
        if one.get("seed") is not None
    ]


def _wordings(recipes: Iterable[Mapping[str, Any]]) -> str:
    """List the wordings of each query, by language."""
    queries: dict[str, Any] = {}
    for recipe in recipes:
        for spec in recipe.get("results") or ():
            for one in _walk(spec):
                found = (
                    (one.get("parameters") or {}).get("queries") if one["function"] == "track_terms" else None
                )
                if isinstance(found, Mapping):
                    queries.update(found)
    if not queries:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(_wording(query))}</td></tr>'
        for name, query in sorted(queries.items())
    )
    return (
        f'<details><summary>Wordings of {len(queries)} queries</summary><div class="scroll" tabindex="0" '
        f'role="region" aria-label="Wordings"><table><tbody>{rows}</tbody></table></div></details>'
    )


def _wording(query: Any) -> str:
    if isinstance(query, Mapping):
        return "; ".join(f"{language_name(str(code))}: {_wording(one)}" for code, one in query.items())
    if isinstance(query, (list, tuple)):
        return ", ".join(str(one) for one in query)
    return str(query)
