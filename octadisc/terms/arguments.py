"""Arguments that are numbers, checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from octadisc.errors import InputError

__all__ = ["check_level", "check_whole", "read_stop_words"]


def check_whole(name: str, value: Any, least: int) -> None:
    """Refuse what is no whole number, or too small.

    Examples
    --------
    >>> check_whole("min_count", 0, 1)
    Traceback (most recent call last):
    octadisc.errors.InputError: min_count=0: expected a whole number of at least 1.
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise InputError(f"{name}={value!r}: expected a whole number of at least {least:,}.")


def check_level(value: Any) -> None:
    """Refuse what is no coverage of an interval.

    Examples
    --------
    >>> check_level(95)
    Traceback (most recent call last):
    octadisc.errors.InputError: level=95 is no coverage. Expected a number between 0 and 1, such as 0.95.
    """
    if not isinstance(value, float) or not 0 < value < 1:
        raise InputError(f"level={value!r} is no coverage. Expected a number between 0 and 1, such as 0.95.")


def read_stop_words(given: Any) -> Any:
    """Give stop words as a recipe can hold them: "auto", None, or a sorted list.

    Examples
    --------
    >>> read_stop_words({"the", "of"}), read_stop_words("auto")
    (['of', 'the'], 'auto')
    """
    if given is None or (isinstance(given, str) and given == "auto"):
        return given
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(f"stop_words={given!r}: expected 'auto', a list of words, or None.")
    return sorted({str(one).lower() for one in given})
