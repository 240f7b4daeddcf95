"""Which cell of a notebook made which figure; it goes into the figure's recipe."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from octadisc.figures.files import to_json
from octadisc.writing import write_whole

__all__ = ["Places"]


class Places:
    """Which cell made which figure: after each cell the folder is looked at.

    Parameters
    ----------
    figures : Path
        The folder; what is in it already was made by none.
    ids : list of str
        Of the cells, in their order; empty for cells without.
    """

    def __init__(self, figures: Path, ids: Sequence[str]) -> None:
        self.figures, self.ids = figures, ids
        self.made: dict[str, int] = {}
        self._before = self._look()

    def _look(self) -> dict[str, tuple[int, int, int]]:
        found = {path.stem: path.stat() for path in self.figures.glob("*.json")}
        return {name: (one.st_mtime_ns, one.st_size, one.st_ino) for name, one in found.items()}

    def note(self, cell: Any, cell_index: int, **_: Any) -> None:
        """Note what a cell has made; called by nbclient after each, the inserted check being cell 0."""
        now = self._look()
        self.made |= {name: cell_index for name, state in now.items() if self._before.get(name) != state}
        self._before = now

    def write(self) -> None:
        """Write into each recipe the cell that made it."""
        for name, number in self.made.items():
            path = self.figures / f"{name}.json"
            recipe = json.loads(path.read_text("utf-8")) if path.exists() else None
            if isinstance(recipe, dict) and recipe.get("name") == name and number <= len(self.ids):
                recipe["cell"] = {"id": self.ids[number - 1], "number": number}
                write_whole(path, to_json(recipe))
