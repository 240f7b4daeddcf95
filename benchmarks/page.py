"""The page of figures for a large corpus: how large it is, how long it takes to make and to open.

    ./run bench page
    python benchmarks/page.py [--releases 10000] [--keep FOLDER]

Releases of sixty words each with concepts strewn in are followed by year and by issuer; every occurrence is
evidence. Opening is timed in Chromium, where
there is one, from the request to the end of the load event, and until the first figure can be clicked.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import octadisc as od
from octadisc.figures.gallery import build_report

CONCEPTS = [f"concept{i}" for i in range(12)]
WORDS = [f"word{i}" for i in range(3_000)]


def main() -> None:
    """Make the page, and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--releases", type=int, default=10_000)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    folder = given.keep or Path(tempfile.mkdtemp(prefix="octadisc-page-"))
    tokens = od.tokenize(invent(given.releases))
    start = time.perf_counter()
    for name, by in (("a-all", None), ("b-issuers", "issuer")):
        trend = od.track_terms(tokens, CONCEPTS if by is None else CONCEPTS[:1], by=by)
        for value in ("share", "rate"):
            figure = trend.plot_panels(value=value)
            od.save_figure(figure, f"{name}-{value}", alt="Panels.", data=trend, folder=folder)
    covered = od.coverage(tokens.corpus)
    od.save_figure(covered.plot().figure, "c-coverage", alt="Heat map.", data=covered, folder=folder)
    saved = time.perf_counter()
    page = build_report(folder)
    built = time.perf_counter()
    evidence = sum(len(pd.read_csv(one)) for one in folder.glob("*.evidence.csv"))
    print(f"{given.releases:,} releases, {evidence:,} rows of evidence in 5 figures")
    print(f"figures saved in {saved - start:.1f} s, page built in {built - saved:.1f} s")
    print(f"page {page.stat().st_size / 1e6:.1f} MB")
    open_page(page)
    if not given.keep:
        shutil.rmtree(folder)


def invent(n: int) -> od.Corpus:
    """Make releases of random words in which concepts occur more often from year to year."""
    rng = np.random.default_rng(0)
    rows = []
    for i in range(n):
        year = 1996 + i % 28
        sentences = []
        for _ in range(5):
            words = [str(one) for one in rng.choice(WORDS, 12)]
            if rng.random() < 0.2 + 0.02 * (year - 1996):
                words.insert(6, str(rng.choice(CONCEPTS)))
            sentences.append(" ".join(words).capitalize() + ".")
        text = " ".join(sentences)
        rows.append({"date": f"{year}-{1 + i % 12:02}-15", "issuer": f"Issuer {i % 20}", "text": text})
    return od.Corpus.from_frame(rows)


def open_page(page: Path) -> None:
    """Time how long the page takes to open, in a new browser each time."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        chromium = None
    if chromium is None:
        print("opening: not timed, there is no Chromium or no playwright")
        return
    loads, clicks = [], []
    with sync_playwright() as started:
        for _ in range(5):
            browser = started.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            opened = browser.new_page()
            start = time.perf_counter()
            opened.goto(page.as_uri())
            loads.append(time.perf_counter() - start)
            opened.locator("button.hit").first.wait_for(state="attached")
            clicks.append(time.perf_counter() - start)
            browser.close()
    for what, seconds in (("loaded", loads), ("first figure can be clicked", clicks)):
        print(f"{what}: {np.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})")


if __name__ == "__main__":
    main()
