"""Coherence of topics beside gensim's: time, and the largest difference, on the same texts and topics.

    ./run bench topic_coherence
    python benchmarks/topic_coherence.py [--texts FOLDER] [--releases 1500] [--topics 30]
                                         [--peer-python PYTHON]

Texts are those of a folder, or the sample's and copies of them that differ. Topics are the thirty of NMF, ten
terms each. gensim, in an environment of its own, measures u_mass, npmi (windows of 10) and c_v (110) in one
process; octadisc measures them before and after it, warm. Reading the texts counts for neither.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from _environments import clean_environment, environments
from _texts import copies_of, read_texts

import octadisc as od
from octadisc.topics.quality.coherence import Order
from octadisc.topics.quality.measuring import measure_coherence

MEASURES: dict[Order, str] = {"u_mass": "u_mass", "npmi": "c_npmi", "c_v": "c_v"}
PEER_CODE = """
import json, sys, time
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
given = json.load(open(sys.argv[1], encoding="utf-8"))
texts = given["texts"]
dictionary = Dictionary(texts)
corpus = [dictionary.doc2bow(one) for one in texts]
made = {}
for measure in given["measures"]:
    began = time.perf_counter()
    model = CoherenceModel(topics=given["topics"], texts=texts, corpus=corpus, dictionary=dictionary,
                           coherence=measure, processes=1)
    values = [float(one) for one in model.get_coherence_per_topic()]
    made[measure] = [time.perf_counter() - began, values]
print(json.dumps(made))
"""


def main() -> None:
    """Measure both, and print seconds, their ratio, and the largest difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, default=Path("-"))
    parser.add_argument("--releases", type=int, default=1500)
    parser.add_argument("--topics", type=int, default=30)
    parser.add_argument("--peer-python", default=None)
    given = parser.parse_args()
    texts, name = read_texts(given.texts)
    several = copies_of(texts)
    chosen = next(several)
    while len(chosen) < given.releases:
        chosen = [*chosen, *next(several)]
    tokens = od.tokenize(od.Corpus.from_frame({"text": chosen[: given.releases]}))
    counts = od.count_terms(tokens, 5, "auto", max_share=0.5, min_length=3, numbers=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = od.fit_topics(counts, given.topics, "nmf")
    topics = [one.split(", ") for one in measure_coherence(model, counts, "u_mass").frame["terms"]]
    print(
        f"{len(tokens):,} releases of {name}, {tokens.n_tokens:,} tokens, {given.topics} topics of ten terms"
    )
    python = given.peer_python
    if python is None:
        version, python, problem = environments()["gensim"]
        if problem:
            sys.exit(f"{version}: no environment could be made ({problem}).")
    before = measure(topics, counts)
    found = run_peer(python, tokens, topics)
    after = measure(topics, counts)
    print(f"{'measure':10}{'octadisc s':>12}{'gensim s':>12}{'times':>8}{'largest difference':>22}")
    for one, other in MEASURES.items():
        seconds = (before[one][0] + after[one][0]) / 2
        apart = float(np.abs(before[one][1] - np.array(found[other][1])).max())
        print(f"{one:10}{seconds:12.4f}{found[other][0]:12.2f}{found[other][0] / seconds:8.0f}{apart:22.1e}")


def measure(topics: list[list[str]], counts: od.TermCounts) -> dict[str, tuple[float, np.ndarray]]:
    """Give seconds and values of each measure, the second time it is asked for."""
    made = {}
    for one in MEASURES:
        measure_coherence(topics, counts, one)
        began = time.perf_counter()
        values = measure_coherence(topics, counts, one).frame[one].to_numpy(float)
        made[one] = (time.perf_counter() - began, values)
    return made


def run_peer(python: str, tokens: od.Tokens, topics: list[list[str]]) -> dict[str, tuple[float, list[float]]]:
    """Give what gensim takes and finds, on the same running tokens."""
    texts = []
    for shard in tokens.shards:
        for low, high in zip(shard.rows[:-1], shard.rows[1:], strict=True):
            texts.append([tokens.vocabulary[i] for i in shard.ids[low:high]])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given.json"
        given = {"texts": texts, "topics": topics, "measures": list(MEASURES.values())}
        path.write_text(json.dumps(given), encoding="utf-8")
        done = subprocess.run(
            [python, "-c", PEER_CODE, str(path)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(),
        )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
