"""How each figure of a folder was made, written beside the list of its files: code, parameters, libraries.

This is not in the figures' own recipes: their bytes are to stay the same where only octadisc's code was put
in another order.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Collection, Mapping
from importlib import metadata
from pathlib import Path, PurePath
from typing import Any

from octadisc.figures.files import sha256_of, to_json
from octadisc.figures.gallery import MANIFEST
from octadisc.figures.remade.guard import requirements, state_of
from octadisc.figures.remade.keys import code_cells, hash_of, hash_package, is_place
from octadisc.figures.remade.watching import cache_folders, library_folders
from octadisc.spec import Spec
from octadisc.writing import write_whole

__all__ = ["all_records", "files_read", "read_record", "record_run", "short_state", "write_record"]

_SHORT = 16  # hexadecimal digits of a hash that tell two things apart
_KNOWN = ("study.toml", "figures", "data/releases")  # of a study; what of them counts is recorded otherwise
_OTHERS = (".csv", ".json", ".jsonl", ".parquet", ".py", ".toml", ".tsv", ".txt", ".xlsx", ".yaml", ".yml")
_MOST_FILES = 200  # with more, a notebook reads a collection of its own


def record_run(
    notebook: Path, parameters: Mapping[str, Any], fingerprint: str, corpus: Path | None = None
) -> dict[str, Any]:
    """Give how a notebook is run now: what its figures' differences may be due to later.

    Parameters
    ----------
    notebook : Path
    parameters : mapping
    fingerprint : str
        Of the corpus: what its releases say.
    corpus : Path, optional
        The saved corpus: all that is known of them, also where they stood and what was mended.
    """
    return {
        "corpus": fingerprint,
        "corpus_file": state_of(str(corpus))[:_SHORT] if corpus is not None else "",
        "notebook": notebook.stem,
        "cells": [[name, hash_of(source)[:_SHORT]] for name, source in code_cells(notebook)],
        "parameters": {name: _told(value) for name, value in parameters.items() if name != "CORPUS"},
        "octadisc": hash_package()[:_SHORT],
        "libraries": _libraries(),
        "machine": f"{platform.system()} {platform.machine()}".strip(),
    }


def files_read(states: Mapping[str, Any], notebook: Path, corpus: Path | None = None) -> dict[str, str]:
    """Give which files a notebook read beside its corpus, with their hashes: tables of one's own, modules.

    Parameters
    ----------
    states : mapping
        As it was watched; see octadisc.figures.remade.guard.
    notebook : Path
        Files of its study are named as from the study's folder, others by their names alone: a record holds
        no path of a machine.
    corpus : Path, optional
        That it was given.
    """
    folder = notebook.resolve().parent
    study = folder.parent if folder.name == "notebooks" else folder
    found: dict[str, str] = {}
    for place, (kind, state) in sorted(states.items()):
        path = Path(place)
        if kind != "contents" or path == corpus:
            continue
        if path.is_relative_to(study):
            name = path.relative_to(study).as_posix()
            if path != notebook and not any(name == one or name.startswith(f"{one}/") for one in _KNOWN):
                found[name] = str(state)[:_SHORT]
        elif path.suffix.lower() in _OTHERS and not _is_of_the_machine(path):
            found[path.name] = str(state)[:_SHORT]
    return found if len(found) <= _MOST_FILES else {}


def _is_of_the_machine(path: Path) -> bool:
    """Tell whether a file is one of settings, or what libraries put aside, rather than a user's."""
    kept = (*library_folders(), *cache_folders(), "/etc", "/usr")
    return any(path.is_relative_to(one) for one in kept) or any(one.startswith(".") for one in path.parts)


def short_state(path: Path) -> str:
    """Give a file's state as records have it."""
    return state_of(str(path))[:_SHORT]


def _told(value: Any) -> Any:
    """Give a parameter as JSON holds it; a file by its name and hash, since a record holds no path."""
    if isinstance(value, str | PurePath) and is_place(str(value)):
        try:
            return {"file": Path(value).name, "sha256": state_of(str(value))[:_SHORT]}
        except OSError:
            return {"file": Path(value).name}
    if isinstance(value, Mapping):
        return {str(name): _told(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    return json.loads(json.dumps(value, ensure_ascii=False, default=str))


def _libraries() -> dict[str, str]:
    """Give the versions of Python and of what octadisc itself requires."""
    found = Spec.versions()
    for name in requirements():
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return dict(sorted(found.items()))


def write_record(folder: Path, made: Mapping[str, Mapping[str, Any]]) -> None:
    """Write into a folder's index.json how each of its figures was made.

    Parameters
    ----------
    folder : Path
    made : mapping of str to mapping
        By figure; several figures share what they have in common.
    """
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    records: list[Mapping[str, Any]] = []
    of: dict[str, int] = {}
    for name, record in sorted(made.items()):
        if record not in records:
            records.append(record)
        of[name] = records.index(record)
    manifest["made"] = {"records": records, "of": of}
    write_whole(folder / MANIFEST, to_json(manifest))


def all_records(folder: Path) -> dict[str, dict[str, Any]]:
    """Give how the figures of a folder were made by the last runs; some may have been saved anew since."""
    try:
        made = json.loads((folder / MANIFEST).read_text("utf-8"))["made"]
        return {str(name): dict(made["records"][number]) for name, number in made["of"].items()}
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return {}


def read_record(folder: Path, names: Collection[str]) -> dict[str, dict[str, Any]]:
    """Give how figures were made, for those whose recipes are still the ones that were written then."""
    found = {}
    for name, record in all_records(folder).items():
        if name in names and _is_as_listed(folder, f"{name}.json"):
            found[name] = record
    return found


def _is_as_listed(folder: Path, name: str) -> bool:
    try:
        listed = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
        return bool(sha256_of((folder / name).read_bytes()) == listed[name])
    except (OSError, ValueError, KeyError, TypeError):
        return False
