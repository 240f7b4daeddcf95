"""Spec: what made a result, so that it can be made again."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import metadata
from pathlib import PurePath
from typing import Any

import numpy as np

__all__ = ["Spec"]

_LIBRARIES = ("octadisc", "numpy", "pandas", "scipy", "scikit-learn", "matplotlib", "numba")


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Spec:
    """The recipe of a result: the function, its parameters, its seed and what it was made from.

    Parameters
    ----------
    function : str
        Name of the public function or method, for example ``"track_terms"``.
    parameters : mapping
        Its arguments; numbers, strings, dates and nested lists or mappings of them.
    seed : int, optional
        Seed of every random choice, where there was any.
    inputs : tuple of Spec
        The recipes of what went in.
    fingerprint : str
        Fingerprint of the corpus underneath; that of the first input if empty.

    Examples
    --------
    >>> corpus = Spec("load_corpus", {"path": "releases.csv"}, fingerprint="ab12")
    >>> trend = Spec("track_terms", {"queries": ("trust",)}, seed=0, inputs=(corpus,))
    >>> trend.fingerprint
    'ab12'
    >>> trend.to_dict()["parameters"]
    {'queries': ['trust']}
    """

    function: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    inputs: tuple[Spec, ...] = ()
    fingerprint: str = ""

    def __post_init__(self) -> None:
        if not self.fingerprint and self.inputs:
            object.__setattr__(self, "fingerprint", self.inputs[0].fingerprint)

    def to_dict(self) -> dict[str, Any]:
        """Give the recipe as plain values that JSON can hold."""
        made: dict[str, Any] = {"function": self.function, "parameters": _plain(self.parameters)}
        if self.seed is not None:
            made["seed"] = int(self.seed)
        if self.fingerprint:
            made["fingerprint"] = self.fingerprint
        if self.inputs:
            made["inputs"] = [one.to_dict() for one in self.inputs]
        return made

    @classmethod
    def from_dict(cls, made: Mapping[str, Any]) -> Spec:
        """Rebuild a recipe from :meth:`to_dict`."""
        return cls(
            function=str(made["function"]),
            parameters=dict(made.get("parameters", {})),
            seed=made.get("seed"),
            inputs=tuple(cls.from_dict(one) for one in made.get("inputs", ())),
            fingerprint=str(made.get("fingerprint", "")),
        )

    def to_json(self) -> str:
        """Give the recipe as JSON with sorted keys."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1, sort_keys=True)

    @staticmethod
    def versions() -> dict[str, str]:
        """Give the versions of Python and of the libraries that results depend on."""
        found = {"python": platform.python_version()}
        for name in _LIBRARIES:
            try:
                found[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                found[name] = "not installed"
        return found


def _plain(value: Any) -> Any:
    """Turn a parameter into what JSON can hold; order is kept, sets are sorted."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):  # a file's name may hold bytes that are no text
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else float(value)
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (datetime, date, np.datetime64)):
        return str(value)
    if isinstance(value, PurePath):
        return _plain(value.name)  # a recipe holds no path of one machine
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, Set):
        return sorted((_plain(one) for one in value), key=str)
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(one) for one in value]
    if hasattr(value, "to_dict"):
        return _plain(value.to_dict("list") if hasattr(value, "columns") else value.to_dict())
    return str(value)
