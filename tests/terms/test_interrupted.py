import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import octadisc as od
from octadisc.errors import InputError, NotEnoughDataError, UnknownNameError
from octadisc.statistics.robust import fit_clustered
from octadisc.terms.events.events import events_near, read_event, read_events
from octadisc.terms.events.interrupted_words import _may

TERMS = ["level_before", "slope_before", "level_change", "slope_change"]


def corpus(rng, issuers="ABCDEFGHIJ", before=0.2, after=0.6, years=range(2001, 2015), n=40, exposed=None):
    """A step in 2008 among the exposed issuers; each issuer has its own share."""
    rows = []
    for year in years:
        for _ in range(n):
            one = int(rng.integers(len(issuers)))
            steps = year >= 2008 and (exposed is None or issuers[one] in exposed)
            share = (after if steps else before) + 0.01 * one
            text = "trust" if rng.random() < share else "police"
            rows.append(
                {"date": f"{year}-{rng.integers(1, 13):02d}-15", "issuer": issuers[one], "text": text}
            )
    return od.Corpus.from_frame(rows)


def track(made, **options):
    return od.track_terms(od.tokenize(made), "trust", **options)


@pytest.fixture(scope="module")
def trend():
    return track(corpus(np.random.default_rng(1), n=120))


@pytest.fixture(scope="module")
def found(trend):
    return od.interrupted(trend, ("a summit", "2008-01-01"))


def by_hand(trend, event="2008-01-01"):
    """Issuers × years with their shares, and the design with a column for each issuer."""
    frame = trend.basis.tokens.corpus.frame
    hit = trend.basis.hits["trust"].counts > 0
    table = frame.assign(hit=hit, year=frame["date"].dt.year).groupby(["issuer", "year"])["hit"]
    cells = table.agg(["mean", "size"]).reset_index()
    middle = pd.to_datetime(cells["year"].astype(str) + "-01-01")
    end = pd.to_datetime((cells["year"] + 1).astype(str) + "-01-01")
    days = (middle - pd.Timestamp(event)).dt.days + (end - middle).dt.days / 2
    time = days.to_numpy() / 365.25
    after = (time > 0).astype(float)
    dummies = pd.get_dummies(cells["issuer"]).to_numpy(float)
    return cells, np.c_[dummies, time, after, after * time]


def test_estimates_are_those_of_the_weighted_regression(trend, found):
    cells, design = by_hand(trend)
    fit = sm.WLS(cells["mean"].to_numpy(), design, weights=cells["size"].to_numpy(float)).fit()
    estimates = found.to_frame().set_index("term")["estimate"]
    assert estimates[TERMS[1:]].tolist() == pytest.approx(fit.params[-3:].tolist())
    share = cells.groupby("issuer")["size"].sum() / cells["size"].sum()
    assert estimates["level_before"] == pytest.approx(float(share @ fit.params[:10]))


def test_the_wider_of_the_two_intervals_is_given(trend, found):
    cells, design = by_hand(trend)
    fit = fit_clustered(
        cells["mean"], design, cells["issuer"].to_numpy(), weights=cells["size"].to_numpy(float)
    )
    for number, row in zip((-3, -2, -1), found.to_frame().iloc[1:].itertuples(), strict=True):
        issuers = fit.contrast(number)
        assert row.high - row.low >= issuers.high - issuers.low - 1e-12
        if row.inference == "issuers":
            assert (row.std_error, row.df) == pytest.approx((issuers.std_error, issuers.df))


def test_a_step_is_found_with_its_size(found):
    row = found.to_frame().set_index("term").loc["level_change"]
    assert row["low"] < 0.4 < row["high"]
    assert row["p_value"] < 0.05
    assert (row["n_issuers"], row["n_periods"]) == (10, 14)
    assert list(found.to_frame().columns[:12]) == (
        "query group term estimate std_error df low high p_value n_issuers n_periods note".split()
    )


def test_placebo_dates_are_all_that_have_four_periods_on_either_side(found):
    tried = found.placebo[found.placebo["term"] == "level_change"]
    assert tried["period"].tolist() == [str(year) for year in range(2005, 2012)]
    assert tried.loc[tried["is_event"], "period"].tolist() == ["2008"]
    event = tried[tried["is_event"]].iloc[0]
    row = found.to_frame().set_index("term").loc["level_change"]
    assert event["estimate"] == pytest.approx(row["estimate"])
    beyond = (tried["statistic"].abs() >= abs(event["statistic"]) - 1e-9).mean()
    assert row["placebo_p_value"] == pytest.approx(beyond)
    assert row["placebo_p_value"] == pytest.approx(1 / 7)
    assert od.interrupted(found.trend, "2008-01-01", placebo=False).placebo.empty


