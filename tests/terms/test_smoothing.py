"""Smoothed trends: lines stay lines, gaps stay gaps, and bands cover what they promise."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.statistics.splines import fit_spline

mpl.use("Agg")


def track(shares, n=40, years=None, **options):
    years = range(2001, 2001 + len(shares)) if years is None else years
    rows = [
        {
            "date": f"{year}-07-01",
            "issuer": "AB"[i % 2],
            "text": "trust" if i < round(share * n) else "police",
        }
        for year, share in zip(years, shares, strict=True)
        for i in range(n)
    ]
    return od.track_terms(od.tokenize(od.Corpus.from_frame(rows)), "trust", **options)


LINE = expit(np.linspace(-2, 1, 12))


def test_a_line_in_logits_stays_one():
    made = track(LINE, n=200).smooth("share")
    frame = made.to_frame()
    np.testing.assert_allclose(frame["smooth"], LINE, atol=0.01)
    assert frame["freedom"].iloc[0] == pytest.approx(2, abs=0.3)
    assert ((frame["low"] < frame["smooth"]) & (frame["smooth"] < frame["high"])).all()
    assert made.spec.to_dict()["parameters"] == {"value": "share", "longest_gap": 1, "level": 0.95}


def test_the_band_is_narrower_than_the_periods_own_intervals():
    trend = track(LINE)
    made = trend.smooth("share").frame
    own = trend.frame["share_high"] - trend.frame["share_low"]
    assert ((made["high"] - made["low"]) < own).all()
    narrow = trend.smooth("share", level=0.5).frame
    assert ((narrow["high"] - narrow["low"]) < (made["high"] - made["low"])).all()


def test_rates_are_smoothed_as_rates():
    trend = track(np.full(10, 0.25))
    made = trend.smooth().frame
    np.testing.assert_allclose(made["smooth"], 250_000, rtol=1e-3)
    assert (made["value"] == trend.frame["rate"]).all()


def test_long_gaps_stay_gaps_and_short_ones_are_passed_over():
    years = [2001, 2002, 2003, 2005, 2006, 2007, 2012, 2013, 2014, 2015, 2016, 2017]
    frame = track(LINE, years=years).smooth("share").frame.set_index("period")
    assert frame["smooth"].isna().pipe(lambda one: one.index[one].tolist()) == [
        "2008",
        "2009",
        "2010",
        "2011",
    ]
    assert pd.isna(frame.loc["2004", "value"])
    wide, beside = (frame.loc[year, "high"] - frame.loc[year, "low"] for year in ("2004", "2003"))
    assert wide > 0.9 * beside
    strict = track(LINE, years=years).smooth("share", longest_gap=0)
    assert strict.frame.set_index("period")["smooth"].isna()["2001":"2011"].all()  # three years are too few
    assert "Not enough data to smooth 2 stretches" in strict.notes[-1]


def test_bands_cover_curves_that_bend_slowly():
    """14 years of 30 releases, 300 runs, a wave of one period; Marra and Wood: about the level on average."""
    rng = np.random.default_rng(3)
    x = np.linspace(0, 1, 14)
    held = {"line": [], "wave": []}
    for name, eta in (("line", logit(0.1) + 2 * x), ("wave", logit(0.3) + np.sin(2 * np.pi * x))):
        for _ in range(150):
            y = rng.binomial(30, expit(eta)).astype(float)
            made = fit_spline(x, y, np.full(14, 30.0), x, "share")
            held[name].append(np.mean(np.abs(made.middle - eta) <= 1.96 * made.error))
    assert 0.92 <= np.mean(held["line"]) <= 0.99
    assert 0.88 <= np.mean(held["wave"]) <= 0.98


def test_smoothness_does_not_depend_on_the_unit_of_time_or_of_exposure():
    rng = np.random.default_rng(1)
    x = np.arange(20.0)
    y = rng.poisson(20 * np.exp(np.sin(x / 3))).astype(float)
    one = fit_spline(x, y, np.full(20, 20.0), x, "rate")
    other = fit_spline(365 * x, y, np.full(20, 2.0), 365 * x, "rate")
    np.testing.assert_allclose(one.middle + np.log(10), other.middle, atol=1e-6)
    np.testing.assert_allclose(one.error, other.error, rtol=1e-6)
    assert one.freedom == pytest.approx(other.freedom)


def test_the_picture_has_curves_bands_and_points():
    made = track(LINE).smooth("share")
    ax = made.plot(events=[("a summit", "2005-03-01"), "2050-01-01"])
    (curve,) = [one for one in ax.lines if one.get_label() == "trust"]
    (points,) = [one for one in ax.lines if one.get_label() == "_points"]
    np.testing.assert_allclose(points.get_ydata(), np.round(LINE * 40) / 40 * 100)
    assert len(curve.get_ydata()) == 12
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert band.max() == pytest.approx(100 * made.frame["high"].max())
    assert band.min() == pytest.approx(100 * made.frame["low"].min())
    assert [one.get_text().strip() for one in ax.texts] == ["a summit"]
    assert len([one for one in ax.lines if one.get_label() == "_event"]) == 1  # 2050 is outside


def test_slips_are_answered_and_the_evidence_is_the_trends():
    trend = track(LINE)
    with pytest.raises(UnknownNameError, match=r"value='shares'.*'share'"):
        trend.smooth("shares")
    with pytest.raises(InputError, match="longest_gap=-1"):
        trend.smooth(longest_gap=-1)
    assert len(trend.smooth().evidence("trust", "2012")) == trend.frame["count"].iloc[-1]


@pytest.fixture(autouse=True)
def _close():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
