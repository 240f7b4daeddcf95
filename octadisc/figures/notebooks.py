"""Run the study's notebooks on a corpus, each from start to end, in this very Python."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from octadisc.errors import InputError, MissingFileError, OctadiscError
from octadisc.figures.kernels import environment_of, execute, make_client, settings_of
from octadisc.figures.remade.places import Places

__all__ = [
    "CORPUS_VARIABLE",
    "NOTEBOOKS",
    "NotebookError",
    "copy_notebooks",
    "find_notebooks",
    "parameters_of",
    "read_notebook",
    "run_notebook",
    "with_parameters",
]

NOTEBOOKS = ("01_corpus", "02_terms", "03_topics", "04_effects")
CORPUS_VARIABLE = "OCTADISC_CORPUS"  # the releases that a study's notebook gets while it is run
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class NotebookError(OctadiscError, RuntimeError):
    """A cell of a notebook failed."""


def copy_notebooks(folder: Path) -> list[Path]:
    """Copy the package's notebooks into a folder, in the order in which they are read."""
    folder.mkdir(parents=True, exist_ok=True)
    packaged = resources.files("octadisc") / "notebooks"
    paths = []
    for name in NOTEBOOKS:
        path = folder / f"{name}.ipynb"
        path.write_bytes((packaged / f"{name}.ipynb").read_bytes())
        paths.append(path)
    return paths


def find_notebooks(folder: Path) -> list[Path]:
    """Give the notebooks of a study's own folder, in the order of their names.

    Raises
    ------
    MissingFileError
        If there is no such folder, or no notebook in it.
    """
    if not folder.is_dir():
        raise MissingFileError(f"{folder}: there is no such folder of notebooks.")
    paths = [path for path in sorted(folder.glob("*.ipynb")) if not path.name.startswith(".")]
    if not paths:
        raise MissingFileError(
            f"{folder}: there is no notebook in it. Expected files such as 01_corpus.ipynb."
        )
    return paths


def parameters_of(notebook: str | Path) -> list[str]:
    """Give the names that the cell tagged ``parameters`` sets, of a notebook of ours or of a file.

    Examples
    --------
    >>> parameters_of("01_corpus")
    ['CORPUS', 'EVERY']
    """
    packaged = resources.files("octadisc") / "notebooks"
    path = notebook if isinstance(notebook, Path) else packaged / f"{notebook}.ipynb"
    cells = read_notebook(path)["cells"]
    tagged = ("".join(one["source"]) for one in cells if _is_parameters(one))
    return re.findall(r"^([A-Z_][A-Z0-9_]*) *=", "\n".join(tagged), flags=re.MULTILINE)


def read_notebook(path: Any) -> dict[str, Any]:
    """Read a notebook as it is in its file.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        made = json.loads(path.read_text("utf-8"))
        cells = made["cells"]
        if all(isinstance(one["metadata"], dict) and one["cell_type"] and "source" in one for one in cells):
            return dict(made)
    except (ValueError, KeyError, TypeError):
        pass
    raise InputError(
        f"{path}: is no notebook that can be read. Expected what JupyterLab saves (version 4 of the format)."
    )


def _is_parameters(cell: Mapping[str, Any]) -> bool:
    return "parameters" in cell["metadata"].get("tags", ())


def with_parameters(notebook: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give a notebook whose cell tagged ``parameters`` ends with other values.

    Raises
    ------
    InputError
        If no cell has the tag, or the cell does not set one of the names.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "N = 1"}
    >>> with_parameters({"cells": [cell]}, {"N": 2})["cells"][0]["source"].splitlines()
    ['N = 1', '', '# set for this run', 'N = 2']
    """
    made: dict[str, Any] = json.loads(json.dumps(notebook))
    for cell in made["cells"]:
        if _is_parameters(cell):
            source = "".join(cell["source"])
            unknown = [
                name for name in parameters if not re.search(rf"^{name} *=", source, flags=re.MULTILINE)
            ]
            if unknown:
                raise InputError(f"The notebook's parameters do not include {', '.join(unknown)}.")
            lines = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
            cell["source"] = f"{source}\n\n# set for this run\n{lines}" if lines else source
            return made
    raise InputError(
        "The notebook has no cell tagged 'parameters', so it cannot be given a corpus. Give that tag to the "
        "cell that sets CORPUS (in JupyterLab under Property Inspector, at the right); or do without, and in "
        'a study load od.open_study("..").releases.'
    )