def test_a_placebo_estimate_is_that_of_an_event_at_that_date(trend, found):
    there = od.interrupted(trend, "2006-01-01").to_frame().set_index("term")["estimate"]
    tried = found.placebo.set_index(["period", "term"])["estimate"]
    assert tried["2006", "level_change"] == pytest.approx(there["level_change"])
    assert tried["2006", "slope_change"] == pytest.approx(there["slope_change"])


def test_few_issuers_are_inferred_from_periods_alone_and_it_is_said():
    found = od.interrupted(track(corpus(np.random.default_rng(2), "ABC")), "2008-01-01").to_frame()
    assert set(found["inference"]) == {"periods"}
    assert found["note"].str.contains("3 issuers on both sides, fewer than 8").all()
    assert np.isfinite(found["p_value"]).all()


def test_without_issuers_the_interval_is_by_periods_and_it_is_said():
    frame = corpus(np.random.default_rng(2)).frame[["date", "text"]]
    found = od.interrupted(track(od.Corpus.from_frame(frame)), "2008-01-01").to_frame()
    assert set(found["n_issuers"]) == {0}
    assert found["note"].str.startswith("Issuers are not known").all()


def test_units_of_releases_are_taken_together():
    made = corpus(np.random.default_rng(9), n=30)
    tokens = od.tokenize(made)
    plain = od.interrupted(od.track_terms(tokens, "trust"), "2008-01-01").to_frame()
    units = od.interrupted(od.track_terms(tokens.units("sentence"), "trust"), "2008-01-01").to_frame()
    assert units["estimate"].tolist() == pytest.approx(plain["estimate"].tolist())  # one sentence each


def test_a_comparison_takes_out_what_happened_to_all():
    rng = np.random.default_rng(3)
    both = od.interrupted(
        track(corpus(rng, "ABCDEFGHIJKL", n=150)), "2008-01-01", comparison=list("BDFHJL")
    ).to_frame()
    rows = both.set_index("term")
    assert rows.loc["level_change", "p_value"] < 0.05
    assert rows.loc["comparison_level_change", "p_value"] < 0.05
    assert rows.loc["level_difference", "low"] < 0 < rows.loc["level_difference", "high"]
    own = od.interrupted(
        track(corpus(rng, "ABCDEFGHIJKL", n=150, exposed="ACEGIK")), "2008-01-01", comparison=list("BDFHJL")
    )
    rows = own.to_frame().set_index("term")
    assert rows.loc["level_difference", "low"] > 0
    assert rows.loc["level_difference", ["n_issuers"]].tolist() == [12]
    assert "no comparison" not in own.claim()


def test_groups_can_be_compared_with(trend):
    frame = trend.basis.tokens.corpus.frame.copy()
    frame["region"] = np.where(frame["issuer"].isin(list("ABCDE")), "north", "south")
    by_region = track(od.Corpus.from_frame(frame), by="region")
    found = od.interrupted(by_region, "2008-01-01", comparison="south").to_frame()
    assert set(found["group"]) == {"north"}
    assert "level_difference" in set(found["term"])
    with pytest.raises(UnknownNameError, match=r"no group 'sout'\. Did you mean 'south'"):
        od.interrupted(by_region, "2008-01-01", comparison="sout")
    with pytest.raises(UnknownNameError, match="no issuer 'Z'"):
        od.interrupted(trend, "2008-01-01", comparison="Z")


def test_the_period_of_the_event_is_cut_at_its_day(trend):
    found = od.interrupted(trend, "2008-07-01")
    assert "2008 before" in set(found.points["period"])
    sizes = found.points.set_index("period")["size"]
    dates = trend.basis.tokens.corpus.frame["date"]
    assert sizes["2008 before"] == ((dates >= "2008-01-01") & (dates < "2008-07-01")).sum()
    assert sizes.sum() == len(dates)


def test_since_and_until_leave_out_the_rest(trend):
    found = od.interrupted(trend, "2008-01-01", since="2003-01-01", until="2012-07-01")
    assert found.points["period"].iloc[0] == "2003"
    assert found.points["end"].iloc[-1] == pd.Timestamp("2012-07-01")
    days = found.evidence()["date"]
    assert days.min() >= pd.Timestamp("2003-01-01")
    assert days.max() < pd.Timestamp("2012-07-01")


def test_evidence_adds_up(found):
    everything = found.evidence()
    assert len(everything) == found.trend.to_frame()["count"].sum()
    sides = [len(found.evidence(side=side)) for side in ("before", "after")]
    assert sum(sides) == len(everything)
    assert (found.evidence(side="after")["date"] >= "2008-01-01").all()
    with pytest.raises(UnknownNameError, match="expected 'before', 'after'"):
        found.evidence(side="during")


