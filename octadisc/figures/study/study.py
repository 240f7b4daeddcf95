"""A study: its folder, where its releases are, how they are read, and what is asked of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from octadisc.drawing.styles import fix_colours, use_style
from octadisc.errors import InputError, MissingFileError, did_you_mean
from octadisc.figures.notebooks import CORPUS_VARIABLE
from octadisc.figures.settings import Settings
from octadisc.figures.study.asked import KEYS, as_path, read_load_options, read_parameters, read_style
from octadisc.figures.study.places import STUDY_FILE, Tables, read_names, read_tables, read_text
from octadisc.figures.surroundings import surroundings
from octadisc.figures.words import listed

__all__ = ["STUDY_VARIABLE", "Study", "check_releases", "find_study", "open_study", "read_study"]

STUDY_VARIABLE = "OCTADISC_STUDY"  # the study whose notebooks run, wherever they run
RELEASES_FOLDER = "data/releases"
STYLE_VARIABLES = {"style": "OCTADISC_STYLE", "width": "OCTADISC_WIDTH", "order": "OCTADISC_ORDER"}
_PARTS = ("notebooks", "data", "figures")  # a study is found from inside these too


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Study:
    """What study.toml says, checked; paths are whole.

    Attributes
    ----------
    folder : Path
    name, author : str
    releases : str or list of str
        What `od.load_corpus` is given.
    load_options : dict
        With which options.
    parameters : dict
        By the names in the notebooks' cells tagged ``parameters``.
    style : dict
        style, width and order of the figures, where they are set.
    notebooks : list of str
        Those that run; all if empty.
    """

    folder: Path
    name: str
    author: str
    releases: str | list[str]
    load_options: Mapping[str, Any]
    parameters: Mapping[str, Any]
    style: Mapping[str, Any]
    notebooks: list[str]

    def __repr__(self) -> str:
        return f"Study({self.name!r}, releases in {self.releases!r})"

    def get(self, parameter: str, default: Any = None) -> Any:
        """Give what study.toml sets for a notebook's parameter; the default where it says nothing."""
        return self.parameters.get(parameter, default)

    def settings(self) -> Settings:
        """Give what the notebooks are asked, and which of them run."""
        made = Settings(parameters=dict(self.parameters))
        return Settings(tuple(self.notebooks), made.parameters) if self.notebooks else made

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let notebooks that are run meanwhile find this study, and its style, wherever they are run."""
        mine = {STUDY_VARIABLE: str(self.folder)}
        for key, value in self.style.items():
            mine[STYLE_VARIABLES[key]] = (
                json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
            )
        with surroundings(mine):
            yield


def find_study(place: str | os.PathLike[str] = ".") -> Path | None:
    """Give the folder of the study that a folder is, or is a part of; None if it is of none.

    A study's notebooks, data and figures are parts of it.
    """
    folder = Path(place).absolute()
    if folder.name == STUDY_FILE:
        folder = folder.parent
    for one in (folder, folder.parent if folder.name in _PARTS else folder):
        if (one / STUDY_FILE).is_file():
            return one
    return None


def open_study(place: str | os.PathLike[str] = ".") -> Study:
    r"""Read a study's study.toml, and check all that it says.

    Parameters
    ----------
    place : path
        The study's folder, a folder in it, or its study.toml. While `octadisc figures` runs a study's
        notebooks, that study is meant, wherever they run, and its releases are those that were loaded for
        this run: also those of ``--corpus``.

    Returns
    -------
    Study
        From then on figures are drawn in its style, as by `od.use_style` and `od.fix_colours`.

    Raises
    ------
    MissingFileError, UnreadableError, InputError
        If there is no such file, it is no TOML, or something in it is not what it should be: the file, the
        line, the key, what was expected and what was found.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "study.toml").write_text('name = "Trust"\n[periods]\nevery = "quarter"\n')
    ...     study = open_study(folder)
    >>> study, study.get("EVERY"), study.get("AROUND", 6)
    (Study('Trust', releases in '...releases'), 'quarter', 6)
    """
    study = read_study(os.environ.get(STUDY_VARIABLE) or place)
    if "style" in study.style or "width" in study.style:
        use_style(study.style.get("style", "article"), width=study.style.get("width"))
    if "order" in study.style:
        fix_colours(study.style["order"])
    given = os.environ.get(CORPUS_VARIABLE) if os.environ.get(STUDY_VARIABLE) else None
    return replace(study, releases=given) if given else study


def read_study(place: str | os.PathLike[str]) -> Study:
    """Read the study of a folder, whichever runs just now; otherwise as `open_study`."""
    folder = find_study(place)
    if folder is None:
        where = Path(place).absolute()
        what = "is no folder" if not where.is_dir() else f"has no {STUDY_FILE}"
        raise MissingFileError(
            f"{where} {what}. A study is a folder with {STUDY_FILE}; make one with octadisc new STUDY."
        )
    tables = read_tables(folder / STUDY_FILE)
    top = tables.table("", KEYS[""])
    words = {key: _read_word(tables, top, key) for key in ("name", "author")}
    order = tables.table("figures", KEYS["figures"]).get("notebooks")
    return Study(
        folder,
        words["name"] or folder.name,
        words["author"],
        _read_releases(tables),
        read_load_options(tables),
        read_parameters(tables),
        read_style(tables),
        _read_notebooks(tables, order) if order is not None else [],
    )


def _read_word(tables: Tables, top: Mapping[str, Any], key: str) -> str:
    value = top.get(key, "")
    if not isinstance(value, str):
        raise tables.place("", key, value).wrong("a text in quotation marks")
    return value.strip()


def _read_notebooks(tables: Tables, given: Any) -> list[str]:
    place = tables.place("figures", "notebooks", given)
    names = [one.removesuffix(".ipynb") for one in read_names(given, place)]
    folder = tables.path.parent / "notebooks"
    there = sorted(one.stem for one in folder.glob("*.ipynb")) if folder.is_dir() else []
    for one in names:
        if one not in there:
            raise place.wrong(f"names of notebooks in {folder}", did_you_mean(one, there))
    return names


def _read_releases(tables: Tables) -> str | list[str]:
    """Find the releases; a pattern such as texts/*.html is left to the loading."""
    found = tables.table("corpus", KEYS["corpus"]).get("path", RELEASES_FOLDER)
    place = tables.place("corpus", "path", found)
    texts = read_names(found, place) if isinstance(found, list) else [read_text(found, place)]
    paths = [_release_path(as_path(one, place), tables.path.parent) for one in texts]
    return paths if isinstance(found, list) else paths[0]


def _release_path(text: str, folder: Path) -> str:
    """Give the whole path; whether something is there is asked when it is loaded."""
    return os.path.normpath(folder / Path(text).expanduser())


def check_releases(study: Study) -> None:
    """Say what to do where there is no release yet, or none any more.

    Raises
    ------
    MissingFileError
        If what study.toml names is not there.
    InputError
        If the folder of the releases has no file that could be one.
    """
    paths = study.releases if isinstance(study.releases, list) else [study.releases]
    toml = study.folder / STUDY_FILE
    for one in paths:
        path = Path(one)
        if not path.exists() and not any(sign in one for sign in "*?["):
            raise MissingFileError(
                f"{path}: there is nothing there, and {toml} says that the releases are. If they were moved, "
                "name their new place under [corpus] path."
            )
        if not path.is_dir() or any(_may_be_release(file) for file in path.rglob("*")):
            return
    beside = study.folder / "data"
    misplaced = (
        [one.name for one in beside.iterdir() if one.name not in ("README.md", "releases")]
        if beside.is_dir()
        else []
    )
    if misplaced and paths == [str(study.folder / RELEASES_FOLDER)]:
        raise InputError(
            f"{paths[0]}: there are no releases in it, but {beside} has {listed(sorted(misplaced), 4)}. If "
            f"these are the releases, move them into {RELEASES_FOLDER}, and run octadisc figures again."
        )
    raise InputError(
        f"{listed(paths, 3)}: there are no releases yet. Put files there (.html, .txt, .docx, .pdf, .csv, "
        f".xlsx and others, also in folders and .zip), or name where they are in {toml}, under [corpus] "
        "path. Then run octadisc figures again."
    )


def _may_be_release(file: Path) -> bool:
    return not file.name.startswith(".") and file.is_file()
