"""Begin a study: a folder with all that `octadisc figures` needs, and nothing overwritten."""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
from importlib import metadata, resources
from pathlib import Path

from octadisc.errors import InputError, MissingFileError, UnreadableError
from octadisc.figures.study.cells import study_notebooks
from octadisc.figures.study.places import STUDY_FILE
from octadisc.figures.study.study import RELEASES_FOLDER
from octadisc.figures.words import counted, listed
from octadisc.writing import write_whole

__all__ = ["describe_study", "make_study"]

_FILES = {
    STUDY_FILE: "study.toml",
    "README.md": "README.md",
    "methods.md": "methods.md",
    "requirements.txt": "requirements.txt",
    "environment.yml": "environment.yml",
    ".gitignore": "gitignore.txt",
    "data/README.md": "data-README.md",
}


def make_study(
    folder: str | os.PathLike[str],
    releases: str | os.PathLike[str] | None = None,
    *,
    copy: bool = False,
    author: str = "",
) -> Path:
    """Make a study's folder.

    Parameters
    ----------
    folder : path
        It must not be there yet, or be empty; its name becomes the study's.
    releases : path, optional
        Where the releases are: noted in study.toml, or copied into data/releases/.
    copy : bool
        Whether they are copied.
    author : str

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError, MissingFileError, UnreadableError
        If something is in the folder already, the releases are not there, or it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     sorted(one.name for one in make_study(Path(place, "Mutual trust")).iterdir())
    ['.gitignore', 'README.md', 'data', 'environment.yml', 'figures', 'methods.md', 'notebooks',
     'requirements.txt', 'study.toml']
    """
    target = Path(folder).expanduser().absolute()
    target = Path(os.path.normpath(target))
    _refuse_what_is_there(target)
    source = _find_releases(releases, target)
    if copy and source is None:
        raise InputError("--copy copies the releases of --from. Say where they are: --from PATH --copy.")
    begun = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
        for part in (RELEASES_FOLDER, "notebooks", "figures"):
            (target / part).mkdir(parents=True)
        _write(target, source, copy=copy, author=author)
    except BaseException as error:
        _take_back(target, folder_too=begun)
        if isinstance(error, OSError):
            raise UnreadableError(
                f"{target}: the study cannot be made there ({error.strerror or error}). Choose another place."
            ) from None
        raise
    return target


def _refuse_what_is_there(target: Path) -> None:
    try:
        if target.exists() and not target.is_dir():
            raise InputError(f"{target} is a file. Give the study another name; nothing was made.")
        names = sorted(one.name for one in target.iterdir()) if target.is_dir() else []
    except PermissionError as error:
        raise UnreadableError(f"{target}: cannot be read ({error.strerror}). Choose another place.") from None
    if STUDY_FILE in names:
        raise InputError(
            f"{target} is a study already. Run octadisc figures in it, or give the new one another name; "
            "nothing was made."
        )
    if names:
        raise InputError(
            f"{target} is not empty: there is {listed(names, 6)}. Nothing is overwritten, so nothing was "
            "made. Give the study a new name; if these are the releases, add --from with this folder."
        )


def _find_releases(releases: str | os.PathLike[str] | None, target: Path) -> Path | None:
    if releases is None:
        return None
    source = Path(releases).expanduser().absolute()
    if not source.exists():
        raise MissingFileError(
            f"--from {releases}: there is no such file or folder. Expected where the releases are; "
            "nothing was made."
        )
    if source.resolve() == target or source.resolve() in target.resolve().parents:
        raise InputError(
            f"--from {releases}: the study would be made inside the releases, and read as one of them. "
            "Make it beside them; nothing was made."
        )
    return source.resolve()


def _write(target: Path, source: Path | None, *, copy: bool, author: str) -> None:
    noted = source is not None and not copy
    version = metadata.version("octadisc")
    words = {
        "@NAME@": json.dumps(target.name, ensure_ascii=False),
        "@AUTHOR@": json.dumps(author, ensure_ascii=False),
        "@PATH@": json.dumps(
            _as_noted(source, target) if source and noted else RELEASES_FOLDER, ensure_ascii=False
        ),
        "@TITLE@": target.name,
        "@VERSION@": version,
        "@SLUG@": _slug(target.name),
        "@FIRST@": _first_step(source, target, copy=copy),
    }
    template = resources.files("octadisc") / "figures" / "study" / "template"
    for name, file in _FILES.items():
        text = (template / file).read_text("utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        write_whole(target / name, text.encode())
    for name, content in study_notebooks().items():
        write_whole(target / "notebooks" / name, content)
    if source and copy:
        _copy(source, target / RELEASES_FOLDER)


def _as_noted(source: Path, target: Path) -> str:
    """Give the path as it is noted: relative if both lie in one folder, and may be moved together."""
    if source.parent == target.resolve().parent:
        return f"../{source.name}"
    return source.as_posix()


def _first_step(source: Path | None, target: Path, *, copy: bool) -> str:
    if source is None:
        return (
            f"Put your releases into {RELEASES_FOLDER}. A folder of saved pages will do; data/README.md says "
            "what else."
        )
    if copy:
        return f"Your releases are in {RELEASES_FOLDER}."
    return f"Your releases are read from {_as_noted(source, target)}, as study.toml says."


def _copy(source: Path, place: Path) -> None:
    """Copy releases; a folder's folders stay the topmost ones, since they may name the issuers."""
    if source.is_dir():
        shutil.copytree(source, place, copy_function=shutil.copy2, dirs_exist_ok=True)
    else:
        shutil.copy2(source, place / source.name)


def _take_back(target: Path, *, folder_too: bool) -> None:
    """Remove what was made of a study that could not be made; the folder was empty or not there before."""
    if folder_too:
        shutil.rmtree(target, ignore_errors=True)
        return
    for one in target.iterdir() if target.is_dir() else ():
        shutil.rmtree(one, ignore_errors=True) if one.is_dir() else one.unlink(missing_ok=True)


def _slug(name: str) -> str:
    """Give a name that conda takes: small letters, digits and hyphens.

    Examples
    --------
    >>> _slug("Vertrauen & Gewalt: čas"), _slug("Δοκιμή")
    ('vertrauen-gewalt-cas', 'study')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "study"


def describe_study(folder: Path, releases: object, *, copy: bool) -> str:
    """Say what was made, and what to do next, as it is typed."""
    import shlex

    here = os.path.relpath(folder) if folder.is_relative_to(Path.cwd()) else str(folder)
    shown = f'"{here}"' if os.name == "nt" else shlex.quote(here)
    n = len(list((folder / "notebooks").glob("*.ipynb")))
    steps = (
        []
        if releases
        else [f"put your releases into {Path(here) / RELEASES_FOLDER} (a folder of saved pages will do)"]
    )
    steps += [*([] if here == "." else [f"cd {shown}"]), "octadisc figures"]
    lines = [f"Made {here}: study.toml, data/, notebooks/ ({counted(n, 'notebook')}), README.md and more."]
    if releases and copy:
        lines.append(f"The releases of {releases} were copied into it.")
    lines += ["Next:", *(f"  {number}. {step}" for number, step in enumerate(steps, 1))]
    return "\n".join(lines)
