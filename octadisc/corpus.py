"""Corpus: press releases as one immutable table, a row a release, that leads back to its sources."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from octadisc.errors import InputError, MissingFileError, UnknownNameError, did_you_mean
from octadisc.spec import Spec
from octadisc.table import (
    Texts,
    as_evidence,
    fingerprint,
    from_records,
    name_rows,
    pack_lists,
    read_day,
    tidy,
    to_page,
    to_records,
    unpack_lists,
    with_columns,
)
from octadisc.writing import write_whole

__all__ = ["Corpus", "read_record"]

_ISSUE_COLUMNS = ["release", "source", "what", "found", "done"]
_DATE_COLUMNS = [
    "release", "date", "kind", "found", "place", "start", "end", "rank", "chosen", "ambiguous", "other",
]  # fmt: skip
_FORMAT = b"octadisc"  # key of our own record in a Parquet file
_GROUP = 64_000_000  # bytes of releases, before they are compressed, that are read together


@dataclass(frozen=True, eq=False, repr=False)
class Corpus:
    """Press releases, one row each; made by `od.load_corpus` or :meth:`from_frame`, never changed.

    Attributes
    ----------
    frame : DataFrame
        The releases, to be read and not written to; :meth:`to_frame` gives a copy.
    issues : DataFrame
        What was mended, missing or left out on the way: release, source, what, found, done.
    dates : DataFrame
        The evidence for each date, the most trusted first: release, date, kind (where it was found), found
        (what stood there), place (the property or column), start and end (offsets in the page), rank, chosen,
        ambiguous, other (the day if day and month were exchanged).
    spec : Spec
        How it was made.

    Examples
    --------
    >>> corpus = Corpus.from_frame(
    ...     [
    ...         {"date": "2008-03-28", "issuer": "Presidency", "text": "Police trust each other."},
    ...         {"date": "2009-05-01", "issuer": "Europol", "text": "A new threat assessment."},
    ...     ]
    ... )
    >>> corpus
    Corpus(2 releases, 2 issuers, 2008-03-28 to 2009-05-01)
    >>> len(corpus.where(issuer="Europol"))
    1
    """

    frame: pd.DataFrame
    issues: pd.DataFrame
    dates: pd.DataFrame
    spec: Spec

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        issues: pd.DataFrame | None = None,
        dates: pd.DataFrame | None = None,
        spec: Spec | None = None,
    ) -> Corpus:
        """Make a corpus from a table with a column ``text`` and any of the other columns.

        Parameters
        ----------
        frame : DataFrame or list of dict
            Columns release, date, issuer, title, text, language, script, url, source; page and spans
            (the parts of page that text leaves out: start, end, label); annotation (start, end, lemma,
            tag of the words of text); and any others.
        issues, dates : DataFrame, optional
            What reading found out; see the class.
        spec : Spec, optional
            How the table was made.

        Raises
        ------
        InputError
            If there is no text column, a date cannot be read, or two releases share an id.
        """
        table = tidy(frame)
        issues = with_columns(issues, _ISSUE_COLUMNS)
        dates = as_evidence(with_columns(dates, _DATE_COLUMNS))
        contents = fingerprint(table)
        if spec is None:
            spec = Spec("Corpus.from_frame", {"releases": len(table)}, fingerprint=contents)
        elif spec.fingerprint != contents:
            spec = Spec(spec.function, spec.parameters, spec.seed, spec.inputs, contents)
        return cls(table, issues, dates, spec)

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def fingerprint(self) -> str:
        """Hash of the contents (not of paths or the order of rows)."""
        return self.spec.fingerprint

    @cached_property
    def texts(self) -> Texts:
        """The releases' texts, in the order of the rows: a list, of which each is made when asked for."""
        return Texts(self.frame["text"])

    def to_frame(self) -> pd.DataFrame:
        """Give the releases as a frame of one's own."""
        return self.frame.copy()

    def where(self, **conditions: Any) -> Corpus:
        """Keep the releases whose columns have the given value, or one of the given values.

        Examples
        --------
        >>> corpus = Corpus.from_frame([{"text": "a", "language": "sl"}, {"text": "b", "language": "en"}])
        >>> corpus.where(language=["sl", "de"]).texts
        Traceback (most recent call last):
        octadisc.errors.UnknownNameError: No release has language='de'. There is: en, sl.
        >>> corpus.where(language="sl").texts
        ['a']
        """
        keep = np.ones(len(self), bool)
        for column, wanted in conditions.items():
            if column not in self.frame:
                raise UnknownNameError(
                    f"The corpus has no column {column!r}.{did_you_mean(column, self.frame.columns)}"
                )
            values = self.frame[column]
            one = isinstance(wanted, (str, bytes)) or not isinstance(wanted, Iterable)
            for value in [wanted] if one else wanted:
                if not (values == value).any():
                    known = did_you_mean(str(value), (str(v) for v in values.dropna().unique()))
                    raise UnknownNameError(f"No release has {column}={value!r}.{known}")
            keep &= values.isin([wanted] if one else list(wanted)).to_numpy(bool)
        return self._take(keep, "where", conditions)

    def between(self, start: Any = None, end: Any = None) -> Corpus:
        """Keep the releases from a date (inclusive) to another (exclusive); undated ones are left out.

        A year alone stands for its first of January, so ``between(2003, 2015)`` is 2003 to 2014.
        """
        if start is not None and end is not None and read_day(start) >= read_day(end):
            raise InputError(f"between({start!r}, {end!r}): nothing is between; the end comes first.")
        keep = self.frame["date"].notna().to_numpy(copy=True)
        if start is not None:
            keep &= (self.frame["date"] >= read_day(start)).to_numpy(bool)
        if end is not None:
            keep &= (self.frame["date"] < read_day(end)).to_numpy(bool)
        return self._take(keep, "between", {"start": start, "end": end})

    def _take(self, keep: Any, function: str, parameters: dict[str, Any]) -> Corpus:
        frame = self.frame[keep].reset_index(drop=True)
        kept = set(frame["release"])
        issues = self.issues[self.issues["release"].isin(kept) | self.issues["release"].isna()]
        dates = self.dates[self.dates["release"].isin(kept)]
        spec = Spec(f"Corpus.{function}", parameters, inputs=(self.spec,), fingerprint=fingerprint(frame))
        return type(self)(frame, issues.reset_index(drop=True), dates.reset_index(drop=True), spec)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {release: row for row, release in enumerate(self.frame["release"])}

    def row_of(self, release: str) -> int:
        """Give the row of a release by its id.

        Raises
        ------
        UnknownNameError
            If there is no such release.
        """
        try:
            return self._rows[release]
        except KeyError:
            raise UnknownNameError(
                f"No release has the id {release!r}.{did_you_mean(str(release), self._rows)}"
            ) from None

    def to_page(self, release: str, start: int, end: int) -> tuple[int, int]:
        r"""Map character offsets in a release's text to those in its page, the unaltered source.

        Examples
        --------
        >>> page = "Home | Print\nPolice met."
        >>> corpus = Corpus.from_frame(
        ...     [{"release": "a", "page": page, "text": "Police met.", "spans": [(0, 13, "furniture")]}]
        ... )
        >>> corpus.to_page("a", 0, 6)
        (13, 19)
        """
        row = self.row_of(release)
        size = len(self.texts[row])
        if not 0 <= start <= end <= size:
            raise InputError(f"{release}: {start} to {end} is not inside its text of {size} characters.")
        spans = self.frame["spans"].iloc[row] if "spans" in self.frame else ()
        return to_page(start, spans, after=start < end), to_page(end, spans, after=False)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the corpus with its issues, evidence and recipe to one Parquet file.

        The file appears whole or not at all. `od.load_corpus` and :meth:`open` read it.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.Table.from_pandas(pack_lists(self.frame), preserve_index=False)
        record = {
            "version": 1,
            "spec": self.spec.to_dict(),
            "issues": to_records(self.issues),
            "dates": to_records(self.dates),
        }
        table = table.replace_schema_metadata(
            {**(table.schema.metadata or {}), _FORMAT: json.dumps(record, ensure_ascii=False).encode()}
        )
        sink = pa.BufferOutputStream()
        rows = max(1, len(table) * _GROUP // max(1, table.nbytes))
        pq.write_table(table, sink, compression="zstd", row_group_size=rows)
        return write_whole(path, sink.getvalue().to_pybytes())

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Corpus:
        """Read a corpus that :meth:`save` wrote.

        Raises
        ------
        MissingFileError, InputError
            If the file is not there, or is not one of ours.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        source = Path(path)
        if not source.exists():
            raise MissingFileError(f"{source}: there is no such file.")
        if source.is_dir():
            raise InputError(
                f"{source}: is a folder. Expected a file that Corpus.save wrote; folders are read by "
                "od.load_corpus(path)."
            )
        try:
            table = pq.read_table(source)
        except (pa.ArrowException, OSError) as error:
            raise InputError(
                f"{source}: is not a readable Parquet file ({str(error).splitlines()[0]})."
            ) from None
        made = read_record(table.schema, source)
        frame = unpack_lists(table.to_pandas())
        issues, dates = from_records(made["issues"]), from_records(made["dates"])
        return cls.from_frame(frame, issues=issues, dates=dates, spec=Spec.from_dict(made["spec"]))

    def __repr__(self) -> str:
        return f"Corpus({self._summary()})"

    def _summary(self) -> str:
        issuers = self.frame["issuer"].nunique()
        parts = [
            f"{len(self):,} {name_rows(self.frame, len(self))}",
            f"{issuers} issuer{'s' * (issuers != 1)}",
        ]
        known = self.frame["date"].dropna()
        parts.append(f"{known.min():%Y-%m-%d} to {known.max():%Y-%m-%d}" if len(known) else "no dates")
        if len(known) < len(self) and len(known):
            parts.append(f"{len(self) - len(known):,} undated")
        return ", ".join(parts)

    def _repr_html_(self) -> str:
        head = self.frame[["release", "date", "issuer", "title", "language"]].head(5)
        table = head.assign(date=head["date"].dt.strftime("%Y-%m-%d")).to_html(
            index=False, na_rep="–", border=0
        )
        issues = (
            f"<p>{len(self.issues):,} issues: see <code>corpus.issues</code>.</p>" if len(self.issues) else ""
        )
        return f"<p><b>Corpus</b>: {escape(self._summary())}</p>{table}{issues}"


def read_record(schema: Any, source: Path) -> dict[str, Any]:
    """Give what `Corpus.save` wrote beside the table in a Parquet file: recipe, issues, evidence for dates.

    Raises
    ------
    InputError
        If there is nothing of the kind.
    """
    record = (schema.metadata or {}).get(_FORMAT)
    if record is None:
        raise InputError(
            f"{source}: is a Parquet file, but no corpus that octadisc saved. "
            "Use od.load_corpus(path) to read it as a table of releases."
        )
    made: dict[str, Any] = json.loads(record)
    return made
