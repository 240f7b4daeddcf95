"""Files without running text and names: what can be changed is changed, what cannot is left out, and said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from octadisc.figures.evidence import EVIDENCE
from octadisc.figures.files import sha256_of, to_json
from octadisc.figures.gallery import INDEX, MANIFEST
from octadisc.figures.sharing.contents import (
    READABLE,
    TEXTS,
    change_csv,
    change_json,
    pieces_of,
    read_rows,
)
from octadisc.figures.sharing.names import Names
from octadisc.figures.sharing.running import RunningText, cut_sentence
from octadisc.figures.summary import SUMMARY

__all__ = ["DRAWINGS", "WITHHELD", "Rules", "Stripped", "strip_files"]

DRAWINGS = ("pdf", "svg", "png")
WITHHELD = "[withheld]"
_TEXT_COLUMNS = ("sentence", "text", "page", "snippet", "left", "right", "context", "line")
_PAGE = (INDEX, MANIFEST)  # made again from what is left


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be in a package.

    Attributes
    ----------
    quote : int
        The most words in a row of a release.
    titles : bool
        Whether titles of releases may stay, at any length.
    min_releases : int
        Terms of the matrix that stand in fewer releases are withheld.
    names : Names
    """

    quote: int = 12
    titles: bool = False
    min_releases: int = 1
    names: Names = field(default_factory=Names)

    @property
    def longest(self) -> int:
        """The most words in a row that are no running text, also where nothing is quoted.

        Fewer than eight words in a row are a label, a query or a turn of phrase.
        """
        return max(self.quote, 8)


