"""Turns of smoothed courses: none where one only rises, both peaks where there are two, dated and bound."""

import matplotlib as mpl
import numpy as np
import pytest
from scipy.special import expit

import octadisc as od
from octadisc.errors import InputError
from octadisc.statistics.splines import fit_spline
from octadisc.statistics.turning import differing, draw_curves, find_turning

mpl.use("Agg")

X = np.linspace(0, 1, 24)
TWO = 0.1 + 0.35 * np.exp(-(((X - 0.25) / 0.09) ** 2)) + 0.35 * np.exp(-(((X - 0.75) / 0.09) ** 2))
MONOTONE = {
    "flat": np.full(24, 0.2),
    "a line": expit(-2 + 2 * X),
    "a logistic curve": expit(-2.5 + 2.5 * expit((X - 0.5) * 20)),
    "a step": np.where(X > 0.5, 0.5, 0.1),
}


def ways_of(share, n, rng):
    """Draw counts of a course, and give the ways in which its turns are reached."""
    x, size = np.arange(share.size) * 1.0, np.full(share.size, float(n))
    fitted = fit_spline(x, rng.binomial(n, share).astype(float), size, x, "share")
    draws = draw_curves(fitted.middle, fitted.covariance, 499, rng)
    moves = differing(fitted.middle, fitted.covariance, draws, 0.95)
    return [one.way for one in find_turning(fitted.middle, moves, moves, draws, 0.95)][1:-1]


@pytest.mark.parametrize("course", MONOTONE)
def test_a_course_that_only_rises_has_no_turn_in_nineteen_of_twenty_runs(course):
    rng = np.random.default_rng(3)
    false = sum(bool(ways_of(MONOTONE[course], 40, rng)) for _ in range(60))
    assert false <= 6  # of 60; with a true chance of .05 more than 6 come once in fifty


def test_two_clear_peaks_and_the_trough_between_are_found():
    rng = np.random.default_rng(4)
    assert sum(ways_of(TWO, 100, rng) == [1, -1, 1] for _ in range(20)) >= 19


def test_differences_are_judged_by_the_error_of_the_difference_and_together():
    # two points that err alike: their difference is sure though each is not
    together = np.array([[1.0, 0.999], [0.999, 1.0]])
    draws = draw_curves(np.zeros(2), together, 999, np.random.default_rng(0))
    assert np.cov(draws.T) == pytest.approx(together, abs=0.15)
    middle = np.array([0.0, 0.5])
    assert differing(middle, together, draws + middle, 0.95).tolist() == [[0, 1], [-1, 0]]
    # twenty independent points: among 190 differences a bound of 1.96 errors would be passed by chance
    rng = np.random.default_rng(1)
    noise = draw_curves(np.zeros(20), np.eye(20), 999, rng)
    seen = [rng.standard_normal(20) for _ in range(60)]
    false = [differing(one, np.eye(20), noise + one, 0.95).any() for one in seen]
    assert np.mean(false) <= 0.12
    assert np.mean([(np.abs(one[:, None] - one) > 1.96 * 2**0.5).any() for one in seen]) > 0.5


def track(shares, n=100, **options):
    rows = [
        {
            "date": f"{1990 + i}-07-01",
            "issuer": "AB"[j % 2],
            "text": "trust" if j < round(share * n) else "police",
        }
        for i, share in enumerate(shares)
        for j in range(n)
    ]
    return od.track_terms(od.tokenize(od.Corpus.from_frame(rows)), "trust", **options)


@pytest.fixture(scope="module")
def turns():
    return track(TWO).smooth("share").turns()


def test_turns_have_their_place_and_lead_back_to_sentences(turns):
    frame = turns.to_frame()
    assert frame["turn"].tolist() == ["start", "peak", "trough", "peak", "end"]
    # the peaks are at .25 and .75 of 24 years from 1990 on: 1995.75 and 2007.25
    year = frame["period"].astype(int).tolist()
    assert [abs(a - b) <= 1 for a, b in zip(year[1:4], (1996, 2001, 2007), strict=True)] == [True] * 3
    for one in frame.itertuples():
        assert int(one.place_low) <= int(one.period) <= int(one.place_high)
        assert one.low <= one.value <= one.high
        count = round(TWO[int(one.period) - 1990] * 100)
        assert len(turns.evidence("trust", one.period)) == count
    assert repr(turns) == "Turns(3 turns)"
    assert "trough" in turns._repr_html_()


def test_the_same_seed_gives_the_same_turns(turns):
    again = turns.smooth.turns()
    assert again.to_frame().equals(turns.to_frame())
    assert turns.spec.to_dict()["parameters"] == {"level": 0.95, "n_draws": 1999}
    with pytest.raises(InputError, match="n_draws"):
        turns.smooth.turns(n_draws=5)
    with pytest.raises(InputError, match="level"):
        turns.smooth.turns(level=2)


def test_a_course_that_does_not_move_is_level_and_a_short_one_has_no_turns():
    calm = track(np.full(12, 0.3)).smooth("share").turns().to_frame()
    assert calm["turn"].tolist() == ["level"]
    assert track(np.full(4, 0.3)).smooth("share").turns().to_frame().empty


def test_rates_turn_where_shares_do():
    made = track(TWO).smooth("rate").turns().to_frame()
    assert made["turn"].tolist() == ["start", "peak", "trough", "peak", "end"]
    assert made["value"].max() > 100_000  # per million


def test_where_it_was_never_said_the_course_begins_when_the_band_leaves_nothing():
    shares = np.r_[np.zeros(12), 0.02, np.full(11, 0.3)]
    frame = track(shares, n=60).smooth("share").turns().to_frame()
    assert frame["turn"].tolist()[0] == "start"
    assert 2000 <= int(frame["period"].iloc[0]) <= 2002


def test_the_picture_marks_each_turn_with_its_reach(turns):
    ax = turns.plot()
    marks = [line for line in ax.lines if line.get_label() == "_turn"]
    assert [line.get_marker() for line in marks] == ["^", "v", "^"]
    inner = turns.to_frame().iloc[1:-1]
    assert [line.get_ydata()[0] for line in marks] == pytest.approx(list(100 * inner["value"]))
