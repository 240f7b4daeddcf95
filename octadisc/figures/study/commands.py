"""What the command line does with a study: begin one, make its figures, check them."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from octadisc.errors import InputError
from octadisc.figures.settings import Settings
from octadisc.figures.study.new import describe_study, make_study
from octadisc.figures.study.places import STUDY_FILE
from octadisc.figures.study.study import Study, check_releases, find_study, read_study

__all__ = ["begin_study", "choose_checked", "choose_study", "in_study", "say_study"]


def begin_study(chosen: Namespace) -> int:
    """Make a study's folder as the command line asks, and say what to do next."""
    folder = make_study(chosen.study, chosen.releases, copy=chosen.copy, author=chosen.author)
    print(describe_study(folder, chosen.releases, copy=chosen.copy))
    return 0


def choose_study(named: Path | None) -> Study | None:
    """Read the study that is named, or that the working directory is; None if neither is one.

    Raises
    ------
    InputError, MissingFileError
        If a folder is named and is no study, or its study.toml is not what it should be.
    """
    if named is not None:
        return read_study(named)
    found = find_study()
    return read_study(found) if found is not None else None


def choose_checked(named: Path | None) -> tuple[Path, Study | None]:
    """Give the folder of figures to check, and its study if it is of one.

    A study may be named, or a folder of figures; without either it is the working directory's study, or its
    folder ``figures``. Figures that lie elsewhere than in a study are of none.
    """
    study = find_study(named or ".")
    if named is None:
        return (study / "figures", read_study(study)) if study else (Path("figures"), None)
    if study is None:
        return named, None
    is_study = named.resolve() == study.resolve() or named.name == STUDY_FILE
    return study / "figures" if is_study else named, read_study(study)


def in_study(study: Study, chosen: Namespace, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Give what making or checking figures takes: of the command line, and beneath it of study.toml.

    Parameters
    ----------
    study : Study
    chosen : Namespace
        Of which corpus and topics are taken.
    asked : mapping
        The options of `Settings.of` as they were typed.
    """
    if chosen.corpus is None:
        check_releases(study)
    own = study.folder / "notebooks"
    typed = Settings.of(
        **{**asked, "notebooks": asked.get("notebooks") or study.notebooks or None}, folder=own
    )
    if chosen.topics is not None and chosen.topics < 2:
        raise InputError(f"--topics {chosen.topics}: expected a number of at least 2.")
    return {
        "corpus": chosen.corpus or study.releases,
        "topics": chosen.topics,
        "settings": replace(
            typed, parameters={**study.parameters, **(typed.parameters or {})}, title=study.name
        ),
        "notebooks": own,
        "load_options": dict(study.load_options),
    }


def say_study(study: Study) -> str:
    """Say which study is meant, so that nobody makes figures of another."""
    return f"{study.name}: as {study.folder / STUDY_FILE} says.{_other_version(study)}"


def _other_version(study: Study) -> str:
    """Say if the study's notebooks were made by another octadisc than the one that runs them."""
    import octadisc

    pinned = study.folder / "requirements.txt"
    text = pinned.read_text("utf-8", "replace") if pinned.is_file() else ""
    found = re.search(r"^octadisc *== *([\w.+!-]+)", text, flags=re.MULTILINE)
    if found is None or found[1] == octadisc.__version__:
        return ""
    return (
        f" It is made for octadisc {found[1]} ({pinned.name}), and this is {octadisc.__version__}: numbers "
        "may differ, and cells of its notebooks may fail."
    )
