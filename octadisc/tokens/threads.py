"""Threads: kernels that release the interpreter's lock, side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["in_threads"]

Given = TypeVar("Given")
Made = TypeVar("Made")


def in_threads(
    function: Callable[[Given], Made], given: Sequence[Given], n_threads: int | None = None
) -> list[Made]:
    """Apply a function that releases the interpreter's lock to each of the given, in order."""
    n_threads = min(n_threads or os.cpu_count() or 1, len(given))
    if n_threads <= 1:
        return [function(one) for one in given]
    with ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(function, given))
