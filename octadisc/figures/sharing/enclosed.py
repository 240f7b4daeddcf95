"""What a package takes over from the study's folder besides its figures: settings, notebooks, methods."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from octadisc.figures.study.places import STUDY_FILE, Tables, read_tables
from octadisc.figures.study.study import RELEASES_FOLDER, Study

__all__ = ["enclose_settings"]

_PROSE = (
    "README.md",
    "methods.md",
    "requirements.txt",
    "environment.yml",
    "LICENSE",
    "CITATION.cff",
    "data/README.md",
)
_NAMED = (("corpus", "dates"), ("corpus", "issuers"), ("concepts", "file"), ("issuers", "who"))
_ELSEWHERE = "settings"  # where files are put that lie outside the study's folder


def enclose_settings(study: Study) -> tuple[dict[str, bytes], dict[str, str]]:
    """Read study.toml, what it names, the notebooks and the pages of prose.

    Returns
    -------
    dict of bytes, dict of str
        The files by their names in the package; what was left out, and why.
    """
    tables = read_tables(study.folder / STUDY_FILE)
    files: dict[str, bytes] = {}
    why = "the releases themselves; releases.csv says where they were found, and has their hashes"
    left_out = {f"{RELEASES_FOLDER}/": why}
    text = tables.text
    for table, key in _NAMED:
        named = _value(tables, table, key)
        path = study.folder / named.replace("\\", "/") if named else None
        if path is None or not path.is_file():
            continue
        inside = path.resolve().is_relative_to(study.folder.resolve())
        name = (
            path.resolve().relative_to(study.folder.resolve()).as_posix()
            if inside
            else f"{_ELSEWHERE}/{path.name}"
        )
        files[name] = path.read_bytes()
        text = _name_anew(text, tables, table, key, name)
    releases = tables.content.get("corpus", {}).get("path", [])
    if any(
        not _is_inside(study.folder, one) for one in ([releases] if isinstance(releases, str) else releases)
    ):
        text = _name_anew(text, tables, "corpus", "path", RELEASES_FOLDER)
    if audit := _value(tables, "question", "audit"):
        text = _comment_out(text, tables, "question", "audit")
        left_out[audit] = "workbooks in which texts of the releases stand beside what was judged of them"
    files[STUDY_FILE] = text.encode()
    for name in _PROSE:
        if (study.folder / name).is_file():
            files[name] = (study.folder / name).read_bytes()
    for path in sorted((study.folder / "notebooks").glob("*.ipynb")):
        files[f"notebooks/{path.name}"] = path.read_bytes()
    return files, left_out


def _value(tables: Tables, table: str, key: str) -> str:
    found: Any = tables.content.get(table, {}).get(key, "")
    return found if isinstance(found, str) and (key != "who" or found.endswith(".csv")) else ""


def _is_inside(folder: Path, text: str) -> bool:
    path = (folder / text.replace("\\", "/")).resolve()
    return path.is_relative_to(folder.resolve())


def _name_anew(text: str, tables: Tables, table: str, key: str, name: str) -> str:
    """Let study.toml name another path, in place of one or of a list; all else stays as it is."""
    value = r"""=\s*("(?:[^"\\]|\\.)*"|'[^']*'|\[.*?\])"""
    quoted = json.dumps(name, ensure_ascii=False)

    def change(rest: str) -> str:
        return re.sub(value, lambda _: f"= {quoted}", rest, count=1, flags=re.DOTALL)

    return _change_from(text, tables, table, key, change)


def _comment_out(text: str, tables: Tables, table: str, key: str) -> str:
    return _change_from(text, tables, table, key, lambda rest: f"# left out of the package: {rest}")


def _change_from(text: str, tables: Tables, table: str, key: str, change: Callable[[str], str]) -> str:
    """Change what begins in the line of a key."""
    number = replace(tables, text=text).line(table, key)  # where it is after other changes
    if number is None:
        return text
    lines = text.splitlines(keepends=True)
    return "".join(lines[: number - 1]) + change("".join(lines[number - 1 :]))
