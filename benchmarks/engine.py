"""The text engine beside its peers: scanning and counting, searching, concordances, growth with size.

    ./run bench engine
    python benchmarks/engine.py [FOLDER] [--rounds 5] [--largest 50] [--markdown]
                                [--parts table targets growth]

FOLDER holds texts; without one, a folder of releases beside the project, or the sample repeated. Each engine
runs in a process of its own (benchmarks/_engines.py) and each peer in an environment of its own, which is
made in the user's cache folder from benchmarks/peers.txt the first time. All read the same file of texts, are
warm before anything is timed (every function has run on a few other texts), and take their times themselves,
in turn, round by round. A time is the median of the rounds with the lowest and highest; a ratio is that to
octadisc's time of the same round, again the median and the range. "All threads" is the time for which all the
threads together were at work (the median), which other programs on the machine disturb less. What an engine
needs before it can begin (octadisc's Corpus, polars' frame) is made from the strings beforehand, not timed.

Counts are compared release by release. Single words and words with wildcards must be those of a plain
regular expression in every release; phrases those of an expression that states octadisc's rules: blanks,
hyphens and quotation marks may stand between the words of a phrase, and no comma, bracket or end of a
sentence. It takes a full stop for the end of a sentence unless a small letter follows.

To go beyond the texts' own size they are repeated: each copy in another order, each text turned round at the
end of a line, and so many of the rarest words with an ending of the copy's own that the vocabulary grows on
as it does from half of the texts to all of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from _processes import (
    COUNTED_OTHERWISE,
    COUNTING,
    FOUND_OTHERWISE,
    GROWING,
    INDEXING,
    LISTING,
    PARALLEL,
    SEARCHING,
    Engine,
    start_engines,
)
from _queries import QUERIES
from _texts import reach, read_texts, write_texts

HERE = Path(__file__).resolve().parent
DEFAULT = HERE.parents[1] / "shared" / "corpora" / "au_parl" / "texts"
SIZES = (1, 2, 5, 10, 20, 50)  # million tokens
SEARCHED = 34  # million tokens, for the targets below
TARGETS = {False: 0.1, True: 0.3}  # seconds for a phrase, without and with wildcards
LONG = 5.0  # seconds: what takes longer is run three times only
PARTS = ("table", "targets", "growth")
LISTED = ("trafficking", "of the australian")  # of the queries, for concordances


# --- measuring


@dataclass
class Row:
    """A line of the table."""

    what: str
    engine: str
    times: list[float]
    busy: list[float]
    ratios: list[float]
    agrees: str


def compare(
    what: str,
    compared: list[Engine],
    labels: dict[str, str],
    rounds: int,
    ask: Callable[[Engine, bool], dict[str, Any]],
    judge: Callable[[str, dict[str, Any]], str],
) -> list[Row]:
    """Ask the engines in turn, round by round; give lines of the table."""
    print(what, file=sys.stderr, flush=True)
    able = [one for one in compared if one.name in labels]
    answers: dict[str, list[dict[str, Any]]] = {one.name: [] for one in able}
    for number in range(rounds):
        for engine in able:
            mine = answers[engine.name]
            if mine and ("seconds" not in mine[-1] or (number >= 3 and mine[-1]["seconds"] > LONG)):
                continue
            mine.append(ask(engine, number == 0))
    times = {name: [one["seconds"] for one in mine if "seconds" in one] for name, mine in answers.items()}
    rows = []
    for engine in able:
        first = answers[engine.name][0]
        if "failed" in first:
            agrees = f"failed: {first['failed']}"
        elif "not_offered" in first:
            agrees = f"not offered: {first['not_offered']}"
        else:
            agrees = judge(engine.name, first)
        label = f"{engine.label}: {labels[engine.name]}" + " ∥" * (engine.name in PARALLEL)
        ratios = [a / b for a, b in zip(times[engine.name], times["octadisc"], strict=False)]
        busy = [one["busy"] for one in answers[engine.name] if "busy" in one]
        rows.append(Row(what, label, times[engine.name], busy, ratios, agrees))
    return rows


def compare_counting(compared: list[Engine], rounds: int) -> list[Row]:
    """Scan and count the texts with each engine; octadisc comes first."""
    right: list[str] = []

    def judge(name: str, first: dict[str, Any]) -> str:
        right.append(first["hash"])
        if first["hash"] == right[0]:
            return "yes" if len(right) > 1 else f"{first['tokens']:,} tokens, {first['terms']:,} terms"
        why = COUNTED_OTHERWISE.get(name, "NOT EXPLAINED")
        return f"no: {first['tokens']:,} tokens, {first['terms']:,} terms; {why}"

    return compare(
        "scan and count",
        compared,
        COUNTING,
        rounds,
        lambda one, first: one.ask("count", compare=first),
        judge,
    )


def judge_hits(name: str, counts: list[int], right: list[int]) -> str:
    """Say whether an engine finds as much as it should, in every release or, where it knows none, in all."""
    by_release = len(counts) == len(right) > 1
    if counts == right or (not by_release and sum(counts) == sum(right)):
        return f"yes: {sum(counts):,}"
    differing = (
        f" ({sum(a != b for a, b in zip(counts, right, strict=True)):,} releases)" if by_release else ""
    )
    why = FOUND_OTHERWISE.get(name, "NOT EXPLAINED")
    return f"no: {sum(counts):,}, not {sum(right):,}{differing}; {why}"


def compare_searching(compared: list[Engine], rounds: int) -> list[Row]:
    """Make the texts searchable and search them with each engine that can."""
    rows = compare("make searchable", compared, INDEXING, 3, lambda one, _: one.ask("index"), lambda *_: "")
    plain = next(one for one in compared if one.name == "re")
    for query in QUERIES:
        right: list[int] = plain.need("check", query=query)["counts"]

        def judge(name: str, first: dict[str, Any], right: list[int] = right) -> str:
            return judge_hits(name, first["counts"], right)

        def ask(one: Engine, first: bool, query: dict[str, Any] = query) -> dict[str, Any]:
            return one.ask("find", query=query, counts=first)

        rows += compare(f"find: {query['name']}", compared, SEARCHING, 2 * rounds, ask, judge)
    return rows


def compare_listing(compared: list[Engine], rounds: int) -> list[Row]:
    """Make concordances of all hits with each engine that can."""
    rows: list[Row] = []
    for query in (one for one in QUERIES if one["name"] in LISTED):
        right: list[int] = []

        def judge(name: str, first: dict[str, Any], right: list[int] = right) -> str:
            right.extend(first["counts"] if name == "octadisc" else [])
            return judge_hits(name, first["counts"], right)

        def ask(one: Engine, _: bool, query: dict[str, Any] = query) -> dict[str, Any]:
            return one.ask("concordance", query=query)

        rows += compare(f"concordance: {query['name']}", compared, LISTING, 2 * rounds, ask, judge)
    return rows


def check_words(compared: list[Engine]) -> list[str]:
    """Compare words and wildcards over the pattern's tokens with a plain expression, release by release."""
    here, plain = (next(one for one in compared if one.name == name) for name in ("octadisc", "re"))
    lines = []
    for query in (one for one in QUERIES if len(one["words"]) == 1):
        found, right = (one.ask("find_words", query=query).get("counts", []) for one in (here, plain))
        lines.append(f"  {query['name']}: {judge_hits('', found, right)}")
    return lines