def test_events_are_known_by_name():
    known = read_events()
    assert read_event(known["name"].iloc[3]).day == np.datetime64(known["date"].iloc[3])
    assert str(read_event(pd.Timestamp("2008-03-28")).day) == "2008-03-28"
    with pytest.raises(UnknownNameError, match="Did you mean 'Eurojust set up'"):
        read_event("Eurojust set")
    with pytest.raises(InputError, match="is no date"):
        read_event("2008-13-40")
    with pytest.raises(InputError, match="is no event"):
        read_event(2008)


@pytest.mark.parametrize(
    ("event", "match"),
    [("1990-01-01", "is not within the periods"), ("2030-01-01", "is not within the periods")],
)
def test_an_event_outside_is_refused(trend, event, match):
    with pytest.raises(InputError, match=match):
        od.interrupted(trend, event)


def test_arguments_are_checked(trend):
    with pytest.raises(UnknownNameError, match=r"measure='shares' is not known\. Did you mean 'share'"):
        od.interrupted(trend, "2008-01-01", measure="shares")
    with pytest.raises(InputError, match="level=95 is no coverage"):
        od.interrupted(trend, "2008-01-01", level=95)


def test_too_little_is_said_in_words(trend):
    late = od.interrupted(trend, "2012-01-01")
    row = late.to_frame().iloc[2]
    assert row["note"].startswith("Not enough data: 11 periods with releases before the event and 3 after")
    assert np.isnan(row["estimate"])
    assert late.claim().endswith("Nothing may be claimed.")
    with pytest.raises(NotEnoughDataError, match="nothing to draw"):
        late.plot()
    rare = track(corpus(np.random.default_rng(0), before=0.0, after=0.0, n=10))
    note = od.interrupted(rare, "2008-01-01").to_frame()["note"].iloc[0]
    assert "match, at least 10 needed" in note
    rows = [
        {"date": f"{year}-05-01", "issuer": "A" if year < 2008 else "B", "text": text}
        for year in range(2001, 2015)
        for text in ("trust", "police")
    ]
    parted = od.interrupted(track(od.Corpus.from_frame(rows)), "2008-01-01").to_frame()
    assert parted["note"].str.contains("no issuer has releases on both sides").all()


def test_claims_say_what_the_numbers_do(found):
    claim = found.claim("trust")
    row = found.to_frame().set_index("term").loc["level_change"]
    assert f"{100 * row['estimate']:.0f} percentage points" in claim
    assert "May be claimed: a change of level at that time" in claim
    assert "May not be claimed: that the event was the cause" in claim
    assert "of 6 other dates tried, a break at none of them is as clear" in claim
    assert "within a year" not in claim  # nothing says that these releases are of the region
    calm = od.interrupted(track(corpus(np.random.default_rng(5), after=0.2)), "2008-01-01")
    assert "May be claimed: no change at that time that can be told from chance" in calm.claim()
    joined = corpus(np.random.default_rng(6), "ABCDEFGHIJ")
    frame = joined.frame[~joined.frame["issuer"].isin(["I", "J"]) | (joined.frame["date"] >= "2008")]
    late = od.interrupted(track(od.Corpus.from_frame(frame)), "2008-01-01")
    part = frame["issuer"].isin(["I", "J"]).sum() / (frame["date"] >= "2008").sum()
    assert f"{part:.0%} of the releases after it are of issuers without any before" in late.claim()
    with pytest.raises(UnknownNameError, match="no query 'trusts'"):
        found.claim("trusts")


def test_other_events_are_named_where_they_may_belong(trend):
    def claim(**options):
        return od.interrupted(trend, ("a summit", "2008-01-01"), placebo=False, **options).claim()

    assert "Schengen area enlarged by nine states" in claim(nearby=True)  # eleven days before
    own = claim(nearby=[("an election", "2008-06-01"), ("another", "2012-01-01")])
    assert "within a year of it there was also an election;" in own
    with pytest.raises(InputError, match="nearby=7"):
        claim(nearby=7)
    some = pd.Series(["en"] * 9 + ["sl"])
    assert len(events_near(None, some)) == len(read_events())
    assert events_near(None, some.head(9)) == events_near(False, some) == []


