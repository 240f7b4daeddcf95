"""Keeping fits in a folder, so that a comparison goes on where it was interrupted."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy import sparse

from octadisc.errors import InputError, OctadiscError
from octadisc.spec import Spec
from octadisc.topics.structural.covariates import covariate_table
from octadisc.writing import write_whole

if TYPE_CHECKING:
    from octadisc.terms.counts import TermCounts
    from octadisc.topics.model import TopicModel

__all__ = ["Keeper", "Kept", "hash_counts"]

_FORMAT = 1


class Kept(NamedTuple):
    """A fitted model, and how long the fit took."""

    model: TopicModel
    seconds: float


class Keeper:
    """Fits models, or reads them from a folder where the very same fit was kept.

    A file's name ends in a hash of its recipe: the content of the counts, all parameters and octadisc's
    version. A file beside it, of the same name in .json, holds the recipe, the seconds, and a hash of the
    model's file; a model counts as kept only if all of that is as it should be.

    Attributes
    ----------
    notes : list of str
        What was passed over, and why.
    """

    def __init__(self, folder: str | os.PathLike[str] | None, counts: TermCounts) -> None:
        self.folder = None if folder is None else Path(folder)
        self.notes: list[str] = []
        self.n_read = 0
        self._mine: set[str] = set()
        self._content = ""
        if self.folder is not None:
            if self.folder.exists() and not self.folder.is_dir():
                raise InputError(
                    f"folder={str(folder)!r} is a file. Name a folder; it need not be there yet."
                )
            self._content = hash_counts(counts)

    def fit(self, name: str, recipe: Mapping[str, Any], make: Callable[[], TopicModel]) -> Kept:
        """Give the model of a recipe: read, or else made and kept."""
        if self.folder is None:
            return _timed(make)
        whole = {
            "format": _FORMAT,
            "octadisc": Spec.versions()["octadisc"],
            "counts": self._content,
            **Spec("compare_models", recipe).to_dict()["parameters"],
        }
        key = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]
        path = self.folder / f"{name}-{key}.zip"
        self._mine |= {path.name}
        found = self._read(path, whole)
        if found is not None:
            self.n_read += 1
            return found
        made = _timed(make)
        made.model.save(path)
        beside = {"recipe": whole, "seconds": made.seconds, "sha256": _hash_file(path)}
        write_whole(path.with_suffix(".json"), json.dumps(beside, indent=1, sort_keys=True).encode())
        return made

    def note_others(self) -> list[str]:
        """Say what was passed over, and how many files in the folder are of other recipes."""
        if self.folder is None or not self.folder.is_dir():
            return []
        others = [one for one in self.folder.glob("*.zip") if one.name not in self._mine]
        if not others:
            return self.notes
        n = len(others)
        return [
            *self.notes,
            f"{n:,} {'model' if n == 1 else 'models'} in folder={self.folder.name!r} "
            f"{'is' if n == 1 else 'are'} of other counts, parameters or versions of octadisc, and "
            f"{'was' if n == 1 else 'were'} left alone.",
        ]

    def _read(self, path: Path, recipe: dict[str, Any]) -> Kept | None:
        """Read what is kept, if it is whole and of this recipe."""
        from octadisc.topics.files import load_model

        if not path.exists():
            return None
        try:
            beside = json.loads(path.with_suffix(".json").read_text("utf-8"))
            if beside["recipe"] == recipe and beside["sha256"] == _hash_file(path):
                return Kept(load_model(path), float(beside["seconds"]))
            why = "is not what was kept there"
        except FileNotFoundError:
            why = "was not finished"
        except (OctadiscError, OSError, ValueError, KeyError, TypeError):
            why = "cannot be read"
        self.notes.append(f"{path.name} {why}; it was fitted again.")
        return None


def hash_counts(counts: TermCounts) -> str:
    """Give a hash of all that a fit may depend on: counts, terms, what releases count, and their columns.

    Examples
    --------
    >>> import octadisc as od
    >>> one = od.TermCounts.from_matrix([[1, 2]], ["a", "b"], [{"issuer": "SELEC"}])
    >>> other = od.TermCounts.from_matrix([[1, 2]], ["a", "b"], [{"issuer": "Europol"}])
    >>> hash_counts(one) == hash_counts(one), hash_counts(one) == hash_counts(other)
    (True, False)
    """
    matrix = sparse.csr_matrix(counts.matrix, copy=True)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    made = hashlib.sha256(repr(matrix.shape).encode())
    for array, kind in (
        (matrix.indptr, np.int64),
        (matrix.indices, np.int64),
        (matrix.data, np.float64),
        (counts.release_weights, np.float64),
    ):
        made.update(np.ascontiguousarray(array, kind).tobytes())
    made.update(_to_bytes(counts.terms))
    table = covariate_table(counts)
    for column in sorted(table.columns, key=str):
        made.update(_to_bytes([column, str(table[column].dtype)]))
        made.update(_to_bytes(table[column]))
    return made.hexdigest()


def _to_bytes(values: Any) -> bytes:
    return json.dumps([str(one) for one in values]).encode()


def _hash_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _timed(make: Callable[[], TopicModel]) -> Kept:
    began = time.perf_counter()
    model = make()
    return Kept(model, time.perf_counter() - began)
