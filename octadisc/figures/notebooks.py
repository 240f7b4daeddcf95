"""Run the study's notebooks on a corpus, each from start to end, in this very Python."""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread
from typing import Any

from octadisc.errors import InputError, OctadiscError

__all__ = [
    "NOTEBOOKS",
    "NotebookError",
    "copy_notebooks",
    "parameters_of",
    "run_notebook",
    "with_parameters",
]

NOTEBOOKS = ("01_corpus", "02_terms", "03_topics", "04_effects")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_KERNEL = "octadisc"
_LONGEST_SOCKET = 70  # a socket's path must stay under about a hundred letters


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


def parameters_of(notebook: str | Path) -> list[str]:
    """Give the names that the cell tagged ``parameters`` sets, of a notebook of ours or of a file.

    Examples
    --------
    >>> parameters_of("01_corpus")
    ['CORPUS', 'EVERY']
    """
    packaged = resources.files("octadisc") / "notebooks"
    path = notebook if isinstance(notebook, Path) else packaged / f"{notebook}.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    tagged = ("".join(one["source"]) for one in cells if "parameters" in one["metadata"].get("tags", ()))
    return re.findall(r"^([A-Z_]+) *=", "\n".join(tagged), flags=re.MULTILINE)


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
        if "parameters" in cell["metadata"].get("tags", ()):
            source = "".join(cell["source"])
            unknown = [
                name for name in parameters if not re.search(rf"^{name} *=", source, flags=re.MULTILINE)
            ]
            if unknown:
                raise InputError(f"The notebook's parameters do not include {', '.join(unknown)}.")
            lines = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
            cell["source"] = f"{source}\n\n# set for this run\n{lines}" if lines else source
            return made
    raise InputError("The notebook has no cell tagged 'parameters', so it cannot be given a corpus.")


def run_notebook(
    path: Path, parameters: Mapping[str, Any], *, figures: Path, scratch: Path, timeout: int | None = None
) -> None:
    """Run a notebook in a kernel of this Python; its figures go to a folder.

    Parameters
    ----------
    path : Path
        The notebook; its folder is the working directory of the run. It is not changed.
    parameters : mapping
        Values for names that its cell tagged ``parameters`` sets.
    figures, scratch : Path
        Where figures go, and a folder for the kernel's own files.
    timeout : int, optional
        Seconds that one cell may take.

    Raises
    ------
    NotebookError
        If a cell fails: which, and the last line of its error.
    KeyboardInterrupt
        If the run is interrupted; the kernel is ended first.
    """
    import nbformat
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    name = path.stem
    text = json.dumps(with_parameters(json.loads(path.read_text("utf-8")), parameters))
    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    environment = _environment(scratch) | {"OCTADISC_FIGURES": str(figures), "OCTADISC_NOTEBOOK": name}
    with _settings_of(scratch):
        client = _client(notebook, path.parent, scratch, timeout)
        _check_python(notebook)
        try:
            _execute(client, environment)
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


def _execute(client: Any, environment: Mapping[str, str]) -> None:
    """Run a client in a thread of its own, so that an interrupt reaches us at once and not nbclient."""
    failed: list[BaseException] = []
    loops = asyncio.SelectorEventLoop if os.name == "nt" else None  # ZeroMQ knows no other on Windows

    def work() -> None:
        try:
            with asyncio.Runner(loop_factory=loops) as runner:
                runner.run(client.async_execute(env=environment))
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=work, daemon=True)
    with _heard_interrupts() as interrupted:
        thread.start()
        while thread.is_alive() and not interrupted.is_set():
            thread.join(0.2)  # without a limit Windows would not hear Ctrl-C
    if interrupted.is_set():
        process = getattr(getattr(client.km, "provisioner", None), "process", None)
        if process is not None:
            process.kill()
        thread.join(10)
        atexit.unregister(client._cleanup_kernel)  # nothing is left to end
        raise KeyboardInterrupt
    if failed:
        raise failed[0]


@contextmanager
def _heard_interrupts() -> Iterator[Event]:
    """Note an interrupt rather than raise it: raised while Python collects garbage, it would be lost."""
    heard = Event()
    if current_thread() is not main_thread():
        yield heard
        return
    before = signal.signal(signal.SIGINT, lambda _number, _frame: heard.set())
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, before)


def _client(notebook: Any, folder: Path, scratch: Path, timeout: int | None) -> Any:
    """Make what runs a notebook, with a kernel that is this Python and no other."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    kernels = scratch / "kernels"
    (kernels / _KERNEL).mkdir(parents=True, exist_ok=True)
    kernel = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"],
        "display_name": "octadisc",
        "language": "python",
    }
    (kernels / _KERNEL / "kernel.json").write_text(json.dumps(kernel), "utf-8")
    known = KernelSpecManager(kernel_dirs=[str(kernels)], ensure_native_kernel=False)
    manager = AsyncKernelManager(kernel_name=_KERNEL, kernel_spec_manager=known)
    if os.name != "nt" and len(str(scratch)) < _LONGEST_SOCKET:
        manager.transport = "ipc"  # a socket in our own folder, open to nobody else
        manager.ip = str(scratch / "runtime" / "kernel")
    quiet = logging.getLogger("octadisc.notebooks")  # what goes wrong is said once, by our own error
    quiet.setLevel(logging.CRITICAL)
    options = {"timeout": timeout, "record_timing": False, "log": quiet}
    client = NotebookClient(notebook, km=manager, resources={"metadata": {"path": str(folder)}}, **options)
    client.owns_km = True  # so that it ends the kernel, whatever happens
    return client


def _check_python(notebook: Any) -> None:
    """Have the notebook make sure that it runs where its figures' recipes will say it did."""
    import nbformat

    check = (
        f"import sys\nassert sys.executable == {sys.executable!r}, sys.executable\n"
        "import matplotlib\nmatplotlib.use('agg')"
    )
    notebook.cells.insert(0, nbformat.v4.new_code_cell(check))  # type: ignore[no-untyped-call]


def _failed_cell(notebook: Any) -> int:
    """Give the number of the last code cell that began, counted as a reader counts cells, from 1."""
    begun = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.get("outputs")]
    failed = [i for i in begun if any(one.output_type == "error" for one in notebook.cells[i].outputs)]
    return (failed or begun or [0])[-1]  # the inserted check is cell 0


def _environment(scratch: Path) -> dict[str, str]:
    """Give the kernel's environment: nothing that brings in another Python's modules or settings."""
    foreign = (
        "JUPYTER_PATH",
        "JUPYTER_CONFIG_PATH",
        "IPYTHONDIR",
        "PYTHONSTARTUP",
        "MPLBACKEND",
        "MPLCONFIGDIR",
    )
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    environment |= {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "IPYTHONDIR": str(scratch / "ipython")}
    if "MPLCONFIGDIR" in os.environ:
        environment["MPLCONFIGDIR"] = os.environ["MPLCONFIGDIR"]
    package = str(Path(str(resources.files("octadisc"))).parent)
    if package not in sys.path[1:] or "PYTHONPATH" in environment:
        paths = [package, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
        environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    return environment


@contextmanager
def _settings_of(scratch: Path) -> Any:
    """Let Jupyter in this process look nowhere but into the scratch folder."""
    mine = {
        "JUPYTER_PATH": str(scratch / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    (scratch / "runtime").mkdir(parents=True, exist_ok=True)
    before = {name: os.environ.get(name) for name in mine}
    os.environ.update(mine)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