def test_a_change_that_other_dates_show_as_clearly_may_not_be_claimed():
    # up in 2008, down in 2011, up in 2014, and so on: a break at 2014 is as clear as those at the others
    rows = [
        {"date": f"{year}-06-15", "issuer": "AB"[i % 2], "text": "trust" if i < share else "police"}
        for year in range(1990, 2020)
        for share in [30 if (year // 3) % 2 else 10]
        for i in range(40)
    ]
    found = od.interrupted(track(od.Corpus.from_frame(rows)), "2013-01-01")
    level = found.to_frame().set_index("term").loc["level_change"]
    claim = found.claim()
    assert level["placebo_p_value"] > 0.05
    assert "a change of level at that time" not in claim
    sure = level["p_value"] <= 0.05
    assert ("nothing of that time" in claim) == sure
    rows = [
        {"p_value": 0.001, "placebo_p_value": p, "n_placebo": n, "inference": "periods"}
        for p, n in ((0.5, 20), (1 / 9, 9), (0.04, 50), (np.nan, 0))
    ]
    calm = {"p_value": 0.5, "placebo_p_value": 0.9, "n_placebo": 20}
    said = ["a change of level at that time" in _may(one, calm, 0.95) for one in rows]
    assert said == [False, True, True, True]
    assert "as clear at 9 of 19, p = 0.5" in _may(rows[0], calm, 0.95)


def test_a_newcomer_makes_no_change():
    rng = np.random.default_rng(7)
    calm = corpus(rng, after=0.2, n=100).frame
    loud = pd.DataFrame({"date": [f"{year}-03-01" for year in range(2008, 2015)] * 60, "text": "trust"})
    both = pd.concat([calm, loud.assign(issuer="New")], ignore_index=True)[["date", "issuer", "text"]]
    found = od.interrupted(track(od.Corpus.from_frame(both)), "2008-01-01").to_frame().set_index("term")
    assert abs(found.loc["level_change", "estimate"]) < 0.1
    assert found.loc["level_change", "low"] < 0 < found.loc["level_change", "high"]


def test_rates_are_per_million_words(trend):
    found = od.interrupted(trend, "2008-01-01", measure="rate").to_frame().set_index("term")
    share = od.interrupted(trend, "2008-01-01").to_frame().set_index("term")
    # every release is one word, so that a share of s is a rate of a million times s
    assert found["estimate"].tolist() == pytest.approx((share["estimate"] * 1e6).tolist())
    assert "per million" in od.interrupted(trend, "2008-01-01", measure="rate").claim()


def test_reissues_weigh_what_they_weigh_in_the_trend():
    frame = corpus(np.random.default_rng(8), n=30).frame[["date", "issuer", "text"]]
    twice = pd.concat([frame, frame], ignore_index=True)
    twice["duplicate_cluster"] = list(range(len(frame))) * 2
    twice["duplicate_of"] = None
    plain = od.interrupted(track(od.Corpus.from_frame(frame)), "2008-01-01").to_frame()
    shared = od.interrupted(track(od.Corpus.from_frame(twice), reissues="share"), "2008-01-01").to_frame()
    for column in ("estimate", "std_error", "low", "high"):
        assert shared[column].tolist() == pytest.approx(plain[column].tolist())


def test_neither_the_order_of_releases_nor_the_seed_changes_anything(trend):
    mixed = trend.basis.tokens.corpus.frame.sample(frac=1, random_state=1)[["date", "issuer", "text"]]
    one = od.interrupted(trend, "2008-01-01").to_frame()
    two = od.interrupted(track(od.Corpus.from_frame(mixed)), "2008-01-01", seed=5).to_frame()
    pd.testing.assert_frame_equal(one, two)


def test_the_picture_shows_the_periods_both_lines_and_the_event(found):
    ax = found.plot()
    marks = next(line for line in ax.lines if line.get_label() == "periods")
    assert marks.get_ydata().tolist() == pytest.approx((100 * found.points["value"]).tolist())
    lines = [line for line in ax.lines if line.get_label() == "_line"]
    rows = found.to_frame().set_index("term")["estimate"]
    at_event = [line.get_ydata() for line in lines]
    assert at_event[0][-1] == pytest.approx(100 * rows["level_before"])
    assert at_event[1][0] == pytest.approx(100 * (rows["level_before"] + rows["level_change"]))
    assert at_event[2][0] == pytest.approx(100 * rows["level_before"])
    assert "a summit" in [text.get_text() for text in ax.texts]


def test_the_picture_of_other_dates_counts_them(found):
    ax = found.plot_placebo()
    assert ax.get_xlabel() == "1 of 7 dates are as far from zero (p = 0.14)"
    event = next(line for line in ax.lines if line.get_label() == "the event")
    tried = found.placebo[(found.placebo["term"] == "level_change") & found.placebo["is_event"]]
    assert event.get_ydata()[0] == pytest.approx(tried["statistic"].iloc[0])
    with pytest.raises(UnknownNameError, match="was not tried"):
        found.plot_placebo(term="level_before")


def test_its_faces(found):
    assert repr(found) == "Interrupted(1 course, a summit (2008-01-01), 14 periods)"
    assert "May not be claimed" in found._repr_html_()
    assert found.spec.parameters["event"] == "a summit (2008-01-01)"
    assert found.spec.fingerprint == found.trend.spec.fingerprint
