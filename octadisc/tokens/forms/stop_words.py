"""Function words: octadisc's lists, a language each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from octadisc.errors import InputError

if TYPE_CHECKING:
    from octadisc.tokens.tokens import Tokens

__all__ = ["languages_with_stop_words", "stop_types", "stop_words"]


def _fact(name: str) -> str:
    return resources.files("octadisc").joinpath("facts", name).read_text(encoding="utf-8")


def languages_with_stop_words() -> list[str]:
    """Give the languages that octadisc has a list of stop words for."""
    folder = resources.files("octadisc").joinpath("facts", "stop_words")
    return sorted(one.name.removesuffix(".txt") for one in folder.iterdir() if one.name.endswith(".txt"))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Give octadisc's list of function words for a language.

    Raises
    ------
    InputError
        If there is no list for the language.

    Examples
    --------
    >>> "the" in stop_words("en"), "trust" in stop_words("en")
    (True, False)
    """
    if language not in languages_with_stop_words():
        raise InputError(
            f"There are no stop words for language {language!r}; there are for "
            f"{', '.join(languages_with_stop_words())}. Give a list of your own: stop_words=[…]."
        )
    lines = _fact(f"stop_words/{language}.txt").splitlines()
    return frozenset(one.strip() for one in lines if one.strip() and not one.startswith("#"))


def stop_types(tokens: Tokens, language: str, given: str | Iterable[str] | None) -> set[str]:
    """Give the stop words of a language as the tokens' types have them.

    Parameters
    ----------
    tokens : Tokens
    language : str
    given : "auto", iterable of str or None
        octadisc's list for the language (where it is unknown, or has none, the English one does no harm and
        much good), words of one's own, or none.
    """
    if given is None:
        return set()
    if given == "auto":
        given = stop_words(language if language in languages_with_stop_words() else "en")
    elif isinstance(given, str):
        raise InputError(f"stop_words={given!r}: expected 'auto', a list of words, or None.")
    words = {str(one).lower() for one in given}
    folding = tokens.folding
    return words if folding is None else {folding.form(one, language) for one in words}
