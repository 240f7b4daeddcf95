"""Fixtures of the reading room: files made on the spot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from octadisc.corpus import Corpus
from octadisc.reading.load import load_corpus

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Write files into a folder: make(**{"a.txt": "text"}) or make({"sub/a.txt": b"bytes"})."""

    def make(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            place = tmp_path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return make


@pytest.fixture
def load(folder: Callable[..., Path]) -> Callable[..., Corpus]:
    """Load files made on the spot."""

    def loaded(files: dict[str, str | bytes], **options: object) -> Corpus:
        return load_corpus(folder(files), **options)

    return loaded


def words(text: str) -> Counter[str]:
    """Count the words of a text."""
    import re

    return Counter(re.findall(r"\w+", text.lower()))


def word_f1(text: str, key: str) -> float:
    """F1 of the words of a text against those of its key: 1.0 if they are the same bag."""
    one, two = words(text), words(key)
    return 2 * (one & two).total() / max(1, one.total() + two.total())
