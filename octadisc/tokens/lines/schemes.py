"""Schemes: the variables that coders fill in, each with the labels it may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from octadisc.errors import InputError, WrongKindError, did_you_mean

__all__ = ["FREE", "LABELS", "PLACE", "RESERVED", "Scheme", "read_scheme", "tidy_label"]

Scheme = dict[str, "tuple[str, ...] | str"]

FREE = ("number", "text")
PLACE = ("release", "start", "end", "date", "issuer", "source")
LABELS = "labels"  # the hidden sheet of a workbook that lists them
# Columns of sheets, and of what is made from them; coders, who get columns of their own, keep off them too.
RESERVED = ("line", "coder", *PLACE, "left", "match", "right", "variable", "file", "row")


def tidy_label(label: Any) -> str:
    """Give a label as text, without blanks around it and with single ones inside.

    Examples
    --------
    >>> tidy_label("  not  clear "), tidy_label(2.0), tidy_label(True)
    ('not clear', '2', 'True')
    """
    if isinstance(label, (float, np.floating)) and float(label).is_integer():
        label = int(label)
    return " ".join(str(label).split())


def read_scheme(codes: Any) -> Scheme:
    """Give each variable's labels, checked."""
    if isinstance(codes, str) or not isinstance(codes, (Mapping, Sequence)):
        raise WrongKindError(
            f"codes is a {type(codes).__name__}. Expected labels, such as ['yes', 'no', 'unclear'], or a "
            "mapping from variables to labels."
        )
    given = codes if isinstance(codes, Mapping) else {"code": codes}
    if not given:
        raise InputError("codes are empty. Expected labels, for example ['yes', 'no', 'unclear'].")
    scheme: Scheme = {}
    for variable, allowed in given.items():
        name = tidy_label(variable)
        if not name or name.casefold() in RESERVED or name.casefold() in map(str.casefold, scheme):
            raise InputError(
                f"codes: {name!r} cannot be the name of a variable; it is empty, stands twice or is a column "
                f"of every sheet ({', '.join(RESERVED[:11])}). Choose another."
            )
        scheme[name] = allowed if allowed in FREE else _read_labels(name, allowed)
    return scheme


def _read_labels(name: str, labels: Any) -> tuple[str, ...]:
    if isinstance(labels, str) or not isinstance(labels, Sequence):
        near = did_you_mean(str(labels), FREE) if isinstance(labels, str) else ""
        raise InputError(f"codes[{name!r}]={labels!r}: expected a list of labels, 'number' or 'text'.{near}")
    missing = [one for one in labels if one is None or (isinstance(one, float) and one != one)]
    if missing:
        raise InputError(
            f"codes[{name!r}] has the label {missing[0]}, which stands for no code. Expected labels "
            'in words; where none applies, one of your own such as "none".'
        )
    tidied = tuple(tidy_label(one) for one in labels)
    if not tidied or not all(tidied):
        raise InputError(
            f"codes[{name!r}]: there is no label, or an empty one, which would look like no code."
        )
    folded = [one.casefold() for one in tidied]
    twice = [one for one in tidied if folded.count(one.casefold()) > 1]
    if twice:
        raise InputError(f"codes[{name!r}]: the labels {twice} differ at most in case. Make them tell apart.")
    return tidied
