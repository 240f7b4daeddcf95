"""Paths as arguments: anything else is refused in words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from octadisc.errors import WrongKindError

__all__ = ["as_path"]


def as_path(given: Any, argument: str, example: str) -> Path:
    """Give a path as such, or refuse what is none.

    Examples
    --------
    >>> as_path(5, "folder", "results/tokens")
    Traceback (most recent call last):
    octadisc.errors.WrongKindError: folder is a int. Expected a path, such as "results/tokens".
    """
    if not isinstance(given, (str, os.PathLike)) or not isinstance(os.fspath(given), str):
        raise WrongKindError(f'{argument} is a {type(given).__name__}. Expected a path, such as "{example}".')
    return Path(given)
