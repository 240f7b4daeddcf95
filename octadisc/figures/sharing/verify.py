"""Check a package: as far as it can be without the texts, and the whole of it with them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from octadisc.errors import InputError, OctadiscError
from octadisc.figures.check import compare_figures
from octadisc.figures.files import sha256_of
from octadisc.figures.gallery import build_report, read_recipes
from octadisc.figures.make import Say, make_figures
from octadisc.figures.notebooks import find_notebooks
from octadisc.figures.remade.record import all_records, write_record
from octadisc.figures.settings import Settings
from octadisc.figures.sharing.archive import unpack
from octadisc.figures.sharing.names import Names, read_names
from octadisc.figures.sharing.package import CONTENTS, FORMAT
from octadisc.figures.sharing.recount import Recount, read_table, recount
from octadisc.figures.sharing.standing import names_that_may_stand, texts_of, titles_of
from octadisc.figures.sharing.stripping import Rules, strip_files
from octadisc.figures.sharing.tables import RELEASES, collect_queries, text_hash
from octadisc.figures.study.cells import study_notebooks
from octadisc.figures.study.places import STUDY_FILE
from octadisc.figures.study.study import Study, read_study
from octadisc.figures.words import counted, listed

if TYPE_CHECKING:
    from octadisc.corpus import Corpus

__all__ = ["Findings", "check_package", "is_package"]


@dataclass(slots=True)
class Findings:
    """What was checked of a package, what holds and what does not, in sentences.

    Attributes
    ----------
    said : list of str
        What holds.
    wrong : list of str
        What does not.
    unchecked : list of str
        What could not be checked, and why.
    """

    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was found to be wrong."""
        return not self.wrong

    def lines(self) -> list[str]:
        """Give all as lines to print."""
        return [
            *(f"holds: {one}" for one in self.said),
            *(f"not checked: {one}" for one in self.unchecked),
            *(f"WRONG: {one}" for one in self.wrong),
        ]


def is_package(path: Path) -> bool:
    """Say whether a path is, or says that it is, a package: a zip, or a folder with its list of files."""
    return path.suffix.lower() == ".zip" or ((path / CONTENTS).is_file() and (path / RELEASES).is_file())


def check_package(path: Path, corpus: Any = None, *, names: Path | None = None, say: Say = print) -> Findings:
    """Check a package.

    Parameters
    ----------
    path : Path
        The zip, or the folder that it was unpacked to.
    corpus : path, optional
        The releases, for those who have them: each is held against its hash, and all figures are made again.
    names : path, optional
        The table of names that were replaced, for those who have it.
    say : callable
        Is told what goes on, a line at a time.

    Raises
    ------
    MissingFileError, UnreadableError, InputError
        If it cannot be read as a package.
    """
    files = unpack(path)
    contents = _read_contents(path, files)
    found = Findings()
    whole = _check_hashes(contents, files, found)
    if not whole:
        found.unchecked.append("the numbers, since files were changed")
        return found
    with tempfile.TemporaryDirectory(prefix="octadisc-", ignore_cleanup_errors=True) as scratch:
        study = _lay_out(files, Path(scratch) / "study")
        _recount(files, study, contents, found, remade=corpus is not None)
        if corpus is None:
            found.unchecked.append(
                "that the counts are those of the texts, and what rests on tests and models: intervals, "
                "p-values, topics. For that the releases are needed: --corpus PATH. releases.csv says where "
                "they were found"
            )
        else:
            _check_texts(study, corpus, contents, read_names(names) if names else Names(), say, files, found)
    return found


def _read_contents(path: Path, files: Mapping[str, bytes]) -> dict[str, Any]:
    if CONTENTS not in files:
        raise InputError(
            f"{path}: has no {CONTENTS}, the list of its files. It is no package that octadisc made, or not "
            "the whole of one."
        )
    try:
        made = json.loads(files[CONTENTS])
        listed_files = made["files"]
        if made["format"] > FORMAT:
            raise InputError(
                f"{path}: was made by a newer octadisc ({made['versions']['octadisc']}). Install that one."
            )
        if not all(isinstance(one["sha256"], str) for one in listed_files.values()):
            raise TypeError
        return dict(made)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, OctadiscError):
            raise
        raise InputError(
            f"{path}: {CONTENTS} is not as octadisc wrote it. It was changed or cut short; get the package "
            "again."
        ) from None


