"""Watch, inside the kernel, what a notebook reads and writes beyond what it was given.

Python tells of each file that it opens (an audit event); a notebook's figures are kept for the next run only
together with the contents of these files. What cannot be told, such as what another program reads, is noted
as a doubt, and then nothing is kept.
"""

from __future__ import annotations

import json
import os
import site
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

__all__ = ["cache_folders", "kind_of", "library_folders", "report", "watch"]

# programs that libraries ask about the machine, and that read nothing of the user's
_ASKED = ("fc-list", "ldconfig", "lscpu", "sysctl", "system_profiler", "uname", "wmic")
_PASSING = (".pyc", ".nbi", ".nbc")  # what Python and numba keep of code
_SYSTEM = ("/proc", "/dev", "/sys")
_NETWORK = (
    "ftplib.connect", "http.client.connect", "imaplib.open", "poplib.connect", "smtplib.connect",
    "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "telnetlib.Telnet.open", "urllib.Request",
)  # fmt: skip
_PROGRAMS = (
    "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.startfile/2",
    "os.system", "pty.spawn",
)  # fmt: skip
_WORKERS = ("multiprocessing.popen_", "joblib.externals.loky.backend.popen_")


_STAT = os.stat  # as it is before it is watched


def kind_of(place: str) -> str:
    """Tell whether a path leads to a file, a folder, or nowhere."""
    try:
        return "folder" if stat.S_ISDIR(_STAT(place).st_mode) else "file"
    except (OSError, ValueError):
        return "absent"


class _Watch:
    """What was seen so far."""

    def __init__(self, silent: Iterable[str], made: Iterable[str]) -> None:
        self.silent = tuple(_whole(one) for one in silent)  # what is read there needs no telling
        self.made = [*self.silent, *(_whole(one) for one in made)]  # what is written there is no harm
        self.files: dict[str, list[int] | None] = {}
        self.folders: dict[str, str] = {}
        self.asked: dict[str, str] = {}
        self.written: set[str] = set()
        self.doubts: dict[str, None] = {}
        self.modules = set(sys.modules)
        self.temporary_folder = _whole(tempfile.gettempdir())
        for one in sys.path:  # Python has looked for modules there already
            self._note_folder(one or ".", "modules")

    def open(self, path: Any, mode: Any, flags: Any) -> None:
        """Note a file that is opened, and how."""
        place = _place(path)
        if place is None or place.startswith(_SYSTEM):
            return
        flags = flags if isinstance(flags, int) else 0
        if isinstance(mode, str):
            reads, writes = not set(mode) & set("wax") or "+" in mode, bool(set(mode) & set("wax+"))
        else:
            access = flags & (os.O_WRONLY | os.O_RDWR)
            reads, writes = access != os.O_WRONLY, access != 0 or bool(flags & os.O_CREAT)
        if kind_of(place) == "folder":  # to list it by its number, or for a temporary file without a name
            if not writes:
                self._note_folder(path, "names")
            return
        if writes:
            self.write(place)
        if reads:
            self.read(path, place)

    def read(self, path: Any, place: str | None = None) -> None:
        """Note a file that is read, or a folder with all that is in it."""
        place = place or _whole(os.fsdecode(path))
        if not _inside(place, self.silent) and place not in self.written:
            self.files.setdefault(_named(path), _state(place))

    def write(self, place: str) -> None:
        """Note a file that is written; one that is no temporary one is a result of the notebook's own."""
        if kind_of(place) == "folder":
            return
        if not any(_whole(one) == place for one in self.files):
            self.written.add(place)
        if not _inside(place, tuple(self.made)) and not place.endswith(_PASSING):
            self.doubts[f"it writes {os.path.basename(place)}"] = None

    def ask(self, path: Any) -> None:
        """Note that it is looked whether there is a file: it may be read as soon as there is one."""
        if isinstance(path, int) or (named := _named(path)) in self.asked:
            return
        self.asked[named] = ""  # what is noted below may look for files too
        place = _whole(named)
        if (
            not place.startswith(_SYSTEM)
            and not _inside(place, tuple(self.made))
            and place not in self.written
        ):
            self.asked[named] = kind_of(place)

    def listed(self, path: Any) -> None:
        """Note a folder whose names are read: by Python, for what is installed, or by the notebook."""
        frame: Any = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        imports = frame is not None and frame.f_globals.get("__name__", "").startswith("importlib.")
        self._note_folder("." if path is None else path, "modules" if imports else "names")

    def _note_folder(self, path: Any, kind: str) -> None:
        place = _place(path)
        if place is None or place.startswith(_SYSTEM) or _inside(place, self.silent):
            return
        if kind == "names" or _named(path) not in self.folders:
            self.folders[_named(path)] = kind

    def renamed(self, place: Any) -> None:
        """Note a file that gets its name from another."""
        whole = _place(place)
        if whole is not None:
            self.write(whole)

    def connected(self, _: Any, address: Any) -> None:
        """Note a connection, unless it is Python's own, from itself to itself."""
        frame: Any = sys._getframe(2)
        while frame is not None:
            if "socketpair" in frame.f_code.co_name:
                return
            frame = frame.f_back
        self.doubts["it asks the network"] = None

    def started(self, program: Any, arguments: Any) -> None:
        """Note a program that is started."""
        named = program or (arguments if isinstance(arguments, (str, bytes)) else next(iter(arguments), ""))
        name = os.path.basename(os.fsdecode(named).split(" ")[0])
        if name.removesuffix(".exe") not in _ASKED:
            self.doubts[f"it starts another program ({name})"] = None

    def temporary(self, path: Any) -> None:
        """Note a temporary file or folder."""
        place = _place(path)
        if place is not None and _inside(place, (self.temporary_folder,)):
            self.made.append(place)


