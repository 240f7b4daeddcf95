"""One figure on the page: its drawing, its words, its numbers, its downloads, and a place for evidence."""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from octadisc.errors import MissingFileError
from octadisc.figures.evidence import EVIDENCE
from octadisc.figures.files import font_face
from octadisc.figures.report.store import LONGEST, read_cells
from octadisc.figures.words import counted

__all__ = ["KINDS", "read_drawing", "set_fonts", "write_article"]

KINDS = ("pdf", "svg", "png", "csv", "json")
_NAMES = {
    "pdf": "PDF", "svg": "SVG", "png": "PNG", "csv": "numbers (CSV)", "json": "recipe (JSON)",
    EVIDENCE: "sentences (CSV)",
}  # fmt: skip
_ROWS = 12
_MAILED = 150_000  # bytes of a file that the page itself has; larger ones are beside it
_PAGE_WIDTH = 183.0  # millimetres of a figure that fills the page


def read_drawing(path: Path) -> str:
    """Give a figure's SVG as it can stand inside a page: without its prologue and its own fonts.

    Its ids get a point after the figure's name, which no name has: so a figure called store or main does not
    take the page's own ids, nor one called x-title those of x.
    """
    if not path.exists():
        raise MissingFileError(
            f"{path} is not there, though its recipe {path.stem}.json is. Make the figure again with "
            f"octadisc figures --only {path.stem}, or remove the recipe."
        )
    text = path.read_text("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r'\s*<style id="[^"]*-font">.*?</style>', "", text, count=1, flags=re.DOTALL)
    text = re.sub(r'<style type="text/css">\*\{([^}]*)\}</style>', "", text, flags=re.DOTALL)
    name = re.escape(path.stem)
    mark = re.compile(rf'(\bid="|"#|\(#|\baria-labelledby="){name}(?=[-"])|(?<=-title ){name}(?=-desc")')
    return re.sub(
        r"<[a-z][^>]*>",
        lambda tag: mark.sub(lambda found: f"{found[1] or ''}{path.stem}.", tag.group()),
        text,
    ).strip()


def set_fonts(drawings: str) -> str:
    """Embed once what letters all drawings use; in the page the face has a name of its own."""
    from html import unescape

    letters = "".join(
        unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<text\b.*?</text>", drawings, re.DOTALL)
    )
    return "\n".join(font_face(face, letters) for face in ("normal", "bold")) if letters else ""


def write_article(folder: Path, recipe: dict[str, Any], drawing: str, number: int) -> str:
    """Write a figure as an article of the page; one that was skipped with the reason."""
    name, title = escape(recipe["name"]), escape(recipe["title"])
    if "skipped" in recipe:
        return (
            f'<article id="figure-{name}" class="absent">\n<h3>{title}</h3>\n'
            f'<p class="skipped">Not drawn: {escape(recipe["skipped"])}</p>\n</article>'
        )
    width = float(recipe.get("width_mm", _PAGE_WIDTH))
    wide = " wide" if width > 120 else ""
    share = min(100.0, round(width / _PAGE_WIDTH * 100, 1))
    return f"""<article id="figure-{name}" data-figure="{name}">
<h3><span class="number-of">Figure {number}</span> {title}</h3>
<figure>
<div class="paper{wide}" role="group" tabindex="0" aria-label="{title}">
<div class="sheet" style="--width:{share}%">
{drawing}
<div class="hits" role="group" aria-label="Points of {title}"></div>
</div></div>
<figcaption>{escape(recipe["caption"])}</figcaption>
</figure>
{_ask(recipe)}
<p class="links" role="group" aria-label="Downloads of {title}">{_links(folder, recipe)}</p>
<details><summary>In words</summary><p>{escape(recipe["alt"])}</p></details>
{_numbers(folder / f"{recipe['name']}.csv", title)}
</article>"""


def _ask(recipe: dict[str, Any]) -> str:
    """Leave a place for the sentences behind the figure; the page's script fills it."""
    found = recipe.get("evidence") or []
    if not found:
        return ""
    name, n = escape(recipe["name"]), len(found)
    sentences = counted(sum(int(one["n"]) for one in found), "sentence")
    return (
        f'<div class="ask"><label for="ask-{name}">Evidence: click in the figure, or choose one of '
        f'{counted(n, "number")}</label> <select id="ask-{name}"><option value="">…</option></select></div>\n'
        f'<section class="evidence" id="evidence-{name}" hidden></section>\n'
        f"<noscript><p>{sentences} behind {counted(n, 'number')}: "
        f'<a href="{name}.{EVIDENCE}">the table beside this page</a>.</p></noscript>'
    )


def _links(folder: Path, recipe: dict[str, Any]) -> str:
    """Write the downloads: what is small is in the page itself, so that it can be mailed alone."""
    made = []
    for kind in (*KINDS, EVIDENCE):
        path = folder / f"{recipe['name']}.{kind}"
        if not path.exists():
            continue
        name = escape(path.name)
        target = name
        if kind in ("pdf", "csv", "json") and path.stat().st_size <= _MAILED:
            media = {"pdf": "application/pdf", "csv": "text/csv", "json": "application/json"}[kind]
            target = f"data:{media};base64,{b64encode(path.read_bytes()).decode()}"
        made.append(f'<a href="{target}" download="{name}" data-kind="{escape(kind)}">{_NAMES[kind]}</a>')
    return " ".join(made)


def _numbers(path: Path, title: str) -> str:
    """Show the first rows of a figure's table."""
    rows = read_cells(path.read_text("utf-8")) if path.exists() else []
    if not rows:
        return ""
    head, body = rows[0], rows[1:]
    shown = body[:_ROWS]
    cells = "\n".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in shown)
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    rest = f"; the first {len(shown)} of {len(body):,} rows" if len(body) > len(shown) else ""
    return (
        f'<details><summary>Numbers{rest}</summary><div class="scroll" tabindex="0" role="region" '
        f'aria-label="Numbers of: {title}"><table><thead><tr>{names}</tr></thead>'
        f"<tbody>{cells}</tbody></table></div></details>"
    )


def _cell(value: str) -> str:
    if re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", value):
        number = f"{float(value):,.4g}" if "." in value else value
        return f'<td class="number">{number}</td>'
    shown = value if len(value) <= LONGEST else f"{value[:LONGEST]} …"
    return f"<td>{escape(shown)}</td>"
