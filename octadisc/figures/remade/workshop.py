"""Make the figures of one notebook: take them from an earlier run if nothing has changed, else run it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from octadisc.figures.notebooks import run_notebook
from octadisc.figures.remade.cache import Cache, Entry
from octadisc.figures.remade.doubts import doubts_of_code
from octadisc.figures.remade.guard import read_report
from octadisc.figures.remade.keys import code_cells, ingredients_of, name_key
from octadisc.figures.remade.only import Wanted, number_of
from octadisc.figures.remade.record import files_read, record_run
from octadisc.figures.words import listed

__all__ = ["Workshop"]


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where figures are made, and out of what.

    Attributes
    ----------
    corpus : Path
        The saved corpus that notebooks get.
    fingerprint : str
        Of the corpus.
    made : Path
        The folder that all figures are put into.
    scratch : Path
        For the kernel's own files.
    own : bool
        Whether the notebooks are a study's own, run where they are.
    again : bool
        Whether everything is made anew, whatever is kept.
    cache : Cache
    say : callable
        Is told what goes on, a line at a time.
    """

    corpus: Path
    fingerprint: str
    made: Path
    scratch: Path
    own: bool
    say: Callable[[str], None]
    again: bool = False
    cache: Cache = field(default_factory=lambda: Cache(None))

    def make(
        self, notebook: Path, parameters: Mapping[str, Any], wanted: Wanted | None = None
    ) -> dict[str, dict[str, Any]]:
        """Make a notebook's figures, or those of them that are wanted.

        Parameters
        ----------
        notebook : Path
        parameters : mapping
            Without CORPUS.
        wanted : Wanted, optional
            By default all.

        Returns
        -------
        dict of str to dict
            By figure, how it was made.
        """
        record = record_run(notebook, parameters, self.fingerprint, self.corpus)
        ingredients = self._ingredients(notebook, parameters)
        doubts = doubts_of_code([one for _, one in code_cells(notebook)])
        kept = None
        if ingredients and not doubts and not self.again:
            kept = self.cache.take(name_key(ingredients))
        if kept is not None and (wanted is None or wanted.names <= set(_figures(kept.files))):
            self.say(f"{notebook.stem}: unchanged, taken from the last run")
            return self._put(kept.files, wanted, self._with_files(record, kept.states, notebook))
        began = monotonic()
        until = wanted.until if wanted else None
        files, states, seen = self._run(notebook, parameters, until)
        if wanted and until and not wanted.names <= set(_figures(files)):
            files, states, seen = self._run(notebook, parameters, until := None)
        doubts += seen
        took = f"{notebook.stem}: {monotonic() - began:.0f} s"
        if until:
            took += f", up to its cell {number_of(notebook, until)}"
        elif self.cache.folder is not None and doubts:
            took += f"; not kept for the next run: {listed(doubts, 2)}"
        elif ingredients and ingredients == self._ingredients(notebook, parameters):
            self.cache.put(name_key(ingredients), Entry(files, states))
        self.say(took)
        return self._put(files, wanted, self._with_files(record, states, notebook))

    @property
    def _watches(self) -> bool:
        """Whether it is watched what notebooks read: to keep their figures, and to name their files later."""
        return self.own or self.cache.folder is not None

    def _with_files(
        self, record: dict[str, Any], states: Mapping[str, Any], notebook: Path
    ) -> dict[str, Any]:
        return {**record, "files": files_read(states, notebook, self.corpus)} if self.own else record

    def _ingredients(self, notebook: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Give what the figures depend on; nothing if nothing is kept, or it cannot be told."""
        if self.cache.folder is None:
            return {}
        try:
            return ingredients_of(notebook, parameters, self.corpus, own=self.own)
        except OSError:
            return {}

    def _run(
        self, notebook: Path, parameters: Mapping[str, Any], until: str | None
    ) -> tuple[dict[str, bytes], dict[str, Any], list[str]]:
        """Run a notebook; give the files that it made, what else it read, and doubts about that."""
        with tempfile.TemporaryDirectory(dir=self.corpus.parent, ignore_cleanup_errors=True) as folder:
            figures, report = Path(folder) / "figures", Path(folder) / "report.json"
            figures.mkdir()
            run_notebook(
                notebook,
                {"CORPUS": str(self.corpus), **parameters},
                figures=figures,
                scratch=self.scratch,
                until=until,
                report=report if self._watches else None,
                silent=[self.corpus] if self.own else [self.corpus.parent],
            )
            files = {one.name: one.read_bytes() for one in sorted(figures.iterdir()) if one.is_file()}
            states, doubts = read_report(report) if self._watches else ({}, [])
        return files, states, doubts

    def _put(
        self, files: Mapping[str, bytes], wanted: Wanted | None, record: dict[str, Any]
    ) -> dict[str, dict[str, Any]]:
        """Put files in the place of those of the same figures; give how each figure was made."""
        names = [one for one in _figures(files) if wanted is None or one in wanted.names]
        for name in names:
            for old in self.made.glob(f"{name}.*"):
                old.unlink()
        for name, content in files.items():
            if wanted is None or name.split(".")[0] in wanted.names:
                (self.made / name).write_bytes(content)
        return dict.fromkeys(names, record)


def _figures(files: Mapping[str, bytes]) -> list[str]:
    """Give the names of the figures, and of claims, among files: those with a recipe of their name."""
    found = []
    for one, content in files.items():
        name, ending = os.path.splitext(one)
        if ending == ".json":
            recipe = json.loads(content)
            found += [name] if isinstance(recipe, dict) and recipe.get("name") == name else []
    return sorted(found)