@dataclass(slots=True)
class Stripped:
    """Files as they may be shared, and what was left out of them and why.

    Attributes
    ----------
    files : dict of bytes
    left_out : dict of str
        By file or figure: why.
    cut : dict of int
        By file: how many cells or strings lost words.
    words : dict of Names
        By figure: words of names that stood alone as a term, such as a first name, and are withheld.
    withheld : int
        In how many cells they stood.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    words: dict[str, Names] = field(default_factory=dict)
    withheld: int = 0


def strip_files(
    files: dict[str, bytes],
    rules: Rules,
    texts: Iterable[str],
    *,
    allowed: Iterable[str] = (),
    titles: Mapping[str, str] | None = None,
) -> Stripped:
    """Give files without running text and without names.

    Parameters
    ----------
    files : dict of bytes
        By their names in the package; those in figures/ are figures.
    rules : Rules
    texts : iterable of str
        Of the releases; read once.
    allowed : iterable of str
        What may stand at any length: issuers' names, queries.
    titles : mapping, optional
        By release: where a title stands as its sentence, it goes unless titles are kept.
    """
    made = Stripped()
    windows = _choose_windows(files, rules)
    if titles and not rules.titles:
        windows |= dict.fromkeys(titles.items(), "")
    for name, content in sorted(files.items()):
        short = name.rpartition("/")[2]
        if name.startswith("figures/") and short in _PAGE:
            continue
        if not name.lower().endswith(READABLE):
            made.left_out[name] = "a kind of file of which it cannot be told whether there is text in it"
        elif name.endswith(".ipynb"):
            made.files[name] = without_outputs(content)
        elif name.endswith(f".{EVIDENCE}"):
            made.files[name] = _shorten(content, rules, windows)
        elif name.endswith(".csv"):
            made.files[name], n = _without_texts(content, rules)
            if n and not name.startswith("figures/"):
                made.cut[name] = n  # a table of one's own: its author is told
        else:
            made.files[name] = content
    _replace_names(made, rules.names)
    _withhold_words(made, rules.names)
    _cut_running_text(made, rules, texts, allowed)
    _leave_out_drawings(made, rules)
    _say_hashes(made.files)
    return made


def without_outputs(content: bytes) -> bytes:
    """Give a notebook without what its cells showed, where sentences stand."""
    notebook = json.loads(content)
    before = json.dumps(notebook, sort_keys=True)
    for cell in notebook.get("cells", ()):
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
        cell.pop("attachments", None)
        for key in ("execution", "papermill", "ExecuteTime"):
            cell.get("metadata", {}).pop(key, None)
    notebook.get("metadata", {}).pop("widgets", None)
    if json.dumps(notebook, sort_keys=True) == before:
        return content
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _choose_windows(files: dict[str, bytes], rules: Rules) -> dict[tuple[str, str], str]:
    """Choose which words are left of each sentence: around what is looked for, the first time that it is.

    Wherever it stands they are the same, or it could be put together again from what is left here and there.
    """
    windows: dict[tuple[str, str], str] = {}
    for name in sorted(one for one in files if one.endswith(f".{EVIDENCE}")):
        for row in _rows(files[name]):
            sentence, match = row.get("sentence") or "", row.get("match") or ""
            if match:
                windows.setdefault(
                    (row.get("release") or "", sentence), cut_sentence(sentence, match, rules.quote)
                )
    return windows


def _rows(content: bytes) -> list[dict[str, str]]:
    head, *rows = read_rows(content) or [[]]
    return [dict(zip(head, row, strict=False)) for row in rows]


def _shorten(content: bytes, rules: Rules, windows: dict[tuple[str, str], str]) -> bytes:
    """Shorten the sentences of an evidence table to the words that were chosen, else to their first ones."""
    rows = _rows(content)
    sentences, matches = [], []
    for row in rows:
        sentence, match = row.get("sentence") or "", row.get("match") or ""
        mark = (row.get("release") or "", sentence)
        sentences.append(windows.setdefault(mark, cut_sentence(sentence, match, rules.quote)))
        # a word that is looked for and stands outside of what is left would be one word more of the text
        matches.append(match if match and match in windows[mark] else "")
    shown = {"sentence": sentences, "match": matches}
    filled = {
        name: iter([one for row, one in zip(rows, values, strict=True) if row.get(name)])
        for name, values in shown.items()
    }
    return change_csv(content, lambda column, cell: next(filled[column]) if column in filled else cell)


def _without_texts(content: bytes, rules: Rules) -> tuple[bytes, int]:
    """Shorten what a column of texts holds, and empty that of titles unless these may stay; count cells."""
    n = 0

    def change(column: str, cell: str) -> str:
        nonlocal n
        after = cell
        if column == "title" and not rules.titles:
            after = ""
        elif column in _TEXT_COLUMNS:
            after = cut_sentence(cell, "", rules.quote)
        n += after != cell
        return after

    return change_csv(content, change), n


def _replace_names(made: Stripped, names: Names) -> None:
    for name, content in made.files.items() if names else ():
        made.files[name] = change_file(name, content, partial(names.replace, file=name))


def change_file(name: str, content: bytes, change: Callable[[str], str]) -> bytes:
    """Give a file in which every piece of text was changed; as it is, if it is of another kind."""
    if name.endswith(".csv"):
        return change_csv(content, lambda _, cell: change(cell))
    if name.endswith((".json", ".ipynb")):
        return change_json(content, change, notebook=name.endswith(".ipynb"))
    if name.lower().endswith(TEXTS):
        text = content.decode("utf-8-sig")
        after = change(text)
        return content if after == text else after.encode()
    return content


def _withhold_words(made: Stripped, names: Names) -> None:
    """Withhold words of names that are a table's term by themselves: marlene, of Marlene Ostwick.

    In that figure they are withheld wherever they stand, also in what its caption says.
    """
    if not names:
        return
    known: dict[str, bool] = {}
    tables = [one for one in made.files if one.startswith("figures/") and one.endswith(".csv")]
    for table in sorted(tables):
        if table.removesuffix(".csv") not in {one.removesuffix(".json") for one in made.files}:
            continue  # sentences and elements go with their figure
        cells = [cell.strip() for row in read_rows(made.files[table])[1:] for cell in row]
        for cell in {one for one in cells if one and not any(sign.isspace() for sign in one)} - known.keys():
            known[cell] = names.is_word_of_any(cell)
        words = sorted({cell for cell in cells if known.get(cell)})
        if not words:
            continue
        figure = table.removesuffix(".csv")
        made.words[figure] = apart = Names.of((word, WITHHELD) for word in words)
        made.withheld += sum(known.get(cell, False) for cell in cells)
        for name in [one for one in made.files if one.startswith(f"{figure}.")]:
            made.files[name] = change_file(name, made.files[name], partial(apart.replace, file=name))


def _cut_running_text(made: Stripped, rules: Rules, texts: Iterable[str], allowed: Iterable[str]) -> None:
    """Cut running text out of tables and recipes; leave out other files that have some."""
    pieces = (piece for name, content in made.files.items() for piece in pieces_of(name, content))
    running = RunningText.between(pieces, texts, rules.longest, allowed=allowed)
    for name in list(made.files) if running.found else ():
        content = made.files[name]
        if not any(running.is_in(piece) for piece in pieces_of(name, content)):
            continue
        n = [0]

        def cut(text: str, n: list[int] = n) -> str:
            after = running.cut(text)
            n[0] += after != text
            return after

        if name.endswith((".csv", ".json")):
            made.files[name] = change_file(name, content, cut)
            made.cut[name] = made.cut.get(name, 0) + n[0]
        else:
            del made.files[name]
            example = next(one for piece in pieces_of(name, content) for one in _examples(running, piece))
            made.left_out[name] = f"more than {rules.longest} words of a release stand in it: “{example} …”"


def _examples(running: RunningText, piece: str) -> list[str]:
    """Give the first words of what was found, so that its author finds it too."""
    from octadisc.figures.sharing.running import words_of

    words = words_of(piece)
    length = running.longest + 1
    starts = (i for i in range(len(words) - length + 1) if " ".join(words[i : i + length]) in running.found)
    return [" ".join(words[i : i + 4]) for i in starts][:1]


def _leave_out_drawings(made: Stripped, rules: Rules) -> None:
    """Leave out the drawings of a figure if one of them holds a name or running text; keep its numbers."""
    figures = sorted(
        name.removesuffix(".json")
        for name in made.files
        if name.startswith("figures/") and name.endswith(".json") and not name.endswith(f"/{SUMMARY}")
    )
    for figure in figures:
        there = [f"{figure}.{kind}" for kind in DRAWINGS]
        gone = [one for one in there if one in made.left_out]
        words = made.words.get(figure, Names())
        named = [
            one
            for one in there
            if one in made.files
            and (_names_in(made, one, rules) or words.find(pieces_of(one, made.files[one])))
        ]
        if not gone and not named:
            continue
        reason = (
            "a name that was to be replaced stands in the drawing, and cannot be replaced there"
            if named
            else f"more than {rules.longest} words of a release stand in the drawing"
        )
        for one in there:
            made.files.pop(one, None)
            made.left_out.pop(one, None)
        made.left_out[f"{figure}.{{{','.join(DRAWINGS)}}}"] = reason
        recipe: dict[str, Any] = json.loads(made.files[f"{figure}.json"])
        recipe["skipped"] = (
            f"left out of the package: {reason}. Its numbers are in {figure.rpartition('/')[2]}.csv."
        )
        made.files[f"{figure}.json"] = to_json(recipe)
    for name in [one for one in made.files if one.endswith((".pdf", ".png", ".svg"))]:
        if _names_in(made, name, rules):
            del made.files[name]
            made.left_out[name] = "a name that was to be replaced stands in it"


def _names_in(made: Stripped, name: str, rules: Rules) -> list[str]:
    return rules.names.find(pieces_of(name, made.files[name])) if rules.names else []


def _say_hashes(files: dict[str, bytes]) -> None:
    """Let each recipe name the hashes that its figure's files have now."""
    for name in [one for one in files if one.startswith("figures/") and one.endswith(".json")]:
        recipe = json.loads(files[name])
        if not isinstance(recipe, dict) or "sha256" not in recipe:
            continue
        stem = name.removesuffix(".json")
        now = {
            kind: sha256_of(files[f"{stem}.{kind}"]) for kind in recipe["sha256"] if f"{stem}.{kind}" in files
        }
        if now != recipe["sha256"]:
            files[name] = to_json({**recipe, "sha256": now})