def _check_hashes(contents: Mapping[str, Any], files: Mapping[str, bytes], found: Findings) -> bool:
    """Hold each file against its hash; say whether all files are there and as they were."""
    known = contents["files"]
    changed = [
        name for name, one in known.items() if name in files and sha256_of(files[name]) != one["sha256"]
    ]
    missing = [name for name in known if name not in files]
    strange = [name for name in files if name not in known and name != CONTENTS]
    for names, what in (
        (changed, "changed since the package was made"),
        (missing, "missing"),
        (strange, "in the package and not in its list; nothing is known of them"),
    ):
        if names:
            found.wrong.append(f"{counted(len(names), 'file')} {what}: {listed(names, 5)}")
    if not changed and not missing:
        found.said.append(
            f"all {counted(len(known), 'file')} have the hashes that {CONTENTS} names. Its own SHA-256, "
            f"which only its author can vouch for: {sha256_of(files[CONTENTS])}"
        )
    return not changed and not missing


def _lay_out(files: Mapping[str, bytes], folder: Path) -> Study | None:
    """Write the files into a folder, and read the study that they are; None if it has no study.toml."""
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return read_study(folder) if STUDY_FILE in files else None


def _recount(
    files: Mapping[str, bytes],
    study: Study | None,
    contents: Mapping[str, Any],
    found: Findings,
    *,
    remade: bool,
) -> None:
    who = study.get("WHO") if study is not None else None
    who = who if who is not None and str(who).endswith(".csv") else None
    made: Recount = recount(files, who, int(contents["withheld_terms"]))
    if made.same:
        n = sum(made.same.values())
        found.said.append(
            f"{counted(n, 'number')} of {counted(len(made.same), 'figure')} (releases, words, occurrences) "
            f"come out the same when counted again from the tables: {listed(sorted(made.same), 12)}"
        )
    if made.different:
        found.wrong += made.different[:20]
        if len(made.different) > 20:
            found.wrong.append(f"{len(made.different) - 20:,} more numbers that come out otherwise")
    elif made.matrix:
        found.said.append(made.matrix[0].lower() + made.matrix[1:].rstrip("."))
    by_reason: dict[str, list[str]] = {}
    for name, why in made.not_counted.items() if not remade else ():
        by_reason.setdefault(why, []).append(name)
    found.unchecked += [f"{listed(names, 12)}: {why}" for why, names in by_reason.items()]


def _check_texts(
    study: Study | None,
    corpus: Any,
    contents: Mapping[str, Any],
    names: Names,
    say: Say,
    files: Mapping[str, bytes],
    found: Findings,
) -> None:
    """Hold the releases against their hashes, and make the figures again."""
    import octadisc

    if study is None:
        found.unchecked.append(f"the figures: there is no {STUDY_FILE} to make them by")
        return
    loaded = octadisc.load_corpus(corpus, progress=True, **study.load_options)
    same = _compare_releases(files, loaded, found)
    if not same:
        found.unchecked.append(
            "whether the figures come out the same: these are not the releases they are made of"
        )
        return
    rules = contents["rules"]
    if rules["names"] and not names:
        found.unchecked.append(
            "figures byte by byte: names were replaced in the package. With the table of names (--names) "
            "they can be"
        )
    given = Rules(rules["quote"], rules["titles"], rules["min_releases"], names)
    _compare_figures(study, corpus, given, loaded, say, found, named=bool(rules["names"]) and not names)


