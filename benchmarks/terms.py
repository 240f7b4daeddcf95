"""Trends, keyness and collocates beside pycorpdiff's and NLTK's: the same questions, checked answers, ratios.

    ./run bench terms
    python benchmarks/terms.py [FOLDER] [--rounds 5] [--markdown]
                               [--parts track keyness collocates targets changes]

FOLDER holds texts with dates; without one, a folder of releases beside the project, or the sample repeated.
The releases of the most frequent language that have a date are taken. Each engine runs in a process of its
own (benchmarks/_term_engines.py) and each peer in an environment of its own, which is made in the user's
cache folder from benchmarks/peers.txt the first time. All are warm (every task has run on some of the
releases) and take turns, round by round; what takes more than 5 s is run three times, more than a minute
once. A time is the median of the rounds with the lowest and highest; a ratio is that to the first line's time
of the same round. All begin with the texts, and cut them at the same expression (two word characters or more,
in lower case); where a line says "again", octadisc begins with what it has made before.

What is asked, and how answers are compared with those of a plain loop (Python's re and Counter):

- *track*: ten terms, and the 10,000 in most releases, in each year. Occurrences and all words must be equal
  in each year. octadisc gives score intervals that respect releases and issuers, and the share of releases
  with its interval; pycorpdiff Wilson intervals, as if words were independent; NLTK counts only.
- *keyness*: the releases from the middle date on against those before. Counts, G² (four cells) and %DIFF must
  be equal. octadisc gives intervals, dispersion and p-values of 999 permutations within issuers; its measures
  alone are the plain counterpart. pycorpdiff gives p-values of χ², and with permutation_n those of 999
  permutations of releases. octadisc lists terms in at least five releases of a side, pycorpdiff those with
  five occurrences, so that those are compared that both list. NLTK has no keyness.
- *collocates*: what stands within five words of a node, in a release. octadisc counts a word once, however
  many nodes it is near to, and gives eight measures with intervals between releases and issuers; pycorpdiff
  and NLTK count it once for each node; each must be equal to a loop by its own rule. octadisc lists what is
  attracted, the others all. NLTK counts all pairs of words, since it cannot be asked about one.
- *shift*: the same on both sides of the middle date.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _processes import COUNTED_OTHERWISE, Engine, start_engines
from engine import DEFAULT, HERE, LONG, Row, as_table, describe_machine

import octadisc as od

PARTS = ("track", "keyness", "collocates", "targets", "changes")
REPEATED = 20  # how often the sample is taken
VERY_LONG = 60.0  # seconds: what takes longer is run once
TOLERANCE = 1e-6  # of G² and %DIFF: sums of terms with opposite signs
LEAST_RATIO = 10  # times as fast as pycorpdiff
TREND_SECONDS, COMPANY_SECONDS = 20.0, 1.0  # of 10,000 trends, and of the company of a frequent word
NAMES = ("octadisc", "pycorpdiff", "nltk", "re")


@dataclass(frozen=True)
class Way:
    """A way to answer a question: a task of an engine."""

    engine: str
    task: str
    label: str
    checked: bool = True


QUESTIONS: dict[
    str, tuple[str, str, tuple[str, ...], tuple[Way, ...]]
] = {}  # part, what is found, more, ways


def ask_about(part: str, question: str, found: str, more: tuple[str, ...], *ways: Way) -> None:
    """Put a question on the list."""
    QUESTIONS[question] = (part, found, more, ways)


for _many, _name in (("few", "10 terms"), ("many", "10,000 terms")):
    ask_about(
        "track", f"track {_name}", "tracked", (_many,),
        Way("octadisc", "track", "tokenize, track_terms"),
        Way("octadisc", "track_again", "track_terms again"),
        Way("pycorpdiff", "track", "track, over_time"),
        Way("nltk", "track", "ConditionalFreqDist (counts only)"),
    )  # fmt: skip
ask_about(
    "keyness", "keyness", "keys", (),
    Way("octadisc", "keyness", "tokenize, count_terms, compare (999 permutations)"),
    Way("octadisc", "keyness_again", "compare again"),
    Way("octadisc", "keyness_measures", "tokenize, count_terms, compare (no permutations)"),
    Way("pycorpdiff", "keyness", "keyness (measures only)"),
    Way("pycorpdiff", "keyness_with_tests", "keyness (999 permutations)"),
    Way("nltk", "keyness", "no function for it"),
)  # fmt: skip
ask_about(
    "collocates", "collocates", "near", (),
    Way("octadisc", "collocates", "tokenize, find_collocates"),
    Way("octadisc", "collocates_again", "find_collocates again"),
    Way("pycorpdiff", "collocates", "collocate_counts, logdice"),
    Way("nltk", "collocates", "BigramCollocationFinder, likelihood_ratio (all pairs)"),
)  # fmt: skip
ask_about(
    "collocates", "shift", "near", (),
    Way("octadisc", "shift", "tokenize, find_collocates (two periods)"),
    Way("octadisc", "shift_with_tests", "the same, compare (permutations)"),
    Way("pycorpdiff", "shift", "collocation_shift"),
)  # fmt: skip


# --- the releases


def write_releases(folder: Path, path: Path) -> str:
    """Write a line of JSON for each release that has a date, of the most frequent language; say of what."""
    given = folder.is_dir()
    corpus = od.load_corpus(folder if given else HERE.parent / "data" / "sample")
    frame = corpus.frame.assign(text=corpus.texts)
    frame = frame[frame["date"].notna() & frame["issuer"].notna()]
    frame = frame[frame["language"] == frame["language"].mode()[0]]
    days = frame["date"].dt.strftime("%Y-%m-%d")
    lines = [json.dumps(list(one)) + "\n" for one in zip(frame["text"], days, frame["issuer"], strict=True)]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines * (1 if given else REPEATED))
    return folder.parent.name if given else f"the sample, {REPEATED} times"


# --- measuring


class Question:
    """A question to all engines that can answer it, and what is right."""

    def __init__(self, name: str, engines: dict[str, Engine], asked: dict[str, Any]) -> None:
        self.name, self.asked = name, asked
        _, self.found, self.more, ways = QUESTIONS[name]
        self.ways = [one for one in ways if one.engine in engines]
        self.engines = engines
        task = {"tracked": "track", "keys": "keyness", "near": "collocates"}[self.found]
        self.right = engines["re"].need("check", what=[task, *self.more])
        self.keys: dict[str, list[Any]] = {}

    def measure(self, rounds: int) -> list[Row]:
        """Ask in turn, round by round."""
        print(self.name, file=sys.stderr, flush=True)
        answers: dict[Way, list[dict[str, Any]]] = {way: [] for way in self.ways}
        for number in range(rounds):
            for way, mine in answers.items():
                longest = max((one.get("seconds", 0.0) for one in mine), default=0.0)
                enough = 1 if longest > VERY_LONG else 3 if longest > LONG else rounds
                if number >= enough or (mine and "seconds" not in mine[-1]):
                    continue
                compare = self.found if number == 0 and way.checked else ""
                what = [way.task, *self.more]
                mine.append(self.engines[way.engine].ask("run", what=what, compare=compare))
                seconds = mine[-1].get("seconds", float("nan"))
                print(f"  {way.engine}, {way.label}: {seconds:.2f} s", file=sys.stderr, flush=True)
        base = [one["seconds"] for one in answers[self.ways[0]]]
        rows = []
        for way, mine in answers.items():
            times = [one["seconds"] for one in mine if "seconds" in one]
            busy = [one["busy"] for one in mine if "busy" in one]
            ratios = [one / other for one, other in zip(times, base, strict=False)]
            first = mine[0]
            if "failed" in first:
                agrees = f"failed: {first['failed']}"
            elif "not_offered" in first:
                agrees = f"not offered: {first['not_offered']}"
            else:
                agrees = self.judge(way, first)
            label = f"{self.engines[way.engine].label}: {way.label}" + " ∥" * (way.engine == "octadisc")
            rows.append(Row(self.name, label, times, busy, ratios, agrees))
        return rows

    def judge(self, way: Way, answer: dict[str, Any]) -> str:
        """Say whether an answer is right."""
        judges: dict[str, Callable[[Way, dict[str, Any]], str]] = {
            "tracked": self._judge_track,
            "keys": self._judge_keys,
            "near": self._judge_near,
        }
        return judges[self.found](way, answer)

    def _judge_track(self, way: Way, answer: dict[str, Any]) -> str:
        if answer["hash"] == self.right["hash"]:
            return f"yes: {answer['count']:,} occurrences, {answer['rows']:,} rows"
        why = COUNTED_OTHERWISE.get(way.engine, "NOT EXPLAINED")
        return f"no: {answer['count']:,} occurrences, not {self.right['count']:,}, or other totals; {why}"

    def _judge_keys(self, way: Way, answer: dict[str, Any]) -> str:
        right = {term: (a, b) for term, a, b in self.right["found"]}
        found = {term: tuple(rest) for term, *rest in answer["found"]}
        wrong = sum(right[term] != (a, b) for term, (a, b, *_) in found.items())
        said = f"{'yes' if not wrong else f'NO ({wrong} differ)'}: counts of {len(found):,} terms"
        first = self.keys.setdefault("first", found)  # type: ignore[arg-type]
        both = found.keys() & first.keys()
        if first is not found:
            furthest = max(
                _apart(one, other)
                for term in both
                for one, other in zip(found[term][2:], first[term][2:], strict=True)
            )
            equal = "equal" if furthest < TOLERANCE else "DIFFERENT"
            said += f"; G² and %DIFF {equal} to octadisc's for the {len(both):,} both list"
        return said

    def _judge_near(self, way: Way, answer: dict[str, Any]) -> str:
        """Compare with the loop by the engine's own rule, side by side where there are sides."""
        rule = "once" if way.engine == "octadisc" else "pairs"
        before, after = self.right["found"][rule]
        found = [
            one for one in answer["found"] if one[1] != self.asked["node"]
        ]  # its own company: by pairs only
        wrong = 0
        for side, word, n, *_ in found:
            counts = {"before": before, "after": after}.get(side)
            right = counts.get(word, 0) if counts else before.get(word, 0) + after.get(word, 0)
            wrong += n != right
        words = {one[1] for one in found}
        others = self.right["found"]["pairs" if rule == "once" else "once"]
        alike = sum(
            sum(one.get(word, 0) for one in others) == before.get(word, 0) + after.get(word, 0)
            for word in words
        )
        said = "a word once" if rule == "once" else "a pair for each node"
        good = "yes" if not wrong else f"NO ({wrong} differ)"
        return f"{good}: {len(words):,} collocates, {said} (by both rules the same: {alike:,})"


