"""What the structural topic model finds again in corpora drawn from one, and how often its intervals hold.

    ./run bench structural_coverage
    python benchmarks/structural_coverage.py [--runs 1000] [--parts topics contrast null issuers]
        [--starts 1 5] [--seed 0]

The process, of all parts (benchmarks/_topics.py): words of topics are Dirichlet draws about Zipf's law, with
a median cosine of .2 between two topics; log-ratios of shares are normal and independent with sd 2.4 (both
as in 20 topics of poliblog5k); lengths are negative binomial, mean 200, dispersion 3; words are drawn token
by token.

topics: 2,000 releases, 10 topics, 2,000 terms. The share of corpora in which the planted topics, matched one
to one with those fitted, have a mean cosine of .95 or more, and in which each topic has: where words are
plain Dirichlet(.05) draws, and where they are draws about Zipf's law, which all topics share; with one
start, and with the best of five.

contrast: 400 releases, 5 topics, 400 terms; half of the releases, drawn at random, have another mean of the
log-ratios: +.8 for the first topic, −.4 for the second. The share of 95% intervals of the difference of mean
shares (`estimate_effect(model, "~ kind")`, 100 draws, prevalence "~ kind") that hold the difference in the
population, which is the mean of 400,000 draws of shares. All topics count.

null: the same with no difference. The share of p-values below .05.

issuers: 600 releases of 20 issuers, whose numbers are uneven (weights 1 to 8 at random); log-ratios also
have a normal effect of the issuer, sd .5; a covariate that is constant within issuers, true of half of them,
has no effect. The share of p-values below .05, with issuers as clusters (the default), and with releases
independent.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from _topics import draw_words, simulate

import octadisc as od
from octadisc.topics.effects.draws import UNCERTAINTIES
from octadisc.topics.structural.comparison import match_topics

TOPICS, TERMS, LENGTH, SCALE = 5, 400, 200.0, 2.4
EFFECT = np.array([0.8, -0.4, 0.0, 0.0])


def main() -> None:
    """Run the parts asked for, in as many processes as there are cores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--parts", nargs="*", default=["topics", "contrast", "null", "issuers"])
    parser.add_argument("--starts", nargs="*", type=int, default=[1, 5], help="of the part about topics")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    parts: dict[str, Any] = {
        "topics": partial(find_topics, given.starts),
        "contrast": partial(cover, EFFECT),
        "null": partial(cover, np.zeros(TOPICS - 1)),
        "issuers": compare_issuers,
    }
    with ProcessPoolExecutor(os.cpu_count(), initializer=quiet) as pool:
        for name in given.parts:
            began = time.perf_counter()
            seeds = range(given.seed, given.seed + given.runs)
            rows = pd.DataFrame(list(pool.map(parts[name], seeds, chunksize=4)))
            print(f"{name}: {given.runs} runs, {time.perf_counter() - began:.0f} s")
            for column in rows:
                values = rows[column].to_numpy(float)
                error = values.std() / np.sqrt(len(values))
                print(f"    {column:48} {values.mean():.4f}  (standard error {error:.4f})")
            sys.stdout.flush()


def quiet() -> None:
    """Leave out what is said of each corpus."""
    warnings.simplefilter("ignore")


def find_topics(starts: list[int], seed: int) -> dict[str, float]:
    """Look for planted topics."""
    made = {}
    plain = np.random.default_rng(30_000 + seed).dirichlet(np.full(2_000, 0.05), 10) + 1e-12
    for kind, words in (("Dirichlet", plain), ("Zipf", None)):
        planted = simulate(2_000, n_topics=10, n_terms=2_000, length=LENGTH, seed=seed, words=words)
        for n_starts in starts:
            model = od.fit_topics(planted.counts, 10, n_starts=n_starts, n_threads=1)
            _, cosine = match_topics(planted.words, model.words)
            name = f"{kind}, {n_starts} start{'s' * (n_starts > 1)}: "
            made[name + "mean cosine of .95 or more"] = float(cosine.mean() >= 0.95)
            made[name + "each topic's .95 or more"] = float(cosine.min() >= 0.95)
            made[name + "mean cosine"] = float(cosine.mean())
    return made


def cover(effect: Any, seed: int) -> dict[str, float]:
    """Say which intervals of the contrast hold the population's."""
    rng = np.random.default_rng(10_000 + seed)
    words = draw_words(TOPICS, TERMS, rng)
    kind = rng.permutation(np.arange(400) % 2)
    releases = pd.DataFrame({"release": np.arange(400).astype(str), "kind": np.where(kind, "b", "a")})
    base = np.array([0.3, 0.0, 0.2, -0.2])
    mean = base + kind[:, None] * effect
    planted = simulate(
        400, n_topics=TOPICS, length=LENGTH, mean=mean, releases=releases, seed=seed, words=words
    )
    model = od.fit_topics(planted.counts, TOPICS, prevalence="~ kind", n_threads=1)
    match, _ = match_topics(model.words, planted.words)
    truth = (population(base + effect) - population(base))[match]
    moved = np.isin(match, np.flatnonzero(effect))
    made = {}
    for kind_of in UNCERTAINTIES if effect.any() else ("global",):
        found = od.estimate_effect(
            model, "~ kind", seed=seed, clusters=None, uncertainty=kind_of, counts=planted.counts
        ).frame
        found = found[found["term"] == "kind[T.b]"].sort_values("topic")
        holds = (found["low"].to_numpy() <= truth) & (truth <= found["high"].to_numpy())
        made[f"{kind_of}: intervals that hold the population's"] = float(holds.mean())
        if not effect.any():
            made["p below .05"] = float((found["p_value"] < 0.05).mean())
            continue
        made[f"{kind_of}: of the topics that move"] = float(holds[moved].mean())
        ratio = found["estimate"].to_numpy() / truth
        made[f"{kind_of}: estimate by truth, of the first topic"] = float(ratio[match == 0][0])
    return made


def population(mean: Any) -> Any:
    """Give mean shares where log-ratios are normal about `mean`."""
    rng = np.random.default_rng(1)
    eta = np.hstack([mean + SCALE * rng.standard_normal((400_000, len(mean))), np.zeros((400_000, 1))])
    shares = np.exp(eta - eta.max(axis=1, keepdims=True))
    return (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)


def compare_issuers(seed: int) -> dict[str, float]:
    """Test a covariate of issuers that has no effect."""
    rng = np.random.default_rng(20_000 + seed)
    weight = rng.integers(1, 9, 20).astype(float)
    issuer = np.concatenate([np.arange(20), rng.choice(20, 580, p=weight / weight.sum())])
    kind = rng.permutation(np.arange(20) % 2)[issuer]
    own = 0.5 * rng.standard_normal((20, TOPICS - 1))
    releases = pd.DataFrame(
        {
            "release": np.arange(600).astype(str),
            "issuer": [f"issuer {i}" for i in issuer],
            "kind": np.where(kind, "b", "a"),
        }
    )
    planted = simulate(
        600, n_topics=TOPICS, n_terms=TERMS, length=LENGTH, mean=own[issuer], releases=releases, seed=seed
    )
    model = od.fit_topics(planted.counts, TOPICS, prevalence="~ kind", n_threads=1)
    made = {}
    for name, clusters in (
        ("p below .05, issuers as clusters", "issuer"),
        ("p below .05, releases independent", None),
    ):
        found = od.estimate_effect(model, "~ kind", seed=seed, clusters=clusters).frame
        made[name] = float((found.loc[found["term"] == "kind[T.b]", "p_value"] < 0.05).mean())
    return made


if __name__ == "__main__":
    main()
