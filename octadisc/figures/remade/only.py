"""Some figures of many: those that are named, and how far their notebooks must run for them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from octadisc.errors import InputError, MissingFileError, UnknownNameError, did_you_mean
from octadisc.figures.gallery import MANIFEST, read_manifest, read_recipes
from octadisc.figures.remade.keys import code_cells, hash_of
from octadisc.figures.remade.record import all_records
from octadisc.figures.summary import SUMMARY
from octadisc.figures.words import counted, listed

__all__ = [
    "Wanted",
    "check_same_corpus",
    "choose_names",
    "copy_others",
    "keep_others",
    "name_parameters",
    "number_of",
    "plan",
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of one notebook.

    Attributes
    ----------
    names : set of str
        Of the figures.
    until : str, optional
        The id of the cell after which all of them are made; None if all cells must run.
    """

    names: frozenset[str]
    until: str | None = None


def choose_names(patterns: Sequence[str], known: Iterable[str]) -> list[str]:
    """Give the figures that are named, or that fit a pattern.

    Raises
    ------
    UnknownNameError
        If nothing has a name, or fits a pattern.

    Examples
    --------
    >>> choose_names(["terms-*", "corpus-1"], ["corpus-1", "corpus-2", "terms-1"])
    ['corpus-1', 'terms-1']
    >>> choose_names(["terms-2"], ["corpus-1", "terms-1"])
    Traceback (most recent call last):
    octadisc.errors.UnknownNameError: --only terms-2: no figure is called so. Did you mean 'terms-1'?
    """
    names = list(known)
    chosen = set()
    for pattern in patterns:
        found = {one for one in names if fnmatchcase(one, pattern)}
        if not found:
            what = "fits" if set(pattern) & set("*?[") else "is called so"
            raise UnknownNameError(f"--only {pattern}: no figure {what}.{did_you_mean(pattern, names)}")
        chosen |= found
    return [one for one in names if one in chosen]


def plan(folder: Path, patterns: Sequence[str], notebooks: Mapping[str, Path]) -> dict[str, Wanted]:
    """Say which notebooks must run, and how far, to make some figures of a folder again.

    Parameters
    ----------
    folder : Path
        Of an earlier run.
    patterns : list of str
    notebooks : mapping of str to Path
        Those there are, by name.

    Raises
    ------
    MissingFileError, UnknownNameError, InputError
        If there is no earlier run, no such figure, or no notebook makes it.
    """
    recipes = {str(one["name"]): one for one in read_recipes(folder)} if folder.is_dir() else {}
    if not recipes:
        raise MissingFileError(
            f"{folder}: there are no figures of an earlier run, of which --only could make some again. Make "
            "all of them once, without --only."
        )
    records = all_records(folder)
    whose: dict[str, list[str]] = {}
    for name in choose_names(patterns, recipes):
        notebook = recipes[name].get("notebook") or records.get(name, {}).get("notebook", "")
        if notebook not in notebooks:
            by = f"notebook {notebook}, which is not among those that run" if notebook else "no notebook"
            raise InputError(f"--only {name}: this figure is made by {by}.")
        whose.setdefault(notebook, []).append(name)
    return {
        notebook: Wanted(frozenset(names), _last_cell(notebooks[notebook], names, recipes, records))
        for notebook, names in whose.items()
    }


def _last_cell(
    notebook: Path, names: Sequence[str], recipes: Mapping[str, Any], records: Mapping[str, Any]
) -> str | None:
    """Give the id of the last cell that is needed; None if that is not sure.

    It is sure if every cell after it is as it was, so that none of them makes one of the figures now.
    """
    cells = [(name, hash_of(source)) for name, source in code_cells(notebook)]
    order = [name for name, _ in cells]
    made_by = [str((recipes[name].get("cell") or {}).get("id", "")) for name in names]
    if not all(one and order.count(one) == 1 for one in made_by):
        return None
    last = max(order.index(one) for one in made_by)
    for name in names:
        old = [(str(one), str(short)) for one, short in records.get(name, {}).get("cells", ())]
        before = [one for one, _ in old]
        if order[last] not in before:
            return None
        later = old[before.index(order[last]) + 1 :]
        now = cells[last + 1 :]
        if [one for one, _ in later] != [one for one, _ in now]:
            return None
        if not all(whole.startswith(short) for (_, short), (_, whole) in zip(later, now, strict=True)):
            return None
    return order[last] if last + 1 < len(order) else None


