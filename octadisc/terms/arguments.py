"""Arguments that several functions take, checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from octadisc.errors import InputError, expect

if TYPE_CHECKING:
    from octadisc.terms.tracked import Trend

__all__ = [
    "check_level",
    "check_part",
    "check_permutations",
    "check_trend",
    "check_whole",
    "read_stop_words",
    "refuse_resampled",
]


def check_whole(name: str, value: Any, least: int) -> None:
    """Refuse what is no whole number, or too small.

    Examples
    --------
    >>> check_whole("min_count", 0, 1)
    Traceback (most recent call last):
    octadisc.errors.InputError: min_count=0: expected a whole number of at least 1.
    """
    if not _is_whole(value) or value < least:
        raise InputError(f"{name}={value!r}: expected a whole number of at least {least:,}.")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def check_level(value: Any) -> None:
    """Refuse what is no coverage of an interval.

    Examples
    --------
    >>> check_level(95)
    Traceback (most recent call last):
    octadisc.errors.InputError: level=95 is no coverage. Expected a number between 0 and 1, such as 0.95.
    """
    if not isinstance(value, float | np.floating) or not 0 < value < 1:
        raise InputError(f"level={value!r} is no coverage. Expected a number between 0 and 1, such as 0.95.")


def check_permutations(value: Any, least: int = 19) -> None:
    """Refuse what is no number of permutations, or too few to tell anything.

    Examples
    --------
    >>> check_permutations(9)
    Traceback (most recent call last):
    octadisc.errors.InputError: n_permutations=9: expected a whole number of at least 19; 999 are usual.
    """
    if not _is_whole(value) or value < least:
        raise InputError(
            f"n_permutations={value!r}: expected a whole number of at least {least}; 999 are usual."
        )


def check_part(name: str, value: Any, more: str, *, zero: bool = False, one: bool = False) -> None:
    """Refuse what is no part of a whole; `zero` and `one` say whether nothing and all of it are.

    Examples
    --------
    >>> check_part("hits", 1, "such as 0.5")
    Traceback (most recent call last):
    octadisc.errors.InputError: hits=1: expected a part between 0 and 1, such as 0.5.
    """
    known = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not known or not 0 <= value <= 1 or (value == 0 and not zero) or (value == 1 and not one):
        raise InputError(f"{name}={value!r}: expected a part between 0 and 1, {more}.")


def check_trend(trend: Any, *, mixed: str = "") -> None:
    """Refuse what is no trend; and, with `mixed`, which gives the reason, one of a fixed mix of issuers.

    Such a trend has the mix in its values and intervals, but not in the releases that it rests on.
    """
    from octadisc.terms.tracked import Trend

    expect(trend, Trend, "trend", "what od.track_terms(tokens, queries) gives")
    if mixed and trend.spec.function == "standardise":
        raise InputError(
            f"The trend is standardised to a fixed mix, {mixed}. Pass the trend that it was made from, "
            "without .standardise()."
        )


def refuse_resampled(trend: Trend, doing: str) -> None:
    """Refuse a trend whose intervals are percentiles where it is read off them how much a period tells."""
    if trend.basis.interval != "score":
        raise InputError(
            f"The trend's intervals are a bootstrap's, and {doing} takes score intervals. Track the terms "
            'with interval="score".'
        )


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
