"""The study's notebooks: the package's, with settings that come from study.toml."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

from octadisc.figures.notebooks import NOTEBOOKS

__all__ = ["study_notebooks", "with_study"]

_SETTING = re.compile(r"^([A-Z_]+) *= *(.+?) *$", re.MULTILINE)
_WORDS = {  # what a notebook says of its settings, and what it says in a study
    "See sample.sheet, and set AUDIT.": "See sample.sheet; name the workbooks that come back in study.toml, "
    "under [question], as audit.",
    "as `AUDIT` and run this again": "in study.toml, under `[question]`, as `audit`, and run this again",
    "or set N_TOPICS to a smaller number.": "or name fewer topics in study.toml, under [topics], as number.",
}
_HEAD = """\
import octadisc as od

# study.toml sets these; what you write in place of one of them counts in this notebook alone.
study = od.open_study("..")
"""


def study_notebooks() -> dict[str, bytes]:
    """Give the package's notebooks as a study has them, by their files' names."""
    packaged = resources.files("octadisc") / "notebooks"
    made = {}
    for name in NOTEBOOKS:
        notebook = with_study(json.loads((packaged / f"{name}.ipynb").read_text("utf-8")))
        made[f"{name}.ipynb"] = (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()
    return made


def with_study(notebook: dict[str, Any]) -> dict[str, Any]:
    """Let a notebook take its settings from study.toml, each with its own default, and load as it says there.

    Examples
    --------
    >>> cell = {
    ...     "cell_type": "code",
    ...     "metadata": {"tags": ["parameters"]},
    ...     "source": ['CORPUS = "a"', "N = 7"],
    ... }
    >>> cell["source"] = ['CORPUS = "a"' + chr(10), "N = 7"]
    >>> print("".join(with_study({"cells": [cell]})["cells"][0]["source"]))
    import octadisc as od
    ...
    CORPUS = study.releases
    N = study.get("N", 7)
    """
    made: dict[str, Any] = json.loads(json.dumps(notebook))
    for cell in made["cells"]:
        source = "".join(cell["source"])
        if "parameters" in cell["metadata"].get("tags", ()):
            source = _HEAD + _SETTING.sub(_from_study, source)
        elif cell["cell_type"] == "code":
            source = source.replace("od.load_corpus(CORPUS)", "od.load_corpus(CORPUS, **study.load_options)")
        for said, in_study in _WORDS.items():
            source = source.replace(said, in_study)
        cell["source"] = source.splitlines(keepends=True)
    return made


def _from_study(found: re.Match[str]) -> str:
    name, default = found.groups()
    return "CORPUS = study.releases" if name == "CORPUS" else f'{name} = study.get("{name}", {default})'
