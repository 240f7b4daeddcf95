"""How often planted topics come back when a model is fitted again, and how often spurious ones do.

    ./run bench topic_stability
    python benchmarks/topic_stability.py [--runs 40] [--method structural] [--seed 0]

Corpora of 1,500 releases and 1,000 terms are drawn from ten topics (benchmarks/_topics.py: words are
Dirichlet draws about Zipf's law, or plain Dirichlet(.05) draws, half of the runs each); fourteen topics are
fitted.
Those whose words have a cosine of .95 or more with a planted topic's are "planted"; those with less than .7
with every planted topic, and so of nothing that is there, "spurious"; between them lie parts and mixtures of
planted ones. Each model is fitted again to ten random halves of the releases (`od.check_stability`).
"""

from __future__ import annotations

import argparse
import os
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
import pandas as pd
from _topics import simulate

import octadisc as od


def main() -> None:
    """Run, in as many processes as there are cores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--method", default="structural")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.runs)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        table = pd.concat(pool.map(partial(run, given.method), seeds), ignore_index=True)
    for kind, part in table.groupby("kind"):
        error = part["found"].std() / np.sqrt(max(part["seed"].nunique(), 1))
        found = part["found"]
        print(
            f"{kind:9} {len(part):4} topics: found in {found.mean():.3f} of the fits (± {error:.3f}); in "
            f"more than .9 of them {(found > 0.9).mean():.2f}, in fewer than .3 {(found < 0.3).mean():.2f}"
        )


def run(method: str, seed: int) -> pd.DataFrame:
    """Draw a corpus, fit, fit again; give a row a topic."""
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(40_000 + seed)
    words = rng.dirichlet(np.full(1_000, 0.05), 10) + 1e-12 if seed % 2 else None
    planted = simulate(1_500, n_topics=10, n_terms=1_000, length=150.0, seed=seed, words=words)
    model = od.fit_topics(planted.counts, 14, method, n_threads=1)
    own = planted.words / np.linalg.norm(planted.words, axis=1, keepdims=True)
    cosine = (model.words / np.linalg.norm(model.words, axis=1, keepdims=True) @ own.T).max(axis=1)
    made = od.check_stability(
        model, planted.counts, n_starts=0, n_resamples=10, n_topics=[], seed=seed, n_threads=1
    ).to_frame()
    kind = np.select([cosine >= 0.95, cosine < 0.7], ["planted", "spurious"], "between")
    return made[["topic", "share", "found"]].assign(kind=kind, seed=seed)


if __name__ == "__main__":
    main()
