import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

import octadisc as od
from octadisc.errors import InputError, UnknownNameError, WrongKindError

FLAT = [0.15, 0.2, 0.1, 0.15, 0.2, 0.15, 0.1, 0.2, 0.15, 0.15, 0.2, 0.1]
BURST = [0.15, 0.2, 0.1, 0.15, 0.7, 0.75, 0.1, 0.2, 0.15, 0.15, 0.2, 0.1]


def corpus_of(shares, issuers="AB", n=20, start=2001, word="trust"):
    """Releases of which each year's share speaks of trust, every issuer alike and to the release."""
    rows = []
    for year, share in enumerate(shares):
        for issuer in issuers:
            rows += [
                {
                    "date": f"{start + year}-03-0{i % 9 + 1}",
                    "issuer": issuer,
                    "text": word if i < share * n else "police",
                }
                for i in range(n)
            ]
    return pd.DataFrame(rows)


def track(frame, queries="trust", **options):
    return od.track_terms(od.tokenize(od.Corpus.from_frame(frame)), queries, **options)


def one(frame, **options):
    rows = od.find_bursts(track(frame), **options).to_frame()
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_burst_has_its_place_its_size_and_its_sentences():
    bursts = od.find_bursts(track(corpus_of(BURST)))
    frame = bursts.to_frame()
    assert list(frame)[:6] == ["group", "query", "start", "end", "level", "weight"]
    row = frame.iloc[0]
    assert (row["start"], row["end"], row["level"], row["kind"]) == ("2005", "2006", 1, "burst")
    assert (row["releases"], row["matching"]) == (80, 58)  # 2 years, 2 issuers, 20 releases: 28 and 30
    # usual: 2.95 shares of 12 years
    assert row["ratio"] == pytest.approx(58 / 80 / (sum(BURST) / 12))
    assert row["q_value"] <= 0.05
    evidence = bursts.evidence("trust", "2005")
    assert len(evidence) == row["matching"]
    assert set(evidence["date"].dt.year) == {2005, 2006}
    assert repr(bursts) == "Bursts(1 row: 1 burst)"


def test_the_reference_values_through_the_front_door():
    totals = [9, 11, 12, 10, 10, 8, 12, 10, 13, 11]
    relevant = [0, 2, 1, 6, 7, 2, 8, 7, 2, 1]
    rows = [
        {"date": f"{2001 + t}-05-01", "text": "trust" if i < relevant[t] else "police"}
        for t in range(10)
        for i in range(totals[t])
    ]
    frame = od.find_bursts(track(rows), n_permutations=19).to_frame()
    assert frame[["start", "end"]].values.tolist() == [["2004", "2005"], ["2007", "2008"]]
    assert frame["weight"].tolist() == pytest.approx([3.95597, 5.34226], abs=1e-4)
    assert frame["note"].str.contains("Issuers are not known").all()


def test_what_stays_the_same_has_no_burst():
    row = one(corpus_of(FLAT))
    assert (row["kind"], row["level"], row["p_value"]) == ("none", 0, 1.0)
    assert row[["start", "end"]].isna().all()


def test_a_talkative_guest_makes_no_burst():
    guest = corpus_of([0.9, 0.95, 0.9], issuers="G", n=40, start=2005)
    frame = pd.concat([corpus_of(FLAT), guest])
    row = one(frame)
    assert row["kind"] == "none"
    assert "seem to burst in 2005 to 2007" in row["note"]
    assert "who publishes" in row["note"]
    naive = one(frame, standardised=False)
    assert (naive["start"], naive["end"]) == ("2005", "2007")
    assert "Not standardised" in naive["note"]
    unknown = one(frame.drop(columns="issuer"))
    assert (unknown["start"], unknown["weight"]) == ("2005", pytest.approx(naive["weight"]))


def test_a_period_without_releases_ends_no_burst():
    frame = corpus_of(BURST[:5] + [0.0] + BURST[5:])
    frame = frame[~frame["date"].str.startswith("2006")]
    row = one(frame)
    assert (row["start"], row["end"], row["releases"]) == ("2005", "2007", 80)


