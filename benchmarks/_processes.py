"""The processes that benchmarks/engine.py asks, and what each engine is told to do in them."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from _environments import clean_environment, environments

HERE = Path(__file__).resolve().parent


@dataclass
class Engine:
    """A process that runs an engine of `_engines.py`, or of another script that answers as it does."""

    name: str
    label: str  # with its version
    python: str
    script: str = "_engines.py"
    process: Any = field(default=None, repr=False)

    def ask(self, task: str, **given: Any) -> dict[str, Any]:
        """Send a request to the process and wait for the answer."""
        if self.process is None:
            command = [self.python, str(HERE / self.script), self.name]
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, encoding="utf-8", env=clean_environment(),
            )  # fmt: skip
        try:
            self.process.stdin.write(json.dumps({"task": task, **given}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except OSError:
            line = ""
        return json.loads(line) if line else {"failed": "its process ended"}

    def need(self, task: str, **given: Any) -> dict[str, Any]:
        """Ask for what nothing can go on without."""
        answer = self.ask(task, **given)
        if "failed" in answer:
            raise SystemExit(f"{self.label}: {task} failed: {answer['failed']}")
        return answer

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


# What each engine is told to do. Those not called parallel have no option for it.
PACKAGES = {
    "octadisc": "octadisc", "re": "", "scikit-learn": "scikit-learn", "gensim": "gensim",
    "gensim, same words": "gensim", "tomotopy": "tomotopy", "polars": "polars", "nltk": "nltk",
    "nltk, wordpunct": "nltk", "pycorpdiff": "pycorpdiff",
}  # fmt: skip
PARALLEL = ("octadisc", "polars")
COUNTING = {
    "octadisc": "tokenize, count_terms",
    "re": "re.findall, a Counter a release",
    "scikit-learn": "CountVectorizer",
    "gensim": "simple_preprocess, Dictionary, doc2bow",
    "gensim, same words": "re.findall, Dictionary, doc2bow",
    "tomotopy": "SimpleTokenizer, Corpus (no table)",
    "polars": "extract_all, explode, group_by (no matrix)",
    "nltk": "RegexpTokenizer, a FreqDist a release",
    "nltk, wordpunct": "wordpunct, a FreqDist a release",
    "pycorpdiff": "doc_term_counts_sparse",
}
INDEXING = {
    "octadisc": "tokenize",
    "re": "lower case",
    "polars": "lower case",
    "nltk": "wordpunct, both indexes",
}
SEARCHING = {
    "octadisc": "find",
    "re": "findall",
    "polars": "count_matches",
    "nltk": "TokenSearcher.findall",
}
LISTING = {"octadisc": "concordance", "nltk": "Text.concordance_list", "pycorpdiff": "kwic (reads all anew)"}

GROWING = (
    ("count", "scan and count"),
    ("index", "tokenize"),
    ("first", "find, at first"),
    ("find", "find again"),
)

# Why results are others than octadisc's, where they are.
COUNTED_OTHERWISE = {
    "gensim": "letters only, 2 to 15 of them; digits part words",
    "polars": "½, ² and the like are \\w to Python's re only",
    "nltk": "½, ² and the like are \\w to Python's re only",
    "nltk, wordpunct": "counts punctuation and single letters too",
}
FOUND_OTHERWISE = {
    "octadisc": "at ends of sentences that the expression does not know (lists, who said what was quoted)",
    "re": "blanks or hyphens between words, sentences disregarded; _ joins words",
    "polars": "as re's",
    "nltk": "blanks between words, sentences and releases disregarded; _ joins words",
    "pycorpdiff": "passes over punctuation and words of one letter",
}


def start_engines() -> tuple[list[Engine], list[str]]:
    """Give octadisc and what it is compared with, and say who is missing and why."""
    peers = environments()
    here = {"octadisc": f"octadisc {version('octadisc')}", "": f"Python {platform.python_version()}"}
    compared = []
    for name, package in PACKAGES.items():
        if package in here:
            compared.append(Engine(name, here[package], sys.executable))
        elif package in peers and not peers[package][2]:
            compared.append(Engine(name, *peers[package][:2]))
    return compared, [
        f"{name} is left out, for it could not be installed (is there a network?): {problem}"
        for name, _, problem in peers.values()
        if problem
    ]
