"""Arrays on disk: files that grow while they are written, and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, OctadiscError, UnreadableError

__all__ = ["ArrayFile", "open_array", "whole_folder"]

_HEADER = 128  # bytes before an array; room for any size

Array = npt.NDArray[Any]


class ArrayFile:
    """A .npy file that grows: what is added stands behind what was there, and the size is written last."""

    def __init__(self, path: Path, dtype: Any) -> None:
        self.path, self.dtype, self.size = path, np.dtype(dtype), 0
        self._file = path.open("wb")
        self._file.write(self._header())

    def __enter__(self) -> ArrayFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, array: Array) -> None:
        """Write an array behind the others."""
        self._file.write(np.ascontiguousarray(array, self.dtype).data)
        self.size += array.size

    def close(self) -> None:
        """Write the size and close the file."""
        if not self._file.closed:
            self._file.seek(0)
            self._file.write(self._header())
            self._file.close()

    def _header(self) -> bytes:
        about = {"descr": self.dtype.str, "fortran_order": False, "shape": (self.size,)}
        text = repr(about).encode("ascii").ljust(_HEADER - 11) + b"\n"
        return np.lib.format.magic(1, 0) + len(text).to_bytes(2, "little") + text


@contextmanager
def whole_folder(folder: str | os.PathLike[str], is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """Give a folder to write to, which takes its place whole when all is written, or not at all.

    Parameters
    ----------
    folder : path
    is_ours : function of a path
        Whether what stands in that place may be replaced.

    Raises
    ------
    InputError
        If something else stands in that place.
    UnreadableError
        If it cannot be written, or the disk is full.
    """
    target = Path(folder)
    if target.exists() and not is_ours(target):
        raise InputError(
            f"{target}: is there already, and holds no tokens that octadisc saved. It is left as it is; "
            "choose another name, or move it away."
        )
    place = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        yield place
        if os.name != "nt":  # a temporary folder is its owner's alone; a result is as open as any new one
            mask = os.umask(0)
            os.umask(mask)
            place.chmod(0o777 & ~mask)
        old = None
        if target.exists():
            old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
            os.replace(target, old / target.name)
        os.replace(place, target)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        if isinstance(error, OctadiscError):
            raise
        raise UnreadableError(
            f"{target}: cannot be written ({error.strerror or error}). Choose another place."
        ) from None
    finally:
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)


def open_array(path: Path, dtype: Any, *, shared: bool = False) -> Array:
    """Map an array from disk; with `shared`, a change to it is one to the file, else it stays in memory.

    No one changes it, but kernels want arrays that could be: for read-only ones they are compiled again.
    """
    try:
        mode: Any = "r+" if shared else "c"
        array = np.load(path, mmap_mode=mode if path.stat().st_size > _HEADER else None, allow_pickle=False)
    except ValueError as error:
        raise UnreadableError(f"{path}: is damaged ({error}). Save the tokens again.") from None
    if array.ndim != 1 or array.dtype != dtype:
        raise UnreadableError(
            f"{path}: holds {array.dtype} of shape {array.shape}, where {np.dtype(dtype)} in one row was "
            "expected. Save the tokens again."
        )
    plain: Array = array.view(np.ndarray)
    return plain