def _apart(one: float, other: float) -> float:
    """Give how far two numbers are apart, relative to their size where they are large."""
    if one == other:
        return 0.0
    return abs(one - other) / max(abs(one), abs(other), 1.0) if abs(one - other) < float("inf") else 1.0


def measure_targets(here: Engine, rounds: int) -> list[str]:
    """Time what has a target of its own, with octadisc's own tokens."""
    word, n = here.need("run", what=["common"])["said"].split(" ")
    company = [here.need("run", what=["company_of_common", word]) for _ in range(max(rounds, 3))]
    trends = [here.need("run", what=["track_by_own_rules"]) for _ in range(3)]
    lines = [_say(f"collocates of {word!r} ({n} hits), all defaults", company, COMPANY_SECONDS)]
    return [*lines, _say("10,000 terms' trends by year, with intervals", trends, TREND_SECONDS)]


def _say(what: str, answers: list[dict[str, Any]], target: float | None = None) -> str:
    times = [one["seconds"] for one in answers]
    busy = statistics.median(one["busy"] for one in answers)
    middle = statistics.median(times)
    met = "" if target is None else f"; target {target:.0f} s {'met' if middle < target else 'MISSED'}"
    return f"  {what}: {middle:.2f} s ({min(times):.2f}–{max(times):.2f}; all threads {busy:.2f}){met}"


