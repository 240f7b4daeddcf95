"""Whether a notebook's figures may be kept for the next run, and what else they then depend on.

A notebook may read what it was not given: a table of one's own, a module beside it. Such files are kept by
their hashes, and an entry counts only while they are unchanged. Where something might be read that nobody
can watch, nothing is kept, and the reason is said.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Mapping
from functools import cache
from importlib import machinery, metadata
from pathlib import Path
from typing import Any

from octadisc.figures.remade.doubts import doubts_of_code
from octadisc.figures.remade.watching import kind_of, library_folders
from octadisc.figures.words import listed

__all__ = [
    "libraries",
    "read_report",
    "requirements",
    "state_of",
    "states_hold",
]

_ABSENT = "absent"
_MOST = 2_000_000_000  # bytes of files and folders that are hashed; with more, nothing is kept
_MOST_FILES = 20_000


def state_of(place: str, kind: str = "contents") -> str:
    """Give the state of a file or folder as a hash.

    Parameters
    ----------
    place : str
    kind : str
        "contents" (of a file, or of all files of a folder), "kind" (file, folder or absent), "names" (in a
        folder), or "modules" (names in a folder that Python takes for modules).

    Raises
    ------
    OSError
        If it is there and cannot be read, or is too much.
    """
    if kind == "kind":
        return kind_of(place)
    if not os.path.exists(place):
        return _ABSENT
    if kind == "contents" and not os.path.isdir(place):
        with open(place, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    if kind == "contents":
        return _whole_folder(Path(place))
    names = sorted(os.listdir(place)) if os.path.isdir(place) else []
    if kind == "modules":
        names = [one for one in names if _is_module(Path(place, one))]
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()


def _is_module(path: Path) -> bool:
    suffixes = (*machinery.all_suffixes(), ".dist-info", ".egg-info", ".egg-link", ".pth")
    return path.name.endswith(suffixes) or (path / "__init__.py").exists()


def _whole_folder(folder: Path) -> str:
    made, size, n = hashlib.sha256(), 0, 0
    for one in sorted(folder.rglob("*")):
        if one.is_file():
            size, n = size + one.stat().st_size, n + 1
            if size > _MOST or n > _MOST_FILES:
                raise OSError(f"{folder} holds too much to be hashed")
            made.update(os.fsencode(one.relative_to(folder).as_posix()) + b"\0" + state_of(str(one)).encode())
    return made.hexdigest()


def read_report(path: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Read what was watched: the states that must hold for another run, and doubts that forbid keeping it.

    Returns
    -------
    dict of str to list
        Each path with its kind and state, as `states_hold` takes them.
    list of str
        Doubts; with any, nothing is to be kept.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}, ["it could not be watched to its end"]
    doubts: list[str] = list(told["doubts"])
    states: dict[str, list[str]] = {}
    for place, seen in told["files"].items():
        if seen != _stat(place):
            doubts.append(f"{os.path.basename(place)} changed meanwhile")
            continue
        source = _source_of(place)
        states[source] = ["contents", ""]
        if source.endswith(".py"):
            doubts += doubts_of_code([_text(source)], os.path.basename(source))
    for place, seen in told["asked"].items():
        if seen != kind_of(place):
            doubts.append(f"{os.path.basename(place)} came or went meanwhile")
        states.setdefault(place, ["kind", ""])
    states |= {place: [kind, ""] for place, kind in told["folders"].items()}
    for place, (kind, _) in states.items():
        try:
            states[place] = [kind, state_of(place, kind)]
        except OSError as error:
            doubts.append(f"{os.path.basename(place)} cannot be read again ({error})")
    return states, list(dict.fromkeys([*doubts, *_foreign(told["modules"])]))


def states_hold(states: Mapping[str, Any]) -> bool:
    """Tell whether all files and folders are as they were."""
    try:
        return all(state_of(place, kind) == state for place, (kind, state) in states.items())
    except (OSError, TypeError, ValueError):
        return False


def _source_of(place: str) -> str:
    """Give the module's own file for one that Python has compiled; it looks there for what has changed."""
    if place.endswith(".pyc"):
        try:
            return importlib.util.source_from_cache(place)
        except (ValueError, NotImplementedError):
            return place
    return place


def _text(place: str) -> str:
    try:
        return Path(place).read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _stat(place: str) -> list[int] | None:
    try:
        seen = os.stat(place)
    except OSError:
        return None
    return [seen.st_size, seen.st_mtime_ns]


def _foreign(modules: Mapping[str, str]) -> list[str]:
    """Name libraries with compiled modules that octadisc does not bring: they may read files unseen."""
    compiled = {
        _package_of(one) for one in modules.values() if one.endswith(tuple(machinery.EXTENSION_SUFFIXES))
    }
    compiled -= {"", "octadisc"}
    if not compiled:
        return []
    known, whose = set(libraries()), _owners()
    unknown = [one for one in sorted(compiled) if not known & {_plain(name) for name in whose.get(one, ())}]
    return [f"it uses {listed(unknown, 3)}, which may read files unseen"] if unknown else []


@cache
def _owners() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


def _package_of(place: str) -> str:
    """Give the package that a compiled module's file belongs to; empty for Python's own."""
    place = os.path.realpath(place)
    inside = [one for one in library_folders() if place.startswith(one + os.sep)]
    if not inside:
        return os.path.basename(place).split(".")[0]
    folder = max(inside, key=len)
    if os.path.basename(folder) not in ("site-packages", "dist-packages"):
        return ""
    return os.path.relpath(place, folder).split(os.sep)[0].split(".")[0]


def _plain(name: str) -> str:
    return name.casefold().replace("_", "-").replace(".", "-")


@cache
def libraries() -> dict[str, str]:
    """Give the versions of all that octadisc depends on, directly or not, by plain names."""
    found: dict[str, str] = {}
    waiting = ["octadisc"]
    while waiting:
        name = _plain(waiting.pop())
        if name in found:
            continue
        try:
            one = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # for another platform, or an extra
            continue
        found[name] = one.version
        waiting += _required(one)
    return dict(sorted(found.items()))


def requirements() -> list[str]:
    """Give the names of what octadisc itself requires."""
    try:
        return sorted(_required(metadata.distribution("octadisc")))
    except metadata.PackageNotFoundError:  # run from its folder, without being installed
        return []


def _required(one: metadata.Distribution) -> list[str]:
    return [_requirement(line) for line in one.requires or () if "extra ==" not in line]


def _requirement(line: str) -> str:
    """Give the name at the beginning of a requirement.

    Examples
    --------
    >>> _requirement("lxml[html_clean]>=5; python_version < '4'")
    'lxml'
    """
    kept = 0
    while kept < len(line) and (line[kept].isalnum() or line[kept] in "._-"):
        kept += 1
    return line[:kept]
