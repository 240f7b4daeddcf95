"""Releases drawn from a known model, and how often a change in them is seen."""

from typing import ClassVar

import matplotlib as mpl
import numpy as np
import pytest

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.topics.planning.process import name_terms

mpl.use("Agg")


@pytest.fixture(scope="module")
def large():
    return od.simulate_releases(
        12_000, 4, n_issuers=6, n_terms=60, length=20, issuer_spread=0.0, shares=[1, 3, 3, 3],
        changes={0: ("2008-01-01", 3)}, bursts={1: ("2003-01-01", "2004-01-01", 0.5)}, missing=[2011], seed=3,
    )  # fmt: skip


def mean(made, topic, start, end):
    date = made.corpus.frame["date"]
    return made.shares[((date >= start) & (date < end)).to_numpy(), topic].mean()


def test_mean_shares_are_those_asked_for(large):
    # sd of a share is at most .5: of 2,400 releases or more the mean is known to .01
    assert mean(large, 0, "2004-01-01", "2008-01-01") == pytest.approx(0.1, abs=0.02)
    assert mean(large, 2, "2004-01-01", "2008-01-01") == pytest.approx(0.3, abs=0.03)
    assert mean(large, 0, "2008-01-01", "2016-01-01") == pytest.approx(0.3, abs=0.02)
    assert mean(large, 2, "2008-01-01", "2016-01-01") == pytest.approx(0.7 / 3, abs=0.03)


def test_a_burst_is_over_when_it_is(large):
    during = mean(large, 1, "2003-01-01", "2004-01-01")
    assert during == pytest.approx(0.15, abs=0.03)
    assert mean(large, 1, "2004-01-01", "2008-01-01") == pytest.approx(0.3, abs=0.03)


def test_nobody_publishes_in_missing_years(large):
    years = large.corpus.frame["date"].dt.year
    assert sorted(years.unique()) == [one for one in range(2001, 2016) if one != 2011]
    one = od.simulate_releases(300, 2, n_issuers=2, missing={"Issuer 2": range(2001, 2010)}).corpus.frame
    years = one["date"].dt.year
    assert years[one["issuer"] == "Issuer 2"].min() >= 2010
    assert years[one["issuer"] == "Issuer 1"].min() < 2010


def test_texts_are_the_counts():
    made = od.simulate_releases(40, 3, n_terms=80, length=40, seed=2)
    counted = od.count_terms(od.tokenize(made.corpus))
    there = [made.counts.terms.index(one) for one in counted.terms]
    assert (counted.matrix != made.counts.matrix[:, there]).nnz == 0
    assert counted.matrix.sum() == made.counts.matrix.sum()


def test_words_of_a_topic_are_drawn_from_it():
    made = od.simulate_releases(800, 2, n_terms=50, length=200, scale=4.0, issuer_spread=0.0, seed=5)
    sure = made.shares[:, 0] > 0.999
    seen = np.asarray(made.counts.matrix[sure].sum(axis=0)).ravel()
    assert seen.sum() > 10_000
    np.testing.assert_allclose(seen / seen.sum(), made.words[0], atol=0.015)


def test_issuers_have_habits():
    def between(spread):
        made = od.simulate_releases(4000, 3, n_issuers=10, issuer_spread=spread, unevenness=0, seed=7)
        return made.to_frame().query("topic == 0").groupby("issuer")["share"].mean().std()

    assert between(1.5) > 3 * between(0.0)


def test_the_same_seed_gives_the_same():
    one, two, other = (od.simulate_releases(30, 3, seed=seed) for seed in (1, 1, 2))
    assert one.corpus.fingerprint == two.corpus.fingerprint
    assert one.corpus.fingerprint != other.corpus.fingerprint
    np.testing.assert_array_equal(one.shares, two.shares)


def test_names_of_terms_are_words_of_their_own():
    names = name_terms(2_000)
    assert len(set(names)) == 2_000
    assert names == sorted(names)


