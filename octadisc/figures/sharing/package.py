"""Make the package of a study: what a journal's archive may hold."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from octadisc.errors import InputError, MissingFileError, UnreadableError
from octadisc.figures.files import sha256_of, to_csv, to_json
from octadisc.figures.gallery import INDEX, MANIFEST, build_report, read_recipes
from octadisc.figures.sharing.archive import pack
from octadisc.figures.sharing.contents import pieces_of, whole_of
from octadisc.figures.sharing.described import PACKAGE, describe_package
from octadisc.figures.sharing.enclosed import enclose_settings
from octadisc.figures.sharing.own_files import enclose_own_files
from octadisc.figures.sharing.running import RunningText
from octadisc.figures.sharing.standing import names_that_may_stand, texts_of, titles_of
from octadisc.figures.sharing.stripping import Rules, Stripped, change_file, strip_files
from octadisc.figures.sharing.tables import (
    RELEASES,
    collect_queries,
    count_queries,
    count_terms_of,
    tabulate_releases,
)
from octadisc.figures.study.study import Study, check_releases
from octadisc.figures.summary import SUMMARY
from octadisc.spec import Spec
from octadisc.writing import write_whole

if TYPE_CHECKING:
    from octadisc.corpus import Corpus

__all__ = ["CONTENTS", "Package", "make_package"]

CONTENTS = "manifest.json"
FORMAT = 1
Say = Callable[[str], None]


@dataclass(slots=True)
class Package:
    """What was put in a package, and what was not.

    Attributes
    ----------
    path : Path
    sha256 : str
        Of the zip.
    files : dict of bytes
    left_out : dict of str
        By file or figure: why.
    cut : dict of int
        By file: how many pieces of running text were cut.
    withheld : int
        Terms that are not in the matrix.
    withheld_words : int
        Cells of tables from which a word of a name was taken.
    own_files : list of str
        What notebooks read and was packed with them.
    """

    path: Path
    sha256: str
    files: dict[str, bytes]
    left_out: dict[str, str] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    withheld: int = 0
    withheld_words: int = 0
    own_files: list[str] = field(default_factory=list)


def make_package(
    study: Study, output: Path, rules: Rules, *, corpus: str | Path | None = None, say: Say = print
) -> Package:
    """Write a study's package: counts, results, figures, recipes, and no running text.

    Parameters
    ----------
    study : Study
    output : Path
        The zip to write.
    rules : Rules
        How much of the texts may be in it.
    corpus : path, optional
        The releases; by default where study.toml says.
    say : callable
        Is told what goes on, a line at a time.

    Raises
    ------
    InputError, MissingFileError, UnreadableError
        If there are no figures yet, or they are of other releases.
    """
    import octadisc

    figures = study.folder / "figures"
    recipes = _read_figures(figures)
    if corpus is None:
        check_releases(study)
    loaded = octadisc.load_corpus(corpus or study.releases, progress=True, **study.load_options)
    _check_same(figures, loaded)
    say(f"{len(loaded):,} releases are read; now their words are counted.")
    queries = collect_queries(recipes)
    files, left_out = enclose_settings(study)
    own, not_packed = enclose_own_files(study, files)
    files, left_out = files | own, left_out | not_packed
    files |= {f"figures/{one.name}": _read(one) for one in sorted(figures.iterdir()) if one.is_file()}
    allowed = names_that_may_stand(loaded, queries)
    counts, withheld = _counts(loaded, queries, rules)
    made = strip_files(
        files | counts, rules, texts_of(loaded, rules), allowed=allowed, titles=titles_of(loaded)
    )
    made.left_out |= left_out
    title = rules.names.replace(study.name, f"figures/{INDEX}")
    _make_page(made, files.get(f"figures/{MANIFEST}"), rules, title)
    _verify(made, rules, loaded, allowed)
    say(f"What is in it was searched for running text: no more than {rules.longest} words in a row are left.")
    packed = sorted(one for one in own if one in made.files)
    package = Package(output, "", made.files, made.left_out, made.cut, withheld, made.withheld, packed)
    _enclose_contents(package, study, rules, loaded)
    content = pack(package.files, _top(study))
    write_whole(output, content)
    package.sha256 = sha256_of(content)
    return package


def _read_figures(folder: Path) -> list[dict[str, Any]]:
    if not folder.is_dir() or not (recipes := read_recipes(folder)):
        raise MissingFileError(
            f"{folder}: there are no figures yet, and these are what a package is made for. Run octadisc "
            "figures first."
        )
    return recipes


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: cannot be read ({error.strerror}).") from None


def _check_same(figures: Path, corpus: Corpus) -> None:
    """Refuse figures of other releases than those that are there now."""
    path = figures / SUMMARY
    made_of = json.loads(path.read_text("utf-8")).get("fingerprint") if path.exists() else None
    if made_of is not None and made_of != corpus.fingerprint:
        raise InputError(
            f"The figures in {figures} were made of other releases than there are now (fingerprint "
            f"{made_of}, now {corpus.fingerprint}). Run octadisc figures again, and then octadisc package."
        )


def _counts(corpus: Corpus, queries: dict[str, Any], rules: Rules) -> tuple[dict[str, bytes], int]:
    from octadisc.tokens import tokenize

    tokens = tokenize(corpus)
    table = tabulate_releases(corpus, tokens, titles=rules.titles)
    files, withheld = count_terms_of(tokens, rules.min_releases, rules.names.is_word_of_any)
    files |= {RELEASES: to_csv([("releases", table)])}
    return files | (count_queries(tokens, queries) if queries else {}), withheld


def _make_page(made: Stripped, manifest: bytes | None, rules: Rules, title: str) -> None:
    """Make the page of figures again, from what is left of them; how they were made stays known."""
    inside = {
        name.removeprefix("figures/"): one for name, one in made.files.items() if name.startswith("figures/")
    }
    with tempfile.TemporaryDirectory(prefix="octadisc-") as scratch:
        folder = Path(scratch)
        for name, content in inside.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        build_report(folder, title=title, note=_note(rules))
        for path in folder.iterdir():
            if path.name in (INDEX, MANIFEST) or path.name not in inside:
                made.files[f"figures/{path.name}"] = path.read_bytes()
    name = f"figures/{MANIFEST}"
    now = json.loads(made.files[name])
    if manifest is not None and "made" in (before := json.loads(manifest)):
        now["made"] = before["made"]
    made.files[name] = change_file(name, to_json(now), partial(rules.names.replace, file=name))


def _note(rules: Rules) -> str:
    """Say at the head of the page that its sentences are not whole."""
    left = (
        f"of each sentence at most {rules.quote} words"
        if rules.quote
        else "of sentences only where they stand"
    )
    more = (
        ". PACKAGE.md says what else is left out."
        if rules.titles
        else ", and no titles. PACKAGE.md says more."
    )
    return f"This page is part of a package without running text: {left} are left{more}"


def _verify(made: Stripped, rules: Rules, corpus: Corpus, allowed: list[str]) -> None:
    """Search all that is in the package for running text and names, once more and as it will be written."""
    pieces = (piece for name, content in made.files.items() for piece in pieces_of(name, content))
    running = RunningText.between(pieces, texts_of(corpus, rules), rules.longest, allowed=allowed)
    for name, content in made.files.items():
        if running.found and any(running.is_in(piece) for piece in pieces_of(name, content)):
            raise InputError(
                f"{name}: more than {rules.longest} words of a release are still in it. Nothing was written. "
                "Leave that figure out of the study's folder, or allow more with --quote."
            )
        if left := rules.names.find([*whole_of(name, content), name]):
            raise InputError(
                f"{name}: the name {left[0]!r} is still in it. Nothing was written. Rename or remove the "
                "file, or write the name as it stands there in the table of names."
            )


def _enclose_contents(package: Package, study: Study, rules: Rules, corpus: Corpus) -> None:
    """Add the list of files with their hashes, and the page that says what is in it."""
    contents: dict[str, Any] = {
        "format": FORMAT,
        "study": rules.names.replace(study.name, CONTENTS),
        "author": study.author,
        "fingerprint": corpus.fingerprint,
        "versions": Spec.versions(),
        "rules": {
            "quote": rules.quote,
            "longest": rules.longest,
            "titles": rules.titles,
            "min_releases": rules.min_releases,
            "names": len(rules.names.patterns),
        },
        "replaced": _tally(rules),
        "withheld_terms": package.withheld,
        "withheld_words": package.withheld_words,
        "own_files": package.own_files,
        "cut": dict(sorted(package.cut.items())),
        "left_out": dict(sorted(package.left_out.items())),
    }
    contents = json.loads(
        change_file(CONTENTS, to_json(contents), lambda text: rules.names.replace(text, ""))
    )
    package.files[PACKAGE] = describe_package(contents, package.files, pd_releases(package.files)).encode()
    contents["files"] = {
        name: {"sha256": sha256_of(content), "bytes": len(content)}
        for name, content in sorted(package.files.items())
    }
    package.files[CONTENTS] = to_json(contents)


def pd_releases(files: dict[str, bytes]) -> pd.DataFrame:
    """Read the table of releases of a package."""
    from io import BytesIO

    return pd.read_csv(
        BytesIO(files[RELEASES]), dtype="str", keep_default_na=False, encoding="utf-8", engine="c"
    )


def _tally(rules: Rules) -> dict[str, int]:
    """Count replacements by file, without the names."""
    made: dict[str, int] = {}
    for (file, _), n in sorted(rules.names.replaced.items()):
        made[file] = made.get(file, 0) + n
    return made


def _top(study: Study) -> str:
    """Give the name of the folder in the zip, which does not hang on what the zip is called."""
    name = re.sub(r"[\\/:*?\"<>|\x00-\x1f]", "-", study.folder.resolve().name).strip(". ")
    return f"{name or 'study'}-package"


def default_output(study: Study) -> Path:
    """Give the zip's name: that of the study's folder, in the working directory."""
    return Path(os.getcwd()) / f"{study.folder.resolve().name}-package.zip"
