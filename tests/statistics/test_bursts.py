from itertools import product
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octadisc.statistics.bursts import (
    Automaton,
    Shaker,
    count_levels,
    kleinberg_chances,
    remaining_dispersion,
    standardised_chances,
    usual_talk,
)
from octadisc.statistics.trends import Strata

TOTALS = np.array([9, 11, 12, 10, 10, 8, 12, 10, 13, 11.0])
RELEVANT = np.array([0, 2, 1, 6, 7, 2, 8, 7, 2, 1.0])


def automaton_of(relevant, totals, scaling=2.0, gamma=1.0, n_levels=1):
    chances = kleinberg_chances(relevant.sum() / totals.sum(), scaling, n_levels, totals.size)
    return Automaton(totals, chances, gamma)


def plain_cost(course, relevant, totals, base, scaling, gamma):
    """Kleinberg's cost, written out."""
    cost, state = 0.0, 0
    for after, r, d in zip(course, relevant.tolist(), totals.tolist(), strict=True):
        p = base * scaling**after
        cost += max(after - state, 0) * gamma * log(len(course)) - r * log(p) - (d - r) * log(1 - p)
        state = after
    return cost


def test_the_published_course_is_the_optimum_of_all_of_them():
    base = RELEVANT.sum() / TOTALS.sum()
    automaton = automaton_of(RELEVANT, TOTALS)
    np.testing.assert_allclose(np.exp(-automaton.yes[0]), [0.3396, 0.6792], atol=5e-5)
    costs = {
        course: plain_cost(course, RELEVANT, TOTALS, base, 2.0, 1.0) for course in product((0, 1), repeat=10)
    }
    best = min(costs, key=costs.__getitem__)
    assert best == (0, 0, 0, 1, 1, 0, 1, 1, 0, 0)
    assert tuple(automaton.paths(RELEVANT[None])[0].tolist()) == best
    assert automaton.cost(RELEVANT, best) == pytest.approx(costs[best])


@settings(max_examples=60)
@given(st.data())
def test_no_course_is_cheaper(data):
    n = data.draw(st.integers(1, 6))
    totals = np.array(data.draw(st.lists(st.integers(1, 12), min_size=n, max_size=n)), float)
    relevant = np.array([data.draw(st.integers(0, int(d))) for d in totals], float)
    gamma = data.draw(st.sampled_from([0.1, 0.5, 1.0, 2.0]))
    base = max(relevant.sum(), 0.5) / totals.sum()
    n_levels = count_levels(base, 1.4, 2)
    if not n_levels:
        return
    automaton = Automaton(totals, kleinberg_chances(base, 1.4, n_levels, n), gamma)
    courses = product(range(n_levels + 1), repeat=n)
    cheapest = min(plain_cost(one, relevant, totals, base, 1.4, gamma) for one in courses)
    found = automaton.paths(relevant[None])[0]
    assert plain_cost(found.tolist(), relevant, totals, base, 1.4, gamma) == pytest.approx(cheapest, abs=1e-9)


def test_a_burst_weighs_what_it_saves():
    bursts = automaton_of(RELEVANT, TOTALS).bursts(RELEVANT)
    assert [(one.first, one.last, one.level) for one in bursts] == [(3, 4, 1), (6, 7, 1)]
    # A relevant release saves ln 2, another costs ln((1 - p) / (1 - 2p)) more, p = 36 / 106.
    p = 36 / 106
    for burst, relevant, others in zip(bursts, (13, 15), (7, 7), strict=True):
        assert burst.weight == pytest.approx(relevant * log(2) - others * log((1 - p) / (1 - 2 * p)))
    heaviest = automaton_of(RELEVANT, TOTALS).heaviest(np.stack([RELEVANT, np.zeros(10)]))
    assert heaviest.tolist() == [[pytest.approx(bursts[1].weight)], [0.0]]


def test_a_burst_within_a_burst_follows_it():
    totals = np.full(12, 40.0)
    relevant = np.array([2, 2, 2, 8, 8, 24, 24, 8, 2, 2, 2, 2.0])
    bursts = Automaton(totals, kleinberg_chances(0.05, 3.0, 2, 12), 1.0).bursts(relevant)
    assert [(one.first, one.last, one.level) for one in bursts] == [(3, 7, 1), (5, 6, 2)]


def strata_of(y, n, kind="share"):
    y, n = np.array(y, float), np.array(n, float)
    return Strata(y, n, np.ones(len(y)), np.linspace(0, 1, y.shape[1]), kind)


def test_what_is_usual_is_each_issuers_own():
    # A speaks of it in 2 of 20 releases, B in 12 of 20; in the first period A has 10 of 30 releases.
    strata = strata_of([[2, 0], [6, 6]], [[10, 10], [20, 0]])
    strata = strata._replace(y=np.array([[2.0, 0.0], [12.0, 0.0]]))
    assert usual_talk(strata).tolist() == [0.1, 0.6]
    chances = standardised_chances(strata, 2.0, 1)
    assert chances[0, 0] == pytest.approx((10 * 0.1 + 20 * 0.6) / 30)
    assert chances[0, 1] == pytest.approx((10 * 0.2 + 20 * 0.9) / 30)  # .6 twice over would be 1.2
    assert chances[1].tolist() == pytest.approx([0.1, 0.2])
    one = strata_of([[3, 3]], [[10, 10]])
    np.testing.assert_allclose(standardised_chances(one, 2.0, 1), kleinberg_chances(0.3, 2.0, 1, 2))


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_shaken_periods_keep_each_issuers_total(kind):
    strata = strata_of([[2, 4, 0], [5, 5, 5], [0, 0, 0]], [[10, 10, 5], [10, 10, 10], [3, 3, 3]], kind)
    deviations = np.array([[0.0, 0.0, 0.0], [log(2), log(2), log(2)], [log(2), 0.0, 0.0]])
    moved = Shaker(strata).add(deviations)
    np.testing.assert_allclose(moved.sum(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(moved[:2], 0, atol=1e-12)  # what moves all periods alike is the usual
    single = Shaker(strata_of([[4, 4]], [[10, 10]], kind)).add(np.array([[log(2), 0.0]]))
    # 4 of 10 at twice the odds is 5.714 of 10, at twice the rate 8; the mean of both periods is taken off
    up = 10 * (0.8 / 1.4) if kind == "share" else 8.0
    np.testing.assert_allclose(single, [[(up - 4) / 2, (4 - up) / 2]])


def test_what_remains_around_bursts():
    relevant = np.array([[2.0, 2.0, 8.0, 8.0]])
    expected, variance = np.full(4, 5.0), np.full(4, 2.0)
    flat, _ = remaining_dispersion(relevant, expected, np.zeros((1, 4), np.int8), variance)
    assert flat[0] == pytest.approx(4 * 9 / 2 / 3)
    around, residuals = remaining_dispersion(relevant, expected, np.array([[0, 0, 1, 1]], np.int8), variance)
    assert around[0] == 0
    assert residuals.tolist() == [[0, 0, 0, 0]]
