"""Corrected shares are right on average, and intervals cover, where the model errs as periods go."""

import numpy as np
import pytest

from octadisc.topics.judged.shares.estimates import Judged, Population, correct_mean

YEARS, PER_YEAR = 10, 200


def draw(rng, share):
    """Draw what people would say of each release, and what a model says that gets worse from year to year.

    What is there moves up and down over the years. The model finds 80 % of it in the first year and 40 % in
    the last, and sees it in 2 % of the other releases in the first year and in 30 % in the last.
    """
    true = np.clip(share * (1 + 0.6 * np.sin(np.arange(YEARS))), 0.005, 0.95)
    cell = np.repeat(np.arange(YEARS), PER_YEAR)
    n = cell.size
    truth = (rng.random(n) < true[cell]).astype(float)
    found = np.linspace(0.8, 0.4, YEARS)[cell]
    wrong = np.linspace(0.02, 0.3, YEARS)[cell]
    hit = rng.random(n) < np.where(truth == 1, found, wrong)
    return true, cell, truth, np.where(hit, rng.beta(5, 2, n), rng.beta(1, 8, n))


def simulate(runs, share=0.2, n=300, *, by_year=True, seed=0):
    """Give parts of years covered (these releases, the process), and errors of model and correction."""
    rng = np.random.default_rng(seed)
    covered = {"releases": [], "process": []}
    errors = {"model": [], "corrected": []}
    for _ in range(runs):
        true, cell, truth, said = draw(rng, share)
        if by_year:
            rows = np.concatenate(
                [rng.permutation(np.flatnonzero(cell == year))[: n // YEARS] for year in range(YEARS)]
            )
        else:
            rows = rng.permutation(cell.size)[:n]
        judged = Judged(rows, np.full(n, n / cell.size), rng.permutation(np.arange(n) % 5))
        population = Population(np.ones(cell.size), cell, np.arange(cell.size), YEARS)
        these = np.bincount(cell, truth) / PER_YEAR
        for kind, spread, target in (("releases", None, these), ("process", 1.0, true)):
            made = correct_mean(said, truth[rows], population, judged, spread=spread)
            known = np.isfinite(made.value)
            covered[kind] += ((made.low <= target) & (target <= made.high))[known].tolist()
        errors["model"].append(np.bincount(cell, said) / PER_YEAR - these)
        errors["corrected"].append(np.where(known, made.value - these, 0.0))
    rates = {kind: 100 * float(np.mean(one)) for kind, one in covered.items()}
    return rates, {kind: np.array(one) for kind, one in errors.items()}


def test_corrected_shares_are_right_on_average_in_every_year():
    _, errors = simulate(300)
    mean, error = (f(errors["corrected"], axis=0) for f in (np.mean, np.std))
    assert (np.abs(mean) < 4 * error / 300**0.5).all()
    assert np.abs(errors["model"].mean(axis=0)).max() > 0.1  # by up to so much the model is off


@pytest.mark.parametrize("by_year", [True, False])
def test_intervals_of_95_per_cent_cover_in_93_to_97(by_year):
    rates, _ = simulate(300, by_year=by_year)  # 3,000 years, a standard error of .4
    assert 93 < rates["releases"] < 97
    assert 93 < rates["process"] < 97


def test_of_a_rare_topic_they_cover_in_at_least_93_per_cent():
    """Six tenths of a year's samples have none of it or one, so that intervals must be wide to hold."""
    rates, _ = simulate(300, share=0.04)
    assert rates["releases"] > 93
    assert rates["process"] > 93


def test_the_better_the_model_the_narrower_the_interval():
    rng = np.random.default_rng(0)
    _, cell, truth, _ = draw(rng, 0.3)
    rows = np.concatenate([np.flatnonzero(cell == year)[:30] for year in range(YEARS)])
    judged = Judged(rows, np.full(300, 0.15), rng.permutation(np.arange(300) % 5))
    population = Population(np.ones(cell.size), cell, np.arange(cell.size), YEARS)
    widths = []
    for noise in (0.0, 0.3, 3.0):
        said = np.clip(truth + noise * rng.standard_normal(truth.size), 0, 1)
        made = correct_mean(said, truth[rows], population, judged, spread=None)
        widths.append(float(np.mean(made.high - made.low)))
    assert widths == sorted(widths)
    assert widths[0] < widths[2] / 3


def test_where_none_of_those_read_is_about_it_nought_is_in_the_interval():
    """The model sees it in one release in ten, which the sample happens to miss; none is about it."""
    said = np.where(np.arange(200) < 20, 1.0, 0.0)
    rows = np.arange(20, 60)
    population = Population(np.ones(200), np.zeros(200, int), np.arange(200), 1)
    judged = Judged(rows, np.full(40, 0.2), np.arange(40) % 5)
    made = correct_mean(said, np.zeros(40), population, judged, spread=None)
    assert made.low[0] == 0.0
    made = correct_mean(1 - said, np.ones(40), population, judged, spread=None)
    assert made.high[0] == 1.0


def test_sentences_of_one_release_count_for_one():
    """Forty releases of five sentences that all say the same: as wide as of 40, not of 200."""
    rng = np.random.default_rng(1)
    about = (rng.random(40) < 0.5).astype(float)
    truth, of = np.repeat(about, 5), np.repeat(np.arange(40), 5)
    folds = np.repeat(np.arange(40) % 5, 5)
    widths = []
    for cluster, rows in (
        (of, np.arange(200)),
        (np.arange(200), np.arange(0, 200, 5)),
        (np.arange(200), np.arange(200)),
    ):
        judged = Judged(rows, np.full(rows.size, 1e-6), folds[rows])
        population = Population(np.ones(200), np.zeros(200, int), cluster, 1)
        made = correct_mean(np.full(200, 0.5), truth[rows], population, judged, spread=None)
        widths.append(float(made.high[0] - made.low[0]))
    clustered, single, pretended = widths
    assert clustered == pytest.approx(single, rel=0.1)
    assert pretended < 0.6 * clustered
