"""Reading pages: the time of extraction beside trafilatura's, and of loading whole folders.

    ./run bench reading [FOLDER …]

Each FOLDER holds pages (.html) or texts; without any, the pages of tests/reading/key, whose bodies and days
are also compared with trafilatura's and htmldate's (told to look for the day of issue).

Extraction alone: from the decoded page to headline, body, labelled parts and dates of the page's lines. The
peer is trafilatura (default settings), on the same pages in the same run, in turn, five rounds; the ratio is
that of medians. Loading: everything that `od.load_corpus` does, in a fresh process, with its imports.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

KEY = Path(__file__).resolve().parent.parent / "tests" / "reading" / "key"
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


def quality(part: str) -> None:
    """Print how well bodies and days of the key's pages are read, beside the peers."""
    import htmldate
    import trafilatura

    import octadisc as od
    from octadisc.reading.encodings import decode

    place = KEY / part
    key = [json.loads(line) for line in (place / "key.jsonl").read_text(encoding="utf-8").splitlines()]
    key = [one for one in key if one["file"].endswith(".html")]
    frame = od.load_corpus(place, pattern="*/*.html", duplicates=False).frame.set_index("release")
    bodies: dict[str, list[float]] = {"octadisc": [], "trafilatura": []}
    days = {"octadisc": 0, "htmldate": 0}
    for one in key:
        source = decode((place / one["file"]).read_bytes())[0]
        body = "\n".join(text for kind, text in one["parts"] if kind == "body")
        bodies["octadisc"].append(word_f1(frame.loc[one["file"], "text"], body))
        bodies["trafilatura"].append(word_f1(trafilatura.extract(source, include_comments=False) or "", body))
        days["octadisc"] += str(frame.loc[one["file"], "date"])[:10] == one["date"]
        days["htmldate"] += htmldate.find_date(source, original_date=True) == one["date"]
    means = ", ".join(f"{name} {statistics.mean(scores):.3f}" for name, scores in bodies.items())
    found = ", ".join(f"{name} {n}" for name, n in days.items())
    print(f"{part}, {len(key)} pages: F1 of the bodies' words: {means}; days found: {found}")


def word_f1(text: str, body: str) -> float:
    """F1 of the words of a text against those of the body."""
    one, two = (Counter(re.findall(r"\w+", words.lower())) for words in (text, body))
    return 2 * (one & two).total() / max(1, one.total() + two.total())


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
    for part in () if folders else ("tuned", "unseen"):
        quality(part)
    for folder in folders or [KEY]:
        pages = pages_of(folder)
        if pages:
            compare(folder.name, pages * max(1, 100 // len(pages)))
        for duplicates in (True, False):
            load(folder.name, folder, duplicates=duplicates)


if __name__ == "__main__":
    main()
