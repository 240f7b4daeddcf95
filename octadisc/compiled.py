"""Compile kernels with numba, cached on disk wherever that is possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

__all__ = ["compiled", "compiled_inside", "compiled_loose"]

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a kernel that runs without the interpreter's lock.

    The machine code is kept beside the module or in the user's cache folder. Where neither can be
    written (a read-only installation without a home), it is compiled anew in each process.
    """
    return _compile(function)


def compiled_loose(function: Function) -> Function:
    """Compile a kernel of sums of products, which may be added up in whatever order is fastest.

    On one machine the order is always the same, and so are the bits. Infinities and NaN are kept.
    """
    return _compile(function, fastmath={"reassoc", "contract", "nsz"})


def compiled_inside(function: Function) -> Function:
    """Compile a part of a kernel of `compiled_loose`, always into the kernel itself.

    A part that is only called may be there twice, in its own machine code and in the kernel's, rounded
    otherwise; which one runs depends on whether the kernel was just compiled or comes from the cache.
    """
    return _compile(function, fastmath={"reassoc", "contract", "nsz"}, forceinline=True)


def _compile(function: Function, **options: Any) -> Function:
    try:
        return cast(Function, njit(cache=True, nogil=True, **options)(function))
    except RuntimeError:  # numba: "no locator available"
        return cast(Function, njit(nogil=True, **options)(function))
