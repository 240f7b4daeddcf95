"""Collocates beside NLTK's, and what their intervals and tests, and those of drift, are worth.

    python benchmarks/collocations.py [FOLDER] [--rounds 5] [--millions 1]
    python benchmarks/collocations.py --simulate [--runs 200]

FOLDER holds texts; without one, a folder of releases beside the project, or the sample. NLTK
(BigramCollocationFinder with a window, and nothing between sentences, which it passes over) gets octadisc's
own tokens as strings, made beforehand; both are warm, and take turns. NLTK counts the pairs of all words and
scores one measure; octadisc counts the company of one query and gives all measures with intervals, so that
it is timed with ten queries too. A time is the median of the rounds, a ratio is of times of one round.
Counts must be equal where definitions are: NLTK counts a word once for each node that has it in its window,
octadisc once, and NLTK counts nodes as each other's company. The pairs that are too many are counted by a
plain loop, and taken off before the comparison.

The simulation (see `Truth`): releases of a number of issuers, whose words come by shares that differ from
issuer to issuer (Dirichlet) and, since words come in bursts, from release to release again; the mix of
issuers is another one before and after. Nothing else differs where a false alarm is counted.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

import octadisc as od
from octadisc.terms.collocations.company import Entries
from octadisc.terms.collocations.sides import Sides
from octadisc.terms.drift.drift_distance import jensen_shannon, measure_distance, resample
from octadisc.tokens import Tokens

HERE = Path(__file__).resolve().parent
DEFAULT = HERE.parents[1] / "shared" / "corpora" / "au_parl" / "texts"
WINDOW = 5  # words behind the node
NODES = 10  # frequent words, the company of each
TARGET = (60_000, 1.0)  # occurrences in ten million words, and seconds


# --- speed


def time_in_turn(tasks: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Time each task in each round, once all have run."""
    for task in tasks.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            begin = time.perf_counter()
            task()
            times[name].append(time.perf_counter() - begin)
    return times


def cut(corpus: od.Corpus, millions: float) -> od.Corpus:
    """Take so many words' releases, spread over the whole corpus."""
    lengths = corpus.frame["text"].str.len().to_numpy() / 6
    share = min(1.0, millions * 1e6 / lengths.sum())
    chosen = np.floor(np.arange(len(corpus)) * share) != np.floor((np.arange(len(corpus)) + 1) * share)
    return od.Corpus.from_frame(corpus.frame[chosen].reset_index(drop=True))


def too_many(sentences: list[list[str]], node: str) -> Counter[str]:
    """Count for each word how often more than one node has it in its window: the pairs beyond the first."""
    more: Counter[str] = Counter()
    for sentence in sentences:
        for at, word in enumerate(sentence):
            nodes = sentence[max(0, at - WINDOW) : at].count(node)
            if nodes > 1 and word != node:
                more[word] += nodes - 1
    return more


def compare_with_nltk(corpus: od.Corpus, rounds: int) -> None:
    """Print times, ratios and whether the counts are equal."""
    tokens = od.tokenize(corpus)
    sentences = list(tokens.to_nltk(lower=True).sents())
    padded = [word for sentence in sentences for word in (*sentence, *[None] * WINDOW)]
    common = Counter(word for sentence in sentences for word in sentence if len(word) > 4).most_common(NODES)
    nodes = [word for word, _ in common]
    options: dict[str, Any] = {
        "window": (0, WINDOW), "stop_words": None, "min_count": 1, "min_releases": 1, "min_length": 1,
        "numbers": True, "top": None,
    }  # fmt: skip

    def ask_nltk() -> Any:
        finder = count_only()
        return finder, finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)

    def count_only() -> Any:
        return BigramCollocationFinder.from_words(padded, window_size=WINDOW + 1)

    tasks = {
        f"octadisc, one query ({nodes[0]!r})": lambda: od.find_collocates(tokens, nodes[0], **options),
        f"octadisc, {NODES} queries": lambda: [od.find_collocates(tokens, one, **options) for one in nodes],
        "nltk, counted": count_only,
        "nltk, counted and scored": ask_nltk,
    }
    times = time_in_turn(tasks, rounds)
    first = next(iter(times.values()))
    print(f"{tokens.n_tokens:,} tokens, {len(sentences):,} sentences, window (0, {WINDOW})")
    for name, mine in times.items():
        ratios = [one / own for one, own in zip(mine, first, strict=True)]
        spread = f"{min(ratios):.1f}–{max(ratios):.1f}"
        print(f"  {name:36} {statistics.median(mine):8.3f} s  ×{statistics.median(ratios):.1f} ({spread})")
    finder = count_only()
    for node in nodes:
        found = od.find_collocates(tokens, node, **options).to_frame().set_index("collocate")["count"]
        more = too_many(sentences, node)
        wrong = [one for one in found.index if found[one] != finder.ngram_fd[(node, one)] - more[one]]
        print(f"  {node!r}: counts of {len(found):,} collocates, {len(wrong)} differ from NLTK's {wrong[:3]}")


