"""What octadisc.compare and octadisc.rising_terms find falsely, what they find, and how long they take.

Run with `python benchmarks/keyness.py [runs] [workers]`; 100 corpora of 200 terms a line by default (20,000
tests), some minutes. `python benchmarks/keyness.py time CORPUS.parquet` measures the time on a saved corpus.

The data-generating process of one corpus
-----------------------------------------
- Releases: 14 years with 30 releases each, unless the line says otherwise. Length of a release: log-normal,
  median 350 words, sigma 0.7, at least 20.
- Issuers: 8. "steady": they write 30, 20, 15, 10, 10, 5, 5 and 5% of the releases, always. "shifting": those
  weights at the beginning, the same in reverse order at the end, and evenly from one to the other between.
- Terms: 200 (with "planted" 15 of them changed). The rate of a term: from .1 to 5 in 1,000 words, evenly in
  logarithms. Its issuers' own rates differ by logarithms with sd 0.7; with "shifting" they are sorted (for
  half of the terms up, for half down), so that those who gain weight are those who say it most (least).
- Serial correlation: each year has a deviation of each term, common to all issuers, in logarithms, with the
  sd named in the line ("mixed": 0, .2, .4 or .6 by term) and correlated by .3 from one year to the next
  (AR(1)), unless the line says otherwise. "campaigns": on top each issuer has a deviation of its own in each
  year, sd .5.
- Occurrences: negative binomial with shape .7 around rate × length: bursty.
- "kinds": a release is of kind a with a probability that differs by issuer, from 20 to 80%.
- "blocs": 12 issuers, six in each bloc, with 15 releases each (in the line "unequal" from 5 to 50).
- Planted: 15 terms are three times as frequent (in kind a, or from the middle on); or rise tenfold, evenly.

What is counted
---------------
Of the terms that were not changed: how many have a p-value of at most .05, .01 and .001 (in per cent;
target: at most 5, 1, .1). "in a corpus": how much the share of .05 differs between corpora (sd, in points).
FDR: the mean share of false ones among those with q at most .05; found: how many of the changed terms are
among them. Covered: how often the 95% interval of the log ratio holds the true one (of terms in at least 10
releases; truth: the ratio of the expected rates of these very releases, so that what issuers differ in is in
the truth, whereas the interval counts it as chance and is too wide).
Peer: G² with 3.84 as its critical value, the usual test, which takes words for independent.

Measured with 30 corpora a line (6,000 tests; the standard error of 5% is about .35, as terms of one corpus
share their releases): false alarms 3.3 to 5.5% at .05, .35 to 1.3% at .01, up to .27% at .001; the peer: 35
to 60%. FDR 0 to 10% where nothing was planted (3 of 30 corpora with any find at most), 1.5 to 5.3% where
something was. Found: 79% of threefold differences of kinds, 38% before and after with deviations of sd .3;
83% of tenfold slopes, and 72% of tenfold steps. With a correlation of .6 in truth and 40 years 2.3%: what
is estimated from few releases a year is then too high, which is safe. 10,000 terms and 8,754 releases of
666 issuers: 2.6 seconds of processor time before and after, 5.2 for rising terms.
"""

from __future__ import annotations

import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd

import octadisc as od

WEIGHTS = np.array([0.30, 0.20, 0.15, 0.10, 0.10, 0.05, 0.05, 0.05])
KINDS = np.array([0.2, 0.35, 0.5, 0.65, 0.8, 0.3, 0.5, 0.7])
TERMS, PLANTED = 200, 15


@dataclass(frozen=True)
class Case:
    name: str
    what: str = "kinds"  # "kinds", "blocs", "at" or "rising"
    mix: str = "shifting"
    sd: float | tuple[float, ...] = 0.3
    correlation: float = 0.3
    campaigns: float = 0.0
    planted: float = 0.0
    course: str = "step"
    periods: int = 14
    releases: int = 30
    unequal: bool = False