def test_bad_arguments_are_answered():
    for given, match in (
        ({"n_topics": 1}, "n_topics=1"),
        ({"years": (2015, 2001)}, "years="),
        ({"shares": [1, 2]}, "expected 8 numbers"),
        ({"changes": {9: ("2008-01-01", 2)}}, "changes has topic 9"),
        ({"changes": {0: 2}}, r"expected \(day, factor\)"),
        ({"changes": {0: ("2008-01-01", -1)}}, "the factor is -1"),
        ({"changes": {0: ("2008-01-01", 9)}}, "cannot be 9 times its mean share"),
        ({"missing": range(2001, 2016)}, "no year of 2001 to 2015"),
        ({"length": 0}, "length=0"),
        ({"missing": ["x"]}, "missing has"),
        ({"missing": {"Issuer 99": [2004]}}, "missing has 'Issuer 99'"),
        ({"changes": "x"}, "changes='x'"),
        ({"years": 2004}, "years=2004"),
        ({"shares": "abc"}, "shares='abc'"),
    ):
        with pytest.raises((InputError, UnknownNameError), match=match):
            od.simulate_releases(**{"n_releases": 40, **given})


def test_power_grows_with_the_change():
    given = {"n_releases": 160, "n_issuers": 10, "n_topics": 3, "n_runs": 12, "n_terms": 80, "length": 60}
    large = od.power(3.5, 0.2, **given).frame.iloc[0]
    none = od.power(1.0001, 0.2, **given).frame.iloc[0]
    few = od.power(3.5, 0.2, **{**given, "n_issuers": 5, "n_runs": 4}).frame.iloc[0]
    assert (few["power"], few["refused"]) == (0, 1)  # nothing can be said of issuers in general
    assert large["power"] >= 0.75
    assert none["power"] <= 0.25
    assert large["truth"] == pytest.approx(0.5)
    assert large["low"] <= large["power"] <= large["high"]


class Bar:
    """A bar that keeps what it was told."""

    made: ClassVar[list] = []

    def __init__(self, total, desc, unit):
        self.total, self.n, self.closed = total, 0, False
        self.made.append(self)

    def update(self):
        self.n += 1

    def close(self):
        self.closed = True


@pytest.mark.slow
def test_power_says_what_is_enough(monkeypatch):
    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    made = od.power(
        3.5,
        0.2,
        n_releases=[40, 160],
        n_issuers=10,
        n_topics=3,
        n_runs=8,
        n_terms=80,
        length=60,
        false_alarms=True,
        progress=True,
    )
    assert (Bar.made[0].total, Bar.made[0].n, Bar.made[0].closed) == (32, 32, True)  # 2 designs, 8 twice
    assert repr(made) == "Power(× 3.5 of 20%, 2 designs)"
    assert made.frame["n_releases"].tolist() == [40, 160]
    assert (made.frame["false_alarms"] <= 0.4).all()
    assert made.describe().startswith(
        "To see a topic of 20% of the words become 3.5 times as large in 8 of 10 studies, "
    )
    ax = made.plot()
    assert [one.get_text() for one in ax.get_xticklabels()] == ["40", "160"]
    for factor in (0, 1, "2", None):
        with pytest.raises(InputError, match=f"factor={factor!r}"):
            od.power(factor)
    with pytest.raises(InputError, match=r"share=1\.2"):
        od.power(2, 1.2)
    with pytest.raises(UnknownNameError, match="Did you mean 'issuer'"):
        od.power(2, clusters="issuers")
    with pytest.raises(InputError, match="n_releases=3"):
        od.power(2, n_releases=3)


def test_faces():
    made = od.simulate_releases(60, 3, seed=1)
    assert repr(made) == "SimulatedReleases(60 releases of 8 issuers, 3 topics)"
    assert "<table" in made._repr_html_()
    ax = made.plot()
    assert ax.get_ylabel() == "mean share as drawn, per cent"
