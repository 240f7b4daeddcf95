"""The page of figures: one HTML file with each figure, its words, its numbers and its downloads."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from octadisc.errors import InputError, MissingFileError
from octadisc.figures.evidence import ELEMENTS, EVIDENCE
from octadisc.figures.files import sha256_of, to_json
from octadisc.figures.report.article import KINDS
from octadisc.figures.report.page import write_page
from octadisc.figures.save import figures_folder
from octadisc.figures.summary import ISSUES, SUMMARY
from octadisc.writing import write_whole

__all__ = ["INDEX", "MANIFEST", "build_report", "read_manifest", "read_recipes"]

INDEX, MANIFEST = "index.html", "index.json"


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


def build_report(
    folder: str | os.PathLike[str] | None = None, *, title: str | None = None, note: str = ""
) -> Path:
    """Write the page of the figures of a folder, index.html, and index.json, the list of its files.

    `octadisc figures` does so by itself; from a script it is called after the last `od.save_figure`.

    Parameters
    ----------
    folder : path, optional
        By default where `od.save_figure` writes: ``$OCTADISC_FIGURES``, else the study's ``figures``.
    title : str, optional
        Of the page, such as the study's name; by default that of the page before, or "Figures".
    note : str
        Said at the head of the page.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    MissingFileError, InputError
        If there is no such folder, or a recipe in it is broken.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import octadisc as od
    >>> corpus = od.Corpus.from_frame([{"date": "2008-03-28", "issuer": "SELEC", "text": "Officers met."}])
    >>> covered = od.coverage(corpus)
    >>> with TemporaryDirectory() as place:
    ...     saved = od.save_figure(covered.plot().figure, "coverage", alt="One.", data=covered, folder=place)
    ...     page = build_report(place, title="One release")
    ...     page.name, "Officers met." in page.read_text("utf-8")
    ('index.html', True)

    Notes
    -----
    The page needs nothing from elsewhere: style, script, fonts, the figures and the sentences behind them are
    in it; see `octadisc.figures.report.page`.
    """
    folder = figures_folder(folder)
    recipes = read_recipes(folder)
    summary = folder / SUMMARY
    corpus = json.loads(summary.read_text("utf-8")) if summary.exists() else None
    before = _manifest_of(folder)
    title = title or str(before.get("title", "Figures"))
    page = write_whole(folder / INDEX, write_page(folder, recipes, corpus, title=title, note=note).encode())
    files = {f"{one['name']}.{kind}" for one in recipes for kind in (*KINDS, EVIDENCE, ELEMENTS)}
    files |= {f"{one['name']}.json" for one in recipes} | {SUMMARY, INDEX, ISSUES}
    files = {name for name in files if (folder / name).exists()}
    manifest = {
        "title": title,
        "figures": [
            {key: one[key] for key in ("name", "title", "skipped") if key in one}
            for one in recipes
            if "paragraphs" not in one
        ],
        "files": {name: sha256_of((folder / name).read_bytes()) for name in sorted(files)},
    }
    kept = {key: before[key] for key in ("made",) if key in before}  # how the figures were made
    write_whole(folder / MANIFEST, to_json({**manifest, **kept}))
    return page


def _manifest_of(folder: Path) -> dict[str, Any]:
    """Give what is known of the page before; nothing if there was none."""
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
