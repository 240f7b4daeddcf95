"""What the code of a notebook says of itself: whether its results may be kept, and which files it names."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["doubts_of_code", "literal_paths"]

_UNSEEN = (
    "_ctypes",
    "cffi",
    "ctypes",
    "fastwarc",
    "lxml",
    "pyarrow",
    "resiliparse",
)  # libraries that read files by themselves
_READERS = ("read_html",)  # functions that let one of these read
_FLEETING = (
    "environ", "environb", "getatime", "getctime", "getenv", "gethostname", "getmtime", "getpid", "getsize",
    "gmtime", "localtime", "monotonic", "now", "perf_counter", "st_mtime", "st_mtime_ns", "st_size",
    "time_ns", "today", "token_bytes", "token_hex", "urandom", "utcnow", "uuid1", "uuid4",
)  # fmt: skip
_CLOCKS = ("asctime", "ctime", "strftime", "time")  # of the module time; elsewhere they are none
_DAYS = ("Timestamp", "datetime64", "to_datetime")  # which take "now" and "today" for a day
_CHANCE = ("Random", "RandomState", "SystemRandom", "default_rng")  # draw anew where no seed is given
_LONGEST = 1000  # characters of a text that is tried as a path


def doubts_of_code(sources: Iterable[str], where: str = "a cell") -> list[str]:
    r"""Say what in some code forbids keeping its results: commands, clocks, libraries that read unseen.

    Examples
    --------
    >>> doubts_of_code(["import pandas as pd\nframe = pd.read_csv('a.csv')"])
    []
    >>> doubts_of_code(["!ls"]), doubts_of_code(["import pyarrow.parquet as pq"])
    (['a cell is not plain Python'], ['a cell uses pyarrow, which reads files unseen'])
    >>> doubts_of_code(["pd.Timestamp.now()"])
    ['a cell asks for now, which differs from run to run']
    >>> doubts_of_code(["from time import time as when"]), doubts_of_code(["np.random.default_rng()"])
    (['a cell asks for time, which differs from run to run'], ['a cell draws at random without a seed'])
    """
    found: dict[str, None] = {}
    trees = []
    for source in sources:
        try:
            trees.append(ast.parse(_without_drawing_magic(source)))
        except (SyntaxError, ValueError):
            found[f"{where} is not plain Python"] = None
    nodes = [node for tree in trees for node in ast.walk(tree)]
    clocks = {"time"} | {
        one.asname for node in nodes if isinstance(node, ast.Import) for one in node.names
        if one.name == "time" and one.asname
    }  # fmt: skip
    for node in nodes:
        for name in _imported(node):
            if name.split(".")[0] in _UNSEEN:
                found[f"{where} uses {name.split('.')[0]}, which reads files unseen"] = None
        for name in _fleeting(node, clocks):
            found[f"{where} asks for {name}, which differs from run to run"] = None
        if (called := _called(node)) in _READERS:
            found[f"{where} uses {called}, which reads files unseen"] = None
        elif called in _CHANCE and not _given(node):
            found[f"{where} draws at random without a seed"] = None
    return list(found)


def _without_drawing_magic(source: str) -> str:
    lines = source.splitlines()
    return "\n".join("" if line.strip().startswith("%matplotlib") else line for line in lines)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    if isinstance(node, ast.Call) and _called(node) in ("__import__", "import_module"):
        return [str(one.value) for one in node.args if isinstance(one, ast.Constant)]
    return []


def _called(node: ast.AST) -> str:
    """Give the last name of what is called; empty for what is no call."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", "") or (node.func.id if isinstance(node.func, ast.Name) else "")


def _given(node: ast.AST) -> bool:
    """Tell whether a call has an argument other than None."""
    assert isinstance(node, ast.Call)  # it is called
    values = [*node.args, *(one.value for one in node.keywords)]
    return any(not (isinstance(one, ast.Constant) and one.value is None) for one in values)


def _fleeting(node: ast.AST, clocks: set[str]) -> Iterator[str]:
    """Give what a piece of code asks for that differs from run to run, under whatever name."""
    named = getattr(node, "attr", "") or (node.id if isinstance(node, ast.Name) else "")
    if named in _FLEETING:
        yield named
    elif isinstance(node, ast.Attribute) and named in _CLOCKS:
        if isinstance(node.value, ast.Name) and node.value.id in clocks:
            yield named
    elif isinstance(node, ast.ImportFrom):
        names = (*_FLEETING, *(_CLOCKS if node.module == "time" else ()))
        yield from (one.name for one in node.names if one.name in names)
    elif isinstance(node, ast.Call):
        texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
        if _called(node) in _DAYS:
            yield from (one for one in texts if isinstance(one, str) and one.lower() in ("now", "today"))
        elif _called(node) == "getattr":
            yield from (one for one in texts if isinstance(one, str) and one in _FLEETING)


def literal_paths(sources: Iterable[str], folder: Path, given: Iterable[str] = ()) -> list[str]:
    """Give the texts in some code that name a file or folder, as seen from the notebook's own folder.

    What a library reads by itself is seen by its name at least. Names that are set anew for the run, such as
    CORPUS, do not count.
    """
    found = set()
    for source in sources:
        try:
            tree = ast.parse(_without_drawing_magic(source))
        except (SyntaxError, ValueError):
            continue
        passed = {
            id(part)
            for node in tree.body
            if isinstance(node, ast.Assign)
            and all(isinstance(one, ast.Name) and one.id in set(given) for one in node.targets)
            for part in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
                text = node.value
                if not text.strip("./\\~ ") or len(text) > _LONGEST or "\n" in text or "\0" in text:
                    continue
                place = os.path.abspath(folder / os.path.expanduser(text))
                if os.path.exists(place):
                    found.add(place)
    return sorted(found)