def measure_target(corpus: od.Corpus, rounds: int) -> None:
    """Time the company of a word with about as many occurrences as the target says, in all texts."""
    tokens = od.tokenize(corpus)
    hits, seconds = TARGET
    counts = od.count_terms(tokens)
    total = np.asarray(counts.matrix.sum(axis=0)).ravel()
    node = counts.terms[int(np.argmin(np.abs(total - hits)))]
    tasks = {"all together": {}, "by year": {"every": "year"}}
    times = time_in_turn(
        {name: lambda more=more: od.find_collocates(tokens, node, **more) for name, more in tasks.items()},
        rounds,
    )
    for name, mine in times.items():
        met = "met" if statistics.median(mine) < seconds else "MISSED"
        print(
            f"{node!r}: {len(tokens.find(node)):,} hits in {tokens.n_tokens:,} tokens, {name}: "
            f"{statistics.median(mine):.2f} s ({min(mine):.2f}–{max(mine):.2f}); target {seconds:.0f} s {met}"
        )


# --- simulation


@dataclass
class Truth:
    """How releases are made.

    A word's share of the company of the node is that of Zipf's law (from the third rank on), after that
    times `drift` for 6 of the words 6 to 120, and by `drift` for 6 others. An issuer's shares are drawn
    around these (Dirichlet, `issuers_alike`), a release's around its issuer's (Dirichlet, `bursts`: the less,
    the more bursty). A release has 1 + Poisson(`hits` - 1) nodes, each with four content words near it on
    average. The mix of the `n_issuers` is drawn for each side (Dirichlet, 4). Words that stand there `least`
    times, on both sides together, are compared.
    """

    n_side: int = 60
    hits: int = 3
    n_words: int = 1500
    bursts: float = 30
    issuers_alike: float = 300
    drift: float = 1
    n_issuers: int = 8
    least: int = 10


def make_sides(truth: Truth, rng: np.random.Generator) -> tuple[Entries, Sides, int, float]:
    """Draw two sides; give them, the number of words that are compared, and the true drift of these."""
    base = 1 / np.arange(3, truth.n_words + 3)
    base /= base.sum()
    before = rng.dirichlet(truth.issuers_alike * base, truth.n_issuers)
    factor = np.ones(truth.n_words)
    moved = rng.choice(np.arange(5, 120), 12, replace=False)
    factor[moved[:6]], factor[moved[6:]] = truth.drift, 1 / truth.drift
    after = before * factor
    after /= after.sum(axis=1, keepdims=True)
    side = np.repeat([0, 1], truth.n_side)
    issuer = np.concatenate(
        [
            rng.choice(truth.n_issuers, truth.n_side, p=rng.dirichlet(np.full(truth.n_issuers, 4.0)))
            for _ in (0, 1)
        ]
    )
    order = np.argsort(issuer, kind="stable")
    side, issuer = side[order], issuer[order]
    rows = []
    for one, who in zip(side, issuer, strict=True):
        shares = rng.dirichlet(truth.bursts * (before, after)[one][who] + 1e-9)
        rows.append(rng.multinomial(rng.poisson(4 * (1 + rng.poisson(truth.hits - 1))), shares))
    table = np.array(rows)
    kept = table.sum(axis=0) >= truth.least
    number = np.array(
        [[((issuer == i) & (side == one)).sum() for i in range(truth.n_issuers)] for one in (0, 1)]
    )
    mix = number / number.sum(axis=1, keepdims=True)
    pooled = (number[0][:, None] * before + number[1][:, None] * after) / np.maximum(number.sum(0), 1)[
        :, None
    ]
    drift = jensen_shannon((mix[0] @ before)[kept], (mix[1] @ after)[kept])
    drift = drift - jensen_shannon((mix[0] @ pooled)[kept], (mix[1] @ pooled)[kept])
    table = table[:, kept]
    clusters, numbers = np.nonzero(table)
    near = table[clusters, numbers].astype(float)
    sizes = np.stack([table.sum(axis=1), np.zeros(side.size)], axis=-1).astype(float)
    bounds = np.append(np.flatnonzero(np.diff(issuer, prepend=-1)), side.size)
    entries = Entries(clusters, numbers, near, np.zeros(near.size))
    return entries, Sides(np.arange(side.size), side, issuer, sizes, bounds), int(kept.sum()), float(drift)


