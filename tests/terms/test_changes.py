import numpy as np
import pandas as pd
import pytest

import octadisc as od
from octadisc.errors import InputError, UnknownNameError
from octadisc.statistics.tests import permute_within
from octadisc.terms.changes.change_cases import cases_of, strata_of
from octadisc.terms.changes.change_plots import plot_changes, plot_split
from octadisc.terms.changes.change_pool import SharedShuffles


def corpus_of(shares, issuers="AB", n=20, start=2001, seed=0):
    """Releases of which each year's share speaks of trust, every issuer alike and to the release."""
    rows = []
    for year, share in enumerate(shares):
        for issuer in issuers:
            rows += [
                {
                    "date": f"{start + year}-03-0{i % 9 + 1}",
                    "issuer": issuer,
                    "text": "trust" if i < share * n else "police",
                }
                for i in range(n)
            ]
    return pd.DataFrame(rows)


def track(frame, **options):
    return od.track_terms(od.tokenize(od.Corpus.from_frame(frame)), "trust", **options)


STEP = [0.2, 0.15, 0.25, 0.2, 0.2, 0.7, 0.65, 0.7, 0.75, 0.7]
SLOPE = [0.05, 0.1, 0.15, 0.25, 0.3, 0.45, 0.55, 0.65, 0.75, 0.85]
FLAT = [0.3, 0.25, 0.35, 0.3, 0.25, 0.3, 0.35, 0.3, 0.25, 0.3]


def one(frame, **options):
    return od.find_changes(track(frame), **options).to_frame().iloc[0]


def test_a_step_is_dated_and_measured():
    row = one(corpus_of(STEP))
    assert (row["kind"], row["change"]) == ("step", "2006")
    assert row["low"] <= "2006" <= row["high"]
    assert (row["before"], row["after"]) == pytest.approx((0.2, 0.7), abs=0.01)
    assert row["p_value"] == pytest.approx(0.001)


@pytest.mark.parametrize(("shares", "up"), [(SLOPE, True), (SLOPE[::-1], False)])
def test_a_drift_is_no_step(shares, up):
    row = one(corpus_of(shares))
    assert row["kind"] == "slope"
    assert pd.isna(row["change"])
    assert (row["after"] > row["before"]) == up


def test_what_does_not_change_has_no_place():
    row = one(corpus_of(FLAT))
    assert row["kind"] == "none"
    assert row[["change", "low", "high", "before", "after"]].isna().all()


def test_a_talkative_newcomer_makes_no_change():
    new = corpus_of([1, 0.95, 0.9, 1, 0.95], issuers="N", n=40, start=2006)
    frame = pd.concat([corpus_of(FLAT), new])
    changes = od.find_changes(track(frame))
    row = changes.to_frame().iloc[0]
    assert row["kind"] == "none"
    assert row["p_value"] > 0.05
    assert changes.apparent == ("2006",)
    assert "who publishes" in row["note"]
    unknown = one(frame.drop(columns="issuer"))
    assert unknown["kind"] == "step"
    assert "Issuers are not known" in unknown["note"]


def test_too_little_is_said_in_words():
    few = one(corpus_of(STEP[3:7]))
    assert few["kind"] == "not enough data"
    assert few["note"] == "Not enough data: 4 periods with releases, at least 6 needed."
    assert one(corpus_of([0, 0, 0, 0.05, 0.05, 0.05]))["kind"] == "not enough data"
    assert one(corpus_of([1] * 8))["note"].startswith("Not enough data: 0 releases do not match")
    single = corpus_of(STEP)
    single["issuer"] = single["date"].str[:4]
    assert "no issuer has releases in two periods" in one(single)["note"]


def test_issuers_that_always_or_never_speak_of_it_do_not_change():
    frame = pd.concat([corpus_of([1] * 8, "A"), corpus_of([0] * 8, "B")])
    row = one(frame)
    assert (row["kind"], row["p_value"]) == ("none", 1.0)


