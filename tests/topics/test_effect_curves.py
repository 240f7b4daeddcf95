"""Curves and contrasts: mean shares at values of a covariate, and differences between them."""

import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.statistics.formulas import make_design

from .effect_cases import draw_eta, draw_table, make, make_uncertain, softmax

mpl.use("Agg")

TABLE = draw_table()
ETA = draw_eta(TABLE)
NUMBERS = ["estimate", "std_error", "p_value", "low", "high", "df"]


def estimate(formula, *, table=TABLE, **options):
    """Estimate an effect on shares that are taken as they are."""
    return od.estimate_effect(make(softmax(ETA), table), formula, uncertainty="none", **options)


def coefficients(effect, topic):
    frame = effect.frame[effect.frame["topic"] == topic]
    return dict(zip(frame["term"], frame["estimate"], strict=True))


@pytest.mark.parametrize("clusters", [None, "issuer"])
def test_a_curve_is_the_mean_row_times_the_coefficients(clusters):
    effect = estimate("~ number + kind", clusters=clusters)
    curve = effect.curve("number", values=[-1.0, 0.5, 2.0])
    assert list(curve.to_frame())[:8] == [
        "topic", "name", "group", "number", "share", "std_error", "low", "high",
    ]  # fmt: skip
    columns = effect.case.design.columns
    of_kind = TABLE["kind"].value_counts(normalize=True)
    for row in curve.frame.itertuples():
        known = coefficients(effect, row.topic)
        weights = {
            "Intercept": 1.0,
            "kind[T.b]": of_kind["b"],
            "kind[T.c]": of_kind["c"],
            "number": row.number,
        }
        x = np.array([weights[one] for one in columns])
        assert row.share == pytest.approx(sum(weights[one] * known[one] for one in columns))
        pooled = effect.pooled
        spread = (pooled.plain if clusters is None else pooled.clustered)[row.topic]
        assert row.std_error == pytest.approx(np.sqrt(x @ spread @ x))
        df = pooled.spare if clusters is None else pooled.basis.degrees_of_freedom(x)[0]
        half = student.ppf(0.975, df) * row.std_error
        assert (row.low, row.high) == pytest.approx((row.share - half, row.share + half))
    assert curve.frame["group"].eq("all").all()


def test_releases_of_no_weight_and_half_a_weight_count_so_in_the_mean_row():
    shares = softmax(ETA)
    weights = np.where(TABLE["kind"] == "b", 0.5, 1.0)
    effect = od.estimate_effect(
        make(shares, TABLE, weights=weights), "~ number + kind", uncertainty="none", clusters=None
    )
    curve = effect.curve("number", values=[0.0, 1.0])
    known = coefficients(effect, 0)
    mean = known["Intercept"]
    for one in "bc":
        mean += known[f"kind[T.{one}]"] * weights[TABLE["kind"] == one].sum() / weights.sum()
    assert curve.frame["share"][0] == pytest.approx(mean)


def test_a_curve_for_each_level():
    effect = estimate("~ number * kind", clusters=None)
    frame = effect.curve("number", by="kind", values=[0.0, 1.0]).frame
    for topic in range(4):
        known = coefficients(effect, topic)
        for kind in "abc":
            part = frame[(frame["topic"] == topic) & (frame["group"] == kind)]
            begin = known["Intercept"] + known.get(f"kind[T.{kind}]", 0)
            slope = known["number"] + sum(v for k, v in known.items() if ":" in k and f"kind[T.{kind}]" in k)
            np.testing.assert_allclose(part["share"], [begin, begin + slope])


def test_a_curve_over_dates():
    effect = estimate("~ s(date, 4) + number", clusters=None)
    places = ["2006-01-01", "2010-06-15", "2014-12-31"]
    frame = effect.curve("date", values=places).frame
    rows = pd.DataFrame({"date": pd.to_datetime(places), "number": TABLE["number"].mean()})
    x = make_design("~ s(date, 4) + number", TABLE).apply(rows).matrix
    for topic in range(4):
        known = effect.frame.loc[effect.frame["topic"] == topic, "estimate"].to_numpy()
        part = frame[frame["topic"] == topic]
        assert part["date"].tolist() == list(pd.to_datetime(places))
        np.testing.assert_allclose(part["share"], x @ known, rtol=1e-9)


def test_places_are_even_from_the_least_to_the_largest():
    frame = estimate("~ number", clusters=None).curve("number", n_points=5).frame
    places = np.linspace(TABLE["number"].min(), TABLE["number"].max(), 5)
    np.testing.assert_allclose(frame.loc[frame["topic"] == 0, "number"], places)
    dates = estimate("~ date", clusters=None).curve("date", n_points=3).frame
    first = dates[dates["topic"] == 0]["date"]
    assert (first.iloc[0], first.iloc[-1]) == (TABLE["date"].min(), TABLE["date"].max())