CASES = (
    Case("kinds, AR(1) sd .3, shifting"),
    Case("kinds, campaigns", campaigns=0.5),
    Case("kinds, independent", sd=0.0),
    Case("kinds, threefold planted", planted=np.log(3)),
    Case("blocs of six issuers", "blocs", sd=0.0),
    Case("blocs of six issuers, unequal", "blocs", sd=0.0, unequal=True),
    Case("before and after, independent", "at", sd=0.0),
    Case("before and after, AR(1) sd .3, steady", "at", "steady"),
    Case("before and after, AR(1) sd .3, shifting", "at"),
    Case("before and after, AR(1) sd .5, shifting", "at", sd=0.5),
    Case("before and after, sd mixed, shifting", "at", sd=(0.0, 0.2, 0.4, 0.6)),
    Case("before and after, campaigns, shifting", "at", campaigns=0.5),
    Case("before and after, threefold planted", "at", planted=np.log(3)),
    Case("rising, independent", "rising", sd=0.0),
    Case("rising, AR(1) sd .3, steady", "rising", "steady"),
    Case("rising, AR(1) sd .3, shifting", "rising"),
    Case("rising, AR(1) sd .5, shifting", "rising", sd=0.5),
    Case("rising, sd mixed, shifting", "rising", sd=(0.0, 0.2, 0.4, 0.6)),
    Case("rising, campaigns, shifting", "rising", campaigns=0.5),
    Case("rising, 40 years of 20, AR(1) .3 sd .3", "rising", periods=40, releases=20),
    Case("rising, 40 years of 20, AR(1) .6 sd .3", "rising", periods=40, releases=20, correlation=0.6),
    Case("rising, tenfold slope planted", "rising", planted=np.log(10), course="slope"),
    Case("rising, tenfold step planted", "rising", planted=np.log(10)),
)


def draw_releases(rng, case):
    """Issuer, year and kind of each release."""
    if case.what == "blocs":
        number = rng.integers(5, 51, 12) if case.unequal else np.full(12, 15)
        issuer = np.repeat(np.arange(12), number)
        return issuer, rng.integers(0, case.periods, issuer.size), issuer < 6
    later = np.linspace(0, 1, case.periods)[:, None]
    weights = np.tile(WEIGHTS, (case.periods, 1))
    if case.mix == "shifting":
        weights = (1 - later) * WEIGHTS + later * WEIGHTS[::-1]
    issuer = np.concatenate([rng.choice(8, case.releases, p=row) for row in weights])
    year = np.repeat(np.arange(case.periods), case.releases)
    return issuer, year, rng.random(issuer.size) < KINDS[issuer]


def draw(rng, case):
    """Counts, and each term's expected occurrences in each release."""
    issuer, year, kind = draw_releases(rng, case)
    length = np.maximum(20, np.round(350 * np.exp(0.7 * rng.standard_normal(issuer.size))))
    own = rng.normal(0, 0.7, (TERMS, issuer.max() + 1))
    if case.mix == "shifting" and case.what != "blocs":
        own = np.sort(own, axis=1)
        own[rng.random(TERMS) < 0.5] *= -1
    deviation = rng.standard_normal((TERMS, case.periods))
    for t in range(1, case.periods):
        deviation[:, t] *= np.sqrt(1 - case.correlation**2)
        deviation[:, t] += case.correlation * deviation[:, t - 1]
    eta = rng.uniform(np.log(1e-4), np.log(5e-3), TERMS)[:, None] + own[:, issuer]
    eta += (deviation * rng.choice(np.atleast_1d(case.sd), TERMS)[:, None])[:, year]
    if case.campaigns:
        eta += case.campaigns * rng.standard_normal((TERMS, own.shape[1], case.periods))[:, issuer, year]
    if case.planted:
        late = year / (case.periods - 1) if case.course == "slope" else year >= case.periods // 2
        eta[:PLANTED] += case.planted * (kind if case.what == "kinds" else late)
    mean = (np.exp(eta) * length).T
    counts = rng.poisson(mean * rng.gamma(0.7, 1 / 0.7, mean.shape))
    table = pd.DataFrame(
        {
            "issuer": [f"issuer {one}" for one in issuer],
            "date": [f"{2000 + one}-06-01" for one in year],
            "kind": np.where(kind, "a", "b"),
            "tokens": length.astype(np.int64),
        }
    )
    terms = [f"term {one:03d}" for one in range(TERMS)]
    return od.TermCounts.from_matrix(counts, terms, table), mean


