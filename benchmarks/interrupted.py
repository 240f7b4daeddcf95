"""What octadisc.interrupted finds at an event, and what it finds falsely.

Run with `python benchmarks/interrupted.py [runs] [workers]`; 2,000 runs a line by default.

The data-generating process is that of benchmarks/change_detection.py: periods of 30 releases (or as the line
says) of 8 issuers, each with its own logit (sd 0.7), steady or with a mix that shifts towards those who speak
of the matter most; deviations of periods that all issuers share, correlated by .3 from one to the next; in
"campaigns" also each issuer's own deviation in each period. The event is in the middle. Besides:
- "12 issuers": weights 20, 15, 12, 10, 9, 8, 7, 6, 5, 4, 2 and 2%.
- "3 issuers": weights 50, 30 and 20%.
- "own ways": each issuer's logit steps at the event by a deviate of its own, normal with mean 0 and the sd
  named.
- "compared": half of the issuers (every other one) are compared with; "both step" means that all of them do,
  so that there is no difference.

What is counted
---------------
Per cent of runs in which the level change (or the slope change) has a p-value of at most .05: reported, by
periods alone (as reported with fewer than eight issuers), by issuers alone (CR2), and the placebo p-value;
for comparisons the same of the difference. "naive": least squares over the periods' shares, as if they were
independent and nothing but the lines were there (the usual segmented regression).
Target: at most 5% reported in the lines without a change.

Measured with 300 runs a line (the standard error of 5% is 1.3): reported falsely 1 to 5.7%, by issuers alone
up to 25% (what a period does to all issuers is then taken for a change), by the usual regression 3 to 13%,
and where all step and half of them are compared with, 97%. A step from 20 to 60% with both slopes free is
reported in 78 to 82%, one from 20 to 40% in 28% (with 120 releases a period of 12 issuers in 58%). With 14
periods there are 7 dates, so that no placebo p-value can be below .14.
"""

from __future__ import annotations

import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from scipy.special import expit, logit
from scipy.stats import t as student

import octadisc as od
from octadisc.statistics.interruption import segments
from octadisc.terms.events.interrupted import interrupted
from octadisc.terms.events.interrupted_cases import cases_of, cut_periods
from octadisc.terms.events.interrupted_fits import fit_case

RHO = 0.3
EIGHT = np.array([30, 20, 15, 10, 10, 5, 5, 5]) / 100
TWELVE = np.array([20, 15, 12, 10, 9, 8, 7, 6, 5, 4, 2, 2]) / 100
THREE = np.array([50, 30, 20]) / 100


@dataclass(frozen=True)
class Case:
    name: str
    high: float = 0.2
    shifting: bool = False
    sd: float = 0.3
    campaigns: float = 0.0
    own: float = 0.0
    periods: int = 14
    releases: int = 30
    who: int = 8
    compared: bool = False
    both: bool = False


CASES = (
    Case("null: independent", sd=0.0),
    Case("null: AR(1) sd .3"),
    Case("null: AR(1) sd .3, shifting", shifting=True),
    Case("null: AR(1) sd .5, shifting", shifting=True, sd=0.5),
    Case("null: AR(1) sd .3, campaigns .5, shifting", shifting=True, campaigns=0.5),
    Case("null: AR(1) sd .3, shifting, 12 issuers, 120", shifting=True, who=12, releases=120),
    Case("null: AR(1) sd .3, shifting, 3 issuers", shifting=True, who=3),
    Case("null: AR(1) sd .3, shifting, 48 periods of 15", shifting=True, periods=48, releases=15),
    Case("null on average: own ways .7, 12 issuers, 120", own=0.7, who=12, releases=120, sd=0.0),
    Case("compared, null: AR(1) sd .5, 12 issuers, 60", sd=0.5, who=12, releases=60, compared=True),
    Case("compared, both step 20 to 60%, 12 issuers, 60", 0.6, who=12, releases=60, compared=True, both=True),
    Case("step 20 to 40%: AR(1) sd .3", 0.4),
    Case("step 20 to 60%: AR(1) sd .3", 0.6),
    Case("step 20 to 60%: AR(1) sd .3, 3 issuers", 0.6, who=3),
    Case("step 20 to 60%: AR(1) sd .3, shifting", 0.6, shifting=True),
    Case("step 20 to 40%: AR(1) sd .3, 12 issuers, 120", 0.4, who=12, releases=120),
    Case("step 20 to 40%: 48 periods of 15, AR(1) sd .3", 0.4, periods=48, releases=15),
    Case("compared, step 20 to 60%, 12 issuers, 60", 0.6, who=12, releases=60, compared=True),
)