def test_beyond_what_was_seen_a_line_goes_on():
    effect = estimate("~ number", clusters=None)
    frame = effect.curve("number", values=[0.0, 100.0]).frame
    part = frame[frame["topic"] == 1]
    known = coefficients(effect, 1)
    assert np.diff(part["share"])[0] == pytest.approx(100 * known["number"])
    assert part["std_error"].iloc[1] > 10 * part["std_error"].iloc[0]


@pytest.mark.parametrize("clusters", [None, "issuer"])
def test_a_contrast_of_an_additive_factor_is_its_coefficient(clusters):
    effect = estimate("~ kind + number", clusters=clusters)
    frame = effect.contrast("kind").to_frame()
    pairs = frame[["value", "reference"]].drop_duplicates()
    assert sorted(map(tuple, pairs.to_numpy())) == [("b", "a"), ("c", "a"), ("c", "b")]
    for value in "bc":
        found = frame[(frame["value"] == value) & (frame["reference"] == "a")]
        known = effect.frame[effect.frame["term"] == f"kind[T.{value}]"]
        np.testing.assert_allclose(found[NUMBERS], known[NUMBERS], rtol=1e-9)
    other = effect.contrast("kind", reference="b").frame
    assert sorted(set(zip(other["value"], other["reference"], strict=True))) == [("a", "b"), ("c", "b")]
    back = other[other["value"] == "a"]["estimate"].to_numpy()
    forth = frame[(frame["value"] == "b") & (frame["reference"] == "a")]["estimate"].to_numpy()
    np.testing.assert_allclose(back, -forth)


def test_q_values_of_contrasts_are_over_all_rows():
    frame = estimate("~ kind", clusters=None).contrast("kind").frame
    p = frame["p_value"].to_numpy()
    order = np.argsort(p)
    by_hand = np.minimum.accumulate((p[order] * p.size / np.arange(1, p.size + 1))[::-1])[::-1]
    np.testing.assert_allclose(frame["q_value"].to_numpy()[order], np.minimum(by_hand, 1))


def test_contrasts_of_numbers_and_dates():
    effect = estimate("~ number + date", clusters=None)
    slope = effect.frame[effect.frame["term"] == "number"]
    found = effect.contrast("number", [1.0, 3.0]).frame
    np.testing.assert_allclose(found["estimate"], 2 * slope["estimate"])
    np.testing.assert_allclose(found["std_error"], 2 * slope["std_error"])
    whole = effect.contrast("number").frame
    reach = TABLE["number"].max() - TABLE["number"].min()
    np.testing.assert_allclose(whole["estimate"], reach * slope["estimate"])
    years = (pd.Timestamp("2012-03-01") - pd.Timestamp("2008-03-01")).days / 365.25
    by_date = effect.frame[effect.frame["term"] == "date"]["estimate"]
    found = effect.contrast("date", ["2008-03-01", "2012-03-01"]).frame
    np.testing.assert_allclose(found["estimate"], years * by_date)


def test_differences_on_a_curve_are_contrasts():
    effect = estimate("~ s(number, 4) * kind")
    curve = effect.curve("number", values=[-0.5, 0.7]).frame
    contrast = effect.contrast("number", [-0.5, 0.7]).frame
    np.testing.assert_allclose(
        curve.groupby("topic")["share"].apply(lambda s: s.iloc[1] - s.iloc[0]), contrast["estimate"]
    )


def test_more_draws_of_the_same_seed_give_the_same_curve():
    model = make_uncertain(ETA, 0.2 * np.eye(3), TABLE)
    one, two = (od.estimate_effect(model, "~ number + kind", 20, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(one.curve("number").frame, two.curve("number").frame)
    pd.testing.assert_frame_equal(one.contrast("kind").frame, two.contrast("kind").frame)


def test_what_issuers_cannot_tell_is_not_told():
    table = TABLE.assign(issuer=[f"i{one}" for one in pd.factorize(TABLE["issuer"])[0] % 4])
    table["size"] = np.where(table["issuer"] < "i2", "small", "large")
    effect = estimate("~ size + number", table=table)
    frame = effect.contrast("size").frame
    assert frame[["std_error", "p_value", "low", "high"]].isna().all(axis=None)
    assert frame["note"].str.startswith("Not enough data: 4 issuers, at least 8 needed").all()
    own = estimate("~ issuer + number", table=table).contrast("issuer").frame
    assert set(own["note"]) == {"Of the releases of these issuers, taken for independent."}
    assert own["std_error"].notna().all()


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda e: e.curve("numbr"), UnknownNameError, "Did you mean 'number'"),
        (lambda e: e.curve("issuer"), UnknownNameError, "is not in the formula"),
        (lambda e: e.curve("kind", values=["x"]), UnknownNameError, "No release has kind='x'"),
        (lambda e: e.curve("number", n_points=1), InputError, "n_points=1"),
        (lambda e: e.curve("number", by="issuer"), UnknownNameError, "is not in the formula"),
        (lambda e: e.contrast("kind", ["a", "d"]), UnknownNameError, "No release has kind='d'"),
        (lambda e: e.contrast("kind", ["a"]), InputError, "two or more values"),
        (lambda e: e.contrast("kind", "abc"), InputError, r"'abc' is one value\. Two or more of 'kind'"),
        (lambda e: e.contrast("kind", 3), InputError, "values=3 is one value"),
        (lambda e: e.curve("kind", values="abc"), InputError, r"in a list: values=\['abc', …\]"),
        (lambda e: e.contrast("number", ["much", "little"]), InputError, "is no number"),
        (lambda e: e.contrast("date", ["soon", "late"]), InputError, "is no date"),
    ],
)
def test_what_cannot_be_asked_is_said(ask, error, said):
    with pytest.raises(error, match=said):
        ask(estimate("~ number + kind + date", clusters=None))


