"""What benchmarks/terms.py compares, each engine in a process of its own: `python _term_engines.py NAME`.

As `_engines.py`, whose protocol it uses: only the standard library and the engine itself are imported, and
times are taken here. Texts are cut at the same regular expression by all, in lower case; each task begins
with the texts, unless it says otherwise.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from _engines import WORDS, NotOffered, main, timed

WINDOW = 5  # words on either side of a node
LEAST = 5  # occurrences of a key term, or of a collocate near the node
N_TERMS = (10, 10_000)
N_PERMUTATIONS = 999
WARMED, MANY_WARMED = 150, 100  # releases, and terms
COMMON = 60_000  # occurrences of the node that the target is about
Releases = list[tuple[str, str, str]]  # text, date, issuer


class Plain:
    """Python's re and Counter: what is right, and what the others are asked."""

    def prepare(self, releases: Releases) -> Releases:
        return releases

    def survey(self, releases: Releases) -> dict[str, Any]:
        """Choose what is asked: terms in 10 releases at least, a date in the middle, a node."""
        held = Counter(term for text, _, _ in releases for term in set(re.findall(WORDS, text.lower())))
        most = [term for term, n in sorted(held.items(), key=lambda one: (-one[1], one[0])) if n >= 10]
        many = [term for term in most if term.isalnum()][: N_TERMS[1]]
        few = many[200 :: max(1, len(many) // (4 * N_TERMS[0]))][: N_TERMS[0]]
        return {
            "few": few or many[: N_TERMS[0]],
            "many": many,
            "at": sorted(date for _, date, _ in releases)[len(releases) // 2],
            "node": many[len(many) // 40],
        }

    def track(self, releases: Releases, asked: dict[str, Any], terms: list[str]) -> Any:
        years: dict[str, Counter[str]] = {}
        for text, date, _ in releases:
            years.setdefault(date[:4], Counter()).update(re.findall(WORDS, text.lower()))
        return years

    def tracked(self, years: dict[str, Counter[str]], terms: list[str]) -> Iterable[tuple[Any, ...]]:
        totals = {year: sum(counts.values()) for year, counts in years.items()}
        return ((term, year, years[year][term], totals[year]) for term in terms for year in years)

    def keyness(self, releases: Releases, asked: dict[str, Any]) -> Any:
        sides: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for text, date, _ in releases:
            sides[date >= asked["at"]].update(re.findall(WORDS, text.lower()))
        return sides

    def keys(self, sides: tuple[Counter[str], Counter[str]]) -> list[list[Any]]:
        before, after = sides
        return [[one, after[one], before[one]] for one in sorted(before | after)]

    def collocates(self, releases: Releases, asked: dict[str, Any]) -> dict[str, Any]:
        """Count words near the node by both rules: a pair for each node that is near, and each word once."""
        pairs: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        once: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for text, date, _ in releases:
            side, words = date >= asked["at"], re.findall(WORDS, text.lower())
            near: Counter[int] = Counter()
            for at in [i for i, word in enumerate(words) if word == asked["node"]]:
                near.update(range(max(0, at - WINDOW), at))
                near.update(range(at + 1, min(len(words), at + WINDOW + 1)))
            for at, n in near.items():
                if words[at] != asked["node"]:
                    pairs[side][words[at]] += n
                    once[side][words[at]] += 1
        return {"pairs": pairs, "once": once}


class Octadisc:
    """octadisc: od.track_terms, od.compare, od.find_collocates, od.find_changes."""

    def __init__(self) -> None:
        import octadisc

        warnings.simplefilter("ignore")  # what the texts lack is told in the results, too
        self.od = octadisc
        self.tokens = self.words = self.counts = self.trend = None

    def prepare(self, releases: Releases) -> Any:
        texts, dates, issuers = zip(*releases, strict=True)
        columns = {"text": texts, "date": dates, "issuer": issuers, "language": ["en"] * len(texts)}
        corpus = self.od.Corpus.from_frame(columns)
        corpus.texts  # noqa: B018  a list of strings, as the others get
        return corpus

    def cut(self, corpus: Any) -> Any:
        self.tokens = self.od.tokenize(corpus, WORDS)
        return self.tokens

    def cut_by_own_rules(self, corpus: Any, asked: dict[str, Any]) -> Any:
        self.words = self.od.tokenize(corpus)
        return self.words

    def track(self, corpus: Any, asked: dict[str, Any], terms: list[str]) -> Any:
        return self.od.track_terms(self.cut(corpus), terms)

    def track_again(self, corpus: Any, asked: dict[str, Any], terms: list[str]) -> Any:
        """Begin with tokens."""
        return self.od.track_terms(self.tokens, terms)

    def tracked(self, trend: Any, terms: list[str]) -> Iterable[tuple[Any, ...]]:
        frame = trend.to_frame()
        frame = frame[frame["tokens"] > 0]
        return zip(*(frame[one].tolist() for one in ("query", "period", "count", "tokens")), strict=True)

    def keyness(self, corpus: Any, asked: dict[str, Any], n_permutations: int = N_PERMUTATIONS) -> Any:
        counts = self.counts = self.od.count_terms(self.cut(corpus))
        return self.od.compare(counts, at=asked["at"], n_permutations=n_permutations)

    def keyness_measures(self, corpus: Any, asked: dict[str, Any]) -> Any:
        """Give measures with intervals, without tests."""
        return self.keyness(corpus, asked, n_permutations=0)

    def keyness_again(self, corpus: Any, asked: dict[str, Any]) -> Any:
        """Begin with counts."""
        return self.od.compare(self.counts, at=asked["at"], n_permutations=N_PERMUTATIONS)

    def keys(self, found: Any) -> list[list[Any]]:
        frame = found if hasattr(found, "columns") else found.to_frame()
        columns = ("term", "count", "reference_count", "g2", "percent_diff")
        return [list(one) for one in zip(*(frame[name].tolist() for name in columns), strict=True)]

    def _near(self, tokens: Any, asked: dict[str, Any], **more: Any) -> Any:
        every = {"numbers": True, "stop_words": None, "min_releases": 1, "min_count": LEAST, "top": None}
        return self.od.find_collocates(tokens, asked["node"], WINDOW, within=None, **every, **more)

    def collocates(self, corpus: Any, asked: dict[str, Any]) -> Any:
        return self._near(self.cut(corpus), asked)

    def collocates_again(self, corpus: Any, asked: dict[str, Any]) -> Any:
        """Begin with tokens."""
        return self._near(self.tokens, asked)

    def shift(self, corpus: Any, asked: dict[str, Any]) -> Any:
        return self._near(self.cut(corpus), asked, every=self._sides(asked))

    def shift_with_tests(self, corpus: Any, asked: dict[str, Any]) -> Any:
        """Compare the two sides, with intervals and permutations of releases within issuers."""
        found = self.shift(corpus, asked)
        found.compare("before", "after", min_count=LEAST)
        return found

    def _sides(self, asked: dict[str, Any]) -> list[tuple[str, str, str]]:
        return [("before", "1000-01-01", asked["at"]), ("after", asked["at"], "3000-01-01")]

    def near(self, found: Any) -> list[list[Any]]:
        frame = found.to_frame()
        columns = ("period", "collocate", "count", "log_dice")
        return [list(one) for one in zip(*(frame[name].tolist() for name in columns), strict=True)]

    def common(self, corpus: Any, asked: dict[str, Any]) -> str:
        """Give the word that occurs about as often as the target has it, and how often."""
        import numpy as np

        words = self.cut_by_own_rules(corpus, asked)
        counts = np.asarray(self.od.count_terms(words).matrix.sum(axis=0)).ravel()
        terms = self.od.count_terms(words).terms
        word = terms[int(np.abs(counts - COMMON).argmin())]
        return f"{word} {len(words.find(word)):,}"

    def company_of_common(self, corpus: Any, asked: dict[str, Any], word: str) -> Any:
        return self.od.find_collocates(self.words, word)

    def track_by_own_rules(self, corpus: Any, asked: dict[str, Any]) -> Any:
        """Track the many terms, with octadisc's own tokens."""
        self.trend = self.od.track_terms(self.words, asked["many"])
        return self.trend

    def changes(self, corpus: Any, asked: dict[str, Any]) -> Any:
        return self.od.find_changes(self.trend)


class Pycorpdiff:
    """pycorpdiff: track(…).over_time, compare.before_after(…).keyness and .collocation_shift."""

    def prepare(self, releases: Releases) -> Any:
        import pandas
        import pycorpdiff

        warnings.simplefilter("ignore")
        self.pcd = pycorpdiff
        frame = pandas.DataFrame(releases, columns=["text", "date", "issuer"])
        return pycorpdiff.from_dataframe(frame, tokenizer=pycorpdiff.RegexTokenizer(pattern=WORDS))

    def track(self, corpus: Any, asked: dict[str, Any], terms: list[str]) -> Any:
        return self.pcd.track(corpus, terms).over_time(freq="Y")

    def tracked(self, found: Any, terms: list[str]) -> Iterable[tuple[Any, ...]]:
        table = found.table
        years = [str(one) for one in table["period"]]
        return zip(table["term"], years, table["count"].tolist(), table["total"].tolist(), strict=True)

    def keyness(self, corpus: Any, asked: dict[str, Any], n_permutations: int = 0) -> Any:
        pair = self.pcd.compare.before_after(corpus, asked["at"])
        return pair.keyness(
            formula="dunning", min_count=LEAST, permutation_n=n_permutations, permutation_seed=0
        )

    def keyness_with_tests(self, corpus: Any, asked: dict[str, Any]) -> Any:
        return self.keyness(corpus, asked, N_PERMUTATIONS)

    def keys(self, found: Any) -> list[list[Any]]:
        table = found.table  # its first corpus is what was before
        back = 100 * (1 / (1 + table["percent_diff"] / 100) - 1)
        columns = (table["term"], table["count_b"], table["count_a"], table["g2"].abs(), back)
        return [list(one) for one in zip(*(column.tolist() for column in columns), strict=True)]

    def collocates(self, corpus: Any, asked: dict[str, Any]) -> Any:
        """As its collocation_shift does on either side."""
        import pandas
        from pycorpdiff.collocation.cooccurrence import collocate_counts
        from pycorpdiff.collocation.measures import logdice

        counts, n_nodes = collocate_counts(corpus.tokens(), asked["node"], window=WINDOW)
        near = pandas.Series({word: n for word, n in counts.items() if n >= LEAST}, dtype="int64")
        score = logdice(near, n_nodes, corpus.vocab().reindex(near.index, fill_value=0))
        return pandas.DataFrame({"near": near, "score": score}).sort_values("score", ascending=False)

    def shift(self, corpus: Any, asked: dict[str, Any]) -> Any:
        pair = self.pcd.compare.before_after(corpus, asked["at"])
        return pair.collocation_shift(asked["node"], window=WINDOW, min_count=LEAST)

    def near(self, found: Any) -> list[list[Any]]:
        if hasattr(found, "table"):
            table = found.table
            return [
                [side, word, n, None]
                for side, column in (("before", "count_a"), ("after", "count_b"))
                for word, n in zip(table["collocate"].tolist(), table[column].tolist(), strict=True)
            ]
        return [["", word, n, None] for word, n in found["near"].items()]


class Nltk:
    """nltk: ConditionalFreqDist over years; BigramCollocationFinder with a window."""

    def prepare(self, releases: Releases) -> Releases:
        from nltk.tokenize import RegexpTokenizer

        self.tokenizer = RegexpTokenizer(WORDS)
        return releases

    def track(self, releases: Releases, asked: dict[str, Any], terms: list[str]) -> Any:
        from nltk.probability import ConditionalFreqDist

        cut = self.tokenizer.tokenize
        return ConditionalFreqDist((date[:4], one) for text, date, _ in releases for one in cut(text.lower()))

    def tracked(self, found: Any, terms: list[str]) -> Iterable[tuple[Any, ...]]:
        totals = {year: found[year].N() for year in found}
        return ((term, year, found[year][term], totals[year]) for term in terms for year in totals)

    def collocates(self, releases: Releases, asked: dict[str, Any]) -> Any:
        from itertools import chain

        from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

        between = (None,) * WINDOW  # so that no window reaches into the next release
        cut = self.tokenizer.tokenize
        words = chain.from_iterable(chain(cut(text.lower()), between) for text, _, _ in releases)
        finder = BigramCollocationFinder.from_words(words, window_size=WINDOW + 1)
        finder.apply_ngram_filter(lambda *pair: asked["node"] not in pair)
        finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)
        return finder, asked["node"]

    def near(self, found: Any) -> list[list[Any]]:
        finder, node = found
        near: Counter[str] = Counter()
        for (one, other), n in finder.ngram_fd.items():
            if one != other:
                near[other if one == node else one] += n
        return [["", word, n, None] for word, n in near.items() if n >= LEAST]


ENGINES: dict[str, Callable[[], Any]] = {
    "octadisc": Octadisc,
    "pycorpdiff": Pycorpdiff,
    "nltk": Nltk,
    "re": Plain,
}


def digest(rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Sum up rows so that those of two engines can be compared."""
    ordered = sorted((str(term), str(year), int(n), int(total)) for term, year, n, total in rows)
    made = hashlib.sha256(repr(ordered).encode("utf-8", "surrogatepass")).hexdigest()
    return {"hash": made, "rows": len(ordered), "count": sum(one[2] for one in ordered)}


class Worker:
    """Answers requests about one engine."""

    def __init__(self, name: str) -> None:
        self.engine = ENGINES[name]()
        self.given: Any = None
        self.releases: Releases = []
        self.asked: dict[str, Any] = {}

    def load(self, path: str) -> dict[str, Any]:
        """Read the releases."""
        with open(path, encoding="utf-8", newline="\n") as file:
            self.releases = [tuple(json.loads(line)) for line in file]
        self.given, times = timed(self.engine.prepare, self.releases)
        return times | {"releases": len(self.releases)}

    def survey(self) -> dict[str, Any]:
        return {"asked": self.engine.survey(self.releases)}

    def warm(self, asked: dict[str, Any], tasks: list[list[Any]]) -> dict[str, Any]:
        """Run all tasks on some of the releases, and remember what is asked."""
        self.asked = asked | {"many": asked["many"][:MANY_WARMED]}  # most are in too few of these releases
        some = self.releases[:: max(1, len(self.releases) // WARMED)]
        given = self.engine.prepare(some)
        failed = ""
        for task, *more in tasks:
            try:
                self._call(task, given, more)
            except NotOffered:
                continue
            except Exception as error:  # some releases may be too few; the whole will tell
                failed = f"{task}: {error}"[:200]
        self.asked = asked
        return {"failed_to_warm": failed}

    def _call(self, task: str, given: Any, more: list[Any]) -> Any:
        if not hasattr(self.engine, task):
            raise NotOffered("no such function")
        named = [self.asked[one] if one in ("few", "many") else one for one in more]
        return getattr(self.engine, task)(given, self.asked, *named)

    def run(self, what: list[Any], compare: str = "") -> dict[str, Any]:
        """Do a task; with `compare` ("tracked", "keys" or "near") give also what was found."""
        task, *more = what
        made, times = timed(self._call, task, self.given, more)
        if compare == "tracked":
            return times | digest(self.engine.tracked(made, self.asked[more[0]]))
        if compare:
            return times | {"found": getattr(self.engine, compare)(made)}
        return times | ({"said": made} if isinstance(made, str) else {"length": _length(made)})

    def check(self, what: list[Any]) -> dict[str, Any]:
        """Give what is right."""
        task, *more = what
        made = self._call(task, self.given, more)
        if task == "track":
            return digest(self.engine.tracked(made, self.asked[more[0]]))
        return {"found": self.engine.keys(made) if task == "keyness" else made}

    def peak(self) -> dict[str, Any]:
        """Give the most memory that the process has held, in bytes; None where there is no such figure."""
        try:
            import resource
        except ImportError:
            return {"bytes": None}
        unit = 1 if sys.platform == "darwin" else 1024
        return {"bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}


def _length(made: Any) -> str:
    """Say what a result has in it."""
    return repr(made)[:200] if not hasattr(made, "shape") else str(made.shape)


if __name__ == "__main__":
    main(Worker)