def run_notebook(
    path: Path,
    parameters: Mapping[str, Any],
    *,
    figures: Path,
    scratch: Path,
    timeout: int | None = None,
    until: str | None = None,
    report: Path | None = None,
    silent: Sequence[Path] = (),
) -> None:
    """Run a notebook in a kernel of this Python; its figures go to a folder.

    Into the recipe of each figure that it makes goes the cell that made it: its id, and its number as a
    reader counts cells, from 1.

    Parameters
    ----------
    path : Path
        The notebook; its folder is the working directory of the run. It is not changed.
    parameters : mapping
        Values for names that its cell tagged ``parameters`` sets; those that it does not set are not given. A
        notebook without such a cell is run as it is: in a study `od.open_study` gives it its CORPUS.
    figures, scratch : Path
        Where figures go, and a folder for the kernel's own files.
    timeout : int, optional
        Seconds that one cell may take.
    until : str, optional
        The id of the last cell that is run; by default all are.
    report : Path, optional
        A file for what the notebook read and wrote; see octadisc.figures.remade.watching.
    silent : list of Path
        What it is given: that it reads these files and folders needs no telling.

    Raises
    ------
    NotebookError
        If a cell fails: which, and the last line of its error.
    KeyboardInterrupt
        If the run is interrupted; the kernel is ended first.
    """
    import nbformat
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from tqdm import tqdm

    name = path.stem
    made = read_notebook(path)
    taken = parameters_of(path)
    if taken:
        made = with_parameters(made, {key: value for key, value in parameters.items() if key in taken})
    ids = [str(cell.get("id", "")) for cell in made["cells"]]
    if until in ids:
        made["cells"] = made["cells"][: ids.index(until) + 1]
    notebook = nbformat.reads(json.dumps(made), as_version=4)  # type: ignore[no-untyped-call]
    environment = environment_of(scratch) | {
        "OCTADISC_FIGURES": str(figures),
        "OCTADISC_NOTEBOOK": name,
        CORPUS_VARIABLE: str(parameters.get("CORPUS", "")),
        "OCTADISC_GIVEN": json.dumps([str(one) for one in (scratch, *silent)]),
    }
    places = Places(figures, ids)
    bar = tqdm(
        total=len(made["cells"]) + 1 + (report is not None), desc=name, unit="cell", leave=False, disable=None
    )
    with settings_of(scratch), bar:
        client = make_client(notebook, path.parent, scratch, timeout)
        _enclose(notebook, report)
        client.on_cell_executed = places.note
        client.on_cell_start = lambda **_: bar.update()
        try:
            execute(client, environment)
        except CellExecutionError as error:
            cell = _failed_cell(notebook)
            said = " ".join(_ANSI.sub("", f"{error.ename}: {error.evalue}").split())
            raise NotebookError(
                f"The notebook {name} stopped in its cell {cell}: {said} Open {name}.ipynb in JupyterLab, "
                "run it on the same corpus and look at that cell."
            ) from None
        except CellTimeoutError:
            raise NotebookError(f"The notebook {name}: a cell took more than {timeout} seconds.") from None
        except DeadKernelError:
            cell = _failed_cell(notebook)
            raise NotebookError(
                f"The notebook {name} ended without a word after its cell {cell}; most often that is for "
                "want of memory. Close other programs, or give it fewer releases."
            ) from None
    places.write()


def _enclose(notebook: Any, report: Path | None) -> None:
    """Have the notebook make sure that it runs where its figures' recipes will say, and tell what it read."""
    import nbformat

    check = (
        f"import sys\nassert sys.executable == {sys.executable!r}, sys.executable\n"
        "import matplotlib\nmatplotlib.use('agg')"
    )
    if report is not None:
        module = "octadisc.figures.remade.watching"
        check = f"from {module} import watch\nwatch()\ndel watch\n{check}"
        end = f"from {module} import report\nreport({str(report)!r})"
        notebook.cells.append(nbformat.v4.new_code_cell(end))  # type: ignore[no-untyped-call]
    notebook.cells.insert(0, nbformat.v4.new_code_cell(check))  # type: ignore[no-untyped-call]


def _failed_cell(notebook: Any) -> int:
    """Give the number of the last code cell that began, counted as a reader counts cells, from 1."""
    begun = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.get("outputs")]
    failed = [i for i in begun if any(one.output_type == "error" for one in notebook.cells[i].outputs)]
    return (failed or begun or [0])[-1]  # the inserted check is cell 0