def measure_targets(here: Engine, lengths: list[int], path: Path, millions: float) -> list[str]:
    """Search as many tokens as the targets are for."""
    n = reach(lengths, millions)
    here.need("load", path=str(path), n=n)
    seconds = here.need("index")["seconds"]
    lines = [f"in {sum(lengths[:n]) / 1e6:.1f} million tokens, made searchable in {seconds:.1f} s:"]
    for query in QUERIES:
        answers = [here.ask("find", query=query) for _ in range(10)]
        times = [1000 * one["seconds"] for one in answers if "seconds" in one]
        if not times:
            lines.append(f"  {query['name']:44} not offered yet: {answers[0].get('not_offered', answers[0])}")
            continue
        target = 1000 * TARGETS[query["wild"]]
        middle = statistics.median(times[1:])
        busy = statistics.median(1000 * one["busy"] for one in answers[1:])
        met = "met" if middle < target else "MISSED"
        lines.append(
            f"  {query['name']:44} {middle:6.1f} ms ({min(times[1:]):.1f}–{max(times[1:]):.1f}; all threads "
            f"{busy:.1f}), at first {times[0]:.1f}; target {target:.0f} ms {met}"
        )
    return lines


def measure_growth(
    here: Engine, lengths: list[int], path: Path, sizes: list[float], rounds: int
) -> list[str]:
    """Scan, count and search growing parts of the texts, and fit the exponent of growth."""
    cuts = [reach(lengths, one) for one in sizes]
    here.need("load", path=str(path), n=max(cuts))
    phrase = next(one for one in QUERIES if one["name"] == "of the australian")
    answers = [[here.need("grow", n=n, query=phrase) for n in cuts] for _ in range(rounds)]
    millions = [sum(lengths[:n]) / 1e6 for n in cuts]
    lines = [
        "growth with size (medians of seconds):",
        "  million tokens  " + "".join(f"{one:9.1f}" for one in millions),
    ]
    for part, name in GROWING:
        times = np.array([[one[part] for one in row] for row in answers])
        middle = np.median(times, axis=0)
        slopes = [np.polyfit(np.log(millions), np.log(one), 1)[0] for one in (middle, *times)]
        lines.append(
            f"  {name:16}" + "".join(f"{one:9.3f}" for one in middle)
            + f"   exponent {slopes[0]:.3f} ({min(slopes[1:]):.3f}–{max(slopes[1:]):.3f} by round)"
        )  # fmt: skip
    peak = here.ask("peak")["bytes"]
    return lines + ([f"  most memory, with the strings themselves: {peak / 1e9:.1f} GB"] if peak else [])