def _compare_releases(files: Mapping[str, bytes], loaded: Corpus, found: Findings) -> bool:
    """Count releases that are the same, changed, missing and new: by hash first, then by id."""
    table = read_table(files[RELEASES])
    now = dict(zip(loaded.frame["release"], map(text_hash, loaded.frame["text"]), strict=True))
    hashes = list(now.values())
    left = {one: hashes.count(one) for one in set(hashes)}
    unlike = []
    for one in table.to_dict("records"):
        if left.get(one["sha256_of_text"], 0) > 0:
            left[one["sha256_of_text"]] -= 1
        else:
            unlike.append(one["release"])
    changed = [one for one in unlike if one in now]
    missing = [one for one in unlike if one not in now]
    known = set(table["sha256_of_text"]) | set(table["release"])
    new = [one for one, mark in now.items() if one not in known and mark not in known]
    n_same = len(table) - len(unlike)
    text = f"{n_same:,} of {counted(len(table), 'release')} have the text that was counted"
    (found.said if not unlike and not new else found.wrong).append(text)
    for names, what in ((changed, "changed"), (missing, "missing"), (new, "new")):
        if names:
            found.wrong.append(f"{counted(len(names), 'release')} {what}: {listed(names, 5)}")
    return not unlike and not new


def _compare_figures(
    study: Study, corpus: Any, rules: Rules, loaded: Corpus, say: Say, found: Findings, *, named: bool
) -> None:
    """Make all figures again, take out of them what was taken out of the package's, and compare."""
    own, remade = study.folder / "notebooks", study.folder.parent / "remade"
    say(_whose_notebooks(own))

    def tell(line: str) -> None:
        if str(remade) not in line:  # where they are made is gone in a moment
            say(line)

    stopped: dict[str, str] = {}
    settings = _only_those_that_made(study, own)
    with study.running():
        make_figures(
            corpus, remade, say=tell, settings=settings, notebooks=own,
            load_options=study.load_options, again=True, stopped=stopped,
        )  # fmt: skip
    allowed = names_that_may_stand(loaded, collect_queries(read_recipes(remade)))
    files = {f"figures/{one.name}": one.read_bytes() for one in remade.iterdir() if one.is_file()}
    stripped = strip_files(files, rules, texts_of(loaded, rules), allowed=allowed, titles=titles_of(loaded))
    again = study.folder.parent / "again"
    again.mkdir()
    for name, content in stripped.files.items():
        (again / name.removeprefix("figures/")).write_bytes(content)
    build_report(again)
    write_record(again, all_records(remade))
    verdicts = compare_figures(study.folder / "figures", again, ran=settings.notebooks, stopped=stopped)
    same = [one.name for one in verdicts if one.outcome == "same bytes"]
    if same:
        n = counted(len(same), "figure or text", "figures and texts")
        found.said.append(f"{n} of {len(verdicts)} come out the same, byte for byte: {listed(same, 40)}")
    by_reason: dict[str, list[str]] = {}
    for one in [one for one in verdicts if one.outcome == "stopped"]:
        by_reason.setdefault(one.detail, []).append(one.name)
    found.unchecked += [f"{listed(names, 12)}: {why}" for why, names in by_reason.items()]
    for one in [one for one in verdicts if one.outcome not in ("same bytes", "stopped")]:
        replaced = named and one.outcome == "different"
        target = found.said if one.holds else found.unchecked if replaced else found.wrong
        target.append(f"{one}" + (" (names were replaced)" if replaced else ""))


def _only_those_that_made(study: Study, own: Path) -> Settings:
    """Ask of the notebooks only those whose figures are in the package."""
    made = {str(one.get("notebook", "")) for one in read_recipes(study.folder / "figures")}
    there = [path.stem for path in find_notebooks(own)]
    chosen = [one for one in there if one in made] or there
    return replace(study.settings(), notebooks=tuple(chosen), folder=own)


def _whose_notebooks(folder: Path) -> str:
    """Say whose code is run when the figures are made again."""
    ours = study_notebooks()
    others = [one.name for one in sorted(folder.glob("*.ipynb")) if ours.get(one.name) != one.read_bytes()]
    if not others:
        return "The figures are made again by octadisc's own notebooks, which the package has unchanged."
    return (
        "The figures are made again by the notebooks of the package; the code in "
        f"{listed(others, 6)} is its author's, and is run."
    )
