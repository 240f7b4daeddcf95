"""Reading pages: the time of extraction beside trafilatura's, and of loading whole folders.

    ./run bench reading [FOLDER …]

Each FOLDER holds pages (.html) or texts; without any, the pages that the tests keep are read over and over.
Extraction alone: from the decoded page to headline, body, labelled parts and dates of the page's lines. The
peer is trafilatura (default settings), on the same pages in the same run, in turn, five rounds; the ratio is
that of medians. Loading: everything that `od.load_corpus` does, in a fresh process, with its imports.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS = 5


def pages_of(folder: Path, most: int = 400) -> list[str]:
    """Give the decoded pages of a folder."""
    from octadisc.reading.encodings import decode

    return [decode(one.read_bytes())[0] for one in sorted(folder.rglob("*.htm*"))[:most]]


def extract(page: str) -> object:
    """Read one page as loading does."""
    from octadisc.reading.body import read_page
    from octadisc.reading.pages import flatten

    return read_page(flatten(page))


def rate(read: Callable[[str], object], pages: list[str]) -> float:
    """Give how many pages a second are read."""
    start = time.perf_counter()
    for page in pages:
        read(page)
    return len(pages) / (time.perf_counter() - start)


def compare(name: str, pages: list[str]) -> None:
    """Print the rates of extraction and their ratio."""
    import trafilatura

    rate(extract, pages[:50])
    rate(trafilatura.extract, pages[:20])
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(rate(extract, pages))
        theirs.append(rate(trafilatura.extract, pages[:150]))
    ratio = statistics.median(ours) / statistics.median(theirs)
    low, high = min(ours) / max(theirs), max(ours) / min(theirs)
    print(
        f"{name}: extraction {statistics.median(ours):.0f} pages/s, trafilatura "
        f"{statistics.median(theirs):.0f}; ratio {ratio:.1f} ({low:.1f} to {high:.1f}, {ROUNDS} rounds)"
    )


LOADING = """
import sys, time
start = time.perf_counter()
import resource
import octadisc as od
corpus = od.load_corpus(sys.argv[1], duplicates=sys.argv[2] == "True")
took = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
helpers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
texts = sum(len(one.encode()) for one in corpus.frame.get("page", corpus.frame["text"])) / 1e6
print(f"{len(corpus):,} releases in {took:.1f} s, {len(corpus) / took:.0f} a second; texts {texts:.0f} MB, "
      f"peak {peak:.0f} MB, of a worker {helpers:.0f} MB")
"""


def load(name: str, folder: Path, *, duplicates: bool) -> None:
    """Print what loading a folder takes."""
    done = subprocess.run(
        [sys.executable, "-c", LOADING, str(folder), str(duplicates)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    print(f"{name}: loading{'' if duplicates else ' without duplicates'}: {done.stdout.strip()}")


def main() -> None:
    """Compare and load."""
    folders = [Path(one) for one in sys.argv[1:]]
    for folder in folders or [HERE.parent / "tests" / "reading" / "pages"]:
        pages = pages_of(folder)
        if pages:
            compare(folder.name, pages * max(1, 100 // len(pages)))
        for duplicates in (True, False):
            load(folder.name, folder, duplicates=duplicates)


if __name__ == "__main__":
    main()
