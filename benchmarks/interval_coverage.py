"""How often the 95% intervals of octadisc.statistics.intervals hold the true rate and share.

Run with `python benchmarks/interval_coverage.py [runs]`; 2,000 runs a line by default, a few minutes.

The data-generating process of one run
--------------------------------------
- Periods: 12, each with 30 releases, unless the line says otherwise.
- Length of a release: log-normal, median 350 tokens, sigma 0.7 (95% between about 90 and 1,380).
- Occurrences in a release: negative binomial, mean m proportional to the length, shape k. k = 1 is bursty
  (variance m + m²), k = 0.4 very bursty (m + 2.5 m²), k = 0.7 what is not said otherwise. The rate is chosen
  so that the term is in 10, 20, 30 or 50% of releases.
- Periods differ: each one's rate is the term's times one of nine factors from 0.8 to 1.25, drawn anew. (With
  one true share for all, whole numbers of releases decide: Wilson's interval for 10% of 30 covers 97.4%.)
- "rise": the rate rises evenly (on the log scale) threefold over the periods; the share given is that of the
  middle.
- "series": words in series rather than bursts of chance: a release mentions the matter a Poisson number of
  times, and each time the term follows 1 + Poisson(2) times.
- "issuers": 8 issuers who write 30, 20, 15, 10, 10, 5, 5 and 5% of the releases. In each period each
  issuer's rate is multiplied by its own gamma number with mean 1 and variance 0.15: what an issuer speaks of
  comes in campaigns. The truth is the rate (share) over all campaigns. One line passes the issuers to
  `Cells`, one keeps them from it.
- "lasting": the factors are the issuers' own, the same in all periods, with variance 0.5; the truth is the
  rate (share) of this mix of issuers.
- "small", "large": as "issuers, known", with periods of 5, 10, 20, 40, 80 and 160 releases, two of each;
  counted are those of 10, and those of 160.
- "topic": instead of counts, shares of a topic, beta-distributed with the mean given and a + b = 1 (most are
  near 0, some near 1).
- "sentences": 20 sentences a release (log-normal, sigma 0.7), matching with a probability of its own,
  beta-distributed with the correlation given. `Cells` gets the totals of releases, as in `od.track_terms`;
  beside it stands what comes of sentences taken for independent.

What is counted
---------------
In how many of the periods of all runs the interval holds the truth, and on which side it misses. Peer: the
percentile bootstrap over the releases of the period (400 resamples), on the first period of each run.
Target: 93 to 97% with 30 releases a period and terms in 10 to 50% of releases.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from octadisc.statistics.dispersion import Cells
from octadisc.statistics.intervals import rate_interval, share_interval

MEDIAN, SIGMA = 350, 0.7
ISSUERS = np.array([0.30, 0.20, 0.15, 0.10, 0.10, 0.05, 0.05, 0.05])
CAMPAIGNS = 0.15  # variance of an issuer's factor in a period
LASTING = 0.5  # and of one that lasts


@dataclass(frozen=True)
class Case:
    name: str
    present: float  # share of releases with the term
    shape: float = 1.0
    periods: int = 12
    releases: int | tuple[int, ...] = 30
    counted: tuple[int, ...] = ()  # which periods, all if empty
    rise: float = 1.0
    series: bool = False
    issuers: str = ""  # "", "known", "unknown" or "lasting"


def draw_lengths(rng, size):
    return np.maximum(1, np.round(MEDIAN * np.exp(SIGMA * rng.standard_normal(size))))


def share_present(rate, case, lengths, factors):
    """Share of releases with the term, given its rate per token, over many lengths (and factors)."""
    means = rate * lengths * factors
    return 1 - np.mean(np.exp(-means / 3) if case.series else (1 + means / case.shape) ** -case.shape)


def find_rate(case, lengths, factors):
    low, high = 1e-8, 1.0
    for _ in range(60):
        middle = np.sqrt(low * high)
        low, high = (
            (middle, high) if share_present(middle, case, lengths, factors) < case.present else (low, middle)
        )
    return middle


def draw_counts(rng, means, case):
    if case.series:
        mentions = rng.poisson(means / 3)
        return mentions + rng.poisson(2 * mentions)
    return rng.poisson(means * rng.gamma(case.shape, 1 / case.shape, means.shape))


def bootstrap(rng, counts, lengths, resamples=400):
    picked = rng.integers(0, counts.size, (resamples, counts.size))
    rates = counts[picked].sum(1) / lengths[picked].sum(1)
    shares = (counts > 0)[picked].mean(1)
    return [np.quantile(one, [0.025, 0.975]) for one in (rates, shares)]


def levels_of(rng, case):
    """Rates and shares that a period may have."""
    lengths = draw_lengths(rng, 100_000)
    factors = np.ones(lengths.size)
    if case.issuers in ("known", "unknown"):
        factors = rng.gamma(1 / CAMPAIGNS, CAMPAIGNS, lengths.size)
    n, rise = (case.periods, case.rise) if case.rise > 1 else (9, 1.25**2)
    rates = find_rate(case, lengths, factors) * np.geomspace(rise**-0.5, rise**0.5, n)
    return rates, np.array([share_present(one, case, lengths, factors) for one in rates])


def draw_truth(rng, case, levels):
    """Rates and shares of the periods, and each issuer's factor in each."""
    picked = np.arange(case.periods) if case.rise > 1 else rng.integers(0, 9, case.periods)
    rates, shares = levels[0][picked], levels[1][picked]
    factors = np.ones((case.periods, ISSUERS.size))
    if case.issuers == "lasting":
        factors[:] = rng.gamma(1 / LASTING, LASTING, ISSUERS.size)
        lengths = draw_lengths(rng, 4_000)
        shares = np.array(
            [
                sum(w * share_present(r, case, lengths, f) for w, f in zip(ISSUERS, factors[0], strict=True))
                for r in rates
            ]
        )
        rates = rates * (ISSUERS @ factors[0])
        factors /= ISSUERS @ factors[0]
    elif case.issuers:
        factors = rng.gamma(1 / CAMPAIGNS, CAMPAIGNS, factors.shape)
    return rates, shares, factors