# --- the table


def spread(values: list[float], style: str) -> str:
    """Give the median of some figures with the lowest and highest."""
    if not values:
        return "–"
    return f"{statistics.median(values):{style}} ({min(values):{style}}–{max(values):{style}})"


def as_table(rows: list[Row], markdown: bool) -> str:
    """Lay the lines out."""
    head = ("timed", "engine (∥: all cores)", "seconds", "all threads", "times octadisc's", "agrees")
    cells = [head]
    for row in rows:
        style = ".2f" if row.times and statistics.median(row.times) >= 0.1 else ".4f"
        busy = f"{statistics.median(row.busy):{style}}" if row.busy else "–"
        cells.append(
            (row.what, row.engine, spread(row.times, style), busy, spread(row.ratios, ".1f"), row.agrees)
        )
    if markdown:
        cells = [tuple(one.replace("|", "\\|") for one in row) for row in cells]
        cells.insert(1, ("---",) * len(head))
        return "\n".join("| " + " | ".join(row) + " |" for row in cells)
    widths = [max(len(row[i]) for row in cells) for i in range(len(head) - 1)] + [0]
    return "\n".join(
        "  ".join(f"{one:{w}}" for one, w in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def load_everywhere(compared: list[Engine], path: Path, n: int) -> tuple[list[Engine], list[str]]:
    """Have each engine read the texts and warm up; leave out those that cannot."""
    left, notes = [], []
    for one in compared:
        answer = (one.need if one.python == sys.executable else one.ask)("load", path=str(path), n=n)
        if "failed" in answer:
            notes.append(f"{one.name} is left out: {answer['failed']}")
        else:
            left.append(one)
            if one.name in PARALLEL:
                notes.append(
                    f"{one.label} makes of the strings what it begins with in {answer['seconds']:.2f} s"
                )
    return left, notes


def main() -> None:
    """Compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--largest", type=float, default=max(SIZES), help="million tokens")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    given = parser.parse_args()
    texts, name = read_texts(given.folder)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "texts.jsonl"
        lengths = write_texts(texts, given.largest, path)
        n = len(texts) if sum(lengths[: len(texts)]) > 5e6 else reach(lengths, min(10, given.largest))
        print(f"{name}: {n:,} releases, {sum(lengths[:n]):,} tokens; {describe_machine()}", flush=True)
        if "table" in given.parts:
            print("\n".join(make_table(path, n, given.rounds, given.markdown)), flush=True)
        here = Engine("octadisc", "octadisc", sys.executable)
        if "targets" in given.parts:
            lines = measure_targets(here, lengths, path, min(SEARCHED, given.largest))
            print("\n".join(lines), flush=True)
            here.close()
        sizes = [one for one in SIZES if one <= given.largest]
        if "growth" in given.parts and len(sizes) > 1:
            print("\n".join(measure_growth(here, lengths, path, sizes, given.rounds)))
            here.close()
        print(describe_machine())


def make_table(path: Path, n: int, rounds: int, markdown: bool) -> list[str]:
    """Compare all engines; give the table, and notes."""
    compared, notes = start_engines()
    compared, more = load_everywhere(compared, path, n)
    rows = compare_counting(compared, rounds)
    able = [one for one in compared if one.name in {*INDEXING, *LISTING}]
    for one in compared:
        if one not in able:
            one.close()
    rows += compare_searching(able, rounds) + compare_listing(able, rounds)
    words = "single words over the tokens that CountVectorizer takes, against a plain expression:"
    lines = [as_table(rows, markdown), *notes, *more, words, *check_words(able)]
    for one in able:
        one.close()
    return lines


def describe_machine() -> str:
    """Say what runs this, and how busy it is."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    system = f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {system}{load}"


if __name__ == "__main__":
    main()
