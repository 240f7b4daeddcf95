"""Loading that was interrupted goes on where it stopped, and the result is the same."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from octadisc.reading import stages
from octadisc.reading.load import load_corpus

STORY = "The police services agreed today on joint teams for the border, the ministry said in a note."


def write(folder: Path, n: int = 120) -> Path:
    folder.mkdir()
    for i in range(n):
        day = f"{1 + i % 28} March {2000 + i // 28}"
        text = f"Home\nPrint\n\nTeams agreed for crossing {i}\n\nVienna, {day}\n\n{STORY} Crossing {i}."
        (folder / f"{i:03d}.txt").write_text(text, encoding="utf-8")
    return folder


class Interrupted(Exception):
    """Stands for Ctrl-C, a lost battery, a closed lid."""


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the files that are really read."""
    read: list[str] = []
    real = stages._read_one

    def counted(found: stages.Found, *rest: object) -> None:
        read.append(found.source)
        real(found, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(stages, "_read_one", counted)
    return read


def interrupt(monkeypatch: pytest.MonkeyPatch, after: int, read: list[str]) -> None:
    real = stages._read_one

    def failing(*arguments: object) -> None:
        if len(read) >= after:
            raise Interrupted
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(stages, "_read_one", failing)


def test_what_was_read_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_files: list[str]
) -> None:
    folder, shelf = write(tmp_path / "releases"), tmp_path / "shelf"
    whole = load_corpus(folder, workers=1)
    read_files.clear()
    with monkeypatch.context() as patch:
        interrupt(patch, 90, read_files)
        with pytest.raises(Interrupted):
            load_corpus(folder, workers=1, resume=shelf)
    assert len(list(shelf.iterdir())) == 2  # two chunks of 40 were whole
    read_files.clear()
    resumed = load_corpus(folder, workers=1, resume=shelf)
    assert len(read_files) == 40
    assert not list(shelf.iterdir())
    pd.testing.assert_frame_equal(resumed.frame, whole.frame)
    pd.testing.assert_frame_equal(resumed.dates, whole.dates)
    pd.testing.assert_frame_equal(resumed.issues, whole.issues)
    assert resumed.fingerprint == whole.fingerprint


def test_a_changed_file_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_files: list[str]
) -> None:
    folder, shelf = write(tmp_path / "releases"), tmp_path / "shelf"
    with monkeypatch.context() as patch:
        interrupt(patch, 119, read_files)
        with pytest.raises(Interrupted):
            load_corpus(folder, workers=1, resume=shelf)
    changed = folder / "050.txt"
    changed.write_text(changed.read_text(encoding="utf-8").replace("joint", "common"), encoding="utf-8")
    os.utime(changed, (1, 1))
    read_files.clear()
    corpus = load_corpus(folder, workers=1, resume=shelf)
    assert set(read_files) == {f"{i:03d}.txt" for i in range(40, 120)}
    assert "common teams" in corpus.texts[corpus.row_of("050.txt")]


def test_a_damaged_shelf_does_no_harm(tmp_path: Path, read_files: list[str]) -> None:
    folder, shelf = write(tmp_path / "releases", 45), tmp_path / "shelf"
    shelf.mkdir()
    keeper = stages.Shelf(shelf)
    found = stages.Found
    files = [found(f"{i:03d}.txt", "text", folder / f"{i:03d}.txt") for i in range(40)]
    given = dict.fromkeys(("text", "date", "title", "issuer", "language", "url", "release"))
    (shelf / f"{keeper.name(files, given)}.arrow").write_bytes(b"no arrow at all")
    assert len(load_corpus(folder, workers=1, resume=shelf)) == 45
    assert len(read_files) == 45


def test_a_shelf_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    folder = write(tmp_path / "releases", 5)
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert len(load_corpus(folder, workers=1, resume=blocked / "shelf")) == 5
