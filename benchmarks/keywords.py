"""Topics looked for by keywords of which one is wrong: what is found, beside keyATM and seeded LDA.

    ./run bench keywords
    python benchmarks/keywords.py [--runs 20] [--sweeps 300] [--parts same fewer] [--seed 0]
                                  [--peer-python PYTHON] [--peer-runs 2]

The process (benchmarks/_topics.py): 1,000 releases with a mean of 100 words (negative binomial, dispersion 3)
of 1,000 terms; 10 topics, Dirichlet draws about Zipf's law, with a median cosine of .2 between two topics;
log-ratios of shares are normal and independent with sd 2.4; words are drawn token by token.

Keywords are given for the first five of the planted topics: three to five terms drawn at random from the ten
by which each stands out (p log(p / mean over topics)). Once all are right, and once one of each topic's is
replaced by a term drawn from the ten of another topic. same: ten topics are asked for; fewer: seven.

What is measured: the cosine of each keyword topic's words with the planted topic that was meant; the share of
keyword topics to which the planted topic that was meant is nearest; and the share of corpora in which this is
so of all five.

Ours with keywords: `od.fit_topics(counts, n_topics, keywords=…)`. Ours without: the same without keywords;
each topic is then given to keywords as a reader would, by one vote for each keyword (`vote`), one to one.
keyATM, Gibbs: the base model of Eshima, Imai and Sasaki (2024) with its priors, without weights of terms, by
collapsed Gibbs sampling as below, the mean over the second half of the sweeps. seeded LDA, Gibbs: Lu, Ott,
Cardie and Tsou (2011) as R's seededlda has it: each seed begins with .01 of all tokens as a pseudo-count,
alpha .5, beta .1. pykeyatm, from PyPI: keyATM with weights of terms, as R's has them. It is built from
source, so that a Python in which it is installed has to be named; on a few corpora only, as it takes longer.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _environments import clean_environment
from _topics import Simulated, simulate
from scipy import sparse

import octadisc as od
from octadisc.compiled import compiled
from octadisc.topics.structural.keyword_starts import vote

N_TOPICS, N_KEYWORD_TOPICS = 10, 5
ASKED = {"same": 10, "fewer": 7}
PEER_CODE = """
import json, sys, time
import numpy as np, pandas as pd
from pykeyatm import keyATM, keyATM_read
given = json.load(open(sys.argv[1]))
matrix = np.load(sys.argv[2])
columns = [str(i) for i in range(matrix.shape[1])]
began = time.perf_counter()
made = keyATM(docs=keyATM_read(pd.DataFrame(matrix, columns=columns)), model="base",
              no_keyword_topics=given["free"], keywords=given["keywords"],
              options={"seed": 1, "iterations": given["sweeps"], "verbose": False,
                       "thinning": given["sweeps"], "llk_per": given["sweeps"]})
words = made["phi"].reindex(columns=columns, fill_value=0.0).to_numpy(float)
np.save(sys.argv[3], words)
print(json.dumps({"seconds": time.perf_counter() - began}))
"""


def main() -> None:
    """Run the parts asked for and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--sweeps", type=int, default=300)
    parser.add_argument("--peer-python", default="", help="one in which pykeyatm is installed")
    parser.add_argument("--peer-runs", type=int, default=2)
    parser.add_argument("--parts", nargs="*", default=list(ASKED))
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if not given.peer_python:
        print("pykeyatm: not run; it is built from source: name a Python that has it with --peer-python")
    for part in given.parts:
        began = time.perf_counter()
        peers = [given.peer_python if number < given.peer_runs else "" for number in range(given.runs)]
        seeds = range(given.seed, given.seed + given.runs)
        with ProcessPoolExecutor(os.cpu_count(), initializer=quiet) as pool:
            run = partial(measure, ASKED[part], given.sweeps)
            rows = pd.DataFrame([row for rows in pool.map(run, seeds, peers) for row in rows])
        print(f"{part}: {ASKED[part]} topics asked for, {given.runs} corpora, "
              f"{time.perf_counter() - began:.0f} s")  # fmt: skip
        found = rows.groupby(["wrong", "what"], sort=False)
        table = found[["cosine", "topics", "all_five", "seconds"]].mean().round(3)
        print(table.assign(corpora=found.size()).to_string(), flush=True)


def quiet() -> None:
    """Leave out what is said of each corpus."""
    warnings.simplefilter("ignore")


def measure(n_topics: int, sweeps: int, seed: int, peer: str) -> list[dict[str, Any]]:
    """Look for the planted topics of one corpus in every way."""
    planted = simulate(1_000, n_topics=N_TOPICS, n_terms=1_000, length=100.0, seed=seed)
    rows = []
    without, took = timed(lambda: od.fit_topics(planted.counts, n_topics, n_threads=1))
    for wrong in (False, True):
        seeds = draw_keywords(planted, seed, wrong)
        terms = planted.counts.terms
        asked = {f"topic {k}": [terms[i] for i in one] for k, one in enumerate(seeds)}
        ours, seconds = timed(
            lambda asked=asked: od.fit_topics(planted.counts, n_topics, keywords=asked, n_threads=1)  # type: ignore[misc]
        )
        names = ours.topics["name"].tolist()
        chosen = vote(without.words, without.topics["share"].to_numpy(), [[[i] for i in s] for s in seeds])
        found = {
            "ours with keywords": (ours.words[[names.index(one) for one in asked]], seconds),
            "ours without": (without.words[chosen], took),
        }
        for name, key_atm in (("keyATM, Gibbs", True), ("seeded LDA, Gibbs", False)):
            found[name] = timed(partial(sample, planted, seeds, n_topics, sweeps, seed, key_atm))
        if peer:
            found["pykeyatm"] = run_peer(peer, planted, seeds, n_topics, sweeps)
        for name, (words, seconds) in found.items():
            row = compare(planted, np.asarray(words)[:N_KEYWORD_TOPICS])
            rows.append(
                {"what": name, "wrong": "one wrong" if wrong else "all right", **row, "seconds": seconds}
            )
    return rows


def timed(make: Any) -> tuple[Any, float]:
    """Give what is made and the seconds it took."""
    began = time.perf_counter()
    return make(), time.perf_counter() - began


def draw_keywords(planted: Simulated, seed: int, wrong: bool) -> list[Any]:
    """Draw three to five terms for each of the first five topics, the last of another topic if asked."""
    rng = np.random.default_rng(7_000 + seed)
    telling = planted.words * np.log(planted.words / planted.words.mean(axis=0))
    leaders = np.argsort(-telling, axis=1, kind="stable")[:, :10]
    made = []
    for k in range(N_KEYWORD_TOPICS):
        mine = rng.choice(leaders[k], rng.integers(3, 6), replace=False)
        other = rng.choice([j for j in range(N_TOPICS) if j != k])
        strange = rng.choice([i for i in leaders[other] if i not in mine])
        made.append(np.append(mine[:-1], strange) if wrong else mine)
    return made


def compare(planted: Simulated, words: Any) -> dict[str, float]:
    """Say how near the keyword topics are to the planted ones that were meant."""

    def unit(rows: Any) -> Any:
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    cosine = unit(words) @ unit(planted.words).T
    right = cosine.argmax(axis=1) == np.arange(N_KEYWORD_TOPICS)
    return {"cosine": np.diag(cosine).mean(), "topics": right.mean(), "all_five": float(right.all())}


def sample(planted: Simulated, seeds: list[Any], n_topics: int, sweeps: int, seed: int, key_atm: bool) -> Any:
    """Give topics' words by Gibbs sampling, with keyATM's or seeded LDA's model of words."""
    counts = sparse.csr_matrix(planted.counts.matrix)
    terms = np.repeat(counts.indices, counts.data).astype(np.int64)
    releases = np.repeat(np.arange(counts.shape[0]), np.asarray(counts.sum(axis=1)).ravel()).astype(np.int64)
    place = np.zeros((len(seeds), counts.shape[1]), np.bool_)
    for k, one in enumerate(seeds):
        place[k, one] = True
    rng = np.random.default_rng(seed)
    alpha, beta = (1.0 / n_topics, 0.01) if key_atm else (0.5, 0.1)
    pseudo = 0.0 if key_atm else 0.01 * terms.size
    return sample_words(
        terms, releases, counts.shape[0], n_topics, place, key_atm, pseudo, alpha, beta, sweeps, rng
    )


@compiled
def sample_words(
    terms: Any,
    releases: Any,
    n_releases: int,
    n_topics: int,
    place: Any,
    key_atm: bool,
    pseudo: float,
    alpha: float,
    beta: float,
    sweeps: int,
    rng: Any,
) -> Any:
    """Run collapsed Gibbs sampling; keywords begin in their topics, spoken as keywords, others at random.

    `place` says which terms are whose keywords, [keyword topics × terms]. A token's topic and, in keyATM,
    whether it is spoken as a keyword are drawn together.
    """
    n_keyed, n_terms = place.shape
    topic, keyed = np.empty(terms.size, np.int64), np.zeros(terms.size, np.bool_)
    in_release = np.full((n_releases, n_topics), alpha)
    usual, own = np.full((n_terms, n_topics), beta), np.full((n_terms, n_topics), 0.1)
    total, own_total = np.full(n_topics, beta * n_terms), np.zeros(n_topics)
    n_own = np.zeros(n_topics)
    for k in range(n_keyed):
        for v in range(n_terms):
            if place[k, v]:
                n_own[k] += 1
                usual[v, k] += pseudo
                total[k] += pseudo
        own_total[k] = 0.1 * n_own[k]
    words, weight = np.zeros((n_topics, n_terms)), np.empty(2 * n_topics)
    for sweep in range(-1, sweeps):
        for i in range(terms.size):
            d, v = releases[i], terms[i]
            if sweep >= 0:
                k = topic[i]
                in_release[d, k] -= 1
                if keyed[i]:
                    own[v, k] -= 1
                    own_total[k] -= 1
                else:
                    usual[v, k] -= 1
                    total[k] -= 1
            whole = 0.0
            for k in range(n_topics):
                both = in_release[d, k]
                mine = k < n_keyed and place[k, v]
                if key_atm and k < n_keyed:
                    said, rest = own_total[k] - 0.1 * n_own[k] + 1, total[k] - beta * n_terms + 1
                    both /= said + rest
                    if mine:
                        whole += both * said * own[v, k] / own_total[k] if sweep >= 0 else 1.0
                    weight[2 * k] = whole
                    both *= rest
                else:
                    whole += 1.0 if mine and sweep < 0 else 0.0
                    weight[2 * k] = whole
                if sweep >= 0:
                    whole += both * usual[v, k] / total[k]
                weight[2 * k + 1] = whole
            if whole > 0:
                drawn = rng.random() * whole
                j = 0
                while j < 2 * n_topics - 1 and weight[j] <= drawn:
                    j += 1
                k, keyed[i] = j // 2, key_atm and j % 2 == 0
            else:  # at first, what is no keyword
                k, keyed[i] = int(rng.random() * n_topics), False
            topic[i] = k
            in_release[d, k] += 1
            if keyed[i]:
                own[v, k] += 1
                own_total[k] += 1
            else:
                usual[v, k] += 1
                total[k] += 1
        if sweep >= sweeps // 2:
            for k in range(n_topics):
                rate = own_total[k] / (own_total[k] + total[k]) if key_atm and k < n_keyed else 0.0
                for v in range(n_terms):
                    words[k, v] += (
                        (1 - rate) * (usual[v, k] - pseudo * (k < n_keyed and place[k, v])) / total[k]
                    )
                    if rate > 0 and place[k, v]:
                        words[k, v] += rate * own[v, k] / own_total[k]
    return words


def run_peer(
    python: str, planted: Simulated, seeds: list[Any], n_topics: int, sweeps: int
) -> tuple[Any, float]:
    """Fit the peer in its own environment."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        keywords = {f"topic {k}": [str(i) for i in one.tolist()] for k, one in enumerate(seeds)}
        given = {"free": n_topics - len(seeds), "keywords": keywords, "sweeps": sweeps}
        (folder / "given.json").write_text(json.dumps(given), encoding="utf-8")
        np.save(folder / "counts.npy", planted.counts.matrix.toarray())
        paths = [str(folder / name) for name in ("given.json", "counts.npy", "words.npy")]
        command = [python, "-c", PEER_CODE, *paths]
        done = subprocess.run(command, capture_output=True, text=True, env=clean_environment())
        if done.returncode:
            raise RuntimeError((done.stderr.splitlines() or ["no message"])[-1])
        return np.load(paths[2]), json.loads(done.stdout.splitlines()[-1])["seconds"]


if __name__ == "__main__":
    main()