def test_a_factor_has_a_mean_share_at_each_level():
    effect = estimate("~ kind", clusters=None)
    frame = effect.curve("kind").to_frame().query("topic == 1").set_index("kind")
    table, shares = effect.case.table, effect.model.shares[:, 1]
    for level, row in frame.iterrows():  # one factor alone: plain means
        assert row["share"] == pytest.approx(shares[(table["kind"] == level).to_numpy()].mean())
        assert row["low"] < row["share"] < row["high"]
    gap = effect.contrast("kind", ["a", "b"]).to_frame().query("topic == 1")["estimate"].iloc[0]
    assert abs(gap) == pytest.approx(abs(frame["share"]["a"] - frame["share"]["b"]))
    ax = effect.curve("kind").plot(topics=1)
    assert [one.get_text() for one in ax.get_yticklabels()] == list(frame.index)


def test_plots_show_the_frames():
    effect = estimate("~ number + kind", clusters=None)
    curve = effect.curve("number", n_points=7)
    ax = curve.plot(topics=2)
    part = curve.frame[curve.frame["topic"] == 2]
    drawn = [line for line in ax.lines if len(line.get_ydata()) == 7]
    assert any(np.allclose(line.get_ydata(), 100 * part["share"]) for line in drawn)
    contrasts = effect.contrast("kind")
    ax = contrasts.plot(value="b", reference="a")
    pair = contrasts.frame.query("value == 'b' and reference == 'a'")
    points = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    np.testing.assert_allclose(np.sort(points), np.sort(100 * pair["estimate"]))
    with pytest.raises(InputError, match="3 pairs fit"):
        contrasts.plot()


def test_shares_that_a_line_puts_below_nothing_are_kept_said_and_not_drawn():
    """A topic that all early releases are about and no late one: the line goes below 0 at the end."""
    steep = np.where(TABLE["number"] < TABLE["number"].median() - 0.8, 1.0, 0.0)
    effect = od.estimate_effect(make(np.c_[steep, 1 - steep], TABLE), "~ number", clusters=None)
    curve = effect.curve("number", n_points=9)
    first = curve.frame[curve.frame["topic"] == 0]["share"].to_numpy()
    slope = np.polyfit(TABLE["number"], steep, 1)  # what a line makes of it, as R's lm does
    np.testing.assert_allclose(first, np.polyval(slope, curve.frame["number"][:9]), atol=1e-6)
    n_outside = 2 * int(((first < 0) | (first > 1)).sum())  # the other topic has what is left
    assert n_outside > 0
    assert any(f"above 100 per cent at {n_outside} of 18 places" in note for note in curve.notes)
    ax = curve.plot()
    assert ax.get_ylim()[0] == 0
    assert "left out: below 0 or above 100" in ax.get_xlabel()
    drawn = np.concatenate([line.get_ydata() for line in ax.lines if len(line.get_ydata()) == 9])
    assert np.isnan(drawn).sum() == n_outside
    assert np.nanmin(drawn) >= 0
    assert np.nanmax(drawn) <= 100
    flat = 0.4 + 0.1 * steep
    mild = od.estimate_effect(make(np.c_[flat, 1 - flat], TABLE), "~ number", clusters=None)
    mild = mild.curve("number")
    assert "left out" not in mild.plot().get_xlabel()
    assert not any("100 per cent" in note for note in mild.notes)


def test_faces():
    table = TABLE.assign(kind=TABLE["kind"].map({"a": "<i>&", "b": "b", "c": "c"}))
    effect = estimate("~ number + kind", table=table, clusters=None)
    for made in (effect.curve("number", by="kind", values=[0.0, 1.0]), effect.contrast("kind")):
        page = made._repr_html_()
        assert "&lt;i&gt;&amp;" in page
        assert "<i>" not in page
        frame = made.to_frame()
        frame["low"] = 0.0
        assert (made.frame["low"] != 0).any()
        assert made.spec.inputs == (effect.spec,)


def test_evidence_leads_to_sentences(small):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        effect = od.estimate_effect(small, "~ date", 5, clusters=None)
    found = effect.curve("date", n_points=2).evidence(0)
    assert set(found["release"]) <= set("abcde")
    assert len(found) > 0
    first = effect.contrast("date").evidence(0, "2007-03-01")
    assert set(first["release"]) == {"a"}
