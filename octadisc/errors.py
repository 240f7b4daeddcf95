"""The errors of octadisc: each is also the built-in kind that a caller would expect."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "InputError",
    "MissingFileError",
    "NotEnoughDataError",
    "OctadiscError",
    "OctadiscWarning",
    "UnknownNameError",
    "UnreadableError",
    "WrongKindError",
    "did_you_mean",
    "expect",
]


class OctadiscError(Exception):
    """Anything octadisc refuses to do, in one paragraph: found, expected, done, next."""


class InputError(OctadiscError, ValueError):
    """An argument, a column or a file's content is not what it should be."""


class MissingFileError(OctadiscError, FileNotFoundError):
    """A path that does not exist."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnreadableError(OctadiscError, OSError):
    """A file that exists and cannot be read or written."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class UnknownNameError(OctadiscError, KeyError):
    """An issuer, a column, a term or a method that is not there."""

    def __str__(self) -> str:  # KeyError would show the message in quotation marks
        return str(self.args[0]) if self.args else ""


class NotEnoughDataError(OctadiscError, ValueError):
    """The corpus is too small for what was asked."""


class WrongKindError(OctadiscError, TypeError):
    """An argument is of another kind than the function takes."""


class OctadiscWarning(UserWarning):
    """Something that was done all the same, and that the reader of a result should know."""


def expect(given: object, kind: type, argument: str, source: str) -> None:
    """Refuse an argument of another kind, and say where one of the right kind comes from.

    Examples
    --------
    >>> expect("trust", int, "n_topics", "a number")
    Traceback (most recent call last):
    octadisc.errors.WrongKindError: n_topics is a str. Expected int: a number.
    """
    if not isinstance(given, kind):
        raise WrongKindError(f"{argument} is a {type(given).__name__}. Expected {kind.__name__}: {source}.")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Give the likely intention behind an unknown name, or the first few names that exist.

    Examples
    --------
    >>> did_you_mean("Europool", ["Europol", "SELEC"])
    " Did you mean 'Europol'?"
    >>> did_you_mean("x", ["year", "month"])
    ' There is: month, year.'
    >>> did_you_mean("x", [])
    ' There is none.'
    """
    names = sorted({str(one) for one in known})
    folded = {one.casefold(): one for one in reversed(names)}
    near = get_close_matches(str(name).casefold(), list(folded), n=1)
    if near:
        return f" Did you mean {folded[near[0]]!r}?"
    if not names:
        return " There is none."
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f" There is: {', '.join(names[:8])}{more}."
