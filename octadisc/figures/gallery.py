"""The page of figures: one HTML file with each figure, its words, its numbers and its downloads."""

from __future__ import annotations

import csv
import json
import re
from html import escape
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import Any

from octadisc.errors import InputError, MissingFileError
from octadisc.figures.evidence import EVIDENCE
from octadisc.figures.files import font_face, sha256_of, to_json
from octadisc.figures.summary import ISSUES, SUMMARY, describe
from octadisc.figures.words import counted, listed
from octadisc.writing import write_whole

__all__ = ["INDEX", "MANIFEST", "build_gallery", "read_manifest", "read_recipes"]

INDEX, MANIFEST = "index.html", "index.json"
KINDS = ("pdf", "svg", "png", "csv", "json")
_NAMES = {
    "pdf": "PDF", "svg": "SVG", "png": "PNG", "csv": "numbers (CSV)", "json": "recipe (JSON)",
    EVIDENCE: "sentences (CSV)",
}  # fmt: skip
_CHAPTERS = {
    "01_corpus": "The corpus",
    "02_terms": "Terms over time",
    "03_topics": "Topics",
    "04_effects": "Topics over time, and for whom",
}
_ROWS = 12
_EVIDENCE_COLUMNS = ("date", "issuer", "source", "sentence")
_EVIDENCE_HEAD = "".join(f'<th scope="col">{one}</th>' for one in _EVIDENCE_COLUMNS)
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def read_recipes(folder: Path) -> list[dict[str, Any]]:
    """Read the recipes of a folder's figures, in the order of the page: by notebook, then by name.

    Raises
    ------
    MissingFileError
        If the folder is not there.
    """
    if not folder.is_dir():
        raise MissingFileError(
            f"{folder}: there is no such folder of figures. Make it with octadisc figures."
        )
    recipes = []
    for path in sorted(folder.glob("*.json")):
        if path.name in (MANIFEST, SUMMARY):
            continue
        try:
            recipe = json.loads(path.read_text("utf-8"))
        except ValueError:
            raise InputError(f"{path} is not JSON. Remove it, or make the figures again.") from None
        if isinstance(recipe, dict) and recipe.get("name") == path.stem:
            recipes.append(recipe)
    return sorted(recipes, key=lambda one: (one.get("notebook", "") or "~", _natural(one["name"])))


def _natural(name: str) -> list[Any]:
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name) if part
    ]


def read_manifest(folder: Path) -> set[str]:
    """Give the names of the files that the last run wrote into a folder; none if it has no manifest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return {str(name) for name in manifest["files"] if Path(str(name)).name == str(name)}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def build_gallery(folder: Path) -> Path:
    """Write index.html for the figures of a folder, and index.json, the list of its files.

    The page needs nothing from elsewhere: style, fonts and the figures' SVG are in it. It runs no
    script, and all text from the corpus is escaped.
    """
    recipes = read_recipes(folder)
    summary = folder / SUMMARY
    corpus = json.loads(summary.read_text("utf-8")) if summary.exists() else None
    page = write_whole(folder / INDEX, _page(folder, recipes, corpus).encode())
    files = {f"{one['name']}.{kind}" for one in recipes for kind in (*KINDS, EVIDENCE)}
    files |= {f"{one['name']}.json" for one in recipes} | {SUMMARY, INDEX, ISSUES}
    files = {name for name in files if (folder / name).exists()}
    manifest = {
        "figures": [
            {key: one[key] for key in ("name", "title", "skipped") if key in one}
            for one in recipes
            if "paragraphs" not in one
        ],
        "files": {name: sha256_of((folder / name).read_bytes()) for name in sorted(files)},
    }
    write_whole(folder / MANIFEST, to_json(manifest))
    return page


def _page(folder: Path, recipes: list[dict[str, Any]], corpus: dict[str, Any] | None) -> str:
    claims = [one for one in recipes if "paragraphs" in one]
    recipes = [one for one in recipes if "paragraphs" not in one]
    drawn = [one for one in recipes if "skipped" not in one]
    drawings = {one["name"]: _drawing(folder / f"{one['name']}.svg") for one in drawn}
    style = (resources.files("octadisc") / "figures" / "page.css").read_text("utf-8")
    fonts = _fonts("".join(drawings.values()))
    chapters: dict[str, list[dict[str, Any]]] = {}
    for one in recipes:
        chapters.setdefault(one.get("notebook", ""), []).append(one)
    body = []
    for notebook, figures in chapters.items():
        heading = _CHAPTERS.get(notebook, notebook or "Figures")
        body.append(f"<section>\n<h2>{escape(heading)}</h2>")
        body += [_figure(folder, one, drawings.get(one["name"], "")) for one in figures]
        body.append("</section>")
    contents = "".join(
        f'<li><a href="#figure-{escape(one["name"])}">{escape(one["title"])}</a></li>' for one in drawn
    )
    numbers = {str(one["name"]): number for number, one in enumerate(drawn, 1)}
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Figures</title>
<style>{fonts}
{style}</style>
</head>
<body>
<header>
<h1>Figures</h1>
{_about(corpus)}
<nav aria-label="Figures"><ol>{contents}</ol></nav>
</header>
<main>
{chr(10).join([_claim(one, numbers) for one in claims] + body)}
</main>
<footer><p>Each figure comes with its numbers and its recipe: function, parameters, corpus and versions.
<code>octadisc check</code> makes all figures again and says which differ.</p></footer>
</body>
</html>
"""


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
    return f'<p class="lead">{escape(describe(corpus))}</p>\n{mended}{mark}'


