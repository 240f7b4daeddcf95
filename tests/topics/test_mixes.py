"""Topics over time for a fixed mix of issuers, for a balanced panel, and changes split by issuers."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError
from octadisc.spec import Spec
from octadisc.topics.making import make_model

mpl.use("Agg")


def model_of(shares, releases, weights="release"):
    shares = np.asarray(shares, float)
    if shares.ndim == 1:
        shares = np.stack([shares, 1 - shares], axis=1)
    k = shares.shape[1]
    counts = od.TermCounts.from_matrix(np.ones((len(shares), k)), [f"t{i}" for i in range(k)], releases)
    words = np.eye(k) * 0.8 + 0.2 / k
    return make_model(counts, shares, words, np.array([0.0]), spec=Spec("test"), weights=weights)


def panel(sizes, share, *, issuers="AB", tokens=100):
    """Give a model in which issuer i has sizes[i][t] releases of share[i][t] in year 2000 + t."""
    rows, shares = [], []
    for i, name in enumerate(issuers):
        for t, n in enumerate(sizes[i]):
            rows += [{"date": f"{2000 + t}-05-01", "issuer": name, "tokens": tokens}] * n
            shares += [share[i][t]] * n
    return model_of(shares, pd.DataFrame(rows))


def of_topic(frame, topic="t0"):
    return frame[frame["name"] == topic]


def test_a_fixed_mix_by_hand():
    model = panel([[10, 30], [30, 10]], [[0.8, 0.7], [0.2, 0.3]])
    trend = model.over_time()
    made = trend.standardise()
    # 40 releases each: half of either; .5 × .8 + .5 × .2, then .5 × .7 + .5 × .3
    np.testing.assert_allclose(of_topic(made.frame)["share"], [0.5, 0.5])
    np.testing.assert_allclose(of_topic(trend.frame)["share"], [0.35, 0.6])
    given = trend.standardise(weights={"A": 3, "B": 1}).frame
    np.testing.assert_allclose(of_topic(given)["share"], [0.75 * 0.8 + 0.25 * 0.2, 0.75 * 0.7 + 0.25 * 0.3])
    assert of_topic(made.frame)["weight_present"].tolist() == [1.0, 1.0]
    assert made.spec.function == "standardise"
    assert repr(made) == "TopicTrend(2 topics, 2 periods, standardised)"
    assert any("fixed mix of 2 values of 'issuer'" in note for note in made.notes)


def test_pooled_weights_are_tokens_where_means_weigh_tokens():
    releases = pd.DataFrame(
        {
            "date": ["2000-05-01", "2000-06-01", "2001-05-01", "2001-06-01"],
            "issuer": list("ABAB"),
            "tokens": [300, 100, 300, 100],
        }
    )
    trend = model_of([0.8, 0.2, 0.6, 0.4], releases).over_time(weights="token")
    made = of_topic(trend.standardise().frame)["share"]
    np.testing.assert_allclose(made, [0.75 * 0.8 + 0.25 * 0.2, 0.75 * 0.6 + 0.25 * 0.4])


def test_topics_add_up_to_one_where_an_issuer_is_silent():
    rng = np.random.default_rng(0)
    rows, shares = [], []
    for t in range(6):
        for name in "ABC":
            if name == "C" and t in (2, 3):
                continue
            for _ in range(15):
                rows.append({"date": f"{2000 + t}-05-01", "issuer": name})
                shares.append(rng.dirichlet([1, 2, 3] if name == "A" else [3, 1, 1]))
    made = model_of(np.array(shares), pd.DataFrame(rows)).over_time().standardise()
    np.testing.assert_allclose(made.frame.groupby("period")["share"].sum(), 1)
    frame = of_topic(made.frame)
    assert frame["weight_present"].round(2).tolist() == [1, 1, 0.75, 0.75, 1, 1]  # C has 60 of 240
    assert ((frame["low"] <= frame["share"]) & (frame["share"] <= frame["high"])).all()
    assert any("In 2 of 6 periods" in note for note in made.notes)


def test_too_little_of_the_mix_is_not_enough_data():
    model = panel([[40, 0, 40], [2, 2, 2]], [[0.5] * 3, [0.5] * 3])
    made = model.over_time().standardise()
    share = of_topic(made.frame)["share"]
    assert share.isna().tolist() == [False, True, False]
    assert any("Not enough data in 1 periods" in note for note in made.notes)
    assert not of_topic(model.over_time().standardise(least=0.01).frame)["share"].isna().any()


def test_a_false_rise_is_gone_and_a_true_one_stays():
    rng = np.random.default_rng(1)
    rows, shares = [], []
    for t in range(8):
        for i, name in enumerate("ABCD"):
            n = 10 + 6 * (t if i < 2 else 7 - t)
            level = (0.5 if i < 2 else -1.5) + np.array([0.0, 0.12 * t])
            for one in rng.normal(0, 0.8, n):
                first, second = expit(level + one) / 2
                rows.append({"date": f"{2000 + t}-05-01", "issuer": name})
                shares.append([first, second, 1 - first - second])
    trend = model_of(np.array(shares), pd.DataFrame(rows)).over_time()
    made = trend.standardise()

    def rise(frame, topic):
        share = of_topic(frame, topic)["share"].to_numpy()
        return share[-2:].mean() - share[:2].mean()

    names = trend.model.topics["name"].tolist()
    still = [trend.model.words[k].argmax() for k in range(3)].index(0)
    rising = [trend.model.words[k].argmax() for k in range(3)].index(1)
    assert rise(trend.frame, names[still]) > 0.08
    assert abs(rise(made.frame, names[still])) < 0.03
    assert rise(made.frame, names[rising]) > 0.05
    split = trend.split().to_frame().set_index("topic")
    np.testing.assert_allclose(split["within"] + split["between"], split["change"], atol=1e-12)
    assert split["within_low"][still] < 0 < split["within_high"][still]
    assert split["within_low"][rising] > 0
    assert "comes from who publishes" in split["note"][still]


def test_intervals_of_a_fixed_mix_cover():
    """Two of six issuers grow; shares and who publishes do not change otherwise. 100 corpora of 8 years."""
    rng = np.random.default_rng(2)
    level = np.array([-1.5, -1.0, -0.5, 0.0, 0.5, 1.0])
    mean = np.array([expit(one + rng.normal(size=100_000)).mean() for one in level])
    inside = []
    for _ in range(100):
        sizes = np.full((6, 8), 12)
        sizes[4:] = np.arange(4, 36, 4)
        issuer = np.repeat(np.tile(np.arange(6), 8), sizes.T.ravel())
        period = np.repeat(np.repeat(np.arange(8), 6), sizes.T.ravel())
        releases = pd.DataFrame(
            {"date": [f"{2000 + t}-05-01" for t in period], "issuer": np.array(list("ABCDEF"))[issuer]}
        )
        shares = expit(level[issuer] + rng.normal(size=issuer.size))
        frame = of_topic(model_of(shares, releases).over_time().standardise().frame)
        truth = (sizes.sum(axis=1) / sizes.sum()) @ mean
        inside += ((frame["low"] <= truth) & (truth <= frame["high"])).tolist()
    assert 0.92 <= np.mean(inside) <= 0.98


def test_large_periods_in_which_issuers_campaign_are_covered():
    """Twenty issuers whose shares go up and down together in a year; years of 15 and of 500 releases."""
    rng = np.random.default_rng(3)
    sizes = np.array([15, 15, 15, 15, 40, 40, 500, 500])
    mean = expit(-1 + np.sqrt(0.5**2 + 1) * rng.normal(size=200_000)).mean()
    inside = np.zeros(8)
    for _ in range(120):
        period = np.repeat(np.arange(8), sizes)
        issuer = rng.integers(0, 20, period.size)
        campaign = rng.normal(0, 0.5, (20, 8))
        shares = expit(-1 + campaign[issuer, period] + rng.normal(size=period.size))
        releases = pd.DataFrame(
            {"date": [f"{2000 + t}-05-01" for t in period], "issuer": [f"i{i}" for i in issuer]}
        )
        frame = of_topic(model_of(shares, releases).over_time().frame)
        inside += (frame["low"] <= mean) & (mean <= frame["high"])
    assert 0.91 <= (inside / 120)[:4].mean() <= 0.99
    assert 0.91 <= (inside / 120)[6:].mean() <= 0.99


def test_a_panel_of_those_who_publish_all_the_time():
    model = panel([[10, 10, 10], [5, 0, 5], [0, 0, 9]], [[0.6] * 3, [0.1] * 3, [0.0] * 3], issuers="ABC")
    trend = model.over_time()
    made = trend.balance()
    frame = of_topic(made.frame)
    np.testing.assert_allclose(frame["share"], 0.6)
    assert frame["releases"].tolist() == [10, 10, 10]
    assert "A balanced panel of 1 of 3" in made.notes[-1]
    np.testing.assert_allclose(of_topic(trend.balance(present=0.6).frame)["releases"], [15, 10, 15])
    both = trend.balance(present=0.6).standardise().frame
    np.testing.assert_allclose(of_topic(both)["share"], [0.475, 0.475, 0.475], atol=0.05)
    with pytest.raises(NotEnoughDataError, match="No issuer has releases in 100%"):
        panel([[10, 0], [0, 10]], [[0.6] * 2, [0.1] * 2]).over_time().balance(present=1)
    with pytest.raises(InputError, match="Balance first"):
        trend.standardise().balance()


def test_a_split_by_hand():
    """A from .8 to .6 with 10 then 30 of 40 releases, B stays at .2: Kitagawa's two parts."""
    model = panel([[10, 30], [30, 10]], [[0.8, 0.6], [0.2, 0.2]])
    split = model.over_time().split("2000", "2001")
    row = of_topic(split.to_frame()).iloc[0]
    assert row["before"] == pytest.approx(0.25 * 0.8 + 0.75 * 0.2)
    assert row["after"] == pytest.approx(0.75 * 0.6 + 0.25 * 0.2)
    assert row["within"] == pytest.approx(-0.2 * (0.25 + 0.75) / 2)
    assert row["between"] == pytest.approx(row["change"] - row["within"])
    assert row["n_both"] == 2
    assert row["before_releases"] == 40
    other = of_topic(split.to_frame(), "t1").iloc[0]
    assert other["within"] == pytest.approx(-row["within"])
    assert repr(split) == "TopicSplit(2 rows, by issuer)"
    assert "<table" in split._repr_html_()
    ax = split.plot()
    widths = sorted(round(one.get_width(), 6) for one in ax.patches)
    assert widths[0] == pytest.approx(-25)  # 15 points of change, −10 within
    mpl.pyplot.close("all")


