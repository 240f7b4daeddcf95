"""Threads: kernels that release the interpreter's lock, side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import numpy as np

from octadisc.errors import InputError, WrongKindError

__all__ = ["check_threads", "in_threads", "one_blas_thread"]

Given = TypeVar("Given")
Made = TypeVar("Made")


def check_threads(n_threads: object) -> None:
    """Refuse what is no number of threads.

    Examples
    --------
    >>> check_threads(0)
    Traceback (most recent call last):
    octadisc.errors.InputError: n_threads=0: expected 1 or more, or None for all cores.
    """
    if n_threads is None:
        return
    if isinstance(n_threads, bool) or not isinstance(n_threads, (int, np.integer)):
        raise WrongKindError(
            f"n_threads is a {type(n_threads).__name__}. Expected int: 1 or more, or None for all cores."
        )
    if n_threads < 1:
        raise InputError(f"n_threads={n_threads}: expected 1 or more, or None for all cores.")


def in_threads(
    function: Callable[[Given], Made], given: Sequence[Given], n_threads: int | None = None
) -> list[Made]:
    """Apply a function that releases the interpreter's lock to each of the given, in order."""
    check_threads(n_threads)
    n_threads = min(n_threads or os.cpu_count() or 1, len(given))
    if n_threads <= 1:
        return [function(one) for one in given]
    with ThreadPoolExecutor(n_threads) as pool:
        try:
            return list(pool.map(function, given))
        except BaseException:  # an interrupt, say: what has not begun need not
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def one_blas_thread() -> AbstractContextManager[Any]:
    """Keep BLAS to one thread: two would add up in another order, and small products gain nothing."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits
