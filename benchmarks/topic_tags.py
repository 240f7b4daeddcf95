"""How well topics agree with tags that people gave, beside TF-IDF with NMF from scikit-learn, in one run.

Run with `python benchmarks/topic_tags.py [folder] [topics]`; the folder holds subfolders with a
ground_truth.json each (releases with title, body, date and a list of topics). 30 topics by default.

What is compared
----------------
All releases are fitted, tagged or not; agreement is normalised mutual information (arithmetic mean) of the
largest topic with the tag, on releases with one tag. NMI grows with the number of topics and falls with that
of releases, so only rows of one run compare; AMI takes out what chance gives. Random starts are given as mean
and range over seeds. No choice is made by looking at the tags: each row is a way to count that a study might
state beforehand, and the table shows what each is worth.

Measured with 787 releases, 214 of one tag, 30 topics (by chance about .36 of NMI; the interval of a
difference is some ±.03): scikit-learn's TF-IDF with NMF .73 (nndsvd) and .75 in the mean of five random
starts (.73 to .78); structural .79 with stop words left out or words in more than half the releases, .80
with the best of six starts, .79 with lemmas, .77 with words in more than a quarter left out; NMF and LDA
.80. Left as they are, stop words cost the structural model .07, and joined phrases .04; the other
two gain .01 by phrases.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

import octadisc as od
from octadisc.topics.relations.tag_agreement import count_pairs, information_of
from octadisc.topics.relations.tags import compare_tags

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "corpora"
SEEDS = range(5)


def read_releases(folder: Path) -> tuple[od.Corpus, dict[str, list[str]]]:
    """Give the releases of all subfolders, each once, and their tags."""
    rows, tags = [], {}
    for key in sorted(folder.glob("*/ground_truth.json")):
        for one in json.loads(key.read_text("utf-8")):
            if one["id"] in tags:
                continue
            tags[one["id"]] = one["topics"]
            rows.append(
                {
                    "release": one["id"],
                    "date": one["date"],
                    "title": one["title"],
                    "text": f"{one['title']}\n\n{one['body']}",
                    "language": "en",
                }
            )
    return od.Corpus.from_frame(pd.DataFrame(rows)), tags


def ways_to_count(corpus: od.Corpus) -> Iterator[tuple[str, od.TermCounts]]:
    """Give ways to count that might be stated before anything is fitted."""
    words = od.tokenize(corpus)
    lemmas = words.with_forms("lemma")
    usual: dict[str, Any] = {"stop_words": "auto", "min_length": 3, "numbers": False}
    yield "all words", od.count_terms(words)
    yield "stop words out", od.count_terms(words, 3, **usual)
    yield "…, in at most half", od.count_terms(words, 3, max_share=0.5, **usual)
    yield "…, in at most a quarter", od.count_terms(words, 3, max_share=0.25, **usual)
    phrases = words.with_phrases(od.find_phrases(words))
    yield "…, phrases joined, at most half", od.count_terms(phrases, 3, max_share=0.5, **usual)
    yield "lemmas, at most half", od.count_terms(lemmas, 3, max_share=0.5, **usual)
    yield "…, in 10 or more", od.count_terms(words, 10, max_share=0.5, **usual)


def peer(corpus: od.Corpus, n_topics: int, seed: int, init: str, **options: Any) -> Any:
    """Give each release's largest topic by scikit-learn's TF-IDF and NMF."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    matrix = TfidfVectorizer(stop_words="english", **options).fit_transform(corpus.texts)
    made = NMF(n_topics, init=init, random_state=seed, max_iter=400).fit_transform(matrix)
    return made.argmax(axis=1)