def test_mistakes_are_answered():
    model = panel([[10, 30], [30, 10]], [[0.8, 0.7], [0.2, 0.3]])
    trend = model.over_time()
    made = trend.standardise()
    with pytest.raises(InputError, match="standardised already"):
        made.standardise()
    with pytest.raises(InputError, match="standardised already"):
        made.split()
    with pytest.raises(UnknownNameError, match="Did you mean 'pooled'"):
        trend.standardise(weights="poled")
    with pytest.raises(UnknownNameError, match="no issuer 'C'"):
        trend.standardise(weights={"C": 1})
    with pytest.raises(InputError, match="whose mix is fixed"):
        model.over_time(by="issuer").standardise()
    with pytest.raises(NotEnoughDataError, match="at least 2"):
        panel([[10, 30]], [[0.8, 0.7]], issuers="A").over_time().standardise()
    with pytest.raises(InputError, match="Only one of before="):
        trend.split("2000")
    with pytest.raises(InputError, match="in before= and in after="):
        trend.split("2000", ["2000", "2001"])
    with pytest.raises(UnknownNameError, match="no period '1999'"):
        trend.split("1999", "2000")


def test_groups_are_mixed_each_on_its_own(planted):
    model = od.fit_topics(planted.counts, 6, "nmf")
    releases = model.releases.assign(language=np.where(np.arange(300) % 2, "en", "sl"))
    from dataclasses import replace

    made = replace(model, releases=releases).over_time(by="language").standardise()
    sums = made.frame.groupby(["group", "period"])["share"].sum(min_count=1).dropna()
    np.testing.assert_allclose(sums, 1)


def test_a_plot_says_that_it_is_standardised():
    model = panel([[10, 30], [30, 10]], [[0.8, 0.7], [0.2, 0.3]])
    ax = model.over_time().standardise().plot()
    assert ax.get_ylabel() == "standardised mean share, per cent"
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [50, 50])
    mpl.pyplot.close("all")


@pytest.mark.parametrize("weights", ["release", "token"])
def test_what_one_issuer_does_alike_in_all_periods_is_not_noise(weights):
    """Issuers at .9 and .1 that never change: the mean of a period is known, whoever publishes in it."""
    rng = np.random.default_rng(4)
    rows = [
        {"date": f"{2000 + t}-05-01", "issuer": "AB"[rng.integers(2)], "tokens": 50 + rng.integers(100)}
        for t in range(6)
        for _ in range(60)
    ]
    shares = [0.9 if one["issuer"] == "A" else 0.1 for one in rows]
    made = of_topic(model_of(shares, pd.DataFrame(rows)).over_time(weights=weights).standardise().frame)
    assert made["share"].std() < 1e-9
    assert (made["high"] - made["low"]).max() < 0.02
