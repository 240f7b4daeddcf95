"""Scanner plus counting against scikit-learn's CountVectorizer: equal counts, and the ratio of times.

Usage: python benchmarks/counting.py [folder or file of releases] [--runs 5] [--growth]

Both get the same texts in memory, octadisc as a corpus and CountVectorizer as a list of strings, and
tokens of two word characters or more. Both are warm: one run on a few releases goes first, so that
octadisc's kernels are compiled and scikit-learn is imported. Times are alternated within one process;
the figure is the median of CountVectorizer's time divided by octadisc's, run by run. Beside it stands
the ratio of the best times, which other work on the machine disturbs least.

With --growth, the texts are cut or repeated to between one million and fifty million tokens, and the exponent
is fitted with which octadisc's time grows: 1 is in proportion.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

import octadisc as od

PATTERN = r"(?u)\b\w\w+\b"
DEFAULT = Path(__file__).parents[2] / "shared" / "corpora" / "au_parl" / "texts"


def read_texts(path: Path) -> list[str]:
    """Read releases as plain texts; without a folder, repeat the sample."""
    if not path.exists():
        sample = od.load_corpus(Path(__file__).parents[1] / "data" / "sample").texts
        return list(sample) * (4_000 // len(sample))
    files = sorted(path.rglob("*.md")) + sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    return [one.read_text(encoding="utf-8", errors="replace") for one in files]


def timed(function, *given, clock=time.perf_counter):
    """Give what a function makes and how long it took."""
    begin = clock()
    made = function(*given)
    return made, clock() - begin


def count_here(corpus: od.Corpus) -> od.TermCounts:
    """Scan and count with octadisc."""
    return od.count_terms(od.tokenize(corpus, PATTERN))


def count_there(texts: list[str]):
    """Scan and count with scikit-learn."""
    vectorizer = CountVectorizer()
    return vectorizer.fit_transform(texts), vectorizer.get_feature_names_out()


def to_size(texts: list[str], per_text: float, n_tokens: float) -> list[str]:
    """Cut or repeat texts to about a number of tokens."""
    n = max(1, round(n_tokens / per_text))
    return (texts * (n // len(texts) + 1))[:n]


def fit_exponent(sizes: list[float], times: list[float]) -> float:
    """Give the slope of the logarithm of time over that of size."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def print_growth(texts: list[str], runs: int) -> None:
    """Print times for growing numbers of tokens, and the exponent.

    The time is the processor's, of all threads together: other work on the machine lengthens it least.
    """
    first = od.tokenize(od.Corpus.from_frame({"text": texts}), PATTERN)
    sizes, times = [], []
    for millions in (1, 2, 5, 10, 20, 50):
        corpus = od.Corpus.from_frame({"text": to_size(texts, first.n_tokens / len(texts), millions * 1e6)})
        made = [timed(count_here, corpus, clock=time.process_time) for _ in range(runs)]
        sizes.append(int(made[0][0].matrix.sum()))
        times.append(min(time for _, time in made))
        print(f"{sizes[-1]:>12,} tokens {times[-1]:7.3f} s  {1e9 * times[-1] / sizes[-1]:6.1f} ns a token")
    print(f"time grows with size to the power of {fit_exponent(sizes, times):.2f}")


def main() -> None:
    """Print equality, times and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--growth", action="store_true")
    given = parser.parse_args()
    texts = read_texts(given.path)
    corpus = od.Corpus.from_frame({"text": texts})
    warm = od.Corpus.from_frame({"text": ["Police", "Полиција", "police 🚔"]})
    for text in warm.texts:
        count_here(od.Corpus.from_frame({"text": [text]}))
    if given.growth:
        print_growth(texts, given.runs)
        return
    ratios, here_times, there_times = [], [], []
    for _ in range(given.runs):
        counts, here = timed(count_here, corpus)
        (matrix, terms), there = timed(count_there, texts)
        ratios.append(there / here)
        here_times.append(here)
        there_times.append(there)
    same_terms = list(terms) == counts.terms
    matrix.sort_indices()
    same = same_terms and all(
        np.array_equal(getattr(matrix, part), getattr(counts.matrix, part))
        for part in ("indptr", "indices", "data")
    )
    _, words = timed(od.tokenize, corpus)
    print(f"{len(texts):,} releases, {int(counts.matrix.sum()):,} tokens, {len(counts.terms):,} terms")
    print(f"equal terms and counts: {'yes' if same else 'NO'}")
    for name, times in (("octadisc", here_times), ("CountVectorizer", there_times)):
        print(f"{name:15} {statistics.median(times):6.2f} s  ({min(times):.2f}–{max(times):.2f})")
    print(f"ratio           {statistics.median(ratios):6.1f}    ({min(ratios):.1f}–{max(ratios):.1f})")
    print(f"of best times   {min(there_times) / min(here_times):6.1f}")
    print(f"octadisc with its own rules for words and sentences, tokens only: {words:.2f} s")


if __name__ == "__main__":
    main()