def simulate(case, runs, seed=0):
    """Give coverage, misses below and misses above of rates and shares, and of the bootstrap."""
    rng = np.random.default_rng([seed, *case.name.encode()])
    levels = levels_of(rng, case)
    cells = np.repeat(np.arange(case.periods), case.releases)
    ones, rows = np.ones(cells.size), np.arange(cells.size)
    hits, peer = np.zeros((2, 3)), np.zeros(2)
    for _ in range(runs):
        rates, shares, factors = draw_truth(rng, case, levels)
        issuer = rng.choice(ISSUERS.size, cells.size, p=ISSUERS)
        clusters = issuer if case.issuers in ("known", "lasting") else None
        sizes = draw_lengths(rng, cells.size)
        counts = draw_counts(rng, rates[cells] * sizes * factors[cells, issuer], case)
        for i, (totals, given, truth, kind, interval) in enumerate(
            [
                (counts, sizes, rates, "rate", rate_interval),
                (counts > 0, ones, shares, "share", share_interval),
            ]
        ):
            value, df = Cells(given, cells, case.periods, clusters).dispersions(rows, totals, kind)
            low, high = interval(np.bincount(cells, totals), np.bincount(cells, given), value, df=df)
            counted = list(case.counted or range(case.periods))
            low, high, truth = low[counted], high[counted], truth[counted]
            hits[i] += [
                np.mean((low <= truth) & (truth <= high)),
                np.mean(high < truth),
                np.mean(low > truth),
            ]
        first = cells == 0
        bounds = bootstrap(rng, counts[first], sizes[first])
        peer += [
            low <= truth <= high for truth, (low, high) in zip((rates[0], shares[0]), bounds, strict=True)
        ]
    return hits / runs, peer / runs


def simulate_topic(mean, periods, runs, seed=0, releases=30):
    """Give the same for mean shares of a topic."""
    rng = np.random.default_rng([seed, periods, int(100 * mean)])
    cells = np.repeat(np.arange(periods), releases)
    hits, peer = np.zeros(3), 0.0
    for _ in range(runs):
        truth = mean * np.geomspace(0.8, 1.25, 9)[rng.integers(0, 9, periods)]
        shares = rng.beta(truth[cells], 1 - truth[cells])
        made = Cells(np.ones(cells.size), cells, periods)
        value, df = made.dispersions(np.arange(cells.size), shares, "share", minimum=0.0)
        low, high = share_interval(np.bincount(cells, shares), releases, value, df=df)
        hits += [np.mean((low <= truth) & (truth <= high)), np.mean(high < truth), np.mean(low > truth)]
        first = shares[:releases]
        low, high = np.quantile(first[rng.integers(0, releases, (400, releases))].mean(1), [0.025, 0.975])
        peer += low <= truth[0] <= high
    return hits / runs, peer / runs


