"""The kernel that runs a notebook: this very Python, its files in a folder of ours, ended when asked."""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread
from typing import Any

from octadisc.figures.surroundings import surroundings

__all__ = ["environment_of", "execute", "make_client", "settings_of"]

_KERNEL = "octadisc"
_LONGEST_SOCKET = 70  # a socket's path must stay under about a hundred letters


def execute(client: Any, environment: Mapping[str, str]) -> None:
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


def make_client(notebook: Any, folder: Path, scratch: Path, timeout: int | None) -> Any:
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


def environment_of(scratch: Path) -> dict[str, str]:
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
def settings_of(scratch: Path) -> Any:
    """Let Jupyter in this process look nowhere but into the scratch folder."""
    mine = {
        "JUPYTER_PATH": str(scratch / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }
    (scratch / "runtime").mkdir(parents=True, exist_ok=True)
    with surroundings(mine):
        yield
