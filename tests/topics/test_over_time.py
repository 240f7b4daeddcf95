"""Mean shares by period and group: by hand, summing to one, gaps kept."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, OctadiscWarning, UnknownNameError
from octadisc.spec import Spec
from octadisc.topics.making import make_model

mpl.use("Agg")

COLUMNS = ["period", "start", "end", "group", "topic", "name", "share", "low", "high", "releases"]


def model_of(shares, releases, weights="release"):
    """Make a model with given shares of two topics."""
    counts = od.TermCounts.from_matrix(np.ones((len(shares), 2)), ["crime", "trust"], releases)
    words = np.array([[0.9, 0.1], [0.1, 0.9]])
    shares = np.array([[one, 1 - one] for one in shares])
    return make_model(counts, shares, words, np.array([0.0]), spec=Spec("test"), weights=weights)


@pytest.fixture
def hand():
    """Crime has shares .9 .7 in 2007, nothing in 2008, .2 and a release without terms in 2009."""
    releases = pd.DataFrame(
        {
            "date": ["2007-01-01", "2007-12-31", "2009-02-01", "2009-03-01"],
            "issuer": ["Europol", "SELEC", None, "SELEC"],
            "tokens": [100, 300, 50, 70],
        }
    )
    return model_of([0.9, 0.7, 0.2, np.nan], releases)


def test_means_by_hand(hand):
    frame = hand.over_time("year").to_frame()
    assert list(frame.columns) == COLUMNS
    crime = frame[frame["topic"] == 0]
    assert crime["name"].unique().tolist() == ["crime"]
    assert crime["period"].tolist() == ["2007", "2008", "2009"]
    assert crime["group"].unique().tolist() == ["all"]
    assert crime["releases"].tolist() == [2, 0, 1]
    np.testing.assert_allclose(crime["share"], [(0.9 + 0.7) / 2, np.nan, 0.2])


def test_means_weighed_by_tokens_by_hand(hand):
    trend = hand.over_time("year", weights="token")
    crime = trend.frame[trend.frame["topic"] == 0]
    np.testing.assert_allclose(crime["share"], [(0.9 * 100 + 0.7 * 300) / 400, np.nan, 0.2])
    assert trend.spec.parameters["weights"] == "token"


def test_groups_keep_releases_without_a_value(hand):
    frame = hand.over_time("year", by="issuer").frame
    assert frame["group"].unique().tolist() == ["Europol", "SELEC", "(missing)"]
    missing = frame[(frame["group"] == "(missing)") & (frame["topic"] == 1)]
    np.testing.assert_allclose(missing["share"], [np.nan, np.nan, 0.8])
    selec = frame[(frame["group"] == "SELEC") & (frame["topic"] == 0)]
    assert selec["releases"].tolist() == [1, 0, 0]


@pytest.mark.parametrize("by", [None, "issuer"])
@pytest.mark.parametrize("weights", ["release", "token"])
def test_the_topics_of_a_period_and_group_sum_to_one(fitted, by, weights):
    frame = fitted.over_time("quarter", by, weights).frame
    sums = frame.groupby(["group", "period"])["share"].sum(min_count=1)
    np.testing.assert_allclose(sums[sums.notna()], 1)
    known = frame["releases"] > 0
    assert (frame["share"].notna() == known).all()
    assert ((frame["low"] <= frame["share"]) & (frame["share"] <= frame["high"]))[known].all()
    assert frame.loc[~known, ["low", "high"]].isna().all().all()


def test_one_period_is_the_mean_of_all(planted, fitted):
    every = [("all years", "2000-01-01", "2020-01-01")]
    frame = fitted.over_time(every).frame
    np.testing.assert_allclose(frame["share"], fitted.topics["share"])
    token = fitted.over_time(every, weights="token").frame["share"]
    weight = planted.counts.releases["tokens"].to_numpy()
    np.testing.assert_allclose(token, weight @ fitted.shares / weight.sum())


def test_an_interval_is_about_that_of_a_mean():
    """With many independent releases it is the textbook's mean ± 1.96 standard deviations / √n."""
    rng = np.random.default_rng(0)
    share = rng.beta(2, 6, 4000)
    dates = pd.Timestamp("2010-01-01") + pd.to_timedelta(rng.integers(0, 3650, 4000), unit="D")
    frame = model_of(share, pd.DataFrame({"date": dates})).over_time("year").frame
    of_topic = frame[frame["name"] == "crime"]
    half = 1.96 * share.std() / np.sqrt(of_topic["releases"])
    np.testing.assert_allclose(of_topic["high"] - of_topic["low"], 2 * half, rtol=0.1)