def test_too_little_and_too_often_are_said_in_words():
    assert one(corpus_of(BURST[:4]))["kind"] == "not enough data"
    assert "at least 10 needed" in one(corpus_of([0, 0, 0, 0.05, 0.05, 0.05]))["note"]
    often = one(corpus_of([0.6, 0.65, 0.6, 0.7, 0.6, 0.65]), standardised=False)
    assert often["kind"] == "too frequent"
    assert "Choose a scaling below 1.58" in often["note"]  # 1 / (3.8 / 6)
    alone = corpus_of(BURST)
    alone["issuer"] = alone["date"].str[:4]  # nobody publishes twice, but all together do
    assert one(alone)["kind"] == "not enough data"
    assert one(alone, standardised=False)["start"] == "2005"


def test_issuers_who_often_speak_of_it_can_burst():
    row = one(corpus_of([0.5, 0.45, 0.5, 0.55, 0.5, 1.0, 1.0, 0.5, 0.45, 0.5, 0.5, 0.55], n=30))
    assert (row["start"], row["end"]) == ("2006", "2007")


def test_levels_rates_and_groups():
    shares = [0.05, 0.05, 0.1, 0.05, 0.3, 1.0, 0.3, 0.05, 0.05, 0.05, 0.1, 0.05, 0.05, 0.05]
    frame = corpus_of(shares, "ABC", n=40)
    two = od.find_bursts(track(frame), n_levels=2)
    found = two.to_frame()
    assert found["level"].tolist() == [1, 2]
    assert found["start"].tolist() == ["2005", "2006"]
    assert len(two.evidence("trust")) == found["matching"].max()  # a burst within a burst counts once
    rated = od.find_bursts(track(frame), measure="rate").to_frame().iloc[0]
    assert (rated["start"], rated["matching"]) == ("2005", found["matching"].max())
    grouped = od.find_bursts(track(frame, by="issuer")).to_frame()
    assert grouped["group"].tolist() == ["A", "B", "C"]


def test_a_release_that_repeats_a_word_is_no_burst():
    frame = corpus_of(FLAT)
    place = frame.index[frame["date"].str.startswith("2005")][-1]
    frame.loc[place, "text"] = " ".join(["trust"] * 200)
    row = one(frame, measure="rate")
    assert row["kind"] != "burst"


def test_the_same_seed_gives_the_same_and_the_order_of_releases_does_not_matter():
    frame = corpus_of(BURST)
    pd.testing.assert_series_equal(one(frame), one(frame.sample(frac=1, random_state=3)))


def test_shuffled_dates_have_no_burst():
    frame, rng = corpus_of(BURST, "ABC"), np.random.default_rng(0)
    found = 0
    for _ in range(20):
        frame["date"] = frame.groupby("issuer")["date"].transform(lambda one: rng.permutation(one.to_numpy()))
        found += (od.find_bursts(track(frame), n_permutations=199).to_frame()["kind"] == "burst").any()
    assert found <= 2


def test_slips_are_answered():
    trend = track(corpus_of(FLAT))
    with pytest.raises(UnknownNameError, match="Did you mean 'share'"):
        od.find_bursts(trend, measure="shares")
    for options, words in (
        ({"scaling": 1}, "above 1"),
        ({"gamma": 0}, "above 0"),
        ({"n_levels": 0}, "from 1 to 9"),
        ({"n_permutations": 5}, "at least 19"),
    ):
        with pytest.raises(InputError, match=words):
            od.find_bursts(trend, **options)
    with pytest.raises(WrongKindError, match="track_terms"):
        od.find_bursts(trend.to_frame())
    bursts = od.find_bursts(track(corpus_of(BURST)))
    with pytest.raises(UnknownNameError, match="2005"):
        bursts.evidence("trust", "1999")


def test_the_picture_shows_bars_and_words():
    frame = pd.concat([corpus_of(BURST), corpus_of(FLAT, word="crime").assign(issuer="C")])
    ax = od.find_bursts(track(frame, ["trust", "crime"])).plot()
    assert [one.get_text() for one in ax.get_yticklabels()] == ["trust", "crime"]
    (bar,) = [one for one in ax.patches if isinstance(one, Rectangle)]
    days = [np.datetime64(day).astype("datetime64[D]").astype(int) for day in ("2005-01-01", "2007-01-01")]
    assert (bar.get_x(), bar.get_x() + bar.get_width()) == tuple(days)
    assert "no burst" in [one.get_text() for one in ax.texts]


def test_the_page_is_escaped():
    bursts = od.find_bursts(track(corpus_of(BURST), {"<b>": "trust"}))
    assert "&lt;b&gt;" in bursts._repr_html_()
    assert "<b>2005" not in bursts._repr_html_()
