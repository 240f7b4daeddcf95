"""The texts of benchmarks/engine.py: those of a folder or of the sample, and copies of them that differ."""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np

import octadisc as od

HERE = Path(__file__).resolve().parent
WORDS = re.compile(r"\b\w\w+\b")


def read_texts(folder: Path) -> tuple[list[str], str]:
    """Read the texts of a folder, or the sample's."""
    if folder.is_dir():
        files = sorted(folder.rglob("*.md")) + sorted(folder.rglob("*.txt"))
        return [one.read_text(encoding="utf-8", errors="replace") for one in files], folder.parent.name
    return od.load_corpus(HERE.parent / "data" / "sample").texts, "the sample"


def copies_of(texts: list[str]) -> Iterator[list[str]]:
    """Give the texts, then copies of them that differ; see `engine.py`."""
    yield texts
    counts = Counter(word for text in texts for word in WORDS.findall(text.lower()))
    half = {word for text in texts[::2] for word in WORDS.findall(text.lower())}
    exponent = math.log2(len(counts) / len(half))  # of the vocabulary's growth with the texts
    rare = sorted(counts, key=lambda word: (counts[word], word))
    for number in count(1):
        new = set(rare[: int(len(counts) * ((number + 1) ** exponent - number**exponent))])
        ending = "".join(chr(97 + int(one)) for one in str(number))
        varied = []
        for text in texts:
            turn = text.find("\n", len(text) * (37 * number % 101) // 101) + 1
            text = text[turn:] + "\n\n" + text[:turn]
            varied.append(WORDS.sub(lambda m: m[0] + ending if m[0].lower() in new else m[0], text))  # noqa: B023
        yield varied


def write_texts(texts: list[str], millions: float, path: Path) -> list[int]:
    """Write the texts and copies of them, one a line, until there are so many tokens; give each one's."""
    lengths: list[int] = []
    total = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number, copy in enumerate(copies_of(texts)):
            random.Random(number).shuffle(copy := list(copy))
            for text in copy:
                file.write(json.dumps(text, ensure_ascii=False) + "\n")
                lengths.append(sum(1 for _ in WORDS.finditer(text)))
                total += lengths[-1]
                if total >= millions * 1e6 and number:
                    return lengths
            if total >= millions * 1e6:
                return lengths
    return lengths


def reach(lengths: list[int], millions: float) -> int:
    """Give how many texts it takes to have so many tokens."""
    return min(len(lengths), int(np.searchsorted(np.cumsum(lengths), millions * 1e6)) + 1)