def draw(rng, case):
    """Issuers and whether each release matches, both of shape (periods, releases)."""
    weights = {8: EIGHT, 12: TWELVE, 3: THREE}[case.who]
    mix = np.tile(weights, (case.periods, 1))
    if case.shifting:
        later = np.linspace(0, 1, case.periods)[:, None]
        mix = (1 - later) * weights + later * weights[::-1]
    issuers = np.stack([rng.choice(case.who, case.releases, p=row) for row in mix])
    own = rng.normal(0, 0.7, case.who)
    own = np.sort(own) if case.shifting else own
    common = rng.standard_normal(case.periods)
    for t in range(1, case.periods):
        common[t] = RHO * common[t - 1] + np.sqrt(1 - RHO**2) * common[t]
    after = np.arange(case.periods) >= case.periods // 2
    step = np.full(case.who, logit(case.high) - logit(0.2)) + case.own * rng.standard_normal(case.who)
    if case.compared and not case.both:
        step[1::2] = 0.0
    campaign = case.campaigns * rng.standard_normal((case.periods, case.who))
    logits = logit(0.2) + case.sd * common[:, None] + own + after[:, None] * step + campaign
    return issuers, rng.random(issuers.shape) < expit(np.take_along_axis(logits, issuers, 1))


def naive(matches, after):
    """P-value of the level change in a plain segmented regression of the periods' shares."""
    share = matches.mean(axis=1)
    x = np.c_[np.ones(share.size), segments(np.arange(share.size) + 0.5 - after)]
    inverse = np.linalg.inv(x.T @ x)
    slopes = inverse @ x.T @ share
    left = share - x @ slopes
    error = np.sqrt(left @ left / (share.size - 4) * inverse[2, 2])
    return 2 * student.sf(abs(slopes[2]) / error, share.size - 4)


def one_run(given):
    case, number = given
    warnings.simplefilter("ignore")
    rng = np.random.default_rng([number, CASES.index(case)])
    issuers, matches = draw(rng, case)
    n_periods, n = matches.shape
    every = [(str(t), f"{1900 + t}-01-01", f"{1901 + t}-01-01") for t in range(n_periods)]
    rows = {
        "date": np.repeat([f"{1900 + t}-06-01" for t in range(n_periods)], n),
        "issuer": [f"issuer {one:02d}" for one in issuers.ravel()],
        "text": np.where(matches.ravel(), "trust", "police"),
    }
    trend = od.track_terms(od.tokenize(od.Corpus.from_frame(rows)), "trust", every=every)
    compared = [f"issuer {one:02d}" for one in range(1, case.who, 2)] if case.compared else []
    found = interrupted(trend, f"{1900 + n_periods // 2}-01-01", comparison=compared or None)
    frame = found.to_frame().set_index("term")
    level, slope = ("level_difference", "slope_difference") if compared else ("level_change", "slope_change")
    fits = fit_case(cases_of(trend, cut_periods(trend, found.event, None, None), "share", compared)[0])
    lines, by_issuers = (
        (fits.difference, fits.difference_issuers) if compared else (fits.own, fits.own_issuers)
    )
    alone = np.nan if by_issuers is None else by_issuers.contrast(-2).p_value
    return (
        frame.loc[level, "p_value"] <= 0.05,
        frame.loc[slope, "p_value"] <= 0.05,
        lines.contrast(2).p_value <= 0.05,
        np.nan if by_issuers is None else alone <= 0.05,
        frame.loc[level, "placebo_p_value"] <= 0.05,
        naive(matches, n_periods // 2) <= 0.05,
        frame.loc[level, "high"] - frame.loc[level, "low"],
    )


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    print(f"{runs:,} runs a line; per cent found at .05")
    print(f"{'':50} level slope | periods issuers placebo naive | width    s")
    with ProcessPoolExecutor(workers) as pool:
        for case in CASES:
            begin = perf_counter()
            results = np.array(list(pool.map(one_run, [(case, i) for i in range(runs)], chunksize=10)), float)
            level, slope, periods, issuers, placebo, plain = 100 * np.nanmean(results[:, :6], axis=0)
            print(
                f"{case.name:50} {level:5.1f} {slope:5.1f} | {periods:7.1f} {issuers:7.1f} {placebo:7.1f} "
                f"{plain:5.1f} | {np.median(results[:, 6]):.3f} {perf_counter() - begin:4.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