_SEEN: list[_Watch] = []


def watch() -> None:
    """Begin to watch, for as long as this process lives."""
    package = Path(__file__).parents[2]
    made = [os.environ.get("OCTADISC_FIGURES", ""), os.environ.get("IPYTHONDIR", ""), *cache_folders()]
    given = json.loads(os.environ.get("OCTADISC_GIVEN", "[]"))
    seen = _Watch([*library_folders(), str(package), *given], filter(None, made))
    handlers: dict[str, Callable[..., None]] = {
        "octadisc.read": seen.read,
        "open": seen.open,
        "os.chdir": lambda *_: seen.doubts.setdefault("it changes its folder"),
        "os.listdir": lambda path=None, *_: seen.listed(path),
        "os.scandir": lambda path=None, *_: seen.listed(path),
        "os.rename": lambda _, target, *__: seen.renamed(target),
        "socket.connect": seen.connected,
        "sqlite3.connect": lambda path, *_: None if path == ":memory:" else seen.open(path, "r", 0),
        "subprocess.Popen": lambda program, arguments, *_: seen.started(program, arguments),
        "tempfile.mkdtemp": seen.temporary,
        "tempfile.mkstemp": seen.temporary,
    }
    handlers |= {one: lambda *_: seen.doubts.setdefault("it asks the network") for one in _NETWORK}
    handlers |= {one: lambda *_: seen.doubts.setdefault("it starts other programs") for one in _PROGRAMS}

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        handler = handlers.get(event)
        if handler is None:
            return
        try:
            handler(*arguments)
        except Exception as error:  # the notebook's own work must go on, whatever this one does
            seen.doubts[f"it could not be watched ({event}: {type(error).__name__})"] = None

    _SEEN.append(seen)
    sys.addaudithook(hear)
    _tell_of_parquet()
    _tell_of_looks(seen)