def test_intervals_cover():
    """Thirty releases a year, shares beta(1, 4): the truth lies within in about 95 of 100 years."""
    rng = np.random.default_rng(1)
    dates = pd.to_datetime([f"{year}-06-01" for year in range(2000, 2014) for _ in range(30)])
    inside = []
    for _ in range(60):
        model = model_of(rng.beta(1, 4, len(dates)), pd.DataFrame({"date": dates}))
        frame = model.over_time("year").frame
        frame = frame[frame["name"] == "crime"]
        inside += ((frame["low"] <= 0.2) & (frame["high"] >= 0.2)).tolist()
    assert 0.93 <= np.mean(inside) <= 0.97


def test_token_weights_widen_the_interval_where_one_release_is_most_of_a_period():
    rng = np.random.default_rng(2)
    dates = pd.to_datetime([f"{year}-06-01" for year in range(2000, 2010) for _ in range(30)])
    tokens = np.full(len(dates), 100)
    tokens[0] = 100_000  # counts as the only release of 2000
    model = model_of(rng.beta(1, 4, len(dates)), pd.DataFrame({"date": dates, "tokens": tokens}))
    width = [
        (frame["high"] - frame["low"])[frame["topic"] == 0].to_numpy()
        for frame in (model.over_time("year", weights=one).frame for one in ("release", "token"))
    ]
    assert width[1][0] > 3 * width[0][0]


def test_undated_releases_are_said(hand):
    releases = hand.releases.assign(date=[pd.NaT, *hand.releases["date"][1:]])
    model = model_of([0.9, 0.7, 0.2, 0.3], releases)
    with pytest.warns(OctadiscWarning, match="1 release has no date"):
        trend = model.over_time("year")
    assert any("no date" in note for note in trend.notes)
    assert trend.frame["releases"].sum() == 2 * 3


def test_too_little_for_an_interval_is_said(hand):
    trend = hand.over_time("year")
    assert trend.frame["low"].isna().all()
    assert any("Not enough data" in note for note in trend.notes)
    assert any("Without a term of the model" in note for note in trend.notes)


def test_mistakes_are_answered(hand):
    with pytest.raises(UnknownNameError, match="Did you mean 'issuer'"):
        hand.over_time("year", by="isuer")
    with pytest.raises(UnknownNameError, match="Did you mean 'year'"):
        hand.over_time("yaer")
    with pytest.raises(UnknownNameError, match="Did you mean 'token'"):
        hand.over_time("year", weights="tokens")


def test_evidence_of_a_point(small):
    trend = small.over_time("year", by="issuer")
    trust = int(small.words[:, small.terms.index("trust")].argmax())
    table = trend.evidence(trust, "2009", "SELEC")
    assert set(table["release"]) == {"d"}
    assert set(trend.evidence(trust, "2007")["release"]) <= {"a", "b", "c"}
    with pytest.raises(UnknownNameError, match="no period '2011'"):
        trend.evidence(trust, "2011")
    with pytest.raises(UnknownNameError, match="Did you mean 'SELEC'"):
        trend.evidence(trust, group="SELLEC")


def test_plot_draws_shares_with_gaps(hand):
    ax = hand.over_time("year").plot()
    drawn = {line.get_label(): line.get_ydata() for line in ax.lines}
    np.testing.assert_allclose(drawn["crime"], [80, np.nan, 20])
    np.testing.assert_allclose(drawn["trust"], [20, np.nan, 80])
    mpl.pyplot.close("all")


def test_plot_of_groups_draws_one_topic(hand):
    trend = hand.over_time("year", by="issuer")
    ax = trend.plot(topics="trust")
    assert {line.get_label() for line in ax.lines} >= {"Europol", "SELEC", "(missing)"}
    with pytest.raises(InputError, match="Choose one topic"):
        trend.plot(topics=[0, 1])
    ax = trend.plot(topics=[0, 1], group="SELEC")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [70, np.nan, np.nan])
    with pytest.raises(UnknownNameError, match="Did you mean 'SELEC'"):
        trend.plot(group="SELECK")
    mpl.pyplot.close("all")


def test_faces(hand):
    trend = hand.over_time("year", by="issuer")
    assert repr(trend) == "TopicTrend(2 topics, 3 periods, 3 groups)"
    assert "<table" in trend._repr_html_()
    frame = trend.to_frame()
    frame["share"] = 0
    assert trend.frame["share"].sum() > 0
    assert trend.spec.to_dict()["inputs"][0]["function"] == "test"
