"""What a study's notebooks read beside the releases: tables of one's own and modules, packed or named."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from pathlib import Path

from octadisc.errors import InputError, UnreadableError
from octadisc.figures.remade.doubts import literal_paths
from octadisc.figures.remade.keys import code_cells
from octadisc.figures.remade.record import all_records, short_state
from octadisc.figures.sharing.contents import READABLE, pieces_of
from octadisc.figures.study.cells import study_notebooks
from octadisc.figures.study.study import RELEASES_FOLDER, Study

__all__ = ["enclose_own_files"]

_LARGEST = 5_000_000  # bytes; what is larger is rather a collection than a table of one's own
_DATA = "data"
_ASIDE = ("figures/", "study.toml", "data/README.md")


def enclose_own_files(study: Study, taken: Collection[str]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Read the files that the notebooks were seen to read, or that their cells name.

    Parameters
    ----------
    study : Study
    taken : list of str
        What is in the package already.

    Returns
    -------
    dict of bytes, dict of str
        The files by their names in the study; what was left out, and why.

    Raises
    ------
    InputError
        If one has changed since the figures were made.
    """
    files: dict[str, bytes] = {}
    left_out: dict[str, str] = {}
    read = _files_read(study)
    for name, states in sorted(read.items()):
        path = study.folder / name
        if name in taken or _is_known(study, path, name):
            continue
        why = _why_not(path, name)
        if not why and states and short_state(path) not in states:
            raise InputError(
                f"{path} has changed since the figures were made, and a notebook reads it. Run octadisc "
                "figures again, and then octadisc package."
            )
        if why:
            left_out[name] = why
        else:
            files[name] = path.read_bytes()
    for name in _others(study):
        if not any(one == name or one.startswith(f"{name}/") for one in (*read, *taken)):
            left_out[name] = "no notebook was seen to read it"
    return files, left_out


def _files_read(study: Study) -> dict[str, set[str]]:
    """Give the files with the states that they had when they were read; none where only a cell names them."""
    found: dict[str, set[str]] = {}
    for record in all_records(study.folder / "figures").values():
        for name, state in (record.get("files") or {}).items():
            found.setdefault(str(name), set()).add(str(state))
    ours, root = study_notebooks(), study.folder.resolve()
    for path in sorted((study.folder / "notebooks").glob("*.ipynb")):
        if ours.get(path.name) == path.read_bytes():
            continue
        sources = [source for _, source in code_cells(path)]
        for place in map(Path, literal_paths(sources, path.parent.resolve())):
            if place.is_file() and place.is_relative_to(root):
                found.setdefault(place.relative_to(root).as_posix(), set())
    return found


def _is_known(study: Study, path: Path, name: str) -> bool:
    """Tell whether a file is of the releases, or of what else a package has or leaves out by itself."""
    apart = [*_releases(study), *map(Path, filter(None, [study.get("AUDIT")]))]
    inside = any(path.resolve().is_relative_to(one.resolve()) for one in apart)
    return inside or name.startswith(_ASIDE) or name.endswith(".ipynb")


def _releases(study: Study) -> Iterator[Path]:
    """Give the files and folders of the releases; of a pattern, the folder in which it begins."""
    for text in [study.releases] if isinstance(study.releases, str) else study.releases:
        path = Path(text)
        while any(sign in str(path) for sign in "*?["):
            path = path.parent
        yield path


def _others(study: Study) -> list[str]:
    """Name what lies in data/ and is none of the releases."""
    folder = study.folder / _DATA
    if not folder.is_dir():
        return []
    found = []
    for one in sorted(folder.iterdir()):
        name = f"{_DATA}/{one.name}"
        holds = any(path.resolve().is_relative_to(one.resolve()) for path in _releases(study))
        aside = one.name.startswith(".") or name == RELEASES_FOLDER
        if not aside and not holds and not _is_known(study, one, name):
            found.append(name)
    return found


def _why_not(path: Path, name: str) -> str:
    """Say why a file is not packed; empty if it is."""
    if not path.is_file():
        return "a notebook reads it, and it does not lie in the study's folder"
    ending = path.suffix.lower()
    if ending not in READABLE:
        return (
            "a notebook reads it, and it is a kind of file of which it cannot be told whether there is text "
            "in it; a table is packed as CSV"
        )
    try:
        content = path.read_bytes()
        if len(content) > _LARGEST:
            return f"a notebook reads it, and it is larger than {_LARGEST // 1_000_000} MB"
        for _ in pieces_of(name, content):
            pass
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        return "a notebook reads it, and it is no UTF-8, so that it cannot be searched; save it as UTF-8"
    except (ValueError, csv.Error):
        return f"a notebook reads it, and it cannot be read as what it is called ({ending})"
    return ""