def simulate_drift(runs: int) -> None:
    """Print how often drift is found, and its interval covers the true drift."""
    print(f"drift: {runs} runs each, level .05; 8 issuers, whose mix shifts")
    rng = np.random.default_rng(0)
    for n_side, hits in ((25, 2), (60, 3), (150, 3), (400, 3)):
        for factor in (1, 2, 4):
            truth = Truth(n_side, hits, drift=factor)
            found, covered, values = 0, 0, []
            for run in range(runs):
                entries, sides, n_words, true = make_sides(truth, rng)
                distance = measure_distance(entries, sides, n_words, 199, [run])
                half = resample(entries, sides, n_words, distance, 100, 0.95, [run, 1])
                found += distance.p_value <= 0.05
                covered += abs(distance.drift - true) <= half
                values.append((distance.drift, true))
            mean, true = np.mean(values, axis=0)
            what = "false alarms" if factor == 1 else f"12 words ×{factor} or /{factor}, found"
            print(
                f"  {n_side * hits:5} hits in {n_side:3} releases a side: {what} {found / runs:.3f}; "
                f"covered {covered / runs:.3f}; drift {mean:.4f} (true {true:.4f})",
                flush=True,
            )


def cosine(before: Any, after: Any) -> Any:
    """Give 1 less the cosine of two vectors, row by row."""
    lengths = np.sqrt((before**2).sum(axis=-1) * (after**2).sum(axis=-1))
    return 1 - (before * after).sum(axis=-1) / np.maximum(lengths, 1e-12)


def distances(before: Any, after: Any, base: Any) -> dict[str, Any]:
    """Give the distances that were tried, of counts on two sides; `base` is how frequent words are anyway."""
    p, q = (one / one.sum(axis=-1, keepdims=True) for one in (before, after))
    with np.errstate(divide="ignore"):
        ppmi = [np.maximum(np.log(one / base), 0) for one in (p, q)]
    return {
        "Jensen-Shannon": jensen_shannon(before, after),
        "Hellinger": 1 - np.sqrt(p * q).sum(axis=-1),
        "chi-squared": np.where(p + q > 0, (p - q) ** 2 / np.maximum(p + q, 1e-12), 0).sum(axis=-1),
        "cosine of shares": cosine(p, q),
        "cosine of PPMI": cosine(*ppmi),
    }


