"""The page of figures: one HTML file that needs nothing else and harms nobody who opens it."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

from octadisc.figures.report.article import read_drawing, set_fonts, write_article
from octadisc.figures.report.flow import draw_flow
from octadisc.figures.report.methods import write_methods
from octadisc.figures.report.store import read_store
from octadisc.figures.summary import ISSUES, describe
from octadisc.figures.words import listed

__all__ = ["write_page"]

_CHAPTERS = {
    "01_corpus": "The corpus",
    "02_terms": "Terms over time",
    "03_topics": "Topics",
    "04_effects": "Topics over time, and for whom",
}
_POLICY = (
    "default-src 'none'; script-src {script}; style-src 'unsafe-inline'; font-src data:; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)


def write_page(
    folder: Path,
    recipes: list[dict[str, Any]],
    corpus: dict[str, Any] | None,
    *,
    title: str = "Figures",
    note: str = "",
) -> str:
    """Write the page of a folder's figures.

    Parameters
    ----------
    folder : Path
        Where the figures' files are.
    recipes : list of mapping
        In the order of the page.
    corpus : mapping, optional
        Its counts, as `octadisc.figures.summary.summarize` gives them.
    title : str
        Of the page: the study's name.
    note : str
        What must be known of the whole page.

    Notes
    -----
    The content security policy allows the page's own script, by its hash, and nothing from elsewhere. All
    text of the corpus is escaped, or data that the script writes as text and never as markup.
    """
    claims = [one for one in recipes if "paragraphs" in one]
    recipes = [one for one in recipes if "paragraphs" not in one]
    drawn = [one for one in recipes if "skipped" not in one]
    drawings = {one["name"]: read_drawing(folder / f"{one['name']}.svg") for one in drawn}
    numbers = {str(one["name"]): number for number, one in enumerate(drawn, 1)}
    store = read_store(folder, drawn)
    script = _own("page.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = _POLICY.format(script=f"'sha256-{digest}'")
    contents = "".join(
        f'<li><a href="#figure-{escape(one["name"])}">{escape(one["title"])}</a></li>' for one in drawn
    )
    body = [_claim(one, numbers) for one in claims]
    body += _chapters(folder, recipes, drawings, numbers)
    body.append(write_methods(drawn, corpus))
    sampled = (
        f" Of a number with more than {store.cap:,} sentences the page has {store.cap:,}, evenly drawn over "
        "time (the first where they are ranked); the table of sentences beside the figure has all."
        if store.cap
        else ""
        if note
        else " All sentences are in this page."
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<style id="fonts">{set_fonts("".join(drawings.values()))}</style>
<style>{_own("page.css")}</style>
</head>
<body>
<a class="skip" href="#main">To the figures</a>
<header>
<h1>{escape(title)}</h1>
{f'<p class="lead">{escape(note)}</p>' if note else ""}
{_about(corpus)}
<nav aria-label="Figures"><ol>{contents}</ol></nav>
</header>
<main id="main">
{chr(10).join(body)}
</main>
<footer><p>Each figure comes with its numbers and its recipe: function, parameters, corpus and versions.
Behind a point, bar or cell stand the sentences it rests on; for counts they add up to it.{sampled}
<code>octadisc check</code> makes all figures again and says which differ, and why.</p></footer>
<script type="application/json" id="store">{store.to_json()}</script>
<script>{script}</script>
</body>
</html>
"""


def _own(name: str) -> str:
    return (resources.files("octadisc") / "figures" / "report" / name).read_text("utf-8")


def _about(corpus: dict[str, Any] | None) -> str:
    if corpus is None:
        return ""
    issues = corpus["issues"]
    mended = ""
    if issues:
        kinds = [f"{what} ({n:,})" for what, n in sorted(issues.items(), key=lambda one: (-one[1], one[0]))]
        mended = f"<p>Mended, missing or left out while reading: {escape(listed(kinds, 10))}. "
        mended += f'<a href="{ISSUES}">Each case</a>.</p>'
    mark = f'<p class="small">Fingerprint of the corpus: <code>{escape(corpus["fingerprint"])}</code></p>'
    return f'<p class="lead">{escape(describe(corpus))}</p>\n{draw_flow(corpus)}\n{mended}{mark}'


def _chapters(
    folder: Path, recipes: list[dict[str, Any]], drawings: dict[str, str], numbers: dict[str, int]
) -> list[str]:
    chapters: dict[str, list[dict[str, Any]]] = {}
    for one in recipes:
        chapters.setdefault(one.get("notebook", ""), []).append(one)
    body = []
    for notebook, figures in chapters.items():
        heading = _CHAPTERS.get(notebook, re.sub(r"^\d+_", "", notebook).replace("_", " ").capitalize())
        body.append(f"<section>\n<h2>{escape(heading or 'Figures')}</h2>")
        body += [
            write_article(folder, one, drawings.get(one["name"], ""), numbers.get(str(one["name"]), 0))
            for one in figures
        ]
        body.append("</section>")
    return body


def _claim(recipe: dict[str, Any], numbers: dict[str, int]) -> str:
    """Show a claim, each clause with the number of the figure that has its evidence."""
    name = escape(recipe["name"])
    paragraphs = "\n".join(_paragraph(clauses, numbers) for clauses in recipe["paragraphs"])
    return f"""<section id="{name}" class="claim">
<h2>{escape(recipe["title"])}</h2>
{paragraphs}
<p class="small">The numbers in brackets lead to the figures; the sentences behind each stand beneath it.</p>
</section>"""


def _paragraph(clauses: list[dict[str, str]], numbers: dict[str, int]) -> str:
    """Show clauses that belong together: as a list if they are several."""
    if len(clauses) == 1:
        return f"<p>{_clause(clauses[0], numbers)}</p>"
    return "<ul>" + "".join(f"<li>{_clause(one, numbers)}</li>" for one in clauses) + "</ul>"


def _clause(clause: dict[str, str], numbers: dict[str, int]) -> str:
    text = escape(clause["text"])
    if clause["figure"] not in numbers:
        return text
    figure = escape(clause["figure"])
    return f'{text}&nbsp;<a href="#figure-{figure}">[{numbers[clause["figure"]]}]</a>'
