"""Make every figure of a study: load its corpus once, run its notebooks, write the page of figures."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from octadisc.errors import InputError, MissingFileError, UnknownNameError, UnreadableError, did_you_mean
from octadisc.figures.bodies import describe_bodies
from octadisc.figures.gallery import INDEX, MANIFEST, build_gallery, read_manifest
from octadisc.figures.notebooks import NOTEBOOKS, copy_notebooks, parameters_of, run_notebook
from octadisc.figures.settings import Settings
from octadisc.figures.summary import describe, describe_issues, save_summary

if TYPE_CHECKING:
    from octadisc.corpus import Corpus

__all__ = ["find_sample", "make_figures", "prepare_figures", "put_figures"]

Say = Callable[[str], None]


def find_sample() -> Path:
    """Find the sample corpus: in the working directory, or beside the package.

    Raises
    ------
    MissingFileError
        If it is in neither place.
    """
    here = Path.cwd()
    package = Path(str(resources.files("octadisc"))).parent
    for folder in (here, here.parent if here.name == "notebooks" else here, package):
        if (folder / "data" / "sample").is_dir():
            return folder / "data" / "sample"
    raise MissingFileError(
        f"There is no data/sample in {here}. Say which releases to use: octadisc figures --corpus PATH, "
        "where PATH is a file or a folder of releases."
    )


@contextmanager
def prepare_figures(
    corpus: Path | None,
    beside: Path,
    *,
    topics: int | None,
    say: Say,
    settings: Settings | None = None,
) -> Iterator[Path]:
    """Make all figures in a folder that is gone afterwards; give that folder.

    Parameters
    ----------
    corpus : Path, optional
        The releases; by default the sample.
    beside : Path
        The folder is made beside this one, so that its files can be moved there in one step.
    topics : int, optional
        Number of topics; by default chosen by the size of the corpus.
    say : callable
        Is told what goes on, a line at a time.
    settings : Settings, optional
        Which notebooks run, and what they are asked; by default all, and nothing.
    """
    import octadisc

    settings = settings or Settings()
    given = dict(settings.parameters or {})
    if topics is not None:
        given["N_TOPICS"] = topics

    path = corpus if corpus is not None else find_sample()
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".octadisc-", dir=beside.parent))
    except OSError as error:
        raise UnreadableError(
            f"{beside}: cannot be made ({error.strerror}). Choose another --output."
        ) from None
    try:
        loaded = octadisc.load_corpus(path, progress=True)
        say(describe(loaded))
        say(describe_issues(loaded))
        _check_who(given.get("WHO"), loaded)
        if "WHO" in given:
            say(describe_bodies(loaded.between(*given.get("BETWEEN", ())), given["WHO"]))
        if settings.notebooks != NOTEBOOKS:
            save_summary(loaded, work / "figures")
        loaded.save(work / "corpus.parquet")
        del loaded
        _give_back_memory()
        made, notebooks = work / "figures", work / "notebooks"
        made.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="octadisc-", ignore_cleanup_errors=True) as scratch:
            for notebook in copy_notebooks(notebooks):
                if notebook.stem in NOTEBOOKS and notebook.stem not in settings.notebooks:
                    continue
                began = monotonic()
                parameters: dict[str, Any] = {"CORPUS": str(work / "corpus.parquet")}
                taken = parameters_of(notebook)
                parameters |= {name: value for name, value in given.items() if name in taken}
                run_notebook(notebook, parameters, figures=made, scratch=Path(scratch))
                say(f"{notebook.stem}: {monotonic() - began:.0f} s")
        build_gallery(made)
        yield made
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _check_who(who: Any, loaded: Corpus) -> None:
    """Refuse a column that is not there before anything is made."""
    if who is not None and not str(who).endswith(".csv") and who not in loaded.frame:
        raise UnknownNameError(
            f"--who {who}: the corpus has no such column.{did_you_mean(str(who), map(str, loaded.frame))} "
            "A table of names is a file that ends in .csv."
        )


def _give_back_memory() -> None:
    """Return what the corpus took to the system; the notebooks, which run next, need it."""
    import pyarrow

    gc.collect()
    pyarrow.default_memory_pool().release_unused()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a C library other than glibc has no such function
            ctypes.CDLL(None).malloc_trim(0)


def make_figures(
    corpus: Path | None = None,
    output: Path = Path("figures"),
    *,
    topics: int | None = None,
    say: Say = print,
    settings: Settings | None = None,
) -> Path:
    """Make every figure and the page that shows them; a run that is interrupted changes nothing.

    Returns
    -------
    Path
        Of the page, index.html.
    """
    if output.exists() and not output.is_dir():
        raise InputError(f"{output} is a file. Give --output a folder for the figures.")
    if topics is not None and topics < 2:
        raise InputError(f"--topics {topics}: expected a number of at least 2.")
    with prepare_figures(corpus, output.resolve(), topics=topics, say=say, settings=settings) as made:
        put_figures(made, output)
    figures = json.loads((output / MANIFEST).read_text("utf-8"))["figures"]
    drawn = sum("skipped" not in one for one in figures)
    say(f"{output / INDEX}: {drawn} figure{'s' * (drawn != 1)}")
    return output / INDEX


def put_figures(made: Path, output: Path) -> None:
    """Move finished files into their folder, the page last; then remove what only the last run had made."""
    output.mkdir(parents=True, exist_ok=True)
    before = read_manifest(output)
    files = sorted(path for path in made.iterdir() if path.is_file())
    for path in sorted(files, key=lambda one: one.name in (INDEX, MANIFEST)):
        os.replace(path, output / path.name)
    kept = {path.name for path in files}
    for name in sorted(before - kept):
        (output / name).unlink(missing_ok=True)