def say_ratios(rows: list[Row]) -> list[str]:
    """Say for each question how many times octadisc's time pycorpdiff takes, from texts to answer."""
    lines = ["pycorpdiff's time by octadisc's, in the same rounds (and the same of all threads' time):"]
    for question in dict.fromkeys(row.what for row in rows):
        mine = [row for row in rows if row.what == question and row.times and "again" not in row.engine]
        for peer in (row for row in mine if row.engine.startswith("pycorpdiff")):
            for own in (row for row in mine if row.engine.startswith("octadisc")):
                if "permutations" in peer.engine and "permutations" not in own.engine:
                    continue  # no like question
                ratios = [a / b for a, b in zip(peer.times, own.times, strict=False)]
                middle = statistics.median(ratios)
                met = "" if middle >= LEAST_RATIO else f"  (less than {LEAST_RATIO})"
                busy = statistics.median(a / b for a, b in zip(peer.busy, own.busy, strict=False))
                one, other = (row.engine.split(": ", 1)[1].removesuffix(" ∥") for row in (peer, own))
                lines.append(
                    f"  {question}: {middle:6.1f} ({min(ratios):.1f}–{max(ratios):.1f}; {busy:.1f}), "
                    f"{one} by {other}{met}"
                )
    return lines


# --- all together