def simulate_sentences(mean, correlation, runs, seed=0, periods=12, releases=30):
    """Give the same for shares of sentences: by releases, and as if sentences were independent."""
    rng = np.random.default_rng([seed, int(100 * mean), int(100 * correlation)])
    cells = np.repeat(np.arange(periods), releases)
    hits = np.zeros((2, 3))
    for _ in range(runs):
        truth = mean * np.geomspace(0.8, 1.25, 9)[rng.integers(0, 9, periods)]
        sizes = np.maximum(1, np.round(20 * np.exp(SIGMA * rng.standard_normal(cells.size))))
        own = (1 / correlation - 1) * np.stack([truth[cells], 1 - truth[cells]])
        matches = rng.binomial(sizes.astype(int), rng.beta(*own))
        value, df = Cells(sizes, cells, periods).dispersions(np.arange(cells.size), matches, "share")
        total, n = np.bincount(cells, matches), np.bincount(cells, sizes)
        for i, (low, high) in enumerate([share_interval(total, n, value, df=df), share_interval(total, n)]):
            hits[i] += [
                np.mean((low <= truth) & (truth <= high)),
                np.mean(high < truth),
                np.mean(low > truth),
            ]
    return hits / runs


def cases():
    for present in (0.1, 0.2, 0.3, 0.5):
        for shape in (1.0, 0.4):
            yield Case(f"bursty, k = {shape}", present, shape)
    for present in (0.1, 0.2, 0.5):
        yield Case("threefold rise", present, 0.7, rise=3.0)
        yield Case("series", present, series=True)
        yield Case("4 periods", present, 0.7, periods=4)
        yield Case("1 period", present, 0.7, periods=1)
        yield Case("issuers, known", present, 0.7, issuers="known")
        yield Case("issuers, not known", present, 0.7, issuers="unknown")
        yield Case("issuers, lasting", present, 0.7, issuers="lasting")
        sizes = (5, 10, 20, 40, 80, 160) * 2
        yield Case("small", present, 0.7, releases=sizes, counted=(1, 7), issuers="known")
        yield Case("large", present, 0.7, releases=sizes, counted=(5, 11), issuers="known")
        yield Case("5 releases a period", present, 0.7, releases=5)
        yield Case("2 releases a period", present, 0.7, releases=2)
        yield Case("2 periods of 5 releases", present, 0.7, periods=2, releases=5)


def main(runs=2_000):
    start = perf_counter()
    print(f"{runs:,} runs a line; 95% intervals; below = interval lies below the truth")
    columns = "".join(f"{one:>7}" for one in ("in", "below", "above"))
    print(f"{'':31} |{'rate':>21} |{'share':>21} |{'bootstrap':>16}")
    print(f"{'':26}{'found':>5} |{columns} |{columns} |{'rate':>8}{'share':>8}")
    for case in cases():
        (rate, share), peer = simulate(case, runs)
        numbers = "".join(f"{one:7.3f}" for one in rate) + " |" + "".join(f"{one:7.3f}" for one in share)
        print(f"{case.name:26}{case.present:5.0%} |{numbers} |{peer[0]:8.3f}{peer[1]:8.3f}", flush=True)
    for mean in (0.05, 0.1, 0.2, 0.5):
        for periods in (12, 4, 1):
            share, one = simulate_topic(mean, periods, runs)
            numbers = f"{'':21} |" + "".join(f"{one:7.3f}" for one in share)
            name = f"topic, {periods} period{'s' * (periods > 1)}"
            print(f"{name:26}{mean:5.0%} |{numbers} |{'':8}{one:8.3f}", flush=True)
    for mean in (0.05, 0.2, 0.5):
        for correlation in (0.05, 0.2, 0.5):
            by_release, alone = simulate_sentences(mean, correlation, runs)
            numbers = f"{'':21} |" + "".join(f"{one:7.3f}" for one in by_release)
            name = f"sentences, correlation {correlation:.2f}"
            print(f"{name:26}{mean:5.0%} |{numbers} | independent: {alone[0]:.3f}", flush=True)
    print(f"{perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:2]))
