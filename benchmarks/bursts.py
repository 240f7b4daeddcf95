"""How often `od.find_bursts` finds what is not there, and how often what is.

Usage: python benchmarks/bursts.py [runs, 500] [workers, 2]

Releases are drawn as in benchmarks/change_detection.py (periods deviate together with a serial correlation
of .3, issuers differ and their mix may shift). In the lines headed BURST the share is `times` as large in two
periods in the middle (four of 48). "any" is the share of runs in which Kleinberg's path leaves the ground
state at all, "beyond chance" that in which a burst passes the permutation test at .05, "found" that in which
such a burst overlaps the planted one; standardised to issuers, and with all releases taken together.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product

import change_detection
import numpy as np
from scipy.special import expit, logit

from octadisc.terms.bursts import burst_search
from octadisc.terms.changes.change_cases import Case

Design = change_detection.Case
CASES = [
    (Design("independent, steady mix", sd=0.0), 1.0),
    (Design("AR .3, sd .3, steady mix"), 1.0),
    (Design("AR .3, sd .3, shifting mix", mix="shifting"), 1.0),
    (Design("AR .3, sd .5, shifting mix", mix="shifting", sd=0.5), 1.0),
    (Design("AR .3, sd .3, newcomer", mix="newcomer"), 1.0),
    (Design("AR .3, sd .3, campaigns", mix="shifting", campaigns=0.5), 1.0),
    (Design("AR .3, sd .3, 48 periods of 15", mix="shifting", periods=48, releases=15), 1.0),
    (Design("AR .3, sd .3, share of 5%", mix="shifting", low=0.05), 1.0),
    (Design("BURST x3, sd .3, shifting mix", mix="shifting", low=0.15), 3.0),
    (Design("BURST x3, independent", low=0.15, sd=0), 3.0),
    (Design("BURST x3, 48 periods of 15", mix="shifting", low=0.15, periods=48, releases=15), 3.0),
]


def draw(rng: np.random.Generator, design: Design, times: float):
    """Draw issuers and matches [periods × releases], and the periods of the planted burst."""
    issuers = change_detection.draw_issuers(rng, design)
    own = rng.normal(0, design.differ, change_detection.WEIGHTS.size)
    own = np.sort(own) if design.mix == "shifting" else own
    if design.mix == "newcomer":
        own = np.append(own, logit(0.8) - logit(design.low))
    common = rng.standard_normal(design.periods)
    for t in range(1, design.periods):
        common[t] = 0.3 * common[t - 1] + np.sqrt(1 - 0.09) * common[t]
    mean = np.full(design.periods, logit(design.low))
    begin, length = design.periods // 2, 2 if design.periods < 24 else 4
    mean[begin : begin + length] = logit(design.low * times)
    campaigns = design.campaigns * rng.standard_normal((design.periods, own.size))
    eta = (mean + design.sd * common)[:, None] + own[issuers]
    eta += np.take_along_axis(campaigns, issuers, 1)
    return issuers, rng.random(issuers.shape) < expit(eta), (begin, begin + length - 1)


def run(given: tuple[int, int]) -> list[bool]:
    """Say for one corpus whether a burst is seen, passes, and is the planted one: two times three."""
    number, seed = given
    design, times = CASES[number]
    issuers, matches, (begin, end) = draw(np.random.default_rng([seed, number]), design, times)
    n_periods, n_releases = matches.shape
    made = []
    for standardised in (True, False):
        codes = (
            np.unique(issuers.ravel(), return_inverse=True)[1]
            if standardised
            else np.zeros(issuers.size, int)
        )
        case = Case(
            "all", "q", "share", [str(t) for t in range(n_periods)], np.linspace(0, 1, n_periods),
            matches.ravel().astype(float), np.ones(matches.size), codes,
            np.repeat(np.arange(n_periods), n_releases), 8,
        )  # fmt: skip
        way = burst_search.Way(2.0, 1.0, 1, 499, 0.05)
        found = burst_search._look(case, way, np.random.default_rng(seed))
        passed = [one for one, p in zip(found.bursts, found.p_values, strict=True) if p <= 0.05]
        made += [
            len(found.bursts) > 0,
            len(passed) > 0,
            any(b.first <= end and b.last >= begin for b in passed),
        ]
    return made


def main() -> None:
    """Print a table, a line a design."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    print(f"{runs} runs a line; per cent of runs: any, beyond chance, found (standardised | together)")
    with ProcessPoolExecutor(workers) as pool:
        for number, (design, _) in enumerate(CASES):
            results = pool.map(run, product([number], range(runs)), chunksize=20)
            shares = 100 * np.array(list(results), float).mean(axis=0)
            left, right = (" ".join(f"{one:5.1f}" for one in part) for part in (shares[:3], shares[3:]))
            print(f"{design.name:34} {left} | {right}", flush=True)


if __name__ == "__main__":
    main()