def start(path: Path, parts: list[str]) -> tuple[dict[str, Engine], dict[str, Any], list[str]]:
    """Start the engines, have them read and warm up; give also what is asked, and notes."""
    compared, notes = start_engines()
    engines = {}
    for one in compared:
        if one.name in NAMES:
            one.script = "_term_engines.py"
            (one.need if one.python == sys.executable else one.ask)("load", path=str(path))
            engines[one.name] = one
    notes = [one for one in notes if one.split(" ")[0] in NAMES]
    asked: dict[str, Any] = engines["re"].need("survey")["asked"]
    for name, one in engines.items():
        tasks = [
            [way.task, *more]
            for part, _, more, ways in QUESTIONS.values()
            for way in ways
            if part in parts and way.engine == name
        ]
        if name == "octadisc":
            tasks += [["cut_by_own_rules"], ["company_of_common", asked["many"][0]], ["track_by_own_rules"]]
        failed = one.need("warm", asked=asked, tasks=tasks).get("failed_to_warm")
        if failed:
            notes.append(f"{name}, when warming up: {failed}")
    return engines, asked, notes


def main() -> None:
    """Compare, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "releases.jsonl"
        name = write_releases(given.folder, path)
        engines, asked, notes = start(path, given.parts)
        here = engines["octadisc"]
        n = here.need("load", path=str(path))["releases"]
        print(f"{name}: {n:,} releases; {describe_machine()}")
        print(f"asked: {', '.join(asked['few'])}; {len(asked['many']):,} terms; from {asked['at']} on; "
              f"near {asked['node']!r}", flush=True)  # fmt: skip
        rows: list[Row] = []
        for question, (part, *_) in QUESTIONS.items():
            if part in given.parts:
                rows += Question(question, engines, asked).measure(given.rounds)
        if rows:
            print("\n".join([as_table(rows, given.markdown), *notes, *say_ratios(rows)]), flush=True)
        for one in engines.values():
            memory = one.ask("peak").get("bytes")
            print(f"  most memory of {one.label}: {memory / 1e9:.1f} GB" if memory else "", flush=True)
            if one is not here:
                one.close()
        if {"targets", "changes"} & set(given.parts):
            print("octadisc by its own rules for words and sentences:")
            print("\n".join(measure_targets(here, given.rounds)), flush=True)
        if "changes" in given.parts:
            found = here.need("run", what=["changes"])
            print(_say("find_changes of these 10,000 trends", [found]), found["length"])
        here.close()
        print(describe_machine())


if __name__ == "__main__":
    main()
