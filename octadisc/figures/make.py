"""Make every figure of a study: load its corpus once, run its notebooks, write the page of figures."""

from __future__ import annotations

import ctypes
import errno
import gc
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

from octadisc.errors import InputError, MissingFileError, UnknownNameError, UnreadableError, did_you_mean
from octadisc.figures.bodies import describe_bodies
from octadisc.figures.gallery import INDEX, MANIFEST, build_report, read_manifest
from octadisc.figures.notebooks import NotebookError, copy_notebooks, find_notebooks, parameters_of
from octadisc.figures.remade.cache import Cache, cache_folder
from octadisc.figures.remade.only import (
    Wanted,
    check_same_corpus,
    copy_others,
    keep_others,
    name_parameters,
    plan,
)
from octadisc.figures.remade.record import all_records, write_record
from octadisc.figures.remade.releases import remember
from octadisc.figures.remade.workshop import Workshop
from octadisc.figures.settings import Settings
from octadisc.figures.summary import describe, describe_issues, save_summary
from octadisc.figures.words import counted, listed

if TYPE_CHECKING:
    from octadisc.corpus import Corpus

__all__ = ["Order", "find_sample", "make_figures", "prepare_figures", "put_figures"]

Say = Callable[[str], None]
_WORK = ".octadisc-"  # what a folder is called in which figures are made
_OLD = 3 * 24 * 3600  # seconds
_NO_ROOM = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EROFS)


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
        "where PATH is a file or a folder of releases; or begin a study: octadisc new NAME --from PATH."
    )


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: of which releases, by which notebooks, which figures.

    Attributes
    ----------
    corpus : Path, optional
        The releases; by default the sample.
    topics : int, optional
        Number of topics; by default chosen by the size of the corpus.
    settings : Settings
        Which notebooks run, and what they are asked.
    load_options : mapping
        Options of `od.load_corpus`.
    only : list of str
        Names of figures, or patterns of them; all if it is empty.
    """

    corpus: Path | None = None
    topics: int | None = None
    settings: Settings = field(default_factory=Settings)
    load_options: Mapping[str, Any] = field(default_factory=dict)
    only: Sequence[str] = ()

    @property
    def given(self) -> dict[str, Any]:
        """What notebooks are given, by the names of their parameters."""
        topics = {} if self.topics is None else {"N_TOPICS": self.topics}
        return {**(self.settings.parameters or {}), **topics}


@contextmanager
def prepare_figures(
    order: Order,
    beside: Path,
    *,
    say: Say,
    cache: Cache | None = None,
    again: bool = False,
    keep: bool = False,
    stopped: dict[str, str] | None = None,
) -> Iterator[Path]:
    """Make figures in a folder that is gone afterwards; give that folder.

    Parameters
    ----------
    order : Order
    beside : Path
        The folder is made beside this one, so that its files can be moved there in one step.
    say : callable
        Is told what goes on, a line at a time.
    cache : Cache, optional
        What earlier runs have kept; by default nothing is taken from them nor kept.
    again : bool
        Make everything anew, whatever is kept.
    keep : bool
        Where only some figures are made, whether the others in `beside` are to stand beside them.
    stopped : dict, optional
        Notebooks that stop are noted here, each with why, and the others are run; by default one that stops
        ends it all.
    """
    settings = order.settings
    with (
        _work_folder(beside) as work,
        tempfile.TemporaryDirectory(prefix="octadisc-", ignore_cleanup_errors=True) as scratch,
    ):
        own = settings.folder
        paths = find_notebooks(own) if own is not None else copy_notebooks(work / "notebooks")
        notebooks = {path.stem: path for path in paths if path.stem in settings.notebooks}
        wanted = plan(beside, order.only, notebooks) if order.only else {}
        made = work / "figures"
        made.mkdir()
        fingerprint = _load(order, work, made, say)
        records: dict[str, dict[str, Any]] = {}
        if wanted and keep:
            check_same_corpus(beside, fingerprint)
            copy_others(beside, made)
            records |= all_records(beside)
        elif keep:
            kept, said = keep_others(beside, made, list(notebooks), [one.stem for one in paths], fingerprint)
            records |= kept
            if said:
                say(said)
        shop = Workshop(
            work / "corpus.parquet",
            fingerprint,
            made,
            Path(scratch),
            own=own is not None,
            say=say,
            again=again,
            cache=cache or Cache(None),
        )
        new: dict[str, dict[str, Any]] = {}
        for name, notebook in notebooks.items():
            if not wanted or name in wanted:
                taken = parameters_of(notebook)
                parameters = {key: value for key, value in order.given.items() if key in taken}
                try:
                    new |= shop.make(notebook, parameters, wanted.get(name))
                except NotebookError as error:
                    if stopped is None:
                        raise
                    stopped[name] = str(error)
                    say(str(error))
        _check_made({name: one for name, one in wanted.items() if name not in (stopped or ())}, new)
        build_report(made, title=settings.title)
        write_record(made, {**records, **new})
        if wanted and keep and (warning := name_parameters(beside, new)):
            say(warning)
        yield made


@contextmanager
def _work_folder(beside: Path) -> Iterator[Path]:
    """Make a folder beside another, and take it away again whatever happens."""
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        _clear_away(beside.parent)
        work = Path(tempfile.mkdtemp(prefix=_WORK, dir=beside.parent))
    except OSError as error:
        raise UnreadableError(
            f"{beside}: cannot be made ({error.strerror}). Choose another --output."
        ) from None
    try:
        yield work
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise UnreadableError(
            f"{beside}: cannot be written ({error.strerror}). Make room, or choose another --output."
        ) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _clear_away(folder: Path) -> None:
    """Remove what runs have left that were ended by force, days ago."""
    for one in folder.glob(f"{_WORK}*"):
        with suppress(OSError):
            if one.is_dir() and time() - one.stat().st_mtime > _OLD:
                shutil.rmtree(one, ignore_errors=True)


def _load(order: Order, work: Path, made: Path, say: Say) -> str:
    """Load the corpus, say what it is, and save it for the notebooks; give its fingerprint."""
    import octadisc

    path = order.corpus if order.corpus is not None else find_sample()
    loaded = octadisc.load_corpus(path, progress=True, **order.load_options)
    say(describe(loaded))
    say(describe_issues(loaded))
    given = order.given
    _check_who(given.get("WHO"), loaded)
    if "WHO" in given:
        say(describe_bodies(loaded.between(*given.get("BETWEEN", ())), given["WHO"]))
    save_summary(loaded, made)
    loaded.save(work / "corpus.parquet")
    remember(loaded, cache_folder("corpora"))
    fingerprint = loaded.fingerprint
    del loaded
    _give_back_memory()
    return fingerprint


def _check_made(wanted: Mapping[str, Wanted], made: Mapping[str, Any]) -> None:
    """Refuse to go on if a notebook no longer makes a figure that was asked for."""
    for notebook, one in wanted.items():
        missing = sorted(one.names - set(made))
        if missing:
            raise InputError(
                f"The notebook {notebook} no longer makes {listed(missing, 4)}. Make all figures, without "
                "--only, to let go of what no notebook makes."
            )


def _check_who(who: Any, loaded: Corpus) -> None:
    """Refuse a column that is not there before anything is made."""
    if who is not None and not str(who).endswith(".csv") and who not in loaded.frame:
        raise UnknownNameError(
            f"who = {who!r}: the corpus has no such column.{did_you_mean(str(who), map(str, loaded.frame))} "
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
    notebooks: Path | None = None,
    load_options: Mapping[str, Any] | None = None,
    only: Sequence[str] = (),
    again: bool = False,
    stopped: dict[str, str] | None = None,
) -> Path:
    """Make every figure and the page that shows them; a run that is interrupted changes nothing.

    A notebook of which nothing has changed since an earlier run (corpus, cells, parameters and the files
    they name, whatever else it read, octadisc, all libraries, Python, machine) is not run again: its
    figures are taken from what that run has kept in the user's cache folder, at most 500 MB, or in
    ``$OCTADISC_CACHE``; nothing is kept where that is empty.

    Parameters
    ----------
    corpus : Path, optional
        The releases; by default the sample.
    output : Path
        Where the figures and their page go. Figures there of notebooks that are not run now stay, if they
        are of the same corpus, and so do those that no notebook made.
    topics : int, optional
        Number of topics; by default chosen by the size of the corpus.
    say : callable
        Is told what goes on, a line at a time.
    settings : Settings, optional
        Which notebooks run, and what they are asked; by default all, and nothing.
    notebooks : Path, optional
        The folder of a study's own notebooks; by default octadisc's own are run.
    load_options : mapping, optional
        Options of `od.load_corpus`.
    only : list of str, optional
        Make only these figures again, by name or pattern (``terms-*``), each notebook as far as it must
        run for them, and the page; the others stay as they are.
    again : bool
        Run all notebooks, whatever earlier runs have kept.
    stopped : dict, optional
        As of `prepare_figures`.

    Returns
    -------
    Path
        Of the page, index.html.

    Raises
    ------
    InputError, MissingFileError, UnknownNameError
        If something is not what it should be; nothing is changed then.
    """
    if output.exists() and not output.is_dir():
        raise InputError(f"{output} is a file. Give --output a folder for the figures.")
    if topics is not None and topics < 2:
        raise InputError(f"--topics {topics}: expected a number of at least 2.")
    order = Order(corpus, topics, (settings or Settings()).within(notebooks), load_options or {}, only)
    cache = Cache(cache_folder())
    with prepare_figures(
        order, output.resolve(), say=say, cache=cache, again=again, keep=True, stopped=stopped
    ) as made:
        put_figures(made, output)
    say(f"{output / INDEX}: {_count_figures(output, only)}")
    return output / INDEX


def _count_figures(output: Path, only: Sequence[str]) -> str:
    """Say how many figures there are, and how many of them were made again."""
    figures = json.loads((output / MANIFEST).read_text("utf-8"))["figures"]
    drawn = [str(one["name"]) for one in figures if "skipped" not in one]
    if not only:
        return counted(len(drawn), "figure")
    again = [one for one in drawn if any(fnmatchcase(one, pattern) for pattern in only)]
    return f"{len(again)} of {counted(len(drawn), 'figure')} made again"


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
