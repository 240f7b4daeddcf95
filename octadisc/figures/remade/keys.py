"""What the figures of a notebook depend on, as one hash: that of its entry among what is kept."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from octadisc.figures.notebooks import read_notebook
from octadisc.figures.remade.doubts import literal_paths
from octadisc.figures.remade.guard import state_of

__all__ = ["code_cells", "hash_cells", "hash_of", "hash_package", "ingredients_of", "is_place", "name_key"]

_FORMAT = 1  # of entries; another number lets go of all that older code has kept
_BUILT = (".pyc", ".pyo", ".nbi", ".nbc")  # made from the code, on each machine anew
# Settings that may change a figure. Thread counts are among them: sums of many parts may round otherwise.
_HEEDED = (
    "BLIS_", "FONTCONFIG_", "KMP_", "LANG", "LC_", "LOKY_", "MATPLOTLIB", "MKL_", "MPL", "NPY_", "NUMBA_",
    "OCTADISC_", "OMP_", "OPENBLAS_", "PYTHON", "SOURCE_DATE_EPOCH", "TZ", "VECLIB_",
)  # fmt: skip
_UNHEEDED = (
    "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK", "NUMBA_CACHE_DIR", "OCTADISC_CACHE", "OCTADISC_FIGURES",
    "OCTADISC_NOTEBOOK", "OPENBLAS_MAIN_FREE", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED",
    "PYTHONUNBUFFERED",
)  # fmt: skip


def hash_of(content: Any) -> str:
    """Give the SHA-256 of plain values; what JSON does not know counts as Python shows it."""
    told = json.dumps(content, ensure_ascii=False, sort_keys=True, default=repr)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def name_key(ingredients: Mapping[str, Any]) -> str:
    """Give the name under which the figures of a run are kept."""
    return hash_of(ingredients)


def ingredients_of(
    notebook: Path, parameters: Mapping[str, Any], corpus: Path, *, own: bool
) -> dict[str, Any]:
    """Give all that a notebook's figures depend on, as far as it is known before the notebook runs.

    What it reads beyond this is watched while it runs; see octadisc.figures.remade.guard.

    Parameters
    ----------
    notebook : Path
    parameters : mapping
        That it is given, without CORPUS. Files and folders that are named count with their contents.
    corpus : Path
        The saved corpus, of which every byte counts: all columns, their order, issues, dates, recipe.
    own : bool
        Whether the notebook is a study's own, run where it is.

    Raises
    ------
    OSError
        If a file that is named cannot be read.
    """
    sources = [one for _, one in code_cells(notebook)]
    folder = notebook.parent
    literal = literal_paths(sources, folder, ["CORPUS", *parameters]) if own else []
    named = sorted({text for text in _texts(parameters) if is_place(text)})
    return {
        "format": _FORMAT,
        "corpus": state_of(str(corpus)),
        "notebook": [notebook.stem, hash_cells(notebook), str(folder) if own else ""],
        "parameters": sorted((name, repr(value)) for name, value in parameters.items()),
        "files": {one: state_of(one) for one in named},
        "literals": {one: state_of(one) for one in literal},
        "octadisc": hash_package(),
        "distributions": _distributions(),
        "python": [sys.version, sys.executable, sys.implementation.cache_tag, list(sys.path[1:])],
        "machine": list(_machine()),
        "environment": {
            name: value
            for name, value in sorted(os.environ.items())
            if name.startswith(_HEEDED) and name not in _UNHEEDED
        },
        "settings": {one: state_of(one) for one in _settings_files(folder if own else None)},
    }


def code_cells(notebook: Path) -> list[tuple[str, str]]:
    """Give the id and the source of each code cell."""
    cells = read_notebook(notebook)["cells"]
    return [
        (str(cell.get("id", "")), "".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"
    ]


def hash_cells(notebook: Path) -> str:
    """Hash what is run of a notebook, and where it stands; not its outputs, which a run does not look at."""
    cells = read_notebook(notebook)["cells"]
    return hash_of(
        [
            [cell["cell_type"], cell.get("id"), cell["metadata"].get("tags"), "".join(cell["source"])]
            for cell in cells
        ]
    )


def hash_package(root: Path | None = None) -> str:
    """Hash octadisc itself: all its files, code and facts, with their names."""
    root = root or Path(__file__).parents[2]
    made = hashlib.sha256()
    for path in sorted(_files(root)):
        made.update(path.relative_to(root).as_posix().encode() + b"\0" + state_of(str(path)).encode())
    return made.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for one in folder.iterdir():
        if one.is_dir():
            if one.name != "__pycache__":
                yield from _files(one)
        elif not one.name.endswith(_BUILT):
            yield one


def _texts(value: Any) -> Iterator[str]:
    """Give all texts in a parameter, however deep."""
    if isinstance(value, str | os.PathLike):
        yield os.fspath(value)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(key)
            yield from _texts(one)
    elif isinstance(value, list | tuple | set):
        for one in value:
            yield from _texts(one)


def is_place(text: str) -> bool:
    """Tell whether a text names a file or folder that is there, with its whole path."""
    path = Path(text)
    return path.is_absolute() and path != path.parent and "\0" not in text and path.exists()


@cache
def _distributions() -> list[str]:
    """Give all that is installed, by name and version: a notebook may import any of it.

    What was installed from a folder or file may have changed under the same version; its files' hashes count.
    """
    found = set()
    for one in metadata.distributions():
        local = one.read_text("direct_url.json") or ""
        files = hash_of(one.read_text("RECORD")) if local else ""
        found.add(f"{one.name} {one.version} {local} {files}")
    return sorted(found)


@cache
def _machine() -> tuple[str, ...]:
    """Give what decides how numbers are rounded: the system, its C library, the kind of processor."""
    from llvmlite import binding

    features = binding.get_host_cpu_features().flatten()
    cores = str(os.cpu_count())
    return platform.platform(), platform.machine(), binding.get_host_cpu_name(), features, cores


def _settings_files(folder: Path | None) -> list[str]:
    """Give where matplotlib looks for settings of the user's, whether they are there or not."""
    import matplotlib

    named = os.environ.get("MATPLOTLIBRC", "")
    places = [Path(matplotlib.get_configdir()) / "matplotlibrc"]
    if named:
        places += [Path(named), Path(named) / "matplotlibrc"]
    if folder is not None:
        places.append(folder / "matplotlibrc")
    return [str(one) for one in places if not one.is_dir()]