def _drawing(path: Path) -> str:
    """Give a figure's SVG as it can stand inside a page: without its prologue and its own fonts."""
    text = path.read_text("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r'\s*<style id="[^"]*-font">.*?</style>', "", text, count=1, flags=re.DOTALL)
    text = re.sub(r'<style type="text/css">\*\{([^}]*)\}</style>', "", text, flags=re.DOTALL)
    return text.strip()


def _fonts(drawings: str) -> str:
    """Embed once what letters all drawings use; in the page the face has a name of its own."""
    from html import unescape

    letters = "".join(
        unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<text\b.*?</text>", drawings, re.S)
    )
    return "\n".join(font_face(face, letters) for face in ("normal", "bold")) if letters else ""


def _figure(folder: Path, recipe: dict[str, Any], drawing: str) -> str:
    name, title = escape(recipe["name"]), escape(recipe["title"])
    head = f'<article id="figure-{name}">\n<h3>{title}</h3>'
    if "skipped" in recipe:
        return f'{head}\n<p class="skipped">Not drawn: {escape(recipe["skipped"])}</p>\n</article>'
    wide = " wide" if float(recipe.get("width_mm", 183.0)) > 120 else ""
    width = min(100.0, round(float(recipe.get("width_mm", 183.0)) / 183.0 * 100, 1))
    links = " ".join(
        f'<a href="{name}.{kind}" download>{_NAMES[kind]}</a>'
        for kind in (*KINDS, EVIDENCE)
        if (folder / f"{recipe['name']}.{kind}").exists()
    )
    return f"""{head}
<figure>
<div class="paper{wide}" style="--width:{width}%" role="group" tabindex="0" aria-label="{title}">
{drawing}</div>
<figcaption>{escape(recipe["caption"])}</figcaption>
</figure>
<p class="links">{links}</p>
<details><summary>In words</summary><p>{escape(recipe["alt"])}</p></details>
{_numbers(folder / f"{recipe['name']}.csv", title)}
{_evidence(recipe, title)}
</article>"""


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


def _evidence(recipe: dict[str, Any], title: str) -> str:
    """Show the sentences behind a figure's numbers: the count, and some of them where they are many."""
    found = recipe.get("evidence") or []
    if not found:
        return ""
    name = escape(recipe["name"])
    parts = []
    for one in found:
        some = len(one["shown"]) < one["n"]
        sample = f"; {len(one['shown'])} of them, evenly drawn over time" if some else ""
        rows = "\n".join(
            "<tr>" + "".join(f"<td>{escape(row[key])}</td>" for key in _EVIDENCE_COLUMNS) + "</tr>"
            for row in one["shown"]
        )
        parts.append(
            f"<h4>{escape(one['what'])}</h4>\n<p>{escape(one['says'])}{sample}.</p>\n"
            f"<table><thead><tr>{_EVIDENCE_HEAD}</tr></thead><tbody>{rows}</tbody></table>"
        )
    total = sum(one["n"] for one in found)
    summary = f"Evidence: {counted(total, 'occurrence')} behind {counted(len(found), 'number')}"
    whole = (
        f'<p><a href="{name}.{EVIDENCE}" download>All of them</a>, with the place of each in its text.</p>'
    )
    return (
        f'<details class="evidence"><summary>{summary}</summary><div class="scroll" tabindex="0" '
        f'role="region" aria-label="Evidence of: {title}">{whole}\n{chr(10).join(parts)}</div></details>'
    )


def _numbers(path: Path, title: str) -> str:
    """Show the first rows of a figure's table."""
    rows = list(csv.reader(StringIO(path.read_text("utf-8"))))
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
        return (
            f'<td class="number">{float(value):,.4g}</td>'
            if "." in value
            else f'<td class="number">{value}</td>'
        )
    return f"<td>{escape(value)}</td>"
