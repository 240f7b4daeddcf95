"""Topic models on disk: one zip file of arrays and JSON, never pickles."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, MissingFileError, UnreadableError
from octadisc.spec import Spec
from octadisc.topics.model import TopicModel
from octadisc.topics.relations.merging import restore_merged
from octadisc.topics.structural.files import put_together, take_apart
from octadisc.writing import write_whole

if TYPE_CHECKING:
    from octadisc.tokens import Tokens

__all__ = ["load_model", "save_model"]

_FORMAT = "octadisc topic model"
# 4 with merged topics, 3 with a structure, 2 where releases count in part, else 1: older versions can read
# what they know
_VERSION = 4
_ARRAYS = ("shares", "words", "bound")
_WEIGHTS = ("release_weights",)
_NEXT = "Give a file that model.save(path) wrote."


def save_model(model: TopicModel, path: str | os.PathLike[str]) -> Path:
    """Write a model; see `TopicModel.save`."""
    target = Path(path)
    if target.is_dir():
        raise UnreadableError(f"{target}: is a folder. Name a file in it, such as {target / 'topics.zip'}.")
    weighed = bool((model.release_weights != 1).any())
    version = 3 if model.structure is not None else 2 if weighed else 1
    record = {
        "format": _FORMAT,
        "version": version,
        "spec": model.spec.to_dict(),
        "versions": Spec.versions(),
        "weights": model.weights,
        "notes": list(model.notes),
    }
    tables = {"topics": model.topics, "releases": model.releases}
    parts = {
        "model.json": _to_json(record),
        "terms.json": _to_json(model.terms),
        **{f"{name}.json": _to_json(_from_table(table)) for name, table in tables.items()},
        **{f"{name}.npy": _to_bytes(getattr(model, name)) for name in _ARRAYS + _WEIGHTS * (version > 1)},
    }
    if model.structure is not None:
        described, arrays = take_apart(model.structure)
        parts["structure.json"] = _to_json({**described, "starts": _from_table(model.structure.starts)})
        parts |= {f"structure/{name}.npy": _to_bytes(one) for name, one in arrays.items()}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))  # the same bytes every time
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return write_whole(target, content.getvalue())


def load_model(path: str | os.PathLike[str], *, tokens: Tokens | None = None) -> TopicModel:
    """Read a topic model that `model.save(path)` wrote.

    Parameters
    ----------
    path : path of the file
    tokens : Tokens, optional
        Of the corpus that the model was fitted to, so that `model.evidence` can lead back to sentences.

    Raises
    ------
    MissingFileError
        If there is no such file.
    UnreadableError
        If it is no topic model, is damaged, or was written by a newer octadisc.
    InputError
        If the tokens are of another corpus.

    Examples
    --------
    >>> import tempfile
    >>> import octadisc as od
    >>> counts = od.TermCounts.from_matrix([[3, 0], [0, 2]], ["trust", "crime"], [{}, {}])
    >>> model = od.fit_topics(counts, 2).rename({0: "confidence"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = od.load_model(model.save(f"{folder}/topics.zip"))
    >>> again.topics["name"][0], bool((again.shares == model.shares).all())
    ('confidence', True)
    """
    source = Path(path)
    if not source.exists():
        raise MissingFileError(f"{source}: there is no such file. {_NEXT}")
    if source.is_dir():
        raise UnreadableError(f"{source}: is a folder, not a topic model. {_NEXT}")
    try:
        with zipfile.ZipFile(source) as archive:
            model = _read(source, archive)
    except (UnreadableError, InputError):
        raise
    except zipfile.BadZipFile as error:
        whole = zipfile.is_zipfile(source)
        found = (
            f"is damaged ({error}); copy it again, or save the model again"
            if whole
            else "is not a topic model"
        )
        raise UnreadableError(f"{source}: {found}. {_NEXT}") from None
    except OSError as error:
        raise UnreadableError(f"{source}: cannot be read ({error.strerror or error}).") from None
    except Exception as error:  # whatever a damaged archive makes zlib, json, numpy or pandas say
        kind = type(error).__name__
        raise UnreadableError(
            f"{source}: is damaged ({kind}: {error}). Save the model again, or fit it again."
        ) from None
    if tokens is None:
        return model
    from dataclasses import replace

    from octadisc.topics.evidence import check_tokens

    check_tokens(model, tokens)
    return replace(model, tokens=tokens)


def _read(source: Path, archive: zipfile.ZipFile) -> TopicModel:
    if "model.json" not in archive.namelist():
        raise UnreadableError(f"{source}: is a zip file, but holds no topic model. {_NEXT}")
    record = json.loads(archive.read("model.json"))
    if not isinstance(record, dict) or record.get("format") != _FORMAT:
        raise UnreadableError(f"{source}: its model.json is not that of an octadisc topic model. {_NEXT}")
    if record["version"] > _VERSION:
        raise UnreadableError(
            f"{source}: was saved by a newer octadisc (format {record['version']}; this one reads "
            f"{_VERSION}). Update octadisc."
        )
    version = int(record.get("base_version") or record["version"])  # of the model that was merged
    shares, words, bound = (_read_array(archive, name) for name in _ARRAYS)
    topics, releases = (
        _to_table(json.loads(archive.read(f"{name}.json"))) for name in ("topics", "releases")
    )
    terms = json.loads(archive.read("terms.json"))
    weights = _read_array(archive, *_WEIGHTS) if version > 1 else np.ones(len(releases))
    if weights.shape != (len(releases),):
        raise ValueError(f"release_weights are {weights.shape}, for {len(releases)} releases")
    if shares.shape != (len(releases), len(topics)) or words.shape != (len(topics), len(terms)):
        raise ValueError(
            f"shares are {shares.shape}, words {words.shape}, for {len(releases)} releases, "
            f"{len(topics)} topics and {len(terms)} terms"
        )
    spec = Spec.from_dict(record["spec"])
    notes = tuple(record["notes"])
    structure = None
    if version > 2:
        described = json.loads(archive.read("structure.json"))
        arrays = {name: _read_array(archive, f"structure/{name}") for name in described["arrays"]}
        structure = put_together(described, arrays, _to_table(described["starts"]))
    model = TopicModel(
        shares,
        words,
        terms,
        topics,
        bound,
        releases,
        weights,
        spec,
        record["weights"],
        notes,
        structure=structure,
    )
    if "merged.json" not in archive.namelist():
        return model
    return restore_merged(model, json.loads(archive.read("merged.json")))


def _read_array(archive: zipfile.ZipFile, name: str) -> Any:
    return np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)


def _to_bytes(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _to_json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode("utf-8", "surrogatepass")


def _from_table(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the columns as plain values with the kind each is to be read as."""
    made = []
    for name in table.columns:
        column = table[name]
        missing = column.isna().to_numpy(bool)
        if pd.api.types.is_datetime64_any_dtype(column):
            kind, values = str(column.dtype), [str(one) for one in column.astype("str")]
        elif pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
            kind, values = str(column.dtype), column.astype(object).tolist()
        else:
            kind, values = "str", [str(one) for one in column]
        plain = [None if gone else one for one, gone in zip(values, missing.tolist(), strict=True)]
        made.append({"name": str(name), "kind": kind, "values": plain})
    return made


def _to_table(columns: list[dict[str, Any]]) -> pd.DataFrame:
    made = {}
    for one in columns:
        values = one["values"]
        if one["kind"].startswith("datetime64"):
            made[one["name"]] = pd.Series(pd.to_datetime(pd.Series(values, dtype="str")), dtype=one["kind"])
        else:
            made[one["name"]] = pd.Series(values, dtype=one["kind"])
    return pd.DataFrame(made)
