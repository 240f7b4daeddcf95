"""Topic models side by side: time, held-out words, coherence, exclusivity, stability, and what is found.

    ./run bench topic_methods
    python benchmarks/topic_methods.py [--corpora simulated poliblog au_parl] [--topics 20] [--no-peers]

octadisc's structural model (with covariates where there are some), NMF and LDA, and with keywords where
topics are planted (four leading terms of each of five, one of them another topic's); NMF and LDA of
scikit-learn (20 passes of LDA), LDA of gensim (5 passes) and of tomotopy (500 sweeps), each in an
environment of its own. One table from one run: all read the same counts.

seconds: of one fit, warm, both cores where a package uses them. held out: log-likelihood per word of half of
the words of a tenth of the releases, kept back from the fit; each probability has a thousandth of the term's
part of all words added. npmi: mean over topics, ten terms each, over whole releases. exclusivity: FREX of
ten terms. stable: mean cosine of topics with those of another seed, matched one to one. found: mean cosine
of planted topics, matched one to one with those fitted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from _environments import clean_environment, environments
from _topics import read_reference, simulate
from scipy import sparse

import octadisc as od
from octadisc.spec import Spec
from octadisc.topics.held_out import hold_out
from octadisc.topics.making import make_model
from octadisc.topics.structural.comparison import match_topics

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "corpora"
OWN = ("structural", "structural + keywords", "nmf", "lda")
PEERS = ("scikit-learn NMF", "scikit-learn LDA", "gensim LDA", "tomotopy LDA")


class Case(NamedTuple):
    """A corpus to fit to."""

    counts: od.TermCounts
    n_topics: int
    prevalence: str | None
    planted: Any


def main() -> None:
    """Fit all, and print a table for each corpus."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", nargs="*", default=["simulated", "poliblog", "au_parl"])
    parser.add_argument("--topics", type=int, default=20)
    parser.add_argument("--no-peers", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    peers = {} if given.no_peers else environments()
    for name in given.corpora:
        case = make_case(name, given.topics)
        if case is None:
            print(f"{name}: not here")
            continue
        print(f"\n{name}: {case.counts}, {case.n_topics} topics", flush=True)
        print(f"{'':24}{'seconds':>9}{'held out':>10}{'npmi':>8}{'exclusivity':>13}{'stable':>8}{'found':>8}")
        for method in (*OWN, *PEERS):
            package = method.split()[0]
            if method in PEERS and (package not in peers or peers[package][2]):
                print(f"{method:24}not run: {peers.get(package, ('', '', 'left out'))[2]}")
                continue
            row = measure(method, case, peers.get(package, ("", "", ""))[1])
            if row:
                print(f"{method:24}" + "".join(row), flush=True)


def make_case(name: str, n_topics: int) -> Case | None:
    """Give a corpus by name."""
    if name == "simulated":
        planted = simulate(2_000, n_topics=10, n_terms=1_000, length=150.0, seed=1)
        return Case(planted.counts, 10, None, planted.words)
    if name == "poliblog":
        found = read_reference()
        return None if found is None else Case(found[0], n_topics, found[1], None)
    folder = CORPORA / "au_parl" / "texts"
    if not folder.is_dir():
        return None
    tokens = od.tokenize(od.load_corpus(folder).between(1995, 2018))
    counts = od.count_terms(tokens, 40, "auto", max_share=0.5, min_length=3, numbers=False, reissues="first")
    kept = np.flatnonzero((counts.release_weights > 0) & (np.diff(counts.matrix.indptr) > 0))
    table = counts.releases.iloc[kept].reset_index(drop=True)
    return Case(
        od.TermCounts.from_matrix(counts.matrix[kept], counts.terms, table), n_topics, "~ s(date)", None
    )


def measure(method: str, case: Case, python: str) -> list[str]:
    """Fit a method to all words, with another seed, and to what is left of held-out words."""
    if method == "structural + keywords" and case.planted is None:
        return []
    held = hold_out(case.counts, seed=1)
    if method in OWN:
        fit(method, case, held.counts, 0, python)  # compiled; the others are when they begin
    model, seconds = fit(method, case, case.counts, 0, python)
    other, _ = fit(method, case, case.counts, 1, python)
    part, _ = fit(method, case, held.counts, 0, python)
    quality = model.quality(case.counts, order="npmi", window="release").to_frame()
    found = match_topics(case.planted, model.words)[1].mean() if case.planted is not None else np.nan
    return [
        f"{seconds:9.2f}",
        f"{held.score(part, 0.001).mean():10.3f}",
        f"{quality['coherence'].mean():8.3f}",
        f"{quality['exclusivity'].mean():13.2f}",
        f"{match_topics(model.words, other.words)[1].mean():8.3f}",
        f"{found:8.3f}" if np.isfinite(found) else f"{'':8}",
    ]


def fit(
    method: str, case: Case, counts: od.TermCounts, seed: int, python: str
) -> tuple[od.TopicModel, float]:
    """Fit once; give the model and the seconds."""
    if method in PEERS:
        return fit_peer(method, counts, case.n_topics, seed, python)
    options: dict[str, Any] = {"seed": seed}
    if method.startswith("structural"):
        options |= {"prevalence": case.prevalence, "start": "gibbs" if seed else "spectral"}
    elif seed:
        options["start"] = "random"
    if method.endswith("keywords"):
        options["keywords"] = choose_keywords(case)
    began = time.perf_counter()
    model = od.fit_topics(counts, case.n_topics, method.split()[0], **options)
    return model, time.perf_counter() - began


def choose_keywords(case: Case) -> dict[str, list[str]]:
    """Give four leading terms of five planted topics, the last of them another topic's."""
    best = np.argsort(-case.planted, axis=1)
    names = [case.counts.terms[i] for i in range(case.planted.shape[1])]
    return {
        f"planted {k}": [*(names[i] for i in best[k, :3]), names[best[(k + 1) % len(best), 0]]]
        for k in range(5)
    }


def fit_peer(
    method: str, counts: od.TermCounts, n_topics: int, seed: int, python: str
) -> tuple[od.TopicModel, float]:
    """Fit in another environment, and make a model of what comes back."""
    matrix = sparse.csr_matrix(counts.matrix)
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "counts.npz", Path(folder) / "out.npz"
        np.savez(path, indptr=matrix.indptr, indices=matrix.indices, data=matrix.data, shape=matrix.shape)
        script = str(Path(__file__).with_name("_topic_peers.py"))
        command = [python, script, method, str(path), str(n_topics), str(seed), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, env=clean_environment())
        if done.returncode:
            sys.exit(f"{method}: {done.stderr.strip().splitlines()[-1]}")
        with np.load(out) as made:
            words, shares, seconds = made["words"], made["shares"], float(made["seconds"])
    spec = Spec("fit_topics", {"method": method}, seed=seed, inputs=(counts.spec,))
    return make_model(counts, shares, words, np.zeros(1), spec=spec, weights="release"), seconds


if __name__ == "__main__":
    pd.set_option("display.width", 120)
    main()