def _tell_of_looks(seen: _Watch) -> None:
    """Have Python tell where it is looked for files; there is no audit event for that."""

    def heard(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def look(path: Any, *given: Any, **named: Any) -> Any:
            if not named.get("dir_fd"):
                with suppress(Exception):
                    seen.ask(path)
            return function(path, *given, **named)

        return look

    told = heard(_STAT)
    for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if _STAT in able:
            able.add(told)
    os.stat = told
    for name in ("exists", "isdir", "isfile", "lexists"):
        if not hasattr(getattr(os.path, name), "__code__"):  # on Windows they do not ask os.stat
            setattr(os.path, name, heard(getattr(os.path, name)))


def _tell_of_parquet() -> None:
    """Have pyarrow tell of the Parquet files that it opens, which Python does not see."""
    import pyarrow.parquet as pq

    for owner, name in ((pq, "read_table"), (pq.ParquetFile, "__init__"), (pq.ParquetDataset, "__init__")):
        setattr(owner, name, _telling(getattr(owner, name), at=1 if name == "__init__" else 0))


def _telling(function: Callable[..., Any], at: int) -> Callable[..., Any]:
    @wraps(function)
    def tell(*given: Any, **named: Any) -> Any:
        source = given[at] if len(given) > at else next(iter(named.values()), None)
        for one in source if isinstance(source, list | tuple) else [source]:
            if isinstance(one, str | bytes | os.PathLike):
                sys.audit("octadisc.read", os.fspath(one))
        return function(*given, **named)

    return tell


def report(path: str) -> None:
    """Write what was seen: files with their size and time when first opened, folders, modules, doubts."""
    if _SEEN:
        with suppress(Exception):  # without a report nothing is kept, and the notebook's figures are made
            _write(_SEEN[-1], path)


def _write(seen: _Watch, path: str) -> None:
    for name in sorted(set(sys.modules)):
        if name.startswith(_WORKERS) and name not in seen.modules:
            seen.doubts["it starts other processes"] = None
    files, folders, asked = (
        dict(seen.files),
        dict(seen.folders),
        dict(seen.asked),
    )  # what follows adds to them
    modules = {
        name: str(place)
        for name, one in list(sys.modules.items())
        if isinstance(place := getattr(one, "__file__", None), str)
    }
    told = {
        "files": {one: state for one, state in files.items() if one != _whole(path)},
        "folders": folders,
        "asked": {one: kind for one, kind in asked.items() if kind},
        "modules": modules,
        "doubts": list(seen.doubts),
    }
    Path(path).write_text(json.dumps(told), "utf-8")


def library_folders() -> list[str]:
    """Give the folders of Python's own modules and of what is installed, whose versions are known."""
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    own = [sysconfig.get_path(kind) for kind in kinds]
    found = own + [sysconfig.get_path(kind, vars=base) for kind in kinds] + site.getsitepackages()
    if site.ENABLE_USER_SITE:
        found.append(site.getusersitepackages())
    return sorted({_whole(one) for one in found if one})


def cache_folders() -> list[str]:
    """Give the folders in which libraries put aside what they can make again."""
    named = [os.environ.get(one, "") for one in ("MPLCONFIGDIR", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME")]
    home = os.path.expanduser("~")
    return [one for one in (*named, *(os.path.join(home, *one) for one in _CACHES)) if one]


_CACHES = (
    (".cache",),
    (".config", "matplotlib"),
    (".matplotlib",),
    ("Library", "Caches"),
    ("AppData", "Local"),
)


def _place(path: Any) -> str | None:
    """Give a whole path; None for a file that is open already."""
    return None if isinstance(path, int) else _whole(os.fsdecode(path))


def _named(path: Any) -> str:
    """Give a whole path with its links as they are: a link may lead elsewhere the next time."""
    return os.path.abspath(os.fsdecode(path))


def _whole(path: str) -> str:
    return os.path.realpath(path)


def _inside(place: str, folders: tuple[str, ...]) -> bool:
    return any(place == one or place.startswith(one + os.sep) for one in folders)


def _state(place: str) -> list[int] | None:
    """Give size and time of a file; None where there is none."""
    try:
        seen = _STAT(place)
    except OSError:
        return None
    return [seen.st_size, seen.st_mtime_ns]
