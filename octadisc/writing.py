"""Writing: files that appear whole or not at all, and texts that a file can hold."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from octadisc.errors import UnreadableError

__all__ = ["encodable", "write_whole"]


def write_whole(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a file that appears whole or not at all, also when interrupted.

    Raises
    ------
    UnreadableError
        If the folder cannot be made or written to, or the disk is full.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise UnreadableError(
            f"{target}: cannot be written ({error.strerror}). Choose another place."
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if os.name != "nt":  # a temporary file is its owner's alone; a result is as open as any new file
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, 0o666 & ~mask)
        os.replace(name, target)
    except OSError as error:
        raise UnreadableError(
            f"{target}: cannot be written ({error.strerror}). Choose another place."
        ) from None
    finally:
        Path(name).unlink(missing_ok=True)
    return target


def encodable(text: str) -> str:
    """Replace lone surrogates, which no file can hold, by U+FFFD."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    return text