def test_gaps_rates_and_groups():
    frame = corpus_of(STEP, "ABC")
    frame = frame[~frame["date"].str.startswith("2003")]
    rated = one(frame, measure="rate")
    assert (rated["kind"], rated["change"]) == ("step", "2006")
    assert rated["after"] == pytest.approx(700_000, rel=0.02)  # one word a release, 70 of 100 of them trust
    grouped = od.find_changes(track(frame, by="issuer")).to_frame()
    assert grouped["group"].tolist() == ["A", "B", "C"]
    assert set(grouped["kind"]) <= {"step", "slope"}


def test_the_same_seed_gives_the_same_and_the_order_of_releases_does_not_matter():
    frame = corpus_of(SLOPE)
    first, again = one(frame), one(frame.sample(frac=1, random_state=3))
    pd.testing.assert_series_equal(first, again)


def test_slips_are_answered():
    trend = track(corpus_of(FLAT))
    with pytest.raises(UnknownNameError, match="Did you mean 'share'"):
        od.find_changes(trend, measure="shares")
    with pytest.raises(InputError, match="at least 19"):
        od.find_changes(trend, n_permutations=5)


def test_the_picture_shows_steps_slopes_and_words():
    frame = pd.concat([corpus_of(STEP).assign(group="one"), corpus_of(FLAT).assign(group="two")])
    trend = track(frame, by="group")
    changes = od.find_changes(trend)
    ax = plot_changes(changes, None)
    assert [one.get_text() for one in ax.texts] == ["no change found"]
    assert ax.lines[0].get_xdata()[0] == np.datetime64("2006-01-01").astype("datetime64[D]").astype(int)
    bars = plot_split(od.split_change(trend, changes=changes), None)
    assert bars.patches[0].get_width() == pytest.approx(50)
    assert [one.get_text() for one in ax.get_yticklabels()] == ["one", "two"]


def many_words(seed=0, n_words=240, years=12, n=30):
    """Words of their own share and issuers; each twentieth steps up in the middle."""
    rng = np.random.default_rng(seed)
    own = rng.uniform(0.15, 0.4, (n_words, 3))
    steps = np.arange(n_words) % 20 == 0
    rows = []
    for year in range(years):
        for i in range(n):
            share = own[:, i % 3] + 0.4 * (steps & (year >= years // 2))
            found = np.flatnonzero(rng.random(n_words) < share)
            text = " ".join(f"word{one}" for one in found)
            rows.append({"date": f"{2001 + year}-05-01", "issuer": "ABC"[i % 3], "text": text})
    words = [f"word{one}" for one in range(n_words)]
    return od.track_terms(od.tokenize(od.Corpus.from_frame(rows)), words), steps


def test_of_many_words_those_that_step_are_found():
    trend, steps = many_words()
    frame = od.find_changes(trend).to_frame()
    found = frame["q_value"] <= 0.05
    assert found[steps].mean() >= 0.8
    assert found[~steps].sum() <= 2
    assert frame["p_value"].min() < 0.005 / 5  # beyond what 199 permutations of its own can say
    assert (frame.loc[found & steps, "kind"] == "step").mean() > 0.6
    assert frame.loc[~found, "change"].isna().all()
    again = od.find_changes(trend).to_frame()
    pd.testing.assert_frame_equal(frame, again)


def test_shared_shuffles_keep_what_each_issuer_says():
    trend, _ = many_words(n_words=60, years=6, n=12)
    case = next(cases_of(trend, "share"))
    _, residual = strata_of(case)
    sums = SharedShuffles(200, 0).sums(case, residual, np.random.default_rng(0))
    np.testing.assert_allclose(sums.sum(axis=1), residual.sum(), atol=1e-9)
    other = permute_within(residual, case.issuer, case.place, 6, 4_000, np.random.default_rng(1))
    mine = SharedShuffles(4_000, 2).sums(case, residual, np.random.default_rng(0))
    np.testing.assert_allclose(np.cov(mine.T), np.cov(other.T), atol=0.2)
    np.testing.assert_allclose((mine - other[0]) % 1 % 0.999999, 0, atol=1e-5)  # matches move whole
