"""The result is the same for any number of workers, and errors are kept."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from octadisc.reading import stages
from octadisc.reading.files import Found
from octadisc.reading.load import load_corpus

Make = Callable[..., Path]
PAGE = "Home\nPrint\n\nPolice agree on plan {n}\n\nVienna, {day} March 2008\n\nThey agreed on plan {n}."


def files(n: int) -> dict[str, str | bytes]:
    made: dict[str, str | bytes] = {f"{i:03}.txt": PAGE.format(n=i, day=1 + i % 28) for i in range(n)}
    made["050.txt"] = b""
    made["051.txt"] = b"\x00\x01\x02" * 50
    made["052.csv"] = "date,text\n2008-03-28,Police met.\n"
    return made


def test_the_same_for_any_number_of_workers(folder: Make) -> None:
    root = folder(files(130))
    alone, shared = load_corpus(root, workers=1), load_corpus(root, workers=3)
    pd.testing.assert_frame_equal(alone.frame, shared.frame)
    pd.testing.assert_frame_equal(alone.issues, shared.issues)
    pd.testing.assert_frame_equal(alone.dates, shared.dates)
    assert {"empty file", "unreadable file"} <= set(shared.issues["what"])
    assert alone.spec.to_dict() == shared.spec.to_dict()


def test_archives_and_pieces_between_files_that_workers_read(folder: Make) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for i in range(90):
            archive.writestr(f"{i:03}.txt", PAGE.format(n=i, day=1 + i % 28))
    head = "From: Police <press@police.example>\nSubject: Plan\nDate: Fri, 28 Mar 2008 10:00:00 +0100"
    mail = f"{head}\n\nThey met."
    made = files(170) | {"060.zip": packed.getvalue(), "061.eml": mail, "062.warc": b"WARC/1.0\r\nbroken"}
    root = folder(made)
    alone, shared = load_corpus(root, workers=1), load_corpus(root, workers=3)
    assert {"060.zip/000.txt", "060.zip/089.txt", "061.eml", "169.txt"} <= set(alone.frame["source"])
    pd.testing.assert_frame_equal(alone.frame, shared.frame)
    pd.testing.assert_frame_equal(alone.issues, shared.issues)
    pd.testing.assert_frame_equal(alone.dates, shared.dates)


@pytest.mark.parametrize("error", [OSError("no more processes"), RuntimeError("died")])
def test_where_no_worker_starts_all_is_read_here(
    folder: Make, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from joblib.externals import loky

    def refuse(*given: object, **named: object) -> None:
        raise error

    root = folder(files(130))
    alone = load_corpus(root, workers=1)
    monkeypatch.setattr(loky.ProcessPoolExecutor, "submit", refuse)
    pd.testing.assert_frame_equal(alone.frame, load_corpus(root, workers=3).frame)


def test_a_script_needs_no_guard(folder: Make, tmp_path: Path) -> None:
    root = folder({f"in/{name}": content for name, content in files(90).items()}) / "in"
    script = tmp_path / "script.py"
    script.write_text(f"import octadisc as od\nprint(len(od.load_corpus({str(root)!r}, workers=2)))\n")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert (done.stdout.split(), done.returncode) == (["89"], 0), done.stderr


class Dying:
    """Reads in the process that made it, and ends any other."""

    def __init__(self) -> None:
        self.here, self.read = os.getpid(), stages._read_chunk

    def __call__(
        self, files: Sequence[Found], given: Mapping[str, str | None], *more: object, **named: object
    ) -> stages.Stage:
        if os.getpid() != self.here:
            os._exit(1)
        return self.read(files, given, *more, **named)  # type: ignore[arg-type]


def test_what_a_dead_worker_left_is_read_here(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder(files(130))
    alone = load_corpus(root, workers=1)
    monkeypatch.setattr(stages, "_read_chunk", Dying())
    pd.testing.assert_frame_equal(alone.frame, load_corpus(root, workers=2).frame)


def test_a_defect_of_ours_costs_one_file(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    real = stages.draft_text

    def failing(found: Found, *rest: object) -> object:
        if found.source == "001.txt":
            raise IndexError("list index out of range")
        return real(found, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(stages, "draft_text", failing)
    corpus = load_corpus(folder(files(5)), workers=1)
    assert "001.txt" not in set(corpus.frame["source"])
    row = corpus.issues[corpus.issues["source"] == "001.txt"].iloc[0]
    assert row["what"] == "unreadable file"
    assert "IndexError" in row["found"]
    assert row["done"] == "left out"


INTERRUPTED = """
import sys, time
from octadisc.reading import stages
from octadisc.reading.load import load_corpus

submit = stages._submit

def then_interrupt(*given, **named):
    futures = submit(*given, **named)
    def interrupted(*more, **rest):
        time.sleep(1.5)  # the worker is in the middle of its chunks
        raise KeyboardInterrupt
    stages._read_chunk = interrupted
    return futures

stages._submit = then_interrupt
load_corpus(sys.argv[1], workers=2)
"""


def test_an_interruption_ends_workers_that_wait(folder: Make, tmp_path: Path) -> None:
    long = "They agreed on many plans for the border and its crossings. " * 400
    root = folder({f"pages/{i:04}.txt": PAGE.format(n=i, day=1 + i % 28) + long for i in range(1200)})
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(root)], capture_output=True, timeout=60, check=False
    )
    assert b"KeyboardInterrupt" in done.stderr
