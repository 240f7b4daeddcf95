"""Variables of the environment that are set for a while."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

__all__ = ["surroundings"]


@contextmanager
def surroundings(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of this process inside a ``with`` block; afterwards they are what they were.

    Examples
    --------
    >>> with surroundings({"OCTADISC_EXAMPLE": "here"}):
    ...     os.environ["OCTADISC_EXAMPLE"]
    'here'
    >>> "OCTADISC_EXAMPLE" in os.environ
    False
    """
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