def one_run(given):
    case, number = given
    warnings.simplefilter("ignore")
    rng = np.random.default_rng([number, CASES.index(case)])
    counts, mean = draw(rng, case)
    begin = perf_counter()
    if case.what == "rising":
        frame = od.rising_terms(counts, seed=number).to_frame()
    elif case.what == "at":
        frame = od.compare(counts, at=f"{2000 + case.periods // 2}-01-01", seed=number).to_frame()
    else:
        frame = od.compare(counts, by="kind", target="a", seed=number).to_frame()
    seconds = perf_counter() - begin
    term = frame["term"].str[5:].astype(int).to_numpy()
    planted = (term < PLANTED) & (case.planted > 0)
    tested = ~planted & frame["p_value"].notna().to_numpy()
    p = frame["p_value"].to_numpy()[tested]
    found = (frame["q_value"] <= 0.05).to_numpy()
    covered = peer = np.nan
    if "low" in frame and case.what == "kinds" and not case.campaigns and case.sd == 0:
        side, length = (counts.releases["kind"] == "a").to_numpy(), counts.releases["tokens"].to_numpy()
        rate = [mean[one].sum(axis=0) / length[one].sum() for one in (side, ~side)]
        truth = np.log2(rate[0] / rate[1])[term]
        enough = (frame["releases"] + frame["reference_releases"] >= 10).to_numpy()
        covered = ((frame["low"] <= truth) & (truth <= frame["high"])).to_numpy()[enough].mean()
    if "g2" in frame:
        peer = (frame["g2"].to_numpy()[tested] >= 3.84).mean()
    return {
        "p": p,
        "false": (found & ~planted).sum() / max(found.sum(), 1),
        "found": found[planted].mean() if case.planted else np.nan,
        "covered": covered,
        "peer": peer,
        "seconds": seconds,
    }


def simulate(runs, workers):
    print(f"{runs:,} corpora of {TERMS} terms a line; per cent")
    print(f"{'':42}  p≤.05  ≤.01 ≤.001 in a corpus |  FDR found covered | peer   s")
    with ProcessPoolExecutor(workers) as pool:
        for case in CASES:
            results = list(pool.map(one_run, [(case, i) for i in range(runs)], chunksize=5))
            p = np.concatenate([one["p"] for one in results])
            each = np.std([(one["p"] <= 0.05).mean() for one in results])
            false, found, covered, peer, seconds = (
                np.mean([one[name] for one in results])
                for name in ("false", "found", "covered", "peer", "seconds")
            )
            line = f"{case.name:42}  {100 * (p <= 0.05).mean():5.2f} {100 * (p <= 0.01).mean():5.2f} "
            line += f"{100 * (p <= 0.001).mean():5.3f} {100 * each:11.1f} | {100 * false:4.1f} "
            line += f"{100 * found:5.0f} {100 * covered:7.1f} | {100 * peer:4.0f} {seconds:5.2f}"
            print(line.replace("nan", "  –"), flush=True)


def measure(path):
    """Time on a saved corpus, its 10,000 most widespread terms."""
    tokens = od.tokenize(od.Corpus.open(path))
    for least in range(2, 200):
        counts = od.count_terms(tokens, min_documents=least)
        if len(counts.terms) <= 10_000:
            break
    print(f"{counts}; {counts.releases['issuer'].nunique():,} issuers")
    middle = counts.releases["date"].median()
    ways = {
        "compare, one issuer": lambda: od.compare(counts, by="issuer", target=biggest, min_releases=1),
        "compare, before and after": lambda: od.compare(counts, at=middle, min_releases=1),
        "rising_terms": lambda: od.rising_terms(counts, min_releases=1, min_issuers=1, min_periods=1),
    }
    biggest = counts.releases["issuer"].value_counts().index[0]
    for name, way in ways.items():
        way()
        begin = perf_counter()
        found = way()
        print(f"{name:30} {perf_counter() - begin:5.1f} s  {found}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["time"]:
        measure(sys.argv[2])
    else:
        given = [int(one) for one in sys.argv[1:3]]
        simulate(*(given + [100, 2][len(given) :]))
