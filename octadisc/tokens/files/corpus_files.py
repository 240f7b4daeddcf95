"""A corpus in a folder of tokens: Arrow files without compression, read where they are asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from octadisc.corpus import Corpus, read_record
from octadisc.errors import InputError, MissingFileError, UnreadableError
from octadisc.spec import Spec
from octadisc.table import as_evidence, from_records, pack_lists, unpack_lists

__all__ = ["CORPUS_FILES", "import_corpus", "read_corpus", "write_corpus"]

CORPUS_FILES = ("corpus.arrow", "issues.arrow", "dates.arrow")
_RECIPE = b"octadisc"  # key of the corpus's recipe in the file of its releases
_RELEASES = 2_000  # that are read together from a Parquet file


def write_corpus(corpus: Corpus, folder: Path) -> None:
    """Write a corpus to a folder; its texts are written as they lie in memory."""
    import pyarrow as pa

    table = pa.Table.from_pandas(pack_lists(corpus.frame), preserve_index=False)
    _write(folder / "corpus.arrow", _with_recipe(table.schema, corpus.spec), table.to_batches())
    _write_tables(folder, corpus.issues, corpus.dates)


def import_corpus(path: str | os.PathLike[str], folder: Path) -> None:
    """Copy a corpus that `Corpus.save` wrote to a folder, a part at a time.

    Raises
    ------
    MissingFileError, InputError
        If the file is not there, or is not one of ours.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    source = Path(path)
    if not source.exists():
        raise MissingFileError(
            f"{source}: there is no such file. Give a corpus, or the file that corpus.save(path) wrote."
        )
    try:
        with pq.ParquetFile(source, pre_buffer=False) as file:
            made = read_record(file.schema_arrow, source)
            schema = _with_recipe(file.schema_arrow, Spec.from_dict(made["spec"]))
            batches = (
                batch
                for group in range(file.num_row_groups)
                for batch in file.iter_batches(_RELEASES, row_groups=[group], use_threads=False)
            )
            _write(folder / "corpus.arrow", schema, _checked(batches, schema))
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None):  # of the folder that is written to
            raise
        raise InputError(
            f"{source}: is not a readable Parquet file ({str(error).splitlines()[0]})."
        ) from None
    _write_tables(folder, from_records(made["issues"]), as_evidence(from_records(made["dates"])))


def read_corpus(folder: Path) -> Corpus:
    """Open the corpus in a folder; the columns stay on disk until they are looked at.

    Raises
    ------
    UnreadableError
        If a file is damaged.
    """
    tables = []
    for name in CORPUS_FILES:
        try:
            tables.append(_open(folder / name))
        except Exception as error:  # whatever a damaged file makes pyarrow or json say
            raise UnreadableError(
                f"{folder / name}: is damaged ({str(error).splitlines()[0]}). Save the tokens again."
            ) from None
    (frame, metadata), (issues, _), (dates, _) = tables
    return Corpus(unpack_lists(frame), issues, dates, Spec.from_dict(json.loads(metadata[_RECIPE])))


def _open(path: Path) -> tuple[pd.DataFrame, dict[bytes, bytes]]:
    import pyarrow as pa

    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    return table.to_pandas(), table.schema.metadata


def _with_recipe(schema: Any, spec: Spec) -> Any:
    """Give a table's schema the recipe, and the kinds that a corpus has: Parquet knows no days or seconds."""
    import pyarrow as pa

    for i, field in enumerate(schema):
        if field.type == pa.string():
            schema = schema.set(i, field.with_type(pa.large_string()))
        elif field.name == "date":
            schema = schema.set(i, field.with_type(pa.timestamp("s")))
    kept = {key: value for key, value in (schema.metadata or {}).items() if key == b"pandas"}
    return schema.with_metadata({**kept, _RECIPE: json.dumps(spec.to_dict(), ensure_ascii=False).encode()})


def _checked(batches: Iterator[Any], schema: Any) -> Iterator[Any]:
    """Hold what a file says is UTF-8 to it: the scanner takes it at its word."""
    for batch in batches:
        made = batch.cast(schema)
        made.validate(full=True)
        yield made


def _write(path: Path, schema: Any, batches: Any) -> None:
    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as file:
        for batch in batches:
            file.write_batch(batch.cast(schema))


def _write_tables(folder: Path, issues: pd.DataFrame, dates: pd.DataFrame) -> None:
    import pyarrow as pa

    for name, table in zip(CORPUS_FILES[1:], (issues, dates), strict=True):
        made = pa.Table.from_pandas(table, preserve_index=False)
        _write(folder / name, made.schema, made.to_batches())
