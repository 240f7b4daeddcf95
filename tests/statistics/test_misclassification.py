import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from octadisc.errors import InputError, NotEnoughDataError
from octadisc.statistics.intervals import share_interval
from octadisc.statistics.misclassification import (
    Accuracy,
    accuracy_of,
    draw_shares,
    effective_size,
    lang_reiczigel_interval,
    rogan_gladen,
)

parts = st.floats(0.02, 0.98)


@given(parts, parts, parts)
def test_correcting_what_a_classifier_does_gives_what_is_there(there, recall, specificity):
    hit = there * recall + (1 - there) * (1 - specificity)
    if recall + specificity <= 1.01:
        return
    assert float(rogan_gladen(hit, recall, specificity)) == pytest.approx(there, abs=1e-9)
    right, missed = there * recall / hit, there * (1 - recall) / (1 - hit)
    made = accuracy_of(hit, right, missed)
    assert [float(one) for one in made] == pytest.approx([right, recall, specificity, there])


def test_a_classifier_that_says_nothing_is_refused():
    with pytest.raises(InputError, match=r"sensitivity \+ specificity is 0.9"):
        rogan_gladen(0.2, 0.5, 0.4)


def test_lang_and_reiczigel_with_a_perfect_test_is_agresti_and_coull():
    n, share, z = 150, 0.2, ndtri(0.975)
    low, high = lang_reiczigel_interval(share, n, 1.0, 1e12, 1.0, 1e12)
    middle = (n * share + z**2 / 2) / (n + z**2)
    half = z * np.sqrt(middle * (1 - middle) / (n + z**2))
    assert (low, high) == pytest.approx((middle - half, middle + half), abs=1e-6)


def test_lang_and_reiczigel_covers():
    rng = np.random.default_rng(0)
    held, runs = 0, 3000
    for _ in range(runs):
        hit = rng.binomial(400, 0.1 * 0.85 + 0.9 * 0.05) / 400
        found, passed = rng.binomial(80, 0.85) / 80, rng.binomial(120, 0.95) / 120
        low, high = lang_reiczigel_interval(hit, 400, found, 80, passed, 120)
        held += low <= 0.1 <= high
    assert 0.94 <= held / runs <= 0.98


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.5, 0.99))
def test_the_effective_size_is_what_made_the_interval(total, more, level):
    n = total + more
    low, high = share_interval(total, n, level=level)
    assert float(effective_size(total / n, low, high, level)) == pytest.approx(n, rel=1e-6)
    low, high = share_interval(total, n, 2.5, level)
    assert float(effective_size(total / n, low, high, level)) == pytest.approx(n / 2.5, rel=1e-6)


def test_without_an_interval_there_is_no_size():
    assert np.isnan(effective_size([0.3], [np.nan], [np.nan])).all()


def test_drawn_shares_spread_as_far_as_both_samples_tell():
    # Delta method: variance of (q + sp - 1) / (se + sp - 1) at q .3, se .8, sp .9, each known from a sample.
    rng = np.random.default_rng(1)
    recall, passed = rng.beta(160.5, 40.5, 20_000), rng.beta(180.5, 20.5, 20_000)
    nothing = np.zeros(20_000)
    draws, useless = draw_shares([0.3], [500], Accuracy(nothing, recall, passed, nothing), 20_000, rng)
    gain, there = 0.7, 0.2 / 0.7
    variance = (0.3 * 0.7 / 500 + there**2 * 0.8 * 0.2 / 200 + (1 - there) ** 2 * 0.9 * 0.1 / 200) / gain**2
    assert draws.std() == pytest.approx(np.sqrt(variance), rel=0.05)
    assert useless == 0


def test_where_the_query_may_say_nothing_there_is_no_interval():
    rng = np.random.default_rng(2)
    recall, passed = rng.beta(3, 3, 1000), rng.beta(3, 3, 1000)
    nothing = np.zeros(1000)
    with pytest.raises(NotEnoughDataError, match="Code more releases that it does not hit"):
        draw_shares([0.3], [500], Accuracy(nothing, recall, passed, nothing), 1000, rng)
