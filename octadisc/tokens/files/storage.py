"""Tokens on disk: a folder of arrays, types and recipe, opened without being read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from octadisc.errors import InputError, MissingFileError, UnreadableError
from octadisc.spec import Spec
from octadisc.tokens.files.array_files import ArrayFile, open_array, whole_folder
from octadisc.tokens.files.corpus_files import read_corpus, write_corpus
from octadisc.tokens.files.paths import as_path
from octadisc.tokens.files.stored_shards import StoredShards
from octadisc.tokens.forms.folding import Folding
from octadisc.tokens.scan.patterns import Scanned
from octadisc.tokens.threads import in_threads
from octadisc.tokens.tokens import Shard, Tokens

__all__ = ["Written", "is_tokens_folder", "load_tokens", "save_layers", "save_tokens", "spool"]

_FORMAT, _VERSION = "octadisc tokens", 1
_RECIPE = "tokens.json"
_EXAMPLE = "results/tokens"
_NEXT = "Give a folder that tokens.save(folder) wrote."
_KINDS = {
    "ids": np.int32,
    "starts": np.int32,
    "ends": np.int32,
    "gaps": np.uint8,
    "rows": np.int64,
    "sentences": np.int64,
}
_LINKS = ("surface", "words")  # the tokens that tokens were made from

Array = npt.NDArray[Any]
Written = dict[tuple[int, ...], str]  # by the identities of the shards' arrays


def save_tokens(tokens: Tokens, folder: str | os.PathLike[str]) -> Path:
    """Write tokens to a folder; see `Tokens.save`."""
    target = as_path(folder, "folder", _EXAMPLE)
    _refuse_what_is_not_known(tokens)
    with whole_folder(folder, is_tokens_folder) as place:
        write_corpus(tokens.corpus, place)
        save_layers(tokens, place, {})
    return target


def load_tokens(folder: str | os.PathLike[str]) -> Tokens:
    """Open tokens that `tokens.save(folder)` wrote, or ``od.tokenize(…, folder=folder)``.

    Nothing is read but the types and the recipe: arrays and texts stay on disk until they are looked at,
    and what is looked at takes no memory that others would need. Results are the same as with tokens in
    memory. The folder must stay where it is while they are used.

    Parameters
    ----------
    folder : path of the folder

    Returns
    -------
    Tokens

    Raises
    ------
    MissingFileError
        If there is no such folder.
    UnreadableError
        If it holds no tokens, a file in it is missing or of another size, the types or the recipe cannot be
        read, or a newer octadisc wrote it. When the tokens are first used: if a number in an array
        leads out of the vocabulary, a text or a release.
    WrongKindError
        If `folder` is no path.

    Notes
    -----
    A folder holds no checksums. Damage that leaves the sizes of files as they were is seen where an array
    would lead astray, and not inside of texts, or where one number has become another that could stand there.

    Examples
    --------
    >>> import tempfile
    >>> import octadisc as od
    >>> tokens = od.tokenize(od.Corpus.from_frame([{"text": "Mutual trust grows."}]))
    >>> with tempfile.TemporaryDirectory() as place:
    ...     again = od.load_tokens(tokens.save(f"{place}/tokens"))
    ...     len(again.find("mutual trust")), again.vocabulary
    (1, ['grows', 'mutual', 'trust'])
    """
    source = as_path(folder, "folder", _EXAMPLE)
    record = _read_recipe(source)
    try:
        _check_sizes(source, record["files"])
        corpus = read_corpus(source)
        arrays: dict[str, Array] = {}
        shards: dict[str, tuple[Shard, ...]] = {}
        made: list[Tokens] = []
        for layer in record["layers"]:
            key = json.dumps([layer["arrays"], layer["shards"]])
            if key not in shards:
                shards[key] = _cut_shards(source, layer, arrays)
            vocabulary = _read_types(source / layer["types"])
            links = {name: made[number] for name, number in layer["made_from"].items()}
            spec, folding = Spec.from_dict(layer["spec"]), _read_folding(layer["folding"])
            _check_order(shards[key], len(corpus))
            paths = {kind: source / name for kind, name in layer["arrays"].items()}
            checked = StoredShards.of(shards[key], corpus, len(vocabulary), paths)
            made.append(Tokens(corpus, checked, vocabulary, spec, folding, **links))
        return made[-1]
    except (UnreadableError, MissingFileError):
        raise
    except Exception as error:  # whatever a damaged folder makes json or numpy say
        raise UnreadableError(
            f"{source}: is damaged ({type(error).__name__}: {error}). Save the tokens again."
        ) from None


def save_layers(tokens: Tokens, place: Path, written: Written) -> None:
    """Write the types and arrays of tokens, and of those they were made from; the recipe comes last.

    `written` says in which file the shards' arrays of a kind stand already.
    """
    layers: list[dict[str, Any]] = []
    numbers: dict[int, int] = {}

    def add(one: Tokens) -> int:
        if id(one) in numbers:
            return numbers[id(one)]
        made_from = {name: add(getattr(one, name)) for name in _LINKS if getattr(one, name) is not None}
        number = len(layers)
        arrays = {}
        for kind, dtype in _KINDS.items():
            parts = [getattr(shard, kind) for shard in one.shards]
            same = tuple(map(id, parts))
            if same not in written:
                written[same] = f"{kind}{number or ''}.npy"
                with ArrayFile(place / written[same], dtype) as file:
                    for part in parts:
                        file.add(part)
            arrays[kind] = written[same]
        types = f"types{number or ''}.json"
        (place / types).write_bytes(_to_json(one.vocabulary))
        shards = [[each.first, each.n_releases, each.ids.size, each.sentences.size] for each in one.shards]
        folding = None if one.folding is None else _plain_folding(one.folding)
        layers.append(
            {
                "spec": one.spec.to_dict(),
                "types": types,
                "arrays": arrays,
                "shards": shards,
                "folding": folding,
                "made_from": made_from,
            }
        )
        return numbers.setdefault(id(one), number)

    add(tokens)
    record = {
        "format": _FORMAT,
        "version": _VERSION,
        "fingerprint": tokens.corpus.fingerprint,
        "versions": Spec.versions(),
        "layers": layers,
        "files": {one.name: one.stat().st_size for one in sorted(place.iterdir())},
    }
    (place / _RECIPE).write_bytes(_to_json(record, indent=1))


def spool(
    place: Path,
    scan: Callable[[tuple[int, int]], tuple[int, Scanned]],
    cuts: Sequence[tuple[int, int]],
    n_threads: int | None,
) -> tuple[list[tuple[int, Scanned]], Written]:
    """Write what scanning makes of each shard to disk as it is made; give it back as mapped from there."""
    kinds = [one for one in _KINDS if one != "sentences"]
    at_once = 2 * (n_threads or os.cpu_count() or 1)
    parts: list[int] = []
    sizes: list[list[int]] = []
    with ExitStack() as stack:
        files = [stack.enter_context(ArrayFile(place / f"{kind}.npy", _KINDS[kind])) for kind in kinds]
        for low in range(0, len(cuts), at_once):
            for part, made in in_threads(scan, cuts[low : low + at_once], n_threads):
                arrays: tuple[Array, ...] = made
                for file, array in zip(files, arrays, strict=True):
                    file.add(array)
                parts.append(part)
                sizes.append([array.size for array in arrays])
    columns = []
    for kind, mine in zip(kinds, np.array(sizes, np.int64).T, strict=True):
        whole = open_array(place / f"{kind}.npy", _KINDS[kind], shared=True)
        ends = np.cumsum(mine)
        columns.append(
            [whole[low:high] for low, high in zip((ends - mine).tolist(), ends.tolist(), strict=True)]
        )
    written = {tuple(map(id, column)): f"{kind}.npy" for kind, column in zip(kinds, columns, strict=True)}
    found: list[Any] = list(zip(parts, zip(*columns, strict=True), strict=True))
    return found, written


def _cut_shards(source: Path, layer: dict[str, Any], arrays: dict[str, Array]) -> tuple[Shard, ...]:
    """Cut the arrays of a layer into its shards."""
    names: dict[str, str] = layer["arrays"]
    for kind, name in names.items():
        if name not in arrays:
            arrays[name] = open_array(source / name, _KINDS[kind])
    sizes = np.array(layer["shards"], np.int64).reshape(-1, 4)
    columns = {"rows": sizes[:, 1] + 1, "sentences": sizes[:, 3]}
    cut: dict[str, list[Array]] = {}
    for kind, name in names.items():
        mine = columns.get(kind, sizes[:, 2])
        if mine.sum() != arrays[name].size:
            raise UnreadableError(
                f"{source / name}: holds {arrays[name].size:,} numbers; {_RECIPE} says {mine.sum():,}. "
                "Save the tokens again."
            )
        ends = np.cumsum(mine)
        cut[kind] = [
            arrays[name][low:high] for low, high in zip((ends - mine).tolist(), ends.tolist(), strict=True)
        ]
    return tuple(Shard(int(first), *(cut[kind][i] for kind in _KINDS)) for i, first in enumerate(sizes[:, 0]))


def _read_recipe(source: Path) -> dict[str, Any]:
    if not source.exists():
        raise MissingFileError(f"{source}: there is no such folder. {_NEXT}")
    if not source.is_dir():
        raise UnreadableError(f"{source}: is a file, not a folder of tokens. {_NEXT}")
    path = source / _RECIPE
    if not path.exists():
        begun = any((source / f"{kind}.npy").exists() for kind in _KINDS)
        found = f"has no {_RECIPE}: it was not written to its end" if begun else "holds no tokens"
        raise UnreadableError(f"{source}: {found}. {_NEXT}")
    try:
        record: Any = json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
        if not isinstance(record, dict) or record.get("format") != _FORMAT:
            raise UnreadableError(f"{path}: is not the recipe of an octadisc tokens folder. {_NEXT}")
        version = int(record["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path}: is damaged ({error}). Save the tokens again.") from None
    if version > _VERSION:
        raise UnreadableError(
            f"{source}: was saved by a newer octadisc (format {version}; this one reads {_VERSION}). "
            "Update octadisc."
        )
    return record


def _check_order(shards: tuple[Shard, ...], n_releases: int) -> None:
    """Refuse shards that are not, one after the other, those of all releases."""
    row = 0
    for shard in shards:
        if shard.first != row or not shard.rows.size:
            raise ValueError(f"a part begins at release {shard.first}, not {row}")
        row += shard.n_releases
    if row != n_releases:
        raise ValueError(f"tokens are of {row} releases, the corpus has {n_releases}")


def _read_types(path: Path) -> list[str]:
    try:
        vocabulary: list[str] = json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise UnreadableError(f"{path}: is damaged ({error}). Save the tokens again.") from None
    return vocabulary


def _check_sizes(source: Path, files: dict[str, int]) -> None:
    """Compare the files with what the recipe says of them, so that a copy that broke off is seen."""
    for name, size in files.items():
        path = source / name
        if not path.exists():
            raise UnreadableError(f"{path}: is missing. Copy the folder again, or save the tokens again.")
        found = path.stat().st_size
        if found != size:
            raise UnreadableError(
                f"{path}: has {found:,} bytes where {size:,} were written. Copy the folder again, or save "
                "the tokens again."
            )


def is_tokens_folder(target: Path) -> bool:
    """Say whether a path is a folder of tokens, or an empty one."""
    if not target.is_dir():
        return False
    if not any(target.iterdir()):
        return True
    try:
        _read_recipe(target)
    except UnreadableError:
        return False
    return True


def _refuse_what_is_not_known(tokens: Tokens) -> None:
    """Refuse tokens with fields that a folder has no place for, rather than lose them."""
    known = {"corpus", "shards", "vocabulary", "spec", "folding", *_LINKS}
    for one in fields(tokens):
        if one.name not in known and getattr(tokens, one.name) is not None:
            raise InputError(
                f"These tokens have {one.name}, which a folder has no place for. Save the tokens that they "
                "were made from, and make them again after od.load_tokens(folder)."
            )
    for name in _LINKS:
        made_from = getattr(tokens, name)
        if made_from is not None:
            if made_from.corpus is not tokens.corpus:
                raise InputError(f"These tokens and their {name} are of two corpora; a folder holds one.")
            _refuse_what_is_not_known(made_from)


def _to_json(value: Any, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "surrogatepass")


def _plain_folding(folding: Folding) -> dict[str, Any]:
    return {
        "forms": folding.forms,
        "diacritics": folding.diacritics,
        "variants": [list(one) for one in folding.variants],
        "supplied": [[*key, sorted(lemmas)] for key, lemmas in sorted(folding.supplied.items())],
    }


def _read_folding(made: dict[str, Any] | None) -> Folding | None:
    if made is None:
        return None
    variants = tuple(tuple(one) for one in made["variants"])
    supplied = {(language, word): frozenset(lemmas) for language, word, lemmas in made["supplied"]}
    return Folding(made["forms"], made["diacritics"], variants, supplied)