def simulate_distances(runs: int) -> None:
    """Print how often each distance finds a drift, by the number of times a word must stand there."""
    print(f"distances: {runs} runs each, 180 hits a side, 12 words ×4 or /4")
    rng = np.random.default_rng(1)
    found: Counter[tuple[int, str]] = Counter()
    for _ in range(runs):
        entries, sides, n_words, _ = make_sides(Truth(drift=4, least=0), rng)
        table = np.zeros((sides.side.size, n_words))
        table[entries.clusters, entries.numbers] = entries.near
        ways = [sides.side]
        for _ in range(199):
            parts = [
                rng.permutation(sides.side[a:b]) for a, b in zip(sides.bounds, sides.bounds[1:], strict=False)
            ]
            ways.append(np.concatenate(parts))
        after = np.array(ways) @ table
        for least in (3, 10, 20):
            kept = table.sum(axis=0) >= least
            base = 1 / np.arange(3, n_words + 3)
            base = base[kept] / base[kept].sum()
            for name, values in distances((table.sum(0) - after)[:, kept], after[:, kept], base).items():
                found[least, name] += (values >= values[0] - 1e-12).mean() <= 0.05
    for (least, name), n in found.items():
        print(f"  words that stand there {least:2} times: {name:18} {n / runs:.2f}")


def simulate_collocates(runs: int) -> None:
    """Print the coverage of log ratios and their differences, and false alarms of `compare`."""
    print(f"collocates: {runs} runs each, 60 words, 3 of them 4 times as frequent near the node; 10 issuers")
    rng = np.random.default_rng(2)
    n_words, n_issuers = 60, 10
    names = np.array([f"{one}{two}" for one in "bcdfgh" for two in "aeiouklmnr"])
    base = 1 / np.arange(3, n_words + 3)
    pull = np.ones(n_words)
    pull[[5, 10, 20]] = 4
    for n_side in (30, 60, 150):
        inside, between, p_values, alarms = [], [], [], []
        for run in range(runs):
            near, far = (rng.dirichlet(200 * one / one.sum(), n_issuers) for one in (base * pull, base))
            mix = rng.dirichlet(np.full(n_issuers, 4.0), 2)
            words, rows = [], []
            for year in (0, 1):
                for who in rng.choice(n_issuers, n_side, p=mix[year]):
                    there, elsewhere = rng.dirichlet(25 * near[who]), rng.dirichlet(25 * far[who])
                    release = []
                    for _ in range(1 + rng.poisson(1.5)):
                        company = names[rng.choice(n_words, 6, p=there)].tolist()
                        release.append([*company[:3], "node", *company[3:]])
                    for _ in range(rng.poisson(5)):
                        release.append(names[rng.choice(n_words, 10, p=elsewhere)].tolist())
                    words.append(release)
                    rows.append({"date": f"{2001 + year}-05-01", "issuer": f"i{who}", "language": "en"})
            tokens = Tokens.from_words(words, pd.DataFrame(rows))
            found = od.find_collocates(tokens, "node", 3, "year", stop_words=None, top=None)
            true = [dict(zip(names, np.log2((one @ near) / (one @ far)), strict=True)) for one in mix]
            for row in found.to_frame().dropna(subset=["low"]).itertuples():
                inside.append(row.low <= true[row.period == "2002"][row.collocate] <= row.high)
            frame = found.compare("2001", "2002", n_permutations=999, seed=run).to_frame()
            p_values += frame["p_value"].dropna().tolist()
            alarms.append(frame["kind"].isin(["closer", "further"]).any())
            for row in frame.dropna(subset=["low"]).itertuples():
                between.append(row.low <= true[1][row.collocate] - true[0][row.collocate] <= row.high)
        print(
            f"  {n_side:3} releases a side: log ratios covered {np.mean(inside):.3f}, differences "
            f"{np.mean(between):.3f}; p at most .05: {np.mean(np.array(p_values) <= 0.05):.3f}; "
            f"runs with a false alarm {np.mean(alarms):.3f}",
            flush=True,
        )


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--millions", type=float, default=1.0, help="of tokens, for the comparison")
    parser.add_argument("--simulate", action="store_true")
    parser.add_argument("--runs", type=int, default=200)
    given = parser.parse_args()
    if given.simulate:
        simulate_distances(given.runs)
        simulate_drift(given.runs)
        simulate_collocates(given.runs)
        return
    there = given.folder if given.folder.is_dir() else HERE.parent / "data" / "sample"
    corpus = od.load_corpus(there) if there.is_dir() else od.Corpus.open(there)
    compare_with_nltk(cut(corpus, given.millions), given.rounds)
    measure_target(corpus, given.rounds)


if __name__ == "__main__":
    main()