class Key:
    """The tags of releases that have one, and what is said of topics beside them."""

    def __init__(self, corpus: od.Corpus, tags: dict[str, list[str]]) -> None:
        names = corpus.frame["release"].tolist()
        self.rows = [i for i, one in enumerate(names) if len(tags[one]) == 1]
        self.given = np.unique([tags[names[i]][0] for i in self.rows], return_inverse=True)[1]
        self.peers: list[Any] = []  # of all seeds of the peer that does best in the mean

    def score(self, topics: Any) -> tuple[float, float]:
        """Give NMI and AMI."""
        from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

        mine = topics[self.rows]
        return (
            float(normalized_mutual_info_score(self.given, mine)),
            float(adjusted_mutual_info_score(self.given, mine)),
        )

    def ahead(self, topics: Any) -> str:
        """Say how far NMI is ahead of the peer's mean over seeds, with the jackknife's interval."""
        mine = topics[self.rows]
        theirs = [one[self.rows] for one in self.peers]
        n = len(self.given)

        def gap(kept: Any) -> float:
            values = [_nmi(self.given[kept], one[kept]) for one in (mine, *theirs)]
            return float(values[0] - np.mean(values[1:]))

        whole = gap(np.arange(n))
        left = [gap(np.delete(np.arange(n), i)) for i in range(n)]
        reach = 1.96 * np.sqrt((n - 1) / n * np.sum((left - np.mean(left)) ** 2))
        return f"ahead by {whole:+.3f} [{whole - reach:+.3f}, {whole + reach:+.3f}]"


def _nmi(one: Any, other: Any) -> float:
    information, entropy = information_of(count_pairs(one, other))
    return information / entropy


def say(what: str, nmi: Any, ami: Any, seconds: float, more: str = "") -> None:
    """Print a row."""
    reach = f"{min(nmi):.3f} to {max(nmi):.3f}" if len(nmi) > 1 else ""
    print(f"{what:52} {np.mean(nmi):.3f}  {reach:15} {np.mean(ami):.3f} {seconds:6.1f} s  {more}", flush=True)


def main(folder: Path, n_topics: int) -> None:
    warnings.simplefilter("ignore")
    corpus, tags = read_releases(folder)
    key = Key(corpus, tags)
    print(f"{len(tags):,} releases, {len(key.rows):,} with one tag; {n_topics} topics")
    print(f"{'':52} {'NMI':5}  {'over seeds':15} AMI")
    best = 0.0
    for name, options in (
        ("scikit-learn: TF-IDF, NMF", {"min_df": 3, "max_df": 0.5}),
        ("scikit-learn: TF-IDF sublinear, NMF", {"min_df": 3, "max_df": 0.5, "sublinear_tf": True}),
    ):
        for init, seeds in (("nndsvd", range(1)), ("random", SEEDS)):
            began = perf_counter()
            found = [peer(corpus, n_topics, seed, init, **options) for seed in seeds]
            each = (perf_counter() - began) / len(found)
            nmi, ami = zip(*(key.score(one) for one in found), strict=True)
            say(f"{name}, {init}", nmi, ami, each)
            if np.mean(nmi) > best:
                best, key.peers = float(np.mean(nmi)), found
    counted = dict(ways_to_count(corpus))
    for name, counts in counted.items():
        for method in ("structural", "nmf", "lda"):
            began = perf_counter()
            model = od.fit_topics(counts, n_topics, method)
            each = perf_counter() - began
            compared = compare_tags(model, tags).agreement["value"]
            topics = np.nan_to_num(model.shares).argmax(axis=1)
            say(f"{method}: {name}", [compared[0]], [compared[1]], each, key.ahead(topics))
    counts = counted["…, in at most half"]
    for name, options in (
        ("structural, Gibbs start", {"start": "gibbs"}),
        ("structural, best bound of 6 starts", {"n_starts": 6}),
        ("nmf, random start", {"method": "nmf", "start": "random"}),
    ):
        began = perf_counter()
        seeds = SEEDS if "n_starts" not in options else range(1)
        models = [od.fit_topics(counts, n_topics, seed=seed, **options) for seed in seeds]
        each = (perf_counter() - began) / len(models)
        nmi, ami = zip(*(key.score(np.nan_to_num(one.shares).argmax(axis=1)) for one in models), strict=True)
        say(f"{name}: at most half", nmi, ami, each)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(
        Path(arguments[0]) if arguments else FOLDER,
        int(arguments[1]) if len(arguments) > 1 else 30,
    )