def number_of(notebook: Path, cell: str) -> int:
    """Give the number of a cell as a reader counts them, from 1."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return 1 + [str(one.get("id", "")) for one in cells].index(cell)


def check_same_corpus(folder: Path, fingerprint: str) -> None:
    """Refuse to put a figure among those of another corpus.

    Raises
    ------
    InputError
        If the other figures rest on another corpus.
    """
    others = {one.get("corpus") for one in all_records(folder).values()}
    with suppress(OSError, ValueError, AttributeError):
        others.add(json.loads((folder / SUMMARY).read_text("utf-8")).get("fingerprint"))
    others -= {None, "", fingerprint}
    if others:
        raise InputError(
            f"The figures in {folder} are of another corpus ({', '.join(sorted(map(str, others)))}; this one "
            f"is {fingerprint}). One page holds figures of one corpus: make all of them, without --only."
        )


def name_parameters(folder: Path, made: Mapping[str, Mapping[str, Any]]) -> str:
    """Say which settings the other figures were made with; empty if they were the same."""
    unlike: dict[str, None] = {}
    for name, record in all_records(folder).items():
        if name in made:
            continue
        for one in made.values():
            old, new = record.get("parameters", {}), one.get("parameters", {})
            if record.get("notebook") == one.get("notebook"):
                unlike |= {key: None for key in sorted({*old, *new}) if old.get(key) != new.get(key)}
    if not unlike:
        return ""
    return f"Mind that other figures here were made with another {', '.join(unlike)}."


def keep_others(
    old: Path, new: Path, ran: Collection[str], known: Collection[str], fingerprint: str
) -> tuple[dict[str, dict[str, Any]], str]:
    """Copy the figures of notebooks that are not run now, and those that no notebook makes.

    Parameters
    ----------
    old, new : Path
        Folders of figures: that of earlier runs, and the one that is being made.
    ran, known : collection of str
        Notebooks that are run, and all that there are.
    fingerprint : str
        Of the corpus: figures of another are not kept.

    Returns
    -------
    dict of mapping, str
        How those kept were made; and what there is to say.
    """
    recipes = read_recipes(old) if old.is_dir() else []
    mine = [one for one in recipes if one.get("notebook", "") in {"", *known} - set(ran)]
    made_by_hand = [one for one in mine if not one.get("notebook")]
    mine = [one for one in mine if one.get("notebook")]
    with suppress(OSError, ValueError, AttributeError):
        if json.loads((old / SUMMARY).read_text("utf-8")).get("fingerprint") != fingerprint:
            n = counted(len(mine), "figure")
            said = (
                f"{n} of notebooks that are not run rest on another corpus, and are left out." if mine else ""
            )
            mine = []
            return _copy(old, new, made_by_hand), said
    notebooks = sorted({str(one["notebook"]) for one in mine})
    said = f"Kept from earlier runs: {counted(len(mine), 'figure')} of {listed(notebooks)}." if mine else ""
    return _copy(old, new, [*mine, *made_by_hand]), said


def _copy(old: Path, new: Path, recipes: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    names = [str(one["name"]) for one in recipes]
    for name in names:
        for path in old.glob(f"{name}.*"):
            shutil.copyfile(path, new / path.name)
    return {name: one for name, one in all_records(old).items() if name in names}


def copy_others(old: Path, new: Path) -> None:
    """Copy what the last run made into a new folder, so that a page of all of it can be written there."""
    made = read_manifest(old) or {
        path.name for one in read_recipes(old) for path in old.glob(f"{one['name']}.*")
    }
    for name in sorted({*made, SUMMARY} - {MANIFEST}):
        if (old / name).is_file():
            shutil.copyfile(old / name, new / name)
